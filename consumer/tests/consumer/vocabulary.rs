//! Each matching rule and each generator of the Pact specification has a word.

use pactwork_consumer::generators::*;
use pactwork_consumer::matchers::*;
use pactwork_consumer::{Pact, get, status, status_in};
use pactwork_contract::{Category, Interaction, RuleKind, read_file};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::client;

/// How the specification calls a rule. A rule that the model gets does not compile here
/// until it has a name, and then not pass until it has a word.
fn name(kind: &RuleKind) -> Option<&'static str> {
    Some(match kind {
        RuleKind::Equality => "equality",
        RuleKind::Regex(_) => "regex",
        RuleKind::Type => "type",
        RuleKind::MinType(_) => "min",
        RuleKind::MaxType(_) => "max",
        RuleKind::MinMaxType(..) => "min and max",
        RuleKind::Include(_) => "include",
        RuleKind::Integer => "integer",
        RuleKind::Decimal => "decimal",
        RuleKind::Number => "number",
        RuleKind::Boolean => "boolean",
        RuleKind::Null => "null",
        RuleKind::Date(_) => "date",
        RuleKind::Time(_) => "time",
        RuleKind::DateTime(_) => "datetime",
        RuleKind::Values => "values",
        RuleKind::EachKey(_) => "eachKey",
        RuleKind::EachValue(_) => "eachValue",
        RuleKind::ArrayContains(_) => "arrayContains",
        RuleKind::NotEmpty => "notEmpty",
        RuleKind::Semver => "semver",
        RuleKind::StatusCode(_) => "statusCode",
        RuleKind::ContentType(_) => "contentType",
        RuleKind::Unknown(_) => return None,
    })
}

const RULES: &[&str] = &[
    "equality",
    "regex",
    "type",
    "min",
    "max",
    "min and max",
    "include",
    "integer",
    "decimal",
    "number",
    "boolean",
    "null",
    "date",
    "time",
    "datetime",
    "values",
    "eachKey",
    "eachValue",
    "arrayContains",
    "notEmpty",
    "semver",
    "statusCode",
    "contentType",
];

/// Those that the specification names, in its spelling.
const GENERATORS: &[&str] = &[
    "RandomInt",
    "RandomDecimal",
    "RandomHexadecimal",
    "RandomString",
    "RandomBoolean",
    "Regex",
    "Uuid",
    "Date",
    "Time",
    "DateTime",
    "ProviderState",
    "MockServerURL",
];

const UUID: &str = "c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f";

fn words() -> Value {
    json!({
        "rules": [
            equal_to(1),
            regex("^a$", "a"),
            like(1),
            each_like(1),
            each_like(1).max(2),
            expression("atMost(2), eachValue(matching(integer, 7))"),
            includes("a"),
            integer(1),
            decimal(1.5),
            number(1),
            boolean(true),
            pactwork_consumer::matchers::null(),
            date("yyyy", "2026"),
            time("HH", "10"),
            datetime("yyyy-MM-dd HH", "2026-05-01 10"),
            values(json!({ "a": 1 })),
            each_key(regex("^a$", "a"), json!({ "a": 1 })),
            each_value(integer(1), json!({ "a": 1 })),
            array_containing([1]),
            not_empty("a"),
            semver("1.2.3"),
            content_type("application/json", "{}"),
        ],
        "generators": {
            "a": random_integer(1..=9, 1),
            "b": random_decimal(3, 1.5),
            "c": random_hexadecimal(4, "00ff"),
            "d": random_string(8, "a"),
            "e": random_boolean(true),
            "f": random_regex("^[a-z]{3}$", "abc"),
            "g": random_uuid(UUID),
            "h": date_from("yyyy-MM-dd", "tomorrow", "2026-05-01"),
            "i": time_from("HH:mm", "now + 1 hour", "10:00"),
            "j": datetime_from("yyyy-MM-dd HH", "", "2026-05-01 10"),
            "k": from_state("${id}", integer(7)),
            "l": mock_provider_url("/a/[0-9]+", "/a/1"),
            "simple": random_uuid_in(UuidFormat::Simple, UUID.replace('-', "")),
            "lower": random_uuid_in(UuidFormat::LowerCaseHyphenated, UUID),
            "upper": random_uuid_in(UuidFormat::UpperCaseHyphenated, UUID.to_uppercase()),
            "urn": random_uuid_in(UuidFormat::Urn, format!("urn:uuid:{UUID}")),
        },
    })
}

#[tokio::test]
async fn each_rule_and_each_generator_has_a_word() {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "words")
        .output(folder.path())
        .given("anything")
        .when(get("/"))
        .then(status_in([200]).json(words()))
        .start()
        .await
        .unwrap();
    assert_eq!(provider.warnings(), []);
    client::get(&provider, "/").await;
    let path = provider.finish().await.unwrap().pact.unwrap();
    let pact = read_file(&path).unwrap().pact;
    let Interaction::Http(http) = &pact.interactions[0] else {
        panic!("{pact:?}");
    };
    let lists = [Category::Body, Category::Status].map(|category| {
        let lists = http.response.matching_rules.category(category);
        lists.flat_map(|(_, list)| &list.rules).collect::<Vec<_>>()
    });
    let found: Vec<_> = lists
        .concat()
        .iter()
        .filter_map(|rule| name(&rule.kind))
        .collect();
    for rule in RULES {
        assert!(found.contains(rule), "{rule} has no word among {found:?}");
    }
    let generators = Value::Object(http.response.generators.0.clone()).to_string();
    for generator in GENERATORS {
        let found = generators.contains(&format!("\"type\":\"{generator}\""));
        assert!(found, "{generator} has no word: {generators}");
    }
}

#[tokio::test]
async fn each_format_of_uuids_is_made_as_it_says() {
    let folder = tempdir().unwrap();
    let formats = json!({
        "simple": random_uuid_in(UuidFormat::Simple, UUID.replace('-', "")),
        "upper": random_uuid_in(UuidFormat::UpperCaseHyphenated, UUID.to_uppercase()),
        "urn": random_uuid_in(UuidFormat::Urn, format!("urn:uuid:{UUID}")),
    });
    let provider = Pact::between("web", "words")
        .output(folder.path())
        .when(get("/"))
        .then(status(200).json(formats))
        .start()
        .await
        .unwrap();
    let body = client::get(&provider, "/").await.json();
    assert_eq!(body["simple"].as_str().unwrap().len(), 32);
    let upper = body["upper"].as_str().unwrap();
    assert_eq!((upper.len(), upper), (36, upper.to_uppercase().as_str()));
    assert!(body["urn"].as_str().unwrap().starts_with("urn:uuid:"));
    assert_ne!(body["upper"], UUID.to_uppercase());
    provider.finish().await.unwrap();
}
