//! The search: names that can reach the floor, found by their dates and words, then weighed.

use std::sync::Arc;

use smallvec::SmallVec;

use super::asked::{Apart, Asked, Meaning, Runs, Spans};
use super::dates::Dates;
use super::forces::Forces;
use super::look::{Look, Names};
use super::meanings::OfParts;
use super::reach::{self, Beside, Shape};
use super::segment::{EntryId, NameId, Segment};
use super::together::{Scratch, together};
use super::wholes::Wholes;
use super::{Match, Snapshot, rank};
use crate::align::{Alignment, align_with};
use crate::evidence::{
    DATE_BITS_MOST, NO_NAME, Weight, name_bits, quality_bits, rest_bits, rest_reach, weigh,
};
use crate::name::{Part, Reading};
use crate::person::Person;
use crate::relation::relate;
use crate::settings::Settings;
use crate::word::{Class, Word};

/// Searches a snapshot, which remembers for all what words mean in it.
pub struct Searcher<'s> {
    snapshot: &'s Snapshot,
    base: Finder,
    recent: Finder,
}

impl<'s> Searcher<'s> {
    pub(crate) fn new(snapshot: &'s Snapshot) -> Self {
        Self {
            snapshot,
            base: Finder::new(&snapshot.base),
            recent: Finder::new(&snapshot.recent),
        }
    }

    /// The entries like `query`, the weightiest first.
    pub fn search(&mut self, query: &Person, settings: &Settings) -> Vec<Match> {
        let mut found = Vec::new();
        let snapshot = self.snapshot;
        for (segment, finder, gone) in [
            (&snapshot.base, &mut self.base, snapshot.gone.as_slice()),
            (&snapshot.recent, &mut self.recent, &[][..]),
        ] {
            if segment.len() == 0 {
                continue;
            }
            finder.find(segment, query, settings.floor);
            for hit in finder.hits.drain(..) {
                if gone.binary_search(&hit.entry).is_ok() {
                    continue;
                }
                let person = segment.person(hit.entry);
                let Hit {
                    entry,
                    weight,
                    alignment,
                } = hit;
                found.push(segment.found(entry, person, weight, alignment, settings));
            }
        }
        rank(&mut found, settings);
        found
    }
}

/// A name that may reach the floor.
#[derive(Clone, Copy)]
pub(crate) struct Candidate {
    pub(crate) name: NameId,
    /// The most bits it can have.
    pub(crate) bound: f32,
}

/// An entry that reaches it.
struct Hit {
    entry: EntryId,
    weight: Weight,
    alignment: Option<Alignment>,
}

/// The scratch of a search in one segment.
struct Finder {
    forces: Forces,
    candidates: Vec<Candidate>,
    hits: Vec<Hit>,
    together: Scratch,
}

impl Finder {
    fn new(segment: &Segment) -> Self {
        Self {
            forces: Forces::new(segment.vocabulary.len()),
            candidates: Vec::new(),
            hits: Vec::new(),
            together: Scratch::default(),
        }
    }

    /// Finds the entries that weigh `floor` bits.
    fn find(&mut self, segment: &Segment, query: &Person, floor: f32) {
        self.hits.clear();
        let missing = floor - rest_reach(query);
        // Before the dates are worked out, so that memory has time.
        let mut readings: SmallVec<[_; 2]> = SmallVec::new();
        for (i, name) in query.names.iter().enumerate() {
            for (x, reading) in name.readings.iter().enumerate() {
                let known = segment.meanings.known(&reading.parts);
                readings.push(((i, x), reading, known));
            }
        }
        let dates = Dates::new(segment, query);
        for (left, reading, known) in readings {
            let asked = self.read(segment, (reading, known), missing, &dates);
            self.weigh(segment, query, (reading, &asked), left, floor);
        }
        self.weigh_whole(segment, query, floor, &dates.odd);
    }

    /// Weighs what the words of names do not lead to: entries with a document like one of the query's,
    /// and those of which one side has no name.
    fn weigh_whole(&mut self, segment: &Segment, query: &Person, floor: f32, spans: &Spans) {
        let mut whole: Vec<EntryId> = Vec::new();
        for document in &query.documents {
            whole.extend(segment.with_number(&document.number));
        }
        let missing = floor - rest_reach(query) - NO_NAME;
        if missing <= DATE_BITS_MOST {
            whole.extend(segment.nameless());
            if query.names.iter().all(|name| name.readings.is_empty()) {
                let spans = spans.short.iter().chain(&spans.rings);
                for span in spans.filter(|span| span.bits >= missing) {
                    let rows = span.rows.clone();
                    whole.extend(rows.map(|row| segment.entry_of(segment.rows.name(row))));
                }
            }
        }
        whole.sort_unstable();
        whole.dedup();
        for entry in whole {
            self.hits.retain(|hit| hit.entry != entry);
            let weight = weigh(query, &segment.person(entry));
            if weight.bits() >= floor {
                self.hits.push(Hit {
                    entry,
                    weight,
                    alignment: None,
                });
            }
        }
    }

