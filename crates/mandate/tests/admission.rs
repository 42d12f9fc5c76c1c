//! Admission, and the grants that stand before what was admitted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test"
)]

mod common;

use std::sync::LazyLock;

use common::{P1, P2, P3, mandate, now};
use proptest::prelude::*;
use tidewaiter_domain::{
    BookedTraveller, Booking, Consignment, ConsignmentLevel, Country, CountryCode, HistoryAction,
    HistoryEntry, LapInfant, ListEffect, Manifest, ManifestFunction, PartialDate, Payment,
    PaymentForm, Remark, RemarkKind, Role, ServiceRequest, Sex, Sourced, Span, Text, TransportMode,
    TravelDocument, Traveller, Unread,
};
use tidewaiter_mandate::admit::{Admitted, DroppedCode, Intake, NotAdmitted, admit, ssr, text};
use tidewaiter_mandate::grant::{
    CountersignFault, Countersigned, HumanActor, MintError, PersonId, Reason, SignIn,
};
use tidewaiter_mandate::{
    ApprovalSubject, DataSet, Deletion, Element, Mandate, MessageKind, RecordTags, Refusal,
    SensitiveMode,
};

static MANDATES: LazyLock<[Mandate; 3]> = LazyLock::new(|| [P1, P2, P3].map(mandate));

fn at<T>(value: T) -> Sourced<T> {
    Sourced::new(value, Span::default())
}

fn traveller(born: &str) -> Traveller {
    let mut one = Traveller::new(Role::Passenger, Span::default());
    one.name.surname = Some("EXEMPLAR".into());
    one.name.given.push("ADA".into());
    one.sex = Some(at(Sex::Female));
    let parts: Vec<i16> = born.split('-').map(|p| p.parse().unwrap()).collect();
    one.born = PartialDate::new(parts[0], Some(parts[1] as u8), Some(parts[2] as u8)).map(at);
    let mut passport = TravelDocument::new("P".into(), Span::default());
    passport.number = tidewaiter_domain::DocumentNumber::new("X0000001").map(at);
    passport.issuer = CountryCode::new(*b"UTO").map(|c| at(Country::Known(c)));
    one.documents.push(passport);
    one.loyalty
        .extend(tidewaiter_domain::LoyaltyNumber::new("TW123").map(at));
    one.unread.push(Unread {
        tag: "FTX".into(),
        text: "MOSLEM MEAL".into(),
        span: Span::default(),
    });
    one
}

