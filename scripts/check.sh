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

step "the second opinion, which no other build has"
cargo clippy -p pactwork --features cross-check --all-targets --locked -- --deny warnings
cargo test --locked -p pactwork --features cross-check --test tests cross_check

step "storage: the conformance suite on other servers, and 500 publications, many of them killed"
scripts/storage-servers.sh cargo test --locked -p pactwork-broker --test conformance
PACTWORK_TEST_KILLED_PUBLISHES=500 cargo test --locked -p pactwork --test tests killed

step "documentation"
RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --locked

step "the demo, which also records the example pacts anew"
scripts/demo.sh

step "golden contracts, generated anew"
target=$(cargo metadata --format-version 1 --no-deps --offline | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
export PATH="$target/debug:$PATH"
for service in auth templates; do
    (cd "examples/$service" && pactwork golden generate)
done

step "what was recorded and generated is what the repository holds"
[ -z "$(git status --porcelain -- pacts examples)" ] || {
    git diff -- pacts examples
    git status --short -- pacts examples
    echo "The examples' tests record, or their types generate, something else than is committed; commit it." >&2
    exit 1
}
