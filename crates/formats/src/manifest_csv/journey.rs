//! The flight a row names.

use jiff::civil::Date;
use tidewaiter_diagnostics::{Diagnostic, codes::api as code};
use tidewaiter_domain::{
    AirportCode, Flight, FlightDesignator, Leg, LegTime, PartialDate, SectorKind, Sourced, Text,
};

use super::columns::Field;
use super::dates::{self, DayMonth};
use super::{RowReader, path};
use crate::notes::place_in_time;
use crate::paxlst::designator;
use crate::value::{self, Era};

/// What makes two rows speak of the same flight: carrier, number, day and way.
pub(super) type Key = Option<(Text, Text, Option<Date>, Option<Text>, Option<Text>)>;

/// The key of a flight; `None` for rows that name none.
pub(super) fn key(flight: &Option<Flight>) -> Key {
    let flight = flight.as_ref()?;
    let designator = &flight.designator;
    let leg = flight.legs.first();
    let place = |airport: Option<&Sourced<AirportCode>>| airport.map(|a| Text::new(a.as_str()));
    Some((
        designator
            .carrier
            .as_ref()
            .map_or_else(Text::default, |c| Text::new(c.as_str())),
        designator.number.clone(),
        leg.and_then(|l| l.departs.as_ref()).map(|t| t.date),
        place(leg.and_then(|l| l.from.as_ref())),
        place(leg.and_then(|l| l.to.as_ref())),
    ))
}

impl RowReader<'_, '_> {
    /// The flight of this row; `None` when it names neither a flight nor a way.
    pub(super) fn flight(&mut self) -> Option<Flight> {
        let carrier = self.text(Field::Carrier);
        let number = self.value(Field::Flight);
        let mut leg = Leg {
            from: self.airport(Field::From),
            to: self.airport(Field::To),
            departs: self.time(Field::Departs, Field::DepartureTime),
            arrives: self.time(Field::Arrives, Field::ArrivalTime),
            border: false,
        };
        self.place(&mut leg.departs, &leg.from);
        self.place(&mut leg.arrives, &leg.to);
        let carrier_text = carrier.as_ref().map_or("", |c| c.value.as_str());
        let (written, span) = match &number {
            Some((_, text)) => (text.value.clone(), text.span),
            None if leg == Leg::default() && carrier.is_none() => return None,
            None => (
                Text::default(),
                carrier.as_ref().map_or(self.row.span, |c| c.span),
            ),
        };
        let named: FlightDesignator = designator(carrier_text, &written);
        if let Some((column, _)) = number
            && !named.number.starts_with(|c: char| c.is_ascii_digit())
        {
            let text = "this is not a carrier and a number; it was kept whole";
            self.note(&code::FLIGHT_NUMBER, column, text);
        }
        Some(Flight {
            designator: Sourced::new(named, span),
            kind: SectorKind::Main,
            legs: if leg == Leg::default() {
                Vec::new()
            } else {
                vec![leg]
            },
        })
    }

    /// The airport in a column.
    pub(super) fn airport(&mut self, field: Field) -> Option<Sourced<AirportCode>> {
        let (column, text) = self.value(field)?;
        let (airport, remark) = value::read_airport(&text.value)?;
        if let Some((code, words)) = remark {
            self.note(code, column, words);
        }
        Some(Sourced::new(airport, text.span))
    }

    /// A date, which must be complete, with the time of day behind it or in a column of its own.
    fn time(&mut self, field: Field, time_field: Field) -> Option<Sourced<LegTime>> {
        let (column, text) = self.value(field)?;
        let (date, mut time) = self.date_and_time(column, &text.value, Era::Near);
        let date = date.filter(|d| d.is_complete())?.earliest();
        if let Some((column, written)) = self.value(time_field) {
            time = dates::time_of_day(&written.value).or(time);
            if time.is_none() {
                let text = "this is no local time of day";
                self.note(&code::DATE_FORMAT, column, text);
            }
        }
        let local = LegTime {
            date,
            time,
            instant: None,
        };
        Some(Sourced::new(local, text.span))
    }

    fn place(
        &mut self,
        time: &mut Option<Sourced<LegTime>>,
        airport: &Option<Sourced<AirportCode>>,
    ) {
        if let (Some(time), Some(airport)) = (time, airport)
            && let Some((code, text)) = place_in_time(&mut time.value, airport)
        {
            let path = path(self.row, 0).at(0, 0);
            self.notes
                .push(Diagnostic::new(code, time.span, path, text));
        }
    }

    /// The date in a column.
    pub(super) fn date(&mut self, field: Field, era: Era) -> Option<Sourced<PartialDate>> {
        let (column, text) = self.value(field)?;
        let (date, _) = self.date_and_time(column, &text.value, era);
        date.map(|d| Sourced::new(d, text.span))
    }

    fn date_and_time(
        &mut self,
        column: usize,
        text: &str,
        era: Era,
    ) -> (Option<PartialDate>, Option<jiff::civil::Time>) {
        let order = self.table.orders.get(column).copied();
        let plain = dates::plain(text, order.unwrap_or(DayMonth::Open));
        if plain.ambiguous {
            let text = "day and month can be read either way round; the day was taken first";
            self.note(&code::AMBIGUOUS_DAY_MONTH, column, text);
        }
        let reading = value::read_date(&plain.date, plain.format, era, self.received);
        if let Some((code, text)) = reading.remark {
            self.note(code, column, text);
        }
        let time = dates::time_of_day(plain.time).or(reading.time);
        if time.is_none() && !plain.time.is_empty() {
            let text = "the time behind the date is no local time of day; it was left out";
            self.note(&code::DATE_FORMAT, column, text);
        }
        (reading.date, time)
    }
}
