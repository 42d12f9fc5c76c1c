//! The JSON form of the nouns of a booking, one key a field.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde_json::{Map, Value as Json, json};
use smallvec::{Array, SmallVec};
use tidewaiter_domain::{
    AirportCode, BagTag, BookedBags, BookedSeat, CardToken, CarrierCode, CheckIn, CheckedIn,
    Contact, Country, CurrencyCode, Division, FlightDesignator, HistoryAction, HistoryEntry,
    ItinerarySegment, LegTime, Locator, Moment, Originator, OtherService, Payer, Payment,
    PaymentCard, PaymentForm, RecordLocator, Remark, RemarkKind, SeatNumber, SegmentKind,
    SegmentStatus, ServiceRequest, Sourced, Span, Text, Ticket, TicketNumber, WrittenAmount,
};

use super::json::{
    contact_json, contact_of, country, country_of, meaning, sourced, text_of, whole, word,
};

/// Something with a JSON form from which it comes back, but for where it stood.
pub(super) trait Form: Sized {
    fn json(&self) -> Json;
    /// `None` when `value` is no such thing.
    fn of(value: &Json) -> Option<Self>;
}

impl Form for Text {
    fn json(&self) -> Json {
        json!(self.as_str())
    }
    fn of(value: &Json) -> Option<Self> {
        text_of(value)
    }
}

impl Form for bool {
    fn json(&self) -> Json {
        json!(self)
    }
    fn of(value: &Json) -> Option<Self> {
        value.as_bool()
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Form for $number {
            fn json(&self) -> Json {
                json!(self)
            }
            fn of(value: &Json) -> Option<Self> {
                whole(value)
            }
        }
    )*};
}

numbers! { u16 u32 }

macro_rules! codes {
    ($($code:ty)*) => {$(
        impl Form for $code {
            fn json(&self) -> Json {
                json!(self.as_str())
            }
            fn of(value: &Json) -> Option<Self> {
                Self::new(value.as_str()?)
            }
        }
    )*};
}

codes! { AirportCode BagTag CarrierCode CurrencyCode RecordLocator SeatNumber TicketNumber }

macro_rules! words {
    ($($of:ty: $table:ident = [$($value:expr => $word:literal),* $(,)?];)*) => {$(
        const $table: &[($of, &str)] = &[$(($value, $word)),*];
        impl Form for $of {
            fn json(&self) -> Json {
                json!(word($table, *self))
            }
            fn of(value: &Json) -> Option<Self> {
                meaning($table, value.as_str()?)
            }
        }
    )*};
}

words! {
    SegmentKind: SEGMENTS = [
        SegmentKind::Flight => "flight",
        SegmentKind::Open => "open",
        SegmentKind::Surface => "surface",
    ];
    RemarkKind: REMARKS = [
        RemarkKind::FareCalculation => "fare-calculation",
        RemarkKind::OtherService => "other-service",
        RemarkKind::Sponsor => "sponsor",
        RemarkKind::Other => "other",
    ];
    HistoryAction: ACTIONS = [
        HistoryAction::Added => "added",
        HistoryAction::Cancelled => "cancelled",
        HistoryAction::Changed => "changed",
        HistoryAction::Unknown => "unknown",
    ];
    PaymentForm: PAYMENTS = [
        PaymentForm::Card => "card",
        PaymentForm::Cash => "cash",
        PaymentForm::Cheque => "cheque",
        PaymentForm::Government => "government",
        PaymentForm::Direct => "direct",
        PaymentForm::Miscellaneous => "miscellaneous",
        PaymentForm::Prepaid => "prepaid",
        PaymentForm::Other => "other",
    ];
}

impl<T: Form> Form for Option<T> {
    fn json(&self) -> Json {
        self.as_ref().map_or(Json::Null, Form::json)
    }
    fn of(value: &Json) -> Option<Self> {
        Some(T::of(value))
    }
}

impl<T: Form> Form for Box<T> {
    fn json(&self) -> Json {
        (**self).json()
    }
    fn of(value: &Json) -> Option<Self> {
        T::of(value).map(Self::new)
    }
}

impl<T: Form> Form for Sourced<T> {
    fn json(&self) -> Json {
        self.value.json()
    }
    fn of(value: &Json) -> Option<Self> {
        T::of(value).map(sourced)
    }
}

