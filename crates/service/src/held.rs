//! Whoever is held, as screening sees them: what messages said of them, read back, admitted under
//! the mandate in force.

use jiff::Timestamp;
use tidewaiter_domain::{AirportCode, Booking, LegTime, Text, Traveller};
use tidewaiter_mandate::admit::{Admitted, admit_again};
use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_mandate::{Mandate, PurposeId};
use tidewaiter_screening::{
    Answer, BookingStatement, Finding, Inputs, Journey, Screener, Statement, Who,
};
use tidewaiter_store::{Id, Lane, Observed, Record, StoreError, StoredFlight, Tx};

use crate::screen::About;
use crate::{Result, Service, ServiceError};

/// A traveller who is held, with everything that was said of them.
pub(crate) struct Held {
    pub(crate) traveller: Id,
    pub(crate) lane: Lane,
    pub(crate) flight: Option<Id>,
    pub(crate) said: Said,
}

/// All that was said of one traveller, and on which journey: what a finding about them rests on.
pub(crate) struct Said {
    pub(crate) journey: Journey,
    /// Observations, in the order of their identifiers.
    observations: Vec<(Id, Admitted<Traveller>)>,
    booking: Option<(Id, Admitted<Booking>)>,
}

/// The statements of one traveller for one purpose.
pub(crate) struct Statements {
    pub(crate) traveller: Vec<Statement>,
    pub(crate) booking: Option<BookingStatement>,
}

impl Held {
    /// The flight.
    pub(crate) fn stored_flight(
        &self,
        service: &Service,
        tx: &mut Tx<'_, '_>,
    ) -> std::result::Result<Option<StoredFlight>, StoreError> {
        let flight = self.flight.as_ref();
        flight
            .map(|flight| tx.reading().flight(&service.tenant, flight))
            .transpose()
    }

    /// Whom a finding on them is about, with the flight.
    pub(crate) const fn about<'f>(&self, flight: Option<&'f StoredFlight>) -> About<'f> {
        About {
            traveller: self.traveller,
            lane: self.lane,
            flight,
        }
    }
}

impl Said {
    /// What was said; `observations` in any order.
    pub(crate) fn new(
        journey: Journey,
        mut observations: Vec<(Id, Admitted<Traveller>)>,
        booking: Option<(Id, Admitted<Booking>)>,
    ) -> Self {
        observations.sort_by_key(|(id, _)| *id);
        Self {
            journey,
            observations,
            booking,
        }
    }

    /// Which observations they are.
    pub(crate) fn observations(&self) -> impl Iterator<Item = Id> {
        self.observations.iter().map(|(id, _)| *id)
    }

    /// What each message said of the traveller.
    pub(crate) fn travellers(&self) -> impl Iterator<Item = &Traveller> {
        self.observations.iter().map(|(_, said)| said.value())
    }

    /// The booking.
    pub(crate) fn booking(&self) -> Option<Id> {
        self.booking.as_ref().map(|(id, _)| *id)
    }

    /// What `purpose` may see of it; `None` when that is nothing.
    pub(crate) fn for_purpose(&self, mandate: &Mandate, purpose: PurposeId) -> Option<Statements> {
        let booking = self.booking.as_ref().and_then(|(id, booking)| {
            BookingStatement::of(booking, mandate, purpose, id.to_string())
        });
        let statements: Vec<Statement> = self
            .observations
            .iter()
            .filter_map(|(id, said)| Statement::of(said, mandate, purpose, id.to_string()))
            .map(|statement| match &booking {
                Some(booking) => statement.with_itinerary(booking),
                None => statement,
            })
            .collect();
        (!statements.is_empty() || booking.is_some()).then_some(Statements {
            traveller: statements,
            booking,
        })
    }
}

impl Statements {
    /// Everything found on the traveller, and on the booking beside its travellers.
    pub(crate) fn screen(
        &self,
        screener: &mut Screener<'_>,
        journey: &Journey,
        at: Timestamp,
    ) -> Result<Vec<Finding>> {
        self.screen_by(screener, journey, &[], at)
    }

    /// The same by what lists that may only be asked have answered, too.
    pub(crate) fn screen_by(
        &self,
        screener: &mut Screener<'_>,
        journey: &Journey,
        answers: &[Answer],
        at: Timestamp,
    ) -> Result<Vec<Finding>> {
        let mut found = Vec::new();
        for who in self.who() {
            let inputs = Inputs {
                who,
                journey,
                answers,
                at,
            };
            let more = screener.screen(&inputs);
            found.extend(more.map_err(|_| ServiceError::Unreadable("admission"))?);
        }
        Ok(found)
    }

