//! People of a PAXLST: NAD and the segments that belong to it, in any order.

use smallvec::SmallVec;
use tidewaiter_diagnostics::codes::api as code;
use tidewaiter_domain::{
    Address, BagTag, CrewFunction, DocumentNumber, LoyaltyNumber, Nationality, NationalityKind,
    Place, RecordLocator, Seat, SeatNumber, Sex, Sourced, Text, TicketNumber, TravelDocument,
    Traveller, UniqueReference,
};
use tidewaiter_syntax::edifact::{Component, Segment};

use super::{Paxlst, Within, text_of};
use crate::name;
use crate::notes::{Notes, unread};
use crate::value::{self, Era};

/// Most tags a first tag and a number of further ones are spelt out to; no traveller checks more.
const BAG_TAGS_MAX: u32 = 99;

impl Paxlst<'_> {
    /// NAD element 4: the parts of the name.
    pub(super) fn name(&mut self, segment: &Segment<'_>, person: &mut Traveller) {
        let mut element = 4;
        if segment.component(4, 1).is_empty()
            && segment.element(4).all(|c| c.is_empty())
            && let Some(found) = segment.element(3).find(|c| !c.is_empty())
        {
            self.notes.tally(
                &code::MISPLACED_VALUE,
                segment,
                &found,
                "the name stands in element 3 instead of 4",
            );
            element = 3;
        }
        let mut surname = Text::default();
        let mut given: SmallVec<[Text; 2]> = SmallVec::new();
        let mut span = segment.component(element, 1).span();
        for part in segment.element(element) {
            let text = self.notes.name_text(segment, &part);
            span = span.to(part.span());
            match part.place().1 {
                1 => surname = text,
                _ if text.is_empty() => {}
                _ => given.push(text),
            }
        }
        let path = segment.path().at(element, 0);
        let notes = &mut *self.notes;
        person.name = name::read_name(surname, given, span, |(code, text)| {
            notes.note(code, span, path, text);
        });
    }

    /// NAD elements 5 to 9: the address.
    pub(super) fn address(&mut self, segment: &Segment<'_>, person: &mut Traveller) {
        if segment.element_count() < 5 {
            return;
        }
        let mut street = Text::default();
        for line in segment.element(5).filter(|c| !c.is_empty()) {
            if !street.is_empty() {
                street.push_str(", ");
            }
            street.push_str(&self.notes.text(segment, &line));
        }
        let region = match segment.component(7, 1) {
            code if !code.is_empty() => code,
            _ => segment.component(7, 4),
        };
        let parts = [segment.component(6, 1), region, segment.component(8, 1)];
        let [city, region, postcode] = parts.map(|c| text_of(self.notes.text(segment, &c)));
        let country = self
            .notes
            .country(segment, &segment.component(9, 1))
            .map(|c| c.value);
        let address = Address {
            street: text_of(street),
            city,
            region,
            postcode,
            country,
            span: segment.component(5, 1).span().to(segment.span()),
        };
        let empty = Address {
            span: address.span,
            ..Address::default()
        };
        if address != empty {
            person.addresses.push(address);
        }
    }

    /// A segment that belongs to the person before it, or to that person's last document.
    pub(super) fn person_segment(&mut self, segment: &Segment<'_>) {
        match &segment.tag() {
            b"DOC" => self.document(segment),
            b"DTM" => self.person_date(segment),
            b"LOC" => self.person_place(segment),
            b"RFF" => self.person_reference(segment),
            b"NAT" => self.nationality(segment),
            b"ATT" => self.attribute(segment),
            b"MEA" => self.measure(segment),
            b"FTX" => self.free_text(segment),
            b"COM" => {
                let contacts = self.contacts(segment);
                self.with_person(|person, _| person.contacts.extend(contacts));
            }
            b"GEI" | b"GIS" => {
                self.with_person(|person, _| match segment.component(2, 1).bytes().as_ref() {
                    b"173" => person.verified = Some(true),
                    b"174" => person.verified = Some(false),
                    _ => person.unread.push(unread(segment)),
                })
            }
            b"EMP" => self.with_person(|person, notes| {
                let function = segment.component(2, 1);
                let text = notes.text(segment, &function);
                let value = match text.as_str() {
                    "CR1" => CrewFunction::Cockpit,
                    "CR2" => CrewFunction::Cabin,
                    "CR3" => CrewFunction::Operations,
                    "CR4" => CrewFunction::Cargo,
                    "CR5" => CrewFunction::Positioning,
                    _ => CrewFunction::Other(text),
                };
                person.crew_function = Some(Sourced::new(value, function.span()));
            }),
            b"CPI" | b"QTY" | b"AUT" | b"GID" => {
                self.with_person(|person, _| person.unread.push(unread(segment)));
            }
            _ => self.unknown_segment(segment),
        }
        if let Some(person) = self.travellers.last_mut() {
            person.span = person.span.to(segment.span());
        }
    }

    /// Runs `act` on the person that segments belong to now.
    fn with_person(&mut self, act: impl FnOnce(&mut Traveller, &mut Notes)) {
        if let Some(person) = self.travellers.last_mut() {
            act(person, self.notes);
        }
    }

    /// DOC: begins a document.
    fn document(&mut self, segment: &Segment<'_>) {
        let within = &mut self.within;
        let (Some(person), notes) = (self.travellers.last_mut(), &mut *self.notes) else {
            return;
        };
        let (kind, number) = (segment.component(1, 1), segment.component(2, 1));
        let mut document = TravelDocument::new(notes.text(segment, &kind), segment.span());
        let written = notes.text(segment, &number);
        if !written.is_empty() {
            match value::canonical_number(&written) {
                Some(canonical) => {
                    document.number_written = (canonical != written).then_some(written);
                    let number_value = DocumentNumber::new(canonical);
                    document.number = number_value.map(|n| Sourced::new(n, number.span()));
                    if kind.is_empty() {
                        notes.note_at(
                            &code::MISSING_DOCUMENT_TYPE,
                            segment,
                            &kind,
                            "the document has a number but no type",
                        );
                    }
                }
                None => {
                    document.number_written = Some(written);
                    notes.note_at(
                        &code::PLACEHOLDER_DOCUMENT,
                        segment,
                        &number,
                        "a placeholder stands for the document number",
                    );
                }
            }
        }
        person.documents.push(document);
        *within = Within::Document;
    }

    fn person_date(&mut self, segment: &Segment<'_>) {
        let qualifier = segment.component(1, 1);
        let span = segment.component(1, 2).span();
        let (Some(person), notes) = (self.travellers.last_mut(), &mut *self.notes) else {
            return;
        };
        let document = person
            .documents
            .last_mut()
            .filter(|_| self.within == Within::Document);
        match (qualifier.bytes().as_ref(), document) {
            (b"329", _) => {
                let date = notes.date(segment, Era::Birth).date;
                person.born = date.map(|d| Sourced::new(d, span)).or(person.born.take());
            }
            (b"36", Some(document)) => {
                let date = notes.date(segment, Era::Expiry).date;
                document.expires = date.map(|d| Sourced::new(d, span));
                document.span = document.span.to(segment.span());
            }
            (b"182", Some(document)) => {
                let date = notes.date(segment, Era::Near).date;
                document.issued = date.map(|d| Sourced::new(d, span));
                document.span = document.span.to(segment.span());
            }
            _ => self.unknown_qualifier(segment, &qualifier),
        }
    }

    fn person_place(&mut self, segment: &Segment<'_>) {
        let qualifier = segment.component(1, 1);
        let place = segment.component(2, 1);
        let (Some(person), notes) = (self.travellers.last_mut(), &mut *self.notes) else {
            return;
        };
        match qualifier.bytes().as_ref() {
            b"178" => person.embark = notes.airport(segment, &place),
            b"179" => person.debark = notes.airport(segment, &place),
            b"22" => person.cleared_at = notes.airport(segment, &place),
            b"174" => person.residence = notes.country(segment, &place),
            b"180" => {
                let mut birthplace = Place {
                    span: segment.span(),
                    ..Place::default()
                };
                birthplace.country = notes.country(segment, &place).map(|c| c.value);
                for (element, component) in [(2, 4), (3, 1), (3, 4), (4, 1), (4, 4)] {
                    let name = segment.component(element, component);
                    if !name.is_empty() {
                        birthplace.names.push(notes.text(segment, &name));
                    }
                }
                if birthplace.country.is_some() || !birthplace.names.is_empty() {
                    person.birthplace = Some(Box::new(birthplace));
                }
            }
            b"91" => {
                let Some(document) = person.documents.last_mut() else {
                    return self.unknown_qualifier(segment, &qualifier);
                };
                document.span = document.span.to(segment.span());
                document.issuer = notes.country(segment, &place);
                let name = segment.component(2, 4);
                document.issued_at = text_of(notes.text(segment, &name));
            }
            _ => self.unknown_qualifier(segment, &qualifier),
        }
    }

    fn person_reference(&mut self, segment: &Segment<'_>) {
        let (qualifier, value) = (segment.component(1, 1), segment.component(1, 2));
        let span = value.span();
        let (Some(person), notes) = (self.travellers.last_mut(), &mut *self.notes) else {
            return;
        };
        let text = notes.text(segment, &value);
        match qualifier.bytes().as_ref() {
            b"AVF" => person.locator = RecordLocator::new(text).map(|v| Sourced::new(v, span)),
            b"ABO" => person.reference = UniqueReference::new(text).map(|v| Sourced::new(v, span)),
            b"SEA" => {
                // `056F` is seat 56F.
                let seat = SeatNumber::new(text.trim_start_matches('0'));
                person.seats.extend(seat.map(|s| Seat {
                    seat: Sourced::new(s, span),
                    flight: None,
                }));
            }
            b"AEA" if !text.is_empty() => {
                person.government_references.push(Sourced::new(text, span));
            }
            b"CR" => {
                person
                    .loyalty
                    .extend(LoyaltyNumber::new(text).map(|v| Sourced::new(v, span)));
            }
            b"YZY" => person
                .tickets
                .extend(TicketNumber::new(text).map(|v| Sourced::new(v, span))),
            _ => self.unknown_qualifier(segment, &qualifier),
        }
    }

    fn nationality(&mut self, segment: &Segment<'_>) {
        let qualifier = segment.component(1, 1);
        let kind = match qualifier.bytes().as_ref() {
            b"1" => NationalityKind::AtBirth,
            b"3" => NationalityKind::Former,
            b"2" | b"" => NationalityKind::Current,
            _ => {
                self.notes.note_at(
                    &code::UNKNOWN_QUALIFIER,
                    segment,
                    &qualifier,
                    "this kind of nationality is not known; it was taken for the current one",
                );
                NationalityKind::Current
            }
        };
        self.with_person(|person, notes| {
            if let Some(country) = notes.country(segment, &segment.component(2, 1)) {
                person.nationalities.push(Nationality { country, kind });
            }
        });
    }

    fn attribute(&mut self, segment: &Segment<'_>) {
        let function = segment.component(1, 1);
        if function.bytes().as_ref() != b"2" {
            return self.unknown_qualifier(segment, &function);
        }
        let value = segment.component(3, 1);
        self.with_person(|person, notes| {
            let sex = match value.bytes().as_ref() {
                b"M" | b"m" => Sex::Male,
                b"F" | b"f" => Sex::Female,
                b"X" | b"x" => Sex::Unspecified,
                b"U" | b"u" | b"" => return,
                _ => {
                    let text = "this is none of M, F, X, U";
                    notes.note_at(&code::UNKNOWN_SEX, segment, &value, text);
                    person.unread.push(unread(segment));
                    return;
                }
            };
            person.sex = Some(Sourced::new(sex, value.span()));
        });
    }

    /// MEA: number or weight of bags.
    fn measure(&mut self, segment: &Segment<'_>) {
        let purpose = segment.component(1, 1);
        let is_count = match purpose.bytes().as_ref() {
            b"CT" => true,
            b"WT" => false,
            _ => return self.unknown_qualifier(segment, &purpose),
        };
        let (unit, mut value) = (segment.component(3, 1), segment.component(3, 2));
        self.with_person(|person, notes| {
            if is_count && value.is_empty() && !unit.is_empty() {
                value = unit;
                let text = "the number stands in component 1 instead of 2";
                notes.tally(&code::MISPLACED_VALUE, segment, &value, text);
            }
            let number = value::read_thousandths(&value.text());
            let grams = match (unit.bytes().as_ref(), number) {
                (_, Some(n)) if is_count => Some(n),
                (b"KGM" | b"K" | b"KG" | b"", Some(n)) => Some(n),
                // One avoirdupois pound is 453.59237 g.
                (b"LBR" | b"L" | b"LB" | b"LBS", Some(n)) => {
                    u32::try_from(u64::from(n) * 45_359_237 / 100_000_000).ok()
                }
                _ => None,
            };
            let Some(amount) = grams else {
                if !value.is_empty() {
                    let text = "this is no number in a unit known here";
                    notes.note_at(&code::UNUSABLE_QUANTITY, segment, &value, text);
                }
                return person.unread.push(unread(segment));
            };
            let bags = person.bags.get_or_insert_default();
            if is_count {
                let count = u16::try_from(amount / 1000).unwrap_or(u16::MAX);
                bags.count = Some(Sourced::new(count, value.span()));
            } else {
                bags.weight_g = Some(Sourced::new(amount, value.span()));
            }
        });
    }

    /// FTX+BAG: tags of bags; other texts are kept.
    fn free_text(&mut self, segment: &Segment<'_>) {
        let (tag, further) = (segment.component(4, 1), segment.component(4, 2));
        let is_bags = segment.component(1, 1).bytes().as_ref() == b"BAG";
        self.with_person(|person, notes| {
            let first = notes.text(segment, &tag);
            if is_bags && first == "NULL" {
                return;
            }
            if !is_bags || first.is_empty() {
                return person.unread.push(unread(segment));
            }
            let bags = person.bags.get_or_insert_default();
            let count = if further.is_empty() {
                Some(1)
            } else {
                further.text().parse().ok()
            };
            let count = count.unwrap_or_else(|| {
                let text = "this is no number of tags; only the first was taken";
                notes.note_at(&code::UNUSABLE_QUANTITY, segment, &further, text);
                1
            });
            if count > BAG_TAGS_MAX {
                let text = "nobody checks so many bags; only the first tag was taken";
                notes.note_at(&code::UNUSABLE_QUANTITY, segment, &further, text);
            }
            let count = if count > BAG_TAGS_MAX {
                1
            } else {
                count.max(1)
            };
            for n in 0..count {
                let tag_value = BagTag::new(consecutive(&first, n));
                bags.tags
                    .extend(tag_value.map(|t| Sourced::new(t, tag.span())));
            }
        });
    }

    fn unknown_qualifier(&mut self, segment: &Segment<'_>, qualifier: &Component<'_>) {
        let written = qualifier.text();
        let tag = segment.tag();
        let tag = String::from_utf8_lossy(&tag);
        // Qualifiers are codes; a text in their place may be personal and is not quoted.
        let text = match written.len() {
            0..=3 => format!("{tag}+{written} is not known for a person"),
            _ => format!("this {tag} qualifier is not known for a person"),
        };
        self.notes
            .note_at(&code::UNKNOWN_QUALIFIER, segment, qualifier, text);
        self.with_person(|person, _| person.unread.push(unread(segment)));
    }
}

/// The tag `n` after `first`: its digits at the end counted on, their number kept.
fn consecutive(first: &str, n: u32) -> Text {
    let digits = first.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (stem, number) = first.split_at(first.len() - digits);
    match number.parse::<u64>() {
        Ok(value) if n > 0 => Text::from(format!(
            "{stem}{:0digits$}",
            value.wrapping_add(u64::from(n))
        )),
        _ => Text::new(first),
    }
}

#[cfg(test)]
mod tests {
    use super::consecutive;

    #[test]
    fn tags_count_on_and_keep_their_width() {
        assert_eq!(consecutive("QZ123499", 0), "QZ123499");
        assert_eq!(consecutive("QZ123499", 1), "QZ123500");
        assert_eq!(consecutive("QZ000099", 1), "QZ000100");
        assert_eq!(consecutive("QZ", 1), "QZ");
    }
}
