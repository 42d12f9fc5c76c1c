//! The picture over time: who is on a flight, drawn anew whenever something is said of it.
//!
//! What a message says of a person is an observation, which never changes. A traveller is a
//! projection of observations and keeps its identifier however often it is drawn: an observation's
//! owner is the traveller it was folded into, and whoever is folded from it is that traveller
//! again. Where observations of two travellers turn out to be of one person, the older identifier
//! stays.

use std::collections::{BTreeMap, BTreeSet};

use tidewaiter_domain::{Booking, TravelStatus, Traveller};
use tidewaiter_mandate::admit::{Admitted, admit_again};
use tidewaiter_mandate::{DataSet, PurposeSet};
use tidewaiter_picture::{Observation, OneFlight, Origin, People, Person};
use tidewaiter_store::{
    FlightStatement, Id, Lane, Level, LookbackKey, NewRecord, Observed, Parts, Record as _,
    StatementEffect, StoreError, StoredFlight, Tx,
};

use crate::Service;
use crate::message::FlightFacts;
use crate::screen::lose_ground;
use crate::service::{READER, SCREENER};

/// Where a record of this flight stands by now in another one, or in none.
pub(crate) const MERGED: &str = "merged";

/// The place of an observation: the receipt and the number there.
pub(crate) type Place = (Id, u32);

/// What one message said of one person, in the store or on its way there.
pub(crate) struct Seen {
    pub(crate) id: Id,
    pub(crate) owner: Option<Id>,
    pub(crate) is_new: bool,
    pub(crate) admitted: Admitted<Traveller>,
    pub(crate) keys: Vec<LookbackKey>,
}

/// A booking, in the store or on its way there.
pub(crate) struct SeenBooking {
    pub(crate) is_new: bool,
    pub(crate) admitted: Admitted<Booking>,
    /// What it says, in the form in which it is kept.
    pub(crate) parts: Parts,
    pub(crate) keys: Vec<LookbackKey>,
}

/// Everything that was said of one flight.
pub(crate) struct FlightWork {
    pub(crate) flight: StoredFlight,
    /// In the order in which they came.
    pub(crate) statements: Vec<FlightStatement>,
    /// From here on they are new.
    first_new: usize,
    pub(crate) seen: BTreeMap<Place, Seen>,
    pub(crate) bookings: BTreeMap<Id, SeenBooking>,
    /// Whether its route or times are other than they were.
    pub(crate) has_moved: bool,
}

/// One traveller as the picture has them.
pub(crate) struct Drawn {
    pub(crate) id: Id,
    pub(crate) is_new: bool,
    /// Whether something that screening compares is other than it was.
    pub(crate) has_changed: bool,
    /// What tells their data: of the API, of the bookings.
    pub(crate) told_by: [Option<Place>; 2],
    /// Their booking.
    pub(crate) booking: Option<Id>,
    pub(crate) status: TravelStatus,
}

impl FlightWork {
    /// What the store has of a flight.
    pub(crate) fn load(
        service: &Service,
        tx: &mut Tx<'_, '_>,
        flight: StoredFlight,
        is_new: bool,
    ) -> Result<Self, StoreError> {
        let mut work = Self {
            flight,
            statements: Vec::new(),
            first_new: 0,
            seen: BTreeMap::new(),
            bookings: BTreeMap::new(),
            has_moved: false,
        };
        if is_new {
            return Ok(work);
        }
        let tenant = &service.tenant;
        work.statements = tx.statements(tenant, &work.flight.id)?;
        work.first_new = work.statements.len();
        for observed in tx.observed(tenant, &READER, &work.flight.id, Level::Observation)? {
            let Some(place) = observed.source else {
                continue;
            };
            if let Some(admitted) = again::<Traveller>(service, &observed) {
                let seen = Seen {
                    id: observed.view.id,
                    owner: observed.view.owner,
                    is_new: false,
                    admitted,
                    keys: Vec::new(),
                };
                work.seen.insert(place, seen);
            }
        }
        for observed in tx.observed(tenant, &READER, &work.flight.id, Level::Booking)? {
            if let Some(admitted) = again::<Booking>(service, &observed) {
                let view = observed.view;
                let seen = SeenBooking {
                    is_new: false,
                    admitted,
                    parts: view.parts,
                    keys: Vec::new(),
                };
                work.bookings.insert(view.id, seen);
            }
        }
        Ok(work)
    }

    pub(crate) fn lane(&self) -> Lane {
        self.flight.lane
    }

    /// The booking that says just what `admitted` says, in `parts`: a push repeats most of the one
    /// before.
    pub(crate) fn same_booking(&self, admitted: &Admitted<Booking>, parts: &Parts) -> Option<Id> {
        let locator = admitted.value().locator()?;
        let mut like = self.bookings.iter().filter(|(_, seen)| {
            let other = seen.admitted.value().locator();
            other.is_some_and(|other| other.locator == locator.locator)
        });
        like.find(|(_, seen)| seen.parts == *parts)
            .map(|(id, _)| *id)
    }

