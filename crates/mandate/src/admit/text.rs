//! The lexicon `remarks-v1`: words of free text that reveal what may not be processed.
//!
//! Where free text is not dropped altogether (mode `redact`), a word that begins with one of these
//! is blotted out together with the rest of its line fragment, so that `PAX MUSLIM NEEDS ...` does
//! not keep its second half.

use tidewaiter_domain::Text;

use crate::vocabulary::SensitiveMode;

/// Beginnings of words, upper case, in order.
static LEXICON: &[&str] = &[
    "AIDS",
    "ALLERG",
    "AUTIS",
    "BLIND",
    "BUDDHIS",
    "CANCER",
    "CATHOLIC",
    "CHEMO",
    "CHRISTIAN",
    "COMMUNIST",
    "DEAF",
    "DEMENT",
    "DEPRESS",
    "DIABET",
    "DIALYS",
    "DISAB",
    "EPILEP",
    "ETHNIC",
    "GAY",
    "HAJJ",
    "HALAL",
    "HANDICAP",
    "HINDU",
    "HIV",
    "HOSPITAL",
    "IMAM",
    "INSULIN",
    "ISLAM",
    "JAIN",
    "JEWISH",
    "KOSHER",
    "LESBIAN",
    "MEDICAL",
    "MEDICAT",
    "MEDIF",
    "MENTAL",
    "MOSLEM",
    "MOSQUE",
    "MUSLIM",
    "ORTHODOX",
    "OXYGEN",
    "PILGRIM",
    "POLITIC",
    "PREGNAN",
    "PRIEST",
    "PROTEST",
    "PSYCH",
    "QUEER",
    "RABBI",
    "RACE",
    "RELIGI",
    "SCHIZO",
    "SIKH",
    "STRETCHER",
    "SURGERY",
    "SYNAGOG",
    "TERMINALLY",
    "TRANSGENDER",
    "TRANSPLANT",
    "TRANSSEX",
    "UMRA",
    "UNION",
    "WHEELCHAIR",
];

/// What a blotted-out passage becomes.
pub const BLOT: &str = "[…]";

/// `text` as the mode lets it stay, and how many passages were blotted out; `None` when nothing
/// stays.
pub fn treat(mode: SensitiveMode, text: &str) -> (Option<Text>, u32) {
    match mode {
        SensitiveMode::Drop => (None, u32::from(!text.is_empty())),
        SensitiveMode::Redact => redact(text),
    }
}

/// What stays of `text` in the mode `redact`, and how many passages were blotted out.
pub(super) fn redact(text: &str) -> (Option<Text>, u32) {
    let mut kept = String::with_capacity(text.len());
    let mut blots = 0;
    for fragment in text.split_inclusive(['.', ',', ';', '/', '\n']) {
        let reveals = fragment.split(|c: char| !c.is_alphanumeric()).any(reveals);
        if reveals {
            blots += 1;
            kept.push_str(BLOT);
        } else {
            kept.push_str(fragment);
        }
    }
    let text = (!kept.is_empty()).then(|| Text::from(kept));
    (text, blots)
}

fn reveals(word: &str) -> bool {
    let upper = word.to_uppercase();
    let after = LEXICON.partition_point(|entry| *entry <= upper.as_str());
    // The only beginnings that can fit stand before the word.
    LEXICON[..after]
        .iter()
        .rev()
        .take(4)
        .any(|entry| upper.starts_with(entry))
        || super::ssr::is_sensitive(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_lexicon_is_in_order() {
        assert!(LEXICON.is_sorted());
    }

    #[test]
    fn a_fragment_with_a_word_of_the_lexicon_goes_whole() {
        let (kept, blots) = treat(
            SensitiveMode::Redact,
            "VIP. Pax Muslim needs prayer room; ok",
        );
        assert_eq!(kept.unwrap(), "VIP.[…] ok");
        assert_eq!(blots, 1);
        assert_eq!(treat(SensitiveMode::Drop, "VIP").0, None);
        assert_eq!(
            treat(SensitiveMode::Redact, "CALL BACK").0.unwrap(),
            "CALL BACK"
        );
    }

    proptest! {
        #[test]
        fn no_word_of_the_lexicon_stays(
            before in "[A-Z ]{0,12}", entry in 0..LEXICON.len(), tail in "[A-Z]{0,4}", after in "[A-Z ,]{0,12}",
        ) {
            let text = format!("{before} {}{tail} {after}", LEXICON[entry]);
            let (kept, _) = treat(SensitiveMode::Redact, &text);
            prop_assert!(!kept.unwrap_or_default().contains(LEXICON[entry]));
        }
    }
}
