//! The first sheet of an Office Open XML workbook (`.xlsx`) as rows of text.
//!
//! Only what a published list needs: shared and inline texts, numbers, and numbers that a style shows
//! as dates. Sizes are bounded before anything is unpacked, and while it is.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use tidewaiter_diagnostics::{Span, codes::lists as codes};

use super::node::{Node, squeezed};
use super::refusal::Refusal;
use super::xml::{Step, walk};

/// Bytes that one part of the workbook may have when unpacked.
const MAX_PART: u64 = 256 << 20;
const MAX_PARTS: usize = 4_096;
/// Columns of a sheet.
const MAX_COLUMNS: usize = 256;

/// The rows of the first sheet with any; `each` gets the number of the row and its cells.
pub(super) fn rows(
    bytes: &[u8],
    mut each: impl FnMut(u32, Vec<String>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| {
        Refusal::new(
            &codes::LIST_TRUNCATED,
            Span::from_range(0..bytes.len()),
            "the workbook is cut off or damaged",
        )
    })?;
    if archive.len() > MAX_PARTS {
        return Err(limit("the workbook has too many parts"));
    }
    let shared = part(&mut archive, "xl/sharedStrings.xml")?.unwrap_or_default();
    let styles = part(&mut archive, "xl/styles.xml")?.unwrap_or_default();
    let Some(sheet) = part(&mut archive, "xl/worksheets/sheet1.xml")? else {
        return Err(Refusal::new(
            &codes::LIST_PACKED,
            Span::from_range(0..4),
            "the file is an archive and holds no sheet of a workbook",
        ));
    };
    let texts = shared_texts(&shared)?;
    let dates = date_styles(&styles)?;
    let mut number = 0u32;
    walk(&sheet, 0, &["sheetData"], |step| {
        let Step::Entry(mut node) = step else {
            return Ok(());
        };
        if node.name != "row" {
            return Ok(());
        }
        number += 1;
        let mut cells: Vec<String> = Vec::new();
        for mut cell in node.take_all("c") {
            let at = cell
                .take_text("@r")
                .and_then(|reference| column(&reference))
                .unwrap_or(cells.len());
            if at >= MAX_COLUMNS {
                return Err(limit("a row of the sheet has too many columns"));
            }
            if cells.len() <= at {
                cells.resize(at + 1, String::new());
            }
            cells[at] = value(cell, &texts, &dates);
        }
        each(number, cells)
    })
}

fn limit(what: &str) -> Refusal {
    Refusal::new(&codes::LIST_LIMIT, Span::default(), what)
}

/// One part of the workbook as text.
fn part(
    archive: &mut zip::ZipArchive<Cursor<&[u8]>>,
    name: &str,
) -> Result<Option<String>, Refusal> {
    let Ok(file) = archive.by_name(name) else {
        return Ok(None);
    };
    if file.size() > MAX_PART {
        return Err(limit("a part of the workbook is too large"));
    }
    let mut text = String::new();
    // The stated size may lie; the bytes that come out are counted too.
    let read = file.take(MAX_PART + 1).read_to_string(&mut text);
    match read {
        Ok(size) if size as u64 > MAX_PART => Err(limit("a part of the workbook is too large")),
        Ok(_) => Ok(Some(text.trim_start_matches('\u{feff}').to_owned())),
        Err(_) => Err(Refusal::new(
            &codes::LIST_MALFORMED,
            Span::default(),
            "a part of the workbook cannot be unpacked",
        )),
    }
}

fn shared_texts(xml: &str) -> Result<Vec<String>, Refusal> {
    let mut texts = Vec::new();
    if !xml.is_empty() {
        walk(xml, 0, &[], |step| {
            if let Step::Entry(node) = step {
                texts.push(text_in(node));
            }
            Ok(())
        })?;
    }
    Ok(texts)
}

