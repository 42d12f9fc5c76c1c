//! Generated traffic in memory.

use std::convert::Infallible;

use tidewaiter_simulate::{Parameters, Sink, Stream, World, generate};

/// Everything that a run wrote.
#[derive(Default)]
pub(crate) struct Traffic {
    /// Messages and lists by path.
    files: Vec<(String, Vec<u8>)>,
}

impl Sink for Traffic {
    type Error = Infallible;

    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), Infallible> {
        self.files.push((path.to_owned(), bytes.to_vec()));
        Ok(())
    }

    fn lines(&mut self, _: Stream, _: &[u8]) -> Result<(), Infallible> {
        Ok(())
    }
}

impl Traffic {
    fn of(seed: u64, flights: u64, parameters: Parameters) -> Self {
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
}

/// The traffic of one flight.
pub(crate) fn small(seed: u64) -> Traffic {
    Traffic::of(seed, 1, Parameters::default())
}
