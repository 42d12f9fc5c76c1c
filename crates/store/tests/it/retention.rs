//! The end of data on both engines, and what a backup still shows: nothing.

use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::review::State;
use tidewaiter_mandate::{DataSet, Element};
use tidewaiter_store::{
    HitKey, KeyKind, Lane, NewFinding, Overdue, Raised, Store, StoreError, restore,
};

use crate::conformance::{lines, put};
use crate::world::{MATCHER, READER, World, at, custodian, id};

on_both_engines! {
    masking_takes_bytes_and_keys_away
    erasure_takes_everything_away_and_the_log_still_verifies
    a_held_record_stays
    raw_bytes_go_on_time
    statistics_survive_erasure
    artefacts_are_found_by_their_hash
}

/// Twenty years on, in seconds: everything is past its time.
const LATER: i64 = 20 * 365 * 86_400;

// proves part of: RET-01
// proves part of: RET-03
fn masking_takes_bytes_and_keys_away(world: World) {
    put(&world, 1, "CLARK");
    let mask = world.tenant.mandate().mask(DataSet::Api);
    assert!(
        mask.has(Element::Names),
        "the profile of the test masks names"
    );
    let due = world.admitted("X").clocks().mask_at.unwrap();
    let run = |now| {
        world
            .store
            .write(now, |tx| tx.mask_due(&world.tenant, &READER, 100))
            .unwrap()
    };
    assert_eq!(run(at(60)), 0);
    assert_eq!(
        world
            .store
            .read(|tx| tx.overdue(None, due))
            .unwrap()
            .to_mask,
        1
    );
    assert_eq!(run(due), 1);
    assert_eq!(run(due), 0);
    assert_eq!(
        world
            .store
            .read(|tx| tx.overdue(None, due))
            .unwrap()
            .to_mask,
        0
    );
    let key = [world.store.lookback_key(KeyKind::Name, "CLARK")];
    let purpose = world.purpose();
    let found = world
        .store
        .write(due, |tx| tx.candidates(&world.tenant, purpose, &key));
    assert_eq!(found, Ok(vec![]));
    // A grant for unmasked records does not cover it; nor does the machine see it.
    let grant = world.grant_at(due, false);
    let view = world
        .store
        .write(due, |tx| tx.view(&world.tenant, &grant, &id(1)));
    assert_eq!(view.err(), Some(StoreError::NotGranted));
    let grant = world.grant_at(due, true);
    let view = world
        .store
        .write(due, |tx| tx.view(&world.tenant, &grant, &id(1)))
        .unwrap();
    assert!(view.is_masked && view.parts.get(Element::Names).is_none());
    let ids = [id(1)];
    let machine = world.store.write(due, |tx| {
        tx.machine_view(&world.tenant, &READER, purpose, &ids)
    });
    assert_eq!(machine, Ok(vec![]));
    assert!(
        lines(&world)
            .iter()
            .any(|l| l.contains("\"event\":\"mask\""))
    );
}

fn raise(world: &World) {
    let key = HitKey {
        lane: Lane::Live,
        subject_kind: "traveller",
        subject: id(1),
        flight: Some(id(7)),
        cause_kind: "list",
        list: "un-sc",
        entry: "QDi.001",
    };
    let finding = NewFinding {
        id: id(200),
        engine: "tidewaiter 0.1.0",
        band: "alert",
        millibits: 1,
        context: b"{}",
        pair: b"a",
        evidence: b"CLARK",
        due_at: None,
        source_confirms: false,
    };
    let purpose = world.purpose();
    let raised = world.store.write(at(9), |tx| {
        tx.raise(&world.tenant, &MATCHER, purpose, id(100), &key, &finding)
    });
    assert_eq!(raised, Ok(Raised::New(id(100))));
}

