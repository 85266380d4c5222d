//! `pactwork record` between real clients and a real provider, and on HAR files.
#![allow(clippy::unwrap_used, clippy::panic)]

mod har;
mod orders;
mod proxy;
mod secrets;

use crate::support::{Finished, Running, Workshop};
use orders::Orders;

/// Runs `record` in front of the provider until `ask` is done, and gives what it said.
fn recorded(
    workshop: &Workshop,
    orders: &Orders,
    arguments: &[&str],
    ask: impl FnOnce(&str),
) -> Finished {
    let (recorder, url) = recorder(workshop, &orders.url(), arguments);
    ask(&url);
    recorder.stop()
}

fn recorder(workshop: &Workshop, upstream: &str, arguments: &[&str]) -> (Running, String) {
    let mut all = vec![
        "record",
        "--consumer",
        "web",
        "--provider",
        "orders",
        "--upstream",
        upstream,
    ];
    all.extend_from_slice(arguments);
    let mut running = workshop.start(&all);
    let url = running.first_line();
    (running, url)
}
