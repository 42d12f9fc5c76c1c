//! Finding messages: the walk from one UNH to the next.
//!
//! The input is divided into regions that lie end to end, so that every byte belongs to exactly
//! one. A region holds at most one message, what leads up to it (telex lines, UNA, UNB, UNG) and
//! what closes behind it (UNE, UNZ, telex trailer). A region without a message holds stray bytes
//! or an interchange without messages.

use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;
use tidewaiter_diagnostics::{Code, Diagnostic, SegmentPath, Span, codes::syntax as code};

use super::advice::{self, Separators};
use super::charset::Charset;
use super::envelope::{self, Envelope};
use super::header::{Group, Interchange};
use super::segment::{Context, Segment};
use super::tape::{Step, Tape};
use crate::limits::{MESSAGE_BYTES_MAX, MESSAGE_SEGMENTS_MAX, STRAY_BYTES_MAX};

/// What is carried from one region to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// The interchange we are in.
    pub(super) interchange: Option<Arc<Interchange>>,
    pub(super) group: Option<Arc<Group>>,
    messages: u32,
    groups: u32,
    messages_in_group: u32,
}

/// One region, spans relative to its first byte.
#[derive(Debug, Default)]
pub(super) struct Region {
    /// Offsets in the window.
    pub(super) bytes: Range<usize>,
    /// The entries of the message: UNH first.
    pub(super) body: Range<usize>,
    /// Whether the last entry of the body is UNT.
    pub(super) closed: bool,
    pub(super) envelope: Option<Envelope>,
    pub(super) interchange: Option<Arc<Interchange>>,
    pub(super) group: Option<Arc<Group>>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// What a walk came to.
pub(super) enum Outcome {
    /// The window ends too early.
    More,
    /// Nothing is left.
    End,
    /// A region, and what holds after it.
    Found(Box<(Region, State)>),
}

/// Walks from `at` to the end of the region that begins there.
///
/// `tape` stands at `at` when `state` is inside an interchange. `whole` says that nothing follows
/// the window.
pub(super) fn walk(
    tape: &mut Tape,
    window: &[u8],
    at: usize,
    whole: bool,
    state: &State,
) -> Outcome {
    Walk {
        tape,
        window,
        whole,
        state: state.clone(),
        region: Region {
            bytes: at..at,
            interchange: state.interchange.clone(),
            ..Region::default()
        },
        opened: false,
        unh: None,
        unt: None,
    }
    .run()
}

struct Walk<'w> {
    tape: &'w mut Tape,
    window: &'w [u8],
    whole: bool,
    state: State,
    region: Region,
    /// Whether this region began with the beginning of its interchange.
    opened: bool,
    unh: Option<usize>,
    unt: Option<usize>,
}

impl<'w> Walk<'w> {
    fn run(&mut self) -> Outcome {
        let start = self.region.bytes.start;
        if self.state.interchange.is_none() {
            match self.open() {
                Some(None) => {}
                Some(Some(end)) => return self.found(end),
                None if self.whole => return Outcome::End,
                None => return Outcome::More,
            }
            self.opened = true;
        }
        loop {
            if self.tape.position().saturating_sub(start) > MESSAGE_BYTES_MAX
                || self.tape.entries.len() > MESSAGE_SEGMENTS_MAX
            {
                return self.cut_off();
            }
            match self.tape.step(self.window, self.whole) {
                Step::More if self.window.len() - start > MESSAGE_BYTES_MAX => {
                    return self.cut_off();
                }
                Step::More => return Outcome::More,
                Step::End => return self.end_of_input(),
                Step::Boundary(at) => {
                    self.missing_trailer();
                    self.state = State::default();
                    return self.found(at);
                }
                Step::Stray(span) => self.stray(span),
                Step::Segment(number) => {
                    if let Some(outcome) = self.segment(number) {
                        return outcome;
                    }
                }
            }
        }
    }

