//! What was found, in a form that is the same bytes for the same inputs.

use tidewaiter_domain::{Index, Measure, Text};
use tidewaiter_mandate::{Act, Case, Caveat, DataSet, Mandate, Orders, Stage};
use tidewaiter_matching::Band;

use crate::canon::{Digest, Malformed, Reader, Writer, place};
use crate::context::Context;
use crate::effect::Effect;
use crate::evidence::Reasons;
use crate::policy::BANDS;

/// What kind of thing somebody was found on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CauseKind {
    /// A list of subjects.
    List,
    /// A register of documents.
    Document,
    /// A selector.
    Selector,
    /// An officer raised it: no list stands behind it, and no data take it back.
    Manual,
}

impl CauseKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::List, Self::Document, Self::Selector, Self::Manual];

    /// `list`, `document`, `selector` or `manual`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Document => "document",
            Self::Selector => "selector",
            Self::Manual => "manual",
        }
    }

    /// The kind of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }
}

/// What was met: together with the agency, the purpose, the traveller and the flight it is the key
/// of a hit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause {
    /// What kind of list.
    pub kind: CauseKind,
    /// The list, by its name in the mandate.
    pub list: Text,
    /// The list's own reference of the entry. A register of documents has none: there it is a hash
    /// of number and issuer, which stand in the evidence.
    pub entry: Text,
}

/// Where the compared data come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The body of data.
    pub source: DataSet,
    /// The caller's name of the statement.
    pub reference: Text,
    /// Of a booking's own selectors, whose it is; `None` for everybody in the booking. Of a
    /// consignment, the place of the party.
    pub place: Option<Index>,
    /// Of a consignment, the party's role.
    pub role: Option<Text>,
}

/// One finding: one person (or party, or booking) on one entry, for one purpose.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was met.
    pub cause: Cause,
    /// Address of what the entry says.
    pub content: Digest,
    /// Alert or review, by the thresholds of the list in the mandate.
    pub band: Band,
    /// Sum of the evidence in bits, without the prior.
    pub bits: f32,
    /// Probability at the stated prior of `matching`; never the chance that this is the person.
    pub score: f64,
    /// The name the entry is listed under; empty when it is no person.
    pub name: Text,
    /// The name that fitted.
    pub matched_name: Text,
    /// Which statement it was found in; the best one of several.
    pub origin: Origin,
    /// What speaks for it, what against, what is absent, what would change the outcome.
    pub reasons: Reasons,
    /// What the entry orders.
    pub measures: Vec<Measure>,
    /// What that means for this person on this journey.
    pub effect: Effect,
    /// Whether the list's source must confirm before anything follows.
    pub source_confirms: bool,
    /// The originator's caveat.
    pub caveat: Option<Caveat>,
    /// The same for the same identity data and the same content of the entry, and for nothing else:
    /// a person's clearing of the pair lasts as long as it does.
    pub pair: Digest,
    /// All that it depends on.
    pub context: Context,
}

/// Version of the canonical form. The first one, without filled fields, is read as well.
const VERSION: u8 = 2;

