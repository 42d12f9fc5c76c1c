//! The labelled pairs, their split, and what is measured on them.
#![allow(dead_code)]

use tidewaiter_matching::Born;

pub(crate) struct Side {
    pub(crate) name: String,
    pub(crate) born: Option<Born>,
    pub(crate) nationalities: Vec<String>,
}

pub(crate) struct Pair {
    pub(crate) same: bool,
    pub(crate) source: String,
    pub(crate) category: String,
    pub(crate) left_entry: String,
    pub(crate) right_entry: String,
    pub(crate) left: Side,
    pub(crate) right: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Fit,
    Test,
    /// One entry in each part: used for neither.
    Between,
}

const FIT_SHARE: f64 = 0.6;

fn fits(entry: &str) -> bool {
    // FNV-1a, so that the split is the same everywhere.
    let hash = entry.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    ((hash >> 20) % 1000) as f64 / 1000.0 < FIT_SHARE
}

impl Pair {
    pub(crate) fn part(&self) -> Part {
        match (fits(&self.left_entry), fits(&self.right_entry)) {
            (true, true) => Part::Fit,
            (false, false) => Part::Test,
            _ => Part::Between,
        }
    }

    /// A pair of two entries falls into a part less often than a pair of one; this restores the
    /// balance of the whole file.
    pub(crate) fn weight(&self) -> f64 {
        if self.left_entry == self.right_entry {
            return 1.0;
        }
        match self.part() {
            Part::Fit => 1.0 / FIT_SHARE,
            Part::Test => 1.0 / (1.0 - FIT_SHARE),
            Part::Between => 1.0,
        }
    }
}

pub(crate) fn born(text: &str) -> Option<Born> {
    let circa = text.starts_with('~');
    let text = text.trim_start_matches('~');
    let (from, to) = text.split_once('/').unwrap_or((text, text));
    let date = |text: &str| {
        let parts: Vec<i16> = text
            .split('-')
            .filter_map(|part| part.parse().ok())
            .collect();
        let part = |at: usize| parts.get(at).map(|part| *part as u8);
        tidewaiter_domain::PartialDate::new(*parts.first()?, part(1), part(2))
    };
    Some(Born {
        from: date(from)?.earliest(),
        to: date(to)?.latest(),
        circa,
    })
}

pub(crate) fn load() -> Vec<Pair> {
    include_str!("../../data/pairs.tsv")
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let side = |at: usize| Side {
                name: cells[at].to_owned(),
                born: born(cells[at + 1]),
                nationalities: cells[at + 2]
                    .split(';')
                    .filter(|n| !n.is_empty())
                    .map(str::to_owned)
                    .collect(),
            };
            Pair {
                same: cells[0] == "1",
                source: cells[1].to_owned(),
                category: cells[2].to_owned(),
                left_entry: cells[3].to_owned(),
                right_entry: cells[4].to_owned(),
                left: side(5),
                right: side(8),
            }
        })
        .collect()
}

pub(crate) struct Measured {
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) f1: f64,
    pub(crate) threshold: f64,
    pub(crate) average_precision: f64,
    pub(crate) recall_at_95: f64,
    pub(crate) calibration_error: f64,
}

/// Measures (score, same, weight); the threshold is the one with the best F1.
pub(crate) fn measure(scored: &[(f64, bool, f64)]) -> Measured {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let positives: f64 = sorted.iter().filter(|s| s.1).map(|s| s.2).sum();
    let (mut hits, mut seen, mut area, mut recall_at_95) = (0.0, 0.0, 0.0, 0.0);
    let mut best = (0.0, 1.0, 0.0, 0.0);
    let mut at = 0;
    while at < sorted.len() {
        let score = sorted[at].0;
        let before = hits;
        while at < sorted.len() && sorted[at].0 == score {
            seen += sorted[at].2;
            hits += if sorted[at].1 { sorted[at].2 } else { 0.0 };
            at += 1;
        }
        let (precision, recall) = (hits / seen, hits / positives);
        area += (hits - before) / positives * precision;
        if precision >= 0.95 {
            recall_at_95 = recall;
        }
        let f1 = 2.0 * precision * recall / (precision + recall).max(1e-9);
        if f1 > best.0 {
            best = (f1, score, precision, recall);
        }
    }
    let mut bins = [(0.0, 0.0, 0.0); 15];
    for (score, same, weight) in &sorted {
        let bin = &mut bins[((score * 15.0) as usize).min(14)];
        bin.0 += weight;
        bin.1 += weight * score;
        bin.2 += if *same { *weight } else { 0.0 };
    }
    let calibration_error = bins.iter().map(|bin| (bin.1 - bin.2).abs()).sum::<f64>() / seen;
    Measured {
        precision: best.2,
        recall: best.3,
        f1: best.0,
        threshold: best.1,
        average_precision: area,
        recall_at_95,
        calibration_error,
    }
}
