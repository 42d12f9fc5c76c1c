//! Admission of what a carrier answers to a directive (CUSRES 312): it repeats whom it is about.

use tidewaiter_domain::{Clearance, ClearanceResponse, MessageOutcome};

use super::traveller::leg_elements;
use super::{Admissible, Filter};
use crate::element::Element as E;
use crate::vocabulary::DataSet;

impl Admissible for ClearanceResponse {
    const DATA_SETS: &'static [DataSet] = &[DataSet::IapiResponse];

    fn retain(&mut self, filter: &mut Filter<'_>) {
        let Self {
            // What the message is and which message it answers says nothing of a person.
            kind: _,
            number: _,
            transaction: _,
            flight,
            leg,
            outcomes,
            clearances,
            unread,
        } = self;
        filter.option(E::FlightNumber, flight);
        leg_elements(leg, filter);
        for MessageOutcome { code: _, texts } in outcomes {
            filter.vec(E::Remarks, texts);
        }
        for Clearance {
            // The directive itself is ours.
            codes: _,
            reference,
            locator,
            texts,
        } in clearances
        {
            filter.option(E::BookingLocator, reference);
            filter.option(E::BookingLocator, locator);
            filter.vec(E::Remarks, texts);
        }
        filter.unread(unread);
    }
}
