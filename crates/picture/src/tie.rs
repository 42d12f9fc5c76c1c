//! What statements of one flight must share for one of them to matter to the people of the other.
//!
//! Folding and linking compare people by carriers' references, numbers of documents, references of
//! bookings and names, and by nothing else: every key of `fold` and of `link` has one of these in
//! it. Whatever shares none of them, not even by way of others, is drawn the same with and without
//! the other.

use tidewaiter_domain::{RecordLocator, Traveller};

use crate::person::Person;

/// What ties one of the people of a list, or of a booking with these references, to others of the
/// flight.
pub fn ties_of_person(traveller: &Traveller, locators: &[&RecordLocator]) -> Vec<String> {
    let person = Person::of(traveller, 0, 0);
    let mut ties = ties_of_locators(locators);
    ties.extend(person.locators.iter().map(locator));
    ties.extend(person.reference.iter().map(|r| format!("reference {r}")));
    let documents = person.documents.iter();
    ties.extend(documents.map(|d| format!("document {}", d.number)));
    let name = person.name_key();
    if !name.is_empty() {
        ties.push(format!("name {name}"));
    }
    ties
}

/// What ties a booking, and everybody in it, to others of the flight.
pub fn ties_of_booking<'t>(
    locators: &[&RecordLocator],
    people: impl Iterator<Item = &'t Traveller>,
) -> Vec<String> {
    if !locators.is_empty() {
        return ties_of_locators(locators);
    }
    // Without a reference it is found again by the names of all.
    let mut names: Vec<String> = people
        .map(|traveller| Person::of(traveller, 0, 0).name_key())
        .collect();
    names.sort();
    vec![format!("names {}", names.join(" "))]
}

fn ties_of_locators(locators: &[&RecordLocator]) -> Vec<String> {
    locators.iter().map(|one| locator(one)).collect()
}

