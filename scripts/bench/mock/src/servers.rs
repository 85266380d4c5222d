//! Servers in processes of their own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use pactwork_contract::SpecificationVersion;
use tempfile::TempDir;

use crate::pacts;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    BareHyperOneThread,
    BareHyper,
    PactworkMock,
    Wiremock,
    Httpmock,
    PactworkMockCommand,
    PactworkStubCommand,
    PactStubCommand,
    PactMockCommand,
}

use Kind::*;

impl Kind {
    pub const LIBRARIES: [Self; 4] = [BareHyperOneThread, PactworkMock, Wiremock, Httpmock];
    pub const COMMANDS: [Self; 5] = [
        BareHyper,
        PactworkMockCommand,
        PactworkStubCommand,
        PactStubCommand,
        PactMockCommand,
    ];

    pub fn name(self) -> &'static str {
        match self {
            BareHyperOneThread | BareHyper => "bare hyper",
            PactworkMock => "Pactwork's MockProvider",
            Wiremock => "wiremock",
            Httpmock => "httpmock",
            PactworkMockCommand => "`pactwork mock`",
            PactworkStubCommand => "`pactwork stub`",
            PactStubCommand => "`pact stub`",
            PactMockCommand => "`pact mock`",
        }
    }

    pub fn is_at_hand(&self) -> bool {
        match self {
            PactStubCommand | PactMockCommand => std::env::var_os("PACT").is_some(),
            PactworkMockCommand | PactworkStubCommand => std::env::var_os("PACTWORK").is_some(),
            _ => true,
        }
    }

    /// Starts it with so many interactions, and waits until it has answered once.
    pub fn start(self, interactions: usize) -> Server {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("web-orders.json");
        let pact = pacts::pact(interactions)
            .to_bytes(SpecificationVersion::V4)
            .unwrap();
        std::fs::write(&file, pact).unwrap();
        let port = free_port();
        let listening = port.to_string();
        let file = file.to_str().unwrap();
        let begun = Instant::now();
        let mut process = match self {
            BareHyperOneThread => own("hyper-1", interactions),
            BareHyper => own("hyper-n", interactions),
            PactworkMock => own("pactwork-1", interactions),
            Wiremock => own("wiremock", interactions),
            Httpmock => own("httpmock", interactions),
            PactworkMockCommand => command("PACTWORK", &["mock", "--port", &listening, file]),
            PactworkStubCommand => command("PACTWORK", &["stub", "--port", &listening, file]),
            PactStubCommand => command(
                "PACT",
                &["stub", "-l", "none", "-p", &listening, "-f", file],
            ),
            PactMockCommand => {
                let arguments = [
                    "mock",
                    "-l",
                    "none",
                    "--no-file-log",
                    "-p",
                    &listening,
                    "start",
                ];
                let process = command("PACT", &arguments);
                until_listening(([127, 0, 0, 1], port).into());
                return created(self, process, port, file, folder, begun);
            }
        };
        let address = match self {
            PactworkMockCommand | PactworkStubCommand | PactStubCommand => {
                ([127, 0, 0, 1], port).into()
            }
            _ => announced(&mut process),
        };
        Server::answering(self, process, address, folder, begun)
    }
}

/// A running server; ended when dropped.
pub struct Server {
    pub kind: Kind,
    pub address: SocketAddr,
    pub started_in: Duration,
    process: Child,
    _folder: TempDir,
}

impl Server {
    fn answering(
        kind: Kind,
        process: Child,
        address: SocketAddr,
        folder: TempDir,
        begun: Instant,
    ) -> Self {
        until_answering(address);
        Self {
            kind,
            address,
            started_in: begun.elapsed(),
            process,
            _folder: folder,
        }
    }

    /// What is resident now.
    pub fn memory(&self) -> String {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
        kilobytes.map_or("?".into(), |kilobytes| {
            format!("{:.0} MB", kilobytes / 1024.0)
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn own(kind: &str, interactions: usize) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["serve", kind, &interactions.to_string()]);
    spawned(command)
}

fn command(variable: &str, arguments: &[&str]) -> Child {
    let mut command = Command::new(std::env::var_os(variable).unwrap());
    command.args(arguments);
    spawned(command)
}

fn spawned(mut command: Command) -> Child {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command.spawn().unwrap()
}

fn announced(process: &mut Child) -> SocketAddr {
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    line.trim().parse().unwrap()
}

/// The peer's mock server is made by a second command, which prints its port.
fn created(
    kind: Kind,
    process: Child,
    port: u16,
    file: &str,
    folder: TempDir,
    begun: Instant,
) -> Server {
    let mut create = Command::new(std::env::var_os("PACT").unwrap());
    let output = create
        .args([
            "mock",
            "-l",
            "none",
            "--no-file-log",
            "-p",
            &port.to_string(),
            "create",
            "-f",
            file,
        ])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let digits = |word: &str| {
        word.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
            .parse::<u16>()
            .ok()
    };
    let words = text.split_whitespace();
    let port = words
        .rev()
        .find_map(digits)
        .unwrap_or_else(|| panic!("no port in {text}"));
    Server::answering(kind, process, ([127, 0, 0, 1], port).into(), folder, begun)
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn until_listening(address: SocketAddr) {
    while TcpStream::connect(address).is_err() {
        std::thread::sleep(Duration::from_micros(200));
    }
}

fn until_answering(address: SocketAddr) {
    until_listening(address);
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", pacts::path(0));
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(
        &answer,
        b"HTTP/1.1 200",
        "{}",
        String::from_utf8_lossy(&answer)
    );
}
