//! What comes into force, who agrees, and what never touches the version in force.

use jiff::civil::date;
use tidewaiter_mandate::review::EntryState;
use tidewaiter_screening::SelectorKind;
use tidewaiter_service::{
    Consent, ListRef, ListWarning, NamedFile, NewExemption, NewSelector, ServiceError,
};
use tidewaiter_store::ListState;

use crate::found::{TESTANI, arrive, hits};
use crate::world::{World, own, single_window, un};

const ROWS: &[(&str, &str, &str)] = &[
    ("W-1", "Kasim Testani", "1971-02-03"),
    ("W-2", "Samira Beispiel", "1958"),
    ("W-3", "Jonas Exempel", ""),
];

#[test]
fn a_list_comes_into_force_with_its_receipt() {
    let world = World::new();
    let nothing = world.watched();
    // The sample is of February: nine months old, and somebody has to say that they saw it.
    let refused = world.add(&un(), false);
    let Err(ServiceError::ConsentNeeded(concerns)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(concerns, ["is of 2026-02-27, 270 days old"]);
    assert_eq!(world.watched(), nothing);
    let added = world.add(&un(), true).unwrap();
    assert_eq!(
        (added.list.as_str(), added.version, added.entries),
        ("un-sc", 1, 3)
    );
    assert_eq!(added.difference, (3, 0, 0));
    assert_eq!(added.concerns, concerns);
    assert_ne!(world.watched(), nothing);
    assert_eq!(world.service.watch().watchlist().len(), 3);
    let standing = &world.service.lists().unwrap()[0];
    let in_force = standing.in_force.as_ref().unwrap();
    assert_eq!(standing.published, Some(date(2026, 2, 27)));
    assert_eq!(in_force.format, "un-xml");
    assert_eq!(in_force.agreed[0].person, "u-1");
    assert!(in_force.counts.contains("\"persons\":2"));
    assert!(standing.warnings.is_empty());
    // The files are there byte for byte.
    let source = world
        .service
        .store()
        .source_bytes(&in_force.files[0].sha256)
        .unwrap();
    assert_eq!(source, un().into_bytes());
    // The same content again, with other update stamps: the same version.
    let stamped = un().replace("<VERSIONNUM>1<", "<VERSIONNUM>9<");
    let again = world.add(&stamped, false).unwrap();
    assert!(again.unchanged);
    assert_eq!(again.version, 1);
    assert_eq!(again.lookback, None);
}

#[test]
fn what_is_refused_leaves_the_version_in_force() {
    let world = World::new();
    world.add(&own("watch", ROWS), false).unwrap();
    let before = world.watched();
    let half = un();
    let refused = |text: &str, list: Option<&str>| {
        let result = world.add_as(list, text, true);
        let Err(ServiceError::ListRefused(why)) = result else {
            panic!("{result:?}")
        };
        assert_eq!(world.watched(), before);
        let standing = world.service.lists().unwrap();
        assert_eq!(standing.len(), 1);
        assert_eq!(standing[0].in_force.as_ref().unwrap().version, 1);
        why
    };
    assert!(refused(&half[..half.len() / 2], None).contains("list-truncated"));
    assert!(refused("<!DOCTYPE html><html><body>Log in</body></html>", None).contains("list-"));
    assert!(refused("", None).contains("list-"));
    // A row with a column too many.
    let shifted = own("watch", ROWS).replace("W-2,person,", "W-2,person,X,");
    assert!(refused(&shifted, None).contains("list-columns"));
    // What may be asked and not copied.
    let interpol = own("INTERPOL SLTD", ROWS);
    assert!(refused(&interpol, None).contains("asked and not copied"));
    assert!(refused("number,issuer\nX1234567,SWE\n", None).contains("does not name itself"));
    let copied = "number,issuer,source\nX1234567,SWE,INTERPOL SLTD\n";
    assert!(refused(copied, Some("stolen")).contains("list-query-only"));
    // Two lists where one belongs.
    let files = [un(), own("watch", ROWS)];
    let files: Vec<NamedFile<'_>> = files
        .iter()
        .map(|text| NamedFile {
            name: "list",
            bytes: text.as_bytes(),
        })
        .collect();
    let two = world
        .service
        .add_list(&world.acting(), &files, &Consent::default());
    assert!(matches!(two, Err(ServiceError::ListRefused(_))), "{two:?}");
}

#[test]
fn shrinking_needs_consent_and_an_earlier_version_comes_back() {
    let world = World::new();
    world.add(&own("watch", ROWS), false).unwrap();
    let first = world.watched();
    let less = own("watch", &ROWS[..2]);
    assert!(matches!(
        world.add(&less, false),
        Err(ServiceError::ConsentNeeded(concerns)) if concerns == ["shrinks from 3 to 2 entries"]
    ));
    let added = world.add(&less, true).unwrap();
    assert_eq!((added.version, added.before), (2, Some(1)));
    assert_eq!(added.difference, (0, 1, 0));
    let reference = |text| ListRef::parse(text).unwrap();
    let diff = world
        .service
        .list_diff(&reference("watch@1"), &reference("watch"))
        .unwrap();
    assert_eq!(diff.removed, ["W-3"]);
    let changed = own("watch", &[ROWS[0], ("W-2", "Samira Beispiel", "1959")]);
    world.add(&changed, true).unwrap();
    let diff = world
        .service
        .list_diff(&reference("watch@2"), &reference("watch@3"))
        .unwrap();
    assert_eq!(diff.changed[0].fields, ["born"]);
    let roll = |consent| {
        let given = Consent {
            given: consent,
            list: None,
        };
        world
            .service
            .roll_back_list(&world.acting(), "watch", 1, &given)
    };
    assert!(matches!(roll(false), Err(ServiceError::ConsentNeeded(_))));
    let back = roll(true).unwrap();
    assert_eq!((back.version, back.before), (1, Some(3)));
    assert_eq!(world.watched(), first, "the same content is the same watch");
    // The same file once more is the same version, too.
    assert!(world.add(&own("watch", ROWS), false).unwrap().unchanged);
    // A change at a time gives the same watch as a start from what is stored.
    let world = world.reopen();
    assert_eq!(world.watched(), first);
    let removed = world.service.remove_list(&world.acting(), "watch").unwrap();
    assert_eq!(removed.before, Some(1));
    assert!(world.service.watch().watchlist().is_empty());
    assert!(matches!(
        world.service.remove_list(&world.acting(), "watch"),
        Err(ServiceError::NotFound(_))
    ));
    let empty = world.watched();
    let world = world.reopen();
    assert_eq!(world.watched(), empty);
    // Its versions are still there.
    assert_eq!(
        world
            .service
            .list_version(&reference("watch@3"))
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn two_people_put_a_list_into_force_where_the_mandate_says_so() {
    let world = World::under(single_window);
    let steward = world.acting_as("u-1", "list-steward", "P-CT");
    let text = un();
    let file = [NamedFile {
        name: "un.xml",
        bytes: text.as_bytes(),
    }];
    let given = Consent {
        given: true,
        list: None,
    };
    let officer = world.acting_as("u-9", "duty-officer", "P-CT");
    let refused = world.service.add_list(&officer, &file, &given);
    assert!(
        matches!(refused, Err(ServiceError::NotGranted(_))),
        "{refused:?}"
    );
    let added = world.service.add_list(&steward, &file, &given).unwrap();
    // The mandate's name of it, by its authority.
    assert_eq!(added.list, "unsc-1267");
    assert_eq!(added.state, ListState::Proposed);
    assert_eq!(added.waits_for, ["list-approver"]);
    assert!(world.service.watch().watchlist().is_empty());
    let standing = world.service.lists().unwrap();
    let unsc = standing.iter().find(|s| s.list == "unsc-1267").unwrap();
    assert_eq!(unsc.warnings, [ListWarning::Missing, ListWarning::Proposed]);
    let approve = |person: &str, role: &str| {
        let acting = world.acting_as(person, role, "P-CT");
        world.service.approve_list(&acting, "unsc-1267", 1)
    };
    // The same person in another role is still one person.
    let same = approve("u-1", "list-approver");
    assert!(matches!(same, Err(ServiceError::NotGranted(_))), "{same:?}");
    assert!(world.service.watch().watchlist().is_empty());
    let approved = approve("u-2", "list-approver").unwrap();
    assert_eq!(approved.state, ListState::InForce);
    assert_eq!(approved.concerns, added.concerns);
    assert_eq!(world.service.watch().watchlist().len(), 3);
    assert!(matches!(
        approve("u-3", "list-approver"),
        Err(ServiceError::NotFound(_))
    ));
    // Nor does one person alone take it out of force.
    let remove = |person: &str, role: &str| {
        let acting = world.acting_as(person, role, "P-CT");
        world.service.remove_list(&acting, "unsc-1267").unwrap()
    };
    let asked = remove("u-1", "list-steward");
    assert_eq!(asked.waits_for, ["list-approver"]);
    assert_eq!(asked.state, ListState::InForce);
    assert_eq!(remove("u-1", "list-approver").waits_for, ["list-approver"]);
    assert_eq!(world.service.watch().watchlist().len(), 3);
    // The copy is too old for this mandate a day later.
    world.clock.pass(25);
    let standing = world.service.lists().unwrap();
    let unsc = standing.iter().find(|s| s.list == "unsc-1267").unwrap();
    let warnings = [ListWarning::TooOld, ListWarning::RemovalProposed];
    assert_eq!(unsc.warnings, warnings);
    assert_eq!(remove("u-2", "list-approver").state, ListState::Retired);
    assert!(world.service.watch().watchlist().is_empty());
}

#[test]
fn lists_that_the_mandate_does_not_name_or_only_asks_are_refused() {
    let world = World::under(single_window);
    let steward = world.acting_as("u-1", "list-steward", "P-CT");
    let add = |text: &str, list| {
        let file = [NamedFile {
            name: "list",
            bytes: text.as_bytes(),
        }];
        let consent = Consent { given: true, list };
        match world.service.add_list(&steward, &file, &consent) {
            Err(ServiceError::ListRefused(why)) => why,
            other => panic!("{other:?}"),
        }
    };
    assert!(add(&own("watch", ROWS), None).contains("names no list of this publisher"));
    assert!(add(&own("watch", ROWS), Some("no-such")).contains("names no list no-such"));
    let documents = "number,issuer\nX1234567,SWE\n";
    assert!(add(documents, Some("interpol-sltd")).contains("asked and not copied"));
}

#[test]
fn selectors_and_exemptions_join_the_watch_and_leave_it() {
    let world = World::new();
    let acting = world.acting();
    let nothing = world.watched();
    let new = NewSelector {
        list: "own-phones",
        entry: "S-1",
        kind: SelectorKind::Phone,
        value: "+46 8 123 456 78",
        owner: "desk 4",
        legal_basis: "act 12, section 3",
        from: None,
        expires: date(2026, 12, 31),
    };
    let refused = |new: NewSelector<'_>| {
        let refused = world.service.add_selector(&acting, &[], &new);
        assert!(
            matches!(refused, Err(ServiceError::ListRefused(_))),
            "{refused:?}"
        );
        assert_eq!(world.watched(), nothing);
    };
    refused(NewSelector {
        value: "123",
        ..new
    });
    refused(NewSelector { owner: " ", ..new });
    refused(NewSelector {
        expires: date(2026, 11, 23),
        ..new
    });
    let id = world.service.add_selector(&acting, &[], &new).unwrap();
    let with = world.watched();
    assert_ne!(with, nothing);
    let exempted = world
        .service
        .add_exemption(
            &acting,
            &[],
            &NewExemption {
                list: "un-sc",
                entry: "QDi.901",
                authority: "1267 Committee",
                reference: "EX-7",
                from: None,
                until: Some(date(2026, 12, 31)),
            },
        )
        .unwrap();
    let both = world.watched();
    let world = world.reopen();
    assert_eq!(world.watched(), both);
    let acting = world.acting();
    world.service.end_exemption(&acting, &exempted).unwrap();
    assert_eq!(world.watched(), with);
    // Its last day passes.
    world.clock.pass(24 * 40);
    world.service.retain().unwrap();
    assert_eq!(world.watched(), nothing);
    assert!(world.service.selectors().unwrap()[0].has_ended);
    let again = world.service.end_selector(&world.acting(), &id);
    assert!(matches!(again, Err(ServiceError::NotFound(_))));
}

#[test]
fn a_mandate_with_two_people_wants_two_for_a_selector() {
    let world = World::under(single_window);
    let steward = world.acting_as("u-1", "list-steward", "P-CT");
    let new = NewSelector {
        list: "national-1373",
        entry: "S-1",
        kind: SelectorKind::Email,
        value: "nobody@example.org",
        owner: "desk 4",
        legal_basis: "act 12",
        from: None,
        expires: date(2026, 12, 31),
    };
    let alone = world.service.add_selector(&steward, &[], &new);
    assert!(
        matches!(alone, Err(ServiceError::NotGranted(_))),
        "{alone:?}"
    );
    let second = world.actor("u-2", "list-approver");
    world
        .service
        .add_selector(&steward, &[&second], &new)
        .unwrap();
}

#[test]
fn a_proposal_that_was_overtaken_is_proposed_again() {
    let world = World::under(single_window);
    let steward = world.acting_as("u-1", "list-steward", "P-CT");
    let approver = world.acting_as("u-2", "list-approver", "P-CT");
    let propose = |text: &str| {
        let file = [NamedFile {
            name: "un.xml",
            bytes: text.as_bytes(),
        }];
        let given = Consent {
            given: true,
            list: None,
        };
        world.service.add_list(&steward, &file, &given).unwrap()
    };
    let first = propose(&un());
    world.clock.pass(1);
    let second = propose(&un().replace("BEISPIEL", "EXEMPEL"));
    assert_eq!((first.version, second.version), (1, 2));
    world.clock.pass(1);
    let approve = |version| world.service.approve_list(&approver, "unsc-1267", version);
    approve(2).unwrap();
    // What was consented to was the replacement of nothing.
    assert!(matches!(approve(1), Err(ServiceError::Stale)));
    assert_eq!(propose(&un()).version, 1);
    assert_eq!(approve(1).unwrap().before, Some(2));
}

#[test]
fn what_begins_later_looks_back_on_its_day() {
    let world = World::new();
    world.service.retain().unwrap();
    arrive(&world, 124, 25, &[TESTANI]);
    let list = own("watch", &[("W-1", "Kasim Testani", "1971-02-03")]);
    // From the first of December on, when the flight is long gone.
    let later = list
        .replacen('\n', ",valid_from\n", 1)
        .trim_end()
        .to_owned()
        + ",2026-12-01\n";
    world.add(&later, false).unwrap();
    world.service.work_until_idle().unwrap();
    assert!(hits(&world.service, "watch").is_empty());
    world.clock.pass(24 * 5);
    world.service.retain().unwrap();
    world.service.work_until_idle().unwrap();
    assert!(hits(&world.service, "watch").is_empty(), "not yet");
    // The day itself passes without anybody at work.
    world.clock.pass(24 * 3);
    world.service.retain().unwrap();
    world.service.work_until_idle().unwrap();
    assert_eq!(hits(&world.service, "watch").len(), 1);
    let looked_back = world.service.lookbacks(10).unwrap().len();
    world.service.retain().unwrap();
    assert_eq!(
        world.service.lookbacks(10).unwrap().len(),
        looked_back,
        "once"
    );
}

#[test]
fn an_entry_whose_last_day_is_over_stands_no_more_until_a_version_says_otherwise() {
    let world = World::new();
    world.service.retain().unwrap();
    arrive(&world, 124, 25, &[TESTANI]);
    let until = |last: &str| {
        let list = own("watch", &[("W-1", "Kasim Testani", "1971-02-03")]);
        let with_column = list.replacen('\n', ",valid_until\n", 1);
        format!("{},{last}\n", with_column.trim_end())
    };
    world.add(&until("2026-11-26"), false).unwrap();
    world.service.work_until_idle().unwrap();
    let entry = || hits(&world.service, "watch")[0].hit.entry();
    assert_eq!(entry(), EntryState::InForce);
    world.clock.pass(24 * 2);
    world.service.retain().unwrap();
    assert_eq!(entry(), EntryState::InForce, "on its last day");
    world.clock.pass(24);
    world.service.retain().unwrap();
    assert_eq!(entry(), EntryState::Removed);
    // The same entry, for longer.
    world.add(&until("2026-12-31"), true).unwrap();
    world.service.work_until_idle().unwrap();
    assert_eq!(entry(), EntryState::InForce);
    // And a version in which it ended long ago.
    world.add(&until("2026-11-25"), true).unwrap();
    assert_eq!(entry(), EntryState::Removed);
}
