//! Answers of lists that may be asked and not copied, as an input of a screening.
//!
//! Who asks stands outside (`formats::lists::query_only` has the connector's trait); here is the pure
//! answer, its hash in the context of every finding, and its place among the inputs of a replay. No
//! answer is neither a hit nor a clearance.

use tidewaiter_domain::Text;
use tidewaiter_formats::lists::query_only::{DocumentQuery, QueryAnswer, WhyUnanswered};

use crate::canon::{Digest, Writer};

/// What a list that may only be asked answered about one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The list, by its name in the mandate.
    pub list: Text,
    /// What was asked.
    pub query: DocumentQuery,
    /// What was answered.
    pub answer: QueryAnswer,
}

impl Answer {
    pub(crate) fn write(&self, out: &mut Writer) {
        let Self {
            list,
            query,
            answer,
        } = self;
        let DocumentQuery {
            number,
            issuer,
            kind,
        } = query;
        out.text(list);
        out.text(number.as_str());
        out.option(issuer.as_ref(), |out, issuer| out.text(issuer.as_str()));
        out.byte(*kind as u8);
        match answer {
            QueryAnswer::NoHit => out.byte(0),
            QueryAnswer::Hit(hit) => {
                out.byte(1);
                out.text(&hit.reference);
                out.text(hit.reason.as_str());
                out.option(hit.owner.as_ref(), |out, owner| out.text(owner.as_str()));
                out.option(hit.reported, |out, date| out.text(&date.to_string()));
                out.flag(hit.weaker);
            }
            QueryAnswer::Unanswered(why) => {
                out.byte(2);
                out.text(match why {
                    WhyUnanswered::Unreachable => "unreachable",
                    WhyUnanswered::TimedOut => "timed-out",
                    WhyUnanswered::Refused => "refused",
                });
            }
        }
    }
}

/// The hash of all answers given to one screening, in their order; of none, the hash of nothing.
pub fn answers_digest(answers: &[Answer]) -> Digest {
    let mut out = Writer::default();
    for answer in answers {
        answer.write(&mut out);
    }
    out.digest()
}
