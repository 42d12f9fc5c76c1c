//! Profiles: read, linted, signed, in force; and what is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test"
)]

mod common;

use common::{P1, P2, P3, key, keyring, mandate, now, profile, signed, today};
use proptest::prelude::*;
use tidewaiter_mandate::lint::lint;
use tidewaiter_mandate::profile::{Keyring, Place, Signatures, read, sign};
use tidewaiter_mandate::regime::Regime;
use tidewaiter_mandate::{DataSet, ElementSet, Mandate, Term, Timeline};

#[test]
fn the_example_profiles_are_sound() {
    for text in [P1, P2, P3] {
        assert_eq!(lint(&profile(text), today()), []);
    }
    assert!(Mandate::evaluation().is_evaluation());
}

/// One edit of an example profile for each lint rule: the profile, what is replaced by what, the
/// code that must come, and the text at which it must point.
const BROKEN: &[(&str, &str, &str, &str, &str, &str)] = &[
    (
        "L1",
        P3,
        "stands_for = \"serious-crime\"",
        "stands_for = \"border-control\"",
        "mandate-purpose-not-in-overlay",
        "pnr = [\"names\", \"itin",
    ),
    (
        "L2",
        P3,
        "delete_at = \"P6M\"                        # C-817",
        "delete_at = \"P5Y\"  # C-817",
        "mandate-retention-over-ceiling",
        "\"P5Y\"  # C-817",
    ),
    (
        "L3",
        P3,
        "\"pnr.party_size\", ",
        "",
        "mandate-mask-fields-missing",
        "[\"names\", \"pnr.co_travellers\", \"contact.*\"",
    ),
    (
        "L4",
        P3,
        "mode = \"drop\"",
        "mode = \"redact\"",
        "mandate-sensitive-mode",
        "\"redact\"",
    ),
    (
        "L5",
        P1,
        "\"x-ray\", \"refer-police\"]",
        "\"x-ray\", \"refuse-entry\"]",
        "mandate-act-without-competence",
        "\"refuse-entry\"]",
    ),
    (
        "L6",
        P2,
        "refuse-entry = { of = [\"immigration-officer\", \"supervisor\"]",
        "refuse-entry = { of = [\"supervisor\", \"supervisor\"]",
        "mandate-adverse-act-single-handed",
        "\"refuse-entry\"]\n[purposes.P-IMM]",
    ),
    (
        "L7",
        P1,
        "\"dob\", \"doc.type\", \"doc.issuer\", \"flight.*\", \"hit.reason\"",
        "\"dob\", \"doc.number\", \"hit.reason\"",
        "mandate-partner-fields",
        "\"doc.number\", \"hit",
    ),
    (
        "L8",
        P2,
        "trigger = \"on-confirmed\"",
        "trigger = \"on-match\"",
        "mandate-partner-trigger",
        "\"on-match\"",
    ),
    (
        "L9",
        P2,
        ", own_national = \"refer-police\" }",
        " }",
        "mandate-list-purpose",
        "{ entry = \"refuse-entry\", transit",
    ),
    (
        "L10",
        P1,
        "self_learning = false",
        "self_learning = true",
        "mandate-rules",
        "true\n\n[approvals]",
    ),
    (
        "L11",
        P3,
        "log_retention = \"P5Y\"",
        "log_retention = \"P4Y\"",
        "mandate-log-retention",
        "\"P4Y\"",
    ),
    (
        "L12",
        P1,
        "review_due = 2027-11-01",
        "review_due = 2026-11-22",
        "mandate-formalities",
        "2026-11-22",
    ),
    (
        "L13",
        P2,
        ", on_timeout = \"none-and-meet\" }",
        " }",
        "mandate-no-board-deadline",
        "\"iapi-no-board\", \"refuse-entry\"]",
    ),
    (
        "L14",
        P3,
        "unmask = { of = [\"piu-head\", \"court\"]",
        "unmask = { of = [\"piu-head\", \"supervisor\"]",
        "mandate-unmask-authority",
        "[\"piu-head\", \"supervisor\"]",
    ),
    (
        "L15",
        P1,
        "self_learning = false",
        "self_learning = false\nself_lerning = false",
        "mandate-unknown-key",
        "self_lerning",
    ),
    (
        "L16",
        P2,
        "[retention.cargo]\ndelete_at = \"P5Y\"\n",
        "",
        "mandate-data-set-without-deletion",
        "[\"*\"]\nactions = [\"advise\", \"inspect-baggage\", \"inspect-goods\"]",
    ),
];

