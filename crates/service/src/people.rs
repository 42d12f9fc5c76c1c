//! People and machines that come to the door: accounts, sessions, keys, conflicts of interest.
//!
//! An administrator looks after accounts and has no role of the mandate, so there is no way from
//! their session to a traveller. Everybody else acts in one role of the mandate, and a
//! [`Session`](SignedIn) becomes an [`Acting`] only for a purpose and with a reason.
//!
//! Passwords are hashed with argon2id; of tokens and keys only SHA-256 is kept, for they are long
//! random numbers. Secrets are the one thing that is drawn from the system and not from
//! [`Surroundings`](crate::Surroundings): nothing that is computed may depend on them.

use std::fmt;
use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use tidewaiter_mandate::Element;
use tidewaiter_mandate::grant::{HumanActor, PersonId, Reason, SignIn};
use tidewaiter_store::{Account, Machine, Parts, Session, StoreError, Tx};

use crate::{Acting, Service, ServiceError};

/// A session lasts no longer than a shift.
const SESSION: SignedDuration = SignedDuration::from_hours(8);
/// Unused for so long, it has ended.
const IDLE: SignedDuration = SignedDuration::from_mins(15);
/// So long after giving their password somebody may act against a traveller.
const PROOF: SignedDuration = SignedDuration::from_mins(5);
/// A use is noted no more often than this.
const NOTED: SignedDuration = SignedDuration::from_secs(60);
/// So many wrong passwords are mistakes; more are guesses.
const FAILURES_FREE: u32 = 5;
/// The longest time for which an account looks at no password.
const LOCK_MOST_SECONDS: i64 = 15 * 60;
/// So long answers to requests with an idempotency key are kept.
const ANSWERS: SignedDuration = SignedDuration::from_hours(24);
/// A password has at least so many characters, and at most so many bytes.
const PASSWORD: std::ops::RangeInclusive<usize> = 12..=512;

/// Why somebody is not let in, or not so far.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// The service.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// Name and password do not belong together; or there is no such session or key.
    #[error("the credentials are wrong")]
    Wrong,
    /// Too many wrong passwords: none is looked at before then.
    #[error("too many attempts: the account is locked for {0} more seconds")]
    Locked(i64),
    /// The session has ended.
    #[error("the session has ended: sign in again")]
    Ended,
    /// The password must be given again for this.
    #[error("this takes the password again")]
    ProveAgain,
    /// The password must be changed first.
    #[error("the password must be changed first")]
    MustChange,
    /// The administrator may, and nobody else; or the other way round.
    #[error("this account may not do this")]
    OtherAccount,
    /// The mandate has no such role, purpose or reason.
    #[error("{0}")]
    Invalid(&'static str),
    /// The name is taken.
    #[error("the name is taken")]
    Taken,
    /// Somebody declared that they must not deal with this person.
    #[error("a conflict of interest is declared: somebody else must do this")]
    Conflict,
}

impl From<StoreError> for DoorError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Constraint(_) => Self::Taken,
            other => Self::Service(other.into()),
        }
    }
}

pub(crate) type Result<T, E = DoorError> = std::result::Result<T, E>;

/// A secret that is shown once: a password, a session's token, a machine's key.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// 32 random bytes in hexadecimal.
    fn draw() -> Result<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)
            .map_err(|e| ServiceError::from(StoreError::Io(format!("no random numbers: {e}"))))?;
        Ok(Self(hex(&bytes)))
    }

    /// Something to type: four groups of five letters that are not mistaken for one another, 93
    /// bits.
    fn draw_password() -> Result<Self> {
        const LETTERS: &[u8; 25] = b"abcdefghjkmnpqrstuvwxyz23";
        let mut text = String::new();
        while text.len() < 23 {
            let mut byte = [0];
            getrandom::fill(&mut byte).map_err(|e| {
                ServiceError::from(StoreError::Io(format!("no random numbers: {e}")))
            })?;
            // Bytes above the last whole multiple would favour the first letters.
            if byte[0] < 250 {
                if text.len() % 6 == 5 {
                    text.push('-');
                }
                text.push(LETTERS[usize::from(byte[0]) % LETTERS.len()] as char);
            }
        }
        Ok(Self(text))
    }

    /// The secret, to be shown.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A new account's name and first password.