    /// What is new of it since it was loaded.
    pub(crate) fn new_statements(&self) -> &[FlightStatement] {
        &self.statements[self.first_new..]
    }

    /// Folds everything that was said, as the messages have it.
    fn fold(&self) -> People {
        let mut all = OneFlight::default();
        for (message, statement) in (0..).zip(&self.statements) {
            let origin = Origin {
                sent: statement.sent,
                test: false,
                message,
            };
            let places = statement.first_place..statement.first_place + statement.people;
            let people = places.filter_map(|place| {
                let seen = self.seen.get(&(statement.receipt, place))?;
                Some((place, seen.admitted.value()))
            });
            match statement.effect {
                StatementEffect::List(effect) => all.list(origin, effect, people),
                StatementEffect::Booking | StatementEffect::Withdrawn => {
                    let booking = statement.booking.and_then(|id| self.bookings.get(&id));
                    let locators: Vec<_> = booking
                        .iter()
                        .flat_map(|booking| &booking.admitted.value().locators)
                        .map(|locator| &locator.locator.value)
                        .collect();
                    let withdrawn = statement.effect == StatementEffect::Withdrawn;
                    all.booking(origin, &locators, withdrawn, people);
                }
            }
        }
        all.fold()
    }

    fn place(&self, observation: Observation) -> Place {
        let statement = &self.statements[observation.message as usize];
        (statement.receipt, observation.place)
    }

    /// Draws the travellers of the flight, and gives every observation its owner.
    pub(crate) fn draw(&mut self, fresh: &mut dyn FnMut() -> Id) -> (Vec<Drawn>, People) {
        let people = self.fold();
        let pnr_of: BTreeMap<usize, usize> = people
            .links
            .iter()
            .map(|link| (link.api, link.pnr))
            .collect();
        let linked: BTreeSet<usize> = people.links.iter().map(|link| link.pnr).collect();
        let mut groups = Vec::with_capacity(people.api.len() + people.pnr.len());
        for (at, person) in people.api.iter().enumerate() {
            let pnr = pnr_of.get(&at).map(|at| &people.pnr[*at]);
            groups.push([Some(person), pnr]);
        }
        for (at, person) in people.pnr.iter().enumerate() {
            if !linked.contains(&at) {
                groups.push([None, Some(person)]);
            }
        }
        let owners = self.owners(&groups);
        let mut drawn = Vec::with_capacity(groups.len());
        for (sides, owner) in groups.into_iter().zip(owners) {
            let id = owner.unwrap_or_else(&mut *fresh);
            let told_by = sides.map(|side| side.map(|person| self.place(person.told_by)));
            let booking = sides[1].and_then(|person| {
                let statement = self.statements.get(person.told_by.message as usize)?;
                statement.booking
            });
            let has_new_booking = booking
                .and_then(|id| self.bookings.get(&id))
                .is_some_and(|booking| booking.is_new);
            let has_changed = owner.is_none()
                || self.has_moved
                || has_new_booking
                || sides.iter().flatten().any(|person| self.is_news(person));
            let mut joined = false;
            for observation in sides.iter().flatten().flat_map(|p| p.observations.iter()) {
                let place = self.place(*observation);
                if let Some(seen) = self.seen.get_mut(&place) {
                    joined |= !seen.is_new && seen.owner != Some(id);
                    seen.owner = Some(id);
                }
            }
            drawn.push(Drawn {
                id,
                is_new: owner.is_none(),
                has_changed: has_changed || joined,
                told_by,
                booking,
                status: status(sides, people.cancelled),
            });
        }
        (drawn, people)
    }

    /// The identifier that each group keeps: that of the traveller whose oldest observation is in
    /// it; of several the oldest.
    fn owners(&self, groups: &[[Option<&Person>; 2]]) -> Vec<Option<Id>> {
        // Of each traveller the oldest observation, and in which group it is.
        let mut claims: BTreeMap<Id, (Id, usize)> = BTreeMap::new();
        for (group, sides) in groups.iter().enumerate() {
            for observation in sides.iter().flatten().flat_map(|p| p.observations.iter()) {
                let Some(seen) = self.seen.get(&self.place(*observation)) else {
                    continue;
                };
                if let Some(owner) = seen.owner {
                    let claim = claims.entry(owner).or_insert((seen.id, group));
                    *claim = (*claim).min((seen.id, group));
                }
            }
        }
        let mut owners = vec![None; groups.len()];
        // The oldest identifier first, so that it is the one that stays.
        for (owner, (_, group)) in claims {
            owners[group].get_or_insert(owner);
        }
        owners
    }

