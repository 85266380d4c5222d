use serde_json::{Value, json};

use crate::support::{Finished, Workshop};

const START: &[&str] = &["record", "--consumer", "web", "--provider", "orders"];

fn record(workshop: &Workshop, arguments: &[&str]) -> Finished {
    workshop.run(&[START, arguments].concat())
}

fn har(creator: &str, entries: &[Value]) -> Value {
    json!({
        "log": {
            "version": "1.2", "creator": { "name": creator, "version": "1" }, "pages": [],
            "entries": entries,
        }
    })
}

/// As Chrome saves it.
fn chrome(path: &str, id: u64) -> Value {
    json!({
        "_initiator": { "type": "script" }, "_resourceType": "fetch", "cache": {}, "connection": "443",
        "startedDateTime": "2026-05-01T10:00:00.000Z", "time": 12.5, "timings": { "wait": 1 },
        "request": {
            "method": "GET", "url": format!("https://api.example.com{path}"), "httpVersion": "h2",
            "headers": [
                { "name": ":authority", "value": "api.example.com" },
                { "name": ":path", "value": path },
                { "name": "accept", "value": "application/json" },
                { "name": "sec-fetch-mode", "value": "cors" },
            ],
            "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0,
        },
        "response": {
            "status": 200, "statusText": "", "httpVersion": "h2",
            "headers": [
                { "name": "content-type", "value": "application/json" },
                { "name": "content-encoding", "value": "br" },
            ],
            "cookies": [], "redirectURL": "", "headersSize": -1, "bodySize": -1, "_transferSize": 300,
            "content": {
                "size": 9, "mimeType": "application/json",
                "text": json!({ "id": id }).to_string(),
            },
        },
    })
}

/// As Firefox saves it, with a form.
fn firefox() -> Value {
    json!({
        "startedDateTime": "2026-05-01T10:00:00.000+02:00",
        "request": {
            "method": "POST", "url": "https://api.example.com/login", "httpVersion": "HTTP/2", "bodySize": 30,
            "headers": [{ "name": "Content-Type", "value": "application/x-www-form-urlencoded" }],
            "postData": {
                "mimeType": "application/x-www-form-urlencoded",
                "params": [{ "name": "user", "value": "mary" }, { "name": "password", "value": "hunter2" }],
                "text": "user=mary&password=hunter2",
            },
        },
        "response": {
            "status": 302, "headers": [{ "name": "Location", "value": "/orders/7" }],
            "content": { "mimeType": "text/plain", "size": 0, "text": "" }, "redirectURL": "/orders/7",
        },
    })
}

/// As mitmproxy saves it: bytes in base64.
fn mitmproxy() -> Value {
    json!({
        "request": {
            "method": "GET", "url": "https://api.example.com/logo", "httpVersion": "HTTP/1.1",
            "headers": [], "bodySize": 0,
        },
        "response": {
            "status": 200, "headers": [{ "name": "Content-Type", "value": "image/png" }],
            "content": {
                "size": 16, "mimeType": "image/png", "encoding": "base64",
                "text": "iVBORw0KGgoAAAANSUhEUg==",
            },
        },
    })
}

/// As Playwright saves it where bodies are files beside it.
fn playwright() -> Value {
    json!({
        "_frameref": "frame@1", "_monotonicTime": 1,
        "request": {
            "method": "PUT", "url": "https://api.example.com/orders/7", "headers": [], "bodySize": 12,
            "postData": { "mimeType": "application/json", "params": [], "text": r#"{"count": 2}"# },
        },
        "response": {
            "status": 200, "headers": [], "bodySize": -1,
            "content": { "size": -1, "mimeType": "application/json", "_file": "abc.json" },
        },
    })
}

/// A folder with the files of four tools.
fn of_several_tools() -> Workshop {
    let workshop = Workshop::new();
    workshop.write_json(
        "chrome.har",
        &har(
            "WebInspector",
            &[chrome("/orders/7?x=1", 7), chrome("/orders/8?x=2", 8)],
        ),
    );
    // Some tools begin a file with a byte order mark.
    let firefox = format!("\u{feff}{}", har("Firefox", &[firefox()]));
    workshop.write("firefox.har", &firefox);
    workshop.write_json(
        "others.har",
        &har("mitmproxy", &[mitmproxy(), playwright()]),
    );

    workshop
}

#[test]
fn files_of_several_tools_are_one_draft() {
    let workshop = of_several_tools();
    record(
        &workshop,
        &["--har", "chrome.har", "firefox.har", "others.har"],
    )
    .exits(0)
    .prints("4 interactions from 5 requests")
    .prints("GET /orders/{id}?x answers 200  2")
    .prints("request field password")
    .prints("response body, once: the HAR file does not hold it")
    .says("reading what went to https://api.example.com");

    let text = workshop.read("drafts/web-orders.json");
    assert!(!text.contains("hunter2"));
    let draft: Value = serde_json::from_str(&text).unwrap();
    let requests: Vec<_> = draft["interactions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| {
            (
                each["description"].as_str().unwrap(),
                each["request"]["headers"].clone(),
            )
        })
        .collect();
    assert_eq!(
        requests,
        [
            ("GET /logo answers 200", Value::Null),
            (
                "GET /orders/{id}?x answers 200",
                json!({ "Accept": ["application/json"] })
            ),
            (
                "POST /login answers 302",
                json!({ "Content-Type": ["application/x-www-form-urlencoded"] })
            ),
            (
                "PUT /orders/{id} answers 200",
                json!({ "Content-Type": ["application/json"] })
            ),
        ]
    );
    assert_eq!(
        draft["interactions"][1]["response"]["body"]["content"],
        json!({ "id": 7 })
    );
    assert_eq!(
        draft["interactions"][2]["request"]["body"]["content"],
        "user=mary&password=redacted"
    );
    assert_eq!(
        draft["interactions"][3]["request"]["body"]["content"],
        json!({ "count": 2 })
    );
}

