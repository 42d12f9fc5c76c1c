//! The pages.

use std::fmt::Write as _;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use tidewaiter_mandate::review::{Judgement, ReasonCode, State};
use tidewaiter_service::{Acting, HitDetail, Service};
use tidewaiter_store::{Directive, StopSwitch, StoredFlight, Task};

use super::html::{Html, attribute, text};
use crate::door::Person;
use crate::problem::Problem;

/// A page around `main`.
fn page(title: &str, person: Option<&Person>, service: Option<&Service>, main: &str) -> Html {
    let who = person.map_or_else(String::new, |person| {
        format!(
            "<form method=\"post\" action=\"/plain/sign-out\">{} as {} \
             <input type=\"hidden\" name=\"csrf\" value=\"{}\">\
             <button>Sign out</button></form>",
            text(person.signed_in.account()),
            text(person.signed_in.role()),
            person.csrf()
        )
    });
    let mark = match service {
        Some(service) if service.mandate().is_evaluation() => {
            "<p class=\"notice\">Evaluation profile: complete rights for one local user, no live \
             data.</p>"
        }
        _ => "",
    };
    Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} · Tidewaiter</title>\
         <link rel=\"stylesheet\" href=\"/plain/style.css\"></head><body>\
         <a class=\"skip\" href=\"#main\">To the content</a>\
         <header><nav aria-label=\"Pages\"><a href=\"/plain/queue\">Queue of hits</a></nav>{who}\
         </header>{mark}<main id=\"main\"><h1>{title}</h1>{main}</main></body></html>"
    ))
}

fn alarm(problem: Option<&Problem>) -> String {
    problem.map_or_else(String::new, |problem| {
        format!(
            "<p class=\"alarm\" role=\"alert\">{}</p>",
            text(&problem.title)
        )
    })
}

pub(super) fn problem(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let main = format!(
        "{}<p><a href=\"/plain/queue\">Back to the queue</a></p>",
        alarm(Some(problem))
    );
    (status, page("This cannot be shown", None, None, &main)).into_response()
}

pub(super) fn sign_in(problem: Option<&Problem>) -> Html {
    let main = format!(
        "{}<form method=\"post\" action=\"/plain/sign-in\">\
         <label for=\"name\">Account</label>\
         <input type=\"text\" id=\"name\" name=\"name\" autocomplete=\"username\" required>\
         <label for=\"password\">Password</label>\
         <input type=\"password\" id=\"password\" name=\"password\" \
         autocomplete=\"current-password\" required>\
         <p><button>Sign in</button></p></form>",
        alarm(problem)
    );
    page("Sign in", None, None, &main)
}

pub(super) fn password(person: &Person, problem: Option<&Problem>) -> Html {
    let main = format!(
        "{}<form method=\"post\" action=\"/plain/password\">\
         <input type=\"hidden\" name=\"csrf\" value=\"{}\">\
         <label for=\"old\">Present password</label>\
         <input type=\"password\" id=\"old\" name=\"old\" autocomplete=\"current-password\" required>\
         <label for=\"new\">New password, at least 12 characters</label>\
         <input type=\"password\" id=\"new\" name=\"new\" autocomplete=\"new-password\" \
         minlength=\"12\" required><p><button>Change it</button></p></form>",
        alarm(problem),
        person.csrf()
    );
    page("Change the password", Some(person), None, &main)
}

