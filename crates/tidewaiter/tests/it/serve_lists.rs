//! The story of a list: proposed, its impact told, agreed to by somebody else, the hit, and the list out
//! of force again. Written down as `docs/guide/lists.md`, see `serve.rs`.

use serde_json::{Value, json};

use crate::data::Place;
use crate::serve::{LISTED, code_of, machine, paxlst, wait_for, write_down};
use crate::serve_client::{Answer, Served, User};

const VERSION: &str = "/lists/coast-watch/versions/1";
const REMOVAL: &str = "/lists/coast-watch/removal";

/// What is proposed, once it is known what it would do; told.
fn previewed(user: &User<'_>, who: &str, path: &str) -> (Value, String) {
    let (shown, tag) = wait_for("the impact", || {
        let answer = user.get(path);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let shown = answer.json();
        let tag = answer.header("etag").unwrap().to_owned();
        (shown["impact"]["is_current"] == true).then_some((shown, tag))
    });
    user.served.tell(&format!(
        "{who}: `GET /api/v1{path}` says, under `impact`\n\n```json\n{}\n```\n",
        serde_json::to_string_pretty(&shown["impact"]).unwrap()
    ));
    (shown, tag)
}

/// Agrees to what was seen; told.
fn approve(user: &User<'_>, who: &str, path: &str, tag: &str) -> Answer {
    let body = json!({"consent": true});
    let path = format!("{path}/approve");
    let answer = user.send("POST", &path, &[("if-match", tag)], &body);
    user.served.tell(&format!(
        "{who}: `POST /api/v1{path}` `{body}` answers {} `{}`\n",
        answer.status,
        answer.text()
    ));
    answer
}

