//! `pactwork environments`: which there are.

use serde_json::json;

use crate::args::{self, Format};
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::Output;
use crate::plan::Context;
use crate::render::json;
use crate::storage::Storage;

/// How they are listed, and of which bucket.
#[derive(Debug)]
pub struct Plan {
    format: Format,
    storage: Storage,
}

/// Checks the arguments.
pub fn plan(args: &args::Environments, context: &Context) -> Plan {
    Plan {
        format: args.format,
        storage: context.storage.clone(),
    }
}

/// Lists them.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let environments = plan.storage.open().await?.environments().await?;
    if environments.is_empty() && plan.format == Format::Human {
        output.warning("there is no environment yet; see `pactwork create-environment --help`");
        return Ok(Exit::Holds);
    }
    output.result(&match plan.format {
        Format::Human => environments.join("\n"),
        Format::Json => json::pretty(&json!({ "environments": environments }))?,
    })?;
    Ok(Exit::Holds)
}
