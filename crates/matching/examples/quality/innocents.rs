//! Innocents: how many of them are put before a person, in all and by group.

use std::collections::BTreeMap;

use smallvec::SmallVec;
use tidewaiter_matching::{
    Band, Entry, Match, Name, Person, Searcher, Settings, Snapshot, evidence, script_of, weigh,
};

use crate::lists::{self, Chance, halves, halves_of};
use crate::{random_birth, row};

/// People who are not listed: every word of their names is drawn from another listed person of one
/// nationality, as often as it occurs there, with a random date of birth.
///
/// `listed` prints the innocents in review instead of the rates.
pub(crate) fn innocents(entries: &[Entry], snapshot: &Snapshot, settings: &Settings, listed: bool) {
    let mut searcher = snapshot.searcher();
    let mut chance = Chance(7);
    let mut by_nation: BTreeMap<String, Vec<(String, Vec<String>)>> = BTreeMap::new();
    for entry in entries {
        let Some(nation) = entry.person.nationalities.first() else {
            continue;
        };
        if let Some((surname, given)) = halves_of(entry) {
            let given = given.split_whitespace().map(str::to_owned).collect();
            by_nation
                .entry(nation.to_string())
                .or_default()
                .push((surname, given));
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
    let mut tally = Tally {
        listed,
        ..Tally::default()
    };
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
    drawn(&mut searcher, settings, listed).print("innocents", "≤ 0.20 %", "");
}

/// People who are not listed: names of seventeen cultures as often as they are borne there, with a random
/// date of birth.
///
/// Drawn after the threshold was chosen, by other samples of 40 000.
fn drawn(searcher: &mut Searcher<'_>, settings: &Settings, listed: bool) -> Tally {
    let mut chance = Chance(2_027);
    let tables = cultures();
    let mut tally = Tally {
        listed,
        ..Tally::default()
    };
    while tally.made < 200_000 {
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
            searcher,
            &query,
            settings,
            &[culture, &format!("script {}", script.as_str()), sex],
        );
    }
    tally
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
    for line in include_str!("../../data/cultures.tsv").lines() {
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
    /// Whether every innocent in review is printed with what it was found for.
    listed: bool,
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
        if self.listed
            && band >= Band::Review
            && let Some(first) = found.first()
        {
            println!(
                "{}\t{}\t{}\t{top:.2}\t{}",
                groups[0],
                query.names[0].text,
                query.born[0].from,
                pieces(query, first)
            );
        }
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
        if self.listed {
            return;
        }
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

/// The words that found an entry, each with its relation and bits.
fn pieces(query: &Person, found: &Match) -> String {
    let weight = weigh(query, &found.person);
    let pieces: Vec<String> = evidence(query, &found.person, &weight)
        .iter()
        .map(|piece| {
            format!(
                "{}~{} {} {:+.1}",
                piece.query, piece.entry, piece.relation, piece.bits
            )
        })
        .collect();
    format!(
        "{} {}\t{}",
        found.entry,
        found.matched_name,
        pieces.join("; ")
    )
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
