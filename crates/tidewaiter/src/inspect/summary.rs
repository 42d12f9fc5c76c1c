//! What a whole run came to.

use std::collections::BTreeMap;

use tidewaiter_diagnostics::{Diagnostic, Severity};
use tidewaiter_domain::Role;
use tidewaiter_formats::lists::ListReading;
use tidewaiter_formats::{Content, Report, Status};

use super::zones::Zone;

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
    /// Machine-readable zones, counted among the messages.
    pub(super) zones: u64,
    /// What lists hold.
    pub(super) listed: Listed,
    /// Diagnostics by severity and code.
    codes: BTreeMap<(Severity, &'static str), u64>,
}

/// Entries of lists by what they are about.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listed {
    /// Lists that were read, but for those of documents.
    pub(super) lists: u64,
    persons: u64,
    organisations: u64,
    vessels: u64,
    aircraft: u64,
    unknown: u64,
    /// Travel documents on lists of documents.
    pub(super) documents: u64,
}

impl Listed {
    /// The entries of one list.
    pub(super) fn of(reading: &ListReading) -> Self {
        let counts = &reading.counts;
        Self {
            lists: 1,
            persons: counts.persons.into(),
            organisations: counts.organisations.into(),
            vessels: counts.vessels.into(),
            aircraft: counts.aircraft.into(),
            unknown: counts.unknown.into(),
            documents: 0,
        }
    }

    /// How many entries there are.
    pub(super) fn entries(&self) -> u64 {
        self.persons + self.organisations + self.vessels + self.aircraft + self.unknown
    }

    /// `1003 entries: 730 persons, 273 organisations`.
    pub(super) fn shown(&self) -> String {
        let kinds = [
            (self.persons, "person", "persons"),
            (self.organisations, "organisation", "organisations"),
            (self.vessels, "vessel", "vessels"),
            (self.aircraft, "aircraft", "aircraft"),
            (self.unknown, "of unknown kind", "of unknown kind"),
        ];
        let kinds: Vec<String> = kinds
            .iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
            .collect();
        match self.entries() {
            0 => "no entries".to_owned(),
            1 => format!("1 entry: {}", kinds.join(", ")),
            n => format!("{n} entries: {}", kinds.join(", ")),
        }
    }
}

impl Summary {
    /// Counts one message.
    pub(super) fn add(&mut self, report: &Report) {
        self.count(report.status(), &report.diagnostics);
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
    }

    /// Counts one machine-readable zone; its holder is nobody's traveller yet.
    pub(super) fn add_zone(&mut self, zone: &Zone) {
        self.zones += 1;
        self.count(zone.status(), &zone.diagnostics);
    }

    /// Counts the entries of one list, and what was noticed of it.
    pub(super) fn add_list(&mut self, reading: &ListReading) {
        let (all, of) = (&mut self.listed, Listed::of(reading));
        all.lists += 1;
        all.persons += of.persons;
        all.organisations += of.organisations;
        all.vessels += of.vessels;
        all.aircraft += of.aircraft;
        all.unknown += of.unknown;
        self.note(&reading.diagnostics);
    }

    fn count(&mut self, status: Status, diagnostics: &[Diagnostic]) {
        match status {
            Status::Accepted => self.accepted += 1,
            Status::Partial => self.partial += 1,
            Status::Rejected => self.rejected += 1,
        }
        self.note(diagnostics);
    }

    fn note(&mut self, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
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
