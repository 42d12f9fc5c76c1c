//! PNRGOV as carriers really send it: the composed example, the GTAS samples, each deviation.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

mod booking_line;

use std::path::{Path, PathBuf};

use booking_line::booking_lines;
use jiff::civil::{Date, date};
use tidewaiter_domain::BookingPush;
use tidewaiter_formats::{Content, Report, Status, read};
use tidewaiter_syntax::edifact::Reader;

const RECEIVED: Date = date(2026, 3, 14);

fn reports(bytes: &[u8]) -> Vec<Report> {
    let mut reader = Reader::of_slice(bytes);
    let mut reports = Vec::new();
    while let Some(message) = reader.next().expect("a slice never fails") {
        reports.push(read(&message, RECEIVED));
    }
    reports
}

fn push(report: &Report) -> &BookingPush {
    match &report.content {
        Some(Content::Bookings(push)) => push,
        other => panic!("no bookings: {other:?}"),
    }
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.diagnostics.iter().map(|d| d.code.slug).collect()
}

fn corpus(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus").join(path)
}

fn file(path: &str) -> Vec<u8> {
    std::fs::read(corpus(path)).expect("the corpus file is there")
}

fn samples() -> Vec<(String, Vec<u8>)> {
    let mut names: Vec<_> = std::fs::read_dir(corpus("gtas/pnr"))
        .expect("the samples are there")
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.len(), 32);
    names.into_iter().map(|n| (n.clone(), file(&format!("gtas/pnr/{n}")))).collect()
}

/// The travellers of a file, counted without the reader: element names of the passenger groups
/// that are no group names. It knows the text only.
fn count_by_hand(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes).replace(['\r', '\n'], " ");
    // Every element begins behind something that is no letter, and has a separator behind its tag.
    let mut tags: Vec<(usize, &str)> = Vec::new();
    for tag in ["SRC", "TVL", "ABI", "TIF"] {
        for (at, _) in text.match_indices(tag) {
            let before = text[..at].chars().next_back();
            let behind = text[at + 3..].chars().next();
            let opens = before.is_none_or(|c| !c.is_ascii_alphanumeric())
                || text[..at].ends_with("+9") && tag == "TIF";
            if opens && matches!(behind, Some('+' | '-' | '\'' | '*' | '\u{2019}')) {
                tags.push((at, tag));
            }
        }
    }
    tags.sort_unstable();
    let mut within = false;
    let mut count = 0;
    for (at, tag) in tags {
        match tag {
            "SRC" => within = true,
            "TIF" => {
                let end = text[at..].find(['\'', '*', '\u{2019}']).unwrap() + at;
                let element = &text[at..end];
                count += usize::from(within && !element.trim_end().ends_with(":G"));
            }
            _ => within = false,
        }
    }
    count
}

#[test]
fn every_traveller_of_every_sample_is_there() {
    let mut counts = Vec::new();
    for (name, bytes) in samples() {
        let reports = reports(&bytes);
        let people: usize = reports
            .iter()
            .flat_map(|r| &push(r).bookings)
            .map(|b| b.travellers.len())
            .sum();
        for report in &reports {
            assert_ne!(report.status(), Status::Rejected, "{name}");
            assert_eq!(report.kind, "PNRGOV");
        }
        assert_eq!(people, count_by_hand(&bytes), "{name}");
        counts.push((name, people));
    }
    let of = |name: &str| counts.iter().find(|(n, _)| n == name).unwrap().1;
    assert_eq!(of("3_pnrs.edi"), 13);
    assert_eq!(of("pnrWithBags.txt"), 268);
    assert_eq!(of("infant.edi"), 2);
    assert_eq!(of("pnrMessagePg75.txt"), 2);
    assert_eq!(of("adult_and_infant.edi"), 2);
    assert_eq!(of("pnrNoOrgMsg.txt"), 1);
}

#[test]
fn the_samples_read_to_their_golden_lines() {
    for name in [
        "3_pnrs.edi", "infant.edi", "pnrMessagePg75.txt", "pnr_split.edi", "codeshare.edi",
        "danglingMetaCharacter.txt", "pnrMessage.txt", "2_pnrs_basic.edi", "pnrMessageExample.txt", "pnrMessagePg76.txt",
        "pnrMessagePg77.txt", "adult_and_infant.edi", "multiple_flight_leg_pnr.txt",
        "pnrWithDoco.txt", "pnrSeatFormats.txt", "pnrNoOrgMsg.txt", "pnrWithPrefixesAndBookingDetailBags.txt",
        "pnr4.txt","no_pnr_history.edi",
    ] {
        let mut text = String::new();
        for report in reports(&file(&format!("gtas/pnr/{name}"))) {
            text += &format!("{} {}\n", report.version, report.status().as_str());
            for booking in &push(&report).bookings {
                text += &format!("{}\n", booking_lines(booking).join("\n"));
            }
            for d in &report.diagnostics {
                text += &format!("{} {}: {}\n", d.code.slug, d.path, d.message);
            }
        }
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(name, text);
        });
    }
}
