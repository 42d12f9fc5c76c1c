//! One message with everything around it.

use std::sync::Arc;

use tidewaiter_diagnostics::{Diagnostic, Span};

use super::advice::Separators;
use super::charset::Charset;
use super::envelope::Envelope;
use super::header::{Group, Interchange, MessageHeader};
use super::region::Region;
use super::segment::{Context, Segment, Segments};
use super::tape::{Entry, Tape};

/// One message: its segments, its headers, what stands around it, and what was noticed.
///
/// Spans count from the first byte of [`Message::bytes`], which also holds what leads up to the
/// message and what closes behind it: the bytes of all messages of a reader lie end to end and
/// leave out nothing but blanks at the end of the input. Where the input holds bytes but no message there, [`Message::header`] is
/// `None`.
pub struct Message<'r> {
    pub(super) context: Context<'r>,
    pub(super) tape: &'r Tape,
    pub(super) region: &'r Region,
    pub(super) offset: u64,
}

impl<'r> Message<'r> {
    pub(super) fn new(window: &'r [u8], tape: &'r Tape, region: &'r Region, base: u64) -> Self {
        let (separators, charset) = region
            .interchange
            .as_ref()
            .map_or((Separators::DEFAULT, Charset::Unknown), |i| {
                (i.separators, i.charset)
            });
        let context = Context {
            window,
            origin: region.bytes.start as u32,
            separators,
            charset,
        };
        Self {
            context,
            tape,
            region,
            offset: base + region.bytes.start as u64,
        }
    }

    /// Offset of the first byte in the input.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// All bytes that belong to the message, its envelope and its headers and trailers.
    pub fn bytes(&self) -> &'r [u8] {
        self.context
            .window
            .get(self.region.bytes.clone())
            .unwrap_or_default()
    }

    /// The bytes from UNH to UNT: what two deliveries of the same message have in common.
    pub fn body(&self) -> Span {
        let entries = self.entries();
        let context = &self.context;
        let span = |entry: &Entry| Segment::new(context, self.tape, entry, 0).span();
        match (entries.first(), entries.last()) {
            (Some(first), Some(last)) => span(first).to(span(last)),
            _ => Span::default(),
        }
    }

    /// The header of the message; `None` when there is no message here.
    pub fn header(&self) -> Option<MessageHeader<'_>> {
        let entry = self.entries().first()?;
        Some(MessageHeader::of_segment(&Segment::new(
            &self.context,
            self.tape,
            entry,
            1,
        )))
    }

    /// The segments between UNH and UNT.
    pub fn segments(&self) -> Segments<'_> {
        let entries = self.entries();
        let end = entries.len() - usize::from(self.region.closed);
        let inner = entries.get(1..end.max(1)).unwrap_or_default();
        Segments {
            context: &self.context,
            tape: self.tape,
            entries: inner.iter(),
            number: 1,
        }
    }

    /// Every segment of the region, headers and trailers included.
    pub fn all_segments(&self) -> Segments<'_> {
        Segments {
            context: &self.context,
            tape: self.tape,
            entries: self.tape.entries.iter(),
            number: 0,
        }
    }

    /// The interchange it came in; `None` for stray bytes.
    pub fn interchange(&self) -> Option<&'r Arc<Interchange>> {
        self.region.interchange.as_ref()
    }

    /// The group it came in.
    pub fn group(&self) -> Option<&'r Arc<Group>> {
        self.region.group.as_ref()
    }

    /// The telex or mail lines before its interchange.
    pub fn envelope(&self) -> Option<&'r Envelope> {
        self.region.envelope.as_ref()
    }

    /// What was noticed about syntax and envelopes, in the order of the bytes.
    pub fn diagnostics(&self) -> &'r [Diagnostic] {
        &self.region.diagnostics
    }

    fn entries(&self) -> &'r [Entry] {
        self.tape
            .entries
            .get(self.region.body.clone())
            .unwrap_or_default()
    }
}
