//! How a version differs from another, entry by entry and field by field, a page at a time.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};
use tidewaiter_domain::{ListedSubject, Text};
use tidewaiter_formats::lists::version::{Change, diff};
use tidewaiter_formats::lists::{MeasureTable, subject_json};
use tidewaiter_store::{ListContent, ListVersion};

use super::{ListRef, difference};
use crate::{Acting, Result, Service};

/// A page ends when it has grown so large, however few entries it has: an entry may be long.
const BYTES_MOST: usize = 1 << 20;

/// What becomes of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryFate {
    /// Only the later version has it.
    Added,
    /// Only the earlier version has it.
    Removed,
    /// Both have it, and it says something else.
    Changed,
}

impl EntryFate {
    /// `added`, `removed` or `changed`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// A field of an entry, as `inspect --json` calls it, before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDiff {
    /// Its name.
    pub field: String,
    /// What the earlier version says; null for nothing.
    pub before: Value,
    /// What the later version says; null for nothing.
    pub after: Value,
}

/// An entry that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryDiff {
    /// The list's own reference.
    pub entry: Text,
    /// What becomes of it.
    pub fate: EntryFate,
    /// Of a changed entry the fields that differ; otherwise all it says.
    pub fields: Vec<FieldDiff>,
}

/// A page of the differences between two versions.
#[derive(Clone, Debug, PartialEq)]
pub struct DiffPage {
    /// The earlier version; `None`: nothing.
    pub from: Option<u32>,
    /// How many entries are added, removed, changed in all.
    pub counts: (u64, u64, u64),
    /// Entries in the order of their references. Of a register of documents none: it is counted only.
    pub entries: Vec<EntryDiff>,
    /// Behind which reference the next page begins; `None` on the last.
    pub next: Option<Text>,
}

impl Service {
    /// How a version differs from `from`, or from the one in force, behind `after` on. Whoever sees the
    /// entries leaves a line in the audit log.
    ///
    /// # Errors
    ///
    /// [`NotGranted`](crate::ServiceError::NotGranted), [`NotFound`](crate::ServiceError::NotFound); [`Unreadable`](crate::ServiceError::Unreadable) when this
    /// release reads the files in another way.
    pub fn list_diff_page(
        &self,
        acting: &Acting,
        (list, version): (&str, u32),
        from: Option<u32>,
        after: Option<&str>,
        most: usize,
    ) -> Result<DiffPage> {
        self.may_import(acting)?;
        let named = |version| {
            self.stored_version(&ListRef {
                list: list.to_owned(),
                version,
            })
        };
        let to = named(Some(version))?;
        let from = match from {
            Some(_) => Some(named(from)?),
            None => self.store.read(|tx| tx.list_in_force(&self.tenant, list))?,
        };
        let page = self.page_of(from.as_ref(), &to, after, most)?;
        self.store.write(self.now(), |tx| {
            let (actor, purpose) = (&acting.actor, acting.purpose);
            tx.list_was_read(&self.tenant, actor, purpose, list, version)
        })?;
        Ok(page)
    }

    fn page_of(
        &self,
        from: Option<&ListVersion>,
        to: &ListVersion,
        after: Option<&str>,
        most: usize,
    ) -> Result<DiffPage> {
        let number = from.map(|from| from.version);
        let (earlier, later) = (self.contents_before(from)?, self.stored_contents(to)?);
        if to.content == ListContent::Documents {
            return Ok(DiffPage {
                from: number,
                counts: difference(&earlier, &later),
                entries: Vec::new(),
                next: None,
            });
        }
        let differs = diff(earlier.subjects(), later.subjects());
        let count = |entries: usize| entries as u64;
        let mut page = DiffPage {
            from: number,
            counts: (
                count(differs.added.len()),
                count(differs.removed.len()),
                count(differs.changed.len()),
            ),
            entries: Vec::new(),
            next: None,
        };
        let mut fates: BTreeMap<Text, (EntryFate, Vec<&'static str>)> = BTreeMap::new();
        let whole = |fate| move |entry| (entry, (fate, Vec::new()));
        fates.extend(differs.added.into_iter().map(whole(EntryFate::Added)));
        fates.extend(differs.removed.into_iter().map(whole(EntryFate::Removed)));
        let changed = differs.changed.into_iter();
        fates.extend(
            changed.map(|Change { reference, fields }| (reference, (EntryFate::Changed, fields))),
        );
        let (before, after_of) = (index(earlier.subjects()), index(later.subjects()));
        let mut bytes = 0;
        let behind = |entry: &Text| after.is_none_or(|after| entry.as_str() > after);
        let mut rest = fates
            .into_iter()
            .filter(|(entry, _)| behind(entry))
            .peekable();
        while let Some((entry, (fate, fields))) = rest.next() {
            let said = |of: &HashMap<&str, &ListedSubject>| {
                of.get(entry.as_str()).map(|subject| said(subject))
            };
            let fields = fields_of(said(&before), said(&after_of), &fields);
            bytes += fields
                .iter()
                .map(|field| field.before.to_string().len() + field.after.to_string().len())
                .sum::<usize>();
            page.entries.push(EntryDiff {
                entry: entry.clone(),
                fate,
                fields,
            });
            if page.entries.len() >= most || bytes > BYTES_MOST {
                page.next = rest.peek().is_some().then_some(entry);
                break;
            }
        }
        Ok(page)
    }
}

fn index(subjects: &[ListedSubject]) -> HashMap<&str, &ListedSubject> {
    let entries = subjects.iter();
    entries
        .map(|subject| (subject.entry.as_str(), subject))
        .collect()
}

/// What an entry says, by the names of `inspect --json`. What follows from a table of measures is not
/// said by the entry.
fn said(subject: &ListedSubject) -> Map<String, Value> {
    let mut line = match subject_json(subject, &MeasureTable::default()) {
        Value::Object(line) => line,
        _ => Map::new(),
    };
    for key in ["type", "list", "entry", "measures_from", "programme"] {
        line.remove(key);
    }
    // A field of one programme is written otherwise than that of several.
    if !subject.programmes.is_empty() {
        let programmes = subject
            .programmes
            .iter()
            .map(|one| Value::from(one.as_str()));
        line.insert("programmes".to_owned(), programmes.collect());
    }
    line
}

/// The fields of which something is said: those that differ where they are named, otherwise all.
fn fields_of(
    before: Option<Map<String, Value>>,
    after: Option<Map<String, Value>>,
    named: &[&'static str],
) -> Vec<FieldDiff> {
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let mut names: Vec<&str> = named.to_vec();
    if names.is_empty() {
        names = before
            .keys()
            .chain(after.keys())
            .map(String::as_str)
            .collect();
        names.sort_unstable();
        names.dedup();
    }
    let of = |side: &Map<String, Value>, name: &str| side.get(name).cloned().unwrap_or(Value::Null);
    names
        .into_iter()
        .map(|name| FieldDiff {
            field: name.to_owned(),
            before: of(&before, name),
            after: of(&after, name),
        })
        .collect()
}
