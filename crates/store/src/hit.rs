//! Hits: what the machine found, and what people decided about it.
//!
//! A hit is one for each agency, purpose, subject, flight and cause: found again it is updated,
//! never duplicated. The life of a hit is the state machine of the mandate; the store runs it
//! inside the transaction, notes every step that a person took, and writes the audit line.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::grant::{DecideGrant, HumanActor, MachineActor};
use tidewaiter_mandate::review::{Effect, Event, Hit, State, step};
use tidewaiter_mandate::{DataSet, Element, ElementSet, PurposeId, PurposeSet};
use zeroize::Zeroizing;

use crate::audit::{Said, Who, keyed};
use crate::engine::{Row, Value};
use crate::receipt::Lane;
use crate::store::{ReadTx, Store, Tx};
use crate::tenant::{Tags, Tenant};
use crate::{Id, Result, StoreError};

pub(crate) const EVIDENCE: &str = "finding.sealed";
pub(crate) const NOTE: &str = "decision.sealed";

/// What a hit is about and why: the same one is the same hit.
#[derive(Clone, Copy, Debug)]
pub struct HitKey<'a> {
    /// Live or test.
    pub lane: Lane,
    /// `traveller`, `consignment` or `declaration`.
    pub subject_kind: &'a str,
    /// Which one.
    pub subject: Id,
    /// On which flight.
    pub flight: Option<Id>,
    /// `list`, `document`, `selector`, `rule`, `goods` or `indicator`.
    pub cause_kind: &'a str,
    /// The list, file, rule set or catalogue.
    pub list: &'a str,
    /// Its entry.
    pub entry: &'a str,
}

impl HitKey<'_> {
    pub(crate) fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let flight = self.flight.map_or([0; 16], |flight| flight.0);
        for part in [
            self.subject_kind.as_bytes(),
            &self.subject.0,
            &flight,
            self.cause_kind.as_bytes(),
            self.list.as_bytes(),
            self.entry.as_bytes(),
        ] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }
}

/// What the machine found.
#[derive(Clone, Copy, Debug)]
pub struct NewFinding<'a> {
    /// Its identifier.
    pub id: Id,
    /// The engine that found it, with its version.
    pub engine: &'a str,
    /// `alert` or `review`.
    pub band: &'a str,
    /// The weight of the evidence, in thousandths of a bit.
    pub millibits: i64,
    /// The hashes of everything the finding depends on: it is replayed from these.
    pub context: &'a [u8],
    /// The identity data compared and the entry's content, in a canonical form: as long as both
    /// are the same, it is the same pair. Only a keyed hash is stored.
    pub pair: &'a [u8],
    /// The evidence. Sealed under the subject's key.
    pub evidence: &'a [u8],
    /// When somebody must have looked.
    pub due_at: Option<Timestamp>,
    /// Whether the list's source must confirm first.
    pub source_confirms: bool,
}

/// What became of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raised {
    /// A new hit.
    New(Id),
    /// A new hit that a person's earlier finding clears; one of a hundred is to be reviewed all the
    /// same.
    AutoCleared(Id),
    /// The hit was there, and the same pair is behind it: nothing changed.
    Same(Id),
    /// The hit was there, and the data or the entry changed: it is looked at again.
    Changed(Id),
}

impl Raised {
    /// Which hit it became.
    pub const fn hit(self) -> Id {
        let (Self::New(id) | Self::AutoCleared(id) | Self::Same(id) | Self::Changed(id)) = self;
        id
    }
}

/// A hit as its reader may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct HitView {
    /// Its identifier.
    pub id: Id,
    /// Live or test.
    pub lane: Lane,
    /// `traveller`, `consignment` or `declaration`.
    pub subject_kind: String,
    /// Which one.
    pub subject: Id,
    /// On which flight.
    pub flight: Option<Id>,
    /// `list`, `document` …
    pub cause_kind: String,
    /// The list.
    pub list: String,
    /// Its entry.
    pub entry: String,
    /// `alert` or `review`.
    pub band: String,
    /// The weight of the evidence, in thousandths of a bit.
    pub millibits: i64,
    /// Where it stands.
    pub hit: Hit,
    /// When somebody must have looked.
    pub due_at: Option<Timestamp>,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// Grows with every change: whoever changes it says what they have seen.
    pub version: u64,
    /// The latest finding.
    pub finding: Id,
    /// Its evidence.
    pub evidence: Zeroizing<Vec<u8>>,
    /// Who works on it, and since when.
    pub claim: Option<(String, Timestamp)>,
}

