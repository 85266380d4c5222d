//! Each matcher: what it lets pass and what it refuses.

use pactwork_consumer::matchers::*;
use pactwork_consumer::{Pact, post, status};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::client::Client;

/// A matcher, what passes, and what is refused.
type Case = (Value, Vec<Value>, Vec<Value>);

fn of_values() -> Vec<Case> {
    vec![
        (like("a"), vec![json!("b")], vec![json!(1)]),
        (equal_to("a"), vec![json!("a")], vec![json!("b")]),
        (integer(1), vec![json!(-2)], vec![json!(1.5), json!("1")]),
        (decimal(1.5), vec![json!(2.25)], vec![json!(1)]),
        (number(1), vec![json!(1.5), json!(2)], vec![json!("1")]),
        (boolean(true), vec![json!(false)], vec![json!(1)]),
        (null(), vec![json!(null)], vec![json!(0)]),
        (not_empty("a"), vec![json!("b")], vec![json!("")]),
    ]
}

fn of_texts() -> Vec<Case> {
    vec![
        (string("a"), vec![json!("b")], vec![json!(1)]),
        (regex("a+", "a"), vec![json!("aaa")], vec![json!("ab")]),
        (
            uuid("c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f"),
            vec![json!("00000000-0000-4000-8000-000000000001")],
            vec![json!("c9ea4bb9")],
        ),
        (
            datetime("yyyy-MM-dd'T'HH:mm:ss", "2026-05-01T10:00:00"),
            vec![json!("1999-12-31T23:59:59")],
            vec![json!("1999-12-31")],
        ),
        (
            date("yyyy-MM-dd", "2026-05-01"),
            vec![json!("1999-12-31")],
            vec![json!("1999-13-31")],
        ),
        (
            time("HH:mm", "10:00"),
            vec![json!("23:59")],
            vec![json!("24:61")],
        ),
        (includes("ell"), vec![json!("hello")], vec![json!("help")]),
        (
            semver("1.2.3"),
            vec![json!("2.0.0-rc.1")],
            vec![json!("2.0")],
        ),
    ]
}

fn of_collections() -> Vec<Case> {
    vec![
        (
            each_like(integer(1)).into(),
            vec![json!([1]), json!([1, 2])],
            vec![json!([]), json!(["a"])],
        ),
        (
            each_like(integer(1)).min(2).max(3).into(),
            vec![json!([1, 2]), json!([1, 2, 3])],
            vec![json!([1]), json!([1, 2, 3, 4])],
        ),
        (
            each_like(integer(1)).min(0).into(),
            vec![json!([])],
            vec![json!(["a"])],
        ),
        (
            each_key(regex("[a-z]", "a"), json!({ "a": 1 })),
            vec![json!({ "b": 1 })],
            vec![json!({ "B": 1 })],
        ),
        (
            each_value(integer(1), json!({ "a": 1 })),
            vec![json!({ "b": 2, "c": 3 })],
            vec![json!({ "b": "x" })],
        ),
        (
            array_containing([json!({ "name": "self", "href": like("/a") })]),
            vec![json!([{ "name": "x" }, { "name": "self", "href": "/b" }])],
            vec![json!([{ "name": "x", "href": "/b" }])],
        ),
        (
            expression("atLeast(1), atMost(2), eachValue(matching(integer, 7))"),
            vec![json!([1, 2])],
            vec![json!([]), json!(["1"]), json!([1, 2, 3])],
        ),
    ]
}

