#!/usr/bin/env bash
# Matching beside the reference implementation and beside parsing the same bytes:
# JSON bodies from 85 B to 10 MB, compiling a pact, finding a request's interaction.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo bench --quiet --locked --package pactwork-interop --bench matching -- "$@" 2>&1 |
  grep -v '^Benchmarking\|^Found\|^  *[0-9]* (\|Warning\|change:\|No change\|Performance\|^$' | sed -n '/JSON body/,$p'
