//! `pactwork log`: what was recorded, the newest first.

use std::time::SystemTime;

use pactwork_broker::{History, RecordKind};

use crate::args::{self, Format};
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::Output;
use crate::plan::Context;
use crate::render::{human, json};
use crate::since::{self, Since};
use crate::storage::Storage;

/// How many are shown where nobody says otherwise.
const LIMIT: usize = 50;

/// What is shown.
#[derive(Debug)]
pub struct Plan {
    participant: Option<String>,
    since: Option<Since>,
    kinds: Vec<RecordKind>,
    limit: Option<usize>,
    format: Format,
    storage: Storage,
}

/// Checks the arguments.
pub fn plan(args: args::Log, context: &Context) -> Result<Plan> {
    let given = args.limit.and_then(|limit| usize::try_from(limit).ok());
    let by_version = args.since.since_version.is_some();
    let participant = match by_version {
        true => Some(
            context
                .config
                .participant_or(args.participant, "--participant")?,
        ),
        false => args.participant,
    };
    let since = since::plan(args.since, participant.as_deref());
    Ok(Plan {
        limit: given.or(since.is_none().then_some(LIMIT)),
        since,
        kinds: args.only.into_iter().map(RecordKind::from).collect(),
        participant,
        format: args.format,
        storage: context.storage.clone(),
    })
}

/// Shows it.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let broker = plan.storage.open().await?;
    let since = match &plan.since {
        Some(since) => Some(since.resolve(&broker, SystemTime::now()).await?),
        None => None,
    };
    let asked = History {
        participant: plan.participant,
        since,
        limit: plan.limit,
        kinds: plan.kinds,
    };
    let recorded = broker.history(&asked).await?;
    if recorded.is_empty() && plan.format == Format::Human {
        output.warning(format!(
            "nothing that was asked for is recorded in {}",
            plan.storage
        ));
        return Ok(Exit::Holds);
    }
    output.result(&match plan.format {
        Format::Human => human::log(&recorded),
        Format::Json => json::log(&recorded)?,
    })?;
    if asked.limit == Some(recorded.len()) && plan.format == Format::Human {
        output.note(format!("the newest {}; --limit shows more", recorded.len()));
    }
    Ok(Exit::Holds)
}

impl From<args::Recorded> for RecordKind {
    fn from(kind: args::Recorded) -> Self {
        match kind {
            args::Recorded::Publications => Self::Publications,
            args::Recorded::Deployments => Self::Deployments,
            args::Recorded::Verifications => Self::Verifications,
        }
    }
}
