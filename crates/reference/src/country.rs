//! Countries: ISO 3166-1, the special codes of ICAO Doc 9303, and countries that are no more.
//!
//! Messages write a country in many ways: `USA`, `us`, `D<<`, `UK`, `ROM`, `Korea, Republic of`.
//! [`resolve`] reads them all and says which way it was, so that the reader can warn about what
//! the standard does not allow. What it does not know is unknown; a name that two countries share
//! (`KOREA`, `VIRGIN ISLANDS`) is unknown too.

use crate::key::{KEY_LEN, key};
use crate::letters;

include!(concat!(env!("OUT_DIR"), "/countries.rs"));

/// What stands behind a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A country or territory of ISO 3166-1.
    State,
    /// A nationality or issuer that is no country: stateless persons, British nationals without
    /// citizenship, the United Nations, and Kosovo (ICAO Doc 9303 part 3 section 5).
    Special,
    /// A country that dissolved without one successor (ISO 3166-3).
    Historic,
    /// `UTO`, the country of ICAO's specimens: no genuine document carries it.
    Specimen,
}

/// One country, territory or special issuer.
#[derive(Debug, PartialEq, Eq)]
pub struct Country {
    alpha3: [u8; 3],
    alpha2: [u8; 2],
    numeric: u16,
    name: &'static str,
    kind: Kind,
    dial: &'static str,
    currency: [u8; 3],
}

impl Country {
    /// The three letters: ISO 3166-1 alpha-3, or the code of ICAO Doc 9303 or ISO 3166-3.
    pub const fn alpha3(&self) -> [u8; 3] {
        self.alpha3
    }

    /// The three letters as text.
    pub fn code(&'static self) -> &'static str {
        letters::as_text(&self.alpha3)
    }

    /// ISO 3166-1 alpha-2, where there is one; of a historic country the one it had.
    pub fn alpha2(&'static self) -> Option<&'static str> {
        Some(letters::as_text(&self.alpha2)).filter(|code| !code.is_empty())
    }

    /// ISO 3166-1 numeric, 1 to 999, where there is one.
    pub const fn numeric(&self) -> Option<u16> {
        match self.numeric {
            0 => None,
            number => Some(number),
        }
    }

    /// The short English name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What stands behind the code.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The telephone prefix without `+`: `44`, `1-684`. Several countries may share one; of several
    /// prefixes of one country it is the first.
    pub fn dial_code(&self) -> Option<&'static str> {
        Some(self.dial).filter(|dial| !dial.is_empty())
    }

    /// The ISO 4217 code of the currency; of several the country's own.
    pub fn currency(&'static self) -> Option<&'static str> {
        Some(letters::as_text(&self.currency)).filter(|code| !code.is_empty())
    }
}

/// How a country was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// ISO 3166-1 alpha-3.
    Alpha3,
    /// ISO 3166-1 alpha-2.
    Alpha2,
    /// A special code of ICAO Doc 9303: `XXA`, `GBN`, `RKS`, `UTO`.
    IcaoSpecial,
    /// A code that was withdrawn. Of a country that lives on under another code it gives that one
    /// (`ROM` is `ROU`, `ZAR` is `COD`); a dissolved one keeps its own (`YUG`).
    LegacyCode,
    /// A code in common use that no standard of three letters has: `D`, `UK`, `XKX`, `UAE`.
    Colloquial,
    /// An English name.
    Name,
}

/// In the order in which the build script numbers them.
const FORMS: [Form; 6] = [
    Form::Alpha3,
    Form::Alpha2,
    Form::IcaoSpecial,
    Form::LegacyCode,
    Form::Colloquial,
    Form::Name,
];

/// A country and the way it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// The three letters of the country meant.
    pub alpha3: [u8; 3],
    /// How it was written.
    pub form: Form,
    /// The country itself.
    pub country: &'static Country,
}

/// A table's entry: the country's number, counted from 1, in ten bits, the form above them.
fn entry(value: u16) -> Option<Match> {
    let country = COUNTRIES.get(usize::from(value & 0x3ff).checked_sub(1)?)?;
    let form = *FORMS.get(usize::from(value >> 10))?;
    Some(Match {
        alpha3: country.alpha3,
        form,
        country,
    })
}

