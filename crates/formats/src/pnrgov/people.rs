//! Travellers of a booking: TIF, and what follows it about the person.

use smallvec::SmallVec;
use tidewaiter_diagnostics::{Span, codes::api, codes::pnr as code};
use tidewaiter_domain::{
    Address, BookedTraveller, Contact, ContactKind, LapInfant, LoyaltyNumber, NameHypothesis,
    PersonName, Remark, RemarkKind, Role, Sex, Sourced, Text, Traveller, TravellerCategory,
    UniqueReference, WrittenName,
};
use tidewaiter_syntax::edifact::{Component, Segment};

use super::{Draft, Pnrgov, Within};
use crate::name::read_name;
use crate::ssr::{self, ContactCode};
use crate::value::{self, Era};

impl Pnrgov<'_> {
    /// TIF in the passenger group: a traveller, unless it is the name of a group.
    pub(super) fn traveller(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let (surname, kind) = (segment.component(1, 1), segment.component(1, 2));
        if kind.bytes().eq_ignore_ascii_case(b"G") {
            let text = self.plain(segment, &surname);
            draft
                .booking
                .groups
                .push(Sourced::new(text, surname.span()));
            self.notes.note_at(
                &code::GROUP_NAME,
                segment,
                &surname,
                "this is the name of a group",
            );
            self.within = Within::Traveller;
            return;
        }
        if matches!(self.within, Within::Flight | Within::CheckIn) {
            // Out of place: behind a flight a traveller is referred to, not introduced.
            let number = segment.text(2, 3);
            if draft.numbered(&number).is_some() {
                return self.traveller_at_check_in(draft, segment);
            }
            self.misplaced(segment, "a traveller stands behind the flights");
        }
        draft.fare = None;
        let elements = segment.element_count().clamp(2, 9) as u8;
        for element in 2..=elements {
            let name = segment.component(element, 1);
            if element > 2 && name.is_empty() {
                continue;
            }
            self.one_traveller(draft, segment, &surname, &name, element);
        }
        self.within = Within::Traveller;
    }

    /// One person of a TIF: its surname with one of its given names.
    fn one_traveller(
        &mut self,
        draft: &mut Draft,
        segment: &Segment<'_>,
        surname: &Component<'_>,
        given: &Component<'_>,
        element: u8,
    ) {
        let family = self.notes.name_text(segment, surname);
        let family = self.capped(segment, family);
        let written = self.notes.name_text(segment, given);
        let written = self.capped(segment, written);
        let span = surname.span().to(given.span());
        let mut traveller = Traveller::new(Role::Passenger, segment.span());
        let (own, infant) = split_infant(&written);
        traveller.name = self.person_name(segment, &family, own, span);
        if own.len() != written.len() {
            let given = SmallVec::from_elem(written.clone(), 1);
            traveller.name.written = Some(Box::new(WrittenName {
                surname: family.clone(),
                given,
            }));
        }
        repeated_names(&mut traveller.name);
        let kind = segment.component(element, 2);
        let type_written = self.plain(segment, &kind);
        self.passenger_type(&mut traveller, segment, &kind);
        let number = self.plain(segment, &segment.component(element, 3));
        let is_infant = traveller.category == Some(TravellerCategory::Infant);
        if element > 2 && is_infant {
            // An infant in the element of its adult.
            let adult = draft.traveller();
            draft
                .booking
                .lap_infants
                .push(LapInfant { traveller, adult });
            return;
        }
        if element > 2 {
            let text = "one element names several travellers; each was kept";
            self.notes
                .note_at(&code::MISPLACED_SEGMENT, segment, given, text);
        }
        draft.booking.travellers.push(BookedTraveller {
            traveller,
            number,
            type_written,
            companion: None,
        });
        if let Some(infant) = infant {
            let mut person = Traveller::new(Role::Passenger, segment.span());
            person.category = Some(TravellerCategory::Infant);
            let surname = if infant.surname.is_empty() {
                &family
            } else {
                infant.surname
            };
            person.name = self.person_name(segment, surname, infant.given, span);
            person.born = self.infant_born(infant.born, span);
            let adult = draft.traveller();
            draft.booking.lap_infants.push(LapInfant {
                traveller: person,
                adult,
            });
        }
    }

    /// A name from its fields.
    fn person_name(
        &mut self,
        segment: &Segment<'_>,
        surname: &str,
        given: &str,
        span: Span,
    ) -> PersonName {
        let place = segment.component(2, 1);
        let mut given_names: SmallVec<[Text; 2]> = SmallVec::new();
        if !given.is_empty() {
            given_names.push(Text::new(given));
        }
        let notes = &mut *self.notes;
        read_name(Text::new(surname), given_names, span, |(code, text)| {
            notes.tally(code, segment, &place, text);
        })
    }

    /// A part of a name. A card number is no part of one.
    fn capped(&mut self, segment: &Segment<'_>, text: Text) -> Text {
        if text.len() < 13 {
            text
        } else {
            self.masked(segment, text)
        }
    }

    /// The passenger type of a TIF (PADIS 6353).
    fn passenger_type(
        &mut self,
        traveller: &mut Traveller,
        segment: &Segment<'_>,
        kind: &Component<'_>,
    ) {
        use TravellerCategory::{Adult, Child, Infant};
        let raw = kind.bytes();
        let (category, sex) = match raw.as_ref() {
            b"A" | b"ADT" | b"N" => (Some(Adult), None),
            b"C" | b"CHD" | b"CNN" => (Some(Child), None),
            b"IN" | b"INF" | b"INS" => (Some(Infant), None),
            b"IF" | b"FI" => (Some(Infant), Some(Sex::Female)),
            b"IM" | b"MI" => (Some(Infant), Some(Sex::Male)),
            b"M" => (None, Some(Sex::Male)),
            b"F" => (None, Some(Sex::Female)),
            b"" | b"I" | b"G" => (None, None),
            _ => {
                let text = "this passenger type is not known";
                self.notes
                    .tally(&api::UNKNOWN_QUALIFIER, segment, kind, text);
                (None, None)
            }
        };
        traveller.category = category;
        traveller.sex = sex.map(|sex| Sourced::new(sex, kind.span()));
    }

    /// The birth date of an infant as texts have it. Of two centuries it is the later one.
    fn infant_born(
        &mut self,
        text: &str,
        span: Span,
    ) -> Option<Sourced<tidewaiter_domain::PartialDate>> {
        if text.is_empty() {
            return None;
        }
        let read = value::read_date(text, "", Era::Birth, self.notes.today);
        if let Some((code, text)) = read.remark.filter(|r| *r.0 != api::AMBIGUOUS_CENTURY) {
            self.notes.note(code, span, Default::default(), text);
        }
        read.date.map(|date| Sourced::new(date, span))
    }

    /// FTI: loyalty numbers.
    pub(super) fn loyalty(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        for element in 1..=segment.element_count().min(9) as u8 {
            let number = segment.component(element, 2);
            if number.is_empty() {
                continue;
            }
            let mut text = self.notes.text(segment, &segment.component(element, 1));
            text.push_str(&number.text());
            let loyalty = LoyaltyNumber::new(text).map(|n| Sourced::new(n, number.span()));
            match draft.booking.travellers.last_mut() {
                Some(booked) => booked.traveller.loyalty.extend(loyalty),
                None => self.misplaced(segment, "a loyalty number stands before every traveller"),
            }
        }
    }

    /// REF: the carrier's unique reference of the traveller.
    pub(super) fn reference(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let place = match segment.component(1, 2) {
            empty if empty.is_empty() => segment.component(1, 1),
            reference => reference,
        };
        let reference = UniqueReference::new(self.notes.text(segment, &place));
        match draft.booking.travellers.last_mut() {
            Some(booked) => {
                booked.traveller.reference = reference.map(|r| Sourced::new(r, place.span()));
            }
            None => self.misplaced(
                segment,
                "a reference of a traveller stands before every one",
            ),
        }
    }

    /// ADD: an address, and what senders put into its telephone component.
    pub(super) fn address(&mut self, draft: &mut Draft, segment: &Segment<'_>, within: Within) {
        let mut address = Address {
            span: segment.span(),
            ..Address::default()
        };
        address.street = self.known(segment, 2, 2);
        address.city = self.known(segment, 2, 3);
        address.region = self
            .known(segment, 2, 4)
            .or_else(|| self.known(segment, 2, 5));
        let country = segment.component(2, 6);
        address.country = self.notes.country(segment, &country).map(|c| c.value);
        address.postcode = self.known(segment, 2, 7);
        let place = segment.component(2, 8);
        let free = self.joined(segment, 2, 8);
        let contact = (!free.is_empty()).then(|| address_contact(&free, place.span()));
        let empty = Address {
            span: address.span,
            ..Address::default()
        } == address;
        let person = match within {
            Within::Traveller | Within::Payment => draft.booking.travellers.last_mut(),
            _ => None,
        };
        let (addresses, contacts) = match person {
            Some(booked) => (
                &mut booked.traveller.addresses,
                &mut booked.traveller.contacts,
            ),
            None => (&mut draft.booking.addresses, &mut draft.booking.contacts),
        };
        if !empty {
            addresses.push(address);
        }
        contacts.extend(contact);
    }

    /// IFT: a free text, and the contact or payer in it.
    pub(super) fn text(&mut self, draft: &mut Draft, segment: &Segment<'_>, within: Within) {
        let kind = match segment.component(1, 2).bytes().as_ref() {
            b"15" => RemarkKind::FareCalculation,
            b"28" => RemarkKind::OtherService,
            b"43" => RemarkKind::Sponsor,
            _ => RemarkKind::Other,
        };
        let carrier =
            tidewaiter_domain::CarrierCode::new(self.plain(segment, &segment.component(1, 4)));
        let mut text = self.joined(segment, 2, 1);
        let mut span = segment.component(2, 1).span();
        if text.is_empty() && segment.element_count() <= 1 && segment.component(1, 2).is_empty() {
            // `IFT+CTCE ...`: the text stands in the place of its type.
            text = self.joined(segment, 1, 1);
            span = segment.component(1, 1).span();
            let place = segment.component(1, 1);
            let note = "the text stands in the place of its type";
            self.notes
                .tally(&api::MISPLACED_VALUE, segment, &place, note);
        }
        if kind == RemarkKind::Sponsor {
            self.payer(draft, segment);
        }
        let traveller = match within {
            Within::Traveller | Within::Payment => draft.traveller(),
            _ => None,
        };
        let contact = ssr::contact(&text).and_then(|(code, value)| contact_of(code, value, span));
        let contacts = match traveller.and(draft.booking.travellers.last_mut()) {
            Some(booked) => &mut booked.traveller.contacts,
            None => &mut draft.booking.contacts,
        };
        contacts.extend(contact);
        if !text.is_empty() {
            draft.booking.remarks.push(Remark {
                kind,
                carrier,
                text,
                traveller,
                span,
            });
        }
    }
}

