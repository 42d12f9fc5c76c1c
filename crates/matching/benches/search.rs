//! How fast a million names are searched, beside the naive way in the same run.
//!
//! `cargo bench -p tidewaiter-matching --bench search [-- NAMES [TRAVELLERS [SCANS]]]`; the defaults
//! are 1 000 000 names, 40 000 travellers and 100 full scans. Without scans only the search runs; with
//! `--at BITS` it runs at this threshold alone: rounds of the same new travellers, whose words are forgotten in
//! between, of the same again, and of others.
//!
//! The list is recombined from the words of the UN and OFAC names as often as they occur there, by
//! nationality; the travellers come from the same words. They are read a flight of 200 at a time and then
//! searched, as they are when a manifest comes in; what is measured is the search.
//! One thread; rates by its processor time, which leaves out waiting for a processor, but not a neighbour who
//! fills the cache; times of single travellers by the wall clock. Memory is the process's resident size, read
//! from `/proc`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

#[path = "../examples/shared/lists.rs"]
mod lists;
#[path = "../examples/shared/pairs.rs"]
mod pairs;

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::hint::black_box;
use std::time::{Duration, Instant};

use lists::{Chance, halves};
use rustix::time::{ClockId, clock_gettime};
use smallvec::SmallVec;
use tidewaiter_domain::{CountryCode, PartialDate, Sex};
use tidewaiter_matching::{
    Born, DocumentRegister, Entry, Name, Person, Searcher, Settings, Snapshot,
};

/// Surnames and given names of the listed persons of a nationality.
struct Pool {
    nation: Option<CountryCode>,
    surnames: Vec<String>,
    given: Vec<String>,
}

fn pools() -> (Vec<Pool>, Vec<usize>) {
    let mut pools: BTreeMap<String, Pool> = BTreeMap::new();
    for entry in lists::load() {
        let nation = entry.person.nationalities.first().copied();
        let pool = pools
            .entry(nation.map_or(String::new(), |n| n.to_string()))
            .or_insert(Pool {
                nation,
                surnames: Vec::new(),
                given: Vec::new(),
            });
        for name in &entry.person.names {
            if let Some((surname, given)) = halves(&name.text) {
                pool.surnames.push(surname);
                pool.given
                    .extend(given.split_whitespace().map(str::to_owned));
            }
        }
    }
    let pools: Vec<Pool> = pools.into_values().collect();
    let by_size = pools
        .iter()
        .enumerate()
        .flat_map(|(at, pool)| std::iter::repeat_n(at, pool.surnames.len()))
        .collect();
    (pools, by_size)
}

fn birth(chance: &mut Chance) -> PartialDate {
    loop {
        let date = PartialDate::new(
            1945 + chance.below(62) as i16,
            Some(1 + chance.below(12) as u8),
            Some(1 + chance.below(31) as u8),
        );
        if let Some(date) = date {
            return date;
        }
    }
}

fn name(chance: &mut Chance, pool: &Pool) -> String {
    let mut text = chance.of::<String>(&pool.surnames).clone();
    text.push(',');
    for _ in 0..1 + chance.below(3) {
        text.push(' ');
        text.push_str(chance.of::<String>(&pool.given));
    }
    text
}

fn listed(chance: &mut Chance, pool: &Pool, at: usize) -> Entry {
    let date = birth(chance);
    // As precise as the UN and OFAC dates are.
    let born: SmallVec<[Born; 1]> = match chance.below(100) {
        0..=4 => SmallVec::new(),
        5..=29 => SmallVec::from_iter([PartialDate::new(date.year(), None, None).unwrap().into()]),
        30..=36 => SmallVec::from_iter([date.into(), birth(chance).into()]),
        _ => SmallVec::from_iter([date.into()]),
    };
    Entry {
        list: "bench".into(),
        entry: at.to_string().into(),
        person: Person {
            names: vec![Name::new(&name(chance, pool))],
            born,
            nationalities: pool.nation.into_iter().collect(),
            sex: Some(if chance.below(4) == 0 {
                Sex::Female
            } else {
                Sex::Male
            }),
            ..Person::default()
        },
    }
}

