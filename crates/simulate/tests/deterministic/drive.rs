//! A world of its own: a service on a real database, carriers that repeat themselves, lists that
//! change, people who decide, and a process that dies.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use jiff::{SignedDuration, Timestamp, tz::Offset};
use tidewaiter_mandate::grant::{HumanActor, PersonId, Reason, SignIn};
use tidewaiter_mandate::review::{Judgement, ReasonCode, State};
use tidewaiter_mandate::{Act, DataSet, Mandate, RecordTags};
use tidewaiter_service::{
    Acting, Consent, Envelope, HitDetail, HitQuery, Home, Id, Lane, NamedFile, Received, Replay,
    ReviewStep, Service, ServiceError, Setup,
};
use tidewaiter_store::keystore::MasterKeyFile;
use tidewaiter_store::{OfFlight, Stepped, StoreError};

use crate::story::{BEGIN, Dice, Story, Version};
use crate::surroundings::{Crash, Virtual};

/// What happened in a run: every figure is printed, so that a run in which nothing happened shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Accidents {
    pub(crate) crashes: u64,
    /// What could not be done because the disk was full.
    pub(crate) full_disks: u64,
    /// Lists that changed while something was screened by the one before.
    pub(crate) stale_lists: u64,
    pub(crate) lost_acknowledgements: u64,
    pub(crate) duplicates: u64,
    pub(crate) clock_steps: u64,
    pub(crate) list_changes: u64,
    pub(crate) reviews: u64,
    pub(crate) refused: u64,
    pub(crate) acts: u64,
    pub(crate) hits: u64,
    pub(crate) replays: u64,
}

impl Accidents {
    pub(crate) fn add(&mut self, other: &Self) {
        self.crashes += other.crashes;
        self.full_disks += other.full_disks;
        self.stale_lists += other.stale_lists;
        self.lost_acknowledgements += other.lost_acknowledgements;
        self.duplicates += other.duplicates;
        self.clock_steps += other.clock_steps;
        self.list_changes += other.list_changes;
        self.reviews += other.reviews;
        self.refused += other.refused;
        self.acts += other.acts;
        self.hits += other.hits;
        self.replays += other.replays;
    }
}

/// What stands in a store, without its identifiers and times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Survey {
    /// Receipts, and deliveries beyond the first are not counted.
    pub(crate) receipts: u64,
    /// Lane, flight, surname, given names, birth date, status.
    pub(crate) travellers: BTreeMap<String, u32>,
    /// Lane, flight, surname, list, entry, band: of entries in force.
    pub(crate) hits: BTreeMap<String, u32>,
}

impl Survey {
    /// What differs, a line each; empty when nothing does.
    pub(crate) fn apart(&self, expected: &Self) -> String {
        let mut lines = String::new();
        for (what, here, there) in [
            ("traveller", &self.travellers, &expected.travellers),
            ("hit", &self.hits, &expected.hits),
        ] {
            for line in here.keys().chain(there.keys()).collect::<BTreeSet<_>>() {
                let (count, other) = (here.get(line).unwrap_or(&0), there.get(line).unwrap_or(&0));
                if count != other {
                    lines += &format!("{what} {line}: {count}, calmly {other}\n");
                }
            }
        }
        if self.receipts != expected.receipts {
            lines += &format!(
                "receipts: {}, calmly {}\n",
                self.receipts, expected.receipts
            );
        }
        lines
    }
}

/// A service in a folder of its own, the clock it runs by, and what happened to it.
pub(crate) struct World {
    folder: tempfile::TempDir,
    clock: Arc<Virtual>,
    mandate: Arc<Mandate>,
    service: Option<Arc<Service>>,
    pub(crate) accidents: Accidents,
}

