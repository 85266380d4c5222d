//! Pact files in: specification versions 1 to 4.

mod bodies;
mod interactions;
mod reader;
mod rules;

use serde_json::{Map, Value};
use thiserror::Error;

use crate::{Loaded, Pact, Participant, SpecificationVersion};
use reader::Reader;

/// A pact that could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file could not be opened or read.
    #[error("{origin}: cannot read: {reason}")]
    Io {
        /// The file.
        origin: String,
        /// Why.
        reason: std::io::Error,
    },
    /// Not JSON.
    #[error("{origin}: line {line}, column {column}: not JSON: {reason}")]
    Syntax {
        /// The file.
        origin: String,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What the parser says.
        reason: String,
    },
    /// JSON that makes the pact meaningless.
    #[error("{origin}: {path}: expected {expected}, found {found}")]
    Content {
        /// The file.
        origin: String,
        /// The JSON path.
        path: String,
        /// What should stand there.
        expected: String,
        /// What stands there.
        found: String,
    },
}

impl Pact {
    /// Reads a pact file of specification version 1 to 4, whichever
    /// implementation wrote it. `origin` is the name that errors and warnings
    /// give the input: a file, a URL.
    ///
    /// # Errors
    /// [`ReadError::Syntax`] with line and column where the input is not JSON,
    /// [`ReadError::Content`] with the JSON path of what makes it meaningless.
    ///
    /// ```
    /// let file = br#"{
    ///   "consumer": {"name": "web"},
    ///   "provider": {"name": "orders"},
    ///   "interactions": [{
    ///     "description": "a request for order 7",
    ///     "request": {"method": "get", "path": "/orders/7"},
    ///     "response": {"status": 200}
    ///   }],
    ///   "metadata": {"pactSpecification": {"version": "2.0.0"}}
    /// }"#;
    /// let loaded = pactwork_contract::Pact::read(file, "web-orders.json")?;
    /// assert_eq!(loaded.pact.consumer.name, "web");
    /// assert_eq!(loaded.pact.interactions.len(), 1);
    /// # Ok::<(), pactwork_contract::ReadError>(())
    /// ```
    pub fn read(bytes: &[u8], origin: &str) -> Result<Loaded, ReadError> {
        let root: Value = serde_json::from_slice(bytes).map_err(|error| ReadError::Syntax {
            origin: origin.into(),
            line: error.line(),
            column: error.column(),
            reason: error.to_string(),
        })?;
        let mut reader = Reader::new(origin);
        let mut root = reader.object(root, "$")?;
        let mut metadata = reader.optional_object(&mut root, "metadata", "$")?;
        let consumer = participant(&mut reader, &mut root, "consumer")?;
        let provider = participant(&mut reader, &mut root, "provider")?;
        let specification = specification(&mut reader, &mut metadata, &root);
        let (interactions, not_understood) =
            interactions::read(&mut reader, &mut root, specification)?;
        let pact = Pact {
            consumer,
            provider,
            interactions,
            not_understood,
            specification,
            metadata,
            extra: root,
        };
        Ok(Loaded {
            pact,
            warnings: reader.warnings,
        })
    }
}

fn participant(
    reader: &mut Reader,
    root: &mut Map<String, Value>,
    role: &str,
) -> Result<Participant, ReadError> {
    let path = format!("$.{role}");
    let value = root.remove(role).unwrap_or(Value::Null);
    if value.is_null() {
        return Err(reader.error(&path, "an object with a \"name\"", "nothing"));
    }
    let mut object = reader.object(value, &path)?;
    match object.remove("name") {
        Some(Value::String(name)) if !name.is_empty() => Ok(Participant {
            name,
            extra: object,
        }),
        other => Err(reader.unexpected(
            &format!("{path}.name"),
            "a name that is not empty",
            other.as_ref(),
        )),
    }
}

/// `metadata.pactSpecification.version`, or one of its older spellings; where
/// the file does not say, what its shape says.
fn specification(
    reader: &mut Reader,
    metadata: &mut Map<String, Value>,
    root: &Map<String, Value>,
) -> SpecificationVersion {
    let named = [
        "pactSpecification",
        "pact-specification",
        "pactSpecificationVersion",
    ]
    .into_iter()
    .find_map(|key| metadata.remove(key).map(|value| (key, value)));
    let Some((key, value)) = named else {
        return from_shape(root);
    };
    let text = match &value {
        Value::Object(object) => object.get("version").map(text_of),
        other => Some(text_of(other)),
    };
    let version = text.as_deref().and_then(from_text);
    version.unwrap_or_else(|| {
        let guess = from_shape(root);
        let found = text.unwrap_or_else(|| "no version".into());
        let message =
            format!("specification version {found} is not known; read as version {guess}");
        reader.warn(&format!("$.metadata.{key}"), message);
        guess
    })
}

fn text_of(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn from_text(text: &str) -> Option<SpecificationVersion> {
    match text.split('.').collect::<Vec<_>>()[..] {
        ["1", "1", ..] => Some(SpecificationVersion::V1_1),
        ["1", ..] => Some(SpecificationVersion::V1),
        ["2", ..] => Some(SpecificationVersion::V2),
        ["3", ..] => Some(SpecificationVersion::V3),
        ["4", ..] => Some(SpecificationVersion::V4),
        _ => None,
    }
}

fn from_shape(root: &Map<String, Value>) -> SpecificationVersion {
    let interactions = root.get("interactions").and_then(Value::as_array);
    let first = interactions.and_then(|list| list.first());
    if first.is_some_and(|interaction| interaction.get("type").is_some()) {
        SpecificationVersion::V4
    } else if root.contains_key("messages")
        || first.is_some_and(|interaction| interaction.get("providerStates").is_some())
    {
        SpecificationVersion::V3
    } else {
        SpecificationVersion::V2
    }
}
