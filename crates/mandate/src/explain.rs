//! Why not? Refusals in words for the officer.
//!
//! An explanation names rights, never the record: it says nothing that the refused person may not
//! know.

use crate::compile::{Mandate, PurposeId, RoleId};
use crate::decide::{Refusal, Request};
use crate::vocabulary::ApprovalSubject;

/// One sentence, or two, on why `refusal` came and what helps.
pub fn explain(
    mandate: &Mandate,
    role: RoleId,
    purpose: PurposeId,
    request: Request,
    refusal: Refusal,
) -> String {
    let role_name = mandate.roles.get(role.0 as usize).map_or("?", |r| &r.name);
    let purpose_title = mandate
        .purposes
        .get(purpose.0 as usize)
        .map_or("?", |p| &p.title);
    let act = match request {
        Request::Propose(case) | Request::Approve(case) => case.act.as_str(),
        _ => "this",
    };
    let approvers = |subject| match mandate.approvers(subject) {
        [] => "nobody".to_owned(),
        roles => roles.join(" and "),
    };
    let subject = match request {
        Request::Propose(case) | Request::Approve(case) => ApprovalSubject::Act(case.act),
        Request::Extend => ApprovalSubject::Extend,
        Request::Hold => ApprovalSubject::Hold,
        Request::Export => ApprovalSubject::Export,
        Request::Share(_) => ApprovalSubject::ShareAdHoc,
        Request::ImportList => ApprovalSubject::ListImport,
        Request::ActivateRule => ApprovalSubject::RuleActivate,
        Request::ChangeProfile => ApprovalSubject::ProfileChange,
        Request::Read
        | Request::Search
        | Request::Review(_)
        | Request::ReadAudit
        | Request::StopDirectives
        | Request::Administer
        | Request::Unmask => ApprovalSubject::Unmask,
    };
    let why = match refusal {
        Refusal::UnknownRole => "Your role is not part of this mandate.".to_owned(),
        Refusal::UnknownPurpose => "This purpose is not part of this mandate.".to_owned(),
        Refusal::RoleCannot => format!("The role {role_name} is not entitled to this."),
        Refusal::RoleOtherPurpose => {
            format!("The role {role_name} does not act for “{purpose_title}”.")
        }
        Refusal::OtherAgency => "The record belongs to another agency.".to_owned(),
        Refusal::RecordOtherPurpose => {
            format!("The record was not received for “{purpose_title}”; its purpose cannot change.")
        }
        Refusal::NothingAdmitted => {
            format!("“{purpose_title}” admits nothing of this kind of data.")
        }
        Refusal::Masked => {
            "The record is masked: it can neither be found nor leave. Ask for unmasking first."
                .to_owned()
        }
        Refusal::NotMasked => "The record is not masked; you may simply read it.".to_owned(),
        Refusal::NoApprovalPath => "The mandate knows no way to allow this.".to_owned(),
        Refusal::NoFinding => "There is no finding to act on.".to_owned(),
        Refusal::AwaitingSource => {
            "The source of the list has not confirmed the hit yet; until then nothing follows."
                .to_owned()
        }
        Refusal::NotConfirmed => {
            "No person has confirmed the match. Review it first: a match alone decides nothing."
                .to_owned()
        }
        Refusal::ActNotInPurpose => format!("“{purpose_title}” does not lead to {act}."),
        Refusal::ListOtherPurpose => format!("The list does not serve “{purpose_title}”."),
        Refusal::UnknownList => "This list is not part of this mandate.".to_owned(),
        Refusal::NoTravelBan => {
            format!("The list orders no travel ban against this entry, so not {act}.")
        }
        Refusal::BeyondEffect => {
            format!("What the list orders does not go as far as {act} against this person.")
        }
        Refusal::OwnNational => "A state does not refuse entry to its own nationals.".to_owned(),
        Refusal::Exempted => "The person is exempted from the ban for this journey.".to_owned(),
        Refusal::Child => format!("The mandate spares children {act}."),
        Refusal::NeedsNoApproval => format!("{act} needs no approval."),
        Refusal::NotAnApprover => {
            format!(
                "This takes {}; your role is {role_name}.",
                approvers(subject)
            )
        }
        Refusal::UnknownPartner => "This partner is not part of this mandate.".to_owned(),
        Refusal::PartnerOtherPurpose => {
            format!("The partner receives nothing for “{purpose_title}”.")
        }
        Refusal::OtherOccasion => "Data go to this partner on another occasion only.".to_owned(),
        Refusal::OriginatorControlled => {
            "Whoever gave the data must agree before they go further.".to_owned()
        }
        Refusal::RequirementsMissing => {
            "What the agreement with this partner requires is not recorded.".to_owned()
        }
        Refusal::NothingToSend => "Nothing is left that this partner may be sent.".to_owned(),
    };
    format!("{why} ({})", mandate.reference.name)
}
