//! Replay: would the same inputs give the same finding today?

use tidewaiter_mandate::{Mandate, PurposeId};

use crate::canon::Malformed;
use crate::context::Context;
use crate::finding::Finding;
use crate::screen::{Inputs, NotScreened, Screener};
use crate::watchlist::Watchlist;

/// What differs between a finding and its replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    /// The statements given are not those it was made of.
    Record,
    /// The journey is another one.
    Journey,
    /// The watchlist is another one.
    Watchlist,
    /// The rules are others.
    Rules,
    /// The mandate is another one.
    Mandate,
    /// The purpose is another one.
    Purpose,
    /// The compiled-in tables are others.
    Reference,
    /// The features of earlier journeys are others.
    History,
    /// The answers of lists that may only be asked are others.
    Answers,
    /// It was screened at another time.
    Time,
    /// The engine is another version.
    Engine,
    /// With all of these the same, the cause is not found.
    NotFound,
    /// With all of these the same, the finding says something else.
    Finding,
}

impl Difference {
    /// A word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Journey => "journey",
            Self::Watchlist => "watchlist",
            Self::Rules => "rules",
            Self::Mandate => "mandate",
            Self::Purpose => "purpose",
            Self::Reference => "reference tables",
            Self::History => "history",
            Self::Answers => "answers",
            Self::Time => "time",
            Self::Engine => "engine",
            Self::NotFound => "not found",
            Self::Finding => "finding",
        }
    }
}

/// What a replay shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Replay {
    /// The same finding, bit for bit.
    Same,
    /// Something differs; with `now` the finding as it would be, if there is one.
    Differs {
        /// What, the inputs before the outcome.
        what: Vec<Difference>,
        /// The finding of the same cause as it comes out now.
        now: Option<Box<Finding>>,
    },
}

/// Why nothing could be replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReplayed {
    /// The bytes are no finding.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The inputs may not be screened.
    #[error(transparent)]
    NotScreened(#[from] NotScreened),
}

/// Finds anew what `sealed` says was found, and compares bit for bit. The time of the screening is
/// `inputs.at`: give that of the finding's context.
///
/// # Errors
///
/// When the bytes are no finding, or the inputs were not admitted for the purpose.
pub fn replay(
    sealed: &[u8],
    watchlist: &Watchlist,
    mandate: &Mandate,
    purpose: PurposeId,
    inputs: &Inputs<'_>,
) -> Result<Replay, NotReplayed> {
    let then = Finding::decode(sealed)?;
    let mut screener = Screener::new(watchlist, mandate, purpose)?;
    let found = screener.screen(inputs)?;
    let mut what = differences(&then.context, &screener.context(inputs));
    let now = found
        .into_iter()
        .find(|now| now.cause == then.cause && now.origin.place == then.origin.place);
    match &now {
        Some(now) if now.encode() == sealed => return Ok(Replay::Same),
        // The finding holds its context, so what differs there is no difference of its own.
        Some(now) if what.is_empty() || same_but_context(&then, now) => {
            if what.is_empty() {
                what.push(Difference::Finding);
            }
        }
        Some(_) => what.push(Difference::Finding),
        None => what.push(Difference::NotFound),
    }
    Ok(Replay::Differs {
        what,
        now: now.map(Box::new),
    })
}

fn same_but_context(then: &Finding, now: &Finding) -> bool {
    let now = Finding {
        context: then.context.clone(),
        ..now.clone()
    };
    now.encode() == then.encode()
}

fn differences(then: &Context, now: &Context) -> Vec<Difference> {
    [
        (Difference::Record, then.record == now.record),
        (Difference::Journey, then.journey == now.journey),
        (Difference::Watchlist, then.watchlist == now.watchlist),
        (Difference::Rules, then.rules == now.rules),
        (
            Difference::Mandate,
            then.mandate == now.mandate && then.mandate_name == now.mandate_name,
        ),
        (Difference::Purpose, then.purpose == now.purpose),
        (Difference::Reference, then.reference == now.reference),
        (Difference::History, then.history == now.history),
        (Difference::Answers, then.answers == now.answers),
        (Difference::Time, then.at == now.at),
        (Difference::Engine, then.engine == now.engine),
    ]
    .into_iter()
    .filter_map(|(difference, same)| (!same).then_some(difference))
    .collect()
}
