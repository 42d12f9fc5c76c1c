//! Properties: one form for one finding, a delta like a rebuild, the same inputs the same bytes.

use jiff::Timestamp;
use proptest::prelude::*;
use tidewaiter_domain::{ListedSubject, Measure, Text};
use tidewaiter_formats::lists::version::address;
use tidewaiter_mandate::{Act, Caveat, DataSet, Standing};
use tidewaiter_matching::Band;
use tidewaiter_screening::{
    Ban, Cause, CauseKind, Context, Digest, Effect, Evidence, Filled, Finding, Origin, Reasons,
    Watchlist, WatchlistId, Without,
};

use crate::scene::*;

fn some_text() -> impl Strategy<Value = Text> {
    "\\PC{0,30}".prop_map(Text::from)
}

fn digest() -> impl Strategy<Value = Digest> {
    any::<[u8; 32]>().prop_map(Digest::new)
}

fn band() -> impl Strategy<Value = Band> {
    prop::sample::select(vec![Band::None, Band::Review, Band::Alert])
}

fn evidence() -> impl Strategy<Value = Evidence> {
    (
        some_text(),
        some_text(),
        some_text(),
        some_text(),
        -40.0_f32..40.0,
    )
        .prop_map(|(field, query, entry, relation, bits)| Evidence {
            field,
            query,
            entry,
            relation,
            bits,
        })
}

fn reasons() -> impl Strategy<Value = Reasons> {
    let without = (some_text(), 0.0_f64..1.0, band()).prop_map(|(field, score, band)| Without {
        field,
        score,
        band,
    });
    let source = prop::sample::select(DataSet::ALL);
    let filled = (some_text(), source, some_text()).prop_map(|(field, source, reference)| Filled {
        field,
        source,
        reference,
    });
    (
        prop::collection::vec(evidence(), 0..5),
        prop::collection::vec(some_text(), 0..4),
        prop::collection::vec(filled, 0..3),
        prop::collection::vec(without, 0..4),
        some_text(),
    )
        .prop_map(|(evidence, absent, filled, without, sentence)| Reasons {
            evidence,
            absent,
            filled,
            without,
            sentence,
        })
}

fn day() -> impl Strategy<Value = jiff::civil::Date> {
    (1_i16..9999, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| jiff::civil::date(y, m, d))
}

fn effect() -> impl Strategy<Value = Effect> {
    (
        prop::sample::select(Ban::ALL),
        prop::sample::select(Standing::ALL),
        any::<bool>(),
        prop::option::of(prop::sample::select(Act::ALL)),
        prop::option::of((some_text(), prop::option::of(day()))),
        some_text(),
    )
        .prop_map(
            |(ban, standing, child, strongest, exemption, sentence)| Effect {
                ban,
                standing,
                child,
                strongest,
                exemption,
                sentence,
            },
        )
}

fn context() -> impl Strategy<Value = Context> {
    (
        prop::collection::vec(digest(), 8),
        some_text(),
        some_text(),
        some_text(),
        -377_705_116_800_i64..253_402_207_200,
        0_i32..1_000_000_000,
    )
        .prop_map(|(d, mandate_name, purpose, engine, second, nano)| Context {
            record: d[0],
            journey: d[1],
            watchlist: WatchlistId::new(d[2]),
            rules: d[3],
            mandate: d[4],
            mandate_name,
            purpose,
            reference: d[5],
            history: d[6],
            answers: d[7],
            at: Timestamp::new(second, nano).unwrap_or_default(),
            engine,
        })
}

fn measure() -> impl Strategy<Value = Measure> {
    prop_oneof![
        Just(Measure::TravelBan),
        Just(Measure::AssetFreeze),
        Just(Measure::ArmsEmbargo),
        some_text().prop_map(Measure::Other),
    ]
}

fn finding() -> impl Strategy<Value = Finding> {
    let cause = (
        prop::sample::select(CauseKind::ALL),
        some_text(),
        some_text(),
    )
        .prop_map(|(kind, list, entry)| Cause { kind, list, entry });
    let origin = (
        prop::sample::select(DataSet::ALL),
        some_text(),
        prop::option::of(any::<u16>()),
        prop::option::of(some_text()),
    )
        .prop_map(|(source, reference, place, role)| Origin {
            source,
            reference,
            place,
            role,
        });
    let what = (
        cause,
        digest(),
        band(),
        -40.0_f32..40.0,
        0.0_f64..1.0,
        some_text(),
        some_text(),
    );
    let why = (
        origin,
        reasons(),
        prop::collection::vec(measure(), 0..4),
        effect(),
        any::<bool>(),
        prop::option::of(prop::sample::select(Caveat::ALL)),
        digest(),
        context(),
    );
    (what, why).prop_map(
        |(
            (cause, content, band, bits, score, name, matched_name),
            (origin, reasons, measures, effect, source_confirms, caveat, pair, context),
        )| Finding {
            cause,
            content,
            band,
            bits,
            score,
            name,
            matched_name,
            origin,
            reasons,
            measures,
            effect,
            source_confirms,
            caveat,
            pair,
            context,
        },
    )
}

