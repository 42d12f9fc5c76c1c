//! Screening: statements in, findings out, the same for the same inputs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tidewaiter_domain::{DocumentNumber, Measure, Text};
use tidewaiter_formats::lists::documents::folded;
use tidewaiter_formats::lists::query_only::QueryAnswer;
use tidewaiter_mandate::{Mandate, PurposeId};
use tidewaiter_matching::{
    Band, DocumentHit, Explanation, Match, Person, Searcher, Settings, score, weigh,
};

use crate::canon::{Digest, Writer};
use crate::context::{Context, ENGINE, reference_digest};
use crate::effect::{self, Effect, Ordered};
use crate::evidence::{Evidence, Reasons};
use crate::exemption::in_force;
use crate::finding::{Cause, CauseKind, Finding, Origin, pair};
use crate::journey::Journey;
use crate::linked::{self, Completed, Filled, completed};
use crate::policy::{ListPolicy, Policy};
use crate::query_only::{Answer, answers_digest};
use crate::selector::{Meets, Selector, meets};
use crate::statement::{
    Admission, BookingStatement, ConsignmentStatement, Held, Reach, Statement, role_word,
};
use crate::watchlist::{Watchlist, WatchlistId};

/// Who is screened.
#[derive(Clone, Copy, Debug)]
pub enum Who<'a> {
    /// One traveller, by every statement known of them on the flight, the likeliest first: the
    /// readings of API and PNR of the same person. Of each cause the best finding is given.
    Traveller(&'a [Statement]),
    /// What a booking says beside its travellers.
    Booking(&'a BookingStatement),
    /// The parties of a consignment.
    Consignment(&'a ConsignmentStatement),
}

/// All that one screening is given beside the watchlist and the mandate.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// Who is screened.
    pub who: Who<'a>,
    /// On which journey.
    pub journey: &'a Journey,
    /// What lists that may only be asked have answered.
    pub answers: &'a [Answer],
    /// When.
    pub at: Timestamp,
}

impl Inputs<'_> {
    /// The hash of the record: every statement with all that a finding may depend on.
    pub fn record(&self) -> Digest {
        let mut out = Writer::default();
        match self.who {
            Who::Traveller(statements) => {
                out.byte(0);
                out.list(statements, |out, statement| statement.write(out));
            }
            Who::Booking(booking) => {
                out.byte(1);
                booking.write(&mut out);
            }
            Who::Consignment(consignment) => {
                out.byte(2);
                consignment.write(&mut out);
            }
        }
        out.digest()
    }

    pub(crate) fn today(&self) -> Date {
        TimeZone::UTC.to_datetime(self.at).date()
    }

    /// The day of the journey, or of the screening where that is not known.
    fn day(&self) -> Date {
        self.journey
            .departs
            .map_or_else(|| self.today(), |time| time.date)
    }
}

/// Why nothing was screened. Never to be shown as "nothing found".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotScreened {
    /// A statement was admitted for another purpose, or by another mandate.
    #[error("a statement was not admitted for this purpose under this mandate")]
    OtherAdmission,
    /// The mandate has no such purpose.
    #[error("the mandate has no such purpose")]
    UnknownPurpose,
}

/// Screens for one purpose of one mandate against one watchlist. One a thread; it remembers words
/// from one traveller to the next, which changes how fast it answers, never what.
pub struct Screener<'a> {
    watchlist: &'a Watchlist,
    id: WatchlistId,
    searcher: Searcher<'a>,
    policy: Policy,
    search: Settings,
    admission: Admission,
    mandate_name: Text,
    purpose_name: Text,
}

/// What one of the lists says of a listed subject that was found.
struct Best {
    statement: usize,
    found: Match,
}

impl<'a> Screener<'a> {
    /// A screener.
    ///
    /// # Errors
    ///
    /// When the mandate has no such purpose.
    pub fn new(
        watchlist: &'a Watchlist,
        mandate: &Mandate,
        purpose: PurposeId,
    ) -> Result<Self, NotScreened> {
        let (_, name) = mandate
            .purposes()
            .find(|(id, _)| *id == purpose)
            .ok_or(NotScreened::UnknownPurpose)?;
        let policy = Policy::of(mandate, purpose);
        Ok(Self {
            watchlist,
            id: watchlist.id(),
            searcher: watchlist.snapshot().searcher(),
            search: policy.search(),
            policy,
            admission: Admission {
                purpose,
                mandate: mandate.reference().hash,
            },
            mandate_name: mandate.reference().name.as_str().into(),
            purpose_name: name.into(),
        })
    }

