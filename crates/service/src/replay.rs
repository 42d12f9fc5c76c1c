//! Findings computed anew: from the same statements, watchlist, mandate and time, with this release.

use std::sync::Arc;

use tidewaiter_mandate::Mandate;
use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_screening::{
    Context, Difference, ENGINE, Finding, Inputs, Replay as Compared, Watchlist, WatchlistId, Who,
    replay,
};
use tidewaiter_store::{Id, ListVersion, StoreError, StoredFinding};

use crate::connectors::answers_of;
use crate::held::{id_of, said};
use crate::kept::kept;
use crate::watch::{MadeOf, exemptions_of};
use crate::{Result, Service, ServiceError};

/// Who replays, as audit lines name it.
const REPLAYER: MachineActor = MachineActor::new("replay");

/// What a replay shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Replay {
    /// The same finding, bit for bit.
    Same,
    /// Something differs: which inputs, or the finding itself.
    Differs(Vec<Difference>),
    /// What it rests on was lawfully destroyed: nothing can be shown any more.
    InputsDestroyed,
    /// It was found by another release, or rests on a list that this release reads in another way.
    EngineUnavailable {
        /// The engine that found it.
        engine: String,
    },
}

impl Replay {
    /// `same`, `differs`, `inputs lawfully destroyed` or `engine unavailable`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs(_) => "differs",
            Self::InputsDestroyed => "inputs lawfully destroyed",
            Self::EngineUnavailable { .. } => "engine unavailable",
        }
    }
}

/// The inputs of a finding, or what stands in their way.
enum Needed<T> {
    Here(T),
    Destroyed,
    Unreadable,
}

impl Service {
    /// Finds a stored finding anew from its inputs, and compares bit for bit.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`] when there is no such finding, or it was erased with its subject;
    /// what the store meets.
    pub fn replay(&self, finding: &Id) -> Result<Replay> {
        let found = self.store.write(self.now(), |tx| {
            tx.machine_finding(&self.tenant, &REPLAYER, finding)
        });
        let stored = match found {
            Err(StoreError::KeyDestroyed) => return Ok(Replay::InputsDestroyed),
            found => found?,
        };
        let engine = || Replay::EngineUnavailable {
            engine: stored.engine.clone(),
        };
        if stored.engine != ENGINE {
            return Ok(engine());
        }
        let context = Context::decode(&stored.context)
            .map_err(|_| ServiceError::Unreadable("context of a finding"))?;
        let Some(mandate) = self.mandate_of(&context)? else {
            return Ok(engine());
        };
        let watchlist = match self.watchlist_once(&mandate, context.watchlist)? {
            Needed::Here(watchlist) => watchlist,
            Needed::Destroyed => return Ok(Replay::InputsDestroyed),
            Needed::Unreadable => return Ok(engine()),
        };
        self.compare(&stored, &context, &mandate, &watchlist)
    }

