//! Generated traffic in memory, with its truth.

use std::collections::BTreeMap;
use std::convert::Infallible;

use serde_json::Value;
use tidewaiter_simulate::{Parameters, Sink, Stream, World, generate};

/// Everything that a run wrote.
#[derive(Default)]
pub(crate) struct Traffic {
    /// Messages and lists by path.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    streams: BTreeMap<Stream, Vec<u8>>,
}

impl Sink for Traffic {
    type Error = Infallible;

    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), Infallible> {
        self.files.push((path.to_owned(), bytes.to_vec()));
        Ok(())
    }

    fn lines(&mut self, stream: Stream, lines: &[u8]) -> Result<(), Infallible> {
        self.streams
            .entry(stream)
            .or_default()
            .extend_from_slice(lines);
        Ok(())
    }
}

impl Traffic {
    pub(crate) fn of(seed: u64, flights: u64, parameters: Parameters) -> Self {
        let world = World::new(seed, parameters).unwrap();
        let mut traffic = Self::default();
        generate(&world, flights, &mut traffic).unwrap();
        traffic
    }

    /// The messages in the order in which they were sent.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &(String, Vec<u8>)> {
        self.files
            .iter()
            .filter(|(path, _)| !path.starts_with("lists/"))
    }

    pub(crate) fn lists(&self) -> impl Iterator<Item = &(String, Vec<u8>)> {
        self.files
            .iter()
            .filter(|(path, _)| path.starts_with("lists/"))
    }

    pub(crate) fn lines(&self, stream: Stream) -> Vec<Value> {
        let bytes = self.streams.get(&stream).map_or(&[][..], Vec::as_slice);
        let text = std::str::from_utf8(bytes).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}
