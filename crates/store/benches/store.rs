//! Durable intake: what a message of 180 travellers costs, with and without sealing and audit, and
//! what one traveller costs when several arrive at the same time.
//!
//! `cargo bench -p tidewaiter-store`. The disk's own speed is printed first: every figure is bound
//! by it.
#![allow(
    clippy::expect_used,
    reason = "a bench that cannot be set up has nothing to measure"
)]
#![allow(
    clippy::print_stdout,
    reason = "the disk's speed belongs to the figures"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use jiff::{SignedDuration, Timestamp};
use tidewaiter_domain::{
    Country, CountryCode, DocumentNumber, FlightKey, PartialDate, Role, Seat, SeatNumber, Sex,
    Sourced, Span, TravelDocument, Traveller,
};
use tidewaiter_mandate::admit::{Admitted, Intake, admit};
use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_mandate::{DataSet, Mandate, MessageKind, PurposeId};
use tidewaiter_store::keystore::MasterKeyFile;
use tidewaiter_store::{
    Delivery, Home, Id, Kept, KeyKind, Lane, Level, LookbackKey, NewRecord, Reading, Record, Store,
    StoredFlight, Tenant, sync_time,
};

/// Travellers of one message: a full narrow-body aircraft.
const TRAVELLERS: usize = 180;
/// Bytes of its PAXLST, about.
const MESSAGE_BYTES: usize = 60_000;
/// Look-back keys of a traveller: three of the name, one of the document.
const KEYS: usize = 4;
/// Rows of a traveller: observation, traveller, the keys of the traveller, two subject keys.
const ROWS: usize = 2 + KEYS + 2;
const READER: MachineActor = MachineActor::new("reader");

fn main() {
    let folder = folder();
    match sync_time(folder.path()) {
        Ok(each) => println!(
            "disk: one sync of 4 KiB takes {each:?}; {ROWS} rows a traveller, {TRAVELLERS} \
             travellers a message\n"
        ),
        Err(error) => println!("disk: {error}"),
    }
    drop(folder);
    divan::main();
}

/// On the disk of the build, not in memory.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the target folder can be written")
}

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(500_000)
}

fn id() -> Id {
    Id(*uuid::Uuid::now_v7().as_bytes())
}

struct World {
    store: Store,
    tenant: Tenant,
    purpose: PurposeId,
    _folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let folder = folder();
        let home = Home::Folder(folder.path().to_owned());
        Self::at(&home, folder)
    }

    /// On the server of `TIDEWAITER_POSTGRES`, as `scripts/postgres-test` prints it.
    fn postgres() -> Option<Self> {
        let folder = folder();
        let home = Home::Server {
            url: std::env::var("TIDEWAITER_POSTGRES").ok()?,
            schema: format!("bench_{}", std::process::id()),
            keys: folder.path().to_owned(),
        };
        Some(Self::at(&home, folder))
    }

    fn at(home: &Home, folder: tempfile::TempDir) -> Self {
        let custodian = MasterKeyFile::parse(&"5a".repeat(32)).expect("a key");
        let store = Store::open(home, &custodian, None, now()).expect("a store");
        let mandate = Arc::new(Mandate::evaluation());
        let purpose = mandate.purposes().next().expect("a purpose").0;
        let tenant = store.enrol("XA-CUSTOMS", mandate).expect("a tenant");
        Self {
            store,
            tenant,
            purpose,
            _folder: folder,
        }
    }

    fn admitted(&self, n: usize) -> Admitted<Traveller> {
        let intake = Intake {
            kind: MessageKind::Paxlst,
            received: now(),
            departs: None,
            carrier: None,
        };
        admit(self.tenant.mandate(), &intake, traveller(n))
            .expect("admitted")
            .0
    }

    fn message(&self) -> Message {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let mut bytes = vec![b'+'; MESSAGE_BYTES];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        let people = (0..TRAVELLERS)
            .map(|n| {
                let keys = (0..KEYS)
                    .map(|k| {
                        self.store
                            .lookback_key(KeyKind::Name, &format!("{number} {n} {k}"))
                    })
                    .collect();
                (id(), id(), self.admitted(n), keys)
            })
            .collect();
        Message {
            number,
            bytes,
            people,
        }
    }

    /// Everything that a message writes, in the two transactions of its life.
    fn take_in(&self, message: &Message) {
        let receipt = id();
        let delivery = Delivery {
            receipt,
            job: id(),
            bytes: &message.bytes,
            sender: "feed-aa",
            carriers: "",
            lane: Lane::Live,
            data_set: DataSet::Api,
            purposes: self.tenant.mandate().all_purposes(),
            raw_until: now(),
        };
        self.store
            .write(now(), |tx| tx.receive(&self.tenant, &READER, &delivery))
            .expect("received");
        let flight = StoredFlight {
            id: id(),
            lane: Lane::Live,
            key: FlightKey {
                carrier: "AA".into(),
                number: message.number.to_string().into(),
                date: jiff::civil::date(2026, 11, 24),
            },
            origin: Some("JFK".into()),
            destination: Some("LHR".into()),
            departs_at: Some(now()),
            arrives_at: None,
            status: "expected".into(),
        };
        self.store
            .write(now(), |tx| {
                let lease = SignedDuration::from_secs(60);
                let job = tx
                    .claim(&self.tenant, "read", "worker-1", 1, lease)?
                    .remove(0);
                let purposes = self.tenant.mandate().all_purposes();
                let flight = tx.put_flight(&self.tenant, purposes, &flight)?;
                let records: Vec<_> = message
                    .people
                    .iter()
                    .enumerate()
                    .flat_map(|(n, (observation, traveller, admitted, keys))| {
                        let observation = NewRecord {
                            id: *observation,
                            level: Level::Observation,
                            lane: Lane::Live,
                            source: Some((receipt, n as u32)),
                            flight: Some(flight),
                            owner: Some(*traveller),
                            told_by: [None; 2],
                            status: "checked-in",
                            child: false,
                            keys: &[],
                        };
                        let traveller = NewRecord {
                            id: *traveller,
                            level: Level::Traveller,
                            source: None,
                            owner: None,
                            told_by: [None; 2],
                            keys,
                            ..observation.clone()
                        };
                        [(observation, admitted), (traveller, admitted)]
                    })
                    .collect();
                tx.put(&self.tenant, &READER, &records)?;
                tx.count(&self.tenant, "travellers", "", "AA", TRAVELLERS as u32)?;
                let read = (1, TRAVELLERS as u32);
                tx.receipt_read(
                    &self.tenant,
                    &receipt,
                    Reading::Accepted,
                    read,
                    Kept::Original(now()),
                )?;
                tx.finish(&job)
            })
            .expect("stored");
    }
}

