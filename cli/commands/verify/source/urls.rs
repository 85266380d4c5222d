//! Pacts at URLs, and what their servers are sent.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::Url;

use super::{Found, Origin, Place};
use crate::args;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::pact_broker::{Document, Server};
use crate::plan::Context;
use crate::web::{self, Ask, Given, Web, shown};

const AUTHORIZE: &str = "give PACTWORK_SOURCE_TOKEN, or PACTWORK_SOURCE_USERNAME and \
                         PACTWORK_SOURCE_PASSWORD, or a header (--source-token, \
                         --source-username, --source-password, --source-header)";

/// What servers are sent.
#[derive(Debug)]
pub(super) struct Access {
    /// Those of the URLs; why they cannot be used counts once there is one.
    given: std::result::Result<web::Access, String>,
    /// The Pact Broker whose address and credentials are known, asked for its list or not.
    broker: Option<Server>,
}

/// A URL that is asked.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    url: Url,
    pub(super) access: web::Access,
    /// The Pact Broker that it is of, where that is known.
    broker: Option<Server>,
    /// Whether it is asked with the credentials that were given for all URLs.
    with_given: bool,
}

impl Access {
    /// A flag counts before the variables.
    pub(super) fn of(args: &args::Urls, broker: Option<Server>, context: &Context) -> Self {
        let flags = args.source_token.is_some() || args.source_username.is_some();
        let variable = |name: &str| context.variable(name).filter(|_| !flags);
        let password = args.source_password.clone();
        let given = Given {
            token: args
                .source_token
                .clone()
                .or_else(|| variable("PACTWORK_SOURCE_TOKEN")),
            username: args
                .source_username
                .clone()
                .or_else(|| variable("PACTWORK_SOURCE_USERNAME")),
            password: password.or_else(|| context.variable("PACTWORK_SOURCE_PASSWORD")),
            headers: args.source_header.clone(),
        };
        Self {
            given: web::Access::of(given),
            broker,
        }
    }

    /// What a URL is asked with: a Pact Broker's with what that is.
    pub(super) fn asked(&self, mut url: Url) -> Result<Asked> {
        let broker = self.broker.as_ref().filter(|broker| broker.has(&url));
        let with_given = broker.is_none() && url.username().is_empty();
        let access = match (broker, with_given) {
            (Some(broker), _) => broker.access().clone(),
            (None, true) => self.given.clone().map_err(|why| unusable(&why))?,
            (None, false) => web::Access::default(),
        };
        let access = access.take_from(&mut url);
        Ok(Asked {
            url,
            access: access.map_err(|why| unusable(&why))?,
            broker: broker.cloned(),
            with_given,
        })
    }

    /// What was given for one server must not go to another.
    pub(super) fn refuse_several<'a>(&self, asked: impl Iterator<Item = &'a Asked>) -> Result<()> {
        let asked = asked.filter(|each| each.with_given);
        let origins: BTreeSet<_> = asked
            .map(|each| each.url.origin().ascii_serialization())
            .collect();
        let nothing = self.given.as_ref().map_or(true, web::Access::is_empty);
        if nothing || origins.len() < 2 {
            return Ok(());
        }
        let origins: Vec<_> = origins.into_iter().collect();
        Err(Failure::wrong_input(format!(
            "the credentials for URLs would go to several servers: {}",
            origins.join(", ")
        ))
        .advise("write the user and password of each into its URL (https://USER:PASSWORD@…)"))
    }
}

fn unusable(why: &str) -> Failure {
    Failure::wrong_input(format!("the credentials for URLs cannot be used: {why}"))
        .advise(AUTHORIZE)
}

impl Asked {
    /// Asks for the pact. Where a Pact Broker answers, its results can go there.
    pub(super) async fn read(&self, timeout: Duration, output: &Output) -> Result<Found> {
        let web = Web::new(timeout)?;
        let accept = "application/json, application/hal+json, */*;q=0.5";
        let ask = Ask::get(&self.url, &self.access, accept);
        let answer = web.ask(ask).await;
        let authorize = self.broker.as_ref().map_or(AUTHORIZE, Server::authorize);
        let answer = answer.map_err(|error| error.failure(authorize))?;
        let source = shown(&self.url);
        if answer.content_type.starts_with("text/html") {
            return Err(Failure::wrong_input(format!(
                "{source}: expected a pact as JSON, found a page (text/html)"
            ))
            .advise("name the URL of the file itself; a page may also be one to log in"));
        }
        let document = Document::read(&answer.body, &source)?;
        for warning in document.warnings {
            output.warning(warning);
        }
        let broker = document.links.map(|links| {
            let (url, access) = (self.url.clone(), self.access.clone());
            let known = self.broker.clone();
            let server = known.unwrap_or_else(|| Server::of_document(url, access, web, AUTHORIZE));
            (server, links)
        });
        Ok(Found {
            pact: document.pact,
            origin: Origin {
                source,
                place: Place::Elsewhere,
                versions: document.version.into_iter().collect(),
                pending: false,
                broker,
                notices: Vec::new(),
            },
        })
    }
}
