//! The people of one flight, from statements that are kept apart from their messages.

use tidewaiter_domain::{ListEffect, RecordLocator, Traveller};

use crate::flight::Origin;
use crate::fold::{self, BookingStatement, ListStatement};
use crate::link::{self, Link};
use crate::person::Person;

/// What was said of one flight, statement after statement, in any order. Statements prepared at the
/// same time are taken in the order in which they are given.
#[derive(Debug, Default)]
pub struct OneFlight {
    lists: Vec<ListStatement>,
    bookings: Vec<BookingStatement>,
}

/// Who is on one flight.
#[derive(Debug, Default)]
pub struct People {
    /// The people of the passenger and crew lists.
    pub api: Vec<Person>,
    /// The people of the bookings.
    pub pnr: Vec<Person>,
    /// Who of the API is who of the bookings, in the order of the API.
    pub links: Vec<Link>,
    /// Whether the flight was cancelled.
    pub cancelled: bool,
    /// Whether it was closed.
    pub closed: bool,
}

impl OneFlight {
    /// Takes in a list: travellers with their places in the message.
    pub fn list<'t>(
        &mut self,
        origin: Origin,
        effect: ListEffect,
        people: impl Iterator<Item = (u32, &'t Traveller)>,
    ) {
        self.lists.push(ListStatement {
            sent: origin.sent,
            effect,
            people: people
                .map(|(place, traveller)| Person::of(traveller, origin.message, place))
                .collect(),
        });
    }

    /// Takes in a booking with its references, the sender's first: travellers with their places in
    /// the message.
    pub fn booking<'t>(
        &mut self,
        origin: Origin,
        locators: &[&RecordLocator],
        withdrawn: bool,
        people: impl Iterator<Item = (u32, &'t Traveller)>,
    ) {
        let statement = BookingStatement::of(origin, locators, withdrawn, people);
        self.bookings.push(statement);
    }

    /// Newer statements over older ones, and both sources side by side.
    pub fn fold(self) -> People {
        let lists = fold::lists(self.lists);
        let pnr = fold::bookings(self.bookings);
        People {
            links: link::link(&lists.people, &pnr),
            api: lists.people,
            pnr,
            cancelled: lists.cancelled,
            closed: lists.closed,
        }
    }
}
