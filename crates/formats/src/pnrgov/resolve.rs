//! What service requests mean, and for whom: at the end of a booking, when everybody is known.

use smallvec::SmallVec;
use tidewaiter_diagnostics::{Code, SegmentPath, Span, codes::api, codes::pnr as code};
use tidewaiter_domain::{
    Address, BookedSeat, Booking, Country, Index, LapInfant, LoyaltyNumber, NameHypothesis,
    Nationality, NationalityKind, PersonName, Place, Role, ServiceRequest, Sex, Sourced, Text,
    TicketNumber, TravelDocument, Traveller, TravellerCategory,
};

use super::journey::seat_number;
use super::people::contact_of;
use super::service::holds_seat;
use crate::name::read_name;
use crate::notes::Notes;
use crate::ssr::{self, Doca, Doco, Docs, Infant, TicketText};
use crate::value::{self, Era};

/// A service request before it is known whom it is for.
pub(super) struct Pending {
    pub(super) service: ServiceRequest,
    /// The traveller in whose element it stands.
    pub(super) traveller: Option<Index>,
    pub(super) details: SmallVec<[Detail; 1]>,
    pub(super) text_span: Span,
    /// Where the text stands in the message.
    pub(super) path: SegmentPath,
    /// Whether the text is the bytes as they are, so that its parts have spans of their own.
    pub(super) plain: bool,
}

/// One detail of a service request: a value and the number of a traveller.
#[derive(Default)]
pub(super) struct Detail {
    pub(super) value: Text,
    pub(super) span: Span,
    pub(super) number: Text,
    pub(super) number_span: Span,
}

/// Works on one booking at its end.
pub(super) struct Resolver<'d, 'n> {
    pub(super) booking: &'d mut Booking,
    pub(super) notes: &'n mut Notes,
    /// The service request that is looked at.
    pub(super) path: SegmentPath,
    /// Whether it is an infant's, whose birth is in the later of two centuries.
    pub(super) of_infant: bool,
}

/// Whom a document belongs to.
#[derive(Clone, Copy)]
pub(super) enum Person {
    Traveller(Index),
    LapInfant(usize),
}

impl Resolver<'_, '_> {
    /// Gives every service its travellers and takes from it what is understood.
    pub(super) fn services(&mut self, mut pending: Vec<Pending>) {
        self.booking.services.reserve_exact(pending.len());
        for each in &mut pending {
            self.travellers_of(each);
        }
        for each in pending.iter().filter(|p| p.service.code == "INFT") {
            self.infant(each);
        }
        self.pair_infants();
        for each in &pending {
            self.meaning(each);
        }
        self.booking
            .services
            .extend(pending.into_iter().map(|p| p.service));
    }

    /// The travellers that the numbers of a service lead to, or in whose element it stands.
    fn travellers_of(&mut self, pending: &mut Pending) {
        self.path = pending.path;
        for detail in pending.details.iter().filter(|d| !d.number.is_empty()) {
            match numbered(self.booking, &detail.number) {
                Some(index) if !pending.service.travellers.contains(&index) => {
                    pending.service.travellers.push(index);
                }
                Some(_) => {}
                None => {
                    let text = "no traveller of this booking has this number";
                    self.note(&code::UNKNOWN_TRAVELLER_NUMBER, detail.number_span, text);
                }
            }
        }
        if pending.service.travellers.is_empty() {
            pending.service.travellers.extend(pending.traveller);
        }
    }

