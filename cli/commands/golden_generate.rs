//! `pactwork golden generate`: runs the provider's command that prints its golden
//! contracts, and writes one file per event.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pactwork_golden::{GoldenContract, read_listing};

use crate::args;
use crate::config::FILE_NAME;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::file_names;
use crate::output::Output;
use crate::owned_folder::{self, Files};
use crate::plan::Context;
use crate::shell;

/// What is run, and where its golden contracts go.
#[derive(Debug)]
pub struct Plan {
    command: String,
    folder: PathBuf,
    environment: BTreeMap<String, String>,
    output: PathBuf,
}

/// Checks the arguments.
pub fn plan(args: args::GoldenGenerate, context: &Context) -> Result<Plan> {
    let provider = &context.config.provider;
    let command = provider.golden.clone().ok_or_else(|| {
        Failure::wrong_input("it is not known how this provider's golden contracts are generated")
            .advise(format!(
                "write golden = \"…\" under [provider] in {FILE_NAME}: a command that prints \
                 {{ \"EventName\": schema, … }}"
            ))
    })?;
    Ok(Plan {
        command,
        folder: context.config.folder.clone(),
        environment: provider.environment.clone(),
        output: args
            .output
            .unwrap_or_else(|| provider.golden_output.clone()),
    })
}

/// Runs the command and writes the files.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    output.detail(format!("running: {}", plan.command));
    let listing = shell::stdout_of(&plan.command, &plan.folder, &plan.environment).await?;
    let contracts = read_listing(&listing, &format!("the output of `{}`", plan.command))?;
    if contracts.is_empty() {
        output.warning(format!("`{}` lists no golden contract", plan.command));
    }
    let files: Files = contracts.iter().map(file).collect();
    for removed in owned_folder::mirror(&plan.output, &files)? {
        output.note(format!(
            "removed {}: no longer listed",
            output.path(&removed)
        ));
    }
    for name in files.keys() {
        output.result(&output.path(&plan.output.join(name)).to_string())?;
    }
    Ok(Exit::Holds)
}

fn file(contract: &GoldenContract) -> (String, Vec<u8>) {
    let name = format!("{}.json", file_names::encode(&contract.name));
    (name, contract.to_bytes())
}
