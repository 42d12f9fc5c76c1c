//! Taking values out of segments and noting what is odd about them.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime};
use tidewaiter_diagnostics::{Code, Diagnostic, SegmentPath, Span, codes::api, codes::syntax};
use tidewaiter_domain::{AirportCode, Country, LegTime, PartialDate, Sourced, Text, Unread};
use tidewaiter_reference::{airport, time};
use tidewaiter_syntax::edifact::{Component, Message, Segment};

use crate::value::{self, DateReading, Era};

/// What was noticed so far in one message.
pub(crate) struct Notes {
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Deviations that a sender makes everywhere when it makes them at all: where the first one
    /// was noted, and how many there were.
    tallies: Vec<(&'static Code, [u8; 3], usize, u32)>,
    /// The day of the message, for years of two digits.
    pub(crate) today: Date,
    /// Whether the character set has no lower case.
    upper_only: bool,
}

impl Notes {
    pub(crate) fn new(message: &Message<'_>, received: Date) -> Self {
        let interchange = message.interchange();
        let today = interchange
            .and_then(|i| value::read_date(&i.date, "", Era::Near, received).date)
            .filter(|d| d.is_complete())
            .map_or(received, PartialDate::earliest);
        Self {
            diagnostics: message.diagnostics().to_vec(),
            tallies: Vec::new(),
            today,
            upper_only: interchange.is_some_and(|i| i.charset.is_upper_only()),
        }
    }

    /// For a source that is no EDIFACT message.
    pub(crate) fn of_day(received: Date) -> Self {
        Self {
            diagnostics: Vec::new(),
            tallies: Vec::new(),
            today: received,
            upper_only: false,
        }
    }

    /// Notes one thing at one place.
    pub(crate) fn note(
        &mut self,
        code: &'static Code,
        span: Span,
        path: SegmentPath,
        text: impl Into<Cow<'static, str>>,
    ) {
        self.diagnostics
            .push(Diagnostic::new(code, span, path, text));
    }

    /// Notes something about a component.
    pub(crate) fn note_at(
        &mut self,
        code: &'static Code,
        segment: &Segment<'_>,
        component: &Component<'_>,
        text: impl Into<Cow<'static, str>>,
    ) {
        let (e, c) = component.place();
        self.note(code, component.span(), segment.path().at(e, c), text);
    }

    /// Notes something that a sender does in every person's record: once, with a count.
    pub(crate) fn tally(
        &mut self,
        code: &'static Code,
        segment: &Segment<'_>,
        component: &Component<'_>,
        text: impl Into<Cow<'static, str>>,
    ) {
        let tag = segment.tag();
        if let Some(tally) = self.tallies.iter_mut().find(|t| t.0 == code && t.1 == tag) {
            tally.3 += 1;
            return;
        }
        self.tallies.push((code, tag, self.diagnostics.len(), 1));
        self.note_at(code, segment, component, text);
    }