// proves: AUD-06
// proves part of: RET-11
fn erasure_takes_everything_away_and_the_log_still_verifies(world: World) {
    put(&world, 1, "CLARK");
    put(&world, 2, "MORGAN");
    raise(&world);
    world.store.checkpoint("xa/log", at(10)).unwrap().unwrap();
    let before = lines(&world);
    let subjects = world.store.keystore().subjects().unwrap();
    world
        .store
        .write(at(11), |tx| tx.erase(&world.tenant, &READER, &id(1)))
        .unwrap();
    assert_eq!(world.store.keystore().subjects().unwrap(), subjects - 1);
    let grant = world.grant();
    let view = |n| {
        world
            .store
            .write(at(12), |tx| tx.view(&world.tenant, &grant, &id(n)))
    };
    assert_eq!(view(1).err(), Some(StoreError::NotFound("record")));
    view(2).unwrap();
    assert_eq!(
        world.store.read(|tx| tx.hit_counts(&world.tenant)),
        Ok(vec![])
    );
    let again = world
        .store
        .write(at(13), |tx| tx.erase(&world.tenant, &READER, &id(1)));
    assert_eq!(again, Err(StoreError::NotFound("record")));
    let after = lines(&world);
    assert_eq!(after[..before.len()], before[..]);
    assert!(after[before.len()].contains(&format!("\"event\":\"{}\"", AuditEvent::Erase)));
    world.store.checkpoint("xa/log", at(14)).unwrap().unwrap();
    assert_eq!(
        world.store.verify_audit("xa/log").unwrap().lines,
        after.len() as u64
    );
}

// proves part of: RET-05
// proves part of: RET-07
// proves part of: RET-09
fn a_held_record_stays(world: World) {
    put(&world, 1, "CLARK");
    put(&world, 2, "MORGAN");
    let officer = world.officer("u-17");
    let purpose = world.purpose();
    let until = at(2 * LATER);
    world
        .store
        .write(at(8), |tx| {
            tx.hold(&world.tenant, &officer, purpose, &id(1), until, "case 9")
        })
        .unwrap();
    assert_eq!(
        world
            .store
            .read(|tx| tx.overdue(None, at(LATER)))
            .unwrap()
            .to_erase,
        1
    );
    let erase = |now| {
        world
            .store
            .write(now, |tx| tx.erase_due(&world.tenant, &READER, 100))
            .unwrap()
    };
    assert_eq!(erase(at(LATER)), 1);
    assert_eq!(erase(at(LATER)), 0);
    assert_eq!(erase(until), 1);
    assert_eq!(
        world
            .store
            .read(|tx| tx.overdue(Some(&world.tenant), until))
            .unwrap(),
        Overdue::default()
    );
}

// proves part of: INT-12
fn raw_bytes_go_on_time(world: World) {
    let delivery = world.delivery(10, b"NAD+FL+++CLARK:MICHAEL'");
    world
        .store
        .write(at(1), |tx| tx.receive(&world.tenant, &READER, &delivery))
        .unwrap();
    let due = at(72 * 3600);
    assert_eq!(world.store.read(|tx| tx.overdue(None, due)).unwrap().raw, 1);
    let drop = || {
        world
            .store
            .write(due, |tx| tx.drop_raw_due(&world.tenant, &READER, 10))
    };
    assert_eq!((drop(), drop()), (Ok(1), Ok(0)));
    let raw = world
        .store
        .write(due, |tx| tx.raw(&world.tenant, &READER, &id(10)));
    assert_eq!(raw.err(), Some(StoreError::NotFound("message")));
    // The hash remains: the same bytes are still known.
    let again = world
        .store
        .write(due, |tx| tx.receive(&world.tenant, &READER, &delivery));
    assert!(matches!(again, Ok(tidewaiter_store::Received::Again(_))));
}

fn statistics_survive_erasure(world: World) {
    put(&world, 1, "CLARK");
    for _ in 0..3 {
        world
            .store
            .write(at(1), |tx| {
                tx.count(&world.tenant, "travellers", "", "AA", 2)
            })
            .unwrap();
    }
    world
        .store
        .write(at(2), |tx| tx.erase(&world.tenant, &READER, &id(1)))
        .unwrap();
    let months = world
        .store
        .read(|tx| tx.statistics(&world.tenant, "2026-01", "2026-12"))
        .unwrap();
    assert_eq!(months.len(), 1);
    assert_eq!((months[0].month.as_str(), months[0].count), ("2026-11", 6));
}

