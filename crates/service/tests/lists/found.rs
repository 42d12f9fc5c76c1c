//! What a change of lists finds among those who are held, what it leaves alone, and whether
//! everything that was found can be found again.

use std::fmt::Write as _;

use jiff::civil::date;
use tidewaiter_mandate::review::{EntryState, Event, Judgement, ReasonCode, State};
use tidewaiter_screening::SelectorKind;
use tidewaiter_service::{
    Consent, Envelope, Lane, NamedFile, NewExemption, NewSelector, Replay, Service, ServiceError,
};
use tidewaiter_store::{EntryHit, LookbackCause, LookbackMode, LookbackRun, LookbackStage};

use crate::world::{World, own, single_window, single_window_later, un};

/// One person of a passenger list: surname, given name, date of birth (`710203`), document, phone.
pub(crate) type Person<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

pub(crate) const TESTANI: Person<'_> = ("TESTANI", "KASIM", "710203", "X7000001", "46812345678");
pub(crate) const NOBODY: Person<'_> = ("OLDENBURG", "FRIEDA", "850612", "C1234567", "49301234567");

/// A passenger list of a flight that leaves on this day of November 2026.
pub(crate) fn arrive(world: &World, number: u32, day: u32, people: &[Person<'_>]) {
    let mut body = String::new();
    for (surname, given, born, document, phone) in people {
        let _ = write!(
            body,
            "NAD+FL+++{surname}:{given}'ATT+2++M'DTM+329:{born}'COM+{phone}:TE'LOC+178+ORD'\
             LOC+179+JFK'NAT+2+IRQ'DOC+P:110:111+{document}'DTM+36:300221'LOC+91+IRQ'"
        );
    }
    let head = format!(
        "UNH+PAX{number}+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+AA{number}'LOC+125+ORD'\
         DTM+189:2611{day:02}1840:201'LOC+87+JFK'DTM+232:2611{day:02}1955:201'"
    );
    let segments = head.matches('\'').count() + body.matches('\'').count() + 2;
    let text = format!(
        "UNB+UNOA:4+AIRLINE1+BORDER+261124:0900+{number}'{head}{body}CNT+42:{}'\
         UNT+{segments}+PAX{number}'UNZ+1+{number}'",
        people.len()
    );
    let envelope = Envelope {
        sender: "feed-aa",
        lane: Lane::Live,
        carriers: &[],
    };
    world.service.receive(&envelope, text.as_bytes()).unwrap();
    world.service.work_until_idle().unwrap();
}

pub(crate) fn hits(service: &Service, list: &str) -> Vec<EntryHit> {
    service
        .store()
        .read(|tx| tx.hits_of_list(service.tenant(), list))
        .unwrap()
}

/// The one hit of a list: its entry, where it stands, how its entry stands.
fn only_hit(service: &Service, list: &str) -> (String, State, EntryState) {
    let hits = hits(service, list);
    let [hit] = hits.as_slice() else {
        panic!("{hits:?}")
    };
    (hit.entry.clone(), hit.hit.state(), hit.hit.entry())
}

/// The latest look-back, which is done.
fn looked_back(service: &Service) -> LookbackRun {
    service.work_until_idle().unwrap();
    let run = service.lookbacks(1).unwrap().pop().unwrap();
    assert_eq!(run.stage, LookbackStage::Done, "{run:?}");
    run
}

/// A person opens the evidence of the one hit of a list and says: the same.
fn reviewed(world: &World, list: &str) {
    let hit = hits(&world.service, list).pop().unwrap();
    let by = world.actor("u-7", "local");
    let service = &world.service;
    let step = |version, event: Event<'_>| {
        let machine = tidewaiter_mandate::grant::MachineActor::new("test");
        service
            .store()
            .write(service.now(), |tx| {
                tx.step(service.tenant(), &machine, &hit.id, version, event, None)
            })
            .unwrap()
            .version
    };
    let version = step(hit.version, Event::OpenEvidence { by: &by });
    step(
        version,
        Event::Judge {
            by: &by,
            judgement: Judgement::Same,
            reason: ReasonCode::IdentityDataAgree,
        },
    );
}

/// Every finding there is, found again.
fn all_the_same(service: &Service) -> usize {
    let findings = service.findings().unwrap();
    for id in &findings {
        assert_eq!(service.replay(id).unwrap(), Replay::Same, "{id}");
    }
    findings.len()
}

