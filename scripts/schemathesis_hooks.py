"""What `scripts/schemathesis` asks about: a service with something of every kind, and requests that get in.

Run by itself it fills the service at URL and writes what is there to FILE:

    schemathesis_hooks.py URL FILE ADMIN-PASSWORD LOCAL-PASSWORD SECOND-PASSWORD FOLDER

Loaded by schemathesis (`SCHEMATHESIS_HOOKS`), it puts, most of the time, what is there in place of what was
made up: words alone never name a hit or a list. `TIDEWAITER_FUZZ_AS` says whose credentials are shown,
`TIDEWAITER_FUZZ_SEEN` is the file that counts which operation was answered how.
"""
import datetime
import json
import os
import random
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
LIST = open(os.path.join(HERE, "../docs/templates/list.csv"), encoding="utf-8").read()


def passenger_list(n, carrier="QZ"):
    """Somebody on the list, alone on a flight of tomorrow."""
    day = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    day = day.strftime("%y%m%d")
    body = (
        f"UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'RFF+TN:F{n}'TDT+20+{carrier}{n % 9000}'LOC+125+ORD'"
        f"DTM+189:{day}0915:201'LOC+87+JFK'DTM+232:{day}1340:201'"
        "NAD+FL+++TESTANI:KASIM'ATT+2++M'DTM+329:19710203:102'LOC+178+ORD'LOC+179+JFK'NAT+2+IRQ'"
        f"RFF+AVF:LOCABC'RFF+ABO:QZ{n:06d}'DOC+P:110:111+D{n:06d}'DTM+36:300131'LOC+91+IRQ'"
    )
    return (
        f"UNB+UNOA:4+QZAIR:ZZ+TWCUST:ZZ+261126:0000+F{n}'{body}CNT+42:1'"
        f"UNT+{body.count(chr(39)) + 2}+1'UNZ+1+F{n}'"
    )


def ask(url, method, path, headers, body=None, media="application/json"):
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
    request = urllib.request.Request(url + path, body, dict(headers), method=method)
    if body is not None:
        request.add_header("content-type", media)
    try:
        with urllib.request.urlopen(request) as answer:
            text, head = answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        sys.exit(f"{method} {path}: {error.code} {error.read()[:300]}")
    is_json = (head.get("content-type") or "").startswith("application/json")
    return (json.loads(text) if is_json else text), head


def sign_in(url, name, password):
    body, head = ask(url, "POST", "/api/v1/session", {}, {"name": name, "password": password})
    cookie = head["set-cookie"].split(";")[0]
    return {"cookie": cookie, "x-csrf-token": body["csrf"], "Purpose": "evaluation", "Reason": "a fuzz"}


def prepare(url, file, admin, local, second, folder):
    who = {
        "admin": sign_in(url, "admin", admin),
        "local": sign_in(url, "local", local),
        "second": sign_in(url, "second", second),
    }
    api = url + "/api/v1"
    admin, local = who["admin"], who["local"]
    machine = {"name": "qz-dcs", "carriers": ["QZ"], "lane": "live"}
    key = ask(api, "POST", "/machines", admin, machine)[0]["key"]
    who["machine"] = {"authorization": f"Bearer {key}"}
    carrier = {"party": "QZAIR", "transport": "files", "address": folder, "state": "live"}
    ask(api, "PUT", "/carriers/QZ", admin, {**carrier, "acknowledges": "contrl"})
    for account in ("victim-1", "victim-2"):
        ask(api, "POST", "/accounts", admin, {"name": account, "person": account, "role": "local"})
    receipts = []
    for n in range(417, 425):
        answer, _ = ask(api, "POST", "/messages", who["machine"], passenger_list(n).encode(),
                        "application/octet-stream")
        receipts.append(answer["receipt"])
    for _ in range(300):
        hits = ask(api, "GET", "/hits", local)[0]["hits"]
        if len(hits) == 8:
            break
        time.sleep(0.1)
    there = {"receipt": receipts, "hit": [hit["id"] for hit in hits]}
    there["traveller"] = [hit["subject_id"] for hit in hits]
    there["flight"] = [hit["flight"]["id"] for hit in hits]
    ask(api, "POST", f"/flights/{there['flight'][0]}/resend-request", local, b"")
    case = ask(api, "POST", "/cases", local, {"hits": there["hit"][-2:]})[0]["id"]
    other = ask(api, "POST", "/cases", local, {"hits": there["hit"][-3:-2]})[0]["id"]
    there["case"] = [case, other]
    path = f"/cases/{case}/files?hit={there['hit'][-1]}&name=a.txt"
    there["file"] = [ask(api, "POST", path, local, b"a file", "text/plain")[0]["id"]]
    changed = LIST.replace("NW-2", "NW-20").encode()
    proposed = ask(api, "POST", "/lists", local, changed, "application/octet-stream")[0]
    # One proposal that is agreed to before anybody fuzzes: something stands, and something waits.
    path = f"/lists/national-watch/versions/{proposed['version']}"
    for _ in range(300):
        shown, head = ask(api, "GET", path, who["second"])
        if (shown["impact"] or {}).get("state") == "done":
            break
        time.sleep(0.1)
    second = {**who["second"], "If-Match": head["etag"]}
    ask(api, "POST", path + "/approve", second, {"consent": True})
    changed = LIST.replace("NW-2", "NW-30").encode()
    ask(api, "POST", "/lists", local, changed, "application/octet-stream")
    there["list"] = ["national-watch"]
    there["look-back"] = [run["id"] for run in ask(api, "GET", "/look-backs", local)[0]["look_backs"]]
    with open(file, "w", encoding="utf-8") as out:
        json.dump({"url": url, "who": who, "there": there}, out)


