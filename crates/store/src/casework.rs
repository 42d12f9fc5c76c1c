//! Cases: several hits worked on together, with notes and files.
//!
//! What is written into a case is about one of its hits and sealed under the key of whom that hit is
//! about, so that it goes when they go. A case without hits is gone.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::grant::{HumanActor, ReadGrant};
use tidewaiter_mandate::{DataSet, Element, ElementSet, PurposeId, PurposeSet};
use zeroize::Zeroizing;

use crate::audit::{Said, Who};
use crate::engine::{Row, Value};
use crate::store::{ReadTx, Tx};
use crate::tenant::{Tags, Tenant};
use crate::{Id, Result, StoreError};

pub(crate) const CASE_NOTE: &str = "case_note.sealed";
pub(crate) const FILE_NAME: &str = "case_file.sealed_name";
pub(crate) const FILE: &str = "case_file.sealed";

/// A case without what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseHead {
    /// Its identifier.
    pub id: Id,
    /// Its number among the agency's cases.
    pub number: u64,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// By whom.
    pub opened_by: String,
    /// When anything was changed.
    pub changed_at: Timestamp,
    /// When it was closed, and by whom.
    pub closed: Option<(Timestamp, String)>,
    /// Grows with every change.
    pub version: u64,
    /// Its hits, those joined first first.
    pub hits: Vec<Id>,
}

/// A note in a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseNote {
    /// Its identifier.
    pub id: Id,
    /// About which hit.
    pub hit: Id,
    /// Who wrote it.
    pub person: String,
    /// When.
    pub at: Timestamp,
    /// What it says.
    pub text: Zeroizing<Vec<u8>>,
}

/// A file in a case, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFile {
    /// Its identifier.
    pub id: Id,
    /// About which hit.
    pub hit: Id,
    /// Who put it there.
    pub person: String,
    /// When.
    pub at: Timestamp,
    /// Of which kind it is: `application/pdf` …
    pub media_type: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// What whoever put it there calls it.
    pub name: Zeroizing<Vec<u8>>,
}

/// A case with what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseView {
    /// What it is.
    pub head: CaseHead,
    /// Its notes, oldest first.
    pub notes: Vec<CaseNote>,
    /// Its files, oldest first.
    pub files: Vec<CaseFile>,
}

/// A file to be put into a case.
#[derive(Clone, Copy, Debug)]
pub struct NewCaseFile<'a> {
    /// Its identifier.
    pub id: Id,
    /// About which hit of the case.
    pub hit: Id,
    /// Of which kind it is.
    pub media_type: &'a str,
    /// SHA-256 of the bytes.
    pub sha256: &'a [u8; 32],
    /// What it is called.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

const HEAD: &str = "c.id, c.number, c.opened_at, c.opened_by, c.changed_at, c.closed_at,
    c.closed_by, c.version, c.agency, c.data_set, c.purposes, c.mandate";

fn head(row: &Row) -> Result<(CaseHead, Tags)> {
    let head = CaseHead {
        id: row.get(0)?,
        number: row.get::<i64>(1)?.unsigned_abs(),
        opened_at: row.get(2)?,
        opened_by: row.get(3)?,
        changed_at: row.get(4)?,
        closed: row.get::<Option<Timestamp>>(5)?.zip(row.get(6)?),
        version: row.get::<i64>(7)?.unsigned_abs(),
        hits: Vec::new(),
    };
    Ok((head, Tags::read(row, 8)?))
}

