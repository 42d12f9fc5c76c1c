//! Retrieval of removed aliases: one alias of every entry is taken out of the list and searched for.
#![allow(dead_code)]

use tidewaiter_matching::{
    Entry, Match, Name, Person, Searcher, Settings, Snapshot, Weight, script_of, weigh,
};

use crate::lists::Chance;

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
pub(crate) struct Removed<'e> {
    pub(crate) entry: &'e Entry,
    pub(crate) alias: Name,
    /// Its place in [`CLASSES`].
    pub(crate) class: usize,
}

/// How near removed aliases are to the names that remain, from which closeness on, and the share of
/// them that must come first.
pub(crate) const CLASSES: [(&str, f64, &str); 3] = [
    ("close", 0.93, "≥ 99 %"),
    ("middling", 0.85, "≥ 96 %"),
    ("far", 0.74, "≥ 75 %"),
];

/// The lists without one alias of every entry, and the aliases taken out of them.
pub(crate) fn removals(entries: &[Entry]) -> (Vec<Removed<'_>>, Vec<Entry>, [Snapshot; 2]) {
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
    (removed, list, snapshots)
}

const LISTS: [&str; 2] = ["un-sc", "ofac-sdn"];

impl Removed<'_> {
    pub(crate) fn query(&self, with_rest: bool) -> Person {
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

/// What became of one removed alias.
pub(crate) struct Outcome {
    /// What its entry weighs without it.
    pub(crate) own: Weight,
    pub(crate) person: Person,
    /// What a search returns first, other than the entry itself.
    pub(crate) rival: Option<Match>,
    /// Whether no entry of the list weighs more.
    pub(crate) first: bool,
    /// Whether none weighs as much either, or those that do are behind it in the order of answers.
    pub(crate) alone: bool,
}

/// Bits from which on the index is asked for rivals; below them every entry is weighed.
const INDEXED: f32 = -3.0;

pub(crate) struct Retrieval<'s> {
    lists: [Vec<&'s Entry>; 2],
    searchers: Vec<Searcher<'s>>,
    settings: Settings,
}

impl<'s> Retrieval<'s> {
    pub(crate) fn new(
        list: &'s [Entry],
        snapshots: &'s [Snapshot; 2],
        settings: &Settings,
    ) -> Self {
        Self {
            lists: LISTS.map(|name| list.iter().filter(|entry| entry.list == name).collect()),
            searchers: snapshots.iter().map(Snapshot::searcher).collect(),
            settings: Settings {
                floor: INDEXED,
                limit: Some(20),
                ..*settings
            },
        }
    }

    /// Ranks all entries of the list for one removed alias. An entry that is the same person listed
    /// once more (a name and the birth date are the same) is no rival: either is the right answer.
    pub(crate) fn outcome(&mut self, removed: &Removed<'_>, query: &Person) -> Outcome {
        let at = usize::from(removed.entry.list == LISTS[1]);
        let mut person = removed.entry.person.clone();
        person.names.retain(|name| name.text != removed.alias.text);
        let own = weigh(query, &person);
        let bits = own.bits();
        let twin = |other: &Person| listed_twice(&removed.entry.person, other);
        let rivals: Vec<Match> = self.searchers[at]
            .search(query, &self.settings)
            .into_iter()
            .filter(|found| !removed.is(found) && !twin(&found.person))
            .collect();
        let (mut first, mut alone) = (true, true);
        let mut against = |other: f32, entry: &str| {
            first &= other <= bits + TIE;
            alone &= other < bits - TIE || (other <= bits + TIE && *entry > *removed.entry.entry);
        };
        for rival in &rivals {
            against(rival.bits, &rival.entry);
        }
        if bits < INDEXED + TIE {
            for other in &self.lists[at] {
                if other.entry != removed.entry.entry && !twin(&other.person) {
                    against(weigh(query, &other.person).bits(), &other.entry);
                }
            }
        }
        Outcome {
            own,
            person,
            rival: rivals.into_iter().next(),
            first,
            alone,
        }
    }
}

/// Sums of evidence that differ by less are the same.
const TIE: f32 = 1e-4;

/// Whether two entries of one list are one person: a birth date and a name are the same.
fn listed_twice(one: &Person, other: &Person) -> bool {
    let words = |name: &Name| {
        let mut words: Vec<String> = name
            .text
            .split(|letter: char| !letter.is_alphanumeric())
            .map(str::to_lowercase)
            .filter(|word| !word.is_empty())
            .collect();
        words.sort();
        words
    };
    one.born.iter().any(|born| other.born.contains(born))
        && one.nationalities == other.nationalities
        && one.names.iter().any(|name| {
            let own = words(name);
            own.len() >= 2 && other.names.iter().any(|name| words(name) == own)
        })
}
