//! The decision function: may this role do this, for this purpose, with this record?
//!
//! `effective right = overlay ∩ profile ∩ role ∩ purpose ∩ record tags ∩ partner caveats`, default
//! deny. The function is total and pure; its domain is finite, and a test compares it on all of it
//! with a second implementation that is written another way.

use crate::compile::{ListId, Mandate, PartnerId, PurposeId, PurposeSet, RoleId, Trigger};
use crate::element::ElementSet;
use crate::lists::Orders;
use crate::standing::Standing;
use crate::vocabulary::{Act, ApprovalSubject, Capability, Caveat, DataSet};

/// What the record is tagged with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordTags {
    /// Which body of data.
    pub data_set: DataSet,
    /// The purposes it was admitted for.
    pub purposes: PurposeSet,
    /// Whether it is of the agency that asks.
    pub own_agency: bool,
    /// Whether it is masked.
    pub masked: bool,
}

/// How far a finding has been judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// There is no finding: the record itself is meant.
    NoFinding,
    /// Nobody has judged it.
    Unreviewed,
    /// Its source must confirm it first (INTERPOL: the national central bureau).
    AwaitingSource,
    /// A person says: the same.
    Same,
    /// A person says: not the same.
    NotSame,
    /// A person cannot tell.
    CannotTell,
}

impl Stage {
    /// Every stage.
    pub const ALL: &[Self] = &[
        Self::NoFinding,
        Self::Unreviewed,
        Self::AwaitingSource,
        Self::Same,
        Self::NotSame,
        Self::CannotTell,
    ];
}

/// An act in its case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// What is to be done.
    pub act: Act,
    /// The list that the finding comes from; `None` for rules and indicators.
    pub list: Option<ListId>,
    /// What the list orders against the entry: [`Mandate::orders`].
    pub orders: Orders,
    /// Who the person is: [`Mandate::standing`].
    pub standing: Standing,
    /// Whether the person is a child by the profile's age.
    pub child: bool,
    /// How far it has been judged.
    pub stage: Stage,
}

/// Why data would leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// A match was confirmed.
    Confirmed,
    /// The partner asks with reasons.
    Request,
    /// One of ours decides to.
    Manual,
    /// Statute orders it.
    Statute,
}

impl Occasion {
    /// Every occasion.
    pub const ALL: &[Self] = &[Self::Confirmed, Self::Request, Self::Manual, Self::Statute];
}

/// A disclosure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// To whom.
    pub partner: PartnerId,
    /// Why.
    pub occasion: Occasion,
    /// How far the finding has been judged.
    pub stage: Stage,
    /// A caveat of the data's originator.
    pub caveat: Option<Caveat>,
    /// Whether everything the partner `requires` is shown.
    pub requirements_met: bool,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// See a record.
    Read,
    /// Find records.
    Search,
    /// See what is masked.
    Unmask,
    /// Keep a record longer for objective evidence.
    Extend,
    /// Keep a record for a case.
    Hold,
    /// Take records out in bulk.
    Export,
    /// Judge a finding.
    Review(Stage),
    /// Propose an act, or do it where one person suffices.
    Propose(Case),
    /// Approve an act that another has proposed.
    Approve(Case),
    /// Send data.
    Share(Disclosure),
    /// Put a list into force.
    ImportList,
    /// Put a rule into force.
    ActivateRule,
    /// Change the profile.
    ChangeProfile,
    /// Read the audit log.
    ReadAudit,
    /// Hold all outbound directives, or let them go again.
    StopDirectives,
    /// Keep accounts, machines and configuration.
    Administer,
}

impl Request {
    const fn capability(self) -> Capability {
        match self {
            Self::Read => Capability::Read,
            Self::Search => Capability::Search,
            Self::Unmask => Capability::Unmask,
            Self::Extend => Capability::Extend,
            Self::Hold => Capability::Hold,
            Self::Export => Capability::Export,
            Self::Review(_) => Capability::Review,
            Self::Propose(_) => Capability::Propose,
            Self::Approve(_) => Capability::Approve,
            Self::Share(_) => Capability::Share,
            Self::ImportList => Capability::Lists,
            Self::ActivateRule => Capability::Rules,
            Self::ChangeProfile => Capability::Profile,
            Self::ReadAudit => Capability::Audit,
            Self::StopDirectives => Capability::Stop,
            Self::Administer => Capability::Administer,
        }
    }

    /// Whether it concerns no record.
    const fn is_of_the_system(self) -> bool {
        matches!(
            self,
            Self::ImportList
                | Self::ActivateRule
                | Self::ChangeProfile
                | Self::ReadAudit
                | Self::StopDirectives
                | Self::Administer
        )
    }
}