impl Tx<'_, '_> {
    /// Opens a case. It has no hits yet.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn open_case(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        purpose: PurposeId,
        id: Id,
    ) -> Result<u64> {
        let number = self.next_number(tenant, "case")?;
        let tags = tenant.tags(DataSet::Hits, PurposeSet::EMPTY.with(purpose));
        let [agency, data_set, purposes, mandate] = tags.values();
        self.statements.execute(
            "INSERT INTO casework (id, agency, data_set, purposes, mandate, number, opened_at,
                 opened_by, changed_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7, 1)",
            &[
                id.into(),
                agency,
                data_set,
                purposes,
                mandate,
                number.cast_signed().into(),
                self.now.into(),
                by.person().as_str().into(),
            ],
        )?;
        self.note_event(tags, "case", &id, 1)?;
        self.say_of_case(tenant, by, purpose, None, (&id, "open", &[]))?;
        Ok(number)
    }

    /// Takes a hit into an open case. A hit is in one case at most.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] for a case or hit that is not the purpose's; [`StoreError::Stale`]
    /// when the case is closed; [`StoreError::Constraint`] when the hit is in a case.
    pub fn add_to_case(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        purpose: PurposeId,
        case: &Id,
        hit: &Id,
    ) -> Result<()> {
        self.open_one(tenant, purpose, case)?;
        let subject = self.subject_of(tenant, purpose, hit)?;
        let taken: Option<Id> = self.statements.value(
            "SELECT casework FROM case_hit WHERE hit = $1",
            &[hit.into()],
        )?;
        if taken.is_some() {
            return Err(StoreError::Constraint("the hit is in a case".into()));
        }
        self.statements.execute(
            "INSERT INTO case_hit (hit, casework, subject, added_at, added_by)
             VALUES ($1, $2, $3, $4, $5)",
            &[
                hit.into(),
                case.into(),
                (&subject).into(),
                self.now.into(),
                by.person().as_str().into(),
            ],
        )?;
        self.touch(case)?;
        self.say_of_case(
            tenant,
            by,
            purpose,
            Some(&subject),
            (case, "add-hit", &hit.0),
        )
    }

    /// Writes a note about a hit of an open case.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`]; [`StoreError::Stale`] when the case is closed.
    pub fn add_case_note(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        purpose: PurposeId,
        (case, hit, id): (&Id, &Id, &Id),
        text: &[u8],
    ) -> Result<()> {
        let subject = self.of_case(tenant, purpose, case, hit)?;
        let sealed = self.key(&subject)?.seal(CASE_NOTE, id, text)?;
        self.statements.execute(
            "INSERT INTO case_note (id, casework, hit, subject, person, written_at, sealed)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                id.into(),
                case.into(),
                hit.into(),
                (&subject).into(),
                by.person().as_str().into(),
                self.now.into(),
                sealed.into(),
            ],
        )?;
        self.touch(case)?;
        self.say_of_case(tenant, by, purpose, Some(&subject), (case, "note", &id.0))
    }

    /// Puts a file into an open case.
    ///
    /// # Errors
    ///
    /// As [`Tx::add_case_note`].
    pub fn add_case_file(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        purpose: PurposeId,
        case: &Id,
        file: &NewCaseFile<'_>,
    ) -> Result<()> {
        let subject = self.of_case(tenant, purpose, case, &file.hit)?;
        let key = self.key(&subject)?;
        let name = key.seal(FILE_NAME, &file.id, file.name.as_bytes())?;
        let sealed = key.seal(FILE, &file.id, file.bytes)?;
        self.statements.execute(
            "INSERT INTO case_file (id, casework, hit, subject, person, added_at, media_type, bytes,
                 sha256, sealed_name, sealed)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            &[
                (&file.id).into(),
                case.into(),
                (&file.hit).into(),
                (&subject).into(),
                by.person().as_str().into(),
                self.now.into(),
                file.media_type.into(),
                i64::try_from(file.bytes.len()).unwrap_or(i64::MAX).into(),
                Value::from(file.sha256),
                name.into(),
                sealed.into(),
            ],
        )?;
        self.touch(case)?;
        let what = [&file.id.0, file.sha256.as_slice()].concat();
        self.say_of_case(tenant, by, purpose, Some(&subject), (case, "file", &what))
    }

    /// Closes a case, or opens it again. `version` is the one that was seen.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`]; [`StoreError::Stale`] when somebody else was first.
    pub fn turn_case(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        purpose: PurposeId,
        (case, version): (&Id, u64),
        is_closed: bool,
    ) -> Result<()> {
        let head = self.case_of(tenant, purpose, case)?;
        if head.version != version || head.closed.is_some() == is_closed {
            return Err(StoreError::Stale);
        }
        let (at, who) = if is_closed {
            (Some(self.now), Some(by.person().as_str()))
        } else {
            (None, None)
        };
        self.statements.execute(
            "UPDATE casework SET closed_at = $1, closed_by = $2 WHERE id = $3",
            &[at.into(), who.into(), case.into()],
        )?;
        self.touch(case)?;
        let word = if is_closed { "close" } else { "reopen" };
        self.say_of_case(tenant, by, purpose, None, (case, word, &[]))
    }

    /// A case with its notes and its files' names, for the holder of a grant on hits; a line for each
    /// of its hits says who looked.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`], [`StoreError::NotGranted`].
    pub fn case(&mut self, tenant: &Tenant, grant: &ReadGrant, id: &Id) -> Result<CaseView> {
        let core = grant.at(self.now)?;
        tenant.expect(core.mandate())?;
        let head = self.case_of(tenant, core.purpose(), id)?;
        if !core.covers(tenant.record_tags(self.tags_of_case(id)?, false)) {
            return Err(StoreError::NotGranted);
        }
        let subjects = self.statements.query(
            "SELECT DISTINCT subject FROM case_hit WHERE casework = $1 ORDER BY subject",
            &[id.into()],
        )?;
        for row in &subjects {
            let subject: Id = row.get(0)?;
            let said = Said {
                event: AuditEvent::View,
                subject: Some(&subject),
                fields: ElementSet::EMPTY.with(Element::HitReason),
                detail: Some(&[&id.0, b"case".as_slice()].concat()),
            };
            self.say(tenant, Who::Person(core), &said)?;
        }
        let rows = self.statements.query(
            "SELECT id, hit, person, written_at, subject, sealed FROM case_note
             WHERE casework = $1 ORDER BY written_at, id",
            &[id.into()],
        )?;
        let mut notes = Vec::with_capacity(rows.len());
        for row in &rows {
            let note: Id = row.get(0)?;
            let key = self.key(&row.get(4)?)?;
            notes.push(CaseNote {
                id: note,
                hit: row.get(1)?,
                person: row.get(2)?,
                at: row.get(3)?,
                text: key.open(CASE_NOTE, &note, &row.get::<Vec<u8>>(5)?)?,
            });
        }
        let rows = self.statements.query(
            "SELECT id, hit, person, added_at, media_type, bytes, sha256, subject, sealed_name
             FROM case_file WHERE casework = $1 ORDER BY added_at, id",
            &[id.into()],
        )?;
        let mut files = Vec::with_capacity(rows.len());
        for row in &rows {
            files.push(self.file_of(row)?);
        }
        Ok(CaseView { head, notes, files })
    }

    fn file_of(&mut self, row: &Row) -> Result<CaseFile> {
        let id: Id = row.get(0)?;
        let key = self.key(&row.get(7)?)?;
        Ok(CaseFile {
            id,
            hit: row.get(1)?,
            person: row.get(2)?,
            at: row.get(3)?,
            media_type: row.get(4)?,
            bytes: row.get::<i64>(5)?.unsigned_abs(),
            sha256: row.get(6)?,
            name: key.open(FILE_NAME, &id, &row.get::<Vec<u8>>(8)?)?,
        })
    }

    /// A file of a case with its bytes, for the holder of a grant on hits; a line says who looked.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`], [`StoreError::NotGranted`].
    pub fn case_file(
        &mut self,
        tenant: &Tenant,
        grant: &ReadGrant,
        case: &Id,
        file: &Id,
    ) -> Result<(CaseFile, Zeroizing<Vec<u8>>)> {
        let core = grant.at(self.now)?;
        tenant.expect(core.mandate())?;
        self.case_of(tenant, core.purpose(), case)?;
        if !core.covers(tenant.record_tags(self.tags_of_case(case)?, false)) {
            return Err(StoreError::NotGranted);
        }
        let row = self.statements.first(
            "SELECT id, hit, person, added_at, media_type, bytes, sha256, subject, sealed_name,
                 sealed
             FROM case_file WHERE casework = $1 AND id = $2",
            &[case.into(), file.into()],
        )?;
        let row = row.ok_or(StoreError::NotFound("file"))?;
        let subject: Id = row.get(7)?;
        let found = self.file_of(&row)?;
        let bytes = self
            .key(&subject)?
            .open(FILE, file, &row.get::<Vec<u8>>(9)?)?;
        let said = Said {
            event: AuditEvent::View,
            subject: Some(&subject),
            fields: ElementSet::EMPTY.with(Element::HitReason),
            detail: Some(&[&file.0, b"file".as_slice()].concat()),
        };
        self.say(tenant, Who::Person(core), &said)?;
        Ok((found, bytes))
    }

    fn case_of(&mut self, tenant: &Tenant, purpose: PurposeId, id: &Id) -> Result<CaseHead> {
        let sql = format!(
            "SELECT {HEAD} FROM casework c
             WHERE c.id = $1 AND c.agency = $2 AND (c.purposes & $3) <> 0"
        );
        let values = [id.into(), tenant.agency.into(), tenant.bit(purpose).into()];
        let row = self.statements.first(&sql, &values)?;
        let (mut head, _) = head(&row.ok_or(StoreError::NotFound("case"))?)?;
        let rows = self.statements.query(
            "SELECT hit FROM case_hit WHERE casework = $1 ORDER BY added_at, hit",
            &[id.into()],
        )?;
        head.hits = rows.iter().map(|row| row.get(0)).collect::<Result<_>>()?;
        Ok(head)
    }

    fn tags_of_case(&mut self, id: &Id) -> Result<Tags> {
        let sql = "SELECT agency, data_set, purposes, mandate FROM casework WHERE id = $1";
        let row = self.statements.first(sql, &[id.into()])?;
        Tags::read(&row.ok_or(StoreError::NotFound("case"))?, 0)
    }

    fn open_one(&mut self, tenant: &Tenant, purpose: PurposeId, case: &Id) -> Result<()> {
        match self.case_of(tenant, purpose, case)?.closed {
            None => Ok(()),
            Some(_) => Err(StoreError::Stale),
        }
    }

    /// Whom a hit is about.
    fn subject_of(&mut self, tenant: &Tenant, purpose: PurposeId, hit: &Id) -> Result<Id> {
        let subject: Option<Id> = self.statements.value(
            "SELECT subject FROM hit WHERE id = $1 AND agency = $2 AND (purposes & $3) <> 0",
            &[hit.into(), tenant.agency.into(), tenant.bit(purpose).into()],
        )?;
        subject.ok_or(StoreError::NotFound("hit"))
    }

    /// Whom a hit of an open case is about.
    fn of_case(&mut self, tenant: &Tenant, purpose: PurposeId, case: &Id, hit: &Id) -> Result<Id> {
        self.open_one(tenant, purpose, case)?;
        let sql = "SELECT subject FROM case_hit WHERE casework = $1 AND hit = $2";
        let subject: Option<Id> = self.statements.value(sql, &[case.into(), hit.into()])?;
        subject.ok_or(StoreError::NotFound("hit"))
    }

    fn touch(&mut self, case: &Id) -> Result<()> {
        self.statements.execute(
            "UPDATE casework SET version = version + 1, changed_at = $1 WHERE id = $2",
            &[self.now.into(), case.into()],
        )?;
        let sql = "SELECT version FROM casework WHERE id = $1";
        let version: Option<i64> = self.statements.value(sql, &[case.into()])?;
        let tags = self.tags_of_case(case)?;
        self.note_event(tags, "case", case, version.unwrap_or(0).unsigned_abs())
    }

    fn say_of_case(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        purpose: PurposeId,
        subject: Option<&Id>,
        (case, word, what): (&Id, &str, &[u8]),
    ) -> Result<()> {
        let said = Said {
            event: AuditEvent::CaseWork,
            subject,
            fields: ElementSet::EMPTY,
            detail: Some(&[&case.0, word.as_bytes(), b"\0", what].concat()),
        };
        self.say(tenant, Who::Actor(by, Some(purpose)), &said)
    }
}

