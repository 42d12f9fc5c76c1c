//! One flight and one consignment under three mandates: three tables, written by hand from the
//! law's parameters (each table names the article beside the figure), never from the output.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test"
)]

mod common;

use std::fmt::Write as _;

use common::table::{self, Fields};
use common::whole::{self, at, born, country};
use common::{P1, P2, P3, mandate, now};
use tidewaiter_domain::{
    BookedTraveller, Booking, BookingPush, Consignment, CountryCode, DocumentNumber, ListedSubject,
    Manifest, PartialDate, Remark, RemarkKind, Role, Span, SubjectKind, Text, Traveller,
    TravellerCategory, Unread,
};
use tidewaiter_mandate::admit::{Admitted, Dropped, Intake, admit};
use tidewaiter_mandate::grant::{HumanActor, PersonId, SignIn};
use tidewaiter_mandate::profile::List;
use tidewaiter_mandate::review::{Event, Hit, Judgement, ReasonCode, step};
use tidewaiter_mandate::{
    Act, Case, Clocks, DataSet, Deletion, Disclosure, ElementSet, Journey, ListId, ListKind,
    Mandate, MessageKind, Occasion, Orders, PurposeId, RecordTags, Request, Stage, Standing,
    Trigger, acts_offered, decide,
};

const TRAVELLERS: u16 = 300;
/// In transit; on the list of the UN.
const IN_TRANSIT: usize = 4;
/// An own national; on the list of the UN.
const OWN_NATIONAL: usize = 5;
/// A child; the document is reported stolen.
const CHILD: usize = 9;

/// Number `i` of the flight: every tenth (9, 19 ...) is a child. The first one has every field
/// there is, in the manifest and in the booking.
fn person(i: u16, home: &str) -> Traveller {
    let mut one = if i == 0 {
        whole::traveller()
    } else {
        Traveller::new(Role::Passenger, Span::default())
    };
    one.name = whole::name();
    one.name.surname = Some(format!("EXEMPLAR{i}").into());
    one.born = Some(at(born(if i % 10 == 9 { 2015 } else { 1980 })));
    let mut document = whole::document();
    document.number = DocumentNumber::new(format!("X{i:07}")).map(at);
    one.documents = [document].into_iter().collect();
    one.nationalities = whole::traveller().nationalities;
    let number = usize::from(i);
    if number == IN_TRANSIT {
        one.role = Role::TransitPassenger;
    }
    if number == OWN_NATIONAL {
        one.nationalities[0].country = at(country(home));
    }
    one
}

fn flight(home: &str) -> Manifest {
    let mut manifest = whole::manifest();
    manifest.travellers = (0..TRAVELLERS).map(|i| person(i, home)).collect();
    manifest.unread.clear();
    // Two whose meal and wheelchair came along in a place where nobody expects them.
    for (i, text) in [(6, "MOML"), (7, "WCHR")] {
        manifest.travellers[i].unread.push(Unread {
            tag: "SSR".into(),
            text: text.into(),
            span: Span::default(),
        });
    }
    manifest
}

/// The same people as booked, three to a booking, on a flight that QX sold and ZZ flies. The first
/// booking has every field there is, an infant too; the third asks for a meal and a wheelchair, for
/// something nobody knows, and says what somebody believes.
fn bookings(home: &str) -> BookingPush {
    let booked = |i: u16| BookedTraveller {
        traveller: person(i, home),
        number: "1".into(),
        type_written: "A".into(),
        companion: None,
    };
    let whole = whole::booking();
    let bookings = (0..TRAVELLERS / 3)
        .map(|number| {
            let mut one = if number == 0 {
                whole.clone()
            } else {
                Booking {
                    locators: whole.locators.clone(),
                    itinerary: whole.itinerary.clone(),
                    ..Booking::default()
                }
            };
            one.travellers = (number * 3..number * 3 + 3).map(booked).collect();
            one.travellers[0].companion = Some(1);
            for infant in &mut one.lap_infants {
                infant.traveller.born = PartialDate::new(2026, Some(1), Some(1)).map(at);
                infant.traveller.category = Some(TravellerCategory::Infant);
            }
            if number == 2 {
                for code in ["MOML", "WCHR", "QQQQ"] {
                    one.services.push(whole::service(code, "TEXT"));
                }
                one.remarks.push(Remark {
                    kind: RemarkKind::Other,
                    carrier: None,
                    text: "PAX IS MUSLIM".into(),
                    traveller: None,
                    span: Span::default(),
                });
            }
            one
        })
        .collect();
    BookingPush {
        bookings,
        unread: Vec::new(),
        ..whole::push()
    }
}

