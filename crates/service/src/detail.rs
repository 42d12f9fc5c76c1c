//! Travellers as people see them: API and bookings side by side, every value with the message it
//! comes from, and who they may be on other journeys.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use tidewaiter_domain::{Booking, Traveller};
use tidewaiter_mandate::grant::ReadGrant;
use tidewaiter_mandate::{DataSet, PurposeSet, RecordTags};
use tidewaiter_picture::{Difference, OneFlight, Origin, Reason};
use tidewaiter_screening::keys;
use tidewaiter_store::{
    FlightStatement, Id, Record as _, StatementEffect, StoreError, StoredFlight, Tx, View,
};

use crate::lookback::store_key;
use crate::travellers::MERGED;
use crate::{Acting, Result, Service};

/// Who looks for the same person on other journeys, as audit lines name it.
const MATCHER: tidewaiter_mandate::grant::MachineActor =
    tidewaiter_mandate::grant::MachineActor::new("identity");

/// What one message said of a traveller.
#[derive(Clone, Debug)]
pub struct Said {
    /// The observation.
    pub id: Id,
    /// API or PNR.
    pub source: DataSet,
    /// SHA-256 of the bytes it was read from.
    pub message: [u8; 32],
    /// Its place among the people of those bytes.
    pub place: u32,
    /// When they were received.
    pub received_at: Timestamp,
    /// What it said, as far as the grant shows it.
    pub traveller: Traveller,
}

/// A traveller with everything that was said of them.
#[derive(Clone, Debug)]
pub struct TravellerDetail {
    /// The identifier.
    pub id: Id,
    /// The flight.
    pub flight: Option<StoredFlight>,
    /// `booked`, `checked-in`, `boarded`, `not-boarded`, `cancelled`; `merged` when the traveller
    /// turned out to be another one.
    pub status: String,
    /// Whether the mandate counts the person as a child.
    pub is_child: bool,
    /// The traveller this one turned out to be.
    pub merged_into: Option<Id>,
    /// Which observation tells the data of the API now.
    pub api: Option<Id>,
    /// Which one tells those of the bookings.
    pub pnr: Option<Id>,
    /// Why the two are held for one person, the strongest first.
    pub reasons: Vec<Reason>,
    /// What the two say differently.
    pub differences: Vec<Difference>,
    /// Everything that was said, oldest first: the provenance of every value.
    pub said: Vec<Said>,
    /// The booking, without its people.
    pub booking: Option<Box<Booking>>,
}

/// Why two travellers of different journeys may be one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentityReason {
    /// A document of the same number and, where both are known, issuer.
    Document,
    /// The same name and complete date of birth.
    NameAndBirthDate,
}

impl IdentityReason {
    /// `document` or `name+birth-date`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::NameAndBirthDate => "name+birth-date",
        }
    }
}

/// A traveller of another journey who may be the same person. A proposal: nothing is joined.
#[derive(Clone, Debug)]
pub struct MaybeSame {
    /// The traveller.
    pub traveller: Id,
    /// Their flight.
    pub flight: Option<StoredFlight>,
    /// What speaks for it, the strongest first.
    pub reasons: Vec<IdentityReason>,
}

