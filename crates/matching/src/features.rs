//! What an alignment says, as numbers a weight can be put to.
//!
//! The evidence of a name is linear in these, so every link, every lonely word and the extent of
//! the agreement has bits of its own, and they add up to the whole.

use smallvec::SmallVec;

use crate::align::{Alignment, Words};
use crate::name::{Part, Role};
use crate::relation::Relation;
use crate::word::{Class, Title};

const R: usize = Relation::COUNT;

/// Where each group of features starts.
pub(crate) const LINKS: usize = 0;
pub(crate) const LINK_RARITY: usize = R;
pub(crate) const SOUND: usize = 2 * R;
pub(crate) const SHORT: usize = SOUND + 1;
pub(crate) const CONTRADICTED: usize = SHORT + 1;
pub(crate) const CONTRADICTED_RARITY: usize = CONTRADICTED + 1;
pub(crate) const LEFT_ALONE: usize = CONTRADICTED + 2;
pub(crate) const LEFT_ALONE_RARITY: usize = CONTRADICTED + 3;
pub(crate) const RIGHT_ALONE: usize = CONTRADICTED + 4;
pub(crate) const RIGHT_ALONE_RARITY: usize = CONTRADICTED + 5;
pub(crate) const PATRONYMIC_CONTRADICTED: usize = CONTRADICTED + 6;
pub(crate) const PATRONYMIC_ALONE: usize = CONTRADICTED + 7;
pub(crate) const ROLES: usize = CONTRADICTED + 8;
pub(crate) const EXTENT: usize = ROLES + 4;
pub(crate) const MATCHED: usize = EXTENT + 15;
pub(crate) const TOTAL: usize = MATCHED + 5;
pub(crate) const SINGLE: usize = TOTAL + 2;
pub(crate) const FOREIGN: usize = SINGLE + 2;
pub(crate) const INVERTED: usize = FOREIGN + 1;
pub(crate) const TITLES: usize = INVERTED + 1;
pub(crate) const COUNT: usize = TITLES + 1;

/// The numbers of one comparison.
pub(crate) type Features = [f32; COUNT];

/// Names of the features, for tables and for the generated weights.
pub(crate) fn label(index: usize) -> String {
    const EXTENTS: [&str; 5] = ["nothing", "up to 0.35", "up to 0.6", "up to 0.85", "all"];
    match index {
        i if i < R => format!("{}, each", Relation::ALL[i].as_str()),
        i if i < 2 * R => format!("{}, a bit of rarity", Relation::ALL[i - R].as_str()),
        SOUND => "distance of sound times rarity".into(),
        SHORT => "inexact agreement over length".into(),
        CONTRADICTED => "contradicted word, each".into(),
        CONTRADICTED_RARITY => "contradicted word, a bit of rarity".into(),
        LEFT_ALONE => "left word without partner, each".into(),
        LEFT_ALONE_RARITY => "left word without partner, a bit of rarity".into(),
        RIGHT_ALONE => "right word without partner, each".into(),
        RIGHT_ALONE_RARITY => "right word without partner, a bit of rarity".into(),
        PATRONYMIC_CONTRADICTED => "patronymic contradicted".into(),
        PATRONYMIC_ALONE => "patronymic on one side".into(),
        i if i < EXTENT => [
            "surname agrees",
            "surname contradicted",
            "surname and given name swapped",
            "given names contradicted",
        ][i - ROLES]
            .into(),
        i if i < MATCHED => {
            let (low, high) = ((i - EXTENT) / 3, (i - EXTENT) % 3);
            format!(
                "extent: lesser side {}, greater side {}",
                EXTENTS[low],
                ["part", "most", "all"][high]
            )
        }
        i if i < TOTAL => format!("{} words agree", i - MATCHED),
        i if i < SINGLE => [
            "agreeing rarity up to 12 bits",
            "agreeing rarity beyond 12 bits",
        ][i - TOTAL]
            .into(),
        i if i < FOREIGN => [
            "a side has one word",
            "a side has one word, a bit of its rarity",
        ][i - SINGLE]
            .into(),
        FOREIGN => "scripts differ".into(),
        INVERTED => "order differs".into(),
        _ => "a title agrees".into(),
    }
}

