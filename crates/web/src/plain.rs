//! The queue of hits as plain pages: server-rendered, without scripts, for any browser and for the
//! day on which nothing else works.
//!
//! Purpose and reason are given once and ride in a cookie, never in an address. Every form carries
//! the session's word (CSRF). A page that shows a hit shows its whole evidence, so whoever decides
//! from it has opened it.

mod html;
mod pages;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::header::{CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use tidewaiter_mandate::Act;
use tidewaiter_mandate::review::{Judgement, ReasonCode};
use tidewaiter_service::{Acting, By, Decision, HitQuery, Lane, Service};

use crate::api::session::{cookie, enter};
use crate::api::{hits, id};
use crate::app::App;
use crate::door::{Peer, Person, cookie_of, same};
use crate::problem::{Problem, Result};
use html::Html;

const PURPOSE: &str = "tidewaiter-purpose";
const PAGE: u32 = 50;

/// The routes under `/plain`.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(|| async { to("/plain/queue") }))
        .route("/plain", get(|| async { to("/plain/queue") }))
        .route("/plain/sign-in", get(sign_in_page).post(sign_in))
        .route("/plain/sign-out", post(sign_out))
        .route("/plain/password", get(password_page).post(password))
        .route("/plain/purpose", post(purpose))
        .route("/plain/queue", get(queue))
        .route("/plain/hits/{id}", get(hit).post(decide))
        .route("/plain/style.css", get(style))
}

fn to(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(LOCATION, path);
    }
    response
}

async fn style() -> Response {
    let css = include_str!("plain/style.css");
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response()
}

/// Whoever is not signed in is asked to; what else went wrong is a page that says so.
fn failed(problem: &Problem) -> Response {
    match problem.code {
        "unauthenticated" | "session-ended" => to("/plain/sign-in"),
        "wrong-credentials" if problem.status == 401 => to("/plain/sign-in"),
        "must-change-password" => to("/plain/password"),
        _ => pages::problem(problem).into_response(),
    }
}

async fn sign_in_page() -> Html {
    pages::sign_in(None)
}

#[derive(Deserialize)]
struct SignIn {
    name: String,
    password: String,
}

async fn sign_in(
    State(app): State<Arc<App>>,
    Peer(peer): Peer,
    Form(given): Form<SignIn>,
) -> Response {
    match enter(&app, peer, given.name, given.password).await {
        Ok(person) => {
            let mut response = to("/plain/queue");
            if let Ok(cookie) = cookie(app.is_secure, Some(&person.token)) {
                response.headers_mut().insert(SET_COOKIE, cookie);
            }
            response
        }
        Err(problem) => {
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::UNAUTHORIZED);
            (status, pages::sign_in(Some(&problem))).into_response()
        }
    }
}

#[derive(Deserialize)]
struct Word {
    csrf: String,
}

/// The person of a form, if it is one of our pages.
async fn person_of(app: &Arc<App>, headers: &HeaderMap, word: &str) -> Result<Person> {
    let person = Person::of_headers(app, headers).await?;
    if same(word.as_bytes(), person.csrf().as_bytes()) {
        Ok(person)
    } else {
        let title = "the form is of another session: open the page anew";
        Err(Problem::new(StatusCode::FORBIDDEN, "csrf", title))
    }
}

async fn sign_out(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(word): Form<Word>,
) -> Response {
    let done = async {
        let person = person_of(&app, &headers, &word.csrf).await?;
        app.run(move |service| service.sign_out(&person.signed_in))
            .await
    };
    match done.await {
        Ok(()) => {
            let mut response = to("/plain/sign-in");
            if let Ok(cookie) = cookie(app.is_secure, None) {
                response.headers_mut().insert(SET_COOKIE, cookie);
            }
            response
        }
        Err(problem) => failed(&problem),
    }
}

async fn password_page(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    match Person::of_headers(&app, &headers).await {
        Ok(person) => pages::password(&person, None).into_response(),
        Err(problem) => failed(&problem),
    }
}

#[derive(Deserialize)]
struct NewPassword {
    csrf: String,
    old: String,
    new: String,
}

