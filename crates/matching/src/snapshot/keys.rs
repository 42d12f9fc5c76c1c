//! Numbers by key, packed.

/// Sorted keys with what stands under them.
pub(crate) struct Keyed<V = u32> {
    pairs: Vec<(u32, V)>,
    /// The first pair for each beginning of a key, and the end.
    starts: Vec<u32>,
    /// By how much a key is cut to its beginning.
    cut: u32,
    /// A bit for each key, and for some of those that are not there: few enough to stay at hand.
    any: Vec<u64>,
}

impl<V> Default for Keyed<V> {
    fn default() -> Self {
        Self {
            pairs: Vec::new(),
            starts: vec![0; 3],
            cut: 31,
            any: vec![0],
        }
    }
}

/// Most bits of a beginning.
const MOST_BITS: u32 = 24;

impl<V: Copy + Ord> Keyed<V> {
    pub(crate) fn add(&mut self, key: u64, value: V) {
        self.pairs.push((mixed(key), value));
    }

    /// Makes what was added findable.
    pub(crate) fn finish(&mut self) {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        self.pairs.shrink_to_fit();
        // One or two pairs for each beginning.
        let bits = self.pairs.len().max(2).ilog2().min(MOST_BITS);
        self.cut = 32 - bits;
        self.starts = Vec::with_capacity((1 << bits) + 1);
        for (at, pair) in (0..).zip(&self.pairs) {
            let beginning = (pair.0 >> self.cut) as usize;
            while self.starts.len() <= beginning {
                self.starts.push(at);
            }
        }
        self.starts.resize((1 << bits) + 1, self.pairs.len() as u32);
        let mut keys: Vec<u32> = self.pairs.iter().map(|pair| pair.0).collect();
        keys.dedup();
        let words = (keys.len() / 8).max(1).next_power_of_two();
        self.any = vec![0; words];
        for key in keys {
            let bit = key as usize % (64 * words);
            self.any[bit / 64] |= 1 << (bit % 64);
        }
    }

    /// Whether something may stand under a mixed key.
    fn may_have(&self, key: u32) -> bool {
        let bit = key as usize % (64 * self.any.len());
        self.any[bit / 64] >> (bit % 64) & 1 != 0
    }

    /// What stands under `key`, and rarely something that stands under another.
    pub(crate) fn get(&self, key: u64) -> impl Iterator<Item = V> + '_ {
        let key = mixed(key);
        let pairs = if self.may_have(key) {
            let beginning = (key >> self.cut) as usize;
            self.starts[beginning] as usize..self.starts[beginning + 1] as usize
        } else {
            0..0
        };
        let pairs = self.pairs[pairs].iter();
        pairs.filter(move |pair| pair.0 == key).map(|pair| pair.1)
    }
}

/// A key in half as many bits.
pub(crate) fn mixed(key: u64) -> u32 {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x100_0000_01b3;

pub(crate) fn hash(text: &[u8]) -> u64 {
    text.iter().fold(BASIS, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(PRIME)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_stands_under_its_key() {
        let mut keyed = Keyed::default();
        for number in (0..10_000_u32).rev() {
            keyed.add(u64::from(number / 3), number);
        }
        keyed.finish();
        for number in (0..10_000).step_by(77) {
            let under = keyed.get(u64::from(number) / 3);
            assert!(under.into_iter().any(|other| other == number));
        }
        assert_eq!(keyed.get(20_000).count(), 0);
        assert_eq!(Keyed::<u32>::default().get(7).count(), 0);
    }
}
