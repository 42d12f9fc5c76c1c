//! Spelling families and nicknames: names that are one name by convention, however they sound.
//!
//! `data/families.txt` is ours; `data/nicknames.csv` is carltonnorthern/nicknames (Apache-2.0).

use std::collections::HashMap;
use std::sync::LazyLock;

use smallvec::SmallVec;
use tidewaiter_domain::Text;

use crate::word::canonical;

/// Numbers of the families a word belongs to, ascending.
pub(crate) type Memberships = SmallVec<[u16; 2]>;

static SPELLINGS: LazyLock<HashMap<Text, Memberships>> = LazyLock::new(|| {
    let mut families: HashMap<Text, Memberships> = HashMap::new();
    let lines = include_str!("../data/families.txt").lines();
    let lines = lines.filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    for (number, line) in lines.enumerate() {
        let number = number as u16;
        for word in line.split_whitespace() {
            let member = families.entry(canonical(word.into())).or_default();
            if !member.contains(&number) {
                member.push(number);
            }
        }
    }
    families
});

/// Each English name with its nicknames; the number is that of the full name.
static NICKNAMES: LazyLock<HashMap<&'static str, Memberships>> = LazyLock::new(|| {
    let mut numbers: HashMap<&'static str, u16> = HashMap::new();
    let mut nicknames: HashMap<&'static str, Memberships> = HashMap::new();
    for line in include_str!("../data/nicknames.csv").lines().skip(1) {
        let mut cells = line.split(',');
        let (Some(full), Some(_), Some(short)) = (cells.next(), cells.next(), cells.next()) else {
            continue;
        };
        let next = numbers.len() as u16;
        let number = *numbers.entry(full).or_insert(next);
        for word in [full, short] {
            let member = nicknames.entry(word).or_default();
            if !member.contains(&number) {
                member.push(number);
            }
        }
    }
    for member in nicknames.values_mut() {
        member.sort_unstable();
    }
    nicknames
});

/// The spelling families of a folded word.
pub(crate) fn spellings(word: &str) -> Memberships {
    SPELLINGS.get(word).cloned().unwrap_or_default()
}

/// Every word of a spelling family with its families, in the order of the alphabet.
pub(crate) fn members() -> Vec<(&'static str, &'static [u16])> {
    let mut all: Vec<(&str, &[u16])> = SPELLINGS
        .iter()
        .map(|(word, families)| (word.as_str(), families.as_slice()))
        .collect();
    all.sort_unstable();
    all
}

/// Every English name and nickname with its full names, in the order of the alphabet.
pub(crate) fn nickname_members() -> Vec<(&'static str, &'static [u16])> {
    let mut all: Vec<(&str, &[u16])> = NICKNAMES
        .iter()
        .map(|(word, names)| (*word, names.as_slice()))
        .collect();
    all.sort_unstable();
    all
}

/// The full names a folded word is, or is a nickname of.
pub(crate) fn nicknames(word: &str) -> Memberships {
    NICKNAMES.get(word).cloned().unwrap_or_default()
}

/// Whether two words share a family.
pub(crate) fn share(left: &[u16], right: &[u16]) -> bool {
    left.iter().any(|number| right.contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conventions_make_one_name() {
        for (a, b) in [
            ("mohd", "muhammad"),
            ("yusuf", "youssef"),
            ("chan", "chen"),
            ("bak", "park"),
        ] {
            assert!(share(&spellings(a), &spellings(b)), "{a} {b}");
        }
        assert!(share(&nicknames("bill"), &nicknames("william")));
        assert!(!share(&spellings("hasan"), &spellings("husayn")));
    }
}