async fn password(
    State(app): State<Arc<App>>,
    Peer(peer): Peer,
    headers: HeaderMap,
    Form(given): Form<NewPassword>,
) -> Response {
    let changed = async {
        app.may_sign_in(peer.ip())?;
        let person = person_of(&app, &headers, &given.csrf).await?;
        let signed_in = person.signed_in.clone();
        let done = app
            .run(move |service| service.change_password(&signed_in, &given.old, &given.new))
            .await;
        Ok::<_, Problem>((person, done))
    };
    match changed.await {
        Ok((_, Ok(()))) => to("/plain/sign-in"),
        Ok((person, Err(problem))) => {
            let page = pages::password(&person, Some(&problem));
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(problem) => failed(&problem),
    }
}

#[derive(Deserialize)]
struct ForWhat {
    csrf: String,
    purpose: String,
    reason: String,
}

/// Keeps purpose and reason in a cookie; the reason in hexadecimal, for a cookie holds no words.
async fn purpose(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(given): Form<ForWhat>,
) -> Response {
    let kept = async {
        let person = person_of(&app, &headers, &given.csrf).await?;
        let (purpose, reason) = (given.purpose.clone(), given.reason.clone());
        app.run(move |service| service.acting(&person.signed_in, &purpose, &reason))
            .await?;
        let value = crate::api::hex(format!("{}\n{}", given.purpose, given.reason).as_bytes());
        let secure = if app.is_secure { "; Secure" } else { "" };
        let text = format!("{PURPOSE}={value}; Path=/plain; HttpOnly; SameSite=Strict{secure}");
        HeaderValue::from_str(&text).map_err(|_| Problem::invalid("the reason is too long"))
    };
    match kept.await {
        Ok(cookie) => {
            let mut response = to("/plain/queue");
            response.headers_mut().insert(SET_COOKIE, cookie);
            response
        }
        Err(problem) => failed(&problem),
    }
}

/// The purpose and reason of the cookie; under evaluation a default.
fn for_what(app: &App, headers: &HeaderMap) -> Option<(String, String)> {
    let kept = cookie_of(headers, PURPOSE).and_then(|hex| {
        let bytes: Option<Vec<u8>> = (0..hex.len() / 2)
            .map(|i| u8::from_str_radix(hex.get(2 * i..2 * i + 2)?, 16).ok())
            .collect();
        let text = String::from_utf8(bytes?).ok()?;
        let (purpose, reason) = text.split_once('\n')?;
        Some((purpose.to_owned(), reason.to_owned()))
    });
    let default = || {
        let both = ("evaluation".to_owned(), "evaluation".to_owned());
        app.service.mandate().is_evaluation().then_some(both)
    };
    kept.or_else(default)
}

#[derive(Deserialize)]
struct After {
    after: Option<String>,
}

async fn queue(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    crate::api::Query(After { after }): crate::api::Query<After>,
) -> Response {
    let shown = async {
        let person = Person::of_headers(&app, &headers).await?;
        let behind = after.as_deref().map(hits::place).transpose()?;
        let asked = for_what(&app, &headers);
        let page = app
            .run(move |service| {
                if person.signed_in.must_change() {
                    return Err(tidewaiter_service::DoorError::MustChange.into());
                }
                let Some((purpose, reason)) = asked else {
                    return Ok(pages::ask_purpose(service, &person));
                };
                let acting = service.acting(&person.signed_in, &purpose, &reason)?;
                let states = HitQuery::OPEN;
                let page = service.hit_page(&acting, states, Lane::Live, None, behind, PAGE)?;
                let tasks = service.tasks(&acting, PAGE)?;
                let stop = service.stop_switch()?;
                let next = page.next.as_ref().map(hits::cursor);
                Ok::<_, Problem>(pages::queue(
                    service,
                    &person,
                    &purpose,
                    &page.hits,
                    next.as_deref(),
                    &tasks,
                    stop.as_ref(),
                ))
            })
            .await?;
        Ok(page)
    };
    match shown.await {
        Ok(page) => page.into_response(),
        Err(problem) => failed(&problem),
    }
}

async fn hit(State(app): State<Arc<App>>, Path(hit): Path<String>, headers: HeaderMap) -> Response {
    match show(&app, &hit, &headers, None).await {
        Ok(page) => page.into_response(),
        Err(problem) => failed(&problem),
    }
}

/// The page of a hit; with what went wrong, when something did.
async fn show(
    app: &Arc<App>,
    hit: &str,
    headers: &HeaderMap,
    problem: Option<Problem>,
) -> Result<Html> {
    let hit = id(hit)?;
    let person = Person::of_headers(app, headers).await?;
    let Some((purpose, reason)) = for_what(app, headers) else {
        return Ok(pages::ask_purpose(&app.service, &person));
    };
    app.run(move |service| {
        let acting = service.acting(&person.signed_in, &purpose, &reason)?;
        let detail = service.hit(&acting, &hit)?;
        let directives = service.directives_of(&hit)?;
        Ok::<_, Problem>(pages::hit(
            service,
            &person,
            &acting,
            &detail,
            &directives,
            problem.as_ref(),
        ))
    })
    .await
}

#[derive(Deserialize)]
struct Decide {
    csrf: String,
    version: u64,
    step: String,
    #[serde(default)]
    judgement: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    act: String,
    #[serde(default)]
    clear: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    password: String,
}

async fn decide(
    State(app): State<Arc<App>>,
    Path(hit): Path<String>,
    headers: HeaderMap,
    Form(given): Form<Decide>,
) -> Response {
    let done = async {
        let person = person_of(&app, &headers, &given.csrf).await?;
        let id = id(&hit)?;
        let (purpose, reason) = for_what(&app, &headers)
            .ok_or_else(|| Problem::invalid("for what, and why? Open the queue first"))?;
        app.run(move |service| {
            if !given.password.is_empty() {
                service.prove(&person.signed_in, &given.password)?;
            }
            let acting = service.acting(&person.signed_in, &purpose, &reason)?;
            take(service, &person, &acting, &id, &given)
        })
        .await
    };
    match done.await {
        Ok(()) => to(&format!("/plain/hits/{hit}")),
        Err(problem) if problem.status == 401 && problem.code != "wrong-credentials" => {
            failed(&problem)
        }
        Err(problem) => {
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
            match show(&app, &hit, &headers, Some(problem)).await {
                Ok(page) => (status, page).into_response(),
                Err(problem) => failed(&problem),
            }
        }
    }
}

/// Takes the step of a form. The page has shown the evidence: it is opened first where need be.
fn take(
    service: &Service,
    person: &Person,
    acting: &Acting,
    id: &tidewaiter_store::Id,
    given: &Decide,
) -> Result<()> {
    let note = Some(given.note.trim()).filter(|note| !note.is_empty());
    let mut version = given.version;
    let by = By {
        signed_in: &person.signed_in,
        acting,
        note: None,
        once: None,
    };
    let decision = match given.step.as_str() {
        "judge" => {
            let judgement = Judgement::from_word(&given.judgement);
            let reason = ReasonCode::from_word(&given.code);
            let (Some(judgement), Some(reason)) = (judgement, reason) else {
                return Err(Problem::invalid(
                    "choose a judgement, and the reason for it",
                ));
            };
            Decision::Judge {
                judgement,
                reason,
                clear: given.clear == "yes",
            }
        }
        "propose" => Decision::Propose(
            Act::from_word(&given.act).ok_or_else(|| Problem::invalid("choose an act"))?,
        ),
        "approve" => Decision::Approve,
        "refuse" => Decision::Refuse,
        "withdraw" => Decision::Withdraw,
        "execute" => Decision::Execute,
        "reopen" => Decision::Reopen,
        _ => return Err(Problem::invalid("there is no such step")),
    };
    let reads_evidence = matches!(
        decision,
        Decision::Judge { .. } | Decision::Propose(_) | Decision::Approve
    );
    if reads_evidence {
        let seen = service.hit(acting, id)?;
        if seen.version == version && !seen.hit.has_opened(acting.actor.person()) {
            version = service.decide(by, id, version, Decision::Open)?.version;
        }
    }
    let by = By { note, ..by };
    if decision == Decision::Approve {
        let (_, not_done) = service.approve(by, id, version)?;
        return not_done.map_or(Ok(()), |error| Err(error.into()));
    }
    service.decide(by, id, version, decision)?;
    Ok(())
}