/// In memory where the machine has such a place: nothing here measures a disk.
fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let begin = Offset::UTC.to_timestamp(BEGIN).unwrap();
        Self {
            folder: folder(),
            clock: Arc::new(Virtual::new(begin)),
            mandate: Arc::new(Mandate::evaluation()),
            service: None,
            accidents: Accidents::default(),
        }
    }

    /// The service, started when it is not running.
    fn service(&mut self) -> &Arc<Service> {
        if self.service.is_none() {
            self.clock.calm();
            let setup = Setup {
                home: Home::Folder(self.folder.path().to_owned()),
                agency: "XA-CUSTOMS".to_owned(),
                mandate: Arc::clone(&self.mandate),
                custodian: Box::new(MasterKeyFile::parse(&"5a".repeat(32)).unwrap()),
                surroundings: Arc::clone(&self.clock) as _,
            };
            self.service = Some(Arc::new(Service::open(setup).unwrap()));
        }
        self.service.as_ref().unwrap()
    }

    /// Does `work`; the process may die in it, or find the disk full. `None` when it did.
    fn risk<T>(
        &mut self,
        dice: &mut Dice,
        work: impl FnOnce(&Service) -> Result<T, ServiceError>,
    ) -> Option<T> {
        self.service();
        if dice.happens(25) {
            // Soon, or deep inside.
            let most = if dice.happens(50) { 12 } else { 120 };
            self.clock.crash_after(dice.below(most) as u32);
        }
        let is_full = dice.happens(10);
        let (keys, pages) = (dice.happens(30), dice.below(6) as u32);
        let service = Arc::clone(self.service());
        let store = service.store();
        if is_full {
            store.leave_room(keys, Some(pages)).unwrap();
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&service)));
        self.clock.calm();
        match outcome {
            Ok(outcome) => {
                store.leave_room(keys, None).unwrap();
                match outcome {
                    Ok(value) => Some(value),
                    Err(ServiceError::Store(StoreError::Full)) if is_full => {
                        self.accidents.full_disks += 1;
                        None
                    }
                    Err(error) => panic!("{error}"),
                }
            }
            Err(payload) if payload.is::<Crash>() => {
                self.accidents.crashes += 1;
                self.service = None;
                None
            }
            Err(payload) => resume_unwind(payload),
        }
    }

    /// Lives through a story with accidents.
    pub(crate) fn live(&mut self, story: &Story, dice: &mut Dice) {
        let mut waiting: Vec<usize> = (0..story.messages.len()).collect();
        dice.shuffle(&mut waiting);
        let mut acknowledged: BTreeMap<usize, Id> = BTreeMap::new();
        let mut version = 0;
        while !waiting.is_empty() || version < story.versions.len() {
            match dice.below(10) {
                0..=3 if !waiting.is_empty() => {
                    let at = waiting[waiting.len() - 1];
                    if let Some(receipt) = self.deliver(dice, &story.messages[at].bytes) {
                        // The carrier may never learn that it was taken.
                        if dice.happens(15) {
                            self.accidents.lost_acknowledgements += 1;
                        } else {
                            waiting.pop();
                            let before = acknowledged.insert(at, receipt);
                            assert!(before.is_none_or(|before| before == receipt));
                        }
                    }
                }
                4 if !acknowledged.is_empty() => {
                    // Sent once more, although it was acknowledged.
                    let nth = dice.below(acknowledged.len());
                    let (at, receipt) = acknowledged.iter().nth(nth).unwrap();
                    let (at, receipt) = (*at, *receipt);
                    if let Some(again) = self.deliver(dice, &story.messages[at].bytes) {
                        assert_eq!(again, receipt, "the same bytes are the same receipt");
                        self.accidents.duplicates += 1;
                    }
                }
                5..=6 => {
                    let most = 1 + dice.below(3) as u32;
                    let next = story.versions.get(version).filter(|_| dice.happens(20));
                    version += usize::from(self.work(dice, most, next));
                }
                7 if version < story.versions.len() => {
                    if self.add_list(dice, &story.versions[version].bytes()) {
                        version += 1;
                        self.accidents.list_changes += 1;
                    }
                }
                8 => {
                    let minutes = dice.below(40) as i64 - 10;
                    self.accidents.clock_steps += 1;
                    self.clock.step(SignedDuration::from_mins(minutes));
                }
                _ => self.decide(dice),
            }
        }
        self.settle();
        // Whatever was acknowledged is there, and was read.
        let service = self.service();
        for receipt in acknowledged.values() {
            let receipt = service.receipt(receipt).unwrap();
            assert_ne!(
                receipt.status.as_str(),
                "pending",
                "an acknowledged message was not read"
            );
        }
    }

    /// The same story without accidents, in its order, with the last list from the beginning.
    pub(crate) fn live_calmly(&mut self, story: &Story) {
        let last = story.versions.last().unwrap();
        add_list(self.service(), &last.bytes()).unwrap();
        for message in &story.messages {
            let service = self.service();
            deliver(service, &message.bytes).unwrap();
            service.work_until_idle().unwrap();
        }
        self.settle();
    }

    fn deliver(&mut self, dice: &mut Dice, bytes: &[u8]) -> Option<Id> {
        self.risk(dice, |service| deliver(service, bytes))
    }

    /// Works; meanwhile a `version` of the list may come into force. Whether it did.
    fn work(&mut self, dice: &mut Dice, most: u32, version: Option<&Version>) -> bool {
        let happened = Arc::new(AtomicBool::new(false));
        if let Some(version) = version {
            let (service, bytes) = (Arc::clone(self.service()), version.bytes());
            let happened = Arc::clone(&happened);
            self.clock.meanwhile(dice.below(16) as u32, move || {
                // The disk may be full for this one as well.
                happened.store(add_list(&service, &bytes).is_ok(), Relaxed);
            });
        }
        let _ = self.risk(dice, |service| service.work("world", most));
        let happened = happened.load(Relaxed);
        self.accidents.stale_lists += u64::from(happened);
        happened
    }

    fn add_list(&mut self, dice: &mut Dice, bytes: &[u8]) -> bool {
        let added = self.risk(dice, |service| add_list(service, bytes));
        added.is_some()
    }

    /// Lets everything come to rest: leases run out, retries fall due.
    fn settle(&mut self) {
        for _ in 0..4 {
            self.clock.step(SignedDuration::from_mins(11));
            self.service().work_until_idle().unwrap();
        }
    }

    /// People look at hits and do what comes to their minds: now and then what they may not.
    fn decide(&mut self, dice: &mut Dice) {
        for _ in 0..1 + dice.below(4) {
            self.decide_once(dice);
        }
    }

    fn decide_once(&mut self, dice: &mut Dice) {
        let (who, choice) = (["local", "second"][dice.below(2)], dice.below(8));
        let nth = dice.below(1000);
        let outcome = self.risk(dice, |service| {
            let acting = acting(service, who);
            let hits = service.hits(&acting, &every_hit(Lane::Live))?;
            let Some(hit) = hits.get(nth % hits.len().max(1)) else {
                return Ok(None);
            };
            // Mostly what comes next, now and then anything at all.
            let choice = match hit.hit.state() {
                _ if nth.is_multiple_of(4) => choice,
                State::Matched | State::Reopened => 0,
                State::InReview | State::CannotTell => 2 + usize::from(nth.is_multiple_of(5)),
                State::Same => 4,
                State::Proposed => [0, 5][nth / 4 % 2],
                State::Approved => 6,
                _ => choice,
            };
            let step = match choice {
                0 | 1 => ReviewStep::OpenEvidence,
                2 => ReviewStep::Judge {
                    judgement: Judgement::Same,
                    reason: ReasonCode::IdentityDataAgree,
                    clear: false,
                },
                3 => ReviewStep::Judge {
                    judgement: Judgement::NotSame,
                    reason: ReasonCode::BirthDateDiffers,
                    clear: nth.is_multiple_of(2),
                },
                4 => ReviewStep::Propose {
                    act: Act::RefuseEntry,
                },
                5 => ReviewStep::Approve,
                6 => {
                    let (one, other) = (actor(service, "local"), actor(service, "second"));
                    let both = [&one, &other];
                    // Sometimes with one signature, sometimes with one person twice.
                    let again = [&one, &one];
                    let agreed: &[&HumanActor] = match nth % 3 {
                        0 => &both[..1],
                        1 => &again,
                        _ => &both,
                    };
                    let step = ReviewStep::Execute { agreed };
                    return taken(service.review(&acting, &hit.id, hit.version, step, None));
                }
                _ => ReviewStep::Reopen,
            };
            let note = Some("seen in the world");
            taken(service.review(&acting, &hit.id, hit.version, step, note))
        });
        match outcome.flatten() {
            Some(Ok(stepped)) => {
                self.accidents.reviews += 1;
                if stepped.hit.state() == State::Done {
                    self.accidents.acts += 1;
                }
            }
            Some(Err(_)) => self.accidents.refused += 1,
            None => {}
        }
    }

    /// What stands there now.
    pub(crate) fn survey(&mut self) -> Survey {
        let service = self.service();
        let acting = acting(service, "local");
        let mut survey = Survey::default();
        let (receipts, _) = service
            .store()
            .read(|tx| tx.receipts(service.tenant()))
            .unwrap();
        survey.receipts = receipts;
        for (lane, flight, id) in flights(service) {
            for data_set in [DataSet::Api, DataSet::Pnr] {
                let tags = RecordTags {
                    data_set,
                    purposes: service.mandate().all_purposes(),
                    own_agency: true,
                    masked: false,
                };
                let (now, reason) = (service.now(), acting.reason.clone());
                let grant = service
                    .mandate()
                    .grant_read(&acting.actor, acting.purpose, tags, reason, now)
                    .unwrap();
                let wanted = OfFlight {
                    flight: id,
                    unless: "",
                    behind: None,
                    most: u32::MAX,
                };
                let (views, _) = service
                    .store()
                    .write(now, |tx| {
                        tx.view_flight(service.tenant(), &[grant], &wanted)
                    })
                    .unwrap();
                for view in views {
                    use tidewaiter_mandate::Element as E;
                    let text = |element| {
                        let part = view.parts.get(element);
                        part.map_or_else(String::new, ToString::to_string)
                    };
                    let line = format!(
                        "{lane} {flight} {} {} {}",
                        text(E::Names),
                        text(E::BirthDate),
                        view.status
                    );
                    *survey.travellers.entry(line).or_default() += 1;
                }
            }
        }
        for lane in [Lane::Live, Lane::Test] {
            for hit in service.hits(&acting, &every_hit(lane)).unwrap() {
                if hit.hit.entry() == tidewaiter_mandate::review::EntryState::InForce {
                    *survey.hits.entry(line_of(&hit)).or_default() += 1;
                }
            }
        }
        survey
    }

    /// What must be true of every store, whatever happened.
    pub(crate) fn check(&mut self) {
        let service = self.service();
        let acting = acting(service, "local");
        let mut seen = BTreeSet::new();
        let mut hits = 0;
        for lane in [Lane::Live, Lane::Test] {
            for hit in service.hits(&acting, &every_hit(lane)).unwrap() {
                hits += 1;
                assert!(
                    seen.insert((lane, hit.subject, hit.list.clone(), hit.entry.clone())),
                    "a hit stands there twice"
                );
                nothing_without_people(&hit);
            }
        }
        let findings = service.findings().unwrap();
        for finding in &findings {
            let replayed = service.replay(finding).unwrap();
            assert_eq!(replayed, Replay::Same, "a finding cannot be found again");
        }
        service.store().checkpoint("world", service.now()).unwrap();
        service.store().verify_audit("world").unwrap();
        let replays = findings.len() as u64;
        self.accidents.hits += hits;
        self.accidents.replays += replays;
    }
}

