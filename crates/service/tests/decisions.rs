//! Deciding, with a clock that is set by hand: what happens when nobody agrees in time, when the
//! act is taken back before it left, when the carrier does not answer, and who must not decide.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail like tests"
)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use jiff::{SignedDuration, Timestamp};
use tidewaiter_mandate::review::{FoundKind, Judgement, Outcome, ReasonCode, State};
use tidewaiter_mandate::{Act, Mandate};
use tidewaiter_service::{
    Acting, By, Consent, Decision, DoorError, HitQuery, Home, Id, Lane, NamedFile, NewOutcome,
    Once, Relation, Service, ServiceError, Setup, SignedIn, Surroundings,
};
use tidewaiter_store::keystore::MasterKeyFile;
use tidewaiter_store::{Carrier, CarrierState, DirectiveState, Machine};

fn by<'a>(signed_in: &'a SignedIn, acting: &'a Acting) -> By<'a> {
    By {
        signed_in,
        acting,
        note: None,
        once: None,
    }
}

/// A clock that is set by hand.
struct Clock(AtomicI64, AtomicU32);

impl Surroundings for Clock {
    fn now(&self) -> Timestamp {
        let begin: Timestamp = "2026-11-24T06:00:00Z".parse().unwrap();
        begin + SignedDuration::from_secs(self.0.load(Ordering::Relaxed))
    }

    fn fresh(&self) -> Id {
        let mut bytes = [0; 16];
        bytes[12..].copy_from_slice(&self.1.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        Id(bytes)
    }
}

struct World {
    service: Service,
    clock: Arc<Clock>,
    passwords: Vec<(String, String)>,
    drop: tempfile::TempDir,
    _folder: tempfile::TempDir,
}

const LISTED: &str = "NAD+FL+++TESTANI:KASIM'ATT+2++M'DTM+329:19710203:102'NAT+2+IRQ'\
    RFF+AVF:K7Q2LM'RFF+ABO:QZ417001'DOC+P:110:111+X4410077'";

impl World {
    /// A service with the list of the templates, and one hit on it.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Clock(AtomicI64::new(0), AtomicU32::new(1)));
        let service = Service::open(Setup {
            home: Home::Folder(folder.path().to_owned()),
            agency: "XA-CUSTOMS".into(),
            mandate: Arc::new(Mandate::evaluation()),
            custodian: Box::new(MasterKeyFile::parse(&"5a".repeat(32)).unwrap()),
            surroundings: Arc::clone(&clock) as Arc<dyn Surroundings>,
        })
        .unwrap();
        let first = service.first_credentials().unwrap();
        let passwords = first
            .iter()
            .map(|c| (c.name.clone(), c.password.reveal().to_owned()))
            .collect();
        let world = Self {
            service,
            clock,
            passwords,
            drop: tempfile::tempdir().unwrap(),
            _folder: folder,
        };
        let (_, local) = world.officer("local");
        let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/templates/list.csv");
        let bytes = std::fs::read(template).unwrap();
        let files = [NamedFile {
            name: "list.csv",
            bytes: &bytes,
        }];
        let consent = Consent {
            given: true,
            ..Consent::default()
        };
        world.service.add_list(&local, &files, &consent).unwrap();
        world.ask("QZ1", LISTED);
        world
    }

