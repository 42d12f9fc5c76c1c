//! Lists that may be asked and not copied, such as INTERPOL's databases of stolen and lost travel
//! documents.
//!
//! The connector is a trait of pure requests and answers; who speaks to the real system implements
//! it outside. [`Simulator`] stands for it in tests, in training and in the demonstration. Whatever
//! the answer, it goes into the context of a finding, so that the finding can be replayed; and no
//! answer at all is neither a hit nor a clearance.

use std::collections::BTreeMap;

use tidewaiter_domain::{Country, DocumentKind, DocumentNumber, PartialDate, Text};

use super::documents::{LossReason, ReportedDocument, folded};

/// One question about one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentQuery {
    /// The number, capital letters and digits only.
    pub number: DocumentNumber,
    /// The issuer, where it is known.
    pub issuer: Option<Country>,
    /// The kind of document.
    pub kind: DocumentKind,
}

/// What the authority answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryAnswer {
    /// The document is reported.
    Hit(QueryHit),
    /// The document is not reported.
    NoHit,
    /// The authority did not answer. This says nothing about the document.
    Unanswered(WhyUnanswered),
}

/// What the authority says of a reported document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryHit {
    /// The authority's reference, under which it must be asked to confirm before anyone acts.
    pub reference: Text,
    /// Why it is reported.
    pub reason: LossReason,
    /// Who reported it.
    pub owner: Option<Country>,
    /// Since when.
    pub reported: Option<PartialDate>,
    /// Whether the number agrees only when letters that look like digits are read as those.
    pub weaker: bool,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WhyUnanswered {
    /// The system cannot be reached.
    Unreachable,
    /// It did not answer in time.
    TimedOut,
    /// It refuses the question (rights, form).
    Refused,
}

/// A list that may only be asked.
pub trait QueryOnlyList {
    /// Whose list it is, as it appears in evidence: `INTERPOL SLTD`.
    fn authority(&self) -> &str;

    /// Asks about one document.
    fn ask(&mut self, query: &DocumentQuery) -> QueryAnswer;
}

/// A stand-in with planted documents and planned failures; the same questions in the same order get
/// the same answers.
#[derive(Clone, Debug)]
pub struct Simulator {
    authority: Text,
    documents: BTreeMap<Text, Vec<ReportedDocument>>,
    /// Every so many questions one stays unanswered.
    failing: Option<(u32, WhyUnanswered)>,
    asked: u32,
}

impl Simulator {
    /// A list of `authority` with the given documents.
    pub fn new(
        authority: impl Into<Text>,
        documents: impl IntoIterator<Item = ReportedDocument>,
    ) -> Self {
        let mut by_number: BTreeMap<Text, Vec<ReportedDocument>> = BTreeMap::new();
        for document in documents {
            by_number
                .entry(folded(&document.number))
                .or_default()
                .push(document);
        }
        Self {
            authority: authority.into(),
            documents: by_number,
            failing: None,
            asked: 0,
        }
    }

    /// Leaves every `every`th question (1 and up) unanswered because of `why`.
    #[must_use]
    pub fn failing(mut self, every: u32, why: WhyUnanswered) -> Self {
        self.failing = Some((every.max(1), why));
        self
    }

    /// How many questions were asked.
    pub const fn asked(&self) -> u32 {
        self.asked
    }
}

impl QueryOnlyList for Simulator {
    fn authority(&self) -> &str {
        &self.authority
    }

    fn ask(&mut self, query: &DocumentQuery) -> QueryAnswer {
        self.asked = self.asked.saturating_add(1);
        if let Some((every, why)) = self.failing
            && self.asked.is_multiple_of(every)
        {
            return QueryAnswer::Unanswered(why);
        }
        let of_issuer = |document: &&ReportedDocument| match (&document.issuer, &query.issuer) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        let mut candidates: Vec<&ReportedDocument> = self
            .documents
            .get(&folded(&query.number))
            .into_iter()
            .flatten()
            .filter(of_issuer)
            .collect();
        // An exact number before one that only looks alike.
        candidates.sort_by_key(|document| document.number != query.number);
        match candidates.first() {
            None => QueryAnswer::NoHit,
            Some(document) => QueryAnswer::Hit(QueryHit {
                reference: document.reference.clone().unwrap_or_default(),
                reason: document.reason,
                owner: document.issuer.clone(),
                reported: document.reported,
                weaker: document.number != query.number,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::documents::strict;
    use super::*;
    use tidewaiter_domain::CountryCode;

    fn country(code: &[u8; 3]) -> Option<Country> {
        CountryCode::new(*code).map(Country::Known)
    }

    fn query(number: &str, issuer: &[u8; 3]) -> DocumentQuery {
        DocumentQuery {
            number: strict(number).unwrap(),
            issuer: country(issuer),
            kind: DocumentKind::Passport,
        }
    }

    fn simulator() -> Simulator {
        Simulator::new(
            "INTERPOL SLTD",
            [ReportedDocument {
                number: strict("X0123456").unwrap(),
                issuer: country(b"SWE"),
                kind: DocumentKind::Passport,
                reason: LossReason::Stolen,
                reported: None,
                reference: Some("S-1".into()),
                source: None,
            }],
        )
    }

    #[test]
    fn a_reported_document_is_a_hit_and_a_lookalike_a_weaker_one() {
        let mut list = simulator();
        for (number, issuer, expected) in [
            ("X0123456", b"SWE", Some(false)),
            ("XO123456", b"SWE", Some(true)),
            ("X0123456", b"NOR", None),
            ("X0123457", b"SWE", None),
        ] {
            let weaker = match list.ask(&query(number, issuer)) {
                QueryAnswer::Hit(hit) => Some(hit.weaker),
                QueryAnswer::NoHit => None,
                QueryAnswer::Unanswered(why) => panic!("{why:?}"),
            };
            assert_eq!(weaker, expected, "{number}");
        }
        assert_eq!(list.asked(), 4);
    }

    #[test]
    fn a_failure_is_neither_a_hit_nor_a_clearance() {
        let mut list = simulator().failing(2, WhyUnanswered::TimedOut);
        assert!(matches!(
            list.ask(&query("X0123456", b"SWE")),
            QueryAnswer::Hit(_)
        ));
        assert_eq!(
            list.ask(&query("X0123456", b"SWE")),
            QueryAnswer::Unanswered(WhyUnanswered::TimedOut)
        );
    }
}
