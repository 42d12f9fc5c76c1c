//! Hits on both engines: one for each cause, every step kept, nothing done without two.

use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::review::{Event, Judgement, ReasonCode, State};
use tidewaiter_mandate::{Act, DataSet};
use tidewaiter_store::{Foreseen, HitKey, Lane, NewCaseFile, NewFinding, Raised, StoreError};

use crate::conformance::{lines, put};
use crate::world::{MATCHER, World, at, id};

on_both_engines! {
    found_again_is_the_same_hit
    a_cleared_pair_is_auto_cleared_until_it_changes
    one_in_a_hundred_auto_cleared_hits_is_reviewed_all_the_same
    every_step_is_kept_and_the_version_guards_it
    hits_follow_a_traveller_who_is_merged_into_another
    what_lapsed_is_open_again_when_it_is_found_again
    a_case_goes_with_whom_it_is_about
    what_leaves_soon_is_escalated_once_a_step
    many_are_read_at_once_as_one_by_one
}

fn key(entry: &str) -> HitKey<'_> {
    HitKey {
        lane: Lane::Live,
        subject_kind: "traveller",
        subject: id(1),
        flight: Some(id(7)),
        cause_kind: "list",
        list: "un-sc",
        entry,
    }
}

pub(crate) fn finding(n: u32, pair: &'static [u8]) -> NewFinding<'static> {
    NewFinding {
        id: id(n),
        engine: "tidewaiter 0.1.0",
        band: "alert",
        millibits: 23_400,
        context: b"{\"list\":\"sha256\"}",
        pair,
        evidence: b"[{\"field\":\"surname\",\"query\":\"CLARK\"}]",
        due_at: Some(at(3600)),
        source_confirms: false,
    }
}

pub(crate) fn raise(world: &World, hit: u32, entry: &str, finding: &NewFinding<'_>) -> Raised {
    let (purpose, tenant) = (world.purpose(), &world.tenant);
    let (foreseen, raised) = world
        .store
        .write(at(20), |tx| {
            let key = key(entry);
            let foreseen = tx.foresee(tenant, purpose, &key, finding.pair)?;
            let raised = tx.raise(tenant, &MATCHER, purpose, id(hit), &key, finding)?;
            Ok((foreseen, raised))
        })
        .unwrap();
    // What is foreseen comes true.
    let expected = match raised {
        Raised::New(_) => Foreseen::New,
        Raised::AutoCleared(_) => Foreseen::AutoCleared,
        Raised::Same(id) => Foreseen::Same(id),
        Raised::Changed(id) => Foreseen::Changed(id),
    };
    assert_eq!(foreseen, expected);
    raised
}

fn found_again_is_the_same_hit(world: World) {
    put(&world, 1, "CLARK");
    assert_eq!(
        raise(&world, 100, "QDi.001", &finding(200, b"a")),
        Raised::New(id(100))
    );
    assert_eq!(
        raise(&world, 101, "QDi.001", &finding(201, b"a")),
        Raised::Same(id(100))
    );
    assert_eq!(
        raise(&world, 102, "QDi.001", &finding(202, b"b")),
        Raised::Changed(id(100))
    );
    assert_eq!(
        raise(&world, 103, "QDi.002", &finding(203, b"c")),
        Raised::New(id(103))
    );
    let counts = world.store.read(|tx| tx.hit_counts(&world.tenant)).unwrap();
    assert_eq!(counts, [(State::Matched, 2)]);
    let grant = world.grant_on(DataSet::Hits);
    let before = lines(&world).len();
    let hits = world
        .store
        .write(at(30), |tx| {
            let (states, lane) = (&[State::Matched][..], Lane::Live);
            let places = tx.reading().hit_places(
                &world.tenant,
                world.purpose(),
                states,
                lane,
                None,
                None,
                10,
            )?;
            let ids: Vec<_> = places.iter().map(|place| place.id).collect();
            tx.hits_of(&world.tenant, &grant, &ids)
        })
        .unwrap();
    assert_eq!(
        hits.iter().map(|h| h.id).collect::<Vec<_>>(),
        [id(100), id(103)]
    );
    assert_eq!((hits[0].finding, hits[0].version), (id(202), 2));
    assert!(hits[0].evidence.starts_with(b"[{\"field\""));
    assert_eq!(lines(&world).len(), before + 2);
    // A grant on travellers shows no hit.
    let travellers = world.grant();
    let refused = world.store.write(at(31), |tx| {
        tx.hits_of(&world.tenant, &travellers, &[id(100)])
    });
    assert_eq!(refused, Err(StoreError::NotGranted));
}

// proves part of: MAT-10
// proves part of: GOV-08
fn a_cleared_pair_is_auto_cleared_until_it_changes(world: World) {
    put(&world, 1, "CLARK");
    raise(&world, 100, "QDi.001", &finding(200, b"a"));
    let officer = world.officer("u-17");
    let step = |version, event| {
        world.store.write(at(40), |tx| {
            tx.step(
                &world.tenant,
                &MATCHER,
                &id(100),
                version,
                event,
                Some(b"he is taller"),
            )
        })
    };
    let clear = || {
        world.store.write(at(41), |tx| {
            tx.clear_pair(&world.tenant, &officer, &id(100))
        })
    };
    assert_eq!(clear(), Err(StoreError::NotGranted));
    step(1, Event::OpenEvidence { by: &officer }).unwrap();
    let judge = Event::Judge {
        by: &officer,
        judgement: Judgement::NotSame,
        reason: ReasonCode::BirthDateDiffers,
    };
    assert_eq!(step(2, judge).unwrap().hit.state(), State::NotSame);
    clear().unwrap();
    // The same pair on another flight; then the traveller's data change.
    let mut other = key("QDi.001");
    other.flight = None;
    let purpose = world.purpose();
    let again = |hit, finding: &NewFinding<'_>| {
        world
            .store
            .write(at(50), |tx| {
                tx.raise(&world.tenant, &MATCHER, purpose, id(hit), &other, finding)
            })
            .unwrap()
    };
    assert_eq!(
        again(110, &finding(210, b"a")),
        Raised::AutoCleared(id(110))
    );
    assert_eq!(
        again(111, &finding(211, b"changed")),
        Raised::Changed(id(110))
    );
    let counts = world.store.read(|tx| tx.hit_counts(&world.tenant)).unwrap();
    assert_eq!(counts, [(State::NotSame, 1), (State::Reopened, 1)]);
}

