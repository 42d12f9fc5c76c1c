//! Carriers: where they are reached, how far they are on board, what is agreed with them. The
//! administrator says so, within what the mandate receives.

use std::collections::BTreeMap;

use tidewaiter_mandate::DataSet;
use tidewaiter_store::{
    Acknowledgement, Carrier, CarrierState, ExpectedData, ExpectedTime, Lane, Tx,
};

use crate::people::{Result, SignedIn, is_carrier};
use crate::{DoorError, Service, ServiceError};

/// Nothing is expected earlier than this before departure: four days, in minutes.
pub const EXPECTED_MOST: u32 = 4 * 24 * 60;
/// Data count as on time at most so many minutes later.
pub const GRACE_MOST: u32 = 120;
/// So many times are agreed with a carrier.
const TIMES_MOST: usize = 12;

/// What is agreed with all carriers, as it stood when something was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Agreed(BTreeMap<String, Carrier>);

impl Agreed {
    /// How far a carrier is on board; one that nobody has entered is live.
    pub(crate) fn state(&self, carrier: &str) -> CarrierState {
        let carrier = self.0.get(carrier);
        carrier.map_or(CarrierState::Live, |carrier| carrier.state)
    }

    /// Whether any carrier wants to hear that its messages arrived.
    pub(crate) fn acknowledges(&self) -> bool {
        let mut all = self.0.values();
        all.any(|carrier| carrier.acknowledges != Acknowledgement::None)
    }

    /// How a carrier's messages are acknowledged.
    pub(crate) fn wants(&self, carrier: &str) -> Acknowledgement {
        let carrier = self.0.get(carrier);
        carrier
            .filter(|carrier| carrier.state != CarrierState::Suspended)
            .map_or(Acknowledgement::None, |carrier| carrier.acknowledges)
    }

    /// The lane of what a sender delivers that speaks for these carriers: the test lane while all of
    /// them are being brought on board.
    pub(crate) fn lane_of(&self, carriers: &[String], lane: Lane) -> Lane {
        let is_test = !carriers.is_empty()
            && carriers
                .iter()
                .all(|code| self.state(code) == CarrierState::Onboarding);
        if is_test { Lane::Test } else { lane }
    }
}

/// The data set that expected data belong to.
pub(crate) const fn data_set(data: ExpectedData) -> DataSet {
    match data {
        ExpectedData::Api => DataSet::Api,
        ExpectedData::Pnr => DataSet::Pnr,
    }
}

impl Service {
    /// What is agreed with all carriers now.
    pub(crate) fn agreed(&self) -> crate::Result<Agreed> {
        let carriers = self.store.read(|tx| tx.carriers(&self.tenant))?;
        let by_code = |carrier: Carrier| (carrier.code.clone(), carrier);
        Ok(Agreed(carriers.into_iter().map(by_code).collect()))
    }

    /// Whether people on a flight are compared with lists: all of them, but those of the test lane of a
    /// carrier that is not live. Real people may stand in the messages of one that is being brought on
    /// board, and nothing follows for them from it.
    pub(crate) fn is_screened(
        &self,
        tx: &mut Tx<'_, '_>,
        lane: Lane,
        carrier: &str,
    ) -> Result<bool, tidewaiter_store::StoreError> {
        if lane == Lane::Live {
            return Ok(true);
        }
        let carrier = tx.reading().carrier(&self.tenant, carrier)?;
        Ok(carrier.is_none_or(|carrier| carrier.state == CarrierState::Live))
    }

    /// Whoever may see carriers, and what is counted about their data: an administrator, or somebody in
    /// a role.
    pub(crate) fn may_see_carriers(&self, by: &SignedIn) -> Result<()> {
        if by.is_administrator() {
            return by.administrator().map(|_| ());
        }
        self.actor(by).map(|_| ())
    }

