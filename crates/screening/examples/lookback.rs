//! How much of what screening finds is found through the look-back keys.
//!
//! `cargo run --release -p tidewaiter-screening --example lookback [FLIGHTS]`
//!
//! Generated traffic is screened in full against the lists under `TIDEWAITER_SAMPLES` (without it
//! those of `corpus/lists`) and the generated list. For each pair from review on it is asked whether
//! the traveller and the entry share a key.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::collections::{BTreeMap, HashMap, HashSet};

use tidewaiter_matching::{Band, Person, Settings};
use tidewaiter_screening::keys::{self, Key};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let flights = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(60);
    let shown: usize = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(0);
    let traffic = common::traffic(7, flights);
    let mut lists = common::lists();
    lists.push(traffic.list);
    let watchlist = common::watchlist(&lists);
    let settings = Settings::default();
    let mut probes: BTreeMap<(&str, &str), HashSet<Key>> = BTreeMap::new();
    let mut counts: Vec<usize> = Vec::new();
    for (name, subjects) in &lists {
        for subject in subjects {
            let keys: HashSet<Key> = keys::probes(subject).into_iter().collect();
            counts.push(keys.len());
            probes.insert((name, subject.entry.as_str()), keys);
        }
    }
    counts.sort_unstable();
    let mut searcher = watchlist.snapshot().searcher();
    let (mut found, mut missed, mut held, mut people, mut most) = ([0_u64; 2], [0_u64; 2], 0, 0, 0);
    for traveller in &traffic.travellers {
        let person = Person::from(traveller);
        let mut own = keys::of_person(&person);
        people += 1;
        held += own.len();
        most = most.max(own.len());
        let documents = person.documents.iter();
        own.extend(documents.filter_map(|document| keys::of_document(&document.number)));
        for hit in searcher.search(&person, &settings) {
            let band = usize::from(hit.band == Band::Alert);
            found[band] += 1;
            let asked = &probes[&(hit.list.as_str(), hit.entry.as_str())];
            if !own.iter().any(|key| asked.contains(key)) {
                missed[band] += 1;
                if missed[0] + missed[1] <= shown as u64 {
                    println!(
                        "missed at {:.1} bits: {:?} / {:?}",
                        hit.bits,
                        person.names.iter().map(|n| &n.text).collect::<Vec<_>>(),
                        hit.matched_name
                    );
                    for piece in hit.evidence(&person) {
                        println!(
                            "    {} {} {} {:.1}",
                            piece.query, piece.entry, piece.relation, piece.bits
                        );
                    }
                    println!(
                        "    held {:?}",
                        own.iter().map(|k| &k.text).collect::<Vec<_>>()
                    );
                }
            }
        }
    }
    // Whom an entry finds: candidates to be screened, of all who are held.
    let mut index: HashMap<Key, Vec<usize>> = HashMap::new();
    for (at, traveller) in traffic.travellers.iter().enumerate() {
        for key in keys::of_person(&Person::from(traveller)) {
            index.entry(key).or_default().push(at);
        }
    }
    let mut candidates: Vec<usize> = probes
        .values()
        .step_by(10)
        .map(|asked| {
            let met = asked.iter().filter_map(|key| index.get(key)).flatten();
            met.collect::<HashSet<_>>().len()
        })
        .collect();
    candidates.sort_unstable();
    let share = |at: usize| {
        let count = candidates.get(candidates.len() * at / 100).copied();
        1000.0 * count.unwrap_or(0) as f64 / f64::from(people)
    };
    println!(
        "candidates per 1 000 held      median {:.2}, 95th {:.2}",
        share(50),
        share(95)
    );
    let at = |share: usize| counts.get(counts.len() * share / 100).copied().unwrap_or(0);
    println!("travellers screened            {people}");
    println!("listed subjects                {}", watchlist.len());
    println!(
        "name keys a traveller          {:.1}, at most {most}",
        held as f64 / people as f64
    );
    println!(
        "probes an entry                median {}, 95th {}, most {}",
        at(50),
        at(95),
        counts.last().unwrap_or(&0)
    );
    for (band, name) in [(1, "alert"), (0, "review")] {
        println!(
            "pairs in {name:<6}                {}, found by keys {} ({:.2} %)",
            found[band],
            found[band] - missed[band],
            100.0 * (found[band] - missed[band]) as f64 / found[band].max(1) as f64
        );
    }
}
