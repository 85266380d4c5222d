//! Pact files in, as implementations have written them over the years.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    missing_docs
)]

mod common;

use common::{file, read, warnings};
use pactwork_contract::{
    Body, Category, Content, Interaction, InteractionType, NotUnderstood, Pact,
    SpecificationVersion,
};
use serde_json::{Value, json};

#[test]
fn every_version_reads_into_the_same_model() {
    let body = json!({ "id": 7 });
    let by_category =
        json!({ "body": { "$.id": { "combine": "AND", "matchers": [{ "match": "type" }] } } });
    let flat = json!({ "$.body.id": { "match": "type" } });
    let old = |state: &str, matching_rules: &Value| {
        json!({ "interactions": [{
            "description": "d", state: "s",
            "request": { "method": "get", "path": "/a", "query": "q=1&q=2" },
            "response": { "status": 200, "headers": { "Content-Type": "application/json" },
                "body": body, "matchingRules": matching_rules } }] })
    };
    let files = [
        file("2.0.0", old("providerState", &flat)),
        file("2.0.0", old("provider_state", &flat)),
        file(
            "2.0.0",
            old(
                "provider_state",
                &json!({ "$['body']['id']": { "match": "type" } }),
            ),
        ),
        file(
            "3.0.0",
            json!({ "interactions": [{
            "description": "d", "providerStates": [{ "name": "s" }],
            "request": { "method": "GET", "path": "/a", "query": { "q": ["1", "2"] } },
            "response": { "status": 200, "headers": { "Content-Type": "application/json" },
                "body": body, "matchingRules": by_category } }] }),
        ),
        file(
            "4.0",
            json!({ "interactions": [{
            "type": "Synchronous/HTTP", "description": "d", "providerStates": [{ "name": "s" }],
            "request": { "method": "GET", "path": "/a", "query": { "q": ["1", "2"] } },
            "response": { "status": 200, "headers": { "Content-Type": ["application/json"] },
                "body": { "content": body, "contentType": "application/json", "encoded": false },
                "matchingRules": by_category } }] }),
        ),
    ];
    let id = |file: &Value| {
        let loaded = read(file).unwrap();
        assert_eq!(warnings(&loaded), [""; 0], "{file}");
        loaded.pact.content_id()
    };
    let newest = id(&files[4]);
    for (index, file) in files.iter().enumerate() {
        // A bracketed path is another text for the same place.
        assert_eq!(id(file) == newest, index != 2, "{file}");
    }
}

#[test]
fn messages_of_versions_3_and_4_read_into_the_same_model() {
    let event = json!({ "id": "7" });
    let plain = |metadata: &str| {
        json!({ "messages": [{ "description": "e", "providerState": "s", "contents": event,
            metadata: { "contentType": "application/json" },
            "matchingRules": { "body": { "$.id": { "matchers": [{ "match": "type" }] } } } }] })
    };
    let typed = json!({ "interactions": [{ "type": "Asynchronous/Messages", "description": "e",
        "providerStates": [{ "name": "s", "params": {} }],
        "contents": { "content": event, "contentType": "application/json", "encoded": false },
        "metadata": { "contentType": "application/json" },
        "matchingRules": { "content": { "$.id": { "matchers": [{ "match": "type" }] } } } }] });
    let ids = [
        file("3.0.0", plain("metaData")),
        file("3.0.0", plain("metadata")),
        file("4.0", typed),
    ]
    .map(|file| read(&file).unwrap().pact.content_id());
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids[1], ids[2]);
}

#[test]
fn interactions_and_messages_stand_in_one_pact() {
    let lists = json!({
        "interactions": [{ "description": "a", "request": { "method": "GET", "path": "/" },
            "response": { "status": 200 } }],
        "messages": [{ "description": "b", "contents": "text" }]
    });
    let pact = read(&file("3.0.0", lists)).unwrap().pact;
    let kinds: Vec<_> = pact
        .interactions
        .iter()
        .map(|each| each.interaction_type().as_str())
        .collect();
    assert_eq!(kinds, ["Synchronous/HTTP", "Asynchronous/Messages"]);
}

#[test]
fn synchronous_messages_have_a_request_and_responses() {
    let lists = json!({ "interactions": [{ "type": "Synchronous/Messages", "description": "d",
        "request": { "contents": { "content": "AQI=", "contentType": "application/protobuf", "encoded": "base64" } },
        "response": [{ "contents": { "content": "AQI=", "encoded": "base64" } },
                     { "metadata": { "status": "ok" } }] }] });
    let pact = read(&file("4.0", lists)).unwrap().pact;
    let Interaction::SynchronousMessage(message) = &pact.interactions[0] else {
        panic!("another type")
    };
    let binary = |content_type: Option<&str>| Body::Present {
        content: Content::Binary(vec![1, 2]),
        content_type: content_type.map(str::to_owned),
    };
    assert_eq!(
        message.request.contents,
        binary(Some("application/protobuf"))
    );
    assert_eq!(message.responses[0].contents, binary(None));
    assert_eq!(message.responses[1].contents, Body::Missing);
    assert_eq!(message.responses[1].metadata["status"], "ok");
}

