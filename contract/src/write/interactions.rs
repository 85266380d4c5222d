//! Interactions: what identifies one stands first, in the order type,
//! description, provider states; other members are sorted.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::ordered::{Members, Ordered};
use super::{bodies, rules};
use crate::read::query as read;
use crate::{
    Body, Category, Common, Generators, Headers, HttpInteraction, Interaction, InteractionType,
    MatchingRules, MessageContents, NotUnderstood, ProviderState, Query, Request, Response,
    SpecificationVersion, SynchronousMessage, content_type,
};

use SpecificationVersion::{V2, V4};

/// Everything but the unreserved characters of RFC 3986, 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(super) fn interaction(interaction: &Interaction, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    let common = interaction.common();
    if version == V4 {
        let name = interaction.interaction_type().as_str();
        members.lead("type", Ordered::text(name));
    }
    members.lead("description", Ordered::text(&common.description));
    match &common.provider_states[..] {
        [] => {}
        [state, ..] if version == V2 => {
            members.lead("providerState", Ordered::text(&state.name));
        }
        states => {
            members.lead("providerStates", provider_states(states));
        }
    }
    add_common(&mut members, common);
    match interaction {
        Interaction::Http(http) => add_http(&mut members, http, version),
        Interaction::AsynchronousMessage(asynchronous) => {
            add_contents(&mut members, &asynchronous.message, version);
        }
        Interaction::SynchronousMessage(messages) => add_messages(&mut members, messages, version),
    }
    members.fill_without(&common.extra, without_place(version));
    members.into()
}

/// Members below which something was not understood, where the version has
/// another form that has no place for it: bodies in versions 2 and 3, and
/// provider states in version 2.
fn without_place(version: SpecificationVersion) -> &'static [&'static str] {
    match version {
        V4 => &[],
        V2 => &["body", "contents", "providerStates"],
        _ => &["body", "contents"],
    }
}

/// The bodies of an interaction.
pub(super) fn bodies(interaction: &Interaction) -> Vec<&Body> {
    match interaction {
        Interaction::Http(http) => vec![&http.request.body, &http.response.body],
        Interaction::AsynchronousMessage(message) => vec![&message.message.contents],
        Interaction::SynchronousMessage(messages) => {
            let responses = messages.responses.iter();
            let all = std::iter::once(&messages.request).chain(responses);
            all.map(|message| &message.contents).collect()
        }
    }
}

/// An interaction that is not understood, with its identity first as well. In
/// version 4 it names the type that it had by its list, so that it is not taken
/// for one of another type that it happens to look like.
pub(super) fn not_understood(found: &NotUnderstood, version: SpecificationVersion) -> Ordered<'_> {
    let Value::Object(object) = &found.value else {
        return Ordered::Borrowed(&found.value);
    };
    let mut members = Members::default();
    let named = object.get("type").and_then(Value::as_str);
    let known = named.and_then(InteractionType::from_name);
    match (found.interaction_type, known) {
        (Some(kind), None) if version == V4 => {
            members.lead("type", Ordered::text(kind.as_str()));
        }
        _ => {
            if let Some(value) = object.get("type") {
                members.lead("type", Ordered::Borrowed(value));
            }
        }
    }
    for key in ["description", "providerState", "providerStates"] {
        if let Some(value) = object.get(key) {
            members.lead(key, Ordered::Borrowed(value));
        }
    }
    members.with(object).into()
}

pub(super) fn provider_states(states: &[ProviderState]) -> Ordered<'_> {
    Ordered::array(states.iter().map(provider_state))
}

fn provider_state(state: &ProviderState) -> Ordered<'_> {
    let mut members = Members::default();
    members.add("name", Ordered::text(&state.name));
    if !state.params.is_empty() {
        members.add("params", Ordered::members(&state.params));
    }
    members.into()
}

fn add_common<'a>(members: &mut Members<'a>, common: &'a Common) {
    if let Some(key) = &common.key {
        members.add("key", Ordered::text(key));
    }
    if common.pending {
        members.add("pending", Ordered::Value(Value::Bool(true)));
    }
    if !common.comments.is_empty() {
        members.add("comments", Ordered::members(&common.comments));
    }
    if let Some(transport) = &common.transport {
        members.add("transport", Ordered::text(transport));
    }
}

fn add_http<'a>(
    members: &mut Members<'a>,
    http: &'a HttpInteraction,
    version: SpecificationVersion,
) {
    members
        .add("request", request(&http.request, version))
        .add("response", response(&http.response, version));
}

fn request(request: &Request, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    members
        .add("method", Ordered::text(&request.method))
        .add("path", Ordered::text(&request.path));
    if !request.query.is_empty() {
        members.add("query", query(&request.query, version));
    }
    let part = Part {
        headers: &request.headers,
        body: &request.body,
        rules: &request.matching_rules,
        generators: &request.generators,
        extra: &request.extra,
    };
    add_part(members, &part, version, &|category, name| {
        names_in_request(request, category, name)
    })
}

