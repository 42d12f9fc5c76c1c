//! What a query's dates and facts allow: which rows may matter, and how much they can weigh.

use smallvec::SmallVec;

use super::asked::{Span, Spans, few};
use super::glance::Allowance;
use super::reach;
use super::segment::Segment;
use crate::person::Person;

/// What a query's dates and facts allow.
pub(crate) struct Dates {
    /// For regular names.
    pub(crate) regular: Spans,
    /// For all others, of which the date may be approximate.
    pub(crate) odd: Spans,
    /// The few rows of like dates of both, those that weigh the most first.
    pub(crate) at_hand: SmallVec<[Span; 16]>,
    /// The most bits that the date of any row can weigh.
    pub(crate) most: f32,
    /// The most of rows that are looked up by their words.
    pub(crate) most_of_rings: f32,
    pub(crate) allowance: Allowance,
}

impl Dates {
    pub(crate) fn new(segment: &Segment, query: &Person) -> Self {
        let mut dates = Self {
            regular: Spans::default(),
            odd: Spans::default(),
            at_hand: SmallVec::new(),
            most: f32::NEG_INFINITY,
            most_of_rings: f32::NEG_INFINITY,
            allowance: Allowance::new(query, &segment.nations),
        };
        let few = few(segment.rows.len());
        for group in reach::groups(&query.born) {
            let span = |born| Span {
                rows: segment.rows.between(born),
                bits: group.bits,
            };
            let exact = span(group.born);
            dates.note(&exact, few);
            if group.about == group.born {
                dates.odd.add(exact.clone(), few);
            } else {
                let about = span(group.about);
                dates.note(&about, few);
                dates.odd.add(about, few);
            }
            dates.regular.add(exact, few);
        }
        for span in &dates.at_hand {
            segment.rows.ask(span.rows.clone());
            segment.of_rows.ask(&span.rows);
        }
        dates
    }

    /// Notes what rows weigh that come after those that weigh more; up to `few` are at hand.
    fn note(&mut self, span: &Span, few: u32) {
        if span.rows.is_empty() {
            return;
        }
        self.most = self.most.max(span.bits);
        if span.is_short(few) {
            self.at_hand.push(span.clone());
        } else {
            self.most_of_rings = self.most_of_rings.max(span.bits);
        }
    }
}
