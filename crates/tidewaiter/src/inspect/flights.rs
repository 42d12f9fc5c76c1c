//! `inspect --flights`: each flight's API and bookings side by side.
//!
//! The people of all flights are in memory until the last message was read, since a later message
//! may change any of them.

mod json;
mod text;

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::civil::{Date, DateTime, Time};
use tidewaiter_diagnostics::Severity;
use tidewaiter_domain::{Flight, FlightKey};
use tidewaiter_formats::lists::documents::ReportedDocument;
use tidewaiter_formats::lists::{ListReading, MeasureTable};
use tidewaiter_formats::{Content, Report};
use tidewaiter_picture::{FlightPicture, Origin, Picture};
use tidewaiter_syntax::edifact::Message;

use super::summary::Summary;
use super::text::Layout;
use super::zones::Zone;
use super::{Item, Place, Sink};

/// How flights are shown.
pub(super) enum Form {
    /// JSON Lines, one object a flight.
    Json,
    /// A block a flight, then the tables over all of them.
    Text(Layout),
    /// The tables only.
    Brief(Layout),
}

/// Gathers what messages say of flights, and shows it when there are no more.
pub(super) struct FlightsSink<W> {
    out: W,
    form: Form,
    picture: Picture,
    messages: Vec<MessagePlace>,
    carriers: BTreeMap<String, Carrier>,
}

/// Where a message stands.
struct MessagePlace {
    source: std::rc::Rc<str>,
    index: u64,
}

/// What the messages of one carrier came to.
#[derive(Default)]
struct Carrier {
    messages: u64,
    /// Diagnostics by severity and code.
    codes: BTreeMap<(Severity, &'static str), u64>,
}

impl<W: Write> FlightsSink<W> {
    pub(super) fn new(out: W, form: Form) -> Self {
        Self {
            out,
            form,
            picture: Picture::default(),
            messages: Vec::new(),
            carriers: BTreeMap::new(),
        }
    }

    /// The number of a message, by which people remember where they are from.
    fn number(&mut self, place: &Place<'_>) -> u32 {
        let source = match self.messages.last() {
            Some(last) if *last.source == *place.source => last.source.clone(),
            _ => place.source.into(),
        };
        self.messages.push(MessagePlace {
            source,
            index: place.index,
        });
        u32::try_from(self.messages.len() - 1).unwrap_or(u32::MAX)
    }
}

impl<W: Write> Sink for FlightsSink<W> {
    fn message(&mut self, item: &Item<'_>) -> io::Result<()> {
        let carrier = self.carriers.entry(carrier(item)).or_default();
        carrier.messages += 1;
        for diagnostic in &item.report.diagnostics {
            let code = (diagnostic.severity, diagnostic.code.slug);
            *carrier.codes.entry(code).or_default() += 1;
        }
        let interchange = item.message.and_then(Message::interchange);
        let origin = Origin {
            sent: interchange.and_then(|i| prepared(&i.date, &i.time)),
            test: interchange.is_some_and(|i| i.test),
            message: self.number(&item.place),
        };
        match &item.report.content {
            Some(Content::Manifest(manifest)) => self.picture.manifest(origin, manifest),
            Some(Content::Bookings(push)) => self.picture.bookings(origin, push),
            _ => {}
        }
        Ok(())
    }

    fn zone(&mut self, _: &Place<'_>, _: &Zone, _: Date) -> io::Result<()> {
        Ok(())
    }

    fn list(&mut self, _: &Place<'_>, _: &ListReading, _: &MeasureTable) -> io::Result<()> {
        Ok(())
    }

    fn document(&mut self, _: &Place<'_>, _: &ReportedDocument) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        let picture = std::mem::take(&mut self.picture);
        let lost = picture.without_flight();
        let flights = picture.flights();
        let (layout, blocks) = match &self.form {
            Form::Json => {
                for flight in &flights {
                    serde_json::to_writer(
                        &mut self.out,
                        &json::FlightLine::of(flight, &self.messages),
                    )?;
                    self.out.write_all(b"\n")?;
                }
                return self.out.flush();
            }
            Form::Text(layout) => (layout, true),
            Form::Brief(layout) => (layout, false),
        };
        let mut page = String::new();
        if blocks {
            for flight in &flights {
                text::flight(&mut page, layout, flight);
                self.out.write_all(page.as_bytes())?;
                page.clear();
            }
        }
        text::overview(&mut page, layout, &flights, lost);
        super::text::totals(&mut page, layout, summary);
        text::codes(&mut page, layout, summary);
        text::carriers(&mut page, layout, &self.carriers);
        self.out.write_all(page.as_bytes())?;
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Whose message it is: the carrier of its flight, or else who sends it.
fn carrier(item: &Item<'_>) -> String {
    let flight = of_flight(item.report).and_then(|flight| flight.designator.carrier.as_ref());
    if let Some(carrier) = flight {
        return carrier.as_str().to_owned();
    }
    let interchange = item.message.and_then(Message::interchange);
    interchange.map_or(String::new(), |interchange| interchange.sender.id.clone())
}

fn of_flight(report: &Report) -> Option<&Flight> {
    match report.content.as_ref()? {
        Content::Manifest(manifest) => manifest.flight(),
        Content::Bookings(push) => push.flight.as_ref(),
        _ => None,
    }
}

/// Date and time of preparation (UNB S004): `YYMMDD` or `CCYYMMDD`, and `HHMM`.
fn prepared(date: &str, time: &str) -> Option<DateTime> {
    let (year, rest) = match date.len() {
        6 if date.is_ascii() => (2000 + date[..2].parse::<i16>().ok()?, &date[2..]),
        8 if date.is_ascii() => (date[..4].parse().ok()?, &date[4..]),
        _ => return None,
    };
    let day = Date::new(year, rest[..2].parse().ok()?, rest[2..].parse().ok()?).ok()?;
    let (hour, minute) = time.split_at_checked(2)?;
    let time = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    Some(day.to_datetime(time))
}

/// `QZ417`.
fn designator(key: &FlightKey) -> String {
    format!("{}{}", key.carrier, key.number)
}

/// How many differences a flight has.
fn differences(flight: &FlightPicture) -> usize {
    flight.links.iter().map(|link| link.differences.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_preparation_is_read_in_both_forms() {
        let time = jiff::civil::date(2026, 11, 24).at(6, 5, 0, 0);
        assert_eq!(prepared("261124", "0605"), Some(time));
        assert_eq!(prepared("20261124", "0605"), Some(time));
        for (date, time) in [
            ("", ""),
            ("261324", "0605"),
            ("261124", "9"),
            ("2611é4", "06"),
        ] {
            assert_eq!(prepared(date, time), None, "{date} {time}");
        }
    }
}
