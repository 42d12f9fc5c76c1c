//! The queue of hits: in which order they are due, page by page, and opened for their readers.

use std::collections::{BTreeMap, BTreeSet};

use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::grant::{GrantCore, ReadGrant};
use tidewaiter_mandate::review::State;
use tidewaiter_mandate::{Element, ElementSet, PurposeId};

use crate::audit::{Said, Who};
use crate::engine::{Row, Value, filled_up};
use crate::hit::{COLUMNS, EVIDENCE, Stored, WIDTH};
use crate::receipt::Lane;
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{HitView, Id, Result, StoreError};

/// So many causes are counted in one statement.
const CAUSES_MOST: usize = 16;

/// A hit's place in the order in which hits are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HitPlace {
    /// When it is due, in microseconds since 1970; the greatest number for never.
    pub due: i64,
    /// Which hit.
    pub id: Id,
}

/// What hits rest on: the kind of cause, the list and its entry.
pub type CauseName = (String, String, String);

impl Tx<'_, '_> {
    /// Hits, in the order asked for, for the holder of a grant on hits; a line each says who looked.
    /// Those that are not there are left out.
    ///
    /// # Errors
    ///
    /// [`StoreError::GrantLapsed`], [`StoreError::NotGranted`].
    pub fn hits_of(
        &mut self,
        tenant: &Tenant,
        grant: &ReadGrant,
        ids: &[Id],
    ) -> Result<Vec<HitView>> {
        let core = grant.at(self.now)?;
        tenant.expect(core.mandate())?;
        let sql = format!(
            "SELECT {COLUMNS}, f.sealed FROM hit h JOIN finding f ON f.id = h.latest_finding
             WHERE h.agency = $1 AND h.id IN ({{ids}})"
        );
        let rows = self
            .statements
            .query_each(&sql, &[tenant.agency.into()], ids)?;
        let mut views = self.open_hits(tenant, core, rows)?;
        let place: BTreeMap<Id, usize> = ids.iter().copied().zip(0..).collect();
        views.sort_by_key(|view| place.get(&view.id).copied());
        Ok(views)
    }

    /// One hit, for the holder of a grant on hits; a line says who looked.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`]; as [`Tx::hits_of`].
    pub fn hit(&mut self, tenant: &Tenant, grant: &ReadGrant, id: &Id) -> Result<HitView> {
        let found = self.hits_of(tenant, grant, &[*id])?;
        found.into_iter().next().ok_or(StoreError::NotFound("hit"))
    }

    /// Opens hits with the sealed evidence of their latest findings.
    fn open_hits(
        &mut self,
        tenant: &Tenant,
        core: &GrantCore,
        rows: Vec<Row>,
    ) -> Result<Vec<HitView>> {
        let stored = rows.iter().map(Stored::read).collect::<Result<Vec<_>>>()?;
        self.fetch_keys(stored.iter().map(|one| one.view.subject))?;
        let mut views = Vec::with_capacity(stored.len());
        for (row, Stored { mut view, tags }) in rows.iter().zip(stored) {
            if !core.covers(tenant.record_tags(tags, false)) {
                return Err(StoreError::NotGranted);
            }
            let key = self.key(&view.subject)?;
            view.evidence = key.open(EVIDENCE, &view.finding, &row.get::<Vec<u8>>(WIDTH)?)?;
            let said = Said {
                event: AuditEvent::View,
                subject: Some(&view.subject),
                fields: ElementSet::EMPTY.with(Element::HitReason),
                detail: Some(&view.id.0),
            };
            self.say(tenant, Who::Person(core), &said)?;
            views.push(view);
        }
        Ok(views)
    }
}

impl ReadTx<'_, '_> {
    /// How many hits of a purpose in these states rest on each of some causes. Nobody is in them.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn hits_by_cause(
        &mut self,
        tenant: &Tenant,
        purpose: PurposeId,
        states: &[State],
        lane: Lane,
        causes: &BTreeSet<CauseName>,
    ) -> Result<BTreeMap<CauseName, u32>> {
        if states.is_empty() {
            return Ok(BTreeMap::new());
        }
        // Each cause is counted by its index, many in one statement: asked one by one, a page of fifty
        // causes waited for the server fifty times.
        let states = words(states);
        let count = |n: usize| {
            let [kind, list, entry] = [n, n + 1, n + 2];
            format!(
                "(SELECT COUNT(*) FROM hit
                  WHERE cause_kind = ${kind} AND cause_list = ${list} AND cause_entry = ${entry}
                      AND agency = $1 AND (purposes & $2) <> 0 AND lane = $3
                      AND state IN ({states}))"
            )
        };
        let causes: Vec<&CauseName> = causes.iter().collect();
        let mut counts = BTreeMap::new();
        for some in causes.chunks(CAUSES_MOST) {
            let filled: Vec<_> = filled_up(some).collect();
            let columns: Vec<String> = (0..filled.len()).map(|n| count(4 + 3 * n)).collect();
            let sql = format!("SELECT {}", columns.join(", "));
            let mut values: Vec<Value<'_>> = vec![
                tenant.agency.into(),
                tenant.bit(purpose).into(),
                lane.as_str().into(),
            ];
            for (kind, list, entry) in filled {
                values.extend([kind, list, entry].map(|text| Value::from(text.as_str())));
            }
            let row = self.statements.first(&sql, &values)?;
            let row = row.ok_or(StoreError::NotFound("hit"))?;
            for (n, cause) in some.iter().enumerate() {
                let count = u32::try_from(row.get::<i64>(n)?).unwrap_or(u32::MAX);
                counts.insert((*cause).clone(), count);
            }
        }
        Ok(counts)
    }

    /// The identifiers of hits of a purpose, those due first, from behind a place on; with each the
    /// place it has. Nobody is in them.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    #[allow(
        clippy::too_many_arguments,
        reason = "whose, for what, which, from where, how many"
    )]
    pub fn hit_places(
        &mut self,
        tenant: &Tenant,
        purpose: PurposeId,
        states: &[State],
        lane: Lane,
        flight: Option<&Id>,
        behind: Option<HitPlace>,
        most: u32,
    ) -> Result<Vec<HitPlace>> {
        const DUE: &str = "COALESCE(due_at, 9223372036854775807)";
        if states.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {DUE}, id FROM hit
             WHERE agency = $1 AND state IN ({}) AND (purposes & $2) <> 0 AND lane = $3
                 AND (CAST($8 AS BIGINT) = 1 OR flight = $4)
                 AND ({DUE} > $5 OR ({DUE} = $5 AND id > $6))
             ORDER BY 1, 2 LIMIT $7",
            words(states)
        );
        let behind = behind.unwrap_or(HitPlace {
            due: i64::MIN,
            id: Id([0; 16]),
        });
        let rows = self.statements.query(
            &sql,
            &[
                tenant.agency.into(),
                tenant.bit(purpose).into(),
                lane.as_str().into(),
                flight.map(|id| id.0.as_slice()).into(),
                behind.due.into(),
                behind.id.into(),
                i64::from(most).into(),
                i64::from(flight.is_none()).into(),
            ],
        )?;
        rows.iter()
            .map(|row| {
                Ok(HitPlace {
                    due: row.get(0)?,
                    id: row.get(1)?,
                })
            })
            .collect()
    }
}

/// States as SQL: words of a closed vocabulary, so that nothing of a request is in the statement.
fn words(states: &[State]) -> String {
    let words: Vec<String> = states.iter().map(|s| format!("'{}'", s.as_str())).collect();
    words.join(", ")
}
