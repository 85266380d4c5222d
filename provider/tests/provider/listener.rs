//! Somebody else listens where the provider is expected (Linux).
#![cfg(target_os = "linux")]

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use pactwork_provider::{ProviderProcess, Readiness, StartError, StartOptions};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::processes::{entry_point, options, process_ids, until_gone};

/// A process that this verification did not start, ended with its children.
struct Stranger(Child);

impl Stranger {
    /// It was there before whatever is started from now on, and runs the command with
    /// `PORT` once the file `go` is in the folder.
    fn then(command: &str, port: u16, folder: &Path) -> Self {
        let line = format!("while [ ! -e go ]; do sleep 0.01; done; {command}");
        let mut stranger = Command::new("sh");
        stranger
            .args(["-c", &line])
            .current_dir(folder)
            .env("PORT", port.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        std::os::unix::process::CommandExt::process_group(&mut stranger, 0);
        let stranger = Self(stranger.spawn().unwrap());
        // The kernel counts the ages of processes in hundredths of a second.
        std::thread::sleep(Duration::from_millis(50));
        stranger
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        let group = Pid::from_raw(self.0.id().cast_signed()).unwrap();
        let _ = rustix::process::kill_process_group(group, Signal::KILL);
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().port()
}

fn on(
    port: u16,
    folder: &Path,
    command: impl Into<pactwork_provider::CommandLine>,
) -> StartOptions {
    StartOptions {
        port: Some(port),
        directory: folder.into(),
        ..options(command)
    }
}

/// Waited out in full where it is to be seen that nothing was ready.
fn short(any_listener: bool) -> Readiness {
    Readiness {
        any_listener,
        deadline: Duration::from_secs(4),
        ..Readiness::default()
    }
}

fn foreign(started: Result<ProviderProcess, StartError>) -> String {
    match started.unwrap_err() {
        error @ StartError::ForeignListener { .. } => error.to_string(),
        other => panic!("expected that somebody else listens, found: {other}"),
    }
}

#[tokio::test]
async fn who_was_there_before_is_not_the_provider_unless_anybody_is() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let stranger = Stranger::then(&entry_point("provider"), port, folder.path());
    let start = |any| StartOptions {
        ready: short(any),
        ..on(port, folder.path(), "touch go; echo deaf; sleep 600")
    };
    let text = foreign(ProviderProcess::start(start(false)).await);
    let expected = format!(
        "the provider `touch go; echo deaf; sleep 600` did not listen on its port within 4s; \
         somebody else does: 127.0.0.1:{port} is process {} (`",
        stranger.0.id()
    );
    assert!(text.starts_with(&expected), "{text}");
    assert!(
        text.contains("`): it was there before the provider was started; it wrote:\n    deaf"),
        "{text}"
    );

    drop(stranger);
    std::fs::remove_file(folder.path().join("go")).unwrap();
    let _stranger = Stranger::then(&entry_point("provider"), port, folder.path());
    ProviderProcess::start(start(true)).await.unwrap();
}

#[tokio::test]
async fn another_verifications_provider_is_not_the_provider() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let deaf = StartOptions {
        ready: short(false),
        ..on(port, folder.path(), "echo $$ > deaf; sleep 600")
    };
    let deaf = tokio::spawn(ProviderProcess::start(deaf));
    process_ids(&folder.path().join("deaf"), 1).await;
    let other = on(port, folder.path(), entry_point("provider"));
    let other = ProviderProcess::start(other).await.unwrap();
    let text = foreign(deaf.await.unwrap());
    assert!(
        text.contains("`): it is the provider of another verification"),
        "{text}"
    );
    drop(other);
}

/// As a container engine does: what listens for a provider is started on its behalf.
#[tokio::test]
async fn who_came_after_the_provider_may_listen_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let proxy = format!("sh -c \"{}\" & wait", entry_point("provider"));
    let _engine = Stranger::then(&proxy, port, folder.path());
    let start = on(port, folder.path(), "touch go; sleep 600");
    let process = ProviderProcess::start(start).await.unwrap();
    assert_eq!(process.base_url(), format!("http://127.0.0.1:{port}"));
}

#[tokio::test]
async fn what_left_the_process_group_is_still_the_provider() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let daemon = format!(
        "( setsid sh -c \"echo \\$\\$ > daemon; {}\" & ) & sleep 600",
        entry_point("provider")
    );
    let process = ProviderProcess::start(on(port, folder.path(), daemon)).await;
    let daemon = process_ids(&folder.path().join("daemon"), 1).await;
    kill_process(daemon[0], Signal::KILL).unwrap();
    until_gone(&daemon).await;
    process.unwrap();
}
