//! A look-back that raises nothing: what a change of a list would do, counted.
//!
//! Whoever the change may concern is screened against what would be in force, and compared with the
//! hits they have, as a look-back does it; of every traveller only numbers remain.

use std::collections::BTreeSet;
use std::sync::Arc;

use tidewaiter_domain::Text;
use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_mandate::review::{EntryState, Event, State, step};
use tidewaiter_matching::Band;
use tidewaiter_screening::Watchlist;
use tidewaiter_store::{
    Foreseen, Id, ImpactCounts, ImpactPart, ImpactState, Job, Lane, ListContent, LookbackRun,
    LookbackStage, PageDone, StoreError, Tx,
};

use super::page::{Follows, Found};
use super::{PAGE, PAGES, Scope};
use crate::held::Held;
use crate::lists::{is_open, not_ended, subjects_of};
use crate::screen::hit_key;
use crate::{Result, Service, ServiceError};

/// Who looks ahead, as audit lines name it.
pub(crate) const PREVIEW: MachineActor = MachineActor::new("list-preview");

/// What would be in force; kept between the turns of one preview.
pub(crate) struct Ahead {
    run: Id,
    /// Of which generation of the watch it was made.
    generation: u64,
    /// Nothing, when the list goes out of force: then nobody is screened.
    watchlist: Option<Watchlist>,
    /// The entries that would stand on the list; none of a register.
    standing: BTreeSet<Text>,
    is_register: bool,
}

/// What a page counts.
#[derive(Default)]
struct Counted {
    counts: ImpactCounts,
    marked: u64,
    restored: u64,
}

impl Service {
    /// One turn at a preview: some pages, each durable by itself.
    pub(super) fn preview_turn(&self, job: &Job, mut run: LookbackRun) -> Result<PageDone> {
        let mut sum = PageDone::default();
        if run.stage == LookbackStage::Done {
            self.store.write(self.now(), |tx| tx.finish(job))?;
            return Ok(sum);
        }
        let scope = self.scope(&run)?;
        if run.stage == LookbackStage::Find {
            let basis = self.impact_basis(&run)?;
            self.store
                .write(self.now(), |tx| tx.impact_basis(&run.id, &basis))?;
            self.find(&run, &scope)?;
            run = self.lookback(&run.id)?;
        }
        let ahead = self.ahead(&run)?;
        for _ in 0..PAGES {
            sum.screened += self.preview_page(&run, &scope, &ahead)?;
            run = self.lookback(&run.id)?;
            if run.stage == LookbackStage::Done {
                self.forget_ahead();
                self.store.write(self.now(), |tx| tx.finish(job))?;
                return Ok(sum);
            }
        }
        self.store.write(self.now(), |tx| {
            tx.finish(job)?;
            self.line_up_turn(tx, &run.id)
        })?;
        Ok(sum)
    }

    /// What would be in force.
    fn ahead(&self, run: &LookbackRun) -> Result<Arc<Ahead>> {
        let watch = self.current_watch()?;
        let mut kept = self
            .ahead
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(ahead) = kept.as_ref()
            && ahead.run == run.id
            && ahead.generation == watch.generation()
        {
            return Ok(Arc::clone(ahead));
        }
        let before = self.version_of(run, run.before)?;
        let after = self.version_of(run, run.after)?;
        let mut ahead = Ahead {
            run: run.id,
            generation: watch.generation(),
            watchlist: None,
            standing: BTreeSet::new(),
            is_register: false,
        };
        if let Some(after) = &after {
            ahead.is_register = after.content == ListContent::Documents;
            if !ahead.is_register {
                let subjects = subjects_of(&self.store, after)?;
                let standing = not_ended(&subjects, self.today());
                ahead.standing = standing.into_iter().map(Text::from).collect();
            }
            ahead.watchlist = Some(self.watchlist_ahead(&watch, before.as_ref(), after)?);
        }
        let ahead = Arc::new(ahead);
        *kept = Some(Arc::clone(&ahead));
        Ok(ahead)
    }

    /// Lets go of what would have been in force.
    fn forget_ahead(&self) {
        let mut kept = self
            .ahead
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *kept = None;
    }

