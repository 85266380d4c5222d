use pactwork_broker::{ContractKind, Fact, Happening, PublishedVersion, Recorded, VerificationRun};

use super::{counted, mark, with_versions};
use crate::moment::rfc3339;
use crate::output::{FAINT, STRONG, styled};

/// A line a fact, and one more where there is a job to look at.
pub fn log(recorded: &[Recorded]) -> String {
    recorded.iter().map(line).collect()
}

fn line(recorded: &Recorded) -> String {
    let (what, build_url) = match &recorded.fact {
        Fact::Published(published) => (publication(published), &published.build_url),
        Fact::Verified(run) => (verification(run), &run.build_url),
        Fact::Happened(change) => {
            let instance = match change.instance.as_str() {
                "" => String::new(),
                instance => format!(" as {instance}"),
            };
            let what = happened(change.happening);
            let who = version(&change.participant, &change.version, None);
            (
                format!("{who} {what} {}{instance}", change.environment),
                &None,
            )
        }
    };
    let when = styled(FAINT, rfc3339(recorded.at));
    let job = build_url.as_ref();
    let job = job.map_or_else(String::new, |url| {
        format!("\n                      {}", styled(FAINT, url))
    });
    format!("{when}  {what}{job}\n")
}

fn version(participant: &str, version: &str, branch: Option<&str>) -> String {
    let who = styled(STRONG, format!("{participant} {version}"));
    match branch {
        Some(branch) => format!("{who} on {branch}"),
        None => who,
    }
}

fn publication(published: &PublishedVersion) -> String {
    let who = version(
        &published.participant,
        &published.version,
        published.branch.as_deref(),
    );
    let contracts = published
        .contracts
        .iter()
        .map(|contract| match contract.kind {
            ContractKind::Pact => format!("pact with {}", contract.name),
            ContractKind::Golden => format!("golden contract {}", contract.name),
        });
    let contracts = contracts.collect::<Vec<_>>().join(", ");
    let tags = published.tags.iter().map(|tag| format!(", tag {tag}"));
    let who = format!("{who}{}", tags.collect::<String>());
    match contracts.is_empty() {
        true => format!("{who} was made known, without a contract"),
        false => format!("{who} published {contracts}"),
    }
}

fn verification(run: &VerificationRun) -> String {
    let who = version(
        &run.provider,
        &run.provider_version,
        run.provider_branch.as_deref(),
    );
    let problems = match run.not_passed {
        0 => String::new(),
        some => format!(" ({some} of {})", counted(run.interactions, "interaction")),
    };
    let (mark, outcome) = (mark(run.outcome), run.outcome);
    let consumer = with_versions(&run.consumer, &run.consumer_versions);
    format!("{who} was verified against {consumer}: {mark} {outcome}{problems}")
}

fn happened(happening: Happening) -> &'static str {
    match happening {
        Happening::Deployed => "was deployed to",
        Happening::Undeployed => "was undeployed from",
        Happening::Released => "was released to",
        Happening::SupportEnded => "is no longer supported in",
    }
}
