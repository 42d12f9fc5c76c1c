//! PNRGOV: pushes of all bookings of a flight, and of the changed ones.

use compact_str::{CompactString, format_compact};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use tidewaiter_reference::airport::by_iata;

use crate::booking::Booking;
use crate::flight::{Fate, Flight, Kind, Traveller};
use crate::out::{Out, ddmmmyy, ddmmyy, hhmm, number, padded};
use crate::parameters::{Mix, Rate};
use crate::paxlst::unique_reference;
use crate::tally::Draw;
use crate::transmit::{Interchange, Standard, Transmission, writer};
use crate::truth::MessageLine;
use crate::world::{arrival, flying_minutes};

/// Hours before departure of the full pushes.
const PUSHES: [i64; 4] = [72, 24, 2, 0];

/// How far a booking has come when it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Booked,
    Cancelled,
    Departed,
}

/// Every PNRGOV transmission of a flight.
pub(crate) fn write(flight: &Flight<'_>, draw: &mut Draw<'_>) -> Vec<Transmission> {
    let departs = flight.departure.departs;
    let empty = writer(flight, Standard::Padis);
    let no_origin = draw.chance(Rate::NoOrigin);
    // The same until check-in: written once, sent up to three times.
    let booked: Vec<Out> = (0..flight.bookings.len())
        .map(|at| body(flight, at, Stage::Booked, &empty))
        .collect();
    let mut files = Vec::with_capacity(5);
    for (push, &hours) in PUSHES.iter().enumerate() {
        if flight.cancelled && hours == 0 {
            break;
        }
        let sent = departs.saturating_sub(hours.hours());
        let known: Vec<usize> = (0..flight.bookings.len())
            .filter(|at| flight.bookings[*at].booked <= sent)
            .collect();
        let full = Push {
            function: "push",
            code: "22",
            number: push,
            sent,
            no_origin,
        };
        files.push(send(flight, &full, &known, &booked, draw));
        if hours == 24 && draw.chance(Rate::ChangePush) {
            let sent = departs.saturating_sub(8.hours());
            let changed: Vec<usize> = (0..flight.bookings.len())
                .filter(|at| {
                    let booking = &flight.bookings[*at];
                    booking.booked <= sent
                        && (booking.corrected
                            || booking.date_changed
                            || booking.cancelled == Some(2))
                })
                .collect();
            let change = Push {
                function: "change-push",
                code: "141",
                number: 2,
                sent,
                no_origin,
            };
            files.push(send(flight, &change, &changed, &booked, draw));
        }
    }
    files
}

struct Push {
    function: &'static str,
    code: &'static str,
    number: usize,
    sent: DateTime,
    no_origin: bool,
}

fn send(
    flight: &Flight<'_>,
    push: &Push,
    bookings: &[usize],
    booked: &[Out],
    draw: &mut Draw<'_>,
) -> Transmission {
    let carrier = flight.carrier().code;
    let (from, _) = flight.border();
    let name = format_compact!("G{}{}", push.number, push.code);
    let mut interchange = Interchange::begin(flight, Standard::Padis, &name, push.sent, draw);
    let release = Mix::PnrgovVersion.parts()[flight.style.pnrgov].0;
    let departs = flight.departure.departs;
    let access = format_compact!(
        "{}/{}/{carrier}/{}",
        ddmmyy(departs.date()),
        hhmm(departs),
        flight.number
    );
    interchange.message(["PNRGOV", release, "1", "IA", ""], "1", &access, (1, true));
    let mut line = MessageLine {
        kind: "PNRGOV",
        version: format!("{release}:1"),
        function: push.function,
        ..MessageLine::default()
    };
    let out = &mut interchange.out;
    if push.no_origin {
        line.noise.push(Rate::NoOrigin.name());
    } else {
        out.seg("MSG").e("").c(push.code).end();
        out.seg("ORG").e(carrier).c(from).end();
    }
    tvl(out, flight, "");
    let mut count = bookings.len() as u64;
    if draw.chance(Rate::WrongCount) {
        count += 2;
        line.noise.push("wrong-booking-count");
    }
    out.seg("EQN").e(&number(count)).end();
    for &at in bookings {
        let booking = &flight.bookings[at];
        if booking.cancelled.is_some_and(|from| push.number >= from) {
            let body = body(
                flight,
                at,
                Stage::Cancelled,
                &writer(flight, Standard::Padis),
            );
            interchange.out.append(&body);
        } else if push.number == PUSHES.len() - 1 {
            let body = body(
                flight,
                at,
                Stage::Departed,
                &writer(flight, Standard::Padis),
            );
            interchange.out.append(&body);
        } else {
            interchange.out.append(&booked[at]);
        }
        line.travellers
            .extend(booking.first..booking.first + booking.count);
        line.bookings.push(booking.locator.to_string());
    }
    interchange.close(line, draw);
    let name = match push.code {
        "141" => "pnr-changes".to_owned(),
        _ => format!("pnr-{}h", PUSHES[push.number]),
    };
    interchange.finish(&name, push.sent, draw)
}