    fn meaning(&mut self, pending: &Pending) {
        (self.path, self.of_infant) = (pending.path, false);
        let service = &pending.service;
        let text = service.text.as_deref().unwrap_or_default();
        let code = service.code.as_str();
        if holds_seat(code) {
            return self.seats(pending, text);
        }
        let read = match code {
            "DOCS" => Docs::read(text).map(|docs| self.document(pending, &docs)),
            "DOCO" => Doco::read(text).map(|doco| self.visa(pending, &doco)),
            "DOCA" => Doca::read(text).map(|doca| self.address(pending, &doca)),
            "CHLD" => {
                self.child(pending, text);
                Some(())
            }
            "FQTV" => {
                self.loyalty(pending, text);
                Some(())
            }
            "TKNE" | "TKNA" | "TKNM" => {
                TicketText::read(text).map(|ticket| self.ticket(pending, &ticket))
            }
            _ if code.len() == 4 && code.starts_with("CTC") => {
                self.contact(pending, text);
                Some(())
            }
            _ => Some(()),
        };
        if read.is_none() {
            let note = "the text does not have the form of this service request";
            self.note(&code::UNREADABLE_SERVICE, pending.text_span, note);
        }
    }

    /// A document, and what it says of its holder.
    pub(super) fn document(&mut self, pending: &Pending, docs: &Docs<'_>) {
        if docs.shifted {
            let text = "the fields of the document are moved by one";
            self.note(&code::SHIFTED_DOCUMENT, pending.text_span, text);
        }
        let Some(person) = self.holder(pending, docs) else {
            let text = "the document cannot be given to one of several travellers";
            return self.note(&code::UNKNOWN_TRAVELLER_NUMBER, pending.text_span, text);
        };
        let span = |part: &str| span_of(pending, part);
        self.of_infant = docs.is_infant();
        let born = self.date(docs.born, span(docs.born), Era::Birth);
        let expires = self.date(docs.expires, span(docs.expires), Era::Expiry);
        let issuer = self.country(docs.issuer, span(docs.issuer));
        let nationality = self.country(docs.nationality, span(docs.nationality));
        let sex = self.sex(docs.sex, span(docs.sex));
        let number =
            value::canonical_number(docs.number).and_then(tidewaiter_domain::DocumentNumber::new);
        let name = (!docs.surname.is_empty() || !docs.given.is_empty())
            .then(|| self.holder_name(person, docs, span(docs.surname).to(span(docs.given))));
        if number.is_none() && !docs.number.is_empty() {
            let text = "the number is a placeholder";
            self.note(&api::PLACEHOLDER_DOCUMENT, span(docs.number), text);
        } else if number.is_some() && docs.kind.is_empty() {
            let text = "the document has no type";
            self.note(&api::MISSING_DOCUMENT_TYPE, pending.text_span, text);
        }
        let traveller = self.person(person);
        if docs.is_infant() {
            traveller.category = Some(TravellerCategory::Infant);
        }
        let mut holder = None;
        let mut differs = false;
        if let Some(name) = name.filter(|n| !n.is_empty()) {
            if traveller.name.is_empty() {
                let written = traveller.name.written.take();
                traveller.name = name;
                traveller.name.written = written.or(traveller.name.written.take());
            } else if !same_name(&traveller.name, &name) {
                differs = !same_letters(&traveller.name.surname, &name.surname);
                let known = traveller
                    .name
                    .hypotheses
                    .iter()
                    .any(|h| h.surname == name.surname && h.given == name.given);
                if !known {
                    traveller.name.hypotheses.push(NameHypothesis {
                        surname: name.surname.clone(),
                        given: name.given.clone(),
                        because: "the name in the travel document",
                    });
                }
                holder = Some(Box::new(name));
            }
        }
        traveller.born = traveller.born.or(born);
        traveller.sex = traveller.sex.or(sex);
        if let Some(country) = nationality.filter(|n| !is_zero(n.value.as_str()))
            && !traveller
                .nationalities
                .iter()
                .any(|n| n.country.value == country.value)
        {
            traveller.nationalities.push(Nationality {
                country,
                kind: NationalityKind::Current,
            });
        }
        if let Some(number) = number {
            let number_written = (number.as_str() != docs.number).then(|| Text::new(docs.number));
            let mut document = TravelDocument::new(Text::new(docs.kind), pending.text_span);
            document.number = Some(Sourced::new(number, span(docs.number)));
            document.number_written = number_written;
            document.issuer = issuer;
            document.expires = expires;
            document.holder = holder;
            add_document(traveller, document);
        }
        if differs {
            let text = "the surname in the document is not the surname in the booking";
            self.note(&code::DOCUMENT_NAME, span(docs.surname), text);
        }
    }

