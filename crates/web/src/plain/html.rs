//! HTML, with everything that is not ours escaped and visible.

use std::fmt::Write as _;

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

/// A page.
pub(crate) struct Html(pub(crate) String);

impl IntoResponse for Html {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, "text/html; charset=utf-8")], self.0).into_response()
    }
}

/// A text of somebody else's in HTML: markup is text, controls and overrides of direction are
/// shown by their numbers, and its direction does not run out of it.
pub(crate) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str("<bdi>");
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{200E}'
            | '\u{200F}'
            | '\u{061C}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}'
            | '\u{200B}'..='\u{200D}' => {
                let _ = write!(
                    out,
                    "<span class=\"hidden-sign\">U+{:04X}</span>",
                    u32::from(c)
                );
            }
            c if c.is_control() => {
                let _ = write!(
                    out,
                    "<span class=\"hidden-sign\">U+{:04X}</span>",
                    u32::from(c)
                );
            }
            c => out.push(c),
        }
    }
    out.push_str("</bdi>");
    out
}

/// A word of ours in an attribute.
pub(crate) fn attribute(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(
            text("<img src=x onerror=\"a('b')\">&"),
            "<bdi>&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;</bdi>"
        );
    }

    #[test]
    fn what_hides_is_shown() {
        for hidden in [
            '\u{202E}', '\u{2066}', '\u{200B}', '\u{0}', '\u{7}', '\u{85}',
        ] {
            let shown = text(&format!("A{hidden}B"));
            assert!(!shown.contains(hidden), "{shown:?}");
            assert!(shown.contains(&format!("U+{:04X}", u32::from(hidden))));
        }
        assert_eq!(text("عمر"), "<bdi>عمر</bdi>");
    }
}
