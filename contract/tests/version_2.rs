//! Pact files of version 2 out: what they hold, and what they refuse.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    missing_docs
)]

mod common;

use common::{file, pact_of, read, warnings};
use pactwork_contract::{
    AsynchronousMessage, Body, Category, Combine, Content, HttpInteraction, Interaction,
    MatchingRules, Pact, ProviderState, RuleKind, SpecificationVersion, StatusClass, WriteError,
    record_into,
};
use serde_json::{Value, json};

use SpecificationVersion::{V2, V3, V4};

fn written(pact: &Pact, version: SpecificationVersion) -> Value {
    serde_json::from_slice(&pact.to_bytes(version).unwrap()).unwrap()
}

fn of(change: impl FnOnce(&mut HttpInteraction)) -> Pact {
    let mut http = HttpInteraction::default();
    http.common.description = "d".into();
    change(&mut http);
    let mut pact = Pact::between("web", "orders");
    pact.interactions = vec![Interaction::Http(Box::new(http))];
    pact
}

fn with_rules(change: impl FnOnce(&mut MatchingRules)) -> Pact {
    of(|http| change(&mut http.request.matching_rules))
}

#[test]
fn everything_that_version_2_has_is_written_and_read_back() {
    let pact = of(|http| {
        http.common.provider_states = vec![ProviderState::named("order 7 exists")];
        let request = &mut http.request;
        request.method = "POST".into();
        request.path = "/orders".into();
        for (name, values) in [
            ("ids[]", vec![Some("1".to_owned()), Some("ü &=".to_owned())]),
            ("a.b", vec![Some(String::new())]),
            ("flag", vec![None]),
        ] {
            request.query.insert(name.into(), values);
        }
        let headers = &mut request.headers;
        headers.insert("X.Id".into(), vec!["1".into()]);
        headers.insert("X-List".into(), vec!["a".into(), "b".into()]);
        headers.insert("X-Whole".into(), vec!["a".into(), "b".into()]);
        request.body = Body::json(json!({ "a b": [1, 2] }));
        headers.insert("Content-Type".into(), vec!["application/json".into()]);
        let rules = &mut request.matching_rules;
        rules.add(Category::Body, "$", RuleKind::Type);
        rules.add(Category::Body, "$['a b']", RuleKind::MinMaxType(1, 3));
        rules.add(Category::Body, "$['a b'][*]", RuleKind::MinType(1));
        rules.add(Category::Path, "", RuleKind::Regex("/o.*".into()));
        rules.add(Category::Query, "ids[]", RuleKind::MaxType(2));
        rules.add(Category::Query, "ids[][0]", RuleKind::Regex(".".into()));
        rules.add(Category::Query, "a.b", RuleKind::Type);
        rules.add(Category::Query, "flag[*]", RuleKind::Type);
        rules.add(Category::Header, "X.Id", RuleKind::Type);
        rules.add(Category::Header, "X-Whole", RuleKind::Type);
        rules.add(Category::Header, "X-List[1]", RuleKind::Regex("b".into()));
    });
    let file = written(&pact, V2);
    assert_eq!(
        file,
        json!({
            "consumer": { "name": "web" },
            "provider": { "name": "orders" },
            "interactions": [{
                "description": "d",
                "providerState": "order 7 exists",
                "request": {
                    "method": "POST",
                    "path": "/orders",
                    "query": "a.b=&flag&ids%5B%5D=1&ids%5B%5D=%C3%BC%20%26%3D",
                    "headers": { "Content-Type": "application/json", "X.Id": "1", "X-List": "a, b", "X-Whole": ["a", "b"] },
                    "body": { "a b": [1, 2] },
                    "matchingRules": {
                        "$.body": { "match": "type" },
                        "$.body['a b']": { "match": "type", "min": 1, "max": 3 },
                        "$.body['a b'][*]": { "match": "type", "min": 1 },
                        "$.path": { "match": "regex", "regex": "/o.*" },
                        "$.query['ids[]']": { "match": "type", "max": 2 },
                        "$.query['ids[]'][0]": { "match": "regex", "regex": "." },
                        "$.query['a.b']": { "match": "type" },
                        "$.query.flag[*]": { "match": "type" },
                        "$.headers['X.Id']": { "match": "type" },
                        "$.headers.X-Whole": { "match": "type" },
                        "$.headers.X-List[1]": { "match": "regex", "regex": "b" }
                    }
                },
                "response": { "status": 200 }
            }],
            "metadata": { "pactSpecification": { "version": "2.0.0" } }
        })
    );
    let again = read(&file).unwrap();
    assert_eq!(warnings(&again), [""; 0]);
    assert_eq!(again.pact.interactions, pact.interactions);
    assert_eq!(again.pact.content_id(), pact.content_id());
}

