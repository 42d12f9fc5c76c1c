//! How fast the mandate decides, admits and keeps its log.
//!
//! `cargo bench -p tidewaiter-mandate`

use std::hint::black_box;

use divan::Bencher;
use divan::counter::ItemsCount;
use jiff::Timestamp;
use tidewaiter_domain::{
    BookedTraveller, Booking, BookingPush, Country, CountryCode, DocumentNumber, ListEffect,
    Manifest, ManifestFunction, Nationality, NationalityKind, PartialDate, PushFunction, Remark,
    RemarkKind, Role, ServiceRequest, Sex, Sourced, Span, TravelDocument, Traveller,
};
use tidewaiter_mandate::admit::{Intake, admit};
use tidewaiter_mandate::audit::merkle::{self, Frontier, Hash};
use tidewaiter_mandate::audit::{
    AuditEvent, AuditResult, Checkpoint, Commitment, Entry, SubjectKey, Verifier,
};
use tidewaiter_mandate::profile::{Keyring, OfficeKey, Signatures, read, sign};
use tidewaiter_mandate::{
    Act, Case, DataSet, Mandate, MessageKind, Orders, RecordTags, Request, Stage, Standing, decide,
};

fn main() {
    divan::main();
}

fn at<T>(value: T) -> Sourced<T> {
    Sourced::new(value, Span::default())
}

fn start() -> Timestamp {
    Timestamp::from_second(1_795_435_200).unwrap_or_default()
}

#[divan::bench]
fn decide_an_act(bencher: Bencher<'_, '_>) {
    let mandate = Mandate::evaluation();
    let (Some(role), Some(purpose)) = (mandate.role("local"), mandate.purpose("evaluation")) else {
        return;
    };
    let record = RecordTags {
        data_set: DataSet::Pnr,
        purposes: mandate.all_purposes(),
        own_agency: true,
        masked: false,
    };
    let case = Case {
        act: Act::NoBoard,
        list: None,
        orders: Orders::TravelBan,
        standing: Standing::Entry,
        child: false,
        stage: Stage::Same,
    };
    bencher.bench(|| {
        let request = black_box(Request::Propose(case));
        decide(
            &mandate,
            black_box(role),
            black_box(purpose),
            request,
            black_box(record),
        )
    });
}

fn manifest(count: u32) -> Manifest {
    let travellers = (0..count)
        .map(|i| {
            let mut one = Traveller::new(Role::Passenger, Span::default());
            one.name.surname = Some(format!("EXEMPLAR{i}").into());
            one.name.given.push("ADA".into());
            one.sex = Some(at(Sex::Female));
            one.born = PartialDate::new(1980, Some(5), Some(17)).map(at);
            if let Some(country) = CountryCode::new(*b"UTO") {
                let country = at(Country::Known(country));
                one.nationalities.push(Nationality {
                    country,
                    kind: NationalityKind::Current,
                });
            }
            let mut passport = TravelDocument::new("P".into(), Span::default());
            passport.number = DocumentNumber::new(format!("X{i:07}")).map(at);
            one.documents.push(passport);
            one
        })
        .collect();
    Manifest {
        function: ManifestFunction::Passengers,
        effect: ListEffect::Report,
        function_written: "745".into(),
        transaction: None,
        reporting_party: None,
        flights: Vec::new(),
        travellers,
        declared_count: None,
        part: None,
        unread: Vec::new(),
    }
}

/// The three example profiles, signed by keys made for the bench.
const PROFILES: [&str; 3] = ["p1-customs-only", "p2-single-window", "p3-customs-fiu"];

fn in_force(name: &str) -> Mandate {
    let text = match name {
        "p1-customs-only" => include_str!("../profiles/p1-customs-only.toml"),
        "p2-single-window" => include_str!("../profiles/p2-single-window.toml"),
        _ => include_str!("../profiles/p3-customs-fiu.toml"),
    };
    let Some(profile) = read(text).value else {
        unreachable!("{name} is an example")
    };
    let (mut ring, mut signatures) = (Keyring::default(), Signatures { all: Vec::new() });
    for (seed, office) in (1u8..).zip(profile.profile.signed_by.iter()) {
        let key = OfficeKey::from_seed(&[seed; 32]);
        ring.install(office, key.public());
        signatures.all.push(sign(&profile, office, &key));
    }
    match Mandate::in_force(profile, &signatures, &ring, start()) {
        Ok(mandate) => mandate,
        Err(why) => unreachable!("{name}: {why:?}"),
    }
}

