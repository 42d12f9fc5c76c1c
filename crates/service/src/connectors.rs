//! Lists that may be asked and not copied: connectors, questions, answers.
//!
//! A connector ([`QueryOnlyList`]) stands for the authority: whoever speaks to the real system
//! implements it, `formats::lists::query_only::Simulator` stands in for it. After a traveller was
//! read, the documents are asked about in a job of their own, outside of any transaction; the answers
//! go into the context of the findings and beside them, so that they are replayed without asking
//! again. A question that stays unanswered is neither a hit nor a clearance: it awaits its source and
//! is asked again ([`Service::awaiting_sources`]).

use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tidewaiter_domain::{Country, CountryCode, DocumentNumber, PartialDate, Text};
use tidewaiter_formats::lists::documents::LossReason;
use tidewaiter_formats::lists::query_only::{
    DocumentQuery, QueryAnswer, QueryHit, QueryOnlyList, WhyUnanswered,
};
use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_mandate::{DataSet, ListMode};
use tidewaiter_screening::Answer;
use tidewaiter_store::{Id, Job, NewJob, StoreError, Tx};

use crate::held::Said;
use crate::kept::InputsKept;
use crate::lookback::raise_found;
use crate::{Result, Service, ServiceError, Worked};

/// Who asks, as audit lines name it.
const ASKER: MachineActor = MachineActor::new("asker");
/// The kind of its jobs.
pub(crate) const JOB: &str = "ask";
/// As urgent as what is read: the answer may keep somebody from boarding.
const PRIORITY: i16 = 0;
/// The fault of a question that stays unanswered.
const UNANSWERED: &str = "source-unanswered";

/// The connectors of a service, by the mandate's name of the list.
pub(crate) type Connectors = BTreeMap<String, Box<dyn QueryOnlyList + Send>>;

impl Service {
    /// Connects a list that may only be asked.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`] when the mandate does not ask this list.
    pub fn connect(&self, list: &str, connector: Box<dyn QueryOnlyList + Send>) -> Result<()> {
        let asked = match self.policy(list) {
            Some(policy) => *policy.mode.get() == ListMode::QueryOnly,
            None => self.mandate().is_evaluation(),
        };
        if !asked {
            return Err(ServiceError::NotGranted(format!(
                "the mandate asks no list {list}"
            )));
        }
        self.connected().insert(list.to_owned(), connector);
        Ok(())
    }

    /// How many travellers await the answer of a source that did not give one yet.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn awaiting_sources(&self) -> Result<u64> {
        Ok(self
            .store
            .read(|tx| tx.jobs_at_fault(&self.tenant, JOB, UNANSWERED))?)
    }

    /// Lines up the questions about a traveller who is new or has changed, where there is anybody to
    /// ask.
    pub(crate) fn line_up_questions(
        &self,
        tx: &mut Tx<'_, '_>,
        traveller: &Id,
    ) -> Result<(), StoreError> {
        if self.connected().is_empty() {
            return Ok(());
        }
        let job = NewJob {
            id: self.fresh(),
            kind: JOB,
            subject: *traveller,
            priority: PRIORITY,
            due_at: tx.now(),
        };
        tx.add_job(
            &self.tenant,
            DataSet::Api,
            self.mandate().all_purposes(),
            &job,
        )
    }

    /// Does claimed jobs: asks, screens by the answers, raises what is found.
    pub(crate) fn ask(&self, jobs: Vec<Job>) -> Result<Worked> {
        let mut worked = Worked::default();
        for job in jobs {
            let held = self.store.write(self.now(), |tx| {
                self.held(tx, &ASKER, std::slice::from_ref(&job.subject))
            })?;
            let Some(held) = held.into_iter().next() else {
                // Erased or masked meanwhile: nobody is asked about them.
                self.store.write(self.now(), |tx| tx.finish(&job))?;
                worked.jobs += 1;
                continue;
            };
            // Outside of any transaction: the authority takes its time.
            let answers = self.answers(&held.said);
            let open = answers
                .iter()
                .any(|answer| matches!(answer.answer, QueryAnswer::Unanswered(_)));
            let raised = loop {
                let watch = self.current_watch()?;
                if let Some(raised) = raise_found(self, &ASKER, &watch, &held, &answers, |tx| {
                    if open {
                        tx.retry(&job, UNANSWERED)
                    } else {
                        tx.finish(&job)
                    }
                })? {
                    break raised;
                }
            };
            worked.hits += raised;
            worked.jobs += u64::from(!open);
            worked.retried += u64::from(open);
        }
        Ok(worked)
    }

    /// Asks every connected list about every document.
    fn answers(&self, said: &Said) -> Vec<Answer> {
        let mut answers = Vec::new();
        for (list, connector) in self.connected().iter_mut() {
            for query in said.documents() {
                answers.push(Answer {
                    list: list.as_str().into(),
                    answer: connector.ask(&query),
                    query,
                });
            }
        }
        answers
    }

    fn connected(&self) -> MutexGuard<'_, Connectors> {
        self.connectors
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// An answer as it is kept beside a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AnswerKept {
    list: String,
    number: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    said: SaidKept,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SaidKept {
    NoHit,
    Unanswered(String),
    Hit {
        reference: String,
        reason: String,
        owner: Option<String>,
        reported: Option<String>,
        weaker: bool,
    },
}

