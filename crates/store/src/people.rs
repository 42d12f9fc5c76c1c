//! Staff: accounts, sessions, and whom each must not deal with.
//!
//! The store keeps hashes of passwords and tokens only. It does not judge them: whether a password
//! is right, and for how long a session lasts, is for whoever calls.

use jiff::Timestamp;
use tidewaiter_mandate::ElementSet;
use tidewaiter_mandate::audit::{AuditEvent, AuditResult};

use crate::audit::{Said, Who, keyed};
use crate::engine::{Row, Value};
use crate::store::{ReadTx, Store, Tx};
use crate::tenant::Tenant;
use crate::{Result, StoreError};

/// A way to sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// What is typed.
    pub name: String,
    /// Who stands behind it: one identifier for each human being.
    pub person: String,
    /// The role of the mandate; empty for an administrator, who has none of them.
    pub role: String,
    /// The hash of the password, in PHC form.
    pub password: String,
    /// Whether the password must be changed before anything else.
    pub must_change: bool,
    /// How often in a row a wrong password was given.
    pub failures: u32,
    /// Until when no password is looked at.
    pub locked_until: Option<Timestamp>,
    /// Since when it does not exist any more.
    pub closed_at: Option<Timestamp>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({} as {:?})", self.name, self.role)
    }
}

/// A sign-in that lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Of which account, as that is now.
    pub account: Account,
    /// When it began.
    pub made_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// When it ends, used or not.
    pub until: Timestamp,
    /// When the person last gave their password.
    pub proven_at: Timestamp,
}

const ACCOUNT: &str = "a.name, a.person, a.role, a.password, a.must_change, a.failures,
    a.locked_until, a.closed_at";

impl Account {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            name: row.get(0)?,
            person: row.get(1)?,
            role: row.get(2)?,
            password: row.get(3)?,
            must_change: row.get(4)?,
            failures: u32::try_from(row.get::<i64>(5)?).unwrap_or(u32::MAX),
            locked_until: row.get(6)?,
            closed_at: row.get(7)?,
        })
    }
}

