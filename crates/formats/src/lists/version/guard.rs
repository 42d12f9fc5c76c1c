//! Whether a version may replace the one in force without a person's consent.

use jiff::civil::Date;
use tidewaiter_domain::Text;

use super::super::ListReading;
use super::super::detect::ListFormat;
use super::super::draft::ListCounts;
use super::canonical::{ContentHash, address};

/// What is kept of the source of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceReceipt {
    /// The list.
    pub list: Text,
    /// The form of the file.
    pub format: ListFormat,
    /// SHA-256 of every file given, in the order in which they were read.
    pub files: Vec<ContentHash>,
    /// The date of publication that the list states.
    pub published: Option<Date>,
    /// How many of everything.
    pub counts: ListCounts,
    /// The address of the content.
    pub version: ContentHash,
}

impl SourceReceipt {
    /// The receipt of `reading`, read from `files`.
    pub fn new(reading: &ListReading, files: &[&[u8]]) -> Self {
        Self {
            list: reading.list.clone(),
            format: reading.format,
            files: files.iter().map(|bytes| ContentHash::of(bytes)).collect(),
            published: reading.published,
            counts: reading.counts.clone(),
            version: address(&reading.subjects),
        }
    }
}

/// How much a list may change by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChangeLimits {
    /// Largest share of entries that may vanish, 0 to 1.
    pub shrink: f64,
    /// Largest share of entries that may be added, from 0.
    pub growth: f64,
    /// Days after which a list is stale.
    pub max_age_days: i32,
}

impl Default for ChangeLimits {
    /// A tenth less, a quarter more, and a month old at most.
    fn default() -> Self {
        Self {
            shrink: 0.10,
            growth: 0.25,
            max_age_days: 31,
        }
    }
}

/// Something that a person must have seen before the version is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concern {
    /// Entries vanish beyond the limit; they would no longer be found.
    Shrunk {
        /// Entries of the version in force.
        from: u32,
        /// Entries of the new one.
        to: u32,
    },
    /// Entries are added beyond the limit; alerts may flood.
    Grown {
        /// Entries of the version in force.
        from: u32,
        /// Entries of the new one.
        to: u32,
    },
    /// The file is of an earlier date than the version in force.
    Older {
        /// Date of the version in force.
        from: Date,
        /// Date of the new one.
        to: Date,
    },
    /// The list was published too long ago, or its date lies in the future.
    Stale {
        /// Date of the file.
        published: Date,
        /// Days until today; negative when it lies in the future.
        days: i32,
    },
    /// The file does not say when it was published.
    Undated,
    /// The file is of another list than the version in force.
    OtherList {
        /// The list in force.
        from: Text,
        /// The list of the file.
        to: Text,
    },
}

/// Every concern about replacing `current` by `next` on the day `today`.
///
/// Nothing means that it may happen by itself.
pub fn concerns(
    current: Option<&SourceReceipt>,
    next: &SourceReceipt,
    today: Date,
    limits: &ChangeLimits,
) -> Vec<Concern> {
    let mut found = Vec::new();
    if let Some(current) = current {
        if current.list != next.list {
            found.push(Concern::OtherList {
                from: current.list.clone(),
                to: next.list.clone(),
            });
        }
        let (from, to) = (current.counts.entries(), next.counts.entries());
        let share = |part: u32| f64::from(part) / f64::from(from.max(1));
        if share(from.saturating_sub(to)) > limits.shrink {
            found.push(Concern::Shrunk { from, to });
        }
        if share(to.saturating_sub(from)) > limits.growth {
            found.push(Concern::Grown { from, to });
        }
        if let Some((from, to)) = current.published.zip(next.published)
            && to < from
        {
            found.push(Concern::Older { from, to });
        }
    }
    match next.published {
        None => found.push(Concern::Undated),
        Some(published) => {
            let days = today
                .since(published)
                .map_or(i32::MAX, |span| span.get_days());
            // A day ahead is a time zone, not a mistake.
            if days > limits.max_age_days || days < -1 {
                found.push(Concern::Stale { published, days });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn receipt(persons: u32, published: Option<Date>) -> SourceReceipt {
        SourceReceipt {
            list: "t".into(),
            format: ListFormat::OwnCsv,
            files: Vec::new(),
            published,
            counts: ListCounts {
                persons,
                ..ListCounts::default()
            },
            version: ContentHash::of(b""),
        }
    }

    #[test]
    fn a_usual_update_needs_nobody() {
        let limits = ChangeLimits::default();
        let current = receipt(100, Some(date(2026, 11, 1)));
        let next = receipt(95, Some(date(2026, 11, 20)));
        assert_eq!(
            concerns(Some(&current), &next, date(2026, 11, 24), &limits),
            []
        );
    }

    #[test]
    fn shrinking_growing_and_old_lists_need_consent() {
        let limits = ChangeLimits::default();
        let today = date(2026, 11, 24);
        let current = receipt(100, Some(date(2026, 11, 20)));
        let check = |next| concerns(Some(&current), &next, today, &limits);
        assert_eq!(
            check(receipt(89, Some(today))),
            [Concern::Shrunk { from: 100, to: 89 }]
        );
        assert_eq!(
            check(receipt(126, Some(today))),
            [Concern::Grown { from: 100, to: 126 }]
        );
        assert_eq!(
            check(receipt(100, Some(date(2026, 1, 28)))),
            [
                Concern::Older {
                    from: date(2026, 11, 20),
                    to: date(2026, 1, 28)
                },
                Concern::Stale {
                    published: date(2026, 1, 28),
                    days: 300
                }
            ]
        );
        assert_eq!(check(receipt(100, None)), [Concern::Undated]);
    }
}
