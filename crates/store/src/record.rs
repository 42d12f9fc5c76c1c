//! Records of persons: what is kept of an observation, a traveller, a booking.
//!
//! A record at rest is a list of data elements with their values. The elements that the mandate
//! masks are sealed apart from the others, both under the record's own key. Nothing goes in that
//! was not [`Admitted`]; nothing comes out without a grant, of which only the elements it permits
//! are given, with a line in the audit log in the same transaction.

mod booking;
mod form;
mod json;
mod machine;
mod traveller;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value as Json;
use tidewaiter_mandate::admit::{Admissible, Admitted};
use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::grant::{GrantCore, MachineActor, ReadGrant, UnmaskGrant};
use tidewaiter_mandate::{DataSet, Deletion, Element, ElementSet, PurposeSet};
use zeroize::Zeroizing;

use crate::audit::{Said, Who, keyed};
use crate::engine::{Insert, Row, Value};
use crate::lookback::LookbackKey;
use crate::receipt::Lane;
use crate::seal::Key;
use crate::store::Tx;
use crate::tenant::{Tags, Tenant};
use crate::{Id, Result, StoreError};

const SEALED: &str = "record.sealed";
const MASKED: &str = "record.masked";

/// The values of a record by data element. What a value looks like is up to whoever stores it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts(pub BTreeMap<Element, Json>);

impl Parts {
    /// Adds the value of an element, unless it is null or empty.
    pub fn add(&mut self, element: Element, value: Json) {
        let empty = match &value {
            Json::Null => true,
            Json::Array(items) => items.iter().all(Json::is_null),
            Json::Object(fields) => fields.values().all(Json::is_null),
            _ => false,
        };
        if !empty {
            self.0.insert(element, value);
        }
    }

    /// The value of an element.
    pub fn get(&self, element: Element) -> Option<&Json> {
        self.0.get(&element)
    }

    /// Which elements have a value.
    pub fn elements(&self) -> ElementSet {
        self.0.keys().copied().collect()
    }

    fn bytes(&self, elements: ElementSet) -> Zeroizing<Vec<u8>> {
        let chosen = self.0.iter().filter(|(element, _)| elements.has(**element));
        let object = chosen
            .map(|(e, value)| (e.as_str(), value))
            .collect::<BTreeMap<_, _>>();
        // Maps of text to JSON are always JSON.
        Zeroizing::new(serde_json::to_vec(&object).unwrap_or_default())
    }

    fn extend(&mut self, bytes: &[u8], elements: ElementSet) -> Result<()> {
        let object: BTreeMap<String, Json> = serde_json::from_slice(bytes)
            .map_err(|_| StoreError::Corrupt("a record that is no list of elements".into()))?;
        for (word, value) in object {
            // An element that this release does not know is not shown to anybody.
            if let Some(element) = Element::from_word(&word).filter(|e| elements.has(*e)) {
                self.0.insert(element, value);
            }
        }
        Ok(())
    }
}

/// Something that is kept as a record.
pub trait Record: Admissible + Sized {
    /// Its values, by data element.
    fn parts(&self) -> Parts;

    /// What such values say; the inverse of [`Record::parts`], but for where things stood in the
    /// message. What has no value, or none that is understood, is unknown.
    fn from_parts(parts: &Parts) -> Self;
}

/// How much a record stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// What one message said of one person. Never changed.
    Observation,
    /// One person on one journey: a projection of observations.
    Traveller,
    /// A booking.
    Booking,
    /// Travellers of several journeys who may be one person.
    Identity,
}

impl Level {
    /// `observation`, `traveller`, `booking` or `identity`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Observation => "observation",
            Self::Traveller => "traveller",
            Self::Booking => "booking",
            Self::Identity => "identity",
        }
    }

    fn from_word(word: &str) -> Result<Self> {
        [
            Self::Observation,
            Self::Traveller,
            Self::Booking,
            Self::Identity,
        ]
        .into_iter()
        .find(|level| level.as_str() == word)
        .ok_or_else(|| StoreError::Corrupt("a level that is not known".into()))
    }
}

/// Where a record belongs.
#[derive(Clone, Debug)]
pub struct NewRecord<'a> {
    /// Its identifier.
    pub id: Id,
    /// What it stands for.
    pub level: Level,
    /// Live or test.
    pub lane: Lane,
    /// The receipt it was read from, and its place there: the same place of the same receipt is
    /// stored once.
    pub source: Option<(Id, u32)>,
    /// The flight.
    pub flight: Option<Id>,
    /// The record it belongs to: of an observation the traveller, of a traveller the booking or
    /// identity.
    pub owner: Option<Id>,
    /// Of a traveller, the observations that tell their data now: of passenger lists, of bookings.
    pub told_by: [Option<Id>; 2],
    /// `booked`, `checked-in`, `boarded` …
    pub status: &'a str,
    /// Whether the mandate counts the person as a child.
    pub child: bool,
    /// What it is found by when a list changes.
    pub keys: &'a [LookbackKey],
}

