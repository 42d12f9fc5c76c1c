//! Entries packed into flat tables.

use smallvec::SmallVec;
use tidewaiter_domain::{CountryCode, NameQuality, Sex, SubjectKind, Text};

use super::ahead::ask;
use super::at_hand::OfRows;
use super::glance::{Nations, Traits};
use super::keys::{hash, mixed};
use super::meanings::Meanings;
use super::reach::Shape;
use super::rows::{BirthKey, NO_DATE, Rows, WIDE, birth_key};
use super::skeletons::{Letters, Skeleton, Skeletons, Slack};
use super::vocabulary::{Vocabulary, WordId};
use super::wholes::Run;
use super::{Entry, Match};
use crate::align::{Alignment, LONGEST_RUN, Words, may_be_several};
use crate::date::Born;
use crate::evidence::{Facts, Weight, lookalike, score};
use crate::name::{Part, Reading, Role};
use crate::person::{Document, Name, Person};
use crate::settings::Settings;
use crate::sound;
use crate::word::{Class, Word};

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

fn key_of(born: &Born) -> BirthKey {
    if born.from.year() != born.to.year() {
        WIDE
    } else if born.is_day() {
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
    pub(crate) meanings: Meanings,
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
    /// Names by date of birth and word; a name stands there once for each date.
    pub(crate) rows: Rows,
    /// Which of their words may be several.
    pub(crate) of_rows: OfRows,
    /// The nationalities that the rows tell.
    pub(crate) nations: Nations,
    /// Most counting words of a regular name, and of any other.
    longest: [usize; 2],
    /// Entries without a name.
    nameless: Vec<EntryId>,
    /// Names by words of them written together.
    joined: Skeletons<Joined>,
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

    /// The most counting words that a regular name has, or any other.
    pub(crate) fn longest_of(&self, regular: bool) -> usize {
        self.longest[usize::from(!regular)]
    }

    /// The most counting words that a name has.
    pub(crate) fn longest(&self) -> usize {
        self.longest_of(true).max(self.longest_of(false))
    }

    /// The entries that have no name.
    pub(crate) fn nameless(&self) -> &[EntryId] {
        &self.nameless
    }

    /// The names of an entry, which follow each other.
    pub(crate) fn names_of(&self, at: EntryId) -> std::ops::Range<NameId> {
        let (first, end) = self.bounds(at, |packed| packed.names, self.name_entry.len());
        first as NameId..end as NameId
    }

    /// The names of which some words written together are `word`, or sound like it, with how rare these
    /// are.
    pub(crate) fn names_joined(&self, word: &Word) -> Vec<(NameId, RunRarity)> {
        let mut names = Vec::new();
        if !may_be_several(word) {
            return names;
        }
        let text = &word.letters[..];
        let own = (Letters::of(text), Joined::hash_of(text));
        let sounds = sound::sounds(text);
        let run = Run::new(text, own.0);
        let is_short = text.len() < SHORTEST_SOUNDED;
        let is_exact = |joined: &Joined| own == (joined.letters, joined.run);
        let mut like: Vec<&Joined> = Vec::new();
        self.joined.near(Skeleton::new(&sounds), |joined| {
            // An article is taken off by the word itself, and makes no run.
            let is_article = joined.one_counts & (word.forms.len() > 1);
            let may_be = !is_short & own.0.may_be(joined.letters);
            if !is_article & (may_be | is_exact(joined)) {
                like.push(joined);
            }
        });
        // Many names have the same run.
        let is_same = |a: &&Joined, b: &&Joined| (a.letters, a.run) == (b.letters, b.run);
        let runs: Vec<&[&Joined]> = like.chunk_by(is_same).collect();
        self.ask(runs.iter().map(|run| run[0]));
        for same in runs {
            if is_exact(same[0]) || self.is_meant(*same[0], &run) {
                names.extend(same.iter().map(|joined| (joined.name, joined.rarity)));
            }
        }
        // The rarest of each.
        names.sort_unstable_by_key(|(name, rarity)| (*name, std::cmp::Reverse(*rarity)));
        names.dedup_by_key(|(name, _)| *name);
        names
    }

    /// Asks memory for the words that some stand for, step by step.
    fn ask<'j>(&self, joined: impl Iterator<Item = &'j Joined> + Clone) {
        let names = || joined.clone().map(|joined| joined.name);
        names().for_each(|name| ask(&self.name_places[name as usize]));
        names().for_each(|name| ask(self.places_of(name)));
        let words = names().flat_map(|name| self.places_of(name));
        words.for_each(|place| ask(&self.vocabulary.word(place.word()).letters));
    }

    /// Whether the words that `joined` stands for are `whole` written apart.
    fn is_meant(&self, joined: Joined, whole: &Run<'_>) -> bool {
        let places = self.places_of(joined.name);
        let count = places.len();
        let in_run = |at: usize| joined.words & 1 << (at % count) != 0;
        let is_all = (0..count).all(in_run);
        // Where the run starts; when it is all words, it may be at any.
        let mut starts = (0..count).filter(|at| in_run(*at) && (is_all || !in_run(at + count - 1)));
        let mut run = String::new();
        starts.any(|start| {
            run.clear();
            let words = (start..start + count).take_while(|at| in_run(*at));
            for at in words {
                run.push_str(&self.vocabulary.word(places[at % count].word()).letters);
            }
            joined.run == Joined::hash_of(&run) && whole.may_be(&run, joined.letters)
        })
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
            word: self.vocabulary.word(place.word()).clone(),
            role: place.role(),
            last: place.last(),
        })
    }

    /// The words of its names as queries may have them, those of most names first.
    pub(crate) fn own_words(&self) -> impl Iterator<Item = Part> + '_ {
        let mut counts = vec![[0_u32; 2]; self.vocabulary.len()];
        for place in &self.places {
            counts[place.word() as usize][usize::from(place.last())] += 1;
        }
        let each = (0..).zip(counts).flat_map(|(word, counts)| {
            let [inner, last] = counts;
            [(inner, word, false), (last, word, true)]
        });
        let mut words: Vec<(u32, WordId, bool)> = each.filter(|word| word.0 > 0).collect();
        words.sort_unstable_by_key(|(count, word, last)| (std::cmp::Reverse(*count), *word, *last));
        words.into_iter().map(|(_, word, last)| Part {
            word: self.vocabulary.word(word).clone(),
            role: Role::Unsaid,
            last,
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

    /// Number of names.
    fn names(&self) -> usize {
        self.name_entry.len()
    }

    /// The keys of the dates of a name's entry.
    pub(crate) fn birth_keys(&self, name: NameId) -> impl Iterator<Item = BirthKey> + '_ {
        let born = self.born_of(self.entry_of(name));
        let none = born.is_empty().then_some(NO_DATE);
        born.iter().map(key_of).chain(none)
    }

    /// Orders the names by their dates.
    fn deal_out(&mut self) {
        // A date as its key, and whether it is approximate.
        let mut order: Vec<(BirthKey, NameId, bool)> = Vec::with_capacity(self.names());
        for name in 0..self.names() as NameId {
            let before = order.len();
            for born in self.born_of(self.entry_of(name)) {
                order.push((key_of(born), name, born.circa || key_of(born) == WIDE));
            }
            if order.len() == before {
                order.push((NO_DATE, name, false));
            }
        }
        order.sort_unstable();
        let approximate: Vec<bool> = order.iter().map(|row| row.2).collect();
        let order: Vec<(BirthKey, NameId)> = order.into_iter().map(|row| (row.0, row.1)).collect();
        let class = |place: &Place| self.vocabulary.class(place.word());
        let counting = |name: NameId| -> SmallVec<[WordId; 16]> {
            self.places_of(name)
                .iter()
                .filter(|place| !matches!(class(place), Class::Particle | Class::Title))
                .map(|place| place.word())
                .collect()
        };
        let mut nations = Nations::default();
        let traits = order
            .iter()
            .zip(approximate)
            .map(|((_, name), approximate)| {
                let shape = if approximate {
                    Shape::ODD
                } else {
                    Shape::of(self.places_of(*name).iter().map(class))
                };
                let facts = self.facts(self.entry_of(*name));
                let rest = (facts.sex, self.quality_of(*name), facts.kind);
                Traits::new(shape, nations.number(facts.nationalities), rest)
            })
            .collect();
        let rows = Rows::new(self.vocabulary.len(), &order, traits, counting);
        let mut longest = [0; 2];
        for row in 0..rows.len() {
            let is_odd = !rows.glance(row).traits().shape().is_regular();
            let longest = &mut longest[usize::from(is_odd)];
            *longest = counting(rows.name(row)).len().max(*longest);
        }
        self.longest = longest;
        self.nameless = (0..self.len())
            .filter(|at| self.names_of(*at).is_empty())
            .collect();
        let places = |row| self.places_of(rows.name(row)).iter();
        let words = |row| places(row).map(|place| place.word());
        self.of_rows = OfRows::new(&self.vocabulary, (0..rows.len()).map(words));
        self.rows = rows;
        self.nations = nations;
    }

    /// What an entry says beside its names.
    pub(crate) fn facts(&self, at: EntryId) -> Facts<'_> {
        let packed = &self.entries[at as usize];
        let nationalities =
            self.bounds(at, |packed| packed.nationalities, self.nationalities.len());
        let births = self.bounds(
            at,
            |packed| packed.birth_countries,
            self.birth_countries.len(),
        );
        let documents = self.bounds(at, |packed| packed.documents, self.documents.len());
        Facts {
            kind: packed.kind,
            sex: packed.sex,
            born: self.born_of(at),
            nationalities: &self.nationalities[nationalities.0..nationalities.1],
            birth_countries: &self.birth_countries[births.0..births.1],
            documents: &self.documents[documents.0..documents.1],
        }
    }

    /// Everything known of an entry.
    pub(crate) fn person(&self, at: EntryId) -> Person {
        let facts = self.facts(at);
        Person {
            kind: facts.kind,
            names: self.names_of(at).map(|id| self.name(id)).collect(),
            born: facts.born.into(),
            sex: facts.sex,
            nationalities: facts.nationalities.into(),
            birth_countries: facts.birth_countries.into(),
            documents: facts.documents.to_vec(),
        }
    }

    pub(crate) fn found(
        &self,
        at: EntryId,
        person: Person,
        weight: Weight,
        alignment: Option<Alignment>,
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
            alignment,
            person,
        }
    }
}

