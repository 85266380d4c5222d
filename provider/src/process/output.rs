//! What the process writes, kept in bounded memory.

use std::os::fd::OwnedFd;
use std::sync::{Mutex, PoisonError};
use std::{io, mem};

use tokio::net::unix::pipe;
use tokio::sync::watch;

use super::{FoundLine, LogPattern};

/// The longest line that is searched.
const LONGEST_LINE: usize = 64 * 1024;

/// The newest bytes that are kept.
const KEPT: usize = 256 * 1024;

/// The reading end of the pipe that is the process's standard output and error.
#[derive(Debug)]
pub(crate) struct Output {
    pipe: pipe::Receiver,
    kept: Mutex<Kept>,
    closed: watch::Sender<bool>,
}

/// The newest bytes, and how many came before them.
#[derive(Debug, Default)]
struct Kept {
    bytes: Vec<u8>,
    forgotten: u64,
    watched: Option<Watched>,
}

/// The lines as they come, until one is found.
#[derive(Debug)]
pub(super) struct Watched {
    pattern: LogPattern,
    unfinished: Vec<u8>,
    found: Option<FoundLine>,
}

/// A place in the output.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark(u64);

impl Output {
    pub(super) fn new(pipe: OwnedFd, watched: Option<Watched>) -> io::Result<Self> {
        Ok(Self {
            pipe: pipe::Receiver::from_owned_fd(pipe)?,
            kept: Mutex::new(Kept {
                watched,
                ..Kept::default()
            }),
            closed: watch::Sender::new(false),
        })
    }

    /// Reads until nobody can write any more.
    pub(super) async fn read(&self) {
        while self.pipe.readable().await.is_ok() {
            if !self.take_readable() {
                break;
            }
        }
        self.closed.send_replace(true);
    }

    /// Returns when nobody can write any more and all is read.
    pub(super) async fn closed(&self) {
        // The sender lives as long as self, so this cannot fail.
        let _ = self.closed.subscribe().wait_for(|closed| *closed).await;
    }

    /// The line that was searched for, if it has been written.
    pub(super) fn found(&self) -> Option<FoundLine> {
        self.up_to_date().watched.as_ref()?.found()
    }

    /// What is kept.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.up_to_date().bytes).into_owned()
    }

    /// The place behind everything written so far.
    pub(crate) fn mark(&self) -> Mark {
        let kept = self.up_to_date();
        Mark(kept.forgotten + kept.bytes.len() as u64)
    }

    /// The lines written since then, as far as they are kept.
    pub(crate) fn lines_since(&self, mark: Mark) -> Vec<String> {
        let kept = self.up_to_date();
        let from = mark.0.saturating_sub(kept.forgotten) as usize;
        let bytes = kept.bytes.get(from..).unwrap_or_default();
        String::from_utf8_lossy(bytes)
            .lines()
            .map(Into::into)
            .collect()
    }

    /// Takes what lies in the pipe; whether there may be more later.
    fn take_readable(&self) -> bool {
        let mut kept = self.lock();
        let mut buffer = [0; 8192];
        loop {
            match self.pipe.try_read(&mut buffer) {
                Ok(0) => return false,
                Ok(count) => kept.add(&buffer[..count]),
                Err(reason) => return reason.kind() == io::ErrorKind::WouldBlock,
            }
        }
    }

    /// What is kept, with all that the process has written by now: what it wrote
    /// before it answered a request belongs to that request.
    fn up_to_date(&self) -> std::sync::MutexGuard<'_, Kept> {
        let mut kept = self.lock();
        let mut buffer = [0; 8192];
        // The pipe itself is asked: the runtime may not yet know that it is readable.
        while let Ok(count @ 1..) = rustix::io::read(&self.pipe, &mut buffer) {
            kept.add(&buffer[..count]);
        }
        kept
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn add(&mut self, bytes: &[u8]) {
        if let Some(watched) = &mut self.watched {
            watched.add(bytes);
        }
        self.bytes.extend_from_slice(bytes);
        // Twice the room, so that forgetting is rare.
        if self.bytes.len() > 2 * KEPT {
            let newest = self.bytes.split_off(self.bytes.len() - KEPT);
            self.forgotten += mem::replace(&mut self.bytes, newest).len() as u64;
        }
    }
}

impl Watched {
    pub(super) fn of(pattern: LogPattern) -> Self {
        Self {
            pattern,
            unfinished: Vec::new(),
            found: None,
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.found.is_some() {
                return;
            }
            let room = LONGEST_LINE.saturating_sub(self.unfinished.len());
            let taken = &piece[..piece.len().min(room)];
            self.unfinished.extend_from_slice(taken);
            if piece.ends_with(b"\n") {
                self.found = self.pattern.find(&self.unfinished);
                self.unfinished.clear();
            }
        }
    }

    /// A line that is not finished may be a prompt, which stays so; a port at its end
    /// may still get more digits.
    fn found(&self) -> Option<FoundLine> {
        let unfinished = || match self.pattern.gives_port() {
            true => None,
            false => self.pattern.find(&self.unfinished),
        };
        self.found.clone().or_else(unfinished)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, pieces: &[&str]) -> Option<FoundLine> {
        let mut watched = Watched::of(LogPattern::new(pattern).unwrap());
        pieces
            .iter()
            .for_each(|piece| watched.add(piece.as_bytes()));
        watched.found()
    }

    #[test]
    fn a_line_is_found_however_it_is_cut_into_pieces() {
        let line = |port| Some(FoundLine { port });
        for (pattern, pieces, expected) in [
            (
                "ready",
                &["not yet\nrea", "dy to ser", "ve\nmore\n"][..],
                line(None),
            ),
            ("ready$", &["rea", "dy"], line(None)),
            ("^ready$", &["al", "ready\n"], None),
            ("ready$", &["ready\r\n"], line(None)),
            (r"port (?<port>\d+)", &["port 80", "80\n"], line(Some(8080))),
            (r"port (?<port>\d+)", &["port 80"], None),
            (
                r"port (?<port>\d+)",
                &["port 0\nport 99999\nport 7\n"],
                line(Some(7)),
            ),
        ] {
            assert_eq!(found(pattern, pieces), expected, "{pattern} in {pieces:?}");
        }
    }

    #[test]
    fn old_output_is_forgotten_and_places_stay_true() {
        let mut kept = Kept::default();
        for _ in 0..100 {
            kept.add(&[b'x'; 8192]);
        }
        assert!(kept.bytes.len() <= 2 * KEPT);
        assert_eq!(kept.forgotten + kept.bytes.len() as u64, 100 * 8192);
    }
}
