//! Identifiers. The store never mints one: whoever stores says under which identifier.

use std::fmt;

use jiff::SignedDuration;

/// The identifier of a record: a UUID, version 7 in practice, so that records of one time lie
/// together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub [u8; 16]);

impl Id {
    /// The lowest identifier of version 7 that was made so long before this one (RFC 9562, section 5.7:
    /// the first 48 bits are the milliseconds since 1970).
    #[must_use]
    pub(crate) fn earlier(self, by: SignedDuration) -> Self {
        let mut bytes = [0; 16];
        bytes[2..8].copy_from_slice(&self.0[..6]);
        let milliseconds = u64::from_be_bytes(bytes[..8].try_into().unwrap_or_default());
        let by = u64::try_from(by.as_millis()).unwrap_or(0);
        let earlier = milliseconds.saturating_sub(by).to_be_bytes();
        let mut id = [0; 16];
        id[..6].copy_from_slice(&earlier[2..]);
        Self(id)
    }

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

    #[test]
    fn an_earlier_identifier_begins_with_the_earlier_time() {
        let id = Id::parse("01936a4c-7f00-7abc-9def-0123456789ab").unwrap();
        let hour = SignedDuration::from_hours(1);
        let earlier = id.earlier(hour);
        assert_eq!(earlier.to_string(), "01936a15-9080-0000-0000-000000000000");
        assert!(
            earlier < id.earlier(SignedDuration::ZERO) && id.earlier(SignedDuration::ZERO) < id
        );
        assert_eq!(Id([0; 16]).earlier(hour), Id([0; 16]));
    }
}
