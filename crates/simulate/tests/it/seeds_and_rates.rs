//! The seed decides every byte, and what is emitted is what was asked.

use crate::run::{Run, texts};
use serde_json::Value;
use tidewaiter_simulate::{Parameters, RateLine, Stream};

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_others() {
    let run = |seed| Run::of(seed, 12, Parameters::default());
    let (one, again, other) = (run(1), run(1), run(2));
    assert!(one.files == again.files && one.streams == again.streams);
    assert_ne!(one.streams[&Stream::People], other.streams[&Stream::People]);
    assert_ne!(
        one.files["lists/list.jsonl"],
        other.files["lists/list.jsonl"]
    );
}

#[test]
fn a_longer_run_begins_with_the_shorter_one() {
    let (short, long) = (
        Run::of(1, 5, Parameters::default()),
        Run::of(1, 9, Parameters::default()),
    );
    for (path, bytes) in &short.files {
        assert!(long.files.get(path) == Some(bytes), "{path}");
    }
    for (stream, bytes) in &short.streams {
        assert!(long.streams[stream].starts_with(bytes), "{stream:?}");
    }
}

/// Of some hundred figures, one in 370 lies beyond three standard errors by chance alone; a
/// mistake lies far beyond.
#[test]
fn emitted_rates_are_the_asked_ones() {
    let run = Run::of(1, 120, Parameters::default());
    let summary = run.summary.as_ref().unwrap();
    let lines = &summary.rates;
    assert!(lines.len() > 130, "{}", lines.len());
    let outside: Vec<&RateLine> = lines.iter().filter(|line| !line.within).collect();
    assert!(outside.len() <= 2, "{outside:#?}");
    for line in outside {
        assert!(
            (line.emitted - line.asked).abs() < 4.5 / 3.0 * line.tolerance,
            "{line:#?}"
        );
    }
}

/// Counted in what was written, not by what wrote it.
#[test]
fn what_the_files_say_has_the_asked_shares() {
    let run = Run::of(3, 120, Parameters::default());
    let people = run.json(Stream::People);
    let share =
        |name: &str, asked: f64, of: &dyn Fn(&&Value) -> bool, hit: &dyn Fn(&Value) -> bool| {
            let all: Vec<&Value> = people.iter().filter(of).collect();
            let hits = all.iter().filter(|person| hit(person)).count();
            let line = RateLine::new(name.to_owned(), asked, hits as u64, all.len() as u64);
            assert!(line.within, "{line:#?}");
        };
    let api = |person: &&Value| !person["api"].is_null();
    let booked = |person: &&Value| !person["pnr"].is_null();
    let noise = |of: &'static str, name: &'static str| {
        move |person: &Value| texts(&person[of]["noise"]).contains(&name)
    };
    share("infants", 0.012, &booked, &|person| {
        person["type"] == "infant"
    });
    share("children", 0.06, &booked, &|person| {
        person["type"] == "child"
    });
    share("women", 0.4698, &booked, &|person| person["sex"] == "F");
    share("no sex", 0.008, &api, &noise("api", "sex-missing"));
    share("no expiry", 0.02, &api, &|person| {
        person["api"]["expires"].is_null()
    });
    share("no number", 0.012, &api, &|person| {
        person["api"]["number"].is_null()
    });
    let given = |person: &&Value| {
        booked(person) && person["pnr"]["given"] != "INF" && person["pnr"]["given"] != ""
    };
    share(
        "glued titles",
        0.35,
        &given,
        &noise("pnr", "title-glued-pnr"),
    );
    let heads = |person: &&Value| !person["booking"].is_null();
    share("single", 0.62, &heads, &|person| {
        person["booking"]["travellers"] == 1
    });
    share("cards", 0.73, &heads, &|person| {
        person["booking"]["payment"] == "card"
    });
    share("cancelled", 0.12, &heads, &|person| {
        !person["booking"]["cancelled_from_push"].is_null()
    });
}

#[test]
fn every_planted_fact_points_at_messages_that_hold_the_traveller() {
    let run = Run::of(1, 60, Parameters::default());
    let messages = run.messages();
    let facts = run.json(Stream::Truth);
    assert!(facts.iter().any(|fact| fact["kind"] == "listed-person"));
    assert!(facts.iter().any(|fact| fact["kind"] == "namesake"));
    assert!(facts.iter().any(|fact| fact["kind"] == "pattern"));
    let list = String::from_utf8(run.files["lists/list.jsonl"].clone()).unwrap();
    for fact in facts.iter().filter(|fact| !fact["traveller"].is_null()) {
        let index: usize = fact["traveller"]
            .as_str()
            .unwrap()
            .rsplit('-')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        for name in texts(&fact["messages"]) {
            let (file, number) = name.rsplit_once('#').unwrap();
            let line = &messages[file][number.parse::<usize>().unwrap()];
            assert!(
                line["travellers"]
                    .as_array()
                    .unwrap()
                    .contains(&index.into()),
                "{fact}"
            );
        }
        if let Some(entry) = fact["entry"].as_str() {
            assert!(list.contains(&format!("\"entry\":\"{entry}\"")), "{entry}");
        }
    }
}
