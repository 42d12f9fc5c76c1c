//! PAXLST: passenger lists, crew lists, requests at check-in, changes, close-outs.

use compact_str::{CompactString, format_compact};
use jiff::ToSpan;
use jiff::civil::DateTime;

use crate::flight::{Fate, Flight, Traveller};
use crate::out::{Out, ccyymmdd, number, padded, yymmdd, yymmddhhmm};
use crate::parameters::{Mix, Rate};
use crate::person::Person;
use crate::tally::Draw;
use crate::transmit::{Interchange, Standard, Transmission};
use crate::truth::MessageLine;

/// Most people of a request at check-in.
const REQUEST_MAX: usize = 10;

/// What one message is about.
struct List<'l> {
    function: &'static str,
    /// BGM 1001 and 1004.
    code: [&'l str; 2],
    reference: &'l str,
    travellers: &'l [usize],
    /// How many the whole report has.
    total: usize,
    part: (usize, usize),
}

/// Every PAXLST transmission of a flight.
pub(crate) fn write(flight: &Flight<'_>, draw: &mut Draw<'_>) -> Vec<Transmission> {
    let mut files = Vec::new();
    let boarded: Vec<usize> = on(flight, Fate::Boarded);
    let departs = flight.departure.departs;
    if flight.cancelled {
        files.push(close_out(flight, "XF", &[], departs, draw));
        return files;
    }
    if flight.style.interactive {
        files.extend(requests(flight, &boarded, draw));
    }
    passenger_list(flight, &boarded, &mut files, draw);
    files.push(crew(flight, draw));
    if flight.style.interactive {
        match draw.part(Mix::CloseOut) {
            0 => files.push(close_out(flight, "CLOB", &boarded, departs, draw)),
            1 => files.push(close_out(
                flight,
                "CLNB",
                &on(flight, Fate::NoShow),
                departs,
                draw,
            )),
            _ => files.push(close_out(flight, "CL", &[], departs, draw)),
        }
    }
    files
}

fn on(flight: &Flight<'_>, fate: Fate) -> Vec<usize> {
    let people = flight.travellers.iter().enumerate();
    people
        .filter(|(_, traveller)| traveller.fate == fate)
        .map(|(index, _)| index)
        .collect()
}

/// The passenger list at departure, in one message or in parts.
fn passenger_list(
    flight: &Flight<'_>,
    boarded: &[usize],
    files: &mut Vec<Transmission>,
    draw: &mut Draw<'_>,
) {
    let sent = flight.departure.departs.saturating_sub(10.minutes());
    let mut parts = 1;
    if boarded.len() > 150 && draw.chance(Rate::MultiPart) {
        parts = 2 + draw.dice.below(3) as usize;
    }
    let size = boarded.len().div_ceil(parts).max(1);
    let mut order: Vec<usize> = (0..parts).collect();
    let mut noise = Vec::new();
    if parts > 1 {
        if draw.chance(Rate::PartsDisordered) {
            order.swap(0, parts - 1);
            noise.push(Rate::PartsDisordered.name());
        }
        if draw.chance(Rate::PartMissing) {
            order.remove(draw.dice.below(parts as u32) as usize);
            noise.push(Rate::PartMissing.name());
        }
        if draw.chance(Rate::PartDuplicate) {
            order.push(order[0]);
            noise.push(Rate::PartDuplicate.name());
        }
    }
    for (place, part) in order.iter().enumerate() {
        let people = boarded.chunks(size).nth(*part).unwrap_or_default();
        let mut interchange = Interchange::begin(flight, Standard::Un, "P", sent, draw);
        let list = List {
            function: "passengers",
            code: ["745", ""],
            reference: "PAX001",
            travellers: people,
            total: boarded.len(),
            part: (part + 1, parts),
        };
        message(&mut interchange, &list, &noise, draw);
        let name = if parts == 1 {
            "api".to_owned()
        } else {
            format!("api-{}", place + 1)
        };
        files.push(interchange.finish(&name, sent, draw));
    }
    if draw.chance(Rate::Resent)
        && let Some(last) = files.last()
    {
        let path = last.path.replace(".edi", "-again.edi");
        let messages = last.messages.iter().map(|line| MessageLine {
            file: path.clone(),
            index: line.index,
            kind: line.kind,
            version: line.version.clone(),
            function: line.function,
            flight: line.flight.clone(),
            reference: line.reference.clone(),
            part: line.part,
            test: line.test,
            travellers: line.travellers.clone(),
            bookings: Vec::new(),
            noise: line
                .noise
                .iter()
                .copied()
                .chain([Rate::Resent.name()])
                .collect(),
        });
        files.push(Transmission {
            path: path.clone(),
            bytes: last.bytes.clone(),
            messages: messages.collect(),
        });
    }
}

