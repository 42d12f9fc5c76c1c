//! Measures matching on the labelled pairs and the real lists, and prints the tables of
//! `docs/matching.md`.
//!
//! `cargo run --release -p tidewaiter-matching --example quality`
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr
)]

#[path = "shared/lists.rs"]
mod lists;
#[path = "shared/pairs.rs"]
mod pairs;

use std::collections::BTreeMap;

use lists::{Chance, halves};
use pairs::{Pair, Part, Side};
use smallvec::SmallVec;
use tidewaiter_domain::PartialDate;
use tidewaiter_matching::{
    Band, Born, Entry, Name, Person, Searcher, Settings, Snapshot, evidence, score, script_of,
    weigh,
};

fn main() {
    pairs_tables();
    let entries = lists::load();
    let snapshot = Snapshot::build(entries.iter().cloned());
    let settings = Settings::default();
    println!(
        "\n## Against the real lists\n\n{} persons of the UN (2026-02-27) and OFAC (2019-01) lists; review from {} bits, alert from {} bits.\n",
        entries.len(),
        settings.review,
        settings.alert
    );
    println!("| what | rate | 95 % interval | aim |\n|---|---|---|---|");
    innocents(&entries, &snapshot, &settings);
    damage(&entries, &snapshot, &settings);
    scripts(&entries, &settings);
    removed_alias(&entries, &settings);
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

fn person(side: &Side, with_rest: bool) -> Person {
    let mut person = Person::named(&side.name);
    if with_rest {
        person.born = side.born.into_iter().collect();
        person.nationalities = side
            .nationalities
            .iter()
            .filter_map(|n| lists::country(n))
            .collect();
    }
    person
}

fn pairs_tables() {
    let all = pairs::load();
    println!("## Labelled pairs\n");
    println!(
        "| part | fields | pairs | F1 | at score | average precision | recall at precision 0.95 | calibration error |\n|---|---|---|---|---|---|---|---|"
    );
    let mut scores: Vec<[f64; 2]> = Vec::new();
    for pair in &all {
        let of = |rest| score(weigh(&person(&pair.left, rest), &person(&pair.right, rest)).bits());
        scores.push([of(false), of(true)]);
    }
    type Chosen = fn(&Pair) -> bool;
    let parts: [(&str, Chosen); 3] = [
        ("fitted on", |pair| pair.part() == Part::Fit),
        ("entries not used for fitting", |pair| {
            pair.part() == Part::Test
        }),
        ("all", |_| true),
    ];
    let mut threshold = [0.5; 2];
    for (part, chosen) in parts {
        for (with, fields) in ["names", "names, birth date, nationality"]
            .iter()
            .enumerate()
        {
            let scored: Vec<(f64, bool, f64)> = all
                .iter()
                .zip(&scores)
                .filter(|(pair, _)| chosen(pair))
                .map(|(pair, score)| {
                    (
                        score[with],
                        pair.same,
                        if part == "all" { 1.0 } else { pair.weight() },
                    )
                })
                .collect();
            let m = pairs::measure(&scored);
            if part == "fitted on" {
                threshold[with] = m.threshold;
            }
            println!(
                "| {part} | {fields} | {} | {:.3} | {:.2} | {:.3} | {:.3} | {:.4} |",
                scored.len(),
                m.f1,
                m.threshold,
                m.average_precision,
                m.recall_at_95,
                m.calibration_error
            );
        }
    }
    println!(
        "\nRecall and false alarms by category on entries not used for fitting, names only / with birth date and nationality, at the thresholds found on the fitted part:\n"
    );
    println!(
        "| source | category | positives | recall | negatives | false alarms |\n|---|---|---|---|---|---|"
    );
    let mut table: BTreeMap<(String, String), [usize; 6]> = BTreeMap::new();
    for (pair, score) in all
        .iter()
        .zip(&scores)
        .filter(|(pair, _)| pair.part() == Part::Test)
    {
        let cells = table
            .entry((
                pair.source.clone(),
                pair.category.trim_end_matches("_neg").to_owned(),
            ))
            .or_default();
        let base = if pair.same { 0 } else { 3 };
        cells[base] += 1;
        for with in 0..2 {
            cells[base + 1 + with] += usize::from(score[with] >= threshold[with]);
        }
    }
    for ((source, category), c) in table {
        let share = |hits: usize, of: usize| {
            if of == 0 {
                "–".to_owned()
            } else {
                format!("{:.3}", hits as f64 / of as f64)
            }
        };
        println!(
            "| {source} | {category} | {} | {} / {} | {} | {} / {} |",
            c[0],
            share(c[1], c[0]),
            share(c[2], c[0]),
            c[3],
            share(c[4], c[3]),
            share(c[5], c[3])
        );
    }
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

fn best(searcher: &mut Searcher<'_>, query: &Person, settings: &Settings) -> Band {
    searcher
        .search(query, settings)
        .first()
        .map_or(Band::None, |found| found.band)
}

/// People who are not listed: every word of their names is drawn from another listed person of one
/// nationality, as often as it occurs there, with a random date of birth.
fn innocents(entries: &[Entry], snapshot: &Snapshot, settings: &Settings) {
    let mut searcher = snapshot.searcher();
    let mut chance = Chance(7);
    let mut by_nation: BTreeMap<String, Vec<(String, Vec<String>)>> = BTreeMap::new();
    for entry in entries {
        let Some(nation) = entry.person.nationalities.first() else {
            continue;
        };
        for name in entry.person.names.iter().take(1) {
            let words = halves(&name.text).map(|(surname, given)| {
                (
                    surname,
                    given.split_whitespace().map(str::to_owned).collect(),
                )
            });
            by_nation
                .entry(nation.to_string())
                .or_default()
                .extend(words);
        }
    }
    by_nation.retain(|_, people| people.len() >= 12);
    let people: Vec<(&String, &(String, Vec<String>))> = by_nation
        .iter()
        .flat_map(|(nation, names)| names.iter().map(move |name| (nation, name)))
        .collect();
    let known: std::collections::BTreeSet<String> = entries
        .iter()
        .flat_map(|entry| &entry.person.names)
        .filter_map(|name| halves(&name.text))
        .map(|(surname, given)| format!("{surname} {given}").to_lowercase())
        .collect();
    let mut tally = Tally::default();
    while tally.made < 20_000 {
        let (nation, (surname, _)) = *chance.of(&people);
        let mut given = String::new();
        for _ in 0..1 + chance.below(3) {
            let (_, words) = chance.of(&by_nation[nation]);
            if !given.is_empty() {
                given.push(' ');
            }
            given.push_str(chance.of::<String>(words));
        }
        if known.contains(&format!("{surname} {given}").to_lowercase()) {
            continue;
        }
        let query = Person {
            names: vec![Name::new(&format!("{surname}/{given}"))],
            born: SmallVec::from_iter([random_birth(&mut chance)]),
            nationalities: lists::country(nation).into_iter().collect(),
            ..Person::default()
        };
        tally.add(&mut searcher, &query, settings, &[culture(nation)]);
    }
    tally.print("innocents bearing listed surnames", "–", "recombined: ");
    let tables = cultures();
    let mut tally = Tally::default();
    while tally.made < 40_000 {
        let at = chance.below(100);
        let (culture, share, nations) = CULTURES
            .iter()
            .scan(0, |sum, culture| {
                *sum += culture.1;
                Some((culture.0, *sum, culture.2))
            })
            .find(|(_, sum, _)| at < *sum)
            .unwrap_or(("Arabic", 0, &["IRQ"]));
        let _ = share;
        let part = |part| {
            tables
                .get(&(culture, part))
                .map(Vec::as_slice)
                .unwrap_or_default()
        };
        let woman = chance.below(100) < 40;
        let given = part(if woman { "W" } else { "M" });
        let fathers = part("M");
        let families = part("F");
        let nation = *chance.of(nations);
        let mut name = (*chance.of(given)).to_owned();
        let surname = match culture {
            // Family names made of given names, as they are: Ahmadi, Rezazadeh, Karimpour.
            "Persian" => format!(
                "{}{}",
                chance.of(fathers),
                chance.of(&["i", "i", "zadeh", "pour", "nejad", "ian"])
            ),
            "Arabic" | "Arabic script" | "South Asian" | "African" if chance.below(2) == 0 => {
                name = format!("{name} {}", chance.of(fathers));
                (*chance.of(fathers)).to_owned()
            }
            "Hispanic" | "Portuguese" => format!("{} {}", chance.of(families), chance.of(families)),
            _ => (*chance.of(families)).to_owned(),
        };
        if chance.below(3) == 0 {
            name = format!("{name} {}", chance.of(given));
        }
        let query = Person {
            names: vec![Name::new(&format!("{surname}/{name}"))],
            born: SmallVec::from_iter([random_birth(&mut chance)]),
            nationalities: lists::country(nation).into_iter().collect(),
            sex: Some(if woman {
                tidewaiter_domain::Sex::Female
            } else {
                tidewaiter_domain::Sex::Male
            }),
            ..Person::default()
        };
        let script = script_of(&query.names[0].text);
        let sex = if woman { "women" } else { "men" };
        tally.add(
            &mut searcher,
            &query,
            settings,
            &[culture, &format!("script {}", script.as_str()), sex],
        );
    }
    tally.print("innocents", "≤ 0.20 %", "");
}

/// Innocents of a culture, their share of a hundred, and where they come from.
const CULTURES: [(&str, usize, &[&str]); 17] = [
    (
        "Arabic",
        25,
        &[
            "IRQ", "SYR", "EGY", "LBN", "SAU", "YEM", "LBY", "TUN", "DZA",
        ],
    ),
    ("Arabic script", 4, &["IRQ", "SYR", "EGY", "SAU"]),
    ("Persian", 12, &["IRN", "AFG"]),
    ("South Asian", 9, &["PAK", "IND", "BGD"]),
    ("Hispanic", 15, &["COL", "MEX", "VEN", "GTM"]),
    ("Slavic", 7, &["RUS", "UKR", "BLR", "SRB"]),
    ("Cyrillic script", 2, &["RUS", "UKR"]),
    ("Turkic", 5, &["TUR", "AZE", "UZB"]),
    ("Korean", 3, &["PRK", "KOR"]),
    ("Hangul", 1, &["PRK", "KOR"]),
    ("Chinese", 3, &["CHN", "TWN"]),
    ("Han script", 1, &["CHN", "TWN"]),
    ("African", 5, &["COD", "SOM", "KEN", "NGA", "ZWE"]),
    ("South-East Asian", 3, &["IDN", "PHL", "MYS"]),
    ("French", 2, &["FRA", "BEL"]),
    ("English", 2, &["GBR", "USA"]),
    ("Caucasian", 1, &["GEO", "ARM"]),
];

fn cultures() -> BTreeMap<(&'static str, &'static str), Vec<&'static str>> {
    let mut tables: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for line in include_str!("../data/cultures.tsv").lines() {
        let mut cells = line.split('\t');
        let (culture, part, name) = (
            cells.next().unwrap(),
            cells.next().unwrap(),
            cells.next().unwrap(),
        );
        tables.entry((culture, part)).or_default().push(name);
    }
    tables
}

/// How many innocents a search puts into review, in all and by group.
#[derive(Default)]
struct Tally {
    made: usize,
    review: usize,
    alert: usize,
    bits: Vec<f32>,
    groups: BTreeMap<String, (usize, usize)>,
}

impl Tally {
    fn add(
        &mut self,
        searcher: &mut Searcher<'_>,
        query: &Person,
        settings: &Settings,
        groups: &[&str],
    ) {
        let lower = Settings {
            floor: 0.0,
            ..*settings
        };
        let found = searcher.search(query, &lower);
        let top = found.first().map_or(-9.0, |found| found.bits);
        let band = settings.band(top);
        self.made += 1;
        self.bits.push(top);
        self.review += usize::from(band >= Band::Review);
        self.alert += usize::from(band == Band::Alert);
        for group in groups {
            let group = self.groups.entry((*group).to_owned()).or_default();
            group.0 += usize::from(band >= Band::Review);
            group.1 += 1;
        }
    }

    fn print(mut self, what: &str, aim: &str, prefix: &str) {
        row(&format!("{what} in review"), self.review, self.made, aim);
        row(&format!("{what} in alert"), self.alert, self.made, "–");
        for (group, (hits, of)) in &self.groups {
            row(
                &format!("{prefix}innocents in review, {group}"),
                *hits,
                *of,
                "≤ 3 × the mean",
            );
        }
        self.bits.sort_by(|a, b| b.total_cmp(a));
        let at = |per_mille: usize| self.bits[self.made * per_mille / 1000];
        eprintln!(
            "{what}: bits that 1, 2, 5 of 1000 reach: {:.2} {:.2} {:.2}",
            at(1),
            at(2),
            at(5)
        );
    }
}

fn culture(nation: &str) -> &'static str {
    match nation {
        "IRN" | "AFG" | "TJK" => "Persian and Afghan",
        "PAK" | "IND" | "BGD" | "LKA" | "NPL" => "South Asian",
        "SYR" | "IRQ" | "SAU" | "YEM" | "EGY" | "LBN" | "JOR" | "KWT" | "QAT" | "ARE" | "LBY"
        | "TUN" | "DZA" | "MAR" | "SDN" | "PSE" | "BHR" | "OMN" | "MRT" => "Arabic",
        "COL" | "MEX" | "VEN" | "PER" | "GTM" | "HND" | "PAN" | "CUB" | "ECU" | "ESP" | "ARG"
        | "NIC" | "CRI" | "DOM" | "SLV" | "BOL" | "BRA" => "Hispanic",
        "RUS" | "UKR" | "BLR" | "SRB" | "BIH" | "BGR" | "MKD" | "MNE" | "HRV" => "Slavic",
        "PRK" | "KOR" => "Korean",
        "CHN" | "TWN" | "HKG" | "SGP" => "Chinese",
        "COD" | "SSD" | "CAF" | "ZWE" | "SOM" | "RWA" | "NGA" | "KEN" | "ERI" | "BDI" | "UGA"
        | "TZA" | "LBR" | "MLI" | "GNB" => "African",
        _ => "other",
    }
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// The passenger side of a listed person: the primary name as a system might render it.
fn damage(entries: &[Entry], snapshot: &Snapshot, settings: &Settings) {
    let mut searcher = snapshot.searcher();
    let mut chance = Chance(11);
    let kinds = [
        "as listed",
        "glued title",
        "duplicated name",
        "initials",
        "truncated",
        "given names joined",
        "all joined",
        "swapped",
        "one typing error",
    ];
    let usable: Vec<(&Entry, String, String)> = entries
        .iter()
        .filter(|entry| entry.person.born.iter().any(|born| born.from == born.to))
        .filter_map(|entry| {
            let (surname, given) = halves(&entry.person.names.first()?.text)?;
            Some((entry, surname.to_uppercase(), given.to_uppercase()))
        })
        .collect();
    for kind in kinds {
        let (mut hits, mut bare, mut of) = (0, 0, 0);
        for _ in 0..1500 {
            let (entry, surname, given) = chance.of(&usable);
            let text = match kind {
                "as listed" => format!("{surname}/{given}"),
                "glued title" => format!(
                    "{}/{}{}",
                    letters(surname),
                    letters(given),
                    chance.of(&["MR", "MRS", "MS", "MSTR", "DR"])
                ),
                "duplicated name" => format!("{given} {surname}/{given} {surname}"),
                "initials" => {
                    let mut words: Vec<String> =
                        given.split_whitespace().map(str::to_owned).collect();
                    let first = letters(&words[0]);
                    words[0] = first.chars().take(1).collect();
                    format!("{surname}/{}", words.join(" "))
                }
                "truncated" => {
                    let whole = format!("{surname}/{given}");
                    let keep = (whole.chars().count() * 4 / 5).max(surname.chars().count() + 3);
                    whole.chars().take(keep).collect()
                }
                "given names joined" => format!("{surname}/{}", letters(given)),
                "all joined" => letters(&format!("{surname}{given}")),
                "swapped" => format!("{given}/{surname}"),
                _ => {
                    let mut text: Vec<char> = surname.chars().collect();
                    if text.len() >= 4 {
                        let at = 1 + chance.below(text.len() - 2);
                        text.swap(at, at + 1);
                    }
                    format!("{}/{given}", text.into_iter().collect::<String>())
                }
            };
            let mut query = Person::named(&text);
            of += 1;
            bare += usize::from(reaches(&mut searcher, &query, entry, settings));
            query.born = entry
                .person
                .born
                .iter()
                .find(|born| born.from == born.to)
                .copied()
                .into_iter()
                .collect();
            query.nationalities = entry.person.nationalities.clone();
            let ok = reaches(&mut searcher, &query, entry, settings);
            hits += usize::from(ok);
        }
        row(&format!("{kind}, in review"), hits, of, "≥ 97 %");

        row(&format!("{kind}, name alone, in review"), bare, of, "–");
    }
    for kind in [
        "year off by one to three",
        "day and month swapped",
        "no birth date",
        "year only in the list",
    ] {
        let (mut hits, mut of) = (0, 0);
        for _ in 0..1500 {
            let (entry, surname, given) = chance.of(&usable);
            let day = entry
                .person
                .born
                .iter()
                .find(|born| born.from == born.to)
                .unwrap()
                .from;
            let (mut year, mut month, mut date) = (day.year(), day.month(), day.day());
            match kind {
                "year off by one to three" => year += [-3, -2, -1, 1, 2, 3][chance.below(6)],
                "day and month swapped" => {
                    if date > 12 || date == month {
                        continue;
                    }
                    (month, date) = (date, month);
                }
                _ => {}
            }
            of += 1;
            let mut query = Person::named(&format!("{surname}/{given}"));
            query.nationalities = entry.person.nationalities.clone();
            if kind != "no birth date" {
                let Some(born) = PartialDate::new(year, Some(month as u8), Some(date as u8)) else {
                    continue;
                };
                query.born = SmallVec::from_iter([born.into()]);
            }
            if kind == "year only in the list" {
                let mut changed = (*entry).clone();
                changed.person.born =
                    SmallVec::from_iter([PartialDate::new(day.year(), None, None).unwrap().into()]);
                hits += usize::from(weigh(&query, &changed.person).bits() >= settings.review);
            } else {
                hits += usize::from(reaches(&mut searcher, &query, entry, settings));
            }
        }
        row(
            &format!("right name, {kind}, in review"),
            hits,
            of,
            "≥ 90 %",
        );
    }
    let (mut alerts, mut of) = (0, 0);
    for _ in 0..3000 {
        let (entry, surname, given) = chance.of(&usable);
        let born = random_birth(&mut chance);
        if entry
            .person
            .born
            .iter()
            .any(|own| (own.from.year() - born.from.year()).abs() < 5)
        {
            continue;
        }
        of += 1;
        let mut query = Person::named(&format!("{surname}/{given}"));
        query.born = SmallVec::from_iter([born]);
        query.nationalities = entry.person.nationalities.clone();
        alerts += usize::from(best(&mut searcher, &query, settings) == Band::Alert);
    }
    row(
        "namesakes with quite another birth year, in alert",
        alerts,
        of,
        "≤ 1 %",
    );
}

fn reaches(
    searcher: &mut Searcher<'_>,
    query: &Person,
    entry: &Entry,
    settings: &Settings,
) -> bool {
    searcher.search(query, settings).iter().any(|found| {
        found.entry == entry.entry && found.list == entry.list && found.band >= Band::Review
    })
}

/// The original-script name of a listed person against the Latin ones, and the other way round.
fn scripts(entries: &[Entry], settings: &Settings) {
    let latin = |name: &Name| script_of(&name.text).as_str() == "Latn";
    let mut tables: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    for entry in entries {
        let Some(original) = entry
            .person
            .names
            .iter()
            .find(|name| !latin(name) && script_of(&name.text).as_str() != "Zyyy")
        else {
            continue;
        };
        let mut listed = entry.person.clone();
        listed.names.retain(latin);
        if listed.names.is_empty() {
            continue;
        }
        let mut query = Person {
            names: vec![original.clone()],
            ..Person::default()
        };
        let bare = weigh(&query, &listed).bits();
        query.born = listed.born.iter().take(1).copied().collect();
        query.nationalities = listed.nationalities.clone();
        let full = weigh(&query, &listed).bits();
        for key in [
            script_of(&original.text).as_str().to_owned(),
            "all".to_owned(),
        ] {
            let cells = tables.entry(key).or_default();
            cells[0] += 1;
            cells[1] += usize::from(score(bare) >= 0.45);
            cells[2] += usize::from(bare >= settings.review);
            cells[3] += usize::from(full >= settings.review);
        }
    }
    for (script, c) in tables {
        row(
            &format!("original script {script} against Latin, in review with birth date"),
            c[3],
            c[0],
            "≥ 80 %",
        );
        row(
            &format!("original script {script} against Latin, name alone above 0.45"),
            c[1],
            c[0],
            "–",
        );
        row(
            &format!("original script {script} against Latin, name alone, in review"),
            c[2],
            c[0],
            "–",
        );
    }
}

/// How near a name is to the names that remain: the better of the ratio of sorted words and the
/// Jaro–Winkler similarity of aligned words.
fn closeness(alias: &str, names: &[Name]) -> f64 {
    let words = |text: &str| {
        let mut words: Vec<String> = text
            .split(|c: char| !c.is_alphanumeric() && c != '\'')
            .map(|word| word.to_lowercase().replace('\'', ""))
            .filter(|word| !word.is_empty())
            .collect();
        words.sort();
        words
    };
    let own = words(alias);
    names
        .iter()
        .map(|name| {
            let other = words(&name.text);
            let ratio = rapidfuzz::fuzz::ratio(own.join(" ").chars(), other.join(" ").chars());
            let (short, long) = if own.len() <= other.len() {
                (&own, &other)
            } else {
                (&other, &own)
            };
            let aligned = short
                .iter()
                .map(|a| {
                    long.iter()
                        .map(|b| {
                            rapidfuzz::distance::jaro_winkler::similarity(a.chars(), b.chars())
                        })
                        .fold(0.0, f64::max)
                })
                .sum::<f64>()
                / short.len().max(1) as f64
                * if short.len() == 1 && long.len() > 1 {
                    0.8
                } else {
                    1.0
                };
            ratio.max(aligned)
        })
        .fold(0.0, f64::max)
}

/// One alias of every entry is taken out of the list and searched for.
fn removed_alias(entries: &[Entry], settings: &Settings) {
    let mut list = Vec::with_capacity(entries.len());
    let mut queries = Vec::new();
    let mut chance = Chance(3);
    for entry in entries {
        let mut kept = entry.clone();
        let aliases: Vec<usize> = (1..entry.person.names.len())
            .filter(|at| script_of(&entry.person.names[*at].text).as_str() == "Latn")
            .collect();
        if !aliases.is_empty() {
            let removed = kept.person.names.remove(*chance.of(&aliases));
            // The same name written twice is no removal.
            let close = closeness(&removed.text, &kept.person.names);
            queries.push((entry, removed, close));
        }
        list.push(kept);
    }
    // A person on both lists would be found on the other one.
    let snapshots: Vec<Snapshot> = ["un-sc", "ofac-sdn"]
        .map(|name| Snapshot::build(list.iter().filter(|entry| entry.list == name).cloned()))
        .into();
    let mut searchers: Vec<Searcher<'_>> = snapshots.iter().map(Snapshot::searcher).collect();
    for with in [true, false] {
        let mut table = [[0_usize; 3]; 3];
        let lower = Settings {
            floor: -3.0,
            limit: Some(10),
            ..*settings
        };
        for (entry, alias, close) in &queries {
            let class = match close {
                c if *c >= 0.93 => 0,
                c if *c >= 0.85 => 1,
                c if *c >= 0.74 => 2,
                _ => continue,
            };
            let mut query = Person {
                names: vec![Name::new(&alias.text)],
                ..Person::default()
            };
            if with {
                query.born = entry.person.born.iter().take(1).copied().collect();
                query.nationalities = entry.person.nationalities.clone();
            }
            let searcher = &mut searchers[usize::from(entry.list == "ofac-sdn")];
            let found = searcher.search(&query, &lower);
            table[class][0] += 1;
            table[class][1] += usize::from(found.first().is_some_and(|first| {
                // Entries that weigh the same share the place.
                found
                    .iter()
                    .take_while(|other| other.bits >= first.bits - 1e-4)
                    .any(|other| other.entry == entry.entry && other.list == entry.list)
            }));
            table[class][2] += usize::from(found.iter().any(|m| {
                m.entry == entry.entry && m.list == entry.list && m.bits >= settings.review
            }));
        }
        let fields = if with {
            "with birth date and nationality"
        } else {
            "name alone"
        };
        for (class, (name, aim)) in [
            ("close", "≥ 99 %"),
            ("middling", "≥ 96 %"),
            ("far", "≥ 75 %"),
        ]
        .iter()
        .enumerate()
        {
            row(
                &format!("removed alias, {name}, {fields}, first place"),
                table[class][1],
                table[class][0],
                aim,
            );
        }
        let sum = |column: usize| table.iter().map(|cells| cells[column]).sum::<usize>();
        row(
            &format!("removed alias, {fields}, in review"),
            sum(2),
            sum(0),
            "≥ 90 %",
        );
    }
}

fn gtas(settings: &Settings) {
    println!(
        "\nNames that GTAS never finds:\n\n| traveller | list | bits | band |\n|---|---|---|---|"
    );
    for (left, right, born) in [
        ("HUSSAIN/YASER", "YASIR HUSSEIN", Some("1980-01-02")),
        ("MUHAMMAD AL-BAGHDADI", "MOHAMMED AL BAGHDADI", None),
        ("MUHAMMAD/AL-BAGHDADI", "AL-BAGHDADI, Muhammad", None),
        (
            "ALZAWAHRI/AYMAN MR",
            "AIMAN MUHAMMED RABI AL-ZAWAHIRI",
            Some("1951-06-19"),
        ),
    ] {
        let mut a = Person::named(left);
        let mut b = Person::named(right);
        a.born = born.and_then(pairs::born).into_iter().collect();
        b.born = a.born.clone();
        let weight = weigh(&a, &b);
        let _ = evidence(&a, &b, &weight);
        println!(
            "| {left} | {right} | {:.1} | {} |",
            weight.bits(),
            settings.band(weight.bits()).as_str()
        );
    }
}

fn recall_of_index(entries: &[Entry], snapshot: &Snapshot, settings: &Settings) {
    let mut searcher = snapshot.searcher();
    let mut chance = Chance(5);
    let (mut all, mut found) = (0_u32, 0_u32);
    for at in 0..300 {
        let one = chance.of(entries);
        let name = chance.of(&one.person.names);
        let mut query = Person {
            names: vec![Name::new(&name.text)],
            ..Person::default()
        };
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