impl Tx<'_, '_> {
    /// Opens an account; `by` is who does so, an empty text for the machine at its first start.
    ///
    /// # Errors
    ///
    /// [`StoreError::Constraint`] when the name is taken, by a closed account too.
    pub fn open_account(&mut self, tenant: &Tenant, by: &str, account: &Account) -> Result<()> {
        self.statements.execute(
            "INSERT INTO account (agency, name, person, role, password, must_change, failures,
                 locked_until, made_at, made_by, closed_at)
             VALUES ($1, $2, $3, $4, $5, $6, 0, NULL, $7, $8, NULL)",
            &[
                tenant.agency.into(),
                account.name.as_str().into(),
                account.person.as_str().into(),
                account.role.as_str().into(),
                account.password.as_str().into(),
                i64::from(account.must_change).into(),
                self.now.into(),
                by.into(),
            ],
        )?;
        self.say_of_account(tenant, by, AuditEvent::GrantChange, "open", &account.name)
    }

    /// Closes an account and ends its sessions.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn close_account(&mut self, tenant: &Tenant, by: &str, name: &str) -> Result<()> {
        let count = self.statements.execute(
            "UPDATE account SET closed_at = $1
             WHERE agency = $2 AND name = $3 AND closed_at IS NULL",
            &[self.now.into(), tenant.agency.into(), name.into()],
        )?;
        one(count, "account")?;
        self.end_sessions(tenant, name)?;
        self.say_of_account(tenant, by, AuditEvent::GrantChange, "close", name)
    }

    /// Gives an account another password, opens it again where it was locked, and ends its
    /// sessions.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn set_password(
        &mut self,
        tenant: &Tenant,
        by: &str,
        name: &str,
        (password, must_change): (&str, bool),
    ) -> Result<()> {
        let count = self.statements.execute(
            "UPDATE account SET password = $1, must_change = $2, failures = 0, locked_until = NULL
             WHERE agency = $3 AND name = $4 AND closed_at IS NULL",
            &[
                password.into(),
                i64::from(must_change).into(),
                tenant.agency.into(),
                name.into(),
            ],
        )?;
        one(count, "account")?;
        self.end_sessions(tenant, name)?;
        self.say_of_account(tenant, by, AuditEvent::GrantChange, "password", name)
    }

    /// Notes a wrong password; `locked_until` is what follows from how many there were.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn wrong_password(
        &mut self,
        tenant: &Tenant,
        account: &Account,
        locked_until: impl FnOnce(u32) -> Option<Timestamp>,
    ) -> Result<()> {
        // Counted here and not by the caller: guesses made at one time all count.
        let failures: Option<i64> = self.statements.value(
            "UPDATE account SET failures = failures + 1 WHERE agency = $1 AND name = $2
             RETURNING failures",
            &[tenant.agency.into(), account.name.as_str().into()],
        )?;
        let failures = u32::try_from(failures.unwrap_or(0)).unwrap_or(u32::MAX);
        self.statements.execute(
            "UPDATE account SET locked_until = $1 WHERE agency = $2 AND name = $3",
            &[
                locked_until(failures).into(),
                tenant.agency.into(),
                account.name.as_str().into(),
            ],
        )?;
        let said = Said {
            event: AuditEvent::Login,
            subject: None,
            fields: ElementSet::EMPTY,
            detail: Some(b"wrong password"),
        };
        let who = Who::Account(&account.person, &account.role);
        self.say_with(tenant, who, &said, AuditResult::Refused)
    }

    /// Begins a session under the hash of its token; wrong passwords are forgotten.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn begin_session(
        &mut self,
        tenant: &Tenant,
        token: &[u8; 32],
        account: &Account,
        until: Timestamp,
    ) -> Result<()> {
        let (agency, name) = (tenant.agency, account.name.as_str());
        self.statements.execute(
            "UPDATE account SET failures = 0, locked_until = NULL
             WHERE agency = $1 AND name = $2",
            &[agency.into(), name.into()],
        )?;
        self.statements.execute(
            "INSERT INTO session (token, agency, account, made_at, seen_at, until, proven_at)
             VALUES ($1, $2, $3, $4, $4, $5, $4)",
            &[
                Value::from(token),
                agency.into(),
                name.into(),
                self.now.into(),
                until.into(),
            ],
        )?;
        let said = Said {
            event: AuditEvent::Login,
            subject: None,
            fields: ElementSet::EMPTY,
            detail: Some(b"signed in"),
        };
        self.say(tenant, Who::Account(&account.person, &account.role), &said)
    }

    /// Notes that a session was used, and, with `proven`, that the person gave their password.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn session_used(&mut self, tenant: &Tenant, token: &[u8; 32], proven: bool) -> Result<()> {
        let count = self.statements.execute(
            "UPDATE session SET seen_at = $1,
                 proven_at = CASE WHEN CAST($2 AS BIGINT) = 1 THEN $1 ELSE proven_at END
             WHERE agency = $3 AND token = $4",
            &[
                self.now.into(),
                i64::from(proven).into(),
                tenant.agency.into(),
                Value::from(token),
            ],
        )?;
        one(count, "session")
    }

    /// Ends a session; one that is not there has ended.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn end_session(&mut self, tenant: &Tenant, token: &[u8; 32]) -> Result<()> {
        let sql = "DELETE FROM session WHERE agency = $1 AND token = $2";
        self.statements
            .execute(sql, &[tenant.agency.into(), Value::from(token)])
            .map(|_| ())
    }

    fn end_sessions(&mut self, tenant: &Tenant, account: &str) -> Result<()> {
        let sql = "DELETE FROM session WHERE agency = $1 AND account = $2";
        self.statements
            .execute(sql, &[tenant.agency.into(), account.into()])
            .map(|_| ())
    }

    /// Forgets sessions that have ended, and answers and events older than `answers_before`; how
    /// many.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn forget_ended(&mut self, tenant: &Tenant, answers_before: Timestamp) -> Result<u64> {
        let (now, agency) = (self.now, tenant.agency);
        let sql = "DELETE FROM session WHERE agency = $1 AND until <= $2";
        let sessions = self.statements.execute(sql, &[agency.into(), now.into()])?;
        let sql = "DELETE FROM answered WHERE agency = $1 AND made_at <= $2";
        let values = [agency.into(), answers_before.into()];
        let answers = self.statements.execute(sql, &values)?;
        let sql = "DELETE FROM event WHERE agency = $1 AND made_at <= $2";
        Ok(sessions + answers + self.statements.execute(sql, &values)?)
    }

    /// Enters somebody whom a member of staff must not deal with: `whom` is any form of them
    /// that can be computed again; only its keyed hash is stored.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn declare_conflict(
        &mut self,
        tenant: &Tenant,
        by: &str,
        person: &str,
        whom: &[u8],
    ) -> Result<()> {
        let hash = self.store.conflict(whom);
        self.statements.execute(
            "INSERT INTO conflict (agency, person, hash, made_at, made_by)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            &[
                tenant.agency.into(),
                person.into(),
                Value::from(&hash),
                self.now.into(),
                by.into(),
            ],
        )?;
        self.say_of_account(tenant, by, AuditEvent::GrantChange, "conflict", person)
    }

    /// Whether a member of staff must not deal with any of `whom`.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn has_conflict(
        &mut self,
        tenant: &Tenant,
        person: &str,
        whom: &[Vec<u8>],
    ) -> Result<bool> {
        let sql = "SELECT 1 + agency FROM conflict
                   WHERE agency = $1 AND person = $2 AND hash = $3";
        for form in whom {
            let hash = self.store.conflict(form);
            let values = [tenant.agency.into(), person.into(), Value::from(&hash)];
            if self.statements.value::<i64>(sql, &values)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What was answered to a request with this key by this person; [`StoreError::Constraint`]
    /// when the key was used for another request.
    ///
    /// # Errors
    ///
    /// As said, and when the store cannot be read.
    pub fn answered(
        &mut self,
        tenant: &Tenant,
        person: &str,
        key: &str,
        request: &[u8; 32],
    ) -> Result<Option<(u16, String)>> {
        let row = self.statements.first(
            "SELECT request, status, body FROM answered
             WHERE agency = $1 AND person = $2 AND key = $3",
            &[tenant.agency.into(), person.into(), key.into()],
        )?;
        let Some(row) = row else { return Ok(None) };
        if row.get::<[u8; 32]>(0)? != *request {
            return Err(StoreError::Constraint(
                "the idempotency key was used for another request".into(),
            ));
        }
        let status = u16::try_from(row.get::<i64>(1)?).unwrap_or(500);
        Ok(Some((status, row.get(2)?)))
    }

    /// Keeps what is answered to a request with a key.
    ///
    /// # Errors
    ///
    /// [`StoreError::Constraint`] when there is an answer already.
    pub fn keep_answer(
        &mut self,
        tenant: &Tenant,
        person: &str,
        (key, request): (&str, &[u8; 32]),
        (status, body): (u16, &str),
    ) -> Result<()> {
        self.statements
            .execute(
                "INSERT INTO answered (agency, person, key, request, status, body, made_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                &[
                    tenant.agency.into(),
                    person.into(),
                    key.into(),
                    Value::from(request),
                    i64::from(status).into(),
                    body.into(),
                    self.now.into(),
                ],
            )
            .map(|_| ())
    }

    /// Puts another answer in the place of the one that was kept for this request.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when none was kept.
    pub fn amend_answer(
        &mut self,
        tenant: &Tenant,
        person: &str,
        (key, request): (&str, &[u8; 32]),
        (status, body): (u16, &str),
    ) -> Result<()> {
        let count = self.statements.execute(
            "UPDATE answered SET status = $1, body = $2
             WHERE agency = $3 AND person = $4 AND key = $5 AND request = $6",
            &[
                i64::from(status).into(),
                body.into(),
                tenant.agency.into(),
                person.into(),
                key.into(),
                Value::from(request),
            ],
        )?;
        one(count, "answer")
    }

    /// A line on what was done to an account or machine; `by` is empty for the machine itself.
    pub(crate) fn say_of_account(
        &mut self,
        tenant: &Tenant,
        by: &str,
        event: AuditEvent,
        word: &str,
        name: &str,
    ) -> Result<()> {
        let detail = format!("{word}\0{name}");
        let said = Said {
            event,
            subject: None,
            fields: ElementSet::EMPTY,
            detail: Some(detail.as_bytes()),
        };
        let who = if by.is_empty() {
            Who::Machine("tidewaiter", None)
        } else {
            Who::Account(by, "administrator")
        };
        self.say(tenant, who, &said)
    }
}

