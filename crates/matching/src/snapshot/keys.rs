//! Numbers by key, packed; and a set of keys that answers at a glance.

/// Sorted keys with what stands under them.
#[derive(Default)]
pub(crate) struct Keyed {
    pairs: Vec<(u32, u32)>,
}

impl Keyed {
    pub(crate) fn add(&mut self, key: u64, value: u32) {
        self.pairs.push((mixed(key), value));
    }

    pub(crate) fn finish(&mut self) {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        self.pairs.shrink_to_fit();
    }

    /// What stands under `key`, and rarely something that stands under another.
    pub(crate) fn get(&self, key: u64) -> impl Iterator<Item = u32> + '_ {
        let key = mixed(key);
        let start = self.pairs.partition_point(|pair| pair.0 < key);
        self.pairs[start..]
            .iter()
            .take_while(move |pair| pair.0 == key)
            .map(|pair| pair.1)
    }
}

/// A key in half as many bits.
pub(crate) fn mixed(key: u64) -> u32 {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

/// A set that may claim too much, never too little.
#[derive(Default)]
pub(crate) struct Filter {
    bits: Vec<u64>,
}

impl Filter {
    /// A set of the keys in a table.
    pub(crate) fn of(keyed: &Keyed) -> Self {
        let words = (keyed.pairs.len() / 4 + 1).next_power_of_two();
        let mut bits = vec![0_u64; words];
        for (key, _) in &keyed.pairs {
            bits[(*key >> 6) as usize & (words - 1)] |= 1 << (key & 63);
        }
        Self { bits }
    }

    pub(crate) fn contains(&self, key: u64) -> bool {
        let key = mixed(key);
        !self.bits.is_empty()
            && self.bits[(key >> 6) as usize & (self.bits.len() - 1)] & 1 << (key & 63) != 0
    }
}

pub(crate) fn hash(text: &[u8]) -> u64 {
    text.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}