/// A record as a reader may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its identifier.
    pub id: Id,
    /// What it stands for.
    pub level: Level,
    /// The flight.
    pub flight: Option<Id>,
    /// The record it belongs to.
    pub owner: Option<Id>,
    /// `booked`, `checked-in`, `boarded` …
    pub status: String,
    /// Whether the person is a child by the mandate.
    pub child: bool,
    /// When it was received.
    pub received_at: Timestamp,
    /// Whether part of it is masked and not shown.
    pub is_masked: bool,
    /// The elements that the reader may see.
    pub parts: Parts,
}

/// A record as the machine reads it whole, to draw the picture of a flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The receipt it was read from, and its place there.
    pub source: Option<(Id, u32)>,
    /// The body of data it belongs to.
    pub data_set: DataSet,
    /// The purposes it was admitted for.
    pub purposes: PurposeSet,
    /// The record, with every element.
    pub view: View,
}

/// Where a record of a flight stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its identifier.
    pub id: Id,
    /// What it stands for.
    pub level: Level,
    /// The record it belongs to.
    pub owner: Option<Id>,
    /// `booked`, `checked-in`, `boarded` …
    pub status: String,
    /// Whether it is masked.
    pub is_masked: bool,
}

/// Where an observation comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservationPlace {
    /// The observation.
    pub id: Id,
    /// The body of data it belongs to.
    pub data_set: DataSet,
    /// The receipt it was read from.
    pub receipt: Id,
    /// Its place there.
    pub place: u32,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
}

struct Stored {
    id: Id,
    level: Level,
    tags: Tags,
    flight: Option<Id>,
    owner: Option<Id>,
    status: String,
    child: bool,
    received_at: Timestamp,
    is_masked: bool,
    content: Vec<u8>,
    sealed: Vec<u8>,
    masked: Option<Vec<u8>>,
}

const COLUMNS: &str =
    "id, level, agency, data_set, purposes, mandate, flight, owner, status, child,
    received_at, is_masked, content, sealed, masked";

const INSERT_COLUMNS: &str = "INTO record (id, level, agency, data_set, purposes, mandate, lane,
    receipt, place, flight, owner, status, child, received_at, mask_at, delete_at, is_masked,
    content, sealed, masked, told_api, told_pnr)";

/// An observation is what was said; the same one again changes nothing.
const INSERT_ONCE: Insert = Insert {
    into: INSERT_COLUMNS,
    columns: 22,
    on_conflict: "ON CONFLICT DO NOTHING",
};

/// A projection follows its observations.
const INSERT_OR_REPLACE: Insert = Insert {
    into: INSERT_COLUMNS,
    columns: 22,
    on_conflict: "ON CONFLICT (id) DO UPDATE SET data_set = excluded.data_set,
        purposes = excluded.purposes,
        mandate = excluded.mandate, flight = excluded.flight, owner = excluded.owner,
        status = excluded.status, child = excluded.child, received_at = excluded.received_at,
        mask_at = excluded.mask_at, delete_at = excluded.delete_at,
        is_masked = excluded.is_masked, content = excluded.content, sealed = excluded.sealed,
        masked = excluded.masked, told_api = excluded.told_api, told_pnr = excluded.told_pnr
        WHERE record.agency = excluded.agency AND record.level = excluded.level",
};

impl Stored {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            level: Level::from_word(&row.get::<String>(1)?)?,
            tags: Tags::read(row, 2)?,
            flight: row.get(6)?,
            owner: row.get(7)?,
            status: row.get(8)?,
            child: row.get(9)?,
            received_at: row.get(10)?,
            is_masked: row.get(11)?,
            content: row.get(12)?,
            sealed: row.get(13)?,
            masked: row.get(14)?,
        })
    }

    fn open(self, key: &Key, elements: ElementSet, unmask: bool) -> Result<View> {
        let mut parts = Parts::default();
        parts.extend(&key.open(SEALED, &self.id, &self.sealed)?, elements)?;
        if let Some(masked) = &self.masked
            && (unmask || !self.is_masked)
        {
            parts.extend(&key.open(MASKED, &self.id, masked)?, elements)?;
        }
        Ok(View {
            id: self.id,
            level: self.level,
            flight: self.flight,
            owner: self.owner,
            status: self.status,
            child: self.child,
            received_at: self.received_at,
            is_masked: self.is_masked && !unmask,
            parts,
        })
    }
}

