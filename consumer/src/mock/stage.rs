use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use pactwork_contract::Pact;
use pactwork_matching::Found;

use super::conduct::Conducts;
use super::generating::Generating;
use super::journal::Journal;
use super::play::line;
use super::refusal::refusal;
use super::script::Script;
use super::{FinishError, Finished, Reason, Report, Usage};
use crate::recorder::Recording;
use crate::server::{Cors, Disconnect, Handler, Outgoing, ServerOptions, received_whole};

/// Everything that answering a request needs, shared by all connections.
#[derive(Debug)]
pub(super) struct Stage {
    /// The HTTP interactions alone.
    pub pact: Pact,
    pub script: Script,
    pub conducts: Conducts,
    pub journal: Arc<Mutex<Journal>>,
    pub recording: Option<Recording>,
    pub largest_body: usize,
    pub cors: Option<Cors>,
    /// Says where clients find it.
    pub server: ServerOptions,
    pub generating: Arc<Generating>,
}

impl Handler for Stage {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Outgoing>, Disconnect> {
        let (head, body) = received_whole(request, self.largest_body).await;
        let mut response = match body {
            Ok(body) => self.respond(&head, &body),
            Err(error) => self.refuse(&head, error.status(), error.to_string()),
        };
        if let Some(cors) = &self.cors {
            cors.permit(&head, response.headers_mut());
        }
        Ok(response)
    }

    /// Makes every generated response once, so that it is known from the start where
    /// the example stands instead.
    fn listening(&self, address: SocketAddr) {
        self.generating.reached_at(self.server.url(address));
        for position in 0..self.script.exchanges.len() {
            self.script.generated(position, &self.generating);
        }
    }

    fn unreadable(&self, reason: String) {
        let request = "bytes that are no HTTP request".to_owned();
        self.journal().refuse(request, Reason::Unreadable(reason));
    }
}

impl Stage {
    /// Answers a request that was received whole.
    pub fn respond(&self, head: &Parts, body: &[u8]) -> Response<Outgoing> {
        if let Some(cors) = &self.cors
            && let Err(foreign) = cors.check(head)
        {
            return self.refuse(head, StatusCode::FORBIDDEN, foreign);
        }
        let found = self.script.find(head, head.uri.query(), body);
        if let Some(cors) = &self.cors
            && Cors::is_preflight(head)
            && !matches!(found, Found::Matching(_))
        {
            return cors.preflight(head);
        }
        match found {
            Found::Matching(positions) => {
                let chosen = self
                    .journal()
                    .answer(&line(head), &positions, &self.conducts);
                match chosen {
                    Some(position) => self.script.play(position, &self.generating),
                    None => self.unexpected(head, self.too_often(&positions)),
                }
            }
            Found::Nearest(position, comparison) => {
                self.unexpected(head, self.script.nearest(position, comparison))
            }
            Found::Nothing => self.unexpected(head, Reason::NoInteractions),
        }
    }

    /// Answers a request that was not received whole.
    pub fn refuse(&self, head: &Parts, status: StatusCode, reason: String) -> Response<Outgoing> {
        let refused = self
            .journal()
            .refuse(line(head), Reason::Unreadable(reason));
        refusal(status, &refused)
    }

    /// What was asked up to now.
    pub fn report(&self) -> Report {
        let journal = self.journal();
        let usage = |(position, times): (usize, &u64)| {
            let exchange = &self.script.exchanges[position];
            Usage {
                interaction: exchange.interaction.clone(),
                request: exchange.request.clone(),
                times: *times,
                expected: self.conducts.of(position).times,
            }
        };
        Report {
            consumer: self.pact.consumer.name.clone(),
            provider: self.pact.provider.name.clone(),
            interactions: journal.times.iter().enumerate().map(usage).collect(),
            unexpected: journal.unexpected.clone(),
            unexpected_beyond: journal.unexpected_beyond,
        }
    }

    /// Records the pact if all held.
    pub fn conclude(&self) -> Result<Finished, FinishError> {
        let report = self.report();
        if !report.holds() {
            return Err(FinishError::NotAsExpected(Box::new(report)));
        }
        let used = report.interactions.iter().any(|usage| usage.times > 0);
        let recording = self.recording.as_ref().filter(|_| used);
        let pact = recording
            .map(|recording| recording.record(&self.exercised(&report)))
            .transpose()?;
        Ok(Finished { pact, report })
    }

    /// The pact without interactions that need not be requested and were not.
    fn exercised(&self, report: &Report) -> Cow<'_, Pact> {
        if report.interactions.iter().all(|usage| usage.times > 0) {
            return Cow::Borrowed(&self.pact);
        }
        let used = self.pact.interactions.iter().zip(&report.interactions);
        let used = used.filter(|(_, usage)| usage.times > 0);
        Cow::Owned(Pact {
            interactions: used.map(|(interaction, _)| interaction.clone()).collect(),
            ..self.pact.clone()
        })
    }

    fn too_often(&self, positions: &[usize]) -> Reason {
        let Some(last) = positions.last() else {
            return Reason::NoInteractions;
        };
        Reason::TooOften {
            interaction: self.script.exchanges[*last].interaction.clone(),
            expected: self.conducts.of(*last).times.to_string(),
        }
    }

    pub fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unexpected(&self, head: &Parts, reason: Reason) -> Response<Outgoing> {
        let refused = self.journal().refuse(line(head), reason);
        refusal(StatusCode::INTERNAL_SERVER_ERROR, &refused)
    }
}
