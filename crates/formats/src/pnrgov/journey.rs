//! Flights of a booking and what happened on them: TVL, TRA, RPI, and check-in.

use tidewaiter_diagnostics::codes::{api, pnr as code};
use tidewaiter_domain::{
    CarrierCode, CheckIn, CheckedIn, FlightDesignator, ItinerarySegment, LegTime, OtherService,
    SeatNumber, SegmentKind, SegmentStatus, Sourced, Text,
};
use tidewaiter_syntax::edifact::Segment;

use super::values::read_time;
use super::{Draft, Pnrgov, Within};
use crate::paxlst::flight::designator;

impl Pnrgov<'_> {
    /// TVL in the itinerary: a flight, or who flies the one before.
    pub(super) fn flight(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let bare = (1..=3).all(|e| segment.element(e).all(|c| c.is_empty()));
        if bare && !draft.booking.itinerary.is_empty() && !is_surface(segment) {
            return self.operating_flight(draft, segment);
        }
        let flight = self.itinerary_segment(segment);
        draft.booking.itinerary.push(flight);
        self.within = Within::Flight;
    }

    /// What a TVL says of one flight.
    pub(super) fn itinerary_segment(&mut self, segment: &Segment<'_>) -> ItinerarySegment {
        let number = segment.component(5, 1);
        let kind = match number.bytes().as_ref() {
            b"OPEN" => SegmentKind::Open,
            b"ARNK" => SegmentKind::Surface,
            _ => SegmentKind::Flight,
        };
        let mut found = ItinerarySegment {
            kind,
            span: segment.span(),
            ..ItinerarySegment::default()
        };
        let sold_by = self.plain(segment, &segment.component(4, 1));
        let flown_by = segment.component(4, 2);
        if kind == SegmentKind::Flight && !(sold_by.is_empty() && number.is_empty()) {
            let written = self.plain(segment, &number);
            let designator = flight_designator(sold_by, written, &segment.text(5, 3));
            if !designator.number.starts_with(|c: char| c.is_ascii_digit()) {
                let text = "this is not a flight number; it was kept as written";
                self.notes
                    .note_at(&api::FLIGHT_NUMBER, segment, &number, text);
            }
            let span = if number.is_empty() {
                segment.span()
            } else {
                number.span()
            };
            found.designator = Some(Sourced::new(designator, span));
        } else if !sold_by.is_empty() {
            let designator = flight_designator(sold_by, Text::default(), "");
            found.designator = Some(Sourced::new(designator, segment.component(4, 1).span()));
        }
        if !flown_by.is_empty() {
            let carrier = self.plain(segment, &flown_by);
            let designator = flight_designator(carrier, Text::default(), "");
            found.operating = Some(Sourced::new(designator, flown_by.span()));
        }
        found.class = self.known(segment, 5, 2);
        found.from = self.notes.airport(segment, &segment.component(2, 1));
        found.to = self.notes.airport(segment, &segment.component(3, 1));
        self.times(segment, &mut found);
        found
    }

    /// Element 1 of a TVL: departure and arrival, local.
    fn times(&mut self, segment: &Segment<'_>, found: &mut ItinerarySegment) {
        let (date, time) = (segment.component(1, 1), segment.component(1, 2));
        if let Some(at) = self.moment(segment, &date, &time) {
            let at = at.map(|m| LegTime {
                date: m.date,
                time: m.time,
                instant: None,
            });
            found.departs = Some(at);
        }
        if let (Some(at), Some(from)) = (&mut found.departs, &found.from) {
            self.notes.place_in_time(at, from);
        }
        let (mut date, mut time) = (segment.component(1, 3), segment.component(1, 4));
        if date.bytes().len() == 4 && time.is_empty() {
            let text = "the arrival time stands in the place of the arrival date";
            self.notes
                .tally(&api::MISPLACED_VALUE, segment, &date, text);
            (date, time) = (time, date);
        }
        let Some(departs) = found.departs else { return };
        let dated = !date.is_empty();
        let day = match dated {
            true => self.day(segment, &date),
            false if time.is_empty() => None,
            false => Some(departs.date),
        };
        let Some(day) = day else { return };
        let span = match (dated, time.is_empty()) {
            (true, false) => date.span().to(time.span()),
            (true, true) => date.span(),
            (false, _) => time.span(),
        };
        let mut at = Sourced::new(
            LegTime {
                date: day,
                time: read_time(&time.bytes()),
                instant: None,
            },
            span,
        );
        if let Some(to) = &found.to {
            self.notes.place_in_time(&mut at, to);
        }
        let backwards = match (departs.instant, at.instant) {
            (Some(departs), Some(arrives)) => arrives < departs,
            _ => (at.date, at.time.or(departs.time)) < (departs.date, departs.time),
        };
        if backwards && !dated {
            // A time without a date is of the same day, or of the next after a night's flight.
            at.value.date = at.date.tomorrow().unwrap_or(at.date);
            if let Some(to) = &found.to {
                self.notes.place_in_time(&mut at, to);
            }
        } else if backwards {
            let text = "the flight arrives before it departs";
            self.notes
                .note(&api::IMPLAUSIBLE_TIMES, span, segment.path().at(1, 3), text);
        }
        found.arrives = Some(at);
    }

    /// A second TVL: the flight's number under the other carrier.
    fn operating_flight(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let number = segment.component(5, 1);
        let written = self.plain(segment, &number);
        let carrier = self.plain(segment, &segment.component(4, 1));
        let class = self.known(segment, 5, 2);
        let pushed = self.flight.as_ref().map(|f| f.designator.value.clone());
        let Some(flight) = draft.booking.itinerary.last_mut() else {
            return;
        };
        let known = flight.operating.as_ref().and_then(|o| o.carrier.clone());
        let carrier = match carrier.is_empty() {
            true => known.or_else(|| flight.designator.as_ref()?.carrier.clone()),
            false => CarrierCode::new(carrier),
        };
        let carrier = carrier.map_or(Text::default(), |c| Text::new(c.as_str()));
        let second = flight_designator(carrier, written, &segment.text(5, 3));
        // The first TVL gives the number it is sold under, the second the one it flies under. Some
        // do it the other way round: then the first number is the pushed flight's own.
        let turned = flight
            .designator
            .as_ref()
            .zip(pushed)
            .is_some_and(|(first, pushed)| {
                pushed.carrier.is_some()
                    && first.number == pushed.number
                    && first.carrier != pushed.carrier
                    && second.carrier == pushed.carrier
                    && second.number != pushed.number
            });
        if let (true, Some(first)) = (turned, &mut flight.designator) {
            let own = flight_designator(text_of(&second.carrier), first.number.clone(), "");
            first.value = flight_designator(text_of(&first.carrier), second.number, "");
            flight.operating = Some(Sourced::new(own, first.span));
        } else {
            flight.operating = Some(Sourced::new(second, number.span()));
        }
        flight.class = flight.class.take().or(class);
    }

    /// TRA: who flies it (the older form).
    pub(super) fn operated_by(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let carrier = self.plain(segment, &segment.component(1, 1));
        let number = self.plain(segment, &segment.component(2, 1));
        let Some(flight) = draft.booking.itinerary.last_mut() else {
            return self.misplaced(segment, "an operating carrier stands before every flight");
        };
        let designator = flight_designator(carrier, number, &segment.text(2, 3));
        flight.operating = Some(Sourced::new(designator, segment.component(1, 1).span()));
    }

    /// RPI: for how many, and where the reservation stands.
    pub(super) fn status(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let (count, status) = (segment.component(1, 1), segment.component(2, 1));
        let party = count.text().parse().ok();
        let code_text = self.plain(segment, &status);
        // A longer one has the next segment glued to it.
        let code_text = code_text.get(..2).unwrap_or(&code_text);
        let read = (!code_text.is_empty()).then(|| SegmentStatus::from_code(code_text));
        if let Some(SegmentStatus::Unknown(_)) = &read {
            let text = "this status of a segment is not known";
            self.notes
                .tally(&code::UNKNOWN_STATUS, segment, &status, text);
        }
        let Some(flight) = draft.booking.itinerary.last_mut() else {
            return self.misplaced(segment, "a status stands before every flight");
        };
        flight.party = party;
        flight.status = read.map(|read| Sourced::new(read, status.span()));
    }

    /// DAT behind a flight: a check-in begins.
    pub(super) fn check_in(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let mut begun = CheckIn::default();
        for (qualifier, at) in self.dates(segment) {
            match qualifier.as_str() {
                "2" | "" => begun.at = Some(at),
                _ => self.unknown_qualifier(segment),
            }
        }
        if let Some(flight) = draft.booking.itinerary.last_mut() {
            flight.checkins.push(begun);
        }
        self.within = Within::CheckIn;
    }

    /// TRI: a traveller at check-in.
    pub(super) fn at_check_in(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let sequence = self.known(segment, 2, 1);
        let traveller = draft.numbered(&segment.text(2, 4));
        let Some(check_in) = draft.check_in() else {
            return self.misplaced(segment, "a check-in stands before every flight");
        };
        check_in.travellers.push(CheckedIn {
            traveller,
            sequence,
            ..CheckedIn::default()
        });
        self.within = Within::AtCheckIn;
    }

    /// TIF behind TRI: which traveller it is. It refers to one, and is none.
    pub(super) fn traveller_at_check_in(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let surname = self.notes.text(segment, &segment.component(1, 1));
        let given = self.notes.text(segment, &segment.component(2, 1));
        let number = segment.text(2, 3);
        let found = draft.named(&number, &surname, &given);
        if found.is_none() {
            let text = "the traveller at check-in is none of this booking";
            let place = segment.component(1, 1);
            self.notes
                .tally(&code::UNKNOWN_TRAVELLER_NUMBER, segment, &place, text);
        }
        if let Some(checked) = draft.check_in().and_then(|c| c.travellers.last_mut()) {
            checked.traveller = found.or(checked.traveller);
        }
    }

    /// SSD: the seat at check-in.
    pub(super) fn check_in_seat(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let place = segment.component(1, 1);
        let seat = seat_number(&self.plain(segment, &place));
        let cabin = self.known(segment, 5, 1);
        let Some(checked) = draft.check_in().and_then(|c| c.travellers.last_mut()) else {
            return self.misplaced(segment, "a seat stands outside every check-in");
        };
        checked.seat = seat.map(|seat| Sourced::new(seat, place.span()));
        checked.cabin = cabin;
    }

    /// TVL behind MSG: a hotel, a car, a train.
    pub(super) fn other_service(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let from = self.moment(segment, &segment.component(1, 1), &segment.component(1, 2));
        let until = self.moment(segment, &segment.component(1, 3), &segment.component(1, 4));
        let text = self.joined(segment, 1, 1);
        let vendor = self.known(segment, 4, 1);
        let places = [(2, 1), (2, 2), (3, 1), (3, 2)].map(|(e, c)| self.known(segment, e, c));
        let services = &mut draft.booking.other_services;
        if services.last().is_none_or(|s| !s.text.is_empty()) {
            let kind = services.last().map_or(Text::default(), |s| s.kind.clone());
            services.push(OtherService {
                kind,
                ..OtherService::default()
            });
        }
        if let Some(service) = services.last_mut() {
            service.from = from.map(|at| at.value);
            service.until = until.map(|at| at.value);
            service.places = places.into_iter().flatten().collect();
            service.vendor = vendor;
            service.text = text;
            service.span = segment.span();
        }
    }
}