fn traveller(chance: &mut Chance, pool: &Pool) -> Person {
    Person {
        names: vec![Name::new(&name(chance, pool).replace(", ", "/"))],
        born: SmallVec::from_iter([birth(chance).into()]),
        nationalities: pool.nation.into_iter().collect(),
        sex: Some(Sex::Male),
        ..Person::default()
    }
}

fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1024.0
}

/// Processor time of this process so far, in seconds: what one core would have needed alone.
fn processor() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Travellers of a flight.
const FLIGHT: usize = 200;

/// Some travellers, the same each time they come.
#[derive(Clone)]
struct Travellers<'p> {
    chance: Chance,
    pools: &'p [Pool],
    by_size: &'p [usize],
    count: usize,
}

impl Travellers<'_> {
    /// Takes the first ones away.
    fn first(&mut self, count: usize) -> Self {
        let first = Self {
            count,
            ..self.clone()
        };
        self.read(count);
        first
    }

    /// Reads the next ones.
    fn read(&mut self, count: usize) -> Vec<Person> {
        self.count -= count;
        let one = |_| {
            let pool = &self.pools[*self.chance.of(self.by_size)];
            traveller(&mut self.chance, pool)
        };
        (0..count).map(one).collect()
    }

    /// All of them, a flight at a time.
    fn flights(&self) -> impl Iterator<Item = Vec<Person>> {
        let mut rest = self.clone();
        std::iter::from_fn(move || {
            let count = rest.count.min(FLIGHT);
            (count > 0).then(|| rest.read(count))
        })
    }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let mut numbers: Vec<usize> = Vec::new();
    let mut alone: Option<f32> = None;
    while let Some(arg) = args.next() {
        if arg == "--at" {
            alone = args.next().and_then(|bits| bits.parse().ok());
        } else {
            numbers.extend(arg.parse::<usize>());
        }
    }
    let number = |at: usize, default| numbers.get(at).copied().unwrap_or(default);
    let (total, wanted, scans) = (number(0, 1_000_000), number(1, 40_000), number(2, 100));
    let (pools, by_size) = pools();
    let mut chance = Chance(2026);
    let before = resident();
    let mut made = Duration::ZERO;
    let begun = processor();
    let snapshot = Snapshot::build((0..total).map(|at| {
        let begun = Instant::now();
        let entry = listed(&mut chance, &pools[*Chance(at as u64).of(&by_size)], at);
        made += begun.elapsed();
        entry
    }));
    let built = processor() - begun;
    println!("names                          {total}");
    println!(
        "built in                       {:.1} s (of it reading the names {:.1} s)",
        built,
        made.as_secs_f64()
    );
    println!(
        "resident                       {:.0} MB (before: {before:.0} MB)",
        resident()
    );
    println!("snapshot                       {}", snapshot.id());

    let mut chance = Chance(99);
    let delta: Vec<Entry> = (0..100)
        .map(|at| listed(&mut chance, &pools[0], total + at))
        .collect();
    let start = Instant::now();
    let after = snapshot.changed(delta, &[("bench".into(), "17".into())]);
    println!(
        "delta of 100 entries           {:.1} ms",
        start.elapsed().as_secs_f64() * 1e3
    );
    drop(black_box(after));

    let mut travellers = Travellers {
        chance,
        pools: &pools,
        by_size: &by_size,
        count: usize::MAX,
    };
    let settings = Settings::default();
    let at = |floor: f32| Settings {
        review: floor,
        floor,
        ..settings
    };
    let mut searcher = snapshot.searcher();
    // No word was met yet; then those of the list's own names are learnt, as the server does.
    let first = travellers.first(wanted / 10);
    let floor = alone.unwrap_or(settings.floor);
    run(&mut searcher, &first, &at(floor)).print("cold: the first");
    let begun = processor();
    let learnt = snapshot.learn(|| true);
    println!(
        "learnt                         {learnt} words in {:.1} s, resident {:.0} MB",
        processor() - begun,
        resident()
    );
    if let Some(floor) = alone {
        let queries = travellers.first(wanted);
        let new: Vec<Run> = (0..12)
            .map(|_| {
                snapshot.forget();
                run(&mut searcher, &queries, &at(floor))
            })
            .collect();
        new[0].print(&format!("new, review from {floor} bits"));
        best_of(&new).print("new, the best of 12 rounds");
        println!(
            "new, each flight's quickest    {:.0} travellers a second",
            undisturbed(&new)
        );
        let again: Vec<Run> = (0..12)
            .map(|_| run(&mut searcher, &queries, &at(floor)))
            .collect();
        best_of(&again).print("again, the best of 12 rounds");
        println!(
            "again, each flight's quickest  {:.0} travellers a second",
            undisturbed(&again)
        );
        let others: Vec<Run> = (0..8)
            .map(|_| run(&mut searcher, &travellers.first(wanted), &at(floor)))
            .collect();
        best_of(&others).print("others, the best of 8 rounds");
        return;
    }
    let queries = travellers.first(wanted);
    let steady = run(&mut searcher, &queries, &settings);
    steady.print("new");
    println!("resident then                  {:.0} MB", resident());
    // At the thresholds of a list so long that the shipped ones, which are for some thousands of
    // persons, put several namesakes of every traveller before a person.
    for floor in [5.0, 7.0, 9.0, 11.0, 13.0] {
        run(&mut searcher, &queries, &at(floor)).print(&format!("review from {floor} bits"));
    }
    // Travellers never seen, a few of whose words no list and no one had before them.
    let others = travellers.first(wanted);
    run(&mut searcher, &others, &at(13.0)).print("new, review from 13 bits");
    if scans == 0 {
        return;
    }
    // Names only, which reach far more of the list.
    let count = queries.count;
    let queries: Vec<Person> = queries.flights().flatten().collect();
    let start = processor();
    let mut bare = 0;
    for query in queries.iter().take(2_000) {
        let query = Person {
            names: query.names.clone(),
            ..Person::default()
        };
        bare += searcher
            .search(
                &query,
                &Settings {
                    limit: Some(10),
                    ..settings
                },
            )
            .len();
    }
    println!(
        "names alone, a second          {:.0} ({bare} matches)",
        2_000.0 / (processor() - start)
    );

    // Index recall against the full scan, on a sample of queries with listed words.
    let (mut full, mut hit) = (0, 0);
    for query in queries.iter().skip(7).step_by((count / scans).max(1)) {
        let found = searcher.search(query, &settings);
        for scanned in snapshot.scan(query, &settings) {
            full += 1;
            hit += usize::from(
                found
                    .iter()
                    .any(|found| found.entry == scanned.entry && found.bits == scanned.bits),
            );
        }
    }
    println!(
        "index recall                   {hit} of {full} in the review band of {scans} full scans"
    );

    // The naive way: sorted words, Jaro–Winkler against every name.
    let sorted = |text: &str| {
        let mut words: Vec<&str> = text
            .split([' ', ',', '/'])
            .filter(|word| !word.is_empty())
            .collect();
        words.sort_unstable();
        words.join(" ").to_uppercase()
    };
    let mut chance = Chance(2026);
    let names: Vec<String> = (0..total)
        .map(|at| {
            sorted(
                &listed(&mut chance, &pools[*Chance(at as u64).of(&by_size)], at)
                    .person
                    .names[0]
                    .text,
            )
        })
        .collect();
    let start = processor();
    let mut like = 0;
    for query in queries.iter().take(5) {
        let text = sorted(&query.names[0].text);
        let scorer = rapidfuzz::distance::jaro_winkler::BatchComparator::new(text.chars());
        like += names
            .iter()
            .filter(|name| scorer.similarity(name.chars()) >= 0.9)
            .count();
    }
    let naive = 5.0 / (processor() - start);
    println!(
        "naive sorted-word Jaro–Winkler {naive:.2} travellers a second ({like} names of 0.9 and more for 5 travellers)"
    );
    println!(
        "ratio to the naive way         {:.0}",
        steady.rate() / naive
    );
    drop(names);
    drop(searcher);
    drop(snapshot);
    documents();
}