fn intake(kind: MessageKind) -> Intake {
    Intake {
        kind,
        received: start(),
        departs: None,
        carrier: None,
    }
}

#[divan::bench(args = PROFILES)]
fn admit_300_travellers(bencher: Bencher<'_, '_>, name: &str) {
    let mandate = in_force(name);
    let intake = intake(MessageKind::Paxlst);
    let manifest = manifest(300);
    bencher
        .counter(ItemsCount::new(300u32))
        .with_inputs(|| manifest.clone())
        .bench_values(|manifest| admit(&mandate, &intake, manifest));
}

/// Three travellers in each booking, with documents, a meal, a seat request and a remark.
#[divan::bench(args = PROFILES)]
fn admit_300_booked_travellers(bencher: Bencher<'_, '_>, name: &str) {
    let mandate = in_force(name);
    let intake = intake(MessageKind::Pnrgov);
    let people = manifest(300).travellers;
    let bookings = people
        .chunks(3)
        .map(|people| Booking {
            travellers: people
                .iter()
                .map(|one| BookedTraveller {
                    traveller: one.clone(),
                    number: "1".into(),
                    type_written: "A".into(),
                    companion: None,
                })
                .collect(),
            services: ["DOCS", "MOML", "SEAT"]
                .map(|code| ServiceRequest {
                    code: code.into(),
                    text: Some("P/UTO/X0000001".into()),
                    ..ServiceRequest::default()
                })
                .into(),
            remarks: vec![Remark {
                kind: RemarkKind::Other,
                carrier: None,
                text: "CALL BACK, VIP".into(),
                traveller: None,
                span: Span::default(),
            }],
            ..Booking::default()
        })
        .collect();
    let push = BookingPush {
        function: PushFunction::Full,
        function_written: "22".into(),
        sender: None,
        flight: None,
        declared_count: None,
        part: None,
        bookings,
        unread: Vec::new(),
    };
    bencher
        .counter(ItemsCount::new(300u32))
        .with_inputs(|| push.clone())
        .bench_values(|push| admit(&mandate, &intake, push));
}

fn entry(mandate: &Mandate, subject: &SubjectKey, seq: u64, prev: Hash) -> String {
    let reason = Commitment::to(&[3; 32], b"case");
    Entry {
        seq,
        prev,
        time: start(),
        event: AuditEvent::View,
        result: AuditResult::Permitted,
        actor: "s-1042".to_owned(),
        human: true,
        role: "local".to_owned(),
        agency: "evaluation".to_owned(),
        purpose: "evaluation".to_owned(),
        object: Some(subject.pseudonym(&seq.to_be_bytes())),
        fields: vec!["names", "dob"],
        reason: Some(reason),
        detail: None,
        mandate: mandate.reference().clone(),
    }
    .line()
}

#[divan::bench]
fn write_10_000_audit_leaves(bencher: Bencher<'_, '_>) {
    let mandate = Mandate::evaluation();
    let subject = SubjectKey::new([9; 32]);
    bencher.counter(ItemsCount::new(10_000u32)).bench(|| {
        let (mut tree, mut prev) = (Frontier::default(), Hash::NONE);
        for seq in 0..10_000 {
            prev = merkle::leaf(entry(&mandate, &subject, seq, prev).as_bytes());
            tree.push(prev);
        }
        tree.root()
    });
}

/// Ten million lines, made on the fly from the bytes of one, so that the bench needs no 4 GB: each
/// round verifies a log of 100 000 lines a hundred times over.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn verify_10_000_000_audit_leaves(bencher: Bencher<'_, '_>) {
    let mandate = Mandate::evaluation();
    let subject = SubjectKey::new([9; 32]);
    let mut prev = Hash::NONE;
    let mut tree = Frontier::default();
    let lines: Vec<String> = (0..100_000)
        .map(|seq| {
            let line = entry(&mandate, &subject, seq, prev);
            prev = merkle::leaf(line.as_bytes());
            tree.push(prev);
            line
        })
        .collect();
    let checkpoints = [Checkpoint {
        origin: "bench".to_owned(),
        size: tree.size(),
        root: tree.root(),
    }];
    bencher.counter(ItemsCount::new(10_000_000u32)).bench(|| {
        let mut verified = 0;
        for _ in 0..100 {
            let Ok(mut verifier) = Verifier::new(&checkpoints) else {
                return 0;
            };
            for line in &lines {
                if verifier.line(line).is_err() {
                    return 0;
                }
            }
            verified += verifier.finish().map_or(0, |v| v.signed);
        }
        verified
    });
}
