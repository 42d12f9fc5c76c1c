//! The name field: primary and secondary identifiers (Doc 9303 part 3, section 4.6).

/// The names of the holder, as components of capital letters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Names {
    /// Primary identifier, usually the surname: what stands before the first `<<`.
    pub primary: Vec<String>,
    /// Secondary identifier, usually the given names; empty where the holder has one name only.
    pub secondary: Vec<String>,
}

impl Names {
    /// Names from their components; empty ones are left out.
    pub fn new<S: Into<String>>(
        primary: impl IntoIterator<Item = S>,
        secondary: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            primary: components(primary),
            secondary: components(secondary),
        }
    }

    /// The names in `field`, and whether it has the form of the standard (no name before the
    /// first `<<`, or a second `<<` inside the names, has not).
    pub(crate) fn read(field: &str) -> (Self, bool) {
        let text = field.trim_end_matches('<');
        let (primary, secondary) = text.split_once("<<").unwrap_or((text, ""));
        let regular = !primary.is_empty()
            && !primary.starts_with('<')
            && !secondary.starts_with('<')
            && !secondary.contains("<<");
        (Self::new(primary.split('<'), secondary.split('<')), regular)
    }

    /// Characters the names need.
    pub(crate) fn encoded_len(&self) -> usize {
        self.join().len()
    }

    /// The field of `width` characters: filled up, or shortened where the names are longer.
    ///
    /// Shortened as Doc 9303 part 3 section 4.6 asks: something of both identifiers stays, and the
    /// last character is a letter, which is the sign of truncation.
    pub(crate) fn write(&self, width: usize) -> String {
        let mut names = self.clone();
        if names.join().len() > width && !names.secondary.is_empty() {
            // Room for `<<` and an initial.
            while names.primary.join("<").len() + 3 > width && shorten_last(&mut names.primary) {}
        }
        let mut text = names.join();
        while text.len() > width && text.as_bytes().get(width - 1) == Some(&b'<') {
            let shortened =
                shorten_longest(&mut names.secondary) || shorten_longest(&mut names.primary);
            if !shortened {
                break;
            }
            text = names.join();
        }
        text.truncate(width);
        format!("{text:<<width$}")
    }

    fn join(&self) -> String {
        let mut text = self.primary.join("<");
        if !self.secondary.is_empty() {
            text.push_str("<<");
            text.push_str(&self.secondary.join("<"));
        }
        text
    }
}

fn components<S: Into<String>>(parts: impl IntoIterator<Item = S>) -> Vec<String> {
    let parts = parts.into_iter().map(Into::into);
    parts.filter(|part| !part.is_empty()).collect()
}

/// Takes the last letter away, and the component with it when it was the only one; `false` when
/// one letter is all that is left.
fn shorten_last(components: &mut Vec<String>) -> bool {
    let only = components.len() == 1;
    match components.last_mut() {
        Some(last) if last.len() > 1 => {
            last.pop();
            true
        }
        Some(_) if !only => {
            components.pop();
            true
        }
        _ => false,
    }
}

/// Takes a letter from the longest component, so that what follows it moves forward; `false` when
/// all are initials already.
fn shorten_longest(components: &mut [String]) -> bool {
    match components.iter_mut().max_by_key(|c| c.len()) {
        Some(longest) if longest.len() > 1 => {
            longest.pop();
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_and_identifiers_are_told_apart() {
        let (names, regular) = Names::read("VAN<DER<MUELLEN<<CAROLINA<MARIA<<<<<<<");
        assert_eq!(
            names,
            Names::new(["VAN", "DER", "MUELLEN"], ["CAROLINA", "MARIA"])
        );
        assert!(regular);
    }

    #[test]
    fn a_single_name_has_no_secondary_identifier() {
        let (names, regular) = Names::read("ARKFREITH<<<<<<<<");
        assert_eq!(names, Names::new(["ARKFREITH"], []));
        assert!(regular);
    }

    #[test]
    fn irregular_names_keep_every_component() {
        for (field, primary, secondary) in [
            ("<<ALMA<<<", vec![], vec!["ALMA"]),
            (
                "QUILLAN<<MARIT<<JOSE<",
                vec!["QUILLAN"],
                vec!["MARIT", "JOSE"],
            ),
            ("QUILLAN<<<MARIT<", vec!["QUILLAN"], vec!["MARIT"]),
            ("<<<<<", vec![], vec![]),
        ] {
            let (names, regular) = Names::read(field);
            assert_eq!(names, Names::new(primary, secondary), "{field}");
            assert!(!regular, "{field}");
        }
    }

    #[test]
    fn long_names_are_cut_at_a_letter() {
        // The example of Doc 9303 part 4.
        let names = Names::new(["NILAVADHANANANDA"], ["CHAYAPA", "DEJTHAMRONG", "KRASUANG"]);
        assert_eq!(names.write(39), "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K");
        // A cut that would end in a filler moves a letter back.
        let names = Names::new(["QUILLAN"], ["MARITA", "JOSE"]);
        assert_eq!(names.write(16), "QUILLAN<<MARIT<J");
        // A long primary identifier leaves room for an initial.
        let names = Names::new(["ABCDEFGHIJKLMNOP"], ["QRS"]);
        assert_eq!(names.write(10), "ABCDEFG<<Q");
    }
}
