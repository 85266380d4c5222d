//! The published schema of the JSON report: every report is valid, and everything that
//! the schema describes is written by one of them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{of_every_outcome, order, provider, workshop};
use crate::support::{Workshop, get_interaction, given, message, pact, serve};

const SCHEMA: &str = include_str!("../../../docs/schema/verification-report.json");

/// What only a program with the reference implementation writes.
const OF_CROSS_CHECK: &[&str] = &["cross_check", "disagreement", "not_compared", "verdict"];

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

/// The schema, with nothing allowed that it does not describe.
fn strict(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(strict);
            if members.get("properties").is_some_and(Value::is_object) {
                members.insert("additionalProperties".into(), false.into());
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(strict),
        _ => {}
    }
}

fn json_of(workshop: &Workshop, arguments: &[&str]) -> Value {
    let verify = [&["verify"], arguments, &["--format", "json"]].concat();
    workshop.run(&verify).json()
}

/// HTTP interactions of every outcome, with a key, chosen of more, in one of two parts.
fn http() -> Vec<Value> {
    let (workshop, start) = of_every_outcome();
    let states = ["--start", &start, "--states-url", "/states"];
    let run = |further: &[&str]| {
        json_of(
            &workshop,
            &[&["web-orders.json"], &states[..], further].concat(),
        )
    };
    vec![run(&[]), run(&["--shard", "1/2"]), run(&["--shard", "2/2"])]
}

/// Answers that differ in everything, some of them long or binary.
fn answers() -> Value {
    let answer = |headers: Value, body: Value| {
        let mut interaction = get_interaction("/", &json!({}));
        interaction["response"]["headers"] = headers;
        interaction["response"]["body"] = body;
        interaction
    };
    let named = |number: usize, mut interaction: Value| {
        interaction["description"] = json!(format!("number {number}"));
        interaction["request"]["path"] = json!(format!("/{number}"));
        interaction["request"]["method"] = json!("POST");
        interaction["request"]["body"] = json!({ "content": "text", "contentType": "text/plain" });
        interaction["key"] = json!(format!("k{number}"));
        interaction["providerStates"] = json!([{ "name": "s", "params": { "id": number } }]);
        interaction
    };
    let kind = |name: &str| json!({ "Content-Type": [name] });
    let text = |text: &str| json!({ "content": text, "contentType": "text/plain" });
    let object = |value: Value| json!({ "content": value, "contentType": "application/json" });
    let long = "x".repeat(20_000);
    let binary = json!({ "content": "/wA=", "contentType": "image/x", "encoded": "base64" });
    let pairs = [
        (
            answer(kind("application/json"), object(json!({ "userId": 1 }))),
            answer(kind("application/json"), object(json!({ "userid": 1 }))),
        ),
        (
            answer(kind("application/json"), object(json!({}))),
            answer(kind("text/plain"), text(&long)),
        ),
        (
            answer(
                json!({ "Content-Type": ["image/x"], "ETag": ["a"] }),
                binary,
            ),
            answer(
                kind("image/x"),
                json!({ "content": "AP8=", "contentType": "image/x", "encoded": "base64" }),
            ),
        ),
    ];
    let (expected, real): (Vec<_>, Vec<_>) = pairs
        .into_iter()
        .enumerate()
        .map(|(number, (expected, mut real))| {
            real["response"]["status"] = json!(201);
            (named(number, expected), named(number, real))
        })
        .unzip();
    let workshop = workshop(&expected);
    let start = provider(&workshop, &real);
    let (states, _) = serve(|_| json!({}));
    let arguments = [
        "web-orders.json",
        "--start",
        &start,
        "--states-url",
        &states,
    ];
    json_of(&workshop, &arguments)
}

fn messages() -> Value {
    let mut created = message("Created", &json!({ "id": 7 }));
    created["metadata"] = json!({ "topic": "orders" });
    let contents = |value: Value| json!({ "contents": { "content": value, "contentType": "application/json" } });
    let asked = json!({
        "type": "Synchronous/Messages",
        "description": "prices",
        "request": contents(json!({ "sku": "A" })),
        "response": [contents(json!({ "cents": 250 }))],
    });
    let workshop = workshop(&[created, asked]);
    let produced = r#"{"contents": {"content": {"id": "x"}}, "metadata": {"topic": "others"}}"#;
    let command = format!("echo '{produced}'");
    json_of(
        &workshop,
        &["web-orders.json", "--messages-command", &command],
    )
}