    /// Finds and reads the beginning of an interchange. `Some(None)` when the tape stands at its
    /// first segment, `Some(Some(end))` when the region ends without one, `None` when more bytes
    /// are needed or nothing is left.
    fn open(&mut self) -> Option<Option<usize>> {
        let at = self.region.bytes.start;
        self.tape.restart(&Separators::DEFAULT, at);
        let rest = &self.window[at..];
        let Some(found) = find_opening(rest, self.whole) else {
            let blank = rest.iter().all(|b| *b <= b' ');
            if self.whole && blank {
                return None;
            }
            if self.whole || rest.len() > STRAY_BYTES_MAX {
                self.diagnose(
                    &code::STRAY_BYTES,
                    at..self.window.len(),
                    "no interchange here",
                );
                return Some(Some(self.window.len()));
            }
            return None;
        };
        let opening = match advice::open(self.window, at + found) {
            Some(opening) => opening,
            None if !self.whole => return None,
            None => {
                self.diagnose(
                    &code::TRUNCATED,
                    at..self.window.len(),
                    "the input ends in UNA",
                );
                return Some(Some(self.window.len()));
            }
        };
        self.prelude(at..at + found);
        if let Some((code, text)) = opening.remark {
            self.diagnose(code, at + found..opening.first_segment + 3, text);
        }
        // UNB is read first with the separators of UNA, to learn whether repetition is in use.
        let plain = Separators {
            repetition: None,
            ..opening.separators
        };
        self.tape.restart(&plain, opening.first_segment);
        if self.window[opening.first_segment..].starts_with(b"UNB") {
            let header = match self.tape.step(self.window, self.whole) {
                Step::Segment(number) => {
                    let context = Context {
                        separators: plain,
                        ..self.context()
                    };
                    let unb = Segment::new(&context, self.tape, &self.tape.entries[number], 0);
                    Interchange::of_segment(&unb, opening.separators)
                }
                Step::More => return None,
                _ => Interchange::absent(plain),
            };
            if header.charset == Charset::Unknown {
                let span = opening.first_segment..opening.first_segment + 3;
                self.diagnose(
                    &code::UNKNOWN_SYNTAX,
                    span,
                    format!("UNB names the syntax identifier {:?}", clip(&header.syntax)),
                );
            }
            if header.test {
                let span = opening.first_segment..opening.first_segment + 3;
                self.diagnose(
                    &code::TEST_INDICATOR,
                    span,
                    "UNB marks this interchange as a test",
                );
            }
            self.tape.restart(&header.separators, opening.first_segment);
            self.state.interchange = Some(Arc::new(header));
        } else {
            let span = opening.first_segment..opening.first_segment + 3;
            self.diagnose(&code::MISSING_UNB, span, "the message begins without UNB");
            self.state.interchange = Some(Arc::new(Interchange::absent(plain)));
        }
        self.region.interchange.clone_from(&self.state.interchange);
        Some(None)
    }

    /// What stands before an interchange: an envelope, or stray bytes.
    fn prelude(&mut self, range: Range<usize>) {
        let bytes = &self.window[range.clone()];
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        if text.iter().all(|b| *b <= b' ' && !matches!(b, 0x01 | 0x02)) {
            return;
        }
        let span = self.span(range.clone());
        self.region.envelope = Envelope::read(bytes, span);
        if self.region.envelope.is_some() {
            self.diagnose(
                &code::TRANSPORT_ENVELOPE,
                range,
                "telex or mail lines were taken off",
            );
        } else {
            self.diagnose(
                &code::STRAY_BYTES,
                range,
                "these bytes stand before the interchange and were not read",
            );
        }
    }