const WHY: &[(WhyUnanswered, &str)] = &[
    (WhyUnanswered::Unreachable, "unreachable"),
    (WhyUnanswered::TimedOut, "timed-out"),
    (WhyUnanswered::Refused, "refused"),
];

impl From<&Answer> for AnswerKept {
    fn from(answer: &Answer) -> Self {
        let country = |country: &Option<Country>| country.as_ref().map(|c| c.as_str().to_owned());
        Self {
            list: answer.list.to_string(),
            number: answer.query.number.as_str().to_owned(),
            issuer: country(&answer.query.issuer),
            said: match &answer.answer {
                QueryAnswer::NoHit => SaidKept::NoHit,
                QueryAnswer::Unanswered(why) => SaidKept::Unanswered(
                    WHY.iter()
                        .find(|(known, _)| known == why)
                        .map_or(String::new(), |(_, word)| (*word).to_owned()),
                ),
                QueryAnswer::Hit(hit) => SaidKept::Hit {
                    reference: hit.reference.to_string(),
                    reason: hit.reason.as_str().to_owned(),
                    owner: country(&hit.owner),
                    reported: hit.reported.map(|date| date.to_string()),
                    weaker: hit.weaker,
                },
            },
        }
    }
}

/// The answers that were kept with a finding, to questions about the documents of `said`; `None`
/// when they do not belong together.
pub(crate) fn answers_of(inputs: &InputsKept, said: &Said) -> Option<Vec<Answer>> {
    let asked = said.documents();
    inputs
        .answers
        .iter()
        .map(|kept| {
            let query = asked.iter().find(|query| {
                query.number.as_str() == kept.number
                    && query.issuer.as_ref().map(Country::as_str) == kept.issuer.as_deref()
            })?;
            let answer = match &kept.said {
                SaidKept::NoHit => QueryAnswer::NoHit,
                SaidKept::Unanswered(word) => {
                    let (why, _) = WHY.iter().find(|(_, known)| known == word)?;
                    QueryAnswer::Unanswered(*why)
                }
                SaidKept::Hit {
                    reference,
                    reason,
                    owner,
                    reported,
                    weaker,
                } => QueryAnswer::Hit(QueryHit {
                    reference: reference.as_str().into(),
                    reason: LossReason::from_word(reason)?,
                    owner: owner.as_deref().map(country),
                    reported: match reported {
                        Some(date) => Some(partial(date)?),
                        None => None,
                    },
                    weaker: *weaker,
                }),
            };
            Some(Answer {
                list: Text::from(kept.list.as_str()),
                query: query.clone(),
                answer,
            })
        })
        .collect()
}

fn country(text: &str) -> Country {
    let code = text.as_bytes().try_into().ok().and_then(CountryCode::new);
    code.map_or_else(|| Country::Unknown(text.into()), Country::Known)
}

/// Reads `1970`, `1970-05` or `1970-05-17`.
fn partial(text: &str) -> Option<PartialDate> {
    let mut parts = text.split('-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next().map(str::parse).transpose().ok()?;
    let day = parts.next().map(str::parse).transpose().ok()?;
    PartialDate::new(year, month, day)
}

impl Said {
    /// The questions that can be asked about somebody: each document once.
    pub(crate) fn documents(&self) -> Vec<DocumentQuery> {
        let mut queries: Vec<DocumentQuery> = Vec::new();
        for document in self.travellers().flat_map(|traveller| &traveller.documents) {
            let Some(number) = &document.number else {
                continue;
            };
            let number: DocumentNumber = number.value.clone();
            let issuer = document.issuer.as_ref().map(|issuer| issuer.value.clone());
            let known = |query: &&DocumentQuery| query.number == number && query.issuer == issuer;
            if queries.iter().find(known).is_none() {
                queries.push(DocumentQuery {
                    number,
                    issuer,
                    kind: document.kind,
                });
            }
        }
        queries
    }
}
