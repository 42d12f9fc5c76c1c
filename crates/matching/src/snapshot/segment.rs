//! Entries packed into flat tables.

use std::sync::Arc;

use smallvec::SmallVec;
use tidewaiter_domain::{CountryCode, NameQuality, Sex, SubjectKind, Text};

use super::vocabulary::{Vocabulary, WordId, hash};
use super::{Entry, Match};
use crate::date::Born;
use crate::evidence::{Weight, lookalike, score};
use crate::name::{Part, Reading, Role};
use crate::person::{Document, Name, Person};
use crate::settings::Settings;
use crate::sound;
use crate::word::Class;

/// Number of an entry in a segment.
pub(crate) type EntryId = u32;
/// Number of a name in a segment.
pub(crate) type NameId = u32;

/// A word in a name: its number, role and whether it may be cut.
#[derive(Clone, Copy)]
pub(crate) struct Place(u32);

impl Place {
    fn new(word: WordId, part: &Part) -> Self {
        let role = match part.role {
            Role::Surname => 0,
            Role::Given => 1,
            Role::Unsaid => 2,
        };
        let initial = u32::from(part.word.class == Class::Initial);
        Self(word << 4 | initial << 3 | role << 1 | u32::from(part.last))
    }

    pub(crate) const fn word(self) -> WordId {
        self.0 >> 4
    }

    pub(crate) const fn is_initial(self) -> bool {
        self.0 >> 3 & 1 == 1
    }

    pub(crate) const fn role(self) -> Role {
        match self.0 >> 1 & 3 {
            0 => Role::Surname,
            1 => Role::Given,
            _ => Role::Unsaid,
        }
    }

    pub(crate) const fn last(self) -> bool {
        self.0 & 1 == 1
    }
}

/// A date of birth by which the names of a word are ordered: year × 512 + day of the year, with day
/// 0 for a year of which the day is not known; or one of the two marks below.
pub(crate) type BirthKey = u32;

/// A date wider than a year.
pub(crate) const WIDE: BirthKey = 0;

/// No date of birth.
pub(crate) const NO_DATE: BirthKey = 1;

/// The least key of a real date.
pub(crate) const FIRST_DATE: BirthKey = 512;

/// The key of day `day` (1–366, or 0) of `year`.
pub(crate) fn birth_key(year: i16, day: i16) -> BirthKey {
    year.max(1) as BirthKey * 512 + day.clamp(0, 511) as BirthKey
}

fn key_of(born: &Born) -> BirthKey {
    if born.from.year() != born.to.year() {
        WIDE
    } else if born.from == born.to && !born.circa {
        birth_key(born.from.year(), born.from.day_of_year())
    } else {
        birth_key(born.from.year(), 0)
    }
}

struct Packed {
    list: u16,
    kind: SubjectKind,
    sex: Option<Sex>,
    reference: Text,
    /// First of its names, dates, nationalities, birth countries, documents; the next entry's
    /// firsts are the ends.
    names: u32,
    born: u32,
    nationalities: u32,
    birth_countries: u32,
    documents: u32,
}

#[derive(Default)]
pub(crate) struct Segment {
    pub(crate) vocabulary: Vocabulary,
    lists: Vec<Text>,
    entries: Vec<Packed>,
    digests: Vec<[u64; 4]>,
    born: Vec<Born>,
    nationalities: Vec<CountryCode>,
    birth_countries: Vec<CountryCode>,
    documents: Vec<Document>,
    /// Names: whose, where its readings' words start, how good, and its text.
    name_entry: Vec<EntryId>,
    name_places: Vec<u32>,
    name_quality: Vec<NameQuality>,
    name_texts: Vec<u32>,
    texts: String,
    places: Vec<Place>,
    /// For each word where its names start in `postings`, which are ordered by date of birth; a
    /// name stands there once for each date.
    starts: Vec<u32>,
    postings: Vec<(BirthKey, NameId)>,
    /// Words of a name written together, by the skeleton of their sounds.
    joined: Vec<(u32, NameId)>,
    /// Document numbers by hash of their lookalike form.
    numbers: Vec<(u64, EntryId)>,
    /// References by hash, to find an entry.
    references: Vec<(u64, EntryId)>,
}