    fn forward(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn sign_in(&self, name: &str) -> SignedIn {
        let password = &self.passwords.iter().find(|(n, _)| n == name).unwrap().1;
        let token = self.service.sign_in(name, password).unwrap();
        self.service.session(token.reveal()).unwrap()
    }

    fn officer(&self, name: &str) -> (SignedIn, Acting) {
        let signed_in = self.sign_in(name);
        let acting = self.service.acting(&signed_in, "evaluation", "a test");
        (signed_in, acting.unwrap())
    }

    fn machine() -> Machine {
        Machine {
            name: "qz-dcs".into(),
            carriers: vec!["QZ".into()],
            lane: Lane::Live,
            is_closed: false,
            certificate: None,
        }
    }

    /// What a carrier is answered about people on flight QZ417.
    fn ask(&self, transaction: &str, people: &str) -> String {
        self.ask_of("QZ417", transaction, people)
    }

    fn ask_of(&self, flight: &str, transaction: &str, people: &str) -> String {
        let body = format!(
            "UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'RFF+TN:{transaction}'TDT+20+{flight}'\
             LOC+125+ORD'DTM+189:2611250915:201'LOC+87+JFK'DTM+232:2611251340:201'{people}"
        );
        let list = format!(
            "UNB+UNOA:4+QZAIR:ZZ+TWCUST:ZZ+261124:0600+{transaction}'{body}UNT+{}+1'\
             UNZ+1+{transaction}'",
            body.matches('\'').count() + 1
        );
        let answer = self.service.answer(&Self::machine(), list.as_bytes());
        String::from_utf8(answer.unwrap().bytes).unwrap()
    }

    /// The carrier takes files.
    fn reach_carrier(&self) {
        let folder = self.drop.path().to_str().unwrap();
        let carrier = Carrier::reached("QZ", "QZAIR", "files", folder);
        let admin = self.sign_in("admin");
        self.service.put_carrier(&admin, &carrier, None).unwrap();
    }

    fn hit(&self) -> (Id, u64, State) {
        let (_, local) = self.officer("local");
        let every = HitQuery {
            states: State::ALL.to_vec(),
            ..HitQuery::default()
        };
        let hits = self.service.hits(&local, &every).unwrap();
        assert_eq!(hits.len(), 1);
        (hits[0].id, hits[0].version, hits[0].hit.state())
    }

    fn try_to(&self, name: &str, decision: Decision) -> Result<State, DoorError> {
        let (signed_in, acting) = self.officer(name);
        let (id, version, _) = self.hit();
        let stepped = self
            .service
            .decide(by(&signed_in, &acting), &id, version, decision)?;
        Ok(stepped.hit.state())
    }

    fn proposed(&self) {
        for decision in [
            Decision::Open,
            Decision::Judge {
                judgement: Judgement::Same,
                reason: ReasonCode::IdentityDataAgree,
                clear: false,
            },
            Decision::Propose(Act::NoBoard),
        ] {
            self.try_to("local", decision).unwrap();
        }
    }

    fn approved(&self) {
        self.proposed();
        self.approved_proposal();
    }

    fn approved_proposal(&self) {
        self.try_to("second", Decision::Open).unwrap();
        let (signed_in, acting) = self.officer("second");
        let (id, version, _) = self.hit();
        let (stepped, not_done) = self
            .service
            .approve(by(&signed_in, &acting), &id, version)
            .unwrap();
        assert!(not_done.is_none(), "{not_done:?}");
        assert_eq!(stepped.hit.state(), State::Done);
    }

    fn directives(&self) -> Vec<(String, DirectiveState)> {
        let (id, ..) = self.hit();
        let all = self.service.directives_of(&id).unwrap();
        all.into_iter().map(|d| (d.code, d.state)).collect()
    }

    fn tasks(&self) -> Vec<String> {
        let (_, local) = self.officer("local");
        let tasks = self.service.tasks(&local, 10).unwrap();
        tasks.into_iter().map(|task| task.kind).collect()
    }
}

#[test]
fn nobody_agrees_in_time_and_nothing_is_decided() {
    let world = World::new();
    world.proposed();
    world.forward(89);
    assert_eq!(world.service.step_deadlines().unwrap(), 0);
    // Looking at it does not give it more time.
    world.try_to("second", Decision::Open).unwrap();
    world.forward(1);
    assert_eq!(world.service.step_deadlines().unwrap(), 1);
    assert_eq!(world.hit().2, State::Expired);
    assert_eq!(world.service.step_deadlines().unwrap(), 0);
    assert_eq!(world.directives(), []);
    let mut tasks = world.tasks();
    tasks.sort();
    assert_eq!(tasks, ["look-again", "meet-flight"]);
    // Too late is too late; the answer to the carrier is still none against anybody.
    assert!(world.try_to("second", Decision::Approve).is_err());
    assert!(world.ask("QZ2", LISTED).contains("ERC+0Z"));
}

#[test]
fn what_has_not_left_is_taken_back_without_a_word() {
    let world = World::new();
    world.reach_carrier();
    world.approved();
    assert_eq!(world.directives(), [("1Z".into(), DirectiveState::Waiting)]);
    assert!(
        world.ask("QZ2", LISTED).contains("ERC+1Z"),
        "people decided it"
    );
    world.try_to("second", Decision::Withdraw).unwrap();
    assert_eq!(
        world.directives(),
        [("1Z".into(), DirectiveState::Withdrawn)]
    );
    let delivered = world.service.deliver_directives().unwrap();
    assert_eq!((delivered.sent, delivered.failed), (0, 0));
    assert_eq!(std::fs::read_dir(world.drop.path()).unwrap().count(), 0);
    assert!(world.ask("QZ3", LISTED).contains("ERC+0Z"));
}

#[test]
fn what_is_not_acknowledged_is_repeated_and_then_somebody_telephones() {
    let world = World::new();
    world.reach_carrier();
    world.approved();
    for attempt in 1..=3u64 {
        let delivered = world.service.deliver_directives().unwrap();
        assert_eq!(delivered.sent, 1, "attempt {attempt}");
        assert_eq!(world.service.deliver_directives().unwrap().sent, 0);
        assert_eq!(world.tasks().len(), usize::from(attempt >= 3));
        world.forward(60);
    }
    assert_eq!(world.tasks(), ["call-carrier"]);
    assert_eq!(world.directives(), [("1Z".into(), DirectiveState::Sent)]);
    let files: Vec<_> = std::fs::read_dir(world.drop.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "a repetition is the same file");
    let text = std::fs::read_to_string(files[0].as_ref().unwrap().path()).unwrap();
    assert!(
        text.contains("BGM+132") && text.contains("RFF+ABO:QZ417001"),
        "{text}"
    );

    // Another carrier's acknowledgement counts for nothing, nor one that says something else.
    let acknowledgement = text.replace("BGM+132", "BGM+312");
    let other = Machine {
        carriers: vec!["AA".into()],
        ..World::machine()
    };
    let count = |machine: &Machine, text: &str| {
        world
            .service
            .read_acknowledgements(machine, text.as_bytes())
            .unwrap()
    };
    assert_eq!(count(&other, &acknowledgement), 0);
    let weaker = acknowledgement.replace("ERC+1Z", "ERC+0Z");
    assert_eq!(count(&World::machine(), &weaker), 0);
    assert_eq!(
        count(&World::machine(), &text),
        0,
        "the directive itself is none"
    );
    assert_eq!(count(&World::machine(), &acknowledgement), 1);
    assert_eq!(count(&World::machine(), &acknowledgement), 0);
    assert_eq!(
        world.directives(),
        [("1Z".into(), DirectiveState::Acknowledged)]
    );
    world.forward(60);
    assert_eq!(world.service.deliver_directives().unwrap().sent, 0);

    // Taken back after it arrived: the carrier is told.
    world.try_to("second", Decision::Withdraw).unwrap();
    assert_eq!(world.service.deliver_directives().unwrap().sent, 1);
    let states = world.directives();
    assert_eq!(states[0], ("1Z".into(), DirectiveState::Revoked));
    assert_eq!(states[1], ("0Z".into(), DirectiveState::Sent));
}

#[test]
fn a_carrier_that_nobody_can_reach_is_telephoned_at_once_and_after_departure_nothing_leaves() {
    let world = World::new();
    world.approved();
    let delivered = world.service.deliver_directives().unwrap();
    assert_eq!((delivered.sent, delivered.failed), (0, 1));
    assert_eq!(world.tasks(), ["call-carrier"]);
    world.forward(40 * 3600);
    let delivered = world.service.deliver_directives().unwrap();
    assert_eq!(delivered.expired, 1);
    assert_eq!(world.directives(), [("1Z".into(), DirectiveState::Expired)]);
}

#[test]
fn a_carrier_that_is_suspended_is_told_nothing_and_telephoned() {
    let world = World::new();
    world.reach_carrier();
    let admin = world.sign_in("admin");
    let suspended = Carrier {
        state: CarrierState::Suspended,
        ..world.service.carrier(&admin, "QZ").unwrap()
    };
    let seen = Some(suspended.version);
    world.service.put_carrier(&admin, &suspended, seen).unwrap();
    world.approved();
    let delivered = world.service.deliver_directives().unwrap();
    assert_eq!((delivered.sent, delivered.failed), (0, 1));
    assert_eq!(world.tasks(), ["call-carrier"]);
    assert_eq!(std::fs::read_dir(world.drop.path()).unwrap().count(), 0);
}

#[test]
fn nobody_is_cleared_of_whom_no_flight_is_known() {
    let world = World::new();
    let list = "UNB+UNOA:4+QZAIR:ZZ+TWCUST:ZZ+261124:0600+T9'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'\
        NAD+FL+++VOSS:ILKA'DTM+329:19850612:102'RFF+ABO:QZ417009'CNT+42:1'UNT+7+1'UNZ+1+T9'";
    let answer = world.service.answer(&World::machine(), list.as_bytes());
    let text = String::from_utf8(answer.unwrap().bytes).unwrap();
    assert!(text.contains("ERC+118"), "{text}");
    assert!(!text.contains("0Z") && !text.contains("4Z"), "{text}");
}

#[test]
fn the_stop_switch_holds_directives_and_is_no_administrators() {
    let world = World::new();
    world.reach_carrier();
    world.approved();
    let (_, second) = world.officer("second");
    world.service.turn_stop_switch(&second, true).unwrap();
    let held = world.service.deliver_directives().unwrap();
    assert_eq!((held.is_stopped, held.sent), (true, 0));
    world.service.turn_stop_switch(&second, false).unwrap();
    assert_eq!(world.service.deliver_directives().unwrap().sent, 1);
    let admin = world.sign_in("admin");
    assert!(
        world
            .service
            .acting(&admin, "evaluation", "a look")
            .is_err()
    );
}

#[test]
fn one_person_is_not_two_by_a_second_account_or_at_the_same_time() {
    let world = World::new();
    world.proposed();
    let refused = world.try_to("local", Decision::Approve);
    assert!(refused.is_err(), "{refused:?}");

    // A second account of the same human being, in the other role.
    let admin = world.sign_in("admin");
    let new = tidewaiter_service::NewAccount {
        name: "local-2",
        person: "local",
        role: Some("second"),
    };
    let first = world.service.open_account(&admin, &new).unwrap();
    let token = world
        .service
        .sign_in("local-2", first.password.reveal())
        .unwrap();
    let signed_in = world.service.session(token.reveal()).unwrap();
    let own = "correct horse battery staple";
    world
        .service
        .change_password(&signed_in, first.password.reveal(), own)
        .unwrap();
    let token = world.service.sign_in("local-2", own).unwrap();
    let signed_in = world.service.session(token.reveal()).unwrap();
    let acting = world
        .service
        .acting(&signed_in, "evaluation", "a test")
        .unwrap();
    let decide = |decision| {
        let (id, version, _) = world.hit();
        world
            .service
            .decide(by(&signed_in, &acting), &id, version, decision)
    };
    decide(Decision::Open).unwrap();
    let refused = decide(Decision::Approve).unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("different person"), "{text}");
    assert!(decide(Decision::Execute).is_err());

