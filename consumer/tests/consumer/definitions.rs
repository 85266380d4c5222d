//! Definitions that make no sense: every problem is told, nothing panics.

use pactwork_consumer::matchers::{integer, regex};
use pactwork_consumer::{
    Pact, RequestBuilder, ResponseBuilder, SpecificationVersion, get, post, request, status,
};
use serde::{Serialize, Serializer};
use serde_json::json;

/// The problems, each without what its author cannot foresee.
fn problems(pact: Pact) -> Vec<String> {
    let error = pact.start_blocking().unwrap_err().to_string();
    let mut lines = error.lines();
    assert_eq!(lines.next(), Some("the definition cannot be used:"));
    lines
        .map(|line| line.trim_start_matches("  - ").to_owned())
        .collect()
}

fn pact() -> Pact {
    Pact::between("web", "orders")
}

struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("not today"))
    }
}

/// The request `a`, answered with 200.
fn asked(request: RequestBuilder) -> Pact {
    pact().upon_receiving("a").when(request).then(status(200))
}

/// `GET /`, called `a`, with this answer.
fn answered(response: ResponseBuilder) -> Pact {
    pact().upon_receiving("a").when(get("/")).then(response)
}

#[test]
fn each_mistake_in_a_request_has_its_sentence() {
    for (request, expected) in [
        (
            get("orders"),
            "the path \"orders\" does not start with \"/\"",
        ),
        (
            get("/orders?page=2"),
            "the path \"/orders?page=2\" holds a query or a fragment; say the query with .query(name, value)",
        ),
        (request("NO WAY", "/"), "\"NO WAY\" is not a method"),
        (get("/").header("a b", "c"), "\"a b\" is not a header name"),
        (
            get("/").header("a", json!({ "b": 1 })),
            "header a: expected text, a number or a boolean, found {\"b\":1}",
        ),
        (
            post("/").json(Unwritable),
            "the body: it cannot be written as JSON: not today",
        ),
        (
            get("/").query("sku", regex("[A-Z]+", "abc")),
            "the example does not keep its own matcher: \
             query sku: expected a value matching /[A-Z]+/, but found \"abc\"",
        ),
    ] {
        let expected = format!("\"a\": the request: {expected}");
        assert_eq!(problems(asked(request)), [expected]);
    }
}

#[test]
fn each_mistake_in_a_response_has_its_sentence() {
    for (response, expected) in [
        (
            status(100),
            "status 100 does not end an exchange; expected 200 to 999",
        ),
        (
            status(200).header("a", "b\nc"),
            "header a: \"b\\nc\" holds what no header can",
        ),
        (
            status(200).json(json!({ "sku": regex("[A-Z]+", "abc") })),
            "the example does not keep its own matcher: \
             $.sku: expected a value matching /[A-Z]+/, but found \"abc\"",
        ),
    ] {
        let expected = format!("\"a\": the response: {expected}");
        assert_eq!(problems(answered(response)), [expected]);
    }
}

#[test]
fn each_other_mistake_has_its_sentence() {
    for (pact, expected) in [
        (
            pact()
                .given_with("an order", 7)
                .when(get("/"))
                .then(status(200)),
            "the provider state \"an order\": its parameters have to be a JSON object: found 7",
        ),
        (
            Pact::between(" ", "orders")
                .when(get("/"))
                .then(status(200)),
            "the consumer: its name is empty",
        ),
        (
            pact().when(get("orders")).then(status(200)),
            "an interaction without a description: the request: the path \"orders\" does not start with \"/\"",
        ),
    ] {
        assert_eq!(problems(pact), [expected]);
    }
}

#[test]
fn a_regular_expression_that_is_none_is_a_problem() {
    let pact = pact()
        .upon_receiving("a")
        .when(get(regex("(", "/a")))
        .then(status(200));
    let problems = problems(pact);
    assert!(
        problems[0].starts_with("\"a\": the request: "),
        "{problems:?}"
    );
    assert!(problems[0].contains("regular expression"), "{problems:?}");
}

#[test]
fn two_meanings_of_one_interaction_are_a_problem() {
    let pact = pact()
        .when(get("/"))
        .then(status(200))
        .when(get("/"))
        .then(status(404));
    assert_eq!(
        problems(pact),
        [
            "two interactions of this test: two different interactions are both \"GET /\": \
          at $.response.status one has 200, the other 404"
        ]
    );
}

#[test]
fn all_problems_are_told_at_once() {
    let pact = pact()
        .upon_receiving("a")
        .when(get("a"))
        .then(status(200))
        .upon_receiving("b")
        .when(get("/").header("x y", integer(1)))
        .then(status(200));
    assert_eq!(problems(pact).len(), 2);
}

#[test]
fn a_version_that_is_not_written_is_a_problem_before_the_test_runs() {
    let pact = asked(get("/")).specification(SpecificationVersion::V1);
    assert_eq!(
        problems(pact),
        [
            "the pact: pact files of specification version 1.0.0 are read but not written; ask for 2, 3 or 4"
        ]
    );
}

#[test]
fn what_the_asked_version_cannot_hold_is_a_problem_before_the_test_runs() {
    let pact = pact()
        .given_with("an order exists", json!({ "id": 7 }))
        .upon_receiving("an order")
        .when(get("/").json(json!({ "id": integer(7) })))
        .then(status(200))
        .specification(SpecificationVersion::V2);
    let interaction = r#""an order" given "an order exists {"id":7}","#;
    assert_eq!(
        problems(pact),
        [
            "the pact: specification version 2.0.0 cannot hold this pact:".to_owned(),
            format!(
                "{interaction} $.providerStates[0].params: a provider state with parameters (needs version 3.0.0)"
            ),
            format!(
                r#"{interaction} $.request.matchingRules.body["$.id"]: the rule integer (needs version 3.0.0)"#
            ),
        ]
    );
}

#[test]
fn messages_and_http_interactions_do_not_mix_in_one_chain() {
    for (message, expected) in [
        (
            asked(get("/")).message("Deleted"),
            "the message \"Deleted\": HTTP interactions before it in this chain need a mock provider; \
             define them in a pact of their own and start that",
        ),
        (
            pact().upon_receiving("an event").message("Deleted"),
            "\"an event\": a message is described by its name; leave out .upon_receiving(…)",
        ),
    ] {
        let error = message
            .json(json!({}))
            .verify(|_| Ok::<_, String>(()))
            .unwrap_err();
        let expected = format!("the definition cannot be used:\n  - {expected}");
        assert_eq!(error.to_string(), expected);
    }
}
