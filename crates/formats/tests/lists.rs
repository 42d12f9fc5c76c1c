//! Lists in every form, composed and broken.

// Helpers of tests are tests, which clippy cannot see here.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tidewaiter_formats::lists::{
    ListFile, ListFormat, ListReading, MeasureTable, read, read_one, subject_json, version,
};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/lists")
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(corpus().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Every composed list that stands in one file.
const SINGLE: &[(&str, ListFormat)] = &[
    ("un.xml", ListFormat::UnXml),
    ("ofac_sdn.csv", ListFormat::OfacCsv),
    ("ofac_sdn.xml", ListFormat::OfacXml),
    ("ofac_sdn_advanced.xml", ListFormat::OfacAdvancedXml),
    ("eu.xml", ListFormat::EuXml),
    ("eu.csv", ListFormat::EuCsv),
    ("uk_conlist.csv", ListFormat::UkConListCsv),
    ("uk_sanctions_list.xml", ListFormat::UkSanctionsListXml),
    ("seco.xml", ListFormat::SecoXml),
    ("sema_2020.xml", ListFormat::SemaXml),
    ("sema_2026.xml", ListFormat::SemaXml),
    ("dfat.csv", ListFormat::DfatCsv),
    ("us_csl.csv", ListFormat::UsCslCsv),
    ("us_denied_persons.txt", ListFormat::UsDeniedPersons),
    ("interpol_search.json", ListFormat::InterpolJson),
    ("ftm.json", ListFormat::FtmJson),
    ("targets_simple.csv", ListFormat::TargetsSimpleCsv),
    ("../../docs/templates/list.csv", ListFormat::OwnCsv),
    ("../../docs/templates/list.jsonl", ListFormat::OwnJsonl),
];

fn shown(reading: &ListReading) -> String {
    let table = MeasureTable::shipped();
    let mut text = format!(
        "{} {} published {}\n",
        reading.list,
        reading.format.as_str(),
        reading
            .published
            .map_or_else(|| "-".to_owned(), |d| d.to_string())
    );
    for subject in &reading.subjects {
        let line = subject_json(subject, &table);
        writeln!(text, "{}", serde_json::to_string_pretty(&line).unwrap()).unwrap();
    }
    for diagnostic in &reading.diagnostics {
        writeln!(
            text,
            "{} {} at {:?} ({}): {}",
            diagnostic.severity.as_str(),
            diagnostic.code.slug,
            diagnostic.span,
            diagnostic.path,
            diagnostic.message
        )
        .unwrap();
    }
    text
}

#[test]
fn every_form_of_list_reads_as_it_did() {
    for (name, format) in SINGLE {
        let reading = read_one(&bytes(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(reading.format, *format, "{name}");
        let snapshot = name.rsplit('/').next().unwrap().replace('.', "_");
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(snapshot, shown(&reading));
        });
    }
}

#[test]
fn the_files_of_ofac_are_one_list() {
    let parts: Vec<(&str, Vec<u8>)> = [
        "ofac_comments.csv",
        "ofac_add.csv",
        "ofac_sdn.csv",
        "ofac_alt.csv",
    ]
    .into_iter()
    .map(|name| (name, bytes(name)))
    .collect();
    let files: Vec<ListFile<'_>> = parts
        .iter()
        .map(|(name, bytes)| ListFile { name, bytes })
        .collect();
    let results = read(&files);
    assert_eq!(results.len(), 1);
    assert_eq!(results[0].files, [2, 0, 1, 3]);
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("ofac_joined", shown(results[0].outcome.as_ref().unwrap()));
    });
}