impl<T: Form> Form for Vec<T> {
    fn json(&self) -> Json {
        self.iter().map(Form::json).collect()
    }
    fn of(value: &Json) -> Option<Self> {
        let items = value.as_array().into_iter().flatten();
        Some(items.filter_map(T::of).collect())
    }
}

impl<A: Array> Form for SmallVec<A>
where
    A::Item: Form,
{
    fn json(&self) -> Json {
        self.iter().map(Form::json).collect()
    }
    fn of(value: &Json) -> Option<Self> {
        Vec::of(value).map(Self::from_vec)
    }
}

impl Form for Country {
    fn json(&self) -> Json {
        country(self)
    }
    fn of(value: &Json) -> Option<Self> {
        country_of(value)
    }
}

impl Form for Contact {
    fn json(&self) -> Json {
        contact_json(self)
    }
    fn of(value: &Json) -> Option<Self> {
        contact_of(value)
    }
}

impl Form for CardToken {
    /// As it is written, so that it is found as a selector.
    fn json(&self) -> Json {
        json!(self.to_string())
    }
    fn of(value: &Json) -> Option<Self> {
        let letters = value.as_str()?.as_bytes();
        let nibble = |letter: u8| letter.checked_sub(b'a').filter(|nibble| *nibble < 16);
        let bytes = letters
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => Some(nibble(*high)? << 4 | nibble(*low)?),
                _ => None,
            })
            .collect::<Option<Vec<u8>>>()?;
        bytes.try_into().ok().map(Self)
    }
}

impl Form for SegmentStatus {
    fn json(&self) -> Json {
        json!(self.code())
    }
    fn of(value: &Json) -> Option<Self> {
        value.as_str().map(Self::from_code)
    }
}

macro_rules! parsed {
    ($($what:ty)*) => {$(
        impl Form for $what {
            fn json(&self) -> Json {
                json!(self.to_string())
            }
            fn of(value: &Json) -> Option<Self> {
                value.as_str()?.parse().ok()
            }
        }
    )*};
}

parsed! { Date Time Timestamp }

/// Every field of a noun by name, or it does not compile; what stands behind the semicolon is
/// where it stood.
macro_rules! nouns {
    ($($noun:ident { $($field:ident),* ; $($place:ident)? })*) => {$(
        impl Form for $noun {
            fn json(&self) -> Json {
                let Self { $($field,)* $($place: _)? } = self;
                let mut object = Map::new();
                $({
                    let value = $field.json();
                    let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
                    if !empty {
                        object.insert(stringify!($field).to_owned(), value);
                    }
                })*
                Json::Object(object)
            }
            fn of(value: &Json) -> Option<Self> {
                let object = value.as_object()?;
                let field = |name: &str| object.get(name).unwrap_or(&Json::Null);
                Some(Self {
                    $($field: Form::of(field(stringify!($field))).or_else(missing)?,)*
                    $($place: Span::empty(0))?
                })
            }
        }
    )*};
}

/// What a field is that a view leaves out: nothing of it is known.
fn missing<T: Form>() -> Option<T> {
    [
        json!(""),
        json!(false),
        json!(0),
        json!("other"),
        json!("flight"),
        json!("unknown"),
    ]
    .iter()
    .find_map(T::of)
}

nouns! {
    Moment { date, time; }
    LegTime { date, time, instant; }
    FlightDesignator { carrier, number, written; }
    WrittenAmount { amount, currency; }
    PaymentCard { vendor, last4, token, expires; }
    Payer { name, address, contact; }
    Locator { carrier, locator, departure_control; }
    Originator {
        system, system_city, agency, office, city, company, kind, country, currency, agent; span
    }
    ItinerarySegment {
        kind, designator, operating, class, from, to, departs, arrives, party, status, aircraft,
        pushed, checkins; span
    }
    CheckIn { at, agent, travellers; }
    CheckedIn { traveller, sequence, seat, cabin; }
    OtherService { kind, from, until, places, vendor, text; span }
    ServiceRequest { code, status, count, carrier, from, to, text, travellers, segment; span }
    Remark { kind, carrier, text, traveller; span }
    Ticket {
        number, kind, booklets, traveller, base, total, issued_at, fare, restrictions, taxes,
        validating_carrier; span
    }
    Payment { form, form_written, old, amount, card, account, traveller, payer; span }
    BookedSeat { seat, traveller, segment, checked_in; }
    BookedBags { traveller, count, weight_g, tags, destination, pool, members; }
    Division { count, locators; }
    HistoryEntry { at, by, action, what, text; span }
}
