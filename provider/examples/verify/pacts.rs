//! What the consumer relies on, and what the provider answers.

use pactwork_contract::{Body, Category, HttpInteraction, Interaction, Pact, RuleKind};
use serde_json::{Value, json};

/// How many lines an order has whose answer takes 0.4 KB.
pub const FEW: usize = 6;

/// How many lines make an answer of 10 MB.
pub const MANY: usize = 226_000;

/// The answer to every request.
pub fn answer(lines: usize) -> Value {
    let line = |number| json!({ "sku": format!("ABC-{number}"), "count": number, "price": 12.5 });
    json!({
        "id": 7,
        "owner": "3f2c0a52-6d0f-4f5e-9d4c-2c1f1f6f0c11",
        "state": "open",
        "note": "to be delivered to the neighbour on the left if nobody answers the door",
        "lines": (1..=lines).map(line).collect::<Vec<_>>(),
    })
}

/// Rules about types; with `regexes` one more for each interaction, a regular expression.
pub fn pact(interactions: usize, regexes: bool) -> Pact {
    let mut pact = Pact::between("web", "orders");
    pact.interactions = (0..interactions)
        .map(|number| interaction(number, regexes))
        .collect();
    pact
}

fn interaction(number: usize, regex: bool) -> Interaction {
    let mut interaction = HttpInteraction::default();
    interaction.common.description = format!("a request for order {number}");
    interaction.request.path = format!("/orders/{number}");
    interaction.response.body = Body::json(answer(FEW));
    let json = vec!["application/json".into()];
    interaction
        .response
        .headers
        .insert("Content-Type".into(), json);
    let rules = &mut interaction.response.matching_rules;
    rules.add(Category::Body, "$.id", RuleKind::Integer);
    rules.add(Category::Body, "$.lines", RuleKind::MinType(1));
    if regex {
        let sku = RuleKind::Regex(r"[A-Z]{3}-\d+".into());
        rules.add(Category::Body, "$.lines[*].sku", sku);
    }
    Interaction::Http(Box::new(interaction))
}
