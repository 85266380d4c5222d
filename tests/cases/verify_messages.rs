//! Messages from a command, and several answers over HTTP, as `pactwork verify` has them.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Finished, Workshop, given, message, pact};

/// What orders sends: an event, and two answers to a question for prices.
fn workshop() -> Workshop {
    let workshop = Workshop::of("participant = \"orders\"\n");
    let mut shipped = given(
        "an order has left",
        message("OrderShipped", &json!({ "id": 7 })),
    );
    shipped["metadata"] = json!({ "topic": "orders" });
    let contents = |value: Value| json!({ "contents": { "content": value, "contentType": "application/json" } });
    let mut asked = json!({
        "type": "Synchronous/Messages",
        "description": "prices are asked for",
        "request": contents(json!({ "sku": "A" })),
        "response": [contents(json!({ "cents": 250 })), contents(json!({ "cents": 199 }))],
    });
    asked["response"][1]["metadata"] = json!({ "offer": true });
    workshop.write_json("web-orders.json", &pact("web", "orders", &[asked, shipped]));
    workshop
}

fn verify(workshop: &Workshop, arguments: &[&str]) -> Finished {
    workshop.run(&[&["verify", "web-orders.json"], arguments].concat())
}

/// The real code, as a script: what it is asked on stdin, the messages on stdout.
fn script(offer: &str, topic: &str) -> String {
    format!(
        r#"asked=$(cat); echo "$asked" >> asked
case "$asked" in
  *OrderShipped*) echo '{{"contents": {{"content": {{"id": 7}}}}, "metadata": {{"topic": "{topic}"}}}}';;
  *'"sku":"A"'*) echo '[{{"contents": {{"content": {{"cents": 250}}}}}},
    {{"contents": {{"content": {{"cents": {offer}}}}}, "metadata": {{"offer": true}}}}]';;
  *) echo "what is that?" >&2; exit 3;;
esac
"#
    )
}

#[test]
fn a_command_gives_every_message_without_a_provider_that_serves() {
    let workshop = workshop();
    workshop.write("message.sh", &script("199", "orders"));
    verify(
        &workshop,
        &[
            "--messages-command",
            "sh message.sh",
            "--no-states-teardown",
        ],
    )
    .exits(0)
    .prints("✓ OrderShipped")
    .prints("✓ prices are asked for");
    let asked = workshop.read("asked");
    assert!(
        asked.contains(r#""providerStates":[{"name":"an order has left","params":{}}]"#),
        "{asked}"
    );
    workshop.write(
        "pactwork.toml",
        "participant = \"orders\"\n[provider]\nmessages_command = [\"sh\", \"message.sh\"]\n",
    );
    verify(&workshop, &[]).exits(0).prints("2 passed");
}

#[test]
fn contents_and_metadata_of_every_answer_are_compared() {
    let workshop = workshop();
    workshop.write("message.sh", &script("200", "stock"));
    verify(&workshop, &["--messages-command", "sh message.sh"])
        .exits(1)
        .prints("✗ OrderShipped")
        .prints("topic: expected \"orders\"")
        .prints("✗ prices are asked for")
        .prints("response[1] $.cents: expected 199")
        .prints("2 failed");
}

#[test]
fn a_command_that_gives_no_message_is_could_not_verify() {
    let workshop = workshop();
    for (command, text) in [
        (
            "echo not implemented >&2; exit 3",
            "ended with exit status 3: not implemented",
        ),
        (
            "echo '{\"id\": 7}'",
            "wrote to standard output is no message: $: \"id\" is not known, expected \
             {\"contents\": {\"content\": …",
        ),
    ] {
        verify(&workshop, &["--messages-command", command])
            .exits(3)
            .prints("? OrderShipped")
            .prints(text)
            .prints("2 could not be verified");
    }
}

/// A provider in Python that gives several answers as a list.
const SERVER: &str = r#"
import json, os
from http.server import BaseHTTPRequestHandler, HTTPServer

def one(contents, **metadata):
    return {"contents": {"content": contents}, "metadata": metadata}

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        several = [one({"cents": 250}), one({"cents": int(os.environ["OFFER"])}, offer=True)]
        answers = {
            "OrderShipped": [one({"id": 7}, topic="orders")],
            "prices are asked for": several,
        }
        body = json.dumps(answers[asked["description"]]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.pactwork.messages+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"#;

#[test]
fn all_answers_of_a_synchronous_message_come_over_http() {
    let mut python = Command::new("python3");
    let python = python.arg("-V").stdout(Stdio::null()).status();
    if !python.is_ok_and(|status| status.success()) {
        eprintln!("skipped: python3 is not there");
        return;
    }
    let workshop = workshop();
    workshop.write("server.py", SERVER);
    let serve = |offer: &str| {
        let offer = format!("OFFER={offer}");
        let start = ["--messages-url", "/messages", "--env", &offer];
        verify(
            &workshop,
            &[&start[..], &["--", "python3", "server.py"]].concat(),
        )
    };
    serve("199").exits(0).prints("2 passed");
    serve("200")
        .exits(1)
        .prints("✓ OrderShipped")
        .prints("response[1] $.cents: expected 199");
}
