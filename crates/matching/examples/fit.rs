//! Fits the weights of `src/weights.rs` on the labelled pairs and prints that file.
//!
//! `cargo run --release -p tidewaiter-matching --example fit > crates/matching/src/weights.rs`
//!
//! Logistic regression with a quadratic penalty (Newton's method), on the pairs whose entries fall
//! into the fitting part; what is measured on the other part stands in `docs/matching.md`. Every
//! pair is shown twice, with its names only and with everything it holds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr
)]

#[path = "shared/pairs.rs"]
mod pairs;

#[path = "shared/lists.rs"]
mod lists;

use pairs::{Pair, Part};
use tidewaiter_matching::fitting::{self, FEATURES};
use tidewaiter_matching::{DateRelation, relate_dates};

const DATES: usize = DateRelation::ALL.len();
const ALL: usize = FEATURES + DATES + 2;

struct Row {
    readings: Vec<[f32; FEATURES]>,
    rest: [f64; DATES + 2],
    label: f64,
    weight: f64,
}

fn rest(pair: &Pair) -> [f64; DATES + 2] {
    let mut rest = [0.0; DATES + 2];
    if let (Some(left), Some(right)) = (&pair.left.born, &pair.right.born) {
        rest[relate_dates(left, right) as usize] = 1.0;
    }
    if !pair.left.nationalities.is_empty() && !pair.right.nationalities.is_empty() {
        let same = pair
            .left
            .nationalities
            .iter()
            .any(|n| pair.right.nationalities.contains(n));
        rest[DATES + usize::from(!same)] = 1.0;
    }
    rest
}

fn vector(reading: &[f32; FEATURES], rest: &[f64; DATES + 2]) -> [f64; ALL] {
    let mut out = [0.0; ALL];
    for (to, from) in out.iter_mut().zip(
        reading
            .iter()
            .map(|x| f64::from(*x))
            .chain(rest.iter().copied()),
    ) {
        *to = from;
    }
    // The same letters can be no less than another spelling: among look-alikes of the pairs they
    // are, for those were chosen for shared words, so the two are fitted as one.
    for (exact, family) in fitting::AT_LEAST {
        out[exact] += out[family];
        out[family] = 0.0;
    }
    out
}

fn dot(weights: &[f64], row: &[f64; ALL]) -> f64 {
    weights.iter().zip(row).map(|(w, x)| w * x).sum::<f64>() + weights[ALL]
}

fn best(weights: &[f64], row: &Row) -> [f64; ALL] {
    row.readings
        .iter()
        .map(|reading| vector(reading, &row.rest))
        .max_by(|a, b| dot(weights, a).total_cmp(&dot(weights, b)))
        .unwrap_or([0.0; ALL])
}

/// One Newton step at a time until it stands; weights end with the constant.
fn fit(rows: &[Row], penalty: f64) -> Vec<f64> {
    let mut weights = vec![0.0; ALL + 1];
    for (at, weight) in weights.iter_mut().enumerate().take(FEATURES) {
        // Only to choose between readings before the first step.
        *weight = if (15..30).contains(&at) { 0.1 } else { 0.0 };
    }
    for _ in 0..25 {
        let n = ALL + 1;
        let mut hessian = vec![vec![0.0; n]; n];
        let mut gradient = vec![0.0; n];
        for row in rows {
            let x = best(&weights, row);
            let p = 1.0 / (1.0 + (-dot(&weights, &x)).exp());
            let (error, curve) = (row.weight * (p - row.label), row.weight * p * (1.0 - p));
            let live: Vec<(usize, f64)> = x
                .iter()
                .copied()
                .chain([1.0])
                .enumerate()
                .filter(|(_, x)| *x != 0.0)
                .collect();
            for &(i, xi) in &live {
                gradient[i] += error * xi;
                for &(j, xj) in &live {
                    hessian[i][j] += curve * xi * xj;
                }
            }
        }
        for i in 0..ALL {
            // Slopes on bits of rarity are small numbers and bear a stronger penalty.
            let penalty = if (15..31).contains(&i) {
                penalty * 10.0
            } else {
                penalty
            };
            // What a side leaves out speaks neither for nor by its rarity against.
            let penalty = if fitting::HELD_AT_ZERO.contains(&i) {
                1e6
            } else {
                penalty
            };
            gradient[i] += penalty * weights[i];
            hessian[i][i] += penalty;
        }
        hessian[ALL][ALL] += 1e-6;
        let step = solve(hessian, gradient);
        let size: f64 = step.iter().map(|s| s.abs()).fold(0.0, f64::max);
        let scale = if size > 2.0 { 2.0 / size } else { 1.0 };
        for (weight, step) in weights.iter_mut().zip(&step) {
            *weight -= scale * step;
        }
        if size < 1e-5 {
            break;
        }
    }
    for (exact, family) in fitting::AT_LEAST {
        weights[family] = weights[exact];
    }
    weights
}

fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for i in 0..n {
        let pivot = (i..n)
            .max_by(|x, y| a[*x][i].abs().total_cmp(&a[*y][i].abs()))
            .unwrap();
        a.swap(i, pivot);
        b.swap(i, pivot);
        for j in i + 1..n {
            let factor = a[j][i] / a[i][i];
            if factor != 0.0 {
                let (head, tail) = a.split_at_mut(j);
                for (to, from) in tail[0][i..].iter_mut().zip(&head[i][i..]) {
                    *to -= factor * from;
                }
                b[j] -= factor * b[i];
            }
        }
    }
    for i in (0..n).rev() {
        for j in i + 1..n {
            b[i] -= a[i][j] * b[j];
        }
        b[i] /= a[i][i];
    }
    b
}

/// The pairs hold next to no two persons of different scripts. Each name in its original script is
/// set against the Latin names of the three other persons that agree with it best.
fn foreign_negatives(rows: &mut Vec<Row>) {
    let latin = |name: &str| tidewaiter_matching::script_of(name).as_str() == "Latn";
    let persons: Vec<Vec<String>> = lists::load()
        .into_iter()
        .filter(|entry| entry.list == "un-sc")
        .map(|entry| {
            entry
                .person
                .names
                .iter()
                .map(|name| name.text.to_string())
                .collect()
        })
        .collect();
    let matched =
        |reading: &[f32; FEATURES]| reading[fitting::AGREEING] + reading[fitting::AGREEING + 1];
    for (at, person) in persons.iter().enumerate() {
        let Some(original) = person.iter().find(|name| !latin(name)) else {
            continue;
        };
        let mut others: Vec<Vec<[f32; FEATURES]>> = persons
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != at)
            .filter_map(|(_, other)| other.iter().find(|name| latin(name)))
            .map(|name| fitting::features(original, name))
            .collect();
        others.sort_by(|a, b| matched(&b[0]).total_cmp(&matched(&a[0])));
        for readings in others.into_iter().take(3) {
            rows.push(Row {
                readings,
                rest: [0.0; DATES + 2],
                label: 0.0,
                weight: 0.5,
            });
        }
    }
}

fn main() {
    let all = pairs::load();
    let penalty: f64 = std::env::args()
        .nth(1)
        .and_then(|p| p.parse().ok())
        .unwrap_or(3.0);
    let mut rows = Vec::new();
    for pair in all.iter().filter(|pair| pair.part() == Part::Fit) {
        let readings = fitting::features(&pair.left.name, &pair.right.name);
        for rest in [[0.0; DATES + 2], rest(pair)] {
            rows.push(Row {
                readings: readings.clone(),
                rest,
                label: f64::from(u8::from(pair.same)),
                weight: pair.weight() * 0.5,
            });
        }
    }
    foreign_negatives(&mut rows);
    let weights = fit(&rows, penalty);
    let score = |pair: &Pair, with: bool| {
        let row = Row {
            readings: fitting::features(&pair.left.name, &pair.right.name),
            rest: if with { rest(pair) } else { [0.0; DATES + 2] },
            label: 0.0,
            weight: 1.0,
        };
        1.0 / (1.0 + (-dot(&weights, &best(&weights, &row))).exp())
    };
    for (name, part) in [
        ("fit", Some(Part::Fit)),
        ("held out", Some(Part::Test)),
        ("all", None),
    ] {
        for with in [false, true] {
            let scored: Vec<(f64, bool, f64)> = all
                .iter()
                .filter(|pair| part.is_none_or(|part| pair.part() == part))
                .map(|pair| {
                    (
                        score(pair, with),
                        pair.same,
                        if part.is_some() { pair.weight() } else { 1.0 },
                    )
                })
                .collect();
            let m = pairs::measure(&scored);
            eprintln!(
                "{name:9} dates {with:5}: pairs {:5} F1 {:.3} at {:.3} AP {:.4} R@P95 {:.3} ECE {:.4}",
                scored.len(),
                m.f1,
                m.threshold,
                m.average_precision,
                m.recall_at_95,
                m.calibration_error
            );
        }
    }
    print_weights(&weights);
}

fn print_weights(weights: &[f64]) {
    let bits = |weight: f64| weight / std::f64::consts::LN_2;
    println!(
        "//! The frozen weights, in bits. Written by the `fit` example; see `docs/matching.md`."
    );
    println!();
    println!("use crate::features;");
    println!();
    println!("/// Weight of each feature of a name comparison.");
    println!("#[rustfmt::skip]");
    println!("pub(crate) static NAME: [f32; features::COUNT] = [");
    for (at, weight) in weights.iter().take(FEATURES).enumerate() {
        println!("    {:>8.4}, // {}", bits(*weight), fitting::label(at));
    }
    println!("];");
    println!();
    println!("/// What every comparison starts from: the constant with the prior in it.");
    println!(
        "pub(crate) const CONSTANT: f32 = {:.4};",
        bits(weights[ALL])
    );
    println!();
    println!("// Fitted weights of dates and nationalities, which `evidence.rs` tempers:");
    for (relation, weight) in DateRelation::ALL.iter().zip(&weights[FEATURES..]) {
        println!("// {:>8.2} {}", bits(*weight), relation.as_str());
    }
    println!(
        "// {:>8.2} same nationality",
        bits(weights[FEATURES + DATES])
    );
    println!(
        "// {:>8.2} another nationality",
        bits(weights[FEATURES + DATES + 1])
    );
}
