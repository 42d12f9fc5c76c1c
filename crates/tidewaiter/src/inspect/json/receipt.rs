//! Acknowledgements of syntax in JSON.

use serde::Serialize;
use tidewaiter_domain::{MessageReceipt, SyntaxReceipt, Verdict};

use super::{UnreadLine, unread};

#[derive(Serialize)]
pub(super) struct ReceiptLine<'a> {
    acknowledges: &'a str,
    #[serde(flatten)]
    verdict: VerdictLine,
    messages: Vec<MessageLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unread: Vec<UnreadLine<'a>>,
}

#[derive(Serialize)]
struct VerdictLine {
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<u16>,
}

/// One message, whatever group it was in.
#[derive(Serialize)]
struct MessageLine<'a> {
    reference: &'a str,
    #[serde(flatten)]
    verdict: VerdictLine,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<FaultLine>,
}

/// A fault in a segment, or in an element of it.
#[derive(Serialize)]
struct FaultLine {
    segment: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    element: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<u16>,
}

impl<'a> ReceiptLine<'a> {
    pub(super) fn of(receipt: &'a SyntaxReceipt, offset: u64) -> Self {
        let grouped = receipt.groups.iter().flat_map(|g| &g.messages);
        Self {
            acknowledges: &receipt.interchange,
            verdict: VerdictLine::of(&receipt.verdict),
            messages: receipt
                .messages
                .iter()
                .chain(grouped)
                .map(MessageLine::of)
                .collect(),
            unread: unread(&receipt.unread, offset),
        }
    }
}

impl VerdictLine {
    fn of(verdict: &Verdict) -> Self {
        Self {
            action: verdict.action.as_str(),
            error: verdict.error.map(|e| e.code()),
        }
    }
}

impl<'a> MessageLine<'a> {
    fn of(message: &'a MessageReceipt) -> Self {
        let mut faults = Vec::new();
        for fault in &message.segments {
            if fault.error.is_some() || fault.elements.is_empty() {
                faults.push(FaultLine {
                    segment: fault.segment,
                    element: None,
                    component: None,
                    error: fault.error.map(|e| e.code()),
                });
            }
            faults.extend(fault.elements.iter().map(|element| FaultLine {
                segment: fault.segment,
                element: Some(element.element),
                component: element.component,
                error: Some(element.error.code()),
            }));
        }
        Self {
            reference: &message.reference,
            verdict: VerdictLine::of(&message.verdict),
            faults,
        }
    }
}
