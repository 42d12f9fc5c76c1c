//! The closed catalogue of audit events.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What was done (Directive (EU) 2016/681 article 13(6), Directive (EU) 2016/680 article 25:
    /// collection, alteration, consultation, disclosure, combination, erasure).
    AuditEvent {
        /// Data were received and admitted.
        Intake = "intake",
        /// Sensitive data were dropped.
        SensitiveDropped = "sensitive-dropped",
        /// A run of the machine compared records with lists and rules.
        Match = "match",
        /// Travellers were linked to an identity, or the link was cut.
        Link = "link",
        /// A record was seen.
        View = "view",
        /// Records were looked for.
        Search = "search",
        /// What was masked was seen.
        Unmask = "unmask",
        /// A hit was judged.
        Review = "review",
        /// An act was proposed.
        Propose = "propose",
        /// It was approved.
        Approve = "approve",
        /// It was refused.
        Reject = "reject",
        /// It was done.
        Decision = "decision",
        /// It was taken back.
        Withdraw = "withdraw",
        /// Data were sent.
        ShareOut = "share-out",
        /// Data were received from a partner.
        ShareIn = "share-in",
        /// Data sent were retracted or corrected.
        Retract = "retract",
        /// Records were taken out in bulk.
        Export = "export",
        /// A record was masked.
        Mask = "mask",
        /// A record was erased.
        Erase = "erase",
        /// A record is kept for a case, or not any more.
        Hold = "hold",
        /// A record is kept longer for objective evidence.
        Extend = "extend",
        /// A person asked for their data.
        DataSubject = "data-subject",
        /// A list was put into force.
        ListChange = "list-change",
        /// A rule was put into force.
        RuleChange = "rule-change",
        /// The mandate was changed.
        ProfileChange = "profile-change",
        /// A role was given or taken.
        GrantChange = "grant-change",
        /// The configuration was changed.
        Config = "config",
        /// Somebody signed in or out.
        Login = "login",
        /// The log itself was read.
        AuditRead = "audit-read",
        /// Data were seen or lost against the law.
        Breach = "breach",
        /// What came of an act was recorded.
        Outcome = "outcome",
        /// What an authority outside has approved was recorded.
        ExternalApproval = "external-approval",
        /// Work was taken on, laid down, or taken over from somebody.
        HandOver = "hand-over",
        /// A case was opened, written into, or closed.
        CaseWork = "case-work",
    }
}

vocabulary! {
    /// How it ended.
    AuditResult {
        /// It was done.
        Permitted = "permitted",
        /// It was refused.
        Refused = "refused",
    }
}
