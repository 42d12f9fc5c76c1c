//! Two persons weighed: every agreement and disagreement in bits, and what they add up to.
//!
//! In the manner of Fellegi and Sunter (1969): a field that agrees weighs log2 of how much oftener
//! it agrees for one person than for two; one that disagrees weighs negative; one that is missing
//! weighs nothing. Fields are taken as independent of each other; the words of a name are not, so
//! their weights were fitted together (`weights.rs`).

use tidewaiter_domain::{CountryCode, NameQuality, Sex, SubjectKind};

use crate::align::{Alignment, Link, Words, align};
use crate::date::{self, Born, DateRelation};
use crate::features;
use crate::name::{Part, Reading, Role};
use crate::person::{Document, Person};
use crate::relation::Relation;
use crate::weights;
use crate::word::Class;

/// What a piece of evidence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// A word of the name, or the name as a whole.
    Name,
    /// A word both sides give as surname.
    Surname,
    /// A word both sides give as given name.
    Given,
    /// The date of birth.
    Born,
    /// The sex.
    Sex,
    /// A nationality.
    Nationality,
    /// The country of birth.
    Birthplace,
    /// A document.
    Document,
    /// Person, organisation, vessel.
    Kind,
}

impl Field {
    /// The name in results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Surname => "surname",
            Self::Given => "given",
            Self::Born => "born",
            Self::Sex => "sex",
            Self::Nationality => "nationality",
            Self::Birthplace => "birthplace",
            Self::Document => "document",
            Self::Kind => "kind",
        }
    }

    /// In words, for sentences.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Surname => "surname",
            Self::Given => "given name",
            Self::Born => "date of birth",
            Self::Sex => "sex",
            Self::Nationality => "nationality",
            Self::Birthplace => "country of birth",
            Self::Document => "document",
            Self::Kind => "kind of subject",
        }
    }

    /// Whether it belongs to the name.
    pub const fn is_name(self) -> bool {
        matches!(self, Self::Name | Self::Surname | Self::Given)
    }
}

/// One thing that speaks for or against.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// What it is about.
    pub field: Field,
    /// What the left side (the traveller) says; empty when it says nothing.
    pub query: String,
    /// What the right side (the list) says.
    pub entry: String,
    /// The named relation of the two.
    pub relation: &'static str,
    /// What it weighs: positive speaks for one person, negative against.
    pub bits: f32,
}

/// Prior log-odds in bits at which scores are stated: three pairs of eleven are one person, as in
/// the labelled pairs that fitted the weights.
pub const PRIOR: f32 = -1.437;

/// What the comparison of two persons weighs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weight {
    /// Bits of the best pair of names.
    pub name: f32,
    /// Bits of everything else.
    pub rest: f32,
    /// Which name of the left side, and which reading of it, fitted.
    pub(crate) left: (usize, usize),
    /// Which name of the right side, and which reading of it, fitted.
    pub(crate) right: (usize, usize),
}

impl Weight {
    /// The sum of all evidence, in bits, without the prior.
    pub fn bits(&self) -> f32 {
        self.name + self.rest
    }

    /// Which name of the right side fitted best, by its place.
    pub fn matched(&self) -> usize {
        self.right.0
    }
}

/// The probability that `bits` of evidence mean at the stated [`PRIOR`].
///
/// It orders and it is calibrated on labelled pairs; it is not the chance that a traveller is the
/// listed person, which depends on how many listed persons travel.
pub fn score(bits: f32) -> f64 {
    1.0 / (1.0 + (-f64::from(bits + PRIOR)).exp2())
}

/// A name that the list calls weak may be many people's.
const LOW_QUALITY: f32 = -1.0;

/// Bits of a comparison in which neither side has a name.
pub(crate) const NO_NAME: f32 = -4.0;

pub(crate) const SAME_SEX: f32 = 0.3;
pub(crate) const OTHER_SEX: f32 = -2.0;
pub(crate) const SAME_NATIONALITY: f32 = 1.0;
pub(crate) const OTHER_NATIONALITY: f32 = -1.8;
const SAME_BIRTH_COUNTRY: f32 = 0.7;
const OTHER_BIRTH_COUNTRY: f32 = -0.5;
pub(crate) const SAME_DOCUMENT: f32 = 12.0;
pub(crate) const SAME_NUMBER: f32 = 9.0;
pub(crate) const LIKE_NUMBER: f32 = 6.0;
const OTHER_DOCUMENT: f32 = -0.3;
pub(crate) const OTHER_KIND: f32 = -8.0;

