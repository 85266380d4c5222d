//! Verification against small providers in processes of their own, beside a bare loop of the
//! same HTTP client that compares nothing, and beside the peer: the library, and the command.
//!
//! `cargo run --release -p pactwork-provider --example verify`: the library alone. With
//! `PACTWORK=target/release/pactwork` the command as well, with `PACT=…/bin/pact` the peer's.
//! `… --example verify -- library 1000 32 50` verifies again and again, to be profiled.
#![allow(clippy::print_stdout, missing_docs)]

mod commands;
mod figures;
mod pacts;
mod provide;
mod replay;

use std::time::Duration;

use pactwork_provider::{ProviderProcess, StartOptions};

use commands::Command;
use figures::{Outcomes, beside, median, short};
use provide::Manner;
use replay::{bare_loop, parsed, verified};

const SIZES: [usize; 3] = [100, 1000, 10_000];
const JOBS: [usize; 2] = [1, 32];

#[tokio::main]
async fn main() -> Outcomes<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["provide", port, latency, lines] => {
            provide::provide(port.parse()?, Manner::parse(latency, lines)?).await
        }
        ["library", size, jobs, runs] => {
            let process = start(Manner::QUICK).await?;
            let pact = [pacts::pact(size.parse()?, false)];
            for _ in 0..runs.parse()? {
                verified(&process, &pact, jobs.parse()?).await?;
            }
            Ok(())
        }
        _ => all().await,
    }
}

async fn all() -> Outcomes<()> {
    let ours = Command::ours();
    let peer = Command::peer();
    let process = start(Manner::QUICK).await?;
    let size = pacts::answer(pacts::FEW).to_string().len();
    println!("HTTP interactions, {size} bytes of JSON each; medians\n");
    println!(
        "| interactions | jobs | bare client | library | with a regex | `pactwork verify` | `pact verifier` |"
    );
    println!("|---|---|---|---|---|---|---|");
    for jobs in JOBS {
        for size in SIZES {
            row(&process, (size, jobs), ours.as_ref(), peer.as_ref()).await?;
        }
    }
    process.stop().await;
    slow_provider(ours.as_ref()).await?;
    large_bodies(ours.as_ref()).await?;
    if let Some(ours) = &ours {
        println!(
            "\nFrom the start of `pactwork verify` to the provider's first connection: {}",
            ours.first_request()?
        );
    }
    Ok(())
}

async fn row(
    process: &ProviderProcess,
    (size, jobs): (usize, usize),
    ours: Option<&Command>,
    peer: Option<&Command>,
) -> Outcomes<()> {
    let types = [pacts::pact(size, false)];
    let regexes = [pacts::pact(size, true)];
    let file = commands::PactFile::write(&types[0])?;
    let mut runs: [Vec<Duration>; 4] = Default::default();
    for _ in 0..rounds(size) {
        runs[0].push(bare_loop(process.base_url(), size, jobs).await?);
        runs[1].push(verified(process, &types, jobs).await?);
        runs[2].push(verified(process, &regexes, jobs).await?);
        if let Some(ours) = ours {
            runs[3].push(ours.verify(&file, process.base_url(), jobs)?.took);
        }
    }
    let [bare, library, regexes, command] = runs.map(|runs| median(&runs));
    let command = ours.map_or("".into(), |_| beside(command, bare));
    let peer = match peer {
        Some(peer) if jobs == 1 && size <= 1000 => {
            beside(peer.verify(&file, process.base_url(), jobs)?.took, bare)
        }
        _ => String::new(),
    };
    let (library, regexes) = (beside(library, bare), beside(regexes, bare));
    let bare = short(bare);
    println!("| {size} | {jobs} | {bare} | {library} | {regexes} | {command} | {peer} |");
    Ok(())
}

/// The larger, the fewer.
fn rounds(size: usize) -> usize {
    match size {
        0..=100 => 21,
        101..=1000 => 9,
        _ => 3,
    }
}

async fn slow_provider(ours: Option<&Command>) -> Outcomes<()> {
    const SIZE: usize = 1000;
    const MANY: usize = 32;
    let latency = Duration::from_millis(20);
    let process = start(Manner {
        latency,
        ..Manner::QUICK
    })
    .await?;
    let pact = [pacts::pact(SIZE, false)];
    let ideal = latency * SIZE as u32 / MANY as u32;
    println!(
        "\nA provider that takes 20 ms, {SIZE} interactions, --jobs {MANY}: at best {}\n",
        short(ideal)
    );
    println!("| bare client | library | `pactwork verify` |");
    println!("|---|---|---|");
    let file = commands::PactFile::write(&pact[0])?;
    let mut runs: [Vec<Duration>; 3] = Default::default();
    for _ in 0..3 {
        runs[0].push(bare_loop(process.base_url(), SIZE, MANY).await?);
        runs[1].push(verified(&process, &pact, MANY).await?);
        if let Some(ours) = ours {
            runs[2].push(ours.verify(&file, process.base_url(), MANY)?.took);
        }
    }
    let [bare, library, command] = runs.map(|runs| beside(median(&runs), ideal));
    let command = ours.map_or("", |_| &command);
    println!("| {bare} | {library} | {command} |");
    process.stop().await;
    Ok(())
}

async fn large_bodies(ours: Option<&Command>) -> Outcomes<()> {
    let process = start(Manner {
        lines: pacts::MANY,
        ..Manner::QUICK
    })
    .await?;
    let pact = [pacts::pact(1, true)];
    let file = commands::PactFile::write(&pact[0])?;
    let mut runs: [Vec<Duration>; 3] = Default::default();
    let (mut length, mut memory) = (0, 0);
    for _ in 0..7 {
        let (took, bytes) = parsed(process.base_url()).await?;
        length = bytes;
        runs[0].push(took);
        runs[1].push(verified(&process, &pact, 1).await?);
        if let Some(ours) = ours {
            let finished = ours.verify(&file, process.base_url(), 1)?;
            runs[2].push(finished.took);
            memory = memory.max(finished.memory);
        }
    }
    let megabytes = length as f64 / 1e6;
    println!(
        "\nAn answer of {megabytes:.1} MB, a rule for each of its {} lines\n",
        pacts::MANY
    );
    println!(
        "| read and parsed by serde_json | library | `pactwork verify` | its memory at most |"
    );
    println!("|---|---|---|---|");
    let parsed = median(&runs[0]);
    let library = beside(median(&runs[1]), parsed);
    let (command, memory) = match ours {
        Some(_) => (
            beside(median(&runs[2]), parsed),
            format!(
                "{:.1} MB = {:.1} ×",
                memory as f64 / 1e6,
                memory as f64 / length as f64
            ),
        ),
        None => Default::default(),
    };
    println!("| {} | {library} | {command} | {memory} |", short(parsed));
    process.stop().await;
    Ok(())
}

async fn start(manner: Manner) -> Outcomes<ProviderProcess> {
    let binary = std::env::current_exe()?;
    let command = format!(
        "exec '{}' provide {{port}} {}",
        binary.display(),
        manner.arguments()
    );
    Ok(ProviderProcess::start(StartOptions::new(command)).await?)
}
