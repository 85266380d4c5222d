//! From observed traffic to a draft of a pact: similar requests become one
//! interaction, what varied becomes a matching rule, secrets become placeholders.
//!
//! Pure: no I/O, no clock. What it says does not depend on the order in which the
//! observations came, and memory does not grow with their number.
//!
//! ```
//! use pactwork_consumer::draft::{DraftOptions, Drafting, Observation, ObservedBody};
//!
//! let seen = |id: u32| Observation {
//!     method: "GET".into(),
//!     path: format!("/orders/{id}"),
//!     query: None,
//!     request_headers: vec![("Authorization".into(), "Bearer s3cr3t".into())],
//!     request_body: ObservedBody::default(),
//!     status: 200,
//!     response_headers: vec![("Content-Type".into(), "application/json".into())],
//!     response_body: ObservedBody::Bytes(format!(r#"{{"id": {id}}}"#).into_bytes()),
//! };
//! let mut drafting = Drafting::new(DraftOptions::default())?;
//! drafting.observe(&seen(7));
//! drafting.observe(&seen(8));
//!
//! let draft = drafting.finish("web", "orders")?;
//! assert_eq!(draft.interactions.len(), 1);
//! assert_eq!(draft.interactions[0].description, "GET /orders/{id} answers 200");
//! assert_eq!(draft.interactions[0].observations, 2);
//! # Ok::<(), pactwork_consumer::draft::DraftError>(())
//! ```

mod body;
mod derive;
mod expect;
mod fields;
mod formats;
mod group;
mod headers;
mod moments;
mod note;
mod observation;
mod options;
mod place;
mod redact;
mod sample;
mod segments;
mod shape;
mod skeleton;
mod skip;
#[cfg(test)]
mod tests;
mod variants;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use pactwork_contract::{MergeConflict, Pact};
use serde::Serialize;
use thiserror::Error;

use self::group::Group;
pub use self::note::{Note, NoteKind};
pub use self::observation::{Observation, ObservedBody};
pub use self::options::DraftOptions;
use self::redact::Redactor;
pub use self::redact::{NoPath, RedactedPath};
use self::sample::{RequestKey, ResponseKey, Sample};
use self::segments::PathShape;

/// A draft that could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DraftError {
    /// A pattern of this crate's own cannot be used.
    #[error("secrets cannot be searched for: {0}")]
    Pattern(String),
    /// Two interactions have one name.
    #[error(transparent)]
    Conflict(#[from] Box<MergeConflict>),
}

/// The answers to one request, by what tells them apart.
type Answers = BTreeMap<ResponseKey, Group>;

/// Collects observations.
#[derive(Debug)]
pub struct Drafting {
    options: DraftOptions,
    redactor: Redactor,
    groups: BTreeMap<RequestKey, Answers>,
    left_out: BTreeMap<String, u64>,
    observations: u64,
}

/// A draft of a pact, for a person to look through.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The pact.
    pub pact: Pact,
    /// What each interaction was made from, in the order of the pact.
    pub interactions: Vec<Drafted>,
    /// What was decided, left out, or is to be decided.
    pub notes: Vec<Note>,
    /// How many observations there were, those that were left out among them.
    pub observations: u64,
}

/// An interaction of a draft.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Drafted {
    /// Its description.
    pub description: String,
    /// From how many observations it was made.
    pub observations: u64,
    /// Whether it has a provider state that a person has to name.
    pub state_to_name: bool,
}

impl Drafting {
    /// Starts without any observation.
    ///
    /// # Errors
    /// None that an option can bring about: the patterns that secrets are searched by
    /// are this crate's.
    pub fn new(options: DraftOptions) -> Result<Self, DraftError> {
        let redactor = Redactor::new(&options.redact, &options.redact_paths)
            .map_err(|error| DraftError::Pattern(error.to_string()))?;
        Ok(Self {
            options,
            redactor,
            groups: BTreeMap::new(),
            left_out: BTreeMap::new(),
            observations: 0,
        })
    }

    /// Adds an observation. Secrets are replaced here, so that none is kept.
    pub fn observe(&mut self, observation: &Observation) {
        self.observations += 1;
        if let Some(reason) = skip::reason(observation) {
            let request = self.request_line(&observation.method, &observation.path);
            let text = format!("{request} answered {}: {reason}", observation.status);
            *self.left_out.entry(text).or_default() += 1;
            return;
        }
        let sample = Sample::of(observation, &self.options, &self.redactor);
        let (request, response) = sample.keys(&observation.method);
        let group = Group::of(sample);
        match self.groups.entry(request).or_default().entry(response) {
            Entry::Occupied(mut known) => known.get_mut().merge(group),
            Entry::Vacant(place) => drop(place.insert(group)),
        }
    }

    /// Notes an exchange that could not be observed: of which request, and why, as a
    /// clause. The reason has to be free of secrets.
    pub fn leave_out(&mut self, method: &str, path: &str, reason: &str) {
        self.observations += 1;
        let request = self.request_line(method, path);
        *self
            .left_out
            .entry(format!("{request}: {reason}"))
            .or_default() += 1;
    }

    /// A request as a person reads it, without identifiers and secrets:
    /// `GET /orders/{id}`.
    pub fn request_line(&self, method: &str, path: &str) -> String {
        let path = sample::path(path, &self.redactor);
        let method = self.redactor.text(method);
        format!("{method} {}", PathShape::of(&path).template())
    }

    /// How many observations there were, those that were left out among them.
    pub fn observations(&self) -> u64 {
        self.observations
    }

    /// The draft.
    ///
    /// # Errors
    /// [`DraftError::Conflict`] where two interactions came to have one name.
    pub fn finish(self, consumer: &str, provider: &str) -> Result<Draft, DraftError> {
        let mut draft = Draft {
            pact: Pact::between(consumer, provider),
            interactions: Vec::new(),
            notes: Vec::new(),
            observations: self.observations,
        };
        let manner = self.options.manner();
        for variant in variants::all(self.groups, manner) {
            draft.interactions.push(variant.drafted);
            draft.notes.extend(variant.notes);
            draft.pact.add(variant.interaction)?;
        }
        draft.interactions.sort();
        let left_out = self.left_out.into_iter().map(|(text, times)| Note {
            interaction: None,
            kind: NoteKind::LeftOut,
            text: match times {
                1 => format!("{text} (left out)"),
                times => format!("{text} ({times} times, left out)"),
            },
        });
        draft.notes.extend(left_out);
        draft.notes.sort();
        Ok(draft)
    }
}
