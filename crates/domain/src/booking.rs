//! Bookings: what a reservation system says of a journey and the people on it.
//!
//! The nouns follow the PNRGOV message (IATA/ICAO/WCO, PADIS EDIFACT 10.1 and later, and XML) and
//! the 19 elements of ICAO Doc 9944. Lists are flat: a seat, a ticket, a service names the
//! traveller and the segment it is about by their index in the booking, so that a mandate can drop
//! one kind of data without taking the others apart.

mod money;
mod request;

use jiff::civil::{Date, Time};
use smallvec::SmallVec;

use crate::{
    Address, AirportCode, BagTag, CarrierCode, Contact, Flight, FlightDesignator, LegTime, Part,
    RecordLocator, SeatNumber, Sourced, Span, Text, Traveller, Unread,
};

pub use money::{CardToken, Payer, Payment, PaymentCard, PaymentForm, Ticket, WrittenAmount};
pub use request::{BookingRequest, PushAcknowledgement, PushOutcome, RequestKind};

/// Index of a traveller or a segment in its booking.
pub type Index = u16;

/// What one PNRGOV message says: the bookings on one flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingPush {
    /// What the push does to what was known before.
    pub function: PushFunction,
    /// MSG 1225 as written; empty when the message does not say.
    pub function_written: Text,
    /// Which system or airline sends it.
    pub sender: Option<Box<Originator>>,
    /// The flight it is about.
    pub flight: Option<Flight>,
    /// How many bookings the whole push has, over all its messages (EQN).
    pub declared_count: Option<Sourced<u32>>,
    /// Which part of a push in several messages this is.
    pub part: Option<Part>,
    /// The bookings in the order of the message.
    pub bookings: Vec<Booking>,
    /// What stands outside every booking and was not understood.
    pub unread: Vec<Unread>,
}

/// What a push does to what was known before (MSG 1225).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PushFunction {
    /// 22, or not said: everything about the flight; replaces the push before it.
    Full,
    /// 141: only bookings that changed.
    Changes,
    /// Another code. The bookings are read all the same.
    Unknown,
}

impl PushFunction {
    /// A word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Changes => "changes",
            Self::Unknown => "unknown",
        }
    }
}

/// One booking (PNR).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Booking {
    /// Its references in all systems that hold it, the sender's first.
    pub locators: SmallVec<[Locator; 2]>,
    /// When it was made.
    pub booked_at: Option<Sourced<Moment>>,
    /// When it was last changed (DAT 700).
    pub changed_at: Option<Sourced<Moment>>,
    /// When its first ticket was issued (DAT 710).
    pub ticketed_at: Option<Sourced<Moment>>,
    /// Who made it.
    pub agency: Option<Box<Originator>>,
    /// Names of groups; a group's name is no person (TIF `G`).
    pub groups: Vec<Sourced<Text>>,
    /// The travellers, in the order of the message: each element of the passenger group that is
    /// not a group's name.
    pub travellers: Vec<BookedTraveller>,
    /// Infants that have no element of their own and are known from a service request or from the
    /// element of their adult. [`Booking::people`] has them as well.
    pub lap_infants: Vec<LapInfant>,
    /// The flights, past and to come, in the order of the message.
    pub itinerary: Vec<ItinerarySegment>,
    /// Hotels, cars, trains and the like.
    pub other_services: Vec<OtherService>,
    /// Telephone numbers and e-mail addresses of the booking as a whole.
    pub contacts: Vec<Contact>,
    /// Addresses of the booking as a whole.
    pub addresses: Vec<Address>,
    /// Every special service request, understood or not.
    pub services: Vec<ServiceRequest>,
    /// Other information and remarks.
    pub remarks: Vec<Remark>,
    /// Tickets.
    pub tickets: Vec<Ticket>,
    /// Forms of payment.
    pub payments: Vec<Payment>,
    /// Seats asked for, given, or taken at check-in.
    pub seats: Vec<BookedSeat>,
    /// What was checked in, each piece once.
    pub bags: Vec<BookedBags>,
    /// Excess baggage as written (EBD).
    pub excess_baggage: Vec<Text>,
    /// Divisions: travellers who went to another booking or came from one.
    pub divisions: Vec<Division>,
    /// What was changed, when, by whom.
    pub history: Vec<HistoryEntry>,
    /// Whether the sender says that the booking does not exist any more: listed in an update with
    /// an empty originator and nobody in it.
    pub withdrawn: bool,
    /// What was not understood.
    pub unread: Vec<Unread>,
    /// The bytes of the booking.
    pub span: Span,
}

