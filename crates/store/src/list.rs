//! Versions of lists: which content, from which files, added by whom, in force or not.
//!
//! A version is its content: the same content given again is the same version, seen once more. At
//! most one version of a list is in force; the others stay for the replay of findings and to roll
//! back to.

use jiff::Timestamp;
use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::grant::HumanActor;
use tidewaiter_mandate::{ElementSet, PurposeId, PurposeSet};

use crate::audit::{Said, Who};
use crate::engine::{Row, Value};
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Result, StoreError};

/// Whom or what a list names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListContent {
    /// Persons, organisations, vessels, aircraft.
    Subjects,
    /// Lost, stolen, revoked documents.
    Documents,
}

impl ListContent {
    /// `subjects` or `documents`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subjects => "subjects",
            Self::Documents => "documents",
        }
    }

    fn from_word(word: &str) -> Result<Self> {
        match word {
            "subjects" => Ok(Self::Subjects),
            "documents" => Ok(Self::Documents),
            _ => Err(StoreError::Corrupt("a kind of list that is none".into())),
        }
    }
}

/// Where a version stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListState {
    /// Added; others must agree.
    #[default]
    Proposed,
    /// Screened against.
    InForce,
    /// Not any more.
    Retired,
}

impl ListState {
    /// `proposed`, `in-force` or `retired`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::InForce => "in-force",
            Self::Retired => "retired",
        }
    }

    fn from_word(word: &str) -> Result<Self> {
        [Self::Proposed, Self::InForce, Self::Retired]
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| StoreError::Corrupt("a state of a list that is none".into()))
    }
}

/// A file of a version, by what it was called and its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListSource {
    /// What whoever gave it called it.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

/// A version to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewListVersion<'a> {
    /// The list.
    pub list: &'a str,
    /// What it names.
    pub content: ListContent,
    /// The address of its content.
    pub address: &'a [u8; 32],
    /// The form of its files.
    pub format: &'a str,
    /// The date of publication it states, ISO.
    pub published: Option<&'a str>,
    /// How many entries.
    pub entries: u32,
    /// How many of everything, as JSON.
    pub counts: &'a str,
    /// What its files are.
    pub files: &'a [ListSource],
    /// Which concerns were consented to, as JSON.
    pub consented: &'a str,
    /// For what it may be used.
    pub purposes: PurposeSet,
}

/// Somebody who agreed to a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Who.
    pub person: String,
    /// In which role.
    pub role: String,
    /// When.
    pub at: Timestamp,
}

/// A stored version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListVersion {
    /// The list.
    pub list: String,
    /// Counted from 1 within the list.
    pub version: u32,
    /// What it names.
    pub content: ListContent,
    /// The address of its content.
    pub address: [u8; 32],
    /// The form of its files.
    pub format: String,
    /// The date of publication that was stated last for this content, ISO.
    pub published: Option<String>,
    /// How many entries.
    pub entries: u32,
    /// How many of everything, as JSON.
    pub counts: String,
    /// Where it stands.
    pub state: ListState,
    /// When it was added.
    pub added_at: Timestamp,
    /// When this content was given last.
    pub seen_at: Timestamp,
    /// Since when it is, or when it last came to be, in force.
    pub in_force_at: Option<Timestamp>,
    /// Which concerns were consented to, as JSON.
    pub consented: String,
    /// Its files, in the order in which they were read.
    pub files: Vec<ListSource>,
    /// Who agreed, first whoever added it.
    pub agreed: Vec<Agreement>,
}

const COLUMNS: &str = "list, version, kind, address, format, published, entries, counts, state,
    added_at, seen_at, in_force_at, consented";

pub(crate) fn number(value: i64) -> Result<u32> {
    u32::try_from(value).map_err(|_| StoreError::Corrupt("a number out of its range".into()))
}

fn read(row: &Row) -> Result<ListVersion> {
    Ok(ListVersion {
        list: row.get(0)?,
        version: number(row.get(1)?)?,
        content: ListContent::from_word(&row.get::<String>(2)?)?,
        address: row.get(3)?,
        format: row.get(4)?,
        published: row.get(5)?,
        entries: number(row.get(6)?)?,
        counts: row.get(7)?,
        state: ListState::from_word(&row.get::<String>(8)?)?,
        added_at: row.get(9)?,
        seen_at: row.get(10)?,
        in_force_at: row.get(11)?,
        consented: row.get(12)?,
        files: Vec::new(),
        agreed: Vec::new(),
    })
}

pub(crate) fn agreement(row: &Row) -> Result<Agreement> {
    Ok(Agreement {
        person: row.get(0)?,
        role: row.get(1)?,
        at: row.get(2)?,
    })
}

