//! The whole loop with the built binary, on the three real example services:
//! golden contracts, examples, pacts, verification, can-i-deploy; and a second
//! act in which one service changes its event.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::PACTWORK;

const SERVICES: [&str; 3] = ["auth", "templates", "core"];

/// Copies of the services' configuration and examples, the pacts that their
/// consumer tests recorded, and an empty bucket.
struct Journey {
    folder: TempDir,
}

impl Journey {
    fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = tempfile::tempdir().unwrap();
        copy(&root.join("pacts"), &folder.path().join("pacts"));
        for service in SERVICES {
            let (from, to) = (
                root.join("examples").join(service),
                folder.path().join("examples").join(service),
            );
            copy(&from.join("examples"), &to.join("examples"));
            fs::copy(from.join("pactwork.toml"), to.join("pactwork.toml")).unwrap();
        }
        build_services();
        Self { folder }
    }

    fn path(&self, service: &str) -> PathBuf {
        self.folder.path().join("examples").join(service)
    }

    /// Runs `pactwork` in a service's folder; `change` is what templates' next release changes.
    fn run(&self, service: &str, change: &str, arguments: &str) -> Output {
        let programs = Path::new(PACTWORK).parent().unwrap();
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
        Command::new(PACTWORK)
            .args(arguments.split(' '))
            .current_dir(self.path(service))
            .env("PATH", path)
            .env("PACTWORK_STORAGE", self.folder.path().join("bucket"))
            .env("TEMPLATES_CHANGE", change)
            .output()
            .unwrap()
    }

    /// Runs it and says its exit code.
    fn code(&self, service: &str, arguments: &str) -> i32 {
        self.run(service, "", arguments).status.code().unwrap()
    }

    fn holds(&self, service: &str, arguments: &str) {
        let output = self.run(service, "", arguments);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{service}: pactwork {arguments}: {}",
            text(&output)
        );
    }

    /// The provider's job for a release of templates.
    fn release_templates(&self, version: &str, change: &str) -> Output {
        let golden = format!("golden-{version}");
        for arguments in [
            format!("golden generate --output {golden}"),
            format!("golden publish {golden} --version {version} --branch main"),
        ] {
            let output = self.run("templates", change, &arguments);
            assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        }
        self.run(
            "templates",
            change,
            &format!("verify --record --version {version} --branch main"),
        )
    }

    fn can_i_deploy(&self, service: &str, version: &str) -> (i32, Value) {
        let question =
            format!("can-i-deploy --version {version} --to-environment production --format json");
        let output = self.run(service, "", &question);
        (
            output.status.code().unwrap(),
            serde_json::from_slice(&output.stdout).unwrap(),
        )
    }

    /// Both jobs of every service, and what is deployed at the end of the first act.
    fn first_act(&self) {
        self.holds("auth", "golden generate --output golden");
        self.holds(
            "auth",
            "golden publish golden --version 1.0.0 --branch main",
        );
        assert_eq!(
            self.release_templates("1.0.0", "").status.code(),
            Some(0),
            "no pact yet: a warning"
        );
        for service in SERVICES {
            self.holds(service, "golden pull");
            self.holds(service, "golden check");
            self.holds(service, "publish --version 1.0.0 --branch main");
        }
        assert_eq!(
            self.can_i_deploy("core", "1.0.0").0,
            1,
            "templates is not there yet"
        );
        self.holds("auth", "verify --record --version 1.0.0 --branch main");
        self.holds("templates", "verify --record --version 1.0.0 --branch main");
        self.holds("core", "verify --record --version 1.0.0 --branch main");
        self.holds(
            "auth",
            "record-deployment --version 1.0.0 --environment production",
        );
        self.holds(
            "templates",
            "record-deployment --version 1.0.0 --environment production",
        );
        for service in SERVICES {
            assert_eq!(self.can_i_deploy(service, "1.0.0").0, 0, "{service}");
        }
        self.holds(
            "core",
            "record-deployment --version 1.0.0 --environment production",
        );
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The services' programs lie beside the command's once they are built, which
/// `cargo test` does for the whole workspace, but not for one package.
fn build_services() {
    let programs = Path::new(PACTWORK).parent().unwrap();
    if SERVICES
        .iter()
        .all(|service| programs.join(format!("{service}-service")).exists())
    {
        return;
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.arg("build").current_dir(env!("CARGO_MANIFEST_DIR"));
    for service in SERVICES {
        cargo.args(["--package", &format!("example-{service}")]);
    }
    assert!(cargo.status().unwrap().success());
}

fn text(output: &Output) -> String {
    let (out, error) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    format!("{out}{error}")
}

#[test]
fn three_services_find_each_other_and_are_deployed() {
    Journey::new().first_act();
}

#[test]
fn a_renamed_field_breaks_the_consumer_that_reads_it_and_no_other() {
    let journey = Journey::new();
    journey.first_act();
    let verified = journey.release_templates("2.0.0", "rename-owner");
    assert_eq!(verified.status.code(), Some(1), "{}", text(&verified));
    let said = text(&verified);
    assert!(
        said.contains("$.detail.owner: expected a value like \"2b7c9f10"),
        "{said}"
    );
    assert!(said.contains("it is missing"), "{said}");

    let (code, decision) = journey.can_i_deploy("templates", "2.0.0");
    assert_eq!((code, decision["answer"].as_str()), (1, Some("no")));
    let reasons = decision["reasons"].as_array().unwrap();
    let of = |consumer: &str| {
        reasons
            .iter()
            .find(|reason| reason["consumer"] == consumer)
            .unwrap()
    };
    assert_eq!(of("auth")["answer"], "yes");
    assert_eq!(of("core")["answer"], "no");
    assert_eq!(
        of("core")["explanation"],
        "templates 2.0.0 breaks what core 1.0.0 relies on"
    );
    assert!(
        of("core")["problems"][0]
            .as_str()
            .unwrap()
            .contains("$.detail.owner")
    );
}

#[test]
fn an_added_field_stays_deployable() {
    let journey = Journey::new();
    journey.first_act();
    let verified = journey.release_templates("2.0.0", "add-field");
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified));
    assert_eq!(journey.can_i_deploy("templates", "2.0.0").0, 0);
}

