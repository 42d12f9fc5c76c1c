//! The second pass: tokens become segments, and what senders got wrong is mended.
//!
//! Mended here, because it changes where segments begin and end: unreleased terminators inside
//! text, forgotten terminators before a line break, typographic apostrophes as terminators, empty
//! segments. Everything else about a segment's content waits until somebody asks for it.

use std::borrow::Cow;

use tidewaiter_diagnostics::{Code, Span, codes::syntax as code};

use super::advice::Separators;
use super::scan::Scanner;
use super::tags;
use crate::limits::{SEGMENT_BYTES_MAX, SEGMENT_COMPONENTS_MAX};

/// Bytes that are looked at before segments are taken from them. Small, so that little is looked
/// at in vain when an interchange ends and the next one has other separators.
const STEP: usize = 4096;

/// Characters of a full telex line (Type B).
const TELEX_LINE: usize = 69;

/// One component: where it begins and ends, and whether it also begins an element.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Token {
    start: u32,
    /// The end in the low bits, flags in the high ones.
    end: u32,
}

impl Token {
    /// It begins an element.
    pub(super) const ELEMENT: u32 = 1 << 31;
    /// It holds a release, a control character or bytes that are not ASCII.
    pub(super) const UNCLEAN: u32 = 1 << 30;
    /// It begins a repetition of its element.
    pub(super) const REPETITION: u32 = 1 << 29;
    /// In the list of segment ends: a component of the segment is unclean.
    pub(super) const SEGMENT_UNCLEAN: u32 = 1 << 31;
    const FLAGS: u32 = Self::ELEMENT | Self::UNCLEAN | Self::REPETITION;

    #[inline]
    pub(super) fn new(start: u32, end: u32, flags: u32) -> Self {
        Self {
            start,
            end: end | flags,
        }
    }

    /// Offset of its first byte.
    #[inline]
    pub fn start(self) -> u32 {
        self.start
    }

    /// Offset after its last byte: of the separator that closes it.
    #[inline]
    pub fn end(self) -> u32 {
        self.end & !Self::FLAGS
    }

    /// Whether it begins an element.
    #[inline]
    pub fn begins_element(self) -> bool {
        self.end & Self::ELEMENT != 0
    }

    /// Whether it begins a repetition of its element.
    #[inline]
    pub fn begins_repetition(self) -> bool {
        self.end & Self::REPETITION != 0
    }

    /// Whether its bytes are not its text: they hold a release, a control character or bytes that
    /// are not ASCII.
    #[inline]
    pub fn is_unclean(self) -> bool {
        self.end & Self::UNCLEAN != 0
    }

    fn flags(self) -> u32 {
        self.end & Self::FLAGS
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let element = if self.begins_element() { "+" } else { ":" };
        write!(f, "{element}{}..{}", self.start(), self.end())
    }
}

/// A segment: its tag and which tokens it has, the tag's own included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) tag: [u8; 3],
    pub(super) first: u32,
    pub(super) count: u32,
}

/// What the second pass found next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A segment; its number in [`Tape::entries`].
    Segment(usize),
    /// UNA at the place of a segment: another interchange begins there.
    Boundary(usize),
    /// Bytes that are no segment and belong to none before them.
    Stray(Span),
    /// More bytes are needed.
    More,
    /// Nothing is left.
    End,
}

/// A thing that was mended, relative to the window.
pub(super) struct Remark {
    pub(super) code: &'static Code,
    pub(super) span: Span,
    pub(super) segment: usize,
    pub(super) text: Cow<'static, str>,
}

/// Tokens and segments of a run of bytes.
pub(super) struct Tape {
    scanner: Scanner,
    separators: Separators,
    pub(super) tokens: Vec<Token>,
    ends: Vec<u32>,
    pub(super) entries: Vec<Entry>,
    /// How many of `ends` have become entries or were passed over.
    taken: usize,
    /// Token at which the next segment begins.
    next: usize,
    /// The end of the input, once what no terminator closes there was taken as a segment.
    finished: Option<u32>,
    pub(super) remarks: Vec<Remark>,
    pub(super) oddities: Oddities,
}

