//! Whether two strings of sounds lie within a distance, told without measuring how far they lie apart.
//!
//! Most pairs are told apart by which sounds they have at all, nearly all others by their first sounds.

use super::{COSTS, Cost, LONGEST, SOUNDS, Sound, Sounds, exchanges, gap};

/// No more sounds than a set of them has bits.
const MOST_TONES: usize = 64;

/// A cost for each sound.
type Costs = [u8; MOST_TONES];

/// Which sounds a text has, a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tones(u64);

impl Tones {
    fn of(sounds: &[Sound]) -> Self {
        Self(sounds.iter().fold(0, |set, sound| set | 1 << *sound as u32))
    }

    /// The sum of the costs of those that another text lacks.
    fn lacking(self, other: Self, costs: &Costs) -> Cost {
        let mut rest = self.0 & !other.0;
        let mut sum = 0;
        while rest != 0 {
            sum += Cost::from(costs[rest.trailing_zeros() as usize % MOST_TONES]);
            rest &= rest - 1;
        }
        sum
    }
}

/// The costs of [`super::distance`] without an abjad: what a sound costs for another, none of them the
/// same, and what it costs at least whatever it stands for.
struct Least {
    exchange: [Costs; SOUNDS],
    weight: Costs,
    alone: Costs,
}

static LEAST: Least = least();

const fn least() -> Least {
    let mut table = Least {
        exchange: [[0; MOST_TONES]; SOUNDS],
        weight: [0; MOST_TONES],
        alone: [0; MOST_TONES],
    };
    let mut a = 0;
    while a < SOUNDS {
        table.weight[a] = COSTS.weight[a] as u8;
        table.alone[a] = table.weight[a];
        let mut b = 0;
        while b < SOUNDS {
            let cost = COSTS.exchange[a][b] as u8;
            table.exchange[a][b] = cost;
            if a != b && cost < table.alone[a] {
                table.alone[a] = cost;
            }
            b += 1;
        }
        a += 1;
    }
    table
}

/// What tells a string of sounds from most others: its tones, above them what of its weight no exchange
/// takes away, see [`super::kept_of`], and above that its weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Told(u64);

impl Told {
    const KEPT: u32 = SOUNDS as u32;
    const WEIGHT: u32 = 48;

    fn new(sounds: &[Sound]) -> Self {
        let weight = u64::from(super::weight(sounds)) << Self::WEIGHT;
        let kept: Cost = sounds.iter().map(|sound| super::kept_of(*sound)).sum();
        // No more than there is room for: less tells less apart.
        let kept = u64::from(kept).min((1 << (Self::WEIGHT - Self::KEPT)) - 1);
        Self(weight | kept << Self::KEPT | Tones::of(sounds).0)
    }

    fn weight(self) -> Cost {
        (self.0 >> Self::WEIGHT) as Cost
    }

    fn kept(self) -> Cost {
        (self.0 >> Self::KEPT) as Cost % (1 << (Self::WEIGHT - Self::KEPT))
    }

    fn tones(self) -> Tones {
        Tones(self.0 & ((1 << Self::KEPT) - 1))
    }
}

/// A string of sounds with what tells it from most others at a glance.
#[derive(Clone, Copy)]
pub(crate) struct Heard<'s> {
    sounds: &'s [Sound],
    told: Told,
}

impl<'s> Heard<'s> {
    pub(crate) fn new(sounds: &'s [Sound]) -> Self {
        let sounds = &sounds[..sounds.len().min(LONGEST)];
        let told = Told::new(sounds);
        Self { sounds, told }
    }

    /// From what was told of the same sounds before.
    pub(crate) fn known(sounds: &'s [Sound], told: Told) -> Self {
        let sounds = &sounds[..sounds.len().min(LONGEST)];
        Self { sounds, told }
    }

    /// What [`Heard::known`] takes.
    pub(crate) fn told(&self) -> Told {
        self.told
    }
}

/// A string of sounds that many others are held against.
pub(crate) struct Given {
    sounds: Sounds,
    told: Told,
    /// What each sound costs at least beside this string.
    costs: Costs,
}

impl Given {
    pub(crate) fn new(mut sounds: Sounds) -> Self {
        sounds.truncate(LONGEST);
        let told = Heard::new(&sounds).told();
        let mut costs = LEAST.weight;
        for sound in &sounds {
            for (cost, exchange) in costs.iter_mut().zip(&LEAST.exchange[*sound as usize]) {
                *cost = (*cost).min(*exchange);
            }
        }
        Self {
            sounds,
            told,
            costs,
        }
    }

