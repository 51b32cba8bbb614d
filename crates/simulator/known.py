"""Makes a demonstration known to schemathesis: signs in as the clerk, makes a few papers, reads the ids of
what there is, and writes the two files by which it is asked: `public.toml` and `clerk.toml`. So every
operation is asked of things that are there as well as of things that never were. Prints the clerk's cookie.

    python3 known.py 127.0.0.1:4860 DIRECTORY
"""

import http.client
import json
import pathlib
import sys

house = http.client.HTTPConnection(sys.argv[1])
directory = pathlib.Path(sys.argv[2])

house.request("POST", "/sign-in", "persona=0", {"Content-Type": "application/x-www-form-urlencoded"})
answer = house.getresponse()
answer.read()
cookies = answer.headers.get_all("Set-Cookie", [])
cookie = next((one.split(";")[0] for one in cookies if one.startswith("__Host-entente=")), "")
if not cookie:
    sys.exit("signing in as the clerk gave no cookie")


def ask(method, address, body=None, kind="application/json"):
    """What the house answers the clerk, read as JSON."""
    house.request(method, address, body, {"Cookie": cookie, "Content-Type": kind})
    answer = house.getresponse()
    text = answer.read()
    if answer.status >= 300:
        sys.exit(f"{method} {address}: {answer.status} {text.decode()}")
    return json.loads(text)


def paper(versions):
    """A paper that everybody sees, with so many versions: its id and theirs."""
    content = {"document": {"title": "Paper", "reading": "download"}}
    change = {"create": {"content": content, "marking": {"label": "CLEAR"}}}
    paper = ask("POST", "/api/v1/acts", json.dumps({"change": change}))["subject"]
    sent = [
        ask("POST", f"/api/v1/documents/{paper}/versions?name=a{number}.txt", f"Version {number}.",
            "application/octet-stream")["version"]
        for number in range(versions)
    ]
    return paper, sent


read, versions = paper(3)
# What is destroyed is another's, so that there is always something left to read; and is destroyed once.
doomed, condemned = paper(40)
letter = "".join(f"In room {room} delegations [[meet | gather]] at {room} o'clock.\n\n" for room in range(16))
parties = [thing["id"] for thing in ask("GET", "/api/v1/parties?limit=9")["things"]]
guarantees = [thing["id"] for thing in ask("GET", "/api/v1/guarantees?limit=9")["things"]]

KNOWN = {
    "kinds": ["parties"], "parties": parties, "guarantees": guarantees, "read": [read], "versions": versions,
    "doomed": [doomed], "condemned": condemned, "positions": list(range(6)), "sizes": [1, 2, 3],
    "letters": [letter],
}
# Where the ids of one operation come from, and which refusals are right of what no schema can promise: that
# a reference made up at random is to something, that a file is of a type that the house keeps, that a letter
# has the wordings it needs.
OPERATIONS = {
    "GET /api/v1/{kind}/{id}": ({"path.kind": "kinds", "path.id": "parties"}, []),
    "GET /api/v1/{kind}/{id}/history": ({"path.kind": "kinds", "path.id": "parties"}, []),
    "GET /api/v1/guarantees/{id}/assessment": ({"path.id": "guarantees"}, []),
    "GET /api/v1/record/receipts/{position}": ({"path.position": "positions"}, []),
    "GET /api/v1/record/consistency": ({"query.old": "sizes", "query.new": "sizes"}, []),
    "POST /api/v1/documents/{id}/versions": ({"path.id": "read"}, ["415"]),
    "POST /api/v1/documents/{id}/letters": ({"path.id": "read", "body.letter": "letters"}, []),
    "GET /api/v1/documents/{id}/versions/{version}": ({"path.id": "read", "path.version": "versions"}, []),
    "POST /api/v1/documents/{id}/versions/{version}/destroy":
        ({"path.id": "doomed", "path.version": "condemned"}, []),
    "POST /api/v1/acts": ({}, []),
}
RIGHT = ["2xx", "401", "403", "404", "409", "422"]


def written(signed_in):
    """The file by which the house is asked. An operation that was answered with refusals alone has not been
    tried: that fails the run. Whoever is not signed in is refused what takes a seat, and that is right."""
    lines = ["[warnings]", 'fail-on = ["missing_test_data", "validation_mismatch"]', ""]
    if signed_in:
        # The cookie goes with every request: one without it cannot be made up.
        lines += ["[generation]", "with-security-parameters = false", ""]
    for name, values in KNOWN.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(values)}", ""]
    for name, (parameters, refusals) in OPERATIONS.items():
        if not (signed_in or name.startswith("GET")):
            continue
        lines += ["[[operations]]", f"include-name = {json.dumps(name)}"]
        right = json.dumps(RIGHT + refusals)
        lines.append(f"checks.positive_data_acceptance.expected-statuses = {right}")
        for place, dictionary in parameters.items():
            lines.append(f'parameters."{place}" = {{ dictionary = "{dictionary}", probability = 0.7 }}')
        lines.append("")
    return "\n".join(lines)


(directory / "public.toml").write_text(written(False))
(directory / "clerk.toml").write_text(written(True))
print(cookie)
