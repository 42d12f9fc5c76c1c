//! What a travel ban means: by direction, transit, nationality and exemption. It changes the act
//! offered, never the match.

use jiff::civil::date;
use smallvec::smallvec;
use tidewaiter_domain::{Role, Traveller};
use tidewaiter_mandate::{Act, Stage, Standing, acts_offered};
use tidewaiter_screening::{Ban, Exemption, Finding, Watchlist};

use crate::scene::*;

const NAME: &str = "Yasir Hussain Alkhazali";

fn traveller_of(change: impl FnOnce(&mut Traveller)) -> Traveller {
    let mut traveller = traveller("ALKHAZALI", "YASIR HUSSAIN", (1970, 5, 17));
    change(&mut traveller);
    traveller
}

fn list() -> Watchlist {
    watchlist(&[listed("QDi.901", NAME, (1970, 5, 17))])
}

fn one(watchlist: &Watchlist, traveller: Traveller, from: &str, to: &str) -> Finding {
    let mut found = found(watchlist, &[statement(traveller)], &journey(from, to), &[]);
    assert_eq!(found.len(), 1);
    found.remove(0)
}

/// Acts that the mandate offers once a person says that it is the same.
fn offered(finding: &Finding) -> Vec<Act> {
    let mandate = mandate();
    let case = finding.case(mandate, Act::Advise, Stage::Same);
    let record = admitted(
        tidewaiter_mandate::MessageKind::Paxlst,
        traveller_of(|_| ()),
    )
    .tags();
    let role = mandate.role("supervisor").unwrap();
    acts_offered(mandate, role, purpose("P-CT"), case, record)
        .into_iter()
        .map(|(act, _)| act)
        .collect()
}

#[test]
fn the_journey_decides_what_a_ban_means_and_never_whether_it_matches() {
    let plain = one(&list(), traveller_of(|_| ()), "LHR", "NBO");
    let transit_role = |t: &mut Traveller| t.role = Role::TransitPassenger;
    let onward = |t: &mut Traveller| t.debark = Some(said(place("JNB")));
    let own = |t: &mut Traveller| t.nationalities.push(nationality("KEN"));
    type Change<'c> = &'c dyn Fn(&mut Traveller);
    let nothing: Change<'_> = &|_| ();
    type Row<'c> = (&'c str, &'c str, Change<'c>, Ban, Standing, Option<Act>);
    let table: &[Row<'_>] = &[
        (
            "LHR",
            "NBO",
            nothing,
            Ban::Entry,
            Standing::Entry,
            Some(Act::RefuseEntry),
        ),
        (
            "LHR",
            "NBO",
            &transit_role,
            Ban::Transit,
            Standing::Transit,
            Some(Act::RefuseEntry),
        ),
        (
            "LHR",
            "NBO",
            &onward,
            Ban::Transit,
            Standing::Transit,
            Some(Act::RefuseEntry),
        ),
        ("NBO", "LHR", nothing, Ban::Departure, Standing::Exit, None),
        ("NBO", "MBA", nothing, Ban::NoBorder, Standing::Exit, None),
        ("LHR", "JFK", nothing, Ban::NoBorder, Standing::Exit, None),
        (
            "LHR",
            "NBO",
            &own,
            Ban::OwnNational,
            Standing::OwnNational,
            Some(Act::ReferPolice),
        ),
        (
            "NBO",
            "LHR",
            &own,
            Ban::OwnNational,
            Standing::OwnNational,
            Some(Act::ReferPolice),
        ),
        (
            "LHR",
            "QQQ",
            nothing,
            Ban::DirectionUnknown,
            Standing::Entry,
            Some(Act::RefuseEntry),
        ),
    ];
    for (from, to, change, ban, standing, strongest) in table {
        let finding = one(&list(), traveller_of(change), from, to);
        let effect = &finding.effect;
        let row = format!("{from}-{to} {}", effect.sentence);
        assert_eq!(
            (effect.ban, effect.standing, effect.strongest),
            (*ban, *standing, *strongest),
            "{row}"
        );
        assert_eq!(
            offered(&finding).contains(&Act::RefuseEntry),
            effect.ban.applies(),
            "{row}"
        );
        assert!(offered(&finding).contains(&Act::ReferPolice), "{row}");
        // The match is the same wherever the leg goes.
        assert_eq!(
            (finding.bits, finding.band),
            (plain.bits, plain.band),
            "{row}"
        );
        assert_eq!(finding.reasons, plain.reasons, "{row}");
    }
}

#[test]
fn a_listed_own_national_is_not_refused_whatever_document_is_shown() {
    let mut subject = listed("QDi.901", NAME, (1970, 5, 17));
    subject.nationalities = vec![country("KEN")];
    let finding = one(
        &watchlist(&[subject]),
        traveller_of(|t| t.nationalities = smallvec![]),
        "LHR",
        "NBO",
    );
    assert_eq!(finding.effect.ban, Ban::OwnNational);
    assert!(!offered(&finding).contains(&Act::RefuseEntry));
    assert!(
        finding
            .effect
            .sentence
            .starts_with("The entry is of an own national")
    );
}

#[test]
fn an_exemption_holds_for_its_entry_in_its_time_and_register() {
    let exemption = |register: &str, entry: &str, until: i8| Exemption {
        register: register.into(),
        list: BANS.into(),
        entry: entry.into(),
        reference: "SCA/2/26 (7)".into(),
        from: Some(date(2026, 12, 1)),
        until: Some(date(2026, 12, until)),
    };
    for (exemption, exempt) in [
        (exemption("unsc-exemptions", "QDi.901", 5), true),
        (exemption("unsc-exemptions", "QDi.901", 4), false),
        (exemption("unsc-exemptions", "QDi.902", 9), false),
        (exemption("another-register", "QDi.901", 9), false),
    ] {
        let watchlist = list().with_exemptions([exemption.clone()]);
        let finding = one(&watchlist, traveller_of(|_| ()), "LHR", "NBO");
        assert_eq!(finding.effect.ban == Ban::Exempt, exempt, "{exemption:?}");
        assert_eq!(offered(&finding).contains(&Act::RefuseEntry), !exempt);
        if exempt {
            assert_eq!(
                finding.effect.sentence,
                "Exempt from the travel ban under SCA/2/26 (7) until 2026-12-05."
            );
        }
    }
}

#[test]
fn without_a_ban_nothing_is_refused_for_one() {
    let mut subject = listed("QDi.901", NAME, (1970, 5, 17));
    subject.measures = vec![tidewaiter_domain::Measure::AssetFreeze];
    let finding = one(&watchlist(&[subject]), traveller_of(|_| ()), "LHR", "NBO");
    assert_eq!(finding.effect.ban, Ban::NotOrdered);
    assert_eq!(finding.effect.strongest, None);
}

#[test]
fn a_child_keeps_the_acts_that_children_are_spared() {
    let child = (2015, 5, 17);
    let watchlist = watchlist(&[listed("QDi.901", NAME, child)]);
    for (from, to) in [("LHR", "NBO"), ("NBO", "LHR")] {
        let traveller = traveller("ALKHAZALI", "YASIR HUSSAIN", child);
        let finding = one(&watchlist, traveller, from, to);
        assert!(finding.effect.child);
        assert!(
            !offered(&finding).contains(&Act::InspectPerson),
            "{from}-{to}"
        );
    }
}
