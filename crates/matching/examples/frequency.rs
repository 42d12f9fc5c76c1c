//! Writes `data/frequency.tsv`: how rare the words of names are, by culture.
//!
//! `TIDEWAITER_SAMPLES=/path/to/data cargo run --release -p tidewaiter-matching --example frequency`
//!
//! The name tables lie in `reference/names` of the samples (CC0 and MIT), the list names in this
//! crate's `data/subjects.tsv`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::{env, fs};

use tidewaiter_matching::fitting;

type Table = BTreeMap<String, f64>;

fn main() {
    let samples = env::var("TIDEWAITER_SAMPLES").expect("TIDEWAITER_SAMPLES names the data folder");
    let read =
        |name: &str| fs::read_to_string(format!("{samples}/reference/names/{name}")).unwrap();
    // Culture and part of a name → word → share of its bearers.
    let mut tables: BTreeMap<(String, bool), Table> = BTreeMap::new();
    let mut add = |culture: &str, family: bool, name: &str, weight: f64| {
        let table = tables.entry((culture.to_owned(), family)).or_default();
        for word in fitting::words(name) {
            *table.entry(word).or_default() += weight;
        }
    };
    for line in read("faker_names.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        if let [locale, kind, name, weight] = cells[..] {
            let culture = locale.split('_').next().unwrap();
            add(
                culture,
                kind.starts_with("family"),
                name,
                weight.parse().unwrap_or(1.0),
            );
        }
    }
    for line in read("common-forenames-by-country.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        if let Some(name) = cells.get(11) {
            add(cells[0], false, name, 1.0);
        }
    }
    for line in read("common-surnames-by-country.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        if let Some(name) = cells.get(5) {
            let percent = cells.last().and_then(|cell| cell.parse().ok());
            add(cells[0], true, name, percent.unwrap_or(1.0));
        }
    }
    // The greatest share of any culture, and which it is.
    let mut best: BTreeMap<&str, (f64, &str)> = BTreeMap::new();
    for ((culture, _), table) in &tables {
        // A short table says little about shares: its words are at most as common as 1 in 25.
        let total: f64 = table.values().sum::<f64>() * (1.0 + 60.0 / table.len() as f64);
        for (word, weight) in table {
            let share = (weight / total).min(0.12);
            let entry = best.entry(word).or_insert((0.0, culture));
            if share > entry.0 {
                *entry = (share, culture);
            }
        }
    }
    let subjects = include_str!("../data/subjects.tsv");
    let mut listed: BTreeMap<String, f64> = BTreeMap::new();
    for line in subjects.lines() {
        let names = line.split('\t').nth(5).unwrap_or_default();
        let words: BTreeSet<String> = names
            .split(" | ")
            .flat_map(|name| fitting::words(name.trim_start_matches('~')))
            .collect();
        for word in words {
            *listed.entry(word).or_default() += 1.0;
        }
    }
    let persons = subjects.lines().count() as f64;
    let words: BTreeSet<&str> = best
        .keys()
        .copied()
        .chain(listed.keys().map(String::as_str))
        .collect();
    println!("# word, rarity in bits over all, culture where it is commonest, rarity there");
    for word in words {
        let (share, culture) = best.get(word).copied().unwrap_or((0.0, "-"));
        let on_lists = listed.get(word).copied().unwrap_or_default() / persons;
        let overall = 0.5 * on_lists + 0.15 * share + 1.0 / 40_000.0;
        if -overall.log2() > 14.4 {
            continue;
        }
        let there = if share > 0.0 {
            format!("{:.1}", -share.log2())
        } else {
            "-".to_owned()
        };
        println!("{word}\t{:.1}\t{culture}\t{there}", -overall.log2());
    }
}
