//! One flight and one consignment under three mandates: three tables, written by hand from the
//! law's parameters (each table names the article beside the figure), never from the output.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test"
)]

mod common;

use std::fmt::Write as _;

use common::{P1, P2, P3, mandate, now};
use tidewaiter_domain::{
    Consignment, ConsignmentLevel, Country, CountryCode, ListEffect, Manifest, ManifestFunction,
    Nationality, NationalityKind, PartialDate, Party, PartyRole, Role, Sex, Sourced, Span, Text,
    TransportMode, Traveller, Unread,
};
use tidewaiter_mandate::admit::{Intake, admit};
use tidewaiter_mandate::{
    Act, Case, DataSet, Deletion, Disclosure, Mandate, MessageKind, Occasion, RecordTags, Request,
    Stage, Standing, Trigger, acts_offered, decide,
};

/// 300 travellers, numbered from 0: every tenth (9, 19 ...) is a child, 4 is in transit, 5 is an
/// own national, 6 and 7 come with sensitive codes. Matching stands above this floor, so that a
/// confirmed match is given: travellers 0, 4, 5 and the child 9, on every list of the profile.
fn flight(home: &str) -> Manifest {
    let travellers = (0..300u32)
        .map(|i| {
            let role = if i == 4 {
                Role::TransitPassenger
            } else {
                Role::Passenger
            };
            let mut one = Traveller::new(role, Span::default());
            one.name.surname = Some(format!("EXEMPLAR{i}").into());
            one.sex = Some(Sourced::new(Sex::Female, Span::default()));
            let year = if i % 10 == 9 { 2015 } else { 1980 };
            one.born =
                PartialDate::new(year, Some(5), Some(17)).map(|d| Sourced::new(d, Span::default()));
            let country = if i == 5 { home } else { "UTO" };
            let letters: [u8; 3] = country.as_bytes().try_into().unwrap();
            one.nationalities
                .extend(CountryCode::new(letters).map(|c| Nationality {
                    country: Sourced::new(Country::Known(c), Span::default()),
                    kind: NationalityKind::Current,
                }));
            if i == 6 || i == 7 {
                let text = Text::from(["MOML", "WCHR"][i as usize - 6]);
                one.unread.push(Unread {
                    tag: "SSR".into(),
                    text,
                    span: Span::default(),
                });
            }
            one
        })
        .collect();
    Manifest {
        function: ManifestFunction::Passengers,
        effect: ListEffect::Report,
        function_written: "745".into(),
        transaction: None,
        reporting_party: None,
        flights: Vec::new(),
        travellers,
        declared_count: None,
        part: None,
        unread: Vec::new(),
    }
}

fn consignment() -> Consignment {
    let mut one = Consignment::new(ConsignmentLevel::House, TransportMode::Air, Span::default());
    one.parties.push(Party {
        role: PartyRole::Consignee,
        name: Some(Sourced::new("EXEMPLAR TRADING".into(), Span::default())),
        identifiers: Vec::new(),
        address: None,
        contacts: Vec::new(),
        span: Span::default(),
    });
    one
}

fn record(mandate: &Mandate, data_set: DataSet) -> RecordTags {
    RecordTags {
        data_set,
        purposes: mandate.all_purposes(),
        own_agency: true,
        masked: false,
    }
}

