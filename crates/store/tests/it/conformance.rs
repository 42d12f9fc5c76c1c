//! One suite for both engines: they differ nowhere.

use jiff::SignedDuration;
use serde_json::json;
use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::{DataSet, Element};
use tidewaiter_store::{
    Delivery, Kept, KeyKind, Lane, Level, NewJob, NewRecord, OfFlight, Outgoing, Reading, Received,
    StoreError, StoredFlight, Tx,
};

use crate::world::{READER, World, at, id};

on_both_engines! {
    the_same_bytes_are_the_same_receipt
    bytes_come_back_and_go_when_they_are_read
    jobs_are_claimed_once_and_come_back
    one_agency_does_not_do_the_work_of_another
    quarantine_has_its_own_clock_and_is_replayed
    what_is_to_leave_leaves_in_order_until_delivered
    flights_merge_and_keep_what_was_known
    a_view_takes_a_grant_and_leaves_a_line
    the_machine_leaves_one_line_a_run
    candidates_are_found_by_key_until_masked
    a_record_is_put_once_at_a_time_and_an_observation_once
    a_failed_statement_fails_its_transaction
    a_failed_writer_harms_nobody_else
    a_panic_is_taken_back
    one_statement_is_read_without_a_transaction
    text_with_a_nul_is_refused
    everything_is_there_after_reopening
}

// proves part of: INT-06
fn the_same_bytes_are_the_same_receipt(world: World) {
    let first = world.delivery(10, b"UNB+UNOA:4'");
    let receive = |delivery| {
        world
            .store
            .write(at(1), |tx| tx.receive(&world.tenant, &READER, delivery))
    };
    let Received::New(receipt) = receive(&first).unwrap() else {
        panic!("new")
    };
    assert_eq!(receipt.status, Reading::Pending);
    let mut again = world.delivery(20, b"UNB+UNOA:4'");
    again.sender = "feed-bb";
    assert_eq!(receive(&again).unwrap(), Received::Again(receipt.clone()));
    assert_eq!(receive(&again).unwrap(), Received::Again(receipt.clone()));
    // The test lane never meets the live one.
    let mut test = world.delivery(30, b"UNB+UNOA:4'");
    test.lane = Lane::Test;
    assert!(matches!(receive(&test).unwrap(), Received::New(_)));
    let (receipts, again) = world.store.read(|tx| tx.receipts(&world.tenant)).unwrap();
    assert_eq!((receipts, again), (2, 2));
    assert_eq!(world.backlog(100).ready, 2);
    let read = world
        .store
        .read(|tx| tx.receipt(&world.tenant, &id(10)))
        .unwrap();
    assert_eq!(read, receipt);
    let missing = world.store.read(|tx| tx.receipt(&world.tenant, &id(99)));
    assert_eq!(missing, Err(StoreError::NotFound("receipt")));
}

fn bytes_come_back_and_go_when_they_are_read(world: World) {
    let delivery = world.delivery(10, b"NAD+FL+++CLARK:MICHAEL'");
    world
        .store
        .write(at(1), |tx| tx.receive(&world.tenant, &READER, &delivery))
        .unwrap();
    let raw = |w: &World| {
        w.store
            .write(at(2), |tx| tx.raw(&w.tenant, &READER, &id(10)))
    };
    assert_eq!(raw(&world).unwrap().bytes.as_slice(), delivery.bytes);
    world
        .store
        .write(at(3), |tx| {
            tx.receipt_read(
                &world.tenant,
                &id(10),
                Reading::Partial,
                (1, 7),
                Kept::Original(at(99)),
            )
        })
        .unwrap();
    assert_eq!(raw(&world).unwrap().bytes.as_slice(), delivery.bytes);
    world
        .store
        .write(at(4), |tx| {
            tx.receipt_read(
                &world.tenant,
                &id(10),
                Reading::Accepted,
                (1, 7),
                Kept::Nothing,
            )
        })
        .unwrap();
    assert_eq!(raw(&world).err(), Some(StoreError::NotFound("message")));
    let receipt = world
        .store
        .read(|tx| tx.receipt(&world.tenant, &id(10)))
        .unwrap();
    assert_eq!(
        (receipt.status, receipt.messages, receipt.travellers),
        (Reading::Accepted, 1, 7)
    );
}