// proves part of: MAT-10
fn one_in_a_hundred_auto_cleared_hits_is_reviewed_all_the_same(world: World) {
    put(&world, 1, "CLARK");
    raise(&world, 100, "QDi.001", &finding(200, b"a"));
    let officer = world.officer("u-17");
    let purpose = world.purpose();
    let judge = Event::Judge {
        by: &officer,
        judgement: Judgement::NotSame,
        reason: ReasonCode::BirthDateDiffers,
    };
    let step = |hit: u32, version, event| {
        world.store.write(at(40), |tx| {
            tx.step(&world.tenant, &MATCHER, &id(hit), version, event, None)
        })
    };
    step(100, 1, Event::OpenEvidence { by: &officer }).unwrap();
    step(100, 2, judge).unwrap();
    world
        .store
        .write(at(41), |tx| {
            tx.clear_pair(&world.tenant, &officer, &id(100))
        })
        .unwrap();
    // The same pair on as many flights.
    const FLIGHTS: u32 = 2_000;
    world
        .store
        .write(at(50), |tx| {
            for flight in 0..FLIGHTS {
                let mut key = key("QDi.001");
                key.flight = Some(id(10_000 + flight));
                let finding = finding(20_000 + flight, b"a");
                let hit = id(1_000 + flight);
                let raised = tx.raise(&world.tenant, &MATCHER, purpose, hit, &key, &finding)?;
                assert_eq!(raised, Raised::AutoCleared(hit));
            }
            Ok(())
        })
        .unwrap();
    let counts = world.store.read(|tx| tx.hit_counts(&world.tenant)).unwrap();
    let of = |state| {
        let count = counts.iter().find(|(at, _)| *at == state);
        count.map_or(0, |(_, count)| *count)
    };
    // Twenty are expected; by chance alone it is this many but once in some hundred thousand runs.
    let sampled = of(State::Reopened);
    assert!((3..=45).contains(&sampled), "{sampled}");
    assert_eq!(of(State::AutoCleared) + sampled, u64::from(FLIGHTS));
}

