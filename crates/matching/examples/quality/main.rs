//! Measures matching on the labelled pairs and the real lists, and prints the tables of
//! `docs/matching.md`.
//!
//! `make quality`, or `cargo run --release -p tidewaiter-matching --example quality`; with `misses`
//! behind it, the removed aliases that were not found, one a line with what was found instead; with
//! `alarms`, the innocents that reach review and why.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr
)]

#[path = "../shared/forms.rs"]
mod forms;
#[path = "../shared/lists.rs"]
mod lists;
#[path = "../shared/pairs.rs"]
mod pairs;
#[path = "../shared/retrieval.rs"]
mod retrieval;

mod aliases;
mod damage;
mod innocents;
mod labelled;

use lists::Chance;
use tidewaiter_domain::PartialDate;
use tidewaiter_matching::{Born, Entry, Person, Settings, Snapshot, weigh};

fn main() {
    let settings = Settings::default();
    let entries = lists::load();
    let snapshot = Snapshot::build(entries.iter().cloned());
    match std::env::args().nth(1).as_deref() {
        Some("misses") => return aliases::misses(&entries, &settings),
        Some("alarms") => return innocents::innocents(&entries, &snapshot, &settings, true),
        _ => {}
    }
    labelled::tables();
    println!(
        "\n## Against the real lists\n\n{} persons of the UN (2026-02-27) and OFAC (2019-01) lists; review from {} bits, alert from {} bits.\n",
        entries.len(),
        settings.review,
        settings.alert
    );
    println!("| what | rate | 95 % interval | aim |\n|---|---|---|---|");
    innocents::innocents(&entries, &snapshot, &settings, false);
    damage::damage(&entries, &snapshot, &settings);
    damage::scripts(&entries, &settings);
    aliases::removed_alias(&entries, &settings);
    gtas(&settings);
    recall_of_index(&entries, &snapshot, &settings);
}

/// Wilson's interval of a share, in per cent.
fn interval(hits: usize, of: usize) -> (f64, f64) {
    let (n, z) = (of.max(1) as f64, 1.96);
    let p = hits as f64 / n;
    let middle = p + z * z / (2.0 * n);
    let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + z * z / n;
    (
        100.0 * (middle - spread).max(0.0) / whole,
        100.0 * (middle + spread) / whole,
    )
}

fn row(what: &str, hits: usize, of: usize, aim: &str) {
    let (low, high) = interval(hits, of);
    println!(
        "| {what} ({of}) | {:.2} % | {low:.2}–{high:.2} | {aim} |",
        100.0 * hits as f64 / of.max(1) as f64
    );
}

fn random_birth(chance: &mut Chance) -> Born {
    loop {
        let date = PartialDate::new(
            1945 + chance.below(62) as i16,
            Some(1 + chance.below(12) as u8),
            Some(1 + chance.below(31) as u8),
        );
        if let Some(date) = date {
            return date.into();
        }
    }
}

/// Names in which the sides of one person differ, that GTAS never finds.
fn gtas(settings: &Settings) {
    println!(
        "\nNames that GTAS never finds:\n\n| traveller | list | bits | band |\n|---|---|---|---|"
    );
    for (left, right, born) in [
        ("HUSSAIN/YASER", "YASIR HUSSEIN", Some("1980-01-02")),
        (
            "ALZAWAHRI/AYMAN MR",
            "AIMAN MUHAMMED RABI AL-ZAWAHIRI",
            Some("1951-06-19"),
        ),
    ] {
        let (mut a, mut b) = (Person::named(left), Person::named(right));
        a.born = born.and_then(pairs::born).into_iter().collect();
        b.born = a.born.clone();
        let bits = weigh(&a, &b).bits();
        println!(
            "| {left} | {right} | {bits:.1} | {} |",
            settings.band(bits).as_str()
        );
    }
    println!("\nForms of the list: {}.\n", forms::LISTED.join("; "));
    println!("| traveller | list | bits | band |\n|---|---|---|---|");
    for left in forms::TRAVELLER {
        let least = forms::LISTED
            .iter()
            .map(|right| weigh(&Person::named(left), &Person::named(right)).bits())
            .fold(f32::INFINITY, f32::min);
        println!(
            "| {left} | the least of {} forms, no birth date | {least:.1} | {} |",
            forms::LISTED.len(),
            settings.band(least).as_str()
        );
    }
}

fn recall_of_index(entries: &[Entry], snapshot: &Snapshot, settings: &Settings) {
    let mut searcher = snapshot.searcher();
    let mut chance = Chance(5);
    let (mut all, mut found) = (0_u32, 0_u32);
    let people: Vec<(&Entry, String, String)> = entries
        .iter()
        .filter_map(|entry| {
            let (surname, given) = lists::halves_of(entry)?;
            Some((entry, surname.to_uppercase(), given.to_uppercase()))
        })
        .collect();
    for at in 0..4500 {
        let (one, surname, given) = chance.of(&people);
        let kind = damage::KINDS[at % damage::KINDS.len()];
        let mut query = Person::named(&damage::damaged(kind, surname, given, &mut chance));
        if at % 3 != 0 {
            query.born = one.person.born.iter().take(1).copied().collect();
        }
        let indexed = searcher.search(&query, settings);
        for full in snapshot.scan(&query, settings) {
            all += 1;
            let hit = indexed
                .iter()
                .any(|m| m.entry == full.entry && m.list == full.list && m.bits == full.bits);
            if !hit {
                eprintln!(
                    "index misses {:?} for {:?}: {:.2}",
                    full.matched_name, query.names[0].text, full.bits
                );
            }
            found += u32::from(hit);
        }
    }
    println!(
        "\nIndex against full scan, everything in review: {found} of {all} ({:.3} %).",
        100.0 * f64::from(found) / f64::from(all)
    );
}
