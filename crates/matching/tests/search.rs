//! The search finds what weighing every entry finds, neither more nor less; but for names that agree
//! only as words written together in another spelling, which it may miss.

#[path = "../examples/shared/lists.rs"]
mod lists;
#[path = "../examples/shared/pairs.rs"]
mod pairs;

use proptest::prelude::*;
use tidewaiter_domain::{NameQuality, PartialDate, Sex};
use tidewaiter_matching::{Born, Document, Entry, Match, Name, Person, Settings, Snapshot};

/// Words that are much alike, of many kinds: families, glued and split compounds, initials,
/// patronymics, particles, titles, other scripts, nicknames.
const WORDS: &[&str] = &[
    "Muhammad",
    "Mohamed",
    "Mohd",
    "Mahmud",
    "Ahmad",
    "Ahmed",
    "Hamid",
    "Hassan",
    "Hasan",
    "Husayn",
    "Hussein",
    "al",
    "bin",
    "abu",
    "Bakr",
    "Abubakr",
    "Abd",
    "Rahman",
    "AbdulRahman",
    "Ali",
    "Alikhan",
    "Khan",
    "Han",
    "Kim",
    "Haji",
    "Mullah",
    "Kwang",
    "Gwang",
    "Il",
    "Kwangil",
    "O",
    "김광일",
    "Choi",
    "Choe",
    "Jong",
    "Jongun",
    "Un",
    "Park",
    "Ivan",
    "Ivanov",
    "Ivanova",
    "Ivanovich",
    "Petrovich",
    "Petrov",
    "Vladimir",
    "Wladimir",
    "J",
    "M",
    "A",
    "Dr",
    "Garcia",
    "Garzia",
    "Lopez",
    "GarciaLopez",
    "Maria",
    "Marie",
    "de",
    "la",
    "Cruz",
    "Delacruz",
    "William",
    "Bill",
    "Zwahiri",
    "Zawahiri",
    "alZawahiri",
    "Ayman",
    "Aiman",
    "محمد",
    "أحمد",
    "Владимир",
    "Иванов",
    "Müller",
    "Mueller",
    "Jicor",
    "Gisor",
    "Qzxwv",
    "Xylonqua",
    "Xylonqva",
    "Brontewick",
    "Brontwick",
];

fn name() -> impl Strategy<Value = String> {
    let word = prop::sample::select(WORDS);
    (prop::collection::vec(word, 1..6), 0..4_u8).prop_map(|(words, form)| {
        let (first, rest) = words.split_first().unwrap_or((&"", &[]));
        match form {
            0 => words.join(" "),
            1 => format!("{first}, {}", rest.join(" ")),
            2 => format!("{first}/{}", rest.join(" ")),
            _ => words.concat(),
        }
    })
}

fn born() -> impl Strategy<Value = Born> {
    let day = prop::option::of((1..=12_u8, 1..=28_u8));
    (1960..1975_i16, day, 0..8_u8).prop_filter_map("no date", |(year, day, kind)| {
        let (month, day) = day.unzip();
        let mut born = Born::from(PartialDate::new(year, month, day)?);
        match kind {
            0 => born.circa = true,
            1 => born.to = PartialDate::new(year + 3, None, None)?.latest(),
            _ => {}
        }
        Some(born)
    })
}

prop_compose! {
    fn person()(
        names in prop::collection::vec(name(), 0..3),
        weak in any::<bool>(),
        born in prop::collection::vec(born(), 0..3),
        sex in prop::option::of(prop::sample::select(vec![Sex::Male, Sex::Female])),
        nation in prop::option::of(prop::sample::select(vec!["SYR", "RUS"])),
        document in prop::option::of(prop::sample::select(vec!["A1234567", "AI23456Z"])),
    ) -> Person {
        let mut names: Vec<Name> = names.iter().map(|name| Name::new(name)).collect();
        if weak && let Some(last) = names.pop() {
            names.push(last.with_quality(NameQuality::Low));
        }
        Person {
            names,
            born: born.into_iter().collect(),
            sex,
            nationalities: nation.into_iter().filter_map(lists::country).collect(),
            documents: document.into_iter().filter_map(|number| Document::new(number, None)).collect(),
            ..Person::default()
        }
    }
}

fn entry(at: usize, person: Person) -> Entry {
    Entry {
        list: "list".into(),
        entry: at.to_string().into(),
        person,
    }
}

/// Everything a match says.
fn said(query: &Person, found: &[Match]) -> Vec<String> {
    found
        .iter()
        .map(|found| {
            format!(
                "{} {} {:?} {} {:?}",
                found.entry,
                found.matched_name,
                found.bits,
                found.score,
                found.evidence(query)
            )
        })
        .collect()
}

/// What the full scan says, without what the search may miss and does.
fn owed(searched: &[String], mut scanned: Vec<String>) -> Vec<String> {
    scanned.retain(|line| searched.contains(line) || !line.contains("near-joined"));
    scanned
}

fn settings(floor: f32) -> Settings {
    Settings {
        floor,
        ..Settings::default()
    }
}

