//! Which field stands where, as one table a layout.

/// A layout of Doc 9303.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Card, three lines of 30 (part 5).
    Td1,
    /// Card, two lines of 36 (part 6).
    Td2,
    /// Passport, two lines of 44 (part 4).
    Td3,
    /// Visa, two lines of 44 (part 7).
    MrvA,
    /// Visa, two lines of 36 (part 7).
    MrvB,
}

impl Format {
    /// All five.
    pub const ALL: [Self; 5] = [Self::Td1, Self::Td2, Self::Td3, Self::MrvA, Self::MrvB];

    /// Number of lines.
    pub const fn lines(self) -> usize {
        match self {
            Self::Td1 => 3,
            _ => 2,
        }
    }

    /// Characters a line.
    pub const fn width(self) -> usize {
        match self {
            Self::Td1 => 30,
            Self::Td2 | Self::MrvB => 36,
            Self::Td3 | Self::MrvA => 44,
        }
    }

    /// Characters in all.
    pub const fn size(self) -> usize {
        self.lines() * self.width()
    }

    /// Whether it is a visa, the only documents whose code begins with `V`.
    pub const fn is_visa(self) -> bool {
        matches!(self, Self::MrvA | Self::MrvB)
    }

    /// The name the standard uses: `TD1`, `MRV-A` ...
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Td1 => "TD1",
            Self::Td2 => "TD2",
            Self::Td3 => "TD3",
            Self::MrvA => "MRV-A",
            Self::MrvB => "MRV-B",
        }
    }

    /// The layout of `lines` lines of `width` characters that begins with `first`.
    pub(crate) fn of_shape(lines: usize, width: usize, first: u8) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|f| f.lines() == lines && f.width() == width && f.is_visa() == (first == b'V'))
            .or_else(|| (lines == 3 && width == 30).then_some(Self::Td1))
    }

    /// The layout of `size` characters in one line that begins with `first`.
    pub(crate) fn of_size(size: usize, first: u8) -> Option<Self> {
        let format = Self::ALL.into_iter().find(|f| f.size() == size)?;
        Self::of_shape(format.lines(), format.width(), first)
    }

    /// Where its fields stand.
    pub(crate) const fn layout(self) -> &'static Layout {
        match self {
            Self::Td1 => &TD1,
            Self::Td2 => &TD2,
            Self::Td3 => &TD3,
            Self::MrvA => &MRV_A,
            Self::MrvB => &MRV_B,
        }
    }
}

/// A run of characters, as offsets into the lines joined without breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Slot {
    pub(crate) const fn len(self) -> usize {
        self.end - self.start
    }

    pub(crate) const fn range(self) -> std::ops::Range<usize> {
        self.start..self.end
    }
}

/// The fields of a layout.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) code: Slot,
    pub(crate) issuer: Slot,
    pub(crate) names: Slot,
    pub(crate) number: Slot,
    pub(crate) number_check: usize,
    pub(crate) nationality: Slot,
    pub(crate) birth: Slot,
    pub(crate) birth_check: usize,
    pub(crate) sex: usize,
    pub(crate) expiry: Slot,
    pub(crate) expiry_check: usize,
    pub(crate) optional: Slot,
    /// Only TD3 checks its optional data on their own.
    pub(crate) optional_check: Option<usize>,
    /// Only TD1 has them.
    pub(crate) second_optional: Option<Slot>,
    /// The composite check digit and what it is over; visas have none.
    pub(crate) composite: Option<(usize, &'static [Slot])>,
    /// Whether a number of more than nine characters goes on in the optional data.
    pub(crate) long_numbers: bool,
}

/// Columns `first` to `last`, counted from 1 as in the standard, of line `line` of `width`.
const fn at(width: usize, line: usize, first: usize, last: usize) -> Slot {
    Slot {
        start: (line - 1) * width + first - 1,
        end: (line - 1) * width + last,
    }
}

const TD1: Layout = Layout {
    code: at(30, 1, 1, 2),
    issuer: at(30, 1, 3, 5),
    number: at(30, 1, 6, 14),
    number_check: at(30, 1, 15, 15).start,
    optional: at(30, 1, 16, 30),
    optional_check: None,
    birth: at(30, 2, 1, 6),
    birth_check: at(30, 2, 7, 7).start,
    sex: at(30, 2, 8, 8).start,
    expiry: at(30, 2, 9, 14),
    expiry_check: at(30, 2, 15, 15).start,
    nationality: at(30, 2, 16, 18),
    second_optional: Some(at(30, 2, 19, 29)),
    composite: Some((
        at(30, 2, 30, 30).start,
        &[
            at(30, 1, 6, 30),
            at(30, 2, 1, 7),
            at(30, 2, 9, 15),
            at(30, 2, 19, 29),
        ],
    )),
    names: at(30, 3, 1, 30),
    long_numbers: true,
};

/// The two-line layouts differ only in width and in how the second line ends.
const fn two_lines(width: usize, optional_last: usize) -> Layout {
    Layout {
        code: at(width, 1, 1, 2),
        issuer: at(width, 1, 3, 5),
        names: at(width, 1, 6, width),
        number: at(width, 2, 1, 9),
        number_check: at(width, 2, 10, 10).start,
        nationality: at(width, 2, 11, 13),
        birth: at(width, 2, 14, 19),
        birth_check: at(width, 2, 20, 20).start,
        sex: at(width, 2, 21, 21).start,
        expiry: at(width, 2, 22, 27),
        expiry_check: at(width, 2, 28, 28).start,
        optional: at(width, 2, 29, optional_last),
        optional_check: None,
        second_optional: None,
        composite: None,
        long_numbers: false,
    }
}

const TD2: Layout = Layout {
    composite: Some((
        at(36, 2, 36, 36).start,
        &[at(36, 2, 1, 10), at(36, 2, 14, 20), at(36, 2, 22, 35)],
    )),
    long_numbers: true,
    ..two_lines(36, 35)
};

const TD3: Layout = Layout {
    optional_check: Some(at(44, 2, 43, 43).start),
    composite: Some((
        at(44, 2, 44, 44).start,
        &[at(44, 2, 1, 10), at(44, 2, 14, 20), at(44, 2, 22, 43)],
    )),
    ..two_lines(44, 42)
};

const MRV_A: Layout = two_lines(44, 44);
const MRV_B: Layout = two_lines(36, 36);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_belongs_to_exactly_one_field() {
        for format in Format::ALL {
            let l = format.layout();
            let mut seen = vec![0; format.size()];
            let fields = [
                l.code,
                l.issuer,
                l.names,
                l.number,
                l.nationality,
                l.birth,
                l.expiry,
            ];
            for slot in fields
                .into_iter()
                .chain([l.optional])
                .chain(l.second_optional)
            {
                slot.range().for_each(|at| seen[at] += 1);
            }
            for at in [l.number_check, l.birth_check, l.sex, l.expiry_check] {
                seen[at] += 1;
            }
            for at in l.optional_check.into_iter().chain(l.composite.map(|c| c.0)) {
                seen[at] += 1;
            }
            assert!(seen.iter().all(|&n| n == 1), "{format:?}: {seen:?}");
        }
    }

    #[test]
    fn shapes_name_their_layout() {
        for format in Format::ALL {
            let first = if format.is_visa() { b'V' } else { b'P' };
            assert_eq!(Format::of_size(format.size(), first), Some(format));
            assert_eq!(
                Format::of_shape(format.lines(), format.width(), first),
                Some(format)
            );
        }
        assert_eq!(Format::of_size(89, b'P'), None);
    }
}
