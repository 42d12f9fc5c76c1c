//! Flights. They are about nobody, and are read without a grant.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tidewaiter_domain::FlightKey;
use tidewaiter_mandate::{DataSet, PurposeSet};

use crate::engine::Row;
use crate::receipt::Lane;
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Id, Result, StoreError};

/// A flight of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFlight {
    /// Its identifier.
    pub id: Id,
    /// Live or test.
    pub lane: Lane,
    /// Operating carrier, number and local date of departure.
    pub key: FlightKey,
    /// Where it starts.
    pub origin: Option<String>,
    /// Where it lands.
    pub destination: Option<String>,
    /// Scheduled departure.
    pub departs_at: Option<Timestamp>,
    /// Scheduled arrival.
    pub arrives_at: Option<Timestamp>,
    /// `expected`, `closed` …
    pub status: String,
}

const COLUMNS: &str =
    "id, lane, carrier, number, date, origin, destination, departs_at, arrives_at, status";

impl StoredFlight {
    fn read(row: &Row) -> Result<Self> {
        let date: String = row.get(4)?;
        Ok(Self {
            id: row.get(0)?,
            lane: Lane::from_word(&row.get::<String>(1)?)?,
            key: FlightKey {
                carrier: row.get::<String>(2)?.into(),
                number: row.get::<String>(3)?.into(),
                date: date
                    .parse()
                    .map_err(|_| StoreError::Corrupt("a date that is none".into()))?,
            },
            origin: row.get(5)?,
            destination: row.get(6)?,
            departs_at: row.get(7)?,
            arrives_at: row.get(8)?,
            status: row.get(9)?,
        })
    }
}

impl Tx<'_, '_> {
    /// Stores a flight, or updates the one with the same key; the identifier it has. What is not
    /// known now does not overwrite what was known.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn put_flight(
        &mut self,
        tenant: &Tenant,
        purposes: PurposeSet,
        flight: &StoredFlight,
    ) -> Result<Id> {
        let [agency, data_set, purposes, mandate] = tenant.tags(DataSet::Api, purposes).values();
        let id = self.statements.value(
            "INSERT INTO flight (id, agency, data_set, purposes, mandate, lane, carrier, number,
                 date, origin, destination, departs_at, arrives_at, status)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             ON CONFLICT (agency, lane, carrier, number, date) DO UPDATE SET
                 purposes = flight.purposes | excluded.purposes,
                 mandate = excluded.mandate,
                 origin = COALESCE(excluded.origin, flight.origin),
                 destination = COALESCE(excluded.destination, flight.destination),
                 departs_at = COALESCE(excluded.departs_at, flight.departs_at),
                 arrives_at = COALESCE(excluded.arrives_at, flight.arrives_at),
                 status = excluded.status
             RETURNING id",
            &[
                (&flight.id).into(),
                agency,
                data_set,
                purposes,
                mandate,
                flight.lane.as_str().into(),
                flight.key.carrier.as_str().into(),
                flight.key.number.as_str().into(),
                flight.key.date.to_string().into(),
                flight.origin.as_deref().into(),
                flight.destination.as_deref().into(),
                flight.departs_at.into(),
                flight.arrives_at.into(),
                flight.status.as_str().into(),
            ],
        )?;
        id.ok_or(StoreError::NotFound("flight"))
    }
}

impl ReadTx<'_, '_> {
    /// A flight of the tenant.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn flight(&mut self, tenant: &Tenant, id: &Id) -> Result<StoredFlight> {
        let sql = format!("SELECT {COLUMNS} FROM flight WHERE id = $1 AND agency = $2");
        let row = self
            .statements
            .first(&sql, &[id.into(), tenant.agency.into()])?;
        StoredFlight::read(&row.ok_or(StoreError::NotFound("flight"))?)
    }

    /// Flights of the tenant, by identifier. Those that are not there are left out.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn flights_of(
        &mut self,
        tenant: &Tenant,
        ids: &[Id],
    ) -> Result<BTreeMap<Id, StoredFlight>> {
        let sql = format!("SELECT {COLUMNS} FROM flight WHERE agency = $1 AND id IN ({{ids}})");
        let rows = self
            .statements
            .query_each(&sql, &[tenant.agency.into()], ids)?;
        let flights = rows.iter().map(StoredFlight::read);
        flights
            .map(|flight| flight.map(|flight| (flight.id, flight)))
            .collect()
    }

    /// The flights of the tenant that depart from `from` on, before `until`, in that order.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn flights(
        &mut self,
        tenant: &Tenant,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<StoredFlight>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM flight
             WHERE departs_at >= $1 AND departs_at < $2 AND agency = $3 ORDER BY departs_at, id"
        );
        let values = [from.into(), until.into(), tenant.agency.into()];
        self.statements
            .query(&sql, &values)?
            .iter()
            .map(StoredFlight::read)
            .collect()
    }
}
