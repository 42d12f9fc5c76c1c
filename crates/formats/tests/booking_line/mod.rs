//! A booking as lines of text: what the golden files hold.

use tidewaiter_domain::{Booking, CurrencyCode, ItinerarySegment, LegTime, Traveller};

/// What a traveller is, on one line.
pub(crate) fn traveller_line(t: &Traveller) -> String {
    let mut words = vec![
        t.name.surname.as_deref().unwrap_or("-").to_owned(),
        t.name.given.join(" "),
    ];
    let mut add = |key: &str, value: Option<String>| {
        words.extend(value.map(|v| format!("{key}={v}")));
    };
    add("title", t.name.title.as_ref().map(|s| s.to_string()));
    add("type", t.category.map(|c| format!("{c:?}").to_lowercase()));
    add("sex", t.sex.as_ref().map(|s| s.as_str().to_owned()));
    add("born", t.born.as_ref().map(|b| b.to_string()));
    add("in", t.birthplace.as_ref().map(|p| p.names.join("/")));
    for n in &t.nationalities {
        add("nat", Some(n.country.as_str().to_owned()));
    }
    add("lives", t.residence.as_ref().map(|r| r.as_str().to_owned()));
    for d in &t.documents {
        let number = d.number.as_ref().map_or("-", |n| n.as_str());
        let issuer = d.issuer.as_ref().map_or("-", |i| i.as_str());
        let expires = d.expires.as_ref().map_or("-".to_owned(), |e| e.to_string());
        add(
            "doc",
            Some(format!("{}:{number}/{issuer}/{expires}", d.code)),
        );
    }
    for h in &t.name.hypotheses {
        let name = format!(
            "{}/{}",
            h.surname.as_deref().unwrap_or("-"),
            h.given.join(" ")
        );
        add("may-be", Some(name));
    }
    add("ref", t.reference.as_ref().map(|l| l.to_string()));
    for s in &t.seats {
        add(
            "seat",
            Some(format!(
                "{}@{}",
                s.seat.value,
                s.flight.as_deref().unwrap_or("-")
            )),
        );
    }
    if let Some(bags) = &t.bags {
        add("bags", bags.count.map(|c| c.to_string()));
        add("grams", bags.weight_g.map(|g| g.to_string()));
        for tag in &bags.tags {
            add("tag", Some(tag.to_string()));
        }
    }
    for ticket in &t.tickets {
        add("ticket", Some(ticket.to_string()));
    }
    for loyalty in &t.loyalty {
        add("loyalty", Some(loyalty.to_string()));
    }
    for contact in &t.contacts {
        add(
            "contact",
            Some(format!("{:?}:{}", contact.kind, contact.value)),
        );
    }
    add("status", t.status.map(|s| s.as_str().to_owned()));
    words.join(" ")
}

fn time(time: &Option<tidewaiter_domain::Sourced<LegTime>>) -> String {
    time.as_ref().map_or("-".to_owned(), |t| {
        let of_day = t
            .time
            .map_or(String::new(), |t| t.strftime("T%H:%M").to_string());
        let zone = if t.instant.is_some() { "" } else { "?" };
        format!("{}{of_day}{zone}", t.date)
    })
}

fn segment_line(s: &ItinerarySegment) -> String {
    let name = |d: &tidewaiter_domain::FlightDesignator| {
        format!(
            "{}{}",
            d.carrier.as_ref().map_or("", |c| c.as_str()),
            d.number
        )
    };
    let mut line = format!(
        "{:?} {} {}-{} {} {}",
        s.kind,
        s.designator.as_ref().map_or("-".to_owned(), |d| name(d)),
        s.from.as_ref().map_or("-", |f| f.as_str()),
        s.to.as_ref().map_or("-", |f| f.as_str()),
        time(&s.departs),
        time(&s.arrives)
    );
    if let Some(o) = &s.operating {
        line += &format!(" by {}", name(o));
    }
    if let Some(status) = &s.status {
        line += &format!(" {}:{}", status.as_str(), status.code());
    }
    if s.pushed {
        line += " PUSHED";
    }
    for c in &s.checkins {
        line += &format!(" checked-in:{}", c.travellers.len());
    }
    line
}

