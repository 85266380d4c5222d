//! What a stub serves, compiled once; replaced as a whole when a source changes.

use std::collections::HashMap;
use std::sync::Arc;

use hyper::http::request::Parts;
use pactwork_contract::{AsynchronousMessage, HttpInteraction, Interaction, Response};
use pactwork_matching::Found;

use super::StubSource;
use super::choose::Role;
use super::known::Known;
use crate::Problems;
use crate::mock::Script;

/// Everything that is served, at one time.
#[derive(Debug)]
pub(super) struct Served {
    pub script: Script,
    /// At the same position as in the script.
    pub roles: Vec<Role>,
    pub shown: Vec<Shown>,
    pub known: Known,
    pub messages: Vec<ServedMessage>,
    /// What was not understood in the pacts.
    pub warnings: Vec<String>,
    ignores_query: bool,
}

/// An HTTP interaction as people are shown it.
#[derive(Debug)]
pub(super) struct Shown {
    pub origin: Arc<str>,
    /// Consumer, description and provider states.
    pub label: Arc<str>,
    pub http: HttpInteraction,
    ignores_query: bool,
}

/// A message that is served on request.
#[derive(Debug)]
pub(super) struct ServedMessage {
    pub origin: Arc<str>,
    pub consumer: String,
    pub message: AsynchronousMessage,
}

impl Served {
    /// Compiles sources.
    pub fn compile(sources: Vec<StubSource>) -> Result<Self, Problems> {
        let mut gathered = Gathered::default();
        sources.into_iter().for_each(|source| gathered.add(source));
        let mut problems = Problems::default();
        let script = Script::compile(&gathered.interactions, &mut problems);
        if !problems.is_empty() {
            return Err(gathered.placed());
        }
        let mut warnings = gathered.not_served;
        warnings.extend(script.warnings().iter().map(ToString::to_string));
        Ok(Self {
            warnings,
            script,
            ignores_query: gathered.shown.iter().any(|each| each.ignores_query),
            known: Known::of(&gathered.roles),
            roles: gathered.roles,
            shown: gathered.shown,
            messages: gathered.messages,
        })
    }

    /// The interactions that a request keeps, or the nearest one.
    pub fn find(&self, head: &Parts, body: &[u8]) -> Found {
        let query = head.uri.query();
        let found = self.script.find(head, query, body);
        if query.is_none() || !self.ignores_query || matches!(found, Found::Matching(_)) {
            return found;
        }
        let Found::Matching(mut positions) = self.script.find(head, None, body) else {
            return found;
        };
        positions.retain(|position| self.shown[*position].ignores_query);
        match positions.is_empty() {
            true => found,
            false => Found::Matching(positions),
        }
    }
}

/// What sources hold, in their order.
#[derive(Default)]
struct Gathered {
    interactions: Vec<Interaction>,
    roles: Vec<Role>,
    shown: Vec<Shown>,
    messages: Vec<ServedMessage>,
    answers: HashMap<String, usize>,
    /// What cannot be served, a sentence each.
    not_served: Vec<String>,
}

impl Gathered {
    fn add(&mut self, source: StubSource) {
        let origin: Arc<str> = source.origin.into();
        let consumer = source.pact.consumer.name;
        for interaction in source.pact.interactions {
            let label = format!("{consumer}: {}", interaction.identity());
            match &interaction {
                Interaction::Http(http) => {
                    let role = self.role(&consumer, http);
                    self.roles.push(role);
                    self.shown.push(Shown {
                        origin: origin.clone(),
                        label: label.into(),
                        http: (**http).clone(),
                        ignores_query: source.ignores_query,
                    });
                    self.interactions.push(interaction);
                }
                Interaction::AsynchronousMessage(message) => self.messages.push(ServedMessage {
                    origin: origin.clone(),
                    consumer: consumer.clone(),
                    message: (**message).clone(),
                }),
                Interaction::SynchronousMessage(_) => self.not_served.push(format!(
                    "{origin}: {label} is not served: a synchronous message has no HTTP request"
                )),
            }
        }
    }

    fn role(&mut self, consumer: &str, http: &HttpInteraction) -> Role {
        let next = self.answers.len();
        let answer = *self.answers.entry(sent(&http.response)).or_insert(next);
        Role {
            consumer: consumer.into(),
            description: http.common.description.clone(),
            states: http.common.provider_states.clone(),
            answer,
        }
    }

    /// The problems of each source, with where it came from.
    fn placed(&self) -> Problems {
        let mut placed = Problems::default();
        for (interaction, shown) in self.interactions.iter().zip(&self.shown) {
            let mut problems = Problems::default();
            Script::compile(std::slice::from_ref(interaction), &mut problems);
            problems
                .iter()
                .for_each(|problem| placed.add(&shown.origin, problem));
        }
        placed
    }
}

/// Everything of a response that reaches the client; equal for equal answers.
fn sent(response: &Response) -> String {
    let Response {
        status,
        headers,
        body,
        generators,
        ..
    } = response;
    format!("{status} {headers:?} {body:?} {generators:?}")
}
