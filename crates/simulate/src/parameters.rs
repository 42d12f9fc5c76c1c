//! Every rate and mixture of the invented world, with where it comes from.
//!
//! Sections are those of the project's sheet on synthetic traffic; `invented` means that no source
//! was found and the figure is a plausible guess.

/// Where a figure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A section of the sheet on synthetic traffic.
    Sheet(&'static str),
    /// A guess of this crate.
    Invented,
}

impl Origin {
    /// `sheet 3.6` or `invented`.
    pub fn words(self) -> String {
        match self {
            Self::Sheet(section) => format!("sheet {section}"),
            Self::Invented => "invented".to_owned(),
        }
    }
}

macro_rules! rates {
    ($($(#[doc = $doc:literal])+ $variant:ident = $value:literal, $name:literal, $origin:expr;)+) => {
        /// How often something happens, each time that it could.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rate { $($(#[doc = $doc])+ $variant,)+ }

        impl Rate {
            /// Every rate.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Its name in the manifest and in the truth.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)+ } }
            /// What holds unless told otherwise.
            pub const fn usual(self) -> f64 { match self { $(Self::$variant => $value,)+ } }
            /// Where the figure comes from.
            pub const fn origin(self) -> Origin { match self { $(Self::$variant => $origin,)+ } }
            /// What it means.
            pub const fn meaning(self) -> &'static str { match self { $(Self::$variant => concat!($($doc),+),)+ } }
        }
    };
}

macro_rules! mixes {
    ($($(#[doc = $doc:literal])+ $variant:ident, $name:literal, $origin:expr, [$(($label:literal, $weight:literal)),+ $(,)?];)+) => {
        /// What something is, of several.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Mix { $($(#[doc = $doc])+ $variant,)+ }

        impl Mix {
            /// Every mixture.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Its name in the manifest.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)+ } }
            /// The parts and their weights.
            pub const fn parts(self) -> &'static [(&'static str, f64)] {
                match self { $(Self::$variant => &[$(($label, $weight)),+],)+ }
            }
            /// Where the figures come from.
            pub const fn origin(self) -> Origin { match self { $(Self::$variant => $origin,)+ } }
            /// What it means.
            pub const fn meaning(self) -> &'static str { match self { $(Self::$variant => concat!($($doc),+),)+ } }
        }
    };
}

use Origin::{Invented, Sheet};

rates! {
    /// A flight is cancelled.
    FlightCancelled = 0.015, "flight-cancelled", Sheet("3.1");
    /// A route has a stop abroad.
    FlightVia = 0.05, "flight-via", Invented;
    /// A booking is by people who travel again and again.
    Regular = 0.35, "regular", Sheet("3.2");
    /// A person has a second nationality.
    DualNational = 0.02, "dual-national", Sheet("3.2");
    /// A person bears a name of another culture than the country's.
    OtherCulture = 0.05, "other-culture", Sheet("3.2");
    /// A person of a country with such names has one name only.
    Mononym = 0.004, "mononym", Sheet("3.2");
    /// A citizen of AF, SO, SD, IQ or YE was born on a first of January, as the papers have it.
    FirstOfJanuary = 0.08, "first-of-january", Sheet("3.2");
    /// A segment is sold under another carrier's number.
    Codeshare = 0.22, "codeshare", Sheet("3.3");
    /// A booking connects to or from another flight.
    Connection = 0.32, "connection", Sheet("3.3");
    /// A booking is cancelled.
    BookingCancelled = 0.12, "booking-cancelled", Sheet("3.3");
    /// A booking of several was divided.
    BookingDivided = 0.01, "booking-divided", Sheet("3.3");
    /// The name in a booking was corrected.
    NameCorrected = 0.008, "name-corrected", Sheet("3.3");
    /// The date of a booking was changed.
    DateChanged = 0.06, "date-changed", Sheet("3.3");
    /// The payer does not travel.
    OtherPayer = 0.09, "other-payer", Sheet("3.3");
    /// A booking has a telephone number.
    Phone = 0.88, "phone", Sheet("3.3");
    /// A booking has an e-mail address.
    Mail = 0.80, "mail", Sheet("3.3");
    /// A booking has an address.
    Address = 0.35, "address", Sheet("3.3");
    /// A traveller has a frequent flyer number.
    FrequentFlyer = 0.28, "frequent-flyer", Sheet("3.3");
    /// A traveller asked for a meal.
    Meal = 0.06, "meal", Sheet("3.3");
    /// A traveller asked for a wheelchair.
    Wheelchair = 0.02, "wheelchair", Sheet("3.3");
    /// A traveller's document is in the booking (SSR DOCS).
    DocsInPnr = 0.60, "docs-in-pnr", Invented;
    /// A card number stands in the booking in clear.
    CardInClear = 0.02, "card-in-clear", Invented;
    /// A booked traveller does not come.
    NoShow = 0.04, "no-show", Sheet("3.4");
    /// A traveller comes without being in the flight's bookings.
    GoShow = 0.008, "api-only", Sheet("3.6");
    /// A seat is known before check-in.
    SeatAhead = 0.65, "seat-ahead", Sheet("3.4");
    /// A seat known before is changed at check-in.
    SeatChanged = 0.12, "seat-changed", Sheet("3.4");
    /// A traveller has a visa that is reported.
    Visa = 0.08, "visa", Invented;
    /// A flight's carrier also asks at check-in, traveller by traveller.
    Interactive = 0.30, "interactive", Sheet("3.5");
    /// A flight of more than 150 sends its list in parts.
    MultiPart = 0.25, "multi-part", Sheet("3.5");
    /// A message of several parts has them out of order.
    PartsDisordered = 0.02, "parts-disordered", Sheet("3.5");
    /// A message of several parts lacks one.
    PartMissing = 0.003, "part-missing", Sheet("3.5");
    /// A message of several parts has one twice.
    PartDuplicate = 0.01, "part-duplicate", Sheet("3.5");
    /// A passenger list is sent again under the same reference.
    Resent = 0.01, "resent", Sheet("3.5");
    /// A message counts its segments or people wrongly.
    WrongCount = 0.03, "wrong-count", Sheet("3.5");
    /// A flight's messages use other separators than the standard ones.
    OtherSeparators = 0.06, "other-separators", Sheet("3.5");
    /// With standard separators, a flight's messages have no service string advice.
    NoAdvice = 0.20, "no-advice", Invented;
    /// A flight's messages have each segment on a line.
    Lines = 0.30, "lines", Invented;
    /// A flight sends a push of changed bookings only.
    ChangePush = 0.10, "change-push", Invented;
    /// All messages of a flight are marked as a test.
    TestFlight = 0.005, "test-flight", Invented;
    /// The carrier writes 8-digit birth dates with their format.
    LongDates = 0.25, "long-dates", Invented;
    /// The header of an interchange has an 8-digit date.
    LongHeaderDate = 0.05, "long-header-date", Invented;
    /// An interchange lacks its trailer.
    NoTrailer = 0.005, "no-trailer", Invented;
    /// A message has a segment that no directory knows.
    UnknownSegment = 0.01, "unknown-segment", Invented;
    /// A message has a terminator twice.
    DoubledTerminator = 0.005, "doubled-terminator", Invented;
    /// A passenger list lacks its count.
    NoCount = 0.01, "no-count", Invented;
    /// A passenger list counts passengers under the code for crew.
    CountSwapped = 0.02, "count-swapped", Invented;
    /// A push of bookings lacks MSG and ORG.
    NoOrigin = 0.03, "no-origin", Invented;
    /// The document of a booking is shifted by one field.
    DocsShifted = 0.01, "docs-shifted", Invented;
    /// A title is glued to the given names in a booking.
    TitleGluedPnr = 0.35, "title-glued-pnr", Sheet("3.6");
    /// A title is glued to the given names in a passenger list.
    TitleGluedApi = 0.01, "title-glued-api", Sheet("3.6");
    /// Several given names are joined in a booking.
    GivenJoinedPnr = 0.20, "given-joined-pnr", Sheet("3.6");
    /// Several given names are joined in a passenger list.
    GivenJoinedApi = 0.12, "given-joined-api", Sheet("3.6");
    /// A name in a booking is cut off.
    TruncatedPnr = 0.015, "truncated-pnr", Sheet("3.6");
    /// A name in a passenger list is cut off.
    TruncatedApi = 0.008, "truncated-api", Sheet("3.6");
    /// Surname and given name change places.
    Swapped = 0.005, "swapped", Sheet("3.6");
    /// Middle names are left out of a booking.
    MiddleDroppedPnr = 0.25, "middle-dropped-pnr", Sheet("3.6");
    /// Middle names are left out of a passenger list.
    MiddleDroppedApi = 0.03, "middle-dropped-api", Sheet("3.6");
    /// A name that can be spelt otherwise is, in a booking.
    SpeltOtherwise = 0.06, "spelt-otherwise", Sheet("3.6");
    /// A name in a booking has a slip of the finger.
    TypoPnr = 0.012, "typo-pnr", Sheet("3.6");
    /// Data of a passenger list were typed, not swiped.
    Typed = 0.25, "typed", Invented;
    /// A typed name has a slip of the finger.
    TypoTyped = 0.007, "typo-typed", Sheet("3.6");
    /// A swiped name is read wrongly.
    TypoSwiped = 0.0003, "typo-swiped", Sheet("3.6");
    /// A name is a filler (FNU, LNU, XXX).
    Filler = 0.004, "filler", Sheet("3.6");
    /// An infant has no name of its own in the booking.
    InfantNameless = 0.10, "infant-nameless", Sheet("3.6");
    /// A document number is missing.
    NumberMissing = 0.012, "number-missing", Sheet("3.6");
    /// A date of expiry is missing.
    ExpiryMissing = 0.02, "expiry-missing", Sheet("3.6");
    /// A birth date is missing.
    BirthMissing = 0.006, "birth-missing", Sheet("3.6");
    /// A sex is missing.
    SexMissing = 0.008, "sex-missing", Sheet("3.6");
    /// A nationality is missing.
    NationalityMissing = 0.004, "nationality-missing", Sheet("3.6");
    /// An issuer is missing.
    IssuerMissing = 0.006, "issuer-missing", Sheet("3.6");
    /// Day and month of a birth date change places, where both readings are dates.
    BirthTransposed = 0.003, "birth-transposed", Sheet("3.6");
    /// A birth date lies in the wrong century.
    BirthCentury = 0.0005, "birth-century", Sheet("3.6");
    /// The issuer is another country than the nationality.
    IssuerDiffers = 0.009, "issuer-differs", Sheet("3.6");
    /// A document has expired.
    Expired = 0.002, "expired", Sheet("3.6");
    /// A country is written with a code that is no ISO alpha-3.
    OddCountry = 0.01, "odd-country", Invented;
    /// A document number is written with a space, a filler or its check digit.
    OddNumber = 0.01, "odd-number", Invented;
    /// A listed person travels as himself; times [`Parameters::raised`].
    ListedSelf = 1e-6, "listed-self", Sheet("3.7");
    /// A listed person travels under an alias of the list; times [`Parameters::raised`].
    ListedAlias = 3e-7, "listed-alias", Sheet("3.7");
    /// A listed person travels with noise in his name; times [`Parameters::raised`].
    ListedNoise = 5e-7, "listed-noise", Sheet("3.7");
    /// A document is reported lost or stolen.
    DocumentLost = 5e-5, "document-lost", Sheet("3.7");
    /// A traveller has exactly the name of a listed person, and another birth date.
    Namesake = 2.5e-4, "namesake", Sheet("3.7");
    /// A traveller has nearly the name of a listed person, and another birth date.
    NearNamesake = 0.006_666_666_666_666_667, "near-namesake", Sheet("3.7");
    /// A flight has an instance of a pattern; which one is [`Mix::Pattern`].
    Pattern = 0.20, "pattern", Invented;
    /// A flight has a look-alike of a pattern that is innocent.
    LookAlike = 0.50, "look-alike", Invented;
}

mixes! {
    /// Aircraft by size.
    Aircraft, "aircraft", Sheet("3.1"), [("regional", 17.0), ("narrow-body", 64.0), ("wide-body", 19.0)];
    /// Whose nationals travel: of the country of departure, of arrival, of a third.
    NationalOf, "national-of", Sheet("3.2"), [("origin", 45.0), ("destination", 38.0), ("third", 17.0)];
    /// Sex of a person.
    Sex, "sex", Sheet("3.2"), [("M", 52.97), ("F", 46.98), ("X", 0.05)];
    /// Travellers of a booking.
    BookingSize, "booking-size", Sheet("3.3"),
        [("1", 62.0), ("2", 26.0), ("3", 5.0), ("4", 4.5), ("5", 1.3), ("6-9", 1.0), ("group", 0.2)];
    /// Why they travel.
    Purpose, "purpose", Sheet("3.3"),
        [("leisure", 55.0), ("business", 28.0), ("friends-and-family", 14.0), ("urgent", 3.0)];
    /// Shape of a journey.
    Journey, "journey", Sheet("3.3"), [("return", 72.0), ("one-way", 18.0), ("multi", 10.0)];
    /// Who sold it.
    Channel, "channel", Sheet("3.3"), [("online-agency", 34.0), ("agency", 27.0), ("direct", 39.0)];
    /// How it was paid.
    Payment, "payment", Sheet("3.3"), [("card", 73.0), ("invoice", 13.0), ("cash", 8.0), ("miles", 6.0)];
    /// Checked bags of a traveller.
    Bags, "bags", Sheet("3.4"), [("0", 20.0), ("1", 52.0), ("2", 22.0), ("3", 4.5), ("4", 1.5)];
    /// Directory of a flight's passenger lists.
    PaxlstVersion, "paxlst-version", Sheet("3.5"),
        [("96A", 1.0), ("02B", 44.0), ("05B", 35.0), ("12B", 8.0), ("13B", 4.0), ("15B", 5.0), ("17A", 3.0)];
    /// Release of a flight's booking pushes.
    PnrgovVersion, "pnrgov-version", Sheet("3.5"), [("11", 50.0), ("13", 40.0), ("15", 10.0)];
    /// What is around a flight's messages.
    Envelope, "envelope", Sheet("3.5"), [("none", 60.0), ("type-b", 25.0), ("mail-footer", 5.0), ("folded", 10.0)];
    /// What becomes of letters beyond A to Z.
    Diacritics, "diacritics", Sheet("3.6"), [("icao", 80.0), ("dropped", 15.0), ("kept", 5.0)];
    /// Character set of a flight's passenger lists, as declared.
    Charset, "charset", Invented, [("UNOA", 80.0), ("UNOC", 10.0), ("UNOY", 10.0)];
    /// Which other separators.
    Separators, "separators", Invented, [("telex", 30.0), ("hash", 25.0), ("dollar", 20.0), ("dash", 25.0)];
    /// How a closed flight is reported by those who ask at check-in.
    CloseOut, "close-out", Invented, [("on-board", 60.0), ("not-on-board", 25.0), ("bare", 15.0)];
    /// Which pattern or look-alike is planted.
    Pattern, "pattern-kind", Invented, [("cash-one-way", 20.0), ("document-shared", 15.0), ("phone-of-listed", 15.0),
        ("two-passports", 15.0), ("minor-with-stranger", 15.0), ("courier", 20.0)];
}

/// The seed apart, everything that decides what is generated.
#[derive(Clone, Debug)]
pub struct Parameters {
    pub(crate) rates: Vec<f64>,
    /// The country whose administration receives the messages, ISO 3166 alpha-3, of
    /// [`crate::Home::ALL`].
    pub home: String,
    /// How many times likelier than in the world listed persons are; 1 000 unless told otherwise.
    pub raised: f64,
    /// Persons of the invented list.
    pub listed: u32,
    /// First day of departures.
    pub first_day: jiff::civil::Date,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            rates: Rate::ALL.iter().map(|rate| rate.usual()).collect(),
            home: "KEN".to_owned(),
            raised: 1_000.0,
            listed: 1_000,
            first_day: jiff::civil::date(2026, 11, 24),
        }
    }
}

