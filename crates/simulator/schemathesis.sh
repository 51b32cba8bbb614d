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

# Once as the public, once as somebody who may write: the clerk, signed in by choosing his persona. He
# makes a paper with some versions; then the ids of what there is are written down, so that what is asked
# of one thing is asked of things that exist as often as of made-up ones.
cookie="$(python3 - "${url#http://}" "$work/known.toml" <<'PYTHON'
import http.client, json, sys
house = http.client.HTTPConnection(sys.argv[1])
house.request("POST", "/sign-in", "persona=0", {"Content-Type": "application/x-www-form-urlencoded"})
answer = house.getresponse()
answer.read()
cookies = answer.headers.get_all("Set-Cookie", [])
cookie = next((one.split(";")[0] for one in cookies if one.startswith("__Host-entente=")), "")

def ask(method, address, body=None, kind="application/json"):
    house.request(method, address, body, {"Cookie": cookie, "Content-Type": kind})
    answer = house.getresponse()
    text = answer.read()
    if answer.status >= 300:
        sys.exit(f"{method} {address}: {answer.status} {text.decode()}")
    return json.loads(text)

paper = ask("POST", "/api/v1/acts", json.dumps({"change": {"create": {
    "content": {"document": {"title": "Paper", "reading": "download"}}, "marking": {"label": "CLEAR"}}}}))["subject"]
versions = [ask("POST", f"/api/v1/documents/{paper}/versions?name=a{number}.txt", f"Version {number}.",
                "application/octet-stream")["version"] for number in range(9)]
things = [thing["id"] for kind in ask("GET", "/api/v1")["things"].values()
          for thing in ask("GET", f"{kind}?limit=3")["things"]]
guarantees = [thing["id"] for thing in ask("GET", "/api/v1/guarantees?limit=9")["things"]]
known = {"things": things, "papers": [paper], "versions": versions, "guarantees": guarantees,
         "positions": list(range(6))}
with open(sys.argv[2], "w") as out:
    for name, values in known.items():
        print(f"[dictionaries.{name}]\nvalues = {json.dumps(values)}\n", file=out)
    def often(name, dictionary):
        print(f'"path.{name}" = {{ dictionary = "{dictionary}", probability = 0.5 }}', file=out)
    print("[parameters]", file=out)
    often("id", "things")
    often("version", "versions")
    often("position", "positions")
    for path, dictionary in [("/api/v1/documents/", "papers"), ("/api/v1/guarantees/", "guarantees")]:
        print(f'\n[[operations]]\ninclude-path-regex = "^{path}"\n[operations.parameters]', file=out)
        often("id", dictionary)
        often("version", "versions")
print(cookie)
PYTHON
)"
[ -n "$cookie" ] || { echo "signing in as the clerk gave no cookie" >&2; exit 1; }

# No schema can promise that a reference made up at random exists: refusing it is right.
cat "$work/known.toml" - >"$work/seated.toml" <<'TOML'

[[operations]]
include-name = "POST /api/v1/acts"
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422"]
TOML

# Deterministic: a failure that CI saw is the failure you see. Its caches go where the server's data goes.
ask() {
    (cd "$work" && "$schemathesis" "$@" --checks all --max-examples "${SCHEMATHESIS_EXAMPLES:-30}" \
        --generation-deterministic --no-color)
}
report=0
echo "As the public:"
ask --config-file "$work/known.toml" run "$url/api/v1/openapi.json" || report=$?
echo "As the clerk:"
ask --config-file "$work/seated.toml" run "$url/api/v1/openapi.json" --header "Cookie: $cookie" || report=$?

if ! kill -0 "$server" 2>/dev/null; then
    echo "the demonstration did not survive the questions; it said:" >&2
    cat "$work/err" >&2
    exit 1
fi
exit "$report"