    /// Who is screened: the traveller, and then the booking.
    pub(crate) fn who(&self) -> impl Iterator<Item = Who<'_>> {
        let traveller = (!self.traveller.is_empty()).then_some(Who::Traveller(&self.traveller));
        traveller
            .into_iter()
            .chain(self.booking.as_ref().map(Who::Booking))
    }
}

impl Service {
    /// Travellers who are held, with what was said of them. Those who are masked or erased meanwhile
    /// are left out.
    pub(crate) fn held(
        &self,
        tx: &mut Tx<'_, '_>,
        by: &MachineActor,
        travellers: &[Id],
    ) -> Result<Vec<Held>, StoreError> {
        let mut all = Vec::with_capacity(travellers.len());
        for place in tx.places_of(&self.tenant, travellers)? {
            let flight = match &place.flight {
                Some(flight) => Some(tx.reading().flight(&self.tenant, flight)?),
                None => None,
            };
            let mut observed = tx.observed_of(&self.tenant, by, &place.id)?;
            // What was said before and corrected since does not count any more.
            if place.told_by.iter().any(Option::is_some) {
                observed.retain(|one| place.told_by.contains(&Some(one.view.id)));
            }
            let booking = match &place.booking {
                Some(booking) => tx.observed_one(&self.tenant, by, booking)?,
                None => None,
            };
            all.push(Held {
                traveller: place.id,
                lane: place.lane,
                flight: place.flight,
                said: said(
                    self.mandate(),
                    true,
                    journey_of(self.mandate(), flight.as_ref()),
                    &observed,
                    booking.as_ref(),
                ),
            });
        }
        Ok(all)
    }
}

/// What records say, admitted under `mandate` as when they came. `is_in_force`: whether that is the
/// mandate in force; the purposes of another one are those that it admits anything for.
pub(crate) fn said(
    mandate: &Mandate,
    is_in_force: bool,
    journey: Journey,
    observed: &[Observed],
    booking: Option<&Observed>,
) -> Said {
    Said {
        journey,
        observations: observed
            .iter()
            .filter_map(|one| Some((one.view.id, admitted(mandate, is_in_force, one)?)))
            .collect(),
        booking: booking.and_then(|one| Some((one.view.id, admitted(mandate, is_in_force, one)?))),
    }
}

/// A record admitted anew; `None` when the mandate admits nothing of it.
fn admitted<T: Record>(
    mandate: &Mandate,
    is_in_force: bool,
    one: &Observed,
) -> Option<Admitted<T>> {
    let purposes = if is_in_force {
        one.purposes
    } else {
        mandate.all_purposes()
    };
    admit_again(
        mandate,
        one.data_set,
        purposes,
        one.view.received_at,
        one.view.child,
        T::from_parts(&one.view.parts),
    )
}

/// The journey of a stored flight.
pub(crate) fn journey_of(mandate: &Mandate, flight: Option<&StoredFlight>) -> Journey {
    let place = |code: &Option<String>| code.as_deref().and_then(AirportCode::new);
    match flight {
        Some(flight) => Journey::new(
            mandate,
            Some(flight.key.clone()),
            place(&flight.origin),
            place(&flight.destination),
            Some(LegTime {
                date: flight.key.date,
                time: None,
                instant: flight.departs_at,
            }),
        ),
        None => Journey::new(mandate, None, None, None, None),
    }
}

/// The reference of a statement, read back.
pub(crate) fn id_of(text: &str) -> Option<Id> {
    let digits: Text = text.chars().filter(|c| *c != '-').collect();
    let bytes = digits.as_bytes();
    let mut id = [0; 16];
    if bytes.len() != 32 {
        return None;
    }
    for (to, pair) in id.iter_mut().zip(bytes.chunks_exact(2)) {
        *to = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(Id(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_read_back() {
        let id = Id(std::array::from_fn(|n| n as u8 * 17));
        assert_eq!(id_of(&id.to_string()), Some(id));
        for text in ["", "00", "zz000000-0000-0000-0000-000000000000"] {
            assert_eq!(id_of(text), None);
        }
    }
}