fn every_step_is_kept_and_the_version_guards_it(world: World) {
    put(&world, 1, "CLARK");
    raise(&world, 100, "QDi.001", &finding(200, b"a"));
    let (first, second) = (world.officer("u-17"), world.officer("u-18"));
    let step = |version, event| {
        world.store.write(at(40), |tx| {
            tx.step(&world.tenant, &MATCHER, &id(100), version, event, None)
        })
    };
    step(1, Event::OpenEvidence { by: &first }).unwrap();
    assert_eq!(
        step(1, Event::OpenEvidence { by: &second }).err(),
        Some(StoreError::Stale)
    );
    step(2, Event::OpenEvidence { by: &second }).unwrap();
    let same = Event::Judge {
        by: &first,
        judgement: Judgement::Same,
        reason: ReasonCode::IdentityDataAgree,
    };
    step(3, same).unwrap();
    let act = Act::InspectPerson;
    step(4, Event::Propose { by: &first, act }).unwrap();
    assert!(matches!(
        step(5, Event::Approve { by: &first }),
        Err(StoreError::NotPossible(_))
    ));
    step(5, Event::Approve { by: &second }).unwrap();
    // Doing it takes a grant for this act; a step alone does nothing.
    assert_eq!(
        step(6, Event::Execute { by: &first }).err(),
        Some(StoreError::NotGranted)
    );
    assert_eq!(
        world.store.read(|tx| tx.hit_counts(&world.tenant)).unwrap()[0].0,
        State::Approved
    );
    let removed = world
        .store
        .write(at(41), |tx| {
            tx.hits_of_entry(&world.tenant, "un-sc", "QDi.001")
        })
        .unwrap();
    assert_eq!(removed, [(id(100), 6)]);
    step(6, Event::EntryRemoved).unwrap();
    let log = lines(&world);
    for event in [AuditEvent::Review, AuditEvent::Propose, AuditEvent::Approve] {
        let word = format!("\"event\":\"{event}\"");
        assert!(log.iter().any(|line| line.contains(&word)), "{event}");
    }
}

fn hits_follow_a_traveller_who_is_merged_into_another(world: World) {
    put(&world, 1, "CLARK");
    put(&world, 2, "CLARKE");
    let (officer, purpose) = (world.officer("u-1"), world.purpose());
    raise(&world, 100, "QDi.001", &finding(200, b"a"));
    raise(&world, 101, "QDi.002", &finding(201, b"b"));
    let other = HitKey {
        subject: id(2),
        ..key("QDi.002")
    };
    let write = |at_second, run: &mut dyn FnMut(&mut tidewaiter_store::Tx<'_, '_>)| {
        world
            .store
            .write(at(at_second), |tx| {
                run(tx);
                Ok(())
            })
            .unwrap();
    };
    write(20, &mut |tx| {
        let found = finding(202, b"c");
        tx.raise(&world.tenant, &MATCHER, purpose, id(102), &other, &found)
            .unwrap();
        let event = Event::OpenEvidence { by: &officer };
        let note = Some(b"looks like him".as_slice());
        tx.step(&world.tenant, &MATCHER, &id(100), 1, event, note)
            .unwrap();
    });
    write(30, &mut |tx| {
        let stayed = tx
            .move_hits(&world.tenant, &MATCHER, &id(1), &id(2))
            .unwrap();
        // The other one had this one already.
        let stayed: Vec<_> = stayed.iter().map(|hit| hit.id).collect();
        assert_eq!(stayed, [id(101)]);
        let again = tx.move_hits(&world.tenant, &MATCHER, &id(1), &id(2));
        assert_eq!(again.unwrap().len(), 1);
    });
    let grant = world.grant_on(DataSet::Hits);
    write(40, &mut |tx| {
        // It opens under the key of whom it is about now, and was told to whoever watches.
        let moved = tx.hit(&world.tenant, &grant, &id(100)).unwrap();
        assert_eq!((moved.subject, moved.version), (id(2), 3));
        assert_eq!(moved.evidence.as_slice(), finding(200, b"a").evidence);
        assert_eq!(moved.hit.state(), State::InReview);
        // Found again on the other it is the same hit.
        let key = HitKey {
            subject: id(2),
            ..key("QDi.001")
        };
        let again = tx.raise(
            &world.tenant,
            &MATCHER,
            purpose,
            id(103),
            &key,
            &finding(203, b"a"),
        );
        assert_eq!(again.unwrap(), Raised::Same(id(100)));
    });
    world.store.checkpoint("xa/log", at(50)).unwrap().unwrap();
    world.store.verify_audit("xa/log").unwrap();
}

