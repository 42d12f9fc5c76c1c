//! `tidewaiter inspect` over the corpus.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Run, root, tidewaiter};

/// Two-digit years are read against this day, so that snapshots stay as they are.
const RECEIVED: &str = "--received=2026-11-24";

fn inspect(arguments: &[&str]) -> Run {
    tidewaiter(["inspect", RECEIVED].iter().chain(arguments), b"")
}

/// The files below a folder of the repository, as paths relative to its root.
fn files(folder: &str) -> Vec<String> {
    let mut files: Vec<String> = fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{folder} is empty");
    files
}

fn stem(path: &str) -> &str {
    Path::new(path).file_stem().unwrap().to_str().unwrap()
}

/// What each composed message says, key by key.
#[test]
fn composed_messages_in_json() {
    for file in files("corpus/composed") {
        let lines = inspect(&["--json", &file]).lines();
        let shown: Vec<String> = lines
            .iter()
            .map(|line| serde_json::to_string_pretty(line).unwrap())
            .collect();
        insta::assert_snapshot!(format!("json-{}", stem(&file)), shown.join("\n"));
    }
}

/// What an officer sees of each composed message.
#[test]
fn composed_messages_in_text() {
    for file in files("corpus/composed") {
        insta::assert_snapshot!(format!("text-{}", stem(&file)), inspect(&[&file]).stdout);
    }
}

/// What an officer sees of the samples of others.
#[test]
fn gtas_samples_in_text() {
    for file in files("corpus/gtas/apis") {
        insta::assert_snapshot!(format!("gtas-{}", stem(&file)), inspect(&[&file]).stdout);
    }
}

/// None is rejected, and nobody is lost: the people are those that a plain search for NAD finds.
#[test]
fn every_person_of_the_gtas_samples_is_read() {
    for file in files("corpus/gtas/apis") {
        nobody_lost(&root().join(file));
    }
}

/// The same for whatever lies in the folder that `TIDEWAITER_SAMPLES` names, under `gtas/apis`.
#[test]
fn every_person_of_further_samples_is_read() {
    let Some(samples) = std::env::var_os("TIDEWAITER_SAMPLES") else {
        return;
    };
    let folder = PathBuf::from(samples).join("gtas/apis");
    for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        nobody_lost(&entry.unwrap().path());
    }
}

fn nobody_lost(file: &Path) {
    let run = inspect(&["--json", file.to_str().unwrap()]);
    assert_eq!(run.code, Some(0), "{}: {}", file.display(), run.stderr);
    let lines = run.lines();
    assert!(
        lines.iter().all(|line| line["status"] != "rejected"),
        "{}",
        file.display()
    );
    let read: usize = lines
        .iter()
        .map(|line| line["travellers"].as_array().unwrap().len())
        .sum();
    let bytes = fs::read(file).unwrap();
    let text: String = bytes
        .iter()
        .filter(|b| !b"\r\n ".contains(b))
        .map(|&b| b as char)
        .collect();
    let there: usize = ["FL", "FM", "DDU", "DDT"]
        .iter()
        .flat_map(|role| ["+", "*"].map(|separator| format!("NAD{separator}{role}{separator}")))
        .map(|person| text.matches(&person).count())
        .sum();
    assert!(there > 0);
    assert_eq!(read, there, "{}", file.display());
}

#[test]
fn diagnostics_point_into_the_file() {
    let run = inspect(&["--json", "corpus/composed/counts-wrong.edi"]);
    let bytes = fs::read(root().join("corpus/composed/counts-wrong.edi")).unwrap();
    let line = &run.lines()[0];
    let faulty: Vec<&str> = line["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|diagnostic| {
            let offset = diagnostic["offset"].as_u64().unwrap() as usize;
            let length = diagnostic["length"].as_u64().unwrap() as usize;
            std::str::from_utf8(&bytes[offset..offset + length]).unwrap()
        })
        .collect();
    assert!(faulty.contains(&"28"), "the count of UNT: {faulty:?}");
    assert!(
        faulty.contains(&"PAX999"),
        "the reference of UNT: {faulty:?}"
    );
    assert!(
        faulty.contains(&"QZ99999999"),
        "the reference of UNZ: {faulty:?}"
    );
}

#[test]
fn offsets_count_from_the_start_of_the_file_in_later_messages_too() {
    let file = "corpus/composed/paxlst-c-change-and-closeout.edi";
    let bytes = fs::read(root().join(file)).unwrap();
    for line in inspect(&["--json", file]).lines() {
        for traveller in line["travellers"].as_array().unwrap() {
            let offset = traveller["offset"].as_u64().unwrap() as usize;
            assert!(bytes[offset..].starts_with(b"NAD+FL+++"), "byte {offset}");
        }
    }
}

