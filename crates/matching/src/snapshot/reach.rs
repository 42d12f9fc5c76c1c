//! How far the evidence of a name can reach: the upper bounds that let a search stop early.

use jiff::civil::Date;

use crate::date::DateRelation;
use crate::evidence::{DATE_BITS_MOST, START, date_bits, rest_reach};
use crate::features;
use crate::person::Person;
use crate::rarity;
use crate::relation::{Likeness, Relation};
use crate::snapshot::segment::{BirthKey, FIRST_DATE, NO_DATE, WIDE, birth_key};
use crate::weights::NAME;

/// What one link can add to the bits of a name.
pub(crate) fn link(like: &Likeness) -> f32 {
    let relation = like.relation as usize;
    // The first bits of agreeing rarity weigh most.
    let slope = (NAME[features::TOTAL].max(NAME[features::TOTAL + 1])) / 4.0;
    let short = if features::counts_as_inexact(like.relation) {
        NAME[features::SHORT] / like.length.max(1.0)
    } else {
        0.0
    };
    (NAME[features::LINKS + relation]
        + short
        + like.rarity
            * (slope
                + NAME[features::LINK_RARITY + relation]
                + like.distance * NAME[features::SOUND]))
        .max(0.0)
}

/// What a letter standing for a word can add.
pub(crate) fn initial() -> f32 {
    link(&Likeness {
        relation: Relation::Initial,
        distance: 0.0,
        rarity: rarity::INITIAL,
        length: 1.0,
    })
}

/// What words written together can add, by the number of their letters.
pub(crate) fn joined(letters: usize) -> f32 {
    let length = letters as f32;
    link(&Likeness {
        relation: Relation::Joined,
        distance: 0.0,
        rarity: 2.0 * length,
        length,
    })
}

/// What a name can weigh beside its links, at best.
pub(crate) fn beside_links() -> f32 {
    let most = |range: std::ops::Range<usize>| {
        NAME[range]
            .iter()
            .copied()
            .fold(f32::NEG_INFINITY, f32::max)
    };
    START
        + most(features::EXTENT..features::MATCHED)
        + most(features::MATCHED + 1..features::TOTAL)
        + NAME[features::ROLES].max(0.0)
        + NAME[features::TITLES].max(0.0)
}

/// Entries of one span of dates of birth, and the most that all but the name can weigh for them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    pub(crate) born: (BirthKey, BirthKey),
    pub(crate) rest: f32,
}

/// The groups of entries for a query, the likeliest first. They may overlap; together they hold
/// every entry.
pub(crate) fn groups(query: &Person) -> Vec<Group> {
    let rest = rest_reach(query);
    let everything = (WIDE, BirthKey::MAX);
    let [born] = query.born.as_slice() else {
        // No date, or several: every entry, with what a date can add at best.
        let most = if query.born.is_empty() {
            0.0
        } else {
            DATE_BITS_MOST
        };
        return vec![Group {
            born: everything,
            rest: rest + most,
        }];
    };
    let mut groups = Vec::with_capacity(20);
    let mut add = |born: (BirthKey, BirthKey), bits: f32| {
        groups.push(Group {
            born,
            rest: rest + bits,
        });
    };
    let bits = date_bits;
    let (first, last) = (born.from.year(), born.to.year());
    if born.from == born.to && !born.circa {
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
            (birth_key(year, day.max(3) - 2), birth_key(year, day + 2)),
            bits(DateRelation::NearDay),
        );
        add(
            (birth_key(year, 0), birth_key(year, 511)),
            bits(DateRelation::SameMonth),
        );
        for apart in 1..=3 {
            for other in [year - apart, year + apart] {
                // The same day and month may be a day further in a leap year.
                let around = (birth_key(other, day.max(2) - 1), birth_key(other, day + 1));
                add(around, bits(DateRelation::YearOff));
            }
        }
    } else {
        add(
            (birth_key(first, 0), birth_key(last, 511)),
            bits(DateRelation::Within),
        );
    }
    add((WIDE, WIDE), bits(DateRelation::Within));
    add((NO_DATE, NO_DATE), 0.0);
    // An approximate date moves a year further.
    add(
        (birth_key(first - 2, 0), birth_key(last + 2, 511)),
        bits(DateRelation::NearYear),
    );
    add(
        (birth_key(first - 4, 0), birth_key(last + 4, 511)),
        bits(DateRelation::FewYears),
    );
    add(
        (birth_key(first - 11, 0), birth_key(last + 11, 511)),
        bits(DateRelation::OtherYears),
    );
    add((FIRST_DATE, BirthKey::MAX), bits(DateRelation::OtherAge));
    groups
}
