//! The first pass: every component of a run of bytes, without a look at what it means.
//!
//! Sixty-four bytes at a time are compared with the separators, which gives a bit for each byte
//! that matters; the rest is never looked at. Blocks with a release, a line break or a letter that
//! is not ASCII are rare and are walked a byte at a time.
//!
//! What the first pass cannot know (whether a terminator was meant as text, whether a line break
//! is a fold) is marked *unclean* and left to the second pass in [`super::tape`].

use super::advice::Separators;
use super::tape::Token;

/// A byte that ends a component.
const ENDS: u8 = 1;
/// It also begins an element.
const ELEMENT: u8 = 2;
/// It also ends the segment.
const TERMINATOR: u8 = 4;
/// A byte that makes its component unclean: release, control character, not ASCII.
const UNCLEAN: u8 = 8;
/// The release character.
const RELEASE: u8 = 16;
/// It begins a repetition of the same element.
const REPETITION: u8 = 32;

/// Bytes that are compared at once.
const BLOCK: usize = 64;

/// The bytes that matter, prepared for comparing.
#[derive(Clone, Debug)]
pub struct Scanner {
    class: [u8; 256],
    needles: Needles,
    /// Offset from which bytes have not been looked at.
    at: usize,
    /// Offset of the first byte of the open component.
    open: u32,
    /// Flags the open component will carry.
    flags: u32,
    /// Offset of a byte that a release character made literal.
    literal: usize,
    /// Whether a component of the open segment is unclean.
    segment_unclean: u32,
}

impl Scanner {
    /// A scanner that begins at `at` with a segment.
    pub fn new(separators: &Separators, at: usize) -> Self {
        let mut class = [0u8; 256];
        for (byte, slot) in class.iter_mut().enumerate() {
            if !(0x20..0x80).contains(&byte) {
                *slot = UNCLEAN;
            }
        }
        class[separators.component as usize] = ENDS;
        if let Some(repetition) = separators.repetition {
            class[repetition as usize] = ENDS | REPETITION;
        }
        if let Some(release) = separators.release {
            class[release as usize] = RELEASE | UNCLEAN;
        }
        class[separators.element as usize] = ENDS | ELEMENT;
        class[separators.terminator as usize] = ENDS | ELEMENT | TERMINATOR;
        // Zero is a control character and so odd in any case.
        let needles = Needles {
            component: separators.component,
            element: separators.element,
            terminator: separators.terminator,
            release: separators.release.unwrap_or(0),
            repetition: separators.repetition.unwrap_or(0),
        };
        Self {
            class,
            needles,
            at,
            open: offset(at),
            flags: Token::ELEMENT,
            literal: 0,
            segment_unclean: 0,
        }
    }

    /// Offset from which bytes have not been looked at.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Offset of the first byte of the component that is still open.
    pub(super) fn open(&self) -> u32 {
        self.open
    }

    /// The open component as it stands at `end`, and whether its segment is unclean: for the end of
    /// the input, where no separator closes it.
    pub(super) fn open_token(&self, end: usize) -> (Token, bool) {
        let token = Token::new(self.open, offset(end), self.flags);
        (
            token,
            (self.segment_unclean | self.flags & Token::UNCLEAN) != 0,
        )
    }

    /// Looks at `bytes` up to `end`, appending each component that is closed there to `tokens`,
    /// and for each segment that is closed the number of tokens so far, with
    /// `Token::SEGMENT_UNCLEAN` set when one of its components is unclean.
    pub fn scan(&mut self, bytes: &[u8], end: usize, tokens: &mut Vec<Token>, ends: &mut Vec<u32>) {
        let end = end.min(bytes.len());
        while self.at < end {
            let block_end = (self.at + BLOCK).min(end);
            let block = bytes.get(self.at..block_end).unwrap_or_default();
            match block.as_array::<BLOCK>() {
                Some(block) => {
                    let bits = masks(block, &self.needles);
                    if bits.odd == 0 && self.literal < self.at {
                        self.walk_clean(bits, tokens, ends);
                    } else {
                        self.walk(block, bits.ends | bits.odd, tokens, ends);
                    }
                }
                None => self.walk(block, u64::MAX >> (BLOCK - block.len()), tokens, ends),
            }
            self.at = block_end;
        }
    }