#[test]
fn a_folder_is_read_with_its_subfolders_in_sorted_order() {
    let mut sources: Vec<String> = inspect(&["--json", "corpus/gtas"])
        .lines()
        .iter()
        .map(|line| line["source"].as_str().unwrap().to_owned())
        .filter(|source| source != "corpus/gtas/LICENSE.txt")
        .collect();
    let mut sorted = sources.clone();
    sorted.sort();
    assert_eq!(sources, sorted);
    // A message of bookings has several lines.
    sources.dedup();
    let expected = files("corpus/gtas/apis").len() + files("corpus/gtas/pnr").len();
    assert_eq!(sources.len(), expected);
}

#[test]
fn standard_input_is_a_source() {
    let bytes = fs::read(root().join("corpus/composed/paxlst-a-passengers.edi")).unwrap();
    let run = tidewaiter(["inspect", "--json", "-"], &bytes);
    assert_eq!(run.code, Some(0));
    assert_eq!(run.lines()[0]["source"], "-");
    assert_eq!(run.lines()[0]["travellers"][0]["surname"], "O'MARREN");
}

/// What an officer sees of each form of list; a file that OFAC would have accompanied says so.
#[test]
fn lists_in_text() {
    for file in files("corpus/lists") {
        if !file.ends_with(".md") {
            let name = file.trim_start_matches("corpus/lists/").replace('.', "-");
            insta::assert_snapshot!(format!("list-{name}"), inspect(&[&file]).stdout);
        }
    }
}

#[test]
fn the_files_of_one_list_are_joined() {
    let parts = ["sdn", "alt", "add", "comments"].map(|p| format!("corpus/lists/ofac_{p}.csv"));
    let mut arguments = vec!["--json"];
    arguments.extend(parts.iter().map(String::as_str));
    let run = inspect(&arguments);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    let lines = run.lines();
    assert!(lines.iter().all(|line| line["type"] == "LISTED"));
    assert!(lines.iter().all(|line| line["source"] == parts[0].as_str()));
    let joined = |key: &str, least: usize| {
        lines
            .iter()
            .any(|line| line[key].as_array().is_some_and(|all| all.len() >= least))
    };
    assert!(joined("names", 2), "aliases");
    assert!(joined("addresses", 1), "addresses");
    // A companion alone is no list, and that is said.
    let alone = inspect(&["--json", &parts[1]]);
    assert_eq!(alone.code, Some(1));
    assert_eq!(alone.lines()[0]["status"], "rejected");
}

#[test]
fn documents_are_shown_a_line_each() {
    for file in [
        "docs/templates/documents.csv",
        "docs/templates/documents.jsonl",
    ] {
        let run = inspect(&["--json", file]);
        assert_eq!(run.code, Some(0), "{file}");
        let first = &run.lines()[0];
        assert_eq!(first["type"], "DOCUMENT");
        assert_eq!(first["number"], "X9000001");
        assert_eq!(first["reason"], "stolen");
    }
    let text = inspect(&["docs/templates/documents.csv"]).stdout;
    assert!(text.contains("   documents           3\n"), "{text}");
}

#[test]
fn what_looks_like_a_list_and_is_none_is_refused_with_its_place() {
    for (bytes, code) in [
        (
            &b"<?xml version='1.0'?><Invoice><Total>1</Total></Invoice>"[..],
            "list-unknown-format",
        ),
        (b"{\"hello\":1}", "list-unknown-format"),
        (
            b"<!DOCTYPE html><html><body>Service unavailable</body></html>",
            "list-html",
        ),
        (b"\x1f\x8b\x08\0\0\0\0\0", "list-packed"),
    ] {
        let run = tidewaiter(["inspect", "--json", "-"], bytes);
        assert_eq!(run.code, Some(1));
        let [line] = run.lines().try_into().unwrap();
        assert_eq!(
            (&line["type"], &line["status"]),
            (&"LIST".into(), &"rejected".into())
        );
        assert_eq!(line["diagnostics"][0]["code"], code);
    }
}

/// The official lists that lie beside the folder of messages that `TIDEWAITER_SAMPLES` names.
#[test]
fn every_entry_of_the_official_lists_is_read() {
    let Some(samples) = std::env::var_os("TIDEWAITER_SAMPLES") else {
        return;
    };
    let lists = ["../lists", "lists"]
        .map(|folder| Path::new(&samples).join(folder))
        .into_iter()
        .find(|folder| folder.is_dir());
    let Some(lists) = lists else {
        return;
    };
    let un = lists.join("un-consolidated/un_consolidated_2026-02-27.xml");
    let lines = inspect(&["--json", un.to_str().unwrap()]).lines();
    let of_kind = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).count();
    assert_eq!((of_kind("person"), of_kind("organisation")), (730, 273));
    let lines = inspect(&["--json", lists.join("ofac").to_str().unwrap()]).lines();
    let sdn: Vec<_> = lines
        .iter()
        .filter(|line| line["list"] == "ofac-sdn")
        .collect();
    assert_eq!(sdn.len(), 7379);
    assert!(
        sdn.iter()
            .any(|line| line["names"].as_array().unwrap().len() > 1)
    );
}