impl Parameters {
    /// The probability of a rate, raised where it is to be raised.
    pub fn rate(&self, rate: Rate) -> f64 {
        let plain = self.rates[rate as usize];
        match rate {
            Rate::ListedSelf | Rate::ListedAlias | Rate::ListedNoise => {
                (plain * self.raised).min(0.2)
            }
            _ => plain,
        }
    }

    /// Sets a rate to `value`, from 0 to 1.
    pub fn set(&mut self, rate: Rate, value: f64) {
        self.rates[rate as usize] = value.clamp(0.0, 1.0);
    }

    /// Traffic without any deviation and without anything planted: every record as it should be.
    pub fn clean() -> Self {
        use Rate::*;
        let mut parameters = Self::default();
        for rate in [
            PartsDisordered,
            PartMissing,
            PartDuplicate,
            Resent,
            WrongCount,
            NoTrailer,
            UnknownSegment,
            DoubledTerminator,
            NoCount,
            CountSwapped,
            NoOrigin,
            DocsShifted,
            TitleGluedPnr,
            TitleGluedApi,
            GivenJoinedPnr,
            GivenJoinedApi,
            TruncatedPnr,
            TruncatedApi,
            Swapped,
            MiddleDroppedPnr,
            MiddleDroppedApi,
            SpeltOtherwise,
            TypoPnr,
            TypoTyped,
            TypoSwiped,
            Filler,
            InfantNameless,
            NumberMissing,
            ExpiryMissing,
            BirthMissing,
            SexMissing,
            NationalityMissing,
            IssuerMissing,
            BirthTransposed,
            BirthCentury,
            OddCountry,
            OddNumber,
            ListedSelf,
            ListedAlias,
            ListedNoise,
            DocumentLost,
            Namesake,
            NearNamesake,
            Pattern,
            LookAlike,
        ] {
            parameters.set(rate, 0.0);
        }
        parameters
    }
}
