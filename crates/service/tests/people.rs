//! The door: who is let in, how far, and for how long.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail like tests"
)]

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use jiff::{SignedDuration, Timestamp};
use tidewaiter_mandate::Mandate;
use tidewaiter_service::{
    DoorError, Home, Id, Lane, NewAccount, Relation, Service, ServiceError, Setup, SignedIn,
    Surroundings,
};
use tidewaiter_store::keystore::MasterKeyFile;
use tidewaiter_store::{Acknowledgement, Carrier, ExpectedData, ExpectedTime, Machine};

/// A clock that is set by hand.
struct Clock(AtomicI64, AtomicU32);

impl Clock {
    fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Surroundings for Clock {
    fn now(&self) -> Timestamp {
        let begin: Timestamp = "2026-11-24T06:00:00Z".parse().unwrap();
        begin + SignedDuration::from_secs(self.0.load(Ordering::Relaxed))
    }

    fn fresh(&self) -> Id {
        let mut bytes = [0; 16];
        bytes[12..].copy_from_slice(&self.1.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        Id(bytes)
    }
}

struct World {
    service: Service,
    clock: Arc<Clock>,
    passwords: OnceLock<Vec<(String, String)>>,
    _folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Clock(AtomicI64::new(0), AtomicU32::new(1)));
        let service = Service::open(Setup {
            home: Home::Folder(folder.path().to_owned()),
            agency: "XA-CUSTOMS".into(),
            mandate: Arc::new(Mandate::evaluation()),
            custodian: Box::new(MasterKeyFile::parse(&"5a".repeat(32)).unwrap()),
            surroundings: Arc::clone(&clock) as Arc<dyn Surroundings>,
        })
        .unwrap();
        Self {
            service,
            clock,
            passwords: OnceLock::new(),
            _folder: folder,
        }
    }

    fn password(&self, name: &str) -> &str {
        let passwords = self.passwords.get_or_init(|| {
            let first = self.service.first_credentials().unwrap();
            first
                .iter()
                .map(|c| (c.name.clone(), c.password.reveal().to_owned()))
                .collect()
        });
        &passwords.iter().find(|(n, _)| n == name).unwrap().1
    }

    fn sign_in(&self, name: &str) -> SignedIn {
        let password = self.password(name).to_owned();
        let token = self.service.sign_in(name, &password).unwrap();
        self.service.session(token.reveal()).unwrap()
    }
}

#[test]
fn the_first_credentials_are_given_once() {
    let world = World::new();
    assert_ne!(world.password("admin"), world.password("local"));
    assert!(world.service.first_credentials().unwrap().is_empty());
    let admin = world.sign_in("admin");
    assert_eq!(
        (admin.role(), admin.is_administrator()),
        ("administrator", true)
    );
    assert_eq!(world.sign_in("second").role(), "second");
}

#[test]
fn a_wrong_password_and_a_wrong_name_say_the_same() {
    let world = World::new();
    world.password("local");
    for (name, password) in [("local", "no such password"), ("nobody", "x"), ("", "")] {
        let error = world.service.sign_in(name, password).unwrap_err();
        assert!(matches!(error, DoorError::Wrong), "{name}: {error:?}");
    }
    let error = world.service.session("0".repeat(64).as_str()).unwrap_err();
    assert!(matches!(error, DoorError::Wrong));
}

#[test]
fn guessing_locks_the_account_for_longer_and_longer() {
    let world = World::new();
    let right = world.password("local").to_owned();
    let sign_in = |password: &str| world.service.sign_in("local", password);
    for _ in 0..5 {
        assert!(matches!(sign_in("guess"), Err(DoorError::Wrong)));
    }
    // Even the right one is not looked at while the account is locked.
    assert!(matches!(sign_in(&right), Err(DoorError::Locked(31))));
    world.clock.forward(31);
    assert!(matches!(sign_in("guess"), Err(DoorError::Wrong)));
    assert!(matches!(sign_in(&right), Err(DoorError::Locked(61))));
    world.clock.forward(61);
    sign_in(&right).unwrap();
    assert!(matches!(sign_in("guess"), Err(DoorError::Wrong)));
    sign_in(&right).unwrap();
}

