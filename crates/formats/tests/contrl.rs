//! CONTRL: the composed example, what follows from diagnostics, and that what is written reads the
//! same.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use std::path::Path;

use jiff::civil::{Date, date, datetime};
use proptest::prelude::*;
use tidewaiter_domain::{
    ElementFault, GroupReceipt, MessageReceipt, PartyId, ReceiptAction, SegmentFault, SyntaxError,
    SyntaxReceipt, Text, Verdict,
};
use tidewaiter_formats::contrl::{self, ReceiptBuilder};
use tidewaiter_formats::{Content, Report, Status, Transmission, read};
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

fn receipt(report: &Report) -> &SyntaxReceipt {
    match &report.content {
        Some(Content::Receipt(receipt)) => receipt,
        other => panic!("no receipt: {other:?}"),
    }
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.diagnostics.iter().map(|d| d.code.slug).collect()
}

fn corpus(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/composed");
    std::fs::read(path.join(name)).expect("the corpus file is there")
}

/// The receipt of the first interchange of `bytes`.
fn receipt_of(bytes: &[u8]) -> SyntaxReceipt {
    let mut reader = Reader::of_slice(bytes);
    let mut builder = None;
    while let Some(message) = reader.next().unwrap() {
        let report = read(&message, RECEIVED);
        if let Some(interchange) = message.interchange() {
            builder
                .get_or_insert_with(|| ReceiptBuilder::new(interchange))
                .add(&message, &report);
        }
    }
    builder.expect("an interchange").finish()
}

fn transmission() -> Transmission {
    let party = |id: &str| Party {
        id: id.to_owned(),
        qualifier: "ZZ".to_owned(),
    };
    Transmission {
        sender: party("TWCUST"),
        recipient: party("QZAIR"),
        prepared: datetime(2026, 3, 14, 6, 15, 0, 0),
        reference: "TW00000009".to_owned(),
        application: String::new(),
        group: None,
        message: "1".to_owned(),
        access_reference: "QZ00000042".to_owned(),
        test: false,
    }
}

#[test]
fn the_composed_example_is_read_and_written_again() {
    let bytes = corpus("contrl-partial.edi");
    let reports = reports(&bytes);
    assert_eq!(reports[0].status(), Status::Accepted, "{reports:?}");
    assert_eq!(reports[0].version, "4:1");
    let found = receipt(&reports[0]);
    assert_eq!(found.interchange, "QZ00000042");
    assert_eq!(found.sender.id, "QZAIR");
    assert_eq!(found.verdict.action, ReceiptAction::Acknowledged);
    let messages = &found.groups[0].messages;
    assert_eq!(messages[0].segments[0].segment, 12);
    assert_eq!(
        messages[0].segments[0].elements,
        [ElementFault {
            error: SyntaxError::INVALID_VALUE,
            element: 1,
            component: Some(2)
        }]
    );
    assert_eq!(messages[1].verdict.action, ReceiptAction::Rejected);
    assert_eq!(messages[1].verdict.error, Some(SyntaxError::MISSING));
    let again = String::from_utf8(contrl::write(found, &transmission())).unwrap();
    let expected: String = String::from_utf8(bytes).unwrap().replace('\n', "").replace(
        "UNH+1+CONTRL:4:1:UN+QZ00000042'",
        "UNH+1+CONTRL:4:1:UN+QZ00000042+01:F'",
    );
    assert_eq!(again, expected);
}

#[test]
fn a_clean_interchange_is_acknowledged() {
    for name in [
        "paxlst-a-passengers.edi",
        "paxlst-c-change-and-closeout.edi",
    ] {
        let receipt = receipt_of(&corpus(name));
        assert_eq!(receipt.verdict.action, ReceiptAction::Acknowledged);
        assert_eq!(receipt.verdict.error, None);
        let [group] = receipt.groups.as_slice() else {
            panic!("one group")
        };
        for message in &group.messages {
            assert_eq!(message.verdict.action, ReceiptAction::Acknowledged);
            assert!(message.segments.is_empty(), "{message:?}");
        }
    }
    let receipt = receipt_of(&corpus("paxlst-c-change-and-closeout.edi"));
    let references: Vec<_> = receipt.groups[0]
        .messages
        .iter()
        .map(|m| m.reference.as_str())
        .collect();
    assert_eq!(references, ["PAX009", "PAX010"]);
}

#[test]
fn faults_stand_where_they_are_and_reject_nothing_readable() {
    let bytes = b"UNB+UNOA:4+QZAIR:ZZ+TWCUST:ZZ+260314:0610+42'UNH+1+PAXLST:D:15B:UN:IATA'BGM+745'\
        TDT+20+QZ417+++QZ'NAD+FL+++QUIST:JORIS'DTM+329:991399'XQX+1'CNT+42:1'UNT+12+1'UNZ+2+43'";
    let receipt = receipt_of(bytes);
    assert_eq!(receipt.verdict.action, ReceiptAction::Acknowledged);
    assert!(receipt.verdict.error.is_some());
    let [message] = receipt.messages.as_slice() else {
        panic!("one message")
    };
    assert_eq!(message.verdict.action, ReceiptAction::Acknowledged);
    let faults: Vec<_> = message
        .segments
        .iter()
        .map(|s| {
            let element = s.elements.first().map(|e| (e.error.code(), e.element));
            (s.segment, s.error.map(SyntaxError::code), element)
        })
        .collect();
    assert_eq!(faults[..2], [(5, None, Some((12, 1))), (6, Some(15), None)]);
    assert!(
        message.segments[2..]
            .iter()
            .any(|s| s.error == Some(SyntaxError::COUNT))
    );
}

