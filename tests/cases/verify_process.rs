//! How `pactwork verify` starts the provider, waits for it, and stops it.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::net::TcpListener;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{
    Finished, PACTWORK, Workshop, get_interaction, given, is_gone, pact, process_id, serve,
    wait_until,
};

fn order(id: u64) -> Value {
    get_interaction(&format!("/orders/{id}"), &json!({ "id": id }))
}

/// web-orders.json relies on two orders, and real.json is what the provider answers.
fn workshop() -> Workshop {
    let workshop = Workshop::of("participant = \"orders\"\n");
    let orders = [order(7), given("order 8 exists", order(8))];
    workshop.write_json("web-orders.json", &pact("web", "orders", &orders));
    workshop.write_json("real.json", &pact("anybody", "orders", &orders));
    workshop
}

fn verify(workshop: &Workshop, arguments: &[&str]) -> Finished {
    workshop.run(&[&["verify", "web-orders.json"], arguments].concat())
}

fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().port()
}

#[test]
fn a_program_is_started_without_a_shell() {
    let workshop = workshop();
    let program = [PACTWORK, "mock", "--port", "{port}", "real.json"];
    let behind = [&["--"][..], &program].concat();
    verify(&workshop, &behind).exits(0).prints("2 passed");

    let list = json!(program);
    workshop.write(
        "pactwork.toml",
        &format!("participant = \"orders\"\n[provider]\nstart = {list}\nready_tcp = true\n"),
    );
    verify(&workshop, &[]).exits(0).prints("2 passed");
    verify(&workshop, &["--", "printf", "%s.", "$HOME is {port}"])
        .exits(3)
        .says("`printf %s. '$HOME is {port}'` ended with exit status 0")
        .says("    $HOME is ");
}

#[test]
fn variables_and_the_working_folder_are_those_that_were_given() {
    let workshop = workshop();
    workshop.write("sub/real.json", &workshop.read("real.json"));
    std::fs::remove_file(workshop.path("real.json")).unwrap();
    workshop.write(
        "pactwork.toml",
        &format!(
            "participant = \"orders\"\n[provider]\nworking_folder = \"none\"\n\
             [provider.environment]\nBINARY = \"{PACTWORK}\"\nWHERE = \"nowhere\"\n"
        ),
    );
    let start = "exec $BINARY mock --port $WHERE real.json";
    let given = ["--start", start, "--env", "WHERE={port}"];
    verify(
        &workshop,
        &[&given[..], &["--working-folder", "sub"]].concat(),
    )
    .exits(0);
    verify(&workshop, &given)
        .exits(2)
        .says("none: there is no such folder");
}

#[test]
fn the_port_can_be_asked_for() {
    let workshop = workshop();
    let port = free_port().to_string();
    let start = format!("exec {PACTWORK} mock --port $PORT real.json");
    verify(&workshop, &["--start", &start, "--port", &port, "-v"])
        .exits(0)
        .says(&format!("the provider is ready at http://127.0.0.1:{port}"));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    verify(&workshop, &["--start", &start, "--port", &port])
        .exits(2)
        .says(&format!("port {port} is already in use"));
}

#[test]
fn a_provider_that_chooses_its_port_says_it_in_its_log() {
    let workshop = workshop();
    let start = format!("exec {PACTWORK} mock --port 0 real.json");
    let log = r"http://127\.0\.0\.1:(?<port>\d+)";
    verify(&workshop, &["--start", &start, "--ready-log", log])
        .exits(0)
        .prints("2 passed");
    let ready = ["--ready-log", "never said", "--ready-timeout", "1"];
    verify(&workshop, &[&["--start", &start][..], &ready].concat())
        .exits(3)
        .says("was not ready within 1s: no line of its output matches \"never said\"")
        .says("what to do: give it longer (--ready-timeout), or another --ready");
}

/// A server that tells its port as Python programs do: into a buffer, if they may.
const PYTHON: &str = r#"
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"id": %d}' % int(self.path.split("/")[-1])
        print("asked for", self.path)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