impl Tx<'_, '_> {
    /// Stores records that were admitted together, with their look-back keys, and writes one audit
    /// line for all of them. Observations of a place of a receipt that is there already are left as
    /// they are; other records are replaced. How many were written.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotGranted`] when a record was admitted under another mandate.
    pub fn put<T: Record>(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        records: &[(NewRecord<'_>, &Admitted<T>)],
    ) -> Result<u64> {
        let (mut once, mut replaced) = (Vec::new(), Vec::new());
        let mut written = Vec::with_capacity(records.len() * 48);
        let ids: Vec<Id> = records.iter().map(|(record, _)| record.id).collect();
        if ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
            return Err(StoreError::Value("the same record twice at a time"));
        }
        let keys = self.keys_or_new(&ids)?;
        for ((record, admitted), key) in records.iter().zip(&keys) {
            tenant.expect(admitted.mandate())?;
            let into = match record.level {
                Level::Observation => &mut once,
                _ => &mut replaced,
            };
            let content = row(tenant, record, admitted, key, into)?;
            written.extend_from_slice(&record.id.0);
            written.extend_from_slice(&content);
        }
        let mut count = self.statements.insert(&INSERT_ONCE, &once)?;
        count += self.statements.insert(&INSERT_OR_REPLACE, &replaced)?;
        self.put_keys(records.iter().map(|(record, _)| {
            // An observation never changes, and neither do its keys.
            (record.id, record.level != Level::Observation, record.keys)
        }))?;
        let said = Said {
            event: AuditEvent::Intake,
            subject: None,
            fields: ElementSet::EMPTY,
            detail: Some(&written),
        };
        self.say(tenant, Who::Machine(by.name(), None), &said)?;
        Ok(count)
    }

    /// What a grant lets its holder see of a record; a line says who looked, at what, and why.
    ///
    /// # Errors
    ///
    /// [`StoreError::GrantLapsed`]; [`StoreError::NotFound`] when there is no such record, or none
    /// of this agency; [`StoreError::NotGranted`] when the grant is for other data;
    /// [`StoreError::KeyDestroyed`] after erasure.
    pub fn view(&mut self, tenant: &Tenant, grant: &ReadGrant, id: &Id) -> Result<View> {
        let core = grant.at(self.now)?;
        let stored = self.stored(tenant, id)?;
        self.show(tenant, core, stored, None)
    }

    /// What grants let their holder see of the travellers of a flight, in the order of their
    /// identifiers; a line for each of them. Whom no grant covers is left out. And behind whom to go
    /// on, when there are more.
    ///
    /// # Errors
    ///
    /// As [`Tx::view`].
    pub fn view_flight(
        &mut self,
        tenant: &Tenant,
        grants: &[ReadGrant],
        wanted: &OfFlight<'_>,
    ) -> Result<(Vec<View>, Option<Id>)> {
        let sql = format!(
            "SELECT {COLUMNS} FROM record
             WHERE flight = $1 AND level = 'traveller' AND agency = $2 AND status <> $3 AND id > $4
             ORDER BY id LIMIT $5"
        );
        let most = i64::from(wanted.most);
        let values = [
            (&wanted.flight).into(),
            tenant.agency.into(),
            wanted.unless.into(),
            wanted.behind.unwrap_or(Id([0; 16])).into(),
            (most + 1).into(),
        ];
        let mut rows = self.statements.query(&sql, &values)?;
        let is_last = rows.len() as i64 <= most;
        rows.truncate(wanted.most as usize);
        let last = rows.last().map(|row| row.get(0)).transpose()?;
        let views = self.show_all(tenant, grants, rows)?;
        Ok((views, last.filter(|_| !is_last)))
    }

    /// What grants let their holder see of records; a line for each of them. Those that no grant covers,
    /// and that are not there, are left out.
    ///
    /// # Errors
    ///
    /// As [`Tx::view`].
    pub fn view_some(
        &mut self,
        tenant: &Tenant,
        grants: &[ReadGrant],
        ids: &[Id],
    ) -> Result<Vec<View>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM record WHERE agency = $1 AND id IN ({{ids}}) ORDER BY id"
        );
        let values = [tenant.agency.into()];
        let rows = self.statements.query_each(&sql, &values, ids)?;
        self.show_all(tenant, grants, rows)
    }

    /// Opens each record by the first of the grants that covers it.
    fn show_all(
        &mut self,
        tenant: &Tenant,
        grants: &[ReadGrant],
        rows: Vec<Row>,
    ) -> Result<Vec<View>> {
        let cores = grants.iter().map(|grant| grant.at(self.now));
        let cores = cores.collect::<std::result::Result<Vec<_>, _>>()?;
        let mut covered = Vec::with_capacity(rows.len());
        for row in &rows {
            let stored = Stored::read(row)?;
            let tags = tenant.record_tags(stored.tags, stored.is_masked);
            let core = cores.iter().find(|core| core.covers(tags));
            covered.extend(core.map(|core| (*core, stored)));
        }
        self.fetch_keys(covered.iter().map(|(_, stored)| stored.id))?;
        let covered = covered.into_iter();
        covered
            .map(|(core, stored)| self.show(tenant, core, stored, None))
            .collect()
    }

    /// What is masked of a record, for the holder of an unmask grant.
    ///
    /// # Errors
    ///
    /// As [`Tx::view`].
    pub fn unmask(&mut self, tenant: &Tenant, grant: &UnmaskGrant, id: &Id) -> Result<View> {
        let core = grant.at(self.now)?;
        let mut stored = self.stored(tenant, id)?;
        if stored.is_masked {
            let sql = "SELECT masked FROM vault WHERE record = $1";
            stored.masked = self.statements.value(sql, &[id.into()])?;
        }
        let mask = tenant.mandate().mask(stored.tags.data_set);
        self.show(tenant, core, stored, Some(mask))
    }

    /// Opens a record for a person and writes the line. `unmask`: the masked elements that an
    /// unmask grant opens beside those of its permit.
    fn show(
        &mut self,
        tenant: &Tenant,
        core: &GrantCore,
        stored: Stored,
        unmask: Option<ElementSet>,
    ) -> Result<View> {
        tenant.expect(core.mandate())?;
        if !core.covers(tenant.record_tags(stored.tags, stored.is_masked)) {
            return Err(StoreError::NotGranted);
        }
        let admitted = tenant
            .mandate()
            .elements(core.purpose(), stored.tags.data_set);
        let elements = core
            .elements()
            .or(unmask.unwrap_or(ElementSet::EMPTY).and(admitted));
        let key = self.key(&stored.id)?;
        let view = stored.open(&key, elements, unmask.is_some())?;
        let event = if unmask.is_some() {
            AuditEvent::Unmask
        } else {
            AuditEvent::View
        };
        let said = Said {
            event,
            subject: Some(&view.id),
            fields: view.parts.elements(),
            detail: None,
        };
        self.say(tenant, Who::Person(core), &said)?;
        Ok(view)
    }

    /// Where the records of a flight stand, in the order of their identifiers: what is about nobody.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn standings(&mut self, tenant: &Tenant, flight: &Id) -> Result<Vec<Standing>> {
        let rows = self.statements.query(
            "SELECT id, level, owner, status, is_masked FROM record
             WHERE flight = $1 AND agency = $2 ORDER BY id",
            &[flight.into(), tenant.agency.into()],
        )?;
        rows.iter()
            .map(|row| {
                Ok(Standing {
                    id: row.get(0)?,
                    level: Level::from_word(&row.get::<String>(1)?)?,
                    owner: row.get(2)?,
                    status: row.get(3)?,
                    is_masked: row.get(4)?,
                })
            })
            .collect()
    }

    /// Where the observations of travellers come from, oldest first of each.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn observations_of(
        &mut self,
        tenant: &Tenant,
        owners: &[Id],
    ) -> Result<BTreeMap<Id, Vec<ObservationPlace>>> {
        // Two statements: a join may begin with all messages there are, where the server has not counted
        // its tables yet.
        let corrupt = |what: &str| StoreError::Corrupt(what.to_owned());
        let rows = self.statements.query_each(
            "SELECT id, data_set, receipt, place, owner FROM record
             WHERE agency = $1 AND level = 'observation' AND receipt IS NOT NULL
                 AND owner IN ({ids})",
            &[tenant.agency.into()],
            owners,
        )?;
        let receipts = rows
            .iter()
            .map(|row| row.get(2))
            .collect::<Result<BTreeSet<Id>>>()?;
        let receipts: Vec<Id> = receipts.into_iter().collect();
        let sql = "SELECT id, sha256, received_at FROM receipt WHERE id IN ({ids})";
        let mut messages: BTreeMap<Id, ([u8; 32], Timestamp)> = BTreeMap::new();
        for row in &self.statements.query_each(sql, &[], &receipts)? {
            messages.insert(row.get(0)?, (row.get(1)?, row.get(2)?));
        }
        let mut of: BTreeMap<Id, Vec<(Timestamp, ObservationPlace)>> = BTreeMap::new();
        for row in &rows {
            let receipt = row.get(2)?;
            let Some((sha256, received_at)) = messages.get(&receipt) else {
                continue;
            };
            let place = ObservationPlace {
                id: row.get(0)?,
                data_set: DataSet::from_word(&row.get::<String>(1)?)
                    .ok_or_else(|| corrupt("a data set that is not known"))?,
                receipt,
                place: u32::try_from(row.get::<i64>(3)?)
                    .map_err(|_| corrupt("a place out of range"))?,
                sha256: *sha256,
            };
            of.entry(row.get(4)?)
                .or_default()
                .push((*received_at, place));
        }
        let of = of.into_iter().map(|(owner, mut said)| {
            said.sort_by_key(|(at, place)| (*at, place.receipt, place.id));
            (owner, said.into_iter().map(|(_, place)| place).collect())
        });
        let of = of.collect();
        Ok(of)
    }

    /// Gives a record to another owner: an observation to the traveller it turns out to be of, a
    /// traveller to an identity.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn set_owner(&mut self, tenant: &Tenant, id: &Id, owner: Option<&Id>) -> Result<()> {
        let sql = "UPDATE record SET owner = $1 WHERE id = $2 AND agency = $3";
        let values = [owner.into(), id.into(), tenant.agency.into()];
        self.statements.execute(sql, &values).map(|_| ())
    }

    /// Says where a record stands now.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn set_status(&mut self, tenant: &Tenant, id: &Id, status: &str) -> Result<()> {
        let sql = "UPDATE record SET status = $1 WHERE id = $2 AND agency = $3";
        let values = [status.into(), id.into(), tenant.agency.into()];
        self.statements.execute(sql, &values).map(|_| ())
    }

    fn stored(&mut self, tenant: &Tenant, id: &Id) -> Result<Stored> {
        let sql = format!("SELECT {COLUMNS} FROM record WHERE id = $1 AND agency = $2");
        let row = self
            .statements
            .first(&sql, &[id.into(), tenant.agency.into()])?;
        Stored::read(&row.ok_or(StoreError::NotFound("record"))?)
    }
}

