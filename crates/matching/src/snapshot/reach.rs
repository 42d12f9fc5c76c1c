//! How far the evidence of a name can reach: the upper bounds that let a search stop early.
//!
//! Every bound is made from the weights, whatever they are, and holds for each name it is used on:
//! what a search leaves out cannot reach the floor. A name is *plain* when it has two to four
//! counting words, all of them core words; for plain names against plain names the lonely words and
//! the extent of the agreement are known from the number of links, and one agreeing word alone
//! hardly ever suffices.

use std::sync::LazyLock;

use jiff::civil::Date;

use crate::date::{Born, DateRelation};
use crate::evidence::{NOTHING_AGREES, START, date_bits};
use crate::features;
use crate::rarity;
use crate::relation::{Likeness, Relation};
use crate::snapshot::rows::{BirthKey, FIRST_DATE, NO_DATE, PLAIN_WORDS, WIDE, birth_key};
use crate::weights::NAME;

/// What links add to the bits of a name, seen in three ways each of which is an upper bound: agreeing
/// rarity weighs most at first, less beyond a limit, and nothing beyond another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Force {
    /// As if all rarity weighed as much as the first bits.
    pub(crate) first: f32,
    /// As if all rarity weighed as little as the bits beyond the first.
    beyond: f32,
    /// Without agreeing rarity.
    own: f32,
}

impl Force {
    pub(crate) const NONE: Self = Self::even(0.0);
    pub(crate) const LEAST: Self = Self::even(f32::NEG_INFINITY);

    pub(crate) const fn even(bits: f32) -> Self {
        Self {
            first: bits,
            beyond: bits,
            own: bits,
        }
    }

    /// The force of one link.
    pub(crate) fn of(like: &Likeness) -> Self {
        let relation = like.relation as usize;
        let short = if features::counts_as_inexact(like.relation) {
            NAME[features::SHORT] / like.length.max(1.0)
        } else {
            0.0
        };
        let own = NAME[features::LINKS + relation]
            + short
            + like.rarity
                * (NAME[features::LINK_RARITY + relation] + like.distance * NAME[features::SOUND]);
        let agreeing = &*AGREEING;
        Self {
            first: own + like.rarity * agreeing.first,
            beyond: own + like.rarity * agreeing.beyond,
            own,
        }
    }

    /// The three ways.
    pub(crate) const fn ways(self) -> [f32; 3] {
        [self.first, self.beyond, self.own]
    }

    pub(crate) const fn from_ways([first, beyond, own]: [f32; 3]) -> Self {
        Self { first, beyond, own }
    }

    /// The greatest in every way of two.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            first: self.first.max(other.first),
            beyond: self.beyond.max(other.beyond),
            own: self.own.max(other.own),
        }
    }

    /// Both together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            first: self.first + other.first,
            beyond: self.beyond + other.beyond,
            own: self.own + other.own,
        }
    }

    /// The most bits it can mean.
    pub(crate) fn bits(self) -> f32 {
        self.first
            .min(self.beyond + AGREEING.start)
            .min(self.own + AGREEING.most)
    }
}

/// The weight of agreeing rarity, which bends where `features::of` bends it.
struct Agreeing {
    first: f32,
    beyond: f32,
    /// What the line of the bits beyond starts from.
    start: f32,
    most: f32,
}

static AGREEING: LazyLock<Agreeing> = LazyLock::new(|| {
    let (first, beyond) = (NAME[features::TOTAL] / 4.0, NAME[features::TOTAL + 1] / 4.0);
    let bend = features::FIRST_RARITY;
    let most = (bend * first)
        .max(bend * first + features::RARITY_BEYOND * beyond)
        .max(0.0);
    if first >= beyond && beyond >= 0.0 {
        Agreeing {
            first,
            beyond,
            start: bend * (first - beyond),
            most,
        }
    } else {
        let steep = first.max(beyond).max(0.0);
        Agreeing {
            first: steep,
            beyond: steep,
            start: 0.0,
            most,
        }
    }
});

/// The force of a letter standing for a word.
pub(crate) fn initial() -> Force {
    Force::of(&Likeness {
        relation: Relation::Initial,
        distance: 0.0,
        rarity: rarity::INITIAL,
        length: 1.0,
    })
}

/// The force of words written together, by the number of their letters.
pub(crate) fn joined(letters: usize) -> Force {
    let length = letters as f32;
    let like = |relation| Likeness {
        relation,
        distance: 0.0,
        rarity: 2.0 * length,
        length,
    };
    Force::of(&like(Relation::Joined)).or(Force::of(&like(Relation::NearJoined)))
}

