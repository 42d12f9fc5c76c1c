//! Everything somebody is screened against, at one moment.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use tidewaiter_domain::{ListedSubject, Measure, SubjectKind, Text, Validity};
use tidewaiter_formats::lists::MeasureTable;
use tidewaiter_formats::lists::version::subject_address;
use tidewaiter_matching::{DocumentRegister, Entry, Snapshot};

use crate::canon::{Digest, Writer};
use crate::exemption::Exemption;
use crate::selector::{PHONE_TAIL, Selector, SelectorKind};

/// The content address of a watchlist: the hash over list versions, document registers, selectors,
/// exemptions and the table of measures. Two with the same address find the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WatchlistId(Digest);

impl WatchlistId {
    /// The address with this hash.
    pub const fn new(digest: Digest) -> Self {
        Self(digest)
    }

    /// The hash.
    pub const fn digest(&self) -> Digest {
        self.0
    }
}

impl fmt::Display for WatchlistId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for WatchlistId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One version of a list of subjects.
#[derive(Clone, Debug)]
pub struct ListVersion<'s> {
    /// The list, by its name in the mandate; the subjects' own `list` names the publisher's.
    pub list: Text,
    /// The address of the version (`formats::lists::version::address`).
    pub version: Digest,
    /// Its entries.
    pub subjects: &'s [ListedSubject],
}

/// One version of a register of lost, stolen and revoked documents.
#[derive(Clone)]
pub struct Documents {
    /// The list, by its name in the mandate.
    pub list: Text,
    /// The hash of the version.
    pub version: Digest,
    /// The numbers.
    pub register: Arc<DocumentRegister>,
}

/// What screening keeps of an entry beside what matching compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Address of what the entry says.
    pub(crate) content: Digest,
    pub(crate) kind: SubjectKind,
    /// Place in the watchlist's sets of measures.
    measures: u16,
    pub(crate) validity: Option<Validity>,
}

/// List and entry.
type Key = (Text, Text);

/// Everything somebody is screened against. Immutable; cheap to clone and to change.
#[derive(Clone)]
pub struct Watchlist {
    snapshot: Snapshot,
    /// Facts of the entries at the last building.
    base: Arc<HashMap<Key, Facts>>,
    /// What changed since; `None` for entries that went.
    recent: HashMap<Key, Option<Facts>>,
    /// Each set of measures that occurs, once.
    measures: Vec<Vec<Measure>>,
    table: Arc<MeasureTable>,
    versions: BTreeMap<Text, Digest>,
    documents: Vec<Documents>,
    selectors: Arc<Selectors>,
    exemptions: Arc<BTreeMap<Key, Vec<Exemption>>>,
}

/// Selectors by what they are looked up by.
#[derive(Default)]
struct Selectors {
    all: Vec<(Selector, Text)>,
    by_value: HashMap<(SelectorKind, Text), Vec<usize>>,
    digest: Option<Digest>,
}

/// What a value is looked up by: a telephone number by its tail.
fn look_up(kind: SelectorKind, normalised: &str) -> Text {
    match kind {
        SelectorKind::Phone => crate::keys::phone_tail(normalised, PHONE_TAIL).into(),
        _ => normalised.into(),
    }
}