fn jobs_are_claimed_once_and_come_back(world: World) {
    let lease = SignedDuration::from_secs(60);
    for n in [1, 2, 3] {
        let job = NewJob {
            id: id(n),
            kind: "read",
            subject: id(100 + n),
            priority: if n == 3 { -1 } else { 0 },
            due_at: at(0),
        };
        let purposes = world.purposes();
        world
            .store
            .write(at(0), |tx| {
                tx.add_job(&world.tenant, DataSet::Api, purposes, &job)
            })
            .unwrap();
    }
    let claim = |now, worker: &str, most| {
        world
            .store
            .write(at(now), |tx| {
                tx.claim(&world.tenant, "read", worker, most, lease)
            })
            .unwrap()
    };
    let a = claim(1, "a", 2);
    assert_eq!(a.iter().map(|j| j.id).collect::<Vec<_>>(), [id(3), id(1)]);
    let b = claim(1, "b", 5);
    assert_eq!(b.iter().map(|j| j.id).collect::<Vec<_>>(), [id(2)]);
    assert!(claim(30, "c", 5).is_empty());
    world.store.write(at(31), |tx| tx.finish(&a[0])).unwrap();
    // A worker that died: its job comes back, and its lease is worth nothing any more.
    let c = claim(61, "c", 5);
    assert_eq!(c.iter().map(|j| j.id).collect::<Vec<_>>(), [id(1), id(2)]);
    assert_eq!(c[0].attempt, 2);
    let late = world.store.write(at(62), |tx| tx.finish(&a[1]));
    assert_eq!(late, Err(StoreError::LeaseLost));
    // Another attempt waits: one second, two, four …
    world
        .store
        .write(at(62), |tx| tx.retry(&c[0], "worker-failed"))
        .unwrap();
    assert!(claim(63, "d", 5).is_empty());
    let d = claim(64, "d", 5);
    assert_eq!((d.len(), d[0].id, d[0].attempt), (1, id(1), 3));
    world.store.write(at(65), |tx| tx.finish(&d[0])).unwrap();
    world.store.write(at(65), |tx| tx.finish(&c[1])).unwrap();
    assert_eq!(world.backlog(65), Default::default());
}

fn one_agency_does_not_do_the_work_of_another(world: World) {
    let other = world
        .store
        .enrol("XB-CUSTOMS", world.tenant.shared_mandate());
    let other = other.unwrap();
    for (n, tenant) in [(10, &world.tenant), (20, &other), (30, &other)] {
        let delivery = world.delivery(n, b"the same bytes");
        let bytes = n.to_be_bytes();
        let delivery = Delivery {
            bytes: &bytes,
            ..delivery
        };
        let receive = |tx: &mut Tx<'_, '_>| tx.receive(tenant, &READER, &delivery);
        world.store.write(at(1), receive).unwrap();
    }
    let counts = [Some(&world.tenant), Some(&other), None].map(|tenant| {
        let count = world.store.read(|tx| tx.backlog(tenant, at(2)));
        count.unwrap().ready
    });
    assert_eq!(counts, [1, 2, 3]);
    let lease = SignedDuration::from_secs(60);
    let claim = |tenant, now| {
        let claim = |tx: &mut Tx<'_, '_>| tx.claim(tenant, "read", "a", 9, lease);
        world.store.write(at(now), claim).unwrap().len()
    };
    assert_eq!(claim(&world.tenant, 2), 1);
    // Not even when a lease of the other's has run out.
    assert_eq!(claim(&other, 2), 2);
    assert_eq!(claim(&world.tenant, 100), 1);
}

