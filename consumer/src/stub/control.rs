//! The control API below the control path, and the page in front of it. Only this
//! machine may ask (see [`Guard`](crate::server::Guard)).

use bytes::Bytes;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, LOCATION};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use pactwork_contract::{Body, Generators, HttpInteraction, MessageContents, ProviderState};
use pactwork_matching::generators::{CompiledGenerators, GeneratorMode};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::StubRequest;
use super::asked::Asked;
use super::page::{self, View};
use super::served::{Served, ServedMessage};
use super::stage::Stage;
use crate::mock::json as json_answer;
use crate::server::{BodyError, Outgoing, whole};

/// More than anybody asks for.
pub(super) const LARGEST_ORDER: usize = 1024 * 1024;
/// How many requests are listed unless told otherwise.
const LISTED: usize = 50;

/// What there is, for whoever asks for something else.
const PATHS: &str = "GET / (the page), GET /interactions, GET and DELETE /requests, \
                     GET, PUT and DELETE /state, GET /messages";

/// What is served, as JSON.
#[derive(Serialize)]
struct Listing<'a> {
    provider: &'a str,
    /// Why the sources as they are now cannot be served.
    problem: Option<String>,
    warnings: Vec<String>,
    interactions: Vec<Listed<'a>>,
    messages: Vec<ListedMessage<'a>>,
}

#[derive(Serialize)]
struct Listed<'a> {
    consumer: &'a str,
    interaction: &'a str,
    states: &'a [ProviderState],
    request: Value,
    response: Value,
    origin: &'a str,
}

#[derive(Serialize)]
struct ListedMessage<'a> {
    consumer: &'a str,
    description: &'a str,
    states: &'a [ProviderState],
    metadata: &'a Map<String, Value>,
    contents: Value,
    origin: &'a str,
}

/// What was asked, as JSON.
#[derive(Serialize)]
struct Requests {
    /// How many there were since the start.
    count: u64,
    /// Changes with what is served and asked for.
    revision: u64,
    /// The latest first.
    requests: Vec<StubRequest>,
}

impl Stage {
    /// Answers a request below the control path; `path` is what follows it.
    pub fn control(
        &self,
        head: &Parts,
        path: &str,
        body: Result<Bytes, BodyError>,
    ) -> Response<Outgoing> {
        if let Err(foreign) = self.options.guard.check(head) {
            let reason = format!("{foreign}; --allow-host NAME allows one more name");
            return problem(StatusCode::FORBIDDEN, &reason);
        }
        let mut response = match (&head.method, path) {
            (&Method::GET, "") => self.to_page(),
            (&Method::GET, "/") => self.page(head),
            (&Method::GET, "/interactions") => json_answer(StatusCode::OK, &self.listing()),
            (&Method::GET, "/requests") => self.requests(head),
            (&Method::DELETE, "/requests") => {
                self.journal().clear();
                empty()
            }
            (&Method::GET, "/messages") => self.message(head),
            (&Method::GET, "/state") => json_answer(StatusCode::OK, &*self.standing()),
            (&Method::DELETE, "/state") => {
                self.stand(Asked::default());
                empty()
            }
            (&Method::PUT | &Method::POST, "/state") => self.ask(head, body),
            _ => problem(
                StatusCode::NOT_FOUND,
                &format!(
                    "nothing is at {} {path} below {}; there are {PATHS}",
                    head.method, self.options.control_path
                ),
            ),
        };
        let fresh = HeaderValue::from_static("no-store");
        response.headers_mut().insert(CACHE_CONTROL, fresh);
        response
    }

    fn to_page(&self) -> Response<Outgoing> {
        let mut response = Response::new(whole(""));
        *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
        if let Ok(page) = HeaderValue::from_str(&format!("{}/", self.options.control_path)) {
            response.headers_mut().insert(LOCATION, page);
        }
        response
    }

    fn page(&self, head: &Parts) -> Response<Outgoing> {
        let requests = self.journal().latest(LISTED);
        page::answer(&View {
            provider: &self.provider,
            url: self.generating.url(),
            control: &self.control_url(),
            problem: self.problem(),
            warnings: self.warnings(),
            served: &self.served(),
            standing: &self.standing(),
            requests: &requests,
            find: parameter(head, "find").unwrap_or_default(),
        })
    }

    fn listing(&self) -> Value {
        let served = self.served();
        let shown = served.shown.iter().zip(&served.roles);
        let listing = Listing {
            provider: &self.provider,
            problem: self.problem(),
            warnings: self.warnings(),
            interactions: shown
                .map(|(shown, role)| Listed {
                    consumer: &role.consumer,
                    interaction: &role.description,
                    states: &role.states,
                    request: request(&shown.http),
                    response: response(&shown.http),
                    origin: &shown.origin,
                })
                .collect(),
            messages: served.messages.iter().map(listed_message).collect(),
        };
        serde_json::to_value(listing).unwrap_or_default()
    }

    fn requests(&self, head: &Parts) -> Response<Outgoing> {
        let limit = match parameter(head, "limit").map(|text| text.parse()) {
            None => LISTED,
            Some(Ok(limit)) => limit,
            Some(Err(_)) => {
                return problem(StatusCode::BAD_REQUEST, "expected a number as the limit");
            }
        };
        let journal = self.journal();
        let requests = Requests {
            count: journal.count(),
            revision: self.revision(),
            requests: journal.latest(limit),
        };
        drop(journal);
        json_answer(StatusCode::OK, &requests)
    }