/// A contact from its code; none for a refusal or an address in free text.
pub(super) fn contact_of(code: ContactCode, value: &str, span: Span) -> Option<Contact> {
    if value.is_empty() {
        return None;
    }
    let kind = match code {
        ContactCode::Email => ContactKind::Email,
        ContactCode::Mobile => ContactKind::Mobile,
        ContactCode::Fax => ContactKind::Fax,
        ContactCode::Phone => ContactKind::Phone,
        ContactCode::Address | ContactCode::Refused => return None,
    };
    let read = match kind {
        ContactKind::Email => Text::from(ssr::email(value)),
        _ => Text::new(value),
    };
    let written = (read != value).then(|| Text::new(value));
    Some(Contact {
        kind,
        value: read,
        written,
        span,
    })
}

/// The contact in the telephone component of an address: a number, or a text with a code.
fn address_contact(text: &str, span: Span) -> Contact {
    if let Some(contact) = ssr::contact(text).and_then(|(c, value)| contact_of(c, value, span)) {
        return contact;
    }
    let kind = if text.contains('@') || text.contains("//") {
        ContactKind::Email
    } else if text.bytes().filter(u8::is_ascii_digit).count() >= 5 {
        ContactKind::Phone
    } else {
        ContactKind::Other
    };
    let value = match kind {
        ContactKind::Email => Text::from(ssr::email(text)),
        _ => Text::new(text),
    };
    let written = (value != text).then(|| Text::new(text));
    Contact {
        kind,
        value,
        written,
        span,
    }
}

