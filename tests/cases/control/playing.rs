//! How often interactions are to be requested and how their answers behave.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use super::{Controlled, definition, order};
use crate::support::{ask, get, wait_until};

/// An order that is played as this says.
pub fn playing(number: u32, said: &Value) -> Value {
    let mut interaction = order(number);
    let members = interaction.as_object_mut().unwrap();
    members.extend(said.as_object().unwrap().clone());
    interaction
}

fn times(times: Value) -> Value {
    json!({ "times": times })
}

/// What a client gets, of an answer that is cut short as well.
fn raw(url: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // The connection may be reset, which ends the answer as well.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

/// Asks so often for order 7 and finishes; the text of what does not hold.
fn finished(said: &Value, requests: u32) -> Result<Value, String> {
    let controlled = Controlled::new();
    let (url, control) = controlled.create(&definition(&[playing(7, said)]));
    for _ in 0..requests {
        raw(&url, "/orders/7");
    }
    let reply = ask("POST", &format!("{control}/finish"), "");
    match reply.status {
        200 => Ok(reply.json()),
        _ => Err(reply.detail()),
    }
}

#[test]
fn as_often_as_it_says_holds() {
    for (said, requests) in [
        (json!(2), 2),
        (json!({ "least": 0 }), 0),
        (json!({ "least": 1, "most": 3 }), 3),
        (json!({ "most": 2 }), 0),
        (json!({ "most": 2 }), 2),
        (json!({ "least": 2, "most": null }), 5),
        (json!(null), 5),
    ] {
        let recorded = finished(&times(said.clone()), requests).unwrap();
        assert_eq!(recorded["pact"].is_null(), requests == 0, "{said}");
    }
}

#[test]
fn too_often_and_too_seldom_are_told() {
    for (said, requests, expected) in [
        (
            json!(2),
            1,
            "1 interaction requested too seldom:\n  - \"a request for order 7\" given \"order 7 exists\": GET /orders/7 (expected 2 times, came once)",
        ),
        (
            json!({ "least": 2 }),
            0,
            "1 interaction never requested:\n  - \"a request for order 7\" given \"order 7 exists\": GET /orders/7 (expected at least 2 times)",
        ),
        (
            json!({ "most": 1 }),
            2,
            "1 unexpected request:\n  - GET /orders/7\n",
        ),
        (json!({ "most": 1 }), 2, "at most once"),
    ] {
        let text = finished(&times(said.clone()), requests).unwrap_err();
        assert!(text.contains(expected), "{said}: {text}");
    }
}

#[test]
fn the_report_says_how_often_beside_what_was_expected() {
    let controlled = Controlled::new();
    let said = json!({
        "times": { "least": 1, "most": 2 },
        "behaviour": { "fault_first": { "requests": 1, "fault": { "status": 503 } } },
    });
    let (url, control) = controlled.create(&definition(&[playing(7, &said)]));
    get(&url, "/orders/7");
    let report = ask("GET", &format!("{control}/report"), "").json();
    let usage = &report["interactions"][0];
    assert_eq!(usage["expected"], json!({ "least": 2, "most": 3 }));
    assert_eq!(usage["faults_first"], 1);
    assert_eq!((&usage["times"], &usage["whole"]), (&json!(1), &json!(0)));
    let journal = ask("GET", &format!("{control}/journal"), "").json();
    assert_eq!(journal["requests"][0]["fault"], json!({ "status": 503 }));
    ask("DELETE", &control, "").is(204);
}

const WHOLE: &str = "{\"id\":7}";

#[test]
fn answers_behave_as_they_are_told_to() {
    let whole = |answer: &str| answer.ends_with(&format!("\r\n\r\n{WHOLE}"));
    type Check<'a> = (Value, &'a dyn Fn(&str) -> bool, &'a dyn Fn(&str) -> bool);
    let cases: [Check<'_>; 7] = [
        (
            json!({ "fault": { "status": 503 } }),
            &|first| first.starts_with("HTTP/1.1 503"),
            &|second| second.starts_with("HTTP/1.1 503"),
        ),
        (
            json!({ "fault": "drop_connection" }),
            &str::is_empty,
            &str::is_empty,
        ),
        (
            json!({ "fault": { "truncate_body": 3 } }),
            &|first| first.contains("content-length: 8") && first.ends_with("\r\n\r\n{\"i"),
            &|second| second.ends_with("\r\n\r\n{\"i"),
        ),
        (
            json!({ "fault": { "content_length": 9 } }),
            &|first| first.contains("content-length: 9") && whole(first),
            &whole,
        ),
        (
            json!({ "fault_first": [
                { "requests": 1, "fault": "drop_connection" },
            ] }),
            &str::is_empty,
            &whole,
        ),
        (json!({ "delay_ms": 20 }), &whole, &whole),
        (
            json!({ "slow_body": { "bytes": 3, "every_ms": 5 } }),
            &whole,
            &whole,
        ),
    ];
    for (behaviour, first, second) in cases {
        let controlled = Controlled::new();
        let said = json!({ "behaviour": behaviour });
        let (url, control) = controlled.create(&definition(&[playing(7, &said)]));
        for check in [first, second] {
            let answer = raw(&url, "/orders/7").replace("Content-Length", "content-length");
            assert!(check(&answer), "{behaviour}: {answer:?}");
        }
        let finished = ask("POST", &format!("{control}/finish"), "").is(200).json();
        let fails_always = behaviour.get("fault").is_some();
        assert_eq!(finished["pact"].is_null(), fails_always, "{behaviour}");
        assert_eq!(
            controlled.workshop.has("pacts/web-orders.json"),
            !fails_always
        );
    }
}

/// A client that goes away before a late answer was not shown to work with it, whenever
/// the mock provider was told to be late; one that stays has waited for it.
#[test]
fn a_late_answer_is_late_and_one_that_nobody_waits_for_is_not_whole() {
    let controlled = Controlled::new();
    let (url, control) = controlled.create(&definition(&[]));
    let late = playing(7, &json!({ "behaviour": { "delay_ms": 500 } }));
    ask(
        "POST",
        &format!("{control}/interactions"),
        &late.to_string(),
    )
    .is(200);
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    stream
        .write_all(b"GET /orders/7 HTTP/1.1\r\nHost: a\r\n\r\n")
        .unwrap();
    let usage = || {
        let report = ask("GET", &format!("{control}/report"), "").json();
        let usage = &report["interactions"][0];
        (usage["times"].clone(), usage["whole"].clone())
    };
    // A request that is given up before it was read was never made.
    wait_until("the request was received", || usage().0 == json!(1));
    drop(stream);
    let asked = std::time::Instant::now();
    get(&url, "/orders/7");
    assert!(asked.elapsed() >= std::time::Duration::from_millis(500));
    assert_eq!(usage(), (json!(2), json!(1)));
    ask("POST", &format!("{control}/finish"), "").is(200);
}

#[test]
fn the_pact_is_the_same_without_it() {
    let plain = Controlled::new();
    let (url, control) = plain.create(&definition(&[order(7)]));
    get(&url, "/orders/7");
    ask("POST", &format!("{control}/finish"), "").is(200);

    let played = Controlled::new();
    let said = json!({
        "times": { "least": 1, "most": 3 },
        "behaviour": {
            "delay_ms": 1,
            "fault_first": [{ "requests": 1, "fault": { "status": 503 } }],
            "slow_body": { "bytes": 4, "every_ms": 1 },
        },
    });
    let (url, control) = played.create(&definition(&[playing(7, &said)]));
    get(&url, "/orders/7");
    get(&url, "/orders/7");
    ask("POST", &format!("{control}/finish"), "").is(200);

    let pact = played.workshop.read("pacts/web-orders.json");
    assert_eq!(pact, plain.workshop.read("pacts/web-orders.json"));
}

#[test]
fn what_is_added_keeps_to_what_it_says() {
    let controlled = Controlled::new();
    let (url, control) = controlled.create(&definition(&[
        order(6),
        playing(7, &times(json!(1))),
        playing(7, &times(json!(1))),
    ]));
    let interactions = format!("{control}/interactions");
    let failing = json!({ "times": 1, "behaviour": {
        "fault_first": [{ "requests": 1, "fault": { "status": 503 } }],
    } });
    // Order 7 is there already, and says nothing now.
    let added = json!([order(7), order(8), playing(9, &failing)]);
    ask("POST", &interactions, &added.to_string()).is(200);
    let status = |number: u32| get(&url, &format!("/orders/{number}"))[9..12].to_owned();
    let all = |expected: &[(u32, &str)]| {
        for (number, code) in expected {
            assert_eq!(status(*number), *code, "order {number}");
        }
    };
    all(&[(6, "200"), (6, "200"), (7, "200"), (7, "500")]);
    all(&[(8, "200"), (8, "200"), (9, "503"), (9, "200"), (9, "500")]);
    // The journal is forgotten, and what is said stays.
    ask("DELETE", &format!("{control}/journal"), "").is(204);
    all(&[(7, "200"), (7, "500"), (9, "503"), (9, "200"), (9, "500")]);
    // So are the interactions: a place that said something says nothing of the next there.
    ask("DELETE", &interactions, "").is(204);
    let added = json!([order(1), order(2), order(3), order(4)]);
    ask("POST", &interactions, &added.to_string()).is(200);
    all(&[(2, "200"), (2, "200"), (4, "200"), (4, "200")]);
    ask("DELETE", &control, "").is(204);
}

#[test]
fn an_interaction_is_not_played_in_two_ways() {
    let controlled = Controlled::new();
    let twice = playing(7, &times(json!(2)));
    let (_, control) = controlled.create(&definition(std::slice::from_ref(&twice)));
    let other = playing(7, &times(json!(3)));
    let expected = "\"a request for order 7\" given \"order 7 exists\" is there already, with \
                    other `times` or another `behaviour`";
    let interactions = format!("{control}/interactions");
    ask("POST", &interactions, &twice.to_string()).is(200);
    let refused = ask("POST", &interactions, &other.to_string()).is(422);
    assert!(refused.detail().contains(expected), "{}", refused.detail());
    let refused = controlled.ask("POST", "/mock-providers", &definition(&[twice, other]));
    let detail = refused.is(422).detail();
    assert!(detail.contains("$.interactions[1]: "), "{detail}");
    assert!(detail.contains(expected), "{detail}");
    ask("DELETE", &control, "").is(204);
}
