//! Direct indices from short codes of letters.

/// How many codes of one letter there are.
pub(crate) const ONE: usize = 26;
/// How many codes of two letters there are.
pub(crate) const TWO: usize = 26 * ONE;
/// How many codes of three letters there are.
pub(crate) const THREE: usize = 26 * TWO;

/// The place of a letter, in either case, in the alphabet.
pub(crate) const fn one(letter: u8) -> Option<usize> {
    let ordinal = (letter | 0x20).wrapping_sub(b'a');
    if ordinal < 26 {
        Some(ordinal as usize)
    } else {
        None
    }
}

/// The place of a two-letter code, in either case, among all of them.
pub(crate) const fn two(a: u8, b: u8) -> Option<usize> {
    match (one(a), one(b)) {
        (Some(a), Some(b)) => Some(a * 26 + b),
        _ => None,
    }
}

/// The place of a three-letter code, in either case, among all of them.
pub(crate) const fn three([a, b, c]: [u8; 3]) -> Option<usize> {
    match (two(a, b), one(c)) {
        (Some(ab), Some(c)) => Some(ab * 26 + c),
        _ => None,
    }
}

/// The three bytes of a text that has exactly three, spaces around it aside.
pub(crate) fn three_bytes(text: &str) -> Option<[u8; 3]> {
    text.trim_ascii().as_bytes().try_into().ok()
}

/// ASCII capitals as text; empty for a code that is absent (zero bytes).
pub(crate) fn as_text(letters: &'static [u8]) -> &'static str {
    match letters {
        [0, ..] => "",
        // The build script lets only capital letters and digits in.
        _ => std::str::from_utf8(letters).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_have_a_place() {
        assert_eq!(three(*b"AAA"), Some(0));
        assert_eq!(three(*b"zzZ"), Some(THREE - 1));
        assert_eq!(two(b'z', b'z'), Some(TWO - 1));
        for byte in 0..=u8::MAX {
            let letter = byte.is_ascii_alphabetic();
            assert_eq!(three([byte, b'A', b'A']).is_some(), letter);
            assert_eq!(three([b'A', b'A', byte]).is_some(), letter);
        }
    }
}
