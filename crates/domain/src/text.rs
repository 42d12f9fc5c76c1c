//! A type per meaning for short texts.

use std::fmt;

use compact_str::CompactString;

/// A short text. Up to 24 bytes are held without an allocation, which is nearly every field of a
/// passenger message.
pub type Text = CompactString;

macro_rules! text_types {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(Text);

        impl $name {
            /// Wraps `text` as it is; `None` when it is empty.
            #[inline]
            pub fn new(text: impl Into<Text>) -> Option<Self> {
                let text = text.into();
                (!text.is_empty()).then_some(Self(text))
            }

            /// The text.
            #[inline]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    )*};
}

text_types! {
    /// A place as a message names it: IATA airport (three letters) by air, UN/LOCODE (five) by
    /// sea. Whether it exists is for `tidewaiter-reference` to say.
    AirportCode

    /// An airline: IATA designator (two characters) or ICAO (three letters).
    CarrierCode

    /// The number of a travel document, upper-case letters and digits only.
    DocumentNumber

    /// The reference of a booking in a reservation system (record locator, PNR locator).
    RecordLocator

    /// A carrier's unique reference of a passenger (UPR): PAXLST RFF+ABO, PNRGOV REF.
    UniqueReference

    /// The reference of one transmission (PAXLST RFF+TN), echoed in its response.
    TransactionReference

    /// A seat, without leading zeros: `14C`.
    SeatNumber

    /// The tag of one piece of baggage.
    BagTag

    /// The number of a ticket, with its coupon where it was given.
    TicketNumber

    /// The number of a loyalty programme.
    LoyaltyNumber

    /// An ISO 4217 alphabetic currency code.
    CurrencyCode
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_no_code() {
        assert_eq!(RecordLocator::new(""), None);
        assert_eq!(RecordLocator::new("K7Q2LM").unwrap().to_string(), "K7Q2LM");
    }
}
