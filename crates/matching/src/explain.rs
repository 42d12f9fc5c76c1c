//! A comparison in words: what speaks for one person, what against, what is absent, and what would
//! change the outcome.

use std::fmt::Write;

use crate::evidence::{Evidence, Field, Weight, evidence, score};
use crate::person::Person;
use crate::settings::{Band, Settings};

/// Everything that explains one comparison. The same inputs give the same bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Every piece of evidence, in a fixed order.
    pub evidence: Vec<Evidence>,
    /// Fields that one side or both do not give; they weigh nothing.
    pub absent: Vec<Field>,
    /// What the outcome would be without each field that weighs half a bit or more.
    pub without: Vec<Without>,
    /// One or two sentences in plain words.
    pub sentence: String,
}

/// The outcome without one field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Without {
    /// The field taken away.
    pub field: Field,
    /// Probability at the stated prior without it.
    pub score: f64,
    /// Band without it.
    pub band: Band,
}

impl Explanation {
    /// Explains why `query` and `entry` weigh what they weigh.
    pub fn of(query: &Person, entry: &Person, weight: &Weight, settings: &Settings) -> Self {
        let evidence = evidence(query, entry, weight);
        let absent = absent(query, entry);
        let bits = weight.bits();
        let mut without: Vec<Without> = Vec::new();
        for field in [
            Field::Born,
            Field::Nationality,
            Field::Birthplace,
            Field::Sex,
            Field::Document,
            Field::Kind,
        ] {
            let own: f32 = evidence
                .iter()
                .filter(|piece| piece.field == field)
                .map(|piece| piece.bits)
                .sum();
            if own.abs() >= 0.5 {
                without.push(Without {
                    field,
                    score: score(bits - own),
                    band: settings.band(bits - own),
                });
            }
        }
        let sentence = sentence(&evidence, &absent, &without, bits, settings);
        Self {
            evidence,
            absent,
            without,
            sentence,
        }
    }

    /// What speaks for one person.
    pub fn in_favour(&self) -> impl Iterator<Item = &Evidence> {
        Speaks::For.among(&self.evidence)
    }

    /// What speaks against.
    pub fn against(&self) -> impl Iterator<Item = &Evidence> {
        Speaks::Against.among(&self.evidence)
    }
}

/// Bits as they are shown: in tenths; zero has no sign.
pub fn in_tenths(bits: f32) -> f32 {
    (bits * 10.0).round() / 10.0 + 0.0
}

/// Which way a piece of evidence speaks, by its bits as they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// For one person.
    For,
    /// Against.
    Against,
    /// Neither: it weighs nothing.
    Nothing,
}

impl Speaks {
    /// All, in the order in which evidence is shown.
    pub const ALL: [Self; 3] = [Self::For, Self::Against, Self::Nothing];

    /// Which way so many bits speak.
    pub fn of(bits: f32) -> Self {
        match in_tenths(bits) {
            bits if bits > 0.0 => Self::For,
            bits if bits < 0.0 => Self::Against,
            _ => Self::Nothing,
        }
    }

    /// The same in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::For => "speaks for it",
            Self::Against => "speaks against it",
            Self::Nothing => "says nothing",
        }
    }

    fn among(self, evidence: &[Evidence]) -> impl Iterator<Item = &Evidence> {
        evidence
            .iter()
            .filter(move |piece| Self::of(piece.bits) == self)
    }
}

fn absent(query: &Person, entry: &Person) -> Vec<Field> {
    [
        (
            Field::Name,
            query.names.is_empty() || entry.names.is_empty(),
        ),
        (Field::Born, query.born.is_empty() || entry.born.is_empty()),
        (Field::Sex, query.sex.is_none() || entry.sex.is_none()),
        (
            Field::Nationality,
            query.nationalities.is_empty() || entry.nationalities.is_empty(),
        ),
        (
            Field::Birthplace,
            query.birth_countries.is_empty() || entry.birth_countries.is_empty(),
        ),
        (
            Field::Document,
            query.documents.is_empty() || entry.documents.is_empty(),
        ),
    ]
    .into_iter()
    .filter_map(|(field, missing)| missing.then_some(field))
    .collect()
}

fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

fn band_in_words(band: Band) -> &'static str {
    match band {
        Band::Alert => "an alert",
        Band::Review => "a case for review",
        Band::None => "below review",
    }
}

