//! Special service requests as they stand: SSR.

use smallvec::SmallVec;
use tidewaiter_diagnostics::{Span, codes::api};
use tidewaiter_domain::{AirportCode, CarrierCode, ServiceRequest, Text};
use tidewaiter_syntax::edifact::Segment;

use super::resolve::{Detail, Pending};
use super::{Draft, Pnrgov, Within};
use crate::cards::{TICKET_DIGITS_MAX, mask_longer_than};

impl Pnrgov<'_> {
    /// SSR: kept as it is now, understood when the booking ends.
    pub(super) fn service(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let mut service = ServiceRequest {
            span: segment.span(),
            ..ServiceRequest::default()
        };
        let mut details: SmallVec<[Detail; 1]> = SmallVec::new();
        let mut text = Text::default();
        let mut text_span: Option<Span> = None;
        let mut plain = true;
        let mut at = 8u8;
        for component in segment.components() {
            let place = component.place();
            if component.is_empty() {
                if place.0 > 1 && place.1 == 1 {
                    details.push(Detail::default());
                }
                continue;
            }
            match place {
                (1, 1) => service.code = self.notes.text(segment, &component),
                (1, 2) => service.status = Some(self.plain(segment, &component)),
                (1, 3) => service.count = component.text().parse().ok(),
                (1, 4) => service.carrier = CarrierCode::new(self.plain(segment, &component)),
                (1, 5 | 6) => {}
                (1, 7) => service.from = AirportCode::new(self.plain(segment, &component)),
                (1, 8) => service.to = AirportCode::new(self.plain(segment, &component)),
                (1, c) => {
                    // A text goes on behind each separator that its writer did not release.
                    if !text.is_empty() {
                        (at..c).for_each(|_| text.push(self.component));
                        plain = false;
                    }
                    let part = self.notes.text(segment, &component);
                    plain &= part.len() == component.raw().len();
                    if text.is_empty() {
                        text = part
                    } else {
                        text.push_str(&part)
                    }
                    at = c;
                    text_span =
                        Some(text_span.map_or(component.span(), |s| s.to(component.span())));
                }
                (_, 1) if holds_seat(&service.code) || component.bytes().len() <= 4 => {
                    let value = self.notes.text(segment, &component);
                    details.push(Detail {
                        value,
                        span: component.span(),
                        ..Detail::default()
                    });
                }
                (_, 1) => {
                    let note = "the text goes on behind an unreleased separator";
                    self.notes
                        .tally(&api::SURPLUS_COMPONENTS, segment, &component, note);
                    text.push(self.element);
                    text.push_str(&self.notes.text(segment, &component));
                    plain = false;
                    details.push(Detail::default());
                    text_span =
                        Some(text_span.map_or(component.span(), |s| s.to(component.span())));
                }
                (_, 3) => {
                    let number = self.notes.text(segment, &component);
                    if let Some(detail) = details.last_mut() {
                        (detail.number, detail.number_span) = (number, component.span());
                    }
                }
                _ => {}
            }
        }
        if text.len() >= 13 {
            text = self.masked_service(segment, &service.code, text);
        }
        service.text = (!text.is_empty()).then_some(text);
        let traveller = match self.within {
            Within::Traveller | Within::Payment => draft.traveller(),
            _ => None,
        };
        if matches!(
            self.within,
            Within::Flight | Within::CheckIn | Within::AtCheckIn
        ) {
            service.segment = draft.flight();
        }
        let text_span = text_span.unwrap_or(service.span);
        draft.pending.push(Pending {
            service,
            traveller,
            details,
            text_span,
            path: segment.path().at(1, 9),
            plain,
        });
    }

    /// The text with card numbers masked. Where tickets and documents stand, shorter numbers are
    /// theirs.
    fn masked_service(&mut self, segment: &Segment<'_>, code: &str, text: Text) -> Text {
        let theirs = matches!(code, "DOCS" | "DOCO" | "FQTV") || code.starts_with("TKN");
        match mask_longer_than(&text, if theirs { TICKET_DIGITS_MAX } else { 0 }) {
            std::borrow::Cow::Borrowed(_) => text,
            std::borrow::Cow::Owned(masked) => {
                self.card_in_text(segment);
                Text::from(masked)
            }
        }
    }
}

/// Whether a service is a seat, so that its details are seats.
pub(super) fn holds_seat(code: &str) -> bool {
    code == "SEAT" || code == "RQST" || code.starts_with("NSS") || code.starts_with("SMS")
}
