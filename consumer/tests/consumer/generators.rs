//! Generated values: made for each answer, never recorded.

use std::path::Path;
use std::time::{Duration, SystemTime};

use pactwork_consumer::generators::{
    date_from, datetime_from, mock_provider_url, random_boolean, random_decimal,
    random_hexadecimal, random_integer, random_regex, random_string, random_uuid, time_from,
};
use pactwork_consumer::matchers::{each_like, from_state, integer};
use pactwork_consumer::{Message, MockOptions, MockProvider, Pact, get, status};
use pactwork_contract::{Body, Generators, HttpInteraction, Interaction, Response, read_file};
use pactwork_matching::{ResponseMatcher, actual};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::client;

const UUID: &str = "c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f";

/// 2000-01-01T10:00:00Z, a Saturday.
fn saturday() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(946_720_800)
}

fn every_kind(folder: &Path) -> Pact {
    let body = json!({
        "boolean": random_boolean(true),
        "date": date_from("yyyy-MM-dd", "next monday", "2026-05-04"),
        "datetime": datetime_from("yyyy-MM-dd'T'HH:mm:ssXXX", "tomorrow @ noon", "2026-05-01T10:00:00Z"),
        "decimal": random_decimal(6, 1.5),
        "hexadecimal": random_hexadecimal(4, "00ff"),
        "id": from_state("${id}", integer(7)),
        "lines": each_like(json!({ "id": random_uuid(UUID) })),
        "number": random_integer(1..=1_000_000, 12),
        "sku": random_regex(r"^[A-Z]{3}-\d{4}$", "ABC-1234"),
        "text": random_string(8, "abc"),
        "time": time_from("HH:mm", "1 o'clock pm", "10:00"),
        "url": mock_provider_url(r"/orders/\d+", "/orders/7"),
    });
    Pact::between("web", "orders")
        .output(folder)
        .clock(saturday)
        .given("order 7 exists")
        .when(get(from_state("/orders/${id}", "/orders/7")))
        .then(
            status(200)
                .header("ETag", random_string(8, "abc"))
                .json(body),
        )
}

/// What the mock provider answers to two requests, and the recorded pact.
async fn answers(folder: &Path, seed: u64) -> (Vec<String>, String) {
    let provider = every_kind(folder).seed(seed).start().await.unwrap();
    assert_eq!(provider.warnings(), []);
    let mut bodies = Vec::new();
    for _ in 0..2 {
        let answer = client::get(&provider, "/orders/7").await;
        let own = provider.url().to_owned();
        let body = String::from_utf8(answer.body.to_vec()).unwrap();
        assert!(body.contains(&format!("{own}/orders/7")), "{body}");
        bodies.push(body.replace(&own, "URL") + answer.header("etag").unwrap());
    }
    let pact = provider.finish().await.unwrap().pact.unwrap();
    (bodies, std::fs::read_to_string(pact).unwrap())
}

#[tokio::test]
async fn answers_are_generated_by_seed_and_the_pact_holds_the_example() {
    let folder = tempdir().unwrap();
    let (first, pact) = answers(folder.path(), 1).await;
    let (again, _) = answers(folder.path(), 1).await;
    let (other, same_pact) = answers(folder.path(), 2).await;
    assert_eq!(first, again);
    assert_ne!(first, other);
    assert_ne!(first[0], first[1]);
    assert_eq!(pact, same_pact);

    let pact: Value = serde_json::from_str(&pact).unwrap();
    let http = &pact["interactions"][0];
    assert_eq!(http["request"]["path"], "/orders/7");
    assert_eq!(
        http["request"]["generators"]["path"],
        json!({ "type": "ProviderState", "expression": "/orders/${id}", "dataType": "STRING" })
    );
    let response = &http["response"];
    assert_eq!(response["body"]["content"]["number"], 12);
    assert_eq!(
        response["body"]["content"]["lines"],
        json!([{ "id": UUID }])
    );
    let generators = &response["generators"]["body"];
    assert_eq!(
        generators["$.number"],
        json!({ "type": "RandomInt", "min": 1, "max": 1_000_000 })
    );
    assert_eq!(generators["$.lines[*].id"]["type"], "Uuid");
    assert_eq!(generators["$.date"]["expression"], "next monday");
    assert_eq!(generators["$.url"]["example"], "http://localhost/orders/7");
    assert_eq!(generators["$.id"]["dataType"], "INTEGER");
}

#[tokio::test]
async fn what_is_generated_keeps_the_rules_of_its_pact() {
    let folder = tempdir().unwrap();
    for seed in 0..20 {
        let provider = every_kind(folder.path()).seed(seed).start().await.unwrap();
        let answer = client::get(&provider, "/orders/7").await;
        let recorded = provider.finish().await.unwrap().pact.unwrap();
        let pact = read_file(&recorded).unwrap().pact;
        let Interaction::Http(http) = &pact.interactions[0] else {
            panic!("{pact:?}");
        };
        let comparison = ResponseMatcher::compile(&http.response).compare(&actual::Response {
            status: answer.status.as_u16(),
            headers: &[
                ("content-type", "application/json"),
                ("etag", answer.header("etag").unwrap()),
            ],
            body: &answer.body,
        });
        assert!(comparison.is_match(), "{comparison}");
        let body = answer.json();
        assert_eq!(body["date"], "2000-01-03");
        assert_eq!(body["datetime"], "2000-01-02T12:00:00Z");
        assert_eq!(body["time"], "13:00");
        assert_eq!(body["id"], 7);
    }
}

