//! Profiles: read, linted, signed, in force; and what is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test"
)]

mod common;

use std::cell::Cell;

use common::{P1, P2, P3, key, keyring, mandate, now, profile, signed, today};
use proptest::prelude::*;
use tidewaiter_diagnostics::Diagnostic;
use tidewaiter_mandate::lint::lint;
use tidewaiter_mandate::profile::{
    DeleteAt, Extension, ExtensionNeeds, Keyring, Place, Profile, Signatures, read, sign,
};
use tidewaiter_mandate::regime::Regime;
use tidewaiter_mandate::{
    ApprovalSubject, DataSet, ElementSet, Mandate, RawForm, SensitiveMode, Term, Timeline,
};

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
    (
        "L17",
        P1,
        "can = [\"administer\"]",
        "can = [\"administer\", \"read\"]",
        "mandate-role-separation",
        "administrator]",
    ),
    (
        "L18",
        P2,
        "pending = \"0Z\"\ninsufficient = \"4Z\"",
        "pending = \"4Z\"\ninsufficient = \"4Z\"",
        "mandate-answers",
        "\"*\"\nunmatched",
    ),
];

/// Faults of one rule in another place than [`BROKEN`] has them: what is replaced by what, the
/// code, and the text at which it must point.
const ALSO_BROKEN: &[(&str, &str, &str, &str, &str)] = &[
    // L2: what cannot be read, and look-back keys, live no longer than the rest.
    (
        P1,
        "quarantine = \"PT72H\"",
        "quarantine = \"PT73H\"",
        "mandate-retention-over-ceiling",
        "\"PT73H\"",
    ),
    (
        P2,
        "look_back = \"P90D\"",
        "look_back = \"P13M\"",
        "mandate-retention-over-ceiling",
        "\"P13M\"",
    ),
    // L4: Europe wants sensitive data gone at once, so nobody keeps the bytes.
    (
        P3,
        "keep = \"PT24H\", form = \"sanitised\"",
        "keep = \"PT24H\", form = \"sealed-original\"",
        "mandate-sensitive-mode",
        "\"PT24H\", form",
    ),
    // L9: effects of a travel ban without a programme that orders one, and the other way about; a
    // list compared with what none of its purposes may see.
    (
        P2,
        "[\"travel-ban\", \"asset-freeze\", \"arms-embargo\"]",
        "[\"asset-freeze\"]",
        "mandate-list-purpose",
        "\"unsc-1267\"\nauthority",
    ),
    (
        P2,
        "id = \"national-1373\"\n",
        "id = \"national-1373\"\nmeasures = { \"*\" = [\"travel-ban\"] }\n",
        "mandate-list-purpose",
        "\"national-1373\"\nmeasures",
    ),
    (
        P1,
        "against = [\"cargo\"]",
        "against = [\"cash\"]",
        "mandate-list-purpose",
        "\"cash\"]",
    ),
    // L17: a data protection officer who cannot read the log.
    (
        P3,
        "can = [\"audit\", \"profile\"]",
        "can = [\"profile\"]",
        "mandate-role-separation",
        "\"dpo\"\nexternal",
    ),
    // L18: two rows of one carrier, none for all others, a need that is not admitted.
    (
        P2,
        "carrier = \"ZZ\"",
        "carrier = \"*\"",
        "mandate-answers",
        "\"*\"                           # cannot",
    ),
    (
        P2,
        "carrier = \"*\"",
        "carrier = \"QX\"",
        "mandate-answers",
        "1\n\n[profile]",
    ),
    (
        P2,
        "carrier = \"ZZ\"",
        "carrier = \"Zephyr\"",
        "mandate-answers",
        "\"Zephyr\"",
    ),
    (
        P1,
        "data.api = [\"names\", \"dob\", ",
        "data.api = [\"names\", ",
        "mandate-partner-fields",
        "\"dob\", \"doc.type\", \"doc.issuer\", \"flight.*\", \"hit",
    ),
];

fn place_of(found: &[Diagnostic], code: &str, at: u32) -> bool {
    let here = |d: &&Diagnostic| d.code.slug == code && d.span.start == at;
    found.iter().any(|d| here(&d))
}

