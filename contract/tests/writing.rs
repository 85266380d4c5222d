//! Pact files out: canonical, and with everything that was read.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod common;

use common::{file, http, interaction, pact_of, read};
use pactwork_contract::{
    Body, Category, Content, Generators, HttpInteraction, Interaction, NotUnderstood, Pact,
    ProviderState, RuleKind, SpecificationVersion, SynchronousMessage,
};
use serde_json::{Value, json};

use SpecificationVersion::{V3, V4};

fn text(pact: &Pact, version: SpecificationVersion) -> String {
    String::from_utf8(pact.to_bytes(version).unwrap()).unwrap()
}

const CANONICAL: &str = r#"{
  "consumer": {
    "name": "web"
  },
  "provider": {
    "name": "orders"
  },
  "interactions": [
    {
      "type": "Synchronous/HTTP",
      "description": "a request for order 7",
      "providerStates": [
        {
          "name": "order exists",
          "params": {
            "b": null,
            "id": 7
          }
        }
      ],
      "key": "k",
      "request": {
        "method": "GET",
        "path": "/orders/7",
        "query": {
          "page": [
            "1",
            null
          ]
        }
      },
      "response": {
        "body": {
          "content": {
            "id": 7,
            "lines": [
              {
                "sku": "ABC-1"
              }
            ]
          },
          "contentType": "application/json",
          "encoded": false
        },
        "headers": {
          "Content-Type": [
            "application/json"
          ]
        },
        "matchingRules": {
          "body": {
            "$.id": {
              "combine": "AND",
              "matchers": [
                {
                  "match": "integer"
                }
              ]
            }
          }
        },
        "status": 200
      }
    }
  ],
  "metadata": {
    "pactSpecification": {
      "version": "4.0"
    }
  }
}
"#;

#[test]
fn the_canonical_form_is_this() {
    let mut http = http(7);
    http.common.key = Some("k".into());
    http.common.provider_states = vec![ProviderState {
        name: "order exists".into(),
        params: json!({ "id": 7, "b": null }).as_object().unwrap().clone(),
    }];
    http.request
        .query
        .insert("page".into(), vec![Some("1".into()), None]);
    let mut pact = Pact::between("web", "orders");
    pact.interactions = vec![Interaction::Http(Box::new(http))];
    assert_eq!(text(&pact, V4), CANONICAL);
}

#[test]
fn the_order_of_interactions_and_what_stands_twice_do_not_show() {
    let bytes = text(&pact_of([3, 1, 2]), V4);
    assert_eq!(text(&pact_of([1, 2, 3]), V4), bytes);
    assert_eq!(text(&pact_of([2, 1, 2, 3, 1]), V4), bytes);
    assert_eq!(
        pact_of([2, 1, 2]).content_id(),
        pact_of([1, 2]).content_id()
    );
    assert_ne!(pact_of([1]).content_id(), pact_of([1, 2]).content_id());
}

/// So many that several threads write them.
#[test]
fn a_large_pact_is_written_as_a_small_one_is() {
    let bytes = text(&pact_of(0..1000), V4);
    assert_eq!(text(&pact_of((0..1000).rev()), V4), bytes);
    let described = bytes
        .lines()
        .filter(|line| line.contains("\"description\": "));
    let described: Vec<_> = described.collect();
    assert_eq!(described.len(), 1000);
    assert!(described.is_sorted(), "{described:?}");
    for number in [0, 255, 256, 999] {
        let alone = text(&pact_of([number]), V4);
        let (_, alone) = alone.split_once("\"interactions\": [\n").unwrap();
        let (alone, _) = alone.split_once("\n  ],").unwrap();
        assert!(bytes.contains(alone), "{alone}");
    }
}

