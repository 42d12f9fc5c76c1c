//! What everything is screened against now: lists, registers, selectors and exemptions in force, as
//! one immutable watchlist that is swapped as a whole.
//!
//! Every change is a transaction that makes a new generation; what was computed against an earlier
//! one is computed anew before it is stored ([`Service::is_watched_now`]), so that no traveller slips
//! between a screening and a look-back.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tidewaiter_domain::{ListedSubject, Measure, SubjectKind, Text};
use tidewaiter_formats::lists::version::{ListDiff, diff};
use tidewaiter_formats::lists::{MeasureRule, MeasureTable};
use tidewaiter_mandate::{Mandate, MeasureKind};
use tidewaiter_screening::{Digest, Documents, ListVersion as WatchedVersion, Watchlist};
use tidewaiter_store::{ListContent, ListVersion, LookbackCause, StoreError, Tx};

use crate::lists::{register_of, subjects_of};
use crate::lookback::Lookback;
use crate::{Result, Service, ServiceError};

/// Changes that a watchlist takes before it is built anew: what it took since grows beside it.
const CHANGES_MOST: u32 = 32;
/// Entries that a watchlist takes at a time without being built anew.
const ENTRIES_MOST: usize = 5_000;

/// What everything is screened against.
pub struct Watch {
    generation: u64,
    /// Changes taken since it was built.
    changes: u32,
    watchlist: Watchlist,
    made_of: MadeOf,
}

impl Default for Watch {
    /// Nothing.
    fn default() -> Self {
        Self {
            generation: 0,
            changes: 0,
            watchlist: Watchlist::build(&[], MeasureTable::default()),
            made_of: MadeOf::default(),
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, len) = (self.watchlist.id(), self.watchlist.len());
        write!(f, "Watch({}, {id}, {len} subjects)", self.generation)
    }
}

impl Watch {
    /// The watchlist.
    pub const fn watchlist(&self) -> &Watchlist {
        &self.watchlist
    }

    /// Its generation: it grows with every change.
    pub const fn generation(&self) -> u64 {
        self.generation
    }
}

/// What a watchlist is made of, as the store keeps it: from this it is made again for a replay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MadeOf {
    /// The mandate's hash: what lists order may follow from it.
    pub mandate: String,
    /// Lists of subjects and registers of documents: name and version.
    pub lists: Vec<(String, u32)>,
    /// Selectors, by their identifiers.
    pub selectors: Vec<String>,
    /// Exemptions in full: they name nobody.
    pub exemptions: Vec<Exempted>,
}

/// An exemption as it is kept with a watchlist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Exempted {
    pub register: String,
    pub list: String,
    pub entry: String,
    pub reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// A change of what is screened against.
