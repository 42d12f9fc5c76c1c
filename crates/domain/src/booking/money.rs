//! Tickets and payments.

use std::fmt;

use super::{Index, Moment};
use crate::{CarrierCode, Contact, CurrencyCode, Sourced, Span, Text, TicketNumber};

/// A ticket (TKT with the segments that follow it).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ticket {
    /// Its number; `None` for a journey without tickets.
    pub number: Option<Sourced<TicketNumber>>,
    /// Kind as written: `T` ticket, `1` or `700` ticketless ...
    pub kind: Text,
    /// Number of booklets.
    pub booklets: Option<u16>,
    /// Whose it is.
    pub traveller: Option<Index>,
    /// Base fare (MON `B`).
    pub base: Option<WrittenAmount>,
    /// Total (MON `T`).
    pub total: Option<WrittenAmount>,
    /// Date of issue.
    pub issued_at: Option<Moment>,
    /// Fare basis and discounts as written (FAR).
    pub fare: Option<Text>,
    /// Restrictions and time limits as written (PTK). Their dates are ambiguous.
    pub restrictions: Option<Text>,
    /// Taxes as written (TXD).
    pub taxes: Option<Text>,
    /// The carrier that validated it.
    pub validating_carrier: Option<CarrierCode>,
    /// Where it stands.
    pub span: Span,
}

/// An amount of money as written, which may be a word (`IT`, `NOADC`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrittenAmount {
    /// The amount, a decimal number with a point, or a word.
    pub amount: Text,
    /// The currency.
    pub currency: Option<CurrencyCode>,
}

/// A form of payment (FOP).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// What kind.
    pub form: PaymentForm,
    /// The kind as written.
    pub form_written: Text,
    /// Whether it is an old form of payment, as after an exchange (9988 `2`).
    pub old: bool,
    /// How much.
    pub amount: Option<WrittenAmount>,
    /// The card.
    pub card: Option<PaymentCard>,
    /// An account that is no card, as written.
    pub account: Option<Text>,
    /// Whose journey is paid.
    pub traveller: Option<Index>,
    /// Who pays.
    pub payer: Option<Box<Payer>>,
    /// Where it stands. The bytes there may hold the card's number in clear.
    pub span: Span,
}

/// What kind of payment (PADIS 9888).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PaymentForm {
    /// `CC`: card.
    Card,
    /// `CA`: cash.
    Cash,
    /// `CK`: cheque.
    Cheque,
    /// `GR`, `SGR`: government request.
    Government,
    /// `DP`: direct.
    Direct,
    /// `MS`: miscellaneous.
    Miscellaneous,
    /// `PT`: prepaid ticket.
    Prepaid,
    /// Another code.
    Other,
}

impl PaymentForm {
    /// What a code means. Case does not matter.
    pub fn from_code(code: &str) -> Self {
        match code.to_ascii_uppercase().as_str() {
            "CC" | "CCT" | "DC" | "DB" => Self::Card,
            "CA" => Self::Cash,
            "CK" | "CHK" => Self::Cheque,
            "GR" | "SGR" | "GT" => Self::Government,
            "DP" => Self::Direct,
            "MS" | "MSC" => Self::Miscellaneous,
            "PT" => Self::Prepaid,
            _ => Self::Other,
        }
    }

    /// A word for it: `card`, `cash`, `cheque` ...
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Cash => "cash",
            Self::Cheque => "cheque",
            Self::Government => "government",
            Self::Direct => "direct",
            Self::Miscellaneous => "miscellaneous",
            Self::Prepaid => "prepaid",
            Self::Other => "other",
        }
    }
}

/// A payment card, reduced: its number does not exist here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentCard {
    /// Who issued it, as written: `VI`, `AX` ...
    pub vendor: Option<Text>,
    /// The last digits of its number, at most four.
    pub last4: Option<Text>,
    /// Stands for the number: the same number gives the same token under the same key. `None` when
    /// the sender had masked the number already, or no key was given.
    pub token: Option<CardToken>,
    /// Expiry as written, `MMYY`.
    pub expires: Option<Text>,
}

/// Stands for a card number: 128 bits of a keyed digest (HMAC-SHA-256).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CardToken(pub [u8; 16]);

impl fmt::Display for CardToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Letters only: no reader can take a token for a number.
        self.0.iter().try_for_each(|byte| {
            let letter = |n: u8| char::from(b'a' + n);
            write!(f, "{}{}", letter(byte >> 4), letter(byte & 15))
        })
    }
}

impl fmt::Debug for CardToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Who pays (IFT 43).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payer {
    /// Name in one piece.
    pub name: Option<Text>,
    /// Address in one piece.
    pub address: Option<Text>,
    /// Telephone.
    pub contact: Option<Contact>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_written_without_digits() {
        let token = CardToken(*b"\x00\x12\xff3456789abcdef").to_string();
        assert_eq!(token.len(), 32);
        assert!(token.bytes().all(|b| (b'a'..=b'p').contains(&b)), "{token}");
    }
}
