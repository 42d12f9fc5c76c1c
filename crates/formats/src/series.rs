//! What shows only over several messages: repeats, and the totals of a report in parts.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use tidewaiter_diagnostics::{Code, Diagnostic, SegmentPath, Span, codes};
use tidewaiter_domain::{Manifest, ManifestFunction, Part};
use tidewaiter_syntax::edifact::{Interchange, Message};

use crate::{Content, Report};

/// Most messages, and most interchanges, that are remembered; the oldest are forgotten first. A
/// repeat further back is not recognised here (the store recognises it whenever it comes).
pub const SERIES_REMEMBERED_MAX: usize = 1 << 17;

/// Most reports in parts that are open at a time; the oldest is forgotten first.
pub const SERIES_REPORTS_MAX: usize = 1 << 10;

/// Looks at the messages of one input in their order and notes what no single one of them shows.
#[derive(Debug, Default)]
pub struct Series {
    bodies: Remembered,
    references: Remembered,
    interchange: Option<Arc<Interchange>>,
    reports: HashMap<ReportKey, Parts>,
    reports_in_order: VecDeque<ReportKey>,
}

impl Series {
    /// Notes in `report`, which was read from `message`, what the messages before it tell of it: a
    /// repeat, a repeated control reference, a total that the parts together do not reach.
    pub fn note(&mut self, message: &Message<'_>, report: &mut Report) {
        self.control_reference(message, report);
        let Some(header) = message.header() else {
            return;
        };
        let body = message.body().of(message.bytes());
        if !self.bodies.is_new((sender(message), body)) {
            note(
                report,
                &codes::api::DUPLICATE_MESSAGE,
                header.span,
                SegmentPath::segment(1, *b"UNH"),
                "this message came before, byte for byte".to_owned(),
            );
            return;
        }
        let Some(Content::Manifest(manifest)) = &report.content else {
            return;
        };
        let Some(part) = manifest.part.filter(|part| !part.is_whole()) else {
            return;
        };
        let key = ReportKey {
            sender: sender(message),
            access_reference: header.access_reference.into_owned(),
            crew: is_crew(manifest.function),
        };
        if let Some(text) = self.part(key, part, manifest)
            && let Some(count) = manifest.declared_count
        {
            let path = SegmentPath {
                tag: *b"CNT",
                ..SegmentPath::default()
            };
            note(report, &codes::api::COUNT_MISMATCH, count.span, path, text);
        }
    }

    /// Notes an interchange whose control reference an earlier one of the same sender had.
    fn control_reference(&mut self, message: &Message<'_>, report: &mut Report) {
        let Some(interchange) = message.interchange() else {
            return;
        };
        if self
            .interchange
            .as_ref()
            .is_some_and(|last| Arc::ptr_eq(last, interchange))
        {
            return;
        }
        self.interchange = Some(Arc::clone(interchange));
        if interchange.reference.is_empty() {
            return;
        }
        let key = (
            &interchange.sender.id,
            &interchange.recipient.id,
            &interchange.reference,
        );
        if !self.references.is_new(key) {
            note(
                report,
                &codes::syntax::DUPLICATE_INTERCHANGE_REFERENCE,
                interchange.span,
                SegmentPath::default(),
                "an earlier interchange of this sender has the same control reference".to_owned(),
            );
        }
    }

    /// Takes one part of a report; when it is the one that makes the report whole, says what is
    /// wrong with its total.
    fn part(&mut self, key: ReportKey, part: Part, manifest: &Manifest) -> Option<String> {
        if !self.reports.contains_key(&key) {
            self.reports_in_order.push_back(key.clone());
            if self.reports_in_order.len() > SERIES_REPORTS_MAX
                && let Some(oldest) = self.reports_in_order.pop_front()
            {
                self.reports.remove(&oldest);
            }
        }
        let parts = self.reports.entry(key.clone()).or_default();
        if parts.numbers.insert(part.number) {
            parts.travellers += manifest.travellers.len();
        }
        if part.last {
            parts.last = Some(part.number);
        }
        let whole = parts
            .last
            .is_some_and(|last| (1..=last).all(|n| parts.numbers.contains(&n)));
        if !whole {
            return None;
        }
        let (count, listed) = (parts.numbers.len(), parts.travellers);
        self.reports.remove(&key);
        self.reports_in_order.retain(|other| *other != key);
        let declared = manifest.declared_count?.value;
        (declared as usize != listed).then(|| {
            format!("CNT says {declared} travellers, the {count} parts of the report list {listed}")
        })
    }
}

/// What the parts of one report have in common (UNH 0068 and who sent them to whom).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ReportKey {
    sender: (String, String),
    access_reference: String,
    crew: bool,
}

/// The parts of one report so far.
#[derive(Debug, Default)]
struct Parts {
    numbers: BTreeSet<u32>,
    last: Option<u32>,
    travellers: usize,
}

