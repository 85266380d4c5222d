//! Definitions that make no sense: every problem is told, nothing panics.

use pactwork_consumer::generators::random_integer;
use pactwork_consumer::matchers::{
    all_of, datetime, each_key, each_like, expression, integer, like, one_of, regex, string,
};
use pactwork_consumer::{
    Pact, Part, RequestBuilder, ResponseBuilder, SpecificationVersion, element, get, post, request,
    status, status_in,
};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

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
fn each_mistake_in_a_body_has_its_sentence() {
    for (request, expected) in [
        (
            post("/").json(like(Unwritable)),
            "the body: it cannot be written as JSON: not today",
        ),
        (
            post("/").form("a=1"),
            "form: expected an object or a list of pairs of name and value, found \"a=1\"",
        ),
        (
            post("/").form(json!({ "a": { "b": 1 } })),
            "form field a: expected text, a number or a boolean, found {\"b\":1}",
        ),
        (
            post("/").file("nowhere.png", "image/png"),
            "cannot read nowhere.png: No such file or directory (os error 2)",
        ),
        (
            post("/").multipart([Part::text("a", "1"), Part::text("a", "2")]),
            "two parts are both named \"a\"",
        ),
        (
            post("/")
                .header("Content-Type", "multipart/mixed; boundary=a")
                .multipart([Part::text("a", "1")]),
            "multipart: its content type is not given by hand",
        ),
        (
            post("/").xml(element("a b")),
            "XML: the element \"a b\" has that name, which no XML element can have",
        ),
        (
            post("/").xml(element("a").child(element("b")).each_like(element("b"))),
            "XML: the element \"b\" has each_like beside other elements of its name",
        ),
        (
            post("/").xml(element("a").each_like(element("b").child(element("c")).min(1))),
            "XML: the element \"b\" has min and max, which pacts would take for the number of elements inside it",
        ),
    ] {
        let expected = format!("\"a\": the request: {expected}");
        assert_eq!(problems(asked(request)), [expected]);
    }
    let broken = problems(asked(post("/").xml("<a>")));
    let expected = "\"a\": the request: $.body: the example cannot be read: it is not XML: ";
    assert!(broken[0].starts_with(expected), "{broken:?}");
}

#[test]
fn each_mistake_in_a_cookie_has_its_sentence() {
    for (request, expected) in [
        (
            get("/").cookie("a b", "1"),
            "\"a b\" is not a cookie's name",
        ),
        (
            get("/").cookie("a", "1;2"),
            "cookie a: \"1;2\" holds what no cookie can",
        ),
        (
            get("/").cookie("a", datetime("yyyy", "2026")),
            "cookie a: the matcher \"datetime\" cannot stand in a cookie; say it as regex(…)",
        ),
        (
            get("/").cookie("a", random_integer(1..=2, 1)),
            "cookie a: a generator cannot stand in a cookie",
        ),
        (
            get("/").cookie("a", "1").header("Cookie", "b=2"),
            "cookies are said with .cookie(…) or with .header(…), not both",
        ),
    ] {
        let expected = format!("\"a\": the request: {expected}");
        assert_eq!(problems(asked(request)), [expected]);
    }
}

#[test]
fn each_mistake_in_several_matchers_has_its_sentence() {
    for (matcher, expected) in [
        (
            all_of([one_of(["a", "b"])], "a"),
            "all_of: one_of(…) cannot stand within it",
        ),
        (
            all_of::<Value>([], "a"),
            "all_of: there is no matcher in it",
        ),
        (
            one_of([all_of([integer(1), like(1)], 1), integer(1)]),
            "one_of: all_of(…) cannot stand within it",
        ),
        (
            one_of([integer(1), string("a")]),
            "one_of: \"a\" is compared by type, so it has to be the first alternative",
        ),
        (
            one_of([integer(1), each_like(integer(1)).into()]),
            "one_of: only the first alternative may have matchers inside",
        ),
        (
            one_of([integer(1), json!(2)]),
            "one_of: 2 is no matcher and not the first; only the first one and texts can stand for themselves",
        ),
        (
            one_of([expression("matching(integer, 7)")]),
            "one_of: an expression cannot stand within it; say the matchers themselves",
        ),
        (
            each_key("a", json!({ "a": 1 })),
            "eachKey: expected a matcher, found \"a\"",
        ),
        (
            each_key(
                one_of([regex("a", "a"), regex("b", "b")]),
                json!({ "a": 1 }),
            ),
            "eachKey: one_of(…) cannot stand here: every one of the rules has to hold",
        ),
    ] {
        let expected = format!("\"a\": the request: the body: {expected}");
        assert_eq!(
            problems(asked(post("/").json(json!({ "a": matcher })))),
            [expected]
        );
        let in_header = problems(asked(get("/").header("X", matcher)));
        assert!(in_header[0].starts_with("\"a\": the request: header X: "));
    }
}

#[test]
fn what_lower_versions_cannot_hold_of_the_words_is_told() {
    use SpecificationVersion::{V2, V3};
    let matched = |matcher: Value| post("/").json(json!({ "x": matcher }));
    for (pact, version, expected) in [
        (
            asked(matched(one_of([integer(1), regex("a", "a")]))),
            V2,
            "2 rules of which one holds (needs version 3.0.0)",
        ),
        (
            asked(matched(all_of([regex("a", "a"), regex(".", "a")], "a"))),
            V2,
            "2 rules that all hold (needs version 3.0.0)",
        ),
        (
            asked(matched(each_key(regex("a", "a"), json!({ "a": 1 })))),
            V3,
            "the rule eachKey (needs version 4.0)",
        ),
        (
            answered(status_in([200, 201])),
            V3,
            "the rule statusCode (needs version 4.0)",
        ),
        (
            asked(request(regex("^GET$", "GET"), "/")),
            V2,
            "a rule for the method (needs version 3.0.0)",
        ),
        (
            asked(post("/").body_of_type("image/gif", *b"GIF89a\x01\xff")),
            V2,
            "the rule contentType (needs version 3.0.0)",
        ),
        (
            asked(matched(random_integer(1..=2, 1))),
            V2,
            "generators (needs version 3.0.0)",
        ),
    ] {
        let told = problems(pact.specification(version)).join("\n");
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn a_message_that_nothing_handles_is_a_problem() {
    let pact = pact()
        .message("Deleted")
        .json(json!({}))
        .given("b")
        .when(get("/"))
        .then(status(200));
    assert_eq!(
        problems(pact),
        ["the message \"Deleted\": no handler gets it: end its chain with .verify(…)"]
    );
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
