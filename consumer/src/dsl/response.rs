use pactwork_contract::{Category, Headers, Response, RuleKind, StatusClass};
use serde_json::Value;

use super::behaviour::Behaviour;
use super::body::{BodyDefinition, body_words};
use super::cookie;
use super::definition::{Definition, Named};
use crate::Problems;
use crate::matchers::Matcher;

/// What the consumer relies on in the provider's answer; made by [`status`]
/// or [`status_in`].
///
/// The mock provider answers with the examples; the real provider has to keep
/// the matchers, and may add headers and members of JSON objects.
///
/// ```
/// use pactwork_consumer::matchers::{each_like, integer, regex};
/// use pactwork_consumer::status;
/// use serde_json::json;
///
/// let response = status(200)
///     .header("ETag", regex("^\".+\"$", "\"a1\""))
///     .set_cookie("session", regex("^[0-9a-f]{8}$", "00c0ffee"))
///     .json(json!({ "lines": each_like(json!({ "amount": integer(2) })) }));
/// # let _ = response;
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct ResponseBuilder {
    status: u16,
    /// Of which class the status has to be, where that is enough.
    class: Option<StatusClass>,
    headers: Named,
    /// Name, value and attributes.
    cookies: Vec<(String, Value, Option<String>)>,
    body: BodyDefinition,
    pub(super) behaviour: Behaviour,
}

/// A response with this status code.
pub fn status(code: u16) -> ResponseBuilder {
    ResponseBuilder {
        status: code,
        class: None,
        headers: Named::new(),
        cookies: Vec::new(),
        body: BodyDefinition::Missing,
        behaviour: Behaviour::default(),
    }
}

/// A response whose status is of a class, or one of a list of codes (the rule
/// `statusCode` of version 4). The mock provider answers with the class's usual code, or
/// the first of the list, unless [`status_example`](ResponseBuilder::status_example)
/// says another.
///
/// ```
/// use pactwork_consumer::{StatusClass::ClientError, status_in};
/// use serde_json::json;
///
/// let refused = status_in(ClientError).status_example(422).json(json!({ "error": "no such sku" }));
/// let created = status_in([200, 201, 204]);
/// # let _ = (refused, created);
/// ```
pub fn status_in(class: impl Into<StatusClass>) -> ResponseBuilder {
    let class = class.into();
    let usual = match &class {
        StatusClass::Information => 100,
        StatusClass::Success | StatusClass::NonError => 200,
        StatusClass::Redirect => 302,
        StatusClass::ClientError | StatusClass::Error => 400,
        StatusClass::ServerError => 500,
        StatusClass::Codes(codes) => codes.first().copied().unwrap_or_default(),
    };
    ResponseBuilder {
        class: Some(class),
        ..status(usual)
    }
}

impl ResponseBuilder {
    /// The code that the mock provider answers with, after [`status_in`].
    pub fn status_example(mut self, code: u16) -> Self {
        self.status = code;
        self
    }

    /// A header; given again or given a list, it has several values.
    pub fn header(mut self, name: impl Into<String>, value: impl Matcher) -> Self {
        self.headers.push((name.into(), value.definition()));
        self
    }

    /// A cookie that the provider sets, by name and value; the value may be a matcher that
    /// says what text may stand there. The provider has to set as many cookies as are said
    /// here, in any order, with whatever attributes.
    pub fn set_cookie(mut self, name: impl Into<String>, value: impl Matcher) -> Self {
        self.cookies.push((name.into(), value.definition(), None));
        self
    }

    /// The same with exactly these attributes: `.set_cookie_with("id", "7", "Path=/; Secure")`.
    pub fn set_cookie_with(
        mut self,
        name: impl Into<String>,
        value: impl Matcher,
        attributes: impl Into<String>,
    ) -> Self {
        let attributes = Some(attributes.into());
        self.cookies
            .push((name.into(), value.definition(), attributes));
        self
    }

    pub(super) fn build(&self, owner: &str, problems: &mut Problems) -> Response {
        let mut definition = Definition::of(format!("{owner}: the response"), problems);
        if let Some(class) = &self.class {
            let rule = RuleKind::StatusCode(class.clone());
            definition.rules.add(Category::Status, "", rule);
        }
        let mut headers = definition.headers(&self.headers);
        self.add_cookies(&mut headers, &mut definition);
        let body = self.body.build_with(&mut headers, &mut definition);
        Response {
            status: self.status,
            headers,
            body,
            matching_rules: definition.rules,
            generators: definition.generators,
            ..Response::default()
        }
    }

    fn add_cookies(&self, headers: &mut Headers, definition: &mut Definition<'_>) {
        let Some((values, pattern)) = cookie::response_headers(&self.cookies, definition) else {
            return;
        };
        let is_cookie = |name: &String| name.eq_ignore_ascii_case("set-cookie");
        if headers.keys().any(is_cookie) {
            let problem = "cookies are said with .set_cookie(…) or with .header(…), not both";
            definition.problem(problem);
        }
        let rule = RuleKind::Regex(pattern);
        definition.rules.add(Category::Header, "Set-Cookie", rule);
        headers.insert("Set-Cookie".into(), values);
    }
}

body_words!(ResponseBuilder);
