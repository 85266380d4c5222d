use serde_json::Value;

use super::ordered::{Members, Ordered};
use super::{bodies, rules};
use crate::{
    Common, Generators, Headers, HttpInteraction, Interaction, MatchingRules, MessageContents,
    ProviderState, Query, SpecificationVersion,
};

use SpecificationVersion::V4;

pub(super) fn interaction(interaction: &Interaction, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    let mut fixed = 1;
    if version == V4 {
        members.add(
            "type",
            Ordered::text(interaction.interaction_type().as_str()),
        );
        fixed += 1;
    }
    let common = interaction.common();
    members.add("description", Ordered::text(&common.description));
    if !common.provider_states.is_empty() {
        members.add(
            "providerStates",
            Ordered::array(common.provider_states.iter().map(provider_state)),
        );
        fixed += 1;
    }
    add_common(&mut members, common);
    match interaction {
        Interaction::Http(http) => add_http(&mut members, http, version),
        Interaction::AsynchronousMessage(message) => {
            add_contents(&mut members, &message.message, version)
        }
        Interaction::SynchronousMessage(message) => {
            let responses = message
                .responses
                .iter()
                .map(|response| contents(response, version));
            members
                .add("request", contents(&message.request, version))
                .add("response", Ordered::array(responses));
        }
    }
    members.sorted_after(fixed)
}

fn provider_state(state: &ProviderState) -> Ordered<'_> {
    let mut members = Members::default();
    members.add("name", Ordered::text(&state.name));
    if !state.params.is_empty() {
        let mut params = Members::default();
        params.add_all(&state.params);
        members.add("params", params.sorted());
    }
    members.sorted()
}

fn add_common<'a>(members: &mut Members<'a>, common: &'a Common) {
    members.add_all(&common.extra);
    if let Some(key) = &common.key {
        members.add("key", Ordered::text(key));
    }
    if common.pending {
        members.add("pending", Ordered::Value(Value::Bool(true)));
    }
    if !common.comments.is_empty() {
        let mut comments = Members::default();
        comments.add_all(&common.comments);
        members.add("comments", comments.sorted());
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
    let mut request = Members::default();
    request.add_all(&http.request.extra);
    request
        .add("method", Ordered::text(&http.request.method))
        .add("path", Ordered::text(&http.request.path));
    add_query(&mut request, &http.request.query);
    add_headers(&mut request, &http.request.headers, version);
    if let Some(body) = bodies::body(&http.request.body, version) {
        request.add("body", body);
    }
    add_rules(
        &mut request,
        &http.request.matching_rules,
        &http.request.generators,
        version,
    );

    let mut response = Members::default();
    response.add_all(&http.response.extra);
    response.add("status", Ordered::Value(http.response.status.into()));
    add_headers(&mut response, &http.response.headers, version);
    if let Some(body) = bodies::body(&http.response.body, version) {
        response.add("body", body);
    }
    add_rules(
        &mut response,
        &http.response.matching_rules,
        &http.response.generators,
        version,
    );
    members
        .add("request", request.sorted())
        .add("response", response.sorted());
}

fn add_query<'a>(members: &mut Members<'a>, query: &'a Query) {
    if query.is_empty() {
        return;
    }
    let mut parameters = Members::default();
    for (name, values) in query {
        let values = values.iter().map(|value| match value {
            Some(value) => Ordered::text(value),
            None => Ordered::Value(Value::Null),
        });
        parameters.add(name, Ordered::array(values));
    }
    members.add("query", parameters.sorted());
}

/// Lists of values in version 4, one text in version 3.
fn add_headers<'a>(members: &mut Members<'a>, headers: &'a Headers, version: SpecificationVersion) {
    if headers.is_empty() {
        return;
    }
    let mut found = Members::default();
    for (name, values) in headers {
        let value = if version == V4 {
            Ordered::array(values.iter().map(Ordered::text))
        } else {
            Ordered::text(values.join(", "))
        };
        found.add(name, value);
    }
    members.add("headers", found.sorted());
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
        let mut found = Members::default();
        found.add_all(&generators.0);
        members.add("generators", found.sorted());
    }
}

fn contents(message: &MessageContents, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    add_contents(&mut members, message, version);
    members.sorted()
}

fn add_contents<'a>(
    members: &mut Members<'a>,
    message: &'a MessageContents,
    version: SpecificationVersion,
) {
    members.add_all(&message.extra);
    if let Some(body) = bodies::body(&message.contents, version) {
        members.add("contents", body);
    }
    if !message.metadata.is_empty() {
        let mut metadata = Members::default();
        metadata.add_all(&message.metadata);
        members.add("metadata", metadata.sorted());
    }
    add_rules(
        members,
        &message.matching_rules,
        &message.generators,
        version,
    );
}
