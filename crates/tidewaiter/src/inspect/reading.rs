//! From sources to the output, each source by its form.

use std::io::{self, Read};

use jiff::civil::Date;
use tidewaiter_diagnostics::{Code, Diagnostic, SegmentPath, Span, codes};
use tidewaiter_formats::lists::read_one;
use tidewaiter_formats::manifest_csv::{self, ColumnMapping};
use tidewaiter_formats::{Report, Series, Status};
use tidewaiter_syntax::edifact::Reader;
use tidewaiter_syntax::limits::MESSAGE_BYTES_MAX;

use super::form::{self, Form, WHOLE_BYTES_MAX};
use super::lists::{self, Companions};
use super::progress::Progress;
use super::source::{Source, Sources, Trouble};
use super::summary::Summary;
use super::{Item, Place, Sink, complain, zones};
use crate::exit::Exit;

/// How sources are read.
pub(super) struct Settings<'a> {
    /// The day against which years of two digits are read.
    pub(super) received: Date,
    /// What the columns of tables hold, where it is said.
    pub(super) columns: Option<&'a ColumnMapping>,
}

/// What grows while sources are read.
pub(super) struct Run<'s, S> {
    pub(super) sink: &'s mut S,
    /// One for all sources: the parts of a report often come as files of their own.
    series: Series,
    pub(super) summary: Summary,
    companions: Companions,
}

impl Settings<'_> {
    /// Reads every source; the error is one of the output.
    pub(super) fn read_all(
        &self,
        sources: &mut Sources,
        progress: &Progress,
        sink: &mut impl Sink,
    ) -> io::Result<Exit> {
        let mut exit = Exit::Done;
        let mut run = Run {
            sink,
            series: Series::default(),
            summary: Summary::default(),
            companions: Companions::default(),
        };
        for trouble in sources.troubles() {
            complain(&trouble.to_string());
            exit = Exit::Unreadable;
        }
        for source in sources.iter() {
            let read = match source.open(progress) {
                Ok(read) => {
                    run.summary.files += 1;
                    self.read_source(source, read, &mut run)?
                }
                Err(trouble) => Err(trouble),
            };
            if let Err(trouble) = read {
                run.sink.flush()?;
                complain(&trouble.to_string());
                exit = Exit::Unreadable;
            }
        }
        std::mem::take(&mut run.companions).read(&mut run)?;
        if run.summary.messages(Status::Rejected) > 0 {
            exit = exit.max(Exit::Findings);
        }
        run.sink.finish(&run.summary)?;
        Ok(exit)
    }

    /// Reads one source to its end. The outer error is one of the output, the inner one of the
    /// source.
    fn read_source(
        &self,
        source: &Source,
        read: impl Read,
        run: &mut Run<'_, impl Sink>,
    ) -> io::Result<Result<(), Trouble>> {
        let (head, read) = match form::peek(read) {
            Ok(peeked) => peeked,
            Err(error) => return Ok(Err(source.trouble(error))),
        };
        let form = Form::of(&head, self.columns);
        drop(head);
        match form {
            Form::Edifact => return self.messages(source, read, run),
            Form::Documents => return lists::documents(source, read, run),
            Form::Zones | Form::Table | Form::List | Form::PartOfList | Form::Xml => {}
        }
        let limit = match form {
            // A document is one message, and is bounded like one.
            Form::Xml => MESSAGE_BYTES_MAX as u64,
            _ => WHOLE_BYTES_MAX,
        };
        let bytes = match form::whole(read, limit) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                let report = rejected(
                    "",
                    nothing(&codes::syntax::LIMIT_EXCEEDED, &too_long(limit)),
                );
                return run.report(&place(source, 0, &[]), &report).map(Ok);
            }
            Err(error) => return Ok(Err(source.trouble(error))),
        };
        match form {
            Form::Edifact | Form::Documents => {}
            Form::Zones => self.zones(source, &bytes, run)?,
            Form::Table => {
                let mapping = self.columns.cloned().unwrap_or_default();
                let reports = manifest_csv::reports(&bytes, &mapping, self.received);
                for (index, report) in (0..).zip(reports) {
                    run.report(&place(source, index, &bytes), &report)?;
                }
            }
            Form::List => lists::list(source.name(), &bytes, read_one(&bytes), run)?,
            Form::Xml => {
                let report = tidewaiter_formats::read_xml(&bytes, self.received, None);
                run.report(&place(source, 0, &bytes), &report)?;
            }
            Form::PartOfList => run.companions.keep(source, bytes),
        }
        Ok(Ok(()))
    }

    fn messages(
        &self,
        source: &Source,
        read: impl Read,
        run: &mut Run<'_, impl Sink>,
    ) -> io::Result<Result<(), Trouble>> {
        let mut reader = Reader::of_stream(read);
        let mut index = 0;
        loop {
            let message = match reader.next() {
                Ok(Some(message)) => message,
                Ok(None) => break,
                Err(error) => return Ok(Err(source.trouble(error))),
            };
            let mut report = tidewaiter_formats::read(&message, self.received);
            run.series.note(&message, &mut report);
            run.summary.add(&report);
            run.sink.message(&Item {
                place: Place {
                    source: source.name(),
                    index,
                    offset: message.offset(),
                    bytes: message.bytes(),
                },
                message: Some(&message),
                report: &report,
            })?;
            index += 1;
        }
        if index == 0 {
            // It was sent, so it must not vanish.
            let why = nothing(&codes::syntax::NOT_A_MESSAGE, "the input is empty");
            run.report(&place(source, 0, &[]), &rejected("", why))?;
        }
        Ok(Ok(()))
    }

    fn zones(&self, source: &Source, bytes: &[u8], run: &mut Run<'_, impl Sink>) -> io::Result<()> {
        for (index, zone) in (0..).zip(zones::read(bytes)) {
            run.summary.add_zone(&zone);
            let place = Place {
                source: source.name(),
                index,
                offset: zone.place.start as u64,
                bytes: &bytes[zone.place.clone()],
            };
            run.sink.zone(&place, &zone, self.received)?;
        }
        Ok(())
    }
}

impl<S: Sink> Run<'_, S> {
    /// A report of something that is no EDIFACT.
    pub(super) fn report(&mut self, place: &Place<'_>, report: &Report) -> io::Result<()> {
        self.summary.add(report);
        self.sink.message(&Item {
            place: *place,
            message: None,
            report,
        })
    }
}

/// The place of something whose spans count from the first byte of its source.
fn place<'a>(source: &'a Source, index: u64, bytes: &'a [u8]) -> Place<'a> {
    Place {
        source: source.name(),
        index,
        offset: 0,
        bytes,
    }
}

/// The report of something of a `kind` that gives nothing, and why.
pub(super) fn rejected(kind: &'static str, why: Diagnostic) -> Report {
    Report {
        kind: kind.into(),
        version: "".into(),
        reference: "".into(),
        content: None,
        diagnostics: vec![why],
    }
}

fn nothing(code: &'static Code, why: &str) -> Diagnostic {
    Diagnostic::new(code, Span::empty(0), SegmentPath::default(), why.to_owned())
}

fn too_long(limit: u64) -> String {
    format!(
        "the input is no EDIFACT and longer than {} MiB, the most that is read as a whole",
        limit >> 20
    )
}
