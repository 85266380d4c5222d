#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::{Value, json};

use crate::support::{
    Running, Workshop, get, get_interaction, get_trusting, given, message, pact, wait_until,
};

const STORAGE: &str = "participant = \"orders\"\n[storage]\nurl = \"bucket\"\n";

/// An answer, taken apart.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    #[track_caller]
    fn has_header(&self, line: &str) {
        let line = line.to_lowercase();
        assert!(self.head.to_lowercase().contains(&line), "{line}: {self:?}");
    }
}

/// Sends a request; each header is a line.
fn ask(url: &str, request: &str, headers: &[&str], body: &str) -> Answer {
    let address = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    let host = match headers.iter().any(|line| line.starts_with("Host:")) {
        true => String::new(),
        false => format!("Host: {address}\r\n"),
    };
    let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let length = body.len();
    write!(
        stream,
        "{request} HTTP/1.1\r\n{host}{lines}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.into(),
        body: body.into(),
    }
}

fn order(id: u64) -> Value {
    get_interaction(&format!("/orders/{id}"), &json!({ "id": id }))
}

/// `GET /orders`, answered with this text.
fn list(description: &str, text: &str) -> Value {
    let mut interaction = get_interaction("/orders", &json!(text));
    interaction["description"] = json!(description);
    interaction
}

fn start(workshop: &Workshop, arguments: &[&str]) -> (Running, String) {
    let mut all = vec!["stub"];
    all.extend_from_slice(arguments);
    let mut running = workshop.start(&all);
    let url = running.first_line();
    (running, url)
}

/// A stub of orders with `GET /orders/7` and `GET /orders/8`.
fn orders() -> (Workshop, Running, String) {
    let workshop = Workshop::new();
    workshop.write_json(
        "web-orders.json",
        &pact("web", "orders", &[order(7), order(8)]),
    );
    let (stub, url) = start(&workshop, &["web-orders.json"]);
    (workshop, stub, url)
}

#[test]
fn it_answers_as_often_as_it_is_asked_and_ends_with_0() {
    let (_workshop, stub, url) = orders();
    for _ in 0..3 {
        let answer = ask(&url, "GET /orders/7", &[], "");
        assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"id":7}"#));
    }
    stub.signal("INT");
    stub.finish()
        .exits(0)
        .says("orders: 2 interactions, page: http://127.0.0.1:")
        .does_not_say("warning");
}

#[test]
fn a_request_that_no_interaction_expects_is_explained() {
    let (_workshop, _stub, url) = orders();
    let answer = ask(
        &url,
        "GET /orders/9",
        &["Origin: http://localhost:3000"],
        "",
    );
    assert_eq!(answer.status, 500);
    answer.has_header("access-control-allow-origin: http://localhost:3000");
    let told = answer.json();
    assert_eq!(told["request"], "GET /orders/9");
    assert_eq!(told["origin"], "web-orders.json");
    assert_eq!(told["nearest"]["expects"], "GET /orders/7");
    assert!(
        told["hint"]
            .as_str()
            .unwrap()
            .contains("No pact has this method and path")
    );
    assert_eq!(told["page"], format!("{url}/_pactwork/"));
}

