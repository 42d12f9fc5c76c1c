//! The person of a row.

use smallvec::SmallVec;
use tidewaiter_diagnostics::{Diagnostic, codes::api as code};
use tidewaiter_domain::{
    Address, BagTag, Baggage, Contact, ContactKind, Country, CrewFunction, DocumentNumber,
    LoyaltyNumber, Nationality, NationalityKind, Place, RecordLocator, Role, Seat, SeatNumber, Sex,
    Sourced, Text, TicketNumber, TravelDocument, TravelStatus, Traveller, UniqueReference, Unread,
};

use super::columns::Field;
use super::{RowReader, path};
use crate::name;
use crate::value::{self, Era};

/// The columns of one kind of document.
struct DocumentFields {
    number: Field,
    issuer: Field,
    issued: Option<Field>,
    expires: Field,
}

impl RowReader<'_, '_> {
    /// The person, whatever the row holds.
    pub(super) fn person(&mut self) -> Traveller {
        let mut person = Traveller::new(Role::Passenger, self.row.span);
        self.role(&mut person);
        self.name(&mut person);
        self.sex(&mut person);
        person.born = self.date(Field::Born, Era::Birth);
        self.birthplace(&mut person);
        self.nationalities(&mut person);
        person.residence = self.country(Field::Residence);
        self.documents(&mut person);
        self.references(&mut person);
        self.bags(&mut person);
        self.address(&mut person);
        for (field, kind) in [
            (Field::Phone, ContactKind::Phone),
            (Field::Email, ContactKind::Email),
        ] {
            person.contacts.extend(self.text(field).map(|t| Contact {
                kind,
                value: t.value,
                written: None,
                span: t.span,
            }));
        }
        person.embark = self.airport(Field::Embark);
        person.debark = self.airport(Field::Debark);
        self.status(&mut person);
        self.rest(&mut person);
        person
    }

    /// Keeps the value of a column that says nothing known.
    fn keep(&self, person: &mut Traveller, column: usize, value: Sourced<Text>) {
        let heading = self.table.headings.get(column).cloned();
        person.unread.push(Unread {
            tag: heading.unwrap_or_default(),
            text: value.value,
            span: value.span,
        });
    }

    /// Columns that are not known, and those beyond the headings.
    fn rest(&mut self, person: &mut Traveller) {
        for (column, cell) in self.row.cells.iter().copied().enumerate() {
            let known = matches!(self.table.columns.fields.get(column), Some(Some(_)));
            if !known && !cell.span.is_empty() {
                let value = self.text_of(column, cell);
                self.keep(person, column, value);
            }
        }
    }

    fn role(&mut self, person: &mut Traveller) {
        if let Some(function) = self.text(Field::CrewFunction) {
            let upper = function.value.to_ascii_uppercase();
            person.role = Role::Crew;
            person.crew_function = Some(function.map(|written| match upper.as_str() {
                "CR1" => CrewFunction::Cockpit,
                "CR2" => CrewFunction::Cabin,
                "CR3" => CrewFunction::Operations,
                "CR4" => CrewFunction::Cargo,
                "CR5" => CrewFunction::Positioning,
                _ => CrewFunction::Other(written),
            }));
        }
        let Some((column, value)) = self.value(Field::Role) else {
            return;
        };
        person.role = match letters(&value.value).as_str() {
            "P" | "PAX" | "PASSENGER" | "PASSENGERS" | "FL" | "ADT" | "ADULT" | "CHD" | "CHILD"
            | "INF" | "INFANT" => Role::Passenger,
            "C" | "CREW" | "CRW" | "FM" | "CABINCREW" | "FLIGHTCREW" | "CREWMEMBER" | "PILOT"
            | "CAPTAIN" => Role::Crew,
            "DDU" | "TRANSIT" | "TRANSITPASSENGER" => Role::TransitPassenger,
            "DDT" | "TRANSITCREW" => Role::TransitCrew,
            _ => {
                let text = "this is neither passenger nor crew; it was kept";
                self.note(&code::UNKNOWN_QUALIFIER, column, text);
                return self.keep(person, column, value);
            }
        };
    }

