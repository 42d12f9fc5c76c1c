//! PAXLST as carriers really send it: the composed examples, the GTAS samples, each deviation.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use tidewaiter_domain::{Manifest, Role, Traveller};
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

fn manifest(report: &Report) -> &Manifest {
    match &report.content {
        Some(Content::Manifest(manifest)) => manifest,
        other => panic!("no manifest: {other:?}"),
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

/// One message of passengers around `body`, on flight QZ417 ORA-DRB, with true counts.
fn passengers(body: &str) -> Report {
    let people = body.matches("NAD+").count();
    let text = format!(
        "UNB+UNOA:4+QZAIR+TWCUST+260314:0610+42'UNH+1+PAXLST:D:15B:UN:IATA'BGM+745'TDT+20+QZ417+++QZ'\
         LOC+125+ARN'DTM+189:2603140915:201'LOC+87+LHR'DTM+232:2603141140:201'{body}CNT+42:{people}'"
    );
    let segments = text.replace("?'", "").matches('\'').count();
    let text = format!("{text}UNT+{segments}+1'UNZ+1+42'");
    let mut reports = reports(text.as_bytes());
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

/// What a traveller is, on one line.
fn line(t: &Traveller) -> String {
    let mut words = vec![
        t.name.surname.as_deref().unwrap_or("-").to_owned(),
        t.name.given.join(" "),
    ];
    let mut add = |key: &str, value: Option<String>| {
        words.extend(value.map(|v| format!("{key}={v}")));
    };
    add("sex", t.sex.as_ref().map(|s| s.as_str().to_owned()));
    add("born", t.born.as_ref().map(|b| b.to_string()));
    add(
        "in",
        t.birthplace.as_ref().map(|p| {
            let country = p.country.as_ref().map_or("", |c| c.as_str());
            format!("{country}/{}", p.names.join("/"))
        }),
    );
    for n in &t.nationalities {
        add("nat", Some(n.country.as_str().to_owned()));
    }
    add("lives", t.residence.as_ref().map(|r| r.as_str().to_owned()));
    for d in &t.documents {
        let number = d.number.as_ref().map_or("-", |n| n.as_str());
        let issuer = d.issuer.as_ref().map_or("-", |i| i.as_str());
        let expires = d.expires.as_ref().map_or("-".to_owned(), |e| e.to_string());
        add(
            "doc",
            Some(format!("{}:{number}/{issuer}/{expires}", d.code)),
        );
    }
    add("locator", t.locator.as_ref().map(|l| l.to_string()));
    add("ref", t.reference.as_ref().map(|l| l.to_string()));
    for s in &t.seats {
        add("seat", Some(s.seat.to_string()));
    }
    if let Some(bags) = &t.bags {
        add("bags", bags.count.map(|c| c.to_string()));
        add("grams", bags.weight_g.map(|g| g.to_string()));
        for tag in &bags.tags {
            add("tag", Some(tag.to_string()));
        }
    }
    add(
        "crew",
        t.crew_function.as_ref().map(|c| format!("{:?}", c.value)),
    );
    add("status", t.status.map(|s| s.as_str().to_owned()));
    words.join(" ")
}

#[test]
fn example_a_reads_to_its_table() {
    let reports = reports(&file("composed/paxlst-a-passengers.edi"));
    let [report] = &reports[..] else {
        panic!("one message")
    };
    let list = manifest(report);
    let lines: Vec<_> = list.travellers.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "O'MARREN TOVA LINNEA sex=F born=1988-02-29 in=/ORREFORS SWE nat=SWE lives=SWE \
             doc=P:T09881230/SWE/2031-07-04 locator=K7Q2LM ref=QZ417001 seat=14C bags=2 grams=31000 \
             tag=QZ123456 tag=QZ123457 status=checked-in",
            "IBARRONDO MIKEL sex=M born=1951-08-03 nat=ESP lives=ESP doc=P:XZA770015/ESP/2028-01-31 \
             doc=V:V5500172/UTO/2027-06-01 locator=P3XX9A ref=QZ417002 seat=2A bags=0 \
             status=checked-in",
        ]
    );
    let address = &list.travellers[0].addresses[0];
    assert_eq!(address.street.as_deref(), Some("12 HARBOUR ROW"));
    assert_eq!(address.region.as_deref(), Some("KALMAR"));
    assert_eq!(address.country.as_ref().map(|c| c.as_str()), Some("SWE"));
    assert_eq!(list.travellers[0].verified, Some(true));
    assert_eq!(list.travellers[1].verified, Some(false));
    assert_eq!(list.declared_count.map(|c| c.value), Some(2));
    assert_eq!(
        list.transaction.as_ref().map(|t| t.to_string()).as_deref(),
        Some("QZ26031400042")
    );
    let party = list.reporting_party.as_ref().unwrap();
    assert_eq!(party.name.as_deref(), Some("QUILLAN AIR OPS CENTRE"));
    assert_eq!(party.contacts.len(), 3);
    assert_eq!(party.contacts[2].value, "OPS@QUILLAN.EXAMPLE");
    let flight = list.flight().unwrap();
    assert_eq!(flight.designator.number, "417");
    assert_eq!(flight.legs.len(), 1);
    assert_eq!(report.status(), Status::Accepted);
    // ORA is no airport of the tables (Orán in Argentina has no IATA scheduled code there), UTO is
    // the specimen country: both are said.
    assert!(
        codes(report).contains(&"specimen-country"),
        "{:?}",
        codes(report)
    );
}

#[test]
fn example_b_reads_crew_and_a_positioning_member_in_transit() {
    let reports = reports(&file("composed/paxlst-b-crew.edi"));
    let list = manifest(&reports[0]);
    let lines: Vec<_> = list.travellers.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "VESTERGARD ALMA sex=F born=1979-05-11 nat=DNK lives=DNK doc=P:209911873/DNK/2030-11-20 \
             doc=L:PL55012/DNK/- crew=Cockpit",
            "QUIST JORIS sex=M born=1985-01-17 nat=NLD doc=P:NX44Q2107/NLD/2029-09-18 crew=Cargo",
        ]
    );
    assert_eq!(list.travellers[1].role, Role::TransitCrew);
    assert_eq!(
        list.travellers[0].documents[1].number_written.as_deref(),
        Some("PL-55012")
    );
}

