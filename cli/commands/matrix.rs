//! `pactwork matrix`: which versions of providers keep what versions of consumers
//! rely on.

use pactwork_broker::{Beginning, MatrixQuery, Scope};
use serde_json::json;

use crate::args::{self, Format};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::plan::Context;
use crate::render::{human, json};
use crate::storage::Storage;

/// What is asked, and how it is shown.
#[derive(Debug)]
pub struct Plan {
    query: MatrixQuery,
    limit: Option<usize>,
    format: Format,
    storage: Storage,
}

/// Checks the arguments.
pub fn plan(args: args::Matrix, context: &Context) -> Result<Plan> {
    let scope = match (args.all, args.to_environment, args.branch) {
        (true, ..) => Scope::All,
        (_, Some(environment), _) => Scope::Environment(environment),
        (_, _, Some(branch)) => Scope::Branch(branch),
        (false, None, None) => Scope::Current,
    };
    Ok(Plan {
        query: MatrixQuery {
            participants: participants(args.participant, args.version)?,
            consumer: args.consumer,
            provider: args.provider,
            scope,
        },
        limit: args.limit,
        format: args.format,
        storage: context.storage.clone(),
    })
}

/// Each participant goes with the version at its place, or none with any.
fn participants(
    participants: Vec<String>,
    versions: Vec<String>,
) -> Result<Vec<(String, Option<String>)>> {
    if versions.is_empty() {
        return Ok(participants.into_iter().map(|name| (name, None)).collect());
    }
    if participants.len() != versions.len() {
        let message = format!(
            "expected a --version for each --participant or none at all, found {} and {}",
            versions.len(),
            participants.len()
        );
        let advice = "write them in pairs: --participant P --version V --participant Q --version W";
        return Err(Failure::wrong_input(message).advise(advice));
    }
    let versions = versions.into_iter().map(Some);
    Ok(participants.into_iter().zip(versions).collect())
}

/// Shows the rows.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let rows = plan.storage.open().await?.matrix(&plan.query).await?;
    if rows.is_empty() && plan.format == Format::Human {
        output.warning(format!(
            "no pact in {} that was asked for{}",
            plan.storage,
            place(&plan.query.scope)
        ));
        return Ok(Exit::Holds);
    }
    let rows = Beginning::of(rows, plan.limit);
    output.result(&match plan.format {
        Format::Human => human::matrix(&rows, &plan.query.scope),
        Format::Json => json::pretty(&json!({ "rows": rows.items, "left_out": rows.left_out }))?,
    })?;
    Ok(Exit::Holds)
}

fn place(scope: &Scope) -> String {
    match scope {
        Scope::Environment(name) => format!(" among what is in {name}"),
        Scope::Branch(name) => format!(" among the newest versions on {name}"),
        _ => String::new(),
    }
}
