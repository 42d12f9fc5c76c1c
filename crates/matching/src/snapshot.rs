//! All entries of the active lists, immutable, and the search in them.
//!
//! A snapshot is a large segment and, after changes, a small one beside it with the entries that
//! came later and a note of those that went. Its [`Snapshot::id`] depends on the content alone, not
//! on the way there.

mod ahead;
mod asked;
mod at_hand;
mod dates;
mod forces;
mod glance;
mod keys;
mod look;
mod meanings;
mod others;
mod reach;
mod rows;
mod search;
mod segment;
mod skeletons;
mod together;
mod trie;
mod vocabulary;
mod wholes;

use std::collections::HashMap;
use std::sync::Arc;

use tidewaiter_domain::{ListedSubject, Text};

use crate::align::Alignment;
use crate::evidence::{Evidence, Weight, evidence_of};
use crate::person::Person;
use crate::settings::{Band, Settings};
pub use search::Searcher;
use segment::Segment;

/// One listed subject as the index takes it in.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Which list.
    pub list: Text,
    /// The list's own reference.
    pub entry: Text,
    /// What is known.
    pub person: Person,
}

impl From<&ListedSubject> for Entry {
    fn from(subject: &ListedSubject) -> Self {
        Self {
            list: subject.list.clone(),
            entry: subject.entry.clone(),
            person: subject.into(),
        }
    }
}

/// A listed subject that a search found.
#[derive(Clone, Debug)]
pub struct Match {
    /// Which list.
    pub list: Text,
    /// The list's own reference.
    pub entry: Text,
    /// The name the entry is listed under.
    pub name: Text,
    /// The name that fitted.
    pub matched_name: Text,
    /// Sum of the evidence in bits.
    pub bits: f32,
    /// Probability at the stated prior.
    pub score: f64,
    /// Alert, review or none.
    pub band: Band,
    /// Everything known of the entry.
    pub person: Person,
    pub(crate) weight: Weight,
    /// How the two names lie against each other, where the search knows.
    pub(crate) alignment: Option<Alignment>,
}

impl Match {
    /// The evidence for this match against the query that found it.
    pub fn evidence(&self, query: &Person) -> Vec<Evidence> {
        evidence_of(query, &self.person, &self.weight, self.alignment.as_ref())
    }
}

/// The content address of a snapshot: the same entries give the same id, in whatever order and by
/// whatever changes they came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SnapshotId([u64; 4]);

impl SnapshotId {
    /// The digests of entries add up, so that a change costs no more than the entries it touches.
    fn add(&mut self, digest: [u64; 4]) {
        for (to, from) in self.0.iter_mut().zip(digest) {
            *to = to.wrapping_add(from);
        }
    }

    fn subtract(&mut self, digest: [u64; 4]) {
        for (to, from) in self.0.iter_mut().zip(digest) {
            *to = to.wrapping_sub(from);
        }
    }
}

impl std::fmt::Display for SnapshotId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|part| write!(f, "{part:016x}"))
    }
}

/// All entries of the active lists. Cheap to clone; swapped as a whole.
#[derive(Clone)]
pub struct Snapshot {
    base: Arc<Segment>,
    recent: Arc<Segment>,
    /// Entries of `recent` as they came, to build the next one.
    added: Arc<Vec<Entry>>,
    /// Positions in `base` that no longer hold, ascending.
    gone: Arc<Vec<u32>>,
    id: SnapshotId,
}

impl Snapshot {
    /// Indexes `entries`. Of entries with the same list and reference the last one holds.
    pub fn build(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut builder = segment::Builder::default();
        let mut id = SnapshotId::default();
        let mut seen: HashMap<(Text, Text), u32> = HashMap::new();
        let mut gone = Vec::new();
        for entry in entries {
            let at = builder.len();
            if let Some(before) = seen.insert((entry.list.clone(), entry.entry.clone()), at) {
                gone.push(before);
            }
            builder.add(&entry);
        }
        let base = builder.finish();
        gone.sort_unstable();
        for at in (0..base.len()).filter(|at| gone.binary_search(at).is_err()) {
            id.add(base.digest(at));
        }
        Self {
            base: Arc::new(base),
            recent: Arc::new(segment::Builder::default().finish()),
            added: Arc::default(),
            gone: Arc::new(gone),
            id,
        }
    }

