//! Too much at a time: who is asked to come later is told when, and what was taken is not lost.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tidewaiter_mandate::{DataSet, Mandate};
use tidewaiter_service::Service;
use tidewaiter_store::{NewJob, Tx};

use crate::client::Answer;
use crate::house::{House, User, paxlst, wait_for};

fn house() -> (tempfile::TempDir, House) {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), "XB-CUSTOMS", Mandate::evaluation());
    (folder, house)
}

fn later(answer: &Answer, code: &str) {
    assert_eq!(answer.status, 429, "{}", answer.text());
    assert_eq!(answer.json()["code"], code);
    let seconds = answer
        .header("retry-after")
        .unwrap()
        .parse::<u64>()
        .unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
}

/// Jobs for the tenant, due at an instant, of a kind that nobody does.
fn jobs(service: &Service, count: u32, first: u32, due_at: Timestamp) {
    let tenant = service.tenant();
    let add = |tx: &mut Tx<'_, '_>| {
        for n in first..first + count {
            let mut id = [0; 16];
            id[12..].copy_from_slice(&n.to_be_bytes());
            let id = tidewaiter_service::Id(id);
            let job = NewJob {
                id,
                kind: "a-test",
                subject: id,
                priority: 0,
                due_at,
            };
            let purposes = tenant.mandate().all_purposes();
            tx.add_job(tenant, DataSet::Api, purposes, &job)?;
        }
        Ok(())
    };
    service.store().write(service.now(), add).unwrap();
}

fn deliver(machine: &User<'_>, n: u32) -> Answer {
    let list = paxlst("QZ417", &format!("B{n}"), &[]);
    machine.ask("POST", "/messages", &[], list.as_bytes())
}

#[test]
fn a_backlog_holds_off_those_who_send_and_nothing_that_is_for_later_does() {
    let (_folder, house) = house();
    let machine = house.machine("qz-dcs", "QZ");
    let now = house.service.now();
    // What is looked at on a day to come is no backlog.
    jobs(
        &house.service,
        20_001,
        1,
        now + SignedDuration::from_hours(40),
    );
    std::thread::sleep(Duration::from_millis(1200));
    let first = deliver(&machine, 1);
    assert_eq!(first.status, 202, "{}", first.text());
    jobs(&house.service, 20_001, 50_000, now);
    let held = wait_for("the back-pressure", || {
        let answer = deliver(&machine, 2);
        (answer.status != 202 && answer.status != 200).then_some(answer)
    });
    later(&held, "backlog");
    // Carriers that wait at the gate are answered nevertheless, and what was taken is there.
    let iapi = machine.ask("POST", "/iapi", &[], paxlst("QZ417", "B3", &[]).as_bytes());
    assert!(matches!(iapi.status, 200 | 429), "{}", iapi.text());
    let receipt = first.json()["receipt"].as_str().unwrap().to_owned();
    let read = machine.get(&format!("/messages/{receipt}")).json();
    assert_eq!(read["sha256"], first.json()["sha256"]);
}

#[test]
fn too_many_messages_at_a_time_wait_outside() {
    let (_folder, house) = house();
    let machine = house.machine("qz-dcs", "QZ");
    let list = paxlst("QZ417", "SLOW", &[]);
    let head = format!(
        "POST /api/v1/messages HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\
         authorization: {}\r\ncontent-length: {}\r\n\r\n",
        machine.credentials[0].1,
        list.len()
    );
    // Senders who say what they will send, and are slow about it: one more each time that there
    // is still room.
    let mut slow: Vec<TcpStream> = Vec::new();
    let held = wait_for("the full house", || {
        let mut stream = TcpStream::connect(house.address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&list.as_bytes()[..10]).unwrap();
        slow.push(stream);
        let answer = deliver(&machine, 9);
        (answer.status == 429).then_some(answer)
    });
    assert!(slow.len() >= 64, "{}", slow.len());
    later(&held, "busy");
    // Nobody else waits for them, and each gets its receipt in the end: all the same one.
    assert_eq!(machine.get("health").status, 200);
    let mut receipts = Vec::new();
    for stream in &mut slow {
        let _ = stream.write_all(&list.as_bytes()[10..]);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        match Answer::read(&bytes) {
            // It came when it was full.
            None => {}
            Some(answer) if answer.status == 429 => {}
            Some(answer) => {
                assert!(matches!(answer.status, 200 | 202), "{}", answer.text());
                receipts.push(answer.json()["receipt"].clone());
            }
        }
    }
    assert!(receipts.len() >= 63, "{}", receipts.len());
    receipts.dedup();
    assert_eq!(receipts.len(), 1);
    assert!(matches!(deliver(&machine, 10).status, 202));
}

#[test]
fn who_asks_or_guesses_too_much_is_told_when_to_come_again() {
    let (_folder, house) = house();
    let user = house.user("local", "evaluation");
    let held = wait_for("the limit", || {
        let answer = user.get("/session");
        (answer.status != 200).then_some(answer)
    });
    later(&held, "too-many");
    // Somebody else is not held off.
    assert_eq!(
        house.user("second", "evaluation").get("/session").status,
        200
    );
    let guess = json!({"name": "nobody", "password": "a guess"});
    let held = wait_for("the limit of guesses", || {
        let answer = user.send("POST", "/session", &guess);
        (answer.status != 401).then_some(answer)
    });
    later(&held, "too-many");
}
