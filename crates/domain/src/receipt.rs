//! What the receiver of an interchange says of its syntax (CONTRL).

use crate::{Text, Unread};

/// Whether an interchange was taken, and what was wrong with its form.
///
/// It speaks of syntax only: nothing in it tells what was thought of the people in the messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxReceipt {
    /// Control reference of the interchange (0020).
    pub interchange: Text,
    /// Who had sent it.
    pub sender: PartyId,
    /// Whom it was for.
    pub recipient: PartyId,
    /// What became of it, and why.
    pub verdict: Verdict,
    /// Its messages outside groups.
    pub messages: Vec<MessageReceipt>,
    /// Its groups.
    pub groups: Vec<GroupReceipt>,
    /// What was not understood.
    pub unread: Vec<Unread>,
}

/// A party of an interchange or group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartyId {
    /// Identification.
    pub id: Text,
    /// Its qualifier; `ZZ` mutually agreed.
    pub qualifier: Text,
}

/// What is said of one group (UCF).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupReceipt {
    /// Group reference (0048).
    pub reference: Text,
    /// Who had sent it.
    pub sender: PartyId,
    /// Whom it was for.
    pub recipient: PartyId,
    /// What became of it, and why.
    pub verdict: Verdict,
    /// Its messages.
    pub messages: Vec<MessageReceipt>,
}

/// What is said of one message (UCM).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageReceipt {
    /// Message reference (0062).
    pub reference: Text,
    /// Type, version, release, agency and association code as UNH had them (S009).
    pub identifier: [Text; 5],
    /// What became of it, and why.
    pub verdict: Verdict,
    /// Faults in its segments, in their order.
    pub segments: Vec<SegmentFault>,
}

/// What became of an interchange, group or message, and the first fault found at that level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What became of it.
    pub action: ReceiptAction,
    /// What was wrong.
    pub error: Option<SyntaxError>,
}

/// What became of an interchange, group or message (0083).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ReceiptAction {
    /// 4: this level and all below it are rejected.
    Rejected,
    /// 7: taken; what lies below is taken too unless it says otherwise.
    Acknowledged,
    /// 8: the interchange came in; nothing is said of what is in it.
    Received,
    /// Another code, as written. Never means that anything was taken.
    Other(Text),
}

impl ReceiptAction {
    /// The action a code stands for.
    pub fn of_code(code: &str) -> Self {
        match code {
            "4" => Self::Rejected,
            "7" => Self::Acknowledged,
            "8" => Self::Received,
            _ => Self::Other(Text::new(code)),
        }
    }

    /// The code (0083).
    pub fn code(&self) -> &str {
        match self {
            Self::Rejected => "4",
            Self::Acknowledged => "7",
            Self::Received => "8",
            Self::Other(code) => code,
        }
    }

    /// A word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Acknowledged => "acknowledged",
            Self::Received => "received",
            Self::Other(_) => "unknown",
        }
    }
}

/// A fault of syntax (0085).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SyntaxError(u16);

impl SyntaxError {
    /// 2: the syntax version is not supported.
    pub const VERSION: Self = Self(2);
    /// 12: a value is not what the standard allows there.
    pub const INVALID_VALUE: Self = Self(12);
    /// 13: something mandatory is missing.
    pub const MISSING: Self = Self(13);
    /// 14: the value is not supported in this position.
    pub const VALUE_NOT_SUPPORTED: Self = Self(14);
    /// 15: the segment or element is not supported in this position.
    pub const NOT_SUPPORTED: Self = Self(15);
    /// 16: too many elements or components.
    pub const TOO_MANY_CONSTITUENTS: Self = Self(16);
    /// 18: a fault that has no code of its own.
    pub const UNSPECIFIED: Self = Self(18);
    /// 20: a character of the service string advice cannot be one.
    pub const SERVICE_CHARACTER: Self = Self(20);
    /// 21: characters that the character set does not have.
    pub const INVALID_CHARACTERS: Self = Self(21);
    /// 26: it came before.
    pub const DUPLICATE: Self = Self(26);
    /// 28: the references of header and trailer differ.
    pub const REFERENCES: Self = Self(28);
    /// 29: a trailer counts other things than came.
    pub const COUNT: Self = Self(29);
    /// 32: a level that must hold something is empty.
    pub const EMPTY: Self = Self(32);
    /// 39: too long.
    pub const TOO_LONG: Self = Self(39);
    /// 46: the character set is not supported.
    pub const CHARSET: Self = Self(46);

    /// The fault of a code from 1 to 999; `None` for other numbers.
    pub const fn new(code: u16) -> Option<Self> {
        if code >= 1 && code <= 999 {
            Some(Self(code))
        } else {
            None
        }
    }

    /// The code (0085).
    pub const fn code(self) -> u16 {
        self.0
    }

    /// What it means, in words; `None` for a code that is not known here.
    ///
    /// Source: ISO 9735-10, service code list 0085.
    pub const fn meaning(self) -> Option<&'static str> {
        Some(match self.0 {
            2 => "syntax version not supported",
            7 => "the recipient is another one",
            12 => "invalid value",
            13 => "missing",
            14 => "value not supported in this position",
            15 => "not supported in this position",
            16 => "too many constituents",
            17 => "no agreement",
            18 => "unspecified error",
            20 => "character cannot be a service character",
            21 => "invalid characters",
            23 => "unknown sender",
            24 => "too old",
            26 => "duplicate",
            28 => "references do not match",
            29 => "control count does not match",
            32 => "lower level empty",
            35 => "too many repetitions",
            36 => "too many repetitions of a segment group",
            37 => "wrong type of characters",
            39 => "too long",
            40 => "too short",
            45 => "trailing separator",
            46 => "character set not supported",
            _ => return None,
        })
    }
}

/// Faults in one segment (UCS).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentFault {
    /// Number of the segment in the message, UNH being 1 (0096).
    pub segment: u32,
    /// What is wrong with the segment itself.
    pub error: Option<SyntaxError>,
    /// What is wrong within it.
    pub elements: Vec<ElementFault>,
}

/// A fault in one element (UCD).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ElementFault {
    /// What is wrong.
    pub error: SyntaxError,
    /// Element, counted from 1 behind the tag; the standard counts the tag as 1 (0098).
    pub element: u16,
    /// Component, counted from 1; `None` for the element as a whole (0104).
    pub component: Option<u16>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_one_to_three_digits() {
        assert_eq!(SyntaxError::new(0), None);
        assert_eq!(SyntaxError::new(1000), None);
        assert_eq!(SyntaxError::new(29), Some(SyntaxError::COUNT));
    }

    #[test]
    fn an_unknown_action_stays_what_it_is() {
        for code in ["4", "7", "8", "", "9"] {
            assert_eq!(ReceiptAction::of_code(code).code(), code);
        }
        assert_eq!(ReceiptAction::of_code("9").as_str(), "unknown");
    }
}
