//! A page of a look-back: some travellers, screened and compared with the hits they have, in one
//! transaction.

use std::collections::BTreeSet;

use jiff::Timestamp;
use tidewaiter_mandate::PurposeId;
use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_mandate::review::{EntryState, Event};
use tidewaiter_screening::keys::probes;
use tidewaiter_screening::{Answer, Finding, Screener, Watchlist};
use tidewaiter_store::{EntryHit, Lane, LookbackRun, PageDone, Raised, StoreError, Tx};

use super::{LOOKBACK, Scope, store_key};
use crate::held::Held;
use crate::kept::{InputsKept, keep, kept};
use crate::screen::{self, lose_ground, new_finding};
use crate::watch::Watch;
use crate::{Result, Service, ServiceError};

/// A finding for a purpose.
pub(super) struct Found {
    pub(super) purpose: PurposeId,
    pub(super) finding: Finding,
}

/// What follows for a hit that is about what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follows {
    /// On the list, and not like them any more.
    LosesGround,
    /// What it rests on is gone.
    Removed,
    /// It is back.
    Restored,
}

impl Follows {
    /// By what kind of cause the hit has, how its entry stands, and whether it was found.
    pub(super) fn of(cause_kind: &str, entry: EntryState, is_met: bool) -> Option<Self> {
        match (is_met, entry) {
            (false, EntryState::InForce) if cause_kind == "list" => Some(Self::LosesGround),
            (false, EntryState::InForce) => Some(Self::Removed),
            (true, EntryState::Removed) => Some(Self::Restored),
            _ => None,
        }
    }
}

impl Service {
    /// Screens the next page of a look-back. `None` when `watch` is no longer the newest: nothing
    /// was done then.
    pub(super) fn page(
        &self,
        run: &LookbackRun,
        scope: &Scope,
        watch: &Watch,
        most: u32,
    ) -> Result<Option<PageDone>> {
        let mut trouble = None;
        let today = self.today();
        let done = self.store.write_long(self.now(), |tx| {
            if !self.is_watched_now(tx, watch)? {
                return Ok(None);
            }
            let Some(page) = tx.next_page(&self.tenant, run, today, most)? else {
                tx.stage_done(run)?;
                return Ok(Some(PageDone::default()));
            };
            let mut done = PageDone::default();
            for held in self.held(tx, &LOOKBACK, &page.travellers)? {
                match self.again(tx, scope, watch, &held, &mut done) {
                    Ok(()) => {}
                    Err(ServiceError::Store(error)) => return Err(error),
                    Err(other) => {
                        trouble = Some(other);
                        return Err(StoreError::Failed);
                    }
                }
            }
            done.screened = page.covered;
            tx.page_done(&run.id, Some(page.last), &done)?;
            Ok(Some(done))
        });
        match (done, trouble) {
            (Err(_), Some(trouble)) => Err(trouble),
            (done, _) => Ok(done?),
        }
    }

    /// Screens one traveller again, raises what is new and marks what has lost its ground.
    fn again(
        &self,
        tx: &mut Tx<'_, '_>,
        scope: &Scope,
        watch: &Watch,
        held: &Held,
        done: &mut PageDone,
    ) -> Result<()> {
        if held.said.observations().next().is_none() {
            // Turned out to be another traveller, who is screened as that one.
            return Ok(());
        }
        let flight = held.stored_flight(self, tx)?;
        let carrier = flight.as_ref().map_or("", |flight| &flight.key.carrier);
        if !self.is_screened(tx, held.lane, carrier)? {
            return Ok(());
        }
        let hits = tx.reading().hits_about(&self.tenant, &held.traveller)?;
        let found = self.find_anew(watch.watchlist(), held, tx.now())?;
        if let Some(measured) = &scope.measured {
            self.measure(tx, measured, held, &found, done)?;
        }
        let inputs = InputsKept::of(&held.said);
        let mut met = BTreeSet::new();
        for Found { purpose, finding } in &found {
            let evidence = keep(finding, &inputs);
            let raised = raise(self, tx, &LOOKBACK, held, *purpose, finding, &evidence)?;
            let hit = raised.hit();
            met.insert(hit);
            match raised {
                Raised::New(_) | Raised::AutoCleared(_) => done.raised += 1,
                Raised::Changed(_) => done.changed += 1,
                Raised::Same(_) => {
                    let before = hits.iter().find(|known| known.id == hit);
                    if let Some(before) = before.filter(|_| scope.effects) {
                        done.changed +=
                            u64::from(self.means_else(tx, before, *purpose, finding, &evidence)?);
                    }
                }
            }
        }
        for hit in &hits {
            if !scope.covers(&hit.cause_kind, &hit.list, &hit.entry) {
                continue;
            }
            let follows = Follows::of(&hit.cause_kind, hit.hit.entry(), met.contains(&hit.id));
            let event = match follows {
                Some(Follows::LosesGround) => {
                    let lost = lose_ground(self, tx, &LOOKBACK, hit)?;
                    done.closed += u64::from(lost.is_some());
                    continue;
                }
                Some(Follows::Removed) => Event::EntryRemoved,
                Some(Follows::Restored) => Event::EntryRestored,
                None => continue,
            };
            let version = if met.contains(&hit.id) {
                // It may have been changed by what was just found.
                let now = tx.reading().hits_about(&self.tenant, &held.traveller)?;
                now.iter()
                    .find(|now| now.id == hit.id)
                    .map_or(hit.version, |now| now.version)
            } else {
                hit.version
            };
            tx.step(&self.tenant, &LOOKBACK, &hit.id, version, event, None)?;
            match event {
                Event::EntryRestored => done.changed += 1,
                _ => done.closed += 1,
            }
        }
        Ok(())
    }

