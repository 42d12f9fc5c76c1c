//! That something changed, as it happens: server-sent events with an identifier and a version,
//! never with what changed. Whoever wants to know asks, and is granted it or not.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use serde_json::json;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;

use crate::app::App;
use crate::door::Officer;
use crate::problem::Result;

/// So many at a time.
const PAGE: u32 = 500;
/// How often a sign of life is given.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Events of a purpose, from the last one on, or from `Last-Event-ID`.
#[utoipa::path(get, path = "/events", tag = "hits", security(("session" = [])),
    params(("Purpose" = String, Header), ("Reason" = String, Header),
        ("Last-Event-ID" = Option<u64>, Header)),
    responses((status = 200, body = String, content_type = "text/event-stream")))]
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    officer: Officer,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let last = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<u64>().ok())
        .filter(|number| i64::try_from(*number).is_ok());
    let (acting, begin) = app
        .run({
            let (purpose, reason) = (officer.purpose.clone(), officer.reason.clone());
            let signed_in = officer.person.signed_in.clone();
            move |service| {
                let acting = service.acting(&signed_in, &purpose, &reason)?;
                let now = service
                    .store()
                    .read(|tx| tx.last_event(service.tenant()))
                    .map_err(crate::problem::Problem::from)?;
                // Whoever may not see hits is not told that there are any.
                service
                    .may_see_hits(&acting)
                    .map_err(crate::problem::Problem::from)?;
                Ok::<_, crate::problem::Problem>((acting, now))
            }
        })
        .await?;
    let (sender, receiver) = mpsc::channel(64);
    let purpose = acting.purpose;
    let mut after = last.unwrap_or(begin);
    let mut news = app.events.subscribe();
    tokio::spawn(async move {
        while !app.is_stopping() {
            // A session that has ended sees nothing more.
            let token = officer.person.token.clone();
            let seen = app
                .run(move |service| {
                    service.session(&token)?;
                    let events = service
                        .store()
                        .read(|tx| tx.events_after(service.tenant(), after, PAGE))
                        .map_err(crate::problem::Problem::from)?;
                    Ok::<_, crate::problem::Problem>(events)
                })
                .await;
            let Ok(events) = seen else { return };
            let more = events.len() == PAGE as usize;
            for event in events {
                after = event.number;
                if !event.is_for(app.service.tenant(), purpose) {
                    continue;
                }
                let data = json!({"id": event.object.to_string(), "version": event.version});
                let sse = Event::default()
                    .id(event.number.to_string())
                    .event(event.kind.clone())
                    .data(data.to_string());
                if sender.send(Ok(sse)).await.is_err() {
                    return;
                }
            }
            if more {
                continue;
            }
            tokio::select! {
                changed = news.changed() => if changed.is_err() { return },
                () = sender.closed() => return,
                () = tokio::time::sleep(HEARTBEAT * 4) => {}
            }
        }
    });
    let stream = ReceiverStream::new(receiver);
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}
