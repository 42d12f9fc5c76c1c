//! Lost, stolen and revoked travel documents: millions of numbers, looked up exactly.
//!
//! A number is kept in eight bytes: 48 bits of the hash of its lookalike form, nine of its form as
//! written and seven of its issuer, sorted. Among 50 million numbers one that is not there is taken
//! for a lookalike once in 5.6 million look-ups, and for the number itself once in 2.9 thousand
//! million; the row of the file, which a person sees, decides.

use tidewaiter_domain::CountryCode;

use crate::evidence;
use crate::person::Document;

/// How a document was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentHit {
    /// The same number when `O` and `0`, `I` and `1` and the like are taken as one: weaker.
    Lookalike,
    /// The same number of an issuer that one side does not state.
    Number,
    /// The same number and issuer.
    NumberAndIssuer,
}

impl DocumentHit {
    /// How two documents agree; `None` when they are two. A number of another stated issuer is
    /// another document.
    pub fn between(one: &Document, other: &Document) -> Option<Self> {
        if one.lookalike() != other.lookalike() {
            return None;
        }
        match (one.issuer, other.issuer) {
            (Some(a), Some(b)) if a != b => None,
            _ if one.number != other.number => Some(Self::Lookalike),
            (Some(_), Some(_)) => Some(Self::NumberAndIssuer),
            _ => Some(Self::Number),
        }
    }

    /// The relation as evidence names it.
    pub const fn relation(self) -> &'static str {
        match self {
            Self::NumberAndIssuer => "same-number-and-issuer",
            Self::Number => "same-number",
            Self::Lookalike => "lookalike-number",
        }
    }

    /// What it weighs, as a document of a listed person does: number and issuer an alert at the
    /// shipped thresholds, the weaker ones review.
    pub const fn bits(self) -> f32 {
        match self {
            Self::NumberAndIssuer => evidence::SAME_DOCUMENT,
            Self::Number => evidence::SAME_NUMBER,
            Self::Lookalike => evidence::LIKE_NUMBER,
        }
    }
}

/// A register of document numbers.
#[derive(Default)]
pub struct DocumentRegister {
    /// Hash of the lookalike form in the upper 48 bits, 16 bits that tell number and issuer apart in
    /// the lower: sorted.
    keys: Vec<u64>,
    /// Where the keys of each upper part start.
    starts: Vec<u32>,
}

/// Bits by which the table of starts is divided.
const SLICES: u32 = 22;

const LIKE: u64 = !0xffff;

fn mix(bytes: impl Iterator<Item = u8>) -> u64 {
    let mut hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ hash >> 32
}

/// Capital letters and digits alone.
fn plain(number: &str) -> impl Iterator<Item = u8> + '_ {
    number
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| byte.to_ascii_uppercase())
}

fn alike(byte: u8) -> u8 {
    match byte {
        b'O' | b'Q' => b'0',
        b'I' | b'L' => b'1',
        b'Z' => b'2',
        b'S' => b'5',
        b'B' => b'8',
        other => other,
    }
}

/// Nine bits of the number as written and seven of its issuer; no issuer is 0.
fn key(number: &str, issuer: Option<CountryCode>) -> u64 {
    let like = mix(plain(number).map(alike)) & LIKE;
    let exact = mix(plain(number)) >> 8 & 0x1ff;
    like | exact << 7 | issuer_bits(issuer)
}

fn issuer_bits(issuer: Option<CountryCode>) -> u64 {
    issuer.map_or(0, |issuer| 1 + mix(issuer.letters().into_iter()) % 127)
}

impl DocumentRegister {
    /// Takes in numbers with their issuers. Numbers without a letter or digit are left out.
    pub fn build<N: AsRef<str>>(
        numbers: impl IntoIterator<Item = (N, Option<CountryCode>)>,
    ) -> Self {
        let mut keys: Vec<u64> = numbers
            .into_iter()
            .filter(|(number, _)| plain(number.as_ref()).next().is_some())
            .map(|(number, issuer)| key(number.as_ref(), issuer))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys.shrink_to_fit();
        let mut starts = vec![0_u32; (1 << SLICES) + 1];
        for key in &keys {
            starts[(key >> (64 - SLICES)) as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self { keys, starts }
    }

    /// Number of documents.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The best way in which a document is in the register. A number of another stated issuer is
    /// another document.
    pub fn find(&self, number: &str, issuer: Option<CountryCode>) -> Option<DocumentHit> {
        let wanted = key(number, issuer);
        let slice = (wanted >> (64 - SLICES)) as usize;
        let (from, to) = (*self.starts.get(slice)?, *self.starts.get(slice + 1)?);
        let keys = self.keys.get(from as usize..to as usize)?;
        let from = keys.partition_point(|key| key & LIKE < wanted & LIKE);
        keys[from..]
            .iter()
            .take_while(|key| *key & LIKE == wanted & LIKE)
            .filter_map(|key| {
                let (own, theirs) = (wanted & 0x7f, key & 0x7f);
                if own != 0 && theirs != 0 && own != theirs {
                    return None;
                }
                Some(if key & 0xff80 != wanted & 0xff80 {
                    DocumentHit::Lookalike
                } else if own == theirs && own != 0 {
                    DocumentHit::NumberAndIssuer
                } else {
                    DocumentHit::Number
                })
            })
            .max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &[u8; 3]) -> Option<CountryCode> {
        CountryCode::new(*text)
    }

    #[test]
    fn a_pair_of_documents_agrees_as_the_register_says() {
        let document = |number, issuer| Document::new(number, issuer).unwrap();
        let own = document("A 123-4560", code(b"UTO"));
        for (number, issuer, expected) in [
            ("a1234560", code(b"UTO"), Some(DocumentHit::NumberAndIssuer)),
            ("A1234560", None, Some(DocumentHit::Number)),
            ("A12345 6O", code(b"UTO"), Some(DocumentHit::Lookalike)),
            ("A1234560", code(b"SWE"), None),
            ("A1234561", code(b"UTO"), None),
        ] {
            let other = document(number, issuer);
            assert_eq!(DocumentHit::between(&own, &other), expected, "{number}");
        }
        let settings = crate::Settings::default();
        assert_eq!(
            [
                DocumentHit::NumberAndIssuer,
                DocumentHit::Number,
                DocumentHit::Lookalike
            ]
            .map(|hit| settings.band(hit.bits())),
            [crate::Band::Alert, crate::Band::Review, crate::Band::Review]
        );
    }

    #[test]
    fn a_document_is_found_by_number_and_issuer() {
        let register = DocumentRegister::build([
            ("A 123-4560", code(b"UTO")),
            ("X0000001", None),
            ("  ", code(b"UTO")),
        ]);
        assert_eq!(register.len(), 2);
        assert_eq!(
            register.find("a1234560", code(b"UTO")),
            Some(DocumentHit::NumberAndIssuer)
        );
        assert_eq!(register.find("A1234560", None), Some(DocumentHit::Number));
        assert_eq!(
            register.find("A123456O", code(b"UTO")),
            Some(DocumentHit::Lookalike)
        );
        assert_eq!(register.find("A1234560", code(b"SWE")), None);
        assert_eq!(
            register.find("X0000001", code(b"SWE")),
            Some(DocumentHit::Number)
        );
        assert_eq!(register.find("X0000002", None), None);
        assert_eq!(DocumentRegister::default().find("X1", None), None);
    }
}
