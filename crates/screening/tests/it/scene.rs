//! A mandate, a list and travellers, all invented.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::date;
use smallvec::smallvec;
use tidewaiter_domain::{
    AirportCode, BirthDate, Calendar, Country, CountryCode, DocumentNumber, FlightKey, LegTime,
    ListedName, ListedSubject, Measure, NameKind, NameQuality, Nationality, NationalityKind,
    PartialDate, Role, Script, Sex, Sourced, Span, SubjectKind, Text, TravelDocument, Traveller,
};
use tidewaiter_formats::lists::MeasureTable;
use tidewaiter_formats::lists::version::address;
use tidewaiter_mandate::admit::{Admissible, Admitted, Intake, admit};
use tidewaiter_mandate::profile::{Keyring, OfficeKey, Signatures, read, sign};
use tidewaiter_mandate::{Mandate, MessageKind, PurposeId};
use tidewaiter_screening::{
    Answer, Finding, Inputs, Journey, ListVersion, Screener, Statement, Watchlist, Who,
};

/// The list of the profile whose travel ban has effects.
pub(crate) const BANS: &str = "unsc-1267";

/// An own register of documents, and an own list of selectors.
pub(crate) const DOCUMENTS: &str = "own-documents";
pub(crate) const SELECTORS: &str = "own-selectors";

pub(crate) fn now() -> Timestamp {
    "2026-12-03T08:00:00Z".parse().unwrap()
}

/// The example profile of a single-window agency, at home in Kenya.
pub(crate) fn mandate() -> &'static Mandate {
    static MANDATE: LazyLock<Mandate> = LazyLock::new(|| mandate_with(|text| text));
    &MANDATE
}

/// The same with other words in it.
pub(crate) fn mandate_with(change: impl FnOnce(String) -> String) -> Mandate {
    let text = include_str!("../../../mandate/profiles/p2-single-window.toml");
    let own = |id: &str, kind: &str| {
        format!(
            "[[lists]]\nid = \"{id}\"\nauthority = \"own\"\npurposes = [\"P-CT\"]\n\
             max_age = \"PT1H\"\nkind = \"{kind}\"\n"
        )
    };
    let more = [own(DOCUMENTS, "document"), own(SELECTORS, "party")].concat();
    let text = text
        .replace("country = \"XBA\"", "country = \"KEN\"")
        .replace("\n[rules]", &format!("\n{more}\n[rules]"));
    let text = change(text);
    let reading = read(&text);
    let profile = reading
        .value
        .unwrap_or_else(|| panic!("{:?}", reading.diagnostics));
    let mut keyring = Keyring::default();
    let mut all = Vec::new();
    for office in profile.profile.signed_by.iter() {
        let mut seed = [7; 32];
        for (byte, letter) in seed.iter_mut().zip(office.bytes()) {
            *byte = letter;
        }
        let key = OfficeKey::from_seed(&seed);
        keyring.install(office, key.public());
        all.push(sign(&profile, office, &key));
    }
    Mandate::in_force(profile, &Signatures { all }, &keyring, now())
        .unwrap_or_else(|faults| panic!("{faults:#?}"))
}

pub(crate) fn purpose(name: &str) -> PurposeId {
    mandate().purpose(name).unwrap()
}

pub(crate) fn said<T>(value: T) -> Sourced<T> {
    Sourced::new(value, Span::default())
}

pub(crate) fn country(code: &str) -> Country {
    Country::Known(CountryCode::new(code.as_bytes().try_into().unwrap()).unwrap())
}

/// A listed person under a travel ban.
pub(crate) fn listed(entry: &str, name: &str, born: (i16, u8, u8)) -> ListedSubject {
    let day = date(born.0, born.1 as i8, born.2 as i8);
    let mut subject = ListedSubject::new(BANS, entry, SubjectKind::Person);
    subject.names.push(ListedName {
        full: name.into(),
        surname: None,
        given: Vec::new(),
        other_parts: Vec::new(),
        titles: Vec::new(),
        kind: NameKind::Primary,
        quality: NameQuality::Good,
        script: Script::LATIN,
    });
    subject.born.push(BirthDate {
        from: day,
        to: day,
        date: PartialDate::new(born.0, Some(born.1), Some(born.2)),
        circa: false,
        calendar: Calendar::Gregorian,
        raw: day.to_string().into(),
    });
    subject.measures = vec![Measure::TravelBan, Measure::AssetFreeze];
    subject
}

pub(crate) fn watchlist(subjects: &[ListedSubject]) -> Watchlist {
    watchlist_of(BANS, subjects)
}

pub(crate) fn watchlist_of(list: &str, subjects: &[ListedSubject]) -> Watchlist {
    let version = ListVersion {
        list: list.into(),
        version: address(subjects).into(),
        subjects,
    };
    Watchlist::build(&[version], MeasureTable::shipped())
}

pub(crate) fn traveller(surname: &str, given: &str, born: (i16, u8, u8)) -> Traveller {
    let mut traveller = Traveller::new(Role::Passenger, Span::default());
    traveller.name.surname = Some(surname.into());
    traveller.name.given = smallvec![given.into()];
    traveller.born = PartialDate::new(born.0, Some(born.1), Some(born.2)).map(said);
    traveller.sex = Some(said(Sex::Male));
    traveller.nationalities = smallvec![nationality("SYR")];
    traveller
}

pub(crate) fn nationality(code: &str) -> Nationality {
    Nationality {
        country: said(country(code)),
        kind: NationalityKind::Current,
    }
}

pub(crate) fn passport(number: &str, issuer: &str) -> TravelDocument {
    let mut document = TravelDocument::new("P".into(), Span::default());
    document.number = DocumentNumber::new(number).map(said);
    document.issuer = Some(said(country(issuer)));
    document
}

pub(crate) fn place(code: &str) -> AirportCode {
    AirportCode::new(code).unwrap()
}

pub(crate) fn journey(from: &str, to: &str) -> Journey {
    let day = date(2026, 12, 5);
    let flight = FlightKey {
        carrier: "QX".into(),
        number: "12".into(),
        date: day,
    };
    let departs = LegTime {
        date: day,
        time: None,
        instant: None,
    };
    Journey::new(
        mandate(),
        Some(flight),
        AirportCode::new(from),
        AirportCode::new(to),
        Some(departs),
    )
}

pub(crate) fn admitted<T: Admissible>(kind: MessageKind, value: T) -> Admitted<T> {
    let intake = Intake {
        kind,
        received: now(),
        departs: None,
        carrier: None,
    };
    admit(mandate(), &intake, value).unwrap().0
}

pub(crate) fn statement(traveller: Traveller) -> Statement {
    let admitted = admitted(MessageKind::Paxlst, traveller);
    Statement::of(&admitted, mandate(), purpose("P-CT"), "api-1").unwrap()
}

/// What is found on `statements`.
pub(crate) fn found(
    watchlist: &Watchlist,
    statements: &[Statement],
    journey: &Journey,
    answers: &[Answer],
) -> Vec<Finding> {
    let mut screener = Screener::new(watchlist, mandate(), purpose("P-CT")).unwrap();
    screener
        .screen(&inputs(statements, journey, answers))
        .unwrap()
}

pub(crate) fn inputs<'a>(
    statements: &'a [Statement],
    journey: &'a Journey,
    answers: &'a [Answer],
) -> Inputs<'a> {
    Inputs {
        who: Who::Traveller(statements),
        journey,
        answers,
        at: now(),
    }
}

pub(crate) fn text(text: &str) -> Text {
    text.into()
}