/// The flight, with a class when it is a booking's.
fn tvl(out: &mut Out, flight: &Flight<'_>, class: &str) {
    let (from, to) = flight.border();
    let (departs, arrives) = (flight.departure.departs, flight.departure.arrives);
    out.seg("TVL")
        .e(&ddmmyy(departs.date()))
        .c(&hhmm(departs))
        .c(&ddmmyy(arrives.date()))
        .c(&hhmm(arrives));
    out.e(from)
        .e(to)
        .e(flight.carrier().code)
        .e(&number(flight.number.into()))
        .c(class)
        .end();
}

fn class(traveller: &Traveller) -> &'static str {
    ["Y", "Y", "M", "K", "C", "B", "L", "Q"][(traveller.ticket % 8) as usize]
}

/// One booking, from SRC to the last segment before the next.
fn body(flight: &Flight<'_>, at: usize, stage: Stage, empty: &Out) -> Out {
    let mut out = empty.sibling();
    let booking = &flight.bookings[at];
    let carrier = flight.carrier().code;
    let day = ddmmyy(booking.booked.date());
    let time = hhmm(booking.booked);
    out.seg("SRC").end();
    out.seg("RCI")
        .e(carrier)
        .c(&booking.locator)
        .c("")
        .c(&day)
        .c(&time);
    if booking.channel != 2 {
        let other: CompactString = booking.locator.chars().rev().collect();
        out.e("1X").c(&other);
    }
    out.end();
    out.seg("DAT")
        .e("700")
        .c(&day)
        .c(&time)
        .e("710")
        .c(&day)
        .c(&time)
        .end();
    let land = &flight.world.lands[booking.land];
    let (from, _) = flight.border();
    out.seg("ORG")
        .e(if booking.channel == 2 { carrier } else { "1X" })
        .c(from)
        .e(&booking.office);
    if booking.channel != 2 {
        out.c(&format_compact!("{from}{carrier}0{}", booking.count % 10));
    }
    out.e(from)
        .e(carrier)
        .c(from)
        .e(if booking.channel == 2 { "A" } else { "T" });
    out.e(land.alpha2).c(land.currency).e("A0017TW").end();
    if let Some((street, city)) = &booking.address {
        out.seg("ADD")
            .e("")
            .e("700")
            .c(street)
            .c(city)
            .c("")
            .c("")
            .c(land.alpha2)
            .c("38040");
        out.c(booking.phone.as_deref().unwrap_or("")).end();
    }
    if let Some(group) = &booking.group {
        out.seg("TIF").e(group).c("G").end();
    }
    let party = booking.first..booking.first + booking.count;
    let infants: Vec<usize> = party
        .clone()
        .filter(|i| flight.travellers[*i].kind == Kind::Infant)
        .collect();
    for index in party {
        person(&mut out, flight, booking, index, !infants.is_empty());
    }
    itinerary(&mut out, flight, booking, stage, &infants);
    if stage == Stage::Departed {
        checked_in(&mut out, flight, booking);
    }
    onward(&mut out, flight, booking, stage, false);
    if let Some(other) = &booking.divided {
        out.seg("EQN").e("1").end();
        out.seg("RCI").e(carrier).c(other).end();
    }
    history(&mut out, flight, booking, stage);
    out
}

/// `TIF`: a traveller's name as the booking writes it.
fn tif(out: &mut Out, traveller: &Traveller, with_infant: bool) {
    let pnr = &traveller.pnr;
    out.seg("TIF")
        .e(&pnr.surname)
        .e(&pnr.given_written)
        .c(traveller.kind.code())
        .c(&number(traveller.number as u64));
    out.c(if with_infant && traveller.number == 1 {
        "1"
    } else {
        ""
    })
    .end();
}

