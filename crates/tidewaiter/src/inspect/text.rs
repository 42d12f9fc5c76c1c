//! What a person reads: one block a message, made for somebody who is on the telephone with the
//! carrier while reading it.

mod diagnostics;
mod excerpt;
mod header;
mod listed;
mod people;
mod summary;
mod zone;

use super::{Item, Place};
use crate::terminal::{put, style, table};

pub(super) use listed::{document, list, subject};
pub(super) use summary::{summary, totals};
pub(super) use zone::zone;

/// How the text is set.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Columns of the output.
    pub(super) width: usize,
    /// Whether every diagnostic is shown.
    pub(super) all: bool,
}

impl Layout {
    /// As wide as the terminal; a fixed width for files and pipes, so that they do not depend on
    /// the window they were made in.
    pub(super) fn of_terminal(all: bool) -> Self {
        Self {
            width: crate::terminal::width(),
            all,
        }
    }
}

/// The line above the messages of one source.
pub(super) fn heading(out: &mut String, layout: &Layout, source: &str) {
    let name = if source == "-" {
        "standard input".into()
    } else {
        super::escape::text(source)
    };
    let rule = "─".repeat(layout.width.saturating_sub(table::width(&name) + 4));
    put!(
        out,
        "{}── {name} {rule}{}\n\n",
        style::HEADING.render(),
        style::HEADING.render_reset()
    );
}

/// One message: what it is, who is in it, what was noticed.
pub(super) fn message(out: &mut String, layout: &Layout, item: &Item<'_>) {
    header::header(out, item);
    people::people(out, layout, item.report);
    diagnostics::diagnostics(out, layout, &item.place, &item.report.diagnostics);
    out.push('\n');
}
