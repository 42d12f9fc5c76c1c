//! Look-back: how long one new entry takes to find its candidates among millions of travellers.
//!
//! `cargo bench -p tidewaiter-service --bench lookback`. The table is loaded in bulk with the keys
//! that screening makes of invented names (Zipf-distributed, 20 000 surnames, 5 000 given names), five
//! million travellers unless `TIDEWAITER_TRAVELLERS` says otherwise; then entries of one, three and
//! ten names each are looked up on a connection that has just been opened, and once more.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench prints its figures, and one that cannot be set up has nothing to measure"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};
use tidewaiter_domain::{BirthDate, Calendar, ListedName, ListedSubject, NameKind, NameQuality};
use tidewaiter_domain::{Script, SubjectKind};
use tidewaiter_mandate::Mandate;
use tidewaiter_mandate::grant::{HumanActor, PersonId, Reason, SignIn};
use tidewaiter_matching::{Born, Name, Person};
use tidewaiter_screening::keys::{KeyKind as ScreeningKind, of_person, probes};
use tidewaiter_service::{Acting, Consent, Machine, NamedFile, Service, Setup};
use tidewaiter_store::keystore::MasterKeyFile;
use tidewaiter_store::{
    Home, Id, KeyKind, LookbackCause, LookbackKey, LookbackMode, NewLookback, Store, Tenant,
};

const SURNAMES: u64 = 20_000;
const GIVEN: u64 = 5_000;
/// Travellers of a flight.
const A_FLIGHT: u64 = 180;
/// Bytes of a sealed record, about, unless `TIDEWAITER_SEALED` says otherwise.
const SEALED: usize = 220;

fn main() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let travellers = number("TIDEWAITER_TRAVELLERS").unwrap_or(5_000_000);
    let sealed = number("TIDEWAITER_SEALED").map_or(SEALED, |bytes| bytes as usize);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let start = Instant::now();
    let (store, tenant) = open(folder.path());
    drop(store);
    drop(tenant);
    let keys = load(folder.path(), travellers, sealed);
    let file = folder.path().join("store.db");
    let bytes = std::fs::metadata(&file).map_or(0, |file| file.len());
    println!(
        "{travellers} travellers, {keys} look-back keys, {} MB, loaded in {:.0?}",
        bytes >> 20,
        start.elapsed()
    );
    for names in [1_u8, 3, 10] {
        let entry = entry(u64::from(names));
        let asked = probes(&entry);
        let opened = Instant::now();
        let (store, tenant) = open(folder.path());
        let opened = opened.elapsed();
        let keys: Vec<LookbackKey> = asked
            .iter()
            .map(|key| store.lookback_key(kind(key.kind), &key.text))
            .collect();
        let (first, candidates) = look_up(&store, &tenant, &keys, names);
        let (again, _) = look_up(&store, &tenant, &keys, names + 100);
        println!(
            "an entry with {names} names: {} keys, {candidates} candidates, {first:.1?} after opening \
             (in {opened:.0?}), {again:.1?} again",
            keys.len()
        );
    }
    drop(folder);
    start_with_names(50_000);
}

/// How long a service with a list of so many names takes to start, to take in a new version of it,
/// and to take in one in which a hundred entries are new.
fn start_with_names(names: u64) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let list = |names: u64| {
        let mut text = "list,list_date,entry,kind,name,born\n".to_owned();
        for n in 0..names {
            let (surname, given) = (word(n % SURNAMES, 0x5), word(lot(n) % GIVEN, 0x6));
            let year = 1940 + lot(n) % 70;
            text.push_str(&format!(
                "watch,2026-11-29,W-{n},person,{given} {surname},{year}\n"
            ));
        }
        text
    };
    let service = || {
        Service::open(Setup {
            home: Home::Folder(folder.path().to_owned()),
            agency: "XA-CUSTOMS".into(),
            mandate: Arc::new(Mandate::evaluation()),
            custodian: Box::new(MasterKeyFile::parse(&"5a".repeat(32)).expect("a key")),
            surroundings: Arc::new(Machine),
        })
        .expect("a service")
    };
    let add = |service: &Service, text: &str| {
        let session = SignIn {
            person: PersonId::new("u-1").expect("a person"),
            role: "local".into(),
            until: service.now() + SignedDuration::from_hours(1),
        };
        let mandate = service.mandate();
        let acting = Acting {
            actor: HumanActor::signed_in(mandate, session, service.now()).expect("signed in"),
            purpose: mandate.purpose("evaluation").expect("a purpose"),
            reason: Reason::new("bench").expect("a reason"),
        };
        let file = NamedFile {
            name: "watch.csv",
            bytes: text.as_bytes(),
        };
        let consent = Consent {
            given: true,
            list: None,
        };
        let start = Instant::now();
        service
            .add_list(&acting, &[file], &consent)
            .expect("a version");
        start.elapsed()
    };
    let first = service();
    let added = add(&first, &list(names));
    let more = add(&first, &list(names + 100));
    drop(first);
    let start = Instant::now();
    let again = service();
    println!(
        "{names} names: added in {added:.1?}, 100 more in {more:.1?}; start with {} in {:.1?}",
        again.watch().watchlist().len(),
        start.elapsed()
    );
}

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(498_900)
}