fn of_alternatives() -> Vec<Case> {
    vec![
        (
            all_of([includes("oo"), regex("^[a-z]+$", "a")], "book"),
            vec![json!("foo")],
            vec![json!("FOOoo"), json!("bar")],
        ),
        (
            one_of([integer(7), regex("^[0-9]+$", "7")]),
            vec![json!(8), json!("8")],
            vec![json!("x"), json!(null)],
        ),
        (
            one_of(["open", "closed"]),
            vec![json!("open"), json!("closed")],
            vec![json!("ajar"), json!("closedd")],
        ),
        (
            one_of([string("a"), like(1), like(true)]),
            vec![json!("b"), json!(2.5), json!(false)],
            vec![json!(null), json!([])],
        ),
        (
            nullable(integer(7)),
            vec![json!(8), json!(null)],
            vec![json!("8")],
        ),
        (
            nullable("a"),
            vec![json!("a"), json!(null)],
            vec![json!("b")],
        ),
        (
            nullable(json!({ "zip": integer(1), "city": "x" })),
            vec![json!({ "zip": 2, "city": "x" }), json!(null)],
            vec![
                json!({ "zip": "2", "city": "x" }),
                json!({ "zip": 2, "city": "y" }),
            ],
        ),
        (
            nullable(each_like(integer(1)).max(2)),
            vec![json!([1, 2]), json!(null)],
            vec![json!([]), json!([1, 2, 3]), json!(["a"])],
        ),
        (
            each_like(nullable(string("a"))).min(2).into(),
            vec![json!(["a", null, "c"])],
            vec![json!(["a"]), json!(["a", 1])],
        ),
        (
            array_containing([one_of([string("a"), integer(1)])]),
            vec![json!([null, 5]), json!([null, "b"])],
            vec![json!([null])],
        ),
    ]
}

fn of_several() -> Vec<Case> {
    vec![
        (
            each_key(
                all_of([regex("^[a-z]+$", "a"), includes("a")], "a"),
                json!({ "a": 1 }),
            ),
            vec![json!({ "ba": 1 })],
            vec![json!({ "b": 1 }), json!({ "a1": 1 })],
        ),
        (
            from_fn(|| integer(1)).definition(),
            vec![json!(2)],
            vec![json!("2")],
        ),
        (
            content_type("application/xml", "<a/>"),
            vec![json!("<?xml version=\"1.0\"?><b/>")],
            vec![json!("{}")],
        ),
    ]
}

#[test]
fn the_example_of_a_list_has_as_many_elements_as_asked() {
    let list = Value::from(each_like(integer(1)).examples(3).max(5));
    assert_eq!(list["value"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn each_matcher_passes_what_it_says_and_nothing_else() {
    for (matcher, passing, refused) in [
        of_values(),
        of_texts(),
        of_collections(),
        of_alternatives(),
        of_several(),
    ]
    .concat()
    {
        assert_verdicts(&matcher, &passing, 200).await;
        assert_verdicts(&matcher, &refused, 500).await;
    }
}

async fn assert_verdicts(matcher: &Value, values: &[Value], expected: u16) {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "things")
        .output(folder.path())
        .when(post("/things").json(json!({ "thing": matcher })))
        .then(status(200))
        .start()
        .await
        .unwrap_or_else(|error| panic!("{matcher}: {error}"));
    let mut client = Client::of(&provider).await;
    for value in values {
        let body = json!({ "thing": value }).to_string();
        let json = ["Content-Type: application/json"];
        let answer = client.send("POST /things", &json, body).await;
        assert_eq!(
            answer.status, expected,
            "{matcher} with {value}: {answer:?}"
        );
    }
    assert_eq!(provider.finish().await.is_ok(), expected == 200);
}

#[tokio::test]
async fn matchers_stand_in_path_query_and_headers() {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "things")
        .output(folder.path())
        .when(
            post(regex(r"^/things/\d+$", "/things/1"))
                .query("page", integer(1))
                .header("X-Id", uuid("c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f")),
        )
        .then(status(200))
        .start()
        .await
        .unwrap();
    let mut client = Client::of(&provider).await;
    let id = "X-Id: 00000000-0000-4000-8000-000000000001";
    for (line, header, expected) in [
        ("POST /things/23?page=4", id, 200),
        ("POST /things/x?page=4", id, 500),
        ("POST /things/23?page=x", id, 500),
        ("POST /things/23?page=4", "X-Id: 1", 500),
    ] {
        let answer = client.send(line, &[header], "").await;
        assert_eq!(answer.status, expected, "{line} {header}");
    }
    provider.finish().await.unwrap_err();
}
