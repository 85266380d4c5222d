//! `pactwork show`: one participant, version, pact or golden contract.

use pactwork_broker::{Broker, FoundContract, FoundGolden, FoundPact, MatrixQuery, Scope, Which};
use pactwork_contract::SpecificationVersion;
use serde_json::json;

use crate::args::{self, Format};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::plan::Context;
use crate::render::human::{self, Participant};
use crate::render::json;
use crate::storage::Storage;

/// How many of a participant's versions are shown with it.
const VERSIONS_SHOWN: usize = 10;

/// What is shown, and how.
#[derive(Debug)]
pub struct Plan {
    what: What,
    format: Format,
    storage: Storage,
}

#[derive(Debug)]
enum What {
    Participant(String),
    Version {
        participant: String,
        version: String,
    },
    Pact {
        consumer: String,
        provider: String,
        which: Which,
    },
    Golden {
        provider: String,
        event: String,
        which: Which,
    },
    Content(String),
}

/// Checks the arguments.
pub fn plan(args: args::Show, context: &Context) -> Result<Plan> {
    let (format, storage) = (args.format, context.storage.clone());
    Ok(Plan {
        what: what(args, context)?,
        format,
        storage,
    })
}

fn what(args: args::Show, context: &Context) -> Result<What> {
    let which = which(args.version.clone(), args.branch.clone());
    let whose = |participant| context.config.participant_or(participant, "--participant");
    if let Some(id) = args.content {
        return Ok(What::Content(id));
    }
    if let Some(pact) = args.pact {
        return match args.participant {
            None if pact.contains('/') => pact_of(&pact, which),
            participant => Ok(What::Pact {
                consumer: whose(participant)?,
                provider: pact,
                which,
            }),
        };
    }
    let participant = whose(args.participant)?;
    if let Some(event) = args.golden {
        return Ok(What::Golden {
            provider: participant,
            event,
            which,
        });
    }
    match (args.version, args.branch) {
        (Some(version), _) => Ok(What::Version {
            participant,
            version,
        }),
        (None, None) => Ok(What::Participant(participant)),
        (None, Some(_)) => Err(Failure::wrong_input(
            "--branch goes with --pact or --golden; a branch's newest version is in `pactwork list branches`",
        )),
    }
}

/// Which version of a contract the flags name.
pub fn which(version: Option<String>, branch: Option<String>) -> Which {
    match (version, branch) {
        (Some(version), _) => Which::Version(version),
        (None, Some(branch)) => Which::Branch(branch),
        (None, None) => Which::Newest,
    }
}

/// `consumer/provider` or `consumer/provider@version`.
fn pact_of(text: &str, which: Which) -> Result<What> {
    let (parties, version) = match text.rsplit_once('@') {
        Some((parties, version)) if which == Which::Newest && parties.contains('/') => {
            (parties, Some(version))
        }
        _ => (text, None),
    };
    match parties.split('/').collect::<Vec<_>>()[..] {
        [consumer, provider] if !consumer.is_empty() && !provider.is_empty() => Ok(What::Pact {
            consumer: consumer.into(),
            provider: provider.into(),
            which: match version {
                Some(version) => Which::Version(version.into()),
                None => which,
            },
        }),
        _ => Err(Failure::wrong_input(format!(
            "expected --pact CONSUMER/PROVIDER or CONSUMER/PROVIDER@VERSION, found {text}"
        ))
        .advise("for other names: --participant CONSUMER --pact PROVIDER --version VERSION")),
    }
}

/// Reads and shows.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let broker = plan.storage.open().await?;
    let text = match &plan.what {
        What::Participant(name) => participant(&broker, name, plan.format).await?,
        What::Version {
            participant,
            version,
        } => self::version(&broker, participant, version, plan.format).await?,
        What::Pact {
            consumer,
            provider,
            which,
        } => pact(
            &broker.find_pact(consumer, provider, which).await?,
            plan.format,
        )?,
        What::Golden {
            provider,
            event,
            which,
        } => golden(
            &broker.find_golden(provider, event, which).await?,
            plan.format,
        ),
        What::Content(id) => match broker.find_content(id).await? {
            FoundContract::Pact(found) => pact(&found, plan.format)?,
            FoundContract::Golden(found) => golden(&found, plan.format),
        },
    };
    output.result(&text)?;
    Ok(Exit::Holds)
}

async fn participant(broker: &Broker, name: &str, format: Format) -> Result<String> {
    let query = MatrixQuery {
        participants: vec![(name.into(), None)],
        ..MatrixQuery::default()
    };
    let versions = broker.list_versions(name, Some(VERSIONS_SHOWN)).await?;
    let found = Participant {
        name,
        branches: broker.list_branches(name).await?,
        versions: versions.items,
        versions_left_out: versions.left_out,
        deployments: broker.list_deployments(None, Some(name)).await?,
        rows: broker.matrix(&query).await?,
    };
    match format {
        Format::Human => Ok(human::participant(&found)),
        Format::Json => json::pretty(&json!({
            "participant": found.name,
            "branches": found.branches,
            "versions": found.versions,
            "versions_left_out": found.versions_left_out,
            "deployments": found.deployments,
            "providers": found.providers(),
            "consumers": found.consumers(),
            "rows": found.rows,
        })),
    }
}

async fn version(
    broker: &Broker,
    participant: &str,
    version: &str,
    format: Format,
) -> Result<String> {
    let found = broker.find_published(participant, version).await?;
    let query = MatrixQuery {
        participants: vec![(participant.into(), Some(version.into()))],
        scope: Scope::All,
        ..MatrixQuery::default()
    };
    let rows = broker.matrix(&query).await?;
    match format {
        Format::Human => Ok(human::version(&found, &rows)),
        Format::Json => json::pretty(&json!({ "version": found, "rows": rows })),
    }
}

fn pact(found: &FoundPact, format: Format) -> Result<String> {
    match format {
        Format::Human => Ok(human::pact(found)),
        Format::Json => {
            let bytes = found.pact.to_bytes(SpecificationVersion::V4)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        }
    }
}

fn golden(found: &FoundGolden, format: Format) -> String {
    match format {
        Format::Human => human::golden(found),
        Format::Json => String::from_utf8_lossy(&found.schema).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pact_is_named_by_its_parties_and_version() {
        let version = |version: &str| Which::Version(version.into());
        for (text, which, expected) in [
            ("web/orders", Which::Newest, Some(("orders", Which::Newest))),
            (
                "web/orders@1",
                Which::Newest,
                Some(("orders", version("1"))),
            ),
            (
                "web/orders@1",
                version("2"),
                Some(("orders@1", version("2"))),
            ),
            ("web/", Which::Newest, None),
            ("@shop/web/orders", Which::Newest, None),
        ] {
            let found = match pact_of(text, which) {
                Ok(What::Pact {
                    provider, which, ..
                }) => Some((provider, which)),
                _ => None,
            };
            let expected = expected.map(|(provider, which)| (provider.to_owned(), which));
            assert_eq!(found, expected, "{text}");
        }
    }
}
