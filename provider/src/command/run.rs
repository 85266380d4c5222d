use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

use super::CommandLine;
use super::group::Group;
use crate::process::in_words;

/// The most that is read from a command.
const LONGEST: u64 = 64 * 1024 * 1024;

/// How long to wait for the last output of a command that has ended: what it left
/// running may hold the pipe open.
const LAST_OUTPUT: Duration = Duration::from_millis(500);

/// How many of its last lines an error shows.
const SHOWN_LINES: usize = 40;

/// One run of a command, in a process group of its own that ends with it.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) command: &'a CommandLine,
    pub(crate) directory: PathBuf,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) input: Vec<u8>,
    /// How long it may take; `None` for as long as the future is polled.
    pub(crate) timeout: Option<Duration>,
}

/// A command that did not do what it was asked for.
#[derive(Debug, Error)]
pub(crate) enum CallError {
    #[error("`{command}` cannot be run in {}: {reason}", .directory.display())]
    Spawn {
        command: CommandLine,
        directory: PathBuf,
        reason: io::Error,
    },
    #[error("`{command}` did not end within {after:?} and was killed{}", shown(.output))]
    Timeout {
        command: CommandLine,
        after: Duration,
        output: Wrote,
    },
    #[error("`{command}` ended with {}{}", in_words(*.status), shown(.output))]
    Failed {
        command: CommandLine,
        status: ExitStatus,
        output: Wrote,
    },
    #[error("`{command}` wrote more than {max} MiB to standard output", max = LONGEST >> 20)]
    TooLong { command: CommandLine },
}

/// What a command wrote.
#[derive(Debug, Default)]
pub(crate) struct Wrote {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Call<'_> {
    /// Runs it and returns what it wrote to standard output. Whatever it leaves
    /// running is ended with it, and it is ended itself when the future is dropped.
    pub(crate) async fn run(self) -> Result<Vec<u8>, CallError> {
        let group = Group::new().map_err(|reason| self.spawn_error(reason))?;
        let mut child = self
            .start(&group)
            .map_err(|reason| self.spawn_error(reason))?;
        let mut wrote = Wrote::default();
        let ending = self.until_end(&mut child, &mut wrote);
        let ended = match self.timeout {
            Some(after) => timeout(after, ending).await.map_err(|_| after),
            None => Ok(ending.await),
        };
        drop(group);
        let command = self.command.clone();
        match ended {
            Err(after) => Err(CallError::Timeout {
                command,
                after,
                output: wrote,
            }),
            Ok(Err(reason)) => Err(self.spawn_error(reason)),
            Ok(Ok(_)) if wrote.stdout.len() as u64 > LONGEST => Err(CallError::TooLong { command }),
            Ok(Ok(status)) if status.success() => Ok(wrote.stdout),
            Ok(Ok(status)) => Err(CallError::Failed {
                command,
                status,
                output: wrote,
            }),
        }
    }

    fn spawn_error(&self, reason: io::Error) -> CallError {
        CallError::Spawn {
            command: self.command.clone(),
            directory: self.directory.clone(),
            reason,
        }
    }

    fn start(&self, group: &Group) -> io::Result<Child> {
        let words = self.command.words();
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .current_dir(&self.directory)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        group.join(&mut command);
        command.spawn()
    }

    /// Writes, reads and waits at the same time, so that nobody waits for the other.
    async fn until_end(&self, child: &mut Child, wrote: &mut Wrote) -> io::Result<ExitStatus> {
        let stdin = child.stdin.take();
        let stdout = child.stdout.take();
        let stderr = child.stderr.take();
        let reading = async {
            tokio::join!(
                write(stdin, &self.input),
                read(stdout, &mut wrote.stdout),
                read(stderr, &mut wrote.stderr),
            );
        };
        let mut reading = std::pin::pin!(reading);
        tokio::select! {
            biased;
            () = &mut reading => child.wait().await,
            status = child.wait() => {
                let _ = timeout(LAST_OUTPUT, reading).await;
                status
            }
        }
    }
}

/// A command may end, or close it, without reading it.
async fn write(stdin: Option<ChildStdin>, input: &[u8]) {
    if let Some(mut stdin) = stdin {
        let _ = stdin.write_all(input).await;
    }
}