#[test]
fn a_session_ends_when_it_is_unused_too_long_old_or_signed_out() {
    let world = World::new();
    let password = world.password("local").to_owned();
    let token = || world.service.sign_in("local", &password).unwrap();
    let unused = token();
    world.clock.forward(15 * 60);
    assert!(matches!(
        world.service.session(unused.reveal()),
        Err(DoorError::Ended)
    ));
    assert!(matches!(
        world.service.session(unused.reveal()),
        Err(DoorError::Wrong)
    ));

    let used = token();
    for _ in 0..(8 * 6 - 1) {
        world.clock.forward(10 * 60);
        world.service.session(used.reveal()).unwrap();
    }
    world.clock.forward(10 * 60);
    assert!(matches!(
        world.service.session(used.reveal()),
        Err(DoorError::Ended)
    ));

    let left = token();
    let signed_in = world.service.session(left.reveal()).unwrap();
    world.service.sign_out(&signed_in).unwrap();
    assert!(matches!(
        world.service.session(left.reveal()),
        Err(DoorError::Wrong)
    ));
}

#[test]
fn an_adverse_act_takes_a_password_given_a_short_time_ago() {
    let world = World::new();
    let password = world.password("local").to_owned();
    let token = world.service.sign_in("local", &password).unwrap();
    let session = || world.service.session(token.reveal()).unwrap();
    world.service.proven(&session()).unwrap();
    world.clock.forward(5 * 60);
    assert!(matches!(
        world.service.proven(&session()),
        Err(DoorError::ProveAgain)
    ));
    assert!(matches!(
        world.service.prove(&session(), "wrong"),
        Err(DoorError::Wrong)
    ));
    assert!(world.service.proven(&session()).is_err());
    world.service.prove(&session(), &password).unwrap();
    world.service.proven(&session()).unwrap();
}

#[test]
fn an_administrator_is_nobody_to_the_mandate() {
    let world = World::new();
    let admin = world.sign_in("admin");
    let error = world
        .service
        .acting(&admin, "evaluation", "a look round")
        .unwrap_err();
    assert!(matches!(error, DoorError::OtherAccount));
    let local = world.sign_in("local");
    world
        .service
        .acting(&local, "evaluation", "a look round")
        .unwrap();
    for (purpose, reason) in [
        ("P-CT", "a look round"),
        ("evaluation", ""),
        ("evaluation", "-"),
    ] {
        let error = world.service.acting(&local, purpose, reason).unwrap_err();
        assert!(matches!(error, DoorError::Invalid(_)), "{error:?}");
    }
}