fn open(folder: &Path) -> (Store, Tenant) {
    let custodian = MasterKeyFile::parse(&"5a".repeat(32)).expect("a key");
    let home = Home::Folder(folder.to_owned());
    let store = Store::open(&home, &custodian, None, now()).expect("a store");
    let mandate = Arc::new(Mandate::evaluation());
    let tenant = store.enrol("XA-CUSTOMS", mandate).expect("a tenant");
    (store, tenant)
}

/// The candidates of one entry, as the job of a look-back finds them: durable.
fn look_up(store: &Store, tenant: &Tenant, keys: &[LookbackKey], n: u8) -> (Duration, u64) {
    let run = Id([n; 16]);
    let today = date(2026, 11, 24);
    let start = Instant::now();
    store
        .write(now(), |tx| {
            let new = NewLookback {
                id: run,
                cause: LookbackCause::List,
                list: "own",
                entry: None,
                before: None,
                after: None,
                mode: LookbackMode::Keys,
            };
            tx.start_lookback(tenant, &new)?;
            tx.add_candidates(tenant, &run, today, keys)?;
            tx.candidates_found(&run)
        })
        .expect("looked up");
    let took = start.elapsed();
    let run = store
        .read(|tx| tx.lookback_run(tenant, &run))
        .expect("a look-back");
    // For the next one.
    store
        .write(now(), |tx| {
            let mut run = run.clone();
            while tx.stage_done(&run)? != tidewaiter_store::LookbackStage::Done {
                run.stage = tidewaiter_store::LookbackStage::All;
            }
            Ok(())
        })
        .expect("ended");
    (took, run.total.unwrap_or(0))
}

/// Loads travellers and their keys; how many keys.
fn load(folder: &Path, travellers: u64, sealed: usize) -> u64 {
    let (store, _) = open(folder);
    let mut rows: Vec<(i64, i64, u64)> = Vec::new();
    for n in 0..travellers {
        for key in of_person(&person(n)) {
            let (kind, hash) = store.lookback_key(kind(key.kind), &key.text).values();
            rows.push((kind, hash, n));
        }
    }
    drop(store);
    rows.sort_unstable();
    let mut file = Connection::open(folder.join("store.db")).expect("the file");
    file.execute_batch(
        "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -400000;
         DROP INDEX lookback_record;",
    )
    .expect("settings");
    let tx = file.transaction().expect("a transaction");
    {
        let mut flight = tx
            .prepare(
                "INSERT INTO flight (id, agency, data_set, purposes, mandate, lane, carrier, number,
                     date, status) VALUES (?1, 1, 'api', 1, 1, 'live', 'AA', ?2, ?3, 'closed')",
            )
            .expect("flights");
        let flights = travellers.div_ceil(A_FLIGHT);
        for n in 0..flights {
            // Of three years, in the order in which they are heard of; a week of them coming.
            let days = n * 1_095 / flights;
            let day = date(2023, 12, 2).checked_add(jiff::Span::new().days(days as i64));
            let day = day.expect("a day").to_string();
            flight
                .execute(params![id(0xf, n, flights).0, n.to_string(), day])
                .expect("a flight");
        }
        let mut record = tx
            .prepare(
                "INSERT INTO record (id, level, agency, data_set, purposes, mandate, lane, flight,
                     status, child, received_at, is_masked, content, sealed)
                 VALUES (?1, 'traveller', 1, 'api', 1, 1, 'live', ?2, 'boarded', 0, 0, 0, ?3, ?4)",
            )
            .expect("records");
        let (content, sealed) = ([7_u8; 32], vec![9_u8; sealed]);
        for n in 0..travellers {
            record
                .execute(params![
                    id(1, n, travellers).0,
                    id(0xf, n / A_FLIGHT, flights).0,
                    content,
                    sealed
                ])
                .expect("a record");
        }
        let mut key = tx
            .prepare("INSERT OR IGNORE INTO lookback (kind, hash, record) VALUES (?1, ?2, ?3)")
            .expect("keys");
        for (kind, hash, n) in &rows {
            key.execute(params![kind, hash, id(1, *n, travellers).0])
                .expect("a key");
        }
    }
    tx.execute_batch("CREATE INDEX lookback_record ON lookback (record)")
        .expect("the index");
    tx.commit().expect("loaded");
    rows.len() as u64
}

