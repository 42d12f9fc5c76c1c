//! How far a long run has come, shown on a terminal.

use std::io::{self, IsTerminal, Read};

use indicatif::{ProgressBar, ProgressStyle};

/// Inputs smaller than this are read before anybody could look at a bar.
const BYTES_MIN: u64 = 16 << 20;

/// A bar on standard error, or nothing.
pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Shows a bar when standard error is a terminal and there is much to read. A terminal that
    /// shows the messages themselves needs none.
    pub(super) fn start(bytes: u64) -> Self {
        if bytes < BYTES_MIN || !io::stderr().is_terminal() || io::stdout().is_terminal() {
            return Self(None);
        }
        let template = "{bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
        let bar = ProgressBar::new(bytes);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(Some(bar))
    }

    /// Counts what is read from `read`.
    pub(super) fn watch<'p>(&'p self, read: impl Read + 'p) -> impl Read + 'p {
        Watched {
            read,
            progress: self,
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

struct Watched<'p, R> {
    read: R,
    progress: &'p Progress,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.read.read(buffer)?;
        if let Some(bar) = &self.progress.0 {
            bar.inc(read as u64);
        }
        Ok(read)
    }
}
