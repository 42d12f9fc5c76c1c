//! The verifier: it needs the lines, the checkpoints and the log's public key; no server.

use super::checkpoint::Checkpoint;
use super::form::{self, Place};
use super::merkle::{Frontier, Hash, leaf};

/// What is wrong with a log, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A line is not an entry in canonical form.
    #[error("line {0} is not an audit entry in canonical form")]
    Form(u64),
    /// A line does not carry its own number: one was removed, put in or moved.
    #[error("line {0} does not carry its number: a line was removed, added or moved")]
    Sequence(u64),
    /// A line does not name the hash of the one before, which was changed, or was never there.
    #[error("line {0} does not continue the line before it, which was changed")]
    Chain(u64),
    /// The tree over the first lines is not the one that was signed.
    #[error("the first {0} lines are not those of the signed checkpoint: changed, or a fork")]
    Head(u64),
    /// A checkpoint speaks of more lines than there are.
    #[error("a signed checkpoint speaks of {signed} lines; there are {there}")]
    Truncated {
        /// Lines signed.
        signed: u64,
        /// Lines there.
        there: u64,
    },
    /// No checkpoint covers the log's end.
    #[error("{0} lines at the end are under no checkpoint yet")]
    Unsigned(u64),
    /// There is no checkpoint at all.
    #[error("there is no checkpoint")]
    NoCheckpoint,
}

/// What was proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many lines there are.
    pub lines: u64,
    /// How many of them a checkpoint covers.
    pub signed: u64,
    /// The head of the tree over all lines.
    pub root: Hash,
}

/// Verifies line after line, in constant memory.
#[derive(Clone, Debug)]
pub struct Verifier<'a> {
    tree: Frontier,
    prev: Hash,
    checkpoints: std::iter::Peekable<std::slice::Iter<'a, Checkpoint>>,
    signed: u64,
}

impl<'a> Verifier<'a> {
    /// A verifier against `checkpoints`, each of which [`Checkpoint::read`] has checked, in
    /// the order of their sizes.
    ///
    /// # Errors
    ///
    /// When there is none, or two of one size differ.
    pub fn new(checkpoints: &'a [Checkpoint]) -> Result<Self, Fault> {
        if checkpoints.is_empty() {
            return Err(Fault::NoCheckpoint);
        }
        for pair in checkpoints.windows(2) {
            if pair[1].size < pair[0].size
                || pair[1].size == pair[0].size && pair[1].root != pair[0].root
            {
                return Err(Fault::Head(pair[1].size));
            }
        }
        let mut verifier = Self {
            tree: Frontier::default(),
            prev: Hash::NONE,
            checkpoints: checkpoints.iter().peekable(),
            signed: 0,
        };
        verifier.heads()?;
        Ok(verifier)
    }

    /// Takes the next line, without its line end.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong.
    pub fn line(&mut self, line: &str) -> Result<(), Fault> {
        let number = self.tree.size();
        let Place { seq, prev } = form::read(line).ok_or(Fault::Form(number))?;
        if seq != number {
            return Err(Fault::Sequence(number));
        }
        if prev != self.prev {
            return Err(Fault::Chain(number));
        }
        self.prev = leaf(line.as_bytes());
        self.tree.push(self.prev);
        self.heads()
    }

    /// Compares the tree with the checkpoints of its present size.
    fn heads(&mut self) -> Result<(), Fault> {
        let size = self.tree.size();
        while let Some(checkpoint) = self.checkpoints.next_if(|c| c.size <= size) {
            if self.tree.root() != checkpoint.root {
                return Err(Fault::Head(size));
            }
            self.signed = size;
        }
        Ok(())
    }

    /// What was proven, once the last line is in.
    ///
    /// # Errors
    ///
    /// When lines are missing at the end. Lines that no checkpoint covers yet are told by
    /// [`Verified::signed`].
    pub fn finish(mut self) -> Result<Verified, Fault> {
        let lines = self.tree.size();
        match self.checkpoints.next() {
            Some(checkpoint) => Err(Fault::Truncated {
                signed: checkpoint.size,
                there: lines,
            }),
            None => Ok(Verified {
                lines,
                signed: self.signed,
                root: self.tree.root(),
            }),
        }
    }
}

/// Verifies a whole log: every line in canonical form, in order, under its checkpoints to the last.
///
/// # Errors
///
/// The first thing that is wrong.
pub fn verify<'a>(
    lines: impl IntoIterator<Item = &'a str>,
    checkpoints: &[Checkpoint],
) -> Result<Verified, Fault> {
    let mut verifier = Verifier::new(checkpoints)?;
    for line in lines {
        verifier.line(line)?;
    }
    let verified = verifier.finish()?;
    match verified.lines - verified.signed {
        0 => Ok(verified),
        unsigned => Err(Fault::Unsigned(unsigned)),
    }
}
