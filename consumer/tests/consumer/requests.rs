//! Each word of a request: what the pact holds for it, a request that passes, and one
//! that is refused.

use pactwork_consumer::matchers::{
    each_like, each_value, equal_to, includes, integer, like, regex, string, values,
};
use pactwork_consumer::{Pact, Part, RequestBuilder, element, post, request, status};
use serde::Serialize;
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::client::Client;

/// What goes over the wire: the line, the headers, the body.
type Sent = (&'static str, &'static [&'static str], &'static str);

struct Word {
    request: RequestBuilder,
    /// Members of the recorded request, by JSON pointer.
    recorded: Value,
    passes: Sent,
    refused: Sent,
}

const FORM: &[&str] = &["Content-Type: application/x-www-form-urlencoded"];
const JSON: &[&str] = &["Content-Type: application/json"];
const XML: &[&str] = &["Content-Type: application/xml"];
const TEXT: &[&str] = &["Content-Type: text/plain"];

#[derive(Serialize)]
struct Order {
    id: u64,
    customer: &'static str,
}

/// `combine` and one rule, as pact files write them.
fn rule(rule: &Value) -> Value {
    json!({ "combine": "AND", "matchers": [rule] })
}

fn of_the_line() -> Vec<Word> {
    vec![
        Word {
            request: request(regex("^(PUT|PATCH)$", "PUT"), "/a"),
            recorded: json!({
                "/method": "PUT",
                "/matchingRules/method": rule(&json!({ "match": "regex", "regex": "^(PUT|PATCH)$" })),
            }),
            passes: ("PATCH /a", &[], ""),
            refused: ("POST /a", &[], ""),
        },
        Word {
            request: post("/a").query("tag", ["x", "y"]),
            recorded: json!({ "/query": { "tag": ["x", "y"] } }),
            passes: ("POST /a?tag=x&tag=y", &[], ""),
            refused: ("POST /a?tag=x", &[], ""),
        },
        Word {
            request: post("/a").query("tag", each_like(regex("^[a-z]$", "x")).max(2)),
            recorded: json!({ "/query": { "tag": ["x"] } }),
            passes: ("POST /a?tag=y&tag=z", &[], ""),
            refused: ("POST /a?tag=1", &[], ""),
        },
        Word {
            request: post("/a").cookie("theme", "dark").cookie("n", "1"),
            recorded: json!({ "/headers": { "Cookie": ["theme=dark; n=1"] } }),
            passes: ("POST /a", &["Cookie: theme=dark; n=1"], ""),
            refused: ("POST /a", &["Cookie: theme=light; n=1"], ""),
        },
        Word {
            request: post("/a")
                .cookie("session", regex("^[0-9a-f]+$", "c0ffee"))
                .cookie("visits", integer(3))
                .cookie("theme", "a.b"),
            recorded: json!({
                "/headers/Cookie": ["session=c0ffee; visits=3; theme=a.b"],
                "/matchingRules/header/Cookie": rule(&json!({
                    "match": "regex",
                    "regex": r"^session=([0-9a-f]+); visits=-?[0-9]+; theme=a\.b$",
                })),
            }),
            passes: ("POST /a", &["Cookie: session=1; visits=12; theme=a.b"], ""),
            refused: ("POST /a", &["Cookie: session=x; visits=12; theme=a.b"], ""),
        },
    ]
}

fn of_json() -> Vec<Word> {
    let order = Order {
        id: 7,
        customer: "Mary",
    };
    vec![
        Word {
            request: post("/a").json(&order),
            recorded: json!({ "/body/content": { "id": 7, "customer": "Mary" } }),
            passes: ("POST /a", JSON, r#"{"customer":"Mary","id":7}"#),
            refused: ("POST /a", JSON, r#"{"customer":"Mary","id":8}"#),
        },
        Word {
            request: post("/a").json_like(&order),
            recorded: json!({
                "/matchingRules/body/$": rule(&json!({ "match": "type" })),
            }),
            passes: ("POST /a", JSON, r#"{"customer":"Jo","id":8}"#),
            refused: ("POST /a", JSON, r#"{"customer":8,"id":8}"#),
        },
        Word {
            request: post("/a").json(json!({ "order": like(&order), "by": equal_to("me") })),
            recorded: json!({ "/body/content/order/customer": "Mary" }),
            passes: (
                "POST /a",
                JSON,
                r#"{"order":{"customer":"Jo","id":8},"by":"me"}"#,
            ),
            refused: (
                "POST /a",
                JSON,
                r#"{"order":{"customer":"Jo","id":8},"by":"you"}"#,
            ),
        },
        Word {
            request: post("/a").json(values(json!({ "ABC-1": { "n": integer(1) } }))),
            recorded: json!({
                "/matchingRules/body/$": rule(&json!({ "match": "values" })),
                "/matchingRules/body/$.*.n": rule(&json!({ "match": "integer" })),
            }),
            passes: ("POST /a", JSON, r#"{"x":{"n":2},"y":{"n":3}}"#),
            refused: ("POST /a", JSON, r#"{"x":{"n":"2"}}"#),
        },
        Word {
            request: post("/a").json(each_value(
                like(json!({})),
                json!({ "a": { "n": integer(1) } }),
            )),
            recorded: json!({ "/matchingRules/body/$.*.n": rule(&json!({ "match": "integer" })) }),
            passes: ("POST /a", JSON, r#"{"x":{"n":2},"y":{"n":3}}"#),
            refused: ("POST /a", JSON, r#"{"x":{"n":2},"y":{"n":"3"}}"#),
        },
    ]
}

fn of_other_bodies() -> Vec<Word> {
    vec![
        Word {
            request: post("/a").form(json!({ "n": integer(7), "tag": ["x y", "z"] })),
            recorded: json!({
                "/headers": { "Content-Type": ["application/x-www-form-urlencoded"] },
                "/body/content": "n=7&tag=x%20y&tag=z",
                "/matchingRules/body/$.n": rule(&json!({ "match": "integer" })),
            }),
            passes: ("POST /a", FORM, "tag=x+y&tag=z&n=12"),
            refused: ("POST /a", FORM, "n=a&tag=x+y&tag=z"),
        },
        Word {
            request: post("/a").form([("a b", string("x")), ("c", json!("&"))]),
            recorded: json!({
                "/body/content": "a%20b=x&c=%26",
                "/matchingRules/body/$['a b']": rule(&json!({ "match": "type" })),
            }),
            passes: ("POST /a", FORM, "c=%26&a+b=other"),
            refused: ("POST /a", FORM, "c=&a+b=x"),
        },
        Word {
            request: post("/a").text(includes("ell")),
            recorded: json!({ "/body/content": "ell" }),
            passes: ("POST /a", TEXT, "hello"),
            refused: ("POST /a", TEXT, "help"),
        },
    ]
}

fn of_xml() -> Vec<Word> {
    vec![
        Word {
            request: post("/a").xml("<order id='7'><line/></order>"),
            recorded: json!({ "/body/contentType": "application/xml" }),
            passes: ("POST /a", XML, "<order id=\"7\"> <line/> </order>"),
            refused: ("POST /a", XML, "<order id=\"8\"><line/></order>"),
        },
        Word {
            request: post("/a").xml(
                element("order")
                    .attribute("id", integer(7))
                    .child(element("customer").text("Mary & Jo"))
                    .each_like(
                        element("line")
                            .attribute("sku", regex("^[A-Z]+$", "ABC"))
                            .text("x"),
                    ),
            ),
            recorded: json!({
                "/body/content": "<order id=\"7\"><customer>Mary &amp; Jo</customer><line sku=\"ABC\">x</line></order>",
                "/matchingRules/body": {
                    "$.order['@id']": rule(&json!({ "match": "integer" })),
                    "$.order.line": rule(&json!({ "match": "type" })),
                    "$.order.line['@sku']": rule(&json!({ "match": "regex", "regex": "^[A-Z]+$" })),
                },
            }),
            passes: (
                "POST /a",
                XML,
                "<order id='8'><customer>Mary &#38; Jo</customer><line sku='X'>y</line><line sku='Y'>z</line></order>",
            ),
            refused: (
                "POST /a",
                XML,
                "<order id='8'><customer>Mary &#38; Jo</customer><line sku='X'>y</line><line sku='1'>z</line></order>",
            ),
        },
        Word {
            request: post("/a").xml(
                element("p:a")
                    .attribute("xmlns:p", "urn:p")
                    .child(element("p:b").text(integer(1)))
                    .child(element("p:b").text(regex("^x$", "x"))),
            ),
            recorded: json!({
                "/matchingRules/body/$['p:a']['p:b'][0]['#text']": rule(&json!({ "match": "integer" })),
                "/matchingRules/body/$['p:a']['p:b'][1]['#text']": rule(&json!({ "match": "regex", "regex": "^x$" })),
            }),
            passes: ("POST /a", XML, "<a xmlns='urn:p'><b>2</b><b>x</b></a>"),
            refused: ("POST /a", XML, "<a xmlns='urn:p'><b>x</b><b>x</b></a>"),
        },
    ]
}

const MULTIPART: &[&str] = &["Content-Type: multipart/form-data; boundary=other"];

fn of_bytes() -> Vec<Word> {
    vec![
        Word {
            request: post("/a").multipart([
                Part::text("title", regex("^[A-Z].*$", "Invoice")),
                Part::json("meta", json!({ "pages": integer(2) })),
                Part::bytes("file", "a.json", "application/json", "{}"),
            ]),
            recorded: json!({
                "/headers": { "Content-Type": ["multipart/form-data; boundary=pactwork-boundary"] },
                "/matchingRules/body": {
                    "$.title": rule(&json!({ "match": "regex", "regex": "^[A-Z].*$" })),
                    "$.meta.pages": rule(&json!({ "match": "integer" })),
                    "$.file": rule(&json!({ "match": "contentType", "value": "application/json" })),
                },
            }),
            passes: (
                "POST /a",
                MULTIPART,
                "--other\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nOther\r\n\
                 --other\r\nContent-Disposition: form-data; name=\"meta\"\r\nContent-Type: application/json\r\n\r\n{\"pages\": 3}\r\n\
                 --other\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b\"\r\nContent-Type: application/json\r\n\r\n[1]\r\n--other--\r\n",
            ),
            refused: (
                "POST /a",
                MULTIPART,
                "--other\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nOther\r\n\
                 --other\r\nContent-Disposition: form-data; name=\"meta\"\r\nContent-Type: application/json\r\n\r\n{\"pages\": \"3\"}\r\n\
                 --other\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b\"\r\nContent-Type: application/json\r\n\r\n[1]\r\n--other--\r\n",
            ),
        },
        Word {
            request: post("/a").body_of_type("image/gif", *b"GIF89a\x01\x00"),
            recorded: json!({
                "/matchingRules/body": {
                    "$": rule(&json!({ "match": "contentType", "value": "image/gif" })),
                },
            }),
            passes: ("POST /a", &["Content-Type: image/gif"], "GIF89a\x02\x03"),
            refused: ("POST /a", &["Content-Type: image/gif"], "{}"),
        },
        Word {
            request: post("/a").body("application/octet-stream", *b"\x00\x01"),
            recorded: json!({ "/headers": { "Content-Type": ["application/octet-stream"] } }),
            passes: (
                "POST /a",
                &["Content-Type: application/octet-stream"],
                "\x00\x01",
            ),
            refused: (
                "POST /a",
                &["Content-Type: application/octet-stream"],
                "\x00\x02",
            ),
        },
    ]
}

#[tokio::test]
async fn each_word_is_recorded_and_passes_what_it_says_and_nothing_else() {
    let words = [
        of_the_line(),
        of_json(),
        of_other_bodies(),
        of_xml(),
        of_bytes(),
    ];
    for word in words.into_iter().flatten() {
        check(word).await;
    }
}

async fn check(word: Word) {
    let folder = tempdir().unwrap();
    let pact = || Pact::between("web", "things").output(folder.path());
    let start = || pact().when(word.request.clone()).then(status(200)).start();
    let provider = start().await.unwrap();
    assert_eq!(provider.warnings(), [], "{:?}", word.request);
    let answer = sent(&provider, word.passes).await;
    assert_eq!(answer, 200, "{:?}: {}", word.passes, provider.report());
    let path = provider.finish().await.unwrap().pact.unwrap();
    let pact: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for (pointer, expected) in word.recorded.as_object().unwrap() {
        let found = pact["interactions"][0]["request"].pointer(pointer);
        assert_eq!(found, Some(expected), "{pointer} in {pact:#}");
    }

    let provider = start().await.unwrap();
    assert_eq!(
        sent(&provider, word.refused).await,
        500,
        "{:?}",
        word.refused
    );
    provider.finish().await.unwrap_err();
}

async fn sent(provider: &pactwork_consumer::MockProvider, sent: Sent) -> u16 {
    let (line, headers, body) = sent;
    let mut client = Client::of(provider).await;
    client.send(line, headers, body).await.status.as_u16()
}
