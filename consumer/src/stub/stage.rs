use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use pactwork_matching::Found;

use super::asked::Asked;
use super::choose::choose;
use super::control::LARGEST_ORDER;
use super::journal::Journal;
use super::refusals::refusal;
use super::served::Served;
use super::{Ambiguity, StubOptions, StubOutcome, StubRequest};
use crate::Reason;
use crate::mock::{Generating, line};
use crate::server::{BodyError, Disconnect, Handler, Outgoing, received_whole};

/// Everything that answering a request needs, shared by all connections.
#[derive(Debug)]
pub(super) struct Stage {
    pub provider: String,
    pub options: StubOptions,
    pub generating: Generating,
    served: RwLock<Arc<Served>>,
    /// What was asked for all requests.
    standing: RwLock<Arc<Asked>>,
    problem: RwLock<Option<String>>,
    journal: Mutex<Journal>,
    /// Counts the changes of what is served and asked for.
    revision: AtomicU64,
}

impl Handler for Stage {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Outgoing>, Disconnect> {
        if self.control_path_of(request.uri().path()).is_some() {
            let (head, body) = received_whole(request, LARGEST_ORDER).await;
            let path = self.control_path_of(head.uri.path()).unwrap_or_default();
            return Ok(self.control(&head, path, body));
        }
        let (head, body) = received_whole(request, self.options.body_limit).await;
        let mut response = match body {
            Ok(body) => self.respond(&head, &body),
            Err(error) => self.unreadable_body(&head, error.status(), &error),
        };
        self.options.pages.permit(&head, &mut response);
        Ok(response)
    }

    fn listening(&self, address: SocketAddr) {
        self.generating.reached_at(self.options.server.url(address));
        self.try_generators();
    }

    fn unreadable(&self, reason: String) {
        self.keep(
            "bytes that are no HTTP request".into(),
            StatusCode::BAD_REQUEST,
            unexpected(None, Reason::Unreadable(reason)),
        );
    }
}

impl Stage {
    pub fn of(provider: String, served: Served, options: StubOptions) -> Self {
        Self {
            provider,
            generating: Generating::from(options.source()),
            options,
            served: RwLock::new(Arc::new(served)),
            standing: RwLock::default(),
            problem: RwLock::default(),
            journal: Mutex::default(),
            revision: AtomicU64::new(1),
        }
    }

    pub fn served(&self) -> Arc<Served> {
        let served = self.served.read();
        served.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn standing(&self) -> Arc<Asked> {
        let standing = self.standing.read();
        standing.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn problem(&self) -> Option<String> {
        let problem = self.problem.read();
        problem.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn revision(&self) -> u64 {
        self.revision.load(Ordering::Relaxed)
    }

    pub fn replace(&self, served: Served) {
        set(&self.served, Arc::new(served));
        self.try_generators();
        self.changed();
    }

    pub fn stand(&self, asked: Asked) {
        set(&self.standing, Arc::new(asked));
        self.changed();
    }

    pub fn show_problem(&self, problem: Option<String>) {
        set(&self.problem, problem);
        self.changed();
    }

    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = self.served().warnings.clone();
        let generating = self.generating.warnings();
        warnings.extend(generating.iter().map(ToString::to_string));
        warnings
    }

    /// The URL of the control API, without a slash at its end.
    pub fn control_url(&self) -> String {
        format!("{}{}", self.generating.url(), self.options.control_path)
    }

    fn changed(&self) {
        self.revision.fetch_add(1, Ordering::Relaxed);
    }

    /// What follows the control path, if a path is below it.
    fn control_path_of<'a>(&self, path: &'a str) -> Option<&'a str> {
        self.options.below_control(path)
    }

    /// Makes every generated response once, so that it is known from the start where
    /// the example stands instead.
    fn try_generators(&self) {
        let served = self.served();
        for position in 0..served.roles.len() {
            served.script.generated(position, &self.generating);
        }
    }

    /// Answers a request that was received whole.
    fn respond(&self, head: &Parts, body: &[u8]) -> Response<Outgoing> {
        let served = self.served();
        let asked = match Asked::of_headers(&head.headers) {
            Ok(asked) => asked,
            Err(reason) => return self.refuse(head, reason),
        };
        if !asked.is_nothing()
            && let Err(reason) = served.known.refuse(&asked)
        {
            return self.refuse(head, reason);
        }
        match served.find(head, body) {
            Found::Matching(positions) => self.play(head, &served, &positions, &asked),
            Found::Nearest(position, comparison) => {
                if let Some(response) = self.options.pages.preflight(head) {
                    self.keep(line(head), response.status(), StubOutcome::Preflight);
                    return response;
                }
                let origin = Some(served.shown[position].origin.to_string());
                let reason = served.script.nearest(position, comparison);
                self.miss(head, unexpected(origin, reason))
            }
            Found::Nothing => self.miss(head, unexpected(None, Reason::NoInteractions)),
        }
    }

    fn play(
        &self,
        head: &Parts,
        served: &Served,
        matching: &[usize],
        asked: &Asked,
    ) -> Response<Outgoing> {
        let chosen = match matching {
            [only] if asked.is_nothing() => Ok(*only),
            _ => choose(&served.roles, matching, asked, &self.standing()),
        };
        match chosen {
            Ok(position) => {
                let response = served.script.play(position, &self.generating);
                let shown = &served.shown[position];
                let outcome = StubOutcome::Answered {
                    interaction: shown.label.clone(),
                    origin: shown.origin.clone(),
                };
                self.keep(line(head), response.status(), outcome);
                response
            }
            Err(undecided) => {
                let ambiguity = Ambiguity::of(&undecided, served, &self.control_url());
                let outcome = StubOutcome::Ambiguous(Box::new(ambiguity));
                self.tell(line(head), StatusCode::CONFLICT, outcome)
            }
        }
    }

    fn refuse(&self, head: &Parts, reason: String) -> Response<Outgoing> {
        let outcome = StubOutcome::Refused { reason };
        self.tell(line(head), StatusCode::BAD_REQUEST, outcome)
    }

    fn miss(&self, head: &Parts, outcome: StubOutcome) -> Response<Outgoing> {
        self.tell(line(head), StatusCode::INTERNAL_SERVER_ERROR, outcome)
    }

    fn unreadable_body(
        &self,
        head: &Parts,
        status: StatusCode,
        error: &BodyError,
    ) -> Response<Outgoing> {
        let reason = Reason::Unreadable(error.to_string());
        self.tell(line(head), status, unexpected(None, reason))
    }

    /// Notes what became of a request, and tells the client.
    fn tell(
        &self,
        request: String,
        status: StatusCode,
        outcome: StubOutcome,
    ) -> Response<Outgoing> {
        let page = format!("{}/", self.control_url());
        let response = refusal(status, &request, &outcome, &page);
        self.keep(request, status, outcome);
        response
    }

    fn keep(&self, request: String, status: StatusCode, outcome: StubOutcome) {
        let at = self.options.time()();
        let request = StubRequest {
            number: 0,
            at,
            request,
            status: status.as_u16(),
            outcome,
        };
        // What makes way is freed once the journal is unlocked.
        let gone = self.journal().keep(request);
        drop(gone);
    }
}

fn set<T>(place: &RwLock<T>, value: T) {
    *place.write().unwrap_or_else(PoisonError::into_inner) = value;
}

fn unexpected(origin: Option<String>, reason: Reason) -> StubOutcome {
    StubOutcome::Unexpected {
        origin,
        reason: Box::new(reason),
    }
}
