//! What is said about what came: CONTRL for each interchange, ACKRES for each push of bookings, where
//! the carrier wants it. Composed with the reading, and in the outbox with its transaction.

use std::sync::Arc;

use jiff::SignedDuration;
use tidewaiter_domain::{
    Flight, ItinerarySegment, PushAcknowledgement, PushOutcome, SyntaxReceipt, Text,
};
use tidewaiter_formats::contrl::{self, ReceiptBuilder};
use tidewaiter_formats::{Content, PadisVersion, Report, write_acknowledgement};
use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_store::{
    Acknowledgement, CarrierMessageKind, CarrierState, Lane, NewCarrierMessage, Orders, Reading,
    Receipt, StoreError, Tx,
};
use tidewaiter_syntax::edifact::{Interchange, Message as Bytes};

use crate::Service;
use crate::carriers::Agreed;
use crate::message::Message;
use crate::read::after;

/// Who acknowledges, as audit lines name it.
const COURIER: MachineActor = MachineActor::new("courier");
/// An acknowledgement that does not get through within this time is of no use any more.
const WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// PADIS 9321: the message cannot be processed.
const CANNOT_PROCESS: &str = "118";

/// What is to be said to a carrier.
pub(crate) struct Acknowledge {
    /// The number of the interchange, or of the message.
    place: u32,
    carrier: Text,
    lane: Lane,
    /// Who sent the interchange, as it names itself.
    party: String,
    /// Its control reference.
    answers: String,
    what: What,
}

enum What {
    Syntax(Box<SyntaxReceipt>),
    Push(Box<PushAcknowledgement>, PadisVersion),
}

/// Collects, message by message, what is to be said about a delivery.
pub(crate) struct Receipts<'a> {
    agreed: &'a Agreed,
    interchange: Option<Open>,
    next: u32,
    ready: Vec<Acknowledge>,
}

/// An interchange that is being read.
struct Open {
    header: Arc<Interchange>,
    builder: ReceiptBuilder,
    carrier: Option<Text>,
    lane: Lane,
    /// Whether something in it is no acknowledgement itself: of those there is none.
    is_answerable: bool,
}

/// What a push says of itself, kept until it is known what became of it.
pub(crate) struct Pushed {
    flight: Option<Flight>,
    version: PadisVersion,
    header: Arc<Interchange>,
}

impl<'a> Receipts<'a> {
    pub(crate) const fn new(agreed: &'a Agreed) -> Self {
        Self {
            agreed,
            interchange: None,
            next: 0,
            ready: Vec::new(),
        }
    }

    /// Takes a message as it was read, before the mandate sees it.
    pub(crate) fn take(&mut self, message: &Bytes<'_>, report: &Report) -> Option<Pushed> {
        if !self.agreed.acknowledges() {
            return None;
        }
        let header = message.interchange()?;
        let is_same = |open: &Open| Arc::ptr_eq(&open.header, header);
        if !self.interchange.as_ref().is_some_and(is_same) {
            self.end();
            self.interchange = Some(Open {
                header: Arc::clone(header),
                builder: ReceiptBuilder::new(header),
                carrier: None,
                lane: Lane::Live,
                is_answerable: false,
            });
        }
        let open = self.interchange.as_mut()?;
        open.builder.add(message, report);
        open.is_answerable |= !matches!(report.kind.as_str(), "CONTRL" | "ACKRES");
        let is_push = report.kind == "PNRGOV";
        is_push.then(|| Pushed {
            flight: match &report.content {
                Some(Content::Bookings(push)) => push.flight.clone(),
                _ => None,
            },
            version: PadisVersion::of(&report.version).unwrap_or(PadisVersion::V13_1),
            header: Arc::clone(header),
        })
    }

