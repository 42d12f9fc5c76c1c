//! What messages say of flights: who reported, when, with which effect. About nobody by itself; the
//! people are observations.

use jiff::Timestamp;
use jiff::civil::DateTime;
use tidewaiter_domain::{FlightKey, ListEffect};
use tidewaiter_mandate::{DataSet, PurposeSet};

use crate::engine::{Insert, Row, Value};
use crate::hit::HitKey;
use crate::receipt::{Lane, Reading};
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Id, Result, StoreError};

/// A message of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMessage {
    /// Its number in the receipt, from 0.
    pub number: u32,
    /// `PAXLST`, `PNRGOV` …; empty when it was no message.
    pub kind: String,
    /// How reading it went; [`Reading::Pending`] while it waits in quarantine.
    pub status: Reading,
    /// The code of what keeps it in quarantine, or of the first error.
    pub fault: Option<String>,
    /// How many travellers it names.
    pub travellers: u32,
}

/// What a statement does to what was known of a flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatementEffect {
    /// A list of people.
    List(ListEffect),
    /// One booking, as it stands.
    Booking,
    /// One booking that does not exist any more.
    Withdrawn,
}

const LIST_EFFECTS: [ListEffect; 12] = [
    ListEffect::Report,
    ListEffect::Change,
    ListEffect::Cancel,
    ListEffect::Reduction,
    ListEffect::ClosedOnBoard,
    ListEffect::ClosedNotOnBoard,
    ListEffect::Closed,
    ListEffect::CancelFlight,
    ListEffect::ChangeFlight,
    ListEffect::Add,
    ListEffect::Delete,
    ListEffect::Unknown,
];

impl StatementEffect {
    /// The word of the list's effect, `booking` or `withdrawn`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List(effect) => effect.as_str(),
            Self::Booking => "booking",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether it comes from the bookings.
    pub const fn is_of_booking(self) -> bool {
        matches!(self, Self::Booking | Self::Withdrawn)
    }

    fn from_word(word: &str) -> Result<Self> {
        match word {
            "booking" => Ok(Self::Booking),
            "withdrawn" => Ok(Self::Withdrawn),
            word => LIST_EFFECTS
                .into_iter()
                .find(|effect| effect.as_str() == word)
                .map(Self::List)
                .ok_or_else(|| StoreError::Corrupt("an effect that is not known".into())),
        }
    }
}

/// Which part of which report in several messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportPart {
    /// What all parts of one report have in common, hashed.
    pub report: Id,
    /// Its number, from 1.
    pub number: u32,
    /// Whether it says to be the last one.
    pub is_last: bool,
}

/// What one message says of one flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlightStatement {
    /// The receipt it stands in.
    pub receipt: Id,
    /// Its number there, from 0.
    pub number: u32,
    /// The flight.
    pub flight: Id,
    /// The number of the message in the receipt.
    pub message: u32,
    /// When it was prepared, in the sender's time.
    pub sent: Option<DateTime>,
    /// What it does.
    pub effect: StatementEffect,
    /// How many people a passenger list says the flight has.
    pub declared: Option<u32>,
    /// The place of its first observation in the receipt.
    pub first_place: u32,
    /// How many observations it has.
    pub people: u32,
    /// Its booking, where it is one.
    pub booking: Option<Id>,
    /// Which part of a report it is, when the report has several.
    pub part: Option<ReportPart>,
    /// When it was received.
    pub received_at: Timestamp,
}

const COLUMNS: &str = "receipt, number, flight, message, sent, effect, declared, first_place,
    people, booking, report, part, is_last, received_at";

const INSERT: Insert = Insert {
    into: "INTO statement (receipt, number, flight, message, sent, effect, declared, first_place,
        people, booking, report, part, is_last, received_at, agency, data_set, purposes, mandate)",
    columns: 18,
    on_conflict: "ON CONFLICT DO NOTHING",
};

