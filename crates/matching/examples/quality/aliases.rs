//! Retrieval of removed aliases: the rates, and what was missed.

use tidewaiter_matching::{Entry, Settings};

use crate::retrieval::{CLASSES, Retrieval, removals};
use crate::row;

/// One alias of every entry is taken out of the list and searched for.
pub(crate) fn removed_alias(entries: &[Entry], settings: &Settings) {
    let (all, list, snapshots) = removals(entries);
    let mut retrieval = Retrieval::new(&list, &snapshots, settings);
    for with in [true, false] {
        let mut table = [[0_usize; 4]; CLASSES.len()];
        for removed in &all {
            let outcome = retrieval.outcome(removed, &removed.query(with));
            let bits = outcome.own.bits();
            let cells = &mut table[removed.class];
            cells[0] += 1;
            cells[1] += usize::from(outcome.first);
            cells[2] += usize::from(bits >= settings.review);
            cells[3] += usize::from(outcome.alone && bits >= 0.0);
        }
        let fields = if with {
            "with birth date and nationality"
        } else {
            "name alone"
        };
        for ((name, _, aim), cells) in CLASSES.iter().zip(&table) {
            row(
                &format!("removed alias, {name}, {fields}, first place"),
                cells[1],
                cells[0],
                aim,
            );
        }
        for ((name, ..), cells) in CLASSES.iter().zip(&table) {
            row(
                &format!(
                    "removed alias, {name}, {fields}, first place with ties broken and 0 bits or more"
                ),
                cells[3],
                cells[0],
                "–",
            );
        }
        let sum = |column: usize| table.iter().map(|cells| cells[column]).sum::<usize>();
        row(
            &format!("removed alias, {fields}, in review"),
            sum(2),
            sum(0),
            "≥ 90 %",
        );
    }
}

/// The removed aliases that did not come first or not into review, with birth date and
/// nationality: the class, what was missed, the alias with the name that fits it best and its bits,
/// and what came first.
pub(crate) fn misses(entries: &[Entry], settings: &Settings) {
    let (all, list, snapshots) = removals(entries);
    let mut retrieval = Retrieval::new(&list, &snapshots, settings);
    for removed in &all {
        let query = removed.query(true);
        let outcome = retrieval.outcome(removed, &query);
        let weight = outcome.own;
        let missed = match (outcome.first, weight.bits() >= settings.review) {
            (true, true) => continue,
            (false, true) => "place",
            (true, false) => "review",
            (false, false) => "both",
        };
        println!(
            "{}\t{missed}\t{}\t{}\t{}\t{:.2} = {:.2} {:+.2}\t{}\t{}",
            CLASSES[removed.class].0,
            removed.entry.entry,
            removed.alias.text,
            outcome
                .person
                .names
                .get(weight.matched())
                .map_or("", |name| name.text.as_str()),
            weight.bits(),
            weight.name,
            weight.rest,
            query
                .born
                .first()
                .map_or_else(|| "no date".to_owned(), |born| born.from.to_string()),
            outcome
                .rival
                .filter(|_| !outcome.first)
                .map_or_else(String::new, |first| format!(
                    "first: {} {:.2}",
                    first.matched_name, first.bits
                )),
        );
    }
}
