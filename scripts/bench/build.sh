#!/usr/bin/env bash
# What a consumer's test suite pays for its dev-dependency, from cold: CPU time of the build and
# number of crates, ours beside the reference's. Downloads are not counted.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

measure() {
    local name=$1 dependency=$2
    mkdir -p "$folder/$name/src"
    : >"$folder/$name/src/lib.rs"
    printf '[workspace]\n[package]\nname = "suite"\nedition = "2024"\n[dependencies]\n%s\n' "$dependency" \
        >"$folder/$name/Cargo.toml"
    local manifest=$folder/$name/Cargo.toml
    cp Cargo.lock "$folder/$name/"
    cargo fetch --quiet --manifest-path "$manifest"
    local crates
    crates=$(cargo tree --manifest-path "$manifest" --prefix none --edges normal,build | sort -u | grep -c ' v')
    local user
    user=$( { TIMEFORMAT=%U; time CARGO_TARGET_DIR=$folder/$name/target CARGO_INCREMENTAL=0 \
        cargo build --quiet --manifest-path "$manifest"; } 2>&1)
    printf '| %s | %.0f s | %s |\n' "$name" "$user" "$((crates - 1))"
}

echo "a consumer suite's dev-dependency, built from cold (debug)"
echo
echo "| | user CPU | crates |"
echo "|---|---|---|"
measure pactwork-consumer "pactwork-consumer = { path = \"$PWD/consumer\" }"
measure pactwork-consumer-tls-http2 "pactwork-consumer = { path = \"$PWD/consumer\", features = [\"tls\", \"http2\"] }"
measure pact_consumer 'pact_consumer = "1.4"'
