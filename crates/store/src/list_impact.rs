//! What a change of a list would do: numbers about nobody, worked out before anybody agrees to it.
//!
//! An impact is a look-back that raises nothing: [`LookbackRun`](crate::LookbackRun) says how far it has
//! come, this what it has counted. It is of one version against the one that was in force, under one
//! mandate; against another it says nothing.

use jiff::Timestamp;
use tidewaiter_mandate::ElementSet;
use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::grant::{HumanActor, MachineActor};

use crate::audit::{Said, Who};
use crate::engine::{Row, Value};
use crate::list::number;
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Id, Result, StoreError};

/// How far an impact has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImpactState {
    /// Being worked out.
    Computing,
    /// Worked out.
    Done,
    /// What it was to be compared with is not in force any more: it was given up.
    Overtaken,
}

impl ImpactState {
    /// `computing`, `done` or `overtaken`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Computing => "computing",
            Self::Done => "done",
            Self::Overtaken => "overtaken",
        }
    }

    fn from_word(word: &str) -> Result<Self> {
        [Self::Computing, Self::Done, Self::Overtaken]
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| StoreError::Corrupt("an impact that is none".into()))
    }
}

/// What would follow for some of those who are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImpactCounts {
    /// Travellers with a new hit.
    pub travellers: u64,
    /// New hits in the band of alerts.
    pub alert: u64,
    /// New hits in the band of reviews.
    pub review: u64,
    /// Of pairs that somebody has cleared: raised, and cleared at once.
    pub cleared: u64,
    /// Open hits that are to be looked at again: the entry changed.
    pub reviewed_again: u64,
    /// Hits that lapse: nobody has looked, and the entry fits no more.
    pub lapsed: u64,
}

impl ImpactCounts {
    /// These and `other`.
    pub const fn plus(self, other: Self) -> Self {
        Self {
            travellers: self.travellers + other.travellers,
            alert: self.alert + other.alert,
            review: self.review + other.review,
            cleared: self.cleared + other.cleared,
            reviewed_again: self.reviewed_again + other.reviewed_again,
            lapsed: self.lapsed + other.lapsed,
        }
    }

    const fn values(self) -> [u64; 6] {
        [
            self.travellers,
            self.alert,
            self.review,
            self.cleared,
            self.reviewed_again,
            self.lapsed,
        ]
    }

    fn read(row: &Row, first: usize) -> Result<Self> {
        let count = |n: usize| Ok::<u64, StoreError>(row.get::<i64>(first + n)?.unsigned_abs());
        Ok(Self {
            travellers: count(0)?,
            alert: count(1)?,
            review: count(2)?,
            cleared: count(3)?,
            reviewed_again: count(4)?,
            lapsed: count(5)?,
        })
    }
}

/// What is known of an impact before anybody is screened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImpactBasis {
    /// Entries that are new.
    pub added: u64,
    /// Entries that are gone.
    pub removed: u64,
    /// Entries that differ.
    pub changed: u64,
    /// Open hits whose entry goes: no act can rest on them any more.
    pub marked: u64,
    /// Open hits whose entry comes back.
    pub restored: u64,
    /// What somebody must have seen first, as JSON.
    pub concerns: String,
}

/// What a change of a list would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListImpact {
    /// The look-back that works it out.
    pub run: Id,
    /// The list.
    pub list: String,
    /// The version; `None`: the list goes out of force.
    pub version: Option<u32>,
    /// The version that was in force.
    pub against: Option<u32>,
    /// Whether it was worked out under the mandate in force.
    pub is_of_mandate: bool,
    /// How far it has come.
    pub state: ImpactState,
    /// Who asked for it.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// When it was done, or given up.
    pub done_at: Option<Timestamp>,
    /// Entries and marks.
    pub basis: ImpactBasis,
    /// On flights of today and later.
    pub now: ImpactCounts,
    /// Everybody else who is held.
    pub past: ImpactCounts,
}

/// Which of its counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImpactPart {
    /// On flights of today and later.
    Now,
    /// Everybody else who is held.
    Past,
}

const COLUMNS: &str = "run, list, version, against, mandate, state, asked_by, asked_at, done_at,
    concerns, added, removed, changed, marked, restored,
    now_travellers, now_alert, now_review, now_cleared, now_reviewed_again, now_lapsed,
    past_travellers, past_alert, past_review, past_cleared, past_reviewed_again, past_lapsed";

fn read(tenant: &Tenant, row: &Row) -> Result<ListImpact> {
    let count = |column| Ok::<u64, StoreError>(row.get::<i64>(column)?.unsigned_abs());
    let version = |column| Ok::<_, StoreError>(Some(number(row.get(column)?)?).filter(|n| *n > 0));
    Ok(ListImpact {
        run: row.get(0)?,
        list: row.get(1)?,
        version: version(2)?,
        against: version(3)?,
        is_of_mandate: row.get::<i64>(4)? == tenant.mandate_number,
        state: ImpactState::from_word(&row.get::<String>(5)?)?,
        asked_by: row.get(6)?,
        asked_at: row.get(7)?,
        done_at: row.get(8)?,
        basis: ImpactBasis {
            concerns: row.get(9)?,
            added: count(10)?,
            removed: count(11)?,
            changed: count(12)?,
            marked: count(13)?,
            restored: count(14)?,
        },
        now: ImpactCounts::read(row, 15)?,
        past: ImpactCounts::read(row, 21)?,
    })
}

