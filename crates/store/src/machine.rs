//! Machines of carriers and partners.

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
    /// SHA-256 of the certificate it is known by, in place of a key.
    pub certificate: Option<[u8; 32]>,
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
            certificate: row.get(4)?,
        })
    }
}

const MACHINE: &str = "name, carriers, lane, closed_at, certificate";

impl Tx<'_, '_> {
    /// Lets a machine in, under the hash of its key; one that is known by its certificate has a key that
    /// nobody knows.
    ///
    /// # Errors
    ///
    /// [`StoreError::Constraint`] when the name or the certificate is taken; [`StoreError::Value`] for a carrier
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
            "INSERT INTO machine (key, agency, name, carriers, lane, made_at, made_by, closed_at,
                 certificate)
             VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8)",
            &[
                Value::from(key),
                tenant.agency.into(),
                machine.name.as_str().into(),
                machine.carriers.join(",").into(),
                machine.lane.as_str().into(),
                self.now.into(),
                by.into(),
                machine
                    .certificate
                    .as_ref()
                    .map(Value::from)
                    .unwrap_or(None::<i64>.into()),
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

    /// The machine that is known by a certificate, by its SHA-256; no shut-out one.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn machine_of_certificate(
        &mut self,
        tenant: &Tenant,
        certificate: &[u8; 32],
    ) -> Result<Option<Machine>> {
        let sql = format!(
            "SELECT {MACHINE} FROM machine
             WHERE agency = $1 AND certificate = $2 AND closed_at IS NULL"
        );
        let values = [tenant.agency.into(), Value::from(certificate)];
        let row = self.statements.first(&sql, &values)?;
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
}
