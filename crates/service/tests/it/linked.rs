//! Messages that speak of one traveller: what one leaves open another tells, and what is corrected no
//! longer counts.

use tidewaiter_mandate::review::State;
use tidewaiter_service::{HitDetail, HitQuery, Replay};

use crate::world::{World, corpus};

/// A name that many bear, and a date of birth that is not the traveller's.
const ANOTHER: &[(&str, &str, &str)] = &[("W-1", "Timur Karimov", "1961-05-09")];

/// A booking that gives no date of birth, of somebody with that name.
fn booking() -> Vec<u8> {
    let text = String::from_utf8(corpus("pnrgov-p.edi")).unwrap();
    let segments = text.split_inclusive('\'');
    let text: String = segments
        .filter(|segment| !segment.contains("SSR+DOCS"))
        .collect();
    text.replace("OMARREN+TOVA LINNEA", "KARIMOV+TIMUR")
        .replace("TOVA OMARREN", "TIMUR KARIMOV")
        .into_bytes()
}

/// The passenger list, with the traveller's date of birth.
fn list() -> String {
    String::from_utf8(corpus("paxlst-a-passengers.edi"))
        .unwrap()
        .replace("O?'MARREN:TOVA:LINNEA", "KARIMOV:TIMUR")
}

fn in_state(world: &World, state: State) -> Vec<HitDetail> {
    let query = HitQuery {
        states: vec![state],
        ..HitQuery::default()
    };
    world.service.hits(&world.acting(), &query).unwrap()
}

fn all_replay(world: &World) -> usize {
    let findings = world.service.findings().unwrap();
    for finding in &findings {
        assert_eq!(world.service.replay(finding).unwrap(), Replay::Same);
    }
    findings.len()
}

#[test]
fn a_hit_on_a_booking_lapses_when_the_list_gives_another_date_of_birth() {
    let world = World::new();
    world.watch_for(ANOTHER);
    world.ingest(&booking());
    let [hit] = &world.hits()[..] else {
        panic!("by the name alone: {:?}", world.hits().len())
    };
    assert_eq!(hit.hit.state(), State::Matched);
    world.ingest(list().as_bytes());
    assert!(world.hits().is_empty());
    let lapsed = in_state(&world, State::Lapsed);
    assert_eq!((lapsed.len(), lapsed[0].id), (1, hit.id));
    assert_eq!(world.counted("lapsed"), 1);
    assert_eq!(all_replay(&world), 1);
    // In the other order there never is one.
    let world = World::new();
    world.watch_for(ANOTHER);
    world.ingest(list().as_bytes());
    world.ingest(&booking());
    assert!(world.hits().is_empty() && in_state(&world, State::Lapsed).is_empty());
    // And neither when the entry comes last.
    let world = World::new();
    world.ingest(&booking());
    world.ingest(list().as_bytes());
    world.watch_for(ANOTHER);
    assert!(world.hits().is_empty());
}

#[test]
fn the_listed_date_of_birth_in_the_list_strengthens_the_booking() {
    let world = World::new();
    world.watch_for(&[("W-1", "Timur Karimov", "1988-02-29")]);
    world.ingest(&booking());
    let before = world.hits()[0].finding.bits;
    world.ingest(list().as_bytes());
    let [hit] = &world.hits()[..] else {
        panic!("one and the same hit")
    };
    assert!(hit.finding.bits > before + 3.0);
    assert_eq!(all_replay(&world), 2);
}

#[test]
fn what_was_corrected_no_longer_counts() {
    let world = World::new();
    world.watch_for(&[("W-1", "Mikel Ibarrondo", "1951-08-03")]);
    let wrong = String::from_utf8(corpus("paxlst-a-passengers.edi")).unwrap();
    let right = wrong
        .replace("IBARRONDO:MIKEL", "ETXEBERRIA:JON")
        .replace("QZ00000042", "QZ00000043")
        .replace("260314:0610", "260314:0710");
    assert_ne!(wrong, right);
    world.ingest(wrong.as_bytes());
    let [hit] = &world.hits()[..] else {
        panic!("one hit")
    };
    let (id, found) = (hit.id, hit.finding_id);
    world.ingest(right.as_bytes());
    let open: Vec<_> = world.hits().iter().map(|hit| hit.id).collect();
    assert!(!open.contains(&id), "{:?}", in_state(&world, State::Lapsed));
    assert_eq!(world.service.replay(&found).unwrap(), Replay::Same);
    // Nor does it for an entry that comes later.
    let world = World::new();
    world.ingest(wrong.as_bytes());
    world.ingest(right.as_bytes());
    world.watch_for(&[("W-1", "Mikel Ibarrondo", "1951-08-03")]);
    assert!(world.hits().is_empty());
}
