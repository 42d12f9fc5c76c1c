//! PNRGOV: bookings pushed to a government (IATA/ICAO/WCO PNRGOV, PADIS EDIFACT 10.1 to 18.1).
//!
//! One grammar reads every version. A booking begins at `SRC` and nowhere else; inside it a
//! segment belongs to what the last trigger began: `TIF` a traveller, `TVL` a flight, `DAT` or
//! `ORG` behind a flight a check-in, `TRI` a traveller at check-in, `EQN` a division, `MSG` a part
//! that is no flight, `ABI` the history. `MSG`, `ORG` and `RCI` may be missing.
//!
//! What refers to a traveller by number is resolved when the booking ends, because references
//! point forwards as well (the document of an infant stands at its adult).

mod baggage;
mod finish;
pub(crate) mod govreq;
mod journey;
mod people;
mod resolve;
mod service;
mod ticket;
mod tree;
mod values;
mod xml;

use tidewaiter_diagnostics::{Span, codes::api, codes::pnr as code, codes::syntax};
use tidewaiter_domain::{
    Booking, BookingPush, Division, Flight, HistoryAction, HistoryEntry, Index, Leg, Moment,
    Originator, OtherService, Part, PushFunction, SectorKind, Sourced, Text,
};
use tidewaiter_syntax::edifact::{Message, Segment};

pub use xml::{is_xml, read_xml};

use crate::cards::CardKey;
use crate::notes::{Notes, unread};
use crate::report::Content;
use baggage::BagCheck;
use resolve::Pending;

/// Reads one PNRGOV message.
pub(crate) fn read<'n>(
    message: &Message<'_>,
    notes: &'n mut Notes,
    key: Option<&'n CardKey>,
) -> Option<Content> {
    let mut reader = Pnrgov::new(message, notes, key);
    for segment in message.segments() {
        reader.segment(&segment);
    }
    reader.finish(message)
}

/// Most travellers and most segments of a booking; groups have up to a few hundred people. References
/// are looked up within a booking, so a larger one is read in pieces: nobody is lost, and the work
/// stays in proportion to the bytes.
const TRAVELLERS_MAX: usize = 1_000;
const SEGMENTS_MAX: u32 = 30_000;

/// What the segments that come next belong to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Within {
    Header,
    Booking,
    Traveller,
    Payment,
    Flight,
    CheckIn,
    AtCheckIn,
    Division,
    OtherService,
    History,
}

struct Pnrgov<'n> {
    notes: &'n mut Notes,
    key: Option<&'n CardKey>,
    /// The separators of the interchange: what a text that was split at one is joined with.
    component: char,
    element: char,
    function: Option<(PushFunction, Text)>,
    sender: Option<Box<Originator>>,
    flight: Option<Flight>,
    declared: Option<Sourced<u32>>,
    bookings: Vec<Booking>,
    unread: Vec<tidewaiter_domain::Unread>,
    draft: Option<Box<Draft>>,
    within: Within,
}

/// A booking while it is read.
#[derive(Default)]
struct Draft {
    booking: Booking,
    /// Service requests whose travellers are not resolved yet.
    pending: Vec<Pending>,
    /// How many segments it has so far.
    segments: u32,
    /// What was handed over at each check-in.
    checks: Vec<BagCheck>,
    /// Whether an originator was there and empty.
    empty_originator: bool,
    /// Fare basis of the traveller whose ticket is still to come.
    fare: Option<Text>,
    by: Option<Text>,
    at: Option<Moment>,
    action: Option<HistoryAction>,
    /// Where the last ABI stands while nothing has followed it.
    author: Option<Span>,
}

impl Draft {
    fn traveller(&self) -> Option<Index> {
        index(self.booking.travellers.len().checked_sub(1)?)
    }

    fn flight(&self) -> Option<Index> {
        index(self.booking.itinerary.len().checked_sub(1)?)
    }
}