fn locator(locator: &RecordLocator) -> String {
    format!("locator {locator}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;
    use proptest::prelude::*;
    use tidewaiter_domain::{
        DocumentNumber, ListEffect, PartialDate, Role, Sourced, Span, Text, TravelDocument,
        TravelStatus, UniqueReference,
    };

    use super::*;
    use crate::{Observation, OneFlight, Origin, People, Person};

    /// One statement of a flight: of a list, or of a booking with these references.
    #[derive(Clone, Debug)]
    struct Said {
        sent: i8,
        what: What,
        people: Vec<Traveller>,
    }

    #[derive(Clone, Debug)]
    enum What {
        List(ListEffect),
        Booking(Vec<RecordLocator>, bool),
    }

    impl Said {
        fn locators(&self) -> Vec<&RecordLocator> {
            match &self.what {
                What::List(_) => Vec::new(),
                What::Booking(locators, _) => locators.iter().collect(),
            }
        }

        /// Of the booking itself, and of each of the people.
        fn ties(&self) -> (Vec<String>, Vec<Vec<String>>) {
            let locators = self.locators();
            let booking = match self.what {
                What::List(_) => Vec::new(),
                What::Booking(..) => ties_of_booking(&locators, self.people.iter()),
            };
            let people = self.people.iter().map(|traveller| {
                let mut ties = ties_of_person(traveller, &locators);
                ties.extend(booking.iter().cloned());
                ties
            });
            (booking.clone(), people.collect())
        }
    }

    /// What all of `said` comes to as far as `reached` has it; all of the newest.
    fn fold(said: &[Said], reached: Option<&BTreeSet<String>>) -> People {
        let mut flight = OneFlight::default();
        for (message, one) in (0..).zip(said) {
            let origin = Origin {
                sent: Some(date(2026, 11, 24).at(one.sent, 0, 0, 0)),
                test: false,
                message,
            };
            let is_in = |ties: &[String]| match reached {
                Some(reached) if (message as usize) + 1 < said.len() => {
                    ties.iter().any(|tie| reached.contains(tie))
                }
                _ => true,
            };
            let (booking, ties) = one.ties();
            let people = (0..).zip(&one.people).zip(&ties);
            let people = people
                .filter(|(_, ties)| is_in(ties))
                .map(|(person, _)| person);
            match &one.what {
                What::List(effect) => flight.list(origin, *effect, people),
                What::Booking(_, withdrawn) if is_in(&booking) => {
                    flight.booking(origin, &one.locators(), *withdrawn, people);
                }
                What::Booking(..) => assert_eq!(people.count(), 0, "whose booking is not reached"),
            }
        }
        flight.fold()
    }

    /// Everything that hangs together with `ties`.
    fn reach(said: &[Said], ties: Vec<String>) -> BTreeSet<String> {
        let mut reached: BTreeSet<String> = ties.into_iter().collect();
        loop {
            let before = reached.len();
            for one in said {
                let (booking, people) = one.ties();
                for ties in people.into_iter().chain([booking]) {
                    if ties.iter().any(|tie| reached.contains(tie)) {
                        reached.extend(ties);
                    }
                }
            }
            if reached.len() == before {
                return reached;
            }
        }
    }

    /// Each traveller of the flight who is told by one of `of`: what was said of them, in both sources, by
    /// whom, and where they stand.
    type Drawn<'p> = BTreeSet<(
        Vec<Observation>,
        Observation,
        Option<&'p str>,
        Vec<Observation>,
    )>;

    fn drawn<'p>(people: &'p People, of: &BTreeSet<Observation>) -> Drawn<'p> {
        let one = |person: &'p Person, linked: Option<&Person>| {
            (
                person.observations.to_vec(),
                person.told_by,
                person.status.map(TravelStatus::as_str),
                linked.map_or(Vec::new(), |other| other.observations.to_vec()),
            )
        };
        let api = people.api.iter().enumerate().map(|(at, person)| {
            let link = people.links.iter().find(|link| link.api == at);
            one(person, link.map(|link| &people.pnr[link.pnr]))
        });
        let pnr = people.pnr.iter().map(|person| one(person, None));
        let all = api.chain(pnr);
        all.filter(|(said, ..)| said.iter().any(|one| of.contains(one)))
            .collect()
    }

    fn at<T>(value: T) -> Sourced<T> {
        Sourced::new(value, Span::empty(0))
    }

    fn locator_of(n: u8) -> Option<RecordLocator> {
        RecordLocator::new(format!("K7Q2L{n}"))
    }

    fn document_of(n: u8) -> TravelDocument {
        let mut document = TravelDocument::new("P".into(), Span::empty(0));
        document.number = DocumentNumber::new(format!("L000{n}")).map(at);
        document
    }

    fn traveller() -> impl Strategy<Value = Traveller> {
        let surname = prop::sample::select(vec!["", "QUIST", "QUISD", "LUND", "BERG", "HOLM"]);
        let given = prop::sample::select(vec!["", "BO", "BA", "EVA", "TOVA"]);
        let maybe = || prop::option::weighted(0.3, 0..5u8);
        let ids = (maybe(), maybe(), maybe(), maybe());
        (surname, given, ids, 0..8u8).prop_map(|(surname, given, ids, status)| {
            let (born, reference, document, locator) = ids;
            let role = match status {
                7 => Role::Crew,
                _ => Role::Passenger,
            };
            let mut traveller = Traveller::new(role, Span::empty(0));
            traveller.name.surname = (!surname.is_empty()).then(|| surname.into());
            traveller.name.given = given.split_whitespace().map(Text::from).collect();
            let born = born.and_then(|n| PartialDate::new(1970 + i16::from(n), Some(3), Some(4)));
            traveller.born = born.map(at);
            let reference = reference.and_then(|n| UniqueReference::new(format!("QZ9100{n}")));
            traveller.reference = reference.map(at);
            traveller.documents.extend(document.map(document_of));
            traveller.locator = locator.and_then(locator_of).map(at);
            traveller.status = match status {
                0..3 => Some(TravelStatus::CheckedIn),
                3 => Some(TravelStatus::Cancelled),
                4 => Some(TravelStatus::Boarded),
                _ => None,
            };
            traveller
        })
    }

    fn said() -> impl Strategy<Value = Said> {
        let what = prop_oneof![
            prop::sample::select(vec![
                ListEffect::Report,
                ListEffect::Change,
                ListEffect::Cancel,
                ListEffect::ClosedOnBoard,
                ListEffect::CancelFlight,
            ])
            .prop_map(What::List),
            (prop::collection::vec(0..5u8, 0..3), any::<bool>()).prop_map(|(locators, gone)| {
                What::Booking(locators.into_iter().filter_map(locator_of).collect(), gone)
            }),
        ];
        let people = prop::collection::vec(traveller(), 0..4);
        (8..12i8, what, people).prop_map(|(sent, what, people)| Said { sent, what, people })
    }

    /// Places of everybody who hangs together with `reached`, and of everybody else.
    fn parted(said: &[Said], reached: &BTreeSet<String>) -> [BTreeSet<Observation>; 2] {
        let mut parted = [BTreeSet::new(), BTreeSet::new()];
        for (message, one) in (0..).zip(said) {
            for (place, ties) in (0..).zip(one.ties().1) {
                let is_newest = message as usize + 1 == said.len();
                let is_in = is_newest || ties.iter().any(|tie| reached.contains(tie));
                parted[usize::from(!is_in)].insert(Observation { message, place });
            }
        }
        parted
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn whom_a_message_reaches_is_drawn_as_on_the_whole_flight_and_nobody_else_moves(
            said in prop::collection::vec(said(), 1..10)
        ) {
            let (newest, before) = said.split_last().unwrap();
            let (booking, people) = newest.ties();
            let reached = reach(&said, people.into_iter().flatten().chain(booking).collect());
            let [touched, others] = parted(&said, &reached);

            let (whole, narrow) = (fold(&said, None), fold(&said, Some(&reached)));
            prop_assert_eq!(drawn(&whole, &touched), drawn(&narrow, &touched));
            prop_assert_eq!((whole.cancelled, whole.closed), (narrow.cancelled, narrow.closed));

            let all_move = matches!(
                newest.what,
                What::List(ListEffect::ClosedOnBoard | ListEffect::CancelFlight)
            );
            if !all_move {
                let earlier = fold(before, None);
                prop_assert_eq!(drawn(&earlier, &others), drawn(&whole, &others));
            }
        }
    }
}
