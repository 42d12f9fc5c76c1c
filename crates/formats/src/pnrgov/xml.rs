//! PNRGOV in XML (IATA schema `IATA_PNRGOV_NotifRQ`, 13.1 and later).
//!
//! Elements are found by name wherever they stand; names are compared without case, underscores
//! and namespace. What is not known is kept unread.

use jiff::civil::{Date, DateTime};
use smallvec::SmallVec;
use tidewaiter_diagnostics::{SegmentPath, Span, codes::api, codes::pnr as code, codes::syntax};
use tidewaiter_domain::{
    Address, AirportCode, BookedTraveller, BookingPush, CarrierCode, Contact, ContactKind,
    CurrencyCode, Flight, ItinerarySegment, Leg, LegTime, Locator, LoyaltyNumber, Moment,
    Originator, Payer, Payment, PaymentCard, PaymentForm, PushFunction, RecordLocator, Remark,
    RemarkKind, Role, SectorKind, SegmentStatus, ServiceRequest, Sourced, Text, Ticket,
    TicketNumber, TravelStatus, Traveller, TravellerCategory, Unread, WrittenAmount,
};

use super::journey::flight_designator;
use super::resolve::{Detail, Pending, Resolver};
use super::tree::{self, Node};
use super::{Draft, finish};
use crate::cards::{CardKey, TICKET_DIGITS_MAX, mask, mask_longer_than, reduce};
use crate::name::read_name;
use crate::notes::Notes;
use crate::report::{Content, Report};
use crate::ssr::{self, Doca, Doco, Docs};
use crate::value;

/// Whether bytes are XML rather than EDIFACT: the first that says anything is `<`.
pub fn is_xml(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'<')
}

/// Reads one PNRGOV message in XML.
///
/// `received` is the day on which it came. Card numbers become tokens under `key`, as in
/// [`crate::read_with_key`].
pub fn read_xml(bytes: &[u8], received: Date, key: Option<&CardKey>) -> Report {
    let mut notes = Notes::of_day(received);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => std::borrow::Cow::Borrowed(text),
        Err(_) => {
            let whole = Span::from_range(0..bytes.len());
            let note = "the document is not UTF-8; what is not was replaced";
            notes.note(
                &syntax::CHARSET_GUESSED,
                whole,
                SegmentPath::default(),
                note,
            );
            String::from_utf8_lossy(bytes)
        }
    };
    let root = tree::read(&text, &mut notes);
    let content = root.as_ref().and_then(|root| {
        let known = root.name.to_ascii_uppercase().contains("PNRGOV");
        if !known {
            let note = "the document is no PNRGOV";
            notes.note(
                &api::UNSUPPORTED_TYPE,
                root.span,
                SegmentPath::default(),
                note,
            );
            return None;
        }
        let push = Xml {
            notes: &mut notes,
            key,
            flight: None,
        }
        .push(root);
        Some(Content::Bookings(Box::new(push)))
    });
    let attribute = |name| {
        root.as_ref()
            .map_or(Text::default(), |r| Text::new(r.get(name)))
    };
    Report {
        kind: Text::const_new(if content.is_some() { "PNRGOV" } else { "" }),
        version: match attribute("Version") {
            version if version.is_empty() => Text::const_new("XML"),
            version => Text::from(format!("XML:{version}")),
        },
        reference: match attribute("TransactionIdentifier") {
            reference if reference.is_empty() => attribute("CorrelationID"),
            reference => reference,
        },
        content,
        diagnostics: notes.finish(),
    }
}

struct Xml<'n> {
    notes: &'n mut Notes,
    key: Option<&'n CardKey>,
    flight: Option<Flight>,
}

