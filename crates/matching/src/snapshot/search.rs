//! The search: candidates from the words of a query, pruned by what they can reach, then weighed.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use smallvec::SmallVec;
use tidewaiter_domain::Text;

use super::reach::{self, Group};
use super::segment::{EntryId, NameId, Segment, join};
use super::vocabulary::WordId;
use super::{Match, Snapshot, rank};
use crate::align::{self, align_with};
use crate::evidence::{name_bits, quality_bits, rest_bits, weigh};
use crate::name::{Part, Reading};
use crate::person::Person;
use crate::relation::{Likeness, Relation, relate};
use crate::settings::Settings;
use crate::word::Class;

/// Words that a word of a query may mean.
type Neighbours = Arc<[(WordId, Likeness)]>;

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
            for at in finder.candidates(segment, query, settings.floor) {
                if gone.binary_search(&at).is_ok() {
                    continue;
                }
                let person = segment.person(at);
                let weight = weigh(query, &person);
                if weight.bits() >= settings.floor {
                    found.push(segment.found(at, person, weight, settings));
                }
            }
        }
        rank(&mut found, settings);
        found
    }
}

/// The likenesses of one list word to the words of the query's name.
#[derive(Clone, Default)]
struct Row {
    /// The most a link with this word can add.
    reach: f32,
    likes: SmallVec<[(u8, Likeness); 2]>,
}

/// The scratch of a search in one segment.
struct Finder {
    remembered: HashMap<(Text, bool), Neighbours>,
    /// For each list word the number of its row, 0 for none.
    slots: Vec<u16>,
    rows: Vec<Row>,
    touched: Vec<WordId>,
    /// For each name the last search that saw it.
    seen: Vec<u32>,
    search: u32,
}

impl Finder {
    fn new(segment: &Segment) -> Self {
        Self {
            remembered: HashMap::new(),
            slots: vec![0; segment.vocabulary.len()],
            rows: vec![Row::default()],
            touched: Vec::new(),
            seen: vec![0; segment.names()],
            search: 0,
        }
    }

    /// The entries that can weigh `floor` bits.
    fn candidates(&mut self, segment: &Segment, query: &Person, floor: f32) -> BTreeSet<EntryId> {
        let mut out = BTreeSet::new();
        if segment.len() == 0 {
            return out;
        }
        for document in &query.documents {
            out.extend(segment.with_number(&document.number));
        }
        let groups = reach::groups(query);
        for name in &query.names {
            for reading in name.readings.iter() {
                self.read(segment, query, reading, &groups, floor, &mut out);
            }
        }
        out
    }

