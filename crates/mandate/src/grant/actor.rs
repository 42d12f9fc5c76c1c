//! Who acts: people, and the machine, which is never a person.

use std::fmt;

use jiff::Timestamp;
use tidewaiter_domain::Text;

use crate::compile::{Mandate, RoleId};

/// A person, by the identifier of the identity provider: two accounts of one person have one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(Text);

impl PersonId {
    /// Wraps an identifier; `None` when it is empty.
    pub fn new(id: impl Into<Text>) -> Option<Self> {
        let id = id.into();
        (!id.trim().is_empty()).then_some(Self(id))
    }

    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the session of a person proves, as the identity provider gave it.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Who.
    pub person: PersonId,
    /// The role in which they act, by its name in the profile.
    pub role: Text,
    /// Until when the session lasts.
    pub until: Timestamp,
}

/// A person who is signed in and acts in a role. Only a person reviews, proposes and approves.
///
/// A machine cannot pass for one:
///
/// ```compile_fail,E0308
/// # use tidewaiter_mandate::grant::{HumanActor, MachineActor};
/// fn review(_: &HumanActor) {}
/// review(&MachineActor::new("matcher"));
/// ```
#[derive(Debug)]
pub struct HumanActor {
    person: PersonId,
    role: RoleId,
    until: Timestamp,
}

impl HumanActor {
    /// The person of a session; `None` when it has ended or the mandate has no such role.
    pub fn signed_in(mandate: &Mandate, session: SignIn, now: Timestamp) -> Option<Self> {
        let role = mandate.role(&session.role)?;
        (now < session.until).then_some(Self {
            person: session.person,
            role,
            until: session.until,
        })
    }

    /// Who.
    pub const fn person(&self) -> &PersonId {
        &self.person
    }

    /// In which role.
    pub const fn role(&self) -> RoleId {
        self.role
    }

    /// Until when the session lasts.
    pub const fn until(&self) -> Timestamp {
        self.until
    }
}

/// A part of the system that acts by itself: it receives, matches and deletes, and judges nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineActor(&'static str);

impl MachineActor {
    /// The part of this name.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.0
    }
}

/// Why somebody wants to see a record, in their words. Goes to the audit log as a commitment only.
#[derive(Clone, PartialEq, Eq)]
pub struct Reason(Text);

impl Reason {
    /// A reason; `None` for one of fewer than three letters, which is none.
    pub fn new(text: impl Into<Text>) -> Option<Self> {
        let text = text.into();
        let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
        (letters >= 3).then_some(Self(text))
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reason(…)")
    }
}
