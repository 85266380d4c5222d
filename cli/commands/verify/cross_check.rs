//! A second opinion: what `pact_verifier` says of the same pacts and the same provider.

use pactwork_contract::Pact;
use pactwork_provider::{CrossCheck, Report, Verifier};

use crate::args;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::Output;

#[cfg(feature = "cross-check")]
pub use with_reference::Plan;
#[cfg(not(feature = "cross-check"))]
pub use without_reference::Plan;

/// What somebody else is asked about.
#[derive(Debug)]
#[cfg_attr(
    not(feature = "cross-check"),
    allow(dead_code, reason = "there is nobody else to ask")
)]
pub struct Asked<'p> {
    pub verifier: &'p Verifier,
    pub pacts: &'p [Pact],
    /// Where messages are asked for: a URL, or a path on the provider.
    pub messages: Option<&'p str>,
}

/// Checks the arguments; `None`: nobody else is asked.
pub fn plan(args: &args::CrossCheck) -> Result<Option<Plan>> {
    args.cross_check.then(Plan::new).transpose()
}

/// Says whether both agree. Each disagreement stands in the report.
pub fn say(report: &Report, output: &Output) {
    let Some(checked) = &report.cross_check else {
        return;
    };
    if !checked.disagreements.is_empty() {
        output.warning(format!(
            "pact_verifier finds something else for {} of {} that both verified",
            checked.disagreements.len(),
            interactions(checked.compared)
        ));
    }
    if !checked.not_compared.is_empty() {
        output.warning(format!(
            "{} could not be verified by both",
            interactions(checked.not_compared.len())
        ));
    }
}

fn interactions(count: usize) -> String {
    match count {
        1 => "1 interaction".into(),
        _ => format!("{count} interactions"),
    }
}

/// That we are right is not certain where somebody else does not agree.
pub fn exit(exit: Exit, checked: Option<&CrossCheck>) -> Exit {
    match (exit, checked) {
        (Exit::Holds, Some(checked)) if !checked.agrees() => Exit::Unknown,
        (exit, _) => exit,
    }
}

#[cfg(feature = "cross-check")]
mod with_reference {
    use pactwork_provider::Report;

    use super::Asked;
    use crate::failure::Result;
    use crate::stop_signal::StopSignal;

    /// That it is asked for.
    #[derive(Debug, Clone, Copy)]
    pub struct Plan;

    impl Plan {
        pub fn new() -> Result<Self> {
            Ok(Self)
        }

        /// Asks about what the report is about, and adds the answer to it.
        pub async fn ask(self, asked: Asked<'_>, report: &mut Report, stop: &mut StopSignal) {
            let stopped = async { format!("stopped by {}", stop.received().await) };
            let checked = asked
                .verifier
                .cross_check(asked.pacts, report, asked.messages, stopped);
            report.cross_check = Some(checked.await);
        }
    }
}

#[cfg(not(feature = "cross-check"))]
mod without_reference {
    use pactwork_provider::Report;

    use super::Asked;
    use crate::failure::{Failure, Result};
    use crate::stop_signal::StopSignal;

    /// There is none: the reference implementation is not part of this program.
    #[derive(Debug, Clone, Copy)]
    pub enum Plan {}

    impl Plan {
        pub fn new() -> Result<Self> {
            Err(Failure::wrong_input(
                "--cross-check: this pactwork was built without pact_verifier",
            )
            .advise(
                "build one with it, in the folder of its sources: \
                 cargo install --path . --features cross-check",
            ))
        }

        pub async fn ask(self, _: Asked<'_>, _: &mut Report, _: &mut StopSignal) {
            match self {}
        }
    }
}