    /// Whom a document is for: an infant's at its adult goes to the infant.
    fn holder(&mut self, pending: &Pending, docs: &Docs<'_>) -> Option<Person> {
        let named = pending.service.travellers.first().copied();
        if docs.is_infant() {
            let is_infant = |t: &Traveller| t.category == Some(TravellerCategory::Infant);
            if let Some(index) = named
                && is_infant(&self.booking.travellers[usize::from(index)].traveller)
            {
                return Some(Person::Traveller(index));
            }
            let travellers = &self.booking.travellers;
            let of_name = travellers
                .iter()
                .position(|t| is_infant(&t.traveller) && names_fit(&t.traveller, docs));
            let companion = || {
                let companion = travellers.get(usize::from(named?))?.companion?;
                Some(usize::from(companion))
            };
            let only = || {
                let mut infants = travellers
                    .iter()
                    .enumerate()
                    .filter(|t| is_infant(&t.1.traveller));
                match (infants.next(), infants.next()) {
                    (Some((index, _)), None) => Some(index),
                    _ => None,
                }
            };
            if let Some(index) = of_name
                .or_else(companion)
                .or_else(only)
                .and_then(super::index)
            {
                if named.is_some() {
                    let text = "the document of an infant stands at its adult";
                    self.note(&code::INFANT_DATA_MOVED, pending.text_span, text);
                }
                return Some(Person::Traveller(index));
            }
            let laps = &self.booking.lap_infants;
            let lap = laps
                .iter()
                .position(|l| names_fit(&l.traveller, docs))
                .or_else(|| {
                    laps.iter()
                        .position(|l| l.adult.is_some() && l.adult == named)
                });
            let lap = lap.unwrap_or_else(|| {
                self.add_lap_infant(docs.surname, docs.given, named, pending.text_span)
            });
            return Some(Person::LapInfant(lap));
        }
        if pending.details.iter().any(|d| !d.number.is_empty()) && named.is_some() {
            return named.map(Person::Traveller);
        }
        let travellers = &self.booking.travellers;
        if let Some(index) = named
            && names_fit(&travellers[usize::from(index)].traveller, docs)
        {
            return Some(Person::Traveller(index));
        }
        let of_name = travellers
            .iter()
            .position(|t| names_fit(&t.traveller, docs));
        let only = (travellers.len() == 1).then_some(0);
        of_name
            .and_then(super::index)
            .or(named)
            .or(only)
            .map(Person::Traveller)
    }

    /// The name in a document, its titles divided as in the booking.
    fn holder_name(&mut self, person: Person, docs: &Docs<'_>, span: Span) -> PersonName {
        let own = &self.person(person).name;
        let glued = own.written.as_ref().is_some_and(|written| {
            written.given.first().is_some_and(|g| g == docs.given) && own.title.is_some()
        });
        let first = match own.given.first() {
            Some(given) if glued => given.clone(),
            _ => Text::new(docs.given),
        };
        let given: SmallVec<[Text; 2]> = [first, Text::new(docs.second)]
            .into_iter()
            .filter(|g| !g.is_empty())
            .collect();
        // A name in one piece is the document's own matter; what is odd is noted at the booking's.
        read_name(Text::new(docs.surname), given, span, |_| {})
    }

