//! Baggage at check-in: TBD. A piece that flies on several segments is one piece.

use smallvec::SmallVec;
use tidewaiter_diagnostics::codes::{api, pnr as code};
use tidewaiter_domain::{AirportCode, BagTag, Baggage, BookedBags, Booking, Index, Sourced, Text};
use tidewaiter_syntax::edifact::Segment;

use super::{Draft, Pnrgov};
use crate::value;

/// Most consecutive tags that one traveller's baggage has.
const SEQUENCE_MAX: u32 = 99;

/// Grams of a pound.
const GRAMS_PER_POUND: u64 = 453_592;

/// What one TBD says.
#[derive(Default)]
pub(super) struct BagCheck {
    pub(super) traveller: Option<Index>,
    pub(super) count: Option<u16>,
    pub(super) weight_g: Option<u32>,
    pub(super) tags: SmallVec<[Tag; 2]>,
    pub(super) destination: Option<AirportCode>,
    /// The pool, and whether it is the head that speaks.
    pub(super) pool: Option<(Text, bool)>,
}

/// A tag: its digits, which stay the same on every segment, and the tag as it is shown.
#[derive(Clone)]
pub(super) struct Tag {
    digits: Text,
    tag: Sourced<BagTag>,
}

impl Pnrgov<'_> {
    /// TBD: what the traveller at check-in handed over.
    pub(super) fn bags(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let traveller = draft
            .check_in()
            .and_then(|c| c.travellers.last())
            .and_then(|c| c.traveller);
        let mut check = BagCheck {
            traveller,
            ..BagCheck::default()
        };
        for element in 2..=segment.element_count().min(60) as u8 {
            let first = segment.component(element, 1);
            match first.bytes().as_ref() {
                b"HP" | b"MP" => {
                    if element != 4 {
                        let text = "the pool of the baggage stands in another element";
                        self.notes
                            .tally(&api::MISPLACED_VALUE, segment, &first, text);
                    }
                    let pool = self.plain(segment, &segment.component(element, 2));
                    check.pool = Some((pool, first.bytes().as_ref() == b"HP"));
                }
                raw if element <= 3 && raw.iter().all(u8::is_ascii_digit) => {
                    self.quantity(segment, element, &mut check);
                }
                _ => self.tags(segment, element, &mut check),
            }
        }
        draft.checks.push(check);
    }

    /// Count, weight and unit.
    fn quantity(&mut self, segment: &Segment<'_>, element: u8, check: &mut BagCheck) {
        let at = |c| segment.component(element, c);
        if (1..=2).all(|c| at(c).is_empty()) {
            return;
        }
        check.count = check.count.or_else(|| at(1).text().parse().ok());
        let Some(thousandths) = value::read_thousandths(&at(2).text()) else {
            return;
        };
        let grams = match at(3).bytes().as_ref() {
            b"700" | b"K" | b"KG" | b"" => u64::from(thousandths),
            b"701" | b"L" | b"LB" => u64::from(thousandths) * GRAMS_PER_POUND / 1_000_000,
            b"702" => return,
            _ => {
                let text = "this unit of weight is not known";
                return self
                    .notes
                    .tally(&api::UNUSABLE_QUANTITY, segment, &at(3), text);
            }
        };
        check.weight_g = check.weight_g.or(u32::try_from(grams).ok());
    }

    /// A first tag with a number of consecutive ones and a destination.
    fn tags(&mut self, segment: &Segment<'_>, element: u8, check: &mut BagCheck) {
        let place = segment.component(element, 2);
        let digits = self.notes.text(segment, &place);
        if digits.is_empty() {
            return;
        }
        let carrier = self.notes.text(segment, &segment.component(element, 1));
        check.destination = check
            .destination
            .take()
            .or_else(|| AirportCode::new(self.plain(segment, &segment.component(element, 4))));
        let sequence = segment.component(element, 3);
        let mut count: u32 = sequence.text().parse().unwrap_or(1).max(1);
        if count > SEQUENCE_MAX {
            let text = "more consecutive tags than a traveller's baggage has";
            self.notes
                .note_at(&code::TAG_SEQUENCE, segment, &sequence, text);
            count = 1;
        }
        for n in 0..count {
            let Some(digits) = nth(&digits, n) else { break };
            // A licence plate of ten digits names its airline itself.
            let shown = if digits.len() >= 10 {
                digits.clone()
            } else {
                let mut shown = carrier.clone();
                shown.push_str(&digits);
                shown
            };
            if let Some(tag) = BagTag::new(shown) {
                check.tags.push(Tag {
                    digits,
                    tag: Sourced::new(tag, place.span()),
                });
            }
        }
    }
}

