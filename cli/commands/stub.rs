//! `pactwork stub`: serves pacts as a running fake provider, until stopped.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use pactwork_broker::{Broker, Held, PublishedPact, Pull, Selector};
use pactwork_consumer::server::Certificates;
use pactwork_consumer::stub::{Pages, StubOptions, StubProvider, StubSource};
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::args::{self, Format};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::open_files;
use crate::output::Output;
use crate::plan::Context;
use crate::render::{human, json};
use crate::selectors;
use crate::stop_signal::StopSignal;
use crate::stub::{Found, FromStorage, Golden, Route, Sources};
use crate::watch::{LOOK_EVERY, SETTLING, Watch, Watched};

/// How deep folders are looked into: golden contracts lie in folders of a folder.
const DEEPEST: usize = 2;
/// Long enough for never.
const NEVER: Duration = Duration::from_secs(365 * 24 * 3600);

/// What is served, and where.
#[derive(Debug)]
pub struct Plan {
    sources: Sources,
    options: StubOptions,
    tls: Tls,
    ports: Vec<(Option<String>, u16)>,
    reload: Reload,
    format: Format,
}

/// Whether TLS is spoken, and with which certificate.
#[derive(Debug)]
enum Tls {
    Off,
    Files {
        certificate: PathBuf,
        key: PathBuf,
    },
    SelfSigned {
        written_to: PathBuf,
        names: Vec<String>,
    },
}

/// Whether and how often what is served is looked at again.
#[derive(Debug, Clone, Copy)]
struct Reload {
    files: bool,
    storage: Option<Duration>,
}

/// Checks the arguments.
pub fn plan(args: args::Stub, context: &Context) -> Result<Plan> {
    check_storage_flags(&args)?;
    let options = options(&args);
    let tls = tls(&args);
    let golden = match &args.golden {
        None => None,
        Some(folder) => Some(Golden {
            folder: folder.clone(),
            provider: match args.provider.as_slice() {
                [only] => Some(only.clone()),
                _ => context.config.participant.clone(),
            },
            routes: Route::all(&context.config.stub.responses, args.response)?,
        }),
    };
    let mut pacts = args.pacts;
    if pacts.is_empty() && golden.is_none() && !args.from_storage {
        pacts.push(context.config.consumer.pacts.clone());
    }
    let storage = match args.from_storage {
        false => None,
        true => Some(FromStorage {
            storage: context.storage.clone(),
            pulls: pulls(&args.provider, args.provider_branch, args.select, context)?,
        }),
    };
    let every = Duration::from_secs(args.reload_every);
    Ok(Plan {
        reload: Reload {
            files: !args.no_reload,
            storage: (storage.is_some() && !args.no_reload && !every.is_zero()).then_some(every),
        },
        sources: Sources {
            pacts,
            golden,
            storage,
            providers: args.provider,
        },
        options,
        tls,
        ports: args.port,
        format: args.format,
    })
}

fn check_storage_flags(args: &args::Stub) -> Result<()> {
    let given = !args.select.is_empty() || args.provider_branch.is_some();
    if given && !args.from_storage {
        return Err(Failure::wrong_input(
            "--select and --provider-branch choose among pacts in storage",
        )
        .advise("add --from-storage, or leave them out"));
    }
    Ok(())
}

fn options(args: &args::Stub) -> StubOptions {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let pages = match (args.no_cors, args.cors.as_slice()) {
        (true, _) => Pages::None,
        (false, []) => Pages::OfThisMachine,
        (false, origins) if origins.iter().any(|origin| origin == "*") => Pages::All,
        (false, origins) => Pages::OfOrigins(origins.to_vec()),
    };
    let mut options = StubOptions::default()
        .host(args.host)
        .threads(threads)
        .control_path(&args.control_path)
        .pages(pages);
    for name in &args.allow_host {
        options = options.allow_host(name);
    }
    for name in &args.ignore_header {
        options = options.ignore_header(name);
    }
    options
}

fn tls(args: &args::Stub) -> Tls {
    match (&args.tls_certificate, &args.tls_key, &args.tls_self_signed) {
        (Some(certificate), Some(key), _) => Tls::Files {
            certificate: certificate.clone(),
            key: key.clone(),
        },
        (_, _, Some(file)) => Tls::SelfSigned {
            written_to: file.clone(),
            names: args.allow_host.clone(),
        },
        _ => Tls::Off,
    }
}