server = HTTPServer(("127.0.0.1", 0), Handler)
print("serving at port", server.server_port)
server.serve_forever()
"#;

#[test]
fn what_a_python_provider_prints_is_seen_at_once() {
    let mut python = Command::new("python3");
    let python = python.arg("-V").stdout(Stdio::null()).status();
    if !python.is_ok_and(|status| status.success()) {
        eprintln!("skipped: python3 is not there");
        return;
    }
    let workshop = workshop();
    workshop.write("server.py", PYTHON);
    let log = ["--ready-log", r"at port (?<port>\d+)", "--ready-tcp"];
    let start = ["--", "python3", "server.py"];
    verify(&workshop, &[&log[..], &start].concat())
        .exits(0)
        .prints("2 passed");
    let other = get_interaction("/orders/7", &json!({ "id": 8 }));
    workshop.write_json("web-orders.json", &pact("web", "orders", &[other]));
    verify(&workshop, &[&log[..], &start].concat())
        .exits(1)
        .prints("provider | asked for /orders/7");
}

#[test]
fn a_command_says_when_the_provider_is_ready() {
    let workshop = workshop();
    let start = format!("exec {PACTWORK} mock --port {{port}} real.json");
    let ask = "echo $PACTWORK_BASE_URL >> asked; test $(wc -l < asked) -ge 3";
    let ready = ["--ready-command", ask, "--ready-tcp"];
    verify(&workshop, &[&["--start", &start][..], &ready].concat()).exits(0);
    let asked = workshop.read("asked");
    assert_eq!(asked.matches("http://127.0.0.1:").count(), 3, "{asked}");
    verify(
        &workshop,
        &[
            "--start",
            &start,
            "--ready-command",
            "echo no database >&2; exit 9",
            "--ready-timeout",
            "1",
        ],
    )
    .exits(3)
    .says("ended with exit status 9: no database");
}

#[test]
fn several_instances_share_the_work_and_all_are_stopped() {
    let workshop = workshop();
    let start =
        format!("echo $$ > instance-{{instance}}; exec {PACTWORK} mock --port {{port}} real.json");
    let three = ["--start", &start, "--instances", "3"];
    verify(&workshop, &three)
        .exits(0)
        .prints("2 passed")
        .does_not_say("share them");
    let (states, _) = serve(|_| json!({}));
    verify(
        &workshop,
        &[&three[..], &["--states-url", &states]].concat(),
    )
    .exits(0)
    .says("warning: provider states are set at one URL for all instances of the provider");
    for number in 1..=3 {
        let process = process_id(&workshop.path(&format!("instance-{number}")));
        wait_until("the instance is gone", || is_gone(process));
    }
}

#[test]
fn an_instance_that_does_not_start_is_named_and_the_others_are_stopped() {
    let workshop = workshop();
    let start = format!(
        "echo $$ > instance-{{instance}}; \
         if [ {{instance}} = 2 ]; then sleep 0.3; echo no room for two; exit 4; fi; \
         exec {PACTWORK} mock --port {{port}} real.json"
    );
    workshop.write(
        "pactwork.toml",
        &format!("participant = \"orders\"\n[provider]\nstart = '''{start}'''\ninstances = 2\n"),
    );
    verify(&workshop, &[])
        .exits(3)
        .says("error: instance 2 of 2: the provider `")
        .says("ended with exit status 4 before it was ready; it wrote:\n    no room for two");
    for number in 1..=2 {
        let process = process_id(&workshop.path(&format!("instance-{number}")));
        wait_until("the instance is gone", || is_gone(process));
    }
}

#[test]
fn a_signal_stops_every_instance_while_they_start() {
    let workshop = workshop();
    let start = "trap 'echo bye > bye-{instance}; exit 0' TERM; echo $$ > instance-{instance}; \
                 while true; do sleep 0.05; done";
    let verification = workshop.start(&[
        "verify",
        "web-orders.json",
        "--start",
        start,
        "--instances",
        "2",
        "--ready-timeout",
        "600",
    ]);
    let instances = [1, 2].map(|number| workshop.path(&format!("instance-{number}")));
    let instances = instances.map(|file| process_id(&file));
    verification.signal("INT");
    verification
        .finish()
        .exits(3)
        .says("error: stopped by SIGINT before the provider was ready");
    assert!(instances.iter().all(|process| is_gone(*process)));
    assert!(workshop.has("bye-1") && workshop.has("bye-2"), "politely");
}

