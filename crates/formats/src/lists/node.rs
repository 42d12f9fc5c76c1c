//! One record of a list, whatever it was written in: XML element, row of a table, JSON object.
//!
//! A reader *takes* what it understands; what nobody took is left over and becomes
//! [`ListedSubject::unread`](tidewaiter_domain::ListedSubject::unread). So nothing is dropped by
//! oversight: a new element of a list shows up by itself.

use std::borrow::Cow;

use tidewaiter_diagnostics::Span;
use tidewaiter_domain::Text;

/// A named value with parts. Attributes of XML are parts named `@name`.
#[derive(Debug, Default)]
pub(super) struct Node<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) text: Cow<'a, str>,
    pub(super) parts: Vec<Node<'a>>,
    pub(super) span: Span,
}

impl<'a> Node<'a> {
    pub(super) fn leaf(name: Cow<'a, str>, text: Cow<'a, str>, span: Span) -> Self {
        Self {
            name,
            text,
            parts: Vec::new(),
            span,
        }
    }

    /// Takes the first part called `name`.
    pub(super) fn take(&mut self, name: &str) -> Option<Self> {
        self.parts
            .iter_mut()
            .find(|part| part.name == name)
            .map(std::mem::take)
    }

    /// Takes every part called `name`, in order.
    pub(super) fn take_all(&mut self, name: &str) -> Vec<Self> {
        self.parts
            .iter_mut()
            .filter(|part| part.name == name)
            .map(std::mem::take)
            .collect()
    }

    /// Takes the text of the first part called `name`; `None` when it says nothing. Its own parts
    /// stay behind as left over.
    pub(super) fn take_text(&mut self, name: &str) -> Option<Text> {
        let part = self.parts.iter_mut().find(|part| part.name == name)?;
        let text = squeezed(&std::mem::take(&mut part.text));
        if part.parts.is_empty() {
            part.name = Cow::Borrowed("");
        }
        (!text.is_empty()).then_some(text)
    }

    /// Takes the texts of all parts called `name` that say something.
    pub(super) fn take_texts(&mut self, name: &str) -> Vec<Text> {
        let mut texts = Vec::new();
        while self.parts.iter().any(|part| part.name == name) {
            let before = self.parts.iter().filter(|p| p.name == name).count();
            texts.extend(self.take_text(name));
            // A part that keeps its name has parts of its own; it must not be met again.
            if self.parts.iter().filter(|p| p.name == name).count() == before {
                break;
            }
        }
        texts
    }

    /// The text of a part, without taking it.
    pub(super) fn peek(&self, name: &str) -> Option<&str> {
        self.parts
            .iter()
            .find(|part| part.name == name)
            .map(|part| part.text.trim())
            .filter(|text| !text.is_empty())
    }

    /// Takes the first of several spellings of one field that says something.
    pub(super) fn take_any(&mut self, names: &[&str]) -> Option<Text> {
        let mut found = None;
        for name in names {
            if found.is_none() {
                found = self.take_text(name);
            }
        }
        found
    }

    /// Forgets parts that carry no statement about the subject (links, language of the file).
    pub(super) fn forget(&mut self, names: &[&str]) {
        for part in &mut self.parts {
            if names.iter().any(|name| part.name == *name) {
                *part = Self::default();
            }
        }
    }

    /// Everything that was not taken and says something, with its path below this record.
    pub(super) fn leftover(self, unread: &mut Vec<(Text, Text)>) {
        for part in self.parts {
            part.spill("", unread);
        }
    }

    /// The same with the name of this node before every path.
    pub(super) fn leftover_below(self, prefix: &str, unread: &mut Vec<(Text, Text)>) {
        for part in self.parts {
            part.spill(prefix, unread);
        }
    }

    fn spill(self, prefix: &str, unread: &mut Vec<(Text, Text)>) {
        if self.name.is_empty() {
            return;
        }
        let path: Text = if prefix.is_empty() {
            self.name.as_ref().into()
        } else {
            [prefix, "/", &self.name].concat().into()
        };
        let text = self.text.trim();
        if !text.is_empty() {
            unread.push((path.clone(), squeezed(text)));
        }
        for part in self.parts {
            part.spill(&path, unread);
        }
    }
}

/// `text` with every run of white space as one space, and none at the ends.
pub(super) fn squeezed(text: &str) -> Text {
    let text = text.trim();
    let plain = |text: &str| {
        let mut space = false;
        text.chars().all(|c| {
            let double = c.is_whitespace() && (space || c != ' ');
            space = c == ' ';
            !double
        })
    };
    if plain(text) {
        return text.into();
    }
    let mut squeezed = Text::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !squeezed.is_empty() {
            squeezed.push(' ');
        }
        squeezed.push_str(word);
    }
    squeezed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(name: &'static str, text: &'static str) -> Node<'static> {
        Node::leaf(name.into(), text.into(), Span::default())
    }

    #[test]
    fn what_is_not_taken_is_left_over() {
        let mut inner = leaf("ADDRESS", "");
        inner.parts = vec![leaf("CITY", " Basra\n "), leaf("ZIP", "")];
        let mut node = leaf("ENTRY", "");
        node.parts = vec![leaf("NAME", "A  B"), leaf("NEW_FIELD", "x"), inner];
        assert_eq!(node.take_text("NAME").as_deref(), Some("A B"));
        assert_eq!(node.take_text("NAME"), None);
        let mut unread = Vec::new();
        node.leftover(&mut unread);
        assert_eq!(
            unread,
            [
                ("NEW_FIELD".into(), "x".into()),
                ("ADDRESS/CITY".into(), "Basra".into())
            ]
        );
    }

    #[test]
    fn several_texts_are_taken_in_order() {
        let mut node = leaf("E", "");
        node.parts = vec![leaf("V", "1"), leaf("V", ""), leaf("V", "2")];
        assert_eq!(node.take_texts("V"), ["1", "2"]);
    }

    #[test]
    fn white_space_is_squeezed() {
        assert_eq!(squeezed(" a \n\t b\u{a0}c "), "a b c");
        assert_eq!(squeezed("a b"), "a b");
    }
}