/// Requests at check-in, up to ten people each, several interchanges in a file; then some changes.
fn requests(flight: &Flight<'_>, boarded: &[usize], draw: &mut Draw<'_>) -> Vec<Transmission> {
    let mut whole: Option<Transmission> = None;
    let mut at = 0;
    while at < boarded.len() {
        let end = (at + 1 + draw.dice.below(REQUEST_MAX as u32) as usize).min(boarded.len());
        let sent = flight
            .departure
            .departs
            .saturating_sub((180 - (at * 120 / boarded.len()) as i64).minutes());
        let change = draw.dice.chance(0.03);
        let times = if change { 2 } else { 1 };
        for time in 0..times {
            let name = format_compact!("R{:03}{time}", at);
            let mut interchange = Interchange::begin(flight, Standard::Un, &name, sent, draw);
            let list = List {
                function: if time == 0 { "request" } else { "change" },
                code: ["745", if time == 0 { "" } else { "CP" }],
                reference: &name,
                travellers: &boarded[at..end],
                total: end - at,
                part: (1, 1),
            };
            message(&mut interchange, &list, &[], draw);
            let more = interchange.finish("requests", sent, draw);
            match &mut whole {
                None => whole = Some(more),
                Some(whole) => {
                    whole.bytes.extend_from_slice(&more.bytes);
                    for mut line in more.messages {
                        line.index = whole.messages.len();
                        whole.messages.push(line);
                    }
                }
            }
        }
        at = end;
    }
    whole.into_iter().collect()
}

fn close_out(
    flight: &Flight<'_>,
    code: &str,
    people: &[usize],
    sent: DateTime,
    draw: &mut Draw<'_>,
) -> Transmission {
    let mut interchange = Interchange::begin(flight, Standard::Un, "C", sent, draw);
    let list = List {
        function: if code == "XF" { "cancel" } else { "close-out" },
        code: ["266", code],
        reference: "CLS001",
        travellers: people,
        total: people.len(),
        part: (1, 1),
    };
    message(&mut interchange, &list, &[], draw);
    interchange.finish("close-out", sent, draw)
}

fn crew(flight: &Flight<'_>, draw: &mut Draw<'_>) -> Transmission {
    let sent = flight.departure.departs.saturating_sub(60.minutes());
    let mut interchange = Interchange::begin(flight, Standard::Un, "W", sent, draw);
    let list = List {
        function: "crew",
        code: ["250", "C"],
        reference: "CRW001",
        travellers: &[],
        total: flight.crew.len(),
        part: (1, 1),
    };
    message(&mut interchange, &list, &[], draw);
    interchange.finish("crew", sent, draw)
}