    fn name(&mut self, person: &mut Traveller) {
        let mut parts = [Field::Surname, Field::Given, Field::Middle].map(|f| self.value(f));
        let full = self.value(Field::FullName);
        if let Some((column, full)) = full {
            if parts.iter().all(Option::is_none) {
                // `SURNAME, GIVEN`; with a slash it is divided as in messages.
                let text = full.value.clone();
                let (surname, given) = text.split_once(',').unwrap_or((&text, ""));
                let part = |t: &str| {
                    let value = Sourced::new(Text::new(t.trim()), full.span);
                    (!value.value.is_empty()).then_some((column, value))
                };
                parts = [part(surname), part(given), None];
            } else {
                self.keep(person, column, full);
            }
        }
        let spans = parts.iter().flatten().map(|(_, text)| text.span);
        let span = spans.reduce(|a, b| a.to(b)).unwrap_or(self.row.span);
        let column = parts.iter().flatten().next().map_or(0, |(c, _)| c + 1);
        let [surname, given, middle] = parts.map(|p| p.map(|(_, text)| text.value));
        let given: SmallVec<[Text; 2]> = [given, middle].into_iter().flatten().collect();
        let path = path(self.row, 0).at(u8::try_from(column).unwrap_or(u8::MAX), 0);
        let notes = &mut self.notes;
        person.name = name::read_name(surname.unwrap_or_default(), given, span, |(code, text)| {
            notes.push(Diagnostic::new(code, span, path, text));
        });
        if let Some((column, title)) = self.value(Field::Title) {
            if person.name.title.is_none() {
                let title = title.value.trim_end_matches('.').to_uppercase();
                person.name.title = Some(Text::from(title));
            } else {
                self.keep(person, column, title);
            }
        }
    }

    fn sex(&mut self, person: &mut Traveller) {
        let Some((column, value)) = self.value(Field::Sex) else {
            return;
        };
        let sex = match letters(&value.value).as_str() {
            "M" | "MALE" | "MI" => Sex::Male,
            "F" | "FEMALE" | "FI" => Sex::Female,
            "X" | "UNSPECIFIED" => Sex::Unspecified,
            "" | "U" | "UNKNOWN" => return,
            _ => {
                self.note(&code::UNKNOWN_SEX, column, "this is none of M, F, X, U");
                return self.keep(person, column, value);
            }
        };
        person.sex = Some(Sourced::new(sex, value.span));
    }

    fn birthplace(&mut self, person: &mut Traveller) {
        let name = self.text(Field::BornIn);
        let country = self.country(Field::BirthCountry);
        let span = match (&name, &country) {
            (Some(name), Some(country)) => name.span.to(country.span),
            (Some(name), None) => name.span,
            (None, Some(country)) => country.span,
            (None, None) => return,
        };
        person.birthplace = Some(Box::new(Place {
            country: country.map(|c| c.value),
            names: name.map(|n| n.value).into_iter().collect(),
            span,
        }));
    }

    fn country(&mut self, field: Field) -> Option<Sourced<Country>> {
        let (column, text) = self.value(field)?;
        Some(self.country_in(column, text))
    }

    fn country_in(&mut self, column: usize, text: Sourced<Text>) -> Sourced<Country> {
        let (country, remark) = value::read_country(&text.value);
        if let Some((code, words)) = remark {
            self.note(code, column, words);
        }
        Sourced::new(country, text.span)
    }

    fn nationalities(&mut self, person: &mut Traveller) {
        let columns: Vec<_> = self.columns_of(Field::Nationality).collect();
        for (column, cell) in columns {
            let text = self.text_of(column, cell);
            if text.value.is_empty() {
                continue;
            }
            let country = self.country_in(column, text);
            let kind = NationalityKind::Current;
            person.nationalities.push(Nationality { country, kind });
        }
    }

    fn documents(&mut self, person: &mut Traveller) {
        let kind = self.value(Field::DocumentType);
        let assumed = if self.table.columns.passports {
            "P"
        } else {
            ""
        };
        let code_written = match &kind {
            Some((_, written)) => document_code(&written.value),
            None => Text::new(assumed),
        };
        let fields = DocumentFields {
            number: Field::DocumentNumber,
            issuer: Field::DocumentIssuer,
            issued: Some(Field::DocumentIssued),
            expires: Field::DocumentExpires,
        };
        let number = self.value(Field::DocumentNumber);
        if let (Some((column, _)), true) = (number, code_written.is_empty()) {
            let text = "the document has a number but no type";
            self.note(&code::MISSING_DOCUMENT_TYPE, column, text);
        }
        match self.document(code_written, &fields) {
            Some(document) => person.documents.push(document),
            None => {
                if let Some((column, written)) = kind {
                    self.keep(person, column, written);
                }
            }
        }
        let visa = DocumentFields {
            number: Field::VisaNumber,
            issuer: Field::VisaIssuer,
            issued: None,
            expires: Field::VisaExpires,
        };
        person
            .documents
            .extend(self.document(Text::const_new("V"), &visa));
    }

    /// A document; `None` when none of its columns says anything.
    fn document(&mut self, code_written: Text, fields: &DocumentFields) -> Option<TravelDocument> {
        let mut document = TravelDocument::new(code_written, self.row.span);
        let number = self.value(fields.number);
        document.issuer = self.country(fields.issuer);
        document.issued = fields.issued.and_then(|f| self.date(f, Era::Near));
        document.expires = self.date(fields.expires, Era::Expiry);
        let empty =
            document.issuer.is_none() && document.issued.is_none() && document.expires.is_none();
        let Some((column, written)) = number else {
            return (!empty).then_some(document);
        };
        match value::canonical_number(&written.value) {
            Some(canonical) => {
                let changed = canonical != written.value;
                document.number =
                    DocumentNumber::new(canonical).map(|n| Sourced::new(n, written.span));
                document.number_written = changed.then_some(written.value);
            }
            None => {
                let text = "a placeholder stands for the document number";
                self.note(&code::PLACEHOLDER_DOCUMENT, column, text);
                document.number_written = Some(written.value);
            }
        }
        Some(document)
    }