pub(crate) enum Change<'a> {
    /// A list is out of force.
    Without(&'a str),
    /// A list of subjects has another version.
    Subjects {
        version: &'a ListVersion,
        before: &'a [ListedSubject],
        after: &'a [ListedSubject],
    },
    /// A register of documents has another version.
    Documents(&'a ListVersion),
    /// Selectors or exemptions have changed.
    OwnEntries,
}

impl Service {
    /// Whether what was computed against `watch` may be stored in this transaction. If not, it is
    /// computed anew against [`Service::current_watch`].
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn is_watched_now(&self, tx: &mut Tx<'_, '_>, watch: &Watch) -> Result<bool, StoreError> {
        Ok(tx.reading().watch_generation(&self.tenant)? == watch.generation)
    }

    /// The watch of the newest generation, built if it was not swapped in yet: another process may
    /// have changed it.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn current_watch(&self) -> Result<Arc<Watch>> {
        let newest = |service: &Self| {
            service
                .store
                .read(|tx| tx.watch_generation(&service.tenant))
        };
        let watch = self.watch();
        if watch.generation >= newest(self)? {
            return Ok(watch);
        }
        // Whoever changes it is about to swap it in.
        let _one_at_a_time = self.one_change();
        let watch = self.watch();
        if watch.generation >= newest(self)? {
            return Ok(watch);
        }
        self.rebuild_watch()
    }

    /// The watch at the beginning. Under another mandate than the last one, everything held is
    /// looked at anew.
    pub(crate) fn begin_watch(&self) -> Result<()> {
        self.store.write(self.now(), |tx| {
            if tx.watch_under_mandate(&self.tenant)? {
                let lookback = Lookback {
                    cause: LookbackCause::Mandate,
                    exhaustive: true,
                    ..Lookback::default()
                };
                self.line_up(tx, &lookback)?;
                tx.watch_changes(&self.tenant)?;
            }
            Ok(())
        })?;
        // Findings are replayed under the mandate of their time: its text is kept under its hash.
        let text = self.mandate().profile().canonical();
        self.store
            .write(self.now(), |tx| tx.put_artefact("mandate", text.as_bytes()))?;
        self.rebuild_watch().map(|_| ())
    }

    /// The turn of a change: one follows the other.
    pub(crate) fn one_change(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Swaps in the watch after a change that made `generation`. The caller has the turn.
    pub(crate) fn change_watch(&self, generation: u64, change: &Change<'_>) -> Result<Arc<Watch>> {
        let watch = self.watch();
        if watch.generation + 1 != generation || watch.changes >= CHANGES_MOST {
            return self.rebuild_watch();
        }
        match self.with_change(&watch, change)? {
            Some((watchlist, made_of)) => self.swap(Watch {
                generation,
                changes: watch.changes + 1,
                watchlist,
                made_of,
            }),
            None => self.rebuild_watch(),
        }
    }

    /// What a watch would be after a change; `None` when it is better built anew.
    fn with_change(
        &self,
        watch: &Watch,
        change: &Change<'_>,
    ) -> Result<Option<(Watchlist, MadeOf)>> {
        let mut made_of = watch.made_of.clone();
        let watchlist = match change {
            Change::Without(list) => {
                made_of.lists.retain(|(name, _)| name != list);
                watch.watchlist.without(list)
            }
            Change::Subjects {
                version,
                before,
                after,
            } => {
                let ListDiff {
                    added,
                    removed,
                    changed,
                } = diff(before, after);
                if added.len() + removed.len() + changed.len() > ENTRIES_MOST {
                    return Ok(None);
                }
                let touched: BTreeSet<&Text> = added
                    .iter()
                    .chain(changed.iter().map(|change| &change.reference))
                    .collect();
                let subjects: Vec<ListedSubject> = after
                    .iter()
                    .filter(|subject| touched.contains(&subject.entry))
                    .cloned()
                    .collect();
                made_of.in_force(&version.list, version.version);
                let address = Digest::new(version.address);
                watch
                    .watchlist
                    .changed(&version.list, address, &subjects, &removed)
            }
            Change::Documents(version) => {
                made_of.in_force(&version.list, version.version);
                watch
                    .watchlist
                    .without(&version.list)
                    .with_documents(self.documents(version)?)
            }
            Change::OwnEntries => {
                let (watchlist, own) = self.with_own_entries(watch.watchlist.clone())?;
                made_of.selectors = own.selectors;
                made_of.exemptions = own.exemptions;
                watchlist
            }
        };
        Ok(Some((watchlist, made_of)))
    }

    /// What would be screened against if `after` came into force in the place of `before`.
    pub(crate) fn watchlist_ahead(
        &self,
        watch: &Watch,
        before: Option<&ListVersion>,
        after: &ListVersion,
    ) -> Result<Watchlist> {
        let (earlier, later);
        let change = if after.content == ListContent::Documents {
            Change::Documents(after)
        } else {
            earlier = match before.map(|before| subjects_of(&self.store, before)) {
                None | Some(Err(ServiceError::Unreadable(_))) => Vec::new(),
                Some(subjects) => subjects?,
            };
            later = subjects_of(&self.store, after)?;
            Change::Subjects {
                version: after,
                before: &earlier,
                after: &later,
            }
        };
        if let Some((watchlist, _)) = self.with_change(watch, &change)? {
            return Ok(watchlist);
        }
        let mut versions = self.store.read(|tx| tx.lists_in_force(&self.tenant))?;
        versions.retain(|version| version.list != after.list);
        versions.push(after.clone());
        versions.sort_by(|a, b| a.list.cmp(&b.list));
        let watchlist = self.watchlist_of(self.mandate(), &versions)?;
        Ok(self.with_own_entries(watchlist)?.0)
    }

    /// Builds the watch anew from what is in force.
    fn rebuild_watch(&self) -> Result<Arc<Watch>> {
        let (generation, versions) = self.store.read(|tx| {
            Ok((
                tx.watch_generation(&self.tenant)?,
                tx.lists_in_force(&self.tenant)?,
            ))
        })?;
        let watchlist = self.watchlist_of(self.mandate(), &versions)?;
        let (watchlist, mut made_of) = self.with_own_entries(watchlist)?;
        made_of.lists = versions.into_iter().map(|v| (v.list, v.version)).collect();
        self.swap(Watch {
            generation,
            changes: 0,
            watchlist,
            made_of,
        })
    }

    /// The watchlist of these versions, read from their files.
    pub(crate) fn watchlist_of(
        &self,
        mandate: &Mandate,
        versions: &[ListVersion],
    ) -> Result<Watchlist> {
        let mut lists = Vec::new();
        for version in versions {
            if version.content == ListContent::Subjects {
                lists.push((version, subjects_of(&self.store, version)?));
            }
        }
        let watched: Vec<WatchedVersion<'_>> = lists
            .iter()
            .map(|(version, subjects)| WatchedVersion {
                list: version.list.as_str().into(),
                version: Digest::new(version.address),
                subjects,
            })
            .collect();
        let mut watchlist = Watchlist::build(&watched, measures(mandate));
        for version in versions {
            if version.content == ListContent::Documents {
                watchlist = watchlist.with_documents(self.documents(version)?);
            }
        }
        Ok(watchlist)
    }

    fn documents(&self, version: &ListVersion) -> Result<Documents> {
        Ok(Documents {
            list: version.list.as_str().into(),
            version: Digest::new(version.address),
            register: Arc::new(register_of(&self.store, version)?),
        })
    }

    /// The watchlist with the selectors and exemptions that run, and what those are.
    fn with_own_entries(&self, watchlist: Watchlist) -> Result<(Watchlist, MadeOf)> {
        let (selectors, exemptions) = self.own_entries()?;
        let made_of = MadeOf {
            mandate: self.mandate_hash(),
            lists: Vec::new(),
            selectors: selectors.iter().map(|(id, _)| id.to_string()).collect(),
            exemptions,
        };
        let watchlist = watchlist
            .with_selectors(selectors.into_iter().map(|(_, selector)| selector))
            .with_exemptions(exemptions_of(&made_of.exemptions)?);
        Ok((watchlist, made_of))
    }

    /// Keeps what the watch is made of, and screens against it from now on.
    fn swap(&self, watch: Watch) -> Result<Arc<Watch>> {
        let made_of = serde_json::to_string(&watch.made_of)
            .map_err(|_| ServiceError::Unreadable("watchlist"))?;
        let address = *watch.watchlist.id().digest().bytes();
        self.store.write(self.now(), |tx| {
            tx.put_watchlist(&self.tenant, &address, &made_of)
        })?;
        let watch = Arc::new(watch);
        self.set_watch(Arc::clone(&watch));
        Ok(watch)
    }

    pub(crate) fn mandate_hash(&self) -> String {
        let hash = self.mandate().reference().hash.0;
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl MadeOf {
    fn in_force(&mut self, list: &str, version: u32) {
        self.lists.retain(|(name, _)| name != list);
        self.lists.push((list.to_owned(), version));
        self.lists.sort();
    }
}

/// What lists order that do not say it entry by entry: what the mandate says of them, and for lists of
/// which it says nothing the table that ships.
fn measures(mandate: &Mandate) -> MeasureTable {
    let mut rules = Vec::new();
    for (_, list) in mandate.lists() {
        let mut names = vec![list.id.get().as_str(), list.authority.get().as_str()];
        names.dedup();
        for (programme, kinds) in &list.measures {
            let all: Vec<Measure> = kinds.iter().map(|kind| measure(*kind)).collect();
            // A travel ban can only meet a person.
            let others = all.iter().filter(|one| **one != Measure::TravelBan);
            let others: Vec<Measure> = others.cloned().collect();
            for name in &names {
                let rule = |kind, measures| MeasureRule {
                    list: (*name).into(),
                    programme: (programme.get() != "*").then(|| programme.get().as_str().into()),
                    kind,
                    measures,
                };
                rules.push(rule(Some(SubjectKind::Person), all.clone()));
                rules.push(rule(None, others.clone()));
            }
        }
    }
    let shipped = MeasureTable::shipped();
    let said = |rule: &&MeasureRule| !rules.iter().any(|own| own.list == rule.list);
    let silent: Vec<MeasureRule> = shipped.rules().iter().filter(said).cloned().collect();
    rules.extend(silent);
    MeasureTable::new(rules)
}

fn measure(kind: MeasureKind) -> Measure {
    match kind {
        MeasureKind::TravelBan => Measure::TravelBan,
        MeasureKind::AssetFreeze => Measure::AssetFreeze,
        MeasureKind::ArmsEmbargo => Measure::ArmsEmbargo,
    }
}

/// Exemptions as screening takes them.
pub(crate) fn exemptions_of(kept: &[Exempted]) -> Result<Vec<tidewaiter_screening::Exemption>> {
    let day = |text: &Option<String>| {
        text.as_deref()
            .map(str::parse)
            .transpose()
            .map_err(|_| ServiceError::Unreadable("exemption"))
    };
    kept.iter()
        .map(|exempted| {
            Ok(tidewaiter_screening::Exemption {
                register: exempted.register.as_str().into(),
                list: exempted.list.as_str().into(),
                entry: exempted.entry.as_str().into(),
                reference: exempted.reference.as_str().into(),
                from: day(&exempted.from)?,
                until: day(&exempted.until)?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_mandate_says_of_a_list_goes_before_what_ships() {
        let subject = |list: &str, kind, programme: &str| {
            let mut subject = ListedSubject::new(list, "X", kind);
            subject.programmes.push(programme.into());
            subject
        };
        let text = include_str!("../../mandate/profiles/p2-single-window.toml");
        let profile = tidewaiter_mandate::profile::read(text).value.unwrap();
        let own = Mandate::once_in_force(&profile.canonical()).unwrap();
        let (person, other) = (SubjectKind::Person, SubjectKind::Organisation);
        let of = |mandate, list, kind, programme| {
            measures(mandate)
                .effective(&subject(list, kind, programme))
                .0
        };
        use Measure::{ArmsEmbargo, AssetFreeze, TravelBan};
        // It orders a travel ban for one programme only, whatever the table that ships says.
        let all = [TravelBan, AssetFreeze, ArmsEmbargo];
        assert_eq!(of(&own, "un-sc", person, "Al-Qaida"), all);
        assert_eq!(of(&own, "un-sc", other, "Al-Qaida"), all[1..]);
        assert_eq!(of(&own, "un-sc", person, "Libya"), [AssetFreeze]);
        assert_eq!(of(&own, "ofac-sdn", person, "SDGT"), [AssetFreeze]);
        let evaluation = Mandate::evaluation();
        assert_eq!(
            of(&evaluation, "un-sc", person, "Libya"),
            [TravelBan, AssetFreeze]
        );
    }
}
