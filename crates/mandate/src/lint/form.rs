//! Formalities, rules, oversight and the references of the profile to itself.

use tidewaiter_diagnostics::codes::mandate as codes;
use tidewaiter_domain::CountryCode;

use super::Linter;
use crate::compile::PurposeSet;
use crate::element::ElementSet;
use crate::profile::{At, Basis};
use crate::vocabulary::{ApprovalSubject, Capability};

impl Linter<'_> {
    pub(super) fn form(&mut self) {
        self.head();
        self.sizes();
        self.roles();
        self.words();
        self.rules();
        let oversight = &self.profile.oversight;
        // L11
        let least = self.regime.log_retention;
        if !least.never_exceeds(*oversight.log_retention) {
            self.say(
                &codes::LOG_RETENTION,
                oversight.log_retention.span(),
                format!(
                    "the log is kept for {}; {} wants {least}",
                    oversight.log_retention.get(),
                    self.regime.id
                ),
            );
        }
        let known = self.profile.roles.contains_key(&oversight.dpo_role);
        self.reference(&oversight.dpo_role, "role", known);
    }

    /// L12, and that the head says what it must.
    fn head(&mut self) {
        let head = &self.profile.profile;
        if *self.profile.schema != 1 {
            self.say(
                &codes::SYNTAX,
                self.profile.schema.span(),
                format!(
                    "schema {} is not read here; 1 is",
                    self.profile.schema.get()
                ),
            );
        }
        for (what, text) in [("id", &head.id), ("version", &head.version)] {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
            if text.is_empty() || !text.chars().all(plain) {
                self.say(
                    &codes::SYNTAX,
                    text.span(),
                    format!("{what} is not made of lower-case letters, digits, hyphens and dots"),
                );
            }
        }
        let letters: Option<[u8; 3]> = head.country.as_bytes().try_into().ok();
        if letters.and_then(CountryCode::new).is_none() {
            self.say(
                &codes::SYNTAX,
                head.country.span(),
                "country is no ISO 3166 alpha-3 code",
            );
        }
        if head.legal_refs.iter().all(|r| r.trim().is_empty()) {
            self.say(
                &codes::FORMALITIES,
                head.legal_refs.span(),
                "legal_refs names no law",
            );
        }
        let mut offices = head.signed_by.get().clone();
        offices.sort();
        offices.dedup();
        if offices.len() < 2 || offices.len() < head.signed_by.len() {
            self.say(
                &codes::FORMALITIES,
                head.signed_by.span(),
                "signed_by does not name two or more different offices",
            );
        }
        if head.review_due.0 < self.today {
            self.say(
                &codes::FORMALITIES,
                head.review_due.span(),
                format!("the review was due on {}", head.review_due.0),
            );
        }
        if head.review_due.0 <= head.valid_from.0 {
            self.say(
                &codes::FORMALITIES,
                head.review_due.span(),
                "the review is due before the profile is in force",
            );
        }
        for (competence, basis) in &self.profile.competences {
            let unfounded = match basis.get() {
                Basis::Flag(held) => *held,
                Basis::Law(law) => law.trim().is_empty(),
            };
            if unfounded {
                self.say(
                    &codes::FORMALITIES,
                    basis.span(),
                    format!("competence {} names no law", competence.get()),
                );
            }
        }
    }

    /// Sets of roles and purposes are bit sets of a fixed width.
    fn sizes(&mut self) {
        let counts = [
            ("purposes", self.profile.purposes.len(), PurposeSet::MOST),
            ("roles", self.profile.roles.len(), 64),
            ("lists", self.profile.lists.len(), 255),
            ("partners", self.profile.partners.len(), 255),
        ];
        for (what, count, most) in counts {
            if count > most {
                self.say(
                    &codes::SYNTAX,
                    self.profile.schema.span(),
                    format!("{count} {what}; a profile has at most {most}"),
                );
            }
        }
    }

    /// L17, and that roles act for purposes there are.
    fn roles(&mut self) {
        let profile = self.profile;
        for (name, role) in &profile.roles {
            if role.can.contains(&Capability::Administer) && role.can.len() > 1 {
                self.say(
                    &codes::ROLE_SEPARATION,
                    name.span(),
                    format!("{} administers and does other things too", name.get()),
                );
            }
        }
        let dpo = profile.roles.get(&profile.oversight.dpo_role);
        if dpo.is_some_and(|role| !role.can.contains(&Capability::Audit)) {
            self.say(
                &codes::ROLE_SEPARATION,
                profile.oversight.dpo_role.span(),
                "the data protection officer's role cannot read the audit log",
            );
        }
        for role in profile.roles.values() {
            for purpose in &role.purposes {
                let known = self.profile.purposes.contains_key(purpose);
                self.reference(purpose, "purpose", known);
            }
        }
    }

    /// L15 for the words that are not keys of a table.
    fn words(&mut self) {
        for subject in self.profile.approvals.keys() {
            if ApprovalSubject::from_word(subject).is_none() {
                self.say(
                    &codes::UNKNOWN_KEY,
                    subject.span(),
                    format!("nothing that is approved is named {:?}", subject.get()),
                );
            }
        }
        let profile = self.profile;
        let mut patterns: Vec<&At<String>> = Vec::new();
        patterns.extend(&profile.intake.drop);
        patterns.extend(profile.answers.iter().flat_map(|a| &a.needs));
        patterns.extend(&profile.children.drop);
        for purpose in profile.purposes.values() {
            patterns.extend(purpose.data.values().flat_map(|p| p.iter()));
        }
        for retention in profile.retention.values() {
            patterns.extend(retention.mask_fields.iter());
        }
        for partner in &profile.partners {
            patterns.extend(partner.fields.iter().chain(&partner.never));
        }
        for pattern in patterns {
            let name = pattern.strip_prefix('-').unwrap_or(pattern);
            if ElementSet::of_pattern(name).is_none() {
                self.say(
                    &codes::UNKNOWN_KEY,
                    pattern.span(),
                    format!("no data element is named {name:?}"),
                );
            }
        }
    }

    /// L10
    fn rules(&mut self) {
        let rules = &self.profile.rules;
        let here = rules.self_learning.span();
        if *rules.self_learning {
            self.say(&codes::RULES, here, "rules would alter themselves");
        }
        match &rules.backtest {
            Some(backtest) if backtest.required => {}
            Some(backtest) => {
                self.say(
                    &codes::RULES,
                    backtest.span(),
                    "the back-test is not required",
                );
            }
            None => self.say(&codes::RULES, here, "no back-test is laid down"),
        }
        if rules.expires_after.is_none() {
            self.say(
                &codes::RULES,
                here,
                "rules never end: expires_after is missing",
            );
        }
        if rules.review_every.is_none() {
            self.say(
                &codes::RULES,
                here,
                "rules are never reviewed: review_every is missing",
            );
        }
    }
}