    /// Notes what became of it.
    pub(crate) fn read(&mut self, message: &Message, pushed: Option<Pushed>) {
        let Some(carrier) = &message.quality.carrier else {
            return;
        };
        if let Some(open) = &mut self.interchange {
            if open.carrier.is_none() {
                open.lane = message.lane;
            }
            open.carrier.get_or_insert_with(|| carrier.clone());
        }
        let wants = self.agreed.wants(carrier);
        if let (Some(pushed), Acknowledgement::Ackres) = (pushed, wants) {
            let is_processed = matches!(message.status, Reading::Accepted | Reading::Partial);
            let mut acknowledgement = PushAcknowledgement {
                outcome: PushOutcome::Processed,
                errors: [].into_iter().collect(),
                originator: None,
                flight: pushed
                    .flight
                    .as_ref()
                    .map(|flight| Box::new(segment(flight))),
                unread: Vec::new(),
            };
            if !is_processed {
                acknowledgement.outcome = PushOutcome::NotProcessed;
                acknowledgement.errors.push(CANNOT_PROCESS.into());
            }
            self.ready.push(Acknowledge {
                place: message.number,
                carrier: carrier.clone(),
                lane: message.lane,
                party: pushed.header.sender.id.clone(),
                answers: pushed.header.reference.clone(),
                what: What::Push(Box::new(acknowledgement), pushed.version),
            });
        }
    }

    fn end(&mut self) {
        let Some(open) = self.interchange.take() else {
            return;
        };
        let place = self.next;
        self.next += 1;
        let Some(carrier) = open.carrier.filter(|_| open.is_answerable) else {
            return;
        };
        if self.agreed.wants(&carrier) == Acknowledgement::Contrl {
            self.ready.push(Acknowledge {
                place,
                lane: if open.header.test {
                    Lane::Test
                } else {
                    open.lane
                },
                party: open.header.sender.id.clone(),
                answers: open.header.reference.clone(),
                what: What::Syntax(Box::new(open.builder.finish())),
                carrier,
            });
        }
    }

    pub(crate) fn finish(mut self) -> Vec<Acknowledge> {
        self.end();
        self.ready
    }
}

/// The first and the last of a flight's legs as one segment.
fn segment(flight: &Flight) -> ItinerarySegment {
    let (first, last) = (flight.legs.first(), flight.legs.last());
    ItinerarySegment {
        designator: Some(flight.designator.clone()),
        from: first.and_then(|leg| leg.from.clone()),
        to: last.and_then(|leg| leg.to.clone()),
        departs: first.and_then(|leg| leg.departs),
        arrives: last.and_then(|leg| leg.arrives),
        ..ItinerarySegment::default()
    }
}

/// Puts what is to be said about a receipt into the outbox: each place once, however often the receipt
/// is read.
pub(crate) fn acknowledge(
    service: &Service,
    tx: &mut Tx<'_, '_>,
    receipt: &Receipt,
    said: &Acknowledge,
) -> Result<(), StoreError> {
    let tenant = &service.tenant;
    let carrier = tx.reading().carrier(tenant, &said.carrier)?;
    // It was suspended since it was read.
    if carrier.is_none_or(|carrier| carrier.state == CarrierState::Suspended) {
        return Ok(());
    }
    let (kind, application) = match said.what {
        What::Syntax(_) => (CarrierMessageKind::Contrl, ""),
        What::Push(..) => (CarrierMessageKind::Ackres, "PNRGOV"),
    };
    let number = tx.next_number(tenant, "courier")?;
    let reference = format!("TWM{number:09}");
    let test = said.lane == Lane::Test;
    let mut transmission = service.transmission(said.party.clone(), &reference, tx.now(), test);
    transmission.application = application.to_owned();
    transmission.access_reference = said.answers.clone();
    let content = match &said.what {
        What::Syntax(receipt) => contrl::write(receipt, &transmission),
        What::Push(acknowledgement, version) => {
            write_acknowledgement(acknowledgement, &transmission, *version)
        }
    };
    let new = NewCarrierMessage {
        id: service.fresh(),
        lane: said.lane,
        carrier: &said.carrier,
        kind,
        receipt: Some(receipt.id),
        place: said.place,
        flight: None,
        reference: &reference,
        until: after(tx.now(), WITHIN),
        content: &content,
    };
    let purposes = service.mandate().all_purposes();
    tx.tell_carrier(tenant, Orders::Machine(&COURIER), purposes, &new)?;
    Ok(())
}
