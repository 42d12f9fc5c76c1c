//! The form before PAXLST was a United Nations message ("US EDIFACT"): PDT lines behind UNS.
//!
//! One PDT is one person: `PDT+P/NUMBER:EXPIRY:COUNTRY+SURNAME:GIVEN:MIDDLE:BIRTH:SEX+PAX+FROM:TO`.
//! Source: the facts that GTAS's reader of this form and its test messages show; no guide of it is
//! public any more.

use smallvec::SmallVec;
use tidewaiter_diagnostics::codes::api as code;
use tidewaiter_domain::{
    AirportCode, DocumentNumber, Role, Sex, Sourced, Text, TravelDocument, Traveller,
};
use tidewaiter_syntax::edifact::{Component, Segment};

use super::flight::locode;
use super::{Paxlst, Within};
use crate::name;
use crate::value::{self, Era};

/// Takes UNS or PDT.
pub(super) fn segment(reader: &mut Paxlst<'_>, segment: &Segment<'_>) {
    if segment.tag() == *b"UNS" {
        reader.within = Within::Header;
        return;
    }
    // This form has no BGM: it is a list of passengers, or of crew by what each PDT says.
    reader.function.get_or_insert_with(|| {
        let function = tidewaiter_domain::ManifestFunction::Passengers;
        (
            function,
            tidewaiter_domain::ListEffect::Report,
            Text::default(),
        )
    });
    let status = segment.component(3, 1);
    let role = match status.bytes().as_ref() {
        b"PAX" | b"" => Role::Passenger,
        b"CRW" | b"CREW" | b"CR" => Role::Crew,
        b"ITI" | b"TRN" => Role::TransitPassenger,
        _ => {
            let text = "this status is not known; the person was taken for a passenger";
            reader
                .notes
                .note_at(&code::UNKNOWN_QUALIFIER, segment, &status, text);
            Role::Passenger
        }
    };
    let mut person = Traveller::new(role, segment.span());
    read_document(reader, segment, &mut person);
    read_person(reader, segment, &mut person);
    person.embark = airport_of(reader, segment, &segment.component(4, 1));
    person.debark = airport_of(reader, segment, &segment.component(4, 2));
    reader.travellers.push(person);
    reader.within = Within::Person;
}

fn read_document(reader: &mut Paxlst<'_>, segment: &Segment<'_>, person: &mut Traveller) {
    let notes = &mut *reader.notes;
    let (number, expiry, issuer) = (
        segment.component(1, 1),
        segment.component(1, 2),
        segment.component(1, 3),
    );
    let written = notes.text(segment, &number);
    let (kind, digits) = written.split_once('/').unwrap_or(("", &written));
    let Some(canonical) = value::canonical_number(digits) else {
        return;
    };
    let span = segment.component(1, 1).span().to(issuer.span());
    let mut document = TravelDocument::new(Text::new(kind), span);
    document.number_written = (canonical != digits).then(|| Text::new(digits));
    document.number = DocumentNumber::new(canonical).map(|n| Sourced::new(n, number.span()));
    document.issuer = notes.country(segment, &issuer);
    if !expiry.is_empty() {
        let reading = value::read_date(&expiry.text(), "", Era::Expiry, notes.today);
        if let Some((code, text)) = reading.remark {
            notes.note_at(code, segment, &expiry, text);
        }
        document.expires = reading.date.map(|d| Sourced::new(d, expiry.span()));
    }
    person.documents.push(document);
}

fn read_person(reader: &mut Paxlst<'_>, segment: &Segment<'_>, person: &mut Traveller) {
    let notes = &mut *reader.notes;
    let surname = notes.name_text(segment, &segment.component(2, 1));
    let mut given: SmallVec<[Text; 2]> = SmallVec::new();
    let span = segment
        .component(2, 1)
        .span()
        .to(segment.component(2, 3).span());
    // Birth date and sex slip to the left when the middle name is left out.
    let is_date =
        |c: &Component<'_>| c.bytes().len() == 6 && c.bytes().iter().all(u8::is_ascii_digit);
    for part in segment.element(2).skip(1).filter(|c| !c.is_empty()) {
        if is_date(&part) {
            let reading = value::read_date(&part.text(), "", Era::Birth, notes.today);
            if let Some((code, text)) = reading.remark {
                notes.note_at(code, segment, &part, text);
            }
            person.born = reading.date.map(|d| Sourced::new(d, part.span()));
        } else if part.place().1 >= 4 {
            match part.bytes().as_ref() {
                b"M" => person.sex = Some(Sourced::new(Sex::Male, part.span())),
                b"F" => person.sex = Some(Sourced::new(Sex::Female, part.span())),
                b"U" => {}
                _ => notes.note_at(
                    &code::UNKNOWN_SEX,
                    segment,
                    &part,
                    "this is none of M, F, U",
                ),
            }
        } else {
            given.push(notes.name_text(segment, &part));
        }
    }
    let path = segment.path().at(2, 0);
    person.name = name::read_name(surname, given, span, |(code, text)| {
        notes.note(code, span, path, text);
    });
}

/// An airport written as country and airport (`NZAKL`), or alone.
fn airport_of(
    reader: &mut Paxlst<'_>,
    segment: &Segment<'_>,
    component: &Component<'_>,
) -> Option<Sourced<AirportCode>> {
    match locode(&component.text()) {
        Some(code) => AirportCode::new(code).map(|a| Sourced::new(a, component.span())),
        None => reader.notes.airport(segment, component),
    }
}