#[derive(Clone, Debug)]
pub struct Credential {
    /// What is typed.
    pub name: String,
    /// In which role; `administrator` for the administrator.
    pub role: String,
    /// The password.
    pub password: Secret,
}

/// Somebody with a session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    token: [u8; 32],
    session: Session,
}

impl SignedIn {
    /// The account's name.
    pub fn account(&self) -> &str {
        &self.session.account.name
    }

    /// Who stands behind it.
    pub fn person(&self) -> &str {
        &self.session.account.person
    }

    /// The role; `administrator` for the administrator, who has none of the mandate's.
    pub fn role(&self) -> &str {
        match self.session.account.role.as_str() {
            "" => "administrator",
            role => role,
        }
    }

    /// Whether this is an administrator.
    pub fn is_administrator(&self) -> bool {
        self.session.account.role.is_empty()
    }

    /// Whether the password must be changed before anything else.
    pub const fn must_change(&self) -> bool {
        self.session.account.must_change
    }

    /// When the session ends.
    pub const fn until(&self) -> Timestamp {
        self.session.until
    }

    pub(crate) fn administrator(&self) -> Result<&str> {
        if self.must_change() {
            return Err(DoorError::MustChange);
        }
        if !self.is_administrator() {
            return Err(DoorError::OtherAccount);
        }
        Ok(self.person())
    }
}

/// An account to be opened.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    /// What is typed: lower-case letters, digits, `.`, `-`, `_`.
    pub name: &'a str,
    /// Who stands behind it: the staff number, one for each human being.
    pub person: &'a str,
    /// A role of the mandate; `None` for an administrator.
    pub role: Option<&'a str>,
}

/// Somebody whom a member of staff must not deal with.
#[derive(Clone, Debug, Default)]
pub struct Relation<'a> {
    /// Surname, given names, date of birth (ISO).
    pub name: Option<(&'a str, &'a str, &'a str)>,
    /// Numbers of travel documents.
    pub documents: Vec<&'a str>,
}

