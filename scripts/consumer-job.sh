#!/usr/bin/env bash
# A consumer's CI job: pull the golden contracts that its pactwork.toml names,
# check its example payloads against them, run its consumer tests, publish what
# they recorded. Stops at the first step that does not hold, so that nothing is
# recorded or published from an invalid example.
#
#   scripts/consumer-job.sh SERVICE-FOLDER VERSION BRANCH TEST-COMMAND…
#
# `pactwork` has to be on the PATH; PACTWORK_STORAGE names the storage.
set -euo pipefail

if [ "$#" -lt 4 ]; then
    echo "usage: $0 SERVICE-FOLDER VERSION BRANCH TEST-COMMAND…" >&2
    exit 2
fi
folder=$1 version=$2 branch=$3
shift 3
cd "$folder"

pactwork golden pull
pactwork golden check
"$@"
pactwork publish --version "$version" --branch "$branch"
