#!/usr/bin/env bash
# The provider's side: 1,000 HTTP interactions against a trivial provider in a
# process of its own, beside a bare client loop by the same client in one run.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --quiet --release --locked --package pactwork-provider --examples
cargo run --quiet --release --locked --package pactwork-provider --example verify
