//! The texts of special service requests: DOCS, DOCO, DOCA, INFT, TKNE, CTCx (IATA AIRIMP 3.14 and
//! Resolution 830d).
//!
//! These are texts with fields between slashes, the same in PNRGOV, in Type-B messages and in the
//! history of bookings. What is found is given as parts of the text, nothing is converted.

/// The fields of a DOCS text, as written; empty where there is nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Docs<'t> {
    /// Type of the document.
    pub kind: &'t str,
    /// State or organisation that issued it.
    pub issuer: &'t str,
    /// Its number.
    pub number: &'t str,
    /// Nationality of the holder.
    pub nationality: &'t str,
    /// Date of birth, `DDMMMYY`.
    pub born: &'t str,
    /// Sex: `M`, `F`, `MI` and `FI` for infants, `U`, `X`.
    pub sex: &'t str,
    /// Date of expiry, `DDMMMYY`.
    pub expires: &'t str,
    /// Surname.
    pub surname: &'t str,
    /// First given name.
    pub given: &'t str,
    /// Second given name.
    pub second: &'t str,
    /// Whether it is marked as the primary holder of a passport of several people (`H`).
    pub primary_holder: bool,
    /// Whether the fields were moved by one against the standard.
    pub shifted: bool,
}

impl<'t> Docs<'t> {
    /// Reads the text of an SSR DOCS: `/P/SWE/T09881230/SWE/29FEB88/F/04JUL31/OMARREN/TOVA`.
    ///
    /// `None` when it has too few fields to be one. Texts whose fields are moved by one are told
    /// by where the date of birth stands, and by a document type in the place of a country.
    pub fn read(text: &'t str) -> Option<Self> {
        let fields = Fields::of(text);
        if fields.len() < 4 {
            return None;
        }
        const BORN: usize = 4;
        let born = (2..=6).find(|i| is_date(fields.at(*i))).unwrap_or(BORN);
        // The sex follows the date of birth; a date without it is the expiry.
        let born = if is_sex(fields.at(born + 1)) {
            born
        } else {
            BORN
        };
        let mut docs = Self {
            born: fields.at(born),
            sex: fields.at(born + 1),
            expires: fields.at(born + 2),
            surname: fields.at(born + 3),
            given: fields.at(born + 4),
            second: fields.at(born + 5),
            primary_holder: (6..=7).any(|n| fields.at(born + n) == "H"),
            shifted: born != BORN,
            ..Self::default()
        };
        let head: [&str; 4] = if born > BORN {
            [
                fields.at(born - 4),
                fields.at(born - 3),
                fields.at(born - 2),
                fields.at(born - 1),
            ]
        } else if born < BORN {
            // One is missing: the type, when a country stands in its place; else the issuer.
            match (
                is_kind(fields.at(0)),
                fields.at(0),
                fields.at(1),
                fields.at(2),
            ) {
                (true, kind, number, nationality) => [kind, "", number, nationality],
                (false, issuer, number, nationality) => ["", issuer, number, nationality],
            }
        } else if fields.at(0).is_empty() && fields.at(1) == "P" {
            docs.shifted = true;
            ["P", "", fields.at(2), fields.at(3)]
        } else {
            [fields.at(0), fields.at(1), fields.at(2), fields.at(3)]
        };
        [docs.kind, docs.issuer, docs.number, docs.nationality] = head;
        if docs.given == "H" && docs.second.is_empty() {
            (docs.given, docs.primary_holder) = ("", true);
        }
        Some(docs)
    }

    /// Whether the document is an infant's.
    pub fn is_infant(&self) -> bool {
        matches!(self.sex, "MI" | "FI" | "mi" | "fi")
    }
}

/// The fields of a DOCO text: a visa, or a government's number of a traveller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Doco<'t> {
    /// Place of birth.
    pub birthplace: &'t str,
    /// Type: `V` visa, `R` redress number, `K` known traveller number.
    pub kind: &'t str,
    /// The number.
    pub number: &'t str,
    /// Where it was issued.
    pub issued_at: &'t str,
    /// When it was issued, `DDMMMYY`.
    pub issued: &'t str,
    /// The country where it holds.
    pub country: &'t str,
    /// Whether it is an infant's.
    pub infant: bool,
}

impl<'t> Doco<'t> {
    /// Reads the text of an SSR DOCO: `/LYON FR/V/8675309/ROME/22DEC06/ITA`.
    pub fn read(text: &'t str) -> Option<Self> {
        let fields = Fields::of(text);
        (fields.len() >= 3).then(|| Self {
            birthplace: fields.at(0),
            kind: fields.at(1),
            number: fields.at(2),
            issued_at: fields.at(3),
            issued: fields.at(4),
            country: fields.at(5),
            infant: fields.at(6) == "I",
        })
    }
}

