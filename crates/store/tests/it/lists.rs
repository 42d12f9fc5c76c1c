//! Lists, selectors, exemptions and look-backs, on both engines.

use std::io::Read as _;

use jiff::civil::date;
use tidewaiter_domain::FlightKey;
use tidewaiter_mandate::DataSet;
use tidewaiter_store::{
    Id, KeyKind, Lane, Level, ListContent, ListSource, ListState, LookbackCause, LookbackMode,
    LookbackStage, NewListVersion, NewLookback, NewRecord, NewSelector, PackedSource, PageDone,
    StoreError, StoredExemption, StoredFlight, Tx,
};

use crate::world::{MATCHER, READER, World, at, id};

on_both_engines! {
    source_files_come_back_byte_for_byte_and_die_with_their_key
    one_version_is_in_force_and_the_others_stay
    the_same_content_is_the_same_version
    versions_are_agreed_to_by_name_and_role
    selectors_are_sealed_run_end_and_are_destroyed
    exemptions_stand_until_they_are_ended
    a_look_back_by_keys_goes_current_first_and_resumes
    who_was_heard_of_before_all_current_flights_is_found_page_by_page
    each_candidate_is_put_once_page_by_page_and_begun_again
    an_exhaustive_look_back_meets_everybody_once
    what_a_watchlist_was_made_of_is_kept_by_its_address
}

fn file(world: &World, bytes: &[u8]) -> [u8; 32] {
    let packed = PackedSource::new(bytes).unwrap();
    world
        .store
        .write(at(1), |tx| tx.put_source(&packed))
        .unwrap();
    *packed.sha256()
}