impl Xml<'_> {
    fn push(mut self, root: &Node<'_>) -> BookingPush {
        let mut sender = None;
        let mut bookings = Vec::new();
        let mut declared_count = None;
        let mut unread = Vec::new();
        for node in &root.children {
            if node.is("Originator") {
                let system = [node.get("AirlineCode"), node.get("SystemCode")];
                let system = system
                    .into_iter()
                    .find(|s| !s.is_empty())
                    .unwrap_or_default();
                sender = Some(Box::new(Originator {
                    system: CarrierCode::new(system),
                    span: node.span,
                    ..Originator::default()
                }));
            } else if node.is("FlightLeg") {
                let segment = self.segment(node);
                if let Some(designator) = segment.operating.or(segment.designator) {
                    let leg = Leg {
                        from: segment.from,
                        to: segment.to,
                        departs: segment.departs,
                        arrives: segment.arrives,
                        border: true,
                    };
                    let kind = SectorKind::Main;
                    self.flight = Some(Flight {
                        designator,
                        kind,
                        legs: vec![leg],
                    });
                }
            } else if node.is("PNRs") {
                let count = node.get("NumberOfPnrs").parse().ok();
                declared_count = count.map(|n| Sourced::new(n, node.span));
                for pnr in node.all("PNR") {
                    bookings.push(self.booking(pnr));
                }
            } else if node.is("PNR") {
                bookings.push(self.booking(node));
            } else {
                unread.push(self.unknown(node));
            }
        }
        let path = SegmentPath::default();
        if self.flight.is_none() {
            let note = "the push names no flight (FlightLeg)";
            self.notes
                .note(&code::MISSING_PUSH_FLIGHT, root.span, path, note);
        }
        match declared_count {
            Some(declared) if bookings.is_empty() && declared.value > 0u32 => {
                let note = format!("{} bookings are announced, there are none", declared.value);
                self.notes
                    .note(&code::BOOKINGS_MISSING, declared.span, path, note);
            }
            _ if bookings.is_empty() => {
                self.notes
                    .note(&code::EMPTY_PUSH, root.span, path, "there is no booking");
            }
            Some(declared) if declared.value as usize != bookings.len() => {
                let (n, listed) = (declared.value, bookings.len());
                let note = format!("{n} bookings are announced, {listed} are listed");
                self.notes
                    .note(&code::BOOKING_COUNT, declared.span, path, note);
            }
            _ => {}
        }
        BookingPush {
            function: PushFunction::Full,
            function_written: Text::default(),
            sender,
            flight: self.flight,
            declared_count,
            part: None,
            bookings,
            unread,
        }
    }

    fn booking(&mut self, pnr: &Node<'_>) -> tidewaiter_domain::Booking {
        let mut draft = Draft::default();
        draft.booking.span = pnr.span;
        draft.booking.booked_at = self.moment(pnr, "PNR_CreationDate");
        draft.booking.changed_at = self.moment(pnr, "PNR_TransDate");
        for node in &pnr.children {
            if node.is("BookingRefID") {
                self.locator(&mut draft, node);
            } else if node.is("POS") {
                draft.booking.agency = node.child("Source").map(|source| self.agency(source));
            } else if node.is("ContactInfo") {
                let (address, contacts) = self.contact_info(node);
                draft.booking.addresses.extend(address);
                draft.booking.contacts.extend(contacts);
            } else if node.is("Passenger") {
                self.passenger(&mut draft, node);
            } else if node.is("Flight") {
                let segment = self.segment(node);
                draft.booking.itinerary.push(segment);
                let at = draft.flight();
                for ssr in node.all("SSR") {
                    self.service(&mut draft, ssr, None, at);
                }
                for id in node.all("BookingRefID") {
                    self.locator(&mut draft, id);
                }
            } else if node.is("SSR") {
                self.service(&mut draft, node, None, None);
            } else if node.is("OSI") || node.is("GeneralRemark") || node.is("Remark") {
                self.remark(&mut draft, node, None);
            } else if node.is("PrepaidBag") || node.is("ExcessBaggage") {
                draft.booking.excess_baggage.push(clean(&node.words()));
            } else {
                let kept = self.unknown(node);
                draft.booking.unread.push(kept);
            }
        }
        finish::finish(&mut draft, self.flight.as_ref(), self.notes);
        draft.booking
    }

    fn locator(&mut self, draft: &mut Draft, node: &Node<'_>) {
        let carrier = node.child("CompanyName").map_or("", |c| c.get("Code"));
        let carrier = CarrierCode::new(clean(carrier));
        let Some(locator) = RecordLocator::new(clean(node.get("ID"))) else {
            return;
        };
        let locators = &mut draft.booking.locators;
        if !locators
            .iter()
            .any(|l| l.carrier == carrier && l.locator.value == locator)
        {
            locators.push(Locator {
                carrier,
                locator: Sourced::new(locator, node.span),
                departure_control: false,
            });
        }
    }

    fn agency(&mut self, source: &Node<'_>) -> Box<Originator> {
        let country = source.get("ISOCountry");
        Box::new(Originator {
            system: CarrierCode::new(source.get("AirlineVendorID")),
            agency: known(source.get("RequestorID")),
            office: known(source.get("PseudoCityCode")),
            city: known(source.get("AirportCode")),
            country: (!country.is_empty()).then(|| value::read_country(country).0),
            currency: CurrencyCode::new(source.get("ISOCurrency")),
            agent: known(source.get("AgentSine")),
            span: source.span,
            ..Originator::default()
        })
    }

    fn contact_info(&mut self, node: &Node<'_>) -> (Option<Address>, Vec<Contact>) {
        let mut contacts = Vec::new();
        for (name, kind) in [
            ("PhoneNumber", ContactKind::Phone),
            ("EmailAddress", ContactKind::Email),
        ] {
            let value = match node.get(name) {
                "" => node.child(name).map_or("", |c| c.text.trim()),
                value => value,
            };
            if !value.is_empty() {
                let read = match kind {
                    ContactKind::Email => clean(&ssr::email(value)),
                    _ => clean(value),
                };
                let written = (read != value).then(|| clean(value));
                contacts.push(Contact {
                    kind,
                    value: read,
                    written,
                    span: node.span,
                });
            }
        }
        let country = node.of("CountryName", "Code");
        let address = Address {
            street: known(node.of("AddressLine", "Value")),
            city: known(node.of("CityName", "Value")),
            region: known(node.of("StateProv", "StateCode")),
            postcode: known(node.of("PostalCode", "Value")),
            country: (!country.is_empty()).then(|| value::read_country(country).0),
            span: node.span,
        };
        let empty = Address {
            span: node.span,
            ..Address::default()
        } == address;
        ((!empty).then_some(address), contacts)
    }

    fn passenger(&mut self, draft: &mut Draft, node: &Node<'_>) {
        let mut traveller = Traveller::new(Role::Passenger, node.span);
        let given = node
            .children
            .iter()
            .filter(|c| c.is("GivenName") || c.is("MiddleName"))
            .map(|c| clean(c.text.trim()))
            .filter(|g| !g.is_empty())
            .collect::<SmallVec<[Text; 2]>>();
        let surname = clean(node.child("Surname").map_or("", |c| c.text.trim()));
        let (notes, span) = (&mut *self.notes, node.span);
        traveller.name = read_name(surname, given, span, |(code, text)| {
            notes.note(code, span, SegmentPath::default(), text);
        });
        for prefix in ["NamePrefix", "NameTitle"] {
            let title = node.child(prefix).map_or("", |c| c.text.trim());
            traveller.name.title = traveller.name.title.take().or_else(|| known(title));
        }
        traveller.status = match node.get("BoardingStatus").to_ascii_uppercase().as_str() {
            "" => None,
            "B" | "BOARDED" => Some(TravelStatus::Boarded),
            "N" | "NB" | "NOT BOARDED" | "NOTBOARDED" => Some(TravelStatus::NotBoarded),
            "C" | "CHECKED IN" | "CHECKEDIN" => Some(TravelStatus::CheckedIn),
            _ => {
                let note = "this boarding status is not known";
                let path = SegmentPath::default();
                self.notes
                    .note(&api::UNKNOWN_QUALIFIER, node.span, path, note);
                None
            }
        };
        let type_written = node.child("FareInfo").map_or("", |f| f.get("PTC_Code"));
        traveller.category = match type_written.to_ascii_uppercase().as_str() {
            "ADT" | "A" => Some(TravellerCategory::Adult),
            "CNN" | "CHD" | "C" => Some(TravellerCategory::Child),
            "INF" | "INS" | "IN" => Some(TravellerCategory::Infant),
            _ => None,
        };
        draft.booking.travellers.push(BookedTraveller {
            traveller,
            number: Text::new(node.get("RPH")),
            type_written: Text::new(type_written),
            companion: None,
        });
        let Some(at) = draft.traveller() else { return };
        for child in &node.children {
            self.of_passenger(draft, at, child);
        }
    }

    fn of_passenger(&mut self, draft: &mut Draft, at: u16, node: &Node<'_>) {
        let known_elsewhere = [
            "GivenName",
            "MiddleName",
            "Surname",
            "NamePrefix",
            "NameTitle",
        ];
        if known_elsewhere.iter().any(|name| node.is(name)) {
            return;
        }
        let here = usize::from(at);
        if node.is("CustLoyalty") {
            let number = format!("{}{}", node.get("ProgramID"), node.get("MembershipID"));
            let loyalty = LoyaltyNumber::new(number).map(|n| Sourced::new(n, node.span));
            draft.booking.travellers[here]
                .traveller
                .loyalty
                .extend(loyalty);
        } else if node.is("SSR") {
            self.service(draft, node, Some(at), None);
        } else if node.is("DOC_SSR") || node.is("DOCSSR") {
            self.documents(draft, at, node);
        } else if node.is("TicketDocument") {
            self.ticket(draft, at, node);
        } else if node.is("ContactInfo") {
            let (address, contacts) = self.contact_info(node);
            let traveller = &mut draft.booking.travellers[here].traveller;
            traveller.addresses.extend(address);
            traveller.contacts.extend(contacts);
        } else if node.is("ExcessBaggage") || node.is("PrepaidBag") {
            draft.booking.excess_baggage.push(clean(&node.words()));
        } else if node.is("FareInfo") {
            draft.fare = Some(clean(&node.words()));
        } else if node.is("OSI") || node.is("GeneralRemark") || node.is("Remark") {
            self.remark(draft, node, Some(at));
        } else {
            let kept = self.unknown(node);
            draft.booking.travellers[here].traveller.unread.push(kept);
        }
    }

    /// DOC_SSR: documents in attributes, read like the texts of the service requests.
    fn documents(&mut self, draft: &mut Draft, at: u16, node: &Node<'_>) {
        for child in &node.children {
            let code = child.name.to_ascii_uppercase();
            let service = ServiceRequest {
                code: Text::new(&code),
                text: Some(Text::from(mask_longer_than(
                    &child.words(),
                    TICKET_DIGITS_MAX,
                ))),
                travellers: SmallVec::from_elem(at, 1),
                span: child.span,
                ..ServiceRequest::default()
            };
            let mut pending = pending(service, Some(at), child.span);
            let (booking, notes) = (&mut draft.booking, &mut *self.notes);
            let path = SegmentPath::default();
            let mut resolver = Resolver {
                booking,
                notes,
                path,
                of_infant: false,
            };
            let dates = ["DateOfBirth", "ExpiryDate", "DateOfIssue"];
            let [born, expires, issued] = dates.map(|name| compact_date(child.get(name)));
            match code.as_str() {
                "DOCS" => {
                    let docs = Docs {
                        kind: child.get("TravelDocType"),
                        issuer: first_of(child, &["IssuingLoc", "IssuingCountry"]),
                        number: child.get("TravelDocNbr"),
                        nationality: first_of(child, &["PaxNationality", "Nationality"]),
                        born: &born,
                        sex: child.get("Gender"),
                        expires: &expires,
                        surname: child.get("Surname"),
                        given: first_of(child, &["FirstGivenName", "GivenName"]),
                        second: child.get("SecondGivenName"),
                        ..Docs::default()
                    };
                    resolver.document(&pending, &docs);
                }
                "DOCO" => {
                    let doco = Doco {
                        birthplace: child.get("BirthLocation"),
                        kind: child.get("TravelDocType"),
                        number: child.get("TravelDocNbr"),
                        issued_at: child.get("PlaceOfIssue"),
                        issued: &issued,
                        country: first_of(child, &["CountryState", "Country"]),
                        infant: false,
                    };
                    resolver.visa(&pending, &doco);
                }
                "DOCA" => {
                    let doca = Doca {
                        kind: child.get("AddressType"),
                        country: child.get("Country"),
                        street: child.get("Address"),
                        city: first_of(child, &["CityName", "City"]),
                        region: first_of(child, &["StateProvCounty", "State"]),
                        postcode: first_of(child, &["PostalCode", "ZipCode"]),
                        infant: false,
                    };
                    resolver.address(&pending, &doca);
                }
                _ => {
                    let kept = self.unknown(child);
                    draft.booking.unread.push(kept);
                    continue;
                }
            }
            pending.service.text = pending.service.text.filter(|t| !t.is_empty());
            draft.booking.services.push(pending.service);
        }
    }

    fn service(
        &mut self,
        draft: &mut Draft,
        node: &Node<'_>,
        at: Option<u16>,
        flight: Option<u16>,
    ) {
        let code = first_of(node, &["SSRCode", "Code"]);
        let mut text = node.child("Text").map_or("", |t| t.text.trim());
        if text.is_empty() {
            text = match node.get("Text") {
                "" => node.text.trim(),
                text => text,
            };
        }
        let theirs = matches!(code, "DOCS" | "DOCO" | "FQTV") || code.starts_with("TKN");
        let text = mask_longer_than(text, if theirs { TICKET_DIGITS_MAX } else { 0 });
        let service = ServiceRequest {
            code: Text::new(code),
            status: known(node.get("Status")),
            count: first_of(node, &["ServiceQuantity", "Quantity"])
                .parse()
                .ok(),
            carrier: CarrierCode::new(node.of("Airline", "Code")),
            from: AirportCode::new(first_of(node, &["BoardPoint", "DepartureAirport"])),
            to: AirportCode::new(first_of(node, &["OffPoint", "ArrivalAirport"])),
            text: (!text.is_empty()).then(|| Text::from(text)),
            segment: flight,
            span: node.span,
            ..ServiceRequest::default()
        };
        let mut pending = pending(service, at, node.span);
        let number = first_of(node, &["RPH", "SurnameRefNumber", "TravelerRefNumber"]);
        let seat = first_of(node, &["SeatNumber", "Seat"]);
        if !number.is_empty() || !seat.is_empty() {
            pending.details.push(Detail {
                value: Text::new(seat),
                span: node.span,
                number: Text::new(number),
                number_span: node.span,
            });
        }
        draft.pending.push(pending);
    }

    fn remark(&mut self, draft: &mut Draft, node: &Node<'_>, traveller: Option<u16>) {
        let text = clean(&node.words());
        let kind = match node.is("OSI") {
            true => RemarkKind::OtherService,
            false => RemarkKind::Other,
        };
        if !text.is_empty() {
            let span = node.span;
            draft.booking.remarks.push(Remark {
                kind,
                carrier: None,
                text,
                traveller,
                span,
            });
        }
    }

    fn ticket(&mut self, draft: &mut Draft, at: u16, node: &Node<'_>) {
        let written = mask_longer_than(node.get("TicketDocumentNbr"), TICKET_DIGITS_MAX);
        let number = TicketNumber::new(Text::from(written)).map(|n| Sourced::new(n, node.span));
        let money = |node: &Node<'_>| {
            let amount = first_of(node, &["Amount", "TotalFare", "PaymentAmount"]);
            let currency = first_of(node, &["CurrencyCode", "Currency"]);
            let currency = CurrencyCode::new(currency);
            (!amount.is_empty()).then(|| WrittenAmount {
                amount: clean(amount),
                currency,
            })
        };
        let total = node.child("TotalFare").and_then(money);
        let traveller = &mut draft.booking.travellers[usize::from(at)].traveller;
        traveller.tickets.extend(number.clone());
        for child in node.children.iter().filter(|c| c.is("PaymentInfo")) {
            let account = child.get("AccountNbr");
            let form_written = clean(child.get("PaymentType"));
            let vendor = known(child.get("VendorCode"));
            let digits = account.bytes().filter(u8::is_ascii_digit).count();
            let form = PaymentForm::from_code(&form_written);
            let is_card = form == PaymentForm::Card || vendor.is_some() || digits >= 13;
            let reduced = reduce(if is_card { account } else { "" }, self.key);
            if reduced.clear {
                let note = "the number of a card is in clear; it was reduced";
                let path = SegmentPath::default();
                self.notes
                    .note(&code::CARD_IN_CLEAR, child.span, path, note);
            }
            let amount = money(child).map(|mut amount| {
                let same = || total.as_ref().and_then(|t| t.currency.clone());
                amount.currency = amount.currency.take().or_else(same);
                amount
            });
            let holder = known(child.get("CardHolderName"));
            draft.booking.payments.push(Payment {
                form,
                form_written,
                old: false,
                amount,
                card: is_card.then(|| PaymentCard {
                    vendor,
                    last4: reduced.last4,
                    token: reduced.token,
                    expires: known(child.get("ExpiryDate")),
                }),
                account: (!is_card && !account.is_empty()).then(|| clean(account)),
                traveller: Some(at),
                payer: holder.map(|name| {
                    Box::new(Payer {
                        name: Some(name),
                        ..Payer::default()
                    })
                }),
                span: child.span,
            });
        }
        draft.booking.tickets.push(Ticket {
            number,
            kind: Text::new(node.get("Type")),
            traveller: Some(at),
            total,
            issued_at: self.moment(node, "DateOfIssue").map(|m| m.value),
            fare: draft.fare.take(),
            taxes: node.child("Taxes").map(|t| clean(&t.words())),
            span: node.span,
            ..Ticket::default()
        });
    }

    /// A flight: of the itinerary, or the one the push is about.
    fn segment(&mut self, node: &Node<'_>) -> ItinerarySegment {
        let code = |name: &str| node.child(name).map_or("", |c| c.get("Code"));
        let sold_by = match code("MarketingAirline") {
            "" => node.get("CarrierCode"),
            code => code,
        };
        let flown_by = code("OperatingAirline");
        let number = node.get("FlightNumber");
        let mut segment = ItinerarySegment {
            span: node.span,
            ..ItinerarySegment::default()
        };
        let sold_by = if sold_by.is_empty() {
            flown_by
        } else {
            sold_by
        };
        if !sold_by.is_empty() || !number.is_empty() {
            let designator = flight_designator(Text::new(sold_by), Text::new(number), "");
            segment.designator = Some(Sourced::new(designator, node.span));
        }
        if !flown_by.is_empty() && flown_by != sold_by {
            let own = node
                .child("OperatingAirline")
                .map_or("", |c| c.get("FlightNumber"));
            let designator = flight_designator(Text::new(flown_by), Text::new(own), "");
            segment.operating = Some(Sourced::new(designator, node.span));
        }
        segment.class = known(node.get("ResBookDesigCode"));
        segment.party = node.get("NumberInParty").parse().ok();
        let status = node.get("Status");
        if !status.is_empty() {
            segment.status = Some(Sourced::new(SegmentStatus::from_code(status), node.span));
        }
        let airport = |name: &str| {
            let place = node.child(name)?;
            let code = AirportCode::new(place.get("LocationCode").to_ascii_uppercase())?;
            Some(Sourced::new(code, place.span))
        };
        segment.from = airport("DepartureAirport");
        segment.to = airport("ArrivalAirport");
        for (name, airport, time) in [
            ("DepartureDateTime", &segment.from, &mut segment.departs),
            ("ArrivalDateTime", &segment.to, &mut segment.arrives),
        ] {
            let Some(at) = self.moment(node, name) else {
                continue;
            };
            let mut at = at.map(|m| LegTime {
                date: m.date,
                time: m.time,
                instant: None,
            });
            if let Some(airport) = airport {
                self.notes.place_in_time(&mut at, airport);
            }
            *time = Some(at);
        }
        segment
    }

    /// A date and time of ISO 8601 in an attribute.
    fn moment(&mut self, node: &Node<'_>, name: &str) -> Option<Sourced<Moment>> {
        let text = node.get(name);
        if text.is_empty() {
            return None;
        }
        let civil = text.get(..19).unwrap_or(text.trim_end_matches('Z'));
        let read = match civil.parse::<DateTime>() {
            Ok(at) if civil.contains(['T', ' ']) => Some(Moment {
                date: at.date(),
                time: Some(at.time()),
            }),
            Ok(at) => Some(Moment {
                date: at.date(),
                time: None,
            }),
            Err(_) => text
                .get(..10)
                .and_then(|day| day.parse::<Date>().ok())
                .map(|date| Moment { date, time: None }),
        };
        if read.is_none() {
            let note = "this is no date of ISO 8601";
            self.notes
                .note(&api::INVALID_DATE, node.span, SegmentPath::default(), note);
        }
        read.map(|moment| Sourced::new(moment, node.span))
    }

    /// An element that is not known, kept as words.
    fn unknown(&mut self, node: &Node<'_>) -> Unread {
        let note = "this element is not known here; it was kept unread";
        self.notes
            .note(&code::XML_UNKNOWN, node.span, SegmentPath::default(), note);
        Unread {
            tag: Text::new(&node.name),
            text: clean(&node.words()),
            span: node.span,
        }
    }
}

fn pending(service: ServiceRequest, traveller: Option<u16>, span: Span) -> Pending {
    Pending {
        service,
        traveller,
        details: SmallVec::new(),
        text_span: span,
        path: SegmentPath::default(),
        plain: false,
    }
}

/// A text with card numbers masked.
fn clean(text: &str) -> Text {
    Text::from(mask(text))
}

fn known(text: &str) -> Option<Text> {
    (!text.is_empty()).then(|| clean(text))
}

/// The first of several spellings of an attribute that is there.
fn first_of<'n>(node: &'n Node<'_>, names: &[&str]) -> &'n str {
    names
        .iter()
        .map(|name| node.get(name))
        .find(|v| !v.is_empty())
        .unwrap_or_default()
}

/// `2012-09-20` as `20120920`, which dates of every form are read from.
fn compact_date(text: &str) -> String {
    let iso = text.len() >= 10 && text.as_bytes().get(4) == Some(&b'-');
    match iso {
        true => text.chars().take(10).filter(|c| *c != '-').collect(),
        false => text.to_owned(),
    }
}