/// For what, and why: asked before anything about anybody is shown.
pub(super) fn ask_purpose(service: &Service, person: &Person) -> Html {
    let profile = service.mandate().profile();
    let role = profile
        .roles
        .iter()
        .find(|(name, _)| name.get() == person.signed_in.role());
    let purposes = role.into_iter().flat_map(|(_, role)| &role.purposes);
    let mut options = String::new();
    for name in purposes {
        let title = profile
            .purposes
            .iter()
            .find(|(own, _)| *own == name)
            .map_or("", |(_, purpose)| purpose.title.as_str());
        let _ = write!(
            options,
            "<option value=\"{}\">{}: {}</option>",
            attribute(name),
            attribute(name),
            attribute(title)
        );
    }
    let main = format!(
        "<form method=\"post\" action=\"/plain/purpose\">\
         <input type=\"hidden\" name=\"csrf\" value=\"{}\">\
         <label for=\"purpose\">Purpose</label>\
         <select id=\"purpose\" name=\"purpose\" required>{options}</select>\
         <label for=\"reason\">Reason, for the audit log</label>\
         <input type=\"text\" id=\"reason\" name=\"reason\" maxlength=\"400\" required>\
         <p><button>Go on</button></p></form>",
        person.csrf()
    );
    page("For what, and why?", Some(person), Some(service), &main)
}

fn name_of(hit: &HitDetail) -> String {
    let Some(traveller) = &hit.traveller else {
        return "not shown for this purpose".to_owned();
    };
    let mut words: Vec<&str> = traveller.name.surname.iter().map(|s| s.as_str()).collect();
    words.extend(traveller.name.given.iter().map(|g| g.as_str()));
    text(&words.join(" "))
}

fn flight_of(flight: Option<&StoredFlight>) -> String {
    flight.map_or_else(String::new, |flight| {
        let place = |code: &Option<String>| code.as_deref().unwrap_or("?").to_owned();
        text(&format!(
            "{}{} {} {}\u{2192}{}",
            flight.key.carrier,
            flight.key.number,
            flight.key.date,
            place(&flight.origin),
            place(&flight.destination)
        ))
    })
}

/// What a task asks our own people to do.
fn to_be_done(kind: &str) -> &'static str {
    match kind {
        "meet-flight" => "Meet the flight: nobody approved in time",
        "call-carrier" => "Telephone the carrier: it has not acknowledged a directive",
        "departs-in-3-hours" => "Decide: the flight leaves within three hours",
        "departs-in-1-hour" => "Decide now: the flight leaves within the hour",
        "departs-in-30-minutes" => "Decide at once: the flight leaves within half an hour",
        _ => "Look again: a deadline passed, or what was decided has lost its ground",
    }
}

/// A time as people read it; the API gives it in full.
fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

pub(super) fn queue(
    service: &Service,
    person: &Person,
    purpose: &str,
    hits: &[HitDetail],
    next: Option<&str>,
    tasks: &[Task],
    stop: Option<&StopSwitch>,
) -> Html {
    let mut main = String::new();
    if let Some(stop) = stop.filter(|stop| stop.is_on) {
        let _ = write!(
            main,
            "<p class=\"alarm\" role=\"status\">The stop switch is on since {}: nothing is sent to \
             carriers. Telephone them. Turned by {}, because: {}</p>",
            minute(stop.changed_at),
            text(&stop.person),
            text(&stop.reason)
        );
    }
    if !tasks.is_empty() {
        main.push_str("<h2>To be done by our own people</h2><ul>");
        for task in tasks {
            let what = to_be_done(&task.kind);
            let _ = write!(
                main,
                "<li>{what}: <a href=\"/plain/hits/{}\">the hit</a>, since {}</li>",
                task.hit,
                minute(task.made_at)
            );
        }
        main.push_str("</ul>");
    }
    let _ = write!(
        main,
        "<table><caption>Open hits for {}, those due first</caption><thead><tr>\
         <th scope=\"col\">Traveller</th><th scope=\"col\">Flight</th>\
         <th scope=\"col\">Listed as</th><th scope=\"col\">Cause</th>\
         <th scope=\"col\" class=\"number\">Bits</th><th scope=\"col\">Band</th>\
         <th scope=\"col\">Stands</th><th scope=\"col\">Due</th></tr></thead><tbody>",
        text(purpose)
    );
    for hit in hits {
        let flood = hit.flood.map_or_else(String::new, |count| {
            format!(" <small>one of {count} on this entry</small>")
        });
        let _ = write!(
            main,
            "<tr><th scope=\"row\"><a href=\"/plain/hits/{}\">{}</a></th><td>{}</td><td>{}</td>\
             <td>{} {}{flood}</td><td class=\"number\">{:.1}</td><td>{}</td><td>{}</td>\
             <td>{}</td></tr>",
            hit.id,
            name_of(hit),
            flight_of(hit.flight.as_ref()),
            text(&hit.finding.matched_name),
            text(&hit.list),
            text(&hit.entry),
            hit.finding.bits,
            text(&hit.band),
            hit.hit.state(),
            hit.due_at.map_or_else(String::new, minute),
        );
    }
    main.push_str("</tbody></table>");
    if hits.is_empty() {
        main.push_str("<p>Nothing is open.</p>");
    }
    if let Some(next) = next {
        let _ = write!(
            main,
            "<p><a href=\"/plain/queue?after={}\">Further hits</a></p>",
            attribute(next)
        );
    }
    page("Queue of hits", Some(person), Some(service), &main)
}

