//! Faults: a clear error, nothing lost, and a way back.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use tidewaiter_store::{Home, Id, ReadTx, Received, Store, StoreError};

use crate::server::{Server, loudly};
use crate::world::{READER, World, at, custodian, id};

fn open(home: &Home) -> Result<Store, StoreError> {
    Store::open(home, &custodian(), None, at(0))
}

#[test]
fn a_second_writer_is_told_who_has_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::folder(folder.path());
    let StoreError::InUse { path, holder } = open(&world.home).unwrap_err() else {
        panic!("in use");
    };
    assert_eq!(path, folder.path().join("store.lock"));
    assert_eq!(holder, format!("process {}", std::process::id()));
    let home = world.home.clone();
    drop(world);
    open(&home).unwrap();
}

/// Runs one of the tests that only its parent calls, as somebody without rights where we are root.
fn run_unprivileged(test: &str, folder: &std::path::Path) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env("TIDEWAITER_TEST_FOLDER", folder);
    if std::fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0) {
        command.uid(65_534).gid(65_534);
    }
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

#[test]
fn a_folder_that_may_not_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    drop(World::folder(folder.path()));
    let set = |mode| {
        let modes = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(folder.path(), modes).unwrap();
    };
    set(0o555);
    run_unprivileged("faults::child_opens_a_read_only_folder", folder.path());
    set(0o755);
    World::folder(folder.path());
}

#[test]
#[ignore = "run by its parent as an unprivileged user"]
fn child_opens_a_read_only_folder() {
    let folder = std::env::var("TIDEWAITER_TEST_FOLDER").unwrap();
    let error = open(&Home::Folder(folder.clone().into())).unwrap_err();
    assert!(
        matches!(&error, StoreError::ReadOnly(what) if what.contains(&folder)),
        "{error:?}"
    );
}

#[test]
fn a_corrupt_page_is_named_and_a_backup_brings_the_store_back() {
    let (folder, safe) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let world = World::folder(folder.path());
    for n in 0..200u32 {
        let bytes = [n.to_be_bytes().as_slice(), &[7; 2000]].concat();
        let delivery = world.delivery(n * 10 + 10, &bytes);
        world
            .store
            .write(at(1), |tx| tx.receive(&world.tenant, &READER, &delivery))
            .unwrap();
    }
    world.store.backup(safe.path(), at(2)).unwrap();
    let home = world.home.clone();
    drop(world);
    let file = folder.path().join("store.db");
    let mut bytes = std::fs::read(&file).unwrap();
    // Every page of the middle: whatever lies there, something does.
    let pages = bytes.len() / 4096;
    let (from, to) = (pages / 4 * 4096, pages / 2 * 4096);
    for page in bytes[from..to].chunks_mut(4096) {
        page[..64].fill(0xa5);
    }
    std::fs::write(&file, bytes).unwrap();
    match open(&home) {
        Err(error) => assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}"),
        Ok(store) => {
            let health = store.examine(&home, at(3));
            let named = match &health {
                Ok(health) => !health.damage.is_empty(),
                Err(error) => matches!(error, StoreError::Corrupt(_)),
            };
            assert!(named, "{health:?}");
            drop(store);
        }
    }
    for name in ["store.db", "store.db-wal", "store.db-shm"] {
        let _ = std::fs::remove_file(folder.path().join(name));
    }
    tidewaiter_store::restore(safe.path(), folder.path()).unwrap();
    let world = World::folder(folder.path());
    assert_eq!(
        world.store.read(|tx| tx.receipts(&world.tenant)),
        Ok((200, 0))
    );
    assert!(
        world
            .store
            .examine(&world.home, at(4))
            .unwrap()
            .damage
            .is_empty()
    );
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("store.db"), [b'x'; 8192]).unwrap();
    let error = open(&Home::Folder(folder.path().to_owned())).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}");
}

/// On a small disk of its own, where one can be mounted.
#[test]
fn a_full_disk_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
        .arg(folder.path())
        .output()
        .is_ok_and(|o| o.status.success());
    if !mounted {
        loudly("no disk can be mounted here: a full one is not tested");
        return;
    }
    let result = std::panic::catch_unwind(|| fill_up(folder.path()));
    Command::new("umount").arg(folder.path()).status().unwrap();
    result.unwrap();
}

fn fill_up(path: &std::path::Path) {
    let world = World::folder(path);
    let mut acknowledged = Vec::new();
    let mut fault = None;
    for n in 0..2000u32 {
        let bytes = [n.to_be_bytes().as_slice(), &[7; 20_000]].concat();
        let delivery = world.delivery(n * 10 + 10, &bytes);
        match world
            .store
            .write(at(1), |tx| tx.receive(&world.tenant, &READER, &delivery))
        {
            Ok(_) => acknowledged.push((delivery.receipt, bytes)),
            Err(error) => {
                fault = Some(error);
                break;
            }
        }
    }
    assert_eq!(fault, Some(StoreError::Full));
    assert!(acknowledged.len() > 20);
    // Still readable; a smaller message may or may not fit; after room was made everything goes on.
    let counted = world.store.read(|tx| tx.receipts(&world.tenant)).unwrap().0;
    assert_eq!(counted, acknowledged.len() as u64);
    let grown = Command::new("mount")
        .args(["-o", "remount,size=16m"])
        .arg(path)
        .status()
        .unwrap();
    assert!(grown.success());
    let world = world.reopen();
    for (receipt, bytes) in &acknowledged {
        let raw = world
            .store
            .write(at(2), |tx| tx.raw(&world.tenant, &READER, receipt))
            .unwrap();
        assert_eq!(raw.bytes.as_slice(), bytes);
    }
    let delivery = world.delivery(900_000, b"after");
    world
        .store
        .write(at(3), |tx| tx.receive(&world.tenant, &READER, &delivery))
        .unwrap();
    assert!(
        world
            .store
            .examine(&world.home, at(4))
            .unwrap()
            .damage
            .is_empty()
    );
}

