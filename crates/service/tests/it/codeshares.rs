//! One flight under several designators: whatever comes first, it becomes one flight with each
//! traveller once, and one hit.

use tidewaiter_mandate::review::State;
use tidewaiter_service::{HitQuery, Lane, Replay};

use crate::world::{World, corpus};

const TOVA: &[(&str, &str, &str)] = &[("W-1", "Tova Linnea O'Marren", "1988-02-29")];

const OWN_LEG: &str = "TVL+140326:0915:140326:1340+ORA+DRB+QZ+417:Y'";
const SOLD_LEG: &str = "TVL+140326:0915:140326:1340+ORA+DRB+XT+2417:Y'";

fn push() -> String {
    String::from_utf8(corpus("pnrgov-p.edi")).unwrap()
}

/// The push of the carrier that flies, which says under which number its partner sold the seats.
fn of_who_flies() -> Vec<u8> {
    let both = format!("{SOLD_LEG}\nTVL++++QZ+417'");
    push()
        .replace(OWN_LEG, &both)
        .replace("UNT+46+1", "UNT+47+1")
        .into_bytes()
}

/// The push of the partner, under its own number; it may say who flies.
fn of_who_sold(says_who_flies: bool) -> Vec<u8> {
    let text = push()
        .replace("130326/0915/QZ/417", "130326/0915/XT/2417")
        .replace("ORA+DRB+QZ+417'", "ORA+DRB+XT+2417'")
        .replace("0042", "0043");
    if !says_who_flies {
        return text.replace(OWN_LEG, SOLD_LEG).into_bytes();
    }
    let both = format!("{SOLD_LEG}\nTVL++++QZ+417'");
    text.replace(OWN_LEG, &both)
        .replace("UNT+46+1", "UNT+47+1")
        .into_bytes()
}

fn list() -> Vec<u8> {
    corpus("paxlst-a-passengers.edi")
}

#[test]
fn whatever_comes_first_it_becomes_one_flight_with_everybody_once() {
    let orders: [(&str, Vec<Vec<u8>>); 5] = [
        ("sold, list", vec![of_who_sold(true), list()]),
        ("list, sold", vec![list(), of_who_sold(true)]),
        // The partner does not say who flies: two flights until somebody does.
        (
            "apart, then who flies",
            vec![of_who_sold(false), list(), of_who_flies()],
        ),
        (
            "who flies, then apart",
            vec![of_who_flies(), list(), of_who_sold(false)],
        ),
        (
            "apart, who flies, list",
            vec![of_who_sold(false), of_who_flies(), list()],
        ),
    ];
    for (order, messages) in orders {
        let world = World::new();
        world.watch_for(TOVA);
        for message in &messages {
            world.ingest(message);
        }
        let flight = world.qz417();
        let sold = world.flight(Lane::Live, "XT", "2417", "2026-03-14");
        assert_eq!(sold, Some(flight), "{order}: under both names");
        // Two of the list, and the infant of the booking.
        assert_eq!(world.people(&flight).len(), 3, "{order}");
        let tova = world.traveller(&flight, "O'MARREN");
        assert!(tova.api.is_some() && tova.pnr.is_some(), "{order}");
        let hits = world.hits();
        let [hit] = &hits[..] else {
            panic!("{order}: {} hits", hits.len())
        };
        assert_eq!(hit.flight.as_ref().map(|f| f.id), Some(flight), "{order}");
        let every = HitQuery {
            states: State::ALL.to_vec(),
            ..HitQuery::default()
        };
        // What was found on both flights before they were one stands once; the other has lapsed.
        let all = world.service.hits(&world.acting(), &every).unwrap();
        let others = all.iter().filter(|other| other.id != hit.id);
        assert!(
            others.clone().all(|o| o.hit.state() == State::Lapsed),
            "{order}"
        );
        assert!(others.count() <= 1, "{order}");
        for finding in world.service.findings().unwrap() {
            let replayed = world.service.replay(&finding).unwrap();
            assert_eq!(replayed, Replay::Same, "{order}");
        }
    }
}
