//! Requests a second, latency, memory and start of Pactwork's mock providers and
//! of its peers, by one client in one run.
//!
//! `bench-mock` runs everything; `bench-mock serve KIND INTERACTIONS` is one of the
//! servers, each in a process of its own; `bench-mock ask ADDRESS INTERACTIONS` asks one. `PACTWORK` is our command, `PACT` the
//! peer's, left out where it is not set.

mod client;
mod figures;
mod pacts;
mod serve;
mod servers;

use std::time::Duration;

use figures::{Figures, human};
use servers::{Kind, Server};

/// How long one server is asked in one round.
const ROUND: Duration = Duration::from_secs(2);
const ROUNDS: usize = 3;
const SIZES: [usize; 4] = [1, 100, 1_000, 10_000];
/// A server that answers fewer requests a second than this is not asked with more interactions.
const HOPELESS: f64 = 100.0;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", kind, interactions] => {
            return serve::serve(kind, interactions.parse().unwrap());
        }
        ["ask", address, interactions] => {
            let figures = client::ask(
                address.parse().unwrap(),
                interactions.parse().unwrap(),
                ROUND,
            );
            return println!("{figures:?}");
        }
        [] => {}
        other => panic!("{other:?}: expected nothing, `serve` or `ask`"),
    }
    println!(
        "32 connections, answers of 0.4 KB; each figure is the median of {ROUNDS} rounds of {ROUND:?}\n"
    );
    table("in process, one server thread", &Kind::LIBRARIES);
    table("commands, as many server threads as cores", &Kind::COMMANDS);
    starts();
}

fn table(title: &str, kinds: &[Kind]) {
    println!("{title}\n");
    println!("| | interactions | requests/s | of bare hyper | p50 | p99 | errors | memory |");
    println!("|---|---|---|---|---|---|---|---|");
    let mut hopeless = Vec::new();
    for size in SIZES {
        let usable = |kind: &&Kind| kind.is_at_hand() && !hopeless.contains(*kind);
        let servers: Vec<Server> = kinds
            .iter()
            .filter(usable)
            .map(|kind| kind.start(size))
            .collect();
        let measured = measure(&servers, size);
        let bare = measured[0].requests_per_second;
        for (server, figures) in servers.iter().zip(&measured) {
            print_row(server, size, figures, bare);
            if figures.requests_per_second < HOPELESS {
                hopeless.push(server.kind);
            }
        }
    }
    println!();
}

fn measure(servers: &[Server], size: usize) -> Vec<Figures> {
    let mut rounds: Vec<Vec<Figures>> = servers.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS {
        for (server, rounds) in servers.iter().zip(&mut rounds) {
            rounds.push(client::ask(server.address, size, ROUND));
        }
    }
    rounds.into_iter().map(figures::median).collect()
}

fn print_row(server: &Server, size: usize, figures: &Figures, bare: f64) {
    println!(
        "| {} | {size} | {} | {:.0} % | {} | {} | {} | {} |",
        server.kind.name(),
        figures.rate(),
        100.0 * figures.requests_per_second / bare,
        human(figures.p50),
        human(figures.p99),
        figures.errors,
        server.memory(),
    );
}

/// From the call, or the start of the process, to the first answer.
fn starts() {
    println!(
        "start with one interaction, until the first answer\n\n| | median | worst of 20 |\n|---|---|---|"
    );
    for (name, start) in serve::STARTS {
        let mut times: Vec<Duration> = (0..20).map(|_| start()).collect();
        times.sort();
        println!("| {name} | {} | {} |", human(times[10]), human(times[19]));
    }
    for kind in Kind::COMMANDS.into_iter().filter(Kind::is_at_hand) {
        let mut times: Vec<Duration> = (0..20).map(|_| kind.start(1).started_in).collect();
        times.sort();
        println!(
            "| {}, a process | {} | {} |",
            kind.name(),
            human(times[10]),
            human(times[19])
        );
    }
}
