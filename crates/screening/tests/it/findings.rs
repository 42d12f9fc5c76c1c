//! What is found, for whom, and what replays.

use std::sync::Arc;

use jiff::civil::date;
use tidewaiter_domain::{
    Address, Booking, CardToken, Consignment, ConsignmentLevel, Contact, ContactKind, CountryCode,
    DocumentKind, DocumentNumber, ListedSubject, Party, PartyRole, Payment, PaymentCard,
    PaymentForm, Span, SubjectKind, TransportMode, Validity,
};
use tidewaiter_formats::lists::documents::LossReason;
use tidewaiter_formats::lists::query_only::{DocumentQuery, QueryAnswer, QueryHit, WhyUnanswered};
use tidewaiter_mandate::profile::Thresholds;
use tidewaiter_mandate::{DataSet, MessageKind};
use tidewaiter_matching::{Band, DocumentRegister, Settings};
use tidewaiter_screening::{
    Answer, BookingStatement, CauseKind, ConsignmentStatement, Difference, Digest, Documents,
    Finding, Inputs, NotScreened, Replay, Screener, Selector, SelectorKind, Statement, Watchlist,
    Who, flood, replay,
};

use crate::scene::*;

const NAME: &str = "Yasir Hussain Alkhazali";
const BORN: (i16, u8, u8) = (1970, 5, 17);

fn entry() -> ListedSubject {
    listed("QDi.901", NAME, BORN)
}

fn person() -> tidewaiter_domain::Traveller {
    traveller("ALKHAZALI", "YASIR HUSSAIN", BORN)
}

fn inbound() -> tidewaiter_screening::Journey {
    journey("LHR", "NBO")
}

fn plain(watchlist: &Watchlist) -> Vec<Finding> {
    found(watchlist, &[statement(person())], &inbound(), &[])
}

#[test]
fn the_shipped_thresholds_of_mandate_and_matching_are_the_same() {
    let (thresholds, settings) = (Thresholds::default(), Settings::default());
    assert_eq!(thresholds.review as f32, settings.review);
    assert_eq!(thresholds.alert as f32, settings.alert);
}

#[test]
fn a_finding_says_what_speaks_for_against_and_what_is_absent() {
    let found = plain(&watchlist(&[entry()]));
    let [finding] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(finding.cause.kind, CauseKind::List);
    assert_eq!(
        (finding.cause.list.as_str(), finding.cause.entry.as_str()),
        (BANS, "QDi.901")
    );
    // This list wants 18 bits for an alert.
    assert_eq!((finding.band, finding.name.as_str()), (Band::Review, NAME));
    let sum: f32 = finding
        .reasons
        .evidence
        .iter()
        .map(|piece| piece.bits)
        .sum();
    assert!((sum - finding.bits).abs() < 0.01, "{sum} {}", finding.bits);
    assert!(
        finding
            .reasons
            .in_favour()
            .any(|piece| piece.field == "born")
    );
    assert!(finding.reasons.absent.contains(&text("sex")));
    assert!(
        finding
            .reasons
            .without
            .iter()
            .any(|other| other.field == "born")
    );
    assert!(finding.sentences()[0].starts_with("Score "));
    assert_eq!(finding.context.purpose, "P-CT");
    assert_eq!(finding.context.rules, finding.context.history);
}

#[test]
fn a_list_that_does_not_serve_the_purpose_does_not_exist_for_it() {
    let watchlist = watchlist(&[entry()]);
    let admitted = admitted(MessageKind::Paxlst, person());
    let immigration = purpose("P-IMM");
    let statement = Statement::of(&admitted, mandate(), immigration, "api-1").unwrap();
    let statements = [statement];
    let journey = inbound();
    let inputs = inputs(&statements, &journey, &[]);
    let mut screener = Screener::new(&watchlist, mandate(), immigration).unwrap();
    assert_eq!(screener.screen(&inputs), Ok(Vec::new()));
    // What was admitted for one purpose is not screened for another.
    let mut screener = Screener::new(&watchlist, mandate(), purpose("P-CT")).unwrap();
    assert_eq!(screener.screen(&inputs), Err(NotScreened::OtherAdmission));
    // A purpose that does not admit dates of birth would not see one: P-GOODS has no sex.
    let goods = Statement::of(&admitted, mandate(), purpose("P-GOODS"), "api-1").unwrap();
    assert!(goods.person().sex.is_none());
}

