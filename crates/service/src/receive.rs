//! Receiving: bytes are durable before they are acknowledged.

use jiff::Timestamp;
use tidewaiter_domain::CarrierCode;
use tidewaiter_mandate::DataSet;
use tidewaiter_store::{Delivery, Id, Lane, Receipt, Received, StoreError, StoredMessage, Tx};

use crate::service::RECEIVER;
use crate::{Result, Service, ServiceError};

/// At most this many bytes are one delivery: a day's traffic of a carrier in one file is less.
pub const SIZE_MOST: u64 = 256 << 20;

/// Who delivers, and what is known of them.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// The name of the feed or of the sender: no person.
    pub sender: &'a str,
    /// [`Lane::Test`] while the sender is being brought on board. Interchanges that say of
    /// themselves that they are a test go to the test lane whatever stands here.
    pub lane: Lane,
    /// For whom the sender may speak; empty: for every carrier.
    pub carriers: &'a [CarrierCode],
}

impl Service {
    /// Takes in bytes and lines up the job that reads them; they are durable when this returns.
    /// The same bytes again are the same receipt, and nothing else happens.
    ///
    /// # Errors
    ///
    /// [`ServiceError::TooLarge`]; what the store meets.
    pub fn receive(&self, envelope: &Envelope<'_>, bytes: &[u8]) -> Result<Received> {
        let nothing = |_: &mut Tx<'_, '_>, _: &Received| Ok(());
        Ok(self.receive_with(self.now(), envelope, bytes, nothing)?.0)
    }

    /// Takes in bytes, and does something with the receipt in the same transaction.
    pub(crate) fn receive_with<T>(
        &self,
        now: Timestamp,
        envelope: &Envelope<'_>,
        bytes: &[u8],
        with: impl FnOnce(&mut Tx<'_, '_>, &Received) -> Result<T, StoreError>,
    ) -> Result<(Received, T)> {
        let size = bytes.len() as u64;
        if size > SIZE_MOST {
            return Err(ServiceError::TooLarge {
                bytes: size,
                most: SIZE_MOST,
            });
        }
        let keep = self.mandate().profile().intake.raw_message.keep.after(now);
        let carriers = joined(envelope.carriers);
        let delivery = Delivery {
            receipt: self.fresh(),
            job: self.fresh(),
            bytes,
            sender: envelope.sender,
            carriers: &carriers,
            lane: envelope.lane,
            data_set: DataSet::Api,
            purposes: self.mandate().all_purposes(),
            raw_until: keep,
        };
        Ok(self.store.write(now, |tx| {
            let received = tx.receive(&self.tenant, &RECEIVER, &delivery)?;
            let more = with(tx, &received)?;
            Ok((received, more))
        })?)
    }

    /// Says anew for which carriers the sender of a receipt may speak, and has what waits of it in
    /// quarantine read again.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`].
    pub fn rebind(&self, receipt: &Id, carriers: &[CarrierCode]) -> Result<()> {
        let carriers = joined(carriers);
        let now = self.now();
        Ok(self
            .store
            .write(now, |tx| tx.rebind(&self.tenant, receipt, &carriers))?)
    }

    /// Has everything read again that waits in quarantine, or what `fault` brought there: after an
    /// upgrade, say. How many receipts.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn replay_quarantine(&self, fault: Option<&str>) -> Result<u64> {
        let now = self.now();
        Ok(self
            .store
            .write(now, |tx| tx.replay_quarantine(&self.tenant, fault))?)
    }

    /// The messages of a receipt that were read or wait in quarantine.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn messages(&self, receipt: &Id) -> Result<Vec<StoredMessage>> {
        Ok(self.store.read(|tx| tx.messages(&self.tenant, receipt))?)
    }

    /// A receipt.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`].
    pub fn receipt(&self, id: &Id) -> Result<Receipt> {
        Ok(self.store.read(|tx| tx.receipt(&self.tenant, id))?)
    }
}

pub(crate) fn joined(carriers: &[CarrierCode]) -> String {
    let codes: Vec<&str> = carriers.iter().map(CarrierCode::as_str).collect();
    codes.join(" ")
}