    /// Sets what is asked for all requests: by the query, or by a body.
    fn ask(&self, head: &Parts, body: Result<Bytes, BodyError>) -> Response<Outgoing> {
        let body = match body {
            Ok(body) => body,
            Err(error) => return problem(error.status(), &error.to_string()),
        };
        let asked = match (head.uri.query(), body.is_empty()) {
            (Some(_), false) => Err("expected a query or a body, found both".into()),
            (Some(query), true) => Asked::of_query(query),
            (None, false) => Asked::of_body(&body),
            (None, true) => Err(
                "expected what is asked for, as ?state=NAME or as a JSON body \
                 {\"states\": [\"NAME\"]}; DELETE asks for nothing"
                    .into(),
            ),
        };
        let known = asked.and_then(|asked| {
            self.served().known.refuse(&asked)?;
            Ok(asked)
        });
        match known {
            Ok(asked) => {
                self.stand(asked);
                json_answer(StatusCode::OK, &*self.standing())
            }
            Err(reason) => problem(StatusCode::BAD_REQUEST, &reason),
        }
    }

    /// A message's contents by its description, or the list of all.
    fn message(&self, head: &Parts) -> Response<Outgoing> {
        let served = self.served();
        let Some(description) = parameter(head, "description") else {
            let messages: Vec<_> = served.messages.iter().map(listed_message).collect();
            return json_answer(StatusCode::OK, &messages);
        };
        let consumer = parameter(head, "consumer");
        let state = parameter(head, "state");
        let mut found = served.messages.iter().filter(|each| {
            let common = &each.message.common;
            let mut states = common.provider_states.iter();
            common.description == description
                && consumer.as_ref().is_none_or(|name| *name == each.consumer)
                && state
                    .as_ref()
                    .is_none_or(|name| states.any(|one| one.name == *name))
        });
        let Some(first) = found.next() else {
            let reason = no_message(&served, &description);
            return problem(StatusCode::NOT_FOUND, &reason);
        };
        let contents = &first.message.message.contents;
        if found.any(|other| other.message.message.contents != *contents) {
            let reason = format!(
                "several messages \"{description}\" have different contents; choose with \
                 &consumer=NAME or &state=NAME, or look at /messages"
            );
            return problem(StatusCode::CONFLICT, &reason);
        }
        self.contents(&first.message.message)
    }

    /// The contents as they are sent, values that have generators made anew.
    fn contents(&self, message: &MessageContents) -> Response<Outgoing> {
        let (generators, _) =
            CompiledGenerators::compile(&message.generators, &message.matching_rules);
        let bytes = match generators.apply_in(GeneratorMode::Consumer) {
            true => self.generating.contents(&generators, message),
            false => message.contents.to_bytes().into_owned(),
        };
        let mut response = Response::new(whole(bytes));
        let content_type = message.contents.content_type().unwrap_or("text/plain");
        if let Ok(content_type) = HeaderValue::from_str(content_type) {
            response.headers_mut().insert(CONTENT_TYPE, content_type);
        }
        response
    }
}

fn no_message(served: &Served, description: &str) -> String {
    let names: Vec<_> = served
        .messages
        .iter()
        .map(|each| format!("\"{}\"", each.message.common.description))
        .collect();
    match names.is_empty() {
        true => format!("no message \"{description}\"; no pact that is served has messages"),
        false => format!(
            "no message \"{description}\"; there are {}",
            names.join(", ")
        ),
    }
}

fn listed_message(served: &ServedMessage) -> ListedMessage<'_> {
    let common = &served.message.common;
    ListedMessage {
        consumer: &served.consumer,
        description: &common.description,
        states: &common.provider_states,
        metadata: &served.message.message.metadata,
        contents: body_value(&served.message.message.contents),
        origin: &served.origin,
    }
}

fn request(http: &HttpInteraction) -> Value {
    let request = &http.request;
    json!({
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": request.headers,
        "body": body_value(&request.body),
        "has_matching_rules": !request.matching_rules.is_empty(),
    })
}

fn response(http: &HttpInteraction) -> Value {
    let response = &http.response;
    json!({
        "status": response.status,
        "headers": response.headers,
        "body": body_value(&response.body),
        "has_generators": response.generators != Generators::default(),
    })
}

/// A body as JSON: the document itself, or text.
fn body_value(body: &Body) -> Value {
    use pactwork_contract::Content;
    match body {
        Body::Missing | Body::Null | Body::Empty => Value::Null,
        Body::Present { content, .. } => match content {
            Content::Json(value) => value.clone(),
            Content::Text(text) => text.clone().into(),
            Content::Binary(bytes) => format!("{} bytes", bytes.len()).into(),
        },
    }
}

fn parameter(head: &Parts, name: &str) -> Option<String> {
    let query = head.uri.query()?.as_bytes();
    let mut parameters = form_urlencoded::parse(query);
    let (_, value) = parameters.find(|(found, _)| found == name)?;
    Some(value.into_owned())
}

fn problem(status: StatusCode, reason: &str) -> Response<Outgoing> {
    json_answer(status, &json!({ "error": reason }))
}

fn empty() -> Response<Outgoing> {
    let mut response = Response::new(whole(""));
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
