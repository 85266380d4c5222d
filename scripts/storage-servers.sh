#!/usr/bin/env bash
# Runs a command with storage servers on free ports of this machine: moto for S3
# (where python3 with venv is there) and azurite for Azure (where node is there).
#
#   scripts/storage-servers.sh cargo test -p pactwork-broker --test conformance
#
# PACTWORK_TEST_S3 and PACTWORK_TEST_AZURE say where they are; what is not there is
# skipped with a line. Nothing of them is left behind, but for the packages in
# PACTWORK_TEST_SERVERS, if that names a folder to keep them in.
set -euo pipefail

[ $# -gt 0 ] || {
    echo "usage: scripts/storage-servers.sh COMMAND…" >&2
    exit 2
}

work=$(mktemp -d)
packages=${PACTWORK_TEST_SERVERS:-$work/packages}
mkdir -p "$packages"
processes=()

stop() {
    for process in "${processes[@]}"; do
        kill "$process" 2>"$work/kill" || true
        wait "$process" 2>"$work/kill" || true
    done
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

skip() { echo "storage servers: $1; skipped" >&2; }

# Runs a command quietly, and shows what it said where it fails.
quietly() {
    "$@" >"$work/log" 2>&1 || {
        tail -n 5 "$work/log" >&2
        return 1
    }
}

# Waits until the server's log holds a pattern, and prints what that finds.
port_in() {
    local log=$1 process=$2 pattern=$3 found
    for _ in $(seq 300); do
        found=$(sed -n "s|.*$pattern.*|\1|p" "$log" | head -n 1)
        [ -z "$found" ] || {
            echo "$found"
            return 0
        }
        kill -0 "$process" 2>"$work/kill" || break
        sleep 0.1
    done
    tail -n 5 "$log" >&2
    return 1
}

start_moto() {
    local python="$packages/moto/bin/python" port
    [ -x "$python" ] && "$python" -c "import moto.server" 2>"$work/log" || {
        quietly python3 -m venv "$packages/moto" || { skip "no venv for moto (S3)"; return; }
        quietly "$python" -m pip install --quiet "moto[server]" || { skip "moto (S3) cannot be installed"; return; }
    }
    PYTHONUNBUFFERED=1 "$packages/moto/bin/moto_server" -H 127.0.0.1 -p 0 >"$work/moto" 2>&1 &
    processes+=($!)
    port=$(port_in "$work/moto" $! 'http://127.0.0.1:\([0-9]*\)') || { skip "moto (S3) does not start"; return; }
    "$python" - "$port" <<'PYTHON' || { skip "moto (S3) makes no bucket"; return; }
import sys, urllib.request
bucket = urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}/contracts", method="PUT")
urllib.request.urlopen(bucket, timeout=30).read()
PYTHON
    export PACTWORK_TEST_S3="http://test:test@127.0.0.1:$port/contracts"
    echo "storage servers: moto (S3) on port $port" >&2
}

start_azurite() {
    local azurite="$packages/azurite/node_modules/.bin/azurite-blob" port
    [ -x "$azurite" ] ||
        quietly npm install --silent --no-audit --no-fund --prefix "$packages/azurite" azurite ||
        { skip "azurite (Azure) cannot be installed"; return; }
    "$azurite" --blobHost 127.0.0.1 --blobPort 0 --inMemoryPersistence --skipApiVersionCheck \
        --disableTelemetry >"$work/azurite" 2>&1 &
    processes+=($!)
    port=$(port_in "$work/azurite" $! 'http://127.0.0.1:\([0-9]*\)') ||
        { skip "azurite (Azure) does not start"; return; }
    PACTWORK_TEST_AZURE=$(node - "$port" <<'NODE'
// The account and the key that every azurite has.
const account = "devstoreaccount1";
const key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const crypto = require("crypto");
const http = require("http");
const port = process.argv[2];
const date = new Date().toUTCString();
const path = `/${account}/contracts`;
const headers = `x-ms-date:${date}\nx-ms-version:2021-08-06\n`;
const signed = `PUT\n\n\n\n\n\n\n\n\n\n\n\n${headers}/${account}${path}\nrestype:container`;
const signature = crypto.createHmac("sha256", Buffer.from(key, "base64")).update(signed, "utf8").digest("base64");
const request = http.request({
    host: "127.0.0.1", port, method: "PUT", path: `${path}?restype=container`,
    headers: {
        "x-ms-date": date, "x-ms-version": "2021-08-06", "content-length": 0,
        authorization: `SharedKey ${account}:${signature}`,
    },
}, (response) => {
    response.resume();
    if (response.statusCode !== 201) {
        console.error(`azurite makes no container: ${response.statusCode}`);
        process.exitCode = 1;
        return;
    }
    console.log(`http://${account}:${encodeURIComponent(key)}@127.0.0.1:${port}${path}`);
});
request.end();
NODE
    ) || { unset PACTWORK_TEST_AZURE; skip "azurite (Azure) makes no container"; return; }
    export PACTWORK_TEST_AZURE
    echo "storage servers: azurite (Azure) on port $port" >&2
}

if command -v python3 >"$work/log"; then start_moto; else skip "no python3 for moto (S3)"; fi
if command -v npm >"$work/log"; then start_azurite; else skip "no node for azurite (Azure)"; fi

"$@"
