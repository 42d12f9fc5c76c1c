//! A hit in words, for the store to keep between two events.
//!
//! Only the store's row is a witness of what people did: whoever can write there can write
//! anything, which is why every step also leaves a line in the audit log.

use serde::{Deserialize, Serialize};

use super::{EntryState, Hit, Judgement, Proposal, State};
use crate::grant::PersonId;
use crate::vocabulary::Act;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    state: String,
    entry_removed: bool,
    source_confirms: bool,
    source_confirmed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    judged: Option<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proposal: Option<(String, String, Option<String>)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    opened: Vec<String>,
}

impl Hit {
    /// The hit as one line of JSON; [`Hit::from_words`] reads it back.
    pub fn to_words(&self) -> String {
        let words = Words {
            state: self.state.as_str().to_owned(),
            entry_removed: self.entry == EntryState::Removed,
            source_confirms: self.source_confirms,
            source_confirmed: self.source_confirmed,
            judged: self.judged.as_ref().map(|(person, judgement)| {
                (person.as_str().to_owned(), judgement.as_str().to_owned())
            }),
            proposal: self.proposal.as_ref().map(|p| {
                let approved = p.approved_by.as_ref().map(|a| a.as_str().to_owned());
                (
                    p.act.as_str().to_owned(),
                    p.by.as_str().to_owned(),
                    approved,
                )
            }),
            opened: self.opened.iter().map(|p| p.as_str().to_owned()).collect(),
        };
        // A struct of text, numbers and lists is always JSON.
        serde_json::to_string(&words).unwrap_or_default()
    }

    /// Reads what [`Hit::to_words`] has written; `None` for anything else.
    pub fn from_words(text: &str) -> Option<Self> {
        let words: Words = serde_json::from_str(text).ok()?;
        let judged = match words.judged {
            Some((person, judgement)) => {
                Some((PersonId::new(person)?, Judgement::from_word(&judgement)?))
            }
            None => None,
        };
        let proposal = match words.proposal {
            Some((act, by, approved)) => Some(Proposal {
                act: Act::from_word(&act)?,
                by: PersonId::new(by)?,
                approved_by: match approved {
                    Some(person) => Some(PersonId::new(person)?),
                    None => None,
                },
            }),
            None => None,
        };
        Some(Self {
            state: State::from_word(&words.state)?,
            entry: if words.entry_removed {
                EntryState::Removed
            } else {
                EntryState::InForce
            },
            source_confirms: words.source_confirms,
            source_confirmed: words.source_confirmed,
            judged,
            proposal,
            opened: words
                .opened
                .into_iter()
                .map(PersonId::new)
                .collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        let person = |id| PersonId::new(id).unwrap();
        let mut hit = Hit::new(true);
        assert_eq!(Hit::from_words(&hit.to_words()), Some(hit.clone()));
        hit.state = State::Approved;
        hit.entry = EntryState::Removed;
        hit.source_confirmed = true;
        hit.judged = Some((person("u-1"), Judgement::Same));
        hit.proposal = Some(Proposal {
            act: Act::RefuseEntry,
            by: person("u-1"),
            approved_by: Some(person("u-2")),
        });
        hit.opened = vec![person("u-1"), person("u-2")];
        assert_eq!(Hit::from_words(&hit.to_words()), Some(hit));
        assert_eq!(Hit::from_words("{}"), None);
    }
}
