//! Letters without their marks: what is left of a written word when case and diacritics go.

use compact_str::CompactString;
use tidewaiter_domain::Text;
use unicode_normalization::UnicodeNormalization;

/// A Latin word in small ASCII letters and digits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Folded {
    /// The marks dropped: `muller` of `Müller`.
    pub(crate) plain: Text,
    /// The marks written out as ICAO Doc 9303 part 3 section 6 recommends (`mueller`), where that
    /// differs.
    pub(crate) expanded: Option<Text>,
}

/// Folds one word of Latin letters. Characters that are no letter or digit disappear.
pub(crate) fn latin(word: &str) -> Folded {
    if word.is_ascii() {
        let plain = word
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|byte| byte.to_ascii_lowercase() as char)
            .collect();
        return Folded {
            plain,
            expanded: None,
        };
    }
    let mut plain = CompactString::default();
    let mut expanded = CompactString::default();
    for letter in word.nfc().flat_map(char::to_lowercase) {
        let (short, long) = match letter {
            'ä' => ("a", "ae"),
            'ö' | 'ø' => ("o", "oe"),
            'ü' => ("u", "ue"),
            'å' => ("a", "aa"),
            'æ' => ("ae", "ae"),
            'œ' => ("oe", "oe"),
            'ß' => ("ss", "ss"),
            'þ' => ("th", "th"),
            'ð' | 'đ' => ("d", "d"),
            'ł' => ("l", "l"),
            'ı' => ("i", "i"),
            'ə' => ("a", "e"),
            'ħ' => ("h", "h"),
            'ŋ' => ("ng", "ng"),
            'ñ' => ("n", "ny"),
            _ => {
                for part in letter.nfkd().flat_map(char::to_lowercase) {
                    if part.is_ascii_alphanumeric() {
                        plain.push(part);
                        expanded.push(part);
                    }
                }
                continue;
            }
        };
        plain.push_str(short);
        expanded.push_str(long);
    }
    Folded {
        expanded: (expanded != plain).then_some(expanded),
        plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_dropped_or_written_out() {
        let folded = latin("Müller");
        assert_eq!(folded.plain, "muller");
        assert_eq!(folded.expanded.as_deref(), Some("mueller"));
        assert_eq!(latin("O'Brien").plain, "obrien");
        assert_eq!(latin("Nguyễn").plain, "nguyen");
        assert_eq!(latin("Nguyễn").expanded, None);
        assert_eq!(latin("ŁÓDŹ").plain, "lodz");
    }
}