/// What must be done with a permit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Obligations {
    /// A different person must approve, with the role the profile names.
    pub second_person: bool,
    /// An authority outside the administration must approve.
    pub external_approval: bool,
    /// Whoever approves must have opened the evidence.
    pub evidence_opened: bool,
    /// A case must be named.
    pub case: bool,
    /// The objective evidence must be recorded.
    pub objective_evidence: bool,
    /// The disclosure register gets an entry.
    pub disclosure_register: bool,
    /// The export carries a watermark.
    pub watermark: bool,
}

/// Yes, with what comes with it. An audit line comes with every one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permit {
    /// What may be seen or sent.
    pub elements: ElementSet,
    /// What must be done.
    pub obligations: Obligations,
}

/// No, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Refusal {
    /// The mandate has no such role.
    #[error("the mandate has no such role")]
    UnknownRole,
    /// The mandate has no such purpose.
    #[error("the mandate has no such purpose")]
    UnknownPurpose,
    /// The role is not entitled to it.
    #[error("the role is not entitled to it")]
    RoleCannot,
    /// The role does not act for this purpose.
    #[error("the role does not act for this purpose")]
    RoleOtherPurpose,
    /// The record is another agency's.
    #[error("the record is another agency's")]
    OtherAgency,
    /// The record was not admitted for this purpose.
    #[error("the record was not admitted for this purpose")]
    RecordOtherPurpose,
    /// The purpose admits nothing of this body of data.
    #[error("the purpose admits nothing of this body of data")]
    NothingAdmitted,
    /// What is masked cannot be found or sent.
    #[error("what is masked cannot be found or sent")]
    Masked,
    /// It is not masked.
    #[error("it is not masked")]
    NotMasked,
    /// The profile knows no way to allow it.
    #[error("the profile knows no way to allow it")]
    NoApprovalPath,
    /// There is no finding to judge.
    #[error("there is no finding to judge")]
    NoFinding,
    /// The list's source has not confirmed the hit.
    #[error("the list's source has not confirmed the hit")]
    AwaitingSource,
    /// No person has confirmed the match.
    #[error("no person has confirmed the match")]
    NotConfirmed,
    /// The purpose does not lead to this act.
    #[error("the purpose does not lead to this act")]
    ActNotInPurpose,
    /// The list does not serve this purpose.
    #[error("the list does not serve this purpose")]
    ListOtherPurpose,
    /// The mandate has no such list.
    #[error("the mandate has no such list")]
    UnknownList,
    /// The list orders no travel ban against this entry.
    #[error("the list orders no travel ban against this entry")]
    NoTravelBan,
    /// What the list orders does not go so far against this person.
    #[error("what the list orders does not go so far against this person")]
    BeyondEffect,
    /// An own national is never refused entry.
    #[error("an own national is never refused entry")]
    OwnNational,
    /// The person is exempted.
    #[error("the person is exempted")]
    Exempted,
    /// The profile spares children this act.
    #[error("the profile spares children this act")]
    Child,
    /// The act needs no approval.
    #[error("the act needs no approval")]
    NeedsNoApproval,
    /// The role is none of those that must agree.
    #[error("the role is none of those that must agree")]
    NotAnApprover,
    /// The mandate has no such partner.
    #[error("the mandate has no such partner")]
    UnknownPartner,
    /// The partner does not receive for this purpose.
    #[error("the partner does not receive for this purpose")]
    PartnerOtherPurpose,
    /// Data go to this partner on another occasion.
    #[error("data go to this partner on another occasion")]
    OtherOccasion,
    /// The originator has not agreed.
    #[error("the originator has not agreed")]
    OriginatorControlled,
    /// What the partner requires is not shown.
    #[error("what the partner requires is not shown")]
    RequirementsMissing,
    /// Nothing is left that may be sent.
    #[error("nothing is left that may be sent")]
    NothingToSend,
}

/// Decides.
#[inline]
pub fn decide(
    mandate: &Mandate,
    role: RoleId,
    purpose: PurposeId,
    request: Request,
    record: RecordTags,
) -> Result<Permit, Refusal> {
    let who = mandate
        .roles
        .get(role.0 as usize)
        .ok_or(Refusal::UnknownRole)?;
    if purpose.0 as usize >= mandate.purposes.len() {
        return Err(Refusal::UnknownPurpose);
    }
    if !who.can.has(request.capability() as usize) {
        return Err(Refusal::RoleCannot);
    }
    if !who.purposes.has(purpose) {
        return Err(Refusal::RoleOtherPurpose);
    }
    let asked = Asked {
        mandate,
        role,
        purpose,
        record,
    };
    if request.is_of_the_system() {
        return asked.system(request);
    }
    if !record.own_agency {
        return Err(Refusal::OtherAgency);
    }
    if !record.purposes.has(purpose) {
        return Err(Refusal::RecordOtherPurpose);
    }
    if asked.admitted().is_empty() {
        return Err(Refusal::NothingAdmitted);
    }
    asked.record(request)
}

