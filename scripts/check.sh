#!/usr/bin/env bash
# Everything that has to hold before a change lands: formatting, lints, the
# README's test command, documentation, the demo, and the recorded pacts.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

step "formatting"
cargo fmt --all --check

step "lints"
cargo clippy --workspace --all-targets --locked -- --deny warnings

step "tests (the README's command)"
cargo test --workspace --locked

step "documentation"
RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --locked

step "the demo, which also records the example pacts anew"
scripts/demo.sh

step "the recorded pacts are those in pacts/"
[ -z "$(git status --porcelain -- pacts)" ] || {
    git diff -- pacts
    echo "The example consumers' tests record other pacts than pacts/ holds; commit what they recorded." >&2
    exit 1
}
