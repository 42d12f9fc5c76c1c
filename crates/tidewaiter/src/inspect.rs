//! `tidewaiter inspect`: what messages say, and where they deviate.
//!
//! EDIFACT is read one message at a time, so memory is bounded by the largest message and not by
//! the file. Tables and machine-readable zones are held as a whole, up to a limit, and `--flights`
//! holds the people of the flights.

mod flights;
pub(crate) mod form;
mod json;
mod lists;
pub(crate) mod progress;
mod reading;
pub(crate) mod source;
mod summary;
mod text;
mod zones;

pub(crate) use json::document_kind;

use std::io::{self, BufWriter, Write};

use jiff::civil::Date;
use jiff::{Timestamp, tz::Offset};
use tidewaiter_formats::Report;
use tidewaiter_formats::lists::documents::ReportedDocument;
use tidewaiter_formats::lists::{ListReading, MeasureTable};
use tidewaiter_syntax::edifact::Message;

use crate::cli::InspectOptions;
use crate::exit::Exit;
use crate::terminal::escape;
use progress::Progress;
use reading::Settings;
use summary::Summary;
use zones::Zone;

/// Runs the command on standard output and standard error.
pub(crate) fn run(options: &InspectOptions) -> Exit {
    let received = options
        .received
        .unwrap_or_else(|| Offset::UTC.to_datetime(Timestamp::now()).date());
    let settings = Settings {
        received,
        columns: options.columns.as_ref(),
    };
    let mut sources = source::Sources::find(&options.paths);
    let progress = Progress::start(sources.bytes());
    let ended = if options.flights {
        let out = anstream::AutoStream::auto(io::stdout().lock());
        let out = BufWriter::with_capacity(1 << 16, out);
        let layout = text::Layout::of_terminal(options.all);
        let form = match (options.json, options.brief) {
            (true, _) => flights::Form::Json,
            (false, true) => flights::Form::Brief(layout),
            (false, false) => flights::Form::Text(layout),
        };
        let mut sink = flights::FlightsSink::new(out, form);
        settings.read_all(&mut sources, &progress, &mut sink)
    } else if options.json {
        let mut sink = JsonSink {
            out: BufWriter::new(io::stdout().lock()),
        };
        settings.read_all(&mut sources, &progress, &mut sink)
    } else {
        let out = anstream::AutoStream::auto(io::stdout().lock());
        let mut sink = TextSink {
            out: BufWriter::with_capacity(1 << 16, out),
            layout: text::Layout::of_terminal(options.all),
            heading: None,
            rows: false,
        };
        settings.read_all(&mut sources, &progress, &mut sink)
    };
    progress.finish();
    match ended {
        Ok(exit) => exit,
        // Whoever reads the output has seen enough (`| head`).
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => {
            complain(&format!("standard output: {error}"));
            Exit::Unreadable
        }
    }
}

/// Where something that was read stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// Path as given on the command line; `-` for standard input.
    source: &'a str,
    /// Number of the message in its source, from 0.
    index: u64,
    /// Offset of its first byte in the source.
    offset: u64,
    /// Its bytes, to which the spans of its diagnostics are relative.
    bytes: &'a [u8],
}

impl Place<'_> {
    /// `bytes 0..812`.
    fn bytes_shown(&self) -> String {
        let end = self.offset + self.bytes.len() as u64;
        format!("bytes {}..{end}", self.offset)
    }
}

/// One message on its way to the output.
struct Item<'a> {
    place: Place<'a>,
    /// The message as the syntax floor sees it; `None` where it is no EDIFACT.
    message: Option<&'a Message<'a>>,
    report: &'a Report,
}

