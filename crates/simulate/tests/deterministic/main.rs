//! The deterministic world: one thread, a clock that a seed moves, a real database, and accidents.
//!
//! Every seed tells a story (flights reported, corrected, closed; a list that changes; people who
//! decide) and lives through it twice: once with a process that dies in the middle of its work,
//! messages that are lost, repeated and out of order, a disk that is full, a list that changes while
//! something is screened by the one before, and a clock that jumps; once calmly. Then:
//!
//! 1. what was acknowledged is there, once, and was read (invariant 1 of DESIGN section 2);
//! 2. both hold the same travellers in the same places, and the same hits (1, 5, 6);
//! 3. no act stands without a person's judgement, none that is adverse without two people (2);
//! 4. every finding is found again from its inputs, bit for bit (4);
//! 5. the audit log is proven (3).
//!
//! `TIDEWAITER_SEEDS=10000` lives through more (`make soak`), `TIDEWAITER_SEED=17` through one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a world in which something is missing is a failed test"
)]

mod drive;
mod story;
mod surroundings;

use drive::{Accidents, World};
use story::{Dice, Story};

/// Seeds of an ordinary test run.
const SEEDS: u64 = 300;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Lives through one seed, both ways.
fn live(seed: u64) -> Accidents {
    let mut dice = Dice::new(seed);
    let story = Story::of(&mut dice);
    let mut world = World::new();
    world.live(&story, &mut dice);
    let mut calm = World::new();
    calm.live_calmly(&story);
    let (survey, expected) = (world.survey(), calm.survey());
    assert_eq!(survey.receipts, story.messages.len() as u64);
    let apart = survey.apart(&expected);
    assert!(apart.is_empty(), "lived otherwise than calmly:\n{apart}");
    world.check();
    world.accidents
}

/// Lives through the seeds of one quarter, so that four tests share the machine.
fn quarter(part: u64) {
    if let Some(seed) = number("TIDEWAITER_SEED") {
        if seed % 4 == part {
            println!("{:?}", live(seed));
        }
        return;
    }
    let seeds = number("TIDEWAITER_SEEDS").unwrap_or(SEEDS);
    let mut all = Accidents::default();
    for seed in (part..seeds).step_by(4) {
        let lived = std::panic::catch_unwind(|| live(seed));
        match lived {
            Ok(accidents) => all.add(&accidents),
            Err(payload) => {
                println!(
                    "seed {seed} failed: TIDEWAITER_SEED={seed} cargo test -p tidewaiter-simulate --test deterministic"
                );
                std::panic::resume_unwind(payload);
            }
        }
    }
    println!("{all:?}");
    // A world without accidents proves nothing.
    assert!(all.crashes > 0 && all.duplicates > 0 && all.lost_acknowledgements > 0);
    assert!(all.full_disks > 0 && all.stale_lists > 0);
    assert!(all.hits > 0 && all.reviews > 0 && all.refused > 0 && all.list_changes > 0);
    assert!(all.acts > 0 || seeds < SEEDS, "nobody acted");
}

#[test]
fn worlds_of_the_first_quarter_hold() {
    quarter(0);
}

#[test]
fn worlds_of_the_second_quarter_hold() {
    quarter(1);
}

#[test]
fn worlds_of_the_third_quarter_hold() {
    quarter(2);
}

#[test]
fn worlds_of_the_fourth_quarter_hold() {
    quarter(3);
}
