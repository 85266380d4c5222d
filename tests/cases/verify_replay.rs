//! `pactwork verify`: how requests are sent.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::raw::{Raw, answer};
use crate::support::{Workshop, get_interaction, given, pact};

fn workshop(interactions: &[Value]) -> Workshop {
    let workshop = Workshop::of("participant = \"orders\"\n");
    workshop.write_json("p.json", &pact("web", "orders", interactions));
    workshop
}

fn order() -> Value {
    get_interaction("/orders/7", &json!({ "id": 7 }))
}

/// A provider that answers as the pact says, and what it was sent: heads in lower case.
fn provider() -> (Raw, Arc<Mutex<Vec<String>>>) {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&heads);
    let server = Raw::start(move |stream| {
        while let Some(head) = stream.request() {
            seen.lock().unwrap().push(head.to_lowercase());
            stream.send(&answer(r#"{"id":7}"#));
        }
    });
    (server, heads)
}

#[test]
fn headers_and_tokens_are_sent_and_shown_nowhere() {
    let workshop = workshop(&[given("s", order())]);
    let (server, heads) = provider();
    let (states, _) = provider();
    let url = server.url.as_str();
    let states = format!("{}/states", states.url);
    let said = workshop
        .run(&[
            "verify",
            "p.json",
            "--base-url",
            url,
            "--states-url",
            &states,
            "--header",
            "x-api-key: s3cret-key",
            "--header",
            "ACCEPT: text/plain",
            "--header-command",
            "Authorization=echo Bearer tok3n-$PACTWORK_BASE_URL",
            "--verbose",
        ])
        .exits(0);
    let head = heads.lock().unwrap()[0].clone();
    assert!(head.contains("x-api-key: s3cret-key\r\n"), "{head}");
    assert!(
        head.contains(&format!("authorization: bearer tok3n-{url}\r\n")),
        "{head}"
    );
    assert_eq!(head.matches("accept: ").count(), 1, "{head}");
    for secret in ["s3cret-key", "tok3n"] {
        assert!(
            !said.stdout.contains(secret) && !said.stderr.contains(secret),
            "{said}"
        );
    }
}

#[test]
fn a_secret_that_the_provider_repeats_is_redacted() {
    let workshop = workshop(&[order()]);
    let server = Raw::start(|stream| {
        while stream.request().is_some() {
            stream.send(&answer(r#"{"id":"s3cret-key"}"#));
        }
    });
    let said = workshop
        .run(&[
            "verify",
            "p.json",
            "--base-url",
            &server.url,
            "--header-command",
            "X-Session=echo s3cret-key",
        ])
        .exits(1)
        .prints("[redacted]");
    assert!(!said.to_string().contains("s3cret-key"), "{said}");
}

#[test]
fn states_get_the_headers_where_that_is_said() {
    for also in [false, true] {
        let workshop = workshop(&[given("s", order())]);
        let (server, heads) = provider();
        let mut arguments = vec!["verify", "p.json", "--base-url", &server.url];
        arguments.extend(["--states-url", "/states", "--header", "x-key: 1234"]);
        if also {
            arguments.extend(["--header-also", "states,messages"]);
        }
        workshop.run(&arguments).exits(0);
        let heads = heads.lock().unwrap();
        let keyed: Vec<_> = heads
            .iter()
            .map(|head| head.contains("x-key: 1234"))
            .collect();
        assert_eq!(keyed, [also, true, also]);
    }
}

#[test]
fn the_configuration_says_it_as_well_and_flags_win() {
    let workshop = workshop(&[order()]);
    let (server, heads) = provider();
    workshop.write(
        "pactwork.toml",
        "participant = \"orders\"\n[provider.headers]\nX-Key = \"Key {env.ORDERS_KEY}\"\n\
         X-Other = \"configured\"\n[provider.header_commands]\nX-Printed = \"pwd\"\n",
    );
    let verify = |key: Option<&str>| {
        let arguments = [
            "verify",
            "p.json",
            "--base-url",
            &server.url,
            "--header",
            "x-other: flag",
        ];
        let mut command = workshop.command(&arguments);
        if let Some(key) = key {
            command.env("ORDERS_KEY", key);
        }
        crate::support::Finished::of(&mut command)
    };
    verify(Some("abcdef")).exits(0);
    let head = heads.lock().unwrap()[0].clone();
    assert!(head.contains("x-key: key abcdef\r\n"), "{head}");
    assert!(
        head.contains("x-other: flag\r\n") && !head.contains("configured"),
        "{head}"
    );
    assert!(head.contains("x-printed: /"), "{head}");
    verify(None)
        .exits(2)
        .says("provider.headers.X-Key: the environment variable ORDERS_KEY is not set");
}

#[test]
fn a_token_that_cannot_be_had_could_not_be_found_out() {
    let workshop = workshop(&[order()]);
    let (server, heads) = provider();
    let arguments = |command: &'static str| {
        [
            "verify",
            "p.json",
            "--base-url",
            &server.url,
            "--header-command",
            command,
        ]
        .map(String::from)
    };
    let verify = |command| {
        let arguments = arguments(command);
        workshop.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    verify("Authorization=echo no key >&2; exit 4")
        .exits(3)
        .says(
            "the header Authorization: `echo no key >&2; exit 4` ended with exit status 4: no key",
        );
    verify("Authorization")
        .exits(2)
        .says("expected NAME=COMMAND");
    assert!(heads.lock().unwrap().is_empty());
}

#[test]
fn what_cannot_be_used_is_wrong_usage() {
    let workshop = workshop(&[order()]);
    workshop.write("no.pem", "hello");
    for (arguments, expected) in [
        (vec!["--header", "no colon"], "expected 'NAME: VALUE'"),
        (vec!["--header", "a b: c"], "\"a b\" is not a header's name"),
        (vec!["--ca-certificate", "none.pem"], "cannot read "),
        (
            vec!["--ca-certificate", "no.pem"],
            "it holds no certificate in PEM",
        ),
        (
            vec!["--client-certificate", "no.pem"],
            "--client-key <FILE>",
        ),
        (
            vec!["--request-filter", "/path"],
            "is not a URL that requests can be sent to",
        ),
        (vec!["--largest-body", "0"], "0 is not in 1..=4095"),
    ] {
        let mut all = vec!["verify", "p.json", "--base-url", "http://127.0.0.1:1"];
        all.extend(arguments);
        workshop.run(&all).exits(2).says(expected);
    }
}

#[test]
fn a_redirect_is_an_answer_unless_it_is_to_be_followed() {
    let workshop = workshop(&[order()]);
    let server = Raw::start(|stream| {
        while let Some(head) = stream.request() {
            match head.starts_with("GET /new ") {
                true => stream.send(&answer(r#"{"id":7}"#)),
                false => stream
                    .send(b"HTTP/1.1 302 Found\r\nlocation: /new\r\ncontent-length: 0\r\n\r\n"),
            }
        }
    });
    let verify = |more: &[&str]| {
        let mut all = vec!["verify", "--base-url", &server.url];
        all.extend(more);
        all.push("p.json");
        workshop.run(&all)
    };
    verify(&[]).exits(1).prints("302");
    verify(&["--follow-redirects"]).exits(0);
    verify(&["--follow-redirects=1"]).exits(0);
}

#[test]
fn a_filter_over_http_sees_the_headers_and_changes_the_request() {
    let workshop = workshop(&[order()]);
    let (server, heads) = provider();
    let (filter, received) = crate::support::serve(|asked| {
        let mut changed = asked.clone();
        changed["headers"]["X-Signature"] = "abc".into();
        changed
    });
    workshop
        .run(&[
            "verify",
            "p.json",
            "--base-url",
            &server.url,
            "--header",
            "X-Key: 1234",
            "--request-filter",
            &filter,
        ])
        .exits(0);
    let asked: Value = serde_json::from_str(&received.lock().unwrap()[0]).unwrap();
    assert_eq!(asked["headers"]["X-Key"], json!(["1234"]));
    assert_eq!(asked["interaction"]["description"], "GET /orders/7");
    assert!(heads.lock().unwrap()[0].contains("x-signature: abc"));
}