/// A hit after a step.
#[derive(Debug, PartialEq, Eq)]
pub struct Stepped {
    /// Where it stands.
    pub hit: Hit,
    /// Its version now.
    pub version: u64,
    /// What follows. What is to leave is put into the outbox in the same transaction.
    pub effects: Vec<Effect>,
}

pub(crate) const COLUMNS: &str = "h.id, h.lane, h.subject_kind, h.subject, h.flight, h.cause_kind,
    h.cause_list, h.cause_entry, h.band, h.millibits, h.life, h.due_at, h.raised_at, h.version,
    h.latest_finding, h.agency, h.data_set, h.purposes, h.mandate, h.claimed_by, h.claimed_at";

/// So many columns: what else a query gives begins here.
pub(crate) const WIDTH: usize = 21;

pub(crate) struct Stored {
    pub view: HitView,
    pub tags: Tags,
}

impl Stored {
    pub(crate) fn read(row: &Row) -> Result<Self> {
        let life: String = row.get(10)?;
        Ok(Self {
            view: HitView {
                id: row.get(0)?,
                lane: Lane::from_word(&row.get::<String>(1)?)?,
                subject_kind: row.get(2)?,
                subject: row.get(3)?,
                flight: row.get(4)?,
                cause_kind: row.get(5)?,
                list: row.get(6)?,
                entry: row.get(7)?,
                band: row.get(8)?,
                millibits: row.get(9)?,
                hit: Hit::from_words(&life)
                    .ok_or_else(|| StoreError::Corrupt("a hit that is none".into()))?,
                due_at: row.get(11)?,
                raised_at: row.get(12)?,
                version: row.get::<i64>(13)?.unsigned_abs(),
                finding: row.get(14)?,
                evidence: Zeroizing::default(),
                claim: row.get::<Option<String>>(19)?.zip(row.get(20)?),
            },
            tags: Tags::read(row, 15)?,
        })
    }
}

impl Store {
    /// The keyed hash of a pair.
    pub(crate) fn pair(&self, pair: &[u8]) -> [u8; 32] {
        keyed(&self.pepper, b"pair", pair)
    }

    /// Whether a hit is one of the hundredth part of auto-cleared hits that people look at all the
    /// same: by the store's own key, so that nobody outside can tell which.
    fn is_sampled(&self, hit: &Id) -> bool {
        let drawn = keyed(&self.pepper, b"sample", &hit.0);
        u32::from_be_bytes([drawn[0], drawn[1], drawn[2], drawn[3]]).is_multiple_of(100)
    }
}

impl Tx<'_, '_> {
    /// Raises a hit, or updates the one that is there. `id` is the identifier of a new one.
    ///
    /// # Errors
    ///
    /// [`StoreError::KeyDestroyed`] when the subject was erased meanwhile.
    pub fn raise(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        purpose: PurposeId,
        id: Id,
        key: &HitKey<'_>,
        finding: &NewFinding<'_>,
    ) -> Result<Raised> {
        let tags = tenant.tags(DataSet::Hits, PurposeSet::EMPTY.with(purpose));
        let pair = self.store.pair(finding.pair);
        let cause = key.hash();
        let raised = match self.known_hit(tags, key, &cause)? {
            Some(stored) => self.found_again(tenant, by, purpose, stored, finding, &pair)?,
            None => {
                let cleared = self.is_cleared(tags, &pair)?;
                let event = if cleared {
                    Event::MatchClearedPair
                } else {
                    Event::Match
                };
                let (hit, _) = step(&Hit::new(finding.source_confirms), event)?;
                self.insert_hit(tags, id, key, &cause, finding, &hit)?;
                self.note_event(tags, "hit", &id, 1)?;
                if cleared {
                    Raised::AutoCleared(id)
                } else {
                    Raised::New(id)
                }
            }
        };
        let hit = match raised {
            Raised::Same(_) => return Ok(raised),
            Raised::New(hit) | Raised::AutoCleared(hit) | Raised::Changed(hit) => hit,
        };
        self.put_finding(tags, hit, key.subject, finding, &pair)?;
        let said = Said {
            event: AuditEvent::Match,
            subject: Some(&key.subject),
            fields: ElementSet::EMPTY.with(Element::HitReason),
            detail: Some(&hit.0),
        };
        self.say(tenant, Who::Machine(by.name(), Some(purpose)), &said)?;
        if let Raised::AutoCleared(hit) = raised
            && self.store.is_sampled(&hit)
        {
            self.take_step(tenant, by, &hit, 1, Event::Sample, None)?;
        }
        Ok(raised)
    }