const INSERT_MESSAGE: Insert = Insert {
    into: "INTO message (receipt, number, kind, status, fault, travellers)",
    columns: 6,
    on_conflict: "ON CONFLICT (receipt, number) DO UPDATE SET kind = excluded.kind,
        status = excluded.status, fault = excluded.fault, travellers = excluded.travellers",
};

fn small(row: &Row, column: usize) -> Result<u32> {
    u32::try_from(row.get::<i64>(column)?)
        .map_err(|_| StoreError::Corrupt("a number out of range".into()))
}

impl FlightStatement {
    fn read(row: &Row) -> Result<Self> {
        let sent: Option<String> = row.get(4)?;
        let report: Option<Id> = row.get(10)?;
        Ok(Self {
            receipt: row.get(0)?,
            number: small(row, 1)?,
            flight: row.get(2)?,
            message: small(row, 3)?,
            sent: sent
                .map(|sent| sent.parse())
                .transpose()
                .map_err(|_| StoreError::Corrupt("a time that is none".into()))?,
            effect: StatementEffect::from_word(&row.get::<String>(5)?)?,
            declared: row
                .get::<Option<i64>>(6)?
                .and_then(|count| u32::try_from(count).ok()),
            first_place: small(row, 7)?,
            people: small(row, 8)?,
            booking: row.get(9)?,
            part: match report {
                Some(report) => Some(ReportPart {
                    report,
                    number: small(row, 11)?,
                    is_last: row.get(12)?,
                }),
                None => None,
            },
            received_at: row.get(13)?,
        })
    }

    fn values<'v>(&self, tags: [Value<'v>; 4], into: &mut Vec<Value<'v>>) {
        let report = self.part.map(|part| part.report);
        into.extend([
            self.receipt.into(),
            i64::from(self.number).into(),
            self.flight.into(),
            i64::from(self.message).into(),
            self.sent.map(|sent| sent.to_string()).into(),
            self.effect.as_str().into(),
            self.declared.map(i64::from).into(),
            i64::from(self.first_place).into(),
            i64::from(self.people).into(),
            self.booking.into(),
            report.into(),
            self.part.map_or(0, |part| i64::from(part.number)).into(),
            self.part.map_or(0, |part| i64::from(part.is_last)).into(),
            self.received_at.into(),
        ]);
        into.extend(tags);
    }
}

/// Something that was noticed of a flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The flight.
    pub flight: Id,
    /// `manifest-missing`, `manifest-late`, `part-missing` …
    pub kind: String,
    /// When.
    pub noticed_at: Timestamp,
    /// When it was so no more.
    pub ended_at: Option<Timestamp>,
}

