//! Every reachable state of a hit, with three people and every event.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use common::{P2, mandate, now};
use tidewaiter_mandate::grant::{HumanActor, PersonId, SignIn};
use tidewaiter_mandate::review::{
    Effect, EntryState, Event, Hit, Judgement, NotPossible, ReasonCode, State, step,
};
use tidewaiter_mandate::{
    Act, Case, DataSet, Disclosure, Occasion, OnTimeout, Orders, RecordTags, Request, Stage,
    Standing, decide,
};

fn people() -> Vec<HumanActor> {
    let mandate = mandate(P2);
    ["ines", "jonas", "katja"]
        .into_iter()
        .map(|name| {
            let session = SignIn {
                person: PersonId::new(name).unwrap(),
                role: "supervisor".into(),
                until: "2026-11-23T20:00:00Z".parse().unwrap(),
            };
            HumanActor::signed_in(&mandate, session, now()).unwrap()
        })
        .collect()
}

fn events(people: &[HumanActor]) -> Vec<Event<'_>> {
    let mut all = vec![
        Event::Match,
        Event::MatchClearedPair,
        Event::SourceConfirms,
        Event::SourceDenies,
        Event::Deadline {
            on_timeout: OnTimeout::Nothing,
        },
        Event::Deadline {
            on_timeout: OnTimeout::MeetFlight,
        },
        Event::DataChanged,
        Event::NoLongerFound,
        Event::EntryRemoved,
        Event::EntryRestored,
        Event::Sample,
    ];
    for by in people {
        all.extend([
            Event::OpenEvidence { by },
            Event::Approve { by },
            Event::Refuse { by },
            Event::Withdraw { by },
            Event::Execute { by },
            Event::Reopen { by },
        ]);
        for &judgement in Judgement::ALL {
            all.push(Event::Judge {
                by,
                judgement,
                reason: ReasonCode::IdentityDataAgree,
            });
        }
        // Adverse acts against a person and against goods, outward ones, one that is neither.
        for act in [
            Act::NoBoard,
            Act::DoNotLoad,
            Act::ReferPolice,
            Act::XRay,
            Act::Advise,
        ] {
            all.push(Event::Propose { by, act });
        }
    }
    all
}