impl Service {
    /// The accounts of a first start: an administrator and, under `evaluation`, one for each of
    /// its two roles. None when there is an account already.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn first_credentials(&self) -> Result<Vec<Credential>> {
        let is_new = self.store.read(|tx| tx.accounts(&self.tenant))?.is_empty();
        if !is_new {
            return Ok(Vec::new());
        }
        let mut accounts = vec![("admin", "")];
        if self.mandate().is_evaluation() {
            accounts.extend(self.mandate().roles().map(|(_, role)| (role, role)));
        }
        let mut credentials = Vec::new();
        for (name, role) in accounts {
            // Nobody else knows the password of a trial; a real administrator chooses their own.
            let must_change = !self.mandate().is_evaluation();
            let password = Secret::draw_password()?;
            self.enter_account("", name, name, role, (&password, must_change))?;
            credentials.push(Credential {
                name: name.to_owned(),
                role: if role.is_empty() {
                    "administrator"
                } else {
                    role
                }
                .to_owned(),
                password,
            });
        }
        Ok(credentials)
    }

    fn enter_account(
        &self,
        by: &str,
        name: &str,
        person: &str,
        role: &str,
        (password, must_change): (&Secret, bool),
    ) -> Result<()> {
        let account = Account {
            name: name.to_owned(),
            person: person.to_owned(),
            role: role.to_owned(),
            password: hash(&password.0)?,
            must_change,
            failures: 0,
            locked_until: None,
            closed_at: None,
        };
        Ok(self
            .store
            .write(self.now(), |tx| tx.open_account(&self.tenant, by, &account))?)
    }

    /// Signs somebody in; the token of their session.
    ///
    /// # Errors
    ///
    /// [`DoorError::Wrong`] and [`DoorError::Locked`]; an account that does not exist takes as
    /// long and says the same.
    pub fn sign_in(&self, name: &str, password: &str) -> Result<Secret> {
        let account = self.verified(name, password)?;
        let token = Secret::draw()?;
        let until = self.now() + SESSION;
        let hash = digest(&token.0);
        self.store.write(self.now(), |tx| {
            tx.begin_session(&self.tenant, &hash, &account, until)
        })?;
        Ok(token)
    }

    /// The account, if the password is its own.
    fn verified(&self, name: &str, password: &str) -> Result<Account> {
        let account = self.store.read(|tx| tx.account(&self.tenant, name))?;
        let open = account.filter(|account| account.closed_at.is_none());
        if let Some(until) = open.as_ref().and_then(|account| account.locked_until)
            && self.now() < until
        {
            return Err(DoorError::Locked(
                until.duration_since(self.now()).as_secs() + 1,
            ));
        }
        let stored = open.as_ref().map_or(NOBODY.as_str(), |a| &a.password);
        let right = verify(password, stored);
        let account = open.ok_or(DoorError::Wrong)?;
        if right {
            return Ok(account);
        }
        let now = self.now();
        self.store.write(now, |tx| {
            tx.wrong_password(&self.tenant, &account, |failures| {
                let beyond = failures.checked_sub(FAILURES_FREE)?;
                let seconds = (30i64 << beyond.min(10)).min(LOCK_MOST_SECONDS);
                now.checked_add(SignedDuration::from_secs(seconds)).ok()
            })
        })?;
        Err(DoorError::Wrong)
    }

    /// Whose session a token is.
    ///
    /// # Errors
    ///
    /// [`DoorError::Wrong`] when it is nobody's; [`DoorError::Ended`].
    pub fn session(&self, token: &str) -> Result<SignedIn> {
        let (now, token) = (self.now(), digest(token));
        let session = self
            .store
            .read_once(|tx| tx.session(&self.tenant, &token))?;
        let session = session.ok_or(DoorError::Wrong)?;
        if now >= session.until || now >= session.seen_at + IDLE {
            self.store
                .write(now, |tx| tx.end_session(&self.tenant, &token))?;
            return Err(DoorError::Ended);
        }
        if now >= session.seen_at + NOTED {
            self.store
                .write(now, |tx| tx.session_used(&self.tenant, &token, false))?;
        }
        Ok(SignedIn { token, session })
    }

    /// Signs somebody out.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn sign_out(&self, signed_in: &SignedIn) -> Result<()> {
        let end = |tx: &mut Tx<'_, '_>| tx.end_session(&self.tenant, &signed_in.token);
        Ok(self.store.write(self.now(), end)?)
    }

    /// Takes the password again: for some minutes the session may act against travellers.
    ///
    /// # Errors
    ///
    /// As [`Service::sign_in`].
    pub fn prove(&self, signed_in: &SignedIn, password: &str) -> Result<()> {
        self.verified(signed_in.account(), password)?;
        let used = |tx: &mut Tx<'_, '_>| tx.session_used(&self.tenant, &signed_in.token, true);
        Ok(self.store.write(self.now(), used)?)
    }

    /// Whether the password was given a short time ago.
    ///
    /// # Errors
    ///
    /// [`DoorError::ProveAgain`].
    pub fn proven(&self, signed_in: &SignedIn) -> Result<()> {
        if self.now() < signed_in.session.proven_at + PROOF {
            Ok(())
        } else {
            Err(DoorError::ProveAgain)
        }
    }

    /// Changes somebody's own password. All their sessions end.
    ///
    /// # Errors
    ///
    /// As [`Service::sign_in`]; [`DoorError::Invalid`] for a password that is too short.
    pub fn change_password(&self, signed_in: &SignedIn, old: &str, new: &str) -> Result<()> {
        let letters = new.chars().count();
        if letters < *PASSWORD.start() || new.len() > *PASSWORD.end() {
            return Err(DoorError::Invalid(
                "a password has at least 12 characters, and at most 512 bytes",
            ));
        }
        if new == old || new.contains(signed_in.account()) {
            return Err(DoorError::Invalid(
                "the password is the old one, or holds the name of the account",
            ));
        }
        self.verified(signed_in.account(), old)?;
        let hash = hash(new)?;
        let (by, name) = (signed_in.person(), signed_in.account());
        let set = |tx: &mut Tx<'_, '_>| tx.set_password(&self.tenant, by, name, (&hash, false));
        Ok(self.store.write(self.now(), set)?)
    }

    /// Somebody who acts for a purpose, for a reason: what everything that shows a traveller asks
    /// for. An administrator is never one.
    ///
    /// # Errors
    ///
    /// [`DoorError::OtherAccount`] for an administrator; [`DoorError::MustChange`];
    /// [`DoorError::Invalid`] for a purpose that the mandate does not have or a reason that is
    /// none.
    pub fn acting(&self, signed_in: &SignedIn, purpose: &str, reason: &str) -> Result<Acting> {
        let mandate = self.mandate();
        let purpose = mandate
            .purpose(purpose)
            .ok_or(DoorError::Invalid("the mandate has no such purpose"))?;
        let reason = Reason::new(reason).ok_or(DoorError::Invalid("a reason is missing"))?;
        Ok(Acting {
            actor: self.actor(signed_in)?,
            purpose,
            reason,
        })
    }

    /// The person of a session, in their role.
    ///
    /// # Errors
    ///
    /// As [`Service::acting`].
    pub fn actor(&self, signed_in: &SignedIn) -> Result<HumanActor> {
        if signed_in.must_change() {
            return Err(DoorError::MustChange);
        }
        let account = &signed_in.session.account;
        if account.role.is_empty() {
            return Err(DoorError::OtherAccount);
        }
        let session = SignIn {
            person: PersonId::new(account.person.as_str()).ok_or(DoorError::OtherAccount)?,
            role: account.role.as_str().into(),
            until: signed_in.session.until,
        };
        // A role that the mandate in force does not have any more gives no right.
        HumanActor::signed_in(self.mandate(), session, self.now()).ok_or(DoorError::OtherAccount)
    }

    /// Opens an account; its first password, which must be changed.
    ///
    /// # Errors
    ///
    /// [`DoorError::OtherAccount`] for anybody but an administrator; [`DoorError::Taken`];
    /// [`DoorError::Invalid`].
    pub fn open_account(&self, by: &SignedIn, new: &NewAccount<'_>) -> Result<Credential> {
        let admin = by.administrator()?;
        check_name(new.name)?;
        check_name(new.person)?;
        if let Some(role) = new.role {
            if self.mandate().role(role).is_none() {
                return Err(DoorError::Invalid("the mandate has no such role"));
            }
            // Whoever hands out accounts would otherwise be two of the two who must agree.
            if new.person == admin {
                return Err(DoorError::Invalid(
                    "an administrator does not give themselves a role",
                ));
            }
        }
        let password = Secret::draw_password()?;
        let role = new.role.unwrap_or_default();
        self.enter_account(admin, new.name, new.person, role, (&password, true))?;
        Ok(Credential {
            name: new.name.to_owned(),
            role: new.role.unwrap_or("administrator").to_owned(),
            password,
        })
    }

    /// Closes an account and ends its sessions.
    ///
    /// # Errors
    ///
    /// [`DoorError::OtherAccount`] for anybody but an administrator; not found.
    pub fn close_account(&self, by: &SignedIn, name: &str) -> Result<()> {
        let admin = by.administrator()?;
        if name == by.account() {
            return Err(DoorError::Invalid("nobody closes their own account"));
        }
        let close = |tx: &mut Tx<'_, '_>| tx.close_account(&self.tenant, admin, name);
        Ok(self.store.write(self.now(), close)?)
    }

    /// Gives an account a new first password.
    ///
    /// # Errors
    ///
    /// As [`Service::close_account`].
    pub fn reset_password(&self, by: &SignedIn, name: &str) -> Result<Secret> {
        let admin = by.administrator()?;
        let password = Secret::draw_password()?;
        let hash = hash(&password.0)?;
        self.store.write(self.now(), |tx| {
            tx.set_password(&self.tenant, admin, name, (&hash, true))
        })?;
        Ok(password)
    }

    /// The accounts, open and closed.
    ///
    /// # Errors
    ///
    /// [`DoorError::OtherAccount`] for anybody but an administrator.
    pub fn accounts(&self, by: &SignedIn) -> Result<Vec<Account>> {
        by.administrator()?;
        Ok(self.store.read(|tx| tx.accounts(&self.tenant))?)
    }

    /// Lets a machine in; its key, or none when it is known by its certificate.
    ///
    /// # Errors
    ///
    /// As [`Service::open_account`].
    pub fn open_machine(&self, by: &SignedIn, machine: &Machine) -> Result<Option<Secret>> {
        let admin = by.administrator()?;
        check_name(&machine.name)?;
        if machine.carriers.is_empty() || !machine.carriers.iter().all(|c| is_carrier(c)) {
            return Err(DoorError::Invalid(
                "a machine speaks for carriers by their codes, or for all by *",
            ));
        }
        // Nobody is told the key of a machine that shows a certificate.
        let key = Secret::draw()?;
        self.store.write(self.now(), |tx| {
            tx.open_machine(&self.tenant, admin, &digest(&key.0), machine)
        })?;
        Ok(machine.certificate.is_none().then_some(key))
    }

    /// Shuts a machine out.
    ///
    /// # Errors
    ///
    /// As [`Service::close_account`].
    pub fn close_machine(&self, by: &SignedIn, name: &str) -> Result<()> {
        let admin = by.administrator()?;
        let close = |tx: &mut Tx<'_, '_>| tx.close_machine(&self.tenant, admin, name);
        Ok(self.store.write(self.now(), close)?)
    }

    /// The machines, let in and shut out.
    ///
    /// # Errors
    ///
    /// [`DoorError::OtherAccount`] for anybody but an administrator.
    pub fn machines(&self, by: &SignedIn) -> Result<Vec<Machine>> {
        by.administrator()?;
        Ok(self.store.read(|tx| tx.machines(&self.tenant))?)
    }

    /// The machine of a key.
    ///
    /// # Errors
    ///
    /// [`DoorError::Wrong`] when it is nobody's, or was shut out.
    pub fn machine(&self, key: &str) -> Result<Machine> {
        let key = digest(key);
        let machine = self.store.read_once(|tx| tx.machine(&self.tenant, &key))?;
        machine
            .filter(|machine| !machine.is_closed)
            .ok_or(DoorError::Wrong)
    }

    /// The machine that is known by a certificate, by the SHA-256 of its DER form.
    ///
    /// # Errors
    ///
    /// [`DoorError::Wrong`] when it is nobody's, or was shut out.
    pub fn machine_of_certificate(&self, certificate: &[u8; 32]) -> Result<Machine> {
        let ask = |tx: &mut tidewaiter_store::ReadTx<'_, '_>| {
            tx.machine_of_certificate(&self.tenant, certificate)
        };
        self.store.read(ask)?.ok_or(DoorError::Wrong)
    }

    /// Enters into the register of conflicts of interest whom `person` must not deal with. What is
    /// given is hashed and forgotten.
    ///
    /// # Errors
    ///
    /// [`DoorError::OtherAccount`] unless an administrator does so, or the person themselves.
    pub fn declare_conflict(
        &self,
        by: &SignedIn,
        person: &str,
        relation: &Relation<'_>,
    ) -> Result<()> {
        if by.person() != person {
            by.administrator()?;
        }
        let mut forms: Vec<Vec<u8>> = relation
            .documents
            .iter()
            .map(|d| document_form(d))
            .collect();
        if let Some((surname, given, born)) = relation.name {
            forms.push(name_form(surname, given, born));
        }
        if forms.is_empty() {
            return Err(DoorError::Invalid(
                "whom? a name with a birth date, or a document",
            ));
        }
        self.store.write(self.now(), |tx| {
            for form in &forms {
                tx.declare_conflict(&self.tenant, by.person(), person, form)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Whether the person who acts has declared that they must not deal with a traveller, given
    /// what they may see of them.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn has_conflict(&self, acting: &Acting, parts: &Parts) -> Result<bool, ServiceError> {
        let (person, forms) = (acting.actor.person().as_str(), conflict_forms(parts));
        let has = |tx: &mut Tx<'_, '_>| tx.has_conflict(&self.tenant, person, &forms);
        Ok(self.store.write(self.now(), has)?)
    }

    /// Forgets sessions that have ended and old answers.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn tidy_door(&self) -> Result<u64> {
        let before = self.now().checked_sub(ANSWERS).unwrap_or(Timestamp::MIN);
        let forget = |tx: &mut Tx<'_, '_>| tx.forget_ended(&self.tenant, before);
        Ok(self.store.write(self.now(), forget)?)
    }

    /// What was answered to a request with this idempotency key by this person before.
    ///
    /// # Errors
    ///
    /// [`DoorError::Taken`] when the key was used for another request.
    pub fn answered(
        &self,
        signed_in: &SignedIn,
        key: &str,
        request: &[u8; 32],
    ) -> Result<Option<(u16, String)>> {
        let person = signed_in.person();
        let ask = |tx: &mut Tx<'_, '_>| tx.answered(&self.tenant, person, key, request);
        Ok(self.store.write(self.now(), ask)?)
    }

    /// Keeps what is answered to a request with an idempotency key.
    ///
    /// # Errors
    ///
    /// [`DoorError::Taken`] when there is an answer already.
    pub fn keep_answer(
        &self,
        signed_in: &SignedIn,
        asked: (&str, &[u8; 32]),
        answer: (u16, &str),
    ) -> Result<()> {
        let person = signed_in.person();
        let keep = |tx: &mut Tx<'_, '_>| tx.keep_answer(&self.tenant, person, asked, answer);
        Ok(self.store.write(self.now(), keep)?)
    }
}

/// The forms under which a traveller would stand in the register of conflicts.
fn conflict_forms(parts: &Parts) -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    let documents = parts
        .get(Element::DocumentNumber)
        .and_then(serde_json::Value::as_array);
    for document in documents.into_iter().flatten() {
        if let Some(number) = document["number"].as_str() {
            forms.push(document_form(number));
        }
    }
    let born = parts
        .get(Element::BirthDate)
        .and_then(serde_json::Value::as_str);
    if let (Some(names), Some(born)) = (parts.get(Element::Names), born) {
        let surname = names["surname"].as_str().unwrap_or_default();
        let given = names["given"].as_array();
        let given: Vec<&str> = given
            .into_iter()
            .flatten()
            .filter_map(|g| g.as_str())
            .collect();
        forms.push(name_form(surname, &given.join(" "), born));
    }
    forms
}

