//! Which column of a file is which field of a manifest.

use std::str::FromStr;

/// What a column can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Surname,
    Given,
    Middle,
    FullName,
    Title,
    Sex,
    Born,
    BornIn,
    BirthCountry,
    Nationality,
    Residence,
    DocumentType,
    DocumentNumber,
    DocumentIssuer,
    DocumentIssued,
    DocumentExpires,
    VisaNumber,
    VisaIssuer,
    VisaExpires,
    Carrier,
    Flight,
    From,
    To,
    Departs,
    DepartureTime,
    Arrives,
    ArrivalTime,
    Embark,
    Debark,
    Locator,
    Reference,
    Ticket,
    Loyalty,
    Seat,
    Bags,
    BagWeight,
    BagTags,
    Role,
    CrewFunction,
    Status,
    Phone,
    Email,
    Street,
    City,
    Postcode,
    AddressCountry,
}

/// Each field with its name in a [`ColumnMapping`] and the headings it is known by, in lower case
/// without anything but letters and digits. The name is a heading too.
const FIELDS: &[(Field, &str, &[&str])] = &[
    (
        Field::Surname,
        "surname",
        &[
            "lastname",
            "familyname",
            "last",
            "family",
            "primaryidentifier",
            "paxsurname",
            "passengersurname",
            "nom",
        ],
    ),
    (
        Field::Given,
        "given",
        &[
            "givenname",
            "givennames",
            "firstname",
            "firstnames",
            "first",
            "forename",
            "forenames",
            "secondaryidentifier",
        ],
    ),
    (
        Field::Middle,
        "middle",
        &["middlename", "middlenames", "secondname", "middleinitial"],
    ),
    (
        Field::FullName,
        "name",
        &[
            "fullname",
            "passengername",
            "paxname",
            "passenger",
            "crewname",
            "travellername",
            "travelername",
        ],
    ),
    (Field::Title, "title", &["salutation"]),
    (Field::Sex, "sex", &["gender", "mf"]),
    (
        Field::Born,
        "born",
        &["birthdate", "dateofbirth", "dob", "birthday", "dateborn"],
    ),
    (
        Field::BornIn,
        "bornin",
        &[
            "placeofbirth",
            "birthplace",
            "pob",
            "cityofbirth",
            "birthcity",
        ],
    ),
    (Field::BirthCountry, "birthcountry", &["countryofbirth"]),
    (
        Field::Nationality,
        "nationality",
        &[
            "nationality1",
            "nationality2",
            "citizenship",
            "nat",
            "secondnationality",
            "othernationality",
        ],
    ),
    (
        Field::Residence,
        "residence",
        &["countryofresidence", "residencecountry", "residentof"],
    ),
    (
        Field::DocumentType,
        "documenttype",
        &[
            "doctype",
            "traveldocumenttype",
            "typeofdocument",
            "idtype",
            "typeoftraveldocument",
        ],
    ),
    (
        Field::DocumentNumber,
        "documentnumber",
        &[
            "document",
            "docnumber",
            "docno",
            "documentno",
            "traveldocumentnumber",
            "passport",
            "passportnumber",
            "passportno",
            "numberofdocument",
            "idnumber",
        ],
    ),
    (
        Field::DocumentIssuer,
        "documentissuer",
        &[
            "docissuer",
            "issuingcountry",
            "issuingstate",
            "documentissuingcountry",
            "documentissuingstate",
            "issuer",
            "countryofissue",
            "docissuecountry",
            "passportissuer",
            "passportcountry",
            "passportissuingcountry",
            "passportcountryofissue",
        ],
    ),
    (
        Field::DocumentIssued,
        "documentissued",
        &[
            "issuedate",
            "dateofissue",
            "documentissuedate",
            "passportissuedate",
        ],
    ),
    (
        Field::DocumentExpires,
        "documentexpiry",
        &[
            "expiry",
            "expirydate",
            "expirationdate",
            "dateofexpiry",
            "documentexpirydate",
            "documentexpiration",
            "docexpiry",
            "docexpirydate",
            "passportexpiry",
            "passportexpirydate",
            "passportexpirationdate",
            "validuntil",
        ],
    ),
    (Field::VisaNumber, "visanumber", &["visa", "visano"]),
    (
        Field::VisaIssuer,
        "visaissuer",
        &["visacountry", "visaissuingcountry", "visacountryofissue"],
    ),
    (
        Field::VisaExpires,
        "visaexpiry",
        &["visaexpirydate", "visaexpirationdate"],
    ),
    (
        Field::Carrier,
        "carrier",
        &["airline", "carriercode", "airlinecode", "operator"],
    ),
    (
        Field::Flight,
        "flight",
        &[
            "flightnumber",
            "flightno",
            "flt",
            "fltno",
            "flightnum",
            "flightdesignator",
            "voyage",
            "voyagenumber",
        ],
    ),
    (
        Field::From,
        "from",
        &[
            "departureairport",
            "origin",
            "departurepoint",
            "airportofdeparture",
            "departureport",
            "depairport",
            "departurecode",
            "fromairport",
        ],
    ),
    (
        Field::To,
        "to",
        &[
            "arrivalairport",
            "destination",
            "arrivalpoint",
            "airportofarrival",
            "arrivalport",
            "arrairport",
            "arrivalcode",
            "toairport",
        ],
    ),
    (
        Field::Departs,
        "departure",
        &[
            "departs",
            "departuredate",
            "dateofdeparture",
            "departuredatetime",
            "std",
            "flightdate",
            "depdate",
            "date",
            "etd",
        ],
    ),
    (
        Field::DepartureTime,
        "departuretime",
        &["deptime", "timeofdeparture"],
    ),
    (
        Field::Arrives,
        "arrival",
        &[
            "arrives",
            "arrivaldate",
            "dateofarrival",
            "arrivaldatetime",
            "sta",
            "arrdate",
            "eta",
        ],
    ),
    (
        Field::ArrivalTime,
        "arrivaltime",
        &["arrtime", "timeofarrival"],
    ),
    (
        Field::Embark,
        "embark",
        &[
            "embarkation",
            "portofembarkation",
            "boardingpoint",
            "placeofembarkation",
            "board",
        ],
    ),
    (
        Field::Debark,
        "debark",
        &[
            "debarkation",
            "disembarkation",
            "portofdisembarkation",
            "portofdebarkation",
            "offpoint",
            "placeofdisembarkation",
        ],
    ),
    (
        Field::Locator,
        "locator",
        &[
            "pnr",
            "recordlocator",
            "pnrlocator",
            "bookingreference",
            "reservation",
            "bookingref",
            "reservationnumber",
            "pnrnumber",
        ],
    ),
    (
        Field::Reference,
        "reference",
        &[
            "upr",
            "passengerreference",
            "uniquepassengerreference",
            "paxreference",
        ],
    ),
    (
        Field::Ticket,
        "ticket",
        &["ticketnumber", "ticketno", "eticket"],
    ),
    (
        Field::Loyalty,
        "loyalty",
        &[
            "frequentflyer",
            "frequentflyernumber",
            "loyaltynumber",
            "ffn",
        ],
    ),
    (Field::Seat, "seat", &["seatnumber", "seatno"]),
    (
        Field::Bags,
        "bags",
        &[
            "bagcount",
            "numberofbags",
            "baggagecount",
            "pieces",
            "baggagepieces",
        ],
    ),
    (
        Field::BagWeight,
        "bagweight",
        &[
            "baggageweight",
            "bagweightkg",
            "weightkg",
            "baggageweightkg",
        ],
    ),
    (
        Field::BagTags,
        "bagtags",
        &["bagtag", "baggagetag", "baggagetags", "tags"],
    ),
    (
        Field::Role,
        "role",
        &[
            "travellertype",
            "travelertype",
            "persontype",
            "passengertype",
            "crewpassenger",
            "passengercrew",
            "category",
            "persontypecode",
        ],
    ),
    (
        Field::CrewFunction,
        "crewfunction",
        &[
            "crewposition",
            "crewrole",
            "rank",
            "position",
            "duty",
            "rankorrating",
        ],
    ),
    (
        Field::Status,
        "status",
        &[
            "travelstatus",
            "boardingstatus",
            "checkinstatus",
            "passengerstatus",
        ],
    ),
    (
        Field::Phone,
        "phone",
        &[
            "telephone",
            "phonenumber",
            "mobile",
            "mobilenumber",
            "contactnumber",
        ],
    ),
    (Field::Email, "email", &["emailaddress", "mail"]),
    (
        Field::Street,
        "street",
        &["address", "streetaddress", "addressline1", "address1"],
    ),
    (Field::City, "city", &["town", "addresscity"]),
    (
        Field::Postcode,
        "postcode",
        &["zip", "zipcode", "postalcode"],
    ),
    (Field::AddressCountry, "addresscountry", &["country"]),
];

