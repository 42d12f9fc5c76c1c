//! Own entries that are no person: telephone numbers, e-mail addresses, payment cards, addresses,
//! travel agencies.

use jiff::civil::Date;
use tidewaiter_domain::{Address, Text};

use crate::canon::{Digest, Writer};

/// What kind of thing a selector names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SelectorKind {
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// The token of a payment card (`CardToken` as text); numbers do not exist here.
    Card,
    /// A postal address.
    Address,
    /// A travel agency: its IATA number, or its office in a reservation system.
    Agency,
}

impl SelectorKind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::Phone,
        Self::Email,
        Self::Card,
        Self::Address,
        Self::Agency,
    ];

    /// `phone`, `email`, `card`, `address` or `agency`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Card => "card",
            Self::Address => "address",
            Self::Agency => "agency",
        }
    }

    /// In words, for sentences.
    pub(crate) const fn in_words(self) -> &'static str {
        match self {
            Self::Phone => "telephone number",
            Self::Email => "e-mail address",
            Self::Card => "payment card",
            Self::Address => "address",
            Self::Agency => "travel agency",
        }
    }

    /// The form in which two values of this kind are compared; `None` when too little is left to
    /// identify anything.
    pub fn normalise(self, written: &str) -> Option<Text> {
        let text: Text = match self {
            Self::Phone => return phone(written),
            Self::Email => {
                let text = written.trim().to_lowercase();
                let (user, domain) = text.split_once('@')?;
                if user.is_empty() || !domain.contains('.') {
                    return None;
                }
                text.into()
            }
            Self::Card => written.trim().to_ascii_lowercase().into(),
            Self::Address => words(written),
            Self::Agency => written
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|letter| letter.to_ascii_uppercase())
                .collect(),
        };
        (text.chars().count() >= self.shortest()).then_some(text)
    }

    const fn shortest(self) -> usize {
        match self {
            Self::Phone => SHORTEST_PHONE,
            Self::Email | Self::Agency => 5,
            Self::Card => 16,
            Self::Address => 8,
        }
    }
}

/// Fewest digits of a telephone number that identify a line.
const SHORTEST_PHONE: usize = 7;

/// Digits from the end that tell two lines apart, whatever stands before them.
pub(crate) const PHONE_TAIL: usize = 8;

/// Digits alone, without the signs of an international call; `00`, `+` and an area's `0` go.
fn phone(written: &str) -> Option<Text> {
    // What follows an extension is not part of the number.
    let number = written
        .to_ascii_lowercase()
        .split(['x', ';', ','])
        .next()
        .unwrap_or_default()
        .replace("(0)", "");
    let digits: Text = number.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    (digits.len() >= SHORTEST_PHONE).then(|| digits.into())
}

/// Words of letters and digits in small letters, in the order of the alphabet, each once.
fn words(text: &str) -> Text {
    let lower = text.to_lowercase();
    let mut words: Vec<&str> = lower
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ").into()
}

/// An address as one text, as selectors compare it.
pub(crate) fn address_text(address: &Address) -> String {
    let Address {
        street,
        city,
        region: _,
        postcode,
        country,
        span: _,
    } = address;
    let country = country.as_ref().map(|country| country.as_str());
    [street, city, postcode]
        .into_iter()
        .filter_map(|part| part.as_deref())
        .chain(country)
        .collect::<Vec<_>>()
        .join(" ")
}

/// How a value meets a selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Meets {
    /// The last digits of a telephone number agree and one side writes no country or area.
    Tail,
    /// They are the same.
    Same,
}

/// Whether two normalised values of one kind are the same thing.
pub(crate) fn meets(kind: SelectorKind, one: &str, other: &str) -> Option<Meets> {
    if one == other {
        return Some(Meets::Same);
    }
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let tail = kind == SelectorKind::Phone && short.len() >= PHONE_TAIL && long.ends_with(short);
    tail.then_some(Meets::Tail)
}

/// One selector: an own entry, entered by somebody on a legal basis and for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// The list it belongs to, by its name in the mandate.
    pub list: Text,
    /// Its reference in that list.
    pub entry: Text,
    /// What kind of thing it names.
    pub kind: SelectorKind,
    /// The thing, as entered.
    pub value: Text,
    /// Who is responsible for it.
    pub owner: Text,
    /// The law it rests on.
    pub legal_basis: Text,
    /// First day.
    pub from: Option<Date>,
    /// Last day; a selector without an end does not exist.
    pub expires: Date,
}

impl Selector {
    /// The form in which it is compared; `None` when it identifies nothing, and never matches.
    pub fn normalised(&self) -> Option<Text> {
        self.kind.normalise(&self.value)
    }

    /// Whether it is in force on `day`.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && day <= self.expires
    }

    /// The hash of all it says.
    pub fn digest(&self) -> Digest {
        let mut out = Writer::default();
        self.write(&mut out);
        out.digest()
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        let Self {
            list,
            entry,
            kind,
            value,
            owner,
            legal_basis,
            from,
            expires,
        } = self;
        for text in [list, entry, value, owner, legal_basis] {
            out.text(text);
        }
        out.text(kind.as_str());
        out.option(*from, Writer::date);
        out.date(*expires);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_has_one_form() {
        let phone = |text| SelectorKind::Phone.normalise(text);
        assert_eq!(phone("+46 8 123 456 78").as_deref(), Some("46812345678"));
        assert_eq!(phone("0046-8-12345678").as_deref(), Some("46812345678"));
        assert_eq!(
            phone("+46 (0)8 123 456 78 x12").as_deref(),
            Some("46812345678")
        );
        assert_eq!(phone("112"), None);
        let email = |text| SelectorKind::Email.normalise(text);
        assert_eq!(
            email(" A.B@Example.ORG ").as_deref(),
            Some("a.b@example.org")
        );
        assert_eq!(email("example.org"), None);
        assert_eq!(
            SelectorKind::Address.normalise("Storgatan 1, 111 22 Solna"),
            SelectorKind::Address.normalise("111 22 SOLNA  Storgatan 1"),
        );
        assert_eq!(
            SelectorKind::Agency.normalise("12-3 4567/1").as_deref(),
            Some("12345671")
        );
    }

    #[test]
    fn a_number_without_its_country_meets_in_its_tail() {
        let kind = SelectorKind::Phone;
        assert_eq!(meets(kind, "46812345678", "46812345678"), Some(Meets::Same));
        assert_eq!(meets(kind, "46812345678", "812345678"), Some(Meets::Tail));
        assert_eq!(meets(kind, "46812345678", "2345678"), None);
        assert_eq!(meets(SelectorKind::Email, "aa@b.de", "a@b.de"), None);
    }
}