fn reference_key(list: &str, reference: &str) -> u64 {
    hash(format!("{list}\t{reference}").as_bytes())
}

/// Fewer letters than this must all agree: what short words sound like is common.
const SHORTEST_SOUNDED: usize = 7;

/// How much may differ in words of a name written together: with fewer consonants there are too many
/// names.
const SLACK: Slack = Slack { one: 6, two: 10 };

/// Words of a name written together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Joined {
    letters: Letters,
    /// Tells runs of the same letters apart.
    run: u32,
    name: NameId,
    /// Which words of the name they are.
    words: Words,
    /// Whether one of them counts, the others being articles.
    one_counts: bool,
    rarity: RunRarity,
}

/// How rare the words of a run are together at most, in steps of a quarter bit; more counts no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RunRarity(u8);

impl RunRarity {
    fn new(bits: f32) -> Self {
        // A cast takes no more than there is room for.
        Self((bits * 4.0).ceil() as u8)
    }

    pub(crate) fn bits(self) -> f32 {
        if self.0 == u8::MAX {
            f32::INFINITY
        } else {
            f32::from(self.0) / 4.0
        }
    }
}

impl Joined {
    fn new(joint: &Joint<'_>, name: NameId) -> Self {
        Self {
            letters: joint.letters,
            run: Self::hash_of(joint.text),
            name,
            words: joint.words,
            one_counts: joint.counted == 1,
            rarity: RunRarity::new(joint.rarity),
        }
    }

