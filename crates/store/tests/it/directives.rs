//! Directives on both engines: made with the decision, delivered until they are acknowledged.

use jiff::SignedDuration;
use tidewaiter_store::{DirectiveState, Lane, NewDirective, StoreError};

use crate::conformance::{lines, put};
use crate::world::{READER, World, at, id};

on_both_engines! {
    a_directive_is_repeated_until_it_is_acknowledged
    a_directive_that_was_taken_back_does_not_leave
    the_last_directive_stands_until_it_is_taken_back
    the_switch_is_on_until_it_is_turned_off
    nothing_is_said_of_somebody_who_was_erased
}

fn direct(world: &World, n: u32, reference: &str, revokes: Option<u32>) {
    let new = NewDirective {
        id: id(n),
        lane: Lane::Live,
        hit: id(100),
        subject: id(1),
        purpose: world.purpose(),
        carrier: "AA",
        reference,
        code: if revokes.is_some() { "0Z" } else { "1Z" },
        addressee: world.store.addressee(b"AA417/QZ417001"),
        revokes: revokes.map(id),
        until: Some(at(3600)),
        content: b"UNB+...",
    };
    world
        .store
        .write(at(10), |tx| tx.direct(&world.tenant, &READER, &new))
        .unwrap();
}

fn due(world: &World, now: i64) -> Vec<tidewaiter_store::Id> {
    let lease = SignedDuration::from_secs(60);
    let taken = world
        .store
        .write(at(now), |tx| tx.take(&world.tenant, "directive", 10, lease))
        .unwrap();
    assert!(taken.iter().all(|out| out.content.as_slice() == b"UNB+..."));
    taken.iter().map(|out| out.id).collect()
}

fn state(world: &World, n: u32) -> tidewaiter_store::Directive {
    world
        .store
        .write(at(20), |tx| tx.directive(&world.tenant, &id(n)))
        .unwrap()
}

fn a_directive_is_repeated_until_it_is_acknowledged(world: World) {
    put(&world, 1, "CLARK");
    direct(&world, 200, "TW1", None);
    assert_eq!(state(&world, 200).state, DirectiveState::Waiting);
    assert_eq!(due(&world, 11), [id(200)]);
    let tried = |now, fault| {
        world
            .store
            .write(at(now), |tx| {
                tx.directive_leaves(&world.tenant, &id(200))?;
                tx.directive_tried(&world.tenant, &id(200), fault)
            })
            .unwrap();
    };
    tried(12, Some("unreachable"));
    let found = state(&world, 200);
    assert_eq!(found.state, DirectiveState::Waiting);
    assert_eq!(
        (found.attempts, found.fault.as_deref()),
        (1, Some("unreachable"))
    );
    assert_eq!(due(&world, 13), []);
    assert_eq!(due(&world, 72), [id(200)]);
    tried(72, None);
    tried(73, None);
    let found = state(&world, 200);
    assert_eq!(
        (found.state, found.sent_at),
        (DirectiveState::Sent, Some(at(72)))
    );
    let alarm = || {
        world
            .store
            .write(at(80), |tx| tx.alarm_directive(&world.tenant, &id(200)))
            .unwrap()
    };
    assert!(alarm() && !alarm());
    assert_eq!(due(&world, 140), [id(200)]);
    let by_reference = |carrier| {
        world
            .store
            .write(at(141), |tx| {
                tx.directive_of_reference(&world.tenant, carrier, "TW1")
            })
            .unwrap()
    };
    assert_eq!(by_reference("BA"), None, "another carrier's reference");
    let found = by_reference("AA").unwrap();
    let acknowledged = DirectiveState::Acknowledged;
    world
        .store
        .write(at(141), |tx| {
            tx.end_directive(&world.tenant, &found.id, acknowledged)
        })
        .unwrap();
    assert_eq!(state(&world, 200).acknowledged_at, Some(at(141)));
    assert_eq!(due(&world, 9999), []);
    let counts = world.store.read(|tx| tx.directive_counts(&world.tenant));
    assert_eq!(counts.unwrap(), [(acknowledged, 1, 1)]);
    assert!(lines(&world).iter().any(|line| line.contains("share-out")));
}

fn a_directive_that_was_taken_back_does_not_leave(world: World) {
    put(&world, 1, "CLARK");
    direct(&world, 200, "TW1", None);
    world
        .store
        .write(at(11), |tx| {
            tx.end_directive(&world.tenant, &id(200), DirectiveState::Withdrawn)
        })
        .unwrap();
    assert_eq!(due(&world, 12), []);
    direct(&world, 201, "TW2", None);
    direct(&world, 202, "TW3", Some(201));
    let all = world
        .store
        .write(at(12), |tx| tx.directives_of_hit(&world.tenant, &id(100)))
        .unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!(all[2].revokes, Some(id(201)));
    let listed = world
        .store
        .read(|tx| tx.directives(&world.tenant, at(0), 2));
    assert_eq!(listed.unwrap().len(), 2);
}

fn the_last_directive_stands_until_it_is_taken_back(world: World) {
    put(&world, 1, "CLARK");
    let standing = |lane, addressee: &[u8]| {
        let addressee = world.store.addressee(addressee);
        let standing = world
            .store
            .read(|tx| tx.standing_directive(&world.tenant, lane, &addressee));
        standing.unwrap().map(|directive| directive.id)
    };
    let addressee = b"AA417/QZ417001";
    assert_eq!(standing(Lane::Live, addressee), None);
    direct(&world, 200, "TW1", None);
    assert_eq!(standing(Lane::Live, addressee), Some(id(200)));
    assert_eq!(standing(Lane::Test, addressee), None);
    assert_eq!(standing(Lane::Live, b"AA417/QZ417002"), None);
    world
        .store
        .write(at(11), |tx| {
            tx.end_directive(&world.tenant, &id(200), DirectiveState::Revoked)
        })
        .unwrap();
    direct(&world, 201, "TW2", Some(200));
    assert_eq!(standing(Lane::Live, addressee), None);
}

fn the_switch_is_on_until_it_is_turned_off(world: World) {
    let officer = world.officer("u-9");
    let stopped = || {
        world
            .store
            .write(at(0), |tx| tx.is_stopped(&world.tenant))
            .unwrap()
    };
    assert!(!stopped());
    for on in [true, false, true] {
        world
            .store
            .write(at(1), |tx| {
                tx.turn_stop_switch(&world.tenant, &officer, on, "drill")
            })
            .unwrap();
        assert_eq!(stopped(), on);
    }
    let switch = world.store.read(|tx| tx.stop_switch(&world.tenant));
    let switch = switch.unwrap().unwrap();
    assert_eq!((switch.is_on, switch.person.as_str()), (true, "u-9"));
}

fn nothing_is_said_of_somebody_who_was_erased(world: World) {
    let new = NewDirective {
        id: id(200),
        lane: Lane::Live,
        hit: id(100),
        subject: id(77),
        purpose: world.purpose(),
        carrier: "AA",
        reference: "TW1",
        code: "1Z",
        addressee: world.store.addressee(b"AA417/QZ417001"),
        revokes: None,
        until: None,
        content: b"UNB+...",
    };
    let made = world
        .store
        .write(at(10), |tx| tx.direct(&world.tenant, &READER, &new));
    assert_eq!(made, Err(StoreError::KeyDestroyed));
}
