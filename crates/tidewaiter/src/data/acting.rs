//! Who acts, for what, why: `--as USER --purpose P --reason TEXT`.

use clap::Args;
use jiff::SignedDuration;
use tidewaiter_mandate::grant::{HumanActor, PersonId, Reason, SignIn};
use tidewaiter_mandate::{Capability, Mandate, PurposeId};
use tidewaiter_service::{Acting, Service};

use super::Trouble;

/// How long a command acts for somebody.
const SESSION: SignedDuration = SignedDuration::from_mins(15);

/// Who acts under the evaluation profile, unless somebody else is named.
const LOCAL: &str = "local";

/// Who acts.
#[derive(Debug, Args)]
pub(crate) struct ActingOptions {
    /// Who acts, by the identifier of the identity provider [default under evaluation: local]
    #[arg(long = "as", value_name = "USER")]
    user: Option<String>,

    /// In which role, where the purpose does not tell it
    #[arg(long, value_name = "ROLE", requires = "user")]
    role: Option<String>,

    /// For which purpose of the mandate [default under evaluation: evaluation]
    #[arg(long, value_name = "P")]
    purpose: Option<String>,

    /// Why, in your words; goes to the audit log as a commitment [default under evaluation:
    /// evaluation]
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl ActingOptions {
    /// The person who acts, under the mandate in force.
    pub(crate) fn acting(&self, service: &Service) -> Result<Acting, Trouble> {
        let mandate = service.mandate();
        let evaluation = mandate.is_evaluation();
        let given = |option: &'static str, value: &Option<String>, default: &str| match value {
            Some(value) => Ok(value.clone()),
            None if evaluation => Ok(default.to_owned()),
            None => Err(Trouble::Says(format!(
                "{option} is missing: who sees persons under a mandate says who they are, for \
                     what, and why (--as USER --purpose P --reason TEXT)"
            ))),
        };
        let user = given("--as", &self.user, LOCAL)?;
        let purpose = given("--purpose", &self.purpose, "evaluation")?;
        let reason = given("--reason", &self.reason, "evaluation")?;
        let purpose = mandate.purpose(&purpose).ok_or_else(|| {
            let there: Vec<&str> = mandate.purposes().map(|(_, name)| name).collect();
            Trouble::Says(format!(
                "the mandate has no purpose {purpose:?}; it has {}",
                there.join(", ")
            ))
        })?;
        let reason = Reason::new(reason)
            .ok_or_else(|| Trouble::Says("a reason has at least three letters".into()))?;
        let person = PersonId::new(user.as_str())
            .ok_or_else(|| Trouble::Says("--as names nobody".into()))?;
        let role = self.role_of(mandate, purpose, &user)?;
        let now = service.now();
        let session = SignIn {
            person,
            role: role.as_str().into(),
            until: now.checked_add(SESSION).unwrap_or(now),
        };
        let actor = HumanActor::signed_in(mandate, session, now).ok_or_else(|| {
            let there: Vec<&str> = mandate.roles().map(|(_, name)| name).collect();
            Trouble::Says(format!(
                "the mandate has no role {role:?}; it has {}",
                there.join(", ")
            ))
        })?;
        Ok(Acting {
            actor,
            purpose,
            reason,
        })
    }

    /// The role: the one named; under evaluation the one of the user's name; else the only one that
    /// reads for the purpose.
    fn role_of(
        &self,
        mandate: &Mandate,
        purpose: PurposeId,
        user: &str,
    ) -> Result<String, Trouble> {
        if let Some(role) = &self.role {
            return Ok(role.clone());
        }
        if mandate.is_evaluation() {
            let role = mandate.role(user).map_or(LOCAL, |_| user);
            return Ok(role.to_owned());
        }
        let name = mandate.purposes().find(|(id, _)| *id == purpose);
        let name = name.map_or("", |(_, name)| name);
        let readers: Vec<&str> = mandate
            .profile()
            .roles
            .iter()
            .filter(|(_, role)| {
                role.can.contains(&Capability::Read)
                    && role.purposes.iter().any(|purpose| purpose.get() == name)
            })
            .map(|(role, _)| role.get().as_str())
            .collect();
        match readers.as_slice() {
            [role] => Ok((*role).to_owned()),
            [] => Err(Trouble::Says(format!(
                "no role reads for the purpose {name}"
            ))),
            several => Err(Trouble::Says(format!(
                "several roles read for the purpose {name}: name one with --role ({})",
                several.join(", ")
            ))),
        }
    }
}
