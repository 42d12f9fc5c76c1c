//! Generated traffic from its bytes to findings, and back through the look-back keys.

use std::collections::HashSet;

use tidewaiter_mandate::admit::{Intake, admit};
use tidewaiter_mandate::{Mandate, MessageKind};
use tidewaiter_matching::{Person, Settings};
use tidewaiter_screening::keys::{self, Key};
use tidewaiter_screening::{Inputs, Journey, Screener, Statement, Who};
use tidewaiter_simulate::Parameters;

use crate::common;
use crate::scene::now;

#[test]
fn planted_persons_are_found_in_admitted_traffic_and_by_their_keys() {
    let mut parameters = Parameters::default();
    parameters.raised = 1e6;
    parameters.listed = 200;
    let traffic = common::traffic_of(7, 1, parameters);
    let watchlist = common::watchlist(std::slice::from_ref(&traffic.list));
    let mandate = Mandate::evaluation();
    let (purpose, _) = mandate.purposes().next().unwrap();
    let mut screener = Screener::new(&watchlist, &mandate, purpose).unwrap();
    let mut findings = 0;
    for manifest in traffic.manifests {
        let intake = Intake {
            kind: MessageKind::Paxlst,
            received: now(),
            departs: None,
            carrier: None,
        };
        let Some(flight) = manifest.flight() else {
            continue;
        };
        let journey = Journey::of_flight(&mandate, flight);
        let (admitted, _) = admit(&mandate, &intake, manifest).unwrap();
        for statement in Statement::all(&admitted, &mandate, purpose, "m").unwrap() {
            let inputs = Inputs {
                who: Who::Traveller(std::slice::from_ref(&statement)),
                journey: &journey,
                answers: &[],
                at: now(),
            };
            findings += screener.screen(&inputs).unwrap().len();
        }
    }
    assert!(findings > 0);

    let mut searcher = watchlist.snapshot().searcher();
    let (mut pairs, mut missed) = (0, 0);
    for traveller in &traffic.travellers {
        let person = Person::from(traveller);
        let held = keys::of_person(&person);
        assert!(held.len() <= keys::MOST_NAME_KEYS);
        for hit in searcher.search(&person, &Settings::default()) {
            let asked: HashSet<Key> = keys::name_probes(&hit.person).into_iter().collect();
            pairs += 1;
            missed += usize::from(!held.iter().any(|key| asked.contains(key)));
        }
    }
    assert!(
        missed * 50 <= pairs,
        "{missed} of {pairs} pairs share no key"
    );
}
