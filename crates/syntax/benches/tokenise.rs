//! How fast bytes become components, beside a plain byte loop, `memchr` and the edifact-rs crate.
//!
//! All of them see the same corpus in one run: PAXLST interchanges with released characters and
//! telex folds. `cargo bench -p tidewaiter-syntax`.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use tidewaiter_syntax::edifact::{Reader, Scanner, Separators, Token};

fn main() {
    divan::main();
}

/// About ten megabytes: 250 interchanges of 180 travellers, one name in twenty with a release, one
/// line in thirty folded.
fn corpus(folds: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    for interchange in 0..250 {
        let mut text = format!(
            "UNA:+.? 'UNB+UNOA:4+QZAIR:ZZ+TWCUST:ZZ+260314:0610+{interchange}++APIS'\
             UNH+1+PAXLST:D:15B:UN:IATA'BGM+745'TDT+20+QZ417+++QZ'LOC+125+ORA'\
             DTM+189:2603140915:201'LOC+87+DRB'DTM+232:2603141340:201'"
        );
        for n in 0..180 {
            let name = if n % 20 == 0 {
                "O?'MARREN"
            } else {
                "IBARRONDO"
            };
            let fold = if folds && n % 30 == 0 { "\r\n" } else { "" };
            text.push_str(&format!(
                "NAD+FL+++{name}:TOVA:LINN{fold}EA+12 HARBOUR ROW+ORREFORS+:::KALMAR+38040+SWE'\
                 ATT+2++F'DTM+329:880229'MEA+CT++:2'GEI+4+173'LOC+22+DRB'LOC+174+SWE'LOC+178+ORA'\
                 LOC+179+DRB'NAT+2+SWE'RFF+AVF:K7Q2LM'RFF+ABO:QZ417{n:03}'\
                 DOC+P:110:111+T0988{n:04}'DTM+36:310704'LOC+91+SWE'"
            ));
        }
        text.push_str("CNT+42:180'UNT+2710+1'UNZ+1+1'\r\n");
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

/// The first pass: every component span, releases honoured.
#[divan::bench]
fn a_our_scanner(bencher: Bencher<'_, '_>) {
    let bytes = corpus(true);
    let (mut tokens, mut ends) = (Vec::new(), Vec::new());
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench_local(|| {
            let mut all = 0;
            let mut scanner = Scanner::new(&Separators::DEFAULT, 0);
            let mut end = 0;
            while end < bytes.len() {
                end += 1 << 16;
                tokens.clear();
                ends.clear();
                scanner.scan(&bytes, end, &mut tokens, &mut ends);
                black_box(&tokens);
                all += tokens.len();
            }
            all
        });
}

/// The same work, a byte at a time: the limit of a design without blocks.
#[divan::bench]
fn b_plain_byte_loop(bencher: Bencher<'_, '_>) {
    let bytes = corpus(true);
    let mut tokens: Vec<(u32, u32, bool)> = Vec::new();
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench_local(|| {
            let (mut open, mut unclean, mut all, mut i) = (0u32, false, 0, 0);
            tokens.clear();
            while i < bytes.len() {
                match bytes[i] {
                    b':' | b'+' | b'\'' => {
                        tokens.push((open, i as u32, unclean));
                        unclean = false;
                        open = i as u32 + 1;
                        if tokens.len() >= 1 << 14 {
                            all += tokens.len();
                            black_box(&tokens);
                            tokens.clear();
                        }
                    }
                    b'?' => {
                        unclean = true;
                        i += 1;
                    }
                    0..0x20 | 0x80.. => unclean = true,
                    _ => {}
                }
                i += 1;
            }
            all + tokens.len()
        });
}

/// Messages and segments too: what `tidewaiter-formats` starts from.
#[divan::bench]
fn c_our_reader(bencher: Bencher<'_, '_>) {
    let bytes = corpus(true);
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

/// A look for the terminator alone: how fast memory can be searched.
#[divan::bench]
fn d_memchr_terminators(bencher: Bencher<'_, '_>) {
    let bytes = corpus(true);
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench_local(|| memchr::memchr_iter(b'\'', &bytes).count());
}

/// A read of every byte: the bandwidth of memory.
#[divan::bench]
fn e_memory_sum(bencher: Bencher<'_, '_>) {
    let bytes = corpus(true);
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench_local(|| {
            bytes
                .iter()
                .fold(0u64, |sum, b| sum.wrapping_add(u64::from(*b)))
        });
}

/// The peer, one interchange at a time and without folds: it stops at a second UNA and at a line
/// break in a value.
#[divan::bench]
fn f_edifact_rs(bencher: Bencher<'_, '_>) {
    let bytes = corpus(false);
    let interchanges: Vec<&[u8]> = memchr::memmem::find_iter(&bytes, b"UNA:")
        .map(|i| bytes[i..].trim_ascii())
        .collect();
    let interchanges: Vec<&[u8]> = interchanges
        .iter()
        .map(|rest| &rest[..memchr::memmem::find(rest, b"UNZ+1+1'").map_or(0, |i| i + 8)])
        .collect();
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench_local(|| {
            let mut segments = 0;
            for interchange in &interchanges {
                for segment in edifact_rs::from_bytes(interchange) {
                    assert!(
                        black_box(segment).is_ok(),
                        "the peer reads the whole corpus"
                    );
                    segments += 1;
                }
            }
            segments
        });
}

/// Keeps the token's size in view: two of them fill a cache line's quarter.
const _: () = assert!(size_of::<Token>() == 8);
