//! Look-backs: a change of a list, selector, exemption or mandate against everything held, page by
//! page, so that a crash costs one page and anybody can see how far it has come.
//!
//! By keys, the look-back is about whoever has one of the keys of what changed; exhaustively, about
//! everybody, and then it also counts what the keys would have found. Travellers of current and
//! coming flights come first in both.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::engine::{Insert, Row, Value};
use crate::lookback::LookbackKey;
use crate::receipt::Lane;
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Id, Result, StoreError};

words! {
    /// What changed.
    LookbackCause, "a look-back that is none" {
        /// A list of subjects.
        List = "list",
        /// A register of documents.
        Documents = "documents",
        /// A selector.
        Selector = "selector",
        /// An exemption.
        Exemption = "exemption",
        /// The mandate, or something else by which everything is to be seen anew.
        Mandate = "mandate",
        /// Somebody asked for it, to measure the keys.
        Measure = "measure",
        /// Nothing changed yet: what a change of a list would do. Nothing is raised.
        Preview = "preview",
    }
}

words! {
    /// How its travellers are found.
    LookbackMode, "a look-back that is none" {
        /// By look-back keys.
        Keys = "keys",
        /// Everybody.
        Exhaustive = "exhaustive",
    }
}

words! {
    /// How far it has come.
    LookbackStage, "a look-back that is none" {
        /// Looking up keys.
        Find = "find",
        /// Travellers of current and coming flights.
        Current = "current",
        /// Everybody else that is held.
        All = "all",
        /// Done.
        Done = "done",
    }
}

/// A look-back to be begun.
#[derive(Clone, Copy, Debug)]
pub struct NewLookback<'a> {
    /// Its identifier.
    pub id: Id,
    /// What changed.
    pub cause: LookbackCause,
    /// The list, or the entry's list.
    pub list: &'a str,
    /// Its one entry that changed, of a selector or an exemption.
    pub entry: Option<&'a str>,
    /// The version that was in force.
    pub before: Option<u32>,
    /// The version that is.
    pub after: Option<u32>,
    /// How its travellers are found.
    pub mode: LookbackMode,
}

/// A look-back and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookbackRun {
    /// Its identifier.
    pub id: Id,
    /// What changed.
    pub cause: LookbackCause,
    /// The list, or the entry's list.
    pub list: String,
    /// Its one entry that changed, of a selector or an exemption.
    pub entry: Option<String>,
    /// The version that was in force.
    pub before: Option<u32>,
    /// The version that is.
    pub after: Option<u32>,
    /// How its travellers are found.
    pub mode: LookbackMode,
    /// How far it has come.
    pub stage: LookbackStage,
    /// The traveller screened last in this stage.
    pub position: Option<Id>,
    /// How many candidates it is about, once that is known: travellers, or what messages said of them.
    pub total: Option<u64>,
    /// How many of them are done.
    pub screened: u64,
    /// Hits raised.
    pub raised: u64,
    /// Hits changed.
    pub changed: u64,
    /// Hits whose ground is gone.
    pub closed: u64,
    /// Findings in all, of an exhaustive one.
    pub found: u64,
    /// Those of them that the keys would have found.
    pub found_by_keys: u64,
    /// When it began.
    pub started_at: Timestamp,
    /// When it last went on.
    pub changed_at: Timestamp,
    /// When it was done.
    pub finished_at: Option<Timestamp>,
}

/// What a page adds to a look-back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PageDone {
    /// Candidates done.
    pub screened: u64,
    /// Hits raised.
    pub raised: u64,
    /// Hits changed.
    pub changed: u64,
    /// Hits whose ground is gone.
    pub closed: u64,
    /// Findings in all.
    pub found: u64,
    /// Those of them that the keys would have found.
    pub found_by_keys: u64,
}

/// Some candidates of a look-back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookbackPage {
    /// Whom they are, each once.
    pub travellers: Vec<Id>,
    /// The last candidate: where the next page begins.
    pub last: Id,
    /// How many candidates these are. Of one traveller there may be several: each message that said
    /// something of them.
    pub covered: u64,
}

/// Where a traveller belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TravellerPlace {
    /// Who.
    pub id: Id,
    /// Live or test.
    pub lane: Lane,
    /// On which flight.
    pub flight: Option<Id>,
    /// In which booking.
    pub booking: Option<Id>,
    /// The observations that tell their data now: of passenger lists, of bookings. Neither where
    /// that is not known.
    pub told_by: [Option<Id>; 2],
}

