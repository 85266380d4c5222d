//! Pacts that consumers published to storage.

use pactwork_broker::{Held, Pull, Selector, Versions};

use super::{Choice, Found, Origin, Place};
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::plan::Context;
use crate::selectors::Asked;
use crate::storage::Storage;
use crate::web::printable;

/// Which of them.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pull: Pull,
    storage: Storage,
    pending: bool,
}

pub(super) fn plan(provider: &str, choice: &Choice<'_>, context: &Context) -> Result<Plan> {
    let selectors = choice.selectors.iter().map(Asked::for_storage);
    let selectors = selectors.collect::<std::result::Result<Vec<_>, _>>();
    let mut selectors = selectors.map_err(|why| {
        Failure::wrong_input(format!("--select: {why}"))
            .advise("`pactwork pull --help` lists the selectors of storage")
    })?;
    if selectors.is_empty() {
        selectors = Selector::defaults();
    }
    let since = choice
        .wip_since
        .map(|day| Versions::InProgressSince(day.begins));
    selectors.extend(since.map(Selector::of));
    Ok(Plan {
        pull: Pull {
            provider: provider.into(),
            provider_branch: choice.branch.map(str::to_owned),
            selectors,
            held: Held::new(),
        },
        storage: context.storage.clone(),
        pending: choice.pending,
    })
}

/// Pulls them. None is a warning; `alone`: nothing else is verified so far.
pub(super) async fn pull(plan: Plan, alone: bool, output: &Output) -> Result<Vec<Found>> {
    let Plan { pull, storage, .. } = plan;
    let published = storage.open().await?.pull(&pull).await?;
    if published.is_empty() {
        output.warning(format!(
            "{}no consumer has published a pact with {} in {storage} that was asked for",
            if alone { "nothing to verify: " } else { "" },
            pull.provider
        ));
    }
    let found = published.into_iter().map(|published| {
        let pending = published.pending && plan.pending;
        let mark = if pending { " (pending)" } else { "" };
        let consumer = printable(&published.consumer);
        output.note(format!("{consumer}: {}{mark}", printable(&published.why)));
        Found {
            pact: published.pact,
            origin: Origin {
                source: format!("{storage}: {}", published.why),
                place: Place::Storage,
                versions: published.versions,
                pending,
                broker: None,
                notices: Vec::new(),
            },
        }
    });
    Ok(found.collect())
}
