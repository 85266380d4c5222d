//! What is reported where the provider could not be asked at all.

use pactwork_provider::{Report, Target, Verifier};

use super::Verification;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::Output;

/// A report that is complete in any case, and why the verification did not begin.
#[derive(Debug)]
pub struct Verified {
    pub report: Report,
    pub failure: Option<Failure>,
}

impl From<Report> for Verified {
    fn from(report: Report) -> Self {
        Self {
            report,
            failure: None,
        }
    }
}

/// Every interaction could not be verified, for this reason; wrong input is an error
/// without a report.
pub async fn not_begun(
    failure: Failure,
    verification: &Verification<'_>,
    output: &Output,
) -> Result<Verified> {
    if failure.exit == Exit::WrongInput {
        return Err(failure);
    }
    let sourced = verification.sourced;
    let verifier = Verifier::new(Target::in_process()).secrets(output.secrets().clone());
    let verifier = verification.chosen.apply(sourced.apply(verifier));
    let report = verifier.not_begun(&sourced.pacts, |_event| {}, &failure.message);
    Ok(Verified {
        report: report.await?,
        failure: Some(failure),
    })
}