    /// Every finding of the agency, oldest first.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn findings(&self) -> Result<Vec<Id>> {
        Ok(self.store.read(|tx| tx.findings(&self.tenant))?)
    }

    /// Lets go of the watchlist that was replayed against last.
    pub(crate) fn forget_replayed(&self) {
        *self
            .replayed
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = None;
    }

    fn compare(
        &self,
        stored: &StoredFinding,
        context: &Context,
        mandate: &Mandate,
        watchlist: &Watchlist,
    ) -> Result<Replay> {
        let (canonical, inputs) = kept(&stored.evidence)?;
        let (Some(observations), Some(journey)) = (inputs.observations(), inputs.journey(mandate))
        else {
            return Err(ServiceError::Unreadable("inputs of a finding"));
        };
        let Some(purpose) = mandate.purpose(&context.purpose) else {
            return Ok(Replay::Differs(vec![Difference::Purpose]));
        };
        let read = self.store.write(self.now(), |tx| {
            let mut observed = Vec::with_capacity(observations.len());
            for id in &observations {
                observed.push(tx.observed_one(&self.tenant, &REPLAYER, id)?);
            }
            let booking = match inputs.booking() {
                Some(booking) => Some(tx.observed_one(&self.tenant, &REPLAYER, &booking)?),
                None => None,
            };
            Ok((observed, booking))
        })?;
        // What was masked or erased since is no input any more.
        let observed: Option<Vec<_>> = read.0.into_iter().collect();
        let (Some(observed), false) = (observed, matches!(read.1, Some(None))) else {
            return Ok(Replay::InputsDestroyed);
        };
        let is_in_force = mandate.reference() == self.mandate().reference();
        let booking = read.1.flatten();
        let said = said(mandate, is_in_force, journey, &observed, booking.as_ref());
        let Some(statements) = said.for_purpose(mandate, purpose) else {
            return Ok(Replay::InputsDestroyed);
        };
        let Some(answers) = answers_of(&inputs, &said) else {
            return Ok(Replay::Differs(vec![Difference::Answers]));
        };
        let mut differs = vec![Difference::Record];
        for who in statements.who() {
            let inputs = Inputs {
                who,
                journey: &said.journey,
                answers: &answers,
                at: context.at,
            };
            // Where the record is another one, what differs of the traveller is said.
            if is_booking(who) && inputs.record() != context.record {
                continue;
            }
            let compared = replay(canonical, watchlist, mandate, purpose, &inputs)
                .map_err(|_| ServiceError::Unreadable("finding"))?;
            match compared {
                Compared::Same => return Ok(Replay::Same),
                Compared::Differs { what, .. } => differs = what,
            }
        }
        Ok(Replay::Differs(differs))
    }

    /// The mandate under which something was found; `None` when its text is not kept.
    fn mandate_of(&self, context: &Context) -> Result<Option<Arc<Mandate>>> {
        let hash = context.mandate.bytes();
        if *hash == self.mandate().reference().hash.0 {
            return Ok(Some(self.tenant.shared_mandate()));
        }
        match self.store.read(|tx| tx.artefact(hash)) {
            Ok(text) => Ok(std::str::from_utf8(&text)
                .ok()
                .and_then(Mandate::once_in_force)
                .map(Arc::new)),
            Err(StoreError::NotFound(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The watchlist of an address, made again of what it was made of.
    fn watchlist_once(&self, mandate: &Mandate, id: WatchlistId) -> Result<Needed<Watchlist>> {
        let now = self.watch();
        if now.watchlist().id() == id {
            return Ok(Needed::Here(now.watchlist().clone()));
        }
        let known = self.replayed.lock().map(|known| known.clone());
        if let Ok(Some(known)) = known
            && known.id() == id
        {
            return Ok(Needed::Here(known));
        }
        let made_of = self
            .store
            .read(|tx| tx.watchlist(&self.tenant, id.digest().bytes()))?;
        let made_of: MadeOf =
            serde_json::from_str(&made_of).map_err(|_| ServiceError::Unreadable("watchlist"))?;
        let versions: Vec<ListVersion> = self.store.read(|tx| {
            let lists = made_of.lists.iter();
            lists
                .map(|(list, version)| tx.list_version(&self.tenant, list, *version))
                .collect::<Result<_, StoreError>>()
        })?;
        let gone = |sha256| self.store.read(|tx| tx.has_source(sha256)).map(|has| !has);
        for file in versions.iter().flat_map(|version| &version.files) {
            if gone(&file.sha256)? {
                return Ok(Needed::Destroyed);
            }
        }
        let watchlist = match self.watchlist_of(mandate, &versions) {
            Err(ServiceError::Unreadable(_)) => return Ok(Needed::Unreadable),
            watchlist => watchlist?,
        };
        let ids: Option<Vec<Id>> = made_of.selectors.iter().map(|text| id_of(text)).collect();
        let ids = ids.ok_or(ServiceError::Unreadable("watchlist"))?;
        let selectors = self.open_selectors(Some(&ids))?;
        if selectors.len() < ids.len() {
            return Ok(Needed::Destroyed);
        }
        let watchlist = watchlist
            .with_selectors(selectors.into_iter().map(|(_, selector)| selector))
            .with_exemptions(exemptions_of(&made_of.exemptions)?);
        if watchlist.id() != id {
            return Ok(Needed::Unreadable);
        }
        // Findings of one time are replayed together.
        if let Ok(mut known) = self.replayed.lock() {
            *known = Some(watchlist.clone());
        }
        Ok(Needed::Here(watchlist))
    }
}

const fn is_booking(who: Who<'_>) -> bool {
    matches!(who, Who::Booking(_))
}

/// What a stored finding says, decoded from its evidence.
pub(crate) fn finding_of(evidence: &[u8]) -> Result<Finding> {
    let (canonical, _) = kept(evidence)?;
    Finding::decode(canonical).map_err(|_| ServiceError::Unreadable("finding"))
}
