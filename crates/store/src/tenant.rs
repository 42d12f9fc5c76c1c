//! Whose data, for what, under which mandate: the tags of every row.

use std::sync::Arc;

use tidewaiter_domain::Text;
use tidewaiter_mandate::{DataSet, Mandate, MandateRef, PurposeId, PurposeSet, RecordTags, RoleId};

use crate::engine::{Row, Statements, Value};
use crate::{Result, StoreError};

/// A purpose of the store is a bit of a number; the sign is left alone.
const PURPOSES_MOST: i64 = 62;

/// An agency working under a mandate: in whose name everything is written and read.
#[derive(Clone, Debug)]
pub struct Tenant {
    pub(crate) agency: i64,
    pub(crate) mandate_number: i64,
    agency_name: Text,
    mandate: Arc<Mandate>,
    /// The store's bit of each purpose of the mandate, by its place.
    bits: Vec<i64>,
}

/// The tags of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tags {
    pub agency: i64,
    pub data_set: DataSet,
    /// One bit for each purpose, as the store numbers them.
    pub purposes: i64,
    pub mandate: i64,
}

impl Tags {
    /// The four columns, in the order of every table.
    pub(crate) fn values<'a>(self) -> [Value<'a>; 4] {
        [
            self.agency.into(),
            self.data_set.as_str().into(),
            self.purposes.into(),
            self.mandate.into(),
        ]
    }

    /// Reads the four columns from `first` on.
    pub(crate) fn read(row: &Row, first: usize) -> Result<Self> {
        let data_set: String = row.get(first + 1)?;
        Ok(Self {
            agency: row.get(first)?,
            data_set: DataSet::from_word(&data_set)
                .ok_or_else(|| StoreError::Corrupt("a data set that is not known".into()))?,
            purposes: row.get(first + 2)?,
            mandate: row.get(first + 3)?,
        })
    }
}

impl Tenant {
    /// Puts the agency, the mandate and its purposes on the books.
    pub(crate) fn enrol(
        tx: &mut Statements<'_>,
        agency: &str,
        mandate: Arc<Mandate>,
    ) -> Result<Self> {
        let agency_number = numbered(
            tx,
            "SELECT number FROM agency WHERE name = $1",
            "SELECT COALESCE(MAX(number), 0) + 1 FROM agency",
            "INSERT INTO agency (name, number) VALUES ($1, $2)",
            &[agency.into()],
        )?;
        let reference = mandate.reference();
        let mandate_number = numbered(
            tx,
            "SELECT number FROM mandate WHERE name = $1 AND hash = $2",
            "SELECT COALESCE(MAX(number), 0) + 1 FROM mandate",
            "INSERT INTO mandate (name, hash, number) VALUES ($1, $2, $3)",
            &[
                reference.name.as_str().into(),
                Value::from(&reference.hash.0),
            ],
        )?;
        let mut bits = Vec::new();
        for (_, name) in mandate.purposes() {
            let bit = numbered(
                tx,
                "SELECT bit FROM purpose WHERE name = $1",
                "SELECT COALESCE(MAX(bit), -1) + 1 FROM purpose",
                "INSERT INTO purpose (name, bit) VALUES ($1, $2)",
                &[name.into()],
            )?;
            if bit > PURPOSES_MOST {
                return Err(StoreError::Value(
                    "more than 63 purposes in the life of a store",
                ));
            }
            bits.push(1 << bit);
        }
        Ok(Self {
            agency: agency_number,
            mandate_number,
            agency_name: Text::from(agency),
            mandate,
            bits,
        })
    }

    /// The agency.
    pub fn agency(&self) -> &str {
        &self.agency_name
    }

    /// The mandate.
    pub fn mandate(&self) -> &Mandate {
        &self.mandate
    }

    /// The mandate, to hold on to.
    pub fn shared_mandate(&self) -> Arc<Mandate> {
        Arc::clone(&self.mandate)
    }

    /// Refuses a grant or an admission of another mandate.
    pub(crate) fn expect(&self, mandate: &MandateRef) -> Result<()> {
        if self.mandate.reference() == mandate {
            Ok(())
        } else {
            Err(StoreError::NotGranted)
        }
    }

    /// The tags of a row.
    pub(crate) fn tags(&self, data_set: DataSet, purposes: PurposeSet) -> Tags {
        Tags {
            agency: self.agency,
            data_set,
            purposes: purposes.iter().fold(0, |bits, p| bits | self.bit(p)),
            mandate: self.mandate_number,
        }
    }

    /// The store's bit of a purpose; none for a purpose there is not.
    pub(crate) fn bit(&self, purpose: PurposeId) -> i64 {
        self.bits.get(usize::from(purpose.0)).copied().unwrap_or(0)
    }

    /// A row's tags, as the mandate that is in force reads them. Purposes that it does not know
    /// any more are no purposes.
    pub(crate) fn record_tags(&self, tags: Tags, masked: bool) -> RecordTags {
        let purposes = self
            .mandate
            .purposes()
            .filter(|(id, _)| tags.purposes & self.bit(*id) != 0)
            .fold(PurposeSet::EMPTY, |set, (id, _)| set.with(id));
        RecordTags {
            data_set: tags.data_set,
            purposes,
            own_agency: tags.agency == self.agency,
            masked,
        }
    }

    pub(crate) fn purpose_name(&self, purpose: PurposeId) -> &str {
        let found = self.mandate.purposes().find(|(id, _)| *id == purpose);
        found.map_or("", |(_, name)| name)
    }

    pub(crate) fn role_name(&self, role: RoleId) -> &str {
        let found = self.mandate.roles().find(|(id, _)| *id == role);
        found.map_or("", |(_, name)| name)
    }
}

/// The number under which something is on the books, entered when it is new.
fn numbered(
    tx: &mut Statements<'_>,
    find: &str,
    next: &str,
    enter: &str,
    values: &[Value<'_>],
) -> Result<i64> {
    if let Some(number) = tx.value(find, values)? {
        return Ok(number);
    }
    let number = tx.value(next, &[])?.ok_or(StoreError::NotFound("number"))?;
    let values: Vec<_> = values.iter().cloned().chain([Value::Int(number)]).collect();
    tx.execute(enter, &values)?;
    Ok(number)
}
