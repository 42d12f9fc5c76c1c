//! Look-back keys: by what a new entry finds who is already held.
//!
//! A held traveller keeps few keys ([`of_statement`], at most [`MOST_NAME_KEYS`] for the name); a new
//! or changed entry asks for many ([`probes`]). Whoever a full screening would find is meant to share
//! a key with the entry; `docs/screening.md` says how far that is so, and the `lookback` example
//! measures it. A key names a candidate only: what is found by it is screened.

use std::collections::BTreeSet;

use tidewaiter_domain::{ListedSubject, Text};
use tidewaiter_formats::lists::documents::{folded, strict};
use tidewaiter_matching::{BlockingWord, Name, Person, Skeleton};

use crate::selector::{PHONE_TAIL, Selector, SelectorKind};
use crate::statement::{BookingStatement, Reach, Statement};

/// What kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// A blocking key of a name.
    Name,
    /// A document's number, lookalikes made one.
    Document,
    /// The last digits of a telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// The token of a payment card.
    Card,
    /// An address.
    Address,
    /// A travel agency.
    Agency,
}

impl From<SelectorKind> for KeyKind {
    fn from(kind: SelectorKind) -> Self {
        match kind {
            SelectorKind::Phone => Self::Phone,
            SelectorKind::Email => Self::Email,
            SelectorKind::Card => Self::Card,
            SelectorKind::Address => Self::Address,
            SelectorKind::Agency => Self::Agency,
        }
    }
}

/// A look-back key. The store keeps a keyed hash of it, never the text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What kind.
    pub kind: KeyKind,
    /// The normalised text.
    pub text: Text,
}

/// Most keys that a held traveller has for one name.
pub const MOST_NAME_KEYS: usize = 12;

/// The keys under which a traveller is held: of every name, document and contact of the statement,
/// each once.
pub fn of_statement(statement: &Statement) -> Vec<Key> {
    let mut keys = of_person(&statement.person);
    keys.extend(
        statement
            .documents
            .iter()
            .filter_map(|held| of_document(held.number.as_str())),
    );
    keys.extend(reaches(&statement.reach));
    unique(keys)
}

/// The keys under which a booking is held beside its travellers.
pub fn of_booking(booking: &BookingStatement) -> Vec<Key> {
    unique(reaches(&booking.reach).collect())
}

/// The keys of a held person's names. Of each two words: the rarer one whole with the first letter
/// of the other, where it is rare enough to find few; else both. Of each word: with the year of
/// birth. Where there is room, the other way round; and other readings of the name.
pub fn of_person(person: &Person) -> Vec<Key> {
    let mut texts: Vec<Text> = Vec::with_capacity(MOST_NAME_KEYS);
    let mut add = |text: Text| {
        if texts.len() < MOST_NAME_KEYS && !texts.contains(&text) {
            texts.push(text);
        }
    };
    let years: BTreeSet<i16> = person.born.iter().map(|born| born.from.year()).collect();
    for words in person.names.iter().flat_map(Name::blocking_words) {
        let words = held_words(words);
        let whole = || words.iter().filter(|word| !word.initial);
        for (at, word) in words.iter().enumerate() {
            for rarer in &words[..at] {
                if rarer.initial {
                    continue;
                }
                if rarer.rarity >= RARE || word.initial {
                    rarer.with_first(word).into_iter().for_each(&mut add);
                } else {
                    add(pair(&rarer.class, &word.class));
                }
            }
        }
        for word in whole() {
            years
                .iter()
                .for_each(|year| add(with_year(&word.class, *year)));
        }
        for (at, word) in words.iter().enumerate().filter(|(_, word)| !word.initial) {
            let others = words[..at].iter().filter(|other| other.rarity >= RARE);
            others.for_each(|other| word.with_first(other).into_iter().for_each(&mut add));
        }
        if let [alone] = words.as_slice() {
            add(single(&alone.class));
        }
    }
    texts.into_iter().map(name_key).collect()
}

/// The keys by which a new or changed entry asks for who is held: more than are kept, since a
/// question costs little and a key is kept for years.
pub fn probes(subject: &ListedSubject) -> Vec<Key> {
    let mut keys = name_probes(&subject.into());
    let documents = subject.documents.iter();
    keys.extend(documents.filter_map(|document| of_document(&document.number)));
    unique(keys)
}

/// The keys by which the names of an entry ask.
pub fn name_probes(person: &Person) -> Vec<Key> {
    let mut texts: BTreeSet<Text> = BTreeSet::new();
    let years = asked_years(person);
    for words in person.names.iter().flat_map(Name::blocking_words) {
        let asked = asked_words(&words);
        for (at, word) in asked.iter().enumerate() {
            for class in &word.classes {
                texts.insert(single(class));
                texts.extend(years.iter().map(|year| with_year(class, *year)));
                let others = asked.iter().enumerate().filter(|(other, _)| *other != at);
                for (_, other) in others {
                    texts.extend(other.first.map(|first| with_first(class, first)));
                    // A rare word stands whatever the other was misspelt to.
                    let any = FIRST_LETTERS.chars().filter(|_| word.rare);
                    texts.extend(any.map(|first| with_first(class, first)));
                    texts.extend(other.classes.iter().map(|other| pair(class, other)));
                }
            }
        }
    }
    texts.into_iter().map(name_key).collect()
}

/// The key of a document's number, on either side; `None` for a placeholder.
pub fn of_document(number: &str) -> Option<Key> {
    Some(Key {
        kind: KeyKind::Document,
        text: folded(&strict(number)?),
    })
}