fn table(mandate: &Mandate) -> String {
    let mut out = String::new();
    let intake = |kind| Intake {
        kind,
        received: now(),
        departs: None,
        carrier: None,
    };
    let home = mandate.profile().profile.country.get();
    match admit(mandate, &intake(MessageKind::Paxlst), flight(home)) {
        Ok((kept, dropped)) => {
            let children = (0..300).filter(|&i| kept.is_child(i)).count();
            let unread: u32 = dropped.unread.values().sum();
            let _ = writeln!(
                out,
                "flight: {} travellers, {children} children, {unread} texts not kept",
                kept.value().travellers.len()
            );
            let shown = format!("{:?}", kept.value());
            assert!(!shown.contains("MOML") && !shown.contains("WCHR"));
            // Those who are matched below stand as the table says they do.
            let people = &kept.value().travellers;
            let is_home = |i: usize| {
                people[i]
                    .nationalities
                    .iter()
                    .any(|n| matches!(n.country.value, Country::Known(c) if c.as_str() == home))
            };
            assert_eq!(people[4].role, Role::TransitPassenger);
            assert_eq!((is_home(0), is_home(5)), (false, true));
            assert_eq!((kept.is_child(0), kept.is_child(9)), (false, true));
        }
        Err(why) => {
            let _ = writeln!(out, "flight: {why}");
        }
    }
    let (cargo, _) = admit(mandate, &intake(MessageKind::Cuscar), consignment()).unwrap();
    let _ = writeln!(out, "consignment: {} parties", cargo.value().parties.len());
    out.push_str("\nfields that remain\n");
    for (purpose, name) in mandate.purposes() {
        for data_set in [DataSet::Api, DataSet::Pnr, DataSet::Cargo, DataSet::Cash] {
            let _ = writeln!(
                out,
                "{name} {data_set}: {}",
                mandate.elements(purpose, data_set)
            );
        }
    }
    out.push_str("\nacts offered on a confirmed match\n");
    let standings = [
        ("enters", Standing::Entry),
        ("in transit", Standing::Transit),
        ("own national", Standing::OwnNational),
        ("child", Standing::Child),
    ];
    for (list_id, list) in mandate.lists() {
        for (purpose, name) in mandate.purposes() {
            if !list.purposes.iter().any(|p| p.as_str() == name) {
                continue;
            }
            let data_set = [DataSet::Api, DataSet::Cargo]
                .into_iter()
                .find(|&d| !mandate.elements(purpose, d).is_empty())
                .unwrap();
            for (word, standing) in standings {
                // Goods are nobody's national and no child.
                if data_set == DataSet::Cargo && standing != Standing::Entry {
                    continue;
                }
                for (role, role_name) in mandate.roles() {
                    let case = Case {
                        act: Act::Advise,
                        list: Some(list_id),
                        standing,
                        stage: Stage::Same,
                    };
                    let offered =
                        acts_offered(mandate, role, purpose, case, record(mandate, data_set));
                    if !offered.is_empty() {
                        let acts: Vec<String> = offered
                            .iter()
                            .map(|(act, permit)| {
                                format!(
                                    "{act}{}",
                                    if permit.obligations.second_person {
                                        "*"
                                    } else {
                                        ""
                                    }
                                )
                            })
                            .collect();
                        let _ = writeln!(
                            out,
                            "{} {name} {word} {role_name}: {}",
                            list.id.get(),
                            acts.join(" ")
                        );
                    }
                    // Before a person has confirmed it, nothing.
                    for stage in [
                        Stage::Unreviewed,
                        Stage::AwaitingSource,
                        Stage::NotSame,
                        Stage::CannotTell,
                    ] {
                        assert!(
                            acts_offered(
                                mandate,
                                role,
                                purpose,
                                Case { stage, ..case },
                                record(mandate, data_set)
                            )
                            .is_empty()
                        );
                    }
                }
            }
        }
    }
    out.push_str("\nwhat may be sent\n");
    for (partner, id) in mandate.partners() {
        let trigger = &mandate.profile().partners[usize::from(partner.0)].trigger;
        let occasion = match Trigger::parse(trigger).unwrap() {
            Trigger::OnConfirmed => Occasion::Confirmed,
            Trigger::Request => Occasion::Request,
            Trigger::Manual => Occasion::Manual,
            Trigger::MandatoryWithin(_) => Occasion::Statute,
        };
        for (purpose, name) in mandate.purposes() {
            for data_set in [DataSet::Api, DataSet::Pnr, DataSet::Cash, DataSet::Hits] {
                let disclosure = Disclosure {
                    partner,
                    occasion,
                    stage: Stage::Same,
                    caveat: None,
                    requirements_met: true,
                };
                let sent = mandate.roles().find_map(|(role, _)| {
                    decide(
                        mandate,
                        role,
                        purpose,
                        Request::Share(disclosure),
                        record(mandate, data_set),
                    )
                    .ok()
                });
                if let Some(permit) = sent {
                    let _ = writeln!(out, "{id} {name} {data_set}: {}", permit.elements);
                }
            }
        }
    }
    out.push_str("\nmasked and deleted, received 2026-11-23 12:00 UTC\n");
    for data_set in [DataSet::Api, DataSet::Pnr, DataSet::Cargo, DataSet::Cash] {
        let clocks = mandate.clocks(data_set, now());
        let day = |t: jiff::Timestamp| t.to_string()[..10].to_owned();
        let masked = clocks.mask_at.map_or_else(
            || "never masked".to_owned(),
            |t| format!("masked {}", day(t)),
        );
        let deleted = match clocks.delete_at {
            Deletion::At(t) => day(t),
            Deletion::WithUnderlyingData => "not held".to_owned(),
        };
        let longer = mandate
            .extension(data_set, now())
            .map_or(String::new(), |t| {
                format!(", with objective evidence {}", day(t))
            });
        let _ = writeln!(out, "{data_set}: {masked}, deleted {deleted}{longer}");
    }
    out
}

/// The table without its remarks (`#` to the end of the line) and blank lines at the ends.
fn golden(text: &str) -> String {
    let lines = text
        .lines()
        .map(|l| l.split('#').next().unwrap_or_default().trim_end());
    let joined = lines.collect::<Vec<_>>().join("\n");
    joined.trim().to_owned()
}

// proves part of: MAN-06
// proves part of: MAT-13
#[test]
fn three_mandates_three_results() {
    for (text, want) in [
        (P1, include_str!("golden/p1-customs-only.txt")),
        (P2, include_str!("golden/p2-single-window.txt")),
        (P3, include_str!("golden/p3-customs-fiu.txt")),
    ] {
        let got = table(&mandate(text));
        for (got, want) in got.trim().lines().zip(golden(want).lines()) {
            assert_eq!(got, want);
        }
        assert_eq!(got.trim(), golden(want));
    }
}
