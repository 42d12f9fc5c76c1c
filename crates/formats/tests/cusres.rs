//! CUSRES: the composed example, each rule of reading, and that what is written reads the same.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use std::path::Path;

use jiff::civil::{Date, DateTime, date, datetime, time};
use proptest::prelude::*;
use tidewaiter_domain::{
    AirportCode, BoardingStatus, CarrierCode, Clearance, ClearanceResponse, FlightDesignator, Leg,
    LegTime, MessageOutcome, RecordLocator, ResponseKind, Sourced, Span, StatusCode, Text,
    TransactionReference, UniqueReference,
};
use tidewaiter_formats::{Content, Report, Status, Transmission, cusres, read};
use tidewaiter_syntax::edifact::{Party, Reader};

const RECEIVED: Date = date(2026, 3, 14);

fn reports(bytes: &[u8]) -> Vec<Report> {
    let mut reader = Reader::of_slice(bytes);
    let mut reports = Vec::new();
    while let Some(message) = reader.next().expect("a slice never fails") {
        reports.push(read(&message, RECEIVED));
    }
    reports
}

fn response(report: &Report) -> &ClearanceResponse {
    match &report.content {
        Some(Content::Response(response)) => response,
        other => panic!("no response: {other:?}"),
    }
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.diagnostics.iter().map(|d| d.code.slug).collect()
}

fn example() -> Vec<u8> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/composed/cusres-d-answer.edi");
    std::fs::read(path).expect("the corpus file is there")
}

