//! The search: names that can reach the floor, found by their dates and words, then weighed.

use std::collections::HashMap;
use std::sync::Arc;

use smallvec::SmallVec;

use super::asked::{Asked, Meaning, Near, Spans, advance, drives};
use super::reach::{self, Beside, Force, MOST_LINKS, Shape};
use super::rows::{BirthKey, Postings, RowId};
use super::segment::{EntryId, NameId, Segment, join};
use super::vocabulary::WordId;
use super::{Match, Snapshot, rank};
use crate::align::{Alignment, align_with};
use crate::evidence::{
    DATE_BITS_MOST, NO_NAME, Weight, name_bits, quality_bits, rest_bits, rest_reach, weigh,
};
use crate::name::{Part, Reading};
use crate::person::Person;
use crate::relation::{Likeness, relate};
use crate::settings::Settings;
use crate::word::{Class, Identity};

/// Words remembered before all are forgotten.
const MOST_REMEMBERED: usize = 1 << 17;

/// Searches a snapshot, remembering the neighbours of words between queries.
///
/// What it remembers changes how fast an answer comes, never the answer.
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

/// Everything of a word that its meaning depends on.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    word: Identity,
    last: bool,
}

/// What a list word is to the words of the query's name.
struct Row {
    /// The most a link with this word can add.
    force: Force,
    likes: SmallVec<[(u8, Likeness); 2]>,
    /// Whether it may be words of the query written together.
    together: bool,
}

/// A name that may reach the floor.
#[derive(Clone, Copy)]
struct Candidate {
    name: NameId,
    /// The most bits it can have.
    bound: f32,
}

/// An entry that reaches it.
struct Hit {
    entry: EntryId,
    weight: Weight,
    alignment: Option<Alignment>,
}

/// The scratch of a search in one segment.
struct Finder {
    remembered: HashMap<Key, Arc<Meaning>>,
    /// For each list word the number of its row, 0 for none.
    slots: Vec<u32>,
    /// For each list word its force in steps, 0 when nothing in the query is like it.
    steps: Vec<u16>,
    rows: Vec<Row>,
    touched: Vec<WordId>,
    /// Rows to look at, with what they need.
    seen: Vec<(RowId, f32)>,
    candidates: Vec<Candidate>,
    hits: Vec<Hit>,
}

/// Steps of force in a bit.
const STEPS: f32 = 16.0;

/// The steps of a word that may have any force.
const ANY: u16 = 1 << 14;

fn steps(force: f32) -> u16 {
    1 + (force.max(0.0) * STEPS).ceil().min(f32::from(ANY - 2)) as u16
}

impl Finder {
    fn new(segment: &Segment) -> Self {
        let mut steps = vec![0; segment.vocabulary.len() + 2];
        if let Some(any) = steps.last_mut() {
            *any = ANY;
        }
        Self {
            remembered: HashMap::new(),
            slots: vec![0; segment.vocabulary.len() + 2],
            steps,
            rows: vec![Row {
                force: Force::NONE,
                likes: SmallVec::new(),
                together: false,
            }],
            touched: Vec::new(),
            seen: Vec::new(),
            candidates: Vec::new(),
            hits: Vec::new(),
        }
    }

    /// Finds the entries that weigh `floor` bits.
    fn find(&mut self, segment: &Segment, query: &Person, floor: f32) {
        self.hits.clear();
        let missing = floor - rest_reach(query);
        let regular = Spans::new(segment, reach::groups(&query.born, false));
        let odd = Spans::new(segment, reach::groups(&query.born, true));
        for (i, name) in query.names.iter().enumerate() {
            for (x, reading) in name.readings.iter().enumerate() {
                self.read(segment, reading, missing, [&regular, &odd]);
                self.weigh(segment, query, reading, (i, x), floor);
            }
        }
        self.weigh_whole(segment, query, floor, &odd);
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
        reading: &Reading,
        missing: f32,
        [regular, odd]: [&Spans; 2],
    ) {
        self.forget();
        let mut asked = Asked {
            missing: missing - reach::titles(&reading.parts),
            initials: 0,
            words: 0,
            regular: None,
            sources: SmallVec::new(),
            together: self.together(segment, &reading.parts),
            runs: reading.parts.len() / 2,
        };
        for (i, part) in reading.parts.iter().enumerate() {
            if !part.word.counts() {
                continue;
            }
            asked.words += 1;
            if part.word.class == Class::Initial {
                asked.initials += 1;
                continue;
            }
            let meaning = self.meaning(segment, part);
            for near in &meaning.near {
                self.enter(near.word, near.force, Some((i as u8, near.like)));
            }
            asked.sources.push(meaning);
        }
        let classes = reading.parts.iter().map(|part| part.word.class);
        asked.regular = Beside::of(Shape::of(classes));
        self.look(segment, &asked, regular, &segment.rows.regular, true);
        self.look(segment, &asked, odd, &segment.rows.odd, false);
        self.bound(segment, &asked);
        self.apart(segment, &asked, &reading.parts, odd);
    }

