//! The catalogue of data elements: what one field of a record is called in law and profiles.
//!
//! The nineteen element groups of PNR (ICAO Doc 9944, Directive (EU) 2016/681 annex I), the
//! elements of API, and those of cargo and cash, each with a dotted name. An [`ElementSet`] is a
//! bit set of them; a [`pattern`](ElementSet::of_pattern) names several.

use std::fmt;

use crate::DataSet;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// One data element.
    Element {
        /// Names of the traveller (PNR 4).
        Names = "names",
        /// Date of birth.
        BirthDate = "dob",
        /// Sex.
        Sex = "sex",
        /// Nationalities.
        Nationality = "nationality",
        /// Country of residence.
        Residence = "residence",
        /// Place of birth.
        BirthPlace = "place_of_birth",
        /// Kind of a travel document.
        DocumentType = "doc.type",
        /// Its number.
        DocumentNumber = "doc.number",
        /// Who issued it.
        DocumentIssuer = "doc.issuer",
        /// When it was issued and until when it is valid.
        DocumentDates = "doc.dates",
        /// Its holder, where that is somebody else.
        DocumentHolder = "doc.holder",
        /// Carrier and number of the flight.
        FlightNumber = "flight.number",
        /// Dates and times of the flight.
        FlightDate = "flight.date",
        /// Its airports.
        FlightRoute = "flight.route",
        /// Role on board, function in the crew.
        CrewFunction = "flight.role",
        /// Whole itinerary (PNR 7): where the journey starts, ends and is cleared.
        ItineraryRoute = "itinerary.route",
        /// Travel status (PNR 10): check-in, no-show, go-show.
        ItineraryStatus = "itinerary.status",
        /// Code share (PNR 15).
        ItineraryCodeShare = "itinerary.code_share",
        /// Record locator (PNR 1), unique passenger reference.
        BookingLocator = "booking.locator",
        /// Dates of reservation and ticketing (PNR 2, 3).
        BookingDates = "booking.dates",
        /// Split and divided (PNR 11).
        BookingSplit = "booking.split",
        /// History of changes (PNR 19).
        BookingHistory = "booking.history",
        /// Ticketing (PNR 13).
        BookingTicket = "booking.ticket",
        /// Travel agency and agent (PNR 9).
        Agency = "agency.name",
        /// Its office identifier.
        AgencyOffice = "agency.office",
        /// Form of payment, without numbers (PNR 6).
        PaymentForm = "payment.form",
        /// Payment of the ticket: amount, last four digits.
        PaymentTicket = "payment.ticket",
        /// Billing address.
        PaymentBilling = "payment.billing",
        /// Postal address (PNR 5).
        ContactAddress = "contact.address",
        /// Telephone.
        ContactPhone = "contact.phone",
        /// E-mail.
        ContactEmail = "contact.email",
        /// Frequent flyer number (PNR 8).
        FrequentFlyer = "ff.number",
        /// Frequent flyer status and miles.
        FrequentFlyerMiles = "ff.miles",
        /// Seat (PNR 14).
        Seat = "seat",
        /// Number and weight of bags (PNR 16).
        BaggageCount = "baggage.count",
        /// Bag tags.
        BaggageTags = "baggage.tags",
        /// Number of travellers in the booking (PNR 17).
        PartySize = "pnr.party_size",
        /// Other travellers of the booking (PNR 17).
        CoTravellers = "pnr.co_travellers",
        /// A government's own reference: redress number, known traveller.
        GovernmentReference = "gov.reference",
        /// Service codes that are not sensitive.
        Ssr = "ssr.non_sensitive",
        /// Deportee, inadmissible passenger: legal status.
        SsrStatus = "ssr.legal_status",
        /// Unaccompanied minor (PNR 12, the enumerated items).
        Minor = "remarks.minor",
        /// General remarks (PNR 12), free text.
        Remarks = "remarks.free_text",
        /// Other service information, free text.
        Osi = "osi.free_text",
        /// Parties of a consignment.
        CargoParties = "cargo.parties",
        /// Goods: description, code, packages, weight.
        CargoGoods = "cargo.goods",
        /// Value and freight.
        CargoValue = "cargo.value",
        /// Places and means of transport.
        CargoRouting = "cargo.routing",
        /// Containers and seals.
        CargoEquipment = "cargo.equipment",
        /// References and papers.
        CargoDocuments = "cargo.documents",
        /// Remarks of a consignment.
        CargoRemarks = "cargo.remarks",
        /// Who declares, owns and receives cash.
        CashParties = "cash.parties",
        /// How much, of which kind.
        CashAmount = "cash.amount",
        /// Where it comes from and what it is for.
        CashProvenance = "cash.provenance",
        /// Journey and reference of the declaration.
        CashJourney = "cash.journey",
        /// Remarks of the declaration.
        CashRemarks = "cash.remarks",
        /// Why there is a hit: list or rule, evidence.
        HitReason = "hit.reason",
        /// Seizure without a person.
        Seizure = "seizure.non_personal",
    }
}

const _: () = assert!(Element::ALL.len() <= 64, "an ElementSet has 64 bits");

