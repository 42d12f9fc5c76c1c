//! How far the evidence of a name can reach: the upper bounds that let a search stop early.

use crate::evidence::{DATE_BITS_MOST, START, date_bits, rest_reach};
use crate::date::{Born, DateRelation};
use crate::features;
use crate::person::Person;
use crate::rarity;
use crate::relation::{Likeness, Relation};
use crate::snapshot::segment::{NO_YEAR, SEVERAL_YEARS, YearByte, year_byte};
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

/// What a name can weigh beside its links, at best.
pub(crate) fn beside_links() -> f32 {
    let most = |range: std::ops::Range<usize>| {
        NAME[range].iter().copied().fold(f32::NEG_INFINITY, f32::max)
    };
    START
        + most(features::EXTENT..features::MATCHED)
        + most(features::MATCHED + 1..features::TOTAL)
        + NAME[features::ROLES].max(0.0)
}

/// Entries of one span of years of birth, and the most that all but the name can weigh for them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    pub(crate) years: (YearByte, YearByte),
    pub(crate) rest: f32,
}

/// The groups of entries for a query, the likeliest first.
pub(crate) fn groups(query: &Person) -> Vec<Group> {
    let rest = rest_reach(query);
    let [Born { from, to, .. }] = query.born.as_slice() else {
        // No date, or several: every entry, with what a date can add at best.
        let most = if query.born.is_empty() { 0.0 } else { DATE_BITS_MOST };
        return vec![Group {
            years: (0, u8::MAX),
            rest: rest + most,
        }];
    };
    let (first, last) = (year_byte(from.year()), year_byte(to.year()));
    let lowest = SEVERAL_YEARS.max(NO_YEAR) + 1;
    let near = |year: YearByte, by: YearByte| (year.saturating_sub(by).max(lowest), year.saturating_add(by));
    let group = |years, relation| Group {
        years,
        rest: rest + date_bits(relation),
    };
    let mut groups = vec![
        group((first.max(lowest), last.max(lowest)), DateRelation::SameDay),
        Group {
            years: (SEVERAL_YEARS, SEVERAL_YEARS),
            rest: rest + DATE_BITS_MOST,
        },
        Group {
            years: (NO_YEAR, NO_YEAR),
            rest,
        },
    ];
    let (below, above) = (near(first, 3).0, near(last, 3).1);
    if below < first {
        groups.push(group((below, first - 1), DateRelation::YearOff));
    }
    if above > last {
        groups.push(group((last + 1, above), DateRelation::YearOff));
    }
    let (lower, upper) = (near(below, 7).0, near(above, 7).1);
    if lower < below {
        groups.push(group((lower, below - 1), DateRelation::OtherYears));
    }
    if upper > above {
        groups.push(group((above + 1, upper), DateRelation::OtherYears));
    }
    if lowest < lower {
        groups.push(group((lowest, lower - 1), DateRelation::OtherAge));
    }
    if upper < u8::MAX {
        groups.push(group((upper + 1, u8::MAX), DateRelation::OtherAge));
    }
    groups
}
