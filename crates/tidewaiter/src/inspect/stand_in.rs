//! temporary
use tidewaiter_diagnostics::*;
use tidewaiter_domain::*;
use tidewaiter_formats::*;
use tidewaiter_syntax::edifact::Message;
pub(super) fn read(m: &Message<'_>, _r: jiff::civil::Date) -> Report {
    let h = m.header();
    let mut man = Manifest {
        function: ManifestFunction::Passengers,
        effect: ListEffect::Report,
        function_written: "745".into(),
        transaction: None,
        reporting_party: None,
        flights: vec![],
        travellers: vec![],
        declared_count: None,
        part: None,
        unread: vec![],
    };
    let mut diagnostics = m.diagnostics().to_vec();
    for s in m.segments() {
        match &s.tag() {
            b"NAD" if s.text(1, 1) != "MS" => {
                let mut t = Traveller::new(
                    if s.text(1, 1) == "FM" {
                        Role::Crew
                    } else {
                        Role::Passenger
                    },
                    s.span(),
                );
                t.name.surname = Some(s.text(4, 1).into());
                t.name.given.push(s.text(4, 2).into());
                if s.text(4, 2).is_empty() {
                    diagnostics.push(Diagnostic::new(
                        &codes::api::SINGLE_NAME,
                        s.component(4, 1).span(),
                        s.path().at(4, 1),
                        "one name",
                    ));
                }
                man.travellers.push(t);
            }
            b"DTM" if s.text(1, 1) == "329" => {
                if let Some(t) = man.travellers.last_mut() {
                    let x = s.text(1, 2);
                    if x.len() == 6 {
                        t.born = PartialDate::new(
                            1900 + x[..2].parse::<i16>().unwrap_or(0),
                            x[2..4].parse().ok(),
                            x[4..6].parse().ok(),
                        )
                        .map(|d| Sourced::new(d, s.span()));
                    }
                }
            }
            b"DOC" => {
                if let Some(t) = man.travellers.last_mut() {
                    let mut d = TravelDocument::new(s.text(1, 1).into(), s.span());
                    d.number = DocumentNumber::new(s.text(2, 1)).map(|n| Sourced::new(n, s.span()));
                    t.documents.push(d);
                }
            }
            b"CNT" => {
                man.declared_count = s.text(1, 2).parse().ok().map(|n| Sourced::new(n, s.span()))
            }
            _ => {}
        }
    }
    Report {
        kind: h
            .as_ref()
            .map(|h| h.kind.as_ref().into())
            .unwrap_or_default(),
        version: h
            .as_ref()
            .map(|h| format!("{}:{}", h.version, h.release).into())
            .unwrap_or_default(),
        reference: h
            .as_ref()
            .map(|h| h.reference.as_ref().into())
            .unwrap_or_default(),
        content: h.map(|_| Content::Manifest(Box::new(man))),
        diagnostics,
    }
}