#[test]
fn a_pact_of_version_2_can_be_recorded_by_many_tests() {
    let folder = tempfile::tempdir().unwrap();
    let pact = |number: u64, state: &str| {
        let mut pact = of(|http| http.request.path = format!("/orders/{number}"));
        let Interaction::Http(http) = &mut pact.interactions[0] else {
            panic!("another type")
        };
        http.common.provider_states = vec![ProviderState::named(state)];
        pact
    };
    let record = |number, state| record_into(folder.path(), &pact(number, state), V2);
    let first = record(1, "one").unwrap();
    let once = std::fs::read(&first).unwrap();
    record(1, "one").unwrap();
    assert_eq!(std::fs::read(&first).unwrap(), once);
    record(2, "two").unwrap();
    let conflict = record(3, "two").unwrap_err().to_string();
    assert!(
        conflict.contains(
            "two different interactions are both \"d\" given \"two\": at $.request.path one has \"/orders/2\", \
             the other \"/orders/3\""
        ),
        "{conflict}"
    );
    let mut both = pact(2, "two");
    both.interactions.extend(pact(1, "one").interactions);
    assert_eq!(std::fs::read(&first).unwrap(), both.to_bytes(V2).unwrap());
}

/// What version 2 says about a pact, without what is the same in all cases.
fn refusals(pact: &Pact) -> Vec<String> {
    let Err(WriteError::NeedsHigherVersion { things, .. }) = pact.to_bytes(V2) else {
        panic!("version 2 holds it")
    };
    assert!(
        things
            .iter()
            .all(|each| each.interaction.starts_with("\"d\""))
    );
    let highest = things.iter().map(|each| each.needed).max().unwrap();
    assert!(pact.to_bytes(highest).is_ok(), "{things:?}");
    let told = things.iter();
    told.map(|each| format!("{} {} ({})", each.path, each.what, each.needed))
        .collect()
}

fn rule(category: Category, path: &str, kind: RuleKind) -> Pact {
    with_rules(|rules| rules.add(category, path, kind))
}

