#!/usr/bin/env bash
# Mock providers and stubs beside their peers, by one client in one run: requests a second,
# latency, memory, start; 10,000 connections at once; what a suite's dev-dependency costs to build.
# The peer's command is that of the Python package pact-python-cli: PACT=/path/to/pact, or it is
# installed into the target folder where python3 is there, or left out.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-$PWD/target}
export CARGO_TARGET_DIR=$target

peer() {
    [ -z "${PACT:-}" ] || { echo "$PACT"; return; }
    local folder=$target/bench-peer
    [ -x "$folder/bin/pact" ] ||
        { python3 -m venv "$folder" && "$folder/bin/pip" --quiet install pact-python-cli==0.10.9; } >&2 ||
        { echo "pact-python-cli cannot be installed: its figures are left out" >&2; return; }
    echo "$folder/bin/pact"
}

cargo build --quiet --release --locked --bin pactwork
cargo build --quiet --release --locked --manifest-path scripts/bench/mock/Cargo.toml
PACT=$(peer)
[ -z "$PACT" ] && unset PACT || export PACT
PACTWORK=$target/release/pactwork "$target/release/bench-mock"

echo
cargo run --quiet --release --locked --package pactwork-consumer --example concurrent_connections
cargo run --quiet --release --locked --package pactwork-consumer --features tls --example start_up

echo
scripts/bench/build.sh
