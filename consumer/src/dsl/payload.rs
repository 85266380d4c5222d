use pactwork_contract::{Category, MessageContents};
use serde_json::{Map, Value};

use super::body::{BodyDefinition, body_words};
use super::definition::{Definition, Named};
use crate::matchers::Matcher;

/// The contents and the metadata of a message; made by [`payload`], or from a `json!`
/// value where there is only JSON.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Payload {
    body: BodyDefinition,
    metadata: Named,
}

/// A message without contents, to be given some.
///
/// ```
/// use pactwork_consumer::matchers::integer;
/// use pactwork_consumer::payload;
/// use serde_json::json;
///
/// let request = payload().json(json!({ "order": integer(7) })).metadata("version", "2");
/// # let _ = request;
/// ```
pub fn payload() -> Payload {
    Payload::default()
}

impl From<Value> for Payload {
    fn from(json: Value) -> Self {
        payload().json(json)
    }
}

body_words!(Payload);

impl Payload {
    /// A piece of metadata that the consumer relies on, or sends; may be a matcher.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Matcher) -> Self {
        self.metadata.push((name.into(), value.definition()));
        self
    }

    pub(super) fn of(body: BodyDefinition, metadata: Named) -> Self {
        Self { body, metadata }
    }

    pub(super) fn build(&self, mut definition: Definition<'_>) -> MessageContents {
        let metadata: Map<_, _> = self
            .metadata
            .iter()
            .map(|(name, value)| {
                let example = definition.example(value, Category::Metadata, name);
                (name.clone(), example)
            })
            .collect();
        let declared = ["contentType", "content-type", "Content-Type"]
            .iter()
            .find_map(|name| metadata.get(*name)?.as_str());
        let contents = self.body.build(declared, &mut definition);
        MessageContents {
            contents,
            metadata,
            matching_rules: definition.rules,
            generators: definition.generators,
            ..MessageContents::default()
        }
    }
}
