//! Input that is broken, huge or made to do harm: an error or a warning that
//! says where, never a panic, a stack overflow or unbounded work.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    missing_docs
)]

mod common;

use std::fmt::Write;

use common::{file, pact_of, read, warnings};
use pactwork_contract::{
    Body, Category, Content, HttpInteraction, Interaction, Pact, RuleKind, SpecificationVersion,
    WriteError,
};
use serde_json::{Value, json};

use SpecificationVersion::{V2, V3, V4};

/// A file with one HTTP interaction whose response has this body, written as it stands.
fn with_body(version: &str, body: &str) -> Vec<u8> {
    let file = file(
        version,
        json!({ "interactions": [{ "description": "d", "request": { "method": "GET", "path": "/" },
            "response": { "status": 200, "headers": { "Content-Type": "application/json" },
                "body": "BODY" } }] }),
    );
    file.to_string().replace("\"BODY\"", body).into_bytes()
}

fn body(pact: &Pact) -> &Body {
    match &pact.interactions[0] {
        Interaction::Http(http) => &http.response.body,
        _ => panic!("another type"),
    }
}

fn example(pact: &Pact) -> &Value {
    match body(pact) {
        Body::Present {
            content: Content::Json(value),
            ..
        } => value,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_not_json_is_refused_with_line_and_column() {
    let whole = with_body("3.0.0", "{}");
    let cut = whole[..whole.len() / 2].to_vec();
    let cut_column = cut.len();
    let deep = with_body("3.0.0", &"[".repeat(1_000_000));
    for (bytes, expected) in [
        (
            vec![],
            "line 1, column 0: not JSON: EOF while parsing a value".to_owned(),
        ),
        (
            b"\xEF\xBB\xBF\r\n{\r\n\r\n".to_vec(),
            "line 4, column 0: not JSON: EOF while parsing an object".into(),
        ),
        (
            b"{\"a\": 1e400}".to_vec(),
            "line 1, column 11: not JSON: number out of range".into(),
        ),
        (
            b"{\n\"a\": \"\xFF\"}".to_vec(),
            "line 2, column 7: not JSON: invalid unicode code point".into(),
        ),
        (
            b"{\"a\": \"\\ud800\"}".to_vec(),
            "line 1, column 14: not JSON: unexpected end of hex escape".into(),
        ),
        (
            b"{\"a\": \"\0\"}".to_vec(),
            "line 1, column 8: not JSON: control character (\\u0000-\\u001F) found while parsing a string".into(),
        ),
        (
            b"{\"a\": \0}".to_vec(),
            "line 1, column 7: not JSON: expected value".into(),
        ),
        (
            b"\xFF\xFE{\0}\0".to_vec(),
            "line 1, column 1: not JSON: expected value".into(),
        ),
        (
            b"{} {}".to_vec(),
            "line 1, column 4: not JSON: trailing characters".into(),
        ),
        (
            b"{\"a\": NaN}".to_vec(),
            "line 1, column 7: not JSON: expected value".into(),
        ),
        (
            cut,
            format!("line 1, column {cut_column}: not JSON: EOF while parsing an object"),
        ),
        (
            deep,
            "recursion limit exceeded".into(),
        ),
    ] {
        let error = Pact::read(&bytes, "p.json").unwrap_err().to_string();
        match expected.starts_with("line") {
            true => assert_eq!(error, format!("p.json: {expected}")),
            false => assert!(error.ends_with(&expected), "{error}"),
        }
    }
}

#[test]
fn every_cut_and_every_changed_byte_gives_a_pact_or_an_error() {
    let whole = with_body(
        "4.0",
        "{\"content\": {\"a\": [1, \"\\u00e9\"]}, \"encoded\": false}",
    );
    for end in 0..whole.len() {
        assert!(Pact::read(&whole[..end], "p").is_err());
    }
    for position in 0..whole.len() {
        for byte in [0, b'"', b'\\', b'{', b'}', b'[', b'9', 0xFF] {
            let mut changed = whole.clone();
            changed[position] = byte;
            if let Ok(loaded) = Pact::read(&changed, "p") {
                loaded.pact.content_id();
                loaded.pact.to_bytes(V4).unwrap();
                let _ = loaded.pact.to_bytes(V2);
            }
        }
    }
}

#[test]
fn numbers_that_lose_digits_are_told_with_their_place() {
    let told = |path: &str, token: &str, held: &str| {
        format!(
            "p.json: {path}: the number {token} is read as {held}, as numbers of 64 bits are; \
             write it as a text if every digit counts"
        )
    };
    let digits = "12345678901234567890123";
    let held = "1.2345678901234568e22";
    let place = "$.interactions[0].response.body";
    for (body, expected) in [
        (
            format!("{{\"a\":[{digits}]}}"),
            told(&format!("{place}.a[0]"), digits, held),
        ),
        (
            format!("\"{{\\\"a\\\":{digits}}}\""),
            told(&format!("{place}.a"), digits, held),
        ),
    ] {
        let loaded = Pact::read(&with_body("3.0.0", &body), "p.json").unwrap();
        assert_eq!(warnings(&loaded), [expected]);
    }
    let encoded = format!("{{\"content\": \"{{\\\"a\\\":{digits}}}\", \"encoded\": \"json\"}}");
    let mut expected = vec![told(&format!("{place}.a"), digits, held)];
    let loaded = Pact::read(&with_body("4.0", &encoded), "p.json").unwrap();
    assert_eq!(warnings(&loaded).split_off(1), expected);
    let base64 = "{\"content\": \"eyJhIjoxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyM30=\", \"encoded\": \"base64\", \
         \"contentType\": \"application/json\"}";
    let loaded = Pact::read(&with_body("4.0", base64), "p.json").unwrap();
    assert_eq!(warnings(&loaded).split_off(1), expected);
    expected.clear();
    for exact in [
        "1e30",
        "18446744073709551615",
        "-9223372036854775808",
        "0.1",
    ] {
        let loaded = Pact::read(&with_body("3.0.0", exact), "p.json").unwrap();
        assert_eq!(warnings(&loaded), expected, "{exact}");
    }
}

#[test]
fn numbers_that_are_held_exactly_survive_every_version() {
    let numbers =
        "[18446744073709551615,-9223372036854775808,1e30,0.1,-0.0,5e-324,1.7976931348623157e308]";
    let pact = Pact::read(&with_body("3.0.0", numbers), "p").unwrap().pact;
    for version in [V2, V3, V4] {
        let bytes = pact.to_bytes(version).unwrap();
        let again = Pact::read(&bytes, "p").unwrap().pact;
        assert_eq!(example(&again), example(&pact));
    }
}

#[test]
fn members_that_stand_there_twice_are_told() {
    let body = "{\"id\": 1, \"id\": 2}";
    let loaded = Pact::read(&with_body("3.0.0", body), "p.json").unwrap();
    assert_eq!(
        warnings(&loaded),
        [
            "p.json: $.interactions[0].response.body.id: this member stands there more than once; \
             the last one counts"
        ]
    );
    assert_eq!(example(&loaded.pact), &json!({ "id": 2 }));
}

fn nested(levels: usize) -> Value {
    (1..levels).fold(json!([]), |value, _| json!([value]))
}

#[test]
fn what_can_be_read_can_be_written_in_every_version() {
    for levels in [1, 99, 100, 101, 110, 120, 122] {
        let pact = Pact::read(&with_body("3.0.0", &nested(levels).to_string()), "p")
            .unwrap()
            .pact;
        for version in [V2, V3, V4] {
            let bytes = pact.to_bytes(version).unwrap();
            let again = Pact::read(&bytes, "p").unwrap();
            assert_eq!(warnings(&again), [""; 0]);
            assert_eq!(
                example(&again.pact),
                example(&pact),
                "{levels} levels, version {version}"
            );
            assert_eq!(again.pact.content_id(), pact.content_id());
        }
    }
    // JSON text in a JSON text may be nested on its own.
    let text = json!(nested(125).to_string()).to_string();
    let pact = Pact::read(&with_body("3.0.0", &text), "p").unwrap().pact;
    let again = Pact::read(&pact.to_bytes(V4).unwrap(), "p").unwrap().pact;
    assert_eq!(example(&again), &nested(125));
}

#[test]
fn what_is_nested_too_deeply_is_not_written() {
    let too_deep = |pact: &Pact| match pact.to_bytes(V4) {
        Err(error @ WriteError::TooDeep { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let mut pact = pact_of([1]);
    pact.metadata.insert("x".into(), nested(130));
    assert_eq!(
        too_deep(&pact),
        "the metadata is nested more than 125 levels deep, which no pact file can hold"
    );
    let mut http = HttpInteraction::default();
    http.common.description = "d".into();
    http.response.body = Body::json(nested(1000));
    pact.interactions.push(Interaction::Http(Box::new(http)));
    assert_eq!(
        too_deep(&pact),
        "the interaction \"d\" is nested more than 125 levels deep, which no pact file can hold"
    );
}

#[test]
fn a_large_body_is_read_and_written() {
    let text = "x".repeat(50_000_000);
    let pact = Pact::read(&with_body("3.0.0", &format!("[\"{text}\"]")), "p")
        .unwrap()
        .pact;
    let bytes = pact.to_bytes(V4).unwrap();
    assert!(bytes.len() > text.len());
    assert_eq!(example(&Pact::read(&bytes, "p").unwrap().pact)[0], text);
}

#[test]
fn a_hundred_thousand_rules_are_read_and_written() {
    const MANY: usize = 100_000;
    let rules: serde_json::Map<_, _> = (0..MANY)
        .map(|number| (format!("$.body.k{number}"), json!({ "match": "type" })))
        .collect();
    let mut file: Value = serde_json::from_slice(&with_body("2.0.0", "{}")).unwrap();
    file["interactions"][0]["response"]["matchingRules"] = rules.into();
    let loaded = read(&file).unwrap();
    assert_eq!(warnings(&loaded), [""; 0]);
    let written = loaded.pact.to_bytes(V2).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&written).unwrap(), file);
}

/// What takes quadratic time is felt here.
#[test]
fn ten_thousand_of_everything_are_no_trouble() {
    const MANY: usize = 10_000;
    let members = |value: &dyn Fn(usize) -> String| {
        let mut text = String::from("{");
        for number in 0..MANY {
            let comma = if number == 0 { "" } else { "," };
            write!(text, "{comma}\"k{number}\":{}", value(number)).unwrap();
        }
        text + "}"
    };
    let unknown = members(&|_| "1".into());
    let rules = members(&|_| "{\"matchers\":[{\"match\":\"type\"}]}".into());
    let strange = members(&|_| "{\"matchers\":[{\"match\":\"magic\"}]}".into());
    let text = format!(
        "{{\"consumer\":{{\"name\":\"web\",\"x\":{unknown}}},\"provider\":{{\"name\":\"orders\"}},
         \"interactions\":[{{\"type\":\"Synchronous/HTTP\",\"description\":\"d\",\"x\":{unknown},\"comments\":{unknown},
         \"providerStates\":[{{\"name\":\"s\",\"params\":{unknown},\"x\":{unknown}}}],
         \"request\":{{\"method\":\"GET\",\"path\":\"/\",\"matchingRules\":{{\"body\":{rules},\"header\":{strange},\"x\":{unknown}}},
         \"generators\":{{\"body\":{unknown}}},\"x\":{unknown}}},
         \"response\":{{\"status\":200,\"x\":{unknown},\"body\":{{\"content\":{unknown},\"x\":{unknown}}}}}}}],
         \"metadata\":{{\"pactSpecification\":{{\"version\":\"4.0\"}},\"x\":{unknown}}}}}"
    );
    let loaded = Pact::read(text.as_bytes(), "p").unwrap();
    assert_eq!(loaded.warnings.len(), MANY + 1);
    let pact = loaded.pact;
    let bytes = pact.to_bytes(V4).unwrap();
    let mut again = Pact::read(&bytes, "p").unwrap().pact;
    assert_eq!(again.content_id(), pact.content_id());
    again.merge(pact).unwrap();
    assert_eq!(again.to_bytes(V4).unwrap(), bytes);
}

#[test]
fn many_interactions_are_merged_in_time() {
    const MANY: usize = 6_000;
    let pact = |what: &str| {
        let list: Vec<_> = (0..MANY)
            .map(|number| {
                json!({ "description": "d", "request": { "method": "GET", "path": "/" },
                    "response": { "status": if number % 2 == 0 { json!(200) } else { json!(what) } },
                    "providerStates": [{ "name": "s", "params": { "number": number } }] })
            })
            .collect();
        read(&file("3.0.0", json!({ "interactions": list })))
            .unwrap()
            .pact
    };
    let mut one = pact("a");
    assert_eq!(one.not_understood.len(), MANY / 2);
    one.merge(pact("a")).unwrap();
    assert_eq!(one.interactions.len(), MANY / 2);
    one.merge(pact("b")).unwrap();
    assert_eq!(one.not_understood.len(), MANY);
}

#[test]
fn names_of_any_kind_stay_in_their_folder() {
    for name in ["\u{0}", "..", "../x", "C:\\x", "a/b", "con\n"] {
        let mut pact = Pact::between(name, "orders");
        pact.interactions = pact_of([1]).interactions;
        let folder = tempfile::tempdir().unwrap();
        let path = pactwork_contract::record_into(folder.path(), &pact, V4).unwrap();
        assert_eq!(path.parent(), Some(folder.path()));
        let again = pactwork_contract::read_file(&path).unwrap().pact;
        assert_eq!(again.consumer.name, name);
    }
}

#[test]
fn a_rule_path_of_any_kind_is_kept() {
    let deep = format!("$.body{}", ".a".repeat(100_000));
    for key in [
        "$.body['",
        "$.body[",
        "$.body..",
        "$['",
        "$",
        "",
        "$.query",
        "$.headers['a\"b']",
        "\u{0}",
        &deep,
    ] {
        let mut file: Value = serde_json::from_slice(&with_body("2.0.0", "1")).unwrap();
        file["interactions"][0]["response"]["matchingRules"] = json!({ key: { "match": "type" } });
        let pact = read(&file).unwrap().pact;
        let again = read(&serde_json::from_slice(&pact.to_bytes(V2).unwrap()).unwrap())
            .unwrap()
            .pact;
        assert_eq!(again, pact, "{key}");
    }
}

#[test]
fn rules_nested_in_rules_are_read_to_the_limit_of_json() {
    let mut rule = json!({ "match": "type" });
    for _ in 0..28 {
        rule = json!({ "match": "eachValue", "rules": [rule] });
    }
    let mut http = HttpInteraction::default();
    let mut pact = Pact::between("web", "orders");
    http.request
        .matching_rules
        .add(Category::Body, "$", RuleKind::Type);
    pact.interactions = vec![Interaction::Http(Box::new(http))];
    let mut file: Value = serde_json::from_slice(&pact.to_bytes(V4).unwrap()).unwrap();
    file["interactions"][0]["request"]["matchingRules"]["body"]["$"]["matchers"][0] = rule;
    let loaded = read(&file).unwrap();
    assert_eq!(warnings(&loaded), [""; 0]);
    let again = Pact::read(&loaded.pact.to_bytes(V4).unwrap(), "p")
        .unwrap()
        .pact;
    assert_eq!(again, loaded.pact);
}
