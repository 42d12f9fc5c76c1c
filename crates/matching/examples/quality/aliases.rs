//! Retrieval: one alias of every entry is taken out of the list and searched for.

use tidewaiter_matching::{
    Entry, Match, Name, Person, Searcher, Settings, Snapshot, script_of, weigh,
};

use crate::lists::Chance;
use crate::row;

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

/// An entry of which an alias was taken out of the list.
struct Removed<'e> {
    entry: &'e Entry,
    alias: Name,
    /// Its place in [`CLASSES`].
    class: usize,
}

/// How near removed aliases are to the names that remain, from which closeness on, and the share of
/// them that must come first.
const CLASSES: [(&str, f64, &str); 3] = [
    ("close", 0.93, "≥ 99 %"),
    ("middling", 0.85, "≥ 96 %"),
    ("far", 0.74, "≥ 75 %"),
];

/// The lists without one alias of every entry, and the aliases taken out of them.
fn removals(entries: &[Entry]) -> (Vec<Removed<'_>>, [Snapshot; 2]) {
    let mut list = Vec::with_capacity(entries.len());
    let mut removed = Vec::new();
    let mut chance = Chance(3);
    for entry in entries {
        let mut kept = entry.clone();
        let aliases: Vec<usize> = (1..entry.person.names.len())
            .filter(|at| script_of(&entry.person.names[*at].text).as_str() == "Latn")
            .collect();
        if !aliases.is_empty() {
            let alias = kept.person.names.remove(*chance.of(&aliases));
            let close = closeness(&alias.text, &kept.person.names);
            if let Some(class) = CLASSES.iter().position(|(_, least, _)| close >= *least) {
                removed.push(Removed {
                    entry,
                    alias,
                    class,
                });
            }
        }
        list.push(kept);
    }
    // A person on both lists would be found on the other one.
    let snapshots =
        LISTS.map(|name| Snapshot::build(list.iter().filter(|entry| entry.list == name).cloned()));
    (removed, snapshots)
}

const LISTS: [&str; 2] = ["un-sc", "ofac-sdn"];

impl Removed<'_> {
    fn query(&self, with_rest: bool) -> Person {
        let mut query = Person {
            names: vec![Name::new(&self.alias.text)],
            ..Person::default()
        };
        if with_rest {
            query.born = self.entry.person.born.iter().take(1).copied().collect();
            query.nationalities = self.entry.person.nationalities.clone();
        }
        query
    }

    fn is(&self, found: &Match) -> bool {
        found.entry == self.entry.entry && found.list == self.entry.list
    }
}

/// Searches as deep as the first places need.
fn search(
    searchers: &mut [Searcher<'_>],
    removed: &Removed<'_>,
    query: &Person,
    settings: &Settings,
) -> Vec<Match> {
    let lower = Settings {
        floor: -3.0,
        limit: Some(10),
        ..*settings
    };
    let searcher = &mut searchers[usize::from(removed.entry.list == LISTS[1])];
    searcher.search(query, &lower)
}

/// One alias of every entry is taken out of the list and searched for.
pub(crate) fn removed_alias(entries: &[Entry], settings: &Settings) {
    let (all, snapshots) = removals(entries);
    let mut searchers: Vec<Searcher<'_>> = snapshots.iter().map(Snapshot::searcher).collect();
    for with in [true, false] {
        let mut table = [[0_usize; 3]; CLASSES.len()];
        for removed in &all {
            let found = search(&mut searchers, removed, &removed.query(with), settings);
            let cells = &mut table[removed.class];
            cells[0] += 1;
            cells[1] += usize::from(found.first().is_some_and(|first| {
                // Entries that weigh the same share the place.
                found
                    .iter()
                    .take_while(|other| other.bits >= first.bits - 1e-4)
                    .any(|other| removed.is(other))
            }));
            cells[2] += usize::from(
                found
                    .iter()
                    .any(|found| removed.is(found) && found.bits >= settings.review),
            );
        }
        let fields = if with {
            "with birth date and nationality"
        } else {
            "name alone"
        };
        for ((name, _, aim), cells) in CLASSES.iter().zip(&table) {
            row(
                &format!("removed alias, {name}, {fields}, first place"),
                cells[1],
                cells[0],
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

/// The removed aliases that did not come first or not into review, with birth date and
/// nationality: the class, what was missed, the alias with the name that fits it best and its bits,
/// and what came first.
pub(crate) fn misses(entries: &[Entry], settings: &Settings) {
    let (all, snapshots) = removals(entries);
    let mut searchers: Vec<Searcher<'_>> = snapshots.iter().map(Snapshot::searcher).collect();
    for removed in &all {
        let query = removed.query(true);
        let found = search(&mut searchers, removed, &query, settings);
        let mut own = removed.entry.person.clone();
        own.names.retain(|name| name.text != removed.alias.text);
        let weight = weigh(&query, &own);
        let first = found.first();
        let is_first = first.is_some_and(|first| first.bits <= weight.bits() + 1e-4);
        let missed = match (is_first, weight.bits() >= settings.review) {
            (true, true) => continue,
            (false, true) => "place",
            (true, false) => "review",
            (false, false) => "both",
        };
        println!(
            "{}\t{missed}\t{}\t{}\t{}\t{:.2} = {:.2} {:+.2}\t{}\t{}",
            CLASSES[removed.class].0,
            removed.entry.entry,
            removed.alias.text,
            own.names
                .get(weight.matched())
                .map_or("", |name| name.text.as_str()),
            weight.bits(),
            weight.name,
            weight.rest,
            query
                .born
                .first()
                .map_or_else(|| "no date".to_owned(), |born| born.from.to_string()),
            first
                .filter(|_| !is_first)
                .map_or_else(String::new, |first| format!(
                    "first: {} {:.2}",
                    first.matched_name, first.bits
                )),
        );
    }
}