    pub(super) fn visa(&mut self, pending: &Pending, doco: &Doco<'_>) {
        let Some(&index) = pending.service.travellers.first() else {
            return;
        };
        let span = |part: &str| span_of(pending, part);
        let mut person = Person::Traveller(index);
        if doco.infant
            && let Some(infant) = self.booking.travellers[usize::from(index)].companion
        {
            person = Person::Traveller(infant);
        }
        let issued = self.date(doco.issued, span(doco.issued), Era::Near);
        let issuer = self.country(doco.country, span(doco.country));
        let number = value::canonical_number(doco.number);
        let traveller = self.person(person);
        if !doco.birthplace.is_empty() && traveller.birthplace.is_none() {
            traveller.birthplace = Some(Box::new(Place {
                country: None,
                names: SmallVec::from_elem(Text::new(doco.birthplace), 1),
                span: span(doco.birthplace),
            }));
        }
        let Some(number) = number else { return };
        if matches!(doco.kind, "R" | "K") {
            let known = traveller
                .government_references
                .iter()
                .any(|r| r.value == number);
            if !known {
                let reference = Sourced::new(number, span(doco.number));
                traveller.government_references.push(reference);
            }
            return;
        }
        let mut document = TravelDocument::new(Text::new(doco.kind), pending.text_span);
        document.number_written = (number != doco.number).then(|| Text::new(doco.number));
        document.number = tidewaiter_domain::DocumentNumber::new(number)
            .map(|number| Sourced::new(number, span(doco.number)));
        document.issued_at = (!doco.issued_at.is_empty()).then(|| Text::new(doco.issued_at));
        (document.issued, document.issuer) = (issued, issuer);
        add_document(traveller, document);
    }

    pub(super) fn address(&mut self, pending: &Pending, doca: &Doca<'_>) {
        let Some(&index) = pending.service.travellers.first() else {
            return;
        };
        let country = self.country(doca.country, span_of(pending, doca.country));
        let text = |part: &str| (!part.is_empty()).then(|| Text::new(part));
        let traveller = &mut self.booking.travellers[usize::from(index)].traveller;
        if doca.kind == "B" {
            let names = [doca.city, doca.region]
                .into_iter()
                .filter_map(text)
                .collect();
            let place = Place {
                country: country.map(|c| c.value),
                names,
                span: pending.text_span,
            };
            traveller.birthplace.get_or_insert_with(|| Box::new(place));
            return;
        }
        let address = Address {
            street: text(doca.street),
            city: text(doca.city),
            region: text(doca.region),
            postcode: text(doca.postcode),
            country: country.as_ref().map(|c| c.value.clone()),
            span: pending.text_span,
        };
        if doca.kind == "R" && traveller.residence.is_none() {
            traveller.residence = country;
        }
        if !traveller
            .addresses
            .iter()
            .any(|a| same_address(a, &address))
        {
            traveller.addresses.push(address);
        }
    }

    fn child(&mut self, pending: &Pending, text: &str) {
        let Some(&index) = pending.service.travellers.first() else {
            return;
        };
        let field = text
            .split(['/', ' '])
            .map(str::trim)
            .find(|f| f.len() == 7 || f.len() == 9);
        let born = field.and_then(|f| self.date(f, span_of(pending, f), Era::Birth));
        let traveller = &mut self.booking.travellers[usize::from(index)].traveller;
        if !matches!(traveller.category, Some(TravellerCategory::Infant)) {
            traveller.category = Some(TravellerCategory::Child);
        }
        traveller.born = traveller.born.or(born);
    }

    fn loyalty(&mut self, pending: &Pending, text: &str) {
        let Some(&index) = pending.service.travellers.first() else {
            return;
        };
        let text = text.trim_matches(['/', ' ', '.']);
        let number = text.split([' ', '/']).next().unwrap_or_default();
        let traveller = &mut self.booking.travellers[usize::from(index)].traveller;
        let known = traveller.loyalty.iter().any(|l| l.value.as_str() == number);
        if let Some(loyalty) = LoyaltyNumber::new(number).filter(|_| !known && number.len() > 4) {
            traveller
                .loyalty
                .push(Sourced::new(loyalty, span_of(pending, number)));
        }
    }

