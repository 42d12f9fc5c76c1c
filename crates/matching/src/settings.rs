//! Thresholds: configuration, with shipped defaults.

/// Where a match falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Band {
    /// Below review: shown only when asked for.
    None,
    /// A person looks at it in order.
    Review,
    /// A person looks at it first.
    Alert,
}

impl Band {
    /// `alert`, `review` or `none`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Review => "review",
            Self::None => "none",
        }
    }
}

/// Thresholds in bits of evidence (without the prior), and how far below them to look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// From here on a match is an alert.
    pub alert: f32,
    /// From here on a match is reviewed. At the default, innocents raise at most 2 per 1 000
    /// against the lists measured in `docs/matching.md`.
    pub review: f32,
    /// From here on a match is returned at all.
    pub floor: f32,
    /// Most matches to return; `None` for all.
    pub limit: Option<usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            alert: 10.0,
            review: 3.4,
            floor: 3.4,
            limit: None,
        }
    }
}

impl Settings {
    /// The band of a sum of evidence in bits.
    pub fn band(&self, bits: f32) -> Band {
        if bits >= self.alert {
            Band::Alert
        } else if bits >= self.review {
            Band::Review
        } else {
            Band::None
        }
    }
}
