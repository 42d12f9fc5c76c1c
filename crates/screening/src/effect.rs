//! What a measure means for this person on this journey. It changes what may be done, never the
//! match.

use jiff::ToSpan as _;
use jiff::civil::Date;
use tidewaiter_domain::{CountryCode, Measure, Text};
use tidewaiter_mandate::{Act, Standing};

use crate::canon::{Malformed, Reader, Writer, place};
use crate::exemption::Exemption;
use crate::journey::{Direction, Journey};
use crate::policy::ListPolicy;
use crate::statement::{Onward, Statement};

/// What a travel ban means here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ban {
    /// The entry orders none.
    NotOrdered,
    /// It meets an entry.
    Entry,
    /// It meets a transit.
    Transit,
    /// The person leaves: a ban of entry and transit is none of departure.
    Departure,
    /// The leg does not touch the border of the home country.
    NoBorder,
    /// The person is an own national, who may not be refused.
    OwnNational,
    /// The person is exempt.
    Exempt,
    /// Where the leg goes is not known: it may be an entry.
    DirectionUnknown,
    /// Goods travel, not the person.
    Goods,
}

impl Ban {
    /// Every one.
    pub const ALL: &[Self] = &[
        Self::NotOrdered,
        Self::Entry,
        Self::Transit,
        Self::Departure,
        Self::NoBorder,
        Self::OwnNational,
        Self::Exempt,
        Self::DirectionUnknown,
        Self::Goods,
    ];

    /// `not-ordered`, `entry`, `transit`, `departure`, `no-border`, `own-national`, `exempt`,
    /// `direction-unknown` or `goods`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotOrdered => "not-ordered",
            Self::Entry => "entry",
            Self::Transit => "transit",
            Self::Departure => "departure",
            Self::NoBorder => "no-border",
            Self::OwnNational => "own-national",
            Self::Exempt => "exempt",
            Self::DirectionUnknown => "direction-unknown",
            Self::Goods => "goods",
        }
    }

    /// Whether the ban keeps the person out on this journey, as far as is known.
    pub const fn applies(self) -> bool {
        matches!(self, Self::Entry | Self::Transit | Self::DirectionUnknown)
    }
}

/// What the measures of an entry mean for this person on this journey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// What a travel ban means.
    pub ban: Ban,
    /// Who the person is to the home country; `mandate::decide` takes it with the act.
    pub standing: Standing,
    /// Whether the person is a child by the profile's age. Acts that the profile spares children
    /// are then not to be offered, whatever the standing.
    pub child: bool,
    /// The strongest act that the profile lets this list's ban lead to, for this standing.
    pub strongest: Option<Act>,
    /// The exemption that holds, and until when.
    pub exemption: Option<(Text, Option<Date>)>,
    /// In words.
    pub sentence: Text,
}

impl Effect {
    /// What measures mean for a party of a consignment.
    pub(crate) fn of_goods() -> Self {
        Self {
            ban: Ban::Goods,
            standing: Standing::Entry,
            child: false,
            strongest: None,
            exemption: None,
            sentence: sentence(Ban::Goods, false, None).into(),
        }
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        let Self {
            ban,
            standing,
            child,
            strongest,
            exemption,
            sentence,
        } = self;
        out.byte(place(Ban::ALL, ban));
        out.byte(place(Standing::ALL, standing));
        out.flag(*child);
        out.option(strongest.as_ref(), |out, act| {
            out.byte(place(Act::ALL, act))
        });
        out.option(exemption.as_ref(), |out, (reference, until)| {
            out.text(reference);
            out.option(*until, Writer::date);
        });
        out.text(sentence);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            ban: reader.one_of(Ban::ALL)?,
            standing: reader.one_of(Standing::ALL)?,
            child: reader.flag()?,
            strongest: reader.option(|reader| reader.one_of(Act::ALL))?,
            exemption: reader
                .option(|reader| Ok((reader.text()?, reader.option(Reader::date)?)))?,
            sentence: reader.text()?,
        })
    }
}

/// Who travels, as far as a ban asks for it: all statements of one person together, since one of
/// them may say what another leaves out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    own_national: bool,
    child: bool,
    says_transit: bool,
    embark: Vec<CountryCode>,
    debark: Vec<CountryCode>,
    onward: Vec<Onward>,
}

