//! Every message is read back and compared with the truth.
//!
//! The segments are read with `tidewaiter-syntax`, which shares no code with what wrote them; the
//! passenger lists with `tidewaiter-formats` as well.

use std::collections::BTreeMap;

use crate::run::{Run, texts};
use jiff::civil::date;
use serde_json::Value;
use tidewaiter_domain::{DocumentKind, Manifest, Traveller};
use tidewaiter_formats::{Content, Status};
use tidewaiter_simulate::{Parameters, Rate};
use tidewaiter_syntax::edifact::{Message, Reader};

const FLIGHTS: u64 = 30;

fn has(message: &Message<'_>, slug: &str) -> bool {
    message.diagnostics().iter().any(|d| d.code.slug == slug)
}

/// A fold before letters that are also a tag (`AL KA`, `ABI` on the next line) reads like a
/// forgotten terminator. Such messages are only counted.
fn is_ambiguous(message: &Message<'_>) -> bool {
    has(message, "line-fold") && has(message, "missing-terminator")
}

/// Calls `check` with each message of each file and the line of the truth about it.
fn each_message(run: &Run, mut check: impl FnMut(&Message<'_>, &Value)) -> usize {
    let (mut seen, mut ambiguous) = (0, 0);
    let expected = run.messages();
    for (path, bytes) in run
        .files
        .iter()
        .filter(|(path, _)| path.starts_with("messages/"))
    {
        let lines = expected
            .get(path)
            .unwrap_or_else(|| panic!("{path} is not in the truth"));
        let mut reader = Reader::of_slice(bytes);
        let mut number = 0;
        while let Some(message) = reader.next().unwrap() {
            // The foot of a mail is no message.
            if message.header().is_none() {
                continue;
            }
            let line = lines
                .get(number)
                .unwrap_or_else(|| panic!("{path} has more messages"));
            assert_eq!(line["index"].as_u64(), Some(number as u64));
            if is_ambiguous(&message) {
                ambiguous += 1;
            } else {
                check(&message, line);
            }
            number += 1;
        }
        assert_eq!(number, lines.len(), "{path}");
        seen += number;
    }
    assert!(ambiguous * 100 <= seen, "{ambiguous} of {seen}");
    assert_eq!(seen, expected.values().map(Vec::len).sum::<usize>());
    seen
}

#[test]
fn headers_and_trailers_are_as_the_truth_says() {
    let run = Run::of(1, FLIGHTS, Parameters::default());
    let seen = each_message(&run, |message, line| {
        let header = message.header().unwrap();
        assert_eq!(header.kind, line["type"].as_str().unwrap());
        assert_eq!(
            format!("{}:{}", header.version, header.release),
            line["version"].as_str().unwrap()
        );
        assert_eq!(header.reference, line["reference"].as_str().unwrap());
        assert_eq!(
            message.interchange().unwrap().test,
            line["test"].as_bool().unwrap_or(false)
        );
        let part = header.sequence.unwrap();
        match line["part"].as_array() {
            Some(parts) => {
                assert_eq!(Some(u64::from(part.number)), parts[0].as_u64());
                assert_eq!(part.last, parts[0] == parts[1]);
            }
            None => assert!(part.last),
        }
        let counted = message
            .diagnostics()
            .iter()
            .all(|d| d.code.slug != "segment-count-mismatch");
        assert_eq!(
            counted,
            !texts(&line["noise"]).contains(&"wrong-count"),
            "{line}"
        );
    });
    assert!(seen > 300, "{seen}");
}

#[test]
fn passenger_lists_name_who_the_truth_names_as_it_says_they_are_written() {
    let run = Run::of(1, FLIGHTS, Parameters::default());
    let people = run.people();
    let mut seen = 0;
    each_message(&run, |message, line| {
        if line["type"] != "PAXLST" {
            return;
        }
        let all = &people[line["flight"].as_str().unwrap()];
        let mut wanted = line["travellers"].as_array().unwrap().iter();
        for segment in message
            .segments()
            .filter(|s| s.tag() == *b"NAD" && s.text(1, 1) == "FL")
        {
            let index = wanted.next().and_then(Value::as_u64).unwrap() as usize;
            let person = &all[index];
            let name: Vec<_> = segment.element(4).map(|c| c.text().into_owned()).collect();
            let api = &person["api"];
            let expected: Vec<&str> = if api.is_null() {
                vec![
                    person["pnr"]["surname"].as_str().unwrap(),
                    person["pnr"]["given"].as_str().unwrap(),
                ]
            } else {
                std::iter::once(api["surname"].as_str().unwrap())
                    .chain(texts(&api["given"]))
                    .collect()
            };
            let expected: Vec<&str> = expected
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect();
            let name: Vec<&str> = name
                .iter()
                .map(String::as_str)
                .filter(|part| !part.is_empty())
                .collect();
            assert_eq!(name, expected, "{person}");
            seen += 1;
        }
        assert_eq!(wanted.next(), None);
    });
    assert!(seen > 4_000, "{seen}");
}

#[test]
fn pushes_hold_the_bookings_and_people_of_the_truth() {
    let run = Run::of(1, FLIGHTS, Parameters::default());
    let people = run.people();
    let mut seen = 0;
    each_message(&run, |message, line| {
        if line["type"] != "PNRGOV" {
            return;
        }
        let all = &people[line["flight"].as_str().unwrap()];
        let mut bookings = texts(&line["bookings"]).into_iter();
        let mut wanted = line["travellers"].as_array().unwrap().iter();
        // The people of a booking stand before its itinerary; later names refer to them.
        let (mut naming, mut located, mut checked) = (false, false, 0);
        for segment in message.segments() {
            match &segment.tag() {
                b"SRC" => (naming, located) = (true, false),
                b"RCI" if !located => {
                    assert_eq!(bookings.next(), Some(&*segment.text(1, 2)));
                    located = true;
                }
                b"TVL" | b"MSG" => naming = false,
                b"TIF" if naming && segment.text(1, 2) != "G" => {
                    let index = wanted.next().and_then(Value::as_u64).unwrap() as usize;
                    let pnr = &all[index]["pnr"];
                    assert_eq!(segment.text(1, 1), pnr["surname"].as_str().unwrap());
                    assert_eq!(segment.text(2, 1), pnr["written"].as_str().unwrap());
                    checked = index;
                    seen += 1;
                }
                b"SSR" if naming && segment.text(1, 1) == "DOCS" => {
                    let person = &all[checked];
                    let text = segment.text(1, 9);
                    let number = person["document"]["number"].as_str().unwrap();
                    let shifted = texts(&person["pnr"]["noise"]).contains(&"docs-shifted");
                    let at = if shifted { 4 } else { 3 };
                    assert_eq!(text.split('/').nth(at), Some(number), "{text}");
                    assert!(person["pnr"]["docs"].as_bool().unwrap());
                }
                _ => {}
            }
        }
        assert_eq!((bookings.next(), wanted.next()), (None, None));
    });
    assert!(seen > 15_000, "{seen}");
}

#[test]
fn cards_are_masked_but_where_noise_was_asked_for() {
    let run = Run::of(1, 10, Parameters::clean());
    let digits = |bytes: &[u8]| bytes.split(|b| !b.is_ascii_digit()).map(<[u8]>::len).max();
    let mut parameters = Parameters::clean();
    parameters.set(Rate::CardInClear, 0.0);
    let masked = Run::of(1, 10, parameters);
    let longest = |run: &Run| {
        let pushes = run.files.iter().filter(|(path, _)| path.contains("-pnr-"));
        pushes.filter_map(|(_, bytes)| digits(bytes)).max()
    };
    assert_eq!(longest(&masked), Some(13), "ticket numbers are the longest");
    assert_eq!(longest(&run), Some(16));
}

/// Compares one person of a manifest with the truth; says what differs.
fn differences(read: &Traveller, person: &Value) -> Vec<&'static str> {
    let mut found = Vec::new();
    let api = &person["api"];
    let mut same = |what, ours: Option<String>, theirs: &Value| {
        if ours.as_deref() != theirs.as_str() {
            found.push(what);
        }
    };
    let sex = read.sex.as_ref().map(|sex| sex.value.as_str().to_owned());
    same("sex", sex, &api["sex"]);
    same(
        "born",
        read.born.as_ref().map(|born| born.value.to_string()),
        &api["born"],
    );
    let nationality = read.nationalities.first();
    same(
        "nationality",
        nationality.map(|n| n.country.value.as_str().to_owned()),
        &api["nationality"],
    );
    let document = read.documents.iter().find(|d| d.kind != DocumentKind::Visa);
    let number = document
        .and_then(|d| d.number.as_ref())
        .map(|n| n.value.to_string());
    same("number", number, &api["number"]);
    let issuer = document
        .and_then(|d| d.issuer.as_ref())
        .map(|i| i.value.as_str().to_owned());
    same("issuer", issuer, &api["issuer"]);
    if document.is_some() {
        let expires = document
            .and_then(|d| d.expires.as_ref())
            .map(|e| e.value.to_string());
        same("expires", expires, &api["expires"]);
    }
    same(
        "locator",
        read.locator.as_ref().map(|l| l.value.to_string()),
        &person["locator"],
    );
    let bags = read
        .bags
        .as_ref()
        .and_then(|b| b.count.as_ref())
        .map(|c| u64::from(c.value));
    if bags != person["bags"].as_u64() {
        found.push("bags");
    }
    found
}

