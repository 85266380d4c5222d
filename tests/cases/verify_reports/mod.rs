//! The reports of `pactwork verify`: every format, several at once, always written.
#![allow(clippy::unwrap_used, clippy::panic)]

mod always;
mod formats;
mod hostile;
mod places;
mod schema;
mod secrets;
mod terminal;

use serde_json::{Value, json};

use crate::support::{PACTWORK, Workshop, get_interaction, pact};

/// The pact web-orders.json relies on these interactions.
fn workshop(interactions: &[Value]) -> Workshop {
    let workshop = Workshop::of("participant = \"orders\"\n[storage]\nurl = \"bucket\"\n");
    workshop.write_json("web-orders.json", &pact("web", "orders", interactions));
    workshop
}

fn order(id: u64) -> Value {
    get_interaction(&format!("/orders/{id}"), &json!({ "id": id }))
}

/// Writes what the real provider answers, and gives the command that starts it.
fn provider(workshop: &Workshop, answers: &[Value]) -> String {
    workshop.write_json("real.json", &pact("anybody", "orders", answers));
    format!("exec {PACTWORK} mock --port {{port}} real.json")
}

/// One interaction that passes, one that fails, one whose state cannot be set, and one
/// that fails and is pending; with the command that starts the provider, which does not
/// know `/states`.
fn of_every_outcome() -> (Workshop, String) {
    let mut pending = order(10);
    pending["pending"] = json!(true);
    let given = crate::support::given("order 9 exists", order(9));
    let workshop = workshop(&[order(7), order(8), given, pending]);
    let other = |id: u64| get_interaction(&format!("/orders/{id}"), &json!({ "id": "none" }));
    let start = provider(&workshop, &[order(7), other(8), order(9), other(10)]);
    (workshop, start)
}
