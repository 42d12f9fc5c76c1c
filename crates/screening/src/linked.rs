//! What linked statements tell each other: where one says nothing, another of the same traveller may.
//!
//! A booking often names no date of birth, while the passenger list of the same traveller gives one.
//! Screened alone the booking would be held against everybody of that name. So whatever a statement
//! leaves unknown is taken from the first of the others that states it; whatever it states itself
//! stays, however much the others differ, so that a person with one wrong field in one message is
//! still found by the other. All statements were admitted for the same purpose, and so is whatever is
//! taken from them.

use tidewaiter_domain::Text;
use tidewaiter_mandate::DataSet;
use tidewaiter_matching::{Field, Person};

use crate::canon::{Digest, Malformed, Reader, Writer};
use crate::statement::Statement;

/// A field that was compared and stands in another statement of the same traveller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// Which, as in the evidence: `born`, `sex` ...
    pub field: Text,
    /// The body of data that states it.
    pub source: DataSet,
    /// The caller's name of the statement that states it.
    pub reference: Text,
}

impl Filled {
    pub(crate) fn write(&self, out: &mut Writer) {
        let Self {
            field,
            source,
            reference,
        } = self;
        out.text(field);
        out.byte(crate::canon::place(DataSet::ALL, source));
        out.text(reference);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            field: reader.text()?,
            source: reader.one_of(DataSet::ALL)?,
            reference: reader.text()?,
        })
    }
}

/// A person by one statement, completed by the others.
pub(crate) struct Completed {
    pub(crate) person: Person,
    /// Hash of the identity data that matching compares, those of others included.
    pub(crate) identity: Digest,
    pub(crate) filled: Vec<Filled>,
}

/// Each statement of a traveller with what it leaves unknown filled from the others.
pub(crate) fn completed(statements: &[Statement]) -> Vec<Completed> {
    (0..statements.len())
        .map(|at| complete(statements, at))
        .collect()
}

fn complete(statements: &[Statement], at: usize) -> Completed {
    let own = &statements[at];
    let mut person = own.person.clone();
    let mut filled = Vec::new();
    let mut identity = Writer::default();
    identity.hash(&own.identity);
    for field in FIELDS {
        if !(field.is_unknown)(&person) {
            continue;
        }
        let others = statements.iter();
        let mut stated = others.filter(|other| !(field.is_unknown)(&other.person));
        let Some(other) = stated.next() else { continue };
        (field.take)(&mut person, &other.person);
        identity.text(field.field.as_str());
        (field.write)(&person, &mut identity);
        filled.push(Filled {
            field: field.field.as_str().into(),
            source: other.source,
            reference: other.reference.clone(),
        });
    }
    Completed {
        identity: match filled.is_empty() {
            true => own.identity,
            false => identity.digest(),
        },
        person,
        filled,
    }
}

/// A field that may be filled.
struct Fillable {
    field: Field,
    is_unknown: fn(&Person) -> bool,
    take: fn(&mut Person, &Person),
    write: fn(&Person, &mut Writer),
}

const FIELDS: &[Fillable] = &[
    Fillable {
        field: Field::Born,
        is_unknown: |person| person.born.is_empty(),
        take: |person, other| person.born.clone_from(&other.born),
        write: |person, out| {
            out.list(&person.born, |out, born| {
                out.date(born.from);
                out.date(born.to);
                out.flag(born.circa);
            });
        },
    },
    Fillable {
        field: Field::Sex,
        is_unknown: |person| person.sex.is_none(),
        take: |person, other| person.sex = other.sex,
        write: |person, out| out.option(person.sex, |out, sex| out.text(sex.as_str())),
    },
    Fillable {
        field: Field::Nationality,
        is_unknown: |person| person.nationalities.is_empty(),
        take: |person, other| person.nationalities.clone_from(&other.nationalities),
        write: |person, out| out.list(&person.nationalities, |out, code| out.country(*code)),
    },
    Fillable {
        field: Field::Birthplace,
        is_unknown: |person| person.birth_countries.is_empty(),
        take: |person, other| person.birth_countries.clone_from(&other.birth_countries),
        write: |person, out| out.list(&person.birth_countries, |out, code| out.country(*code)),
    },
    Fillable {
        field: Field::Document,
        is_unknown: |person| person.documents.is_empty(),
        take: |person, other| person.documents.clone_from(&other.documents),
        write: |person, out| {
            out.list(&person.documents, |out, document| {
                out.text(&document.number);
                out.option(document.issuer, Writer::country);
            });
        },
    },
];

/// Adds to a sentence what was taken from where.
pub(crate) fn in_words(filled: &[Filled], sentence: &mut Text) {
    for (source, name) in [(DataSet::Api, "passenger list"), (DataSet::Pnr, "booking")] {
        let from = filled.iter().filter(|one| one.source == source);
        let fields: Vec<&str> = from
            .map(|one| {
                let known = FIELDS
                    .iter()
                    .find(|known| known.field.as_str() == one.field);
                known.map_or(one.field.as_str(), |known| known.field.in_words())
            })
            .collect();
        let (fields, verb) = match fields.as_slice() {
            [] => continue,
            [one] => ((*one).to_owned(), "is"),
            [before @ .., last] => (format!("{} and {last}", before.join(", ")), "are"),
        };
        sentence.push_str(&format!(
            " Not stated here: {fields}; {verb} compared as another message (a {name}) of the same \
             traveller states it."
        ));
    }
}
