//! FSF CSV: one row for every name, address, date, document and citizenship of an entity.
//!
//! Two generations of column names are read. A copy that a spreadsheet wrapped a second time (every
//! line in quotation marks with tabs behind) is unwrapped.

use std::borrow::Cow;
use std::collections::BTreeMap;

use tidewaiter_diagnostics::{Span, codes::lists as codes};
use tidewaiter_domain::{ListedDocument, ListedSubject, Text};

use super::super::country::{country, known, place_of};
use super::super::dates::{day, point};
use super::super::detect::{Detected, ListFormat};
use super::super::draft::{Draft, ListReading, add_nationalities, push_new};
use super::super::node::Node;
use super::super::refusal::{Refusal, row as path_of_row};
use super::super::table::{Charset, Header, Layout, rows};
use super::super::un::is_travel_document;
use super::{BirthFields, NameFields, ORDER};

pub(in super::super) fn read(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let mut draft = Draft::new("eu-fsf", ListFormat::EuCsv);
    let charset = Charset::guess(&found.bytes, &mut draft.diagnostics);
    let bytes = unwrapped(&found.bytes, &mut draft);
    let layout = Layout {
        delimiter: b';',
        header: Header::Line,
        charset,
    };
    // Rows of one entity need not stand together; entities keep the order of their first row.
    let mut order: BTreeMap<Text, usize> = BTreeMap::new();
    let mut entities: Vec<(ListedSubject, Span)> = Vec::new();
    rows(&bytes, found.base, &layout, |row| {
        let mut node = row.node;
        let span = node.span;
        let published = node.take_any(&["Date_file", "Date_filexxxx", "fileGenerationDate"]);
        if draft.published.is_none() {
            draft.published = published.as_deref().and_then(|text| day(text, ORDER));
        }
        let logical = node
            .take_any(&["Entity_logical_id", "Entity_LogicalId"])
            .filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        let Some(logical) = logical else {
            return Err(Refusal::within(
                &codes::LIST_COLUMNS,
                span,
                path_of_row(row.number),
                format!("row {} does not name its entity by number", row.number),
            ));
        };
        let at = *order.entry(logical.clone()).or_insert_with(|| {
            let kind = node
                .peek("Subject_type")
                .or_else(|| node.peek("Entity_SubjectType"))
                .or_else(|| node.peek("Entity_SubjectType_ClassificationCode"))
                .map_or(tidewaiter_domain::SubjectKind::Unknown, super::kind_of);
            let reference = node
                .peek("EU_ref_num")
                .or_else(|| node.peek("Entity_EU_ReferenceNumber"))
                .map_or_else(|| logical.clone(), Text::from);
            entities.push((ListedSubject::new("eu-fsf", reference, kind), span));
            entities.len() - 1
        });
        if let Some((subject, _)) = entities.get_mut(at) {
            row_of(&mut draft, subject, node, span);
        }
        Ok(())
    })?;
    for (mut subject, span) in entities {
        super::settle_primary(&mut subject);
        draft.push(subject, span);
    }
    draft.finish(Span::from_range(0..bytes.len()))
}

