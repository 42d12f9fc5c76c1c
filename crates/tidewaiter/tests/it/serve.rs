//! `serve` from the outside: the whole story of a hit against the real binary, and what must not
//! get through. `TIDEWAITER_TRANSCRIPT=docs/guide` writes the story down as it stands there.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

use crate::data::Place;
use crate::root;
use crate::serve_client::{Carrier, Served, User};

/// How long something that happens by itself is waited for.
const WITHIN: Duration = Duration::from_secs(60);

pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < WITHIN, "{what} does not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A list of passengers on tomorrow's flight: surname, given name, birth date, reference.
pub(crate) fn paxlst(
    flight: &str,
    transaction: &str,
    people: &[(&str, &str, &str, &str)],
) -> String {
    let now = jiff::tz::Offset::UTC.to_datetime(Timestamp::now());
    let day = now
        .checked_add(1.day())
        .unwrap()
        .strftime("%y%m%d")
        .to_string();
    let sent = now.strftime("%y%m%d:%H%M").to_string();
    let mut body = format!(
        "UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'RFF+TN:{transaction}'NAD+MS+++OPS CENTRE'\
         TDT+20+{flight}'LOC+125+ORD'DTM+189:{day}0915:201'LOC+87+JFK'DTM+232:{day}1340:201'"
    );
    for (surname, given, born, reference) in people {
        let _ = write!(body, "NAD+FL+++{surname}:{given}'ATT+2++M'");
        if !born.is_empty() {
            let _ = write!(body, "DTM+329:{born}:102'");
        }
        let _ = write!(
            body,
            "LOC+178+ORD'LOC+179+JFK'NAT+2+IRQ'RFF+AVF:LOC{0}'RFF+ABO:{reference}'\
             DOC+P:110:111+X{1}'DTM+36:300131'LOC+91+IRQ'",
            &reference[reference.len() - 3..],
            reference.len() * 100_003 + reference.bytes().map(usize::from).sum::<usize>(),
        );
    }
    let count = body.matches('\'').count() + 2;
    format!(
        "UNB+UNOA:4+QZAIR:ZZ+TWCUST:ZZ+{sent}+{transaction}++IAPI'{body}CNT+42:{}'UNT+{count}+1'\
         UNZ+1+{transaction}'",
        people.len()
    )
}

pub(crate) const LISTED: (&str, &str, &str) = ("TESTANI", "KASIM", "19710203");

/// A data folder with the list of the templates, on which an invented person stands.
fn listed(place: &Place) {
    let list = root().join("docs/templates/list.csv");
    place.ok(&["lists", "add"], &["--consent", list.to_str().unwrap()]);
}

/// What each reference was answered: `QZ1` → `0Z`.
fn codes(answer: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut reference = String::new();
    for segment in answer.split('\'') {
        if let Some(abo) = segment.strip_prefix("RFF+ABO:") {
            reference = abo.to_owned();
        } else if let Some(code) = segment.strip_prefix("ERC+") {
            found.push((std::mem::take(&mut reference), code.to_owned()));
        }
    }
    found
}

pub(crate) fn code_of(answer: &str, reference: &str) -> String {
    let codes = codes(answer);
    let found = codes.iter().find(|(own, _)| own == reference);
    found
        .unwrap_or_else(|| panic!("{reference} in {answer}"))
        .1
        .clone()
}

fn text_or<'a>(value: &'a Value, other: &'a str) -> &'a str {
    value.as_str().unwrap_or(other)
}

/// A key of a machine of carriers.
pub(crate) fn machine(admin: &User<'_>, name: &str, carriers: &[&str]) -> String {
    let body = json!({"name": name, "carriers": carriers, "lane": "live"});
    let opened = admin.send("POST", "/machines", &[], &body);
    assert_eq!(opened.status, 201, "{}", opened.text());
    format!("Bearer {}", opened.json()["key"].as_str().unwrap())
}