// proves: MAN-01
#[test]
fn each_lint_rule_refuses_its_broken_profile_and_points_at_the_place() {
    assert_eq!(BROKEN.len(), 16);
    for (rule, text, old, new, code, at) in BROKEN {
        assert_eq!(text.matches(old).count(), 1, "{rule}: {old}");
        let broken = text.replace(old, new);
        let reading = read(&broken);
        let found = match &reading.value {
            Some(profile) => lint(profile, today()),
            None => reading.diagnostics,
        };
        let wanted = u32::try_from(broken.find(at).unwrap_or_else(|| panic!("{rule}"))).unwrap();
        let hit = found
            .iter()
            .find(|d| d.code.slug == *code && d.span.start == wanted);
        let told: Vec<_> = found
            .iter()
            .map(|d| (d.code.slug, Place::of(d.span, &broken), &d.message))
            .collect();
        assert!(
            hit.is_some(),
            "{rule}: wanted {code} at {:?}, found {told:#?}",
            { Place::of(tidewaiter_diagnostics::Span::empty(wanted), &broken) }
        );
        // And it does not come into force, signed or not.
        if let Some(profile) = reading.value {
            let (signatures, ring) = (signed(&profile), keyring(&profile));
            assert!(
                Mandate::in_force(profile, &signatures, &ring, now()).is_err(),
                "{rule}"
            );
        }
    }
}

#[test]
fn errors_of_the_text_point_at_line_and_column() {
    for (old, new, code, line, column) in [
        ("schema = 1", "schema = ", "mandate-syntax", 3, 10),
        ("schema = 1", "schema = \"one\"", "mandate-syntax", 3, 10),
        (
            "country = \"XAA\"",
            "county = \"XAA\"",
            "mandate-unknown-key",
            9,
            1,
        ),
        (
            "\"x-ray\", \"refer-police\"]",
            "\"x-ray\", \"refer\"]",
            "mandate-unknown-key",
            68,
            67,
        ),
        (
            "delete_at = \"P7Y\"",
            "delete_at = \"7 years\"",
            "mandate-syntax",
            78,
            13,
        ),
        (
            "valid_from = 2026-11-01",
            "valid_from = \"soon\"",
            "mandate-syntax",
            12,
            14,
        ),
    ] {
        let broken = P1.replacen(old, new, 1);
        let reading = read(&broken);
        assert!(reading.value.is_none(), "{new}");
        let found = &reading.diagnostics[0];
        let place = Place::of(found.span, &broken);
        assert_eq!(
            (found.code.slug, place.line, place.column),
            (code, line, column),
            "{new}: {}",
            found.message
        );
    }
}

