//! The queue of hits, and what people decide about them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{ETAG, IF_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tidewaiter_domain::Traveller;
use tidewaiter_mandate::Act;
use tidewaiter_mandate::review::{Judgement, ReasonCode, State as HitState};
use tidewaiter_service::{Acting, Decision, HitDetail, HitQuery, Lane, Service, SignedIn};
use tidewaiter_store::{HitPlace, Stepped};
use utoipa::ToSchema;

use super::flights::FlightDto;
use super::intake::hex;
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

fn etag(version: u64) -> Result<HeaderValue> {
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

/// Where a hit stands after a step.
#[derive(Serialize, ToSchema)]
pub(crate) struct SteppedDto {
    id: String,
    version: u64,
    status: &'static str,
    /// Why the approved act was not done at once, where it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_done: Option<String>,
}

impl SteppedDto {
    fn of(hit: &str, stepped: &Stepped) -> Self {
        Self {
            id: hit.to_owned(),
            version: stepped.version,
            status: stepped.hit.state().as_str(),
            not_done: None,
        }
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
    once(
        &app,
        &hit,
        &headers,
        officer,
        request,
        move |service, officer, acting, version, id| {
            let (signed_in, note) = (&officer.person.signed_in, given.note.as_deref());
            let stepped = service.decide(signed_in, acting, &id, version, decision, note)?;
            Ok(SteppedDto::of(&id.to_string(), &stepped))
        },
    )
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
    once(
        &app,
        &hit,
        &headers,
        officer,
        request,
        move |service, officer, acting, version, id| {
            let (signed_in, note) = (&officer.person.signed_in, given.note.as_deref());
            let (stepped, not_done) = service.approve(signed_in, acting, &id, version, note)?;
            Ok(SteppedDto {
                not_done: not_done.map(|error| Problem::from(error).title),
                ..SteppedDto::of(&id.to_string(), &stepped)
            })
        },
    )
    .await
}

/// Runs a step once: the same request with the same idempotency key gets the same answer.
async fn once(
    app: &Arc<App>,
    hit: &str,
    headers: &HeaderMap,
    officer: Officer,
    request: Vec<u8>,
    step: impl FnOnce(&Service, &Officer, &Acting, u64, tidewaiter_store::Id) -> Result<SteppedDto>
    + Send
    + 'static,
) -> Result<Response> {
    let hit = id(hit)?;
    let header = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let version = header(IF_MATCH.as_str())
        .and_then(|tag| tag.trim_matches('"').parse::<u64>().ok())
        .ok_or_else(|| {
            let title = "If-Match must say which version of the hit was seen";
            Problem::new(StatusCode::PRECONDITION_REQUIRED, "version-missing", title)
        })?;
    let key = header("idempotency-key").map(str::to_owned);
    if key
        .as_ref()
        .is_some_and(|key| key.is_empty() || key.len() > 128)
    {
        return Err(Problem::invalid(
            "an idempotency key has 1 to 128 characters",
        ));
    }
    let mut hash = Sha256::new();
    hash.update(hit.0);
    hash.update(version.to_be_bytes());
    hash.update(&request);
    let hash: [u8; 32] = hash.finalize().into();
    let body = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            let signed_in = &officer.person.signed_in;
            if let Some(key) = &key
                && let Some((_, body)) = kept(service, signed_in, key, &hash)?
            {
                return Ok::<_, Problem>(body);
            }
            let dto = step(service, &officer, &acting, version, hit)?;
            let body = serde_json::to_string(&dto).unwrap_or_default();
            if let Some(key) = &key {
                // The step itself is guarded by its version: what is kept here is how it went.
                let _ = service.keep_answer(signed_in, (key, &hash), (200, &body));
            }
            Ok(body)
        })
        .await?;
    let version = serde_json::from_str::<serde_json::Value>(&body)
        .ok()
        .and_then(|body| body["version"].as_u64());
    let json = HeaderValue::from_static("application/json");
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(axum::http::header::CONTENT_TYPE, json);
    if let Some(version) = version {
        headers.insert(ETAG, etag(version)?);
    }
    Ok(response)
}

fn kept(
    service: &Service,
    signed_in: &SignedIn,
    key: &str,
    request: &[u8; 32],
) -> Result<Option<(u16, String)>> {
    use tidewaiter_service::DoorError;
    match service.answered(signed_in, key, request) {
        Err(DoorError::Taken) => Err(Problem::new(
            StatusCode::CONFLICT,
            "key-taken",
            "the idempotency key was used for another request",
        )),
        result => Ok(result?),
    }
}