/// A heading without anything but letters and digits, in lower case.
fn normal(heading: &str) -> String {
    heading
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Says which columns of a file hold which fields, beyond the headings that are known anyway.
///
/// Written as pairs `name=column`, one a line or divided by commas or semicolons; `#` begins a
/// comment. Headings are compared without case and punctuation. A field that is mapped is taken
/// from its mapped column only.
///
/// ```
/// use tidewaiter_formats::manifest_csv::ColumnMapping;
///
/// let mapping: ColumnMapping = "surname=Nachname, given=Vorname\nborn=Geb.-Datum".parse()?;
/// # assert_ne!(mapping, ColumnMapping::default());
/// # Ok::<(), tidewaiter_formats::manifest_csv::ColumnMappingError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMapping {
    pairs: Vec<(Field, String)>,
}

/// Why a column mapping could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ColumnMappingError {
    /// A part is not `name=column`.
    #[error("{0:?} is not of the form name=column")]
    NotAPair(String),
    /// The name is none of [`ColumnMapping::field_names`].
    #[error("{0:?} is no field of a manifest; see the list of field names")]
    UnknownField(String),
}

impl ColumnMapping {
    /// The names a mapping can use.
    pub fn field_names() -> impl Iterator<Item = &'static str> {
        FIELDS.iter().map(|(_, name, _)| *name)
    }

    /// The field of a heading, by this mapping or else by the headings that are known.
    fn field_of(&self, heading: &str) -> Option<Field> {
        let heading = normal(heading);
        if let Some((field, _)) = self.pairs.iter().find(|(_, column)| *column == heading) {
            return Some(*field);
        }
        let known = FIELDS
            .iter()
            .find(|(_, name, others)| *name == heading || others.contains(&heading.as_str()))
            .map(|(field, _, _)| *field)?;
        let mapped = self.pairs.iter().any(|(field, _)| *field == known);
        (!mapped).then_some(known)
    }
}

