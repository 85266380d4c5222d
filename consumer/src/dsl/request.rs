use pactwork_contract::{Category, Request};
use serde::Serialize;
use serde_json::Value;

use super::body::{BodyDefinition, declare_content_type, declared_content_type};
use super::definition::{Definition, Named};
use crate::Problems;

/// What the consumer will send; made by [`get`], [`post`] and their like, or by
/// [`request`] for any other method.
///
/// The consumer may send other headers as well, but no other query parameters.
/// Without a body here, any body will do.
#[derive(Debug, Clone)]
#[must_use]
pub struct RequestBuilder {
    method: String,
    path: Value,
    query: Named,
    headers: Named,
    body: BodyDefinition,
}

/// Any method. The path starts with `/`, stands as it goes over the wire, and
/// may be a matcher.
pub fn request(method: impl Into<String>, path: impl Into<Value>) -> RequestBuilder {
    RequestBuilder {
        method: method.into().to_ascii_uppercase(),
        path: path.into(),
        query: Named::new(),
        headers: Named::new(),
        body: BodyDefinition::Missing,
    }
}

macro_rules! methods {
    ($($name:ident $method:literal),*) => {$(
        #[doc = concat!("A `", $method, "` request; the path may be a matcher.")]
        pub fn $name(path: impl Into<Value>) -> RequestBuilder {
            request($method, path)
        }
    )*};
}

methods!(get "GET", post "POST", put "PUT", patch "PATCH", delete "DELETE", head "HEAD", options "OPTIONS");

impl RequestBuilder {
    /// A query parameter, not encoded; given again or given a list, it has several values.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// A header; given again or given a list, it has several values.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// A JSON body, with matchers where values may vary. The request then has
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

    /// A body of any content type, compared as that content type is.
    pub fn body(mut self, content_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = BodyDefinition::Bytes {
            content_type: content_type.into(),
            bytes: bytes.into(),
        };
        self
    }

    pub(super) fn build(&self, owner: &str, problems: &mut Problems) -> Request {
        let mut definition = Definition::of(format!("{owner}: the request"), problems);
        let path = definition.text(&self.path, Category::Path, "");
        check_path(&path, &mut definition);
        if hyper::Method::from_bytes(self.method.as_bytes()).is_err() {
            definition.problem(format_args!("\"{}\" is not a method", self.method));
        }
        let query = definition.query(&self.query);
        let mut headers = definition.headers(&self.headers);
        let declared = declared_content_type(&headers);
        let body = self.body.build(declared.as_deref(), &mut definition);
        declare_content_type(&mut headers, &body);
        Request {
            method: self.method.clone(),
            path,
            query,
            headers,
            body,
            matching_rules: definition.rules,
            generators: definition.generators,
            ..Request::default()
        }
    }
}

fn check_path(path: &str, definition: &mut Definition<'_>) {
    if !path.starts_with('/') {
        definition.problem(format_args!(
            "the path \"{path}\" does not start with \"/\""
        ));
    }
    if path.contains(['?', '#']) {
        definition.problem(format_args!(
            "the path \"{path}\" holds a query or a fragment; say the query with .query(name, value)"
        ));
    }
}