/// Says where the carrier QZ takes directives.
pub(crate) fn reach(admin: &User<'_>, carrier: &Carrier) {
    let reached = json!({"party": "QZAIR", "transport": "http", "address": carrier.address,
        "authority": null, "state": "live"});
    let said = admin.send("PUT", "/carriers/QZ", &[], &reached);
    assert_eq!(said.status, 204, "{}", said.text());
}

#[test]
fn the_story_of_a_hit_from_the_passenger_list_to_the_outcome() {
    let place = Place::new("serve-story");
    listed(&place);
    let served = Served::start(&place);
    let carrier = Carrier::start();
    let admin = served.sign_in("admin");
    let (local, second) = (served.sign_in("local"), served.sign_in("second"));
    let key = machine(&admin, "qz-dcs", &["QZ"]);
    reach(&admin, &carrier);

    served.tell("## The carrier asks before boarding\n");
    let iapi = |transaction: &str, flight: &str, people: &[(&str, &str, &str, &str)]| {
        let list = paxlst(flight, transaction, people);
        let answer = served.ask(
            "POST",
            "/api/v1/iapi",
            &[("authorization", &key)],
            list.as_bytes(),
        );
        assert_eq!(answer.status, 200, "{}", answer.text());
        served.tell(&format!(
            "`POST /api/v1/iapi`\n\n```\n{}\n```\n",
            list.replace('\'', "'\n")
        ));
        let text = answer.text();
        served.tell(&format!(
            "answers 200\n\n```\n{}\n```\n",
            text.replace('\'', "'\n")
        ));
        text
    };
    let (surname, given, born) = LISTED;
    let people = [
        (surname, given, born, "QZ417001"),
        ("OMARREN", "TOVA", "19880229", "QZ417002"),
        ("IBARRONDO", "MIKEL", "", "QZ417003"),
    ];
    let answer = iapi("QZ000001", "QZ417", &people);
    // Nobody has looked: no objection at this time. Data are missing: insufficient. Never more.
    assert_eq!(code_of(&answer, "QZ417001"), "0Z");
    assert_eq!(code_of(&answer, "QZ417002"), "0Z");
    assert_eq!(code_of(&answer, "QZ417003"), "4Z");
    assert!(answer.contains("RFF+TN:QZ000001"), "{answer}");

    served.tell("## An officer looks, and judges\n");
    let hits = local.open_hits();
    assert_eq!(hits.len(), 1, "{hits:#?}");
    let hit = hits[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(hits[0]["status"], "matched");
    assert_eq!(hits[0]["traveller"]["surname"], surname);
    assert_eq!(hits[0]["cause"]["entry"], "NW-1");
    served.tell(&format!(
        "`GET /api/v1/hits`\n\n```json\n{}\n```\n",
        serde_json::to_string_pretty(&hits[0]).unwrap()
    ));
    let taken = |user: &User<'_>, who: &str, path: &str, body: Value| {
        user.told_step(who, &hit, path, &body)
    };
    // Nothing before the evidence was opened; no act before a judgement.
    let judge = json!({"step": "judge", "judgement": "same", "reason": "identity-data-agree"});
    assert_eq!(taken(&local, "local", "review", judge.clone()).status, 403);
    let propose = json!({"step": "propose", "act": "iapi-no-board"});
    assert_eq!(
        taken(&local, "local", "review", propose.clone()).status,
        403
    );
    assert_eq!(
        taken(&local, "local", "review", json!({"step": "open"})).status,
        200
    );
    assert_eq!(
        taken(&local, "local", "review", json!({"step": "judge"})).status,
        422
    );
    assert_eq!(taken(&local, "local", "review", judge).status, 200);
    assert_eq!(taken(&local, "local", "review", propose).status, 200);
    // The same person is not two, by whatever way.
    assert_eq!(taken(&local, "local", "approve", json!({})).status, 403);
    assert_eq!(
        taken(&local, "local", "review", json!({"step": "execute"})).status,
        403
    );
    assert_eq!(carrier.told(), Vec::<String>::new());

    served.tell("## A second person opens the evidence, and agrees\n");
    assert_eq!(
        taken(&second, "second", "approve", json!({})).status,
        403,
        "unopened"
    );
    assert_eq!(
        taken(&second, "second", "review", json!({"step": "open"})).status,
        200
    );
    let approved = taken(
        &second,
        "second",
        "approve",
        json!({"note": "checked by telephone"}),
    );
    assert_eq!(
        (approved.status, &approved.json()["status"]),
        (200, &json!("done"))
    );
    let directive = wait_for("the directive", || carrier.told().first().cloned());
    served.tell(&format!(
        "The carrier is told\n\n```\n{}\n```\n",
        directive.replace('\'', "'\n")
    ));
    assert!(directive.contains("BGM+132"), "{directive}");
    assert_eq!(code_of(&directive, "QZ417001"), "1Z");
    for reason in ["NW-1", "national-watch", "TESTANI", "ban"] {
        assert!(
            !directive.contains(reason),
            "never with the reason: {directive}"
        );
    }
    let directives = || second.get("/directives").json();
    wait_for("the acknowledgement", || {
        (directives()[0]["state"] == "acknowledged").then_some(())
    });
    served.tell("## What came of it\n");
    let found = json!({"outcome": "found", "found": ["listed-person"],
        "note": "held at the gate by the airport police"});
    assert_eq!(taken(&second, "second", "outcome", found).status, 200);
    let shown = second.get(&format!("/hits/{hit}")).json();
    assert_eq!(shown["outcome"]["outcome"], "found");
    let history: Vec<String> = shown["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| {
            format!(
                "{} {} {}",
                text_or(&d["person"], "the machine"),
                text_or(&d["event"], ""),
                text_or(&d["word"], "")
            )
        })
        .collect();
    served.tell(&format!(
        "Its history\n\n```\n{}\n```\n",
        history.join("\n")
    ));
    let counted = second.get("/statistics").json();
    let counted = counted.as_array().unwrap().iter();
    let outcomes: Vec<&Value> = counted.filter(|s| s["name"] == "outcome:found").collect();
    assert_eq!(outcomes[0]["count"], 1);
    served.tell(&format!("`GET /api/v1/statistics` has `{}`\n", outcomes[0]));
    // Whoever asks again is told what people have decided.
    assert_eq!(
        code_of(&iapi("QZ000002", "QZ417", &people), "QZ417001"),
        "1Z"
    );

    served.tell("## It was a mistake: the act is taken back\n");
    let back = taken(&second, "second", "review", json!({"step": "withdraw"}));
    assert_eq!(
        (back.status, &back.json()["status"]),
        (200, &json!("withdrawn"))
    );
    let revocation = wait_for("the revocation", || carrier.told().get(1).cloned());
    assert_eq!(code_of(&revocation, "QZ417001"), "0Z");
    wait_for("its acknowledgement", || {
        (directives()[0]["state"] == "acknowledged").then_some(())
    });
    assert_eq!(directives()[1]["state"], "revoked");
    assert_eq!(
        code_of(&iapi("QZ000003", "QZ417", &people), "QZ417001"),
        "0Z"
    );

    served.tell("## The stop switch holds what leaves\n");
    let on = second.send(
        "PUT",
        "/directives/stop",
        &[("reason", "a drill")],
        &json!({"is_on": true}),
    );
    assert_eq!(on.status, 204, "{}", on.text());
    served.tell("second: `PUT /api/v1/directives/stop` `{\"is_on\":true}` answers 204\n");
    iapi("QZ000004", "QZ418", &[(surname, given, born, "QZ418001")]);
    let hits = local.open_hits();
    let other = hits
        .iter()
        .find(|h| h["flight"]["number"] == "418")
        .unwrap();
    let other = other["id"].as_str().unwrap();
    for body in [
        json!({"step": "open"}),
        json!({"step": "judge", "judgement": "same", "reason": "identity-data-agree"}),
        json!({"step": "propose", "act": "iapi-no-board"}),
    ] {
        assert_eq!(local.review(other, body).status, 200);
    }
    assert_eq!(second.review(other, json!({"step": "open"})).status, 200);
    assert_eq!(second.step(other, "approve", &json!({})).status, 200);
    // Held as long as nobody lets it go: a look after two seconds sees nothing new.
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(carrier.told().len(), 2);
    assert_eq!(directives()[0]["state"], "waiting");
    served.tell("It is approved, and its directive is `waiting`: the carrier was told nothing.\n");
    let off = second.send(
        "PUT",
        "/directives/stop",
        &[("reason", "over")],
        &json!({"is_on": false}),
    );
    assert_eq!(off.status, 204);
    let directive = wait_for("the held directive", || carrier.told().get(2).cloned());
    assert_eq!(code_of(&directive, "QZ418001"), "1Z");
    served.tell(
        "second: `PUT /api/v1/directives/stop` `{\"is_on\":false}` answers 204, and it leaves.\n",
    );

    served.tell("## What the audit log says of all of it\n");
    let audit = second.get("/audit").json();
    let events: Vec<&str> = audit["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["event"].as_str().unwrap())
        .collect();
    for event in [
        "login",
        "intake",
        "match",
        "view",
        "review",
        "propose",
        "approve",
        "decision",
        "share-out",
        "withdraw",
        "retract",
        "config",
        "grant-change",
    ] {
        assert!(events.contains(&event), "{event} in {events:?}");
    }
    served.tell(&format!(
        "{} lines, and `tidewaiter audit verify` proves them.\n",
        events.len()
    ));

    let (code, log, transcript) = served.stop();
    assert_eq!(code, Some(0), "{log}");
    for word in [surname, given, "OMARREN", "QZ417001", "X80"] {
        assert!(!log.contains(word), "{word} in the log: {log}");
    }
    place.ok(&["audit", "verify"], &[]);
    write_down(
        "story.md",
        "# The story of a hit, as the binary tells it\n\n\
         Written by the test `the_story_of_a_hit_from_the_passenger_list_to_the_outcome`; the \
         people are invented.\n\n",
        &transcript,
    );
}

