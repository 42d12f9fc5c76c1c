//! Travel documents.

use crate::{Country, DocumentNumber, PartialDate, PersonName, Sourced, Span, Text};

/// What kind of document it is, by the first letter of its code (ICAO Doc 9303 part 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// `P`: passport of any kind.
    Passport,
    /// `V`: visa.
    Visa,
    /// `I`, `A`, `C`: identity card.
    IdentityCard,
    /// `AC`: crew member certificate.
    CrewCertificate,
    /// `IP`: passport card.
    PassportCard,
    /// `L`: pilot's or crew licence.
    CrewLicence,
    /// `M`: military identification.
    Military,
    /// `R`: refugee travel document.
    Refugee,
    /// `T`: travel permit.
    TravelPermit,
    /// `F`: another accepted document.
    Other,
    /// The message gives no type, or one that is not known.
    Unknown,
}

impl DocumentKind {
    /// The kind that a document code means. Case does not matter.
    pub fn from_code(code: &str) -> Self {
        let mut letters = code.bytes().map(|b| b.to_ascii_uppercase());
        match (letters.next(), letters.next()) {
            (Some(b'P'), _) => Self::Passport,
            (Some(b'V'), _) => Self::Visa,
            (Some(b'A'), Some(b'C')) => Self::CrewCertificate,
            (Some(b'I'), Some(b'P')) => Self::PassportCard,
            (Some(b'I' | b'A' | b'C'), _) => Self::IdentityCard,
            (Some(b'L'), _) => Self::CrewLicence,
            (Some(b'M'), _) => Self::Military,
            (Some(b'R'), _) => Self::Refugee,
            (Some(b'T'), _) => Self::TravelPermit,
            (Some(b'F'), _) => Self::Other,
            _ => Self::Unknown,
        }
    }
}

/// One document as a message gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TravelDocument {
    /// What kind of document.
    pub kind: DocumentKind,
    /// The code as written; empty when there was none.
    pub code: Text,
    /// The number, capital letters and digits only.
    pub number: Option<Sourced<DocumentNumber>>,
    /// The number as written, where normalising changed it.
    pub number_written: Option<Text>,
    /// The state or organisation that issued it.
    pub issuer: Option<Sourced<Country>>,
    /// The place of issue, where it was given as a name.
    pub issued_at: Option<Text>,
    /// Date of issue.
    pub issued: Option<Sourced<PartialDate>>,
    /// Date of expiry.
    pub expires: Option<Sourced<PartialDate>>,
    /// The name in the document, where it differs or the document has another holder.
    pub holder: Option<Box<PersonName>>,
    /// The bytes that speak of this document.
    pub span: Span,
}

impl TravelDocument {
    /// A document of which only the code is known so far.
    pub fn new(code: Text, span: Span) -> Self {
        Self {
            kind: DocumentKind::from_code(&code),
            code,
            number: None,
            number_written: None,
            issuer: None,
            issued_at: None,
            issued: None,
            expires: None,
            holder: None,
            span,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_letters_tell_the_kind() {
        for (code, kind) in [
            ("P", DocumentKind::Passport),
            ("PD", DocumentKind::Passport),
            ("AC", DocumentKind::CrewCertificate),
            ("A", DocumentKind::IdentityCard),
            ("ip", DocumentKind::PassportCard),
            ("I", DocumentKind::IdentityCard),
            ("", DocumentKind::Unknown),
            ("9", DocumentKind::Unknown),
        ] {
            assert_eq!(DocumentKind::from_code(code), kind, "{code}");
        }
    }
}