/// The fields of a DOCA text: an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Doca<'t> {
    /// `R` residence, `D` destination, `B` birth.
    pub kind: &'t str,
    /// Country.
    pub country: &'t str,
    /// Street and number.
    pub street: &'t str,
    /// City.
    pub city: &'t str,
    /// State or province.
    pub region: &'t str,
    /// Postal code.
    pub postcode: &'t str,
    /// Whether it is an infant's.
    pub infant: bool,
}

impl<'t> Doca<'t> {
    /// Reads the text of an SSR DOCA: `/D/AUS/13 SHORE AVENUE/BROADBEACH/QLD/4215`.
    pub fn read(text: &'t str) -> Option<Self> {
        let fields = Fields::of(text);
        let known = matches!(fields.at(0), "R" | "D" | "B" | "");
        (fields.len() >= 2 && known).then(|| Self {
            kind: fields.at(0),
            country: fields.at(1),
            street: fields.at(2),
            city: fields.at(3),
            region: fields.at(4),
            postcode: fields.at(5),
            infant: fields.at(6) == "I",
        })
    }
}

/// An infant as INFT names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Infant<'t> {
    /// Surname.
    pub surname: &'t str,
    /// Given name.
    pub given: &'t str,
    /// Date of birth, `DDMMMYY`.
    pub born: &'t str,
}

impl<'t> Infant<'t> {
    /// Reads the text of an SSR INFT: `DYE/ARCHER 15APR12`, `DYE/ARCHER/15APR12`.
    pub fn read(text: &'t str) -> Option<Self> {
        let text = text.trim_matches(|c| matches!(c, ' ' | '/' | '.'));
        let (surname, rest) = text.split_once('/')?;
        let (given, born) = match rest.rsplit_once(['/', ' ']) {
            Some((given, born)) if is_date(born.trim()) => (given, born.trim()),
            _ => (rest, ""),
        };
        let given = given.trim_matches(['/', ' ']);
        (!surname.trim().is_empty()).then(|| Self {
            surname: surname.trim(),
            given,
            born,
        })
    }
}

/// A ticket as TKNE names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TicketText<'t> {
    /// The number.
    pub number: &'t str,
    /// The coupon.
    pub coupon: Option<u8>,
    /// Whether it is an infant's (`INF` before the number).
    pub infant: bool,
}

impl<'t> TicketText<'t> {
    /// Reads the text of an SSR TKNE: `1393207166000C1`, `INF1393207166000C1`,
    /// `TKT NBR 1393207166000 26AUG19 ...`.
    pub fn read(text: &'t str) -> Option<Self> {
        let text = text.trim_matches(|c| matches!(c, ' ' | '.' | '/'));
        let text = text.strip_prefix("TKT NBR").unwrap_or(text).trim_start();
        let (infant, text) = match text.strip_prefix("INF") {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text),
        };
        let end = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        let (number, rest) = text.split_at(end);
        let coupon = rest
            .strip_prefix('C')
            .and_then(|c| c.get(..1)?.parse().ok());
        (number.len() >= 6).then_some(Self {
            number,
            coupon,
            infant,
        })
    }
}

/// What a contact text is (CTCE, CTCM ... in SSR and OSI).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContactCode {
    /// `CTCE`: e-mail.
    Email,
    /// `CTCM`: mobile telephone.
    Mobile,
    /// `CTCF`: telefax.
    Fax,
    /// `CTCH`, `CTCB`, `CTCP`, `CTCT`, `CTCN`: telephone at home, at work, unspecified, of the
    /// agency, of the hotel.
    Phone,
    /// `CTCA`: address.
    Address,
    /// `CTCR`: the traveller refuses to give one.
    Refused,
}

/// Finds the contact in a text such as `CTCE TOVA//MAIL.EXAMPLE` or `AM CTC M 123456789`: its code,
/// and what follows.
pub fn contact(text: &str) -> Option<(ContactCode, &str)> {
    // The code stands first, or after the carrier's.
    let at = text.char_indices().map(|(i, _)| i).take(6).find(|i| {
        let before = text[..*i].chars().next_back();
        text[*i..].starts_with("CTC") && before.is_none_or(|c| matches!(c, ' ' | '/' | '.'))
    })?;
    let rest = &text[at + 3..];
    let (letter, value) = match rest.strip_prefix(' ') {
        // `CTC M 123`: a blank slipped into the code.
        Some(apart) if apart.get(1..2) == Some(" ") => (apart.get(..1)?, apart.get(2..)?),
        Some(_) => return None,
        None => (rest.get(..1)?, rest.get(1..)?),
    };
    if value.starts_with(|c: char| c.is_ascii_alphabetic()) {
        // `CTCBOG 571 600`: the code is cut short and the city glued to it.
        return Some((ContactCode::Phone, rest.trim()));
    }
    let code = match letter {
        "E" => ContactCode::Email,
        "M" => ContactCode::Mobile,
        "F" => ContactCode::Fax,
        "H" | "B" | "P" | "T" | "N" => ContactCode::Phone,
        "A" => ContactCode::Address,
        "R" => ContactCode::Refused,
        _ => return None,
    };
    Some((code, value.trim_matches([' ', '/', '-'])))
}

