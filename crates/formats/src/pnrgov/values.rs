//! Values of PADIS segments: dates, texts, locators, originators.

use jiff::civil::{Date, Time};
use smallvec::SmallVec;
use tidewaiter_diagnostics::{codes::api, codes::pnr as code};
use tidewaiter_domain::{
    CarrierCode, CurrencyCode, Locator, Moment, Originator, PartialDate, RecordLocator, Sourced,
    Text,
};
use tidewaiter_syntax::edifact::{Component, Segment};

use super::{Draft, Pnrgov};
use crate::cards;
use crate::value::{self, Era};

/// Fewer characters hold no card number.
const CARD_CHARACTERS_MIN: usize = 13;

impl Pnrgov<'_> {
    /// The text of a component, with card numbers masked.
    pub(super) fn plain(&mut self, segment: &Segment<'_>, component: &Component<'_>) -> Text {
        let text = self.notes.text(segment, component);
        if text.len() < CARD_CHARACTERS_MIN {
            text
        } else {
            self.masked(segment, text)
        }
    }

    /// A component, when something is written there.
    pub(super) fn known(&mut self, segment: &Segment<'_>, e: u8, c: u8) -> Option<Text> {
        let component = segment.component(e, c);
        (!component.is_empty()).then(|| self.plain(segment, &component))
    }

    /// Everything from component `c` of element `e` on as one text, separators as written: texts
    /// are split where their writers released nothing.
    pub(super) fn joined(&mut self, segment: &Segment<'_>, e: u8, c: u8) -> Text {
        let text = self.joined_clear(segment, e, c);
        if text.len() < CARD_CHARACTERS_MIN {
            text
        } else {
            self.masked(segment, text)
        }
    }

    /// The same with card numbers in clear, for a text that is taken apart at once.
    pub(super) fn joined_clear(&mut self, segment: &Segment<'_>, e: u8, c: u8) -> Text {
        let mut joined = Text::default();
        let mut last = (e, c);
        let mut gap = (0u16, 0u16);
        for component in segment.components() {
            let place = component.place();
            if place < (e, c) {
                continue;
            }
            if place.0 != last.0 {
                gap = (gap.0 + u16::from(place.0 - last.0), 0);
            } else if place != last {
                gap.1 += 1;
            }
            last = place;
            if component.is_empty() {
                continue;
            }
            let text = self.notes.text(segment, &component);
            if joined.is_empty() && gap == (0, 0) {
                joined = text;
                continue;
            }
            // Separators before the first text say nothing.
            if !joined.is_empty() {
                (0..gap.0).for_each(|_| joined.push(self.element));
                (0..gap.1).for_each(|_| joined.push(self.component));
            }
            gap = (0, 0);
            joined.push_str(&text);
        }
        joined
    }

    /// Everything that is written in a segment, as words.
    pub(super) fn words(&mut self, segment: &Segment<'_>) -> Text {
        let mut words = Text::default();
        for component in segment.components().filter(|c| !c.is_empty()) {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(&component.text());
        }
        self.masked(segment, words)
    }

    /// `text` with card numbers masked; the first is noted.
    pub(super) fn masked(&mut self, segment: &Segment<'_>, text: Text) -> Text {
        match cards::mask(&text) {
            std::borrow::Cow::Borrowed(_) => text,
            std::borrow::Cow::Owned(masked) => {
                self.card_in_text(segment);
                Text::from(masked)
            }
        }
    }

    pub(super) fn card_in_text(&mut self, segment: &Segment<'_>) {
        let first = segment.component(1, 1);
        let text = "a card number stands in a free text and was masked";
        self.notes.tally(&code::CARD_IN_TEXT, segment, &first, text);
    }

    /// A date `DDMMYY` with a time `HHMM` or `HHMMSS`.
    pub(super) fn moment(
        &mut self,
        segment: &Segment<'_>,
        date: &Component<'_>,
        time: &Component<'_>,
    ) -> Option<Sourced<Moment>> {
        let day = self.day(segment, date)?;
        let span = if time.is_empty() {
            date.span()
        } else {
            date.span().to(time.span())
        };
        Some(Sourced::new(
            Moment {
                date: day,
                time: read_time(&time.bytes()),
            },
            span,
        ))
    }

    /// A date `DDMMYY`, near the day of the message. Some write `YYMMDD`.
    pub(super) fn day(&mut self, segment: &Segment<'_>, date: &Component<'_>) -> Option<Date> {
        if date.is_empty() {
            return None;
        }
        let raw = date.bytes();
        if let [d1, d2, m1, m2, y1, y2] = raw.as_ref()
            && raw.iter().all(u8::is_ascii_digit)
        {
            let turned = [*y1, *y2, *m1, *m2, *d1, *d2];
            let complete = |d: &PartialDate| d.is_complete();
            let near = |bytes: &[u8]| {
                let text = std::str::from_utf8(bytes).unwrap_or_default();
                value::read_date(text, "101", Era::Near, self.notes.today)
                    .date
                    .filter(complete)
            };
            if let Some(date) = near(&turned) {
                return Some(date.earliest());
            }
            if let Some(found) = near(&raw) {
                let text = "the date is written year first, where the day comes first";
                self.notes.tally(&api::DATE_FORMAT, segment, date, text);
                return Some(found.earliest());
            }
        } else if raw.len() != 6 {
            let read = value::read_date(&date.text(), "", Era::Near, self.notes.today);
            if let Some(date) = read.date.filter(|d| d.is_complete()) {
                return Some(date.earliest());
            }
        }
        self.notes.note_at(
            &api::INVALID_DATE,
            segment,
            date,
            "this is no date of day, month, year",
        );
        None
    }

    /// The dates of a DAT with their qualifiers.
    pub(super) fn dates(
        &mut self,
        segment: &Segment<'_>,
    ) -> impl Iterator<Item = (Text, Sourced<Moment>)> + use<> {
        let mut dates: SmallVec<[_; 2]> = SmallVec::new();
        for element in 1..=segment.element_count().min(9) as u8 {
            let date = segment.component(element, 2);
            if let Some(at) = self.moment(segment, &date, &segment.component(element, 3)) {
                dates.push((Text::from(segment.text(element, 1)), at));
            }
        }
        dates.into_iter()
    }

    /// DAT of the booking.
    pub(super) fn booking_dates(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        for (qualifier, at) in self.dates(segment) {
            match qualifier.as_str() {
                "700" => draft.booking.changed_at = Some(at),
                "710" => draft.booking.ticketed_at = Some(at),
                _ => self.unknown_qualifier(segment),
            }
        }
    }

    pub(super) fn unknown_qualifier(&mut self, segment: &Segment<'_>) {
        let qualifier = segment.component(1, 1);
        let text = "this kind of date is not known here";
        self.notes
            .tally(&api::UNKNOWN_QUALIFIER, segment, &qualifier, text);
    }

    /// The locators of an RCI, each once; the date of the first goes to `booked_at`.
    pub(super) fn locators(
        &mut self,
        segment: &Segment<'_>,
        locators: &mut SmallVec<[Locator; 2]>,
        booked_at: &mut Option<Sourced<Moment>>,
    ) {
        for element in 1..=segment.element_count().min(9) as u8 {
            let reference = segment.component(element, 2);
            let Some(locator) = RecordLocator::new(self.plain(segment, &reference)) else {
                continue;
            };
            let carrier = CarrierCode::new(self.plain(segment, &segment.component(element, 1)));
            let kind = segment.component(element, 3);
            let is_date = kind.bytes().len() == 6 && kind.bytes().iter().all(u8::is_ascii_digit);
            if booked_at.is_none() {
                let (date, time) = if is_date { (3, 4) } else { (4, 5) };
                let (date, time) = (
                    segment.component(element, date),
                    segment.component(element, time),
                );
                if is_date {
                    let text = "the date stands one component early";
                    self.notes
                        .tally(&api::MISPLACED_VALUE, segment, &kind, text);
                }
                *booked_at = self.moment(segment, &date, &time);
            }
            if !locators
                .iter()
                .any(|l| l.carrier == carrier && l.locator.value == locator)
            {
                locators.push(Locator {
                    carrier,
                    locator: Sourced::new(locator, reference.span()),
                    departure_control: kind.bytes().as_ref() == b"C",
                });
            }
        }
    }

    /// ORG: who made, sent or did something; `None` when it is empty.
    pub(super) fn originator(&mut self, segment: &Segment<'_>) -> Option<Box<Originator>> {
        let mut found = Box::new(Originator {
            span: segment.span(),
            ..Originator::default()
        });
        let mut empty = true;
        for component in segment.components().filter(|c| !c.is_empty()) {
            empty = false;
            let place = component.place();
            if place == (6, 1) {
                found.country = self.country_of(segment, &component);
                continue;
            }
            let text = self.plain(segment, &component);
            match place {
                (1, 1) => found.system = CarrierCode::new(text),
                (1, 2) => found.system_city = Some(text),
                (2, 1) => found.agency = Some(text),
                (2, 2) => found.office = Some(text),
                (3, 1) => found.city = Some(text),
                (4, 1) => found.company = Some(text),
                (4, 2) => {
                    let company = found.company.get_or_insert_default();
                    if !company.is_empty() {
                        company.push(' ');
                    }
                    company.push_str(&text);
                }
                (5, 1) => found.kind = Some(text),
                (6, 2) => found.currency = CurrencyCode::new(text),
                (7.., 1) if found.agent.is_none() => found.agent = Some(text),
                _ => {}
            }
        }
        (!empty).then_some(found)
    }

    /// The country of an originator; senders put office codes there as well.
    fn country_of(
        &mut self,
        segment: &Segment<'_>,
        component: &Component<'_>,
    ) -> Option<tidewaiter_domain::Country> {
        let (country, _) = value::read_country(&component.text());
        if country.code().is_none() {
            let text = "this is no country; an office code may stand in its place";
            self.notes
                .tally(&api::UNKNOWN_COUNTRY, segment, component, text);
        }
        Some(country)
    }
}

/// A time of day `HHMM` or `HHMMSS`; 24:00 is kept as 23:59.
pub(super) fn read_time(raw: &[u8]) -> Option<Time> {
    if !raw.iter().all(u8::is_ascii_digit) || !matches!(raw.len(), 4 | 6) {
        return None;
    }
    let two = |at: usize| (raw[at] - b'0') as i8 * 10 + (raw[at + 1] - b'0') as i8;
    let second = if raw.len() == 6 { two(4) } else { 0 };
    match (two(0), two(2)) {
        (24, 0) => Time::new(23, 59, 0, 0).ok(),
        (hour, minute) => Time::new(hour, minute, second, 0).ok(),
    }
}
