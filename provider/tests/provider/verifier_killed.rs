//! The verifying process is killed with SIGKILL.

use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::processes::{entry_point, process_ids, runs, until_gone};

#[tokio::test]
async fn no_process_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let ids = folder.path().join("ids");
    let provider = format!(
        "echo $$ >>'{0}'; sh -c 'trap \"\" TERM HUP; echo $$ >>\"{0}\"; sleep 600 & echo $! >>\"{0}\"; wait' & {1}",
        ids.display(),
        entry_point("provider")
    );
    let mut verifier = tokio::process::Command::new("sh")
        .args(["-c", &entry_point("verifier")])
        .env("COMMAND", provider)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let family = process_ids(&ids, 3).await;
    assert!(family.iter().all(|each| runs(*each)));

    let id = Pid::from_raw(verifier.id().unwrap().cast_signed()).unwrap();
    kill_process(id, Signal::KILL).unwrap();
    verifier.wait().await.unwrap();
    until_gone(&family).await;
}