fn told<'a>(cases: impl IntoIterator<Item = (Value, &'a str)>) {
    for (file, expected) in cases {
        let loaded = read(&file).unwrap();
        assert_eq!(warnings(&loaded), [format!("p.json: {expected}")]);
    }
}

#[test]
fn what_is_odd_in_a_pact_is_told_and_the_rest_is_used() {
    let one =
        |version: &str, interaction: Value| file(version, json!({ "interactions": [interaction] }));
    told([
        (
            file("4.0", json!({})),
            "$: has neither \"interactions\" nor \"messages\"; read as an empty pact",
        ),
        (
            file("9.1", json!({ "interactions": [] })),
            "$.metadata.pactSpecification: expected a specification version from 1 to 4, \
             found the text \"9.1\"; read as version 2.0.0",
        ),
        (
            one(
                "3.0.0",
                json!({ "request": { "method": "GET", "path": "/" }, "response": { "status": 200 } }),
            ),
            "$.interactions[0]: has no description; read with an empty one",
        ),
        (
            one(
                "4.0",
                json!({ "description": "d", "contents": { "content": "x" } }),
            ),
            "$.interactions[0].type: expected a type of interaction, found nothing; \
             read as \"Asynchronous/Messages\"",
        ),
        (
            one("4.0", json!({ "type": "Carrier/Pigeon", "contents": {} })),
            "$.interactions[0].type: expected a type of interaction, found the text \"Carrier/Pigeon\"; \
             kept, but it cannot be verified",
        ),
    ]);
}

#[test]
fn what_is_odd_in_a_request_is_told_and_the_rest_is_used() {
    let request = |request: Value| {
        file(
            "4.0",
            json!({ "interactions": [{ "type": "Synchronous/HTTP", "description": "d",
            "request": request, "response": { "status": "200" } }] }),
        )
    };
    told([
        (
            request(json!({ "path": "/" })),
            "$.interactions[0].request: has no method; read as \"GET\"",
        ),
        (
            request(json!({ "method": "GET" })),
            "$.interactions[0].request: has no path; read as \"/\"",
        ),
        (
            request(json!({ "method": "GET", "path": "/", "headers": { "X-Count": 7 } })),
            "$.interactions[0].request.headers.X-Count: expected a text, found the number 7; read as its text",
        ),
        (
            request(json!({ "method": "GET", "path": "/", "body": [1] })),
            "$.interactions[0].request.body: expected an object with \"content\"; \
             the whole value is taken as the body",
        ),
        (
            request(json!({ "method": "GET", "path": "/", "generators": 1 })),
            "$.interactions[0].request.generators: expected an object, found the number 1; kept, not used",
        ),
    ]);
    let mut without_status = request(json!({ "method": "GET", "path": "/" }));
    without_status["interactions"][0]["response"] = json!({});
    told([(
        without_status,
        "$.interactions[0].response.status: the response has no status; read as 200",
    )]);
}

fn refused<'a>(cases: impl IntoIterator<Item = (String, &'a str)>) {
    for (text, expected) in cases {
        let error = Pact::read(text.as_bytes(), "p.json").unwrap_err();
        assert_eq!(error.to_string(), format!("p.json: {expected}"));
    }
}

#[test]
fn what_makes_a_pact_meaningless_is_named_with_its_place() {
    refused([
        (
            "{\n  \"a\" 1}".to_owned(),
            "line 2, column 7: not JSON: expected `:`",
        ),
        (
            "{\"a\": 1".to_owned(),
            "line 1, column 7: not JSON: EOF while parsing an object",
        ),
        ("[]".to_owned(), "$: expected an object, found a list of 0"),
        (
            "{}".to_owned(),
            "$.consumer: expected an object, found nothing",
        ),
        (
            json!({ "consumer": { "name": 7 } }).to_string(),
            "$.consumer.name: expected a name that is not empty, found the number 7",
        ),
        (
            json!({ "consumer": { "name": "web" }, "provider": { "name": "" } }).to_string(),
            "$.provider.name: expected a name that is not empty, found the text \"\"",
        ),
        (
            file("3.0.0", json!({ "interactions": {} })).to_string(),
            "$.interactions: expected a list, found an object of 0",
        ),
    ]);
}

