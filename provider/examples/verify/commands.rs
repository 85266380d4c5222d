//! Commands that verify, measured from outside.

use std::ffi::OsString;
use std::io::Write;
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use pactwork_contract::{Pact, SpecificationVersion};
use tempfile::NamedTempFile;

use crate::figures::{Outcomes, median, short};
use crate::pacts;

/// How often it is looked how much memory a process has taken so far.
const LOOK: Duration = Duration::from_millis(1);

/// A pact in a file, gone at the end.
pub struct PactFile(NamedTempFile);

impl PactFile {
    pub fn write(pact: &Pact) -> Outcomes<Self> {
        let mut file = tempfile::Builder::new().suffix(".json").tempfile()?;
        file.write_all(&pact.to_bytes(SpecificationVersion::V4)?)?;
        file.flush()?;
        Ok(Self(file))
    }

    fn path(&self) -> OsString {
        self.0.path().into()
    }
}

/// A command that verifies.
pub struct Command {
    program: OsString,
    is_ours: bool,
}

/// What a command took.
pub struct Finished {
    pub took: Duration,
    /// In bytes, at most.
    pub memory: u64,
}

impl Command {
    pub fn ours() -> Option<Self> {
        Some(Self {
            program: std::env::var_os("PACTWORK")?,
            is_ours: true,
        })
    }

    pub fn peer() -> Option<Self> {
        Some(Self {
            program: std::env::var_os("PACT")?,
            is_ours: false,
        })
    }

    /// Runs it to its end, which has to be a success.
    pub fn verify(&self, pact: &PactFile, base_url: &str, jobs: usize) -> Outcomes<Finished> {
        let started = Instant::now();
        let mut child = self.start(pact, base_url, jobs)?;
        let mut memory = 0;
        let status = loop {
            memory = memory.max(peak_memory(child.id()).unwrap_or_default());
            match child.try_wait()? {
                Some(status) => break status,
                None => std::thread::sleep(LOOK),
            }
        };
        let took = started.elapsed();
        match status.success() {
            true => Ok(Finished { took, memory }),
            false => Err(format!("{:?} ended with {status}", self.program).into()),
        }
    }

    fn start(&self, pact: &PactFile, base_url: &str, jobs: usize) -> Outcomes<Child> {
        let mut command = std::process::Command::new(&self.program);
        match self.is_ours {
            true => command.arg("verify").arg(pact.path()).args([
                "--base-url",
                base_url,
                "--jobs",
                &jobs.to_string(),
            ]),
            false => {
                let port = base_url.rsplit(':').next().unwrap_or_default();
                command
                    .arg("verifier")
                    .arg("--file")
                    .arg(pact.path())
                    .args(["--hostname", "127.0.0.1", "--port", port])
            }
        };
        let quiet = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Ok(quiet.spawn()?)
    }

    /// From its start to the first connection, which comes right before the first request.
    pub fn first_request(&self) -> Outcomes<String> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let pact = PactFile::write(&pacts::pact(1, false))?;
        let mut runs = Vec::new();
        for _ in 0..21 {
            let started = Instant::now();
            let mut child = self.start(&pact, &url, 1)?;
            drop(listener.accept()?);
            runs.push(started.elapsed());
            child.wait()?;
        }
        let worst = runs.iter().max().copied().unwrap_or_default();
        Ok(format!(
            "{}, at worst {}",
            short(median(&runs)),
            short(worst)
        ))
    }
}

/// The most memory that a process has had so far, where the system says so.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes * 1024)
}
