//! XML lists, entry by entry.
//!
//! The file is pulled through once; only one entry at a time stands in memory as a [`Node`]. Names
//! decide, never order: the official UN file of 2026-02-27 breaks its own schema 46 times.
//!
//! A document type declaration is refused, so there are no entities beyond the five of XML itself
//! and character references, and nothing can grow ("billion laughs") or reach out.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::events::{BytesStart, Event};
use tidewaiter_diagnostics::{Span, codes::lists as codes};

use super::node::Node;
use super::refusal::Refusal;

/// Deepest nesting of elements; the deepest official list (OFAC advanced) has 14.
const MAX_DEPTH: usize = 48;
/// Elements and attributes of one entry; the largest official entries stay below 5 000.
const MAX_PARTS: usize = 200_000;
/// Bytes of one entry.
const MAX_ENTRY_BYTES: usize = 16 << 20;

/// What the walk met.
pub(super) enum Step<'a> {
    /// The root element with its attributes as parts.
    Root(Node<'a>),
    /// The start of a container.
    Container,
    /// A whole entry.
    Entry(Node<'a>),
}

/// Walks the elements of `text`: those below the root called as one of `containers` are entered,
/// every other one is handed to `each` as a whole. `base` is the offset of `text` in its file.
pub(super) fn walk<'a>(
    text: &'a str,
    base: usize,
    containers: &[&str],
    mut each: impl FnMut(Step<'a>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Node<'a>> = Vec::with_capacity(MAX_DEPTH);
    // Depth of the root and of the containers that are open; entries stand above it.
    let mut shell = 0usize;
    let mut parts = 0usize;
    let mut root_closed = false;
    let at = |from: usize, to: usize| Span::from_range(base + from..base + to);
    loop {
        let from = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|error| {
            let position = reader.error_position() as usize;
            broken(&error, at(position, text.len().min(position + 1)))
        })?;
        let to = reader.buffer_position() as usize;
        match event {
            Event::Start(start) => {
                if root_closed {
                    return Err(second_root(at(from, to)));
                }
                let node = element(text, &start, at(from, to))?;
                parts += 1 + node.parts.len();
                if open.is_empty() && (shell == 0 || containers.contains(&node.name.as_ref())) {
                    each(if shell == 0 {
                        Step::Root(node)
                    } else {
                        Step::Container
                    })?;
                    shell += 1;
                } else {
                    if open.is_empty() {
                        parts = 0;
                    }
                    open.push(node);
                }
                if shell + open.len() > MAX_DEPTH {
                    return Err(Refusal::new(
                        &codes::LIST_LIMIT,
                        at(from, to),
                        format!("elements are nested deeper than {MAX_DEPTH}"),
                    ));
                }
            }
            Event::Empty(start) => {
                if root_closed {
                    return Err(second_root(at(from, to)));
                }
                let node = element(text, &start, at(from, to))?;
                parts += 1 + node.parts.len();
                match open.last_mut() {
                    Some(parent) => parent.parts.push(node),
                    None if shell == 0 => {
                        root_closed = true;
                        each(Step::Root(node))?;
                    }
                    None if containers.contains(&node.name.as_ref()) => {
                        each(Step::Container)?;
                    }
                    None => each(Step::Entry(node))?,
                }
            }
            Event::End(_) => match open.pop() {
                Some(mut node) => {
                    node.span = Span::new(node.span.start, at(from, to).end);
                    match open.last_mut() {
                        Some(parent) => parent.parts.push(node),
                        None => each(Step::Entry(node))?,
                    }
                }
                None => {
                    shell = shell.saturating_sub(1);
                    root_closed = shell == 0;
                }
            },
            Event::Text(content) => append(&mut open, content.into_inner()),
            Event::CData(content) => append(&mut open, content.into_inner()),
            Event::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref() {
                    Ok(Some(letter)) => Cow::Owned(letter.to_string()),
                    _ => match quick_xml::escape::resolve_predefined_entity(&reference) {
                        Some(text) => Cow::Borrowed(text),
                        None => {
                            return Err(Refusal::new(
                                &codes::LIST_DOCTYPE,
                                at(from, to),
                                "the file uses an entity that XML itself does not have",
                            ));
                        }
                    },
                };
                append(&mut open, resolved);
            }
            Event::DocType(_) => {
                return Err(Refusal::new(
                    &codes::LIST_DOCTYPE,
                    at(from, to),
                    "the file declares a document type",
                ));
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
        if let Some(entry) = open.first() {
            let bytes = to + base - entry.span.start as usize;
            if parts > MAX_PARTS || bytes > MAX_ENTRY_BYTES {
                return Err(Refusal::new(
                    &codes::LIST_LIMIT,
                    entry.span,
                    format!("one entry has more than {MAX_PARTS} parts or {MAX_ENTRY_BYTES} bytes"),
                ));
            }
        }
    }
    if !root_closed {
        return Err(truncated(at(text.len(), text.len())));
    }
    Ok(())
}

/// The local name of the root element, if there is one within `text`.
pub(super) fn root_name(text: &str) -> Option<&str> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                return reborrow(text, start.local_name().into_inner());
            }
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