#[test]
fn an_entry_added_later_finds_who_was_booked_before() {
    let world = World::new();
    arrive(&world, 124, 25, &[TESTANI, NOBODY]);
    arrive(&world, 125, 20, &[NOBODY]);
    assert_eq!(hits(&world.service, "un-sc"), []);
    let added = world.add(&un(), true).unwrap();
    let run = looked_back(&world.service);
    assert_eq!(Some(run.id), added.lookback);
    assert_eq!((run.cause, run.after), (LookbackCause::List, Some(1)));
    assert_eq!((run.raised, run.changed, run.closed), (1, 0, 0));
    let in_force = (State::Matched, EntryState::InForce);
    let (entry, state, of_entry) = only_hit(&world.service, "un-sc");
    assert_eq!((entry.as_str(), (state, of_entry)), ("QDi.901", in_force));
    // Whoever comes after that is found when they come, and not once more by a look-back.
    arrive(&world, 126, 26, &[TESTANI]);
    assert_eq!(hits(&world.service, "un-sc").len(), 2);
    let before = hits(&world.service, "un-sc");
    let other = un().replace("INVENTED RELIEF FUND", "INVENTED RELIEF FUNDS");
    world.add(&other, true).unwrap();
    let run = looked_back(&world.service);
    assert_eq!((run.raised, run.changed, run.closed), (0, 0, 0));
    assert_eq!(hits(&world.service, "un-sc"), before, "not even looked at");
    assert_eq!(all_the_same(&world.service), 2);
}

#[test]
fn what_people_reviewed_outlives_the_removal_of_its_entry() {
    let world = World::new();
    let with = own(
        "watch",
        &[
            ("W-1", "Kasim Testani", "1971-02-03"),
            ("W-2", "Samira Beispiel", "1958"),
        ],
    );
    let without = own("watch", &[("W-2", "Samira Beispiel", "1958")]);
    world.add(&with, false).unwrap();
    arrive(&world, 124, 25, &[TESTANI, NOBODY]);
    reviewed(&world, "watch");
    world.add(&without, true).unwrap();
    // At once, in the transaction of the change: no act can rest on an entry that is gone.
    let gone = ("W-1".to_owned(), State::Same, EntryState::Removed);
    assert_eq!(only_hit(&world.service, "watch"), gone);
    let run = looked_back(&world.service);
    assert_eq!((run.raised, run.changed), (0, 0));
    assert_eq!(
        only_hit(&world.service, "watch"),
        gone,
        "and nothing closes it"
    );
    let world = world.reopen();
    let given = Consent {
        given: true,
        list: None,
    };
    world
        .service
        .roll_back_list(&world.acting(), "watch", 1, &given)
        .unwrap();
    let back = ("W-1".to_owned(), State::Same, EntryState::InForce);
    assert_eq!(only_hit(&world.service, "watch"), back);
    looked_back(&world.service);
    assert_eq!(only_hit(&world.service, "watch"), back);
    world.service.remove_list(&world.acting(), "watch").unwrap();
    looked_back(&world.service);
    assert_eq!(only_hit(&world.service, "watch"), gone);
    // A list that was out of force brings its hits back when it comes again.
    world.add(&with, true).unwrap();
    looked_back(&world.service);
    assert_eq!(only_hit(&world.service, "watch"), back);
    assert_eq!(all_the_same(&world.service), 1);
}

#[test]
fn what_changed_is_reviewed_again() {
    let world = World::new();
    let list = |name: &str, born: &str| own("watch", &[("W-1", name, born)]);
    world
        .add(&list("Kasim Testani", "1971-02-03"), false)
        .unwrap();
    arrive(&world, 124, 25, &[TESTANI]);
    reviewed(&world, "watch");
    // Still like him, and another content: the judgement was on something else.
    world
        .add(&list("Kassim Testani", "1971-02-03"), false)
        .unwrap();
    let run = looked_back(&world.service);
    assert_eq!((run.raised, run.changed, run.closed), (0, 1, 0));
    let again = ("W-1".to_owned(), State::Reopened, EntryState::InForce);
    assert_eq!(only_hit(&world.service, "watch"), again);
    reviewed(&world, "watch");
    // Somebody quite else now.
    world
        .add(&list("Wilhelmina Sondergaard", "1931-07-08"), false)
        .unwrap();
    let run = looked_back(&world.service);
    assert_eq!((run.raised, run.changed, run.closed), (0, 0, 1));
    assert_eq!(only_hit(&world.service, "watch"), again);
    // What was found then is still found from what was known then.
    let world = world.reopen();
    assert_eq!(all_the_same(&world.service), 2);
}

#[test]
fn documents_that_are_reported_later_are_found_and_those_that_went_are_marked() {
    let world = World::new();
    arrive(&world, 124, 25, &[TESTANI, NOBODY]);
    let reported = "number,issuer,reason\nC1234567,IRQ,stolen\nC1234568,IRQ,lost\n";
    world.add_as(Some("lost"), reported, false).unwrap();
    let run = looked_back(&world.service);
    assert_eq!(
        (run.cause, run.mode),
        (LookbackCause::Documents, LookbackMode::Keys)
    );
    assert_eq!((run.raised, run.total), (1, Some(1)));
    let hit = hits(&world.service, "lost").pop().unwrap();
    assert_eq!(hit.cause_kind, "document");
    assert_eq!(hit.hit.state(), State::Matched);
    let found_again = "number,issuer,reason\nC1234568,IRQ,lost\n";
    let added = world.add_as(Some("lost"), found_again, true).unwrap();
    assert_eq!(added.difference, (0, 1, 0));
    let run = looked_back(&world.service);
    assert_eq!((run.raised, run.closed), (0, 1));
    let (_, state, of_entry) = only_hit(&world.service, "lost");
    assert_eq!((state, of_entry), (State::Matched, EntryState::Removed));
    let world = world.reopen();
    world.add_as(Some("lost"), reported, true).unwrap();
    let run = looked_back(&world.service);
    assert_eq!((run.raised, run.changed), (0, 1));
    assert_eq!(only_hit(&world.service, "lost").2, EntryState::InForce);
    assert_eq!(all_the_same(&world.service), 1);
}

