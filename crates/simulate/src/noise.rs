//! What goes wrong with a field on its way into a message.

use compact_str::CompactString;

use crate::dice::Dice;

/// Spellings of the same sounds, seen in documents of different states.
const SPELLINGS: &[(&str, &str)] = &[
    ("MOHAMMED", "MUHAMMAD"),
    ("MOHAMMAD", "MOHAMED"),
    ("MUHAMMAD", "MOHAMMED"),
    ("AHMED", "AHMAD"),
    ("HUSSEIN", "HOSSAIN"),
    ("HUSSAIN", "HUSEIN"),
    ("YOUSSEF", "YUSUF"),
    ("YUSUF", "YOUSUF"),
    ("OMAR", "UMAR"),
    ("FATIMA", "FATMA"),
    ("AISHA", "AYSHA"),
    ("KHALID", "KHALED"),
    ("ABDUL", "ABDEL"),
    ("AL ", "EL "),
    ("KH", "H"),
    ("OU", "U"),
    ("EE", "I"),
    ("OO", "U"),
    ("GH", "G"),
    ("PH", "F"),
    ("DJ", "J"),
    ("TS", "C"),
    ("ZH", "J"),
    ("SHCH", "SCH"),
    ("IY", "Y"),
    ("IA", "YA"),
    ("IU", "YU"),
    ("CK", "K"),
    ("TH", "T"),
    ("QU", "KU"),
    ("SS", "S"),
    ("LL", "L"),
    ("TT", "T"),
    ("MM", "M"),
    ("Y", "I"),
    ("W", "V"),
    ("Q", "K"),
    ("SH", "CH"),
    ("EI", "AI"),
];

/// The same name as another clerk spells it; `None` when this crate knows no other way.
pub(crate) fn spelt_otherwise(name: &str, dice: &mut Dice) -> Option<CompactString> {
    let mut fitting = 0;
    let mut chosen = None;
    for (from, to) in SPELLINGS {
        if name.contains(from) {
            fitting += 1;
            // The first that fits is the likeliest, for the whole words stand first.
            if dice.below(fitting) == 0 {
                chosen = Some((from, to));
            }
        }
    }
    let (from, to) = chosen?;
    let at = name.find(from)?;
    let mut out = CompactString::from(&name[..at]);
    out.push_str(to);
    out.push_str(&name[at + from.len()..]);
    (out.len() >= 2).then_some(out)
}

/// The name with one slip: a letter changed, left out, doubled, or two exchanged. Names of letters
/// beyond A to Z are left alone.
pub(crate) fn slip(name: &str, dice: &mut Dice) -> Option<CompactString> {
    if !name.is_ascii() || name.len() < 4 {
        return None;
    }
    let mut letters = name.as_bytes().to_vec();
    let at = 1 + dice.below(letters.len() as u32 - 2) as usize;
    if !letters[at].is_ascii_uppercase() {
        return None;
    }
    match dice.below(4) {
        0 => letters[at] = b'A' + (letters[at] - b'A' + 1 + dice.below(25) as u8) % 26,
        1 => {
            letters.remove(at);
        }
        2 => letters.insert(at, letters[at]),
        _ if letters[at] != letters[at + 1] && letters[at + 1].is_ascii_uppercase() => {
            letters.swap(at, at + 1)
        }
        _ => {
            letters.remove(at);
        }
    }
    std::str::from_utf8(&letters).ok().map(CompactString::from)
}

/// The name cut off where a field ends.
pub(crate) fn cut(name: &str, dice: &mut Dice) -> Option<CompactString> {
    if !name.is_ascii() || name.len() < 6 {
        return None;
    }
    let end = 3 + dice.below(name.len() as u32 - 4) as usize;
    Some(CompactString::from(name[..end].trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_changes_a_name_by_one_edit() {
        let mut dice = Dice::new(1);
        for _ in 0..2000 {
            let Some(slipped) = slip("VESTERGARD", &mut dice) else {
                continue;
            };
            assert_ne!(slipped, "VESTERGARD");
            assert!((9..=11).contains(&slipped.len()), "{slipped}");
        }
        assert_eq!(slip("LI", &mut dice), None);
    }

    #[test]
    fn another_spelling_is_another() {
        let mut dice = Dice::new(1);
        for name in ["MOHAMMED", "KHALIL", "YOUSSEF", "SHCHERBAKOV"] {
            assert_ne!(spelt_otherwise(name, &mut dice).unwrap(), name);
        }
        assert_eq!(spelt_otherwise("BRANDON", &mut dice), None);
    }

    #[test]
    fn a_cut_name_is_the_beginning_of_it() {
        let mut dice = Dice::new(1);
        for _ in 0..100 {
            let short = cut("PAPADOPOULOS", &mut dice).unwrap();
            assert!("PAPADOPOULOS".starts_with(short.as_str()) && short.len() < 12);
        }
    }
}