impl Tls {
    fn certificates(&self) -> Result<Option<Certificates>> {
        match self {
            Self::Off => Ok(None),
            Self::Files { certificate, key } => Certificates::from_files(certificate, key)
                .map(Some)
                .map_err(Failure::wrong_input),
            Self::SelfSigned { written_to, names } => {
                let made = Certificates::self_signed_for(names).map_err(Failure::wrong_input)?;
                std::fs::write(written_to, made.certificate_pem())
                    .map_err(|reason| Failure::cannot_write(written_to, &reason))?;
                Ok(Some(made))
            }
        }
    }
}

/// What is asked of storage, by default what is on the consumers' main branches:
/// pacts of several branches would contradict each other.
fn pulls(
    providers: &[String],
    branch: Option<String>,
    select: Vec<Selector>,
    context: &Context,
) -> Result<Vec<Pull>> {
    let providers = match providers {
        [] => vec![context.config.participant_or(None, "--provider")?],
        named => named.to_vec(),
    };
    let selectors = match select.is_empty() {
        true => selectors::parse("main-branch").into_iter().collect(),
        false => select,
    };
    Ok(providers
        .into_iter()
        .map(|provider| Pull {
            provider,
            provider_branch: branch.clone(),
            selectors: selectors.clone(),
            held: Held::new(),
        })
        .collect())
}

/// Answers until SIGINT or SIGTERM.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    open_files::allow_many();
    let mut stop = StopSignal::listen()?;
    let format = plan.format;
    let mut company = Company::start(plan, output).await?;
    company.announce(format, output)?;
    let mut files = every(company.reload.files.then_some(LOOK_EVERY));
    let mut storage = every(company.reload.storage);
    loop {
        tokio::select! {
            _ = stop.received() => break,
            _ = files.tick() => company.look_at_files(output).await,
            _ = storage.tick() => company.look_at_storage(output).await,
        }
    }
    for stub in company.stubs.into_values() {
        stub.finish().await?;
    }
    Ok(Exit::Holds)
}