if __name__ == "__main__":
    prepare(*sys.argv[1:])
    sys.exit(0)

import schemathesis  # noqa: E402: only where it is installed.

with open(os.environ["TIDEWAITER_FUZZ"], encoding="utf-8") as given:
    GIVEN = json.load(given)
THERE = GIVEN["there"]
AS = os.environ["TIDEWAITER_FUZZ_AS"].split(",")
DICE = random.Random(1)
# What a field means something by.
MEANT = {
    "step": ["open", "open", "judge", "propose", "refuse", "withdraw", "execute", "reopen"],
    "judgement": ["same", "not-the-same", "cannot-tell"],
    "reason": ["identity-data-agree", "behaviour"],
    "act": ["iapi-no-board", "advise", "refer-secondary", "monitor-only"],
    "outcome": ["nothing", "not-stopped", "found"],
    "found": [["cash"], ["other"], []],
    "document": ["00" * 31 + "aa"],
    "authority": ["court"],
    "decided_on": ["2026-01-05"],
    "hit": THERE["hit"],
    "hits": [[hit] for hit in THERE["hit"]],
    "traveller": THERE["traveller"],
    "carriers": [["QZ"], ["*"]],
    "lane": ["live", "test"],
    "role": ["local", "second"],
    "transport": ["files", "none", "http", "https"],
    "address": ["/tmp/nowhere", "", "http://127.0.0.1:9/x", "https://carrier.example/x"],
    "state": ["live", "onboarding", "suspended"],
    "acknowledges": ["none", "contrl", "ackres"],
    "data": ["api", "pnr"],
    "list": ["national-watch"],
    "name": ["fuzz-a", "fuzz-b", "a.txt"],
    "from": ["2026-11", "2026-11-26T06:00:00Z", 1],
    "until": ["2026-12", "2036-11-26T06:00:00Z"],
    "limit": [1, 50],
    "If-Match": [f'"{n}"' for n in (0, 1, 1, 1, 2, 3, 4)],
}
PLACES = {
    "hits": "hit", "cases": "case", "flights": "flight", "travellers": "traveller",
    "messages": "receipt", "look-backs": "look-back", "files": "file",
}


# Bodies that are what their operation takes, beside those that are made up.
WHOLE = {
    "/hits": [{"traveller": who, "reason": "other", "words": "a fuzz"} for who in THERE["traveller"]],
    "/hits/{id}/claim": [{"take_over": True}],
    "/hits/{id}/approve": [{"note": "agreed"}],
    "/hits/{id}/review": [
        {"step": "open"}, {"step": "propose", "act": "advise"}, {"step": "execute"},
        {"step": "propose", "act": "iapi-no-board"}, {"step": "withdraw"}, {"step": "reopen"},
        {"step": "judge", "judgement": "same", "reason": "identity-data-agree"},
        {"step": "judge", "judgement": "not-the-same", "reason": "identity-data-differ"},
    ],
    "/hits/{id}/outcome": [{"outcome": "nothing"}, {"outcome": "found", "found": ["cash"]}],
    "/hits/{id}/external-approval": [
        {"authority": "court", "reference": "1/26", "decided_on": "2026-01-05", "document": "00" * 32}
    ],
    "/cases/{id}/notes": [{"hit": THERE["hit"][-1], "text": "a note"}],
    "/session/conflicts": [{"person": "local", "surname": "NOBODY", "born": "1901-01-01"}],
    "/lists/{list}/removal/approve": [{"consent": True}],
    "/lists/{list}/versions/{version}/approve": [{"consent": True}],
}