    fn found_again(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        purpose: PurposeId,
        stored: Stored,
        finding: &NewFinding<'_>,
        pair: &[u8; 32],
    ) -> Result<Raised> {
        let view = stored.view;
        if self.is_the_same(&view, pair)? {
            return Ok(Raised::Same(view.id));
        }
        let (hit, _) = step(&view.hit, Event::DataChanged)?;
        self.statements.execute(
            "UPDATE hit SET band = $1, millibits = $2, latest_finding = $3 WHERE id = $4",
            &[
                finding.band.into(),
                finding.millibits.into(),
                (&finding.id).into(),
                (&view.id).into(),
            ],
        )?;
        let who = Who::Machine(by.name(), Some(purpose));
        self.keep(tenant, who, &view, &hit, ("data-changed", ""), None)?;
        Ok(Raised::Changed(view.id))
    }

    pub(crate) fn is_cleared(&mut self, tags: Tags, pair: &[u8; 32]) -> Result<bool> {
        let found: Option<i64> = self.statements.value(
            "SELECT 1 + agency FROM cleared_pair WHERE agency = $1 AND purposes = $2 AND pair = $3",
            &[tags.agency.into(), tags.purposes.into(), Value::from(pair)],
        )?;
        Ok(found.is_some())
    }

    fn insert_hit(
        &mut self,
        tags: Tags,
        id: Id,
        key: &HitKey<'_>,
        cause: &[u8; 32],
        finding: &NewFinding<'_>,
        hit: &Hit,
    ) -> Result<()> {
        let [agency, data_set, purposes, mandate] = tags.values();
        self.statements
            .execute(
                "INSERT INTO hit (id, agency, data_set, purposes, mandate, lane, subject_kind,
                     subject, flight, cause_kind, cause_list, cause_entry, cause_key, band,
                     millibits, state, life, due_at, raised_at, changed_at, version, latest_finding)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                     $17, $18, $19, $19, 1, $20)",
                &[
                    id.into(),
                    agency,
                    data_set,
                    purposes,
                    mandate,
                    key.lane.as_str().into(),
                    key.subject_kind.into(),
                    key.subject.into(),
                    key.flight.into(),
                    key.cause_kind.into(),
                    key.list.into(),
                    key.entry.into(),
                    Value::from(cause),
                    finding.band.into(),
                    finding.millibits.into(),
                    hit.state().as_str().into(),
                    hit.to_words().into(),
                    finding.due_at.into(),
                    self.now.into(),
                    (&finding.id).into(),
                ],
            )
            .map(|_| ())
    }

    pub(crate) fn put_finding(
        &mut self,
        tags: Tags,
        hit: Id,
        subject: Id,
        finding: &NewFinding<'_>,
        pair: &[u8; 32],
    ) -> Result<()> {
        let sealed = self
            .key(&subject)?
            .seal(EVIDENCE, &finding.id, finding.evidence)?;
        let [agency, data_set, purposes, mandate] = tags.values();
        self.statements
            .execute(
                "INSERT INTO finding (id, agency, data_set, purposes, mandate, hit, subject, engine,
                     found_at, context, pair, sealed)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                &[
                    (&finding.id).into(),
                    agency,
                    data_set,
                    purposes,
                    mandate,
                    hit.into(),
                    subject.into(),
                    finding.engine.into(),
                    self.now.into(),
                    finding.context.into(),
                    Value::from(pair),
                    sealed.into(),
                ],
            )
            .map(|_| ())
    }

    /// Runs a step of a hit's life. `version` is the one that was seen. What a person did is kept,
    /// with a note that is sealed under the subject's key. Doing the act is not a step: see
    /// [`Tx::execute`].
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] when somebody else was first; [`StoreError::NotPossible`] when the
    /// hit's life does not allow it.
    pub fn step(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        id: &Id,
        version: u64,
        event: Event<'_>,
        note: Option<&[u8]>,
    ) -> Result<Stepped> {
        if let Event::Execute { .. } = event {
            return Err(StoreError::NotGranted);
        }
        self.take_step(tenant, by, id, version, event, note)
    }

    /// Does the act that was proposed, and approved where it must be: the grant is used up.
    ///
    /// # Errors
    ///
    /// As [`Tx::step`]; [`StoreError::NotGranted`] when the grant is for another act or person.
    pub fn execute(
        &mut self,
        tenant: &Tenant,
        grant: DecideGrant,
        by: &HumanActor,
        id: &Id,
        version: u64,
        note: Option<&[u8]>,
    ) -> Result<Stepped> {
        let core = grant.at(self.now)?;
        tenant.expect(core.mandate())?;
        let Stored { view, tags } = self.stored_hit(tenant, id)?;
        let act = grant.case().act;
        let granted = core.person() == by.person()
            && core.covers(tenant.record_tags(tags, false))
            && view
                .hit
                .proposal()
                .is_some_and(|proposal| proposal.act == act);
        if !granted {
            return Err(StoreError::NotGranted);
        }
        let nobody = MachineActor::new("");
        self.take_step(tenant, &nobody, id, version, Event::Execute { by }, note)
    }

    fn take_step(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        id: &Id,
        version: u64,
        event: Event<'_>,
        note: Option<&[u8]>,
    ) -> Result<Stepped> {
        let Stored { view, tags } = self.stored_hit(tenant, id)?;
        if view.version != version {
            return Err(StoreError::Stale);
        }
        let (hit, effects) = step(&view.hit, event)?;
        let purpose = tenant.record_tags(tags, false).purposes.iter().next();
        let (person, audit, word, detail) = words(event);
        let who = person.map_or(Who::Machine(by.name(), purpose), |p| Who::Actor(p, purpose));
        self.keep(tenant, who, &view, &hit, (word, detail), note)?;
        let said = Said {
            event: audit,
            subject: Some(&view.subject),
            fields: ElementSet::EMPTY,
            detail: Some(&[&view.id.0, word.as_bytes(), b"\0", detail.as_bytes()].concat()),
        };
        self.say(tenant, who, &said)?;
        Ok(Stepped {
            hit,
            version: version + 1,
            effects: effects.to_vec(),
        })
    }

    pub(crate) fn stored_hit(&mut self, tenant: &Tenant, id: &Id) -> Result<Stored> {
        let sql = format!("SELECT {COLUMNS} FROM hit h WHERE h.id = $1 AND h.agency = $2");
        let row = self
            .statements
            .first(&sql, &[id.into(), tenant.agency.into()])?;
        Stored::read(&row.ok_or(StoreError::NotFound("hit"))?)
    }

    /// Keeps a hit as it is after a step, and the step.
    pub(crate) fn keep(
        &mut self,
        tenant: &Tenant,
        who: Who<'_>,
        before: &HitView,
        hit: &Hit,
        (word, detail): (&str, &str),
        note: Option<&[u8]>,
    ) -> Result<()> {
        let version = before.version.cast_signed();
        self.statements.execute(
            "UPDATE hit SET state = $1, life = $2, version = version + 1, changed_at = $3,
                 claimed_by = CASE WHEN CAST($6 AS BIGINT) = 1 THEN claimed_by END,
                 claimed_at = CASE WHEN CAST($6 AS BIGINT) = 1 THEN claimed_at END
             WHERE id = $4 AND version = $5",
            &[
                hit.state().as_str().into(),
                hit.to_words().into(),
                self.now.into(),
                (&before.id).into(),
                version.into(),
                i64::from(needs_somebody(hit.state())).into(),
            ],
        )?;
        let sql = "SELECT agency, data_set, purposes, mandate FROM hit WHERE id = $1";
        if let Some(row) = self.statements.first(sql, &[(&before.id).into()])? {
            let tags = Tags::read(&row, 0)?;
            self.note_event(tags, "hit", &before.id, before.version + 1)?;
        }
        let note = match note {
            Some(note) => Some(self.key(&before.subject)?.seal(NOTE, &before.id, note)?),
            None => None,
        };
        let person = match who {
            Who::Person(core) => core.person().as_str(),
            Who::Actor(actor, _) => actor.person().as_str(),
            Who::Account(person, _) => person,
            Who::Machine(..) => "",
        };
        self.statements
            .execute(
                "INSERT INTO decision (hit, number, agency, data_set, purposes, mandate, person,
                     event, word, state, decided_at, sealed)
                 SELECT h.id, h.version, h.agency, h.data_set, h.purposes,
                     CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT),
                     h.state, h.changed_at, $5 FROM hit h WHERE h.id = $6",
                &[
                    tenant.mandate_number.into(),
                    person.into(),
                    word.into(),
                    detail.into(),
                    note.into(),
                    (&before.id).into(),
                ],
            )
            .map(|_| ())
    }

    /// Clears the pair of a hit that a person found not to be the same, as long as neither side
    /// changes and the subject's data are held.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotGranted`] when nobody has found so.
    pub fn clear_pair(&mut self, tenant: &Tenant, by: &HumanActor, id: &Id) -> Result<()> {
        let Stored { view, tags } = self.stored_hit(tenant, id)?;
        if view.hit.state() != State::NotSame {
            return Err(StoreError::NotGranted);
        }
        let sql = "SELECT pair FROM finding WHERE id = $1";
        let pair: Option<Vec<u8>> = self.statements.value(sql, &[(&view.finding).into()])?;
        self.statements
            .execute(
                "INSERT INTO cleared_pair (agency, data_set, purposes, mandate, pair, hit, base,
                     person, cleared_at)
                 VALUES ($1, 'cleared-pairs', $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
                &[
                    tags.agency.into(),
                    tags.purposes.into(),
                    tenant.mandate_number.into(),
                    pair.ok_or(StoreError::NotFound("finding"))?.into(),
                    id.into(),
                    (&view.subject).into(),
                    by.person().as_str().into(),
                    self.now.into(),
                ],
            )
            .map(|_| ())
    }

    /// The hits with a proposed act, when that was proposed, with the versions to step them by and
    /// the purposes they stand for.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn proposals(&mut self, tenant: &Tenant) -> Result<Vec<(HitView, PurposeSet, Timestamp)>> {
        let sql = format!(
            "SELECT {COLUMNS}, (SELECT MAX(d.decided_at) FROM decision d
                 WHERE d.hit = h.id AND d.event = 'propose')
             FROM hit h WHERE h.agency = $1 AND h.state = 'proposed' ORDER BY h.id"
        );
        let rows = self.statements.query(&sql, &[tenant.agency.into()])?;
        rows.iter()
            .map(|row| {
                let Stored { view, tags } = Stored::read(row)?;
                let purposes = tenant.record_tags(tags, false).purposes;
                let proposed: Option<Timestamp> = row.get(WIDTH)?;
                Ok((view, purposes, proposed.unwrap_or(self.now)))
            })
            .collect()
    }

    /// A hit without its evidence, and the purposes it stands for: for the machine that does what
    /// people decided about it.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn decided(&mut self, tenant: &Tenant, id: &Id) -> Result<(HitView, PurposeSet)> {
        let Stored { view, tags } = self.stored_hit(tenant, id)?;
        Ok((view, tenant.record_tags(tags, false).purposes))
    }

    /// The hits that rest on an entry of a list, with the versions to step them by.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn hits_of_entry(
        &mut self,
        tenant: &Tenant,
        list: &str,
        entry: &str,
    ) -> Result<Vec<(Id, u64)>> {
        let rows = self.statements.query(
            "SELECT id, version FROM hit
             WHERE agency = $1 AND cause_list = $2 AND cause_entry = $3 ORDER BY id",
            &[tenant.agency.into(), list.into(), entry.into()],
        )?;
        rows.iter()
            .map(|row| Ok((row.get(0)?, row.get::<i64>(1)?.unsigned_abs())))
            .collect()
    }
}

