//! Codes of mandate profiles: the lint rules L1–L18, and what stops a profile before them.

codes! {
    error SYNTAX = "mandate-syntax":
        "The file is no TOML 1.0, or a value is not of the kind its key wants. Correct the place shown.";
    error UNKNOWN_KEY = "mandate-unknown-key":
        "L15: This key or word is not part of the profile's vocabulary. A misspelt restriction would restrict nothing, so it is refused.";
    error UNKNOWN_REGIME = "mandate-unknown-regime":
        "No overlay of this name is built in. A profile is checked against icao-annex9, eu-pnr-2022 or uk-2018.";
    error PURPOSE = "mandate-purpose-not-in-overlay":
        "L1: The overlay does not let passenger data be used for what this purpose stands for. Take the data set from the purpose, or let it stand for another.";
    error RETENTION = "mandate-retention-over-ceiling":
        "L2: The data would be masked or deleted later than the overlay allows. Shorten the clock.";
    error MASK_FIELDS = "mandate-mask-fields-missing":
        "L3: The overlay wants these elements masked as well. Add them to mask_fields.";
    error SENSITIVE_MODE = "mandate-sensitive-mode":
        "L4: The overlay does not allow this treatment of sensitive data, or wants elements dropped that the profile admits.";
    error ACT_WITHOUT_COMPETENCE = "mandate-act-without-competence":
        "L5: No enabled competence of the purpose supports this act. Name the legal reference of the competence, or take the act away.";
    error ADVERSE_ACT = "mandate-adverse-act-single-handed":
        "L6: An act against a person or their goods needs at least two different people. Add an entry to [approvals] with distinct = true.";
    error PARTNER_FIELDS = "mandate-partner-fields":
        "L7: The partner would be sent elements that no shared purpose has. Take them from the partner's fields.";
    error PARTNER_TRIGGER = "mandate-partner-trigger":
        "L8: Data may leave only after a person has confirmed the match, on request, by hand, or by statutory duty (mandatory-within).";
    error LIST_PURPOSE = "mandate-list-purpose":
        "L9: A list serves only purposes of the profile; a travel ban needs its effects for entry, transit and own nationals, and a register of exemptions.";
    error RULES = "mandate-rules":
        "L10: Rules must not alter themselves, need a back-test, and expire.";
    error LOG_RETENTION = "mandate-log-retention":
        "L11: The audit log would be kept for less time than the overlay demands.";
    error FORMALITIES = "mandate-formalities":
        "L12: A profile names its law, has at least two signatories, and its review is not overdue.";
    error DEADLINE = "mandate-no-board-deadline":
        "L13: The approval of iapi-no-board needs a deadline and on_timeout, none or none-and-meet. A time-out is never a decision.";
    error UNMASK_AUTHORITY = "mandate-unmask-authority":
        "L14: The overlay wants an authority outside the administration (role with external = true) to approve unmasking and extension.";
    error NO_DELETION = "mandate-data-set-without-deletion":
        "L16: Every data set that a purpose admits needs delete_at under [retention].";
    error ROLE_SEPARATION = "mandate-role-separation":
        "L17: Whoever administers accounts and machines does nothing else under the mandate, and the data protection officer's role reads the audit log. Divide the role.";
    error ANSWERS = "mandate-answers":
        "L18: One row of [[answers]] for each carrier and one for all others (*); people of whom nothing is missing are answered 0Z.";
    error REFERENCE = "mandate-dangling-reference":
        "The profile names a role, purpose or channel that it does not define. Define it or correct the name.";
    error UNSIGNED = "mandate-unsigned":
        "An office named in signed_by has not signed this very text with the key installed for it.";
    error NOT_IN_FORCE = "mandate-not-in-force":
        "The profile is not yet in force, or its review is overdue.";
}