impl Draft {
    /// The traveller with this number in the booking; zeros before it do not matter.
    pub(super) fn numbered(&self, number: &str) -> Option<u16> {
        if number.is_empty() {
            return None;
        }
        let travellers = &self.booking.travellers;
        let plain = number.trim_start_matches('0');
        travellers
            .iter()
            .position(|t| t.number == number)
            .or_else(|| {
                travellers
                    .iter()
                    .position(|t| !t.number.is_empty() && t.number.trim_start_matches('0') == plain)
            })
            .and_then(super::index)
    }

    /// The traveller with this number, or else with this name as written.
    fn named(&self, number: &str, surname: &str, given: &str) -> Option<u16> {
        self.numbered(number).or_else(|| {
            let same = |t: &tidewaiter_domain::BookedTraveller| {
                let name = &t.traveller.name;
                match &name.written {
                    Some(written) => {
                        written.surname == surname
                            && written.given.first().is_none_or(|g| g == given)
                    }
                    None => {
                        name.surname.as_deref().unwrap_or_default() == surname
                            && name.given.first().is_none_or(|g| g == given)
                    }
                }
            };
            super::index(self.booking.travellers.iter().position(same)?)
        })
    }
}

/// A seat without leading zeros; `None` for the word that stands for none.
pub(super) fn seat_number(written: &str) -> Option<SeatNumber> {
    let seat = written.trim_start_matches('0');
    let none = matches!(seat, "XXX" | "XX" | "X" | "NIL" | "GATE");
    SeatNumber::new(if none { "" } else { seat })
}