    /// The snapshot in which `changed` entries are new or replace those of the same list and
    /// reference, and `removed` ones are gone.
    #[must_use]
    pub fn changed(&self, changed: Vec<Entry>, removed: &[(Text, Text)]) -> Self {
        let mut id = self.id;
        let mut gone = self.gone.as_ref().clone();
        let mut added = self.added.as_ref().clone();
        let touched: std::collections::BTreeSet<(&str, &str)> = changed
            .iter()
            .map(|entry| (entry.list.as_str(), entry.entry.as_str()))
            .chain(
                removed
                    .iter()
                    .map(|(list, entry)| (list.as_str(), entry.as_str())),
            )
            .collect();
        for (list, entry) in &touched {
            for at in self.base.find(list, entry) {
                if let Err(place) = gone.binary_search(&at) {
                    gone.insert(place, at);
                    id.subtract(self.base.digest(at));
                }
            }
            for at in self.recent.find(list, entry) {
                id.subtract(self.recent.digest(at));
            }
        }
        added.retain(|entry| !touched.contains(&(entry.list.as_str(), entry.entry.as_str())));
        drop(touched);
        // Of two changes to one entry the last one holds.
        let mut last: HashMap<(Text, Text), usize> = HashMap::new();
        for (at, entry) in changed.iter().enumerate() {
            last.insert((entry.list.clone(), entry.entry.clone()), at);
        }
        let mut kept: Vec<usize> = last.into_values().collect();
        kept.sort_unstable();
        let first_new = added.len() as u32;
        added.extend(kept.into_iter().map(|at| changed[at].clone()));
        let mut builder = segment::Builder::default();
        for entry in &added {
            builder.add(entry);
        }
        let recent = builder.finish();
        for at in first_new..recent.len() {
            id.add(recent.digest(at));
        }
        Self {
            base: Arc::clone(&self.base),
            recent: Arc::new(recent),
            added: Arc::new(added),
            gone: Arc::new(gone),
            id,
        }
    }

    /// The content address.
    pub fn id(&self) -> SnapshotId {
        self.id
    }

    /// Number of entries that hold.
    pub fn len(&self) -> usize {
        self.base.len() as usize - self.gone.len() + self.recent.len() as usize
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A searcher, which keeps what it learns of words from one query to the next. One a thread.
    pub fn searcher(&self) -> Searcher<'_> {
        Searcher::new(self)
    }

    /// Finds out what the words of its own names mean, those of most names first, while there is room to
    /// remember them and `go_on` says so: travellers of the same names need not wait for that. Searches go
    /// on meanwhile. How many words it found out about; none when it has done so before.
    pub fn learn(&self, go_on: impl FnMut() -> bool) -> usize {
        search::learn(&self.base, go_on)
    }

    /// Forgets what words mean that are none of its own names', so that a measurement can meet the same
    /// travellers as new ones again. What a search answers does not depend on it.
    pub fn forget(&self) {
        for segment in [&self.base, &self.recent] {
            segment.meanings.forget_all_but(segment.own_words());
        }
    }

    /// The entries like `query`, the weightiest first.
    pub fn search(&self, query: &Person, settings: &Settings) -> Vec<Match> {
        self.searcher().search(query, settings)
    }

    /// The same by weighing every entry, to measure the index against.
    pub fn scan(&self, query: &Person, settings: &Settings) -> Vec<Match> {
        let mut found = Vec::new();
        for segment in [&self.base, &self.recent] {
            for at in 0..segment.len() {
                if std::ptr::eq(segment, &self.base) && self.gone.binary_search(&at).is_ok() {
                    continue;
                }
                let person = segment.person(at);
                let weight = crate::evidence::weigh(query, &person);
                if weight.bits() >= settings.floor {
                    found.push(segment.found(at, person, weight, None, settings));
                }
            }
        }
        rank(&mut found, settings);
        found
    }
}

/// Weightiest first; ties by list and reference, so that the order is always the same.
fn rank(found: &mut Vec<Match>, settings: &Settings) {
    found.sort_by(|a, b| {
        b.bits
            .total_cmp(&a.bits)
            .then_with(|| a.list.cmp(&b.list))
            .then_with(|| a.entry.cmp(&b.entry))
    });
    if let Some(limit) = settings.limit {
        found.truncate(limit);
    }
}
