//! The table `ssr-sensitive-v1`: service codes of bookings by what they reveal.
//!
//! Annex 9, 9.29(a) forbids asking carriers to filter, so we do. A code that is not in the table is
//! kept as code only and counted.

use tidewaiter_domain::Text;

use crate::element::{Element, ElementSet};

/// What a service code reveals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SsrClass {
    /// Religion: meals.
    Religion,
    /// A hint at belief or origin without value for the task: meals.
    Belief,
    /// Health: diets.
    Diet,
    /// Health and disability: assistance.
    Health,
    /// Legal status: deportees, inadmissible passengers.
    LegalStatus,
    /// Children travelling.
    Child,
    /// A proxy of origin: language.
    OriginProxy,
    /// Text without a code.
    FreeText,
    /// Documents, seats, baggage, tickets, contacts.
    Plain,
}

impl SsrClass {
    /// Whether it is dropped, code and all.
    pub const fn is_sensitive(self) -> bool {
        matches!(
            self,
            Self::Religion | Self::Belief | Self::Diet | Self::Health | Self::OriginProxy
        )
    }
}

/// Codes by class, in the order of the letters. The codes are IATA's four-letter service codes as
/// carriers publish them; the classification is ours.
pub static TABLE: &[(&str, SsrClass)] = {
    use SsrClass::*;
    &[
        ("AVML", Religion),
        ("BLML", Diet),
        ("BLND", Health),
        ("CHLD", Child),
        ("CKIN", FreeText),
        ("CTCE", Plain),
        ("CTCM", Plain),
        ("CTCR", Plain),
        ("DBML", Diet),
        ("DEAF", Health),
        ("DEPA", LegalStatus),
        ("DEPO", LegalStatus),
        ("DEPU", LegalStatus),
        ("DOCA", Plain),
        ("DOCO", Plain),
        ("DOCS", Plain),
        ("DPNA", Health),
        ("ESAN", Health),
        ("EXST", Health),
        ("FOID", Plain),
        ("FQTR", Plain),
        ("FQTS", Plain),
        ("FQTU", Plain),
        ("FQTV", Plain),
        ("GFML", Diet),
        ("HFML", Diet),
        ("HNML", Religion),
        ("INAD", LegalStatus),
        ("INFT", Child),
        ("JPML", Belief),
        ("KSML", Religion),
        ("LANG", OriginProxy),
        ("LCML", Diet),
        ("LEGB", Health),
        ("LEGL", Health),
        ("LEGR", Health),
        ("LFML", Diet),
        ("LPML", Diet),
        ("LSML", Diet),
        ("MAAS", Health),
        ("MEDA", Health),
        ("MOML", Religion),
        ("NLML", Diet),
        ("NSST", Plain),
        ("ORML", Belief),
        ("OTHS", FreeText),
        ("OXYG", Health),
        ("PDBG", Plain),
        ("PETC", Plain),
        ("PFML", Diet),
        ("PPOC", Health),
        ("PRML", Diet),
        ("RQST", Plain),
        ("RVML", Belief),
        ("SEAT", Plain),
        ("SPML", Diet),
        ("STCR", Health),
        ("SVAN", Health),
        ("TKNA", Plain),
        ("TKNE", Plain),
        ("TKNM", Plain),
        ("TKNO", Plain),
        ("UMNR", Child),
        ("VGML", Belief),
        ("VJML", Religion),
        ("VLML", Belief),
        ("VOML", Belief),
        ("WCBD", Health),
        ("WCBW", Health),
        ("WCHC", Health),
        ("WCHR", Health),
        ("WCHS", Health),
        ("WCLB", Health),
        ("WCMP", Health),
        ("WCOB", Health),
        ("XBAG", Plain),
        ("YPTU", Child),
    ]
};

/// The class of a code, in either case; `None` for one that is not in the table.
pub fn class(code: &str) -> Option<SsrClass> {
    let upper = code.trim().to_ascii_uppercase();
    let place = TABLE.binary_search_by(|(known, _)| (*known).cmp(upper.as_str()));
    place.ok().map(|i| TABLE[i].1)
}

/// Whether `code` has the form of a service code: two to four letters and digits.
pub fn is_code(code: &str) -> bool {
    let code = code.trim();
    (2..=4).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The name under which a code is counted: itself, or `?` for what is no code and may say anything.
pub(super) fn counted(code: &str) -> Text {
    if is_code(code) {
        Text::from(code.trim().to_ascii_uppercase())
    } else {
        Text::const_new("?")
    }
}

/// Whether a code is dropped, code and all.
pub fn is_sensitive(code: &str) -> bool {
    class(code).is_some_and(SsrClass::is_sensitive)
}

/// Which elements the text of a kept code may carry; `None` for a code whose text is free.
pub fn text_elements(code: &str) -> Option<ElementSet> {
    use Element as E;
    let document = [
        E::DocumentType,
        E::DocumentNumber,
        E::DocumentIssuer,
        E::DocumentDates,
        E::DocumentHolder,
    ];
    let also: &[Element] = match code.trim().to_ascii_uppercase().as_str() {
        "DOCS" => &[E::Names, E::BirthDate, E::Sex, E::Nationality],
        "DOCO" => &[E::BirthPlace],
        "FOID" => &[E::Names, E::PaymentTicket, E::FrequentFlyer],
        "DOCA" => return Some([E::Residence, E::ContactAddress].into_iter().collect()),
        "CTCE" | "CTCM" | "CTCR" => {
            return Some([E::ContactPhone, E::ContactEmail].into_iter().collect());
        }
        "FQTR" | "FQTS" | "FQTU" | "FQTV" => {
            let miles = [E::Names, E::FrequentFlyer, E::FrequentFlyerMiles];
            return Some(miles.into_iter().collect());
        }
        "NSST" | "RQST" | "SEAT" => return Some([E::Names, E::Seat].into_iter().collect()),
        "TKNA" | "TKNE" | "TKNM" | "TKNO" => {
            return Some(ElementSet::EMPTY.with(E::BookingTicket));
        }
        "CHLD" | "INFT" => return Some([E::Names, E::BirthDate].into_iter().collect()),
        _ => return None,
    };
    Some(document.into_iter().chain(also.iter().copied()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(TABLE.is_sorted_by(|a, b| a.0 < b.0));
    }
}
