//! Character sets: what UNB's syntax identifier says the bytes of a text mean.

use std::borrow::Cow;

use encoding_rs::Encoding;

/// The character repertoire of an interchange (UNB 0001).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Charset {
    /// UNOA, IATA: capital letters, digits, some punctuation.
    Upper,
    /// UNOB, IATB: ASCII.
    Ascii,
    /// UNOC to UNOK: a part of ISO 8859.
    Iso8859(u8),
    /// UNOX: ISO 2022 with escapes.
    Iso2022,
    /// UNOY: ISO 10646, in UTF-8.
    Utf8,
    /// An identifier that is not known (`SIRE` ...): not checked.
    Unknown,
}

/// A decoded text, and whether its bytes were what was declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// The set in which the bytes were read, where it was not the declared one.
    pub guessed: Option<&'static str>,
}

impl Charset {
    /// The set that a syntax identifier stands for (ISO 9735 code list 0001).
    pub fn of_identifier(identifier: &str) -> Self {
        match identifier {
            "UNOA" | "IATA" => Self::Upper,
            "UNOB" | "IATB" => Self::Ascii,
            "UNOC" => Self::Iso8859(1),
            "UNOD" => Self::Iso8859(2),
            "UNOE" => Self::Iso8859(5),
            "UNOF" => Self::Iso8859(7),
            "UNOG" => Self::Iso8859(3),
            "UNOH" => Self::Iso8859(4),
            "UNOI" => Self::Iso8859(6),
            "UNOJ" => Self::Iso8859(8),
            "UNOK" => Self::Iso8859(9),
            "UNOX" => Self::Iso2022,
            "UNOY" | "UNOW" => Self::Utf8,
            _ => Self::Unknown,
        }
    }

    /// Whether the set has no lower-case letters.
    pub const fn is_upper_only(self) -> bool {
        matches!(self, Self::Upper)
    }

    /// The encoding of bytes from 0x80 on; `None` where the set has none.
    fn encoding(self) -> Option<&'static Encoding> {
        Some(match self {
            // Latin-1 and Latin-5 are read in their Windows supersets: the C1 controls they add
            // letters in have no meaning in messages.
            Self::Iso8859(1) => encoding_rs::WINDOWS_1252,
            Self::Iso8859(2) => encoding_rs::ISO_8859_2,
            Self::Iso8859(3) => encoding_rs::ISO_8859_3,
            Self::Iso8859(4) => encoding_rs::ISO_8859_4,
            Self::Iso8859(5) => encoding_rs::ISO_8859_5,
            Self::Iso8859(6) => encoding_rs::ISO_8859_6,
            Self::Iso8859(7) => encoding_rs::ISO_8859_7,
            Self::Iso8859(8) => encoding_rs::ISO_8859_8,
            Self::Iso8859(9) => encoding_rs::WINDOWS_1254,
            Self::Iso2022 => encoding_rs::ISO_2022_JP,
            Self::Utf8 => encoding_rs::UTF_8,
            _ => return None,
        })
    }

    /// The text of `bytes`.
    ///
    /// ASCII is the same in every set. Other bytes are read in the declared set; where that has no
    /// such bytes, as UTF-8 if they are valid UTF-8, else as Windows-1252.
    pub fn decode(self, bytes: &[u8]) -> Decoded<'_> {
        if let (true, Ok(text)) = (bytes.is_ascii(), std::str::from_utf8(bytes)) {
            return Decoded {
                text: Cow::Borrowed(text),
                guessed: None,
            };
        }
        if let Some(encoding) = self.encoding()
            && let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes)
        {
            return Decoded {
                text,
                guessed: None,
            };
        }
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Decoded {
                text: Cow::Borrowed(text),
                guessed: Some("UTF-8"),
            };
        }
        let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
        Decoded {
            text,
            guessed: Some("Windows-1252"),
        }
    }

    /// The bytes of `text`; characters that the set does not have become `?`'s stand-in: they are
    /// replaced by the nearest thing the set can say, which is nothing. `None` when one was lost.
    pub fn encode(self, text: &str) -> Option<Cow<'_, [u8]>> {
        if text.is_ascii() {
            let fits = !self.is_upper_only() || !text.bytes().any(|b| b.is_ascii_lowercase());
            return fits.then_some(Cow::Borrowed(text.as_bytes()));
        }
        let (bytes, _, lost) = self.encoding()?.encode(text);
        (!lost).then_some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_set_reads_its_own_letters() {
        for (identifier, bytes, text) in [
            ("UNOC", &b"M\xDCLLER"[..], "MÜLLER"),
            ("UNOD", b"\xA3UKASZ", "ŁUKASZ"),
            ("UNOE", b"\xB8\xB2\xB0\xBD", "ИВАН"),
            ("UNOF", b"\xC3\xC9\xD9\xD1\xC3\xCF\xD3", "ΓΙΩΡΓΟΣ"),
            ("UNOI", b"\xE5\xCD\xE5\xCF", "محمد"),
            ("UNOJ", b"\xE3\xE5\xE3", "דוד"),
            ("UNOK", b"\xDEAH\xDDN", "ŞAHİN"),
            ("UNOY", "ŁUKASZ".as_bytes(), "ŁUKASZ"),
        ] {
            let decoded = Charset::of_identifier(identifier).decode(bytes);
            assert_eq!(decoded.text, text, "{identifier}");
            assert_eq!(decoded.guessed, None, "{identifier}");
            assert_eq!(
                Charset::of_identifier(identifier)
                    .encode(text)
                    .unwrap()
                    .as_ref(),
                bytes
            );
        }
    }

    #[test]
    fn undeclared_letters_are_guessed_and_said_so() {
        let utf8 = Charset::Upper.decode("MÜLLER".as_bytes());
        assert_eq!(
            (utf8.text.as_ref(), utf8.guessed),
            ("MÜLLER", Some("UTF-8"))
        );
        let latin = Charset::Upper.decode(b"M\xDCLLER");
        assert_eq!(
            (latin.text.as_ref(), latin.guessed),
            ("MÜLLER", Some("Windows-1252"))
        );
        let broken = Charset::Utf8.decode(b"M\xDCLLER");
        assert_eq!(
            (broken.text.as_ref(), broken.guessed),
            ("MÜLLER", Some("Windows-1252"))
        );
    }

    #[test]
    fn what_a_set_cannot_say_is_not_written() {
        assert_eq!(Charset::Upper.encode("Tova"), None);
        assert_eq!(Charset::Ascii.encode("Müller"), None);
        assert!(Charset::Ascii.encode("Tova").is_some());
    }
}
