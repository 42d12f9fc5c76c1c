//! The remarks of OFAC's CSV lists, where everything about a person stands.
//!
//! `DOB 17 Jul 1970; alt. DOB 1971; POB Baghdad, Iraq; nationality Iraq; Passport 778456 (Turkey)
//! issued 14 May 1997 expires 13 May 2007; a.k.a. 'X'.` Statements are separated by `;`; `alt.`
//! before one means a further value. An a.k.a. here is a weak one: OFAC keeps those out of the alias
//! file. What is no known statement is a comment when it is one of the known phrases and is kept
//! unread otherwise.

use tidewaiter_diagnostics::Span;
use tidewaiter_domain::{ListedDocument, ListedSubject, NameKind, NameQuality, Sex, SubjectKind};

use super::super::country::{country, place};
use super::super::dates::{Order, point};
use super::super::draft::{Draft, add_name, add_nationalities};
use super::super::un::is_travel_document;

const ORDER: Order = Order::DayFirst;

/// The longest remark a CSV row holds; the rest stands in the comments file.
pub(in super::super) const REMARK_LIMIT: usize = 1000;

/// Reads `remarks` into `subject`.
pub(super) fn read(draft: &mut Draft, subject: &mut ListedSubject, remarks: &str, span: Span) {
    for statement in statements(remarks) {
        if !understood(draft, subject, statement, span) {
            if is_comment(statement) {
                subject.comments.push(statement.into());
            } else {
                subject
                    .unread
                    .push(("Remarks".into(), super::super::node::squeezed(statement)));
            }
        }
    }
}

/// The statements, split at `;` outside quotation marks `'…'`.
fn statements(remarks: &str) -> Vec<&str> {
    remarks
        .split("; ")
        .flat_map(|part| part.split(";\n"))
        .map(|part| part.trim().trim_end_matches([';', '.']).trim())
        .filter(|part| !part.is_empty() && *part != "-0-")
        .collect()
}

fn understood(draft: &mut Draft, subject: &mut ListedSubject, statement: &str, span: Span) -> bool {
    let bare = statement.strip_prefix("alt. ").unwrap_or(statement);
    let after = |word: &str| {
        bare.strip_prefix(word)
            .filter(|rest| rest.starts_with([' ', ':']))
            .map(|rest| rest.trim_start_matches([' ', ':']))
    };
    if let Some(date) = after("DOB")
        .or_else(|| after("Aircraft Manufacture Date"))
        .or_else(|| after("Organization Established Date"))
        .or_else(|| after("Vessel Year of Build"))
    {
        draft.born(subject, "Remarks/DOB", date, ORDER, span);
        return true;
    }
    if let Some(text) = after("POB") {
        subject.birthplaces.extend(place(text));
        return true;
    }
    if let Some(text) = after("nationality")
        .or_else(|| after("citizen"))
        .or_else(|| after("Nationality of Registration"))
    {
        add_nationalities(subject, country(text));
        return true;
    }
    if let Some(text) = after("Gender") {
        subject.sex = match text {
            "Male" => Some(Sex::Male),
            "Female" => Some(Sex::Female),
            _ => return false,
        };
        return true;
    }
    for (mark, kind, quality) in [
        ("a.k.a.", NameKind::Alias, NameQuality::Low),
        ("f.k.a.", NameKind::Former, NameQuality::Low),
        ("n.k.a.", NameKind::Alias, NameQuality::Low),
    ] {
        if let Some(text) = after(mark) {
            let text = text
                .strip_prefix('\'')
                .and_then(|t| t.strip_suffix('\''))
                .or_else(|| text.strip_prefix('"').and_then(|t| t.strip_suffix('"')))
                .unwrap_or(text);
            let person = subject.kind == SubjectKind::Person;
            add_name(subject, super::name(text, person, kind, quality));
            return true;
        }
    }
    if let Some(document) = document(bare) {
        subject.documents.push(document);
        return true;
    }
    false
}

/// Phrases that are about the entry and say nothing about its identity.
fn is_comment(statement: &str) -> bool {
    let bare = statement.strip_prefix("alt. ").unwrap_or(statement);
    [
        "Linked To:",
        "(Linked To:",
        "Secondary sanctions risk:",
        "Additional Sanctions Information",
        "Executive Order",
        "For more information",
        "all offices worldwide",
        "All offices worldwide",
        "All Offices Worldwide",
        "Target Type",
        "Listing Date",
        "Effective Date",
        "Purchase/Sales For Divestment Date",
        "Transactions Prohibited",
        "CAATSA Section",
        "Organization Type:",
    ]
    .iter()
    .any(|phrase| bare.starts_with(phrase))
}

