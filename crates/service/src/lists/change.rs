//! Changes of lists: the transaction in which a version comes into force, or a list goes out of it,
//! together with everything that follows.

use std::collections::BTreeSet;

use jiff::civil::Date;
use tidewaiter_domain::ListedSubject;
use tidewaiter_mandate::ApprovalSubject;
use tidewaiter_mandate::review::{EntryState, Event};
use tidewaiter_store::{
    Agreement, Id, ListState, ListVersion, LookbackCause, NewListVersion, StoreError, Tx,
};

use super::reading::{Candidate, Contents, counts_json};
use super::{ListAdded, content, difference, register, subjects_of};
use crate::lookback::{LOOKBACK, Lookback};
use crate::watch::Change;
use crate::{Acting, Result, Service, ServiceError};

/// A version on its way into force, in the place of another.
struct Step<'a> {
    list: &'a str,
    contents: &'a Contents,
    before: Option<&'a ListVersion>,
    before_contents: Contents,
}

impl Service {
    /// Stores a candidate as proposed, and puts it into force when nobody else must agree.
    pub(super) fn propose(
        &self,
        acting: &Acting,
        candidate: &Candidate,
        current: Option<&ListVersion>,
        concerns: Vec<String>,
    ) -> Result<ListAdded> {
        let Candidate {
            list,
            format,
            published,
            counts,
            address,
            contents,
            files,
            packed,
            ..
        } = candidate;
        let step = self.step_from(list, contents, current)?;
        let published = published.map(|date| date.to_string());
        let consented = serde_json::to_string(&concerns).unwrap_or_default();
        let new = NewListVersion {
            list,
            content: content(contents),
            address,
            format: format.as_str(),
            published: published.as_deref(),
            entries: candidate.entries(),
            counts: &counts_json(counts),
            files,
            consented: &consented,
            purposes: self.mandate().all_purposes(),
        };
        self.change(acting, &step, concerns, |tx| {
            let known = tx.reading().list_of_content(&self.tenant, list, address)?;
            match known {
                Some(known) => {
                    tx.propose_list_again(
                        &self.tenant,
                        &acting.actor,
                        list,
                        known.version,
                        &consented,
                    )?;
                    Ok(known.version)
                }
                None => {
                    for file in packed {
                        tx.put_source(file)?;
                    }
                    tx.add_list_version(&self.tenant, &acting.actor, &new)
                }
            }
        })
    }

    /// Proposes a version that is stored already.
    pub(super) fn propose_again(
        &self,
        acting: &Acting,
        wanted: &ListVersion,
        current: Option<&ListVersion>,
    ) -> Result<ListAdded> {
        let contents = self.stored_contents(wanted)?;
        let step = self.step_from(&wanted.list, &contents, current)?;
        let concerns = vec!["rolled back".to_owned()];
        let consented = serde_json::to_string(&concerns).unwrap_or_default();
        self.change(acting, &step, concerns, |tx| {
            tx.propose_list_again(
                &self.tenant,
                &acting.actor,
                &wanted.list,
                wanted.version,
                &consented,
            )?;
            Ok(wanted.version)
        })
    }

    /// Agrees to a version that is proposed.
    pub(super) fn agree(
        &self,
        acting: &Acting,
        proposed: &ListVersion,
        current: Option<&ListVersion>,
    ) -> Result<ListAdded> {
        let contents = self.stored_contents(proposed)?;
        let step = self.step_from(&proposed.list, &contents, current)?;
        let concerns = serde_json::from_str(&proposed.consented).unwrap_or_default();
        self.change(acting, &step, concerns, |tx| {
            tx.agree_to_list(
                &self.tenant,
                &acting.actor,
                &proposed.list,
                proposed.version,
            )?;
            Ok(proposed.version)
        })
    }