/// A pact of storage, pending, with a state that nobody sets.
fn of_storage() -> Value {
    let workshop = workshop(&[order(7)]);
    let publish = [
        "publish",
        "web-orders.json",
        "--version",
        "w1",
        "--branch",
        "main",
    ];
    let web = Workshop::of(&format!(
        "participant = \"web\"\n[storage]\nurl = \"{}\"\n",
        workshop.path("bucket").display()
    ));
    web.write_json(
        "web-orders.json",
        &pact("web", "orders", &[given("a state", order(7))]),
    );
    web.run(&publish).exits(0);
    let start = provider(&workshop, &[order(8)]);
    json_of(&workshop, &["--start", &start])
}

fn ended_before_all_was_done() -> Vec<Value> {
    let not_begun = workshop(&[order(7)]);
    let not_begun = json_of(
        &not_begun,
        &["web-orders.json", "--start", "echo a; exit 1"],
    );
    let dying = workshop(&[given("it dies", order(7)), order(8)]);
    dying.write_json("empty.json", &pact("app", "orders", &[]));
    let start = format!("echo $$ > id; {}", provider(&dying, &[order(8)]));
    let id = dying.path("id");
    let (states, _) = serve(move |_| {
        crate::support::signal(crate::support::process_id(&id), "KILL");
        json!({})
    });
    let arguments = ["web-orders.json", "empty.json", "--start", &start];
    let died = json_of(
        &dying,
        &[&arguments[..], &["--states-url", &states]].concat(),
    );
    vec![not_begun, died]
}

/// What other tests have written: a cross-check needs another verifier, and this a Pact
/// Broker.
const ELSEWHERE: &[&str] = &["report.cross_check", "pact.pact_broker"];

/// The members that a document has of those that the schema describes, as `type.member`.
fn written(schema: &Value, at: (&str, &Value), document: &Value, found: &mut BTreeSet<String>) {
    let (name, described) = at;
    if let Some(reference) = described["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        return written(schema, (name, &schema["$defs"][name]), document, found);
    }
    for element in document.as_array().into_iter().flatten() {
        written(schema, (name, &described["items"]), element, found);
    }
    for (member, described) in described["properties"].as_object().into_iter().flatten() {
        if let Some(value) = document.get(member) {
            found.insert(format!("{name}.{member}"));
            written(schema, (name, described), value, found);
        }
    }
}

fn described(schema: &Value) -> BTreeSet<String> {
    let types = schema["$defs"].as_object().unwrap().iter();
    let types = types.filter(|(name, _)| !OF_CROSS_CHECK.contains(&name.as_str()));
    let types = types.map(|(name, described)| (name.as_str(), described));
    types
        .chain([("report", schema)])
        .flat_map(|(name, described)| {
            let members = described["properties"].as_object();
            let members = members.into_iter().flatten();
            members.map(move |(member, _)| format!("{name}.{member}"))
        })
        .filter(|member| !ELSEWHERE.contains(&member.as_str()))
        .collect()
}

#[test]
fn every_report_is_valid_and_everything_that_is_described_is_written() {
    let schema = schema();
    let mut only = schema.clone();
    strict(&mut only);
    let validator = jsonschema::draft202012::new(&only).unwrap();
    let mut reports = http();
    reports.extend([answers(), messages(), of_storage()]);
    reports.extend(ended_before_all_was_done());
    let mut found = BTreeSet::new();
    for report in &reports {
        let problems: Vec<_> = validator
            .iter_errors(report)
            .map(|problem| format!("{}: {problem}", problem.instance_path()))
            .collect();
        assert!(problems.is_empty(), "{problems:#?}\n{report:#}");
        written(&schema, ("report", &schema), report, &mut found);
    }
    let described = described(&schema);
    let never: Vec<_> = described.difference(&found).collect();
    assert!(never.is_empty(), "never written: {never:?}");
}
