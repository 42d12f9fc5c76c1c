//! How far a long run has come, shown on a terminal.

use std::cell::{Cell, OnceCell};
use std::io::{self, IsTerminal, Read};

use indicatif::{ProgressBar, ProgressStyle};

/// Less than this is read before anybody could look at a bar.
const BYTES_MIN: u64 = 16 << 20;

/// A bar on standard error, once there is much to read; or nothing.
pub(crate) struct Progress {
    watched: bool,
    /// Bytes of all sources; `None` when standard input is one of them.
    total: Option<u64>,
    read: Cell<u64>,
    bar: OnceCell<ProgressBar>,
}

impl Progress {
    /// Shows a bar only where standard error is a terminal. A terminal that shows the messages
    /// themselves needs none.
    pub(crate) fn start(total: Option<u64>) -> Self {
        let watched = io::stderr().is_terminal() && !io::stdout().is_terminal();
        Self {
            watched,
            total,
            read: Cell::new(0),
            bar: OnceCell::new(),
        }
    }

    /// Nothing is shown.
    pub(crate) fn none() -> Self {
        Self {
            watched: false,
            total: None,
            read: Cell::new(0),
            bar: OnceCell::new(),
        }
    }

    /// Counts what is read from `read`.
    pub(crate) fn watch<'p>(&'p self, read: impl Read + 'p) -> impl Read + 'p {
        Watched {
            read,
            progress: self,
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }

    fn advance(&self, bytes: u64) {
        if !self.watched {
            return;
        }
        let read = self.read.get() + bytes;
        self.read.set(read);
        if self.total.unwrap_or(read) >= BYTES_MIN {
            self.bar.get_or_init(|| bar(self.total)).set_position(read);
        }
    }
}

fn bar(total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (
            ProgressBar::new(total),
            "{bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
        ),
        None => (
            ProgressBar::no_length(),
            "{spinner} {bytes}, {bytes_per_sec}",
        ),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

struct Watched<'p, R> {
    read: R,
    progress: &'p Progress,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.read.read(buffer)?;
        self.progress.advance(read as u64);
        Ok(read)
    }
}
