//! A profile compiled into tables of bits, and the proof that it may be used.
//!
//! A [`Mandate`] exists only for a profile that the linter accepts, that its offices have signed
//! and that is in force; or for the built-in evaluation profile.

use std::sync::Arc;

use jiff::Timestamp;
use tidewaiter_diagnostics::{Diagnostic, SegmentPath, codes};

use crate::calendar::{Clocks, Deletion, Term, day};
use crate::element::ElementSet;
use crate::lint;
use crate::profile::{At, Effect, Keyring, List, Profile, ProfileHash, Purpose, Signatures, read};
use crate::regime::Regime;
use crate::vocabulary::*;

/// Which mandate: name, version and hash. Every record, hit, decision and audit line carries it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MandateRef {
    /// `xa-customs@2026.11.1`.
    pub name: String,
    /// Of the canonical form.
    pub hash: ProfileHash,
}

/// A set of purposes of one mandate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PurposeSet(pub(crate) u16);

impl PurposeSet {
    /// None.
    pub const EMPTY: Self = Self(0);
    /// A profile has at most this many purposes.
    pub const MOST: usize = 16;

    /// This set and `purpose`.
    #[must_use]
    pub const fn with(self, purpose: PurposeId) -> Self {
        if (purpose.0 as usize) < Self::MOST {
            Self(self.0 | 1 << purpose.0)
        } else {
            self
        }
    }

    /// Whether `purpose` is in it.
    #[inline]
    pub const fn has(self, purpose: PurposeId) -> bool {
        (purpose.0 as usize) < Self::MOST && self.0 >> purpose.0 & 1 == 1
    }

    /// The purposes, in the order of their names.
    pub fn iter(self) -> impl Iterator<Item = PurposeId> {
        (0..Self::MOST as u8)
            .map(PurposeId)
            .filter(move |&p| self.has(p))
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u8);
    )*};
}

ids! {
    /// A role of one mandate, by its place in the order of names.
    RoleId
    /// A purpose of one mandate, by its place in the order of names.
    PurposeId
    /// A partner of one mandate, by its place in the file.
    PartnerId
    /// A list of one mandate, by its place in the file.
    ListId
}

/// When data go to a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// When a person has confirmed the match.
    OnConfirmed,
    /// When the partner asks with reasons.
    Request,
    /// When one of ours decides to.
    Manual,
    /// When statute orders it, within this time.
    MandatoryWithin(Term),
}

impl Trigger {
    /// Reads `on-confirmed`, `request`, `manual` or `mandatory-within:P15D`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "on-confirmed" => Some(Self::OnConfirmed),
            "request" => Some(Self::Request),
            "manual" => Some(Self::Manual),
            _ => Term::parse(text.strip_prefix("mandatory-within:")?).map(Self::MandatoryWithin),
        }
    }
}

/// The elements of `patterns`; `-` takes away, whatever the order.
pub(crate) fn union_of(patterns: &[At<String>]) -> ElementSet {
    let (mut plus, mut minus) = (ElementSet::EMPTY, ElementSet::EMPTY);
    for pattern in patterns {
        match pattern.strip_prefix('-') {
            Some(name) => minus = minus.or(ElementSet::of_pattern(name).unwrap_or_default()),
            None => plus = plus.or(ElementSet::of_pattern(pattern).unwrap_or_default()),
        }
    }
    plus.minus(minus)
}

/// The elements of `data_set` that `purpose` admits, before intake drops any.
pub(crate) fn elements_of(purpose: &Purpose, data_set: DataSet) -> ElementSet {
    let admitted = purpose.data.iter().find(|(set, _)| *set.get() == data_set);
    admitted.map_or(ElementSet::EMPTY, |(_, patterns)| {
        union_of(patterns).and(ElementSet::of_data_set(data_set))
    })
}

/// A set of small numbers: capabilities, acts, roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits(u64);

impl Bits {
    pub(crate) fn of(numbers: impl IntoIterator<Item = usize>) -> Self {
        let bit = |n: usize| 1u64.checked_shl(n as u32).unwrap_or_default();
        Self(numbers.into_iter().fold(0, |bits, n| bits | bit(n)))
    }

    #[inline]
    pub(crate) const fn has(self, number: usize) -> bool {
        number < 64 && self.0 >> number & 1 == 1
    }
}

#[derive(Clone, Debug)]
pub(crate) struct RoleTable {
    pub name: String,
    pub can: Bits,
    pub purposes: PurposeSet,
}