/// The key by which a selector asks; `None` when it identifies nothing.
pub fn of_selector(selector: &Selector) -> Option<Key> {
    Some(of_value(selector.kind, &selector.normalised()?))
}

/// The key of a normalised value, on either side.
fn of_value(kind: SelectorKind, normalised: &str) -> Key {
    let text = match kind {
        SelectorKind::Phone => phone_tail(normalised, PHONE_TAIL),
        _ => normalised,
    };
    Key {
        kind: kind.into(),
        text: text.into(),
    }
}

fn reaches(reaches: &[Reach]) -> impl Iterator<Item = Key> + '_ {
    reaches
        .iter()
        .map(|reach| of_value(reach.kind, &reach.value))
}

/// The last `digits` of a number of digits.
pub(crate) fn phone_tail(number: &str, digits: usize) -> &str {
    number
        .len()
        .checked_sub(digits)
        .and_then(|start| number.get(start..))
        .unwrap_or(number)
}

fn unique(mut keys: Vec<Key>) -> Vec<Key> {
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Words of a name that make keys for who is held; of more, the rarest.
const MOST_WORDS: usize = 4;

/// Sounds of a word that count: what comes later is cut off by short fields.
const MOST_SOUNDS: usize = 4;

/// From this rarity on, in bits, a word and a letter find few enough.
const RARE: f32 = 6.0;

/// Years by which a date of birth may be off and its holder still be found by it.
const YEARS_OFF: i16 = 3;

/// Years of birth that an entry asks for, at most: a range wider than that tells nothing.
const MOST_YEARS: i16 = 30;

/// The beginning of a word's skeleton, a letter for each sound; a word of vowels is a dash.
fn class(skeleton: &Skeleton) -> Text {
    if skeleton.is_empty() {
        return Text::const_new("-");
    }
    let sounds = skeleton.iter().take(MOST_SOUNDS);
    sounds.map(|sound| char::from(b'a' + sound)).collect()
}

fn pair(one: &str, other: &str) -> Text {
    let (first, second) = if one <= other {
        (one, other)
    } else {
        (other, one)
    };
    [first, ".", second].concat().into()
}

fn with_first(class: &str, first: char) -> Text {
    format!("{class}~{first}").into()
}

fn with_year(class: &str, year: i16) -> Text {
    format!("{class}@{year}").into()
}

fn single(class: &str) -> Text {
    ["=", class].concat().into()
}

fn name_key(text: Text) -> Key {
    Key {
        kind: KeyKind::Name,
        text,
    }
}

/// A word of a held name.
struct HeldWord {
    class: Text,
    first: Option<char>,
    rarity: f32,
    initial: bool,
}

impl HeldWord {
    fn with_first(&self, other: &Self) -> Option<Text> {
        Some(with_first(&self.class, other.first?))
    }
}

/// A held name's words, the rarest first, initials last.
fn held_words(words: Vec<BlockingWord>) -> Vec<HeldWord> {
    let mut held: Vec<HeldWord> = words
        .iter()
        .filter_map(|word| {
            Some(HeldWord {
                // Without the article where one is glued on.
                class: class(word.skeletons.last()?),
                first: word.first(),
                rarity: word.rarity,
                initial: word.initial,
            })
        })
        .collect();
    held.sort_by(|a, b| {
        let initials = a.initial.cmp(&b.initial);
        initials.then_with(|| b.rarity.total_cmp(&a.rarity))
    });
    held.truncate(MOST_WORDS);
    held
}

/// A word of an entry: the classes it may be held under, none for an initial.
struct AskedWord {
    classes: BTreeSet<Text>,
    first: Option<char>,
    rare: bool,
}

/// The letters that [`BlockingWord::first`] gives.
const FIRST_LETTERS: &str = "abdfhjklmnrs";

/// A class and those in which one sound of `c`, `k`, `s`, `ch`, `j` is another: spellings take them
/// for one another.
fn with_soft_sounds(class: Text) -> impl Iterator<Item = Text> {
    const SOFT: [char; 3] = ['j', 'k', 'l'];
    let mut variants = vec![class.clone()];
    for (at, sound) in class
        .char_indices()
        .filter(|(_, sound)| SOFT.contains(sound))
    {
        for other in SOFT.into_iter().filter(|other| *other != sound) {
            let letters = class.char_indices();
            variants.push(
                letters
                    .map(|(i, s)| if i == at { other } else { s })
                    .collect(),
            );
        }
    }
    variants.into_iter()
}

fn asked_words(words: &[BlockingWord]) -> Vec<AskedWord> {
    let mut asked: Vec<AskedWord> = words
        .iter()
        .map(|word| {
            let own = word.skeletons.iter().map(class).flat_map(with_soft_sounds);
            let classes = own.chain(word.kin().map(class));
            AskedWord {
                classes: classes.filter(|_| !word.initial).collect(),
                first: word.first(),
                rare: word.rarity >= RARE,
            }
        })
        .collect();
    // Two words that a system wrote as one.
    for (at, word) in words.iter().enumerate() {
        for other in words.iter().skip(at + 1) {
            for (one, next) in [(word, other), (other, word)] {
                asked.push(AskedWord {
                    classes: BTreeSet::from([class(&one.joined(next))]),
                    first: one.first(),
                    rare: false,
                });
            }
        }
    }
    asked
}

/// The years of birth by which an entry asks.
fn asked_years(person: &Person) -> BTreeSet<i16> {
    let spans = person.born.iter().map(|born| {
        let (from, to) = (born.from.year() - YEARS_OFF, born.to.year() + YEARS_OFF);
        from..=to.min(from.saturating_add(MOST_YEARS))
    });
    spans.flatten().collect()
}