    /// Every finding of review or alert, the weightiest first. There is no limit.
    ///
    /// # Errors
    ///
    /// When a statement was not admitted for this purpose under this mandate: nothing is screened
    /// then, and nothing may be concluded.
    pub fn screen(&mut self, inputs: &Inputs<'_>) -> Result<Vec<Finding>, NotScreened> {
        let mut found = match inputs.who {
            Who::Traveller(statements) => self.traveller(statements, inputs)?,
            Who::Booking(booking) => self.booking(booking, inputs)?,
            Who::Consignment(consignment) => self.consignment(consignment, inputs)?,
        };
        found.sort_by(|a, b| {
            b.bits
                .total_cmp(&a.bits)
                .then_with(|| a.cause.cmp(&b.cause))
                .then_with(|| a.origin.place.cmp(&b.origin.place))
        });
        Ok(found)
    }

    /// The context of every finding of `inputs`.
    pub fn context(&self, inputs: &Inputs<'_>) -> Context {
        Context {
            record: inputs.record(),
            journey: inputs.journey.digest(),
            watchlist: self.id,
            rules: Context::nothing(),
            mandate: Digest::new(self.admission.mandate.0),
            mandate_name: self.mandate_name.clone(),
            purpose: self.purpose_name.clone(),
            reference: reference_digest(),
            history: Context::nothing(),
            answers: answers_digest(inputs.answers),
            at: inputs.at,
            engine: ENGINE.into(),
        }
    }

    /// Whether the traveller's own data decide that `cause` is not found on them: it is there to be
    /// found, and would be by other data. `false` where the entry is gone, or a list must be asked.
    pub fn is_told_by_data(&self, cause: &Cause, statements: &[Statement]) -> bool {
        let Cause { kind, list, entry } = cause;
        match kind {
            CauseKind::List => {
                self.policy.local(list).is_some() && self.watchlist.facts(list, entry).is_some()
            }
            CauseKind::Document => !statements
                .iter()
                .flat_map(|statement| &statement.documents)
                .any(|held| document_entry(list, &held.number) == *entry),
            CauseKind::Selector => {
                self.policy.local(list).is_some() && self.watchlist.has_selector(list, entry)
            }
            // What a person saw, no data take back.
            CauseKind::Manual => false,
        }
    }

    /// The policy of no list at all.
    pub(crate) fn no_list(&self) -> ListPolicy {
        ListPolicy {
            settings: self.search,
            query_only: false,
            source_confirms: false,
            effect: None,
            register: None,
            caveat: None,
        }
    }

    fn admitted(&self, admission: Admission) -> Result<(), NotScreened> {
        if admission == self.admission {
            Ok(())
        } else {
            Err(NotScreened::OtherAdmission)
        }
    }

    fn traveller(
        &mut self,
        statements: &[Statement],
        inputs: &Inputs<'_>,
    ) -> Result<Vec<Finding>, NotScreened> {
        for statement in statements {
            self.admitted(statement.admission)?;
        }
        let completed = completed(statements);
        let mut best: BTreeMap<(Text, Text), Best> = BTreeMap::new();
        for (at, statement) in completed.iter().enumerate() {
            let said_before = |earlier: &Completed| earlier.identity == statement.identity;
            if completed[..at].iter().any(said_before) {
                continue;
            }
            for found in self.search(&statement.person, inputs) {
                let key = (found.list.clone(), found.entry.clone());
                let better = best.get(&key).is_none_or(|b| b.found.bits < found.bits);
                if better {
                    let statement = at;
                    best.insert(key, Best { statement, found });
                }
            }
        }
        let mut draft = Draft::new(self, inputs, effect::Person::of(statements, inputs.journey));
        for Best { statement, found } in best.into_values() {
            let (statement, completed) = (&statements[statement], &completed[statement]);
            let origin = Origin {
                source: statement.source,
                reference: statement.reference.clone(),
                place: None,
                role: None,
            };
            let compared = Compared {
                person: &completed.person,
                identity: &completed.identity,
                filled: &completed.filled,
            };
            draft.subject(compared, origin, &found);
        }
        for statement in statements {
            draft.documents(statement);
            let origin = |reach: &Reach| Origin {
                source: statement.source,
                reference: statement.reference.clone(),
                place: reach.traveller,
                role: None,
            };
            draft.selectors(&statement.reach, origin);
        }
        Ok(draft.finish())
    }