impl Element {
    /// Which data sets have this element.
    const fn is_in(self, set: DataSet) -> bool {
        use Element as E;
        match self {
            E::Names | E::BirthDate | E::Nationality => {
                matches!(set, DataSet::Api | DataSet::Pnr | DataSet::IapiResponse)
            }
            E::Sex
            | E::Residence
            | E::BirthPlace
            | E::DocumentType
            | E::DocumentNumber
            | E::DocumentIssuer
            | E::DocumentDates
            | E::DocumentHolder
            | E::FlightNumber
            | E::FlightDate
            | E::FlightRoute
            | E::CrewFunction
            | E::ItineraryRoute
            | E::ItineraryStatus
            | E::BookingLocator
            | E::BookingTicket
            | E::ContactAddress
            | E::ContactPhone
            | E::ContactEmail
            | E::FrequentFlyer
            | E::Seat
            | E::BaggageCount
            | E::BaggageTags
            | E::GovernmentReference => {
                matches!(set, DataSet::Api | DataSet::Pnr | DataSet::IapiResponse)
            }
            E::ItineraryCodeShare
            | E::BookingDates
            | E::BookingSplit
            | E::BookingHistory
            | E::Agency
            | E::AgencyOffice
            | E::PaymentForm
            | E::PaymentTicket
            | E::PaymentBilling
            | E::FrequentFlyerMiles
            | E::PartySize
            | E::CoTravellers
            | E::Ssr
            | E::SsrStatus
            | E::Minor
            | E::Remarks
            | E::Osi => matches!(set, DataSet::Pnr),
            E::CargoParties
            | E::CargoGoods
            | E::CargoValue
            | E::CargoRouting
            | E::CargoEquipment
            | E::CargoDocuments
            | E::CargoRemarks => matches!(set, DataSet::Cargo),
            E::CashParties
            | E::CashAmount
            | E::CashProvenance
            | E::CashJourney
            | E::CashRemarks => matches!(set, DataSet::Cash),
            E::HitReason | E::Seizure => matches!(set, DataSet::Hits | DataSet::ClearedPairs),
        }
    }
}

/// A set of data elements.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ElementSet(u64);

impl ElementSet {
    /// None.
    pub const EMPTY: Self = Self(0);

    /// The elements of a data set.
    pub fn of_data_set(set: DataSet) -> Self {
        Element::ALL
            .iter()
            .copied()
            .filter(|e| e.is_in(set))
            .collect()
    }

    /// The elements that a pattern names: `*`, a name (`doc.type`), a group (`doc.*`), or `api.*`:
    /// the API items that a PNR carries (PNR 18). `None` when it names nothing there is.
    pub fn of_pattern(pattern: &str) -> Option<Self> {
        use Element as E;
        if pattern == "*" {
            return Some(Element::ALL.iter().copied().collect());
        }
        if pattern == "api.*" {
            let items = [
                E::BirthDate,
                E::Sex,
                E::Nationality,
                E::Residence,
                E::BirthPlace,
                E::DocumentType,
                E::DocumentNumber,
                E::DocumentIssuer,
                E::DocumentDates,
                E::DocumentHolder,
            ];
            return Some(items.into_iter().collect());
        }
        let Some(group) = pattern.strip_suffix(".*") else {
            return Element::from_word(pattern).map(|e| Self::EMPTY.with(e));
        };
        let found: Self = Element::ALL
            .iter()
            .copied()
            .filter(|e| {
                e.as_str()
                    .split_once('.')
                    .is_some_and(|(head, _)| head == group)
            })
            .collect();
        (!found.is_empty()).then_some(found)
    }

    /// This set and `element`.
    #[must_use]
    pub const fn with(self, element: Element) -> Self {
        Self(self.0 | 1 << element as u64)
    }

    /// Whether `element` is in it.
    #[inline]
    pub const fn has(self, element: Element) -> bool {
        self.0 >> element as u64 & 1 == 1
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in this and not in `other`.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all of this is in `other`.
    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The elements, in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Element> {
        Element::ALL.iter().copied().filter(move |&e| self.has(e))
    }
}

impl FromIterator<Element> for ElementSet {
    fn from_iter<I: IntoIterator<Item = Element>>(elements: I) -> Self {
        elements.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl fmt::Display for ElementSet {
    /// Names with spaces between, or `–` for none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("–");
        }
        for (i, element) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            f.write_str(element.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Debug for ElementSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{self}}}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_belongs_to_a_data_set() {
        for &element in Element::ALL {
            assert!(
                DataSet::ALL
                    .iter()
                    .any(|&s| ElementSet::of_data_set(s).has(element)),
                "{element}"
            );
        }
    }

    #[test]
    fn patterns_name_elements_groups_or_nothing() {
        let doc = ElementSet::of_pattern("doc.*").unwrap();
        assert_eq!(
            doc.to_string(),
            "doc.type doc.number doc.issuer doc.dates doc.holder"
        );
        assert!(doc.is_within(ElementSet::of_pattern("api.*").unwrap()));
        assert_eq!(ElementSet::of_pattern("pax.names"), None);
        assert_eq!(ElementSet::of_pattern("names.*"), None);
        assert_eq!(
            ElementSet::of_pattern("*").unwrap().iter().count(),
            Element::ALL.len()
        );
    }
}
