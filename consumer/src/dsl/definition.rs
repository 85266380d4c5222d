use std::fmt;

use pactwork_contract::{Category, Generators, Headers, MatchingRules, Query};
use pactwork_matching::integration::extract;
use serde_json::Value;

use crate::Problems;

/// Names and the values given for them, in the order given.
pub(super) type Named = Vec<(String, Value)>;

/// Takes definitions with embedded matchers apart: gives the examples back,
/// gathers the rules and generators, and notes what makes no sense.
pub(super) struct Definition<'a> {
    pub rules: MatchingRules,
    pub generators: Generators,
    place: String,
    problems: &'a mut Problems,
}

impl<'a> Definition<'a> {
    /// `place` is how problems name what is being defined: `the request of "…"`.
    pub fn of(place: impl Into<String>, problems: &'a mut Problems) -> Self {
        Self {
            rules: MatchingRules::default(),
            generators: Generators::default(),
            place: place.into(),
            problems,
        }
    }

    pub fn problem(&mut self, problem: impl fmt::Display) {
        self.problems.add(&self.place, problem);
    }

    pub fn example(&mut self, definition: &Value, category: Category, root: &str) -> Value {
        let Self {
            rules, generators, ..
        } = self;
        match extract(definition, category, root, rules, generators) {
            Ok(example) => example,
            Err(error) => {
                self.problem(error);
                Value::Null
            }
        }
    }

    /// The text of something that is text on the wire, though its example may be a number.
    pub fn text(&mut self, definition: &Value, category: Category, root: &str) -> String {
        let example = self.example(definition, category, root);
        self.wire_text(&example, category, root)
    }

    pub fn headers(&mut self, named: &Named) -> Headers {
        let mut headers = Headers::new();
        for (name, definition) in named {
            let values = self.texts(definition, Category::Header, name);
            if hyper::header::HeaderName::from_bytes(name.as_bytes()).is_err() {
                self.problem(format_args!("\"{name}\" is not a header name"));
            }
            let key = headers.keys().find(|key| key.eq_ignore_ascii_case(name));
            let key = key.unwrap_or(name).clone();
            headers.entry(key).or_default().extend(values);
        }
        headers
    }

    pub fn query(&mut self, named: &Named) -> Query {
        let mut query = Query::new();
        for (name, definition) in named {
            let values = self.texts(definition, Category::Query, name);
            let values = values.into_iter().map(Some);
            query.entry(name.clone()).or_default().extend(values);
        }
        query
    }

    fn texts(&mut self, definition: &Value, category: Category, root: &str) -> Vec<String> {
        match self.example(definition, category, root) {
            Value::Array(values) => values
                .iter()
                .map(|value| self.wire_text(value, category, root))
                .collect(),
            value => vec![self.wire_text(&value, category, root)],
        }
    }

    fn wire_text(&mut self, example: &Value, category: Category, root: &str) -> String {
        match example {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(boolean) => boolean.to_string(),
            Value::Null => String::new(),
            other => {
                let part = format!("{category:?}").to_lowercase();
                self.problem(format_args!(
                    "{part} {root}: expected text, a number or a boolean, found {other}"
                ));
                String::new()
            }
        }
    }
}