impl Booking {
    /// The sender's own reference.
    pub fn locator(&self) -> Option<&Locator> {
        self.locators.first()
    }

    /// Everybody the booking names: the travellers, then infants without an element of their own.
    pub fn people(&self) -> impl Iterator<Item = &Traveller> {
        self.travellers
            .iter()
            .map(|booked| &booked.traveller)
            .chain(self.lap_infants.iter().map(|infant| &infant.traveller))
    }
}

/// A reference of a booking in one system (RCI).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locator {
    /// Which airline's or system's it is.
    pub carrier: Option<CarrierCode>,
    /// The reference.
    pub locator: Sourced<RecordLocator>,
    /// Whether it is a reference of departure control, without a reservation behind it (`C`).
    pub departure_control: bool,
}

/// A date with a time of day where it is known. PNRGOV gives UTC where it does not say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The date.
    pub date: Date,
    /// The time of day, to the second where it was given.
    pub time: Option<Time>,
}

/// Who made or sent something (ORG).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Originator {
    /// The reservation system or airline.
    pub system: Option<CarrierCode>,
    /// Its city.
    pub system_city: Option<Text>,
    /// IATA number of the agency.
    pub agency: Option<Text>,
    /// Office, or pseudo city.
    pub office: Option<Text>,
    /// City of the agent.
    pub city: Option<Text>,
    /// Airline of the agent, and its city.
    pub company: Option<Text>,
    /// What kind of originator, as written: `A` airline, `T` travel agent.
    pub kind: Option<Text>,
    /// Country, as understood from its code.
    pub country: Option<crate::Country>,
    /// Currency.
    pub currency: Option<crate::CurrencyCode>,
    /// Sign of the agent.
    pub agent: Option<Text>,
    /// Where it stands.
    pub span: Span,
}

/// A traveller of a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookedTraveller {
    /// The person.
    pub traveller: Traveller,
    /// The booking's own number of the traveller; empty when it gives none.
    pub number: Text,
    /// Passenger type as written (`A`, `C`, `IN` ...).
    pub type_written: Text,
    /// Of an adult the infant, of an infant the adult they travel with.
    pub companion: Option<Index>,
}

/// An infant known without an element of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LapInfant {
    /// The infant.
    pub traveller: Traveller,
    /// The adult it travels with.
    pub adult: Option<Index>,
}

/// One flight of an itinerary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItinerarySegment {
    /// Whether it is a flight, an open ticket or a gap.
    pub kind: SegmentKind,
    /// Carrier and number it was sold under.
    pub designator: Option<Sourced<FlightDesignator>>,
    /// Carrier and number that fly, where they are others. The number may be unknown (empty).
    pub operating: Option<Sourced<FlightDesignator>>,
    /// Reservation booking designator (class of service).
    pub class: Option<Text>,
    /// Where it starts.
    pub from: Option<Sourced<AirportCode>>,
    /// Where it ends.
    pub to: Option<Sourced<AirportCode>>,
    /// Scheduled departure, local.
    pub departs: Option<Sourced<LegTime>>,
    /// Scheduled arrival, local.
    pub arrives: Option<Sourced<LegTime>>,
    /// For how many people.
    pub party: Option<u16>,
    /// Where the reservation stands.
    pub status: Option<Sourced<SegmentStatus>>,
    /// Aircraft type as written.
    pub aircraft: Option<Text>,
    /// Whether it is the flight the push is about.
    pub pushed: bool,
    /// Who checked in, when and where.
    pub checkins: Vec<CheckIn>,
    /// Where it stands.
    pub span: Span,
}

impl ItinerarySegment {
    /// Who flies it: the operating carrier, or the one it was sold under.
    pub fn flown_by(&self) -> Option<&FlightDesignator> {
        self.operating
            .as_ref()
            .or(self.designator.as_ref())
            .map(|d| &d.value)
    }

