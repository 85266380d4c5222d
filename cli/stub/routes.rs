//! Where examples of golden contracts answer: `GET /orders/{id}` → `Order`.

use std::collections::BTreeMap;

use pactwork_contract::{Category, Request, RuleKind};
use serde::Deserialize;

use crate::config::FILE_NAME;
use crate::failure::{Failure, Result};

/// What answers a route, as the configuration has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// A golden contract's name, with status 200.
    Name(String),
    /// The name and the status.
    WithStatus(WithStatus),
}

/// A golden contract's name and the status that goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithStatus {
    golden: String,
    status: u16,
}

/// Requests that the example of a golden contract answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub method: String,
    /// A segment in braces stands for any text: `/orders/{id}`.
    pub path: String,
    /// The golden contract's name, `provider/Name` where several providers have it.
    pub golden: String,
    pub status: u16,
}

impl Route {
    /// The routes of the configuration, and those of the command line, which replace
    /// equal ones.
    pub fn all(
        configured: &BTreeMap<String, Answer>,
        given: Vec<(String, String)>,
    ) -> Result<Vec<Self>> {
        let mut answers = configured.clone();
        let given = given.into_iter();
        answers.extend(given.map(|(route, name)| (route, Answer::Name(name))));
        let routes = answers.into_iter();
        routes
            .map(|(route, answer)| Self::parse(&route, answer))
            .collect()
    }

    fn parse(text: &str, answer: Answer) -> Result<Self> {
        let wrong = |expected: &str| {
            Failure::wrong_input(format!("the route \"{text}\": expected {expected}")).advise(
                format!(
                    "write it as --response 'GET /orders/{{id}}=Order', or \
                     \"GET /orders/{{id}}\" = \"Order\" under [stub.responses] of {FILE_NAME}"
                ),
            )
        };
        let (method, path) = text
            .split_once(' ')
            .ok_or_else(|| wrong("a method and a path"))?;
        let (method, path) = (method.trim(), path.trim());
        if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(wrong("a method such as GET before the path"));
        }
        if !path.starts_with('/') || path.contains(['?', '#', ' ']) {
            return Err(wrong("a path that starts with / and has no query"));
        }
        let (golden, status) = match answer {
            Answer::Name(name) => (name, 200),
            Answer::WithStatus(WithStatus { golden, status }) => (golden, status),
        };
        if !(200..=599).contains(&status) {
            return Err(wrong("a status from 200 to 599"));
        }
        Ok(Self {
            method: method.to_ascii_uppercase(),
            path: path.into(),
            golden,
            status,
        })
    }

    /// The request that it answers.
    pub fn request(&self) -> Request {
        let mut request = Request {
            method: self.method.clone(),
            path: self.path.clone(),
            ..Request::default()
        };
        if let Some(pattern) = self.pattern() {
            let rule = RuleKind::Regex(pattern);
            request.matching_rules.add(Category::Path, "", rule);
        }
        request
    }

    /// The path as a regular expression, where a part of it varies.
    fn pattern(&self) -> Option<String> {
        let is_any = |segment: &str| segment.starts_with('{') && segment.ends_with('}');
        let mut segments = self.path.split('/');
        if !segments.clone().any(is_any) {
            return None;
        }
        let first = segments.next().unwrap_or_default().to_owned();
        let pattern = segments.fold(first, |pattern, segment| match is_any(segment) {
            true => format!("{pattern}/[^/]+"),
            false => format!("{pattern}/{}", literal(segment)),
        });
        Some(format!("^{pattern}$"))
    }
}

/// The text as a regular expression that matches nothing else.
fn literal(text: &str) -> String {
    let mut pattern = String::new();
    for character in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(text: &str) -> std::result::Result<Route, String> {
        let given = vec![(text.to_owned(), "Order".to_owned())];
        let routes = Route::all(&BTreeMap::new(), given);
        match routes {
            Ok(mut routes) => Ok(routes.remove(0)),
            Err(failure) => Err(failure.message),
        }
    }

    #[test]
    fn braces_stand_for_any_segment() {
        let routed = route("get /v1.0/orders/{id}/lines").unwrap();
        assert_eq!(routed.method, "GET");
        assert_eq!(
            routed.pattern().as_deref(),
            Some(r"^/v1\.0/orders/[^/]+/lines$")
        );
        assert_eq!(route("GET /orders").unwrap().pattern(), None);
    }

    #[test]
    fn what_is_no_route_says_what_was_expected() {
        for (text, expected) in [
            (
                "/orders",
                "the route \"/orders\": expected a method and a path",
            ),
            ("GET orders", "expected a path that starts with /"),
            (
                "GET /orders?a=b",
                "expected a path that starts with / and has no query",
            ),
            ("G3T /orders", "expected a method such as GET"),
        ] {
            let error = route(text).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn the_configuration_may_say_the_status() {
        let configured: BTreeMap<String, Answer> = toml::from_str(
            "\"POST /orders\" = { golden = \"Order\", status = 201 }\n\"GET /a\" = \"A\"",
        )
        .unwrap();
        let routes = Route::all(&configured, vec![("GET /a".into(), "B".into())]).unwrap();
        let found: Vec<_> = routes
            .iter()
            .map(|each| (each.path.as_str(), each.golden.as_str(), each.status))
            .collect();
        assert_eq!(found, [("/a", "B", 200), ("/orders", "Order", 201)]);
    }
}
