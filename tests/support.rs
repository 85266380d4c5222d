//! Runs the built binary in a folder of its own and asserts on what it said.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

pub mod raw;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// The binary under test.
pub const PACTWORK: &str = env!("CARGO_BIN_EXE_pactwork");

/// How long a test waits for something that must happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// A folder to work in, removed at the end.
pub struct Workshop {
    folder: TempDir,
}

impl Workshop {
    /// An empty folder.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A folder whose configuration is this text.
    pub fn of(configuration: &str) -> Self {
        let workshop = Self::new();
        workshop.write("pactwork.toml", configuration);
        workshop
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, contents: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, contents).unwrap();
        path
    }

    pub fn write_json(&self, name: &str, contents: &Value) -> PathBuf {
        self.write(name, &contents.to_string())
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// The names in a folder, hidden ones left out.
    pub fn list(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path(folder)) else {
            return Vec::new();
        };
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with('.'))
            .collect();
        names.sort();
        names
    }

    /// Every file below a folder with its contents, hidden ones too.
    pub fn snapshot(&self, folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut folders = vec![self.path(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => files.push((path.clone(), fs::read(path).unwrap())),
                }
            }
        }
        files.sort();
        files
    }

    /// The command, ready to run in this folder, with nothing of the tester's environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PACTWORK);
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if FOREIGN.iter().any(|start| text.starts_with(start)) {
                command.env_remove(&name);
            }
        }
        command
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Finished {
        Finished::of(&mut self.command(arguments))
    }

    /// Starts it and leaves it running.
    pub fn start(&self, arguments: &[&str]) -> Running {
        let child = self
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Running { child }
    }

    /// Starts a mock provider and waits until it says its URL.
    pub fn start_mock(&self, arguments: &[&str]) -> (Running, String) {
        let mut all = vec!["mock"];
        all.extend_from_slice(arguments);
        let mut running = self.start(&all);
        let url = running.first_line();
        (running, url)
    }
}

/// What the names of variables start with that would change what a command does:
/// of storages, and of the CI that a test may run in.
const FOREIGN: &[&str] = &[
    "APPVEYOR_",
    "AWS_",
    "AZURE_",
    "BITBUCKET_",
    "BRANCH_",
    "BUILD",
    "CHANGE_",
    "CIRCLE_",
    "CI_",
    "CODEBUILD_",
    "DRONE_",
    "GITHUB_",
    "GIT_BRANCH",
    "GOOGLE_",
    "PACT",
    "SYSTEM_",
    "TRAVIS_",
];

/// What a finished command said.
#[derive(Debug)]
pub struct Finished {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Finished {
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    #[track_caller]
    pub fn prints(self, text: &str) -> Self {
        assert!(
            self.stdout.contains(text),
            "no {text:?} on stdout of\n{self}"
        );
        self
    }

    #[track_caller]
    pub fn does_not_print(self, text: &str) -> Self {
        assert!(!self.stdout.contains(text), "{text:?} on stdout of\n{self}");
        self
    }

    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(
            self.stderr.contains(text),
            "no {text:?} on stderr of\n{self}"
        );
        self
    }

    #[track_caller]
    pub fn does_not_say(self, text: &str) -> Self {
        assert!(!self.stderr.contains(text), "{text:?} on stderr of\n{self}");
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("not JSON ({e}):\n{self}"))
    }
}

impl std::fmt::Display for Finished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "exit code {:?}\n--- stdout\n{}\n--- stderr\n{}",
            self.code, self.stdout, self.stderr
        )
    }
}

/// A command that runs; killed if a test forgets it.
pub struct Running {
    child: Child,
}

impl Running {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The first line on stdout, read without taking more than it.
    #[track_caller]
    pub fn first_line(&mut self) -> String {
        let stdout = self.child.stdout.as_mut().unwrap();
        let mut line = Vec::new();
        let mut byte = [0];
        while stdout.read(&mut byte).unwrap() == 1 && byte != *b"\n" {
            line.push(byte[0]);
        }
        let line = String::from_utf8(line).unwrap();
        if line.is_empty() {
            let mut stderr = String::new();
            self.child
                .stderr
                .as_mut()
                .unwrap()
                .read_to_string(&mut stderr)
                .unwrap();
            panic!("it said nothing on stdout, and on stderr:\n{stderr}");
        }
        line
    }

    /// Sends a signal (`TERM`, `INT`, `KILL`).
    pub fn signal(&self, name: &str) {
        assert!(signal(self.id(), name), "no process to signal");
    }

