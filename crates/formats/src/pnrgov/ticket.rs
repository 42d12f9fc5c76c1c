//! Tickets, fares, forms of payment: TKT, MON, PTK, TXD, FOP.

use tidewaiter_diagnostics::codes::pnr as code;
use tidewaiter_domain::{
    Contact, ContactKind, CurrencyCode, Payer, Payment, PaymentCard, PaymentForm, Sourced, Text,
    Ticket, TicketNumber, WrittenAmount,
};
use tidewaiter_syntax::edifact::Segment;

use super::{Draft, Pnrgov};
use crate::cards::{TICKET_DIGITS_MAX, mask_longer_than, reduce};

impl Pnrgov<'_> {
    /// TKT: a ticket of the traveller before it.
    pub(super) fn ticket(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let place = segment.component(1, 1);
        let written = self.notes.text(segment, &place);
        let number = TicketNumber::new(Text::from(mask_longer_than(&written, TICKET_DIGITS_MAX)))
            .map(|number| Sourced::new(number, place.span()));
        let traveller = draft.traveller();
        if let (Some(number), Some(booked)) = (&number, draft.booking.travellers.last_mut()) {
            booked.traveller.tickets.push(number.clone());
        }
        let ticket = Ticket {
            number,
            kind: self.plain(segment, &segment.component(1, 2)),
            booklets: segment.component(1, 3).text().parse().ok(),
            traveller,
            fare: draft.fare.take(),
            span: segment.span(),
            ..Ticket::default()
        };
        draft.booking.tickets.push(ticket);
        self.within = super::Within::Traveller;
    }

    /// The ticket that fares and dates belong to: the traveller's last, a new one without a number
    /// when there is none.
    pub(super) fn ticket_of<'d>(
        &mut self,
        draft: &'d mut Draft,
        segment: &Segment<'_>,
    ) -> &'d mut Ticket {
        let traveller = draft.traveller();
        let fits = draft
            .booking
            .tickets
            .last()
            .is_some_and(|t| t.traveller == traveller);
        if !fits {
            let fare = draft.fare.take();
            let span = segment.span();
            draft.booking.tickets.push(Ticket {
                traveller,
                fare,
                span,
                ..Ticket::default()
            });
        }
        let last = draft.booking.tickets.len() - 1;
        &mut draft.booking.tickets[last]
    }

    /// MON: base fare and total.
    pub(super) fn fare(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        for element in 1..=segment.element_count().min(20) as u8 {
            let amount = segment.component(element, 2);
            if amount.is_empty() {
                continue;
            }
            let money = WrittenAmount {
                amount: self.plain(segment, &amount),
                currency: CurrencyCode::new(self.plain(segment, &segment.component(element, 3))),
            };
            let kind = segment.component(element, 1);
            let ticket = self.ticket_of(draft, segment);
            match kind.bytes().as_ref() {
                b"T" => ticket.total = Some(money),
                b"B" => ticket.base = Some(money),
                // Some leave the kinds out and keep the order.
                _ if ticket.base.is_none() => ticket.base = Some(money),
                _ if ticket.total.is_none() => ticket.total = Some(money),
                _ => {}
            }
        }
    }

    /// PTK: restrictions and time limits, kept as written.
    pub(super) fn restrictions(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let text = self.joined(segment, 1, 1);
        let carrier = self
            .known(segment, 4, 1)
            .and_then(tidewaiter_domain::CarrierCode::new);
        let ticket = self.ticket_of(draft, segment);
        ticket.restrictions = Some(text);
        ticket.validating_carrier = carrier;
    }

    /// DAT behind a ticket: its date of issue.
    pub(super) fn ticket_dates(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        for (qualifier, at) in self.dates(segment) {
            match qualifier.as_str() {
                "710" => self.ticket_of(draft, segment).issued_at = Some(at.value),
                "700" => draft.booking.changed_at = draft.booking.changed_at.or(Some(at)),
                _ => self.unknown_qualifier(segment),
            }
        }
    }

    /// FOP: forms of payment. A card number is reduced before anything else sees it.
    pub(super) fn payment(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        for element in 1..=segment.element_count().min(99) as u8 {
            let at = |c| segment.component(element, c);
            if (1..=6).all(|c| at(c).is_empty()) {
                continue;
            }
            let form_written = self.plain(segment, &at(1));
            let account = self.notes.text(segment, &at(5));
            let vendor = self.known(segment, element, 4);
            let expires = self.known(segment, element, 6);
            let code = PaymentForm::from_code(&form_written);
            let digits = account.bytes().filter(u8::is_ascii_digit).count();
            // An account with as many digits as a card has is one, whatever the form says.
            let is_card = code == PaymentForm::Card || vendor.is_some() || digits >= 13;
            let amount = self.known(segment, element, 3).map(|amount| WrittenAmount {
                amount,
                currency: draft
                    .booking
                    .tickets
                    .last()
                    .and_then(|t| t.total.as_ref().or(t.base.as_ref())?.currency.clone()),
            });
            let mut payment = Payment {
                form: code,
                form_written,
                old: at(2).bytes().as_ref() == b"2",
                amount,
                card: None,
                account: None,
                traveller: draft.traveller(),
                payer: None,
                span: segment.span(),
            };
            if is_card {
                let reduced = reduce(&account, self.key);
                if reduced.clear {
                    let text = "the number of a card is in clear; it was reduced";
                    self.notes
                        .tally(&code::CARD_IN_CLEAR, segment, &at(5), text);
                }
                payment.card = Some(PaymentCard {
                    vendor,
                    last4: reduced.last4,
                    token: reduced.token,
                    expires,
                });
            } else if !account.is_empty() {
                payment.account = Some(self.masked(segment, account));
            }
            // Whatever follows the known components is kept only masked.
            draft.booking.payments.push(payment);
        }
    }

    /// IFT 43: who pays.
    pub(super) fn payer(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let name = self.known(segment, 2, 1);
        let address = self.known(segment, 3, 1);
        let contact = self.known(segment, 4, 1).map(|value| Contact {
            kind: ContactKind::Phone,
            value,
            written: None,
            span: segment.component(4, 1).span(),
        });
        if let Some(payment) = draft.booking.payments.last_mut() {
            payment.payer = Some(Box::new(Payer {
                name,
                address,
                contact,
            }));
        }
    }
}
