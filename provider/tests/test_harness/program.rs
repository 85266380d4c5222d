//! The programs that the tests run: test programs of a provider, and the provider itself.

use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use pactwork_contract::{Pact, SpecificationVersion, record_into};
use pactwork_provider::{ProviderTests, StartOptions, StateChange};
use serde_json::{Map, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::Barrier;

use crate::server::{self, Request};

const PROGRAM: &str = "HARNESS_PROGRAM";
const PACTS: &str = "HARNESS_PACTS";
const URL: &str = "HARNESS_URL";
const LOG: &str = "HARNESS_LOG";

/// Which program this process is, if it is none of the suite.
pub fn asked() -> Option<String> {
    env::var(PROGRAM).ok()
}

pub fn run(program: &str) -> ExitCode {
    if program == "provider" {
        return provider();
    }
    let tests = ProviderTests::of("orders").pacts_in(env::var(PACTS).unwrap());
    let states = |change: &StateChange<'_>| {
        log(&format!("{} {}", change.action.as_str(), change.state.name));
        Ok(Map::new())
    };
    match program {
        "nothing said" => ProviderTests::of("orders").run(),
        "served" => tests.states(states).serve(serve).run(),
        "panics" => tests.serve(panics).run(),
        "returns" => tests.serve(returns).run(),
        "at" => tests
            .states(states)
            .at(env::var(URL).unwrap())
            .run_with(env::args_os()),
        "wrong place" => tests.states_at("somewhere").run(),
        "started" => tests.start(of_this_program("provider")).run(),
        "not started" => tests
            .start(StartOptions::new("echo first; echo last; exit 3"))
            .run(),
        other => panic!("{other} is no program"),
    }
}

fn of_this_program(program: &str) -> StartOptions {
    let binary = env::current_exe().unwrap();
    let mut options = StartOptions::new(format!("exec '{}'", binary.display()));
    options.environment.push((PROGRAM.into(), program.into()));
    options.ready.deadline = Duration::from_secs(60);
    options
}

/// The provider as a process of its own.
fn provider() -> ExitCode {
    log(&format!("process {}", std::process::id()));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let address = format!("127.0.0.1:{}", env::var("PORT").unwrap());
        serve(TcpListener::bind(address).await.unwrap())
            .await
            .unwrap();
    });
    ExitCode::SUCCESS
}

/// The provider: it answers with the path, and how many it answers at the same time; below
/// `/two` it answers nobody before two have asked, below `/hang` nobody at all.
pub async fn serve(listener: TcpListener) -> std::io::Result<()> {
    log("served");
    let (now, two) = (Arc::new(AtomicUsize::new(0)), Arc::new(Barrier::new(2)));
    let answer = move |request: Request| {
        let (now, two) = (Arc::clone(&now), Arc::clone(&two));
        async move {
            println!("asked for {}", request.path);
            if request.path.starts_with("/two") {
                two.wait().await;
            }
            if request.path.starts_with("/hang") {
                log("hangs");
                std::future::pending::<()>().await;
            }
            let at_once = now.fetch_add(1, SeqCst) + 1;
            tokio::time::sleep(Duration::from_millis(2)).await;
            now.fetch_sub(1, SeqCst);
            server::json(json!({ "path": request.path, "at once": at_once }))
        }
    };
    server::serve_on(listener, answer).await;
    Ok(())
}

async fn panics(_listener: TcpListener) -> Result<(), String> {
    panic!("no database")
}

async fn returns(listener: TcpListener) -> Result<(), String> {
    listener.accept().await.map_err(|why| why.to_string())?;
    Err("the licence has expired".into())
}

/// Adds a line to the log of the run, if there is one.
fn log(line: &str) {
    let Ok(path) = env::var(LOG) else { return };
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .unwrap();
    writeln!(file, "{line}").unwrap();
}

/// A folder with pacts, and a log.
pub struct Place {
    folder: TempDir,
}

impl Place {
    pub fn with(pacts: &[Pact]) -> Self {
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::create_dir(place.pacts()).unwrap();
        for pact in pacts {
            record_into(&place.pacts(), pact, SpecificationVersion::V4).unwrap();
        }
        place
    }

    pub fn pacts(&self) -> std::path::PathBuf {
        self.folder.path().join("pacts")
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What was logged, a line each.
    pub fn logged(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.folder.path().join("log"));
        text.unwrap_or_default().lines().map(String::from).collect()
    }

    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env::current_exe().unwrap());
        self.environment(&mut command, program);
        command.args(arguments);
        command
    }

    /// Has a command run this program on these pacts.
    pub fn environment(&self, command: &mut Command, program: &str) {
        command
            .env(PROGRAM, program)
            .env(PACTS, self.pacts())
            .env(LOG, self.folder.path().join("log"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
    }

    pub fn run(&self, program: &str, arguments: &[&str]) -> Ran {
        Ran::of(self.command(program, arguments).output().unwrap())
    }

    pub fn run_at(&self, url: &str, arguments: &[&str]) -> Command {
        let mut command = self.command("at", arguments);
        command.env(URL, url);
        command
    }
}

/// What a program said, and how it ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// A test of this name ended so. Names are padded to the same width.
    #[track_caller]
    pub fn tells(self, name: &str, end: &str) -> Self {
        let told = self.out.lines().find_map(|line| {
            let (test, told) = line.strip_prefix("test ")?.split_once(" ... ")?;
            (test.trim_end() == name).then_some(told)
        });
        assert!(
            told.is_some_and(|told| told.starts_with(end)),
            "no {name} ... {end} in {self:#?}"
        );
        self
    }

    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.out.contains(text), "no {text:?} in {self:#?}");
        self
    }

    #[track_caller]
    pub fn says_not(self, text: &str) -> Self {
        assert!(!self.out.contains(text), "{text:?} in {self:#?}");
        self
    }

    #[track_caller]
    pub fn warns(self, text: &str) -> Self {
        assert!(self.err.contains(text), "no {text:?} in {self:#?}");
        self
    }
}