#[test]
fn accounts_are_for_an_administrator_and_not_for_themselves() {
    let world = World::new();
    let (admin, local) = (world.sign_in("admin"), world.sign_in("local"));
    let new = |name, person, role| NewAccount { name, person, role };
    let open = |by, account: NewAccount<'_>| world.service.open_account(by, &account);
    let error = open(&local, new("vega", "p-1", Some("local"))).unwrap_err();
    assert!(matches!(error, DoorError::OtherAccount));
    let error = open(&admin, new("vega", "admin", Some("local"))).unwrap_err();
    assert!(
        matches!(error, DoorError::Invalid(_)),
        "two of two: {error:?}"
    );
    let long = "x".repeat(65);
    for name in ["", "Vega", "a b", "<b>", &long] {
        assert!(
            open(&admin, new(name, "p-1", Some("local"))).is_err(),
            "{name}"
        );
    }
    assert!(open(&admin, new("vega", "p-1", Some("emperor"))).is_err());

    let given = open(&admin, new("vega", "p-1", Some("local"))).unwrap();
    let taken = open(&admin, new("vega", "p-2", None)).unwrap_err();
    assert!(matches!(taken, DoorError::Taken));

    let service = &world.service;
    let token = service.sign_in("vega", given.password.reveal()).unwrap();
    let vega = service.session(token.reveal()).unwrap();
    let refused = service
        .acting(&vega, "evaluation", "first day")
        .unwrap_err();
    assert!(matches!(refused, DoorError::MustChange));
    let (old, own) = (given.password.reveal(), "correct horse battery");
    for weak in ["short", "vega-vega-vega", old] {
        assert!(service.change_password(&vega, old, weak).is_err(), "{weak}");
    }
    service.change_password(&vega, old, own).unwrap();
    assert!(matches!(
        service.session(token.reveal()),
        Err(DoorError::Wrong)
    ));
    let token = service.sign_in("vega", own).unwrap();
    let vega = service.session(token.reveal()).unwrap();
    service.acting(&vega, "evaluation", "first day").unwrap();

    service.close_account(&admin, "vega").unwrap();
    assert!(matches!(
        service.session(token.reveal()),
        Err(DoorError::Wrong)
    ));
    assert!(matches!(
        service.sign_in("vega", own),
        Err(DoorError::Wrong)
    ));
    assert!(service.close_account(&admin, "admin").is_err());
}

#[test]
fn a_machine_is_let_in_by_its_key_until_it_is_shut_out() {
    let world = World::new();
    let admin = world.sign_in("admin");
    let machine = |carriers: &[&str]| Machine {
        name: "aa-dcs".into(),
        carriers: carriers.iter().map(|&c| c.to_owned()).collect(),
        lane: Lane::Live,
        is_closed: false,
        certificate: None,
    };
    for carriers in [&[][..], &["aa"], &["AA,BB"], &["A"]] {
        let opened = world.service.open_machine(&admin, &machine(carriers));
        assert!(opened.is_err(), "{carriers:?}");
    }
    let key = world
        .service
        .open_machine(&admin, &machine(&["AA"]))
        .unwrap()
        .expect("a key");
    assert_eq!(
        world.service.machine(key.reveal()).unwrap(),
        machine(&["AA"])
    );
    assert!(matches!(
        world.service.machine("guess"),
        Err(DoorError::Wrong)
    ));
    world.service.close_machine(&admin, "aa-dcs").unwrap();
    assert!(matches!(
        world.service.machine(key.reveal()),
        Err(DoorError::Wrong)
    ));
}

#[test]
fn directives_leave_this_machine_under_tls_or_as_files() {
    let world = World::new();
    let admin = world.sign_in("admin");
    let put = |transport: &str, address: &str, authority: Option<&str>| {
        let carrier = Carrier {
            authority: authority.map(str::to_owned),
            ..Carrier::reached("AA", "AADCS", transport, address)
        };
        let standing = world.service.carrier(&admin, "AA").ok();
        let seen = standing.map(|carrier| carrier.version);
        world.service.put_carrier(&admin, &carrier, seen).is_ok()
    };
    let own = rcgen::generate_simple_self_signed(["aa.example".to_owned()]).unwrap();
    let pem = own.cert.pem();
    assert!(put("https", "https://aa.example/in", Some(&pem)));
    assert!(!put("https", "https://aa.example/in", Some("-----BEGIN…")));
    assert!(put("http", "http://127.0.0.1:9/in", None));
    assert!(put("files", "/var/spool/aa", None));
    assert!(!put("https", "https://aa.example/in", None));
    assert!(!put("http", "http://aa.example/in", None));
    assert!(!put("https", "http://127.0.0.1:9/in", Some(&pem)));
    assert!(!put("files", "spool", None));
    assert!(!put("carrier-pigeon", "roof", None));
    assert!(put("none", "", None));
    assert!(!put("none", "somewhere", None));
}

