//! What is only proposed: what it would do is told beforehand and comes true, nothing is screened by it,
//! and it takes another person who has seen what it would do.

use tidewaiter_mandate::Mandate;
use tidewaiter_mandate::review::{EntryState, State};
use tidewaiter_service::{
    Acting, Consent, DoorError, EntryFate, ListAdded, ListBy, ListOnce, NamedFile, Proposal,
    ServiceError, SignedIn,
};
use tidewaiter_store::{
    ImpactBasis, ImpactCounts, ImpactState, ListState, LookbackRun, LookbackStage,
};

use crate::found::{NOBODY, Person, TESTANI, arrive, hits};
use crate::world::{World, own};

const KASIM: (&str, &str, &str) = ("W-1", "Kasim Testani", "1971-02-03");
const FRIEDA: (&str, &str, &str) = ("W-2", "Frieda Oldenburg", "1985-06-12");
const EXEMPEL: (&str, &str, &str) = ("W-3", "Jonas Exempel", "");
/// Another way to write the first, on a flight that has left.
const QASSEM: Person<'_> = ("TESTANI", "QASSEM", "710203", "X7000002", "1234567");

/// Somebody with a session.
struct Signed {
    signed_in: SignedIn,
    acting: Acting,
}

/// The two roles of the evaluation profile, each of a person of its own.
fn people(world: &World) -> (Signed, Signed) {
    let service = &world.service;
    let first = service.first_credentials().unwrap();
    let signed = |name: &str| {
        let credential = first.iter().find(|c| c.name == name).unwrap();
        let token = service.sign_in(name, credential.password.reveal()).unwrap();
        let signed_in = service.session(token.reveal()).unwrap();
        let acting = service
            .acting(&signed_in, "evaluation", "the lists of the day")
            .unwrap();
        Signed { signed_in, acting }
    };
    (signed("local"), signed("second"))
}

fn propose_as(
    world: &World,
    by: &Signed,
    list: Option<&str>,
    text: &str,
    given: bool,
) -> Result<ListAdded, ServiceError> {
    let file = NamedFile {
        name: "list",
        bytes: text.as_bytes(),
    };
    let consent = Consent { given, list };
    world.service.propose_list(&by.acting, &[file], &consent)
}

fn propose(world: &World, by: &Signed, rows: &[(&str, &str, &str)]) -> ListAdded {
    let added = propose_as(world, by, None, &own("watch", rows), true).unwrap();
    assert_eq!(added.state, ListState::Proposed, "{added:?}");
    added
}

fn seen(world: &World, by: &Signed, version: Option<u32>) -> Proposal {
    let service = &world.service;
    service.proposal(&by.acting, "watch", version).unwrap()
}

/// As it was seen, with consent to what the impact says.
fn approve_seen(
    world: &World,
    by: &Signed,
    version: Option<u32>,
    seen: &Proposal,
) -> Result<ListAdded, DoorError> {
    let by = ListBy {
        signed_in: &by.signed_in,
        acting: &by.acting,
        tag: &seen.tag,
        once: None,
    };
    world.service.approve_proposal(by, "watch", version, true)
}

fn approve(world: &World, by: &Signed, version: Option<u32>) -> Result<ListAdded, DoorError> {
    let seen = seen(world, by, version);
    approve_seen(world, by, version, &seen)
}

/// What a proposal would do, worked out.
fn impact(world: &World, by: &Signed, version: Option<u32>) -> (ImpactBasis, [ImpactCounts; 2]) {
    world.service.work_until_idle().unwrap();
    let impact = seen(world, by, version).impact.unwrap();
    assert!(impact.is_current, "{impact:?}");
    assert_eq!(impact.counted.state, ImpactState::Done);
    assert_eq!(impact.total, Some(impact.screened));
    (
        impact.counted.basis,
        [impact.counted.now, impact.counted.past],
    )
}

/// The look-back of a change, done.
fn looked_back(world: &World, done: &ListAdded) -> LookbackRun {
    world.service.work_until_idle().unwrap();
    let run = world.service.lookback(&done.lookback.unwrap()).unwrap();
    assert_eq!(run.stage, LookbackStage::Done);
    run
}

fn is_refused(result: &Result<ListAdded, DoorError>) -> bool {
    matches!(result, Err(DoorError::Service(ServiceError::NotGranted(_))))
}

