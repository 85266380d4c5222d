//! The process group: its leader, and what guarantees its end.
//!
//! The leader is a shell that runs the command and waits for it. Beside the
//! command it runs a guard, which reads from a pipe whose other end only this
//! process holds. When this process goes away, however that happens, the guard
//! reads the end of the pipe and kills the group. The guard lives as long as
//! the group is in use, so the group's number cannot be given to another one
//! while it may still be signalled.

use std::io;
use std::os::fd::OwnedFd;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::time::timeout;

use super::mark::Mark;
use super::output::{Output, Watched};
use super::{StartError, StartOptions};
use crate::command::Placeholders;

/// The leader's standard input is the pipe; the command gets an empty one.
/// SIGTERM reaches the whole group: the command decides when it ends, so the
/// leader only notes it, and the guard ignores it.
const SCRIPT: &str = r#"
exec 3<&0 </dev/null 2>&1
(
    trap '' HUP INT TERM
    exec >/dev/null 2>&1
    while read -r _ <&3; do :; done
    kill -KILL 0
) &
trap : HUP INT TERM
( exec "$@" 3<&- )
exit "$?"
"#;

/// How long to wait for the last output of a process that has ended: somebody
/// outside of the group may hold the pipe open.
const LAST_OUTPUT: Duration = Duration::from_millis(500);

/// The leader of the provider's process group.
#[derive(Debug)]
pub(crate) struct Leader {
    group: Pid,
    mark: Mark,
    state: Arc<State>,
    /// Closing it ends the group.
    _lifeline: OwnedFd,
}

/// What the task that waits for the leader shares with those who ask.
#[derive(Debug)]
struct State {
    output: Output,
    phase: Mutex<Phase>,
    exit: watch::Sender<Option<ExitStatus>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    Running,
    Stopping {
        grace: Duration,
    },
    Killed,
    /// The group's number may belong to somebody else.
    Gone,
}

impl Leader {
    pub(super) fn spawn(
        options: &StartOptions,
        placeholders: Placeholders,
    ) -> Result<Self, StartError> {
        let mark = Mark::new();
        let watched = options
            .ready
            .log
            .as_ref()
            .map(|log| Watched::of(log.clone()));
        if !options.directory.is_dir() {
            return Err(StartError::NoDirectory {
                directory: options.directory.clone(),
            });
        }
        command(options, placeholders, &mark)
            .spawn()
            .and_then(|child| Self::watching(child, mark, watched))
            .map_err(|reason| StartError::Spawn {
                command: options.command.to_string(),
                reason,
            })
    }

    fn watching(mut child: Child, mark: Mark, watched: Option<Watched>) -> io::Result<Self> {
        let missing = || io::Error::other("the process has no standard input or output");
        let lifeline = child.stdin.take().ok_or_else(missing)?.into_owned_fd()?;
        let output = child.stdout.take().ok_or_else(missing)?.into_owned_fd()?;
        let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let group = group.ok_or_else(missing)?;
        let state = Arc::new(State {
            output: Output::new(output, watched)?,
            phase: Mutex::new(Phase::Running),
            exit: watch::Sender::new(None),
        });
        tokio::spawn(read(Arc::clone(&state)));
        tokio::spawn(wait(child, group, Arc::clone(&state)));
        Ok(Self {
            group,
            mark,
            state,
            _lifeline: lifeline,
        })
    }

    /// The process group.
    pub(super) fn group(&self) -> Pid {
        self.group
    }

    /// What its processes carry in their environment.
    pub(super) fn mark(&self) -> &Mark {
        &self.mark
    }

    pub(crate) fn output(&self) -> &Output {
        &self.state.output
    }

    pub(crate) fn exited(&self) -> Option<ExitStatus> {
        *self.state.exit.borrow()
    }

    /// Returns when the process has ended and its output is read.
    pub(crate) async fn ended(&self) -> ExitStatus {
        let mut exit = self.state.exit.subscribe();
        let ended = exit.wait_for(Option::is_some).await;
        // The sender lives as long as self, so there is always a status.
        ended.ok().and_then(|status| *status).unwrap_or_default()
    }

    pub(super) async fn stop(&self, grace: Duration) -> ExitStatus {
        self.signal(Signal::TERM, Phase::Stopping { grace });
        match timeout(grace, self.ended()).await {
            Ok(status) => status,
            Err(_) => {
                self.kill();
                self.ended().await
            }
        }
    }

    /// Kills the group if it still runs.
    pub(super) fn kill(&self) {
        self.signal(Signal::KILL, Phase::Killed);
    }

    fn signal(&self, signal: Signal, phase: Phase) {
        let mut current = self.state.phase();
        if *current != Phase::Gone {
            *current = phase;
            // It fails only for a group that is gone already.
            let _ = kill_process_group(self.group, signal);
        }
    }
}

impl State {
    fn phase(&self) -> std::sync::MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn command(options: &StartOptions, placeholders: Placeholders, mark: &Mark) -> Command {
    let words = options.command.filled(placeholders);
    let mut command = Command::new("sh");
    command
        .args(["-c", SCRIPT, "sh"])
        .args(words.words())
        .current_dir(&options.directory)
        // What is written is to be seen while it counts, not once a buffer is full.
        .env("PYTHONUNBUFFERED", "1")
        .envs(placeholders.variables(&options.environment))
        .env(Mark::VARIABLE, mark.as_str())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0);
    command
}

async fn read(state: Arc<State>) {
    state.output.read().await;
}

/// Waits for the leader, ends what is left of its group, and tells the others.
async fn wait(mut child: Child, group: Pid, state: Arc<State>) {
    let status = child.wait().await.unwrap_or_default();
    let phase = *state.phase();
    if let Phase::Stopping { grace } = phase {
        // A shell between us and the provider ends at once; the provider may
        // still be at work, and holds its output open as long.
        let _ = timeout(grace, state.output.closed()).await;
    }
    {
        let mut phase = state.phase();
        // It fails only for a group that is gone already.
        let _ = kill_process_group(group, Signal::KILL);
        *phase = Phase::Gone;
    }
    let _ = timeout(LAST_OUTPUT, state.output.closed()).await;
    state.exit.send_replace(Some(status));
}
