//! The rooms and their arrows (ARCHITECTURE.md): what may depend on what.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

/// Every room and the rooms it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("pactwork-contract", &[]),
    ("pactwork-matching", &["pactwork-contract"]),
    ("pactwork-golden", &["pactwork-contract"]),
    ("pactwork-broker", &["pactwork-contract"]),
    (
        "pactwork-consumer",
        &["pactwork-contract", "pactwork-matching"],
    ),
    (
        "pactwork-provider",
        &["pactwork-contract", "pactwork-matching"],
    ),
    (
        "pactwork",
        &[
            "pactwork-contract",
            "pactwork-matching",
            "pactwork-golden",
            "pactwork-broker",
            "pactwork-consumer",
            "pactwork-provider",
        ],
    ),
];

/// Rooms that stay free of I/O frameworks.
const PURE: &[&str] = &["pactwork-contract", "pactwork-matching"];
const IO_FRAMEWORKS: &[&str] = &["tokio", "hyper", "hyper-util", "object_store"];

#[test]
fn no_arrow_goes_up_or_is_forbidden() {
    let packages = workspace_packages();
    let rooms: BTreeSet<&str> = ARROWS.iter().map(|(room, _)| *room).collect();
    for (room, allowed) in ARROWS {
        let found = dependencies(&packages[*room]);
        let forbidden: Vec<_> = found
            .iter()
            .filter(|name| rooms.contains(name.as_str()) && !allowed.contains(&name.as_str()))
            .collect();
        assert!(
            forbidden.is_empty(),
            "{room} must not depend on {forbidden:?}"
        );
    }
}

#[test]
fn contract_and_matching_do_no_io() {
    let packages = workspace_packages();
    for room in PURE {
        let found = dependencies(&packages[*room]);
        let forbidden: Vec<_> = IO_FRAMEWORKS
            .iter()
            .filter(|name| found.contains(**name))
            .collect();
        assert!(
            forbidden.is_empty(),
            "{room} must not depend on {forbidden:?}"
        );
    }
}

#[test]
fn every_library_of_the_workspace_is_a_known_room() {
    let known: BTreeSet<&str> = ARROWS.iter().map(|(room, _)| *room).collect();
    let unknown: Vec<_> = workspace_packages()
        .into_keys()
        .filter(|name| name.starts_with("pactwork") && name != "pactwork-interop")
        .filter(|name| !known.contains(name.as_str()))
        .collect();
    assert!(
        unknown.is_empty(),
        "say in ARROWS what {unknown:?} may depend on"
    );
}

fn workspace_packages() -> BTreeMap<String, Package> {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .no_deps()
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .expect("cargo metadata reads the workspace");
    metadata
        .packages
        .into_iter()
        .map(|package| (package.name.to_string(), package))
        .collect()
}

/// What a package is built with; tests may reach further.
fn dependencies(package: &Package) -> BTreeSet<String> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind != DependencyKind::Development)
        .map(|dependency| dependency.name.clone())
        .collect()
}
