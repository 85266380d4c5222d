//! What a script is for: finding the interactions that a request keeps, and
//! playing one of them. Which one is for a mock provider or a stub to say.

use hyper::Response;
use hyper::http::request::Parts;
use pactwork_matching::{Comparison, Found, actual};

use super::Reason;
use super::generating::Generating;
use super::report::described;
use super::script::{Reply, Script};
use super::shorten::{shortened, shortened_text};
use crate::server::{Outgoing, whole};

/// How many differences to the nearest interaction are told.
const MISMATCHES_KEPT: usize = 20;

impl Script {
    /// The interactions that a request with this query keeps, or the nearest one.
    pub fn find(&self, head: &Parts, query: Option<&str>, body: &[u8]) -> Found {
        // A header that is not UTF-8 cannot be what a pact says; it is compared all the same.
        let texts: Vec<_> = head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())))
            .collect();
        let headers: Vec<_> = texts
            .iter()
            .map(|(name, value)| (*name, &**value))
            .collect();
        self.index.find(&actual::Request {
            method: head.method.as_str(),
            path: head.uri.path(),
            query,
            headers: &headers,
            body,
        })
    }

    /// The answer of an interaction.
    pub fn play(&self, position: usize, generating: &Generating) -> Response<Outgoing> {
        let reply = &self.exchanges[position].reply;
        if !reply.is_generated {
            return played(reply);
        }
        match self.generated(position, generating) {
            Some(generated) => played(&generated),
            None => played(reply),
        }
    }

    /// The reply with generated values; `None` where there are none to make.
    pub fn generated(&self, position: usize, generating: &Generating) -> Option<Reply> {
        let exchange = &self.exchanges[position];
        generating.reply(exchange, exchange.example.as_ref()?)
    }

    /// Why nothing answers a request that is nearest to this interaction.
    pub fn nearest(&self, position: usize, comparison: Comparison) -> Reason {
        let exchange = &self.exchanges[position];
        let mismatches = comparison.mismatches;
        let differences = described(&mismatches);
        Reason::Nearest {
            interaction: exchange.interaction.clone(),
            expects: exchange.request.clone(),
            differences,
            further_mismatches: mismatches.len().saturating_sub(MISMATCHES_KEPT),
            mismatches: mismatches
                .into_iter()
                .take(MISMATCHES_KEPT)
                .map(shortened)
                .collect(),
        }
    }
}

fn played(reply: &Reply) -> Response<Outgoing> {
    let mut response = Response::new(whole(reply.body.clone()));
    *response.status_mut() = reply.status;
    response.headers_mut().clone_from(&reply.headers);
    response
}

/// Method, path and query as a journal keeps them.
pub(crate) fn line(head: &Parts) -> String {
    let target = head
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    shortened_text(format!("{} {target}", head.method))
}
