//! Accounts, sessions, machines and answers on both engines.

use tidewaiter_store::{
    Account, Acknowledgement, Carrier, CarrierState, ExpectedData, ExpectedTime, Lane, Machine,
    StoreError,
};

use crate::conformance::lines;
use crate::world::{World, at};

on_both_engines! {
    an_account_is_opened_once_and_closed_for_good
    wrong_passwords_are_counted_and_forgotten
    a_session_lives_until_its_account_is_closed
    a_machine_is_known_by_its_key_alone
    a_conflict_is_found_again_and_nowhere_in_the_clear
    an_answer_is_kept_for_its_request_and_its_person
    a_carrier_is_where_it_was_last_said_to_be
}

fn account(name: &str) -> Account {
    Account {
        name: name.into(),
        person: format!("p-{name}"),
        role: "supervisor".into(),
        password: "$argon2id$…".into(),
        must_change: true,
        failures: 0,
        locked_until: None,
        closed_at: None,
    }
}

fn open(world: &World, name: &str) -> Account {
    let account = account(name);
    world
        .store
        .write(at(0), |tx| tx.open_account(&world.tenant, "", &account))
        .unwrap();
    account
}

fn an_account_is_opened_once_and_closed_for_good(world: World) {
    open(&world, "vega");
    let find = |name| {
        world
            .store
            .read(|tx| tx.account(&world.tenant, name))
            .unwrap()
    };
    assert_eq!(find("vega"), Some(account("vega")));
    assert_eq!(find("Vega"), None);
    let again = world.store.write(at(1), |tx| {
        tx.open_account(&world.tenant, "p-admin", &account("vega"))
    });
    assert!(matches!(again, Err(StoreError::Constraint(_))), "{again:?}");
    let close = |now| {
        world.store.write(at(now), |tx| {
            tx.close_account(&world.tenant, "p-admin", "vega")
        })
    };
    close(2).unwrap();
    assert_eq!(find("vega").unwrap().closed_at, Some(at(2)));
    assert_eq!(close(3), Err(StoreError::NotFound("account")));
    let changes = lines(&world)
        .iter()
        .filter(|line| line.contains("grant-change"))
        .count();
    assert_eq!(changes, 2);
}

fn wrong_passwords_are_counted_and_forgotten(world: World) {
    let account = open(&world, "vega");
    for _ in 0..3 {
        world
            .store
            .write(at(1), |tx| {
                tx.wrong_password(&world.tenant, &account, |n| (n >= 3).then_some(at(60)))
            })
            .unwrap();
    }
    let find = || {
        let found = world.store.read(|tx| tx.account(&world.tenant, "vega"));
        found.unwrap().unwrap()
    };
    assert_eq!((find().failures, find().locked_until), (3, Some(at(60))));
    assert!(lines(&world).iter().any(|line| line.contains("refused")));
    world
        .store
        .write(at(61), |tx| {
            tx.begin_session(&world.tenant, &[7; 32], &account, at(600))
        })
        .unwrap();
    assert_eq!((find().failures, find().locked_until), (0, None));
}

fn a_session_lives_until_its_account_is_closed(world: World) {
    let account = open(&world, "vega");
    let find = || world.store.read(|tx| tx.session(&world.tenant, &[7; 32]));
    assert_eq!(find().unwrap(), None);
    world
        .store
        .write(at(1), |tx| {
            tx.begin_session(&world.tenant, &[7; 32], &account, at(600))?;
            tx.begin_session(&world.tenant, &[8; 32], &account, at(20))
        })
        .unwrap();
    world
        .store
        .write(at(5), |tx| tx.session_used(&world.tenant, &[7; 32], false))
        .unwrap();
    let session = find().unwrap().unwrap();
    assert_eq!((session.seen_at, session.proven_at), (at(5), at(1)));
    world
        .store
        .write(at(6), |tx| tx.session_used(&world.tenant, &[7; 32], true))
        .unwrap();
    assert_eq!(find().unwrap().unwrap().proven_at, at(6));
    let forgotten = world
        .store
        .write(at(30), |tx| tx.forget_ended(&world.tenant, at(0)))
        .unwrap();
    assert_eq!(forgotten, 1);
    world
        .store
        .write(at(31), |tx| tx.close_account(&world.tenant, "", "vega"))
        .unwrap();
    assert_eq!(find().unwrap(), None);
    let used = world
        .store
        .write(at(32), |tx| tx.session_used(&world.tenant, &[7; 32], false));
    assert_eq!(used, Err(StoreError::NotFound("session")));
}