#[test]
fn example_c_changes_and_closes() {
    let reports = reports(&file("composed/paxlst-c-change-and-closeout.edi"));
    let effects: Vec<_> = reports
        .iter()
        .map(|r| manifest(r).effect.as_str())
        .collect();
    assert_eq!(effects, ["change", "closed-on-board"]);
    let lines: Vec<_> = manifest(&reports[1]).travellers.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "O'MARREN TOVA locator=K7Q2LM ref=QZ417001 status=boarded",
            "IBARRONDO MIKEL locator=P3XX9A ref=QZ417002 status=boarded",
        ]
    );
}

/// Persons in `bytes` by a count that shares no code with the reader: NAD segments with a
/// qualifier of people.
fn people_counted(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes).replace(['\r', '\n'], "");
    let element = if text.contains("NAD*") { '*' } else { '+' };
    ["FL", "FM", "DDU", "DDT"]
        .iter()
        .map(|q| text.matches(&format!("NAD{element}{q}{element}")).count())
        .sum()
}

// proves part of: INT-01
#[test]
fn every_gtas_sample_is_read_with_everybody_in_it() {
    let folder = corpus("gtas/apis");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    if let Some(more) = std::env::var_os("TIDEWAITER_SAMPLES") {
        let more = Path::new(&more).join("messages/gtas/apis");
        files.extend(
            std::fs::read_dir(more)
                .into_iter()
                .flatten()
                .map(|e| e.unwrap().path()),
        );
    }
    assert!(files.len() >= 8);
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let reports = reports(&bytes);
        let mut people = 0;
        for report in &reports {
            assert_ne!(
                report.status(),
                Status::Rejected,
                "{path:?}: {:?}",
                codes(report)
            );
            people += manifest(report).travellers.len();
        }
        assert_eq!(people, people_counted(&bytes), "{path:?}");
        assert!(people > 0, "{path:?}");
    }
}

