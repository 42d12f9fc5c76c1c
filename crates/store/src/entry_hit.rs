//! The hits that rest on a list: what follows from its change. They tell nothing of a person but
//! that there is a hit.

use tidewaiter_mandate::review::Hit;

use crate::store::ReadTx;
use crate::tenant::Tenant;
use crate::{Id, Result, StoreError};

/// A hit that rests on an entry of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryHit {
    /// Its identifier.
    pub id: Id,
    /// Its version, to step it by.
    pub version: u64,
    /// `list`, `document` or `selector`.
    pub cause_kind: String,
    /// The entry.
    pub entry: String,
    /// About which traveller or consignment.
    pub subject: Id,
    /// Where it stands.
    pub hit: Hit,
}

impl ReadTx<'_, '_> {
    /// The hits that rest on entries of `list`, by entry.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn hits_of_list(&mut self, tenant: &Tenant, list: &str) -> Result<Vec<EntryHit>> {
        let rows = self.statements.query(
            "SELECT id, version, cause_kind, cause_entry, subject, life FROM hit
             WHERE agency = $1 AND cause_list = $2 AND cause_kind IN ('list', 'document', 'selector')
             ORDER BY cause_entry, id",
            &[tenant.agency.into(), list.into()],
        )?;
        rows.iter()
            .map(|row| {
                Ok(EntryHit {
                    id: row.get(0)?,
                    version: row.get::<i64>(1)?.unsigned_abs(),
                    cause_kind: row.get(2)?,
                    entry: row.get(3)?,
                    subject: row.get(4)?,
                    hit: Hit::from_words(&row.get::<String>(5)?)
                        .ok_or_else(|| StoreError::Corrupt("a hit that is none".into()))?,
                })
            })
            .collect()
    }
}
