//! From a group of observations to the two halves of an interaction.

use pactwork_contract::{
    Body, Category, Content, Headers, MatchingRules, Query, Request, Response, RuleKind,
    SpecificationVersion,
};
use pactwork_matching::{ResponseMatcher, actual};
use serde_json::Value;

use super::body::Read;
use super::derive::{self, Manner, Side};
use super::group::{Group, HalfShape};
use super::note::NoteKind;
use super::sample::{Half, RequestKey};
use super::{fields, headers, place};

/// Notes without the interaction that they are about.
pub(super) type Notes = Vec<(NoteKind, String)>;

/// Headers that are compared by what they mean.
const CONTENT_TYPES: [&str; 2] = ["Accept", "Content-Type"];

/// What of a request is expected exactly, since other requests like it are answered
/// in another way.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Exactly {
    pub path: bool,
    pub query: bool,
    pub body: bool,
}

/// The expected request.
pub(super) fn request(
    key: &RequestKey,
    group: &Group,
    manner: Manner,
    exactly: Exactly,
) -> (Request, Notes) {
    let example = &group.example;
    let mut half = Expecting::new(Side::Request, manner, group);
    let mut rules = MatchingRules::default();
    let regex = key.path.regex();
    if let Some(regex) = regex.filter(|_| !exactly.path || half.has_secret_in("path")) {
        rules.add(Category::Path, "", RuleKind::Regex(regex));
    }
    for name in &key.query {
        let rule = group.query.rule(name, manner.version);
        if let Some(rule) = rule.filter(|_| !exactly.query || half.has_secret_in("query")) {
            rules.add(Category::Query, name, rule);
        }
    }
    let mut query = Query::new();
    for (name, value) in &example.query {
        query.entry(name.clone()).or_default().push(value.clone());
    }
    let headers = half.headers();
    let body = half.body();
    if exactly.body && !half.has_secret_in("body") && !half.has_secret_in("field") {
        half.rules.categories.remove(&Category::Body);
    }
    rules.categories.extend(half.rules.categories);
    let request = Request {
        method: key.method.clone(),
        path: example.path.clone(),
        query,
        headers,
        body,
        matching_rules: rules,
        ..Request::default()
    };
    (request, half.notes)
}

/// The expected answer.
pub(super) fn response(group: &Group, is_head: bool, manner: Manner) -> (Response, Notes) {
    let mut half = Expecting::new(Side::Response, manner, group);
    let headers = half.headers();
    if headers.contains_key("Location") {
        half.location(group);
    }
    let mut response = Response {
        status: group.example.status,
        headers,
        body: if is_head { Body::Missing } else { half.body() },
        matching_rules: half.rules,
        ..Response::default()
    };
    loosen_content_type(&mut response);
    (response, half.notes)
}

/// A half of an interaction that is being made.
struct Expecting<'a> {
    side: Side,
    manner: Manner,
    seen: u64,
    shape: &'a HalfShape,
    example: &'a Half,
    rules: MatchingRules,
    notes: Notes,
}

impl<'a> Expecting<'a> {
    fn new(side: Side, manner: Manner, group: &'a Group) -> Self {
        let (shape, example) = match side {
            Side::Request => (&group.request, &group.example.request),
            Side::Response => (&group.response, &group.example.response),
        };
        Self {
            side,
            manner,
            seen: group.seen,
            shape,
            example,
            rules: MatchingRules::default(),
            notes: Notes::new(),
        }
    }

    fn has_secret_in(&self, part: &str) -> bool {
        let mut places = self.shape.redacted.iter();
        places.any(|place| place.starts_with(part))
    }

    fn note(&mut self, kind: NoteKind, text: &str) {
        self.notes
            .push((kind, format!("{} {text}", self.side.name())));
    }

    fn headers(&mut self) -> Headers {
        let mut headers = Headers::new();
        let mut examples: Vec<_> = self.example.headers.iter().collect();
        examples.sort();
        for (name, values) in examples {
            if self.keeps_header(name) {
                if let Some(rule) = self.header_rule(name) {
                    self.rules.add(Category::Header, name, rule);
                }
                headers.insert(name.clone(), values.clone());
            }
        }
        headers
    }

    fn keeps_header(&mut self, name: &str) -> bool {
        let Some(texts) = self.shape.headers.texts(name) else {
            return false;
        };
        let varies = CONTENT_TYPES.contains(&name) && !texts.is_constant();
        if varies || self.shape.headers.seen(name) < self.seen {
            let text = format!("header {name}: not always there, or not always the same");
            self.note(NoteKind::LeftOut, &text);
            return false;
        }
        let says_nothing = name == "Accept" && texts.least() == "*/*";
        !says_nothing
    }