/// Where messages are written to. An error of any method is one of the output and ends the run.
trait Sink {
    fn message(&mut self, item: &Item<'_>) -> io::Result<()>;

    fn zone(&mut self, place: &Place<'_>, zone: &Zone, received: Date) -> io::Result<()>;

    fn list(
        &mut self,
        place: &Place<'_>,
        reading: &ListReading,
        measures: &MeasureTable,
    ) -> io::Result<()>;

    fn document(&mut self, place: &Place<'_>, document: &ReportedDocument) -> io::Result<()>;

    fn finish(&mut self, summary: &Summary) -> io::Result<()>;

    /// Makes what was written so far visible before something is said on standard error.
    fn flush(&mut self) -> io::Result<()>;
}

struct JsonSink<W> {
    out: W,
}

impl<W: Write> JsonSink<W> {
    fn line(&mut self, line: &impl serde::Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, line)?;
        self.out.write_all(b"\n")
    }
}

impl<W: Write> Sink for JsonSink<W> {
    fn message(&mut self, item: &Item<'_>) -> io::Result<()> {
        json::Line::all(item)
            .iter()
            .try_for_each(|line| self.line(line))
    }

    fn zone(&mut self, place: &Place<'_>, zone: &Zone, received: Date) -> io::Result<()> {
        self.line(&json::ZoneLine::of(place, zone, received))
    }

    fn list(
        &mut self,
        place: &Place<'_>,
        reading: &ListReading,
        measures: &MeasureTable,
    ) -> io::Result<()> {
        json::list_lines(place, reading, measures).try_for_each(|line| self.line(&line))
    }

    fn document(&mut self, place: &Place<'_>, document: &ReportedDocument) -> io::Result<()> {
        self.line(&json::ReportedLine::of(place, document))
    }

    fn finish(&mut self, _summary: &Summary) -> io::Result<()> {
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

struct TextSink<W> {
    out: W,
    layout: text::Layout,
    /// The source whose heading was printed last.
    heading: Option<String>,
    /// Whether rows of a table stand last, without a blank line behind them.
    rows: bool,
}

impl<W: Write> TextSink<W> {
    fn end_rows(&mut self, page: &mut String) {
        if std::mem::take(&mut self.rows) {
            page.push('\n');
        }
    }

    /// A page of `source`: empty, or with the heading when there was none yet.
    fn page(&mut self, source: &str) -> String {
        let mut page = String::new();
        if self.heading.as_deref() != Some(source) {
            self.end_rows(&mut page);
            text::heading(&mut page, &self.layout, source);
            self.heading = Some(source.to_owned());
        }
        page
    }
}

impl<W: Write> Sink for TextSink<W> {
    fn zone(&mut self, place: &Place<'_>, zone: &Zone, received: Date) -> io::Result<()> {
        let mut page = self.page(place.source);
        text::zone(&mut page, &self.layout, place, zone, received);
        self.out.write_all(page.as_bytes())
    }

    fn list(
        &mut self,
        place: &Place<'_>,
        reading: &ListReading,
        measures: &MeasureTable,
    ) -> io::Result<()> {
        let mut page = self.page(place.source);
        text::list(&mut page, &self.layout, place, reading);
        self.out.write_all(page.as_bytes())?;
        for (index, subject) in (0..).zip(&reading.subjects) {
            page.clear();
            text::subject(&mut page, &self.layout, index, subject, measures);
            self.out.write_all(page.as_bytes())?;
        }
        Ok(())
    }

    fn document(&mut self, place: &Place<'_>, document: &ReportedDocument) -> io::Result<()> {
        let mut page = self.page(place.source);
        text::document(&mut page, document);
        self.rows = true;
        self.out.write_all(page.as_bytes())
    }

    fn message(&mut self, item: &Item<'_>) -> io::Result<()> {
        let mut page = self.page(item.place.source);
        text::message(&mut page, &self.layout, item);
        self.out.write_all(page.as_bytes())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        let mut page = String::new();
        self.end_rows(&mut page);
        text::summary(&mut page, &self.layout, summary);
        self.out.write_all(page.as_bytes())?;
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Says on standard error what could not be read or written.
fn complain(what: &str) {
    // When standard error is gone as well, the exit status still tells.
    let _ = writeln!(io::stderr(), "tidewaiter: {what}");
}
