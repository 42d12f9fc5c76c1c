//! The labelled pairs: measures by part, and recall and false alarms by category.

use std::collections::BTreeMap;

use tidewaiter_matching::{Person, score, weigh};

use crate::lists;
use crate::pairs::{self, Pair, Part, Side};

fn person(side: &Side, with_rest: bool) -> Person {
    let mut person = Person::named(&side.name);
    if with_rest {
        person.born = side.born.into_iter().collect();
        person.nationalities = side
            .nationalities
            .iter()
            .filter_map(|n| lists::country(n))
            .collect();
    }
    person
}

pub(crate) fn tables() {
    let all = pairs::load();
    println!("## Labelled pairs\n");
    println!(
        "| part | fields | pairs | F1 | at score | average precision | recall at precision 0.95 | calibration error |\n|---|---|---|---|---|---|---|---|"
    );
    let mut scores: Vec<[f64; 2]> = Vec::new();
    for pair in &all {
        let of = |rest| score(weigh(&person(&pair.left, rest), &person(&pair.right, rest)).bits());
        scores.push([of(false), of(true)]);
    }
    type Chosen = fn(&Pair) -> bool;
    let parts: [(&str, Chosen); 3] = [
        ("fitted on", |pair| pair.part() == Part::Fit),
        ("entries not used for fitting", |pair| {
            pair.part() == Part::Test
        }),
        ("all", |_| true),
    ];
    let mut threshold = [0.5; 2];
    for (part, chosen) in parts {
        for (with, fields) in ["names", "names, birth date, nationality"]
            .iter()
            .enumerate()
        {
            let scored: Vec<(f64, bool, f64)> = all
                .iter()
                .zip(&scores)
                .filter(|(pair, _)| chosen(pair))
                .map(|(pair, score)| {
                    (
                        score[with],
                        pair.same,
                        if part == "all" { 1.0 } else { pair.weight() },
                    )
                })
                .collect();
            let m = pairs::measure(&scored);
            if part == "fitted on" {
                threshold[with] = m.threshold;
            }
            println!(
                "| {part} | {fields} | {} | {:.3} | {:.2} | {:.3} | {:.3} | {:.4} |",
                scored.len(),
                m.f1,
                m.threshold,
                m.average_precision,
                m.recall_at_95,
                m.calibration_error
            );
        }
    }
    println!(
        "\nRecall and false alarms by category on entries not used for fitting, names only / with birth date and nationality, at the thresholds found on the fitted part:\n"
    );
    println!(
        "| source | category | positives | recall | negatives | false alarms |\n|---|---|---|---|---|---|"
    );
    let mut table: BTreeMap<(String, String), [usize; 6]> = BTreeMap::new();
    for (pair, score) in all
        .iter()
        .zip(&scores)
        .filter(|(pair, _)| pair.part() == Part::Test)
    {
        let cells = table
            .entry((
                pair.source.clone(),
                pair.category.trim_end_matches("_neg").to_owned(),
            ))
            .or_default();
        let base = if pair.same { 0 } else { 3 };
        cells[base] += 1;
        for with in 0..2 {
            cells[base + 1 + with] += usize::from(score[with] >= threshold[with]);
        }
    }
    for ((source, category), c) in table {
        let share = |hits: usize, of: usize| {
            if of == 0 {
                "–".to_owned()
            } else {
                format!("{:.3}", hits as f64 / of as f64)
            }
        };
        println!(
            "| {source} | {category} | {} | {} / {} | {} | {} / {} |",
            c[0],
            share(c[1], c[0]),
            share(c[2], c[0]),
            c[3],
            share(c[4], c[3]),
            share(c[5], c[3])
        );
    }
}