#[test]
fn a_selector_finds_looks_back_ends_and_is_destroyed() {
    let world = World::new();
    arrive(&world, 124, 25, &[TESTANI, NOBODY]);
    let acting = world.acting();
    let new = NewSelector {
        list: "own-phones",
        entry: "S-1",
        kind: SelectorKind::Phone,
        value: "+46 8 123 456 78",
        owner: "desk 4",
        legal_basis: "act 12",
        from: None,
        expires: date(2026, 12, 31),
    };
    let id = world.service.add_selector(&acting, &[], &new).unwrap();
    let run = looked_back(&world.service);
    assert_eq!((run.cause, run.raised), (LookbackCause::Selector, 1));
    let found = ("S-1".to_owned(), State::Matched, EntryState::InForce);
    assert_eq!(only_hit(&world.service, "own-phones"), found);
    world.service.end_selector(&acting, &id).unwrap();
    assert_eq!(
        only_hit(&world.service, "own-phones").2,
        EntryState::Removed
    );
    let world = world.reopen();
    assert_eq!(
        all_the_same(&world.service),
        1,
        "an ended one is still known"
    );
    let (service, acting) = (&world.service, world.acting());
    service.destroy_selector(&acting, &id).unwrap();
    let finding = service.findings().unwrap()[0];
    assert_eq!(service.replay(&finding).unwrap(), Replay::InputsDestroyed);
}

#[test]
fn everybody_is_screened_to_measure_the_keys() {
    let world = World::new();
    world.add(&un(), true).unwrap();
    arrive(&world, 124, 25, &[TESTANI, NOBODY]);
    arrive(
        &world,
        125,
        20,
        &[("TESTANI", "QASSEM", "710203", "X7000002", "1234567")],
    );
    world.service.measure_keys(&world.acting()).unwrap();
    let run = looked_back(&world.service);
    assert_eq!((run.mode, run.total), (LookbackMode::Exhaustive, Some(3)));
    assert_eq!((run.screened, run.raised, run.changed), (3, 0, 0));
    assert_eq!((run.found, run.found_by_keys), (2, 2));
}

#[test]
fn another_mandate_looks_at_everybody_and_the_old_one_still_replays() {
    let world = World::under(single_window);
    let text = un();
    let file = [NamedFile {
        name: "un.xml",
        bytes: text.as_bytes(),
    }];
    let given = Consent {
        given: true,
        list: None,
    };
    let steward = world.acting_as("u-1", "list-steward", "P-CT");
    let approver = world.acting_as("u-2", "list-approver", "P-CT");
    world.service.add_list(&steward, &file, &given).unwrap();
    world
        .service
        .approve_list(&approver, "unsc-1267", 1)
        .unwrap();
    arrive(&world, 124, 25, &[TESTANI, NOBODY]);
    let before = hits(&world.service, "unsc-1267");
    assert_eq!(before.len(), 1);
    let world = world.reopen_under(single_window_later);
    let run = looked_back(&world.service);
    assert_eq!(
        (run.cause, run.mode, run.screened),
        (LookbackCause::Mandate, LookbackMode::Exhaustive, 2)
    );
    assert_eq!((run.raised, run.closed), (0, 0));
    assert_eq!(hits(&world.service, "unsc-1267"), before);
    assert_eq!(all_the_same(&world.service), 1);
    // Once for each change of mandate.
    let runs = world.service.lookbacks(10).unwrap().len();
    let world = world.reopen();
    assert_eq!(world.service.lookbacks(10).unwrap().len(), runs);
    // An exemption changes what may be done, and not the match.
    let steward = world.acting_as("u-1", "list-steward", "P-CT");
    let second = world.actor("u-2", "list-approver");
    let new = NewExemption {
        list: "unsc-1267",
        entry: "QDi.901",
        authority: "1267 Committee",
        reference: "EX-7",
        from: None,
        until: Some(date(2026, 12, 31)),
    };
    world
        .service
        .add_exemption(&steward, &[&second], &new)
        .unwrap();
    let run = looked_back(&world.service);
    assert_eq!((run.cause, run.raised), (LookbackCause::Exemption, 0));
    let after = hits(&world.service, "unsc-1267");
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].hit.entry(), EntryState::InForce);
    assert_eq!(run.total, Some(1));
    assert_eq!(all_the_same(&world.service), 1 + run.changed as usize);
}

#[test]
fn a_finding_that_is_not_there_is_said_so() {
    let world = World::new();
    let missing = world.service.replay(&tidewaiter_service::Id([9; 16]));
    assert!(
        matches!(missing, Err(ServiceError::NotFound(_))),
        "{missing:?}"
    );
}