/// How long travellers took, and what was found for them.
struct Run {
    travellers: usize,
    processor: f64,
    /// Of single flights, in order.
    flights: Vec<f64>,
    /// Of single travellers, ascending.
    times: Vec<Duration>,
    matches: usize,
    evidence: usize,
    /// The same for the same matches and evidence.
    digest: u64,
}

fn run(searcher: &mut Searcher<'_>, travellers: &Travellers<'_>, settings: &Settings) -> Run {
    let mut run = Run {
        travellers: travellers.count,
        processor: 0.0,
        flights: Vec::new(),
        times: Vec::with_capacity(travellers.count),
        matches: 0,
        evidence: 0,
        digest: 0,
    };
    let mut digest = std::hash::DefaultHasher::new();
    for flight in travellers.flights() {
        let start = processor();
        for query in &flight {
            let begun = Instant::now();
            let found = searcher.search(query, settings);
            for found in &found {
                let evidence = black_box(found.evidence(query));
                run.evidence += evidence.len();
                found.entry.hash(&mut digest);
                found.bits.to_bits().hash(&mut digest);
                for one in &evidence {
                    (one.relation, one.bits.to_bits()).hash(&mut digest);
                }
            }
            run.matches += found.len();
            run.times.push(begun.elapsed());
        }
        run.flights.push(processor() - start);
    }
    run.processor = run.flights.iter().sum();
    run.times.sort_unstable();
    run.digest = digest.finish();
    run
}