    // Many at one time: one agrees, the others saw an older version.
    world.try_to("second", Decision::Open).unwrap();
    let (id, version, _) = world.hit();
    let won: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    let (signed_in, acting) = world.officer("second");
                    let decision = Decision::Approve;
                    world
                        .service
                        .decide(by(&signed_in, &acting), &id, version, decision)
                        .is_ok()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| usize::from(thread.join().unwrap()))
            .sum()
    });
    assert_eq!(won, 1);
}

#[test]
fn whoever_has_a_conflict_of_interest_does_not_decide() {
    let world = World::new();
    let local = world.sign_in("local");
    let kin = Relation {
        name: Some(("Testani", "Kasim", "1971-02-03")),
        documents: Vec::new(),
    };
    world
        .service
        .declare_conflict(&local, "local", &kin)
        .unwrap();
    let refused = world.try_to("local", Decision::Open);
    assert!(matches!(refused, Err(DoorError::Conflict)), "{refused:?}");
    world.try_to("second", Decision::Open).unwrap();
}

#[test]
fn an_act_against_somebody_takes_the_password_again() {
    let world = World::new();
    world.proposed();
    let (signed_in, acting) = world.officer("second");
    let decide = |decision| {
        let (id, version, _) = world.hit();
        world
            .service
            .decide(by(&signed_in, &acting), &id, version, decision)
    };
    decide(Decision::Open).unwrap();
    world.forward(5 * 60);
    // The session goes on; the proof is stale.
    let refused = decide(Decision::Approve).unwrap_err();
    assert!(matches!(refused, DoorError::ProveAgain), "{refused:?}");
}