def mostly():
    return DICE.random() < 0.8


def head_of(case, headers):
    """Where what is changed can be looked at, and what its ETag says now."""
    path = case.operation.path
    if not path.endswith("}"):
        path = path.rsplit("/", 1)[0]
    for name, value in (case.path_parameters or {}).items():
        path = path.replace("{" + name + "}", urllib.parse.quote(str(value), safe=""))
    try:
        request = urllib.request.Request(GIVEN["url"] + path, headers=headers)
        with urllib.request.urlopen(request) as answer:
            return answer.headers.get("etag")
    except (urllib.error.URLError, ValueError):
        return None


@schemathesis.serializer("application/edifact", "application/octet-stream", "application/pdf",
                         "image/jpeg", "image/png", "image/tiff")
def as_it_is(ctx, value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def whole_or_spoiled(text):
    body = bytearray(text.encode())
    if DICE.random() < 0.4:
        at = DICE.randrange(len(body))
        body[at] = DICE.randrange(256)
        del body[at + 1 : at + 1 + DICE.choice([0, 0, 1, 40])]
    return bytes(body)


def in_place(case):
    for name in case.path_parameters or {}:
        before = case.operation.path.split("{" + name + "}")[0].strip("/").split("/")[-1]
        kind = PLACES.get(before, name)
        if kind == "version":
            values = [1, 1, 2, 2, 3]
        elif kind == "code":
            values = ["QZ", "AA"]
        elif kind == "name":
            values = ["victim-2", "fuzz-a", "fuzz-b"]
        else:
            values = THERE.get(kind)
        if values and mostly():
            case.path_parameters[name] = DICE.choice(values)
    for parameters in (case.query, case.headers):
        for name in list(parameters or {}):
            words = [word for word in MEANT.get(name, []) if not isinstance(word, list)]
            if words and mostly():
                parameters[name] = str(DICE.choice(words))
    if isinstance(case.body, dict):
        for name in list(case.body):
            if name in MEANT and mostly():
                case.body[name] = DICE.choice(MEANT[name])
            elif name == "expected":
                case.body.pop(name)


@schemathesis.hook
def before_call(context, case, kwargs):
    case.cookies = {}
    who = GIVEN["who"][DICE.choice(AS)]
    case.headers.update(who)
    if case.operation.path.endswith("}/iapi") or case.operation.path.endswith(("/iapi", "v1/messages")):
        if mostly():
            case.body = whole_or_spoiled(passenger_list(DICE.randrange(425, 9000)))
    elif case.operation.path.endswith("v1/lists") and case.method == "POST" and mostly():
        case.body = whole_or_spoiled(LIST.replace("NW-2", f"NW-{DICE.randrange(9)}0"))
    # schemathesis learns the names of accounts: nobody shuts themselves out.
    if (case.path_parameters or {}).get("name") in GIVEN["who"]:
        case.path_parameters["name"] = "victim-1"
    if mostly():
        in_place(case)
        short = case.operation.path.removeprefix("/api/v1")
        takes_version = any(
            parameter["name"] == "If-Match"
            for parameter in case.operation.definition.raw.get("parameters", [])
        )
        if short in WHOLE and case.method == "POST" and DICE.random() < 0.7:
            case.body, case.media_type = dict(DICE.choice(WHOLE[short])), "application/json"
            case.headers.pop("content-type", None)
            if takes_version:
                case.headers["If-Match"] = '"1"'
        elif short.endswith("/files") and DICE.random() < 0.5:
            case.path_parameters["id"] = THERE["case"][0]
            case.query = {"hit": THERE["hit"][-1], "name": "a.txt"}
            case.body, case.media_type = b"a file", "text/plain"
        elif short == "/tasks/{id}/done":
            tasks = ask(GIVEN["url"] + "/api/v1", "GET", "/tasks", who)[0]
            if tasks:
                case.path_parameters["id"] = tasks[0]["id"]
        # One case is closed and opened again, the other is written into.
        if short == "/cases/{id}/notes":
            case.path_parameters["id"] = THERE["case"][0]
        elif short == "/cases/{id}/close":
            case.path_parameters["id"] = THERE["case"][1]
        if takes_version and mostly():
            case.headers["If-Match"] = '"1"'
        if "If-Match" in case.headers and mostly():
            case.headers["If-Match"] = head_of(case, who) or case.headers["If-Match"]


@schemathesis.hook
def after_call(context, case, response):
    with open(os.environ["TIDEWAITER_FUZZ_SEEN"], "a", encoding="utf-8") as seen:
        seen.write(f"{case.method} {case.operation.path} {response.status_code}\n")