/// What a relation of dates weighs. The fitted weights stand in `weights.rs`; near misses are
/// raised to where a wrong date does not hide a person.
pub(crate) const fn date_bits(relation: DateRelation) -> f32 {
    match relation {
        DateRelation::SameDay => 6.5,
        DateRelation::Swapped => 3.0,
        DateRelation::NearDay => 2.0,
        DateRelation::SameMonth => 0.5,
        DateRelation::Within => 2.8,
        DateRelation::SameYear => 0.0,
        DateRelation::YearOff => 0.5,
        DateRelation::NearYear => -1.0,
        DateRelation::FewYears => -2.0,
        DateRelation::OtherYears => -7.0,
        DateRelation::OtherAge => -11.0,
    }
}

/// Bits of two dates; a wide interval that holds the other date tells less than a year does.
fn dates(left: &Born, right: &Born) -> (DateRelation, f32) {
    let relation = date::relate(left, right);
    let mut bits = date_bits(relation);
    if relation == DateRelation::Within {
        let years = |born: &Born| f32::from(born.to.year() - born.from.year()) + 1.0;
        bits = (bits - years(left).max(years(right)).log2()).max(0.0);
    }
    (relation, bits)
}

/// The most that dates of birth can weigh.
pub(crate) const DATE_BITS_MOST: f32 = date_bits(DateRelation::SameDay);

/// The most that everything but name, date of birth and documents can weigh for this query.
pub(crate) fn rest_reach(query: &Person) -> f32 {
    let mut bits = 0.0;
    if query.sex.is_some() {
        bits += SAME_SEX;
    }
    if !query.nationalities.is_empty() {
        bits += SAME_NATIONALITY;
    }
    if !query.birth_countries.is_empty() {
        bits += SAME_BIRTH_COUNTRY;
    }
    bits
}

/// Bits of two persons' dates of birth; nothing when a side has none.
fn born_bits(left: &[Born], right: &[Born]) -> f32 {
    best_dates(left, right).map_or(0.0, |(.., bits)| bits)
}

fn best_dates(left: &[Born], right: &[Born]) -> Option<(usize, usize, DateRelation, f32)> {
    let mut best: Option<(usize, usize, DateRelation, f32)> = None;
    for (i, one) in left.iter().enumerate() {
        for (j, other) in right.iter().enumerate() {
            let (relation, bits) = dates(one, other);
            if best.is_none_or(|best| bits > best.3) {
                best = Some((i, j, relation, bits));
            }
        }
    }
    best
}

fn countries(
    left: &[CountryCode],
    right: &[CountryCode],
    same: f32,
    other: f32,
) -> Option<(CountryCode, CountryCode, &'static str, f32)> {
    let (first, second) = (*left.first()?, *right.first()?);
    match left.iter().find(|code| right.contains(code)) {
        Some(code) => Some((*code, *code, "same", same)),
        None => Some((first, second, "different", other)),
    }
}

/// Letters and digits that readers and typists take for one another made one.
pub(crate) fn lookalike(number: &str) -> String {
    number
        .chars()
        .map(|letter| match letter {
            'O' | 'Q' => '0',
            'I' | 'L' => '1',
            'Z' => '2',
            'S' => '5',
            'B' => '8',
            other => other,
        })
        .collect()
}

/// Fewest letters and digits with which a document number can identify.
const SHORTEST_NUMBER: usize = 5;

fn documents(left: &[Document], right: &[Document]) -> Option<(usize, usize, &'static str, f32)> {
    let mut best: Option<(usize, usize, &'static str, f32)> = None;
    for (i, one) in left.iter().enumerate() {
        for (j, other) in right.iter().enumerate() {
            let issuers = match (one.issuer, other.issuer) {
                (Some(a), Some(b)) => Some(a == b),
                _ => None,
            };
            let (relation, bits) = if one.number.len() < SHORTEST_NUMBER {
                ("too-short", 0.0)
            } else if one.number == other.number {
                match issuers {
                    Some(true) => ("same-number-and-issuer", SAME_DOCUMENT),
                    None => ("same-number", SAME_NUMBER),
                    Some(false) => ("same-number-other-issuer", LIKE_NUMBER),
                }
            } else if lookalike(&one.number) == lookalike(&other.number) {
                ("lookalike-number", LIKE_NUMBER)
            } else if issuers == Some(true) {
                ("other-number", OTHER_DOCUMENT)
            } else {
                ("not-comparable", 0.0)
            };
            if best.is_none_or(|best| bits > best.3) {
                best = Some((i, j, relation, bits));
            }
        }
    }
    best
}

pub(crate) fn kinds_differ(left: SubjectKind, right: SubjectKind) -> bool {
    left != right && left != SubjectKind::Unknown && right != SubjectKind::Unknown
}

/// What is known of a person beside the names, borrowed from wherever it is kept.
pub(crate) struct Facts<'a> {
    pub(crate) kind: SubjectKind,
    pub(crate) sex: Option<Sex>,
    pub(crate) born: &'a [Born],
    pub(crate) nationalities: &'a [CountryCode],
    pub(crate) birth_countries: &'a [CountryCode],
    pub(crate) documents: &'a [Document],
}

