//! Acts, approvals and lists.

use tidewaiter_diagnostics::codes::mandate as codes;

use super::Linter;
use crate::compile::elements_of;
use crate::lists::compared_by;
use crate::profile::{Approval, At};
use crate::vocabulary::{Act, ApprovalSubject, Competence, ListKind, ListMode, MeasureKind};

impl Linter<'_> {
    pub(super) fn acts(&mut self) {
        self.purposes_acts();
        self.approvals();
        self.lists();
    }

    fn is_held(&self, competence: Competence) -> bool {
        self.profile
            .competences
            .iter()
            .any(|(c, basis)| *c.get() == competence && basis.is_held())
    }

    fn approval(&self, subject: ApprovalSubject) -> Option<&Approval> {
        self.profile
            .approvals
            .iter()
            .find(|(name, _)| name.as_str() == subject.as_str())
            .map(|(_, approval)| approval)
    }

    /// L5, L6 and L13.
    fn purposes_acts(&mut self) {
        for purpose in self.profile.purposes.values() {
            for competence in purpose.competences.iter().copied() {
                if !self.is_held(competence) {
                    self.say(
                        &codes::ACT_WITHOUT_COMPETENCE,
                        purpose.competences.span(),
                        format!("competence {competence} is not held"),
                    );
                }
            }
            for act in &purpose.actions {
                let supported = purpose
                    .competences
                    .iter()
                    .any(|c| self.is_held(*c) && act.competences().contains(c));
                if !supported {
                    self.say(
                        &codes::ACT_WITHOUT_COMPETENCE,
                        act.span(),
                        format!("no competence held for this purpose supports {}", act.get()),
                    );
                }
                let approval = self.approval(ApprovalSubject::Act(*act.get()));
                let two = approval.is_some_and(takes_two);
                let timed =
                    approval.is_some_and(|a| a.deadline.is_some() && a.on_timeout.is_some());
                if act.is_adverse() && !two {
                    self.say(
                        &codes::ADVERSE_ACT,
                        act.span(),
                        format!(
                            "{} is approved by fewer than two different people",
                            act.get()
                        ),
                    );
                }
                if *act.get() == Act::NoBoard && !timed {
                    self.say(
                        &codes::DEADLINE,
                        act.span(),
                        "the approval of iapi-no-board has no deadline or no on_timeout",
                    );
                }
            }
        }
    }

    /// L14, and that approvals name roles.
    fn approvals(&mut self) {
        for (subject, approval) in &self.profile.approvals {
            for role in approval.of.iter() {
                let known = self.profile.roles.contains_key(role);
                self.reference(role, "role", known);
            }
            if let Some(urgent) = &approval.urgent {
                let known = self.profile.roles.contains_key(&urgent.then);
                self.reference(&urgent.then, "role", known);
            }
            // Whoever may do what the law hedges must not be one person with two names.
            if ApprovalSubject::from_word(subject).is_some() && !takes_two(approval) {
                self.say(
                    &codes::ADVERSE_ACT,
                    subject.span(),
                    format!(
                        "{} is approved by fewer than two different people",
                        subject.get()
                    ),
                );
            }
        }
        for (data_set, retention) in &self.profile.retention {
            for (wanted, subject) in [
                (retention.mask_at.is_some(), ApprovalSubject::Unmask),
                (retention.extend.is_some(), ApprovalSubject::Extend),
                (retention.hold.is_some(), ApprovalSubject::Hold),
            ] {
                if wanted && self.approval(subject).is_none() {
                    self.say(
                        &codes::UNMASK_AUTHORITY,
                        retention.delete_at.span(),
                        format!(
                            "{} needs an entry {} under [approvals]",
                            data_set.get(),
                            subject.as_str()
                        ),
                    );
                }
            }
        }
        if !self.regime.external_unmask {
            return;
        }
        for subject in [ApprovalSubject::Unmask, ApprovalSubject::Extend] {
            let Some(approval) = self.approval(subject) else {
                continue;
            };
            let outside = approval.of.iter().any(|name| {
                self.profile
                    .roles
                    .get(name)
                    .is_some_and(|role| role.external)
            });
            if !outside {
                self.say(
                    &codes::UNMASK_AUTHORITY,
                    approval.of.span(),
                    format!(
                        "{} wants an external role to approve {}",
                        self.regime.id,
                        subject.as_str()
                    ),
                );
            }
        }
    }

    /// L9
    fn lists(&mut self) {
        for list in &self.profile.lists {
            let mut bans = false;
            for name in &list.purposes {
                match self.profile.purposes.get(name) {
                    Some(purpose) => {
                        bans |= purpose.competences.contains(&Competence::TravelBan);
                    }
                    None => self.say(
                        &codes::LIST_PURPOSE,
                        name.span(),
                        format!(
                            "list {} serves a purpose {:?} that is not there",
                            list.id.get(),
                            name.get()
                        ),
                    ),
                }
            }
            if list.purposes.is_empty() {
                self.say(
                    &codes::LIST_PURPOSE,
                    list.id.span(),
                    "the list serves no purpose",
                );
            }
            if list.authority.get() == "interpol" && *list.mode != ListMode::QueryOnly {
                self.say(
                    &codes::LIST_PURPOSE,
                    list.authority.span(),
                    "a list of INTERPOL is asked, never copied: mode = \"query-only\"",
                );
            }
            if *list.mode == ListMode::Local
                && list.kind != ListKind::BlindFilter
                && list.max_age.is_none()
            {
                self.say(
                    &codes::LIST_PURPOSE,
                    list.id.span(),
                    "the list may grow old: no max_age",
                );
            }
            let thresholds = list.thresholds;
            let in_order = thresholds.review.is_finite()
                && thresholds.alert.is_finite()
                && 0.0 < thresholds.review
                && thresholds.review <= thresholds.alert;
            if !in_order {
                self.say(
                    &codes::LIST_PURPOSE,
                    list.id.span(),
                    "thresholds are not 0 < review <= alert",
                );
            }
            for data_set in &list.against {
                let purposes = list.purposes.iter();
                let admitted = purposes.filter_map(|name| self.profile.purposes.get(name));
                let element = compared_by(list.kind, *data_set.get());
                let comparable = element.is_some_and(|element| {
                    let mut admitted = admitted;
                    admitted.any(|purpose| elements_of(purpose, *data_set.get()).has(element))
                });
                if !comparable {
                    self.say(
                        &codes::LIST_PURPOSE,
                        data_set.span(),
                        format!(
                            "no purpose of the list admits what it is compared by in {}",
                            data_set.get()
                        ),
                    );
                }
            }
            let orders_ban = list
                .measures
                .values()
                .any(|kinds| kinds.contains(&MeasureKind::TravelBan));
            if list.effect.is_some() && !orders_ban {
                self.say(
                    &codes::LIST_PURPOSE,
                    list.id.span(),
                    "a list with the effects of a travel ban needs a programme whose measures have one",
                );
            }
            if orders_ban && list.effect.is_none() && bans {
                self.say(
                    &codes::LIST_PURPOSE,
                    list.id.span(),
                    "a list whose measures have a travel ban needs its effects",
                );
            }
            let un_ban = bans && list.kind == ListKind::Person && list.authority.get() == "un-sc";
            let whole = list.effect.as_ref().is_some_and(|e| {
                e.entry.is_some() && e.transit.is_some() && e.own_national.is_some()
            });
            if (un_ban || list.effect.is_some()) && !whole {
                self.say(
                    &codes::LIST_PURPOSE,
                    list.effect
                        .as_ref()
                        .map_or_else(|| list.id.span(), At::span),
                    "a travel ban needs its effects for entry, transit and own_national",
                );
            }
            if (un_ban || list.effect.is_some()) && list.exemptions.is_none() {
                self.say(
                    &codes::LIST_PURPOSE,
                    list.id.span(),
                    "a travel ban needs a register of exemptions",
                );
            }
        }
        let names: Vec<&str> = self.profile.lists.iter().map(|l| l.id.as_str()).collect();
        for (i, list) in self.profile.lists.iter().enumerate() {
            if names[..i].contains(&list.id.as_str()) {
                self.say(
                    &codes::LIST_PURPOSE,
                    list.id.span(),
                    "two lists have this name",
                );
            }
        }
    }
}

fn takes_two(approval: &Approval) -> bool {
    let mut roles: Vec<&str> = approval.of.iter().map(|r| r.as_str()).collect();
    roles.sort_unstable();
    roles.dedup();
    approval.distinct && roles.len() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_role_named_twice_is_one() {
        let approval = |of: &[&str], distinct| Approval {
            of: of
                .iter()
                .map(|r| At::from((*r).to_owned()))
                .collect::<Vec<_>>()
                .into(),
            distinct,
            ttl: None,
            deadline: None,
            on_timeout: None,
            delta_alarm_pct: None,
            max_hold: None,
            urgent: None,
        };
        assert!(!takes_two(&approval(&["a", "a"], true)));
        assert!(!takes_two(&approval(&["a", "b"], false)));
        assert!(takes_two(&approval(&["a", "b"], true)));
    }
}