#[test]
fn the_provider_is_one_server_of_several() {
    let workshop = Workshop::new();
    let mut page = chrome("/orders/7", 7);
    page["request"]["url"] = json!("https://www.example.com/");
    let mut blocked = chrome("/orders/9", 9);
    blocked["response"]["status"] = json!(0);
    let entries = [chrome("/orders/7", 7), page, blocked];
    workshop.write_json("shop.har", &har("WebInspector", &entries));

    record(&workshop, &["--har", "shop.har"])
        .exits(2)
        .says("requests went to several servers:\n  https://api.example.com (2 requests)\n  https://www.example.com (1 request)")
        .says("name the provider's with --origin URL");
    record(
        &workshop,
        &["--har", "shop.har", "--origin", "https://example.com"],
    )
    .exits(2)
    .says("no request went to https://example.com, but\n  https://api.example.com (2 requests)");
    record(
        &workshop,
        &[
            "--har",
            "shop.har",
            "--origin",
            "https://api.example.com/orders",
        ],
    )
    .exits(2)
    .says("expected scheme, host and port alone");
    record(
        &workshop,
        &[
            "--har",
            "shop.har",
            "--origin",
            "https://api.example.com",
            "--only",
            "/x",
        ],
    )
    .exits(3)
    .says("nothing came that could be recorded");
    assert!(!workshop.has("drafts"));
    record(
        &workshop,
        &["--har", "shop.har", "--origin", "https://api.example.com"],
    )
    .exits(0)
    .prints("1 interaction from 2 requests")
    .prints("GET /orders/{id}: it got no answer (left out)");
}

#[test]
fn a_file_that_is_no_har_is_named_with_the_place() {
    let cases = [
        (
            "",
            "bad.har: $: EOF while parsing a value at line 1 column 0",
        ),
        (
            "[]",
            "bad.har: $: invalid type: sequence, expected an object with the member log",
        ),
        ("{}", "bad.har: $: the member log is missing"),
        (
            r#"{"log": {}}"#,
            "bad.har: $.log: the member entries is missing",
        ),
        (
            r#"{"log": {"entries": {}}}"#,
            "bad.har: $.log.entries: invalid type: map, expected a list of entries",
        ),
        (
            r#"{"log": {"entries": [{"request": {"url": 7}}]}}"#,
            "bad.har: $.log.entries[0].request.url: invalid type: integer `7`, expected a string",
        ),
        (
            r#"{"log": {"entries": [{"request": {"method": "GET", "url": "http://a/"}, "response": {"status": "ok"}}]}}"#,
            "bad.har: $.log.entries[0].response.status: invalid type: string, expected i64",
        ),
        (
            r#"{"log": {"entries": [{"request": {"method": "GET", "url": "http://a/"}}]}}"#,
            "bad.har: $.log.entries[0]: missing field `response`",
        ),
        (
            r#"{"log": {"entries": []}}"#,
            "there is no request over HTTP in it",
        ),
        (r#"{"log": {"entries": [] "#, "bad.har: $.log"),
    ];
    for (text, expected) in cases {
        let workshop = Workshop::new();
        workshop.write("bad.har", text);
        record(&workshop, &["--har", "bad.har"])
            .exits(2)
            .says(expected)
            .says("what to do");
        assert!(!workshop.has("drafts"));
    }
    record(&Workshop::new(), &["--har", "none.har"])
        .exits(2)
        .says("cannot read none.har");
}
