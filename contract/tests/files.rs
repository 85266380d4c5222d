//! Pact files in and out, on real folders.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::fs;
use std::path::Path;
use std::process::Command;

use pactwork_contract::{
    Body, Category, Content, HttpInteraction, Interaction, Pact, RuleKind, SpecificationVersion,
    read_file, record_into,
};
use serde_json::{Value, json};

fn interaction(number: usize) -> Interaction {
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
    Interaction::Http(Box::new(http))
}

fn pact_of(numbers: impl IntoIterator<Item = usize>) -> Pact {
    let mut pact = Pact::between("web", "orders");
    pact.interactions = numbers.into_iter().map(interaction).collect();
    pact
}

fn record(folder: &Path, number: usize) {
    record_into(folder, &pact_of([number]), SpecificationVersion::V4).unwrap();
}

#[test]
fn every_version_reads_into_the_same_model() {
    let body = json!({ "id": 7 });
    let files = [
        json!({ "interactions": [{
            "description": "d", "provider_state": "s",
            "request": { "method": "get", "path": "/a", "query": "q=1&q=2" },
            "response": { "status": 200, "headers": { "Content-Type": "application/json" }, "body": body,
                "matchingRules": { "$.body.id": { "match": "type" } } } }],
            "metadata": { "pactSpecification": { "version": "2.0.0" } } }),
        json!({ "interactions": [{
            "description": "d", "providerStates": [{ "name": "s" }],
            "request": { "method": "GET", "path": "/a", "query": { "q": ["1", "2"] } },
            "response": { "status": 200, "headers": { "Content-Type": "application/json" }, "body": body,
                "matchingRules": { "body": { "$.id": { "combine": "AND", "matchers": [{ "match": "type" }] } } } } }],
            "metadata": { "pactSpecification": { "version": "3.0.0" } } }),
        json!({ "interactions": [{
            "type": "Synchronous/HTTP", "description": "d", "providerStates": [{ "name": "s" }],
            "request": { "method": "GET", "path": "/a", "query": { "q": ["1", "2"] } },
            "response": { "status": 200, "headers": { "Content-Type": ["application/json"] },
                "body": { "content": body, "contentType": "application/json", "encoded": false },
                "matchingRules": { "body": { "$.id": { "combine": "AND", "matchers": [{ "match": "type" }] } } } } }],
            "metadata": { "pactSpecification": { "version": "4.0" } } }),
    ];
    let ids: Vec<_> = files
        .into_iter()
        .map(|mut file| {
            file["consumer"] = json!({ "name": "web" });
            file["provider"] = json!({ "name": "orders" });
            let loaded = Pact::read(file.to_string().as_bytes(), "web-orders.json").unwrap();
            assert_eq!(loaded.warnings, []);
            loaded.pact.content_id()
        })
        .collect();
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids[1], ids[2]);
}

#[test]
fn what_is_not_known_survives_a_round_trip() {
    let file = json!({
        "consumer": { "name": "web", "team": "a" },
        "provider": { "name": "orders" },
        "interactions": [
            { "type": "Synchronous/HTTP", "description": "d", "pluginConfiguration": { "p": 1 }, "pending": true,
              "request": { "method": "GET", "path": "/", "x-request": [1],
                  "matchingRules": { "body": { "$.a": { "combine": "AND", "matchers": [{ "match": "from-the-future", "n": 1 }] } },
                                     "trailer": { "t": {} } } },
              "response": { "status": 200 } },
            { "type": "Carrier/Pigeon", "description": "e" }
        ],
        "metadata": { "pactRust": { "models": "1.0" }, "pactSpecification": { "version": "4.0" } },
        "somethingElse": [1, 2]
    });
    let loaded = Pact::read(file.to_string().as_bytes(), "p.json").unwrap();
    let warnings: Vec<_> = loaded.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "p.json: $.interactions[0].request.matchingRules[\"body\"][\"$.a\"].matchers[0]: the rule \
             the text \"from-the-future\" is not understood; compared for equality",
            "p.json: $.interactions[0].request.matchingRules[\"trailer\"]: this category of matching \
             rules is not known; kept, not applied",
            "p.json: $.interactions[1]: interactions of type \"Carrier/Pigeon\" are not known; kept, not verifiable",
        ]
    );
    let bytes = loaded.pact.to_bytes(SpecificationVersion::V4).unwrap();
    let again: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(again, file);
}

#[test]
fn bodies_of_every_kind_survive_a_round_trip() {
    let present = |content, content_type: &str| Body::Present {
        content,
        content_type: Some(content_type.into()),
    };
    for body in [
        Body::Missing,
        Body::Null,
        Body::Empty,
        Body::json(json!({ "b": [1, 2.5, null], "a": "ü" })),
        Body::json(json!("7")),
        Body::json(json!(null)),
        present(Content::Text("plain\r\ntext".into()), "text/plain"),
        present(
            Content::Binary(vec![0, 159, 255]),
            "application/octet-stream",
        ),
    ] {
        let mut pact = pact_of([1]);
        let Interaction::Http(http) = &mut pact.interactions[0] else {
            panic!("not HTTP")
        };
        http.response.headers.clear();
        http.response.body = body;
        let bytes = pact.to_bytes(SpecificationVersion::V4).unwrap();
        assert_eq!(Pact::read(&bytes, "p").unwrap().pact, pact);
    }
}