#[test]
fn the_queue_is_turned_page_by_page_and_is_of_one_purpose() {
    let world = World::new();
    for n in 2..=5 {
        world.ask_of(&format!("QZ42{n}"), &format!("QZ1{n}"), LISTED);
    }
    let (_, local) = world.officer("local");
    let mut seen = Vec::new();
    let mut behind = None;
    loop {
        let page = world
            .service
            .hit_page(&local, HitQuery::OPEN, Lane::Live, None, behind, 2)
            .unwrap();
        assert!(page.hits.len() <= 2);
        seen.extend(page.hits.iter().map(|hit| hit.id));
        behind = page.next;
        if behind.is_none() {
            break;
        }
    }
    let all = world.service.hits(&local, &HitQuery::default()).unwrap();
    let all: Vec<Id> = all.iter().map(|hit| hit.id).collect();
    assert_eq!(seen, all);
    assert_eq!(all.len(), 5);
    let test = world
        .service
        .hit_page(&local, HitQuery::OPEN, Lane::Test, None, None, 10)
        .unwrap();
    assert!(test.hits.is_empty());
    let stale = world.service.hit(&local, &Id([9; 16]));
    assert!(matches!(stale, Err(ServiceError::NotFound(_))));
}

/// What was counted this month of outcomes.
fn outcomes(world: &World) -> Vec<(String, String, i64)> {
    let (_, acting) = world.officer("second");
    let counted = world.service.statistics(&acting, (None, None)).unwrap();
    counted
        .into_iter()
        .filter(|s| s.name.starts_with("outcome:"))
        .map(|s| (s.name, s.carrier, s.count))
        .collect()
}

