//! The persons of the UN and OFAC lists in `data/subjects.tsv`, and a small deterministic chance.
#![allow(dead_code)]

use tidewaiter_domain::{CountryCode, NameQuality, Sex};
use tidewaiter_matching::{Entry, Name, Person};

use crate::pairs;

pub(crate) fn country(text: &str) -> Option<CountryCode> {
    CountryCode::new(text.as_bytes().try_into().ok()?)
}

pub(crate) fn load() -> Vec<Entry> {
    include_str!("../../data/subjects.tsv")
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let names = cells[5]
                .split(" | ")
                .map(|text| match text.strip_prefix('~') {
                    Some(weak) => Name::new(weak).with_quality(NameQuality::Low),
                    None => Name::new(text),
                });
            Entry {
                list: cells[0].into(),
                entry: cells[1].into(),
                person: Person {
                    names: names.filter(|name| !name.is_empty()).collect(),
                    born: cells[2].split(';').filter_map(pairs::born).collect(),
                    nationalities: cells[3].split(';').filter_map(country).collect(),
                    sex: match cells[4] {
                        "M" => Some(Sex::Male),
                        "F" => Some(Sex::Female),
                        _ => None,
                    },
                    ..Person::default()
                },
            }
        })
        .collect()
}

/// SplitMix64.
#[derive(Clone)]
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub(crate) fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// The primary name of a listed person split into surname and given names, as a passenger would
/// give it. Koreans and Chinese write the surname first.
pub(crate) fn halves_of(entry: &Entry) -> Option<(String, String)> {
    let name = &entry.person.names.first()?.text;
    let surname_first = entry
        .person
        .nationalities
        .iter()
        .any(|nation| ["PRK", "KOR", "CHN", "TWN"].contains(&nation.as_str()));
    if surname_first && !name.contains(',') {
        let (surname, given) = name.trim().split_once(' ')?;
        return Some((surname.into(), given.into()));
    }
    halves(name)
}

/// A name split into surname and given names: at its comma, else before its last word.
pub(crate) fn halves(name: &str) -> Option<(String, String)> {
    if let Some((surname, given)) = name.split_once(',') {
        return Some((surname.trim().into(), given.trim().into()));
    }
    let (given, surname) = name.trim().rsplit_once(' ')?;
    Some((surname.into(), given.into()))
}