fn row_of(draft: &mut Draft, subject: &mut ListedSubject, mut node: Node<'_>, span: Span) {
    node.forget(&[
        "Subject_type",
        "Entity_SubjectType",
        "Entity_SubjectType_ClassificationCode",
        "EU_ref_num",
        "Entity_EU_ReferenceNumber",
        "Entity_logical_id",
    ]);
    let mut take = |names: &[&str]| node.take_any(names);
    let programme = take(&["Programme", "Entity_Regulation_Programme"]);
    push_new(&mut subject.programmes, programme);
    let legal = take(&["Leba_numtitle", "Entity_Regulation_NumberTitle"]);
    push_new(&mut subject.legal_references, legal);
    let published = take(&["Leba_publication_date", "Entity_Regulation_PublicationDate"])
        .and_then(|text| day(&text, ORDER));
    subject.changed_on = subject.changed_on.max(published);
    let listed = take(&["Entity_DesignationDate"]).and_then(|text| day(&text, ORDER));
    subject.listed_on = subject.listed_on.or(listed);
    push_new(
        &mut subject.comments,
        take(&["Entity_remark", "Entity_Remark"]),
    );
    push_new(
        &mut subject.comments,
        take(&["Naal_function", "NameAlias_Function"]),
    );

    let last = take(&["Naal_lastname", "NameAlias_LastName"]);
    let first = take(&["Naal_firstname", "NameAlias_FirstName"]);
    let middle = take(&["Naal_middlename", "NameAlias_MiddleName"]);
    let whole = take(&["Naal_wholename", "NameAlias_WholeName"]);
    let gender = take(&["Naal_gender", "NameAlias_Gender"]);
    let title = take(&["Naal_title", "NameAlias_Title"]);
    let remark = take(&["NameAlias_Remark"]);
    super::name(
        subject,
        &NameFields {
            first: first.as_deref(),
            middle: middle.as_deref(),
            last: last.as_deref(),
            whole: whole.as_deref(),
            title: title.as_deref(),
            gender: gender.as_deref(),
            remark: remark.as_deref(),
            weak: false,
        },
    );
    push_new(&mut subject.comments, remark);

    let city = take(&["Addr_city", "Address_City"]);
    let country_text = take(&["Addr_country", "Address_CountryIso2Code"]);
    let rest: Vec<Text> = [
        &["Addr_number"][..],
        &["Addr_street", "Address_Street"],
        &["Address_PoBox"],
        &["Addr_zipcode", "Address_ZipCode"],
        &["Address_Region"],
        &["Address_Place"],
        &["Addr_other"],
    ]
    .iter()
    .filter_map(|names| take(names))
    .collect();
    if let Some(place) = place_of(country_text, city, rest)
        && !subject.addresses.contains(&place)
    {
        subject.addresses.push(place);
    }

    let [date, born_day, month, year, from, to, circa, calendar] = [
        &["Birt_date", "BirthDate_BirthDate"][..],
        &["BirthDate_Day"],
        &["BirthDate_Month"],
        &["BirthDate_Year"],
        &["BirthDate_YearRangeFrom"],
        &["BirthDate_YearRangeTo"],
        &["BirthDate_Circa"],
        &["BirthDate_CalendarType"],
    ]
    .map(&mut take);
    let born_in = take(&["Birt_country", "BirthDate_CountryIso2Code"]).filter(|c| c != "00");
    let town = take(&["Birt_place", "BirthDate_City"]);
    let more: Vec<Text> = [&["BirthDate_Place"][..], &["BirthDate_Region"]]
        .iter()
        .filter_map(|names| take(names))
        .collect();
    super::born(
        draft,
        subject,
        &BirthFields {
            date: date.as_deref(),
            day: born_day.as_deref(),
            month: month.as_deref(),
            year: year.as_deref(),
            from: from.as_deref(),
            to: to.as_deref(),
            circa: circa.is_some_and(|text| text.eq_ignore_ascii_case("true")),
            calendar: calendar.as_deref(),
            country: born_in.as_deref().and_then(known),
        },
        span,
    );
    if let Some(place) = place_of(born_in, town, more)
        && !subject.birthplaces.contains(&place)
    {
        subject.birthplaces.push(place);
    }

    let number = take(&["Iden_number", "Identification_Number"]);
    let issuer = take(&["Iden_country", "Identification_CountryIso2Code"]);
    let kind = take(&["Identification_TypeDescription", "Identification_TypeCode"]);
    let issued = take(&["Identification_IssueDate"]).and_then(|text| point(&text, ORDER));
    let expires = take(&["Identification_ValidTo"]).and_then(|text| point(&text, ORDER));
    if let Some(number) = number {
        document(subject, &number, kind, issuer.as_deref(), issued, expires);
    }
    let citizen = take(&["Citi_country", "Citizenship_CountryIso2Code"]);
    add_nationalities(subject, citizen.as_deref().and_then(country));

    // Where each statement comes from, block by block, and the numbers of the rows.
    let names: Vec<String> = node
        .parts
        .iter()
        .map(|part| part.name.to_string())
        .collect();
    let provenance: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| {
            let lower = name.to_lowercase();
            [
                "_leba_",
                "_url",
                "logical_id",
                "logicalid",
                "_programme",
                "_language",
            ]
            .iter()
            .any(|mark| lower.contains(mark))
                || lower.starts_with("leba_")
        })
        .collect();
    node.forget(&provenance);
    let mut unread = Vec::new();
    node.leftover(&mut unread);
    for field in unread {
        if !subject.unread.contains(&field) {
            subject.unread.push(field);
        }
    }
}

/// A document; the old form writes its kind behind the number:
/// `AD001095 (passport-National passport) ((passport))`.
fn document(
    subject: &mut ListedSubject,
    number: &str,
    kind: Option<Text>,
    issuer: Option<&str>,
    issued: Option<tidewaiter_domain::PartialDate>,
    expires: Option<tidewaiter_domain::PartialDate>,
) {
    let (number, behind) = match number.split_once(" (") {
        Some((number, behind)) => (number, Some(behind.trim_end_matches([')', ' ']))),
        None => (number, None),
    };
    let kind = kind
        .or_else(|| behind.map(|text| text.split(')').next().unwrap_or_default().into()))
        .unwrap_or_default();
    let document = ListedDocument {
        travel: is_travel_document(&kind),
        kind,
        number: number.into(),
        issuer: issuer.and_then(country),
        issued,
        expires,
        note: behind
            .and_then(|text| text.split_once(") "))
            .map(|(_, note)| note.trim_matches(['(', ')', ' ']).into())
            .filter(|note: &Text| !note.is_empty()),
    };
    if !subject.documents.contains(&document) {
        subject.documents.push(document);
    }
}

/// The table without the second wrapping, where there is one.
fn unwrapped<'a>(bytes: &'a [u8], draft: &mut Draft) -> Cow<'a, [u8]> {
    let line_end = bytes
        .iter()
        .position(|&b| b == b'\n')
        .unwrap_or(bytes.len());
    let first = bytes[..line_end].trim_ascii_end();
    let wrapped = first.starts_with(b"\"") && first.ends_with(b"\"") && first.contains(&b';') && {
        let inner = &first[1..first.len() - 1];
        !inner.windows(3).any(|w| w == b"\";\"")
    };
    if !wrapped {
        return Cow::Borrowed(bytes);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    for line in bytes.split(|&b| b == b'\n') {
        let line = line.trim_ascii_end();
        let inner = line
            .strip_prefix(b"\"")
            .and_then(|line| line.strip_suffix(b"\""))
            .unwrap_or(line);
        let mut quoted = false;
        for &byte in inner.trim_ascii_end() {
            // A quotation mark of the inner table is doubled by the outer one.
            if byte == b'"' && !quoted {
                quoted = true;
                continue;
            }
            quoted = false;
            plain.push(byte);
        }
        plain.push(b'\n');
    }
    draft.note_list(
        &codes::LIST_REPAIRED,
        Span::from_range(0..line_end),
        "every line stands in quotation marks; places count in the unwrapped text",
    );
    Cow::Owned(plain)
}
