#!/usr/bin/env bash
# Matching: comparing JSON bodies with rules beside parsing them; finding the
# interaction for a request among many.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo run --quiet --release --locked --package pactwork-matching --example compare_body
cargo run --quiet --release --locked --package pactwork-matching --example find_request
