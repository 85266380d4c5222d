//! Many tests recording into one pact file, on real folders.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{http, interaction, pact_of};
use pactwork_contract::{
    AsynchronousMessage, Body, Interaction, Pact, ProviderState, RecordError, SpecificationVersion,
    read_file, record_into, write_atomically,
};
use serde_json::{Value, json};

use SpecificationVersion::{V3, V4};

const NAME: &str = "web-orders.json";

fn record(folder: &Path, number: usize) {
    record_into(folder, &pact_of([number]), V4).unwrap();
}

fn entries(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    names.map(|name| name.into_string().unwrap()).collect()
}

#[test]
fn threads_lose_nothing_and_any_order_gives_the_same_bytes() {
    let (parallel, backwards) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let folder = parallel.path();
            scope.spawn(move || (0..100).for_each(|each| record(folder, thread * 100 + each)));
        }
    });
    (0..800)
        .rev()
        .for_each(|number| record(backwards.path(), number));
    let bytes = fs::read(parallel.path().join(NAME)).unwrap();
    assert_eq!(bytes, pact_of(0..800).to_bytes(V4).unwrap());
    assert_eq!(bytes, fs::read(backwards.path().join(NAME)).unwrap());
    assert_eq!(
        entries(parallel.path()),
        [NAME],
        "nothing but the pact is left behind"
    );
}

#[test]
fn processes_lose_nothing() {
    const FOLDER: &str = "PACTWORK_TEST_RECORD_INTO";
    const FIRST: &str = "PACTWORK_TEST_FIRST";
    if let Some(folder) = std::env::var_os(FOLDER) {
        let first: usize = std::env::var(FIRST).unwrap().parse().unwrap();
        (first..first + 50).for_each(|number| record(Path::new(&folder), number));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let start = |process: usize| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "processes_lose_nothing"])
            .env(FOLDER, folder.path())
            .env(FIRST, (process * 50).to_string())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..6).map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let bytes = fs::read(folder.path().join(NAME)).unwrap();
    assert_eq!(bytes, pact_of(0..300).to_bytes(V4).unwrap());
    assert_eq!(entries(folder.path()), [NAME]);
}

/// Descriptions, states and contents that could be mistaken for the file's layout.
#[test]
fn no_text_is_mistaken_for_the_layout() {
    let descriptions = [
        "a",
        "a b",
        "a\"",
        "a\\",
        "}",
        "\n    },\n    {\n",
        "<<<<<<< x",
        "ü",
        "\u{1F600}",
        "a,",
        "",
    ];
    let mut pact = Pact::between("web", "orders");
    for description in descriptions {
        for state in [None, Some("s"), Some("\n      ]"), Some("s\"")] {
            let mut http = http(1);
            http.common.description = description.into();
            http.common.provider_states = state.map(ProviderState::named).into_iter().collect();
            http.response.body =
                Body::json(json!({ "}": ["\n    },\n    {\n", {}, []], "<": "<" }));
            pact.interactions.push(Interaction::Http(Box::new(http)));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    for each in pact.interactions.iter().rev().chain(&pact.interactions) {
        let mut one = Pact::between("web", "orders");
        one.interactions.push(each.clone());
        record_into(folder.path(), &one, V4).unwrap();
    }
    let bytes = fs::read(folder.path().join(NAME)).unwrap();
    assert_eq!(bytes, pact.to_bytes(V4).unwrap());
    assert_eq!(
        read_file(&folder.path().join(NAME))
            .unwrap()
            .pact
            .interactions
            .len(),
        44
    );
}

#[test]
fn version_3_records_interactions_and_messages() {
    let message = |number: usize| {
        let mut message = AsynchronousMessage::default();
        message.common.description = format!("event {number}");
        message.message.contents = Body::json(json!({ "id": number }));
        Interaction::AsynchronousMessage(Box::new(message))
    };
    let mut all: Vec<_> = (0..10).map(message).collect();
    all.extend((0..10).map(interaction));
    let record_all = |order: &mut dyn Iterator<Item = &Interaction>| {
        let folder = tempfile::tempdir().unwrap();
        for each in order {
            let mut pact = Pact::between("web", "orders");
            pact.interactions.push(each.clone());
            record_into(folder.path(), &pact, V3).unwrap();
        }
        fs::read_to_string(folder.path().join(NAME)).unwrap()
    };
    let text = record_all(&mut all.iter());
    assert_eq!(record_all(&mut all.iter().rev()), text);
    let file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(file["interactions"].as_array().unwrap().len(), 10);
    assert_eq!(file["messages"].as_array().unwrap().len(), 10);
    assert_eq!(file["metadata"]["pactSpecification"]["version"], "3.0.0");
}

#[test]
fn a_file_of_another_shape_is_merged_and_made_canonical() {
    let canonical = String::from_utf8(pact_of([2, 1]).to_bytes(V4).unwrap()).unwrap();
    let compact: Value = serde_json::from_str(&canonical).unwrap();
    let mut unsorted = compact.clone();
    unsorted["interactions"].as_array_mut().unwrap().reverse();
    for existing in [
        compact.to_string(),
        serde_json::to_string_pretty(&unsorted).unwrap(),
        canonical.replace('\n', "\r\n"),
        canonical.replace("    },\n", "    } ,\n"),
        String::from_utf8(pact_of([2, 1]).to_bytes(V3).unwrap()).unwrap(),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        fs::write(&path, existing).unwrap();
        record(folder.path(), 3);
        assert_eq!(
            fs::read(&path).unwrap(),
            pact_of(1..4).to_bytes(V4).unwrap()
        );
    }
}

#[test]
fn what_another_tool_wrote_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NAME);
    let mut file: Value = serde_json::from_slice(&pact_of([1]).to_bytes(V4).unwrap()).unwrap();
    file["metadata"]["pactRust"] = json!({ "models": "1.0" });
    file["interactions"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "type": "Carrier/Pigeon", "description": "p" }));
    fs::write(&path, file.to_string()).unwrap();
    for number in [1, 2, 3] {
        record(folder.path(), number);
    }
    let after: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(after["metadata"], file["metadata"]);
    assert_eq!(after["interactions"].as_array().unwrap().len(), 4);
    assert_eq!(after["interactions"][0]["type"], "Carrier/Pigeon");
}

