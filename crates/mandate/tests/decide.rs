//! The decision function against a second one, on the whole of its finite domain.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test"
)]

mod common;

use common::{P1, P2, P3, mandate};
use tidewaiter_mandate::profile::Profile;
use tidewaiter_mandate::{
    Act, ApprovalSubject, Case, Caveat, DataSet, Disclosure, Element, ListId, Mandate, Occasion,
    Orders, PartnerId, PurposeId, PurposeSet, RecordTags, Refusal, Request, RoleId, Stage,
    Standing, decide,
};

/// The profile read as a lawyer would, in sentences; no tables, no order of checks, no reasons.
/// Answers with the permitted elements, or no.
struct Naive<'a> {
    profile: &'a Profile,
    external: bool,
}

#[derive(Clone, Copy)]
struct Names<'a> {
    role: &'a str,
    purpose: &'a str,
}

impl Naive<'_> {
    fn can(&self, who: Names<'_>, word: &str) -> bool {
        let role = self
            .profile
            .roles
            .iter()
            .find(|(n, _)| n.as_str() == who.role);
        role.is_some_and(|(_, role)| {
            role.can.iter().any(|c| c.as_str() == word)
                && role.purposes.iter().any(|p| p.as_str() == who.purpose)
        })
    }

    fn admitted(&self, purpose: &str, data_set: DataSet) -> Vec<Element> {
        if matches!(data_set, DataSet::Hits | DataSet::ClearedPairs) {
            return vec![Element::HitReason, Element::Seizure];
        }
        let source = if data_set == DataSet::IapiResponse {
            "api"
        } else {
            data_set.as_str()
        };
        let Some((_, purpose)) = self
            .profile
            .purposes
            .iter()
            .find(|(n, _)| n.as_str() == purpose)
        else {
            return Vec::new();
        };
        let Some((_, patterns)) = purpose.data.iter().find(|(s, _)| s.as_str() == source) else {
            return Vec::new();
        };
        let all = tidewaiter_mandate::ElementSet::of_data_set(data_set);
        all.iter()
            .filter(|e| patterns.iter().any(|p| names(p, *e)))
            .filter(|e| !self.profile.intake.drop.iter().any(|p| names(p, *e)))
            .collect()
    }

    fn masked(&self, data_set: DataSet) -> Vec<Element> {
        let retention = self
            .profile
            .retention
            .iter()
            .find(|(s, _)| *s.get() == data_set);
        retention.map_or(Vec::new(), |(_, r)| {
            let named = |e: &Element| r.mask_fields.iter().any(|p| names(p, *e));
            Element::ALL.iter().copied().filter(named).collect()
        })
    }

    fn approvers(&self, subject: &str) -> Option<Vec<&str>> {
        let (_, approval) = self
            .profile
            .approvals
            .iter()
            .find(|(n, _)| n.as_str() == subject)?;
        Some(approval.of.iter().map(|r| r.as_str()).collect())
    }

    fn is_approver(&self, subject: &str, role: &str) -> bool {
        self.approvers(subject).is_some_and(|of| of.contains(&role))
    }

    fn act_fits(&self, who: Names<'_>, case: Case) -> bool {
        let purpose = self
            .profile
            .purposes
            .iter()
            .find(|(n, _)| n.as_str() == who.purpose);
        let in_purpose =
            purpose.is_some_and(|(_, p)| p.actions.iter().any(|a| *a.get() == case.act));
        let list = case
            .list
            .map(|id| self.profile.lists.get(usize::from(id.0)));
        let list_fits = match &list {
            None => true,
            Some(None) => false,
            Some(Some(list)) => list.purposes.iter().any(|p| p.as_str() == who.purpose),
        };
        let keeps_out = ["iapi-no-board", "refuse-entry"].contains(&case.act.as_str());
        let effect = list
            .flatten()
            .and_then(|l| l.effect.as_ref())
            .map(|e| *e.get());
        let ordered = match (effect, case.standing) {
            (None, _) => true,
            (Some(e), Standing::Entry) => e.entry.is_some_and(out),
            (Some(e), Standing::Transit) => e.transit.is_some_and(out),
            (Some(e), Standing::OwnNational) => e.own_national.is_some_and(out),
            (Some(_), Standing::Exit | Standing::Exempted) => false,
        };
        let spared = match case.standing {
            Standing::OwnNational => case.act.as_str() == "refuse-entry",
            Standing::Exempted => keeps_out,
            _ => false,
        };
        let spared_child = case.child && self.profile.children.acts_forbidden.contains(&case.act);
        // A list that orders something else keeps nobody out; a rule is no list.
        let no_ban = case.list.is_some() && case.orders == Orders::NoTravelBan;
        case.stage == Stage::Same
            && in_purpose
            && list_fits
            && !spared
            && !spared_child
            && (!keeps_out || ordered && !no_ban)
    }

    fn allows(
        &self,
        who: Names<'_>,
        request: Request,
        record: RecordTags,
        own: bool,
    ) -> Option<Vec<Element>> {
        let word = match request {
            Request::Read => "read",
            Request::Search => "search",
            Request::Unmask => "unmask",
            Request::Extend => "extend",
            Request::Hold => "hold",
            Request::Export => "export",
            Request::Review(_) => "review",
            Request::Propose(_) => "propose",
            Request::Approve(_) => "approve",
            Request::Share(_) => "share",
            Request::ImportList => "lists",
            Request::ActivateRule => "rules",
            Request::ChangeProfile => "profile",
            Request::ReadAudit => "audit",
            Request::StopDirectives => "stop",
            Request::Administer => "administer",
        };
        if !self.can(who, word) {
            return None;
        }
        match request {
            Request::ReadAudit | Request::StopDirectives | Request::Administer => {
                return Some(Vec::new());
            }
            Request::ImportList => return self.is_approver("list-import", who.role).then(Vec::new),
            Request::ActivateRule => {
                return self.is_approver("rule-activate", who.role).then(Vec::new);
            }
            Request::ChangeProfile => {
                return self.is_approver("profile-change", who.role).then(Vec::new);
            }
            _ => {}
        }
        if !own || !record.own_agency {
            return None;
        }
        if let Request::Propose(case) | Request::Approve(case) = request
            && !self.act_fits(who, case)
        {
            return None;
        }
        let admitted = self.admitted(who.purpose, record.data_set);
        if admitted.is_empty() {
            return None;
        }
        let hidden = self.masked(record.data_set);
        let open: Vec<Element> = admitted
            .iter()
            .copied()
            .filter(|e| !record.masked || !hidden.contains(e))
            .collect();
        let retention = self
            .profile
            .retention
            .iter()
            .find(|(s, _)| *s.get() == record.data_set);
        let yes = match request {
            Request::Read => true,
            Request::Search => !record.masked,
            Request::Unmask => {
                let fits = record.masked && self.is_approver("unmask", who.role);
                return fits.then_some(admitted);
            }
            Request::Extend => {
                retention.is_some_and(|(_, r)| r.extend.is_some())
                    && self.is_approver("extend", who.role)
            }
            Request::Hold => {
                retention.is_some_and(|(_, r)| r.hold.is_some())
                    && self.is_approver("hold", who.role)
            }
            Request::Export => !record.masked && self.is_approver("export", who.role),
            Request::Review(stage) => !matches!(stage, Stage::NoFinding | Stage::AwaitingSource),
            Request::Propose(case) => {
                let word = case.act.as_str();
                let alone = self.approvers(word).is_none() && !case.act.is_adverse();
                alone || self.is_approver(word, who.role)
            }
            Request::Approve(case) => self.is_approver(case.act.as_str(), who.role),
            Request::Share(d) => {
                let partner = self.profile.partners.get(usize::from(d.partner.0))?;
                let occasion = match partner.trigger.as_str() {
                    "on-confirmed" => Occasion::Confirmed,
                    "request" => Occasion::Request,
                    "manual" => Occasion::Manual,
                    _ => Occasion::Statute,
                };
                let without_finding = d.stage == Stage::NoFinding
                    && matches!(d.occasion, Occasion::Request | Occasion::Manual);
                let sent: Vec<Element> = admitted
                    .into_iter()
                    .filter(|e| partner.fields.iter().any(|p| names(p, *e)))
                    .filter(|e| !partner.never.iter().any(|p| names(p, *e)))
                    .collect();
                let yes = partner.purposes.iter().any(|p| p.as_str() == who.purpose)
                    && d.occasion == occasion
                    && (d.stage == Stage::Same || without_finding)
                    && d.caveat != Some(Caveat::OriginatorControlled)
                    && (partner.requires.is_empty() || d.requirements_met)
                    && !record.masked
                    && !sent.is_empty()
                    && (occasion != Occasion::Manual || self.is_approver("share-ad-hoc", who.role));
                return yes.then_some(sent);
            }
            _ => false,
        };
        yes.then_some(open)
    }
}

