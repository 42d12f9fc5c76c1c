//! Who a person is to the home country, on one journey.

use tidewaiter_domain::CountryCode;

use crate::compile::Mandate;

/// Who the person is to the home country, on this journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Enters.
    Entry,
    /// Travels through.
    Transit,
    /// Leaves.
    Exit,
    /// Is an own national, in any direction.
    OwnNational,
    /// Is exempted from the ban by the list's register.
    Exempted,
}

impl Standing {
    /// Every standing.
    pub const ALL: &[Self] = &[
        Self::Entry,
        Self::Transit,
        Self::Exit,
        Self::OwnNational,
        Self::Exempted,
    ];
}

/// What is known of a person's journey.
#[derive(Clone, Copy, Debug, Default)]
pub struct Journey<'a> {
    /// Whose national the person is.
    pub nationalities: &'a [CountryCode],
    /// The country in which the person boards.
    pub from: Option<CountryCode>,
    /// The country in which the person leaves the aircraft.
    pub to: Option<CountryCode>,
    /// Whether the message says that the person only travels through.
    pub in_transit: bool,
    /// Whether the list's register exempts the person from the ban for this journey.
    pub exempted: bool,
}

impl Mandate {
    /// The home country; `None` for the evaluation profile, which is nobody's.
    pub fn home(&self) -> Option<CountryCode> {
        let letters: [u8; 3] = self.profile.profile.country.as_bytes().try_into().ok()?;
        CountryCode::new(letters).filter(|_| !self.is_evaluation())
    }

    /// Who the person of `journey` is to the home country: the exempted first, then own nationals,
    /// whichever way they go; then who travels through, leaves, enters. Whoever boards and leaves
    /// the aircraft abroad travels through; of whom nothing is known, it is taken that they enter.
    pub fn standing(&self, journey: &Journey<'_>) -> Standing {
        let home = self.home();
        let is_home = |country: Option<CountryCode>| country.is_some() && country == home;
        let is_abroad = |country: Option<CountryCode>| country.is_some() && country != home;
        if journey.exempted {
            Standing::Exempted
        } else if home.is_some_and(|home| journey.nationalities.contains(&home)) {
            Standing::OwnNational
        } else if journey.in_transit || is_abroad(journey.from) && is_abroad(journey.to) {
            Standing::Transit
        } else if is_home(journey.from) {
            Standing::Exit
        } else {
            Standing::Entry
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // proves part of: INT-13
    #[test]
    fn the_home_country_decides_who_enters_leaves_and_travels_through() {
        let text = include_str!("../profiles/p2-single-window.toml");
        let profile = crate::profile::read(text).value.unwrap();
        let regime = crate::regime::Regime::named("icao-annex9").unwrap();
        let mandate = Mandate::compile(profile, regime);
        let code = |letters: &str| CountryCode::new(letters.as_bytes().try_into().unwrap());
        let (home, abroad, other) = (code("XBA"), code("UTO"), code("XCA"));
        assert_eq!(mandate.home(), home);
        let own = [home.unwrap()];
        let foreign = [abroad.unwrap()];
        for (from, to, in_transit, wanted) in [
            (abroad, home, false, Standing::Entry),
            (home, abroad, false, Standing::Exit),
            (abroad, other, false, Standing::Transit),
            (abroad, home, true, Standing::Transit),
            (None, home, false, Standing::Entry),
            (None, None, false, Standing::Entry),
        ] {
            let journey = Journey {
                nationalities: &foreign,
                from,
                to,
                in_transit,
                exempted: false,
            };
            assert_eq!(mandate.standing(&journey), wanted, "{journey:?}");
            let own = Journey {
                nationalities: &own,
                ..journey
            };
            assert_eq!(mandate.standing(&own), Standing::OwnNational);
            let exempted = Journey {
                exempted: true,
                ..own
            };
            assert_eq!(mandate.standing(&exempted), Standing::Exempted);
        }
        assert_eq!(Mandate::evaluation().home(), None);
    }
}
