//! The look-back index: what a new list entry, document or selector is looked up by, over all that
//! is held.
//!
//! A key is a blocking key of a name, a document number, a telephone number …, as `matching` or
//! the screening of selectors makes it. The store keeps 63 bits of its HMAC under a key of the
//! keystore, so that the index by itself names nobody and cannot be tried out with a list of names.
//! A rare collision brings one candidate more, which screening drops. Keys go at mask_at.

use tidewaiter_mandate::PurposeId;

use crate::audit::keyed;
use crate::engine::Insert;
use crate::store::{Store, Tx};
use crate::tenant::Tenant;
use crate::{Id, Result};

/// What kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// A blocking key of a name.
    Name,
    /// Number and issuer of a document.
    Document,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// The token of a payment card.
    Card,
    /// An address.
    Address,
    /// A travel agency.
    Agency,
}

impl KeyKind {
    /// Its number in the store. Never changed, never given again.
    const fn number(self) -> i64 {
        match self {
            Self::Name => 1,
            Self::Document => 2,
            Self::Phone => 3,
            Self::Email => 4,
            Self::Card => 5,
            Self::Address => 6,
            Self::Agency => 7,
        }
    }
}

/// A key, hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookbackKey {
    kind: KeyKind,
    hash: i64,
}

impl LookbackKey {
    /// Whether bookings have such keys of their own.
    pub(crate) const fn is_of_bookings(self) -> bool {
        !matches!(self.kind, KeyKind::Name | KeyKind::Document)
    }

    /// Its kind and its hash, as the table keeps them: for loading many at a time.
    pub const fn values(self) -> (i64, i64) {
        (self.kind.number(), self.hash)
    }
}

const INSERT: Insert = Insert {
    into: "INTO lookback (kind, hash, record)",
    columns: 3,
    on_conflict: "ON CONFLICT DO NOTHING",
};

impl Store {
    /// The look-back key of a normalised text.
    pub fn lookback_key(&self, kind: KeyKind, normalised: &str) -> LookbackKey {
        let hash = keyed(
            &self.pepper,
            &kind.number().to_be_bytes(),
            normalised.as_bytes(),
        );
        let [a, b, c, d, e, f, g, h, ..] = hash;
        LookbackKey {
            kind,
            hash: i64::from_be_bytes([a, b, c, d, e, f, g, h]) & i64::MAX,
        }
    }
}

impl Tx<'_, '_> {
    /// Puts the keys of records; those a record had before are gone where it `may_have_some`.
    pub(crate) fn put_keys<'k>(
        &mut self,
        records: impl Iterator<Item = (Id, bool, &'k [LookbackKey])>,
    ) -> Result<()> {
        let (mut values, mut before) = (Vec::new(), Vec::new());
        for (id, may_have_some, keys) in records {
            if may_have_some {
                before.push(id);
            }
            for key in keys {
                values.extend([key.kind.number().into(), key.hash.into(), id.into()]);
            }
        }
        let mut rest = before.as_slice();
        while !rest.is_empty() {
            // Powers of two, so that few different statements are prepared.
            let (some, others) = rest.split_at(1 << rest.len().ilog2().min(6));
            let marks: Vec<String> = (1..=some.len()).map(|n| format!("${n}")).collect();
            let sql = format!(
                "DELETE FROM lookback WHERE record IN ({})",
                marks.join(", ")
            );
            let ids: Vec<_> = some.iter().map(Into::into).collect();
            self.statements.execute(&sql, &ids)?;
            rest = others;
        }
        self.statements.insert(&INSERT, &values).map(|_| ())
    }

    pub(crate) fn drop_keys(&mut self, id: &Id) -> Result<()> {
        let sql = "DELETE FROM lookback WHERE record = $1";
        self.statements.execute(sql, &[id.into()]).map(|_| ())
    }

    /// The records of the tenant, admitted for `purpose`, that have one of `keys`: the candidates
    /// of a look-back, each once, oldest identifier first.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn candidates(
        &mut self,
        tenant: &Tenant,
        purpose: PurposeId,
        keys: &[LookbackKey],
    ) -> Result<Vec<Id>> {
        let mut found = Vec::new();
        for key in keys {
            let rows = self.statements.query(
                "SELECT r.id FROM lookback l JOIN record r ON r.id = l.record
                 WHERE l.kind = $1 AND l.hash = $2 AND r.agency = $3 AND (r.purposes & $4) <> 0
                     AND r.is_masked = 0",
                &[
                    key.kind.number().into(),
                    key.hash.into(),
                    tenant.agency.into(),
                    tenant.bit(purpose).into(),
                ],
            )?;
            for row in rows {
                found.push(row.get(0)?);
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}