    fn ticket(&mut self, pending: &Pending, ticket: &TicketText<'_>) {
        let only = (self.booking.travellers.len() == 1).then_some(0);
        let Some(mut index) = pending.service.travellers.first().copied().or(only) else {
            return;
        };
        if ticket.infant
            && let Some(infant) = self.booking.travellers[usize::from(index)].companion
            && is_infant(&self.booking.travellers[usize::from(infant)].traveller)
        {
            index = infant;
        }
        let traveller = &mut self.booking.travellers[usize::from(index)].traveller;
        // Ticket numbers are given with and without their check digit.
        let known = traveller.tickets.iter().any(|t| {
            let (a, b) = (t.value.as_str(), ticket.number);
            a == b || a.len().abs_diff(b.len()) == 1 && (a.starts_with(b) || b.starts_with(a))
        });
        if let Some(number) = TicketNumber::new(ticket.number).filter(|_| !known) {
            traveller
                .tickets
                .push(Sourced::new(number, span_of(pending, ticket.number)));
        }
    }

    fn contact(&mut self, pending: &Pending, text: &str) {
        let coded = format!(
            "{} {}",
            pending.service.code,
            text.trim_start_matches(['/', ' '])
        );
        let Some((code, value)) = ssr::contact(&coded) else {
            return;
        };
        let contact = contact_of(code, value, pending.text_span);
        match pending.service.travellers.first() {
            Some(&index) => {
                let contacts = &mut self.booking.travellers[usize::from(index)]
                    .traveller
                    .contacts;
                contacts.extend(contact);
            }
            None => self.booking.contacts.extend(contact),
        }
    }

    /// Seats in the details, or packed into the text (`.03BN03AN`).
    fn seats(&mut self, pending: &Pending, text: &str) {
        let segment = pending
            .service
            .segment
            .or_else(|| self.segment_between(&pending.service));
        let enclosing = pending.traveller;
        for detail in pending.details.iter().filter(|d| !d.value.is_empty()) {
            let Some(seat) = seat_number(&detail.value) else {
                continue;
            };
            let traveller = numbered(self.booking, &detail.number).or(enclosing);
            let seat = Sourced::new(seat, detail.span);
            self.booking.seats.push(BookedSeat {
                seat,
                traveller,
                segment,
                checked_in: false,
            });
        }
        let packed = text.trim_matches(['.', ' ', '/']);
        let mut rest = packed;
        while let Some((seat, behind)) = packed_seat(rest) {
            rest = behind;
            if let Some(number) = seat_number(seat) {
                let seat = Sourced::new(number, span_of(pending, seat));
                let traveller = match pending.service.travellers.as_slice() {
                    [only] => Some(*only),
                    _ => None,
                };
                self.booking.seats.push(BookedSeat {
                    seat,
                    traveller,
                    segment,
                    checked_in: false,
                });
            }
        }
    }

    fn segment_between(&self, service: &ServiceRequest) -> Option<Index> {
        let (from, to) = (service.from.as_ref()?, service.to.as_ref()?);
        let fits = |s: &tidewaiter_domain::ItinerarySegment| {
            s.from.as_ref().is_some_and(|f| f.value == *from)
                && s.to.as_ref().is_some_and(|t| t.value == *to)
        };
        super::index(self.booking.itinerary.iter().position(fits)?)
    }