impl Tx<'_, '_> {
    /// Adds a version as proposed, agreed to by whoever adds it; its number. The files are stored
    /// before ([`Tx::put_source`]).
    ///
    /// # Errors
    ///
    /// [`StoreError::Constraint`] when the content is there already ([`ReadTx::list_of_content`]).
    pub fn add_list_version(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        new: &NewListVersion<'_>,
    ) -> Result<u32> {
        let sql = "SELECT COALESCE(MAX(version), 0) + 1 FROM list_version
             WHERE agency = $1 AND list = $2";
        let values = [tenant.agency.into(), new.list.into()];
        let version: i64 = self.statements.value(sql, &values)?.unwrap_or(1);
        let purposes = new.purposes.iter().fold(0, |set, p| set | tenant.bit(p));
        self.statements.execute(
            "INSERT INTO list_version (agency, list, version, purposes, mandate, kind, address,
                 format, published, entries, counts, state, added_at, seen_at, consented)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'proposed', $12, $12, $13)",
            &[
                tenant.agency.into(),
                new.list.into(),
                version.into(),
                purposes.into(),
                tenant.mandate_number.into(),
                new.content.as_str().into(),
                Value::from(new.address),
                new.format.into(),
                new.published.into(),
                i64::from(new.entries).into(),
                new.counts.into(),
                self.now.into(),
                new.consented.into(),
            ],
        )?;
        for (place, file) in (0_i64..).zip(new.files) {
            self.statements.execute(
                "INSERT INTO list_file (agency, list, version, place, name, sha256)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                &[
                    tenant.agency.into(),
                    new.list.into(),
                    version.into(),
                    place.into(),
                    file.name.as_str().into(),
                    Value::from(&file.sha256),
                ],
            )?;
        }
        let version = number(version)?;
        self.agree_to_list(tenant, by, new.list, version)?;
        Ok(version)
    }

    /// Notes that a person agrees to a version, in their role. Once agreed is agreed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Constraint`] when there is no such version.
    pub fn agree_to_list(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        list: &str,
        version: u32,
    ) -> Result<()> {
        self.statements.execute(
            "INSERT INTO list_agreement (agency, list, version, person, role, agreed_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (agency, list, version, person) DO NOTHING",
            &[
                tenant.agency.into(),
                list.into(),
                i64::from(version).into(),
                by.person().as_str().into(),
                tenant.role_name(by.role()).into(),
                self.now.into(),
            ],
        )?;
        self.list_changes(tenant, by, list, version, "agreed")
    }

    /// Forgets who agreed before: a version that comes back is agreed to anew.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn propose_list_again(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        list: &str,
        version: u32,
        consented: &str,
    ) -> Result<()> {
        let values = [tenant.agency.into(), list.into(), i64::from(version).into()];
        self.statements.execute(
            "DELETE FROM list_agreement WHERE agency = $1 AND list = $2 AND version = $3",
            &values,
        )?;
        let [agency, list_value, number] = values;
        let count = self.statements.execute(
            "UPDATE list_version SET state = 'proposed', consented = $4
             WHERE agency = $1 AND list = $2 AND version = $3 AND state <> 'in-force'",
            &[agency, list_value, number, consented.into()],
        )?;
        if count == 0 {
            return Err(StoreError::NotFound(
                "version of a list that is not in force",
            ));
        }
        self.agree_to_list(tenant, by, list, version)
    }

    /// Puts a version into force in the place of the one that was; which that was.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when there is no such version.
    pub fn put_list_in_force(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        list: &str,
        version: u32,
    ) -> Result<Option<u32>> {
        let before = self.retire(tenant, list)?;
        let count = self.statements.execute(
            "UPDATE list_version SET state = 'in-force', in_force_at = $1
             WHERE agency = $2 AND list = $3 AND version = $4",
            &[
                self.now.into(),
                tenant.agency.into(),
                list.into(),
                i64::from(version).into(),
            ],
        )?;
        if count == 0 {
            return Err(StoreError::NotFound("version of this list"));
        }
        self.list_changes(tenant, by, list, version, "in-force")?;
        Ok(before)
    }

    /// Takes a list out of force, or drops what is proposed of it; the version that was in force.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when nothing of it is in force or proposed.
    pub fn retire_list(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        list: &str,
    ) -> Result<Option<u32>> {
        let before = self.retire(tenant, list)?;
        let dropped = self.drop_proposals(tenant, list)?;
        if before.is_none() && dropped == 0 {
            return Err(StoreError::NotFound("list in force"));
        }
        self.list_changes(tenant, by, list, before.unwrap_or(0), "retired")?;
        Ok(before)
    }

    /// Drops what is proposed of a list; how many versions.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn drop_proposals(&mut self, tenant: &Tenant, list: &str) -> Result<u64> {
        self.statements.execute(
            "UPDATE list_version SET state = 'retired'
             WHERE agency = $1 AND list = $2 AND state = 'proposed'",
            &[tenant.agency.into(), list.into()],
        )
    }

    /// Notes that a person has seen entries of a version.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn list_was_read(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        purpose: PurposeId,
        list: &str,
        version: u32,
    ) -> Result<()> {
        let detail = format!("{list}@{version} read");
        let said = Said {
            event: AuditEvent::View,
            subject: None,
            fields: ElementSet::EMPTY,
            detail: Some(detail.as_bytes()),
        };
        self.say(tenant, Who::Actor(by, Some(purpose)), &said)
    }

    fn retire(&mut self, tenant: &Tenant, list: &str) -> Result<Option<u32>> {
        let sql = "DELETE FROM list_removal WHERE agency = $1 AND list = $2";
        let values = [tenant.agency.into(), list.into()];
        self.statements.execute(sql, &values)?;
        let version: Option<i64> = self.statements.value(
            "UPDATE list_version SET state = 'retired'
             WHERE agency = $1 AND list = $2 AND state = 'in-force' RETURNING version",
            &[tenant.agency.into(), list.into()],
        )?;
        version.map(number).transpose()
    }

    /// Notes that the content of a version was given again, published at another date perhaps.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn list_seen(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        list: &str,
        version: u32,
        published: Option<&str>,
    ) -> Result<()> {
        self.statements.execute(
            "UPDATE list_version SET seen_at = $1, published = COALESCE($2, published)
             WHERE agency = $3 AND list = $4 AND version = $5",
            &[
                self.now.into(),
                published.into(),
                tenant.agency.into(),
                list.into(),
                i64::from(version).into(),
            ],
        )?;
        self.list_changes(tenant, by, list, version, "seen")
    }

    /// The line of a change: which list and version, what happened.
    pub(crate) fn list_changes(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        list: &str,
        version: u32,
        what: &str,
    ) -> Result<()> {
        let detail = format!("{list}@{version} {what}");
        let said = Said {
            event: AuditEvent::ListChange,
            subject: None,
            fields: ElementSet::EMPTY,
            detail: Some(detail.as_bytes()),
        };
        self.say(tenant, Who::Actor(by, None), &said)
    }
}

