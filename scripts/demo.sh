#!/usr/bin/env bash
# The whole loop on three real services: consumer tests, golden contracts,
# verification of the real processes, can-i-deploy. Takes no argument, keeps its
# bucket in a temporary folder, and exits non-zero if any answer is not the
# expected one.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] && [ -z "${NO_COLOR:-}" ] || say() { printf '\n%s\n' "$*"; }

say "Building the command and the example services"
cargo build --quiet --locked
target=$(cargo metadata --format-version 1 --no-deps --offline | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
export PATH="$target/debug:$PATH"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PACTWORK_STORAGE="file://$work/bucket"
answers=$work/answers
wrong=0

# consumer SERVICE VERSION: the consumer's job
consumer() {
    say "$1 $2 as consumer"
    "$root/scripts/consumer-job.sh" "examples/$1" "$2" main \
        cargo test --quiet --locked --package "example-$1" --test contracts
}

# provider SERVICE VERSION: the provider's job
provider() {
    say "$1 $2 as provider"
    "$root/scripts/provider-job.sh" "examples/$1" "$2" main
}

# answer EXPECTED-CODE ACT QUESTION… : asks can-i-deploy and notes the answer
answer() {
    local expected=$1 act=$2 code=0
    shift 2
    pactwork can-i-deploy --participant "$1" --version "$2" --to-environment production || code=$?
    note "$expected" "$code" "$act" "can $1 $2 be deployed to production?"
}

# note EXPECTED-CODE CODE ACT TEXT
note() {
    local word=(yes no usage unknown) verdict="as expected"
    if [ "$1" != "$2" ]; then
        verdict="expected ${word[$1]:-$1}"
        wrong=1
    fi
    printf '%-6s %-55s %-8s %s\n' "$3" "$4" "${word[$2]:-$2}" "$verdict" >> "$answers"
}

deploy() {
    pactwork record-deployment --participant "$1" --version "$2" --environment production
}

say "ACT ONE: three services find each other"
rm -f pacts/*.json
# A consumer needs its providers' golden contracts, so those come first.
for service in auth templates core; do provider "$service" 1.0.0; done
for service in auth templates core; do consumer "$service" 1.0.0; done
for service in auth templates core; do provider "$service" 1.0.0; done

# auth and templates each consume the other's event, so neither can go first on
# its own: the first deployment of a new pair is recorded together.
answer 1 one core 1.0.0
deploy auth 1.0.0
deploy templates 1.0.0
for service in auth templates core; do answer 0 one "$service" 1.0.0; done
deploy core 1.0.0

say "ACT TWO: templates renames a field of TemplateDeleted"
code=0
TEMPLATES_CHANGE=rename-owner provider templates 2.0.0-renamed || code=$?
note 1 "$code" two "does templates 2.0.0-renamed keep its pacts?"
answer 1 two templates 2.0.0-renamed

say "… and a change that only adds a field"
code=0
TEMPLATES_CHANGE=add-field provider templates 2.0.0-added || code=$?
note 0 "$code" two "does templates 2.0.0-added keep its pacts?"
answer 0 two templates 2.0.0-added

say "… and a consumer whose example payload is not what templates promises"
mkdir -p "$work/invalid"
cp -R examples/core "$work/invalid/core"
sed -i.bak 's/"owner": *"[^"]*"/"owner": "nobody"/' "$work"/invalid/core/examples/templates/TemplateDeleted/*.json
code=0
"$root/scripts/consumer-job.sh" "$work/invalid/core" 1.1.0 main touch "$work/tests-ran" || code=$?
[ ! -e "$work/tests-ran" ] || { echo "the consumer tests ran with an invalid example" >&2; wrong=1; }
note 1 "$code" two "is core's example with owner \"nobody\" valid?"
answer 1 two core 1.1.0

say "The answers"
printf '%-6s %-55s %-8s\n' act question answer
cat "$answers"
exit "$wrong"