fn a_machine_is_known_by_its_key_alone(world: World) {
    let machine = Machine {
        name: "aa-dcs".into(),
        carriers: vec!["AA".into(), "BA".into()],
        lane: Lane::Test,
        is_closed: false,
        certificate: None,
    };
    world
        .store
        .write(at(0), |tx| {
            tx.open_machine(&world.tenant, "", &[1; 32], &machine)
        })
        .unwrap();
    let find = |key| world.store.read(|tx| tx.machine(&world.tenant, &[key; 32]));
    assert_eq!(find(1).unwrap(), Some(machine.clone()));
    assert_eq!(find(2).unwrap(), None);
    assert!(machine.speaks_for("BA") && !machine.speaks_for("B"));
    world
        .store
        .write(at(1), |tx| {
            tx.close_machine(&world.tenant, "p-admin", "aa-dcs")
        })
        .unwrap();
    assert!(find(1).unwrap().unwrap().is_closed);
    let taken = world.store.write(at(2), |tx| {
        tx.open_machine(&world.tenant, "", &[3; 32], &machine)
    });
    assert!(matches!(taken, Err(StoreError::Constraint(_))), "{taken:?}");
}

fn a_conflict_is_found_again_and_nowhere_in_the_clear(world: World) {
    let forms = vec![b"doc\0X7421108\0UTO".to_vec(), b"name\0CLARK".to_vec()];
    world
        .store
        .write(at(0), |tx| {
            tx.declare_conflict(&world.tenant, "p-admin", "p-vega", &forms[0])?;
            tx.declare_conflict(&world.tenant, "p-admin", "p-vega", &forms[0])
        })
        .unwrap();
    let has = |person: &str, forms: &[Vec<u8>]| {
        world
            .store
            .write(at(1), |tx| tx.has_conflict(&world.tenant, person, forms))
            .unwrap()
    };
    assert!(has("p-vega", &forms));
    assert!(!has("p-vega", &forms[1..]));
    assert!(!has("p-other", &forms));
    assert!(!lines(&world).iter().any(|line| line.contains("X7421108")));
}

fn an_answer_is_kept_for_its_request_and_its_person(world: World) {
    let ask = |person: &str, request: u8| {
        world.store.write(at(1), |tx| {
            tx.answered(&world.tenant, person, "k1", &[request; 32])
        })
    };
    assert_eq!(ask("p-vega", 1), Ok(None));
    world
        .store
        .write(at(1), |tx| {
            let (key, request) = ("k1", &[1; 32]);
            tx.keep_answer(&world.tenant, "p-vega", (key, request), (200, "{}"))
        })
        .unwrap();
    assert_eq!(ask("p-vega", 1), Ok(Some((200, "{}".into()))));
    assert!(matches!(ask("p-vega", 2), Err(StoreError::Constraint(_))));
    assert_eq!(ask("p-other", 1), Ok(None));
    world
        .store
        .write(at(90), |tx| tx.forget_ended(&world.tenant, at(2)))
        .unwrap();
    assert_eq!(ask("p-vega", 1), Ok(None));
}

fn a_carrier_is_where_it_was_last_said_to_be(world: World) {
    let carrier = |address: &str| Carrier {
        state: CarrierState::Onboarding,
        acknowledges: Acknowledgement::Ackres,
        expected: vec![
            ExpectedTime {
                data: ExpectedData::Api,
                minutes: 30,
            },
            ExpectedTime {
                data: ExpectedData::Pnr,
                minutes: 1440,
            },
        ],
        grace_minutes: 5,
        asks_again: true,
        version: 2,
        ..Carrier::reached("AA", "AADCS", "files", address)
    };
    let put = |address: &str, seen| {
        world.store.write(at(0), |tx| {
            tx.put_carrier(&world.tenant, "", &carrier(address), seen)
        })
    };
    assert_eq!(put("/a", None), Ok(1));
    assert_eq!(put("/b", Some(1)), Ok(2));
    for stale in [None, Some(1), Some(3)] {
        assert_eq!(put("/c", stale), Err(StoreError::Stale));
    }
    let all = world.store.read(|tx| tx.carriers(&world.tenant)).unwrap();
    assert_eq!(all, [carrier("/b")]);
    let one = |code| {
        world
            .store
            .read(|tx| tx.carrier(&world.tenant, code))
            .unwrap()
    };
    assert_eq!(one("AA"), Some(carrier("/b")));
    assert_eq!(one("BA"), None);
}
