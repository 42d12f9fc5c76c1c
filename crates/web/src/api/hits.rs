//! The queue of hits, and what people decide about them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::ETAG;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tidewaiter_domain::Traveller;
use tidewaiter_mandate::Act;
use tidewaiter_mandate::review::{EntryState, Judgement, ReasonCode, State as HitState};
use tidewaiter_service::{Acting, Decision, HitDetail, HitQuery, Lane, Service, outcome_of};
use tidewaiter_store::{Decided, HitPlace};
use utoipa::ToSchema;

use super::flights::FlightDto;
use super::intake::hex;
use super::once::{Asked, SteppedDto, once};
use super::{Json, Query, id};
use crate::app::App;
use crate::door::Officer;
use crate::problem::{Problem, Result};

/// So many on a page, unless fewer are asked for.
const PAGE_MOST: u32 = 200;
const PAGE: u32 = 50;

/// A hit.
#[derive(Serialize, ToSchema)]
pub(crate) struct HitDto {
    id: String,
    /// Grows with every change; the ETag.
    version: u64,
    /// `live` or `test`.
    lane: &'static str,
    /// `traveller`, `consignment` or `declaration`.
    subject: String,
    /// Its identifier.
    subject_id: String,
    /// `alert` or `review`.
    band: String,
    /// Probability at the stated prior; never the chance that this is the person.
    score: f64,
    bits: f32,
    /// `matched`, `in-review`, `same`, `proposed` …
    status: &'static str,
    /// Where the traveller stands: `booked`, `checked-in` …
    travel_status: String,
    traveller: Option<PersonDto>,
    flight: Option<FlightDto>,
    cause: CauseDto,
    /// The listed name that fitted.
    matched_name: String,
    evidence: Vec<EvidenceDto>,
    /// What neither side or one side only says.
    absent: Vec<String>,
    /// The comparison in plain words.
    sentence: String,
    /// What the measure means for this person on this journey, in words.
    effect: String,
    /// The latest finding: `tidewaiter replay` computes it anew.
    finding: String,
    /// SHA-256 of the messages that speak of the traveller.
    messages: Vec<String>,
    judged: Option<JudgedDto>,
    proposal: Option<ProposalDto>,
    /// The acts that whoever asks may propose now.
    offered: Vec<&'static str>,
    due_at: Option<String>,
    raised_at: String,
    /// How many open hits rest on the same entry, when they are a flood.
    flood: Option<u32>,
    /// Who works on it: nobody else judges it or proposes anything meanwhile.
    claimed_by: Option<String>,
    claimed_at: Option<String>,
    /// What came of the act that was done, as it was recorded last.
    outcome: Option<OutcomeDto>,
    /// What was done about it, oldest first.
    history: Vec<DecidedDto>,
    /// The case it belongs to.
    case: Option<String>,
}

/// What came of an act.
#[derive(Serialize, ToSchema)]
struct OutcomeDto {
    /// `found`, `nothing`, `not-stopped`.
    outcome: &'static str,
    /// What was found: `listed-person`, `cash` …
    found: Vec<&'static str>,
}

/// Something that was done about a hit.
#[derive(Serialize, ToSchema)]
struct DecidedDto {
    /// Which version of the hit it made.
    version: u64,
    /// Who; nobody for the machine.
    person: Option<String>,
    /// `open-evidence`, `judge`, `propose`, `outcome`, `claim`, `external-approval` …
    event: String,
    /// The judgement, the act, the outcome …
    word: String,
    /// Where the hit stood after it.
    status: String,
    at: String,
    /// What they wrote. Of an external approval, its document, as JSON.
    note: Option<String>,
}

impl From<&Decided> for DecidedDto {
    fn from(decided: &Decided) -> Self {
        let note = decided.note.as_ref();
        Self {
            version: decided.version,
            person: Some(decided.person.clone()).filter(|person| !person.is_empty()),
            event: decided.event.clone(),
            word: decided.word.clone(),
            status: decided.state.clone(),
            at: decided.at.to_string(),
            note: note.map(|note| String::from_utf8_lossy(note).into_owned()),
        }
    }
}