impl Watchlist {
    /// Indexes `lists`. Of entries with the same list and reference the last one holds. Measures
    /// that an entry does not state itself follow from `table`.
    pub fn build(lists: &[ListVersion<'_>], table: MeasureTable) -> Self {
        let mut empty = Self {
            snapshot: Snapshot::build([]),
            base: Arc::default(),
            recent: HashMap::new(),
            measures: Vec::new(),
            table: Arc::new(table),
            versions: BTreeMap::new(),
            documents: Vec::new(),
            selectors: Arc::default(),
            exemptions: Arc::default(),
        };
        let mut base = HashMap::with_capacity(lists.iter().map(|l| l.subjects.len()).sum());
        for list in lists {
            empty.versions.insert(list.list.clone(), list.version);
            for subject in list.subjects {
                let facts = empty.facts_of(subject);
                base.insert((list.list.clone(), subject.entry.clone()), facts);
            }
        }
        let entries = lists
            .iter()
            .flat_map(|list| list.subjects.iter().map(|s| entry(&list.list, s)));
        empty.snapshot = Snapshot::build(entries);
        empty.base = Arc::new(base);
        empty
    }

    /// The watchlist in which `list` has a new version: `changed` entries are new or replace those
    /// of the same reference, `removed` ones are gone. Costs no more than what has changed since the
    /// last building.
    #[must_use]
    pub fn changed(
        &self,
        list: &str,
        version: Digest,
        changed: &[ListedSubject],
        removed: &[Text],
    ) -> Self {
        let mut next = self.clone();
        next.versions.insert(list.into(), version);
        let removed: Vec<Key> = removed
            .iter()
            .map(|entry| (list.into(), entry.clone()))
            .collect();
        for key in &removed {
            next.recent.insert(key.clone(), None);
        }
        for subject in changed {
            let facts = next.facts_of(subject);
            next.recent
                .insert((list.into(), subject.entry.clone()), Some(facts));
        }
        let entries = changed.iter().map(|subject| entry(list, subject)).collect();
        next.snapshot = self.snapshot.changed(entries, &removed);
        next
    }

    /// Finds out what the words of its own names mean, as long as `go_on` says so, so that travellers of
    /// the same names need not wait for it. How many words these were; none the second time.
    pub fn learn(&self, go_on: impl FnMut() -> bool) -> usize {
        self.snapshot.learn(go_on)
    }

    /// The watchlist without `list`, whatever kind of list it is.
    #[must_use]
    pub fn without(&self, list: &str) -> Self {
        let gone: Vec<Text> = self
            .base
            .keys()
            .chain(self.recent.keys())
            .filter(|key| key.0 == list)
            .map(|key| key.1.clone())
            .collect();
        let mut next = self.changed(list, Digest::of(&[]), &[], &gone);
        next.versions.remove(list);
        next.documents.retain(|documents| documents.list != list);
        next
    }

    /// The watchlist with this version of a document register in place of an earlier one.
    #[must_use]
    pub fn with_documents(&self, documents: Documents) -> Self {
        let mut next = self.clone();
        next.documents.retain(|held| held.list != documents.list);
        let at = next
            .documents
            .partition_point(|held| held.list < documents.list);
        next.documents.insert(at, documents);
        next
    }

    /// The watchlist with exactly these selectors. Of those with the same list and reference the
    /// last one holds.
    #[must_use]
    pub fn with_selectors(&self, selectors: impl IntoIterator<Item = Selector>) -> Self {
        let unique: BTreeMap<Key, Selector> = selectors
            .into_iter()
            .map(|selector| ((selector.list.clone(), selector.entry.clone()), selector))
            .collect();
        let mut held = Selectors::default();
        let mut hash = Writer::default();
        for selector in unique.into_values() {
            selector.write(&mut hash);
            let Some(value) = selector.normalised() else {
                continue;
            };
            let key = (selector.kind, look_up(selector.kind, &value));
            held.by_value.entry(key).or_default().push(held.all.len());
            held.all.push((selector, value));
        }
        held.digest = Some(hash.digest());
        Self {
            selectors: Arc::new(held),
            ..self.clone()
        }
    }

    /// The watchlist with exactly these exemptions.
    #[must_use]
    pub fn with_exemptions(&self, exemptions: impl IntoIterator<Item = Exemption>) -> Self {
        let mut by_entry: BTreeMap<Key, Vec<Exemption>> = BTreeMap::new();
        for exemption in exemptions {
            let key = (exemption.list.clone(), exemption.entry.clone());
            by_entry.entry(key).or_default().push(exemption);
        }
        for held in by_entry.values_mut() {
            held.sort();
            held.dedup();
        }
        Self {
            exemptions: Arc::new(by_entry),
            ..self.clone()
        }
    }

    /// The content address.
    pub fn id(&self) -> WatchlistId {
        let mut out = Writer::default();
        out.length(self.versions.len());
        for (list, version) in &self.versions {
            out.text(list);
            out.hash(version);
        }
        out.list(&self.documents, |out, documents| {
            out.text(&documents.list);
            out.hash(&documents.version);
        });
        // No selectors and an empty set of them are the same.
        let nothing = || Digest::of(&[]);
        out.hash(&self.selectors.digest.unwrap_or_else(nothing));
        for exemption in self.exemptions.values().flatten() {
            exemption.write(&mut out);
        }
        out.list(self.table.rules(), |out, rule| {
            out.text(&rule.list);
            out.option(rule.programme.as_deref(), Writer::text);
            out.option(rule.kind, |out, kind| out.text(kind.as_str()));
            out.list(&rule.measures, |out, measure| out.text(measure.as_str()));
        });
        WatchlistId(out.digest())
    }

    /// Version of each list of subjects, by name.
    pub fn versions(&self) -> impl Iterator<Item = (&str, Digest)> {
        self.versions
            .iter()
            .map(|(list, version)| (list.as_str(), *version))
    }

    /// Number of listed subjects.
    pub fn len(&self) -> usize {
        self.snapshot.len()
    }

    /// Whether there is nothing to screen against.
    pub fn is_empty(&self) -> bool {
        self.snapshot.is_empty() && self.documents.is_empty() && self.selectors.all.is_empty()
    }

    /// The listed subjects as matching holds them.
    pub const fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    pub(crate) fn documents(&self) -> &[Documents] {
        &self.documents
    }

    pub(crate) fn facts(&self, list: &Text, entry: &Text) -> Option<Facts> {
        let key = (list.clone(), entry.clone());
        match self.recent.get(&key) {
            Some(recent) => *recent,
            None => self.base.get(&key).copied(),
        }
    }

    /// Whether the selector is there.
    pub(crate) fn has_selector(&self, list: &str, entry: &str) -> bool {
        let mut all = self.selectors.all.iter();
        all.any(|(selector, _)| selector.list == list && selector.entry == entry)
    }

    pub(crate) fn measures(&self, facts: &Facts) -> &[Measure] {
        self.measures
            .get(usize::from(facts.measures))
            .map_or(&[], Vec::as_slice)
    }

    pub(crate) fn exemptions(&self, list: &Text, entry: &Text) -> &[Exemption] {
        self.exemptions
            .get(&(list.clone(), entry.clone()))
            .map_or(&[], Vec::as_slice)
    }

    /// The selectors that may name `normalised`, with their own normalised values.
    pub(crate) fn selectors(
        &self,
        kind: SelectorKind,
        normalised: &str,
    ) -> impl Iterator<Item = &(Selector, Text)> {
        let places = self
            .selectors
            .by_value
            .get(&(kind, look_up(kind, normalised)));
        places
            .into_iter()
            .flatten()
            .filter_map(|at| self.selectors.all.get(*at))
    }

    fn facts_of(&mut self, subject: &ListedSubject) -> Facts {
        let (measures, _) = self.table.effective(subject);
        let known = self.measures.iter().position(|set| *set == measures);
        let at = known.unwrap_or_else(|| {
            self.measures.push(measures);
            self.measures.len() - 1
        });
        Facts {
            content: subject_address(subject).into(),
            kind: subject.kind,
            // Lists know a few dozen sets; one beyond the last place would read as none.
            measures: u16::try_from(at).unwrap_or(u16::MAX),
            validity: subject.validity,
        }
    }
}

/// A subject as the index takes it in, under the mandate's name of its list.
fn entry(list: &str, subject: &ListedSubject) -> Entry {
    Entry {
        list: list.into(),
        ..subject.into()
    }
}