struct Asked<'a> {
    mandate: &'a Mandate,
    role: RoleId,
    purpose: PurposeId,
    record: RecordTags,
}

impl Asked<'_> {
    fn admitted(&self) -> ElementSet {
        self.mandate.elements(self.purpose, self.record.data_set)
    }

    /// What is admitted and not masked.
    fn visible(&self) -> ElementSet {
        if self.record.masked {
            self.admitted()
                .minus(self.mandate.mask(self.record.data_set))
        } else {
            self.admitted()
        }
    }

    fn permit(&self, obligations: Obligations) -> Result<Permit, Refusal> {
        Ok(Permit {
            elements: self.visible(),
            obligations,
        })
    }

    /// A permit that the roles of `subject` must agree to.
    fn with_approval(
        &self,
        subject: ApprovalSubject,
        more: Obligations,
    ) -> Result<Permit, Refusal> {
        let approval = self
            .mandate
            .approval(subject)
            .ok_or(Refusal::NoApprovalPath)?;
        if !approval.roles.has(self.role.0 as usize) {
            return Err(Refusal::NotAnApprover);
        }
        self.permit(Obligations {
            second_person: true,
            ..more
        })
    }

    fn system(&self, request: Request) -> Result<Permit, Refusal> {
        let subject = match request {
            Request::ImportList => ApprovalSubject::ListImport,
            Request::ActivateRule => ApprovalSubject::RuleActivate,
            Request::ChangeProfile => ApprovalSubject::ProfileChange,
            _ => {
                return Ok(Permit {
                    elements: ElementSet::EMPTY,
                    obligations: Obligations::default(),
                });
            }
        };
        let permit = self.with_approval(subject, Obligations::default())?;
        Ok(Permit {
            elements: ElementSet::EMPTY,
            ..permit
        })
    }

    fn record(&self, request: Request) -> Result<Permit, Refusal> {
        let data_set = self.record.data_set as usize;
        let external_approval = self.mandate.regime.external_unmask;
        match request {
            Request::Search if self.record.masked => Err(Refusal::Masked),
            Request::Read | Request::Search => self.permit(Obligations::default()),
            Request::Unmask if !self.record.masked => Err(Refusal::NotMasked),
            Request::Unmask => {
                let permit = self.with_approval(
                    ApprovalSubject::Unmask,
                    Obligations {
                        external_approval,
                        case: true,
                        ..Obligations::default()
                    },
                )?;
                Ok(Permit {
                    elements: self.admitted(),
                    ..permit
                })
            }
            Request::Extend if !self.mandate.extendable.has(data_set) => {
                Err(Refusal::NoApprovalPath)
            }
            Request::Extend => self.with_approval(
                ApprovalSubject::Extend,
                Obligations {
                    external_approval,
                    objective_evidence: true,
                    ..Obligations::default()
                },
            ),
            Request::Hold if !self.mandate.holdable.has(data_set) => Err(Refusal::NoApprovalPath),
            Request::Hold => self.with_approval(
                ApprovalSubject::Hold,
                Obligations {
                    case: true,
                    ..Obligations::default()
                },
            ),
            Request::Export if self.record.masked => Err(Refusal::Masked),
            Request::Export => self.with_approval(
                ApprovalSubject::Export,
                Obligations {
                    watermark: true,
                    ..Obligations::default()
                },
            ),
            Request::Review(Stage::NoFinding) => Err(Refusal::NoFinding),
            Request::Review(Stage::AwaitingSource) => Err(Refusal::AwaitingSource),
            Request::Review(_) => self.permit(Obligations::default()),
            Request::Propose(case) => self.propose(case),
            Request::Approve(case) => self.approve(case),
            Request::Share(disclosure) => self.share(disclosure),
            Request::ImportList
            | Request::ActivateRule
            | Request::ChangeProfile
            | Request::ReadAudit
            | Request::StopDirectives
            | Request::Administer => self.system(request),
        }
    }

    fn case(&self, case: Case) -> Result<(), Refusal> {
        let purpose = &self.mandate.purposes[self.purpose.0 as usize];
        if !purpose.acts.has(case.act as usize) {
            return Err(Refusal::ActNotInPurpose);
        }
        confirmed(case.stage)?;
        let list = match case.list {
            None => None,
            Some(id) => {
                let list = self.mandate.lists.get(id.0 as usize);
                Some(list.ok_or(Refusal::UnknownList)?)
            }
        };
        if list.is_some_and(|list| !list.purposes.has(self.purpose)) {
            return Err(Refusal::ListOtherPurpose);
        }
        let keeps_out = matches!(case.act, Act::NoBoard | Act::RefuseEntry);
        match case.standing {
            Standing::OwnNational if case.act == Act::RefuseEntry => {
                return Err(Refusal::OwnNational);
            }
            Standing::Exempted if keeps_out => return Err(Refusal::Exempted),
            _ => {}
        }
        if case.child && self.mandate.children_acts_forbidden.has(case.act as usize) {
            return Err(Refusal::Child);
        }
        if list.is_some() && keeps_out && case.orders == Orders::NoTravelBan {
            return Err(Refusal::NoTravelBan);
        }
        let Some(effect) = list.and_then(|list| list.effect) else {
            return Ok(());
        };
        let strongest = match case.standing {
            Standing::Entry => effect.entry,
            Standing::Transit => effect.transit,
            Standing::OwnNational => effect.own_national,
            // A ban of entry and transit is none of departure.
            Standing::Exit | Standing::Exempted => None,
        };
        let allows_keeping_out = matches!(strongest, Some(Act::NoBoard | Act::RefuseEntry));
        if keeps_out && !allows_keeping_out {
            return Err(Refusal::BeyondEffect);
        }
        Ok(())
    }

    fn propose(&self, case: Case) -> Result<Permit, Refusal> {
        self.case(case)?;
        match self.mandate.approval(ApprovalSubject::Act(case.act)) {
            // The linter refuses profiles in which this could be an adverse act.
            None if case.act.is_adverse() => Err(Refusal::NoApprovalPath),
            None => self.permit(Obligations::default()),
            Some(_) => self.with_approval(ApprovalSubject::Act(case.act), Obligations::default()),
        }
    }

    fn approve(&self, case: Case) -> Result<Permit, Refusal> {
        self.case(case)?;
        let subject = ApprovalSubject::Act(case.act);
        if self.mandate.approval(subject).is_none() {
            return Err(Refusal::NeedsNoApproval);
        }
        self.with_approval(
            subject,
            Obligations {
                evidence_opened: true,
                ..Obligations::default()
            },
        )
    }

    fn share(&self, disclosure: Disclosure) -> Result<Permit, Refusal> {
        let partner = self.mandate.partners.get(disclosure.partner.0 as usize);
        let partner = partner.ok_or(Refusal::UnknownPartner)?;
        if !partner.purposes.has(self.purpose) {
            return Err(Refusal::PartnerOtherPurpose);
        }
        let occasion_fits = matches!(
            (partner.trigger, disclosure.occasion),
            (Trigger::OnConfirmed, Occasion::Confirmed)
                | (Trigger::Request, Occasion::Request)
                | (Trigger::Manual, Occasion::Manual)
                | (Trigger::MandatoryWithin(_), Occasion::Statute)
        );
        if !occasion_fits {
            return Err(Refusal::OtherOccasion);
        }
        match (disclosure.occasion, disclosure.stage) {
            // A reasoned request, or one of ours, may mean a record without a finding.
            (Occasion::Request | Occasion::Manual, Stage::NoFinding) => {}
            (_, stage) => confirmed(stage)?,
        }
        if disclosure.caveat == Some(Caveat::OriginatorControlled) {
            return Err(Refusal::OriginatorControlled);
        }
        if partner.requires && !disclosure.requirements_met {
            return Err(Refusal::RequirementsMissing);
        }
        if self.record.masked {
            return Err(Refusal::Masked);
        }
        let elements = self.admitted().and(partner.fields);
        if elements.is_empty() {
            return Err(Refusal::NothingToSend);
        }
        let obligations = Obligations {
            disclosure_register: true,
            second_person: false,
            ..Obligations::default()
        };
        let by_hand = disclosure.occasion == Occasion::Manual;
        let permit = if by_hand {
            self.with_approval(ApprovalSubject::ShareAdHoc, obligations)?
        } else {
            self.permit(obligations)?
        };
        Ok(Permit { elements, ..permit })
    }
}

/// Whether a person has said: the same.
fn confirmed(stage: Stage) -> Result<(), Refusal> {
    match stage {
        Stage::Same => Ok(()),
        Stage::NoFinding => Err(Refusal::NoFinding),
        Stage::AwaitingSource => Err(Refusal::AwaitingSource),
        Stage::Unreviewed | Stage::NotSame | Stage::CannotTell => Err(Refusal::NotConfirmed),
    }
}

/// The acts that a role may propose in a case, in the order of the vocabulary.
pub fn acts_offered(
    mandate: &Mandate,
    role: RoleId,
    purpose: PurposeId,
    case: Case,
    record: RecordTags,
) -> Vec<(Act, Permit)> {
    Act::ALL
        .iter()
        .filter_map(|&act| {
            let request = Request::Propose(Case { act, ..case });
            let permit = decide(mandate, role, purpose, request, record).ok()?;
            Some((act, permit))
        })
        .collect()
}