#[test]
fn what_is_agreed_with_a_carrier_stays_within_reason_and_the_mandate() {
    let world = World::new();
    let admin = world.sign_in("admin");
    let put = |carrier: &Carrier| {
        let standing = world.service.carrier(&admin, "AA").ok();
        let seen = standing.map(|carrier| carrier.version);
        world.service.put_carrier(&admin, carrier, seen).is_ok()
    };
    let time = |data, minutes| ExpectedTime { data, minutes };
    let plain = Carrier::reached("AA", "AADCS", "files", "/var/spool/aa");
    let with = |expected: &[ExpectedTime], grace_minutes| Carrier {
        expected: expected.to_vec(),
        grace_minutes,
        ..plain.clone()
    };
    let (api, pnr) = (ExpectedData::Api, ExpectedData::Pnr);
    assert!(put(&with(
        &[time(api, 30), time(api, 0), time(pnr, 5760)],
        120
    )));
    assert!(!put(&with(&[time(pnr, 5761)], 0)));
    assert!(!put(&with(&[time(api, 30), time(api, 30)], 0)));
    assert!(!put(&with(&[], 121)));
    assert!(put(&Carrier {
        acknowledges: Acknowledgement::Contrl,
        asks_again: true,
        ..plain.clone()
    }));
    // Told nothing, it cannot be told that something came.
    assert!(!put(&Carrier {
        acknowledges: Acknowledgement::Contrl,
        ..Carrier::reached("AA", "AADCS", "none", "")
    }));
    // Whoever has not seen what stands changes nothing.
    let seen = world.service.carrier(&admin, "AA").unwrap().version;
    for stale in [None, Some(seen - 1)] {
        let refused = world.service.put_carrier(&admin, &plain, stale);
        assert!(matches!(
            refused,
            Err(DoorError::Service(ServiceError::Stale))
        ));
    }
    let local = world.sign_in("local");
    let refused = world.service.put_carrier(&local, &plain, Some(seen));
    assert!(matches!(refused, Err(DoorError::OtherAccount)));
}

#[test]
fn a_machine_is_let_in_by_its_certificate_in_place_of_a_key() {
    let world = World::new();
    let admin = world.sign_in("admin");
    let machine = |name: &str| Machine {
        name: name.into(),
        carriers: vec!["AA".into()],
        lane: Lane::Live,
        is_closed: false,
        certificate: Some([7; 32]),
    };
    let key = world.service.open_machine(&admin, &machine("aa-dcs"));
    assert!(key.unwrap().is_none(), "nobody knows a key of it");
    let known = world.service.machine_of_certificate(&[7; 32]).unwrap();
    assert_eq!(known, machine("aa-dcs"));
    let wrong = world.service.machine_of_certificate(&[8; 32]);
    assert!(matches!(wrong, Err(DoorError::Wrong)));
    // One certificate is one machine, until that one is shut out.
    let taken = world.service.open_machine(&admin, &machine("aa-two"));
    assert!(matches!(taken, Err(DoorError::Taken)));
    world.service.close_machine(&admin, "aa-dcs").unwrap();
    let gone = world.service.machine_of_certificate(&[7; 32]);
    assert!(matches!(gone, Err(DoorError::Wrong)));
    world
        .service
        .open_machine(&admin, &machine("aa-two"))
        .unwrap();
}

#[test]
fn a_conflict_is_declared_by_oneself_or_an_administrator() {
    let world = World::new();
    let (admin, local, second) = (
        world.sign_in("admin"),
        world.sign_in("local"),
        world.sign_in("second"),
    );
    let relation = Relation {
        name: Some(("CLARK", "MICHAEL", "1972-09-07")),
        documents: vec!["178556534"],
    };
    let declare = |by, person| world.service.declare_conflict(by, person, &relation);
    declare(&local, "local").unwrap();
    declare(&admin, "second").unwrap();
    assert!(matches!(
        declare(&second, "local"),
        Err(DoorError::OtherAccount)
    ));
    let nothing = Relation::default();
    assert!(
        world
            .service
            .declare_conflict(&local, "local", &nothing)
            .is_err()
    );
}
