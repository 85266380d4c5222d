//! Each error a user sees, by its text.

use std::net::TcpListener;

use serde_json::{Value, json};

use super::{Controlled, definition, order};
use crate::support::{ask, ask_with, get};

#[test]
fn what_is_no_json_is_told_with_line_and_column() {
    let controlled = Controlled::new();
    let url = format!("{}/mock-providers", controlled.url);
    let refused = ask("POST", &url, "{\n  \"consumer\": }").is(400);
    assert_eq!(
        refused.detail(),
        "line 2, column 15: not JSON: expected value"
    );
    let problem = refused.json();
    assert_eq!(
        (&problem["line"], &problem["column"]),
        (&json!(2), &json!(15))
    );
    assert_eq!(problem["type"], "urn:pactwork:problem:not-json");
    assert_eq!(
        refused.header("Content-Type"),
        Some("application/problem+json")
    );
    let refused = ask("POST", &url, "").is(400);
    assert_eq!(
        refused.detail(),
        "the body is empty; expected a definition as JSON"
    );
}

/// A definition with all of its problems.
type Case = (Value, Vec<&'static str>);

fn of_the_whole() -> Vec<Case> {
    vec![
        (json!([]), vec!["$: expected an object, found []"]),
        (
            json!({}),
            vec![
                "$: expected the consumer's name under `consumer`, found nothing",
                "$: expected the provider's name under `provider`, found nothing",
                "$: expected a list of interactions under `interactions`, found nothing",
            ],
        ),
        (
            json!({ "consumer": { "nmae": "a" }, "provider": 7, "interactions": {}, "option": {} }),
            vec![
                "$.option: there is no member `option` here; there are consumer, provider, interactions",
                "$.consumer.nmae: there is no member `nmae` here; did you mean `name`?",
                "$.consumer: expected the consumer's name under `name`, found nothing",
                "$.provider: expected the provider's name, found 7",
                "$.interactions: expected a list of interactions, found {}",
            ],
        ),
    ]
}

fn of_interactions() -> Vec<Case> {
    vec![
        (
            definition(&[json!({
                "description": 1, "given": [7, { "nam": "x" }], "pending": "yes", "type": "HTTP",
                "request": { "path": "orders", "header": {}, "method": "A B", "query": 7 },
                "response": { "status": "ok", "headers": { "X-Id": {} } },
            })]),
            vec![
                "$.interactions[0].type: expected \"Synchronous/HTTP\" (a message is no interaction with a mock provider), found \"HTTP\"",
                "$.interactions[0].request.header: there is no member `header` here; did you mean `headers`?",
                "$.interactions[0].request.method: expected a method such as GET, found \"A B\"",
                "$.interactions[0].request.path: expected a path that starts with \"/\", or a matcher, found \"orders\"",
                "$.interactions[0].request.query: expected query parameters by name, or a text such as \"page=2\", found 7",
                "$.interactions[0].response.status: expected a status from 200 to 999, or a matcher whose value is one, found \"ok\"",
                "$.interactions[0].response.headers[\"X-Id\"]: expected a text, a number, true, false, a matcher, or a list of such, found {}",
                "$.interactions[0].description: expected a text, found 1",
                "$.interactions[0].given[0]: expected a provider state: a text, or an object with `name` and `params`, found 7",
                "$.interactions[0].given[1].nam: there is no member `nam` here; did you mean `name`?",
                "$.interactions[0].given[1]: expected the provider state's name under `name`, found nothing",
                "$.interactions[0].pending: expected true or false, found \"yes\"",
            ],
        ),
        (
            definition(&[
                json!({ "request": { "path": "/a?b=1" }, "response": {} }),
                json!({ "request": { "path": "/a" }, "response": { "body": {
                    "id": { "pact:matcher:type": "integer", "value": "x" },
                } } }),
                json!({ "request": { "path": "/b", "headers": { "a b": "c" } }, "response": {
                    "headers": { "Content-Type": "text/csv" }, "body": { "a": 1 },
                } }),
                json!({ "request": { "path": "/c" }, "response": { "body_base64": "?" } }),
            ]),
            vec![
                "$.interactions[0].request.path: expected a path without query and fragment (the query has its place under `query`), found \"/a?b=1\"",
                "$.interactions[1].response: the example does not keep its own matcher: $.id: expected an integer, but found the string \"x\"",
                "$.interactions[2].request: \"a b\" is not a header name",
                "$.interactions[2].response.body: expected a text, because its content type is text/csv, found {\"a\":1}",
                "$.interactions[3].response.body_base64: expected bytes as base64, found \"?\"",
            ],
        ),
        (
            definition(&[
                json!({ "description": "d", "request": { "path": "/a" }, "response": {} }),
                json!({ "description": "d", "request": { "path": "/b" }, "response": {} }),
            ]),
            vec![
                "$.interactions[1]: two different interactions are both \"d\": at $.request.path one has \"/a\", the other \"/b\"; give one of them another description or provider state",
            ],
        ),
    ]
}

/// Each of these as a member of an interaction whose response's body has 8 bytes.
fn of_members(name: &str, members: &[(Value, &'static str)]) -> Vec<Case> {
    let case = |(said, expected): &(Value, &'static str)| {
        let mut interaction = order(7);
        interaction[name] = said.clone();
        (definition(&[interaction]), vec![*expected])
    };
    members.iter().map(case).collect()
}

fn of_times() -> Vec<Case> {
    of_members(
        "times",
        &[
            (
                json!("2"),
                "$.interactions[0].times: expected how often it is requested: a number, or an object with `least` or `most`, found \"2\"",
            ),
            (
                json!(-1),
                "$.interactions[0].times: expected a whole number from 0 to 4294967295, found -1",
            ),
            (
                json!(1.5),
                "$.interactions[0].times: expected a whole number from 0 to 4294967295, found 1.5",
            ),
            (
                json!(0),
                "$.interactions[0].times: no number of requests is what this says; expected one from 1, and `most` not below `least` (leave an interaction out that is never requested)",
            ),
            (
                json!({ "least": 3, "most": 2 }),
                "$.interactions[0].times: no number of requests is what this says; expected one from 1, and `most` not below `least` (leave an interaction out that is never requested)",
            ),
            (
                json!({}),
                "$.interactions[0].times: expected `least`, `most` or both, found neither",
            ),
            (
                json!({ "least": 1, "mots": 2 }),
                "$.interactions[0].times.mots: there is no member `mots` here; did you mean `most`?",
            ),
            (
                json!({ "most": "2" }),
                "$.interactions[0].times.most: expected a whole number from 0 to 4294967295, found \"2\"",
            ),
        ],
    )
}

const NO_FAULT: &str = "expected a fault: \"drop_connection\", or an object with one of `status`, `truncate_body`, `content_length`";

#[allow(clippy::too_many_lines, reason = "a table")]
fn of_behaviour() -> Vec<Case> {
    of_members(
        "behaviour",
        &[
            (
                json!(7),
                "$.interactions[0].behaviour: expected an object, found 7",
            ),
            (
                json!({ "dealy_ms": 7 }),
                "$.interactions[0].behaviour.dealy_ms: there is no member `dealy_ms` here; did you mean `delay_ms`?",
            ),
            (
                json!({ "delay_ms": "7" }),
                "$.interactions[0].behaviour.delay_ms: expected a whole number from 0 to 4294967295, found \"7\"",
            ),
            (
                json!({ "fault": { "stauts": 503 } }),
                "$.interactions[0].behaviour.fault.stauts: there is no member `stauts` here; did you mean `status`?",
            ),
            (
                json!({ "fault": { "status": 100 } }),
                "$.interactions[0].behaviour.fault.status: 100 does not end an exchange; expected 200 to 999",
            ),
            (
                json!({ "fault": { "status": 70000 } }),
                "$.interactions[0].behaviour.fault.status: 70000 does not end an exchange; expected 200 to 999",
            ),
            (
                json!({ "fault": { "truncate_body": 8 } }),
                "$.interactions[0].behaviour.fault.truncate_body: 8 leaves nothing out: the body has 8 bytes",
            ),
            (
                json!({ "fault": { "content_length": 8 } }),
                "$.interactions[0].behaviour.fault.content_length: 8 is no fault: the body has 8 bytes",
            ),
            (
                json!({ "fault": { "drop_connection": true } }),
                "$.interactions[0].behaviour.fault.drop_connection: expected `\"fault\": \"drop_connection\"`, which has no value, found true",
            ),
            (
                json!({ "fault_first": 1 }),
                "$.interactions[0].behaviour.fault_first: expected a list of objects with `requests` and `fault`, found 1",
            ),
            (
                json!({ "fault_first": [{ "requests": 0, "fault": "drop_connection" }] }),
                "$.interactions[0].behaviour.fault_first[0].requests: expected a whole number from 1 to 4294967295, found 0",
            ),
            (
                json!({ "fault_first": { "fault": "drop_connection" } }),
                "$.interactions[0].behaviour.fault_first: expected how many requests fail under `requests`, found nothing",
            ),
            (
                json!({ "slow_body": { "bytes": 0, "every_ms": 1 } }),
                "$.interactions[0].behaviour.slow_body.bytes: expected a whole number from 1 to 4294967295, found 0",
            ),
            (
                json!({ "slow_body": { "bytes": 1 } }),
                "$.interactions[0].behaviour.slow_body: expected the milliseconds before each piece under `every_ms`, found nothing",
            ),
        ],
    )
}

fn of_no_fault() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for found in [
        json!("drop"),
        json!(503),
        json!({}),
        json!({ "status": 503, "truncate_body": 1 }),
    ] {
        let mut interaction = order(7);
        interaction["behaviour"] = json!({ "fault": found });
        let place = "$.interactions[0].behaviour.fault";
        let expected = format!("{place}: {NO_FAULT}, found {found}");
        cases.push((definition(&[interaction]), vec![expected.leak()]));
    }
    cases
}

fn of_options_and_pact_files() -> Vec<Case> {
    vec![
        (
            json!({ "consumer": "a", "provider": "b", "interactions": [], "options": { "port": 70000, "host": "here", "output": 7, "seed": -1 } }),
            vec![
                "$.options.host: expected an address to listen on, such as \"127.0.0.1\", found \"here\"",
                "$.options.output: expected the folder for the pact, found 7",
                "$.options.port: expected a port from 0 (a free one) to 65535, found 70000",
                "$.options.seed: expected a whole number from 0, found -1",
            ],
        ),
        (
            json!({ "consumer": { "name": 7 }, "metadata": { "pactSpecification": { "version": "4.0" } } }),
            vec!["$.consumer.name: expected a name that is not empty, found the number 7"],
        ),
    ]
}

#[test]
fn a_definition_that_makes_no_sense_is_told_with_every_problem() {
    let controlled = Controlled::new();
    for (definition, expected) in [
        of_the_whole(),
        of_interactions(),
        of_times(),
        of_behaviour(),
        of_no_fault(),
        of_options_and_pact_files(),
    ]
    .concat()
    {
        let refused = controlled
            .ask("POST", "/mock-providers", &definition)
            .is(422);
        let problem = refused.json();
        assert_eq!(problem["type"], "urn:pactwork:problem:invalid-definition");
        let told: Vec<String> = problem["problems"]
            .as_array()
            .unwrap()
            .iter()
            .map(|each| {
                let text = |name: &str| each[name].as_str().unwrap();
                format!("{}: {}", text("path"), text("message"))
            })
            .collect();
        assert_eq!(told, expected, "{definition:#}");
        let lines = expected.iter().map(|line| format!("\n  - {line}"));
        let detail = format!(
            "the definition cannot be used:{}",
            lines.collect::<String>()
        );
        assert_eq!(refused.detail(), detail);
    }
    controlled.running.stop().exits(0);
}

#[test]
fn matchers_that_make_no_sense_are_told_where_they_stand() {
    let controlled = Controlled::new();
    let refused = controlled.ask(
        "POST",
        "/mock-providers",
        &definition(&[json!({
            "request": { "path": { "pact:matcher:type": "regex", "value": "/a" } },
            "response": { "body": { "a": [1, { "pact:matcher:type": "type", "value": [
                { "pact:matcher:type": "creditcard" },
                { "pact:match": "matching(integer)" },
            ] }] } },
        })]),
    );
    let problem = refused.is(422).json();
    let paths: Vec<_> = problem["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| each["path"].as_str().unwrap())
        .collect();
    assert_eq!(
        paths,
        [
            "$.interactions[0].request.path",
            "$.interactions[0].response.body.a[1].value[0]",
            "$.interactions[0].response.body.a[1].value[1]",
        ]
    );
}

#[test]
fn interactions_that_cannot_be_added_leave_it_as_it_was() {
    let controlled = Controlled::new();
    let (url, control) = controlled.create(&definition(&[order(7)]));
    let mut other = order(7);
    other["request"]["path"] = json!("/elsewhere");
    let interactions = format!("{control}/interactions");
    let both = json!([order(8), other]).to_string();
    let refused = ask("POST", &interactions, &both).is(422);
    let text =
        "two different interactions are both \"a request for order 7\" given \"order 7 exists\"";
    assert!(refused.detail().contains(text), "{}", refused.detail());
    let there = ask("GET", &interactions, "").is(200).json();
    assert_eq!(there["interactions"].as_array().unwrap().len(), 1);
    get(&url, "/orders/7");
    ask("POST", &format!("{control}/finish"), "").is(200);
}

#[test]
fn a_port_in_use_is_told() {
    let controlled = Controlled::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let mut asked = definition(&[order(7)]);
    asked["options"] = json!({ "port": port });
    let refused = controlled.ask("POST", "/mock-providers", &asked).is(409);
    let text = format!("port {port} on 127.0.0.1 is in use: stop what listens there");
    assert!(refused.detail().starts_with(&text), "{}", refused.detail());
    drop(taken);
    let (url, control) = controlled.create(&asked);
    assert!(url.ends_with(&format!(":{port}")), "{url}");
    ask("DELETE", &control, "").is(204);
    let (_, control) = controlled.create(&asked);
    ask("DELETE", &control, "").is(204);
}

#[test]
fn a_pact_that_holds_something_else_is_a_conflict_that_names_both_tests() {
    let controlled = Controlled::new();
    let mut first = definition(&[order(7)]);
    first["options"] = json!({ "test": "orders.test.js: first" });
    let mut second = definition(&[order(7)]);
    second["options"] = json!({ "test": "orders.test.js: second" });
    second["interactions"][0]["response"]["status"] = json!(203);
    let mut statuses = Vec::new();
    for definition in [&first, &second] {
        let (url, control) = controlled.create(definition);
        get(&url, "/orders/7");
        statuses.push(ask("POST", &format!("{control}/finish"), ""));
    }
    assert_eq!(statuses[0].status, 200);
    let refused = statuses.pop().unwrap().is(409);
    assert_eq!(refused.json()["type"], "urn:pactwork:problem:conflict");
    for part in [
        "two different interactions are both \"a request for order 7\"",
        "at $.response.status one has 200, the other 203",
        "orders.test.js: first",
        "orders.test.js: second",
        "Nothing was recorded.",
    ] {
        assert!(
            refused.detail().contains(part),
            "{part}: {}",
            refused.detail()
        );
    }
    controlled.running.stop().exits(1);
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let controlled = Controlled::new();
    controlled.workshop.write("pacts", "a file");
    let (url, control) = controlled.create(&definition(&[order(7)]));
    get(&url, "/orders/7");
    let refused = ask("POST", &format!("{control}/finish"), "").is(500);
    assert_eq!(refused.json()["type"], "urn:pactwork:problem:cannot-write");
    let text = format!(
        "every interaction was used as it says, but the pact could not be recorded: cannot write {}",
        controlled.workshop.path("pacts").display()
    );
    assert!(refused.detail().starts_with(&text), "{}", refused.detail());
    controlled.running.stop().exits(1).prints(&text);
}

#[test]
fn only_this_machine_may_ask() {
    let controlled = Controlled::new();
    let body = definition(&[order(7)]).to_string();
    let url = format!("{}/mock-providers", controlled.url);
    for (name, value) in [("Host", "evil.example"), ("Origin", "http://evil.example")] {
        let refused = ask_with("POST", &url, &[(name, value)], body.as_bytes()).is(403);
        let text = format!(
            "the header {} names \"{value}\", which is not this machine",
            name.to_lowercase()
        );
        assert!(refused.detail().starts_with(&text), "{}", refused.detail());
    }
    let list = controlled
        .ask("GET", "/mock-providers", &Value::Null)
        .json();
    assert_eq!(list["mock_providers"], json!([]));
}

#[test]
fn a_body_that_is_too_large_is_told() {
    let controlled = Controlled::new();
    let body = vec![b' '; 64 * 1024 * 1024 + 1];
    let url = format!("{}/mock-providers", controlled.url);
    let refused = ask_with("POST", &url, &[], &body).is(413);
    assert_eq!(
        refused.detail(),
        "the request was not understood: its body is larger than 67108864 bytes"
    );
}

#[test]
fn what_is_not_there_is_told() {
    let controlled = Controlled::new();
    for (method, path, status, text) in [
        (
            "GET",
            "/nothing",
            404,
            "there is nothing at /nothing; / names what there is, and /openapi.json describes it",
        ),
        (
            "GET",
            "/mock-providers/7",
            404,
            "there is no mock provider \"7\"",
        ),
        ("GET", "/messages/a", 404, "there is no message \"a\""),
        (
            "PATCH",
            "/messages",
            405,
            "PATCH cannot be done with /messages; there is GET, POST",
        ),
    ] {
        let refused = controlled.ask(method, path, &Value::Null).is(status);
        assert_eq!(refused.detail(), text);
        let allow = (status == 405).then_some("GET, POST");
        assert_eq!(refused.header("Allow"), allow);
    }
}