fn out(act: Act) -> bool {
    matches!(act, Act::NoBoard | Act::RefuseEntry)
}

/// Whether `pattern` names `element`, by text alone.
fn names(pattern: &str, element: Element) -> bool {
    let name = element.as_str();
    let api = ["dob", "sex", "nationality", "residence", "place_of_birth"];
    match pattern {
        "*" => true,
        "api.*" => api.contains(&name) || name.starts_with("doc."),
        _ => match pattern.strip_suffix('*') {
            Some(group) => name.starts_with(group),
            None => name == pattern,
        },
    }
}

fn requests(mandate: &Mandate) -> Vec<Request> {
    use Request as R;
    let mut all = vec![
        R::Read,
        R::Search,
        R::Unmask,
        R::Extend,
        R::Hold,
        R::Export,
        R::ImportList,
        R::ActivateRule,
        R::ChangeProfile,
        R::ReadAudit,
        R::StopDirectives,
        R::Administer,
    ];
    all.extend(Stage::ALL.iter().map(|&s| R::Review(s)));
    let lists = mandate.lists().count();
    // One list more than there is, and none.
    let lists: Vec<Option<ListId>> = (0..=lists as u8)
        .map(|l| Some(ListId(l)))
        .chain([None])
        .collect();
    for &act in Act::ALL {
        for &list in &lists {
            for &standing in Standing::ALL {
                for &stage in Stage::ALL {
                    for &orders in Orders::ALL {
                        for child in [false, true] {
                            let case = Case {
                                act,
                                list,
                                orders,
                                standing,
                                child,
                                stage,
                            };
                            all.extend([R::Propose(case), R::Approve(case)]);
                        }
                    }
                }
            }
        }
    }
    for partner in 0..=mandate.partners().count() as u8 {
        for &occasion in Occasion::ALL {
            for &stage in Stage::ALL {
                for caveat in [
                    None,
                    Some(Caveat::OriginatorControlled),
                    Some(Caveat::LeadNotEvidence),
                ] {
                    for requirements_met in [false, true] {
                        let partner = PartnerId(partner);
                        all.push(R::Share(Disclosure {
                            partner,
                            occasion,
                            stage,
                            caveat,
                            requirements_met,
                        }));
                    }
                }
            }
        }
    }
    all
}