/// An e-mail address out of the stand-ins that teletype forces on senders: `//` for `@`, `..` for
/// `_`, `./` for `-`.
pub fn email(written: &str) -> String {
    let written = written.trim();
    if written.contains('@') {
        return written.to_owned();
    }
    written
        .replacen("//", "@", 1)
        .replace("..", "_")
        .replace("./", "-")
}

/// The fields between slashes.
struct Fields<'t>(smallvec::SmallVec<[&'t str; 14]>);

impl<'t> Fields<'t> {
    fn of(text: &'t str) -> Self {
        let text = text.trim();
        Self(
            text.strip_prefix('/')
                .unwrap_or(text)
                .split('/')
                .map(str::trim)
                .collect(),
        )
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn at(&self, index: usize) -> &'t str {
        self.0.get(index).copied().unwrap_or_default()
    }
}

/// Whether a field is a date `DDMMMYY` or `DDMMMYYYY`.
fn is_date(field: &str) -> bool {
    let bytes = field.as_bytes();
    matches!(bytes.len(), 7 | 9)
        && bytes.iter().enumerate().all(|(i, b)| match i {
            2..=4 => b.is_ascii_alphabetic(),
            _ => b.is_ascii_digit(),
        })
}

fn is_sex(field: &str) -> bool {
    matches!(
        field,
        "M" | "F" | "MI" | "FI" | "U" | "X" | "m" | "f" | "mi" | "fi" | "u" | "x" | ""
    )
}

