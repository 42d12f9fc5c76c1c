//! Changes of lists: the transaction in which a version comes into force, or a list goes out of it,
//! together with everything that follows.

use std::collections::BTreeSet;

use jiff::civil::Date;
use tidewaiter_domain::ListedSubject;
use tidewaiter_mandate::ApprovalSubject;
use tidewaiter_mandate::review::{EntryState, Event};
use tidewaiter_store::{
    Agreement, EntryHit, Id, ListState, ListVersion, LookbackCause, NewListVersion, StoreError, Tx,
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
    manner: Manner,
}

/// Where a change is made, and how far it may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// Proposed at the machine itself: it comes into force at once where nobody else must agree, and
    /// under the evaluation profile nobody else must.
    Here,
    /// Agreed to at the machine itself.
    AgreedHere,
    /// Only proposed, whoever could put it into force: others see first what it would do.
    Proposed,
    /// Agreed to by somebody else who has seen what it would do: everybody whom the mandate names
    /// agrees, under every profile.
    Agreed,
}

impl Manner {
    /// Whether everybody agrees whom the mandate names, under the evaluation profile too.
    const fn is_strict(self) -> bool {
        matches!(self, Self::Proposed | Self::Agreed)
    }

    const fn is_agreement(self) -> bool {
        matches!(self, Self::AgreedHere | Self::Agreed)
    }
}

/// What else belongs into the transaction of a change: what must hold before anything is done, and
/// what is kept of what became of it.
pub(super) trait Beside {
    /// Whether the change may be made as things stand in this transaction.
    fn before(&mut self, tx: &mut Tx<'_, '_>) -> Result<(), StoreError>;
    /// Keeps what became of it.
    fn after(&mut self, tx: &mut Tx<'_, '_>, done: &ListAdded) -> Result<(), StoreError>;
}

/// Nothing.
impl Beside for () {
    fn before(&mut self, _: &mut Tx<'_, '_>) -> Result<(), StoreError> {
        Ok(())
    }