#[test]
fn what_a_version_would_raise_is_told_and_then_raised_and_not_before() {
    for world in World::on_both(Mandate::evaluation) {
        let (local, second) = people(&world);
        let nothing = world.watched();
        arrive(&world, 124, 25, &[TESTANI, NOBODY]);
        arrive(&world, 125, 20, &[QASSEM]);
        let added = propose(&world, &local, &[KASIM, EXEMPEL]);
        assert_eq!((added.version, added.before), (1, None));
        assert_eq!(added.waits_for, ["second"]);
        assert!(added.impact.is_some() && added.lookback.is_none());
        let (basis, [now, past]) = impact(&world, &second, Some(1));
        assert_eq!((basis.added, basis.removed, basis.changed), (2, 0, 0));
        assert_eq!((now.travellers, now.alert + now.review), (1, 1));
        assert_eq!((past.travellers, past.alert + past.review), (1, 1));
        // Nobody is raised, nobody is screened by it, and no look-back is told of.
        assert!(hits(&world.service, "watch").is_empty());
        assert_eq!(world.watched(), nothing);
        assert!(world.service.lookbacks(10).unwrap().is_empty());
        arrive(&world, 126, 26, &[TESTANI]);
        assert!(hits(&world.service, "watch").is_empty());
        // It is told anew with whoever came since.
        let run = world
            .service
            .preview_list(&second.acting, "watch", Some(1))
            .unwrap();
        let again = world
            .service
            .preview_list(&local.acting, "watch", Some(1))
            .unwrap();
        assert_eq!(run, again, "one at a time");
        let (_, [now, _]) = impact(&world, &second, Some(1));
        assert_eq!((now.travellers, now.alert + now.review), (2, 2));
        let done = approve(&world, &second, Some(1)).unwrap();
        assert_eq!((done.state, done.before), (ListState::InForce, None));
        let run = looked_back(&world, &done);
        assert_eq!((run.raised, run.changed, run.closed), (3, 0, 0));
        let raised = hits(&world.service, "watch");
        assert_eq!(raised.len(), 3);
        assert_eq!(world.service.lookbacks(10).unwrap().len(), 1);
    }
}

#[test]
fn what_would_lapse_change_and_lose_its_entry_is_told_and_comes_true() {
    for world in World::on_both(Mandate::evaluation) {
        let (local, second) = people(&world);
        arrive(&world, 124, 25, &[TESTANI, NOBODY]);
        arrive(&world, 125, 20, &[QASSEM]);
        world.add(&own("watch", &[KASIM, FRIEDA]), true).unwrap();
        world.service.work_until_idle().unwrap();
        assert_eq!(hits(&world.service, "watch").len(), 3);
        // The first is somebody quite else now, the second is gone.
        let other = ("W-1", "Wilhelmina Sondergaard", "1931-07-08");
        propose(&world, &local, &[other]);
        let (basis, [now, past]) = impact(&world, &second, Some(2));
        assert_eq!((basis.removed, basis.changed, basis.marked), (1, 1, 1));
        assert!(basis.concerns.contains("shrinks from 2 to 1"), "{basis:?}");
        assert_eq!((now.lapsed, past.lapsed), (1, 1));
        assert_eq!((now.travellers, past.travellers), (0, 0));
        // Shrinking wants the consent of whoever agrees, too.
        let as_seen = seen(&world, &second, Some(2));
        let by = ListBy {
            signed_in: &second.signed_in,
            acting: &second.acting,
            tag: &as_seen.tag,
            once: None,
        };
        let alone = world.service.approve_proposal(by, "watch", Some(2), false);
        assert!(
            matches!(
                &alone,
                Err(DoorError::Service(ServiceError::ConsentNeeded(figures)))
                    if figures == &["shrinks from 2 to 1 entries"]
            ),
            "{alone:?}"
        );
        let done = approve(&world, &second, Some(2)).unwrap();
        assert_eq!(looked_back(&world, &done).closed, 2);
        let stand = |entry: &str| -> Vec<(State, EntryState)> {
            let all = hits(&world.service, "watch");
            let of = all.iter().filter(|hit| hit.entry == entry);
            of.map(|hit| (hit.hit.state(), hit.hit.entry())).collect()
        };
        assert_eq!(stand("W-1"), [(State::Lapsed, EntryState::InForce); 2]);
        assert_eq!(stand("W-2"), [(State::Matched, EntryState::Removed)]);
        // Back again: what lapsed is open again, what was marked stands again.
        let back = Consent {
            given: false,
            list: None,
        };
        let refused = world
            .service
            .propose_version(&local.acting, "watch", 1, &back);
        let Err(ServiceError::ConsentNeeded(figures)) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(figures[0], "goes back from version 2 to 1");
        assert_eq!(figures[1], "grows from 1 to 2 entries");
        let given = Consent {
            given: true,
            ..back
        };
        let rolled = world
            .service
            .propose_version(&local.acting, "watch", 1, &given)
            .unwrap();
        assert_eq!(rolled.state, ListState::Proposed);
        let (basis, [now, past]) = impact(&world, &second, Some(1));
        assert_eq!((basis.added, basis.restored), (1, 1));
        assert_eq!((now.reviewed_again, past.reviewed_again), (1, 1));
        let done = approve(&world, &second, Some(1)).unwrap();
        assert_eq!((done.version, done.before), (1, Some(2)));
        assert_eq!(looked_back(&world, &done).changed, 2);
        assert_eq!(stand("W-2"), [(State::Matched, EntryState::InForce)]);
        // A list out of force: told by number, marked at once, and nothing closes itself.
        let gone = world
            .service
            .propose_removal(&local.acting, "watch")
            .unwrap();
        assert_eq!(
            (gone.state, gone.waits_for),
            (ListState::InForce, vec!["second".into()])
        );
        let (basis, [now, past]) = impact(&world, &second, None);
        assert_eq!((basis.removed, basis.marked), (2, 3));
        assert_eq!((now, past), Default::default());
        let done = approve(&world, &second, None).unwrap();
        assert_eq!(done.state, ListState::Retired);
        looked_back(&world, &done);
        assert!(world.service.watch().watchlist().is_empty());
        let marked = |(_, entry): &(State, EntryState)| *entry == EntryState::Removed;
        assert!(stand("W-1").iter().chain(&stand("W-2")).all(marked));
    }
}

