//! What people did about a hit beside the steps of its life: what came of an act, what an authority
//! outside has approved, who works on it. All of it stands in the history of the hit, sealed under the
//! key of whom it is about.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::grant::{HumanActor, ReadGrant};
use tidewaiter_mandate::review::{Outcome, State};
use tidewaiter_mandate::{Element, ElementSet, PurposeId};
use zeroize::Zeroizing;

use crate::audit::{Said, Who};
use crate::hit::{NOTE, Stored};
use crate::store::{ReadTx, Tx};
use crate::tenant::{Tags, Tenant};
use crate::{HitView, Id, Result, Stepped, StoreError};

/// Something that was done about a hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Which version of the hit it made.
    pub version: u64,
    /// Who; empty for the machine.
    pub person: String,
    /// `open-evidence`, `judge`, `propose`, `outcome`, `claim` …
    pub event: String,
    /// The judgement, the act, the outcome …
    pub word: String,
    /// Where the hit stood after it.
    pub state: String,
    /// When.
    pub at: Timestamp,
    /// What they wrote.
    pub note: Option<Zeroizing<Vec<u8>>>,
}

/// Who has work, and how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The hit.
    pub hit: Id,
    /// Its version.
    pub version: u64,
    /// Who works on it; `None` when nobody does.
    pub person: Option<String>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Where it stands.
    pub state: State,
    /// When somebody must have looked.
    pub due_at: Option<Timestamp>,
}

/// What is kept of something that is done beside the life of a hit.
struct Noted<'a> {
    audit: AuditEvent,
    event: &'a str,
    word: &'a str,
    note: Option<&'a [u8]>,
}

impl Tx<'_, '_> {
    /// Everything that was done about hits, in order, for the holder of a grant on hits. The lines of
    /// the looks at the hits themselves say that it was seen.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotGranted`].
    pub fn histories(
        &mut self,
        tenant: &Tenant,
        grant: &ReadGrant,
        hits: &[Id],
    ) -> Result<BTreeMap<Id, Vec<Decided>>> {
        let core = grant.at(self.now)?;
        tenant.expect(core.mandate())?;
        let rows = self.statements.query_each(
            "SELECT d.number, d.person, d.event, d.word, d.state, d.decided_at, d.sealed, d.hit,
                 h.subject, h.agency, h.data_set, h.purposes, h.mandate
             FROM decision d JOIN hit h ON h.id = d.hit
             WHERE d.agency = $1 AND h.agency = $1 AND d.hit IN ({ids}) ORDER BY d.hit, d.number",
            &[tenant.agency.into()],
            hits,
        )?;
        let mut of: BTreeMap<Id, Vec<Decided>> = BTreeMap::new();
        for row in &rows {
            if !core.covers(tenant.record_tags(Tags::read(row, 9)?, false)) {
                return Err(StoreError::NotGranted);
            }
            let (hit, sealed): (Id, Option<Vec<u8>>) = (row.get(7)?, row.get(6)?);
            let note = match sealed {
                Some(sealed) => Some(self.key(&row.get(8)?)?.open(NOTE, &hit, &sealed)?),
                None => None,
            };
            of.entry(hit).or_default().push(Decided {
                version: row.get::<i64>(0)?.unsigned_abs(),
                person: row.get(1)?,
                event: row.get(2)?,
                word: row.get(3)?,
                state: row.get(4)?,
                at: row.get(5)?,
                note,
            });
        }
        Ok(of)
    }

    /// Records what came of an act that was done; what was recorded before, as `outcome` and the codes
    /// of what was found, is replaced by it and stays in the history.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`]; [`StoreError::Value`] when no act was done.
    pub fn record_outcome(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        id: &Id,
        version: u64,
        word: &str,
        note: Option<&[u8]>,
    ) -> Result<(Stepped, Option<Outcome>)> {
        let Stored { view, .. } = self.stored_hit(tenant, id)?;
        if view.version == version && view.hit.state() != State::Done {
            return Err(StoreError::Value("no act was done about this hit"));
        }
        // Of this act: what was recorded before it was taken back and done anew stays as it was.
        let before: Option<String> = self.statements.value(
            "SELECT word FROM decision WHERE hit = $1 AND event = 'outcome' AND number >
                 (SELECT MAX(number) FROM decision WHERE hit = $1 AND event = 'execute')
             ORDER BY number DESC LIMIT 1",
            &[id.into()],
        )?;
        let before = before.and_then(|word| Outcome::from_word(word.split(' ').next()?));
        let noted = Noted {
            audit: AuditEvent::Outcome,
            event: "outcome",
            word,
            note,
        };
        let stepped = self.note_beside(tenant, by, id, version, &noted)?;
        Ok((stepped, before))
    }

    /// Records that an authority outside has approved something about a hit; `note` says which, and by
    /// which document.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`].
    pub fn record_external_approval(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        id: &Id,
        version: u64,
        authority: &str,
        note: &[u8],
    ) -> Result<Stepped> {
        let noted = Noted {
            audit: AuditEvent::ExternalApproval,
            event: "external-approval",
            word: authority,
            note: Some(note),
        };
        self.note_beside(tenant, by, id, version, &noted)
    }