fn sentence(
    evidence: &[Evidence],
    absent: &[Field],
    without: &[Without],
    bits: f32,
    settings: &Settings,
) -> String {
    let name: f32 = evidence
        .iter()
        .filter(|piece| piece.field.is_name())
        .map(|piece| piece.bits)
        .sum();
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "Score {:.2}, {}. The name {} ({name:+.1} bits)",
        score(bits),
        band_in_words(settings.band(bits)),
        match name {
            n if n >= 6.0 => "agrees strongly",
            n if n >= 2.0 => "agrees",
            n if n >= -1.0 => "agrees weakly",
            _ => "hardly agrees",
        },
    );
    for piece in evidence.iter().filter(|piece| !piece.field.is_name()) {
        let (says, shown) = (Speaks::of(piece.bits).as_str(), in_tenths(piece.bits));
        let _ = write!(
            text,
            "; the {} {says} ({shown:+.1})",
            piece.field.in_words()
        );
    }
    text.push('.');
    if !absent.is_empty() {
        let words: Vec<&str> = absent.iter().map(|field| field.in_words()).collect();
        let _ = write!(text, " Not known on one side or both: {}.", list(&words));
    }
    if let Some(most) = without
        .iter()
        .filter(|other| other.band != settings.band(bits))
        .max_by(|a, b| {
            (a.score - score(bits))
                .abs()
                .total_cmp(&(b.score - score(bits)).abs())
        })
    {
        let _ = write!(
            text,
            " Without the {}: {:.2}, {}.",
            most.field.in_words(),
            most.score,
            band_in_words(most.band)
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use tidewaiter_domain::PartialDate;

    use super::*;
    use crate::evidence::weigh;

    fn person(name: &str, born: (i16, u8, u8)) -> Person {
        Person {
            born: [PartialDate::new(born.0, Some(born.1), Some(born.2))
                .unwrap()
                .into()]
            .into_iter()
            .collect(),
            ..Person::named(name)
        }
    }

    #[test]
    fn an_explanation_says_for_against_and_absent() {
        let settings = Settings::default();
        let query = person("HUSSAIN/YASER OMAR", (1980, 1, 2));
        let entry = person("YASIR HUSSEIN", (1980, 1, 2));
        let weight = weigh(&query, &entry);
        let explanation = Explanation::of(&query, &entry, &weight, &settings);
        assert_eq!(
            explanation,
            Explanation::of(&query, &entry, &weight, &settings)
        );
        assert!(
            explanation
                .sentence
                .contains("the date of birth speaks for it (+6.5)"),
            "{}",
            explanation.sentence
        );
        assert!(
            explanation
                .sentence
                .contains("Not known on one side or both: sex, nationality"),
            "{}",
            explanation.sentence
        );
        assert!(
            explanation.sentence.contains("Without the date of birth"),
            "{}",
            explanation.sentence
        );
        assert!(explanation.in_favour().count() >= 3);
        assert_eq!(explanation.absent.len(), 4);
    }

    #[test]
    fn a_wrong_date_speaks_against() {
        let settings = Settings::default();
        let query = person("HUSSAIN/YASER", (1950, 1, 2));
        let entry = person("YASIR HUSSEIN", (1980, 1, 2));
        let weight = weigh(&query, &entry);
        let explanation = Explanation::of(&query, &entry, &weight, &settings);
        assert!(
            explanation
                .against()
                .any(|piece| piece.relation == "another-age")
        );
        assert_eq!(settings.band(weight.bits()), Band::None);
    }

    #[test]
    fn what_weighs_nothing_says_nothing() {
        let of = |bits| {
            let piece = Evidence {
                field: Field::Document,
                query: "A1".into(),
                entry: "B2".into(),
                relation: "different",
                bits,
            };
            sentence(&[piece], &[], &[], 5.0, &Settings::default())
        };
        for (bits, words) in [
            (0.0, "the document says nothing (+0.0)"),
            (-0.04, "the document says nothing (+0.0)"),
            (0.06, "the document speaks for it (+0.1)"),
            (-0.06, "the document speaks against it (-0.1)"),
        ] {
            assert!(of(bits).contains(words), "{}", of(bits));
        }
    }
}
