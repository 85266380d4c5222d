//! `pactwork graph`: who depends on whom.

use std::path::PathBuf;

use pactwork_broker::Scope;
use pactwork_contract::write_atomically;

use crate::args::{self, GraphFormat};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::plan::Context;
use crate::render::{graph, json};
use crate::storage::Storage;

/// What is drawn, and how.
#[derive(Debug)]
pub struct Plan {
    scope: Scope,
    participant: Option<String>,
    format: GraphFormat,
    /// `None`: stdout.
    file: Option<PathBuf>,
    storage: Storage,
}

/// Checks the arguments.
pub fn plan(args: args::Graph, context: &Context) -> Plan {
    let scope = match (args.environment, args.branch) {
        (Some(environment), _) => Scope::Environment(environment),
        (None, Some(branch)) => Scope::Branch(branch),
        (None, None) => Scope::Main,
    };
    let file = args.output;
    Plan {
        scope,
        participant: args.participant,
        format: args.format,
        file: file.map(|file| context.working_folder.join(file)),
        storage: context.storage.clone(),
    }
}

/// Reads and draws.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let broker = plan.storage.open().await?;
    let found = broker.graph(&plan.scope, plan.participant.as_deref());
    let found = found.await?;
    if found.participants.is_empty() {
        output.warning(format!("nobody is in {} so far", plan.storage));
    }
    let text = match plan.format {
        GraphFormat::Mermaid => graph::mermaid(&found),
        GraphFormat::Dot => graph::dot(&found),
        GraphFormat::Svg => graph::svg(&found),
        GraphFormat::Json => json::pretty(&found)?,
    };
    let Some(file) = &plan.file else {
        output.result(&text)?;
        return Ok(Exit::Holds);
    };
    let contents = format!("{}\n", text.trim_end());
    write_atomically(file, contents.as_bytes())
        .map_err(|reason| Failure::cannot_write(file, &reason))?;
    output.note(format!("the graph is in {}", output.path(file)));
    Ok(Exit::Holds)
}