impl Service {
    /// A traveller with everything that was said of them; each piece leaves a line in the audit log.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`](crate::ServiceError::NotFound),
    /// [`ServiceError::NotGranted`](crate::ServiceError::NotGranted).
    pub fn traveller(&self, acting: &Acting, id: &Id) -> Result<TravellerDetail> {
        let now = self.now();
        let grants = self.person_grants(acting, now)?;
        let detail = self.store.write(now, |tx| {
            let view = self
                .seen_by(tx, &grants, id)?
                .ok_or(StoreError::NotGranted)?;
            let (flight, statements) = match &view.flight {
                Some(flight) => (
                    Some(tx.reading().flight(&self.tenant, flight)?),
                    tx.statements(&self.tenant, flight)?,
                ),
                None => (None, Vec::new()),
            };
            let mut said = Vec::new();
            let mut places = BTreeMap::new();
            let places_of = tx.observations_of(&self.tenant, &[*id])?;
            for place in places_of.into_values().flatten() {
                let Some(view) = self.seen_by(tx, &grants, &place.id)? else {
                    continue;
                };
                places.insert((place.receipt, place.place), said.len());
                said.push(Said {
                    id: place.id,
                    source: place.data_set,
                    message: place.sha256,
                    place: place.place,
                    received_at: view.received_at,
                    traveller: Traveller::from_parts(&view.parts),
                });
            }
            let booking = match view.owner {
                Some(owner) if view.status != MERGED => self.seen_by(tx, &grants, &owner)?,
                _ => None,
            };
            let booking = booking.map(|record| Box::new(Booking::from_parts(&record.parts)));
            let side = sides(&statements, &places, &said, booking.as_deref());
            Ok(TravellerDetail {
                id: *id,
                flight,
                is_child: view.child,
                merged_into: view.owner.filter(|_| view.status == MERGED),
                status: view.status,
                api: side.api,
                pnr: side.pnr,
                reasons: side.reasons,
                differences: side.differences,
                said,
                booking,
            })
        })?;
        Ok(detail)
    }

    /// Travellers of other journeys who may be the same person, with what speaks for it. Nothing is
    /// joined: it is for a person to say.
    ///
    /// # Errors
    ///
    /// As [`Service::traveller`].
    pub fn maybe_same(&self, acting: &Acting, id: &Id) -> Result<Vec<MaybeSame>> {
        let own = self.traveller(acting, id)?;
        let mut keys = Vec::new();
        for said in &own.said {
            let numbers = said.traveller.documents.iter();
            let numbers = numbers.filter_map(|document| document.number.as_ref());
            keys.extend(numbers.filter_map(|number| keys::of_document(number.as_str())));
            keys.extend(keys::of_person(&(&said.traveller).into()));
        }
        keys.sort_unstable();
        keys.dedup();
        let keys: Vec<_> = keys.iter().map(|key| store_key(&self.store, key)).collect();
        let now = self.now();
        let found = self.store.write(now, |tx| {
            let candidates = tx.candidates(&self.tenant, acting.purpose, &keys)?;
            let views = tx.machine_view(&self.tenant, &MATCHER, acting.purpose, &candidates)?;
            let mut reasons: BTreeMap<Id, (Option<Id>, BTreeSet<IdentityReason>)> = BTreeMap::new();
            for view in views {
                let Some(owner) = view.owner.filter(|owner| *owner != own.id) else {
                    continue;
                };
                let other = Traveller::from_parts(&view.parts);
                for said in &own.said {
                    let spoken = speaks_for(&said.traveller, &other);
                    if !spoken.is_empty() {
                        let entry = reasons.entry(owner).or_default();
                        entry.0 = view.flight;
                        entry.1.extend(spoken);
                    }
                }
            }
            let mut found = Vec::new();
            for (traveller, (flight, reasons)) in reasons {
                found.push(MaybeSame {
                    traveller,
                    flight: match flight {
                        Some(flight) => Some(tx.reading().flight(&self.tenant, &flight)?),
                        None => None,
                    },
                    reasons: reasons.into_iter().collect(),
                });
            }
            Ok(found)
        })?;
        let here = own.flight.map(|flight| flight.id);
        Ok(found
            .into_iter()
            .filter(|other| other.flight.as_ref().map(|flight| flight.id) != here)
            .collect())
    }

    /// The first of the grants that shows a record; `None` when none does.
    fn seen_by(
        &self,
        tx: &mut Tx<'_, '_>,
        grants: &[ReadGrant],
        id: &Id,
    ) -> Result<Option<View>, StoreError> {
        for grant in grants {
            match tx.view(&self.tenant, grant, id) {
                Err(StoreError::NotGranted) => {}
                view => return view.map(Some),
            }
        }
        Ok(None)
    }

