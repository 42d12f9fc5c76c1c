//! What is expected of flights, and when; and how good the data of carriers are, as counts.

use jiff::Timestamp;

use crate::engine::Row;
use crate::receipt::Lane;
use crate::statistic::month_of;
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Id, Result, StoreError};

/// Data that a carrier sends of a flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExpectedData {
    /// Lists of passengers.
    Api,
    /// Bookings.
    Pnr,
}

impl ExpectedData {
    /// `api` or `pnr`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Pnr => "pnr",
        }
    }

    /// The data of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Api, Self::Pnr]
            .into_iter()
            .find(|data| data.as_str() == word)
    }
}

/// Data that are expected so many minutes before departure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExpectedTime {
    /// Which data.
    pub data: ExpectedData,
    /// How many minutes before departure; 0 at departure.
    pub minutes: u32,
}

impl ExpectedTime {
    fn read(text: &str) -> Option<Self> {
        let (data, minutes) = text.split_once(':')?;
        Some(Self {
            data: ExpectedData::from_word(data)?,
            minutes: minutes.parse().ok()?,
        })
    }

    pub(crate) fn written(times: &[Self]) -> String {
        let texts: Vec<String> = times
            .iter()
            .map(|time| format!("{}:{}", time.data.as_str(), time.minutes))
            .collect();
        texts.join(",")
    }

    pub(crate) fn read_all(text: &str) -> Result<Vec<Self>> {
        text.split(',')
            .filter(|part| !part.is_empty())
            .map(|part| Self::read(part).ok_or(()))
            .collect::<Result<_, ()>>()
            .map_err(|()| StoreError::Corrupt("an expected time that is none".into()))
    }
}

/// What became of something that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timeliness {
    /// Its time has not come.
    Waiting,
    /// It came in time.
    OnTime,
    /// It did not come.
    Missing,
    /// It came later.
    Late,
}

impl Timeliness {
    /// `waiting`, `on-time`, `missing` or `late`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::OnTime => "on-time",
            Self::Missing => "missing",
            Self::Late => "late",
        }
    }

    fn from_word(word: &str) -> Result<Self> {
        [Self::Waiting, Self::OnTime, Self::Missing, Self::Late]
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| StoreError::Corrupt("a timeliness that is not known".into()))
    }
}

/// What is expected of a flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// Of which flight.
    pub flight: Id,
    /// Which data, and how long before departure.
    pub time: ExpectedTime,
    /// What came until then counts for an earlier time; `None` for the first.
    pub opens_at: Option<Timestamp>,
    /// What comes later than this is late.
    pub due_at: Timestamp,
    /// What became of it.
    pub state: Timeliness,
}

const COLUMNS: &str = "flight, data, minutes, opens_at, due_at, state";

impl Expectation {
    fn read(row: &Row) -> Result<Self> {
        let data = ExpectedData::from_word(&row.get::<String>(1)?)
            .ok_or_else(|| StoreError::Corrupt("expected data that are not known".into()))?;
        Ok(Self {
            flight: row.get(0)?,
            time: ExpectedTime {
                data,
                minutes: u32::try_from(row.get::<i64>(2)?).unwrap_or(u32::MAX),
            },
            opens_at: row.get(3)?,
            due_at: row.get(4)?,
            state: Timeliness::from_word(&row.get::<String>(5)?)?,
        })
    }
}

/// A count of one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualityCount {
    /// `2026-11`, in UTC.
    pub month: String,
    /// Live or test.
    pub lane: Lane,
    /// `messages`, `diagnostic:count-mismatch`, `api:30:late` …
    pub name: String,
    /// How many; less than none where what an earlier month counted was corrected in this one.
    pub count: i64,
}

