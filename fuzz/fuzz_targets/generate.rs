//! Generators with definitions of any kind; the input is their JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pactwork_contract::{Body, Generators, MatchingRules, Response};
use pactwork_matching::generators::{
    CompiledGenerators, GeneratorContext, GeneratorMode, SeededRandom,
};
use serde_json::{Map, Value, json};

fuzz_target!(|text: &str| {
    let Ok(definition) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let raw = json!({"body": {"$.a": definition.clone(), "$[*].b": definition.clone()}, "status": definition});
    let raw = Generators(raw.as_object().cloned().unwrap_or_default());
    let (generators, _) = CompiledGenerators::compile(&raw, &MatchingRules::default());
    let response = Response {
        body: Body::json(json!({"a": 1})),
        ..Response::default()
    };
    let state = json!({"id": 7, "name": "a"});
    let none = Map::new();
    let _ = generators.response(
        &response,
        &mut GeneratorContext {
            mode: GeneratorMode::Provider,
            random: &mut SeededRandom::new(1),
            now: std::time::SystemTime::UNIX_EPOCH,
            utc_offset: 3_600,
            provider_state: state.as_object().unwrap_or(&none),
            mock_server_url: Some("http://localhost"),
        },
    );
});
