//! A server that says what a test wants it to say, byte by byte.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// A server of raw connections, each in a thread of its own. It lives as long as the test program.
pub struct Raw {
    pub url: String,
}

/// One connection.
pub struct Stream(TcpStream);

impl Raw {
    pub fn start(serve: impl Fn(&mut Stream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serve = Arc::clone(&serve);
                thread::spawn(move || serve(&mut Stream(stream)));
            }
        });
        Self { url }
    }
}

impl Stream {
    /// The head of the next request; its body is read, too. `None` if there is no more, or
    /// what comes is not HTTP.
    pub fn request(&mut self) -> Option<String> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            match self.0.read(&mut byte) {
                Ok(1) if head.first() != Some(&0x16) => head.push(byte[0]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                _ => return None,
            }
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let lower = head.to_lowercase();
        let length = lower.split("content-length: ").nth(1);
        let length = length.and_then(|rest| rest.lines().next()?.parse().ok());
        self.0.read_exact(&mut vec![0; length.unwrap_or(0)]).ok()?;
        Some(head)
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.try_send(bytes);
    }

    /// Whether somebody still listens.
    pub fn try_send(&mut self, bytes: &[u8]) -> bool {
        self.0.write_all(bytes).is_ok()
    }
}

/// A good answer with this JSON.
pub fn answer(json: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{json}",
        json.len()
    )
    .into_bytes()
}