#[test]
fn a_server_killed_under_load_loses_nothing_and_stores_nothing_twice() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let world = World::postgres(&server.url);
    let acknowledged: Mutex<Vec<Id>> = Mutex::default();
    let (stop, faults) = (AtomicBool::new(false), AtomicU32::new(0));
    std::thread::scope(|scope| {
        for worker in 0..4u32 {
            let (world, acknowledged, stop, faults) = (&world, &acknowledged, &stop, &faults);
            scope.spawn(move || {
                let mut n = worker;
                while !stop.load(Ordering::Relaxed) {
                    n += 4;
                    let bytes = n.to_be_bytes();
                    let delivery = world.delivery(n * 10 + 10, &bytes);
                    loop {
                        let result = world
                            .store
                            .write(at(1), |tx| tx.receive(&world.tenant, &READER, &delivery));
                        match result {
                            // Also when a repeat finds what a broken connection left in doubt.
                            Ok(Received::New(receipt) | Received::Again(receipt)) => {
                                acknowledged.lock().unwrap().push(receipt.id);
                                break;
                            }
                            Err(error) if error.is_transient() => {
                                faults.fetch_add(1, Ordering::Relaxed);
                                std::thread::sleep(Duration::from_millis(20));
                            }
                            Err(error) => panic!("{error:?}"),
                        }
                    }
                }
            });
        }
        for _ in 0..3 {
            std::thread::sleep(Duration::from_millis(300));
            server.crash();
        }
        std::thread::sleep(Duration::from_millis(300));
        stop.store(true, Ordering::Relaxed);
    });
    let mut ids = acknowledged.into_inner().unwrap();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count, "none twice");
    assert!(faults.into_inner() > 0, "the server was killed under load");
    let (receipts, _) = world.store.read(|tx| tx.receipts(&world.tenant)).unwrap();
    assert_eq!(receipts, count as u64);
    for id in ids {
        world
            .store
            .read(|tx| tx.receipt(&world.tenant, &id))
            .unwrap();
    }
    assert_eq!(world.backlog(1_000_000).ready, count as u64);
    // A connection that was lost while nobody used it is nobody's trouble, with a transaction and without.
    for _ in 0..2 {
        let ask = |tx: &mut ReadTx<'_, '_>| tx.are_due(&world.tenant, &["read"], at(1));
        assert_eq!(world.store.read(ask).unwrap(), [true]);
        server.crash();
        assert_eq!(world.store.read_once(ask).unwrap(), [true]);
        server.crash();
    }
    world.store.checkpoint("xa/log", at(2)).unwrap();
    world.store.verify_audit("xa/log").unwrap();
}

// proves part of: SEC-12
#[test]
fn a_process_killed_during_intake_loses_nothing_that_it_acknowledged() {
    use std::io::{BufRead as _, BufReader};
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = Vec::new();
    for round in 0..20u32 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "faults::child_takes_in_until_killed",
                "--ignored",
                "--nocapture",
            ])
            .env("TIDEWAITER_TEST_FOLDER", folder.path())
            .env("TIDEWAITER_TEST_ROUND", round.to_string())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut seen = 0;
        for line in output.lines() {
            let Ok(line) = line else { break };
            if let Some(n) = line.strip_prefix("acknowledged ") {
                acknowledged.push(n.parse::<u32>().unwrap());
                seen += 1;
                if seen == 5 + round % 7 {
                    child.kill().unwrap();
                }
            }
        }
        child.wait().unwrap();
        assert!(seen >= 5, "round {round}");
    }
    let world = World::folder(folder.path());
    for n in &acknowledged {
        let raw = world
            .store
            .write(at(9), |tx| tx.raw(&world.tenant, &READER, &id(*n)))
            .unwrap();
        assert_eq!(raw.bytes.as_slice(), n.to_be_bytes());
    }
    let (receipts, again) = world.store.read(|tx| tx.receipts(&world.tenant)).unwrap();
    assert!(receipts >= acknowledged.len() as u64);
    assert_eq!(again, 0);
    assert_eq!(world.backlog(1_000_000).ready, receipts);
    world.store.checkpoint("xa/log", at(9)).unwrap();
    let read = acknowledged.len() as u64;
    assert_eq!(
        world.store.verify_audit("xa/log").unwrap().lines,
        receipts + read
    );
}

#[test]
#[ignore = "run by its parent, which kills it"]
fn child_takes_in_until_killed() {
    let folder = std::env::var("TIDEWAITER_TEST_FOLDER").unwrap();
    let round: u32 = std::env::var("TIDEWAITER_TEST_ROUND")
        .unwrap()
        .parse()
        .unwrap();
    let world = World::folder(folder.as_ref());
    println!();
    for i in 0..100_000u32 {
        let n = round * 1_000_000 + i * 10 + 10;
        let bytes = n.to_be_bytes();
        let delivery = world.delivery(n, &bytes);
        world
            .store
            .write(at(1), |tx| tx.receive(&world.tenant, &READER, &delivery))
            .unwrap();
        println!("acknowledged {n}");
    }
}
