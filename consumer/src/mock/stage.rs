use std::borrow::Cow;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use pactwork_contract::Pact;
use pactwork_matching::Found;

use super::behaving::Behaving;
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
            Ok(body) => self.respond(&head, &body).await?,
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

    fn cannot_accept(&self, error: &io::Error) {
        self.journal().waited = Some(error.to_string());
    }

    /// A client that did not wait for a late answer was not shown to work with it.
    fn ends_with_client(&self) -> bool {
        self.conducts.any_lingers()
    }
}

impl Stage {
    /// Answers a request that was received whole.
    ///
    /// # Errors
    /// [`Disconnect`], where that is what the test asked for.
    pub async fn respond(
        &self,
        head: &Parts,
        body: &[u8],
    ) -> Result<Response<Outgoing>, Disconnect> {
        if let Some(refused) = self.refused_origin(head) {
            return Ok(refused);
        }
        let found = self.script.find(head, head.uri.query(), body);
        Ok(match found {
            Found::Matching(positions) => return self.play_one_of(&positions, head).await,
            _ if self.is_preflight(head) => Cors::preflight(head),
            Found::Nearest(position, comparison) => {
                self.unexpected(head, self.script.nearest(position, comparison))
            }
            Found::Nothing => self.unexpected(head, Reason::NoInteractions),
        })
    }

    fn refused_origin(&self, head: &Parts) -> Option<Response<Outgoing>> {
        let foreign = self.cors.as_ref()?.check(head).err()?;
        Some(self.refuse(head, StatusCode::FORBIDDEN, foreign))
    }

    fn is_preflight(&self, head: &Parts) -> bool {
        self.cors.is_some() && Cors::is_preflight(head)
    }

    async fn play_one_of(
        &self,
        positions: &[usize],
        head: &Parts,
    ) -> Result<Response<Outgoing>, Disconnect> {
        let Some((position, behaving)) = self.choose(positions, head) else {
            return Ok(self.unexpected(head, self.too_often(positions)));
        };
        let response = self.script.play(position, &self.generating);
        match behaving {
            None => Ok(response),
            Some(behaving) => behaving.behave(response).await,
        }
    }

    /// Which interaction answers, and what of its answer is not as it says.
    fn choose(&self, positions: &[usize], head: &Parts) -> Option<(usize, Option<Behaving>)> {
        let request = line(head);
        let mut journal = self.journal();
        let chosen = journal.answer(request, positions, &self.conducts)?;
        let Some(behaviour) = self.conducts.behaviour(chosen) else {
            return Some((chosen, None));
        };
        let fault = behaviour.fault_of(journal.times[chosen]);
        journal.note(fault);
        let behaving = Behaving {
            behaviour: behaviour.clone(),
            fault,
            whole: journal.whole(chosen),
        };
        Some((chosen, Some(behaving)))
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
            let behaviour = self.conducts.behaviour(position);
            Usage {
                interaction: exchange.interaction.clone(),
                request: exchange.request.clone(),
                times: *times,
                expected: self.conducts.times(position),
                whole: behaviour.map_or(*times, |_| journal.answered_whole(position)),
                faults_first: behaviour.map_or(0, |behaviour| behaviour.faults_first()),
            }
        };
        Report {
            consumer: self.pact.consumer.name.clone(),
            provider: self.pact.provider.name.clone(),
            interactions: journal.times.iter().enumerate().map(usage).collect(),
            unexpected: journal.unexpected.clone(),
            unexpected_beyond: journal.unexpected_beyond,
            waited: journal.waited.clone(),
        }
    }

    /// Records the pact if all held.
    pub fn conclude(&self) -> Result<Finished, FinishError> {
        let report = self.report();
        if !report.holds() {
            return Err(FinishError::NotAsExpected(Box::new(report)));
        }
        let shown = report.interactions.iter().any(|usage| usage.whole > 0);
        let recording = self.recording.as_ref().filter(|_| shown);
        let pact = recording
            .map(|recording| recording.record(&self.exercised(&report)))
            .transpose()?;
        Ok(Finished { pact, report })
    }

    /// The pact without interactions that were not requested because they need not be, or
    /// never answered whole.
    fn exercised(&self, report: &Report) -> Cow<'_, Pact> {
        if report.interactions.iter().all(|usage| usage.whole > 0) {
            return Cow::Borrowed(&self.pact);
        }
        let used = self.pact.interactions.iter().zip(&report.interactions);
        let used = used.filter(|(_, usage)| usage.whole > 0);
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
            expected: self.conducts.times(*last).to_string(),
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