/// Whether somebody works on a hit in this state; whoever had claimed it has it no more otherwise.
pub(crate) const fn needs_somebody(state: State) -> bool {
    !matches!(
        state,
        State::NotSame
            | State::Done
            | State::Refused
            | State::Withdrawn
            | State::AutoCleared
            | State::Lapsed
    )
}

/// Who takes a step, which line it leaves, and the words for it.
fn words(event: Event<'_>) -> (Option<&HumanActor>, AuditEvent, &'static str, &'static str) {
    use AuditEvent as A;
    match event {
        Event::Match => (None, A::Match, "match", ""),
        Event::MatchClearedPair => (None, A::Match, "match-cleared-pair", ""),
        Event::SourceConfirms => (None, A::ShareIn, "source-confirms", ""),
        Event::SourceDenies => (None, A::ShareIn, "source-denies", ""),
        Event::OpenEvidence { by } => (Some(by), A::View, "open-evidence", ""),
        Event::Judge { by, judgement, .. } => (Some(by), A::Review, "judge", judgement.as_str()),
        Event::Propose { by, act } => (Some(by), A::Propose, "propose", act.as_str()),
        Event::Approve { by } => (Some(by), A::Approve, "approve", ""),
        Event::Refuse { by } => (Some(by), A::Reject, "refuse", ""),
        Event::Withdraw { by } => (Some(by), A::Withdraw, "withdraw", ""),
        Event::Execute { by } => (Some(by), A::Decision, "execute", ""),
        Event::Deadline { .. } => (None, A::Review, "deadline", ""),
        Event::DataChanged => (None, A::Match, "data-changed", ""),
        Event::NoLongerFound => (None, A::Match, "no-longer-found", ""),
        Event::EntryRemoved => (None, A::ListChange, "entry-removed", ""),
        Event::EntryRestored => (None, A::ListChange, "entry-restored", ""),
        Event::Sample => (None, A::Review, "sample", ""),
        Event::Reopen { by } => (Some(by), A::Review, "reopen", ""),
    }
}

impl ReadTx<'_, '_> {
    /// How many hits there are on the travellers of whom a receipt tells.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn hits_of_receipt(&mut self, tenant: &Tenant, receipt: &Id) -> Result<u64> {
        let count: Option<i64> = self.statements.value(
            "SELECT COUNT(*) FROM hit WHERE agency = $1 AND subject IN
                     (SELECT owner FROM record WHERE receipt = $2 AND owner IS NOT NULL)",
            &[tenant.agency.into(), receipt.into()],
        )?;
        Ok(count.unwrap_or(0).unsigned_abs())
    }

    /// How many hits stand in each state.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn hit_counts(&mut self, tenant: &Tenant) -> Result<Vec<(State, u64)>> {
        let rows = self.statements.query(
            "SELECT state, COUNT(*) FROM hit WHERE agency = $1 GROUP BY state ORDER BY state",
            &[tenant.agency.into()],
        )?;
        rows.iter()
            .map(|row| {
                let state = State::from_word(&row.get::<String>(0)?)
                    .ok_or_else(|| StoreError::Corrupt("a state that is not known".into()))?;
                Ok((state, row.get::<i64>(1)?.unsigned_abs()))
            })
            .collect()
    }
}
