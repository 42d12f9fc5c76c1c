//! The living core from the outside: messages go in, explained hits come out, lists look back,
//! findings replay, backups bring it all back.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::data::{Place, lose_data};

/// Travellers that the truth says are on the list under their own name or an alias, by surname and
/// entry, and the flight.
fn planted(traffic: &str) -> BTreeSet<String> {
    let truth = fs::read_to_string(Path::new(traffic).join("truth.jsonl")).unwrap();
    truth
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|fact| fact["kind"] == "listed-person" && fact["how"] == "self")
        .map(|fact| fact["entry"].as_str().unwrap().to_owned())
        .collect()
}

fn entries(hits: &[Value]) -> BTreeSet<String> {
    hits.iter()
        .map(|hit| hit["cause"]["entry"].as_str().unwrap().to_owned())
        .collect()
}

fn hits(place: &Place) -> Vec<Value> {
    place.ok(&["hits"], &["--json"]).lines()
}

#[test]
fn messages_go_in_and_explained_hits_come_out() {
    let place = Place::new("living-hits");
    let traffic = place.traffic("7", "1");
    let run = place.run(&["ingest"], &["--json", &traffic]);
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.stderr);
    for said in [
        "truth.jsonl: passed over",
        "list.csv: passed over",
        "list.jsonl: a list, put into force",
    ] {
        assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
    }
    let lines = run.lines();
    for line in &lines {
        for key in [
            "source",
            "receipt",
            "sha256",
            "messages",
            "travellers",
            "status",
            "hits",
        ] {
            assert!(!line[key].is_null(), "{key}: {line}");
        }
    }
    assert!(
        lines
            .iter()
            .map(|line| line["hits"].as_u64().unwrap())
            .sum::<u64>()
            > 0
    );

    let hits = hits(&place);
    let planted = planted(&traffic);
    assert!(!planted.is_empty());
    let missed: Vec<_> = planted.difference(&entries(&hits)).cloned().collect();
    assert!(missed.is_empty(), "{missed:?}");
    for hit in &hits {
        for key in [
            "id",
            "subject",
            "band",
            "score",
            "bits",
            "status",
            "traveller",
            "flight",
            "cause",
            "evidence",
            "messages",
            "finding",
        ] {
            assert!(!hit[key].is_null(), "{key}: {hit}");
        }
        for key in ["carrier", "number", "date"] {
            assert!(hit["flight"][key].is_string(), "{key}: {hit}");
        }
        // What it shows rests on messages that were taken in.
        let known = |hash: &Value| lines.iter().any(|line| line["sha256"] == *hash);
        let messages = hit["messages"].as_array().unwrap();
        assert!(!messages.is_empty() && messages.iter().all(known), "{hit}");
    }

    // An officer reads the same, in words.
    let text = place.ok(&["hits"], &[]).stdout;
    let surname = hits[0]["traveller"]["surname"].as_str().unwrap();
    assert!(
        text.contains(surname) && text.contains("speaks for it"),
        "{text}"
    );
    let entry = hits[0]["cause"]["entry"].as_str().unwrap();
    assert!(text.contains(entry), "{text}");

    // Every finding again.
    let run = place.ok(&["replay"], &["--json", "--all"]);
    let replayed = run.lines();
    assert!(replayed.len() >= hits.len());
    for line in &replayed {
        assert_eq!(line["replay"], "same", "{line}");
    }
    let one = hits[0]["finding"].as_str().unwrap();
    let run = place.ok(&["replay"], &[one]);
    assert!(run.stdout.contains("same"), "{}", run.stdout);
    let run = place.run(&["replay"], &["00000000-0000-7000-8000-000000000000"]);
    assert_eq!(run.code, Some(2), "{}", run.stdout);
}

#[test]
fn a_list_that_comes_later_looks_back_and_one_that_goes_is_marked() {
    let place = Place::new("living-lists");
    let traffic = place.traffic("7", "1");
    place.run(&["ingest"], &[&format!("{traffic}/messages")]);
    assert!(hits(&place).is_empty(), "nobody is listed yet");
    let list = format!("{traffic}/lists/list.jsonl");
    let run = place.run(&["lists", "add"], &[&list]);
    assert_eq!(
        run.code,
        Some(1),
        "an undated list wants consent: {}",
        run.stderr
    );
    assert!(run.stderr.contains("--consent"), "{}", run.stderr);
    let run = place.ok(&["lists", "add"], &["--json", "--consent", &list]);
    let added = &run.lines()[0];
    assert_eq!(
        (added["version"].as_u64(), added["state"].as_str()),
        (Some(1), Some("in-force"))
    );
    let found = hits(&place);
    let missed: Vec<_> = planted(&traffic)
        .difference(&entries(&found))
        .cloned()
        .collect();
    assert!(missed.is_empty(), "{missed:?}");

    // A version without the entry that was met.
    let gone = found[0]["cause"]["entry"].as_str().unwrap();
    let text = fs::read_to_string(&list).unwrap();
    let shorter: String = text
        .split_inclusive('\n')
        .filter(|line| !line.contains(&format!("\"{gone}\"")))
        .collect();
    fs::write(place.path("shorter.jsonl"), shorter).unwrap();
    place.ok(
        &["lists", "add"],
        &["--consent", &place.at("shorter.jsonl")],
    );
    let name = added["list"].as_str().unwrap().to_owned();
    let (one, two) = (format!("{name}@1"), format!("{name}@2"));
    let run = place.ok(&["lists", "diff"], &["--json", &one, &two]);
    assert_eq!(run.lines()[0]["removed"], serde_json::json!([gone]));
    let run = place.ok(&["lists", "show"], &["--json"]);
    assert_eq!(run.lines()[0]["version"], 2);
    let run = place.ok(&["lists", "show"], &["--json", &one]);
    assert!(run.lines().iter().any(|line| line["entry"] == gone));

    let run = place.ok(&["lists", "remove"], &["--json", &name]);
    assert_eq!(run.lines()[0]["state"], "retired");
    let run = place.ok(&["lists", "show"], &[]);
    assert!(run.stdout.contains('–'), "{}", run.stdout);
    let run = place.run(&["lists", "remove"], &["nosuchlist"]);
    assert_eq!(run.code, Some(2), "{}", run.stdout);
}