    /// Whether somebody may still travel on it.
    pub fn is_live(&self) -> bool {
        self.status.as_ref().is_none_or(|s| s.value.is_live())
    }
}

/// What an itinerary segment is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SegmentKind {
    /// A flight.
    #[default]
    Flight,
    /// A right to fly on a date not yet chosen.
    Open,
    /// A gap: the traveller goes by other means (`ARNK`).
    Surface,
}

/// Where the reservation of a segment stands (RPI; AIRIMP action and status codes).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SegmentStatus {
    /// Held: `HK`, `KK`, `SS`, `TK` ...
    Confirmed(Text),
    /// Asked for, not answered: `NN`, `HN`, `PN` ...
    Requested(Text),
    /// On a waiting list: `HL`, `LL`, `UU` ...
    Waitlisted(Text),
    /// Cancelled, refused or not flown: `HX`, `XX`, `UN`, `UC`, `NO` ...
    Cancelled(Text),
    /// A code that is not known, as written. Counts as live.
    Unknown(Text),
}

impl SegmentStatus {
    /// What a code means. Case does not matter.
    pub fn from_code(code: &str) -> Self {
        let upper = code.to_ascii_uppercase();
        let text = Text::new(&upper);
        match upper.as_str() {
            "HK" | "KK" | "KL" | "RR" | "SS" | "TK" | "HS" | "LK" | "DK" | "BK" | "GK" | "YK"
            | "PK" | "MK" | "FS" | "IS" | "SC" | "CK" | "EK" | "OK" | "K" | "SA" | "RK" | "TS" => {
                Self::Confirmed(text)
            }
            "NN" | "HN" | "PN" | "IN" | "NA" | "SQ" | "GN" | "MM" | "TN" | "SN" => {
                Self::Requested(text)
            }
            "HL" | "LL" | "UU" | "US" | "PB" | "PC" | "PD" | "PE" | "TL" | "GL" | "BL" => {
                Self::Waitlisted(text)
            }
            "HX" | "XX" | "XK" | "XL" | "XN" | "XR" | "XO" | "UN" | "UC" | "UR" | "NO" | "NS"
            | "DX" | "PX" | "WK" | "WL" | "WN" | "OX" | "GX" | "SX" | "DS" | "IX" => {
                Self::Cancelled(text)
            }
            _ => Self::Unknown(text),
        }
    }

    /// The code as written, in capitals.
    pub fn code(&self) -> &str {
        match self {
            Self::Confirmed(code)
            | Self::Requested(code)
            | Self::Waitlisted(code)
            | Self::Cancelled(code)
            | Self::Unknown(code) => code,
        }
    }

    /// `confirmed`, `requested`, `waitlisted`, `cancelled` or `unknown`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Confirmed(_) => "confirmed",
            Self::Requested(_) => "requested",
            Self::Waitlisted(_) => "waitlisted",
            Self::Cancelled(_) => "cancelled",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Whether somebody may still travel on the segment.
    pub const fn is_live(&self) -> bool {
        !matches!(self, Self::Cancelled(_))
    }
}

/// A check-in on one segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckIn {
    /// When; UTC.
    pub at: Option<Sourced<Moment>>,
    /// Who checked in.
    pub agent: Option<Box<Originator>>,
    /// Whom.
    pub travellers: Vec<CheckedIn>,
}

/// One traveller at check-in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckedIn {
    /// Which traveller; `None` when the reference leads nowhere.
    pub traveller: Option<Index>,
    /// Boarding or sequence number as written.
    pub sequence: Option<Text>,
    /// The seat.
    pub seat: Option<Sourced<SeatNumber>>,
    /// The cabin as written.
    pub cabin: Option<Text>,
}

/// Baggage that was checked in, each piece once however many segments it flies on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookedBags {
    /// Whose it is; of a pool, the head's.
    pub traveller: Option<Index>,
    /// Number of pieces.
    pub count: Option<u16>,
    /// Weight of them all, in grams.
    pub weight_g: Option<u32>,
    /// Tags; a first tag with a number of consecutive ones is spelt out.
    pub tags: SmallVec<[Sourced<BagTag>; 2]>,
    /// Where it goes.
    pub destination: Option<AirportCode>,
    /// The pool it belongs to.
    pub pool: Option<Text>,
    /// Who shares the pool.
    pub members: SmallVec<[Index; 2]>,
}

