//! The test command that `pactwork mock -- COMMAND` runs.
//!
//! Away from a terminal the command is the leader of a process group of its own: it
//! gets the signals that come here, and whatever of the group is left at the end is
//! killed, also by a guard when this process is killed itself. On a terminal the
//! command stays in the terminal's group, as a shell's would, so that it can read
//! from it: the terminal then sends it SIGINT by itself.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::{Child, ChildStdin, Command};

use crate::failure::{Failure, Result};

/// Reads from a pipe that only this process holds. At its end it kills the group.
const GUARD: &str = "trap '' HUP INT TERM; read -r _; kill -KILL 0";

/// A command that runs.
#[derive(Debug)]
pub struct Running {
    child: Child,
    id: Pid,
    group: Option<Guard>,
}

/// The process that ends the group when this one is gone.
#[derive(Debug)]
struct Guard {
    _process: Child,
    _lifeline: Option<ChildStdin>,
}

impl Running {
    /// Starts it with these variables beside those of this process.
    pub fn start(command: &[OsString], variables: &[(&str, String)]) -> Result<Self> {
        let (program, arguments) = command
            .split_first()
            .ok_or_else(|| Failure::wrong_input("there is no command after --"))?;
        let name = program.to_string_lossy();
        let failed = |reason: std::io::Error| {
            Failure::wrong_input(format!("cannot start {name}: {reason}"))
                .advise("name a program that is on the PATH, then its arguments")
        };
        let own_group = !std::io::stdin().is_terminal();
        let mut command = Command::new(program);
        command
            .args(arguments)
            .envs(variables.iter().map(|(name, value)| (name, value)));
        if own_group {
            command.process_group(0);
        }
        let child = command.spawn().map_err(failed)?;
        let id = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let id = id.ok_or_else(|| Failure::unknown(format!("{name} ended while it started")))?;
        Ok(Self {
            group: own_group.then(|| Guard::of(id)).flatten(),
            child,
            id,
        })
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> Result<ExitStatus> {
        self.child
            .wait()
            .await
            .map_err(|reason| Failure::unknown(format!("cannot wait for the command: {reason}")))
    }

    /// Hands on a signal that came here. It fails only where the command is gone.
    pub fn signal(&self, name: &str) {
        let signal = match name {
            "SIGINT" => Signal::INT,
            _ => Signal::TERM,
        };
        if self.group.is_some() {
            let _ = kill_process_group(self.id, signal);
        } else if signal == Signal::TERM {
            let _ = kill_process(self.id, signal);
        }
    }
}

impl Drop for Running {
    /// The guard is one of the group, so the group's number is still this group's.
    fn drop(&mut self) {
        if self.group.is_some() {
            let _ = kill_process_group(self.id, Signal::KILL);
        } else {
            let _ = self.child.start_kill();
        }
    }
}

impl Guard {
    /// Without it, only what is left after this process was killed stays.
    fn of(group: Pid) -> Option<Self> {
        let mut process = Command::new("sh")
            .args(["-c", GUARD])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(group.as_raw_nonzero().get())
            .spawn()
            .ok()?;
        Some(Self {
            _lifeline: process.stdin.take(),
            _process: process,
        })
    }
}

/// The exit code of a shell for such an end.
pub fn code(status: ExitStatus) -> u8 {
    let of_signal = || status.signal().map(|signal| 128 + signal);
    let code = status.code().or_else(of_signal).unwrap_or(1);
    u8::try_from(code).unwrap_or(1)
}
