//! Lists of travel documents: lost, stolen, revoked; number, issuer and type.
//!
//! Such lists have millions of rows and no persons, so they are streamed and never held here: one
//! [`ReportedDocument`] at a time goes to whatever indexes them. The form is our own, CSV or JSON
//! Lines, with a template in `docs/templates/`.
//!
//! The databases of INTERPOL (SLTD, TDAWN, ASF) and the like may be asked and not copied: a file that
//! names such an authority as its source is refused; [`super::query_only`] stands for the query.

mod key;
mod reader;

pub use key::{folded, strict};
pub use reader::{DocumentRow, DocumentsError, DocumentsReader};

use tidewaiter_domain::{Country, DocumentKind, DocumentNumber, PartialDate, Text};

/// Why a document must not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LossReason {
    /// Its holder lost it.
    Lost,
    /// It was stolen, from its holder or blank.
    Stolen,
    /// Its issuer revoked it.
    Revoked,
    /// It is known to be forged or altered.
    False,
    /// The list does not say.
    Unknown,
}

impl LossReason {
    /// `lost`, `stolen`, `revoked`, `false` or `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Stolen => "stolen",
            Self::Revoked => "revoked",
            Self::False => "false",
            Self::Unknown => "unknown",
        }
    }

    /// The reason that a word means; case does not matter.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word.trim().to_ascii_lowercase().as_str() {
            "lost" | "l" => Self::Lost,
            "stolen" | "stolen-blank" | "blank" | "s" => Self::Stolen,
            "revoked" | "cancelled" | "canceled" | "invalidated" | "r" => Self::Revoked,
            "false" | "forged" | "counterfeit" | "altered" => Self::False,
            "unknown" | "" => Self::Unknown,
            _ => return None,
        })
    }
}

/// One row of a list of documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportedDocument {
    /// The number, capital letters and digits only ([`strict`]).
    pub number: DocumentNumber,
    /// The issuing state or organisation.
    pub issuer: Option<Country>,
    /// What kind of document.
    pub kind: DocumentKind,
    /// Why it is listed.
    pub reason: LossReason,
    /// Since when.
    pub reported: Option<PartialDate>,
    /// The list's own reference of the row.
    pub reference: Option<Text>,
    /// Who reported it (authority, partner), as written.
    pub source: Option<Text>,
}

/// The authority that `text` names, when its data may be asked but not copied.
pub fn query_only_authority(text: &str) -> Option<&'static str> {
    let squeezed: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    [
        ("interpol", "INTERPOL"),
        ("stolenandlosttraveldocument", "INTERPOL SLTD"),
        ("asfsltd", "INTERPOL SLTD"),
        ("tdawn", "INTERPOL TDAWN"),
    ]
    .into_iter()
    .find(|(mark, _)| squeezed.contains(mark))
    .map(|(_, name)| name)
    .or_else(|| (squeezed == "sltd").then_some("INTERPOL SLTD"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorities_that_may_only_be_asked_are_known_in_any_spelling() {
        for text in ["INTERPOL", "Interpol NCB", "ASF-SLTD", "sltd", "TDAWN"] {
            assert!(query_only_authority(text).is_some(), "{text}");
        }
        for text in ["", "Border Police", "Swedish Tax Agency", "result d"] {
            assert_eq!(query_only_authority(text), None, "{text}");
        }
    }
}
