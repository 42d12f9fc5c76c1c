//! The run: day by day, flight by flight, into a sink. Nothing of a flight is kept when the next
//! one begins.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::dice::{Dice, mix};
use crate::flight::{Fate, Flight};
use crate::parameters::Parameters;
use crate::tally::{Draw, RateLine, Tally};
use crate::transmit::Transmission;
use crate::truth::{Fact, flight_line, person_line};
use crate::world::World;
use crate::{paxlst, pnrgov};

/// A file that grows line by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stream {
    /// What was planted: `truth.jsonl`.
    Truth,
    /// Who travelled, and how the messages write them: `people.jsonl`.
    People,
    /// What each message holds: `messages.jsonl`.
    Messages,
    /// The flights: `flights.jsonl`.
    Flights,
    /// Documents reported lost or stolen: `lists/documents.csv`.
    Documents,
}

impl Stream {
    /// Every stream.
    pub const ALL: [Self; 5] = [
        Self::Truth,
        Self::People,
        Self::Messages,
        Self::Flights,
        Self::Documents,
    ];

    /// Its file below the output folder.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Truth => "truth.jsonl",
            Self::People => "people.jsonl",
            Self::Messages => "messages.jsonl",
            Self::Flights => "flights.jsonl",
            Self::Documents => "lists/documents.csv",
        }
    }
}

/// Where the output goes. Files come whole, streams line by line, in the order of the run.
pub trait Sink {
    /// What can go wrong with it.
    type Error;

    /// Writes a file at a path below the output folder.
    ///
    /// # Errors
    ///
    /// What the sink reports.
    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), Self::Error>;

    /// Appends whole lines, each with its line feed, to a stream.
    ///
    /// # Errors
    ///
    /// What the sink reports.
    fn lines(&mut self, stream: Stream, lines: &[u8]) -> Result<(), Self::Error>;
}

/// A run went wrong.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError<E> {
    /// The sink did.
    #[error(transparent)]
    Sink(E),
    /// A line of the truth could not be written as JSON.
    #[error("the truth cannot be written: {0}")]
    Truth(serde_json::Error),
    /// No route has a flight on any day of a year.
    #[error("the schedule has no flights")]
    NoFlights,
}

/// What a run made.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Counts {
    /// Flights.
    pub flights: u64,
    /// Bookings.
    pub bookings: u64,
    /// Travellers, cancelled ones and those who stayed away included.
    pub travellers: u64,
    /// Of them on board.
    pub boarded: u64,
    /// Messages.
    pub messages: u64,
    /// Files with messages.
    pub files: u64,
    /// Bytes of messages.
    pub message_bytes: u64,
    /// Planted facts by kind and way.
    pub planted: BTreeMap<String, u64>,
}

/// What a run made and whether it is what was asked.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Counts.
    pub counts: Counts,
    /// Asked and emitted rates.
    pub rates: Vec<RateLine>,
}

/// Generates `flights` flights of a world.
///
/// # Errors
///
/// What the sink reports, and [`GenerateError::NoFlights`].
pub fn generate<S: Sink>(
    world: &World,
    flights: u64,
    sink: &mut S,
) -> Result<Summary, GenerateError<S::Error>> {
    for (path, text) in [
        ("lists/list.jsonl", world.list.json_lines(world)),
        ("lists/list.csv", world.list.csv(world)),
        ("lists/list.ftm.json", world.list.follow_the_money(world)),
    ] {
        sink.file(path, text.as_bytes())
            .map_err(GenerateError::Sink)?;
    }
    sink.lines(Stream::Documents, b"number,issuer,type,status\n")
        .map_err(GenerateError::Sink)?;
    let (mut tally, mut counts) = (Tally::default(), Counts::default());
    let mut day = world.parameters.first_day;
    let mut empty = 0;
    while counts.flights < flights {
        let departures = world.departures(day, counts.flights);
        empty = if departures.is_empty() { empty + 1 } else { 0 };
        if empty > 366 {
            return Err(GenerateError::NoFlights);
        }
        let left = (flights - counts.flights) as usize;
        for departure in departures.into_iter().take(left) {
            let flight = Flight::new(world, departure, &mut tally);
            emit(world, &flight, &mut tally, &mut counts, sink)?;
        }
        day = day.tomorrow().unwrap_or(world.parameters.first_day);
    }
    let rates = tally.lines(&world.parameters);
    Ok(Summary { counts, rates })
}