// proves: MAN-03
// proves: DEC-01
// proves part of: SHA-01
// proves part of: SHA-05
// proves part of: SHA-07
// proves part of: MAN-10
#[test]
fn both_functions_agree_on_every_case_there_is() {
    let mut cases = 0u64;
    let mut permitted = 0u64;
    for mandate in [mandate(P1), mandate(P2), mandate(P3), Mandate::evaluation()] {
        let requests = requests(&mandate);
        let counts: Vec<(u64, u64)> = std::thread::scope(|scope| {
            let roles: Vec<_> = mandate
                .roles()
                .map(|(role, name)| {
                    let (mandate, requests) = (&mandate, &requests);
                    scope.spawn(move || compare(mandate, requests, role, name))
                })
                .collect();
            roles.into_iter().map(|r| r.join().unwrap()).collect()
        });
        cases += counts.iter().map(|c| c.0).sum::<u64>();
        permitted += counts.iter().map(|c| c.1).sum::<u64>();
    }
    println!("{cases} cases decided twice, {permitted} permitted");
    assert!(cases > 600_000_000);
    assert!(permitted > 100_000);
}

/// Compares both functions on everything that one role may ask; how many cases, how many permits.
fn compare(mandate: &Mandate, requests: &[Request], role: RoleId, role_name: &str) -> (u64, u64) {
    let (mut cases, mut permitted) = (0, 0);
    let naive = Naive {
        profile: mandate.profile(),
        external: mandate.regime().external_unmask,
    };
    let purposes: Vec<_> = mandate.purposes().collect();
    let sets: Vec<PurposeSet> = (0..1u32 << purposes.len())
        .map(|bits| {
            let ids = purposes.iter().filter(|(id, _)| bits >> id.0 & 1 == 1);
            ids.fold(PurposeSet::EMPTY, |set, (id, _)| set.with(*id))
        })
        .collect();
    for &(purpose, purpose_name) in &purposes {
        let who = Names {
            role: role_name,
            purpose: purpose_name,
        };
        let records = DataSet::ALL.iter().flat_map(|&data_set| {
            [false, true]
                .map(|masked| [false, true].map(|own_agency| (data_set, masked, own_agency)))
        });
        let records: Vec<_> = records.flatten().collect();
        for &request in requests {
            for &(data_set, masked, own_agency) in &records {
                // The naive answer depends on membership alone: asked once for each.
                let mut answers = [None, None];
                for &purposes in &sets {
                    let record = RecordTags {
                        data_set,
                        purposes,
                        own_agency,
                        masked,
                    };
                    let got = decide(mandate, role, purpose, request, record);
                    let own = purposes.has(purpose);
                    let want = answers[usize::from(own)]
                        .get_or_insert_with(|| naive.allows(who, request, record, own));
                    let elements = got.ok().map(|p| p.elements.iter().collect::<Vec<_>>());
                    assert_eq!(
                        &elements, want,
                        "{role_name} {purpose_name} {request:?} {record:?} {got:?}"
                    );
                    cases += 1;
                    if let Ok(permit) = got {
                        permitted += 1;
                        obligations(
                            mandate,
                            &naive,
                            request,
                            permit.obligations.second_person,
                            permit.obligations.external_approval,
                        );
                    }
                }
            }
        }
    }
    (cases, permitted)
}