    /// Everything found on a traveller, for every purpose.
    pub(super) fn find_anew(
        &self,
        watchlist: &Watchlist,
        held: &Held,
        now: Timestamp,
    ) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        for (purpose, _) in self.mandate().purposes() {
            let Some(statements) = held.said.for_purpose(self.mandate(), purpose) else {
                continue;
            };
            let mut screener = Screener::new(watchlist, self.mandate(), purpose)
                .map_err(|_| ServiceError::Unreadable("purpose"))?;
            let findings = statements.screen(&mut screener, &held.said.journey, now)?;
            found.extend(
                findings
                    .into_iter()
                    .map(|finding| Found { purpose, finding }),
            );
        }
        Ok(found)
    }

    /// Puts a finding of the same pair in the place of the one before when it means something else.
    fn means_else(
        &self,
        tx: &mut Tx<'_, '_>,
        before: &EntryHit,
        purpose: PurposeId,
        finding: &Finding,
        evidence: &[u8],
    ) -> Result<bool> {
        let stored = tx.machine_finding(&self.tenant, &LOOKBACK, &before.finding)?;
        let (then, _) = kept(&stored.evidence)?;
        let then = Finding::decode(then).map_err(|_| ServiceError::Unreadable("finding"))?;
        if then.effect == finding.effect && then.band == finding.band {
            return Ok(false);
        }
        let context = finding.context.encode();
        let new = new_finding(self, finding, &context, evidence);
        tx.refresh(&self.tenant, purpose, &before.id, &new)?;
        tx.step(
            &self.tenant,
            &LOOKBACK,
            &before.id,
            before.version,
            Event::DataChanged,
            None,
        )?;
        Ok(true)
    }

    /// Counts how many of the findings on lists the keys of their entries would have found.
    fn measure(
        &self,
        tx: &mut Tx<'_, '_>,
        measured: &std::collections::BTreeMap<
            (String, tidewaiter_domain::Text),
            tidewaiter_domain::ListedSubject,
        >,
        held: &Held,
        found: &[Found],
        done: &mut PageDone,
    ) -> Result<()> {
        for Found { finding, .. } in found {
            let cause = (finding.cause.list.to_string(), finding.cause.entry.clone());
            let Some(subject) = measured.get(&cause) else {
                continue;
            };
            let keys: Vec<_> = probes(subject)
                .iter()
                .map(|key| store_key(&self.store, key))
                .collect();
            done.found += 1;
            done.found_by_keys += u64::from(tx.is_found_by(&held.traveller, &keys)?);
        }
        Ok(())
    }
}

/// Screens one traveller by the answers of lists that may only be asked, and raises what those lists
/// found; `then` ends the job in the same transaction. `None` when `watch` is no longer the newest.
pub(crate) fn raise_found(
    service: &Service,
    by: &MachineActor,
    watch: &Watch,
    held: &Held,
    answers: &[Answer],
    then: impl FnOnce(&mut Tx<'_, '_>) -> Result<(), StoreError>,
) -> Result<Option<u64>> {
    let mut found = Vec::new();
    for (purpose, _) in service.mandate().purposes() {
        let Some(statements) = held.said.for_purpose(service.mandate(), purpose) else {
            continue;
        };
        let mut screener = Screener::new(watch.watchlist(), service.mandate(), purpose)
            .map_err(|_| ServiceError::Unreadable("purpose"))?;
        let journey = &held.said.journey;
        let findings = statements.screen_by(&mut screener, journey, answers, service.now())?;
        let asked = findings
            .into_iter()
            .filter(|finding| answers.iter().any(|a| a.list == finding.cause.list));
        found.extend(asked.map(|finding| Found { purpose, finding }));
    }
    let inputs = InputsKept::of(&held.said).with_answers(answers);
    let raised = service.store.write(service.now(), |tx| {
        if !service.is_watched_now(tx, watch)? {
            return Ok(None);
        }
        let mut count = 0;
        for Found { purpose, finding } in &found {
            let evidence = keep(finding, &inputs);
            let raised = raise(service, tx, by, held, *purpose, finding, &evidence)?;
            count += u64::from(!matches!(raised, Raised::Same(_)));
        }
        then(tx)?;
        Ok(Some(count))
    })?;
    Ok(raised)
}

/// Raises the hit of a finding on a traveller, and counts it.
fn raise(
    service: &Service,
    tx: &mut Tx<'_, '_>,
    by: &MachineActor,
    held: &Held,
    purpose: PurposeId,
    finding: &Finding,
    evidence: &[u8],
) -> Result<Raised, StoreError> {
    let flight = held.stored_flight(service, tx)?;
    let about = held.about(flight.as_ref());
    let raised = screen::raise(service, tx, by, purpose, &about, finding, evidence)?;
    let name = match raised {
        Raised::New(_) => "matches",
        Raised::AutoCleared(_) => "auto-cleared",
        Raised::Changed(_) => "matches-changed",
        Raised::Same(_) => return Ok(raised),
    };
    if held.lane == Lane::Live {
        let carrier = flight
            .as_ref()
            .map_or("", |flight| flight.key.carrier.as_str());
        tx.count(&service.tenant, name, &finding.cause.list, carrier, 1)?;
    }
    Ok(raised)
}
