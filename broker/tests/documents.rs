//! Documents that hold pacts: pact files and what a Pact Broker answers.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::time::{Duration, SystemTime};

use pactwork_broker::{Exported, VersionFacts, read_export};
use pactwork_contract::Pact;
use serde_json::{Value, json};

fn content() -> Value {
    json!({
        "consumer": { "name": "Zoo App" },
        "provider": { "name": "Animal Service" },
        "interactions": [{
            "description": "a request for a zebra",
            "request": { "method": "get", "path": "/zebras/1" },
            "response": { "status": 200 },
        }],
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    })
}

fn links(version: &str) -> Value {
    let base = "http://broker/pacts/provider/Animal%20Service/consumer/Zoo%20App";
    json!({
        "self": { "title": "Pact", "href": format!("{base}/version/{version}") },
        "pb:consumer": { "name": "Zoo App", "href": "http://broker/pacticipants/Zoo%20App" },
        "pb:consumer-version": {
            "name": version,
            "href": format!("http://broker/pacticipants/Zoo%20App/versions/{version}"),
        },
        "curies": [{ "name": "pb", "href": "http://broker/doc/{rel}", "templated": true }],
    })
}

/// What a Pact Broker answers to `GET /pacts/provider/P/consumer/C/version/V`.
fn answer(version: &str) -> Value {
    let mut answer = content();
    answer["_links"] = links(version);
    answer["createdAt"] = json!("2026-01-02T03:04:05+00:00");
    answer["interactions"][0]["_id"] = json!("9f2c1d");
    answer
}

fn embedded_version(number: &str) -> Value {
    json!({
        "number": number,
        "buildUrl": "http://ci/7",
        "_embedded": {
            "branchVersions": [{ "name": "main", "latest": true }],
            "branches": [{ "name": "main", "latest": true }, { "name": "fix", "latest": false }],
            "tags": [{ "name": "prod" }],
        },
        "_links": { "self": { "href": "http://broker/pacticipants/Zoo%20App/versions/1" } },
    })
}

fn read(document: &Value) -> Exported {
    let found = read_export(document.to_string().as_bytes(), "p.json").unwrap();
    assert_eq!(found.warnings, [], "{document}");
    found
}

fn set(names: &[&str]) -> std::collections::BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn original() -> Pact {
    let bytes = content().to_string();
    Pact::read(bytes.as_bytes(), "p.json").unwrap().pact
}

#[test]
fn a_pact_file_names_no_version_and_stays_as_it_is() {
    let found = read(&content());
    let [pact] = found.pacts.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(pact.pact, original());
    assert_eq!(pact.place, "$");
    assert_eq!(pact.version.version, None);
    assert_eq!(pact.created_at, None);
}

#[test]
fn members_of_the_same_names_in_a_pact_file_are_its_own() {
    let mut own = content();
    own["createdAt"] = json!("yesterday");
    own["versions"] = json!([{ "number": "1" }]);
    own["interactions"][0]["_id"] = json!("mine");
    let found = read(&own);
    assert_eq!(found.versions, []);
    assert_eq!(found.pacts[0].pact.extra["createdAt"], "yesterday");
    assert_ne!(found.pacts[0].pact, original());
}

#[test]
fn the_brokers_members_are_taken_out_and_say_version_and_time() {
    let found = read(&answer("1.2.3"));
    let pact = &found.pacts[0];
    assert_eq!(pact.pact, original());
    assert_eq!(pact.version.version.as_deref(), Some("1.2.3"));
    let seconds = Duration::from_secs(1_767_323_045);
    assert_eq!(pact.created_at, Some(SystemTime::UNIX_EPOCH + seconds));
}

