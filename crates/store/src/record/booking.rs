//! A booking as a record. Its people are observations of their own; here they leave their places.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use tidewaiter_domain::{
    BookedTraveller, Booking, LapInfant, RemarkKind, Role, ServiceRequest, Span, Traveller,
};
use tidewaiter_mandate::Element as E;
use tidewaiter_mandate::admit::ssr::{self, SsrClass};

use super::form::Form;
use super::json::{address, addresses, items, text_of, ways_of, ways_to_reach, whole};
use super::{Parts, Record};

/// Which fields of the items of a list belong to which element. Every element says how many items
/// there are, so that the n-th of each are one.
type Fields<'a> = &'a [(E, &'a [&'a str])];

const AGENCY: Fields<'_> = &[
    (
        E::Agency,
        &[
            "system",
            "system_city",
            "kind",
            "currency",
            "agency",
            "city",
            "company",
            "country",
            "agent",
        ],
    ),
    (
        E::AgencyOffice,
        &["system", "system_city", "kind", "currency", "office"],
    ),
];
const ITINERARY: Fields<'_> = &[
    (
        E::ItineraryRoute,
        &[
            "kind",
            "pushed",
            "designator",
            "class",
            "from",
            "to",
            "departs",
            "arrives",
            "aircraft",
        ],
    ),
    (E::ItineraryCodeShare, &["operating"]),
    (E::PartySize, &["party"]),
    (E::ItineraryStatus, &["status", "checkins"]),
];
const TICKETS: Fields<'_> = &[
    (
        E::BookingTicket,
        &[
            "number",
            "kind",
            "booklets",
            "traveller",
            "issued_at",
            "validating_carrier",
        ],
    ),
    (
        E::PaymentTicket,
        &["traveller", "base", "total", "fare", "taxes"],
    ),
    (E::Remarks, &["restrictions"]),
];
const PAYMENTS: Fields<'_> = &[
    (
        E::PaymentForm,
        &["form", "form_written", "old", "traveller"],
    ),
    (
        E::PaymentTicket,
        &["amount", "card", "account", "traveller"],
    ),
    (E::PaymentBilling, &["payer", "traveller"]),
];
const BAGS: Fields<'_> = &[
    (
        E::BaggageCount,
        &["traveller", "count", "weight_g", "destination"],
    ),
    (E::BaggageTags, &["traveller", "tags", "pool"]),
    (E::CoTravellers, &["members"]),
];
const HISTORY: Fields<'_> = &[
    (E::BookingHistory, &["at", "action", "what", "text"]),
    (E::Agency, &["by"]),
];

/// Values by element, each an object of lists and values by name.
#[derive(Default)]
struct Scattered(BTreeMap<E, Map<String, Json>>);

impl Scattered {
    fn put(&mut self, element: E, name: &str, value: Json) {
        let empty = match &value {
            Json::Null => true,
            Json::Array(items) => items.is_empty(),
            _ => false,
        };
        if !empty {
            let object = self.0.entry(element).or_default();
            object.insert(name.to_owned(), value);
        }
    }

    fn list<T: Form>(&mut self, name: &str, list: &[T], fields: Fields<'_>) {
        let whole: Vec<Json> = list.iter().map(Form::json).collect();
        for (element, names) in fields {
            let some = whole.iter().map(|item| {
                let mut object = Map::new();
                for name in *names {
                    if let Some(value) = item.get(name) {
                        object.insert((*name).to_owned(), value.clone());
                    }
                }
                Json::Object(object)
            });
            self.put(*element, name, some.collect());
        }
    }
}

/// Puts the items of a list together again.
fn gather<T: Form>(parts: &Parts, name: &str, fields: Fields<'_>) -> Vec<T> {
    let mut whole: Vec<Map<String, Json>> = Vec::new();
    for (element, _) in fields {
        let list = parts.get(*element).and_then(|object| object.get(name));
        for (at, item) in items(list).enumerate() {
            if whole.len() <= at {
                whole.push(Map::new());
            }
            for (key, value) in item.as_object().into_iter().flatten() {
                whole[at].insert(key.clone(), value.clone());
            }
        }
    }
    whole
        .into_iter()
        .filter_map(|item| T::of(&Json::Object(item)))
        .collect()
}

/// The element that says what a service request says.
fn service_element(request: &ServiceRequest) -> E {
    match ssr::class(&request.code) {
        Some(SsrClass::LegalStatus) => E::SsrStatus,
        Some(SsrClass::Child) => E::Minor,
        _ => E::Ssr,
    }
}

/// The items of a list that belong to `element`, each with its place in the list.
fn placed<T: Form>(list: &[T], element: E, of: impl Fn(&T) -> E) -> Json {
    list.iter()
        .enumerate()
        .filter(|(_, item)| of(item) == element)
        .map(|(at, item)| json!({"at": at, "is": item.json()}))
        .collect()
}

fn unplaced<T: Form>(parts: &Parts, name: &str, elements: &[E]) -> Vec<T> {
    let lists = elements
        .iter()
        .filter_map(|element| parts.get(*element)?.get(name));
    let mut found: Vec<(u64, T)> = lists
        .flat_map(|list| items(Some(list)))
        .filter_map(|item| Some((item["at"].as_u64()?, T::of(&item["is"])?)))
        .collect();
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, item)| item).collect()
}

