//! What is agreed with carriers, and what follows from it: lanes, expected times, acknowledgements,
//! counts, requests to send again.

use tidewaiter_diagnostics::Severity;
use tidewaiter_domain::{PushOutcome, ReceiptAction, RequestKind};
use tidewaiter_formats::{Content, read};
use tidewaiter_service::{Couriered, HitQuery, Lane, Received, ServiceError};
use tidewaiter_store::{
    Acknowledgement, Carrier, CarrierMessageState, CarrierState, ExpectedData, ExpectedTime,
    Reading,
};
use tidewaiter_syntax::edifact::Reader;

use crate::world::{World, corpus};

const TOVA: &[(&str, &str, &str)] = &[("W-1", "Tova Linnea O'Marren", "1988-02-29")];

/// QZ, reached by files in a folder beside the data.
fn qz(world: &World) -> Carrier {
    let folder = world.folder.path().join("qz");
    std::fs::create_dir_all(&folder).unwrap();
    Carrier::reached("QZ", "QZAIR", "files", folder.to_str().unwrap())
}

fn agree(world: &World, carrier: &Carrier) {
    let tenant = world.service.tenant();
    let put = |tx: &mut tidewaiter_store::Tx<'_, '_>| {
        let standing = tx.reading().carrier(tenant, &carrier.code)?;
        let seen = standing.map(|carrier| carrier.version);
        tx.put_carrier(tenant, "admin", carrier, seen)
    };
    world
        .service
        .store()
        .write(world.service.now(), put)
        .unwrap();
}

/// What lies in the folder of QZ, by name; taken away.
fn collected(world: &World) -> Vec<Vec<u8>> {
    let folder = world.folder.path().join("qz");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| {
            let bytes = std::fs::read(file).unwrap();
            std::fs::remove_file(file).unwrap();
            bytes
        })
        .collect()
}

fn content(bytes: &[u8]) -> (Content, bool) {
    let mut reader = Reader::of_slice(bytes);
    let message = reader.next().unwrap().unwrap();
    let report = read(&message, "2026-03-14".parse().unwrap());
    let mut noticed = report.diagnostics.iter();
    let is_fault = |d: &tidewaiter_diagnostics::Diagnostic| d.severity > Severity::Info;
    assert!(!noticed.any(is_fault), "{:?}", report.diagnostics);
    (report.content.unwrap(), message.interchange().unwrap().test)
}

fn delivered(world: &World, sent: u64) {
    let done = world.service.deliver_to_carriers().unwrap();
    let expected = Couriered {
        sent,
        ..Couriered::default()
    };
    assert_eq!(done, expected);
}

fn counted(world: &World, lane: Lane) -> std::collections::BTreeMap<String, i64> {
    let tenant = world.service.tenant();
    let counts = world
        .service
        .store()
        .read(|tx| tx.quality(tenant, "QZ", ("2026-01", "2026-12")))
        .unwrap();
    let of_lane = counts.into_iter().filter(|count| count.lane == lane);
    of_lane.map(|count| (count.name, count.count)).collect()
}

/// Bookings on a flight whose airports have a known time: it departs in 26 hours and a quarter.
fn bookings() -> String {
    let text = String::from_utf8(corpus("pnrgov-p.edi")).unwrap();
    text.replace("+ORA+DRB+", "+ARN+LIS+")
}

fn a_carrier_that_is_brought_on_board_is_counted_and_compared_with_nothing(world: &World) {
    agree(
        world,
        &Carrier {
            state: CarrierState::Onboarding,
            ..qz(world)
        },
    );
    world.watch_for(TOVA);
    world.ingest(&corpus("paxlst-a-passengers.edi"));
    assert!(
        world
            .flight(Lane::Live, "QZ", "417", "2026-03-14")
            .is_none()
    );
    let flight = world.flight(Lane::Test, "QZ", "417", "2026-03-14").unwrap();
    assert_eq!(world.people(&flight).len(), 2);
    let test = HitQuery {
        lane: Lane::Test,
        ..HitQuery::default()
    };
    let hits = |query: &HitQuery| world.service.hits(&world.acting(), query).unwrap().len();
    assert_eq!((hits(&HitQuery::default()), hits(&test)), (0, 0));
    // Nor by a list that comes later.
    world.watch_for(&[("W-2", "Mikel Ibarrondo", "1951-08-03"), TOVA[0]]);
    assert_eq!((hits(&HitQuery::default()), hits(&test)), (0, 0));
    let counts = counted(world, Lane::Test);
    assert_eq!((counts["messages"], counts["travellers"]), (1, 2));
    assert_eq!(counted(world, Lane::Live).len(), 0);
    // Once it is live, what comes is real; what came before stays a test.
    agree(world, &qz(world));
    let text = String::from_utf8(corpus("paxlst-a-passengers.edi")).unwrap();
    world.ingest(text.replace("QZ00000042", "QZ00000043").as_bytes());
    assert_eq!(hits(&HitQuery::default()), 2);
    assert_eq!(world.counted("travellers"), 2);
}

