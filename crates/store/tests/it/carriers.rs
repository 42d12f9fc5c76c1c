//! What is expected of flights, what is counted about carriers, and what they are told, on both
//! engines.

use jiff::SignedDuration;
use tidewaiter_domain::FlightKey;
use tidewaiter_store::{
    COURIER, CarrierMessageKind, CarrierMessageState, Expectation, ExpectedData, ExpectedTime,
    Lane, NewCarrierMessage, Orders, StoredFlight, Timeliness,
};

use crate::conformance::lines;
use crate::world::{READER, World, at, id};

on_both_engines! {
    what_is_expected_is_overdue_until_it_is_settled
    what_is_counted_about_a_carrier_is_told_by_month
    an_acknowledgement_is_made_once_and_its_bytes_go_with_it
    a_request_is_open_until_it_is_answered
}

fn flight(world: &World) {
    let flight = StoredFlight {
        id: id(50),
        lane: Lane::Live,
        key: FlightKey {
            carrier: "AA".into(),
            number: "417".into(),
            date: "2026-11-24".parse().unwrap(),
        },
        origin: None,
        destination: None,
        departs_at: Some(at(3600)),
        arrives_at: None,
        status: "expected".into(),
    };
    let purposes = world.purposes();
    world
        .store
        .write(at(0), |tx| tx.put_flight(&world.tenant, purposes, &flight))
        .unwrap();
}

const TIME: ExpectedTime = ExpectedTime {
    data: ExpectedData::Pnr,
    minutes: 30,
};

fn what_is_expected_is_overdue_until_it_is_settled(world: World) {
    flight(&world);
    let expectation = |due| Expectation {
        flight: id(50),
        time: TIME,
        opens_at: Some(at(1)),
        due_at: at(due),
        state: Timeliness::Waiting,
    };
    let expect = |due| {
        world
            .store
            .write(at(0), |tx| tx.expect(&world.tenant, &expectation(due)))
            .unwrap();
    };
    let overdue = |now| {
        world
            .store
            .read(|tx| tx.overdue_expectations(&world.tenant, at(now), 10))
            .unwrap()
    };
    expect(100);
    // The flight is moved.
    expect(200);
    assert_eq!(overdue(200), [], "until then it is on time");
    assert_eq!(overdue(201), [expectation(200)]);
    world
        .store
        .write(at(201), |tx| {
            tx.settle(&world.tenant, &id(50), TIME, Timeliness::Missing)
        })
        .unwrap();
    assert_eq!(overdue(999), []);
    // What has been settled is not moved, and stays when nothing more is expected.
    expect(300);
    let no_more = |tx: &mut tidewaiter_store::Tx<'_, '_>| tx.expect_no_more(&world.tenant, &id(50));
    world.store.write(at(202), no_more).unwrap();
    let all = world
        .store
        .write(at(203), |tx| tx.expectations(&world.tenant, &id(50)))
        .unwrap();
    assert_eq!(
        all,
        [Expectation {
            state: Timeliness::Missing,
            ..expectation(200)
        }]
    );
}

fn what_is_counted_about_a_carrier_is_told_by_month(world: World) {
    for (carrier, lane, times) in [
        ("AA", Lane::Live, 3),
        ("AA", Lane::Live, -1),
        ("AA", Lane::Test, 5),
        ("BA", Lane::Live, 7),
    ] {
        world
            .store
            .write(at(0), |tx| {
                tx.count_quality(&world.tenant, (carrier, lane), "api:30:missing", times)
            })
            .unwrap();
    }
    let read = |months| {
        let counts = world
            .store
            .read(|tx| tx.quality(&world.tenant, "AA", months))
            .unwrap();
        counts
            .into_iter()
            .map(|count| (count.month, count.lane, count.count))
            .collect::<Vec<_>>()
    };
    let month = || "2026-11".to_owned();
    assert_eq!(
        read(("2026-11", "2026-11")),
        [(month(), Lane::Live, 2), (month(), Lane::Test, 5)]
    );
    assert_eq!(read(("2026-12", "2027-12")), []);
}