/// A workbook as spreadsheet programs write it: shared texts, a date by style, a bare year.
fn workbook() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in [
        (
            "xl/sharedStrings.xml",
            r#"<sst><si><t>Reference</t></si><si><t>Name of Individual or Entity</t></si><si><t>Type</t></si><si><t>Name Type</t></si><si><t>Date of Birth</t></si><si><t>Individual</t></si><si><t>Primary Name</t></si><si><r><t>Kasim </t></r><r><t>TESTANI</t></r></si></sst>"#,
        ),
        (
            "xl/styles.xml",
            r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="d/mm/yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"#,
        ),
        (
            "xl/worksheets/sheet1.xml",
            r#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c><c r="E1" t="s"><v>4</v></c></row><row r="2"><c r="A2"><v>9001</v></c><c r="B2" t="s"><v>7</v></c><c r="C2" t="s"><v>5</v></c><c r="D2" t="s"><v>6</v></c><c r="E2" s="1"><v>25600</v></c></row><row r="3"><c r="A3" t="inlineStr"><is><t>9001a</t></is></c><c r="B3" t="inlineStr"><is><t>Qassem</t></is></c><c r="E3" s="1"><v>1973</v></c></row></sheetData></worksheet>"#,
        ),
    ] {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_is_read_with_its_dates() {
    let reading = read_one(&workbook()).unwrap();
    assert_eq!(reading.format, ListFormat::DfatXlsx);
    let [subject] = reading.subjects.as_slice() else {
        panic!("{:?}", reading.subjects)
    };
    assert_eq!(subject.names[0].full, "Kasim TESTANI");
    let born: Vec<String> = subject.born.iter().map(|b| b.from.to_string()).collect();
    assert_eq!(born, ["1970-02-01", "1973-01-01"]);
}

#[test]
fn a_broken_workbook_is_refused() {
    let whole = workbook();
    for end in [4, whole.len() / 2, whole.len() - 10] {
        let refusal = read_one(&whole[..end]).unwrap_err();
        assert_eq!(refusal.diagnostic.code.slug, "list-truncated", "{end}");
    }
}

fn refused(bytes: &[u8]) -> (&'static str, u32) {
    let diagnostic = read_one(bytes).unwrap_err().diagnostic;
    (diagnostic.code.slug, diagnostic.span.start)
}

#[test]
fn a_web_page_in_place_of_a_list_is_refused() {
    let page = b"<!DOCTYPE html>\n<html><head><title>503</title></head></html>";
    assert_eq!(refused(page), ("list-html", 0));
}

// proves: SEC-06
#[test]
fn an_entity_bomb_is_refused_before_it_grows() {
    let bomb = br#"<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;">]><CONSOLIDATED_LIST dateGenerated="2026-01-01"><INDIVIDUALS><INDIVIDUAL><FIRST_NAME>&b;</FIRST_NAME></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>"#;
    assert_eq!(refused(bomb), ("list-doctype", 21));
    let external = br#"<!DOCTYPE l SYSTEM "file:///etc/passwd"><CONSOLIDATED_LIST/>"#;
    assert_eq!(refused(external), ("list-doctype", 0));
}

#[test]
fn a_list_in_the_wrong_character_set_is_refused_at_the_byte() {
    let mut list = bytes("un.xml");
    let at = list.windows(5).position(|w| w == b"Basra").unwrap();
    list[at] = 0xe9;
    assert_eq!(refused(&list), ("list-encoding", at as u32));
}

#[test]
fn a_list_that_names_nobody_is_refused() {
    let empty = b"<CONSOLIDATED_LIST dateGenerated='2026-01-01T00:00:00Z'><INDIVIDUALS/><ENTITIES/></CONSOLIDATED_LIST>";
    assert_eq!(refused(empty).0, "list-empty");
    assert_eq!(refused(b"list,entry,kind,name\n").0, "list-empty");
}

#[test]
fn shifted_columns_are_refused_with_the_row() {
    for (name, insert_into) in [
        ("uk_conlist.csv", 4),
        ("dfat.csv", 3),
        ("us_csl.csv", 2),
        ("targets_simple.csv", 2),
        ("eu.csv", 3),
    ] {
        let text = String::from_utf8(bytes(name)).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let separator = if name == "eu.csv" { "x;" } else { "x," };
        lines[insert_into - 1].insert_str(0, separator);
        let start: usize = lines[..insert_into - 1].iter().map(|l| l.len() + 1).sum();
        let (slug, at) = refused((lines.join("\n") + "\n").as_bytes());
        // A shifted last row looks like the end of the file.
        assert!(
            slug == "list-columns-shifted" || slug == "list-truncated",
            "{name}: {slug}"
        );
        assert_eq!(at as usize, start, "{name}");
    }
}

#[test]
fn packed_and_unknown_files_are_refused() {
    assert_eq!(refused(b"\x1f\x8b\x08\x00").0, "list-packed");
    assert_eq!(refused(b"\xd0\xcf\x11\xe0\xa1\xb1").0, "list-packed");
    assert_eq!(
        refused(b"just some text\nand more").0,
        "list-unknown-format"
    );
    assert_eq!(refused(b"number,issuer\nX1,SWE\n").0, "list-unknown-format");
}

/// Half a list would clear the people of its other half.
#[test]
fn no_list_cut_off_anywhere_is_taken_for_a_whole_one() {
    for (name, _) in SINGLE {
        if !name.ends_with(".xml") && !name.ends_with(".json") {
            continue;
        }
        let whole = bytes(name);
        let end = whole.trim_ascii_end().len();
        let complete = read_one(&whole).unwrap().subjects.len();
        for cut in 0..end {
            if let Ok(reading) = read_one(&whole[..cut]) {
                // JSON Lines may end after any whole object; only fewer whole entries are left.
                assert_eq!(*name, "ftm.json", "{name} cut at {cut}");
                assert!(reading.subjects.len() <= complete);
                let between = whole[cut] == b'\n' || whole[cut - 1] == b'\n';
                assert!(between, "{name} cut at {cut}");
            }
        }
    }
}

/// What `inspect` prints can be edited and read again as an own list.
#[test]
fn printed_subjects_read_back_the_same() {
    let nothing = MeasureTable::default();
    for (name, _) in SINGLE {
        let reading = read_one(&bytes(name)).unwrap();
        let lines: Vec<String> = reading
            .subjects
            .iter()
            .map(|subject| subject_json(subject, &nothing).to_string())
            .collect();
        let again = read_one(lines.join("\n").as_bytes()).unwrap_or_else(|e| panic!("{name}: {e}"));
        let difference = version::diff(&reading.subjects, &again.subjects);
        assert!(difference.is_empty(), "{name}: {difference:?}");
    }
}

fn mutations() -> impl Strategy<Value = (usize, Vec<(prop::sample::Index, u8, u8)>)> {
    (
        0..SINGLE.len(),
        prop::collection::vec((any::<prop::sample::Index>(), 0u8..5, any::<u8>()), 1..6),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_damaged_list_is_read_or_refused_and_never_breaks_the_reader((which, changes) in mutations()) {
        let mut list = bytes(SINGLE[which].0);
        for (place, what, byte) in changes {
            let at = place.index(list.len().max(1));
            match what {
                0 if at < list.len() => list[at] = byte,
                1 => list.insert(at.min(list.len()), byte),
                2 if at < list.len() => { list.remove(at); }
                3 => list.truncate(at),
                _ => {
                    let part = list[..at.min(list.len())].to_vec();
                    list.extend(part);
                }
            }
        }
        match read_one(&list) {
            Ok(reading) => {
                prop_assert!(!reading.subjects.is_empty());
                for subject in &reading.subjects {
                    prop_assert!(!subject.entry.is_empty());
                    prop_assert!(subject.born.iter().all(|b| b.from <= b.to));
                }
            }
            Err(refusal) => prop_assert!(!refusal.diagnostic.message.is_empty()),
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(list in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_one(&list);
    }
}
