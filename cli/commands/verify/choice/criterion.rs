//! What an interaction has to be like to be chosen.

use std::collections::BTreeSet;

use pactwork_contract::{InteractionType, NotUnderstood, Pact};
use pactwork_provider::Candidate;
use regex::Regex;
use serde_json::Value;

use crate::args;
use crate::failure::{Failure, Result};

/// Criteria of several kinds; of each kind any has to fit.
#[derive(Debug, Default)]
pub struct Criteria(Vec<Vec<Criterion>>);

/// One thing that was asked for.
#[derive(Debug)]
pub enum Criterion {
    Consumer(String),
    Description(Pattern),
    State(Pattern),
    NoState,
    Tag(String),
    Key(String),
    Type(args::InteractionType),
}

/// A regular expression, which is also the text that it is written as.
#[derive(Debug)]
pub struct Pattern {
    text: String,
    regex: Regex,
}

impl Pattern {
    fn plan(option: &str, text: String) -> Result<Self> {
        match Regex::new(&text) {
            Ok(regex) => Ok(Self { text, regex }),
            Err(reason) => Err(Failure::wrong_input(format!(
                "{option} \"{text}\": not a regular expression: {}",
                last_line(&reason)
            ))
            .advise(format!(
                "for this text as it stands, write '{}'",
                regex::escape(&text)
            ))),
        }
    }

    /// Whether a part of the text matches.
    fn fits(&self, text: &str) -> bool {
        self.regex.is_match(text) || text.contains(&self.text)
    }
}

/// The lines before it draw where in the expression it is.
fn last_line(reason: &regex::Error) -> String {
    let text = reason.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}

impl Criteria {
    /// Checks the arguments.
    pub fn plan(args: args::Choice) -> Result<Self> {
        let patterns =
            |option: &'static str, texts: Vec<String>, kind: fn(Pattern) -> Criterion| {
                let patterns = texts
                    .into_iter()
                    .map(move |text| Pattern::plan(option, text));
                patterns
                    .map(move |pattern| pattern.map(kind))
                    .collect::<Result<Vec<_>>>()
            };
        let names = |names: Vec<String>, kind: fn(String) -> Criterion| {
            names.into_iter().map(kind).collect::<Vec<_>>()
        };
        let mut states = patterns("--state", args.state, Criterion::State)?;
        states.extend(args.no_state.then_some(Criterion::NoState));
        let kinds = [
            names(args.consumer, Criterion::Consumer),
            patterns("--description", args.description, Criterion::Description)?,
            states,
            names(args.tag, Criterion::Tag),
            names(args.key, Criterion::Key),
            args.types.into_iter().map(Criterion::Type).collect(),
        ];
        let given = kinds.into_iter().filter(|kind| !kind.is_empty());
        Ok(Self(given.collect()))
    }

    /// Whether an interaction is as all kinds ask for.
    pub fn fit(&self, candidate: &Candidate<'_>) -> bool {
        let subject = Subject::of(candidate);
        self.kinds()
            .all(|kind| kind.iter().any(|each| each.fits(&subject)))
    }

    /// Each kind of which something was asked for.
    pub fn kinds(&self) -> impl Iterator<Item = &[Criterion]> {
        self.0.iter().map(Vec::as_slice)
    }
}

impl Criterion {
    /// As it was asked for: `--tag "slow"`.
    pub fn asked(&self) -> String {
        match self {
            Self::Consumer(name) => format!("--consumer \"{name}\""),
            Self::Description(pattern) => format!("--description \"{}\"", pattern.text),
            Self::State(pattern) => format!("--state \"{}\"", pattern.text),
            Self::NoState => "--no-state".into(),
            Self::Tag(tag) => format!("--tag \"{tag}\""),
            Self::Key(key) => format!("--key \"{key}\""),
            Self::Type(kind) => format!("--type {}", name_of(*kind)),
        }
    }

    /// The text that was asked for, to find others like it.
    pub fn text(&self) -> &str {
        match self {
            Self::Description(pattern) | Self::State(pattern) => &pattern.text,
            Self::Consumer(text) | Self::Tag(text) | Self::Key(text) => text,
            Self::NoState | Self::Type(_) => "",
        }
    }

