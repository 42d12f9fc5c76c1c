//! The picture over time: who is on a flight, drawn anew whenever something is said of it.
//!
//! What a message says of a person is an observation, which never changes. A traveller is a
//! projection of observations and keeps its identifier however often it is drawn: an observation's
//! owner is the traveller it was folded into, and whoever is folded from it is that traveller
//! again. Where observations of two travellers turn out to be of one person, the older identifier
//! stays.

use std::collections::{BTreeMap, BTreeSet};

use tidewaiter_domain::{Booking, ListEffect, RecordLocator, TravelStatus, Traveller};
use tidewaiter_mandate::admit::{Admitted, admit_again};
use tidewaiter_mandate::{DataSet, PurposeSet};
use tidewaiter_picture::{
    Observation, OneFlight, Origin, People, Person, ties_of_booking, ties_of_person,
};
use tidewaiter_store::{
    FlightStatement, Id, Lane, Level, LookbackKey, NewRecord, Observed, Parts, Record as _,
    Standing, StatementEffect, StoreError, StoredFlight, Tx,
};

use crate::Service;
use crate::message::FlightFacts;
use crate::screen::lose_ground;
use crate::service::{READER, SCREENER};
use crate::ties::is_told;

/// Where a record of this flight stands by now in another one, or in none.
pub(crate) const MERGED: &str = "merged";
/// More people than these are read with all others of their flight.
const SOME_MOST: usize = 24;

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