impl Segment {
    pub(crate) fn len(&self) -> u32 {
        self.entries.len() as u32
    }

    pub(crate) fn digest(&self, at: EntryId) -> [u64; 4] {
        self.digests[at as usize]
    }

    pub(crate) fn entry_of(&self, name: NameId) -> EntryId {
        self.name_entry[name as usize]
    }

    pub(crate) fn quality_of(&self, name: NameId) -> NameQuality {
        self.name_quality[name as usize]
    }

    pub(crate) fn places_of(&self, name: NameId) -> &[Place] {
        let start = self.name_places[name as usize] as usize;
        let end = self.name_places[name as usize + 1] as usize;
        &self.places[start..end]
    }

    pub(crate) fn born_of(&self, at: EntryId) -> &[Born] {
        let (here, next) = self.bounds(at, |packed| packed.born, self.born.len());
        &self.born[here..next]
    }

    fn bounds(&self, at: EntryId, field: impl Fn(&Packed) -> u32, end: usize) -> (usize, usize) {
        let here = field(&self.entries[at as usize]) as usize;
        let next = self
            .entries
            .get(at as usize + 1)
            .map_or(end, |packed| field(packed) as usize);
        (here, next)
    }

    /// The names that hold a word, born between two keys, both included.
    pub(crate) fn names_with(
        &self,
        word: WordId,
        born: (BirthKey, BirthKey),
    ) -> &[(BirthKey, NameId)] {
        let start = self.starts[word as usize] as usize;
        let end = self.starts[word as usize + 1] as usize;
        let names = &self.postings[start..end];
        if born == (WIDE, BirthKey::MAX) {
            return names;
        }
        let from = names.partition_point(|name| name.0 < born.0);
        let to = from + names[from..].partition_point(|name| name.0 <= born.1);
        &names[from..to]
    }

    /// Number of names.
    pub(crate) fn names(&self) -> usize {
        self.name_entry.len()
    }

    /// Number of names that hold a word.
    pub(crate) fn frequency(&self, word: WordId) -> u32 {
        self.starts[word as usize + 1] - self.starts[word as usize]
    }