fn what_lapsed_is_open_again_when_it_is_found_again(world: World) {
    put(&world, 1, "CLARK");
    raise(&world, 100, "QDi.001", &finding(200, b"a"));
    let event = Event::NoLongerFound;
    let stepped = world
        .store
        .write(at(30), |tx| {
            tx.step(&world.tenant, &MATCHER, &id(100), 1, event, None)
        })
        .unwrap();
    assert_eq!(stepped.hit.state(), State::Lapsed);
    // The same pair as before: it was never cleared by anybody.
    assert_eq!(
        raise(&world, 101, "QDi.001", &finding(201, b"a")),
        Raised::Changed(id(100))
    );
    let counts = world.store.read(|tx| tx.hit_counts(&world.tenant)).unwrap();
    assert_eq!(counts, [(State::Reopened, 1)]);
}

/// A case with a note and a file about the hit 100, which is about the traveller 1.
fn case_about_the_first(world: &World) {
    let (officer, purpose) = (world.officer("u-17"), world.purpose());
    world
        .store
        .write(at(50), |tx| {
            let tenant = &world.tenant;
            tx.open_case(tenant, &officer, purpose, id(500))?;
            tx.add_to_case(tenant, &officer, purpose, &id(500), &id(100))?;
            let note = (&id(500), &id(100), &id(501));
            tx.add_case_note(tenant, &officer, purpose, note, b"he is taller")?;
            let file = NewCaseFile {
                id: id(502),
                hit: id(100),
                media_type: "text/plain",
                sha256: &[7; 32],
                name: "a.txt",
                bytes: b"bytes",
            };
            tx.add_case_file(tenant, &officer, purpose, &id(500), &file)
        })
        .unwrap();
}

fn a_case_goes_with_whom_it_is_about(world: World) {
    put(&world, 1, "CLARK");
    put(&world, 2, "CLARKE");
    raise(&world, 100, "QDi.001", &finding(200, b"a"));
    case_about_the_first(&world);
    let grant = world.grant_on(DataSet::Hits);
    let look = |n: i64| {
        world
            .store
            .write(at(n), |tx| tx.case(&world.tenant, &grant, &id(500)))
    };
    let before = look(51).unwrap();
    assert_eq!(before.notes[0].text.as_slice(), b"he is taller");
    assert_eq!((before.head.number, before.head.hits.len()), (1, 1));
    // Whom it is about turns out to be another: it is sealed under that one's key from now on.
    world
        .store
        .write(at(52), |tx| {
            tx.move_hits(&world.tenant, &MATCHER, &id(1), &id(2))
        })
        .unwrap();
    let erase = |n: u32| {
        world
            .store
            .write(at(53), |tx| tx.erase(&world.tenant, &MATCHER, &id(n)))
            .unwrap();
    };
    erase(1);
    let moved = look(54).unwrap();
    assert_eq!(moved.notes[0].text.as_slice(), b"he is taller");
    assert_eq!(moved.files[0].name.as_slice(), b"a.txt");
    let (_, bytes) = world
        .store
        .write(at(55), |tx| {
            tx.case_file(&world.tenant, &grant, &id(500), &id(502))
        })
        .unwrap();
    assert_eq!(bytes.as_slice(), b"bytes");
    erase(2);
    assert_eq!(look(56), Err(StoreError::NotFound("case")));
    assert_eq!(
        world
            .store
            .read(|tx| tx.cases(&world.tenant, world.purpose(), false, 10)),
        Ok(vec![])
    );
}

fn what_leaves_soon_is_escalated_once_a_step(world: World) {
    put(&world, 1, "CLARK");
    // Due an hour after the beginning.
    raise(&world, 100, "QDi.001", &finding(200, b"a"));
    let escalate = |now: i64, until: i64, level| {
        world
            .store
            .write(at(now), |tx| {
                tx.escalate_due(&world.tenant, at(until), level, 10)
            })
            .unwrap()
            .len()
    };
    assert_eq!(escalate(30, 3599, 1), 0);
    assert_eq!(escalate(30, 3600, 1), 1);
    assert_eq!(escalate(31, 3700, 1), 0);
    assert_eq!(escalate(31, 3700, 3), 1);
    assert_eq!(escalate(32, 3700, 2), 0);
    // After departure there is nobody to hurry.
    assert_eq!(escalate(3700, 9000, 9), 0);
}

