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

/// All heads, and what it costs at least that one stands for another.
pub(crate) const HEADS: [Kind; 3] = [PASSED, 1, 2];
pub(crate) const OTHER_HEAD: Cost = 6;

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

/// What a sound may be changed to for `most` at most, which is less than a [`WHOLE`] consonant.
pub(crate) fn changes(sound: Sound, most: Cost) -> impl Iterator<Item = Change> {
    let all = CHANGES[sound as usize].iter().copied();
    all.take_while(move |change| change.cost <= most && change.cost < WHOLE)
}