/// What the sources of the lists know, by the authority that a profile's list names.
enum Named {
    Person(Text, PartialDate),
    Organisation(&'static str),
    Document(&'static str),
}

struct Entry {
    authority: &'static str,
    subject: ListedSubject,
    named: Named,
}

fn entries() -> Vec<Entry> {
    let person = |i: usize| Named::Person(format!("EXEMPLAR{i}").into(), born(1980));
    let organisation = || Named::Organisation("EXEMPLAR TRADING");
    [
        ("un-sc", "QDi.901", person(IN_TRANSIT)),
        ("un-sc", "QDi.902", person(OWN_NATIONAL)),
        ("un-sc", "QDe.903", organisation()),
        ("eu", "EU.901", person(IN_TRANSIT)),
        ("eu", "EU.902", person(OWN_NATIONAL)),
        ("eu", "EU.903", organisation()),
        ("interpol", "SLTD.9", Named::Document("X0000009")),
    ]
    .into_iter()
    .map(|(authority, reference, named)| {
        let kind = match named {
            Named::Organisation(_) => SubjectKind::Organisation,
            _ => SubjectKind::Person,
        };
        let mut subject = ListedSubject::new(authority, reference, kind);
        if authority != "interpol" {
            subject.programmes.push("Al-Qaida".into());
        }
        Entry {
            authority,
            subject,
            named,
        }
    })
    .collect()
}

/// Whether an entry of this kind is on a list of that kind.
fn is_on(list: &List, entry: &Entry) -> bool {
    let fits = match entry.named {
        Named::Person(..) => matches!(list.kind, ListKind::Person | ListKind::Party),
        Named::Organisation(_) => list.kind == ListKind::Party,
        Named::Document(_) => list.kind == ListKind::Document,
    };
    fits && list.authority.as_str() == entry.authority
}

/// The bits of a comparison, as a scale for this fixture has them: a name 14, the birth date with
/// it 8, a document 25, a company 24; missing weighs nothing. Matching itself is on another floor.
fn bits(traveller: &Traveller, entry: &Entry) -> Option<f64> {
    match &entry.named {
        Named::Person(surname, born) => {
            let same = traveller.name.surname.as_ref() == Some(surname);
            let dated = traveller.born.as_ref().map(|b| b.value == *born);
            same.then_some(14.0 + if dated == Some(true) { 8.0 } else { 0.0 })
        }
        Named::Document(number) => {
            let documents = &traveller.documents;
            let same = |n: &str| n == *number;
            let found = documents
                .iter()
                .any(|d| d.number.as_ref().is_some_and(|n| same(n.value.as_str())));
            found.then_some(25.0)
        }
        Named::Organisation(_) => None,
    }
}

fn company_bits(consignment: &Consignment, entry: &Entry) -> Option<f64> {
    let Named::Organisation(name) = entry.named else {
        return None;
    };
    let named = |n: &Text| n.as_str() == name;
    let found = consignment
        .parties
        .iter()
        .any(|p| p.name.as_ref().is_some_and(|n| named(&n.value)));
    found.then_some(24.0)
}

/// What was admitted of the flight and the consignment.
struct Received {
    api: Admitted<Manifest>,
    pnr: Admitted<BookingPush>,
    cargo: Admitted<Consignment>,
    dropped: [Dropped; 2],
}

fn receive(mandate: &Mandate) -> Received {
    let intake = |kind| Intake {
        kind,
        received: now(),
        departs: None,
        carrier: None,
    };
    let home = mandate.profile().profile.country.get();
    let (api, from_api) = admit(mandate, &intake(MessageKind::Paxlst), flight(home)).unwrap();
    let (pnr, from_pnr) = admit(mandate, &intake(MessageKind::Pnrgov), bookings(home)).unwrap();
    let consignment = whole::consignment();
    let (cargo, _) = admit(mandate, &intake(MessageKind::Cuscar), consignment).unwrap();
    Received {
        api,
        pnr,
        cargo,
        dropped: [from_api, from_pnr],
    }
}

fn people(push: &BookingPush) -> Vec<&Traveller> {
    let booked = push.bookings.iter().flat_map(|b| &b.travellers);
    booked.map(|b| &b.traveller).collect()
}

/// What `fields` show of the elements that are `kept`; each field must stand as the law says.
fn shown(kept: ElementSet, fields: &Fields) -> ElementSet {
    let mut evidence = ElementSet::EMPTY;
    for field in fields.all.iter().filter(|f| !f.name.starts_with("infant")) {
        assert_eq!(field.there, field.stays(kept), "{}: {kept}", field.name);
        if field.there {
            let elements = field.wants.iter().flat_map(|any| any.iter().copied());
            evidence = evidence.or(elements.collect());
        }
    }
    evidence.and(kept)
}

/// The elements that `purpose` sees in what was admitted.
fn remaining(
    mandate: &Mandate,
    received: &Received,
    purpose: PurposeId,
    data_set: DataSet,
) -> ElementSet {
    let kept = mandate.elements(purpose, data_set);
    let mut fields = Fields::default();
    let there = match data_set {
        DataSet::Api => received.api.for_purpose(mandate, purpose).map(|own| {
            let mut first = own.value().clone();
            first.travellers.truncate(1);
            first.unread = whole::manifest().unread;
            first.unread[0].text = Text::default();
            table::manifest(&first, &mut fields);
        }),
        DataSet::Pnr => received.pnr.for_purpose(mandate, purpose).map(|own| {
            table::booking(&own.value().bookings[0], &mut fields);
        }),
        DataSet::Cargo => received.cargo.for_purpose(mandate, purpose).map(|own| {
            table::consignment(own.value(), &mut fields);
        }),
        // Nobody on this flight has declared cash.
        _ => return kept,
    };
    assert_eq!(there.is_some(), !kept.is_empty());
    shown(kept, &fields)
}

/// A hit: one for each list, entry, purpose and subject, from whatever was compared.
struct Found<'a> {
    list: ListId,
    entry: &'a Entry,
    purpose: PurposeId,
    /// Which traveller; none for the consignment.
    who: Option<usize>,
    from: Vec<(DataSet, f64)>,
}

fn find<'a>(mandate: &Mandate, received: &Received, entries: &'a [Entry]) -> Vec<Found<'a>> {
    let mut hits: Vec<Found<'a>> = Vec::new();
    let mut join = |list, entry: &'a Entry, purpose, who, from: (DataSet, f64)| {
        let same = |h: &&mut Found<'_>| {
            h.list == list
                && h.purpose == purpose
                && h.who == who
                && h.entry.subject.entry == entry.subject.entry
        };
        match hits.iter_mut().find(same) {
            Some(hit) => hit.from.push(from),
            None => hits.push(Found {
                list,
                entry,
                purpose,
                who,
                from: vec![from],
            }),
        }
    };
    for (list, said) in mandate.lists() {
        for (purpose, _) in mandate.purposes() {
            let api = received.api.for_purpose(mandate, purpose);
            let pnr = received.pnr.for_purpose(mandate, purpose);
            let cargo = received.cargo.for_purpose(mandate, purpose);
            let reaches = |bits: Option<f64>| bits.filter(|b| *b >= said.thresholds.review);
            for entry in entries.iter().filter(|e| is_on(said, e)) {
                let travellers = [
                    (
                        DataSet::Api,
                        api.as_ref().map(|a| a.value().travellers.iter().collect()),
                    ),
                    (DataSet::Pnr, pnr.as_ref().map(|p| people(p.value()))),
                ];
                for (data_set, people) in travellers {
                    let people: Vec<&Traveller> = people.unwrap_or_default();
                    if !mandate.compares(list, purpose, data_set) {
                        continue;
                    }
                    for (who, one) in people.into_iter().enumerate() {
                        if let Some(bits) = reaches(bits(one, entry)) {
                            join(list, entry, purpose, Some(who), (data_set, bits));
                        }
                    }
                }
                let company = cargo.as_ref().and_then(|c| company_bits(c.value(), entry));
                if mandate.compares(list, purpose, DataSet::Cargo)
                    && let Some(bits) = reaches(company)
                {
                    join(list, entry, purpose, None, (DataSet::Cargo, bits));
                }
            }
        }
    }
    hits
}

