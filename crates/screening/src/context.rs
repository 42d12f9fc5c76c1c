//! All that a finding depends on, by its hashes.

use std::sync::LazyLock;

use jiff::Timestamp;
use tidewaiter_domain::Text;

use crate::canon::{Digest, Malformed, Reader, Writer};
use crate::watchlist::WatchlistId;

/// The engine that finds: its name, its version, and a number that grows whenever the same inputs come
/// to find something else. 2: linked statements fill each other's gaps.
/// 3: what weighs nothing is said to say nothing. 4: words written together are found by other words than
/// before, now and then one that was not.
pub const ENGINE: &str = concat!("tidewaiter-screening/", env!("CARGO_PKG_VERSION"), "+5");

/// The engine of what a person raises: nothing computes it anew.
pub const BY_HAND: &str = "person";

/// All that a finding depends on. With the inputs of these hashes and this engine it is found again,
/// bit for bit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Every statement that was screened together, in their order, with what else the record gives.
    pub record: Digest,
    /// The journey.
    pub journey: Digest,
    /// The watchlist: list versions, document registers, selectors, exemptions, measures.
    pub watchlist: WatchlistId,
    /// The rules in force. None are evaluated here yet: the hash of nothing.
    pub rules: Digest,
    /// The mandate's profile.
    pub mandate: Digest,
    /// `xa-customs@2026.11.1`.
    pub mandate_name: Text,
    /// The purpose screened for.
    pub purpose: Text,
    /// The tables of places and names compiled in.
    pub reference: Digest,
    /// Features of earlier journeys. None are used here yet: the hash of nothing.
    pub history: Digest,
    /// Answers of lists that may only be asked.
    pub answers: Digest,
    /// When it was screened.
    pub at: Timestamp,
    /// [`ENGINE`].
    pub engine: Text,
}

impl Context {
    /// The hash of no rules, no history, no answers.
    pub fn nothing() -> Digest {
        Digest::of(&[])
    }

    /// The canonical form, which the store keeps beside the finding.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        self.write(&mut out);
        out.finish()
    }

    /// Reads the canonical form.
    ///
    /// # Errors
    ///
    /// When `bytes` are none.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let context = Self::read(&mut reader)?;
        reader.end()?;
        Ok(context)
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        let Self {
            record,
            journey,
            watchlist,
            rules,
            mandate,
            mandate_name,
            purpose,
            reference,
            history,
            answers,
            at,
            engine,
        } = self;
        for hash in [
            record,
            journey,
            &watchlist.digest(),
            rules,
            mandate,
            reference,
            history,
            answers,
        ] {
            out.hash(hash);
        }
        out.text(mandate_name);
        out.text(purpose);
        out.long(at.as_second());
        out.long(i64::from(at.subsec_nanosecond()));
        out.text(engine);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            record: reader.hash()?,
            journey: reader.hash()?,
            watchlist: WatchlistId::new(reader.hash()?),
            rules: reader.hash()?,
            mandate: reader.hash()?,
            reference: reader.hash()?,
            history: reader.hash()?,
            answers: reader.hash()?,
            mandate_name: reader.text()?,
            purpose: reader.text()?,
            at: instant(reader)?,
            engine: reader.text()?,
        })
    }
}

fn instant(reader: &mut Reader<'_>) -> Result<Timestamp, Malformed> {
    let (seconds, nanoseconds) = (reader.long()?, reader.long()?);
    let Ok(nanoseconds) = i32::try_from(nanoseconds) else {
        return reader.malformed();
    };
    match Timestamp::new(seconds, nanoseconds) {
        // Another way to write the same instant is not the canonical one.
        Ok(at) if at.as_second() == seconds && at.subsec_nanosecond() == nanoseconds => Ok(at),
        _ => reader.malformed(),
    }
}

/// The hash of what screening reads of the compiled-in tables: which airport lies in which country.
pub(crate) fn reference_digest() -> Digest {
    static TABLES: LazyLock<Digest> = LazyLock::new(|| {
        let mut out = Writer::default();
        for airport in tidewaiter_reference::airport::all() {
            out.text(airport.iata().unwrap_or_default());
            out.text(airport.icao().unwrap_or_default());
            out.raw(&airport.country());
        }
        for city in tidewaiter_reference::airport::cities() {
            out.text(city.iata());
            out.option(city.country(), |out, country| out.raw(&country));
        }
        out.digest()
    });
    *TABLES
}