#[test]
fn an_entry_is_in_force_from_its_first_day_to_its_last() {
    let (today, flight) = (date(2026, 12, 3), date(2026, 12, 5));
    for (from, until, expected) in [
        (None, None, 1),
        (None, Some(today), 1),
        (None, Some(date(2026, 12, 2)), 0),
        (Some(flight), None, 1),
        (Some(date(2026, 12, 6)), None, 0),
    ] {
        let mut subject = entry();
        subject.validity = Some(Validity { from, until });
        assert_eq!(
            plain(&watchlist(&[subject])).len(),
            expected,
            "{from:?} {until:?}"
        );
    }
}

#[test]
fn thresholds_are_the_lists_own() {
    // The list of bans wants 10 bits for review and 18 for an alert, the national one 3.4 and 10.
    let (bans, national) = (
        plain(&watchlist(&[entry()])),
        plain(&watchlist_of("national-1373", &[entry()])),
    );
    assert_eq!((bans.len(), national.len()), (1, 1));
    assert_eq!(bans[0].bits, national[0].bits);
    assert_eq!(
        (bans[0].band, national[0].band),
        (Band::Review, Band::Alert)
    );
}

#[test]
fn of_several_statements_the_best_is_given_with_its_source() {
    let api = statement(person());
    let mut short = person();
    short.born = None;
    short.name.given = ["Y".into()].into_iter().collect();
    let admitted = admitted(MessageKind::Pnrgov, short);
    let pnr = Statement::of(&admitted, mandate(), purpose("P-CT"), "pnr-1").unwrap();
    let watchlist = watchlist(&[entry()]);
    let journey = inbound();
    let both = found(&watchlist, &[pnr, api.clone()], &journey, &[]);
    let [finding] = both.as_slice() else {
        panic!("{both:?}")
    };
    assert_eq!(finding.origin.source, DataSet::Api);
    assert_eq!(finding.origin.reference, "api-1");
    let alone = found(&watchlist, &[api], &journey, &[]);
    assert_eq!(finding.pair, alone[0].pair);
    assert_ne!(finding.context.record, alone[0].context.record);
}

fn lost(numbers: &[(&str, Option<CountryCode>)]) -> Documents {
    Documents {
        list: DOCUMENTS.into(),
        version: Digest::of(b"1"),
        register: Arc::new(DocumentRegister::build(numbers.to_vec())),
    }
}

#[test]
fn lost_documents_are_found_by_number_and_issuer() {
    let swe = CountryCode::new(*b"SWE");
    let watchlist = watchlist(&[]).with_documents(lost(&[("X0123456", swe)]));
    for (number, issuer, relation) in [
        ("X0123456", "SWE", Some("same-number-and-issuer")),
        ("XO123456", "SWE", Some("lookalike-number")),
        ("X0123456", "NOR", None),
        ("X0123457", "SWE", None),
    ] {
        let mut holder = person();
        holder.documents = [passport(number, issuer)].into_iter().collect();
        let found = found(&watchlist, &[statement(holder)], &inbound(), &[]);
        let relations: Vec<&str> = found
            .iter()
            .map(|f| f.reasons.evidence[0].relation.as_str())
            .collect();
        assert_eq!(
            relations,
            relation.into_iter().collect::<Vec<_>>(),
            "{number}"
        );
        for finding in &found {
            assert_eq!(finding.cause.kind, CauseKind::Document);
            assert!(!finding.cause.entry.contains("123456"));
        }
    }
}

fn answer(answer: QueryAnswer) -> Answer {
    Answer {
        list: "interpol-sltd".into(),
        query: DocumentQuery {
            number: DocumentNumber::new("X0123456").unwrap(),
            issuer: Some(country("SWE")),
            kind: DocumentKind::Passport,
        },
        answer,
    }
}

#[test]
fn an_answer_of_a_list_that_may_only_be_asked_waits_for_its_source() {
    let mut holder = person();
    holder.documents = [passport("X0123456", "SWE")].into_iter().collect();
    let statements = [statement(holder)];
    // A local copy of such a list is never used.
    let copy = Documents {
        list: "interpol-sltd".into(),
        ..lost(&[("X0123456", None)])
    };
    let watchlist = watchlist(&[]).with_documents(copy);
    let journey = inbound();
    assert_eq!(found(&watchlist, &statements, &journey, &[]), Vec::new());
    let hit = answer(QueryAnswer::Hit(QueryHit {
        reference: "S-1".into(),
        reason: LossReason::Stolen,
        owner: None,
        reported: None,
        weaker: false,
    }));
    let reported = found(
        &watchlist,
        &statements,
        &journey,
        std::slice::from_ref(&hit),
    );
    assert_eq!(reported.len(), 1);
    assert!(reported[0].source_confirms);
    assert!(reported[0].sentences()[0].contains("reported stolen under the reference S-1"));
    // No answer is neither a hit nor the same as having been cleared.
    let context = |answer: &[Answer]| {
        let screener = Screener::new(&watchlist, mandate(), purpose("P-CT")).unwrap();
        screener.context(&inputs(&statements, &journey, answer))
    };
    let unanswered = [answer(QueryAnswer::Unanswered(WhyUnanswered::TimedOut))];
    assert_eq!(
        found(&watchlist, &statements, &journey, &unanswered),
        Vec::new()
    );
    let cleared = [answer(QueryAnswer::NoHit)];
    assert_ne!(context(&unanswered).answers, context(&cleared).answers);
}

