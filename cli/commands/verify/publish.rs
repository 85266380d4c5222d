//! Recording results in the Pact Brokers that pacts came from.

use pactwork_provider::{PactReport, Report};

use super::record::Plan;
use super::source::{Origin, Sourced};
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::pact_broker::{Links, PactResult, Recorded, Server, Version};
use crate::render::human;
use crate::web::printable;

/// The version that Pact Brokers are told of.
pub fn version(plan: &Plan, tags: Vec<String>) -> Version {
    Version {
        version: plan.version.clone(),
        branch: plan.branch.clone(),
        tags,
        build_url: plan.build_url.clone(),
    }
}

/// Those whose results go to storage: all that did not come from a Pact Broker alone.
pub fn for_storage(report: &Report, sourced: &Sourced) -> Vec<PactReport> {
    let goes = |pact: &&PactReport| {
        let origins = sourced.origins(pact);
        origins.is_empty() || origins.iter().any(|origin| origin.broker.is_none())
    };
    report.pacts.iter().filter(goes).cloned().collect()
}

/// Records what became of every pact where it came from a Pact Broker. One that cannot
/// be recorded does not keep the others from it.
pub async fn publish(
    version: &Version,
    report: &Report,
    sourced: &Sourced,
    output: &Output,
) -> Result<()> {
    let mut recorded = Recorded::default();
    let mut failed = Vec::new();
    for pact in &report.pacts {
        for (server, links) in brokers(sourced.origins(pact)) {
            if let PactResult::Unknown(why) = PactResult::of(pact) {
                output.warning(format!(
                    "not recorded in the Pact Broker at {}: {}: {why}",
                    server.shown(),
                    consumer(pact)
                ));
                continue;
            }
            let done = record(server, links, pact, version, &mut recorded).await;
            for warning in recorded.warnings.drain(..) {
                output.warning(warning);
            }
            match done {
                Ok(()) => output.note(format!(
                    "recorded in the Pact Broker at {}: {} {} was verified against {}: {}",
                    server.shown(),
                    sourced.provider,
                    version.version,
                    consumer(pact),
                    pact.outcome()
                )),
                Err(why) => failed.push(format!("{}: {why}", consumer(pact))),
            }
        }
    }
    match failed.is_empty() {
        true => Ok(()),
        false => Err(Failure::unknown(format!(
            "not everything was recorded in the Pact Broker:\n{}",
            crate::shell::indented(&failed.join("\n"))
        ))
        .advise("verify with --record again; what was recorded already does no harm")),
    }
}

async fn record(
    server: &Server,
    links: &Links,
    pact: &PactReport,
    version: &Version,
    recorded: &mut Recorded,
) -> std::result::Result<(), String> {
    server.introduce(links, version, recorded).await?;
    server.publish(links, version, pact).await
}

fn consumer(report: &PactReport) -> String {
    printable(&human::consumer(report))
}

/// Each place for results once, whatever it was found by.
fn brokers(origins: &[Origin]) -> Vec<&(Server, Links)> {
    let mut found: Vec<&(Server, Links)> = Vec::new();
    for place in origins.iter().filter_map(|origin| origin.broker.as_ref()) {
        if !found
            .iter()
            .any(|(_, links)| links.results == place.1.results)
        {
            found.push(place);
        }
    }
    found
}

/// What Pact Brokers want to be shown after a verification.
pub fn show_notices(published: bool, report: &Report, sourced: &Sourced, output: &Output) {
    for pact in &report.pacts {
        let success = match PactResult::of(pact) {
            PactResult::Success => true,
            PactResult::Failure => false,
            PactResult::Unknown(_) => continue,
        };
        let when = format!("after_verification:success_{success}_published_{published}");
        let notices = sourced.origins(pact).iter().flat_map(|each| &each.notices);
        for notice in
            notices.filter(|notice| notice.when == when || notice.when == "after_verification")
        {
            output.note(format!("{}: {}", printable(&pact.consumer), notice.text));
        }
    }
}