impl ReadTx<'_, '_> {
    /// Every version of every list of the tenant, by list and number.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn list_versions(&mut self, tenant: &Tenant) -> Result<Vec<ListVersion>> {
        self.versions(tenant, "", &[])
    }

    /// The versions in force, by list.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn lists_in_force(&mut self, tenant: &Tenant) -> Result<Vec<ListVersion>> {
        self.versions(tenant, "AND state = 'in-force'", &[])
    }

    /// The version of a list that is in force.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn list_in_force(&mut self, tenant: &Tenant, list: &str) -> Result<Option<ListVersion>> {
        let found = self.versions(
            tenant,
            "AND state = 'in-force' AND list = $2",
            &[list.into()],
        )?;
        Ok(found.into_iter().next())
    }

    /// A version by its number.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn list_version(
        &mut self,
        tenant: &Tenant,
        list: &str,
        version: u32,
    ) -> Result<ListVersion> {
        let found = self.versions(
            tenant,
            "AND list = $2 AND version = $3",
            &[list.into(), i64::from(version).into()],
        )?;
        found
            .into_iter()
            .next()
            .ok_or(StoreError::NotFound("version of this list"))
    }

    /// The version of a list that has this content.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn list_of_content(
        &mut self,
        tenant: &Tenant,
        list: &str,
        address: &[u8; 32],
    ) -> Result<Option<ListVersion>> {
        let found = self.versions(
            tenant,
            "AND list = $2 AND address = $3",
            &[list.into(), Value::from(address)],
        )?;
        Ok(found.into_iter().next())
    }

    /// Versions of a list, the newest first, from below a number on.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn list_versions_below(
        &mut self,
        tenant: &Tenant,
        list: &str,
        below: Option<u32>,
        most: u32,
    ) -> Result<Vec<ListVersion>> {
        let mut versions = self.versions(
            tenant,
            "AND list = $2 AND version IN (SELECT version FROM list_version
                 WHERE agency = $1 AND list = $2 AND version < $3 ORDER BY version DESC LIMIT $4)",
            &[
                list.into(),
                below.map_or(i64::MAX, i64::from).into(),
                i64::from(most).into(),
            ],
        )?;
        versions.reverse();
        Ok(versions)
    }

    /// Versions, with a condition whose values begin at `$2`.
    fn versions(
        &mut self,
        tenant: &Tenant,
        condition: &str,
        more: &[Value<'_>],
    ) -> Result<Vec<ListVersion>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM list_version WHERE agency = $1 {condition}
             ORDER BY list, version"
        );
        let mut values = vec![tenant.agency.into()];
        values.extend(more.iter().cloned());
        let rows = self.statements.query(&sql, &values)?;
        let mut versions = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        for version in &mut versions {
            let values = [
                tenant.agency.into(),
                version.list.clone().into(),
                i64::from(version.version).into(),
            ];
            let sql = "SELECT name, sha256 FROM list_file
                 WHERE agency = $1 AND list = $2 AND version = $3 ORDER BY place";
            for row in self.statements.query(sql, &values)? {
                version.files.push(ListSource {
                    name: row.get(0)?,
                    sha256: row.get(1)?,
                });
            }
            let sql = "SELECT person, role, agreed_at FROM list_agreement
                 WHERE agency = $1 AND list = $2 AND version = $3 ORDER BY agreed_at, person";
            for row in self.statements.query(sql, &values)? {
                version.agreed.push(agreement(&row)?);
            }
        }
        Ok(versions)
    }
}