#[test]
fn nothing_usable_is_rejected() {
    let receipt = receipt_of(
        b"UNB+UNOA:4+QZAIR:ZZ+TWCUST:ZZ+260314:0610+42'UNH+1+INVOIC:D:96A:UN'BGM+380'UNT+3+1'\
          UNZ+1+42'",
    );
    assert_eq!(receipt.messages[0].verdict.action, ReceiptAction::Rejected);
    let error = receipt.messages[0].verdict.error;
    let segment = receipt.messages[0].segments.first().and_then(|s| s.error);
    assert_eq!(error, Some(SyntaxError::UNSPECIFIED));
    assert_eq!(segment, Some(SyntaxError::VALUE_NOT_SUPPORTED));
}

#[test]
fn a_receipt_of_nothing_acknowledges_nothing() {
    let report = &reports(b"UNH+1+CONTRL:4:1:UN'UCM+1+PAXLST:D:15B:UN+7'UNT+3+1'")[0];
    assert_eq!(report.status(), Status::Rejected);
    assert!(codes(report).contains(&"unreadable-receipt"));
    let report = &reports(b"UNH+1+CONTRL:4:1:UN'UCI+42+A+B+9+XX'UNT+3+1'")[0];
    assert!(codes(report).contains(&"unknown-response-code"));
    assert!(codes(report).contains(&"unreadable-receipt"));
    let verdict = &receipt(report).verdict;
    assert_eq!(verdict.action, ReceiptAction::Other("9".into()));
}

#[test]
fn what_belongs_nowhere_is_kept() {
    let report =
        &reports(b"UNH+1+CONTRL:4:1:UN'UCI+42+A+B+7'UCS+3+12'UCD+12+2'UCI+43+A+B+7'FTX+X'UNT+7+1'")
            [0];
    let tags: Vec<_> = receipt(report)
        .unread
        .iter()
        .map(|u| u.tag.as_str())
        .collect();
    assert_eq!(tags, ["UCS", "UCD", "UCI", "FTX"]);
}

fn text() -> impl Strategy<Value = Text> {
    "[A-Z0-9/+:'?]{1,14}".prop_map(Text::from)
}

fn party() -> impl Strategy<Value = PartyId> {
    (text(), "[A-Z0-9]{0,4}").prop_map(|(id, qualifier)| PartyId {
        id,
        qualifier: qualifier.into(),
    })
}

fn error() -> impl Strategy<Value = SyntaxError> {
    (1u16..=999).prop_map(|code| SyntaxError::new(code).unwrap())
}

fn verdict() -> impl Strategy<Value = Verdict> {
    (prop_oneof!["4", "7", "8", "9"], prop::option::of(error())).prop_map(|(code, error)| Verdict {
        action: ReceiptAction::of_code(&code),
        error,
    })
}

fn message() -> impl Strategy<Value = MessageReceipt> {
    let element =
        (error(), 1u16..99, prop::option::of(1u16..99)).prop_map(|(error, element, component)| {
            ElementFault {
                error,
                element,
                component,
            }
        });
    let segment = (
        1u32..999_999,
        prop::option::of(error()),
        prop::collection::vec(element, 0..3),
    )
        .prop_map(|(segment, error, elements)| SegmentFault {
            segment,
            error,
            elements,
        });
    (
        text(),
        prop::array::uniform5(text()),
        verdict(),
        prop::collection::vec(segment, 0..3),
    )
        .prop_map(
            |(reference, identifier, verdict, segments)| MessageReceipt {
                reference,
                identifier,
                verdict,
                segments,
            },
        )
}

fn any_receipt() -> impl Strategy<Value = SyntaxReceipt> {
    let group = (
        text(),
        party(),
        party(),
        verdict(),
        prop::collection::vec(message(), 0..3),
    )
        .prop_map(
            |(reference, sender, recipient, verdict, messages)| GroupReceipt {
                reference,
                sender,
                recipient,
                verdict,
                messages,
            },
        );
    (
        text(),
        party(),
        party(),
        verdict(),
        prop::collection::vec(message(), 0..3),
        prop::collection::vec(group, 0..3),
    )
        .prop_map(
            |(interchange, sender, recipient, verdict, messages, groups)| SyntaxReceipt {
                interchange,
                sender,
                recipient,
                verdict,
                messages,
                groups,
                unread: Vec::new(),
            },
        )
}

proptest! {
    #[test]
    fn what_is_written_reads_the_same(written in any_receipt()) {
        let bytes = contrl::write(&written, &transmission());
        let reports = reports(&bytes);
        prop_assert_eq!(reports.len(), 1);
        prop_assert_eq!(receipt(&reports[0]), &written);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        tidewaiter_formats::fuzz::contrl(&bytes);
        let framed = [b"UNH+1+CONTRL:4:1:UN'UCI+1+A+B+7'".as_slice(), &bytes].concat();
        tidewaiter_formats::fuzz::contrl(&framed);
    }

    #[test]
    fn any_input_has_a_receipt_that_can_be_sent(
        body in "([A-Z]{3}[+:A-Z0-9]{0,12}'){0,12}"
    ) {
        let bytes = format!("UNB+UNOA:4+A+B+260314:0610+42'UNH+1+PAXLST:D:15B:UN'{body}UNZ+1+42'");
        let written = receipt_of(bytes.as_bytes());
        let again = reports(&contrl::write(&written, &transmission()));
        prop_assert_eq!(receipt(&again[0]), &written);
    }
}
