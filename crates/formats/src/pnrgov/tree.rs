//! XML as a tree, with bounds: no document type, no entities of its own, no endless nesting.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use tidewaiter_diagnostics::{SegmentPath, Span, codes::pnr as code, codes::syntax};

use crate::notes::Notes;

/// Deepest nesting that is read. Genuine messages nest about ten deep.
pub(super) const DEPTH_MAX: usize = 64;

/// Most elements that are read.
const ELEMENTS_MAX: usize = 2_000_000;

/// An element. Names are compared without case and namespace: senders vary both.
#[derive(Debug, Default)]
pub(super) struct Node<'x> {
    pub(super) name: Cow<'x, str>,
    attributes: Vec<(String, String)>,
    pub(super) children: Vec<Node<'x>>,
    pub(super) text: String,
    /// The bytes from its start tag to its end tag.
    pub(super) span: Span,
}

impl<'x> Node<'x> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value of an attribute; underscores in its name do not matter. Empty when it is missing.
    pub(super) fn get(&self, name: &str) -> &str {
        let same = |written: &str| {
            written
                .bytes()
                .filter(|b| *b != b'_')
                .map(|b| b.to_ascii_lowercase())
                .eq(name
                    .bytes()
                    .filter(|b| *b != b'_')
                    .map(|b| b.to_ascii_lowercase()))
        };
        self.attributes
            .iter()
            .find(|(n, _)| same(n))
            .map_or("", |(_, v)| v.trim())
    }

    /// The first child of this name.
    pub(super) fn child(&self, name: &str) -> Option<&Node<'x>> {
        self.children.iter().find(|c| c.is(name))
    }

    /// The children of this name.
    pub(super) fn all<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n Node<'x>> {
        self.children.iter().filter(move |c| c.is(name))
    }

    /// The text of a child, or its attribute `attribute`.
    pub(super) fn of(&self, child: &str, attribute: &str) -> &str {
        let Some(child) = self.child(child) else {
            return "";
        };
        match child.get(attribute) {
            "" => child.text.trim(),
            value => value,
        }
    }

    /// Everything that is written in it, as words: for what is kept unread.
    pub(super) fn words(&self) -> String {
        let mut words = String::new();
        let mut open = vec![self];
        while let Some(node) = open.pop() {
            for part in node
                .attributes
                .iter()
                .map(|(_, v)| v.trim())
                .chain([node.text.trim()])
            {
                if !part.is_empty() {
                    words.push_str(if words.is_empty() { "" } else { " " });
                    words.push_str(part);
                }
            }
            open.extend(node.children.iter().rev());
        }
        words
    }
}

/// The root element; `None` when there is none or the document is refused.
pub(super) fn read<'x>(text: &'x str, notes: &mut Notes) -> Option<Node<'x>> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut open: Vec<Node<'x>> = Vec::new();
    let mut root: Option<Node<'x>> = None;
    let mut elements = 0;
    loop {
        let start = position(&reader);
        let event = reader.read_event();
        let end = position(&reader);
        let span = Span::new(start, end);
        match event {
            Err(_) => {
                note(
                    notes,
                    &code::XML_MALFORMED,
                    span,
                    "the XML is not well formed here",
                );
                break;
            }
            Ok(Event::DocType(_)) => {
                note(
                    notes,
                    &code::XML_DOCTYPE,
                    span,
                    "a document type declaration is refused",
                );
                return None;
            }
            Ok(Event::Start(tag)) => {
                elements += 1;
                if open.len() >= DEPTH_MAX {
                    note(
                        notes,
                        &code::XML_DEPTH,
                        span,
                        "the elements are nested too deep",
                    );
                    break;
                }
                if elements > ELEMENTS_MAX {
                    note(
                        notes,
                        &syntax::LIMIT_EXCEEDED,
                        span,
                        "more elements than are read",
                    );
                    break;
                }
                open.push(element(&tag, span));
            }
            Ok(Event::Empty(tag)) => close(&mut open, &mut root, element(&tag, span)),
            Ok(Event::End(_)) => {
                if let Some(mut node) = open.pop() {
                    node.span = node.span.to(span);
                    close(&mut open, &mut root, node);
                }
            }
            Ok(Event::Text(part)) => {
                if let Some(node) = open.last_mut() {
                    node.text.push_str(&part.xml10_content());
                }
            }
            Ok(Event::CData(part)) => {
                if let Some(node) = open.last_mut() {
                    node.text.push_str(&part.xml10_content());
                }
            }
            Ok(Event::GeneralRef(reference)) => {
                let known = match reference.resolve_char_ref() {
                    Ok(Some(c)) => Some(Cow::Owned(c.to_string())),
                    _ => resolve_predefined_entity(&reference).map(Cow::Borrowed),
                };
                match (known, open.last_mut()) {
                    (Some(known), Some(node)) => node.text.push_str(&known),
                    (None, _) => {
                        note(
                            notes,
                            &code::XML_MALFORMED,
                            span,
                            "this entity is not one of XML's",
                        );
                    }
                    _ => {}
                }
            }
            Ok(Event::Eof) => {
                if !open.is_empty() || root.is_none() {
                    note(
                        notes,
                        &code::XML_MALFORMED,
                        span,
                        "the document ends before its elements",
                    );
                }
                break;
            }
            Ok(Event::Decl(_) | Event::PI(_) | Event::Comment(_)) => {}
        }
    }
    // What was open when reading ended is kept as far as it goes.
    while let Some(node) = open.pop() {
        close(&mut open, &mut root, node);
    }
    root
}

fn position(reader: &quick_xml::Reader<&[u8]>) -> u32 {
    u32::try_from(reader.buffer_position()).unwrap_or(u32::MAX)
}

fn close<'x>(open: &mut [Node<'x>], root: &mut Option<Node<'x>>, node: Node<'x>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(node),
        None => {
            root.get_or_insert(node);
        }
    }
}

fn element<'x>(tag: &BytesStart<'_>, span: Span) -> Node<'x> {
    let attributes = tag
        .attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .map(|a| {
            let value = match a.normalized_value(XmlVersion::Implicit1_0) {
                Ok(value) => value.into_owned(),
                // An entity of its own stays as it is written.
                Err(_) => a.value.into_owned(),
            };
            (a.key.local_name().into_inner().to_owned(), value)
        })
        .collect();
    let name = Cow::Owned(tag.local_name().into_inner().to_owned());
    Node {
        name,
        attributes,
        span,
        ..Node::default()
    }
}

fn note(
    notes: &mut Notes,
    code: &'static tidewaiter_diagnostics::Code,
    span: Span,
    text: &'static str,
) {
    notes.note(code, span, SegmentPath::default(), text);
}
