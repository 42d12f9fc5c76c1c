//! Dates with two-digit years, parts of which a document may leave unknown.

/// A date as a zone states it: each part known or, written `<<`, unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct MrzDate {
    year: Option<u8>,
    month: Option<u8>,
    day: Option<u8>,
}

impl MrzDate {
    /// A date from its parts: `year` 0–99, `month` 1–12, `day` 1–31 and not beyond the month.
    ///
    /// `None` when a part is out of range. 29 February is allowed in every year that is a leap
    /// year in some century.
    pub fn new(year: Option<u8>, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        let longest = match month {
            Some(2) if year.is_some_and(|y| y % 4 != 0) => 28,
            Some(2) => 29,
            Some(4 | 6 | 9 | 11) => 30,
            _ => 31,
        };
        let possible = year.is_none_or(|y| y < 100)
            && month.is_none_or(|m| (1..=12).contains(&m))
            && day.is_none_or(|d| (1..=longest).contains(&d));
        possible.then_some(Self { year, month, day })
    }

    /// Last two digits of the year.
    pub const fn year(self) -> Option<u8> {
        self.year
    }

    /// Month, 1–12.
    pub const fn month(self) -> Option<u8> {
        self.month
    }

    /// Day of the month, 1–31.
    pub const fn day(self) -> Option<u8> {
        self.day
    }

    /// The whole year of a birth: the latest one that is not after `reference`, a year A.D.
    /// (usually that of the journey).
    ///
    /// A person of more than a hundred years comes out a century too young; whoever has another
    /// source for the date should compare.
    pub fn birth_year(self, reference: u16) -> Option<u16> {
        let year = self.year.map(u16::from)?;
        let candidate = reference - reference % 100 + year;
        if candidate <= reference {
            Some(candidate)
        } else {
            candidate.checked_sub(100)
        }
    }

    /// The whole year of an expiry: the one nearest to `reference`, from 50 years before it to 49
    /// after it.
    pub fn expiry_year(self, reference: u16) -> Option<u16> {
        let year = self.year.map(u16::from)?;
        let earliest = reference.checked_sub(50)?;
        let candidate = earliest - earliest % 100 + year;
        if candidate >= earliest {
            Some(candidate)
        } else {
            candidate.checked_add(100)
        }
    }

    /// The six characters; `None` when they are no date.
    pub(crate) fn read(characters: &[u8]) -> Option<Self> {
        let part = |at: usize| match characters.get(at..at + 2)? {
            b"<<" => Some(None),
            &[tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
                Some(Some((tens - b'0') * 10 + (ones - b'0')))
            }
            _ => None,
        };
        Self::new(part(0)?, part(2)?, part(4)?)
    }

    /// The date with month or day `00` taken for unknown, as some issuers write it.
    pub(crate) fn read_with_zeros(characters: &[u8]) -> Option<Self> {
        let mut blanked: [u8; 6] = characters.try_into().ok()?;
        for at in [2, 4] {
            if &blanked[at..at + 2] == b"00" {
                blanked[at..at + 2].copy_from_slice(b"<<");
            }
        }
        Self::read(&blanked)
    }

    /// The six characters of the zone.
    pub(crate) fn write(self) -> String {
        [self.year, self.month, self.day]
            .into_iter()
            .map(|part| part.map_or_else(|| "<<".to_owned(), |n| format!("{n:02}")))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_parts_are_fillers() {
        let date = MrzDate::read(b"51<<<<").unwrap();
        assert_eq!(
            (date.year(), date.month(), date.day()),
            (Some(51), None, None)
        );
        assert_eq!(date.write(), "51<<<<");
        assert_eq!(MrzDate::read(b"510000"), None);
        assert_eq!(MrzDate::read_with_zeros(b"510000"), Some(date));
    }

    #[test]
    fn impossible_dates_are_none() {
        for characters in [
            b"881301", b"880230", b"890229", b"88O229", b"8<0229", b"880431",
        ] {
            assert_eq!(MrzDate::read(characters), None);
        }
        assert!(MrzDate::read(b"880229").is_some());
        assert!(MrzDate::read(b"<<0229").is_some());
    }

    #[test]
    fn the_century_follows_the_reference() {
        let of = |year| MrzDate::new(Some(year), None, None).unwrap();
        assert_eq!(of(26).birth_year(2026), Some(2026));
        assert_eq!(of(27).birth_year(2026), Some(1927));
        assert_eq!(of(72).birth_year(2026), Some(1972));
        assert_eq!(of(31).expiry_year(2026), Some(2031));
        assert_eq!(of(75).expiry_year(2026), Some(2075));
        assert_eq!(of(76).expiry_year(2026), Some(1976));
        assert_eq!(of(5).expiry_year(2098), Some(2105));
        assert_eq!(of(5).birth_year(3), None);
        assert_eq!(of(5).expiry_year(3), None);
        assert_eq!(of(5).expiry_year(u16::MAX), Some(65505));
    }
}
