//! Names: what was understood, beside what was written.

use smallvec::SmallVec;

use crate::{Span, Text};

/// The name of a person as one message gives it.
///
/// Surname, given names and title are the likeliest reading; [`PersonName::written`] keeps the
/// letters as they came whenever the reading changed anything, and [`PersonName::hypotheses`] what
/// else they may mean. Nothing is destroyed: matching compares all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonName {
    /// Family name, or the only name.
    pub surname: Option<Text>,
    /// Given names in order; a second given name of the message is a further item.
    pub given: SmallVec<[Text; 2]>,
    /// A title taken from the end of a name, or given apart: `MR`, `MRS` ...
    pub title: Option<Text>,
    /// The name as written, where the reading changed it.
    pub written: Option<Box<WrittenName>>,
    /// What else the letters may mean; empty for nearly every name.
    pub hypotheses: Vec<NameHypothesis>,
    /// Where the name stands.
    pub span: Span,
}

/// A name exactly as it was written, after decoding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrittenName {
    /// The surname field.
    pub surname: Text,
    /// The given-name fields.
    pub given: SmallVec<[Text; 2]>,
}

/// Another reading of a written name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameHypothesis {
    /// Family name, or the only name.
    pub surname: Option<Text>,
    /// Given names.
    pub given: SmallVec<[Text; 2]>,
    /// Why it may be meant, in words: `title glued to the given name`.
    pub because: &'static str,
}

impl PersonName {
    /// Whether there is no name at all.
    pub fn is_empty(&self) -> bool {
        self.surname.is_none() && self.given.is_empty()
    }
}
