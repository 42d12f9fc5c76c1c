//! PNRGOV in XML, and the requests and acknowledgements around it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

mod booking_line;

use booking_line::booking_lines;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use tidewaiter_domain::{
    AirportCode, BookingPush, BookingRequest, CarrierCode, FlightDesignator, ItinerarySegment,
    LegTime, Locator, Originator, PersonName, PushAcknowledgement, PushOutcome, RecordLocator,
    RequestKind, Sourced, Span, Text,
};
use tidewaiter_formats::{
    CardKey, Content, PadisVersion, Report, Status, Transmission, is_xml, read, read_xml,
    write_acknowledgement, write_request,
};
use tidewaiter_syntax::edifact::{Party, Reader};

const RECEIVED: Date = date(2026, 3, 14);

const DOCUMENT: &str = include_str!("../../../corpus/composed/pnrgov-notif.xml");

fn codes(report: &Report) -> Vec<&'static str> {
    report.diagnostics.iter().map(|d| d.code.slug).collect()
}

fn push(report: &Report) -> &BookingPush {
    match &report.content {
        Some(Content::Bookings(push)) => push,
        other => panic!("no bookings: {other:?}"),
    }
}

// proves part of: INT-01
#[test]
fn a_document_reads_whole() {
    assert!(is_xml(DOCUMENT.as_bytes()) && !is_xml(b"UNB+IATA:1"));
    let report = read_xml(DOCUMENT.as_bytes(), RECEIVED, Some(&CardKey::new([7; 32])));
    assert_eq!(
        (report.status(), report.version.as_str()),
        (Status::Accepted, "XML:13.1")
    );
    let push = push(&report);
    assert_eq!(push.flight.as_ref().unwrap().key().unwrap().number, "417");
    let [booking] = &push.bookings[..] else {
        panic!("one booking")
    };
    assert!(booking.payments[0].card.as_ref().unwrap().token.is_some());
    insta::assert_snapshot!("xml", booking_lines(booking).join("\n"));
    for code in ["card-number-in-clear", "xml-unknown-element"] {
        assert!(codes(&report).contains(&code), "{code}");
    }
    assert!(!format!("{report:?}").contains("4111111111111111"));
}

// proves: SEC-06
#[test]
fn a_document_type_is_refused() {
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>
        <IATA_PNRGOV_NotifRQ><PNRs>&b;</PNRs></IATA_PNRGOV_NotifRQ>"#;
    let report = read_xml(bomb.as_bytes(), RECEIVED, None);
    assert_eq!(
        (report.status(), codes(&report)),
        (Status::Rejected, vec!["xml-doctype"])
    );
    let external = r#"<!DOCTYPE x SYSTEM "file:///etc/passwd"><IATA_PNRGOV_NotifRQ/>"#;
    assert_eq!(
        read_xml(external.as_bytes(), RECEIVED, None).status(),
        Status::Rejected
    );
}

#[test]
fn an_entity_of_its_own_is_not_resolved() {
    let text = "<IATA_PNRGOV_NotifRQ><PNRs><PNR><Passenger RPH='1'><Surname>&xxe;</Surname>\
                <GivenName>TOVA</GivenName></Passenger></PNR></PNRs></IATA_PNRGOV_NotifRQ>";
    let report = read_xml(text.as_bytes(), RECEIVED, None);
    assert_eq!(report.status(), Status::Partial);
    assert!(codes(&report).contains(&"xml-malformed"));
    assert_eq!(push(&report).bookings[0].travellers.len(), 1);
}

// proves part of: INT-14
#[test]
fn nesting_is_bounded() {
    let deep = format!("<IATA_PNRGOV_NotifRQ>{}", "<a>".repeat(100_000));
    let report = read_xml(deep.as_bytes(), RECEIVED, None);
    assert!(codes(&report).contains(&"xml-too-deep"));
    assert_eq!(report.status(), Status::Partial);
}

#[test]
fn a_broken_end_loses_only_what_comes_behind() {
    let cut = DOCUMENT.find("<ns:Flight ").unwrap();
    let report = read_xml(&DOCUMENT.as_bytes()[..cut], RECEIVED, None);
    assert_eq!(report.status(), Status::Partial);
    assert_eq!(push(&report).bookings[0].travellers.len(), 2);
    assert!(codes(&report).contains(&"xml-malformed"));
    let other = read_xml(b"<html><body/></html>", RECEIVED, None);
    assert_eq!(
        (other.status(), codes(&other)),
        (Status::Rejected, vec!["unsupported-message-type"])
    );
}

#[test]
fn an_empty_push_says_so() {
    let empty = read_xml(
        b"<IATA_PNRGOV_NotifRQ><PNRs NumberOfPnrs='0'/></IATA_PNRGOV_NotifRQ>",
        RECEIVED,
        None,
    );
    assert!(codes(&empty).contains(&"empty-push"));
    assert_eq!(empty.status(), Status::Accepted);
}

fn transmission() -> Transmission {
    let party = |id: &str| Party {
        id: id.to_owned(),
        qualifier: String::new(),
    };
    Transmission {
        sender: party("TWCUST"),
        recipient: party("QZ"),
        prepared: date(2026, 3, 13).at(9, 15, 0, 0),
        reference: "42".to_owned(),
        application: String::new(),
        group: None,
        message: "1".to_owned(),
        access_reference: String::new(),
        test: true,
    }
}

fn sourced<T>(value: T) -> Sourced<T> {
    Sourced::new(value, Span::default())
}