    /// Adds the names that have a word of the query as several.
    fn apart(&mut self, segment: &Segment, asked: &Asked, parts: &[Part], spans: &Spans) {
        let apart = || {
            let words = words(parts).zip(&asked.sources);
            words.filter(|(_, meaning)| !meaning.apart.is_empty())
        };
        // A name may have several of the words apart, and others of them together.
        let joined = apart().fold(Force::NONE, |sum, (part, _)| {
            let force = reach::joined(part.word.letters.len(), f32::INFINITY);
            sum.and(force.or(Force::NONE))
        });
        let most = asked
            .most()
            .and(joined)
            .and(asked.most_together(asked.runs));
        let most = most.bits() + asked.beside(MOST_LINKS.max(segment.longest()));
        for (_, meaning) in apart() {
            for group in spans.groups.iter() {
                let need = asked.need(group.bits);
                if need > most {
                    continue;
                }
                let from = meaning.apart.partition_point(|name| name.0 < group.born.0);
                let names = meaning.apart[from..].iter();
                for (_, name) in names.take_while(|name| name.0 <= group.born.1) {
                    let bound = joined.bits() + self.any_bound(segment, asked, *name);
                    if bound >= need {
                        self.candidates.push(Candidate { name: *name, bound });
                    }
                }
            }
        }
    }

    /// The list words that words of the query written together may be.
    fn together(&mut self, segment: &Segment, parts: &[Part]) -> Vec<(WordId, Force)> {
        let mut words: SmallVec<[WordId; 8]> = SmallVec::new();
        join(parts, |text| {
            segment.vocabulary.written_together(text, &mut words);
        });
        words.sort_unstable();
        words.dedup();
        let counting = parts.iter().filter(|part| part.word.counts());
        let rarity: f32 = counting.map(|part| part.word.rarity).sum();
        words
            .into_iter()
            .map(|word| {
                let listed = segment.vocabulary.word(word);
                let force = reach::joined(listed.letters.len() + 3, rarity);
                self.enter(word, force, None);
                (word, force)
            })
            .collect()
    }

    /// Looks through the regular names, or the others, for rows that may reach what they need.
    fn look(
        &mut self,
        segment: &Segment,
        asked: &Asked,
        spans: &Spans,
        postings: &Postings,
        regular: bool,
    ) {
        if postings.is_empty() {
            return;
        }
        let rows = &segment.rows;
        let both = asked.regular.filter(|_| regular);
        // What a name can have beside links, and without any but of single letters.
        let (beside, nothing, lone) = match both {
            Some(beside) => (beside.best(), beside.nothing(), reach::alone()),
            None => {
                let longest = if regular {
                    MOST_LINKS
                } else {
                    segment.longest()
                };
                let letters = if regular { asked.initials } else { asked.words };
                (
                    asked.beside(longest),
                    reach::nothing_any(longest, letters),
                    0.0,
                )
            }
        };
        let lone = Force::even(lone);
        let need_steps = |need: f32| ((need - beside) * STEPS).floor() as i32;
        for span in &spans.short {
            let need = asked.need(span.bits);
            let least = if nothing >= need {
                0
            } else {
                need_steps(need).max(1)
            };
            for row in span.rows.clone() {
                if rows.shape(row).is_regular() == regular {
                    let found: i32 = rows
                        .words(row)
                        .iter()
                        .map(|word| i32::from(self.steps[*word as usize]))
                        .sum();
                    if found >= least {
                        self.seen.push((row, need));
                    }
                }
            }
        }
        let Some(most) = spans.rings.iter().map(|ring| ring.bits).reduce(f32::max) else {
            return;
        };
        for ring in &spans.rings {
            let need = asked.need(ring.bits);
            if nothing >= need {
                let all = ring.rows.clone();
                let all = all.filter(|row| rows.shape(*row).is_regular() == regular);
                self.seen.extend(all.map(|row| (row, need)));
            }
        }
        let mut drives = drives(asked, beside, lone, asked.need(most));
        let together = asked.beside(MOST_LINKS.max(segment.longest()));
        drives.extend(asked.drives_together(together));
        for drive in drives {
            let own = i32::from(steps(drive.first));
            let places = postings.of(drive.word);
            let mut at = 0;
            if places.is_empty() {
                continue;
            }
            for ring in &spans.rings {
                let need = asked.need(ring.bits);
                if need > drive.bound || nothing >= need {
                    continue;
                }
                // One agreeing word alone hardly ever suffices.
                let alone = match both {
                    Some(beside) => drive.first + beside.one() >= need,
                    _ => true,
                };
                let others = if drive.together {
                    ((need - together) * STEPS).floor() as i32 - own
                } else {
                    (need_steps(need) - own).max(i32::from(!alone))
                };
                at = advance(places, at, ring.rows.start, segment.rows.len());
                while let Some(place) = places.get(at)
                    && place.row < ring.rows.end
                {
                    let found: i32 = place
                        .others
                        .iter()
                        .map(|word| i32::from(self.steps[*word as usize]))
                        .sum();
                    if found >= others {
                        self.seen.push((place.row, need));
                    }
                    at += 1;
                }
            }
        }
    }