impl ReadTx<'_, '_> {
    /// The cases of a purpose, those changed last first, open ones or closed ones. Nobody is in them.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn cases(
        &mut self,
        tenant: &Tenant,
        purpose: PurposeId,
        is_closed: bool,
        most: u32,
    ) -> Result<Vec<CaseHead>> {
        let closed = if is_closed { "IS NOT NULL" } else { "IS NULL" };
        let sql = format!(
            "SELECT {HEAD} FROM casework c
             WHERE c.agency = $1 AND (c.purposes & $2) <> 0 AND c.closed_at {closed}
             ORDER BY c.changed_at DESC, c.id DESC LIMIT $3"
        );
        let values = [
            tenant.agency.into(),
            tenant.bit(purpose).into(),
            i64::from(most).into(),
        ];
        let mut heads = Vec::new();
        for row in self.statements.query(&sql, &values)? {
            let (mut head, _) = head(&row)?;
            let rows = self.statements.query(
                "SELECT hit FROM case_hit WHERE casework = $1 ORDER BY added_at, hit",
                &[(&head.id).into()],
            )?;
            head.hits = rows.iter().map(|row| row.get(0)).collect::<Result<_>>()?;
            heads.push(head);
        }
        Ok(heads)
    }

    /// The cases that hits belong to, by hit.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn cases_of_hits(&mut self, tenant: &Tenant, hits: &[Id]) -> Result<BTreeMap<Id, Id>> {
        let rows = self.statements.query_each(
            "SELECT h.hit, c.id FROM case_hit h JOIN casework c ON c.id = h.casework
             WHERE c.agency = $1 AND h.hit IN ({ids})",
            &[tenant.agency.into()],
            hits,
        )?;
        rows.iter()
            .map(|row| Ok((row.get(0)?, row.get(1)?)))
            .collect()
    }
}