#[test]
fn a_zone_on_standard_input_is_read() {
    let zone = b"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n\
        L898902C36UTO7408122F1204159ZE184226B<<<<<10\n";
    let run = tidewaiter(["inspect", RECEIVED, "--json", "-"], zone);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let [line] = run.lines().try_into().unwrap();
    assert_eq!(line["type"], "MRZ");
    assert_eq!(line["born"], "1974-08-12");
    assert_eq!(line["documents"][0]["number"], "L898902C3");
}

#[test]
fn columns_can_be_named() {
    let table = "Nachname;Vorname;Geb.-Datum\nQUIST;TOVA;1980-02-03\n".as_bytes();
    let without = tidewaiter(["inspect", "--json", "-"], table);
    assert_eq!(without.code, Some(1), "nothing says that this is a table");
    let columns = "--columns=surname=Nachname,given=Vorname,born=Geb.-Datum";
    let run = tidewaiter(["inspect", "--json", columns, "-"], table);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    assert_eq!(run.lines()[0]["travellers"][0]["surname"], "QUIST");
    assert_eq!(run.lines()[0]["travellers"][0]["born"], "1980-02-03");
    let wrong = tidewaiter(["inspect", "--columns=nose=Nase", "-"], table);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("surname"), "{}", wrong.stderr);
}

#[test]
fn the_exit_status_says_how_it_went() {
    let accepted = "corpus/composed/paxlst-a-passengers.edi";
    let rejected = "corpus/composed/not-a-message.edi";
    assert_eq!(inspect(&[accepted]).code, Some(0));
    assert_eq!(inspect(&[accepted, rejected]).code, Some(1));
    let missing = inspect(&["corpus/no-such-file", accepted, rejected]);
    assert_eq!(missing.code, Some(2));
    assert!(
        missing.stderr.contains("corpus/no-such-file"),
        "{}",
        missing.stderr
    );
    assert!(
        missing.stdout.contains("paxlst-a-passengers"),
        "the others are read all the same"
    );
    assert_eq!(inspect(&[]).code, Some(2));
    assert_eq!(inspect(&["--no-such-option", accepted]).code, Some(2));
    assert_eq!(tidewaiter(["--help"], b"").code, Some(0));
}

#[test]
fn an_empty_input_is_rejected_not_passed_over() {
    let run = tidewaiter(["inspect", "--json", "-"], b"");
    assert_eq!(run.code, Some(1));
    assert_eq!(run.lines()[0]["status"], "rejected");
    assert_eq!(run.lines()[0]["diagnostics"][0]["code"], "not-a-message");
}

#[test]
fn what_is_grouped_is_counted_and_can_be_shown() {
    let file = "corpus/composed/unknown-segments-and-qualifiers.edi";
    let count = |run: &Run| run.stdout.matches("warning[unknown-qualifier]").count();
    let grouped = inspect(&[file]);
    assert_eq!(count(&grouped), 1);
    let all = inspect(&["--all", file]);
    let hidden = count(&all) - 1;
    assert!(hidden > 0);
    let said = format!("{hidden} more unknown-qualifier in this message: show them with --all");
    assert!(grouped.stdout.contains(&said), "{}", grouped.stdout);
    assert!(!all.stdout.contains("show them with --all"));
}

#[test]
fn no_control_or_bidirectional_character_reaches_the_output() {
    for file in files("corpus/composed") {
        let steering = inspect(&["--all", &file]).stdout.chars().find(|&c| {
            (c.is_control() && c != '\n')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        });
        assert_eq!(steering, None, "{file}");
    }
    let shown = inspect(&["corpus/composed/bidi-override.edi"]).stdout;
    assert!(shown.contains("\\u{202e}"), "{shown}");
}

/// Every traveller of a booking has a line's place, with a document or without, and no line holds a
/// card number.
#[test]
fn bookings_are_one_line_each_and_nobody_is_lost() {
    let people = |file: &str| -> usize {
        let lines = inspect(&["--json", file]).lines();
        let count = |line: &serde_json::Value| line["travellers"].as_array().map_or(0, Vec::len);
        lines.iter().map(count).sum()
    };
    assert_eq!(people("corpus/gtas/pnr/3_pnrs.edi"), 13);
    assert_eq!(people("corpus/gtas/pnr/pnrWithBags.txt"), 268);
    for file in files("corpus/gtas/pnr") {
        let lines = inspect(&["--json", &file]).lines();
        assert!(!lines.is_empty(), "{file}");
        for line in &lines {
            assert_ne!(line["status"], "rejected", "{file}");
            assert_eq!(line["function"], "booking", "{file}");
            assert!(line["diagnostics"].is_array() && line["itinerary"].is_array());
        }
    }
    let document = "corpus/composed/pnrgov-notif.xml";
    for arguments in [&["--json", document][..], &[document]] {
        assert!(!inspect(arguments).stdout.contains("4111111111111111"));
    }
}