const COLUMNS: &str =
    "id, cause, list, version_before, version_after, mode, stage, position, total,
    screened, raised, changed, closed, found, found_by_keys, started_at, changed_at, finished_at,
    entry";

fn read(row: &Row) -> Result<LookbackRun> {
    let count = |column| Ok::<u64, StoreError>(row.get::<i64>(column)?.unsigned_abs());
    let version = |column| {
        let version: Option<i64> = row.get(column)?;
        version
            .map(u32::try_from)
            .transpose()
            .map_err(|_| StoreError::Corrupt("a version that is none".into()))
    };
    Ok(LookbackRun {
        id: row.get(0)?,
        cause: LookbackCause::from_word(&row.get::<String>(1)?)?,
        list: row.get(2)?,
        before: version(3)?,
        after: version(4)?,
        mode: LookbackMode::from_word(&row.get::<String>(5)?)?,
        stage: LookbackStage::from_word(&row.get::<String>(6)?)?,
        position: row.get(7)?,
        total: row.get::<Option<i64>>(8)?.map(i64::unsigned_abs),
        screened: count(9)?,
        raised: count(10)?,
        changed: count(11)?,
        closed: count(12)?,
        found: count(13)?,
        found_by_keys: count(14)?,
        started_at: row.get(15)?,
        changed_at: row.get(16)?,
        finished_at: row.get(17)?,
        entry: row.get(18)?,
    })
}

/// Whom a look-back is about.
const CANDIDATE: Insert = Insert {
    into: "INTO lookback_candidate (run, stage, record)",
    columns: 3,
    on_conflict: "ON CONFLICT DO NOTHING",
};
/// Whose record it is: a traveller's own, or the traveller of whom a message said something.
const PERSON: &str = "CASE WHEN t.level = 'observation' THEN t.owner ELSE t.id END";

/// A traveller's flight is current or coming when it leaves on this day or later, by its local date.
const OF_STAGE: &str = "CASE WHEN f.date >= $2 THEN 'current' ELSE 'all' END";

