use pactwork_contract::{Category, Request};
use serde_json::Value;

use super::body::{BodyDefinition, body_words};
use super::cookie;
use super::definition::{Definition, Named};
use crate::Problems;
use crate::matchers::Matcher;

/// What the consumer will send; made by [`get`], [`post`] and their like, or by
/// [`request`] for any other method.
///
/// The consumer may send other headers as well, but no other query parameters.
/// Without a body here, any body will do.
///
/// ```
/// use pactwork_consumer::matchers::{integer, regex};
/// use pactwork_consumer::post;
/// use serde_json::json;
///
/// let request = post(regex("^/orders/[0-9]+/lines$", "/orders/7/lines"))
///     .query("page", integer(2))
///     .header("Accept", "application/json")
///     .cookie("session", regex("^[0-9a-f]{8}$", "00c0ffee"))
///     .form(json!({ "sku": "ABC-1", "amount": integer(3) }));
/// # let _ = request;
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct RequestBuilder {
    method: Value,
    path: Value,
    query: Named,
    headers: Named,
    cookies: Named,
    body: BodyDefinition,
}

/// Any method, in a pact of version 3 or 4 by a matcher as well. The path starts with
/// `/`, stands as it goes over the wire, and may be a matcher.
///
/// ```
/// use pactwork_consumer::matchers::regex;
/// use pactwork_consumer::request;
///
/// let update = request(regex("^(PUT|PATCH)$", "PUT"), "/orders/7");
/// # let _ = update;
/// ```
pub fn request(method: impl Matcher, path: impl Matcher) -> RequestBuilder {
    RequestBuilder {
        method: method.definition(),
        path: path.definition(),
        query: Named::new(),
        headers: Named::new(),
        cookies: Named::new(),
        body: BodyDefinition::Missing,
    }
}

macro_rules! methods {
    ($($name:ident $method:literal),*) => {$(
        #[doc = concat!("A `", $method, "` request; the path may be a matcher.")]
        pub fn $name(path: impl Matcher) -> RequestBuilder {
            request($method, path)
        }
    )*};
}

methods!(get "GET", post "POST", put "PUT", patch "PATCH", delete "DELETE", head "HEAD", options "OPTIONS");

impl RequestBuilder {
    /// A query parameter, not encoded; given again or given a list, it has several values.
    pub fn query(mut self, name: impl Into<String>, value: impl Matcher) -> Self {
        self.query.push((name.into(), value.definition()));
        self
    }

    /// A header; given again or given a list, it has several values.
    pub fn header(mut self, name: impl Into<String>, value: impl Matcher) -> Self {
        self.headers.push((name.into(), value.definition()));
        self
    }

    /// A cookie. All of them are the header `Cookie`, which the consumer has to send with
    /// these cookies in this order, and with no others. A value may be a matcher that says
    /// what text may stand there: [`regex`](crate::matchers::regex),
    /// [`integer`](crate::matchers::integer), [`string`](crate::matchers::string) and the like.
    pub fn cookie(mut self, name: impl Into<String>, value: impl Matcher) -> Self {
        self.cookies.push((name.into(), value.definition()));
        self
    }

    pub(super) fn build(&self, owner: &str, problems: &mut Problems) -> Request {
        let mut definition = Definition::of(format!("{owner}: the request"), problems);
        let path = definition.text(&self.path, Category::Path, "");
        check_path(&path, &mut definition);
        let method = definition.text(&self.method, Category::Method, "");
        let method = method.to_ascii_uppercase();
        if hyper::Method::from_bytes(method.as_bytes()).is_err() {
            definition.problem(format_args!("\"{method}\" is not a method"));
        }
        let query = definition.query(&self.query);
        let headers = self.headers_and_cookies(&mut definition);
        let mut headers = definition.headers(&headers);
        let body = self.body.build_with(&mut headers, &mut definition);
        Request {
            method,
            path,
            query,
            headers,
            body,
            matching_rules: definition.rules,
            generators: definition.generators,
            ..Request::default()
        }
    }

    fn headers_and_cookies(&self, definition: &mut Definition<'_>) -> Named {
        let mut headers = self.headers.clone();
        let is_cookie = |(name, _): &(String, Value)| name.eq_ignore_ascii_case("cookie");
        let Some(cookies) = cookie::request_header(&self.cookies, definition) else {
            return headers;
        };
        if headers.iter().any(is_cookie) {
            definition.problem("cookies are said with .cookie(…) or with .header(…), not both");
        }
        headers.push(("Cookie".into(), cookies));
        headers
    }
}

body_words!(RequestBuilder);

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
