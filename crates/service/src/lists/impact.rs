//! What a change of a list would do, before anybody agrees to it: a look-back that raises nothing. Its
//! pages are in `lookback/preview.rs`; here is how it begins, and what is known of it.

use tidewaiter_formats::lists::ListFormat;
use tidewaiter_formats::lists::version::{ContentHash, SourceReceipt};
use tidewaiter_mandate::review::Event;
use tidewaiter_store::{
    EntryHit, Id, ImpactBasis, ImpactState, Lane, ListImpact, ListState, ListVersion,
    LookbackCause, LookbackRun, StoreError, Tx,
};

use super::change::{mark, not_ended};
use super::reading::Contents;
use super::{difference, receipt_of};
use crate::hits::HitQuery;
use crate::lookback::Lookback;
use crate::{Acting, Result, Service, ServiceError};

/// What a change of a list would do, and how far working it out has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Impact {
    /// What was counted.
    pub counted: ListImpact,
    /// What somebody must have seen first.
    pub concerns: Vec<String>,
    /// How many of those who are held it is about, once that is known.
    pub total: Option<u64>,
    /// How many of them were screened.
    pub screened: u64,
    /// Whether it is worked out, against what is in force now and under the mandate in force.
    pub is_current: bool,
}

impl Service {
    /// Works out anew what putting a version into force would do, or with no version taking the list
    /// out of force; the look-back that does so, or the one that does so already.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`]; [`ServiceError::NotFound`] when there is no such version, or
    /// nothing that could go out of force; [`ServiceError::NotPossible`] when it is in force already.
    pub fn preview_list(&self, acting: &Acting, list: &str, version: Option<u32>) -> Result<Id> {
        self.may_import(acting)?;
        let found = self.store.write(self.now(), |tx| {
            let in_force = tx.reading().list_in_force(&self.tenant, list)?;
            let in_force = in_force.map(|in_force| in_force.version);
            if let Some(version) = version {
                tx.reading().list_version(&self.tenant, list, version)?;
                if in_force == Some(version) {
                    return Ok(Err("this version is in force already"));
                }
            } else if in_force.is_none() {
                return Err(StoreError::NotFound("list in force"));
            }
            let known = tx.reading().latest_impact(&self.tenant, list, version)?;
            match known {
                Some(known)
                    if known.state == ImpactState::Computing && known.against == in_force =>
                {
                    Ok(Ok(known.run))
                }
                _ => self
                    .line_up_impact(tx, acting, list, (version, in_force))
                    .map(Ok),
            }
        })?;
        found.map_err(ServiceError::NotPossible)
    }

    /// Lines up the working out of an impact: of a version against another, in the transaction that
    /// proposes it.
    pub(super) fn line_up_impact(
        &self,
        tx: &mut Tx<'_, '_>,
        acting: &Acting,
        list: &str,
        (version, against): (Option<u32>, Option<u32>),
    ) -> Result<Id, StoreError> {
        let lookback = Lookback {
            cause: LookbackCause::Preview,
            list,
            before: against,
            after: version,
            ..Lookback::default()
        };
        let run = self.line_up(tx, &lookback)?;
        let what = (list, version, against);
        tx.start_impact(&self.tenant, &acting.actor, &run, what)?;
        Ok(run)
    }

    /// An impact, with how far it has come.
    pub(super) fn impact_of(
        &self,
        tx: &mut tidewaiter_store::ReadTx<'_, '_>,
        counted: ListImpact,
        in_force: Option<u32>,
    ) -> Result<Impact, StoreError> {
        let run = tx.lookback_run(&self.tenant, &counted.run)?;
        Ok(Impact {
            concerns: serde_json::from_str(&counted.basis.concerns).unwrap_or_default(),
            total: run.total,
            screened: run.screened,
            is_current: counted.state == ImpactState::Done
                && counted.is_of_mandate
                && counted.against == in_force,
            counted,
        })
    }

    /// Whether what an impact is worked out for can still come about: the same version is in force,
    /// and the one that is to be is not.
    pub(crate) fn impact_stands(
        &self,
        tx: &mut Tx<'_, '_>,
        run: &LookbackRun,
    ) -> Result<bool, StoreError> {
        let in_force = tx.reading().list_in_force(&self.tenant, &run.list)?;
        Ok(in_force.map(|in_force| in_force.version) == run.before)
    }

    /// What is known of an impact before anybody is screened.
    pub(crate) fn impact_basis(&self, run: &LookbackRun) -> Result<ImpactBasis> {
        let before = self.version_of(run, run.before)?;
        let after = self.version_of(run, run.after)?;
        let hits = self
            .store
            .read(|tx| tx.hits_of_list(&self.tenant, &run.list))?;
        let mut basis = ImpactBasis::default();
        let Some(after) = after else {
            basis.removed = before.map_or(0, |before| u64::from(before.entries));
            let nothing = std::collections::BTreeSet::new();
            count_marks(&mut basis, &hits, |hit| mark(hit, &nothing));
            basis.concerns = "[]".to_owned();
            return Ok(basis);
        };
        let contents = self.stored_contents(&after)?;
        let earlier = self.contents_before(before.as_ref())?;
        (basis.added, basis.removed, basis.changed) = difference(&earlier, &contents);
        // Of a register, which hits are on documents that went is for screening to find.
        if let Contents::Subjects(subjects) = &contents {
            let standing = not_ended(subjects, self.today());
            count_marks(&mut basis, &hits, |hit| mark(hit, &standing));
        }
        let next = stored_receipt(&after);
        let concerns = self.concerns_about(before.as_ref(), &next, &run.list);
        basis.concerns = serde_json::to_string(&concerns).unwrap_or_default();
        Ok(basis)
    }
}

fn count_marks(
    basis: &mut ImpactBasis,
    hits: &[EntryHit],
    mark: impl Fn(&EntryHit) -> Option<Event<'static>>,
) {
    for hit in hits.iter().filter(|hit| is_open(hit)) {
        match mark(hit) {
            Some(Event::EntryRemoved) => basis.marked += 1,
            Some(Event::EntryRestored) => basis.restored += 1,
            _ => {}
        }
    }
}

/// Whether somebody still has to do with a hit, of live traffic.
pub(crate) fn is_open(hit: &EntryHit) -> bool {
    hit.lane == Lane::Live && HitQuery::OPEN.contains(&hit.hit.state())
}

/// What is kept of the source of a stored version. Its form plays no part in what is compared.
pub(super) fn stored_receipt(version: &ListVersion) -> SourceReceipt {
    let like = SourceReceipt {
        list: version.list.as_str().into(),
        format: ListFormat::OwnCsv,
        files: Vec::new(),
        published: None,
        counts: tidewaiter_formats::lists::ListCounts::default(),
        version: ContentHash::of(&version.address),
    };
    receipt_of(version, &like)
}

/// Whether a version waits for others.
pub(super) fn is_proposed(version: &ListVersion) -> bool {
    version.state == ListState::Proposed
}