    /// Keeps of the rows seen those that by all their words can reach what they need.
    fn bound(&mut self, segment: &Segment, asked: &Asked) {
        let mut seen = std::mem::take(&mut self.seen);
        for (row, need) in seen.drain(..) {
            let rows = &segment.rows;
            let (name, shape, words) = (rows.name(row), rows.shape(row), rows.words(row));
            let bound = match asked.regular.filter(|_| shape.is_regular()) {
                Some(beside) if words[0] != rows.any() => {
                    self.regular_bound(words.iter().copied(), shape, beside)
                }
                Some(beside) => {
                    let words = segment.places_of(name).iter().map(|place| place.word());
                    self.regular_bound(words, shape, beside)
                }
                None => None,
            };
            let bound = bound.unwrap_or_else(|| self.any_bound(segment, asked, name));
            if bound >= need {
                self.candidates.push(Candidate { name, bound });
            }
        }
        self.seen = seen;
    }

    /// The most bits that a regular name of these words can have against a regular query; `None`
    /// when one of them may be several words of the query.
    fn regular_bound(
        &self,
        words: impl Iterator<Item = WordId>,
        shape: Shape,
        beside: Beside,
    ) -> Option<f32> {
        let mut ways = [[f32::NEG_INFINITY; MOST_LINKS]; 3];
        let mut links = 0;
        for word in words {
            let slot = self.slots[word as usize];
            if slot == 0 || links == MOST_LINKS {
                continue;
            }
            let Row {
                force, together, ..
            } = self.rows[slot as usize];
            if together {
                return None;
            }
            for (way, bits) in ways.iter_mut().zip(force.ways()) {
                // In falling order.
                let mut at = links;
                while at > 0 && way[at - 1] < bits {
                    way[at] = way[at - 1];
                    at -= 1;
                }
                way[at] = bits;
            }
            links += 1;
        }
        let mut most = beside.links(0, shape);
        let mut sum = Force::NONE;
        for link in 0..links {
            sum = sum.and(Force::from_ways(ways.map(|way| way[link])));
            most = most.max(sum.bits() + beside.links(link + 1, shape));
        }
        Some(most)
    }

    /// The most bits that any name can have.
    fn any_bound(&self, segment: &Segment, asked: &Asked, name: NameId) -> f32 {
        let mut sum = Force::NONE;
        let mut counting = 0;
        for place in segment.places_of(name) {
            let slot = self.slots[place.word() as usize];
            let force = self.rows[slot as usize].force;
            sum = sum.and(force.or(Force::NONE));
            counting += 1;
        }
        sum.bits() + reach::beside_any(counting) + asked.initials()
    }

    /// Weighs the names gathered, by the likenesses at hand.
    fn weigh(
        &mut self,
        segment: &Segment,
        query: &Person,
        reading: &Reading,
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
                let slot = self.slots[places[j].word() as usize];
                let likes = &self.rows[slot as usize].likes;
                let like = likes.iter().find(|(at, _)| usize::from(*at) == i);
                like.map(|(_, like)| *like)
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

    fn meaning(&mut self, segment: &Segment, part: &Part) -> Arc<Meaning> {
        let word = &part.word;
        let key = Key {
            word: word.identity(),
            last: part.last,
        };
        if let Some(known) = self.remembered.get(&key) {
            return Arc::clone(known);
        }
        if self.remembered.len() >= MOST_REMEMBERED {
            self.remembered.clear();
        }
        let near = segment.vocabulary.neighbours(word, part.last);
        let near = near
            .into_iter()
            .map(|(word, like)| Near {
                word,
                like,
                force: Force::of(&like),
                places: segment.rows.places(word),
            })
            .collect();
        let apart = segment.names_joined(word).into_iter();
        let mut apart: Vec<(BirthKey, NameId)> = apart
            .flat_map(|name| segment.birth_keys(name).map(move |key| (key, name)))
            .collect();
        apart.sort_unstable();
        let meaning = Arc::new(Meaning::new(near, apart));
        self.remembered.insert(key, Arc::clone(&meaning));
        meaning
    }

    /// Notes that a list word is like a word of the query, or like several written together.
    fn enter(&mut self, word: WordId, force: Force, like: Option<(u8, Likeness)>) {
        let slot = &mut self.slots[word as usize];
        if *slot == 0 {
            *slot = self.rows.len() as u32;
            self.rows.push(Row {
                force: Force::LEAST,
                likes: SmallVec::new(),
                together: false,
            });
            self.touched.push(word);
        }
        let row = &mut self.rows[*slot as usize];
        row.force = row.force.or(force);
        row.together |= like.is_none();
        row.likes.extend(like);
        self.steps[word as usize] = if row.together {
            ANY
        } else {
            steps(row.force.first)
        };
    }

    fn forget(&mut self) {
        for word in self.touched.drain(..) {
            self.slots[word as usize] = 0;
            self.steps[word as usize] = 0;
        }
        self.rows.truncate(1);
    }
}

/// The words that are looked up, in the order of the name.
fn words(parts: &[Part]) -> impl Iterator<Item = &Part> {
    let word = |part: &&Part| part.word.counts() && part.word.class != Class::Initial;
    parts.iter().filter(word)
}
