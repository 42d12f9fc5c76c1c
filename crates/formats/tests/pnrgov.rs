//! PNRGOV as carriers really send it: the composed example, the GTAS samples, each deviation.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

mod booking_line;

use std::path::{Path, PathBuf};

use booking_line::booking_lines;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use tidewaiter_domain::{
    Booking, BookingPush, HistoryAction, PaymentForm, PushFunction, SegmentStatus, TravelStatus,
};
use tidewaiter_formats::{CardKey, Content, Report, Status, read, read_with_key};
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
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../corpus")
        .join(path)
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
    names
        .into_iter()
        .map(|n| (n.clone(), file(&format!("gtas/pnr/{n}"))))
        .collect()
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

// proves part of: INT-01
#[test]
fn the_samples_read_to_their_golden_lines() {
    for name in [
        "3_pnrs.edi",
        "infant.edi",
        "pnrMessagePg75.txt",
        "pnr_split.edi",
        "codeshare.edi",
        "danglingMetaCharacter.txt",
        "pnrMessage.txt",
        "2_pnrs_basic.edi",
        "pnrMessageExample.txt",
        "pnrMessagePg76.txt",
        "pnrMessagePg77.txt",
        "adult_and_infant.edi",
        "multiple_flight_leg_pnr.txt",
        "pnrWithDoco.txt",
        "pnrSeatFormats.txt",
        "pnrNoOrgMsg.txt",
        "pnrWithPrefixesAndBookingDetailBags.txt",
        "pnr4.txt",
        "no_pnr_history.edi",
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

/// One booking around `body`, on flight QZ417 ORA-DRB, in a message with true counts.
fn booking(body: &str) -> Report {
    message(
        &format!("SRC'RCI+QZ:K7Q2LM::020126:1031'{body}"),
        "UNA:+.? '",
        "140326",
    )
}

fn message(body: &str, advice: &str, day: &str) -> Report {
    let text = format!(
        "{advice}UNB+IATA:1+QZ+TWCUST+260313:0915+0042'UNH+1+PNRGOV:13:1:IA'MSG+:22'ORG+QZ:ORA'\
         TVL+{day}:0915:{day}:1340+LHR+JFK+QZ+417'EQN+1'{body}"
    );
    let segments = text.replace("?'", "").matches('\'').count() - usize::from(!advice.is_empty());
    let text = format!("{text}UNT+{segments}+1'UNZ+1+0042'");
    let mut reports = reports(text.as_bytes());
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

fn only(report: &Report) -> &Booking {
    match push(report).bookings.as_slice() {
        [booking] => booking,
        other => panic!("one booking, not {}", other.len()),
    }
}

#[test]
fn the_composed_example_reads_whole() {
    let reports = reports(&file("composed/pnrgov-p.edi"));
    let [report] = &reports[..] else {
        panic!("one message")
    };
    assert_eq!(
        report.status(),
        Status::Accepted,
        "{:?}",
        report.diagnostics
    );
    let push = push(report);
    assert_eq!(
        (push.function, push.declared_count.unwrap().value),
        (PushFunction::Full, 1)
    );
    let booking = only(report);
    insta::assert_snapshot!("composed_p", booking_lines(booking).join("\n"));
}

#[test]
fn names_that_look_like_titles_stay_whole_and_titles_are_told() {
    for name in [
        "NASIR", "YASIR", "AMR", "DRAGAN", "SIRAJ", "MUDASSIR", "NASR",
    ] {
        let report = booking(&format!(
            "TIF+{name}+{name}:A:1'SSR+DOCS:HK:1:QZ:::::/P/SWE/T1/SWE/29FEB88/M/04JUL31/{name}/{name}'"
        ));
        let traveller = &only(&report).travellers[0].traveller;
        assert_eq!(traveller.name.surname.as_deref(), Some(name));
        assert_eq!(traveller.name.given.as_slice(), [name]);
        assert_eq!(
            (&traveller.name.title, &traveller.name.written),
            (&None, &None)
        );
        assert!(traveller.name.hypotheses.is_empty() && traveller.documents[0].holder.is_none());
    }
    let report = booking("TIF+OMARREN+JOHNMR:A:1'");
    let name = &only(&report).travellers[0].traveller.name;
    assert_eq!(
        (name.given.as_slice(), name.title.as_deref()),
        (&["JOHN".into()][..], Some("MR"))
    );
    assert_eq!(name.written.as_ref().unwrap().given.as_slice(), ["JOHNMR"]);
}

#[test]
fn d41_odd_names_are_kept_with_what_else_they_may_mean() {
    let report = booking(
        "TIF+OMARREN TOVA+OMARREN TOVA:A:1'TIF+YY+MOANMISS:A:2'TIF+ATUYETMAIVAN+MISS:A:3'\
         TIF+OMARREN+OMARREN TOVA:A:4'TIF+SUHARTO+FNU:A:5'TIF++:A:6'",
    );
    let people = &only(&report).travellers;
    assert_eq!(people.len(), 6, "nobody is dropped");
    let meanings: Vec<_> = people[0]
        .traveller
        .name
        .hypotheses
        .iter()
        .map(|h| format!("{}/{}", h.surname.as_deref().unwrap(), h.given.join(" ")))
        .collect();
    assert_eq!(meanings, ["OMARREN/TOVA", "TOVA/OMARREN"]);
    assert_eq!(people[1].traveller.name.given.as_slice(), ["MOAN"]);
    assert_eq!(people[2].traveller.name.title.as_deref(), Some("MISS"));
    assert_eq!(
        people[3].traveller.name.hypotheses[0].given.as_slice(),
        ["TOVA"]
    );
    assert!(people[4].traveller.name.given.is_empty());
    assert!(codes(&report).contains(&"missing-name"));
}

#[test]
fn an_infant_in_the_element_of_its_adult_is_a_person() {
    let report = booking(
        "TIF+OMARREN+TOVA MRS(ADT)(INF/ELIO/09JUN25):A:1'\
         SSR+DOCS:HK:1:QZ:::::/P/SWE/T1/SWE/09JUN25/MI/04JUL31/OMARREN/ELIO+::1'",
    );
    let found = only(&report);
    assert_eq!((found.travellers.len(), found.lap_infants.len()), (1, 1));
    let adult = &found.travellers[0].traveller;
    assert_eq!(
        (adult.name.given.as_slice(), adult.documents.len()),
        (&["TOVA".into()][..], 0)
    );
    let infant = &found.lap_infants[0];
    assert_eq!(
        (infant.adult, infant.traveller.documents.len()),
        (Some(0), 1)
    );
    assert_eq!(infant.traveller.born.unwrap().to_string(), "2025-06-09");
    assert_eq!(found.people().count(), 2);
    assert_eq!(
        codes(&report)
            .iter()
            .filter(|c| **c == "lap-infant")
            .count(),
        1
    );
}

#[test]
fn an_infant_with_an_element_of_its_own_is_linked_and_counted_once() {
    let report = booking(
        "TIF+OMARREN+TOVA MRS(INF/ELIO):A:1:1'TIF+QUILLAN+MARIT:A:2'TIF+OMARREN+ELIO:IN:3'\
         SSR+INFT:HK:1:QZ:::LHR:JFK:OMARREN/ELIO 09JUN25+::1'",
    );
    let found = only(&report);
    assert_eq!((found.travellers.len(), found.lap_infants.len()), (3, 0));
    assert_eq!(
        (found.travellers[0].companion, found.travellers[2].companion),
        (Some(2), Some(0))
    );
    assert_eq!(found.travellers[1].companion, None);
    assert_eq!(
        found.travellers[2].traveller.born.unwrap().to_string(),
        "2025-06-09"
    );
}

#[test]
fn a_group_is_a_name_and_no_person() {
    let report = booking("TIF+SEETHE WORLD:G'TIF+OMARREN+TOVA:A:1'");
    let found = only(&report);
    assert_eq!(
        (found.travellers.len(), found.groups[0].value.as_str()),
        (1, "SEETHE WORLD")
    );
    assert!(codes(&report).contains(&"group-name"));
}

#[test]
fn d20_d21_foreign_and_missing_terminators_lose_nobody() {
    let all = reports(&file("gtas/pnr/pnrMessagePg75.txt"));
    let names: Vec<_> = push(&all[0])
        .bookings
        .iter()
        .flat_map(|b| &b.travellers)
        .map(|t| t.traveller.name.surname.as_deref().unwrap_or("-"))
        .collect();
    assert_eq!(names, ["PARK", "KIM"]);
    for code in ["foreign-terminator", "missing-terminator"] {
        assert!(codes(&all[0]).contains(&code), "{code}");
    }
    assert_eq!(all[0].status(), Status::Partial);
}

#[test]
fn d34_d38_dates_of_either_order_are_read() {
    let report = booking("TIF+OMARREN+TOVA:A:1'TVL+260313:0915:260314:0140+LHR+JFK+QZ+417'");
    assert_eq!(
        only(&report).itinerary[0].departs.unwrap().date,
        date(2013, 3, 26)
    );
    let report = booking("TIF+OMARREN+TOVA:A:1'TVL+261331:0915+LHR+JFK+QZ+417'DAT'");
    assert!(codes(&report).contains(&"invalid-date"));
    let report = booking("TIF+OMARREN+TOVA:A:1'TVL+320115:0915+LHR+JFK+QZ+417'");
    assert_eq!(
        only(&report).itinerary[0].departs.unwrap().date,
        date(2032, 1, 15)
    );
    assert_eq!(
        codes(&report),
        ["date-format-mismatch"],
        "no month has 32 days: year first"
    );
}

#[test]
fn d39_an_arrival_without_a_date_is_of_the_next_day_after_a_night() {
    let report = booking("TIF+OMARREN+TOVA:A:1'TVL+140326:2320::0531+ADD+FRA+QZ+706'");
    let flight = &only(&report).itinerary[0];
    assert_eq!(flight.arrives.unwrap().date, date(2026, 3, 15));
    let report = booking("TIF+OMARREN+TOVA:A:1'TVL+140326:1000::0600+SYD+LAX+QZ+11'");
    let flight = &only(&report).itinerary[0];
    assert_eq!(
        flight.arrives.unwrap().date,
        date(2026, 3, 14),
        "over the date line"
    );
    let report = booking("TIF+OMARREN+TOVA:A:1'TVL+140326:1000:130326:0600+LHR+JFK+QZ+11'");
    assert!(codes(&report).contains(&"arrival-before-departure"));
}

#[test]
fn d40_flight_numbers_open_tickets_and_gaps_are_told_apart() {
    let report = booking(
        "TIF+OMARREN+TOVA:A:1'TVL+140326:0915:140326:1340+LHR+JFK+QZ+0417:Y:A'TVL+++++ARNK'\
         TVL+++LHR+QZ+OPEN'TVL+150326:1000+JFK+LON+QZ:XZ+8749'TVL+++++624:M'TVL+160326+LHR+ARN+QZ+9'\
         TRA+KL+8734:B'",
    );
    let flights = &only(&report).itinerary;
    let kinds: Vec<_> = flights.iter().map(|f| format!("{:?}", f.kind)).collect();
    assert_eq!(kinds, ["Flight", "Surface", "Open", "Flight", "Flight"]);
    assert_eq!(flights[0].designator.as_ref().unwrap().number, "417A");
    let operating = flights[3].operating.as_ref().unwrap();
    assert_eq!(
        (
            operating.carrier.as_ref().unwrap().as_str(),
            operating.number.as_str()
        ),
        ("XZ", "624")
    );
    let operating = flights[4].operating.as_ref().unwrap();
    assert_eq!(
        (
            operating.carrier.as_ref().unwrap().as_str(),
            operating.number.as_str()
        ),
        ("KL", "8734")
    );
    assert!(codes(&report).contains(&"city-code"));
}

#[test]
fn a_cancelled_segment_is_not_shown_as_live() {
    let report = booking(
        "TIF+OMARREN+TOVA:A:1'TVL+140326:0915:140326:1340+LHR+JFK+QZ+417'RPI+1+XX'\
         TVL+200326:0915+JFK+LHR+QZ+418'RPI+1+HK'",
    );
    let found = only(&report);
    assert_eq!(
        found.itinerary[0].status.as_ref().unwrap().value,
        SegmentStatus::Cancelled("XX".into())
    );
    assert!(found.itinerary[0].pushed && !found.itinerary[0].is_live());
    assert_eq!(
        found.travellers[0].traveller.status,
        Some(TravelStatus::Cancelled)
    );
}

#[test]
fn d42_d43_placeholders_and_country_forms_are_understood() {
    let report = booking(
        "TIF+OMARREN+TOVA:A:1'SSR+DOCS:HK:1:QZ:::::/P/UK/0000000/D/29FEB88/F/04JUL31/OMARREN/TOVA'",
    );
    let traveller = &only(&report).travellers[0].traveller;
    assert!(traveller.documents.is_empty());
    assert_eq!(traveller.nationalities[0].country.as_str(), "DEU");
    assert!(codes(&report).contains(&"placeholder-document"));
}

// proves part of: INT-05
#[test]
fn d45_missing_msg_org_and_rci_are_no_reason_to_reject() {
    let bytes =
        b"UNB+IATA:1+QZ+TWCUST+260313:0915+42'UNH+1+PNRGOV:13:1:IA'SRC'TIF+OMARREN+TOVA:A:1'\
                  UNT+4+1'UNZ+1+42'";
    let all = reports(bytes);
    assert_eq!(only(&all[0]).travellers.len(), 1);
    assert_eq!(
        codes(&all[0]),
        [
            "missing-push-function",
            "missing-push-flight",
            "missing-locator"
        ]
    );
    assert_eq!(all[0].status(), Status::Accepted);
    let bytes = b"UNB+IATA:1+QZ+TWCUST+260313:0915+42'UNH+1+PNRGOV:13:1:IA'RCI+QZ:K7Q2LM'\
                  TIF+OMARREN+TOVA:A:1'UNT+4+1'UNZ+1+42'";
    assert_eq!(
        only(&reports(bytes)[0]).travellers.len(),
        1,
        "not even SRC is needed"
    );
}

#[test]
fn d45_the_declared_number_of_bookings_is_compared() {
    let body = "SRC'RCI+QZ:K7Q2LM'TIF+OMARREN+TOVA:A:1'SRC'RCI+QZ:K7Q2LN'TIF+OMARREN+ELIO:A:1'";
    let report = message(body, "", "140326");
    assert_eq!(codes(&report), ["booking-count-mismatch"]);
    let report = message("", "", "140326");
    assert_eq!(
        (codes(&report), report.status()),
        (vec!["bookings-missing"], Status::Partial)
    );
    assert!(push(&report).bookings.is_empty());
}

#[test]
fn d45_a_withdrawn_booking_is_told_from_one_without_names() {
    let report = message("SRC'RCI+QZ:K7Q2LM'ORG'", "", "140326");
    assert!(only(&report).withdrawn);
    let report = message("SRC'RCI+QZ:K7Q2LM'ORG+QZ:ORA'", "", "140326");
    assert!(!only(&report).withdrawn);
    assert!(codes(&report).contains(&"booking-without-traveller"));
}

#[test]
fn d45_texts_spread_over_components_are_joined() {
    let report = booking(
        "TIF+OMARREN+TOVA:A:1'SSR+OTHS:HK:1:QZ:::::CALL AT 14:30 PLEASE'IFT+4:28::QZ+CTCM +46701234567'",
    );
    let found = only(&report);
    assert_eq!(
        found.services[0].text.as_deref(),
        Some("CALL AT 14:30 PLEASE")
    );
    assert_eq!(
        found.travellers[0].traveller.contacts[0].value,
        "+46701234567"
    );
}

#[test]
fn d23_hyphens_split_by_their_separator_are_joined() {
    let all = reports(&file("gtas/pnr/danglingMetaCharacter.txt"));
    let contacts = &only(&all[0]).travellers[0].traveller.contacts;
    let values: Vec<_> = contacts.iter().map(|c| c.value.as_str()).collect();
    assert!(
        values.contains(&"SEA 866 746-4647 CARLSON WAGONLIT TVL"),
        "{values:?}"
    );
}

#[test]
fn d45_bags_are_counted_once_whatever_slips() {
    let report = booking(
        "TIF+OMARREN+TOVA:A:1'TIF+OMARREN+ELIO:A:2'\
         TVL+140326:0915:140326:1340+LHR+JFK+QZ+417'DAT+2:140326:0702'\
         TRI++1:::1'TIF+OMARREN+TOVA:A:1'TBD++2:31:700++HP:7+QZ:0999123456:2:JFK'\
         TRI++2:::2'TIF+OMARREN+ELIO:A:2'TBD+++MP:7'\
         TVL+140326:1500+JFK+BOS+QZ+418'DAT+2:140326:0702'\
         TRI++1:::1'TIF+OMARREN+TOVA:A:1'TBD++2:31:700++HP:7+XZ:0999123456:2:BOS'",
    );
    let found = only(&report);
    let [bags] = &found.bags[..] else {
        panic!("one set of bags: {:?}", found.bags)
    };
    assert_eq!(
        (bags.traveller, bags.count, bags.weight_g),
        (Some(0), Some(2), Some(31_000))
    );
    assert_eq!((bags.members.as_slice(), bags.tags.len()), (&[1][..], 2));
    assert_eq!(
        found.travellers[0]
            .traveller
            .bags
            .as_ref()
            .unwrap()
            .count
            .unwrap()
            .value,
        2
    );
    assert_eq!(found.travellers[1].traveller.bags, None);
    assert!(
        codes(&report).contains(&"misplaced-value"),
        "the pool stands in element 3"
    );
    let all = reports(&file("gtas/pnr/multiple_flight_leg_pnr.txt"));
    let counts: Vec<_> = only(&all[0]).bags.iter().map(|b| b.count).collect();
    assert_eq!(
        counts,
        [Some(1), Some(1)],
        "three legs, two travellers, a bag each"
    );
}

#[test]
fn d45_documents_without_names_of_their_own_stay_with_their_traveller() {
    let report = booking(
        "TIF+OMARREN+TOVA:A:1'TIF+QUILLAN+MARIT:A:2'\
         SSR+DOCS:HK:1:QZ:::::/P/SWE/T1/SWE/29FEB88/F/04JUL31/QUILLAN/MARIT+::2'\
         SSR+DOCS:HK:1:QZ:::::/P/SWE/T2/SWE/29FEB88/F/04JUL31/OMARREN/TOVA+::1'\
         SSR+DOCS:HK:1:QZ:::::/P/SWE/T3/SWE/29FEB88/F/04JUL31/QUILLAN/MARIT+::9'",
    );
    let numbers = |i: usize| -> Vec<String> {
        let documents = &only(&report).travellers[i].traveller.documents;
        documents
            .iter()
            .map(|d| d.number.as_ref().unwrap().to_string())
            .collect()
    };
    assert_eq!(numbers(0), ["T2"]);
    assert_eq!(numbers(1), ["T1", "T3"]);
    assert!(codes(&report).contains(&"unknown-traveller-number"));
}

#[test]
fn the_history_says_who_did_what_and_when() {
    let report = booking(
        "TIF+OMARREN+TOVA:A:1'ABI+4+7700SE:GS+ORA++QZ'DAT+T:100326:0911'SAC+++A'SSR+VGML:HK:1:QZ'\
         SAC+++X'TIF+WAYNE+JONMR:A:1'LTS+0/O/NM/OMARREN'",
    );
    let found = only(&report);
    assert_eq!(found.travellers.len(), 1);
    let actions: Vec<_> = found
        .history
        .iter()
        .map(|h| (h.action, h.what.as_str()))
        .collect();
    use HistoryAction::{Added, Cancelled, Unknown};
    assert_eq!(
        actions,
        [(Added, "SSR"), (Cancelled, "TIF"), (Unknown, "LTS")]
    );
    assert_eq!(found.history[0].by.as_deref(), Some("4 7700SE GS ORA QZ"));
}

#[test]
fn d26_d27_unknown_segments_and_qualifiers_are_kept() {
    let report = booking("TIF+OMARREN+TOVA:ZZ:1'XYZ+SOMETHING:ELSE'DAT+999:140326'RPI+1+HK'");
    let found = only(&report);
    assert_eq!(
        (found.unread[0].tag.as_str(), found.unread[0].text.as_str()),
        ("XYZ", "SOMETHING:ELSE")
    );
    for code in ["unknown-segment", "unknown-qualifier", "misplaced-segment"] {
        assert!(codes(&report).contains(&code), "{code}");
    }
}

#[test]
fn a_booking_beyond_every_size_is_read_in_pieces_and_nobody_is_lost() {
    let people: String = (0..2_500)
        .map(|n| format!("TIF+OMARREN+TOVA:A:{n}'"))
        .collect();
    let report = booking(&people);
    let bookings = &push(&report).bookings;
    let sizes: Vec<_> = bookings.iter().map(|b| b.travellers.len()).collect();
    assert_eq!(sizes, [1_000, 1_000, 500]);
    assert!(
        bookings
            .iter()
            .all(|b| b.locators[0].locator.value.as_str() == "K7Q2LM")
    );
    assert!(codes(&report).contains(&"limit-exceeded"));
}

/// Everything a reader of reports can get to see.
fn everything(report: &Report) -> String {
    format!("{report:?}")
}

#[test]
fn one_card_is_one_token_under_one_key() {
    let text = "UNB+IATA:1+QZ+TWCUST+260313:0915+42'UNH+1+PNRGOV:13:1:IA'SRC'RCI+QZ:K7Q2LM'\
                TIF+OMARREN+TOVA:A:1'FOP+CC::100.00:VI:4111111111111111:0928+CC::5.00:VI:4111 1111 1111 1111'\
                FOP+CC::100.00:VI:XXXXXXXXXXXX1111'FOP+CA::9.00'UNT+7+1'UNZ+1+42'";
    let mut reader = Reader::of_slice(text.as_bytes());
    let message = reader.next().unwrap().unwrap();
    let key = CardKey::new([9; 32]);
    let report = read_with_key(&message, RECEIVED, Some(&key));
    let payments = &only(&report).payments;
    let cards: Vec<_> = payments.iter().filter_map(|p| p.card.as_ref()).collect();
    assert_eq!(cards.len(), 3);
    assert!(cards.iter().all(|c| c.last4.as_deref() == Some("1111")));
    assert!(cards[0].token.is_some());
    assert_eq!((cards[0].token, cards[2].token), (cards[1].token, None));
    assert_eq!(payments[3].form, PaymentForm::Cash);
    assert!(codes(&report).contains(&"card-number-in-clear"));
}

fn card_number() -> impl Strategy<Value = String> {
    let issuers = prop::sample::select(vec![
        ("4", 16),
        ("51", 16),
        ("2221", 16),
        ("37", 15),
        ("62", 16),
        ("36", 14),
        ("4", 13),
        ("6304", 19),
    ]);
    (issuers, prop::collection::vec(0u8..10, 20)).prop_map(|((prefix, length), digits)| {
        let mut number: String = prefix.to_owned();
        number.extend(
            digits
                .iter()
                .take(length - 1 - prefix.len())
                .map(|d| char::from(b'0' + d)),
        );
        let check = (0..10).find(|check| {
            let sum: u32 = number
                .bytes()
                .rev()
                .enumerate()
                .map(|(i, b)| {
                    let n = u32::from(b - b'0');
                    if i % 2 == 0 {
                        if n > 4 { n * 2 - 9 } else { n * 2 }
                    } else {
                        n
                    }
                })
                .sum();
            (sum + check).is_multiple_of(10)
        });
        number + &check.unwrap().to_string()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_card_number_is_nowhere_in_a_report(number in card_number(), place in 0usize..17) {
        let n = &number;
        let body = match place {
            0 => format!("TIF+OMARREN+TOVA:A:1'FOP+CC::100.00:VI:{n}:0928'"),
            1 => format!("TIF+OMARREN+TOVA:A:1'FOP+MS::100.00::{n}'"),
            2 => format!("IFT+4:28::QZ+PAID WITH CC{n}/D0928'"),
            3 => format!("TIF+OMARREN+TOVA:A:1'IFT+4:43+TOVA OMARREN+12 ROW {n}+{n}'"),
            4 => format!("TIF+OMARREN+TOVA:A:1'LTS+0/O/FP/CCVI{n}/0928'"),
            5 => format!("TIF+OMARREN+TOVA:A:1'SSR+OTHS:HK:1:QZ:::::FP CC {n}'"),
            6 => format!("TIF+OMARREN+TOVA:A:1'SSR+OTHS:HK:1:QZ:::::FP+CC {n}'"),
            7 => format!("TIF+OMARREN+TOVA:A:1'ABI+4'SAC+++A'FOP+CC::100.00:VI:{n}:0928'"),
            8 => format!("XYZ+{n}'"),
            9 => format!("ADD++700:12 ROW {n}:CITY:::SE:38040:{n}'"),
            10 => format!("TIF+OMARREN+TOVA:A:1'EBD+{n}'FAR+N+{n}'PTK+{n}'TXD++{n}'"),
            11 => format!("ORG+QZ:{n}+{n}:{n}+{n}'"),
            12 => format!("MSG+8'TVL+140326::150326+JFK:{n}++XH+{n}'"),
            13 => format!("TIF+OMARREN {n}+TOVA {n}:A:1'"),
            14 => format!("TIF+OMARREN+TOVA:A:1'SSR+FOID:HK:1:QZ:::::CC{n}'"),
            15 => format!("TIF+OMARREN+TOVA:A:1'MON+B:{n}:GBP'RCI+{n}:{n}:{n}'"),
            _ => format!("ABI+4+{n}'LTS+{}'", &n[..n.len()]),
        };
        let report = booking(&body);
        prop_assert!(!everything(&report).contains(n.as_str()), "{}", everything(&report));
        let shown = booking_lines(only(&report)).join("\n");
        prop_assert!(!shown.contains(n.as_str()));
        let words = report.diagnostics.iter().map(|d| d.message.as_ref()).collect::<String>();
        prop_assert!(!words.contains(n.as_str()));
    }

    #[test]
    fn reading_never_panics(
        segments in prop::collection::vec(
            (prop::sample::select(vec![
                "SRC", "RCI", "SSR", "DAT", "IFT", "ORG", "ADD", "EBD", "TIF", "FTI", "REF", "FAR",
                "TKT", "MON", "PTK", "TXD", "FOP", "TVL", "TRA", "RPI", "APD", "TRI", "SSD", "TBD",
                "EQN", "MSG", "ABI", "SAC", "LTS", "ZZZ",
            ]), "[+:A-Z0-9/. ?(-]{0,60}"), 0..30),
    ) {
        let body: String = segments.iter().map(|(tag, data)| format!("{tag}+{data}'")).collect();
        let text = format!(
            "UNB+IATA:1+QZ+TWCUST+260313:0915+42'UNH+1+PNRGOV:13:1:IA'SRC'{body}UNT+4+1'UNZ+1+42'"
        );
        tidewaiter_formats::fuzz::pnrgov(text.as_bytes());
        for report in reports(text.as_bytes()) {
            push(&report).bookings.iter().for_each(|booking| drop(booking_lines(booking)));
        }
    }

    #[test]
    fn service_requests_never_panic(
        code in prop::sample::select(vec!["DOCS", "DOCO", "DOCA", "INFT", "CHLD", "TKNE", "SEAT", "FQTV", "CTCE", "CTCM"]),
        text in "[A-Z0-9/. ]{0,60}", number in "[0-9]{0,2}",
    ) {
        booking(&format!(
            "TIF+OMARREN+TOVA:A:1'TIF+OMARREN+ELIO:IN:2'SSR+{code}:HK:1:QZ:::::{text}+14C::{number}'"
        ));
    }

    #[test]
    fn samples_cut_anywhere_never_panic(cut in 0usize..6000, name in 0usize..3) {
        let names = ["infant.edi", "3_pnrs.edi", "pnrMessagePg75.txt"];
        let bytes = file(&format!("gtas/pnr/{}", names[name]));
        reports(&bytes[..cut.min(bytes.len())]);
        reports(&bytes[cut.min(bytes.len())..]);
    }
}
