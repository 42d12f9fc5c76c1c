//! What changed, and by which keys those are found whom it may concern.

use std::collections::{BTreeMap, BTreeSet};

use tidewaiter_domain::{ListedSubject, Text};
use tidewaiter_formats::lists::version::{ListDiff, diff};
use tidewaiter_screening::keys::{of_document, of_selector, probes};
use tidewaiter_store::{
    ListContent, ListVersion, LookbackCause, LookbackKey, LookbackRun, LookbackStage,
};

use super::{KEYS_A_TRAVELLER, MANY_KEYS, store_key};
use crate::lists::{new_documents, subjects_of};
use crate::{Result, Service, ServiceError};

/// So many new documents are asked for by key; with more, everybody is screened.
const DOCUMENTS_MOST: usize = 50_000;

/// What changed.
#[derive(Default)]
pub(super) struct Scope {
    pub list: String,
    /// Entries whose hits may have lost their ground.
    entries: BTreeSet<Text>,
    /// Whether the list is a register: which of its documents went is seen from who is found no more.
    documents: bool,
    /// Whether what is ordered may have changed where the match has not.
    pub effects: bool,
    /// Keys of what is new or changed, while it is being found whom it concerns: later stages know that.
    /// `None` when it is too much to ask for.
    pub keys: Option<Vec<LookbackKey>>,
    /// To measure the keys: the entries of every list in force, by list and entry.
    pub measured: Option<BTreeMap<(String, Text), ListedSubject>>,
}

impl Scope {
    /// Whether a hit with this cause is about what changed.
    pub(super) fn covers(&self, kind: &str, list: &str, entry: &str) -> bool {
        list == self.list
            && match kind {
                "document" => self.documents,
                _ => self.entries.contains(entry),
            }
    }
}

impl Service {
    /// A version of the list that a look-back is about; `None` where there was, or will be, none.
    pub(crate) fn version_of(
        &self,
        run: &LookbackRun,
        number: Option<u32>,
    ) -> Result<Option<ListVersion>> {
        let version = |number| {
            self.store
                .read(|tx| tx.list_version(&self.tenant, &run.list, number))
        };
        Ok(number.map(version).transpose()?)
    }

    /// What a look-back is about.
    pub(super) fn scope(&self, run: &LookbackRun) -> Result<Scope> {
        let mut scope = Scope {
            list: run.list.clone(),
            keys: Some(Vec::new()),
            ..Scope::default()
        };
        let version = |number| self.version_of(run, number);
        match run.cause {
            LookbackCause::List => {
                // Of a list that was removed nothing is new; its hits are marked already.
                if let Some(after) = version(run.after)? {
                    let before = version(run.before)?;
                    self.changed_entries(before.as_ref(), &after, run, &mut scope)?;
                }
            }
            LookbackCause::Documents => {
                if let Some(after) = version(run.after)? {
                    self.changed_documents(version(run.before)?.as_ref(), &after, run, &mut scope)?;
                }
            }
            // Of a list that goes out of force nothing is new.
            LookbackCause::Preview => {
                if let Some(after) = version(run.after)? {
                    let before = version(run.before)?;
                    match after.content {
                        ListContent::Subjects => {
                            self.changed_entries(before.as_ref(), &after, run, &mut scope)?;
                        }
                        ListContent::Documents => {
                            self.changed_documents(before.as_ref(), &after, run, &mut scope)?;
                        }
                    }
                }
            }
            LookbackCause::Selector => {
                let running = self.open_selectors(None)?;
                scope.keys = Some(
                    running
                        .iter()
                        .filter(|(_, selector)| {
                            selector.list == run.list
                                && Some(selector.entry.as_str()) == run.entry.as_deref()
                        })
                        .filter_map(|(_, selector)| of_selector(selector))
                        .map(|key| store_key(&self.store, &key))
                        .collect(),
                );
            }
            LookbackCause::Exemption => {
                scope.effects = true;
                scope.entries.extend(run.entry.as_deref().map(Text::from));
            }
            LookbackCause::Mandate => scope.effects = true,
            LookbackCause::Measure => scope.measured = Some(self.listed()?),
        }
        Ok(scope)
    }

    fn changed_documents(
        &self,
        before: Option<&ListVersion>,
        after: &ListVersion,
        run: &LookbackRun,
        scope: &mut Scope,
    ) -> Result<()> {
        scope.documents = true;
        if run.stage != LookbackStage::Find {
            return Ok(());
        }
        let new = new_documents(&self.store, before, after, DOCUMENTS_MOST)?;
        scope.keys = new.map(|new| {
            new.iter()
                .filter_map(|document| of_document(document.number.as_str()))
                .map(|key| store_key(&self.store, &key))
                .collect()
        });
        Ok(())
    }

    fn changed_entries(
        &self,
        before: Option<&ListVersion>,
        after: &ListVersion,
        run: &LookbackRun,
        scope: &mut Scope,
    ) -> Result<()> {
        let earlier = match before.map(|before| subjects_of(&self.store, before)) {
            None | Some(Err(ServiceError::Unreadable(_))) => Vec::new(),
            Some(earlier) => earlier?,
        };
        let mut later = subjects_of(&self.store, after)?;
        if let Some(only) = run.entry.as_deref() {
            later.retain(|subject| subject.entry == only);
        }
        let ListDiff { added, changed, .. } = diff(&earlier, &later);
        let mut asked: BTreeSet<&Text> = added.iter().collect();
        asked.extend(changed.iter().map(|change| &change.reference));
        let asking = later
            .iter()
            .filter(|subject| asked.contains(&subject.entry));
        if run.stage == LookbackStage::Find {
            scope.keys = self.keys_of(asking)?;
        }
        scope.entries = changed.into_iter().map(|change| change.reference).collect();
        // Hits on what is new are hits on what came back.
        scope.entries.extend(added);
        Ok(())
    }

    /// By which keys entries ask; `None` when to ask for them all is more work than to screen everybody,
    /// which is seen before all are made: a first list of 50 000 entries asks by millions.
    fn keys_of<'s>(
        &self,
        subjects: impl Iterator<Item = &'s ListedSubject>,
    ) -> Result<Option<Vec<LookbackKey>>> {
        let mut keys: Vec<LookbackKey> = Vec::new();
        let mut ask_at = MANY_KEYS;
        for subject in subjects {
            let own = probes(subject).into_iter();
            keys.extend(own.map(|key| store_key(&self.store, &key)));
            if keys.len() >= ask_at {
                let held = keys.len() as u64 / KEYS_A_TRAVELLER;
                if self.store.read(|tx| tx.holds_fewer(&self.tenant, held))? {
                    return Ok(None);
                }
                ask_at = 2 * keys.len();
            }
        }
        keys.sort_unstable();
        keys.dedup();
        Ok(Some(keys))
    }

    /// Every entry of every list in force.
    fn listed(&self) -> Result<BTreeMap<(String, Text), ListedSubject>> {
        let versions = self.store.read(|tx| tx.lists_in_force(&self.tenant))?;
        let mut all = BTreeMap::new();
        for version in versions {
            if version.content == ListContent::Subjects {
                for subject in subjects_of(&self.store, &version)? {
                    all.insert((version.list.clone(), subject.entry.clone()), subject);
                }
            }
        }
        Ok(all)
    }
}
