//! A web server in the test process, whose every answer the test decides.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

/// A request as it was received.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// With the query.
    pub path: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| &**value)
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("not JSON ({e}): {self:?}"))
    }
}

/// What is answered.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn of(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".into(), content_type.into())],
            body: body.into(),
        }
    }

    pub fn json(body: &Value) -> Self {
        Self::of(200, "application/json", body.to_string())
    }

    pub fn hal(status: u16, body: &Value) -> Self {
        Self::of(
            status,
            "application/hal+json;charset=utf-8",
            body.to_string(),
        )
    }

    pub fn to(status: u16, location: impl Into<String>) -> Self {
        Self {
            status,
            headers: vec![("Location".into(), location.into())],
            body: Vec::new(),
        }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

/// A server that runs until the test process ends.
#[derive(Clone)]
pub struct WebServer {
    pub url: String,
    received: Arc<Mutex<Vec<Request>>>,
}

impl WebServer {
    /// Starts it; `answer` is given the server's URL too.
    pub fn start(answer: impl Fn(&str, &Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Self {
            url: url.clone(),
            received: Arc::default(),
        };
        let received = Arc::clone(&server.received);
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (url, received) = (url.clone(), Arc::clone(&received));
                let answer = Arc::clone(&answer);
                thread::spawn(move || {
                    let _ = answer_one(&stream, &received, |request| answer(&url, request));
                });
            }
        });
        server
    }

    /// Everything that was asked, oldest first.
    pub fn received(&self) -> Vec<Request> {
        self.received.lock().unwrap().clone()
    }

    /// `METHOD /path` of everything that was asked.
    pub fn asked(&self) -> Vec<String> {
        let received = self.received();
        let lines = received.iter();
        lines
            .map(|each| format!("{} {}", each.method, each.path))
            .collect()
    }
}

fn answer_one(
    stream: &TcpStream,
    received: &Mutex<Vec<Request>>,
    answer: impl Fn(&Request) -> Answer,
) -> std::io::Result<()> {
    let request = read(stream)?;
    received.lock().unwrap().push(request.clone());
    write(stream, &answer(&request))
}

fn read(stream: &TcpStream) -> std::io::Result<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let method = words.next().unwrap_or_default();
    let path = words.next().unwrap_or_default();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    let mut request = Request {
        method,
        path,
        headers,
        body: String::new(),
    };
    let length = request.header("Content-Length");
    let length = length.and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    request.body = String::from_utf8(body).unwrap_or_default();
    Ok(request)
}

fn write(mut stream: &TcpStream, answer: &Answer) -> std::io::Result<()> {
    let mut head = format!(
        "HTTP/1.1 {} Answered\r\nConnection: close\r\nContent-Length: {}\r\n",
        answer.status,
        answer.body.len()
    );
    for (name, value) in &answer.headers {
        head += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(&answer.body)
}
