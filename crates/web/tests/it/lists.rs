//! Lists over the network: what is refused and where, who may propose and who agree, and that nothing
//! is screened by what is only proposed.

use std::sync::Barrier;

use serde_json::{Value, json};
use tidewaiter_mandate::Mandate;

use crate::client::Answer;
use crate::house::{House, LIST_MOST, Passenger, User, paxlst, single_window, wait_for};

/// A list of today.
fn list(name: &str, rows: &[(&str, &str, &str)]) -> String {
    let day = jiff::Timestamp::now().to_string();
    let mut text = "list,list_date,entry,kind,name,born\n".to_owned();
    for (entry, named, born) in rows {
        text.push_str(&format!(
            "{name},{},{entry},person,{named},{born}\n",
            &day[..10]
        ));
    }
    text
}

const KASIM: (&str, &str, &str) = ("W-1", "Kasim Testani", "1971-02-03");
const TOVA: (&str, &str, &str) = ("W-2", "Tova Omarren", "1988-02-29");
const OTHER: (&str, &str, &str) = ("W-3", "Jonas Exempel", "1950");

fn house() -> (tempfile::TempDir, House) {
    let folder = tempfile::tempdir().unwrap();
    let mut house = House::open(folder.path(), "XL-CUSTOMS", Mandate::evaluation());
    // The same human being behind another account, in the other role.
    house.account("local-too", "local", Some("second"));
    (folder, house)
}