/// Whether agreement of short words is worth less in this relation.
pub(crate) const fn counts_as_inexact(relation: Relation) -> bool {
    !matches!(
        relation,
        Relation::Exact | Relation::Family | Relation::Initial | Relation::Joined
    )
}

fn words(set: Words) -> impl Iterator<Item = usize> {
    (0..16).filter(move |at| set & 1 << at != 0)
}

/// Which words of the lonely ones contradict each other, and which are merely left out.
pub(crate) struct Lonely {
    /// Core words alone on the left and on the right, the rarest first.
    pub(crate) left: SmallVec<[usize; 8]>,
    pub(crate) right: SmallVec<[usize; 8]>,
    /// So many of each contradict; the rest is left out by the other side.
    pub(crate) contradicted: usize,
}

pub(crate) fn lonely(left: &[Part], right: &[Part], alignment: &Alignment) -> Lonely {
    let core = |parts: &[Part], set: Words| {
        let mut list: SmallVec<[usize; 8]> =
            words(set).filter(|at| parts[*at].word.is_core()).collect();
        list.sort_by(|a, b| parts[*b].word.rarity.total_cmp(&parts[*a].word.rarity));
        list
    };
    let left = core(left, alignment.left_alone);
    let right = core(right, alignment.right_alone);
    Lonely {
        contradicted: left.len().min(right.len()),
        left,
        right,
    }
}

pub(crate) fn of(left: &[Part], right: &[Part], alignment: &Alignment) -> Features {
    let mut out = [0.0; COUNT];
    let mut matched = 0.0;
    let mut agreed = 0;
    let (mut left_matched, mut right_matched) = (0.0, 0.0);
    for link in &alignment.links {
        let relation = link.like.relation as usize;
        out[LINKS + relation] += 1.0;
        out[LINK_RARITY + relation] += link.like.rarity;
        out[SOUND] += link.like.distance * link.like.rarity;
        if counts_as_inexact(link.like.relation) {
            out[SHORT] += 1.0 / link.like.length.max(1.0);
        }
        matched += link.like.rarity;
        if link.like.relation != Relation::Initial {
            agreed += link.left.count_ones().max(link.right.count_ones()).min(4);
        }
        left_matched += words(link.left).map(|at| weight(&left[at])).sum::<f32>();
        right_matched += words(link.right).map(|at| weight(&right[at])).sum::<f32>();
    }
    let lonely = lonely(left, right, alignment);
    let k = lonely.contradicted;
    out[CONTRADICTED] = k as f32;
    for (a, b) in lonely.left.iter().zip(&lonely.right) {
        out[CONTRADICTED_RARITY] += left[*a].word.rarity.min(right[*b].word.rarity);
    }
    out[LEFT_ALONE] = (lonely.left.len() - k) as f32;
    out[LEFT_ALONE_RARITY] = lonely.left[k..]
        .iter()
        .map(|at| left[*at].word.rarity)
        .sum();
    out[RIGHT_ALONE] = (lonely.right.len() - k) as f32;
    out[RIGHT_ALONE_RARITY] = lonely.right[k..]
        .iter()
        .map(|at| right[*at].word.rarity)
        .sum();
    let fathers =
        |parts: &[Part], set| words(set).any(|at| parts[at].word.class == Class::Patronymic);
    match (
        fathers(left, alignment.left_alone),
        fathers(right, alignment.right_alone),
    ) {
        (true, true) => out[PATRONYMIC_CONTRADICTED] = 1.0,
        (false, false) => {}
        _ => out[PATRONYMIC_ALONE] = 1.0,
    }
    roles(left, right, alignment, &mut out);
    let total = |parts: &[Part]| {
        parts
            .iter()
            .filter(|part| part.word.counts())
            .map(weight)
            .sum::<f32>()
            .max(0.1)
    };
    let shares = (left_matched / total(left), right_matched / total(right));
    let low = lesser_side(shares.0.min(shares.1));
    let high = greater_side(shares.0.max(shares.1));
    // Letters that stand for words are no extent of agreement.
    let (low, high) = if agreed == 0 { (0, 0) } else { (low, high) };
    out[EXTENT + 3 * low + high] = 1.0;
    out[MATCHED + agreed.min(4) as usize] = 1.0;
    out[TOTAL] = matched.min(FIRST_RARITY) / 4.0;
    out[TOTAL + 1] = (matched - FIRST_RARITY).clamp(0.0, RARITY_BEYOND) / 4.0;
    let cores = |parts: &[Part]| parts.iter().filter(|part| part.word.is_core()).count();
    if cores(left).min(cores(right)) <= 1 {
        out[SINGLE] = 1.0;
        out[SINGLE + 1] = matched.min(SINGLE_RARITY) / 4.0;
    }
    if left.iter().any(|l| l.word.native.is_some()) != right.iter().any(|r| r.word.native.is_some())
    {
        out[FOREIGN] = 1.0;
    }
    let inverted = alignment
        .links
        .windows(2)
        .any(|pair| pair[0].right.trailing_zeros() > pair[1].right.trailing_zeros());
    out[INVERTED] = f32::from(inverted);
    let titles = |parts: &[Part]| -> SmallVec<[Title; 2]> {
        parts.iter().filter_map(|part| part.word.title).collect()
    };
    let (one, other) = (titles(left), titles(right));
    out[TITLES] = f32::from(one.iter().any(|title| other.contains(title)));
    out
}