fn selector(entry: &str, kind: SelectorKind, value: &str) -> Selector {
    Selector {
        list: SELECTORS.into(),
        entry: entry.into(),
        kind,
        value: value.into(),
        owner: "Unit 4".into(),
        legal_basis: "Customs Act s. 12".into(),
        from: None,
        expires: date(2026, 12, 3),
    }
}

fn phone(value: &str) -> Contact {
    Contact {
        kind: ContactKind::Phone,
        value: value.into(),
        written: None,
        span: Span::default(),
    }
}

#[test]
fn selectors_meet_contacts_cards_addresses_and_agencies() {
    let token = CardToken([7; 16]);
    let mut booking = Booking::default();
    booking.contacts.push(phone("0700 123 456"));
    booking.addresses.push(Address {
        street: Some("Harbour Road 12".into()),
        city: Some("Mombasa".into()),
        ..Address::default()
    });
    booking.agency = Some(Box::new(tidewaiter_domain::Originator {
        agency: Some("12345675".into()),
        ..Default::default()
    }));
    booking.payments.push(Payment {
        form: PaymentForm::Card,
        form_written: "CC".into(),
        old: false,
        amount: None,
        card: Some(PaymentCard {
            token: Some(token),
            ..PaymentCard::default()
        }),
        account: None,
        traveller: Some(1),
        payer: None,
        span: Span::default(),
    });
    let admitted = admitted(MessageKind::Pnrgov, booking);
    let statement = BookingStatement::of(&admitted, mandate(), purpose("P-CT"), "pnr").unwrap();
    let watchlist = watchlist(&[]).with_selectors([
        selector("S-1", SelectorKind::Phone, "+254 700 123 456"),
        selector("S-2", SelectorKind::Card, &token.to_string()),
        selector("S-3", SelectorKind::Address, "Mombasa, harbour road 12"),
        selector("S-4", SelectorKind::Agency, "1234567-5"),
        selector("S-5", SelectorKind::Email, "a@example.org"),
        Selector {
            expires: date(2026, 12, 2),
            ..selector("S-6", SelectorKind::Agency, "12345675")
        },
    ]);
    let journey = inbound();
    let inputs = Inputs {
        who: Who::Booking(&statement),
        ..inputs(&[], &journey, &[])
    };
    let mut screener = Screener::new(&watchlist, mandate(), purpose("P-CT")).unwrap();
    let found = screener.screen(&inputs).unwrap();
    let mut met: Vec<(&str, &str, Option<u16>)> = found
        .iter()
        .map(|f| (f.cause.entry.as_str(), f.band.as_str(), f.origin.place))
        .collect();
    met.sort_unstable();
    assert_eq!(
        met,
        [
            ("S-1", "review", None),
            ("S-2", "alert", Some(1)),
            ("S-3", "alert", None),
            ("S-4", "alert", None),
        ]
    );
    assert!(found.iter().all(|f| f.sentences()[0].contains("Unit 4")));
}