#[test]
fn an_invalid_example_stops_the_consumer_before_anything_is_published() {
    let journey = Journey::new();
    journey.first_act();
    let example = journey
        .path("core")
        .join("examples/templates/TemplateDeleted/by-its-owner.json");
    let payload = fs::read_to_string(&example).unwrap();
    fs::write(
        &example,
        payload.replace("2b7c9f10-5d3e-4c1a-8f62-7e9a0b3d5c18", "nobody"),
    )
    .unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/consumer-job.sh");
    let programs = Path::new(PACTWORK).parent().unwrap();
    let output = Command::new(script)
        .args([
            journey.path("core").as_os_str(),
            "1.1.0".as_ref(),
            "main".as_ref(),
        ])
        .args(["touch", "the-tests-ran"])
        .env(
            "PATH",
            format!("{}:{}", programs.display(), std::env::var("PATH").unwrap()),
        )
        .env("PACTWORK_STORAGE", journey.folder.path().join("bucket"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let said = text(&output);
    assert!(
        said.contains("examples/templates/TemplateDeleted/by-its-owner.json"),
        "{said}"
    );
    assert!(
        said.contains("$.detail.owner") && said.contains("found \"nobody\""),
        "{said}"
    );
    assert!(!journey.path("core").join("the-tests-ran").exists());
    assert_eq!(
        journey.can_i_deploy("core", "1.1.0").1["reasons"][0]["kind"],
        "not_published"
    );
}

#[test]
fn other_content_under_the_same_version_is_a_conflict() {
    let journey = Journey::new();
    journey.first_act();
    let pact = journey.folder.path().join("pacts/core-templates.json");
    let text_before = fs::read_to_string(&pact).unwrap();
    fs::write(
        &pact,
        text_before.replace(
            "a request to delete a template",
            "a request to remove a template",
        ),
    )
    .unwrap();
    assert_eq!(
        journey.code("core", "publish --version 1.0.0 --branch main"),
        2
    );
    fs::write(&pact, text_before).unwrap();
    journey.holds("core", "publish --version 1.0.0 --branch main");
}