impl Tx<'_, '_> {
    /// Begins a look-back. The caller lines up its job in the same transaction.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn start_lookback(&mut self, tenant: &Tenant, new: &NewLookback<'_>) -> Result<()> {
        let stage = match new.mode {
            LookbackMode::Keys => LookbackStage::Find,
            LookbackMode::Exhaustive => LookbackStage::Current,
        };
        self.statements
            .execute(
                "INSERT INTO lookback_run (id, agency, mandate, cause, list, version_before,
                     version_after, mode, stage, screened, raised, changed, closed, found,
                     found_by_keys, started_at, changed_at, entry)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0, 0, 0, 0, $10, $10, $11)",
                &[
                    new.id.into(),
                    tenant.agency.into(),
                    tenant.mandate_number.into(),
                    new.cause.as_str().into(),
                    new.list.into(),
                    new.before.map(i64::from).into(),
                    new.after.map(i64::from).into(),
                    new.mode.as_str().into(),
                    stage.as_str().into(),
                    self.now.into(),
                    new.entry.into(),
                ],
            )
            .map(|_| ())
    }

    /// Notes whoever has one of `keys` as a candidate of a look-back. May be repeated. `today`: from
    /// which local day of departure on a flight is current.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn add_candidates(
        &mut self,
        tenant: &Tenant,
        run: &Id,
        today: Date,
        keys: &[LookbackKey],
    ) -> Result<()> {
        // First who has a key, of the index alone, each once however many keys they share.
        let (mut records, mut bookings) = (Vec::new(), Vec::new());
        for key in keys {
            let (kind, hash) = key.values();
            let sql = "SELECT record FROM lookback WHERE kind = $1 AND hash = $2";
            let rows = self.statements.query(sql, &[kind.into(), hash.into()])?;
            for row in &rows {
                let record: Id = row.get(0)?;
                records.push(record);
                if key.is_of_bookings() {
                    bookings.push(record);
                }
            }
        }
        for of in [&mut records, &mut bookings] {
            of.sort_unstable();
            of.dedup();
        }
        // Then whose they are, near each other in the file, as far as that says who comes first; of the
        // others it is found out page by page.
        let current = self.first_of_current(tenant, today)?;
        let earlier = records.partition_point(|record| *record < current);
        let later = records.split_off(earlier);
        let mut candidates: Vec<_> = records
            .into_iter()
            .map(|record| (LookbackStage::All, record))
            .collect();
        // A key is of a traveller, or of what one message said of them, which stands or falls with
        // them; or of a booking: then it is about everybody whom the booking names.
        let of_record = "t.level IN ('traveller', 'observation') AND t.id";
        let of_booking = "t.level = 'traveller' AND EXISTS (SELECT 1 FROM record b
             WHERE b.id = t.owner AND b.level = 'booking' AND b.agency = t.agency) AND t.owner";
        let today = today.to_string();
        for (of, which) in [(later, of_record), (bookings, of_booking)] {
            let sql = format!(
                "SELECT {PERSON}, CAST({OF_STAGE} AS TEXT)
                 FROM record t LEFT JOIN flight f ON f.id = t.flight
                 WHERE {which} IN ({{ids}}) AND t.agency = $1 AND t.is_masked = 0"
            );
            let values = [tenant.agency.into(), today.as_str().into()];
            for row in &self.statements.query_each(&sql, &values, &of)? {
                if let Some(traveller) = row.get::<Option<Id>>(0)? {
                    let stage = LookbackStage::from_word(&row.get::<String>(1)?)?;
                    candidates.push((stage, traveller));
                }
            }
        }
        self.insert_candidates(run, candidates)
    }

    /// The lowest identifier that a record of a current or coming flight has: identifiers begin with
    /// the time, and the flight's own was made with the first message about it. A day before that,
    /// since the clock may have been set. It only says who comes first: were one of them to be missed,
    /// they would be screened with everybody else.
    fn first_of_current(&mut self, tenant: &Tenant, today: Date) -> Result<Id> {
        let sql = "SELECT id FROM flight WHERE agency = $1 AND date >= $2 ORDER BY id LIMIT 1";
        let values = [tenant.agency.into(), today.to_string().into()];
        let first: Option<Id> = self.statements.value(sql, &values)?;
        Ok(first.map_or(Id([0xff; 16]), |first| {
            first.earlier(SignedDuration::from_hours(24))
        }))
    }

    /// Notes travellers as candidates of a look-back, whatever their keys. May be repeated.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn add_candidate_records(
        &mut self,
        tenant: &Tenant,
        run: &Id,
        today: Date,
        records: &[Id],
    ) -> Result<()> {
        let sql = format!(
            "INSERT INTO lookback_candidate (run, stage, record)
             SELECT $1, {OF_STAGE}, t.id FROM record t LEFT JOIN flight f ON f.id = t.flight
             WHERE t.id = $3 AND t.agency = $4 AND t.level = 'traveller' AND t.is_masked = 0
             ON CONFLICT DO NOTHING"
        );
        let today = today.to_string();
        for record in records {
            let values = [
                run.into(),
                today.as_str().into(),
                record.into(),
                tenant.agency.into(),
            ];
            self.statements.execute(&sql, &values)?;
        }
        Ok(())
    }

    /// Where travellers belong: lane, flight and booking of each that is there.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn places_of(&mut self, tenant: &Tenant, travellers: &[Id]) -> Result<Vec<TravellerPlace>> {
        let sql = "SELECT t.lane, t.flight, b.id, t.told_api, t.told_pnr FROM record t
                 LEFT JOIN record b ON b.id = t.owner AND b.level = 'booking'
             WHERE t.id = $1 AND t.agency = $2 AND t.level = 'traveller' AND t.is_masked = 0";
        let mut places = Vec::with_capacity(travellers.len());
        for id in travellers {
            let values = [id.into(), tenant.agency.into()];
            if let Some(row) = self.statements.first(sql, &values)? {
                places.push(TravellerPlace {
                    id: *id,
                    lane: Lane::from_word(&row.get::<String>(0)?)?,
                    flight: row.get(1)?,
                    booking: row.get(2)?,
                    told_by: [row.get(3)?, row.get(4)?],
                });
            }
        }
        Ok(places)
    }

    /// Whether one of `keys` is of this traveller, or of what a message said of them: whether a
    /// look-back by keys of names and documents would find them.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn is_found_by(&mut self, record: &Id, keys: &[LookbackKey]) -> Result<bool> {
        let sql = "SELECT COUNT(*) FROM lookback
             WHERE kind = $1 AND hash = $2 AND (record = $3
                 OR record IN (SELECT id FROM record WHERE owner = $3))";
        for key in keys {
            let (kind, hash) = key.values();
            let values = [kind.into(), hash.into(), record.into()];
            let count: Option<i64> = self.statements.value(sql, &values)?;
            if count.unwrap_or(0) > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Makes a look-back that has found nobody yet an exhaustive one, when so few travellers are
    /// held that looking up keys is more work than screening everybody. Whether it is one now.
    ///
    /// # Errors
    ///
    /// When the store cannot be read or written.
    pub fn exhaustive_below(&mut self, tenant: &Tenant, run: &Id, held: u64) -> Result<bool> {
        if !self.reading().holds_fewer(tenant, held)? {
            return Ok(false);
        }
        self.statements.execute(
            "UPDATE lookback_run SET mode = 'exhaustive', stage = 'current', changed_at = $1
             WHERE id = $2 AND stage = 'find'",
            &[self.now.into(), run.into()],
        )?;
        self.count_everybody(tenant, run)?;
        Ok(true)
    }

    /// Puts travellers in the place of the next `most` records that brought them, so that whoever counts
    /// travellers meets each once; whether there may be more records. Once there are none, it goes on
    /// with [`Tx::place_candidates`]. Begun again from the start it ends with the same.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn resolve_candidates(&mut self, tenant: &Tenant, run: &Id, most: u32) -> Result<bool> {
        for stage in [LookbackStage::Current, LookbackStage::All] {
            let (records, last) = self.first_candidates(run, stage, most)?;
            let Some(last) = last else { continue };
            // What is resolved stands in the stage in which candidates are found.
            let travellers = self.travellers_of(tenant, &records)?;
            let resolved = travellers.into_iter().map(|id| (LookbackStage::Find, id));
            self.move_candidates(run, (stage, &last), resolved.collect())?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Puts the next `most` travellers that were resolved into the stage of their own flight; whether
    /// there may be more.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn place_candidates(
        &mut self,
        tenant: &Tenant,
        run: &Id,
        today: Date,
        most: u32,
    ) -> Result<bool> {
        let (travellers, last) = self.first_candidates(run, LookbackStage::Find, most)?;
        let Some(last) = last else { return Ok(false) };
        let sql = format!(
            "SELECT t.id, CAST({OF_STAGE} AS TEXT)
             FROM record t LEFT JOIN flight f ON f.id = t.flight
             WHERE t.id IN ({{ids}}) AND t.agency = $1 AND t.is_masked = 0"
        );
        let today = today.to_string();
        let values = [tenant.agency.into(), today.as_str().into()];
        let rows = self.statements.query_each(&sql, &values, &travellers)?;
        let placed = rows
            .iter()
            .map(|row| {
                let stage = LookbackStage::from_word(&row.get::<String>(1)?)?;
                Ok((stage, row.get(0)?))
            })
            .collect::<Result<Vec<_>>>()?;
        self.move_candidates(run, (LookbackStage::Find, &last), placed)?;
        Ok(true)
    }

    /// The first candidates of a stage, and the last of them.
    fn first_candidates(
        &mut self,
        run: &Id,
        stage: LookbackStage,
        most: u32,
    ) -> Result<(Vec<Id>, Option<Id>)> {
        let rows = self.statements.query(
            "SELECT record FROM lookback_candidate
             WHERE run = $1 AND stage = $2 ORDER BY record LIMIT $3",
            &[run.into(), stage.as_str().into(), i64::from(most).into()],
        )?;
        let records = rows.iter().map(|row| row.get(0));
        let records = records.collect::<Result<Vec<Id>>>()?;
        let last = records.last().copied();
        Ok((records, last))
    }

    /// Puts candidates in the place of those of a stage up to one of them.
    fn move_candidates(
        &mut self,
        run: &Id,
        (stage, last): (LookbackStage, &Id),
        candidates: Vec<(LookbackStage, Id)>,
    ) -> Result<()> {
        let sql = "DELETE FROM lookback_candidate WHERE run = $1 AND stage = $2 AND record <= $3";
        let values = [run.into(), stage.as_str().into(), last.into()];
        self.statements.execute(sql, &values)?;
        self.insert_candidates(run, candidates)
    }

    fn insert_candidates(&mut self, run: &Id, candidates: Vec<(LookbackStage, Id)>) -> Result<()> {
        let mut candidates = candidates;
        candidates.sort_unstable();
        candidates.dedup();
        let mut rows = Vec::with_capacity(candidates.len() * CANDIDATE.columns);
        for (stage, record) in &candidates {
            rows.extend([run.into(), stage.as_str().into(), record.into()]);
        }
        self.statements.insert(&CANDIDATE, &rows).map(|_| ())
    }

    /// The candidates are all found: from here on travellers are screened.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn candidates_found(&mut self, run: &Id) -> Result<()> {
        self.statements
            .execute(
                "UPDATE lookback_run SET changed_at = $1, stage = 'current', position = NULL, total =
                     (SELECT COUNT(*) FROM lookback_candidate WHERE run = $2)
                 WHERE id = $2 AND stage = 'find'",
                &[self.now.into(), run.into()],
            )
            .map(|_| ())
    }

    /// Counts everybody whom an exhaustive look-back is about.
    ///
    /// # Errors
    ///
    /// When the store cannot be read or written.
    pub fn count_everybody(&mut self, tenant: &Tenant, run: &Id) -> Result<()> {
        self.statements
            .execute(
                "UPDATE lookback_run SET total = (SELECT COUNT(*) FROM record
                     WHERE agency = $1 AND level = 'traveller' AND is_masked = 0)
                 WHERE id = $2",
                &[tenant.agency.into(), run.into()],
            )
            .map(|_| ())
    }

    /// The next candidates of a look-back, in the order of their identifiers; `None` when its stage is
    /// through.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn next_page(
        &mut self,
        tenant: &Tenant,
        run: &LookbackRun,
        today: Date,
        most: u32,
    ) -> Result<Option<LookbackPage>> {
        let after = run.position.unwrap_or(Id([0; 16]));
        let stage = run.stage.as_str();
        let rows = match run.mode {
            LookbackMode::Keys => self.statements.query(
                "SELECT record FROM lookback_candidate
                 WHERE run = $1 AND stage = $2 AND record > $3 ORDER BY record LIMIT $4",
                &[
                    (&run.id).into(),
                    stage.into(),
                    after.into(),
                    i64::from(most).into(),
                ],
            )?,
            LookbackMode::Exhaustive => {
                // Written so that SQLite begins with the flights where they are few.
                let from = match run.stage {
                    LookbackStage::Current => {
                        "FROM flight f CROSS JOIN record t
                         WHERE f.agency = $2 AND f.date >= $4 AND t.flight = f.id"
                    }
                    _ => {
                        "FROM record t LEFT JOIN flight f ON f.id = t.flight
                         WHERE COALESCE(f.date, '') < $4"
                    }
                };
                let sql = format!(
                    "SELECT t.id {from} AND t.id > $1 AND t.agency = $2 AND t.level = 'traveller'
                         AND t.is_masked = 0
                     ORDER BY t.id LIMIT $3"
                );
                self.statements.query(
                    &sql,
                    &[
                        after.into(),
                        tenant.agency.into(),
                        i64::from(most).into(),
                        today.to_string().into(),
                    ],
                )?
            }
        };
        let ids = rows
            .iter()
            .map(|row| row.get(0))
            .collect::<Result<Vec<Id>>>()?;
        let Some(last) = ids.last().copied() else {
            return Ok(None);
        };
        let covered = ids.len() as u64;
        let travellers = match run.mode {
            LookbackMode::Keys => self.travellers_of(tenant, &ids)?,
            LookbackMode::Exhaustive => ids,
        };
        Ok(Some(LookbackPage {
            travellers,
            last,
            covered,
        }))
    }

    /// The travellers whom records are about, in the order of their identifiers.
    fn travellers_of(&mut self, tenant: &Tenant, records: &[Id]) -> Result<Vec<Id>> {
        let sql = format!(
            "SELECT {PERSON} FROM record t WHERE t.agency = $1 AND t.is_masked = 0
                 AND t.level IN ('traveller', 'observation') AND t.id IN ({{ids}})"
        );
        let values = [tenant.agency.into()];
        let rows = self.statements.query_each(&sql, &values, records)?;
        let travellers = rows.iter().map(|row| row.get::<Option<Id>>(0));
        let travellers: BTreeSet<Option<Id>> = travellers.collect::<Result<_>>()?;
        Ok(travellers.into_iter().flatten().collect())
    }

    /// A page is done, up to `position`, in the transaction in which its hits were raised.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn page_done(&mut self, run: &Id, position: Option<Id>, done: &PageDone) -> Result<()> {
        let count = |count: u64| Value::from(count.cast_signed());
        self.statements
            .execute(
                "UPDATE lookback_run SET position = COALESCE($1, position), changed_at = $2,
                     screened = screened + $3, raised = raised + $4, changed = changed + $5,
                     closed = closed + $6, found = found + $7, found_by_keys = found_by_keys + $8
                 WHERE id = $9",
                &[
                    position.into(),
                    self.now.into(),
                    count(done.screened),
                    count(done.raised),
                    count(done.changed),
                    count(done.closed),
                    count(done.found),
                    count(done.found_by_keys),
                    run.into(),
                ],
            )
            .map(|_| ())
    }

    /// Ends a look-back before it is through: what it was about does not stand any more.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn give_up_lookback(&mut self, run: &Id) -> Result<()> {
        self.statements.execute(
            "UPDATE lookback_run SET stage = 'done', position = NULL, changed_at = $1,
                 finished_at = $1
             WHERE id = $2",
            &[self.now.into(), run.into()],
        )?;
        let sql = "DELETE FROM lookback_candidate WHERE run = $1";
        self.statements.execute(sql, &[run.into()]).map(|_| ())
    }

    /// The stage of a look-back is through: the next one, which this returns, begins.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn stage_done(&mut self, run: &LookbackRun) -> Result<LookbackStage> {
        let next = match run.stage {
            LookbackStage::Find => LookbackStage::Current,
            LookbackStage::Current => LookbackStage::All,
            LookbackStage::All | LookbackStage::Done => LookbackStage::Done,
        };
        let finished = (next == LookbackStage::Done).then_some(self.now);
        self.statements.execute(
            "UPDATE lookback_run SET stage = $1, position = NULL, changed_at = $2, finished_at = $3
             WHERE id = $4",
            &[
                next.as_str().into(),
                self.now.into(),
                finished.into(),
                (&run.id).into(),
            ],
        )?;
        if next == LookbackStage::Done {
            let sql = "DELETE FROM lookback_candidate WHERE run = $1";
            self.statements.execute(sql, &[(&run.id).into()])?;
        }
        Ok(next)
    }
}

