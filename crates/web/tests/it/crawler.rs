//! Two agencies in one store. Whoever is let in at one of them asks every path of the description
//! with everything that is the other's: nothing of it shows, and what is the other's is answered as
//! what is nobody's.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tidewaiter_mandate::Mandate;
use tidewaiter_service::{Envelope, Home, Lane, Machine, Service, Setup};
use tidewaiter_store::keystore::MasterKeyFile;
use tidewaiter_web::openapi;

use crate::client::{Answer, Ask, ask};
use crate::house::{House, Passenger, User, paxlst, single_window, wait_for};

/// No identifier of anything.
const NOBODYS: &str = "01991234-5678-7abc-8def-0123456789ab";

/// What is an agency's: identifiers by which it is asked for, words that must not show elsewhere.
#[derive(Debug)]
struct Things {
    ids: BTreeSet<String>,
    names: Vec<&'static str>,
    words: BTreeSet<String>,
    credentials: Vec<Vec<(&'static str, String)>>,
}

impl Things {
    /// Takes identifiers and hashes out of an answer.
    fn learn(&mut self, value: &Value) {
        match value {
            Value::String(text) => {
                let is_hex = |c: char| c.is_ascii_hexdigit() || c == '-';
                if text.len() == 36 && text.chars().all(is_hex) {
                    self.ids.insert(text.clone());
                    self.words.insert(text.clone());
                } else if text.len() == 64 && text.chars().all(is_hex) {
                    self.words.insert(text.clone());
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn(item)),
            Value::Object(fields) => fields.values().for_each(|item| self.learn(item)),
            _ => {}
        }
    }
}

fn list(of: &str) -> String {
    include_str!("../../../../docs/templates/list.csv")
        .replace("national-watch", &format!("{of}-watch"))
        .replace("NW-", &format!("{of}-entry-"))
        .replace("TESTANI", &format!("{of}ANI").to_uppercase())
        .replace("Testani", &format!("{of}ani"))
}

/// A passenger list with somebody who is listed and somebody who is not.
fn passengers(of: &str, carrier: &str) -> String {
    let (listed, other) = (
        format!("{of}ANI").to_uppercase(),
        format!("{of}SSON").to_uppercase(),
    );
    let (one, two) = (
        format!("{of}417001").to_uppercase(),
        format!("{of}417002").to_uppercase(),
    );
    let people = [
        (listed, "KASIM", "19710203", one),
        (other, "TOVA", "19880229", two),
    ];
    let people: Vec<Passenger<'_>> = people
        .iter()
        .map(|(surname, given, born, reference)| Passenger {
            surname,
            given,
            born,
            reference,
        })
        .collect();
    paxlst(&format!("{carrier}417"), &of.to_uppercase(), &people)
}

/// Fills the second agency with all that the API knows, and says what there is.
fn filled(house: &mut House) -> Things {
    house.list(&list("bravo"));
    house.account("bravo-officer", "bravo-4711", Some("local"));
    let machine = house.machine("bravo-dcs", "BQ");
    let (one, two) = (
        house.user("local", "evaluation"),
        house.user("second", "evaluation"),
    );
    let admin = house.user("admin", "");
    let mut things = Things {
        ids: BTreeSet::new(),
        names: vec!["bravo-officer", "bravo-dcs", "bravo-4711"],
        words: ["bravo", "BRAVO", "XB-CUSTOMS"].map(str::to_owned).into(),
        credentials: [&machine, &one, &admin]
            .map(|user| user.credentials.clone())
            .into(),
    };
    let answer = machine.ask("POST", "/iapi", &[], passengers("bravo", "BQ").as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let receipt = answer.header("tidewaiter-receipt").unwrap();
    things.learn(&machine.get(&format!("/messages/{receipt}")).json());
    let conflict = json!({"person": "bravo-4711", "documents": ["BRAVO99"]});
    assert_eq!(
        admin.send("POST", "/session/conflicts", &conflict).status,
        204
    );
    let lists = one.get("/lists").json();
    let bravo = lists
        .as_array()
        .unwrap()
        .iter()
        .find(|list| list["id"] == "bravo-watch");
    let in_force = &bravo.unwrap()["in_force"];
    assert_eq!(
        (&in_force["version"], &in_force["entries"]),
        (&json!(1), &json!(3))
    );
    assert_eq!(in_force["agreed"][0], "local");
    // The first list was looked back at; another version and its end are proposed.
    things.learn(&one.get("/look-backs").json());
    let more = list("bravo");
    let more = more.replace("bravo-entry-2", "bravo-entry-9");
    let proposed = one.ask("POST", "/lists?consent=true", &[], more.as_bytes());
    assert_eq!(proposed.status, 201, "{}", proposed.text());
    assert_eq!(
        one.ask("POST", "/lists/bravo-watch/removal", &[], b"")
            .status,
        201
    );
    for path in ["versions/2", "removal"] {
        let path = format!("/lists/bravo-watch/{path}");
        let shown = wait_for("the impact", || {
            let shown = one.get(&path).json();
            (shown["impact"]["is_current"] == true).then_some(shown)
        });
        things.learn(&shown);
    }
    let hits = one.get("/hits").json();
    let hit = hits["hits"][0]["id"].as_str().unwrap().to_owned();
    let judge = json!({"step": "judge", "judgement": "same", "reason": "identity-data-agree"});
    let propose = json!({"step": "propose", "act": "iapi-no-board"});
    for step in [json!({"step": "open"}), judge, propose] {
        assert_eq!(one.step(&hit, "review", &step).status, 200, "{step}");
    }
    assert_eq!(
        two.step(&hit, "review", &json!({"step": "open"})).status,
        200
    );
    let note = json!({"note": "a note of bravo"});
    assert_eq!(two.step(&hit, "approve", &note).json()["status"], "done");
    wait_for("the call", || {
        let tasks = two.get("/tasks").json();
        (!tasks.as_array().unwrap().is_empty()).then_some(())
    });
    // Said only now: nobody knew where to send the directive, and somebody was called.
    let carrier = json!({"party": "BRAVOAIR", "transport": "http", "state": "live",
        "address": "http://127.0.0.1:9/bravo"});
    assert_eq!(admin.send("PUT", "/carriers/BQ", &carrier).status, 204);
    for path in [
        "/hits?state=done",
        "/flights",
        "/directives",
        "/tasks",
        &format!("/hits/{hit}"),
    ] {
        things.learn(&one.get(path).json());
    }
    let outcome = json!({"outcome": "found", "found": ["cash"], "note": "bravo found it"});
    assert_eq!(two.step(&hit, "outcome", &outcome).status, 200);
    let order = json!({"authority": "court of bravo", "reference": "bravo 1/26",
        "decided_on": "2026-01-05", "document": "b".repeat(64)});
    assert_eq!(two.step(&hit, "external-approval", &order).status, 200);
    let by_hand = json!({"traveller": one.get(&format!("/hits/{hit}")).json()["subject_id"],
        "reason": "behaviour", "words": "bravo saw it"});
    let raised = one.send("POST", "/hits", &by_hand);
    assert_eq!(raised.status, 201, "{}", raised.text());
    let raised = raised.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(one.step(&raised, "claim", &json!({})).status, 200);
    let case = one
        .send("POST", "/cases", &json!({"hits": [hit, raised]}))
        .json();
    let case = case["id"].as_str().unwrap().to_owned();
    let note = json!({"hit": hit, "text": "a note of bravo"});
    let noted = one.send("POST", &format!("/cases/{case}/notes"), &note);
    assert_eq!(noted.status, 201, "{}", noted.text());
    let text = [("content-type", "text/plain")];
    let path = format!("/cases/{case}/files?hit={hit}&name=bravo.txt");
    assert_eq!(
        one.ask("POST", &path, &text, b"a file of bravo").status,
        201
    );
    things.learn(&one.get(&format!("/cases/{case}")).json());
    things.learn(&one.get(&format!("/hits/{raised}")).json());
    let flight = one.get("/flights").json()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    things.learn(&one.get(&format!("/flights/{flight}")).json());
    let quality = admin.get("/carriers/BQ/quality").json();
    assert_eq!(quality["months"][0]["travellers"], 2, "{quality}");
    // Receipt, flight, two travellers, two hits, two findings, directive, task, case, note, file,
    // look-back.
    assert_eq!(things.ids.len(), 14, "{things:#?}");
    things
}

/// A body by which an operation would do something.
fn body(path: &str) -> Value {
    let path = path.split('?').next().unwrap_or_default();
    match path.rsplit('/').next().unwrap_or_default() {
        "files" => json!("bytes"),
        "review" => json!({"step": "open"}),
        "approve" | "claim" | "propose" => json!({}),
        "hits" if path.contains("/cases/") => json!({"hit": NOBODYS}),
        "notes" => json!({"hit": NOBODYS, "text": "a note"}),
        "outcome" => json!({"outcome": "nothing"}),
        "external-approval" => json!({"authority": "court", "reference": "1/26",
            "decided_on": "2026-01-05", "document": "0".repeat(64)}),
        _ => Value::Null,
    }
}

/// Every path of the API with a place for something, its method, and the pages.
fn places() -> Vec<(String, String)> {
    let mut places = vec![
        ("GET".to_owned(), "plain/hits/{id}".to_owned()),
        ("GET".to_owned(), "plain/queue?after=0.{id}".to_owned()),
    ];
    let api = openapi();
    for (path, operations) in api["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let short = path.strip_prefix("/api/v1");
            if let Some(short) = short.filter(|short| short.contains('{')) {
                let query = if short.ends_with("/files") {
                    format!("?hit={NOBODYS}&name=a.txt")
                } else {
                    String::new()
                };
                // The lists of the other agency have a first version.
                let short = short.replace("{version}", "1");
                places.push((method.to_uppercase(), format!("{short}{query}")));
            }
        }
    }
    places.push(("GET".to_owned(), "/hits?flight={id}".to_owned()));
    places.push(("GET".to_owned(), "/hits?after=0.{id}".to_owned()));
    places
}

/// Every path of the API without one, to be looked at.
fn views() -> Vec<String> {
    let api = openapi();
    let paths = api["paths"].as_object().unwrap();
    let looked = paths
        .iter()
        .filter(|(_, operations)| !operations["get"].is_null());
    let mut views: Vec<String> = looked
        .map(|(path, _)| {
            path.strip_prefix("/api/v1")
                .unwrap_or(&path[1..])
                .to_owned()
        })
        .filter(|path| !path.contains('{') && path != "/events")
        .collect();
    let states = tidewaiter_mandate::review::State::ALL.iter();
    let states: Vec<&str> = states.map(|state| state.as_str()).collect();
    views.push(format!("/hits?state={}", states.join(",")));
    views.push("/flights?from=2026-01-01T00:00:00Z&until=2099-01-01T00:00:00Z".to_owned());
    views.push("/audit?from=0".to_owned());
    views.extend(["plain/queue", "api/openapi.json"].map(str::to_owned));
    views
}

/// Asks, and comes again when it was too quick.
fn patient(user: &User<'_>, method: &str, path: &str) -> Answer {
    let (json, body) = (("content-type", "application/json"), body(path));
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    loop {
        let headers = [json, ("if-match", "\"1\"")];
        let answer = user.ask(method, path, &headers, body.as_bytes());
        if answer.status != 429 {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The events from the first on.
fn events(user: &User<'_>) -> String {
    let mut headers: Vec<(&str, &str)> = vec![("last-event-id", "0"), ("reason", "a test")];
    headers.extend(user.credentials.iter().map(|(n, v)| (*n, v.as_str())));
    headers.push(("purpose", &user.purpose));
    let request = Ask {
        method: "GET",
        path: "/api/v1/events",
        headers: &headers,
        body: b"",
    };
    let answer = ask(user.house.address, &request, Duration::from_millis(500));
    answer.map_or_else(String::new, |answer| answer.text())
}

struct Crawl<'a> {
    things: &'a Things,
    asked: u64,
    /// What statuses the foreign identifiers were answered.
    answered: BTreeSet<(String, u16)>,
}

impl Crawl<'_> {
    fn nothing_shows(&mut self, who: &str, what: &str, answer: &Answer) {
        self.asked += 1;
        let text = answer.text();
        for word in &self.things.words {
            assert!(
                !text.contains(word.as_str()),
                "{who} sees {word} at {what}: {text}"
            );
            let shown = answer
                .headers
                .iter()
                .any(|(_, value)| value.contains(word.as_str()));
            assert!(!shown, "{who} sees {word} in the head of {what}");
        }
        assert!(answer.status < 500, "{who} at {what}: {text}");
    }

    /// Everything that somebody can ask.
    fn of(&mut self, user: &User<'_>) {
        for view in views() {
            let answer = patient(user, "GET", &view);
            self.nothing_shows(&user.name, &view, &answer);
        }
        let told = events(user);
        assert!(
            !self
                .things
                .words
                .iter()
                .any(|word| told.contains(word.as_str())),
            "{told}"
        );
        let places = places();
        for (method, place) in places
            .iter()
            .filter(|(_, place)| place != "/carriers/{code}")
        {
            let is_named = place.contains("{name}");
            let is_list = place.contains("{list}");
            let hole = place.find('{').unwrap()..place.find('}').unwrap() + 1;
            let path = |thing: &str| {
                let mut path = place.clone();
                path.replace_range(hole.clone(), thing);
                path
            };
            let nobodys = if is_named || is_list {
                "nobody-here"
            } else {
                NOBODYS
            };
            let none = patient(user, method, &path(nobodys));
            let ids = self.things.ids.iter().map(String::as_str);
            let things: Vec<&str> = if is_named {
                self.things.names.clone()
            } else if is_list {
                vec!["bravo-watch"]
            } else {
                ids.collect()
            };
            for thing in things {
                let answer = patient(user, method, &path(thing));
                // The thing that was asked for may come back; as it does for nobody's.
                let said = Answer {
                    body: answer.text().replace(thing, nobodys).into_bytes(),
                    ..answer
                };
                self.nothing_shows(&user.name, place, &said);
                assert_eq!(
                    said, none,
                    "{} tells {thing} from none at {method} {place}",
                    user.name
                );
                self.answered
                    .insert((format!("{method} {place}"), said.status));
            }
        }
    }
}

/// What must be as it was when the other agency comes home again.
fn standing(house: &House) -> Vec<Value> {
    let (one, admin) = (house.user("local", "evaluation"), house.user("admin", ""));
    let look = |user: &User<'_>, path: &str| user.get(path).json();
    let directives = look(&one, "/directives");
    vec![
        look(&one, "/hits?state=done"),
        look(&one, "/tasks"),
        json!([directives[0]["id"], directives[0]["code"]]),
        look(&admin, "/accounts"),
        look(&admin, "/machines"),
        look(&admin, "/carriers"),
        look(&one, "/directives/stop"),
        look(&one, "/cases"),
        look(&one, "/lists"),
        look(&one, "/lists/bravo-watch/versions/2"),
        look(&one, "/lists/bravo-watch/removal"),
        look(&one, "/look-backs"),
    ]
}

fn crawled(mandate: Mandate) {
    let folder = tempfile::tempdir().unwrap();
    let mut bravo = House::open(folder.path(), "XB-CUSTOMS", Mandate::evaluation());
    let things = filled(&mut bravo);
    let before = standing(&bravo);
    let passwords = bravo.passwords.clone();
    bravo.close();
    // Messages that nobody has read yet: they are not for the first agency's workers.
    let common = paxlst("AQ999", "COMMON", &[]);
    let own = passengers("bravo", "BQ").replace("417", "418");
    leave_unread(folder.path(), &[&common, &own]);

    let mut alfa = House::open(folder.path(), "XA-CUSTOMS", mandate);
    let is_evaluation = alfa.service.mandate().is_evaluation();
    let roles: Vec<String> = alfa
        .service
        .mandate()
        .roles()
        .map(|(_, r)| r.to_owned())
        .collect();
    let roles: Vec<String> = roles
        .into_iter()
        .filter(|role| role != "administrator")
        .collect();
    for (n, role) in roles.iter().enumerate() {
        alfa.account(&format!("alfa-{role}"), &format!("alfa-{n}"), Some(role));
    }
    if is_evaluation {
        alfa.list(&list("alfa"));
    }
    let machine = alfa.machine("alfa-dcs", "AQ");
    let list = passengers("alfa", "AQ");
    assert_eq!(
        machine.ask("POST", "/iapi", &[], list.as_bytes()).status,
        200
    );
    let metrics = machine.get("metrics").text();
    let gauge = |name: &str| -> f64 {
        let lines = metrics.lines().filter(|line| line.starts_with(name));
        lines
            .map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap())
            .sum()
    };
    let own = f64::from(u8::from(is_evaluation));
    assert_eq!(gauge("tidewaiter_hits{"), own, "{metrics}");
    for name in [
        "tidewaiter_directives{",
        "tidewaiter_directives_alarmed{",
        "tidewaiter_overdue{",
    ] {
        assert_eq!(gauge(name), 0.0, "{metrics}");
    }
    assert_eq!(gauge("tidewaiter_jobs{state=\"ready\"}"), 0.0, "{metrics}");

    // The same bytes are new here: that they came elsewhere shows in no answer.
    let common = machine.ask("POST", "/messages", &[], common.as_bytes());
    assert_eq!(common.status, 202, "{}", common.text());
    // Whoever belongs to the other agency is nobody here, by whatever they show.
    for credentials in &things.credentials {
        let stranger = User {
            house: &alfa,
            name: "a stranger".into(),
            credentials: credentials.clone(),
            purpose: "evaluation".into(),
        };
        for view in ["/hits", "/accounts", "/session", "/events"] {
            assert_eq!(stranger.get(view).status, 401, "{view}");
        }
        assert_eq!(stranger.ask("POST", "/messages", &[], b"UNB'").status, 401);
    }

    let admin = alfa.user("admin", "");
    let quality = admin.get("/carriers/BQ/quality").json();
    assert_eq!(quality["months"], json!([]));
    assert_eq!(admin.get("/carriers/BQ").status, 404);
    assert_eq!(
        admin.get("/carriers/BQ/messages").json()["messages"],
        json!([])
    );

    let mut crawl = Crawl {
        things: &things,
        asked: 0,
        answered: BTreeSet::new(),
    };
    let mut saw = String::new();
    for role in &roles {
        let purposes = alfa.service.mandate().purposes().map(|(_, p)| p.to_owned());
        for (n, purpose) in purposes.collect::<Vec<_>>().into_iter().enumerate() {
            let user = alfa.user(&format!("alfa-{role}"), &purpose);
            // Another purpose sees other rows; the places are asked for one.
            if n == 0 {
                crawl.of(&user);
            }
            for view in [
                "/flights",
                "/hits",
                "/tasks",
                "/directives",
                "/audit",
                "/cases",
                "/hand-over",
            ] {
                let answer = patient(&user, "GET", view);
                crawl.nothing_shows(role, view, &answer);
                saw.push_str(&answer.text());
            }
        }
    }
    crawl.of(&alfa.user("admin", ""));
    crawl.of(&machine);
    // The crawler sees: what is its own was there.
    for word in if is_evaluation {
        vec!["ALFAANI", "XA-CUSTOMS"]
    } else {
        vec!["\"AQ\""]
    } {
        assert!(saw.contains(word), "{word}");
    }
    // And every place was open to somebody: what is not there, and not only what is not allowed.
    for (_, place) in places()
        .iter()
        .filter(|(_, place)| place != "/carriers/{code}")
    {
        let open = crawl
            .answered
            .iter()
            .any(|(p, status)| p.ends_with(place.as_str()) && matches!(status, 200 | 404));
        assert!(open, "{place}: {:?}", crawl.answered);
    }
    assert!(crawl.asked > 300, "{}", crawl.asked);
    drop(machine);
    alfa.close();

    assert_eq!(waiting(&bare(folder.path())), 2);
    let mut bravo = House::open(folder.path(), "XB-CUSTOMS", Mandate::evaluation());
    bravo.passwords = passwords;
    assert_eq!(standing(&bravo), before);
}

/// The second agency's service without anybody at work in it.
fn bare(folder: &Path) -> Service {
    let service = Service::open(Setup {
        home: Home::Folder(folder.to_owned()),
        agency: "XB-CUSTOMS".into(),
        mandate: Arc::new(Mandate::evaluation()),
        custodian: Box::new(MasterKeyFile::parse(&"5a".repeat(32)).unwrap()),
        surroundings: Arc::new(Machine),
    });
    service.unwrap()
}

fn waiting(service: &Service) -> u64 {
    let tenant = Some(service.tenant());
    let count = service
        .store()
        .read(|tx| tx.backlog(tenant, Timestamp::now()));
    count.unwrap().ready
}

/// Receives messages for the second agency, and leaves them unread.
fn leave_unread(folder: &Path, messages: &[&str]) {
    let service = bare(folder);
    let envelope = Envelope {
        sender: "bravo-feed",
        lane: Lane::Live,
        carriers: &[],
    };
    for message in messages {
        service.receive(&envelope, message.as_bytes()).unwrap();
    }
    assert_eq!(waiting(&service), 2);
}

#[test]
fn one_agency_sees_nothing_of_another_with_complete_rights() {
    crawled(Mandate::evaluation());
}

#[test]
fn one_agency_sees_nothing_of_another_in_any_role() {
    crawled(single_window());
}