/// The identifier of the `n`th thing of so many that were heard of in three years: as the service makes
/// them, it begins with the time.
fn id(what: u8, n: u64, of: u64) -> Id {
    const BEGIN: u64 = 1_701_475_200_000;
    const SPAN: u64 = 1_095 * 86_400_000;
    let mut bytes = [0; 16];
    let at = BEGIN + (u128::from(n) * u128::from(SPAN) / u128::from(of)) as u64;
    bytes[..6].copy_from_slice(&at.to_be_bytes()[2..]);
    bytes[6] = 0x70;
    bytes[7] = what;
    bytes[8..].copy_from_slice(&n.to_be_bytes());
    Id(bytes)
}

/// A number that looks drawn by lot.
fn lot(n: u64) -> u64 {
    let mut x = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A rank below `most`, each about as often as its inverse: Zipf's law.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "ranks are small"
)]
fn rank(n: u64, most: u64) -> u64 {
    let share = (lot(n) >> 11) as f64 / (1_u64 << 53) as f64;
    ((most as f64).powf(share) as u64).min(most) - 1
}

/// An invented word of a rank.
fn word(rank: u64, salt: u64) -> String {
    const SYLLABLES: [&str; 24] = [
        "ka", "mo", "re", "sha", "di", "lu", "ber", "tan", "no", "vi", "gor", "sel", "ya", "fen",
        "zu", "hal", "pe", "rin", "do", "wa", "cham", "li", "os", "ned",
    ];
    let mut text = String::new();
    let mut rest = lot(rank ^ salt);
    for _ in 0..2 + rank % 3 {
        text.push_str(SYLLABLES[(rest % 24) as usize]);
        rest /= 24;
    }
    text
}

fn person(n: u64) -> Person {
    let surname = word(rank(n * 3, SURNAMES), 0x5);
    let given = word(rank(n * 3 + 1, GIVEN), 0x6);
    let year = 1940 + (lot(n * 3 + 2) % 70) as i16;
    let day = date(year, 1 + (n % 12) as i8, 1 + (n % 28) as i8);
    Person {
        names: vec![Name::of_parts(&surname, &[&given])],
        born: std::iter::once(Born::from(tidewaiter_domain::PartialDate::from(day))).collect(),
        ..Person::default()
    }
}

/// An entry with names of middling rarity.
fn entry(names: u64) -> ListedSubject {
    let mut subject = ListedSubject::new("own", "W-1", SubjectKind::Person);
    for n in 0..names {
        let (surname, given) = (word(40 + n * 97, 0x5), word(25 + n * 31, 0x6));
        subject.names.push(ListedName {
            full: format!("{given} {surname}").into(),
            surname: Some(surname.into()),
            given: vec![given.into()],
            other_parts: Vec::new(),
            titles: Vec::new(),
            kind: if n == 0 {
                NameKind::Primary
            } else {
                NameKind::Alias
            },
            quality: NameQuality::Good,
            script: Script::LATIN,
        });
    }
    subject.born.push(BirthDate {
        from: date(1971, 1, 1),
        to: date(1971, 12, 31),
        date: None,
        circa: false,
        calendar: Calendar::Gregorian,
        raw: "1971".into(),
    });
    subject
}

const fn kind(kind: ScreeningKind) -> KeyKind {
    match kind {
        ScreeningKind::Name => KeyKind::Name,
        ScreeningKind::Document => KeyKind::Document,
        ScreeningKind::Phone => KeyKind::Phone,
        ScreeningKind::Email => KeyKind::Email,
        ScreeningKind::Card => KeyKind::Card,
        ScreeningKind::Address => KeyKind::Address,
        ScreeningKind::Agency => KeyKind::Agency,
    }
}
