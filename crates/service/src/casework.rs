//! Cases: several hits worked on together, with notes and files; hits that an officer raises.

use sha2::{Digest as _, Sha256};
use tidewaiter_screening::{Inputs, Raised as RaisedByHand, Screener, Who};
use tidewaiter_store::{CaseFile, CaseHead, CaseView, Id, NewCaseFile, Raised, StoreError, Tx};
use zeroize::Zeroizing;

use crate::held::Held;
use crate::kept::{InputsKept, keep};
use crate::outcomes::{NOTE_MOST, is_line};
use crate::screen::raise;
use crate::service::SCREENER;
use crate::{Acting, DoorError, Service, ServiceError, SignedIn};

/// A file in a case has no more bytes.
pub const FILE_MOST: usize = 10 << 20;
/// A case has no more hits.
const HITS_MOST: usize = 50;

/// Why an officer raises a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManualReason {
    /// Something about the document.
    Document,
    /// What the person does or did.
    Behaviour,
    /// What somebody has told.
    Information,
    /// What the journey looks like.
    Journey,
    /// Another authority asks.
    Request,
    /// Something else.
    Other,
}

impl ManualReason {
    /// Every one there is.
    pub const ALL: &[Self] = &[
        Self::Document,
        Self::Behaviour,
        Self::Information,
        Self::Journey,
        Self::Request,
        Self::Other,
    ];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Behaviour => "behaviour",
            Self::Information => "information",
            Self::Journey => "journey",
            Self::Request => "request",
            Self::Other => "other",
        }
    }

    /// The one that a word means.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == word)
    }
}

/// The media types that may be put into a case, each with how such a file begins; text has no
/// beginning of its own and must be UTF-8 without control characters.
const MEDIA: &[(&str, &[&[u8]])] = &[
    ("application/pdf", &[b"%PDF-"]),
    ("image/png", &[b"\x89PNG\r\n\x1a\n"]),
    ("image/jpeg", &[b"\xff\xd8\xff"]),
    ("image/tiff", &[b"II*\0", b"MM\0*"]),
    ("text/plain", &[]),
];

/// The media type as it is kept, when the bytes are of that kind.
fn media_type(named: &str, bytes: &[u8]) -> Option<&'static str> {
    let named = named.split(';').next().unwrap_or_default().trim();
    let (known, begins) = MEDIA
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(named))?;
    let is_text = || {
        let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        std::str::from_utf8(bytes).is_ok_and(|text| !text.contains(is_odd))
    };
    let fits = if begins.is_empty() {
        is_text()
    } else {
        begins.iter().any(|begin| bytes.starts_with(begin))
    };
    fits.then_some(*known)
}

impl Service {
    /// Opens a case on hits. Its identifier and number.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`]; [`ServiceError::NotFound`] for a hit that is not there for the
    /// purpose; [`DoorError::Taken`] when one of them is in a case; [`DoorError::Conflict`].
    pub fn open_case(&self, acting: &Acting, hits: &[Id]) -> Result<(Id, u64), DoorError> {
        if hits.is_empty() || hits.len() > HITS_MOST {
            return Err(DoorError::Invalid("a case has 1 to 50 hits"));
        }
        for hit in hits {
            self.workable(acting, hit)?;
        }
        let id = self.fresh();
        let number = self.case_step(|tx| {
            let (by, purpose) = (&acting.actor, acting.purpose);
            let number = tx.open_case(&self.tenant, by, purpose, id)?;
            for hit in hits {
                tx.add_to_case(&self.tenant, by, purpose, &id, hit)?;
            }
            Ok(number)
        })?;
        Ok((id, number))
    }

    /// Takes another hit into a case.
    ///
    /// # Errors
    ///
    /// As [`Service::open_case`]; [`ServiceError::Stale`] when the case is closed.
    pub fn add_to_case(&self, acting: &Acting, case: &Id, hit: &Id) -> Result<(), DoorError> {
        self.workable(acting, hit)?;
        let view = self.case(acting, case)?;
        if view.head.hits.len() >= HITS_MOST {
            return Err(DoorError::Invalid("a case has 1 to 50 hits"));
        }
        self.case_step(|tx| tx.add_to_case(&self.tenant, &acting.actor, acting.purpose, case, hit))
    }

