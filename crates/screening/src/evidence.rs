//! What speaks for and against, as a finding keeps it.

use tidewaiter_domain::Text;
use tidewaiter_matching::{Band, Explanation, Speaks};

use crate::canon::{Malformed, Reader, Writer, place};
use crate::linked::Filled;
use crate::policy::BANDS;

/// One thing that speaks for or against, with the keys of `hits --json`.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// What it is about: `surname`, `born`, `document`, `phone` ...
    pub field: Text,
    /// What the traveller's side says; empty when it says nothing.
    pub query: Text,
    /// What the list says.
    pub entry: Text,
    /// The named relation of the two: `exact`, `transliteration`, `same-number` ...
    pub relation: Text,
    /// What it weighs: positive speaks for one person, negative against.
    pub bits: f32,
}

impl Evidence {
    fn write(&self, out: &mut Writer) {
        let Self {
            field,
            query,
            entry,
            relation,
            bits,
        } = self;
        for text in [field, query, entry, relation] {
            out.text(text);
        }
        out.single(*bits);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            field: reader.text()?,
            query: reader.text()?,
            entry: reader.text()?,
            relation: reader.text()?,
            bits: reader.single()?,
        })
    }
}

/// What the outcome would be without one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Without {
    /// The field taken away.
    pub field: Text,
    /// Score without it.
    pub score: f64,
    /// Band without it.
    pub band: Band,
}

/// Why a finding weighs what it weighs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reasons {
    /// Every piece of evidence, in a fixed order; the bits add up to the finding's.
    pub evidence: Vec<Evidence>,
    /// Fields that one side or both do not give; they weigh nothing.
    pub absent: Vec<Text>,
    /// Fields that the statement itself does not give, and which other statement does.
    pub filled: Vec<Filled>,
    /// What the outcome would be without each field that weighs half a bit or more.
    pub without: Vec<Without>,
    /// The comparison in plain words.
    pub sentence: Text,
}

impl From<Explanation> for Reasons {
    fn from(explanation: Explanation) -> Self {
        let pieces = explanation.evidence.into_iter();
        let absent = explanation.absent.into_iter();
        let without = explanation.without.into_iter();
        Self {
            evidence: pieces
                .map(|piece| Evidence {
                    field: piece.field.as_str().into(),
                    query: piece.query.into(),
                    entry: piece.entry.into(),
                    relation: piece.relation.into(),
                    bits: piece.bits,
                })
                .collect(),
            absent: absent.map(|field| field.as_str().into()).collect(),
            filled: Vec::new(),
            without: without
                .map(|other| Without {
                    field: other.field.as_str().into(),
                    score: other.score,
                    band: other.band,
                })
                .collect(),
            sentence: explanation.sentence.into(),
        }
    }
}

impl Reasons {
    /// One piece of evidence and nothing else.
    pub(crate) fn single(evidence: Evidence, sentence: String) -> Self {
        Self {
            evidence: vec![evidence],
            absent: Vec::new(),
            filled: Vec::new(),
            without: Vec::new(),
            sentence: sentence.into(),
        }
    }

    /// What speaks for the cause.
    pub fn in_favour(&self) -> impl Iterator<Item = &Evidence> {
        let of = |piece: &&Evidence| Speaks::of(piece.bits) == Speaks::For;
        self.evidence.iter().filter(of)
    }

    /// What speaks against.
    pub fn against(&self) -> impl Iterator<Item = &Evidence> {
        let of = |piece: &&Evidence| Speaks::of(piece.bits) == Speaks::Against;
        self.evidence.iter().filter(of)
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        let Self {
            evidence,
            absent,
            filled,
            without,
            sentence,
        } = self;
        out.list(evidence, |out, piece| piece.write(out));
        out.list(absent, |out, field| out.text(field));
        out.list(without, |out, other| {
            out.text(&other.field);
            out.double(other.score);
            out.byte(place(BANDS, &other.band));
        });
        out.text(sentence);
        out.list(filled, |out, one| one.write(out));
    }

    /// Reads what [`Reasons::write`] wrote; the first version of the form knew no filled fields.
    pub(crate) fn read(reader: &mut Reader<'_>, version: u8) -> Result<Self, Malformed> {
        let mut reasons = Self {
            evidence: reader.list(Evidence::read)?,
            absent: reader.list(Reader::text)?,
            without: reader.list(|reader| {
                Ok(Without {
                    field: reader.text()?,
                    score: reader.double()?,
                    band: reader.one_of(BANDS)?,
                })
            })?,
            sentence: reader.text()?,
            filled: Vec::new(),
        };
        if version > 1 {
            reasons.filled = reader.list(Filled::read)?;
        }
        Ok(reasons)
    }
}
