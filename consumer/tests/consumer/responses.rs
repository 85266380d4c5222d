//! Each word of a response: what the pact holds for it, what the mock provider answers,
//! an answer of the real provider that passes, and one that does not.

use pactwork_consumer::StatusClass::{ClientError, NonError, Redirect, ServerError, Success};
use pactwork_consumer::matchers::{content_type, integer, regex};
use pactwork_consumer::{Pact, ResponseBuilder, get, status, status_in};
use pactwork_contract::{Interaction, read_file};
use pactwork_matching::{ResponseMatcher, actual};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::client;

/// Status, headers and body of a real provider's answer.
type Answer = (u16, &'static [(&'static str, &'static str)], &'static [u8]);

struct Word {
    response: ResponseBuilder,
    /// Members of the recorded response, by JSON pointer.
    recorded: Value,
    /// What the mock provider answers.
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    passes: Answer,
    refused: Answer,
}

fn of_status(response: ResponseBuilder, class: &Value, codes: [u16; 3]) -> Word {
    let [example, passes, refused] = codes;
    Word {
        response,
        recorded: json!({
            "/status": example,
            "/matchingRules/status": {
                "combine": "AND",
                "matchers": [{ "match": "statusCode", "status": class }],
            },
        }),
        status: example,
        headers: &[],
        passes: (passes, &[], b""),
        refused: (refused, &[], b""),
    }
}

fn statuses() -> Vec<Word> {
    vec![
        of_status(status_in(Success), &json!("success"), [200, 204, 302]),
        of_status(status_in(Redirect), &json!("redirect"), [302, 307, 200]),
        of_status(
            status_in(ClientError),
            &json!("clientError"),
            [400, 422, 500],
        ),
        of_status(
            status_in(ServerError),
            &json!("serverError"),
            [500, 503, 400],
        ),
        of_status(status_in(NonError), &json!("nonError"), [200, 301, 404]),
        of_status(status_in([404, 410]), &json!([404, 410]), [404, 410, 400]),
        of_status(
            status_in(ClientError).status_example(422),
            &json!("clientError"),
            [422, 404, 200],
        ),
    ]
}

fn others() -> Vec<Word> {
    vec![
        Word {
            response: status(200).set_cookie("session", regex("^[0-9a-f]+$", "c0ffee")),
            recorded: json!({ "/headers": { "Set-Cookie": ["session=c0ffee"] } }),
            status: 200,
            headers: &[("set-cookie", "session=c0ffee")],
            passes: (200, &[("Set-Cookie", "session=12; Path=/; HttpOnly")], b""),
            refused: (200, &[("Set-Cookie", "session=x; Path=/")], b""),
        },
        Word {
            response: status(200)
                .set_cookie_with("a", "1", "Path=/; Secure")
                .set_cookie("b", integer(2)),
            recorded: json!({ "/headers": { "Set-Cookie": ["a=1; Path=/; Secure", "b=2"] } }),
            status: 200,
            headers: &[("set-cookie", "a=1; Path=/; Secure")],
            passes: (
                200,
                &[
                    ("Set-Cookie", "b=3; Secure"),
                    ("Set-Cookie", "a=1; Path=/; Secure"),
                ],
                b"",
            ),
            refused: (
                200,
                &[("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=3")],
                b"",
            ),
        },
        Word {
            response: status(200)
                .header("Content-Type", "text/html")
                .text(content_type("text/html", "<html></html>")),
            recorded: json!({
                "/matchingRules/body/$/matchers": [{ "match": "contentType", "value": "text/html" }],
            }),
            status: 200,
            headers: &[("content-type", "text/html")],
            passes: (
                200,
                &[("Content-Type", "text/html")],
                b"<!doctype html><html><p>other</p></html>",
            ),
            refused: (200, &[("Content-Type", "text/html")], b"{}"),
        },
        Word {
            response: status(200).file("tests/consumer/pixel.gif", "image/gif"),
            recorded: json!({ "/body/contentType": "image/gif", "/body/encoded": "base64" }),
            status: 200,
            headers: &[("content-type", "image/gif")],
            passes: (200, &[("Content-Type", "image/gif")], b"GIF89a\x02\x03"),
            refused: (200, &[("Content-Type", "image/gif")], b"\x89PNG\r\n\x1a\n"),
        },
    ]
}

#[tokio::test]
async fn each_word_is_recorded_and_passes_what_it_says_and_nothing_else() {
    for word in statuses().into_iter().chain(others()) {
        check(word).await;
    }
}

async fn check(word: Word) {
    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "things").output(folder.path());
    let pact = pact.when(get("/a")).then(word.response.clone());
    let provider = pact.start().await.unwrap();
    assert_eq!(provider.warnings(), []);
    let answer = client::get(&provider, "/a").await;
    assert_eq!(answer.status, word.status);
    for (name, value) in word.headers {
        assert_eq!(answer.header(name), Some(*value), "{answer:?}");
    }
    let path = provider.finish().await.unwrap().pact.unwrap();
    let recorded: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    for (pointer, expected) in word.recorded.as_object().unwrap() {
        let found = recorded["interactions"][0]["response"].pointer(pointer);
        assert_eq!(found, Some(expected), "{pointer} in {recorded:#}");
    }

    let pact = read_file(&path).unwrap().pact;
    let Interaction::Http(http) = &pact.interactions[0] else {
        panic!("{pact:?}");
    };
    let matcher = ResponseMatcher::compile(&http.response);
    for ((status, headers, body), expected) in [(word.passes, true), (word.refused, false)] {
        let comparison = matcher.compare(&actual::Response {
            status,
            headers,
            body,
        });
        assert_eq!(
            comparison.is_match(),
            expected,
            "{status} {headers:?}: {comparison}"
        );
    }
}