/// The most a weight can make of the rarity of a core word.
fn at_best(weight: f32) -> f32 {
    weight
        * if weight > 0.0 {
            rarity::UNKNOWN
        } else {
            *rarity::LEAST
        }
}

fn most(weights: impl IntoIterator<Item = usize>) -> f32 {
    weights
        .into_iter()
        .map(|at| NAME[at])
        .fold(f32::NEG_INFINITY, f32::max)
}

/// Core words without a partner, at best.
fn lonely(left: usize, right: usize) -> f32 {
    let contradicted = left.min(right);
    let each = |count: usize, weight: usize| {
        if count == 0 {
            return 0.0;
        }
        count as f32 * (NAME[weight] + at_best(NAME[weight + 1]))
    };
    each(contradicted, features::CONTRADICTED)
        + each(left - contradicted, features::LEFT_ALONE)
        + each(right - contradicted, features::RIGHT_ALONE)
}

/// A word of the query without a partner, at best.
pub(crate) fn alone() -> f32 {
    let each = |weight: usize| NAME[weight] + at_best(NAME[weight + 1]);
    each(features::LEFT_ALONE).max(each(features::CONTRADICTED))
}

/// What every bound starts from: a hair for rounding, the roles and scripts at best.
fn start() -> f32 {
    let roles =
        most(features::ROLES..features::ROLES + 3).max(0.0) + NAME[features::ROLES + 3].max(0.0);
    START + 0.002 + roles + NAME[features::FOREIGN].max(0.0) + NAME[features::INVERTED].max(0.0)
}

/// The best extent of agreement of plain names of so many words with so many links.
fn extent(links: usize, left: usize, right: usize) -> f32 {
    // The share of the links when one word is left, which is as common and they as rare as can be.
    let agreeing = links as f32 * features::share_of(rarity::UNKNOWN);
    let share = agreeing / (agreeing + features::share_of(*rarity::LEAST));
    let (whole_left, whole_right) = (links >= left, links >= right);
    let low_most = if whole_left && whole_right {
        1.0
    } else {
        share
    };
    let high = if whole_left || whole_right {
        features::greater_side(1.0)..=features::greater_side(1.0)
    } else {
        0..=features::greater_side(share)
    };
    let low_least = if whole_left && whole_right {
        features::lesser_side(1.0)
    } else {
        1
    };
    (low_least..=features::lesser_side(low_most))
        .flat_map(|low| high.clone().map(move |high| (low, high)))
        // The greater side has the greater share.
        .filter(|(low, high)| *low < 3 || *high > 0)
        .map(|(low, high)| NAME[features::EXTENT + 3 * low + high])
        .fold(f32::NEG_INFINITY, f32::max)
}

/// Most words of a query that is held for plain.
pub(crate) const PLAIN_QUERY: usize = 8;

/// All but the links of plain names, by links, words of the query and words of the list's name.
pub(crate) struct Plain([[[f32; PLAIN_WORDS + 1]; PLAIN_QUERY + 1]; PLAIN_WORDS + 1]);

static PLAIN: LazyLock<Plain> = LazyLock::new(|| {
    let mut table =
        Plain([[[f32::NEG_INFINITY; PLAIN_WORDS + 1]; PLAIN_QUERY + 1]; PLAIN_WORDS + 1]);
    for links in 0..=PLAIN_WORDS {
        for left in links.max(2)..=PLAIN_QUERY {
            for right in links.max(2)..=PLAIN_WORDS {
                let agreement = if links == 0 {
                    NOTHING_AGREES + NAME[features::EXTENT]
                } else {
                    extent(links, left, right)
                };
                table.0[links][left][right] = start()
                    + agreement
                    + NAME[features::MATCHED + links.min(4)]
                    + lonely(left - links, right - links);
            }
        }
    }
    table
});

/// All but the links, at best, for a plain query of `left` core words.
#[derive(Clone, Copy)]
pub(crate) struct Beside {
    left: usize,
}

impl Beside {
    /// For a query of so many core words and nothing else; `None` when it is not plain.
    pub(crate) fn plain(left: usize) -> Option<Self> {
        (2..=PLAIN_QUERY).contains(&left).then_some(Self { left })
    }

    /// With exactly `links` links to a plain name of `right` words.
    pub(crate) fn links(self, links: usize, right: usize) -> f32 {
        PLAIN.0[links][self.left][right]
    }

    /// With no link to any plain name.
    pub(crate) fn nothing(self) -> f32 {
        self.best(0)
    }

