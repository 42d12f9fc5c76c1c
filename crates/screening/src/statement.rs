//! What one message says of one person, booking or consignment, made ready to be screened.
//!
//! Only an [`Admitted`] value becomes a statement, and only for a purpose it was admitted for, so
//! nothing is screened that the mandate does not let this purpose see.

use jiff::civil::Date;
use smallvec::SmallVec;
use tidewaiter_domain::{
    Address, Booking, BookingPush, Consignment, Contact, ContactKind, CountryCode, DocumentKind,
    DocumentNumber, Index, Manifest, NationalityKind, PartyRole, Role, SubjectKind, Text,
    Traveller,
};
use tidewaiter_mandate::admit::{Admissible, Admitted};
use tidewaiter_mandate::profile::ProfileHash;
use tidewaiter_mandate::{DataSet, Mandate, PurposeId};
use tidewaiter_matching::Person;

use crate::canon::{Digest, Writer};
use crate::journey::country_of;
use crate::selector::{self, SelectorKind};

/// For which purpose of which mandate something was admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Admission {
    pub(crate) purpose: PurposeId,
    pub(crate) mandate: ProfileHash,
}

/// What screening reads of `admitted` for `purpose`; `None` when it was not admitted for it.
fn for_purpose<T: Admissible + Clone>(
    admitted: &Admitted<T>,
    mandate: &Mandate,
    purpose: PurposeId,
) -> Option<(Admitted<T>, Admission)> {
    let own = admitted.for_purpose(mandate, purpose)?;
    let mandate = own.mandate().hash;
    Some((own, Admission { purpose, mandate }))
}

/// Whatever holds travellers.
pub trait People: Admissible + Clone {
    /// The travellers, in the order in which admission counts them.
    fn people(&self) -> impl Iterator<Item = &Traveller>;
}

impl People for Traveller {
    fn people(&self) -> impl Iterator<Item = &Traveller> {
        std::iter::once(self)
    }
}

impl People for Manifest {
    fn people(&self) -> impl Iterator<Item = &Traveller> {
        self.travellers.iter()
    }
}

impl People for Booking {
    fn people(&self) -> impl Iterator<Item = &Traveller> {
        Self::people(self)
    }
}

impl People for BookingPush {
    fn people(&self) -> impl Iterator<Item = &Traveller> {
        self.bookings.iter().flat_map(Booking::people)
    }
}

/// A document somebody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) number: DocumentNumber,
    pub(crate) issuer: Option<CountryCode>,
    pub(crate) kind: DocumentKind,
}

/// A way to reach or know somebody that selectors name: its kind, normalised, and as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) kind: SelectorKind,
    pub(crate) value: Text,
    pub(crate) written: Text,
    /// Whose it is in a booking; `None` for all.
    pub(crate) traveller: Option<Index>,
}

impl Reach {
    fn of(kind: SelectorKind, written: &str, traveller: Option<Index>) -> Option<Self> {
        Some(Self {
            kind,
            value: kind.normalise(written)?,
            written: written.into(),
            traveller,
        })
    }

    fn write(&self, out: &mut Writer) {
        out.text(self.kind.as_str());
        out.text(&self.value);
        out.text(&self.written);
        out.option(self.traveller, |out, at| out.length(usize::from(at)));
    }
}

fn contact(contact: &Contact, traveller: Option<Index>) -> Option<Reach> {
    let kind = match contact.kind {
        ContactKind::Phone | ContactKind::Mobile | ContactKind::Fax => SelectorKind::Phone,
        ContactKind::Email => SelectorKind::Email,
        ContactKind::Other if contact.value.contains('@') => SelectorKind::Email,
        ContactKind::Other => SelectorKind::Phone,
    };
    Reach::of(kind, &contact.value, traveller)
}

fn addresses(addresses: &[Address]) -> impl Iterator<Item = Reach> + '_ {
    addresses.iter().filter_map(|address| {
        Reach::of(
            SelectorKind::Address,
            &selector::address_text(address),
            None,
        )
    })
}

/// A flight of a booking's itinerary on which somebody may still travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Onward {
    pub(crate) from: Option<CountryCode>,
    pub(crate) to: Option<CountryCode>,
    pub(crate) departs: Option<Date>,
}