    /// Writes a note about a hit of a case. Its identifier.
    ///
    /// # Errors
    ///
    /// As [`Service::add_to_case`]; [`DoorError::Invalid`] for a text of none or more than 4 000
    /// characters.
    pub fn add_case_note(
        &self,
        acting: &Acting,
        case: &Id,
        hit: &Id,
        text: &str,
    ) -> Result<Id, DoorError> {
        if text.trim().is_empty() || text.chars().count() > NOTE_MOST {
            return Err(DoorError::Invalid("a note has 1 to 4 000 characters"));
        }
        self.workable(acting, hit)?;
        let id = self.fresh();
        self.case_step(|tx| {
            let (by, purpose) = (&acting.actor, acting.purpose);
            tx.add_case_note(&self.tenant, by, purpose, (case, hit, &id), text.as_bytes())
        })?;
        Ok(id)
    }

    /// Puts a file into a case: PDF, PNG, JPEG, TIFF or plain text, and nothing that only calls itself
    /// so. Its identifier and SHA-256.
    ///
    /// # Errors
    ///
    /// As [`Service::add_to_case`]; [`ServiceError::TooLarge`], [`ServiceError::Empty`];
    /// [`DoorError::Invalid`] for a name that is none and for another kind of file.
    pub fn add_case_file(
        &self,
        acting: &Acting,
        case: &Id,
        hit: &Id,
        (name, named): (&str, &str),
        bytes: &[u8],
    ) -> Result<(Id, [u8; 32]), DoorError> {
        self.workable(acting, hit)?;
        if !is_line(name, 200) {
            return Err(DoorError::Invalid(
                "a file has a name of one line, of up to 200 characters",
            ));
        }
        if bytes.is_empty() {
            return Err(ServiceError::Empty.into());
        }
        if bytes.len() > FILE_MOST {
            let (bytes, most) = (bytes.len() as u64, FILE_MOST as u64);
            return Err(ServiceError::TooLarge { bytes, most }.into());
        }
        let media_type = media_type(named, bytes).ok_or(DoorError::Invalid(
            "a file is PDF, PNG, JPEG, TIFF or plain text, and what it says it is",
        ))?;
        let (id, sha256) = (self.fresh(), Sha256::digest(bytes).into());
        let file = NewCaseFile {
            id,
            hit: *hit,
            media_type,
            sha256: &sha256,
            name,
            bytes,
        };
        self.case_step(|tx| {
            tx.add_case_file(&self.tenant, &acting.actor, acting.purpose, case, &file)
        })?;
        Ok((id, sha256))
    }

    /// Closes a case, or opens it again. `version` is the one that was seen.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Stale`]; as [`Service::add_to_case`].
    pub fn turn_case(
        &self,
        acting: &Acting,
        case: &Id,
        version: u64,
        is_closed: bool,
    ) -> Result<(), DoorError> {
        self.may_review(acting, tidewaiter_mandate::Stage::Unreviewed)?;
        self.case_step(|tx| {
            let (by, purpose) = (&acting.actor, acting.purpose);
            tx.turn_case(&self.tenant, by, purpose, (case, version), is_closed)
        })
    }

    /// The open or the closed cases of a purpose, those changed last first. Nobody is in them.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`].
    pub fn cases(
        &self,
        acting: &Acting,
        is_closed: bool,
        most: u32,
    ) -> Result<Vec<CaseHead>, ServiceError> {
        self.may_see_hits(acting)?;
        Ok(self
            .store
            .read(|tx| tx.cases(&self.tenant, acting.purpose, is_closed, most))?)
    }

    /// A case with its notes and files. Lines say who looked.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`], [`ServiceError::NotGranted`].
    pub fn case(&self, acting: &Acting, id: &Id) -> Result<CaseView, ServiceError> {
        let now = self.now();
        let grants = self.grants(acting, now)?;
        let look = |tx: &mut Tx<'_, '_>| tx.case(&self.tenant, &grants.hits, id);
        Ok(self.store.write(now, look)?)
    }

    /// A file of a case with its bytes. A line says who looked.
    ///
    /// # Errors
    ///
    /// As [`Service::case`].
    pub fn case_file(
        &self,
        acting: &Acting,
        case: &Id,
        file: &Id,
    ) -> Result<(CaseFile, Zeroizing<Vec<u8>>), ServiceError> {
        let now = self.now();
        let grants = self.grants(acting, now)?;
        let look = |tx: &mut Tx<'_, '_>| tx.case_file(&self.tenant, &grants.hits, case, file);
        Ok(self.store.write(now, look)?)
    }

