//! The official lists, where they are at hand: `TIDEWAITER_SAMPLES` names a folder that holds them
//! (`lists/un-consolidated/...`, `lists/ofac/...`) in their published form. Counts are made here a
//! second time by counting texts, without the readers.

// Helpers of tests are tests, which clippy cannot see here.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::collections::BTreeSet;
use std::path::PathBuf;

use tidewaiter_formats::lists::{ListFile, ListReading, read, read_one, version};

/// The file, or `None` with a word on standard error when there are no samples.
fn sample(path: &str) -> Option<Vec<u8>> {
    let Some(folder) = std::env::var_os("TIDEWAITER_SAMPLES").map(PathBuf::from) else {
        eprintln!("skipped: TIDEWAITER_SAMPLES is not set ({path})");
        return None;
    };
    // The folder itself, its `lists`, or the `lists` beside a folder of messages.
    let found = ["lists", "", "../lists"]
        .into_iter()
        .map(|part| folder.join(part).join(path))
        .find(|path| path.is_file());
    if found.is_none() {
        eprintln!("skipped: {path} is not in {}", folder.display());
    }
    std::fs::read(found?).ok()
}

fn count(bytes: &[u8], needle: &str) -> usize {
    bytes
        .windows(needle.len())
        .filter(|window| *window == needle.as_bytes())
        .count()
}

fn one(bytes: &[u8]) -> ListReading {
    read_one(bytes).unwrap_or_else(|refusal| panic!("{refusal}"))
}

/// The texts of `<tag>…</tag>`.
fn texts<'a>(text: &'a str, tag: &str) -> Vec<&'a str> {
    let open = format!("<{tag}>");
    text.split(open.as_str())
        .skip(1)
        .filter_map(|rest| rest.split("</").next())
        .map(str::trim)
        .collect()
}

#[test]
fn the_un_list_of_2026_02_27() {
    let Some(bytes) = sample("un-consolidated/un_consolidated_2026-02-27.xml") else {
        return;
    };
    let reading = one(&bytes);
    assert_eq!(reading.list, "un-sc");
    assert_eq!(reading.published.unwrap().to_string(), "2026-02-27");
    assert_eq!(
        reading.counts.persons as usize,
        count(&bytes, "<INDIVIDUAL>")
    );
    assert_eq!(
        reading.counts.organisations as usize,
        count(&bytes, "<ENTITY>")
    );
    assert_eq!(
        (reading.counts.persons, reading.counts.organisations),
        (730, 273)
    );
    let text = std::str::from_utf8(&bytes).unwrap();
    let references: BTreeSet<&str> = texts(text, "REFERENCE_NUMBER").into_iter().collect();
    let read: BTreeSet<&str> = reading.subjects.iter().map(|s| s.entry.as_str()).collect();
    assert_eq!(read, references);
    let numbers = texts(text, "NUMBER")
        .into_iter()
        .filter(|t| !t.is_empty())
        .count();
    assert_eq!(reading.counts.documents as usize, numbers);
    let originals = texts(text, "NAME_ORIGINAL_SCRIPT").len();
    let kept = reading
        .subjects
        .iter()
        .flat_map(|s| &s.names)
        .filter(|n| n.kind == tidewaiter_domain::NameKind::Original)
        .count();
    assert_eq!(kept, originals);
}