    fn booking(
        &self,
        booking: &BookingStatement,
        inputs: &Inputs<'_>,
    ) -> Result<Vec<Finding>, NotScreened> {
        self.admitted(booking.admission)?;
        let mut draft = Draft::new(self, inputs, effect::Person::default());
        draft.selectors(&booking.reach, |reach| Origin {
            source: booking.source,
            reference: booking.reference.clone(),
            place: reach.traveller,
            role: None,
        });
        Ok(draft.finish())
    }

    fn consignment(
        &mut self,
        consignment: &ConsignmentStatement,
        inputs: &Inputs<'_>,
    ) -> Result<Vec<Finding>, NotScreened> {
        self.admitted(consignment.admission)?;
        let origin = |at: usize, role: &str| Origin {
            source: consignment.source,
            reference: consignment.reference.clone(),
            place: u16::try_from(at).ok(),
            role: Some(role.into()),
        };
        let parties: Vec<Vec<Match>> = consignment
            .parties
            .iter()
            .map(|party| self.search(&party.person, inputs))
            .collect();
        let mut draft = Draft::new(self, inputs, effect::Person::default());
        draft.goods = true;
        for (at, (party, matches)) in consignment.parties.iter().zip(parties).enumerate() {
            let role = role_word(&party.role);
            for found in &matches {
                let compared = Compared {
                    person: &party.person,
                    identity: &party.identity,
                    filled: &[],
                };
                draft.subject(compared, origin(at, role), found);
            }
            draft.selectors(&party.reach, |_| origin(at, role));
        }
        Ok(draft.finish())
    }

    /// The subjects like `person`, on lists that serve the purpose, in force, from review on.
    fn search(&mut self, person: &Person, inputs: &Inputs<'_>) -> Vec<Match> {
        if self.policy.is_empty() {
            return Vec::new();
        }
        let mut found = self.searcher.search(person, &self.search);
        let (today, day) = (inputs.today(), inputs.day());
        found.retain(|found| {
            let policy = self.policy.local(&found.list);
            let facts = self.watchlist.facts(&found.list, &found.entry);
            policy.is_some_and(|policy| policy.band(found.bits).is_some())
                && facts.is_some_and(|facts| {
                    facts
                        .validity
                        .is_none_or(|validity| in_force(&validity, today, day))
                })
        });
        found
    }
}

/// Bits of a document that is the registered one, by number and issuer, by number alone, or by a
/// number that looks alike: as `matching` weighs the documents of a listed person.
const SAME_DOCUMENT: f32 = 12.0;
const SAME_NUMBER: f32 = 9.0;
const LIKE_NUMBER: f32 = 6.0;

/// Bits of a value that is a selector's, and of a telephone number that agrees in its last digits.
const SAME_VALUE: f32 = 12.0;
const SAME_TAIL: f32 = 9.0;

/// The findings of one screening, as they come together.
struct Draft<'d, 'a> {
    screener: &'d Screener<'a>,
    inputs: &'d Inputs<'d>,
    who: effect::Person,
    goods: bool,
    context: Option<Context>,
    found: BTreeMap<(Cause, Option<u16>), Finding>,
}

/// Somebody as they are compared with subjects of lists.
#[derive(Clone, Copy)]
struct Compared<'c> {
    person: &'c Person,
    identity: &'c Digest,
    filled: &'c [Filled],
}

/// What a finding is made of, whatever its cause.
struct Made<'m> {
    cause: Cause,
    content: Digest,
    bits: f32,
    name: Text,
    matched_name: Text,
    origin: Origin,
    reasons: Reasons,
    measures: &'m [Measure],
    effect: Effect,
    identity: Digest,
}

impl<'d, 'a> Draft<'d, 'a> {
    fn new(screener: &'d Screener<'a>, inputs: &'d Inputs<'d>, who: effect::Person) -> Self {
        Self {
            screener,
            inputs,
            who,
            goods: false,
            context: None,
            found: BTreeMap::new(),
        }
    }

    fn finish(self) -> Vec<Finding> {
        self.found.into_values().collect()
    }

    fn effect(&self, ordered: &Ordered<'_>) -> Effect {
        if self.goods {
            Effect::of_goods()
        } else {
            ordered.effect(&self.who, self.inputs.journey, self.inputs.today())
        }
    }

    /// What a cause without measures means.
    fn plain_effect(&self, policy: &ListPolicy) -> Effect {
        self.effect(&Ordered {
            measures: &[],
            exemptions: &[],
            nationalities: &[],
            policy,
        })
    }