/// An index of at most 65,535; more travellers than that are in no booking.
fn index(index: usize) -> Option<Index> {
    Index::try_from(index).ok()
}

impl<'n> Pnrgov<'n> {
    fn new(message: &Message<'_>, notes: &'n mut Notes, key: Option<&'n CardKey>) -> Self {
        let separators = message.interchange().map(|i| i.separators);
        Self {
            notes,
            key,
            component: separators.map_or(':', |s| char::from(s.component)),
            element: separators.map_or('+', |s| char::from(s.element)),
            function: None,
            sender: None,
            flight: None,
            declared: None,
            bookings: Vec::new(),
            unread: Vec::new(),
            draft: None,
            within: Within::Header,
        }
    }
}

impl Pnrgov<'_> {
    fn segment(&mut self, segment: &Segment<'_>) {
        let tag = segment.tag();
        if tag == *b"SRC" {
            self.close_booking();
            self.open_booking(segment);
            return;
        }
        let Some(mut draft) = self.draft.take() else {
            return self.header_segment(segment);
        };
        draft.segments += 1;
        let crowded = tag == *b"TIF" && draft.booking.travellers.len() >= TRAVELLERS_MAX;
        if crowded && self.within != Within::AtCheckIn || draft.segments > SEGMENTS_MAX {
            draft = self.next_piece(draft, segment);
        }
        draft.booking.span = draft.booking.span.to(segment.span());
        self.booking_segment(&mut draft, segment);
        self.draft = Some(draft);
        if let Some(glued) = self.glued(segment) {
            self.segment(&glued);
        }
    }

    /// The segment that is glued to this one because the terminator between them is missing. Told
    /// only where no code can end in a tag: in the signs of an originator and in a status.
    fn glued<'m>(&mut self, segment: &Segment<'m>) -> Option<Segment<'m>> {
        let (elements, tags): (_, &[&[u8; 3]]) = match &segment.tag() {
            b"ORG" => (6..=segment.element_count() as u8, &[b"TIF", b"ADD"]),
            b"RPI" => (
                2..=2,
                &[b"IFT", b"APD", b"SSR", b"TVL", b"DAT", b"SAC", b"ABI"],
            ),
            _ => return None,
        };
        for element in elements {
            let last = segment.element(element).last()?;
            let raw = last.bytes();
            let tag = tags
                .iter()
                .find(|tag| raw.len() > 3 && raw.ends_with(&tag[..]));
            if let Some(tag) = tag {
                let text = "a segment begins here, but the one before it has no terminator";
                self.notes
                    .note_at(&syntax::MISSING_TERMINATOR, segment, &last, text);
                return segment.behind(element, **tag);
            }
        }
        None
    }

    fn open_booking(&mut self, segment: &Segment<'_>) {
        let mut draft = Box::new(Draft::default());
        draft.booking.span = segment.span();
        self.draft = Some(draft);
        self.within = Within::Booking;
    }

    /// Closes a booking that is larger than any genuine one and goes on in another of the same
    /// locators.
    fn next_piece(&mut self, draft: Box<Draft>, segment: &Segment<'_>) -> Box<Draft> {
        let text = "the booking is larger than any genuine one; it is read in pieces";
        self.notes.note(
            &syntax::LIMIT_EXCEEDED,
            segment.span(),
            segment.path(),
            text,
        );
        let mut next = Box::new(Draft::default());
        next.booking.locators.clone_from(&draft.booking.locators);
        next.booking.span = segment.span();
        self.draft = Some(draft);
        self.close_booking();
        next
    }

    fn close_booking(&mut self) {
        let Some(mut draft) = self.draft.take() else {
            return;
        };
        draft.close_author();
        finish::finish(&mut draft, self.flight.as_ref(), self.notes);
        self.bookings.push(draft.booking);
    }

    /// A segment before the first SRC.
    fn header_segment(&mut self, segment: &Segment<'_>) {
        match &segment.tag() {
            b"MSG" => self.begin(segment),
            b"ORG" => self.sender = self.originator(segment),
            b"TVL" => self.push_flight(segment),
            b"EQN" => {
                let count = segment.component(1, 1);
                match count.text().parse() {
                    Ok(n) => self.declared = Some(Sourced::new(n, count.span())),
                    Err(_) => self.notes.note_at(
                        &api::UNUSABLE_QUANTITY,
                        segment,
                        &count,
                        "this is no number of bookings",
                    ),
                }
            }
            b"RCI" | b"TIF" | b"SSR" | b"DAT" => {
                // The booking has begun without saying so.
                self.notes.note(
                    &code::MISPLACED_SEGMENT,
                    segment.span(),
                    segment.path(),
                    "a booking begins here without SRC",
                );
                self.open_booking(segment);
                self.segment(segment);
            }
            _ => {
                self.unknown(segment);
                let kept = self.keep(segment);
                self.unread.push(kept);
            }
        }
    }

    /// MSG: whether the push is complete or an update.
    fn begin(&mut self, segment: &Segment<'_>) {
        let function = match segment.component(1, 2) {
            empty if empty.is_empty() => segment.component(1, 1),
            function => function,
        };
        let text = self.notes.text(segment, &function);
        let meaning = match text.as_str() {
            "22" => PushFunction::Full,
            "141" => PushFunction::Changes,
            _ => {
                self.notes.note_at(
                    &api::UNKNOWN_FUNCTION,
                    segment,
                    &function,
                    "this function of a push is not known; it was read as complete",
                );
                PushFunction::Unknown
            }
        };
        self.function = Some((meaning, text));
    }

    /// TVL before the first booking: the flight the push is about.
    fn push_flight(&mut self, segment: &Segment<'_>) {
        let read = self.itinerary_segment(segment);
        let Some(designator) = read.operating.or(read.designator) else {
            return;
        };
        let leg = Leg {
            from: read.from,
            to: read.to,
            departs: read.departs,
            arrives: read.arrives,
            border: true,
        };
        self.flight = Some(Flight {
            designator,
            kind: SectorKind::Main,
            legs: vec![leg],
        });
    }

    fn booking_segment(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        use Within as W;
        match (&segment.tag(), self.within) {
            (b"LTS", _) => draft.history_line(segment, self.joined(segment, 1, 1), None),
            (b"ABI", _) => {
                draft.close_author();
                draft.by = Some(self.words(segment));
                (draft.at, draft.action) = (None, None);
                draft.author = Some(segment.span());
                self.within = W::History;
            }
            (b"DAT", W::History) => draft.at = self.dates(segment).next().map(|(_, at)| at.value),
            (b"SAC", _) => {
                draft.action = Some(match segment.component(3, 1).bytes().as_ref() {
                    b"A" => HistoryAction::Added,
                    b"X" => HistoryAction::Cancelled,
                    b"C" => HistoryAction::Changed,
                    _ => HistoryAction::Unknown,
                });
                self.within = W::History;
            }
            (b"TIF", W::History) if draft.action.is_none() => {
                self.misplaced(
                    segment,
                    "a traveller stands in the history without an action",
                );
                self.traveller(draft, segment);
            }
            (_, W::History) => {
                let (text, action) = (self.joined(segment, 1, 1), draft.action);
                draft.history_line(segment, text, action);
            }
            (b"TIF", W::AtCheckIn) => self.traveller_at_check_in(draft, segment),
            (b"TIF", _) => self.traveller(draft, segment),
            (b"SSR", _) => self.service(draft, segment),
            (b"IFT", within) => self.text(draft, segment, within),
            (b"RCI", W::Division) => {
                let mut locators = smallvec::SmallVec::<[_; 2]>::new();
                self.locators(segment, &mut locators, &mut None);
                if let Some(division) = draft.booking.divisions.last_mut() {
                    division.locators.extend(locators);
                }
            }
            (b"RCI", _) => {
                let booking = &mut draft.booking;
                self.locators(segment, &mut booking.locators, &mut booking.booked_at);
            }
            (b"ORG", W::Flight | W::CheckIn | W::AtCheckIn) => {
                let agent = self.originator(segment);
                if let Some(check_in) = draft.check_in() {
                    check_in.agent = agent;
                    self.within = W::CheckIn;
                }
            }
            (b"ORG", _) => match self.originator(segment) {
                Some(agency) => draft.booking.agency = Some(agency),
                None => draft.empty_originator = true,
            },
            (b"DAT", W::Flight | W::CheckIn | W::AtCheckIn) => self.check_in(draft, segment),
            (b"DAT", W::Traveller | W::Payment) => self.ticket_dates(draft, segment),
            (b"DAT", _) => self.booking_dates(draft, segment),
            (b"ADD", within) => self.address(draft, segment, within),
            (b"EBD", _) => draft
                .booking
                .excess_baggage
                .push(self.joined(segment, 1, 1)),
            (b"FTI", _) => self.loyalty(draft, segment),
            (b"REF", _) => self.reference(draft, segment),
            (b"FAR", _) => draft.fare = Some(self.joined(segment, 1, 1)),
            (b"TKT", _) => self.ticket(draft, segment),
            (b"MON", _) => self.fare(draft, segment),
            (b"PTK", _) => self.restrictions(draft, segment),
            (b"TXD", _) => {
                let taxes = self.joined(segment, 1, 1);
                self.ticket_of(draft, segment).taxes = Some(taxes);
            }
            (b"FOP", _) => {
                self.payment(draft, segment);
                self.within = W::Payment;
            }
            (b"TVL", W::OtherService) => self.other_service(draft, segment),
            (b"TVL", _) => self.flight(draft, segment),
            (b"TRA", _) => self.operated_by(draft, segment),
            (b"RPI", _) => self.status(draft, segment),
            (b"APD", _) => {
                let aircraft = self.known(segment, 1, 1);
                if let Some(flight) = draft.booking.itinerary.last_mut() {
                    flight.aircraft = aircraft;
                }
            }
            (b"TRI", _) => self.at_check_in(draft, segment),
            (b"SSD", _) => self.check_in_seat(draft, segment),
            (b"TBD", _) => self.bags(draft, segment),
            (b"EQN", _) => {
                let count = segment.component(1, 1).text().parse().ok();
                draft.booking.divisions.push(Division {
                    count,
                    ..Division::default()
                });
                self.within = W::Division;
            }
            (b"MSG", _) => {
                let kind = self.notes.text(segment, &segment.component(1, 1));
                let span = segment.span();
                draft.booking.other_services.push(OtherService {
                    kind,
                    span,
                    ..OtherService::default()
                });
                self.within = W::OtherService;
            }
            _ => {
                self.unknown(segment);
                let kept = self.keep(segment);
                draft.booking.unread.push(kept);
            }
        }
    }

    /// Notes that a segment is known nowhere.
    fn unknown(&mut self, segment: &Segment<'_>) {
        self.notes.note(
            &syntax::UNKNOWN_SEGMENT,
            segment.span(),
            segment.path(),
            "this segment has no meaning here; it was kept",
        );
    }

    fn misplaced(&mut self, segment: &Segment<'_>, text: &'static str) {
        self.notes.note(
            &code::MISPLACED_SEGMENT,
            segment.span(),
            segment.path(),
            text,
        );
    }

    /// A segment as it is, with card numbers masked.
    fn keep(&mut self, segment: &Segment<'_>) -> tidewaiter_domain::Unread {
        let mut kept = unread(segment);
        kept.text = self.masked(segment, kept.text);
        kept
    }

    fn finish(mut self, message: &Message<'_>) -> Option<Content> {
        self.close_booking();
        let header = message.header();
        let part = header
            .as_ref()
            .and_then(|h| h.sequence)
            .map(|sequence| Part {
                number: sequence.number,
                last: sequence.last,
            });
        let start = header.map_or_else(Span::default, |h| h.span);
        let path = tidewaiter_diagnostics::SegmentPath::segment(1, *b"UNH");
        if let Some(part) = part.filter(|p| !p.is_whole()) {
            let text = format!("this is part {} of a push in several messages", part.number);
            self.notes.note(&api::PART_OF_REPORT, start, path, text);
        }
        if self.function.is_none() {
            let text = "the push has no MSG; it is read as complete";
            self.notes
                .note(&code::MISSING_PUSH_FUNCTION, start, path, text);
        }
        if self.flight.is_none() {
            let text = "the push names no flight (TVL)";
            self.notes
                .note(&code::MISSING_PUSH_FLIGHT, start, path, text);
        }
        self.check_count(part, start, path);
        let (function, function_written) = self
            .function
            .unwrap_or((PushFunction::Full, Text::default()));
        Some(Content::Bookings(Box::new(BookingPush {
            function,
            function_written,
            sender: self.sender,
            flight: self.flight,
            declared_count: self.declared,
            part,
            bookings: self.bookings,
            unread: self.unread,
        })))
    }

    /// Compares EQN, which counts the bookings of the whole push, with those listed.
    fn check_count(
        &mut self,
        part: Option<Part>,
        start: Span,
        path: tidewaiter_diagnostics::SegmentPath,
    ) {
        let listed = self.bookings.len();
        let whole = part.is_none_or(Part::is_whole);
        let eqn = tidewaiter_diagnostics::SegmentPath {
            tag: *b"EQN",
            ..Default::default()
        };
        match self.declared {
            Some(declared) if listed == 0 && declared.value > 0 && whole => {
                let text = format!("EQN says {} bookings, the message has none", declared.value);
                self.notes
                    .note(&code::BOOKINGS_MISSING, declared.span, eqn, text);
            }
            _ if listed == 0 => {
                self.notes.note(
                    &code::EMPTY_PUSH,
                    start,
                    path,
                    "the message holds no booking",
                );
            }
            Some(declared) if whole && declared.value as usize != listed => {
                let text = format!(
                    "EQN says {} bookings, the message lists {listed}",
                    declared.value
                );
                self.notes
                    .note(&code::BOOKING_COUNT, declared.span, eqn, text);
            }
            _ => {}
        }
    }
}

