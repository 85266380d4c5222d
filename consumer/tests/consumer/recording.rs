//! Many tests, one pact.

use std::path::Path;
use std::process::{Child, Command};
use std::thread;

use pactwork_consumer::matchers::{integer, like};
use pactwork_consumer::{Pact, SpecificationVersion, get, status};
use pactwork_contract::read_file;
use serde_json::json;
use tempfile::tempdir;

use crate::wire::exchange;

/// A whole consumer test: start, one request, finish.
fn record(folder: &Path, order: usize) {
    let provider = Pact::between("web", "orders")
        .output(folder)
        .given_with("an order exists", json!({ "id": order }))
        .upon_receiving("a request for an order")
        .when(get(format!("/orders/{order}")))
        .then(status(200).json(json!({ "id": integer(7), "lines": [] })))
        .start_blocking()
        .unwrap();
    let request = format!("GET /orders/{order} HTTP/1.0\r\n\r\n");
    let answer = exchange(provider.address(), request.as_bytes());
    assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
    provider.finish_blocking().unwrap();
}

fn recorded(folder: &Path) -> Vec<u8> {
    let path = folder.join("web-orders.json");
    let interactions = read_file(&path).unwrap().pact.interactions.len();
    assert_eq!(interactions, 800);
    let names = std::fs::read_dir(folder).unwrap();
    let names: Vec<_> = names.map(|each| each.unwrap().file_name()).collect();
    let visible = names.iter().filter(|name| *name != ".recorded-by").count();
    assert_eq!(visible, 1, "nothing is left beside the pact: {names:?}");
    std::fs::read(path).unwrap()
}

/// Runs 800 tests on 40 threads in this process; `order` says which test is the n-th.
fn in_one_process(order: fn(usize) -> usize) -> Vec<u8> {
    let folder = tempdir().unwrap();
    thread::scope(|scope| {
        for first in 0..40 {
            let folder = folder.path();
            scope.spawn(move || {
                (first..800)
                    .step_by(40)
                    .for_each(|each| record(folder, order(each)))
            });
        }
    });
    recorded(folder.path())
}

#[test]
fn eight_hundred_tests_in_any_order_and_from_many_processes_give_the_same_bytes() {
    let ascending = in_one_process(|each| each);
    let descending = in_one_process(|each| 799 - each);
    assert!(ascending == descending, "the order shows in the bytes");
    let processes = in_eight_processes();
    assert!(
        ascending == processes,
        "the number of processes shows in the bytes"
    );
}

fn in_eight_processes() -> Vec<u8> {
    let folder = tempdir().unwrap();
    let start = |number: usize| -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "recording::records_100"])
            .env("PACTWORK_TEST_FOLDER", folder.path())
            .env("PACTWORK_TEST_NUMBER", number.to_string())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let children: Vec<Child> = (0..8).map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    recorded(folder.path())
}

#[test]
#[ignore = "one of eight processes that another test starts"]
fn records_100() {
    let folder = std::env::var_os("PACTWORK_TEST_FOLDER").unwrap();
    let number: usize = std::env::var("PACTWORK_TEST_NUMBER")
        .unwrap()
        .parse()
        .unwrap();
    (number * 100..(number + 1) * 100).for_each(|order| record(Path::new(&folder), order));
}

#[test]
fn lower_versions_are_written_on_request() {
    for version in [SpecificationVersion::V2, SpecificationVersion::V3] {
        let folder = tempdir().unwrap();
        for order in [7, 8] {
            let provider = Pact::between("web", "orders")
                .output(folder.path())
                .specification(version)
                .given("an order exists")
                .upon_receiving(format!("order {order}"))
                .when(get(format!("/orders/{order}")))
                .then(status(200).json(json!({ "id": like(order) })))
                .start_blocking()
                .unwrap();
            let request = format!("GET /orders/{order} HTTP/1.0\r\n\r\n");
            exchange(provider.address(), request.as_bytes());
            provider.finish_blocking().unwrap();
        }
        let path = folder.path().join("web-orders.json");
        let pact = read_file(&path).unwrap().pact;
        assert_eq!(pact.specification, version);
        assert_eq!(pact.interactions.len(), 2);
        let states = &pact.interactions[0].common().provider_states;
        assert_eq!(states[0].name, "an order exists");
    }
}

#[test]
fn another_meaning_under_the_same_description_is_a_conflict_and_changes_nothing() {
    let folder = tempdir().unwrap();
    let test = |code: u16| {
        let provider = Pact::between("web", "orders")
            .output(folder.path())
            .upon_receiving("an order")
            .when(get("/orders/7"))
            .then(status(code))
            .start_blocking()
            .unwrap();
        exchange(provider.address(), b"GET /orders/7 HTTP/1.0\r\n\r\n");
        provider.finish_blocking()
    };
    let path = test(200).unwrap().pact.unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = test(404).unwrap_err().to_string();
    let expected = "two different interactions are both \"an order\": at $.response.status one has 200, the other 404\n\
                    The first is what the test recording::another_meaning_under_the_same_description_is_a_conflict_and_changes_nothing \
                    said in an earlier run.\n\
                    Nothing was recorded.";
    assert!(error.contains(expected), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_conflict_names_both_tests() {
    let folder = tempdir().unwrap();
    let test = |name: &str, code: u16| {
        let folder = folder.path().to_owned();
        let body = move || {
            let provider = Pact::between("web", "orders")
                .output(folder)
                .upon_receiving("an order")
                .when(get("/orders/7"))
                .then(status(code))
                .start_blocking()
                .unwrap();
            exchange(provider.address(), b"GET /orders/7 HTTP/1.0\r\n\r\n");
            provider
                .finish_blocking()
                .map_err(|error| error.to_string())
        };
        let thread = thread::Builder::new().name(name.into());
        thread.spawn(body).unwrap().join().unwrap()
    };
    test("orders::an_order", 200).unwrap();
    test("orders::the_same_order", 200).unwrap();
    let error = test("orders::no_order", 404).unwrap_err();
    let by_name = Pact::between("web", "orders")
        .output(folder.path())
        .upon_receiving("an order")
        .test_name("Order 7 is gone")
        .when(get("/orders/7"))
        .then(status(410))
        .start_blocking()
        .unwrap();
    exchange(by_name.address(), b"GET /orders/7 HTTP/1.0\r\n\r\n");
    let named = by_name.finish_blocking().unwrap_err().to_string();
    assert!(
        named.contains("the second what the test Order 7 is gone says."),
        "{named}"
    );
    let expected = "The first is what the test orders::an_order says (and orders::the_same_order), \
                    the second what the test orders::no_order says.";
    assert!(error.contains(expected), "{error}");
    let ignored = folder.path().join(".recorded-by/.gitignore");
    assert_eq!(std::fs::read_to_string(ignored).unwrap(), "*\n");
}

#[test]
fn who_recorded_a_pact_that_is_gone_is_forgotten() {
    let folder = tempdir().unwrap();
    let test = |name: &str, order: usize| {
        let folder = folder.path().to_owned();
        let thread = thread::Builder::new().name(name.into());
        thread
            .spawn(move || record(&folder, order))
            .unwrap()
            .join()
            .unwrap();
    };
    test("a", 1);
    std::fs::remove_file(folder.path().join("web-orders.json")).unwrap();
    test("b", 2);
    test("c", 3);
    let noted =
        std::fs::read_to_string(folder.path().join(".recorded-by/web-orders.jsonl")).unwrap();
    let tests: Vec<_> = noted.lines().map(|line| &line[line.len() - 4..]).collect();
    assert_eq!(tests, ["\"b\"]", "\"c\"]"]);
}
