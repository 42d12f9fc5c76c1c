//! The canonical form of a listed subject.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sha2::{Digest, Sha256};
use tidewaiter_domain::{Calendar, ListedPlace, ListedSubject, PartialDate};

use super::super::node::squeezed;

/// Fields of lists that only say when or how often a record was edited, or number it in the
/// publisher's database.
const STAMPS: &[&str] = &[
    "DATAID",
    "VERSIONNUM",
    "LAST_DAY_UPDATED",
    "SORT_KEY",
    "SORT_KEY_LAST_MOD",
    "OFSIGroupID",
    "referents",
];

/// The SHA-256 of a canonical form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The 32 bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a subject says, field by field: a set of statements each, without order, white space and
/// update stamps. Fields that say nothing are absent. The names of the fields are those of
/// `inspect --json`.
pub fn canonical(subject: &ListedSubject) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut fields: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    let mut say = |field: &'static str, statement: String| {
        if !statement.is_empty() {
            fields.entry(field).or_default().insert(statement);
        }
    };
    say("kind", subject.kind.as_str().to_owned());
    for name in &subject.names {
        let parts = |texts: &[tidewaiter_domain::Text]| {
            texts
                .iter()
                .map(|t| squeezed(t))
                .collect::<Vec<_>>()
                .join("\u{1f}")
        };
        say(
            "names",
            statement([
                name.kind.as_str(),
                name.quality.as_str(),
                &squeezed(&name.full),
                name.surname.as_deref().unwrap_or_default(),
                &parts(&name.given),
                &parts(&name.other_parts),
                &parts(&name.titles),
            ]),
        );
    }
    for birth in &subject.born {
        let calendar = match birth.calendar {
            Calendar::Gregorian => "",
            Calendar::Hijri => "hijri",
            Calendar::SolarHijri => "solar-hijri",
        };
        say(
            "born",
            statement([
                &birth.from.to_string(),
                &birth.to.to_string(),
                if birth.circa { "circa" } else { "" },
                calendar,
            ]),
        );
    }
    for place in &subject.birthplaces {
        say("born_in", place_statement(place));
    }
    if let Some(sex) = subject.sex {
        say("sex", sex.as_str().to_owned());
    }
    for country in &subject.nationalities {
        say("nationalities", country.as_str().to_owned());
    }
    let date = |date: Option<PartialDate>| date.map(|d| d.to_string()).unwrap_or_default();
    for document in &subject.documents {
        say(
            "documents",
            statement([
                &squeezed(&document.kind),
                &squeezed(&document.number),
                document.issuer.as_ref().map_or("", |c| c.as_str()),
                &date(document.issued),
                &date(document.expires),
                &squeezed(document.note.as_deref().unwrap_or_default()),
            ]),
        );
    }
    for place in &subject.addresses {
        say("addresses", place_statement(place));
    }
    for programme in &subject.programmes {
        say("programmes", squeezed(programme).into());
    }
    for measure in &subject.measures {
        say("measures", squeezed(measure.as_str()).into());
    }
    for reference in &subject.legal_references {
        say("legal_references", squeezed(reference).into());
    }
    if let Some(date) = subject.listed_on {
        say("listed_on", date.to_string());
    }
    if let Some(validity) = subject.validity {
        for (field, date) in [
            ("valid_from", validity.from),
            ("valid_until", validity.until),
        ] {
            if let Some(date) = date {
                say(field, date.to_string());
            }
        }
    }
    for comment in &subject.comments {
        say("comments", squeezed(comment).into());
    }
    for (field, text) in &subject.unread {
        if !STAMPS.contains(&field.as_str()) {
            say("unread", statement([field, &squeezed(text)]));
        }
    }
    fields
}

fn place_statement(place: &ListedPlace) -> String {
    statement([
        place.country.as_ref().map_or("", |c| c.as_str()),
        &squeezed(place.city.as_deref().unwrap_or_default()),
        &squeezed(place.text.as_deref().unwrap_or_default()),
    ])
}

/// Parts of one statement, with a separator that no text of a list holds.
fn statement<const N: usize>(parts: [&str; N]) -> String {
    parts.join("\u{1e}")
}

/// The address of what one subject says.
pub fn subject_address(subject: &ListedSubject) -> ContentHash {
    let mut hash = Sha256::new();
    let mut put = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    put(&subject.list);
    put(&subject.entry);
    for (field, statements) in canonical(subject) {
        put(field);
        put(&statements.len().to_string());
        for statement in statements {
            put(&statement);
        }
    }
    ContentHash(hash.finalize().into())
}

/// The address of a version of a list: of what its subjects say, in whatever order.
pub fn address(subjects: &[ListedSubject]) -> ContentHash {
    let mut addresses: Vec<ContentHash> = subjects.iter().map(subject_address).collect();
    addresses.sort_unstable();
    let mut hash = Sha256::new();
    for address in addresses {
        hash.update(address.bytes());
    }
    ContentHash(hash.finalize().into())
}