/// Of several rounds the quickest, which was disturbed least.
fn best_of(rounds: &[Run]) -> &Run {
    let best = rounds.iter().max_by(|a, b| a.rate().total_cmp(&b.rate()));
    best.expect("a round")
}

/// Travellers a second of rounds of the same ones, each flight as in its quickest round: on a shared machine
/// a whole round is hardly ever left alone.
fn undisturbed(rounds: &[Run]) -> f64 {
    let quickest = |flight: usize| {
        let each = rounds.iter().map(|run| run.flights[flight]);
        each.fold(f64::INFINITY, f64::min)
    };
    let flights = 0..rounds[0].flights.len();
    rounds[0].travellers as f64 / flights.map(quickest).sum::<f64>()
}

impl Run {
    /// Travellers a second of processor time.
    fn rate(&self) -> f64 {
        self.travellers as f64 / self.processor
    }

    fn print(&self, what: &str) {
        let at = |share: f64| {
            let at = ((self.times.len() - 1) as f64 * share) as usize;
            self.times[at].as_secs_f64() * 1e6
        };
        println!(
            "{what:<30} {:.0} travellers a second ({} travellers, {} matches in review, {} pieces of evidence, digest {:016x})",
            self.rate(),
            self.travellers,
            self.matches,
            self.evidence,
            self.digest
        );
        println!(
            "  time a traveller, µs         median {:.1}, 90 % {:.1}, 99 % {:.1}, 99.9 % {:.1}, most {:.1}",
            at(0.5),
            at(0.9),
            at(0.99),
            at(0.999),
            at(1.0)
        );
    }
}

/// Fifty million document numbers.
fn documents() {
    const NUMBERS: u64 = 50_000_000;
    let number = |at: u64| {
        format!(
            "{}{:07}",
            [b'A', b'C', b'K', b'P'][(at % 4) as usize] as char,
            at.wrapping_mul(7_919) % 100_000_000
        )
    };
    let before = resident();
    let start = Instant::now();
    let register = DocumentRegister::build((0..NUMBERS).map(number).map(|number| (number, None)));
    println!(
        "documents                      {} built in {:.1} s, {:.0} MB resident more",
        register.len(),
        start.elapsed().as_secs_f64(),
        resident() - before
    );
    let mut chance = Chance(1);
    let queries: Vec<String> = (0..1_000_000)
        .map(|_| number(chance.next() % (2 * NUMBERS)))
        .collect();
    let start = processor();
    let found = queries
        .iter()
        .filter(|query| register.find(query, None).is_some())
        .count();
    println!(
        "document look-ups a second     {:.0} ({found} of {} found)",
        queries.len() as f64 / (processor() - start),
        queries.len()
    );
}