    /// What could have been asked for: what these things are called, and what of them
    /// an interaction has.
    pub fn known(&self, candidate: &Candidate<'_>) -> (&'static str, Vec<String>) {
        let subject = Subject::of(candidate);
        let owned = |text: &str| text.to_owned();
        match self {
            Self::Consumer(_) => ("consumers", vec![owned(subject.consumer)]),
            Self::Description(_) => ("descriptions", vec![owned(subject.description)]),
            Self::State(_) | Self::NoState => (
                "states",
                subject.states.iter().copied().map(owned).collect(),
            ),
            Self::Tag(_) => ("tags", subject.tags.iter().copied().map(owned).collect()),
            Self::Key(_) => ("keys", subject.key.into_iter().map(owned).collect()),
            Self::Type(_) => (
                "types",
                subject
                    .kind
                    .map(|kind| name_of(kind.into()).to_owned())
                    .into_iter()
                    .collect(),
            ),
        }
    }

    /// Whether an interaction is like that.
    pub fn fits_candidate(&self, candidate: &Candidate<'_>) -> bool {
        self.fits(&Subject::of(candidate))
    }

    fn fits(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::Consumer(name) => subject.consumer == name,
            Self::Description(pattern) => pattern.fits(subject.description),
            Self::State(pattern) => subject.states.iter().any(|state| pattern.fits(state)),
            Self::NoState => subject.states.is_empty(),
            Self::Tag(tag) => subject.tags.contains(&tag.as_str()),
            Self::Key(key) => subject.key == Some(key),
            Self::Type(wanted) => subject.kind.is_some_and(|kind| is_of(kind, *wanted)),
        }
    }
}

/// What criteria are about, of what is understood and of what is not.
struct Subject<'a> {
    consumer: &'a str,
    description: &'a str,
    states: Vec<&'a str>,
    tags: Vec<&'a str>,
    key: Option<&'a str>,
    kind: Option<InteractionType>,
}

impl<'a> Subject<'a> {
    fn of(candidate: &Candidate<'a>) -> Self {
        let pact: &Pact = candidate.pact;
        match candidate.interaction {
            Ok(interaction) => {
                let common = interaction.common();
                let states = common.provider_states.iter();
                Self {
                    consumer: &pact.consumer.name,
                    description: &common.description,
                    states: states.map(|state| state.name.as_str()).collect(),
                    tags: common.comments.get("tags").map(texts).unwrap_or_default(),
                    key: common.key.as_deref(),
                    kind: Some(interaction.interaction_type()),
                }
            }
            Err(found) => Self::not_understood(&pact.consumer.name, found),
        }
    }

    fn not_understood(consumer: &'a str, found: &'a NotUnderstood) -> Self {
        let text = |name: &str| found.value.get(name).and_then(Value::as_str);
        let states = found.value.get("providerStates").and_then(Value::as_array);
        let states = states.into_iter().flatten();
        Self {
            consumer,
            description: text("description").unwrap_or_default(),
            states: states
                .filter_map(|state| state.get("name")?.as_str())
                .collect(),
            tags: found
                .value
                .pointer("/comments/tags")
                .map(texts)
                .unwrap_or_default(),
            key: text("key"),
            kind: found.interaction_type,
        }
    }
}

/// Tags are a list, or a single one.
fn texts(tags: &Value) -> Vec<&str> {
    match tags {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        single => single.as_str().into_iter().collect(),
    }
}

fn is_of(kind: InteractionType, wanted: args::InteractionType) -> bool {
    match wanted {
        args::InteractionType::Message => kind != InteractionType::Http,
        wanted => wanted == kind.into(),
    }
}

impl From<InteractionType> for args::InteractionType {
    fn from(kind: InteractionType) -> Self {
        match kind {
            InteractionType::Http => Self::Http,
            InteractionType::AsynchronousMessage => Self::AsynchronousMessage,
            InteractionType::SynchronousMessage => Self::SynchronousMessage,
        }
    }
}

fn name_of(kind: args::InteractionType) -> &'static str {
    match kind {
        args::InteractionType::Http => "http",
        args::InteractionType::Message => "message",
        args::InteractionType::AsynchronousMessage => "asynchronous-message",
        args::InteractionType::SynchronousMessage => "synchronous-message",
    }
}

/// Values without those that are equal, in order.
pub fn distinct(values: impl Iterator<Item = String>) -> Vec<String> {
    values.collect::<BTreeSet<_>>().into_iter().collect()
}
