use std::fmt;

use pactwork_contract::{Interaction, MergeConflict, Pact};

use super::conduct::{Conduct, Conducts};

/// A pact to be mocked, and how its interactions are played: how often each is to be
/// requested, and how its answers fail or linger. Only the pact is ever recorded.
///
/// [`definition_json`](crate::definition_json) reads it; a [`Pact`], or its interactions
/// alone, are one whose interactions are requested at least once and answered at once.
///
/// ```
/// use pactwork_consumer::definition_json::definition;
/// use pactwork_consumer::{MockOptions, MockProvider};
/// use serde_json::json;
///
/// let definition = definition(&json!({
///     "consumer": "web",
///     "provider": "orders",
///     "interactions": [{
///         "times": { "least": 0, "most": 2 },
///         "request": { "path": "/health" },
///         "response": {},
///     }],
/// }))?;
/// let provider = MockProvider::serve_blocking(definition, MockOptions::default())?;
/// assert_eq!(provider.report().interactions[0].expected.to_string(), "at most 2 times");
/// provider.finish_blocking()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Definition {
    pact: Pact,
    /// By position among the HTTP interactions; of those that say nothing there is none.
    conducts: Conducts,
}

/// Why an interaction has no place beside the others.
#[derive(Debug)]
pub(crate) enum Conflict {
    Content(Box<MergeConflict>),
    Conduct(String),
}

impl Definition {
    pub(crate) fn new(pact: Pact, conducts: Conducts) -> Self {
        Self { pact, conducts }
    }

    /// The pact that it defines.
    pub fn pact(&self) -> &Pact {
        &self.pact
    }

    pub(super) fn into_parts(self) -> (Pact, Conducts) {
        (self.pact, self.conducts)
    }

    /// Each HTTP interaction with what is said of how it is played.
    pub(super) fn into_interactions(self) -> impl Iterator<Item = (Interaction, Option<Conduct>)> {
        let conducts = self.conducts;
        let interactions = self.pact.interactions.into_iter().enumerate();
        interactions.map(move |(position, each)| (each, conducts.said(position).cloned()))
    }

    /// Adds an HTTP interaction. One that is there already with the same content stays
    /// as it is, and is not to be played in two ways.
    pub(crate) fn add(
        &mut self,
        interaction: Interaction,
        conduct: Option<Conduct>,
    ) -> Result<(), Conflict> {
        let identity = interaction.identity();
        let known = self.pact.interactions.len();
        let same = |each: &Interaction| each.identity() == identity;
        let before = self.pact.interactions.iter().rposition(same);
        let name = identity.to_string();
        self.pact.add(interaction).map_err(Conflict::Content)?;
        let is_new = self.pact.interactions.len() > known;
        match (conduct, before) {
            (Some(conduct), _) if is_new => self.conducts.set(known, conduct),
            (Some(conduct), Some(position)) if self.conducts.of(position) != conduct => {
                return Err(Conflict::Conduct(name));
            }
            _ => {}
        }
        Ok(())
    }
}

impl From<Pact> for Definition {
    fn from(pact: Pact) -> Self {
        Self::new(pact, Conducts::default())
    }
}

impl From<Vec<Interaction>> for Definition {
    fn from(interactions: Vec<Interaction>) -> Self {
        Pact {
            interactions,
            ..Pact::default()
        }
        .into()
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Content(conflict) => conflict.fmt(f),
            Self::Conduct(name) => write!(
                f,
                "{name} is there already, with other `times` or another `behaviour`"
            ),
        }
    }
}
