//! Segments, elements and components as their reader sees them.

use std::borrow::Cow;

use tidewaiter_diagnostics::{SegmentPath, Span};

use super::advice::Separators;
use super::charset::{Charset, Decoded};
use super::tape::{Entry, Tape, Token};

/// A segment tag in capital letters; zero bytes for a segment that was beyond the limits.
pub type Tag = [u8; 3];

/// What is the same for every segment of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'m> {
    pub(super) window: &'m [u8],
    /// Offset in the window to which spans are relative.
    pub(super) origin: u32,
    pub(super) separators: Separators,
    pub(super) charset: Charset,
}

/// One segment.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'m> {
    context: &'m Context<'m>,
    tokens: &'m [Token],
    tag: Tag,
    number: u32,
}

impl<'m> Segment<'m> {
    pub(super) fn new(
        context: &'m Context<'m>,
        tape: &'m Tape,
        entry: &Entry,
        number: u32,
    ) -> Self {
        let first = entry.first as usize;
        let tokens = tape
            .tokens
            .get(first..first + entry.count as usize)
            .unwrap_or_default();
        Self {
            context,
            tokens,
            tag: entry.tag,
            number,
        }
    }

    /// The tag.
    #[inline]
    pub fn tag(&self) -> Tag {
        self.tag
    }

    /// Number in the message; UNH is 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Its place in the structure of the message.
    pub fn path(&self) -> SegmentPath {
        SegmentPath::segment(self.number, self.tag)
    }

    /// The bytes from the tag to the terminator, which is included where there is one.
    pub fn span(&self) -> Span {
        let (Some(first), Some(last)) = (self.tokens.first(), self.tokens.last()) else {
            return Span::default();
        };
        let closed = self.context.window.get(last.end() as usize)
            == Some(&self.context.separators.terminator);
        let origin = self.context.origin;
        Span::new(
            first.start() - origin,
            last.end() + u32::from(closed) - origin,
        )
    }

    /// How many elements it has, the tag not counted.
    pub fn element_count(&self) -> usize {
        self.tokens
            .iter()
            .skip(1)
            .filter(|t| t.begins_element())
            .count()
    }

    /// Component `component` of element `element`, both 1-based as in the standards; an empty one
    /// when the segment is shorter. Of a repeated element it is the first repetition.
    #[inline]
    pub fn component(&self, element: u8, component: u8) -> Component<'m> {
        let mut at = 0;
        let mut tokens = self.tokens.get(1..).unwrap_or_default().iter();
        while let Some(token) = tokens.next() {
            at += u8::from(token.begins_element());
            if at == element {
                if component == 1 {
                    return self.view(*token, element, 1);
                }
                let rest = tokens.as_slice();
                let index = component as usize - 2;
                let within = rest
                    .iter()
                    .take(index + 1)
                    .all(|t| !t.begins_element() && !t.begins_repetition());
                return match rest.get(index) {
                    Some(token) if within => self.view(*token, element, component),
                    _ => self.nothing(element, component),
                };
            }
        }
        self.nothing(element, component)
    }

    /// Every component with its place; the tag is left out.
    pub fn components(&self) -> impl Iterator<Item = Component<'m>> + use<'m> {
        let segment = *self;
        let (mut element, mut component) = (0u8, 0u8);
        self.tokens.iter().skip(1).map(move |token| {
            if token.begins_element() {
                (element, component) = (element.saturating_add(1), 1);
            } else {
                component = component.saturating_add(1);
            }
            segment.view(*token, element, component)
        })
    }

    /// The components of one element, repetitions one after the other.
    pub fn element(&self, element: u8) -> impl Iterator<Item = Component<'m>> + use<'m> {
        self.components().filter(move |c| c.element == element)
    }

    /// What follows element `element` as a segment of its own: for a segment whose terminator was
    /// forgotten, so that the next tag is glued to that element. `None` when nothing follows.
    pub fn behind(&self, element: u8, tag: Tag) -> Option<Self> {
        let mut at = 0;
        let next = self.tokens.iter().skip(1).position(|token| {
            at += u16::from(token.begins_element());
            at > u16::from(element)
        })?;
        Some(Self {
            tokens: &self.tokens[next..],
            tag,
            ..*self
        })
    }

    /// The text of a component, empty when it is not there.
    #[inline]
    pub fn text(&self, element: u8, component: u8) -> Cow<'m, str> {
        self.component(element, component).text()
    }

    /// The segment after its tag, as written but for folds: for what is kept without being
    /// understood.
    pub fn written(&self) -> Cow<'m, str> {
        let (Some(first), Some(last)) = (self.tokens.first(), self.tokens.last()) else {
            return Cow::Borrowed("");
        };
        let start = (first.end() + 1).min(last.end());
        let bytes = Span::new(start, last.end()).of(self.context.window);
        if bytes.iter().any(|b| *b < b' ') {
            let kept: Vec<u8> = bytes.iter().copied().filter(|b| *b >= b' ').collect();
            return Cow::Owned(self.context.charset.decode(&kept).text.into_owned());
        }
        self.context.charset.decode(bytes).text
    }

    #[inline]
    fn view(&self, token: Token, element: u8, component: u8) -> Component<'m> {
        let (mut start, mut end) = (token.start(), token.end());
        let window = self.context.window;
        while start < end && window[start as usize] == b' ' {
            start += 1;
        }
        while start < end && window[end as usize - 1] == b' ' {
            end -= 1;
        }
        Component {
            context: self.context,
            start,
            end,
            unclean: token.is_unclean(),
            element,
            component,
        }
    }

    fn nothing(&self, element: u8, component: u8) -> Component<'m> {
        let at = self.tokens.last().map_or(self.context.origin, |t| t.end());
        Component {
            context: self.context,
            start: at,
            end: at,
            unclean: false,
            element,
            component,
        }
    }
}