#[test]
fn the_story_of_a_list_from_the_proposal_to_its_end() {
    let place = Place::new("serve-lists");
    let served = Served::start(&place);
    let admin = served.sign_in("admin");
    let (local, second) = (served.sign_in("local"), served.sign_in("second"));
    let key = machine(&admin, "qz-dcs", &["QZ"]);
    let auth = [("authorization", key.as_str())];
    let (surname, given, born) = LISTED;

    served.tell("## Somebody is booked whom nobody looks for\n");
    let people = [
        (surname, given, born, "QZ417001"),
        ("OMARREN", "TOVA", "19880229", "QZ417002"),
    ];
    let passengers = paxlst("QZ417", "QZ000001", &people);
    let answer = served.ask("POST", "/api/v1/iapi", &auth, passengers.as_bytes());
    assert_eq!(code_of(&answer.text(), "QZ417001"), "0Z");
    assert_eq!(local.open_hits(), Vec::<Value>::new());
    served.tell("`POST /api/v1/iapi` with two travellers of tomorrow\'s flight: no hit.\n");

    served.tell("## A steward proposes a list\n");
    let day = jiff::Timestamp::now().to_string();
    let on = format!("{}-{}-{}", &born[..4], &born[4..6], &born[6..]);
    let list = format!(
        "list,list_date,entry,kind,name,born,nationalities,measures\n\
         coast-watch,{0},CW-1,person,{given} {surname},{on},IRQ,travel-ban\n\
         coast-watch,{0},CW-2,person,Jonas Exempel,1950,,\n",
        &day[..10],
    );
    let half = local.send_file(
        "/lists?name=coast.xml",
        b"<html><body>Sign in</body></html>",
    );
    assert_eq!(half.status, 422, "{}", half.text());
    served.tell(&format!(
        "local: `POST /api/v1/lists` with a web page in place of the list answers {} `{}`\n",
        half.status,
        half.text()
    ));
    let made = local.send_file("/lists?name=coast.csv", list.as_bytes());
    assert_eq!(made.status, 201, "{}", made.text());
    served.tell(&format!(
        "local: `POST /api/v1/lists?name=coast.csv` with the file\n\n```\n{list}```\n\n\
         answers {} `{}`\n",
        made.status,
        made.text()
    ));

    served.tell("## What it would do\n");
    let (shown, tag) = previewed(&second, "second", VERSION);
    let counts = &shown["impact"]["coming"];
    assert_eq!(counts["travellers"], 1);
    let new = counts["alert"].as_u64().unwrap() + counts["review"].as_u64().unwrap();
    assert_eq!(new, 1, "{shown}");
    // Nothing is raised by it, whoever comes meanwhile.
    assert_eq!(local.open_hits(), Vec::<Value>::new());
    let again = passengers.replace("QZ000001", "QZ000002");
    let answer = served.ask("POST", "/api/v1/iapi", &auth, again.as_bytes());
    assert_eq!(answer.status, 200);
    assert_eq!(local.open_hits(), Vec::<Value>::new());
    served.tell("Nothing is raised: `GET /api/v1/hits` is empty.\n");

    served.tell("## Another person agrees\n");
    let alone = approve(&local, "local", VERSION, &tag);
    assert_eq!(alone.status, 403, "{}", alone.text());
    let done = approve(&second, "second", VERSION, &tag);
    assert_eq!(done.status, 200, "{}", done.text());
    let run = done.json()["look_back"].as_str().unwrap().to_owned();
    let run = wait_for("the look-back", || {
        let run = second.get(&format!("/look-backs/{run}")).json();
        (run["stage"] == "done").then_some(run)
    });
    assert_eq!(run["raised"], 1, "{run}");
    served.tell(&format!(
        "`GET /api/v1/look-backs/…`\n\n```json\n{}\n```\n",
        serde_json::to_string_pretty(&run).unwrap()
    ));
    let hits = local.open_hits();
    assert_eq!(hits.len(), 1, "{hits:#?}");
    assert_eq!(hits[0]["cause"]["entry"], "CW-1");
    served.tell(&format!(
        "The hit is there: `GET /api/v1/hits` shows one, `{}`, on `{}`.\n",
        hits[0]["status"].as_str().unwrap(),
        hits[0]["cause"]
    ));

    served.tell("## The list goes out of force\n");
    let asked = second.send("POST", REMOVAL, &[], &Value::Null);
    assert_eq!(asked.status, 201, "{}", asked.text());
    served.tell(&format!(
        "second: `POST /api/v1{REMOVAL}` answers {}\n",
        asked.status
    ));
    let (shown, tag) = previewed(&local, "local", REMOVAL);
    assert_eq!(shown["impact"]["marked"], 1);
    let on_list = |expected: bool| {
        let hits = local.open_hits();
        assert_eq!(hits[0]["cause"]["is_on_list"], expected, "{hits:#?}");
        hits[0]["id"].as_str().unwrap().to_owned()
    };
    let hit = on_list(true);
    let done = approve(&local, "local", REMOVAL, &tag);
    assert_eq!(done.status, 200, "{}", done.text());
    on_list(false);
    served.tell(
        "No act can rest on the hit any more: its entry is off the list. Nothing closes itself; a \
         person does.\n",
    );
    let judge = json!({"step": "judge", "judgement": "same", "reason": "identity-data-agree"});
    let propose = json!({"step": "propose", "act": "iapi-no-board"});
    let close = json!({"step": "judge", "judgement": "not-the-same", "reason": "person-differs"});
    let taken = |body: Value| local.told_step("local", &hit, "review", &body);
    assert_eq!(taken(json!({"step": "open"})).status, 200);
    assert_eq!(taken(judge).status, 200);
    let refused = taken(propose);
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert!(refused.text().contains("no longer on the list"));
    assert_eq!(taken(json!({"step": "reopen"})).status, 200);
    assert_eq!(taken(json!({"step": "open"})).status, 200);
    let closed = taken(close);
    assert_eq!(closed.status, 200, "{}", closed.text());
    assert_eq!(local.open_hits(), Vec::<Value>::new());

    let (code, log, transcript) = served.stop();
    assert_eq!(code, Some(0), "{log}");
    for word in [surname, given, "Testani", "Exempel"] {
        assert!(!log.contains(word), "{word} in the log: {log}");
    }
    place.ok(&["audit", "verify"], &[]);
    // At the machine itself: what a version that is out of force would do, and nothing is done.
    let told = place.ok(&["lists", "preview"], &["--json", "coast-watch@1"]);
    let told = &told.lines()[0];
    assert_eq!(told["added"], 2);
    assert_eq!(told["restored"], 0, "the hit is closed");
    assert_eq!(told["coming"]["travellers"], 0, "known already");
    let text = place.ok(&["lists", "preview"], &["coast-watch@1"]).stdout;
    assert!(text.contains("2 added, 0 removed, 0 changed"), "{text}");
    write_down(
        "lists.md",
        "# The story of a list, as the binary tells it\n\n\
         Written by the test `the_story_of_a_list_from_the_proposal_to_its_end`.\n\n",
        &transcript,
    );
}
