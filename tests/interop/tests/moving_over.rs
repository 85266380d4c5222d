//! A suite that was written with `pact_consumer` runs against both mock providers; one
//! line of it differs. Both record the same interactions, and both fail where the
//! consumer does something else.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use pact_consumer::builders::{HttpPartBuilder, PactBuilder};
use pact_consumer::{each_like, each_like_helper, json_pattern, json_pattern_internal, like, term};
use pactwork_consumer::MockOptions;
use pactwork_contract::{Common, Interaction, Pact, SpecificationVersion, read_file};
use serde_json::json;
use tempfile::tempdir;

/// One request, as a consumer's client makes it; its status line.
fn ask(host: &str, request: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    let head =
        format!("{request}\r\nHost: {host}\r\nContent-Length: {length}\r\nConnection: close");
    stream
        .write_all(format!("{head}\r\n\r\n{body}").as_bytes())
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn orders(pact: &mut PactBuilder, folder: &Path) {
    pact.with_output_dir(folder);
    pact.interaction("a request for order 7", "", |mut i| {
        i.given("order 7 exists");
        i.request
            .path("/orders/7")
            .query_param("page", "2")
            .header("Accept", "application/json");
        i.response
            .ok()
            .header("X-Version", term!("^[0-9]+$", "12"))
            .json_body(json_pattern!({
                "id": like!(7),
                "lines": each_like!({ "sku": term!("^[A-Z]{3}-[0-9]+$", "ABC-1") }),
            }));
        i
    });
    pact.interaction("an order", "", |mut i| {
        i.request
            .post()
            .path(term!("^/orders$", "/orders"))
            .json_body(json_pattern!({ "sku": like!("ABC-1") }));
        i.response.created();
        i
    });
}

/// The suite. What starts the mock provider is the one line that differs.
macro_rules! suite {
    ($name:ident, $start:ident ( $($argument:expr),* )) => {
        pub fn $name(mut pact: PactBuilder, folder: &Path, sku: &str) {
            orders(&mut pact, folder);
            let orders = pact.$start($($argument),*);

            let url = orders.path("/orders/7");
            assert_eq!(url.path(), "/orders/7");
            assert_eq!(orders.url().path(), "/");
            let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
            let request = "GET /orders/7?page=2 HTTP/1.1\r\nAccept: application/json";
            let answer = ask(&host, request, "");
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            assert!(answer.contains("ABC-1"), "{answer}");
            let request = "POST /orders HTTP/1.1\r\nContent-Type: application/json";
            ask(&host, request, &json!({ "sku": sku }).to_string());
        }
    };
}

/// The suite as it was written.
mod reference {
    use pact_consumer::prelude::*;

    use super::*;

    suite!(suite, start_mock_server(None, None));

    pub fn start(pact: &PactBuilder) -> Running {
        let orders = pact.start_mock_server(None, None);
        running(orders.url().port(), orders)
    }
}

/// Each line that starts a mock provider is another.
mod other_calls {
    use pactwork_consumer::StartPactwork;

    use super::*;

    suite!(suite, start_pactwork());

    pub fn start(pact: &PactBuilder) -> Running {
        let orders = pact.start_pactwork();
        running(orders.url().port(), orders)
    }
}

/// The import alone is another; helpers of suites name the type as well.
mod other_import {
    use pactwork_consumer::pact_consumer_prelude::*;

    use super::*;

    suite!(suite, start_mock_server(None, None));

    fn boxed(pact: &PactBuilder) -> Box<dyn ValidatingMockServer> {
        pact.start_mock_server(None, None)
    }

    pub fn start(pact: &PactBuilder) -> Running {
        let orders = boxed(pact);
        running(orders.url().port(), orders)
    }
}

/// A mock provider of any kind, and where it listens.
struct Running {
    host: String,
    _guard: Box<dyn std::any::Any>,
}

fn running(port: Option<u16>, guard: impl std::any::Any) -> Running {
    Running {
        host: format!("127.0.0.1:{}", port.unwrap()),
        _guard: Box::new(guard),
    }
}

fn recorded(folder: &Path) -> Pact {
    read_file(&folder.join("web-orders.json")).unwrap().pact
}

/// What the interactions say: by description, without the transport, the key and the empty
/// comments, which the reference adds by itself.
fn interactions(pact: Pact) -> Vec<Interaction> {
    let mut interactions = pact.interactions;
    for interaction in &mut interactions {
        let Interaction::Http(http) = interaction else {
            panic!("{interaction:?}");
        };
        let common = std::mem::take(&mut http.common);
        http.common = Common {
            description: common.description,
            provider_states: common.provider_states,
            ..Common::default()
        };
    }
    interactions.sort_by(|left, right| left.common().description.cmp(&right.common().description));
    interactions
}

#[test]
fn one_changed_line_records_the_same_interactions() {
    for (builder, version) in [
        (
            (|| PactBuilder::new("web", "orders")) as fn() -> PactBuilder,
            SpecificationVersion::V3,
        ),
        (
            || PactBuilder::new_v4("web", "orders"),
            SpecificationVersion::V4,
        ),
    ] {
        let theirs = tempdir().unwrap();
        reference::suite(builder(), theirs.path(), "XYZ-2");
        let theirs = recorded(theirs.path());
        for suite in [
            other_calls::suite as fn(PactBuilder, &Path, &str),
            other_import::suite,
        ] {
            let ours = tempdir().unwrap();
            suite(builder(), ours.path(), "XYZ-2");
            let ours = recorded(ours.path());
            assert_eq!(ours.specification, version);
            assert_eq!(ours.specification, theirs.specification);
            assert_eq!(interactions(ours), interactions(theirs.clone()));
        }
    }
}

#[test]
fn a_consumer_that_does_something_else_fails_both_and_records_nothing() {
    let first = "GET /orders/7?page=2 HTTP/1.1\r\nAccept: application/json";
    let other = "DELETE /orders/7 HTTP/1.1";
    for requests in [&[first][..], &[other], &[first, other]] {
        for start in [
            reference::start as fn(&PactBuilder) -> Running,
            other_calls::start,
            other_import::start,
        ] {
            let folder = tempdir().unwrap();
            let mut pact = PactBuilder::new_v4("web", "orders");
            orders(&mut pact, folder.path());
            let running = start(&pact);
            for request in requests {
                ask(&running.host, request, "");
            }
            let dropped = catch_unwind(AssertUnwindSafe(|| drop(running)));
            assert!(dropped.is_err(), "{requests:?}");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }
}

#[test]
fn a_folder_in_the_options_counts_more_than_the_builders() {
    use pactwork_consumer::StartPactwork;

    let (named, given) = (tempdir().unwrap(), tempdir().unwrap());
    let mut pact = PactBuilder::new_v4("web", "orders");
    pact.with_output_dir(named.path());
    pact.interaction("health", "", |i| i);
    let orders = pact.start_pactwork_with(MockOptions::default().output(given.path()));
    let host = orders.provider().address().to_string();
    assert!(ask(&host, "GET / HTTP/1.1", "").starts_with("HTTP/1.1 200"));
    drop(orders);
    assert_eq!(recorded(given.path()).interactions.len(), 1);
    assert_eq!(std::fs::read_dir(named.path()).unwrap().count(), 0);
}