    /// Notes that an officer raised a hit: the line of the machine beside it says that it was made.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn raised_by_hand(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        purpose: PurposeId,
        id: &Id,
    ) -> Result<()> {
        let Stored { view, .. } = self.stored_hit(tenant, id)?;
        let who = Who::Actor(by, Some(purpose));
        self.keep(tenant, who, &view, &view.hit, ("raise", &view.entry), None)?;
        let said = Said {
            event: AuditEvent::Review,
            subject: Some(&view.subject),
            fields: ElementSet::EMPTY.with(Element::HitReason),
            detail: Some(&[&id.0, b"raise".as_slice()].concat()),
        };
        self.say(tenant, who, &said)
    }

    /// Somebody takes a hit on, from whoever has it. Who had it before is in the history.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`]; [`StoreError::Value`] when nobody has to work on it.
    pub fn claim_hit(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        id: &Id,
        version: u64,
    ) -> Result<Stepped> {
        let Stored { view, .. } = self.stored_hit(tenant, id)?;
        if view.version == version && !crate::hit::needs_somebody(view.hit.state()) {
            return Err(StoreError::Value("nobody has to work on this hit"));
        }
        let from = view.claim.map(|(person, _)| person);
        let event = if from.is_some() { "take-over" } else { "claim" };
        let noted = Noted {
            audit: AuditEvent::HandOver,
            event,
            word: from.as_deref().unwrap_or_default(),
            note: None,
        };
        let stepped = self.note_beside(tenant, by, id, version, &noted)?;
        self.statements.execute(
            "UPDATE hit SET claimed_by = $1, claimed_at = $2 WHERE id = $3",
            &[by.person().as_str().into(), self.now.into(), id.into()],
        )?;
        Ok(stepped)
    }

    /// Somebody lays a hit down.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`]; [`StoreError::Value`] when it is not theirs.
    pub fn release_hit(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        id: &Id,
        version: u64,
    ) -> Result<Stepped> {
        let Stored { view, .. } = self.stored_hit(tenant, id)?;
        let is_theirs = view.claim.is_some_and(|(p, _)| p == by.person().as_str());
        if view.version == version && !is_theirs {
            return Err(StoreError::Value(
                "somebody else works on this hit, or nobody",
            ));
        }
        let noted = Noted {
            audit: AuditEvent::HandOver,
            event: "release",
            word: "",
            note: None,
        };
        let stepped = self.note_beside(tenant, by, id, version, &noted)?;
        self.statements.execute(
            "UPDATE hit SET claimed_by = NULL, claimed_at = NULL WHERE id = $1",
            &[id.into()],
        )?;
        Ok(stepped)
    }

    fn note_beside(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        id: &Id,
        version: u64,
        noted: &Noted<'_>,
    ) -> Result<Stepped> {
        let Stored { view, tags } = self.stored_hit(tenant, id)?;
        if view.version != version {
            return Err(StoreError::Stale);
        }
        let purpose = tenant.record_tags(tags, false).purposes.iter().next();
        let who = Who::Actor(by, purpose);
        let what = (noted.event, noted.word);
        self.keep(tenant, who, &view, &view.hit, what, noted.note)?;
        let said = Said {
            event: noted.audit,
            subject: Some(&view.subject),
            fields: ElementSet::EMPTY.with(Element::HitReason),
            detail: Some(&[&id.0, noted.event.as_bytes(), b"\0", noted.word.as_bytes()].concat()),
        };
        self.say(tenant, who, &said)?;
        Ok(Stepped {
            hit: view.hit,
            version: version + 1,
            effects: Vec::new(),
        })
    }

    /// The open hits whose flight leaves before `until` and that were escalated fewer than `level`
    /// times; they count as escalated `level` times from now on.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn escalate_due(
        &mut self,
        tenant: &Tenant,
        until: Timestamp,
        level: u32,
        most: u32,
    ) -> Result<Vec<(HitView, Option<PurposeId>)>> {
        let rows = self.statements.query(
            "SELECT id FROM hit
             WHERE agency = $1 AND state IN ('matched', 'awaiting-source', 'in-review',
                     'cannot-tell', 'same', 'proposed', 'approved', 're-opened')
                 AND due_at > $2 AND due_at <= $3 AND escalated < $4
             ORDER BY due_at, id LIMIT $5",
            &[
                tenant.agency.into(),
                self.now.into(),
                until.into(),
                i64::from(level).into(),
                i64::from(most).into(),
            ],
        )?;
        let mut due = Vec::with_capacity(rows.len());
        for row in &rows {
            let id: Id = row.get(0)?;
            self.statements.execute(
                "UPDATE hit SET escalated = $1 WHERE id = $2",
                &[i64::from(level).into(), (&id).into()],
            )?;
            let Stored { view, tags } = self.stored_hit(tenant, &id)?;
            self.note_event(tags, "hit", &id, view.version)?;
            let purpose = tenant.record_tags(tags, false).purposes.iter().next();
            due.push((view, purpose));
        }
        Ok(due)
    }
}

impl ReadTx<'_, '_> {
    /// The open hits of a purpose, those due first: who works on them, when they are due. Nobody is in
    /// them.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn claims(
        &mut self,
        tenant: &Tenant,
        purpose: PurposeId,
        most: u32,
    ) -> Result<Vec<Claimed>> {
        let rows = self.statements.query(
            "SELECT id, version, claimed_by, claimed_at, state, due_at FROM hit
             WHERE agency = $1 AND (purposes & $2) <> 0 AND lane = 'live'
                 AND state IN ('matched', 'awaiting-source', 'in-review', 'cannot-tell', 'same',
                     'proposed', 'approved', 're-opened', 'expired')
             ORDER BY COALESCE(due_at, 9223372036854775807), id LIMIT $3",
            &[
                tenant.agency.into(),
                tenant.bit(purpose).into(),
                i64::from(most).into(),
            ],
        )?;
        rows.iter()
            .map(|row| {
                Ok(Claimed {
                    hit: row.get(0)?,
                    version: row.get::<i64>(1)?.unsigned_abs(),
                    person: row.get(2)?,
                    since: row.get(3)?,
                    state: State::from_word(&row.get::<String>(4)?)
                        .ok_or_else(|| StoreError::Corrupt("a state that is not known".into()))?,
                    due_at: row.get(5)?,
                })
            })
            .collect()
    }
}