/// Whatever is adverse, lifts a mask or changes the law takes a second person.
fn obligations(
    mandate: &Mandate,
    naive: &Naive<'_>,
    request: Request,
    second: bool,
    external: bool,
) {
    match request {
        Request::Propose(case) => {
            assert!(second || !case.act.is_adverse());
            assert_eq!(
                second,
                !mandate.approvers(ApprovalSubject::Act(case.act)).is_empty()
            );
        }
        Request::Unmask | Request::Extend => assert!(second && external == naive.external),
        Request::ImportList | Request::ActivateRule | Request::ChangeProfile | Request::Export => {
            assert!(second);
        }
        _ => {}
    }
}

#[test]
fn what_the_mandate_does_not_know_is_refused() {
    let mandate = mandate(P2);
    let record = RecordTags {
        data_set: DataSet::Api,
        purposes: mandate.all_purposes(),
        own_agency: true,
        masked: false,
    };
    for role in 0..=u8::MAX {
        for purpose in 0..=u8::MAX {
            let got = decide(
                &mandate,
                RoleId(role),
                PurposeId(purpose),
                Request::Read,
                record,
            );
            let known = usize::from(role) < mandate.roles().count() && purpose < 3;
            assert!(known || got.is_err());
        }
    }
}

// proves: SEC-02
// proves part of: AUD-07
// proves part of: AUD-08
#[test]
fn administrators_and_auditors_see_and_change_nothing() {
    for mandate in [mandate(P1), mandate(P2), mandate(P3)] {
        let administrator = mandate.role("administrator").unwrap();
        let auditor = mandate.role("auditor").unwrap();
        let requests = requests(&mandate);
        let mut permitted = [0, 0];
        for (purpose, _) in mandate.purposes() {
            for &data_set in DataSet::ALL {
                for masked in [false, true] {
                    let record = RecordTags {
                        data_set,
                        purposes: mandate.all_purposes(),
                        own_agency: true,
                        masked,
                    };
                    for &request in &requests {
                        let may = |role| decide(&mandate, role, purpose, request, record).is_ok();
                        if may(administrator) {
                            assert_eq!(request, Request::Administer);
                            permitted[0] += 1;
                        }
                        if may(auditor) {
                            assert_eq!(request, Request::ReadAudit);
                            permitted[1] += 1;
                        }
                        // Whoever reads the log reads it as one of those who watch.
                        if request == Request::ReadAudit {
                            for (role, name) in mandate.roles().filter(|(r, _)| may(*r)) {
                                assert!(["auditor", "dpo"].contains(&name), "{role:?} {name}");
                            }
                        }
                    }
                }
            }
        }
        assert!(permitted.iter().all(|&n| n > 0), "{permitted:?}");
    }
}