fn booked(house: &House) {
    let machine = house.machine("dcs", "QZ");
    let people = [Passenger {
        surname: "TESTANI",
        given: "KASIM",
        born: "19710203",
        reference: "QZ417001",
    }];
    let asked = paxlst("QZ417", "L1", &people);
    let answer = machine.ask("POST", "/iapi", &[], asked.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
}

fn propose(user: &User<'_>, query: &str, bytes: &[u8]) -> Answer {
    let media = [("content-type", "application/octet-stream")];
    user.ask("POST", &format!("/lists{query}"), &media, bytes)
}

/// A proposal once it is known what it would do; and its tag.
fn previewed(user: &User<'_>, path: &str) -> (Value, String) {
    wait_for("the impact", || {
        let answer = user.get(path);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let shown = answer.json();
        let tag = answer.header("etag").unwrap().to_owned();
        (shown["impact"]["is_current"] == true).then_some((shown, tag))
    })
}

/// Ends a proposal as it was seen: `approve` or `reject`.
fn end(user: &User<'_>, path: &str, word: &str, tag: &str, more: &[(&str, &str)]) -> Answer {
    let mut headers = vec![("content-type", "application/json"), ("if-match", tag)];
    headers.extend(more);
    let body = json!({"consent": true}).to_string();
    let path = format!("{path}/{word}");
    user.ask("POST", &path, &headers, body.as_bytes())
}

fn code(answer: &Answer) -> (u16, String) {
    let code = answer.json()["code"].as_str().unwrap().to_owned();
    (answer.status, code)
}

fn in_force(user: &User<'_>) -> Value {
    let lists = user.get("/lists").json();
    let watch = lists
        .as_array()
        .unwrap()
        .iter()
        .find(|l| l["id"] == "watch");
    watch.map_or(Value::Null, |watch| watch["in_force"]["version"].clone())
}

const FIRST: &str = "/lists/watch/versions/1";

#[test]
fn a_list_is_proposed_its_impact_told_and_somebody_else_agrees() {
    let (_folder, house) = house();
    booked(&house);
    let (local, second) = (
        house.user("local", "evaluation"),
        house.user("second", "evaluation"),
    );
    let text = list("watch", &[KASIM, OTHER]);
    let made = propose(&local, "?name=watch.csv", text.as_bytes());
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(
        made.header("location"),
        Some("/api/v1/lists/watch/versions/1")
    );
    assert_eq!(made.json()["waits_for"], json!(["second"]));
    // The same file again is the same version, whoever sends it.
    for user in [&local, &second] {
        let again = propose(user, "", text.as_bytes());
        assert_eq!((again.status, &again.json()["version"]), (200, &json!(1)));
    }
    let (shown, tag) = previewed(&second, FIRST);
    let impact = &shown["impact"];
    assert_eq!((&impact["added"], &impact["total"]), (&json!(2), &json!(1)));
    let counts = &impact["coming"];
    assert_eq!(counts["travellers"], 1);
    assert_eq!(
        counts["alert"].as_u64().unwrap() + counts["review"].as_u64().unwrap(),
        1
    );
    assert_eq!(impact["held"], impact["coming"]);
    assert_eq!(shown["files"][0]["name"], "watch.csv");
    assert_eq!(shown["agreed"][0]["person"], "local");
    assert_eq!(shown["version"]["state"], "proposed");
    assert_eq!(shown["counts"]["persons"], 2);
    assert!(!shown.to_string().contains("TESTANI") && !shown.to_string().contains("Testani"));
    // Nothing came of it yet.
    assert_eq!(in_force(&local), Value::Null);
    assert_eq!(local.get("/hits").json()["hits"], json!([]));
    assert_eq!(local.get("/look-backs").json()["look_backs"], json!([]));

    // Whoever proposed it is nobody else, by whatever account; and what was seen must be said.
    for name in ["local", "local-too"] {
        let refused = end(&house.user(name, "evaluation"), FIRST, "approve", &tag, &[]);
        assert_eq!(code(&refused), (403, "not-granted".into()), "{name}");
    }
    let json = [("content-type", "application/json")];
    let unseen = second.ask("POST", &format!("{FIRST}/approve"), &json, b"{}");
    assert_eq!(code(&unseen), (428, "version-missing".into()));
    assert_eq!(
        code(&end(&second, FIRST, "approve", "\"1\"", &[])),
        (412, "stale".into())
    );
    assert_eq!(in_force(&local), Value::Null);

    let key = [("idempotency-key", "k-1")];
    let done = end(&second, FIRST, "approve", &tag, &key);
    assert_eq!(
        (done.status, &done.json()["state"]),
        (200, &json!("in-force"))
    );
    let again = end(&second, FIRST, "approve", &tag, &key);
    assert_eq!(
        (again.status, again.body),
        (200, done.body.clone()),
        "answered as before"
    );
    let other = end(&second, FIRST, "reject", &tag, &key);
    assert_eq!(code(&other), (409, "key-taken".into()));
    assert_eq!(in_force(&local), json!(1));
    // The look-back raises what was told.
    let run = done.json()["look_back"].as_str().unwrap().to_owned();
    let run = wait_for("the look-back", || {
        let run = local.get(&format!("/look-backs/{run}")).json();
        (run["stage"] == "done").then_some(run)
    });
    assert_eq!((&run["raised"], &run["after"]), (&json!(1), &json!(1)));
    let hits = local.get("/hits").json()["hits"].clone();
    assert_eq!(hits[0]["cause"]["entry"], "W-1");
    assert_eq!(hits[0]["cause"]["is_on_list"], true);
    let told = local.get("/look-backs?limit=1").json();
    assert_eq!(
        (&told["look_backs"][0], &told["next"]),
        (&run, &Value::Null)
    );
    let preview = format!("/look-backs/{}", "00000000-0000-7000-8000-000000000001");
    assert_eq!(local.get(&preview).status, 404);
    // Once is once.
    assert_eq!(
        code(&end(&second, FIRST, "approve", &tag, &[])),
        (412, "stale".into())
    );

    // Versions, the newest first; an impact against the version before says nothing any more.
    for rows in [&[KASIM, TOVA][..], &[KASIM]] {
        let made = propose(&local, "?consent=true", list("watch", rows).as_bytes());
        assert_eq!(made.status, 201, "{}", made.text());
    }
    let page = local.get("/lists/watch/versions?limit=2").json();
    let numbers = |page: &Value| {
        let versions = page["versions"].as_array().unwrap().iter();
        versions
            .map(|v| v["version"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!((numbers(&page), &page["next"]), (vec![3, 2], &json!(2)));
    let rest = local.get("/lists/watch/versions?limit=2&after=2").json();
    assert_eq!((numbers(&rest), &rest["next"]), (vec![1], &Value::Null));
    let (second_path, third) = ("/lists/watch/versions/2", "/lists/watch/versions/3");
    previewed(&second, third);
    let (_, tag) = previewed(&second, second_path);
    assert_eq!(end(&second, second_path, "approve", &tag, &[]).status, 200);
    assert_eq!(
        code(&end(&second, third, "approve", &tag, &[])),
        (412, "stale".into())
    );
    let tag = second.get(third).header("etag").unwrap().to_owned();
    let missing = end(&second, third, "approve", &tag, &[]);
    assert_eq!(code(&missing), (409, "impact-missing".into()));
    assert!(
        missing.text().contains("computed anew"),
        "{}",
        missing.text()
    );
    let asked = second.ask("POST", &format!("{third}/impact"), &[], b"");
    assert_eq!(asked.status, 202, "{}", asked.text());
    let (shown, tag) = previewed(&second, third);
    assert_eq!(
        (&shown["impact"]["against"], &shown["impact"]["removed"]),
        (&json!(2), &json!(1))
    );
    // It shrinks beyond the limit: whoever agrees consents, too, with the figures before them.
    let headers = [
        ("content-type", "application/json"),
        ("if-match", tag.as_str()),
    ];
    let path = format!("{third}/approve");
    let wants = second.ask("POST", &path, &headers, b"{}");
    assert_eq!(code(&wants), (409, "consent-needed".into()));
    assert_eq!(
        wants.json()["concerns"],
        json!(["shrinks from 2 to 1 entries"])
    );
    let diff = second.get(&format!("{third}/diff")).json();
    assert_eq!((&diff["from"], &diff["removed"]), (&json!(2), &json!(1)));
    assert_eq!(diff["entries"][0]["entry"], "W-2");
    assert_eq!(diff["entries"][0]["fate"], "removed");
    assert_eq!(
        end(&second, third, "reject", &tag, &[]).json()["state"],
        "retired"
    );
    assert_eq!(in_force(&local), json!(2));

    // Out of force, in the same way.
    let removal = "/lists/watch/removal";
    assert_eq!(local.ask("POST", removal, &[], b"").status, 201);
    assert_eq!(
        second.ask("POST", removal, &[], b"").status,
        200,
        "proposed already"
    );
    let (shown, tag) = previewed(&second, removal);
    assert_eq!(
        (&shown["impact"]["removed"], &shown["impact"]["marked"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(end(&local, removal, "approve", &tag, &[]).status, 403);
    assert_eq!(
        end(&second, removal, "approve", &tag, &[]).json()["state"],
        "retired"
    );
    assert_eq!(in_force(&local), Value::Null);
    let hits = local.get("/hits").json()["hits"].clone();
    assert_eq!(
        (&hits[0]["status"], &hits[0]["cause"]["is_on_list"]),
        (&json!("matched"), &json!(false))
    );
    // And rolled back.
    let back = local.send(
        "POST",
        &format!("{FIRST}/propose"),
        &json!({"consent": true}),
    );
    assert_eq!(back.status, 201, "{}", back.text());
    let (shown, tag) = previewed(&second, FIRST);
    assert_eq!(shown["impact"]["restored"], 1);
    assert_eq!(end(&second, FIRST, "approve", &tag, &[]).status, 200);
    assert_eq!(in_force(&local), json!(1));
}

#[test]
fn what_is_no_list_is_refused_with_its_place_and_the_version_in_force_stays() {
    let (_folder, house) = house();
    house.list(&list("watch", &[KASIM, TOVA]));
    let local = house.user("local", "evaluation");
    let un = include_str!("../../../../corpus/lists/un.xml");
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \
        \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]><CONSOLIDATED_LIST><INDIVIDUALS>&b;</INDIVIDUALS>\
        </CONSOLIDATED_LIST>";
    let shifted = list("watch", &[KASIM]).replace("W-1,person,", "W-1,person,X,");
    let html = "<!DOCTYPE html><html><body>Please log in</body></html>";
    for (what, text) in [
        ("a web page", html),
        ("half a list", &un[..un.len() / 2]),
        ("entities", bomb),
        ("shifted columns", &shifted),
        ("nothing", ""),
    ] {
        let refused = propose(&local, "?consent=true", text.as_bytes());
        assert_eq!(code(&refused), (422, "list-refused".into()), "{what}");
        let problem = refused.json();
        let diagnostic = problem["diagnostic"].as_str().unwrap();
        assert!(diagnostic.starts_with("list-"), "{what}: {problem}");
        assert!(
            problem["byte"].as_u64().unwrap() <= text.len() as u64,
            "{what}: {problem}"
        );
        let media = refused.header("content-type");
        assert_eq!(media, Some("application/problem+json"));
        assert_eq!(in_force(&local), json!(1), "{what}");
    }
    // Where half a list ends is where it is broken off.
    let half = propose(&local, "", &un.as_bytes()[..un.len() / 2]).json();
    assert_eq!(half["diagnostic"], "list-truncated");
    assert!(half["byte"].as_u64().unwrap() > 0);
    let large = vec![b'x'; LIST_MOST + 1];
    assert_eq!(
        code(&propose(&local, "", &large)),
        (413, "too-large".into())
    );
    let asked = list("INTERPOL SLTD", &[KASIM]);
    let refused = propose(&local, "", asked.as_bytes());
    assert_eq!(code(&refused), (422, "list-refused".into()));
    assert!(refused.text().contains("asked and not copied"));
    // Consent is asked for with the figures, and nothing is proposed before it is given.
    let less = list("watch", &[KASIM]);
    let wants = propose(&local, "", less.as_bytes());
    assert_eq!(code(&wants), (409, "consent-needed".into()));
    assert_eq!(
        wants.json()["concerns"],
        json!(["shrinks from 2 to 1 entries"])
    );
    assert_eq!(local.get("/lists/watch/versions/2").status, 404);
    for path in [
        "/lists/nowhere",
        "/lists/nowhere/versions",
        "/lists/nowhere/versions/1",
        "/lists/nowhere/removal",
        "/lists/watch/versions/9",
        "/lists/watch/versions/0",
        "/lists/watch/versions/x",
        "/lists/watch/versions/9/diff",
    ] {
        assert_eq!(local.get(path).status, 404, "{path}");
    }
    assert_eq!(local.get("/lists/watch").json()["in_force"]["version"], 1);
}

#[test]
fn a_steward_proposes_and_an_approver_agrees_and_nobody_else_does_either() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = House::open(folder.path(), "XL-CUSTOMS", single_window());
    for (name, person, role) in [
        ("steward", "p-1", "list-steward"),
        ("colleague", "p-2", "list-steward"),
        ("approver", "p-3", "list-approver"),
        ("as-approver", "p-1", "list-approver"),
        ("officer", "p-4", "duty-officer"),
        ("supervisor", "p-5", "supervisor"),
    ] {
        house.account(name, person, Some(role));
    }
    let text = list("national-1373", &[KASIM]);
    for name in ["officer", "supervisor", "admin"] {
        let user = house.user(name, "P-CT");
        assert_eq!(propose(&user, "", text.as_bytes()).status, 403, "{name}");
    }
    let machine = house.machine("dcs", "QZ");
    assert_eq!(propose(&machine, "", text.as_bytes()).status, 401);
    let user = |name| house.user(name, "P-CT");
    let steward = user("steward");
    let unknown = propose(&steward, "", list("elsewhere", &[KASIM]).as_bytes());
    assert_eq!(code(&unknown), (422, "list-refused".into()));
    let made = propose(&steward, "?consent=true", text.as_bytes());
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["waits_for"], json!(["list-approver"]));
    let path = "/lists/national-1373/versions/1";
    let (_, tag) = previewed(&user("approver"), path);
    for name in [
        "steward",
        "colleague",
        "as-approver",
        "officer",
        "supervisor",
        "admin",
    ] {
        let refused = end(&user(name), path, "approve", &tag, &[]);
        assert_eq!(refused.status, 403, "{name}: {}", refused.text());
    }
    for name in ["officer", "supervisor"] {
        let user = user(name);
        // What there is may be seen; entries and impacts are for those who change lists.
        assert_eq!(user.get("/lists/national-1373").status, 200);
        let versions = user.get("/lists/national-1373/versions").json();
        assert_eq!(versions["versions"][0]["state"], "proposed");
        for closed in [
            path,
            &format!("{path}/diff"),
            "/lists/national-1373/removal",
            "/look-backs",
        ] {
            assert_eq!(user.get(closed).status, 403, "{name} at {closed}");
        }
    }
    let done = end(&user("approver"), path, "approve", &tag, &[]);
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(steward.get(path).json()["version"]["state"], "in-force");
}

#[test]
fn no_race_makes_two_of_one_person_nor_puts_a_list_into_force_twice() {
    let (_folder, house) = house();
    let local = house.user("local", "evaluation");
    let text = list("watch", &[KASIM]);
    assert_eq!(
        propose(&local, "?consent=true", text.as_bytes()).status,
        201
    );
    let (_, tag) = previewed(&local, FIRST);
    let at_once = |names: &[&str], key: Option<&str>| -> Vec<Answer> {
        let users: Vec<User<'_>> = names.iter().map(|n| house.user(n, "evaluation")).collect();
        let barrier = Barrier::new(users.len());
        std::thread::scope(|scope| {
            let threads: Vec<_> = users
                .iter()
                .map(|user| {
                    let (barrier, tag) = (&barrier, &tag);
                    scope.spawn(move || {
                        let key = key.map(|key| ("idempotency-key", key));
                        let more: Vec<(&str, &str)> = key.into_iter().collect();
                        barrier.wait();
                        end(user, FIRST, "approve", tag, &more)
                    })
                })
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        })
    };
    for answer in at_once(&["local", "local-too", "local", "local-too"], None) {
        assert_eq!(answer.status, 403, "{}", answer.text());
    }
    assert_eq!(in_force(&local), Value::Null);
    // The same request twice at once is done once, and answered alike; others are late.
    let names = ["second", "second", "local-too"];
    let answers = at_once(&names, Some("k-9"));
    let done: Vec<&Answer> = answers.iter().filter(|a| a.status == 200).collect();
    assert!(!done.is_empty(), "{answers:?}");
    assert!(done.iter().all(|answer| answer.body == done[0].body));
    assert!(
        matches!(answers[2].status, 403 | 412),
        "{}",
        answers[2].text()
    );
    let runs = local.get("/look-backs").json()["look_backs"].clone();
    assert_eq!(runs.as_array().unwrap().len(), 1, "looked back once");
    let shown = local.get(FIRST).json();
    let agreed = shown["agreed"].as_array().unwrap();
    assert_eq!(agreed.len(), 2, "{agreed:?}");
}