fn flight() -> Box<ItinerarySegment> {
    let time = |hour| {
        let of_day = Some(jiff::civil::time(hour, 15, 0, 0));
        Some(sourced(LegTime {
            date: date(2026, 3, 14),
            time: of_day,
            instant: None,
        }))
    };
    Box::new(ItinerarySegment {
        designator: Some(sourced(FlightDesignator {
            carrier: CarrierCode::new("QZ"),
            number: "417".into(),
            written: "QZ417".into(),
        })),
        from: AirportCode::new("ZZA").map(sourced),
        to: AirportCode::new("ZZB").map(sourced),
        departs: time(9),
        arrives: time(13),
        ..ItinerarySegment::default()
    })
}

fn back(bytes: &[u8]) -> (Report, bool) {
    let mut reader = Reader::of_slice(bytes);
    let message = reader.next().unwrap().unwrap();
    (
        read(&message, RECEIVED),
        message.interchange().unwrap().test,
    )
}

fn without_spans(mut flight: Option<Box<ItinerarySegment>>) -> Option<Box<ItinerarySegment>> {
    if let Some(flight) = &mut flight {
        flight.span = Span::default();
    }
    flight
}

/// What stands between the header and the trailer of a message.
fn body(bytes: &[u8]) -> String {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let segments: Vec<&str> = text.split('\'').collect();
    let start = segments.iter().position(|s| s.starts_with("UNH+")).unwrap();
    let end = segments.iter().position(|s| s.starts_with("UNT+")).unwrap();
    segments[start + 1..end].join("'")
}

#[test]
fn a_request_and_an_acknowledgement_are_written_so() {
    let request = BookingRequest {
        kind: RequestKind::Flight,
        originator: None,
        flight: Some(flight()),
        locators: [].into_iter().collect(),
        travellers: Vec::new(),
        unread: Vec::new(),
    };
    let written = write_request(&request, &transmission(), PadisVersion::V15_1);
    let tvl = "TVL+140326:0915:140326:1315+ZZA+ZZB+QZ+417";
    assert_eq!(body(&written), format!("MSG+:43'{tvl}"));
    let (report, _) = back(&written);
    assert_eq!(report.version, "15:1");
    assert_eq!(PadisVersion::of(&report.version), Some(PadisVersion::V15_1));
    assert_eq!(PadisVersion::of("D:05B"), None);
    let acknowledgement = PushAcknowledgement {
        outcome: PushOutcome::NotProcessed,
        errors: [Text::new("118")].into_iter().collect(),
        originator: None,
        flight: Some(flight()),
        unread: Vec::new(),
    };
    let written = write_acknowledgement(&acknowledgement, &transmission(), PadisVersion::V13_1);
    assert_eq!(body(&written), format!("MSG+:23+7'ERC+118'{tvl}"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn requests_read_back_the_same(
        locator in "[A-Z0-9]{6}", surname in "[A-Z][A-Z']{2,12}", given in "[BCFKL]{2,8}", kind in 0usize..3
    ) {
        let request = BookingRequest {
            kind: [RequestKind::Flight, RequestKind::Locator, RequestKind::Other("99".into())][kind].clone(),
            originator: Some(Box::new(Originator {
                system: CarrierCode::new("TW"),
                system_city: Some("ORA".into()),
                ..Originator::default()
            })),
            flight: Some(flight()),
            locators: [Locator {
                carrier: CarrierCode::new("QZ"),
                locator: sourced(RecordLocator::new(locator.as_str()).unwrap()),
                departure_control: kind == 1,
            }].into_iter().collect(),
            travellers: vec![PersonName {
                surname: Some(Text::new(&surname)),
                given: [Text::new(&given)].into_iter().collect(),
                ..PersonName::default()
            }],
            unread: Vec::new(),
        };
        let bytes = write_request(&request, &transmission(), PadisVersion::V13_1);
        let (report, test) = back(&bytes);
        prop_assert!(test);
        let Some(Content::BookingRequest(mut read)) = report.content else { panic!("a request") };
        read.travellers[0].span = Span::default();
        read.originator.as_mut().unwrap().span = Span::default();
        read.flight = without_spans(read.flight.take());
        prop_assert_eq!(*read, request);
    }

    #[test]
    fn acknowledgements_read_back_the_same(outcome in 0usize..3, error in "[1-9][0-9]{0,2}") {
        let acknowledgement = PushAcknowledgement {
            outcome: [PushOutcome::Processed, PushOutcome::NotProcessed, PushOutcome::Unknown("9".into())][outcome].clone(),
            errors: [Text::new(&error)].into_iter().collect(),
            originator: None,
            flight: Some(flight()),
            unread: Vec::new(),
        };
        let (report, _) = back(&write_acknowledgement(&acknowledgement, &transmission(), PadisVersion::V13_1));
        let Some(Content::PushAcknowledgement(mut read)) = report.content else { panic!("an answer") };
        read.flight = without_spans(read.flight.take());
        prop_assert_eq!(*read, acknowledgement);
    }

    #[test]
    fn reading_never_panics(text in "\\PC{0,200}", cut in 0usize..4000, junk in "[<>&;/a-zA-Z\"= ]{0,80}") {
        tidewaiter_formats::fuzz::pnrgov_xml(text.as_bytes());
        let cut = cut.min(DOCUMENT.len());
        let mut bytes = DOCUMENT.as_bytes()[..cut].to_vec();
        bytes.extend_from_slice(junk.as_bytes());
        bytes.extend_from_slice(&DOCUMENT.as_bytes()[cut..]);
        tidewaiter_formats::fuzz::pnrgov_xml(&bytes);
    }
}