/// Labels of documents and registrations that hold no "No.", "Number", "ID", "#" or "Code".
const LABELS: &[&str] = &[
    "Aircraft Construction Number (also called L/N or S/N or F/N)",
    "Aircraft Manufacturer's Serial Number (MSN)",
    "Aircraft Mode S Transponder Code",
    "Aircraft Tail Number",
    "BIK (RU)",
    "British National Overseas Passport",
    "C.I.F.",
    "C.R. No.",
    "C.U.I.",
    "C.U.I.P.",
    "C.U.I.T.",
    "C.U.R.P.",
    "Cartilla de Servicio Militar Nacional",
    "Cedula No.",
    "Cedula de Ciudadania",
    "Cedula de Residencia",
    "Credencial electoral",
    "D.N.I.",
    "Diplomatic Passport",
    "Email Address",
    "Fax",
    "I.F.E.",
    "ISIN",
    "Identification Number IMO",
    "Italian Fiscal Code",
    "Kenyan Passport",
    "LE Number",
    "Military Passport",
    "MMSI",
    "N.I.E.",
    "Numero Unico de Identificacao Tributaria (NUIT)",
    "Numero de Identidad",
    "Official Passport",
    "Passport",
    "Personal ID Card",
    "Phone Number",
    "Pilot License Number",
    "R.F.C.",
    "R.I.F.",
    "RFC",
    "RTN",
    "Refugee ID Card",
    "Service Passport",
    "SSN",
    "SRE Permit No.",
    "SWIFT/BIC",
    "Seafarer's Identification Document",
    "Serial No.",
    "Stateless Person ID Card",
    "Stateless Person Passport",
    "Tazkira National ID Card",
    "Telephone",
    "Unified Social Credit Code (USCC)",
    "V.A.T. Number",
    "Vessel Registration Identification",
    "VisaNumberID",
    "Website",
];

/// `Passport 778456 (Turkey) issued 14 May 1997 expires 13 May 2007`.
fn document(statement: &str) -> Option<ListedDocument> {
    let digital = statement
        .strip_prefix("Digital Currency Address - ")
        .and_then(|rest| rest.split_once(' '));
    if let Some((currency, address)) = digital {
        return Some(ListedDocument {
            kind: format!("Digital Currency Address - {currency}").into(),
            travel: false,
            number: address.trim().into(),
            issuer: None,
            issued: None,
            expires: None,
            note: None,
        });
    }
    let (label, rest) = labelled(statement)?;
    let (rest, expires) = dated(rest, " expires ");
    let (rest, issued) = dated(rest, " issued ");
    let (number, issuer) = match rest
        .strip_suffix(')')
        .and_then(|head| head.rsplit_once(" ("))
    {
        Some((number, issuer)) => (number, Some(issuer)),
        None => (rest, None),
    };
    let number = number.trim();
    if number.is_empty() {
        return None;
    }
    Some(ListedDocument {
        kind: label.into(),
        travel: is_travel_document(label),
        number: number.into(),
        issuer: issuer.and_then(country),
        issued,
        expires,
        note: None,
    })
}

/// The label at the head of a statement, and the rest.
fn labelled(statement: &str) -> Option<(&str, &str)> {
    let known = LABELS
        .iter()
        .filter(|label| {
            statement
                .strip_prefix(**label)
                .is_some_and(|rest| rest.starts_with(' '))
        })
        .max_by_key(|label| label.len());
    if let Some(label) = known {
        return Some((
            &statement[..label.len()],
            statement[label.len()..].trim_start(),
        ));
    }
    // "Matricula Mercantil No 1362098", "NIT # 800146749-7", "Government Gazette Number 09804148":
    // the label ends in a word that announces a number, and a number follows.
    let mut end = 0;
    for (count, word) in statement.split(' ').enumerate() {
        if count > 7 {
            return None;
        }
        let from = end;
        end += word.len() + 1;
        let announces = matches!(
            word,
            "No." | "No" | "Number" | "#" | "ID" | "Code" | "Card" | "Licence" | "License"
        );
        let rest = statement.get(end..)?;
        if announces && from > 0 && holds_digit(rest) && !starts_with_label_word(rest) {
            return Some((statement[..end - 1].trim_end(), rest));
        }
    }
    None
}