#[test]
fn parties_of_a_consignment_are_screened_and_no_ban_keeps_goods_out() {
    let mut company = ListedSubject::new("x", "QDe.7", SubjectKind::Organisation);
    company.names = listed("x", "Northern Harbour Trading Company", BORN).names;
    let mut consignment =
        Consignment::new(ConsignmentLevel::House, TransportMode::Air, Span::default());
    for (role, name) in [
        (PartyRole::Consignor, "Someone Else Limited"),
        (PartyRole::Consignee, "NORTHERN HARBOUR TRADING CO"),
    ] {
        consignment.parties.push(Party {
            role,
            name: Some(said(name.into())),
            identifiers: Vec::new(),
            address: None,
            contacts: Vec::new(),
            span: Span::default(),
        });
    }
    let goods = mandate_with(|text| {
        text.replace(
            "id = \"national-1373\"\nauthority = \"own\"\npurposes = [\"P-CT\"]",
            "id = \"national-1373\"\nauthority = \"own\"\npurposes = [\"P-CT\", \"P-GOODS\"]",
        )
    });
    let intake = tidewaiter_mandate::admit::Intake {
        kind: MessageKind::CargoXml,
        received: now(),
        departs: None,
        carrier: None,
    };
    let (admitted, _) = tidewaiter_mandate::admit::admit(&goods, &intake, consignment).unwrap();
    let purpose = goods.purpose("P-GOODS").unwrap();
    let statement = ConsignmentStatement::of(&admitted, &goods, purpose, "fwb").unwrap();
    let watchlist = watchlist_of("national-1373", &[company]);
    let journey = inbound();
    let inputs = Inputs {
        who: Who::Consignment(&statement),
        ..inputs(&[], &journey, &[])
    };
    let mut screener = Screener::new(&watchlist, &goods, purpose).unwrap();
    let found = screener.screen(&inputs).unwrap();
    let [finding] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(finding.origin.role.as_deref(), Some("consignee"));
    assert_eq!(finding.origin.place, Some(1));
    assert_eq!(finding.effect.ban.as_str(), "goods");
}

#[test]
fn a_pair_is_the_same_until_either_side_changes() {
    let pair = |watchlist: &Watchlist, traveller| {
        found(watchlist, &[statement(traveller)], &inbound(), &[])[0].pair
    };
    let list = watchlist(&[entry()]);
    let plain = pair(&list, person());
    // A seat is no identity.
    let mut other = person();
    other.locator = tidewaiter_domain::RecordLocator::new("ABC123").map(said);
    assert_eq!(pair(&list, other), plain);
    let mut other = person();
    other.documents = [passport("X0123456", "SWE")].into_iter().collect();
    assert_ne!(pair(&list, other), plain);
    // The halves of a name count, not only its letters.
    let mut other = person();
    other.name.surname = Some("HUSSAIN ALKHAZALI".into());
    other.name.given = ["YASIR".into()].into_iter().collect();
    assert_ne!(pair(&list, other), plain);
    let mut changed = entry();
    changed.comments.push("seen".into());
    assert_ne!(pair(&watchlist(&[changed]), person()), plain);
    // Another entry beside it changes nothing.
    let more = watchlist(&[entry(), listed("QDi.902", "Somebody Else", BORN)]);
    assert_eq!(pair(&more, person()), plain);
}

#[test]
fn a_finding_replays_bit_for_bit_and_says_what_differs() {
    let list = watchlist(&[entry()]);
    let statements = [statement(person())];
    let journey = inbound();
    let inputs = inputs(&statements, &journey, &[]);
    let sealed = plain(&list)[0].encode();
    let again = |watchlist: &Watchlist, inputs: &Inputs<'_>| {
        replay(&sealed, watchlist, mandate(), purpose("P-CT"), inputs).unwrap()
    };
    assert_eq!(again(&list, &inputs), Replay::Same);
    let what = |replay: Replay| match replay {
        Replay::Same => Vec::new(),
        Replay::Differs { what, .. } => what,
    };
    let more = watchlist(&[entry(), listed("QDi.902", "Somebody Else", BORN)]);
    assert_eq!(what(again(&more, &inputs)), [Difference::Watchlist]);
    let none = watchlist(&[]);
    assert_eq!(
        what(again(&none, &inputs)),
        [Difference::Watchlist, Difference::NotFound]
    );
    let later = Inputs {
        at: "2026-12-04T08:00:00Z".parse().unwrap(),
        ..inputs
    };
    assert_eq!(what(again(&list, &later)), [Difference::Time]);
    let other = [statement(traveller("ALKHAZALI", "YASIR", BORN))];
    let other = Inputs {
        who: Who::Traveller(&other),
        ..inputs
    };
    assert_eq!(
        what(again(&list, &other)),
        [Difference::Record, Difference::Finding]
    );
    assert!(replay(b"", &list, mandate(), purpose("P-CT"), &inputs).is_err());
}

#[test]
fn a_flood_is_shown_as_one_and_loses_none() {
    let list = watchlist(&[entry(), listed("QDi.902", "Amina Wanjiru Odhiambo", BORN)]);
    let mut all = Vec::new();
    for _ in 0..30 {
        all.extend(plain(&list));
    }
    let other = statement(traveller("ODHIAMBO", "AMINA WANJIRU", BORN));
    all.extend(found(&list, &[other], &inbound(), &[]));
    let groups = flood::group(&all, flood::FLOOD);
    assert_eq!(groups.len(), 2);
    assert!(groups[0].is_flood && !groups[1].is_flood);
    assert_eq!(groups[0].findings.len(), 30);
    let shown: usize = groups.iter().map(|group| group.findings.len()).sum();
    assert_eq!(shown, all.len());
}

