//! The key under which a country's name is filed: capital letters and digits, nothing else.
//!
//! The build script includes this file, so that names are filed and looked up by the same rule.

/// The longest key; the longest name in the table has 49 letters.
pub(crate) const KEY_LEN: usize = 80;

/// The letters and digits of `text` in capitals, without accents, punctuation, spaces and a leading
/// "the"; `&` is read as "and". `None` for text that is too long or holds another script.
pub(crate) fn key<'b>(text: &str, buffer: &'b mut [u8; KEY_LEN]) -> Option<&'b [u8]> {
    let mut len = 0;
    let mut push = |letter: u8| {
        *buffer.get_mut(len)? = letter;
        len += 1;
        Some(())
    };
    for c in text.chars() {
        match c {
            'A'..='Z' | 'a'..='z' | '0'..='9' => push(c.to_ascii_uppercase() as u8)?,
            '&' => "AND".bytes().try_for_each(&mut push)?,
            'À'..='Å' | 'à'..='å' => push(b'A')?,
            'Ç' | 'ç' => push(b'C')?,
            'È'..='Ë' | 'è'..='ë' => push(b'E')?,
            'Ì'..='Ï' | 'ì'..='ï' => push(b'I')?,
            'Ñ' | 'ñ' => push(b'N')?,
            'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' => push(b'O')?,
            'Ù'..='Ü' | 'ù'..='ü' => push(b'U')?,
            // Accents that stand apart from their letter, and typographic apostrophes and dashes.
            '\u{300}'..='\u{36f}' | '\u{2010}'..='\u{201f}' | '\u{a0}' => {}
            _ if c.is_ascii() => {}
            _ => return None,
        }
    }
    let key = &buffer[..len];
    Some(key.strip_prefix(b"THE").unwrap_or(key))
}