/// A pipe that breaks ends like one that is closed. What is too much is read and
/// forgotten, so that the command is not kept from ending.
async fn read(pipe: Option<impl AsyncRead + Unpin>, bytes: &mut Vec<u8>) {
    let Some(pipe) = pipe else { return };
    let mut beginning = pipe.take(LONGEST + 1);
    let _ = beginning.read_to_end(bytes).await;
    let _ = tokio::io::copy(&mut beginning.into_inner(), &mut tokio::io::sink()).await;
}

/// What a command wrote, to stand behind a sentence: what it complained about, else
/// what it said.
fn shown(wrote: &Wrote) -> String {
    let stderr = String::from_utf8_lossy(&wrote.stderr);
    let stdout = String::from_utf8_lossy(&wrote.stdout);
    let text = match stderr.trim().is_empty() {
        true => stdout,
        false => stderr,
    };
    let lines: Vec<_> = text.trim().lines().collect();
    let left_out = lines.len().saturating_sub(SHOWN_LINES);
    let heading = match (lines.as_slice(), left_out) {
        ([], _) => return "; it wrote nothing".into(),
        ([line], _) => return format!(": {line}"),
        (_, 0) => "; it wrote:".to_string(),
        _ => format!("; its last {SHOWN_LINES} lines:"),
    };
    lines[left_out..]
        .iter()
        .fold(heading, |text, line| text + "\n    " + line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(command: &CommandLine) -> Call<'_> {
        Call {
            command,
            directory: ".".into(),
            environment: vec![("NAME".into(), "value".into())],
            input: b"said to it".to_vec(),
            timeout: Some(Duration::from_secs(60)),
        }
    }

    async fn run(command: CommandLine) -> Result<String, String> {
        let wrote = call(&command).run().await;
        wrote
            .map(|bytes| String::from_utf8(bytes).unwrap())
            .map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn a_command_gets_input_and_environment_and_gives_what_it_wrote() {
        let line = CommandLine::from("cat; echo \" $NAME\"; echo aside >&2");
        assert_eq!(run(line).await.unwrap(), "said to it value\n");
        let program = CommandLine::program("printf", ["%s", "$NAME; exit 1"]);
        assert_eq!(run(program).await.unwrap(), "$NAME; exit 1");
    }

    #[tokio::test]
    async fn what_a_command_complains_about_is_shown() {
        for (line, expected) in [
            (
                "exit 3",
                "`exit 3` ended with exit status 3; it wrote nothing",
            ),
            (
                "echo no table >&2; exit 3",
                "`echo no table >&2; exit 3` ended with exit status 3: no table",
            ),
            (
                "echo a; echo b; exit 1",
                "`echo a; echo b; exit 1` ended with exit status 1; it wrote:\n    a\n    b",
            ),
        ] {
            assert_eq!(run(line.into()).await.unwrap_err(), expected);
        }
        let missing = CommandLine::program("no-such-program", [""; 0]);
        assert_eq!(
            run(missing).await.unwrap_err(),
            "`no-such-program` cannot be run in .: No such file or directory (os error 2)"
        );
    }

    #[tokio::test]
    async fn a_command_that_does_not_end_is_killed_with_its_children() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("child");
        let line = format!(
            "trap '' TERM; echo working >&2; sleep 600 & echo $! > '{}'; wait",
            file.display()
        );
        let command = CommandLine::from(line);
        let call = Call {
            timeout: Some(Duration::from_millis(500)),
            ..call(&command)
        };
        let text = call.run().await.unwrap_err().to_string();
        let expected = " did not end within 500ms and was killed: working";
        assert!(text.ends_with(expected), "{text}");
        let id = std::fs::read_to_string(file).unwrap();
        let id = Pid::from_raw(id.trim().parse().unwrap()).unwrap();
        let gone = || rustix::process::test_kill_process(id).is_err() || is_zombie(id);
        for _ in 0..3000 {
            if gone() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the child still runs");
    }

    fn is_zombie(id: Pid) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", id.as_raw_nonzero()));
        stat.is_ok_and(|stat| stat.contains(") Z "))
    }

    use rustix::process::Pid;

    #[tokio::test]
    async fn what_a_command_leaves_running_does_not_delay_it() {
        let line = CommandLine::from("sleep 600 & echo done");
        assert_eq!(run(line).await.unwrap(), "done\n");
    }
}
