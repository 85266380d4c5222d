//! Reading a matching rule expression, and taking it apart in the integration format.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pactwork_contract::{Category, Generators, MatchingRules};
use pactwork_matching::{expression, integration};
use serde_json::{Value, json};

fuzz_target!(|text: &str| {
    let _ = expression::parse(text);
    let definition = serde_json::from_str(text).unwrap_or_else(|_| json!({"pact:match": text}));
    let definition: Value = definition;
    let mut rules = MatchingRules::default();
    let mut generators = Generators::default();
    let _ = integration::extract(&definition, Category::Body, "$", &mut rules, &mut generators);
});