    fn hash_of(text: &str) -> u32 {
        mixed(hash(text.as_bytes()))
    }
}

#[derive(Default)]
pub(crate) struct Builder {
    segment: Segment,
    joined: Vec<(Skeleton, Joined)>,
    text: String,
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
                join(&reading.parts, &mut self.text, |joint| {
                    let joined = Joined::new(&joint, id);
                    self.joined.push((Skeleton::of(joint.text), joined));
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
        segment.deal_out();
        for table in [&mut segment.numbers, &mut segment.references] {
            table.sort_unstable();
            table.shrink_to_fit();
        }
        segment.joined = Skeletons::new(self.joined, SLACK);
        segment.meanings = Meanings::for_names(segment.names());
        segment.texts.shrink_to_fit();
        segment.places.shrink_to_fit();
        segment.entries.shrink_to_fit();
        segment
    }
}

/// Words of a name written together.
pub(crate) struct Joint<'t> {
    pub(crate) text: &'t str,
    pub(crate) letters: Letters,
    pub(crate) words: Words,
    /// The places of the first and the last of them.
    pub(crate) ends: (usize, usize),
    /// How many of them count, and how rare these are together.
    pub(crate) counted: usize,
    pub(crate) rarity: f32,
}

/// The ways in which systems write words of a name together: neighbours, also with the halves of
/// the name changed round. A word with an article behind it is none, as [`crate::align`] has it.
///
/// Every run lies in the words written one after the other twice, which are put in `text`.
pub(crate) fn join<'t>(parts: &[Part], text: &'t mut String, mut add: impl FnMut(Joint<'t>)) {
    text.clear();
    let count = parts.len();
    if count < 2 {
        return;
    }
    let mut starts: SmallVec<[usize; 16]> = SmallVec::new();
    for part in parts.iter().chain(parts) {
        starts.push(text.len());
        text.push_str(&part.word.letters);
    }
    starts.push(text.len());
    let text = &text[..];
    for start in 0..count {
        let (mut words, mut mask): (Words, u32) = (0, 0);
        let (mut counted, mut rarity) = (0, 0.0);
        for step in 0..count.min(LONGEST_RUN) {
            let at = (start + step) % count;
            let word = &parts[at].word;
            words |= 1 << at;
            mask |= word.letters_mask;
            if word.counts() {
                counted += 1;
                rarity += word.rarity;
            }
            if step > 0 && (counted > 1 || counted == 1 && word.counts()) {
                let text = &text[starts[start]..starts[start + step + 1]];
                add(Joint {
                    text,
                    letters: Letters::new(text.len(), mask),
                    words,
                    ends: (start, at),
                    counted,
                    rarity,
                });
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