#[test]
fn what_came_of_an_act_is_recorded_counted_and_corrected() {
    let world = World::new();
    world.proposed();
    let (signed_in, acting) = world.officer("second");
    let record = |outcome, found: &[FoundKind], note| {
        let (id, version, _) = world.hit();
        let by = By {
            note: Some(note),
            ..by(&signed_in, &acting)
        };
        let found = found.to_vec();
        let new = NewOutcome { outcome, found };
        world.service.record_outcome(by, &id, version, &new)
    };
    let early = record(Outcome::Nothing, &[], "too early").unwrap_err();
    assert!(early.to_string().contains("no act was done"), "{early}");
    world.approved_proposal();
    let found = [FoundKind::ListedPerson, FoundKind::Cash];
    record(Outcome::Found, &found, "9 400 in the lining").unwrap();
    assert_eq!(outcomes(&world), [("outcome:found".into(), "QZ".into(), 1)]);
    record(Outcome::Nothing, &[], "it was another bag").unwrap();
    // Statistics say what is true now; the history says everything.
    let counts = outcomes(&world);
    assert_eq!(counts[0], ("outcome:found".into(), "QZ".into(), 0));
    assert_eq!(counts[1], ("outcome:nothing".into(), "QZ".into(), 1));
    let (id, ..) = world.hit();
    let hit = world.service.hit(&acting, &id).unwrap();
    let said: Vec<(&str, &str)> = hit
        .history
        .iter()
        .filter(|d| d.event == "outcome")
        .map(|d| {
            let note = d.note.as_ref().map(|n| std::str::from_utf8(n).unwrap());
            (d.word.as_str(), note.unwrap())
        })
        .collect();
    assert_eq!(
        said,
        [
            ("found listed-person cash", "9 400 in the lining"),
            ("nothing", "it was another bag")
        ]
    );
    // Without a find there is nothing that was found, and the other way round.
    assert!(record(Outcome::Found, &[], "?").is_err());
    assert!(record(Outcome::NotStopped, &found, "?").is_err());
}