/// What happens many times in a message when it happens at all, counted instead of listed.
#[derive(Clone, Copy, Default)]
pub(super) struct Oddities {
    /// Line breaks inside segments: the first, and how many.
    pub(super) folds: Option<(Span, u32)>,
    /// Control characters, byte order marks and hard spaces inside segments.
    pub(super) controls: Option<(Span, u32)>,
    /// Release characters before a character that needs none, or before nothing.
    pub(super) dangling: Option<(Span, u32)>,
}

impl Oddities {
    /// Counts those of an unclean component whose bytes begin at `start`.
    fn count(&mut self, bytes: &[u8], start: u32, separators: &Separators) {
        let mut i = 0;
        while let Some(&b) = bytes.get(i) {
            let slot = match b {
                b'\n' => Some(&mut self.folds),
                b'\r' => None,
                _ if Some(b) == separators.release => {
                    i += 1;
                    let next = bytes.get(i).copied();
                    (!next.is_some_and(|n| n.is_ascii_punctuation())).then_some(&mut self.dangling)
                }
                0..0x20 | 0x7F => Some(&mut self.controls),
                0xC2 if bytes.get(i + 1) == Some(&0xA0) => Some(&mut self.controls),
                0xEF if bytes[i..].starts_with(b"\xEF\xBB\xBF") => Some(&mut self.controls),
                _ => None,
            };
            if let Some(slot) = slot {
                let at = start + i as u32;
                slot.get_or_insert((Span::new(at, at + 1), 0)).1 += 1;
            }
            i += 1;
        }
    }
}

impl Tape {
    pub(super) fn new() -> Self {
        Self {
            scanner: Scanner::new(&Separators::DEFAULT, 0),
            separators: Separators::DEFAULT,
            tokens: Vec::new(),
            ends: Vec::new(),
            entries: Vec::new(),
            taken: 0,
            next: 0,
            finished: None,
            remarks: Vec::new(),
            oddities: Oddities::default(),
        }
    }

    /// Forgets everything and begins anew at `at`.
    pub(super) fn restart(&mut self, separators: &Separators, at: usize) {
        self.separators = *separators;
        self.scanner = Scanner::new(separators, at);
        self.tokens.clear();
        self.ends.clear();
        self.taken = 0;
        self.next = 0;
        self.finished = None;
        self.forget_entries();
    }

    fn forget_entries(&mut self) {
        self.entries.clear();
        self.remarks.clear();
        self.oddities = Oddities::default();
    }

    /// Forgets the segments taken so far and the tokens they stand on; what was looked at beyond
    /// them stays.
    pub(super) fn forget_taken(&mut self) {
        let gone = self.next;
        self.tokens.drain(..gone);
        self.ends.drain(..self.taken);
        for end in &mut self.ends {
            *end -= gone as u32;
        }
        self.taken = 0;
        self.next = 0;
        self.forget_entries();
    }

    /// Puts the last segment back, so that it is the next one again.
    pub(super) fn put_back(&mut self) {
        if let Some(entry) = self.entries.pop() {
            self.next = entry.first as usize;
            self.taken -= 1;
        }
    }

    /// Offset of the first byte that no entry has taken.
    pub(super) fn position(&self) -> usize {
        self.tokens.get(self.next).map_or_else(
            || self.finished.unwrap_or(self.scanner.open()),
            |t| t.start(),
        ) as usize
    }