/// A step that was taken, or refused.
fn taken(
    outcome: Result<Stepped, ServiceError>,
) -> Result<Option<Result<Stepped, ServiceError>>, ServiceError> {
    match outcome {
        Err(error @ (ServiceError::NotGranted(_) | ServiceError::Stale)) => Ok(Some(Err(error))),
        outcome => outcome.map(|stepped| Some(Ok(stepped))),
    }
}

/// No act without a person's judgement; no adverse act with fewer than two people.
fn nothing_without_people(hit: &HitDetail) {
    if hit.hit.state() != State::Done {
        return;
    }
    let judged = hit.hit.judged();
    assert!(
        matches!(judged, Some((_, Judgement::Same))),
        "an act without a review"
    );
    let proposal = hit.hit.proposal().expect("an act that nobody proposed");
    let approved = proposal
        .approved_by
        .as_ref()
        .expect("an act that nobody approved");
    assert_ne!(approved, &proposal.by, "one person for two");
}

fn line_of(hit: &HitDetail) -> String {
    let flight = hit.flight.as_ref();
    let traveller = hit.traveller.as_ref();
    format!(
        "{} {} {} {} {} {}",
        hit.lane.as_str(),
        flight.map_or_else(String::new, |f| format!(
            "{}{}",
            f.key.carrier, f.key.number
        )),
        traveller
            .and_then(|t| t.name.surname.as_deref())
            .unwrap_or_default(),
        hit.list,
        hit.entry,
        hit.band,
    )
}

