#![allow(dead_code)]

use pactwork_contract::{
    Body, Category, HttpInteraction, Interaction, Loaded, Pact, ReadError, RuleKind,
};
use serde_json::{Value, json};

pub fn http(number: usize) -> HttpInteraction {
    let mut http = HttpInteraction::default();
    http.common.description = format!("a request for order {number}");
    http.request.path = format!("/orders/{number}");
    http.response
        .headers
        .insert("Content-Type".into(), vec!["application/json".into()]);
    http.response.body = Body::json(json!({ "id": number, "lines": [{ "sku": "ABC-1" }] }));
    http.response
        .matching_rules
        .add(Category::Body, "$.id", RuleKind::Integer);
    http
}

pub fn interaction(number: usize) -> Interaction {
    Interaction::Http(Box::new(http(number)))
}

pub fn pact_of(numbers: impl IntoIterator<Item = usize>) -> Pact {
    let mut pact = Pact::between("web", "orders");
    pact.interactions = numbers.into_iter().map(interaction).collect();
    pact
}

/// A file between "web" and "orders" with these lists and this version.
pub fn file(version: &str, lists: Value) -> Value {
    let mut file = lists;
    file["consumer"] = json!({ "name": "web" });
    file["provider"] = json!({ "name": "orders" });
    file["metadata"] = json!({ "pactSpecification": { "version": version } });
    file
}

pub fn read(file: &Value) -> Result<Loaded, ReadError> {
    Pact::read(file.to_string().as_bytes(), "p.json")
}

pub fn warnings(loaded: &Loaded) -> Vec<String> {
    loaded.warnings.iter().map(ToString::to_string).collect()
}
