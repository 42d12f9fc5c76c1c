//! A list while it is being read, and the reading that comes of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use tidewaiter_diagnostics::{Code, Diagnostic, SegmentPath, Span, codes::lists as codes};
use tidewaiter_domain::{
    BirthDate, Country, ListedName, ListedSubject, NameKind, SubjectKind, Text,
};

use super::dates::{Order, birth_dates};
use super::detect::ListFormat;
use super::refusal::{Refusal, entry};

/// What a list says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListReading {
    /// Which list: `un-sc`, `ofac-sdn`, `eu-fsf` ...
    pub list: Text,
    /// In which form it came.
    pub format: ListFormat,
    /// The date of publication that the file states.
    pub published: Option<Date>,
    /// Its entries in the order of the file.
    pub subjects: Vec<ListedSubject>,
    /// What was noticed.
    pub diagnostics: Vec<Diagnostic>,
    /// How many of everything.
    pub counts: ListCounts,
}

/// How many of everything a list holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListCounts {
    /// Natural persons.
    pub persons: u32,
    /// Organisations.
    pub organisations: u32,
    /// Vessels.
    pub vessels: u32,
    /// Aircraft.
    pub aircraft: u32,
    /// Entries whose kind the list does not say.
    pub unknown: u32,
    /// Names of all entries.
    pub names: u32,
    /// Persons with at least one date of birth that was understood.
    pub persons_with_birth_date: u32,
    /// Documents of all entries.
    pub documents: u32,
    /// Fields that no reader understands, by their name.
    pub unread: BTreeMap<Text, u32>,
    /// Countries that are not known, as written.
    pub unknown_countries: BTreeMap<Text, u32>,
}

impl ListCounts {
    /// Counts `subjects`.
    pub fn of(subjects: &[ListedSubject]) -> Self {
        let mut counts = Self::default();
        for subject in subjects {
            match subject.kind {
                SubjectKind::Person => counts.persons += 1,
                SubjectKind::Organisation => counts.organisations += 1,
                SubjectKind::Vessel => counts.vessels += 1,
                SubjectKind::Aircraft => counts.aircraft += 1,
                SubjectKind::Unknown => counts.unknown += 1,
            }
            counts.names += subject.names.len() as u32;
            counts.documents += subject.documents.len() as u32;
            if subject.kind == SubjectKind::Person && !subject.born.is_empty() {
                counts.persons_with_birth_date += 1;
            }
            for (field, _) in &subject.unread {
                *counts.unread.entry(field.clone()).or_default() += 1;
            }
            let places = subject.birthplaces.iter().chain(&subject.addresses);
            let countries = subject
                .nationalities
                .iter()
                .chain(places.filter_map(|place| place.country.as_ref()))
                .chain(subject.documents.iter().filter_map(|d| d.issuer.as_ref()));
            for country in countries {
                if let Country::Unknown(text) = country {
                    *counts.unknown_countries.entry(text.clone()).or_default() += 1;
                }
            }
        }
        counts
    }

    /// All entries.
    pub const fn entries(&self) -> u32 {
        self.persons + self.organisations + self.vessels + self.aircraft + self.unknown
    }
}

/// A list while it is being read.
pub(super) struct Draft {
    pub(super) list: Text,
    pub(super) format: ListFormat,
    pub(super) published: Option<Date>,
    pub(super) subjects: Vec<ListedSubject>,
    pub(super) diagnostics: Vec<Diagnostic>,
    references: BTreeSet<Text>,
    number: u32,
}

impl Draft {
    pub(super) fn new(list: &str, format: ListFormat) -> Self {
        Self {
            list: list.into(),
            format,
            published: None,
            subjects: Vec::new(),
            diagnostics: Vec::new(),
            references: BTreeSet::new(),
            number: 0,
        }
    }

    /// Notes something about the entry that is being read (the next one to be pushed).
    pub(super) fn note(&mut self, code: &'static Code, span: Span, message: impl Into<String>) {
        let path = entry(self.number + 1);
        self.diagnostics
            .push(Diagnostic::new(code, span, path, message.into()));
    }

    /// Notes something about the list as a whole.
    pub(super) fn note_list(
        &mut self,
        code: &'static Code,
        span: Span,
        message: impl Into<String>,
    ) {
        self.diagnostics.push(Diagnostic::new(
            code,
            span,
            SegmentPath::default(),
            message.into(),
        ));
    }