fn person(out: &mut Out, flight: &Flight<'_>, booking: &Booking, index: usize, with_infant: bool) {
    let traveller = &flight.travellers[index];
    let carrier = flight.carrier().code;
    let (head, reference) = (traveller.number == 1, number(traveller.number as u64));
    tif(out, traveller, with_infant);
    if let Some(frequent) = traveller.frequent {
        out.seg("FTI")
            .e(carrier)
            .c(&padded(frequent.into(), 9))
            .end();
    }
    if head {
        contacts(out, flight, booking);
    }
    out.seg("REF")
        .e("")
        .c(&unique_reference(flight, index))
        .end();
    out.seg("FAR")
        .e("N")
        .e("")
        .e("")
        .e("")
        .e("")
        .e(class(traveller))
        .end();
    if let Some(shifted) = traveller.pnr.docs {
        docs(out, flight, traveller, shifted);
    }
    if let Some(meal) = traveller.meal {
        out.seg("SSR")
            .e(meal)
            .c("HK")
            .c("1")
            .c(carrier)
            .e("")
            .c("")
            .c(&reference)
            .end();
    }
    if traveller.wheelchair {
        out.seg("SSR")
            .e("WCHR")
            .c("HK")
            .c("1")
            .c(carrier)
            .e("")
            .c("")
            .c(&reference)
            .end();
    }
    if traveller.kind == Kind::Child {
        let born = ddmmmyy(traveller.person.born);
        out.seg("SSR")
            .e("CHLD")
            .c("HK")
            .c("1")
            .c(carrier)
            .c("")
            .c("")
            .c("")
            .c("")
            .c(&born)
            .e("")
            .c("")
            .c(&reference)
            .end();
    }
    ticket(out, flight, booking, traveller, head);
}

fn contacts(out: &mut Out, flight: &Flight<'_>, booking: &Booking) {
    let carrier = flight.carrier().code;
    if let Some(phone) = &booking.phone {
        out.seg("IFT")
            .e("4")
            .c("28")
            .c("")
            .c(carrier)
            .e(&format_compact!("CTCM {phone}"))
            .end();
    }
    if let Some(mail) = &booking.mail {
        out.seg("IFT")
            .e("4")
            .c("28")
            .c("")
            .c(carrier)
            .e(&format_compact!("CTCE {}", mail.replace('@', "//")))
            .end();
    }
}

/// `SSR DOCS` with the fields of the reservation practice; shifted by one where a system puts an
/// empty field first.
fn docs(out: &mut Out, flight: &Flight<'_>, traveller: &Traveller, shifted: bool) {
    let (person, lands) = (&traveller.person, &flight.world.lands);
    let document = &person.document;
    let names = &flight.world.names;
    let join = |ids: &[u32]| -> CompactString {
        let words: Vec<&str> = ids.iter().map(|id| &*names.get(*id).icao).collect();
        words.join(" ").into()
    };
    let infant = traveller.kind == Kind::Infant;
    let mut text = CompactString::from(if shifted { "//" } else { "/" });
    let given = person
        .called
        .given
        .first()
        .map_or("", |id| &names.get(*id).icao);
    for (field, end) in [
        (document.kind, "/"),
        (lands[document.issuer].alpha3, "/"),
        (&document.number, "/"),
        (lands[person.land].alpha3, "/"),
        (&ddmmmyy(person.born), "/"),
        (person.sex.letter(), if infant { "I/" } else { "/" }),
        (&ddmmmyy(document.expires), "/"),
        (&join(&person.called.surnames), "/"),
        (given, ""),
    ] {
        text.push_str(field);
        text.push_str(end);
    }
    if person.called.given.len() > 1 {
        text.push('/');
        text.push_str(&join(&person.called.given[1..]));
    }
    let carrier = flight.carrier().code;
    out.seg("SSR")
        .e("DOCS")
        .c("HK")
        .c("1")
        .c(carrier)
        .c("")
        .c("")
        .c("")
        .c("")
        .c(&text);
    out.e("").c("").c(&number(traveller.number as u64)).end();
}

fn money(cents: u32) -> CompactString {
    format_compact!("{}.{:02}", cents / 100, cents % 100)
}

fn ticket(
    out: &mut Out,
    flight: &Flight<'_>,
    booking: &Booking,
    traveller: &Traveller,
    head: bool,
) {
    let currency = flight.world.lands[booking.land].currency;
    out.seg("TKT")
        .e(&padded(traveller.ticket, 13))
        .c("T")
        .c("1")
        .end();
    let price = booking.cents
        / if traveller.kind == Kind::Infant {
            10
        } else {
            1
        };
    let (base, total) = (money(price * 4 / 5), money(price));
    out.seg("MON")
        .e("B")
        .c(&base)
        .c(currency)
        .e("T")
        .c(&total)
        .c(currency)
        .end();
    out.seg("PTK")
        .e("NR")
        .e("")
        .e(&ddmmyy(booking.booked.date()))
        .c("2200")
        .e(flight.carrier().code)
        .end();
    out.seg("TXD")
        .e("")
        .e(&money(price / 5))
        .c("")
        .c("")
        .c(currency)
        .end();
    out.seg("DAT")
        .e("710")
        .c(&ddmmyy(booking.booked.date()))
        .end();
    out.seg("FOP");
    match &booking.card {
        Some((vendor, written)) => out.e("CC").c("").c(&total).c(vendor).c(written).c("0928"),
        None => {
            let form = match Mix::Payment.parts()[booking.payment].0 {
                "cash" => "CA",
                "invoice" => "AGT",
                _ => "MS",
            };
            out.e(form).c("").c(&total)
        }
    };
    out.end();
    if let Some(payer) = booking.payer.as_ref().filter(|_| head) {
        out.seg("IFT").e("4").c("43").e(payer).end();
    }
}

