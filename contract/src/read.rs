//! Pact files in: specification versions 1 to 4.

pub(crate) mod bodies;
pub(crate) mod flat_path;
mod http;
mod interactions;
mod messages;
pub(crate) mod query;
mod reader;
pub(crate) mod ruby;
mod rule;
mod rules;
mod scan;
mod specification;

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
    /// One thing that is not understood never costs the file: a rule becomes
    /// [`crate::RuleKind::Unknown`], an interaction goes to
    /// [`Pact::not_understood`], and a warning says where and why.
    ///
    /// # Errors
    /// [`ReadError::Syntax`] with line and column where the input is not JSON (or
    /// nested more than 127 levels deep), [`ReadError::Content`] with the JSON path
    /// of what makes it meaningless as a whole.
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
        let mut reader = Reader::new(origin);
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut root = reader.object(parse(bytes, origin)?, "$")?;
        scan::warn(&mut reader, scan::losses(bytes, "$"));
        let mut metadata = reader.optional_object(&mut root, "metadata", "$")?;
        let consumer = participant(&reader, &mut root, "consumer")?;
        let provider = participant(&reader, &mut root, "provider")?;
        let specification = specification::take(&mut reader, &mut metadata, &root);
        reader.has_ruby_objects = specification <= SpecificationVersion::V2;
        let mut pact = Pact {
            consumer,
            provider,
            specification,
            metadata,
            ..Pact::default()
        };
        let failed = interactions::read(&mut reader, &mut root, &mut pact)?;
        if !failed.is_empty() {
            interactions::keep(failed, &parse(bytes, origin)?, &mut pact);
        }
        pact.extra = root;
        Ok(Loaded {
            pact,
            warnings: reader.warnings,
        })
    }
}

fn parse(bytes: &[u8], origin: &str) -> Result<Value, ReadError> {
    serde_json::from_slice(bytes).map_err(|error| {
        let place = format!(" at line {} column {}", error.line(), error.column());
        let reason = error.to_string();
        ReadError::Syntax {
            origin: origin.into(),
            line: error.line(),
            column: error.column(),
            reason: reason.strip_suffix(&place).unwrap_or(&reason).into(),
        }
    })
}

fn participant(
    reader: &Reader,
    root: &mut Map<String, Value>,
    role: &str,
) -> Result<Participant, ReadError> {
    let mut extra = reader.required_object(root, role, "$")?;
    match extra.remove("name") {
        Some(Value::String(name)) if !name.is_empty() => Ok(Participant { name, extra }),
        other => Err(reader.unexpected(
            &format!("$.{role}.name"),
            "a name that is not empty",
            other.as_ref(),
        )),
    }
}
