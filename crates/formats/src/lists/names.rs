//! Building names, and telling their script.

use std::collections::BTreeMap;

use tidewaiter_domain::{ListedName, NameKind, NameQuality, Script, Text};
use unicode_script::{Script as UnicodeScript, UnicodeScript as _};

use super::node::squeezed;

/// A name of which the list gives only the whole.
pub(super) fn whole(full: &str, kind: NameKind, quality: NameQuality) -> Option<ListedName> {
    let full = squeezed(full);
    (!full.is_empty()).then(|| ListedName {
        script: script_of(&full),
        full,
        surname: None,
        given: Vec::new(),
        other_parts: Vec::new(),
        titles: Vec::new(),
        kind,
        quality,
    })
}

/// A name of which the list separates the family name and the given names; `full` puts the given
/// names first.
pub(super) fn parted(
    given: Option<&str>,
    middle: Option<&str>,
    surname: Option<&str>,
    kind: NameKind,
    quality: NameQuality,
) -> Option<ListedName> {
    let parts = [given, middle, surname].map(|part| squeezed(part.unwrap_or_default()));
    let full = parts
        .iter()
        .filter(|p| !p.is_empty())
        .map(Text::as_str)
        .collect::<Vec<_>>()
        .join(" ");
    let mut name = whole(&full, kind, quality)?;
    let [given, middle, surname] = parts;
    name.surname = Some(surname).filter(|s| !s.is_empty());
    name.given = [given, middle]
        .into_iter()
        .filter(|p| !p.is_empty())
        .collect();
    Some(name)
}

/// The script of most letters of `text`; of several scripts as frequent the first by name.
pub(super) fn script_of(text: &str) -> Script {
    if text.is_ascii() {
        return if text.bytes().any(|b| b.is_ascii_alphabetic()) {
            Script::LATIN
        } else {
            Script::UNKNOWN
        };
    }
    let mut letters: BTreeMap<&'static str, usize> = BTreeMap::new();
    for letter in text.chars().filter(|c| c.is_alphabetic()) {
        let script = letter.script();
        if !matches!(
            script,
            UnicodeScript::Common | UnicodeScript::Inherited | UnicodeScript::Unknown
        ) {
            *letters.entry(script.short_name()).or_default() += 1;
        }
    }
    letters
        .into_iter()
        .rev()
        .max_by_key(|&(_, count)| count)
        .and_then(|(name, _)| name.as_bytes().try_into().ok())
        .map_or(Script::UNKNOWN, Script)
}

/// Splits a field of several names at a separator, leaving out empty ones.
pub(super) fn several(text: &str, separator: char) -> impl Iterator<Item = &str> {
    text.split(separator)
        .map(str::trim)
        .filter(|t| !t.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_told() {
        for (text, script) in [
            ("Ahmad", "Latn"),
            ("Ağca Öz", "Latn"),
            ("صدام حسين", "Arab"),
            ("Иванов", "Cyrl"),
            ("金正日", "Hani"),
            ("123", "Zyyy"),
            ("Ιωάννης", "Grek"),
        ] {
            assert_eq!(script_of(text).as_str(), script, "{text}");
        }
    }

    #[test]
    fn parts_stay_apart_and_the_whole_is_joined() {
        let name = parted(
            Some("Ana  Maria"),
            None,
            Some("DE SOUSA"),
            NameKind::Primary,
            NameQuality::Unknown,
        )
        .unwrap();
        assert_eq!(name.full, "Ana Maria DE SOUSA");
        assert_eq!(name.surname.as_deref(), Some("DE SOUSA"));
        assert_eq!(name.given, ["Ana Maria"]);
        assert_eq!(
            parted(None, None, Some(" "), NameKind::Alias, NameQuality::Low),
            None
        );
    }
}
