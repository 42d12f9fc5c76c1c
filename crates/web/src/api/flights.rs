//! Flights and the travellers on them.

use std::sync::Arc;

use axum::extract::{Path, State};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tidewaiter_store::{StoredFlight, View};
use utoipa::ToSchema;

use super::{Json, Query, id};
use crate::app::App;
use crate::door::{Officer, Person};
use crate::problem::{Problem, Result};

/// So many travellers on a page, unless others are asked for; and at most so many.
const PAGE: u32 = 100;
const PAGE_MOST: u32 = 500;

#[derive(Serialize, ToSchema)]
pub(crate) struct FlightDto {
    pub(crate) id: String,
    pub(crate) carrier: String,
    pub(crate) number: String,
    /// Local date of departure.
    pub(crate) date: String,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) departs_utc: Option<String>,
    pub(crate) arrives_utc: Option<String>,
    /// `live` or `test`.
    pub(crate) lane: &'static str,
    pub(crate) status: String,
}

impl From<&StoredFlight> for FlightDto {
    fn from(flight: &StoredFlight) -> Self {
        Self {
            id: flight.id.to_string(),
            carrier: flight.key.carrier.to_string(),
            number: flight.key.number.to_string(),
            date: flight.key.date.to_string(),
            from: flight.origin.clone(),
            to: flight.destination.clone(),
            departs_utc: flight.departs_at.map(|at| at.to_string()),
            arrives_utc: flight.arrives_at.map(|at| at.to_string()),
            lane: flight.lane.as_str(),
            status: flight.status.clone(),
        }
    }
}

/// A traveller, as far as the mandate shows them to whoever asks.
#[derive(Serialize, ToSchema)]
pub(crate) struct TravellerDto {
    id: String,
    flight: Option<String>,
    /// `booked`, `checked-in`, `boarded`, `not-boarded`, `cancelled`.
    status: String,
    /// Whether the mandate counts them as a child.
    is_child: bool,
    /// Whether part of it is masked and not shown.
    is_masked: bool,
    received_at: String,
    /// Values by data element of the mandate (`names`, `dob`, `doc.number` …).
    elements: Map<String, Value>,
}

impl From<View> for TravellerDto {
    fn from(view: View) -> Self {
        let elements = view.parts.0.into_iter();
        Self {
            id: view.id.to_string(),
            flight: view.flight.map(|id| id.to_string()),
            status: view.status,
            is_child: view.child,
            is_masked: view.is_masked,
            received_at: view.received_at.to_string(),
            elements: elements
                .map(|(element, value)| (element.as_str().to_owned(), value))
                .collect(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Between {
    from: Option<String>,
    until: Option<String>,
}

/// The flights that depart in a span of time: from six hours ago for two days, unless said
/// otherwise. They are about nobody.
#[utoipa::path(get, path = "/flights", tag = "travellers", security(("session" = [])),
    params(("from" = Option<String>, Query), ("until" = Option<String>, Query)),
    responses((status = 200, body = Vec<FlightDto>)))]
pub(crate) async fn flights(
    State(app): State<Arc<App>>,
    person: Person,
    Query(between): Query<Between>,
) -> Result<Json<Vec<FlightDto>>> {
    let at = |text: &str| {
        text.parse::<Timestamp>()
            .map_err(|_| Problem::invalid("an instant is written 2026-11-24T06:00:00Z"))
    };
    let hours = |hours| SignedDuration::from_hours(hours);
    let from = match between.from.as_deref() {
        Some(text) => at(text)?,
        None => app.service.now() - hours(6),
    };
    let until = match between.until.as_deref() {
        Some(text) => at(text)?,
        None => from.checked_add(hours(48)).unwrap_or(Timestamp::MAX),
    };
    let flights = app
        .run(move |service| {
            service.actor(&person.signed_in)?;
            service.flights(from, until).map_err(Problem::from)
        })
        .await?;
    Ok(Json(flights.iter().map(Into::into).collect()))
}

#[derive(Serialize, ToSchema)]
pub(crate) struct FullFlightDto {
    #[serde(flatten)]
    flight: FlightDto,
    travellers: Vec<TravellerDto>,
    /// To be given as `after` for the travellers who follow; none with the last.
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Behind {
    after: Option<String>,
    limit: Option<u32>,
}

/// A flight with its travellers, page by page.
#[utoipa::path(get, path = "/flights/{id}", tag = "travellers", security(("session" = [])),
    params(("id" = String, Path), ("after" = Option<String>, Query),
        ("limit" = Option<u32>, Query), ("Purpose" = String, Header), ("Reason" = String, Header)),
    responses((status = 200, body = FullFlightDto)))]
pub(crate) async fn flight(
    State(app): State<Arc<App>>,
    Path(flight): Path<String>,
    Query(behind): Query<Behind>,
    officer: Officer,
) -> Result<Json<FullFlightDto>> {
    let flight = id(&flight)?;
    let after = behind.after.as_deref().map(id).transpose();
    let after = after.map_err(|_| Problem::invalid("this is no place among the travellers"))?;
    let most = behind.limit.unwrap_or(PAGE).clamp(1, PAGE_MOST);
    let (flight, page) = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            let found = service.flight(&flight)?;
            let page = service.travellers_of(&acting, &flight, after, most)?;
            Ok::<_, Problem>((found, page))
        })
        .await?;
    Ok(Json(FullFlightDto {
        flight: (&flight).into(),
        travellers: page.travellers.into_iter().map(Into::into).collect(),
        next: page.next.map(|id| id.to_string()),
    }))
}

/// A traveller.
#[utoipa::path(get, path = "/travellers/{id}", tag = "travellers", security(("session" = [])),
    params(("id" = String, Path), ("Purpose" = String, Header), ("Reason" = String, Header)),
    responses((status = 200, body = TravellerDto)))]
pub(crate) async fn traveller(
    State(app): State<Arc<App>>,
    Path(traveller): Path<String>,
    officer: Officer,
) -> Result<Json<TravellerDto>> {
    let traveller = id(&traveller)?;
    let view = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            service
                .traveller_view(&acting, &traveller)
                .map_err(Problem::from)
        })
        .await?;
    Ok(Json(view.into()))
}
