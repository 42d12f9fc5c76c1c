//! Currencies: ISO 4217, list one.

use crate::letters;

include!(concat!(env!("OUT_DIR"), "/currencies.rs"));

/// One currency, fund or precious metal of ISO 4217.
#[derive(Debug, PartialEq, Eq)]
pub struct Currency {
    alpha: [u8; 3],
    numeric: u16,
    minor_unit: Option<u8>,
    name: &'static str,
}

impl Currency {
    /// The alphabetic code: `EUR`.
    pub fn code(&'static self) -> &'static str {
        letters::as_text(&self.alpha)
    }

    /// The numeric code, 1 to 999: 978.
    pub const fn numeric(&self) -> u16 {
        self.numeric
    }

    /// How many decimals an amount has: 2 for the euro, 0 for the yen, 3 for the Kuwaiti dinar.
    /// `None` where the standard says it does not apply (gold, test codes).
    pub const fn minor_unit(&self) -> Option<u8> {
        self.minor_unit
    }

    /// The English name.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// The currency of an alphabetic code, in either case; `None` when it is unknown.
pub fn by_code(code: &str) -> Option<&'static Currency> {
    let code = letters::three_bytes(code)?.map(|letter| letter.to_ascii_uppercase());
    let place = CURRENCIES
        .binary_search_by_key(&code, |currency| currency.alpha)
        .ok()?;
    CURRENCIES.get(place)
}

/// The currency of a numeric code; `None` when it is unknown.
pub fn by_numeric(code: u16) -> Option<&'static Currency> {
    CURRENCIES.iter().find(|currency| currency.numeric == code)
}

/// Every currency of the table, by its alphabetic code.
pub fn all() -> &'static [Currency] {
    &CURRENCIES
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn currencies_have_their_decimals() {
        let decimals = |code| by_code(code).unwrap().minor_unit();
        assert_eq!(decimals("EUR"), Some(2));
        assert_eq!(decimals("jpy"), Some(0));
        assert_eq!(decimals(" KWD "), Some(3));
        assert_eq!(decimals("XAU"), None);
        let franc = by_code("CHF").unwrap();
        assert_eq!((franc.numeric(), franc.name()), (756, "Swiss Franc"));
    }

    #[test]
    fn the_unknown_is_unknown() {
        for code in ["", "EU", "EURO", "DEM", "E\u{dc}", "978", "€"] {
            assert_eq!(by_code(code), None, "{code:?}");
        }
        assert_eq!(by_numeric(0), None);
    }

    #[test]
    fn every_row_resolves_to_itself() {
        assert_eq!(all().len(), 178);
        for currency in all() {
            assert_eq!(by_code(currency.code()), Some(currency));
            assert_eq!(by_numeric(currency.numeric()), Some(currency));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_looked_up_without_panic(text in any::<String>()) {
            if let Some(currency) = by_code(&text) {
                prop_assert_eq!(currency.code(), text.trim().to_ascii_uppercase());
            }
        }
    }
}