#[derive(Clone, Debug)]
pub(crate) struct PurposeTable {
    pub name: String,
    pub title: String,
    pub elements: [ElementSet; DataSet::ALL.len()],
    pub acts: Bits,
}

#[derive(Clone, Debug)]
pub(crate) struct ListTable {
    pub id: String,
    pub purposes: PurposeSet,
    pub effect: Option<Effect>,
}

#[derive(Clone, Debug)]
pub(crate) struct PartnerTable {
    pub id: String,
    pub purposes: PurposeSet,
    pub trigger: Trigger,
    pub fields: ElementSet,
    pub requires: bool,
}

/// Who must agree to something.
#[derive(Clone, Debug)]
pub(crate) struct ApprovalTable {
    pub roles: Bits,
    pub names: Vec<String>,
    pub ttl: Option<Term>,
    pub deadline: Option<Term>,
    pub on_timeout: OnTimeout,
}

/// The mandate in force: the only source of decisions and grants.
#[derive(Clone, Debug)]
pub struct Mandate {
    pub(crate) reference: Arc<MandateRef>,
    pub(crate) profile: Profile,
    pub(crate) regime: &'static Regime,
    pub(crate) roles: Vec<RoleTable>,
    pub(crate) purposes: Vec<PurposeTable>,
    pub(crate) lists: Vec<ListTable>,
    pub(crate) partners: Vec<PartnerTable>,
    pub(crate) approvals: Vec<(ApprovalSubject, ApprovalTable)>,
    pub(crate) masks: [ElementSet; DataSet::ALL.len()],
    pub(crate) extendable: Bits,
    pub(crate) holdable: Bits,
    pub(crate) children_drop: ElementSet,
    pub(crate) children_acts_forbidden: Bits,
}

impl Mandate {
    /// The mandate of `profile`, when the linter accepts it, every office has signed it and it is
    /// in force at `now`.
    ///
    /// # Errors
    ///
    /// Everything that stands against it.
    pub fn in_force(
        profile: Profile,
        signatures: &Signatures,
        keyring: &Keyring,
        now: Timestamp,
    ) -> Result<Self, Vec<Diagnostic>> {
        let today = day(now);
        let mut found = lint::lint(&profile, today);
        let say =
            |code, span, message| Diagnostic::new(code, span, SegmentPath::default(), message);
        let head = &profile.profile;
        if today < head.valid_from.0 {
            found.push(say(
                &codes::mandate::NOT_IN_FORCE,
                head.valid_from.span(),
                format!("in force from {}", head.valid_from.0),
            ));
        }
        for fault in signatures.faults(&profile, keyring) {
            let span = head.signed_by.span();
            found.push(say(&codes::mandate::UNSIGNED, span, fault.to_string()));
        }
        match Regime::named(&head.regime) {
            Some(regime) if found.is_empty() => Ok(Self::compile(profile, regime)),
            _ => Err(found),
        }
    }

    /// The built-in evaluation profile: complete rights for one local user, for trying things out.
    ///
    /// It never serves live data: every output says that it is in use.
    pub fn evaluation() -> Self {
        static TEXT: &str = include_str!("../profiles/evaluation.toml");
        let built_in = read(TEXT).value.zip(Regime::named(Regime::EVALUATION));
        match built_in {
            Some((profile, regime)) => Self::compile(profile, regime),
            // The text is compiled in and a test reads it.
            None => unreachable!("the built-in profile reads"),
        }
    }

    /// The mandate of a canonical form that was in force once: to find anew what was found under it.
    ///
    /// Signatures are not asked for, because nothing is done under it: the store takes no grant of
    /// another mandate than the one in force.
    pub fn once_in_force(canonical: &str) -> Option<Self> {
        let profile = Profile::from_canonical(canonical)?;
        let regime = Regime::named(&profile.profile.regime)?;
        Some(Self::compile(profile, regime))
    }

    /// Whether this is the built-in evaluation profile.
    pub fn is_evaluation(&self) -> bool {
        self.regime.id == Regime::EVALUATION
    }

    /// Which mandate this is.
    pub fn reference(&self) -> &MandateRef {
        &self.reference
    }