#[test]
fn a_birth_date_of_eight_digits_is_that_date() {
    let report = passengers("NAD+FL+++CLARK:MICHAEL'DTM+329:19720907'");
    assert_eq!(
        line(&manifest(&report).travellers[0]),
        "CLARK MICHAEL born=1972-09-07 status=checked-in"
    );
}

#[test]
fn a_place_of_birth_is_no_nationality() {
    let report = passengers("NAD+FL+++CLARK:MICHAEL'LOC+180+:::LONDON'");
    assert_eq!(
        line(&manifest(&report).travellers[0]),
        "CLARK MICHAEL in=/LONDON status=checked-in"
    );
    assert!(manifest(&report).travellers[0].nationalities.is_empty());
}

#[test]
fn one_mononym_costs_nobody() {
    let report = passengers("NAD+FL+++SUHARTO'NAD+FL+++CLARK:MICHAEL'");
    let lines: Vec<_> = manifest(&report).travellers.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "SUHARTO  status=checked-in",
            "CLARK MICHAEL status=checked-in"
        ]
    );
    assert_eq!(codes(&report), ["single-name"]);
}

#[test]
fn d27_unknown_codes_cost_nobody_and_are_kept() {
    let report = passengers(
        "NAD+FL+++CLARK:MICHAEL'RFF+QQQ:1'ATT+9++Z'LOC+999+LHR'MEA+ZZ++KGM:1'DTM+777:260101'NAT+7+SWE'XYZ+1'\
         NAD+QQ+++LANG:KRISTIN'RFF+YZY:1234567890123C1'",
    );
    let list = manifest(&report);
    let lines: Vec<_> = list.travellers.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "CLARK MICHAEL nat=SWE status=checked-in",
            "LANG KRISTIN status=checked-in"
        ]
    );
    assert_eq!(list.travellers[0].unread.len(), 6);
    assert_eq!(list.travellers[1].tickets[0].as_str(), "1234567890123C1");
    assert_eq!(
        codes(&report)
            .iter()
            .filter(|c| **c == "unknown-qualifier")
            .count(),
        7
    );
    assert!(codes(&report).contains(&"unknown-segment"));
    assert_eq!(report.status(), Status::Accepted);
}

#[test]
fn d28_any_order_within_a_person_is_understood() {
    let report = passengers(
        "NAD+FL+++CLARK:MICHAEL'DOC+P:110:111+178556534'LOC+91+USA'NAT+2+USA'DTM+36:180221'\
         DTM+329:541016'ATT+2++M'RFF+AVF:QXGYLO'",
    );
    assert_eq!(
        line(&manifest(&report).travellers[0]),
        "CLARK MICHAEL sex=M born=1954-10-16 nat=USA doc=P:178556534/USA/2018-02-21 \
         locator=QXGYLO status=checked-in"
    );
}

#[test]
fn d29_d30_counts_are_compared() {
    let text = |cnt: &str| {
        format!(
            "UNB+UNOA:4+A+B+260314:0610+42'UNH+1+PAXLST:D:15B'BGM+745'TDT+20+QZ417+++QZ'\
             LOC+125+ARN'LOC+87+LHR'NAD+FL+++A:B'{cnt}UNT+{}+1'UNZ+1+42'",
            if cnt.is_empty() { 7 } else { 8 }
        )
    };
    for (cnt, expected) in [
        ("CNT+42:1'", &[][..]),
        ("CNT+42:3'", &["count-mismatch"]),
        ("CNT+41:1'", &["count-qualifier-swapped"]),
        ("", &["missing-count"]),
        ("CNT+42:many'", &["missing-count", "unusable-quantity"]),
    ] {
        let reports = reports(text(cnt).as_bytes());
        assert_eq!(codes(&reports[0]), expected, "{cnt}");
        assert_eq!(reports[0].status(), Status::Accepted);
    }
}

