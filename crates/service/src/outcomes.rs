//! What is recorded about a hit beside its life: what came of an act, what a court or another authority
//! has approved, who works on it.

use jiff::civil::Date;
use serde_json::json;
use tidewaiter_mandate::grant::HumanActor;
use tidewaiter_mandate::review::{FoundKind, Outcome};
use tidewaiter_store::{Id, Statistic, Stepped, StoreError, Tx};

use crate::{Acting, By, DoorError, HitDetail, Service, ServiceError};

/// A note has no more characters.
pub(crate) const NOTE_MOST: usize = 4_000;

/// What came of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOutcome {
    /// Found, nothing, not stopped.
    pub outcome: Outcome,
    /// What was found, at least one kind where something was, and none otherwise.
    pub found: Vec<FoundKind>,
}

/// What an authority outside has approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalApproval {
    /// `court`, or which other authority.
    pub authority: String,
    /// The number of its document.
    pub reference: String,
    /// The day of the document.
    pub decided_on: Date,
    /// SHA-256 of the document.
    pub document: [u8; 32],
}

/// What an outcome in a history says.
pub fn outcome_of(word: &str) -> Option<NewOutcome> {
    let mut words = word.split(' ');
    Some(NewOutcome {
        outcome: Outcome::from_word(words.next()?)?,
        found: words.filter_map(FoundKind::from_word).collect(),
    })
}

impl NewOutcome {
    fn word(&self) -> Result<String, DoorError> {
        if (self.outcome == Outcome::Found) == self.found.is_empty() {
            return Err(DoorError::Invalid(
                "what was found is said where something was, and only there",
            ));
        }
        let mut found = self.found.clone();
        found.sort_unstable();
        found.dedup();
        let mut words = vec![self.outcome.as_str()];
        words.extend(found.iter().map(|kind| kind.as_str()));
        Ok(words.join(" "))
    }
}

impl Service {
    /// Records what came of an act that was done, and counts it by list and carrier. Said again, it
    /// takes the place of what was said before.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Stale`]; [`DoorError::Invalid`] when no act was done, or what was found does
    /// not go with the outcome; as [`Service::decide`].
    pub fn record_outcome(
        &self,
        by: By<'_>,
        id: &Id,
        version: u64,
        new: &NewOutcome,
    ) -> Result<Stepped, DoorError> {
        let word = new.word()?;
        let seen = self.beside(by, id, version)?;
        let name = |outcome: Outcome| format!("outcome:{}", outcome.as_str());
        self.note_once(by, |tx, actor, note| {
            let (stepped, before) =
                tx.record_outcome(&self.tenant, actor, id, version, &word, note)?;
            if seen.lane == crate::Lane::Live {
                let carrier = seen
                    .flight
                    .as_ref()
                    .map(|flight| flight.key.carrier.clone());
                let carrier = carrier.unwrap_or_default();
                tx.count(&self.tenant, &name(new.outcome), &seen.list, &carrier, 1)?;
                if let Some(before) = before {
                    tx.count_back(&self.tenant, &name(before), &seen.list, &carrier)?;
                }
            }
            Ok(stepped)
        })
    }

    /// Records what a court or another authority has approved about a hit, by the hash of its document.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Stale`]; [`DoorError::Invalid`]; as [`Service::decide`].
    pub fn record_external_approval(
        &self,
        by: By<'_>,
        id: &Id,
        version: u64,
        new: &ExternalApproval,
    ) -> Result<Stepped, DoorError> {
        let ExternalApproval {
            authority,
            reference,
            decided_on,
            document,
        } = new;
        if [authority, reference]
            .into_iter()
            .any(|text| !is_line(text, 120))
        {
            return Err(DoorError::Invalid(
                "an authority and the number of its document, each one line of up to 120 characters",
            ));
        }
        if *decided_on > self.today() {
            return Err(DoorError::Invalid(
                "the day of the document has not come yet",
            ));
        }
        self.beside(by, id, version)?;
        let said = json!({
            "authority": authority,
            "reference": reference,
            "decided_on": decided_on.to_string(),
            "document": document.iter().map(|b| format!("{b:02x}")).collect::<String>(),
            "note": by.note,
        });
        let said = said.to_string();
        self.note_once(by, |tx, actor, _| {
            let note = said.as_bytes();
            tx.record_external_approval(&self.tenant, actor, id, version, authority, note)
        })
    }