/// Which travellers of a flight.
#[derive(Clone, Copy, Debug)]
pub struct OfFlight<'a> {
    /// Whose flight.
    pub flight: Id,
    /// Those who do not stand so.
    pub unless: &'a str,
    /// From behind this one on.
    pub behind: Option<Id>,
    /// At most so many.
    pub most: u32,
}

/// The columns of one record; the keyed hash of its content.
fn row<'v, T: Record>(
    tenant: &Tenant,
    record: &'v NewRecord<'_>,
    admitted: &Admitted<T>,
    key: &Key,
    into: &mut Vec<Value<'v>>,
) -> Result<[u8; 32]> {
    let parts = admitted.value().parts();
    let all = parts.elements();
    let mask = tenant.mandate().mask(admitted.data_set()).and(all);
    let content = keyed(key, b"content", &parts.bytes(all));
    let sealed = key.seal(SEALED, &record.id, &parts.bytes(all.minus(mask)))?;
    let masked = (!mask.is_empty())
        .then(|| key.seal(MASKED, &record.id, &parts.bytes(mask)))
        .transpose()?;
    let clocks = admitted.clocks();
    let delete_at = match clocks.delete_at {
        Deletion::At(at) => Some(at),
        Deletion::WithUnderlyingData => None,
    };
    let [agency, data_set, purposes, mandate] = tenant
        .tags(admitted.data_set(), admitted.purposes())
        .values();
    into.extend([
        (&record.id).into(),
        record.level.as_str().into(),
        agency,
        data_set,
        purposes,
        mandate,
        record.lane.as_str().into(),
        record.source.map(|(receipt, _)| receipt).into(),
        record.source.map(|(_, place)| i64::from(place)).into(),
        record.flight.into(),
        record.owner.into(),
        record.status.into(),
        i64::from(record.child).into(),
        admitted.received().into(),
        clocks.mask_at.into(),
        delete_at.into(),
        0.into(),
        content.to_vec().into(),
        sealed.into(),
        masked.into(),
        record.told_by[0].into(),
        record.told_by[1].into(),
    ]);
    Ok(content)
}