/// The country that `text` names: a code of one to three letters or an English name, in either
/// case, spaces and `<` around it aside. `None` when it is unknown.
pub fn resolve(text: &str) -> Option<Match> {
    let text = text.trim_matches(|c: char| c == '<' || c.is_whitespace());
    match *text.as_bytes() {
        [] => None,
        [a, b, c] => entry(THREE_LETTERS[letters::three([a, b, c])?]),
        [a, b] => entry(TWO_LETTERS[letters::two(a, b)?]),
        [a] => entry(ONE_LETTER[letters::one(a)?]),
        _ => {
            let mut buffer = [0; KEY_LEN];
            let key = key(text, &mut buffer)?;
            let place = NAMES
                .binary_search_by(|(name, _)| name.as_bytes().cmp(key))
                .ok()?;
            entry(NAMES[place].1)
        }
    }
}

/// The country with this very code (capital letters), whatever its kind; no other form is read.
pub fn by_alpha3(code: [u8; 3]) -> Option<&'static Country> {
    let found = entry(THREE_LETTERS[letters::three(code)?])?;
    (found.alpha3 == code).then_some(found.country)
}

/// Every country of the table, by its three letters.
pub fn all() -> &'static [Country] {
    &COUNTRIES
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn resolved(text: &str) -> Option<(&'static str, Form)> {
        resolve(text).map(|found| (found.country.code(), found.form))
    }

    #[test]
    fn codes_are_read_in_either_case_with_fillers() {
        for text in ["USA", "usa", " Usa ", "USA<<", "<USA", "\tusa\n"] {
            assert_eq!(resolved(text), Some(("USA", Form::Alpha3)), "{text:?}");
        }
        assert_eq!(resolved("gb"), Some(("GBR", Form::Alpha2)));
        assert_eq!(resolved("KR<"), Some(("KOR", Form::Alpha2)));
    }

    #[test]
    fn every_special_code_of_the_passport_standard_is_known() {
        for code in [
            "EUE", "GBD", "GBN", "GBO", "GBP", "GBS", "RKS", "UNA", "UNK", "UNO", "UTO", "XBA",
            "XCC", "XCE", "XCO", "XDC", "XEC", "XES", "XIM", "XMP", "XOM", "XPO", "XXA", "XXB",
            "XXC", "XXX",
        ] {
            let found = resolve(code).unwrap();
            assert_eq!(found.country.code(), code);
            assert_eq!(found.form, Form::IcaoSpecial);
            let kind = if code == "UTO" {
                Kind::Specimen
            } else {
                Kind::Special
            };
            assert_eq!(found.country.kind(), kind, "{code}");
            assert_eq!(found.country.numeric(), None);
        }
    }

    #[test]
    fn german_passports_and_other_common_codes() {
        for text in ["D", "d", "D<<"] {
            assert_eq!(resolved(text), Some(("DEU", Form::Colloquial)));
        }
        assert_eq!(resolved("UK"), Some(("GBR", Form::Colloquial)));
        assert_eq!(resolved("XK"), Some(("RKS", Form::Colloquial)));
        assert_eq!(resolved("XKX"), Some(("RKS", Form::Colloquial)));
        assert_eq!(resolved("el"), Some(("GRC", Form::Colloquial)));
    }

    #[test]
    fn renamed_countries_give_todays_code_and_dissolved_ones_stay() {
        for (text, code) in [
            ("ROM", "ROU"),
            ("ZAR", "COD"),
            ("TMP", "TLS"),
            ("TP", "TLS"),
            ("ZIM", "ZWE"),
            ("BUR", "MMR"),
            ("YUG", "YUG"),
            ("YU", "YUG"),
            ("SCG", "SCG"),
            ("ANT", "ANT"),
            ("SUN", "SUN"),
            ("SU", "SUN"),
            ("DDR", "DDR"),
            ("CSK", "CSK"),
            ("NTZ", "NTZ"),
        ] {
            assert_eq!(resolved(text), Some((code, Form::LegacyCode)), "{text}");
        }
        assert_eq!(by_alpha3(*b"YUG").unwrap().kind(), Kind::Historic);
        assert_eq!(by_alpha3(*b"ROM"), None, "no country carries it today");
        // Czechoslovakia's, then Serbia and Montenegro's.
        assert_eq!(resolve("CS"), None);
        // Withdrawn codes that somebody else carries today.
        assert_eq!(resolved("SK"), Some(("SVK", Form::Alpha2)));
        assert_eq!(resolved("BY"), Some(("BLR", Form::Alpha2)));
    }

    #[test]
    fn names_are_read_whatever_their_case_accents_and_order() {
        for (text, code) in [
            ("Germany", "DEU"),
            ("UNITED STATES OF AMERICA", "USA"),
            ("the gambia", "GMB"),
            ("Côte d’Ivoire", "CIV"),
            ("COTE D'IVOIRE", "CIV"),
            ("Iran (Islamic Republic of)", "IRN"),
            ("IRAN, ISLAMIC REPUBLIC OF", "IRN"),
            ("Trinidad & Tobago", "TTO"),
            ("TÜRKIYE", "TUR"),
            ("Tu\u{308}rkiye", "TUR"),
            ("turkey", "TUR"),
            ("Curaçao", "CUW"),
            ("GUINEA BISSAU", "GNB"),
            ("GUINEA", "GIN"),
            ("Niger", "NER"),
            ("NIGERIA", "NGA"),
            ("Saint Lucia", "LCA"),
            ("ST. LUCIA", "LCA"),
            ("Soviet Union", "SUN"),
            ("Stateless", "XXA"),
            ("Great Britain", "GBR"),
        ] {
            assert_eq!(resolved(text), Some((code, Form::Name)), "{text}");
        }
    }

    #[test]
    fn the_unknown_and_the_ambiguous_are_unknown() {
        for text in [
            "",
            "  ",
            "<<<",
            "Q",
            "ZZ",
            "QQQ",
            "12",
            "U5A",
            "KOREA",
            "VIRGIN ISLANDS",
            "LONDON",
            "Германия",
            "É",
            "€€",
            "the",
            "United",
            "USAX",
            "---",
            "....",
        ] {
            assert_eq!(resolve(text), None, "{text:?}");
        }
        assert_eq!(resolve(&"A".repeat(10_000)), None);
    }

    #[test]
    fn every_row_resolves_to_itself() {
        assert_eq!(all().iter().filter(|c| c.kind == Kind::State).count(), 249);
        for country in all() {
            let found = resolve(country.code()).unwrap();
            assert_eq!(found.country, country);
            assert_eq!(found.alpha3, country.alpha3());
            assert_eq!(by_alpha3(country.alpha3()), Some(country));
            if let Some(alpha2) = country.alpha2() {
                assert_eq!(
                    resolve(alpha2).map(|m| m.country),
                    Some(country),
                    "{alpha2}"
                );
            }
            let named = resolve(country.name()).unwrap();
            assert_eq!((named.country, named.form), (country, Form::Name));
            if let Some(currency) = country.currency() {
                assert!(crate::currency::by_code(currency).is_some(), "{currency}");
            }
        }
    }

    #[test]
    fn a_country_carries_its_particulars() {
        let sweden = by_alpha3(*b"SWE").unwrap();
        assert_eq!(sweden.alpha2(), Some("SE"));
        assert_eq!(sweden.numeric(), Some(752));
        assert_eq!(sweden.name(), "Sweden");
        assert_eq!(sweden.dial_code(), Some("46"));
        assert_eq!(sweden.currency(), Some("SEK"));
        let stateless = by_alpha3(*b"XXA").unwrap();
        assert_eq!(
            (
                stateless.alpha2(),
                stateless.dial_code(),
                stateless.currency()
            ),
            (None, None, None)
        );
    }

    proptest! {
        #[test]
        fn any_text_is_looked_up_without_panic(text in any::<String>()) {
            if let Some(found) = resolve(&text) {
                prop_assert_eq!(found.country.alpha3(), found.alpha3);
            }
        }

        #[test]
        fn case_and_fillers_change_nothing(text in "[ -~]{0,12}") {
            let plain = resolve(&text);
            prop_assert_eq!(resolve(&text.to_ascii_lowercase()), plain);
            prop_assert_eq!(resolve(&format!(" <{text}<< ")), plain);
        }
    }
}