/// A booking, one line a part.
pub(crate) fn booking_lines(b: &Booking) -> Vec<String> {
    let locators: Vec<_> = b
        .locators
        .iter()
        .map(|l| {
            format!(
                "{}/{}",
                l.carrier.as_ref().map_or("-", |c| c.as_str()),
                l.locator.value
            )
        })
        .collect();
    let moment = |m: &tidewaiter_domain::Moment| {
        format!(
            "{}{}",
            m.date,
            m.time
                .map_or(String::new(), |t| t.strftime("T%H:%M").to_string())
        )
    };
    let mut lines = vec![format!(
        "booking {} at {}{}",
        locators.join(" "),
        b.booked_at.as_ref().map_or("-".to_owned(), |m| moment(m)),
        if b.withdrawn { " withdrawn" } else { "" }
    )];
    if let Some(a) = &b.agency {
        let parts = [
            a.system.as_ref().map(|c| c.as_str()),
            a.agency.as_deref(),
            a.office.as_deref(),
            a.city.as_deref(),
            a.company.as_deref(),
            a.kind.as_deref(),
            a.country.as_ref().map(|c| c.as_str()),
            a.currency.as_ref().map(CurrencyCode::as_str),
            a.agent.as_deref(),
        ];
        lines.push(format!(
            "agency {}",
            parts.map(|p| p.unwrap_or("-")).join(" ")
        ));
    }
    lines.extend(b.groups.iter().map(|g| format!("group {}", g.value)));
    for t in &b.travellers {
        let with = t.companion.map_or(String::new(), |c| format!(" with={c}"));
        lines.push(format!(
            "traveller {} {}{with}",
            t.number,
            traveller_line(&t.traveller)
        ));
    }
    for l in &b.lap_infants {
        lines.push(format!(
            "lap-infant {} of={:?}",
            traveller_line(&l.traveller),
            l.adult
        ));
    }
    lines.extend(
        b.itinerary
            .iter()
            .map(|s| format!("segment {}", segment_line(s))),
    );
    for o in &b.other_services {
        lines.push(format!("other {} {}", o.kind, o.text));
    }
    for c in &b.contacts {
        lines.push(format!("contact {:?} {}", c.kind, c.value));
    }
    for a in &b.addresses {
        let country = a.country.as_ref().map(|c| c.as_str());
        let parts = [
            a.street.as_deref(),
            a.city.as_deref(),
            a.region.as_deref(),
            a.postcode.as_deref(),
            country,
        ];
        lines.push(format!(
            "address {}",
            parts.map(|p| p.unwrap_or("-")).join(", ")
        ));
    }
    for s in &b.services {
        lines.push(format!(
            "service {} {} {:?} segment={:?} {}",
            s.code,
            s.status.as_deref().unwrap_or("-"),
            s.travellers.as_slice(),
            s.segment,
            s.text.as_deref().unwrap_or("-")
        ));
    }
    for r in &b.remarks {
        lines.push(format!("remark {:?} {:?} {}", r.kind, r.traveller, r.text));
    }
    for t in &b.tickets {
        let money = |m: &Option<tidewaiter_domain::WrittenAmount>| {
            m.as_ref().map_or("-".to_owned(), |m| {
                format!(
                    "{}{}",
                    m.amount,
                    m.currency.as_ref().map_or("", |c| c.as_str())
                )
            })
        };
        lines.push(format!(
            "ticket {} {} base={} total={}",
            t.number.as_ref().map_or("-", |n| n.as_str()),
            t.kind,
            money(&t.base),
            money(&t.total)
        ));
    }
    for p in &b.payments {
        let card = p.card.as_ref().map_or(String::new(), |c| {
            format!(
                " card={}:{}:{}",
                c.vendor.as_deref().unwrap_or("-"),
                c.last4.as_deref().unwrap_or("-"),
                c.expires.as_deref().unwrap_or("-")
            )
        });
        let amount = p.amount.as_ref().map_or("-", |m| &m.amount);
        let payer = p
            .payer
            .as_ref()
            .and_then(|p| p.name.as_deref())
            .unwrap_or("-");
        lines.push(format!(
            "payment {} {amount}{card} payer={payer}",
            p.form.as_str()
        ));
    }
    for s in &b.seats {
        lines.push(format!(
            "seat {} traveller={:?} segment={:?}{}",
            s.seat.value,
            s.traveller,
            s.segment,
            if s.checked_in { " checked-in" } else { "" }
        ));
    }
    for bag in &b.bags {
        let tags: Vec<_> = bag.tags.iter().map(|t| t.value.as_str()).collect();
        lines.push(format!(
            "bags {:?} count={:?} grams={:?} to={} pool={} members={:?} {}",
            bag.traveller,
            bag.count,
            bag.weight_g,
            bag.destination.as_ref().map_or("-", |d| d.as_str()),
            bag.pool.as_deref().unwrap_or("-"),
            bag.members.as_slice(),
            tags.join(" ")
        ));
    }
    lines.extend(b.excess_baggage.iter().map(|e| format!("excess {e}")));
    for d in &b.divisions {
        let locators: Vec<_> = d
            .locators
            .iter()
            .map(|l| l.locator.value.as_str())
            .collect();
        lines.push(format!("division {:?} {}", d.count, locators.join(" ")));
    }
    for h in &b.history {
        let at = h.at.as_ref().map_or("-".to_owned(), moment);
        let by = h.by.as_deref().unwrap_or("-");
        lines.push(format!(
            "history {at} [{by}] {} {} {}",
            h.action.as_str(),
            h.what,
            h.text
        ));
    }
    lines.extend(
        b.unread
            .iter()
            .map(|u| format!("unread {} {}", u.tag, u.text)),
    );
    lines
}