fn a_suspended_carrier_waits_until_it_is_not(world: &World) {
    let suspended = Carrier {
        state: CarrierState::Suspended,
        acknowledges: Acknowledgement::Contrl,
        ..qz(world)
    };
    agree(world, &suspended);
    let (Received::New(receipt) | Received::Again(receipt)) =
        world.receive(&corpus("paxlst-a-passengers.edi"));
    world.service.work_until_idle().unwrap();
    let messages = world.service.messages(&receipt.id).unwrap();
    assert_eq!(messages[0].status, Reading::Pending);
    assert_eq!(messages[0].fault.as_deref(), Some("carrier-suspended"));
    assert_eq!(counted(world, Lane::Live)["waiting:carrier-suspended"], 1);
    agree(
        world,
        &Carrier {
            state: CarrierState::Live,
            ..suspended
        },
    );
    let fault = Some("carrier-suspended");
    assert_eq!(world.service.replay_quarantine(fault).unwrap(), 1);
    world.service.work_until_idle().unwrap();
    assert_eq!(world.people(&world.qz417()).len(), 2);
    let counts = counted(world, Lane::Live);
    assert_eq!(
        (counts["messages"], counts["waiting:carrier-suspended"]),
        (1, 1)
    );
    // It is acknowledged when it is read.
    delivered(world, 1);
}

fn each_interchange_is_acknowledged_once_with_its_faults(world: &World) {
    agree(
        world,
        &Carrier {
            acknowledges: Acknowledgement::Contrl,
            ..qz(world)
        },
    );
    let first = b"UNB+UNOA:4+QZAIR:ZZ+TWCUST:ZZ+260314:0610+42'UNH+1+PAXLST:D:15B:UN:IATA'BGM+745'\
        TDT+20+QZ417+++QZ'LOC+125+ORA'DTM+189:2603140915:201'LOC+87+DRB'NAD+FL+++QUIST:JORIS'\
        DTM+329:991399'XQX+1'CNT+42:1'UNT+12+1'UNZ+1+42'";
    let second = String::from_utf8(corpus("paxlst-a-passengers.edi")).unwrap();
    // The test indicator of an interchange is that of its acknowledgement.
    let second = second.replacen("++APIS'", "++APIS++++1'", 1);
    let both = [first.as_slice(), second.as_bytes()].concat();
    world.ingest(&both);
    world.ingest(&both);
    delivered(world, 2);
    delivered(world, 0);
    let told = collected(world);
    assert_eq!(told.len(), 2);
    let (Content::Receipt(receipt), false) = content(&told[0]) else {
        panic!("a CONTRL, no test")
    };
    assert_eq!(
        (receipt.interchange.as_str(), receipt.sender.id.as_str()),
        ("42", "QZAIR")
    );
    assert_eq!(receipt.verdict.action, ReceiptAction::Acknowledged);
    let segments: Vec<u32> = receipt.messages[0]
        .segments
        .iter()
        .map(|s| s.segment)
        .collect();
    // The date, counted with UNH as the first segment, the unknown segment, and the wrong count.
    assert_eq!(segments, [8, 9, 11]);
    let date = &receipt.messages[0].segments[0].elements[0];
    assert_eq!((date.element, date.component), (1, Some(2)));
    let text = String::from_utf8(told[0].clone()).unwrap();
    assert!(
        text.contains("UNB+UNOA:4+XA-CUSTOMS:ZZ+QZAIR:ZZ+"),
        "{text}"
    );
    assert!(text.contains("UNH+1+CONTRL:4:1:UN+42+"), "{text}");
    assert!(
        !text.contains("QUIST") && !text.contains("991399"),
        "{text}"
    );
    let (Content::Receipt(receipt), true) = content(&told[1]) else {
        panic!("a CONTRL, marked as a test")
    };
    assert_eq!(receipt.interchange, "QZ00000042");
    // A CONTRL is not answered by another.
    world.ingest(&told[1].clone());
    delivered(world, 0);
}

