//! The kinds of things that can be noticed while reading.

/// How much of the meaning was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing was lost and nobody need act.
    Info,
    /// The sender deviates from the standard; everything was understood all the same.
    Warning,
    /// Something was left unread or had to be repaired. The message is at best `partial`.
    Error,
}

impl Severity {
    /// The word used in output: `info`, `warning` or `error`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One kind of diagnostic: a stable name that can be counted per carrier and message version.
///
/// The catalogue is [`crate::codes`]; every code has a page `docs/errors/<slug>.md`.
#[derive(Debug)]
pub struct Code {
    /// Stable name, lower case with hyphens: `count-mismatch`.
    pub slug: &'static str,
    /// Severity unless a reader has reason to say otherwise.
    pub severity: Severity,
    /// What to do about it, in one or two sentences.
    pub help: &'static str,
}

impl Code {
    pub(crate) const fn info(slug: &'static str, help: &'static str) -> Self {
        Self {
            slug,
            severity: Severity::Info,
            help,
        }
    }

    pub(crate) const fn warning(slug: &'static str, help: &'static str) -> Self {
        Self {
            slug,
            severity: Severity::Warning,
            help,
        }
    }

    pub(crate) const fn error(slug: &'static str, help: &'static str) -> Self {
        Self {
            slug,
            severity: Severity::Error,
            help,
        }
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.slug == other.slug
    }
}

impl Eq for Code {}