#[test]
fn totals_of_a_report_in_parts_are_left_to_the_series() {
    let text = |part: &str| {
        format!(
            "UNB+UNOA:4+A+B+260314:0610+42'UNH+1+PAXLST:D:15B+QZ417/260314/0915+{part}'BGM+745'\
             TDT+20+QZ417+++QZ'LOC+125+ARN'LOC+87+LHR'NAD+FL+++A:B'CNT+42:160'UNT+8+1'UNZ+1+42'"
        )
    };
    assert_eq!(
        codes(&reports(text("01:C").as_bytes())[0]),
        ["part-of-report"]
    );
    assert_eq!(
        codes(&reports(text("02").as_bytes())[0]),
        ["part-of-report"]
    );
    assert_eq!(
        codes(&reports(text("03:F").as_bytes())[0]),
        ["part-of-report"]
    );
    assert_eq!(
        codes(&reports(text("01:F").as_bytes())[0]),
        ["count-mismatch"]
    );
}

#[test]
fn d42_placeholder_documents_are_no_documents() {
    let report = passengers("NAD+FL+++CLARK:MICHAEL'DOC+P+NULL'DOC++433-419 360'");
    assert_eq!(
        line(&manifest(&report).travellers[0]),
        "CLARK MICHAEL doc=P:-/-/- doc=:433419360/-/- status=checked-in"
    );
    assert_eq!(
        codes(&report),
        ["placeholder-document", "document-without-type"]
    );
}

#[test]
fn d43_countries_of_every_form_are_understood() {
    let report =
        passengers("NAD+FL+++CLARK:MICHAEL'NAT+2+D'LOC+174+gb'NAD+FL+++LANG:KRISTIN'NAT+2+QQQ'");
    let list = manifest(&report);
    assert_eq!(
        line(&list.travellers[0]),
        "CLARK MICHAEL nat=DEU lives=GBR status=checked-in"
    );
    assert_eq!(
        line(&list.travellers[1]),
        "LANG KRISTIN nat=QQQ status=checked-in"
    );
    assert_eq!(
        codes(&report),
        ["country-mapped", "country-mapped", "unknown-country"]
    );
}

#[test]
fn d16_letters_outside_the_declared_set_are_read_and_said_so() {
    let report = passengers("NAD+FL+++MÜLLER:JÖRG'");
    assert_eq!(
        line(&manifest(&report).travellers[0]),
        "MÜLLER JÖRG status=checked-in"
    );
    assert_eq!(codes(&report), ["charset-guessed"]);
    let report = passengers("NAD+FL+++Müller:Tova'NAD+FL+++Lang:Kristin'");
    assert_eq!(codes(&report), ["charset-guessed", "lower-case"]);
    assert!(
        report.diagnostics[1].message.contains("4 times"),
        "{:?}",
        report.diagnostics
    );
}

#[test]
fn d23_surplus_name_parts_are_kept() {
    let report = passengers("NAD+FL+++CLARK:MICHAEL:JOHN:PAUL:GEORGE:RINGO'");
    assert_eq!(
        line(&manifest(&report).travellers[0]),
        "CLARK MICHAEL JOHN PAUL GEORGE RINGO status=checked-in"
    );
}

