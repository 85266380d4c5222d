use pactwork_contract::{MessageContents, Request, Response, Warning};

use crate::{Comparison, actual};

/// A request's expectation, compiled.
#[derive(Debug)]
pub struct RequestMatcher {}

impl RequestMatcher {
    /// Compiles an expected request.
    pub fn compile(expected: &Request) -> Self {
        let _ = expected;
        todo!()
    }

    /// Compares a received request.
    pub fn compare(&self, actual: &actual::Request<'_>) -> Comparison {
        let _ = actual;
        todo!()
    }

    /// Rules that were not understood and degraded to equality; paths are relative to the request.
    pub fn warnings(&self) -> &[Warning] {
        todo!()
    }
}

/// A response's expectation, compiled.
#[derive(Debug)]
pub struct ResponseMatcher {}

impl ResponseMatcher {
    /// Compiles an expected response.
    pub fn compile(expected: &Response) -> Self {
        let _ = expected;
        todo!()
    }

    /// Compares a received response.
    pub fn compare(&self, actual: &actual::Response<'_>) -> Comparison {
        let _ = actual;
        todo!()
    }

    /// Rules that were not understood and degraded to equality; paths are relative to the response.
    pub fn warnings(&self) -> &[Warning] {
        todo!()
    }
}

/// A message's expectation, compiled.
#[derive(Debug)]
pub struct MessageMatcher {}

impl MessageMatcher {
    /// Compiles an expected message.
    pub fn compile(expected: &MessageContents) -> Self {
        let _ = expected;
        todo!()
    }

    /// Compares a received message.
    pub fn compare(&self, actual: &actual::Message<'_>) -> Comparison {
        let _ = actual;
        todo!()
    }

    /// Rules that were not understood and degraded to equality; paths are relative to the message.
    pub fn warnings(&self) -> &[Warning] {
        todo!()
    }
}