    /// The profile it was made from.
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The overlay it stands under.
    pub const fn regime(&self) -> &'static Regime {
        self.regime
    }

    /// The role of this name.
    pub fn role(&self, name: &str) -> Option<RoleId> {
        position(&self.roles, |role| role.name == name).map(RoleId)
    }

    /// The purpose of this name.
    pub fn purpose(&self, name: &str) -> Option<PurposeId> {
        position(&self.purposes, |purpose| purpose.name == name).map(PurposeId)
    }

    /// The list of this name.
    pub fn list(&self, id: &str) -> Option<ListId> {
        position(&self.lists, |list| list.id == id).map(ListId)
    }

    /// The partner of this name.
    pub fn partner(&self, id: &str) -> Option<PartnerId> {
        position(&self.partners, |partner| partner.id == id).map(PartnerId)
    }

    /// Every role, in the order of names.
    pub fn roles(&self) -> impl Iterator<Item = (RoleId, &str)> {
        (0..)
            .map(RoleId)
            .zip(self.roles.iter().map(|r| r.name.as_str()))
    }

    /// Every purpose, in the order of names.
    pub fn purposes(&self) -> impl Iterator<Item = (PurposeId, &str)> {
        (0..)
            .map(PurposeId)
            .zip(self.purposes.iter().map(|p| p.name.as_str()))
    }

    /// Every list, in the order of the file.
    pub fn lists(&self) -> impl Iterator<Item = (ListId, &List)> {
        (0..).map(ListId).zip(&self.profile.lists)
    }

    /// Every partner, in the order of the file.
    pub fn partners(&self) -> impl Iterator<Item = (PartnerId, &str)> {
        (0..)
            .map(PartnerId)
            .zip(self.partners.iter().map(|p| p.id.as_str()))
    }

    /// All purposes.
    pub fn all_purposes(&self) -> PurposeSet {
        self.purposes()
            .fold(PurposeSet::EMPTY, |set, (id, _)| set.with(id))
    }

    /// The elements of `data_set` that `purpose` admits; none for a purpose there is not.
    #[inline]
    pub fn elements(&self, purpose: PurposeId, data_set: DataSet) -> ElementSet {
        self.purposes
            .get(purpose.0 as usize)
            .map_or(ElementSet::EMPTY, |p| p.elements[data_set as usize])
    }

    /// The elements of `data_set` that leave the operational store at `mask_at`.
    #[inline]
    pub fn mask(&self, data_set: DataSet) -> ElementSet {
        self.masks[data_set as usize]
    }

    /// When a record of `data_set` received at `received` is masked and deleted. A data set
    /// without a clock of its own goes with the records it was made from.
    pub fn clocks(&self, data_set: DataSet, received: Timestamp) -> Clocks {
        let retention = self.profile.retention.get(&At::from(data_set));
        let delete_at = retention
            .and_then(|r| r.delete_at.0)
            .map_or(Deletion::WithUnderlyingData, |t| {
                Deletion::At(t.after(received))
            });
        let mask_at = retention
            .and_then(|r| r.mask_at.as_ref())
            .map(|term| term.after(received));
        Clocks { mask_at, delete_at }
    }

    /// The latest instant to which a record received at `received` may be kept for objective
    /// evidence; `None` where the profile knows no extension.
    pub fn extension(&self, data_set: DataSet, received: Timestamp) -> Option<Timestamp> {
        let retention = self.profile.retention.get(&At::from(data_set))?;
        Some(retention.extend.as_ref()?.to.after(received))
    }

    pub(crate) fn approval(&self, subject: ApprovalSubject) -> Option<&ApprovalTable> {
        self.approvals
            .iter()
            .find(|(s, _)| *s == subject)
            .map(|(_, approval)| approval)
    }

    /// Within which time an act must be approved, and what happens otherwise.
    pub fn deadline(&self, act: Act) -> Option<(Term, OnTimeout)> {
        let approval = self.approval(ApprovalSubject::Act(act))?;
        Some((approval.deadline?, approval.on_timeout))
    }

    /// The roles that must agree to `subject`, one different person for each; none where one
    /// person decides alone.
    pub fn approvers(&self, subject: ApprovalSubject) -> &[String] {
        self.approval(subject).map_or(&[], |a| &a.names)
    }

    pub(crate) fn compile(profile: Profile, regime: &'static Regime) -> Self {
        let dropped = union_of(&profile.intake.drop);
        let purpose_id = |name: &At<String>| {
            let place = profile.purposes.keys().position(|key| key == name)?;
            u8::try_from(place).ok().map(PurposeId)
        };
        let set_of = |names: &[At<String>]| {
            names
                .iter()
                .filter_map(purpose_id)
                .fold(PurposeSet::EMPTY, PurposeSet::with)
        };
        let made_here = |data_set: DataSet| match data_set {
            DataSet::Hits | DataSet::ClearedPairs => ElementSet::of_data_set(data_set),
            _ => ElementSet::EMPTY,
        };
        let purposes = profile
            .purposes
            .iter()
            .map(|(name, purpose)| PurposeTable {
                name: name.get().clone(),
                title: purpose.title.clone(),
                elements: std::array::from_fn(|i| {
                    let data_set = DataSet::ALL[i];
                    // What is answered to a carrier is API, asked interactively.
                    let source = match data_set {
                        DataSet::IapiResponse => DataSet::Api,
                        other => other,
                    };
                    elements_of(purpose, source)
                        .minus(dropped)
                        .or(made_here(data_set))
                }),
                acts: Bits::of(purpose.actions.iter().map(|a| *a.get() as usize)),
            })
            .collect();
        let role_index = |name: &At<String>| profile.roles.keys().position(|key| key == name);
        let mask_of = |data_set: DataSet| {
            let retention = profile.retention.get(&At::from(data_set));
            let mask = retention.map_or(ElementSet::EMPTY, |r| union_of(&r.mask_fields));
            mask.and(ElementSet::of_data_set(data_set))
        };
        let data_sets_with = |has: fn(&crate::profile::Retention) -> bool| {
            let sets = profile.retention.iter().filter(move |(_, r)| has(r));
            Bits::of(sets.map(|(set, _)| *set.get() as usize))
        };
        Self {
            reference: Arc::new(MandateRef {
                name: format!(
                    "{}@{}",
                    profile.profile.id.get(),
                    profile.profile.version.get()
                ),
                hash: profile.hash(),
            }),
            regime,
            roles: profile
                .roles
                .iter()
                .map(|(name, role)| RoleTable {
                    name: name.get().clone(),
                    can: Bits::of(role.can.iter().map(|c| *c as usize)),
                    purposes: set_of(&role.purposes),
                })
                .collect(),
            purposes,
            lists: profile
                .lists
                .iter()
                .map(|list| ListTable {
                    id: list.id.get().clone(),
                    purposes: set_of(&list.purposes),
                    effect: list.effect.as_ref().map(|e| *e.get()),
                })
                .collect(),
            partners: profile
                .partners
                .iter()
                .filter_map(|partner| {
                    Some(PartnerTable {
                        id: partner.id.get().clone(),
                        purposes: set_of(&partner.purposes),
                        trigger: Trigger::parse(&partner.trigger)?,
                        fields: union_of(&partner.fields).minus(union_of(&partner.never)),
                        requires: !partner.requires.is_empty(),
                    })
                })
                .collect(),
            approvals: profile
                .approvals
                .iter()
                .filter_map(|(name, approval)| {
                    let table = ApprovalTable {
                        roles: Bits::of(approval.of.iter().filter_map(role_index)),
                        names: approval.of.iter().map(|r| r.get().clone()).collect(),
                        ttl: approval.ttl,
                        deadline: approval.deadline,
                        on_timeout: approval.on_timeout.unwrap_or(OnTimeout::Nothing),
                    };
                    Some((ApprovalSubject::from_word(name)?, table))
                })
                .collect(),
            masks: std::array::from_fn(|i| mask_of(DataSet::ALL[i])),
            extendable: data_sets_with(|r| r.extend.is_some()),
            holdable: data_sets_with(|r| r.hold.is_some()),
            children_drop: union_of(&profile.children.drop),
            children_acts_forbidden: Bits::of(
                profile.children.acts_forbidden.iter().map(|a| *a as usize),
            ),
            profile,
        }
    }
}

fn position<T>(items: &[T], is: impl Fn(&T) -> bool) -> Option<u8> {
    items.iter().position(is).and_then(|i| u8::try_from(i).ok())
}

/// The versions of one administration's mandate: the one in force at an instant is the last that
/// has begun. What was decided under an older one explains itself under that one.
#[derive(Clone, Debug, Default)]
pub struct Timeline(Vec<Mandate>);

impl Timeline {
    /// Puts a version in its place; one of the same first day replaces the former.
    pub fn add(&mut self, mandate: Mandate) {
        let from = mandate.profile.profile.valid_from.0;
        self.0.retain(|m| m.profile.profile.valid_from.0 != from);
        let place = self
            .0
            .partition_point(|m| m.profile.profile.valid_from.0 < from);
        self.0.insert(place, mandate);
    }

    /// The version in force at `now`.
    pub fn at(&self, now: Timestamp) -> Option<&Mandate> {
        let today = day(now);
        self.0
            .iter()
            .rev()
            .find(|m| m.profile.profile.valid_from.0 <= today)
    }

    /// The version of this hash, in force or not.
    pub fn of_hash(&self, hash: ProfileHash) -> Option<&Mandate> {
        self.0.iter().find(|m| m.reference.hash == hash)
    }
}