    /// Appends what one block stands for that holds nothing but plain text and separators.
    ///
    /// There is no branch on which separator comes next: in real messages that order cannot be
    /// predicted.
    #[inline]
    fn walk_clean(&mut self, bits: Masks, tokens: &mut Vec<Token>, ends: &mut Vec<u32>) {
        let base = offset(self.at);
        let before = offset(tokens.len());
        let (mut open, mut flags) = (self.open, self.flags);
        let mut left = bits.ends;
        let fresh = std::iter::from_fn(|| {
            if left == 0 {
                return None;
            }
            let bit = left.trailing_zeros();
            left &= left - 1;
            let token = Token::new(open, base + bit, flags);
            open = base + bit + 1;
            flags = ((bits.elements >> bit) as u32 & 1) << 31;
            Some(token)
        });
        tokens.extend(fresh);
        let mut left = bits.terminators;
        while left != 0 {
            let up_to = left ^ (left - 1);
            let count = before + (bits.ends & up_to).count_ones();
            ends.push(count | self.segment_unclean);
            self.segment_unclean = 0;
            left &= left - 1;
        }
        (self.open, self.flags) = (open, flags);
    }

    /// Appends what the bytes of one block stand for, looking at each that `bits` names.
    fn walk(&mut self, block: &[u8], mut bits: u64, tokens: &mut Vec<Token>, ends: &mut Vec<u32>) {
        while bits != 0 {
            let i = bits.trailing_zeros() as usize;
            bits &= bits - 1;
            let (at, byte) = (self.at + i, block[i]);
            let class = self.class[byte as usize];
            if class == 0 || (at == self.literal && at > 0) {
                continue;
            }
            if class & RELEASE != 0 {
                self.literal = at + 1;
            }
            if class & UNCLEAN != 0 {
                let closed = ends.last().map_or(0, |end| end & !Token::SEGMENT_UNCLEAN);
                if matches!(byte, b'\r' | b'\n')
                    && self.open == offset(at)
                    && closed == offset(tokens.len())
                {
                    // A line break between segments, not inside one.
                    self.open += 1;
                    continue;
                }
                self.flags |= Token::UNCLEAN;
                self.segment_unclean = Token::SEGMENT_UNCLEAN;
            }
            if class & ENDS != 0 {
                tokens.push(Token::new(self.open, offset(at), self.flags));
                self.open = offset(at) + 1;
                self.flags = match class {
                    _ if class & ELEMENT != 0 => Token::ELEMENT,
                    _ if class & REPETITION != 0 => Token::REPETITION,
                    _ => 0,
                };
            }
            if class & TERMINATOR != 0 {
                ends.push(offset(tokens.len()) | self.segment_unclean);
                self.segment_unclean = 0;
            }
        }
    }
}

/// What the bytes of a block are, a bit each.
#[derive(Clone, Copy)]
struct Masks {
    /// Ends a component.
    ends: u64,
    /// Begins an element.
    elements: u64,
    /// Ends a segment.
    terminators: u64,
    /// Needs a careful look: release, repetition, control character, not ASCII.
    odd: u64,
}

/// The separators a block is compared with; 0 for one that is not in use.
#[derive(Clone, Copy, Debug)]
struct Needles {
    component: u8,
    element: u8,
    terminator: u8,
    release: u8,
    repetition: u8,
}

/// Compares a block with the separators.
#[cfg(target_arch = "x86_64")]
#[inline]
fn masks(block: &[u8; BLOCK], needles: &Needles) -> Masks {
    // SAFETY: the function needs SSE2, which every x86-64 processor has by definition of the
    // architecture. Measured (`cargo bench -p tidewaiter-syntax`): without it the scanner is no
    // faster than a plain byte loop.
    #[allow(unsafe_code, reason = "a measured hot path; see SAFETY")]
    unsafe {
        masks_sse2(block, needles)
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
#[inline]
fn masks_sse2(block: &[u8; BLOCK], needles: &Needles) -> Masks {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_cmplt_epi8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x,
        _mm_set1_epi8,
    };
    let all = |byte: u8| _mm_set1_epi8(byte as i8);
    let (component, element, terminator) = (
        all(needles.component),
        all(needles.element),
        all(needles.terminator),
    );
    let (release, repetition, space) = (all(needles.release), all(needles.repetition), all(b' '));
    let bits = |x: __m128i| u64::from(_mm_movemask_epi8(x) as u32 as u16);
    let mut masks = Masks {
        ends: 0,
        elements: 0,
        terminators: 0,
        odd: 0,
    };
    for (i, sixteen) in block.as_chunks::<16>().0.iter().enumerate() {
        let halves = sixteen.as_chunks::<8>().0;
        let x = _mm_set_epi64x(i64::from_le_bytes(halves[1]), i64::from_le_bytes(halves[0]));
        let t = _mm_cmpeq_epi8(x, terminator);
        let e = _mm_or_si128(_mm_cmpeq_epi8(x, element), t);
        let c = _mm_or_si128(_mm_cmpeq_epi8(x, component), e);
        // As signed numbers, control characters and bytes from 0x80 on are below space.
        let o = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(x, release), _mm_cmpeq_epi8(x, repetition)),
            _mm_cmplt_epi8(x, space),
        );
        let shift = 16 * i;
        masks.ends |= bits(c) << shift;
        masks.elements |= bits(e) << shift;
        masks.terminators |= bits(t) << shift;
        masks.odd |= bits(o) << shift;
    }
    masks
}

