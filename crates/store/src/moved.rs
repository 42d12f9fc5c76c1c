//! Hits that follow their traveller: two travellers turn out to be one, and what was found on the one
//! and decided about it stands with the other from then on.

use tidewaiter_mandate::ElementSet;
use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::grant::MachineActor;

use crate::audit::{Said, Who};
use crate::casework::{CASE_NOTE, FILE, FILE_NAME};
use crate::engine::Value;
use crate::hit::{EVIDENCE, HitKey, NOTE};
use crate::receipt::Lane;
use crate::seal::Key;
use crate::store::Tx;
use crate::tenant::{Tags, Tenant};
use crate::{EntryHit, Id, Result};

impl Tx<'_, '_> {
    /// Moves the hits of a traveller to the one it was merged into, sealed under that one's key:
    /// findings, decisions, cleared pairs, tasks and what cases have of it with them. A directive that is on its way stays
    /// sealed as it is. A hit stays where the other has one of the same cause; those that stayed are
    /// given back.
    ///
    /// # Errors
    ///
    /// [`StoreError::KeyDestroyed`](crate::StoreError::KeyDestroyed) when one of the two was erased.
    pub fn move_hits(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        from: &Id,
        to: &Id,
    ) -> Result<Vec<EntryHit>> {
        let mut stayed = self.reading().hits_about(tenant, from)?;
        if stayed.is_empty() {
            return Ok(stayed);
        }
        let keys = (self.key(from)?, self.key(to)?);
        let mut at = 0;
        while let Some(hit) = stayed.get(at) {
            if self.move_hit(tenant, by, hit, to, (&keys.0, &keys.1))? {
                stayed.remove(at);
            } else {
                at += 1;
            }
        }
        Ok(stayed)
    }

    fn move_hit(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        hit: &EntryHit,
        to: &Id,
        keys: (&Key, &Key),
    ) -> Result<bool> {
        let id = &hit.id;
        let sql = "SELECT lane, flight, subject_kind, agency, data_set, purposes, mandate FROM hit
             WHERE id = $1";
        let Some(row) = self.statements.first(sql, &[id.into()])? else {
            return Ok(false);
        };
        let (lane, kind): (String, String) = (row.get(0)?, row.get(2)?);
        let tags = Tags::read(&row, 3)?;
        let cause = HitKey {
            lane: Lane::from_word(&lane)?,
            subject_kind: &kind,
            subject: *to,
            flight: row.get(1)?,
            cause_kind: &hit.cause_kind,
            list: &hit.list,
            entry: &hit.entry,
        }
        .hash();
        // Where the other one has the same hit already, this one keeps its place.
        let moved = self.statements.execute(
            "UPDATE hit SET subject = $1, cause_key = $2, version = version + 1, changed_at = $3
             WHERE id = $4 AND NOT EXISTS (SELECT 1 FROM hit o WHERE o.agency = hit.agency
                 AND o.lane = hit.lane AND o.purposes = hit.purposes AND o.cause_key = $2)",
            &[to.into(), Value::from(&cause), self.now.into(), id.into()],
        )?;
        if moved == 0 {
            return Ok(false);
        }
        let findings = "SELECT id, sealed FROM finding WHERE hit = $1";
        for row in self.statements.query(findings, &[id.into()])? {
            let (finding, sealed): (Id, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let sealed = reseal(keys, EVIDENCE, &finding, &sealed)?;
            let sql = "UPDATE finding SET subject = $1, sealed = $2 WHERE id = $3";
            let values = [to.into(), sealed.into(), Value::from(&finding)];
            self.statements.execute(sql, &values)?;
        }
        let notes = "SELECT number, sealed FROM decision WHERE hit = $1 AND sealed IS NOT NULL";
        for row in self.statements.query(notes, &[id.into()])? {
            let (number, sealed): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let sealed = reseal(keys, NOTE, id, &sealed)?;
            let sql = "UPDATE decision SET sealed = $1 WHERE hit = $2 AND number = $3";
            let values = [sealed.into(), id.into(), number.into()];
            self.statements.execute(sql, &values)?;
        }
        let written = "SELECT id, sealed FROM case_note WHERE hit = $1";
        for row in self.statements.query(written, &[id.into()])? {
            let (note, sealed): (Id, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let sealed = reseal(keys, CASE_NOTE, &note, &sealed)?;
            let sql = "UPDATE case_note SET subject = $1, sealed = $2 WHERE id = $3";
            let values = [to.into(), sealed.into(), Value::from(&note)];
            self.statements.execute(sql, &values)?;
        }
        let put = "SELECT id, sealed_name, sealed FROM case_file WHERE hit = $1";
        for row in self.statements.query(put, &[id.into()])? {
            let (file, name, sealed): (Id, Vec<u8>, Vec<u8>) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let name = reseal(keys, FILE_NAME, &file, &name)?;
            let sealed = reseal(keys, FILE, &file, &sealed)?;
            let sql = "UPDATE case_file SET subject = $1, sealed_name = $2, sealed = $3
                 WHERE id = $4";
            let values = [to.into(), name.into(), sealed.into(), Value::from(&file)];
            self.statements.execute(sql, &values)?;
        }
        for sql in [
            "UPDATE case_hit SET subject = $1 WHERE hit = $2",
            "UPDATE cleared_pair SET base = $1 WHERE hit = $2",
            "UPDATE task SET subject = $1 WHERE hit = $2",
        ] {
            self.statements.execute(sql, &[to.into(), id.into()])?;
        }
        self.note_event(tags, "hit", id, hit.version + 1)?;
        let said = Said {
            event: AuditEvent::Match,
            subject: Some(to),
            fields: ElementSet::EMPTY,
            detail: Some(&[&id.0, b"moved".as_slice()].concat()),
        };
        self.say(tenant, Who::Machine(by.name(), hit.purpose), &said)?;
        Ok(true)
    }
}

fn reseal((from, to): (&Key, &Key), what: &'static str, id: &Id, sealed: &[u8]) -> Result<Vec<u8>> {
    to.seal(what, id, &from.open(what, id, sealed)?)
}