/// What came of the act that stands: what was recorded since it was done.
fn outcome(history: &[Decided]) -> Option<OutcomeDto> {
    let since = history.iter().rposition(|d| d.event == "execute")?;
    let last = history[since..].iter().rfind(|d| d.event == "outcome")?;
    let read = outcome_of(&last.word)?;
    Some(OutcomeDto {
        outcome: read.outcome.as_str(),
        found: read.found.iter().map(|kind| kind.as_str()).collect(),
    })
}

#[derive(Serialize, ToSchema)]
struct PersonDto {
    surname: Option<String>,
    given: Vec<String>,
    born: Option<String>,
    sex: Option<String>,
    nationalities: Vec<String>,
    documents: Vec<DocumentDto>,
    locator: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct DocumentDto {
    r#type: String,
    number: Option<String>,
    issuer: Option<String>,
    expires: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct CauseDto {
    /// `list`, `document`, `selector`.
    kind: String,
    list: String,
    entry: String,
    /// Whether the entry stands on the list now: no act can rest on one that does not. Not of what
    /// people raise.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_on_list: Option<bool>,
}

#[derive(Serialize, ToSchema)]
struct EvidenceDto {
    field: String,
    /// What the traveller's data say.
    query: String,
    /// What the entry says.
    entry: String,
    relation: String,
    bits: f32,
}

#[derive(Serialize, ToSchema)]
struct JudgedDto {
    person: String,
    judgement: &'static str,
}

#[derive(Serialize, ToSchema)]
struct ProposalDto {
    act: &'static str,
    by: String,
    approved_by: Option<String>,
    /// Within which time it must be approved, in seconds.
    is_adverse: bool,
}

impl From<&Traveller> for PersonDto {
    fn from(traveller: &Traveller) -> Self {
        let documents = traveller.documents.iter().map(|document| DocumentDto {
            r#type: document.code.to_string(),
            number: document.number.as_ref().map(|n| n.as_str().to_owned()),
            issuer: document.issuer.as_ref().map(|c| c.as_str().to_owned()),
            expires: document.expires.as_ref().map(|d| d.to_string()),
        });
        Self {
            surname: traveller.name.surname.as_ref().map(|s| s.to_string()),
            given: traveller.name.given.iter().map(|g| g.to_string()).collect(),
            born: traveller.born.as_ref().map(|b| b.to_string()),
            sex: traveller.sex.as_ref().map(|s| s.as_str().to_owned()),
            nationalities: traveller
                .nationalities
                .iter()
                .map(|n| n.country.as_str().to_owned())
                .collect(),
            documents: documents.collect(),
            locator: traveller.locator.as_ref().map(|l| l.as_str().to_owned()),
        }
    }
}

impl HitDto {
    pub(crate) fn of(service: &Service, acting: &Acting, detail: &HitDetail) -> Self {
        let finding = &detail.finding;
        let evidence = finding.reasons.evidence.iter().map(|piece| EvidenceDto {
            field: piece.field.to_string(),
            query: piece.query.to_string(),
            entry: piece.entry.to_string(),
            relation: piece.relation.to_string(),
            bits: piece.bits,
        });
        let offered = service.offered(acting, detail);
        Self {
            id: detail.id.to_string(),
            version: detail.version,
            lane: detail.lane.as_str(),
            subject: detail.subject_kind.clone(),
            subject_id: detail.subject.to_string(),
            band: detail.band.clone(),
            score: finding.score,
            bits: finding.bits,
            status: detail.hit.state().as_str(),
            travel_status: detail.status.clone(),
            traveller: detail.traveller.as_ref().map(Into::into),
            flight: detail.flight.as_ref().map(Into::into),
            cause: CauseDto {
                kind: detail.cause_kind.clone(),
                list: detail.list.clone(),
                entry: detail.entry.clone(),
                is_on_list: (!detail.list.is_empty())
                    .then(|| detail.hit.entry() == EntryState::InForce),
            },
            matched_name: finding.matched_name.to_string(),
            evidence: evidence.collect(),
            absent: finding
                .reasons
                .absent
                .iter()
                .map(|f| f.to_string())
                .collect(),
            sentence: finding.reasons.sentence.to_string(),
            effect: finding.effect.sentence.to_string(),
            finding: detail.finding_id.to_string(),
            messages: detail.messages.iter().map(|hash| hex(hash)).collect(),
            judged: detail.hit.judged().map(|(person, judgement)| JudgedDto {
                person: person.as_str().to_owned(),
                judgement: judgement.as_str(),
            }),
            proposal: detail.hit.proposal().map(|proposal| ProposalDto {
                act: proposal.act.as_str(),
                by: proposal.by.as_str().to_owned(),
                approved_by: proposal.approved_by.as_ref().map(|p| p.as_str().to_owned()),
                is_adverse: proposal.act.is_adverse(),
            }),
            offered: offered.iter().map(|act| act.as_str()).collect(),
            due_at: detail.due_at.map(|at| at.to_string()),
            raised_at: detail.raised_at.to_string(),
            flood: detail.flood,
            claimed_by: detail.claim.as_ref().map(|(person, _)| person.clone()),
            claimed_at: detail.claim.as_ref().map(|(_, at)| at.to_string()),
            outcome: outcome(&detail.history),
            history: detail.history.iter().map(Into::into).collect(),
            case: detail.case.map(|case| case.to_string()),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueueQuery {
    /// States, joined by commas.
    state: Option<String>,
    lane: Option<String>,
    flight: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct QueueDto {
    /// Those due first.
    hits: Vec<HitDto>,
    /// To be given as `after` for the next page; none on the last.
    next: Option<String>,
}

pub(crate) fn cursor(place: &HitPlace) -> String {
    format!("{}.{}", place.due, place.id)
}

pub(crate) fn place(text: &str) -> Result<HitPlace> {
    let invalid = || Problem::invalid("this is no place in the queue");
    let (due, hit) = text.split_once('.').ok_or_else(invalid)?;
    Ok(HitPlace {
        due: due.parse().map_err(|_| invalid())?,
        id: id(hit).map_err(|_| invalid())?,
    })
}

/// The queue of a purpose, page by page: what still needs somebody, or the states asked for.
#[utoipa::path(get, path = "/hits", tag = "hits", security(("session" = [])),
    params(("state" = Option<String>, Query), ("lane" = Option<String>, Query),
        ("flight" = Option<String>, Query), ("after" = Option<String>, Query),
        ("limit" = Option<u32>, Query), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    responses((status = 200, body = QueueDto)))]
pub(crate) async fn queue(
    State(app): State<Arc<App>>,
    Query(query): Query<QueueQuery>,
    officer: Officer,
) -> Result<Json<QueueDto>> {
    let states = match query.state.as_deref() {
        None => HitQuery::OPEN.to_vec(),
        Some(words) => words
            .split(',')
            .map(|word| HitState::from_word(word).ok_or_else(|| Problem::invalid("no such state")))
            .collect::<Result<_>>()?,
    };
    let lane = match query.lane.as_deref() {
        None | Some("live") => Lane::Live,
        Some("test") => Lane::Test,
        Some(_) => return Err(Problem::invalid("a lane is live or test")),
    };
    let flight = query.flight.as_deref().map(id).transpose()?;
    let behind = query.after.as_deref().map(place).transpose()?;
    let most = query.limit.unwrap_or(PAGE).clamp(1, PAGE_MOST);
    let dto = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            let page = service.hit_page(&acting, &states, lane, flight.as_ref(), behind, most)?;
            let hits = page.hits.iter();
            Ok::<_, Problem>(QueueDto {
                hits: hits.map(|hit| HitDto::of(service, &acting, hit)).collect(),
                next: page.next.as_ref().map(cursor),
            })
        })
        .await?;
    Ok(Json(dto))
}

/// One hit, with everything a reviewer sees. Its version is the ETag.
#[utoipa::path(get, path = "/hits/{id}", tag = "hits", security(("session" = [])),
    params(("id" = String, Path), ("Purpose" = String, Header), ("Reason" = String, Header)),
    responses((status = 200, body = HitDto, headers(("ETag" = String)))))]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    Path(hit): Path<String>,
    officer: Officer,
) -> Result<Response> {
    let hit = id(&hit)?;
    let dto = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            let detail = service.hit(&acting, &hit)?;
            Ok::<_, Problem>(HitDto::of(service, &acting, &detail))
        })
        .await?;
    let tag = etag(dto.version)?;
    let mut response = Json(dto).into_response();
    response.headers_mut().insert(ETAG, tag);
    Ok(response)
}

