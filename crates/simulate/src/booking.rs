//! Bookings: who travels together, how it was sold and paid, what became of it.

use compact_str::{CompactString, format_compact};
use jiff::ToSpan;
use jiff::civil::DateTime;

use crate::dice::Dice;
use crate::parameters::{Mix, Rate};
use crate::person::phone;
use crate::tables::AIRPORTS;
use crate::tally::Draw;
use crate::world::{Departure, World};

/// One booking.
#[derive(Clone, Debug)]
pub(crate) struct Booking {
    /// Record locator of the operating carrier, six characters.
    pub locator: CompactString,
    /// Index of its first traveller in the flight.
    pub first: usize,
    /// How many travellers.
    pub count: usize,
    /// When it was made, local time of the departure airport.
    pub booked: DateTime,
    /// The push, from 0, from which on it shows as cancelled.
    pub cancelled: Option<usize>,
    /// Part of [`Mix::Purpose`].
    pub purpose: usize,
    /// Part of [`Mix::Journey`].
    pub journey: usize,
    /// Nights until the way back.
    pub nights: u32,
    /// A flight before or after.
    pub connection: Option<Connection>,
    /// Whether it was sold under the codeshare partner's number.
    pub codeshare: bool,
    /// Part of [`Mix::Channel`].
    pub channel: usize,
    /// Agency number and office; of the carrier itself when sold directly.
    pub office: CompactString,
    /// Index of the country of sale.
    pub land: usize,
    /// Part of [`Mix::Payment`].
    pub payment: usize,
    /// Card vendor and number as written: masked or, rarely, in clear.
    pub card: Option<(&'static str, CompactString)>,
    /// Last four digits of the card.
    pub last4: CompactString,
    /// Price in cents.
    pub cents: u32,
    /// A payer who does not travel.
    pub payer: Option<CompactString>,
    /// Telephone, digits with the prefix of the country.
    pub phone: Option<CompactString>,
    /// E-mail.
    pub mail: Option<CompactString>,
    /// Street and city.
    pub address: Option<(CompactString, &'static str)>,
    /// The other half of a divided booking.
    pub divided: Option<CompactString>,
    /// Whether a name was corrected.
    pub corrected: bool,
    /// Whether the date was changed.
    pub date_changed: bool,
    /// Name of a group.
    pub group: Option<CompactString>,
    /// Whether bags are pooled under the first traveller.
    pub pooled: bool,
}

/// A flight before or after the one in question.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    /// Whether it comes before.
    pub before: bool,
    /// Index of the carrier.
    pub carrier: usize,
    /// Flight number.
    pub number: u16,
    /// The airport at its other end.
    pub airport: &'static str,
    /// Minutes between the flights.
    pub wait: i64,
    /// Minutes it flies.
    pub minutes: i64,
}

const STREETS: &[&str] = &[
    "HARBOUR ROW",
    "MILL LANE",
    "STATION ROAD",
    "LANTERN STREET",
    "ORCHARD WAY",
    "TERN CLOSE",
    "QUAY STREET",
    "CEDAR AVENUE",
];
const CITIES: &[&str] = &[
    "ORREFORS",
    "KINGSBRIDGE",
    "PORTO ALTO",
    "NEUHAFEN",
    "SAINT OMER",
    "MARSA VIEJA",
    "LITTLETON",
    "ALDERTON",
];
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A record locator of a key. Different keys give different ones, up to the 2^30 that there are.
pub(crate) fn locator(key: u64) -> CompactString {
    let mut left = key ^ (key >> 32);
    (0..6)
        .map(|_| {
            let letter = LETTERS[(left & 31) as usize];
            left >>= 5;
            char::from(letter)
        })
        .collect()
}

/// A card number that passes Luhn's check, in a range that issuers use for tests.
fn card_number(dice: &mut Dice) -> CompactString {
    let mut digits: [u8; 16] = *b"4000000000000000";
    for digit in &mut digits[6..15] {
        *digit = b'0' + dice.below(10) as u8;
    }
    let sum: u32 = digits[..15]
        .iter()
        .enumerate()
        .map(|(i, digit)| {
            let value = u32::from(digit - b'0') * if i % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    digits[15] = b'0' + ((10 - sum % 10) % 10) as u8;
    digits.iter().map(|digit| char::from(*digit)).collect()
}

impl Booking {
    /// A booking for a departure, its travellers still to come. `land` is where it is sold.
    pub(crate) fn new(
        world: &World,
        departure: &Departure,
        land: usize,
        draw: &mut Draw<'_>,
    ) -> Self {
        let purpose = draw.part(Mix::Purpose);
        let days = match purpose {
            1 => draw.dice.gamma(2.0) * 6.0,
            0 => draw.dice.log_normal(50.0, 0.8),
            2 => draw.dice.log_normal(35.0, 0.8),
            _ => draw.dice.unit() * 2.0,
        };
        let minutes = ((days * 1440.0) as i64).clamp(90, 330 * 1440);
        let journey = draw.part(Mix::Journey);
        let nights = match purpose {
            1 => 1 + draw.dice.below(5),
            0 => 3 + draw.dice.below(12),
            _ => 2 + draw.dice.below(25),
        };
        let channel = draw.part(Mix::Channel);
        let payment = draw.part(Mix::Payment);
        let key = draw.dice.bits();
        let mut card = None;
        let mut last4 = CompactString::default();
        if payment == 0 {
            let number = card_number(&mut draw.dice);
            last4 = number[12..].into();
            let written = if draw.chance(Rate::CardInClear) {
                number
            } else {
                format_compact!("XXXXXXXXXXXX{last4}")
            };
            card = Some((*draw.dice.pick(&["VI", "CA", "AX"]), written));
        }
        let dice = &mut draw.dice;
        let office = match channel {
            2 => CompactString::const_new("99999990"),
            _ => format_compact!("9{:07}", dice.below(4000) * 7),
        };
        let cents = (dice.log_normal(38_000.0, 0.6) as u32).clamp(4_000, 900_000);
        let connection = draw.chance(Rate::Connection).then(|| {
            let dice = &mut draw.dice;
            Connection {
                before: dice.chance(0.5),
                carrier: if dice.chance(0.28) {
                    dice.below(world.carriers().len() as u32) as usize
                } else {
                    world.routes[departure.route].carrier
                },
                number: 100 + dice.below(1800) as u16,
                airport: dice.pick(AIRPORTS).0,
                wait: i64::from(dice.between(60, 420)),
                minutes: i64::from(dice.between(60, 600)),
            }
        });
        let cancelled = draw
            .chance(Rate::BookingCancelled)
            .then(|| draw.dice.below(4) as usize);
        let reach = draw
            .chance(Rate::Phone)
            .then(|| phone(world, land, &mut draw.dice));
        let mail = draw.chance(Rate::Mail);
        Self {
            locator: locator(key),
            first: 0,
            count: 0,
            booked: departure.departs.saturating_sub(minutes.minutes()),
            cancelled,
            purpose,
            journey,
            nights,
            connection,
            codeshare: false,
            channel,
            office,
            land,
            payment,
            card,
            last4,
            cents,
            payer: draw.chance(Rate::OtherPayer).then(|| {
                let culture = world.lands[land].culture;
                let surname = world.names.surname(culture, false, &mut draw.dice);
                format_compact!("{} PAYER", world.names.get(surname).plain)
            }),
            phone: reach,
            mail: mail.then(|| format_compact!("T{:08X}@MAIL.EXAMPLE", draw.dice.bits() as u32)),
            address: draw.chance(Rate::Address).then(|| {
                let dice = &mut draw.dice;
                (
                    format_compact!("{} {}", 1 + dice.below(180), dice.pick(STREETS)),
                    *dice.pick(CITIES),
                )
            }),
            divided: None,
            corrected: draw.chance(Rate::NameCorrected),
            date_changed: draw.chance(Rate::DateChanged),
            group: None,
            pooled: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_pass_luhns_check() {
        let mut dice = Dice::new(1);
        for _ in 0..100 {
            let number = card_number(&mut dice);
            let sum: u32 = number
                .bytes()
                .rev()
                .enumerate()
                .map(|(i, digit)| {
                    let value = u32::from(digit - b'0') * if i % 2 == 1 { 2 } else { 1 };
                    value / 10 + value % 10
                })
                .sum();
            assert_eq!((number.len(), sum % 10), (16, 0), "{number}");
        }
    }

    #[test]
    fn locators_have_six_characters_that_nobody_confuses() {
        assert_eq!(locator(0), "AAAAAA");
        assert!(!locator(u64::MAX / 3).contains(['0', 'O', '1', 'I']));
    }
}
