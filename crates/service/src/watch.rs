//! What everything is screened against now.

use tidewaiter_screening::Watchlist;

/// The snapshot of lists, selectors, exemptions and registers in force.
pub struct Watch {
    watchlist: Watchlist,
}

impl Watch {
    /// A snapshot.
    pub const fn new(watchlist: Watchlist) -> Self {
        Self { watchlist }
    }

    /// What travellers are screened against.
    pub const fn watchlist(&self) -> &Watchlist {
        &self.watchlist
    }
}

impl Default for Watch {
    fn default() -> Self {
        Self::new(Watchlist::build(
            &[],
            tidewaiter_formats::lists::MeasureTable::default(),
        ))
    }
}
