//! Interchanges: headers, trailers, what gateways put around them, and what goes wrong with them.

use compact_str::{CompactString, format_compact};
use jiff::civil::DateTime;

use crate::flight::Flight;
use crate::out::{OTHERS, Out, STANDARD, ccyymmdd, hhmm, number, yymmdd};
use crate::parameters::{Mix, Rate};
use crate::tally::Draw;
use crate::truth::MessageLine;

/// A file ready to be written, with what is true of its messages.
#[derive(Debug)]
pub(crate) struct Transmission {
    pub path: String,
    pub bytes: Vec<u8>,
    pub messages: Vec<MessageLine>,
}

/// An interchange being written.
pub(crate) struct Interchange<'f, 'w> {
    pub flight: &'f Flight<'w>,
    pub out: Out,
    reference: CompactString,
    group: Option<CompactString>,
    messages: Vec<MessageLine>,
    message: CompactString,
    message_start: u32,
}

/// Which standard an interchange follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standard {
    /// UN/EDIFACT batch: PAXLST.
    Un,
    /// IATA PADIS: PNRGOV.
    Padis,
}

/// The empty writer of a flight's messages.
pub(crate) fn writer(flight: &Flight<'_>, standard: Standard) -> Out {
    let style = flight.style;
    let signs = style.separators.map_or(STANDARD, |which| OTHERS[which]);
    let folded = Mix::Envelope.parts()[style.envelope].0 == "folded";
    let latin1 = standard == Standard::Un && Mix::Charset.parts()[style.charset].0 == "UNOC";
    Out::new(signs, style.lines && !folded, latin1)
}

impl<'f, 'w> Interchange<'f, 'w> {
    /// Begins an interchange with its headers.
    pub(crate) fn begin(
        flight: &'f Flight<'w>,
        standard: Standard,
        what: &str,
        sent: DateTime,
        draw: &mut Draw<'_>,
    ) -> Self {
        let mut out = writer(flight, standard);
        let code = flight.carrier().code;
        let reference = format_compact!("{code}{:06}{what}", flight.departure.index % 1_000_000);
        let style = flight.style;
        if style.advice {
            let signs = out.signs;
            out.bytes.extend_from_slice(b"UNA");
            out.bytes.extend([
                signs.component,
                signs.element,
                b'.',
                signs.release,
                b' ',
                signs.terminator,
            ]);
            if style.lines {
                out.bytes.extend_from_slice(b"\r\n");
            }
        }
        let long = draw.chance(Rate::LongHeaderDate);
        let date = if long {
            ccyymmdd(sent.date())
        } else {
            yymmdd(sent.date())
        };
        let time = hhmm(sent);
        out.seg("UNB");
        match standard {
            Standard::Un => {
                let charset = Mix::Charset.parts()[style.charset].0;
                out.e(charset)
                    .c("4")
                    .e(&format_compact!("{code}AIR"))
                    .c("ZZ")
                    .e("TWCUST")
                    .c("ZZ");
            }
            Standard::Padis => {
                out.e("IATA").c("1").e(code).e("TWCUST");
            }
        }
        out.e(&date).c(&time).e(&reference).e("");
        out.e(if standard == Standard::Un { "APIS" } else { "" });
        out.e("")
            .e("")
            .e("")
            .e(if style.test { "1" } else { "" })
            .end();
        let mut group = None;
        if standard == Standard::Un && draw.dice.chance(0.7) {
            let name = number(1 + flight.departure.index % 9999);
            let release = Mix::PaxlstVersion.parts()[style.paxlst].0;
            out.seg("UNG")
                .e("PAXLST")
                .e(&format_compact!("{code}AIR"))
                .c("ZZ")
                .e("TWCUST")
                .c("ZZ");
            out.e(&date)
                .c(&time)
                .e(&name)
                .e("UN")
                .e("D")
                .c(release)
                .end();
            group = Some(name);
        }
        Self {
            flight,
            out,
            reference,
            group,
            messages: Vec::new(),
            message: CompactString::default(),
            message_start: 0,
        }
    }