#[test]
fn whoever_has_a_hit_is_the_only_one_to_judge_it_until_somebody_takes_over() {
    let world = World::new();
    let (local_in, local) = world.officer("local");
    let (second_in, second) = world.officer("second");
    let claim = |by: By<'_>, over| {
        let (id, version, _) = world.hit();
        world.service.claim_hit(by, &id, version, over)
    };
    let (one, two) = (by(&local_in, &local), by(&second_in, &second));
    claim(one, false).unwrap();
    world.try_to("second", Decision::Open).unwrap();
    let judge = Decision::Judge {
        judgement: Judgement::Same,
        reason: ReasonCode::IdentityDataAgree,
        clear: false,
    };
    let refused = world.try_to("second", judge).unwrap_err();
    assert!(refused.to_string().contains("somebody else"), "{refused}");
    assert!(claim(two, false).is_err());
    claim(two, true).unwrap();
    let (id, version, _) = world.hit();
    assert!(world.service.release_hit(one, &id, version).is_err());
    world.try_to("second", judge).unwrap();
    let hit = world.service.hit(&second, &id).unwrap();
    assert_eq!(hit.claim.unwrap().0, "second");
    let taken: Vec<(&str, &str)> = hit
        .history
        .iter()
        .filter(|d| ["claim", "take-over"].contains(&d.event.as_str()))
        .map(|d| (d.event.as_str(), d.word.as_str()))
        .collect();
    assert_eq!(taken, [("claim", ""), ("take-over", "local")]);
    let (_, version, _) = world.hit();
    world.service.release_hit(two, &id, version).unwrap();
    let hit = world.service.hit(&second, &id).unwrap();
    assert_eq!(hit.claim, None);
}

#[test]
fn the_answer_to_a_request_is_kept_with_what_it_did() {
    let world = World::new();
    let (signed_in, acting) = world.officer("local");
    let answer =
        |stepped: &tidewaiter_store::Stepped, _: Option<&DoorError>| format!("{}", stepped.version);
    let once = |request: u8| Once {
        key: "k",
        request: [request; 32],
        answer: &answer,
    };
    let (id, version, _) = world.hit();
    // A step that does not happen keeps no answer.
    let first = once(1);
    let asked = By {
        once: Some(&first),
        ..by(&signed_in, &acting)
    };
    let execute = world.service.decide(asked, &id, version, Decision::Execute);
    assert!(execute.is_err());
    let kept = |request: u8| world.service.answered(&signed_in, "k", &[request; 32]);
    assert_eq!(kept(1).unwrap(), None);
    world
        .service
        .decide(asked, &id, version, Decision::Open)
        .unwrap();
    assert_eq!(kept(1).unwrap(), Some((200, (version + 1).to_string())));
    // An answer that cannot be kept lets nothing happen: both, or neither.
    let second = once(2);
    let asked = By {
        once: Some(&second),
        ..asked
    };
    let again = world
        .service
        .decide(asked, &id, version + 1, Decision::Open);
    assert!(again.is_err());
    assert_eq!(world.hit().1, version + 1);
}
