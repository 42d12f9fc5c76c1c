//! The check digit of Doc 9303 part 3, section 4.9.

/// Weights, repeating from the first character on.
const WEIGHTS: [u32; 3] = [7, 3, 1];

/// The check digit over `characters`, as a number 0–9.
///
/// `0`–`9` count their value, `A`–`Z` 10–35, the filler `<` 0. Characters a zone cannot hold count
/// 0 as well. Two characters whose values differ by 10 or 20 (`6` and `G`, `A` and `K`) cannot be
/// told apart by it.
pub fn check_digit(characters: impl IntoIterator<Item = u8>) -> u8 {
    let sum: u32 = characters
        .into_iter()
        .zip(WEIGHTS.into_iter().cycle())
        .fold(0, |sum, (c, weight)| (sum + value(c) * weight) % 10);
    // The remainder of ten fits a byte.
    sum as u8
}

/// The value of one character.
pub(crate) const fn value(character: u8) -> u32 {
    match character {
        b'0'..=b'9' => (character - b'0') as u32,
        b'A'..=b'Z' => (character - b'A') as u32 + 10,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_doc_9303_fit() {
        for (characters, digit) in [
            ("520727", 3),
            ("AB2134<<<", 5),
            ("L898902C3", 6),
            ("D23145890", 7),
            ("ZE184226B<<<<<", 1),
        ] {
            assert_eq!(check_digit(characters.bytes()), digit, "{characters}");
        }
        assert_eq!(check_digit("D23145890734".bytes()), 9);
    }

    #[test]
    fn every_exchange_of_a_digit_is_found() {
        let number = b"4930215867";
        let right = check_digit(number.iter().copied());
        for at in 0..number.len() {
            for other in b'0'..=b'9' {
                let mut changed = *number;
                changed[at] = other;
                let same = other == number[at];
                assert_eq!(check_digit(changed) == right, same);
            }
        }
    }

    #[test]
    fn values_that_differ_by_ten_cannot_be_told_apart() {
        assert_eq!(check_digit(*b"16"), check_digit(*b"1G"));
    }
}
