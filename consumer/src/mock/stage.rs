use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use pactwork_contract::Pact;
use pactwork_matching::generators::GeneratorMode;
use pactwork_matching::{Comparison, Found, actual};

use super::behaving::Behaving;
use super::generating::Generating;
use super::journal::Journal;
use super::refusal::refusal;
use super::report::described;
use super::script::{Reply, Script, as_http};
use super::shorten::{shortened, shortened_text};
use super::{FinishError, Finished, Reason, Report, Usage};
use crate::recorder::Recording;
use crate::server::{Cors, Disconnect, Handler, Outgoing, ServerOptions, received_whole, whole};

/// How many differences to the nearest interaction are told.
const MISMATCHES_KEPT: usize = 20;

/// Everything that answering a request needs, shared by all connections.
#[derive(Debug)]
pub(super) struct Stage {
    /// The HTTP interactions alone.
    pub pact: Pact,
    pub script: Script,
    pub journal: Mutex<Journal>,
    pub recording: Option<Recording>,
    pub largest_body: usize,
    pub cors: Option<Cors>,
    /// Says where clients find it.
    pub server: ServerOptions,
    pub generating: Generating,
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
            self.generated(position);
        }
    }

    fn unreadable(&self, reason: String) {
        let request = "bytes that are no HTTP request".to_owned();
        self.journal().refuse(request, Reason::Unreadable(reason));
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
        Ok(match self.find(head, body) {
            Found::Matching(positions) => return self.play_one_of(&positions, head).await,
            _ if self.is_preflight(head) => Cors::preflight(head),
            Found::Nearest(position, comparison) => {
                self.unexpected(head, self.nearest(position, comparison))
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
        let Some((position, time)) = self.choose(positions, head) else {
            return Ok(self.unexpected(head, Reason::NoInteractions));
        };
        let response = self.play(position);
        match &self.script.exchanges[position].behaving {
            None => Ok(response),
            Some(behaving) => behaving.behave(time, response).await,
        }
    }

    /// Which interaction answers, and for the how manieth time.
    fn choose(&self, positions: &[usize], head: &Parts) -> Option<(usize, u64)> {
        let mut journal = self.journal();
        let chosen = journal.answer(line(head), positions)?;
        let time = journal.times[chosen];
        if let Some(behaving) = &self.script.exchanges[chosen].behaving {
            journal.note(behaving.behaviour.fault_of(time));
        }
        Some((chosen, time))
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
        let usage = |(exchange, times): (&super::script::Exchange, &u64)| Usage {
            interaction: exchange.interaction.clone(),
            request: exchange.request.clone(),
            times: *times,
            whole: exchange
                .behaving
                .as_ref()
                .map_or(*times, Behaving::whole_answers),
            faults_first: exchange.faults_first(),
        };
        let exchanges = self.script.exchanges.iter();
        Report {
            consumer: self.pact.consumer.name.clone(),
            provider: self.pact.provider.name.clone(),
            interactions: exchanges.zip(&journal.times).map(usage).collect(),
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
        let pact = self.exercised(&report);
        let recording = self.recording.as_ref();
        let pact = recording
            .filter(|_| !pact.interactions.is_empty())
            .map(|recording| recording.record(&pact))
            .transpose()?;
        Ok(Finished { pact, report })
    }

    /// The pact of the interactions that were answered whole at least once.
    fn exercised(&self, report: &Report) -> Cow<'_, Pact> {
        if report.unrecorded().next().is_none() {
            return Cow::Borrowed(&self.pact);
        }
        let mut pact = self.pact.clone();
        let mut usages = report.interactions.iter();
        let answered = |_: &_| usages.next().is_none_or(|usage| usage.whole > 0);
        pact.interactions.retain(answered);
        Cow::Owned(pact)
    }

    pub fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn play(&self, position: usize) -> Response<Outgoing> {
        match self.generated(position) {
            Some(reply) => played(&reply),
            None => played(&self.script.exchanges[position].reply),
        }
    }

    /// The reply with generated values; `None` where there are none to make.
    fn generated(&self, position: usize) -> Option<Reply> {
        let exchange = &self.script.exchanges[position];
        if !exchange.generators.apply_in(GeneratorMode::Consumer) {
            return None;
        }
        let example = &as_http(&self.pact.interactions[position])?.response;
        self.generating.reply(exchange, example)
    }

    fn find(&self, head: &Parts, body: &[u8]) -> Found {
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
        self.script.index.find(&actual::Request {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query(),
            headers: &headers,
            body,
        })
    }

    fn unexpected(&self, head: &Parts, reason: Reason) -> Response<Outgoing> {
        let refused = self.journal().refuse(line(head), reason);
        refusal(StatusCode::INTERNAL_SERVER_ERROR, &refused)
    }

    fn nearest(&self, position: usize, comparison: Comparison) -> Reason {
        let exchange = &self.script.exchanges[position];
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

fn line(head: &Parts) -> String {
    let target = head
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    shortened_text(&format!("{} {target}", head.method))
}