/// Who the traveller is to the home country: the flight comes from abroad, and somebody may only
/// travel through.
fn standing(mandate: &Mandate, received: &Received, who: Option<usize>) -> (Standing, bool) {
    let Some(who) = who else {
        // Goods are nobody's national and no child.
        return (Standing::Entry, false);
    };
    let one = &received.api.value().travellers[who];
    let nationalities: Vec<CountryCode> = one
        .nationalities
        .iter()
        .filter_map(|n| match n.country.value {
            tidewaiter_domain::Country::Known(code) => Some(code),
            _ => None,
        })
        .collect();
    let journey = Journey {
        nationalities: &nationalities,
        from: CountryCode::new(*b"UTO"),
        to: mandate.home(),
        in_transit: one.role == Role::TransitPassenger,
        exempted: false,
    };
    let place = u32::try_from(who).unwrap();
    (mandate.standing(&journey), received.api.is_child(place))
}

fn record(mandate: &Mandate, data_set: DataSet) -> RecordTags {
    RecordTags {
        data_set,
        purposes: mandate.all_purposes(),
        own_agency: true,
        masked: false,
    }
}

/// The hit once a person has said that it is the same, having gone through what comes before.
fn confirmed(mandate: &Mandate, found: &Found<'_>, see: &mut impl FnMut(Stage)) -> Stage {
    let (_, list) = mandate.lists().nth(usize::from(found.list.0)).unwrap();
    let (_, role) = mandate.roles().next().unwrap();
    let session = SignIn {
        person: PersonId::new("ines").unwrap(),
        role: role.into(),
        until: "2026-11-23T20:00:00Z".parse().unwrap(),
    };
    let by = &HumanActor::signed_in(mandate, session, now()).unwrap();
    let mut hit = Hit::new(list.confirm.is_some());
    let mut events = vec![Event::Match];
    if list.confirm.is_some() {
        events.push(Event::SourceConfirms);
    }
    let judge = |judgement| Event::Judge {
        by,
        judgement,
        reason: ReasonCode::IdentityDataAgree,
    };
    events.extend([Event::OpenEvidence { by }, judge(Judgement::CannotTell)]);
    events.push(judge(Judgement::Same));
    for event in events {
        see(hit.stage());
        hit = step(&hit, event).unwrap().0;
    }
    hit.stage()
}