impl Record for Booking {
    fn parts(&self) -> Parts {
        let Self {
            locators,
            booked_at,
            changed_at,
            ticketed_at,
            agency,
            groups,
            travellers,
            lap_infants,
            itinerary,
            other_services,
            contacts,
            addresses,
            services,
            remarks,
            tickets,
            payments,
            seats,
            bags,
            excess_baggage,
            divisions,
            history,
            withdrawn,
            // As with travellers.
            unread: _,
            span: _,
        } = self;
        let mut all = Scattered::default();
        all.put(E::BookingLocator, "locators", locators.json());
        all.put(E::BookingDates, "booked_at", booked_at.json());
        all.put(E::BookingDates, "changed_at", changed_at.json());
        all.put(E::BookingDates, "ticketed_at", ticketed_at.json());
        let agency: Vec<_> = agency.iter().cloned().collect();
        all.list("agency", &agency, AGENCY);
        all.put(E::Remarks, "groups", groups.json());
        let party = travellers
            .iter()
            .map(|booked| json!({"number": booked.number.as_str(), "type": booked.type_written.as_str()}));
        all.put(E::PartySize, "travellers", party.collect());
        let infants = lap_infants.len();
        all.put(
            E::PartySize,
            "lap_infants",
            if infants > 0 {
                json!(infants)
            } else {
                Json::Null
            },
        );
        let companions = travellers.iter().map(|booked| json!(booked.companion));
        all.put(E::CoTravellers, "companions", companions.collect());
        let adults = lap_infants.iter().map(|infant| json!(infant.adult));
        all.put(E::CoTravellers, "adults", adults.collect());
        all.list("itinerary", itinerary, ITINERARY);
        all.put(E::Remarks, "other_services", other_services.json());
        for element in [E::Ssr, E::SsrStatus, E::Minor] {
            all.put(
                element,
                "services",
                placed(services, element, service_element),
            );
        }
        for element in [E::Osi, E::Remarks] {
            let of = |remark: &tidewaiter_domain::Remark| match remark.kind {
                RemarkKind::OtherService => E::Osi,
                _ => E::Remarks,
            };
            all.put(element, "remarks", placed(remarks, element, of));
        }
        all.list("tickets", tickets, TICKETS);
        all.list("payments", payments, PAYMENTS);
        all.put(E::Seat, "seats", seats.json());
        all.list("bags", bags, BAGS);
        all.put(E::BaggageCount, "excess", excess_baggage.json());
        all.put(E::BookingSplit, "divisions", divisions.json());
        all.list("history", history, HISTORY);
        if *withdrawn {
            all.put(E::ItineraryStatus, "withdrawn", json!(true));
        }
        let mut parts = Parts(
            all.0
                .into_iter()
                .map(|(element, object)| (element, Json::Object(object)))
                .collect(),
        );
        parts.add(E::ContactAddress, addresses.iter().map(address).collect());
        ways_to_reach(contacts, &mut parts);
        parts
    }

    fn from_parts(parts: &Parts) -> Self {
        let value = |element: E, name: &str| {
            let object = parts.get(element);
            object
                .and_then(|object| object.get(name))
                .unwrap_or(&Json::Null)
        };
        fn form<T: Form + Default>(value: &Json) -> T {
            T::of(value).unwrap_or_default()
        }
        let party = value(E::PartySize, "travellers");
        let companions = value(E::CoTravellers, "companions");
        let count = |list: &Json| items(Some(list)).count();
        let travellers = (0..count(party).max(count(companions))).map(|at| BookedTraveller {
            traveller: nobody(),
            number: text_of(&party[at]["number"]).unwrap_or_default(),
            type_written: text_of(&party[at]["type"]).unwrap_or_default(),
            companion: whole(&companions[at]),
        });
        let adults = value(E::CoTravellers, "adults");
        let infants: usize = whole(value(E::PartySize, "lap_infants")).unwrap_or(0);
        let lap_infants = (0..infants.max(count(adults))).map(|at| LapInfant {
            traveller: nobody(),
            adult: whole(&adults[at]),
        });
        Self {
            locators: form(value(E::BookingLocator, "locators")),
            booked_at: form(value(E::BookingDates, "booked_at")),
            changed_at: form(value(E::BookingDates, "changed_at")),
            ticketed_at: form(value(E::BookingDates, "ticketed_at")),
            agency: gather(parts, "agency", AGENCY).into_iter().next(),
            groups: form(value(E::Remarks, "groups")),
            travellers: travellers.collect(),
            lap_infants: lap_infants.collect(),
            itinerary: gather(parts, "itinerary", ITINERARY),
            other_services: form(value(E::Remarks, "other_services")),
            contacts: ways_of(parts),
            addresses: addresses(parts.get(E::ContactAddress)),
            services: unplaced(parts, "services", &[E::Ssr, E::SsrStatus, E::Minor]),
            remarks: unplaced(parts, "remarks", &[E::Osi, E::Remarks]),
            tickets: gather(parts, "tickets", TICKETS),
            payments: gather(parts, "payments", PAYMENTS),
            seats: form(value(E::Seat, "seats")),
            bags: gather(parts, "bags", BAGS),
            excess_baggage: form(value(E::BaggageCount, "excess")),
            divisions: form(value(E::BookingSplit, "divisions")),
            history: gather(parts, "history", HISTORY),
            withdrawn: value(E::ItineraryStatus, "withdrawn")
                .as_bool()
                .unwrap_or(false),
            unread: Vec::new(),
            span: Span::empty(0),
        }
    }
}

/// Whoever stands at a place of a booking, until the observation of that place says it.
fn nobody() -> Traveller {
    Traveller::new(Role::Passenger, Span::empty(0))
}
