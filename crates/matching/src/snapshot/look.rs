//! Looking through the rows of a segment for names that may reach the floor.

use smallvec::SmallVec;

use super::ahead::ask;
use super::asked::{Apart, Asked, Drive, Drives, Spans, advance, drives, guess};
use super::dates::Dates;
use super::forces::Forces;
use super::glance::{Allowance, FEW_WORDS, Glance};
use super::others::Others;
use super::reach::{self, Beside, Force, MOST_LINKS, Shape};
use super::rows::{Postings, RowId};
use super::search::Candidate;
use super::segment::{RunRarity, Segment};
use super::vocabulary::WordId;
use crate::name::Part;

/// A look through the regular names of a segment, or the others, for one reading of a query's name.
pub(crate) struct Look<'a> {
    segment: &'a Segment,
    asked: &'a Asked,
    forces: &'a Forces,
    allowance: &'a Allowance,
    names: &'a Names<'a>,
    /// When both sides are regular.
    both: Option<Beside>,
    /// The most of a name that no word of the query leads to.
    nothing: f32,
    /// The most of any name, but for what the query has as one word and it as several.
    most: f32,
    /// The most that one of its words can add.
    strongest: Force,
}

/// The regular names of a segment, or the others: where they stand, which rows the dates of a query allow,
/// and which of its words lead to them.
pub(crate) struct Names<'a> {
    pub(crate) regular: bool,
    spans: &'a Spans,
    postings: &'a Postings,
    /// The most that comes beside the links of a name that no words written together lead to, when each word
    /// of the query without a link counts as `lone`.
    beside: f32,
    lone: Force,
    /// The most bits that the date of a name weighs that is looked up by its words; `None` when none is.
    most_of_rings: Option<f32>,
    /// The words by which names are looked up, but for those that are several of the query's.
    leading: Drives,
}

impl<'a> Names<'a> {
    /// For a reading of which it is not known yet what its words are written together. Memory is asked for
    /// the places of the words that lead to names.
    pub(crate) fn new(
        segment: &'a Segment,
        asked: &Asked,
        dates: &'a Dates,
        regular: bool,
    ) -> Self {
        let (spans, postings) = if regular {
            (&dates.regular, &segment.rows.regular)
        } else {
            (&dates.odd, &segment.rows.odd)
        };
        let (beside, lone) = match asked.regular.filter(|_| regular) {
            Some(beside) => (beside.best(), Force::even(reach::alone())),
            None => (asked.beside(segment.longest_of(regular)), Force::NONE),
        };
        let rings = spans.rings.iter().map(|ring| ring.bits);
        let most_of_rings = rings.reduce(f32::max).filter(|_| !postings.is_empty());
        let leading = most_of_rings.map_or_else(Drives::new, |most| {
            drives(asked, beside, lone, asked.need(most))
        });
        for drive in &leading {
            let places = postings.of(drive.word);
            let rings = spans.rings.iter();
            for ring in rings.filter(|ring| asked.need(ring.bits) <= drive.bound) {
                if let Some(place) = places.get(guess(places, ring.rows.start, segment.rows.len()))
                {
                    ask(place);
                }
            }
        }
        Self {
            regular,
            spans,
            postings,
            beside,
            lone,
            most_of_rings,
            leading,
        }
    }
}

impl<'a> Look<'a> {
    pub(crate) fn new(
        segment: &'a Segment,
        asked: &'a Asked,
        forces: &'a Forces,
        dates: &'a Dates,
        names: &'a Names<'a>,
    ) -> Self {
        let regular = names.regular;
        let both = asked.regular.filter(|_| regular);
        let nothing = match both {
            Some(beside) => beside.nothing(),
            None if regular => reach::nothing_any(segment.longest_of(true), asked.initials),
            None => reach::nothing_any(segment.longest_of(false), asked.words),
        };
        let together = asked.most_with_together(asked.beside(segment.longest()));
        let most = asked.most_beside(names.lone).bits() + names.beside;
        let tops = asked.sources.iter().map(|(_, meaning)| meaning.top(0));
        let strongest = tops.chain(asked.together.iter().map(|near| near.force));
        Self {
            most: nothing.max(most).max(together),
            strongest: strongest.fold(Force::NONE, Force::or),
            segment,
            asked,
            forces,
            allowance: &dates.allowance,
            names,
            both,
            nothing,
        }
    }

