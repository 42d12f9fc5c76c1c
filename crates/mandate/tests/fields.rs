//! Every field of every shape that is admitted, against what the law calls it (`common/table.rs`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test"
)]

mod common;

use common::table::{Fields, booking, cash, consignment, manifest, push, response, traveller};
use common::{P2, keyring, now, profile, signed, whole};
use proptest::prelude::*;
use tidewaiter_mandate::admit::{Admissible, Intake, admit};
use tidewaiter_mandate::profile::Purpose;
use tidewaiter_mandate::{
    Competence, DataSet, Element as E, ElementSet, Mandate, MessageKind, PurposeSet, StandsFor,
};

/// A mandate with one purpose for each set of elements.
fn with_purposes(sets: &[ElementSet]) -> Mandate {
    let mut base = profile(P2);
    let patterns = |set: ElementSet, data_set: DataSet| {
        let names = set.and(ElementSet::of_data_set(data_set));
        names
            .iter()
            .map(|e| e.as_str().to_owned().into())
            .collect::<Vec<_>>()
            .into()
    };
    base.purposes = (0u8..)
        .zip(sets)
        .map(|(number, &set)| {
            let purpose = Purpose {
                title: "Trial".to_owned(),
                stands_for: StandsFor::Terrorism.into(),
                competences: vec![Competence::PassengerSecurity].into(),
                data: [DataSet::Api, DataSet::Pnr, DataSet::Cargo, DataSet::Cash]
                    .into_iter()
                    .map(|data_set| (data_set.into(), patterns(set, data_set)))
                    .collect(),
                actions: Vec::new(),
            };
            (format!("P-{number:02}").into(), purpose)
        })
        .collect();
    for role in base.roles.values_mut() {
        role.purposes.clear();
    }
    base.lists.clear();
    base.partners.clear();
    base.answers.clear();
    base.intake.accept = vec![
        MessageKind::Paxlst,
        MessageKind::Pnrgov,
        MessageKind::Cuscar,
        MessageKind::CashDeclaration,
        MessageKind::Cusres,
    ];
    let (signatures, ring) = (signed(&base), keyring(&base));
    Mandate::in_force(base, &signatures, &ring, now()).unwrap_or_else(|d| panic!("{d:#?}"))
}

/// Admits `value` for every purpose; each must see exactly what its elements say. Answers with the
/// number of fields looked at.
fn check<T: Admissible + Clone + std::fmt::Debug>(
    mandate: &Mandate,
    kind: MessageKind,
    value: &T,
    fields: impl Fn(&T, &mut Fields),
) -> usize {
    let intake = Intake {
        kind,
        received: now(),
        departs: None,
        carrier: None,
    };
    let mut sent = Fields::default();
    fields(value, &mut sent);
    let missing: Vec<&str> = sent
        .all
        .iter()
        .filter(|f| !f.there)
        .map(|f| f.name.as_str())
        .collect();
    assert!(missing.is_empty(), "the whole value lacks {missing:?}");
    let (kept, _) = admit(mandate, &intake, value.clone()).unwrap();
    let mut seen = 0;
    let mut look = |what: &T, keep: ElementSet, who: &str| {
        let mut found = Fields::default();
        fields(what, &mut found);
        for field in &found.all {
            let wanted = field
                .wants
                .iter()
                .all(|any| any.iter().any(|&e| keep.has(e)));
            assert_eq!(
                field.there, wanted,
                "{kind} {} for {who}: {keep}",
                field.name
            );
        }
        seen += found.all.len();
    };
    let mut union = ElementSet::EMPTY;
    for (purpose, name) in mandate.purposes() {
        let keep = mandate.elements(purpose, kind.data_set());
        union = union.or(keep);
        match kept.for_purpose(mandate, purpose) {
            Some(own) => look(own.value(), keep, name),
            None => assert!(keep.is_empty(), "{name}"),
        }
    }
    look(kept.value(), union, "all purposes");
    seen
}

fn check_every_shape(sets: &[ElementSet]) -> usize {
    assert!(sets.len() <= PurposeSet::MOST);
    let mandate = with_purposes(sets);
    check(&mandate, MessageKind::Paxlst, &whole::manifest(), manifest)
        + check(
            &mandate,
            MessageKind::Paxlst,
            &whole::traveller(),
            traveller,
        )
        + check(
            &mandate,
            MessageKind::Pnrgov,
            &whole::traveller(),
            traveller,
        )
        + check(&mandate, MessageKind::Pnrgov, &whole::push(), push)
        + check(&mandate, MessageKind::Pnrgov, &whole::booking(), booking)
        + check(
            &mandate,
            MessageKind::Cuscar,
            &whole::consignment(),
            consignment,
        )
        + check(&mandate, MessageKind::CashDeclaration, &whole::cash(), cash)
        + check(&mandate, MessageKind::Cusres, &whole::response(), response)
}

fn everything() -> ElementSet {
    ElementSet::of_pattern("*").unwrap()
}

// proves part of: INT-02
// proves part of: REV-05
// proves part of: MAT-07
#[test]
fn a_purpose_sees_a_field_exactly_when_it_lists_what_the_field_is() {
    let each = || E::ALL.iter().copied();
    // Each element alone, and everything but each element.
    let alone = each().map(|e| [e].into_iter().collect());
    let but = each().map(|e| everything().minus([e].into_iter().collect()));
    let sets: Vec<ElementSet> = alone.chain(but).collect();
    let mut seen = 0;
    for some in sets.chunks(PurposeSet::MOST - 1) {
        let mut some = some.to_vec();
        some.push(everything());
        seen += check_every_shape(&some);
    }
    println!("{} sets of elements, {seen} fields looked at", sets.len());
    assert!(seen > 40_000, "{seen}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..Default::default() })]
    #[test]
    fn whatever_the_purposes_list(bits in proptest::collection::vec(any::<u64>(), 16)) {
        // Without one that lists everything: what is dropped for all is gone for each.
        let sets: Vec<ElementSet> = bits
            .iter()
            .map(|bits| E::ALL.iter().copied().filter(|&e| bits >> e as u64 & 1 == 1).collect())
            .collect();
        check_every_shape(&sets);
    }
}