fn tell(world: &World, n: u32, kind: CarrierMessageKind, receipt: Option<u32>) -> bool {
    let reference = format!("TWM{n}");
    let new = NewCarrierMessage {
        id: id(n),
        lane: Lane::Live,
        carrier: "AA",
        kind,
        receipt: receipt.map(id),
        place: 0,
        flight: receipt.is_none().then_some(id(50)),
        reference: &reference,
        until: at(3600),
        content: b"UNB+...",
    };
    let purposes = world.purposes();
    let tell = |tx: &mut tidewaiter_store::Tx<'_, '_>| {
        tx.tell_carrier(&world.tenant, Orders::Machine(&READER), purposes, &new)
    };
    world.store.write(at(i64::from(n)), tell).unwrap()
}

fn due(world: &World, now: i64) -> Vec<tidewaiter_store::Id> {
    let lease = SignedDuration::from_secs(60);
    let taken = world
        .store
        .write(at(now), |tx| tx.take(&world.tenant, COURIER, 10, lease))
        .unwrap();
    assert!(taken.iter().all(|out| out.content.as_slice() == b"UNB+..."));
    taken.iter().map(|out| out.id).collect()
}

fn an_acknowledgement_is_made_once_and_its_bytes_go_with_it(world: World) {
    let contrl = CarrierMessageKind::Contrl;
    assert!(tell(&world, 200, contrl, Some(10)));
    assert!(!tell(&world, 201, contrl, Some(10)), "it was made before");
    assert!(tell(&world, 202, CarrierMessageKind::Ackres, Some(10)));
    assert_eq!(due(&world, 203), [id(200), id(202)]);
    world
        .store
        .write(at(204), |tx| {
            tx.carrier_message_tried(&world.tenant, &id(200), Some("slow"), at(400))?;
            tx.carrier_message_tried(&world.tenant, &id(202), None, at(400))?;
            tx.end_carrier_message(&world.tenant, &id(202), CarrierMessageState::Sent)
        })
        .unwrap();
    assert_eq!(due(&world, 399), []);
    assert_eq!(due(&world, 400), [id(200)]);
    let all = world
        .store
        .read(|tx| tx.carrier_messages(&world.tenant, "AA", None, 10))
        .unwrap();
    let seen: Vec<_> = all
        .iter()
        .map(|one| (one.id, one.state, one.attempts, one.fault.as_deref()))
        .collect();
    assert_eq!(
        seen,
        [
            (id(202), CarrierMessageState::Sent, 1, None),
            (id(200), CarrierMessageState::Waiting, 1, Some("slow")),
        ]
    );
    let first = Some((all[0].made_at, all[0].id));
    let rest = world
        .store
        .read(|tx| tx.carrier_messages(&world.tenant, "AA", first, 10))
        .unwrap();
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0].id, id(200));
    assert!(lines(&world).iter().any(|line| line.contains("share-out")));
}

fn a_request_is_open_until_it_is_answered(world: World) {
    flight(&world);
    tell(&world, 300, CarrierMessageKind::ResendRequest, None);
    let open = || {
        world
            .store
            .write(at(400), |tx| tx.open_requests(&world.tenant, &id(50)))
            .unwrap()
            .len()
    };
    assert_eq!(open(), 1);
    let alarm = || {
        world
            .store
            .write(at(401), |tx| {
                tx.alarm_carrier_message(&world.tenant, &id(300))
            })
            .unwrap()
    };
    assert!(alarm() && !alarm());
    world
        .store
        .write(at(402), |tx| {
            tx.end_carrier_message(&world.tenant, &id(300), CarrierMessageState::Answered)
        })
        .unwrap();
    assert_eq!(open(), 0);
    let message = world
        .store
        .write(at(403), |tx| tx.carrier_message(&world.tenant, &id(300)))
        .unwrap();
    assert_eq!(message.answered_at, Some(at(402)));
    assert_eq!(due(&world, 9999), []);
}