impl Finding {
    /// The weight of the evidence in thousandths of a bit, as the store keeps it.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "evidence is some tens of bits; a cast saturates"
    )]
    pub fn millibits(&self) -> i64 {
        (f64::from(self.bits) * 1000.0).round() as i64
    }

    /// What both sides say in plain words: the comparison, then what it means here.
    pub fn sentences(&self) -> [&str; 2] {
        [&self.reasons.sentence, &self.effect.sentence]
    }

    /// What `mandate::decide` asks before `act` may be done about the finding, which has been judged
    /// as far as `stage`: who the person is comes from what was found, never from whoever asks.
    pub fn case(&self, mandate: &Mandate, act: Act, stage: Stage) -> Case {
        let orders = if self.measures.is_empty() {
            Orders::Unstated
        } else if self.measures.contains(&Measure::TravelBan) {
            Orders::TravelBan
        } else {
            Orders::NoTravelBan
        };
        Case {
            act,
            list: mandate.list(&self.cause.list),
            orders,
            standing: self.effect.standing,
            child: self.effect.child,
            stage,
        }
    }

    /// The canonical form: the same finding is the same bytes.
    pub fn encode(&self) -> Vec<u8> {
        let Self {
            cause,
            content,
            band,
            bits,
            score,
            name,
            matched_name,
            origin,
            reasons,
            measures,
            effect,
            source_confirms,
            caveat,
            pair,
            context,
        } = self;
        let mut out = Writer::default();
        out.byte(VERSION);
        out.byte(place(CauseKind::ALL, &cause.kind));
        out.text(&cause.list);
        out.text(&cause.entry);
        out.hash(content);
        out.byte(place(BANDS, band));
        out.single(*bits);
        out.double(*score);
        out.text(name);
        out.text(matched_name);
        out.byte(place(DataSet::ALL, &origin.source));
        out.text(&origin.reference);
        out.option(origin.place, |out, at| out.length(usize::from(at)));
        out.option(origin.role.as_deref(), Writer::text);
        reasons.write(&mut out);
        out.list(measures, |out, measure| {
            let other = matches!(measure, Measure::Other(_));
            out.flag(other);
            out.text(measure.as_str());
        });
        effect.write(&mut out);
        out.flag(*source_confirms);
        out.option(caveat.as_ref(), |out, caveat| {
            out.byte(place(Caveat::ALL, caveat));
        });
        out.hash(pair);
        context.write(&mut out);
        out.finish()
    }

    /// Reads the canonical form.
    ///
    /// # Errors
    ///
    /// When `bytes` are none, or of a version that this release does not know.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let version = reader.byte()?;
        if !(1..=VERSION).contains(&version) {
            return Err(Malformed { at: 0 });
        }
        let finding = Self {
            cause: Cause {
                kind: reader.one_of(CauseKind::ALL)?,
                list: reader.text()?,
                entry: reader.text()?,
            },
            content: reader.hash()?,
            band: reader.one_of(BANDS)?,
            bits: reader.single()?,
            score: reader.double()?,
            name: reader.text()?,
            matched_name: reader.text()?,
            origin: Origin {
                source: reader.one_of(DataSet::ALL)?,
                reference: reader.text()?,
                place: reader.option(index)?,
                role: reader.option(Reader::text)?,
            },
            reasons: Reasons::read(&mut reader, version)?,
            measures: reader.list(measure)?,
            effect: Effect::read(&mut reader)?,
            source_confirms: reader.flag()?,
            caveat: reader.option(|reader| reader.one_of(Caveat::ALL))?,
            pair: reader.hash()?,
            context: Context::read(&mut reader)?,
        };
        reader.end()?;
        Ok(finding)
    }
}

fn index(reader: &mut Reader<'_>) -> Result<Index, Malformed> {
    match Index::try_from(reader.length()?) {
        Ok(index) => Ok(index),
        Err(_) => reader.malformed(),
    }
}

fn measure(reader: &mut Reader<'_>) -> Result<Measure, Malformed> {
    let (other, text) = (reader.flag()?, reader.text()?);
    if other {
        return Ok(Measure::Other(text));
    }
    let named = [
        Measure::TravelBan,
        Measure::AssetFreeze,
        Measure::ArmsEmbargo,
    ];
    match named.into_iter().find(|measure| measure.as_str() == text) {
        Some(measure) => Ok(measure),
        None => reader.malformed(),
    }
}

/// The pair of an identity and an entry.
pub(crate) fn pair(identity: &Digest, cause: &Cause, content: &Digest) -> Digest {
    let mut out = Writer::default();
    out.hash(identity);
    out.text(cause.kind.as_str());
    out.text(&cause.list);
    out.text(&cause.entry);
    out.hash(content);
    out.digest()
}