/// One component, without the spaces around it.
#[derive(Clone, Copy, Debug)]
pub struct Component<'m> {
    context: &'m Context<'m>,
    start: u32,
    end: u32,
    unclean: bool,
    element: u8,
    component: u8,
}

impl<'m> Component<'m> {
    /// Where it stands; relative to the message's first byte.
    #[inline]
    pub fn span(&self) -> Span {
        let origin = self.context.origin;
        Span::new(self.start - origin, self.end - origin)
    }

    /// Its place in the segment: element and component, 1-based.
    pub fn place(&self) -> (u8, u8) {
        (self.element, self.component)
    }

    /// Whether nothing is written.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The bytes as written, release characters included.
    #[inline]
    pub fn raw(&self) -> &'m [u8] {
        self.context
            .window
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }

    /// The bytes it means: release characters and control characters taken out.
    #[inline]
    pub fn bytes(&self) -> Cow<'m, [u8]> {
        if self.unclean {
            Cow::Owned(self.cleaned())
        } else {
            Cow::Borrowed(self.raw())
        }
    }

    /// Its text.
    #[inline]
    pub fn text(&self) -> Cow<'m, str> {
        self.decode().text
    }

    /// Its text, and whether the character set had to be guessed.
    pub fn decode(&self) -> Decoded<'m> {
        if !self.unclean
            && let Ok(text) = std::str::from_utf8(self.raw())
        {
            // Clean bytes are printable ASCII, the same in every set.
            return Decoded {
                text: Cow::Borrowed(text),
                guessed: None,
            };
        }
        let cleaned = self.cleaned();
        let Decoded { text, guessed } = self.context.charset.decode(&cleaned);
        let odd = |c: char| matches!(c, '\u{a0}' | '\u{feff}') || c.is_control();
        let text = if text.contains(odd) {
            text.chars()
                .filter_map(|c| {
                    if c == '\u{a0}' {
                        Some(' ')
                    } else {
                        (!odd(c)).then_some(c)
                    }
                })
                .collect()
        } else {
            text.into_owned()
        };
        Decoded {
            text: Cow::Owned(text),
            guessed,
        }
    }

    fn cleaned(&self) -> Vec<u8> {
        let raw = self.raw();
        let mut cleaned = Vec::with_capacity(raw.len());
        let mut bytes = raw.iter().copied();
        while let Some(byte) = bytes.next() {
            if Some(byte) == self.context.separators.release {
                // A fold may stand between the release character and what it releases.
                match bytes.find(|b| !matches!(b, b'\r' | b'\n')) {
                    Some(literal) => cleaned.push(literal),
                    None => cleaned.push(byte),
                }
            } else if byte >= b' ' && byte != 0x7F {
                cleaned.push(byte);
            }
        }
        cleaned
    }
}

/// The segments of a message between UNH and UNT.
#[derive(Clone)]
pub struct Segments<'m> {
    pub(super) context: &'m Context<'m>,
    pub(super) tape: &'m Tape,
    pub(super) entries: std::slice::Iter<'m, Entry>,
    pub(super) number: u32,
}

impl<'m> Iterator for Segments<'m> {
    type Item = Segment<'m>;

    #[inline]
    fn next(&mut self) -> Option<Segment<'m>> {
        let entry = self.entries.next()?;
        self.number += 1;
        Some(Segment::new(self.context, self.tape, entry, self.number))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}
