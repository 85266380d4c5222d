use std::fmt;

use pactwork_contract::{Category, Generators, Headers, MatchingRules, Query, RuleKind};
use pactwork_matching::integration::extract;
use serde_json::Value;

use crate::{Problems, matchers};

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

    /// Adds a rule that stands in no definition, for a part of the body.
    pub fn rule(&mut self, path: &str, rule: RuleKind) {
        self.rules.add(Category::Body, path, rule);
    }

    pub fn example(&mut self, definition: &Value, category: Category, root: &str) -> Value {
        if self.has_problems(definition, category, root) {
            return Value::Null;
        }
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

    /// The example alone, where the rules are made otherwise.
    pub fn without_rules(&mut self, definition: &Value, category: Category) -> Value {
        let mut none = Definition::of(self.place.clone(), self.problems);
        none.example(definition, category, "")
    }

    fn has_problems(&mut self, definition: &Value, category: Category, root: &str) -> bool {
        let found = matchers::problems(definition);
        for reason in &found {
            let part = part(category);
            match root {
                "" | "$" => self.problem(format_args!("the {part}: {reason}")),
                name => self.problem(format_args!("{part} {name}: {reason}")),
            }
        }
        !found.is_empty()
    }

    /// The text of something that is text on the wire, though its example may be a number.
    pub fn text(&mut self, definition: &Value, category: Category, root: &str) -> String {
        let example = self.example(definition, category, root);
        self.wire_text(&example, part(category), root)
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
                .map(|value| self.wire_text(value, part(category), root))
                .collect(),
            value => vec![self.wire_text(&value, part(category), root)],
        }
    }

    /// An example as text; `part` and `name` say in a problem which it is.
    pub fn wire_text(&mut self, example: &Value, part: &str, name: &str) -> String {
        match example {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(boolean) => boolean.to_string(),
            Value::Null => String::new(),
            other => {
                self.problem(format_args!(
                    "{part} {name}: expected text, a number or a boolean, found {other}"
                ));
                String::new()
            }
        }
    }
}

/// What a category is called in a problem.
fn part(category: Category) -> &'static str {
    category.as_str()
}
