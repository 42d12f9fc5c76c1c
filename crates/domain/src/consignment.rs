//! Consignments: goods on their way, who they belong to and what carries them; and cash that a
//! traveller declares.
//!
//! One shape for the cargo report of a carrier, the waybill of a forwarder and the declaration of
//! a declarant (SAFE Framework of Standards, annexes of data elements; WCO Data Model 3). Like a
//! [`Traveller`](crate::Traveller), it is what one message says, not the truth.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Address, AirportCode, Contact, Country, CurrencyCode, PersonName, Sourced, Span};
use crate::{Text, TravelDocument, Unread};

/// What one message says of one consignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consignment {
    /// Master, house or declaration.
    pub level: ConsignmentLevel,
    /// How it travels.
    pub mode: TransportMode,
    /// Number of the transport document: air waybill, bill of lading, movement reference.
    pub transport_document: Option<Sourced<Text>>,
    /// Unique consignment reference (ISO 15459), up to 35 characters.
    pub ucr: Option<Sourced<Text>>,
    /// Other documents this one names: master, house, previous declaration.
    pub links: Vec<Sourced<Text>>,
    /// When it was filed, as the message says.
    pub filed_at: Option<Sourced<Timestamp>>,
    /// Which version of the filing this is, counted by the sender.
    pub version: Option<Sourced<Text>>,
    /// Who takes part.
    pub parties: Vec<Party>,
    /// The places it goes through, in order.
    pub itinerary: Vec<Call>,
    /// Containers and other equipment.
    pub containers: Vec<Container>,
    /// Goods lines.
    pub goods: Vec<GoodsItem>,
    /// What the carriage costs, and who pays.
    pub freight: Option<Money>,
    /// Licences, certificates and other papers.
    pub documents: Vec<CargoDocument>,
    /// Remarks, handling instructions and other text without a code.
    pub remarks: Vec<Sourced<Text>>,
    /// What the message says of the consignment and was not understood.
    pub unread: Vec<Unread>,
    /// The bytes that speak of this consignment.
    pub span: Span,
}

impl Consignment {
    /// A consignment of which nothing is known yet.
    pub fn new(level: ConsignmentLevel, mode: TransportMode, span: Span) -> Self {
        Self {
            level,
            mode,
            transport_document: None,
            ucr: None,
            links: Vec::new(),
            filed_at: None,
            version: None,
            parties: Vec::new(),
            itinerary: Vec::new(),
            containers: Vec::new(),
            goods: Vec::new(),
            freight: None,
            documents: Vec::new(),
            remarks: Vec::new(),
            unread: Vec::new(),
            span,
        }
    }
}

/// Which document of a shipment it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConsignmentLevel {
    /// Master air waybill or bill of lading: often a consolidation.
    Master,
    /// House waybill: goods of one shipper to one consignee.
    House,
    /// A customs declaration.
    Declaration,
}

/// How goods travel (UN/ECE Recommendation 19).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TransportMode {
    /// 1.
    Sea,
    /// 2.
    Rail,
    /// 3.
    Road,
    /// 4.
    Air,
    /// 5.
    Post,
    /// Anything else, or not said.
    Other,
}

/// Somebody who takes part in a consignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// As what.
    pub role: PartyRole,
    /// Name as written; of a company or a person.
    pub name: Option<Sourced<Text>>,
    /// Identifiers: EORI, tax number, AEO certificate.
    pub identifiers: Vec<Sourced<Text>>,
    /// Address.
    pub address: Option<Address>,
    /// How to reach them.
    pub contacts: Vec<Contact>,
    /// The bytes that speak of this party.
    pub span: Span,
}

/// What a party is to a consignment (UN/EDIFACT 3035).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PartyRole {
    /// CZ: sends the goods.
    Consignor,
    /// CN: receives them.
    Consignee,
    /// NI: is told of their arrival.
    Notify,
    /// CA: carries them.
    Carrier,
    /// FW: forwards them.
    Forwarder,
    /// DT: declares them.
    Declarant,
    /// MF: made them.
    Manufacturer,
    /// SE: sells them.
    Seller,
    /// BY: buys them.
    Buyer,
    /// Anything else, as written.
    Other(Text),
}

/// A place on a consignment's way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What happens there.
    pub kind: CallKind,
    /// UN/LOCODE or airport.
    pub place: Option<Sourced<AirportCode>>,
    /// Country.
    pub country: Option<Country>,
    /// When.
    pub date: Option<Sourced<Date>>,
    /// Means of transport on the leg that starts here: flight, voyage, IMO number, plate.
    pub conveyance: Option<Sourced<Text>>,
}

/// What happens at a place on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// Taken over by the carrier.
    Origin,
    /// Loaded.
    Loading,
    /// Reloaded or passed.
    Transit,
    /// Unloaded.
    Discharge,
    /// Handed over.
    Destination,
}