/// Whether a query parameter or header has this name.
pub(super) fn names_in_request(request: &Request, category: Category, name: &str) -> bool {
    match category {
        Category::Query => request.query.contains_key(name),
        _ => names_header(&request.headers, name),
    }
}

pub(super) fn names_header(headers: &Headers, name: &str) -> bool {
    headers.keys().any(|known| known.eq_ignore_ascii_case(name))
}

/// What requests and responses share.
struct Part<'a> {
    headers: &'a Headers,
    body: &'a Body,
    rules: &'a MatchingRules,
    generators: &'a Generators,
    extra: &'a Map<String, Value>,
}

fn add_part<'a>(
    mut members: Members<'a>,
    part: &Part<'a>,
    version: SpecificationVersion,
    is_name: &dyn Fn(Category, &str) -> bool,
) -> Ordered<'a> {
    if !part.headers.is_empty() {
        members.add("headers", by_name(part.headers, part.rules, version));
    }
    let declared = content_type::in_headers(part.headers);
    if let Some(body) = bodies::body(part.body, declared, version) {
        members.add("body", body);
    }
    let rules = match version {
        V2 => rules::flat(part.rules, is_name),
        _ => rules::matching_rules(part.rules, version),
    };
    add_rules(&mut members, (part.rules, rules), part.generators);
    members.fill_without(part.extra, without_place(version));
    members.into()
}

fn response(response: &Response, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    members.add("status", Ordered::Value(response.status.into()));
    let part = Part {
        headers: &response.headers,
        body: &response.body,
        rules: &response.matching_rules,
        generators: &response.generators,
        extra: &response.extra,
    };
    add_part(members, &part, version, &|_, name| {
        names_header(&response.headers, name)
    })
}

/// An object of lists; in version 2 a query string.
fn query(query: &Query, version: SpecificationVersion) -> Ordered<'_> {
    if version == V2 {
        return Ordered::text(query_text(query).unwrap_or_default());
    }
    let mut members = Members::default();
    for (name, values) in query {
        let values = values.iter().map(|value| match value {
            Some(value) => Ordered::text(value),
            None => Ordered::Value(Value::Null),
        });
        members.add(name, Ordered::array(values));
    }
    members.into()
}

/// The query as one text, its names sorted; `None` where it would be read as another one.
pub(super) fn query_text(query: &Query) -> Option<String> {
    let encoded = |text| utf8_percent_encode(text, RESERVED).to_string();
    let mut parameters: Vec<_> = query.iter().collect();
    parameters.sort();
    let mut pairs = Vec::new();
    for (name, values) in parameters {
        for value in values {
            pairs.push(match value {
                Some(value) => format!("{}={}", encoded(name), encoded(value)),
                None => encoded(name),
            });
        }
    }
    let text = pairs.join("&");
    (read::from_text(&text) == *query).then_some(text)
}

/// Lists of values in version 4. Before, one text, but for a header of several
/// values whose rule would be compared with that text.
fn by_name<'a>(
    headers: &'a Headers,
    rules: &MatchingRules,
    version: SpecificationVersion,
) -> Ordered<'a> {
    let mut members = Members::default();
    for (name, values) in headers {
        let apart = match values.len() {
            0 => true,
            1 => false,
            _ => rules.of_header(name).next().is_some() && !is_split_again(name, values, rules),
        };
        let value = match version == V4 || apart {
            true => Ordered::array(values.iter().map(Ordered::text)),
            false => Ordered::text(values.join(", ")),
        };
        members.add(name, value);
    }
    members.into()
}

/// Whether reading takes the text apart into the same values.
fn is_split_again(name: &str, values: &[String], rules: &MatchingRules) -> bool {
    rules.counts_values_of(name)
        && values
            .iter()
            .all(|value| !value.contains(',') && value.trim() == value)
}

fn add_rules<'a>(
    members: &mut Members<'a>,
    (rules, written): (&MatchingRules, Ordered<'a>),
    generators: &'a Generators,
) {
    if !rules.is_empty() {
        members.add("matchingRules", written);
    }
    if !generators.is_empty() {
        members.add("generators", Ordered::members(&generators.0));
    }
}

fn add_messages<'a>(
    members: &mut Members<'a>,
    messages: &'a SynchronousMessage,
    version: SpecificationVersion,
) {
    let contents = |message: &'a MessageContents| {
        let mut members = Members::default();
        add_contents(&mut members, message, version);
        Ordered::from(members)
    };
    members.add("request", contents(&messages.request)).add(
        "response",
        Ordered::array(messages.responses.iter().map(contents)),
    );
}

fn add_contents<'a>(
    members: &mut Members<'a>,
    message: &'a MessageContents,
    version: SpecificationVersion,
) {
    let declared = content_type::in_metadata(&message.metadata);
    if let Some(body) = bodies::body(&message.contents, declared, version) {
        members.add("contents", body);
    }
    if !message.metadata.is_empty() {
        members.add("metadata", Ordered::members(&message.metadata));
    }
    let rules = &message.matching_rules;
    let written = rules::matching_rules(rules, version);
    add_rules(members, (rules, written), &message.generators);
    members.fill_without(&message.extra, without_place(version));
}
