//! The test cases of the Pact specification, all versions, read through
//! `pactwork-contract` as pacts of their version.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use pactwork_contract::{
    Body, Headers, Interaction, MessageContents, Pact, Query, Request, Response,
};
use pactwork_matching::{Comparison, MessageMatcher, RequestMatcher, ResponseMatcher, actual};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

/// Folder and version that a pact file of it names.
const VERSIONS: &[(&str, &str)] = &[
    ("v1", "1.0.0"),
    ("v1.1", "1.1.0"),
    ("v2", "2.0.0"),
    ("v3", "3.0.0"),
    ("v4", "4.0"),
];

const CASES: usize = 803;

/// Why a case is held.
const STRINGS: &str = "version 1 compares queries as strings; from version 1.1 on the order of \
    the names does not count, and a pact of version 1 is not worth another comparison";

/// Cases with another verdict than ours, by version and name, each with the
/// reason. One that comes to agree has to leave the list.
#[rustfmt::skip]
const HELD: &[(&[&str], &str, &str)] = &[
    (&["v1"], "request/query/different param order.json", STRINGS),
    (&["v1"], "request/query/trailing amperand.json", STRINGS),
];

fn held(version: &str, name: &str) -> Option<&'static str> {
    let found = HELD
        .iter()
        .find(|(versions, held, _)| versions.contains(&version) && *held == name);
    found.map(|(_, _, reason)| *reason)
}

/// Compares one case and says whether it matched; what was wrong otherwise.
fn verdict(path: &Path, case: &Value, version: &str) -> Comparison {
    let name = path.to_string_lossy();
    let read = |side: &str| interaction(&name, &case[side], version);
    match (read("expected"), read("actual")) {
        (Interaction::Http(expected), Interaction::Http(actual)) if name.contains("/request/") => {
            request(&expected.request, &actual.request)
        }
        (Interaction::Http(expected), Interaction::Http(actual)) => {
            response(&expected.response, &actual.response)
        }
        (Interaction::AsynchronousMessage(expected), Interaction::AsynchronousMessage(actual)) => {
            message(&expected.message, &actual.message)
        }
        other => panic!("{name}: {other:?}"),
    }
}

/// One side of a case as the only interaction of a pact.
fn interaction(name: &str, side: &Value, version: &str) -> Interaction {
    let mut pact = json!({
        "consumer": {"name": "c"},
        "provider": {"name": "p"},
        "metadata": {"pactSpecification": {"version": version}}
    });
    let (list, mut content) = match name {
        name if name.contains("/request/") => {
            ("interactions", json!({"request": side, "response": {}}))
        }
        name if name.contains("/response/") => {
            ("interactions", json!({"request": {}, "response": side}))
        }
        _ if version == "4.0" => ("interactions", side.clone()),
        _ => ("messages", side.clone()),
    };
    content["description"] = "case".into();
    if version == "4.0" {
        content["type"] = match name.contains("/message/") {
            true => "Asynchronous/Messages".into(),
            false => "Synchronous/HTTP".into(),
        };
    }
    pact[list] = json!([content]);
    let mut loaded = Pact::read(pact.to_string().as_bytes(), name).unwrap();
    loaded.pact.interactions.remove(0)
}

fn request(expected: &Request, actual: &Request) -> Comparison {
    RequestMatcher::compile(expected).compare(&actual::Request {
        method: &actual.method,
        path: &actual.path,
        query: query(&actual.query).as_deref(),
        headers: &lines(&actual.headers),
        body: &actual.body.to_bytes(),
    })
}

fn response(expected: &Response, actual: &Response) -> Comparison {
    ResponseMatcher::compile(expected).compare(&actual::Response {
        status: actual.status,
        headers: &lines(&actual.headers),
        body: &actual.body.to_bytes(),
    })
}

fn message(expected: &MessageContents, actual: &MessageContents) -> Comparison {
    MessageMatcher::compile(expected).compare(&actual::Message {
        contents: &actual.contents.to_bytes(),
        content_type: Body::content_type(&actual.contents),
        metadata: &actual.metadata,
    })
}

fn query(query: &Query) -> Option<String> {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs = query.iter().flat_map(|(name, values)| {
        values.iter().map(move |value| match value {
            Some(value) => format!("{}={}", encode(name), encode(value)),
            None => encode(name),
        })
    });
    let pairs: Vec<_> = pairs.collect();
    (!pairs.is_empty()).then(|| pairs.join("&"))
}

fn lines(headers: &Headers) -> Vec<(&str, &str)> {
    let lines = headers.iter().flat_map(|(name, values)| {
        values
            .iter()
            .map(move |value| (name.as_str(), value.as_str()))
    });
    lines.collect()
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            found.push(path);
        }
    }
}

fn folder() -> Option<PathBuf> {
    let named = env::var_os("PACT_SPECIFICATION_DIR").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/pact-specification");
    named.or(Some(beside)).filter(|folder| folder.is_dir())
}

#[test]
fn every_case_of_the_specification_gets_its_verdict() {
    let Some(folder) = folder() else {
        println!("skipped: the specification's cases are not there; set PACT_SPECIFICATION_DIR");
        return;
    };
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut still_held = 0;
    for (version_folder, version) in VERSIONS {
        let cases = folder.join(version_folder).join("testcases");
        let mut paths = Vec::new();
        files(&cases, &mut paths);
        count += paths.len();
        for path in paths {
            let name = path.strip_prefix(&cases).unwrap().to_string_lossy();
            let text = fs::read_to_string(&path).unwrap();
            let case: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
            let comparison = verdict(&path, &case, version);
            let agrees = comparison.is_match() == case["match"].as_bool().unwrap();
            let what = format!("{version_folder} {name}: {}", case["comment"]);
            match (agrees, held(version_folder, &name)) {
                (true, None) => {}
                (false, Some(_)) => still_held += 1,
                (true, Some(_)) => wrong.push(format!("{what}: agrees now; take it off the list")),
                (false, None) => wrong.push(format!("{what}\n{comparison}")),
            }
        }
    }
    let listed: usize = HELD.iter().map(|(versions, ..)| versions.len()).sum();
    assert_eq!(still_held, listed, "a case on the list is not there");
    assert_eq!(count, CASES);
    assert!(
        wrong.is_empty(),
        "{} cases:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
