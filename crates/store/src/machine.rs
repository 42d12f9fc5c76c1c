//! Machines of carriers and partners, and where they are reached.

use jiff::Timestamp;
use tidewaiter_mandate::audit::AuditEvent;

use crate::engine::{Row, Value};
use crate::people::one;
use crate::receipt::Lane;
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Result, StoreError};

/// A machine that may deliver messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Its name: the sender of what it delivers.
    pub name: String,
    /// The carriers it speaks for; `*` for all.
    pub carriers: Vec<String>,
    /// Whether what it sends is real.
    pub lane: Lane,
    /// Whether it was shut out.
    pub is_closed: bool,
}

impl Machine {
    /// Whether it speaks for a carrier.
    pub fn speaks_for(&self, carrier: &str) -> bool {
        self.carriers.iter().any(|own| own == "*" || own == carrier)
    }

    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            name: row.get(0)?,
            carriers: row
                .get::<String>(1)?
                .split(',')
                .map(str::to_owned)
                .collect(),
            lane: Lane::from_word(&row.get::<String>(2)?)?,
            is_closed: row.get::<Option<Timestamp>>(3)?.is_some(),
        })
    }
}

/// Where a carrier is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carrier {
    /// Its code.
    pub code: String,
    /// Its name on interchanges (S003).
    pub party: String,
    /// `https`, `http` or `files`.
    pub transport: String,
    /// An address, or a folder.
    pub address: String,
    /// The certificate, in PEM, that its server's must be signed by.
    pub authority: Option<String>,
    /// Whether it is still being brought on board.
    pub lane: Lane,
}

const MACHINE: &str = "name, carriers, lane, closed_at";
const CARRIER: &str = "code, party, transport, address, authority, lane";

impl Carrier {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            code: row.get(0)?,
            party: row.get(1)?,
            transport: row.get(2)?,
            address: row.get(3)?,
            authority: row.get(4)?,
            lane: Lane::from_word(&row.get::<String>(5)?)?,
        })
    }
}

impl Tx<'_, '_> {
    /// Lets a machine in, under the hash of its key.
    ///
    /// # Errors
    ///
    /// [`StoreError::Constraint`] when the name is taken; [`StoreError::Value`] for a carrier
    /// code with a comma.
    pub fn open_machine(
        &mut self,
        tenant: &Tenant,
        by: &str,
        key: &[u8; 32],
        machine: &Machine,
    ) -> Result<()> {
        if machine.carriers.iter().any(|code| code.contains(',')) {
            return Err(StoreError::Value("a carrier code with a comma"));
        }
        self.statements.execute(
            "INSERT INTO machine (key, agency, name, carriers, lane, made_at, made_by, closed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)",
            &[
                Value::from(key),
                tenant.agency.into(),
                machine.name.as_str().into(),
                machine.carriers.join(",").into(),
                machine.lane.as_str().into(),
                self.now.into(),
                by.into(),
            ],
        )?;
        let event = AuditEvent::GrantChange;
        self.say_of_account(tenant, by, event, "open machine", &machine.name)
    }

    /// Shuts a machine out.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn close_machine(&mut self, tenant: &Tenant, by: &str, name: &str) -> Result<()> {
        let count = self.statements.execute(
            "UPDATE machine SET closed_at = $1
             WHERE agency = $2 AND name = $3 AND closed_at IS NULL",
            &[self.now.into(), tenant.agency.into(), name.into()],
        )?;
        one(count, "machine")?;
        self.say_of_account(tenant, by, AuditEvent::GrantChange, "close machine", name)
    }

    /// Says where a carrier is reached.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn put_carrier(&mut self, tenant: &Tenant, by: &str, carrier: &Carrier) -> Result<()> {
        self.statements.execute(
            "INSERT INTO carrier (agency, code, party, transport, address, authority, lane,
                 changed_at, changed_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (agency, code) DO UPDATE SET party = excluded.party,
                 transport = excluded.transport, address = excluded.address,
                 authority = excluded.authority, lane = excluded.lane,
                 changed_at = excluded.changed_at, changed_by = excluded.changed_by",
            &[
                tenant.agency.into(),
                carrier.code.as_str().into(),
                carrier.party.as_str().into(),
                carrier.transport.as_str().into(),
                carrier.address.as_str().into(),
                carrier.authority.as_deref().into(),
                carrier.lane.as_str().into(),
                self.now.into(),
                by.into(),
            ],
        )?;
        self.say_of_account(tenant, by, AuditEvent::Config, "carrier", &carrier.code)
    }
}

impl ReadTx<'_, '_> {
    /// The machine of a key, by the key's hash; shut-out ones too.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn machine(&mut self, tenant: &Tenant, key: &[u8; 32]) -> Result<Option<Machine>> {
        let sql = format!("SELECT {MACHINE} FROM machine WHERE agency = $1 AND key = $2");
        let row = self
            .statements
            .first(&sql, &[tenant.agency.into(), Value::from(key)])?;
        row.as_ref().map(Machine::read).transpose()
    }

    /// All machines, by name.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn machines(&mut self, tenant: &Tenant) -> Result<Vec<Machine>> {
        let sql = format!("SELECT {MACHINE} FROM machine WHERE agency = $1 ORDER BY name");
        self.statements
            .query(&sql, &[tenant.agency.into()])?
            .iter()
            .map(Machine::read)
            .collect()
    }

    /// Where a carrier is reached.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn carrier(&mut self, tenant: &Tenant, code: &str) -> Result<Option<Carrier>> {
        let sql = format!("SELECT {CARRIER} FROM carrier WHERE agency = $1 AND code = $2");
        let row = self
            .statements
            .first(&sql, &[tenant.agency.into(), code.into()])?;
        row.as_ref().map(Carrier::read).transpose()
    }

    /// Where all carriers are reached, by code.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn carriers(&mut self, tenant: &Tenant) -> Result<Vec<Carrier>> {
        let sql = format!("SELECT {CARRIER} FROM carrier WHERE agency = $1 ORDER BY code");
        self.statements
            .query(&sql, &[tenant.agency.into()])?
            .iter()
            .map(Carrier::read)
            .collect()
    }
}
