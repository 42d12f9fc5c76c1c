//! Working on hits over the API: cases with notes and files, hits raised by hand, who works on what,
//! what came of acts, and requests that come twice.

use serde_json::{Value, json};
use tidewaiter_mandate::Mandate;

use crate::house::{House, Passenger, User, paxlst};

fn house() -> (tempfile::TempDir, House) {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), "XW-CUSTOMS", Mandate::evaluation());
    house.list(include_str!("../../../../docs/templates/list.csv"));
    let machine = house.machine("qz-dcs", "QZ");
    let person = |surname, given, born, reference| Passenger {
        surname,
        given,
        born,
        reference,
    };
    let people = [
        person("TESTANI", "KASIM", "19710203", "QZ417001"),
        person("OMARREN", "TOVA", "19880229", "QZ417002"),
    ];
    let list = paxlst("QZ417", "W1", &people);
    let answer = machine.ask("POST", "/iapi", &[], list.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    drop(machine);
    (folder, house)
}

fn only_hit(user: &User<'_>) -> Value {
    let hits = user.get("/hits").json();
    assert_eq!(hits["hits"].as_array().unwrap().len(), 1, "{hits}");
    hits["hits"][0].clone()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn an_officer_raises_a_hit_that_no_data_take_back() {
    let (_folder, house) = house();
    let (local, second) = (
        house.user("local", "evaluation"),
        house.user("second", "evaluation"),
    );
    let flight = text(&only_hit(&local)["flight"]["id"]);
    let flight = local.get(&format!("/flights/{flight}")).json();
    let travellers = flight["travellers"].as_array().unwrap();
    let other = travellers
        .iter()
        .find(|t| t["elements"]["names"]["surname"] == "OMARREN")
        .unwrap_or_else(|| panic!("{flight:#}"));
    let raise = |user: &User<'_>, reason: &str, words: &str| {
        let body = json!({"traveller": other["id"], "reason": reason, "words": words});
        user.send("POST", "/hits", &body)
    };
    for (reason, words) in [("behaviour", " "), ("a whim", "because")] {
        assert_eq!(raise(&local, reason, words).status, 422);
    }
    let made = raise(&local, "behaviour", "left the queue when the dog came");
    assert_eq!(made.status, 201, "{}", made.text());
    let id = text(&made.json()["id"]);
    let again = raise(&second, "behaviour", "and came back without the bag");
    assert_eq!(again.json()["id"], json!(id), "the same hit");
    let hit = local.get(&format!("/hits/{id}")).json();
    assert_eq!(
        hit["cause"],
        json!({"kind": "manual", "list": "", "entry": "behaviour"})
    );
    assert_eq!(
        (&hit["band"], &hit["status"]),
        (&json!("review"), &json!("matched"))
    );
    assert_eq!(hit["evidence"][0]["query"], "and came back without the bag");
    assert_eq!(hit["traveller"]["surname"], "OMARREN");
    let history = hit["history"].as_array().unwrap();
    let raised: Vec<&Value> = history.iter().filter(|d| d["event"] == "raise").collect();
    assert_eq!(raised.len(), 2, "{history:#?}");
    assert_eq!(
        (&raised[0]["person"], &raised[1]["person"]),
        (&json!("local"), &json!("second"))
    );
    // It takes a review like any other, and a new message of the same person leaves it as it is.
    assert_eq!(
        local.step(&id, "review", &json!({"step": "open"})).status,
        200
    );
    let machine = house.machine("qz-two", "QZ");
    let people = [Passenger {
        surname: "OMARREN",
        given: "TOVAH",
        born: "19880229",
        reference: "QZ417002",
    }];
    let list = paxlst("QZ417", "W2", &people);
    assert_eq!(
        machine.ask("POST", "/iapi", &[], list.as_bytes()).status,
        200
    );
    assert_eq!(
        local.get(&format!("/hits/{id}")).json()["status"],
        "in-review"
    );
    // Nobody is raised who is not there.
    let nobody = json!({"traveller": "01991234-5678-7abc-8def-0123456789ab",
        "reason": "other", "words": "?"});
    assert_eq!(local.send("POST", "/hits", &nobody).status, 404);
}

