//! Where the pacts come from: what is named, storage, a Pact Broker, and all of them
//! together; each content once, with every place that it was found in.

mod gather;
mod named;
mod pact_broker;
mod storage;
mod urls;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pactwork_contract::{ContentId, Pact};
use pactwork_provider::{PactReport, Pacts, Secrets, Verifier};

use crate::args;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::pact_broker::{Links, Server};
use crate::plan::Context;
use crate::selectors::Asked;
use gather::Gathered;

/// Which pacts are verified.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Without one, what is named has to be of the same.
    provider: Option<String>,
    named: named::Plan,
    storage: Option<storage::Plan>,
    broker: Option<pact_broker::Plan>,
    each_alone: bool,
    /// What was given for URLs, where none is named.
    of_no_url: Option<&'static str>,
}

/// What was asked for, beside what is named.
struct Choice<'a> {
    selectors: &'a [Asked],
    wip_since: Option<&'a args::Day>,
    branch: Option<&'a str>,
    pending: bool,
}

/// Checks the arguments; `branch` is the provider's.
pub fn plan(args: args::Source, branch: Option<&str>, context: &Context) -> Result<Plan> {
    let timeout = Duration::from_secs(args.urls.source_timeout);
    let address = pact_broker::Given::of(&args.broker, context);
    let asks_broker = args.broker.broker_url.is_some()
        || address.url.is_some()
            && args.pacts.is_empty()
            && !args.from_storage
            && !context.storage.is_configured();
    let asks_storage = args.from_storage || args.pacts.is_empty() && !asks_broker;
    if !asks_broker && !asks_storage {
        refuse_choice(&args)?;
    }
    let own = args.provider.clone();
    let provider = match asks_broker || asks_storage {
        true => Some(context.config.participant_or(own, "--provider")?),
        false => own.or_else(|| context.config.participant.clone()),
    };
    let choice = Choice {
        selectors: &args.select,
        wip_since: args.include_wip_pacts_since.as_ref(),
        branch,
        pending: !args.no_pending,
    };
    let name = provider.as_deref().unwrap_or_default();
    let server = match asks_broker {
        true => address.server(timeout)?,
        // A variable that nobody means must not be in the way.
        false => address.server(timeout).ok().flatten(),
    };
    if server.is_none() {
        refuse_of_no_broker(&args.broker)?;
    }
    let of_no_url = of_no_url(&args);
    let storage = match asks_storage {
        true => Some(storage::plan(name, &choice, context)?),
        false => None,
    };
    let broker = match (&server, asks_broker) {
        (Some(server), true) => {
            let tags = args.broker.provider_tag.clone();
            Some(pact_broker::plan(server.clone(), name, &choice, tags))
        }
        _ => None,
    };
    let urls = urls::Access::of(&args.urls, server, context);
    Ok(Plan {
        named: named::plan(args.pacts, args.skip_other_json, urls, timeout)?,
        provider,
        storage,
        broker,
        each_alone: args.each_pact_alone,
        of_no_url,
    })
}

impl Plan {
    /// The files and folders that are read.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.named.paths()
    }

    /// Whether it can be read again.
    pub fn lasts(&self) -> bool {
        self.named.lasts()
    }

    /// Has them hidden in whatever is said, also by the provider, which has the same
    /// environment.
    fn secrets(&self, secrets: &Secrets) {
        self.named.secrets(secrets);
        if let Some(broker) = &self.broker {
            broker.secrets(secrets);
        }
    }
}

/// What is named is verified as it is.
fn refuse_choice(args: &args::Source) -> Result<()> {
    let option = given(&[
        (!args.select.is_empty(), "--select"),
        (
            args.include_wip_pacts_since.is_some(),
            "--include-wip-pacts-since",
        ),
        (args.no_pending, "--no-pending"),
    ]);
    match option {
        Some(option) => Err(Failure::wrong_input(format!(
            "{option} is about pacts in storage or of a Pact Broker, and neither is asked"
        ))
        .advise("leave PACT out, or add --from-storage or --broker-url URL")),
        None => Ok(()),
    }
}