/// What one message says of one person, for one purpose.
#[derive(Clone, Debug)]
pub struct Statement {
    pub(crate) admission: Admission,
    pub(crate) source: DataSet,
    /// The caller's name of it: an observation's identifier, a message's hash.
    pub(crate) reference: Text,
    pub(crate) person: Person,
    /// Hash of the identity data that matching compares.
    pub(crate) identity: Digest,
    pub(crate) documents: Vec<Held>,
    pub(crate) reach: Vec<Reach>,
    /// Nationalities held now.
    pub(crate) nationalities: SmallVec<[CountryCode; 1]>,
    pub(crate) role: Role,
    pub(crate) child: bool,
    pub(crate) embark: Option<CountryCode>,
    pub(crate) debark: Option<CountryCode>,
    pub(crate) onward: Vec<Onward>,
}

impl Statement {
    /// What is said of a single traveller; `None` when nothing was admitted for the purpose.
    pub fn of(
        admitted: &Admitted<Traveller>,
        mandate: &Mandate,
        purpose: PurposeId,
        reference: impl Into<Text>,
    ) -> Option<Self> {
        let (own, admission) = for_purpose(admitted, mandate, purpose)?;
        let source = own.data_set();
        let child = own.is_child(0);
        Some(Self::read(
            admission,
            source,
            reference.into(),
            own.value(),
            child,
        ))
    }

    /// What is said of everybody in a manifest, a booking or a push, in the order of
    /// [`People::people`]; `None` when nothing was admitted for the purpose. All carry the same
    /// reference.
    pub fn all<T: People>(
        admitted: &Admitted<T>,
        mandate: &Mandate,
        purpose: PurposeId,
        reference: impl Into<Text>,
    ) -> Option<Vec<Self>> {
        let (own, admission) = for_purpose(admitted, mandate, purpose)?;
        let (source, reference) = (own.data_set(), reference.into());
        let people = (0..).zip(own.value().people());
        Some(
            people
                .map(|(at, traveller)| {
                    let child = own.is_child(at);
                    Self::read(admission, source, reference.clone(), traveller, child)
                })
                .collect(),
        )
    }

    /// The same with the live flights of the booking it stands in, by which a transit is known.
    #[must_use]
    pub fn with_itinerary(mut self, booking: &BookingStatement) -> Self {
        if booking.admission == self.admission {
            self.onward.clone_from(&booking.onward);
        }
        self
    }

    /// The same under another reference.
    #[must_use]
    pub fn with_reference(mut self, reference: impl Into<Text>) -> Self {
        self.reference = reference.into();
        self
    }

    /// The body of data it belongs to.
    pub const fn source(&self) -> DataSet {
        self.source
    }

    /// The caller's name of it.
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// The person as matching sees them.
    pub const fn person(&self) -> &Person {
        &self.person
    }

    fn read(
        admission: Admission,
        source: DataSet,
        reference: Text,
        traveller: &Traveller,
        child: bool,
    ) -> Self {
        let documents = traveller.documents.iter().filter_map(|document| {
            Some(Held {
                number: document.number.as_ref()?.value.clone(),
                issuer: document.issuer.as_ref().and_then(|of| of.value.code()),
                kind: document.kind,
            })
        });
        let contacts = traveller.contacts.iter();
        let held_now = traveller.nationalities.iter();
        let country = |place: &Option<
            tidewaiter_domain::Sourced<tidewaiter_domain::AirportCode>,
        >| { place.as_ref().and_then(|place| country_of(&place.value)) };
        Self {
            admission,
            source,
            reference,
            person: traveller.into(),
            identity: identity(traveller),
            documents: documents.collect(),
            reach: contacts
                .filter_map(|one| contact(one, None))
                .chain(addresses(&traveller.addresses))
                .collect(),
            nationalities: held_now
                .filter(|nationality| nationality.kind == NationalityKind::Current)
                .filter_map(|nationality| nationality.country.code())
                .collect(),
            role: traveller.role,
            child,
            embark: country(&traveller.embark),
            debark: country(&traveller.debark),
            onward: Vec::new(),
        }
    }

    /// Whether the person only travels through, as this statement says it by itself.
    pub(crate) const fn says_transit(&self) -> bool {
        matches!(self.role, Role::TransitPassenger | Role::TransitCrew)
    }