    /// The names of which some words written together sound like `text`.
    pub(crate) fn names_joined(&self, text: &str) -> impl Iterator<Item = NameId> + '_ {
        let key = joined_key(text);
        let start = self.joined.partition_point(|pair| pair.0 < key);
        self.joined[start..]
            .iter()
            .take_while(move |pair| pair.0 == key)
            .map(|pair| pair.1)
    }

    /// The entries with a document whose number looks like this one.
    pub(crate) fn with_number(&self, number: &str) -> impl Iterator<Item = EntryId> + '_ {
        let key = hash(lookalike(number).as_bytes());
        let start = self.numbers.partition_point(|pair| pair.0 < key);
        self.numbers[start..]
            .iter()
            .take_while(move |pair| pair.0 == key)
            .map(|pair| pair.1)
    }

    pub(crate) fn find(&self, list: &str, reference: &str) -> Vec<EntryId> {
        let key = reference_key(list, reference);
        let start = self.references.partition_point(|pair| pair.0 < key);
        self.references[start..]
            .iter()
            .take_while(|pair| pair.0 == key)
            .map(|pair| pair.1)
            .filter(|at| {
                let packed = &self.entries[*at as usize];
                packed.reference == reference && self.lists[usize::from(packed.list)] == list
            })
            .collect()
    }

    pub(crate) fn parts(&self, name: NameId) -> impl Iterator<Item = Part> + '_ {
        self.places_of(name).iter().map(|place| Part {
            word: Arc::clone(self.vocabulary.word(place.word())),
            role: place.role(),
            last: place.last(),
        })
    }

    fn name(&self, id: NameId) -> Name {
        let start = self.name_texts[id as usize] as usize;
        let end = self.name_texts[id as usize + 1] as usize;
        Name {
            text: self.texts[start..end].into(),
            quality: self.name_quality[id as usize],
            readings: [Reading {
                parts: self.parts(id).collect(),
                because: None,
            }]
            .into(),
        }
    }

    /// Everything known of an entry.
    pub(crate) fn person(&self, at: EntryId) -> Person {
        let packed = &self.entries[at as usize];
        let names = self.bounds(at, |packed| packed.names, self.name_entry.len());
        let nationalities =
            self.bounds(at, |packed| packed.nationalities, self.nationalities.len());
        let births = self.bounds(
            at,
            |packed| packed.birth_countries,
            self.birth_countries.len(),
        );
        let documents = self.bounds(at, |packed| packed.documents, self.documents.len());
        Person {
            kind: packed.kind,
            names: (names.0..names.1)
                .map(|id| self.name(id as NameId))
                .collect(),
            born: self.born_of(at).into(),
            sex: packed.sex,
            nationalities: self.nationalities[nationalities.0..nationalities.1].into(),
            birth_countries: self.birth_countries[births.0..births.1].into(),
            documents: self.documents[documents.0..documents.1].to_vec(),
        }
    }

    pub(crate) fn found(
        &self,
        at: EntryId,
        person: Person,
        weight: Weight,
        settings: &Settings,
    ) -> Match {
        let packed = &self.entries[at as usize];
        let text = |name: usize| person.names.get(name).map(|name| name.text.clone());
        let bits = weight.bits();
        Match {
            list: self.lists[usize::from(packed.list)].clone(),
            entry: packed.reference.clone(),
            name: text(0).unwrap_or_default(),
            matched_name: text(weight.right.0).unwrap_or_default(),
            bits,
            score: score(bits),
            band: settings.band(bits),
            weight,
            person,
        }
    }
}

fn reference_key(list: &str, reference: &str) -> u64 {
    hash(format!("{list}\t{reference}").as_bytes())
}

