//! A run kept in memory, with its truth parsed.

use std::collections::BTreeMap;
use std::convert::Infallible;

use serde_json::Value;
use tidewaiter_simulate::{Parameters, Sink, Stream, Summary, World, generate};

/// Everything a run wrote.
#[derive(Default)]
pub(crate) struct Run {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) streams: BTreeMap<Stream, Vec<u8>>,
    pub(crate) summary: Option<Summary>,
}

impl Sink for Run {
    type Error = Infallible;

    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), Infallible> {
        let before = self.files.insert(path.to_owned(), bytes.to_vec());
        assert!(before.is_none(), "{path} was written twice");
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

impl Run {
    pub(crate) fn of(seed: u64, flights: u64, parameters: Parameters) -> Self {
        let world = World::new(seed, parameters).unwrap();
        let mut run = Self::default();
        run.summary = Some(generate(&world, flights, &mut run).unwrap());
        run
    }

    pub(crate) fn json(&self, stream: Stream) -> Vec<Value> {
        let bytes = self
            .streams
            .get(&stream)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let text = std::str::from_utf8(bytes).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The lines of `messages.jsonl` by file.
    pub(crate) fn messages(&self) -> BTreeMap<String, Vec<Value>> {
        let mut by_file: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for line in self.json(Stream::Messages) {
            by_file
                .entry(line["file"].as_str().unwrap().to_owned())
                .or_default()
                .push(line);
        }
        by_file
    }

    /// The lines of `people.jsonl` by flight, in the order of their index.
    pub(crate) fn people(&self) -> BTreeMap<String, Vec<Value>> {
        let mut by_flight: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for line in self.json(Stream::People) {
            by_flight
                .entry(line["flight"].as_str().unwrap().to_owned())
                .or_default()
                .push(line);
        }
        by_flight
    }
}

/// The words of an array of texts.
pub(crate) fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}
