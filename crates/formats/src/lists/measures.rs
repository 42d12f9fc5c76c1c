//! What a list orders against its subjects.
//!
//! Few lists say it entry by entry (the UK Sanctions List does). For the others it follows from the
//! list and the programme, and that is policy: the mandate configures it. [`MeasureTable::shipped`]
//! is the table used when nothing else is configured; `docs/lists.md` gives the resolution or act
//! behind each line.

use tidewaiter_domain::{ListedSubject, Measure, SubjectKind, Text};

/// Where the measures of an entry come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MeasureSource {
    /// The list says so at the entry.
    Entry,
    /// A line of the table for the list and the programme.
    Table,
    /// Neither says anything.
    Unknown,
}

impl MeasureSource {
    /// `entry`, `table` or `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Table => "table",
            Self::Unknown => "unknown",
        }
    }
}

/// One line: subjects of this list and programme are under these measures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureRule {
    /// Identifier of the list (`un-sc`).
    pub list: Text,
    /// Programme, compared without regard to case; `None` for every programme that has no line of
    /// its own.
    pub programme: Option<Text>,
    /// Only for this kind of subject; `None` for all.
    pub kind: Option<SubjectKind>,
    /// The measures.
    pub measures: Vec<Measure>,
}

/// Which measures follow from a list and a programme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeasureTable {
    rules: Vec<MeasureRule>,
}

impl MeasureTable {
    /// A table of the given lines.
    pub fn new(rules: Vec<MeasureRule>) -> Self {
        Self { rules }
    }

    /// Its lines, the first that fits before the others.
    pub fn rules(&self) -> &[MeasureRule] {
        &self.rules
    }

    /// The table that is used unless the mandate brings its own.
    pub fn shipped() -> Self {
        let mut rules = Vec::new();
        let mut line = |list: &str, programme: Option<&str>, kind, measures: &[Measure]| {
            rules.push(MeasureRule {
                list: list.into(),
                programme: programme.map(Into::into),
                kind,
                measures: measures.to_vec(),
            });
        };
        use Measure::{ArmsEmbargo, AssetFreeze, TravelBan};
        let person = Some(SubjectKind::Person);
        // Regimes of the Security Council. A travel ban can only meet a person.
        for (programme, on_persons, on_others) in [
            (
                "Al-Qaida",
                &[AssetFreeze, TravelBan, ArmsEmbargo][..],
                &[AssetFreeze, ArmsEmbargo][..],
            ),
            (
                "Taliban",
                &[AssetFreeze, TravelBan, ArmsEmbargo],
                &[AssetFreeze, ArmsEmbargo],
            ),
            (
                "Somalia",
                &[AssetFreeze, TravelBan, ArmsEmbargo],
                &[AssetFreeze, ArmsEmbargo],
            ),
            (
                "Yemen",
                &[AssetFreeze, TravelBan, ArmsEmbargo],
                &[AssetFreeze, ArmsEmbargo],
            ),
            (
                "Haiti",
                &[AssetFreeze, TravelBan, ArmsEmbargo],
                &[AssetFreeze, ArmsEmbargo],
            ),
            ("DRC", &[AssetFreeze, TravelBan], &[AssetFreeze]),
            ("CAR", &[AssetFreeze, TravelBan], &[AssetFreeze]),
            ("Sudan", &[AssetFreeze, TravelBan], &[AssetFreeze]),
            ("SouthSudan", &[AssetFreeze, TravelBan], &[AssetFreeze]),
            ("DPRK", &[AssetFreeze, TravelBan], &[AssetFreeze]),
            ("Iran", &[AssetFreeze, TravelBan], &[AssetFreeze]),
            ("Libya", &[AssetFreeze, TravelBan], &[AssetFreeze]),
            ("GB", &[TravelBan], &[]),
            ("Iraq", &[AssetFreeze], &[AssetFreeze]),
        ] {
            line("un-sc", Some(programme), person, on_persons);
            line("un-sc", Some(programme), None, on_others);
        }
        // Blocking of property; visas are refused under other acts, which the list does not name.
        line("ofac-sdn", None, None, &[AssetFreeze]);
        // Financial Sanctions Files carry the asset freeze; the travel ban stands in the Council
        // decision only.
        line("eu-fsf", None, None, &[AssetFreeze]);
        line("uk-ofsi", None, None, &[AssetFreeze]);
        line("ca-sema", None, None, &[AssetFreeze]);
        Self::new(rules)
    }

    /// The measures on `subject`: what its entry says, else what the table says for its list and
    /// programmes, else nothing.
    pub fn effective(&self, subject: &ListedSubject) -> (Vec<Measure>, MeasureSource) {
        if !subject.measures.is_empty() {
            return (sorted(subject.measures.clone()), MeasureSource::Entry);
        }
        let of_list = || {
            self.rules.iter().filter(|rule| {
                rule.list == subject.list && rule.kind.is_none_or(|kind| kind == subject.kind)
            })
        };
        let mut found = Vec::new();
        let mut met = false;
        for programme in &subject.programmes {
            // The first line wins, so that a line for persons stands before the one for all.
            let rule = of_list().find(|rule| {
                rule.programme
                    .as_deref()
                    .is_some_and(|name| name.eq_ignore_ascii_case(programme))
            });
            if let Some(rule) = rule {
                met = true;
                found.extend(rule.measures.iter().cloned());
            }
        }
        if !met && let Some(rule) = of_list().find(|rule| rule.programme.is_none()) {
            met = true;
            found.extend(rule.measures.iter().cloned());
        }
        let source = if met {
            MeasureSource::Table
        } else {
            MeasureSource::Unknown
        };
        (sorted(found), source)
    }
}

/// The measure that a list names in words.
pub(super) fn measure(text: &str) -> Measure {
    let lower = text.to_lowercase();
    if lower.contains("travel ban") || lower.contains("travel-ban") || lower.contains("admission") {
        Measure::TravelBan
    } else if lower.contains("asset freeze")
        || lower.contains("assets freeze")
        || lower.contains("asset-freeze")
    {
        Measure::AssetFreeze
    } else if lower.contains("arms embargo") || lower.contains("arms-embargo") {
        Measure::ArmsEmbargo
    } else {
        Measure::Other(text.trim().into())
    }
}

/// In a fixed order, each once.
pub(super) fn sorted(mut measures: Vec<Measure>) -> Vec<Measure> {
    measures.sort();
    measures.dedup();
    measures
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(list: &str, kind: SubjectKind, programme: &str) -> ListedSubject {
        let mut subject = ListedSubject::new(list, "X", kind);
        subject.programmes.push(programme.into());
        subject
    }

    #[test]
    fn what_the_entry_says_goes_before_the_table() {
        let table = MeasureTable::shipped();
        let mut entry = subject("un-sc", SubjectKind::Person, "Libya");
        assert_eq!(
            table.effective(&entry),
            (
                vec![Measure::TravelBan, Measure::AssetFreeze],
                MeasureSource::Table
            )
        );
        entry.measures = vec![Measure::TravelBan];
        assert_eq!(
            table.effective(&entry),
            (vec![Measure::TravelBan], MeasureSource::Entry)
        );
    }

    #[test]
    fn an_organisation_has_no_travel_ban() {
        let table = MeasureTable::shipped();
        let (measures, _) =
            table.effective(&subject("un-sc", SubjectKind::Organisation, "al-qaida"));
        assert_eq!(measures, [Measure::AssetFreeze, Measure::ArmsEmbargo]);
        let (measures, source) = table.effective(&subject("x", SubjectKind::Person, "y"));
        assert_eq!((measures, source), (vec![], MeasureSource::Unknown));
    }
}