fn message(
    interchange: &mut Interchange<'_, '_>,
    list: &List<'_>,
    noise: &[&'static str],
    draw: &mut Draw<'_>,
) {
    let flight = interchange.flight;
    let release = Mix::PaxlstVersion.parts()[flight.style.paxlst].0;
    let departs = flight.departure.departs;
    let carrier = flight.carrier();
    let designator = format_compact!("{}{}", carrier.code, flight.number);
    let access = format_compact!(
        "{designator}/{}/{}",
        yymmdd(departs.date()),
        &yymmddhhmm(departs)[6..]
    );
    let (part, parts) = list.part;
    let association = if release == "96A" { "" } else { "IATA" };
    interchange.message(
        ["PAXLST", "D", release, "UN", association],
        list.reference,
        &access,
        (part, part == parts),
    );
    let out = &mut interchange.out;
    out.seg("BGM").e(list.code[0]).e(list.code[1]).end();
    if list.function != "crew" {
        let reference =
            format_compact!("{}{}{}", designator, yymmdd(departs.date()), list.reference);
        out.seg("RFF")
            .e("TN")
            .c(&reference)
            .c("")
            .c("")
            .c("001")
            .end();
    }
    out.seg("NAD")
        .e("MS")
        .e("")
        .e("")
        .e(carrier.name)
        .c("OPS")
        .end();
    out.seg("COM")
        .e("99 555 010 200")
        .c("TE")
        .e("OPS.AT.CARRIER.EXAMPLE")
        .c("EM")
        .end();
    sectors(out, flight, &designator);
    let crew = list.function == "crew";
    let short = list.code[0] == "266";
    if crew {
        for (index, person) in flight.crew.iter().enumerate() {
            crew_member(out, flight, index, person, release);
        }
    }
    for &index in list.travellers {
        passenger(out, flight, index, short, release);
    }
    let mut line = MessageLine {
        kind: "PAXLST",
        version: format!("D:{release}"),
        function: list.function,
        part: (parts > 1).then_some((part, parts)),
        travellers: list.travellers.to_vec(),
        noise: noise.to_vec(),
        ..MessageLine::default()
    };
    if draw.chance(Rate::NoCount) {
        line.noise.push(Rate::NoCount.name());
    } else {
        let mut code = if crew { "41" } else { "42" };
        if !crew && draw.chance(Rate::CountSwapped) {
            code = "41";
            line.noise.push(Rate::CountSwapped.name());
        }
        interchange
            .out
            .seg("CNT")
            .e(code)
            .c(&number(list.total as u64))
            .end();
    }
    interchange.close(line, draw);
}

/// The flight and its airports: those before or after the border as a pair of 92.
fn sectors(out: &mut Out, flight: &Flight<'_>, designator: &str) {
    let (from, to) = flight.border();
    let far = flight.route.via.and_then(|_| flight.route.abroad.iata());
    out.seg("TDT")
        .e("20")
        .e(designator)
        .e("")
        .e("")
        .e(flight.carrier().code)
        .end();
    if let Some(far) = far.filter(|_| flight.departure.inbound) {
        out.seg("LOC").e("92").e(far).end();
        out.seg("LOC").e("92").e(from).end();
    }
    out.seg("LOC").e("125").e(from).end();
    out.seg("DTM")
        .e("189")
        .c(&yymmddhhmm(flight.departure.departs))
        .c("201")
        .end();
    out.seg("LOC").e("87").e(to).end();
    out.seg("DTM")
        .e("232")
        .c(&yymmddhhmm(flight.departure.arrives))
        .c("201")
        .end();
    if let Some(far) = far.filter(|_| !flight.departure.inbound) {
        out.seg("LOC").e("92").e(to).end();
        out.seg("LOC").e("92").e(far).end();
    }
}

/// Unique passenger reference.
pub(crate) fn unique_reference(flight: &Flight<'_>, index: usize) -> CompactString {
    format_compact!("{}{}{:03}", flight.carrier().code, flight.number, index)
}

fn passenger(out: &mut Out, flight: &Flight<'_>, index: usize, short: bool, release: &str) {
    let traveller = &flight.travellers[index];
    let api = &traveller.api;
    let unknown_name = api.surname.is_empty() && api.given.is_empty();
    out.seg("NAD").e("FL").e("").e("");
    if unknown_name {
        // Never seen at check-in: what the booking says.
        out.e(&traveller.pnr.surname).c(&traveller.pnr.given);
    } else {
        out.e(&api.surname);
        api.given.iter().for_each(|given| {
            out.c(given);
        });
    }
    out.end();
    if !short {
        details(out, flight, index, traveller, release);
    }
    if let Some(booking) = traveller.booking {
        out.seg("RFF")
            .e("AVF")
            .c(&flight.bookings[booking].locator)
            .end();
    }
    out.seg("RFF")
        .e("ABO")
        .c(&unique_reference(flight, index))
        .end();
    if short {
        return;
    }
    if let Some(seat) = &traveller.seat
        && release != "96A"
    {
        out.seg("RFF").e("SEA").c(seat).end();
    }
    document(out, flight, traveller);
}

fn details(out: &mut Out, flight: &Flight<'_>, index: usize, traveller: &Traveller, release: &str) {
    let (world, api) = (flight.world, &traveller.api);
    let country = |land: usize| {
        let land = &world.lands[land];
        match (api.odd_country, land.alpha3) {
            (false, code) => code,
            (true, "DEU") => "D",
            (true, _) => land.alpha2,
        }
    };
    let (from, to) = flight.border();
    if let Some(sex) = api.sex {
        out.seg("ATT").e("2").e("").e(sex).end();
    }
    if let Some(born) = api.born {
        out.seg("DTM").e("329");
        if flight.style.long_dates {
            out.c(&ccyymmdd(born)).c("102").end();
        } else {
            out.c(&yymmdd(born)).end();
        }
    }
    out.seg("MEA")
        .e("CT")
        .e("")
        .e("")
        .c(&number(traveller.bags.into()))
        .end();
    if traveller.bags > 0 {
        out.seg("MEA")
            .e("WT")
            .e("")
            .e("KGM")
            .c(&number(traveller.weight.into()))
            .end();
    }
    let verified = if api.swiped { "173" } else { "174" };
    out.seg(if release == "96A" { "GIS" } else { "GEI" })
        .e("4")
        .e(verified)
        .end();
    if traveller.bags > 0 {
        let tag = format_compact!(
            "{}{}",
            flight.carrier().code,
            padded(traveller.tag.into(), 6)
        );
        out.seg("FTX").e("BAG").e("").e("").e(&tag);
        if traveller.bags > 1 {
            out.c(&number(traveller.bags.into()));
        }
        out.end();
    }
    out.seg("LOC").e("22").e(to).end();
    out.seg("LOC")
        .e("174")
        .e(country(traveller.person.land))
        .end();
    out.seg("LOC").e("178").e(from).end();
    out.seg("LOC").e("179").e(to).end();
    if index.is_multiple_of(4) {
        out.seg("LOC")
            .e("180")
            .e("")
            .c("")
            .c("")
            .c("OLD HARBOUR")
            .end();
    }
    if let Some(land) = api.nationality {
        out.seg("NAT").e("2").e(country(land)).end();
    }
}

fn document(out: &mut Out, flight: &Flight<'_>, traveller: &Traveller) {
    let (world, api) = (flight.world, &traveller.api);
    let odd = |land: usize| {
        if api.odd_country {
            world.lands[land].alpha2
        } else {
            world.lands[land].alpha3
        }
    };
    if api.number.is_some() || api.issuer.is_some() {
        out.seg("DOC")
            .e(traveller.person.document.kind)
            .c("110")
            .c("111")
            .e(&api.number_written)
            .end();
        if let Some(expires) = api.expires {
            out.seg("DTM").e("36").c(&yymmdd(expires)).end();
        }
        if let Some(issuer) = api.issuer {
            out.seg("LOC").e("91").e(odd(issuer)).end();
        }
    }
    if let Some(visa) = &traveller.visa {
        out.seg("DOC")
            .e("V")
            .c("110")
            .c("111")
            .e(&visa.number)
            .end();
        out.seg("DTM").e("36").c(&yymmdd(visa.expires)).end();
        out.seg("LOC")
            .e("91")
            .e(world.lands[visa.issuer].alpha3)
            .end();
    }
}

fn crew_member(out: &mut Out, flight: &Flight<'_>, index: usize, person: &Person, release: &str) {
    let world = flight.world;
    let (from, to) = flight.border();
    let icao = |ids: &[u32]| -> CompactString {
        let words: Vec<&str> = ids.iter().map(|id| &*world.names.get(*id).icao).collect();
        words.join(" ").into()
    };
    let code = world.lands[person.land].alpha3;
    out.seg("NAD")
        .e("FM")
        .e("")
        .e("")
        .e(&icao(&person.called.surnames))
        .c(&icao(&person.called.given))
        .end();
    out.seg("ATT").e("2").e("").e(person.sex.letter()).end();
    out.seg("DTM").e("329").c(&yymmdd(person.born)).end();
    out.seg("LOC").e("22").e(to).end();
    out.seg("LOC").e("174").e(code).end();
    out.seg("LOC").e("178").e(from).end();
    out.seg("LOC").e("179").e(to).end();
    if release != "96A" {
        out.seg("EMP")
            .e("1")
            .e(if index < 2 { "CR1" } else { "CR2" })
            .c("110")
            .c("111")
            .end();
    }
    out.seg("NAT").e("2").e(code).end();
    out.seg("DOC")
        .e("P")
        .c("110")
        .c("111")
        .e(&person.document.number)
        .end();
    out.seg("DTM")
        .e("36")
        .c(&yymmdd(person.document.expires))
        .end();
    out.seg("LOC")
        .e("91")
        .e(world.lands[person.document.issuer].alpha3)
        .end();
}
