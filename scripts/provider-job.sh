#!/usr/bin/env bash
# A provider's CI job: generate its golden contracts and publish them, then
# replay every pact that names it against its real process and record the
# results. Without any such pact, `pactwork verify` warns and exits 0.
#
#   scripts/provider-job.sh SERVICE-FOLDER VERSION BRANCH
#
# `pactwork` and the service's program have to be on the PATH; PACTWORK_STORAGE
# names the storage.
set -euo pipefail

if [ "$#" -ne 3 ]; then
    echo "usage: $0 SERVICE-FOLDER VERSION BRANCH" >&2
    exit 2
fi
folder=$1 version=$2 branch=$3
cd "$folder"

golden=$(mktemp -d)
trap 'rm -rf "$golden"' EXIT
pactwork golden generate --output "$golden"
if compgen -G "$golden/*.json" > /dev/null; then
    pactwork golden publish "$golden" --version "$version" --branch "$branch"
fi
pactwork verify --record --version "$version" --branch "$branch"
