#!/usr/bin/env bash
# Asks a running demonstration what its own OpenAPI document promises: every route, good and bad input.
#
#   ENTENTE_TARGET        where Cargo builds; default: CARGO_TARGET_DIR, or target
#   SCHEMATHESIS          the `st` program; default: the one that ./test installs below the target directory
#   SCHEMATHESIS_EXAMPLES how many requests an operation gets; default: 30
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

target="${ENTENTE_TARGET:-${CARGO_TARGET_DIR:-$PWD/target}}"
schemathesis="${SCHEMATHESIS:-$target/venv/bin/st}"
CARGO_TARGET_DIR="$target" cargo build --quiet -p entente
entente="$target/debug/entente"

work="$(mktemp -d)"
server=
# The server is stopped by its id and waited for, so that its directory is free to go.
stop() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap stop EXIT

"$entente" demo --port 0 --data "$work/data" >"$work/out" 2>"$work/err" </dev/null &
server=$!

url=
for _ in $(seq 300); do
    url="$(grep -Eom1 'http://127\.0\.0\.1:[0-9]+' "$work/out" || true)"
    [ -z "$url" ] || break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
done
if [ -z "$url" ]; then
    echo "the demonstration said no address within 30 seconds; it said:" >&2
    cat "$work/out" "$work/err" >&2
    exit 1
fi

# Once as the public, once as somebody who may write: the clerk, signed in by choosing his persona. Both
# are asked of things that are there, by their ids; an operation that is refused whatever is asked of it
# fails the run, for it was not tried.
cookie="$(python3 crates/simulator/known.py "${url#http://}" "$work")"

# Deterministic: a failure that CI saw is the failure you see. Its caches go where the server's data goes.
ask() {
    (cd "$work" && "$schemathesis" "$@" --checks all --max-examples "${SCHEMATHESIS_EXAMPLES:-30}" \
        --generation-deterministic --no-color)
}
report=0
echo "As the public:"
ask --config-file "$work/public.toml" run "$url/api/v1/openapi.json" || report=$?
echo "As the clerk:"
ask --config-file "$work/clerk.toml" run "$url/api/v1/openapi.json" --header "Cookie: $cookie" || report=$?

if ! kill -0 "$server" 2>/dev/null; then
    echo "the demonstration did not survive the questions; it said:" >&2
    cat "$work/err" >&2
    exit 1
fi
exit "$report"
