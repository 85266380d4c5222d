//! `cargo nextest`, which runs each test as a process of its own.

use std::env;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::pacts::{get, get_given, http, pact};
use crate::program::{Place, Ran};

fn cargo(arguments: &[&str]) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).stdin(Stdio::null());
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("NEXTEST") {
            command.env_remove(name);
        }
    }
    command
}

pub fn is_there() -> bool {
    let version = cargo(&["nextest", "--version"]).output();
    version.is_ok_and(|output| output.status.success())
}

/// What `cargo nextest` is told of the programs that were built: this one alone.
fn binaries(metadata: &Value) -> Value {
    let packages = metadata["packages"].as_array().unwrap();
    let own = packages
        .iter()
        .find(|package| package["name"] == "pactwork-provider");
    let id = "pactwork-provider::test_harness";
    json!({
        "rust-build-meta": {
            "target-directory": metadata["target_directory"],
            "base-output-directories": ["debug"],
            "non-test-binaries": {},
            "build-script-out-dirs": {},
            "linked-paths": [],
            "target-platforms": [],
            "target-platform": null,
        },
        "rust-binaries": {
            id: {
                "binary-id": id,
                "binary-name": "test_harness",
                "package-id": own.unwrap()["id"],
                "kind": "test",
                "binary-path": env::current_exe().unwrap(),
                "build-platform": "target",
            }
        }
    })
}

pub fn each_test_is_a_process() {
    let paths = ["/a", "/b"].map(|path| http(get(path, json!({ "path": path }))));
    let given = http(get_given(&["s"], "/c", json!({ "path": "/other" })));
    let place = Place::with(&[pact(paths.into_iter().chain([given]))]);
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let metadata = cargo(&["metadata", "--format-version", "1", "--offline"])
        .args(["--manifest-path", manifest])
        .output()
        .unwrap();
    let metadata_file = place.folder().join("metadata.json");
    std::fs::write(&metadata_file, &metadata.stdout).unwrap();
    let metadata = serde_json::from_slice(&metadata.stdout).unwrap();
    let binaries_file = place.folder().join("binaries.json");
    std::fs::write(&binaries_file, binaries(&metadata).to_string()).unwrap();
    let run = |filter: &[&str]| {
        let mut command = cargo(&["nextest", "run", "--no-fail-fast", "--color", "never"]);
        place.environment(&mut command, "started");
        command
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .arg("--cargo-metadata")
            .arg(&metadata_file)
            .arg("--binaries-metadata")
            .arg(&binaries_file)
            .args(filter);
        Ran::of(command.output().unwrap())
    };
    let all = run(&[]).ends_with(100);
    let all = all.warns("3 tests run: 2 passed, 1 failed");
    all.warns("$.path: expected \"/other\", but found \"/c\"");
    let processes = |place: &Place| {
        let logged = place.logged();
        logged
            .iter()
            .filter(|line| line.starts_with("process"))
            .count()
    };
    assert_eq!(processes(&place), 3);
    run(&["-E", "test(=web::GET /a)"])
        .ends_with(0)
        .warns("1 test run: 1 passed, 2 skipped");
    assert_eq!(processes(&place), 4);
}
