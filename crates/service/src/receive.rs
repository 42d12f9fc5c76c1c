//! Receiving: bytes are durable before they are acknowledged.

use tidewaiter_domain::CarrierCode;
use tidewaiter_mandate::DataSet;
use tidewaiter_store::{Delivery, Id, Lane, Receipt, Received};

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
        let size = bytes.len() as u64;
        if size > SIZE_MOST {
            return Err(ServiceError::TooLarge {
                bytes: size,
                most: SIZE_MOST,
            });
        }
        let now = self.now();
        let keep = self.mandate().profile().intake.raw_message.keep.after(now);
        let carriers: Vec<&str> = envelope.carriers.iter().map(CarrierCode::as_str).collect();
        let carriers = carriers.join(" ");
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
        let received = self
            .store
            .write(now, |tx| tx.receive(&self.tenant, &RECEIVER, &delivery))?;
        Ok(received)
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
