//! A machine-readable zone as a person reads it.

use jiff::civil::Date;
use tidewaiter_syntax::mrz::{Mrz, Sex};

use super::style::{self, FAINT, STRONG, paint};
use super::{Layout, Place, diagnostics, put};
use crate::inspect::zones::{self, Zone};

/// What document it is, who holds it, and what was noticed.
pub(in crate::inspect) fn zone(
    out: &mut String,
    layout: &Layout,
    place: &Place<'_>,
    zone: &Zone,
    received: Date,
) {
    put!(out, "{} ", paint(FAINT, &format!("#{}", place.index + 1)));
    out.push_str(&paint(STRONG, "MRZ"));
    if let Some(mrz) = &zone.mrz {
        put!(out, " {}", mrz.format.as_str());
    }
    let status = zone.status();
    put!(out, "  {}", paint(style::status(status), status.as_str()));
    put!(out, "  {}\n", paint(FAINT, &place.bytes_shown()));
    if let Some(mrz) = &zone.mrz {
        holder(out, mrz, received);
    }
    diagnostics::diagnostics(out, layout, place, &zone.diagnostics);
    out.push('\n');
}

/// `ERIKSSON, ANNA MARIA` and the document, one under the other. A zone holds no character but
/// capitals, digits and fillers, so nothing has to be escaped.
fn holder(out: &mut String, mrz: &Mrz, received: Date) {
    let names = [&mrz.names.primary, &mrz.names.secondary];
    let names: Vec<String> = names
        .iter()
        .filter(|parts| !parts.is_empty())
        .map(|parts| parts.join(" "))
        .collect();
    let cut = if mrz.names_may_be_truncated() {
        "  (the field is full, the end may be missing)"
    } else {
        ""
    };
    let country = |written: &str| {
        zones::country(written).map_or_else(|| "?".to_owned(), |c| c.as_str().to_owned())
    };
    let sex = match *mrz.sex {
        Sex::Female => "F",
        Sex::Male => "M",
        Sex::Unspecified => "not stated",
    };
    let date = |date: Option<String>| date.unwrap_or_else(|| "?".to_owned());
    let born = mrz.birth.value.and_then(|d| zones::born(d, received));
    let expires = mrz.expiry.value.and_then(|d| zones::expires(d, received));
    put!(
        out,
        "   name         {}{cut}\n",
        paint(STRONG, &names.join(", "))
    );
    put!(
        out,
        "   born         {}   sex {sex}   nationality {}\n",
        date(born.map(|d| d.to_string())),
        country(&mrz.nationality)
    );
    put!(
        out,
        "   document     {} {} of {}   expires {}\n",
        &*mrz.document_code,
        paint(STRONG, &mrz.number),
        country(&mrz.issuer),
        date(expires.map(|d| d.to_string()))
    );
    let optional = [mrz.optional.as_str(), mrz.second_optional.as_str()];
    let optional: Vec<&str> = optional.into_iter().filter(|o| !o.is_empty()).collect();
    if !optional.is_empty() {
        put!(out, "   optional     {}\n", optional.join("  "));
    }
}