/// Writes a transcript into the folder `TIDEWAITER_TRANSCRIPT`, where there is one.
pub(crate) fn write_down(name: &str, head: &str, transcript: &str) {
    if let Some(folder) = std::env::var_os("TIDEWAITER_TRANSCRIPT") {
        let path = std::path::Path::new(&folder).join(name);
        std::fs::write(path, format!("{head}{transcript}")).unwrap();
    }
}

/// Waits out what the evaluation profile gives: 90 seconds for a second person, a minute and three
/// attempts for a carrier. Written down as `docs/guide/endings.md`.
#[test]
fn nobody_agrees_in_time_and_a_carrier_does_not_acknowledge() {
    let place = Place::new("serve-endings");
    listed(&place);
    let served = Served::start(&place);
    let carrier = Carrier::silent();
    let admin = served.sign_in("admin");
    let (local, second) = (served.sign_in("local"), served.sign_in("second"));
    let key = machine(&admin, "qz-dcs", &["QZ"]);
    reach(&admin, &carrier);
    let (surname, given, born) = LISTED;
    let proposed = |transaction: &str, number: &str, reference: &str| {
        let list = paxlst(
            &format!("QZ{number}"),
            transaction,
            &[(surname, given, born, reference)],
        );
        let head = [("authorization", key.as_str())];
        let answer = served.ask("POST", "/api/v1/iapi", &head, list.as_bytes());
        assert_eq!(answer.status, 200, "{}", answer.text());
        let hits = local.open_hits();
        let hit = hits.iter().find(|h| h["flight"]["number"] == number);
        let hit = hit.unwrap()["id"].as_str().unwrap().to_owned();
        for body in [
            json!({"step": "open"}),
            json!({"step": "judge", "judgement": "same", "reason": "identity-data-agree"}),
            json!({"step": "propose", "act": "iapi-no-board"}),
        ] {
            assert_eq!(local.review(&hit, body).status, 200);
        }
        hit
    };
    let told = proposed("QZ000011", "421", "QZ421001");
    assert_eq!(second.review(&told, json!({"step": "open"})).status, 200);
    assert_eq!(second.step(&told, "approve", &json!({})).status, 200);
    let late = proposed("QZ000012", "422", "QZ422001");

    let patiently = |what: &str, look: &dyn Fn() -> bool| {
        let begun = Instant::now();
        while !look() {
            assert!(begun.elapsed() < 6 * WITHIN, "{what} does not come");
            std::thread::sleep(Duration::from_millis(500));
        }
    };
    let status = |hit: &str| local.get(&format!("/hits/{hit}")).json()["status"].clone();
    patiently("the deadline", &|| status(&late) == "expired");
    let tasks = |hit: &str| -> Vec<String> {
        let tasks = local.get("/tasks").json();
        let own = tasks.as_array().unwrap().iter().filter(|t| t["hit"] == hit);
        own.map(|t| t["kind"].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(
        tasks(&late).contains(&"meet-flight".to_owned()),
        "{:?}",
        tasks(&late)
    );
    let nothing = carrier.told().iter().all(|m| !m.contains("QZ422001"));
    assert!(nothing, "no directive of what nobody agreed to");
    served.tell("## Nobody agrees in time\n");
    served.tell(&format!(
        "The proposal expires after 90 seconds. Nothing is sent, nothing is cleared; the tasks: {}.\n",
        tasks(&late).join(", ")
    ));
    patiently("the alarm", &|| {
        tasks(&told).contains(&"call-carrier".to_owned())
    });
    let directive = second.get("/directives").json()[0].clone();
    assert_eq!(directive["state"], "sent");
    assert!(directive["attempts"].as_u64() >= Some(3), "{directive}");
    assert!(!directive["alarmed_at"].is_null());
    assert!(
        carrier.told().windows(2).all(|two| two[0] == two[1]),
        "the same again"
    );
    served.tell("## The carrier does not acknowledge\n");
    served.tell(&format!(
        "`GET /api/v1/directives`\n\n```json\n{}\n```\n\nThe task `call-carrier` asks for the telephone.\n",
        serde_json::to_string_pretty(&directive).unwrap()
    ));
    let (code, log, transcript) = served.stop();
    assert_eq!(code, Some(0), "{log}");
    write_down(
        "endings.md",
        "# Other endings of the story, as the binary tells them\n\n\
         Written by the test `nobody_agrees_in_time_and_a_carrier_does_not_acknowledge`.\n\n",
        &transcript,
    );
}

#[test]
fn what_must_not_get_through_does_not() {
    let place = Place::new("serve-attacks");
    listed(&place);
    let served = Served::start(&place);
    let (admin, local) = (served.sign_in("admin"), served.sign_in("local"));
    let (qz, aa) = (
        machine(&admin, "qz-dcs", &["QZ"]),
        machine(&admin, "aa-dcs", &["AA"]),
    );
    let ask = |method: &str, path: &str, key: &str, body: &[u8]| {
        served.ask(method, path, &[("authorization", key)], body)
    };
    let (surname, given, born) = LISTED;
    let list = paxlst("QZ417", "QZ000001", &[(surname, given, born, "QZ417001")]);

    // Who is not known, and who is known for something else.
    for key in ["", "Bearer", "Bearer 00", "Basic YTpi"] {
        assert_eq!(
            ask("POST", "/api/v1/messages", key, list.as_bytes()).status,
            401,
            "{key}"
        );
    }
    let foreign = ask("POST", "/api/v1/iapi", &aa, list.as_bytes());
    assert_eq!(
        (foreign.status, &foreign.json()["code"]),
        (403, &json!("other-carrier"))
    );
    for path in [
        "/hits",
        "/flights",
        "/directives",
        "/tasks",
        "/audit",
        "/directives/stop",
    ] {
        assert_eq!(admin.get(path).status, 403, "an administrator at {path}");
        let nobody = served.ask("GET", &format!("/api/v1{path}"), &[], b"");
        assert_eq!(nobody.status, 401, "nobody at {path}");
    }
    assert_eq!(local.get("/accounts").status, 403);
    assert_eq!(
        local
            .send(
                "POST",
                "/machines",
                &[],
                &json!({"name": "x", "carriers": ["*"],
        "lane": "live"})
            )
            .status,
        403
    );

    // What was refused is not kept: it does not stand in the way of the carrier's own.
    let sneaked = ask("POST", "/api/v1/messages", &aa, list.as_bytes());
    assert_eq!(sneaked.status, 403, "{}", sneaked.text());
    let own = ask("POST", "/api/v1/messages", &qz, list.as_bytes());
    assert_eq!(own.status, 202, "{}", own.text());
    // The same bytes again are the same receipt; another machine does not see it.
    let other = paxlst(
        "QZ417",
        "QZ000002",
        &[("CLARK", "ANNA", "19900101", "QZ417002")],
    );
    let new = ask("POST", "/api/v1/messages", &qz, other.as_bytes());
    assert_eq!(new.status, 202, "{}", new.text());
    let again = ask("POST", "/api/v1/messages", &qz, other.as_bytes());
    assert_eq!(
        (again.status, &again.json()["receipt"]),
        (200, &new.json()["receipt"])
    );
    let receipt = format!(
        "/api/v1/messages/{}",
        new.json()["receipt"].as_str().unwrap()
    );
    assert_eq!(ask("GET", &receipt, &qz, b"").status, 200);
    assert_eq!(ask("GET", &receipt, &aa, b"").status, 404);

    // Too large, too odd, too wrong.
    assert_eq!(
        ask("POST", "/api/v1/iapi", &qz, &vec![b'A'; 300 << 10]).status,
        413
    );
    assert_eq!(
        ask("POST", "/api/v1/iapi", &qz, b"no message at all").status,
        422
    );
    assert_eq!(ask("POST", "/api/v1/messages", &qz, b"").status, 422);
    assert_eq!(ask("DELETE", "/api/v1/messages", &qz, b"").status, 405);
    assert_eq!(ask("GET", "/api/v1/nothing", &qz, b"").status, 404);
    for id in [
        "x",
        "..%2f..",
        "00000000-0000-0000-0000-000000000000",
        "%27%20OR%201=1",
    ] {
        assert_eq!(local.get(&format!("/hits/{id}")).status, 404, "{id}");
        assert_eq!(local.get(&format!("/travellers/{id}")).status, 404, "{id}");
    }
    for query in [
        "?state=nothing",
        "?lane=dead",
        "?after=x",
        "?limit=-1",
        "?flight=x'",
        "?x=1",
    ] {
        let status = local.get(&format!("/hits{query}")).status;
        assert!(matches!(status, 404 | 422), "{query}: {status}");
    }

    // A page of somebody else cannot act in a session's name.
    let hit = wait_for("the hit", || {
        let hits = local.open_hits();
        hits.first()
            .map(|hit| hit["id"].as_str().unwrap().to_owned())
    });
    let path = format!("/api/v1/hits/{hit}/review");
    let open = br#"{"step":"open"}"#;
    let json = ("content-type", "application/json");
    let forged = [
        ("cookie", local.cookie.as_str()),
        json,
        ("if-match", "\"1\""),
    ];
    let refused = served.ask("POST", &path, &forged, open);
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (403, &json!("csrf"))
    );

    // Which version was seen must be said, and a stale one is refused; a key makes it once.
    let step = |headers: &[(&str, &str)]| {
        local.send(
            "POST",
            &format!("/hits/{hit}/review"),
            headers,
            &json!({"step": "open"}),
        )
    };
    assert_eq!(step(&[]).status, 428);
    assert_eq!(step(&[("if-match", "\"77\"")]).status, 412);
    let keyed = [("if-match", "\"1\""), ("idempotency-key", "k1")];
    let (once, twice) = (step(&keyed), step(&keyed));
    assert_eq!(
        (once.status, twice.status),
        (200, 200),
        "{} {}",
        once.text(),
        twice.text()
    );
    assert_eq!(once.text(), twice.text());
    let reused = step(&[("if-match", "\"2\""), ("idempotency-key", "k1")]);
    assert_eq!(
        (reused.status, &reused.json()["code"]),
        (409, &json!("key-taken"))
    );

    // What passengers are called is text everywhere.
    let nasty = "<IMG SRC=X ONERROR=ALERT(1)>";
    let odd = paxlst(
        "QZ419",
        "QZ000009",
        &[
            (surname, "KASIM", born, "QZ419001"),
            (nasty, "=CMD()", "19900101", "QZ419002"),
        ],
    );
    assert_eq!(ask("POST", "/api/v1/iapi", &qz, odd.as_bytes()).status, 200);
    let page = served.ask("GET", "/plain/queue", &[("cookie", &local.cookie)], b"");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("TESTANI") && !page.text().contains("<IMG"));
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .contains("default-src 'none'")
    );
    let page = served.ask(
        "GET",
        &format!("/plain/hits/{hit}"),
        &[("cookie", &local.cookie)],
        b"",
    );
    assert!(page.text().contains("Evidence"), "{}", page.text());

    // Guessing is slow, and a slow sender is not waited for for ever.
    let guess = br#"{"name":"local","password":"guess"}"#;
    let guesses: Vec<u16> = (0..8)
        .map(|_| served.ask("POST", "/api/v1/session", &[json], guess).status)
        .collect();
    assert_eq!(guesses[..5], [401; 5]);
    assert!(guesses[5..].contains(&429), "{guesses:?}");
    let mut slow = TcpStream::connect(&served.address).unwrap();
    slow.write_all(b"GET /health HTTP/1.1\r\nhost: t\r\nx-slow:")
        .unwrap();
    slow.set_read_timeout(Some(WITHIN)).unwrap();
    let mut rest = Vec::new();
    let _ = slow.read_to_end(&mut rest);
    assert!(
        !rest.starts_with(b"HTTP/1.1 200"),
        "an unfinished request was answered"
    );

    let health = served.ask("GET", "/health", &[], b"");
    assert_eq!(
        (health.status, &health.json()["status"]),
        (200, &json!("ok"))
    );
    let metrics = served.ask("GET", "/metrics", &[], b"").text();
    assert!(metrics.contains("tidewaiter_hits{state="), "{metrics}");
    let (code, log, _) = served.stop();
    assert_eq!(code, Some(0));
    assert!(
        !log.contains("panicked") && !log.contains("\"status\":500"),
        "{log}"
    );
    assert!(
        !log.contains("TESTANI") && !log.contains("ONERROR"),
        "{log}"
    );
}

#[test]
fn evaluation_is_served_to_this_machine_only() {
    let place = Place::new("serve-outside");
    for (options, why) in [
        (vec!["--listen", "0.0.0.0:0"], "loopback"),
        (vec!["--listen", "[::]:0", "--plain-http"], "loopback"),
    ] {
        let run = place.run(&["serve"], &options);
        assert_eq!(run.code, Some(2), "{options:?}");
        assert!(run.stderr.contains(why), "{}", run.stderr);
        assert!(!run.stdout.contains("account"), "{}", run.stdout);
    }
}