/// A container or another unit of equipment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// Its number as written; by sea ISO 6346.
    pub number: Option<Sourced<Text>>,
    /// Size and type (ISO 6346).
    pub size_type: Option<Text>,
    /// Seals.
    pub seals: Vec<Sourced<Text>>,
    /// Whether it is said to be empty.
    pub empty: Option<bool>,
    /// Where it stands.
    pub span: Span,
}

/// One goods line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoodsItem {
    /// Number of the line, from 1.
    pub number: Option<u32>,
    /// What the goods are, as written.
    pub description: Option<Sourced<Text>>,
    /// Commodity code (HS or longer), digits only.
    pub commodity: Option<Sourced<Text>>,
    /// Number and kind of packages.
    pub packages: Option<Sourced<Packages>>,
    /// Gross weight in grams.
    pub gross_g: Option<Sourced<u64>>,
    /// Net weight in grams.
    pub net_g: Option<Sourced<u64>>,
    /// Value.
    pub value: Option<Money>,
    /// Country of origin.
    pub origin: Option<Sourced<Country>>,
    /// UN number of dangerous goods, four digits.
    pub un_number: Option<Sourced<Text>>,
    /// CAS number of a chemical.
    pub cas: Option<Sourced<Text>>,
    /// Marks on the packages.
    pub marks: Vec<Sourced<Text>>,
    /// Where it stands.
    pub span: Span,
}

impl GoodsItem {
    /// A line of which nothing is known yet.
    pub const fn new(span: Span) -> Self {
        Self {
            number: None,
            description: None,
            commodity: None,
            packages: None,
            gross_g: None,
            net_g: None,
            value: None,
            origin: None,
            un_number: None,
            cas: None,
            marks: Vec::new(),
            span,
        }
    }
}

/// Number and kind of packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packages {
    /// How many.
    pub count: u32,
    /// Which kind (UN/ECE Recommendation 21), as written.
    pub kind: Option<Text>,
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Money {
    /// In hundredths of the currency's unit, whatever its own minor unit.
    pub cents: i64,
    /// Which currency, where it was given.
    pub currency: Option<CurrencyCode>,
    /// Where it stands.
    pub span: Span,
}

/// A licence, certificate or other paper that a consignment names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoDocument {
    /// Its code as written (`C512`, `N705`).
    pub code: Text,
    /// Its number.
    pub number: Option<Sourced<Text>>,
}

/// A declaration or disclosure of cash (FATF Recommendation 32, Regulation (EU) 2018/1672).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashDeclaration {
    /// Its reference.
    pub reference: Option<Sourced<Text>>,
    /// Who declares.
    pub declarant: CashParty,
    /// Whose cash it is, where that is somebody else.
    pub owner: Option<CashParty>,
    /// For whom it is meant.
    pub recipient: Option<CashParty>,
    /// What is declared.
    pub items: Vec<CashItem>,
    /// Where it comes from, in the declarant's words (economic provenance).
    pub provenance: Option<Sourced<Text>>,
    /// What it is for, in the declarant's words (intended use).
    pub intended_use: Option<Sourced<Text>>,
    /// Where the journey starts.
    pub from: Option<Sourced<AirportCode>>,
    /// Where it ends.
    pub to: Option<Sourced<AirportCode>>,
    /// When it was declared.
    pub declared_on: Option<Sourced<Date>>,
    /// Whether a person carries it, or it travels unaccompanied.
    pub accompanied: Option<bool>,
    /// Text without a field of its own.
    pub remarks: Vec<Sourced<Text>>,
    /// What was not understood.
    pub unread: Vec<Unread>,
    /// The bytes that speak of this declaration.
    pub span: Span,
}

/// A person or company of a cash declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CashParty {
    /// Name of a person.
    pub name: PersonName,
    /// Name of a company.
    pub company: Option<Text>,
    /// Date of birth.
    pub born: Option<Sourced<crate::PartialDate>>,
    /// Nationality.
    pub nationality: Option<Sourced<Country>>,
    /// Documents.
    pub documents: Vec<TravelDocument>,
    /// Address.
    pub address: Option<Address>,
}

/// One kind of cash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashItem {
    /// Currency, bearer instrument, gold, prepaid card.
    pub kind: CashKind,
    /// Its amount or value.
    pub amount: Option<Money>,
}

/// Kinds of cash (Regulation (EU) 2018/1672 article 2 and annex I).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CashKind {
    /// Banknotes and coins.
    Currency,
    /// Bearer-negotiable instruments.
    BearerInstrument,
    /// Gold coins and bullion.
    Gold,
    /// Prepaid cards.
    PrepaidCard,
    /// Anything else.
    Other,
}
