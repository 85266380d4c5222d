use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use pactwork_contract::{Body, Category};
use pactwork_matching::integration::extract;
use serde_json::Value;

use super::place::{Object, Place};
use super::{DefinitionProblems, matchers};
use crate::dsl::body::{BodyDefinition, Bytes, is_json};

/// A body, as the document gives it.
#[derive(Debug)]
pub(super) enum Given {
    /// Nothing is said, or what the builders collect.
    Defined(BodyDefinition),
    /// JSON null: there is no body.
    None,
}

impl Given {
    /// What the builders take.
    pub fn definition(&self) -> BodyDefinition {
        match self {
            Self::Defined(definition) => definition.clone(),
            Self::None => BodyDefinition::Missing,
        }
    }

    /// The body that was built, unless there is to be none.
    pub fn or_none(&self, built: Body) -> Body {
        match self {
            Self::Defined(_) => built,
            Self::None => Body::Null,
        }
    }
}

/// The body under `name` or, as base64, under the name with `_base64` at its end.
pub(super) fn read(
    object: &Object<'_>,
    name: &str,
    content_type: Option<&str>,
    problems: &mut DefinitionProblems,
) -> Given {
    let encoded = format!("{name}_base64");
    match (object.given(name), object.get(&encoded)) {
        (None, None) => Given::Defined(BodyDefinition::Missing),
        (Some(_), Some(bytes)) => {
            let message = format_args!("`{name}` and `{encoded}` cannot both be given");
            problems.add(&bytes.path, message);
            Given::Defined(BodyDefinition::Missing)
        }
        (None, Some(bytes)) => Given::Defined(binary(&bytes, content_type, problems)),
        (Some(place), None) if place.value.is_null() => Given::None,
        (Some(place), None) => Given::Defined(plain(&place, content_type, problems)),
    }
}

fn binary(
    place: &Place<'_>,
    content_type: Option<&str>,
    problems: &mut DefinitionProblems,
) -> BodyDefinition {
    let bytes = place
        .value
        .as_str()
        .map(|text| BASE64_STANDARD.decode(text));
    let Some(Ok(bytes)) = bytes else {
        place.wrong("bytes as base64", problems);
        return BodyDefinition::Missing;
    };
    let content_type = content_type.unwrap_or("application/octet-stream");
    BodyDefinition::Bytes(Bytes::of(content_type, bytes))
}

fn plain(
    place: &Place<'_>,
    content_type: Option<&str>,
    problems: &mut DefinitionProblems,
) -> BodyDefinition {
    if !matchers::check(place, problems) {
        return BodyDefinition::Missing;
    }
    match content_type {
        Some(content_type) if is_json(content_type) => BodyDefinition::json(place.value),
        None if !place.value.is_string() => BodyDefinition::json(place.value),
        content_type => text(place, content_type, problems),
    }
}

/// What is text on the wire and is of no JSON; text that a matcher gives is text as well.
fn text(
    place: &Place<'_>,
    content_type: Option<&str>,
    problems: &mut DefinitionProblems,
) -> BodyDefinition {
    match (place.value, content_type) {
        (Value::String(text), Some(content_type)) => {
            BodyDefinition::Bytes(Bytes::of(content_type, text.clone()))
        }
        (value, _) if example_is_text(value) => BodyDefinition::Text(value.clone()),
        (_, content_type) => {
            let content_type = content_type.unwrap_or_default();
            place.wrong(
                &format!("a text, because its content type is {content_type}"),
                problems,
            );
            BodyDefinition::Missing
        }
    }
}

fn example_is_text(definition: &Value) -> bool {
    let (mut rules, mut generators) = Default::default();
    extract(definition, Category::Body, "$", &mut rules, &mut generators)
        .is_ok_and(|example| example.is_string())
}