fn a_push_is_acknowledged_as_processed_or_not(world: &World) {
    agree(
        world,
        &Carrier {
            acknowledges: Acknowledgement::Ackres,
            ..qz(world)
        },
    );
    world.ingest(bookings().as_bytes());
    // A list of passengers is no push.
    world.ingest(&corpus("paxlst-a-passengers.edi"));
    delivered(world, 1);
    let told = collected(world);
    let (Content::PushAcknowledgement(acknowledgement), false) = content(&told[0]) else {
        panic!("an ACKRES")
    };
    assert_eq!(acknowledgement.outcome, PushOutcome::Processed);
    let flight = acknowledgement.flight.unwrap();
    assert_eq!(flight.designator.unwrap().number, "417");
    let text = String::from_utf8(told[0].clone()).unwrap();
    assert!(text.contains("ACKRES:13:1:IA"), "{text}");
    // One that waits is not processed: by the only carrier that its sender speaks for.
    let nowhere = bookings().replace("TVL+140326:0915", "TVL+990326:0915");
    let start = nowhere.find("UNH+1").unwrap();
    let end = nowhere.find("UNT+").unwrap();
    let empty = format!(
        "{}UNH+1+PNRGOV:13:1:IA'MSG+:22'XQX+1'{}",
        &nowhere[..start],
        &nowhere[end..]
    );
    world.receive_from("qz", Lane::Live, &["QZ"], empty.as_bytes());
    world.service.work_until_idle().unwrap();
    for bytes in {
        let _ = world.service.deliver_to_carriers().unwrap();
        collected(world)
    } {
        let (Content::PushAcknowledgement(acknowledgement), _) = content(&bytes) else {
            panic!("an ACKRES")
        };
        assert!(acknowledgement.flight.is_none());
    }
}

fn time(data: ExpectedData, minutes: u32) -> ExpectedTime {
    ExpectedTime { data, minutes }
}

fn what_is_agreed_is_expected_and_asked_for_again(world: &World) {
    agree(
        world,
        &Carrier {
            expected: vec![
                time(ExpectedData::Api, 60),
                time(ExpectedData::Pnr, 24 * 60),
                time(ExpectedData::Pnr, 0),
            ],
            grace_minutes: 10,
            asks_again: true,
            ..qz(world)
        },
    );
    // A day and two hours before.
    world.ingest(bookings().as_bytes());
    assert_eq!(counted(world, Lane::Live)["pnr:1440:on-time"], 1);
    world.clock.pass(26);
    world.service.work_until_idle().unwrap();
    assert_eq!(world.notices(), ["manifest-missing"]);
    assert_eq!(counted(world, Lane::Live)["api:60:missing"], 1);
    delivered(world, 0);
    world.clock.pass(1);
    world.service.work_until_idle().unwrap();
    assert!(world.notices().contains(&"bookings-missing".to_owned()));
    assert_eq!(counted(world, Lane::Live)["pnr:0:missing"], 1);
    // It is asked for without a person, as the carrier has agreed.
    delivered(world, 1);
    let told = collected(world);
    let (Content::BookingRequest(request), false) = content(&told[0]) else {
        panic!("a GOVREQ")
    };
    assert_eq!(request.kind, RequestKind::Flight);
    let flight = request.flight.unwrap();
    assert_eq!(flight.designator.unwrap().number, "417");
    assert_eq!(flight.departs.unwrap().date.to_string(), "2026-03-14");
    assert_eq!(flight.from.unwrap().as_str(), "ARN");
    // What is agreed on later counts for flights that are known, too.
    assert_eq!(counted(world, Lane::Live).get("api:0:missing"), None);
    // Asked already.
    let flight = world.qz417();
    let again = world
        .service
        .ask_again(&world.acting(), &flight, None, &|_| String::new());
    assert!(matches!(
        again,
        Err(tidewaiter_service::DoorError::Service(
            ServiceError::NotPossible(_)
        ))
    ));
    // It comes: late, and no more missing.
    let text = bookings()
        .replace("+0042'", "+0043'")
        .replace("UNZ+1+0042", "UNZ+1+0043");
    world.ingest(text.as_bytes());
    let counts = counted(world, Lane::Live);
    assert_eq!((counts["pnr:0:missing"], counts["pnr:0:late"]), (0, 1));
    assert!(!world.notices().contains(&"bookings-missing".to_owned()));
    let tenant = world.service.tenant();
    let told = |world: &World| {
        world
            .service
            .store()
            .read(|tx| tx.carrier_messages(tenant, "QZ", None, 10))
            .unwrap()
    };
    assert_eq!(told(world)[0].state, CarrierMessageState::Answered);
    assert_eq!(told(world)[0].made_by, "asker");
    // And by a person, who is named in it.
    let asked = world
        .service
        .ask_again(&world.acting(), &flight, None, &|_| String::new())
        .unwrap();
    assert_eq!(asked.made_by, "u-1");
    // It is repeated when nothing comes, and then somebody should see to it.
    for attempt in 1..=3 {
        delivered(world, 1);
        assert_eq!(told(world)[0].attempts, attempt);
        world.clock.pass(1);
    }
    let done = world.service.deliver_to_carriers().unwrap();
    assert_eq!((done.sent, done.alarmed), (0, 1));
    assert!(world.notices().contains(&"resend-unanswered".to_owned()));
    // Its time ends too.
    world.clock.pass(24);
    let done = world.service.deliver_to_carriers().unwrap();
    assert_eq!((done.sent, done.alarmed, done.expired), (0, 0, 1));
    let late = world
        .service
        .ask_again(&world.acting(), &flight, None, &|_| String::new());
    assert!(late.is_err(), "the flight left too long ago");
}