/// Compares a block with the separators.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn masks(block: &[u8; BLOCK], needles: &Needles) -> Masks {
    let mask = |is: &dyn Fn(u8) -> bool| {
        block
            .iter()
            .enumerate()
            .fold(0, |m, (i, &b)| m | u64::from(is(b)) << i)
    };
    let terminators = mask(&|b| b == needles.terminator);
    let elements = terminators | mask(&|b| b == needles.element);
    let ends = elements | mask(&|b| b == needles.component);
    let odd =
        mask(&|b| b == needles.release || b == needles.repetition || !(0x20..0x80).contains(&b));
    Masks {
        ends,
        elements,
        terminators,
        odd,
    }
}

/// Offsets inside a window always fit; see [`crate::limits::MESSAGE_BYTES_MAX`].
#[inline]
fn offset(n: usize) -> u32 {
    n as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Start, end, whether it begins an element, whether it is unclean.
    type Plain = (u32, u32, bool, bool);

    /// The same pass, a byte at a time: what the fast one must equal.
    fn plain(bytes: &[u8], separators: &Separators) -> (Vec<Plain>, Vec<u32>) {
        let (mut tokens, mut ends) = (Vec::new(), Vec::new());
        let (mut open, mut element, mut unclean) = (0u32, true, false);
        let mut i = 0;
        while i < bytes.len() {
            let b = bytes[i];
            if Some(b) == separators.release {
                unclean = true;
                i += 1;
            } else if b == separators.component
                || b == separators.element
                || b == separators.terminator
                || Some(b) == separators.repetition
            {
                tokens.push((open, i as u32, element, unclean));
                element = b == separators.element || b == separators.terminator;
                unclean = false;
                open = i as u32 + 1;
                if b == separators.terminator {
                    ends.push(tokens.len() as u32);
                }
            } else if matches!(b, b'\r' | b'\n')
                && open == i as u32
                && ends.last().copied().unwrap_or(0) == tokens.len() as u32
            {
                open += 1;
            } else if !(0x20..0x80).contains(&b) {
                unclean = true;
            }
            i += 1;
        }
        (tokens, ends)
    }

    proptest! {
        #[test]
        fn the_fast_pass_equals_the_plain_one(
            bytes in prop::collection::vec(
                prop::sample::select(b"AB19:+'?*\r\n \xC3\xA9".to_vec()), 0..400),
            repetition in any::<bool>(),
            step in 1usize..130,
        ) {
            let separators = Separators {
                repetition: repetition.then_some(b'*'),
                ..Separators::DEFAULT
            };
            let (mut tokens, mut ends) = (Vec::new(), Vec::new());
            let mut scanner = Scanner::new(&separators, 0);
            let mut end = 0;
            while end < bytes.len() {
                end = (end + step).min(bytes.len());
                scanner.scan(&bytes, end, &mut tokens, &mut ends);
            }
            let (expected, expected_ends) = plain(&bytes, &separators);
            let found: Vec<_> = tokens
                .iter()
                .map(|t| (t.start(), t.end(), t.begins_element(), t.is_unclean()))
                .collect();
            prop_assert_eq!(found, expected);
            let ends: Vec<u32> = ends.iter().map(|e| e & !Token::SEGMENT_UNCLEAN).collect();
            prop_assert_eq!(ends, expected_ends);
        }
    }
}
