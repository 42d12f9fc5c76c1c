//! Identifiers. The store never mints one: whoever stores says under which identifier.

use std::fmt;

/// The identifier of a record: a UUID, version 7 in practice, so that records of one time lie
/// together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub [u8; 16]);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, byte) in self.0.iter().enumerate() {
            if matches!(i, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<'a> From<&'a Id> for crate::engine::Value<'a> {
    fn from(id: &'a Id) -> Self {
        Self::from(&id.0)
    }
}

impl From<Id> for crate::engine::Value<'_> {
    fn from(id: Id) -> Self {
        Self::from(id.0.to_vec())
    }
}

impl crate::engine::Get for Id {
    fn get(value: &crate::engine::Value<'static>) -> Option<Self> {
        <[u8; 16]>::get(value).map(Self)
    }
}
