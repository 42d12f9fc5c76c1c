//! Files of earlier releases: every one opens, and what is in it is there.

use serde_json::json;
use tidewaiter_mandate::review::State;
use tidewaiter_mandate::{DataSet, Element};
use tidewaiter_store::{KeyKind, Level, Raised, Reading, SCHEMA, StoreError};

use crate::conformance::put;
use crate::world::{READER, World, at, id};

/// What every stored file was made with: by [`make_a_file_of_this_release`], then never touched.
fn fill(world: &World) {
    put(world, 1, "CLARK");
    put(world, 2, "MORGAN");
    let delivery = world.delivery(10, b"UNB+UNOA:4'");
    world
        .store
        .write(at(1), |tx| tx.receive(&world.tenant, &READER, &delivery))
        .unwrap();
    world
        .store
        .write(at(1), |tx| {
            tx.count(&world.tenant, "travellers", "", "AA", 2)
        })
        .unwrap();
    crate::hits::raise(world, 100, "QDi.001", &crate::hits::finding(200, b"a"));
    world.store.checkpoint("xa/log", at(2)).unwrap().unwrap();
}

/// From this schema on the stored files have a hit.
const WITH_A_HIT: i64 = 6;

fn files() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files")
}

#[test]
#[ignore = "run by hand, once for each release that changes the schema"]
fn make_a_file_of_this_release() {
    let folder = files().join(format!("schema-{SCHEMA}"));
    assert!(!folder.exists(), "a stored file is never made anew");
    let work = tempfile::tempdir().unwrap();
    let world = World::folder(work.path());
    fill(&world);
    world.store.backup(&folder, at(3)).unwrap();
    world
        .store
        .keystore()
        .copy_to(&folder.join("keys.db"))
        .unwrap();
}

#[test]
fn files_of_every_earlier_release_open() {
    let mut stored: Vec<_> = std::fs::read_dir(files())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    stored.sort();
    // A schema gets its file with the release that brings it; the first one is always there.
    assert!(stored[0].ends_with("schema-1"));
    for stored in stored {
        let work = tempfile::tempdir().unwrap();
        std::fs::create_dir(work.path().join("keystore")).unwrap();
        let keys = work.path().join("keystore").join("keys.db");
        std::fs::copy(stored.join("keys.db"), keys).unwrap();
        tidewaiter_store::restore(&stored, work.path()).unwrap();
        let world = World::folder(work.path());
        let name = stored.file_name().unwrap().to_str().unwrap();
        let schema: i64 = name.strip_prefix("schema-").unwrap().parse().unwrap();
        assert!(schema <= SCHEMA, "a file of a release that is not out");
        let grant = world.grant();
        let view = world
            .store
            .write(at(9), |tx| tx.view(&world.tenant, &grant, &id(1)))
            .unwrap();
        assert_eq!(view.level, Level::Traveller);
        assert_eq!(
            view.parts.get(Element::Names).unwrap()["surname"],
            json!("CLARK")
        );
        let key = [world.store.lookback_key(KeyKind::Name, "MORGAN")];
        let purpose = world.purpose();
        let found = world
            .store
            .write(at(9), |tx| tx.candidates(&world.tenant, purpose, &key));
        assert_eq!(found, Ok(vec![id(2)]));
        let receipt = world
            .store
            .read(|tx| tx.receipt(&world.tenant, &id(10)))
            .unwrap();
        assert_eq!(receipt.status, Reading::Pending);
        let raw = world
            .store
            .write(at(9), |tx| tx.raw(&world.tenant, &READER, &id(10)))
            .unwrap();
        assert_eq!(raw.bytes.as_slice(), b"UNB+UNOA:4'");
        world.store.verify_audit("xa/log").unwrap();
        if schema >= WITH_A_HIT {
            let grant = world.grant_on(DataSet::Hits);
            let hit = world
                .store
                .write(at(9), |tx| tx.hit(&world.tenant, &grant, &id(100)))
                .unwrap();
            assert_eq!((hit.hit.state(), hit.version), (State::Matched, 1));
            assert!(hit.evidence.starts_with(b"[{\"field\""));
            let again =
                crate::hits::raise(&world, 101, "QDi.001", &crate::hits::finding(201, b"a"));
            assert_eq!(again, Raised::Same(id(100)));
        }
        // It has every table of this release, and they can be used.
        assert_eq!(
            world.store.read(|tx| tx.list_versions(&world.tenant)),
            Ok(vec![])
        );
        drop(world);
        let file = rusqlite::Connection::open(work.path().join("store.db")).unwrap();
        let newest = file.query_row("SELECT MAX(number) FROM migration", [], |row| row.get(0));
        assert_eq!(newest, Ok(SCHEMA));
    }
}

#[test]
fn a_file_of_a_newer_release_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let home = World::folder(folder.path()).home;
    let change = |sql: &str| {
        let file = rusqlite::Connection::open(folder.path().join("store.db")).unwrap();
        file.execute(sql, []).unwrap();
    };
    change("INSERT INTO migration VALUES (999, 'later', x'00', 0)");
    let open =
        || tidewaiter_store::Store::open(&home, &crate::world::custodian(), None, at(0)).err();
    let newer = StoreError::NewerSchema {
        found: 999,
        known: SCHEMA,
    };
    assert_eq!(open(), Some(newer));
    change("DELETE FROM migration WHERE number = 999");
    assert_eq!(open(), None);
    change("UPDATE migration SET hash = zeroblob(32) WHERE number = 1");
    assert_eq!(open(), Some(StoreError::MigrationDiffers(1)));
}
