//! CONTRL: what a receiver says of an interchange's syntax (ISO 9735-4, version 4).
//!
//! `UCI` speaks of the interchange, `UCF` of a group, `UCM` of a message, `UCS` of a segment and
//! `UCD` of an element; each belongs to the last one above it. Many carriers do not want CONTRL, so
//! whether one is sent is for the profile of the carrier.

mod faults;

use tidewaiter_diagnostics::{SegmentPath, Span, codes::api as code, codes::syntax};
use tidewaiter_domain::{
    ElementFault, GroupReceipt, MessageReceipt, PartyId, ReceiptAction, SegmentFault, SyntaxError,
    SyntaxReceipt, Text, Verdict,
};
use tidewaiter_syntax::edifact::{Component, InterchangeWriter, Message, Segment};

pub use faults::{ReceiptBuilder, syntax_error};

use crate::notes::{Notes, unread};
use crate::report::Content;
use crate::transmission::{Identifier, Transmission};

/// Version 4, release 1 of the service message.
const IDENTIFIER: Identifier = ["CONTRL", "4", "1", "UN", ""];

/// Reads one CONTRL message. `None` when it does not say which interchange it speaks of.
pub(crate) fn read(message: &Message<'_>, notes: &mut Notes) -> Option<Content> {
    let mut reader = Contrl {
        notes,
        receipt: None,
        within: Within::Nothing,
        unread: Vec::new(),
    };
    for segment in message.segments() {
        reader.segment(&segment);
    }
    let Contrl {
        receipt, unread, ..
    } = reader;
    let Some(mut receipt) = receipt else {
        let body = message.body();
        notes.note(
            &code::UNREADABLE_RECEIPT,
            Span::new(body.start, body.start + 3.min(body.len())),
            SegmentPath::segment(1, *b"UNH"),
            "no UCI says which interchange this acknowledges",
        );
        return None;
    };
    receipt.unread = unread;
    Some(Content::Receipt(Box::new(receipt)))
}

/// What the segments that come next speak of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    Interchange,
    Group,
    Message,
    Segment,
}

struct Contrl<'n> {
    notes: &'n mut Notes,
    receipt: Option<SyntaxReceipt>,
    within: Within,
    unread: Vec<tidewaiter_domain::Unread>,
}

impl Contrl<'_> {
    fn segment(&mut self, segment: &Segment<'_>) {
        let taken = match &segment.tag() {
            b"UCI" if self.receipt.is_none() => self.interchange(segment),
            b"UCF" => self.group(segment),
            b"UCM" => self.message(segment),
            b"UCS" => self.faulty_segment(segment),
            b"UCD" => self.faulty_element(segment),
            _ => false,
        };
        if !taken {
            self.notes.note(
                &syntax::UNKNOWN_SEGMENT,
                segment.span(),
                segment.path(),
                "this segment has no meaning here; it was kept",
            );
            self.unread.push(unread(segment));
        }
    }

    fn interchange(&mut self, segment: &Segment<'_>) -> bool {
        self.receipt = Some(SyntaxReceipt {
            interchange: self.text(segment, 1, 1),
            sender: self.party(segment, 2),
            recipient: self.party(segment, 3),
            verdict: self.verdict(segment, 4),
            messages: Vec::new(),
            groups: Vec::new(),
            unread: Vec::new(),
        });
        self.within = Within::Interchange;
        true
    }

    fn group(&mut self, segment: &Segment<'_>) -> bool {
        let group = GroupReceipt {
            reference: self.text(segment, 1, 1),
            sender: self.party(segment, 2),
            recipient: self.party(segment, 3),
            verdict: self.verdict(segment, 4),
            messages: Vec::new(),
        };
        let Some(receipt) = &mut self.receipt else {
            return false;
        };
        receipt.groups.push(group);
        self.within = Within::Group;
        true
    }

    fn message(&mut self, segment: &Segment<'_>) -> bool {
        let message = MessageReceipt {
            reference: self.text(segment, 1, 1),
            identifier: [1, 2, 3, 4, 5].map(|c| self.text(segment, 2, c)),
            verdict: self.verdict(segment, 3),
            segments: Vec::new(),
        };
        let Some(receipt) = &mut self.receipt else {
            return false;
        };
        match receipt.groups.last_mut() {
            Some(group) => group.messages.push(message),
            None => receipt.messages.push(message),
        }
        self.within = Within::Message;
        true
    }

    fn faulty_segment(&mut self, segment: &Segment<'_>) -> bool {
        let number = segment.component(1, 1);
        let position = self.number(segment, &number);
        let error = self.error(segment, &segment.component(2, 1));
        if !matches!(self.within, Within::Message | Within::Segment) {
            return false;
        }
        let (Some(position), Some(message)) = (position, self.last_message()) else {
            return false;
        };
        message.segments.push(SegmentFault {
            segment: position,
            error,
            elements: Vec::new(),
        });
        self.within = Within::Segment;
        true
    }

    fn faulty_element(&mut self, segment: &Segment<'_>) -> bool {
        let error = self.error(segment, &segment.component(1, 1));
        let element = self.number(segment, &segment.component(2, 1));
        let component = self.number(segment, &segment.component(2, 2));
        // The tag is element 1 of the standard's count.
        let element = element.and_then(|n| u16::try_from(n.checked_sub(1)?).ok());
        let component = component.and_then(|n| u16::try_from(n).ok());
        if self.within != Within::Segment {
            return false;
        }
        let fault = self.last_message().and_then(|m| m.segments.last_mut());
        let (Some(fault), Some(error), Some(element)) = (fault, error, element) else {
            return false;
        };
        fault.elements.push(ElementFault {
            error,
            element,
            component,
        });
        true
    }

    fn last_message(&mut self) -> Option<&mut MessageReceipt> {
        let receipt = self.receipt.as_mut()?;
        match receipt.groups.last_mut() {
            Some(group) => group.messages.last_mut(),
            None => receipt.messages.last_mut(),
        }
    }

    fn text(&mut self, segment: &Segment<'_>, element: u8, component: u8) -> Text {
        self.notes
            .text(segment, &segment.component(element, component))
    }

    fn party(&mut self, segment: &Segment<'_>, element: u8) -> PartyId {
        PartyId {
            id: self.text(segment, element, 1),
            qualifier: self.text(segment, element, 2),
        }
    }

    /// Action and error in `element` and the one behind it.
    fn verdict(&mut self, segment: &Segment<'_>, element: u8) -> Verdict {
        let action = segment.component(element, 1);
        let verdict = Verdict {
            action: ReceiptAction::of_code(&action.text()),
            error: self.error(segment, &segment.component(element + 1, 1)),
        };
        if matches!(verdict.action, ReceiptAction::Other(_)) {
            let text = "this action is none of 4, 7, 8; nothing counts as acknowledged by it";
            self.notes
                .note_at(&code::UNKNOWN_RESPONSE, segment, &action, text);
        }
        verdict
    }

    fn error(&mut self, segment: &Segment<'_>, value: &Component<'_>) -> Option<SyntaxError> {
        let number = self.number(segment, value)?;
        let error = u16::try_from(number).ok().and_then(SyntaxError::new);
        if error.is_none() {
            self.unreadable(segment, value);
        }
        error
    }

    /// A number; an empty component is none and is not spoken of.
    fn number(&mut self, segment: &Segment<'_>, value: &Component<'_>) -> Option<u32> {
        if value.is_empty() {
            return None;
        }
        let number = value.text().parse().ok();
        if number.is_none() {
            self.unreadable(segment, value);
        }
        number
    }

    fn unreadable(&mut self, segment: &Segment<'_>, value: &Component<'_>) {
        let text = "this is no number that the standard has here";
        self.notes
            .note_at(&code::UNREADABLE_RECEIPT, segment, value, text);
    }
}

