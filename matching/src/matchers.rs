use std::mem;

use pactwork_contract::{MessageContents, Request, Response, Warning};

use crate::{
    Comparison, Mismatch, actual,
    body::{BodyMatcher, Received},
    distance,
    headers::{self, HeaderMatcher},
    metadata::{self, MetadataMatcher},
    method::MethodMatcher,
    path::PathMatcher,
    query::QueryMatcher,
    status::StatusMatcher,
    structure::Keys,
    warnings::Warnings,
};

const CONTENT_TYPE: &str = "content-type";

/// Compiles expectations that belong together, such as those of one pact: a
/// regular expression that stands in many of them is compiled once.
///
/// ```
/// use pactwork_contract::Response;
/// use pactwork_matching::Compiler;
///
/// let responses = [Response::default(), Response::default()];
/// let mut compiler = Compiler::default();
/// let matchers: Vec<_> = responses.iter().map(|expected| compiler.response(expected)).collect();
/// assert_eq!(matchers.len(), 2);
/// ```
#[derive(Debug, Default)]
pub struct Compiler {
    shared: Warnings,
}

impl Compiler {
    /// Compiles an expected request.
    pub fn request(&mut self, expected: &Request) -> RequestMatcher {
        RequestMatcher::compile_with(expected, &mut self.shared)
    }

    /// Compiles an expected response.
    pub fn response(&mut self, expected: &Response) -> ResponseMatcher {
        ResponseMatcher::compile_with(expected, &mut self.shared)
    }

    /// Compiles an expected message.
    pub fn message(&mut self, expected: &MessageContents) -> MessageMatcher {
        MessageMatcher::compile_with(expected, Keys::MoreAllowed, &mut self.shared)
    }

    /// Compiles the expected request of a synchronous message.
    pub fn message_request(&mut self, expected: &MessageContents) -> MessageMatcher {
        MessageMatcher::compile_with(expected, Keys::NoMore, &mut self.shared)
    }
}

/// A request's expectation, compiled.
#[derive(Debug)]
pub struct RequestMatcher {
    method: MethodMatcher,
    path: PathMatcher,
    query: QueryMatcher,
    headers: HeaderMatcher,
    body: BodyMatcher,
    warnings: Vec<Warning>,
}

impl RequestMatcher {
    /// Compiles an expected request. For many of them, see [`Compiler`].
    pub fn compile(expected: &Request) -> Self {
        Compiler::default().request(expected)
    }

    fn compile_with(expected: &Request, told: &mut Warnings) -> Self {
        let rules = &expected.matching_rules;
        let content_type = headers::expected(&expected.headers, CONTENT_TYPE);
        Self {
            method: MethodMatcher::compile(expected, told),
            path: PathMatcher::compile(expected, told),
            query: QueryMatcher::compile(expected, told),
            headers: HeaderMatcher::compile(&expected.headers, rules, told),
            body: BodyMatcher::compile(&expected.body, content_type, rules, Keys::NoMore, told),
            warnings: mem::take(&mut told.list),
        }
    }

    /// Compares a received request. Keys of the body that are not expected are
    /// mismatches, and so are query parameters; headers that are not expected are not.
    pub fn compare(&self, actual: &actual::Request<'_>) -> Comparison {
        self.compare_received(actual, &received(actual))
    }

    /// The same, with a body that other expectations are compared with as well.
    pub(crate) fn compare_received(
        &self,
        actual: &actual::Request<'_>,
        body: &Received<'_>,
    ) -> Comparison {
        let mut mismatches = self.method.compare(actual.method);
        mismatches.extend(self.path.compare(actual.path));
        mismatches.extend(self.query.compare(actual.query));
        mismatches.extend(self.headers.compare(actual.headers));
        mismatches.extend(self.body.compare(body));
        let path = self.path.distance(&mismatches, actual.path);
        comparison(mismatches, path, &self.body)
    }

    /// How far method and path are apart.
    pub(crate) fn head_distance(&self, actual: &actual::Request<'_>) -> u64 {
        let mut mismatches = self.method.compare(actual.method);
        mismatches.extend(self.path.compare(actual.path));
        let path = self.path.distance(&mismatches, actual.path);
        distance::of(&mismatches, path, 0)
    }

    /// Whether method and path are the expected ones.
    pub(crate) fn is_for(&self, actual: &actual::Request<'_>) -> bool {
        self.method.compare(actual.method).is_empty() && self.path.compare(actual.path).is_empty()
    }

