//! Admission: what may not be processed is dropped before anything is stored or screened.
//!
//! [`admit`] is the only way to an [`Admitted`] value, and screening accepts nothing else. Each
//! shape of `domain` says once, in its [`Admissible`] implementation, which data element each of
//! its fields is; the fields are taken apart by name, so a new field does not compile until it is
//! decided what it is.

mod booking;
mod consignment;
mod pnr;
mod response;
pub mod ssr;
pub mod text;
mod traveller;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use tidewaiter_domain::{CarrierCode, Text, Unread};

pub use booking::{Carriers, FreeText, ServiceOutcome};

use crate::calendar::{Clocks, day};
use crate::compile::{Mandate, MandateRef, PurposeId, PurposeSet};
use crate::decide::RecordTags;
use crate::element::{Element, ElementSet};
use crate::vocabulary::{DataSet, MessageKind, SensitiveMode};

/// What came, when.
#[derive(Clone, Debug)]
pub struct Intake {
    /// Which kind of message.
    pub kind: MessageKind,
    /// When its bytes were received.
    pub received: Timestamp,
    /// When the flight departs, where that is known.
    pub departs: Option<Timestamp>,
    /// Whose data it is, for the counts of what was dropped.
    pub carrier: Option<CarrierCode>,
}

impl MessageKind {
    /// The body of data that a message belongs to.
    pub const fn data_set(self) -> DataSet {
        match self {
            Self::Paxlst | Self::Iapi => DataSet::Api,
            Self::Pnrgov | Self::PnrgovXml => DataSet::Pnr,
            Self::Cuscar
            | Self::Ifcsum
            | Self::CargoImpFwb
            | Self::CargoImpFhl
            | Self::CargoXml
            | Self::WcoDm
            | Self::Ics2Ens => DataSet::Cargo,
            Self::CashDeclaration => DataSet::Cash,
            Self::Cusres => DataSet::IapiResponse,
        }
    }
}

/// Something that may be admitted.
pub trait Admissible {
    /// The bodies of data in which this shape occurs.
    const DATA_SETS: &'static [DataSet];

    /// Drops everything that `filter` does not keep, and counts it.
    fn retain(&mut self, filter: &mut Filter<'_>);
}

/// What is kept, and the count of what is not.
pub struct Filter<'a> {
    keep: ElementSet,
    children_drop: ElementSet,
    mode: SensitiveMode,
    /// A person is a child when younger than this many years on this day.
    child: (u8, Date),
    dropped: &'a mut Dropped,
    children: Vec<u32>,
    seen: u32,
}

impl Filter<'_> {
    /// Whether `element` is kept.
    #[inline]
    pub fn keeps(&self, element: Element) -> bool {
        self.keep.has(element)
    }

    /// Empties `field` unless `element` is kept.
    #[inline]
    fn option<T>(&mut self, element: Element, field: &mut Option<T>) {
        if !self.keep.has(element) && field.take().is_some() {
            self.dropped.count(element, 1);
        }
    }

    /// Empties `list` unless `element` is kept.
    fn vec<T>(&mut self, element: Element, list: &mut Vec<T>) {
        if !self.keep.has(element) && !list.is_empty() {
            self.dropped.count(element, list.len());
            list.clear();
        }
    }

    /// What was not understood keeps its tag only: nobody knows what it says.
    fn unread(&mut self, unread: &mut [Unread]) {
        for item in unread {
            if !item.text.is_empty() {
                item.text = Text::default();
                *self.dropped.unread.entry(item.tag.clone()).or_default() += 1;
            }
        }
    }
}

/// A service code that was dropped, or kept without its text, on a flight of these carriers: what
/// the data protection officer is told, and the carriers are asked to stop sending.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DroppedCode {
    /// The code.
    pub code: Text,
    /// The carrier that sold the flight.
    pub marketing: Option<CarrierCode>,
    /// The carrier that flies it.
    pub operating: Option<CarrierCode>,
}