#[test]
fn a_provider_that_does_not_stop_is_killed_after_the_stop_timeout() {
    let workshop = workshop();
    let start = format!(
        "trap '' TERM; echo $$ > provider.pid; {PACTWORK} mock --port {{port}} real.json; \
         while true; do sleep 600; done"
    );
    verify(&workshop, &["--start", &start, "--stop-timeout", "0.2"]).exits(0);
    let process = process_id(&workshop.path("provider.pid"));
    wait_until("the provider is gone", || is_gone(process));
}

#[test]
fn a_command_that_returns_at_once_is_explained() {
    let workshop = workshop();
    verify(&workshop, &["--start", "echo started in the background"])
        .exits(3)
        .says("ended with exit status 0 before it was ready")
        .says("what to do: keep the provider in the foreground");
}

#[cfg(target_os = "linux")]
#[test]
fn somebody_else_who_listens_on_the_port_is_not_verified() {
    let workshop = workshop();
    let port = free_port().to_string();
    // It is there before the provider, and listens once that has been started.
    let stranger = format!(
        "touch waiting; while [ ! -e go ]; do sleep 0.01; done; \
         exec {PACTWORK} mock --port {port} real.json"
    );
    let mut stranger = Command::new("sh")
        .args(["-c", &stranger])
        .current_dir(workshop.path("."))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    wait_until("somebody else waits", || workshop.has("waiting"));
    std::thread::sleep(std::time::Duration::from_millis(50));
    let start = ["--start", "touch go; sleep 600", "--port", &port];
    let finished = verify(&workshop, &[&start[..], &["--ready-timeout", "4"]].concat());
    let _ = stranger.kill();
    let _ = stranger.wait();
    finished
        .exits(3)
        .says("did not listen on its port within 4s; somebody else does: ")
        .says(&format!(
            "127.0.0.1:{port} is process {} (`{PACTWORK} mock --port {port} real.json`): it was \
             there before the provider was started",
            stranger.id()
        ))
        .says("what to do: have the provider listen on the port that it is given")
        .says("--ready-any-listener");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let workshop = workshop();
    let cases: &[(&[&str], &str)] = &[
        (
            &["--base-url", "http://127.0.0.1:1", "--ready", "/health"],
            "'--base-url <URL>' cannot be used with '--ready <PATH>'",
        ),
        (
            &["--base-url", "http://127.0.0.1:1", "--", "orders-service"],
            "cannot be used with",
        ),
        (
            &["--start", "a", "--", "b"],
            "'--start <COMMAND>' cannot be used with '[PROGRAM]...'",
        ),
        (
            &["--start", "a", "--ready-log", "("],
            "\"(\" is not a regular expression: unclosed group",
        ),
        (
            &["--start", "a", "--env", "=x"],
            "invalid value '=x' for '--env <NAME=VALUE>': expected NAME=VALUE",
        ),
        (&["--start", "a", "--port", "0"], "0 is not in 1.."),
        (
            &["--start", "a", "--instances", "0"],
            "0 is not in 1..=1000",
        ),
        (
            &["--start", "a", "--stop-timeout", "soon"],
            "expected a number of seconds, such as 5 or 0.5",
        ),
        (
            &["--start", "a", "--port", "65535", "--instances", "2"],
            "there are no 2 ports from 65535 on",
        ),
        (
            &["--states-url", "/s", "--states-command", "s"],
            "cannot be used with",
        ),
        (
            &["--messages-url", "/m", "--messages-command", "m"],
            "cannot be used with",
        ),
    ];
    for (arguments, text) in cases {
        verify(&workshop, arguments).exits(2).says(text);
    }
}