fn many_are_read_at_once_as_one_by_one(world: World) {
    const MANY: u32 = 150;
    put(&world, 1, "CLARK");
    let entries: Vec<String> = (0..MANY).map(|n| format!("QDi.{n:03}")).collect();
    for (n, entry) in (0..).zip(&entries) {
        raise(&world, 1000 + n, entry, &finding(2000 + n, b"a"));
    }
    let officer = world.officer("u-17");
    let opened = id(1000 + 77);
    let event = Event::OpenEvidence { by: &officer };
    world
        .store
        .write(at(25), |tx| {
            let note = Some(b"looks like him".as_slice());
            tx.step(&world.tenant, &MATCHER, &opened, 1, event, note)
        })
        .unwrap();
    let grant = world.grant_on(DataSet::Hits);
    // Backwards, with some in between that are not there.
    let mut asked: Vec<_> = (0..MANY).rev().map(|n| id(1000 + n)).collect();
    let there = asked.clone();
    asked.insert(70, id(9000));
    asked.push(id(9001));
    let before = lines(&world).len();
    let (hits, histories, cases) = world
        .store
        .write(at(30), |tx| {
            Ok((
                tx.hits_of(&world.tenant, &grant, &asked)?,
                tx.histories(&world.tenant, &grant, &asked)?,
                tx.reading().cases_of_hits(&world.tenant, &asked)?,
            ))
        })
        .unwrap();
    assert_eq!(hits.iter().map(|hit| hit.id).collect::<Vec<_>>(), there);
    assert_eq!(lines(&world).len(), before + MANY as usize);
    for hit in &hits {
        let alone = world
            .store
            .write(at(31), |tx| tx.hit(&world.tenant, &grant, &hit.id))
            .unwrap();
        assert_eq!(alone, *hit);
    }
    assert_eq!(histories.keys().copied().collect::<Vec<_>>(), [opened]);
    let history = &histories[&opened];
    assert_eq!(history[0].event, "open-evidence");
    let note = history[0].note.as_ref().map(|note| note.as_slice());
    assert_eq!(note, Some(b"looks like him".as_slice()));
    assert!(cases.is_empty());
    let causes = [("list", "un-sc", "QDi.077"), ("list", "un-sc", "QDi.999")];
    let causes = causes.map(|(kind, list, entry)| (kind.into(), list.into(), entry.into()));
    let purpose = world.purpose();
    let counts = world
        .store
        .read(|tx| {
            let (states, causes) = ([State::InReview], causes.clone().into());
            tx.hits_by_cause(&world.tenant, purpose, &states, Lane::Live, &causes)
        })
        .unwrap();
    let counts: Vec<u32> = causes.iter().map(|cause| counts[cause]).collect();
    assert_eq!(counts, [1, 0]);
    // More than one statement counts are each counted as their own.
    let many = (0..37).map(|n| ("list".into(), "un-sc".into(), format!("QDi.{:03}", n + 60)));
    let counts = world
        .store
        .read(|tx| {
            let (states, causes) = ([State::InReview], many.collect());
            tx.hits_by_cause(&world.tenant, purpose, &states, Lane::Live, &causes)
        })
        .unwrap();
    assert_eq!(counts.len(), 37);
    let counted = counts.iter().filter(|(_, count)| **count > 0);
    let counted: Vec<(&str, u32)> = counted.map(|(cause, n)| (cause.2.as_str(), *n)).collect();
    assert_eq!(counted, [("QDi.077", 1)]);
    // A grant on travellers shows neither hits nor what was done about them.
    let travellers = world.grant();
    let refused = world
        .store
        .write(at(32), |tx| tx.hits_of(&world.tenant, &travellers, &asked));
    assert_eq!(refused, Err(StoreError::NotGranted));
    let refused = world.store.write(at(33), |tx| {
        tx.histories(&world.tenant, &travellers, &asked)
    });
    assert_eq!(refused, Err(StoreError::NotGranted));
    world.store.checkpoint("xa/log", at(50)).unwrap().unwrap();
    world.store.verify_audit("xa/log").unwrap();
}