    /// Takes one segment; `Some` when the region ends with or before it.
    fn segment(&mut self, number: usize) -> Option<Outcome> {
        let entry = self.tape.entries[number];
        if !self.tape.is_within_limits(&entry) {
            self.tape.entries[number].tag = [0; 3];
            let tokens = &self.tape.tokens[entry.first as usize..][..entry.count as usize];
            let range = tokens.first().map_or(0, |t| t.start()) as usize
                ..tokens.last().map_or(0, |t| t.end()) as usize;
            self.diagnose(
                &code::LIMIT_EXCEEDED,
                range,
                "this segment is larger than any genuine one; it was kept but not read",
            );
            return None;
        }
        match &entry.tag {
            b"UNH" => {
                if self.unh.is_some() {
                    if self.unt.is_none() {
                        self.diagnose_segment(
                            &code::MISSING_UNT,
                            number,
                            "another message begins before UNT closed this one",
                        );
                    }
                    return Some(self.before(number));
                }
                self.unh = Some(number);
                self.state.messages += 1;
                self.state.messages_in_group += 1;
                self.region.group.clone_from(&self.state.group);
            }
            b"UNT" if self.unh.is_some() && self.unt.is_none() => {
                self.unt = Some(number);
                self.check_unt(number);
            }
            b"UNG" => {
                if self.unh.is_some() {
                    if self.unt.is_none() {
                        self.diagnose_segment(
                            &code::MISSING_UNT,
                            number,
                            "a group begins before UNT closed the message",
                        );
                    }
                    return Some(self.before(number));
                }
                let context = self.context();
                let group = Group::of_segment(&Segment::new(&context, self.tape, &entry, 0));
                self.state.group = Some(Arc::new(group));
                self.state.groups += 1;
                self.state.messages_in_group = 0;
            }
            b"UNE" => {
                self.check_trailer(number, "UNE");
                self.state.group = None;
            }
            b"UNZ" => {
                if self.unh.is_some() && self.unt.is_none() {
                    self.diagnose_segment(
                        &code::MISSING_UNT,
                        number,
                        "the interchange ends before UNT closed the message",
                    );
                }
                self.tape.end_at_line(self.window);
                self.check_trailer(number, "UNZ");
                return Some(self.after_interchange());
            }
            b"UNB" if number > 0 || !self.opened => {
                self.missing_trailer();
                self.state = State::default();
                return Some(self.before(number));
            }
            b"UNB" => {}
            _ if self.unh.is_some() && self.unt.is_none() => {}
            _ => {
                let context = self.context();
                let span = Segment::new(&context, self.tape, &entry, 0).span();
                let at = self.region.bytes.start;
                self.stray(Span::new(span.start + at as u32, span.end + at as u32));
            }
        }
        None
    }

    /// Behind UNZ: takes the envelope's end, and at the end of the input whatever is left.
    fn after_interchange(&mut self) -> Outcome {
        self.state = State::default();
        let end = self.tape.position();
        let rest = &self.window[end..];
        let Some(next) = find_opening(rest, self.whole) else {
            if self.whole {
                let trailer = envelope::is_trailer(rest);
                if !trailer {
                    self.diagnose(
                        &code::STRAY_BYTES,
                        end..self.window.len(),
                        "these bytes stand behind the interchange and were not read",
                    );
                } else if rest.iter().any(|b| *b > b' ' || *b == 0x03) {
                    self.diagnose(
                        &code::TRANSPORT_ENVELOPE,
                        end..self.window.len(),
                        "the end of a telex was taken off",
                    );
                }
                return self.found(self.window.len());
            }
            // What follows decides nothing about this interchange unless its envelope's end is
            // still to come; a full window of other bytes is left to the next region.
            if rest.len() < 4096 {
                return Outcome::More;
            }
            return self.found(end);
        };
        let trailer = envelope::trailer_len(&rest[..next]);
        if trailer > 0 {
            self.diagnose(
                &code::TRANSPORT_ENVELOPE,
                end..end + trailer,
                "the end of a telex was taken off",
            );
        }
        self.found(end + trailer)
    }

    fn check_unt(&mut self, number: usize) {
        let Some(unh) = self.unh else { return };
        let context = self.context();
        let first = Segment::new(&context, self.tape, &self.tape.entries[unh], 1);
        let last = Segment::new(&context, self.tape, &self.tape.entries[number], 0);
        let really = number - unh + 1;
        let declared = last.component(1, 1);
        let mut found = Vec::new();
        match declared.text().parse::<usize>() {
            Ok(n) if n == really => {}
            Ok(n) => found.push((
                &code::COUNT_OF_SEGMENTS,
                declared.span(),
                format!("UNT counts {n} segments, the message has {really}"),
            )),
            Err(_) => found.push((
                &code::COUNT_OF_SEGMENTS,
                declared.span(),
                format!("UNT gives no number of segments; the message has {really}"),
            )),
        }
        let reference = last.component(2, 1);
        if reference.text() != first.text(1, 1) {
            found.push((
                &code::REFERENCE_MISMATCH,
                reference.span(),
                "UNT does not repeat the reference of UNH".to_owned(),
            ));
        }
        let path = SegmentPath::segment(really as u32, *b"UNT");
        for (code, span, text) in found {
            self.region
                .diagnostics
                .push(Diagnostic::new(code, span, path, text));
        }
    }