impl Person {
    pub(crate) fn of<'s>(
        statements: impl IntoIterator<Item = &'s Statement>,
        journey: &Journey,
    ) -> Self {
        let mut person = Self::default();
        for statement in statements {
            person.own_national |= journey
                .home
                .is_some_and(|home| statement.nationalities.contains(&home));
            person.child |= statement.child;
            person.says_transit |= statement.says_transit();
            person.embark.extend(statement.embark);
            person.debark.extend(statement.debark);
            person.onward.extend_from_slice(&statement.onward);
        }
        person
    }

    /// Whether the person only travels through the home country.
    fn in_transit(&self, journey: &Journey) -> bool {
        if self.says_transit {
            return true;
        }
        let Some(home) = journey.home else {
            return false;
        };
        let abroad = |place: &CountryCode| *place != home;
        let day = journey.departs.map(|time| time.date);
        // A flight may land a day later, and the next one leave a day after that.
        let near = |leg: &Onward, days: std::ops::RangeInclusive<i64>| {
            day.zip(leg.departs).is_some_and(|(day, departs)| {
                days.clone().any(|n| {
                    day.checked_add(n.days())
                        .is_ok_and(|other| other == departs)
                })
            })
        };
        match journey.direction {
            Direction::Inbound => {
                self.debark.iter().any(abroad)
                    || self.onward.iter().any(|leg| {
                        leg.from == Some(home)
                            && leg.to.as_ref().is_some_and(abroad)
                            && near(leg, 0..=2)
                    })
            }
            Direction::Outbound => {
                self.embark.iter().any(abroad)
                    || self.onward.iter().any(|leg| {
                        leg.to == Some(home)
                            && leg.from.as_ref().is_some_and(abroad)
                            && near(leg, -2..=0)
                    })
            }
            _ => false,
        }
    }
}

/// What is held against the person.
pub(crate) struct Ordered<'a> {
    pub(crate) measures: &'a [Measure],
    pub(crate) exemptions: &'a [Exemption],
    /// Nationalities that the entry gives.
    pub(crate) nationalities: &'a [CountryCode],
    pub(crate) policy: &'a ListPolicy,
}

impl Ordered<'_> {
    /// What it means for `person` on `journey`, screened on `today`.
    pub(crate) fn effect(&self, person: &Person, journey: &Journey, today: Date) -> Effect {
        let day = journey.departs.map_or(today, |time| time.date);
        let banned = self.measures.contains(&Measure::TravelBan);
        let register = self.policy.register.as_deref();
        let exemption = self
            .exemptions
            .iter()
            .filter(|one| register.is_none_or(|register| one.register == register))
            .find(|one| one.holds_on(day));
        let listed_as_own = journey
            .home
            .is_some_and(|home| self.nationalities.contains(&home));
        let own_national = person.own_national || listed_as_own;
        let transit = person.in_transit(journey);
        let (way, standing) = match journey.direction {
            Direction::Unknown if transit => (Ban::Transit, Standing::Transit),
            Direction::Unknown => (Ban::DirectionUnknown, Standing::Entry),
            Direction::Inbound | Direction::Outbound if transit => {
                (Ban::Transit, Standing::Transit)
            }
            Direction::Inbound => (Ban::Entry, Standing::Entry),
            Direction::Outbound => (Ban::Departure, Standing::Exit),
            Direction::Domestic | Direction::Elsewhere => (Ban::NoBorder, Standing::Exit),
        };
        let (ban, standing) = if banned && exemption.is_some() {
            (Ban::Exempt, Standing::Exempted)
        } else if own_national {
            (Ban::OwnNational, Standing::OwnNational)
        } else {
            (way, standing)
        };
        let ban = if banned { ban } else { Ban::NotOrdered };
        let strongest = self.policy.effect.and_then(|effect| match standing {
            Standing::Entry => effect.entry,
            Standing::Transit => effect.transit,
            Standing::OwnNational => effect.own_national,
            Standing::Exit | Standing::Exempted => None,
        });
        let exemption = exemption
            .filter(|_| ban == Ban::Exempt)
            .map(|one| (one.reference.clone(), one.until));
        Effect {
            sentence: sentence(ban, person.own_national, exemption.as_ref()).into(),
            ban,
            standing,
            child: person.child,
            strongest: strongest.filter(|_| banned),
            exemption,
        }
    }
}

fn sentence(ban: Ban, states_own: bool, exemption: Option<&(Text, Option<Date>)>) -> String {
    match ban {
        Ban::NotOrdered => "The entry orders no travel ban.".into(),
        Ban::Entry => "The travel ban applies: the person would enter.".into(),
        Ban::Transit => {
            "The travel ban applies to transit: the person travels through without entering.".into()
        }
        Ban::Departure => {
            "The person leaves: a ban of entry and transit does not keep anybody in.".into()
        }
        Ban::NoBorder => "The leg does not cross the border of the home country.".into(),
        Ban::OwnNational if states_own => {
            "The traveller is an own national, who may not be refused entry.".into()
        }
        Ban::OwnNational => {
            "The entry is of an own national, who may not be refused entry.".into()
        }
        Ban::Exempt => match exemption {
            Some((reference, Some(until))) => {
                format!("Exempt from the travel ban under {reference} until {until}.")
            }
            Some((reference, None)) => format!("Exempt from the travel ban under {reference}."),
            None => "Exempt from the travel ban.".into(),
        },
        Ban::DirectionUnknown => {
            "The entry orders a travel ban; where this leg goes is not known, so it may be an entry."
                .into()
        }
        Ban::Goods => "A travel ban is against a person who travels, not against goods.".into(),
    }
}