    /// INFT: an infant with its adult.
    fn infant(&mut self, pending: &Pending) {
        (self.path, self.of_infant) = (pending.path, true);
        let adult = pending.service.travellers.first().copied();
        let text = pending.service.text.as_deref().unwrap_or_default();
        let Some(infant) = Infant::read(text) else {
            if !text.is_empty() {
                let note = "the text does not have the form of this service request";
                self.note(&code::UNREADABLE_SERVICE, pending.text_span, note);
            }
            return;
        };
        let born = self.date(infant.born, span_of(pending, infant.born), Era::Birth);
        let fits = |t: &Traveller| {
            is_infant(t)
                && letters_begin_alike(t.name.given.first().map_or("", |g| g), infant.given)
        };
        let found = self
            .booking
            .travellers
            .iter()
            .position(|t| fits(&t.traveller));
        if let Some(index) = found.and_then(super::index) {
            let booked = &mut self.booking.travellers[usize::from(index)];
            booked.traveller.born = booked.traveller.born.or(born);
            if let Some(adult) = adult.filter(|a| *a != index) {
                booked.companion = Some(adult);
                self.booking.travellers[usize::from(adult)].companion = Some(index);
            }
            return;
        }
        // Named without an adult beside several travellers, it is the one already named.
        let same = self.booking.lap_infants.iter().position(|l| {
            letters_begin_alike(
                l.traveller.name.given.first().map_or("", |g| g),
                infant.given,
            ) && (adult.is_none() || l.adult.is_none() || l.adult == adult)
        });
        let index = same.unwrap_or_else(|| {
            self.add_lap_infant(infant.surname, infant.given, adult, pending.text_span)
        });
        let lap = &mut self.booking.lap_infants[index];
        lap.traveller.born = lap.traveller.born.or(born);
        lap.adult = lap.adult.or(adult);
    }

    fn add_lap_infant(
        &mut self,
        surname: &str,
        given: &str,
        adult: Option<Index>,
        span: Span,
    ) -> usize {
        let mut traveller = Traveller::new(Role::Passenger, span);
        traveller.category = Some(TravellerCategory::Infant);
        let given = [given]
            .into_iter()
            .filter(|g| !g.is_empty())
            .map(Text::new)
            .collect();
        traveller.name = read_name(Text::new(surname), given, span, |_| {});
        self.booking
            .lap_infants
            .push(LapInfant { traveller, adult });
        self.booking.lap_infants.len() - 1
    }

    pub(super) fn person(&mut self, person: Person) -> &mut Traveller {
        match person {
            Person::Traveller(index) => &mut self.booking.travellers[usize::from(index)].traveller,
            Person::LapInfant(index) => &mut self.booking.lap_infants[index].traveller,
        }
    }

    fn date(
        &mut self,
        text: &str,
        span: Span,
        era: Era,
    ) -> Option<Sourced<tidewaiter_domain::PartialDate>> {
        if text.is_empty() {
            return None;
        }
        let read = value::read_date(text, "", era, self.notes.today);
        let told = |code: &Code| self.of_infant && *code == api::AMBIGUOUS_CENTURY;
        if let Some((code, text)) = read.remark.filter(|r| !told(r.0)) {
            self.note(code, span, text);
        }
        read.date.map(|date| Sourced::new(date, span))
    }

    fn country(&mut self, text: &str, span: Span) -> Option<Sourced<Country>> {
        if text.is_empty() {
            return None;
        }
        let (country, remark) = value::read_country(text);
        match remark {
            // Two letters are as usual in bookings as three.
            Some((code, _)) if *code == api::COUNTRY_MAPPED && text.len() == 2 => {}
            Some((code, text)) => self.note(code, span, text),
            None => {}
        }
        Some(Sourced::new(country, span))
    }

    fn sex(&mut self, text: &str, span: Span) -> Option<Sourced<Sex>> {
        let sex = match text {
            "M" | "MI" | "m" | "mi" => Sex::Male,
            "F" | "FI" | "f" | "fi" => Sex::Female,
            "X" | "x" => Sex::Unspecified,
            "" | "U" | "u" => return None,
            _ => {
                self.note(&api::UNKNOWN_SEX, span, "the sex is none of M, F, X, U");
                return None;
            }
        };
        Some(Sourced::new(sex, span))
    }

    pub(super) fn note(&mut self, code: &'static Code, span: Span, text: &'static str) {
        self.notes.note(code, span, self.path, text);
    }
}