#[test]
fn d33_d44_the_legs_of_a_progressive_flight_are_paired() {
    let reports = reports(&file("gtas/apis/multiple_flight_leg_apis.txt"));
    let list = manifest(&reports[0]);
    let legs: Vec<String> = list
        .flights
        .iter()
        .flat_map(|f| {
            f.legs.iter().map(|l| {
                let place =
                    |p: &Option<tidewaiter_domain::Sourced<tidewaiter_domain::AirportCode>>| {
                        p.as_ref().map_or("-".to_owned(), |a| a.to_string())
                    };
                format!(
                    "{} {}-{}{}",
                    f.designator.number,
                    place(&l.from),
                    place(&l.to),
                    if l.border { " border" } else { "" }
                )
            })
        })
        .collect();
    assert_eq!(legs, ["877 MIA-IAD", "827 IAD-JFK", "827 JFK-CDG border"]);
    assert_eq!(list.flight().unwrap().designator.number, "827");
    let departs = list.flights[1].legs[1].departs.unwrap();
    assert_eq!(departs.instant.unwrap().to_string(), "2008-08-11T00:00:00Z");
}

#[test]
fn times_in_a_gap_and_twice_are_said_so() {
    let text = |time: &str| {
        format!(
            "UNB+UNOA:4+A+B+260301:0610+42'UNH+1+PAXLST:D:15B'BGM+745'TDT+20+QZ417+++QZ'LOC+125+JFK'\
             DTM+189:{time}:201'LOC+87+LHR'NAD+FL+++A:B'CNT+42:1'UNT+9+1'UNZ+1+42'"
        )
    };
    assert_eq!(
        codes(&reports(text("2603080230").as_bytes())[0]),
        ["time-in-gap"]
    );
    assert_eq!(
        codes(&reports(text("2611010130").as_bytes())[0]),
        ["time-ambiguous"]
    );
    assert_eq!(
        codes(&reports(text("2611010330").as_bytes())[0]),
        Vec::<&str>::new()
    );
}

#[test]
fn d39_a_flight_that_lands_before_it_starts_is_warned_of() {
    let text = "UNB+UNOA:4+A+B+260301:0610+42'UNH+1+PAXLST:D:15B'BGM+745'TDT+20+QZ417+++QZ'LOC+125+JFK'\
        DTM+189:2603051000:201'LOC+87+LHR'DTM+232:2603051100:201'NAD+FL+++A:B'CNT+42:1'UNT+10+1'UNZ+1+42'";
    assert_eq!(
        codes(&reports(text.as_bytes())[0]),
        ["arrival-before-departure"]
    );
}

#[test]
fn d40_an_unknown_airport_is_unknown_and_a_city_is_a_city() {
    let text = |from: &str| {
        format!(
            "UNB+UNOA:4+A+B+260301:0610+42'UNH+1+PAXLST:D:15B'BGM+745'TDT+20+QZ417+++QZ'LOC+125+{from}'\
             DTM+189:2603051000:201'LOC+87+ARN'NAD+FL+++A:B'CNT+42:1'UNT+9+1'UNZ+1+42'"
        )
    };
    let unknown = reports(text("QQQ").as_bytes());
    assert_eq!(codes(&unknown[0]), ["unknown-airport"]);
    let departs = manifest(&unknown[0]).flights[0].legs[0].departs.unwrap();
    assert_eq!((departs.date, departs.instant), (date(2026, 3, 5), None));
    let city = reports(text("LON").as_bytes());
    assert_eq!(codes(&city[0]), ["city-code"]);
    let departs = manifest(&city[0]).flights[0].legs[0].departs.unwrap();
    assert_eq!(departs.instant.unwrap().to_string(), "2026-03-05T10:00:00Z");
}

