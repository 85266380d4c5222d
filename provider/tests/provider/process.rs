//! Starting, watching and ending the provider's process.

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use pactwork_provider::{ProviderProcess, Readiness, StartError, StartOptions};
use tempfile::TempDir;

use crate::support::processes::{entry_point, options, process_ids, runs, until_gone};

async fn refused(options: StartOptions) -> StartError {
    ProviderProcess::start(options).await.unwrap_err()
}

/// Writes the ids of itself, a child and a grandchild, then serves.
fn family(ids: &Path) -> String {
    let ids = ids.display();
    format!(
        "echo $$ >>'{ids}'; \
         sh -c 'echo $$ >>\"{ids}\"; sleep 600 & echo $! >>\"{ids}\"; wait' & {}",
        entry_point("provider")
    )
}

fn folder() -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let ids = folder.path().join("ids");
    (folder, ids)
}

#[tokio::test]
async fn a_provider_is_ready_on_a_free_port_and_stops_with_all_it_started() {
    let (_folder, ids) = folder();
    let process = ProviderProcess::start(StartOptions {
        ready: Readiness {
            path: Some("/health".into()),
            deadline: Duration::from_secs(60),
            ..Readiness::default()
        },
        ..options(family(&ids))
    })
    .await
    .unwrap();
    assert!(process.base_url().starts_with("http://127.0.0.1:"));
    assert_eq!(process.exited(), None);
    let family = process_ids(&ids, 3).await;
    assert!(family.iter().all(|each| runs(*each)));

    process.stop().await;
    assert!(process.exited().is_some());
    until_gone(&family).await;
}

#[tokio::test]
async fn dropping_leaves_no_process() {
    let (_folder, ids) = folder();
    let process = ProviderProcess::start(options(family(&ids))).await.unwrap();
    let family = process_ids(&ids, 3).await;
    drop(process);
    until_gone(&family).await;
}

#[tokio::test]
async fn a_polite_stop_lets_the_provider_finish_its_work() {
    // The shell between does not wait for what it started last.
    let command = format!(
        "( trap 'sleep 0.3; echo said goodbye; exit 0' TERM; {} & wait ) && true",
        entry_point("provider")
    );
    let process = ProviderProcess::start(options(command)).await.unwrap();
    process.stop().await;
    let output = process.output();
    assert!(output.contains("said goodbye"), "{output}");
}

#[tokio::test]
async fn a_provider_that_ignores_the_polite_stop_is_killed() {
    let (_folder, ids) = folder();
    let ids = ids.as_path();
    let command = format!(
        "trap '' TERM; echo $$ >>'{}'; {}",
        ids.display(),
        entry_point("provider")
    );
    let process = ProviderProcess::start(StartOptions {
        grace: Duration::from_millis(100),
        ..options(command)
    })
    .await
    .unwrap();
    let provider = process_ids(ids, 1).await;
    let status = process.stop().await;
    assert!(!status.success());
    until_gone(&provider).await;
}

#[tokio::test]
async fn the_port_is_in_the_command_and_in_the_environment() {
    let mut wanted = options("echo \"{port} $PORT $OTHER\"; pwd; exit 4");
    let folder = tempfile::tempdir().unwrap();
    wanted.directory = folder.path().to_owned();
    wanted.environment = vec![("OTHER".into(), "at {port}".into())];
    let StartError::Ended { output, status, .. } = refused(wanted).await else {
        panic!("expected that it ended");
    };
    let (line, directory) = output.trim().split_once('\n').unwrap();
    let port = line.split(' ').next().unwrap();
    assert!(port.parse::<u16>().unwrap() > 0);
    assert_eq!(line, format!("{port} {port} at {port}"));
    let expected = folder.path().canonicalize().unwrap();
    assert_eq!(Path::new(directory), expected);
    assert_eq!(status.code(), Some(4));
}

#[tokio::test]
async fn a_provider_that_ends_at_once_is_shown_with_its_output() {
    let command = "echo starting; echo 'no database' >&2; exit 3";
    assert_eq!(
        refused(options(command)).await.to_string(),
        "the provider `echo starting; echo 'no database' >&2; exit 3` ended with exit status 3 \
         before it was ready; it wrote:\n    starting\n    no database"
    );
    assert_eq!(
        refused(options("exit 0")).await.to_string(),
        "the provider `exit 0` ended with exit status 0 before it was ready; it wrote nothing"
    );
}

#[tokio::test]
async fn a_command_that_is_not_there_is_shown_as_the_shell_says_it() {
    let text = refused(options("no-such-command-anywhere"))
        .await
        .to_string();
    assert!(
        text.starts_with("the provider `no-such-command-anywhere` ended with exit status 127"),
        "{text}"
    );
    assert!(text.contains("not found"), "{text}");
}

#[tokio::test]
async fn a_provider_that_is_never_ready_is_given_up_at_the_deadline() {
    let (_folder, ids) = folder();
    let command = format!("echo $$ >'{}'; echo thinking; sleep 600", ids.display());
    let error = refused(StartOptions {
        ready: Readiness {
            deadline: Duration::from_millis(300),
            ..Readiness::default()
        },
        ..options(command.as_str())
    })
    .await;
    let text = error.to_string();
    assert!(
        text.starts_with(&format!(
            "the provider `{command}` was not ready within 300ms: cannot connect to 127.0.0.1:"
        )),
        "{text}"
    );
    assert!(text.ends_with("; it wrote:\n    thinking"), "{text}");
    until_gone(&process_ids(&ids, 1).await).await;
}

#[tokio::test]
async fn a_ready_path_that_is_not_2xx_is_not_ready() {
    let error = refused(StartOptions {
        ready: Readiness {
            path: Some("/health".into()),
            deadline: Duration::from_secs(60),
            ..Readiness::default()
        },
        ..options(entry_point("provider_that_is_never_ready"))
    })
    .await;
    let StartError::Ended { status, .. } = error else {
        panic!("expected that it ended after its third answer, found {error}");
    };
    assert_eq!(status.code(), Some(9));
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = refused(StartOptions {
        port: Some(port),
        ..options("sleep 600")
    })
    .await;
    assert_eq!(
        error.to_string(),
        format!(
            "port {port} is already in use: stop what listens there, \
             or ask for no port to get a free one"
        )
    );
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let error = refused(StartOptions {
        directory: "/no/such/folder".into(),
        ..options("sleep 600")
    })
    .await;
    assert_eq!(
        error.to_string(),
        "cannot start the provider in /no/such/folder: there is no such folder"
    );
}

#[tokio::test]
async fn endless_output_is_kept_in_bounded_memory() {
    let command = format!(
        "i=0; while [ $i -lt 20000 ]; do echo \"line $i of many, to fill the room that there is\"; \
         i=$((i+1)); done; {}",
        entry_point("provider")
    );
    let process = ProviderProcess::start(options(command)).await.unwrap();
    let output = process.output();
    assert!(output.len() <= 512 * 1024, "{}", output.len());
    assert!(output.contains("line 19999 of many"));
}