fn itinerary(
    out: &mut Out,
    flight: &Flight<'_>,
    booking: &Booking,
    stage: Stage,
    infants: &[usize],
) {
    onward(out, flight, booking, stage, true);
    let (from, to) = flight.border();
    let carrier = flight.carrier().code;
    let head = &flight.travellers[booking.first];
    match flight.partner.filter(|_| booking.codeshare) {
        Some((partner, marketed)) => {
            let (departs, arrives) = (flight.departure.departs, flight.departure.arrives);
            let marketing = flight.world.carriers()[partner].code;
            out.seg("TVL")
                .e(&ddmmyy(departs.date()))
                .c(&hhmm(departs))
                .c(&ddmmyy(arrives.date()))
                .c(&hhmm(arrives));
            out.e(from)
                .e(to)
                .e(marketing)
                .c(carrier)
                .e(&number(marketed.into()))
                .c(class(head))
                .end();
            if Mix::PnrgovVersion.parts()[flight.style.pnrgov].0 == "11" {
                out.seg("TRA")
                    .e(carrier)
                    .e(&number(flight.number.into()))
                    .c(class(head))
                    .end();
            } else {
                out.seg("TVL")
                    .e("")
                    .e("")
                    .e("")
                    .e("")
                    .e(&number(flight.number.into()))
                    .c(class(head))
                    .end();
            }
        }
        None => tvl(out, flight, class(head)),
    }
    let seats = (booking.count - infants.len()) as u64;
    out.seg("RPI")
        .e(&number(seats))
        .e(if stage == Stage::Cancelled {
            "XX"
        } else {
            "HK"
        })
        .end();
    out.seg("APD").e(flight.route.aircraft).end();
    if stage == Stage::Cancelled {
        return;
    }
    for traveller in &flight.travellers[booking.first..booking.first + booking.count] {
        if let Some(seat) = &traveller.seat_ahead {
            out.seg("SSR")
                .e("SEAT")
                .c("HK")
                .c("1")
                .c(carrier)
                .c("")
                .c("")
                .c(from)
                .c(to);
            out.e(seat)
                .c("")
                .c(&number(traveller.number as u64))
                .c("N")
                .end();
        }
    }
    for &infant in infants {
        let infant = &flight.travellers[infant];
        let text = format_compact!(
            "{}/{} {}",
            infant.pnr.surname,
            infant.pnr.given,
            ddmmmyy(infant.person.born)
        );
        out.seg("SSR")
            .e("INFT")
            .c("HK")
            .c("1")
            .c(carrier)
            .c("")
            .c("")
            .c(from)
            .c(to)
            .c(&text)
            .e("")
            .c("")
            .c("1")
            .end();
    }
}

/// The flight before or after, and the way back.
fn onward(out: &mut Out, flight: &Flight<'_>, booking: &Booking, stage: Stage, before: bool) {
    let status = if stage == Stage::Cancelled {
        "XX"
    } else {
        "HK"
    };
    let (from, to) = flight.border();
    let (near, away) = flight.world.border(flight.route, flight.departure.inbound);
    let segment = |out: &mut Out,
                   departs: DateTime,
                   arrives: DateTime,
                   ends: [&str; 2],
                   code: &str,
                   flown: u16| {
        out.seg("TVL")
            .e(&ddmmyy(departs.date()))
            .c(&hhmm(departs))
            .c(&ddmmyy(arrives.date()))
            .c(&hhmm(arrives));
        out.e(ends[0])
            .e(ends[1])
            .e(code)
            .e(&number(flown.into()))
            .c("Y")
            .end();
        out.seg("RPI")
            .e(&number(booking.count as u64))
            .e(status)
            .end();
    };
    if let Some(connection) = booking
        .connection
        .as_ref()
        .filter(|connection| connection.before == before)
    {
        let code = flight.world.carriers()[connection.carrier].code;
        let wait = connection.wait.minutes();
        let other = by_iata(connection.airport);
        // The clock at the other end.
        let there = |here, local, minutes| {
            other.map_or(local, |other| arrival(here, other, local, minutes))
        };
        if before {
            let arrives = flight.departure.departs.saturating_sub(wait);
            let departs = there(near, arrives, -connection.minutes);
            let ends = [connection.airport, from];
            segment(out, departs, arrives, ends, code, connection.number);
        } else {
            let departs = flight.departure.arrives.saturating_add(wait);
            let arrives = there(away, departs, connection.minutes);
            let ends = [to, connection.airport];
            segment(out, departs, arrives, ends, code, connection.number);
        }
    }
    if !before && booking.journey != 1 {
        let turn = i64::from(booking.nights).days().hours(2);
        let departs = flight.departure.arrives.saturating_add(turn);
        let arrives = arrival(away, near, departs, flying_minutes(away, near));
        segment(
            out,
            departs,
            arrives,
            [to, from],
            flight.carrier().code,
            flight.number ^ 1,
        );
    }
}