impl FromStr for ColumnMapping {
    type Err = ColumnMappingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut pairs = Vec::new();
        let lines = text.lines().map(|l| l.split('#').next().unwrap_or(l));
        for part in lines.flat_map(|l| l.split([',', ';'])) {
            let part = part.trim();
            if part.is_empty() {
                continue;
            }
            let Some((name, column)) = part.split_once('=') else {
                return Err(ColumnMappingError::NotAPair(part.to_owned()));
            };
            let wanted = normal(name);
            let field = FIELDS.iter().find(|(_, name, _)| *name == wanted);
            let Some((field, ..)) = field else {
                return Err(ColumnMappingError::UnknownField(name.trim().to_owned()));
            };
            let column = normal(column);
            if column.is_empty() {
                return Err(ColumnMappingError::NotAPair(part.to_owned()));
            }
            pairs.push((*field, column));
        }
        Ok(Self { pairs })
    }
}

/// The columns of one file.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// The field of each column; `None` for one that is not known or that another column holds.
    pub(super) fields: Vec<Option<Field>>,
    /// Whether the number of the document is headed as that of a passport.
    pub(super) passports: bool,
}

impl Columns {
    /// The columns that `headings` name.
    pub(super) fn new<'h>(
        headings: impl Iterator<Item = &'h str>,
        mapping: &ColumnMapping,
    ) -> Self {
        let (mut fields, mut passports) = (Vec::new(), false);
        for heading in headings {
            let field = mapping.field_of(heading);
            // Several columns may hold nationalities; of anything else the first one counts.
            let field = field.filter(|f| *f == Field::Nationality || !fields.contains(&Some(*f)));
            passports |=
                field == Some(Field::DocumentNumber) && normal(heading).starts_with("passport");
            fields.push(field);
        }
        Self { fields, passports }
    }

    /// How many columns are known.
    pub(super) fn known(&self) -> usize {
        self.fields.iter().flatten().count()
    }

    /// Whether they are those of a list of people: a name, and something beside it.
    pub(super) fn are_of_people(&self) -> bool {
        let named = [Field::Surname, Field::Given, Field::FullName]
            .iter()
            .any(|f| self.fields.contains(&Some(*f)));
        named && self.known() >= 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_heading_means_two_fields() {
        let mut seen = std::collections::BTreeSet::new();
        for (_, name, others) in FIELDS {
            for heading in others.iter().chain([name]) {
                assert!(seen.insert(*heading), "{heading} stands twice");
                assert_eq!(normal(heading), *heading);
            }
        }
    }

    #[test]
    fn headings_are_compared_without_case_and_punctuation() {
        let mapping = ColumnMapping::default();
        for (heading, field) in [
            ("Last Name", Field::Surname),
            ("FAMILY_NAME", Field::Surname),
            ("Given name(s)", Field::Given),
            ("Date of Birth", Field::Born),
            ("D.O.B.", Field::Born),
            ("Passport No.", Field::DocumentNumber),
            ("Flight No", Field::Flight),
        ] {
            assert_eq!(mapping.field_of(heading), Some(field), "{heading}");
        }
        assert_eq!(mapping.field_of("shoe size"), None);
    }

    #[test]
    fn a_mapping_wins_over_what_is_known() {
        let mapping: ColumnMapping = "surname = Nachname # ours\nborn=Geb.-Datum"
            .parse()
            .unwrap();
        assert_eq!(mapping.field_of("NACHNAME"), Some(Field::Surname));
        assert_eq!(mapping.field_of("Geb-Datum"), Some(Field::Born));
        assert_eq!(mapping.field_of("last name"), None);
        assert_eq!(mapping.field_of("first name"), Some(Field::Given));
    }

    #[test]
    fn a_wrong_mapping_says_what_is_wrong() {
        let error = |text: &str| text.parse::<ColumnMapping>().unwrap_err().to_string();
        assert_eq!(
            error("surname"),
            "\"surname\" is not of the form name=column"
        );
        assert_eq!(
            error("surname="),
            "\"surname=\" is not of the form name=column"
        );
        assert_eq!(
            error("shoe=Size"),
            "\"shoe\" is no field of a manifest; see the list of field names"
        );
    }
}