#[test]
fn what_needs_a_higher_version_is_named_with_its_place() {
    let state = |name: &str, params: Value| ProviderState {
        name: name.into(),
        params: params.as_object().unwrap().clone(),
    };
    let mut message = AsynchronousMessage::default();
    message.common.description = "d".into();
    let mut event = Pact::between("web", "orders");
    event.interactions = vec![Interaction::AsynchronousMessage(Box::new(message))];
    for (pact, expected) in [
        (event, &["$ a message (3.0.0)"][..]),
        (
            of(|http| {
                http.common.provider_states =
                    vec![state("", json!({})), state("s", json!({ "id": 1 }))];
                http.common.pending = true;
            }),
            &[
                "$.pending a pending interaction (4.0)",
                "$.providerStates 2 provider states (3.0.0)",
                "$.providerStates[0].name a provider state without a name (3.0.0)",
                "$.providerStates[1].params a provider state with parameters (3.0.0)",
            ],
        ),
        (
            of(|http| drop(http.request.query.insert("q".into(), vec![]))),
            &["$.request.query a query that a query string cannot hold (3.0.0)"],
        ),
        (
            of(|http| drop(http.request.query.insert(String::new(), vec![None]))),
            &["$.request.query a query that a query string cannot hold (3.0.0)"],
        ),
        (
            of(|http| drop(http.response.generators.0.insert("body".into(), json!({})))),
            &["$.response.generators generators (3.0.0)"],
        ),
        (
            of(|http| {
                http.response
                    .headers
                    .insert("Content-Type".into(), vec!["image/png".into()]);
                http.response.body = Body::Present {
                    content: Content::Binary(vec![0, 255]),
                    content_type: None,
                };
            }),
            &["$.response.body a binary body (3.0.0)"],
        ),
        (
            of(|http| {
                let like = json!({ "json_class": "Pact::SomethingLike", "contents": 1 });
                http.response.body = Body::json(json!([like]));
            }),
            &[
                "$.response.body an example that version 2 reads as a matching rule of Ruby's (3.0.0)",
            ],
        ),
        (
            of(|http| http.response.body = Body::json(json!("text"))),
            &[
                "$.response.body a body of application/json and nothing beside the body that says so (4.0)",
            ],
        ),
    ] {
        assert_eq!(refusals(&pact), expected);
    }
}

#[test]
fn rules_that_need_a_higher_version_are_named_with_their_place() {
    let combined = |combine| {
        with_rules(|rules| {
            rules.add(Category::Body, "$.a", RuleKind::Type);
            rules.add(Category::Body, "$.a", RuleKind::Regex("a".into()));
            rules
                .categories
                .get_mut(&Category::Body)
                .unwrap()
                .get_mut("$.a")
                .unwrap()
                .combine = combine;
        })
    };
    let place = r#"$.request.matchingRules.body["$.a"]"#;
    let status = RuleKind::StatusCode(StatusClass::Success);
    for (pact, expected) in [
        (combined(Combine::And), format!("{place} 2 rules that all hold (3.0.0)")),
        (combined(Combine::Or), format!("{place} 2 rules of which one holds (3.0.0)")),
        (
            with_rules(|rules| {
                rules.categories.entry(Category::Body).or_default().entry("$.a".into()).or_default();
            }),
            format!("{place} a list without rules (3.0.0)"),
        ),
        (
            rule(Category::Body, "id", RuleKind::Type),
            "$.request.matchingRules.body.id a rule's path that version 2 cannot spell (3.0.0)".into(),
        ),
        (
            rule(Category::Query, "it's \"q\"", RuleKind::Type),
            r#"$.request.matchingRules.query["it's \"q\""] a rule's path that version 2 cannot spell (3.0.0)"#.into(),
        ),
        (
            rule(Category::Method, "", RuleKind::Regex("GET|HEAD".into())),
            "$.request.matchingRules.method a rule for the method (3.0.0)".into(),
        ),
        (
            of(|http| http.response.matching_rules.add(Category::Status, "", status)),
            "$.response.matchingRules.status a rule for the status (3.0.0)\n\
             $.response.matchingRules.status the rule statusCode (4.0)".into(),
        ),
    ] {
        assert_eq!(refusals(&pact).join("\n"), expected);
    }
}

