//! What a whole run came to.

use std::collections::BTreeMap;

use tidewaiter_diagnostics::Severity;
use tidewaiter_domain::Role;
use tidewaiter_formats::{Content, Report, Status};

/// Counts over all messages of a run.
#[derive(Debug, Default)]
pub(super) struct Summary {
    /// Files that were opened, standard input included.
    pub(super) files: u64,
    accepted: u64,
    partial: u64,
    rejected: u64,
    /// Passengers, those in transit included.
    pub(super) passengers: u64,
    /// Crew, those in transit included.
    pub(super) crew: u64,
    /// Diagnostics by severity and code.
    codes: BTreeMap<(Severity, &'static str), u64>,
}

impl Summary {
    /// Counts one message.
    pub(super) fn add(&mut self, report: &Report) {
        match report.status() {
            Status::Accepted => self.accepted += 1,
            Status::Partial => self.partial += 1,
            Status::Rejected => self.rejected += 1,
        }
        if let Some(Content::Manifest(manifest)) = &report.content {
            for traveller in &manifest.travellers {
                match traveller.role {
                    Role::Passenger | Role::TransitPassenger => self.passengers += 1,
                    Role::Crew | Role::TransitCrew => self.crew += 1,
                }
            }
        }
        if let Some(Content::Bookings(push)) = &report.content {
            let people = push
                .bookings
                .iter()
                .map(|booking| booking.people().count() as u64);
            self.passengers += people.sum::<u64>();
        }
        for diagnostic in &report.diagnostics {
            *self
                .codes
                .entry((diagnostic.severity, diagnostic.code.slug))
                .or_default() += 1;
        }
    }

    /// How many messages had this status.
    pub(super) fn messages(&self, status: Status) -> u64 {
        match status {
            Status::Accepted => self.accepted,
            Status::Partial => self.partial,
            Status::Rejected => self.rejected,
        }
    }

    /// Diagnostics by code: the most severe first, then the most frequent.
    pub(super) fn codes(&self) -> Vec<(Severity, &'static str, u64)> {
        let mut codes: Vec<_> = self
            .codes
            .iter()
            .map(|(&(severity, slug), &count)| (severity, slug, count))
            .collect();
        codes.sort_by_key(|&(severity, slug, count)| {
            (std::cmp::Reverse(severity), std::cmp::Reverse(count), slug)
        });
        codes
    }
}