    /// Everything noticed, in the order of the bytes.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        for (_, tag, index, count) in self.tallies.drain(..).filter(|t| t.3 > 1) {
            if let Some(diagnostic) = self.diagnostics.get_mut(index) {
                let tag = String::from_utf8_lossy(&tag).into_owned();
                diagnostic.message = format!(
                    "{} ({count} times in {tag}, the first here)",
                    diagnostic.message
                )
                .into();
            }
        }
        self.diagnostics.sort_by_key(|d| d.span.start);
        self.diagnostics
    }

    /// The text of a component.
    #[inline]
    pub(crate) fn text(&mut self, segment: &Segment<'_>, component: &Component<'_>) -> Text {
        let decoded = component.decode();
        if let Some(guess) = decoded.guessed {
            self.tally(
                &syntax::CHARSET_GUESSED,
                segment,
                component,
                format!("the text was read as {guess}"),
            );
        }
        Text::from(decoded.text)
    }

    /// The text of a part of a name; lower case is noted where the character set has none.
    #[inline]
    pub(crate) fn name_text(&mut self, segment: &Segment<'_>, component: &Component<'_>) -> Text {
        let text = self.text(segment, component);
        if self.upper_only && text.bytes().any(|b| b.is_ascii_lowercase()) {
            self.tally(
                &syntax::LOWER_CASE,
                segment,
                component,
                "the declared character set has capital letters only",
            );
        }
        text
    }

    /// The country a component names; `None` when it is empty.
    pub(crate) fn country(
        &mut self,
        segment: &Segment<'_>,
        component: &Component<'_>,
    ) -> Option<Sourced<Country>> {
        if component.is_empty() {
            return None;
        }
        let (country, remark) = value::read_country(&component.text());
        if let Some((code, text)) = remark {
            if *code == api::COUNTRY_MAPPED {
                self.tally(code, segment, component, text);
            } else {
                self.note_at(code, segment, component, text);
            }
        }
        Some(Sourced::new(country, component.span()))
    }

    /// The date, and time, in components 2 and 3 of a DTM.
    pub(crate) fn date(&mut self, dtm: &Segment<'_>, era: Era) -> DateReading {
        let mut component = dtm.component(1, 2);
        let reading = if component.is_empty() && !dtm.component(2, 1).is_empty() {
            // The older US form: date and time are elements of their own.
            component = dtm.component(2, 1);
            let text = format!("{}{}", component.text(), dtm.text(3, 1));
            value::read_date(&text, "", era, self.today)
        } else {
            value::read_date(&component.text(), &dtm.text(1, 3), era, self.today)
        };
        if let Some((code, text)) = reading.remark {
            self.note_at(code, dtm, &component, text);
        }
        reading
    }

    /// A complete date with time, as legs have it.
    pub(crate) fn leg_time(&mut self, dtm: &Segment<'_>) -> Option<Sourced<LegTime>> {
        let reading = self.date(dtm, Era::Near);
        let date = reading.date.filter(|d| d.is_complete())?.earliest();
        let time = LegTime {
            date,
            time: reading.time,
            instant: None,
        };
        let place = [dtm.component(1, 2), dtm.component(2, 1)]
            .into_iter()
            .find(|c| !c.is_empty())?;
        Some(Sourced::new(time, place.span()))
    }

    /// The airport a component names; unknown ones are kept and said to be unknown.
    pub(crate) fn airport(
        &mut self,
        segment: &Segment<'_>,
        component: &Component<'_>,
    ) -> Option<Sourced<AirportCode>> {
        let text = self.text(segment, component);
        let (code, remark) = value::read_airport(&text)?;
        if let Some((remark, words)) = remark {
            if *remark == api::CITY_CODE {
                self.tally(remark, segment, component, words);
            } else {
                self.note_at(remark, segment, component, words);
            }
        }
        Some(Sourced::new(code, component.span()))
    }

    /// Gives a local time its instant, where the airport's time zone is known.
    pub(crate) fn place_in_time(&mut self, time: &mut Sourced<LegTime>, airport: &AirportCode) {
        if let Some((code, text)) = place_in_time(&mut time.value, airport) {
            self.note(code, time.span, SegmentPath::default(), text);
        }
    }
}

/// Gives a local time its instant, where the airport's time zone is known. What is odd about it is
/// returned.
pub(crate) fn place_in_time(
    local: &mut LegTime,
    airport: &AirportCode,
) -> Option<(&'static Code, &'static str)> {
    let zone = zone_of(airport.as_str())?;
    let (instant, remark) =
        match time::to_instant(zone, DateTime::from_parts(local.date, local.time?))? {
            time::Instant::Exact(instant) => (instant, None),
            time::Instant::InGap { after } => (
                after,
                Some((
                    &api::TIME_IN_GAP,
                    "clocks jump over this time there on that day",
                )),
            ),
            time::Instant::Twice { first, .. } => (
                first,
                Some((
                    &api::TIME_AMBIGUOUS,
                    "this time happens twice there on that day",
                )),
            ),
        };
    local.instant = Some(instant);
    remark
}

/// The time zone of an airport, or of a city all of whose airports share one.
fn zone_of(code: &str) -> Option<time::Zone> {
    airport::by_iata(code)
        .map(airport::Airport::zone)
        .or_else(|| airport::city(code).and_then(airport::City::zone))
        .or_else(|| airport::by_icao(code).map(airport::Airport::zone))
}

/// A segment kept as it is.
pub(crate) fn unread(segment: &Segment<'_>) -> Unread {
    Unread {
        tag: Text::from_utf8_lossy(&segment.tag()),
        text: Text::from(segment.written()),
        span: segment.span(),
    }
}
