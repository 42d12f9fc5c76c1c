//! How far the evidence of a name can reach: the upper bounds that let a search stop early.
//!
//! Every bound is made from the weights, whatever they are, and holds for each name it is used on:
//! what a search leaves out cannot reach the floor. For *regular* names the lonely words and the
//! extent of the agreement are known from the number of links, and one agreeing word alone hardly
//! ever suffices.

use std::sync::LazyLock;

use jiff::civil::Date;
use smallvec::SmallVec;

use crate::date::{Born, DateRelation};
use crate::evidence::{NOTHING_AGREES, START, date_bits};
use crate::features;
use crate::name::{MOST_WORDS, Part};
use crate::rarity;
use crate::relation::{Likeness, Relation};
use crate::snapshot::rows::{BirthKey, FIRST_DATE, NO_DATE, WIDE, birth_key};
use crate::weights::NAME;
use crate::word::Class;

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
    pub(crate) const fn of(like: &Likeness) -> Self {
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
        Self {
            first: own + like.rarity * AGREEING.first,
            beyond: own + like.rarity * AGREEING.beyond,
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

    /// What it is more than another, nothing at least.
    pub(crate) fn beyond(self, other: Self) -> Self {
        Self {
            first: (self.first - other.first).max(0.0),
            beyond: (self.beyond - other.beyond).max(0.0),
            own: (self.own - other.own).max(0.0),
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

const AGREEING: Agreeing = {
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
};

/// The force of a letter standing for a word.
pub(crate) const INITIAL: Force = Force::of(&Likeness {
    relation: Relation::Initial,
    distance: 0.0,
    rarity: rarity::INITIAL,
    length: 1.0,
});

/// The most force of words written together, by the number of their letters and their rarity at most.
/// And the same of words that are spelled a little differently.
pub(crate) fn joined(letters: usize, rarity: f32) -> (Force, Force) {
    let near = joined_as(Relation::NearJoined, letters, rarity);
    (joined_as(Relation::Joined, letters, rarity).or(near), near)
}

fn joined_as(relation: Relation, letters: usize, rarity: f32) -> Force {
    let length = letters as f32;
    // A force is a line in the rarity, so that one of its ends is the most.
    let ends = [0.0, rarity.min(2.0 * length)].map(|rarity| {
        Force::of(&Likeness {
            relation,
            distance: 0.0,
            rarity,
            length,
        })
    });
    ends[0].or(ends[1])
}

/// What one of several words written together, of this rarity, brings to their force at most.
pub(crate) fn part_of_joined(rarity: f32) -> Force {
    let mut force = Force::NONE;
    for relation in [Relation::Joined, Relation::NearJoined] {
        let one = Force::of(&Likeness {
            relation,
            distance: 0.0,
            rarity,
            length: f32::INFINITY,
        });
        // What each link costs is paid once for all of its words.
        let each = NAME[features::LINKS + relation as usize].min(0.0);
        force = force.or(one.and(Force::even(-each)));
    }
    force
}

/// What titles can weigh for a query's name.
pub(crate) fn titles(parts: &[Part]) -> f32 {
    if parts.iter().any(|part| part.word.title.is_some()) {
        NAME[features::TITLES].max(0.0)
    } else {
        0.0
    }
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
    // No more than nothing, so that it may stand for a patronymic as well.
    each(features::LEFT_ALONE)
        .max(each(features::CONTRADICTED))
        .min(0.0)
}

/// What every bound starts from: a hair for rounding, the roles and scripts at best. What [`titles`]
/// can weigh is known of each query and stands apart.
fn start() -> f32 {
    let roles =
        most(features::ROLES..features::ROLES + 3).max(0.0) + NAME[features::ROLES + 3].max(0.0);
    START + 0.002 + roles + NAME[features::FOREIGN].max(0.0) + NAME[features::INVERTED].max(0.0)
}

/// How many words of which kind a name has. Names without single letters are *regular* when they have
/// a core word, a patronymic at most, and no more words than here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape(u8);

const MOST_CORES: usize = 15;

impl Shape {
    const COUNT: usize = 2 * (MOST_CORES + 1);

    /// The shape of a name that is not regular.
    pub(crate) const ODD: Self = Self(0);

    /// Of the classes of a name's counting words.
    pub(crate) fn of(classes: impl Iterator<Item = Class>) -> Self {
        let (mut cores, mut fathers) = (0, 0);
        for class in classes {
            match class {
                Class::Core | Class::Korean => cores += 1,
                Class::Patronymic => fathers += 1,
                Class::Initial => return Self::ODD,
                Class::Particle | Class::Title => {}
            }
        }
        if (1..=MOST_CORES).contains(&cores) && fathers <= 1 {
            Self((2 * cores + fathers) as u8)
        } else {
            Self::ODD
        }
    }

    pub(crate) fn is_regular(self) -> bool {
        self != Self::ODD
    }

    /// As a number of five bits.
    pub(crate) const fn number(self) -> u8 {
        self.0
    }

    /// The shape of a number of five bits.
    pub(crate) const fn numbered(number: u8) -> Self {
        Self(number % Self::COUNT as u8)
    }

    const fn cores(self) -> usize {
        self.0 as usize / 2
    }

    const fn fathers(self) -> usize {
        self.0 as usize % 2
    }

    /// Number of counting words.
    pub(crate) const fn words(self) -> usize {
        self.cores() + self.fathers()
    }

    /// All regular ones.
    fn all() -> impl Iterator<Item = Self> {
        (2..Self::COUNT as u8).map(Self)
    }
}

/// What of one side is linked and what is left.
#[derive(Clone, Copy)]
struct Side {
    linked_cores: usize,
    linked_fathers: usize,
    cores: usize,
    fathers: usize,
}

impl Side {
    /// Of `links` links, `fathers` of them of the patronymic.
    fn new(shape: Shape, links: usize, fathers: usize) -> Option<Self> {
        let cores = links.checked_sub(fathers)?;
        Some(Self {
            linked_cores: cores,
            linked_fathers: fathers,
            cores: shape.cores().checked_sub(cores)?,
            fathers: shape.fathers().checked_sub(fathers)?,
        })
    }

    /// The greatest share of it that agrees.
    fn share(self) -> f32 {
        let father = features::SHARE_OF_PATRONYMIC;
        let linked = self.linked_cores as f32 * features::share_of(rarity::UNKNOWN)
            + self.linked_fathers as f32 * father;
        let left =
            self.cores as f32 * features::share_of(*rarity::LEAST) + self.fathers as f32 * father;
        linked / (linked + left).max(0.1)
    }
}

/// The best extent of agreement of two sides.
fn extent(left: Side, right: Side) -> f32 {
    let (low, high) = {
        let (one, other) = (left.share(), right.share());
        (one.min(other), one.max(other))
    };
    // A whole side stays whole, whatever its words are.
    let least_low = if low >= 1.0 {
        features::lesser_side(1.0)
    } else {
        1
    };
    let least_high = if high >= 1.0 {
        features::greater_side(1.0)
    } else {
        0
    };
    (least_low..=features::lesser_side(low))
        .flat_map(|low| (least_high..=features::greater_side(high)).map(move |high| (low, high)))
        // The greater side has the greater share: above 0.6 where the lesser has more than that.
        .filter(|(low, high)| *low < 3 || *high > 0)
        .map(|(low, high)| NAME[features::EXTENT + 3 * low + high])
        .fold(f32::NEG_INFINITY, f32::max)
}

/// All but the links of two regular names with so many links, none of them of words written together.
fn beside(links: usize, left: Shape, right: Shape) -> f32 {
    let mut best = f32::NEG_INFINITY;
    for a in 0..=left.fathers() {
        for b in 0..=right.fathers() {
            let (Some(one), Some(other)) = (Side::new(left, links, a), Side::new(right, links, b))
            else {
                continue;
            };
            let agreement = if links == 0 {
                NOTHING_AGREES + NAME[features::EXTENT]
            } else {
                extent(one, other)
            };
            let fathers = match (one.fathers, other.fathers) {
                (0, 0) => 0.0,
                (0, _) | (_, 0) => NAME[features::PATRONYMIC_ALONE],
                _ => NAME[features::PATRONYMIC_CONTRADICTED],
            };
            best = best.max(agreement + fathers + lonely(one.cores, other.cores));
        }
    }
    if left.cores().min(right.cores()) <= 1 {
        best += single();
    }
    start() + NAME[features::MATCHED + links.min(4)] + best
}

/// Most links of regular names.
pub(crate) const MOST_LINKS: usize = MOST_CORES + 1;

/// By the number of links and the shape of the list's name.
type Plane = [[f32; Shape::COUNT]; MOST_LINKS + 1];

/// By the shape of the query's.
type Table = [Plane; Shape::COUNT];

static BESIDE: LazyLock<Box<Table>> = LazyLock::new(|| {
    let mut table = Box::new([[[f32::NEG_INFINITY; Shape::COUNT]; MOST_LINKS + 1]; Shape::COUNT]);
    for left in Shape::all() {
        for links in 0..=MOST_LINKS {
            for right in Shape::all() {
                if links <= left.words().min(right.words()) {
                    table[left.0 as usize][links][right.0 as usize] = beside(links, left, right);
                }
            }
        }
    }
    table
});

/// The same with at least one link and at most so many.
static BESIDE_MOST: LazyLock<Box<Table>> = LazyLock::new(|| {
    let mut table = BESIDE.clone();
    for plane in table.iter_mut() {
        plane[0] = [f32::NEG_INFINITY; Shape::COUNT];
        for links in 1..=MOST_LINKS {
            let fewer = plane[links - 1];
            for (most, fewer) in plane[links].iter_mut().zip(fewer) {
                *most = most.max(fewer);
            }
        }
    }
    table
});

/// All but the links, at best, for a query of a regular shape against regular names.
#[derive(Clone, Copy)]
pub(crate) struct Beside {
    left: Shape,
    exactly: &'static Plane,
    at_most: &'static Plane,
}

impl Beside {
    /// `None` when the query is not regular.
    pub(crate) fn of(left: Shape) -> Option<Self> {
        left.is_regular().then(|| Self {
            left,
            exactly: &BESIDE[left.0 as usize],
            at_most: &BESIDE_MOST[left.0 as usize],
        })
    }

    /// With exactly `links` links to a name.
    pub(crate) fn links(self, links: usize, right: Shape) -> f32 {
        self.exactly[links.min(MOST_LINKS)][right.0 as usize]
    }

    /// With a link to a name, and `links` at most.
    pub(crate) fn up_to(self, links: usize, right: Shape) -> f32 {
        self.at_most[links.min(MOST_LINKS)][right.0 as usize]
    }

    /// With no link to any name.
    pub(crate) fn nothing(self) -> f32 {
        self.of_any().nothing
    }

    /// With one link to any name, or none.
    pub(crate) fn one(self) -> f32 {
        self.of_any().one
    }

    /// With any links to any name, when each word of the query without a link counts as [`alone`].
    pub(crate) fn best(self) -> f32 {
        self.of_any().best
    }

    fn of_any(self) -> &'static OfAny {
        &BESIDE_OF_ANY[self.left.0 as usize]
    }
}

/// What [`Beside`] is at best to names of any shape.
struct OfAny {
    nothing: f32,
    one: f32,
    best: f32,
}

impl OfAny {
    fn new(left: Shape) -> Self {
        let plane = &BESIDE[left.0 as usize];
        let most = |links: usize| {
            plane[links]
                .iter()
                .copied()
                .fold(f32::NEG_INFINITY, f32::max)
        };
        let words = left.words();
        let links = 1..=words.min(MOST_LINKS);
        let with_alone = |links: usize| most(links) - (words - links) as f32 * alone();
        Self {
            nothing: most(0),
            one: most(1).max(most(0)),
            best: links.map(with_alone).fold(f32::NEG_INFINITY, f32::max),
        }
    }
}

static BESIDE_OF_ANY: LazyLock<[OfAny; Shape::COUNT]> =
    LazyLock::new(|| std::array::from_fn(|left| OfAny::new(Shape(left as u8))));

/// All but the links for any names: as [`Beside`], with everything that may be in them but the extent and
/// how many words agree.
struct BesideAny {
    bits: f32,
    /// Of these what patronymics can weigh.
    fathers: f32,
    /// For each word of the list's name.
    each_right: f32,
    /// The best extent with what words of the list's name without a partner weigh, by the number of its
    /// words and of those that may be linked.
    extent: [[f32; MOST_WORDS + 1]; MOST_WORDS + 1],
    /// What it weighs that so many words agree, or more.
    agreed: [f32; 5],
}

static BESIDE_ANY: LazyLock<BesideAny> = LazyLock::new(|| {
    let right_alone = NAME[features::RIGHT_ALONE] + at_best(NAME[features::RIGHT_ALONE_RARITY]);
    let fathers = NAME[features::PATRONYMIC_CONTRADICTED]
        .max(NAME[features::PATRONYMIC_ALONE])
        .max(0.0);
    let each_right = right_alone.max(0.0);
    let extent = |right: usize, linked: usize| {
        let alone = |alone: usize| {
            let linked = linked.min(right - alone) as f32 * features::share_of(rarity::UNKNOWN);
            let alone = alone as f32;
            // No side agrees to a greater extent than the lesser one; a hair for rounding.
            let share = linked / (linked + alone * features::share_of(*rarity::LEAST)).max(0.1);
            let steps = 0..3 * (features::lesser_side(share + 1e-4) + 1);
            alone * each_right + most(steps.map(|step| features::EXTENT + step))
        };
        (0..=right).map(alone).fold(f32::NEG_INFINITY, f32::max)
    };
    BesideAny {
        fathers,
        bits: start() + fathers + single().max(0.0),
        each_right,
        extent: std::array::from_fn(|right| std::array::from_fn(|linked| extent(right, linked))),
        agreed: std::array::from_fn(|agreed| most(features::MATCHED + agreed..features::TOTAL)),
    }
});

/// All but the links for any names, of which the list's has `right` counting words at most.
pub(crate) fn beside_any(right: usize) -> f32 {
    beside_agreed(right, (right, 0))
}

/// The same for names of which so many words of the list's may be linked at most, and so many words agree
/// at least.
pub(crate) fn beside_agreed(right: usize, (linked, agreed): (usize, usize)) -> f32 {
    let any = &*BESIDE_ANY;
    let extent = &any.extent[right.min(MOST_WORDS)];
    any.bits + extent[linked.min(MOST_WORDS)] + any.agreed[agreed.min(any.agreed.len() - 1)]
}

/// The most of any names that nothing links but `initials` single letters.
pub(crate) fn nothing_any(right: usize, initials: usize) -> f32 {
    let any = &*BESIDE_ANY;
    start()
        + NOTHING_AGREES
        + NAME[features::EXTENT]
        + NAME[features::MATCHED]
        + single().max(0.0)
        + right as f32 * any.each_right
        + any.fathers
        + initials as f32 * INITIAL.first.max(0.0)
}

/// What it can weigh that a side has one word.
fn single() -> f32 {
    NAME[features::SINGLE] + NAME[features::SINGLE + 1].max(0.0) * features::SINGLE_RARITY / 4.0
}

/// The first and the last key of a span of dates of birth.
type Keys = (BirthKey, BirthKey);

/// Entries of one span of dates of birth, and the most the dates can weigh for them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    pub(crate) born: Keys,
    /// The same where dates of the list may be approximate, which moves them a year.
    pub(crate) about: Keys,
    pub(crate) bits: f32,
}

/// The groups of entries for a query's dates, which may overlap, the weightiest first; together they hold
/// every entry.
pub(crate) fn groups(born: &[Born]) -> SmallVec<[Group; 20]> {
    let mut groups: SmallVec<[Group; 20]> = SmallVec::new();
    let mut add = |born, about, bits| groups.push(Group { born, about, bits });
    if born.is_empty() {
        let all = (WIDE, BirthKey::MAX);
        add(all, all, 0.0);
    }
    for born in born {
        of_date(born, &mut add);
    }
    groups.sort_by(|a, b| b.bits.total_cmp(&a.bits));
    groups
}

fn of_date(born: &Born, group: &mut impl FnMut(Keys, Keys, f32)) {
    let mut add = |keys: Keys, bits: f32| group(keys, keys, bits);
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
    add((FIRST_DATE, BirthKey::MAX), bits(DateRelation::OtherAge));
    let circa = i16::from(born.circa);
    for (apart, relation) in [
        (1, DateRelation::NearYear),
        (3, DateRelation::FewYears),
        (10, DateRelation::OtherYears),
    ] {
        group(years(apart + circa), years(apart + 1), bits(relation));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::{Words, align, counting};
    use crate::evidence::name_bits;
    use crate::name::readings_of_text;

    #[test]
    fn no_name_has_more_than_its_links_and_what_comes_beside_so_many() {
        let rows = include_str!("../../data/subjects.tsv").lines();
        let names = rows.filter_map(|line| line.split('\t').nth(5));
        let names = names.flat_map(|names| names.split(['|', '~']));
        let is_name = |name: &&str| !readings_of_text(name).is_empty();
        let names: Vec<&str> = names.filter(is_name).collect();
        let (mut several, mut tightest) = (0, f32::INFINITY);
        for (at, name) in names.iter().enumerate() {
            let left = &readings_of_text(name)[0].parts[..];
            let next = names[(at + 1) % names.len()];
            // As it stands, with two of its words written as one, and with those of the next behind it.
            let others = [
                name.to_string(),
                name.replacen(' ', "", 1),
                format!("{name} {next}"),
            ];
            for other in others {
                let right = &readings_of_text(&other)[0].parts[..];
                let alignment = align(left, right);
                let links = &alignment.links;
                let force = links.iter().map(|link| Force::of(&link.like));
                let force = force.fold(Force::NONE, Force::and);
                let linked = links.iter().fold(0, |words, link| words | link.right);
                let agreed = links
                    .iter()
                    .filter(|link| link.like.relation != Relation::Initial);
                let agreed = agreed.map(|link| link.left.count_ones().max(link.right.count_ones()));
                let count = |words: Words| words.count_ones() as usize;
                let all = counting(right);
                let beside = beside_agreed(
                    count(all),
                    (count(linked & all), agreed.sum::<u32>() as usize),
                );
                let most = force.bits() + beside + titles(left);
                let bits = name_bits(left, right, &alignment);
                assert!(bits <= most, "{name} {other}: {bits} {most}");
                tightest = tightest.min(most - bits);
                several += usize::from(links.iter().any(|link| count(link.left) > 1));
            }
        }
        assert!(several > 100, "{several}");
        // Else it would bound nothing.
        assert!(tightest < 0.1, "{tightest}");
    }
}