    /// Keeps the better of two findings of one cause, the earlier of two that are equal.
    fn keep(&mut self, policy: &ListPolicy, made: Made<'_>) {
        let Some(band) = policy.band(made.bits) else {
            return;
        };
        // Findings of a consignment or booking are apart for each party or traveller.
        let key = (made.cause.clone(), made.origin.place);
        if self
            .found
            .get(&key)
            .is_some_and(|held| held.bits >= made.bits)
        {
            return;
        }
        let context = self
            .context
            .get_or_insert_with(|| self.screener.context(self.inputs));
        let finding = Finding {
            pair: pair(&made.identity, &made.cause, &made.content),
            cause: made.cause,
            content: made.content,
            band,
            bits: made.bits,
            score: score(made.bits),
            name: made.name,
            matched_name: made.matched_name,
            origin: made.origin,
            reasons: made.reasons,
            measures: made.measures.to_vec(),
            effect: made.effect,
            source_confirms: policy.source_confirms,
            caveat: policy.caveat,
            context: context.clone(),
        };
        self.found.insert(key, finding);
    }

    /// A listed subject that somebody is like.
    fn subject(&mut self, compared: Compared<'_>, origin: Origin, found: &Match) {
        let person = compared.person;
        let screener = self.screener;
        // A search gives only what has both.
        let (Some(policy), Some(facts)) = (
            screener.policy.local(&found.list),
            screener.watchlist.facts(&found.list, &found.entry),
        ) else {
            return;
        };
        let weight = weigh(person, &found.person);
        let measures = screener.watchlist.measures(&facts);
        let effect = self.effect(&Ordered {
            measures,
            exemptions: screener.watchlist.exemptions(&found.list, &found.entry),
            nationalities: &found.person.nationalities,
            policy,
        });
        let explanation = Explanation::of(person, &found.person, &weight, &policy.settings);
        let mut reasons = Reasons::from(explanation);
        let said = |field: &Text| reasons.evidence.iter().any(|piece| piece.field == *field);
        let filled = compared.filled.iter().filter(|one| said(&one.field));
        reasons.filled = filled.cloned().collect();
        linked::in_words(&reasons.filled, &mut reasons.sentence);
        self.keep(
            policy,
            Made {
                cause: Cause {
                    kind: CauseKind::List,
                    list: found.list.clone(),
                    entry: found.entry.clone(),
                },
                content: facts.content,
                bits: weight.bits(),
                name: found.name.clone(),
                matched_name: found.matched_name.clone(),
                origin,
                reasons,
                measures,
                effect,
                identity: *compared.identity,
            },
        );
    }

    /// The documents of a statement in the registers, and what was answered about them.
    fn documents(&mut self, statement: &Statement) {
        let screener = self.screener;
        for held in &statement.documents {
            for documents in screener.watchlist.documents() {
                let Some(policy) = screener.policy.local(&documents.list) else {
                    continue;
                };
                let Some(hit) = documents.register.find(held.number.as_str(), held.issuer) else {
                    continue;
                };
                let (relation, bits) = match hit {
                    DocumentHit::NumberAndIssuer => ("same-number-and-issuer", SAME_DOCUMENT),
                    DocumentHit::Number => ("same-number", SAME_NUMBER),
                    DocumentHit::Lookalike => ("lookalike-number", LIKE_NUMBER),
                };
                let says = format!(
                    "The document's number is in the register {}",
                    documents.list
                );
                let mut content = Writer::default();
                content.text(relation);
                self.document(
                    policy,
                    statement,
                    held,
                    &documents.list,
                    Reported {
                        relation,
                        bits,
                        says,
                        content: content.digest(),
                    },
                );
            }
        }
        for answer in self.inputs.answers {
            self.answer(statement, answer);
        }
    }

    fn answer(&mut self, statement: &Statement, answer: &Answer) {
        let (Some(policy), QueryAnswer::Hit(hit)) =
            (self.screener.policy.list(&answer.list), &answer.answer)
        else {
            return;
        };
        let asked = |held: &&Held| {
            held.number == answer.query.number
                && held.issuer == answer.query.issuer.as_ref().and_then(|of| of.code())
        };
        let Some(held) = statement.documents.iter().find(asked) else {
            return;
        };
        let (relation, bits) = match (hit.weaker, held.issuer) {
            (true, _) => ("lookalike-number", LIKE_NUMBER),
            (false, Some(_)) => ("same-number-and-issuer", SAME_DOCUMENT),
            (false, None) => ("same-number", SAME_NUMBER),
        };
        let mut content = Writer::default();
        answer.write(&mut content);
        let reported = Reported {
            relation,
            bits,
            says: format!(
                "The document is reported {} under the reference {} of {}",
                hit.reason.as_str(),
                hit.reference,
                answer.list
            ),
            content: content.digest(),
        };
        self.document(policy, statement, held, &answer.list, reported);
    }

