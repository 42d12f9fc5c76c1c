//! What would become of a finding, and what is there already.

use tidewaiter_mandate::review::State;
use tidewaiter_mandate::{DataSet, PurposeId, PurposeSet};

use crate::engine::Value;
use crate::hit::{COLUMNS, HitKey, HitView, Stored};
use crate::store::Tx;
use crate::tenant::{Tags, Tenant};
use crate::{Id, Result};

/// What [`Tx::raise`] would make of a finding, if it were raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreseen {
    /// A new hit.
    New,
    /// A new hit that a person's earlier finding clears.
    AutoCleared,
    /// Nothing new: the hit is there, with the same pair.
    Same(Id),
    /// The hit is there, and would be looked at again.
    Changed(Id),
}

impl Tx<'_, '_> {
    /// What [`Tx::raise`] would make of a finding of this pair. Nothing is raised.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn foresee(
        &mut self,
        tenant: &Tenant,
        purpose: PurposeId,
        key: &HitKey<'_>,
        pair: &[u8],
    ) -> Result<Foreseen> {
        let tags = tenant.tags(DataSet::Hits, PurposeSet::EMPTY.with(purpose));
        let pair = self.store.pair(pair);
        Ok(match self.known_hit(tags, key, &key.hash())? {
            Some(Stored { view, .. }) if self.is_the_same(&view, &pair)? => Foreseen::Same(view.id),
            Some(Stored { view, .. }) => Foreseen::Changed(view.id),
            None if self.is_cleared(tags, &pair)? => Foreseen::AutoCleared,
            None => Foreseen::New,
        })
    }

    /// The hit of a cause on a subject, if there is one.
    pub(crate) fn known_hit(
        &mut self,
        tags: Tags,
        key: &HitKey<'_>,
        cause: &[u8; 32],
    ) -> Result<Option<Stored>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM hit h
             WHERE h.agency = $1 AND h.lane = $2 AND h.purposes = $3 AND h.cause_key = $4"
        );
        let values = [
            tags.agency.into(),
            key.lane.as_str().into(),
            tags.purposes.into(),
            Value::from(cause),
        ];
        let known = self.statements.first(&sql, &values)?;
        known.as_ref().map(Stored::read).transpose()
    }

    /// Whether a pair is the one behind a hit. What had lapsed and is found again is open again,
    /// however much the same it is.
    pub(crate) fn is_the_same(&mut self, view: &HitView, pair: &[u8; 32]) -> Result<bool> {
        let sql = "SELECT pair FROM finding WHERE id = $1";
        let before: Option<[u8; 32]> = self.statements.value(sql, &[(&view.finding).into()])?;
        Ok(before.as_ref() == Some(pair) && view.hit.state() != State::Lapsed)
    }
}
