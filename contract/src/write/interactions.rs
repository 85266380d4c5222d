//! Interactions: what identifies one stands first, in the order type,
//! description, provider states; other members are sorted.

use serde_json::{Map, Value};

use super::ordered::{Members, Ordered};
use super::{bodies, rules};
use crate::{
    Body, Common, Generators, Headers, HttpInteraction, Interaction, MatchingRules,
    MessageContents, ProviderState, Query, Request, Response, SpecificationVersion,
    SynchronousMessage, content_type,
};

use SpecificationVersion::V4;

pub(super) fn interaction(interaction: &Interaction, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    let common = interaction.common();
    if version == V4 {
        let name = interaction.interaction_type().as_str();
        members.lead("type", Ordered::text(name));
    }
    members.lead("description", Ordered::text(&common.description));
    if !common.provider_states.is_empty() {
        let states = common.provider_states.iter().map(provider_state);
        members.lead("providerStates", Ordered::array(states));
    }
    add_common(&mut members, common);
    match interaction {
        Interaction::Http(http) => add_http(&mut members, http, version),
        Interaction::AsynchronousMessage(asynchronous) => {
            add_contents(&mut members, &asynchronous.message, version);
            if version != V4 {
                fill_without(&mut members, &common.extra, "contents");
                return members.into();
            }
        }
        Interaction::SynchronousMessage(messages) => add_messages(&mut members, messages, version),
    }
    members.with(&common.extra).into()
}

/// An interaction that is not understood, with its identity first as well.
pub(super) fn not_understood(value: &Value) -> Ordered<'_> {
    let Value::Object(object) = value else {
        return Ordered::Borrowed(value);
    };
    let mut members = Members::default();
    for key in ["type", "description", "providerStates"] {
        if let Some(value) = object.get(key) {
            members.lead(key, Ordered::Borrowed(value));
        }
    }
    members.with(object).into()
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
        members.add("query", query(&request.query));
    }
    add_headers_and_body(&mut members, &request.headers, &request.body, version);
    add_rules(
        &mut members,
        &request.matching_rules,
        &request.generators,
        version,
    );
    fill_part(members, &request.extra, "body", version)
}

fn response(response: &Response, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    members.add("status", Ordered::Value(response.status.into()));
    add_headers_and_body(&mut members, &response.headers, &response.body, version);
    add_rules(
        &mut members,
        &response.matching_rules,
        &response.generators,
        version,
    );
    fill_part(members, &response.extra, "body", version)
}

fn query(query: &Query) -> Ordered<'_> {
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

fn add_headers_and_body<'a>(
    members: &mut Members<'a>,
    headers: &'a Headers,
    body: &'a Body,
    version: SpecificationVersion,
) {
    if !headers.is_empty() {
        members.add("headers", by_name(headers, version));
    }
    if let Some(body) = bodies::body(body, content_type::in_headers(headers), version) {
        members.add("body", body);
    }
}

/// Lists of values in version 4, one text in version 3.
fn by_name(headers: &Headers, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    for (name, values) in headers {
        let value = match version {
            V4 => Ordered::array(values.iter().map(Ordered::text)),
            _ => Ordered::text(values.join(", ")),
        };
        members.add(name, value);
    }
    members.into()
}

fn add_rules<'a>(
    members: &mut Members<'a>,
    matching_rules: &'a MatchingRules,
    generators: &'a Generators,
    version: SpecificationVersion,
) {
    if !matching_rules.is_empty() {
        members.add(
            "matchingRules",
            rules::matching_rules(matching_rules, version),
        );
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
    add_rules(
        members,
        &message.matching_rules,
        &message.generators,
        version,
    );
    members.fill(&message.extra);
}

fn fill_part<'a>(
    mut members: Members<'a>,
    extra: &'a Map<String, Value>,
    body: &str,
    version: SpecificationVersion,
) -> Ordered<'a> {
    if version == V4 {
        return members.with(extra).into();
    }
    fill_without(&mut members, extra, body);
    members.into()
}

/// A plain body has no room for what a described one held beside its content.
fn fill_without<'a>(members: &mut Members<'a>, extra: &'a Map<String, Value>, body: &str) {
    for (key, value) in extra.iter().filter(|(key, _)| *key != body) {
        members.fill_one(key, value);
    }
}
