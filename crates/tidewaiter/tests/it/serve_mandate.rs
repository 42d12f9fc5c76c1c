//! `serve` under a signed mandate: what it does not permit is refused, and what nobody approves in time
//! goes to those who meet the flight. Written down as `docs/guide/mandate.md`, see `serve.rs`.

use std::fs;

use serde_json::{Value, json};

use crate::data::Place;
use crate::root;
use crate::serve::{LISTED, code_of, machine, paxlst, reach, wait_for, write_down};
use crate::serve_client::{Carrier, Served, User};

/// The password of everybody once they have changed their first one.
const SETTLED: &str = "a quiet night on the coast";

/// The single window of the examples, whose people have three seconds to agree in place of ninety.
fn hurried(place: &Place) -> String {
    let profile = root().join("crates/mandate/profiles/p2-single-window.toml");
    let text = fs::read_to_string(profile).unwrap();
    let hurried = text.replace(r#"deadline = "PT90S""#, r#"deadline = "PT3S""#);
    assert_ne!(text, hurried);
    crate::operations::signed(place, "hurried.toml", &hurried)
}

/// Puts the invented person onto the national list, which wants two people.
fn listed(place: &Place, mandate: &str) {
    let (surname, given, born) = LISTED;
    let day = jiff::Timestamp::now().to_string();
    let born = format!("{}-{}-{}", &born[..4], &born[4..6], &born[6..]);
    let list = format!(
        "list,list_date,entry,kind,name,born,nationalities,measures\n\
         national-1373,{},NW-1,person,{given} {surname},{born},IRQ,travel-ban\n",
        &day[..10],
    );
    let path = place.at("list.csv");
    fs::write(&path, list).unwrap();
    let who = |name, role| {
        let reason = ["--reason", "the list of the day"];
        [
            ["--as", name],
            ["--role", role],
            ["--purpose", "P-CT"],
            reason,
        ]
        .concat()
    };
    let first = who("u-1", "list-steward");
    place.ok(
        &["lists", "add"],
        &[&["--mandate", mandate, "--consent"], &first[..], &[&path]].concat(),
    );
    let second = who("u-2", "list-approver");
    place.ok(
        &["lists", "approve"],
        &[&second[..], &["national-1373@1"]].concat(),
    );
}

/// Opens an account, whose first password is changed before anything else.
fn officer<'s>(served: &'s Served, admin: &User<'_>, name: &str, role: &str) -> User<'s> {
    let opened = admin.send(
        "POST",
        "/accounts",
        &[],
        &json!({"name": name, "person": format!("staff-{name}"), "role": role}),
    );
    assert_eq!(opened.status, 201, "{}", opened.text());
    let first = opened.json()["password"].as_str().unwrap().to_owned();
    let mut user = served.sign_in_with(name, &first);
    user.purpose = Some("P-CT");
    let refused = user.get("/hits");
    assert_eq!(refused.status, 403, "{}", refused.text());
    let changed = user.send(
        "POST",
        "/session/password",
        &[],
        &json!({"old": first, "new": SETTLED}),
    );
    assert!(changed.status < 300, "{}", changed.text());
    let mut user = served.sign_in_with(name, SETTLED);
    user.purpose = Some("P-CT");
    user
}

#[test]
fn under_a_mandate_some_acts_are_refused_and_what_nobody_approves_in_time_is_met() {
    let place = Place::new("serve-mandate");
    let mandate = hurried(&place);
    listed(&place, &mandate);
    let served = Served::start(&place);
    let carrier = Carrier::start();
    let admin = served.sign_in("admin");
    let first = served.passwords.iter().find(|(name, _)| name == "admin");
    let first = first.unwrap().1.clone();
    let settled = json!({"old": first, "new": SETTLED});
    let changed = admin.send("POST", "/session/password", &[], &settled);
    assert!(changed.status < 300, "{}", changed.text());
    let admin = served.sign_in_with("admin", SETTLED);
    let duty = officer(&served, &admin, "duty", "duty-officer");
    let supervisor = officer(&served, &admin, "supervisor", "supervisor");
    let key = machine(&admin, "qz-dcs", &["QZ"]);
    reach(&admin, &carrier);

    served.tell("## A hit under a mandate\n");
    let (surname, given, born) = LISTED;
    let list = paxlst("QZ417", "QZ000001", &[(surname, given, born, "QZ417001")]);
    let auth = [("authorization", key.as_str())];
    let answer = served.ask("POST", "/api/v1/iapi", &auth, list.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(code_of(&answer.text(), "QZ417001"), "0Z");
    let hits = duty.open_hits();
    assert_eq!(hits.len(), 1, "{hits:#?}");
    let hit = hits[0]["id"].as_str().unwrap().to_owned();
    served.tell(&format!(
        "The duty officer asks for the purpose `P-CT`: `GET /api/v1/hits` shows {} hit, on `{}`.\n",
        hits.len(),
        hits[0]["cause"]["list"].as_str().unwrap(),
    ));
    let taken = |user: &User<'_>, who: &str, path: &str, body: Value| {
        user.told_step(who, &hit, path, &body)
    };
    let judge = json!({"step": "judge", "judgement": "same", "reason": "identity-data-agree"});
    assert_eq!(
        taken(&duty, "duty officer", "review", json!({"step": "open"})).status,
        200
    );
    assert_eq!(taken(&duty, "duty officer", "review", judge).status, 200);

    served.tell("## What the mandate does not permit is refused\n");
    // Goods are another purpose's; nobody of this one may inspect baggage.
    for act in ["inspect-baggage", "inspect-goods"] {
        let refused = taken(
            &duty,
            "duty officer",
            "review",
            json!({"step": "propose", "act": act}),
        );
        assert_eq!(refused.status, 403, "{act}: {}", refused.text());
    }
    let mut as_goods = served.sign_in_with("duty", SETTLED);
    as_goods.purpose = Some("P-GOODS");
    let elsewhere = as_goods.get(&format!("/hits/{hit}"));
    served.tell(&format!(
        "duty officer, for the purpose `P-GOODS`: `GET /api/v1/hits/…` answers {}\n",
        elsewhere.status
    ));
    assert_eq!(elsewhere.status, 403, "{}", elsewhere.text());

    served.tell("## Nobody agrees in time\n");
    let propose = json!({"step": "propose", "act": "iapi-no-board"});
    assert_eq!(taken(&duty, "duty officer", "review", propose).status, 200);
    let status = || duty.get(&format!("/hits/{hit}")).json()["status"].clone();
    wait_for("the end of the time to agree", || {
        (status() == "expired").then_some(())
    });
    served.tell("Three seconds later the proposal has expired: the hit is `expired`.\n");
    assert_eq!(carrier.told(), Vec::<String>::new(), "nothing is sent");
    let tasks = wait_for("the task to meet the flight", || {
        let tasks = supervisor.get("/tasks").json();
        let tasks = tasks["tasks"].as_array().or(tasks.as_array()).cloned();
        tasks.filter(|tasks| !tasks.is_empty())
    });
    served.tell(&format!(
        "The flight is to be met instead. `GET /api/v1/tasks`\n\n```json\n{}\n```\n",
        serde_json::to_string_pretty(&tasks).unwrap()
    ));
    // Asked again, the carrier hears what the table says: nobody has decided anything.
    let again = list.replace("QZ000001", "QZ000002");
    let answer = served.ask("POST", "/api/v1/iapi", &auth, again.as_bytes());
    assert_eq!(code_of(&answer.text(), "QZ417001"), "0Z");

    let (code, log, transcript) = served.stop();
    assert_eq!(code, Some(0), "{log}");
    for word in [surname, given, "QZ417001"] {
        assert!(!log.contains(word), "{word} in the log: {log}");
    }
    place.ok(&["audit", "verify"], &[]);
    write_down(
        "mandate.md",
        "# A hit under a mandate, as the binary tells it\n\n\
         Written by the test `under_a_mandate_some_acts_are_refused_and_what_nobody_approves_in_time_is_met`: \
         the example of a single window, with three seconds to agree in place of ninety.\n\n",
        &transcript,
    );
}
