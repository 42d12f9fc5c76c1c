//! What was drawn, counted: the proof that the emitted rates are the asked ones.

use serde::Serialize;

use crate::dice::Dice;
use crate::parameters::{Mix, Parameters, Rate};

/// How often each rate could have come true and did.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    rates: Vec<(u64, u64)>,
    mixes: Vec<Vec<u64>>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            rates: vec![(0, 0); Rate::ALL.len()],
            mixes: Mix::ALL
                .iter()
                .map(|mix| vec![0; mix.parts().len()])
                .collect(),
        }
    }
}

/// One line of the table of rates.
#[derive(Clone, Debug, Serialize)]
pub struct RateLine {
    /// Name of the rate, or of the mixture and its part.
    pub name: String,
    /// What was asked.
    pub asked: f64,
    /// What came.
    pub emitted: f64,
    /// How often it could have come true.
    pub chances: u64,
    /// 2 % of what was asked or three standard errors, whichever is larger.
    pub tolerance: f64,
    /// Whether what came lies within it.
    pub within: bool,
}

impl RateLine {
    /// The line for `hits` of `chances` where `asked` was wanted.
    pub fn new(name: String, asked: f64, hits: u64, chances: u64) -> Self {
        let n = chances.max(1) as f64;
        let emitted = hits as f64 / n;
        let tolerance = (0.02 * asked).max(3.0 * (asked * (1.0 - asked) / n).sqrt());
        // Where fewer than one is expected, one more or less says nothing.
        let within = (emitted - asked).abs() <= tolerance.max(1.0 / n);
        Self {
            name,
            asked,
            emitted,
            chances,
            tolerance,
            within,
        }
    }
}

impl Tally {
    /// Counts one chance of a rate.
    pub(crate) fn count(&mut self, rate: Rate, hit: bool) {
        let (chances, hits) = &mut self.rates[rate as usize];
        *chances += 1;
        *hits += u64::from(hit);
    }

    /// Counts a part of a mixture.
    pub(crate) fn count_part(&mut self, mix: Mix, part: usize) {
        self.mixes[mix as usize][part] += 1;
    }

    /// Every rate and mixture that had a chance, asked beside emitted.
    pub(crate) fn lines(&self, parameters: &Parameters) -> Vec<RateLine> {
        let rates = Rate::ALL.iter().filter_map(|&rate| {
            let (chances, hits) = self.rates[rate as usize];
            (chances > 0).then(|| {
                RateLine::new(rate.name().to_owned(), parameters.rate(rate), hits, chances)
            })
        });
        let mixes = Mix::ALL.iter().flat_map(|&mix| {
            let counts = &self.mixes[mix as usize];
            let chances: u64 = counts.iter().sum();
            let total: f64 = mix.parts().iter().map(|(_, weight)| weight).sum();
            mix.parts()
                .iter()
                .zip(counts)
                .filter(move |_| chances > 0)
                .map(move |((label, weight), &hits)| {
                    let name = format!("{}={label}", mix.name());
                    RateLine::new(name, weight / total, hits, chances)
                })
        });
        rates.chain(mixes).collect()
    }
}

/// Dice that know the parameters and count what falls.
#[derive(Debug)]
pub(crate) struct Draw<'g> {
    /// The dice.
    pub dice: Dice,
    /// The parameters.
    pub parameters: &'g Parameters,
    /// Where it is counted.
    pub tally: &'g mut Tally,
}

impl Draw<'_> {
    /// Whether a rate comes true this time.
    pub(crate) fn chance(&mut self, rate: Rate) -> bool {
        let hit = self.dice.chance(self.parameters.rate(rate));
        self.tally.count(rate, hit);
        hit
    }

    /// Which part of a mixture it is this time.
    pub(crate) fn part(&mut self, mix: Mix) -> usize {
        let part = self
            .dice
            .weighted(mix.parts().iter().map(|(_, weight)| *weight));
        self.tally.count_part(mix, part);
        part
    }

    /// The same with other dice: for what hangs on another key.
    pub(crate) fn with<T>(&mut self, key: u64, what: impl FnOnce(&mut Draw<'_>) -> T) -> T {
        what(&mut Draw {
            dice: Dice::new(key),
            parameters: self.parameters,
            tally: self.tally,
        })
    }
}