#[test]
fn documents_are_told_of_as_people_are() {
    for world in World::on_both(Mandate::evaluation) {
        let (local, second) = people(&world);
        arrive(&world, 124, 25, &[TESTANI, NOBODY]);
        let stolen = "number,issuer,reason\nC1234567,IRQ,stolen\nC1234568,IRQ,lost\n";
        propose_as(&world, &local, Some("watch"), stolen, true).unwrap();
        let (basis, [now, _]) = impact(&world, &second, Some(1));
        assert_eq!(
            (basis.added, now.travellers, now.alert + now.review),
            (2, 1, 1)
        );
        let done = approve(&world, &second, Some(1)).unwrap();
        assert_eq!(looked_back(&world, &done).raised, 1);
        let found = "number,issuer,reason\nC1234568,IRQ,lost\n";
        propose_as(&world, &local, Some("watch"), found, true).unwrap();
        let (basis, [now, _]) = impact(&world, &second, Some(2));
        assert_eq!((basis.removed, basis.marked, now.travellers), (1, 1, 0));
        let done = approve(&world, &second, Some(2)).unwrap();
        assert_eq!(looked_back(&world, &done).closed, 1);
    }
}

#[test]
fn the_same_file_is_the_same_proposal_and_one_person_is_one() {
    for world in World::on_both(Mandate::evaluation) {
        let (local, second) = people(&world);
        let first = propose(&world, &local, &[KASIM]);
        impact(&world, &local, Some(1));
        let before = seen(&world, &local, Some(1));
        for by in [&local, &second] {
            let again = propose(&world, by, &[KASIM]);
            assert!(again.unchanged && again.impact.is_none(), "{again:?}");
            assert_eq!(again.version, first.version);
        }
        assert_eq!(seen(&world, &local, Some(1)), before, "nothing was done");
        // Whoever proposed it does not agree to it, in whatever role; nor does the same role twice.
        assert!(is_refused(&approve(&world, &local, Some(1))));
        let (signed_in, acting) = (
            &local.signed_in,
            world.acting_as("local", "second", "evaluation"),
        );
        let too = Signed {
            signed_in: signed_in.clone(),
            acting,
        };
        assert!(is_refused(&approve(&world, &too, Some(1))));
        let colleague = Signed {
            signed_in: signed_in.clone(),
            acting: world.acting_as("u-9", "local", "evaluation"),
        };
        assert!(is_refused(&approve(&world, &colleague, Some(1))));
        assert!(world.service.watch().watchlist().is_empty());
        // Agreed to twice by one request: done once, answered once.
        let tag = seen(&world, &second, Some(1)).tag;
        let answer = |done: &ListAdded| format!("{}@{}", done.list, done.version);
        let once = ListOnce {
            key: "k-1",
            request: [7; 32],
            answer: &answer,
        };
        let by = ListBy {
            signed_in: &second.signed_in,
            acting: &second.acting,
            tag: &tag,
            once: Some(&once),
        };
        world
            .service
            .approve_proposal(by, "watch", Some(1), true)
            .unwrap();
        let kept = world.service.answered(&second.signed_in, "k-1", &[7; 32]);
        assert_eq!(kept.unwrap(), Some((200, "watch@1".to_owned())));
        let late = world.service.approve_proposal(by, "watch", Some(1), true);
        assert!(matches!(late, Err(DoorError::Service(ServiceError::Stale))));
        let done = approve(&world, &second, Some(1));
        assert!(
            matches!(done, Err(DoorError::Service(ServiceError::NotPossible(_)))),
            "{done:?}"
        );
        // What is in force already is seen once more.
        let again = propose_as(&world, &local, None, &own("watch", &[KASIM]), false).unwrap();
        assert!(again.unchanged && again.state == ListState::InForce);
    }
}