#[test]
fn an_interaction_that_is_meaningless_is_kept_and_named_with_its_place() {
    let good = json!({ "description": "good", "response": { "status": 200 },
        "request": { "method": "GET", "path": "/" } });
    let changed = |key: &str, value: Value| {
        let mut interaction = good.clone();
        interaction[key] = value;
        interaction
    };
    for (interaction, within, problem) in [
        (json!("x"), "", "expected an object, found the text \"x\""),
        (
            changed("response", json!(null)),
            ".response",
            "expected an object, found null",
        ),
        (
            changed("description", json!(7)),
            ".description",
            "expected a text, found the number 7",
        ),
        (
            changed("response", json!({ "status": "ok" })),
            ".response.status",
            "expected a status code, found the text \"ok\"",
        ),
        (
            changed("request", json!({ "method": 7 })),
            ".request.method",
            "expected a text, found the number 7",
        ),
        (
            changed(
                "request",
                json!({ "query": 7, "method": "GET", "path": "/" }),
            ),
            ".request.query",
            "expected a query string or an object, found the number 7",
        ),
        (
            changed(
                "request",
                json!({ "method": "GET", "path": "/", "headers": { "a b": null } }),
            ),
            ".request.headers[\"a b\"]",
            "expected a text or a list of texts, found null",
        ),
        (
            changed("providerStates", json!([{ "params": {} }])),
            ".providerStates[0].name",
            "expected a text, found nothing",
        ),
    ] {
        let file = file(
            "3.0.0",
            json!({ "interactions": [good, interaction, good] }),
        );
        let loaded = read(&file).unwrap();
        assert_eq!(loaded.pact.interactions.len(), 2);
        let reason = format!("${within}: {problem}");
        let interaction_type = interaction.is_object().then_some(InteractionType::Http);
        assert_eq!(
            loaded.pact.not_understood,
            [NotUnderstood {
                value: interaction,
                interaction_type,
                reason
            }]
        );
        assert_eq!(
            warnings(&loaded),
            [format!(
                "p.json: $.interactions[1]{within}: {problem}; the interaction is kept, but it cannot be verified"
            )]
        );
        let bytes = loaded.pact.to_bytes(SpecificationVersion::V3).unwrap();
        let again = Pact::read(&bytes, "p.json").unwrap().pact;
        assert_eq!(again.not_understood, loaded.pact.not_understood);
    }
}

#[test]
fn a_byte_order_mark_is_no_obstacle() {
    let text = format!("\u{feff}{}", file("3.0.0", json!({ "interactions": [] })));
    assert!(Pact::read(text.as_bytes(), "p.json").is_ok());
}

/// The expected part of every case of the Pact specification reads without a
/// doubt, and comes back from version 4 as it went there.
#[test]
fn the_cases_of_the_specification_are_read_and_written_stably() {
    let default = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/pact-specification"
    );
    let folder = std::env::var("PACT_SPECIFICATION_DIR").unwrap_or_else(|_| default.into());
    let mut read_cases = 0;
    for (version, name) in [
        ("1.0.0", "v1"),
        ("1.1.0", "v1.1"),
        ("2.0.0", "v2"),
        ("3.0.0", "v3"),
        ("4.0", "v4"),
    ] {
        for case in json_files(&std::path::Path::new(&folder).join(name)) {
            let text = std::fs::read_to_string(&case).unwrap();
            let json: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
            let part = case
                .strip_prefix(&folder)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            check_case(
                &file(version, lists_for(&part, json["expected"].clone())),
                &part,
            );
            read_cases += 1;
        }
    }
    if read_cases == 0 {
        println!("skipped: no specification cases in {folder}; set PACT_SPECIFICATION_DIR");
    }
}

fn json_files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() => json_files(&path),
            path => vec![path],
        })
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect()
}

fn lists_for(part: &str, mut expected: Value) -> Value {
    if part.contains("/message/") {
        expected["description"] = json!("d");
        if part.starts_with("v3") {
            return json!({ "messages": [expected] });
        }
        expected["type"] = json!("Asynchronous/Messages");
        return json!({ "interactions": [expected] });
    }
    let (mut request, mut response) = (
        json!({ "method": "GET", "path": "/" }),
        json!({ "status": 200 }),
    );
    let target = if part.contains("/request/") {
        &mut request
    } else {
        &mut response
    };
    for (key, value) in expected.as_object().unwrap() {
        target[key] = value.clone();
    }
    json!({ "interactions": [{ "type": "Synchronous/HTTP", "description": "d",
        "request": request, "response": response }] })
}

fn check_case(file: &Value, part: &str) {
    let loaded = read(file).unwrap_or_else(|error| panic!("{part}: {error}"));
    assert_eq!(warnings(&loaded), [""; 0], "{part}");
    let bytes = loaded.pact.to_bytes(SpecificationVersion::V4).unwrap();
    let again = Pact::read(&bytes, "again").unwrap().pact;
    assert_eq!(again.content_id(), loaded.pact.content_id(), "{part}");
    assert_eq!(rules_of(&again), rules_of(&loaded.pact), "{part}");
    assert_eq!(
        String::from_utf8(again.to_bytes(SpecificationVersion::V4).unwrap()).unwrap(),
        String::from_utf8(bytes).unwrap(),
        "{part}"
    );
}

fn rules_of(pact: &Pact) -> usize {
    let count = |interaction: &Interaction| match interaction {
        Interaction::Http(http) => [&http.request.matching_rules, &http.response.matching_rules]
            .into_iter()
            .map(|rules| rules.category(Category::Body).count())
            .sum(),
        Interaction::AsynchronousMessage(message) => message
            .message
            .matching_rules
            .category(Category::Body)
            .count(),
        Interaction::SynchronousMessage(_) => 0,
    };
    pact.interactions.iter().map(count).sum()
}