    /// Waits for the end, which is expected to come by itself.
    pub fn finish(mut self) -> Finished {
        let mut stdout = String::new();
        let mut stderr = String::new();
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut stdout)
            .unwrap();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        let code = self.child.wait().unwrap().code();
        Finished {
            code,
            stdout,
            stderr,
        }
    }

    /// Sends SIGTERM and waits for the end.
    pub fn stop(self) -> Finished {
        self.signal("TERM");
        self.finish()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether the signal could be sent; signal 0 asks whether the process is there.
pub fn signal(process: u32, name: &str) -> bool {
    Command::new("kill")
        .args([format!("-{name}"), process.to_string()])
        .stderr(Stdio::null())
        .status()
        .unwrap()
        .success()
}

/// Waits until it is so.
#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// The process id that a start command wrote with `echo $$ > FILE`.
#[track_caller]
pub fn process_id(file: &Path) -> u32 {
    let mut id = None;
    wait_until("the process id is written", || {
        id = fs::read_to_string(file)
            .ok()
            .and_then(|text| text.trim().parse().ok());
        id.is_some()
    });
    id.unwrap()
}

/// Whether a process is gone, or dead and not yet waited for.
pub fn is_gone(process: u32) -> bool {
    match fs::read_to_string(format!("/proc/{process}/stat")) {
        Ok(stat) => stat
            .rsplit(')')
            .next()
            .is_some_and(|rest| rest.trim().starts_with('Z')),
        Err(_) => !signal(process, "0"),
    }
}

/// What an HTTP server in the test was asked, oldest first.
pub type Received = Arc<Mutex<Vec<String>>>;

/// Answers every request with 200 and what `answer` makes of its body, on a
/// thread of its own; returns the URL and the bodies received.
pub fn serve(answer: impl Fn(&Value) -> Value + Send + 'static) -> (String, Received) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let received = Received::default();
    let journal = Arc::clone(&received);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = answer_one(&stream, &journal, &answer);
        }
    });
    (url, received)
}

fn answer_one(
    stream: &TcpStream,
    journal: &Received,
    answer: &impl Fn(&Value) -> Value,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 && line.trim() != "" {
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    journal
        .lock()
        .unwrap()
        .push(String::from_utf8_lossy(&body).into_owned());
    let body = answer(&serde_json::from_slice(&body).unwrap_or(Value::Null)).to_string();
    write!(
        &mut &*stream,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
}

/// Sends a GET request and returns the status line and the rest of the answer.
pub fn get(url: &str, path: &str) -> String {
    let address = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// What a server answered.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("not JSON ({e}): {self:?}"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let same = |(known, _): &&(String, String)| known.eq_ignore_ascii_case(name);
        self.headers.iter().find(same).map(|(_, value)| &**value)
    }

    /// The text of a problem.
    #[track_caller]
    pub fn detail(&self) -> String {
        self.json()["detail"].as_str().unwrap().to_owned()
    }
}

/// Sends a request with a body, and with the headers given beside the usual ones;
/// a given `Host` replaces the usual one.
#[track_caller]
pub fn ask_with(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let rest = url.trim_start_matches("http://");
    let (address, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let path = if path.is_empty() { "/" } else { path };
    let mut stream = TcpStream::connect(address).unwrap();
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    if !headers.iter().any(|(name, _)| *name == "Host") {
        head.push_str(&format!("Host: {address}\r\n"));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
    // A server that has seen enough may answer before it has read everything.
    let _ = stream.write_all(body);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    reply(&String::from_utf8_lossy(&answer))
}

/// Sends a GET request over TLS, trusting this certificate (PEM) alone.
#[track_caller]
pub fn get_trusting(certificate: &str, url: &str, headers: &[(&str, &str)]) -> Reply {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let certificate = reqwest::Certificate::from_pem(certificate.as_bytes()).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([certificate]);
    let mut request = client.no_proxy().build().unwrap().get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let answer = request.send().await.unwrap();
        let header =
            |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
                (name.to_string(), value.to_str().unwrap().to_owned())
            };
        Reply {
            status: answer.status().as_u16(),
            headers: answer.headers().iter().map(header).collect(),
            body: answer.text().await.unwrap(),
        }
    })
}

/// Sends a request with a body.
#[track_caller]
pub fn ask(method: &str, url: &str, body: &str) -> Reply {
    ask_with(method, url, &[], body.as_bytes())
}

#[track_caller]
fn reply(answer: &str) -> Reply {
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("no HTTP answer: {answer:?}"));
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let header = |line: &str| {
        let (name, value) = line.split_once(": ")?;
        Some((name.to_owned(), value.to_owned()))
    };
    Reply {
        status: status.parse().unwrap(),
        headers: lines.filter_map(header).collect(),
        body: body.to_owned(),
    }
}

/// A version 4 pact file.
pub fn pact(consumer: &str, provider: &str, interactions: &[Value]) -> Value {
    json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "4.0" } },
    })
}

/// `GET path` answered with 200 and this JSON.
pub fn get_interaction(path: &str, body: &Value) -> Value {
    json!({
        "type": "Synchronous/HTTP",
        "description": format!("GET {path}"),
        "request": { "method": "GET", "path": path },
        "response": {
            "status": 200,
            "headers": { "Content-Type": ["application/json"] },
            "body": { "content": body, "contentType": "application/json" },
        },
    })
}

/// An interaction that needs a provider state.
pub fn given(state: &str, mut interaction: Value) -> Value {
    interaction["providerStates"] = json!([{ "name": state }]);
    interaction
}

/// An asynchronous message with these contents.
pub fn message(description: &str, contents: &Value) -> Value {
    json!({
        "type": "Asynchronous/Messages",
        "description": description,
        "contents": { "content": contents, "contentType": "application/json" },
    })
}
