//! What the words of our DSL record means the same to the reference implementation: it
//! accepts and refuses the same answers of a provider.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use pact_models::bodies::OptionalBody;
use pact_models::pact::load_pact_from_json;
use pact_models::v4::http_parts::HttpResponse;
use pactwork_consumer::StatusClass::Success;
use pactwork_consumer::matchers::*;
use pactwork_consumer::{Pact, ResponseBuilder, element, get, status, status_in};
use serde_json::{Value, json};
use tempfile::tempdir;

/// Status, headers and body of a provider's answer.
type Answer = (u16, &'static [(&'static str, &'static str)], &'static str);

const JSON: &[(&str, &str)] = &[("Content-Type", "application/json")];
const XML: &[(&str, &str)] = &[("Content-Type", "application/xml")];
const FORM: &[(&str, &str)] = &[("Content-Type", "application/x-www-form-urlencoded")];

fn ok(json: &Value) -> ResponseBuilder {
    status(200).json(json)
}

fn of_json() -> Vec<(ResponseBuilder, Answer, Answer)> {
    vec![
        (
            ok(&json!({ "a": one_of([integer(7), regex("^[0-9]+$", "7")]) })),
            (200, JSON, r#"{"a":"8"}"#),
            (200, JSON, r#"{"a":"x"}"#),
        ),
        (
            ok(&json!({ "a": nullable(integer(7)) })),
            (200, JSON, r#"{"a":null}"#),
            (200, JSON, r#"{"a":"7"}"#),
        ),
        (
            ok(&json!({ "a": all_of([includes("oo"), regex("^[a-z]+$", "a")], "book") })),
            (200, JSON, r#"{"a":"foo"}"#),
            (200, JSON, r#"{"a":"bar"}"#),
        ),
        (
            ok(&json!({ "a": values(json!({ "x": integer(1) })) })),
            (200, JSON, r#"{"a":{"y":2}}"#),
            (200, JSON, r#"{"a":{"y":"2"}}"#),
        ),
        (
            ok(
                &json!({ "a": each_key(all_of([regex("^[a-z]+$", "a"), includes("a")], "a"), json!({ "a": 1 })) }),
            ),
            (200, JSON, r#"{"a":{"a":1,"ba":1}}"#),
            (200, JSON, r#"{"a":{"a":1,"A1":1}}"#),
        ),
        (
            ok(&json!({ "a": each_like(integer(1)).max(3).examples(2) })),
            (200, JSON, r#"{"a":[1,2,3]}"#),
            (200, JSON, r#"{"a":[1,2,"3"]}"#),
        ),
    ]
}

fn of_others() -> Vec<(ResponseBuilder, Answer, Answer)> {
    let session = || regex("^[0-9a-f]+$", "c0ffee");
    let order = element("order")
        .attribute("id", integer(7))
        .each_like(element("line").attribute("sku", regex("^[A-Z]+$", "ABC")));
    vec![
        (status_in(Success), (204, &[], ""), (302, &[], "")),
        (status_in([404, 410]), (410, &[], ""), (400, &[], "")),
        (
            status(200).set_cookie("session", session()),
            (200, &[("Set-Cookie", "session=12; Path=/")], ""),
            (200, &[("Set-Cookie", "session=x; Path=/")], ""),
        ),
        (
            status(200)
                .set_cookie("a", integer(1))
                .set_cookie_with("session", session(), "Path=/"),
            (
                200,
                &[
                    ("Set-Cookie", "a=2; Secure"),
                    ("Set-Cookie", "session=12; Path=/"),
                ],
                "",
            ),
            (
                200,
                &[("Set-Cookie", "a=2; Secure"), ("Set-Cookie", "session=12")],
                "",
            ),
        ),
        (
            status(200).form(json!({ "n": integer(7), "t": "a" })),
            (200, FORM, "n=8&t=a"),
            (200, FORM, "n=8&t=b"),
        ),
        (
            status(200).xml(order),
            (
                200,
                XML,
                "<order id='8'><line sku='A'/><line sku='B'/></order>",
            ),
            (
                200,
                XML,
                "<order id='8'><line sku='A'/><line sku='1'/></order>",
            ),
        ),
        (
            status(200).body_of_type("image/gif", *b"GIF89a\x01\x00\x01\x00"),
            (
                200,
                &[("Content-Type", "image/gif")],
                "GIF89a\x02\x00\x02\x00",
            ),
            (200, &[("Content-Type", "image/gif")], "{}"),
        ),
    ]
}

#[tokio::test]
async fn the_reference_takes_what_is_recorded_as_it_was_meant() {
    for (response, passes, refused) in of_json().into_iter().chain(of_others()) {
        let folder = tempdir().unwrap();
        let recorded = recorded(folder.path(), &response);
        for (answer, expected) in [(passes, true), (refused, false)] {
            let told = mismatches(&recorded, answer).await;
            assert_eq!(
                told.is_empty(),
                expected,
                "{answer:?}: {told:?} {recorded:#}"
            );
        }
    }
}

fn recorded(folder: &Path, response: &ResponseBuilder) -> Value {
    let provider = Pact::between("web", "words")
        .output(folder)
        .when(get("/"))
        .then(response.clone())
        .start_blocking()
        .unwrap();
    let mut stream = TcpStream::connect(provider.address()).unwrap();
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
    let path = provider.finish_blocking().unwrap().pact.unwrap();
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// What the reference has against an answer.
async fn mismatches(pact: &Value, (status, headers, body): Answer) -> Vec<String> {
    let pact = load_pact_from_json("pact", pact).unwrap();
    let interaction = pact.interactions()[0].boxed();
    let expected = interaction.as_v4_http().unwrap().response;
    let mut by_name = HashMap::<String, Vec<String>>::new();
    for (name, value) in headers {
        let values = by_name.entry((*name).to_owned()).or_default();
        values.push((*value).to_owned());
    }
    let headers = by_name;
    let content_type = headers.get("Content-Type");
    let content_type = content_type.map(|values| values[0].as_str().into());
    let received = HttpResponse {
        status,
        body: match body {
            "" => OptionalBody::Missing,
            body => OptionalBody::Present(body.to_owned().into(), content_type, None),
        },
        headers: Some(headers),
        ..HttpResponse::default()
    };
    let mismatches = pact_matching::match_response(expected, received, &pact, &interaction);
    let told = mismatches.await.unwrap();
    told.iter().map(|mismatch| mismatch.description()).collect()
}
