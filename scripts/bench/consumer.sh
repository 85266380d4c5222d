#!/usr/bin/env bash
# The consumer's side: 800 whole tests recording into one pact, in one process
# and in 8 processes of 100; requests a second at 1 and 1,000 interactions
# beside a bare hyper server, by one client in one run.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo run --quiet --release --locked --package pactwork-contract --example record_interactions
cargo run --quiet --release --locked --package pactwork-consumer --example record_800
cargo run --quiet --release --locked --package pactwork-consumer --example requests_per_second