#[test]
fn what_is_not_known_survives_a_round_trip_in_version_4() {
    let matchers = json!([
        { "match": "from-the-future", "n": 1 }, "no object", { "match": "regex" },
        { "match": "type", "value": "example" },
        { "match": "arrayContains", "variants": [
            { "index": 0, "rules": {}, "tag": "first" },
            { "index": 1, "rules": { "$.b": { "combine": "AND", "matchers": [{ "match": "semver" }] } },
              "generators": { "$.b": { "type": "Uuid" } } }] },
        { "match": "eachKey", "rules": [{ "match": "regex", "regex": "a" }], "value": "k", "generator": null }
    ]);
    let mut known = file(
        "4.0",
        json!({
            "interactions": [
                { "type": "Carrier/Pigeon", "description": "e", "wings": 2 },
                { "type": "Synchronous/HTTP", "description": "d", "pluginConfiguration": { "p": 1 }, "pending": true,
                  "comments": { "text": ["c"] }, "transport": "http", "key": "k", "_id": "x",
                  "providerStates": [{ "name": "s", "mood": "good" }, { "name": "t", "params": { "a": 1 } }],
                  "request": { "method": "GET", "path": "/", "x-request": [1],
                      "body": { "content": "AA==", "contentType": "application/octet-stream",
                                "contentTypeHint": "BINARY", "encoded": "base64" },
                      "generators": { "body": { "$.a": { "type": "Uuid" } } },
                      "matchingRules": {
                          "body": { "$.a": { "combine": "OR", "note": 1, "matchers": matchers } },
                          "trailer": { "t": {} } } },
                  "response": { "status": 200 } },
                { "type": "Synchronous/Messages", "description": "m", "request": { "x": 1, "contents": { "content": "a", "encoded": false, "y": 2 } },
                  "response": [{ "metadata": { "a": 1 } }] }
            ],
            "somethingElse": { "b": [1, 2] }
        }),
    );
    known["consumer"]["team"] = json!("a");
    known["metadata"]["pactSpecification"]["dialect"] = json!("b");
    known["metadata"]["tool"] = json!({ "version": "1" });
    let pact = read(&known).unwrap().pact;
    let again: Value = serde_json::from_str(&text(&pact, V4)).unwrap();
    assert_eq!(again, known);
    assert_eq!(pact.not_understood.len(), 1);
}

#[test]
fn what_is_not_known_survives_a_round_trip_in_version_3() {
    let known = file(
        "3.0.0",
        json!({
            "interactions": [{
                "description": "d", "json_class": "X", "comments": { "text": [] }, "pending": true,
                "providerStates": [{ "name": "s", "mood": "good" }],
                "request": { "method": "GET", "path": "/", "x": 1, "query": { "q": ["1"] }, "body": "plain" },
                "response": { "status": 200, "headers": { "Accept": "a, b", "Content-Type": "image/png" }, "body": "AAE=",
                    "matchingRules": { "body": { "$.a": { "combine": "AND", "matchers": [{ "match": "semver" }] } } } }
            }],
            "messages": [{ "description": "m", "contents": { "a": 1 }, "metadata": { "k": "v" }, "z": 1 }]
        }),
    );
    let pact = read(&known).unwrap().pact;
    let again: Value = serde_json::from_str(&text(&pact, V3)).unwrap();
    assert_eq!(again, known);
}

#[test]
fn version_2_is_written_as_3_and_4() {
    let old = file(
        "2.0.0",
        json!({ "interactions": [{
        "description": "d", "provider_state": "s",
        "request": { "method": "post", "path": "/", "query": "a=1" },
        "response": { "status": 200, "matchingRules": {
            "$.headers.Location": { "match": "regex", "regex": "x" }, "$.body[*].at": { "timestamp": "yyyy" } } } }] }),
    );
    let pact = read(&old).unwrap().pact;
    let interaction = |version| {
        let file: Value = serde_json::from_str(&text(&pact, version)).unwrap();
        file["interactions"][0].clone()
    };
    let list = |rule: Value| json!({ "combine": "AND", "matchers": [rule] });
    let expected = |datetime: &str| {
        json!({
            "description": "d", "providerStates": [{ "name": "s" }],
            "request": { "method": "POST", "path": "/", "query": { "a": ["1"] } },
            "response": { "status": 200, "matchingRules": {
                "header": { "Location": list(json!({ "match": "regex", "regex": "x" })) },
                "body": { "$[*].at": list(json!({ "match": datetime, "format": "yyyy" })) } } }
        })
    };
    assert_eq!(interaction(V3), expected("timestamp"));
    let mut typed = expected("datetime");
    typed["type"] = json!("Synchronous/HTTP");
    assert_eq!(interaction(V4), typed);
}