/// Fingerprints of what was seen. They serve remarks only, so 128 bits of an ordinary hash do.
#[derive(Debug, Default)]
struct Remembered {
    set: HashSet<(u64, u64)>,
    order: VecDeque<(u64, u64)>,
}

impl Remembered {
    /// Whether `value` was not seen before; it is from now on.
    fn is_new(&mut self, value: impl Hash) -> bool {
        let half = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            salt.hash(&mut hasher);
            value.hash(&mut hasher);
            hasher.finish()
        };
        let fingerprint = (half(0), half(1));
        if !self.set.insert(fingerprint) {
            return false;
        }
        self.order.push_back(fingerprint);
        if self.order.len() > SERIES_REMEMBERED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.set.remove(&oldest);
        }
        true
    }
}

fn sender(message: &Message<'_>) -> (String, String) {
    message
        .interchange()
        .map(|interchange| {
            (
                interchange.sender.id.clone(),
                interchange.recipient.id.clone(),
            )
        })
        .unwrap_or_default()
}

fn is_crew(function: ManifestFunction) -> bool {
    matches!(
        function,
        ManifestFunction::Crew | ManifestFunction::MasterCrew
    )
}

/// Adds a diagnostic at its place in the order of the bytes.
fn note(report: &mut Report, code: &'static Code, span: Span, path: SegmentPath, text: String) {
    let at = report
        .diagnostics
        .partition_point(|d| d.span.start <= span.start);
    report
        .diagnostics
        .insert(at, Diagnostic::new(code, span, path, text));
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use tidewaiter_syntax::edifact::Reader;

    /// One interchange with one passenger list; `person` is its only passenger.
    fn interchange(reference: &str, person: &str, part: &str, count: u32) -> String {
        format!(
            "UNB+UNOA:4+QZAIR+TWCUST+260314:0610+{reference}'\
             UNH+1+PAXLST:D:15B:UN:IATA+QZ417/260314/0915+{part}'BGM+745'TDT+20+QZ417+++QZ'\
             NAD+FL+++{person}'ATT+2++F'CNT+42:{count}'UNT+7+1'UNZ+1+{reference}'"
        )
    }

    /// The codes that concern several messages, message by message.
    fn codes(input: &str) -> Vec<Vec<&'static str>> {
        let of_interest = [
            "duplicate-message",
            "repeated-control-reference",
            "count-mismatch",
        ];
        let mut reader = Reader::of_slice(input.as_bytes());
        let mut series = Series::default();
        let mut codes = Vec::new();
        while let Some(message) = reader.next().unwrap() {
            let mut report = crate::read(&message, date(2026, 11, 24));
            series.note(&message, &mut report);
            let slugs = report.diagnostics.iter().map(|d| d.code.slug);
            codes.push(slugs.filter(|slug| of_interest.contains(slug)).collect());
        }
        codes
    }

    #[test]
    fn a_repeat_is_told_by_its_content() {
        let (one, other) = (
            interchange("1", "QUIST:ADA", "01:F", 1),
            interchange("1", "MARR:TOVA", "01:F", 1),
        );
        assert_eq!(
            codes(&format!("{one}{other}{one}")),
            [
                vec![],
                vec!["repeated-control-reference"],
                vec!["repeated-control-reference", "duplicate-message"]
            ]
        );
    }

    #[test]
    fn totals_are_compared_when_all_parts_are_there_in_any_order() {
        let part = |person, part, count| interchange("1", person, part, count);
        let mismatch = |input: &str| {
            let codes = codes(input);
            codes
                .iter()
                .flatten()
                .filter(|code| **code == "count-mismatch")
                .count()
        };
        let (first, second) = (part("QUIST:ADA", "01:C", 2), part("MARR:TOVA", "02:F", 2));
        assert_eq!(mismatch(&format!("{first}{second}")), 0);
        assert_eq!(mismatch(&format!("{second}{first}")), 0);
        assert_eq!(
            mismatch(&second),
            0,
            "nothing can be said before all parts are there"
        );
        let (first, second) = (part("QUIST:ADA", "01:C", 5), part("MARR:TOVA", "02:F", 5));
        assert_eq!(mismatch(&format!("{first}{second}")), 1);
        assert_eq!(
            mismatch(&format!("{first}{first}{second}")),
            1,
            "a repeat counts nobody"
        );
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut remembered = Remembered::default();
        assert!((0..=SERIES_REMEMBERED_MAX).all(|n| remembered.is_new(n)));
        assert_eq!(remembered.set.len(), SERIES_REMEMBERED_MAX);
        assert!(!remembered.is_new(SERIES_REMEMBERED_MAX));
        assert!(remembered.is_new(0usize), "the oldest is forgotten");
    }
}
