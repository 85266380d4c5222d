//! `pactwork`: the command line over the rooms, in three steps. [`args`] parses,
//! [`plan`] checks (all of the configuration and the environment is read there),
//! and a plan runs. [`exit`] says what the exit codes mean.

mod args;
mod ci;
mod commands;
mod config;
mod exit;
mod failure;
mod file_names;
mod git;
mod mock;
mod moment;
mod notify;
mod open_files;
mod output;
mod owned_folder;
mod pact_broker;
mod pact_files;
mod plan;
mod progress;
mod publication;
mod render;
mod selectors;
mod shell;
mod since;
mod stop_signal;
mod storage;
mod stub;
mod traffic;
mod watch;
mod web;
mod webhook;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use args::Args;
use exit::Exit;
use failure::{Failure, Result};
use output::Output;
use plan::{Context, Plan};

fn main() -> ExitCode {
    let folder = std::env::current_dir().unwrap_or_default();
    let variable = |name: &str| std::env::var(name).ok();
    let rewritten = match args::rewritten(std::env::args_os().collect(), variable) {
        Ok(rewritten) => rewritten,
        Err(failure) => return show_failure(&failure, folder),
    };
    let args = match Args::try_parse_from(rewritten.arguments) {
        Ok(args) => args,
        Err(usage) => return show_usage(&usage),
    };
    let output = Output::new(args.global.color, args.global.verbose > 0, folder.clone());
    for note in rewritten.notes {
        output.note(note);
    }
    let exit = run(args, folder, &output).unwrap_or_else(|failure| {
        output.failure(&failure);
        failure.exit
    });
    exit.into()
}

fn run(args: Args, folder: PathBuf, output: &Output) -> Result<Exit> {
    let context = Context::read(args.global, folder, output)?;
    let plan = Plan::check(args.command, &context)?;
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|reason| Failure::unknown(format!("cannot start threads: {reason}")))?;
    runtime.block_on(plan.run(output))
}

/// What keeps the arguments from being read.
fn show_failure(failure: &Failure, folder: PathBuf) -> ExitCode {
    Output::new(args::Color::Auto, false, folder).failure(failure);
    failure.exit.into()
}

/// `--help` and `--version` are results; anything else is wrong usage.
fn show_usage(usage: &clap::Error) -> ExitCode {
    let _ = usage.print();
    match usage.use_stderr() {
        true => Exit::WrongInput.into(),
        false => Exit::Holds.into(),
    }
}