    /// Compares UNE or UNZ with what it closes.
    fn check_trailer(&mut self, number: usize, name: &'static str) {
        let context = self.context();
        let trailer = Segment::new(&context, self.tape, &self.tape.entries[number], 0);
        let (really, reference) = if name == "UNE" {
            let Some(group) = &self.state.group else {
                return;
            };
            (self.state.messages_in_group, group.reference.as_str())
        } else {
            let Some(interchange) = &self.state.interchange else {
                return;
            };
            let counted = if self.state.groups > 0 {
                self.state.groups
            } else {
                self.state.messages
            };
            (counted, interchange.reference.as_str())
        };
        let declared = trailer.component(1, 1);
        let mut found = Vec::new();
        if declared.text().parse() != Ok(really) {
            found.push((
                &code::COUNT_OF_MESSAGES,
                declared.span(),
                format!(
                    "{name} counts {:?}, there are {really}",
                    clip(&declared.text())
                ),
            ));
        }
        let repeated = trailer.component(2, 1);
        if repeated.text() != reference {
            found.push((
                &code::REFERENCE_MISMATCH,
                repeated.span(),
                format!("{name} does not repeat the reference of its header"),
            ));
        }
        let path = trailer.path();
        for (code, span, text) in found {
            self.region
                .diagnostics
                .push(Diagnostic::new(code, span, path, text));
        }
    }

    fn missing_trailer(&mut self) {
        if self.unh.is_some() && self.unt.is_none() {
            let at = self.tape.position();
            self.diagnose(
                &code::TRUNCATED,
                at..at,
                "another interchange begins before this message is closed",
            );
        } else {
            let at = self.tape.position();
            self.diagnose(
                &code::MISSING_TRAILER,
                at..at,
                "another interchange begins before UNZ closed this one",
            );
        }
    }

    fn end_of_input(&mut self) -> Outcome {
        let end = self.window.len();
        let nothing = self.region.bytes.start == end;
        let headed = self
            .state
            .interchange
            .as_ref()
            .is_some_and(|i| !i.syntax.is_empty());
        if self.unh.is_some() && self.unt.is_none() {
            let text = match self.tape.entries.last() {
                Some(last) if self.tape.is_cut_off(last, self.window) => {
                    "the input ends in the middle of a segment"
                }
                _ => "the input ends before UNT closes the message",
            };
            self.diagnose(&code::TRUNCATED, end..end, text);
        } else if nothing {
            return Outcome::End;
        } else if headed {
            self.diagnose(
                &code::MISSING_TRAILER,
                end..end,
                "the input ends without UNZ",
            );
        }
        self.state = State::default();
        self.found(end)
    }

    /// A message beyond every limit: what was read of it stays, the rest is left to further
    /// regions.
    fn cut_off(&mut self) -> Outcome {
        let end = self.tape.position().max(self.region.bytes.start + 1);
        self.diagnose(
            &code::LIMIT_EXCEEDED,
            end..end,
            "the message is larger than any genuine one; it was read up to here",
        );
        self.found(end)
    }

    /// Ends the region before segment `number`, which the next region begins with.
    fn before(&mut self, number: usize) -> Outcome {
        let first = self.tape.entries[number].first as usize;
        let at = self.tape.tokens[first].start() as usize;
        self.tape.put_back();
        self.found(at)
    }