    /// Gathers the names that may reach the floor with one reading.
    fn read(
        &mut self,
        segment: &Segment,
        (reading, known): (&Reading, OfParts),
        missing: f32,
        dates: &Dates,
    ) -> Asked {
        let parts = &reading.parts[..];
        let mut asked = Asked {
            missing: missing - reach::titles(parts),
            initials: 0,
            words: 0,
            regular: Beside::of(Shape::of(parts.iter().map(|part| part.word.class))),
            sources: SmallVec::new(),
            together: Vec::new(),
            runs: parts.len() / 2,
        };
        self.forces.clear();
        let meaning = |(part, known): (&Part, Option<_>)| {
            let find = |other: Option<&_>| meaning(segment, part, other);
            known.unwrap_or_else(|| segment.meanings.of(part, find))
        };
        let meanings: SmallVec<[_; 8]> = parts.iter().zip(known).map(meaning).collect();
        for (at, part) in parts.iter().enumerate() {
            if !part.word.counts() {
                continue;
            }
            asked.words += 1;
            if part.word.class == Class::Initial {
                asked.initials += 1;
                continue;
            }
            let meaning = Arc::clone(&meanings[at]);
            self.forces.add(&meaning.near, false);
            asked.sources.push((at, meaning));
        }
        let names = [true, false].map(|regular| Names::new(segment, &asked, dates, regular));
        asked.together = together(
            segment,
            (parts, &meanings),
            &asked,
            dates,
            &mut self.together,
        );
        self.forces.add(&asked.together, true);
        let mut candidates = std::mem::take(&mut self.candidates);
        for names in &names {
            let look = Look::new(segment, &asked, &self.forces, dates, names);
            look.at_spans(&mut candidates);
            look.at_words(&mut candidates);
            if !names.regular {
                look.at_words_apart(parts, &mut candidates);
            }
        }
        self.candidates = candidates;
        asked
    }

    /// Weighs the names gathered, by the likenesses at hand.
    fn weigh(
        &mut self,
        segment: &Segment,
        query: &Person,
        (reading, asked): (&Reading, &Asked),
        left: (usize, usize),
        floor: f32,
    ) {
        let titles = reach::titles(&reading.parts);
        let mut candidates = std::mem::take(&mut self.candidates);
        candidates.sort_unstable_by(|a, b| a.name.cmp(&b.name).then(b.bound.total_cmp(&a.bound)));
        candidates.dedup_by_key(|candidate| candidate.name);
        for candidate in candidates.drain(..) {
            let entry = segment.entry_of(candidate.name);
            let rest = rest_bits(query, &segment.facts(entry));
            if candidate.bound + titles + rest < floor {
                continue;
            }
            let listed: SmallVec<[Part; 6]> = segment.parts(candidate.name).collect();
            let places = segment.places_of(candidate.name);
            let parts = &reading.parts[..];
            let alignment = align_with(parts, &listed, |i, j| {
                if parts[i].word.class == Class::Initial || places[j].is_initial() {
                    return relate(&parts[i].word, &listed[j].word, (false, false));
                }
                let source = asked.sources.iter().find(|(at, _)| *at == i);
                source.and_then(|(_, meaning)| meaning.like(places[j].word()))
            });
            let bits = name_bits(parts, &listed, &alignment)
                + quality_bits(segment.quality_of(candidate.name));
            if bits + rest < floor {
                continue;
            }
            let weight = Weight {
                name: bits,
                rest,
                left,
                right: ((candidate.name - segment.names_of(entry).start) as usize, 0),
            };
            let alignment = Some(alignment);
            match self.hits.iter_mut().find(|hit| hit.entry == entry) {
                Some(hit) if hit.weight.name >= bits => {}
                Some(hit) => {
                    hit.weight = weight;
                    hit.alignment = alignment;
                }
                None => self.hits.push(Hit {
                    entry,
                    weight,
                    alignment,
                }),
            }
        }
        self.candidates = candidates;
    }
}

/// Finds out what the words of a segment's own names mean, see [`Snapshot::learn`].
pub(crate) fn learn(segment: &Segment, mut go_on: impl FnMut() -> bool) -> usize {
    if segment.meanings.are_learnt() {
        return 0;
    }
    let mut learnt = 0;
    for part in segment.own_words() {
        if !go_on() {
            return learnt;
        }
        if !segment.meanings.have_room() {
            break;
        }
        segment.meanings.of(&part, |other| {
            let meaning = meaning(segment, &part, other);
            segment.vocabulary.wholes.complete(&meaning.runs.flanks);
            meaning
        });
        learnt += 1;
    }
    segment.meanings.learnt();
    learnt
}

/// What a word of a query means in a segment; `other` is what the same word means that was not cut short,
/// or that was.
fn meaning(segment: &Segment, part: &Part, other: Option<&Meaning>) -> Meaning {
    let word = &part.word;
    let runs = other.map_or_else(
        || Arc::new(runs(segment, word)),
        |other| Arc::clone(&other.runs),
    );
    let likes = match other {
        _ if !word.counts() || word.class == Class::Initial => Vec::new(),
        Some(other) => {
            let vocabulary = &segment.vocabulary;
            vocabulary.neighbours_by(word, part.last, &other.likes)
        }
        None => segment.vocabulary.neighbours(word, part.last),
    };
    Meaning::new(likes, |word| segment.rows.places(word), runs)
}

/// What a word may be as one of several written together, or as several that are.
fn runs(segment: &Segment, word: &Word) -> Runs {
    let flanks = Wholes::flanks(&word.letters);
    let apart = match word.counts() && word.class != Class::Initial {
        true => segment.names_joined(word),
        false => Vec::new(),
    };
    let mut apart: Vec<Apart> = apart
        .into_iter()
        .flat_map(|(name, rarity)| {
            let keys = segment.birth_keys(name);
            keys.map(move |key| Apart {
                row: segment.rows.of(key, name),
                rarity,
            })
        })
        .collect();
    apart.sort_unstable_by_key(|apart| apart.row);
    apart.dedup_by_key(|apart| apart.row);
    Runs::new(apart, flanks)
}