/// What was dropped: how often, never what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Whose data it was.
    pub carrier: Option<CarrierCode>,
    elements: [u32; Element::ALL.len()],
    /// Sensitive and unknown service codes, by code and carrier.
    pub codes: BTreeMap<DroppedCode, u32>,
    /// Segments that nobody understood, by tag.
    pub unread: BTreeMap<Text, u32>,
    /// Words blotted out of free text.
    pub words: u32,
}

impl Dropped {
    fn new(carrier: Option<CarrierCode>) -> Self {
        Self {
            carrier,
            elements: [0; Element::ALL.len()],
            codes: BTreeMap::new(),
            unread: BTreeMap::new(),
            words: 0,
        }
    }

    #[inline]
    fn count(&mut self, element: Element, times: usize) {
        let times = u32::try_from(times).unwrap_or(u32::MAX);
        let count = &mut self.elements[element as usize];
        *count = count.saturating_add(times);
    }

    /// How often each element was dropped.
    pub fn elements(&self) -> impl Iterator<Item = (Element, u32)> {
        Element::ALL
            .iter()
            .copied()
            .zip(self.elements)
            .filter(|&(_, count)| count > 0)
    }

    /// How often `code` was dropped or kept without its text, whosever flight it was on.
    pub fn of_code(&self, code: &str) -> u32 {
        let found = self
            .codes
            .iter()
            .filter(|(dropped, _)| dropped.code == code);
        found.fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// The sensitive codes that came, by carrier, without a passenger: of these the data protection
    /// officer is told.
    pub fn sensitive(&self) -> impl Iterator<Item = (&DroppedCode, u32)> {
        let codes = self.codes.iter().map(|(dropped, count)| (dropped, *count));
        codes.filter(|(dropped, _)| ssr::is_sensitive(&dropped.code))
    }

    /// Whether sensitive data came.
    pub fn has_sensitive(&self) -> bool {
        self.words > 0 || self.sensitive().next().is_some()
    }
}

/// Why nothing was admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAdmitted {
    /// The profile does not receive such messages.
    #[error("the mandate does not receive {0} messages")]
    KindNotAccepted(MessageKind),
    /// Such a message has no such content.
    #[error("{0} messages have no such content")]
    WrongContent(MessageKind),
    /// No purpose admits anything of this body of data.
    #[error("no purpose of the mandate admits {0} data")]
    NoPurpose(DataSet),
    /// It came later after departure than the profile allows.
    #[error("the data came too late after departure")]
    TooLate,
}

/// A value from which everything has been dropped that the mandate does not let us process.
///
/// Only [`admit`] and [`Admitted::for_purpose`] make one:
///
/// ```compile_fail,E0451
/// # use tidewaiter_mandate::admit::Admitted;
/// # fn smuggle(admitted: Admitted<tidewaiter_domain::Manifest>, value: tidewaiter_domain::Manifest) {
/// let other = Admitted { value, ..admitted };
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted<T> {
    value: T,
    data_set: DataSet,
    purposes: PurposeSet,
    mandate: Arc<MandateRef>,
    clocks: Clocks,
    received: Timestamp,
    children: Vec<u32>,
}

/// Admits `value`, for every purpose that admits anything of its body of data.
///
/// # Errors
///
/// When the profile does not receive such messages, when they come too late, or when no purpose
/// admits anything of them.
pub fn admit<T: Admissible>(
    mandate: &Mandate,
    intake: &Intake,
    value: T,
) -> Result<(Admitted<T>, Dropped), NotAdmitted> {
    let data_set = intake.kind.data_set();
    if !mandate.profile.intake.accept.contains(&intake.kind) {
        return Err(NotAdmitted::KindNotAccepted(intake.kind));
    }
    if !T::DATA_SETS.contains(&data_set) {
        return Err(NotAdmitted::WrongContent(intake.kind));
    }
    if let (Some(term), Some(departs)) = (&mandate.profile.intake.late_after, intake.departs)
        && intake.received > term.after(departs)
    {
        return Err(NotAdmitted::TooLate);
    }
    let purposes = mandate
        .purposes()
        .map(|(id, _)| id)
        .filter(|&id| !mandate.elements(id, data_set).is_empty())
        .fold(PurposeSet::EMPTY, PurposeSet::with);
    if purposes == PurposeSet::EMPTY {
        return Err(NotAdmitted::NoPurpose(data_set));
    }
    let mut dropped = Dropped::new(intake.carrier.clone());
    let admitted = filter(
        mandate,
        data_set,
        purposes,
        intake.received,
        value,
        &mut dropped,
    );
    Ok((admitted, dropped))
}

