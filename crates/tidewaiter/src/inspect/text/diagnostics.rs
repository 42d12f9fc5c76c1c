//! What was noticed, the most severe first.

use std::cmp::Reverse;

use tidewaiter_diagnostics::Diagnostic;

use super::excerpt::excerpt;
use super::style::{self, FAINT, STRONG, paint};
use super::{Layout, Place, put};
use crate::inspect::{escape, json};

/// The diagnostics of a message. Of several with the same code the first is shown, with the number
/// of the others, unless all are asked for.
pub(super) fn diagnostics(
    out: &mut String,
    layout: &Layout,
    place: &Place<'_>,
    diagnostics: &[Diagnostic],
) {
    for group in groups(diagnostics) {
        out.push('\n');
        let shown = if layout.all { group.len() } else { 1 };
        for diagnostic in &group[..shown] {
            one(out, layout, place, diagnostic);
        }
        let more = group.len() - shown;
        if more > 0 {
            let slug = group[0].code.slug;
            let text = format!("{more} more {slug} in this message: show them with --all");
            put!(out, "      {}\n", paint(FAINT, &format!("+ {text}")));
        }
        if let Some(first) = group.first() {
            help(out, layout, first.code.help);
        }
    }
}

/// What to do about it, in as many lines as it takes.
fn help(out: &mut String, layout: &Layout, text: &str) {
    put!(out, "      {}", paint(FAINT, "= help:"));
    let mut column = "      = help:".len();
    for word in text.split(' ') {
        if column + 1 + word.len() > layout.width {
            out.push_str("\n       ");
            column = "       ".len();
        }
        put!(out, " {word}");
        column += 1 + word.len();
    }
    out.push('\n');
}

/// Diagnostics by code; the worst codes first, then in the order of the bytes.
fn groups(diagnostics: &[Diagnostic]) -> Vec<Vec<&Diagnostic>> {
    let mut groups: Vec<Vec<&Diagnostic>> = Vec::new();
    for diagnostic in diagnostics {
        let known = groups.iter_mut().find(|group| {
            group[0].code == diagnostic.code && group[0].severity == diagnostic.severity
        });
        match known {
            Some(group) => group.push(diagnostic),
            None => groups.push(vec![diagnostic]),
        }
    }
    // The sort is stable, so groups of one severity stay in the order of the bytes.
    groups.sort_by_key(|group| Reverse(group[0].severity));
    groups
}

fn one(out: &mut String, layout: &Layout, place: &Place<'_>, diagnostic: &Diagnostic) {
    let label = format!("{}[{}]", diagnostic.severity.as_str(), diagnostic.code.slug);
    let label = paint(style::severity(diagnostic.severity), &label);
    let message = paint(STRONG, &escape::text(&diagnostic.message));
    put!(out, "   {label} {message}\n");
    let at = json::absolute(place.offset, diagnostic.span);
    let length = match diagnostic.span.len() {
        1 => ", 1 byte".to_owned(),
        n => format!(", {n} bytes"),
    };
    let pointer = format!("--> {}, at byte {at}{length}", diagnostic.path);
    put!(out, "      {}\n", paint(FAINT, &pointer));
    const MARGIN: &str = "      | ";
    if let Some(excerpt) = excerpt(place.bytes, diagnostic.span, layout.width - MARGIN.len()) {
        let carets = paint(style::severity(diagnostic.severity), &excerpt.carets);
        // The bytes of a booking may hold card numbers in clear; none is shown.
        let bytes = tidewaiter_formats::mask_cards(&excerpt.bytes);
        put!(out, "{MARGIN}{bytes}\n{MARGIN}{carets}\n");
    }
}