#[test]
fn bodies_of_every_kind_survive_a_round_trip() {
    let present = |content, content_type: &str| Body::Present {
        content,
        content_type: Some(content_type.into()),
    };
    for body in [
        Body::Missing,
        Body::Null,
        Body::Empty,
        Body::json(json!({ "b": [1, 2.5, null, 1e300], "a": "ü\u{0}\"" })),
        Body::json(json!("7")),
        Body::json(json!("")),
        Body::json(json!("text")),
        Body::json(json!(null)),
        Body::json(json!(false)),
        present(Content::Text("plain\r\ntext".into()), "text/plain"),
        present(Content::Text("{ broken".into()), "application/json"),
        present(
            Content::Binary(vec![0, 159, 255]),
            "application/octet-stream",
        ),
        present(
            Content::Binary(vec![0, 159, 255]),
            "text/plain; charset=latin1",
        ),
    ] {
        let mut http = HttpInteraction::default();
        http.response.body = body.clone();
        let mut pact = Pact::between("web", "orders");
        pact.interactions = vec![Interaction::Http(Box::new(http))];
        let again = Pact::read(&pact.to_bytes(V4).unwrap(), "p").unwrap();
        assert_eq!(again.pact, pact, "{body:?}");
        assert_eq!(again.warnings, []);
    }
}

#[test]
fn the_content_is_the_same_once_it_was_written() {
    let content = |text: &str| Content::Text(text.into());
    for (content, header) in [
        (Content::Json(json!("x")), None),
        (Content::Json(json!(null)), None),
        (Content::Json(json!({ "a": 1 })), Some("application/json")),
        (content("{\"a\":1}"), Some("application/json")),
        (content("\"12\""), Some("application/json")),
        (content("hi"), Some("text/plain")),
        (content(""), None),
        (Content::Binary(b"hi".to_vec()), Some("text/plain")),
        (Content::Binary(b"{}".to_vec()), Some("application/json")),
        (Content::Binary(b"hi".to_vec()), None),
    ] {
        let mut http = HttpInteraction::default();
        let header = header.map(|value| ("content-type".to_owned(), vec![value.to_owned()]));
        http.response.headers.extend(header);
        http.response.body = Body::Present {
            content,
            content_type: None,
        };
        let mut pact = Pact::between("web", "orders");
        pact.interactions = vec![Interaction::Http(Box::new(http))];
        let bytes = text(&pact, V4);
        let again = Pact::read(bytes.as_bytes(), "p").unwrap().pact;
        assert_eq!(text(&again, V4), bytes);
        assert_eq!(again.content_id(), pact.content_id());
    }
}

#[test]
fn version_3_refuses_what_it_cannot_hold() {
    let changed = |change: &dyn Fn(&mut HttpInteraction)| {
        let mut http = http(1);
        change(&mut http);
        Interaction::Http(Box::new(http))
    };
    let synchronous = SynchronousMessage {
        common: http(1).common,
        ..SynchronousMessage::default()
    };
    let cases = [
        (
            Interaction::SynchronousMessage(Box::new(synchronous)),
            "$: a synchronous message",
        ),
        (
            changed(&|http| http.common.pending = true),
            "$.pending: a pending interaction",
        ),
        (
            changed(&|http| drop(http.common.comments.insert("text".into(), json!([])))),
            "$.comments: comments",
        ),
        (
            changed(&|http| http.common.transport = Some("grpc".into())),
            "$.transport: a transport",
        ),
        (
            changed(&|http| {
                http.request
                    .matching_rules
                    .add(Category::Body, "$", RuleKind::Semver)
            }),
            "$.request.matchingRules.body[\"$\"]: the rule semver",
        ),
        (
            changed(&|http| {
                http.request.body = Body::Present {
                    content: Content::Binary(vec![0, 255]),
                    content_type: Some("image/png".into()),
                }
            }),
            "$.request.body: a body of image/png and nothing beside the body that says so",
        ),
    ];
    for (interaction, what) in cases {
        let mut pact = pact_of([2]);
        pact.interactions.push(interaction);
        assert_eq!(
            pact.to_bytes(V3).unwrap_err().to_string(),
            format!(
                "specification version 3.0.0 cannot hold this pact:\n  - \
                 \"a request for order 1\", {what} (needs version 4.0)"
            )
        );
        assert!(pact.to_bytes(V4).is_ok());
    }
}

