//! Opens 10,000 connections to one mock provider at a time, keeps all of them open, sends
//! requests over each, and checks that none was refused and that the journal counts every
//! request. Prints what it took; ends with 1 if anything was lost.
//!
//! The clients are processes of their own, because a process may not open as many files.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::exit)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use pactwork_consumer::{MockOptions, MockProvider, Pact, get, status};

const CONNECTIONS: usize = 10_000;
const CLIENTS: usize = 10;
/// How often each connection is used while all are open.
const REQUESTS: usize = 3;
const REQUEST: &[u8] = b"GET /orders/7 HTTP/1.1\r\nHost: localhost\r\n\r\n";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, address, connections] = &arguments[..] {
        return client(address.parse().unwrap(), connections.parse().unwrap());
    }
    let connections = arguments
        .get(1)
        .map_or(CONNECTIONS, |count| count.parse().unwrap());
    if !measure(connections) {
        std::process::exit(1);
    }
}

fn measure(connections: usize) -> bool {
    raise_file_limit(connections + 100);
    let folder = tempfile::tempdir().unwrap();
    let provider = mock(folder.path());
    let start = Instant::now();
    let each = (connections / CLIENTS).to_string();
    let mut clients: Vec<_> = (0..CLIENTS)
        .map(|_| Client::start(provider.address(), &each))
        .collect();
    clients
        .iter_mut()
        .for_each(|client| client.wait_for("open"));
    let opened = start.elapsed();
    let expected = (connections / CLIENTS * CLIENTS * REQUESTS) as u64;
    let start = Instant::now();
    clients.iter_mut().for_each(Client::go);
    let answered: u64 = clients.iter_mut().map(Client::answered).sum();
    let elapsed = start.elapsed();
    let memory = resident();
    let report = provider.report();
    let counted = report.interactions[0].times;
    println!(
        "{connections} connections open at a time after {:.2} s",
        opened.as_secs_f64()
    );
    println!(
        "{answered} of {expected} requests answered in {:.2} s ({:.0} a second)",
        elapsed.as_secs_f64(),
        answered as f64 / elapsed.as_secs_f64()
    );
    println!("{counted} of {expected} requests counted by the journal; resident memory {memory}");
    if let Some(waited) = &report.waited {
        println!("connections had to wait: {waited}");
    }
    let start = Instant::now();
    drop(clients);
    let held = provider.finish_blocking().is_ok();
    println!(
        "finished in {:.2} s; every request expected: {held}",
        start.elapsed().as_secs_f64()
    );
    held && answered == expected && counted == expected
}

fn mock(folder: &std::path::Path) -> MockProvider {
    let pact = Pact::between("web", "orders").output(folder);
    let pact = pact.when(get("/orders/7")).then(status(200).text("seven"));
    let recorder = pact.start_blocking().unwrap();
    let mut stream = TcpStream::connect(recorder.address()).unwrap();
    exchange(&mut stream).unwrap();
    drop(stream);
    let recorded = recorder.finish_blocking().unwrap().pact.unwrap();
    let pact = pactwork_contract::read_file(&recorded).unwrap().pact;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    MockProvider::serve_blocking(pact, MockOptions::default().threads(threads)).unwrap()
}

/// The mock provider shares this process's limit, which is often 1,024 at first.
fn raise_file_limit(files: usize) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    let _ = setrlimit(Resource::Nofile, raised);
    let open = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    assert!(
        open >= files as u64,
        "{files} open files are needed, and {open} allowed (ulimit -n)"
    );
}

fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.map_or_else(|| "unknown".into(), |size| size.trim().to_owned())
}

/// A process that opens connections, waits for a line, and uses them.
struct Client {
    process: Child,
    go: ChildStdin,
    lines: BufReader<ChildStdout>,
}

impl Client {
    fn start(address: SocketAddr, connections: &str) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([&address.to_string(), connections])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            go: process.stdin.take().unwrap(),
            lines: BufReader::new(process.stdout.take().unwrap()),
            process,
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    fn wait_for(&mut self, expected: &str) {
        assert_eq!(self.line(), expected);
    }

    fn go(&mut self) {
        self.go.write_all(b"go\n").unwrap();
    }

    fn answered(&mut self) -> u64 {
        self.line().parse().unwrap()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.go.write_all(b"end\n");
        let _ = self.process.wait();
    }
}

fn client(address: SocketAddr, connections: usize) {
    raise_file_limit(connections + 100);
    let mut streams: Vec<_> = (0..connections)
        .map(|_| TcpStream::connect(address).unwrap())
        .collect();
    let mut line = String::new();
    println!("open");
    std::io::stdin().read_line(&mut line).unwrap();
    let mut answered = 0_usize;
    for _ in 0..REQUESTS {
        for stream in &mut streams {
            stream.write_all(REQUEST).unwrap();
        }
        let whole = streams.iter_mut().map(read_answer);
        answered += whole.filter(Result::is_ok).count();
    }
    println!("{answered}");
    std::io::stdin().read_line(&mut line).unwrap();
}

fn exchange(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(REQUEST)?;
    read_answer(stream)
}

fn read_answer(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut answer = Vec::new();
    let mut piece = [0; 1024];
    while !answer.ends_with(b"\r\n\r\nseven") {
        let length = stream.read(&mut piece)?;
        if length == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        answer.extend_from_slice(&piece[..length]);
    }
    Ok(())
}
