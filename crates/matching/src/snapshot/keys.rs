//! Numbers by key, packed.

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

pub(crate) fn hash(text: &[u8]) -> u64 {
    text.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}
