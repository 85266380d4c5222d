//! A process group for one command, which ends with this process, however that ends.

use std::io;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

/// Reads from a pipe whose other end only this process holds. At its end, by whatever
/// signal this process was ended, it kills the group, which it is the leader of.
const GUARD: &str = "trap '' HUP INT TERM; while read -r _; do :; done; kill -KILL 0";

/// A process group that is gone when this value is.
#[derive(Debug)]
pub(super) struct Group {
    id: Pid,
    /// While it was not waited for, the group's number is nobody else's.
    _guard: Child,
}

impl Group {
    pub(super) fn new() -> io::Result<Self> {
        let guard = Command::new("sh")
            .args(["-c", GUARD])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let id = guard.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let id = id.ok_or_else(|| io::Error::other("the guard has ended"))?;
        Ok(Self { id, _guard: guard })
    }

    /// Puts a command that is about to be run into it.
    pub(super) fn join(&self, command: &mut Command) {
        command.process_group(self.id.as_raw_nonzero().get());
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // It fails only for a group that is gone already.
        let _ = kill_process_group(self.id, Signal::KILL);
    }
}
