//! What a provider's test program does. This one is such a program itself: it runs itself
//! as one, and its own tests are trials of the same kind.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

#[path = "../provider/support/pacts.rs"]
#[allow(dead_code)]
mod pacts;
mod program;
#[path = "../provider/support/server.rs"]
#[allow(dead_code)]
mod server;
mod suite;

use std::process::ExitCode;

fn main() -> ExitCode {
    match program::asked() {
        Some(program) => program::run(&program),
        None => suite::run(),
    }
}