/// Whether a field is a document type rather than a country (`D` is Germany).
fn is_kind(field: &str) -> bool {
    matches!(
        field,
        "P" | "PP"
            | "PD"
            | "PO"
            | "PS"
            | "PE"
            | "PT"
            | "V"
            | "I"
            | "A"
            | "C"
            | "AC"
            | "IP"
            | "F"
            | "L"
            | "M"
            | "N"
            | "T"
            | "IN"
            | "ID"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_document_text_is_read_field_by_field() {
        let docs = Docs::read("/P/SWE/T09881230/SWE/29FEB88/F/04JUL31/OMARREN/TOVA/LINNEA/H");
        let docs = docs.unwrap();
        assert_eq!(
            (docs.kind, docs.issuer, docs.number, docs.nationality),
            ("P", "SWE", "T09881230", "SWE")
        );
        assert_eq!(
            (docs.born, docs.sex, docs.expires),
            ("29FEB88", "F", "04JUL31")
        );
        assert_eq!(
            (docs.surname, docs.given, docs.second),
            ("OMARREN", "TOVA", "LINNEA")
        );
        assert!(docs.primary_holder && !docs.shifted && !docs.is_infant());
        let bare = Docs::read("////GBR/12JUL64/M//JONES/WILLIAMNEVELL").unwrap();
        assert_eq!((bare.kind, bare.number, bare.nationality), ("", "", "GBR"));
        assert_eq!(
            (bare.surname, bare.given, bare.shifted),
            ("JONES", "WILLIAMNEVELL", false)
        );
        assert!(
            Docs::read("/P/GBR/512731999/GBR/20SEP12/FI/25OCT17/BELT/SOPHY")
                .unwrap()
                .is_infant()
        );
        assert_eq!(Docs::read("PLS ADVISE"), None);
    }

    #[test]
    fn d45_document_fields_moved_by_one_are_told_by_what_they_hold() {
        let right = Docs::read("//P/SWE/T09881230/SWE/29FEB88/F/04JUL31/OMARREN/TOVA").unwrap();
        assert_eq!(
            (right.kind, right.issuer, right.number),
            ("P", "SWE", "T09881230")
        );
        assert_eq!((right.surname, right.shifted), ("OMARREN", true));
        let left = Docs::read("/SWE/T09881230/SWE/29FEB88/F/04JUL31/OMARREN/TOVA").unwrap();
        assert_eq!(
            (left.kind, left.issuer, left.number),
            ("", "SWE", "T09881230")
        );
        assert_eq!(
            (left.surname, left.given, left.shifted),
            ("OMARREN", "TOVA", true)
        );
        let typed = Docs::read("//P/P00261/SWE/29FEB88/F/04JUL31/OMARREN/TOVA").unwrap();
        assert_eq!(
            (typed.kind, typed.number, typed.shifted),
            ("P", "P00261", true)
        );
        let untyped = Docs::read("//DE/C4F1/DE/29FEB88/F/04JUL31/OMARREN/TOVA").unwrap();
        assert_eq!(
            (untyped.kind, untyped.issuer, untyped.number),
            ("", "DE", "C4F1")
        );
        assert!(!untyped.shifted);
    }

    #[test]
    fn visas_addresses_infants_and_tickets_are_read() {
        let doco = Doco::read(" HERE VA/V/8675309/OTHER PLACE/22DEC06/LI").unwrap();
        assert_eq!(
            (doco.birthplace, doco.kind, doco.number),
            ("HERE VA", "V", "8675309")
        );
        assert_eq!((doco.issued, doco.country), ("22DEC06", "LI"));
        let doca = Doca::read("/D/AUS/13 SHORE AVENUE/BROADBEACH/QLD/4215").unwrap();
        assert_eq!(
            (doca.kind, doca.country, doca.postcode),
            ("D", "AUS", "4215")
        );
        for text in [
            "DYE/ARCHER 15APR12",
            "DYE/ARCHER/15APR12",
            ".DYE/ARCHER 15APR12 ",
        ] {
            let infant = Infant::read(text).unwrap();
            assert_eq!(
                (infant.surname, infant.given, infant.born),
                ("DYE", "ARCHER", "15APR12")
            );
        }
        assert_eq!(Infant::read("DYE/ARCHER").unwrap().born, "");
        let ticket = TicketText::read("INF9631270001236C2").unwrap();
        assert_eq!(
            (ticket.number, ticket.coupon, ticket.infant),
            ("9631270001236", Some(2), true)
        );
        assert_eq!(
            TicketText::read(".1393534576000C1").unwrap().coupon,
            Some(1)
        );
        let long = TicketText::read("TKT NBR 03751019954019 26AUG19 E CHRISTOPHERRAVAL").unwrap();
        assert_eq!((long.number, long.coupon), ("03751019954019", None));
    }

    #[test]
    fn contacts_are_found_in_every_spelling() {
        for (text, expected) in [
            (
                "CTCE TOVA//MAIL.EXAMPLE",
                Some((ContactCode::Email, "TOVA//MAIL.EXAMPLE")),
            ),
            (
                "YY CTCM 123456789",
                Some((ContactCode::Mobile, "123456789")),
            ),
            (
                "EK CTC M 5432109876",
                Some((ContactCode::Mobile, "5432109876")),
            ),
            (
                "AM CTCP MEX1800 002",
                Some((ContactCode::Phone, "MEX1800 002")),
            ),
            (
                "AM CTCBOG 571-600",
                Some((ContactCode::Phone, "BOG 571-600")),
            ),
            ("CTCM/4670123", Some((ContactCode::Mobile, "4670123"))),
            ("CTCR", Some((ContactCode::Refused, ""))),
            ("THIS PASSENGER IS A VIP", None),
            ("PRODUCTCE", None),
        ] {
            assert_eq!(contact(text), expected, "{text}");
        }
        assert_eq!(email("REUBEN..SERIO//GMAIL.COM"), "REUBEN_SERIO@GMAIL.COM");
        assert_eq!(email("A./B//MAIL.EXAMPLE"), "A-B@MAIL.EXAMPLE");
        assert_eq!(email("a..b@mail.example"), "a..b@mail.example");
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "\\PC{0,80}", fields in "[A-Z0-9/ .]{0,80}") {
            for text in [&text, &fields] {
                Docs::read(text);
                Doco::read(text);
                Doca::read(text);
                Infant::read(text);
                TicketText::read(text);
                contact(text);
                email(text);
            }
        }

        #[test]
        fn every_field_comes_back(
            number in "[A-Z0-9]{1,12}", surname in "[A-Z]{1,20}", given in "[A-Z ]{0,20}"
        ) {
            let text = format!("/P/SWE/{number}/SWE/29FEB88/F/04JUL31/{surname}/{given}");
            let docs = Docs::read(&text).unwrap();
            prop_assert_eq!(docs.number, number);
            prop_assert_eq!(docs.surname, surname);
            prop_assert!(docs.given == given.trim() || given.trim() == "H");
        }
    }
}
