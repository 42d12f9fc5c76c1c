//! Identifiers. The store never mints one: whoever stores says under which identifier.

use std::fmt;

/// The identifier of a record: a UUID, version 7 in practice, so that records of one time lie
/// together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub [u8; 16]);

impl Id {
    /// Reads an identifier as it is shown, with or without hyphens.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text
            .bytes()
            .filter(|byte| *byte != b'-')
            .map(|byte| char::from(byte).to_digit(16))
            .map(|digit| digit.and_then(|digit| u8::try_from(digit).ok()))
            .collect::<Option<_>>()?;
        let bytes: Vec<u8> = digits
            .chunks_exact(2)
            .map(|two| two[0] << 4 | two[1])
            .collect();
        (digits.len() == 32).then_some(Self(bytes.try_into().ok()?))
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_read_as_it_is_shown() {
        let id = Id(std::array::from_fn(|n| n as u8 * 16 + 7));
        assert_eq!(Id::parse(&id.to_string()), Some(id));
        assert_eq!(Id::parse(&id.to_string().to_uppercase()), Some(id));
        for text in ["", "0", &id.to_string()[1..], &format!("{id}0"), "g07a"] {
            assert_eq!(Id::parse(text), None, "{text}");
        }
    }
}