    fn after(&mut self, _: &mut Tx<'_, '_>, _: &ListAdded) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Service {
    /// Stores a candidate as proposed, and puts it into force when nobody else must agree.
    pub(super) fn propose(
        &self,
        acting: &Acting,
        candidate: &Candidate,
        current: Option<&ListVersion>,
        concerns: Vec<String>,
        manner: Manner,
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
        let step = self.step_from(list, contents, current, manner)?;
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
        self.change(acting, &step, concerns, &mut (), |tx| {
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
        concerns: Vec<String>,
        manner: Manner,
    ) -> Result<ListAdded> {
        let contents = self.stored_contents(wanted)?;
        let step = self.step_from(&wanted.list, &contents, current, manner)?;
        let consented = serde_json::to_string(&concerns).unwrap_or_default();
        self.change(acting, &step, concerns, &mut (), |tx| {
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
        manner: Manner,
        beside: &mut impl Beside,
    ) -> Result<ListAdded> {
        let contents = self.stored_contents(proposed)?;
        let step = self.step_from(&proposed.list, &contents, current, manner)?;
        let concerns = serde_json::from_str(&proposed.consented).unwrap_or_default();
        self.change(acting, &step, concerns, beside, |tx| {
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
            ..ListAdded::of(current)
        })
    }

    /// Notes that somebody wants a list out of force, and takes it out once everybody does whom the
    /// mandate names.
    pub(super) fn retire(
        &self,
        acting: &Acting,
        list: &str,
        manner: Manner,
        beside: &mut impl Beside,
    ) -> Result<ListAdded> {
        let _one_at_a_time = self.one_change();
        let (done, generation) = self.store.write(self.now(), |tx| {
            beside.before(tx)?;
            let in_force = tx.reading().list_in_force(&self.tenant, list)?;
            let mut done = ListAdded {
                list: list.to_owned(),
                state: ListState::Retired,
                unchanged: true,
                ..ListAdded::default()
            };
            if let Some(in_force) = in_force {
                let agreed = tx.agree_to_removal(&self.tenant, &acting.actor, list)?;
                let waits_for = self.missing(&agreed, manner);
                if manner == Manner::Proposed || !waits_for.is_empty() {
                    done = ListAdded {
                        before: Some(in_force.version),
                        unchanged: true,
                        waits_for,
                        ..ListAdded::of(&in_force)
                    };
                    if !manner.is_agreement() {
                        let versions = (None, Some(in_force.version));
                        done.impact = Some(self.line_up_impact(tx, acting, list, versions)?);
                    }
                    beside.after(tx, &done)?;
                    return Ok((done, None));
                }
            }
            done.before = tx.retire_list(&self.tenant, &acting.actor, list)?;
            let Some(before) = done.before else {
                return Ok((done, None));
            };
            done.version = before;
            done.unchanged = false;
            self.mark_entries(tx, list, &BTreeSet::new())?;
            let cause = LookbackCause::List;
            done.lookback = Some(self.look_back_at(tx, cause, list, done.before, None)?);
            let generation = tx.watch_changes(&self.tenant)?;
            beside.after(tx, &done)?;
            Ok((done, Some(generation)))
        })?;
        if let Some(generation) = generation {
            self.change_watch(generation, &Change::Without(list))?;
        }
        Ok(done)
    }

    pub(super) fn stored_contents(&self, version: &ListVersion) -> Result<Contents> {
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
        manner: Manner,
    ) -> Result<Step<'a>> {
        Ok(Step {
            list,
            contents,
            before,
            before_contents: self.contents_before(before)?,
            manner,
        })
    }

    /// What a version holds that another is to replace.
    pub(super) fn contents_before(&self, before: Option<&ListVersion>) -> Result<Contents> {
        match before.map(|before| self.stored_contents(before)) {
            // A version that this release reads in another way: everything of it is new.
            None | Some(Err(ServiceError::Unreadable(_))) => Ok(Contents::Subjects(Vec::new())),
            Some(contents) => contents,
        }
    }

    /// Runs `proposed`, which proposes a version or agrees to it, and puts that into force if
    /// everybody has agreed, all in one transaction.
    fn change(
        &self,
        acting: &Acting,
        step: &Step<'_>,
        concerns: Vec<String>,
        beside: &mut impl Beside,
        proposed: impl FnOnce(&mut Tx<'_, '_>) -> Result<u32, StoreError>,
    ) -> Result<ListAdded> {
        let _one_at_a_time = self.one_change();
        let today = self.today();
        let (done, in_force) = self.store.write(self.now(), |tx| {
            beside.before(tx)?;
            let in_force = tx.reading().list_in_force(&self.tenant, step.list)?;
            // What was compared with is what it replaces.
            if in_force.map(|v| v.version) != step.before.map(|v| v.version) {
                return Err(StoreError::Stale);
            }
            let before = step.before.map(|before| before.version);
            let version = proposed(tx)?;
            let stored = tx
                .reading()
                .list_version(&self.tenant, step.list, version)?;
            let mut done = ListAdded {
                before,
                concerns,
                difference: difference(&step.before_contents, step.contents),
                waits_for: self.missing(&stored.agreed, step.manner),
                ..ListAdded::of(&stored)
            };
            if step.manner == Manner::Proposed || !done.waits_for.is_empty() {
                if !step.manner.is_agreement() {
                    let versions = (Some(version), before);
                    done.impact = Some(self.line_up_impact(tx, acting, step.list, versions)?);
                }
                beside.after(tx, &done)?;
                return Ok((done, None));
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
            done.lookback = Some(self.look_back_at(tx, cause, step.list, before, Some(version))?);
            done.state = ListState::InForce;
            let generation = tx.watch_changes(&self.tenant)?;
            let stored = tx
                .reading()
                .list_version(&self.tenant, step.list, version)?;
            beside.after(tx, &done)?;
            Ok((done, Some((generation, stored))))
        })?;
        if let Some((generation, stored)) = in_force {
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
        Ok(done)
    }

    /// The roles that have not agreed yet; each agreement is of another person.
    pub(super) fn missing(&self, agreed: &[Agreement], manner: Manner) -> Vec<String> {
        if self.mandate().is_evaluation() && !manner.is_strict() {
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
            if let Some(event) = mark(&hit, entries) {
                tx.step(&self.tenant, &LOOKBACK, &hit.id, hit.version, event, None)?;
            }
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

/// What happens to a hit when these are the entries that stand on its list.
pub(super) fn mark(hit: &EntryHit, entries: &BTreeSet<&str>) -> Option<Event<'static>> {
    if hit.cause_kind == "selector" {
        return None;
    }
    match (hit.hit.entry(), entries.contains(hit.entry.as_str())) {
        (EntryState::InForce, false) => Some(Event::EntryRemoved),
        (EntryState::Removed, true) => Some(Event::EntryRestored),
        _ => None,
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
