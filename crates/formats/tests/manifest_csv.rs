//! Manifests as CSV: the composed files, each rule of reading, and that no row's person is lost.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use std::path::Path;

use jiff::civil::{Date, date, time};
use proptest::prelude::*;
use tidewaiter_domain::{DocumentKind, Manifest, ManifestFunction, Role, TravelStatus, Traveller};
use tidewaiter_formats::manifest_csv::{self, ColumnMapping};
use tidewaiter_formats::{Content, Report, Status};

const RECEIVED: Date = date(2026, 3, 14);

fn corpus(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/composed");
    std::fs::read(path.join(name)).expect("the corpus file is there")
}

fn reports(bytes: &[u8]) -> Vec<Report> {
    manifest_csv::read(bytes, &ColumnMapping::default(), RECEIVED)
}

fn only(bytes: &[u8]) -> Report {
    let mut reports = reports(bytes);
    assert_eq!(reports.len(), 1, "{reports:?}");
    reports.remove(0)
}

fn manifest(report: &Report) -> &Manifest {
    match &report.content {
        Some(Content::Manifest(manifest)) => manifest,
        other => panic!("no manifest: {other:?}"),
    }
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.diagnostics.iter().map(|d| d.code.slug).collect()
}

fn surname(person: &Traveller) -> &str {
    person.name.surname.as_deref().unwrap_or("-")
}