/// Adds a document, or what it says to the same one already there.
pub(super) fn add_document(traveller: &mut Traveller, document: TravelDocument) {
    let same = traveller.documents.iter_mut().find(|d| {
        d.number.as_ref().map(|n| &n.value) == document.number.as_ref().map(|n| &n.value)
            && (d.code == document.code || d.code.is_empty() || document.code.is_empty())
    });
    let Some(known) = same else {
        return traveller.documents.push(document);
    };
    if known.code.is_empty() {
        (known.code, known.kind) = (document.code, document.kind);
    }
    known.issuer = known.issuer.take().or(document.issuer);
    known.expires = known.expires.or(document.expires);
    known.issued = known.issued.or(document.issued);
    known.holder = known.holder.take().or(document.holder);
}

/// The traveller with this number; zeros before it do not matter.
fn numbered(booking: &Booking, number: &str) -> Option<Index> {
    if number.is_empty() {
        return None;
    }
    let plain = number.trim_start_matches('0');
    let travellers = &booking.travellers;
    let exact = travellers.iter().position(|t| t.number == number);
    let near = || {
        travellers
            .iter()
            .position(|t| !t.number.is_empty() && t.number.trim_start_matches('0') == plain)
    };
    super::index(exact.or_else(near)?)
}

/// The place of a part of a service's text.
fn span_of(pending: &Pending, part: &str) -> Span {
    let Some(text) = &pending.service.text else {
        return pending.text_span;
    };
    if !pending.plain || part.is_empty() {
        return pending.text_span;
    }
    let at = (part.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
    if at > text.len() {
        return pending.text_span;
    }
    let start = pending.text_span.start + at as u32;
    Span::new(start, start + part.len() as u32)
}

/// Whether a document's name can be the traveller's: the same letters of the surname, and given
/// names that begin alike.
fn names_fit(traveller: &Traveller, docs: &Docs<'_>) -> bool {
    let name = &traveller.name;
    let surname = name.surname.as_deref().unwrap_or_default();
    letters(surname).eq(letters(docs.surname))
        && letters_begin_alike(name.given.first().map_or("", |g| g), docs.given)
}

/// Whether a country is zeros, which stand for none.
fn is_zero(country: &str) -> bool {
    country.bytes().all(|b| b == b'0')
}

/// Whether two names are the same, however their given names are divided.
fn same_name(a: &PersonName, b: &PersonName) -> bool {
    let given = |name: &PersonName| name.given.join(" ");
    a.surname == b.surname && (a.given == b.given || given(a) == given(b))
}

fn same_letters(a: &Option<Text>, b: &Option<Text>) -> bool {
    letters(a.as_deref().unwrap_or_default()).eq(letters(b.as_deref().unwrap_or_default()))
}

/// Whether the shorter of two names begins the longer one.
pub(super) fn letters_begin_alike(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (letters(a), letters(b));
    loop {
        match (a.next(), b.next()) {
            (Some(x), Some(y)) if x != y => return false,
            (Some(_), Some(_)) => {}
            _ => return true,
        }
    }
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
}

pub(super) fn is_infant(traveller: &Traveller) -> bool {
    traveller.category == Some(TravellerCategory::Infant)
}

fn same_address(a: &Address, b: &Address) -> bool {
    (&a.street, &a.city, &a.postcode) == (&b.street, &b.city, &b.postcode)
}

/// The first seat of a packed list: `03BN03AN` gives `03B`; the letter behind says whether smoking
/// is allowed.
fn packed_seat(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=3).contains(&digits) || !text.as_bytes().get(digits)?.is_ascii_uppercase() {
        return None;
    }
    let (seat, mut rest) = text.split_at_checked(digits + 1)?;
    rest = rest.strip_prefix(['N', 'S', 'W', 'A']).unwrap_or(rest);
    Some((seat, rest.trim_start()))
}