#[test]
fn every_flight_status_moves_its_people() {
    for (bgm, effect, status) in [
        ("266+CLOB", "closed-on-board", Some("boarded")),
        ("266+CLNB", "closed-not-on-board", Some("not-boarded")),
        ("266+CL", "closed", None),
        ("266+XF", "flight-cancelled", Some("cancelled")),
        ("266+CF", "flight-changed", None),
        ("745+XR", "cancel", Some("cancelled")),
        ("745+RP", "reduction", Some("cancelled")),
        ("745+CP", "change", Some("checked-in")),
        ("336+G", "add", None),
        ("655", "report", None),
        ("250+CC", "change", None),
    ] {
        let text = format!(
            "UNB+UNOA:4+A+B+260301:0610+42'UNH+1+PAXLST:D:15B'BGM+{bgm}'TDT+20+QZ417+++QZ'\
             LOC+125+JFK'LOC+87+LHR'NAD+FL+++A:B'CNT+42:1'UNT+8+1'UNZ+1+42'"
        );
        let reports = reports(text.as_bytes());
        let list = manifest(&reports[0]);
        assert_eq!(list.effect.as_str(), effect, "{bgm}");
        assert_eq!(
            list.travellers[0].status.map(|s| s.as_str()),
            status,
            "{bgm}"
        );
        assert!(!codes(&reports[0]).contains(&"unknown-function"), "{bgm}");
    }
}

#[test]
fn an_unknown_document_code_costs_nobody() {
    let text = "UNB+UNOA:4+A+B+260301:0610+42'UNH+1+PAXLST:D:15B'BGM+999+QQ'TDT+20+QZ417+++QZ'\
        LOC+125+JFK'LOC+87+LHR'NAD+FL+++A:B'CNT+42:1'UNT+8+1'UNZ+1+42'";
    let reports = reports(text.as_bytes());
    assert_eq!(manifest(&reports[0]).travellers.len(), 1);
    assert_eq!(codes(&reports[0]), ["unknown-function", "unknown-function"]);
}

#[test]
fn a_message_with_nothing_usable_is_rejected_and_says_why() {
    let no_bgm = b"UNB+UNOA:4+A+B+260301:0610+42'UNH+1+PAXLST:D:15B'UNT+2+1'UNZ+1+42'";
    let report = &reports(no_bgm)[0];
    assert_eq!(
        (report.status(), codes(report)),
        (Status::Rejected, vec!["missing-bgm"])
    );
    let nobody =
        b"UNB+UNOA:4+A+B+260301:0610+42'UNH+1+PAXLST:D:15B'BGM+745'TDT+20+QZ417'UNT+4+1'UNZ+1+42'";
    let report = &reports(nobody)[0];
    assert_eq!(
        (report.status(), codes(report)),
        (Status::Rejected, vec!["empty-manifest"])
    );
    let zero = b"UNB+UNOA:4+A+B+260301:0610+42'UNH+1+PAXLST:D:15B'BGM+745'TDT+20+QZ417'NAD+ZZZ'CNT+42:0'UNT+6+1'UNZ+1+42'";
    let report = &reports(zero)[0];
    assert_eq!((report.status(), codes(report)), (Status::Accepted, vec![]));
    let unsupported = b"UNB+UNOA:4+A+B+260301:0610+42'UNH+1+ORDERS:D:15B'BGM+745'UNT+3+1'UNZ+1+42'";
    let report = &reports(unsupported)[0];
    assert_eq!(
        (report.status(), codes(report)),
        (Status::Rejected, vec!["unsupported-message-type"])
    );
    let report = &reports(b"Dear colleagues")[0];
    assert_eq!(
        (report.status(), codes(report)),
        (Status::Rejected, vec!["stray-bytes", "not-a-message"])
    );
}

