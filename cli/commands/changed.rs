//! `pactwork changed`: which contracts are new since a moment.

use std::collections::BTreeSet;
use std::time::SystemTime;

use pactwork_broker::{Changes, Relying};

use crate::args::{self, ChangesFormat};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::plan::Context;
use crate::render::{github, human, json};
use crate::since::{self, Since};
use crate::storage::Storage;

/// What is asked.
#[derive(Debug)]
pub struct Plan {
    since: Since,
    provider: Option<String>,
    consumer: Option<Relying>,
    branch: Option<String>,
    exit_code: bool,
    format: ChangesFormat,
    storage: Storage,
}

/// Checks the arguments.
pub fn plan(args: args::Changed, context: &Context) -> Result<Plan> {
    let (provider, consumer) = match (args.provider, args.consumer) {
        (None, None) => {
            let own = context.config.participant_or(None, "--provider")?;
            (Some(own.clone()), Some(own))
        }
        named => named,
    };
    let about = provider.clone().or(consumer.clone());
    let since = since::plan(args.since, about.as_deref());
    Ok(Plan {
        since: since.ok_or_else(not_said)?,
        provider,
        consumer: consumer.map(|consumer| relying(consumer, context)),
        branch: args.branch,
        exit_code: args.exit_code,
        format: args.format,
        storage: context.storage.clone(),
    })
}

fn not_said() -> Failure {
    Failure::wrong_input("it is not said since when")
        .advise("give --since 2h, --since 2026-05-31, or --since-version V")
}

/// The configuration knows which events are consumed of whom, if it is this one's.
fn relying(consumer: String, context: &Context) -> Relying {
    let own = context.config.participant.as_ref() == Some(&consumer);
    let events = &context.config.consumer.events;
    Relying {
        providers: match own {
            true => events.keys().cloned().collect(),
            false => BTreeSet::new(),
        },
        consumer,
    }
}

/// Lists them.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let broker = plan.storage.open().await?;
    let since = plan.since.resolve(&broker, SystemTime::now()).await?;
    let asked = Changes {
        since,
        branch: plan.branch,
        provider: plan.provider,
        consumer: plan.consumer,
    };
    let changes = broker.changes(&asked).await?;
    output.result(&match plan.format {
        ChangesFormat::Human => human::changes(&changes, since),
        ChangesFormat::Json => json::changes(&changes, since)?,
        ChangesFormat::Github => github::changes(&changes)?,
    })?;
    Ok(match plan.exit_code && changes.is_empty() {
        true => Exit::Broken,
        false => Exit::Holds,
    })
}