// proves part of: INT-08
fn quarantine_has_its_own_clock_and_is_replayed(world: World) {
    let delivery = world.delivery(10, b"\xff\xfe rubbish");
    world
        .store
        .write(at(0), |tx| tx.receive(&world.tenant, &READER, &delivery))
        .unwrap();
    let lease = SignedDuration::from_secs(60);
    let claim = |now| {
        world
            .store
            .write(at(now), |tx| tx.claim(&world.tenant, "read", "a", 9, lease))
            .unwrap()
    };
    let job = claim(1).remove(0);
    world
        .store
        .write(at(2), |tx| tx.quarantine(&job, "no-interchange", at(7200)))
        .unwrap();
    assert_eq!(world.backlog(1000).quarantined, 1);
    assert!(claim(1000).is_empty());
    let other = world.store.write(at(5), |tx| {
        tx.replay_quarantine(&world.tenant, Some("other"))
    });
    assert_eq!(other, Ok(0));
    let replayed = world
        .store
        .write(at(5), |tx| tx.replay_quarantine(&world.tenant, None));
    assert_eq!(replayed, Ok(1));
    assert_eq!(claim(6)[0].id, job.id);
}

fn what_is_to_leave_leaves_in_order_until_delivered(world: World) {
    for n in 1..=3 {
        let out = Outgoing {
            id: id(n),
            topic: "directive",
            subject: id(50),
            content: format!("message {n}").as_bytes().to_vec().leak(),
        };
        let purposes = world.purposes();
        world
            .store
            .write(at(0), |tx| {
                tx.send(&world.tenant, DataSet::Hits, purposes, &out)
            })
            .unwrap();
    }
    let lease = SignedDuration::from_secs(10);
    let take = |now| {
        world
            .store
            .write(at(now), |tx| tx.take(&world.tenant, "directive", 2, lease))
            .unwrap()
    };
    let first = take(1);
    assert_eq!(first.iter().map(|w| w.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(first[1].content.as_slice(), b"message 2");
    assert_eq!(take(1)[0].number, 3);
    world.store.write(at(2), |tx| tx.delivered(&id(1))).unwrap();
    world.store.write(at(3), |tx| tx.delivered(&id(1))).unwrap();
    let again = take(12);
    assert_eq!(
        again
            .iter()
            .map(|w| (w.number, w.attempts))
            .collect::<Vec<_>>(),
        [(2, 1), (3, 1)]
    );
}

fn flights_merge_and_keep_what_was_known(world: World) {
    let flight = flight();
    let put = |flight: &StoredFlight| {
        let purposes = world.purposes();
        world
            .store
            .write(at(0), |tx| tx.put_flight(&world.tenant, purposes, flight))
            .unwrap()
    };
    assert_eq!(put(&flight), id(7));
    let later = StoredFlight {
        id: id(8),
        destination: Some("LHR".into()),
        origin: None,
        status: "closed".into(),
        ..flight
    };
    assert_eq!(put(&later), id(7));
    let read = world
        .store
        .read(|tx| tx.flight(&world.tenant, &id(7)))
        .unwrap();
    assert_eq!(read.origin.as_deref(), Some("JFK"));
    assert_eq!(read.destination.as_deref(), Some("LHR"));
    assert_eq!(read.status, "closed");
    let found = world
        .store
        .read(|tx| tx.flights(&world.tenant, at(0), at(7200)))
        .unwrap();
    assert_eq!(found, [read]);
}

fn flight() -> StoredFlight {
    StoredFlight {
        id: id(7),
        lane: Lane::Live,
        key: tidewaiter_domain::FlightKey {
            carrier: "AA".into(),
            number: "124".into(),
            date: "2026-11-24".parse().unwrap(),
        },
        origin: Some("JFK".into()),
        destination: None,
        departs_at: Some(at(3600)),
        arrives_at: None,
        status: "expected".into(),
    }
}

/// Stores a traveller of flight 7.
pub(crate) fn put(world: &World, n: u32, surname: &str) -> u64 {
    let keys = [world.store.lookback_key(KeyKind::Name, surname)];
    let record = NewRecord {
        id: id(n),
        level: Level::Traveller,
        lane: Lane::Live,
        source: None,
        flight: Some(id(7)),
        owner: None,
        told_by: [None; 2],
        status: "booked",
        child: false,
        keys: &keys,
    };
    let admitted = world.admitted(surname);
    let purposes = world.purposes();
    world
        .store
        .write(at(5), |tx| {
            tx.put_flight(&world.tenant, purposes, &flight())?;
            tx.put(&world.tenant, &READER, &[(record, &admitted)])
        })
        .unwrap()
}

pub(crate) fn lines(world: &World) -> Vec<String> {
    world.store.read(|tx| tx.audit_lines(0)).unwrap()
}

// proves part of: AUD-02
// proves part of: MAN-07
fn a_view_takes_a_grant_and_leaves_a_line(world: World) {
    assert_eq!(put(&world, 1, "CLARK"), 1);
    let before = lines(&world).len();
    let grant = world.grant();
    let view = |now| {
        world
            .store
            .write(at(now), |tx| tx.view(&world.tenant, &grant, &id(1)))
    };
    let seen = view(10).unwrap();
    assert_eq!(
        seen.parts.get(Element::Names).unwrap()["surname"],
        json!("CLARK")
    );
    let after = lines(&world);
    assert_eq!(after.len(), before + 1);
    let line = after.last().unwrap();
    assert!(line.contains(&format!("\"event\":\"{}\"", AuditEvent::View)));
    assert!(line.contains("\"actor\":\"u-17\"") && line.contains("names"));
    assert!(
        after
            .iter()
            .all(|line| !line.contains("CLARK") && !line.contains("case 4711"))
    );
    // Lapsed, missing: no data and no line.
    assert_eq!(view(9000).err(), Some(StoreError::GrantLapsed));
    let none = world
        .store
        .write(at(11), |tx| tx.view(&world.tenant, &grant, &id(2)));
    assert_eq!(none.err(), Some(StoreError::NotFound("record")));
    // A transaction that fails after reading takes the line back, and gives nothing.
    let failed: Result<(), _> = world.store.write(at(12), |tx| {
        tx.view(&world.tenant, &grant, &id(1))?;
        Err(StoreError::Busy)
    });
    assert_eq!(failed, Err(StoreError::Busy));
    assert_eq!(lines(&world).len(), before + 1);
    // Another agency sees nothing, and is not told that there is something.
    let other = world
        .store
        .enrol("XB-POLICE", std::sync::Arc::new(crate::world::mandate()))
        .unwrap();
    let foreign = world
        .store
        .write(at(13), |tx| tx.view(&other, &grant, &id(1)));
    assert_eq!(foreign.err(), Some(StoreError::NotFound("record")));
    put(&world, 2, "MORGAN");
    let all = world.store.write(at(14), |tx| {
        let wanted = |behind, most| OfFlight {
            flight: id(7),
            unless: "cancelled",
            behind,
            most,
        };
        let grants = [grant];
        let both = tx.view_flight(&world.tenant, &grants, &wanted(None, 2))?;
        let (first, next) = tx.view_flight(&world.tenant, &grants, &wanted(None, 1))?;
        assert_eq!(next, Some(first[0].id));
        let (second, end) = tx.view_flight(&world.tenant, &grants, &wanted(next, 1))?;
        assert_eq!(end, None);
        assert_eq!(both, (vec![first[0].clone(), second[0].clone()], None));
        tx.set_status(&world.tenant, &id(1), "cancelled")?;
        tx.view_flight(&world.tenant, &grants, &wanted(None, 2))
    });
    assert_eq!(all.unwrap().0.len(), 1);
}

fn the_machine_leaves_one_line_a_run(world: World) {
    put(&world, 1, "CLARK");
    put(&world, 2, "MORGAN");
    let before = lines(&world).len();
    let purpose = world.purpose();
    let ids = [id(1), id(2), id(3)];
    let views = world
        .store
        .write(at(9), |tx| {
            tx.machine_view(&world.tenant, &READER, purpose, &ids)
        })
        .unwrap();
    assert_eq!(views.len(), 2);
    let after = lines(&world);
    assert_eq!(after.len(), before + 1);
    assert!(after.last().unwrap().contains("\"event\":\"match\""));
}

fn candidates_are_found_by_key_until_masked(world: World) {
    put(&world, 1, "CLARK");
    put(&world, 2, "MORGAN");
    let key = |text| world.store.lookback_key(KeyKind::Name, text);
    let purpose = world.purpose();
    let find = |keys: &[_]| {
        world
            .store
            .write(at(9), |tx| tx.candidates(&world.tenant, purpose, keys))
            .unwrap()
    };
    assert_eq!(find(&[key("CLARK")]), [id(1)]);
    assert_eq!(
        find(&[key("MORGAN"), key("CLARK"), key("CLARK")]),
        [id(1), id(2)]
    );
    assert!(find(&[key("SMITH")]).is_empty());
    assert_ne!(
        key("CLARK"),
        world.store.lookback_key(KeyKind::Email, "CLARK")
    );
    // A changed record is found by its new keys only.
    put(&world, 1, "CLARKE");
    assert!(find(&[key("CLARK")]).is_empty());
    assert_eq!(find(&[key("CLARKE")]), [id(1)]);
}

fn a_record_is_put_once_at_a_time_and_an_observation_once(world: World) {
    let delivery = world.delivery(10, b"one");
    let (first, second) = (world.admitted("CLARK"), world.admitted("MORGAN"));
    let record = |n, level, source| NewRecord {
        id: id(n),
        level,
        lane: Lane::Live,
        source,
        flight: None,
        owner: None,
        told_by: [None; 2],
        status: "booked",
        child: false,
        keys: &[],
    };
    let put = |records: &[(NewRecord<'_>, &_)]| {
        world.store.write(at(2), |tx| {
            tx.receive(&world.tenant, &READER, &delivery)?;
            tx.put(&world.tenant, &READER, records)
        })
    };
    let traveller = || record(1, Level::Traveller, None);
    let twice = put(&[(traveller(), &first), (traveller(), &second)]);
    assert!(matches!(twice, Err(StoreError::Value(_))), "{twice:?}");
    // The same place of the same receipt, read again under another identifier.
    let said = |n| record(n, Level::Observation, Some((id(10), 0)));
    assert_eq!(put(&[(said(2), &first), (traveller(), &first)]), Ok(2));
    assert_eq!(put(&[(said(3), &second), (traveller(), &second)]), Ok(1));
    let grant = world.grant();
    let name = |n| {
        let view = world
            .store
            .write(at(3), |tx| tx.view(&world.tenant, &grant, &id(n)));
        view.map(|view| view.parts.get(Element::Names).unwrap()["surname"].clone())
    };
    assert_eq!(name(1), Ok(json!("MORGAN")));
    assert_eq!(name(2), Ok(json!("CLARK")));
    assert_eq!(name(3), Err(StoreError::NotFound("record")));
}

fn a_failed_statement_fails_its_transaction(world: World) {
    let delivery = world.delivery(10, b"one");
    let result: Result<(), _> = world.store.write(at(1), |tx| {
        tx.receive(&world.tenant, &READER, &delivery)?;
        // The same identifier for other bytes: against the schema.
        let clash = world.delivery(10, b"two");
        let error = tx.receive(&world.tenant, &READER, &clash).unwrap_err();
        assert!(matches!(error, StoreError::Constraint(_)), "{error:?}");
        let next = tx.claim(&world.tenant, "read", "a", 1, SignedDuration::from_secs(1));
        assert_eq!(next.err(), Some(StoreError::Failed));
        Ok(())
    });
    assert!(
        matches!(result, Err(StoreError::Constraint(_))),
        "{result:?}"
    );
    assert_eq!(
        world.store.read(|tx| tx.receipts(&world.tenant)),
        Ok((0, 0))
    );
}

fn a_failed_writer_harms_nobody_else(world: World) {
    std::thread::scope(|scope| {
        for worker in 0..8u32 {
            let world = &world;
            scope.spawn(move || {
                for i in 0..20u32 {
                    let n = worker * 1000 + i * 10 + 10;
                    let bytes = n.to_be_bytes();
                    let delivery = world.delivery(n, &bytes);
                    let fails = i % 3 == 2;
                    let result = world.store.write(at(1), |tx| {
                        tx.receive(&world.tenant, &READER, &delivery)?;
                        if fails { Err(StoreError::Busy) } else { Ok(()) }
                    });
                    assert_eq!(result.is_err(), fails);
                }
            });
        }
    });
    let (receipts, _) = world.store.read(|tx| tx.receipts(&world.tenant)).unwrap();
    assert_eq!(receipts, 8 * 14);
    // The chain has no gap, whoever failed in between.
    world.store.checkpoint("xa/log", at(2)).unwrap().unwrap();
    assert_eq!(world.store.verify_audit("xa/log").unwrap().lines, 8 * 14);
}

fn a_panic_is_taken_back(world: World) {
    let delivery = world.delivery(10, b"one");
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _: Result<(), _> = world.store.write(at(1), |tx| {
            tx.receive(&world.tenant, &READER, &delivery)?;
            panic!("a defect of a worker")
        });
    }));
    assert!(panicked.is_err());
    assert_eq!(
        world.store.read(|tx| tx.receipts(&world.tenant)),
        Ok((0, 0))
    );
    world
        .store
        .write(at(1), |tx| tx.receive(&world.tenant, &READER, &delivery))
        .unwrap();
    assert_eq!(
        world.store.read(|tx| tx.receipts(&world.tenant)),
        Ok((1, 0))
    );
}

