//! Chance that falls the same way on every machine.
//!
//! The generator is xoshiro256++; logarithms and the like come from `libm`, which is compiled in,
//! since those of the platform differ in the last bit from one machine to the next.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// A stream of chance. Streams of different keys have nothing to do with each other.
#[derive(Clone, Debug)]
pub(crate) struct Dice(Xoshiro256PlusPlus);

/// Mixes `value` into `key`: the finaliser of SplitMix64.
pub(crate) const fn mix(key: u64, value: u64) -> u64 {
    let mut z = key ^ value.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Dice {
    /// The stream of a key.
    pub(crate) fn new(key: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(key))
    }

    /// 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// From 0 up to but not including 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// True with probability `p`.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// A whole number from 0 up to but not including `n`; 0 when `n` is 0.
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        (((self.bits() >> 32) * u64::from(n)) >> 32) as u32
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low).max(0) as u32 + 1) as i32
    }

    /// One of `items`, which may not be empty.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u32) as usize]
    }

    /// An index by weight.
    pub(crate) fn weighted(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut left = self.unit() * weights.clone().sum::<f64>();
        let mut last = 0;
        for (index, weight) in weights.enumerate() {
            if left < weight {
                return index;
            }
            left -= weight;
            last = index;
        }
        last
    }

    /// An index below `n` where early ones are likelier, nearly as Zipf has it.
    pub(crate) fn ranked(&mut self, n: usize) -> usize {
        let (n, flat) = (n as f64, 12.0);
        let rank = flat * (libm::exp(self.unit() * libm::log((n + flat) / flat)) - 1.0);
        (rank as usize).min(n as usize - 1)
    }

    /// Normal with mean 0 and standard deviation 1 (Marsaglia's polar method).
    pub(crate) fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * libm::log(square) / square).sqrt();
            }
        }
    }

    /// Log-normal with a median and the deviation of the logarithm.
    pub(crate) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    /// Gamma of a shape of at least 1, with scale 1 (Marsaglia and Tsang).
    pub(crate) fn gamma(&mut self, shape: f64) -> f64 {
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = 1.0 + c * x;
            if v <= 0.0 {
                continue;
            }
            let v = v * v * v;
            if libm::log(self.unit().max(f64::MIN_POSITIVE))
                < 0.5 * x * x + d - d * v + d * libm::log(v)
            {
                return d * v;
            }
        }
    }

    /// Beta by mean and standard deviation.
    pub(crate) fn beta(&mut self, mean: f64, deviation: f64) -> f64 {
        let both = mean * (1.0 - mean) / (deviation * deviation) - 1.0;
        let (a, b) = (self.gamma(mean * both), self.gamma((1.0 - mean) * both));
        a / (a + b)
    }

    /// Triangular from `low` to `high` with its peak at `mode`.
    pub(crate) fn triangular(&mut self, low: f64, mode: f64, high: f64) -> f64 {
        let (u, turn) = (self.unit(), (mode - low) / (high - low));
        if u < turn {
            low + (u * (high - low) * (mode - low)).sqrt()
        } else {
            high - ((1.0 - u) * (high - low) * (high - mode)).sqrt()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_decides_every_throw_and_the_first_ones_are_known() {
        let mut dice = Dice::new(1);
        let first: Vec<u64> = (0..3).map(|_| dice.bits()).collect();
        // Written down once: a change here changes every file of every seed.
        assert_eq!(
            first,
            [
                0xCFC5_D07F_6F03_C29B,
                0xBF42_4132_963F_E08D,
                0x19A3_7D57_57AA_F520
            ]
        );
        assert_ne!(Dice::new(2).bits(), first[0]);
    }

    #[test]
    fn means_and_medians_are_as_asked() {
        let mut dice = Dice::new(7);
        let n = 40_000;
        let mean = |of: &mut dyn FnMut() -> f64| (0..n).map(|_| of()).sum::<f64>() / f64::from(n);
        assert!((mean(&mut || dice.unit()) - 0.5).abs() < 0.01);
        assert!(mean(&mut || dice.normal()).abs() < 0.02);
        assert!((mean(&mut || dice.gamma(3.0)) - 3.0).abs() < 0.05);
        assert!((mean(&mut || dice.beta(0.832, 0.09)) - 0.832).abs() < 0.005);
        assert!((mean(&mut || dice.triangular(18.0, 36.0, 80.0)) - 44.67).abs() < 0.3);
        let below = (0..n).filter(|_| dice.log_normal(50.0, 0.9) < 50.0).count();
        assert!((below as f64 / f64::from(n) - 0.5).abs() < 0.01);
    }

    #[test]
    fn weights_decide_how_often_an_index_comes() {
        let mut dice = Dice::new(3);
        let mut seen = [0_u32; 3];
        for _ in 0..30_000 {
            seen[dice.weighted([1.0, 0.0, 2.0].into_iter())] += 1;
        }
        assert_eq!(seen[1], 0);
        assert!((9_600..10_400).contains(&seen[0]), "{seen:?}");
        assert!((0..1000).all(|_| dice.ranked(17) < 17));
    }
}
