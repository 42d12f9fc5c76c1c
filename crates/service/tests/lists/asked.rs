//! Lists that may be asked and not copied.

use tidewaiter_domain::{Country, CountryCode, DocumentKind};
use tidewaiter_formats::lists::documents::{LossReason, ReportedDocument, strict};
use tidewaiter_formats::lists::query_only::{Simulator, WhyUnanswered};
use tidewaiter_mandate::review::State;
use tidewaiter_service::{Replay, ServiceError};

use crate::found::{NOBODY, TESTANI, arrive, hits};
use crate::world::{World, single_window};

const SLTD: &str = "interpol-sltd";

/// A stand-in that knows one stolen passport.
fn simulator() -> Simulator {
    Simulator::new(
        "INTERPOL SLTD",
        [ReportedDocument {
            number: strict("X7000001").unwrap(),
            issuer: CountryCode::new(*b"IRQ").map(Country::Known),
            kind: DocumentKind::Passport,
            reason: LossReason::Stolen,
            reported: None,
            reference: Some("S-1".into()),
            source: None,
        }],
    )
}

#[test]
fn an_answer_is_a_hit_that_its_source_must_confirm_and_replays_without_asking() {
    let world = World::under(single_window);
    world.service.connect(SLTD, Box::new(simulator())).unwrap();
    arrive(&world, 124, 25, &[TESTANI, NOBODY]);
    let found = hits(&world.service, SLTD);
    assert!(!found.is_empty());
    for hit in &found {
        // The mandate says `confirm = "ncb"`: nothing follows before it has.
        assert_eq!(hit.hit.state(), State::AwaitingSource);
        assert_eq!(hit.cause_kind, "document");
    }
    assert_eq!(world.service.awaiting_sources().unwrap(), 0);
    // Nobody is connected after a restart, and the finding is still found again.
    let world = world.reopen();
    for id in world.service.findings().unwrap() {
        assert_eq!(world.service.replay(&id).unwrap(), Replay::Same);
    }
}

#[test]
fn a_source_that_does_not_answer_is_asked_again() {
    let world = World::under(single_window);
    let silent = simulator().failing(1, WhyUnanswered::TimedOut);
    world.service.connect(SLTD, Box::new(silent)).unwrap();
    arrive(&world, 124, 25, &[TESTANI, NOBODY]);
    // Neither a hit nor a clearance.
    assert_eq!(hits(&world.service, SLTD), []);
    assert_eq!(world.service.awaiting_sources().unwrap(), 2);
    world.service.connect(SLTD, Box::new(simulator())).unwrap();
    world.clock.pass(1);
    world.service.work_until_idle().unwrap();
    assert!(!hits(&world.service, SLTD).is_empty());
    assert_eq!(world.service.awaiting_sources().unwrap(), 0);
}

#[test]
fn only_what_the_mandate_asks_is_connected() {
    let world = World::under(single_window);
    let refused = world.service.connect("unsc-1267", Box::new(simulator()));
    assert!(
        matches!(refused, Err(ServiceError::NotGranted(_))),
        "{refused:?}"
    );
    let refused = world.service.connect("no-such", Box::new(simulator()));
    assert!(
        matches!(refused, Err(ServiceError::NotGranted(_))),
        "{refused:?}"
    );
}