/// The drill with people in it: who was erased since the backup stays erased, the others and their
/// hits come back, and the backup alone shows nobody.
#[test]
fn a_backup_with_todays_keystore_shows_who_may_be_seen_and_without_it_nobody() {
    let place = Place::new("living-drill");
    let traffic = place.traffic("7", "1");
    place.run(&["ingest"], &[&traffic]);
    let before = hits(&place);
    assert!(before.len() > 1, "{}", before.len());
    let backup = place.at("backup");
    place.ok(&["backup"], &["--to", &backup]);

    // The time of one of them is over.
    let gone = before[0]["traveller"]["id"]
        .as_str()
        .unwrap()
        .replace('-', "");
    let store = rusqlite::Connection::open(place.path("D/store.db")).unwrap();
    let due = format!("UPDATE record SET delete_at = 1 WHERE id = x'{gone}'");
    assert_eq!(store.execute(&due, []).unwrap(), 1);
    drop(store);
    let run = place.ok(&["retain"], &["--json"]);
    assert_eq!(run.lines()[0]["erased"], 1);
    let without = hits(&place);
    assert!(without.len() < before.len());

    lose_data(&place);
    place.ok(&["restore"], &[&backup]);
    let ids = |hits: &[Value]| -> BTreeSet<String> {
        hits.iter()
            .map(|hit| hit["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(&hits(&place)), ids(&without), "erased stays erased");
    place.ok(&["audit", "verify"], &[]);

    // Somebody else has the backup, and a folder and a key of their own.
    fs::rename(place.path("D"), place.path("ours")).unwrap();
    fs::create_dir(place.path("D")).unwrap();
    fs::copy(place.path("backup/store.db"), place.path("D/store.db")).unwrap();
    let settings = fs::read_to_string(place.path("backup/folder.toml")).unwrap();
    fs::write(place.path("D/folder.toml"), settings).unwrap();
    fs::write(place.path("D/master.key"), "5a".repeat(32)).unwrap();
    let run = place.run(&["hits"], &["--json"]);
    for hit in &before {
        let surname = hit["traveller"]["surname"].as_str().unwrap();
        assert!(!run.stdout.contains(surname) && !run.stderr.contains(surname));
    }
    assert!(
        run.lines().iter().all(|hit| hit["traveller"].is_null()),
        "{}",
        run.stdout
    );
    let (run, checks) = place.doctor();
    assert_eq!(
        (run.code, &checks["keystore"]["verdict"]),
        (Some(1), &"critical".into())
    );
}

#[test]
fn whoever_sees_persons_under_a_mandate_says_who_they_are() {
    let place = Place::new("living-acting");
    let mandate = crate::operations::signed_mandate(&place, "2026.11.1", "2026-11-01");
    let traffic = place.traffic("7", "1");
    let run = place.run(&["ingest"], &["--mandate", &mandate, &traffic]);
    let says = &run.stderr;
    assert!(
        says.contains("list.jsonl: passed over: a list; under a mandate"),
        "{says}"
    );
    assert!(!says.contains("evaluation"), "{says}");
    let run = place.run(&["hits"], &[]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("--as"), "{}", run.stderr);
    let who = ["--as", "u-17", "--reason", "shift of 25 November"];
    let run = place.run(&["hits"], &[&who[..], &["--purpose", "P-NONE"]].concat());
    assert!(
        run.stderr.contains("no purpose \"P-NONE\"; it has"),
        "{}",
        run.stderr
    );
    let run = place.run(
        &["hits"],
        &[&who[..], &["--purpose", "P-CT", "--role", "nobody"]].concat(),
    );
    assert!(run.stderr.contains("no role \"nobody\""), "{}", run.stderr);
    let supervisor = ["--purpose", "P-CT", "--role", "supervisor"];
    place.ok(&["hits"], &[&who[..], &supervisor].concat());
}