impl ReadTx<'_, '_> {
    /// Whether fewer travellers than `most` are held.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn holds_fewer(&mut self, tenant: &Tenant, most: u64) -> Result<bool> {
        let most = most.cast_signed();
        let count: Option<i64> = self.statements.value(
            "SELECT COUNT(*) FROM (SELECT id FROM record
                 WHERE agency = $1 AND level = 'traveller' AND is_masked = 0 LIMIT $2) AS counted",
            &[tenant.agency.into(), most.into()],
        )?;
        Ok(count.is_some_and(|count| count < most))
    }

    /// A look-back.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn lookback_run(&mut self, tenant: &Tenant, id: &Id) -> Result<LookbackRun> {
        let sql = format!("SELECT {COLUMNS} FROM lookback_run WHERE id = $1 AND agency = $2");
        let values = [id.into(), tenant.agency.into()];
        let row = self.statements.first(&sql, &values)?;
        read(&row.ok_or(StoreError::NotFound("look-back"))?)
    }

    /// The latest look-backs, the newest first; from behind `behind` on where one is named. Previews,
    /// which raise nothing, are none of them.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn lookback_runs(
        &mut self,
        tenant: &Tenant,
        behind: Option<&Id>,
        most: u32,
    ) -> Result<Vec<LookbackRun>> {
        let from = match behind {
            Some(_) => {
                "AND (started_at, id) < (SELECT started_at, id FROM lookback_run
                     WHERE agency = $1 AND id = $3)"
            }
            None => "",
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM lookback_run WHERE agency = $1 AND cause <> 'preview' {from}
             ORDER BY started_at DESC, id DESC LIMIT $2"
        );
        let mut values = vec![tenant.agency.into(), i64::from(most).into()];
        values.extend(behind.map(Value::from));
        let rows = self.statements.query(&sql, &values)?;
        rows.iter().map(read).collect()
    }
}