fn starts_with_label_word(rest: &str) -> bool {
    ["No.", "No ", "Number", "#", "Code", "Card"]
        .iter()
        .any(|word| rest.starts_with(word))
}

fn holds_digit(rest: &str) -> bool {
    let head = rest.split(" (").next().unwrap_or_default();
    head.len() <= 80 && head.bytes().any(|b| b.is_ascii_digit())
}

/// Takes the date behind `mark` off the end of `text`.
fn dated<'t>(text: &'t str, mark: &str) -> (&'t str, Option<tidewaiter_domain::PartialDate>) {
    match text.rsplit_once(mark) {
        Some((head, tail)) => match point(tail, ORDER) {
            Some(date) => (head, Some(date)),
            None => (text, None),
        },
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::detect::ListFormat;
    use super::*;
    use proptest::prelude::*;

    fn subject(remarks: &str) -> ListedSubject {
        let mut draft = Draft::new("ofac-sdn", ListFormat::OfacCsv);
        let mut subject = ListedSubject::new("ofac-sdn", "1", SubjectKind::Person);
        read(&mut draft, &mut subject, remarks, Span::default());
        subject
    }

    /// The ten forms in which remarks were seen in 2026 (data/lists/ofac/remarks_forms.txt), with
    /// invented values.
    #[test]
    fn every_form_of_remarks_is_read() {
        insta::assert_snapshot!(
            [
                "DOB 17 Jul 1971; POB Basra, Iraq; nationality Iraq.",
                "DOB circa 1938.",
                "DOB 1972 to 1974; POB Sudan; Gender Male.",
                "DOB 01 Jan 1956 to 31 Dec 1957.",
                "DOB Jan 1965; POB Lanzhou, Gansu, China; Gender Female.",
                "DOB 31 Jul 1952; alt. DOB 01 Jul 1952; POB Town, Serbia; alt. POB Other, Serbia.",
                "DOB 01 Sep 1945; Passport H00011666 (Hong Kong); National ID No. K000514(4) (Hong Kong); a.k.a. 'P'U LI'.",
                "DOB 30 Aug 1968; citizen Turkey; Passport 770000 (Turkey) issued 14 May 1997 expires 13 May 2007.",
                "DOB 02 Jul 1958; Cedula No. 0070637 (Colombia); NIT # 800000749-7 (Colombia).",
                "nationality Guinea; Diplomatic Passport 00000498 (Guinea); Digital Currency Address - XBT 1abc; Linked To: SOMEBODY; Brigadier General.",
            ]
            .iter()
            .map(|remarks| {
                let s = subject(remarks);
                let mut lines = vec![format!("# {remarks}")];
                lines.extend(s.born.iter().map(|b| format!("born {}..{} circa={}", b.from, b.to, b.circa)));
                lines.extend(s.birthplaces.iter().map(|p| format!("place {:?} {:?}", p.country, p.text)));
                lines.extend(s.nationalities.iter().map(|c| format!("nationality {}", c.as_str())));
                lines.extend(s.sex.map(|x| format!("sex {x:?}")));
                lines.extend(s.names.iter().map(|n| format!("{} {} {}", n.kind.as_str(), n.quality.as_str(), n.full)));
                lines.extend(s.documents.iter().map(|d| format!(
                    "document {} / {} / {:?} / {:?} / {:?} travel={}",
                    d.kind, d.number, d.issuer, d.issued, d.expires, d.travel
                )));
                lines.extend(s.comments.iter().map(|c| format!("comment {c}")));
                lines.extend(s.unread.iter().map(|(f, t)| format!("unread {f}: {t}")));
                lines.join("\n")
            })
            .collect::<Vec<_>>()
            .join("\n\n")
        );
    }

    proptest! {
        #[test]
        fn any_remark_is_read_without_panic_and_nothing_is_lost(
            remarks in "((alt\\. )?(DOB|POB|Passport|a\\.k\\.a\\.|Tax ID No\\.|x)( [a-zA-Z0-9'()é]{0,8}){0,4}; ){0,5}"
        ) {
            let s = subject(&remarks);
            let said = statements(&remarks).len();
            let kept = s.born.len() + s.birthplaces.len() + s.names.len() + s.documents.len()
                + s.comments.len() + s.unread.len();
            // A repeated or empty statement adds nothing; nothing else may be lost.
            let distinct: std::collections::BTreeSet<_> = statements(&remarks).into_iter().collect();
            prop_assert!(kept <= said || !s.born.is_empty());
            prop_assert!(s.unread.len() <= distinct.len() * 5);
        }
    }
}
