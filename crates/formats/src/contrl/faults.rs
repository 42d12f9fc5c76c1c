//! Which action and error code follow from what was noticed in a message.

use tidewaiter_diagnostics::{Code, Diagnostic, Severity, codes::api, codes::syntax};
use tidewaiter_domain::{
    ElementFault, GroupReceipt, MessageReceipt, PartyId, ReceiptAction, SegmentFault, SyntaxError,
    SyntaxReceipt, Text, Verdict,
};
use tidewaiter_syntax::edifact::{Interchange, Message, Party};

use crate::report::{Report, Status};

/// Most faulty segments of one message (segment group of UCS, 999) and most faulty elements of one
/// segment (UCD, 99) that the service message holds.
const SEGMENTS_MAX: usize = 999;
const ELEMENTS_MAX: usize = 99;

/// The fault of syntax a diagnostic stands for; `None` for what is no matter of syntax, such as an
/// unknown country: CONTRL says nothing of what the data mean.
pub fn syntax_error(code: &Code) -> Option<SyntaxError> {
    let table: [(SyntaxError, &[&Code]); 12] = [
        (SyntaxError::SERVICE_CHARACTER, &[&syntax::INVALID_UNA]),
        (SyntaxError::CHARSET, &[&syntax::UNKNOWN_SYNTAX]),
        (
            SyntaxError::COUNT,
            &[&syntax::COUNT_OF_SEGMENTS, &syntax::COUNT_OF_MESSAGES],
        ),
        (SyntaxError::REFERENCES, &[&syntax::REFERENCE_MISMATCH]),
        (
            SyntaxError::MISSING,
            &[
                &syntax::MISSING_UNB,
                &syntax::TRUNCATED,
                &syntax::MISSING_TRAILER,
                &syntax::MISSING_UNT,
                &syntax::MISSING_TERMINATOR,
                &syntax::EMPTY_SEGMENT,
                &syntax::NOT_A_MESSAGE,
                &api::MISSING_BGM,
            ],
        ),
        (
            SyntaxError::INVALID_CHARACTERS,
            &[
                &syntax::UNRELEASED_TERMINATOR,
                &syntax::FOREIGN_TERMINATOR,
                &syntax::CONTROL_CHARACTER,
                &syntax::CHARSET_GUESSED,
                &syntax::LOWER_CASE,
                &syntax::DANGLING_RELEASE,
            ],
        ),
        (
            SyntaxError::NOT_SUPPORTED,
            &[&syntax::BAD_TAG, &syntax::UNKNOWN_SEGMENT],
        ),
        (SyntaxError::TOO_LONG, &[&syntax::LIMIT_EXCEEDED]),
        (
            SyntaxError::VALUE_NOT_SUPPORTED,
            &[&api::UNSUPPORTED_TYPE, &api::UNKNOWN_FUNCTION],
        ),
        (
            SyntaxError::INVALID_VALUE,
            &[&api::INVALID_DATE, &api::UNUSABLE_QUANTITY],
        ),
        (
            SyntaxError::TOO_MANY_CONSTITUENTS,
            &[&api::SURPLUS_COMPONENTS],
        ),
        (SyntaxError::DUPLICATE, &[&api::DUPLICATE_MESSAGE]),
    ];
    table
        .into_iter()
        .find(|(_, codes)| codes.contains(&code))
        .map(|(error, _)| error)
}

/// At which level of the receipt a fault belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Interchange,
    Group,
    Message,
}

fn level(diagnostic: &Diagnostic) -> Level {
    match &diagnostic.path.tag {
        b"UNE" | b"UNG" => Level::Group,
        b"UNB" | b"UNZ" | b"UNA" => Level::Interchange,
        _ => {
            let of_interchange = [
                &syntax::INVALID_UNA,
                &syntax::UNKNOWN_SYNTAX,
                &syntax::MISSING_UNB,
                &syntax::MISSING_TRAILER,
                &syntax::COUNT_OF_MESSAGES,
            ];
            if of_interchange.contains(&diagnostic.code) {
                Level::Interchange
            } else {
                Level::Message
            }
        }
    }
}

/// Collects what was noticed in the messages of one interchange into its receipt.
///
/// A message is rejected only when nothing of it was usable; faults in a message that was read all
/// the same are reported under its acknowledgement.
#[derive(Debug)]
pub struct ReceiptBuilder {
    receipt: SyntaxReceipt,
}

impl ReceiptBuilder {
    /// The receipt of `interchange`, before any message.
    pub fn new(interchange: &Interchange) -> Self {
        Self {
            receipt: SyntaxReceipt {
                interchange: Text::new(&interchange.reference),
                sender: party(&interchange.sender),
                recipient: party(&interchange.recipient),
                verdict: acknowledged(),
                messages: Vec::new(),
                groups: Vec::new(),
                unread: Vec::new(),
            },
        }
    }

