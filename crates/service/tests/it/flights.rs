//! The picture over time.

use tidewaiter_domain::{Booking, Traveller};
use tidewaiter_formats::Content;
use tidewaiter_mandate::DataSet;
use tidewaiter_service::{IdentityReason, Surroundings as _};
use tidewaiter_store::Record as _;
use tidewaiter_syntax::edifact::Reader;

use crate::traffic::small;
use crate::world::{World, corpus};

fn statuses(world: &World) -> Vec<(String, String)> {
    world.people(&world.qz417())
}

#[test]
fn api_and_bookings_stand_side_by_side() {
    for order in [
        ["pnrgov-p.edi", "paxlst-a-passengers.edi"],
        ["paxlst-a-passengers.edi", "pnrgov-p.edi"],
    ] {
        let world = World::new();
        for file in order {
            world.ingest(&corpus(file));
        }
        let flight = world.qz417();
        let tova = world.traveller(&flight, "O'MARREN");
        assert!(tova.api.is_some() && tova.pnr.is_some(), "{order:?}");
        assert!(!tova.reasons.is_empty());
        let sources: Vec<_> = tova.said.iter().map(|said| said.source).collect();
        assert_eq!(sources.len(), 2);
        assert!(sources.contains(&DataSet::Api) && sources.contains(&DataSet::Pnr));
        let booking = tova.booking.unwrap();
        assert_eq!(booking.locators[0].locator.as_str(), "K7Q2LM");
        assert_eq!(tova.status, "checked-in");
        // Two of the list, and the infant of the booking.
        assert_eq!(statuses(&world).len(), 3, "{order:?}");
    }
}

#[test]
fn change_and_close_out_move_people_whatever_came_first() {
    let expected = [
        ("IBARRONDO".to_owned(), "boarded".to_owned()),
        ("O'MARREN".to_owned(), "boarded".to_owned()),
    ];
    for order in [
        [
            "paxlst-a-passengers.edi",
            "paxlst-c-change-and-closeout.edi",
        ],
        [
            "paxlst-c-change-and-closeout.edi",
            "paxlst-a-passengers.edi",
        ],
    ] {
        let world = World::new();
        for file in order {
            world.ingest(&corpus(file));
        }
        assert_eq!(statuses(&world), expected, "{order:?}");
        let mikel = world.traveller(&world.qz417(), "IBARRONDO");
        let told = mikel
            .said
            .iter()
            .find(|said| Some(said.id) == mikel.api)
            .unwrap();
        let number = told.traveller.documents[0].number.as_ref().unwrap();
        assert_eq!(number.as_str(), "XZA770016", "the change holds, {order:?}");
        assert_eq!(
            mikel.said.len(),
            3,
            "and what was said before is still there"
        );
    }
}

#[test]
fn a_flight_drawn_anew_has_the_same_travellers() {
    let world = World::new();
    for file in [
        "pnrgov-p.edi",
        "paxlst-a-passengers.edi",
        "paxlst-b-crew.edi",
        "paxlst-c-change-and-closeout.edi",
    ] {
        world.ingest(&corpus(file));
    }
    let flight = world.qz417();
    let acting = world.acting();
    let rows = || {
        let page = world.service.travellers_of(&acting, &flight, None, 1000);
        let rows = page.unwrap().travellers;
        rows.into_iter()
            .map(|row| (row.id, row.status, row.parts))
            .collect::<Vec<_>>()
    };
    let before = rows();
    assert!(before.len() >= 4);
    assert_eq!(world.service.rebuild_flight(&flight).unwrap(), before.len());
    assert_eq!(rows(), before);
}