impl<'a> From<&'a Person> for Facts<'a> {
    fn from(person: &'a Person) -> Self {
        Self {
            kind: person.kind,
            sex: person.sex,
            born: &person.born,
            nationalities: &person.nationalities,
            birth_countries: &person.birth_countries,
            documents: &person.documents,
        }
    }
}

/// Bits of everything but the names.
pub(crate) fn rest_bits(left: &Person, right: &Facts<'_>) -> f32 {
    let mut bits = born_bits(&left.born, right.born);
    bits += sex(left.sex, right.sex).map_or(0.0, |(.., bits)| bits);
    bits += countries(
        &left.nationalities,
        right.nationalities,
        SAME_NATIONALITY,
        OTHER_NATIONALITY,
    )
    .map_or(0.0, |(.., bits)| bits);
    bits += countries(
        &left.birth_countries,
        right.birth_countries,
        SAME_BIRTH_COUNTRY,
        OTHER_BIRTH_COUNTRY,
    )
    .map_or(0.0, |(.., bits)| bits);
    if let Some((.., document)) = documents(&left.documents, right.documents) {
        bits += document;
    }
    if kinds_differ(left.kind, right.kind) {
        bits += OTHER_KIND;
    }
    bits
}

fn sex(left: Option<Sex>, right: Option<Sex>) -> Option<(Sex, Sex, f32)> {
    let (a, b) = (left?, right?);
    Some((a, b, if a == b { SAME_SEX } else { OTHER_SEX }))
}

/// Bits of an alignment of two names.
pub(crate) fn name_bits(left: &[Part], right: &[Part], alignment: &Alignment) -> f32 {
    let features = features::of(left, right, alignment);
    features
        .iter()
        .zip(&weights::NAME)
        .map(|(feature, weight)| feature * weight)
        .sum::<f32>()
        + START
        + nothing(alignment)
}

/// A name of which no word agrees: no date of birth makes up for it.
pub(crate) const NOTHING_AGREES: f32 = -6.0;

fn nothing(alignment: &Alignment) -> f32 {
    let initials = |link: &Link| link.like.relation == Relation::Initial;
    if alignment.links.iter().all(initials) {
        NOTHING_AGREES
    } else {
        0.0
    }
}

/// What the comparison of any two names starts from.
pub(crate) const START: f32 = weights::CONSTANT - PRIOR;

/// Weighs two persons.
pub fn weigh(left: &Person, right: &Person) -> Weight {
    let mut best = Weight {
        name: f32::NEG_INFINITY,
        rest: rest_bits(left, &right.into()),
        left: (0, 0),
        right: (0, 0),
    };
    for (i, one) in left.names.iter().enumerate() {
        for (x, reading) in one.readings.iter().enumerate() {
            for (j, other) in right.names.iter().enumerate() {
                for (y, against) in other.readings.iter().enumerate() {
                    let bits = reading_bits(reading, against) + quality_bits(other.quality);
                    if bits > best.name {
                        best.name = bits;
                        best.left = (i, x);
                        best.right = (j, y);
                    }
                }
            }
        }
    }
    if best.name == f32::NEG_INFINITY {
        best.name = NO_NAME;
    }
    best
}

fn reading_bits(left: &Reading, right: &Reading) -> f32 {
    let alignment = align(&left.parts, &right.parts);
    name_bits(&left.parts, &right.parts, &alignment)
}

pub(crate) fn quality_bits(quality: NameQuality) -> f32 {
    if quality == NameQuality::Low {
        LOW_QUALITY
    } else {
        0.0
    }
}

/// The evidence behind a weight, in a fixed order: the name word by word, the name as a whole, then
/// the other fields. Its bits add up to [`Weight::bits`].
pub fn evidence(left: &Person, right: &Person, weight: &Weight) -> Vec<Evidence> {
    evidence_of(left, right, weight, None)
}