    fn read(
        &mut self,
        segment: &Segment,
        query: &Person,
        reading: &Reading,
        groups: &[Group],
        floor: f32,
        out: &mut BTreeSet<EntryId>,
    ) {
        self.search = self.search.wrapping_add(1);
        if self.search == 0 {
            self.seen.fill(0);
            self.search = 1;
        }
        let parts = &reading.parts[..];
        let beside = reach::beside_links();
        // Each word of the query with the list words it may mean and the most it can add.
        let mut sources: Vec<(f32, u32, SmallVec<[WordId; 8]>)> = Vec::with_capacity(parts.len());
        let mut glued: SmallVec<[&str; 2]> = SmallVec::new();
        for (i, part) in parts.iter().enumerate() {
            if !part.word.counts() || part.word.class == Class::Initial {
                continue;
            }
            let neighbours = self.neighbours(segment, part);
            let known = neighbours
                .iter()
                .any(|(_, like)| like.relation == Relation::Exact);
            // `abu X` is one word here and may stand the other way round in the list.
            let compound = ["ab", "umm"]
                .iter()
                .any(|head| part.word.letters.starts_with(head));
            if (!known || compound) && part.word.letters.len() >= 8 {
                glued.push(&part.word.letters);
            }
            let mut most = 0.0_f32;
            let mut names = 0;
            let mut words = SmallVec::new();
            for (word, like) in neighbours.iter() {
                let reach = reach::link(like);
                self.enter(*word, i as u8, *like, reach);
                if reach > 0.0 {
                    most = most.max(reach);
                    names += segment.frequency(*word);
                    words.push(*word);
                }
            }
            sources.push((most, names, words));
        }
        let mut together: SmallVec<[WordId; 8]> = SmallVec::new();
        join(parts, |text| {
            let like = segment.vocabulary.sounding_like(text);
            together.extend(like.into_iter().filter(|word| {
                align::written_together(&segment.vocabulary.word(*word).letters, text, 0.0)
                    .is_some()
            }));
        });
        together.sort_unstable();
        together.dedup();
        if !together.is_empty() {
            let mut most = 0.0_f32;
            let mut names = 0;
            for word in &together {
                let list_word = segment.vocabulary.word(*word);
                let like = Likeness {
                    relation: Relation::Joined,
                    distance: 0.0,
                    rarity: list_word.rarity.max(2.0 * list_word.text().len() as f32),
                    length: list_word.text().len() as f32,
                };
                let reach = reach::link(&like);
                most = most.max(reach);
                names += segment.frequency(*word);
                // Not a likeness of any one word: only the reach counts.
                self.enter(*word, u8::MAX, like, reach);
            }
            sources.push((most, names, together));
        }
        // The most frequent first: those are left out when the others must carry the weight.
        sources.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.total_cmp(&b.0)));
        let all: f32 = sources.iter().map(|source| source.0).sum();
        let initials = parts
            .iter()
            .filter(|part| part.word.class == Class::Initial)
            .count()
            .max(1);
        let initials = reach::initial() * initials as f32;
        for group in groups {
            let need = floor - group.rest - beside - initials;
            if all < need {
                continue;
            }
            let mut left_out = 0.0;
            for (most, _, words) in &sources {
                if left_out + most < need {
                    left_out += most;
                    continue;
                }
                for word in words {
                    for (_, name) in segment.names_with(*word, group.born) {
                        if std::mem::replace(&mut self.seen[*name as usize], self.search)
                            == self.search
                        {
                            continue;
                        }
                        let reach: f32 = segment
                            .places_of(*name)
                            .iter()
                            .map(|place| {
                                let slot = self.slots[place.word() as usize];
                                if slot == 0 && place.is_initial() {
                                    return reach::initial();
                                }
                                self.rows[usize::from(slot)].reach
                            })
                            .sum();
                        if reach >= need {
                            self.consider(
                                segment,
                                query,
                                parts,
                                *name,
                                floor,
                                reach + beside + initials,
                                out,
                            );
                        }
                    }
                }
            }
        }
        // Words of the list written together in the query.
        let rest = crate::evidence::rest_reach(query);
        for text in glued {
            for name in segment.names_joined(text) {
                let entry = segment.entry_of(name);
                let dates = crate::evidence::born_bits(&query.born, segment.born_of(entry));
                if beside + reach::joined(text.len()) + dates + rest >= floor {
                    out.insert(entry);
                }
            }
        }
        for word in self.touched.drain(..) {
            self.slots[word as usize] = 0;
        }
        self.rows.truncate(1);
    }

    /// Weighs a name by the likenesses at hand; what reaches the floor is weighed properly later.
    #[allow(clippy::too_many_arguments)]
    fn consider(
        &self,
        segment: &Segment,
        query: &Person,
        parts: &[Part],
        name: NameId,
        floor: f32,
        reach: f32,
        out: &mut BTreeSet<EntryId>,
    ) {
        let entry = segment.entry_of(name);
        if out.contains(&entry) {
            return;
        }
        let dates = crate::evidence::born_bits(&query.born, segment.born_of(entry));
        if reach + dates + crate::evidence::rest_reach(query) < floor {
            return;
        }
        let listed: SmallVec<[Part; 6]> = segment.parts(name).collect();
        let places = segment.places_of(name);
        let mut together = false;
        let alignment = align_with(parts, &listed, |i, j| {
            let row = &self.rows[usize::from(self.slots[places[j].word() as usize])];
            together |= row.likes.iter().any(|(at, _)| *at == u8::MAX);
            if parts[i].word.class == Class::Initial || listed[j].word.class == Class::Initial {
                return relate(&parts[i].word, &listed[j].word, (false, false));
            }
            row.likes
                .iter()
                .find(|(at, _)| usize::from(*at) == i)
                .map(|(_, like)| *like)
        });
        let bits = name_bits(parts, &listed, &alignment) + quality_bits(segment.quality_of(name));
        if together || bits + dates + crate::evidence::rest_reach(query) >= floor {
            let person = segment.person(entry);
            if together || bits + rest_bits(query, &person) >= floor {
                out.insert(entry);
            }
        }
    }

    fn neighbours(&mut self, segment: &Segment, part: &Part) -> Neighbours {
        let word = &part.word;
        let mut key = Text::from(word.native.as_deref().unwrap_or_else(|| word.text()));
        if let Some(form) = word.forms.get(1) {
            key.push('|');
            key.push_str(&form.text);
        }
        if let Some(known) = self.remembered.get(&(key.clone(), part.last)) {
            return Arc::clone(known);
        }
        if self.remembered.len() >= MOST_REMEMBERED {
            self.remembered.clear();
        }
        let found: Neighbours = segment.vocabulary.neighbours(word, part.last).into();
        self.remembered.insert((key, part.last), Arc::clone(&found));
        found
    }

    fn enter(&mut self, word: WordId, query_word: u8, like: Likeness, reach: f32) {
        let slot = &mut self.slots[word as usize];
        if *slot == 0 {
            if self.rows.len() > usize::from(u16::MAX) {
                return;
            }
            *slot = self.rows.len() as u16;
            self.rows.push(Row::default());
            self.touched.push(word);
        }
        let row = &mut self.rows[usize::from(*slot)];
        row.reach = row.reach.max(reach);
        row.likes.push((query_word, like));
    }
}
