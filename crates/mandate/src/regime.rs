//! Regime overlays: the ceilings that a profile may tighten and never loosen.
//!
//! They are compiled in, so that nobody raises a ceiling by editing a file.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::calendar::Term;
use crate::element::ElementSet;
use crate::vocabulary::{DataSet, SensitiveMode, StandsFor};

/// A ceiling.
#[derive(Clone, Debug)]
pub struct Regime {
    /// Its name: `icao-annex9`, `eu-pnr-2022`, `uk-2018`.
    pub id: String,
    /// A title for people.
    pub title: String,
    /// The instruments it states.
    pub refs: Vec<String>,
    /// What PNR may be used for.
    pub pnr_purposes: Vec<StandsFor>,
    /// What API may be used for.
    pub api_purposes: Vec<StandsFor>,
    /// Whether unmasking and extension want an authority outside the administration.
    pub external_unmask: bool,
    /// How sensitive data may be treated.
    pub sensitive_modes: Vec<SensitiveMode>,
    /// Elements of PNR that are dropped in any case.
    pub elements_dropped: ElementSet,
    /// The least time the audit log is kept.
    pub log_retention: Term,
    /// Ceilings of the clocks.
    pub retention: BTreeMap<DataSet, RetentionCeiling>,
}

/// The ceiling of a data set's clocks.
#[derive(Clone, Copy, Debug)]
pub struct RetentionCeiling {
    /// Masked at the latest.
    pub mask_at: Option<Term>,
    /// Deleted at the latest, for everybody.
    pub delete_at: Option<Term>,
    /// Deleted at the latest, with objective evidence.
    pub extend_to: Option<Term>,
    /// What must be masked.
    pub mask_fields: ElementSet,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    regime: Head,
    ceiling: Ceiling,
    #[serde(default)]
    retention: BTreeMap<DataSet, Clock>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    title: String,
    refs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ceiling {
    pnr_purposes: Vec<StandsFor>,
    api_purposes: Vec<StandsFor>,
    unmask_authority: Authority,
    sensitive_modes: Vec<SensitiveMode>,
    elements_dropped: Vec<String>,
    log_retention: Term,
    self_learning: No,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Authority {
    Internal,
    External,
}

/// `false`: no overlay allows rules that alter themselves.
#[derive(Deserialize)]
#[serde(try_from = "bool")]
struct No;

impl TryFrom<bool> for No {
    type Error = &'static str;
    fn try_from(value: bool) -> Result<Self, Self::Error> {
        if value {
            Err("no overlay allows it")
        } else {
            Ok(Self)
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    mask_at: Option<Term>,
    delete_at: Option<Term>,
    extend_to: Option<Term>,
    #[serde(default)]
    mask_fields: Vec<String>,
}

static TEXTS: [&str; 4] = [
    include_str!("../regimes/icao-annex9.toml"),
    include_str!("../regimes/eu-pnr-2022.toml"),
    include_str!("../regimes/uk-2018.toml"),
    include_str!("../regimes/evaluation.toml"),
];

/// Those overlays that could be read; a test proves that it is all of them.
static REGIMES: LazyLock<Vec<Regime>> =
    LazyLock::new(|| TEXTS.iter().filter_map(|text| compile(text)).collect());

fn compile(text: &str) -> Option<Regime> {
    let File {
        regime,
        ceiling,
        retention,
    } = toml::from_str(text).ok()?;
    let No = ceiling.self_learning;
    let set = |patterns: &[String]| {
        patterns.iter().try_fold(ElementSet::EMPTY, |set, pattern| {
            Some(set.or(ElementSet::of_pattern(pattern)?))
        })
    };
    Some(Regime {
        id: regime.id,
        title: regime.title,
        refs: regime.refs,
        pnr_purposes: ceiling.pnr_purposes,
        api_purposes: ceiling.api_purposes,
        external_unmask: ceiling.unmask_authority == Authority::External,
        sensitive_modes: ceiling.sensitive_modes,
        elements_dropped: set(&ceiling.elements_dropped)?,
        log_retention: ceiling.log_retention,
        retention: retention
            .into_iter()
            .map(|(data_set, clock)| {
                Some((
                    data_set,
                    RetentionCeiling {
                        mask_at: clock.mask_at,
                        delete_at: clock.delete_at,
                        extend_to: clock.extend_to,
                        mask_fields: set(&clock.mask_fields)?,
                    },
                ))
            })
            .collect::<Option<_>>()?,
    })
}

impl Regime {
    /// The name of the overlay of the built-in evaluation profile.
    pub const EVALUATION: &'static str = "evaluation";

    /// The overlay of this name.
    pub fn named(id: &str) -> Option<&'static Self> {
        REGIMES.iter().find(|regime| regime.id == id)
    }

    /// Every overlay.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        REGIMES.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_overlay_reads() {
        assert_eq!(REGIMES.len(), TEXTS.len());
    }

    // proves: RET-02
    #[test]
    fn the_european_mask_is_article_12_2() {
        let pnr = &Regime::named("eu-pnr-2022").unwrap().retention[&DataSet::Pnr];
        // (a) names, other passengers and their number; (b) address and contact; (c) payment;
        // (d) frequent flyer; (e) general remarks; (f) API.
        assert_eq!(
            pnr.mask_fields.to_string(),
            "names dob sex nationality residence place_of_birth doc.type doc.number doc.issuer \
             doc.dates doc.holder payment.form payment.ticket payment.billing contact.address \
             contact.phone contact.email ff.number ff.miles pnr.party_size pnr.co_travellers \
             remarks.minor remarks.free_text"
        );
        assert_eq!(pnr.mask_at, Term::parse("P6M"));
    }
}