pub(super) fn hit(
    service: &Service,
    person: &Person,
    acting: &Acting,
    hit: &HitDetail,
    directives: &[Directive],
    problem: Option<&Problem>,
) -> Html {
    let finding = &hit.finding;
    let mut main = alarm(problem);
    main.push_str("<dl>");
    let mut pair = |term: &str, value: String| {
        if !value.is_empty() {
            let _ = write!(main, "<dt>{term}</dt><dd>{value}</dd>");
        }
    };
    pair("Traveller", name_of(hit));
    if let Some(traveller) = &hit.traveller {
        let born = traveller.born.as_ref().map(|born| born.to_string());
        pair("Born", born.map_or_else(String::new, |b| text(&b)));
        let sex = traveller.sex.as_ref().map_or("", |sex| sex.as_str());
        pair("Sex", sex.to_owned());
        let nationalities = traveller.nationalities.iter();
        let nationalities: Vec<&str> = nationalities.map(|n| n.country.as_str()).collect();
        pair("Nationality", text(&nationalities.join(", ")));
        for document in &traveller.documents {
            let number = document.number.as_ref().map_or("", |n| n.as_str());
            let issuer = document.issuer.as_ref().map_or("", |c| c.as_str());
            pair(
                "Document",
                text(&format!("{} {number} {issuer}", document.code)),
            );
        }
    }
    pair("Flight", flight_of(hit.flight.as_ref()));
    pair("Travel", text(&hit.status));
    pair("Listed as", text(&finding.matched_name));
    pair(
        "Cause",
        format!(
            "{} {} {}",
            text(&hit.cause_kind),
            text(&hit.list),
            text(&hit.entry)
        ),
    );
    pair("Band", text(&hit.band));
    pair("What it means here", text(&finding.effect.sentence));
    pair("Stands", hit.hit.state().to_string());
    pair("Due", hit.due_at.map_or_else(String::new, minute));
    main.push_str("</dl>");
    explanation(hit, &mut main);
    history(hit, directives, &mut main);
    main.push_str("<h2>Decide</h2>");
    forms(service, person, acting, hit, &mut main);
    page("Hit", Some(person), Some(service), &main)
}

/// The whole comparison.
fn explanation(hit: &HitDetail, main: &mut String) {
    let finding = &hit.finding;
    let _ = write!(
        main,
        "<h2>Evidence</h2><p>{}</p><table><caption>Each piece of evidence with its weight; the \
         weights add up to {:.1} bits. They are no chance that this is the person.</caption>\
         <thead><tr><th scope=\"col\">Field</th><th scope=\"col\">The traveller's data say</th>\
         <th scope=\"col\">The entry says</th><th scope=\"col\">Relation</th>\
         <th scope=\"col\" class=\"number\">Bits</th></tr></thead><tbody>",
        text(&finding.reasons.sentence),
        finding.bits
    );
    for piece in &finding.reasons.evidence {
        let _ = write!(
            main,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td>\
             <td class=\"number\">{:+.1}</td></tr>",
            text(&piece.field),
            text(&piece.query),
            text(&piece.entry),
            text(&piece.relation),
            piece.bits
        );
    }
    main.push_str("</tbody></table>");
    if !finding.reasons.absent.is_empty() {
        let absent: Vec<&str> = finding.reasons.absent.iter().map(|f| f.as_str()).collect();
        let _ = write!(
            main,
            "<p>Said by one side or neither, and of no weight: {}.</p>",
            text(&absent.join(", "))
        );
    }
    let _ = write!(main, "<p>Finding {}.</p>", hit.finding_id);
}