/// Interchanges with one person or one booking each, as a carrier asks interactively, of one message
/// with all.
fn one_by_one(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (mut segments, mut segment, mut is_released) = (Vec::new(), String::new(), false);
    for letter in text.trim_start_matches("UNA:+.?*'").chars() {
        if letter == '\'' && !is_released {
            segments.push(std::mem::take(&mut segment).trim_start().to_owned());
        } else {
            segment.push(letter);
        }
        is_released = letter == '?' && !is_released;
    }
    let begins = |segment: &String| segment.starts_with("NAD+FL") || segment.starts_with("SRC");
    let ends = |segment: &&String| {
        ["UNT", "UNE", "UNZ", "CNT"]
            .iter()
            .any(|tag| segment.starts_with(tag))
    };
    let Some(first) = segments.iter().position(begins) else {
        return vec![bytes.to_vec()];
    };
    let last = segments
        .iter()
        .rposition(|segment| !ends(&segment))
        .unwrap()
        + 1;
    let (head, people) = (&segments[..first], &segments[first..last]);
    let unh = head
        .iter()
        .position(|segment| segment.starts_with("UNH"))
        .unwrap();
    let starts: Vec<usize> = (0..people.len())
        .filter(|&at| begins(&people[at]))
        .collect();
    let mut all = Vec::new();
    for (n, &start) in starts.iter().enumerate() {
        let end = starts.get(n + 1).copied().unwrap_or(people.len());
        let mut of_one: Vec<String> = head.to_vec();
        of_one.extend_from_slice(&people[start..end]);
        let trailer = |tag: &str| segments.iter().find(|segment| segment.starts_with(tag));
        let reference = of_one[unh].split('+').nth(1).unwrap().to_owned();
        of_one.push(format!("UNT+{}+{reference}", of_one.len() - unh + 1));
        of_one.extend(["UNE", "UNZ"].into_iter().filter_map(trailer).cloned());
        all.push(format!("{}'", of_one.join("'")).into_bytes());
    }
    all
}

#[test]
fn a_flight_drawn_person_by_person_is_as_it_is_drawn_whole() {
    let mut world = World::new();
    let traffic = small(2);
    let mut messages: Vec<Vec<u8>> = traffic
        .messages()
        .flat_map(|(_, bytes)| one_by_one(bytes))
        .collect();
    assert!(messages.len() > 100, "{} messages", messages.len());
    // Some of the order of arrival, always the same.
    for at in (0..messages.len()).filter(|at| at % 3 == 0) {
        let other = (at * 7919) % messages.len();
        messages.swap(at, other);
    }
    for (n, message) in messages.iter().take(260).enumerate() {
        world.receive(message);
        world.service.work("one", 1).unwrap();
        if n % 50 == 49 {
            // Nothing is remembered of whom anybody is tied to.
            world = world.reopen();
        }
    }
    let acting = world.acting();
    let far = |years: i64| world.clock.now() + jiff::SignedDuration::from_hours(years * 8760);
    let flights = world.service.flights(far(-50), far(50)).unwrap();
    assert!(!flights.is_empty());
    for flight in flights {
        let rows = || {
            let page = world.service.travellers_of(&acting, &flight.id, None, 1000);
            let rows = page.unwrap().travellers;
            let said = |id| {
                let traveller = world.service.traveller(&acting, &id).unwrap();
                let said = traveller.said.into_iter().map(|said| said.id);
                said.collect::<Vec<_>>()
            };
            // What they were drawn from, of some: each time it is the whole flight that is opened.
            rows.into_iter()
                .enumerate()
                .map(|(n, row)| {
                    let said = (n % 9 == 0).then(|| said(row.id));
                    (row.id, row.status, row.parts, said)
                })
                .collect::<Vec<_>>()
        };
        let before = rows();
        world.service.rebuild_flight(&flight.id).unwrap();
        similar(&rows(), &before);
    }
}

/// Whether two pictures are one, said without printing all of both.
fn similar<T: PartialEq + std::fmt::Debug>(one: &[T], other: &[T]) {
    assert_eq!(one.len(), other.len());
    for (one, other) in one.iter().zip(other) {
        assert_eq!(one, other);
    }
}