/// What a booking says of somebody: a name.
fn booked(surname: &str, given: &str) -> Statement {
    let mut traveller = traveller(surname, given, BORN);
    (traveller.born, traveller.sex) = (None, None);
    traveller.nationalities.clear();
    let admitted = admitted(MessageKind::Pnrgov, traveller);
    Statement::of(&admitted, mandate(), purpose("P-CT"), "pnr-1").unwrap()
}

#[test]
fn what_one_message_leaves_unknown_another_of_the_same_traveller_tells() {
    let watchlist = watchlist_of("national-1373", &[entry()]);
    let on = |statements: &[Statement]| found(&watchlist, statements, &inbound(), &[]);
    let alone = on(&[booked("ALKHAZALI", "YASIR HUSSAIN")]);
    assert_eq!(alone.len(), 1, "by the name alone");
    assert!(alone[0].reasons.filled.is_empty());
    // The passenger list of the same traveller gives another date of birth.
    let other = traveller("ALKHAZALI", "YASIR HUSSAIN", (2001, 11, 3));
    let linked = [booked("ALKHAZALI", "YASIR HUSSAIN"), statement(other)];
    for statements in [&linked[..], &[linked[1].clone(), linked[0].clone()]] {
        assert!(
            on(statements)
                .iter()
                .all(|finding| finding.bits < alone[0].bits)
        );
        assert_eq!(on(statements).len(), on(&linked[1..]).len());
    }
    // Written another way there, with the listed date: the booking's name is the better one, and the
    // date, which it does not state, counts for it.
    let misread = traveller("ALKAZALY", "YASER", BORN);
    let both = on(&[booked("ALKHAZALI", "YASIR HUSSAIN"), statement(misread)]);
    assert_eq!(both.len(), 1);
    assert!(both[0].bits > alone[0].bits);
    assert_eq!(both[0].origin.reference, "pnr-1");
    let born = both[0]
        .reasons
        .filled
        .iter()
        .find(|one| one.field == "born");
    let born = born.unwrap();
    assert_eq!(
        (born.source, born.reference.as_str()),
        (DataSet::Api, "api-1")
    );
    assert!(both[0].sentences()[0].contains("(a passenger list) of the same traveller"));
    assert_eq!(Finding::decode(&both[0].encode()).as_ref(), Ok(&both[0]));
    assert_ne!(both[0].pair, alone[0].pair, "what was cleared was less");
}

#[test]
fn a_field_that_both_state_stays_as_each_states_it() {
    // The booking has the listed date, the passenger list another one: the booking still finds him.
    let watchlist = watchlist_of("national-1373", &[entry()]);
    let wrong = traveller("ALKHAZALI", "YASIR HUSSAIN", (2001, 11, 3));
    let alone = found(&watchlist, &[statement(person())], &inbound(), &[]);
    let both = [
        statement(wrong),
        statement(person()).with_reference("api-2"),
    ];
    let both = found(&watchlist, &both, &inbound(), &[]);
    assert_eq!(both[0].bits, alone[0].bits);
    assert_eq!(both[0].origin.reference, "api-2");
    assert!(both[0].reasons.filled.is_empty());
}

#[test]
fn what_a_purpose_may_not_see_is_not_filled_in_for_it() {
    // P-GOODS is given no sex: neither the statement's own, nor another's.
    let goods = |kind, traveller, reference: &str| {
        let admitted = admitted(kind, traveller);
        Statement::of(&admitted, mandate(), purpose("P-GOODS"), reference)
    };
    let mut without = person();
    without.sex = None;
    let statements: Vec<Statement> = [
        goods(MessageKind::Paxlst, person(), "api-1"),
        goods(MessageKind::Paxlst, without, "api-2"),
    ]
    .into_iter()
    .flatten()
    .collect();
    assert_eq!(statements.len(), 2);
    let watchlist = watchlist_of("national-1373", &[entry()]);
    let mut screener = Screener::new(&watchlist, mandate(), purpose("P-GOODS")).unwrap();
    let journey = inbound();
    for finding in screener
        .screen(&inputs(&statements, &journey, &[]))
        .unwrap()
    {
        assert!(finding.reasons.absent.contains(&text("sex")));
        assert!(finding.reasons.filled.iter().all(|one| one.field != "sex"));
    }
}