#[test]
fn every_rule_is_in_the_version_that_brought_it() {
    let none = String::new;
    for (kind, expected) in [
        (RuleKind::Type, V2),
        (RuleKind::MinType(1), V2),
        (RuleKind::MaxType(1), V2),
        (RuleKind::MinMaxType(1, 2), V2),
        (RuleKind::Regex("a".into()), V2),
        (RuleKind::Equality, V3),
        (RuleKind::Include("a".into()), V3),
        (RuleKind::Integer, V3),
        (RuleKind::Decimal, V3),
        (RuleKind::Number, V3),
        (RuleKind::Boolean, V3),
        (RuleKind::Null, V3),
        (RuleKind::Date(none()), V3),
        (RuleKind::Time(none()), V3),
        (RuleKind::DateTime(none()), V3),
        (RuleKind::Values, V3),
        (RuleKind::ContentType("a/b".into()), V3),
        (RuleKind::EachKey(Default::default()), V4),
        (RuleKind::EachValue(Default::default()), V4),
        (RuleKind::ArrayContains(vec![]), V4),
        (RuleKind::NotEmpty, V4),
        (RuleKind::Semver, V4),
    ] {
        let pact = rule(Category::Body, "$.a", kind.clone());
        let lowest = [V2, V3, V4]
            .into_iter()
            .find(|version| pact.to_bytes(*version).is_ok());
        assert_eq!(lowest, Some(expected), "{kind:?}");
    }
}

#[test]
fn the_text_of_the_error_lists_everything_up_to_a_bound() {
    let mut pact = pact_of(0..23);
    pact.interactions.swap(0, 1);
    let text = pact.to_bytes(V2).unwrap_err().to_string();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 22);
    assert_eq!(
        lines[0],
        "specification version 2.0.0 cannot hold this pact:"
    );
    assert_eq!(
        lines[1],
        "  - \"a request for order 1\", $.response.matchingRules.body[\"$.id\"]: \
         the rule integer (needs version 3.0.0)"
    );
    assert_eq!(lines[21], "  - and 3 more");
}

#[test]
fn a_file_of_version_2_keeps_what_its_author_put_there() {
    let known = file(
        "2.0.0",
        json!({
            "_links": { "self": {} },
            "interactions": [{
                "_id": "1", "description": "d", "providerState": "s", "json_class": "X",
                "request": { "method": "GET", "path": "/", "query": "a=1", "x": 1,
                    "generators": { "path": { "type": "Regex" } } },
                "response": { "status": 200, "headers": { "Content-Type": "image/png" }, "body": "AAE=",
                    "matchingRules": {
                        "$.body.a": { "match": "integer", "note": 1 },
                        "$.body.b": { "match": "timestamp", "timestamp": "yyyy" },
                        "$.body.c": { "match": "magic", "n": 1 },
                        "$.body.d": { "combine": "OR", "matchers": [{ "match": "null" }, { "match": "number" }] },
                        "$.cookie.c": { "match": "type" },
                        "$.status": { "match": "regex", "regex": "2.." } } }
            }]
        }),
    );
    let pact = read(&known).unwrap().pact;
    assert_eq!(written(&pact, V2), known);
    let text = read(&written(&pact, V4))
        .unwrap()
        .pact
        .to_bytes(V2)
        .unwrap_err()
        .to_string();
    assert_eq!(text.matches("needs version").count(), 8, "{text}");
}

#[test]
fn what_has_no_place_in_version_2_and_cannot_change_a_verdict_is_left_out() {
    let file = file(
        "4.0",
        json!({ "interactions": [{ "type": "Synchronous/HTTP", "description": "d", "key": "k",
            "providerStates": [{ "name": "s", "mood": "good" }],
            "pluginConfiguration": { "p": 1 },
            "request": { "method": "GET", "path": "/",
                "body": { "content": "a", "contentType": "text/plain", "contentTypeHint": "TEXT" },
                "headers": { "Content-Type": ["text/plain"] },
                "matchingRules": { "body": { "$": { "matchers": [{ "match": "type" }], "combine": "OR", "note": 1 } } } },
            "response": { "status": 200 } }] }),
    );
    let written = written(&read(&file).unwrap().pact, V2);
    assert_eq!(
        written["interactions"][0],
        json!({ "description": "d", "key": "k", "providerState": "s", "pluginConfiguration": { "p": 1 },
            "request": { "method": "GET", "path": "/", "body": "a", "headers": { "Content-Type": "text/plain" },
                "matchingRules": { "$.body": { "match": "type" } } },
            "response": { "status": 200 } })
    );
}