#[test]
fn recording_the_same_again_does_not_touch_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NAME);
    (0..5).for_each(|number| record(folder.path(), number));
    let before = fs::metadata(&path).unwrap();
    (0..5).for_each(|number| record(folder.path(), number));
    record_into(folder.path(), &pact_of([]), V4).unwrap();
    let after = fs::metadata(&path).unwrap();
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
    assert_eq!(
        after.len() as usize,
        pact_of(0..5).to_bytes(V4).unwrap().len()
    );
}

#[test]
fn other_content_under_the_same_identity_is_a_conflict_that_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    (1..4).for_each(|number| record(folder.path(), number));
    let path = folder.path().join(NAME);
    let before = fs::read(&path).unwrap();
    let mut changed = http(2);
    changed.response.status = 404;
    let mut pact = pact_of([7]);
    pact.interactions.push(Interaction::Http(Box::new(changed)));
    let error = record_into(folder.path(), &pact, V4).unwrap_err();
    assert!(matches!(error, RecordError::Conflict { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        format!(
            "{}: two different interactions are both \"a request for order 2\": \
             at $.response.status one has 200, the other 404\n\
             Nothing was recorded. If two tests mean different things, give one of them another \
             description or provider state; if a test was changed since the file was recorded, run \
             `pactwork clean` (or remove the file) and then all tests again.",
            path.display()
        )
    );
    assert_eq!(
        fs::read(&path).unwrap(),
        before,
        "not even the other interaction is recorded"
    );
}

#[test]
fn a_pact_that_contradicts_itself_is_not_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let mut changed = http(2);
    changed.response.status = 404;
    let mut pact = pact_of([1, 2]);
    pact.interactions.push(Interaction::Http(Box::new(changed)));
    let error = record_into(folder.path(), &pact, V4).unwrap_err();
    assert!(matches!(error, RecordError::Conflict { .. }), "{error:?}");
    assert_eq!(entries(folder.path()), [""; 0]);
}

#[test]
fn a_file_that_is_no_pact_stays_as_it_is() {
    let canonical = String::from_utf8(pact_of(1..4).to_bytes(V4).unwrap()).unwrap();
    let conflict = canonical.replacen("        \"method\"", "<<<<<<< ours\n        \"method\"", 1);
    let cases = [
        (
            "{ broken".to_owned(),
            "line 1, column 3: not JSON: key must be a string",
        ),
        (
            String::new(),
            "line 1, column 0: not JSON: EOF while parsing a value",
        ),
        (
            canonical[..canonical.len() / 2].to_owned(),
            "not JSON: EOF while parsing",
        ),
        (conflict, "line 13, column 1: not JSON: "),
        (
            canonical.replacen("\"web\"", "\"app\"", 1),
            "$.consumer.name: expected \"web\", found \"app\"",
        ),
    ];
    for (existing, expected) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        fs::write(&path, &existing).unwrap();
        let error = record_into(folder.path(), &pact_of([9]), V4)
            .unwrap_err()
            .to_string();
        let (what, advice) = error.split_once('\n').unwrap();
        assert!(
            what.starts_with(&format!("{}: ", path.display())),
            "{error}"
        );
        assert!(what.contains(expected), "{error}");
        assert_eq!(
            advice,
            "Nothing was recorded: repair that file or remove it, then run the tests again."
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), existing);
        assert_eq!(entries(folder.path()), [NAME]);
    }
}

