//! The control API, and the test command that it is for.

use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::process::ExitStatus;
use std::sync::Arc;

use pactwork_consumer::MockProvider;
use pactwork_consumer::server::{Guard, Server, ServerOptions};

use super::ending::Ending;
use super::files;
use crate::exit::Exit;
use crate::failure::Result;
use crate::mock::command::{self, Running};
use crate::mock::{Api, Conclusion, Control, Settings};
use crate::output::Output;
use crate::render::human;

/// Where the control API listens, and what for.
#[derive(Debug)]
pub struct Plan {
    pub server: ServerOptions,
    pub guard: Guard,
    pub host: IpAddr,
    pub settings: Settings,
    /// Empty for none.
    pub command: Vec<OsString>,
}

/// Takes orders until it is to end; then says what became of them.
pub async fn run(
    plan: Plan,
    mock: Option<MockProvider>,
    mut ending: Ending,
    output: &Output,
) -> Result<Exit> {
    let api = Arc::new(Api::new(plan.settings.clone()));
    let announced = mock
        .as_ref()
        .filter(|_| plan.command.is_empty())
        .map(|mock| files::announce(mock, output))
        .transpose();
    let url = mock.as_ref().map(|mock| mock.url().to_owned());
    if let Some(mock) = mock {
        api.adopt(mock);
    }
    let served = match announced {
        Ok(_) => serve(&plan, &api, url, &mut ending, output).await,
        Err(failure) => Err(failure),
    };
    let conclusion = api.close();
    let of_files = api.take_of_files();
    let of_files = match of_files {
        Some(mock) => Some(mock.finish().await),
        None => None,
    };
    let status = served?;
    let of_files = of_files
        .map(|finished| files::conclude(finished, output))
        .transpose()?;
    let (of_files, text) = of_files.unzip();
    tell(&conclusion, text, status, output)?;
    Ok(worse(&conclusion, of_files, status))
}

/// Runs the command, or waits for the end; gives the command's status.
async fn serve(
    plan: &Plan,
    api: &Arc<Api>,
    mock: Option<String>,
    ending: &mut Ending,
    output: &Output,
) -> Result<Option<ExitStatus>> {
    let control = Control::new(Arc::clone(api), plan.guard.clone());
    let server = Server::start(Arc::new(control), &plan.server, || ())?;
    let url = format!("http://{}", reachable(server.address()));
    let status = match plan.command.is_empty() {
        true => wait(plan, api, &url, ending, output).await.map(|()| None),
        false => test(plan, url, mock, ending, output).await.map(Some),
    };
    server.finish().await?;
    status
}

async fn wait(
    plan: &Plan,
    api: &Api,
    url: &str,
    ending: &mut Ending,
    output: &Output,
) -> Result<()> {
    warn(plan, output);
    output.note("taking orders until SIGINT or SIGTERM; what there is: /openapi.json");
    output.result(url)?;
    tokio::select! {
        _ = ending.received() => {}
        () = api.asked_to_end() => {}
    }
    Ok(())
}

async fn test(
    plan: &Plan,
    url: String,
    mock: Option<String>,
    ending: &mut Ending,
    output: &Output,
) -> Result<ExitStatus> {
    warn(plan, output);
    output.detail(format!("the control API listens at {url}"));
    let mut variables = vec![("PACTWORK_MOCK_URL", url)];
    variables.extend(mock.map(|url| ("PACTWORK_MOCK_PROVIDER_URL", url)));
    let mut running = Running::start(&plan.command, &variables)?;
    loop {
        let signal = tokio::select! {
            status = running.ended() => return status,
            signal = ending.received() => signal,
        };
        running.signal(signal);
    }
}

fn warn(plan: &Plan, output: &Output) {
    if !plan.host.is_loopback() {
        output.warning(format!(
            "the control API listens on {}: whoever can reach it can start mock providers and \
             write pact files here",
            plan.host
        ));
    }
}

/// The address that a client on this machine connects to.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => {
            address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        IpAddr::V6(ip) if ip.is_unspecified() => {
            address.set_ip(std::net::Ipv6Addr::LOCALHOST.into());
        }
        _ => {}
    }
    address
}

/// The standard output is the command's where there is one.
fn tell(
    conclusion: &Conclusion,
    of_files: Option<String>,
    status: Option<ExitStatus>,
    output: &Output,
) -> Result<()> {
    let nothing_else = of_files.is_some() && conclusion.is_empty();
    let controlled = (!nothing_else).then(|| human::concluded(conclusion, output));
    for text in of_files.into_iter().chain(controlled) {
        match status {
            Some(_) => output.rendered(&text),
            None => output.result(&text)?,
        }
    }
    Ok(())
}

/// The command's own code where it failed; otherwise what became of the mock providers.
fn worse(conclusion: &Conclusion, of_files: Option<Exit>, status: Option<ExitStatus>) -> Exit {
    match status.map(command::code) {
        Some(code) if code != 0 => Exit::OfCommand(code),
        _ if !conclusion.holds => Exit::Broken,
        _ => of_files.unwrap_or(Exit::Holds),
    }
}