/// Divides the infant from a given name: `ISABELLE MRS(ADT)(INF/SOPHY/20SEP12)`.
fn split_infant(given: &str) -> (&str, Option<ssr::Infant<'_>>) {
    let Some((own, rest)) = given.split_once('(') else {
        return (given, None);
    };
    let infant = rest.split('(').find_map(|part| {
        let text = part.trim_end_matches([')', ' ']).strip_prefix("INF")?;
        let fields: SmallVec<[&str; 4]> = text.trim_start().split('/').map(str::trim).collect();
        Some(match fields.as_slice() {
            ["", given, born, ..] if looks_dated(born) => ssr::Infant {
                surname: "",
                given,
                born,
            },
            ["", given] => ssr::Infant {
                surname: "",
                given,
                born: "",
            },
            ["", surname, given, rest @ ..] | [surname, given, rest @ ..] => ssr::Infant {
                surname,
                given,
                born: rest
                    .iter()
                    .copied()
                    .find(|f| looks_dated(f))
                    .unwrap_or_default(),
            },
            [given] if !given.is_empty() => ssr::Infant {
                surname: "",
                given,
                born: "",
            },
            _ => return None,
        })
    });
    (own.trim_end(), infant)
}

fn looks_dated(field: &str) -> bool {
    field.starts_with(|c: char| c.is_ascii_digit())
}