    /// Begins a message: `kind` is the four components of S009 and the association, `part` number
    /// and whether it is the last.
    pub(crate) fn message(
        &mut self,
        kind: [&str; 5],
        reference: &str,
        access: &str,
        part: (usize, bool),
    ) {
        self.message = reference.into();
        self.message_start = self.out.segments;
        let letter = match part {
            (_, true) => "F",
            (1, false) => "C",
            _ => "",
        };
        let sequence = format_compact!("{:02}", part.0);
        let out = &mut self.out;
        out.seg("UNH")
            .e(reference)
            .e(kind[0])
            .c(kind[1])
            .c(kind[2])
            .c(kind[3])
            .c(kind[4]);
        out.e(access).e(&sequence).c(letter).end();
    }

    /// Closes the message. `line` says what is true of it.
    pub(crate) fn close(&mut self, mut line: MessageLine, draw: &mut Draw<'_>) {
        if draw.chance(Rate::UnknownSegment) {
            self.out.seg("ZZX").e("UNKNOWN").c("1").end();
            line.noise.push(Rate::UnknownSegment.name());
        }
        if draw.chance(Rate::DoubledTerminator) {
            let terminator = self.out.signs.terminator;
            self.out.bytes.push(terminator);
            line.noise.push(Rate::DoubledTerminator.name());
        }
        let mut count = self.out.segments - self.message_start + 1;
        if draw.chance(Rate::WrongCount) {
            count += 1;
            line.noise.push(Rate::WrongCount.name());
        }
        self.out
            .seg("UNT")
            .e(&number(u64::from(count)))
            .e(&self.message)
            .end();
        line.index = self.messages.len();
        line.flight = self.flight.name();
        line.test = self.flight.style.test;
        line.reference = self.message.to_string();
        self.messages.push(line);
    }

    /// Closes the interchange and puts around it what the flight's gateway does.
    pub(crate) fn finish(
        mut self,
        name: &str,
        sent: DateTime,
        draw: &mut Draw<'_>,
    ) -> Transmission {
        let trailer = !draw.chance(Rate::NoTrailer);
        if trailer {
            let messages = number(self.messages.len() as u64);
            let mut count = messages.clone();
            if let Some(group) = &self.group {
                self.out.seg("UNE").e(&messages).e(group).end();
                count = number(1);
            }
            self.out.seg("UNZ").e(&count).e(&self.reference).end();
        } else if let Some(last) = self.messages.last_mut() {
            last.noise.push(Rate::NoTrailer.name());
        }
        let flight = self.flight;
        let bytes = wrap(self.out.bytes, flight, sent);
        let carrier = flight.carrier().code;
        let path = format!(
            "messages/{}/F{:06}-{carrier}{}-{name}.edi",
            flight.day(),
            flight.departure.index,
            flight.number
        );
        for message in &mut self.messages {
            message.file.clone_from(&path);
        }
        Transmission {
            path,
            bytes,
            messages: self.messages,
        }
    }
}

/// Puts an envelope around an interchange, or folds it.
fn wrap(bytes: Vec<u8>, flight: &Flight<'_>, sent: DateTime) -> Vec<u8> {
    match Mix::Envelope.parts()[flight.style.envelope].0 {
        "type-b" => {
            let origin = flight.border().0;
            let code = flight.carrier().code;
            let mut out = format!(
                "\x01QU {origin}CUXH\r\n.{origin}KM{code} {:02}{}\r\n\x02",
                sent.day(),
                hhmm(sent)
            )
            .into_bytes();
            out.extend_from_slice(&bytes);
            out.extend_from_slice(b"\r\n\x03");
            out
        }
        "mail-footer" => {
            let mut out = bytes;
            out.extend_from_slice(
                b"\r\n-- \r\nThis message was scanned and is believed to be clean.\r\n",
            );
            out
        }
        "folded" => {
            let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 34);
            for line in bytes.chunks(69) {
                out.extend_from_slice(line);
                out.extend_from_slice(b"\r\n");
            }
            out
        }
        _ => bytes,
    }
}