struct Message {
    number: u32,
    bytes: Vec<u8>,
    people: Vec<(Id, Id, Admitted<Traveller>, Vec<LookbackKey>)>,
}

/// A person who does not exist, with what a manifest says of one.
fn traveller(n: usize) -> Traveller {
    let span = Span::default();
    let usa = || CountryCode::new(*b"USA").map(Country::Known);
    let mut traveller = Traveller::new(Role::Passenger, span);
    traveller.name.surname = Some(format!("CLARK{n}").into());
    traveller.name.given.push("MICHAEL".into());
    traveller.sex = Some(Sourced::new(Sex::Male, span));
    traveller.born = PartialDate::new(1972, Some(9), Some(7)).map(|d| Sourced::new(d, span));
    traveller.residence = usa().map(|c| Sourced::new(c, span));
    let mut passport = TravelDocument::new("P".into(), span);
    passport.number =
        DocumentNumber::new(format!("17855{n:04}")).map(|number| Sourced::new(number, span));
    passport.issuer = usa().map(|c| Sourced::new(c, span));
    passport.expires = PartialDate::new(2028, Some(2), Some(21)).map(|d| Sourced::new(d, span));
    traveller.documents.push(passport);
    if let Some(seat) = SeatNumber::new("12A") {
        traveller.seats.push(Seat {
            seat: Sourced::new(seat, span),
            flight: None,
        });
    }
    traveller
}

/// The whole: sealed, with keys, audit lines and look-back keys.
#[divan::bench]
fn message_of_180(bencher: Bencher<'_, '_>) {
    let world = World::new();
    bencher
        .counter(ItemsCount::new(TRAVELLERS))
        .with_inputs(|| world.message())
        .bench_local_values(|message| world.take_in(&message));
}

/// The whole on PostgreSQL, where there is a server to measure.
#[divan::bench]
fn message_of_180_on_postgres(bencher: Bencher<'_, '_>) {
    let Some(world) = World::postgres() else {
        println!("no server in TIDEWAITER_POSTGRES");
        return;
    };
    bencher
        .counter(ItemsCount::new(TRAVELLERS))
        .with_inputs(|| world.message())
        .bench_local_values(|message| world.take_in(&message));
}

/// The same rows in the same tables with the same indexes and durability, in the clear: no seal, no
/// keys of subjects, no audit lines.
#[divan::bench]
fn message_of_180_in_the_clear(bencher: Bencher<'_, '_>) {
    let world = World::new();
    let plain = Plain::new();
    bencher
        .counter(ItemsCount::new(TRAVELLERS))
        .with_inputs(|| world.message())
        .bench_local_values(|message| plain.take_in(&message));
}

