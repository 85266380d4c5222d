//! Prints how long 800 whole consumer tests take (start a mock provider, one
//! request, finish), recording into one pact: in one process, and in eight
//! processes of 100.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Instant;

use pactwork_consumer::matchers::{each_like, integer, regex};
use pactwork_consumer::{Pact, get, status};
use pactwork_contract::read_file;
use serde_json::json;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, folder, first, last] = &arguments[..] {
        let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
        return (first..last).for_each(|order| consumer_test(Path::new(folder), order));
    }
    for threads in [1, 4, 8] {
        measure(&format!("1 process, {threads} threads"), |folder| {
            in_one_process(folder, threads)
        });
    }
    measure("8 processes of 100", in_eight_processes);
}

fn measure(name: &str, run: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    run(folder.path());
    let elapsed = start.elapsed();
    let pact = read_file(&folder.path().join("web-orders.json"))
        .unwrap()
        .pact;
    println!(
        "{name}: {} interactions recorded in {:.2} s",
        pact.interactions.len(),
        elapsed.as_secs_f64()
    );
}

fn in_one_process(folder: &Path, threads: usize) {
    std::thread::scope(|scope| {
        for first in 0..threads {
            scope.spawn(move || {
                let orders = (first..800).step_by(threads);
                orders.for_each(|order| consumer_test(folder, order));
            });
        }
    });
}

fn in_eight_processes(folder: &Path) {
    let start = |number: usize| -> Child {
        let range = [number * 100, (number + 1) * 100].map(|order| order.to_string());
        Command::new(std::env::current_exe().unwrap())
            .arg(folder)
            .args(range)
            .spawn()
            .unwrap()
    };
    let children: Vec<Child> = (0..8).map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
}

fn consumer_test(folder: &Path, order: usize) {
    let provider = Pact::between("web", "orders")
        .output(folder)
        .given_with("an order exists", json!({ "id": order }))
        .upon_receiving(format!("a request for order {order}"))
        .when(get(format!("/orders/{order}")).header("Accept", "application/json"))
        .then(status(200).json(json!({
            "id": integer(7),
            "lines": each_like(json!({ "sku": regex(r"^[A-Z]{3}-\d+$", "ABC-1"), "amount": integer(2) })),
        })))
        .start_blocking()
        .unwrap();
    let mut stream = TcpStream::connect(provider.address()).unwrap();
    write!(
        stream,
        "GET /orders/{order} HTTP/1.0\r\nAccept: application/json\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
    provider.finish_blocking().unwrap();
}