    /// Raises a hit on a traveller by hand. The same officer or another who raises it again for the
    /// same reason raises the same hit, with what they say now.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`] for a traveller who is not there for the purpose;
    /// [`DoorError::Invalid`] for words that are none; [`DoorError::Conflict`].
    pub fn raise_by_hand(
        &self,
        signed_in: &SignedIn,
        acting: &Acting,
        traveller: &Id,
        reason: ManualReason,
        words: &str,
    ) -> Result<Id, DoorError> {
        if words.trim().is_empty() || words.chars().count() > NOTE_MOST {
            return Err(DoorError::Invalid("why, in 1 to 4 000 characters?"));
        }
        self.may_review(acting, tidewaiter_mandate::Stage::Unreviewed)?;
        // By their own grant, which leaves a line: whoever may not see somebody raises nothing on them.
        let seen = self.traveller(acting, traveller)?;
        if let Some(into) = seen.merged_into {
            return self.raise_by_hand(signed_in, acting, &into, reason, words);
        }
        let shown = seen.said.first().map(|said| &said.traveller);
        if let Some(shown) = shown
            && self.has_conflict(acting, &tidewaiter_store::Record::parts(shown))?
        {
            return Err(DoorError::Conflict);
        }
        let held = self
            .store
            .write(self.now(), |tx| self.held(tx, &SCREENER, &[*traveller]))?;
        let held = held
            .into_iter()
            .next()
            .ok_or(ServiceError::NotFound("traveller"))?;
        let raised = RaisedByHand {
            code: reason.as_str(),
            person: signed_in.person(),
            words,
        };
        Ok(self.raise_held(acting, &held, &raised)?)
    }

    fn raise_held(
        &self,
        acting: &Acting,
        held: &Held,
        raised: &RaisedByHand<'_>,
    ) -> Result<Id, ServiceError> {
        let purpose = acting.purpose;
        let statements = held.said.for_purpose(self.mandate(), purpose);
        let statements = statements.ok_or(ServiceError::NotFound("traveller"))?;
        let watch = self.watch();
        let screener = Screener::new(watch.watchlist(), self.mandate(), purpose)
            .map_err(|_| ServiceError::Unreadable("purpose"))?;
        let now = self.now();
        let inputs = Inputs {
            who: Who::Traveller(&statements.traveller),
            journey: &held.said.journey,
            answers: &[],
            at: now,
        };
        let finding = screener.raised(&inputs, raised);
        let evidence = keep(&finding, &InputsKept::of(&held.said));
        let hit = self.store.write(now, |tx| {
            let flight = held.stored_flight(self, tx)?;
            let about = held.about(flight.as_ref());
            let raised = raise(self, tx, &SCREENER, purpose, &about, &finding, &evidence)?;
            tx.raised_by_hand(&self.tenant, &acting.actor, purpose, &raised.hit())?;
            let is_new = !matches!(raised, Raised::Same(_));
            if is_new && held.lane == crate::Lane::Live {
                let carrier = flight.as_ref().map_or("", |f| f.key.carrier.as_str());
                tx.count(&self.tenant, "raised-by-hand", "", carrier, 1)?;
            }
            Ok::<Id, StoreError>(raised.hit())
        })?;
        Ok(hit)
    }

    /// A hit that somebody may work on: one they may see and review, about nobody they must not deal
    /// with.
    fn workable(&self, acting: &Acting, hit: &Id) -> Result<(), DoorError> {
        let seen = self.hit(acting, hit)?;
        self.decidable(acting, hit, seen.version)?;
        self.may_review(acting, seen.hit.stage())?;
        Ok(())
    }

    fn case_step<T>(
        &self,
        step: impl FnOnce(&mut Tx<'_, '_>) -> Result<T, StoreError>,
    ) -> Result<T, DoorError> {
        self.store.write(self.now(), step).map_err(|error| {
            if matches!(error, StoreError::Constraint(_)) {
                DoorError::Taken
            } else {
                ServiceError::from(error).into()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_says_it_is() {
        assert_eq!(
            media_type("application/pdf", b"%PDF-1.7"),
            Some("application/pdf")
        );
        assert_eq!(
            media_type("Image/PNG", b"\x89PNG\r\n\x1a\nx"),
            Some("image/png")
        );
        assert_eq!(
            media_type("text/plain; charset=utf-8", b"a\nb"),
            Some("text/plain")
        );
        assert_eq!(media_type("text/plain", b"a\0b"), None);
        assert_eq!(media_type("text/plain", b"\xff"), None);
        assert_eq!(media_type("application/pdf", b"MZ"), None);
        assert_eq!(media_type("text/html", b"<p>"), None);
    }
}
