//! Four eyes: one human being is not two, by whatever account, session, key or race.

use std::sync::Barrier;

use serde_json::{Value, json};
use tidewaiter_mandate::Mandate;

use crate::client::Answer;
use crate::house::{House, Passenger, User, paxlst};

/// A house with hits that `local` has proposed not to let on board.
fn proposed(house: &House, flights: std::ops::Range<u32>) -> Vec<String> {
    let machine = house.machine(&format!("dcs-{}", flights.start), "QZ");
    let local = house.user("local", "evaluation");
    let mut hits = Vec::new();
    for flight in flights {
        let people = [Passenger {
            surname: "TESTANI",
            given: "KASIM",
            born: "19710203",
            reference: "QZ417001",
        }];
        let list = paxlst(&format!("QZ{flight}"), &format!("E{flight}"), &people);
        assert_eq!(
            machine.ask("POST", "/iapi", &[], list.as_bytes()).status,
            200
        );
        let open = local.get("/hits?state=matched").json();
        let hit = open["hits"][0]["id"].as_str().unwrap().to_owned();
        let judge = json!({"step": "judge", "judgement": "same", "reason": "identity-data-agree"});
        let propose = json!({"step": "propose", "act": "iapi-no-board"});
        for step in [json!({"step": "open"}), judge, propose] {
            let answer = local.step(&hit, "review", &step);
            assert_eq!(answer.status, 200, "{step}: {}", answer.text());
        }
        hits.push(hit);
    }
    hits
}

fn house() -> (tempfile::TempDir, House) {
    let folder = tempfile::tempdir().unwrap();
    let mut house = House::open(folder.path(), "XE-CUSTOMS", Mandate::evaluation());
    house.list(include_str!("../../../../docs/templates/list.csv"));
    // The same human being behind another account, in the other role.
    house.account("local-too", "local", Some("second"));
    (folder, house)
}

fn of(user: &User<'_>, hit: &str) -> Value {
    user.get(&format!("/hits/{hit}")).json()
}

fn directives(user: &User<'_>) -> usize {
    user.get("/directives").json().as_array().unwrap().len()
}

#[test]
fn another_account_or_session_of_one_person_is_the_same_person() {
    let (_folder, house) = house();
    let hit = proposed(&house, 417..418).remove(0);
    for name in ["local", "local-too", "local"] {
        let user = house.user(name, "evaluation");
        let _ = user.step(&hit, "review", &json!({"step": "open"}));
        for (path, body) in [
            ("approve", json!({})),
            ("review", json!({"step": "execute"})),
        ] {
            let answer = user.step(&hit, path, &body);
            assert_eq!(answer.status, 403, "{name} {path}: {}", answer.text());
        }
    }
    let local = house.user("local", "evaluation");
    assert_eq!(of(&local, &hit)["status"], "proposed");
    assert_eq!(of(&local, &hit)["proposal"]["approved_by"], Value::Null);
    assert_eq!(directives(&local), 0);
    // Nor does an administrator become somebody else: they give themselves no role.
    let admin = house.user("admin", "");
    let own = json!({"name": "admin-too", "person": "admin", "role": "second"});
    assert_eq!(admin.send("POST", "/accounts", &own).status, 422);
}

#[test]
fn whoever_must_not_decide_is_no_second_person_either() {
    let (_folder, house) = house();
    let hit = proposed(&house, 417..418).remove(0);
    let second = house.user("second", "evaluation");
    let relation = json!({"person": "second", "documents": ["DQZ417001"]});
    assert_eq!(
        second.send("POST", "/session/conflicts", &relation).status,
        204
    );
    let answer = second.step(&hit, "review", &json!({"step": "open"}));
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (403, &json!("conflict-of-interest"))
    );
    assert_eq!(second.step(&hit, "approve", &json!({})).status, 403);
    assert_eq!(directives(&second), 0);
}

/// Everybody at one instant with what they have seen.
fn race(house: &House, hit: &str, names: &[&str], path: &str, body: &Value) -> Vec<Answer> {
    let users: Vec<User<'_>> = names
        .iter()
        .map(|name| house.user(name, "evaluation"))
        .collect();
    let version = of(&users[0], hit)["version"].to_string();
    let barrier = Barrier::new(users.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = users
            .iter()
            .map(|user| {
                let (barrier, key, version) = (&barrier, hit, format!("\"{version}\""));
                scope.spawn(move || {
                    barrier.wait();
                    let headers = [
                        ("content-type", "application/json"),
                        ("if-match", version.as_str()),
                        ("idempotency-key", key),
                    ];
                    let path = format!("/hits/{hit}/{path}");
                    user.ask("POST", &path, &headers, body.to_string().as_bytes())
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

#[test]
fn no_race_makes_two_of_one_and_none_does_a_thing_twice() {
    let (_folder, house) = house();
    let hits = proposed(&house, 420..426);
    let second = house.user("second", "evaluation");
    let too = house.user("local-too", "evaluation");
    for (n, hit) in hits.iter().enumerate() {
        for user in [&second, &too] {
            let _ = user.step(hit, "review", &json!({"step": "open"}));
        }
        // One person through three sessions of two accounts, all at once.
        let alone = race(
            &house,
            hit,
            &["local", "local-too", "local", "local-too"],
            "approve",
            &json!({}),
        );
        for answer in &alone {
            assert!(
                matches!(answer.status, 403 | 412 | 503),
                "{}",
                answer.text()
            );
        }
        assert_eq!(of(&second, hit)["status"], "proposed");
        assert_eq!(directives(&second), n, "nothing has left");
        // The second person twice at once, with the first trying to be them: done once.
        let mixed = ["second", "local-too", "second", "local"];
        let answers = race(&house, hit, &mixed, "approve", &json!({}));
        for (name, answer) in mixed.iter().zip(&answers) {
            if *name != "second" {
                assert!(
                    matches!(answer.status, 403 | 409 | 412 | 503),
                    "{name}: {}",
                    answer.text()
                );
            }
        }
        let shown = of(&second, hit);
        assert_eq!(shown["status"], "done", "{answers:?}");
        assert_eq!(shown["proposal"]["by"], "local");
        assert_eq!(shown["proposal"]["approved_by"], "second");
        assert_eq!(directives(&second), n + 1, "told once");
    }
}
