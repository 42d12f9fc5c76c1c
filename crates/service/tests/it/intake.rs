//! From bytes to hits.

use sha2::{Digest as _, Sha256};
use tidewaiter_mandate::review::{Judgement, ReasonCode, State};
use tidewaiter_service::{HitQuery, Lane, Received, ReviewStep, ServiceError};
use tidewaiter_store::{Id, Reading};

use crate::traffic::small;
use crate::world::{World, corpus};

/// Somebody of the corpus.
const TOVA: &[(&str, &str, &str)] = &[("W-1", "Tova Linnea O'Marren", "1988-02-29")];

fn a_listed_traveller_becomes_a_hit(world: &World) {
    world.watch_for(TOVA);
    let bytes = corpus("paxlst-a-passengers.edi");
    let receipt = world.ingest(&bytes);
    assert_eq!(receipt.status, Reading::Accepted);
    assert_eq!((receipt.messages, receipt.travellers), (1, 2));
    let hits = world.hits();
    assert_eq!(hits.len(), 1);
    let hit = &hits[0];
    assert_eq!((hit.list.as_str(), hit.entry.as_str()), ("own", "W-1"));
    assert_eq!(hit.band, "alert");
    let traveller = hit.traveller.as_ref().unwrap();
    assert_eq!(traveller.name.surname.as_deref(), Some("O'MARREN"));
    let flight = hit.flight.as_ref().unwrap();
    assert_eq!((&*flight.key.carrier, &*flight.key.number), ("QZ", "417"));
    assert_eq!(flight.destination.as_deref(), Some("DRB"));
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    assert_eq!(hit.messages, [sha256]);
    assert!(!hit.finding.reasons.evidence.is_empty());
    assert_eq!(world.counted("travellers"), 2);
    assert_eq!(world.counted("matches"), 1);
    assert_eq!(
        world.service.replay(&hit.finding_id).unwrap(),
        tidewaiter_service::Replay::Same
    );
}

fn the_same_again_changes_nothing(world: &World) {
    world.watch_for(TOVA);
    let bytes = corpus("paxlst-a-passengers.edi");
    let first = world.ingest(&bytes);
    let before = (world.hits()[0].version, world.people(&world.qz417()));
    let Received::Again(again) = world.receive(&bytes) else {
        panic!("the same bytes are the same receipt")
    };
    assert_eq!(again.id, first.id);
    world.service.work_until_idle().unwrap();
    // Other bytes that say the same: a new receipt, nobody and nothing new.
    let mut other = bytes;
    other.push(b'\n');
    let receipt = world.ingest(&other);
    assert_ne!(receipt.id, first.id);
    assert_eq!(
        (world.hits()[0].version, world.people(&world.qz417())),
        before
    );
    assert_eq!(world.hits().len(), 1);
    assert_eq!(world.counted("travellers"), 2);
}

fn a_test_is_never_live(world: &World) {
    world.watch_for(TOVA);
    let text = String::from_utf8(corpus("paxlst-a-passengers.edi")).unwrap();
    // 0035 is the eleventh element of UNB.
    let marked = text.replacen("++APIS'", "++APIS++++1'", 1);
    assert_ne!(marked, text);
    world.ingest(marked.as_bytes());
    let named = |lane| world.flight(lane, "QZ", "417", "2026-03-14");
    assert!(named(Lane::Live).is_none());
    assert!(named(Lane::Test).is_some());
    assert!(world.hits().is_empty());
    assert_eq!(world.counted("travellers"), 0);
    // A carrier that is being brought on board.
    let bytes = corpus("paxlst-b-crew.edi");
    world.receive_from("new", Lane::Test, &[], &bytes);
    world.service.work_until_idle().unwrap();
    assert!(named(Lane::Live).is_none());
    let query = HitQuery {
        lane: Lane::Test,
        ..HitQuery::default()
    };
    assert_eq!(
        world.service.hits(&world.acting(), &query).unwrap().len(),
        1
    );
    // Whoever asks for others has seen nobody, and the log says so.
    let lines = || {
        let (lines, _) = world.service.audit_lines(&world.acting(), 0).unwrap();
        lines.len()
    };
    let before = lines();
    let others = HitQuery {
        flight: Some(Id([7; 16])),
        ..query
    };
    let hits = world.service.hits(&world.acting(), &others).unwrap();
    assert!(hits.is_empty());
    // That the log itself was read is a line.
    assert_eq!(lines(), before + 1);
}