    /// The content in force was given again.
    pub(super) fn seen_again(
        &self,
        acting: &Acting,
        current: &ListVersion,
        candidate: &Candidate,
    ) -> Result<ListAdded> {
        let published = candidate.published.map(|date| date.to_string());
        // An older edition with the same content does not make the list older.
        let published = published.filter(|date| {
            let known = current.published.as_deref();
            known.is_none_or(|known| known < date.as_str())
        });
        self.store.write(self.now(), |tx| {
            tx.list_seen(
                &self.tenant,
                &acting.actor,
                &current.list,
                current.version,
                published.as_deref(),
            )
        })?;
        Ok(ListAdded {
            list: current.list.clone(),
            version: current.version,
            before: Some(current.version),
            state: ListState::InForce,
            unchanged: true,
            entries: current.entries,
            concerns: Vec::new(),
            difference: (0, 0, 0),
            lookback: None,
            waits_for: Vec::new(),
        })
    }

    /// Takes a list out of force.
    pub(super) fn retire(&self, acting: &Acting, list: &str) -> Result<ListAdded> {
        let _one_at_a_time = self.one_change();
        let mut waits_for = Vec::new();
        let (before, lookback, generation) = self.store.write(self.now(), |tx| {
            let in_force = tx.reading().list_in_force(&self.tenant, list)?;
            if let Some(in_force) = in_force {
                let agreed = tx.agree_to_removal(&self.tenant, &acting.actor, list)?;
                waits_for = self.missing(&agreed);
                if !waits_for.is_empty() {
                    return Ok((Some(in_force.version), None, None));
                }
            }
            let before = tx.retire_list(&self.tenant, &acting.actor, list)?;
            if before.is_none() {
                return Ok((None, None, None));
            }
            self.mark_entries(tx, list, &BTreeSet::new())?;
            let lookback = self.look_back_at(tx, LookbackCause::List, list, before, None)?;
            let generation = tx.watch_changes(&self.tenant)?;
            Ok((before, Some(lookback), Some(generation)))
        })?;
        if let Some(generation) = generation {
            self.change_watch(generation, &Change::Without(list))?;
        }
        Ok(ListAdded {
            list: list.to_owned(),
            version: before.unwrap_or(0),
            before,
            state: if waits_for.is_empty() {
                ListState::Retired
            } else {
                ListState::InForce
            },
            unchanged: lookback.is_none(),
            entries: 0,
            concerns: Vec::new(),
            difference: (0, 0, 0),
            lookback,
            waits_for,
        })
    }

    fn stored_contents(&self, version: &ListVersion) -> Result<Contents> {
        Ok(match version.content {
            tidewaiter_store::ListContent::Subjects => {
                Contents::Subjects(subjects_of(&self.store, version)?)
            }
            tidewaiter_store::ListContent::Documents => {
                Contents::Documents(register::numbers_of(&self.store, version)?)
            }
        })
    }

