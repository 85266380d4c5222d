//! Matchers from Rust types.
#![cfg(feature = "schemars")]

use std::collections::BTreeMap;

use pactwork_consumer::matchers::of_type;
use pactwork_consumer::{Pact, post, status};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::client::Client;

#[derive(Serialize, JsonSchema)]
struct Order {
    #[schemars(extend("format" = "uuid"))]
    id: String,
    number: u32,
    total: f64,
    paid: bool,
    #[schemars(extend("format" = "date-time"))]
    placed: String,
    #[schemars(extend("format" = "date"))]
    due: String,
    #[schemars(regex(pattern = "^[A-Z]{3}"))]
    code: String,
    state: State,
    payment: Payment,
    lines: Vec<Line>,
    stock: BTreeMap<String, u32>,
    prices: BTreeMap<String, Price>,
    parent: Option<u32>,
    address: Option<Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    place: (f64, String),
    #[serde(flatten)]
    audit: Audit,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code)]
enum State {
    Open,
    /// Documented, so that its schema is another.
    Closed,
}

#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[allow(dead_code)]
enum Payment {
    Cash,
    Card { digits: u16 },
}

#[derive(Serialize, JsonSchema)]
struct Line {
    sku: String,
    within: Vec<Line>,
}

#[derive(Serialize, JsonSchema)]
struct Price {
    amount: u32,
}

#[derive(Serialize, JsonSchema)]
struct Address {
    zip: u32,
}

#[derive(Serialize, JsonSchema)]
struct Audit {
    by: String,
}

fn order() -> Order {
    Order {
        id: "c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f".into(),
        number: 7,
        total: 12.5,
        paid: false,
        placed: "2026-05-01T10:00:00.25Z".into(),
        due: "2026-05-01".into(),
        code: "ABC-1".into(),
        state: State::Open,
        payment: Payment::Card { digits: 1234 },
        lines: vec![Line {
            sku: "ABC-1".into(),
            within: Vec::new(),
        }],
        stock: BTreeMap::from([("ABC-1".into(), 3)]),
        prices: BTreeMap::from([("ABC-1".into(), Price { amount: 5 })]),
        parent: Some(6),
        address: Some(Address { zip: 12345 }),
        note: None,
        place: (1.5, "here".into()),
        audit: Audit { by: "me".into() },
    }
}

/// A member of the order, values of it that pass, and values that are refused.
fn members() -> Vec<(&'static str, Vec<Value>, Vec<Value>)> {
    vec![
        (
            "id",
            vec![json!("00000000-0000-4000-8000-000000000001")],
            vec![json!("7")],
        ),
        ("number", vec![json!(8)], vec![json!(8.5), json!("8")]),
        ("total", vec![json!(8), json!(8.5)], vec![json!("8")]),
        ("paid", vec![json!(true)], vec![json!(null)]),
        (
            "placed",
            vec![json!("2026-05-01T10:00:00+02:00")],
            vec![json!("2026-05-01")],
        ),
        ("due", vec![json!("2027-01-31")], vec![json!("2027-01-32")]),
        ("code", vec![json!("XYZ")], vec![json!("xyz")]),
        ("state", vec![json!("closed")], vec![json!("ajar")]),
        (
            "payment",
            vec![json!({ "kind": "card", "digits": 1 })],
            vec![
                json!({ "kind": "cash", "digits": 1 }),
                json!({ "kind": "card", "digits": "1" }),
            ],
        ),
        (
            "lines",
            vec![json!([{ "sku": "a", "within": [] }, { "sku": "b", "within": [] }])],
            vec![json!([]), json!([{ "sku": 1, "within": [] }])],
        ),
        (
            "stock",
            vec![json!({ "a": 1, "b": 2 })],
            vec![json!({ "a": "1" })],
        ),
        (
            "prices",
            vec![json!({ "a": { "amount": 1 } })],
            vec![json!({ "a": { "amount": "1" } }), json!({ "a": 1 })],
        ),
        ("parent", vec![json!(8), json!(null)], vec![json!("8")]),
        (
            "address",
            vec![json!({ "zip": 1 }), json!(null)],
            vec![json!({ "zip": "1" }), json!({})],
        ),
        (
            "place",
            vec![json!([2, "there"])],
            vec![json!(["there", 2]), json!([2])],
        ),
        ("by", vec![json!("you")], vec![json!(1)]),
        ("note", vec![], vec![json!("not in the example")]),
    ]
}

#[tokio::test]
async fn each_member_passes_what_its_type_says_and_nothing_else() {
    let order = order();
    for (name, passing, refused) in members() {
        assert_verdicts(&order, name, &passing, 200).await;
        assert_verdicts(&order, name, &refused, 500).await;
    }
}

async fn assert_verdicts(order: &Order, name: &str, values: &[Value], expected: u16) {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "orders")
        .output(folder.path())
        .when(post("/orders").json_of(order))
        .then(status(200).json_of(order))
        .start()
        .await
        .unwrap();
    assert_eq!(provider.warnings(), []);
    let mut client = Client::of(&provider).await;
    let json = ["Content-Type: application/json"];
    let example = serde_json::to_value(order).unwrap();
    for value in values {
        let mut body = example.clone();
        body[name] = value.clone();
        let answer = client.send("POST /orders", &json, body.to_string()).await;
        assert_eq!(answer.status, expected, "{name}: {value}: {answer:?}");
    }
    let answer = client
        .send("POST /orders", &json, example.to_string())
        .await;
    assert_eq!(answer.json(), example);
    let held = provider.finish().await.is_ok();
    assert_eq!(held, expected == 200 || values.is_empty(), "{name}");
}

#[test]
fn lists_that_are_empty_and_options_that_are_none_are_as_they_are() {
    #[derive(Serialize, JsonSchema)]
    struct Empty {
        list: Vec<u32>,
        map: BTreeMap<String, u32>,
        none: Option<u32>,
        fixed: [u8; 2],
    }
    let empty = Empty {
        list: Vec::new(),
        map: BTreeMap::new(),
        none: None,
        fixed: [1, 2],
    };
    let definition = of_type(&empty);
    assert_eq!(definition["list"]["value"], json!([]));
    assert_eq!(definition["map"]["value"], json!({}));
    assert_eq!(definition["none"]["value"], Value::Null);
    assert_eq!(definition["fixed"]["min"], 2);
    assert_eq!(definition["fixed"]["max"], 2);
}
