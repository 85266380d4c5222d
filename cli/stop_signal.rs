//! SIGINT and SIGTERM, as something to wait for.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::{Failure, Result};

/// Listens from the moment that it is made.
#[derive(Debug)]
pub struct StopSignal {
    interrupt: Signal,
    terminate: Signal,
    came: bool,
}

impl StopSignal {
    /// Starts listening; the signals no longer end the process by themselves.
    pub fn listen() -> Result<Self> {
        let listen = |kind| {
            signal(kind)
                .map_err(|reason| Failure::unknown(format!("cannot listen for signals: {reason}")))
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            came: false,
        })
    }

    /// Waits for one, and names it.
    pub async fn received(&mut self) -> &'static str {
        let name = tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        };
        self.came = true;
        name
    }

    /// Whether one was waited for and came.
    pub fn came(&self) -> bool {
        self.came
    }
}