    /// Everything of it that a finding may depend on.
    pub(crate) fn write(&self, out: &mut Writer) {
        let Self {
            // Which purpose and mandate stands in the context.
            admission: _,
            source,
            reference,
            // As far as it is compared, in `identity`.
            person: _,
            identity,
            documents,
            reach,
            nationalities,
            role,
            child,
            embark,
            debark,
            onward,
        } = self;
        out.text(source.as_str());
        out.text(reference);
        out.hash(identity);
        out.list(documents, |out, held| {
            out.text(held.number.as_str());
            out.option(held.issuer, Writer::country);
            out.byte(held.kind as u8);
        });
        out.list(reach, |out, reach| reach.write(out));
        out.list(nationalities, |out, code| out.country(*code));
        out.byte(*role as u8);
        out.flag(*child);
        for place in [embark, debark] {
            out.option(*place, Writer::country);
        }
        write_onward(onward, out);
    }
}

fn write_onward(onward: &[Onward], out: &mut Writer) {
    out.list(onward, |out, leg| {
        for place in [leg.from, leg.to] {
            out.option(place, Writer::country);
        }
        out.option(leg.departs, Writer::date);
    });
}

/// The hash of the identity data that matching compares. A clearing of a pair lasts as long as it
/// stays the same; spans, titles and whatever matching does not look at do not count.
fn identity(traveller: &Traveller) -> Digest {
    let mut out = Writer::default();
    let name = &traveller.name;
    let texts = |out: &mut Writer, given: &[Text]| out.list(given, |out, text| out.text(text));
    out.option(name.surname.as_deref(), Writer::text);
    texts(&mut out, &name.given);
    out.option(name.written.as_deref(), |out, written| {
        out.text(&written.surname);
        texts(out, &written.given);
    });
    out.list(&name.hypotheses, |out, other| {
        out.option(other.surname.as_deref(), Writer::text);
        texts(out, &other.given);
    });
    let born = traveller.born.as_ref().map(|born| born.value.to_string());
    out.option(born.as_deref(), Writer::text);
    let sex = traveller.sex.as_ref().map(|sex| sex.value.as_str());
    out.option(sex, Writer::text);
    out.list(&traveller.nationalities, |out, nationality| {
        out.text(nationality.country.value.as_str());
    });
    let birth = traveller.birthplace.as_ref();
    let birth = birth.and_then(|place| place.country.as_ref());
    out.option(birth, |out, country| out.text(country.as_str()));
    out.list(&traveller.documents, |out, document| {
        let number = document.number.as_ref().map(|number| number.value.as_str());
        out.option(number, Writer::text);
        let issuer = document.issuer.as_ref().map(|issuer| issuer.value.as_str());
        out.option(issuer, Writer::text);
    });
    out.digest()
}

/// What a booking says beside its travellers, for one purpose: contacts, payment, agency, flights.
#[derive(Clone, Debug)]
pub struct BookingStatement {
    pub(crate) admission: Admission,
    pub(crate) source: DataSet,
    pub(crate) reference: Text,
    pub(crate) reach: Vec<Reach>,
    pub(crate) onward: Vec<Onward>,
}

impl BookingStatement {
    /// What `admitted` says for `purpose`; `None` when nothing was admitted for it.
    pub fn of(
        admitted: &Admitted<Booking>,
        mandate: &Mandate,
        purpose: PurposeId,
        reference: impl Into<Text>,
    ) -> Option<Self> {
        let (own, admission) = for_purpose(admitted, mandate, purpose)?;
        Some(Self::read(
            admission,
            own.data_set(),
            reference.into(),
            own.value(),
        ))
    }

    /// What each booking of a push says; all carry the same reference.
    pub fn all(
        admitted: &Admitted<BookingPush>,
        mandate: &Mandate,
        purpose: PurposeId,
        reference: impl Into<Text>,
    ) -> Option<Vec<Self>> {
        let (own, admission) = for_purpose(admitted, mandate, purpose)?;
        let (source, reference) = (own.data_set(), reference.into());
        let bookings = own.value().bookings.iter();
        Some(
            bookings
                .map(|booking| Self::read(admission, source, reference.clone(), booking))
                .collect(),
        )
    }

