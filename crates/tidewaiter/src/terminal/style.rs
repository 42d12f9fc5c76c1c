//! Colours. The stream takes them out where they do not belong.

use anstyle::{AnsiColor, Style};
use tidewaiter_diagnostics::Severity;
use tidewaiter_formats::Status;
use tidewaiter_service::doctor::Verdict;

pub(crate) const HEADING: Style = Style::new().bold();
pub(crate) const STRONG: Style = Style::new().bold();
pub(crate) const FAINT: Style = Style::new().dimmed();

pub(crate) const fn severity(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::Red.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        Severity::Info => AnsiColor::Cyan.on_default().bold(),
    }
}

pub(crate) const fn status(status: Status) -> Style {
    match status {
        Status::Accepted => AnsiColor::Green.on_default().bold(),
        Status::Partial => AnsiColor::Yellow.on_default().bold(),
        Status::Rejected => AnsiColor::Red.on_default().bold(),
    }
}

pub(crate) const fn verdict(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Fine => AnsiColor::Green.on_default(),
        Verdict::Unknown => AnsiColor::Cyan.on_default().bold(),
        Verdict::Warning => AnsiColor::Yellow.on_default().bold(),
        Verdict::Critical => AnsiColor::Red.on_default().bold(),
    }
}

/// Of the status of a file that was taken in.
pub(crate) fn outcome(word: &str) -> Style {
    match word {
        "accepted" => status(Status::Accepted),
        "partial" => status(Status::Partial),
        "rejected" => status(Status::Rejected),
        _ => FAINT,
    }
}

/// `text` in `style`.
pub(crate) fn paint(style: Style, text: &str) -> String {
    format!("{}{text}{}", style.render(), style.render_reset())
}