/// So many random lists.
const CASES: u32 = 128;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn search_is_the_full_scan(
        entries in prop::collection::vec(person(), 1..40),
        queries in prop::collection::vec(person(), 1..6),
        floor in prop::sample::select(vec![3.6_f32, 0.0, 8.0, -6.0]),
    ) {
        let snapshot = Snapshot::build(entries.into_iter().enumerate().map(|(at, one)| entry(at, one)));
        let settings = settings(floor);
        let mut searcher = snapshot.searcher();
        for query in &queries {
            let searched = said(query, &searcher.search(query, &settings));
            let scanned = said(query, &snapshot.scan(query, &settings));
            prop_assert_eq!(&searched, &owed(&searched, scanned));
            // What was met before changes nothing, nor that it is forgotten.
            prop_assert_eq!(&searched, &said(query, &searcher.search(query, &settings)));
            snapshot.forget();
            prop_assert_eq!(searched, said(query, &searcher.search(query, &settings)));
        }
    }

    #[test]
    fn a_delta_is_the_snapshot_built_anew(
        before in prop::collection::vec(person(), 1..20),
        after in prop::collection::vec(person(), 1..20),
        removed in 0..20_usize,
        query in person(),
    ) {
        let entries = |persons: &[Person], from: usize| -> Vec<Entry> {
            persons.iter().enumerate().map(|(at, one)| entry(from + at, one.clone())).collect()
        };
        // The second half of the old ones changes, new ones come, one goes.
        let (old, new) = (entries(&before, 0), entries(&after, before.len() / 2));
        let gone = ("list".into(), removed.to_string().into());
        let kept = old.iter().filter(|one| new.iter().all(|other| other.entry != one.entry));
        let whole = kept.chain(&new).filter(|one| one.entry != gone.1).cloned();
        let anew = Snapshot::build(whole);
        let grown = Snapshot::build(old).changed(new, &[]).changed(Vec::new(), &[gone]);
        prop_assert_eq!(anew.id(), grown.id());
        let settings = settings(1.0);
        prop_assert_eq!(
            said(&query, &anew.search(&query, &settings)),
            said(&query, &grown.search(&query, &settings))
        );
    }
}

#[test]
fn listed_persons_are_searched_as_they_are_scanned() {
    let entries = lists::load();
    let snapshot = Snapshot::build(entries.iter().step_by(6).cloned());
    let settings = settings(3.6);
    let mut searcher = snapshot.searcher();
    for entry in entries.iter().step_by(151) {
        let mut query = entry.person.clone();
        query.names.truncate(1);
        for with_date in [true, false] {
            if !with_date {
                query.born.clear();
            }
            assert_eq!(
                said(&query, &searcher.search(&query, &settings)),
                said(&query, &snapshot.scan(&query, &settings)),
                "{}",
                entry.entry
            );
        }
    }
}

/// Names as long as a field may be made: many long words, and one of ten thousand letters.
#[test]
fn names_of_great_length_are_searched() {
    let long = "TKHRMZ".repeat(60);
    let names = [
        format!("{long}/{}", [&long[..]; 15].join(" ")),
        format!("{}/{}", "KSHMTR".repeat(1_700), "AL RASHID"),
    ];
    let person = |name: &String| Person {
        names: vec![Name::new(name)],
        ..Person::default()
    };
    let listed = ["Rashid, Karim", "Tkhrmz Tkhrmz", &long];
    let listed = listed.map(|name| person(&name.to_owned()));
    let snapshot = Snapshot::build((0..).zip(listed).map(|(at, person)| entry(at, person)));
    for name in &names {
        let query = person(name);
        let found = snapshot.search(&query, &settings(-100.0));
        let scanned = snapshot.scan(&query, &settings(-100.0));
        assert_eq!(found.len(), scanned.len(), "{}", &name[..20]);
    }
}

/// What was learnt before the first query changes how fast an answer comes, not the answer.
#[test]
fn a_snapshot_that_learnt_its_words_finds_the_same() {
    let entries = lists::load();
    let build = || Snapshot::build(entries.iter().step_by(40).cloned());
    let (learnt, fresh) = (build(), build());
    let mut words = 0;
    let stopped = learnt.learn(|| {
        words += 1;
        words <= 10
    });
    assert_eq!(stopped, 10);
    assert!(learnt.learn(|| true) > 300);
    assert_eq!(learnt.learn(|| true), 0);
    let settings = settings(3.6);
    for entry in entries.iter().step_by(211) {
        let query = &entry.person;
        let found = |snapshot: &Snapshot| said(query, &snapshot.search(query, &settings));
        assert_eq!(found(&learnt), found(&fresh), "{}", entry.entry);
    }
}

/// Several runs of words of one name, each written together on the other side: what all of them add counts.
#[test]
fn several_words_written_together_are_found_down_to_the_floor() {
    let apart = "Ali Khan Jan Omar Ana Rosa";
    let together = "ALIKHAN JANOMAR ANAROSA";
    let mixed = "Ali Khan JANOMAR Ana Rosa";
    for (query, listed) in [
        (apart, together),
        (together, apart),
        (mixed, "ALIKHAN Jan Omar ANAROSA"),
    ] {
        for year in [1970, 1976, 2000] {
            let born = |year| PartialDate::new(year, Some(3), Some(4)).map(Born::from);
            let person = |name: &str, year| Person {
                names: vec![Name::new(name)],
                born: born(year).into_iter().collect(),
                ..Person::default()
            };
            let snapshot = Snapshot::build([entry(0, person(listed, 1970))]);
            let query = person(query, year);
            let everything = settings(-100.0);
            let all = snapshot.scan(&query, &everything);
            let bits = all[0].bits;
            let settings = settings(bits - 0.01);
            let found = snapshot.search(&query, &settings);
            assert_eq!(
                said(&query, &found),
                said(&query, &all),
                "{listed} {year}: {bits}"
            );
        }
    }
}