#[test]
fn a_part_that_never_comes_is_noticed() {
    let world = World::new();
    world.ingest(&corpus("parts-1.edi"));
    assert_eq!(
        world.people(&world.qz417()).len(),
        1,
        "a part is read when it comes"
    );
    world.clock.pass(3);
    world.service.work_until_idle().unwrap();
    assert!(world.notices().contains(&"part-missing".to_owned()));

    let world = World::new();
    for file in ["parts-2.edi", "parts-1.edi", "parts-3-and-a-repeat.edi"] {
        world.ingest(&corpus(file));
    }
    world.clock.pass(3);
    world.service.work_until_idle().unwrap();
    assert!(!world.notices().contains(&"part-missing".to_owned()));
}

#[test]
fn a_list_that_is_missing_at_departure_is_noticed_and_a_late_one_too() {
    let world = World::new();
    // A booking of a flight whose airports have a known time.
    let text = String::from_utf8(corpus("pnrgov-p.edi")).unwrap();
    let text = text.replace("+ORA+DRB+", "+ARN+LIS+");
    world.ingest(text.as_bytes());
    assert_eq!(world.notices(), Vec::<String>::new());
    world.clock.pass(48);
    world.service.work_until_idle().unwrap();
    assert_eq!(world.notices(), ["manifest-missing"]);
    world.ingest(&corpus("parts-1.edi"));
    assert_eq!(world.notices(), ["manifest-late"]);
    assert_eq!(world.counted("manifest-late"), 1);
}

#[test]
fn the_same_person_on_another_journey_is_proposed_and_not_joined() {
    let world = World::new();
    let text = String::from_utf8(corpus("paxlst-a-passengers.edi")).unwrap();
    world.ingest(text.as_bytes());
    let other = text.replace("QZ417", "QZ419").replace("260314", "260315");
    world.ingest(other.as_bytes());
    let tova = world.traveller(&world.qz417(), "O'MARREN");
    let maybe = world.service.maybe_same(&world.acting(), &tova.id).unwrap();
    assert_eq!(maybe.len(), 1);
    assert_ne!(maybe[0].traveller, tova.id);
    assert_eq!(&*maybe[0].flight.as_ref().unwrap().key.number, "419");
    assert_eq!(
        maybe[0].reasons,
        [IdentityReason::Document, IdentityReason::NameAndBirthDate]
    );
}

/// Everything that generated and real messages say of people and bookings comes back from the form
/// in which it is kept.
#[test]
fn what_is_kept_of_real_messages_comes_back() {
    let traffic = small(11);
    let mut files: Vec<Vec<u8>> = traffic
        .messages()
        .map(|(_, bytes)| bytes.clone())
        .take(1)
        .collect();
    files.push(corpus("pnrgov-p.edi"));
    files.push(corpus("documents.edi"));
    files.push(corpus("names.edi"));
    let (mut people, mut bookings) = (0, 0);
    for bytes in files {
        let mut reader = Reader::of_slice(&bytes);
        while let Ok(Some(message)) = reader.next() {
            let day = jiff::civil::date(2026, 3, 13);
            let (mut all, mut booked) = (Vec::new(), Vec::new());
            match tidewaiter_formats::read(&message, day).content {
                Some(Content::Manifest(manifest)) => all = manifest.travellers,
                Some(Content::Bookings(push)) => booked = push.bookings,
                _ => {}
            }
            for booking in booked {
                all.extend(booking.people().cloned());
                let parts = booking.parts();
                let back = Booking::from_parts(&parts);
                assert_eq!(back.parts(), parts);
                assert_eq!(back.locators, booking.locators);
                assert_eq!(back.payments.len(), booking.payments.len());
                assert_eq!(back.itinerary.len(), booking.itinerary.len());
                assert_eq!(back.services.len(), booking.services.len());
                assert_eq!(back.travellers.len(), booking.travellers.len());
                bookings += 1;
            }
            for traveller in all {
                let parts = traveller.parts();
                let back = Traveller::from_parts(&parts);
                assert_eq!(back.parts(), parts);
                assert_eq!(back.born, traveller.born);
                assert_eq!(back.locator, traveller.locator);
                people += 1;
            }
        }
    }
    assert!(people > 20 && bookings > 5, "{people} {bookings}");
}
