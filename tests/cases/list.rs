#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::json;

use super::looking::{configure, publish, workshop};
use crate::support::{Workshop, get_interaction};

#[test]
fn participants_are_listed_with_their_newest_version_and_where_they_are() {
    let list = workshop()
        .run(&["list", "--format", "json"])
        .exits(0)
        .json();
    let participants = list["participants"].as_array().unwrap();
    let said = participants.iter().map(|each| {
        let (name, newest) = (&each["name"], &each["newest"]);
        json!([
            name,
            newest["version"],
            newest["name"],
            each["environments"]
        ])
    });
    assert_eq!(
        said.collect::<Vec<_>>(),
        [
            json!(["app", "a1", "main", {}]),
            json!(["orders", "o1", "main", { "production": ["o1"] }]),
            json!(["web", "w2", "feature", { "production": ["w1"] }]),
        ]
    );
}

#[test]
fn each_kind_of_list_says_what_there_is() {
    let workshop = workshop();
    configure(&workshop, "web");
    let cases: &[(&[&str], &[&str])] = &[
        (
            &["versions"],
            &["w2 feature try 1 pact", "w1 main 1 pact production"],
        ),
        (
            &["versions", "--limit", "1"],
            &["w2 feature try 1 pact", "and 1 more (left out by --limit)"],
        ),
        (&["branches"], &["feature w2", "main w1"]),
        (&["tags"], &["try w2"]),
        (&["pacts", "--participant", "orders"], &["orders users o1"]),
        (
            &["deployments"],
            &[
                "production orders o1 deployed",
                "production web w1 deployed",
            ],
        ),
        (
            &["deployments", "--participant", "web"],
            &["production web w1 deployed"],
        ),
    ];
    for (arguments, expected) in cases {
        let finished = workshop.run(&[&["list"], *arguments].concat()).exits(0);
        let known = |word: &&str| word.len() != 12 && !word.ends_with('Z');
        let lines = finished.stdout.lines().skip(1);
        let lines = lines.map(|line| line.split_whitespace().filter(known).collect::<Vec<_>>());
        let lines: Vec<_> = lines.map(|words| words.join(" ")).collect();
        assert_eq!(lines, *expected, "{finished}");
    }
    let environments = workshop.run(&["list", "environments"]).exits(0);
    assert_eq!(environments.stdout, "production\n");
}

#[test]
fn a_version_without_contracts_is_listed_with_its_branch() {
    let workshop = Workshop::new();
    let release = ["--record", "--version", "u1", "--branch", "main"];
    let verify = ["verify", "--provider", "users"];
    workshop.run(&[&verify[..], &release].concat()).exits(0);
    workshop
        .run(&["list", "versions", "--participant", "users"])
        .exits(0)
        .prints("u1")
        .prints("main");
    workshop
        .run(&["list"])
        .exits(0)
        .prints("users")
        .prints("u1");
}

#[test]
fn any_name_is_listed_whole() {
    let workshop = Workshop::new();
    let long = "x".repeat(400);
    for name in ["a/b", "Ünï \"q\"", &long] {
        let interactions = [get_interaction("/", &json!({}))];
        configure(&workshop, name);
        let file = "recorded.json";
        workshop.write_json(file, &crate::support::pact(name, "p", &interactions));
        workshop.write(
            "pactwork.toml",
            &format!(
                "participant = {}\n[storage]\nurl = \"bucket\"\n",
                json!(name)
            ),
        );
        workshop
            .run(&[
                "publish",
                file,
                "--version",
                name,
                "--branch",
                name,
                "--tag",
                name,
            ])
            .exits(0);
        let list = [
            "list",
            "versions",
            "--participant",
            name,
            "--format",
            "json",
        ];
        let version = workshop.run(&list).exits(0).json()["versions"][0].clone();
        assert_eq!(version["version"], name);
        assert_eq!(version["branches"], json!([name]));
        assert_eq!(version["tags"], json!([name]));
    }
    let list = workshop.run(&["list", "--format", "json"]).exits(0).json();
    let names = list["participants"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|each| each["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["a/b", long.as_str(), "Ünï \"q\""]);
}

#[test]
fn what_does_not_go_together_is_refused() {
    let workshop = Workshop::new();
    let cases: &[(&[&str], &str)] = &[
        (&["versions"], "give --participant NAME"),
        (
            &["--participant", "web"],
            "--participant goes with a list of versions",
        ),
        (
            &["versions", "--environment", "e"],
            "--environment goes with a list of deployments",
        ),
        (
            &["versions", "--participant", "web"],
            "there is no participant web",
        ),
        (&["branch"], "branches"),
    ];
    for (arguments, expected) in cases {
        workshop
            .run(&[&["list"], *arguments].concat())
            .exits(2)
            .says(expected);
    }
    workshop
        .run(&["list"])
        .exits(0)
        .says("warning: there is none in ");
    publish(&workshop, "web", "orders", &[], &["1", "main"]);
    workshop
        .run(&["list", "tags"])
        .exits(0)
        .says("warning: there is none in ");
}
