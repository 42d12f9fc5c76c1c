//! The consonants of a word, alike sounds made one.

use super::{ALL, COSTS, Cost, SOUNDS, Sound, Sound::*};

/// A kind of sounds that schemes write for one another; [`PASSED`] for those that a skeleton leaves out.
pub(crate) type Kind = u8;

/// Vowels and what is like them.
pub(crate) const PASSED: Kind = 0;

/// Number of kinds.
const KINDS: usize = 13;

/// The kind of a sound that is not the first.
pub(crate) const fn kind(sound: Sound) -> Kind {
    match sound {
        A | E | I | O | U | Ayn | Y | H | W => PASSED,
        V | F => 2,
        P | B => 3,
        M => 4,
        N => 5,
        L => 6,
        R => 7,
        T | D | Th => 8,
        S | Z | Ts | Dh | X => 9,
        C | K | Q | G | Gh | Kh => 10,
        Sh | Zh | Ch | J => 11,
        Digit => 12,
    }
}

/// What the first sound adds before the kinds of all: a vowel at the beginning is told, and a `w` is
/// what a `v` is.
pub(crate) fn head(sounds: &[Sound]) -> Kind {
    match sounds.first() {
        Some(A | E | I | O | U | Ayn | Y) => 1,
        Some(W) => 2,
        _ => PASSED,
    }
}

/// The consonants of a word, alike sounds made one: words that sound alike mostly share it.
pub(crate) fn skeleton(sounds: &[Sound]) -> u64 {
    let mut key = 0_u64;
    let mut last = PASSED;
    let mut length = 0;
    let kinds = sounds.iter().map(|sound| kind(*sound));
    for kind in std::iter::once(head(sounds)).chain(kinds) {
        if kind == PASSED {
            continue;
        }
        if kind != last && length < 15 {
            key = key << 4 | u64::from(kind);
            length += 1;
        }
        last = kind;
    }
    key
}

/// A sound of another kind for a sound, and what that costs at least.
#[derive(Clone, Copy)]
pub(crate) struct Change {
    pub(crate) kind: Kind,
    pub(crate) cost: Cost,
}

/// A consonant left out, or another one that is nothing like it, costs so much.
pub(crate) const WHOLE: Cost = 100;

static CHANGES: [[Change; KINDS]; SOUNDS] = changes_of_all();

const fn changes_of_all() -> [[Change; KINDS]; SOUNDS] {
    let none = Change {
        kind: PASSED,
        cost: WHOLE,
    };
    let mut table = [[none; KINDS]; SOUNDS];
    let mut a = 0;
    while a < SOUNDS {
        let mut costs = [WHOLE; KINDS];
        // Left out.
        costs[PASSED as usize] = COSTS.weight[a];
        let mut b = 0;
        while b < SOUNDS {
            let (to, cost) = (kind(ALL[b]) as usize, COSTS.exchange[a][b]);
            if cost < costs[to] {
                costs[to] = cost;
            }
            b += 1;
        }
        costs[kind(ALL[a]) as usize] = WHOLE;
        // In rising order.
        let mut to = 0;
        while to < KINDS {
            let mut at = to;
            while at > 0 && table[a][at - 1].cost > costs[to] {
                table[a][at] = table[a][at - 1];
                at -= 1;
            }
            table[a][at] = Change {
                kind: to as Kind,
                cost: costs[to],
            };
            to += 1;
        }
        a += 1;
    }
    table
}

/// Kinds of consonants, a bit each; the first for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kinds(u16);

impl Default for Kinds {
    fn default() -> Self {
        Self::ALL
    }
}

impl Kinds {
    pub(crate) const ALL: Self = Self(u16::MAX);

    pub(crate) const fn has(self, kind: Kind) -> bool {
        self.0 >> kind & 1 != 0
    }

    /// What the first consonant of a text may be whose sounds cost `most` at most against these.
    pub(crate) fn first(sounds: impl Iterator<Item = Sound>, most: Cost) -> Self {
        let (mut kinds, mut left) = (0, most);
        for sound in sounds {
            // Another may stand before it.
            if left >= WHOLE {
                return Self::ALL;
            }
            let own = kind(sound);
            let (mut gone, mut any) = (WHOLE, 1 << own);
            for change in &CHANGES[sound as usize] {
                if change.cost <= left {
                    any |= 1 << change.kind;
                }
                if change.kind == PASSED {
                    gone = change.cost;
                }
            }
            kinds |= any & !(1 << PASSED);
            if own != PASSED {
                if gone > left {
                    return Self(kinds);
                }
                left -= gone;
            }
        }
        // What stands before it may be the first.
        Self::ALL
    }
}

/// The kind of the first consonant; [`PASSED`] when there is none.
pub(crate) fn first_kind(sounds: impl Iterator<Item = Sound>) -> Kind {
    let mut kinds = sounds.map(kind);
    kinds.find(|kind| *kind != PASSED).unwrap_or(PASSED)
}