/// The same, with the alignment of the two names where it is at hand.
pub(crate) fn evidence_of(
    left: &Person,
    right: &Person,
    weight: &Weight,
    alignment: Option<&Alignment>,
) -> Vec<Evidence> {
    let mut out = Vec::with_capacity(12);
    match (left.reading(weight.left), right.reading(weight.right)) {
        (Some(one), Some(other)) => {
            let aligned;
            let alignment = match alignment {
                Some(alignment) => alignment,
                None => {
                    aligned = align(&one.parts, &other.parts);
                    &aligned
                }
            };
            name_evidence(one, other, alignment, &mut out);
            // Why the name was read in another way than the plain one.
            out.extend(one.because.map(|because| Evidence {
                field: Field::Name,
                query: because.to_owned(),
                entry: String::new(),
                relation: "reading",
                bits: 0.0,
            }));
            let listed = &right.names[weight.right.0];
            if listed.quality == NameQuality::Low {
                out.push(Evidence {
                    field: Field::Name,
                    query: String::new(),
                    entry: listed.text.to_string(),
                    relation: "weak-alias",
                    bits: LOW_QUALITY,
                });
            }
        }
        _ => out.push(Evidence {
            field: Field::Name,
            query: String::new(),
            entry: String::new(),
            relation: "no-name",
            bits: NO_NAME,
        }),
    }
    let mut add = |field, query: String, entry: String, relation, bits| {
        out.push(Evidence {
            field,
            query,
            entry,
            relation,
            bits,
        });
    };
    if let Some((i, j, relation, bits)) = best_dates(&left.born, &right.born) {
        add(
            Field::Born,
            left.born[i].describe(),
            right.born[j].describe(),
            relation.as_str(),
            bits,
        );
    }
    if let Some((a, b, bits)) = sex(left.sex, right.sex) {
        let relation = if a == b { "same" } else { "different" };
        add(
            Field::Sex,
            a.as_str().into(),
            b.as_str().into(),
            relation,
            bits,
        );
    }
    for (field, found) in [
        (
            Field::Nationality,
            countries(
                &left.nationalities,
                &right.nationalities,
                SAME_NATIONALITY,
                OTHER_NATIONALITY,
            ),
        ),
        (
            Field::Birthplace,
            countries(
                &left.birth_countries,
                &right.birth_countries,
                SAME_BIRTH_COUNTRY,
                OTHER_BIRTH_COUNTRY,
            ),
        ),
    ] {
        if let Some((a, b, relation, bits)) = found {
            add(field, a.to_string(), b.to_string(), relation, bits);
        }
    }
    if let Some((i, j, relation, bits)) = documents(&left.documents, &right.documents) {
        let (a, b) = (&left.documents[i], &right.documents[j]);
        add(
            Field::Document,
            a.number.to_string(),
            b.number.to_string(),
            relation,
            bits,
        );
    }
    if kinds_differ(left.kind, right.kind) {
        add(
            Field::Kind,
            left.kind.as_str().into(),
            right.kind.as_str().into(),
            "different",
            OTHER_KIND,
        );
    }
    out
}

