//! Carriers: where they are reached, and what is agreed with them.

use tidewaiter_mandate::audit::AuditEvent;

use crate::engine::Row;
use crate::expectation::ExpectedTime;
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Result, StoreError};

/// How far a carrier is on board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CarrierState {
    /// It is being brought on board: what it sends is read and counted in the test lane, and compared
    /// with nothing.
    Onboarding,
    /// What it sends is real.
    Live,
    /// What it sends waits in quarantine.
    Suspended,
}

impl CarrierState {
    /// `onboarding`, `live` or `suspended`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Onboarding => "onboarding",
            Self::Live => "live",
            Self::Suspended => "suspended",
        }
    }

    /// The state of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Onboarding, Self::Live, Self::Suspended]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// By which message a carrier wants to hear that its own arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Acknowledgement {
    /// By none.
    None,
    /// Each interchange by a CONTRL: what was wrong with its form, and where.
    Contrl,
    /// Each push of bookings by an ACKRES: processed or not.
    Ackres,
}

impl Acknowledgement {
    /// `none`, `contrl` or `ackres`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Contrl => "contrl",
            Self::Ackres => "ackres",
        }
    }

    /// The acknowledgement of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::None, Self::Contrl, Self::Ackres]
            .into_iter()
            .find(|one| one.as_str() == word)
    }
}

/// Where a carrier is reached, and what is agreed with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carrier {
    /// Its code.
    pub code: String,
    /// Its name on interchanges (S003).
    pub party: String,
    /// `https`, `http` or `files`; `none` for a carrier that is not reached.
    pub transport: String,
    /// An address, or a folder.
    pub address: String,
    /// The certificate, in PEM, that its server's must be signed by.
    pub authority: Option<String>,
    /// How far it is on board.
    pub state: CarrierState,
    /// How its messages are acknowledged.
    pub acknowledges: Acknowledgement,
    /// What is expected of its flights, and when; empty: a list of passengers at departure.
    pub expected: Vec<ExpectedTime>,
    /// How many minutes later data still count as on time.
    pub grace_minutes: u32,
    /// Whether bookings that are missing are asked for without a person.
    pub asks_again: bool,
    /// Grows with every change, from 1.
    pub version: u64,
}

impl Carrier {
    /// A carrier of which nothing is agreed but where it is reached.
    pub fn reached(code: &str, party: &str, transport: &str, address: &str) -> Self {
        Self {
            code: code.to_owned(),
            party: party.to_owned(),
            transport: transport.to_owned(),
            address: address.to_owned(),
            authority: None,
            state: CarrierState::Live,
            acknowledges: Acknowledgement::None,
            expected: Vec::new(),
            grace_minutes: 0,
            asks_again: false,
            version: 0,
        }
    }
}

const COLUMNS: &str = "code, party, transport, address, authority, state, acknowledges, expected,
    grace_minutes, asks_again, version";

impl Carrier {
    fn read(row: &Row) -> Result<Self> {
        let corrupt = |what: &str| StoreError::Corrupt(what.into());
        Ok(Self {
            code: row.get(0)?,
            party: row.get(1)?,
            transport: row.get(2)?,
            address: row.get(3)?,
            authority: row.get(4)?,
            state: CarrierState::from_word(&row.get::<String>(5)?)
                .ok_or_else(|| corrupt("a carrier's state that is not known"))?,
            acknowledges: Acknowledgement::from_word(&row.get::<String>(6)?)
                .ok_or_else(|| corrupt("an acknowledgement that is not known"))?,
            expected: ExpectedTime::read_all(&row.get::<String>(7)?)?,
            grace_minutes: u32::try_from(row.get::<i64>(8)?).unwrap_or(u32::MAX),
            asks_again: row.get(9)?,
            version: row.get::<i64>(10)?.unsigned_abs(),
        })
    }
}

impl Tx<'_, '_> {
    /// Says where a carrier is reached and what is agreed with it, to whoever has `seen` the version
    /// that stands: `None` for a carrier that is not there. The version now.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] when another version stands.
    pub fn put_carrier(
        &mut self,
        tenant: &Tenant,
        by: &str,
        carrier: &Carrier,
        seen: Option<u64>,
    ) -> Result<u64> {
        let standing = self.reading().carrier(tenant, &carrier.code)?;
        if standing.map(|carrier| carrier.version) != seen {
            return Err(StoreError::Stale);
        }
        let version = seen.unwrap_or(0) + 1;
        self.statements.execute(
            "INSERT INTO carrier (agency, code, party, transport, address, authority, state,
                 acknowledges, expected, grace_minutes, asks_again, version, changed_at, changed_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             ON CONFLICT (agency, code) DO UPDATE SET party = excluded.party,
                 transport = excluded.transport, address = excluded.address,
                 authority = excluded.authority, state = excluded.state,
                 acknowledges = excluded.acknowledges, expected = excluded.expected,
                 grace_minutes = excluded.grace_minutes, asks_again = excluded.asks_again,
                 version = excluded.version,
                 changed_at = excluded.changed_at, changed_by = excluded.changed_by",
            &[
                tenant.agency.into(),
                carrier.code.as_str().into(),
                carrier.party.as_str().into(),
                carrier.transport.as_str().into(),
                carrier.address.as_str().into(),
                carrier.authority.as_deref().into(),
                carrier.state.as_str().into(),
                carrier.acknowledges.as_str().into(),
                ExpectedTime::written(&carrier.expected).into(),
                i64::from(carrier.grace_minutes).into(),
                i64::from(carrier.asks_again).into(),
                version.cast_signed().into(),
                self.now.into(),
                by.into(),
            ],
        )?;
        let word = format!("{}\0{}", carrier.code, carrier.state.as_str());
        self.say_of_account(tenant, by, AuditEvent::Config, "carrier", &word)?;
        Ok(version)
    }
}

impl ReadTx<'_, '_> {
    /// A carrier.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn carrier(&mut self, tenant: &Tenant, code: &str) -> Result<Option<Carrier>> {
        let sql = format!("SELECT {COLUMNS} FROM carrier WHERE agency = $1 AND code = $2");
        let row = self
            .statements
            .first(&sql, &[tenant.agency.into(), code.into()])?;
        row.as_ref().map(Carrier::read).transpose()
    }

    /// All carriers, by code.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn carriers(&mut self, tenant: &Tenant) -> Result<Vec<Carrier>> {
        let sql = format!("SELECT {COLUMNS} FROM carrier WHERE agency = $1 ORDER BY code");
        self.statements
            .query(&sql, &[tenant.agency.into()])?
            .iter()
            .map(Carrier::read)
            .collect()
    }
}