#[test]
fn the_brokers_ids_of_interactions_are_known_in_the_pacts_order() {
    let mut answer = answer("1.0.0");
    let first = answer["interactions"][0].clone();
    let pigeon = json!({ "_id": "p", "type": "Carrier/Pigeon", "description": "a bird" });
    let other = json!({
        "description": "another",
        "request": first["request"],
        "response": first["response"],
    });
    answer["interactions"] = json!([pigeon, first, other]);
    let found = read_export(answer.to_string().as_bytes(), "p.json").unwrap();
    let [found] = found.pacts.try_into().unwrap();
    assert_eq!(
        found.pact.interactions.len() + found.pact.not_understood.len(),
        3
    );
    let ids: Vec<_> = found.interaction_ids.iter().map(Option::as_deref).collect();
    let understood = &ids[..found.pact.interactions.len()];
    assert!(understood.ends_with(&[Some("9f2c1d"), None]), "{ids:?}");
    assert_eq!(ids.iter().filter(|id| **id == Some("p")).count(), 1);
    assert_eq!(read(&content()).pacts[0].interaction_ids, []);
}

#[test]
fn the_version_stands_in_one_of_several_places() {
    for (member, value) in [
        (
            "_links",
            json!({ "pb:consumer-version": { "name": "a/1" } }),
        ),
        (
            "_links",
            json!({ "pb:consumer-version": { "href": "http://b/pacticipants/x/versions/a%2F1" } }),
        ),
        (
            "_links",
            json!({ "self": { "href": "http://b/pacts/provider/p/consumer/c/version/a%2F1?x=1" } }),
        ),
        ("_embedded", json!({ "version": { "number": "a/1" } })),
        (
            "_embedded",
            json!({ "consumerVersion": { "number": "a/1" } }),
        ),
        (
            "_embedded",
            json!({ "consumer": { "_embedded": { "version": { "number": "a/1" } } } }),
        ),
    ] {
        let mut document = content();
        document[member] = value;
        let found = read(&document);
        let version = found.pacts[0].version.version.as_deref();
        assert_eq!(version, Some("a/1"), "{document}");
    }
}

#[test]
fn branches_and_tags_come_from_the_version() {
    let mut document = answer("1");
    document["_embedded"] = json!({
        "version": embedded_version("1"),
        "tags": [{ "name": "beta", "latest": true }],
    });
    let found = read(&document);
    let version = &found.pacts[0].version;
    assert_eq!(version.branches, set(&["fix", "main"]));
    assert_eq!(version.tags, set(&["beta", "prod"]));
    assert_eq!(version.build_url.as_deref(), Some("http://ci/7"));
    assert_eq!(found.pacts[0].pact, original());
}

#[test]
fn a_version_is_told_of_without_its_pacts() {
    let mut version = embedded_version("1");
    version["_links"]["pb:pacticipant"] = json!({ "name": "Zoo App" });
    let expected = VersionFacts {
        participant: Some("Zoo App".into()),
        version: Some("1".into()),
        branches: set(&["fix", "main"]),
        tags: set(&["prod"]),
        build_url: Some("http://ci/7".into()),
    };
    assert_eq!(read(&version).versions, std::slice::from_ref(&expected));
    let list = json!({ "_embedded": { "versions": [version] } });
    assert_eq!(read(&list).versions, std::slice::from_ref(&expected));
    // Only its own link says whose it is.
    assert_eq!(read(&embedded_version("1")).versions, [expected]);
}

#[test]
fn an_index_with_pacts_in_it_gives_each_in_order() {
    let extended = json!({
        "contract": content(),
        "createdAt": "2026-01-02T03:04:06Z",
        "_links": links("2"),
        "_embedded": { "tags": [{ "name": "prod" }] },
    });
    for (index, place) in [
        (json!([answer("1"), extended]), "$[0]"),
        (json!({ "pacts": [answer("1"), extended] }), "$.pacts[0]"),
        (
            json!({ "_embedded": { "pacts": [answer("1"), extended] } }),
            "$._embedded.pacts[0]",
        ),
    ] {
        let found = read(&index);
        assert_eq!(found.skipped, [] as [&str; 0]);
        let versions = found
            .pacts
            .iter()
            .map(|pact| pact.version.version.as_deref());
        assert_eq!(versions.collect::<Vec<_>>(), [Some("1"), Some("2")]);
        assert_eq!(found.pacts[0].place, place);
        assert_eq!(found.pacts[1].version.tags, set(&["prod"]));
        assert!(found.pacts.iter().all(|pact| pact.pact == original()));
    }
}