    /// The grants by which people of either body of data are seen: at least one.
    pub(crate) fn person_grants(&self, acting: &Acting, now: Timestamp) -> Result<Vec<ReadGrant>> {
        let grant = |data_set| {
            let tags = RecordTags {
                data_set,
                purposes: PurposeSet::EMPTY.with(acting.purpose),
                own_agency: true,
                masked: false,
            };
            let reason = acting.reason.clone();
            self.mandate()
                .grant_read(&acting.actor, acting.purpose, tags, reason, now)
        };
        match (grant(DataSet::Api), grant(DataSet::Pnr)) {
            (Err(refused), Err(_)) => Err(refused.into()),
            (api, pnr) => Ok(api.into_iter().chain(pnr).collect()),
        }
    }
}

/// API and bookings of one person.
#[derive(Default)]
struct Sides {
    api: Option<Id>,
    pnr: Option<Id>,
    reasons: Vec<Reason>,
    differences: Vec<Difference>,
}

/// The picture of one person alone.
fn sides(
    statements: &[FlightStatement],
    places: &BTreeMap<(Id, u32), usize>,
    said: &[Said],
    booking: Option<&Booking>,
) -> Sides {
    let mut picture = OneFlight::default();
    for (message, statement) in (0..).zip(statements) {
        let origin = Origin {
            sent: statement.sent,
            test: false,
            message,
        };
        let range = statement.first_place..statement.first_place + statement.people;
        let people: Vec<_> = range
            .filter_map(|place| {
                let at = places.get(&(statement.receipt, place))?;
                Some((place, &said[*at].traveller))
            })
            .collect();
        if people.is_empty() {
            continue;
        }
        match statement.effect {
            StatementEffect::List(effect) => picture.list(origin, effect, people.into_iter()),
            StatementEffect::Booking | StatementEffect::Withdrawn => {
                let locators: Vec<_> = booking
                    .iter()
                    .flat_map(|booking| &booking.locators)
                    .map(|locator| &locator.locator.value)
                    .collect();
                let withdrawn = statement.effect == StatementEffect::Withdrawn;
                picture.booking(origin, &locators, withdrawn, people.into_iter());
            }
        }
    }
    let people = picture.fold();
    let told = |person: Option<&tidewaiter_picture::Person>| {
        let told = person?.told_by;
        let receipt = statements.get(told.message as usize)?.receipt;
        let at = places.get(&(receipt, told.place))?;
        Some(said[*at].id)
    };
    let link = people.links.first();
    Sides {
        api: told(link.map_or(people.api.first(), |link| people.api.get(link.api))),
        pnr: told(link.map_or(people.pnr.first(), |link| people.pnr.get(link.pnr))),
        reasons: link.map_or(Vec::new(), |link| link.reasons.clone()),
        differences: link.map_or(Vec::new(), |link| link.differences.clone()),
    }
}

/// What speaks for two people of different journeys being one.
fn speaks_for(one: &Traveller, other: &Traveller) -> Vec<IdentityReason> {
    let mut reasons = Vec::new();
    let same_document = one.documents.iter().any(|left| {
        other.documents.iter().any(|right| {
            left.number.is_some()
                && left.number == right.number
                && (left.issuer.is_none() || right.issuer.is_none() || left.issuer == right.issuer)
        })
    });
    if same_document {
        reasons.push(IdentityReason::Document);
    }
    let letters = |traveller: &Traveller| {
        let name = &traveller.name;
        let parts = name.surname.iter().chain(&name.given);
        let letters = parts
            .flat_map(|part| part.chars())
            .filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_uppercase).collect::<String>()
    };
    let born = |traveller: &Traveller| {
        let born = traveller.born.as_ref().map(|born| born.value);
        born.filter(|born| born.is_complete())
    };
    if born(one).is_some() && born(one) == born(other) {
        let (left, right) = (letters(one), letters(other));
        if !left.is_empty() && left == right {
            reasons.push(IdentityReason::NameAndBirthDate);
        }
    }
    reasons
}