/// Admits again what was admitted and kept since: for the purposes it was kept for, as far as the
/// mandate in force still admits anything for them. `is_child` is what its first admission found of
/// a single traveller; `None` when no purpose is left.
pub fn admit_again<T: Admissible>(
    mandate: &Mandate,
    data_set: DataSet,
    purposes: PurposeSet,
    received: Timestamp,
    is_child: bool,
    value: T,
) -> Option<Admitted<T>> {
    let left = purposes
        .iter()
        .filter(|&id| !mandate.elements(id, data_set).is_empty())
        .fold(PurposeSet::EMPTY, PurposeSet::with);
    if left == PurposeSet::EMPTY || !T::DATA_SETS.contains(&data_set) {
        return None;
    }
    let mut dropped = Dropped::new(None);
    let mut own = filter(mandate, data_set, left, received, value, &mut dropped);
    if is_child && own.children.is_empty() {
        own.children.push(0);
    }
    Some(own)
}

fn filter<T: Admissible>(
    mandate: &Mandate,
    data_set: DataSet,
    purposes: PurposeSet,
    received: Timestamp,
    mut value: T,
    dropped: &mut Dropped,
) -> Admitted<T> {
    let keep = purposes.iter().fold(ElementSet::EMPTY, |keep, purpose| {
        keep.or(mandate.elements(purpose, data_set))
    });
    let mut filter = Filter {
        keep,
        children_drop: mandate.children_drop,
        mode: *mandate.profile.intake.sensitive.mode,
        child: (mandate.profile.children.under, day(received)),
        dropped,
        children: Vec::new(),
        seen: 0,
    };
    value.retain(&mut filter);
    Admitted {
        value,
        data_set,
        purposes,
        mandate: Arc::clone(&mandate.reference),
        clocks: mandate.clocks(data_set, received),
        received,
        children: filter.children,
    }
}

impl<T> Admitted<T> {
    /// What was admitted.
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// Which body of data it belongs to.
    pub const fn data_set(&self) -> DataSet {
        self.data_set
    }

    /// The purposes it was admitted for.
    pub const fn purposes(&self) -> PurposeSet {
        self.purposes
    }

    /// The mandate that admitted it.
    pub fn mandate(&self) -> &MandateRef {
        &self.mandate
    }

    /// When it is masked and deleted.
    pub const fn clocks(&self) -> Clocks {
        self.clocks
    }

    /// When it was received.
    pub const fn received(&self) -> Timestamp {
        self.received
    }

    /// Whether the traveller at `place` (0 for a single one) is a child by the profile's age.
    pub fn is_child(&self, place: u32) -> bool {
        self.children.binary_search(&place).is_ok()
    }

    /// The tags under which the store keeps it and [`crate::decide()`] judges it.
    pub const fn tags(&self) -> RecordTags {
        RecordTags {
            data_set: self.data_set,
            purposes: self.purposes,
            own_agency: true,
            masked: false,
        }
    }
}

impl<T: Admissible + Clone> Admitted<T> {
    /// What of it `purpose` may see: screening runs once for each purpose, on this. `None` when it
    /// was not admitted for that purpose, or by another mandate.
    pub fn for_purpose(&self, mandate: &Mandate, purpose: PurposeId) -> Option<Self> {
        if !self.purposes.has(purpose) || *self.mandate != *mandate.reference {
            return None;
        }
        let only = PurposeSet::EMPTY.with(purpose);
        let mut dropped = Dropped::new(None);
        let value = self.value.clone();
        let mut own = filter(
            mandate,
            self.data_set,
            only,
            self.received,
            value,
            &mut dropped,
        );
        // Who is a child was found from all that was received.
        own.children.clone_from(&self.children);
        Some(own)
    }
}