#[test]
fn a_case_holds_hits_notes_and_files_and_says_who_looked() {
    let (_folder, house) = house();
    let (local, second) = (
        house.user("local", "evaluation"),
        house.user("second", "evaluation"),
    );
    let listed = only_hit(&local);
    let hit = text(&listed["id"]);
    let body = json!({"traveller": listed["subject_id"], "reason": "document",
        "words": "the photograph was changed"});
    let by_hand = text(&local.send("POST", "/hits", &body).json()["id"]);
    let opened = local.send("POST", "/cases", &json!({"hits": [hit]}));
    assert_eq!(opened.status, 201, "{}", opened.text());
    let (case, number) = (text(&opened.json()["id"]), opened.json()["number"].clone());
    assert_eq!(number, 1);
    let path = |rest: &str| format!("/cases/{case}{rest}");
    let added = second.send("POST", &path("/hits"), &json!({"hit": by_hand}));
    assert_eq!(added.status, 204, "{}", added.text());
    // A hit is in one case.
    assert_eq!(
        second
            .send("POST", "/cases", &json!({"hits": [hit]}))
            .status,
        409
    );
    let note = json!({"hit": hit, "text": "the agent was called\nand knows nothing"});
    assert_eq!(local.send("POST", &path("/notes"), &note).status, 201);
    let put = |media: &str, name: &str, bytes: &[u8]| {
        let query = format!("/files?hit={by_hand}&name={name}");
        local.ask("POST", &path(&query), &[("content-type", media)], bytes)
    };
    let kept = put("application/pdf", "passport%20page.pdf", b"%PDF-1.7 a page");
    assert_eq!(kept.status, 201, "{}", kept.text());
    let file = text(&kept.json()["id"]);
    for (media, bytes) in [
        ("application/pdf", b"MZ\x90".as_slice()),
        ("text/html", b"<script>"),
        ("text/plain", b""),
        ("image/svg+xml", b"<svg/>"),
    ] {
        let refused = put(media, "x", bytes);
        assert_eq!(refused.status, 422, "{media}: {}", refused.text());
    }
    let large = vec![b'a'; (10 << 20) + 1];
    assert_eq!(put("text/plain", "x", &large).status, 413);

    let seen = second.get(&path(""));
    let shown = seen.json();
    assert_eq!(shown["hits"], json!([hit, by_hand]));
    assert_eq!(shown["notes"][0]["text"], note["text"]);
    assert_eq!(shown["files"][0]["name"], "passport page.pdf");
    assert_eq!(shown["files"][0]["sha256"], kept.json()["sha256"]);
    assert_eq!(
        second.get(&format!("/hits/{hit}")).json()["case"],
        json!(case)
    );
    let bytes = second.get(&path(&format!("/files/{file}")));
    assert_eq!(bytes.body, b"%PDF-1.7 a page");
    assert_eq!(bytes.header("content-disposition"), Some("attachment"));
    assert_eq!(bytes.header("x-content-type-options"), Some("nosniff"));
    // Closed, it takes nothing; opened again it does.
    let turn = |word: &str, tag: &str| {
        second
            .ask("POST", &path(word), &[("if-match", tag)], b"")
            .status
    };
    let tag = seen.header("etag").unwrap();
    assert_eq!(turn("/close", "\"1\""), 412);
    assert_eq!(turn("/close", tag), 204);
    assert_eq!(local.send("POST", &path("/notes"), &note).status, 412);
    let closed = second.get("/cases?closed=true").json();
    assert_eq!(closed[0]["closed_by"], "second");
    let tag = second.get(&path("")).header("etag").unwrap().to_owned();
    assert_eq!(turn("/reopen", &tag), 204);
    assert_eq!(local.send("POST", &path("/notes"), &note).status, 201);
    let audit = second.get("/audit").json();
    let lines = audit["lines"].as_array().unwrap();
    let of = |event: &str| lines.iter().filter(|line| line["event"] == event).count();
    // Opened, two hits, two notes, a file, closed, opened again.
    assert_eq!(of("case-work"), 8, "{lines:#?}");
    for word in ["agent was called", "passport page", "photograph"] {
        assert!(!audit.to_string().contains(word), "{word}");
    }
}