fn table(mandate: &Mandate) -> String {
    let received = receive(mandate);
    let mut out = String::new();
    let children = |is_child: &dyn Fn(u32) -> bool| (0..400).filter(|&i| is_child(i)).count();
    let texts = |dropped: &Dropped| dropped.unread.values().sum::<u32>();
    let [from_api, from_pnr] = &received.dropped;
    let _ = writeln!(
        out,
        "api: {} travellers, {} children, {} texts not understood and not kept",
        received.api.value().travellers.len(),
        children(&|i| received.api.is_child(i)),
        texts(from_api)
    );
    let bookings = &received.pnr.value().bookings;
    let codes: Vec<String> = from_pnr
        .sensitive()
        .map(|(code, count)| {
            let carrier = |c: &Option<tidewaiter_domain::CarrierCode>| {
                c.as_ref().map_or("?".to_owned(), ToString::to_string)
            };
            let (sold, flown) = (carrier(&code.marketing), carrier(&code.operating));
            format!("{count} {} sold by {sold}, flown by {flown}", code.code)
        })
        .collect();
    let _ = writeln!(
        out,
        "pnr: {} travellers in {} bookings, {} children, {} texts not understood and not kept",
        bookings.iter().flat_map(Booking::people).count(),
        bookings.len(),
        children(&|i| received.pnr.is_child(i)),
        texts(from_pnr)
    );
    let _ = writeln!(out, "sensitive codes: {}", codes.join("; "));
    let _ = writeln!(out, "passages blotted out: {}", from_pnr.words);
    let shown = format!("{:?}{:?}", received.api.value(), received.pnr.value());
    for sensitive in ["MOML", "WCHR", "MUSLIM"] {
        assert!(!shown.contains(sensitive), "{sensitive}");
    }
    let parties = received.cargo.value().parties.len();
    let _ = writeln!(out, "consignment: {parties} party");

    out.push_str("\nfields that remain\n");
    for (purpose, name) in mandate.purposes() {
        for data_set in [DataSet::Api, DataSet::Pnr, DataSet::Cargo, DataSet::Cash] {
            let remain = remaining(mandate, &received, purpose, data_set);
            let _ = writeln!(out, "{name} {data_set}: {remain}");
        }
    }
    let entries = entries();
    let hits = find(mandate, &received, &entries);
    out.push_str("\nhits\n");
    let name_of = |purpose| mandate.purposes().find(|(id, _)| *id == purpose).unwrap().1;
    let mut sections = [String::new(), String::new()];
    for hit in &hits {
        let (_, list) = mandate.lists().nth(usize::from(hit.list.0)).unwrap();
        let (standing, child) = standing(mandate, &received, hit.who);
        let who = hit
            .who
            .map_or("consignment".to_owned(), |i| format!("traveller {i}"));
        let label = format!(
            "{} {} {} {who}",
            list.id.get(),
            hit.entry.subject.entry,
            name_of(hit.purpose)
        );
        let best = hit
            .from
            .iter()
            .fold(0.0, |best: f64, (_, bits)| best.max(*bits));
        let band = if best >= list.thresholds.alert {
            "alert"
        } else {
            "review"
        };
        let from: Vec<String> = hit.from.iter().map(|(d, b)| format!("{d} {b}")).collect();
        let state = match standing {
            _ if hit.who.is_none() => "goods",
            Standing::Transit => "in transit",
            Standing::OwnNational => "own national",
            _ if child => "child enters",
            _ => "enters",
        };
        let waits = list
            .confirm
            .as_ref()
            .map_or(String::new(), |c| format!(", {c} confirms first"));
        let _ = writeln!(out, "{label}: {state}, {band} ({}){waits}", from.join(", "));

        let mut stages = Vec::new();
        let stage = confirmed(mandate, hit, &mut |stage| stages.push(stage));
        assert_eq!(stage, Stage::Same);
        let about = hit.from[0].0;
        for (role, role_name) in mandate.roles() {
            let case = Case {
                act: Act::Advise,
                list: Some(hit.list),
                orders: mandate.orders(hit.list, &hit.entry.subject),
                standing,
                child,
                stage,
            };
            let acts = |stage| {
                let case = Case { stage, ..case };
                acts_offered(mandate, role, hit.purpose, case, record(mandate, about))
            };
            // Before a person has confirmed it, nothing.
            assert!(stages.iter().all(|&before| acts(before).is_empty()));
            let words: Vec<String> = acts(stage)
                .iter()
                .map(|(act, permit)| {
                    let two = permit.obligations.second_person;
                    format!("{act}{}", if two { "*" } else { "" })
                })
                .collect();
            if !words.is_empty() {
                let _ = writeln!(sections[0], "{label} {role_name}: {}", words.join(" "));
            }
        }
        sent(mandate, hit, stage, &stages, &label, &mut sections[1]);
    }
    let [acts, sent] = sections;
    let _ = write!(out, "\nacts offered once a person has confirmed\n{acts}");
    let _ = write!(out, "\nwhat may be sent then\n{sent}");
    clocks(mandate, &received, &mut out);
    out
}