/// Everything that was said of one flight, and of its people as much as what is new reaches.
pub(crate) struct FlightWork {
    pub(crate) flight: StoredFlight,
    /// In the order in which they came.
    pub(crate) statements: Vec<FlightStatement>,
    /// From here on they are new.
    first_new: usize,
    /// Where the records stood that the store has of it.
    standings: Vec<Standing>,
    /// Whether all of them were read, and not only those that something new reaches.
    is_whole: bool,
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
    /// What the store has of a flight; of its people nothing yet.
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
            standings: Vec::new(),
            is_whole: is_new,
            seen: BTreeMap::new(),
            bookings: BTreeMap::new(),
            has_moved: false,
        };
        if !is_new {
            let tenant = &service.tenant;
            work.statements = tx.statements(tenant, &work.flight.id)?;
            work.first_new = work.statements.len();
            work.standings = tx.standings(tenant, &work.flight.id)?;
        }
        Ok(work)
    }

    /// What the store has of a flight and of all its people.
    pub(crate) fn load_whole(
        service: &Service,
        tx: &mut Tx<'_, '_>,
        flight: StoredFlight,
    ) -> Result<Self, StoreError> {
        let mut work = Self::load(service, tx, flight, false)?;
        work.complete(service, tx)?;
        Ok(work)
    }

    /// Reads of the people in the store whom something with these ties may be, or may stand in the
    /// way of: all of them where that are most.
    pub(crate) fn reach(
        &mut self,
        service: &Service,
        tx: &mut Tx<'_, '_>,
        ties: &[u64],
    ) -> Result<(), StoreError> {
        if self.is_whole {
            return Ok(());
        }
        let Some(mut reached) = service.ties.reach(&self.standings, ties) else {
            return self.complete(service, tx);
        };
        let read: BTreeSet<Id> = self
            .seen
            .values()
            .map(|seen| seen.id)
            .chain(self.bookings.keys().copied())
            .collect();
        reached.retain(|id| !read.contains(id));
        if reached.len() > SOME_MOST {
            return self.complete(service, tx);
        }
        let (tenant, flight) = (&service.tenant, self.flight.id);
        for observed in tx.observed_some(tenant, &READER, &flight, &reached)? {
            self.take(service, observed);
        }
        Ok(())
    }

    /// Reads of all people in the store.
    fn complete(&mut self, service: &Service, tx: &mut Tx<'_, '_>) -> Result<(), StoreError> {
        if self.is_whole {
            return Ok(());
        }
        self.is_whole = true;
        let (tenant, flight) = (&service.tenant, self.flight.id);
        for level in [Level::Observation, Level::Booking] {
            for observed in tx.observed(tenant, &READER, &flight, level)? {
                self.take(service, observed);
            }
        }
        // Nothing ties what cannot be read any more: it is in no picture.
        for one in self.standings.iter().filter(|one| is_told(one)) {
            service.ties.remember(one.id, &[]);
        }
        for statement in &self.statements[..self.first_new] {
            self.remember(service, statement);
        }
        Ok(())
    }

    /// Takes in what the store has of somebody, or of a booking, unless that is here already.
    fn take(&mut self, service: &Service, observed: Observed) {
        if observed.view.level == Level::Booking {
            if let Some(admitted) = again::<Booking>(service, &observed) {
                let view = observed.view;
                self.bookings.entry(view.id).or_insert(SeenBooking {
                    is_new: false,
                    admitted,
                    parts: view.parts,
                    keys: Vec::new(),
                });
            }
        } else if let Some(place) = observed.source
            && let Some(admitted) = again::<Traveller>(service, &observed)
        {
            self.seen.entry(place).or_insert(Seen {
                id: observed.view.id,
                owner: observed.view.owner,
                is_new: false,
                admitted,
                keys: Vec::new(),
            });
        }
    }

    /// Remembers what ties the people of a statement, and its booking, to others.
    pub(crate) fn remember(&self, service: &Service, statement: &FlightStatement) {
        let booking = statement
            .booking
            .and_then(|id| Some((id, self.bookings.get(&id)?)));
        let people: Vec<&Seen> = self.people_of(statement).map(|(_, seen)| seen).collect();
        let (of_booking, of_people) = ties_of(
            service,
            booking.map(|(_, booking)| booking.admitted.value()),
            people.iter().map(|seen| seen.admitted.value()),
        );
        for (seen, ties) in people.iter().zip(of_people) {
            service.ties.remember(seen.id, &ties);
        }
        if let Some((id, _)) = booking {
            service.ties.remember(id, &of_booking);
        }
    }

    /// Whom a statement names, by their places there, as far as they were read.
    fn people_of(&self, statement: &FlightStatement) -> impl Iterator<Item = (u32, &Seen)> {
        let receipt = statement.receipt;
        let places = statement.first_place..statement.first_place.saturating_add(statement.people);
        self.seen
            .range((receipt, places.start)..(receipt, places.end))
            .map(|((_, place), seen)| (*place, seen))
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
            let people = self.people_of(statement);
            let mut people = people
                .map(|(place, seen)| (place, seen.admitted.value()))
                .peekable();
            match statement.effect {
                StatementEffect::List(effect) => all.list(origin, effect, people),
                StatementEffect::Booking | StatementEffect::Withdrawn => {
                    let booking = statement.booking.and_then(|id| self.bookings.get(&id));
                    if booking.is_none() && people.peek().is_none() && !self.is_whole {
                        // Out of reach of what is new.
                        continue;
                    }
                    let booking = booking.map(|booking| booking.admitted.value());
                    let locators = locators_of(booking);
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

    /// Draws the travellers of the flight whom something new reaches, and gives every observation of
    /// theirs its owner. The others are as they were.
    pub(crate) fn draw(
        &mut self,
        service: &Service,
        tx: &mut Tx<'_, '_>,
    ) -> Result<(Vec<Drawn>, People), StoreError> {
        if self.has_moved || self.new_statements().iter().any(moves_everybody) {
            self.complete(service, tx)?;
        }
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
            let id = owner.unwrap_or_else(|| service.fresh());
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
        Ok((drawn, people))
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
        let stood: BTreeMap<Id, &str> = self
            .standings
            .iter()
            .filter(|one| one.level == Level::Traveller)
            .map(|one| (one.id, one.status.as_str()))
            .collect();
        for one in drawn {
            let status = one.status.as_str();
            let teller = one
                .told_by
                .iter()
                .flatten()
                .find_map(|at| self.seen.get(at));
            let Some(teller) = teller else { continue };
            let stands = stood.get(&one.id).is_some_and(|stood| *stood == status);
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
        self.settle(service, tx, drawn)
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
    ) -> Result<(), StoreError> {
        let tenant = &service.tenant;
        let owners: BTreeMap<Id, Option<Id>> = self
            .seen
            .values()
            .filter(|seen| !seen.is_new)
            .map(|seen| (seen.id, seen.owner))
            .collect();
        let (mut went, mut reached) = (BTreeMap::new(), BTreeSet::new());
        for one in &self.standings {
            let Some(now) = owners.get(&one.id) else {
                continue;
            };
            reached.extend(one.owner);
            if let Some(now) = now
                && one.owner != Some(*now)
            {
                tx.set_owner(tenant, &one.id, Some(now))?;
                went.extend(one.owner.map(|before| (before, *now)));
            }
        }
        let present: BTreeSet<Id> = drawn.iter().map(|one| one.id).collect();
        let travellers = self.standings.iter();
        for one in travellers.filter(|one| one.level == Level::Traveller) {
            let (id, status) = (&one.id, one.status.as_str());
            let is_drawn = self.is_whole || reached.contains(id);
            if !is_drawn || present.contains(id) {
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

/// Whether a statement may say of people where they stand whom it does not name.
fn moves_everybody(statement: &FlightStatement) -> bool {
    match statement.effect {
        StatementEffect::List(effect) => matches!(
            effect,
            ListEffect::ClosedOnBoard | ListEffect::ClosedNotOnBoard | ListEffect::CancelFlight
        ),
        StatementEffect::Booking | StatementEffect::Withdrawn => false,
    }
}

fn locators_of(booking: Option<&Booking>) -> Vec<&RecordLocator> {
    let locators = booking.iter().flat_map(|booking| &booking.locators);
    locators.map(|locator| &locator.locator.value).collect()
}

/// What ties a booking, and each of the people of a list or of it, to others of the flight.
pub(crate) fn ties_of<'t>(
    service: &Service,
    booking: Option<&Booking>,
    people: impl Iterator<Item = &'t Traveller> + Clone,
) -> (Vec<u64>, Vec<Vec<u64>>) {
    let locators = locators_of(booking);
    let of_booking = match booking {
        Some(_) => ties_of_booking(&locators, people.clone()),
        None => Vec::new(),
    };
    let of_people = people.map(|traveller| {
        let mut ties = ties_of_person(traveller, &locators);
        ties.extend_from_slice(&of_booking);
        service.ties.hashed(&ties)
    });
    let of_people = of_people.collect();
    (service.ties.hashed(&of_booking), of_people)
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
            let mut work = FlightWork::load_whole(self, tx, stored.clone())?;
            work.has_moved = true;
            let (drawn, people) = work.draw(self, tx)?;
            work.flight.status = crate::read::flight_status(&people, &work.statements).into();
            tx.put_flight(&self.tenant, purposes, &work.flight)?;
            work.write(self, tx, &drawn)?;
            Ok(drawn.len())
        })?;
        Ok(count)
    }
}