    /// Whether the rest is as expected of a request that this [is for](Self::is_for).
    pub(crate) fn keeps_rest(&self, actual: &actual::Request<'_>, body: &Received<'_>) -> bool {
        self.query.compare(actual.query).is_empty()
            && self.headers.compare(actual.headers).is_empty()
            && self.body.compare(body).is_empty()
    }

    /// The method and path, if only one of each is accepted.
    pub(crate) fn literal(&self) -> Option<(&str, &str)> {
        Some((self.method.literal()?, self.path.literal()?))
    }

    /// Rules that were not understood and degraded to equality; paths are relative to the request.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

/// The body of a request.
pub(crate) fn received<'a>(actual: &actual::Request<'a>) -> Received<'a> {
    Received::new(actual.body, content_type_of(actual.headers))
}

fn content_type_of<'a>(headers: &'a actual::Headers<'a>) -> Option<&'a str> {
    headers::values_of(headers, CONTENT_TYPE).next()
}

fn comparison(mismatches: Vec<Mismatch>, path: u64, body: &BodyMatcher) -> Comparison {
    Comparison {
        distance: distance::of(&mismatches, path, body.values()),
        mismatches,
    }
}

/// A response's expectation, compiled.
#[derive(Debug)]
pub struct ResponseMatcher {
    status: StatusMatcher,
    headers: HeaderMatcher,
    body: BodyMatcher,
    warnings: Vec<Warning>,
}

impl ResponseMatcher {
    /// Compiles an expected response. For many of them, see [`Compiler`].
    pub fn compile(expected: &Response) -> Self {
        Compiler::default().response(expected)
    }

    fn compile_with(expected: &Response, told: &mut Warnings) -> Self {
        let rules = &expected.matching_rules;
        let content_type = headers::expected(&expected.headers, CONTENT_TYPE);
        Self {
            status: StatusMatcher::compile(expected, told),
            headers: HeaderMatcher::compile(&expected.headers, rules, told),
            body: BodyMatcher::compile(
                &expected.body,
                content_type,
                rules,
                Keys::MoreAllowed,
                told,
            ),
            warnings: mem::take(&mut told.list),
        }
    }

    /// Compares a received response. Headers and keys of the body that are not
    /// expected are no mismatches.
    pub fn compare(&self, actual: &actual::Response<'_>) -> Comparison {
        let received = Received::new(actual.body, content_type_of(actual.headers));
        let mut mismatches = self.status.compare(actual.status);
        mismatches.extend(self.headers.compare(actual.headers));
        mismatches.extend(self.body.compare(&received));
        comparison(mismatches, 0, &self.body)
    }

    /// Rules that were not understood and degraded to equality; paths are relative to the response.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

/// A message's expectation, compiled.
#[derive(Debug)]
pub struct MessageMatcher {
    contents: BodyMatcher,
    metadata: MetadataMatcher,
    warnings: Vec<Warning>,
}

impl MessageMatcher {
    /// Compiles an expected message. For many of them, see [`Compiler`].
    pub fn compile(expected: &MessageContents) -> Self {
        Compiler::default().message(expected)
    }

    /// Compiles the expected request of a synchronous message: as in the body of an
    /// HTTP request, keys that are not expected are mismatches.
    pub fn compile_request(expected: &MessageContents) -> Self {
        Compiler::default().message_request(expected)
    }

    fn compile_with(expected: &MessageContents, keys: Keys, told: &mut Warnings) -> Self {
        let rules = &expected.matching_rules;
        let content_type = metadata::content_type(&expected.metadata);
        Self {
            contents: BodyMatcher::compile(&expected.contents, content_type, rules, keys, told),
            metadata: MetadataMatcher::compile(expected, told),
            warnings: mem::take(&mut told.list),
        }
    }

    /// Compares a message. Metadata that is not expected is no mismatch, and neither
    /// are keys of the contents, except in a request.
    pub fn compare(&self, actual: &actual::Message<'_>) -> Comparison {
        let declared = metadata::content_type(actual.metadata);
        let received = Received::new(actual.contents, actual.content_type.or(declared));
        let mut mismatches = self.contents.compare(&received);
        mismatches.extend(self.metadata.compare(actual));
        comparison(mismatches, 0, &self.contents)
    }

    /// Rules that were not understood and degraded to equality; paths are relative to the message.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}
