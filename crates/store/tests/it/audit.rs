//! The audit log as it lies in the store: any change is found.

use crate::world::{READER, World, at};

// proves part of: AUD-03
#[test]
fn the_log_verifies_until_a_line_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::folder(folder.path());
    for n in 0..5u32 {
        let bytes = n.to_be_bytes();
        let delivery = world.delivery(n * 10 + 10, &bytes);
        world
            .store
            .write(at(1), |tx| tx.receive(&world.tenant, &READER, &delivery))
            .unwrap();
    }
    assert!(world.store.checkpoint("xa/log", at(2)).unwrap().is_some());
    assert!(world.store.checkpoint("xa/log", at(3)).unwrap().is_none());
    assert_eq!(world.store.verify_audit("xa/log").unwrap().signed, 5);
    assert!(world.store.verify_audit("another/log").is_err());
    let touch = |sql: &str| {
        let file = rusqlite::Connection::open(folder.path().join("store.db")).unwrap();
        file.execute_batch("SAVEPOINT a").unwrap();
        assert!(file.execute(sql, []).unwrap() > 0);
        file.execute_batch("RELEASE a").unwrap();
    };
    touch("UPDATE audit SET line = replace(line, 'intake', 'search') WHERE seq = 2");
    assert!(world.store.verify_audit("xa/log").is_err());
    touch("UPDATE audit SET line = replace(line, 'search', 'intake') WHERE seq = 2");
    world.store.verify_audit("xa/log").unwrap();
    touch("DELETE FROM audit WHERE seq = 4");
    assert!(world.store.verify_audit("xa/log").is_err());
}