#[test]
fn a_rule_sees_its_faults_wherever_they_stand() {
    for (text, old, new, code, at) in ALSO_BROKEN {
        assert_eq!(text.matches(old).count(), 1, "{old}");
        let broken = text.replace(old, new);
        let found = lint(&profile(&broken), today());
        let wanted = u32::try_from(broken.find(at).unwrap_or_else(|| panic!("{at}"))).unwrap();
        assert!(place_of(&found, code, wanted), "{new}: {found:#?}");
    }
}

// proves: MAN-01
#[test]
fn each_lint_rule_refuses_its_broken_profile_and_points_at_the_place() {
    assert_eq!(BROKEN.len(), 18);
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
            74,
            67,
        ),
        (
            "delete_at = \"P7Y\"",
            "delete_at = \"7 years\"",
            "mandate-syntax",
            88,
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

// proves: GOV-12
#[test]
fn nothing_in_the_path_learns() {
    // No library that learns is built in, and no profile may let rules alter themselves (L10).
    let lock = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    let lock = std::fs::read_to_string(lock).unwrap();
    assert!(lock.contains("name = \"serde\""));
    for library in [
        "burn",
        "candle-core",
        "dfdx",
        "lightgbm",
        "lightgbm3",
        "linfa",
        "ort",
        "rusty-machine",
        "smartcore",
        "tch",
        "tensorflow",
        "tract-core",
        "xgboost",
    ] {
        assert!(
            !lock.contains(&format!("name = \"{library}\"\n")),
            "{library}"
        );
    }
    for text in [P1, P2, P3] {
        let learning = text.replace("self_learning = false", "self_learning = true");
        let found = lint(&profile(&learning), today());
        assert_eq!(found[0].code.slug, "mandate-rules");
    }
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
    let profile = mandate.profile();
    let external = [ApprovalSubject::Unmask, ApprovalSubject::Extend]
        .into_iter()
        .filter(|&subject| !mandate.approvers(subject).is_empty())
        .all(|subject| {
            let outside = |name: &String| {
                let role = profile.roles.iter().find(|(n, _)| n.as_str() == name);
                role.is_some_and(|(_, role)| role.external)
            };
            mandate.approvers(subject).iter().any(outside)
        });
    let stands_for = |data_set: DataSet| {
        let purposes = mandate
            .purposes()
            .filter(move |&(id, _)| !mandate.elements(id, data_set).is_empty());
        purposes.map(|(_, name)| {
            let purpose = profile
                .purposes
                .iter()
                .find(|(n, _)| n.as_str() == name)
                .unwrap();
            *purpose.1.stands_for.get()
        })
    };
    let bytes = profile.intake.raw_message.form != RawForm::SealedOriginal
        || regime.sensitive_modes.contains(&SensitiveMode::Redact);
    let inside = regime
        .sensitive_modes
        .contains(&profile.intake.sensitive.mode)
        && bytes
        && (external || !regime.external_unmask)
        && stands_for(DataSet::Pnr).all(|s| regime.pnr_purposes.contains(&s))
        && stands_for(DataSet::Api).all(|s| regime.api_purposes.contains(&s))
        && regime.log_retention.after(start) <= profile.oversight.log_retention.after(start)
        && profile.intake.quarantine.after(start) <= Term::parse("PT72H").unwrap().after(start)
        && DataSet::ALL.iter().all(|&data_set| {
            // Nothing is compared longer than it is there in the clear.
            let clocks = mandate.clocks(data_set, start);
            let end = match (clocks.mask_at, clocks.delete_at) {
                (Some(masked), _) => Some(masked),
                (None, tidewaiter_mandate::Deletion::At(deleted)) => Some(deleted),
                (None, tidewaiter_mandate::Deletion::WithUnderlyingData) => None,
            };
            mandate.look_back_until(data_set, start) <= end
        });
    if !inside {
        return false;
    }
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

/// What is changed in an example profile; `None` leaves the example's own word.
#[derive(Clone, Debug)]
struct Change {
    base: usize,
    regime: usize,
    delete: Option<u32>,
    mask: Option<Option<u32>>,
    extend: Option<Option<u32>>,
    look_back: Option<u32>,
    unmasked: Option<usize>,
    redact: bool,
    remarks: bool,
    stands: Option<usize>,
    log: Option<u32>,
    sealed: bool,
    hours: Option<u32>,
    no_court: bool,
}

fn changes() -> impl Strategy<Value = Change> {
    fn sometimes<S: Strategy>(of: S) -> proptest::option::OptionStrategy<S> {
        proptest::option::weighted(0.2, of)
    }
    let months = || 1u32..70;
    let rarely = || proptest::bool::weighted(0.15);
    let clocks = (
        sometimes(months()),
        sometimes(proptest::option::of(1u32..30)),
        sometimes(proptest::option::of(months())),
        sometimes(1u32..12),
        sometimes(0usize..10),
        sometimes(months()),
        sometimes(60u32..80),
    );
    let words = (rarely(), rarely(), sometimes(0usize..7), rarely(), rarely());
    (0usize..3, 0usize..3, clocks, words).prop_map(
        |(
            base,
            regime,
            (delete, mask, extend, look_back, unmasked, log, hours),
            (redact, remarks, stands, sealed, no_court),
        )| Change {
            base,
            regime,
            delete,
            mask,
            extend,
            look_back,
            unmasked,
            redact,
            remarks,
            stands,
            log,
            sealed,
            hours,
            no_court,
        },
    )
}

const REGIMES: [&str; 3] = ["icao-annex9", "eu-pnr-2022", "uk-2018"];

fn change(how: &Change) -> Profile {
    let mut changed = profile([P1, P2, P3][how.base]);
    changed.profile.regime = REGIMES[how.regime].to_owned().into();
    let term = |months: u32| Term::parse(&format!("P{months}M")).unwrap();
    let pnr = changed.retention.get_mut(&DataSet::Pnr.into()).unwrap();
    if let Some(delete) = how.delete {
        pnr.delete_at = DeleteAt(Some(term(delete))).into();
    }
    if let Some(mask) = how.mask {
        pnr.mask_at = mask.map(|m| term(m).into());
    }
    if let Some(extend) = how.extend {
        pnr.extend = extend.map(|e| Extension {
            to: term(e).into(),
            needs: ExtensionNeeds::ObjectiveEvidence,
        });
    }
    pnr.look_back = how.look_back.map(|l| term(l).into());
    let mut fields = pnr.mask_fields.get().clone();
    if let Some(place) = how.unmasked.filter(|&place| place < fields.len()) {
        fields.remove(place);
    }
    pnr.mask_fields = fields.into();
    if how.redact {
        changed.intake.sensitive.mode = SensitiveMode::Redact.into();
    }
    if how.remarks {
        changed.intake.drop.clear();
        for purpose in changed.purposes.values_mut() {
            if let Some(pnr) = purpose.data.get_mut(&DataSet::Pnr.into()) {
                *pnr = vec!["*".to_owned().into()].into();
            }
        }
    }
    if let Some(log) = how.log {
        changed.oversight.log_retention = term(log).into();
    }
    if let Some(hours) = how.hours {
        changed.intake.quarantine = Term::seconds(hours * 3600).into();
    }
    if how.sealed {
        changed.intake.raw_message.form = RawForm::SealedOriginal;
    }
    for role in changed.roles.values_mut() {
        role.external &= !how.no_court;
    }
    let words = tidewaiter_mandate::StandsFor::ALL;
    for purpose in changed.purposes.values_mut() {
        let stands = how.stands.map(|i| words[i]);
        if stands == Some(*purpose.stands_for.get()) {
            purpose.stands_for = words[(how.stands.unwrap() + 1) % words.len()].into();
        }
    }
    changed
}

// proves: MAN-02
#[test]
fn what_the_linter_accepts_lies_inside_the_overlay() {
    let config = ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..Default::default()
    };
    let accepted = [const { Cell::new(0u32) }; 3];
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let outcome = runner.run(&changes(), |how| {
        let changed = change(&how);
        // Only what the linter accepts is worth a signature.
        if !lint(&changed, today()).is_empty() {
            return Ok(());
        }
        let (signatures, ring) = (signed(&changed), keyring(&changed));
        if let Ok(mandate) = Mandate::in_force(changed, &signatures, &ring, now()) {
            accepted[how.regime].update(|n| n + 1);
            let regime = Regime::named(REGIMES[how.regime]).unwrap();
            prop_assert!(is_within(&mandate, regime), "{how:?}");
        }
        Ok(())
    });
    outcome.unwrap_or_else(|why| panic!("{why}"));
    let accepted = accepted.map(Cell::into_inner);
    println!("2 000 random profiles, accepted under each overlay: {accepted:?}");
    // A linter that accepts nothing proves nothing.
    assert!(accepted.iter().all(|&n| n >= 5), "{accepted:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]
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