    /// Whether what tells a person's data is new, and says something else than was told before.
    fn is_news(&self, person: &Person) -> bool {
        let told = person.told_by;
        let Some(now) = self.seen.get(&self.place(told)).filter(|seen| seen.is_new) else {
            return false;
        };
        // Which of the earlier ones told before is not known any more: a list that only closes the
        // flight tells nothing, although it is the newest.
        let mut before = person
            .observations
            .iter()
            .filter_map(|observation| self.seen.get(&self.place(*observation)))
            .filter(|seen| !seen.is_new)
            .peekable();
        before.peek().is_none()
            || before.any(|before| !same_data(before.admitted.value(), now.admitted.value()))
    }

    /// Takes in what a message says of the flight itself.
    pub(crate) fn learn(&mut self, facts: &FlightFacts) {
        let flight = &mut self.flight;
        for (known, told) in [
            (&mut flight.origin, &facts.from),
            (&mut flight.destination, &facts.to),
        ] {
            if known.is_none() && told.is_some() {
                known.clone_from(told);
                self.has_moved = true;
            }
        }
        flight.departs_at = facts.departs.or(flight.departs_at);
        flight.arrives_at = facts.arrives.or(flight.arrives_at);
    }

    /// Takes in what is new of a flight that turns out to be this one.
    pub(crate) fn absorb(&mut self, mut other: Self) {
        let new = other.statements.split_off(other.first_new);
        self.statements.extend(new.into_iter().map(|mut statement| {
            statement.flight = self.flight.id;
            statement
        }));
        self.seen
            .extend(other.seen.into_iter().filter(|(_, seen)| seen.is_new));
        self.bookings
            .extend(other.bookings.into_iter().filter(|(_, seen)| seen.is_new));
    }

    /// Writes what is new: observations with their owners, bookings, statements, and the
    /// travellers that are other than they were.
    pub(crate) fn write(
        &self,
        service: &Service,
        tx: &mut Tx<'_, '_>,
        drawn: &[Drawn],
    ) -> Result<(), StoreError> {
        let tenant = &service.tenant;
        let flight = Some(self.flight.id);
        let record = |id, level, source, owner, status, child, keys| NewRecord {
            told_by: [None; 2],
            id,
            level,
            lane: self.flight.lane,
            source,
            flight,
            owner,
            status,
            child,
            keys,
        };
        let mut records = Vec::with_capacity(self.seen.len());
        for (place, seen) in &self.seen {
            if seen.is_new {
                let status = seen
                    .admitted
                    .value()
                    .status
                    .map_or("", TravelStatus::as_str);
                let child = seen.admitted.is_child(0);
                let (source, owner) = (Some(*place), seen.owner);
                records.push((
                    record(
                        seen.id,
                        Level::Observation,
                        source,
                        owner,
                        status,
                        child,
                        &seen.keys,
                    ),
                    &seen.admitted,
                ));
            }
        }
        let standings: BTreeMap<Id, String> = if self.first_new == 0 {
            BTreeMap::new()
        } else {
            let standings = tx.standings(tenant, &self.flight.id, Level::Traveller)?;
            standings
                .into_iter()
                .map(|(id, _, status)| (id, status))
                .collect()
        };
        for one in drawn {
            let status = one.status.as_str();
            let teller = one
                .told_by
                .iter()
                .flatten()
                .find_map(|at| self.seen.get(at));
            let Some(teller) = teller else { continue };
            let stands = standings.get(&one.id).is_some_and(|stood| stood == status);
            if one.is_new || one.has_changed || !stands {
                let child = teller.admitted.is_child(0);
                let told_by = one.told_by.map(|at| Some(self.seen.get(&at?)?.id));
                records.push((
                    NewRecord {
                        told_by,
                        ..record(
                            one.id,
                            Level::Traveller,
                            None,
                            one.booking,
                            status,
                            child,
                            &[],
                        )
                    },
                    &teller.admitted,
                ));
            }
        }
        if !records.is_empty() {
            tx.put(tenant, &READER, &records)?;
        }
        self.write_bookings(service, tx)?;
        self.write_statements(service, tx)?;
        self.settle(service, tx, drawn, &standings)
    }

    fn write_bookings(&self, service: &Service, tx: &mut Tx<'_, '_>) -> Result<(), StoreError> {
        let (mut records, mut written) = (Vec::new(), BTreeSet::new());
        for statement in self.new_statements() {
            let booking = statement.booking.and_then(|id| self.bookings.get(&id));
            if let (Some(id), Some(booking)) = (statement.booking, booking)
                && booking.is_new
                && written.insert(id)
            {
                let record = NewRecord {
                    id,
                    level: Level::Booking,
                    lane: self.flight.lane,
                    source: Some((statement.receipt, statement.number)),
                    flight: Some(self.flight.id),
                    owner: None,
                    told_by: [None; 2],
                    status: statement.effect.as_str(),
                    child: false,
                    keys: &booking.keys,
                };
                records.push((record, &booking.admitted));
            }
        }
        if !records.is_empty() {
            tx.put(&service.tenant, &READER, &records)?;
        }
        Ok(())
    }