fn who_may_not_speak_waits_and_the_others_do_not(world: &World) {
    let text = String::from_utf8(corpus("paxlst-a-passengers.edi")).unwrap();
    let message = text
        .split_once("UNH+")
        .unwrap()
        .1
        .split_once("UNE+")
        .unwrap()
        .0;
    let foreign = message
        .replace("QZ417", "XT204")
        .replace("+++QZ'", "+++XT'");
    let both = text.replacen("UNE+1", &format!("UNH+{foreign}UNE+2"), 1);
    let received = world.receive_from("feed-qz", Lane::Live, &["QZ"], both.as_bytes());
    let (Received::New(receipt) | Received::Again(receipt)) = received;
    let worked = world.service.work_until_idle().unwrap();
    assert_eq!(worked.quarantined, 1);
    let messages = world.service.messages(&receipt.id).unwrap();
    let standing: Vec<_> = messages
        .iter()
        .map(|m| (m.status, m.fault.as_deref()))
        .collect();
    assert_eq!(
        standing,
        [
            (Reading::Accepted, None),
            (Reading::Pending, Some("sender-not-carrier"))
        ]
    );
    assert_eq!(
        world.service.receipt(&receipt.id).unwrap().status,
        Reading::Partial
    );
    assert_eq!(world.people(&world.qz417()).len(), 2);
    assert!(
        world
            .flight(Lane::Live, "XT", "204", "2026-03-14")
            .is_none()
    );
    // Again as it was: it waits again, and nobody is read twice.
    assert_eq!(world.service.replay_quarantine(None).unwrap(), 1);
    world.service.work_until_idle().unwrap();
    assert_eq!(world.people(&world.qz417()).len(), 2);
    // The feed may speak for the other carrier too.
    let carriers = ["QZ", "XT"].map(|c| tidewaiter_domain::CarrierCode::new(c).unwrap());
    world.service.rebind(&receipt.id, &carriers).unwrap();
    world.service.work_until_idle().unwrap();
    let xt204 = world.flight(Lane::Live, "XT", "204", "2026-03-14").unwrap();
    assert_eq!(world.people(&xt204).len(), 2);
    assert_eq!(world.people(&world.qz417()).len(), 2);
    let tenant = world.service.tenant();
    assert_eq!(tenant.agency(), "XA-CUSTOMS");
    let backlog = world.backlog();
    assert_eq!(backlog.quarantined, 0);
}

fn what_cannot_be_read_waits_as_long_as_the_mandate_lets_it(world: &World) {
    let received = world.ingest(b"neither this nor that");
    let dropped = || world.service.retain().unwrap().dropped;
    let waits = || {
        let again = world.service.replay_quarantine(None).unwrap();
        world.service.work_until_idle().unwrap();
        (again, world.backlog().quarantined)
    };
    // Three days, where a profile says nothing.
    world.clock.pass(71);
    assert_eq!(dropped(), 0);
    // Looked at in vain: it waits on, by the clock of before.
    assert_eq!(waits(), (1, 1));
    world.clock.pass(2);
    assert_eq!(dropped(), 1);
    assert_eq!(waits(), (0, 0));
    let receipt = world.service.receipt(&received.id).unwrap();
    assert_eq!(receipt.sha256, received.sha256, "that it came stays known");
}