impl Tx<'_, '_> {
    /// Notes how reading the messages of a receipt went; one that was read again is noted anew.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn put_messages(&mut self, receipt: &Id, messages: &[StoredMessage]) -> Result<()> {
        let mut values = Vec::with_capacity(messages.len() * INSERT_MESSAGE.columns);
        for message in messages {
            values.extend([
                receipt.into(),
                i64::from(message.number).into(),
                message.kind.as_str().into(),
                message.status.as_str().into(),
                message.fault.as_deref().into(),
                i64::from(message.travellers).into(),
            ]);
        }
        self.statements.insert(&INSERT_MESSAGE, &values).map(|_| ())
    }

    /// Stores statements of one body of data; those that are there are left as they are.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn put_statements<'s>(
        &mut self,
        tenant: &Tenant,
        data_set: DataSet,
        purposes: PurposeSet,
        statements: impl IntoIterator<Item = &'s FlightStatement>,
    ) -> Result<u64> {
        let tags = tenant.tags(data_set, purposes);
        let mut values = Vec::new();
        for statement in statements {
            statement.values(tags.values(), &mut values);
        }
        self.statements.insert(&INSERT, &values)
    }

    /// What was said of a flight, as it came.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn statements(&mut self, tenant: &Tenant, flight: &Id) -> Result<Vec<FlightStatement>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM statement WHERE flight = $1 AND agency = $2
             ORDER BY received_at, receipt, number"
        );
        let values = [flight.into(), tenant.agency.into()];
        let rows = self.statements.query(&sql, &values)?;
        rows.iter().map(FlightStatement::read).collect()
    }

    /// The parts of a report that came: the flight, their numbers, and the last one's where it did.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn parts(&mut self, report: &Id) -> Result<(Option<Id>, Vec<u32>, Option<u32>)> {
        let rows = self.statements.query(
            "SELECT part, is_last, flight FROM statement WHERE report = $1 ORDER BY part",
            &[report.into()],
        )?;
        let (mut flight, mut numbers, mut last) = (None, Vec::new(), None);
        for row in &rows {
            let number = small(row, 0)?;
            flight = Some(row.get(2)?);
            numbers.push(number);
            if row.get(1)? {
                last = Some(number);
            }
        }
        numbers.dedup();
        Ok((flight, numbers, last))
    }

    /// The flight of a designator: as it is flown, or as it is sold.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn flight_named(
        &mut self,
        tenant: &Tenant,
        lane: Lane,
        key: &FlightKey,
    ) -> Result<Option<Id>> {
        let values = [
            tenant.agency.into(),
            lane.as_str().into(),
            key.carrier.as_str().into(),
            key.number.as_str().into(),
            key.date.to_string().into(),
        ];
        let wanted = "agency = $1 AND lane = $2 AND carrier = $3 AND number = $4 AND date = $5";
        let sold = format!("SELECT flight FROM codeshare WHERE {wanted}");
        if let Some(flight) = self.statements.value(&sold, &values)? {
            return Ok(Some(flight));
        }
        let flown = format!("SELECT id FROM flight WHERE {wanted}");
        self.statements.value(&flown, &values)
    }

    /// Notes that `flight` is sold as `key` too. What was said of the other flight so far is said
    /// of this one from now on.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn sold_as(
        &mut self,
        tenant: &Tenant,
        lane: Lane,
        key: &FlightKey,
        flight: &Id,
    ) -> Result<()> {
        let known = self.flight_named(tenant, lane, key)?;
        if known == Some(*flight) {
            return Ok(());
        }
        self.statements.execute(
            "INSERT INTO codeshare (agency, lane, carrier, number, date, flight)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (agency, lane, carrier, number, date) DO UPDATE SET
                 flight = excluded.flight",
            &[
                tenant.agency.into(),
                lane.as_str().into(),
                key.carrier.as_str().into(),
                key.number.as_str().into(),
                key.date.to_string().into(),
                flight.into(),
            ],
        )?;
        match known {
            Some(other) => self.join_flights(tenant, &other, flight),
            None => Ok(()),
        }
    }

    /// Makes what belongs to one flight belong to another.
    fn join_flights(&mut self, tenant: &Tenant, from: &Id, to: &Id) -> Result<()> {
        for sql in [
            "UPDATE statement SET flight = $1 WHERE flight = $2 AND agency = $3",
            "UPDATE record SET flight = $1 WHERE flight = $2 AND agency = $3",
            "UPDATE codeshare SET flight = $1 WHERE flight = $2 AND agency = $3",
            "UPDATE flight SET status = 'joined' WHERE id <> $1 AND id = $2 AND agency = $3",
        ] {
            let values = [to.into(), from.into(), tenant.agency.into()];
            self.statements.execute(sql, &values)?;
        }
        // The flight is part of what makes a hit the same hit.
        let rows = self.statements.query(
            "SELECT id, lane, subject_kind, subject, cause_kind, cause_list, cause_entry FROM hit
             WHERE flight = $1 AND agency = $2",
            &[from.into(), tenant.agency.into()],
        )?;
        for row in rows {
            let texts: Vec<String> = [2, 4, 5, 6]
                .into_iter()
                .map(|column| row.get(column))
                .collect::<Result<_>>()?;
            let [subject_kind, cause_kind, list, entry] = texts.as_slice() else {
                continue;
            };
            let key = HitKey {
                lane: Lane::from_word(&row.get::<String>(1)?)?,
                subject_kind,
                subject: row.get(3)?,
                flight: Some(*to),
                cause_kind,
                list,
                entry,
            };
            self.statements.execute(
                "UPDATE hit SET flight = $1, cause_key = $2 WHERE id = $3",
                &[
                    to.into(),
                    Value::from(&key.hash()),
                    row.get::<Id>(0)?.into(),
                ],
            )?;
        }
        Ok(())
    }

    /// Notices something of a flight, once, and again after it had ended. Whether it is news.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn notice(&mut self, tenant: &Tenant, flight: &Id, kind: &str) -> Result<bool> {
        let changed = self.statements.execute(
            "INSERT INTO notice (flight, kind, agency, noticed_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (flight, kind) DO UPDATE SET
                 noticed_at = excluded.noticed_at, ended_at = NULL
                 WHERE notice.ended_at IS NOT NULL",
            &[
                flight.into(),
                kind.into(),
                tenant.agency.into(),
                self.now.into(),
            ],
        )?;
        Ok(changed > 0)
    }

    /// What was noticed is so no more.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn end_notice(&mut self, flight: &Id, kind: &str) -> Result<()> {
        let sql = "UPDATE notice SET ended_at = $1
                   WHERE flight = $2 AND kind = $3 AND ended_at IS NULL";
        let values = [self.now.into(), flight.into(), kind.into()];
        self.statements.execute(sql, &values).map(|_| ())
    }
}

