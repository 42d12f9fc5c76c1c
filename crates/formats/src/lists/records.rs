//! Lists written as JSON: one object a line, an array, or an array inside an object.

use std::borrow::Cow;

use serde_json::Value;
use tidewaiter_diagnostics::{Span, codes::lists as codes};

use super::node::Node;
use super::refusal::{Refusal, entry};

/// Bytes of one object.
const MAX_OBJECT_BYTES: usize = 16 << 20;

/// Hands every object of `text` to `each`: of a sequence of objects, of an array, or of the arrays
/// found under `inside` (a path of keys) in a single object.
pub(super) fn objects(
    text: &str,
    base: usize,
    inside: &[&str],
    mut each: impl FnMut(u32, Node<'static>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let bytes = text.as_bytes();
    let mut number = 0u32;
    let mut at = skip_space(bytes, 0);
    let array = bytes.get(at) == Some(&b'[');
    if array {
        at = skip_space(bytes, at + 1);
    }
    loop {
        match bytes.get(at) {
            None if array => return Err(truncated(base + at)),
            None => return Ok(()),
            Some(b']') if array => {
                let rest = skip_space(bytes, at + 1);
                if rest < bytes.len() {
                    return Err(malformed(
                        base + rest,
                        "something follows the end of the list",
                    ));
                }
                return Ok(());
            }
            Some(b'{') => {}
            Some(_) => return Err(malformed(base + at, "an object should begin here")),
        }
        let end = object_end(bytes, at).ok_or_else(|| truncated(base + bytes.len()))?;
        if end - at > MAX_OBJECT_BYTES && inside.is_empty() {
            return Err(Refusal::new(
                &codes::LIST_LIMIT,
                Span::from_range(base + at..base + end),
                format!("one entry has more than {MAX_OBJECT_BYTES} bytes"),
            ));
        }
        let span = Span::from_range(base + at..base + end);
        let value: Value = serde_json::from_slice(&bytes[at..end]).map_err(|error| {
            let line_start = bytes[at..end]
                .split_inclusive(|&b| b == b'\n')
                .take(error.line().saturating_sub(1))
                .map(<[u8]>::len)
                .sum::<usize>();
            let place = base + at + line_start + error.column().saturating_sub(1);
            Refusal::within(
                &codes::LIST_MALFORMED,
                Span::from_range(place..place + 1),
                entry(number + 1),
                "this is not well-formed JSON",
            )
        })?;
        match inside.iter().try_fold(&value, |value, key| value.get(key)) {
            Some(Value::Array(items)) if !inside.is_empty() => {
                for item in items {
                    number += 1;
                    each(number, node("", item, span))?;
                }
            }
            _ => {
                number += 1;
                each(number, node("", &value, span))?;
            }
        }
        at = skip_space(bytes, end);
        if array {
            match bytes.get(at) {
                Some(b',') => at = skip_space(bytes, at + 1),
                Some(b']') => {}
                None => return Err(truncated(base + at)),
                Some(_) => return Err(malformed(base + at, "a comma should stand here")),
            }
        }
    }
}

/// A JSON value as a node: keys are names, the items of an array are parts of the same name.
fn node(name: &str, value: &Value, span: Span) -> Node<'static> {
    let mut this = Node::leaf(Cow::Owned(name.to_owned()), Cow::Borrowed(""), span);
    match value {
        Value::Null => {}
        Value::String(text) => this.text = Cow::Owned(text.clone()),
        Value::Bool(_) | Value::Number(_) => this.text = Cow::Owned(value.to_string()),
        Value::Array(items) => {
            // An array inside an array has no name of its own.
            this.parts = items.iter().map(|item| node("item", item, span)).collect();
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::Array(items) => this
                        .parts
                        .extend(items.iter().map(|item| node(key, item, span))),
                    _ => this.parts.push(node(key, value, span)),
                }
            }
        }
    }
    this
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

/// The offset after the object that begins at `at`.
fn object_end(bytes: &[u8], at: usize) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for (offset, &byte) in bytes.get(at..)?.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + offset + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn truncated(at: usize) -> Refusal {
    Refusal::new(
        &codes::LIST_TRUNCATED,
        Span::from_range(at..at),
        "the file ends inside an object or before the end of its array",
    )
}

fn malformed(at: usize, what: &'static str) -> Refusal {
    Refusal::new(&codes::LIST_MALFORMED, Span::from_range(at..at + 1), what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str, inside: &[&str]) -> Result<Vec<String>, Refusal> {
        let mut seen = Vec::new();
        objects(text, 0, inside, |_, mut node| {
            seen.push(node.take_texts("id").join("+"));
            Ok(())
        })?;
        Ok(seen)
    }

    #[test]
    fn lines_arrays_and_nested_arrays_are_read() {
        assert_eq!(
            ids("{\"id\":1}\n{\"id\":\"}2\"}\n", &[]).unwrap(),
            ["1", "}2"]
        );
        assert_eq!(
            ids(" [ {\"id\":1} , {\"id\":[2,3]} ] ", &[]).unwrap(),
            ["1", "2+3"]
        );
        assert_eq!(
            ids(r#"{"x":{"list":[{"id":1},{"id":null}]}}"#, &["x", "list"]).unwrap(),
            ["1", ""]
        );
        assert_eq!(ids("[]", &[]).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn broken_json_says_where() {
        for (text, slug, start) in [
            ("[{\"id\":1}", "list-truncated", 9),
            ("{\"id\":", "list-truncated", 6),
            ("{\"id\":1}\n{\"id\" 2}", "list-malformed", 15),
            ("[{\"id\":1} {\"id\":2}]", "list-malformed", 10),
            ("[1]", "list-malformed", 1),
        ] {
            let refusal = ids(text, &[]).unwrap_err().diagnostic;
            assert_eq!(
                (refusal.code.slug, refusal.span.start),
                (slug, start),
                "{text}"
            );
        }
    }
}