#[test]
fn what_only_names_pacts_is_skipped_and_still_says_their_branches() {
    let entry = json!({
        "_links": { "self": [{ "href": "http://broker/latest" }, { "href": "http://broker/v1" }] },
        "_embedded": {
            "consumer": { "name": "Zoo App", "_embedded": { "version": embedded_version("1") } },
            "provider": { "name": "Animal Service" },
        },
        "createdAt": "2026-01-02T03:04:05+00:00",
    });
    let found = read(&json!({ "pacts": [entry], "_links": {} }));
    assert_eq!(found.pacts, []);
    assert_eq!(
        found.skipped,
        [
            "$.pacts: names one pact and holds none of them; save what each of its links answers, \
          such as http://broker/v1"
        ]
    );
    assert_eq!(found.versions[0].branches, set(&["fix", "main"]));
    assert_eq!(found.versions[0].participant.as_deref(), Some("Zoo App"));
}

#[test]
fn a_matrix_says_branches_and_may_hold_pacts() {
    let row = |pact: Value| {
        json!({
            "consumer": {
                "name": "Zoo App",
                "version": {
                    "number": "1",
                    "branch": "main",
                    "branchVersions": [{ "name": "main" }],
                    "tags": [{ "name": "prod" }],
                },
            },
            "provider": { "name": "Animal Service", "version": { "number": "9", "branch": "x" } },
            "pact": pact,
            "verificationResult": { "success": true },
        })
    };
    let link = json!({ "_links": { "self": { "href": "http://broker/v1" } } });
    let matrix = |rows: Value| json!({ "summary": { "deployable": true }, "matrix": rows });
    let found = read(&matrix(json!([row(link.clone()), row(link)])));
    assert_eq!(
        found.skipped,
        [
            "$.matrix: names 2 pacts and holds none of them; save what each of its links answers, \
          such as http://broker/v1"
        ]
    );
    assert_eq!(found.versions[0].branches, set(&["main"]));

    let found = read(&matrix(json!([row(answer("1"))])));
    assert_eq!(found.pacts[0].pact, original());
    assert_eq!(found.pacts[0].version.branches, set(&["main"]));
    assert_eq!(found.pacts[0].version.tags, set(&["prod"]));
}

#[test]
fn what_is_wrong_is_named_with_its_place_in_the_whole_document() {
    let mut nameless = answer("1");
    nameless["consumer"] = json!({});
    for (document, expected) in [
        (
            json!({ "name": "x" }),
            "p.json: $.consumer: expected an object, found nothing",
        ),
        (
            json!([answer("1"), nameless]),
            "p.json: $[1].consumer.name: expected a name that is not empty, found nothing",
        ),
        (
            json!({ "pacts": [{ "contract": { "consumer": 7 } }] }),
            "p.json: $.pacts[0].contract.consumer: expected an object, found the number 7",
        ),
        (
            json!(7),
            "p.json: $: expected an object, found the number 7",
        ),
        (
            json!({ "pacts": [7] }),
            "p.json: $.pacts[0]: expected an object, found the number 7",
        ),
    ] {
        let error = read_export(document.to_string().as_bytes(), "p.json").unwrap_err();
        assert_eq!(error.to_string(), expected, "{document}");
    }
    let error = read_export(b"{\n \"a\": }", "p.json").unwrap_err();
    assert_eq!(
        error.to_string(),
        "p.json: line 2, column 7: not JSON: expected value"
    );
}

#[test]
fn what_is_odd_is_a_warning_with_its_place_in_the_whole_document() {
    let mut odd = answer("1");
    odd["createdAt"] = json!("yesterday");
    odd["interactions"][0]["response"]["status"] = json!("x");
    let document = json!([odd]);
    let found = read_export(document.to_string().as_bytes(), "p.json").unwrap();
    let warnings: Vec<_> = found.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(found.pacts[0].created_at, None);
    assert!(
        warnings.iter().any(|warning| warning
            == "p.json: $[0].createdAt: expected a time such as 2026-01-31T12:00:00Z, found \
                \"yesterday\"; left out"),
        "{warnings:?}"
    );
    assert!(
        warnings
            .iter()
            .any(|warning| warning.starts_with("p.json: $[0].interactions[0]")),
        "{warnings:?}"
    );
}