fn joined_key(text: &str) -> u32 {
    let skeleton = sound::skeleton(&sound::sounds(text));
    (skeleton.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

/// Fewest letters of words written together that are indexed.
const SHORTEST_JOINED: usize = 6;

#[derive(Default)]
pub(crate) struct Builder {
    segment: Segment,
}

impl Builder {
    pub(crate) fn len(&self) -> u32 {
        self.segment.len()
    }

    pub(crate) fn add(&mut self, entry: &Entry) {
        let segment = &mut self.segment;
        let at = segment.entries.len() as EntryId;
        let person = &entry.person;
        let list = segment
            .lists
            .iter()
            .position(|list| *list == entry.list)
            .unwrap_or_else(|| {
                segment.lists.push(entry.list.clone());
                segment.lists.len() - 1
            });
        segment.entries.push(Packed {
            list: list as u16,
            kind: person.kind,
            sex: person.sex,
            reference: entry.entry.clone(),
            names: segment.name_entry.len() as u32,
            born: segment.born.len() as u32,
            nationalities: segment.nationalities.len() as u32,
            birth_countries: segment.birth_countries.len() as u32,
            documents: segment.documents.len() as u32,
        });
        segment.digests.push(digest(entry));
        segment
            .references
            .push((reference_key(&entry.list, &entry.entry), at));
        for name in &person.names {
            for reading in name.readings.iter() {
                let id = segment.name_entry.len() as NameId;
                segment.name_entry.push(at);
                segment.name_places.push(segment.places.len() as u32);
                segment.name_quality.push(name.quality);
                segment.name_texts.push(segment.texts.len() as u32);
                segment.texts.push_str(&name.text);
                for part in &reading.parts {
                    let word = segment.vocabulary.number(&part.word);
                    segment.places.push(Place::new(word, part));
                }
                join(&reading.parts, |text| {
                    segment.joined.push((joined_key(text), id))
                });
            }
        }
        for document in &person.documents {
            segment
                .numbers
                .push((hash(lookalike(&document.number).as_bytes()), at));
        }
        segment.born.extend_from_slice(&person.born);
        segment
            .nationalities
            .extend_from_slice(&person.nationalities);
        segment
            .birth_countries
            .extend_from_slice(&person.birth_countries);
        segment.documents.extend_from_slice(&person.documents);
    }

    pub(crate) fn finish(self) -> Segment {
        let mut segment = self.segment;
        segment.name_places.push(segment.places.len() as u32);
        segment.name_texts.push(segment.texts.len() as u32);
        segment.vocabulary.finish();
        // Names in the order of their dates, dealt out to their words.
        let mut order: Vec<(BirthKey, NameId)> = Vec::with_capacity(segment.names());
        let mut starts = vec![0_u32; segment.vocabulary.len() + 1];
        for name in 0..segment.names() as NameId {
            let before = order.len();
            let born = segment.born_of(segment.entry_of(name));
            let mut keys: SmallVec<[BirthKey; 4]> = born.iter().map(key_of).collect();
            if keys.is_empty() {
                keys.push(NO_DATE);
            }
            keys.sort_unstable();
            keys.dedup();
            order.extend(keys.into_iter().map(|key| (key, name)));
            let dates = (order.len() - before) as u32;
            for place in segment.places_of(name) {
                starts[place.word() as usize + 1] += dates;
            }
        }
        order.sort_unstable();
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut postings = vec![(WIDE, 0); starts.last().copied().unwrap_or_default() as usize];
        for posting in order {
            for place in segment.places_of(posting.1) {
                let slot = &mut next[place.word() as usize];
                postings[*slot as usize] = posting;
                *slot += 1;
            }
        }
        segment.starts = starts;
        segment.postings = postings;
        for table in [&mut segment.numbers, &mut segment.references] {
            table.sort_unstable();
            table.shrink_to_fit();
        }
        segment.joined.sort_unstable();
        segment.joined.dedup();
        segment.joined.shrink_to_fit();
        segment.texts.shrink_to_fit();
        segment.places.shrink_to_fit();
        segment.entries.shrink_to_fit();
        segment
    }
}

/// The ways in which systems write words of a name together: two or three neighbours, or all of
/// them, also with the halves changed round.
pub(crate) fn join(parts: &[Part], mut add: impl FnMut(&str)) {
    let count = parts.len();
    if count < 2 {
        return;
    }
    let mut text = String::new();
    for start in 0..count {
        text.clear();
        for step in 0..count.min(7) {
            text.push_str(&parts[(start + step) % count].word.letters);
            let whole = step + 1 == count;
            let wrapped = start + step >= count;
            if step > 0
                && (whole || step == 1 || (step == 2 && !wrapped))
                && text.len() >= SHORTEST_JOINED
            {
                add(&text);
            }
        }
    }
}

/// 256 bits of everything an entry says.
fn digest(entry: &Entry) -> [u64; 4] {
    let mut text = String::new();
    let person = &entry.person;
    use std::fmt::Write;
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "{}\t{}\t{}\t{:?}",
        entry.list,
        entry.entry,
        person.kind.as_str(),
        person.sex
    );
    for name in &person.names {
        let _ = write!(text, "\n{}\t{}", name.quality.as_str(), name.text);
        for part in name
            .readings
            .iter()
            .flat_map(|reading| reading.parts.iter())
        {
            let _ = write!(text, "\t{:?}", part.role);
        }
    }
    for born in &person.born {
        let _ = write!(text, "\n{born:?}");
    }
    let _ = write!(
        text,
        "\n{:?}\n{:?}\n{:?}",
        person.nationalities, person.birth_countries, person.documents
    );
    sha256(text.as_bytes())
}

fn sha256(bytes: &[u8]) -> [u64; 4] {
    use sha2::Digest;
    let hash = sha2::Sha256::digest(bytes);
    let mut out = [0; 4];
    for (to, from) in out.iter_mut().zip(hash.chunks_exact(8)) {
        *to = from
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte));
    }
    out
}