// proves: MAN-01
#[test]
fn unsigned_stale_and_early_profiles_do_not_come_into_force() {
    let refused = |signatures: &Signatures, ring: &Keyring, at: &str| -> Vec<&'static str> {
        match Mandate::in_force(profile(P1), signatures, ring, at.parse().unwrap()) {
            Ok(_) => Vec::new(),
            Err(found) => found.iter().map(|d| d.code.slug).collect(),
        }
    };
    let p1 = profile(P1);
    let (all, ring) = (signed(&p1), keyring(&p1));
    let day = "2026-11-23T12:00:00Z";
    assert_eq!(refused(&all, &ring, day), [""; 0]);
    assert_eq!(
        refused(&Signatures::default(), &ring, day),
        ["mandate-unsigned"; 2]
    );
    let one = Signatures {
        all: all.all[..1].to_vec(),
    };
    assert_eq!(refused(&one, &ring, day), ["mandate-unsigned"]);
    assert_eq!(
        refused(&all, &Keyring::default(), day),
        ["mandate-unsigned"; 2]
    );
    // Two offices with one key are one hand.
    let mut same = Keyring::default();
    for office in p1.profile.signed_by.iter() {
        same.install(office, key("one hand").public());
    }
    let hand = Signatures {
        all: p1
            .profile
            .signed_by
            .iter()
            .map(|o| sign(&p1, o, &key("one hand")))
            .collect(),
    };
    assert_eq!(refused(&hand, &same, day), ["mandate-unsigned"]);
    // A signature of another version, and one of another office.
    let other = profile(&P1.replace("2026.11.1", "2026.11.2"));
    assert_eq!(
        refused(&signed(&other), &ring, day),
        ["mandate-unsigned"; 2]
    );
    let mut swapped = all.clone();
    let value = swapped.all[0].value.clone();
    swapped.all[1].value = value;
    assert_eq!(refused(&swapped, &ring, day), ["mandate-unsigned"]);
    assert_eq!(
        refused(&all, &ring, "2026-10-31T23:59:59Z"),
        ["mandate-not-in-force"]
    );
    assert_eq!(refused(&all, &ring, "2026-11-01T00:00:00Z"), [""; 0]);
    assert_eq!(
        refused(&all, &ring, "2027-11-02T00:00:00Z"),
        ["mandate-formalities"]
    );
}

#[test]
fn the_hash_is_of_what_is_said_and_not_of_how() {
    let p1 = profile(P1);
    let spaced = P1
        .replace("\n\n", "\n\n# a remark\n\n")
        .replace(" = ", "   =  ");
    assert_eq!(profile(&spaced).hash(), p1.hash());
    let tightened = P1.replace("max_age = \"P30D\"", "max_age = \"P29D\"");
    assert_ne!(profile(&tightened).hash(), p1.hash());
}

#[test]
fn the_evaluation_overlay_is_for_the_built_in_profile_only() {
    let text = P1.replace("icao-annex9", "evaluation");
    let found = lint(&profile(&text), today());
    assert_eq!(found[0].code.slug, "mandate-unknown-regime");
}

// proves: MAN-05
#[test]
fn a_new_version_acts_from_its_day_on_and_the_old_one_still_explains_itself() {
    let old = mandate(P1);
    let text = P1
        .replace("2026.11.1", "2027.1.1")
        .replace("valid_from = 2026-11-01", "valid_from = 2027-01-01")
        .replace("delete_at = \"P2Y\"", "delete_at = \"P1Y\"");
    let new = profile(&text);
    let (signatures, ring) = (signed(&new), keyring(&new));
    let day: jiff::Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
    let new = Mandate::in_force(new, &signatures, &ring, day).unwrap();
    let old_hash = old.reference().hash;
    let mut timeline = Timeline::default();
    timeline.add(new);
    timeline.add(old);
    let name = |at: &str| {
        timeline
            .at(at.parse().unwrap())
            .map(|m| m.reference().name.clone())
    };
    assert_eq!(name("2026-10-31T23:59:59Z"), None);
    assert_eq!(
        name("2026-12-31T23:59:59Z").unwrap(),
        "xa-customs@2026.11.1"
    );
    assert_eq!(name("2027-01-01T00:00:00Z").unwrap(), "xa-customs@2027.1.1");
    let then = timeline
        .of_hash(old_hash)
        .unwrap()
        .clocks(DataSet::Pnr, now());
    assert_ne!(then, timeline.at(day).unwrap().clocks(DataSet::Pnr, now()));
}

