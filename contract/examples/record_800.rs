//! Prints how long 800 recordings into one pact take, one after another.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::time::Instant;

use pactwork_contract::{
    Body, HttpInteraction, Interaction, Pact, SpecificationVersion, record_into,
};
use serde_json::json;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    for number in 0..800 {
        let mut http = HttpInteraction::default();
        http.common.description = format!("a request for order {number}");
        let lines: Vec<_> = (0..5)
            .map(|line| json!({ "sku": "ABC-1", "line": line }))
            .collect();
        http.response.body = Body::json(json!({ "id": number, "lines": lines }));
        let mut pact = Pact::between("web", "orders");
        pact.interactions.push(Interaction::Http(Box::new(http)));
        record_into(folder.path(), &pact, SpecificationVersion::V4).unwrap();
    }
    let size = std::fs::metadata(folder.path().join("web-orders.json"))
        .unwrap()
        .len();
    println!(
        "800 recordings into one pact of {} KB: {:?}",
        size / 1024,
        start.elapsed()
    );
}
