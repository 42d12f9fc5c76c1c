//! What the mandate says of each list, for one purpose.

use std::collections::BTreeMap;

use tidewaiter_domain::Text;
use tidewaiter_mandate::profile::{Effect as BanEffect, List};
use tidewaiter_mandate::{Caveat, ListKind, ListMode, Mandate, PurposeId};
use tidewaiter_matching::{Band, Settings};

/// What the mandate says of one list.
#[derive(Clone, Debug)]
pub(crate) struct ListPolicy {
    pub(crate) settings: Settings,
    /// Whether it may only be asked.
    pub(crate) query_only: bool,
    /// Whether its source must confirm a hit before anything follows.
    pub(crate) source_confirms: bool,
    /// What its travel ban means here.
    pub(crate) effect: Option<BanEffect>,
    /// The register in which exemptions from it stand; `None` under the evaluation profile means
    /// any.
    pub(crate) register: Option<Text>,
    pub(crate) caveat: Option<Caveat>,
}

/// The lists that serve one purpose. Every other list does not exist for it.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    lists: BTreeMap<Text, ListPolicy>,
    /// Under the evaluation profile lists without an entry of their own serve as well.
    any: Option<ListPolicy>,
}

impl Policy {
    pub(crate) fn of(mandate: &Mandate, purpose: PurposeId) -> Self {
        let name = mandate
            .purposes()
            .find(|(id, _)| *id == purpose)
            .map(|(_, name)| name)
            .unwrap_or_default();
        let serving = mandate.lists().filter(|(_, list)| {
            list.purposes.iter().any(|served| served.get() == name)
                && !matches!(list.kind, ListKind::Goods | ListKind::BlindFilter)
        });
        Self {
            lists: serving
                .map(|(_, list)| (list.id.get().as_str().into(), list_policy(list)))
                .collect(),
            any: mandate.is_evaluation().then(|| ListPolicy {
                settings: Settings::default(),
                query_only: false,
                source_confirms: false,
                effect: None,
                register: None,
                caveat: None,
            }),
        }
    }

    /// What the mandate says of `list`; `None` when it does not serve the purpose.
    pub(crate) fn list(&self, list: &str) -> Option<&ListPolicy> {
        self.lists.get(list).or(self.any.as_ref())
    }

    /// What holds for copies of `list` kept here; a list that may only be asked has none.
    pub(crate) fn local(&self, list: &str) -> Option<&ListPolicy> {
        self.list(list).filter(|policy| !policy.query_only)
    }

    /// How a search looks: as far down as the list with the lowest threshold wants.
    pub(crate) fn search(&self) -> Settings {
        let lists = self.lists.values().chain(&self.any);
        let floor = lists
            .map(|list| list.settings.review)
            .fold(f32::INFINITY, f32::min);
        Settings {
            floor,
            limit: None,
            ..Settings::default()
        }
    }

    /// Whether any list serves the purpose.
    pub(crate) fn is_empty(&self) -> bool {
        self.lists.is_empty() && self.any.is_none()
    }
}

impl ListPolicy {
    /// The band in which `bits` of evidence fall; `None` below review.
    pub(crate) fn band(&self, bits: f32) -> Option<Band> {
        Some(self.settings.band(bits)).filter(|band| *band != Band::None)
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "thresholds are small numbers with one or two decimals"
)]
fn list_policy(list: &List) -> ListPolicy {
    let review = list.thresholds.review as f32;
    ListPolicy {
        settings: Settings {
            alert: list.thresholds.alert as f32,
            review,
            floor: review,
            limit: None,
        },
        query_only: *list.mode.get() == ListMode::QueryOnly,
        source_confirms: list.confirm.is_some(),
        effect: list.effect.as_ref().map(|effect| *effect.get()),
        register: list
            .exemptions
            .as_deref()
            .map(|name| name.strip_prefix("register:").unwrap_or(name).into()),
        caveat: list.caveat,
    }
}

/// The bands, in the order of their numbers in canonical forms.
pub(crate) const BANDS: &[Band] = &[Band::None, Band::Review, Band::Alert];
