//! PAXLST from bytes to manifests that own their data, every field with its span.
//!
//! `cargo bench -p tidewaiter-formats --bench paxlst`. Beside it: what the GTAS parser reached on
//! the same kind of message, 5.0-5.7 MB/s and 27 000 passengers/s a core (quoted, see
//! `docs/performance.md`).

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use jiff::civil::{Date, date};
use tidewaiter_formats::{Content, read};
use tidewaiter_syntax::edifact::Reader;

const RECEIVED: Date = date(2026, 3, 14);

fn main() {
    divan::main();
}

/// Reads every message and counts the people.
fn people(bytes: &[u8]) -> usize {
    let mut reader = Reader::of_slice(bytes);
    let mut people = 0;
    while let Ok(Some(message)) = reader.next() {
        let report = black_box(read(&message, RECEIVED));
        if let Some(Content::Manifest(manifest)) = &report.content {
            people += manifest.travellers.len();
        }
    }
    people
}

fn measure(bencher: Bencher<'_, '_>, bytes: &[u8]) {
    bencher
        .counter(BytesCount::of_slice(bytes))
        .counter(ItemsCount::new(people(bytes)))
        .bench_local(|| people(bytes));
}

/// One interchange of `messages` messages of `travellers` people, all fields of the guide.
fn rich(messages: usize, travellers: usize) -> Vec<u8> {
    let mut text = String::from("UNA:+.? 'UNB+UNOA:4+QZAIR:ZZ+TWCUST:ZZ+260314:0610+42++APIS'");
    for message in 0..messages {
        text.push_str(&format!(
            "UNH+{message}+PAXLST:D:15B:UN:IATA'BGM+745'TDT+20+QZ417+++QZ'LOC+125+ARN'\
             DTM+189:2603140915:201'LOC+87+LHR'DTM+232:2603141340:201'"
        ));
        for n in 0..travellers {
            let name = if n % 20 == 0 {
                "O?'MARREN"
            } else {
                "IBARRONDO"
            };
            text.push_str(&format!(
                "NAD+FL+++{name}:TOVA:LINNEA+12 HARBOUR ROW+ORREFORS+:::KALMAR+38040+SWE'\
                 ATT+2++F'DTM+329:880229'MEA+CT++:2'MEA+WT++KGM:31'GEI+4+173'FTX+BAG+++QZ{n:06}:2'\
                 LOC+22+LHR'LOC+174+SWE'LOC+178+ARN'LOC+179+LHR'LOC+180+:::ORREFORS SWE'NAT+2+SWE'\
                 RFF+AVF:K7Q2LM'RFF+ABO:QZ417{n:03}'RFF+SEA:14C'DOC+P:110:111+T0988{n:04}'\
                 DTM+36:310704'LOC+91+SWE'"
            ));
        }
        let segments = 7 + travellers * 19 + 2;
        text.push_str(&format!("CNT+42:{travellers}'UNT+{segments}+{message}'"));
    }
    text.push_str(&format!("UNZ+{messages}+42'"));
    text.into_bytes()
}

/// A real sample many times over: 260 people in one message, mixed case.
#[divan::bench]
fn a_gtas_test3_repeated(bencher: Bencher<'_, '_>) {
    let sample = include_bytes!("../../../corpus/gtas/apis/Test3.txt");
    measure(bencher, &sample.repeat(200));
}

/// Real samples of ten people with bags and visas.
#[divan::bench]
fn b_gtas_flight1_repeated(bencher: Bencher<'_, '_>) {
    let sample = include_bytes!("../../../corpus/gtas/apis/flight1.txt");
    measure(bencher, &sample.repeat(3000));
}

/// Every field of the guide, one large message.
#[divan::bench]
fn c_rich_single_message(bencher: Bencher<'_, '_>) {
    measure(bencher, &rich(1, 20_000));
}

/// Every field of the guide, many messages of a flight's size.
#[divan::bench]
fn d_rich_many_messages(bencher: Bencher<'_, '_>) {
    measure(bencher, &rich(110, 180));
}

/// One traveller a message, as the interactive API has it.
#[divan::bench]
fn e_rich_one_traveller_a_message(bencher: Bencher<'_, '_>) {
    measure(bencher, &rich(10_000, 1));
}

/// Only the codec on the same bytes, to show where the time goes.
#[divan::bench]
fn f_rich_many_messages_codec_alone(bencher: Bencher<'_, '_>) {
    let bytes = rich(110, 180);
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench_local(|| {
            let mut reader = Reader::of_slice(&bytes);
            let mut segments = 0;
            while let Ok(Some(message)) = reader.next() {
                segments += black_box(message.segments()).count();
            }
            segments
        });
}