/// Adds what a name means that stands twice: whole in both fields, or its surname again before the
/// given names.
fn repeated_names(name: &mut PersonName) {
    let (Some(surname), Some(given)) = (&name.surname, name.given.first()) else {
        return;
    };
    let mut found = Vec::new();
    if surname == given && name.given.len() == 1 {
        let words: Vec<&str> = surname.split(' ').filter(|w| !w.is_empty()).collect();
        if let ([first, rest @ ..], [front @ .., last]) = (&words[..], &words[..])
            && !rest.is_empty()
        {
            for (surname, given) in [(*first, rest), (*last, front)] {
                found.push(NameHypothesis {
                    surname: Some(Text::new(surname)),
                    given: given.iter().map(|g| Text::new(g)).collect(),
                    because: "the whole name stands in both fields",
                });
            }
        }
    } else if let Some(rest) = given.strip_prefix(surname.as_str())
        && let Some(rest) = rest.strip_prefix(' ')
    {
        let mut given = name.given.clone();
        given[0] = Text::new(rest.trim_start());
        found.push(NameHypothesis {
            surname: Some(surname.clone()),
            given,
            because: "the surname is repeated before the given names",
        });
    }
    name.hypotheses.extend(found);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_infant_in_the_name_of_its_adult_is_divided_from_it() {
        for (text, own, surname, given, born) in [
            (
                "ISABELLE MRS(ADT)(INF/SOPHY/20SEP12)",
                "ISABELLE MRS",
                "",
                "SOPHY",
                "20SEP12",
            ),
            (
                "TOVA MRS(INFOMARREN/ELIO)",
                "TOVA MRS",
                "OMARREN",
                "ELIO",
                "",
            ),
            ("TOVA(INF/ELIO)", "TOVA", "", "ELIO", ""),
            ("TOVA(INFELIO)", "TOVA", "", "ELIO", ""),
        ] {
            let (rest, infant) = split_infant(text);
            let infant = infant.unwrap();
            assert_eq!(rest, own);
            assert_eq!(
                (infant.surname, infant.given, infant.born),
                (surname, given, born)
            );
        }
        assert_eq!(split_infant("TOVA (ADT)"), ("TOVA", None));
        assert_eq!(split_infant("TOVA"), ("TOVA", None));
    }
}