fn stored(version: Option<u32>) -> Value<'static> {
    i64::from(version.unwrap_or(0)).into()
}

impl Tx<'_, '_> {
    /// Begins an impact. The caller has begun its look-back `run` in the same transaction.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn start_impact(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        run: &Id,
        (list, version, against): (&str, Option<u32>, Option<u32>),
    ) -> Result<()> {
        self.statements.execute(
            "INSERT INTO list_impact (run, agency, mandate, list, version, against, state, asked_by,
                 asked_at, concerns, added, removed, changed, marked, restored, now_travellers,
                 now_alert, now_review, now_cleared, now_reviewed_again, now_lapsed,
                 past_travellers, past_alert, past_review, past_cleared, past_reviewed_again,
                 past_lapsed)
             VALUES ($1, $2, $3, $4, $5, $6, 'computing', $7, $8, '[]', 0, 0, 0, 0, 0, 0, 0, 0, 0,
                 0, 0, 0, 0, 0, 0, 0, 0)",
            &[
                run.into(),
                tenant.agency.into(),
                tenant.mandate_number.into(),
                list.into(),
                stored(version),
                stored(against),
                by.person().as_str().into(),
                self.now.into(),
            ],
        )?;
        self.list_changes(tenant, by, list, version.unwrap_or(0), "impact asked for")
    }

    /// Notes what is known before anybody is screened; repeated, it replaces what was noted.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn impact_basis(&mut self, run: &Id, basis: &ImpactBasis) -> Result<()> {
        let count = |count: u64| Value::from(count.cast_signed());
        self.statements
            .execute(
                "UPDATE list_impact SET concerns = $1, added = $2, removed = $3, changed = $4,
                     marked = $5, restored = $6
                 WHERE run = $7",
                &[
                    basis.concerns.as_str().into(),
                    count(basis.added),
                    count(basis.removed),
                    count(basis.changed),
                    count(basis.marked),
                    count(basis.restored),
                    run.into(),
                ],
            )
            .map(|_| ())
    }

    /// Adds what a page has counted, in the transaction that ends the page; `marked` and `restored`
    /// are hits on documents that went and came, which only screening shows.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn impact_counted(
        &mut self,
        run: &Id,
        part: ImpactPart,
        counts: &ImpactCounts,
        (marked, restored): (u64, u64),
    ) -> Result<()> {
        let part = match part {
            ImpactPart::Now => "now",
            ImpactPart::Past => "past",
        };
        let names = [
            "travellers",
            "alert",
            "review",
            "cleared",
            "reviewed_again",
            "lapsed",
        ];
        let sums: Vec<String> = (4..)
            .zip(names)
            .map(|(n, name)| format!("{part}_{name} = {part}_{name} + ${n}"))
            .collect();
        let sql = format!(
            "UPDATE list_impact SET marked = marked + $2, restored = restored + $3, {} WHERE run = $1",
            sums.join(", ")
        );
        let mut values: Vec<Value<'_>> = vec![
            run.into(),
            marked.cast_signed().into(),
            restored.cast_signed().into(),
        ];
        values.extend(
            counts
                .values()
                .map(|count| Value::from(count.cast_signed())),
        );
        self.statements.execute(&sql, &values).map(|_| ())
    }

    /// The impact is worked out, or given up; a line says which, and what was counted.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when there is no such impact.
    pub fn end_impact(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        run: &Id,
        state: ImpactState,
    ) -> Result<()> {
        self.statements.execute(
            "UPDATE list_impact SET state = $1, done_at = $2 WHERE run = $3 AND state = 'computing'",
            &[state.as_str().into(), self.now.into(), run.into()],
        )?;
        let impact = self.reading().list_impact(tenant, run)?;
        let all = impact.now.plus(impact.past);
        let detail = format!(
            "{}@{} impact {}: {} alerts, {} reviews, {} again, {} lapsed, {} marked",
            impact.list,
            impact.version.unwrap_or(0),
            state.as_str(),
            all.alert,
            all.review,
            all.reviewed_again,
            all.lapsed,
            impact.basis.marked,
        );
        let said = Said {
            event: AuditEvent::ListChange,
            subject: None,
            fields: ElementSet::EMPTY,
            detail: Some(detail.as_bytes()),
        };
        self.say(tenant, Who::Machine(by.name(), None), &said)
    }
}

impl ReadTx<'_, '_> {
    /// The impact that a look-back works out.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn list_impact(&mut self, tenant: &Tenant, run: &Id) -> Result<ListImpact> {
        let sql = format!("SELECT {COLUMNS} FROM list_impact WHERE run = $1 AND agency = $2");
        let values = [run.into(), tenant.agency.into()];
        let row = self.statements.first(&sql, &values)?;
        read(tenant, &row.ok_or(StoreError::NotFound("impact"))?)
    }

    /// The latest impact of a version, or of taking the list out of force (`None`).
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn latest_impact(
        &mut self,
        tenant: &Tenant,
        list: &str,
        version: Option<u32>,
    ) -> Result<Option<ListImpact>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM list_impact WHERE agency = $1 AND list = $2 AND version = $3
             ORDER BY asked_at DESC, run DESC LIMIT 1"
        );
        let values = [tenant.agency.into(), list.into(), stored(version)];
        let row = self.statements.first(&sql, &values)?;
        row.map(|row| read(tenant, &row)).transpose()
    }
}