fn name_evidence(left: &Reading, right: &Reading, alignment: &Alignment, out: &mut Vec<Evidence>) {
    let (l, r) = (&left.parts[..], &right.parts[..]);
    let features = features::of(l, r, alignment);
    let weight = |at: usize| weights::NAME[at];
    let value = |at: usize| features[at] * weights::NAME[at];
    // What the sum of agreeing rarity weighs is shared out by rarity.
    let rarity: f32 = alignment.links.iter().map(|link| link.like.rarity).sum();
    let total = value(features::TOTAL) + value(features::TOTAL + 1);
    for link in &alignment.links {
        let like = &link.like;
        let relation = like.relation as usize;
        let mut bits = weight(features::LINKS + relation)
            + like.rarity * weight(features::LINK_RARITY + relation)
            + like.distance * like.rarity * weight(features::SOUND);
        if features::counts_as_inexact(like.relation) {
            bits += weight(features::SHORT) / like.length.max(1.0);
        }
        if rarity > 0.0 {
            bits += total * like.rarity / rarity;
        }
        out.push(Evidence {
            field: field_of(l, link.left, r, link.right),
            query: texts(l, link.left),
            entry: texts(r, link.right),
            relation: like.relation.as_str(),
            bits,
        });
    }
    let lonely = features::lonely(l, r, alignment);
    let k = lonely.contradicted;
    for (a, b) in lonely.left.iter().zip(&lonely.right) {
        let rarity = l[*a].word.rarity.min(r[*b].word.rarity);
        out.push(Evidence {
            field: field_of(l, 1 << a, r, 1 << b),
            query: l[*a].word.text().to_owned(),
            entry: r[*b].word.text().to_owned(),
            relation: "contradicted",
            bits: weight(features::CONTRADICTED) + rarity * weight(features::CONTRADICTED_RARITY),
        });
    }
    for at in &lonely.left[k..] {
        out.push(Evidence {
            field: Field::Name,
            query: l[*at].word.text().to_owned(),
            entry: String::new(),
            relation: "omitted",
            bits: weight(features::LEFT_ALONE)
                + l[*at].word.rarity * weight(features::LEFT_ALONE_RARITY),
        });
    }
    for at in &lonely.right[k..] {
        out.push(Evidence {
            field: Field::Name,
            query: String::new(),
            entry: r[*at].word.text().to_owned(),
            relation: "omitted",
            bits: weight(features::RIGHT_ALONE)
                + r[*at].word.rarity * weight(features::RIGHT_ALONE_RARITY),
        });
    }
    let fathers = |parts: &[Part], alone: Words| {
        (0..parts.len())
            .filter(|at| alone & 1 << at != 0 && parts[*at].word.class == Class::Patronymic)
            .map(|at| parts[at].word.text())
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (at, relation) in [
        (features::PATRONYMIC_CONTRADICTED, "patronymic-contradicted"),
        (features::PATRONYMIC_ALONE, "patronymic-omitted"),
    ] {
        if features[at] != 0.0 {
            out.push(Evidence {
                field: Field::Name,
                query: fathers(l, alignment.left_alone),
                entry: fathers(r, alignment.right_alone),
                relation,
                bits: value(at),
            });
        }
    }
    for (at, field, relation) in [
        (features::ROLES, Field::Surname, "surname-agrees"),
        (features::ROLES + 1, Field::Surname, "surname-contradicted"),
        (
            features::ROLES + 2,
            Field::Name,
            "surname-and-given-swapped",
        ),
        (features::ROLES + 3, Field::Given, "given-contradicted"),
    ] {
        if features[at] != 0.0 {
            out.push(Evidence {
                field,
                query: String::new(),
                entry: String::new(),
                relation,
                bits: value(at),
            });
        }
    }
    if features[features::TITLES] != 0.0 {
        let titles = |parts: &[Part]| {
            parts
                .iter()
                .filter(|part| part.word.title.is_some())
                .map(|part| part.word.text())
                .collect::<Vec<_>>()
                .join(" ")
        };
        out.push(Evidence {
            field: Field::Name,
            query: titles(l),
            entry: titles(r),
            relation: "title-agrees",
            bits: value(features::TITLES),
        });
    }
    let extent: f32 = (features::EXTENT..features::TOTAL).map(value).sum::<f32>()
        + value(features::SINGLE)
        + value(features::SINGLE + 1)
        + value(features::FOREIGN)
        + value(features::INVERTED);
    let extent_relation = extent_relation(alignment, &lonely);
    out.push(Evidence {
        field: Field::Name,
        query: texts(l, every(l)),
        entry: texts(r, every(r)),
        relation: extent_relation,
        bits: extent + START + nothing(alignment),
    });
}

fn extent_relation(alignment: &Alignment, lonely: &features::Lonely) -> &'static str {
    if alignment.links.is_empty() {
        "nothing-agrees"
    } else if lonely.contradicted > 0 {
        "partly-agrees"
    } else if alignment.left_alone == 0 && alignment.right_alone == 0 {
        "wholly-agrees"
    } else {
        "one-contains-the-other"
    }
}

fn every(parts: &[Part]) -> Words {
    (0..parts.len()).fold(0, |words, at| words | 1 << at)
}

fn texts(parts: &[Part], words: Words) -> String {
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        if words & 1 << at != 0 {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(
                part.word
                    .native
                    .as_deref()
                    .unwrap_or_else(|| part.word.text()),
            );
        }
    }
    out
}

fn field_of(left: &[Part], a: Words, right: &[Part], b: Words) -> Field {
    let role = |parts: &[Part], words: Words| {
        parts
            .iter()
            .enumerate()
            .find(|(at, _)| words & 1 << at != 0)
            .map(|(_, part)| part.role)
    };
    match (role(left, a), role(right, b)) {
        (Some(Role::Surname), Some(Role::Surname | Role::Unsaid)) => Field::Surname,
        (Some(Role::Given), Some(Role::Given | Role::Unsaid)) => Field::Given,
        (Some(Role::Unsaid), Some(Role::Surname)) => Field::Surname,
        (Some(Role::Unsaid), Some(Role::Given)) => Field::Given,
        _ => Field::Name,
    }
}