    /// Counts the next page; how many travellers it had. The last one ends the impact, and so does
    /// another version that came into force.
    fn preview_page(&self, run: &LookbackRun, scope: &Scope, ahead: &Ahead) -> Result<u64> {
        let mut trouble = None;
        let today = self.today();
        let done = self.store.write_long(self.now(), |tx| {
            if !self.impact_stands(tx, run)? {
                tx.give_up_lookback(&run.id)?;
                tx.end_impact(&self.tenant, &PREVIEW, &run.id, ImpactState::Overtaken)?;
                return Ok(0);
            }
            let Some(page) = tx.next_page(&self.tenant, run, today, PAGE)? else {
                if tx.stage_done(run)? == LookbackStage::Done {
                    tx.end_impact(&self.tenant, &PREVIEW, &run.id, ImpactState::Done)?;
                }
                return Ok(0);
            };
            let mut counted = Counted::default();
            for held in self.held(tx, &PREVIEW, &page.travellers)? {
                match self.foresee(tx, scope, ahead, &held, &mut counted) {
                    Ok(()) => {}
                    Err(ServiceError::Store(error)) => return Err(error),
                    Err(other) => {
                        trouble = Some(other);
                        return Err(StoreError::Failed);
                    }
                }
            }
            let part = match run.stage {
                LookbackStage::Current => ImpactPart::Now,
                _ => ImpactPart::Past,
            };
            let marks = (counted.marked, counted.restored);
            tx.impact_counted(&run.id, part, &counted.counts, marks)?;
            let done = PageDone {
                screened: page.covered,
                ..PageDone::default()
            };
            tx.page_done(&run.id, Some(page.last), &done)?;
            Ok(done.screened)
        });
        match (done, trouble) {
            (Err(_), Some(trouble)) => Err(trouble),
            (done, _) => Ok(done?),
        }
    }

    /// What would follow for one traveller.
    fn foresee(
        &self,
        tx: &mut Tx<'_, '_>,
        scope: &Scope,
        ahead: &Ahead,
        held: &Held,
        counted: &mut Counted,
    ) -> Result<()> {
        // Of the test lane nothing is told: nobody has to act on it.
        let is_nobody = held.lane != Lane::Live || held.said.observations().next().is_none();
        let (Some(watchlist), false) = (&ahead.watchlist, is_nobody) else {
            return Ok(());
        };
        let hits = tx.reading().hits_about(&self.tenant, &held.traveller)?;
        let counts = &mut counted.counts;
        let (mut met, mut is_new) = (BTreeSet::new(), false);
        let found = self.find_anew(watchlist, held, tx.now())?;
        for Found { purpose, finding } in found {
            if finding.cause.list != scope.list {
                continue;
            }
            let about = held.about(None);
            let key = tidewaiter_store::HitKey {
                flight: held.flight,
                ..hit_key(&about, &finding)
            };
            match tx.foresee(&self.tenant, purpose, &key, finding.pair.bytes())? {
                Foreseen::New => {
                    is_new = true;
                    match finding.band {
                        Band::Alert => counts.alert += 1,
                        Band::Review | Band::None => counts.review += 1,
                    }
                }
                Foreseen::AutoCleared => counts.cleared += 1,
                Foreseen::Same(hit) => {
                    met.insert(hit);
                }
                Foreseen::Changed(hit) => {
                    met.insert(hit);
                    counts.reviewed_again += 1;
                }
            }
        }
        counts.travellers += u64::from(is_new);
        for hit in &hits {
            if !scope.covers(&hit.cause_kind, &hit.list, &hit.entry) {
                continue;
            }
            // As the change itself would have marked it.
            let entry = match hit.cause_kind.as_str() {
                "list" if !ahead.is_register => match ahead.standing.contains(hit.entry.as_str()) {
                    true => EntryState::InForce,
                    false => EntryState::Removed,
                },
                _ => hit.hit.entry(),
            };
            match Follows::of(&hit.cause_kind, entry, met.contains(&hit.id)) {
                Some(Follows::LosesGround) => match step(&hit.hit, Event::NoLongerFound) {
                    Ok((next, _)) if next.state() == State::Lapsed => counts.lapsed += 1,
                    Ok(_) => counts.reviewed_again += 1,
                    Err(_) => {}
                },
                Some(Follows::Removed) => counted.marked += u64::from(is_open(hit)),
                Some(Follows::Restored) => counted.restored += u64::from(is_open(hit)),
                None => {}
            }
        }
        Ok(())
    }
}