/// What may be sent of a hit to each partner, on the occasion on which it is sent anything.
fn sent(
    mandate: &Mandate,
    hit: &Found<'_>,
    stage: Stage,
    before: &[Stage],
    label: &str,
    out: &mut String,
) {
    for (partner, id) in mandate.partners() {
        let trigger = &mandate.profile().partners[usize::from(partner.0)].trigger;
        let occasion = match Trigger::parse(trigger).unwrap() {
            Trigger::OnConfirmed => Occasion::Confirmed,
            Trigger::Request => Occasion::Request,
            Trigger::Manual => Occasion::Manual,
            Trigger::MandatoryWithin(_) => Occasion::Statute,
        };
        let records = hit.from.iter().map(|(data_set, _)| *data_set);
        for data_set in records.chain([DataSet::Hits]) {
            let share = |stage| {
                let disclosure = Disclosure {
                    partner,
                    occasion,
                    stage,
                    caveat: None,
                    requirements_met: true,
                };
                let request = Request::Share(disclosure);
                let record = record(mandate, data_set);
                mandate
                    .roles()
                    .find_map(|(role, _)| decide(mandate, role, hit.purpose, request, record).ok())
            };
            assert!(before.iter().all(|&stage| share(stage).is_none()));
            if let Some(permit) = share(stage) {
                let _ = writeln!(out, "{label} to {id} {data_set}: {}", permit.elements);
            }
        }
    }
}