/// The first option of these that was given.
fn given(options: &[(bool, &'static str)]) -> Option<&'static str> {
    let found = options.iter().find(|(given, _)| *given);
    found.map(|(_, option)| *option)
}

/// What was given for URLs, where none is named.
fn of_no_url(args: &args::Source) -> Option<&'static str> {
    let urls = &args.urls;
    let option = given(&[
        (!urls.source_header.is_empty(), "--source-header"),
        (urls.source_token.is_some(), "--source-token"),
        (urls.source_username.is_some(), "--source-username"),
        (urls.source_password.is_some(), "--source-password"),
    ]);
    option.filter(|_| !named::has_url(&args.pacts))
}

/// Credentials for a Pact Broker that nobody named are a mistake.
fn refuse_of_no_broker(broker: &args::PactBroker) -> Result<()> {
    let option = given(&[
        (broker.broker_token.is_some(), "--broker-token"),
        (broker.broker_username.is_some(), "--broker-username"),
        (broker.broker_password.is_some(), "--broker-password"),
    ]);
    match option {
        Some(option) => Err(Failure::wrong_input(format!(
            "{option} is for a Pact Broker, and it is not known which"
        ))
        .advise("give --broker-url URL")),
        None => Ok(()),
    }
}

/// Where a pact was found, and what is known of it there.
#[derive(Debug, Clone)]
pub struct Origin {
    /// A file, a URL, stdin, or why storage or a Pact Broker chose it.
    pub source: String,
    pub place: Place,
    /// The consumer's versions, where they are known.
    pub versions: Vec<String>,
    /// Whether failing is reported without counting.
    pub pending: bool,
    /// The Pact Broker that it came from, and where that takes results; `None`: results
    /// go to storage.
    pub broker: Option<(Server, Links)>,
    /// What a Pact Broker wants to be shown afterwards.
    pub notices: Vec<crate::pact_broker::Notice>,
}

impl Origin {
    fn pact_broker(&self) -> Option<String> {
        self.broker.as_ref().map(|(server, _)| server.shown())
    }
}

/// What kind of place that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    File(PathBuf),
    Storage,
    /// Where nobody knows what was there earlier.
    Elsewhere,
}

/// A pact, and where it was found.
#[derive(Debug)]
struct Found {
    pact: Pact,
    origin: Origin,
}

/// A provider, and the pacts that it has to keep.
#[derive(Debug)]
pub struct Sourced {
    pub provider: String,
    pub pacts: Pacts,
    /// Where each of them was found.
    pub origins: Vec<Vec<Origin>>,
    by_content: BTreeMap<ContentId, usize>,
    each_alone: bool,
    of_pact_broker: bool,
}

/// Reads, asks and pulls them. None in storage is a warning; none in what was named is
/// an error.
pub async fn read(plan: Plan, output: &Output) -> Result<Sourced> {
    plan.secrets(output.secrets());
    if let Some(option) = plan.of_no_url {
        output.warning(format!(
            "{option} is for pacts at URLs, and no URL is named"
        ));
    }
    let of_storage = plan.storage.is_some();
    let mut gathered = Gathered::default();
    let mut provider = plan.provider;
    if !plan.named.is_empty() {
        let found = named::read(plan.named, output).await?;
        let (name, own) = named::of_provider(found, provider, output)?;
        provider = Some(name);
        gathered.add(own, output);
    }
    let provider = provider.unwrap_or_default();
    let alone = gathered.is_empty();
    if let Some(storage) = plan.storage {
        gathered.add(storage::pull(storage, alone, output).await?, output);
    }
    if let Some(broker) = plan.broker {
        gathered.add(pact_broker::read(broker, alone, output).await?, output);
    }
    Ok(Sourced {
        provider,
        of_pact_broker: !of_storage && gathered.is_of_pact_brokers(),
        pacts: Pacts::with_contents(gathered.pacts),
        origins: gathered.origins,
        by_content: gathered.by_content,
        each_alone: plan.each_alone,
    })
}

impl Sourced {
    /// Has the verifier know what is pending, and what is replayed for whom.
    pub fn apply(&self, verifier: Verifier) -> Verifier {
        let pending = self.by_content.iter().filter(|(_, number)| {
            let mut origins = self.origins[**number].iter();
            origins.all(|origin| origin.pending)
        });
        verifier
            .pending(pending.map(|(content, _)| content.clone()))
            .each_pact_alone(self.each_alone)
    }

    /// Whether storage has nothing to do with it.
    pub fn is_of_pact_broker(&self) -> bool {
        self.of_pact_broker
    }

    /// Where a pact of the report was found.
    pub fn origins(&self, report: &PactReport) -> &[Origin] {
        let number = self.by_content.get(&report.content);
        let origins = number.and_then(|number| self.origins.get(*number));
        origins.map(Vec::as_slice).unwrap_or_default()
    }

    /// Says of a pact where it was found, and of which versions of the consumer it is.
    pub fn describe(&self, report: &mut PactReport) {
        let origins = self.origins(report);
        let sources: Vec<_> = origins.iter().map(|each| each.source.as_str()).collect();
        let source = sources.join("; ");
        let mut versions = Vec::new();
        for version in origins.iter().flat_map(|origin| &origin.versions) {
            if !versions.contains(version) {
                versions.push(version.clone());
            }
        }
        report.consumer_versions = versions;
        report.pact_broker = match origins.iter().all(|origin| origin.broker.is_some()) {
            true => origins.first().and_then(Origin::pact_broker),
            false => None,
        };
        report.source = Some(source).filter(|source| !source.is_empty());
    }
}