impl Store {
    fn conflict(&self, whom: &[u8]) -> [u8; 32] {
        keyed(&self.pepper, b"conflict", whom)
    }
}

impl ReadTx<'_, '_> {
    /// An account, open or closed.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn account(&mut self, tenant: &Tenant, name: &str) -> Result<Option<Account>> {
        let sql = format!("SELECT {ACCOUNT} FROM account a WHERE a.agency = $1 AND a.name = $2");
        let row = self
            .statements
            .first(&sql, &[tenant.agency.into(), name.into()])?;
        row.as_ref().map(Account::read).transpose()
    }

    /// All accounts, by name.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn accounts(&mut self, tenant: &Tenant) -> Result<Vec<Account>> {
        let sql = format!("SELECT {ACCOUNT} FROM account a WHERE a.agency = $1 ORDER BY a.name");
        self.statements
            .query(&sql, &[tenant.agency.into()])?
            .iter()
            .map(Account::read)
            .collect()
    }

    /// The session of a token, if its account is open.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn session(&mut self, tenant: &Tenant, token: &[u8; 32]) -> Result<Option<Session>> {
        let sql = format!(
            "SELECT {ACCOUNT}, s.made_at, s.seen_at, s.until, s.proven_at
             FROM session s JOIN account a ON a.agency = s.agency AND a.name = s.account
             WHERE s.agency = $1 AND s.token = $2 AND a.closed_at IS NULL"
        );
        let values = [tenant.agency.into(), Value::from(token)];
        let Some(row) = self.statements.first(&sql, &values)? else {
            return Ok(None);
        };
        Ok(Some(Session {
            account: Account::read(&row)?,
            made_at: row.get(8)?,
            seen_at: row.get(9)?,
            until: row.get(10)?,
            proven_at: row.get(11)?,
        }))
    }
}

pub(crate) fn one(count: u64, what: &'static str) -> Result<()> {
    if count == 1 {
        Ok(())
    } else {
        Err(StoreError::NotFound(what))
    }
}