    /// Adds the dates of birth that `text` gives to `subject`; keeps it unread under `field` when
    /// it gives none.
    pub(super) fn born(
        &mut self,
        subject: &mut ListedSubject,
        field: &str,
        text: &str,
        order: Order,
        span: Span,
    ) {
        let text = text.trim();
        if text.is_empty() || text.eq_ignore_ascii_case("n/a") || text == "-" {
            return;
        }
        let dates = birth_dates(text, order);
        if dates.is_empty() {
            self.date_unread(subject, field, text, span);
        } else {
            add_births(subject, dates);
        }
    }

    /// Keeps a date that is not understood.
    pub(super) fn date_unread(
        &mut self,
        subject: &mut ListedSubject,
        field: &str,
        text: &str,
        span: Span,
    ) {
        self.note(
            &codes::ENTRY_DATE,
            span,
            "the date of birth is in no form that is understood",
        );
        subject
            .unread
            .push((field.into(), super::node::squeezed(text)));
    }

    /// Adds an entry that was read from `span`.
    pub(super) fn push(&mut self, mut subject: ListedSubject, span: Span) {
        if subject.names.is_empty() {
            self.note(&codes::ENTRY_NO_NAME, span, "the entry has no name");
        }
        if subject.entry.is_empty() {
            let names = subject.names.first().map(|name| name.full.as_str());
            let texts = names
                .into_iter()
                .chain(subject.programmes.iter().map(Text::as_str));
            subject.entry = made_reference(std::iter::once(subject.kind.as_str()).chain(texts));
            self.note(
                &codes::ENTRY_NO_REFERENCE,
                span,
                "the entry has no reference; one was made from its content",
            );
        }
        if !self.references.insert(subject.entry.clone()) {
            self.note(
                &codes::ENTRY_REPEATED,
                span,
                "the reference of this entry came before",
            );
            let numbered = (2u32..)
                .map(|n| Text::from(format!("{}#{n}", subject.entry)))
                .find(|reference| !self.references.contains(reference))
                .unwrap_or_default();
            self.references.insert(numbered.clone());
            subject.entry = numbered;
        }
        // The primary name first, everything else in the order of the list.
        subject
            .names
            .sort_by_key(|name| name.kind != NameKind::Primary);
        subject.unread.retain(|(_, text)| !text.is_empty());
        self.number += 1;
        self.subjects.push(subject);
    }

    /// The reading, or a refusal when nobody is listed.
    pub(super) fn finish(mut self, span: Span) -> Result<ListReading, Refusal> {
        if self.subjects.is_empty() {
            return Err(Refusal::new(
                &codes::LIST_EMPTY,
                span,
                "the list has no entry",
            ));
        }
        if self.published.is_none() {
            self.note_list(
                &codes::LIST_NO_DATE,
                Span::default(),
                "the file does not say when it was published",
            );
        }
        self.diagnostics.sort_by_key(|d| d.span.start);
        Ok(ListReading {
            counts: ListCounts::of(&self.subjects),
            list: self.list,
            format: self.format,
            published: self.published,
            subjects: self.subjects,
            diagnostics: self.diagnostics,
        })
    }
}

/// Adds dates that are not there yet.
pub(super) fn add_births(subject: &mut ListedSubject, dates: Vec<BirthDate>) {
    for date in dates {
        if !subject.born.contains(&date) {
            subject.born.push(date);
        }
    }
}

/// Adds a name that is not there yet in the same kind.
pub(super) fn add_name(subject: &mut ListedSubject, name: Option<ListedName>) {
    if let Some(name) = name
        && !subject
            .names
            .iter()
            .any(|known| known.full == name.full && known.kind == name.kind)
    {
        subject.names.push(name);
    }
}

/// Adds countries that are not there yet.
pub(super) fn add_nationalities(
    subject: &mut ListedSubject,
    countries: impl IntoIterator<Item = Country>,
) {
    for country in countries {
        if !subject.nationalities.contains(&country) {
            subject.nationalities.push(country);
        }
    }
}

/// A reference for an entry that has none: of the texts that tell it from others, so that it stays
/// the same while they do.
pub(super) fn made_reference<'t>(texts: impl IntoIterator<Item = &'t str>) -> Text {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for text in texts {
        hash.update([0]);
        hash.update(text.as_bytes());
    }
    let digest = hash.finalize();
    let short: String = digest.iter().take(6).map(|b| format!("{b:02x}")).collect();
    format!("made-{short}").into()
}

/// Adds a text that is not there yet.
pub(super) fn push_new(texts: &mut Vec<Text>, text: Option<Text>) {
    if let Some(text) = text
        && !texts.contains(&text)
    {
        texts.push(text);
    }
}