/// Writes a receipt as an interchange of its own.
pub fn write(receipt: &SyntaxReceipt, transmission: &Transmission) -> Vec<u8> {
    let mut writer = transmission.open(&IDENTIFIER);
    write_level(
        &mut writer,
        "UCI",
        &receipt.interchange,
        &receipt.sender,
        &receipt.recipient,
        &receipt.verdict,
    );
    receipt
        .messages
        .iter()
        .for_each(|m| write_message(&mut writer, m));
    for group in &receipt.groups {
        write_level(
            &mut writer,
            "UCF",
            &group.reference,
            &group.sender,
            &group.recipient,
            &group.verdict,
        );
        group
            .messages
            .iter()
            .for_each(|m| write_message(&mut writer, m));
    }
    writer.end_message();
    writer.finish()
}

fn write_level(
    writer: &mut InterchangeWriter,
    tag: &str,
    reference: &str,
    sender: &PartyId,
    recipient: &PartyId,
    verdict: &Verdict,
) {
    writer.segment(
        tag,
        &[
            &[reference],
            &[&sender.id, &sender.qualifier],
            &[&recipient.id, &recipient.qualifier],
            &[verdict.action.code()],
            &[&number(verdict.error.map(SyntaxError::code))],
        ],
    );
}

fn write_message(writer: &mut InterchangeWriter, message: &MessageReceipt) {
    let identifier = message.identifier.each_ref().map(Text::as_str);
    let verdict = &message.verdict;
    writer.segment(
        "UCM",
        &[
            &[&message.reference],
            &identifier,
            &[verdict.action.code()],
            &[&number(verdict.error.map(SyntaxError::code))],
        ],
    );
    for fault in &message.segments {
        let error = number(fault.error.map(SyntaxError::code));
        writer.segment("UCS", &[&[&number(Some(fault.segment))], &[&error]]);
        for element in &fault.elements {
            let error = number(Some(element.error.code()));
            // The tag is element 1 of the standard's count.
            let position = number(Some(u32::from(element.element) + 1));
            let component = number(element.component);
            writer.segment("UCD", &[&[&error], &[&position, &component]]);
        }
    }
}

fn number(value: Option<impl ToString>) -> String {
    value.map(|n| n.to_string()).unwrap_or_default()
}