    fn step_from<'a>(
        &self,
        list: &'a str,
        contents: &'a Contents,
        before: Option<&'a ListVersion>,
    ) -> Result<Step<'a>> {
        let before_contents = match before.map(|before| self.stored_contents(before)) {
            // A version that this release reads in another way: everything of it is new.
            None | Some(Err(ServiceError::Unreadable(_))) => Contents::Subjects(Vec::new()),
            Some(contents) => contents?,
        };
        Ok(Step {
            list,
            contents,
            before,
            before_contents,
        })
    }

    /// Runs `proposed`, which proposes a version or agrees to it, and puts that into force if
    /// everybody has agreed, all in one transaction.
    fn change(
        &self,
        acting: &Acting,
        step: &Step<'_>,
        concerns: Vec<String>,
        proposed: impl FnOnce(&mut Tx<'_, '_>) -> Result<u32, StoreError>,
    ) -> Result<ListAdded> {
        let _one_at_a_time = self.one_change();
        let mut generation = None;
        let mut lookback = None;
        let today = self.today();
        let stored = self.store.write(self.now(), |tx| {
            let in_force = tx.reading().list_in_force(&self.tenant, step.list)?;
            // What was compared with is what it replaces.
            if in_force.map(|v| v.version) != step.before.map(|v| v.version) {
                return Err(StoreError::Stale);
            }
            let version = proposed(tx)?;
            let stored = tx
                .reading()
                .list_version(&self.tenant, step.list, version)?;
            if !self.waits_for(&stored).is_empty() {
                return Ok(stored);
            }
            tx.put_list_in_force(&self.tenant, &acting.actor, step.list, version)?;
            let cause = match step.contents {
                Contents::Subjects(subjects) => {
                    self.mark_entries(tx, step.list, &not_ended(subjects, today))?;
                    LookbackCause::List
                }
                // Which documents went is for the look-back to find: a hit on one names its hash.
                Contents::Documents(_) => LookbackCause::Documents,
            };
            let before = step.before.map(|before| before.version);
            lookback = Some(self.look_back_at(tx, cause, step.list, before, Some(version))?);
            generation = Some(tx.watch_changes(&self.tenant)?);
            tx.reading().list_version(&self.tenant, step.list, version)
        })?;
        if let Some(generation) = generation {
            let change = match (step.contents, &step.before_contents) {
                (Contents::Subjects(after), Contents::Subjects(before)) => Change::Subjects {
                    version: &stored,
                    before,
                    after,
                },
                _ => Change::Documents(&stored),
            };
            self.change_watch(generation, &change)?;
        }
        Ok(ListAdded {
            list: stored.list.clone(),
            version: stored.version,
            before: step.before.map(|before| before.version),
            state: stored.state,
            unchanged: false,
            entries: stored.entries,
            concerns,
            difference: difference(&step.before_contents, step.contents),
            lookback,
            waits_for: self.waits_for(&stored),
        })
    }

    /// The roles that have not agreed to a version yet.
    fn waits_for(&self, version: &ListVersion) -> Vec<String> {
        self.missing(&version.agreed)
    }

    /// The roles that have not agreed yet; each agreement is of another person.
    fn missing(&self, agreed: &[Agreement]) -> Vec<String> {
        if self.mandate().is_evaluation() {
            return Vec::new();
        }
        self.mandate()
            .approvers(ApprovalSubject::ListImport)
            .iter()
            .filter(|role| !agreed.iter().any(|agreed| agreed.role == **role))
            .cloned()
            .collect()
    }

    /// Marks the hits on entries that do not stand on the list, and those on entries that do again.
    /// Nothing is closed by this: whoever has reviewed is told, and decides.
    pub(crate) fn mark_entries(
        &self,
        tx: &mut Tx<'_, '_>,
        list: &str,
        entries: &BTreeSet<&str>,
    ) -> Result<(), StoreError> {
        for hit in tx.reading().hits_of_list(&self.tenant, list)? {
            if hit.cause_kind == "selector" {
                continue;
            }
            let on_list = entries.contains(hit.entry.as_str());
            let event = match (hit.hit.entry(), on_list) {
                (EntryState::InForce, false) => Event::EntryRemoved,
                (EntryState::Removed, true) => Event::EntryRestored,
                _ => continue,
            };
            tx.step(&self.tenant, &LOOKBACK, &hit.id, hit.version, event, None)?;
        }
        Ok(())
    }

    fn look_back_at(
        &self,
        tx: &mut Tx<'_, '_>,
        cause: LookbackCause,
        list: &str,
        before: Option<u32>,
        after: Option<u32>,
    ) -> Result<Id, StoreError> {
        self.line_up(
            tx,
            &Lookback {
                cause,
                list,
                before,
                after,
                ..Lookback::default()
            },
        )
    }
}

/// The entries whose last day is not over.
pub(crate) fn not_ended(subjects: &[ListedSubject], today: Date) -> BTreeSet<&str> {
    let until = |subject: &ListedSubject| subject.validity.and_then(|validity| validity.until);
    let standing = subjects
        .iter()
        .filter(|subject| until(subject).is_none_or(|until| today <= until));
    standing.map(|subject| subject.entry.as_str()).collect()
}