fn what_is_missing_in_a_list_is_counted(world: &World) {
    let text = String::from_utf8(corpus("paxlst-a-passengers.edi")).unwrap();
    let text = text
        .replace("DTM+329:19510803:102'\n", "")
        .replace("NAT+2+ESP'\n", "");
    world.ingest(text.as_bytes());
    let counts = counted(world, Lane::Live);
    assert_eq!((counts["checked"], counts["missing:dob"]), (2, 1));
    assert_eq!(counts["missing:nationality"], 1);
    assert_eq!(counts.get("missing:doc.number"), None);
    assert_eq!(counts["diagnostic:segment-count-mismatch"], 1);
    assert_eq!(counts["messages:PAXLST"], 1);
    // What is counted stays when everybody it was counted from is gone.
    world.clock.pass(24 * 40);
    assert!(world.service.retain().unwrap().erased > 0);
    assert_eq!(counted(world, Lane::Live), counts);
}

fn what_does_not_get_through_is_repeated_and_said(world: &World) {
    let nowhere = world.folder.path().join("nowhere");
    let carrier = Carrier::reached("QZ", "QZAIR", "files", nowhere.to_str().unwrap());
    agree(
        world,
        &Carrier {
            acknowledges: Acknowledgement::Contrl,
            ..carrier
        },
    );
    world.ingest(&corpus("paxlst-a-passengers.edi"));
    let deliver = || world.service.deliver_to_carriers().unwrap();
    let failed = |alarmed| Couriered {
        failed: 1,
        alarmed,
        ..Couriered::default()
    };
    assert_eq!(deliver(), failed(0));
    assert_eq!(deliver(), Couriered::default(), "it waits for its turn");
    world.clock.pass(1);
    assert_eq!(deliver(), failed(0));
    world.clock.pass(1);
    assert_eq!(deliver(), failed(1));
    world.clock.pass(1);
    assert_eq!(deliver(), failed(0), "it is said once");
    std::fs::create_dir(&nowhere).unwrap();
    world.clock.pass(1);
    delivered(world, 1);
    assert_eq!(std::fs::read_dir(&nowhere).unwrap().count(), 1);
}

macro_rules! on_both {
    ($($test:ident)*) => {
        mod sqlite {
            $(#[test]
            fn $test() {
                super::$test(&super::World::new());
            })*
        }

        /// One server for all: each test has a schema of its own.
        #[test]
        fn postgresql_does_the_same() {
            $(if let Some(world) = World::postgres() {
                $test(&world);
            })*
        }
    };
}

on_both! {
    a_carrier_that_is_brought_on_board_is_counted_and_compared_with_nothing
    a_suspended_carrier_waits_until_it_is_not
    each_interchange_is_acknowledged_once_with_its_faults
    a_push_is_acknowledged_as_processed_or_not
    what_is_agreed_is_expected_and_asked_for_again
    what_is_missing_in_a_list_is_counted
    what_does_not_get_through_is_repeated_and_said
}