/// One message with `body` behind UNH.
fn message(body: &str) -> Report {
    let segments = body.matches('\'').count() + 2;
    let text = format!(
        "UNB+UNOA:4+TWCUST:ZZ+QZAIR:ZZ+260314:0612+1'UNH+1+CUSRES:D:05B:UN:IATA'{body}\
         UNT+{segments}+1'UNZ+1+1'"
    );
    let mut reports = reports(text.as_bytes());
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

fn transmission() -> Transmission {
    let party = |id: &str| Party {
        id: id.to_owned(),
        qualifier: "ZZ".to_owned(),
    };
    Transmission {
        sender: party("TWCUST"),
        recipient: party("QZAIR"),
        prepared: datetime(2026, 3, 14, 6, 12, 0, 0),
        reference: "TW00000007".to_owned(),
        application: "IAPI".to_owned(),
        group: Some("3".to_owned()),
        message: "RSP001".to_owned(),
        access_reference: "QZ00000042".to_owned(),
        test: false,
    }
}

fn sourced<T>(value: T) -> Sourced<T> {
    Sourced::new(value, Span::default())
}

#[test]
fn the_composed_example_says_what_the_sheet_says() {
    let bytes = example();
    let reports = reports(&bytes);
    let [report] = reports.as_slice() else {
        panic!("one message")
    };
    assert_eq!(report.status(), Status::Accepted);
    assert_eq!(report.kind, "CUSRES");
    assert_eq!(report.version, "D:05B");
    let answer = response(report);
    assert_eq!(answer.kind, ResponseKind::Answer);
    let transaction = answer.transaction.as_ref().unwrap();
    assert_eq!(transaction.as_str(), "QZ26031400042");
    assert_eq!(transaction.span.of(&bytes), b"QZ26031400042");
    let flight = answer.flight.as_ref().unwrap();
    assert_eq!(flight.carrier.as_ref().unwrap().as_str(), "QZ");
    assert_eq!(flight.number, "417");
    assert_eq!(answer.leg.from.as_ref().unwrap().as_str(), "ORA");
    assert_eq!(answer.leg.to.as_ref().unwrap().as_str(), "DRB");
    let departs = answer.leg.departs.as_ref().unwrap();
    assert_eq!(departs.date, RECEIVED);
    assert_eq!(departs.time, Some(time(9, 15, 0, 0)));
    assert!(answer.outcomes.is_empty() && answer.unread.is_empty());
    let people: Vec<_> = answer
        .clearances
        .iter()
        .map(|c| {
            (
                c.reference.as_ref().unwrap().as_str(),
                c.locator.as_ref().unwrap().as_str(),
                c.codes[0].as_str(),
                answer.directive_for(c),
                c.texts.join("|"),
            )
        })
        .collect();
    assert_eq!(
        people,
        [
            (
                "QZ417001",
                "K7Q2LM",
                "0Z",
                BoardingStatus::NoObjection,
                "OK TO BOARD".to_owned()
            ),
            (
                "QZ417002",
                "P3XX9A",
                "4Z",
                BoardingStatus::InsufficientData,
                "INSUFFICIENT DATA DOCUMENT EXPIRY".to_owned()
            ),
        ]
    );
}

#[test]
fn the_composed_example_is_written_as_it_was() {
    let bytes = example();
    let reports = reports(&bytes);
    let written = cusres::write(response(&reports[0]), &transmission());
    let expected: Vec<u8> = bytes
        .into_iter()
        .filter(|b| !matches!(b, b'\r' | b'\n'))
        .collect();
    assert_eq!(
        String::from_utf8(written).unwrap(),
        String::from_utf8(expected).unwrap()
    );
}

#[test]
fn an_answer_to_a_test_is_a_test() {
    let answer = ClearanceResponse::new(ResponseKind::Answer);
    let transmission = Transmission {
        test: true,
        group: None,
        ..transmission()
    };
    let written = cusres::write(&answer, &transmission);
    let mut reader = Reader::of_slice(&written);
    let message = reader.next().unwrap().unwrap();
    assert!(message.interchange().unwrap().test);
}

#[test]
fn every_kind_of_response_is_known() {
    for (code, kind) in [
        ("962", ResponseKind::Answer),
        ("132", ResponseKind::Unsolicited),
        ("312", ResponseKind::Acknowledgement),
        ("961", ResponseKind::General),
        ("963", ResponseKind::Error),
    ] {
        let report = message(&format!("BGM+{code}'ERP+1'ERC+0'"));
        assert_eq!(response(&report).kind, kind);
        assert_eq!(report.status(), Status::Accepted);
    }
    let report = message("BGM+745'ERP+1'ERC+0'");
    assert_eq!(response(&report).kind, ResponseKind::Other("745".into()));
    assert_eq!(codes(&report), ["unknown-function"]);
}

#[test]
fn an_unknown_code_is_no_directive() {
    for code in ["9Q", "0", "0z", "00", "118", "OZ"] {
        let report = message(&format!("BGM+962'ERP+2'RFF+ABO:QZ1'ERC+{code}'"));
        let answer = response(&report);
        assert_eq!(codes(&report), ["unknown-response-code"], "{code}");
        let person = &answer.clearances[0];
        assert_eq!(answer.directive_for(person), BoardingStatus::NoDirective);
        assert_eq!(person.codes[0].as_str(), code);
    }
    let report = message("BGM+962'ERP+2'RFF+ABO:QZ1'");
    assert_eq!(codes(&report), ["unknown-response-code"]);
    let answer = response(&report);
    assert_eq!(
        answer.directive_for(&answer.clearances[0]),
        BoardingStatus::NoDirective
    );
}

#[test]
fn an_error_about_the_message_gives_nobody_leave() {
    for code in ["1", "118"] {
        let report = message(&format!(
            "BGM+962'ERP+1'ERC+{code}'FTX+AAP+++NOT PROCESSED'ERP+2'RFF+ABO:QZ1'ERC+0Z'"
        ));
        let answer = response(&report);
        assert!(!answer.is_accepted());
        assert_eq!(answer.outcomes[0].texts, ["NOT PROCESSED"]);
        assert_eq!(
            answer.directive_for(&answer.clearances[0]),
            BoardingStatus::NoDirective
        );
    }
}

#[test]
fn a_close_out_is_accepted() {
    let report = message("BGM+962'RFF+TN:QZ1'ERP+1'ERC+0'");
    assert!(response(&report).is_accepted());
    assert_eq!(codes(&report), Vec::<&str>::new());
}

#[test]
fn the_order_within_a_person_does_not_matter() {
    let usual = message("BGM+132'ERP+2'RFF+AVF:K7'RFF+ABO:QZ1'ERC+1Z'FTX+AAP+++SEE DESK'");
    let shuffled = message("BGM+132'ERP+2'FTX+AAP+++SEE DESK'ERC+1Z'RFF+ABO:QZ1'RFF+AVF:K7'");
    assert_eq!(usual.content, shuffled.content);
    assert_eq!(
        response(&usual).clearances[0].status(),
        BoardingStatus::DoNotBoard
    );
}

#[test]
fn a_directive_for_nobody_is_an_error() {
    let report = message("BGM+962'ERP+2'ERC+1Z'");
    assert_eq!(codes(&report), ["response-without-person"]);
    assert_eq!(report.status(), Status::Partial);
    assert_eq!(response(&report).clearances.len(), 1);
}

#[test]
fn what_is_not_understood_is_kept() {
    let report = message(
        "BGM+962'RFF+ZZZ:1'DTM+999:1'LOC+1+X'TDT+20'ERP+9'ERC+0Z'RFF+ABO:QZ1'ERP+2'RFF+ABO:QZ2'\
         RFF+SEA:1A'ERC+0Z'FTX+BAG+++T'",
    );
    let answer = response(&report);
    let tags: Vec<_> = answer.unread.iter().map(|u| u.tag.as_str()).collect();
    assert_eq!(
        tags,
        [
            "RFF", "DTM", "LOC", "TDT", "ERP", "ERC", "RFF", "RFF", "FTX"
        ]
    );
    assert_eq!(answer.clearances.len(), 1);
    assert_eq!(report.status(), Status::Accepted);
    assert_eq!(
        codes(&report),
        [
            "unknown-qualifier",
            "unknown-qualifier",
            "unknown-qualifier",
            "unknown-segment",
            "unknown-qualifier",
            "unknown-qualifier",
            "unknown-qualifier"
        ]
    );
}

#[test]
fn a_response_without_bgm_is_read_where_it_says_something() {
    let report = message("ERP+2'RFF+ABO:QZ1'ERC+0Z'");
    assert_eq!(codes(&report), ["missing-bgm"]);
    assert_eq!(report.status(), Status::Partial);
    assert_eq!(message("RFF+TN:1'").status(), Status::Rejected);
}

#[test]
fn an_acknowledgement_goes_back_to_the_government() {
    let directive =
        message("BGM+132'RFF+TN:TW1'RFF+AF:QZ417'ERP+2'RFF+ABO:QZ1'ERC+1Z'FTX+AAP+++X'");
    let written = cusres::write(&response(&directive).acknowledgement(), &transmission());
    let text = String::from_utf8(written).unwrap();
    assert!(
        text.contains("BGM+312'RFF+TN:TW1'RFF+AF:QZ417'ERP+2'RFF+ABO:QZ1'ERC+1Z'UNT+8+RSP001'"),
        "{text}"
    );
}

#[test]
fn a_code_is_never_changed_into_leave_by_writing() {
    for code in ["0z", "0Z\u{e9}", "0Z ", "0\u{7}Z"] {
        let mut answer = ClearanceResponse::new(ResponseKind::Answer);
        answer.clearances.push(Clearance {
            reference: UniqueReference::new("QZ1").map(sourced),
            locator: None,
            codes: StatusCode::new(code).map(sourced).into_iter().collect(),
            texts: Vec::new(),
        });
        let again = reports(&cusres::write(&answer, &transmission()));
        assert_eq!(
            response(&again[0]).clearances[0].status(),
            BoardingStatus::NoDirective,
            "{code:?}"
        );
    }
}

#[test]
fn long_texts_are_divided() {
    let mut answer = ClearanceResponse::new(ResponseKind::Answer);
    answer.outcomes.push(MessageOutcome {
        code: Some(sourced("0".into())),
        texts: vec![
            Text::from("A".repeat(1200)),
            "B".into(),
            "C".into(),
            "D".into(),
        ],
    });
    let again = reports(&cusres::write(&answer, &transmission()));
    let lengths: Vec<_> = response(&again[0]).outcomes[0]
        .texts
        .iter()
        .map(|t| t.len())
        .collect();
    assert_eq!(lengths, [512, 512, 176, 1, 1, 1]);
}

fn text() -> impl Strategy<Value = Text> {
    "[A-Z0-9.,()/='+:?!\"%&*;<>-]([A-Z0-9 .,()/='+:?!\"%&*;<>-]{0,60}[A-Z0-9.,'+:?])?"
        .prop_map(Text::from)
}

fn reference() -> impl Strategy<Value = Text> {
    "[A-Z0-9/+:'?]{1,35}".prop_map(Text::from)
}

fn leg_time() -> impl Strategy<Value = LegTime> {
    (
        2020i16..2040,
        1i8..=12,
        1i8..=28,
        prop::option::of((0i8..24, 0i8..60)),
    )
        .prop_map(|(year, month, day, of_day)| LegTime {
            date: date(year, month, day),
            time: of_day.map(|(h, m)| time(h, m, 0, 0)),
            instant: None,
        })
}

fn flight() -> impl Strategy<Value = FlightDesignator> {
    ("[A-Z]{2}", 1u32..9999).prop_map(|(carrier, number)| FlightDesignator {
        written: format!("{carrier}{number}").into(),
        carrier: CarrierCode::new(carrier),
        number: number.to_string().into(),
    })
}

fn clearance() -> impl Strategy<Value = Clearance> {
    (
        prop::option::of(reference()),
        prop::option::of(reference()),
        prop::collection::vec(prop_oneof!["[0-4]Z", "[A-Z0-9]{1,8}"], 0..3),
        prop::collection::vec(text(), 0..7),
    )
        .prop_map(|(reference, locator, codes, texts)| Clearance {
            reference: reference.and_then(UniqueReference::new).map(sourced),
            locator: locator.and_then(RecordLocator::new).map(sourced),
            codes: codes
                .into_iter()
                .filter_map(|c| StatusCode::new(c).map(sourced))
                .collect(),
            texts,
        })
}

fn outcome() -> impl Strategy<Value = MessageOutcome> {
    (
        prop::option::of("[0-9]{1,3}".prop_map(|c| sourced(Text::from(c)))),
        prop::collection::vec(text(), 0..3),
    )
        .prop_map(|(code, texts)| MessageOutcome { code, texts })
}

fn any_response() -> impl Strategy<Value = ClearanceResponse> {
    let head = (
        prop_oneof!["962", "132", "312", "961", "963", "[2-8]45", ""],
        prop::option::of(reference()),
        prop::option::of(reference()),
        prop::option::of(flight()),
    );
    let way = (
        prop::option::of("[A-Z]{3}"),
        prop::option::of("[A-Z]{3}"),
        prop::option::of(leg_time()),
        prop::option::of(leg_time()),
    );
    (
        head,
        way,
        prop::collection::vec(outcome(), 0..3),
        prop::collection::vec(clearance(), 0..5),
    )
        .prop_map(|(head, way, outcomes, clearances)| ClearanceResponse {
            kind: ResponseKind::of_code(&head.0),
            number: head.1,
            transaction: head.2.and_then(TransactionReference::new).map(sourced),
            flight: head.3.map(sourced),
            leg: Leg {
                from: way.0.and_then(AirportCode::new).map(sourced),
                to: way.1.and_then(AirportCode::new).map(sourced),
                departs: way.2.map(sourced),
                arrives: way.3.map(sourced),
                border: false,
            },
            outcomes,
            clearances,
            unread: Vec::new(),
        })
}

proptest! {
    #[test]
    fn what_is_written_reads_the_same(written in any_response()) {
        let bytes = cusres::write(&written, &transmission());
        let reports = reports(&bytes);
        prop_assert_eq!(reports.len(), 1);
        let mut back = response(&reports[0]).clone();
        // The instant follows from the airport and is not written.
        for time in [&mut back.leg.departs, &mut back.leg.arrives].into_iter().flatten() {
            time.value.instant = None;
        }
        prop_assert_eq!(back, written);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        tidewaiter_formats::fuzz::cusres(&bytes);
    }

    #[test]
    fn a_damaged_example_is_read_without_a_panic(
        cuts in prop::collection::vec((0usize..700, any::<u8>(), 0u8..3), 1..12)
    ) {
        let mut bytes = example();
        for (at, byte, how) in cuts {
            let at = at % bytes.len().max(1);
            match how {
                0 => { bytes[at] = byte; }
                1 => { bytes.insert(at, byte); }
                _ => { bytes.truncate(at.max(1)); }
            }
        }
        tidewaiter_formats::fuzz::cusres(&bytes);
    }

    #[test]
    fn shuffled_segments_are_read_without_a_panic(
        order in prop::collection::vec(0usize..14, 0..30)
    ) {
        const PARTS: [&str; 14] = [
            "BGM+962'", "RFF+TN:A'", "RFF+AF:QZ1'", "DTM+189:2603140915:201'", "LOC+125+ARN'",
            "ERP+1'", "ERP+2'", "ERP+3'", "ERC+0Z'", "ERC+0'", "ERC+1'", "RFF+ABO:Q'",
            "FTX+AAP+++X:Y'", "UNS+D'",
        ];
        let body: String = order.iter().map(|&i| PARTS[i]).collect();
        let bytes = format!("UNH+1+CUSRES:D:05B:UN:IATA'{body}UNT+1+1'");
        tidewaiter_formats::fuzz::cusres(bytes.as_bytes());
    }
}

#[test]
fn times_are_local_and_get_their_instant_from_the_airport() {
    let report = message("BGM+962'DTM+189:2603140915:201'LOC+125+ARN'ERP+1'ERC+0'");
    let departs = response(&report).leg.departs.unwrap();
    assert_eq!(
        DateTime::from_parts(departs.date, departs.time.unwrap()),
        datetime(2026, 3, 14, 9, 15, 0, 0)
    );
    assert_eq!(departs.instant.unwrap().to_string(), "2026-03-14T08:15:00Z");
}