    fn header_rule(&self, name: &str) -> Option<RuleKind> {
        if CONTENT_TYPES.contains(&name) {
            return None;
        }
        let rule = self.shape.headers.rule(name, self.manner.version);
        match self.side {
            // What came once need not come again.
            Side::Response if self.seen == 1 && rule.is_none() => {
                Some(RuleKind::Regex("^.+$".into()))
            }
            _ => rule,
        }
    }

    fn location(&mut self, group: &Group) {
        let mut locations = group.locations.iter();
        let regex = match (locations.next(), locations.next()) {
            (Some(only), None) => only.clone(),
            _ => "^.+$".into(),
        };
        let rules = self.rules.categories.entry(Category::Header).or_default();
        rules.remove("Location");
        self.rules
            .add(Category::Header, "Location", RuleKind::Regex(regex));
    }

    fn body(&mut self) -> Body {
        for reason in &self.shape.reasons {
            let count = match self.shape.body.left_out {
                1 => "once".into(),
                count => format!("{count} times"),
            };
            let text = format!("body, {count}: {reason}");
            self.note(NoteKind::LeftOut, &text);
        }
        let example = self.example;
        let content = match &example.body {
            Read::None | Read::LeftOut(_) => None,
            Read::Json(value) => self.json(value),
            Read::Form(pairs) => Some(self.form(pairs)),
            Read::Xml(text) => Some(self.xml(text)),
            Read::Text(text) => Some(self.text(text)),
            Read::Binary(bytes) => self.binary(bytes),
        };
        let Some(content) = content else {
            return Body::Missing;
        };
        let content_type = example.content_type.clone().or_else(|| match content {
            Content::Json(_) => Some("application/json".into()),
            _ => None,
        });
        Body::Present {
            content,
            content_type,
        }
    }

    fn json(&mut self, value: &Value) -> Option<Content> {
        let shape = self.shape.body.json.as_ref()?;
        let (value, notes) = derive::json(shape, value, (self.manner, self.side), &mut self.rules);
        self.notes.extend(notes);
        Some(Content::Json(value))
    }

    fn form(&mut self, pairs: &fields::Pairs) -> Content {
        let names: std::collections::BTreeSet<_> = pairs.iter().map(|(name, _)| name).collect();
        for name in names {
            if let Some(rule) = self.shape.body.form.rule(name, self.manner.version) {
                let path = place::member("$", name);
                self.rules.add(Category::Body, path, rule);
            }
        }
        Content::Text(fields::written(pairs))
    }

    fn xml(&mut self, text: &str) -> Content {
        self.note(
            NoteKind::Unclear,
            "body is XML: the elements are expected as in the example, with any text",
        );
        self.rules.add(Category::Body, "$", RuleKind::Type);
        Content::Text(text.into())
    }

    fn text(&mut self, text: &str) -> Content {
        let texts = self.shape.body.text.as_ref();
        let constant = self.seen > 1 && texts.is_some_and(super::formats::Texts::is_constant);
        if !(self.manner.strict && constant) {
            self.rules.add(Category::Body, "$", RuleKind::Type);
        }
        Content::Text(text.into())
    }

    fn binary(&mut self, bytes: &[u8]) -> Option<Content> {
        if self.manner.version == SpecificationVersion::V2 {
            let text = "body is binary, which version 2 of the specification cannot hold";
            self.note(NoteKind::LeftOut, text);
            return None;
        }
        if let Some(content_type) = &self.example.content_type {
            let name = headers::essence(content_type);
            self.rules
                .add(Category::Body, "$", RuleKind::ContentType(name));
        }
        Some(Content::Binary(bytes.into()))
    }
}

/// Bytes that are not what their content type says, as far as that can be told, are
/// expected to be bytes.
fn loosen_content_type(response: &mut Response) {
    let Body::Present {
        content: Content::Binary(bytes),
        content_type,
    } = &response.body
    else {
        return;
    };
    let content_type = content_type.as_deref();
    let headers = [("Content-Type", content_type.unwrap_or_default())];
    let expected = Response {
        headers: Headers::new(),
        ..response.clone()
    };
    let itself = actual::Response {
        status: response.status,
        headers: &headers[..usize::from(content_type.is_some())],
        body: bytes,
    };
    let compared = ResponseMatcher::compile(&expected).compare(&itself);
    if !compared.is_match() {
        let rules = &mut response.matching_rules;
        rules.categories.remove(&Category::Body);
        rules.add(Category::Body, "$", RuleKind::Type);
    }
}
