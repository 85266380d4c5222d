//! What happens to a mock provider that is dropped before `finish()`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;

use pactwork_consumer::{MockProvider, Pact, get, status};

use crate::wire::exchange;

fn provider() -> MockProvider {
    let pact = Pact::between("web", "orders").output(std::env::temp_dir());
    let pact = pact.when(get("/orders/7")).then(status(200));
    pact.start_blocking().unwrap()
}

fn panic_of(test: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(test)).unwrap_err();
    let text = panic.downcast_ref::<String>().cloned();
    text.unwrap_or_else(|| panic.downcast_ref::<&str>().unwrap().to_string())
}

#[test]
fn a_forgotten_finish_panics_with_the_report() {
    let provider = provider();
    assert_eq!(
        panic_of(move || drop(provider)),
        "finish() was not called on a mock provider, so nothing was recorded.\n\
         web did not use orders as its interactions say.\n\
         \n\
         1 interaction never requested:\n\
         \x20 - \"GET /orders/7\"\n\
         \n\
         Nothing was recorded."
    );
}

#[test]
fn a_test_that_panics_keeps_its_own_panic() {
    let text = panic_of(|| {
        let _provider = provider();
        panic!("the test's own");
    });
    assert_eq!(text, "the test's own");
}

#[tokio::test]
async fn an_abandoned_finish_does_not_panic() {
    let provider = provider();
    let finishing = provider.finish();
    drop(tokio::time::timeout(std::time::Duration::ZERO, finishing).await);
}

#[test]
#[ignore = "run by the_report_of_a_panicking_test_goes_to_its_output"]
fn panics_after_an_unexpected_request() {
    let provider = provider();
    exchange(provider.address(), b"GET /orders/8 HTTP/1.0\r\n\r\n");
    panic!("the test's own");
}

#[test]
fn the_report_of_a_panicking_test_goes_to_its_output() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "safety_net::panics_after_an_unexpected_request",
        ])
        .output()
        .unwrap();
    // 101 is the test harness's code for failed tests; an abort has none.
    assert_eq!(output.status.code(), Some(101), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("the test's own"), "{text}");
    assert!(
        text.contains("  - GET /orders/8\n    nearest interaction: "),
        "{text}"
    );
}