    /// Adds the names of rows that may reach what they need: few rows of like dates, and those of
    /// which the date nearly suffices.
    pub(crate) fn at_spans(&self, found: &mut Vec<Candidate>) {
        if self.names.postings.is_empty() {
            return;
        }
        let rings = &self.names.spans.rings;
        let rings = rings
            .iter()
            .filter(|ring| self.nothing >= self.asked.need(ring.bits));
        let rows = &self.segment.rows;
        for span in self.names.spans.short.iter().chain(rings) {
            let need = self.asked.need(span.bits);
            if need > self.most {
                continue;
            }
            let mut consider = |row, glance| self.consider(row, glance, (0.0, need), found);
            if !self.names.regular {
                let odd = rows.odd_of(span.rows.clone());
                odd.for_each(|row| consider(row, rows.glance(row)));
                continue;
            }
            // Nearly all have no word of the query.
            let is_told = self.nothing < need;
            for (row, glance) in span.rows.clone().zip(rows.glances(span.rows.clone())) {
                let traits = glance.traits();
                let is_nothing =
                    is_told && !traits.has_many_words() && self.forces.are_nothing(glance.words());
                if !is_nothing && traits.shape().is_regular() {
                    consider(row, *glance);
                }
            }
        }
    }

    /// Adds the names of rows that may reach what they need, of all that have a word that leads to them or
    /// that is several of the query's.
    pub(crate) fn at_words(&self, found: &mut Vec<Candidate>) {
        let most = self.names.most_of_rings;
        if most.is_none_or(|most| self.asked.need(most) > self.most) {
            return;
        }
        let beside = self.asked.beside(self.segment.longest());
        for drive in &self.names.leading {
            self.follow(drive, found);
        }
        for drive in self.asked.drives_together(beside) {
            self.follow(&drive, found);
        }
    }

    /// Adds the names, of any shape, that have a word of the query as several.
    pub(crate) fn at_words_apart(&self, parts: &[Part], found: &mut Vec<Candidate>) {
        let force_of = |at: usize, rarity: RunRarity| {
            let letters = parts[at].word.letters.len();
            let (force, _) = reach::joined(letters, rarity.bits());
            force.or(Force::NONE)
        };
        // What each word adds at most as several; a name may have several of the words apart, and others
        // of them together.
        let apart = self.asked.sources.iter().map(|(at, meaning)| {
            let rarest = meaning.runs.rarest();
            rarest.map(|rarity| force_of(*at, rarity))
        });
        let apart: SmallVec<[Option<Force>; 8]> = apart.collect();
        if apart.iter().all(Option::is_none) {
            return;
        }
        let others = Others::new(parts, self.asked, |own| apart[own].unwrap_or(Force::NONE));
        let longest = self.segment.longest();
        for (own, (at, meaning)) in self.asked.sources.iter().enumerate() {
            let Some(force) = apart[own] else {
                continue;
            };
            let most = others.beside(1 << at, (longest, longest), 2).most(force);
            let besides = apart.iter().enumerate().filter(|(other, _)| *other != own);
            let besides = besides.filter_map(|(_, apart)| *apart);
            let besides = besides.fold(Force::NONE, Force::and);
            let all = &meaning.runs.apart;
            for span in self.names.spans.short.iter().chain(&self.names.spans.rings) {
                let need = self.asked.need(span.bits);
                if need > most {
                    continue;
                }
                let first = all.partition_point(|apart| apart.row < span.rows.start);
                let here = all[first..].iter();
                for Apart { row, rarity } in here.take_while(|apart| apart.row < span.rows.end) {
                    let glance = self.segment.rows.glance(*row);
                    let joined = besides.and(force_of(*at, *rarity)).bits();
                    self.consider(*row, glance, (joined, need), found);
                }
            }
        }
    }

    /// Looks at the places of a word in the rings in which it may suffice.
    fn follow(&self, drive: &Drive, found: &mut Vec<Candidate>) {
        let places = self.names.postings.of(drive.word);
        if places.is_empty() {
            return;
        }
        // The most of a name that has no other word of the query.
        let held = self.forces.held(drive.word);
        let alone = match self.both {
            Some(beside) if !held.together => held.force.bits() + beside.one(),
            _ => f32::INFINITY,
        };
        let mut at = 0;
        for ring in &self.names.spans.rings {
            let need = self.asked.need(ring.bits);
            if need > drive.bound || self.nothing >= need {
                continue;
            }
            at = advance(places, at, ring.rows.start, self.segment.rows.len());
            let here = places[at..].iter();
            for place in here.take_while(|place| place.row < ring.rows.end) {
                at += 1;
                if alone < need && place.is_told() && self.forces.are_nothing(place.others()) {
                    continue;
                }
                let glance = place.glance(drive.word);
                self.consider(place.row, glance, (0.0, need), found);
            }
            if at == places.len() {
                return;
            }
        }
    }