#[test]
fn the_difference_between_two_lists_of_the_un() {
    let (Some(old), Some(new)) = (
        sample("un-consolidated/un_consolidated_2018-10-29.xml"),
        sample("un-consolidated/un_consolidated_2026-02-27.xml"),
    ) else {
        return;
    };
    let difference = version::diff(&one(&old).subjects, &one(&new).subjects);
    let references = |bytes: &[u8]| -> BTreeSet<String> {
        texts(std::str::from_utf8(bytes).unwrap(), "REFERENCE_NUMBER")
            .into_iter()
            .map(str::to_owned)
            .collect()
    };
    let (before, after) = (references(&old), references(&new));
    let named = |list: &[tidewaiter_domain::Text]| -> Vec<String> {
        list.iter().map(ToString::to_string).collect()
    };
    let added: Vec<String> = after.difference(&before).cloned().collect();
    let removed: Vec<String> = before.difference(&after).cloned().collect();
    assert_eq!(named(&difference.added), added);
    assert_eq!(named(&difference.removed), removed);
    assert_eq!((added.len(), removed.len()), (111, 201));
    assert!(difference.changed.iter().all(|c| {
        before.contains(c.reference.as_str()) && after.contains(c.reference.as_str())
    }));
    assert_eq!(difference.changed.len(), 643);
    assert!(version::diff(&one(&new).subjects, &one(&new).subjects).is_empty());
}

#[test]
fn the_sdn_list_of_january_2019() {
    let names = ["sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"];
    let parts: Vec<Vec<u8>> = names
        .iter()
        .filter_map(|name| sample(&format!("ofac/{name}")))
        .collect();
    if parts.len() < names.len() {
        return;
    }
    let files: Vec<ListFile<'_>> = names
        .iter()
        .zip(&parts)
        .map(|(name, bytes)| ListFile { name, bytes })
        .collect();
    let results = read(&files);
    assert_eq!(results.len(), 1);
    let reading = results[0].outcome.as_ref().unwrap();
    assert_eq!(reading.list, "ofac-sdn");
    let rows = |bytes: &[u8]| count(bytes, "\n") + usize::from(!bytes.ends_with(b"\n"));
    assert_eq!(reading.counts.entries() as usize, rows(&parts[0]));
    assert_eq!(reading.counts.entries(), 7_379);
    for (kind, counted) in [
        ("individual", reading.counts.persons),
        ("vessel", reading.counts.vessels),
        ("aircraft", reading.counts.aircraft),
    ] {
        assert_eq!(
            counted as usize,
            count(&parts[0], &format!(",\"{kind}\",")),
            "{kind}"
        );
    }
    let with_birth = parts[0]
        .split(|&b| b == b'\n')
        .filter(|line| count(line, ",\"individual\",") > 0 && count(line, "DOB ") > 0)
        .count();
    assert_eq!(reading.counts.persons_with_birth_date as usize, with_birth);
    let aliases = reading
        .subjects
        .iter()
        .flat_map(|s| &s.names)
        .filter(|n| n.quality == tidewaiter_domain::NameQuality::Good)
        .count();
    // A name that an entry has twice is kept once.
    assert!(aliases <= rows(&parts[1]) && aliases * 100 >= rows(&parts[1]) * 99);
}

#[test]
fn the_other_official_lists_count_as_an_independent_count() {
    for (path, mark, entries) in [
        (
            "ofac/nonsdn_consolidated_sdnList_2018-04-06.xml",
            "<sdnEntry>",
            639,
        ),
        (
            "eu-fsf/sample_fsf_1_1_2020-04-15.xml",
            "<sanctionEntity ",
            7,
        ),
        ("canada-sema/sema-lmes_2020-04.xml", "<record>", 1_369),
        (
            "un-consolidated/un_consolidated_2018-10-29.xml",
            "<DATAID>",
            1_093,
        ),
    ] {
        let Some(bytes) = sample(path) else { continue };
        let read = one(&bytes).counts.entries() as usize;
        assert_eq!(read, count(&bytes, mark), "{path}");
        assert_eq!(read, entries, "{path}");
    }
    for (path, entries) in [
        ("ofac/cons_prim.csv", 442),
        ("us-other/dpl.txt", 546),
        ("us-other/csl.csv", 115),
        ("uk-ofsi/sanctionsconlist_2018-04-13.csv", 2_106),
        ("eu-fsf/EUSanctionsShort_2018-07-04.csv", 93),
    ] {
        let Some(bytes) = sample(path) else { continue };
        assert_eq!(one(&bytes).counts.entries(), entries, "{path}");
    }
}
