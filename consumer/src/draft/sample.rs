//! One observation as a draft sees it: without secrets, taken apart.

use std::collections::BTreeSet;

use super::body::{Read, ReadBody};
use super::derive::Side;
use super::fields::{self, Pairs};
use super::headers::{self, Fate};
use super::redact::Redactor;
use super::segments::PathShape;
use super::{DraftOptions, Observation};

/// A request or an answer.
#[derive(Debug, Clone)]
pub(super) struct Half {
    /// The headers that are kept: name as spelled, values in order.
    pub headers: Vec<(String, Vec<String>)>,
    /// The names of headers that are left out and worth a note.
    pub left_out: BTreeSet<String>,
    pub body: Read,
    pub content_type: Option<String>,
    /// Where something was replaced, as a person reads it.
    pub redacted: BTreeSet<String>,
}

/// One observation.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub path: String,
    pub query: Pairs,
    pub request: Half,
    pub status: u16,
    pub response: Half,
}

/// What makes requests one: everything that a provider may answer by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RequestKey {
    pub method: String,
    pub path: PathShape,
    pub query: BTreeSet<String>,
    body: String,
}

/// What tells the answers to one request apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ResponseKey {
    pub status: u16,
    /// Empty where there is none, ending in `?` where it is not known.
    pub body: String,
}

impl Sample {
    pub fn of(observation: &Observation, options: &DraftOptions, redactor: &Redactor) -> Self {
        let mut request = half(
            (&observation.request_headers, &observation.request_body),
            (Side::Request, options, redactor),
        );
        let query = query(
            observation.query.as_deref(),
            redactor,
            &mut request.redacted,
        );
        let path = path(&observation.path, redactor);
        if path != observation.path {
            request.redacted.insert("path".into());
        }
        Self {
            path,
            query,
            request,
            status: observation.status,
            response: half(
                (&observation.response_headers, &observation.response_body),
                (Side::Response, options, redactor),
            ),
        }
    }

    pub fn keys(&self, method: &str) -> (RequestKey, ResponseKey) {
        let key = |half: &Half, side| half.body.key(side, half.content_type.as_deref());
        let request = RequestKey {
            method: method.to_ascii_uppercase(),
            path: PathShape::of(&self.path),
            query: self.query.iter().map(|(name, _)| name.clone()).collect(),
            body: key(&self.request, Side::Request),
        };
        let response = ResponseKey {
            status: self.status,
            body: key(&self.response, Side::Response),
        };
        (request, response)
    }

    /// How good an example it is.
    pub fn weight(&self) -> usize {
        self.request.body.weight() + self.response.body.weight()
    }
}

/// A path without secrets, segment by segment.
pub(super) fn path(path: &str, redactor: &Redactor) -> String {
    let segments = path.split('/').map(|segment| redactor.text(segment));
    segments.collect::<Vec<_>>().join("/")
}

fn query(query: Option<&str>, redactor: &Redactor, redacted: &mut BTreeSet<String>) -> Pairs {
    let pairs = fields::parse(query.unwrap_or_default()).into_iter();
    let pairs = pairs.map(|(name, value)| {
        let after = value
            .as_deref()
            .map(|value| redactor.field(&name, value).into_owned());
        let shown = redactor.text(&name).into_owned();
        if after != value {
            redacted.insert(format!("query {shown}"));
        }
        (shown, after)
    });
    pairs.collect()
}

type Observed<'a> = (&'a Vec<(String, String)>, &'a super::ObservedBody);

fn half(
    (headers, body): Observed<'_>,
    (side, options, redactor): (Side, &DraftOptions, &Redactor),
) -> Half {
    let content_type = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .map(|(_, value)| headers::content_type(value));
    let read = ReadBody::of(body, content_type.as_deref(), redactor);
    let mut half = Half {
        headers: Vec::new(),
        left_out: BTreeSet::new(),
        body: read.body,
        redacted: BTreeSet::new(),
        content_type,
    };
    let part = match half.body {
        Read::Form(_) => "field",
        _ => "body",
    };
    let places = read.redacted.iter();
    half.redacted
        .extend(places.map(|place| format!("{part} {place}")));
    for (name, value) in headers {
        half.add_header(name, value, side, (options, redactor));
    }
    half
}

impl Half {
    fn add_header(
        &mut self,
        name: &str,
        value: &str,
        side: Side,
        (options, redactor): (&DraftOptions, &Redactor),
    ) {
        let lower = name.to_ascii_lowercase();
        let spelled = redactor.text(&headers::spelled(&lower)).into_owned();
        match headers::fate(&lower, side, &options.headers) {
            Fate::Noise => return,
            Fate::LeftOut => {
                self.left_out.insert(spelled);
                return;
            }
            Fate::Kept => {}
        }
        let shown = redactor.field(&lower, value).into_owned();
        if shown != value {
            self.redacted.insert(format!("header {spelled}"));
        }
        let shown = match lower.as_str() {
            "content-type" => headers::content_type(&shown),
            _ => shown.trim().to_owned(),
        };
        match self.headers.iter_mut().find(|(known, _)| *known == spelled) {
            Some((_, values)) => values.push(shown),
            None => self.headers.push((spelled, vec![shown])),
        }
    }
}