/// A designator from its parts: the number is digits, sometimes with a letter behind.
pub(super) fn flight_designator(carrier: Text, number: Text, suffix: &str) -> FlightDesignator {
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    if !digits && !number.is_empty() {
        let mut read = designator(&carrier, &number);
        read.number.push_str(suffix);
        return read;
    }
    let plain = number.trim_start_matches('0');
    let plain = if plain.is_empty() && digits {
        "0"
    } else {
        plain
    };
    let mut read = FlightDesignator {
        carrier: CarrierCode::new(carrier.to_ascii_uppercase_text()),
        number: Text::new(plain),
        written: carrier,
    };
    read.number.push_str(suffix);
    read.written.push_str(&number);
    read.written.push_str(suffix);
    read
}

/// Capital letters without a detour where they are capitals already.
trait Capitals {
    fn to_ascii_uppercase_text(&self) -> Text;
}

impl Capitals for Text {
    fn to_ascii_uppercase_text(&self) -> Text {
        match self.bytes().any(|b| b.is_ascii_lowercase()) {
            true => Text::from(self.to_ascii_uppercase()),
            false => self.clone(),
        }
    }
}

fn text_of(carrier: &Option<CarrierCode>) -> Text {
    carrier
        .as_ref()
        .map_or(Text::default(), |c| Text::new(c.as_str()))
}

/// Whether a TVL without places is a segment of its own: an open ticket or a gap.
fn is_surface(segment: &Segment<'_>) -> bool {
    matches!(segment.component(5, 1).bytes().as_ref(), b"OPEN" | b"ARNK")
}
