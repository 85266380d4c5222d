//! `pactwork mock`: answers as providers would, until stopped.

mod control;
mod ending;
mod files;

use pactwork_consumer::server::{Guard, ServerOptions};
use pactwork_consumer::{MockOptions, MockProvider};

use crate::args;
use crate::exit::Exit;
use crate::failure::Result;
use crate::mock::{DOCUMENT, Settings};
use crate::open_files;
use crate::output::Output;
use crate::plan::Context;

/// What is asked for.
#[derive(Debug)]
pub enum Plan {
    /// The description of the control API.
    Document,
    Serve(Box<Serve>),
}

/// What answers, and until when.
#[derive(Debug)]
pub struct Serve {
    /// A mock provider of pact files.
    files: Option<files::Files>,
    /// The control API.
    control: Option<control::Plan>,
    until_parent_exits: bool,
}

/// Fills in the defaults.
pub fn plan(args: args::Mock, context: &Context) -> Result<Plan> {
    if args.openapi {
        return Ok(Plan::Document);
    }
    let certificates = files::certificates(&args)?;
    let cors = files::cors(&args);
    let folder = args
        .output
        .unwrap_or_else(|| context.config.consumer.pacts.clone());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut options = MockOptions::default()
        .port(args.port.unwrap_or_default())
        .threads(threads)
        .output(&folder);
    if let Some(host) = args.host {
        options = options.host(host);
    }
    if let Some(certificates) = certificates {
        options = options.tls(certificates);
    }
    if let Some(cors) = cors {
        options = options.cors(cors);
    }
    let of_files = !args.pacts.is_empty();
    let controlled = !of_files || args.control_port.is_some() || !args.command.is_empty();
    let allowed = args.control_allow.into_iter();
    let guard = Guard::default().allow(args.control_host.to_string());
    let control = control::Plan {
        server: ServerOptions::default()
            .host(args.control_host)
            .port(args.control_port.unwrap_or_default()),
        guard: allowed.fold(guard, Guard::allow),
        host: args.control_host,
        settings: Settings {
            folder: context.working_folder.join(folder),
            working_folder: context.working_folder.clone(),
        },
        command: args.command,
    };
    Ok(Plan::Serve(Box::new(Serve {
        files: of_files.then_some(files::Files {
            pacts: args.pacts,
            options,
        }),
        control: controlled.then_some(control),
        until_parent_exits: args.until_parent_exits,
    })))
}

/// Answers until it is to end; then says what was missing or unexpected.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    open_files::allow_many();
    let Serve {
        files,
        control,
        until_parent_exits,
    } = match plan {
        Plan::Document => return output.result(DOCUMENT).map(|()| Exit::Holds),
        Plan::Serve(serve) => *serve,
    };
    let pact = files
        .as_ref()
        .map(|files| files.merged(output))
        .transpose()?;
    let ending = ending::Ending::listen(until_parent_exits)?;
    let mock = match files.zip(pact) {
        Some((files, pact)) => Some(MockProvider::serve(pact, files.options).await?),
        None => None,
    };
    match (control, mock) {
        (Some(control), mock) => control::run(control, mock, ending, output).await,
        (None, Some(mock)) => files::run(mock, ending, output).await,
        (None, None) => Ok(Exit::Holds),
    }
}
