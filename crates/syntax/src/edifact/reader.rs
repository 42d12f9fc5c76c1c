//! Messages out of a slice or a stream, one at a time.

use std::io::{self, Read};

use super::message::Message;
use super::region::{self, Outcome, Region, State};
use super::tape::Tape;
use crate::limits::{MESSAGE_BYTES_MAX, WINDOW_BYTES_MIN};

/// Gives the messages of an input one after the other.
///
/// The memory it needs is bounded by the largest message, not by the input.
pub struct Reader<'s> {
    source: Source<'s>,
    /// Offset of the window's first byte in the input.
    base: u64,
    /// Where the next region begins in the window.
    at: usize,
    tape: Tape,
    /// Whether the tape stands at `at`.
    tape_stands: bool,
    state: State,
    region: Region,
}

enum Source<'s> {
    Slice {
        bytes: &'s [u8],
        from: usize,
    },
    Stream {
        read: Box<dyn Read + 's>,
        buffer: Vec<u8>,
        filled: usize,
        ended: bool,
    },
}

impl<'s> Reader<'s> {
    /// The messages of `bytes`.
    pub fn of_slice(bytes: &'s [u8]) -> Self {
        Self::new(Source::Slice { bytes, from: 0 })
    }

    /// The messages of a stream.
    pub fn of_stream(read: impl Read + 's) -> Self {
        let buffer = vec![0; WINDOW_BYTES_MIN];
        Self::new(Source::Stream {
            read: Box::new(read),
            buffer,
            filled: 0,
            ended: false,
        })
    }

    fn new(source: Source<'s>) -> Self {
        Self {
            source,
            base: 0,
            at: 0,
            tape: Tape::new(),
            tape_stands: false,
            state: State::default(),
            region: Region::default(),
        }
    }

    /// The next message; `None` at the end of the input.
    ///
    /// # Errors
    ///
    /// Only what reading the stream itself reports; a slice never fails.
    #[allow(
        clippy::should_implement_trait,
        reason = "each message borrows the reader"
    )]
    pub fn next(&mut self) -> io::Result<Option<Message<'_>>> {
        if self.tape_stands {
            self.tape.forget_taken();
        }
        loop {
            let (window, whole) = self.source.window();
            if let (false, Some(interchange)) = (self.tape_stands, &self.state.interchange) {
                self.tape.restart(&interchange.separators, self.at);
            }
            match region::walk(&mut self.tape, window, self.at, whole, &self.state) {
                Outcome::End => return Ok(None),
                Outcome::More => {
                    self.base += self.source.refill(self.at)? as u64;
                    self.at = 0;
                    self.tape_stands = false;
                }
                Outcome::Found(found) => {
                    let (region, state) = *found;
                    self.at = region.bytes.end;
                    self.tape_stands = state.interchange.is_some();
                    self.state = state;
                    self.region = region;
                    break;
                }
            }
        }
        let (window, _) = self.source.window();
        Ok(Some(Message::new(
            window,
            &self.tape,
            &self.region,
            self.base,
        )))
    }
}

impl Source<'_> {
    /// The bytes at hand, and whether nothing follows them.
    fn window(&self) -> (&[u8], bool) {
        match self {
            Self::Slice { bytes, from } => {
                // Offsets in a window have 29 bits, so a large slice is looked at in pieces.
                let end = (from + 3 * MESSAGE_BYTES_MAX).min(bytes.len());
                (
                    bytes.get(*from..end).unwrap_or_default(),
                    end == bytes.len(),
                )
            }
            Self::Stream {
                buffer,
                filled,
                ended,
                ..
            } => (buffer.get(..*filled).unwrap_or_default(), *ended),
        }
    }

    /// Drops the first `used` bytes and brings in more. Gives `used` back.
    fn refill(&mut self, used: usize) -> io::Result<usize> {
        match self {
            Self::Slice { from, .. } => *from += used,
            Self::Stream {
                read,
                buffer,
                filled,
                ended,
            } => {
                buffer.copy_within(used..*filled, 0);
                *filled -= used;
                if *filled == buffer.len() {
                    buffer.resize(buffer.len() * 2, 0);
                }
                while *filled < buffer.len() && !*ended {
                    match read.read(&mut buffer[*filled..]) {
                        Ok(0) => *ended = true,
                        Ok(n) => *filled += n,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) => return Err(error),
                    }
                }
            }
        }
        Ok(used)
    }
}