    /// The next segment of `window`; `whole` says that nothing follows the window.
    pub(super) fn step(&mut self, window: &[u8], whole: bool) -> Step {
        loop {
            while self.taken == self.ends.len() {
                if self.scanner.position() < window.len() {
                    let end = self.scanner.position() + STEP;
                    self.scanner
                        .scan(window, end, &mut self.tokens, &mut self.ends);
                } else if !whole {
                    return Step::More;
                } else if !self.close_open_end(window) {
                    return Step::End;
                }
            }
            let end = self.ends[self.taken];
            let unclean = end & Token::SEGMENT_UNCLEAN != 0;
            let end = (end & !Token::SEGMENT_UNCLEAN) as usize;
            self.taken += 1;
            let first = std::mem::replace(&mut self.next, end);
            if !unclean {
                // The common case, without a second look at the bytes.
                let tag = self.tokens[first];
                if tag.end() == tag.start() + 3 && second_begins_element(&self.tokens[first..end]) {
                    let s = tag.start() as usize;
                    if let [a @ b'A'..=b'Z', b @ b'A'..=b'Z', c @ b'A'..=b'Z'] = window[s..s + 3] {
                        return self.add([a, b, c], first, end);
                    }
                }
            }
            if let Some(step) = self.careful(window, first, end, unclean) {
                return step;
            }
        }
    }

    fn add(&mut self, tag: [u8; 3], first: usize, end: usize) -> Step {
        self.entries.push(Entry {
            tag,
            first: first as u32,
            count: (end - first) as u32,
        });
        Step::Segment(self.entries.len() - 1)
    }

    /// At the end of the input: makes a segment of what no terminator closes. False when there is
    /// nothing but white space.
    fn close_open_end(&mut self, window: &[u8]) -> bool {
        if self.finished.replace(window.len() as u32).is_some() {
            return false;
        }
        let open_tokens = self.tokens.len() - self.next;
        let (token, unclean) = self.scanner.open_token(window.len());
        let rest = &window[(token.start() as usize).min(window.len())..];
        if open_tokens == 0 && is_blank(rest) {
            return false;
        }
        self.tokens.push(token);
        let flag = if unclean { Token::SEGMENT_UNCLEAN } else { 0 };
        self.ends.push(self.tokens.len() as u32 | flag);
        true
    }

    /// Whether segment `number` was closed by the end of the input and not by a terminator.
    pub(super) fn is_cut_off(&self, entry: &Entry, window: &[u8]) -> bool {
        let last = self.tokens[(entry.first + entry.count) as usize - 1];
        window.get(last.end() as usize) != Some(&self.separators.terminator)
    }

    /// Ends the last segment at its first line break when the input ends before a terminator: what
    /// follows on further lines is no part of it.
    pub(super) fn end_at_line(&mut self, window: &[u8]) {
        let Some(entry) = self.entries.last().copied() else {
            return;
        };
        let (first, end) = (entry.first as usize, (entry.first + entry.count) as usize);
        if !self.is_cut_off(&entry, window) || end != self.tokens.len() {
            return;
        }
        let start = self.tokens[first].start() as usize;
        let Some(line) = memchr::memchr(b'\n', &window[start..]) else {
            return;
        };
        let line = (start + line) as u32;
        let kept = self.tokens[first..]
            .iter()
            .take_while(|t| t.start() <= line)
            .count();
        self.tokens.truncate(first + kept);
        if let (Some(last), Some(entry)) = (self.tokens.last_mut(), self.entries.last_mut()) {
            *last = Token::new(last.start(), last.end().min(line), last.flags());
            entry.count = kept as u32;
        }
        self.next = self.tokens.len();
        self.finished = Some(line);
    }

    /// A segment that is not plainly one: white space before it, folds, forgotten or unreleased
    /// terminators, lower case, no tag. `None` when it was joined to the one before or was empty.
    fn careful(&mut self, window: &[u8], first: usize, end: usize, unclean: bool) -> Option<Step> {
        let mut end = end;
        self.trim_front(window, first);
        if self.tokens[first].start() == self.tokens[first].end() && end == first + 1 {
            let at = self.tokens[first].end();
            if window.get(at as usize) == Some(&self.separators.terminator) {
                self.remark(
                    &code::EMPTY_SEGMENT,
                    Span::new(at, at + 1),
                    "an empty segment was skipped",
                );
            }
            return None;
        }
        let start = self.tokens[first].start() as usize;
        if window[start..].starts_with(b"UNA") && !second_begins_element(&self.tokens[first..end]) {
            self.next = first;
            self.taken -= 1;
            return Some(Step::Boundary(start));
        }
        if unclean {
            end = self.split_inside(window, first, end);
        }
        let text = clean(window, self.tokens[first]);
        let tag = text.trim_ascii_end();
        let name: Option<[u8; 3]> = tag.try_into().ok();
        if let Some(name) = name.filter(|n| n.iter().all(u8::is_ascii_alphabetic))
            && second_begins_element(&self.tokens[first..end])
        {
            return Some(self.add(name.map(|b| b.to_ascii_uppercase()), first, end));
        }
        let last = self.tokens[end - 1].end();
        let closed = window.get(last as usize) == Some(&self.separators.terminator);
        let span = Span::new(self.tokens[first].start(), last + u32::from(closed));
        match self.entries.last().copied() {
            Some(before) if !is_service(before.tag) => {
                self.join(before, first, end);
                None
            }
            _ => Some(Step::Stray(span)),
        }
    }