/// Bits of agreeing rarity that weigh as the first ones do, those beyond that weigh at all, and those
/// that count when a side has one word.
pub(crate) const FIRST_RARITY: f32 = 12.0;
pub(crate) const RARITY_BEYOND: f32 = 24.0;
pub(crate) const SINGLE_RARITY: f32 = 14.0;

/// The step of the extent feature for the share of the side that agrees less.
pub(crate) fn lesser_side(share: f32) -> usize {
    match share {
        l if l <= 0.001 => 0,
        l if l <= 0.35 => 1,
        l if l <= 0.6 => 2,
        l if l <= 0.85 => 3,
        _ => 4,
    }
}

/// The step of the extent feature for the share of the side that agrees more.
pub(crate) fn greater_side(share: f32) -> usize {
    match share {
        h if h <= 0.6 => 0,
        h if h <= 0.95 => 1,
        _ => 2,
    }
}

/// What a core word of some rarity is of a name.
pub(crate) fn share_of(rarity: f32) -> f32 {
    rarity + 3.0
}

/// What a patronymic is of a name.
pub(crate) const SHARE_OF_PATRONYMIC: f32 = 4.0;

/// What share of a name a word is: rare words more, none nothing.
fn weight(part: &Part) -> f32 {
    match part.word.class {
        Class::Core | Class::Korean => share_of(part.word.rarity),
        Class::Patronymic => SHARE_OF_PATRONYMIC,
        Class::Initial => 2.0,
        Class::Particle | Class::Title => 0.0,
    }
}

fn roles(left: &[Part], right: &[Part], alignment: &Alignment, out: &mut Features) {
    let told = |parts: &[Part]| parts.iter().any(|part| part.role == Role::Surname);
    if !told(left) || !told(right) {
        return;
    }
    let set = |parts: &[Part], role| {
        parts
            .iter()
            .enumerate()
            .filter(|(_, part)| part.role == role && part.word.counts())
            .fold(0 as Words, |words, (at, _)| words | 1 << at)
    };
    let (ls, lg) = (set(left, Role::Surname), set(left, Role::Given));
    let (rs, rg) = (set(right, Role::Surname), set(right, Role::Given));
    let links = &alignment.links;
    let meet = |a: Words, b: Words| {
        links
            .iter()
            .any(|link| link.left & a != 0 && link.right & b != 0)
    };
    if meet(ls, rs) {
        out[ROLES] = 1.0;
    } else if meet(ls, rg) && meet(lg, rs) {
        out[ROLES + 2] = 1.0;
    } else {
        out[ROLES + 1] = 1.0;
    }
    if lg != 0 && rg != 0 && !meet(lg, rg | rs) && !meet(lg | ls, rg) {
        out[ROLES + 3] = 1.0;
    }
}