/// Walks everything reachable and shows each transition to `see`.
fn explore(
    start: Hit,
    mut see: impl FnMut(&Hit, &Event<'_>, &Result<(Hit, Vec<Effect>), NotPossible>),
) -> BTreeSet<Hit> {
    let people = people();
    let events = events(&people);
    let mut seen = BTreeSet::from([start.clone()]);
    let mut queue = VecDeque::from([start]);
    while let Some(hit) = queue.pop_front() {
        for event in &events {
            let result = step(&hit, *event).map(|(next, effects)| (next, effects.to_vec()));
            see(&hit, event, &result);
            if let Ok((next, _)) = result
                && seen.insert(next.clone())
            {
                queue.push_back(next);
            }
        }
    }
    seen
}

/// What only a person may reach.
fn is_judged(state: State) -> bool {
    use State as S;
    matches!(
        state,
        S::Same
            | S::NotSame
            | S::CannotTell
            | S::Proposed
            | S::Approved
            | S::Refused
            | S::Withdrawn
            | S::Done
    )
}

// proves: REV-01
// proves part of: REV-07
// proves: DEC-02
// proves: DEC-03
// proves part of: DEC-07
#[test]
fn nothing_reaches_the_outside_without_people() {
    let mut transitions = 0u64;
    let mut states = 0usize;
    let mut reached = BTreeSet::new();
    for source_confirms in [false, true] {
        let all = explore(Hit::new(source_confirms), |hit, event, result| {
            transitions += 1;
            let Ok((next, effects)) = result else {
                return;
            };
            for effect in effects {
                if let Effect::Act(act) = effect {
                    assert!(matches!(event, Event::Execute { .. }), "{event:?}");
                    let (_, judgement) = hit.judged().expect("an act without a judgement");
                    assert_eq!(judgement, Judgement::Same);
                    assert_eq!(hit.entry(), EntryState::InForce);
                    assert_eq!(hit.stage(), tidewaiter_mandate::Stage::Same);
                    let proposal = hit.proposal().expect("an act that nobody proposed");
                    assert_eq!(proposal.act, *act);
                    if act.is_adverse() {
                        let second = proposal
                            .approved_by
                            .as_ref()
                            .expect("an adverse act by one");
                        assert_ne!(second, &proposal.by, "one person stood for two");
                        assert!(hit.has_opened(second), "approved without the evidence");
                    }
                    assert!(hit.has_opened(&proposal.by));
                }
                if let Effect::Revoke(_) = effect {
                    assert_eq!(hit.state(), State::Done);
                }
            }
            // A time-out decides nothing: neither against the traveller nor for them.
            if let Event::Deadline { .. } = event {
                assert_eq!(next.state(), State::Expired);
                assert!(next.proposal().is_none());
                assert!(effects.contains(&Effect::Escalate));
            }
            // Only people judge, and only people's events lead to a judged state.
            let human = matches!(
                event,
                Event::Judge { .. }
                    | Event::Propose { .. }
                    | Event::Approve { .. }
                    | Event::Refuse { .. }
                    | Event::Withdraw { .. }
                    | Event::Execute { .. }
            );
            if is_judged(next.state()) && next.state() != hit.state() {
                assert!(human, "{event:?} led to {}", next.state());
            }
            // What a list takes back closes nothing.
            if let Event::EntryRemoved | Event::EntryRestored = event {
                assert_eq!(next.state(), hit.state());
                assert_eq!(next.judged(), hit.judged());
                assert_eq!(next.proposal(), hit.proposal());
                assert!(hit.state() == State::Received || effects.contains(&Effect::Escalate));
            }
            // A hit whose source must confirm goes no further until it has.
            if hit.stage() == tidewaiter_mandate::Stage::AwaitingSource {
                assert!(!matches!(
                    next.state(),
                    State::Proposed | State::Approved | State::Done
                ));
            }
            // Nothing becomes "received" again, and a found hit never vanishes into it.
            assert!(next.state() != State::Received || hit.state() == State::Received);
        });
        states += all.len();
        reached.extend(all.iter().map(Hit::state));
    }
    println!("{states} states of a hit, {transitions} transitions");
    assert_eq!(reached.len(), State::ALL.len(), "states never reached");
    assert!(states > 1000);
}

// proves: REV-01
// proves: SHA-02
#[test]
fn what_is_decided_or_sent_of_a_hit_is_what_a_person_has_confirmed() {
    // Every reachable hit, asked of the mandate as it stands: whatever the partner, the occasion
    // and the act, nothing is permitted unless a person has said that it is the same.
    let mandate = mandate(P2);
    let purpose = mandate.purpose("P-CT").unwrap();
    let record = RecordTags {
        data_set: DataSet::Api,
        purposes: mandate.all_purposes(),
        own_agency: true,
        masked: false,
    };
    let (mut confirmed, mut open, mut permits) = (0, 0, 0);
    let mut answers: BTreeMap<State, [u32; 2]> = BTreeMap::new();
    for source_confirms in [false, true] {
        for hit in explore(Hit::new(source_confirms), |_, _, _| {}) {
            let stage = hit.stage();
            let by_a_person = matches!(hit.judged(), Some((_, Judgement::Same)));
            let mut permitted = 0;
            for (role, _) in mandate.roles() {
                let ask =
                    |request| u32::from(decide(&mandate, role, purpose, request, record).is_ok());
                for (partner, _) in mandate.partners() {
                    for &occasion in Occasion::ALL {
                        permitted += ask(Request::Share(Disclosure {
                            partner,
                            occasion,
                            stage,
                            caveat: None,
                            requirements_met: true,
                        }));
                    }
                }
                for &act in Act::ALL {
                    let case = Case {
                        act,
                        list: None,
                        orders: Orders::Unstated,
                        standing: Standing::Entry,
                        child: false,
                        stage,
                    };
                    permitted += ask(Request::Propose(case)) + ask(Request::Approve(case));
                }
            }
            assert!(permitted == 0 || by_a_person, "{hit:?}");
            assert!(permitted == 0 || stage == Stage::Same, "{hit:?}");
            answers.entry(hit.state()).or_default()[usize::from(permitted > 0)] += 1;
            permits += u64::from(permitted);
            confirmed += u32::from(permitted > 0);
            open += u32::from(permitted == 0);
        }
    }
    println!("{confirmed} states with {permits} permits, {open} with none");
    assert!(confirmed > 100 && open > 100);
    assert_eq!(answers[&State::Matched][1], 0);
    assert!(answers[&State::Same][1] > 0);
}

#[test]
fn no_hit_is_stuck() {
    // From every state there is a way to a person's look; a hit that is done can be withdrawn.
    for source_confirms in [false, true] {
        let mut ways: BTreeMap<Hit, Vec<Hit>> = BTreeMap::new();
        let all = explore(Hit::new(source_confirms), |hit, _, result| {
            if let Ok((next, _)) = result {
                ways.entry(next.clone()).or_default().push(hit.clone());
            }
        });
        let mut alive: BTreeSet<&Hit> = all
            .iter()
            .filter(|h| h.state() == State::InReview)
            .collect();
        let mut queue: Vec<&Hit> = alive.iter().copied().collect();
        while let Some(hit) = queue.pop() {
            for before in ways.get(hit).into_iter().flatten() {
                if alive.insert(before) {
                    queue.push(before);
                }
            }
        }
        let stuck: Vec<_> = all.iter().filter(|h| !alive.contains(h)).collect();
        assert!(
            stuck.is_empty(),
            "{} stuck, first {:?}",
            stuck.len(),
            stuck[0]
        );
    }
}

// proves part of: REV-04
// proves part of: MAT-10
#[test]
fn a_finding_of_not_the_same_offers_a_clearance_and_changed_data_end_it() {
    let people = people();
    let by = &people[0];
    let mut hit = Hit::new(false);
    for event in [Event::Match, Event::OpenEvidence { by }] {
        hit = step(&hit, event).unwrap().0;
    }
    let judge = Event::Judge {
        by,
        judgement: Judgement::NotSame,
        reason: ReasonCode::BirthDateDiffers,
    };
    let (hit, effects) = step(&hit, judge).unwrap();
    assert_eq!(effects.to_vec(), [Effect::OfferClearance]);
    let (hit, effects) = step(&hit, Event::DataChanged).unwrap();
    assert_eq!(hit.state(), State::Reopened);
    assert_eq!(hit.judged(), None);
    assert_eq!(effects.to_vec(), [Effect::Escalate]);
}

#[test]
fn what_nobody_looked_at_lapses_and_what_somebody_saw_is_shown_again() {
    let people = people();
    let by = &people[0];
    let matched = step(&Hit::new(false), Event::Match).unwrap().0;
    let (lapsed, effects) = step(&matched, Event::NoLongerFound).unwrap();
    assert_eq!((lapsed.state(), effects.len()), (State::Lapsed, 0));
    // Found again, sampled, or wanted by a person, it comes back; a second time it does not lapse.
    for event in [Event::DataChanged, Event::Sample, Event::Reopen { by }] {
        assert_eq!(step(&lapsed, event).unwrap().0.state(), State::Reopened);
    }
    let again = step(&lapsed, Event::DataChanged).unwrap().0;
    assert!(step(&again, Event::NoLongerFound).is_err());
    // Seen by somebody, it is theirs to close.
    let seen = step(&matched, Event::OpenEvidence { by }).unwrap().0;
    let (again, effects) = step(&seen, Event::NoLongerFound).unwrap();
    assert_eq!(again.state(), State::Reopened);
    assert_eq!(effects.to_vec(), [Effect::Escalate]);
    // Found to be another person, it stays so.
    let judge = Event::Judge {
        by,
        judgement: Judgement::NotSame,
        reason: ReasonCode::BirthDateDiffers,
    };
    let other = step(&seen, judge).unwrap().0;
    assert!(step(&other, Event::NoLongerFound).is_err());
}

// proves part of: MAT-11
#[test]
fn a_hit_of_an_interpol_type_list_waits_for_its_source() {
    let hit = step(&Hit::new(true), Event::Match).unwrap().0;
    assert_eq!(hit.state(), State::AwaitingSource);
    assert_eq!(hit.stage(), tidewaiter_mandate::Stage::AwaitingSource);
    let denied = step(&hit, Event::SourceDenies).unwrap();
    assert_eq!(
        denied.0.state(),
        State::Matched,
        "a denial is for a person to close"
    );
    let confirmed = step(&hit, Event::SourceConfirms).unwrap().0;
    assert_eq!(confirmed.stage(), tidewaiter_mandate::Stage::Unreviewed);
}

#[test]
fn whoever_has_not_opened_the_evidence_judges_nothing() {
    let people = people();
    let hit = step(&Hit::new(false), Event::Match).unwrap().0;
    let hit = step(&hit, Event::OpenEvidence { by: &people[0] })
        .unwrap()
        .0;
    let judge = |by| Event::Judge {
        by,
        judgement: Judgement::Same,
        reason: ReasonCode::DocumentAgrees,
    };
    assert_eq!(
        step(&hit, judge(&people[1])).unwrap_err(),
        NotPossible::EvidenceNotOpened
    );
    assert!(step(&hit, judge(&people[0])).is_ok());
}
