//! Pacts of a Pact Broker.

use std::time::Duration;

use pactwork_provider::Secrets;
use reqwest::Url;

use super::{Choice, Found, Origin, Place};
use crate::args;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::pact_broker::{BrokerPact, Server, Wanted};
use crate::plan::Context;
use crate::shell::indented;
use crate::web;

/// Which Pact Broker, and which of its pacts.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    server: Server,
    wanted: Wanted,
}

impl Plan {
    pub(super) fn secrets(&self, secrets: &Secrets) {
        self.server.access().tell(secrets);
    }
}

/// Where the Pact Broker is and what it is sent, by flags and variables.
pub(super) struct Given {
    pub(super) url: Option<String>,
    access: web::Given,
}

impl Given {
    /// A flag counts before the variables.
    pub(super) fn of(args: &args::PactBroker, context: &Context) -> Self {
        let flags = args.broker_token.is_some() || args.broker_username.is_some();
        let variable = |name: &str| context.variable(name).filter(|_| !flags);
        let url = args.broker_url.clone();
        let password = args.broker_password.clone();
        Self {
            url: url.or_else(|| context.variable("PACT_BROKER_BASE_URL")),
            access: web::Given {
                token: args
                    .broker_token
                    .clone()
                    .or_else(|| variable("PACT_BROKER_TOKEN")),
                username: args
                    .broker_username
                    .clone()
                    .or_else(|| variable("PACT_BROKER_USERNAME")),
                password: password.or_else(|| context.variable("PACT_BROKER_PASSWORD")),
                headers: Vec::new(),
            },
        }
    }

    /// The server, where one is known.
    pub(super) fn server(self, timeout: Duration) -> Result<Option<Server>> {
        let Some(text) = self.url else {
            return Ok(None);
        };
        let wrong = |why: String| {
            Failure::wrong_input(format!("the URL of the Pact Broker: {why}"))
                .advise("correct --broker-url or PACT_BROKER_BASE_URL: https://…")
        };
        let mut url = Url::parse(&text).map_err(|error| wrong(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong(format!(
                "expected http or https, found {}",
                url.scheme()
            )));
        }
        let access = web::Access::of(self.access).and_then(|access| access.take_from(&mut url));
        let access = access.map_err(|why| {
            Failure::wrong_input(format!(
                "the credentials for the Pact Broker cannot be used: {why}"
            ))
        })?;
        Server::new(url, access, timeout).map(Some)
    }
}

pub(super) fn plan(server: Server, provider: &str, choice: &Choice<'_>, tags: Vec<String>) -> Plan {
    Plan {
        server,
        wanted: Wanted {
            provider: provider.into(),
            selectors: choice.selectors.to_vec(),
            pending: choice.pending,
            wip_since: choice.wip_since.map(|day| day.text.clone()),
            branch: choice.branch.map(str::to_owned),
            tags,
        },
    }
}

/// Asks for them. None is a warning; `alone`: nothing else is verified so far.
pub(super) async fn read(plan: Plan, alone: bool, output: &Output) -> Result<Vec<Found>> {
    let Plan { server, wanted } = plan;
    let pacts = server.pacts(&wanted, output).await?;
    if pacts.is_empty() {
        output.warning(format!(
            "{}the Pact Broker at {} has no pact with {} that was asked for",
            if alone { "nothing to verify: " } else { "" },
            server.shown(),
            wanted.provider
        ));
    }
    let found = pacts.into_iter().map(|pact| found(pact, &server, output));
    Ok(found.collect())
}

fn found(pact: BrokerPact, server: &Server, output: &Output) -> Found {
    let document = pact.document;
    let mark = if pact.pending { " (pending)" } else { "" };
    let consumer = web::printable(&document.pact.consumer.name);
    output.note(format!("{consumer}: {}{mark}", pact.why));
    for notice in &pact.notices {
        if notice.when == "before_verification" {
            output.note(indented(&notice.text));
        }
    }
    for warning in document.warnings {
        output.warning(warning);
    }
    Found {
        origin: Origin {
            source: format!("{}: {}", server.shown(), pact.why),
            place: Place::Elsewhere,
            versions: document.version.into_iter().collect(),
            pending: pact.pending,
            broker: document.links.map(|links| (server.clone(), links)),
            notices: pact.notices,
        },
        pact: document.pact,
    }
}
