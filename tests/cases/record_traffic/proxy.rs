use std::fs;
use std::net::TcpListener;
use std::thread;

use serde_json::{Value, json};

use super::orders::{BIG, Orders, ask, ask_text};
use super::{recorded, recorder};
use crate::support::{Workshop, get};

fn draft(workshop: &Workshop) -> Value {
    serde_json::from_str(&workshop.read("drafts/web-orders.json")).unwrap()
}

fn descriptions(draft: &Value) -> Vec<String> {
    let all = draft["interactions"].as_array().unwrap().iter();
    all.map(|each| each["description"].as_str().unwrap().to_owned())
        .collect()
}

/// Some orders, one that is not there, and a new one.
fn shop(url: &str) {
    for number in [7, 8, 9] {
        get(url, &format!("/orders/{number}?expand=lines"));
    }
    get(url, "/orders/999?expand=lines");
    let json = [("Content-Type", "application/json")];
    ask(url, "POST /orders", &json, br#"{"sku":"ABC-1","count":2}"#);
    ask(url, "POST /orders", &json, br#"{"sku":"ABC-2","count":3}"#);
}

#[test]
fn a_draft_holds_for_its_provider_and_not_for_one_that_renames_a_member() {
    let (workshop, orders) = (Workshop::new(), Orders::start());

    let said = recorded(&workshop, &orders, &[], shop).exits(0);

    said.prints("drafts/web-orders.json: 3 interactions from 6 requests")
        .prints("GET /orders/{id}?expand answers 200  3         to be named")
        .prints("GET /orders/{id}?expand answers 404\n    name the provider state")
        .prints("pactwork verify drafts/web-orders.json --provider orders --base-url URL");
    let verify = |orders: &Orders| {
        let url = orders.url();
        workshop.run(&[
            "verify",
            "drafts/web-orders.json",
            "--provider",
            "orders",
            "--base-url",
            &url,
        ])
    };
    verify(&orders).exits(0).prints("3 interactions: 3 passed");
    verify(&Orders::calling_it("number"))
        .exits(1)
        .prints("$.id");
}

#[test]
fn a_mock_provider_answers_the_examples_of_a_draft() {
    let (workshop, orders) = (Workshop::new(), Orders::start());
    recorded(&workshop, &orders, &[], shop).exits(0);

    let (mock, url) = workshop.start_mock(&["drafts/web-orders.json"]);
    let found = get(&url, "/orders/7?expand=lines");
    let missing = get(&url, "/orders/999?expand=lines");
    let json = [("Content-Type", "application/json")];
    let created = ask_text(&url, "POST /orders", &json, r#"{"sku":"XYZ-9","count":77}"#);

    assert!(
        found.starts_with("HTTP/1.1 200") && found.contains(r#""id":7"#),
        "{found}"
    );
    assert!(missing.starts_with("HTTP/1.1 404"), "{missing}");
    assert!(created.starts_with("HTTP/1.1 201"), "{created}");
    mock.stop().exits(0);
}

#[test]
fn what_varied_is_a_rule() {
    let (workshop, orders) = (Workshop::new(), Orders::start());
    recorded(&workshop, &orders, &[], |url| {
        get(url, "/orders/7");
        get(url, "/orders/8");
    });
    let draft = draft(&workshop);
    let rules = &draft["interactions"][0]["response"]["matchingRules"]["body"];
    let kinds: Vec<_> = ["$", "$.id", "$.at", "$.lines", "$.lines[*].sku"]
        .map(|path| rules[path]["matchers"][0].clone())
        .into();
    assert_eq!(
        kinds,
        [
            json!({ "match": "type" }),
            json!({ "match": "integer" }),
            json!({ "match": "datetime", "format": "yyyy-MM-dd'T'HH:mm:ssXXX" }),
            json!({ "match": "type", "min": 1 }),
            json!({ "match": "regex", "regex": r"^[A-Z]+-\d+$" }),
        ]
    );
    assert_eq!(
        draft["interactions"][0]["request"]["matchingRules"]["path"]["matchers"][0]["regex"],
        r"^/orders/\d+$"
    );
}

#[test]
fn parallel_clients_lose_nothing_and_the_bytes_do_not_depend_on_the_order() {
    let (workshop, orders) = (Workshop::new(), Orders::start());
    let all_at_once = |url: &str| {
        thread::scope(|scope| {
            for client in 0..200 {
                scope.spawn(move || match client % 4 {
                    0 => shop_once(url, &format!("GET /orders/{}", client + 1), ""),
                    1 => shop_once(url, &format!("GET /orders/{}", 900 + client), ""),
                    2 => shop_once(url, "POST /orders", r#"{"sku":"ABC-1","count":2}"#),
                    _ => shop_once(url, "GET /orders?page=1", ""),
                });
            }
        });
    };
    let texts: Vec<_> = ["one", "two"]
        .into_iter()
        .map(|folder| {
            recorded(&workshop, &orders, &["--output", folder], all_at_once)
                .exits(0)
                .prints(&format!(
                    "{folder}/web-orders.json: 4 interactions from 200 requests"
                ));
            workshop.read(&format!("{folder}/web-orders.json"))
        })
        .collect();
    assert_eq!(texts[0], texts[1]);
}

fn shop_once(url: &str, first_line: &str, body: &str) {
    let json: &[(&str, &str)] = match body {
        "" => &[],
        _ => &[("Content-Type", "application/json")],
    };
    let answer = ask_text(url, first_line, json, body);
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
}

#[test]
fn large_bodies_pass_whole_both_ways_and_are_left_out() {
    let (workshop, orders) = (Workshop::new(), Orders::start());
    let said = recorded(&workshop, &orders, &[], |url| {
        let answer = ask(url, "GET /big", &[], b"");
        let head = answer
            .windows(4)
            .position(|end| end == b"\r\n\r\n")
            .unwrap();
        assert_eq!(answer.len() - head - 4, BIG);
        let count = ask(
            url,
            "POST /count",
            &[("Content-Type", "text/plain")],
            &vec![b'0'; BIG],
        );
        let count = String::from_utf8(count).unwrap();
        assert!(count.ends_with(&format!(r#"{{"bytes":{BIG}}}"#)), "{count}");
    });
    said.exits(0)
        .prints("GET /big answers 200\n    response body, once: it is larger than 1048576 bytes")
        .prints("POST /count answers 200\n    request body, once: it is larger than 1048576 bytes");
    assert!(workshop.read("drafts/web-orders.json").len() < 10_000);
}

#[test]
fn requests_are_forwarded_but_for_what_is_about_one_connection() {
    let (workshop, orders) = (Workshop::new(), Orders::start());
    let mut answer = String::new();
    recorded(&workshop, &orders, &[], |url| {
        let headers = [
            ("TE", "trailers"),
            ("X-Trace", "1"),
            ("Accept-Encoding", "zstd, gzip"),
        ];
        answer = ask_text(url, "PUT /seen?a=b%20c&d", &headers, "x");
    });
    let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!(
        body,
        json!({
            "host": orders.url().trim_start_matches("http://"), "connection": null, "te": null,
            "encoding": "gzip", "trace": "1", "query": "a=b%20c&d", "method": "PUT",
        })
    );
    assert!(
        answer.to_lowercase().contains("set-cookie: session="),
        "{answer}"
    );
}

#[test]
fn an_upstream_may_have_a_path() {
    let (workshop, orders) = (Workshop::new(), Orders::start());
    let (recorder, url) = recorder(&workshop, &format!("{}/orders/", orders.url()), &[]);
    let answer = get(&url, "/7");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    recorder.stop().exits(0).prints("GET /{id} answers 200");
}

#[test]
fn coded_answers_pass_as_they_are_and_are_read() {
    let (workshop, orders) = (Workshop::new(), Orders::start());
    recorded(&workshop, &orders, &[], |url| {
        let answer = ask(url, "GET /zipped", &[("Accept-Encoding", "gzip")], b"");
        let coded = super::orders::gzip(br#"{"zipped": true}"#);
        assert!(answer.ends_with(&coded), "{answer:?}");
    });
    let draft = draft(&workshop);
    let response = &draft["interactions"][0]["response"];
    assert_eq!(response["body"]["content"], json!({ "zipped": true }));
    assert_eq!(
        response["headers"],
        json!({ "Content-Type": ["application/json"] })
    );
}

#[test]
fn redirects_are_not_followed_and_lead_through_the_proxy() {
    let (workshop, orders) = (Workshop::new(), Orders::start());
    recorded(&workshop, &orders, &[], |url| {
        let answer = get(url, "/moved");
        assert!(answer.starts_with("HTTP/1.1 302"), "{answer}");
        assert!(
            answer.contains(&format!("location: {url}/orders/7\r\n")),
            "{answer}"
        );
    });
    let draft = draft(&workshop);
    let response = &draft["interactions"][0]["response"];
    assert_eq!(
        response["headers"]["Location"],
        json!([format!("{}/orders/7", orders.url())])
    );
    assert_eq!(
        response["matchingRules"]["header"]["Location"]["matchers"][0]["regex"],
        r"^(https?://[^/]+)?/orders/\d+$"
    );
}

#[test]
fn what_cannot_be_recorded_is_forwarded_and_named() {
    let (workshop, orders) = (Workshop::new(), Orders::start());
    let said = recorded(&workshop, &orders, &[], |url| {
        get(url, "/orders/7");
        let cut = String::from_utf8(ask(url, "GET /cut", &[], b"")).unwrap();
        assert!(cut.starts_with("HTTP/1.1 200"), "{cut}");
        let gone = get(url, "/gone");
        assert!(gone.starts_with("HTTP/1.1 502"), "{gone}");
        assert!(get(url, "/broken").starts_with("HTTP/1.1 503"));
        get(url, "/broken");
    });
    said.exits(0)
        .prints("1 interaction from 5 requests")
        .prints("GET /cut: its answer was not received whole (left out)")
        .prints("GET /gone: the provider could not be asked (left out)")
        .prints(
            "GET /broken answered 503: a server's error, which comes and goes (2 times, left out)",
        );
}

#[test]
fn a_provider_that_cannot_be_reached_is_502_and_no_draft() {
    let workshop = Workshop::new();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let (recorder, url) = recorder(&workshop, &format!("http://{address}"), &[]);
    let answer = get(&url, "/orders/7?token=hunter2-s3cr3t");
    assert!(answer.starts_with("HTTP/1.1 502 Bad Gateway"), "{answer}");
    let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let error = body["error"].as_str().unwrap();
    let expected = format!(
        "pactwork record could not forward this request to http://{address}: cannot connect: "
    );
    assert!(
        error.starts_with(&expected) && !error.contains("s3cr3t"),
        "{error}"
    );
    recorder
        .stop()
        .exits(3)
        .says("nothing came that could be recorded, so no draft was written")
        .says("GET /orders/{id}: the provider could not be asked (left out)")
        .says("what to do");
    assert!(!workshop.has("drafts"));
}

#[test]
fn only_what_was_asked_for_is_recorded() {
    let (workshop, orders) = (Workshop::new(), Orders::start());
    let arguments = ["--only", "/orders", "--ignore", "/orders/8"];
    recorded(&workshop, &orders, &arguments, |url| {
        for path in ["/orders/7", "/orders/8", "/seen"] {
            assert!(get(url, path).starts_with("HTTP/1.1 200"));
        }
    })
    .exits(0)
    .prints("1 interaction from 1 request\n");
    assert_eq!(
        descriptions(&draft(&workshop)),
        ["GET /orders/{id} answers 200"]
    );
}

#[test]
fn a_draft_is_never_overwritten_unasked() {
    let (workshop, orders) = (Workshop::of("participant = \"web\""), Orders::start());
    let url = orders.url();
    let arguments = ["record", "--provider", "orders", "--upstream", &url];
    let mut running = workshop.start(&arguments);
    get(&running.first_line(), "/orders/7");
    // It comes while traffic is recorded.
    workshop.write("drafts/web-orders.json", "mine");
    running
        .stop()
        .exits(0)
        .prints("drafts/web-orders-2.json: 1 interaction");
    assert_eq!(workshop.read("drafts/web-orders.json"), "mine");

    workshop
        .run(&arguments)
        .exits(2)
        .says("drafts/web-orders.json is there already")
        .says("--replace");

    let mut again = arguments.to_vec();
    again.push("--replace");
    let mut running = workshop.start(&again);
    get(&running.first_line(), "/orders/7");
    running.signal("INT");
    running
        .finish()
        .exits(0)
        .prints("drafts/web-orders.json: 1 interaction");
    assert_eq!(
        descriptions(&draft(&workshop)),
        ["GET /orders/{id} answers 200"]
    );
}

#[test]
fn json_is_one_object_a_line() {
    let (workshop, orders) = (Workshop::new(), Orders::start());
    let (recorder, line) = recorder(&workshop, &orders.url(), &["--format", "json"]);
    let line: Value = serde_json::from_str(&line).unwrap();
    get(line["url"].as_str().unwrap(), "/orders/7");
    let summary = recorder.stop().exits(0).json();
    assert_eq!(
        summary["interactions"],
        json!([{
            "description": "GET /orders/{id} answers 200", "observations": 1, "state_to_name": false,
        }])
    );
    assert!(fs::exists(summary["file"].as_str().unwrap()).unwrap());
}

#[test]
fn every_version_of_the_specification_is_written() {
    let (workshop, orders) = (Workshop::new(), Orders::start());
    for (asked, version) in [("2", "2.0.0"), ("3", "3.0.0"), ("4", "4.0")] {
        let arguments = ["--replace", "--specification", asked];
        recorded(&workshop, &orders, &arguments, shop).exits(0);
        let found = &draft(&workshop)["metadata"]["pactSpecification"]["version"];
        assert_eq!(found, version);
        let url = orders.url();
        workshop
            .run(&[
                "verify",
                "drafts/web-orders.json",
                "--provider",
                "orders",
                "--base-url",
                &url,
            ])
            .exits(0);
    }
}

/// Arguments beside `--provider`, and what is said of them.
const WRONG: &[(&[&str], &str)] = &[
    (&[], "--upstream <URL>"),
    (
        &["--upstream", "http://a"],
        "so it is not known which participant this is",
    ),
    (
        &["--consumer", "web", "--upstream", "localhost:80"],
        "expected a URL such as https://orders.example.com",
    ),
    (
        &["--consumer", "web", "--upstream", "http://mary:s3cr3t@a"],
        "expected a URL without user and password",
    ),
    (
        &["--consumer", "web", "--upstream", "http://a?token=s3cr3t"],
        "expected a URL without query",
    ),
    (
        &["--consumer", "web", "--upstream", "http://a", "--har", "x"],
        "cannot be used with",
    ),
    (
        &[
            "--consumer",
            "web",
            "--upstream",
            "http://a",
            "--only",
            "api",
        ],
        "expected the beginning of a path, such as /api/",
    ),
    (
        &[
            "--consumer",
            "web",
            "--upstream",
            "http://a",
            "--redact-path",
            "user",
        ],
        "expected a path such as $.user.name",
    ),
    (
        &[
            "--consumer",
            "web",
            "--upstream",
            "http://a",
            "--specification",
            "5",
        ],
        "5 is not in 2..=4",
    ),
    (
        &[
            "--consumer",
            "web",
            "--upstream",
            "http://a",
            "--strict",
            "--specification",
            "2",
        ],
        "version 2 of the specification has no rule",
    ),
    (
        &[
            "--consumer",
            "web",
            "--upstream",
            "http://a",
            "--output",
            "file",
        ],
        "cannot write",
    ),
];

#[test]
fn wrong_usage_says_what_was_expected() {
    let workshop = Workshop::new();
    workshop.write("file", "");
    let start = ["record", "--provider", "orders"];
    for (arguments, expected) in WRONG {
        let all = [&start[..], arguments].concat();
        workshop
            .run(&all)
            .exits(2)
            .says(expected)
            .does_not_say("s3cr3t");
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let arguments = [
        "--consumer",
        "web",
        "--upstream",
        "http://a",
        "--port",
        &port,
    ];
    workshop
        .run(&[&start[..], &arguments].concat())
        .exits(2)
        .says("is in use");
    assert!(!workshop.has("drafts"));
}