fn clocks(mandate: &Mandate, received: &Received, out: &mut String) {
    out.push_str("\nmasked and deleted, received 2026-11-23 12:00 UTC\n");
    let day = |t: jiff::Timestamp| t.to_string()[..10].to_owned();
    let raw = &mandate.profile().intake;
    let until = |term: tidewaiter_mandate::Term| day(term.after(now()));
    let _ = writeln!(
        out,
        "bytes: sanitised until {}, in quarantine until {}",
        until(*raw.raw_message.keep.get()),
        until(*raw.quarantine.get())
    );
    let of = |data_set, clocks: Clocks| (data_set, clocks);
    for (data_set, clocks) in [
        of(DataSet::Api, received.api.clocks()),
        of(DataSet::Pnr, received.pnr.clocks()),
        of(DataSet::Cargo, received.cargo.clocks()),
        of(DataSet::Cash, mandate.clocks(DataSet::Cash, now())),
    ] {
        let admitted = mandate
            .purposes()
            .fold(ElementSet::EMPTY, |set, (purpose, _)| {
                set.or(mandate.elements(purpose, data_set))
            });
        let masked = clocks.mask_at.map_or_else(
            || "never masked".to_owned(),
            |t| {
                format!(
                    "masked {} ({})",
                    day(t),
                    mandate.mask(data_set).and(admitted)
                )
            },
        );
        let deleted = match clocks.delete_at {
            Deletion::At(t) => day(t),
            Deletion::WithUnderlyingData => "not held".to_owned(),
        };
        let longer = mandate
            .extension(data_set, now())
            .map_or(String::new(), |t| {
                format!(", with objective evidence {}", day(t))
            });
        let back = mandate
            .look_back_until(data_set, now())
            .map_or(String::new(), |t| format!(", compared until {}", day(t)));
        let _ = writeln!(out, "{data_set}: {masked}, deleted {deleted}{longer}{back}");
    }
}

