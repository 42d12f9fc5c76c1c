//! `tidewaiter inspect --flights`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{Run, tidewaiter};

/// One flight: a list of three passengers at check-in, a close-out, and the bookings. BO QUIST is
/// linked by reference, TOVA ÅKESSON by booking and similar name; NILS LIND has no booking, and
/// EVA BERG does not come.
const API: &str = "UNB+UNOA:4+QZAIR+TWCUST+261124:0055+1++APIS'\
UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+QZ91+++QZ'\
LOC+125+MBA'DTM+189:2611240105:201'LOC+87+ATH'DTM+232:2611240640:201'\
NAD+FL+++QUIST:BO'ATT+2++M'DTM+329:700205'NAT+2+SWE'RFF+ABO:QZ91000'DOC+P:110:111+NX4417'LOC+91+SWE'\
NAD+FL+++AKESSON:TOVA'ATT+2++F'DTM+329:880229'RFF+AVF:K7Q2LM'DOC+P:110:111+AA1234'LOC+91+SWE'\
NAD+FL+++LIND:NILS'ATT+2++M'DTM+329:600101'\
CNT+42:3'UNT+24+1'UNZ+1+1'";
const CLOSED: &str = "UNB+UNOA:4+QZAIR+TWCUST+261124:0105+2++APIS'\
UNH+1+PAXLST:D:05B:UN:IATA'BGM+266+CLNB'TDT+20+QZ91+++QZ'\
LOC+125+MBA'DTM+189:2611240105:201'LOC+87+ATH'DTM+232:2611240640:201'\
NAD+FL+++LIND:NILS'ATT+2++M'DTM+329:600101'CNT+42:1'UNT+11+1'UNZ+1+2'";
const PNR: &str = "UNB+IATA:1+QZ+TWCUST+261124:0005+3'UNH+1+PNRGOV:13:1:IA'MSG+:22'ORG+QZ:MBA'\
TVL+241126:0105:241126:0640+MBA+ATH+QZ+91'EQN+3'\
SRC'RCI+QZ:H6PSAA'TIF+QUIST+BO:A:1'REF+:QZ91000'\
SSR+DOCS:HK:1:QZ:::::/P/SWE/NX4417/SWE/02MAY70/M/20JUN34/QUIST/BO'\
TVL+241126:0105:241126:0640+MBA+ATH+QZ+91:Q'RPI+1+HK'\
SRC'RCI+QZ:K7Q2LM'TIF+AKESSON+TOVE:A:1'TVL+241126:0105:241126:0640+MBA+ATH+QZ+91:Q'RPI+1+HK'\
SRC'RCI+QZ:E5BERG'TIF+BERG+EVA:A:1'TVL+241126:0105:241126:0640+MBA+ATH+QZ+91:Q'RPI+1+HK'\
UNT+20+1'UNZ+1+3'";

fn flights(arguments: &[&str], stdin: &[u8]) -> Run {
    let fixed = ["inspect", "--flights", "--received=2026-11-24"];
    tidewaiter(fixed.iter().chain(arguments), stdin)
}

/// The close-out comes first, as files in a folder do.
fn composed() -> Vec<u8> {
    [CLOSED, PNR, API].concat().into_bytes()
}

fn surnames(people: &Value) -> Vec<&str> {
    let people = people.as_array().unwrap().iter();
    people.map(|p| p["surname"].as_str().unwrap()).collect()
}

#[test]
fn both_sources_of_a_flight_stand_side_by_side() {
    let run = flights(&["--json", "-"], &composed());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let lines = run.lines();
    assert_eq!(lines.len(), 1, "{}", run.stdout);
    let flight = &lines[0];
    assert_eq!(flight["flight"]["date"], "2026-11-24");
    assert_eq!(flight["loads"]["api"]["by_status"]["boarded"], 2);
    assert_eq!(flight["loads"]["api"]["by_status"]["not-boarded"], 1);
    assert_eq!(flight["loads"]["pnr"]["live"], 3);
    assert_eq!(flight["loads"]["declared"], 3);
    assert_eq!(surnames(&flight["only_api"]), ["LIND"]);
    assert_eq!(surnames(&flight["only_pnr"]), ["BERG"]);

    let links = flight["links"].as_array().unwrap();
    assert_eq!(links.len(), 2);
    assert_eq!(
        links[0]["because"],
        serde_json::json!(["unique-reference", "document"])
    );
    assert_eq!(
        links[0]["differences"],
        serde_json::json!([{"field": "born", "how": "day-month-swapped",
            "api": "1970-02-05", "pnr": "1970-05-02"}])
    );
    assert_eq!(
        links[1]["because"],
        serde_json::json!(["locator+similar-name"])
    );
    assert_eq!(links[1]["differences"][0]["how"], "one-letter");
    assert_eq!(links[1]["api"]["index"], 2);
}

#[test]
fn an_officer_sees_a_flight_and_the_tables_behind_it() {
    insta::assert_snapshot!(flights(&["-"], &composed()).stdout);
}

#[test]
fn brief_leaves_out_the_people() {
    let run = flights(&["--brief", "-"], &composed());
    assert!(run.stdout.contains("MBA → ATH"), "{}", run.stdout);
    assert!(!run.stdout.contains("QUIST"), "{}", run.stdout);
    let alone = tidewaiter(["inspect", "--brief", "-"], b"");
    assert_eq!(alone.code, Some(2));
}

/// Traffic without noise: everybody on board is linked but for those who never had a booking.
#[test]
fn clean_traffic_is_linked_whole() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("flights-clean");
    let _ = fs::remove_dir_all(&folder);
    let out = folder.to_str().unwrap();
    let run = tidewaiter(
        [
            "generate",
            "--seed",
            "1",
            "--flights",
            "4",
            "--clean",
            "--out",
            out,
        ],
        b"",
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let messages = folder.join("messages");
    let run = flights(&["--json", messages.to_str().unwrap()], b"");
    let lines = run.lines();
    assert_eq!(lines.len(), 4);
    let count = |key: &str| -> usize {
        let people = lines.iter().map(|flight| flight[key].as_array().unwrap());
        people.map(Vec::len).sum()
    };
    let people = fs::read_to_string(folder.join("people.jsonl")).unwrap();
    let people = people
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let (booked, unbooked): (Vec<Value>, Vec<Value>) = people
        .filter(|person: &Value| person["status"] == "boarded")
        .partition(|person| person.get("pnr").is_some());
    assert!(!booked.is_empty() && !unbooked.is_empty());
    assert_eq!(
        (count("links"), count("only_api")),
        (booked.len(), unbooked.len())
    );
    fs::remove_dir_all(&folder).unwrap();
}