fn source_files_come_back_byte_for_byte_and_die_with_their_key(world: World) {
    // More than one part, and little that packs.
    let bytes: Vec<u8> = (0..2_500_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let sha256 = file(&world, &bytes);
    assert_eq!(file(&world, &bytes), sha256, "the same file again");
    assert_eq!(world.store.source_bytes(&sha256).unwrap(), bytes);
    let mut streamed = Vec::new();
    let mut reader = world.store.source(&sha256).unwrap();
    reader.read_to_end(&mut streamed).unwrap();
    assert_eq!(streamed, bytes);
    let empty = file(&world, b"");
    assert_eq!(world.store.source_bytes(&empty).unwrap(), b"");
    world
        .store
        .write(at(2), |tx| tx.destroy_source(&sha256))
        .unwrap();
    assert_eq!(
        world.store.source_bytes(&sha256).err(),
        Some(StoreError::NotFound("file"))
    );
    assert!(!world.store.read(|tx| tx.has_source(&sha256)).unwrap());
    // Given again it is there again, under a new key.
    file(&world, &bytes);
    assert_eq!(world.store.source_bytes(&sha256).unwrap(), bytes);
}

pub(crate) fn add(world: &World, list: &str, content: u8, person: &str) -> Result<u32, StoreError> {
    let files = [ListSource {
        name: format!("{list}.csv"),
        sha256: file(world, &[content; 40]),
    }];
    let by = world.officer(person);
    let purposes = world.purposes();
    world.store.write(at(10 + i64::from(content)), |tx| {
        tx.add_list_version(
            &world.tenant,
            &by,
            &NewListVersion {
                list,
                content: ListContent::Subjects,
                address: &[content; 32],
                format: "own-csv",
                published: Some("2026-11-20"),
                entries: 3,
                counts: "{}",
                files: &files,
                consented: "[]",
                purposes,
            },
        )
    })
}

fn in_force(world: &World, list: &str, version: u32) -> Result<Option<u32>, StoreError> {
    let by = world.officer("u-2");
    world.store.write(at(60), |tx| {
        tx.put_list_in_force(&world.tenant, &by, list, version)
    })
}

fn one_version_is_in_force_and_the_others_stay(world: World) {
    assert_eq!(add(&world, "own", 1, "u-1"), Ok(1));
    assert_eq!(add(&world, "own", 2, "u-1"), Ok(2));
    assert_eq!(add(&world, "other", 1, "u-1"), Ok(1));
    assert_eq!(in_force(&world, "own", 1), Ok(None));
    assert_eq!(in_force(&world, "own", 2), Ok(Some(1)));
    assert_eq!(in_force(&world, "own", 1), Ok(Some(2)), "rolled back");
    assert_eq!(
        in_force(&world, "own", 9),
        Err(StoreError::NotFound("version of this list"))
    );
    let world = world.reopen();
    let standing = |world: &World| {
        let all = world
            .store
            .read(|tx| tx.list_versions(&world.tenant))
            .unwrap();
        all.into_iter()
            .map(|v| (v.list, v.version, v.state))
            .collect::<Vec<_>>()
    };
    use ListState::{InForce, Proposed, Retired};
    assert_eq!(
        standing(&world),
        [
            ("other".into(), 1, Proposed),
            ("own".into(), 1, InForce),
            ("own".into(), 2, Retired),
        ]
    );
    let by = world.officer("u-1");
    let wants = |person: &str| {
        let by = world.officer(person);
        let agreed = world
            .store
            .write(at(65), |tx| tx.agree_to_removal(&world.tenant, &by, "own"))
            .unwrap();
        agreed.into_iter().map(|a| a.person).collect::<Vec<_>>()
    };
    assert_eq!(wants("u-1"), ["u-1"]);
    assert_eq!(wants("u-1"), ["u-1"], "one person is one");
    assert_eq!(wants("u-2"), ["u-1", "u-2"]);
    let retire = |list: &str| {
        world
            .store
            .write(at(70), |tx| tx.retire_list(&world.tenant, &by, list))
    };
    assert_eq!(retire("own"), Ok(Some(1)));
    assert_eq!(retire("own"), Err(StoreError::NotFound("list in force")));
    assert_eq!(
        wants("u-3"),
        ["u-3"],
        "what was done is not agreed to again"
    );
    assert_eq!(retire("other"), Ok(None), "a proposal is dropped");
    assert_eq!(
        world.store.read(|tx| tx.lists_in_force(&world.tenant)),
        Ok(vec![])
    );
    world.store.checkpoint("xa/log", at(80)).unwrap();
    world.store.verify_audit("xa/log").unwrap();
}

fn the_same_content_is_the_same_version(world: World) {
    add(&world, "own", 1, "u-1").unwrap();
    assert!(matches!(
        add(&world, "own", 1, "u-1"),
        Err(StoreError::Constraint(_))
    ));
    let known = world
        .store
        .read(|tx| tx.list_of_content(&world.tenant, "own", &[1; 32]))
        .unwrap()
        .unwrap();
    assert_eq!((known.version, known.entries), (1, 3));
    assert_eq!(known.files[0].name, "own.csv");
    assert_eq!(
        world.store.source_bytes(&known.files[0].sha256).unwrap(),
        [1; 40]
    );
    let by = world.officer("u-1");
    world
        .store
        .write(at(90), |tx| {
            tx.list_seen(&world.tenant, &by, "own", 1, Some("2026-11-24"))
        })
        .unwrap();
    let seen = world
        .store
        .read(|tx| tx.list_version(&world.tenant, "own", 1))
        .unwrap();
    assert_eq!(seen.seen_at, at(90));
    assert_eq!(seen.published.as_deref(), Some("2026-11-24"));
    // A file that a version is read from cannot be destroyed under it.
    let destroyed = world
        .store
        .write(at(91), |tx| tx.destroy_source(&known.files[0].sha256));
    assert!(matches!(destroyed, Err(StoreError::Constraint(_))));
}

fn versions_are_agreed_to_by_name_and_role(world: World) {
    add(&world, "own", 1, "u-1").unwrap();
    let agree = |person: &str| {
        let by = world.officer(person);
        world
            .store
            .write(at(30), |tx| tx.agree_to_list(&world.tenant, &by, "own", 1))
    };
    agree("u-2").unwrap();
    agree("u-2").unwrap();
    let people = |world: &World| {
        let version = world
            .store
            .read(|tx| tx.list_version(&world.tenant, "own", 1))
            .unwrap();
        let agreed = version.agreed.into_iter();
        agreed.map(|a| (a.person, a.role)).collect::<Vec<_>>()
    };
    let role = || "supervisor".to_owned();
    assert_eq!(
        people(&world),
        [("u-1".to_owned(), role()), ("u-2".to_owned(), role())]
    );
    // What comes back is agreed to anew.
    let by = world.officer("u-3");
    world
        .store
        .write(at(40), |tx| {
            tx.propose_list_again(&world.tenant, &by, "own", 1, "[\"older\"]")
        })
        .unwrap();
    assert_eq!(people(&world), [("u-3".to_owned(), role())]);
    in_force(&world, "own", 1).unwrap();
    let again = world.store.write(at(41), |tx| {
        tx.propose_list_again(&world.tenant, &by, "own", 1, "[]")
    });
    assert!(matches!(again, Err(StoreError::NotFound(_))), "{again:?}");
}

fn selectors_are_sealed_run_end_and_are_destroyed(world: World) {
    let purpose = world.purpose();
    let by = world.officer("u-1");
    let new = |n: u32| NewSelector {
        id: id(n),
        list: "own-phones",
        entry: "S-1",
        kind: "phone",
        value: "+46 8 123 456 78",
        owner: "desk 4",
        legal_basis: "act 12",
        starts_on: None,
        expires_on: "2026-12-31",
        purposes: world.purposes(),
    };
    let add = |n: u32| {
        world.store.write(at(1), |tx| {
            tx.add_selector(&world.tenant, &by, purpose, &new(n))
        })
    };
    add(50).unwrap();
    assert!(matches!(add(51), Err(StoreError::Constraint(_))));
    let open = |ids: Option<&[tidewaiter_store::Id]>| {
        let opened = world
            .store
            .write(at(2), |tx| tx.open_selectors(&world.tenant, &MATCHER, ids))
            .unwrap();
        opened
            .into_iter()
            .map(|(selector, value)| (selector.id, value.to_string()))
            .collect::<Vec<_>>()
    };
    let expected = vec![(id(50), "+46 8 123 456 78".to_owned())];
    assert_eq!(open(None), expected);
    let shown = world.store.write(at(2), |tx| {
        tx.view_selector(&world.tenant, &by, purpose, &id(50))
    });
    assert_eq!(shown.unwrap().1.as_str(), "+46 8 123 456 78");
    let ended = world
        .store
        .write(at(3), |tx| {
            tx.end_selector(&world.tenant, &by, purpose, &id(50))
        })
        .unwrap();
    assert!(ended.has_ended);
    assert_eq!(open(None), []);
    assert_eq!(open(Some(&[id(50), id(99)])), expected, "for a replay");
    add(51).unwrap();
    let destroy = |n| {
        world.store.write(at(4), |tx| {
            tx.destroy_selector(&world.tenant, &by, purpose, &id(n))
        })
    };
    assert_eq!(destroy(51), Err(StoreError::NotFound("ended selector")));
    destroy(50).unwrap();
    assert_eq!(open(Some(&[id(50)])), []);
    let all = world.store.read(|tx| tx.selectors(&world.tenant)).unwrap();
    assert_eq!(all.len(), 2);
    world.store.checkpoint("xa/log", at(80)).unwrap();
    world.store.verify_audit("xa/log").unwrap();
}

fn exemptions_stand_until_they_are_ended(world: World) {
    let exemption = StoredExemption {
        id: id(60),
        register: "register:unsc-exemptions".into(),
        list: "un-sc".into(),
        entry: "QDi.001".into(),
        authority: "1267 Committee".into(),
        reference: "EX-7".into(),
        valid_from: None,
        valid_until: Some("2026-12-31".into()),
    };
    let by = world.officer("u-1");
    world
        .store
        .write(at(1), |tx| tx.add_exemption(&world.tenant, &by, &exemption))
        .unwrap();
    let all = |world: &World| world.store.read(|tx| tx.exemptions(&world.tenant)).unwrap();
    assert_eq!(all(&world), std::slice::from_ref(&exemption));
    let end = || {
        world
            .store
            .write(at(2), |tx| tx.end_exemption(&world.tenant, &by, &id(60)))
    };
    assert_eq!(end(), Ok(exemption));
    assert_eq!(end(), Err(StoreError::NotFound("exemption")));
    assert_eq!(all(&world), []);
}

/// Travellers 1 and 2 on flights of yesterday and tomorrow, 3 on none; all with the same key, and 4
/// with another. What one message said of each is an observation, 11 to 14; flights are 101 and 102.
fn held(world: &World, id: impl Fn(u32) -> Id) {
    let key = |word| world.store.lookback_key(KeyKind::Name, word);
    let purposes = world.purposes();
    for (n, day) in [(1, 23), (2, 25)] {
        let flight = StoredFlight {
            id: id(100 + n),
            lane: Lane::Live,
            key: FlightKey {
                carrier: "AA".into(),
                number: "124".into(),
                date: date(2026, 11, day),
            },
            origin: None,
            destination: None,
            departs_at: None,
            arrives_at: None,
            status: "expected".into(),
        };
        world
            .store
            .write(at(1), |tx| tx.put_flight(&world.tenant, purposes, &flight))
            .unwrap();
    }
    for n in 1..=4 {
        let keys = [if n == 4 { key("MORGAN") } else { key("CLARK") }];
        let record = NewRecord {
            id: id(n),
            level: Level::Traveller,
            lane: Lane::Live,
            source: None,
            flight: (n < 3).then(|| id(100 + n)),
            owner: None,
            told_by: [None; 2],
            status: "booked",
            child: false,
            keys: &keys,
        };
        // What one message said of them has the key as well: still one candidate.
        let observation = NewRecord {
            id: id(10 + n),
            level: Level::Observation,
            owner: Some(id(n)),
            ..record.clone()
        };
        let admitted = world.admitted("CLARK");
        world
            .store
            .write(at(2), |tx| {
                let records = [(record, &admitted), (observation, &admitted)];
                tx.put(&world.tenant, &READER, &records)
            })
            .unwrap();
    }
}

fn start(world: &World, mode: LookbackMode) {
    let new = NewLookback {
        id: id(70),
        cause: LookbackCause::List,
        list: "own",
        entry: None,
        before: None,
        after: Some(1),
        mode,
    };
    world
        .store
        .write(at(3), |tx| tx.start_lookback(&world.tenant, &new))
        .unwrap();
}

/// Screens page after page of `most`; every page is a new transaction. Who was met, by stage.
fn run(world: &World, most: u32) -> Vec<(LookbackStage, Vec<Id>)> {
    let today = date(2026, 11, 24);
    let mut met: Vec<(LookbackStage, Vec<_>)> = Vec::new();
    for _ in 0..50 {
        let run = world
            .store
            .read(|tx| tx.lookback_run(&world.tenant, &id(70)))
            .unwrap();
        if run.stage == LookbackStage::Done {
            assert!(run.finished_at.is_some());
            return met;
        }
        world
            .store
            .write(at(5), |tx| {
                let Some(page) = tx.next_page(&world.tenant, &run, today, most)? else {
                    tx.stage_done(&run)?;
                    return Ok(());
                };
                let done = PageDone {
                    screened: page.covered,
                    ..PageDone::default()
                };
                tx.page_done(&run.id, Some(page.last), &done)?;
                match met.last_mut() {
                    Some((stage, ids)) if *stage == run.stage => ids.extend(page.travellers),
                    _ => met.push((run.stage, page.travellers)),
                }
                Ok(())
            })
            .unwrap();
    }
    panic!("it never ends")
}

/// Looks up whoever has the key, twice.
fn find(world: &World) {
    start(world, LookbackMode::Keys);
    let keys = [world.store.lookback_key(KeyKind::Name, "CLARK")];
    for _ in 0..2 {
        world
            .store
            .write(at(4), |tx| {
                tx.add_candidates(&world.tenant, &id(70), date(2026, 11, 24), &keys)
            })
            .unwrap();
    }
    world
        .store
        .write(at(4), |tx| tx.candidates_found(&id(70)))
        .unwrap();
}

fn a_look_back_by_keys_goes_current_first_and_resumes(world: World) {
    held(&world, id);
    find(&world);
    assert_eq!(
        run(&world, 1),
        [
            (LookbackStage::Current, vec![id(2)]),
            (LookbackStage::All, vec![id(1), id(3)]),
        ]
    );
    let done = world
        .store
        .read(|tx| tx.lookback_runs(&world.tenant, None, 5))
        .unwrap();
    assert_eq!((done[0].total, done[0].screened), (Some(3), 3));
}

/// Everything of traveller 2, on tomorrow's flight, was made now; all else more than a year ago.
fn dated(n: u32) -> Id {
    let is_new = matches!(n, 2 | 12 | 102);
    let when = at(0) - jiff::SignedDuration::from_hours(if is_new { 0 } else { 10_000 });
    let mut named = id(n);
    let milliseconds = when.as_millisecond().to_be_bytes();
    named.0[..6].copy_from_slice(&milliseconds[2..]);
    named
}

fn who_was_heard_of_before_all_current_flights_is_found_page_by_page(world: World) {
    held(&world, dated);
    find(&world);
    // The traveller and what one message said of them are two candidates, and one traveller.
    assert_eq!(
        run(&world, 2),
        [
            (LookbackStage::Current, vec![dated(2)]),
            (LookbackStage::All, [1, 3, 1, 3].map(dated).to_vec()),
        ]
    );
    let done = world
        .store
        .read(|tx| tx.lookback_run(&world.tenant, &id(70)))
        .unwrap();
    assert_eq!((done.total, done.screened), (Some(5), 5));
}

fn each_candidate_is_put_once_page_by_page_and_begun_again(world: World) {
    held(&world, dated);
    start(&world, LookbackMode::Keys);
    let (tenant, run_id, today) = (&world.tenant, id(70), date(2026, 11, 24));
    let keys = [world.store.lookback_key(KeyKind::Name, "CLARK")];
    let add = || {
        let added = world
            .store
            .write(at(4), |tx| tx.add_candidates(tenant, &run_id, today, &keys));
        added.unwrap();
    };
    // Every page is a transaction of its own.
    let resolve = || {
        let page = |tx: &mut Tx<'_, '_>| tx.resolve_candidates(tenant, &run_id, 2);
        world.store.write(at(4), page).unwrap()
    };
    let place = || {
        let page = |tx: &mut Tx<'_, '_>| tx.place_candidates(tenant, &run_id, today, 1);
        world.store.write(at(4), page).unwrap()
    };
    // The process dies while it resolves, and again while it places: each time it begins anew.
    add();
    assert!(resolve());
    add();
    while resolve() {}
    assert!(place());
    add();
    let pages = std::iter::repeat_with(resolve).take_while(|more| *more);
    assert!(pages.count() > 1, "page by page");
    let pages = std::iter::repeat_with(place).take_while(|more| *more);
    assert_eq!(pages.count(), 3);
    world
        .store
        .write(at(4), |tx| tx.candidates_found(&run_id))
        .unwrap();
    assert_eq!(
        run(&world, 2),
        [
            (LookbackStage::Current, vec![dated(2)]),
            (LookbackStage::All, [1, 3].map(dated).to_vec()),
        ]
    );
    let done = world
        .store
        .read(|tx| tx.lookback_run(tenant, &run_id))
        .unwrap();
    assert_eq!((done.total, done.screened), (Some(3), 3));
}

fn an_exhaustive_look_back_meets_everybody_once(world: World) {
    held(&world, id);
    start(&world, LookbackMode::Exhaustive);
    let keys = [world.store.lookback_key(KeyKind::Name, "MORGAN")];
    let among = world
        .store
        .write(at(4), |tx| {
            tx.count_everybody(&world.tenant, &id(70))?;
            Ok([
                tx.is_found_by(&id(1), &keys)?,
                tx.is_found_by(&id(4), &keys)?,
            ])
        })
        .unwrap();
    assert_eq!(among, [false, true]);
    assert_eq!(
        run(&world, 2),
        [
            (LookbackStage::Current, vec![id(2)]),
            (LookbackStage::All, vec![id(1), id(3), id(4)]),
        ]
    );
    let done = world
        .store
        .read(|tx| tx.lookback_run(&world.tenant, &id(70)))
        .unwrap();
    assert_eq!((done.total, done.screened), (Some(4), 4));
}

fn what_a_watchlist_was_made_of_is_kept_by_its_address(world: World) {
    let put = |made_of: &str| {
        world.store.write(at(1), |tx| {
            tx.put_watchlist(&world.tenant, &[7; 32], made_of)
        })
    };
    put("{\"a\":1}").unwrap();
    put("{\"a\":2}").unwrap();
    let made_of = |address: u8| {
        world
            .store
            .read(|tx| tx.watchlist(&world.tenant, &[address; 32]))
    };
    assert_eq!(made_of(7), Ok("{\"a\":2}".to_owned()));
    let is_another = || {
        world
            .store
            .write(at(2), |tx| tx.watch_under_mandate(&world.tenant))
    };
    assert_eq!(is_another(), Ok(false), "the first one is no other");
    assert_eq!(is_another(), Ok(false));
    assert_eq!(made_of(8), Err(StoreError::NotFound("watchlist")));
    assert_eq!(world.store.read(|tx| tx.mandates()).unwrap().len(), 1);
    assert_eq!(
        world.tenant.mandate().mask(DataSet::Cargo).iter().count(),
        0
    );
}