impl ReadTx<'_, '_> {
    /// The first place and number that no statement of a receipt has taken.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn extent(&mut self, receipt: &Id) -> Result<(u32, u32)> {
        let row = self.statements.first(
            "SELECT COALESCE(MAX(first_place + people), 0), COALESCE(MAX(number) + 1, 0)
             FROM statement WHERE receipt = $1",
            &[receipt.into()],
        )?;
        row.map_or(Ok((0, 0)), |row| Ok((small(&row, 0)?, small(&row, 1)?)))
    }

    /// The messages of a receipt that were read or wait in quarantine, in their order.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn messages(&mut self, tenant: &Tenant, receipt: &Id) -> Result<Vec<StoredMessage>> {
        let rows = self.statements.query(
            "SELECT m.number, m.kind, m.status, m.fault, m.travellers
             FROM message m JOIN receipt r ON r.id = m.receipt
             WHERE m.receipt = $1 AND r.agency = $2 ORDER BY m.number",
            &[receipt.into(), tenant.agency.into()],
        )?;
        rows.iter()
            .map(|row| {
                Ok(StoredMessage {
                    number: small(row, 0)?,
                    kind: row.get(1)?,
                    status: Reading::from_word(&row.get::<String>(2)?)?,
                    fault: row.get(3)?,
                    travellers: small(row, 4)?,
                })
            })
            .collect()
    }

    /// What was noticed of flights and is still so, oldest first.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn notices(&mut self, tenant: &Tenant) -> Result<Vec<Notice>> {
        let rows = self.statements.query(
            "SELECT flight, kind, noticed_at, ended_at FROM notice
             WHERE agency = $1 AND ended_at IS NULL ORDER BY noticed_at, flight, kind",
            &[tenant.agency.into()],
        )?;
        rows.iter()
            .map(|row| {
                Ok(Notice {
                    flight: row.get(0)?,
                    kind: row.get(1)?,
                    noticed_at: row.get(2)?,
                    ended_at: row.get(3)?,
                })
            })
            .collect()
    }

    /// The designators under which a flight is sold as well.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn codeshares(&mut self, tenant: &Tenant, flight: &Id) -> Result<Vec<FlightKey>> {
        let rows = self.statements.query(
            "SELECT carrier, number, date FROM codeshare WHERE flight = $1 AND agency = $2
             ORDER BY carrier, number",
            &[flight.into(), tenant.agency.into()],
        )?;
        rows.iter()
            .map(|row| {
                Ok(FlightKey {
                    carrier: row.get::<String>(0)?.into(),
                    number: row.get::<String>(1)?.into(),
                    date: row
                        .get::<String>(2)?
                        .parse()
                        .map_err(|_| StoreError::Corrupt("a date that is none".into()))?,
                })
            })
            .collect()
    }
}