impl Tx<'_, '_> {
    /// What is expected of a flight, first due first.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn expectations(&mut self, tenant: &Tenant, flight: &Id) -> Result<Vec<Expectation>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM expectation WHERE flight = $1 AND agency = $2
             ORDER BY due_at, data, minutes"
        );
        let rows = self
            .statements
            .query(&sql, &[flight.into(), tenant.agency.into()])?;
        rows.iter().map(Expectation::read).collect()
    }

    /// Expects something of a flight, or moves its times as long as they have not come. What became of
    /// it already stays.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn expect(&mut self, tenant: &Tenant, expectation: &Expectation) -> Result<()> {
        self.statements
            .execute(
                "INSERT INTO expectation (flight, data, minutes, agency, opens_at, due_at, state)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (flight, data, minutes) DO UPDATE SET
                     opens_at = excluded.opens_at, due_at = excluded.due_at
                     WHERE expectation.state = 'waiting'",
                &[
                    (&expectation.flight).into(),
                    expectation.time.data.as_str().into(),
                    i64::from(expectation.time.minutes).into(),
                    tenant.agency.into(),
                    expectation.opens_at.into(),
                    expectation.due_at.into(),
                    expectation.state.as_str().into(),
                ],
            )
            .map(|_| ())
    }

    /// Notes what became of something that was expected.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn settle(
        &mut self,
        tenant: &Tenant,
        flight: &Id,
        time: ExpectedTime,
        state: Timeliness,
    ) -> Result<()> {
        self.statements
            .execute(
                "UPDATE expectation SET state = $1
                 WHERE flight = $2 AND data = $3 AND minutes = $4 AND agency = $5",
                &[
                    state.as_str().into(),
                    flight.into(),
                    time.data.as_str().into(),
                    i64::from(time.minutes).into(),
                    tenant.agency.into(),
                ],
            )
            .map(|_| ())
    }

    /// Forgets one thing that was expected of a flight, because it is not agreed any more.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn expect_not(&mut self, tenant: &Tenant, flight: &Id, time: ExpectedTime) -> Result<()> {
        self.statements
            .execute(
                "DELETE FROM expectation
                 WHERE flight = $1 AND data = $2 AND minutes = $3 AND agency = $4",
                &[
                    flight.into(),
                    time.data.as_str().into(),
                    i64::from(time.minutes).into(),
                    tenant.agency.into(),
                ],
            )
            .map(|_| ())
    }

    /// Expects nothing of a flight any more whose time has not come: it is cancelled, or turned out to
    /// be another one.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn expect_no_more(&mut self, tenant: &Tenant, flight: &Id) -> Result<()> {
        self.statements
            .execute(
                "DELETE FROM expectation WHERE flight = $1 AND agency = $2 AND state = 'waiting'",
                &[flight.into(), tenant.agency.into()],
            )
            .map(|_| ())
    }

    /// Counts something about the data of a carrier as it happens; `times` below none takes back.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn count_quality(
        &mut self,
        tenant: &Tenant,
        (carrier, lane): (&str, Lane),
        name: &str,
        times: i64,
    ) -> Result<()> {
        let month = month_of(self.now);
        self.statements
            .execute(
                "INSERT INTO quality (agency, carrier, month, lane, name, count)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (agency, carrier, month, lane, name)
                 DO UPDATE SET count = quality.count + excluded.count",
                &[
                    tenant.agency.into(),
                    carrier.into(),
                    month.into(),
                    lane.as_str().into(),
                    name.into(),
                    times.into(),
                ],
            )
            .map(|_| ())
    }
}

impl ReadTx<'_, '_> {
    /// Up to `most` expectations whose time is over at `now` and that wait, first due first.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn overdue_expectations(
        &mut self,
        tenant: &Tenant,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<Expectation>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM expectation
             WHERE agency = $1 AND state = 'waiting' AND due_at < $2
             ORDER BY due_at, flight, data, minutes LIMIT $3"
        );
        let values = [tenant.agency.into(), now.into(), i64::from(most).into()];
        let rows = self.statements.query(&sql, &values)?;
        rows.iter().map(Expectation::read).collect()
    }

    /// The counts about a carrier's data of the months from `first` to `last`, in order.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn quality(
        &mut self,
        tenant: &Tenant,
        carrier: &str,
        (first, last): (&str, &str),
    ) -> Result<Vec<QualityCount>> {
        let rows = self.statements.query(
            "SELECT month, lane, name, count FROM quality
             WHERE agency = $1 AND carrier = $2 AND month >= $3 AND month <= $4
             ORDER BY month, lane, name",
            &[
                tenant.agency.into(),
                carrier.into(),
                first.into(),
                last.into(),
            ],
        )?;
        rows.iter()
            .map(|row| {
                Ok(QualityCount {
                    month: row.get(0)?,
                    lane: Lane::from_word(&row.get::<String>(1)?)?,
                    name: row.get(2)?,
                    count: row.get(3)?,
                })
            })
            .collect()
    }
}
