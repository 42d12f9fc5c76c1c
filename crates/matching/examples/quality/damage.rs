//! Listed persons as passengers: names damaged on the way, dates that are wrong, and other scripts.

use std::collections::BTreeMap;

use smallvec::SmallVec;
use tidewaiter_domain::PartialDate;
use tidewaiter_matching::{
    Band, Entry, Name, Person, Searcher, Settings, Snapshot, score, script_of, weigh,
};

use crate::lists::{Chance, halves_of};
use crate::{random_birth, row};

fn best(searcher: &mut Searcher<'_>, query: &Person, settings: &Settings) -> Band {
    searcher
        .search(query, settings)
        .first()
        .map_or(Band::None, |found| found.band)
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// How a passenger's name may reach us.
pub(crate) const KINDS: [&str; 9] = [
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

/// A listed person's name as a system might render it.
pub(crate) fn damaged(kind: &str, surname: &str, given: &str, chance: &mut Chance) -> String {
    match kind {
        "as listed" => format!("{surname}/{given}"),
        "glued title" => format!(
            "{}/{}{}",
            letters(surname),
            letters(given),
            chance.of(&["MR", "MRS", "MS", "MSTR", "DR"])
        ),
        "duplicated name" => format!("{given} {surname}/{given} {surname}"),
        "initials" => {
            let mut words: Vec<String> = given.split_whitespace().map(str::to_owned).collect();
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
    }
}

/// The passenger side of a listed person: the primary name as a system might render it.
pub(crate) fn damage(entries: &[Entry], snapshot: &Snapshot, settings: &Settings) {
    let mut searcher = snapshot.searcher();
    let mut chance = Chance(11);
    let usable: Vec<(&Entry, String, String)> = entries
        .iter()
        .filter(|entry| entry.person.born.iter().any(|born| born.from == born.to))
        .filter_map(|entry| {
            let (surname, given) = halves_of(entry)?;
            Some((entry, surname.to_uppercase(), given.to_uppercase()))
        })
        .collect();
    for kind in KINDS {
        let (mut hits, mut bare, mut of) = (0, 0, 0);
        for _ in 0..1500 {
            let (entry, surname, given) = chance.of(&usable);
            let text = damaged(kind, surname, given, &mut chance);
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
            if !ok && std::env::var_os("SHOW").is_some() {
                let w = weigh(&query, &entry.person);
                eprintln!(
                    "{kind}\t{text}\t{}\t{:.2} {:.2}",
                    entry.entry, w.name, w.rest
                );
            }
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
pub(crate) fn scripts(entries: &[Entry], settings: &Settings) {
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