pub(crate) fn etag(version: u64) -> Result<HeaderValue> {
    HeaderValue::from_str(&format!("\"{version}\"")).map_err(|_| Problem::not_found())
}

/// What somebody decides.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewDto {
    /// `open`, `judge`, `propose`, `refuse`, `withdraw`, `execute`, `reopen`.
    step: String,
    /// Of `judge`: `same`, `not-the-same`, `cannot-tell`. There is no default.
    judgement: Option<String>,
    /// Of `judge`: why, as a code. There is no default.
    reason: Option<String>,
    /// Of `judge`: whether the pair stays cleared as long as neither side changes.
    #[serde(default)]
    clear: bool,
    /// Of `propose`: the act.
    act: Option<String>,
    /// In words; sealed with the decision.
    note: Option<String>,
}

impl ReviewDto {
    fn decision(&self) -> Result<Decision> {
        Ok(match self.step.as_str() {
            "open" => Decision::Open,
            "judge" => {
                let judgement = self.judgement.as_deref().and_then(Judgement::from_word);
                let reason = self.reason.as_deref().and_then(ReasonCode::from_word);
                let (Some(judgement), Some(reason)) = (judgement, reason) else {
                    return Err(Problem::invalid("a judgement and its reason are needed"));
                };
                Decision::Judge {
                    judgement,
                    reason,
                    clear: self.clear,
                }
            }
            "propose" => {
                let act = self.act.as_deref().and_then(Act::from_word);
                Decision::Propose(act.ok_or_else(|| Problem::invalid("an act is needed"))?)
            }
            "refuse" => Decision::Refuse,
            "withdraw" => Decision::Withdraw,
            "execute" => Decision::Execute,
            "reopen" => Decision::Reopen,
            _ => return Err(Problem::invalid("there is no such step")),
        })
    }
}