#[test]
fn version_3_refuses_what_is_not_understood() {
    let mut pact = pact_of([]);
    pact.not_understood = vec![NotUnderstood {
        value: json!({ "type": "Carrier/Pigeon", "description": "e" }),
        interaction_type: None,
        reason: "a test".into(),
    }];
    assert_eq!(
        pact.to_bytes(V3).unwrap_err().to_string(),
        "specification version 3.0.0 cannot hold this pact:\n  - \"e\", $: \
         an interaction that is not understood (needs version 4.0)"
    );
}

#[test]
fn other_versions_and_names_that_are_missing_are_refused() {
    assert_eq!(
        pact_of([1])
            .to_bytes(SpecificationVersion::V1)
            .unwrap_err()
            .to_string(),
        "pact files of specification version 1.0.0 are read but not written; ask for 2, 3 or 4"
    );
    assert_eq!(
        Pact::between("web", "")
            .to_bytes(V4)
            .unwrap_err()
            .to_string(),
        "the provider of the pact has no name"
    );
}

#[test]
fn generators_and_metadata_are_written_sorted() {
    let mut http = http(1);
    let generators =
        json!({ "status": {}, "body": { "$.b": { "type": "Uuid", "format": "x" }, "$.a": {} } });
    http.response.generators = Generators(generators.as_object().unwrap().clone());
    let mut pact = Pact::between("web", "orders");
    pact.interactions = vec![Interaction::Http(Box::new(http)), interaction(0)];
    let text = text(&pact, V4);
    let positions: Vec<_> = ["order 0", "\"$.a\"", "\"$.b\"", "\"format\"", "\"Uuid\""]
        .map(|part| text.find(part).unwrap())
        .to_vec();
    assert!(positions.is_sorted(), "{positions:?}");
}

#[test]
fn numbers_are_read_and_written_exactly() {
    for number in [
        "4.444444444444445e69",
        "0.1",
        "1e-300",
        "9007199254740993",
        "-0.0",
    ] {
        let text = format!(
            r#"{{"consumer": {{"name": "web"}}, "provider": {{"name": "orders"}}, "invoice": {number}}}"#
        );
        let read = Pact::read(text.as_bytes(), "numbers").unwrap().pact;
        let written = String::from_utf8(read.to_bytes(V4).unwrap()).unwrap();
        let expected = number.replace("e69", "e+69");
        assert!(
            written.contains(&format!("\"invoice\": {expected}")),
            "{written}"
        );
    }
}

#[test]
fn a_name_that_looks_like_a_path_stays_a_name() {
    for name in ["$.a[0]", "$['x']", "$", "$it's.a"] {
        let mut http = HttpInteraction::default();
        let rules = &mut http.request.matching_rules;
        rules.add(Category::Query, name, RuleKind::Type);
        let mut pact = Pact::between("web", "orders");
        pact.interactions.push(Interaction::Http(Box::new(http)));
        for version in [SpecificationVersion::V3, SpecificationVersion::V4] {
            let written = pact.to_bytes(version).unwrap();
            let read = Pact::read(&written, "again").unwrap().pact;
            assert_eq!(read.content_id(), pact.content_id(), "{name}");
        }
    }
}
