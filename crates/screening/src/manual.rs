//! What an officer raises by hand: a finding without a list, that weighs nothing and says who the
//! traveller is to the home country as every other does.

use tidewaiter_domain::Text;
use tidewaiter_mandate::DataSet;
use tidewaiter_matching::Band;

use crate::canon::{Digest, Writer};
use crate::context::BY_HAND;
use crate::effect::{Effect, Ordered, Person};
use crate::evidence::{Evidence, Reasons};
use crate::finding::{Cause, CauseKind, Finding, Origin, pair};
use crate::screen::{Inputs, Screener, Who};

/// What an officer raises.
#[derive(Clone, Copy, Debug)]
pub struct Raised<'a> {
    /// Why, as a code: together with the traveller and the flight it makes the hit.
    pub code: &'a str,
    /// Who raises it.
    pub person: &'a str,
    /// Why, in their words.
    pub words: &'a str,
}

impl Screener<'_> {
    /// The finding of what an officer raises about a traveller: for review, with no evidence but what
    /// they say. It orders nothing.
    pub fn raised(&self, inputs: &Inputs<'_>, raised: &Raised<'_>) -> Finding {
        let statements = match inputs.who {
            Who::Traveller(statements) => statements,
            Who::Booking(_) | Who::Consignment(_) => &[],
        };
        let person = Person::of(statements, inputs.journey);
        let effect = Ordered {
            measures: &[],
            exemptions: &[],
            nationalities: &[],
            policy: &self.no_list(),
        }
        .effect(&person, inputs.journey, inputs.today());
        let cause = Cause {
            kind: CauseKind::Manual,
            list: Text::default(),
            entry: raised.code.into(),
        };
        let mut said = Writer::default();
        said.text(raised.code);
        said.text(raised.person);
        said.text(raised.words);
        let content = said.digest();
        // No clearing of a pair ever meets it: each word of an officer is another content.
        let identity = statements.first().map_or(Digest::of(&[]), |s| s.identity);
        let mut context = self.context(inputs);
        context.engine = BY_HAND.into();
        let first = statements.first();
        Finding {
            pair: pair(&identity, &cause, &content),
            cause,
            content,
            band: Band::Review,
            bits: 0.0,
            score: 0.0,
            name: Text::default(),
            matched_name: Text::default(),
            origin: Origin {
                source: first.map_or(DataSet::Api, |statement| statement.source()),
                reference: first.map_or_else(Text::default, |s| s.reference().into()),
                place: None,
                role: None,
            },
            reasons: Reasons::single(
                Evidence {
                    field: "officer".into(),
                    query: raised.words.into(),
                    entry: raised.code.into(),
                    relation: "raised-by-hand".into(),
                    bits: 0.0,
                },
                format!(
                    "Raised by {} ({}): {}",
                    raised.person, raised.code, raised.words
                ),
            ),
            measures: Vec::new(),
            effect: Effect {
                sentence: "No list stands behind it: it orders nothing.".into(),
                ..effect
            },
            source_confirms: false,
            caveat: None,
            context,
        }
    }
}