/// One traveller a transaction, from several threads: what the commit of a group gains.
#[divan::bench(threads = [1, 4, 16])]
fn one_delivery(bencher: Bencher<'_, '_>) {
    let world = World::new();
    bencher
        .counter(ItemsCount::new(1usize))
        .with_inputs(|| id().0.to_vec())
        .bench_values(|bytes| {
            let delivery = Delivery {
                receipt: id(),
                job: id(),
                bytes: &bytes,
                sender: "feed-aa",
                carriers: "",
                lane: Lane::Live,
                data_set: DataSet::Api,
                purposes: world.tenant.mandate().all_purposes(),
                raw_until: now(),
            };
            world
                .store
                .write(now(), |tx| tx.receive(&world.tenant, &READER, &delivery))
                .expect("received")
        });
}

/// A new list entry, 20 spellings of 10 keys: the look-up among what is held.
#[divan::bench]
fn look_back_200_keys_in_36_000_travellers(bencher: Bencher<'_, '_>) {
    let world = World::new();
    for _ in 0..200 {
        world.take_in(&world.message());
    }
    let keys: Vec<_> = (0..200)
        .map(|n| world.store.lookback_key(KeyKind::Name, &format!("5 {n} 1")))
        .collect();
    bencher.bench_local(|| {
        world.store.write(now(), |tx| {
            tx.candidates(&world.tenant, world.purpose, black_box(&keys))
        })
    });
}

/// SQLite as it is.
struct Plain {
    file: rusqlite::Connection,
    _folder: tempfile::TempDir,
}

impl Plain {
    fn new() -> Self {
        let folder = folder();
        let file = rusqlite::Connection::open(folder.path().join("plain.db")).expect("a file");
        file.set_prepared_statement_cache_capacity(64);
        file.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -65536;",
        )
        .expect("settings");
        file.execute_batch(include_str!("../migrations/store/0001_foundation.sql"))
            .expect("the schema");
        file.execute_batch(
            "INSERT INTO agency VALUES (1, 'XA'); INSERT INTO mandate VALUES (1, 'm@1', x'00');",
        )
        .expect("a tenant");
        Self {
            file,
            _folder: folder,
        }
    }

    fn run(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) {
        self.file
            .prepare_cached(sql)
            .expect("a statement")
            .execute(values)
            .expect("stored");
    }

    fn take_in(&self, message: &Message) {
        let (receipt, job, flight) = (id().0, id().0, id().0);
        let hash = id().0;
        self.file.execute_batch("BEGIN IMMEDIATE").expect("begun");
        self.run(
            "INSERT INTO receipt VALUES (?1, 1, 'api', 1, 1, 'live', ?2, 60000, 'feed-aa', 0,
                 'pending', 0, 0, 'sealed-original', 1, ?3)",
            &[&receipt, &hash, &message.bytes],
        );
        self.run(
            "INSERT INTO job VALUES (?1, 1, 'api', 1, 1, 'read', ?2, 'ready', 0, 0, 0, NULL, NULL,
                 NULL)",
            &[&job, &receipt],
        );
        self.file.execute_batch("COMMIT").expect("durable");
        self.file.execute_batch("BEGIN IMMEDIATE").expect("begun");
        self.run(
            "INSERT INTO flight VALUES (?1, 1, 'api', 1, 1, 'live', 'AA', ?2, '2026-11-24', 'JFK',
                 'LHR', 1, NULL, 'expected')",
            &[&flight, &message.number.to_string()],
        );
        for (n, (observation, traveller, admitted, _)) in message.people.iter().enumerate() {
            let parts = admitted.value().parts();
            let words: std::collections::BTreeMap<_, _> = parts
                .0
                .iter()
                .map(|(element, value)| (element.as_str(), value))
                .collect();
            let text = serde_json::to_vec(&words).expect("JSON");
            let record = "INSERT INTO record VALUES (?1, ?2, 1, 'api', 1, 1, 'live', ?3, ?4, ?5,
                 ?6, 'checked-in', 0, 0, NULL, 1, NULL, 0, ?7, ?8, NULL)";
            let place = n as i64;
            self.run(
                record,
                &[
                    &observation.0,
                    &"observation",
                    &receipt,
                    &place,
                    &flight,
                    &traveller.0,
                    &hash,
                    &text,
                ],
            );
            let none: Option<i64> = None;
            self.run(
                record,
                &[
                    &traveller.0,
                    &"traveller",
                    &none,
                    &none,
                    &flight,
                    &none,
                    &hash,
                    &text,
                ],
            );
            for key in 0..KEYS as i64 {
                let spread = u64::from_be_bytes(traveller.0[8..].try_into().expect("8 bytes"));
                let hash = (spread
                    .wrapping_add(key as u64)
                    .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                    >> 1) as i64;
                self.run(
                    "INSERT INTO lookback VALUES (1, ?1, ?2)",
                    &[&hash, &traveller.0],
                );
            }
        }
        self.run(
            "UPDATE receipt SET status = 'accepted', travellers = 180 WHERE id = ?1",
            &[&receipt],
        );
        self.run("DELETE FROM job WHERE id = ?1", &[&job]);
        self.file.execute_batch("COMMIT").expect("durable");
    }
}