    /// Takes a hit on. Whoever has it is asked first: `takes_over` says that somebody means to take it
    /// from them, which is recorded.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotPossible`] when somebody else works on it; as [`Service::decide`].
    pub fn claim_hit(
        &self,
        by: By<'_>,
        id: &Id,
        version: u64,
        takes_over: bool,
    ) -> Result<Stepped, DoorError> {
        let seen = self.beside(by, id, version)?;
        let own = by.acting.actor.person().as_str();
        match &seen.claim {
            Some((person, _)) if person == own => {
                return Err(ServiceError::NotPossible("it is yours already").into());
            }
            Some(_) if !takes_over => {
                return Err(ServiceError::NotPossible("somebody else works on this hit").into());
            }
            _ => {}
        }
        self.note_once(by, |tx, actor, _| {
            tx.claim_hit(&self.tenant, actor, id, version)
        })
    }

    /// Lays a hit down that one had taken on.
    ///
    /// # Errors
    ///
    /// As [`Service::claim_hit`].
    pub fn release_hit(&self, by: By<'_>, id: &Id, version: u64) -> Result<Stepped, DoorError> {
        self.beside(by, id, version)?;
        self.note_once(by, |tx, actor, _| {
            tx.release_hit(&self.tenant, actor, id, version)
        })
    }

    /// What was counted from a month to a month (`2026-01`), both included; the last twelve where none
    /// is named. Nobody is in it.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`] for whoever may see no hits.
    pub fn statistics(
        &self,
        acting: &Acting,
        (from, until): (Option<&str>, Option<&str>),
    ) -> Result<Vec<Statistic>, ServiceError> {
        self.may_see_hits(acting)?;
        let today = self.today();
        let year_ago = today.saturating_sub(jiff::ToSpan::months(11));
        let (first, last) = (month(year_ago), month(today));
        let (from, until) = (from.unwrap_or(&first), until.unwrap_or(&last));
        Ok(self
            .store
            .read(|tx| tx.statistics(&self.tenant, from, until))?)
    }

    /// A hit about which somebody does something that only those may who may review it.
    fn beside(&self, by: By<'_>, id: &Id, version: u64) -> Result<HitDetail, DoorError> {
        if by.note.is_some_and(|note| note.chars().count() > NOTE_MOST) {
            return Err(DoorError::Invalid("a note has up to 4 000 characters"));
        }
        let hit = self.decidable(by.acting, id, version)?;
        self.may_review(by.acting, hit.hit.stage())?;
        Ok(hit)
    }

    /// Does it, and keeps what it is answered, in one transaction.
    fn note_once(
        &self,
        by: By<'_>,
        act: impl FnOnce(&mut Tx<'_, '_>, &HumanActor, Option<&[u8]>) -> Result<Stepped, StoreError>,
    ) -> Result<Stepped, DoorError> {
        let actor = &by.acting.actor;
        let stepped = self.store.write(self.now(), |tx| {
            let stepped = act(tx, actor, by.note.map(str::as_bytes))?;
            if let Some(once) = by.once {
                let person = actor.person().as_str();
                once.keep(tx, &self.tenant, person, (&stepped, None), false)?;
            }
            Ok(stepped)
        });
        Ok(stepped.map_err(ServiceError::from)?)
    }
}

fn month(day: Date) -> String {
    day.strftime("%Y-%m").to_string()
}

/// One line of 1 to `most` characters.
pub(crate) fn is_line(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_goes_with_the_outcome() {
        let word = |outcome, found: &[FoundKind]| {
            let found = found.to_vec();
            NewOutcome { outcome, found }.word().ok()
        };
        let kinds = [FoundKind::Cash, FoundKind::ListedPerson, FoundKind::Cash];
        let found = word(Outcome::Found, &kinds);
        assert_eq!(found.as_deref(), Some("found listed-person cash"));
        assert_eq!(word(Outcome::Nothing, &[]).as_deref(), Some("nothing"));
        assert_eq!(word(Outcome::Found, &[]), None);
        assert_eq!(word(Outcome::NotStopped, &kinds), None);
        let read = outcome_of("found listed-person cash").unwrap();
        assert_eq!(read.found, [FoundKind::ListedPerson, FoundKind::Cash]);
        assert_eq!(outcome_of("else"), None);
    }
}
