#!/usr/bin/env bash
# Sharing: 1,000 participants with 100 versions each, and 10,000 versions of those
# that are asked about, on an S3 server in the process and on a local folder (about 5 GB
# in TMPDIR while it runs): requests by kind, round trips that wait for each other, time.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo run --quiet --release --locked --package pactwork-broker --example scale -- "$@"