#[test]
fn what_makes_a_pact_meaningless_is_named_with_its_place() {
    let named = json!({ "name": "n" });
    let cases = [
        ("{\n  \"a\" 1}".to_owned(), "p.json: line 2, column 7: not JSON: expected `:` at line 2 column 7"),
        ("[]".to_owned(), "p.json: $: expected an object, found a list of 0"),
        ("{}".to_owned(), "p.json: $.consumer: expected an object with a \"name\", found nothing"),
        (
            json!({ "consumer": { "name": 7 } }).to_string(),
            "p.json: $.consumer.name: expected a name that is not empty, found the number 7",
        ),
        (
            json!({ "consumer": named, "provider": named, "interactions": {} }).to_string(),
            "p.json: $.interactions: expected a list, found an object of 0",
        ),
        (
            json!({ "consumer": named, "provider": named, "interactions": [{ "description": "d", "request": {} }] })
                .to_string(),
            "p.json: $.interactions[0].response: expected an object, found nothing",
        ),
        (
            json!({ "consumer": named, "provider": named, "interactions": [
                { "description": "d", "request": {}, "response": { "status": "ok" } }] })
            .to_string(),
            "p.json: $.interactions[0].response.status: expected a status code, found the text \"ok\"",
        ),
    ];
    for (text, expected) in cases {
        let error = Pact::read(text.as_bytes(), "p.json").unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn version_3_refuses_what_it_cannot_hold() {
    let mut pact = pact_of([1]);
    let Interaction::Http(http) = &mut pact.interactions[0] else {
        panic!("not HTTP")
    };
    http.response
        .matching_rules
        .add(Category::Body, "$.v", RuleKind::Semver);
    assert_eq!(
        pact.to_bytes(SpecificationVersion::V3)
            .unwrap_err()
            .to_string(),
        "the interaction \"a request for order 1\" has the rule semver, which needs specification version 4.0; \
         version 3.0.0 was asked for"
    );
    assert_eq!(
        pact.to_bytes(SpecificationVersion::V1)
            .unwrap_err()
            .to_string(),
        "pact files of specification version 1.0.0 are read but not written; ask for 3 or 4"
    );
}

#[test]
fn threads_lose_nothing_and_any_order_gives_the_same_bytes() {
    let (parallel, backwards) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let folder = parallel.path();
            scope.spawn(move || (0..25).for_each(|each| record(folder, thread * 25 + each)));
        }
    });
    (0..200)
        .rev()
        .for_each(|number| record(backwards.path(), number));
    let name = "web-orders.json";
    let bytes = fs::read(parallel.path().join(name)).unwrap();
    assert_eq!(bytes, fs::read(backwards.path().join(name)).unwrap());
    assert_eq!(
        bytes,
        pact_of(0..200).to_bytes(SpecificationVersion::V4).unwrap()
    );
    assert_eq!(
        fs::read_dir(parallel.path()).unwrap().count(),
        1,
        "nothing but the pact is left behind"
    );
}

#[test]
fn processes_lose_nothing() {
    const FOLDER: &str = "PACTWORK_TEST_RECORD_INTO";
    const FIRST: &str = "PACTWORK_TEST_FIRST";
    if let Some(folder) = std::env::var_os(FOLDER) {
        let first: usize = std::env::var(FIRST).unwrap().parse().unwrap();
        (first..first + 20).for_each(|number| record(Path::new(&folder), number));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let children: Vec<_> = (0..4)
        .map(|process| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "processes_lose_nothing"])
                .env(FOLDER, folder.path())
                .env(FIRST, (process * 20).to_string())
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let bytes = fs::read(folder.path().join("web-orders.json")).unwrap();
    assert_eq!(
        bytes,
        pact_of(0..80).to_bytes(SpecificationVersion::V4).unwrap()
    );
}

#[test]
fn a_file_of_another_shape_is_merged_and_made_canonical() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web-orders.json");
    let compact: Value =
        serde_json::from_slice(&pact_of([2, 1]).to_bytes(SpecificationVersion::V4).unwrap())
            .unwrap();
    fs::write(&path, compact.to_string()).unwrap();
    record(folder.path(), 3);
    assert_eq!(
        fs::read(&path).unwrap(),
        pact_of(1..4).to_bytes(SpecificationVersion::V4).unwrap()
    );
    assert_eq!(read_file(&path).unwrap().pact.interactions.len(), 3);
}

#[test]
fn what_cannot_be_recorded_leaves_the_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path(), 1);
    let path = folder.path().join("web-orders.json");
    let before = fs::read(&path).unwrap();

    let mut changed = pact_of([2, 1]);
    let Interaction::Http(http) = &mut changed.interactions[1] else {
        panic!("not HTTP")
    };
    http.response.status = 404;
    let error = record_into(folder.path(), &changed, SpecificationVersion::V4)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(
            "both \"a request for order 1\": at $.response.status one has 200, the other 404"
        ),
        "{error}"
    );
    assert!(error.contains("run `pactwork clean`"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);

    fs::write(&path, "{ broken").unwrap();
    let error = record_into(folder.path(), &pact_of([1]), SpecificationVersion::V4)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("web-orders.json: line 1, column 3: not JSON"),
        "{error}"
    );
    assert_eq!(fs::read(&path).unwrap(), b"{ broken");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file");
    fs::write(&file, "").unwrap();
    let error =
        record_into(&file.join("pacts"), &pact_of([1]), SpecificationVersion::V4).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with(&format!("cannot write {}/pacts: ", file.display())),
        "{error}"
    );
}