#[test]
fn an_impact_against_another_version_is_none() {
    for world in World::on_both(Mandate::evaluation) {
        let (local, second) = people(&world);
        propose(&world, &local, &[KASIM]);
        // Before it is worked out nobody agrees.
        let early = approve(&world, &second, Some(1));
        assert!(
            matches!(
                early,
                Err(DoorError::Service(ServiceError::ImpactMissing {
                    is_coming: true,
                    ..
                }))
            ),
            "{early:?}"
        );
        impact(&world, &second, Some(1));
        let as_seen = seen(&world, &second, Some(1));
        world.clock.pass_a_minute();
        propose(&world, &local, &[KASIM, FRIEDA]);
        impact(&world, &second, Some(2));
        approve(&world, &second, Some(2)).unwrap();
        world.service.work_until_idle().unwrap();
        let late = approve_seen(&world, &second, Some(1), &as_seen);
        assert!(matches!(late, Err(DoorError::Service(ServiceError::Stale))));
        let missing = approve(&world, &second, Some(1));
        let Err(DoorError::Service(ServiceError::ImpactMissing { against, .. })) = &missing else {
            panic!("{missing:?}")
        };
        assert_eq!(*against, 2);
        assert!(missing.unwrap_err().to_string().contains("computed anew"));
        // One that is on its way when something else comes into force is given up.
        let run = world
            .service
            .preview_list(&second.acting, "watch", Some(1))
            .unwrap();
        world
            .add(&own("watch", &[KASIM, FRIEDA, EXEMPEL]), true)
            .unwrap();
        world.service.work_until_idle().unwrap();
        let given_up = seen(&world, &second, Some(1)).impact.unwrap();
        assert_eq!(given_up.counted.run, run);
        assert_eq!(given_up.counted.state, ImpactState::Overtaken);
        world
            .service
            .preview_list(&second.acting, "watch", Some(1))
            .unwrap();
        let (basis, _) = impact(&world, &second, Some(1));
        assert_eq!(basis.removed, 2);
        let done = approve(&world, &second, Some(1)).unwrap();
        assert_eq!(done.before, Some(3));
        let none = world.service.preview_list(&second.acting, "watch", Some(1));
        assert!(matches!(none, Err(ServiceError::NotPossible(_))));
    }
}