#[test]
fn the_json_schema_in_docs_is_the_present_one() {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/mandate.schema.json");
    let schema = tidewaiter_mandate::profile::json_schema();
    if std::env::var_os("TIDEWAITER_BLESS").is_some() {
        std::fs::write(&path, &schema).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap();
    assert!(
        there == schema,
        "run with TIDEWAITER_BLESS=1 and commit docs/mandate.schema.json"
    );
}

/// Whether a mandate lies inside its overlay, said again from what was compiled.
fn is_within(mandate: &Mandate, regime: &Regime) -> bool {
    let start: jiff::Timestamp = "2027-08-31T00:00:00Z".parse().unwrap();
    let pnr_admitted = mandate.purposes().fold(ElementSet::EMPTY, |set, (id, _)| {
        set.or(mandate.elements(id, DataSet::Pnr))
    });
    let Some(ceiling) = regime.retention.get(&DataSet::Pnr) else {
        return true;
    };
    let clocks = mandate.clocks(DataSet::Pnr, start);
    let tidewaiter_mandate::Deletion::At(deleted) = clocks.delete_at else {
        return pnr_admitted.is_empty();
    };
    let last = mandate.extension(DataSet::Pnr, start).unwrap_or(deleted);
    let most = ceiling
        .extend_to
        .or(ceiling.delete_at)
        .unwrap()
        .after(start);
    let mask_by = ceiling.mask_at.unwrap().after(start);
    let masked = last <= mask_by
        || clocks.mask_at.is_some_and(|at| at <= mask_by)
            && ceiling.mask_fields.is_within(mandate.mask(DataSet::Pnr));
    deleted <= ceiling.delete_at.unwrap().after(start)
        && last <= most
        && masked
        && pnr_admitted.and(regime.elements_dropped).is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]
    // proves: MAN-02
    #[test]
    fn what_the_linter_accepts_lies_inside_the_overlay(
        base in 0usize..3, regime in 0usize..3, delete in 1u32..70, mask in proptest::option::of(1u32..30),
        extend in proptest::option::of(1u32..70), drop_masked in 0usize..10, redact in any::<bool>(),
        remarks in any::<bool>(), stands in 0usize..7,
    ) {
        let text = [P1, P2, P3][base];
        let regimes = ["icao-annex9", "eu-pnr-2022", "uk-2018"];
        let mut changed = profile(text);
        changed.profile.regime = regimes[regime].to_owned().into();
        let term = |months: u32| Term::parse(&format!("P{months}M")).unwrap();
        let pnr = changed.retention.get_mut(&DataSet::Pnr.into()).unwrap();
        pnr.delete_at = tidewaiter_mandate::profile::DeleteAt(Some(term(delete))).into();
        pnr.mask_at = mask.map(|m| term(m).into());
        pnr.extend = extend.map(|e| tidewaiter_mandate::profile::Extension {
            to: term(e).into(),
            needs: tidewaiter_mandate::profile::ExtensionNeeds::ObjectiveEvidence,
        });
        let mut fields = pnr.mask_fields.get().clone();
        if drop_masked < fields.len() {
            fields.remove(drop_masked);
        }
        pnr.mask_fields = fields.into();
        if redact {
            changed.intake.sensitive.mode = tidewaiter_mandate::SensitiveMode::Redact.into();
        }
        if remarks {
            changed.intake.drop.clear();
        }
        let words = tidewaiter_mandate::StandsFor::ALL;
        for purpose in changed.purposes.values_mut() {
            if *purpose.stands_for.get() == words[stands] {
                purpose.stands_for = words[(stands + 1) % words.len()].into();
            }
        }
        let (signatures, ring) = (signed(&changed), keyring(&changed));
        if let Ok(mandate) = Mandate::in_force(changed, &signatures, &ring, now()) {
            let regime = Regime::named(regimes[regime]).unwrap();
            prop_assert!(is_within(&mandate, regime));
            for purpose in mandate.profile().purposes.values() {
                let has_pnr = purpose.data.iter().any(|(set, p)| *set.get() == DataSet::Pnr && !p.is_empty());
                prop_assert!(!has_pnr || regime.pnr_purposes.contains(&purpose.stands_for));
            }
        }
    }

    #[test]
    fn reading_never_panics(at in 0usize..8000, byte in any::<u8>()) {
        let mut bytes = P2.as_bytes().to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(text) = String::from_utf8(bytes) {
            let reading = read(&text);
            for found in &reading.diagnostics {
                prop_assert!(Place::of(found.span, &text).line > 0);
            }
            if let Some(profile) = reading.value {
                let _ = lint(&profile, today());
            }
        }
    }
}
