use pactwork_contract::Response;
use serde::Serialize;
use serde_json::Value;

use super::behaviour::Behaviour;
use super::body::{BodyDefinition, declare_content_type, declared_content_type};
use super::definition::{Definition, Named};
use crate::Problems;

/// What the consumer relies on in the provider's answer; made by [`status`].
///
/// The mock provider answers with the examples; the real provider has to keep
/// the matchers, and may add headers and members of JSON objects.
#[derive(Debug, Clone)]
#[must_use]
pub struct ResponseBuilder {
    status: u16,
    headers: Named,
    body: BodyDefinition,
    pub(super) behaviour: Behaviour,
}

/// A response with this status code.
pub fn status(code: u16) -> ResponseBuilder {
    ResponseBuilder {
        status: code,
        headers: Named::new(),
        body: BodyDefinition::Missing,
        behaviour: Behaviour::default(),
    }
}

impl ResponseBuilder {
    /// A header; given again or given a list, it has several values.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// A JSON body, with matchers where values may vary. The response then has
    /// the header `Content-Type: application/json` unless another is given.
    pub fn json(mut self, body: impl Serialize) -> Self {
        self.body = BodyDefinition::json(body);
        self
    }

    /// A text body (`text/plain` unless a header says otherwise); may be a matcher.
    pub fn text(mut self, body: impl Into<Value>) -> Self {
        self.body = BodyDefinition::Text(body.into());
        self
    }

    /// A body of any content type.
    pub fn body(mut self, content_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = BodyDefinition::Bytes {
            content_type: content_type.into(),
            bytes: bytes.into(),
        };
        self
    }

    pub(super) fn build(&self, owner: &str, problems: &mut Problems) -> Response {
        let mut definition = Definition::of(format!("{owner}: the response"), problems);
        let mut headers = definition.headers(&self.headers);
        let declared = declared_content_type(&headers);
        let body = self.body.build(declared.as_deref(), &mut definition);
        declare_content_type(&mut headers, &body);
        Response {
            status: self.status,
            headers,
            body,
            matching_rules: definition.rules,
            generators: definition.generators,
            ..Response::default()
        }
    }
}
