//! The queue of hits: in which order they are due, page by page.

use tidewaiter_mandate::PurposeId;
use tidewaiter_mandate::review::State;

use crate::receipt::Lane;
use crate::store::ReadTx;
use crate::tenant::Tenant;
use crate::{Id, Result};

/// A hit's place in the order in which hits are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HitPlace {
    /// When it is due, in microseconds since 1970; the greatest number for never.
    pub due: i64,
    /// Which hit.
    pub id: Id,
}

impl ReadTx<'_, '_> {
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
        // Words of a closed vocabulary: nothing of a request is in the statement.
        let words: Vec<String> = states.iter().map(|s| format!("'{}'", s.as_str())).collect();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {DUE}, id FROM hit
             WHERE agency = $1 AND state IN ({}) AND (purposes & $2) <> 0 AND lane = $3
                 AND (CAST($8 AS BIGINT) = 1 OR flight = $4)
                 AND ({DUE} > $5 OR ({DUE} = $5 AND id > $6))
             ORDER BY 1, 2 LIMIT $7",
            words.join(", ")
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
