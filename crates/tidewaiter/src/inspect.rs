//! `tidewaiter inspect`: what messages say, and where they deviate.
//!
//! Everything here works on one message at a time, so memory is bounded by the largest message and
//! not by the file.

mod escape;
mod json;
mod progress;
mod source;
mod summary;
mod text;

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

use jiff::civil::Date;
use jiff::{Timestamp, tz::Offset};
use tidewaiter_diagnostics::{Diagnostic, SegmentPath, Span, codes};
use tidewaiter_formats::{Report, Series, Status};
use tidewaiter_syntax::edifact::{Message, Reader};

use crate::cli::InspectOptions;
use crate::exit::Exit;
use progress::Progress;
use source::Source;
use summary::Summary;

/// Runs the command on standard output and standard error.
pub(crate) fn run(options: &InspectOptions) -> Exit {
    let received = options
        .received
        .unwrap_or_else(|| Offset::UTC.to_datetime(Timestamp::now()).date());
    let mut sources = source::Sources::find(&options.paths);
    let progress = Progress::start(sources.bytes());
    let ended = if options.json {
        let mut sink = JsonSink {
            out: BufWriter::new(io::stdout().lock()),
        };
        read_all(&mut sources, received, &progress, &mut sink)
    } else {
        let out = anstream::AutoStream::auto(io::stdout().lock());
        let mut sink = TextSink {
            out: BufWriter::with_capacity(1 << 16, out),
            layout: text::Layout::of_terminal(options.all),
            heading: None,
        };
        read_all(&mut sources, received, &progress, &mut sink)
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

/// One message on its way to the output.
struct Item<'a> {
    /// Path as given on the command line; `-` for standard input.
    source: &'a str,
    /// Number of the message in its source, from 0.
    index: u64,
    /// Offset of its first byte in the source.
    offset: u64,
    /// Its bytes, to which the spans of the report are relative.
    bytes: &'a [u8],
    /// The message as the syntax floor sees it; `None` for a source without a byte.
    message: Option<&'a Message<'a>>,
    report: &'a Report,
}

/// Where messages are written to. An error of any method is one of the output and ends the run.
trait Sink {
    fn message(&mut self, item: &Item<'_>) -> io::Result<()>;

    fn finish(&mut self, summary: &Summary) -> io::Result<()>;

    /// Makes what was written so far visible before something is said on standard error.
    fn flush(&mut self) -> io::Result<()>;
}

struct JsonSink<W> {
    out: W,
}

impl<W: Write> Sink for JsonSink<W> {
    fn message(&mut self, item: &Item<'_>) -> io::Result<()> {
        for line in json::Line::all(item) {
            serde_json::to_writer(&mut self.out, &line)?;
            self.out.write_all(b"\n")?;
        }
        Ok(())
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
}

impl<W: Write> Sink for TextSink<W> {
    fn message(&mut self, item: &Item<'_>) -> io::Result<()> {
        let mut page = String::new();
        if self.heading.as_deref() != Some(item.source) {
            text::heading(&mut page, &self.layout, item.source);
            self.heading = Some(item.source.to_owned());
        }
        text::message(&mut page, &self.layout, item);
        self.out.write_all(page.as_bytes())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        let mut page = String::new();
        text::summary(&mut page, &self.layout, summary);
        self.out.write_all(page.as_bytes())?;
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Reads every source; the error is one of the output.
fn read_all(
    sources: &mut source::Sources,
    received: Date,
    progress: &Progress,
    sink: &mut impl Sink,
) -> io::Result<Exit> {
    let mut exit = Exit::Done;
    let mut summary = Summary::default();
    // One for all sources: the parts of a report often come as files of their own.
    let mut series = Series::default();
    for trouble in sources.troubles() {
        complain(&trouble.to_string());
        exit = Exit::Unreadable;
    }
    for source in sources.iter() {
        let read = match source.open(progress) {
            Ok(read) => read,
            Err(trouble) => {
                sink.flush()?;
                complain(&trouble.to_string());
                exit = Exit::Unreadable;
                continue;
            }
        };
        summary.files += 1;
        match read_source(source, read, received, &mut series, &mut summary, sink)? {
            Ok(()) => {}
            Err(trouble) => {
                sink.flush()?;
                complain(&trouble.to_string());
                exit = Exit::Unreadable;
            }
        }
    }
    if summary.messages(Status::Rejected) > 0 {
        exit = exit.max(Exit::Findings);
    }
    sink.finish(&summary)?;
    Ok(exit)
}

/// Reads one source to its end. The outer error is one of the output, the inner one of the source.
fn read_source(
    source: &Source,
    read: impl io::Read,
    received: Date,
    series: &mut Series,
    summary: &mut Summary,
    sink: &mut impl Sink,
) -> io::Result<Result<(), source::Trouble>> {
    let mut read = BufReader::with_capacity(1 << 16, read);
    match read.fill_buf().map(tidewaiter_formats::is_xml) {
        Ok(true) => return read_document(source, read, received, summary, sink),
        Ok(false) => {}
        Err(error) => return Ok(Err(source.trouble(error))),
    }
    let mut reader = Reader::of_stream(read);
    let mut index = 0;
    loop {
        let message = match reader.next() {
            Ok(Some(message)) => message,
            Ok(None) => break,
            Err(error) => return Ok(Err(source.trouble(error))),
        };
        let mut report = tidewaiter_formats::read(&message, received);
        series.note(&message, &mut report);
        summary.add(&report);
        sink.message(&Item {
            source: source.name(),
            index,
            offset: message.offset(),
            bytes: message.bytes(),
            message: Some(&message),
            report: &report,
        })?;
        index += 1;
    }
    if index == 0 {
        let report = nothing_there();
        summary.add(&report);
        sink.message(&Item {
            source: source.name(),
            index,
            offset: 0,
            bytes: &[],
            message: None,
            report: &report,
        })?;
    }
    Ok(Ok(()))
}

/// Reads one source that is a document in XML.
fn read_document(
    source: &Source,
    read: impl io::Read,
    received: Date,
    summary: &mut Summary,
    sink: &mut impl Sink,
) -> io::Result<Result<(), source::Trouble>> {
    let mut bytes = Vec::new();
    // A document is one message, and is bounded like one.
    let limit = tidewaiter_syntax::limits::MESSAGE_BYTES_MAX as u64;
    if let Err(error) = read.take(limit).read_to_end(&mut bytes) {
        return Ok(Err(source.trouble(error)));
    }
    let report = tidewaiter_formats::read_xml(&bytes, received, None);
    summary.add(&report);
    sink.message(&Item {
        source: source.name(),
        index: 0,
        offset: 0,
        bytes: &bytes,
        message: None,
        report: &report,
    })?;
    Ok(Ok(()))
}

/// The report of a source without a single byte: it was sent, so it must not vanish.
fn nothing_there() -> Report {
    Report {
        kind: "".into(),
        version: "".into(),
        reference: "".into(),
        content: None,
        diagnostics: vec![Diagnostic::new(
            &codes::syntax::NOT_A_MESSAGE,
            Span::empty(0),
            SegmentPath::default(),
            "the input holds nothing",
        )],
    }
}

/// Says on standard error what could not be read or written.
fn complain(what: &str) {
    // When standard error is gone as well, the exit status still tells.
    let _ = writeln!(io::stderr(), "tidewaiter: {what}");
}