/// What people have done about it.
fn history(hit: &HitDetail, directives: &[Directive], main: &mut String) {
    if let Some((by, judgement)) = hit.hit.judged() {
        let _ = write!(main, "<p>{} judged: {judgement}.</p>", text(by.as_str()));
    }
    if let Some(proposal) = hit.hit.proposal() {
        let approved = proposal.approved_by.as_ref().map_or_else(
            || "not approved yet".to_owned(),
            |by| format!("approved by {}", text(by.as_str())),
        );
        let _ = write!(
            main,
            "<p>{} proposed: {}; {approved}.</p>",
            text(proposal.by.as_str()),
            proposal.act
        );
    }
    if directives.is_empty() {
        return;
    }
    main.push_str(
        "<table><caption>What the carrier was told</caption><thead><tr><th scope=\"col\">Carrier\
         </th><th scope=\"col\">Code</th><th scope=\"col\">Reference</th>\
         <th scope=\"col\">State</th><th scope=\"col\">Attempts</th></tr></thead><tbody>",
    );
    for directive in directives {
        let _ = write!(
            main,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}{}</td><td>{}</td></tr>",
            text(&directive.carrier),
            text(&directive.code),
            text(&directive.reference),
            directive.state.as_str(),
            if directive.alarmed_at.is_some() {
                ": telephone the carrier"
            } else {
                ""
            },
            directive.attempts
        );
    }
    main.push_str("</tbody></table>");
}

const NOTE: &str = "<label for=\"note\">Note, sealed with the decision</label>\
    <textarea id=\"note\" name=\"note\" rows=\"2\" maxlength=\"2000\"></textarea>";