    /// Takes white space and control characters off the front of a segment.
    fn trim_front(&mut self, window: &[u8], first: usize) {
        let token = self.tokens[first];
        let bytes = Span::new(token.start(), token.end()).of(window);
        let blank = bytes.iter().take_while(|b| **b <= b' ').count() as u32;
        let blank = blank
            + if bytes[blank as usize..].starts_with(b"\xEF\xBB\xBF") {
                3
            } else {
                0
            };
        let rest = &bytes[blank as usize..];
        let still = rest
            .iter()
            .any(|&b| !(0x20..0x80).contains(&b) || Some(b) == self.separators.release);
        let flags = token.flags() & !Token::UNCLEAN | if still { Token::UNCLEAN } else { 0 };
        self.tokens[first] = Token::new(token.start() + blank, token.end(), flags);
    }

    /// Finds segments inside a segment: behind a forgotten terminator at a line break, or behind a
    /// typographic apostrophe. Splits at the first and returns the new end.
    fn split_inside(&mut self, window: &[u8], first: usize, end: usize) -> usize {
        for i in first..end {
            let token = self.tokens[i];
            if !token.is_unclean() {
                continue;
            }
            let bytes = Span::new(token.start(), token.end()).of(window);
            self.oddities.count(bytes, token.start(), &self.separators);
            let next_is_element =
                i + 1 < end && self.tokens[i + 1].begins_element() || i + 1 == end;
            let Some(split) = find_split(bytes, i > first, next_is_element) else {
                continue;
            };
            let (cut, tag_at) = (token.start() + split.cut, token.start() + split.tag);
            if *split.code == code::MISSING_TERMINATOR && is_telex_line(window, cut as usize) {
                continue;
            }
            let span = Span::new(cut, tag_at);
            self.remark(split.code, span, split.text);
            // One token becomes two: the text before, and the tag of the new segment.
            self.tokens[i] = Token::new(token.start(), cut, token.flags());
            self.tokens
                .insert(i + 1, Token::new(tag_at, token.end(), Token::ELEMENT));
            for later in &mut self.ends[self.taken - 1..] {
                *later += 1;
            }
            self.ends
                .insert(self.taken - 1, (i + 1) as u32 | Token::SEGMENT_UNCLEAN);
            self.ends[self.taken] |= Token::SEGMENT_UNCLEAN;
            self.next = i + 1;
            return i + 1;
        }
        end
    }

    /// Joins a run of tokens that is no segment to the segment before: its terminator was text.
    ///
    /// Empty segments between the two become text with it.
    fn join(&mut self, before: Entry, first: usize, end: usize) {
        let last = (before.first + before.count) as usize - 1;
        let (a, b) = (self.tokens[last], self.tokens[first]);
        let terminator = Span::new(a.end(), b.start().max(a.end() + 1));
        self.tokens[last] = Token::new(a.start(), b.end(), a.flags() | Token::UNCLEAN);
        self.tokens.drain(last + 1..=first);
        let gone = (first - last) as u32;
        for later in &mut self.ends[self.taken - 1..] {
            *later -= gone;
        }
        self.next = end - gone as usize;
        let number = self.entries.len() - 1;
        self.entries[number].count = (self.next - before.first as usize) as u32;
        self.remarks.push(Remark {
            code: &code::UNRELEASED_TERMINATOR,
            span: terminator,
            segment: number,
            text: "this terminator is followed by no segment; it was read as text".into(),
        });
    }

