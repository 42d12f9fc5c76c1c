//! Words that are known to be people's names.
//!
//! For telling a name from a title glued to it: `ADAMS` is a surname, not `ADA` and `MS`. That a
//! word is not here says nothing; the sources hold common names of some hundred countries.

use std::sync::LazyLock;

use fst::Map;

/// How a word is seen used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NameUse {
    /// As a given name.
    pub given: bool,
    /// As a surname.
    pub surname: bool,
}

static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/names.fst"));

/// Opening reads only a header. `None` would mean bytes that this library did not write; the build
/// script writes them with the same library, and a test looks every word up.
static NAMES: LazyLock<Option<Map<&'static [u8]>>> = LazyLock::new(|| Map::new(BYTES).ok());

/// How a word is used as a name; `None` when it is not known as one.
///
/// The word is in capital letters A to Z, without accents, hyphens and apostrophes, as in a
/// machine-readable zone: `OBRIEN`, `MUELLER` and `MULLER`. Hyphenated names are known in parts and
/// run together: `JEAN`, `PIERRE`, `JEANPIERRE`.
pub fn usage(word: &str) -> Option<NameUse> {
    let bits = NAMES.as_ref()?.get(word)?;
    Some(NameUse {
        given: bits & 1 != 0,
        surname: bits & 2 != 0,
    })
}

/// Whether a word is known as a given name or a surname; see [`usage`] for how it is written.
pub fn is_known(word: &str) -> bool {
    usage(word).is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_end_in_the_letters_of_a_title_are_names() {
        for name in [
            "BADR", "AMR", "ADAMS", "NASIR", "ALEXANDR", "SAMIR", "WILLIAMS", "TAHIR",
        ] {
            assert!(is_known(name), "{name}");
        }
    }

    #[test]
    fn short_titles_are_no_names() {
        for title in [
            "MR", "MRS", "MS", "MISS", "MSTR", "DR", "CHD", "INF", "PROF", "SIR", "REV",
        ] {
            assert!(!is_known(title), "{title}");
        }
        assert!(!is_known("MICHAELMR"));
    }

    #[test]
    fn given_names_and_surnames_are_told_apart() {
        let of = |word| usage(word).map(|found| (found.given, found.surname));
        assert_eq!(of("OBRIEN"), Some((false, true)));
        assert_eq!(of("MARTINA"), Some((true, false)));
        assert_eq!(of("ADAMS").map(|(_, surname)| surname), Some(true));
        assert_eq!(of(""), None);
        assert_eq!(of("smith"), None, "capitals only");
    }

    #[test]
    fn letters_beyond_ascii_are_known_in_every_usual_spelling() {
        for name in [
            "MUELLER",
            "MULLER",
            "OBRIEN",
            "JEANPIERRE",
            "JEAN",
            "PIERRE",
        ] {
            assert!(is_known(name), "{name}");
        }
    }

    #[test]
    fn every_row_resolves_to_itself() {
        let mut count = 0;
        for line in include_str!("../data/names.tsv")
            .lines()
            .filter(|l| !l.starts_with('#'))
        {
            let (word, uses) = line.split_once('\t').unwrap();
            let expected = NameUse {
                given: uses.contains('g'),
                surname: uses.contains('s'),
            };
            assert_eq!(usage(word), Some(expected), "{word}");
            count += 1;
        }
        assert_eq!(NAMES.as_ref().unwrap().len(), count);
        assert!(count > 37_000);
    }

    proptest! {
        #[test]
        fn any_text_is_looked_up_without_panic(text in any::<String>()) {
            prop_assert!(!is_known(&text) || text.bytes().all(|b| b.is_ascii_uppercase()));
        }
    }
}
