//! Names as messages write them: titles, placeholders, single names.
//!
//! A title is recognised only at the end of a name, as a word of its own or glued to it
//! (`JOHNMR`), and never cut off a word that is a name itself (`NASIR`, `AMR`, `ADAMS`). What was
//! written stays beside what was understood, and the other reading is kept as a hypothesis.

use smallvec::SmallVec;
use tidewaiter_diagnostics::{Code, Span, codes::api as code};
use tidewaiter_domain::{NameHypothesis, PersonName, Text, WrittenName};
use tidewaiter_reference::names;

/// Titles that stand as words of their own.
const WORDS: &[&str] = &[
    "MR", "MRS", "MS", "MISS", "MSTR", "MSTER", "DR", "PROF", "REV", "SIR", "MADAM", "MME", "CHD",
    "INF", "MSR",
];

/// Titles that are glued to a given name, longest first, and how sure one can be of them.
const GLUED: &[(&str, Sure)] = &[
    ("MISS", Sure::Certain),
    ("MSTR", Sure::Certain),
    ("MRS", Sure::Certain),
    ("CHD", Sure::Certain),
    ("INF", Sure::Certain),
    ("MR", Sure::Likely),
    ("MS", Sure::Doubtful),
    ("DR", Sure::Doubtful),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sure {
    /// No name ends so.
    Certain,
    /// Few names end so.
    Likely,
    /// Many names end so.
    Doubtful,
}

/// What systems write for a part of the name they do not know.
const PLACEHOLDERS: &[&str] = &[
    "FNU",
    "LNU",
    "XXX",
    "XX",
    "-",
    "--",
    "NULL",
    "NFN",
    "NLN",
    "NOFIRSTNAME",
    "NOLASTNAME",
];

/// Longest name part of PAXLST (3036); one that fills it may have been cut off.
const PART_CHARACTERS_MAX: usize = 35;

/// What is said of a name.
pub(crate) type Remark = (&'static Code, &'static str);

/// A name from its fields as written: the surname, and the given names in order.
///
/// Remarks go to `say`.
pub(crate) fn read_name(
    surname: Text,
    given: SmallVec<[Text; 2]>,
    span: Span,
    mut say: impl FnMut(Remark),
) -> PersonName {
    for part in std::iter::once(&surname).chain(&given) {
        if part.len() >= PART_CHARACTERS_MAX && part.chars().count() == PART_CHARACTERS_MAX {
            say((
                &code::NAME_TRUNCATED,
                "the name part fills its field to the last character",
            ));
        }
        if part
            .bytes()
            .any(|b| b.is_ascii_digit() || matches!(b, b'_' | b'=' | b'@' | b'*'))
        {
            say((
                &code::NAME_CHARACTERS,
                "the name holds characters that no name has",
            ));
        }
    }
    let plain = !looks_odd(&surname) && !given.iter().any(|g| looks_odd(g));
    let ends_in_title = given.last().is_some_and(|g| may_end_in_title(g))
        || given.is_empty() && surname.contains(' ') && may_end_in_title(&surname);
    let mut name = PersonName {
        span,
        ..PersonName::default()
    };
    if plain && !ends_in_title {
        name.surname = (!surname.is_empty()).then_some(surname);
        name.given = given;
    } else {
        understand(&mut name, surname, given, &mut say);
    }
    match (&name.surname, name.given.is_empty()) {
        (None, true) => say((&code::MISSING_NAME, "this person has no name")),
        (None, false) | (Some(_), true) => {
            say((&code::SINGLE_NAME, "this person has one name only"));
        }
        (Some(_), false) => {}
    }
    name
}

/// Whether a part needs a second look: a placeholder, or a slash that separates two names.
fn looks_odd(part: &str) -> bool {
    part.contains('/') || part.len() <= 11 && is_placeholder(part)
}

fn is_placeholder(part: &str) -> bool {
    PLACEHOLDERS.iter().any(|p| p.eq_ignore_ascii_case(part))
}

/// Whether the last letters of a part can be a title; false for nearly every name.
fn may_end_in_title(part: &str) -> bool {
    matches!(
        part.as_bytes().last(),
        Some(b'R' | b'S' | b'D' | b'F' | b'V' | b'M' | b'E' | b'r' | b's')
    )
}

/// The slow path: something about the name is not plain.
fn understand(
    name: &mut PersonName,
    surname: Text,
    given: SmallVec<[Text; 2]>,
    say: &mut impl FnMut(Remark),
) {
    let written = WrittenName {
        surname: surname.clone(),
        given: given.clone(),
    };
    let (mut surname, mut given) = (surname, given);
    if let (true, Some((family, first))) = (given.is_empty(), surname.clone().split_once('/')) {
        surname = Text::new(family.trim());
        given = first
            .split('/')
            .map(|g| Text::new(g.trim()))
            .filter(|g| !g.is_empty())
            .collect();
        say((
            &code::MISPLACED_VALUE,
            "the whole name stands in the surname, divided by a slash",
        ));
    }
    if is_placeholder(&surname) {
        surname = Text::default();
        say((
            &code::NAME_PART_UNKNOWN,
            "a placeholder stands for the surname",
        ));
    }
    if given.iter().any(|g| is_placeholder(g)) {
        given.retain(|g| !is_placeholder(g));
        say((
            &code::NAME_PART_UNKNOWN,
            "a placeholder stands for a given name",
        ));
    }
    let bearer = if given.is_empty() {
        Some(&mut surname)
    } else {
        given.last_mut()
    };
    if let Some(bearer) = bearer
        && let Some((rest, title, glued)) = split_title(bearer)
    {
        let (rest, title) = (Text::new(rest), title.to_ascii_uppercase());
        *bearer = rest;
        name.title = Some(Text::from(title));
        if glued {
            say((&code::TITLE_SEPARATED, "a title is glued to the name"));
            name.hypotheses.push(NameHypothesis {
                surname: (!written.surname.is_empty()).then(|| written.surname.clone()),
                given: written.given.clone(),
                because: "the letters of the title may belong to the name",
            });
        }
    }
    given.retain(|g| !g.is_empty());
    if surname != written.surname || given != written.given {
        name.written = Some(Box::new(written));
    }
    name.surname = (!surname.is_empty()).then_some(surname);
    name.given = given;
}

/// Divides a title from the end of `part`: what is left, the title, and whether it was glued.
///
/// A part that is nothing but a title word is a title (`TIF+ATUYETMAIVAN+MISS`).
pub(crate) fn split_title(part: &str) -> Option<(&str, &str, bool)> {
    let part = part.trim_end();
    let (before, last) = part.rsplit_once(' ').unwrap_or(("", part));
    if WORDS.iter().any(|w| w.eq_ignore_ascii_case(last)) {
        return Some((before.trim_end(), last, false));
    }
    let upper = last.to_ascii_uppercase();
    let (title, sure) = GLUED
        .iter()
        .find(|(title, _)| upper.ends_with(title) && upper.len() >= title.len() + 2)?;
    let stem = &upper[..upper.len() - title.len()];
    let vowel = stem
        .bytes()
        .any(|b| matches!(b, b'A' | b'E' | b'I' | b'O' | b'U' | b'Y'));
    let is_title = !names::is_known(&upper)
        && match sure {
            Sure::Certain => true,
            Sure::Likely => vowel && (stem.len() >= 3 || names::is_known(stem)),
            Sure::Doubtful => names::is_known(stem),
        };
    if !is_title || !part.is_char_boundary(part.len() - title.len()) {
        return None;
    }
    let (rest, title) = part.split_at(part.len() - title.len());
    Some((rest, title, true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(surname: &str, given: &[&str]) -> (PersonName, Vec<&'static str>) {
        let mut codes = Vec::new();
        let given = given.iter().map(|g| Text::new(g)).collect();
        let name = read_name(Text::new(surname), given, Span::default(), |(c, _)| {
            codes.push(c.slug)
        });
        (name, codes)
    }

    fn words(name: &PersonName) -> String {
        let mut words = vec![name.surname.as_deref().unwrap_or("-")];
        words.extend(name.given.iter().map(Text::as_str));
        format!(
            "{} [{}]",
            words.join(" "),
            name.title.as_deref().unwrap_or("")
        )
    }

    #[test]
    fn names_that_end_like_titles_stay_whole() {
        for name in [
            "NASIR", "YASIR", "AMR", "DRAGAN", "SIRAJ", "MUDASSIR", "NASR", "BADR", "ADAMS",
            "ALEXANDR", "WILLIAMS",
        ] {
            let (as_given, codes) = read("QUILLAN", &[name]);
            assert_eq!(as_given.given.as_slice(), [name]);
            assert_eq!((as_given.title, codes.len()), (None, 0), "{name}");
            let (as_surname, _) = read(name, &["TOVA"]);
            assert_eq!(as_surname.surname.as_deref(), Some(name));
            let (as_both, _) = read(name, &[name]);
            assert_eq!(as_both.written, None, "{name}");
        }
    }

    #[test]
    fn d41_titles_at_the_end_are_titles_and_the_written_form_is_kept() {
        for (given, expected, glued) in [
            (&["JOHNMR"][..], "QUILLAN JOHN [MR]", true),
            (&["JOHN MR"], "QUILLAN JOHN [MR]", false),
            (&["TOVA LINNEAMRS"], "QUILLAN TOVA LINNEA [MRS]", true),
            (&["TOVA", "LINNEAMRS"], "QUILLAN TOVA LINNEA [MRS]", true),
            (&["MISTYMISS"], "QUILLAN MISTY [MISS]", true),
            (&["MISS"], "QUILLAN [MISS]", false),
            (&["MARITMS"], "QUILLAN MARIT [MS]", true),
        ] {
            let (name, codes) = read("QUILLAN", given);
            assert_eq!(words(&name), expected);
            assert!(name.written.is_some(), "{given:?}");
            assert_eq!(name.hypotheses.len(), usize::from(glued), "{given:?}");
            assert_eq!(codes.contains(&"title-separated"), glued);
        }
    }

    #[test]
    fn d41_placeholders_are_unknown_parts() {
        let (name, codes) = read("SUHARTO", &["FNU"]);
        assert_eq!(words(&name), "SUHARTO []");
        assert_eq!(codes, ["name-part-unknown", "single-name"]);
        assert_eq!(name.written.unwrap().given.as_slice(), ["FNU"]);
        let (name, _) = read("LNU", &["TOVA"]);
        assert_eq!(words(&name), "- TOVA []");
    }

    #[test]
    fn d41_a_name_in_the_surname_field_is_divided_at_the_slash() {
        let (name, codes) = read("QUILLAN/MARIT JOSE MRS", &[]);
        assert_eq!(words(&name), "QUILLAN MARIT JOSE [MRS]");
        assert_eq!(codes, ["misplaced-value"]);
        assert_eq!(name.written.unwrap().surname, "QUILLAN/MARIT JOSE MRS");
    }

    #[test]
    fn d41_a_full_field_may_have_been_cut() {
        let (_, codes) = read(&"A".repeat(35), &["TOVA"]);
        assert_eq!(codes, ["name-possibly-truncated"]);
        let (_, codes) = read("QU1LLAN", &["TOVA"]);
        assert_eq!(codes, ["name-characters"]);
    }

    #[test]
    fn nobody_without_a_name_is_lost() {
        let (name, codes) = read("", &[]);
        assert!(name.is_empty());
        assert_eq!(codes, ["missing-name"]);
    }

    proptest! {
        #[test]
        fn letters_are_never_lost(surname in "\\PC{0,40}", given in prop::collection::vec("\\PC{0,40}", 0..3)) {
            let parts: SmallVec<[Text; 2]> = given.iter().map(|g| Text::new(g)).collect();
            let name = read_name(Text::new(&surname), parts.clone(), Span::default(), |_| {});
            let (kept_surname, kept_given) = match &name.written {
                Some(written) => (written.surname.clone(), written.given.clone()),
                None => (name.surname.clone().unwrap_or_default(), name.given.clone()),
            };
            prop_assert_eq!(kept_surname.as_str(), surname.as_str());
            let kept: Vec<_> = kept_given.iter().filter(|g| !g.is_empty()).collect();
            let all: Vec<_> = parts.iter().filter(|g| !g.is_empty()).collect();
            prop_assert_eq!(kept, all);
        }
    }
}
