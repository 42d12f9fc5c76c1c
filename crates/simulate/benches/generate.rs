//! How fast traffic is made: without files, without hashes, on one core.

use std::convert::Infallible;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use tidewaiter_simulate::{Parameters, Sink, Stream, Summary, World, generate};

fn main() {
    divan::main();
}

/// Counts bytes and forgets them.
#[derive(Default)]
struct Nowhere(usize);

impl Sink for Nowhere {
    type Error = Infallible;

    fn file(&mut self, _: &str, bytes: &[u8]) -> Result<(), Infallible> {
        self.0 += bytes.len();
        Ok(())
    }

    fn lines(&mut self, _: Stream, lines: &[u8]) -> Result<(), Infallible> {
        self.0 += lines.len();
        Ok(())
    }
}

fn run(world: &World) -> (Summary, usize) {
    let mut sink = Nowhere::default();
    match generate(world, 40, &mut sink) {
        Ok(summary) => (summary, sink.0),
        Err(error) => panic!("{error}"),
    }
}

/// Items are travellers.
#[divan::bench(sample_count = 10)]
fn travellers(bencher: Bencher<'_, '_>) {
    let world = match World::new(1, Parameters::default()) {
        Ok(world) => world,
        Err(error) => panic!("{error}"),
    };
    let (summary, bytes) = run(&world);
    bencher
        .counter(ItemsCount::new(summary.counts.travellers))
        .counter(BytesCount::new(bytes))
        .bench(|| run(&world));
}

#[divan::bench(sample_count = 20)]
fn world() -> bool {
    World::new(1, Parameters::default()).is_ok()
}