/// Check-in, boarding, seats and bags.
fn checked_in(out: &mut Out, flight: &Flight<'_>, booking: &Booking) {
    let party = &flight.travellers[booking.first..booking.first + booking.count];
    let carrier = flight.carrier();
    let (from, to) = flight.border();
    let head = party.first();
    let pool = booking.pooled && party.len() > 1 && head.is_some_and(|head| head.bags > 0);
    let reference = |traveller: &Traveller| format_compact!("{from}-{:03}", traveller.sequence);
    for traveller in party
        .iter()
        .filter(|traveller| traveller.fate == Fate::Boarded)
    {
        if traveller.number == 1 {
            let at = flight
                .departure
                .departs
                .saturating_sub(i64::from(40 + traveller.sequence % 150).minutes());
            out.seg("DAT")
                .e("2")
                .c(&ddmmyy(at.date()))
                .c(&hhmm(at))
                .end();
            out.seg("ORG").e(carrier.code).c(from).end();
        }
        let own = reference(traveller);
        out.seg("TRI")
            .e("")
            .e(&own)
            .c("")
            .c("")
            .c(&number(traveller.number as u64))
            .end();
        tif(out, traveller, false);
        if let Some(seat) = &traveller.seat {
            out.seg("SSD").e(seat).e("").e("").e("").e("Y").end();
        }
        if traveller.bags > 0 {
            let tag = padded(
                u64::from(carrier.numeric) * 1_000_000 + u64::from(traveller.tag),
                10,
            );
            out.seg("TBD")
                .e("")
                .e(&number(traveller.bags.into()))
                .c(&number(traveller.weight.into()))
                .c("700")
                .e("");
            if pool {
                out.e("HP").c(&own);
            } else {
                out.e("");
            }
            out.e(carrier.code)
                .c(&tag)
                .c(&number(traveller.bags.into()))
                .c(to)
                .end();
        } else if pool && let Some(head) = head {
            out.seg("TBD")
                .e("")
                .e("")
                .e("")
                .e("MP")
                .c(&reference(head))
                .end();
        }
    }
}

fn history(out: &mut Out, flight: &Flight<'_>, booking: &Booking, stage: Stage) {
    let cancelled = stage == Stage::Cancelled;
    if !(cancelled || booking.corrected || booking.date_changed) {
        return;
    }
    let (from, to) = flight.border();
    let day: Date = booking.booked.date();
    out.seg("ABI")
        .e("4")
        .e("7700SE")
        .c("GS")
        .e(from)
        .e("")
        .e(flight.carrier().code)
        .end();
    out.seg("DAT").e("T").c(&ddmmyy(day)).c("0911").end();
    if booking.date_changed || cancelled {
        out.seg("SAC").e("").e("").e("X").end();
        let was = flight
            .departure
            .departs
            .saturating_sub(if cancelled { 0 } else { 3 }.days());
        out.seg("TVL")
            .e(&ddmmyy(was.date()))
            .c(&hhmm(was))
            .e(from)
            .e(to)
            .e(flight.carrier().code);
        out.e(&number(flight.number.into())).c("Y").end();
        out.seg("RPI")
            .e(&number(booking.count as u64))
            .e("XX")
            .end();
    }
    if booking.corrected {
        let head = &flight.travellers[booking.first];
        let mut wrong = head.pnr.surname.clone();
        wrong.pop();
        out.seg("SAC").e("").e("").e("X").end();
        out.seg("TIF").e(&wrong).e(&head.pnr.given_written).end();
        out.seg("LTS")
            .e(&format_compact!("0/C/NM/{}/{}", wrong, head.pnr.given))
            .end();
    }
}