/// A seat in a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookedSeat {
    /// Which seat.
    pub seat: Sourced<SeatNumber>,
    /// For whom, when it is said.
    pub traveller: Option<Index>,
    /// On which segment, when it is one of the itinerary.
    pub segment: Option<Index>,
    /// Whether it was given at check-in.
    pub checked_in: bool,
}

/// A special service request (SSR).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceRequest {
    /// Its code: `DOCS`, `SEAT`, `WCHR` ... Meals and health are sensitive; the mandate filters by
    /// this code.
    pub code: Text,
    /// Action or status code.
    pub status: Option<Text>,
    /// How many of it.
    pub count: Option<u16>,
    /// Which carrier it is addressed to.
    pub carrier: Option<CarrierCode>,
    /// From where, when it is for one segment.
    pub from: Option<AirportCode>,
    /// To where.
    pub to: Option<AirportCode>,
    /// The free text, with card numbers reduced.
    pub text: Option<Text>,
    /// For which travellers; empty means the booking as a whole.
    pub travellers: SmallVec<[Index; 2]>,
    /// For which segment.
    pub segment: Option<Index>,
    /// Where it stands.
    pub span: Span,
}

/// A remark or other service information (IFT).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What kind of text it is.
    pub kind: RemarkKind,
    /// Which airline's.
    pub carrier: Option<CarrierCode>,
    /// The text, with card numbers reduced.
    pub text: Text,
    /// Whom it is about.
    pub traveller: Option<Index>,
    /// Where it stands.
    pub span: Span,
}

/// What kind of text a remark is (PADIS 4451).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RemarkKind {
    /// 15: calculation of the fare.
    FareCalculation,
    /// 28: other service information.
    OtherService,
    /// 43: who pays.
    Sponsor,
    /// Another subject.
    Other,
}

/// Travellers who were divided from a booking or to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Division {
    /// How many.
    pub count: Option<u16>,
    /// The other booking's references.
    pub locators: SmallVec<[Locator; 1]>,
}

/// A part of the journey that is no flight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherService {
    /// What it is, as written: `8` hotel.
    pub kind: Text,
    /// When it begins.
    pub from: Option<Moment>,
    /// When it ends.
    pub until: Option<Moment>,
    /// Places as written.
    pub places: SmallVec<[Text; 2]>,
    /// Who provides it.
    pub vendor: Option<Text>,
    /// Everything as written.
    pub text: Text,
    /// Where it stands.
    pub span: Span,
}

/// One line of a booking's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// When; UTC.
    pub at: Option<Moment>,
    /// Who, as written (ABI).
    pub by: Option<Text>,
    /// What was done.
    pub action: HistoryAction,
    /// Tag of the segment: `SSR`, `TVL`, `LTS` for free text.
    pub what: Text,
    /// The rest as written, with card numbers reduced.
    pub text: Text,
    /// Where it stands.
    pub span: Span,
}

/// What was done in one line of the history (SAC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HistoryAction {
    /// `A`: added.
    Added,
    /// `X`: cancelled.
    Cancelled,
    /// `C`: changed.
    Changed,
    /// Not said, or another code.
    Unknown,
}

impl HistoryAction {
    /// `added`, `cancelled`, `changed` or `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Cancelled => "cancelled",
            Self::Changed => "changed",
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_segment_is_not_live_and_an_unknown_status_is() {
        for (code, word, live) in [
            ("HK", "confirmed", true),
            ("nn", "requested", true),
            ("HL", "waitlisted", true),
            ("XX", "cancelled", false),
            ("UN", "cancelled", false),
            ("YG", "unknown", true),
        ] {
            let status = SegmentStatus::from_code(code);
            assert_eq!((status.as_str(), status.is_live()), (word, live), "{code}");
            assert_eq!(status.code(), code.to_uppercase());
        }
    }
}
