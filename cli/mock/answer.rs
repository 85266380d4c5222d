use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue, LOCATION};
use hyper::{Response, StatusCode};
use pactwork_consumer::server::{Outgoing, whole};
use serde_json::Value;

use super::problem::Problem;

/// What an operation answers with.
#[derive(Debug)]
pub enum Answer {
    /// 200 and this resource.
    Ok(Value),
    /// 201: it now is at this place.
    Created(String, Value),
    /// 204.
    Done,
    /// 200 and text that is JSON already.
    Document(&'static str),
}

/// An operation's answer, or why there is none.
pub type Answered = Result<Answer, Problem>;

/// The answer as it goes over the wire.
pub fn response(answered: Answered) -> Response<Outgoing> {
    match answered {
        Ok(Answer::Ok(value)) => json(200, &value),
        Ok(Answer::Done) => empty(204),
        Ok(Answer::Document(text)) => typed(200, text.to_owned(), "application/json"),
        Ok(Answer::Created(place, value)) => {
            let mut response = json(201, &value);
            if let Ok(place) = HeaderValue::from_str(&place) {
                response.headers_mut().insert(LOCATION, place);
            }
            response
        }
        Err(problem) => refused(&problem),
    }
}

fn refused(problem: &Problem) -> Response<Outgoing> {
    let text = serde_json::to_string_pretty(problem).unwrap_or_default();
    let mut response = typed(problem.status(), text, "application/problem+json");
    let allow = problem.allow().map(HeaderValue::from_str);
    if let Some(Ok(allow)) = allow {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}

fn json(status: u16, value: &Value) -> Response<Outgoing> {
    typed(status, format!("{value:#}"), "application/json")
}

fn typed(status: u16, mut text: String, content_type: &'static str) -> Response<Outgoing> {
    // A terminal's prompt then stands on a line of its own.
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let mut response = Response::new(whole(text));
    *response.status_mut() = code(status);
    let content_type = HeaderValue::from_static(content_type);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

fn empty(status: u16) -> Response<Outgoing> {
    let mut response = Response::new(whole(""));
    *response.status_mut() = code(status);
    response
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