#[test]
fn the_older_us_form_is_read() {
    let text = "UNA:+.? 'UNB+UNOA:1+QZAIR:QZ+TWCUST:US+020131:2359+0201312359++CEDIPAX+A+++0'\
        UNG+PAXLST+QZCOMM:QZ+TWCUST:US+020131:2359+0201312359+QZ+001:000'\
        UNH+0201312359+PAXLST:001:000:QZ+QZ812/020131/2300'CTA+IC+:TOVA? OMARREN+1-703-555-0100:TE+1-703-555-0101:FX'\
        TDT++QZ812+40+QZ'LOC+5+NZAKL:50'DTM+136+020131+2200+M10'LOC+PT+USHNL:50'DTM+132+020131+1900+P8'\
        LOC+8+USJFK:50'DTM+132+020201+0400+P2'UNS+D'\
        PDT+P/182345345:990909:US+MANGUS:SIMON:P:590429:M+PAX+NZAKL:USLAX'\
        PDT+P/C76543D:920429:GB+BOYLE:ALVIN::521221:U+PAX+NZAKL:USLAX'\
        PDT+P/121234324:980701:US+O?'LEARY:INDIANA::351230'UNT+15+0201312359'UNE+1+0201312359'UNZ+1+0201312359'";
    let reports = reports(text.as_bytes());
    let list = manifest(&reports[0]);
    let lines: Vec<_> = list.travellers.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "MANGUS SIMON P sex=M born=1959-04-29 doc=P:182345345/USA/1999-09-09 status=checked-in",
            "BOYLE ALVIN born=1952-12-21 doc=P:C76543D/GBR/1992-04-29 status=checked-in",
            "O'LEARY INDIANA born=1935-12-30 doc=P:121234324/USA/1998-07-01 status=checked-in",
        ]
    );
    let legs: Vec<_> = list.flights[0]
        .legs
        .iter()
        .map(|l| {
            (
                l.from.as_ref().unwrap().to_string(),
                l.to.as_ref().unwrap().to_string(),
            )
        })
        .collect();
    assert_eq!(
        legs,
        [("AKL".into(), "HNL".into()), ("HNL".into(), "JFK".into())]
    );
    assert_eq!(list.reporting_party.as_ref().unwrap().contacts.len(), 2);
}

#[test]
fn spans_point_at_what_was_read() {
    let bytes = file("composed/paxlst-a-passengers.edi");
    let mut reader = Reader::of_slice(&bytes);
    let message = reader.next().unwrap().unwrap();
    let report = read(&message, RECEIVED);
    let person = &manifest(&report).travellers[0];
    let at = |span: tidewaiter_domain::Span| String::from_utf8_lossy(span.of(message.bytes()));
    assert_eq!(at(person.name.span), "O?'MARREN:TOVA:LINNEA");
    assert_eq!(at(person.born.unwrap().span), "880229");
    assert_eq!(
        at(person.documents[0].number.as_ref().unwrap().span),
        "T09881230"
    );
    assert_eq!(at(person.locator.as_ref().unwrap().span), "K7Q2LM");
    assert!(at(person.span).starts_with("NAD+FL+++O?'MARREN"));
    assert!(at(person.span).ends_with("LOC+91+SWE'"));
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn mutated_manifests_never_panic(
            flips in prop::collection::vec((0usize..4000, any::<u8>()), 0..20),
            cut in 0usize..3000,
        ) {
            let mut bytes = file("composed/paxlst-a-passengers.edi");
            for (at, byte) in flips {
                let n = bytes.len();
                bytes[at % n] = byte;
            }
            bytes.truncate(bytes.len().saturating_sub(cut));
            for report in reports(&bytes) {
                for diagnostic in &report.diagnostics {
                    prop_assert!(diagnostic.span.end as usize <= bytes.len() + 1);
                }
            }
        }

        #[test]
        fn shuffled_segments_lose_nobody(order in Just((0..44).collect::<Vec<usize>>()).prop_shuffle()) {
            // Whatever the order of the segments of a person, all of it arrives; here the whole
            // message between BGM and CNT is shuffled, and still every NAD is a person.
            let text = String::from_utf8(file("composed/paxlst-a-passengers.edi")).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            let (head, rest) = lines.split_at(5);
            let (body, tail) = rest.split_at(rest.len() - 4);
            let mut shuffled: Vec<&str> = Vec::new();
            shuffled.extend(head);
            shuffled.extend(order.iter().filter_map(|i| body.get(*i)));
            shuffled.extend(body.iter().skip(44));
            shuffled.extend(tail);
            let reports = reports(shuffled.join("\n").as_bytes());
            let people: usize = reports.iter().map(|r| manifest(r).travellers.len()).sum();
            prop_assert_eq!(people, 2);
        }
    }
}
