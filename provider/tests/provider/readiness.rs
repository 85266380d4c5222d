//! How it is seen that a provider can be asked.

use std::net::TcpListener;
use std::time::Duration;

use pactwork_provider::{
    CommandLine, HttpOptions, LogPattern, ProviderProcess, Readiness, StartError, StartOptions,
};

use crate::support::processes::{entry_point, options};
use crate::support::tls::Authority;

/// Long enough for whatever happens at once, short enough to wait for it in vain.
const SHORT: Duration = Duration::from_millis(500);

fn waiting_for(command: &str, ready: Readiness) -> StartOptions {
    StartOptions {
        ready,
        ..options(command)
    }
}

fn log(pattern: &str) -> Readiness {
    Readiness {
        log: Some(LogPattern::new(pattern).unwrap()),
        deadline: Duration::from_secs(60),
        ..Readiness::default()
    }
}

async fn not_ready(command: &str, ready: Readiness) -> String {
    let deadline = SHORT;
    let options = waiting_for(command, Readiness { deadline, ..ready });
    match ProviderProcess::start(options).await.unwrap_err() {
        StartError::NotReady { last_seen, .. } => last_seen,
        other => panic!("expected that it was not ready, found: {other}"),
    }
}

#[tokio::test]
async fn a_program_runs_without_a_shell() {
    let command = CommandLine::program("printf", ["%s|", "{port}", "$HOME", "a  b", ""]);
    let options = StartOptions {
        port: Some(31_999),
        ..options(command)
    };
    let error = ProviderProcess::start(options).await.unwrap_err();
    let StartError::Ended { output, .. } = &error else {
        panic!("expected that it ended, found: {error}");
    };
    assert_eq!(output, "31999|$HOME|a  b||");
    let text = error.to_string();
    let shown = "the provider `printf '%s|' {port} '$HOME' 'a  b' ''` ended with exit status 0";
    assert!(text.starts_with(shown), "{text}");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_shown_as_the_shell_says_it() {
    let command = CommandLine::program("no-such-program-anywhere", [""; 0]);
    let error = ProviderProcess::start(options(command)).await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("`no-such-program-anywhere` ended with exit status 127"),
        "{text}"
    );
    assert!(text.contains("not found"), "{text}");
}

#[tokio::test]
async fn a_line_of_the_log_says_that_a_provider_is_ready_that_does_not_listen() {
    let command = "echo starting; echo 'Ready to serve' >&2; sleep 600";
    let options = waiting_for(command, log("(?i)^ready"));
    let process = ProviderProcess::start(options).await.unwrap();
    assert!(process.output().contains("Ready to serve"));

    let seen = not_ready("echo starting; sleep 600", log("^ready")).await;
    assert_eq!(seen, "no line of its output matches \"^ready\"");
    let both = Readiness {
        port: true,
        ..log("(?i)^ready")
    };
    let seen = not_ready(command, both).await;
    assert!(
        seen.starts_with("cannot connect to 127.0.0.1:"),
        "the port as well: {seen}"
    );
}

#[tokio::test]
async fn a_line_of_the_log_gives_the_port_that_the_provider_chose() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let command = format!(
        "echo 'metrics on :0'; echo 'listening on http://localhost:{port}/'; PORT={port} {}",
        entry_point("provider")
    );
    let ready = Readiness {
        path: Some("/health".into()),
        ..log(r":(?<port>\d+)")
    };
    let process = ProviderProcess::start(waiting_for(&command, ready)).await;
    assert_eq!(
        process.unwrap().base_url(),
        format!("http://127.0.0.1:{port}")
    );
}

#[tokio::test]
async fn a_command_says_that_a_provider_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    let options = StartOptions {
        directory: folder.path().into(),
        environment: vec![("NAME".into(), "at {port}".into())],
        ready: Readiness {
            command: Some(
                "echo \"{port} $PORT $PACTWORK_BASE_URL $NAME $PACTWORK_INSTANCE\" > seen; \
                 test -e up"
                    .into(),
            ),
            deadline: Duration::from_secs(60),
            ..Readiness::default()
        },
        ..options("sleep 0.2; touch up; sleep 600")
    };
    let process = ProviderProcess::start(options).await.unwrap();
    assert!(folder.path().join("up").exists());
    let seen = std::fs::read_to_string(folder.path().join("seen")).unwrap();
    let base_url = process.base_url();
    let port = base_url.rsplit(':').next().unwrap();
    assert_eq!(seen.trim(), format!("{port} {port} {base_url} at {port} 1"));
}