fn one_statement_is_read_without_a_transaction(world: World) {
    let delivery = world.delivery(10, b"UNB+UNOA:4'");
    world
        .store
        .write(at(1), |tx| tx.receive(&world.tenant, &READER, &delivery))
        .unwrap();
    let kinds = ["miss", "read", "other"];
    let due = |now| {
        let ask =
            |tx: &mut tidewaiter_store::ReadTx<'_, '_>| tx.are_due(&world.tenant, &kinds, now);
        let once = world.store.read_once(ask).unwrap();
        assert_eq!(world.store.read(ask).unwrap(), once);
        once
    };
    assert_eq!(due(at(1)), [false, true, false]);
    assert_eq!(due(at(0)), [false, false, false]);
    // Two statements might see two states.
    let twice = world.store.read_once(|tx| {
        tx.are_due(&world.tenant, &kinds, at(1))?;
        tx.are_due(&world.tenant, &kinds, at(1))
    });
    assert!(matches!(twice, Err(StoreError::Engine(_))), "{twice:?}");
    assert_eq!(due(at(1)), [false, true, false]);
}

fn text_with_a_nul_is_refused(world: World) {
    let mut delivery = world.delivery(10, b"one");
    delivery.sender = "feed\0aa";
    let result = world
        .store
        .write(at(1), |tx| tx.receive(&world.tenant, &READER, &delivery));
    assert_eq!(result.err(), Some(StoreError::Value("text holds a NUL")));
}

fn everything_is_there_after_reopening(world: World) {
    put(&world, 1, "CLARK");
    let delivery = world.delivery(10, b"one");
    world
        .store
        .write(at(1), |tx| tx.receive(&world.tenant, &READER, &delivery))
        .unwrap();
    let lines_before = lines(&world);
    let world = world.reopen();
    assert_eq!(lines(&world), lines_before);
    let grant = world.grant();
    let view = world
        .store
        .write(at(9), |tx| tx.view(&world.tenant, &grant, &id(1)))
        .unwrap();
    assert_eq!(
        view.parts.get(Element::Names).unwrap()["surname"],
        json!("CLARK")
    );
    let raw = world
        .store
        .write(at(9), |tx| tx.raw(&world.tenant, &READER, &id(10)))
        .unwrap();
    assert_eq!(raw.bytes.as_slice(), b"one");
    let found = world.store.write(at(9), |tx| {
        let key = [world.store.lookback_key(KeyKind::Name, "CLARK")];
        tx.candidates(&world.tenant, world.purpose(), &key)
    });
    assert_eq!(found, Ok(vec![id(1)]));
}