#[test]
fn a_shift_hands_over_what_it_has() {
    let (_folder, mut house) = house();
    house.account("night", "night", Some("local"));
    let (local, night) = (
        house.user("local", "evaluation"),
        house.user("night", "evaluation"),
    );
    let hit = text(&only_hit(&local)["id"]);
    assert_eq!(local.get("/hand-over").json()["unclaimed"], 1);
    assert_eq!(local.step(&hit, "claim", &json!({})).status, 200);
    let refused = night.step(&hit, "claim", &json!({}));
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (409, &json!("not-possible"))
    );
    let left = night.get("/hand-over").json();
    assert_eq!(
        (&left["unclaimed"], &left["overdue"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(left["open"][0]["claimed_by"], "local");
    let taken = night.send("POST", "/hand-over", &json!({"from": "local"}));
    assert_eq!(taken.json()["taken"], json!([hit]));
    let shown = local.get(&format!("/hits/{hit}")).json();
    assert_eq!(shown["claimed_by"], "night");
    let last = shown["history"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["event"], &last["word"]),
        (&json!("take-over"), &json!("local"))
    );
    assert_eq!(
        night
            .send("POST", "/hand-over", &json!({"from": "night"}))
            .status,
        422
    );
}

#[test]
fn a_court_is_named_by_its_document_and_an_outcome_is_counted() {
    let (_folder, house) = house();
    let (local, second) = (
        house.user("local", "evaluation"),
        house.user("second", "evaluation"),
    );
    let hit = text(&only_hit(&local)["id"]);
    let order = |document: &str, day: &str| {
        json!({"authority": "Administrative Court", "reference": "3 A 17/26",
            "decided_on": day, "document": document, "note": "seen in the original"})
    };
    let hash = "0a".repeat(32);
    assert_eq!(
        local
            .step(&hit, "external-approval", &order(&hash, "2026-11-20"))
            .status,
        200
    );
    for wrong in [
        order("0a", "2026-11-20"),
        order(&hash, "2926-11-20"),
        order(&hash, "soon"),
    ] {
        assert_eq!(
            local.step(&hit, "external-approval", &wrong).status,
            422,
            "{wrong}"
        );
    }
    let judge = json!({"step": "judge", "judgement": "same", "reason": "identity-data-agree"});
    let propose = json!({"step": "propose", "act": "iapi-no-board"});
    for step in [json!({"step": "open"}), judge, propose] {
        assert_eq!(local.step(&hit, "review", &step).status, 200);
    }
    let nothing = json!({"outcome": "nothing"});
    let early = second.step(&hit, "outcome", &nothing);
    assert_eq!(early.status, 422, "{}", early.text());
    assert_eq!(
        second.step(&hit, "review", &json!({"step": "open"})).status,
        200
    );
    assert_eq!(
        second.step(&hit, "approve", &json!({})).json()["status"],
        "done"
    );
    let found = json!({"outcome": "found", "found": ["listed-person", "document"]});
    assert_eq!(second.step(&hit, "outcome", &found).status, 200);
    let shown = local.get(&format!("/hits/{hit}")).json();
    assert_eq!(shown["outcome"], found);
    let history = shown["history"].as_array().unwrap();
    let order = history
        .iter()
        .find(|d| d["event"] == "external-approval")
        .unwrap();
    let document: Value = serde_json::from_str(order["note"].as_str().unwrap()).unwrap();
    assert_eq!(document["document"], json!(hash));
    assert_eq!(document["reference"], "3 A 17/26");
    let counted = local.get("/statistics").json();
    let one = counted
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["name"] == "outcome:found");
    let one = one.unwrap_or_else(|| panic!("{counted:#}"));
    assert_eq!((&one["count"], &one["carrier"]), (&json!(1), &json!("QZ")));
}

#[test]
fn a_request_that_comes_twice_is_done_and_answered_once() {
    let (_folder, house) = house();
    let (local, second) = (
        house.user("local", "evaluation"),
        house.user("second", "evaluation"),
    );
    let hit = text(&only_hit(&local)["id"]);
    let judge = json!({"step": "judge", "judgement": "same", "reason": "identity-data-agree"});
    let propose = json!({"step": "propose", "act": "iapi-no-board"});
    for step in [json!({"step": "open"}), judge, propose] {
        assert_eq!(local.step(&hit, "review", &step).status, 200);
    }
    assert_eq!(
        second.step(&hit, "review", &json!({"step": "open"})).status,
        200
    );
    let version = local
        .get(&format!("/hits/{hit}"))
        .header("etag")
        .unwrap()
        .to_owned();
    let approve = |user: &User<'_>, note: &str| {
        let headers = [
            ("content-type", "application/json"),
            ("if-match", version.as_str()),
            ("idempotency-key", "once"),
        ];
        let body = json!({"note": note}).to_string();
        user.ask(
            "POST",
            &format!("/hits/{hit}/approve"),
            &headers,
            body.as_bytes(),
        )
    };
    // The same request at one time from two connections: done once, answered alike.
    let answers = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| approve(&second, "yes")))
            .collect();
        threads
            .into_iter()
            .map(|t| t.join().unwrap())
            .collect::<Vec<_>>()
    });
    let after = approve(&second, "yes");
    assert_eq!(
        (after.status, &after.json()["status"]),
        (200, &json!("done")),
        "{}",
        after.text()
    );
    for answer in answers.iter().filter(|answer| answer.status == 200) {
        assert_eq!(answer.json()["id"], after.json()["id"]);
    }
    let other = approve(&second, "no");
    assert_eq!(
        (other.status, &other.json()["code"]),
        (409, &json!("key-taken"))
    );
    let directives = second.get("/directives").json();
    assert_eq!(directives.as_array().unwrap().len(), 1);
    // Lapsed hits are asked for like every other state; there are none here.
    let lapsed = local.get("/hits?state=lapsed");
    assert_eq!(
        (
            lapsed.status,
            lapsed.json()["hits"].as_array().map(Vec::len)
        ),
        (200, Some(0))
    );
}
