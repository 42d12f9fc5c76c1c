//! What people look at: flights, the travellers on them, the audit log. Hits have their own.

use jiff::Timestamp;
use tidewaiter_mandate::{DataSet, PurposeSet, RecordTags, Request, decide, grant::ReadGrant};
use tidewaiter_store::{Id, OfFlight, StoreError, StoredFlight, View};

use crate::travellers::MERGED;
use crate::{Acting, Result, Service, ServiceError};

/// Travellers are API where carriers sent lists of them, and PNR where only bookings name them.
const TRAVELLERS: [DataSet; 2] = [DataSet::Api, DataSet::Pnr];

/// Some travellers of a flight.
#[derive(Debug)]
pub struct TravellerPage {
    /// In the order of their identifiers.
    pub travellers: Vec<View>,
    /// Behind whom the next page begins; `None` on the last.
    pub next: Option<Id>,
}

impl Service {
    /// The flights that depart from `from` on, before `until`. They are about nobody.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn flights(&self, from: Timestamp, until: Timestamp) -> Result<Vec<StoredFlight>> {
        Ok(self
            .store
            .read_once(|tx| tx.flights(&self.tenant, from, until))?)
    }

    /// A flight.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`].
    pub fn flight(&self, id: &Id) -> Result<StoredFlight> {
        Ok(self.store.read_once(|tx| tx.flight(&self.tenant, id))?)
    }

    /// Travellers of a flight, as far as the person who acts may see them, from behind one on; a line
    /// for each. Who turned out to be another traveller is in the list as that one.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`]; what the store meets.
    pub fn travellers_of(
        &self,
        acting: &Acting,
        flight: &Id,
        behind: Option<Id>,
        most: u32,
    ) -> Result<TravellerPage> {
        let grants = self.traveller_grants(acting)?;
        let wanted = OfFlight {
            flight: *flight,
            unless: MERGED,
            behind,
            most,
        };
        let (travellers, next) = self.store.write(self.now(), |tx| {
            tx.view_flight(&self.tenant, &grants, &wanted)
        })?;
        Ok(TravellerPage { travellers, next })
    }

    /// A traveller, as far as the person who acts may see them; a line says that they did.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`], [`ServiceError::NotGranted`].
    pub fn traveller_view(&self, acting: &Acting, id: &Id) -> Result<View> {
        let grants = self.traveller_grants(acting)?;
        let now = self.now();
        Ok(self.store.write(now, |tx| {
            for grant in &grants {
                match tx.view(&self.tenant, grant, id) {
                    Err(StoreError::NotGranted) => {}
                    result => return result,
                }
            }
            Err(StoreError::NotGranted)
        })?)
    }

    /// The rights to see travellers that the mandate gives; refused when it gives none.
    fn traveller_grants(&self, acting: &Acting) -> Result<Vec<ReadGrant>> {
        let mut refused = None;
        let mut grants = Vec::new();
        for data_set in TRAVELLERS {
            let tags = RecordTags {
                data_set,
                purposes: PurposeSet::EMPTY.with(acting.purpose),
                own_agency: true,
                masked: true,
            };
            let reason = acting.reason.clone();
            let now = self.now();
            let minted =
                self.mandate()
                    .grant_read(&acting.actor, acting.purpose, tags, reason, now);
            match minted {
                Ok(grant) => grants.push(grant),
                Err(error) => refused = Some(error),
            }
        }
        match (grants.is_empty(), refused) {
            (true, Some(error)) => Err(error.into()),
            _ => Ok(grants),
        }
    }

    /// Lines of the audit log about this agency, from number `from` on, and the number to go on
    /// with. Reading the log leaves a line in it.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`] to those who may not read it.
    pub fn audit_lines(&self, acting: &Acting, from: u64) -> Result<(Vec<String>, u64)> {
        let nobody = RecordTags {
            data_set: DataSet::Hits,
            purposes: PurposeSet::EMPTY,
            own_agency: true,
            masked: false,
        };
        let (role, purpose) = (acting.actor.role(), acting.purpose);
        decide(self.mandate(), role, purpose, Request::ReadAudit, nobody)
            .map_err(|refusal| ServiceError::NotGranted(refusal.to_string()))?;
        let lines = self.store.read(|tx| tx.audit_lines(from))?;
        let next = from + lines.len() as u64;
        let own = serde_json::json!({ "agency": self.tenant.agency() }).to_string();
        // `{"agency":"X"}` without its braces: agencies that share a store do not read each other.
        let own = own.trim_start_matches('{').trim_end_matches('}').to_owned();
        let lines = lines
            .into_iter()
            .filter(|line| line.contains(&own))
            .collect();
        self.store.write(self.now(), |tx| {
            tx.audit_was_read(&self.tenant, &acting.actor, acting.purpose, from)
        })?;
        Ok((lines, next))
    }
}