fn emit<S: Sink>(
    world: &World,
    flight: &Flight<'_>,
    tally: &mut Tally,
    counts: &mut Counts,
    sink: &mut S,
) -> Result<(), GenerateError<S::Error>> {
    let parameters: &Parameters = &world.parameters;
    let mut draw = Draw {
        dice: Dice::new(mix(flight.departure.key, 0x5365_6E64)),
        parameters,
        tally,
    };
    let mut files: Vec<Transmission> = pnrgov::write(flight, &mut draw);
    files.extend(paxlst::write(flight, &mut draw));
    let name = flight.name();
    let mut lines = Vec::with_capacity(16 << 10);
    for file in &files {
        sink.file(&file.path, &file.bytes)
            .map_err(GenerateError::Sink)?;
        counts.files += 1;
        counts.message_bytes += file.bytes.len() as u64;
        for message in &file.messages {
            counts.messages += 1;
            serde_json::to_writer(&mut lines, message).map_err(GenerateError::Truth)?;
            lines.push(b'\n');
        }
    }
    sink.lines(Stream::Messages, &lines)
        .map_err(GenerateError::Sink)?;
    lines.clear();
    for (index, traveller) in flight.travellers.iter().enumerate() {
        person_line(world, flight, &name, index, traveller, &mut lines)
            .map_err(GenerateError::Truth)?;
        lines.push(b'\n');
    }
    sink.lines(Stream::People, &lines)
        .map_err(GenerateError::Sink)?;
    let mut line = flight_line(flight, &name).map_err(GenerateError::Truth)?;
    line.push(b'\n');
    sink.lines(Stream::Flights, &line)
        .map_err(GenerateError::Sink)?;
    facts(world, flight, &name, &files, counts, sink)?;
    counts.flights += 1;
    counts.bookings += flight.bookings.len() as u64;
    counts.travellers += flight.travellers.len() as u64;
    counts.boarded += flight
        .travellers
        .iter()
        .filter(|t| t.fate == Fate::Boarded)
        .count() as u64;
    Ok(())
}

fn facts<S: Sink>(
    world: &World,
    flight: &Flight<'_>,
    name: &str,
    files: &[Transmission],
    counts: &mut Counts,
    sink: &mut S,
) -> Result<(), GenerateError<S::Error>> {
    for planted in &flight.planted {
        let index = planted.traveller;
        let holds = |m: &&crate::truth::MessageLine| m.travellers.contains(&index);
        let messages: Vec<String> = files
            .iter()
            .flat_map(|file| &file.messages)
            .filter(holds)
            .map(|m| m.name())
            .collect();
        let fact = Fact {
            kind: planted.kind,
            how: planted.how,
            traveller: &flight.traveller_name(index),
            flight: name,
            entry: planted.entry.as_deref(),
            pool: planted.pool,
            test: flight.style.test,
            messages: messages.iter().map(String::as_str).collect(),
        };
        let mut line = serde_json::to_vec(&fact).map_err(GenerateError::Truth)?;
        line.push(b'\n');
        sink.lines(Stream::Truth, &line)
            .map_err(GenerateError::Sink)?;
        *counts
            .planted
            .entry(format!("{}/{}", planted.kind, planted.how))
            .or_default() += 1;
        if planted.kind == "lost-document" {
            let document = &flight.travellers[index].person.document;
            let issuer = world.lands[document.issuer].alpha3;
            let line = format!("{},{issuer},{},lost\n", document.number, document.kind);
            sink.lines(Stream::Documents, line.as_bytes())
                .map_err(GenerateError::Sink)?;
        }
    }
    if flight.style.test {
        let line = format!(
            "{}\n",
            serde_json::json!({"kind": "test-flight", "how": "interchange", "flight": name, "test": true,
            "messages": files.iter().flat_map(|f| &f.messages).map(crate::truth::MessageLine::name).collect::<Vec<_>>()})
        );
        sink.lines(Stream::Truth, line.as_bytes())
            .map_err(GenerateError::Sink)?;
    }
    Ok(())
}