#[test]
fn a_file_that_is_not_text_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NAME);
    fs::write(&path, [b'{', 0xFF]).unwrap();
    let error = record_into(folder.path(), &pact_of([9]), V4).unwrap_err();
    assert!(matches!(error, RecordError::Read(_)), "{error:?}");
    assert_eq!(fs::read(&path).unwrap(), [b'{', 0xFF]);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file");
    fs::write(&file, "").unwrap();
    for target in [file.join("pacts"), file] {
        let error = record_into(&target, &pact_of([1]), V4)
            .unwrap_err()
            .to_string();
        let expected = format!("cannot write {}: ", target.display());
        assert!(error.starts_with(&expected), "{error}");
    }
}

#[test]
fn a_folder_in_the_place_of_the_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NAME);
    fs::create_dir(&path).unwrap();
    let error = record_into(folder.path(), &pact_of([1]), V4)
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with(&format!("{}: cannot read: ", path.display())),
        "{error}"
    );
    assert_eq!(entries(folder.path()), [NAME]);
}

#[test]
fn a_pact_that_cannot_be_written_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let mut pact = pact_of([1]);
    let Interaction::Http(http) = &mut pact.interactions[0] else {
        panic!("not HTTP")
    };
    http.common.pending = true;
    let target = folder.path().join("pacts");
    assert!(matches!(
        record_into(&target, &pact, V3),
        Err(RecordError::Write(_))
    ));
    assert!(!target.exists());
}

#[test]
fn participants_of_any_name_are_recorded_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("deep/pacts");
    let names = [
        "../../x",
        "a/b",
        "..",
        "ünïcode 名",
        "a-b",
        "-",
        "nul\0",
        "C:\\x",
        &"long".repeat(200),
    ];
    for consumer in names {
        let mut pact = pact_of([1]);
        pact.consumer.name = consumer.into();
        let path = record_into(&target, &pact, V4).unwrap();
        assert_eq!(path.parent().unwrap(), target);
        record_into(&target, &pact, V4).unwrap();
        assert_eq!(read_file(&path).unwrap().pact.consumer.name, consumer);
    }
    assert_eq!(entries(&target).len(), names.len());
    assert_eq!(entries(folder.path()), ["deep"]);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = read_file(Path::new("no/such/pact.json"))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("no/such/pact.json: cannot read: "),
        "{error}"
    );
}

#[test]
fn writing_replaces_the_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    write_atomically(&path, b"long text").unwrap();
    write_atomically(&path, b"short").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"short");
    assert_eq!(entries(folder.path()), ["file"]);
    assert!(write_atomically(&folder.path().join("no/file"), b"").is_err());
}

#[cfg(unix)]
#[test]
fn a_pact_can_be_read_by_others() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    record(folder.path(), 1);
    fs::write(folder.path().join("usual"), "").unwrap();
    let mode = |name: &str| {
        fs::metadata(folder.path().join(name))
            .unwrap()
            .permissions()
            .mode()
    };
    assert_eq!(mode(NAME), mode("usual"));
}

#[test]
fn names_that_run_together_do_not_share_a_file() {
    let folder = tempfile::tempdir().unwrap();
    record_into(
        folder.path(),
        &Pact::between("a-b", "c"),
        SpecificationVersion::V4,
    )
    .unwrap();
    let before = std::fs::read(folder.path().join("a-b-c.json")).unwrap();
    let error = record_into(
        folder.path(),
        &Pact::between("a", "b-c"),
        SpecificationVersion::V4,
    )
    .unwrap_err();
    let expected = "a-b-c.json: $.consumer.name: expected \"a\", found \"a-b\"";
    assert!(error.to_string().contains(expected), "{error}");
    assert_eq!(
        std::fs::read(folder.path().join("a-b-c.json")).unwrap(),
        before
    );
}