/// Take a step: open the evidence, judge, propose, refuse, withdraw, execute, re-open.
#[utoipa::path(post, path = "/hits/{id}/review", tag = "hits", security(("session" = [])),
    params(("id" = String, Path), ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    request_body = ReviewDto,
    responses((status = 200, body = SteppedDto, headers(("ETag" = String))),
        (status = 403, description = "The mandate, four eyes, a conflict, or a proof is missing"),
        (status = 412, description = "Somebody else was first: look again")))]
pub(crate) async fn review(
    State(app): State<Arc<App>>,
    Path(hit): Path<String>,
    headers: HeaderMap,
    officer: Officer,
    Json(given): Json<ReviewDto>,
) -> Result<Response> {
    let decision = given.decision()?;
    let request = serde_json::to_vec(&given).unwrap_or_default();
    let asked = Asked::of("review", &hit, &headers, officer, given.note, request)?;
    once(&app, asked, move |service, by, id, version| {
        Ok((service.decide(by, id, version, decision)?, None))
    })
    .await
}

/// Agreement to a proposed act.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApproveDto {
    /// In words; sealed with the decision.
    note: Option<String>,
}

/// Agree to the act that another has proposed, and have it done.
#[utoipa::path(post, path = "/hits/{id}/approve", tag = "hits", security(("session" = [])),
    params(("id" = String, Path), ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    request_body = ApproveDto,
    responses((status = 200, body = SteppedDto, headers(("ETag" = String))),
        (status = 403, description = "The mandate, four eyes, a conflict, or a proof is missing"),
        (status = 412, description = "Somebody else was first: look again")))]
pub(crate) async fn approve(
    State(app): State<Arc<App>>,
    Path(hit): Path<String>,
    headers: HeaderMap,
    officer: Officer,
    Json(given): Json<ApproveDto>,
) -> Result<Response> {
    let request = serde_json::to_vec(&given).unwrap_or_default();
    let asked = Asked::of("approve", &hit, &headers, officer, given.note, request)?;
    once(&app, asked, |service, by, id, version| {
        service.approve(by, id, version)
    })
    .await
}