/// Ticks; its first tick, which comes at once, finds nothing new.
fn every(period: Option<Duration>) -> Interval {
    let mut ticks = interval(period.unwrap_or(NEVER));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// The stubs, one for each provider, and where they get what they serve.
struct Company {
    sources: Sources,
    options: StubOptions,
    ports: Vec<(Option<String>, u16)>,
    reload: Reload,
    stubs: BTreeMap<String, StubProvider>,
    broker: Option<Broker>,
    pulled: Vec<PublishedPact>,
    watch: Watch,
    /// What is odd and was said.
    told: Vec<String>,
    /// Why storage could not be asked, the last time.
    unreachable: Option<String>,
}

impl Company {
    async fn start(mut plan: Plan, output: &Output) -> Result<Self> {
        // Before they are read, so that no change goes unseen.
        let watch = Watch::over(watched(&plan.sources));
        let mut broker = None;
        let mut pulled = Vec::new();
        if let Some(from) = &mut plan.sources.storage {
            let opened = from.storage.open().await?;
            pulled = from.pull(&opened).await?;
            broker = Some(opened);
        }
        let found = plan.sources.load(&pulled)?;
        if found.sources.is_empty() {
            return Err(plan.sources.nothing(&pulled));
        }
        check_ports(&plan.ports, &found)?;
        if let Some(certificates) = plan.tls.certificates()? {
            plan.options = plan.options.tls(certificates);
        }
        let mut company = Self {
            sources: plan.sources,
            options: plan.options,
            ports: plan.ports,
            reload: plan.reload,
            stubs: BTreeMap::new(),
            broker,
            pulled,
            watch,
            told: Vec::new(),
            unreachable: None,
        };
        company.tell(found.warnings, output);
        for (provider, sources) in found.sources {
            company.add(provider, sources, output)?;
        }
        Ok(company)
    }

    fn add(&mut self, provider: String, sources: Vec<StubSource>, output: &Output) -> Result<()> {
        let port = self.ports.iter().find(|(name, _)| match name {
            Some(name) => *name == provider,
            None => self.stubs.is_empty(),
        });
        let options = self.options.clone().port(port.map_or(0, |(_, port)| *port));
        let stub = StubProvider::start(&provider, sources, options)?;
        self.tell(stub.warnings(), output);
        self.stubs.insert(provider, stub);
        Ok(())
    }

    /// The URL of a lone provider stands alone on the first line, for whoever
    /// started this.
    fn announce(&self, format: Format, output: &Output) -> Result<()> {
        for (provider, stub) in &self.stubs {
            output.note(format!(
                "{}, page: {}",
                counted(provider, stub),
                stub.page()
            ));
        }
        output.note("answering until SIGINT or SIGTERM");
        let text = match format {
            Format::Human => {
                let urls = self.stubs.iter();
                let urls = urls.map(|(name, stub)| (name.as_str(), stub.url()));
                human::stubs(&urls.collect::<Vec<_>>())
            }
            Format::Json => json::stubs(&self.stubs)?,
        };
        output.result(&text)
    }

    async fn look_at_files(&mut self, output: &Output) {
        if !self.watch.settled_changes(SETTLING).await.is_empty() {
            self.reload(output);
        }
    }

    async fn look_at_storage(&mut self, output: &Output) {
        let (Some(from), Some(broker)) = (&mut self.sources.storage, &self.broker) else {
            return;
        };
        match from.pull(broker).await {
            Ok(pulled) => {
                let was_unreachable = self.unreachable.take().is_some();
                if pulled != self.pulled || was_unreachable {
                    self.pulled = pulled;
                    self.reload(output);
                }
            }
            Err(failure) if self.unreachable.as_ref() != Some(&failure.message) => {
                self.complain(&failure.message, output);
                self.unreachable = Some(failure.message);
            }
            Err(_) => {}
        }
    }

    /// Serves what there is now; what cannot be served leaves what was.
    fn reload(&mut self, output: &Output) {
        match self.sources.load(&self.pulled) {
            Ok(found) => self.replace(found, output),
            Err(failure) => self.complain(&failure.message, output),
        }
    }

    fn replace(&mut self, mut found: Found, output: &Output) {
        self.tell(found.warnings, output);
        let mut warnings = Vec::new();
        for (provider, stub) in &self.stubs {
            let sources = found.sources.remove(provider).unwrap_or_default();
            match stub.replace(sources) {
                Ok(()) => {
                    stub.show_problem(None);
                    output.note(format!("reloaded {}", counted(provider, stub)));
                    warnings.extend(stub.warnings());
                }
                Err(problems) => complain_to(stub, &problems.to_string(), output),
            }
        }
        self.tell(warnings, output);
        for (provider, sources) in found.sources {
            self.add_later(provider, sources, output);
        }
    }

    /// A provider that was not there at the start.
    fn add_later(&mut self, provider: String, sources: Vec<StubSource>, output: &Output) {
        if let Err(failure) = self.add(provider.clone(), sources, output) {
            let message = format!("{provider} is not served: {}", failure.message);
            return output.warning(message);
        }
        if let Some(stub) = self.stubs.get(&provider) {
            let counted = counted(&provider, stub);
            output.note(format!("new at {}: {counted}", stub.url()));
        }
    }

    fn complain(&self, problem: &str, output: &Output) {
        output.warning(format!("{NOT_RELOADED}: {problem}"));
        for stub in self.stubs.values() {
            stub.show_problem(Some(problem.into()));
        }
    }

    /// Says what is odd, once.
    fn tell(&mut self, warnings: Vec<String>, output: &Output) {
        for warning in warnings {
            if !self.told.contains(&warning) {
                output.warning(&warning);
                self.told.push(warning);
            }
        }
    }
}

const NOT_RELOADED: &str = "not reloaded, what was served before still is";

fn complain_to(stub: &StubProvider, problem: &str, output: &Output) {
    output.warning(format!("{NOT_RELOADED}: {problem}"));
    stub.show_problem(Some(problem.into()));
}

fn watched(sources: &Sources) -> Vec<Watched> {
    let golden = sources.golden.iter().map(|golden| &golden.folder);
    let paths = sources.pacts.iter().chain(golden).cloned();
    paths.map(|path| Watched::json(path, DEEPEST)).collect()
}

/// A port without a name is for a lone provider; a name has to be one that is served.
fn check_ports(ports: &[(Option<String>, u16)], found: &Found) -> Result<()> {
    let names: Vec<_> = found.sources.keys().map(String::as_str).collect();
    for (name, port) in ports {
        let (problem, first) = match name {
            None if names.len() > 1 || ports.len() > 1 => (
                format!("--port {port} does not say which provider it is for"),
                names.first(),
            ),
            Some(name) if !names.contains(&name.as_str()) => (
                format!("--port {name}={port}: no pact with {name} is served"),
                names.first(),
            ),
            _ => continue,
        };
        let first = first.copied().unwrap_or_default();
        return Err(Failure::wrong_input(problem).advise(format!(
            "served are {}: write --port {first}={port}, or --provider {first} to serve it alone",
            names.join(", ")
        )));
    }
    Ok(())
}

fn counted(provider: &str, stub: &StubProvider) -> String {
    human::stub_size(provider, stub.size())
}