    fn references(&mut self, person: &mut Traveller) {
        let sourced = |text: Sourced<Text>| (text.value, text.span);
        if let Some((text, span)) = self.text(Field::Locator).map(sourced) {
            person.locator = RecordLocator::new(text).map(|v| Sourced::new(v, span));
        }
        if let Some((text, span)) = self.text(Field::Reference).map(sourced) {
            person.reference = UniqueReference::new(text).map(|v| Sourced::new(v, span));
        }
        if let Some((text, span)) = self.text(Field::Ticket).map(sourced) {
            person
                .tickets
                .extend(TicketNumber::new(text).map(|v| Sourced::new(v, span)));
        }
        if let Some((text, span)) = self.text(Field::Loyalty).map(sourced) {
            person
                .loyalty
                .extend(LoyaltyNumber::new(text).map(|v| Sourced::new(v, span)));
        }
        if let Some((text, span)) = self.text(Field::Seat).map(sourced) {
            let seat = SeatNumber::new(text.trim_start_matches('0'));
            person.seats.extend(seat.map(|s| Seat {
                seat: Sourced::new(s, span),
                flight: None,
            }));
        }
    }

    fn bags(&mut self, person: &mut Traveller) {
        let mut bags = Baggage::default();
        if let Some((column, text)) = self.value(Field::Bags) {
            match text.value.parse() {
                Ok(count) => bags.count = Some(Sourced::new(count, text.span)),
                Err(_) => {
                    self.note(
                        &code::UNUSABLE_QUANTITY,
                        column,
                        "this is no number of bags",
                    );
                    self.keep(person, column, text);
                }
            }
        }
        if let Some((column, text)) = self.value(Field::BagWeight) {
            let upper = text.value.to_ascii_uppercase();
            let number = upper.trim_end_matches("KG").trim_end();
            match value::read_thousandths(number) {
                Some(grams) => bags.weight_g = Some(Sourced::new(grams, text.span)),
                None => {
                    self.note(&code::UNUSABLE_QUANTITY, column, "this is no weight in kg");
                    self.keep(person, column, text);
                }
            }
        }
        if let Some(tags) = self.text(Field::BagTags) {
            let words = tags.value.split([' ', ',', ';', '/']);
            bags.tags = words
                .filter_map(|t| BagTag::new(t).map(|t| Sourced::new(t, tags.span)))
                .collect();
        }
        if bags != Baggage::default() {
            person.bags = Some(Box::new(bags));
        }
    }

    fn address(&mut self, person: &mut Traveller) {
        let [street, city, postcode] =
            [Field::Street, Field::City, Field::Postcode].map(|f| self.text(f));
        let country = self.country(Field::AddressCountry);
        let spans = [&street, &city, &postcode]
            .into_iter()
            .flatten()
            .map(|t| t.span)
            .chain(country.as_ref().map(|c| c.span));
        let Some(span) = spans.reduce(|a, b| a.to(b)) else {
            return;
        };
        person.addresses.push(Address {
            street: street.map(|t| t.value),
            city: city.map(|t| t.value),
            region: None,
            postcode: postcode.map(|t| t.value),
            country: country.map(|c| c.value),
            span,
        });
    }

    fn status(&mut self, person: &mut Traveller) {
        let Some((column, value)) = self.value(Field::Status) else {
            return;
        };
        person.status = Some(match letters(&value.value).as_str() {
            "BOOKED" | "CONFIRMED" | "HK" => TravelStatus::Booked,
            "CHECKEDIN" | "CHECKIN" | "CI" => TravelStatus::CheckedIn,
            "BOARDED" | "ONBOARD" => TravelStatus::Boarded,
            "NOTBOARDED" | "NOTONBOARD" | "NOSHOW" | "OFFLOADED" => TravelStatus::NotBoarded,
            "CANCELLED" | "CANCELED" => TravelStatus::Cancelled,
            _ => {
                let text = "this status is not known; it was kept";
                self.note(&code::UNKNOWN_QUALIFIER, column, text);
                return self.keep(person, column, value);
            }
        });
    }
}

/// The letters and digits of a word, in capitals.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// The code of a document type written as a word; codes stay as they are.
fn document_code(written: &str) -> Text {
    match letters(written).as_str() {
        "PASSPORT" => Text::const_new("P"),
        "VISA" => Text::const_new("V"),
        "IDCARD" | "IDENTITYCARD" | "NATIONALID" | "NATIONALIDENTITYCARD" | "ID" => {
            Text::const_new("I")
        }
        "CREWMEMBERCERTIFICATE" => Text::const_new("AC"),
        "PASSPORTCARD" => Text::const_new("IP"),
        _ => Text::new(written),
    }
}