#[test]
fn the_composed_file_gives_a_manifest_for_each_flight_and_kind() {
    let bytes = corpus("manifest.csv");
    assert!(manifest_csv::detect(&bytes));
    let reports = reports(&bytes);
    let lines: Vec<_> = reports
        .iter()
        .map(|r| {
            let m = manifest(r);
            let names: Vec<_> = m.travellers.iter().map(surname).collect();
            let flight = m.flight().unwrap();
            let leg = &flight.legs[0];
            format!(
                "{} {}{} {}-{} {} {:?}",
                m.function.as_str(),
                flight.designator.carrier.as_ref().unwrap(),
                flight.designator.number,
                leg.from.as_ref().unwrap().as_str(),
                leg.to.as_ref().unwrap().as_str(),
                leg.departs.as_ref().unwrap().date,
                names
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            "passenger-manifest QZ417 ORA-DRB 2026-03-14 [\"O'MARREN\", \"IBARRONDO\"]",
            "crew-manifest QZ417 ORA-DRB 2026-03-14 [\"VESTERGARD\"]",
            "passenger-manifest QZ419 ORA-DRB 2026-03-15 [\"QUIST, VAN DER\"]",
        ]
    );
    assert!(reports.iter().all(|r| r.status() == Status::Accepted));
    assert!(reports.iter().all(|r| r.kind == "CSV"));
}

#[test]
fn every_field_is_read_from_its_bytes() {
    let bytes = corpus("manifest.csv");
    let reports = reports(&bytes);
    let person = &manifest(&reports[0]).travellers[0];
    assert_eq!(person.name.given.as_slice(), ["TOVA LINNEA"]);
    assert_eq!(person.sex.as_ref().unwrap().as_str(), "F");
    let born = person.born.as_ref().unwrap();
    assert_eq!(born.to_string(), "1988-02-29");
    assert_eq!(born.span.of(&bytes), b"1988-02-29");
    assert_eq!(person.nationalities[0].country.as_str(), "SWE");
    let document = &person.documents[0];
    assert_eq!(document.kind, DocumentKind::Passport);
    assert_eq!(document.number.as_ref().unwrap().as_str(), "T09881230");
    assert_eq!(
        document.number.as_ref().unwrap().span.of(&bytes),
        b"T09881230"
    );
    assert_eq!(document.expires.as_ref().unwrap().to_string(), "2031-07-04");
    assert_eq!(
        person.birthplace.as_ref().unwrap().names.as_slice(),
        ["ORREFORS"]
    );
    assert_eq!(person.locator.as_ref().unwrap().as_str(), "K7Q2LM");
    assert_eq!(person.seats[0].seat.as_str(), "14C");
    assert_eq!(*person.bags.as_ref().unwrap().count.unwrap(), 2);
    assert_eq!(person.status, Some(TravelStatus::Boarded));
    let other = &manifest(&reports[0]).travellers[1];
    assert_eq!(other.seats[0].seat.as_str(), "2A");
    assert_eq!(other.status, Some(TravelStatus::NotBoarded));
    let kinds: Vec<_> = other.documents.iter().map(|d| d.kind).collect();
    assert_eq!(kinds, [DocumentKind::Passport, DocumentKind::Visa]);
    let leg = &manifest(&reports[0]).flights[0].legs[0];
    assert_eq!(leg.departs.as_ref().unwrap().time, Some(time(9, 15, 0, 0)));
    assert_eq!(leg.arrives.as_ref().unwrap().time, Some(time(13, 40, 0, 0)));
    let row = String::from_utf8_lossy(person.span.of(&bytes)).into_owned();
    assert!(
        row.starts_with("QZ417,") && row.ends_with(",boarded"),
        "{row}"
    );
    assert_eq!(manifest(&reports[1]).travellers[0].role, Role::Crew);
}

#[test]
fn titles_a_hint_and_a_byte_order_mark_may_stand_before_the_headings() {
    let bytes = corpus("manifest-semicolons.csv");
    assert!(manifest_csv::detect(&bytes));
    let report = only(&bytes);
    let m = manifest(&report);
    assert_eq!(m.unread.len(), 1);
    assert_eq!(m.travellers.len(), 2);
    assert_eq!(surname(&m.travellers[0]), "MÜLLER");
    assert_eq!(m.travellers[0].unread[0].tag, "Shoe size");
    assert_eq!(m.travellers[0].unread[0].text, "44");
    assert_eq!(m.travellers[1].born.unwrap().to_string(), "1971-04-03");
    let card = &m.travellers[1].documents[0];
    assert_eq!(card.kind, DocumentKind::IdentityCard);
    assert_eq!(card.number.as_ref().unwrap().as_str(), "A123456");
    assert_eq!(card.number_written.as_deref(), Some("A 123-456"));
    assert_eq!(
        codes(&report),
        [
            "csv-column-unknown",
            "missing-flight",
            "country-mapped",
            "single-name"
        ]
    );
}

#[test]
fn what_is_no_table_of_people_is_not_taken_for_one() {
    for bytes in [
        &b""[..],
        b"UNA:+.? 'UNB+UNOA:4+A+B'",
        b"hello, world\n1,2\n",
        b"amount,currency\n1,EUR\n",
        b"name\nQUIST\n",
        b"\xff\xfe\x00",
    ] {
        assert!(!manifest_csv::detect(bytes), "{bytes:?}");
        let report = only(bytes);
        assert_eq!(report.status(), Status::Rejected);
        assert_eq!(codes(&report), ["csv-header"]);
    }
}

#[test]
fn headings_without_rows_are_rejected() {
    let report = only(b"surname,given,born\n");
    assert_eq!(report.status(), Status::Rejected);
    assert!(codes(&report).contains(&"empty-manifest"));
}

#[test]
fn an_explicit_mapping_names_foreign_columns() {
    let bytes = b"Nachname|Vorname|Geb.\nQUIST|JORIS|17.01.1985\n";
    assert!(!manifest_csv::detect(bytes));
    let mapping: ColumnMapping = "surname=Nachname; given=Vorname; born=Geb."
        .parse()
        .unwrap();
    let reports = manifest_csv::read(bytes, &mapping, RECEIVED);
    let person = &manifest(&reports[0]).travellers[0];
    assert_eq!(surname(person), "QUIST");
    assert_eq!(person.born.unwrap().to_string(), "1985-01-17");
}

#[test]
fn dates_of_every_form_are_read() {
    for (written, expected) in [
        ("1985-01-17", "1985-01-17"),
        ("17/01/1985", "1985-01-17"),
        ("17.01.1985", "1985-01-17"),
        ("19850117", "1985-01-17"),
        ("17JAN85", "1985-01-17"),
        ("17-Jan-1985", "1985-01-17"),
        ("01/17/1985", "1985-01-17"),
        ("1985", "1985"),
        ("1985-01", "1985-01"),
    ] {
        let report =
            only(format!("surname,given,dob,flight\nQUIST,JORIS,{written},QZ1\n").as_bytes());
        let person = &manifest(&report).travellers[0];
        assert_eq!(person.born.unwrap().to_string(), expected, "{written}");
        assert!(!codes(&report).contains(&"ambiguous-day-month"));
    }
}

#[test]
fn a_date_that_can_be_read_both_ways_is_said() {
    let ambiguous =
        only(b"surname,given,dob,flight\nQUIST,JORIS,03/04/1985,QZ1\nA,B,05/06/1985,QZ1\n");
    assert_eq!(codes(&ambiguous), ["ambiguous-day-month"]);
    assert!(ambiguous.diagnostics[0].message.contains("2 times"));
    let born = |r: &Report, i: usize| manifest(r).travellers[i].born.unwrap().to_string();
    assert_eq!(born(&ambiguous, 0), "1985-04-03");
    let told = only(b"surname,given,dob,flight\nQUIST,JORIS,03/04/1985,QZ1\nA,B,04/25/1985,QZ1\n");
    assert_eq!(codes(&told), Vec::<&str>::new());
    assert_eq!(born(&told, 0), "1985-03-04");
    assert_eq!(born(&told, 1), "1985-04-25");
}

#[test]
fn a_row_of_another_width_keeps_its_person() {
    let bytes = b"flight,surname,given,dob\nQZ1,QUIST,JORIS\nQZ1,A,B,1985-01-17,EXTRA\n,,,\n\n";
    let report = only(bytes);
    assert_eq!(codes(&report), ["csv-row", "csv-row"]);
    assert_eq!(report.status(), Status::Partial);
    assert_eq!(report.diagnostics[1].span.of(bytes), b"EXTRA");
    assert_eq!(report.diagnostics[0].path.to_string(), "ROW #2, element 4");
    let people = &manifest(&report).travellers;
    assert_eq!(
        people.iter().map(surname).collect::<Vec<_>>(),
        ["QUIST", "A"]
    );
    assert_eq!(people[1].unread[0].text, "EXTRA");
}

#[test]
fn a_row_without_a_flight_is_in_a_list_without_one() {
    let reports = reports(b"flight,surname,given\nQZ1,QUIST,JORIS\n,A,B\n");
    assert_eq!(reports.len(), 2);
    assert_eq!(codes(&reports[0]), Vec::<&str>::new());
    assert_eq!(codes(&reports[1]), ["missing-flight"]);
    assert!(manifest(&reports[1]).flights.is_empty());
}

#[test]
fn unknown_values_cost_nobody() {
    let report = only(
        b"surname,given,sex,dob,nationality,role,status,bags,flight\n\
          QUIST,JORIS,Q,soon,QQQ,WIZARD,LOST,many,QZ1\n",
    );
    let person = &manifest(&report).travellers[0];
    assert_eq!(surname(person), "QUIST");
    assert_eq!(person.role, Role::Passenger);
    let kept: Vec<_> = person.unread.iter().map(|u| u.text.as_str()).collect();
    assert_eq!(kept, ["WIZARD", "Q", "many", "LOST"]);
    assert_eq!(
        codes(&report),
        [
            "unknown-sex",
            "invalid-date",
            "unknown-country",
            "unknown-qualifier",
            "unknown-qualifier",
            "unusable-quantity"
        ]
    );
}

#[test]
fn whole_names_are_divided_at_the_comma() {
    let report =
        only(b"name,dob,flight\n\"QUIST, JORIS\",1985-01-17,QZ1\nSUHARTO,1971-01-01,QZ1\n");
    let people = &manifest(&report).travellers;
    assert_eq!(
        (surname(&people[0]), people[0].name.given[0].as_str()),
        ("QUIST", "JORIS")
    );
    assert_eq!(surname(&people[1]), "SUHARTO");
    assert_eq!(codes(&report), ["single-name"]);
}

#[test]
fn windows_1252_is_recognised_and_said() {
    let report = only(b"surname,given,flight\nM\xDCLLER,J\xD6RG,QZ1\n");
    assert_eq!(surname(&manifest(&report).travellers[0]), "MÜLLER");
    assert_eq!(codes(&report), ["charset-guessed", "charset-guessed"]);
}

#[test]
fn large_files_come_in_chunks_and_nobody_is_lost() {
    let mut bytes = b"surname,given,flight\n".to_vec();
    let rows = manifest_csv::CHUNK_ROWS_MAX + 5;
    for _ in 0..rows {
        bytes.extend_from_slice(b"QUIST,JORIS,QZ1\n");
    }
    let people: Vec<_> = reports(&bytes)
        .iter()
        .map(|r| manifest(r).travellers.len())
        .collect();
    assert_eq!(people, [manifest_csv::CHUNK_ROWS_MAX, 5]);
}

#[test]
fn crew_alone_is_a_crew_list() {
    let report = only(b"surname,given,rank,flight\nVESTERGARD,ALMA,CR1,QZ1\n");
    assert_eq!(manifest(&report).function, ManifestFunction::Crew);
    assert_eq!(manifest(&report).travellers[0].role, Role::Crew);
}

proptest! {
    #[test]
    fn every_row_is_a_person(
        rows in prop::collection::vec(("[A-Za-z,;\" ]{0,12}", "[ -~]{0,12}", "[0-9/.-]{0,10}"), 1..20)
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["surname", "given", "born", "flight"]).unwrap();
        for (surname, given, born) in &rows {
            writer.write_record([surname, given, born, "QZ1"]).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let people: usize = reports(&bytes).iter().map(|r| manifest(r).travellers.len()).sum();
        prop_assert_eq!(people, rows.len());
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        tidewaiter_formats::fuzz::manifest_csv(&bytes);
        let headed = [b"surname,given,dob,departure,flight,from,bags\n".as_slice(), &bytes].concat();
        tidewaiter_formats::fuzz::manifest_csv(&headed);
    }

    #[test]
    fn a_damaged_file_is_read_without_a_panic(
        cuts in prop::collection::vec((0usize..2000, any::<u8>()), 1..12)
    ) {
        let mut bytes = corpus("manifest.csv");
        for (at, byte) in cuts {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        tidewaiter_formats::fuzz::manifest_csv(&bytes);
    }
}