#[test]
fn what_is_rejected_or_withdrawn_is_not_done_and_may_be_proposed_again() {
    for world in World::on_both(Mandate::evaluation) {
        let (local, second) = people(&world);
        let reject = |by: &Signed, version| {
            let seen = seen(&world, by, version);
            let by = ListBy {
                signed_in: &by.signed_in,
                acting: &by.acting,
                tag: &seen.tag,
                once: None,
            };
            world.service.reject_proposal(by, "watch", version)
        };
        propose(&world, &local, &[KASIM]);
        assert_eq!(reject(&second, Some(1)).unwrap().state, ListState::Retired);
        world.service.work_until_idle().unwrap();
        let after = seen(&world, &second, Some(1));
        assert!(!after.is_open);
        assert_eq!(after.impact.unwrap().counted.state, ImpactState::Overtaken);
        assert!(matches!(
            approve(&world, &second, Some(1)),
            Err(DoorError::Service(ServiceError::NotPossible(_)))
        ));
        assert!(matches!(
            reject(&second, Some(1)),
            Err(ServiceError::NotPossible(_))
        ));
        assert!(world.service.watch().watchlist().is_empty());
        // Proposed again it is the same version, and waits again.
        let again = propose(&world, &second, &[KASIM]);
        assert_eq!((again.version, again.unchanged), (1, false));
        assert_eq!(again.waits_for, ["local"]);
        impact(&world, &local, Some(1));
        approve(&world, &local, Some(1)).unwrap();
        // Of a removal nothing remains when it is withdrawn.
        let removal = |by: &Signed| world.service.propose_removal(&by.acting, "watch");
        assert!(removal(&local).unwrap().impact.is_some());
        assert!(removal(&second).unwrap().unchanged);
        assert_eq!(seen(&world, &second, None).agreed.len(), 1);
        reject(&local, None).unwrap();
        assert!(!seen(&world, &second, None).is_open);
        assert_eq!(world.service.watch().watchlist().len(), 1);
        let lists = world.service.lists().unwrap();
        assert_eq!(lists[0].in_force.as_ref().unwrap().version, 1);
    }
}

#[test]
fn agreeing_takes_a_password_given_a_short_time_ago() {
    let world = World::new();
    let (local, second) = people(&world);
    propose(&world, &local, &[KASIM]);
    impact(&world, &second, Some(1));
    for _ in 0..6 {
        world.clock.pass_a_minute();
    }
    let late = approve(&world, &second, Some(1));
    assert!(matches!(late, Err(DoorError::ProveAgain)), "{late:?}");
    assert!(seen(&world, &second, Some(1)).is_open);
    assert!(world.service.watch().watchlist().is_empty());
}

#[test]
fn two_versions_are_told_apart_page_by_page_and_whoever_reads_them_is_noted() {
    for world in World::on_both(Mandate::evaluation) {
        let (local, _) = people(&world);
        world.add(&own("watch", &[KASIM, FRIEDA]), true).unwrap();
        let moved = ("W-1", "Kasim Testani", "1971-02-04");
        propose(&world, &local, &[moved, EXEMPEL]);
        let page = |after: Option<&str>, most| {
            world
                .service
                .list_diff_page(&local.acting, ("watch", 2), None, after, most)
                .unwrap()
        };
        let all = page(None, 10);
        assert_eq!(
            (all.from, all.counts, &all.next),
            (Some(1), (1, 1, 1), &None)
        );
        let fates: Vec<_> = all
            .entries
            .iter()
            .map(|e| (e.entry.as_str(), e.fate))
            .collect();
        assert_eq!(
            fates,
            [
                ("W-1", EntryFate::Changed),
                ("W-2", EntryFate::Removed),
                ("W-3", EntryFate::Added)
            ]
        );
        let [born] = all.entries[0].fields.as_slice() else {
            panic!("{:?}", all.entries[0])
        };
        assert_eq!(born.field, "born");
        assert_eq!(born.before[0]["from"], "1971-02-03");
        assert_eq!(born.after[0]["from"], "1971-02-04");
        let names = |entry: usize| {
            let fields = all.entries[entry].fields.iter();
            fields.map(|f| f.field.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(names(1), ["born", "kind", "names"]);
        assert!(all.entries[1].fields.iter().all(|f| f.after.is_null()));
        assert!(all.entries[2].fields.iter().all(|f| f.before.is_null()));
        // In pages it is the same.
        let (mut after, mut paged) = (None::<String>, Vec::new());
        loop {
            let next = page(after.as_deref(), 1);
            paged.extend(next.entries);
            let Some(behind) = next.next else { break };
            after = Some(behind.to_string());
        }
        assert_eq!(paged, all.entries);
        let (lines, _) = world
            .service
            .audit_lines(&world.acting_as("u-8", "local", "evaluation"), 0)
            .unwrap();
        assert!(
            lines.iter().any(|line| line.contains("\"view\"")),
            "{lines:?}"
        );
    }
}