fn manifests(run: &Run, mut check: impl FnMut(&Manifest, &Value, Status, &[&'static str])) {
    each_message(run, |message, line| {
        if line["type"] != "PAXLST" {
            return;
        }
        let report = tidewaiter_formats::read(message, date(2026, 11, 24));
        let codes: Vec<_> = report.diagnostics.iter().map(|d| d.code.slug).collect();
        match &report.content {
            Some(Content::Manifest(manifest)) => check(manifest, line, report.status(), &codes),
            other => panic!("{line}: {other:?}"),
        }
    });
}

#[test]
fn the_reader_of_passenger_lists_finds_what_the_truth_says() {
    let run = Run::of(1, FLIGHTS, Parameters::default());
    let people = run.people();
    let mut wrong: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut seen = 0;
    manifests(&run, |manifest, line, _, _| {
        let wanted = line["travellers"].as_array().unwrap();
        if line["function"] == "crew" {
            assert!(manifest.travellers.len() >= 4);
            return;
        }
        assert_eq!(manifest.travellers.len(), wanted.len(), "{line}");
        if matches!(line["function"].as_str(), Some("close-out" | "cancel")) {
            return;
        }
        for (read, index) in manifest.travellers.iter().zip(wanted) {
            let person =
                &people[line["flight"].as_str().unwrap()][index.as_u64().unwrap() as usize];
            for what in differences(read, person) {
                wrong.entry(what).or_default().push(person.to_string());
            }
            seen += 1;
        }
    });
    assert!(seen > 4_000);
    let short: BTreeMap<_, _> = wrong
        .iter()
        .map(|(what, who)| (what, (who.len(), &who[0])))
        .collect();
    assert!(wrong.is_empty(), "of {seen}: {short:#?}");
}

/// The surname as the message wrote it.
fn written_surname(person: &Traveller) -> &str {
    let written = person.name.written.as_ref().map(|w| w.surname.as_str());
    written.or(person.name.surname.as_deref()).unwrap_or("")
}

#[test]
fn the_reader_of_bookings_finds_what_the_truth_says() {
    let run = Run::of(1, FLIGHTS, Parameters::default());
    let all_people = run.people();
    let (mut seen, mut documents, mut amiss) = (0, 0, 0);
    each_message(&run, |message, line| {
        if line["type"] != "PNRGOV" {
            return;
        }
        let people = &all_people[line["flight"].as_str().unwrap()];
        let report = tidewaiter_formats::read(message, date(2026, 11, 24));
        assert_ne!(report.status(), Status::Rejected, "{line}");
        let Some(Content::Bookings(push)) = &report.content else {
            panic!("{line}: no bookings");
        };
        let locators: Vec<&str> = push
            .bookings
            .iter()
            .filter_map(|booking| booking.locators.first())
            .map(|locator| locator.locator.as_str())
            .collect();
        assert_eq!(locators, texts(&line["bookings"]));
        let wanted = line["travellers"].as_array().unwrap();
        let read: Vec<&Traveller> = push
            .bookings
            .iter()
            .flat_map(|booking| booking.travellers.iter().map(|booked| &booked.traveller))
            .collect();
        assert_eq!(read.len(), wanted.len(), "{line}");
        for (traveller, index) in read.iter().zip(wanted) {
            let person = &people[index.as_u64().unwrap() as usize];
            let pnr = &person["pnr"];
            seen += 1;
            assert_eq!(written_surname(traveller), pnr["surname"].as_str().unwrap());
            if pnr["docs"].as_bool() == Some(true) {
                documents += 1;
                let number = person["document"]["number"].as_str().unwrap();
                let numbers = traveller.documents.iter().filter_map(|d| d.number.as_ref());
                let found = numbers.filter(|n| n.as_str() == number).count();
                amiss += usize::from(found != 1);
            }
        }
    });
    assert!(seen > 15_000, "{seen}");
    assert!(documents > 1_000, "{documents}");
    assert!(
        amiss * 1000 <= documents,
        "{amiss} of {documents} documents"
    );
}

#[test]
fn clean_traffic_is_accepted_and_its_people_are_who_they_are() {
    let run = Run::of(2, 15, Parameters::clean());
    let people = run.people();
    let mut seen = 0;
    manifests(&run, |manifest, line, status, codes| {
        let empty = line["travellers"].as_array().unwrap().is_empty();
        assert!(status == Status::Accepted || empty, "{line} {codes:?}");
        for (read, index) in manifest
            .travellers
            .iter()
            .zip(line["travellers"].as_array().unwrap())
        {
            let person =
                &people[line["flight"].as_str().unwrap()][index.as_u64().unwrap() as usize];
            if line["function"] == "passengers" {
                assert!(texts(&person["api"]["noise"]).is_empty(), "{person}");
                let born = read.born.as_ref().map(|born| born.value.to_string());
                assert_eq!(born.as_deref(), person["born"].as_str());
                seen += 1;
            }
        }
    });
    assert!(seen > 1_000);
}