/// The text of an item: its `t`, or those of its runs; phonetic hints are left out.
fn text_in(mut node: Node<'_>) -> String {
    let mut text = String::new();
    for part in &mut node.parts {
        match part.name.as_ref() {
            "t" => text.push_str(&part.text),
            "r" => {
                for inner in part.take_all("t") {
                    text.push_str(&inner.text);
                }
            }
            _ => {}
        }
    }
    text
}

/// Whether each cell style shows a date.
fn date_styles(xml: &str) -> Result<Vec<bool>, Refusal> {
    let mut custom = std::collections::BTreeMap::new();
    let mut styles = Vec::new();
    if !xml.is_empty() {
        walk(xml, 0, &[], |step| {
            if let Step::Entry(mut node) = step {
                match node.name.as_ref() {
                    "numFmts" => {
                        for mut format in node.take_all("numFmt") {
                            let code = format.take_text("@formatCode").unwrap_or_default();
                            let lower = code.to_lowercase();
                            let id = format.take_text("@numFmtId").unwrap_or_default();
                            custom.insert(id, lower.contains('y') || lower.contains("mmm"));
                        }
                    }
                    "cellXfs" => {
                        for mut style in node.take_all("xf") {
                            let id = style.take_text("@numFmtId").unwrap_or_default();
                            let built_in = id.parse::<u32>().is_ok_and(
                                |id| matches!(id, 14..=17 | 22 | 27..=31 | 34..=36 | 50..=58),
                            );
                            styles.push(built_in || custom.get(&id).copied().unwrap_or(false));
                        }
                    }
                    _ => {}
                }
            }
            Ok(())
        })?;
    }
    Ok(styles)
}

fn value(mut cell: Node<'_>, texts: &[String], dates: &[bool]) -> String {
    let kind = cell.take_text("@t");
    let style = cell
        .take_text("@s")
        .and_then(|style| style.parse::<usize>().ok());
    if let Some(inline) = cell.take("is") {
        return text_in(inline);
    }
    let Some(raw) = cell.take("v").map(|node| node.text) else {
        return String::new();
    };
    match kind.as_deref() {
        Some("s") => raw
            .trim()
            .parse::<usize>()
            .ok()
            .and_then(|at| texts.get(at).cloned())
            .unwrap_or_default(),
        Some(_) => Cow::into_owned(raw),
        None => {
            let shows_date = style.is_some_and(|at| dates.get(at).copied().unwrap_or(false));
            match serial_date(&raw) {
                Some(date) if shows_date => date.to_string(),
                _ => squeezed(&raw).into(),
            }
        }
    }
}

/// The date of a serial number: days since 30 December 1899, right from March 1900 on.
fn serial_date(text: &str) -> Option<jiff::civil::Date> {
    let serial: f64 = text.trim().parse().ok()?;
    // A bare year in a cell with a date style is a year, not a day in 1905.
    if !(61.0..=2_958_465.0).contains(&serial) || (1900.0..=2099.0).contains(&serial) {
        return None;
    }
    jiff::civil::Date::constant(1899, 12, 30)
        .checked_add(jiff::Span::new().try_days(serial as i64).ok()?)
        .ok()
}

/// The position of the column that a reference like `AB12` names.
fn column(reference: &str) -> Option<usize> {
    let mut at = 0usize;
    for letter in reference.bytes().take_while(u8::is_ascii_alphabetic) {
        at = at
            .checked_mul(26)?
            .checked_add(usize::from(letter.to_ascii_uppercase() - b'A') + 1)?;
        if at > 100_000 {
            return None;
        }
    }
    at.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_by_letters() {
        assert_eq!(column("A1"), Some(0));
        assert_eq!(column("AB12"), Some(27));
        assert_eq!(column("12"), None);
    }

    #[test]
    fn serials_are_days_and_years_stay_years() {
        assert_eq!(serial_date("25569").unwrap().to_string(), "1970-01-01");
        assert_eq!(serial_date("1970"), None);
    }
}