    fn found(&mut self, end: usize) -> Outcome {
        let mut region = std::mem::take(&mut self.region);
        region.bytes.end = end;
        if let Some(unh) = self.unh {
            let last = self.unt.map_or(self.tape.entries.len(), |unt| unt + 1);
            region.body = unh..last.max(unh + 1);
            region.closed = self.unt.is_some();
        }
        let first = self.unh.unwrap_or(0);
        self.remarks(&mut region, first);
        // What ends a region may stand behind it (the next UNH): it is pointed at from its end.
        let length = (region.bytes.end - region.bytes.start) as u32;
        for diagnostic in &mut region.diagnostics {
            let Span { start, end } = diagnostic.span;
            diagnostic.span = Span::new(start.min(length), end.min(length));
        }
        region
            .diagnostics
            .sort_by_key(|d| (d.span.start, d.span.end));
        Outcome::Found(Box::new((region, std::mem::take(&mut self.state))))
    }

    /// Turns what the tape mended into diagnostics.
    fn remarks(&mut self, region: &mut Region, unh: usize) {
        let origin = region.bytes.start as u32;
        let relative = |span: Span| {
            Span::new(
                span.start.saturating_sub(origin),
                span.end.saturating_sub(origin),
            )
        };
        for remark in self.tape.remarks.drain(..) {
            let tag = self
                .tape
                .entries
                .get(remark.segment)
                .map_or([0; 3], |e| e.tag);
            let number = (remark.segment + 1).saturating_sub(unh) as u32;
            let path = SegmentPath::segment(number, tag);
            let span = relative(remark.span);
            region
                .diagnostics
                .push(Diagnostic::new(remark.code, span, path, remark.text));
        }
        let oddities = std::mem::take(&mut self.tape.oddities);
        for (found, code, what) in [
            (
                oddities.folds,
                &code::LINE_FOLD,
                "line breaks inside segments were taken out",
            ),
            (
                oddities.controls,
                &code::CONTROL_CHARACTER,
                "control characters were dropped",
            ),
            (
                oddities.dangling,
                &code::DANGLING_RELEASE,
                "release characters stand where nothing needs one",
            ),
        ] {
            let Some((span, count)) = found else { continue };
            region.diagnostics.push(Diagnostic::new(
                code,
                relative(span),
                SegmentPath::default(),
                format!("{what} ({count}, the first here)"),
            ));
        }
    }

    fn stray(&mut self, span: Span) {
        self.diagnose(
            &code::STRAY_BYTES,
            span.start as usize..span.end as usize,
            "these bytes belong to no message and were not read",
        );
    }

    fn diagnose(
        &mut self,
        code: &'static Code,
        range: Range<usize>,
        text: impl Into<std::borrow::Cow<'static, str>>,
    ) {
        let span = self.span(range);
        self.region
            .diagnostics
            .push(Diagnostic::new(code, span, SegmentPath::default(), text));
    }

    fn diagnose_segment(&mut self, code: &'static Code, number: usize, text: &'static str) {
        let entry = &self.tape.entries[number];
        let first = self.tape.tokens[entry.first as usize];
        self.diagnose(code, first.start() as usize..first.end() as usize, text);
    }

    fn span(&self, range: Range<usize>) -> Span {
        let start = self.region.bytes.start;
        Span::from_range(range.start.saturating_sub(start)..range.end.saturating_sub(start))
    }

    /// How to look at segments of this interchange.
    fn context(&self) -> Context<'w> {
        let (separators, charset) = self
            .state
            .interchange
            .as_ref()
            .map_or((Separators::DEFAULT, Charset::Unknown), |i| {
                (i.separators, i.charset)
            });
        Context {
            window: self.window,
            origin: self.region.bytes.start as u32,
            separators,
            charset,
        }
    }
}

/// Offset of the first UNA, UNB or UNH in `bytes` that can begin an interchange.
fn find_opening(bytes: &[u8], whole: bool) -> Option<usize> {
    memmem::find_iter(bytes, b"UN").find(|&i| {
        let before = i.checked_sub(1).map(|b| bytes[b]);
        let Some(&letter) = bytes.get(i + 2) else {
            return false;
        };
        let follows = match bytes.get(i + 3) {
            Some(next) => next.is_ascii_punctuation(),
            None => !whole,
        };
        follows
            && matches!(letter, b'A' | b'B' | b'H')
            && !before.is_some_and(|b| b.is_ascii_alphanumeric())
    })
}

/// At most sixteen characters of a service value, for a diagnostic.
fn clip(text: &str) -> String {
    text.chars().take(16).collect()
}