fn element<'a>(text: &'a str, start: &BytesStart<'a>, span: Span) -> Result<Node<'a>, Refusal> {
    let own = |part: &str| {
        reborrow(text, part).map_or_else(|| Cow::Owned(part.to_owned()), Cow::Borrowed)
    };
    let mut parts = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| broken(&Error::from(error), span))?;
        let key = attribute.key.as_ref();
        if key == "xmlns" || key.starts_with("xmlns:") || key.starts_with("xsi:") {
            continue;
        }
        let local = attribute.key.local_name();
        let value = match attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0) {
            Ok(Cow::Borrowed(value)) => own(value),
            Ok(Cow::Owned(value)) => Cow::Owned(value),
            Err(error) => return Err(broken(&error, span)),
        };
        let name = Cow::Owned(["@", local.as_ref()].concat());
        parts.push(Node::leaf(name, value, span));
    }
    Ok(Node {
        name: own(start.local_name().as_ref()),
        text: Cow::Borrowed(""),
        parts,
        span,
    })
}

fn append<'a>(open: &mut [Node<'a>], more: Cow<'a, str>) {
    let Some(node) = open.last_mut() else {
        return;
    };
    if node.text.is_empty() {
        node.text = more;
    } else if !more.is_empty() {
        node.text.to_mut().push_str(&more);
    }
}

/// `part` as a slice of `text`, when that is where it stands.
fn reborrow<'a>(text: &'a str, part: &str) -> Option<&'a str> {
    let from = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    text.get(from..from.checked_add(part.len())?)
}

fn broken(error: &Error, span: Span) -> Refusal {
    let unfinished = matches!(
        error,
        Error::Syntax(_)
            | Error::IllFormed(
                IllFormedError::MissingEndTag(_) | IllFormedError::UnclosedReference
            )
    );
    if unfinished {
        return truncated(span);
    }
    // quick-xml's own text may quote content; element names are quoted at most here.
    let what = match error {
        Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
            format!("</{found}> closes <{expected}>")
        }
        Error::IllFormed(IllFormedError::UnmatchedEndTag(found)) => {
            format!("</{found}> closes nothing")
        }
        Error::InvalidAttr(_) => "an attribute is not well-formed".to_owned(),
        Error::Escape(_) => "an attribute holds a reference that XML does not have".to_owned(),
        _ => "the markup is not well-formed".to_owned(),
    };
    Refusal::new(&codes::LIST_MALFORMED, span, what)
}

fn second_root(span: Span) -> Refusal {
    Refusal::new(
        &codes::LIST_MALFORMED,
        span,
        "a second element follows the end of the list",
    )
}

fn truncated(span: Span) -> Refusal {
    Refusal::new(
        &codes::LIST_TRUNCATED,
        span,
        "the file ends, or breaks off, inside an element",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Result<Vec<String>, Refusal> {
        let mut seen = Vec::new();
        walk(text, 0, &["IN"], |step| {
            seen.push(match step {
                Step::Root(n) => format!("root {}", n.name),
                Step::Container => "in".to_owned(),
                Step::Entry(mut n) => {
                    let (a, v) = (n.take_text("@a"), n.take_text("V"));
                    format!("{} {a:?} {v:?}", n.name)
                }
            });
            Ok(())
        })?;
        Ok(seen)
    }

    #[test]
    fn entries_come_one_by_one() {
        let text = r#"<?xml version="1.0"?><R><IN><E a="x &amp; y"><V>caf&#233; &lt;b<![CDATA[ & c]]></V></E></IN><E/></R>"#;
        assert_eq!(
            entries(text).unwrap(),
            [
                "root R",
                "in",
                r#"E Some("x & y") Some("café <b & c")"#,
                "E None None"
            ]
        );
    }

    #[test]
    fn broken_files_say_where() {
        for (text, slug, start) in [
            ("<R><E>", "list-truncated", 6),
            ("<R><E><V>x</V", "list-truncated", 10),
            ("<R><E></V></R>", "list-malformed", 6),
            ("<R/><R/>", "list-malformed", 4),
            (
                "<!DOCTYPE R [<!ENTITY a \"b\">]><R>&a;</R>",
                "list-doctype",
                0,
            ),
            ("<R><E>&lol9;</E></R>", "list-doctype", 6),
        ] {
            let refusal = entries(text).unwrap_err().diagnostic;
            assert_eq!(
                (refusal.code.slug, refusal.span.start),
                (slug, start),
                "{text}"
            );
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "<R>".repeat(100_000);
        assert_eq!(
            entries(&deep).unwrap_err().diagnostic.code.slug,
            "list-limit"
        );
    }
}