fn manifest(travellers: Vec<Traveller>) -> Manifest {
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

fn intake(kind: MessageKind) -> Intake {
    Intake {
        kind,
        received: "2026-08-31T10:00:00Z".parse().unwrap(),
        departs: None,
        carrier: None,
    }
}

fn admitted(mandate: &Mandate, people: Vec<Traveller>) -> Admitted<Manifest> {
    admit(mandate, &intake(MessageKind::Paxlst), manifest(people))
        .unwrap()
        .0
}

// proves part of: INT-02
#[test]
fn what_no_purpose_names_is_gone() {
    let (kept, dropped) = admit(
        &mandate(P1),
        &intake(MessageKind::Paxlst),
        manifest(vec![traveller("1980-02-03")]),
    )
    .unwrap();
    let one = &kept.value().travellers[0];
    // P1 data.api: names, dob, nationality, doc.type, doc.issuer, flight.*
    assert!(one.name.surname.is_some() && one.born.is_some());
    assert_eq!((one.sex.is_none(), one.loyalty.len()), (true, 0));
    let passport = &one.documents[0];
    assert!(passport.number.is_none() && passport.issuer.is_some() && passport.code == "P");
    assert_eq!(one.unread[0].tag, "FTX");
    assert_eq!(
        one.unread[0].text, "",
        "what nobody understood keeps its tag only"
    );
    let counts: Vec<_> = dropped.elements().collect();
    assert_eq!(
        counts,
        [
            (Element::Sex, 1),
            (Element::DocumentNumber, 1),
            (Element::FrequentFlyer, 1)
        ]
    );
    assert_eq!(dropped.unread.get("FTX"), Some(&1));
}

// proves part of: RET-08
#[test]
fn clocks_start_at_receipt_and_end_where_the_calendar_does() {
    let kept = admitted(&mandate(P1), vec![traveller("1980-02-03")]);
    // 31 August and six months: the last day of February.
    assert_eq!(
        kept.clocks().delete_at,
        Deletion::At("2027-02-28T10:00:00Z".parse().unwrap())
    );
}

// proves: RET-12
#[test]
fn short_clocks_run_in_hours() {
    // Regulation (EU) 2025/12: 48 hours, to the second, over the end of a month and of summer time.
    let text = P3.replace(
        "[retention.api]\ndelete_at = \"P6M\"",
        "[retention.api]\ndelete_at = \"PT48H\"",
    );
    assert_ne!(text, P3);
    let mandate = mandate(&text);
    for (received, deleted) in [
        ("2026-08-31T10:00:00Z", "2026-09-02T10:00:00Z"),
        ("2026-10-24T23:59:59Z", "2026-10-26T23:59:59Z"),
        ("2028-02-28T00:00:01Z", "2028-03-01T00:00:01Z"),
    ] {
        let mut at = intake(MessageKind::Paxlst);
        at.received = received.parse().unwrap();
        let (kept, _) = admit(&mandate, &at, manifest(vec![traveller("1980-02-03")])).unwrap();
        let end = Deletion::At(deleted.parse().unwrap());
        assert_eq!(kept.clocks().delete_at, end);
        let until = mandate.look_back_until(DataSet::Api, at.received);
        assert_eq!(
            until,
            Some(deleted.parse().unwrap()),
            "compared no longer than it is there"
        );
    }
}

// proves part of: INT-03
#[test]
fn what_is_dropped_is_counted_by_code_and_by_the_carriers_of_its_flight() {
    let carrier = |code: &str| tidewaiter_domain::CarrierCode::new(code).unwrap();
    let flight = |code: &str| {
        Some(at(tidewaiter_domain::FlightDesignator {
            carrier: tidewaiter_domain::CarrierCode::new(code),
            number: "100".into(),
            written: format!("{code}100").into(),
        }))
    };
    let segment = |sold: &str, flown: Option<&str>, pushed| tidewaiter_domain::ItinerarySegment {
        designator: flight(sold),
        operating: flown.and_then(flight),
        pushed,
        ..tidewaiter_domain::ItinerarySegment::default()
    };
    let asked = |code: &str, segment, addressed: Option<&str>| ServiceRequest {
        code: code.into(),
        segment,
        carrier: addressed.map(carrier),
        ..ServiceRequest::default()
    };
    let sent = Booking {
        itinerary: vec![segment("QX", Some("ZZ"), false), segment("QY", None, true)],
        services: vec![
            asked("MOML", Some(0), Some("QX")),
            asked("moml", Some(0), None),
            asked("MOML", Some(1), None),
            // Without a segment: about the flight that was pushed.
            asked("WCHR", None, None),
            // A segment that is not there: whom it is addressed to.
            asked("KSML", Some(9), Some("ZX")),
            asked("QQQQ", Some(0), None),
            // What is no code may say anything, and is counted without saying it.
            asked("MUSLIM FAMILY", Some(0), None),
        ],
        ..Booking::default()
    };
    // P3 keeps nothing of the itinerary's code share beyond its own: the counts do not depend on it.
    for mandate in MANDATES.iter() {
        let (kept, dropped) = admit(mandate, &intake(MessageKind::Pnrgov), sent.clone()).unwrap();
        assert!(!format!("{:?}{dropped:?}", kept.value()).contains("MUSLIM"));
        let count = |code: &str, marketing: &str, operating: &str| {
            let key = DroppedCode {
                code: code.into(),
                marketing: Some(carrier(marketing)),
                operating: Some(carrier(operating)),
            };
            dropped.codes.get(&key).copied()
        };
        assert_eq!(count("MOML", "QX", "ZZ"), Some(2));
        assert_eq!(count("MOML", "QY", "QY"), Some(1));
        assert_eq!(count("WCHR", "QY", "QY"), Some(1));
        assert_eq!(count("KSML", "ZX", "ZX"), Some(1));
        assert_eq!(count("QQQQ", "QX", "ZZ"), Some(1));
        assert_eq!(count("?", "QX", "ZZ"), Some(1));
        assert_eq!((dropped.codes.len(), dropped.of_code("MOML")), (6, 3));
        let told: Vec<_> = dropped
            .sensitive()
            .map(|(c, n)| (c.code.as_str(), n))
            .collect();
        assert_eq!(told, [("KSML", 1), ("MOML", 2), ("MOML", 1), ("WCHR", 1)]);
    }
}

// proves part of: MAN-10
#[test]
fn what_was_admitted_for_one_purpose_serves_no_other_under_any_version() {
    // P3: PNR is admitted for P-TF. A later version admits it for P-GOODS too: what came before
    // does not become visible for it, under the new version or the old.
    let old = mandate(P3);
    let text = P3
        .replace("2026.11.1", "2026.11.2")
        .replace("valid_from = 2026-11-01", "valid_from = 2026-11-02")
        .replace(
            "stands_for = \"cargo-security\"",
            "stands_for = \"serious-crime\"",
        )
        .replace(
            "data.cargo = [\"*\"]\nactions = [\"do-not-load\"",
            "data.cargo = [\"*\"]\ndata.pnr = [\"names\"]\nactions = [\"do-not-load\"",
        );
    let new = mandate(&text);
    let (kept, _) = admit(&old, &intake(MessageKind::Pnrgov), Booking::default()).unwrap();
    let goods = |m: &Mandate| m.purpose("P-GOODS").unwrap();
    assert!(!new.elements(goods(&new), DataSet::Pnr).is_empty());
    assert!(
        kept.for_purpose(&old, old.purpose("P-TF").unwrap())
            .is_some()
    );
    assert!(kept.for_purpose(&old, goods(&old)).is_none());
    assert!(kept.for_purpose(&new, goods(&new)).is_none());
    let officer = new.role("customs-officer").unwrap();
    let asked = tidewaiter_mandate::decide(
        &new,
        officer,
        goods(&new),
        tidewaiter_mandate::Request::Read,
        kept.tags(),
    );
    assert_eq!(asked, Err(Refusal::RecordOtherPurpose));
}

// proves part of: INT-15
#[test]
fn each_purpose_sees_its_own_and_cargo_is_no_passenger_data() {
    let mandate = mandate(P2);
    let kept = admitted(&mandate, vec![traveller("1980-02-03")]);
    let goods = mandate.purpose("P-GOODS").unwrap();
    let seen = kept.for_purpose(&mandate, goods).unwrap();
    assert!(seen.value().travellers[0].sex.is_none());
    assert!(kept.value().travellers[0].sex.is_some());
    let ct = mandate.purpose("P-CT").unwrap();
    let cargo = Consignment::new(ConsignmentLevel::House, TransportMode::Air, Span::default());
    let (cargo, _) = admit(&mandate, &intake(MessageKind::Cuscar), cargo).unwrap();
    assert!(cargo.for_purpose(&mandate, ct).is_none());
    assert!(cargo.for_purpose(&mandate, goods).is_some());
    let other = common::mandate(P1);
    assert!(
        kept.for_purpose(&other, other.purpose("P-GOODS").unwrap())
            .is_none()
    );
}

#[test]
fn children_are_found_at_the_day_and_treated_as_the_profile_says() {
    // Received on 31 August 2026; P3 knows children under 18 and drops ff.* for them.
    for (born, child) in [
        ("2008-08-31", false),
        ("2008-09-01", true),
        ("2020-01-01", true),
        ("1980-01-01", false),
    ] {
        let kept = admitted(&mandate(P3), vec![traveller("1970-01-01"), traveller(born)]);
        assert_eq!(kept.is_child(1), child, "{born}");
        assert!(!kept.is_child(0));
        assert_eq!(
            kept.value().travellers[1].loyalty.is_empty(),
            child,
            "{born}"
        );
        assert_eq!(kept.value().travellers[0].loyalty.len(), 1);
    }
}

// proves: INT-10
#[test]
fn data_that_come_too_late_are_not_admitted() {
    let mandate = mandate(P3);
    let mut late = intake(MessageKind::Paxlst);
    late.departs = Some("2026-08-27T10:00:00Z".parse().unwrap());
    assert!(
        admit(&mandate, &late, manifest(Vec::new())).is_ok(),
        "96 hours are not over"
    );
    late.departs = Some("2026-08-27T09:59:59Z".parse().unwrap());
    assert_eq!(
        admit(&mandate, &late, manifest(Vec::new())).unwrap_err(),
        NotAdmitted::TooLate
    );
}

#[test]
fn messages_the_profile_does_not_receive_are_refused() {
    let mandate = mandate(P1);
    let refused = |kind| admit(&mandate, &intake(kind), manifest(Vec::new())).unwrap_err();
    assert_eq!(
        refused(MessageKind::Iapi),
        NotAdmitted::KindNotAccepted(MessageKind::Iapi)
    );
    assert_eq!(
        refused(MessageKind::Cuscar),
        NotAdmitted::WrongContent(MessageKind::Cuscar)
    );
}

// proves part of: INT-04
#[test]
fn free_text_goes_where_europe_says_so() {
    assert_eq!(text::treat(SensitiveMode::Drop, "ANY TEXT").0, None);
    for (name, mode) in [
        (P1, SensitiveMode::Drop),
        (P2, SensitiveMode::Redact),
        (P3, SensitiveMode::Drop),
    ] {
        assert_eq!(*mandate(name).profile().intake.sensitive.mode, mode);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]
    // proves part of: INT-03
    #[test]
    fn no_sensitive_code_survives(code in 0..ssr::TABLE.len(), before in "[A-Z]{0,8}", after in "[A-Z]{0,8}") {
        let (code, class) = ssr::TABLE[code];
        let mut one = traveller("1980-02-03");
        one.unread.push(Unread { tag: "SSR".into(), text: Text::from(format!("{before} {code} {after}")), span: Span::default() });
        for mandate in MANDATES.iter() {
            let kept = admitted(mandate, vec![one.clone()]);
            let shown = format!("{:?}", kept.value());
            let word = format!(" {code} ");
            prop_assert!(!shown.contains(&word));
        }
        if class.is_sensitive() {
            let (kept, _) = text::treat(SensitiveMode::Redact, &format!("{before} {code} {after}"));
            prop_assert!(!kept.unwrap_or_default().contains(code));
        }
    }
}

fn person(mandate: &Mandate, name: &str, role: &str) -> HumanActor {
    let session = SignIn {
        person: PersonId::new(name).unwrap(),
        role: role.into(),
        until: "2026-11-23T20:00:00Z".parse().unwrap(),
    };
    HumanActor::signed_in(mandate, session, now()).unwrap()
}

fn record(mandate: &Mandate, masked: bool) -> RecordTags {
    RecordTags {
        data_set: DataSet::Pnr,
        purposes: mandate.all_purposes(),
        own_agency: true,
        masked,
    }
}

// proves part of: RET-04
#[test]
fn a_mask_is_lifted_by_different_people_for_a_time() {
    let mandate = mandate(P2);
    let ct = mandate.purpose("P-CT").unwrap();
    let (ines, jonas) = (
        person(&mandate, "ines", "supervisor"),
        person(&mandate, "jonas", "judicial-authority"),
    );
    let masked = record(&mandate, true);
    let why = || Reason::new("case 2026/17").unwrap();
    let collect = |people: &[&HumanActor]| {
        Countersigned::collect(&mandate, ApprovalSubject::Unmask, people, now())
    };
    // A second account of the same identity is the same person.
    let twice = person(&mandate, "ines", "judicial-authority");
    assert_eq!(
        collect(&[&ines, &twice]).unwrap_err(),
        CountersignFault::SamePerson
    );
    assert_eq!(
        collect(&[&ines]).unwrap_err(),
        CountersignFault::Missing("judicial-authority".to_owned())
    );
    let agreed = collect(&[&ines, &jonas]).unwrap();
    let grant = mandate
        .grant_unmask(&ines, ct, masked, why(), &agreed, now())
        .unwrap();
    // P2 has ttl = PT8H; the session ends at 20:00, as the eight hours do.
    let just_before = "2026-11-23T19:59:59Z".parse().unwrap();
    let over = "2026-11-23T20:00:00Z".parse().unwrap();
    assert!(
        grant
            .at(just_before)
            .unwrap()
            .elements()
            .has(Element::Names)
    );
    assert!(grant.at(over).is_err());
    assert!(
        grant.at("2026-11-23T11:59:59Z".parse().unwrap()).is_err(),
        "a clock set back"
    );
    // Agreement to one thing is none to another, and reading shows nothing that is masked.
    let hold = Countersigned::collect(
        &mandate,
        ApprovalSubject::Hold,
        &[&ines, &person(&mandate, "karl", "duty-officer")],
        now(),
    )
    .unwrap();
    assert_eq!(
        mandate
            .grant_unmask(&ines, ct, masked, why(), &hold, now())
            .unwrap_err(),
        MintError::WrongApproval
    );
    let read = mandate.grant_read(&ines, ct, masked, why(), now()).unwrap();
    assert!(!read.at(now()).unwrap().elements().has(Element::Names));
    let refused = mandate
        .grant_read(&jonas, ct, masked, why(), now())
        .unwrap_err();
    assert_eq!(refused, MintError::Refused(Refusal::RoleCannot));
}

#[test]
fn a_grant_covers_its_own_and_no_other_record() {
    let mandate = mandate(P2);
    let ct = mandate.purpose("P-CT").unwrap();
    let ines = person(&mandate, "ines", "supervisor");
    let why = Reason::new("hit 17").unwrap();
    let grant = mandate
        .grant_read(&ines, ct, record(&mandate, false), why, now())
        .unwrap();
    let core = grant.at(now()).unwrap();
    assert!(core.covers(record(&mandate, false)));
    assert!(!core.covers(record(&mandate, true)));
    assert!(!core.covers(RecordTags {
        data_set: DataSet::Api,
        ..record(&mandate, false)
    }));
    assert!(!core.covers(RecordTags {
        own_agency: false,
        ..record(&mandate, false)
    }));
    assert!(Reason::new("..").is_none() && PersonId::new(" ").is_none());
}

/// A booking of an adult with a lap infant, in which every kind of text says too much.
fn booking(code: &str, text: &str) -> Booking {
    let request = |code: &str, text: &str| ServiceRequest {
        code: code.into(),
        text: Some(text.into()),
        travellers: [0].into_iter().collect(),
        ..ServiceRequest::default()
    };
    let remark = |kind| Remark {
        kind,
        carrier: None,
        text: text.into(),
        traveller: None,
        span: Span::default(),
    };
    Booking {
        travellers: vec![BookedTraveller {
            traveller: traveller("1980-02-03"),
            number: "1".into(),
            type_written: "A".into(),
            companion: None,
        }],
        lap_infants: vec![LapInfant {
            traveller: traveller("2026-01-01"),
            adult: Some(0),
        }],
        services: vec![
            request(code, text),
            request("DOCS", "P/UTO/X0000001"),
            request("QQQQ", text),
        ],
        remarks: vec![
            remark(RemarkKind::OtherService),
            remark(RemarkKind::Sponsor),
            remark(RemarkKind::Other),
            remark(RemarkKind::FareCalculation),
        ],
        groups: vec![at(text.into())],
        history: vec![HistoryEntry {
            at: None,
            by: Some("AGENT".into()),
            action: HistoryAction::Added,
            what: "SSR".into(),
            text: text.into(),
            span: Span::default(),
        }],
        payments: vec![Payment {
            form: PaymentForm::Card,
            form_written: "CC".into(),
            old: false,
            amount: None,
            card: None,
            account: Some("1234".into()),
            traveller: None,
            payer: Some(Box::default()),
            span: Span::default(),
        }],
        unread: vec![Unread {
            tag: "ZZZ".into(),
            text: text.into(),
            span: Span::default(),
        }],
        ..Booking::default()
    }
}

// proves part of: INT-02
#[test]
fn a_booking_keeps_what_its_fields_allow() {
    let pnr = intake(MessageKind::Pnrgov);
    let text = "PAX IS MUSLIM";
    // P1 data.pnr: names, itinerary, baggage, agency, booking.dates, payment.form, services.
    let (kept, dropped) = admit(&mandate(P1), &pnr, booking("MOML", text)).unwrap();
    let one = kept.value();
    let services: Vec<_> = one.services.iter().map(|s| (&*s.code, &s.text)).collect();
    assert_eq!(services, [("DOCS", &None), ("QQQQ", &None)]);
    assert!(one.remarks.is_empty() && one.groups.is_empty() && one.history.is_empty());
    assert_eq!(one.payments[0].form, PaymentForm::Card);
    assert!(one.payments[0].account.is_none() && one.payments[0].payer.is_none());
    assert_eq!((dropped.of_code("MOML"), dropped.of_code("QQQQ")), (1, 1));
    assert!(dropped.has_sensitive());
    // The infant without an element of its own is a child like any other.
    assert!(kept.is_child(1) && !kept.is_child(0));
    for person in one.people() {
        assert!(person.name.surname.is_some() && person.documents.is_empty());
    }
    assert!(one.lap_infants[0].adult.is_none());
    // P2 keeps everything that is not sensitive; free text is blotted out.
    let (kept, dropped) = admit(&mandate(P2), &pnr, booking("MOML", text)).unwrap();
    let services: Vec<_> = kept.value().services.iter().map(|s| &*s.code).collect();
    assert_eq!(services, ["DOCS", "QQQQ"]);
    assert!(kept.value().remarks.iter().all(|r| r.text == text::BLOT));
    assert!(dropped.words >= 6, "{}", dropped.words);
    // P3 keeps no free text and no services.
    let (kept, _) = admit(&mandate(P3), &pnr, booking("MOML", text)).unwrap();
    assert!(kept.value().services.is_empty() && kept.value().remarks.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..Default::default() })]
    // proves part of: INT-03
    // proves part of: INT-04
    #[test]
    fn no_sensitive_code_survives_in_a_booking(code in 0..ssr::TABLE.len(), words in "[A-Z]{0,8}") {
        let (code, class) = ssr::TABLE[code];
        let sent = booking(code, &format!("{words} {code} MUSLIM"));
        for mandate in MANDATES.iter() {
            let (kept, dropped) = admit(mandate, &intake(MessageKind::Pnrgov), sent.clone()).unwrap();
            let shown = format!("{:?}", kept.value());
            prop_assert!(!shown.contains("MUSLIM"));
            if class.is_sensitive() {
                let (alone, within) = (format!("\"{code}\""), format!(" {code} "));
                prop_assert!(!shown.contains(&alone) && !shown.contains(&within));
                prop_assert_eq!(dropped.of_code(code), 1);
            }
            // For each purpose no more than for all, and twice is once.
            for (purpose, _) in mandate.purposes() {
                let Some(own) = kept.for_purpose(mandate, purpose) else { continue };
                prop_assert!(own.value().services.len() <= kept.value().services.len());
                let again = own.for_purpose(mandate, purpose).unwrap();
                prop_assert_eq!(again.value(), own.value());
            }
        }
    }
}
