//! Countries as documents and messages name them.

use std::fmt;

use crate::Text;

/// A country code of three capital letters: ISO 3166-1 alpha-3, or a special code of ICAO Doc 9303
/// part 3 section 5 (`XXA` stateless, `GBN` British National (Overseas), `UNO` ...).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 3]);

impl CountryCode {
    /// The code of three ASCII capital letters; `None` for anything else.
    ///
    /// That such a country exists is not checked here.
    pub const fn new(letters: [u8; 3]) -> Option<Self> {
        let [a, b, c] = letters;
        if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_uppercase() {
            Some(Self(letters))
        } else {
            None
        }
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        // Only capital letters get in, so this never falls back.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The three letters.
    pub const fn letters(self) -> [u8; 3] {
        self.0
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A country as a message names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Country {
    /// A code that exists, whatever form it was written in.
    Known(CountryCode),
    /// Something else, kept as written.
    Unknown(Text),
}

impl Country {
    /// The code, when it is one.
    pub const fn code(&self) -> Option<CountryCode> {
        match self {
            Self::Known(code) => Some(*code),
            Self::Unknown(_) => None,
        }
    }

    /// The code, or what was written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(code) => code.as_str(),
            Self::Unknown(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_capitals_are_a_code() {
        assert_eq!(CountryCode::new(*b"SWE").unwrap().as_str(), "SWE");
        assert_eq!(CountryCode::new(*b"swe"), None);
        assert_eq!(CountryCode::new(*b"D<<"), None);
    }
}
