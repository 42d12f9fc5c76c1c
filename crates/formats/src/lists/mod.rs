//! Lists of persons, organisations, vessels, aircraft and documents, in the forms in which the
//! world publishes them.
//!
//! [`read`] takes the files of one or several lists, tells each format by its content, and gives one
//! [`ListReading`] a list: every entry as one
//! [`ListedSubject`](tidewaiter_domain::ListedSubject). What an entry says and no reader
//! understands stands in its `unread`, is counted in [`ListCounts`], and shows up in a difference
//! between versions; nothing is dropped. No schema is validated: the official UN file breaks its own.
//!
//! A file that is broken, cut off, in the wrong character set, a web page, or a trap is refused as a
//! whole ([`Refusal`]) with the byte and the reason, so that the version in force stays in force.
//!
//! # What this module never does
//!
//! It opens no file, reads no clock and decides no measure: what a list does not order itself comes
//! from a [`MeasureTable`], which the mandate configures.

mod calendar;
mod country;
mod dates;
mod detect;
mod dfat;
pub mod documents;
mod draft;
mod eu;
mod interpol;
mod json;
mod measures;
mod names;
mod node;
mod ofac;
mod opensanctions;
mod own;
pub mod query_only;
mod records;
mod refusal;
mod seco;
mod sema;
mod table;
mod uk;
mod un;
mod us;
pub mod version;
mod workbook;
mod xml;

pub use detect::{ListFormat, detect};
pub use draft::{ListCounts, ListReading};
pub use json::subject_json;
pub use measures::{MeasureRule, MeasureSource, MeasureTable};
pub use refusal::Refusal;

use detect::Detected;

/// One file given to [`read`].
#[derive(Clone, Copy, Debug)]
pub struct ListFile<'a> {
    /// What the caller calls it (a path); used to point, never to decide the format.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What [`read`] made of one file (or of one file with its companions).
#[derive(Debug)]
pub struct ListResult {
    /// Positions in the given files: the list itself first, then its companions.
    pub files: Vec<usize>,
    /// The list, or why it is refused.
    pub outcome: Result<ListReading, Refusal>,
}

/// Reads the lists that `files` hold, in their order.
///
/// OFAC publishes a list as up to four CSV files; the companions (alt, add, comments) are joined to
/// the list most of whose numbers they carry. A companion without a list is refused.
pub fn read(files: &[ListFile<'_>]) -> Vec<ListResult> {
    let detected: Vec<Result<Detected<'_>, Refusal>> = files
        .iter()
        .map(|file| detect::classify(file.bytes))
        .collect();
    let companions = ofac::csv::join(&detected, files);
    let mut results = Vec::new();
    for (at, found) in detected.into_iter().enumerate() {
        let outcome = match found {
            Err(refusal) => Err(refusal),
            Ok(found) if found.format.is_companion() => {
                if companions.iter().any(|(_, parts)| parts.contains(&at)) {
                    continue;
                }
                Err(ofac::csv::alone(found.format))
            }
            Ok(found) => {
                let parts = companions
                    .iter()
                    .find(|(list, _)| *list == at)
                    .map(|(_, parts)| parts.as_slice())
                    .unwrap_or_default();
                let given: Vec<&[u8]> = parts.iter().map(|&p| files[p].bytes).collect();
                results.push(ListResult {
                    files: std::iter::once(at).chain(parts.iter().copied()).collect(),
                    outcome: read_detected(&found, &given),
                });
                continue;
            }
        };
        results.push(ListResult {
            files: vec![at],
            outcome,
        });
    }
    results
}

/// Reads one list of one file.
///
/// # Errors
///
/// Refuses whatever must not become a list; see [`Refusal`].
pub fn read_one(bytes: &[u8]) -> Result<ListReading, Refusal> {
    let found = detect::classify(bytes)?;
    if found.format.is_companion() {
        return Err(ofac::csv::alone(found.format));
    }
    read_detected(&found, &[])
}

fn read_detected(found: &Detected<'_>, companions: &[&[u8]]) -> Result<ListReading, Refusal> {
    match found.format {
        ListFormat::UnXml => un::read(found),
        ListFormat::OfacCsv => ofac::csv::read(found, companions),
        ListFormat::OfacXml => ofac::xml::read(found),
        ListFormat::EuXml => eu::xml::read(found),
        ListFormat::EuCsv => eu::csv::read(found),
        ListFormat::OfacAdvancedXml => ofac::advanced::read(found),
        ListFormat::UkConListCsv => uk::conlist::read(found),
        ListFormat::UkSanctionsListXml => uk::sanctions_list::read(found),
        ListFormat::SecoXml => seco::read(found),
        ListFormat::SemaXml => sema::read(found),
        ListFormat::DfatXlsx => dfat::read_workbook(found),
        ListFormat::DfatCsv => dfat::read_csv(found),
        ListFormat::UsCslCsv => us::screening_list(found),
        ListFormat::UsDeniedPersons => us::denied_persons(found),
        ListFormat::InterpolJson => interpol::read(found),
        ListFormat::FtmJson => opensanctions::entities(found),
        ListFormat::TargetsSimpleCsv => opensanctions::targets(found),
        ListFormat::OwnCsv => own::read_csv(found),
        ListFormat::OwnJsonl => own::read_jsonl(found),
        ListFormat::OfacAltCsv | ListFormat::OfacAddressCsv | ListFormat::OfacCommentsCsv => {
            Err(ofac::csv::alone(found.format))
        }
        ListFormat::DocumentsCsv | ListFormat::DocumentsJsonl => Err(Refusal::new(
            &tidewaiter_diagnostics::codes::lists::LIST_UNKNOWN,
            tidewaiter_diagnostics::Span::default(),
            "the file lists documents, not subjects; read it as a list of documents",
        )),
    }
}