/// The table without its remarks (`#` to the end of the line) and blank lines at the ends.
fn golden(text: &str) -> String {
    let lines = text
        .lines()
        .map(|l| l.split('#').next().unwrap_or_default().trim_end());
    let joined = lines.collect::<Vec<_>>().join("\n");
    joined.trim().to_owned()
}

// proves: MAN-06
// proves: INT-04
// proves part of: INT-03
// proves part of: INT-13
// proves part of: MAT-15
// proves part of: SHA-08
#[test]
fn three_mandates_three_results() {
    for (text, want) in [
        (P1, include_str!("golden/p1-customs-only.txt")),
        (P2, include_str!("golden/p2-single-window.txt")),
        (P3, include_str!("golden/p3-customs-fiu.txt")),
    ] {
        let got = table(&mandate(text));
        for (got, want) in got.trim().lines().zip(golden(want).lines()) {
            assert_eq!(got, want);
        }
        assert_eq!(got.trim(), golden(want));
    }
}

// proves: MAT-13
#[test]
fn an_exemption_and_the_home_country_change_what_may_be_done_and_not_what_is_found() {
    // UNSCR 1267: exempted by the Committee, or an own national: the match is the same one, at the
    // same stage, and nobody is kept out.
    let mandate = mandate(P2);
    let received = receive(&mandate);
    let entries = entries();
    let hits = find(&mandate, &received, &entries);
    let of = |who| {
        let on_list = |h: &&Found<'_>| h.who == Some(who) && h.entry.authority == "un-sc";
        hits.iter().find(on_list).unwrap()
    };
    let (banned, own) = (of(IN_TRANSIT), of(OWN_NATIONAL));
    assert_eq!(banned.from, own.from);
    let offered = |found: &Found<'_>, standing, orders| {
        let supervisor = mandate.role("supervisor").unwrap();
        let case = Case {
            act: Act::Advise,
            list: Some(found.list),
            orders,
            standing,
            child: false,
            stage: confirmed(&mandate, found, &mut |_| {}),
        };
        let record = record(&mandate, DataSet::Api);
        acts_offered(&mandate, supervisor, found.purpose, case, record)
            .into_iter()
            .map(|(act, _)| act)
            .collect::<Vec<_>>()
    };
    let orders = mandate.orders(banned.list, &banned.entry.subject);
    assert_eq!(orders, Orders::TravelBan);
    let mild = [Act::Advise, Act::InspectPerson, Act::ReferPolice];
    let hard = [mild.as_slice(), &[Act::NoBoard, Act::RefuseEntry]].concat();
    assert_eq!(offered(banned, Standing::Entry, orders), hard);
    assert_eq!(offered(banned, Standing::Transit, orders), hard);
    assert_eq!(offered(banned, Standing::Exempted, orders), mild);
    assert_eq!(offered(banned, Standing::Exit, orders), mild);
    assert_eq!(offered(own, Standing::OwnNational, orders), mild);
    // An entry of a programme that freezes assets only keeps nobody out either.
    assert_eq!(offered(banned, Standing::Entry, Orders::NoTravelBan), mild);
}

/// The consignment and the flight are what the tables say they are.
#[test]
fn the_fixture_is_what_the_tables_are_about() {
    let flight = flight("XBA");
    assert_eq!(flight.travellers.len(), 300);
    let transit = |t: &&Traveller| t.role == Role::TransitPassenger;
    assert_eq!(flight.travellers.iter().filter(transit).count(), 1);
    let child = &flight.travellers[CHILD];
    let number = child.documents[0].number.as_ref().unwrap();
    assert_eq!(
        (number.value.as_str(), child.born.as_ref().unwrap().value),
        ("X0000009", born(2015))
    );
    assert_eq!(people(&bookings("XBA")).len(), 300);
}