    /// Adds a message and what reading it gave.
    pub fn add(&mut self, message: &Message<'_>, report: &Report) {
        let faults = || {
            report
                .diagnostics
                .iter()
                .filter(|d| d.severity > Severity::Info)
                .filter_map(|d| Some((d, syntax_error(d.code)?)))
        };
        let first_at = |wanted: Level| {
            faults()
                .find(|(d, _)| level(d) == wanted)
                .map(|(_, error)| error)
        };
        let verdict = &mut self.receipt.verdict;
        verdict.error = verdict.error.or(first_at(Level::Interchange));
        let Some(header) = message.header() else {
            return;
        };
        let mut receipt = MessageReceipt {
            reference: Text::from(header.reference),
            identifier: [
                header.kind,
                header.version,
                header.release,
                header.agency,
                header.association,
            ]
            .map(Text::from),
            verdict: Verdict {
                action: match report.status() {
                    Status::Rejected => ReceiptAction::Rejected,
                    Status::Accepted | Status::Partial => ReceiptAction::Acknowledged,
                },
                error: None,
            },
            segments: Vec::new(),
        };
        for (diagnostic, error) in faults().filter(|(d, _)| level(d) == Level::Message) {
            add_fault(&mut receipt, diagnostic, error);
        }
        if receipt.verdict.action == ReceiptAction::Rejected {
            let error = &mut receipt.verdict.error;
            *error = error.or(Some(SyntaxError::UNSPECIFIED));
        }
        let Some(group) = message.group() else {
            return self.receipt.messages.push(receipt);
        };
        let same = |g: &GroupReceipt| {
            g.reference == group.reference
                && g.sender == party(&group.sender)
                && g.recipient == party(&group.recipient)
        };
        if !self.receipt.groups.last().is_some_and(same) {
            self.receipt.groups.push(GroupReceipt {
                reference: Text::new(&group.reference),
                sender: party(&group.sender),
                recipient: party(&group.recipient),
                verdict: acknowledged(),
                messages: Vec::new(),
            });
        }
        if let Some(last) = self.receipt.groups.last_mut() {
            last.verdict.error = last.verdict.error.or(first_at(Level::Group));
            last.messages.push(receipt);
        }
    }

    /// The receipt. An interchange in which no message was found is rejected.
    pub fn finish(mut self) -> SyntaxReceipt {
        if self.receipt.messages.is_empty() && self.receipt.groups.is_empty() {
            let verdict = &mut self.receipt.verdict;
            verdict.action = ReceiptAction::Rejected;
            verdict.error = verdict.error.or(Some(SyntaxError::EMPTY));
        }
        self.receipt
    }
}

/// Puts one fault where it belongs: the message, a segment or an element.
fn add_fault(receipt: &mut MessageReceipt, diagnostic: &Diagnostic, error: SyntaxError) {
    let path = diagnostic.path;
    if path.segment == 0 {
        receipt.verdict.error = receipt.verdict.error.or(Some(error));
        return;
    }
    let place = receipt
        .segments
        .binary_search_by_key(&path.segment, |s| s.segment);
    let at = match place {
        Ok(at) => at,
        // What does not fit is summed up at the message.
        Err(_) if receipt.segments.len() >= SEGMENTS_MAX => {
            receipt.verdict.error = receipt.verdict.error.or(Some(error));
            return;
        }
        Err(at) => {
            receipt.segments.insert(
                at,
                SegmentFault {
                    segment: path.segment,
                    error: None,
                    elements: Vec::new(),
                },
            );
            at
        }
    };
    let Some(fault) = receipt.segments.get_mut(at) else {
        return;
    };
    if path.element == 0 || fault.elements.len() >= ELEMENTS_MAX {
        fault.error = fault.error.or(Some(error));
        return;
    }
    fault.elements.push(ElementFault {
        error,
        element: u16::from(path.element),
        component: (path.component > 0).then_some(u16::from(path.component)),
    });
}

fn acknowledged() -> Verdict {
    Verdict {
        action: ReceiptAction::Acknowledged,
        error: None,
    }
}

fn party(party: &Party) -> PartyId {
    PartyId {
        id: Text::new(&party.id),
        qualifier: Text::new(&party.qualifier),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_data_mean_is_no_matter_of_syntax() {
        for code in [
            &api::UNKNOWN_COUNTRY,
            &api::SINGLE_NAME,
            &api::COUNT_MISMATCH,
        ] {
            assert_eq!(syntax_error(code), None, "{}", code.slug);
        }
        assert_eq!(
            syntax_error(&syntax::COUNT_OF_SEGMENTS),
            Some(SyntaxError::COUNT)
        );
    }

    #[test]
    fn every_fault_that_is_sent_has_a_meaning() {
        for code in tidewaiter_diagnostics::codes::all() {
            if let Some(error) = syntax_error(code) {
                assert!(error.meaning().is_some(), "{}", code.slug);
            }
        }
    }
}