/// The `n`th number after `digits`, as wide as it; `None` when there is none.
fn nth(digits: &Text, n: u32) -> Option<Text> {
    if n == 0 {
        return Some(digits.clone());
    }
    let width = digits.len();
    let number: u64 = digits.parse().ok()?;
    Some(Text::from(format!("{:0width$}", number + u64::from(n))))
}

/// Puts the checks of all segments together: the same tags are the same pieces.
pub(super) fn gather(booking: &mut Booking, checks: Vec<BagCheck>) {
    let mut gathered: Vec<(BookedBags, SmallVec<[Text; 4]>)> = Vec::new();
    for check in checks {
        let pool = check.pool.as_ref().map(|(pool, _)| pool);
        let pooled = pool.filter(|p| !p.is_empty());
        let found = gathered.iter_mut().find(|(bags, digits)| {
            let shared = check.tags.iter().any(|t| digits.contains(&t.digits));
            let same_pool = pooled.is_some() && bags.pool.as_ref() == pooled;
            let own = bags.traveller == check.traveller;
            same_pool || own && (shared || check.tags.is_empty() || digits.is_empty())
        });
        let (bags, digits) = match found {
            Some(found) => found,
            None => {
                let traveller = check.traveller;
                let bags = BookedBags {
                    traveller,
                    pool: pooled.cloned(),
                    ..Default::default()
                };
                gathered.push((bags, SmallVec::new()));
                let last = gathered.len() - 1;
                &mut gathered[last]
            }
        };
        match (&check.pool, check.traveller) {
            (Some((_, true)), Some(head)) => {
                // The head may speak after its members.
                if let Some(first) = bags.traveller.filter(|t| *t != head)
                    && !bags.members.contains(&first)
                {
                    bags.members.push(first);
                }
                bags.traveller = Some(head);
            }
            (Some(_), Some(member))
                if bags.traveller != Some(member) && !bags.members.contains(&member) =>
            {
                bags.members.push(member);
            }
            _ => {}
        }
        for tag in check.tags {
            if !digits.contains(&tag.digits) {
                digits.push(tag.digits);
                bags.tags.push(tag.tag);
            }
        }
        bags.count = bags.count.max(check.count);
        bags.weight_g = bags.weight_g.max(check.weight_g);
        bags.destination = bags.destination.take().or(check.destination);
    }
    for (mut bags, _) in gathered {
        if bags.count.is_none() && !bags.tags.is_empty() {
            bags.count = u16::try_from(bags.tags.len()).ok();
        } else if bags.count.is_some_and(|c| usize::from(c) < bags.tags.len()) {
            // Tags that were added on a later segment.
            bags.count = u16::try_from(bags.tags.len()).ok();
        }
        give(booking, &bags);
        booking.bags.push(bags);
    }
}

/// Adds the bags to what their traveller has.
fn give(booking: &mut Booking, bags: &BookedBags) {
    let Some(owner) = bags.traveller else { return };
    let Some(booked) = booking.travellers.get_mut(usize::from(owner)) else {
        return;
    };
    let span = bags.tags.first().map_or(booked.traveller.span, |t| t.span);
    let own: &mut Baggage = booked.traveller.bags.get_or_insert_default();
    if let Some(count) = bags.count {
        let before = own.count.map_or(0, |c| c.value);
        own.count = Some(Sourced::new(before.saturating_add(count), span));
    }
    if let Some(weight) = bags.weight_g {
        let before = own.weight_g.map_or(0, |w| w.value);
        own.weight_g = Some(Sourced::new(before.saturating_add(weight), span));
    }
    own.tags.extend(bags.tags.iter().cloned());
}