    /// Whether [`super::distance`] of the two is `limit` at most, which is less than 1; compared from the
    /// end at which they are `unlike`, as far as is known.
    pub(crate) fn is_within(&self, other: &Heard<'_>, limit: f32, unlike: End) -> bool {
        self.may_be_within(other.told, limit)
            && most(self.told.weight() + other.told.weight(), limit).is_some_and(
                |most| match unlike {
                    End::First => aligns::<false>(&self.sounds, other.sounds, most),
                    End::Last => aligns::<true>(&self.sounds, other.sounds, most),
                },
            )
    }

    /// Whether it may be, by what is [told](Heard::told) of the other.
    pub(crate) fn may_be_within(&self, other: Told, limit: f32) -> bool {
        let own = self.told;
        let most = at_most(own.weight() + other.weight(), limit);
        if own.kept().abs_diff(other.kept()) > most {
            return false;
        }
        // Every sound that one side lacks has its cost, each once on its side.
        other.tones().lacking(own.tones(), &self.costs) <= most
            && own.tones().lacking(other.tones(), &LEAST.alone) <= most
    }
}

/// The most that strings of this weight together may cost, and a hair more for rounding.
fn at_most(total: Cost, limit: f32) -> Cost {
    (f32::from(total) * limit / 2.0) as Cost + 1
}

/// The most that they may cost; `None` when they weigh nothing, which lies
/// apart from everything.
fn most(total: Cost, limit: f32) -> Option<Cost> {
    if total == 0 {
        return None;
    }
    let mut most = at_most(total, limit);
    let total = f32::from(total);
    while 2.0 * f32::from(most) / total > limit {
        most = most.checked_sub(1)?;
    }
    Some(most)
}

/// An end of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    First,
    Last,
}

/// Whether two strings of sounds can be aligned for `most`, from their first sounds on or from the last.
/// Cells of the table of costs beyond those that cost no more are left out.
fn aligns<const BACKWARD: bool>(left: &[Sound], right: &[Sound], most: Cost) -> bool {
    let nth = |sounds: &[Sound], at: usize| match BACKWARD {
        true => sounds[sounds.len() - 1 - at],
        false => sounds[at],
    };
    let mut row = [Cost::MAX; LONGEST + 1];
    row[0] = 0;
    // The first and the last cell of the row that cost no more.
    let (mut first, mut last) = (0, 0);
    for at in 0..right.len() {
        let cost = row[at] + gap(nth(right, at));
        if cost > most {
            break;
        }
        row[at + 1] = cost;
        last = at + 1;
    }
    for at in 0..left.len() {
        let sound = nth(left, at);
        let (own, costs) = (gap(sound), exchanges(sound));
        let mut diagonal = row[first];
        row[first] += own;
        let mut until = if row[first] <= most {
            Some(first)
        } else {
            None
        };
        let mut from = until;
        for at in first + 1..=right.len() {
            let above = if at <= last { row[at] } else { Cost::MAX };
            let other = nth(right, at - 1);
            let cost = diagonal
                .saturating_add(costs[other as usize])
                .min(above.saturating_add(own))
                .min(row[at - 1].saturating_add(gap(other)));
            row[at] = cost;
            if cost <= most {
                until = Some(at);
                from = from.or(until);
            } else if at > last {
                break;
            }
            diagonal = above;
        }
        let (Some(start), Some(end)) = (from, until) else {
            return false;
        };
        (first, last) = (start, end);
    }
    last == right.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::{distance, sounds};

    #[test]
    fn what_is_near_is_what_measuring_says() {
        let words: Vec<_> = include_str!("../../data/frequency.tsv")
            .lines()
            .step_by(97)
            .filter_map(|line| line.split('\t').next())
            .chain([
                "",
                "a",
                "ah",
                "khrushchev",
                "hruscev",
                "yuri",
                "iouri",
                "`ali",
                "ali",
            ])
            .map(sounds)
            .collect();
        assert!(words.len() > 300);
        let mut near = 0;
        for left in &words {
            let given = Given::new(left.clone());
            for right in &words {
                for limit in [0.12, 0.3] {
                    let is_near = distance(left, right, false) <= limit;
                    let heard = Heard::new(right);
                    for end in [End::First, End::Last] {
                        assert_eq!(
                            given.is_within(&heard, limit, end),
                            is_near,
                            "{left:?} {right:?}"
                        );
                    }
                    near += usize::from(is_near);
                }
            }
        }
        assert!(near > 2 * words.len());
    }
}
