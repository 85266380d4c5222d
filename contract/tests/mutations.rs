//! The corpus with parts of it replaced by something else: whatever a file
//! holds, it is refused, or what was read of it is what is written.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::path::Path;

use pactwork_contract::{Pact, SpecificationVersion};
use serde_json::{Value, json};

const PER_FILE: u64 = 60;

/// Numbers that are the same in every run (a linear congruential generator).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

fn odd_values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1.5),
        json!(1e300),
        json!(""),
        json!("x"),
        json!("$.body.a[0]"),
        json!("{\"a\": [1]}"),
        json!([]),
        json!([null, "a", 7]),
        json!({}),
        json!({ "": {}, "a b": [] }),
        json!({ "match": "type" }),
        json!({ "matchers": [{ "match": "regex", "regex": "a" }], "combine": "OR" }),
        json!({ "content": "YQ==", "contentType": "text/plain", "encoded": true }),
        json!({ "name": "s", "params": { "a": 1 } }),
        json!({ "json_class": "Pact::ArrayLike", "contents": 1, "min": 3 }),
    ]
}

fn pointers(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let key = key.replace('~', "~0").replace('/', "~1");
                pointers(value, format!("{at}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                pointers(value, format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
    found.push(at);
}

fn mutated(file: &Value, numbers: &mut Numbers) -> Value {
    let mut file = file.clone();
    for _ in 0..=numbers.below(3) {
        let mut places = Vec::new();
        pointers(&file, String::new(), &mut places);
        places.sort();
        let place = &places[numbers.below(places.len())];
        let odd = odd_values();
        let new = match numbers.below(3) {
            0 => file
                .pointer(&places[numbers.below(places.len())])
                .unwrap()
                .clone(),
            _ => odd[numbers.below(odd.len())].clone(),
        };
        *file.pointer_mut(place).unwrap() = new;
    }
    file
}

fn check(file: &Value) {
    let text = file.to_string();
    let Ok(loaded) = Pact::read(text.as_bytes(), "p") else {
        return;
    };
    let pact = loaded.pact;
    let bytes = pact.to_bytes(SpecificationVersion::V4).unwrap();
    let again = Pact::read(&bytes, "p").unwrap().pact;
    let newest = String::from_utf8(again.to_bytes(SpecificationVersion::V4).unwrap()).unwrap();
    assert_eq!(newest, String::from_utf8(bytes).unwrap(), "{text}");
    assert_eq!(again.content_id(), pact.content_id(), "{text}");
    for version in [SpecificationVersion::V2, SpecificationVersion::V3] {
        if let Ok(bytes) = pact.to_bytes(version) {
            let again = Pact::read(&bytes, "p").unwrap().pact;
            let written = String::from_utf8(again.to_bytes(version).unwrap()).unwrap();
            assert_eq!(
                written,
                String::from_utf8(bytes).unwrap(),
                "{version}: {text}"
            );
        }
    }
}

#[test]
fn what_is_read_of_a_changed_file_is_what_is_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| path.extension().unwrap() == "json");
    files.sort();
    for (seed, path) in (1..).zip(&files) {
        let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let mut numbers = Numbers(seed);
        for _ in 0..PER_FILE {
            check(&mutated(&file, &mut numbers));
        }
    }
    assert!(files.len() > 15);
}