    fn write_statements(&self, service: &Service, tx: &mut Tx<'_, '_>) -> Result<(), StoreError> {
        let purposes = service.mandate().all_purposes();
        for of_booking in [false, true] {
            let data_set = if of_booking {
                DataSet::Pnr
            } else {
                DataSet::Api
            };
            let statements = self.new_statements().iter();
            let statements =
                statements.filter(|statement| statement.effect.is_of_booking() == of_booking);
            tx.put_statements(&service.tenant, data_set, purposes, statements)?;
        }
        Ok(())
    }

    /// Owners that changed, and travellers of whom nobody is left: merged into another, or taken out
    /// of their booking.
    fn settle(
        &self,
        service: &Service,
        tx: &mut Tx<'_, '_>,
        drawn: &[Drawn],
        standings: &BTreeMap<Id, String>,
    ) -> Result<(), StoreError> {
        if self.first_new == 0 {
            return Ok(());
        }
        let tenant = &service.tenant;
        let stored = tx.standings(tenant, &self.flight.id, Level::Observation)?;
        let owners: BTreeMap<Id, Option<Id>> = self
            .seen
            .values()
            .filter(|seen| !seen.is_new)
            .map(|seen| (seen.id, seen.owner))
            .collect();
        let mut went: BTreeMap<Id, Id> = BTreeMap::new();
        for (id, before, _) in stored {
            if let Some(Some(now)) = owners.get(&id)
                && before != Some(*now)
            {
                tx.set_owner(tenant, &id, Some(now))?;
                went.extend(before.map(|before| (before, *now)));
            }
        }
        let present: BTreeSet<Id> = drawn.iter().map(|one| one.id).collect();
        for (id, status) in standings {
            if present.contains(id) {
                continue;
            }
            let now = match went.get(id) {
                Some(into) => {
                    tx.set_owner(tenant, id, Some(into))?;
                    // What was found on the one stands with the other, who is screened next.
                    for hit in tx.move_hits(tenant, &SCREENER, id, into)? {
                        lose_ground(service, tx, &SCREENER, &hit)?;
                    }
                    MERGED
                }
                None if status == MERGED => MERGED,
                None => TravelStatus::Cancelled.as_str(),
            };
            if now != status {
                tx.set_status(tenant, id, now)?;
            }
        }
        Ok(())
    }
}

/// Whether two messages say the same of a person, but for where they stand.
fn same_data(one: &Traveller, other: &Traveller) -> bool {
    let parts = |traveller: &Traveller| {
        let mut parts = traveller.parts();
        parts
            .0
            .remove(&tidewaiter_mandate::Element::ItineraryStatus);
        parts
    };
    parts(one) == parts(other)
}

/// Where somebody stands by both sources: the API where it says so, since it is of check-in.
fn status(sides: [Option<&Person>; 2], flight_is_cancelled: bool) -> TravelStatus {
    if flight_is_cancelled {
        return TravelStatus::Cancelled;
    }
    let mut said = sides
        .into_iter()
        .flatten()
        .filter_map(|person| person.status);
    said.next().unwrap_or(TravelStatus::Booked)
}

/// What was kept of a record, as the mandate in force admits it.
pub(crate) fn again<T: tidewaiter_store::Record>(
    service: &Service,
    observed: &Observed,
) -> Option<Admitted<T>> {
    admit_again(
        service.mandate(),
        observed.data_set,
        observed.purposes,
        observed.view.received_at,
        observed.view.child,
        T::from_parts(&observed.view.parts),
    )
}

impl Service {
    /// Draws the picture of a flight anew from its observations, as after a repair or an upgrade.
    /// Whoever was a traveller is the same one. How many there are.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`](crate::ServiceError::NotFound).
    pub fn rebuild_flight(&self, flight: &Id) -> crate::Result<usize> {
        let stored = self.store.read(|tx| tx.flight(&self.tenant, flight))?;
        let purposes: PurposeSet = self.mandate().all_purposes();
        let count = self.store.write(self.now(), |tx| {
            let mut work = FlightWork::load(self, tx, stored.clone(), false)?;
            work.has_moved = true;
            let (drawn, people) = work.draw(&mut || self.fresh());
            work.flight.status = crate::read::flight_status(&people, &work.statements).into();
            tx.put_flight(&self.tenant, purposes, &work.flight)?;
            work.write(self, tx, &drawn)?;
            Ok(drawn.len())
        })?;
        Ok(count)
    }
}