    fn remark(&mut self, code: &'static Code, span: Span, text: &'static str) {
        let segment = self.entries.len();
        self.remarks.push(Remark {
            code,
            span,
            segment,
            text: text.into(),
        });
    }

    /// Whether a segment keeps the limits that bound the work on it.
    pub(super) fn is_within_limits(&self, entry: &Entry) -> bool {
        let tokens = &self.tokens[entry.first as usize..(entry.first + entry.count) as usize];
        let bytes = tokens.last().map_or(0, |t| t.end()) - tokens.first().map_or(0, |t| t.start());
        tokens.len() <= SEGMENT_COMPONENTS_MAX + 1 && bytes as usize <= SEGMENT_BYTES_MAX
    }
}

/// Whether the token after the tag begins an element, or there is none: what follows a tag is an
/// element separator or a terminator, nothing else.
#[inline]
fn second_begins_element(tokens: &[Token]) -> bool {
    tokens.get(1).is_none_or(|t| t.begins_element())
}

/// Tags of the segments that hold an interchange together; text is never joined to them.
fn is_service(tag: [u8; 3]) -> bool {
    matches!(&tag, b"UNB" | b"UNG" | b"UNT" | b"UNE" | b"UNZ")
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| *b <= b' ')
}

/// The bytes of a token without control characters, for looking at tags.
fn clean(window: &[u8], token: Token) -> Cow<'_, [u8]> {
    let bytes = Span::new(token.start(), token.end()).of(window);
    if token.is_unclean() {
        Cow::Owned(bytes.iter().copied().filter(|b| *b >= b' ').collect())
    } else {
        Cow::Borrowed(bytes)
    }
}

/// Whether the line that ends at `end` is as long as telex lines are: then it is a fold, and that
/// a tag seems to begin the next line is chance.
fn is_telex_line(window: &[u8], end: usize) -> bool {
    let start = memchr::memrchr(b'\n', &window[..end]).map_or(0, |at| at + 1);
    end - start == TELEX_LINE
}

/// Where a token must be split.
struct Split {
    /// Offset in the token at which the segment before ends.
    cut: u32,
    /// Offset at which the tag of the next one begins.
    tag: u32,
    code: &'static Code,
    text: &'static str,
}

/// Looks for a segment that begins inside a token.
///
/// Behind a line break it must be a known tag followed by an element separator, behind a
/// typographic apostrophe any three capital letters are enough.
fn find_split(bytes: &[u8], inside: bool, next_is_element: bool) -> Option<Split> {
    if !next_is_element {
        return None;
    }
    // Only the last three letters of a token can be a tag: an element separator follows them.
    let text = bytes.trim_ascii_end();
    let tag = text.len().checked_sub(3)?;
    let letters = text.get(tag..)?;
    let before = text.get(..tag)?;
    let blank = before.iter().rev().take_while(|b| **b <= b' ').count();
    let stem = &before[..before.len() - blank];
    let quote = [&b"\xE2\x80\x99"[..], b"\xE2\x80\x98", b"\x92"]
        .into_iter()
        .find(|q| stem.ends_with(q));
    if let Some(quote) = quote.filter(|_| letters.iter().all(u8::is_ascii_uppercase)) {
        return Some(Split {
            cut: (stem.len() - quote.len()) as u32,
            tag: tag as u32,
            code: &code::FOREIGN_TERMINATOR,
            text: "a typographic apostrophe was read as the segment terminator",
        });
    }
    let broken = before
        .iter()
        .rev()
        .take(blank)
        .any(|b| *b == b'\n' || *b == b'\r');
    (inside && broken && tags::is_known(letters)).then_some(Split {
        cut: stem.len() as u32,
        tag: tag as u32,
        code: &code::MISSING_TERMINATOR,
        text: "a segment begins on a new line, but the one before it has no terminator",
    })
}
