//! The hits that rest on a list: what follows from its change. They tell nothing of a person but
//! that there is a hit.

use jiff::Timestamp;
use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_mandate::review::Hit;
use tidewaiter_mandate::{DataSet, PurposeId, PurposeSet};
use zeroize::Zeroizing;

use crate::engine::{Row, Value};
use crate::hit::EVIDENCE;
use crate::receipt::Lane;
use crate::store::{ReadTx, Tx};
use crate::tenant::{Tags, Tenant};
use crate::{Id, NewFinding, Result, StoreError};

/// A hit that rests on an entry of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryHit {
    /// Its identifier.
    pub id: Id,
    /// Its version, to step it by.
    pub version: u64,
    /// Live or test.
    pub lane: Lane,
    /// `list`, `document` or `selector`.
    pub cause_kind: String,
    /// The list.
    pub list: String,
    /// The entry.
    pub entry: String,
    /// For which purpose, if the mandate in force still knows it.
    pub purpose: Option<PurposeId>,
    /// About which traveller or consignment.
    pub subject: Id,
    /// The latest finding.
    pub finding: Id,
    /// Where it stands.
    pub hit: Hit,
}

const ENTRY_HIT: &str = "SELECT id, version, cause_kind, cause_list, cause_entry, subject,
         latest_finding, life, agency, data_set, purposes, mandate, lane FROM hit
     WHERE cause_kind IN ('list', 'document', 'selector')";

impl EntryHit {
    fn read(tenant: &Tenant, row: &Row) -> Result<Self> {
        let purposes = tenant.record_tags(Tags::read(row, 8)?, false).purposes;
        Ok(Self {
            id: row.get(0)?,
            version: row.get::<i64>(1)?.unsigned_abs(),
            lane: Lane::from_word(&row.get::<String>(12)?)?,
            cause_kind: row.get(2)?,
            list: row.get(3)?,
            entry: row.get(4)?,
            purpose: purposes.iter().next(),
            subject: row.get(5)?,
            finding: row.get(6)?,
            hit: Hit::from_words(&row.get::<String>(7)?)
                .ok_or_else(|| StoreError::Corrupt("a hit that is none".into()))?,
        })
    }
}

/// A finding as it was stored, for its replay.
#[derive(Clone, Debug)]
pub struct StoredFinding {
    /// Its identifier.
    pub id: Id,
    /// The hit it belongs to.
    pub hit: Id,
    /// About which traveller or consignment.
    pub subject: Id,
    /// On which flight.
    pub flight: Option<Id>,
    /// For which purpose, if the mandate in force still knows it.
    pub purpose: Option<PurposeId>,
    /// The engine that found it.
    pub engine: String,
    /// When.
    pub found_at: Timestamp,
    /// The hashes of everything it depends on.
    pub context: Vec<u8>,
    /// The evidence.
    pub evidence: Zeroizing<Vec<u8>>,
}

impl Tx<'_, '_> {
    /// A finding, as the machine opens it to find it anew; in the line of what it read.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when there is none, or it was erased; [`StoreError::KeyDestroyed`].
    pub fn machine_finding(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        id: &Id,
    ) -> Result<StoredFinding> {
        let sql = "SELECT f.hit, f.subject, h.flight, f.agency, f.data_set, f.purposes, f.mandate,
                 f.engine, f.found_at, f.context, f.sealed
             FROM finding f JOIN hit h ON h.id = f.hit WHERE f.id = $1 AND f.agency = $2";
        let row = self
            .statements
            .first(sql, &[id.into(), tenant.agency.into()])?;
        let row = row.ok_or(StoreError::NotFound("finding"))?;
        let subject: Id = row.get(1)?;
        let tags = tenant.record_tags(Tags::read(&row, 3)?, false);
        let purpose = tags.purposes.iter().next();
        let sealed: Vec<u8> = row.get(10)?;
        let evidence = self.key(&subject)?.open(EVIDENCE, id, &sealed)?;
        self.machine_reads(tenant, by, purpose, id, &evidence)?;
        Ok(StoredFinding {
            id: *id,
            hit: row.get(0)?,
            subject,
            flight: row.get(2)?,
            purpose,
            engine: row.get(7)?,
            found_at: row.get(8)?,
            context: row.get(9)?,
            evidence,
        })
    }

    /// Puts a finding in the place of a hit's latest one, of the same pair, which means something
    /// else now: an exemption came or went, or what a measure means here. The life of the hit is
    /// stepped by whoever knows what that asks for.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`]; [`StoreError::KeyDestroyed`] when the subject was erased meanwhile.
    pub fn refresh(
        &mut self,
        tenant: &Tenant,
        purpose: PurposeId,
        hit: &Id,
        finding: &NewFinding<'_>,
    ) -> Result<()> {
        let tags = tenant.tags(DataSet::Hits, PurposeSet::EMPTY.with(purpose));
        let sql = "SELECT subject FROM hit WHERE id = $1 AND agency = $2 AND purposes = $3";
        let values = [hit.into(), tenant.agency.into(), tags.purposes.into()];
        let subject: Option<Id> = self.statements.value(sql, &values)?;
        let subject = subject.ok_or(StoreError::NotFound("hit"))?;
        let pair = self.store.pair(finding.pair);
        self.put_finding(tags, *hit, subject, finding, &pair)?;
        let values: [Value<'_>; 4] = [
            finding.band.into(),
            finding.millibits.into(),
            (&finding.id).into(),
            hit.into(),
        ];
        self.statements
            .execute(
                "UPDATE hit SET band = $1, millibits = $2, latest_finding = $3 WHERE id = $4",
                &values,
            )
            .map(|_| ())
    }
}

impl ReadTx<'_, '_> {
    /// The findings of the tenant, oldest first: what `replay` is asked for.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn findings(&mut self, tenant: &Tenant) -> Result<Vec<Id>> {
        let sql = "SELECT id FROM finding WHERE agency = $1 ORDER BY found_at, id";
        let rows = self.statements.query(sql, &[tenant.agency.into()])?;
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The hits that rest on entries of `list`, by entry.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn hits_of_list(&mut self, tenant: &Tenant, list: &str) -> Result<Vec<EntryHit>> {
        let sql =
            format!("{ENTRY_HIT} AND agency = $1 AND cause_list = $2 ORDER BY cause_entry, id");
        let values = [tenant.agency.into(), list.into()];
        let rows = self.statements.query(&sql, &values)?;
        rows.iter().map(|row| EntryHit::read(tenant, row)).collect()
    }

    /// The hits about a traveller or consignment that rest on lists.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn hits_about(&mut self, tenant: &Tenant, subject: &Id) -> Result<Vec<EntryHit>> {
        let sql = format!("{ENTRY_HIT} AND agency = $1 AND subject = $2 ORDER BY id");
        let values = [tenant.agency.into(), subject.into()];
        let rows = self.statements.query(&sql, &values)?;
        rows.iter().map(|row| EntryHit::read(tenant, row)).collect()
    }
}
