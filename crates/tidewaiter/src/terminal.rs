//! What is common to everything that a person reads on a terminal.

pub(crate) mod escape;
pub(crate) mod style;
pub(crate) mod table;

use std::io::{self, IsTerminal};

/// Appends formatted text to a String, which cannot fail.
macro_rules! put {
    ($out:expr, $($arg:tt)*) => {{
        use std::fmt::Write as _;
        let _ = write!($out, $($arg)*);
    }};
}
pub(crate) use put;

/// Width of the output where it is no terminal.
const WIDTH_DEFAULT: usize = 120;

/// No table is set narrower than this; a narrower terminal wraps it.
const WIDTH_MIN: usize = 60;

/// Columns of the output: as wide as the terminal; a fixed width for files and pipes, so that they
/// do not depend on the window they were made in.
pub(crate) fn width() -> usize {
    let terminal = io::stdout()
        .is_terminal()
        .then(terminal_size::terminal_size)
        .flatten()
        .map(|(width, _)| usize::from(width.0));
    terminal.unwrap_or(WIDTH_DEFAULT).max(WIDTH_MIN)
}
