//! What a person reads: one block a message, made for somebody who is on the telephone with the
//! carrier while reading it.

mod diagnostics;
mod excerpt;
mod header;
mod people;
mod style;
mod summary;
mod table;

use std::io::{self, IsTerminal};

use super::Item;

pub(super) use summary::summary;

/// Appends formatted text to a String, which cannot fail.
macro_rules! put {
    ($out:expr, $($arg:tt)*) => {{
        use std::fmt::Write as _;
        let _ = write!($out, $($arg)*);
    }};
}
pub(super) use put;

/// Width of the output where it is no terminal.
const WIDTH_DEFAULT: usize = 120;

/// No table is set narrower than this; a narrower terminal wraps it.
const WIDTH_MIN: usize = 60;

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
        let terminal = io::stdout()
            .is_terminal()
            .then(terminal_size::terminal_size)
            .flatten()
            .map(|(width, _)| usize::from(width.0));
        Self {
            width: terminal.unwrap_or(WIDTH_DEFAULT).max(WIDTH_MIN),
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
    diagnostics::diagnostics(out, layout, item);
    out.push('\n');
}
