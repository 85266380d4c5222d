#!/usr/bin/env bash
# The provider's side beside a bare loop of the same HTTP client, and beside the peer: 100 to 10,000
# interactions one at a time and 32 at once, a provider that takes 20 ms, answers of 10 MB (time and
# memory), the command's start. The library in one process and the built command, in one run of
# about three minutes; compare what stands in one row, since other work on the machine counts for all of it.
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
cargo build --quiet --release --locked --package pactwork-provider --example verify
PACT=$(peer)
[ -z "$PACT" ] && unset PACT || export PACT
echo "load of the last minute before the run: $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || uptime), $(getconf _NPROCESSORS_ONLN) cores"
echo
PACTWORK=$target/release/pactwork "$target/release/examples/verify"
echo
echo "load of the last minute after the run: $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || uptime)"