#[tokio::test]
async fn without_a_seed_every_start_has_other_values() {
    let folder = tempdir().unwrap();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let provider = every_kind(folder.path()).start().await.unwrap();
        seen.push(client::get(&provider, "/orders/7").await.json()["text"].clone());
        provider.finish().await.unwrap();
    }
    assert_ne!(seen[0], seen[1]);
}

#[test]
fn a_message_is_handed_over_with_generated_values() {
    let folder = tempdir().unwrap();
    let mut handled = Vec::new();
    for seed in [1, 1, 2] {
        let path = Pact::between("web", "orders")
            .output(folder.path())
            .seed(seed)
            .message("OrderPlaced")
            .json(json!({ "id": random_uuid(UUID) }))
            .metadata("key", random_string(8, "abc"))
            .verify(|message: &Message| {
                let body: Value = message.json()?;
                handled.push(format!("{} {}", body["id"], message.metadata["key"]));
                Ok::<_, serde_json::Error>(())
            })
            .unwrap();
        let pact = std::fs::read_to_string(path).unwrap();
        assert!(pact.contains(UUID), "{pact}");
    }
    assert_eq!(handled[0], handled[1]);
    assert_ne!(handled[0], handled[2]);
    assert!(!handled[0].contains(UUID));
}

/// A pact from elsewhere with these generators of the response.
fn loaded(generators: &Value) -> pactwork_contract::Pact {
    let mut pact = pactwork_contract::Pact::between("web", "orders");
    let mut http = HttpInteraction::default();
    http.common.description = "a".into();
    http.response = Response {
        body: Body::json(json!({ "id": 7 })),
        generators: Generators(generators.as_object().cloned().unwrap()),
        ..Response::default()
    };
    http.response.headers.insert("X".into(), vec!["a".into()]);
    pact.interactions.push(Interaction::Http(Box::new(http)));
    pact
}

#[tokio::test]
async fn where_nothing_can_be_made_the_example_is_sent_with_a_warning() {
    let generators = json!({
        "body": {
            "$.gone": { "type": "Uuid" },
            "$.id": { "type": "Lottery" },
        },
        "status": { "type": "RandomInt", "min": 900, "max": 999 },
    });
    let provider = MockProvider::serve(loaded(&generators), MockOptions::default())
        .await
        .unwrap();
    let answer = client::get(&provider, "/").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), json!({ "id": 7 }));
    let told: Vec<_> = provider
        .warnings()
        .iter()
        .map(ToString::to_string)
        .collect();
    let (status, paths) = told.split_last().unwrap();
    assert_eq!(
        paths,
        [
            "\"a\": $.response.generators.body['$.id']: the generator \"Lottery\" is not known; the example stands",
            "\"a\": $.response.generators.body['$.gone']: $.gone leads nowhere in the example; the example stands",
        ]
    );
    assert!(
        status.starts_with("\"a\": $.response.generators.status: 9")
            && status.ends_with(" is no status code; the example stands"),
        "{status}"
    );
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_sent_is_not() {
    let generators = json!({ "header": { "x": { "type": "Regex", "regex": "\\n" } } });
    let provider = MockProvider::serve(loaded(&generators), MockOptions::default())
        .await
        .unwrap();
    let answer = client::get(&provider, "/").await;
    assert_eq!(answer.header("x"), Some("a"));
    assert_eq!(
        provider.warnings()[0].to_string(),
        "\"a\": $.response.generators: what was generated: header X: \"\\n\" holds what no header can; the example stands"
    );
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn generators_that_make_no_sense_are_problems_of_the_definition() {
    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "orders").output(folder.path());
    let lottery = json!({ "pact:generator:type": "Lottery", "value": 1 });
    let contradictory = json!({
        "pact:matcher:type": "regex", "regex": "a+", "value": "a",
        "pact:generator:type": "RandomHexadecimal", "digits": 3,
    });
    let error = pact
        .upon_receiving("a")
        .when(get(from_state("/${id", "/7")))
        .then(status(200).json(json!({ "x": lottery, "y": contradictory })))
        .start()
        .await
        .unwrap_err()
        .to_string();
    let lines: Vec<_> = error.lines().collect();
    assert_eq!(
        lines[1..3],
        [
            "  - \"a\": the request: $.generators.path: the expression \"/${id\" is not understood: column 4: `}` is missing; the example stands",
            "  - \"a\": the response: $.generators.body['$.x']: the generator \"Lottery\" is not known; the example stands",
        ]
    );
    assert!(
        lines[3].starts_with(
            "  - \"a\": the response: what a generator makes does not keep its own matcher: $.y: expected a value matching /a+/"
        ),
        "{error}"
    );
    assert_eq!(lines.len(), 4);
}