    fn read(admission: Admission, source: DataSet, reference: Text, booking: &Booking) -> Self {
        let mut reach: Vec<Reach> = booking
            .contacts
            .iter()
            .filter_map(|one| contact(one, None))
            .chain(addresses(&booking.addresses))
            .collect();
        for payment in &booking.payments {
            let card = payment.card.as_ref().and_then(|card| card.token);
            reach.extend(card.and_then(|token| {
                Reach::of(SelectorKind::Card, &token.to_string(), payment.traveller)
            }));
            if let Some(payer) = &payment.payer {
                reach.extend(
                    payer
                        .contact
                        .as_ref()
                        .and_then(|one| contact(one, payment.traveller)),
                );
                reach.extend(payer.address.as_deref().and_then(|address| {
                    Reach::of(SelectorKind::Address, address, payment.traveller)
                }));
            }
        }
        if let Some(agency) = &booking.agency {
            reach.extend(
                [&agency.agency, &agency.office]
                    .into_iter()
                    .flatten()
                    .filter_map(|code| Reach::of(SelectorKind::Agency, code, None)),
            );
        }
        let country = |place: &Option<
            tidewaiter_domain::Sourced<tidewaiter_domain::AirportCode>,
        >| { place.as_ref().and_then(|place| country_of(&place.value)) };
        let flights = booking.itinerary.iter().filter(|leg| leg.is_live());
        Self {
            admission,
            source,
            reference,
            reach,
            onward: flights
                .map(|leg| Onward {
                    from: country(&leg.from),
                    to: country(&leg.to),
                    departs: leg.departs.as_ref().map(|time| time.value.date),
                })
                .collect(),
        }
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        let Self {
            admission: _,
            source,
            reference,
            reach,
            onward,
        } = self;
        out.text(source.as_str());
        out.text(reference);
        out.list(reach, |out, reach| reach.write(out));
        write_onward(onward, out);
    }
}

/// A party of a consignment.
#[derive(Clone, Debug)]
pub(crate) struct PartyStatement {
    pub(crate) role: PartyRole,
    pub(crate) person: Person,
    pub(crate) identity: Digest,
    pub(crate) reach: Vec<Reach>,
}

/// What one message says of a consignment's parties, for one purpose.
#[derive(Clone, Debug)]
pub struct ConsignmentStatement {
    pub(crate) admission: Admission,
    pub(crate) source: DataSet,
    pub(crate) reference: Text,
    pub(crate) parties: Vec<PartyStatement>,
}

impl ConsignmentStatement {
    /// What `admitted` says for `purpose`; `None` when nothing was admitted for it.
    pub fn of(
        admitted: &Admitted<Consignment>,
        mandate: &Mandate,
        purpose: PurposeId,
        reference: impl Into<Text>,
    ) -> Option<Self> {
        let (own, admission) = for_purpose(admitted, mandate, purpose)?;
        let parties = own.value().parties.iter();
        Some(Self {
            admission,
            source: own.data_set(),
            reference: reference.into(),
            parties: parties
                .map(|party| {
                    let name = party.name.as_ref().map(|name| name.value.as_str());
                    let mut identity = Writer::default();
                    identity.option(name, Writer::text);
                    let person = Person {
                        // A message does not say whether a party is a person or a company.
                        kind: SubjectKind::Unknown,
                        ..name.map(Person::named).unwrap_or_default()
                    };
                    PartyStatement {
                        role: party.role.clone(),
                        person,
                        identity: identity.digest(),
                        reach: party
                            .contacts
                            .iter()
                            .filter_map(|one| contact(one, None))
                            .chain(addresses(party.address.as_slice()))
                            .collect(),
                    }
                })
                .collect(),
        })
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        let Self {
            admission: _,
            source,
            reference,
            parties,
        } = self;
        out.text(source.as_str());
        out.text(reference);
        out.list(parties, |out, party| {
            let PartyStatement {
                role,
                person: _,
                identity,
                reach,
            } = party;
            out.text(role_word(role));
            out.hash(identity);
            out.list(reach, |out, reach| reach.write(out));
        });
    }
}

/// The word of a party's role.
pub(crate) fn role_word(role: &PartyRole) -> &str {
    match role {
        PartyRole::Consignor => "consignor",
        PartyRole::Consignee => "consignee",
        PartyRole::Notify => "notify",
        PartyRole::Carrier => "carrier",
        PartyRole::Forwarder => "forwarder",
        PartyRole::Declarant => "declarant",
        PartyRole::Manufacturer => "manufacturer",
        PartyRole::Seller => "seller",
        PartyRole::Buyer => "buyer",
        PartyRole::Other(text) => text,
    }
}
