//! What the process writes, kept in bounded memory.

use std::os::fd::OwnedFd;
use std::sync::{Mutex, PoisonError};
use std::{io, mem};

use tokio::net::unix::pipe;
use tokio::sync::watch;

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
}

/// A place in the output.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark(u64);

impl Output {
    pub(super) fn new(pipe: OwnedFd) -> io::Result<Self> {
        Ok(Self {
            pipe: pipe::Receiver::from_owned_fd(pipe)?,
            kept: Mutex::default(),
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
        self.bytes.extend_from_slice(bytes);
        // Twice the room, so that forgetting is rare.
        if self.bytes.len() > 2 * KEPT {
            let newest = self.bytes.split_off(self.bytes.len() - KEPT);
            self.forgotten += mem::replace(&mut self.bytes, newest).len() as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
