//! Machine-readable zones of travel documents (ICAO Doc 9303).
//!
//! [`read()`] takes the characters as they were scanned, typed or sent, and gives the fields with
//! their places; [`Mrz::write`] gives the lines back. The five layouts are those of Doc 9303 parts
//! 4 (TD3), 5 (TD1), 6 (TD2) and 7 (MRV-A, MRV-B); see [`Format`].
//!
//! A wrong check digit never stops the reading. Where one look-alike exchange (`O` for `0`) makes
//! it fit, the exchange is made and flagged; where none or several do, the characters stay as they
//! are and the check digit is flagged. Names and countries have no check digit and are never
//! repaired.
//!
//! Years stay two digits: the century is decided by whoever knows the date of the journey, see
//! [`MrzDate::birth_year`] and [`MrzDate::expiry_year`].
//!
//! [`transliterate`] holds the tables of Doc 9303 part 3 section 6.

mod check_digit;
mod date;
mod grid;
mod layout;
mod names;
mod read;
mod repair;
#[cfg(test)]
mod tests;
pub mod transliterate;
mod write;

use tidewaiter_diagnostics::Sourced;

pub use check_digit::check_digit;
pub use date::MrzDate;
pub use layout::Format;
pub use names::Names;
pub use read::read;
pub use write::WriteError;

/// Sex as the zone states it (Doc 9303 part 3, section 4: `M`, `F`, `<`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Sex {
    /// `F`.
    Female,
    /// `M`.
    Male,
    /// `<`: the document does not state it (shown as X on its visual part).
    #[default]
    Unspecified,
}

impl Sex {
    /// The character in the zone.
    pub(crate) const fn as_byte(self) -> u8 {
        match self {
            Self::Female => b'F',
            Self::Male => b'M',
            Self::Unspecified => b'<',
        }
    }
}

/// The content of a machine-readable zone, each field with the bytes it was read from.
///
/// Fillers at the end of a field are not part of its value; those inside it are (a document number
/// written with a hyphen has one). Two zones are equal when their values are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mrz {
    /// Which layout.
    pub format: Format,
    /// Kind of document, one or two characters: `P`, `PD`, `I`, `ID`, `AC`, `V` ...
    pub document_code: Sourced<String>,
    /// Issuing State or organisation: ISO 3166-1 alpha-3 or a code of Doc 9303 part 3 section 5
    /// (`D` for Germany). Not checked here.
    pub issuer: Sourced<String>,
    /// Names of the holder.
    pub names: Sourced<Names>,
    /// Document number, whole: with the part that TD1 and TD2 continue in the optional field.
    pub number: Sourced<String>,
    /// Nationality, coded as the issuer.
    pub nationality: Sourced<String>,
    /// Date of birth; `None` when the characters are no date.
    pub birth: Sourced<Option<MrzDate>>,
    /// Sex.
    pub sex: Sourced<Sex>,
    /// Last day of validity; `None` when the characters are no date.
    pub expiry: Sourced<Option<MrzDate>>,
    /// Optional data: the first line's in TD1, the second line's elsewhere (in TD3 the personal
    /// number, with a check digit of its own).
    pub optional: Sourced<String>,
    /// Optional data of the second line of TD1; empty in every other layout.
    pub second_optional: Sourced<String>,
}

impl Mrz {
    /// Whether the names fill their field to the last character, so that the end may be missing
    /// (Doc 9303 part 3, section 4.6).
    pub fn names_may_be_truncated(&self) -> bool {
        self.names.encoded_len() >= self.format.layout().names.len()
    }
}

/// Body of the fuzz target: reads `bytes`; what was read and can be written must read back the
/// same and without a failing check digit.
///
/// # Panics
///
/// When that does not hold, which is a defect of this module.
pub fn fuzz(bytes: &[u8]) {
    let reading = read(bytes);
    let Some(mrz) = reading.value else { return };
    if let Ok(written) = mrz.write() {
        let again = read(written.as_bytes());
        assert!(
            again.value.as_ref() == Some(&mrz),
            "what was written reads back differently"
        );
        assert!(
            !again
                .diagnostics
                .iter()
                .any(|d| d.code == &tidewaiter_diagnostics::codes::syntax::MRZ_CHECK_DIGIT),
            "what was written has a wrong check digit"
        );
    }
}