    /// Says where a carrier is reached and what is agreed with it, by somebody who has `seen` the
    /// version that stands, `None` for a new carrier. The version now. What waits of a carrier that is
    /// not suspended any more is read.
    ///
    /// # Errors
    ///
    /// [`DoorError::OtherAccount`] for anybody but an administrator; [`DoorError::Invalid`]; stale when
    /// another version stands.
    pub fn put_carrier(&self, by: &SignedIn, carrier: &Carrier, seen: Option<u64>) -> Result<u64> {
        let admin = by.administrator()?;
        if !is_carrier(&carrier.code) || carrier.code == "*" {
            return Err(DoorError::Invalid("no carrier code: AA, 9W, QZA"));
        }
        let is_reached = carrier.transport != "none";
        if is_reached {
            crate::directives::endpoint(carrier).map_err(DoorError::Invalid)?;
            let authority = carrier.authority.as_deref();
            if !authority.is_none_or(tidewaiter_exchange::is_authority) {
                return Err(DoorError::Invalid(
                    "the certificate of the carrier's server is none in PEM",
                ));
            }
        } else if !carrier.address.is_empty() || carrier.authority.is_some() {
            return Err(DoorError::Invalid(
                "a carrier that is not reached has no address",
            ));
        }
        if !is_reached && (carrier.acknowledges != Acknowledgement::None || carrier.asks_again) {
            return Err(DoorError::Invalid(
                "a carrier that is not reached is told nothing: say where it is reached",
            ));
        }
        self.check_times(carrier)?;
        if carrier.asks_again && !self.mandate().may_ask_again(DataSet::Pnr) {
            return Err(DoorError::Invalid(
                "the mandate does not let carriers be asked again for bookings",
            ));
        }
        let version = self.store.write(self.now(), |tx| {
            let before = tx.reading().carrier(&self.tenant, &carrier.code)?;
            let version = tx.put_carrier(&self.tenant, admin, carrier, seen)?;
            let was = before.map(|before| before.state);
            if was == Some(CarrierState::Suspended) && carrier.state != CarrierState::Suspended {
                let fault = tidewaiter_diagnostics::codes::api::CARRIER_SUSPENDED.slug;
                tx.replay_quarantine(&self.tenant, Some(fault))?;
            }
            Ok(version)
        });
        Ok(version.map_err(ServiceError::from)?)
    }

    fn check_times(&self, carrier: &Carrier) -> Result<()> {
        let times = &carrier.expected;
        let distinct: std::collections::BTreeSet<&ExpectedTime> = times.iter().collect();
        if times.len() > TIMES_MOST || distinct.len() != times.len() {
            return Err(DoorError::Invalid("up to 12 different times are expected"));
        }
        if times.iter().any(|time| time.minutes > EXPECTED_MOST) {
            return Err(DoorError::Invalid(
                "nothing is expected more than four days before",
            ));
        }
        if carrier.grace_minutes > GRACE_MOST {
            return Err(DoorError::Invalid("two hours later nothing is on time"));
        }
        let received = |time: &ExpectedTime| self.mandate().receives(data_set(time.data));
        if !times.iter().all(received) {
            return Err(DoorError::Invalid(
                "the mandate does not receive what is expected",
            ));
        }
        Ok(())
    }

    /// A carrier.
    ///
    /// # Errors
    ///
    /// [`DoorError::OtherAccount`] for anybody but an administrator; not found.
    pub fn carrier(&self, by: &SignedIn, code: &str) -> Result<Carrier> {
        by.administrator()?;
        let carrier = self.store.read(|tx| tx.carrier(&self.tenant, code))?;
        carrier.ok_or(DoorError::Service(ServiceError::NotFound("carrier")))
    }

    /// All carriers, by code.
    ///
    /// # Errors
    ///
    /// [`DoorError::OtherAccount`] for anybody but an administrator.
    pub fn carriers(&self, by: &SignedIn) -> Result<Vec<Carrier>> {
        by.administrator()?;
        Ok(self.store.read(|tx| tx.carriers(&self.tenant))?)
    }
}