/// The forms of what can be done next.
fn forms(service: &Service, person: &Person, acting: &Acting, hit: &HitDetail, main: &mut String) {
    let me = acting.actor.person();
    let proposal = hit.hit.proposal();
    let is_mine = proposal.is_some_and(|proposal| proposal.by == *me);
    let is_adverse = proposal.is_some_and(|proposal| proposal.act.is_adverse());
    let mut form = |legend: &str, inner: &str, buttons: &[(&str, &str)]| {
        let _ = write!(
            main,
            "<form method=\"post\" action=\"/plain/hits/{}\"><fieldset><legend>{legend}</legend>\
             <input type=\"hidden\" name=\"csrf\" value=\"{}\">\
             <input type=\"hidden\" name=\"version\" value=\"{}\">{inner}",
            hit.id,
            person.csrf(),
            hit.version
        );
        for (step, label) in buttons {
            let _ = write!(
                main,
                "<button name=\"step\" value=\"{step}\">{label}</button>"
            );
        }
        main.push_str("</fieldset></form>");
    };
    let proof = |needed: bool| {
        if needed {
            "<label for=\"proof\">Your password again, if you gave it more than five minutes \
             ago</label><input type=\"password\" id=\"proof\" name=\"password\" \
             autocomplete=\"current-password\">"
        } else {
            ""
        }
    };
    match hit.hit.state() {
        State::Matched | State::InReview | State::Reopened | State::Expired | State::CannotTell => {
            form(
                "Is it the same?",
                &judge(),
                &[("judge", "Record the judgement")],
            );
        }
        State::Same | State::Refused | State::Withdrawn => {
            let offered = service.offered(acting, hit);
            let mut inner = String::from(
                "<label for=\"act\">Act</label><select id=\"act\" name=\"act\" required>\
                 <option value=\"\">choose</option>",
            );
            for act in &offered {
                let _ = write!(
                    inner,
                    "<option value=\"{act}\">{act}{}</option>",
                    if act.is_adverse() {
                        " (a second person must agree)"
                    } else {
                        ""
                    }
                );
            }
            let _ = write!(inner, "</select>{NOTE}{}", proof(true));
            if offered.is_empty() {
                let none = "<p>The mandate offers this role no act here.</p>";
                form("Re-open", none, &[("reopen", "Look at it again")]);
            } else {
                form("Propose an act", &inner, &[("propose", "Propose")]);
                form("Or", "", &[("reopen", "Look at it again")]);
            }
        }
        State::Proposed if is_mine && is_adverse => {
            let inner = format!("<p>Somebody else must agree.</p>{}", proof(true));
            form("Your proposal", &inner, &[("withdraw", "Take it back")]);
        }
        State::Proposed if is_mine => {
            form(
                "Your proposal",
                NOTE,
                &[("execute", "Have it done"), ("withdraw", "Take it back")],
            );
        }
        State::Proposed => {
            let inner = format!(
                "<p>By agreeing you say that you have read the evidence above.</p>{NOTE}{}",
                proof(is_adverse)
            );
            form(
                "Another's proposal",
                &inner,
                &[
                    ("approve", "Agree, and have it done"),
                    ("refuse", "Do not agree"),
                ],
            );
        }
        State::Approved => {
            let inner = format!("{NOTE}{}", proof(is_adverse));
            form(
                "Approved",
                &inner,
                &[("execute", "Have it done"), ("withdraw", "Take it back")],
            );
        }
        State::Done => {
            let inner = format!("{NOTE}{}", proof(is_adverse));
            form(
                "Done",
                &inner,
                &[("withdraw", "Take it back and revoke it")],
            );
        }
        State::NotSame | State::AutoCleared | State::Lapsed => {
            form("Closed", "", &[("reopen", "Look at it again")]);
        }
        State::AwaitingSource => {
            main.push_str("<p>The source of the list must confirm first.</p>");
        }
        State::Received => {}
    }
}

/// The fields of a judgement: nothing is chosen beforehand.
fn judge() -> String {
    let mut inner = String::from(
        "<p>By judging you say that you have read the evidence above.</p>\
         <div role=\"radiogroup\" aria-label=\"Judgement\">",
    );
    for judgement in Judgement::ALL {
        let _ = write!(
            inner,
            "<label class=\"inline\"><input type=\"radio\" name=\"judgement\" \
             value=\"{judgement}\" required> {}</label>",
            match judgement {
                Judgement::Same => "the same",
                Judgement::NotSame => "not the same",
                Judgement::CannotTell => "cannot tell",
            }
        );
    }
    inner.push_str(
        "</div><label for=\"code\">Because</label><select id=\"code\" name=\"code\" required>\
         <option value=\"\">choose</option>",
    );
    for code in ReasonCode::ALL {
        let _ = write!(
            inner,
            "<option value=\"{code}\">{}</option>",
            code.as_str().replace('-', " ")
        );
    }
    let _ = write!(
        inner,
        "</select><label><input type=\"checkbox\" name=\"clear\" value=\"yes\"> where it is not \
         the same: keep the pair cleared as long as neither side changes</label>{NOTE}"
    );
    inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_task_says_what_is_to_be_done() {
        let kinds = [
            "meet-flight",
            "call-carrier",
            "departs-in-3-hours",
            "departs-in-1-hour",
            "departs-in-30-minutes",
            "look-again",
        ];
        let mut told: Vec<&str> = kinds.map(to_be_done).into();
        told.sort_unstable();
        told.dedup();
        assert_eq!(told.len(), kinds.len());
    }

    #[test]
    fn times_are_told_to_the_minute() {
        let at = Timestamp::from_second(1_795_723_507).unwrap();
        assert_eq!(minute(at), "2026-11-26 20:05 UTC");
    }
}