fn document_form(number: &str) -> Vec<u8> {
    format!("document\0{}", folded(number)).into_bytes()
}

/// All letters of the name in alphabetical order: which part is the surname does not matter.
fn name_form(surname: &str, given: &str, born: &str) -> Vec<u8> {
    let both = format!("{surname} {given}");
    let mut words: Vec<String> = both.split_whitespace().map(folded).collect();
    words.sort();
    format!("name\0{}\0{born}", words.join(" ")).into_bytes()
}

fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// The hash against which the password of an account that is not there is tried.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash("nobody has this password").unwrap_or_default());

fn hash(password: &str) -> Result<String> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|_| DoorError::Invalid("this password cannot be hashed"))
}

fn verify(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The word by which a page proves that a request comes from a page of ours: whoever has the
/// session's token can compute it, and nobody else.
pub fn csrf_word(token: &str) -> String {
    hex(&digest(&format!("csrf {token}"))[..16])
}

fn check_name(name: &str) -> Result<()> {
    let fine =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    if (1..=64).contains(&name.len()) && name.chars().all(fine) {
        Ok(())
    } else {
        Err(DoorError::Invalid(
            "a name has 1 to 64 lower-case letters, digits, dots, hyphens, underscores",
        ))
    }
}

pub(crate) fn is_carrier(code: &str) -> bool {
    code == "*"
        || ((2..=3).contains(&code.len())
            && code
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()))
}