proptest! {
    #[test]
    fn a_finding_and_its_context_come_back_as_they_were(finding in finding()) {
        let bytes = finding.encode();
        let back = Finding::decode(&bytes).unwrap();
        prop_assert_eq!(&back, &finding);
        prop_assert_eq!(back.encode(), bytes);
        let context = finding.context.encode();
        prop_assert_eq!(Context::decode(&context).unwrap(), finding.context);
    }

    #[test]
    fn other_bytes_are_refused_or_are_a_finding_of_their_own(
        finding in finding(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = finding.encode();
        let at = at.index(bytes.len());
        if cut {
            bytes.truncate(at);
            prop_assert!(Finding::decode(&bytes).is_err());
        } else {
            bytes[at] = byte;
            if let Ok(other) = Finding::decode(&bytes) {
                // One finding has one form.
                prop_assert_eq!(other.encode(), bytes);
            }
        }
    }

    #[test]
    fn noise_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Finding::decode(&bytes);
        let _ = Context::decode(&bytes);
    }
}

const SURNAMES: &[&str] = &["Alkhazali", "Odhiambo", "Petrenko", "Nakamura"];
const GIVEN: &[&str] = &["Yasir Hussain", "Amina", "Oleksandr", "Haruko"];

fn subject(number: u8, surname: usize, given: usize, ban: bool) -> ListedSubject {
    let name = format!("{} {}", GIVEN[given], SURNAMES[surname]);
    let mut subject = listed(&format!("E-{number}"), &name, (1970, 5, 17));
    if !ban {
        subject.measures.pop();
    }
    subject
}

fn subjects() -> impl Strategy<Value = Vec<ListedSubject>> {
    let one = (0_u8..6, 0..SURNAMES.len(), 0..GIVEN.len(), any::<bool>());
    prop::collection::vec(one.prop_map(|(n, s, g, ban)| subject(n, s, g, ban)), 0..6)
}

/// The subjects of a list, of each reference the last.
fn held(all: &[ListedSubject]) -> Vec<ListedSubject> {
    let mut held: Vec<ListedSubject> = Vec::new();
    for subject in all {
        held.retain(|other| other.entry != subject.entry);
        held.push(subject.clone());
    }
    held
}

/// Everything that four travellers meet, as bytes.
fn all_found(watchlist: &Watchlist) -> Vec<Vec<u8>> {
    let mut bytes = Vec::new();
    for (surname, given) in SURNAMES.iter().zip(GIVEN) {
        let statement = statement(traveller(surname, given, (1970, 5, 17)));
        let found = found(watchlist, &[statement], &journey("LHR", "NBO"), &[]);
        bytes.extend(found.iter().map(Finding::encode));
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_watchlist_changed_step_by_step_is_the_one_built_at_once(
        first in subjects(),
        steps in prop::collection::vec((subjects(), prop::collection::vec(0_u8..6, 0..3)), 1..4),
    ) {
        let mut now = held(&first);
        let mut changed = watchlist(&now);
        for (more, gone) in steps {
            let gone: Vec<Text> = gone.iter().map(|n| format!("E-{n}").into()).collect();
            let mut next = now.clone();
            next.retain(|subject| !gone.contains(&subject.entry));
            next.extend(more.clone());
            now = held(&next);
            let version = address(&now).into();
            changed = changed.changed(BANS, version, &held(&more), &gone);
        }
        let rebuilt = watchlist(&now);
        prop_assert_eq!(changed.id(), rebuilt.id());
        prop_assert_eq!(changed.len(), rebuilt.len());
        prop_assert_eq!(changed.snapshot().id(), rebuilt.snapshot().id());
        prop_assert_eq!(all_found(&changed), all_found(&rebuilt));
        prop_assert_eq!(all_found(&rebuilt), all_found(&watchlist(&now)));
    }
}