    /// Adds a row's name if it may reach what it needs when its entry's facts weigh the most and it has
    /// the `joined` bits besides.
    fn consider(
        &self,
        row: RowId,
        glance: Glance,
        (joined, need): (f32, f32),
        found: &mut Vec<Candidate>,
    ) {
        let need = need - self.allowance.of(glance.traits());
        let bound = joined + self.bound(row, glance, need - joined);
        if bound >= need {
            let name = self.segment.rows.name(row);
            found.push(Candidate { name, bound });
        }
    }

    /// The most bits a row's name can have, but for what the query has as one word and it as several;
    /// or less, when that is less than `need`.
    fn bound(&self, row: RowId, glance: Glance, need: f32) -> f32 {
        if glance.traits().has_many_words() {
            if let Some(most) = self.at_a_glance(glance).filter(|most| *most < need) {
                return most;
            }
            let places = self.segment.places_of(self.segment.rows.name(row));
            let words = places.iter().map(|place| place.word());
            return self.bound_of(words, places.len(), glance, need);
        }
        if let Some(beside) = self.both {
            let words = glance.words();
            if self.forces.are_nothing(words) {
                return beside.links(0, glance.traits().shape());
            }
            let held = words.map(|word| self.forces.held(word));
            let linked = held.iter().filter(|held| held.linked).count();
            // Most names have one word of the query or none: no need to sort what there is.
            if linked <= 1 && !held.iter().any(|held| held.together) {
                let shape = glance.traits().shape();
                let nothing = beside.links(0, shape);
                let force = held
                    .iter()
                    .fold(Force::NONE, |sum, held| sum.and(held.force));
                return match linked {
                    0 => nothing,
                    _ => nothing.max(force.bits() + beside.links(1, shape)),
                };
            }
        }
        self.bound_of(glance.words().into_iter(), FEW_WORDS, glance, need)
    }

    /// The most bits of a regular name of many words, by those of them that are seen.
    fn at_a_glance(&self, glance: Glance) -> Option<f32> {
        let shape = glance.traits().shape();
        let both = self.both.filter(|_| shape.is_regular())?;
        if self.segment.vocabulary.len() >= Glance::MOST_WORDS {
            return None;
        }
        let unseen = shape.words().saturating_sub(FEW_WORDS);
        let (mut force, mut linked) = (Force::NONE, unseen);
        for word in glance.words() {
            let held = self.forces.held(word);
            if held.linked {
                force = force.and(held.force.or(Force::NONE));
                linked += 1;
            }
        }
        for _ in 0..unseen.min(self.asked.words) {
            force = force.and(self.strongest);
        }
        let beside = if self.asked.together.is_empty() {
            both.up_to(linked, shape).max(both.links(0, shape))
        } else {
            reach::beside_any(shape.words()) + self.asked.initials()
        };
        Some(force.bits() + beside)
    }

    /// The same of its words, of which `count` at most count.
    fn bound_of(
        &self,
        words: impl Iterator<Item = WordId>,
        count: usize,
        glance: Glance,
        need: f32,
    ) -> f32 {
        let mut links = [Force::NONE; MOST_LINKS];
        let mut linked = 0;
        let mut together = false;
        let held = words.map(|word| self.forces.held(word));
        let held = held.filter(|held| held.linked);
        for (link, held) in links.iter_mut().zip(held) {
            *link = held.force;
            together |= held.together;
            linked += 1;
        }
        let links = &links[..linked];
        let sum = || {
            let each = links.iter().map(|force| force.or(Force::NONE));
            each.fold(Force::NONE, Force::and)
        };
        let shape = glance.traits().shape();
        match self.both.filter(|_| shape.is_regular() && !together) {
            None => sum().bits() + reach::beside_any(count) + self.asked.initials(),
            Some(beside) if linked == 0 => beside.links(0, shape),
            Some(beside) => {
                let most = sum().bits() + beside.up_to(linked, shape);
                let most = most.max(beside.links(0, shape));
                if most < need {
                    return most;
                }
                most_of(links, beside, shape)
            }
        }
    }
}

/// The most bits of a regular name with these links, or some of them, to a regular query.
fn most_of(links: &[Force], beside: Beside, shape: Shape) -> f32 {
    let mut ways = [[f32::NEG_INFINITY; MOST_LINKS]; 3];
    for (linked, force) in links.iter().enumerate() {
        for (way, bits) in ways.iter_mut().zip(force.ways()) {
            // In falling order.
            let mut at = linked;
            while at > 0 && way[at - 1] < bits {
                way[at] = way[at - 1];
                at -= 1;
            }
            way[at] = bits;
        }
    }
    let mut most = beside.links(0, shape);
    let mut sum = Force::NONE;
    for link in 0..links.len() {
        sum = sum.and(Force::from_ways(ways.map(|way| way[link])));
        most = most.max(sum.bits() + beside.links(link + 1, shape));
    }
    most
}