#[test]
fn a_folder_is_served_each_provider_at_an_url_of_its_own() {
    let workshop = Workshop::new();
    workshop.write_json("pacts/a.json", &pact("web", "orders", &[order(7)]));
    workshop.write_json("pacts/b.json", &pact("app", "orders", &[order(8)]));
    workshop.write_json(
        "pacts/c.json",
        &pact("web", "users", &[get_interaction("/me", &json!(1))]),
    );
    let mut stub = workshop.start(&["stub", "--format", "json", "pacts"]);
    let mut text = String::new();
    let listed = loop {
        text += &stub.first_line();
        if let Ok(listed) = serde_json::from_str::<Value>(&text) {
            break listed;
        }
    };
    let url = |provider: &str| {
        listed["providers"][provider]["url"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(get(&url("orders"), "/orders/7").starts_with("HTTP/1.1 200"));
    assert!(get(&url("orders"), "/orders/8").starts_with("HTTP/1.1 200"));
    assert!(get(&url("orders"), "/me").starts_with("HTTP/1.1 500"));
    assert!(get(&url("users"), "/me").starts_with("HTTP/1.1 200"));
    stub.stop().exits(0);
}

#[test]
fn the_configured_folder_is_the_default_and_one_provider_can_be_chosen() {
    let workshop = Workshop::of("participant = \"web\"\n[consumer]\npacts = \"contracts\"\n");
    workshop.write_json("contracts/a.json", &pact("web", "orders", &[order(7)]));
    workshop.write_json("contracts/b.json", &pact("web", "users", &[order(8)]));
    let (_stub, url) = start(&workshop, &["--provider", "users"]);
    assert!(get(&url, "/orders/8").starts_with("HTTP/1.1 200"));
    assert!(get(&url, "/orders/7").starts_with("HTTP/1.1 500"));
}

#[test]
fn what_is_shared_by_interactions_is_never_silently_the_first() {
    let workshop = Workshop::new();
    let interactions = [
        given("orders exist", list("a list", "some")),
        given("no order exists", list("a list", "none")),
    ];
    workshop.write_json("p.json", &pact("web", "orders", &interactions));
    let (_stub, url) = start(&workshop, &["p.json"]);

    let answer = ask(&url, "GET /orders", &[], "");
    assert_eq!(answer.status, 409, "{answer:?}");
    let told = answer.json();
    assert_eq!(told["outcome"], "ambiguous");
    assert_eq!(told["candidates"].as_array().unwrap().len(), 2);
    assert_eq!(
        told["candidates"][1]["states"][0]["name"],
        "no order exists"
    );
    let ways = told["how_to_choose"].to_string();
    assert!(ways.contains("Pactwork-State: orders exist"), "{ways}");
    assert!(
        ways.contains(&format!(
            "curl -X PUT '{url}/_pactwork/state?state=orders+exist'"
        )),
        "{ways}"
    );
}

#[test]
fn a_state_is_asked_for_by_header_by_query_by_body_and_stays_until_another_is() {
    let workshop = Workshop::new();
    let interactions = [
        given("orders exist", list("a list", "some")),
        given("no order exists", list("a list", "none")),
        list("any list", "default"),
    ];
    workshop.write_json("p.json", &pact("web", "orders", &interactions));
    let (_stub, url) = start(&workshop, &["p.json"]);
    let body = |headers: &[&str]| ask(&url, "GET /orders", headers, "").body;
    let control = |request: &str, text: &str| ask(&url, request, &[], text);

    assert_eq!(body(&[]), r#""default""#);
    assert_eq!(body(&["Pactwork-State: orders exist"]), r#""some""#);
    assert_eq!(
        body(&[r#"Pactwork-State: {"name": "no order exists"}"#]),
        r#""none""#
    );
    assert_eq!(body(&["Pactwork-Interaction: any list"]), r#""default""#);

    let set = control("PUT /_pactwork/state?state=no+order+exists", "");
    assert_eq!(set.json()["states"][0]["name"], "no order exists");
    assert_eq!(body(&[]), r#""none""#);
    assert_eq!(body(&["Pactwork-State: orders exist"]), r#""some""#);
    control("PUT /_pactwork/state", r#"{"states": ["orders exist"]}"#);
    assert_eq!(body(&[]), r#""some""#);
    assert_eq!(control("DELETE /_pactwork/state", "").status, 204);
    assert_eq!(body(&[]), r#""default""#);
    control(
        "POST /_pactwork/state",
        r#"{"state": "no order exists", "action": "setup"}"#,
    );
    assert_eq!(body(&[]), r#""none""#);
}

#[test]
fn states_are_told_apart_by_their_parameters() {
    let workshop = Workshop::new();
    let with_id = |id: u64| {
        let mut interaction = list("the newest order", &format!("order {id}"));
        interaction["providerStates"] =
            json!([{ "name": "an order exists", "params": { "id": id } }]);
        interaction
    };
    workshop.write_json("p.json", &pact("web", "orders", &[with_id(7), with_id(8)]));
    let (_stub, url) = start(&workshop, &["p.json"]);
    let with = |header: &str| ask(&url, "GET /orders", &[header], "");
    let chosen = with(r#"Pactwork-State: {"name": "an order exists", "params": {"id": 8}}"#);
    assert_eq!(chosen.body, r#""order 8""#);
    let by_name = with("Pactwork-State: an order exists");
    assert_eq!(by_name.status, 409);
    assert_eq!(
        by_name.json()["why"],
        "what was asked for suits several of them"
    );
    let unknown = with(r#"Pactwork-State: {"name": "an order exists", "params": {"id": 9}}"#);
    assert_eq!(unknown.status, 400);
}

#[test]
fn what_is_asked_for_and_not_known_is_refused_with_what_is() {
    let workshop = Workshop::new();
    let interaction = given("orders exist", list("a list", "some"));
    workshop.write_json("p.json", &pact("web", "orders", &[interaction]));
    let (_stub, url) = start(&workshop, &["p.json"]);
    let expected =
        "no interaction is given the provider state \"order exist\"; known are \"orders exist\"";
    let by_header = ask(&url, "GET /orders", &["Pactwork-State: order exist"], "");
    assert_eq!(by_header.status, 400);
    assert_eq!(by_header.json()["reason"], expected);
    let by_query = ask(&url, "PUT /_pactwork/state?state=order+exist", &[], "");
    assert_eq!(by_query.status, 400);
    assert_eq!(by_query.json()["error"], expected);
    for (request, body, expected) in [
        ("PUT /_pactwork/state?sate=a", "", "found \"sate\""),
        (
            "PUT /_pactwork/state",
            "{\"sate\": 1}",
            "unknown field `sate`",
        ),
        ("PUT /_pactwork/state", "", "expected what is asked for"),
        (
            "PUT /_pactwork/state?state=orders+exist",
            "{}",
            "expected a query or a body",
        ),
    ] {
        let answer = ask(&url, request, &[], body);
        assert_eq!(answer.status, 400, "{request}");
        assert!(
            answer.body.contains(&expected.replace('"', "\\\"")),
            "{answer:?}"
        );
    }
}

#[test]
fn consumers_of_one_provider_are_told_apart_where_they_expect_different_answers() {
    let workshop = Workshop::new();
    workshop.write_json(
        "web.json",
        &pact("web", "orders", &[list("a list", "web's"), order(7)]),
    );
    workshop.write_json(
        "app.json",
        &pact("app", "orders", &[list("a list", "app's"), order(7)]),
    );
    let (_stub, url) = start(&workshop, &["web.json", "app.json"]);

    assert_eq!(ask(&url, "GET /orders/7", &[], "").status, 200);
    let told = ask(&url, "GET /orders", &[], "");
    assert_eq!(told.status, 409);
    assert_eq!(
        told.json()["how_to_choose"],
        json!(["send the header Pactwork-Consumer: web"])
    );
    let chosen = ask(&url, "GET /orders", &["Pactwork-Consumer: app"], "");
    assert_eq!(chosen.body, r#""app's""#);
}

#[test]
fn values_with_generators_are_made_anew_and_rules_count() {
    let workshop = Workshop::new();
    let mut interaction = get_interaction("/orders/7", &json!({ "id": "x" }));
    interaction["request"]["matchingRules"] = json!({ "path": { "combine": "AND", "matchers": [{ "match": "regex", "regex": "^/orders/\\d+$" }] } });
    interaction["response"]["generators"] = json!({ "body": { "$.id": { "type": "Uuid" } } });
    workshop.write_json("p.json", &pact("web", "orders", &[interaction]));
    let (_stub, url) = start(&workshop, &["p.json"]);
    let id = || {
        ask(&url, "GET /orders/99", &[], "").json()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (first, second) = (id(), id());
    assert_eq!(first.len(), 36);
    assert_ne!(first, second);
    assert_eq!(ask(&url, "GET /orders/x", &[], "").status, 500);
}

#[test]
fn headers_can_be_ignored() {
    let workshop = Workshop::new();
    let mut interaction = order(7);
    interaction["request"]["headers"] =
        json!({ "Authorization": ["Bearer a"], "Accept": ["text/plain"] });
    workshop.write_json("p.json", &pact("web", "orders", &[interaction]));
    let status = |arguments: &[&str], headers: &[&str]| {
        let (_stub, url) = start(&workshop, arguments);
        ask(&url, "GET /orders/7", headers, "").status
    };
    assert_eq!(status(&["p.json"], &["Accept: text/plain"]), 500);
    let ignoring = ["--ignore-header", "authorization", "p.json"];
    assert_eq!(status(&ignoring, &["Accept: text/plain"]), 200);
    assert_eq!(status(&ignoring, &["Authorization: Bearer b"]), 500);
    assert_eq!(status(&["--ignore-header", "*", "p.json"], &[]), 200);
}

#[test]
fn a_changed_file_is_served_and_a_broken_one_leaves_what_was() {
    let (workshop, stub, url) = orders();
    let is_served = |path: &str| get(&url, path).starts_with("HTTP/1.1 200");
    let problem = || ask(&url, "GET /_pactwork/interactions", &[], "").json()["problem"].clone();

    workshop.write("web-orders.json", "{ \"consumer\": ");
    wait_until("the problem is shown", || problem() != Value::Null);
    assert!(
        problem()
            .as_str()
            .unwrap()
            .contains("web-orders.json: line 1")
    );
    let page = get(&url, "/_pactwork/");
    assert!(page.contains("Not reloaded"), "{page}");
    assert!(is_served("/orders/7"));

    workshop.write_json("web-orders.json", &pact("web", "orders", &[order(9)]));
    wait_until("the new pact is served", || is_served("/orders/9"));
    assert!(!is_served("/orders/7"));
    assert_eq!(problem(), Value::Null);
    stub.stop()
        .exits(0)
        .says("warning: not reloaded, what was served before still is: web-orders.json: line 1")
        .says("reloaded orders: 1 interaction");
}

#[test]
fn files_that_come_to_a_folder_are_served_new_providers_as_well() {
    let workshop = Workshop::new();
    workshop.write_json("pacts/a.json", &pact("web", "orders", &[order(7)]));
    let (stub, url) = start(&workshop, &["pacts"]);
    workshop.write_json("pacts/b.json", &pact("app", "orders", &[order(8)]));
    wait_until("the new file is served", || {
        get(&url, "/orders/8").starts_with("HTTP/1.1 200")
    });
    workshop.write_json("pacts/c.json", &pact("web", "users", &[order(9)]));
    let reloads = || ask(&url, "GET /_pactwork/requests", &[], "").json()["revision"].as_u64();
    let before = reloads();
    wait_until("the folder is read again", || reloads() > before);
    stub.stop()
        .exits(0)
        .says(": users: 1 interaction")
        .says("new at http://127.0.0.1:");
}

#[test]
fn what_is_in_storage_is_served_and_looked_at_again() {
    let workshop = Workshop::of(STORAGE);
    let publish = |version: &str, branch: &str, id: u64| {
        workshop.write_json("web-orders.json", &pact("web", "orders", &[order(id)]));
        workshop.write(
            "web.toml",
            "participant = \"web\"\n[storage]\nurl = \"bucket\"\n",
        );
        workshop
            .run(&[
                "--config",
                "web.toml",
                "publish",
                "web-orders.json",
                "--version",
                version,
                "--branch",
                branch,
            ])
            .exits(0);
    };
    publish("1", "main", 7);
    publish("2", "feature", 8);
    let (stub, url) = start(&workshop, &["--from-storage", "--reload-every", "1"]);
    let is_served = |path: &str| get(&url, path).starts_with("HTTP/1.1 200");
    assert!(is_served("/orders/7"));
    assert!(!is_served("/orders/8"));
    publish("3", "main", 9);
    wait_until("the new version is served", || is_served("/orders/9"));
    assert!(!is_served("/orders/7"));
    stub.stop().exits(0);

    let arguments = [
        "--from-storage",
        "--provider",
        "orders",
        "--select",
        "branch=feature",
    ];
    let (_stub, url) = start(&workshop, &arguments);
    assert!(get(&url, "/orders/8").starts_with("HTTP/1.1 200"));
    let listed = ask(&url, "GET /_pactwork/interactions", &[], "").json();
    assert_eq!(listed["interactions"][0]["origin"], "web 2 in storage");
}

fn golden_contracts(workshop: &Workshop) {
    let schema = json!({
        "type": "object",
        "properties": { "id": { "type": "integer", "minimum": 5 }, "state": { "enum": ["open", "paid"] } },
        "required": ["id"],
    });
    workshop.write_json("golden/Order.json", &schema);
    workshop.write_json(
        "golden/Odd.json",
        &json!({ "type": "integer", "minimum": 2, "maximum": 1 }),
    );
}

#[test]
fn examples_of_golden_contracts_answer_where_routes_say() {
    let workshop = Workshop::of(
        "participant = \"orders\"\n[stub.responses]\n\"GET /orders/{id}\" = \"Order\"\n\
         \"POST /orders\" = { golden = \"Order\", status = 201 }\n",
    );
    golden_contracts(&workshop);
    let (stub, url) = start(
        &workshop,
        &["--golden", "golden", "--response", "GET /odd=Odd"],
    );
    let expected = json!({ "id": 5, "state": "open" });
    let answer = ask(&url, "GET /orders/7?expand=lines", &["Accept: */*"], "");
    assert_eq!((answer.status, answer.json()), (200, expected.clone()));
    let created = ask(
        &url,
        "POST /orders",
        &["Content-Type: application/json"],
        "{\"a\": 1}",
    );
    assert_eq!((created.status, created.json()), (201, expected.clone()));
    assert_eq!(ask(&url, "GET /orders/7/lines", &[], "").status, 500);
    let none = ask(&url, "GET /odd", &[], "");
    assert_eq!(none.status, 501);
    assert!(
        none.json()["error"]
            .as_str()
            .unwrap()
            .contains("no number was found within its bounds")
    );

    let event = ask(&url, "GET /_pactwork/messages?description=Order", &[], "");
    assert_eq!(event.json(), expected);
    event.has_header("content-type: application/json");
    stub.stop()
        .exits(0)
        .says("warning: golden/Odd.json: no example of Odd can be made");
}

#[test]
fn pulled_golden_contracts_are_of_the_provider_of_their_folder() {
    let workshop = Workshop::new();
    workshop.write_json("golden/users/User.json", &json!({ "type": "string" }));
    let (_stub, url) = start(
        &workshop,
        &["--golden", "golden", "--response", "GET /me=users/User"],
    );
    assert_eq!(ask(&url, "GET /me", &[], "").body, "\"text\"");
}

#[test]
fn messages_are_given_by_their_description() {
    let workshop = Workshop::new();
    let event = message("Created", &json!({ "id": 1 }));
    let other = given("deleted", message("Created", &json!({ "id": 3 })));
    let mut question = message("a question", &json!(1));
    question["type"] = json!("Synchronous/Messages");
    question["request"] = json!({ "contents": question["contents"].take() });
    question["response"] = json!([]);
    workshop.write_json(
        "web.json",
        &pact("web", "orders", &[event, other, question]),
    );
    workshop.write_json(
        "app.json",
        &pact("app", "orders", &[message("Created", &json!({ "id": 2 }))]),
    );
    let (stub, url) = start(&workshop, &["web.json", "app.json"]);
    let ask_for = |query: &str| ask(&url, &format!("GET /_pactwork/messages?{query}"), &[], "");
    assert_eq!(
        ask_for("description=Created&consumer=app").body,
        r#"{"id":2}"#
    );
    assert_eq!(ask_for("description=Created").status, 409);
    let unknown = ask_for("description=Deleted");
    assert_eq!(unknown.status, 404);
    assert!(
        unknown.body.contains(r#"there are \"Created\""#),
        "{unknown:?}"
    );
    let listed = ask(&url, "GET /_pactwork/messages", &[], "").json();
    assert_eq!(listed.as_array().unwrap().len(), 3);
    assert_eq!(
        ask_for("description=Created&state=deleted").body,
        r#"{"id":3}"#
    );
    stub.stop().exits(0).says(
        "warning: web.json: web: \"a question\" is not served: a synchronous message has no HTTP request",
    );
}

#[test]
fn the_page_shows_what_is_served_and_asked_and_escapes_it() {
    let workshop = Workshop::new();
    let mut hostile = given("<script>alert(1)</script>", order(7));
    hostile["description"] = json!("</title><script>alert(2)</script>");
    hostile["request"]["headers"] = json!({ "X-A": ["<script>alert(6)</script>"] });
    hostile["response"]["body"]["content"] = json!("<img src=x onerror=alert(3)>");
    workshop.write_json(
        "p.json",
        &pact("<b>web</b>", "\"><script>alert(4)</script>", &[hostile]),
    );
    let (_stub, url) = start(&workshop, &["p.json"]);
    ask(
        &url,
        "GET /orders/8?a='&b",
        &["X-A: <script>alert(5)</script>"],
        "",
    );
    let answer = ask(&url, "GET /_pactwork/", &[], "");
    assert_eq!(answer.status, 200);
    answer.has_header("content-type: text/html; charset=utf-8");
    answer.has_header("content-security-policy: default-src 'none'");
    let page = answer.body;
    assert_eq!(page.matches("<script").count(), 1, "{page}");
    assert!(!page.contains("<img") && !page.contains("<b>"), "{page}");
    for shown in [
        "GET /orders/7",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&lt;img src=x onerror=alert(3)&gt;",
        "nearest interaction: ",
        "GET /orders/8?a='&amp;b",
        "&lt;script&gt;alert(5)&lt;/script&gt;",
        "&lt;script&gt;alert(6)&lt;/script&gt;",
        "No pact has this method and path",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let found = ask(&url, "GET /_pactwork/?find=nothing%22%3E", &[], "").body;
    assert!(found.contains("value=\"nothing&quot;&gt;\""), "{found}");
    assert!(!found.contains("onerror"), "{found}");
}

#[test]
fn requests_are_listed_with_what_became_of_them() {
    let (_workshop, _stub, url) = orders();
    ask(&url, "GET /orders/7", &[], "");
    ask(&url, "GET /orders/9", &[], "");
    let listed = ask(&url, "GET /_pactwork/requests", &[], "").json();
    assert_eq!(listed["count"], 2);
    let [latest, first] = listed["requests"].as_array().unwrap().as_slice() else {
        panic!("{listed}");
    };
    assert_eq!(latest["request"], "GET /orders/9");
    assert_eq!(latest["outcome"], "unexpected");
    assert_eq!(latest["nearest"]["expects"], "GET /orders/7");
    assert_eq!(first["outcome"], "answered");
    assert_eq!(first["interaction"], "web: \"GET /orders/7\"");
    let one = ask(&url, "GET /_pactwork/requests?limit=1", &[], "").json();
    assert_eq!(one["requests"].as_array().unwrap().len(), 1);
    ask(&url, "DELETE /_pactwork/requests", &[], "");
    let none = ask(&url, "GET /_pactwork/requests", &[], "").json();
    assert_eq!((&none["count"], &none["requests"]), (&json!(2), &json!([])));
}

#[test]
fn the_control_paths_are_for_this_machine_alone() {
    let workshop = Workshop::new();
    workshop.write_json("p.json", &pact("web", "orders", &[order(7)]));
    let (_stub, url) = start(&workshop, &["--allow-host", "stub.test", "p.json"]);
    for (headers, status) in [
        (&["Host: evil.example"][..], 403),
        (&["Origin: https://evil.example"], 403),
        (&["Origin: null"], 403),
        (&["Origin: http://localhost:3000"], 200),
        (&["Host: stub.test"], 200),
    ] {
        let answer = ask(&url, "GET /_pactwork/state", headers, "");
        assert_eq!(answer.status, status, "{headers:?} {answer:?}");
    }
    let served = ask(&url, "GET /orders/7", &["Host: evil.example"], "");
    assert_eq!(served.status, 200);
    let unknown = ask(&url, "GET /_pactwork/sate", &[], "");
    assert_eq!(unknown.status, 404);
    assert!(
        unknown.body.contains("GET, PUT and DELETE /state"),
        "{unknown:?}"
    );
    assert_eq!(ask(&url, "GET /_pactwork", &[], "").status, 308);
}

#[test]
fn web_pages_may_call_what_is_served() {
    let workshop = Workshop::new();
    let mut interaction = order(7);
    interaction["request"]["method"] = json!("PUT");
    workshop.write_json("p.json", &pact("web", "orders", &[interaction]));
    let preflight = |arguments: &[&str], origin: &str| {
        let (_stub, url) = start(&workshop, arguments);
        let origin = format!("Origin: {origin}");
        let method = "Access-Control-Request-Method: PUT";
        ask(&url, "OPTIONS /orders/7", &[&origin, method], "").status
    };
    let app = "https://app.example";
    assert_eq!(preflight(&["p.json"], "http://localhost:3000"), 204);
    assert_eq!(preflight(&["p.json"], app), 500);
    assert_eq!(preflight(&["--cors", app, "p.json"], app), 204);
    assert_eq!(preflight(&["--cors", "*", "p.json"], "null"), 204);
    assert_eq!(
        preflight(&["--no-cors", "p.json"], "http://localhost:3000"),
        500
    );
}

#[test]
fn it_speaks_tls_with_a_certificate_that_clients_can_trust() {
    let workshop = Workshop::new();
    workshop.write_json("p.json", &pact("web", "orders", &[order(7)]));
    let (_stub, url) = start(&workshop, &["--tls-self-signed", "ca.pem", "p.json"]);
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    let trusted = workshop.read("ca.pem");
    get_trusting(&trusted, &format!("{url}/orders/7"), &[]).is(200);
    workshop
        .run(&[
            "stub",
            "--tls-certificate",
            "none.pem",
            "--tls-key",
            "none.pem",
            "p.json",
        ])
        .exits(2)
        .says("cannot read none.pem");
}

#[test]
fn the_control_path_makes_way_for_a_pact() {
    let workshop = Workshop::new();
    let interaction = get_interaction("/_pactwork/a", &json!(1));
    workshop.write_json("p.json", &pact("web", "orders", &[interaction]));
    workshop
        .run(&["stub", "p.json"])
        .exits(2)
        .says("p.json: web: \"GET /_pactwork/a\": its path /_pactwork/a is below /_pactwork");
    let (_stub, url) = start(&workshop, &["--control-path", "/_stub/", "p.json"]);
    assert!(get(&url, "/_pactwork/a").starts_with("HTTP/1.1 200"));
    assert!(get(&url, "/_stub/").contains("a stub at"));
}

#[test]
fn a_large_pact_answers_many_clients_at_once() {
    let workshop = Workshop::new();
    let interactions: Vec<_> = (0..1_000).map(order).collect();
    workshop.write_json("p.json", &pact("web", "orders", &interactions));
    let (stub, url) = start(&workshop, &["p.json"]);
    thread::scope(|scope| {
        for first in 0..8 {
            let url = &url;
            scope.spawn(move || {
                for id in (first..1_000).step_by(8) {
                    let answer = ask(url, &format!("GET /orders/{id}"), &[], "");
                    assert_eq!(answer.json(), json!({ "id": id }));
                }
            });
        }
    });
    let listed = ask(&url, "GET /_pactwork/requests?limit=1000", &[], "").json();
    assert_eq!(listed["count"], 1_000);
    assert_eq!(listed["requests"].as_array().unwrap().len(), 500);
    let page = get(&url, "/_pactwork/");
    assert!(page.contains("800 more; find them by a word"));
    assert!(get(&url, "/_pactwork/?find=/orders/999").contains("GET /orders/999"));
    stub.stop().exits(0);
}

#[test]
fn what_cannot_be_served_is_a_sentence() {
    let workshop = Workshop::new();
    workshop.write_json("p.json", &pact("web", "orders", &[order(7)]));
    workshop.write_json("q.json", &pact("web", "users", &[order(7)]));
    workshop.write("broken.json", "{\n  \"consumer\": }");
    let mut odd = order(7);
    odd["response"]["status"] = json!(100);
    workshop.write_json("odd.json", &pact("web", "orders", &[odd]));
    std::fs::create_dir(workshop.path("empty")).unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let cases: &[(&[&str], &str)] = &[
        (&["none.json"], "none.json: cannot read: "),
        (
            &["broken.json"],
            "broken.json: line 2, column 15: not JSON: ",
        ),
        (&["empty"], "error: there is no pact to serve in empty"),
        (
            &["--provider", "users", "p.json"],
            "there is no pact with users to serve in p.json",
        ),
        (
            &["odd.json"],
            "odd.json: \"GET /orders/7\": the response: status 100 does not end",
        ),
        (&["--port", &port, "p.json"], "is in use"),
        (
            &["--port", "1", "p.json", "q.json"],
            "--port 1 does not say which provider it is for",
        ),
        (
            &["--port", "x=1", "p.json"],
            "--port x=1: no pact with x is served",
        ),
        (
            &["--port", "x", "p.json"],
            "expected a port from 0 to 65535 or PROVIDER=PORT, found x",
        ),
        (&["--select", "latest", "p.json"], "add --from-storage"),
        (&["--from-storage"], "give --provider NAME"),
        (
            &["--control-path", "a", "p.json"],
            "expected a path such as /_pactwork",
        ),
    ];
    refused(&workshop, cases);
}

#[test]
fn golden_contracts_that_cannot_be_served_are_a_sentence() {
    let workshop = Workshop::new();
    std::fs::create_dir(workshop.path("empty")).unwrap();
    workshop.write_json("golden/A.json", &json!({ "type": "string" }));
    let cases: &[(&[&str], &str)] = &[
        (
            &["--golden", "golden"],
            "it is not known whose golden contracts are in golden",
        ),
        (
            &["--golden", "empty", "--provider", "a"],
            "no golden contract (*.json) in empty",
        ),
        (
            &[
                "--golden",
                "golden",
                "--provider",
                "a",
                "--response",
                "GET /=B",
            ],
            "GET /: there is no golden contract B in golden; there are A",
        ),
        (
            &["--golden", "golden", "--provider", "a", "--response", "/=A"],
            "expected a method and a path",
        ),
    ];
    refused(&workshop, cases);
}

fn refused(workshop: &Workshop, cases: &[(&[&str], &str)]) {
    for (arguments, text) in cases {
        let mut all = vec!["stub"];
        all.extend_from_slice(arguments);
        let finished = workshop.run(&all).exits(2).says(text);
        assert_eq!(finished.stdout, "", "{arguments:?}");
    }
}

#[test]
fn a_pact_without_http_interactions_says_so_to_the_client() {
    let workshop = Workshop::new();
    workshop.write_json("p.json", &pact("web", "orders", &[message("A", &json!(1))]));
    let (_stub, url) = start(&workshop, &["p.json"]);
    let answer = ask(&url, "GET /", &[], "");
    assert_eq!(answer.status, 500);
    assert!(
        answer.json()["hint"]
            .as_str()
            .unwrap()
            .contains("serves no HTTP interaction")
    );
}