fn every_hit(lane: Lane) -> HitQuery {
    HitQuery {
        states: State::ALL.to_vec(),
        lane,
        ..HitQuery::default()
    }
}

fn flights(service: &Service) -> Vec<(&'static str, String, Id)> {
    let flights = service
        .store()
        .read(|tx| tx.flights(service.tenant(), Timestamp::MIN, Timestamp::MAX))
        .unwrap();
    flights
        .iter()
        .map(|f| {
            (
                f.lane.as_str(),
                format!("{}{}", f.key.carrier, f.key.number),
                f.id,
            )
        })
        .collect()
}

fn deliver(service: &Service, bytes: &[u8]) -> Result<Id, ServiceError> {
    let envelope = Envelope {
        sender: "quillan-air",
        lane: Lane::Live,
        carriers: &[],
    };
    Ok(match service.receive(&envelope, bytes)? {
        Received::New(receipt) | Received::Again(receipt) => receipt.id,
    })
}

/// Puts a version into force; agreeing to it is part of it.
fn add_list(service: &Service, bytes: &[u8]) -> Result<(), ServiceError> {
    let file = NamedFile {
        name: "world.jsonl",
        bytes,
    };
    let consent = Consent {
        given: true,
        list: None,
    };
    let added = service.add_list(&acting(service, "local"), &[file], &consent)?;
    if !added.waits_for.is_empty() {
        service.approve_list(&acting(service, "second"), &added.list, added.version)?;
    }
    Ok(())
}

fn actor(service: &Service, who: &str) -> HumanActor {
    let now = service.now();
    let session = SignIn {
        person: PersonId::new(who).unwrap(),
        role: who.into(),
        until: now + SignedDuration::from_hours(8),
    };
    HumanActor::signed_in(service.mandate(), session, now).unwrap()
}

fn acting(service: &Service, who: &str) -> Acting {
    Acting {
        actor: actor(service, who),
        purpose: service.mandate().purposes().next().unwrap().0,
        reason: Reason::new("a day in the world").unwrap(),
    }
}