#[tokio::test]
async fn a_ready_command_that_fails_or_hangs_is_shown() {
    for (command, expected) in [
        (
            "echo no database >&2; exit 1",
            "`echo no database >&2; exit 1` ended with exit status 1: no database",
        ),
        ("sleep 600", "`sleep 600` had not ended"),
    ] {
        let ready = Readiness {
            command: Some(command.into()),
            ..Readiness::default()
        };
        assert_eq!(not_ready("sleep 600", ready).await, expected);
    }
}

#[tokio::test]
async fn all_that_is_waited_for_has_to_hold() {
    let ready = |path: &str, pattern: &str, command: &str| Readiness {
        path: Some(path.into()),
        command: Some(command.into()),
        ..log(pattern)
    };
    let command = format!("echo hello; {}", entry_point("provider"));
    let all = waiting_for(&command, ready("/health", "hello", "exit 0"));
    ProviderProcess::start(all).await.unwrap();
    let seen = not_ready(&command, ready("/health", "good bye", "exit 0")).await;
    assert_eq!(seen, "no line of its output matches \"good bye\"");
    let seen = not_ready(&command, ready("/health", "hello", "exit 9")).await;
    assert_eq!(seen, "`exit 9` ended with exit status 9; it wrote nothing");
}

/// A server under TLS, with the certificate and the key that lie beside it.
const SECURE: &str = r#"
import os, ssl
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.path == "/api/health"
        self.send_response(204 if known else 404)
        self.end_headers()

server = HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("certificate.pem", "key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"#;

#[tokio::test]
async fn a_provider_that_is_started_may_answer_under_tls_and_below_a_path() {
    let mut python = std::process::Command::new("python3");
    let python = python
        .arg("-V")
        .stdout(std::process::Stdio::null())
        .status();
    if !python.is_ok_and(|status| status.success()) {
        eprintln!("skipped: python3 is not there");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let identity = authority.issue("localhost");
    for (name, text) in [
        ("server.py", SECURE),
        ("certificate.pem", &identity.certificate),
        ("key.pem", &identity.key),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let trusting = HttpOptions::new().ca_certificates(authority.pem().as_bytes());
    let start = |http: HttpOptions, deadline: Duration| StartOptions {
        directory: folder.path().into(),
        base_url: Some("https://localhost:{port}/api/".into()),
        ready: Readiness {
            path: Some("/health".into()),
            http,
            deadline,
            ..Readiness::default()
        },
        ..StartOptions::new(CommandLine::program("python3", ["server.py"]))
    };
    let started = start(trusting.unwrap(), Duration::from_secs(60));
    let process = ProviderProcess::start(started).await.unwrap();
    let base_url = process.base_url();
    let rest = base_url.strip_prefix("https://localhost:").unwrap();
    assert!(rest.ends_with("/api"), "{base_url}");

    let distrusting = start(HttpOptions::new(), Duration::from_secs(3));
    let text = ProviderProcess::start(distrusting)
        .await
        .unwrap_err()
        .to_string();
    assert!(text.contains("/api/health: "), "{text}");
    assert!(text.contains("certificate"), "{text}");
}

#[tokio::test]
async fn a_base_url_may_say_which_port_the_provider_has() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let fixed = || StartOptions {
        base_url: Some(format!("http://localhost:{port}")),
        ..options(entry_point("provider"))
    };
    let process = ProviderProcess::start(fixed()).await.unwrap();
    assert_eq!(process.base_url(), format!("http://localhost:{port}"));

    let never = std::future::pending();
    let two = ProviderProcess::start_several(fixed(), 2, never).await;
    let text = two.unwrap_err().to_string();
    let expected = "it has no {port}, and each instance needs a port of its own";
    assert!(text.ends_with(expected), "{text}");
}

#[tokio::test]
async fn a_base_url_that_cannot_be_used_is_said_before_anything_is_started() {
    let options = StartOptions {
        base_url: Some("localhost:{port}".into()),
        ..options("exit 7")
    };
    assert_eq!(
        ProviderProcess::start(options)
            .await
            .unwrap_err()
            .to_string(),
        "\"localhost:{port}\" is not a URL that requests can be sent to: its scheme is \
         \"localhost\", expected \"http\" or \"https\""
    );
}
