//! Admission of what bookings have beside travellers: service codes and free text.
//!
//! A booking's own fields are elements of the catalogue like any others; these are the two that
//! cannot be admitted by name alone, because what they reveal depends on what they say.

use tidewaiter_domain::{CarrierCode, FlightDesignator, ItinerarySegment, Sourced, Text};

use super::ssr::{self, SsrClass};
use super::{DroppedCode, Filter, text};
use crate::element::Element;

/// What becomes of a service request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceOutcome {
    /// Kept with its text.
    Keep,
    /// Only the code is kept.
    CodeOnly,
    /// Dropped, code and all.
    Drop,
}

/// Whose flight a service is asked for on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carriers {
    /// The carrier that sold it.
    pub marketing: Option<CarrierCode>,
    /// The carrier that flies it.
    pub operating: Option<CarrierCode>,
}

impl Carriers {
    /// The carriers of a segment: where nobody else is named, whoever sold it flies it.
    pub fn of(segment: &ItinerarySegment) -> Self {
        let carrier = |d: &Option<Sourced<FlightDesignator>>| d.as_ref()?.value.carrier.clone();
        let marketing = carrier(&segment.designator);
        Self {
            operating: carrier(&segment.operating).or_else(|| marketing.clone()),
            marketing,
        }
    }
}

/// Free text of a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FreeText {
    /// General remarks.
    Remarks,
    /// Other service information.
    Osi,
}

impl Filter<'_> {
    /// What becomes of the service request `code` on a flight of `carriers`; what is not kept whole
    /// is counted by its code and theirs.
    pub fn service(&mut self, code: &str, carriers: &Carriers) -> ServiceOutcome {
        let outcome = match ssr::class(code) {
            Some(class) if class.is_sensitive() => ServiceOutcome::Drop,
            Some(SsrClass::LegalStatus) if self.keeps(Element::SsrStatus) => {
                ServiceOutcome::CodeOnly
            }
            Some(SsrClass::LegalStatus) => ServiceOutcome::Drop,
            Some(SsrClass::Child) if self.keeps(Element::Minor) => ServiceOutcome::Keep,
            Some(SsrClass::Plain) if self.keeps(Element::Ssr) => return ServiceOutcome::Keep,
            // A code nobody knows, or one that carries free text. What has not the form of a code
            // is text, and nobody knows what it says.
            _ if self.keeps(Element::Ssr) && ssr::is_code(code) => ServiceOutcome::CodeOnly,
            _ => ServiceOutcome::Drop,
        };
        if outcome != ServiceOutcome::Keep {
            let dropped = DroppedCode {
                code: ssr::counted(code),
                marketing: carriers.marketing.clone(),
                operating: carriers.operating.clone(),
            };
            *self.dropped.codes.entry(dropped).or_default() += 1;
        }
        outcome
    }

    /// Empties free text that does not stay, and blots out what may not.
    pub fn free_text(&mut self, kind: FreeText, field: &mut Option<Text>) {
        let element = match kind {
            FreeText::Remarks => Element::Remarks,
            FreeText::Osi => Element::Osi,
        };
        self.option(element, field);
        if let Some(text) = field.take() {
            let (kept, blots) = text::treat(self.mode, &text);
            self.dropped.words += blots;
            *field = kept;
        }
    }
}