impl Draft {
    /// The check-in that is open on the last flight, a new one when there is none.
    fn check_in(&mut self) -> Option<&mut tidewaiter_domain::CheckIn> {
        let flight = self.booking.itinerary.last_mut()?;
        if flight.checkins.is_empty() {
            flight.checkins.push(Default::default());
        }
        flight.checkins.last_mut()
    }

    fn history_line(&mut self, segment: &Segment<'_>, text: Text, action: Option<HistoryAction>) {
        self.author = None;
        let structured = action.is_some() || segment.tag() != *b"LTS";
        self.booking.history.push(HistoryEntry {
            at: self.at.filter(|_| structured),
            by: self.by.clone().filter(|_| structured),
            action: action.unwrap_or(HistoryAction::Unknown),
            what: Text::from_utf8_lossy(&segment.tag()),
            text,
            span: segment.span(),
        });
    }

    /// Keeps an ABI that nothing followed: it says who made the booking.
    fn close_author(&mut self) {
        let (Some(span), Some(by)) = (self.author.take(), self.by.clone()) else {
            return;
        };
        self.booking.history.push(HistoryEntry {
            at: self.at,
            by: Some(by),
            action: HistoryAction::Unknown,
            what: Text::const_new("ABI"),
            text: Text::default(),
            span,
        });
    }
}