    fn document(
        &mut self,
        policy: &ListPolicy,
        statement: &Statement,
        held: &Held,
        list: &Text,
        reported: Reported,
    ) {
        let Some(band) = policy.band(reported.bits) else {
            return;
        };
        let issuer = held.issuer.map(|issuer| issuer.to_string());
        let number = match &issuer {
            Some(issuer) => format!("{}/{issuer}", held.number),
            None => held.number.to_string(),
        };
        let mut identity = Writer::default();
        identity.text(held.number.as_str());
        identity.option(issuer.as_deref(), Writer::text);
        self.keep(
            policy,
            Made {
                cause: Cause {
                    kind: CauseKind::Document,
                    list: list.clone(),
                    entry: document_entry(list, &held.number),
                },
                content: reported.content,
                bits: reported.bits,
                name: Text::default(),
                matched_name: Text::default(),
                origin: Origin {
                    source: statement.source,
                    reference: statement.reference.clone(),
                    place: None,
                    role: None,
                },
                reasons: Reasons::single(
                    Evidence {
                        field: "document".into(),
                        query: number.into(),
                        entry: list.clone(),
                        relation: reported.relation.into(),
                        bits: reported.bits,
                    },
                    format!(
                        "Score {:.2}, {}. {} ({:+.1} bits).",
                        score(reported.bits),
                        band_in_words(band),
                        reported.says,
                        reported.bits
                    ),
                ),
                measures: &[],
                effect: self.plain_effect(policy),
                identity: identity.digest(),
            },
        );
    }

    /// The selectors that contacts, payments, addresses and agencies meet.
    fn selectors(&mut self, reaches: &[Reach], origin: impl Fn(&Reach) -> Origin) {
        let screener = self.screener;
        let (today, day) = (self.inputs.today(), self.inputs.day());
        for reach in reaches {
            for (selector, value) in screener.watchlist.selectors(reach.kind, &reach.value) {
                let Some(policy) = screener.policy.local(&selector.list) else {
                    continue;
                };
                let in_force = selector.from.is_none_or(|from| from <= today.max(day))
                    && today <= selector.expires;
                let Some(met) = meets(reach.kind, &reach.value, value).filter(|_| in_force) else {
                    continue;
                };
                self.selector(policy, reach, selector, met, origin(reach));
            }
        }
    }

    fn selector(
        &mut self,
        policy: &ListPolicy,
        reach: &Reach,
        selector: &Selector,
        met: Meets,
        origin: Origin,
    ) {
        let (relation, bits) = match met {
            Meets::Same => ("same", SAME_VALUE),
            Meets::Tail => ("same-last-digits", SAME_TAIL),
        };
        let Some(band) = policy.band(bits) else {
            return;
        };
        let mut identity = Writer::default();
        identity.text(reach.kind.as_str());
        identity.text(&reach.value);
        self.keep(
            policy,
            Made {
                cause: Cause {
                    kind: CauseKind::Selector,
                    list: selector.list.clone(),
                    entry: selector.entry.clone(),
                },
                content: selector.digest(),
                bits,
                name: Text::default(),
                matched_name: Text::default(),
                origin,
                reasons: Reasons::single(
                    Evidence {
                        field: reach.kind.as_str().into(),
                        query: reach.written.clone(),
                        entry: selector.value.clone(),
                        relation: relation.into(),
                        bits,
                    },
                    format!(
                        "Score {:.2}, {}. The {} is {} ({:+.1} bits), entered by {} under {}, in \
                         force until {}.",
                        score(bits),
                        band_in_words(band),
                        reach.kind.in_words(),
                        match met {
                            Meets::Same => "the selector's",
                            Meets::Tail => "the selector's in its last digits",
                        },
                        bits,
                        selector.owner,
                        selector.legal_basis,
                        selector.expires
                    ),
                ),
                measures: &[],
                effect: self.plain_effect(policy),
                identity: identity.digest(),
            },
        );
    }
}

/// What a register or an authority says of a document.
struct Reported {
    relation: &'static str,
    bits: f32,
    says: String,
    content: Digest,
}

/// The name of a document among causes: no number, so that it may stand beside a hit in the clear.
fn document_entry(list: &str, number: &DocumentNumber) -> Text {
    let mut out = Writer::default();
    out.text(list);
    out.text(&folded(number));
    let mut text = out.digest().to_string();
    text.truncate(16);
    text.into()
}

const fn band_in_words(band: Band) -> &'static str {
    match band {
        Band::Alert => "an alert",
        Band::Review => "a case for review",
        Band::None => "below review",
    }
}
