use std::path::Path;
use std::time::Duration;

use pactwork_provider::{CommandLine, Readiness, StartOptions};
use rustix::process::{Pid, test_kill_process};

/// A command that runs one of this binary's entry points.
pub fn entry_point(name: &str) -> String {
    let binary = std::env::current_exe().unwrap();
    format!(
        "exec '{}' --ignored --exact --nocapture entry_points::{name}",
        binary.display()
    )
}

/// Options with a deadline that only a broken machine exceeds.
pub fn options(command: impl Into<CommandLine>) -> StartOptions {
    StartOptions {
        ready: Readiness {
            deadline: Duration::from_secs(60),
            ..Readiness::default()
        },
        ..StartOptions::new(command)
    }
}

/// Returns when nothing of this is true any more, or panics.
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..3000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("waited in vain: {what}");
}

/// The process ids that stand in a file, one a line, once there are so many.
pub async fn process_ids(file: &Path, count: usize) -> Vec<Pid> {
    let read = || -> Vec<Pid> {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        text.lines()
            .filter_map(|line| Pid::from_raw(line.trim().parse().ok()?))
            .collect()
    };
    until("the process ids are written", || read().len() >= count).await;
    read()
}

/// Whether the process runs; one that has ended and was not yet waited for does not.
pub fn runs(process: Pid) -> bool {
    let stat = format!("/proc/{}/stat", process.as_raw_nonzero());
    match std::fs::read_to_string(stat) {
        Ok(stat) => !stat
            .rsplit(')')
            .next()
            .unwrap()
            .trim_start()
            .starts_with('Z'),
        Err(_) if Path::new("/proc/self/stat").exists() => false,
        Err(_) => test_kill_process(process).is_ok(),
    }
}

pub async fn until_gone(processes: &[Pid]) {
    until("all processes are gone", || {
        !processes.iter().any(|each| runs(*each))
    })
    .await;
}
