//! What there is to say about an interaction beside what goes over the wire.

use pactwork_contract::{Common, ProviderState};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::Problems;

/// Members of the comments that have words of their own.
const WORDS: &[(&str, &str)] = &[
    ("text", ".comment(…)"),
    ("testname", ".test_name(…)"),
    ("references", ".reference(…)"),
    ("tags", ".tag(…)"),
];

/// What every type of interaction has, but its description.
#[derive(Debug, Clone, Default)]
pub(super) struct About {
    common: Common,
}

impl About {
    pub fn state(&mut self, state: impl Into<String>) {
        let state = ProviderState::named(state);
        self.common.provider_states.push(state);
    }

    pub fn state_with(
        &mut self,
        state: impl Into<String>,
        params: impl Serialize,
        problems: &mut Problems,
    ) {
        let mut state = ProviderState::named(state);
        let wrong = match serde_json::to_value(params) {
            Ok(Value::Object(params)) => {
                state.params = params;
                None
            }
            Ok(other) => Some(format!("found {other}")),
            Err(error) => Some(error.to_string()),
        };
        if let Some(reason) = wrong {
            let place = format!("the provider state \"{}\"", state.name);
            let problem = format!("its parameters have to be a JSON object: {reason}");
            problems.add(place, problem);
        }
        self.common.provider_states.push(state);
    }

    pub fn pending(&mut self) {
        self.common.pending = true;
    }

    pub fn key(&mut self, key: String) {
        self.common.key = Some(key);
    }

    pub fn transport(&mut self, transport: String) {
        self.common.transport = Some(transport);
    }

    pub fn test_name(&mut self, name: String) {
        self.common.comments.insert("testname".into(), name.into());
    }

    /// Adds to a list among the comments.
    pub fn listed(&mut self, member: &str, text: String) {
        let comments = &mut self.common.comments;
        let list = comments
            .entry(member)
            .or_insert_with(|| Vec::<Value>::new().into());
        if let Value::Array(list) = list {
            list.push(text.into());
        }
    }

    pub fn reference(&mut self, group: String, name: String, value: Value) {
        let comments = &mut self.common.comments;
        let empty = || Value::Object(Map::new());
        let groups = comments.entry("references").or_insert_with(empty);
        groups[group][name] = value;
    }

    pub fn comment_value(&mut self, key: String, value: impl Serialize, problems: &mut Problems) {
        let place = format!("the comment \"{key}\"");
        if let Some((_, word)) = WORDS.iter().find(|(name, _)| *name == key) {
            return problems.add(place, format_args!("it is said with {word}"));
        }
        match serde_json::to_value(value) {
            Ok(value) => drop(self.common.comments.insert(key, value)),
            Err(error) => {
                problems.add(place, format_args!("it cannot be written as JSON: {error}"));
            }
        }
    }

    /// What the pact holds about the interaction.
    pub fn described(self, description: String) -> Common {
        Common {
            description,
            ..self.common
        }
    }
}

/// The words about an interaction, the same for HTTP and messages. The builder has a
/// field `about`, and `pact` for problems.
macro_rules! about_words {
    ($builder:ident) => {
        impl $builder {
            /// A failing verification of it is reported without failing the provider's
            /// build (version 4).
            pub fn pending(mut self) -> Self {
                self.about.pending();
                self
            }

            /// A comment for people (version 4, `comments.text`); may be said again.
            pub fn comment(mut self, text: impl Into<String>) -> Self {
                self.about.listed("text", text.into());
                self
            }

            /// A comment for programs, by its name among the comments (version 4).
            pub fn comment_value(
                mut self,
                name: impl Into<String>,
                value: impl serde::Serialize,
            ) -> Self {
                let problems = &mut self.pact.problems;
                self.about.comment_value(name.into(), value, problems);
                self
            }

            /// A reference to something elsewhere: an issue, an operation of an API
            /// description (version 4, `comments.references`, by group and name).
            pub fn reference(
                mut self,
                group: impl Into<String>,
                name: impl Into<String>,
                value: impl Into<serde_json::Value>,
            ) -> Self {
                self.about
                    .reference(group.into(), name.into(), value.into());
                self
            }

            /// A tag. The Pact specification has none for interactions, so tags are
            /// kept as a list in the comments (version 4, `comments.tags`).
            pub fn tag(mut self, tag: impl Into<String>) -> Self {
                self.about.listed("tags", tag.into());
                self
            }

            /// A key of one's own, by which other tools find the interaction (version 4).
            pub fn key(mut self, key: impl Into<String>) -> Self {
                self.about.key(key.into());
                self
            }

            /// How it goes over the wire, where a provider has several ways: `http`,
            /// `https`, `grpc` (version 4).
            pub fn transport(mut self, transport: impl Into<String>) -> Self {
                self.about.transport(transport.into());
                self
            }

            /// The name of the test that says it (version 4, `comments.testname`).
            pub fn test_name(mut self, name: impl Into<String>) -> Self {
                self.about.test_name(name.into());
                self
            }
        }
    };
}

pub(super) use about_words;