fn a_hit_is_reviewed_and_a_cleared_pair_stays_cleared(world: &World) {
    world.watch_for(TOVA);
    world.ingest(&corpus("paxlst-a-passengers.edi"));
    let acting = world.acting();
    let hit = &world.hits()[0];
    let judge = ReviewStep::Judge {
        judgement: Judgement::NotSame,
        reason: ReasonCode::PersonDiffers,
        clear: true,
    };
    let service = &world.service;
    let early = service.review(&acting, &hit.id, hit.version, judge, None);
    assert!(
        matches!(early, Err(ServiceError::NotGranted(_))),
        "{early:?}"
    );
    let open = ReviewStep::OpenEvidence;
    let opened = service
        .review(&acting, &hit.id, hit.version, open, None)
        .unwrap();
    let stale = service.review(&acting, &hit.id, hit.version, judge, None);
    assert!(matches!(stale, Err(ServiceError::Stale)), "{stale:?}");
    let judged = service
        .review(
            &acting,
            &hit.id,
            opened.version,
            judge,
            Some("another person"),
        )
        .unwrap();
    assert_eq!(judged.hit.state(), State::NotSame);
    assert!(world.hits().is_empty());
    assert_eq!(world.counted("judged:not-the-same"), 1);
    // On another flight the same data meet the same entry: cleared, counted, not shown as open.
    let text = String::from_utf8(corpus("paxlst-a-passengers.edi")).unwrap();
    world.ingest(text.replace("QZ417", "QZ419").as_bytes());
    assert!(world.hits().is_empty());
    assert_eq!(world.counted("auto-cleared"), 1);
}

macro_rules! on_sqlite {
    ($($test:ident)*) => {
        mod sqlite {
            $(#[test]
            fn $test() {
                super::$test(&super::World::new());
            })*
        }

        /// One server for all: each test has a schema of its own.
        #[test]
        fn postgresql_does_the_same() {
            $(if let Some(world) = World::postgres() {
                $test(&world);
            })*
        }
    };
}

on_sqlite! {
    a_listed_traveller_becomes_a_hit
    the_same_again_changes_nothing
    a_test_is_never_live
    who_may_not_speak_waits_and_the_others_do_not
    what_cannot_be_read_waits_as_long_as_the_mandate_lets_it
    a_hit_is_reviewed_and_a_cleared_pair_stays_cleared
}

#[test]
fn what_was_acknowledged_is_read_after_a_crash() {
    let world = World::new();
    world.receive(&corpus("paxlst-a-passengers.edi"));
    world.receive(&corpus("pnrgov-p.edi"));
    // One was with a worker who died with it.
    let minute = jiff::SignedDuration::from_mins(1);
    let claimed = world
        .service
        .store()
        .write(world.service.now(), |tx| {
            tx.claim(world.service.tenant(), "read", "worker", 1, minute)
        })
        .unwrap();
    assert_eq!(claimed.len(), 1);
    let world = world.reopen();
    let worked = world.service.work_until_idle().unwrap();
    assert_eq!((worked.jobs, worked.messages), (2, 2));
    assert!(world.people(&world.qz417()).len() >= 2);
}

#[test]
fn no_file_of_the_corpus_is_lost_and_no_fault_names_anybody() {
    let world = World::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/composed");
    let mut receipts = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let (Received::New(receipt) | Received::Again(receipt)) = world.receive(&bytes);
        receipts.push(receipt.id);
    }
    assert!(receipts.len() > 40);
    let worked = world.service.work_until_idle().unwrap();
    assert_eq!(worked.retried, 0);
    let known: Vec<&str> = tidewaiter_diagnostics::codes::all()
        .map(|code| code.slug)
        .collect();
    let mut waiting = 0;
    for id in receipts {
        let receipt = world.service.receipt(&id).unwrap();
        assert_ne!(receipt.status, Reading::Pending);
        let messages = world.service.messages(&id).unwrap();
        assert_eq!(messages.len() as u64, receipt.messages);
        for message in messages {
            waiting += u64::from(message.status == Reading::Pending);
            if let Some(fault) = &message.fault {
                assert!(known.contains(&fault.as_str()), "{fault}");
            }
        }
    }
    // What could not be read is all there.
    assert!(waiting > 0 && worked.quarantined > 0);
}

#[test]
fn generated_bookings_and_lists_come_together() {
    let traffic = small(7);
    let world = World::new();
    // The last push, the passengers, the crew.
    let last: Vec<_> = traffic.messages().collect();
    assert!(last.len() > 3);
    for (_, bytes) in &last[last.len() - 3..] {
        let receipt = world.ingest(bytes);
        assert_ne!(receipt.status, Reading::Rejected);
    }
    let backlog = world.backlog();
    assert_eq!(backlog.quarantined, 0);
    assert!(world.counted("travellers") > 0);
}