    /// With one link to any plain name.
    pub(crate) fn one(self) -> f32 {
        self.best(1)
    }

    /// With two links or more to any plain name; lonely words of the query are left to the caller.
    pub(crate) fn more(self) -> f32 {
        let mut best = f32::NEG_INFINITY;
        for links in 2..=PLAIN_WORDS.min(self.left) {
            for right in links..=PLAIN_WORDS {
                let counted = (self.left - links) as f32 * alone();
                best = best.max(self.links(links, right) - counted);
            }
        }
        best
    }

    fn best(self, links: usize) -> f32 {
        (2..=PLAIN_WORDS)
            .map(|right| self.links(links, right))
            .fold(f32::NEG_INFINITY, f32::max)
    }
}

/// All but the links for any names: as [`Beside`], with everything that may be in them.
pub(crate) fn beside_any(right: usize) -> f32 {
    let right_alone = NAME[features::RIGHT_ALONE] + at_best(NAME[features::RIGHT_ALONE_RARITY]);
    let single = NAME[features::SINGLE]
        + NAME[features::SINGLE + 1].max(0.0) * features::SINGLE_RARITY / 4.0;
    start()
        + most(features::EXTENT..features::MATCHED)
        + most(features::MATCHED..features::TOTAL)
        + NAME[features::PATRONYMIC_CONTRADICTED]
            .max(NAME[features::PATRONYMIC_ALONE])
            .max(0.0)
        + single.max(0.0)
        + right as f32 * right_alone.max(0.0)
}

/// The most of any names that no word but initials links, beside those.
pub(crate) fn beside_nothing(right: usize) -> f32 {
    beside_any(right) + NOTHING_AGREES
}

/// Entries of one span of dates of birth, and the most the dates can weigh for them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    pub(crate) born: (BirthKey, BirthKey),
    pub(crate) bits: f32,
}

/// The groups of entries for a query's dates, which may overlap; together they hold every entry.
///
/// `circa` says that dates of the list may be approximate, which moves them a year.
pub(crate) fn groups(born: &[Born], circa: bool) -> Vec<Group> {
    let mut groups = Vec::with_capacity(20);
    let mut add = |born: (BirthKey, BirthKey), bits: f32| groups.push(Group { born, bits });
    if born.is_empty() {
        add((WIDE, BirthKey::MAX), 0.0);
        return groups;
    }
    for born in born {
        of_date(born, circa || born.circa, &mut add);
    }
    groups.sort_by(|a, b| b.bits.total_cmp(&a.bits));
    groups
}

fn of_date(born: &Born, circa: bool, add: &mut impl FnMut((BirthKey, BirthKey), f32)) {
    let bits = date_bits;
    let (first, last) = (born.from.year(), born.to.year());
    let years = |apart: i16| (birth_key(first - apart, 0), birth_key(last + apart, 511));
    if born.is_day() {
        let (year, day) = (first, born.from.day_of_year());
        let key = birth_key(year, day);
        add((key, key), bits(DateRelation::SameDay));
        if let Ok(swapped) = Date::new(year, born.from.day(), born.from.month()) {
            let key = birth_key(year, swapped.day_of_year());
            add((key, key), bits(DateRelation::Swapped));
        }
        add(
            (birth_key(year, 0), birth_key(year, 0)),
            bits(DateRelation::Within),
        );
        add(
            (birth_key(year, (day - 2).max(1)), birth_key(year, day + 2)),
            bits(DateRelation::NearDay),
        );
        add(
            years(0),
            bits(DateRelation::SameMonth).max(bits(DateRelation::SameYear)),
        );
        for apart in 1..=3 {
            for other in [year - apart, year + apart] {
                if let Ok(date) = Date::new(other, born.from.month(), born.from.day()) {
                    let key = birth_key(other, date.day_of_year());
                    add((key, key), bits(DateRelation::YearOff));
                }
            }
        }
    } else {
        add(
            years(0),
            bits(DateRelation::Within).max(bits(DateRelation::SameYear)),
        );
    }
    // A range is of two years at least, which takes a bit.
    let wide = (bits(DateRelation::Within) - 1.0)
        .max(bits(DateRelation::SameYear))
        .max(0.0);
    add((WIDE, WIDE), wide);
    add((NO_DATE, NO_DATE), 0.0);
    let circa = i16::from(circa);
    add(years(1 + circa), bits(DateRelation::NearYear));
    add(years(3 + circa), bits(DateRelation::FewYears));
    add(years(10 + circa), bits(DateRelation::OtherYears));
    add((FIRST_DATE, BirthKey::MAX), bits(DateRelation::OtherAge));
}