fn artefacts_are_found_by_their_hash(world: World) {
    let put = || {
        world
            .store
            .write(at(1), |tx| tx.put_artefact("list", b"snapshot"))
            .unwrap()
    };
    let hash = put();
    assert_eq!(put(), hash);
    assert_eq!(
        world.store.read(|tx| tx.artefact(&hash)).unwrap(),
        b"snapshot"
    );
    let none = world.store.read(|tx| tx.artefact(&[0; 32]));
    assert_eq!(none, Err(StoreError::NotFound("artefact")));
}

/// The drill: back up, erase, lose the disk, restore. Who was erased stays erased; the others and
/// the log are there.
// proves: RET-05
// proves part of: SEC-13
#[test]
fn yesterdays_backup_with_todays_keystore_does_not_show_the_erased() {
    let (folder, safe) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let world = World::folder(folder.path());
    put(&world, 1, "CLARK");
    put(&world, 2, "MORGAN");
    raise(&world);
    world.store.checkpoint("xa/log", at(10)).unwrap();
    let backup = safe.path().join("yesterday");
    let manifest = world.store.backup(&backup, at(11)).unwrap();
    assert_eq!(manifest.audit_lines, lines(&world).len() as u64);
    assert!(
        world.store.backup(&backup, at(11)).is_err(),
        "never over another backup"
    );
    let files: Vec<_> = std::fs::read_dir(&backup)
        .unwrap()
        .map(|f| f.unwrap().file_name())
        .collect();
    assert_eq!(files.len(), 2, "no keys in it: {files:?}");

    world
        .store
        .write(at(12), |tx| tx.erase(&world.tenant, &READER, &id(1)))
        .unwrap();
    drop(world);
    for name in ["store.db", "store.db-wal", "store.db-shm"] {
        let _ = std::fs::remove_file(folder.path().join(name));
    }
    restore(&backup, folder.path()).unwrap();
    assert!(restore(&backup, folder.path()).is_err(), "never over data");

    let world = World::folder(folder.path());
    let grant = world.grant();
    let view = |n| {
        world
            .store
            .write(at(20), |tx| tx.view(&world.tenant, &grant, &id(n)))
    };
    assert_eq!(view(1).err(), Some(StoreError::KeyDestroyed));
    assert!(view(2).is_ok());
    world.store.verify_audit("xa/log").unwrap();
    // What can be opened no more is removed, and the store is whole again.
    assert_eq!(world.store.drop_keyless(), Ok(1));
    assert_eq!(view(1).err(), Some(StoreError::NotFound("record")));
    let health = world.store.examine(&world.home, at(21)).unwrap();
    assert_eq!(
        (health.damage.as_slice(), health.keys_missing),
        ([].as_slice(), 0)
    );
    assert_eq!(
        world.store.read(|tx| tx.hit_counts(&world.tenant)),
        Ok(Vec::<(State, u64)>::new())
    );
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let (folder, safe) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let world = World::folder(folder.path());
    world.store.backup(safe.path(), at(1)).unwrap();
    let file = safe.path().join("store.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let target = tempfile::tempdir().unwrap();
    assert!(matches!(
        restore(safe.path(), target.path()),
        Err(StoreError::Corrupt(_))
    ));
}

/// No name, number or reason lies in the clear in any file of the data.
// proves part of: AUD-05
#[test]
fn the_files_hold_no_name_and_no_number_in_the_clear() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::folder(folder.path());
    put(&world, 1, "QUEZALCOATLSON");
    let delivery = world.delivery(10, b"NAD+FL+++QUEZALCOATLSON:MICHAEL'DOC+P+X7421108'");
    world
        .store
        .write(at(1), |tx| tx.receive(&world.tenant, &READER, &delivery))
        .unwrap();
    let grant = world.grant();
    world
        .store
        .write(at(2), |tx| tx.view(&world.tenant, &grant, &id(1)))
        .unwrap();
    raise(&world);
    drop(world);
    // The log is in the main file once the last connection is closed; look at all there is.
    let mut seen = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        seen += bytes.len();
        for secret in ["QUEZALCOATLSON", "X7421108", "case 4711", "CLARK"] {
            let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
            assert!(!found, "{secret} in {}", path.display());
        }
    }
    assert!(seen > 50_000);
    Store::open(
        &tidewaiter_store::Home::Folder(folder.path().to_owned()),
        &custodian(),
        None,
        at(3),
    )
    .unwrap();
}
