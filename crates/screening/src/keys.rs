//! Look-back keys: by what a new entry finds who is already held.
//!
//! A held traveller keeps few keys ([`of_statement`], at most [`MOST_NAME_KEYS`] for the name); a new
//! or changed entry asks for many ([`probes`]). Whoever a full screening would find is meant to share
//! a key with the entry; `docs/screening.md` says how far that is so, and the `lookback` example
//! measures it. A key names a candidate only: what is found by it is screened.

use tidewaiter_domain::{ListedSubject, Text};
use tidewaiter_formats::lists::documents::{folded, strict};
use tidewaiter_matching::Person;

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

/// The keys of a held person's names.
pub fn of_person(person: &Person) -> Vec<Key> {
    let _ = person;
    Vec::new()
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
    let _ = person;
    Vec::new()
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