// proves part of: RET-06
// proves part of: RET-07
#[test]
fn longer_keeping_takes_evidence_or_a_case_and_several_people() {
    // P3: six months for everybody (C-817/19); longer with objective evidence, and the court.
    let mandate = mandate(P3);
    let purpose = mandate.purpose("P-TF").unwrap();
    let record = |data_set| RecordTags {
        data_set,
        purposes: mandate.all_purposes(),
        own_agency: true,
        masked: false,
    };
    let ask = |role: &str, request, data_set| {
        let role = mandate.role(role).unwrap();
        decide(&mandate, role, purpose, request, record(data_set)).map(|p| p.obligations)
    };
    let extend = ask("piu-head", Request::Extend, DataSet::Pnr).unwrap();
    assert!(extend.objective_evidence && extend.second_person && extend.external_approval);
    assert_eq!(
        ask("analyst", Request::Extend, DataSet::Pnr),
        Err(Refusal::RoleCannot)
    );
    // The profile knows no extension of API.
    assert_eq!(
        ask("piu-head", Request::Extend, DataSet::Api),
        Err(Refusal::NoApprovalPath)
    );
    let hold = ask("supervisor", Request::Hold, DataSet::Pnr).unwrap();
    assert!(hold.case && hold.second_person);
    let review = &mandate.profile().retention[&DataSet::Pnr.into()].hold;
    assert_eq!(review.as_ref().unwrap().review_every.to_string(), "P90D");
}

// proves: SEC-02
#[test]
fn nobody_writes_and_approves_alone_and_auditors_read_no_travellers() {
    for mandate in [mandate(P1), mandate(P2), mandate(P3)] {
        for subject in [
            ApprovalSubject::ListImport,
            ApprovalSubject::RuleActivate,
            ApprovalSubject::ProfileChange,
        ] {
            let of = mandate.approvers(subject);
            assert!(of.len() >= 2 && of.iter().enumerate().all(|(i, r)| !of[..i].contains(r)));
        }
        let dpo = mandate.role("dpo").unwrap();
        for (purpose, _) in mandate.purposes() {
            for &data_set in DataSet::ALL {
                let record = RecordTags {
                    data_set,
                    purposes: mandate.all_purposes(),
                    own_agency: true,
                    masked: false,
                };
                assert!(decide(&mandate, dpo, purpose, Request::Read, record).is_err());
            }
        }
    }
}

#[test]
fn every_refusal_is_explained() {
    let mandate = mandate(P2);
    let (role, purpose) = (
        mandate.role("customs-officer").unwrap(),
        mandate.purpose("P-CT").unwrap(),
    );
    let record = RecordTags {
        data_set: DataSet::Pnr,
        purposes: mandate.all_purposes(),
        own_agency: true,
        masked: true,
    };
    let refusal = decide(&mandate, role, purpose, Request::Read, record).unwrap_err();
    assert_eq!(
        tidewaiter_mandate::explain::explain(&mandate, role, purpose, Request::Read, refusal),
        "The role customs-officer does not act for “Terrorism, including foreign terrorist fighters”. (xb-border-agency@2026.11.1)"
    );
    let duty = mandate.role("duty-officer").unwrap();
    let refusal = decide(&mandate, duty, purpose, Request::Search, record).unwrap_err();
    assert_eq!(
        tidewaiter_mandate::explain::explain(&mandate, duty, purpose, Request::Search, refusal),
        "The record is masked: it can neither be found nor leave. Ask for unmasking first. (xb-border-agency@2026.11.1)"
    );
}
