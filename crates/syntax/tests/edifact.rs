//! Reading EDIFACT as senders really write it: one named test for each deviation.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use proptest::prelude::*;
use tidewaiter_diagnostics::Span;
use tidewaiter_syntax::edifact::{Charset, InterchangeWriter, Message, Reader, Separators};

/// What a test wants to know of a message.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    header: Option<String>,
    segments: Vec<String>,
    codes: Vec<&'static str>,
    bytes: Vec<u8>,
}

fn see(message: &Message<'_>) -> Seen {
    let segments = message
        .segments()
        .map(|s| {
            let values: Vec<String> = s
                .components()
                .map(|c| {
                    let (e, n) = c.place();
                    format!("{e}.{n}={}", c.text())
                })
                .filter(|v| !v.ends_with('='))
                .collect();
            format!("{} {}", String::from_utf8_lossy(&s.tag()), values.join(" "))
        })
        .collect();
    Seen {
        header: message
            .header()
            .map(|h| format!("{} {}", h.kind, h.reference)),
        segments,
        codes: message.diagnostics().iter().map(|d| d.code.slug).collect(),
        bytes: message.bytes().to_vec(),
    }
}

fn read(bytes: &[u8]) -> Vec<Seen> {
    let mut reader = Reader::of_slice(bytes);
    let mut seen = Vec::new();
    while let Some(message) = reader.next().expect("a slice never fails") {
        seen.push(see(&message));
    }
    // The same bytes as a stream that trickles give the same messages.
    let mut reader = Reader::of_stream(Trickle(bytes));
    let mut streamed = Vec::new();
    while let Some(message) = reader.next().expect("the stream never fails") {
        streamed.push(see(&message));
    }
    assert_eq!(seen, streamed);
    // Every byte belongs to exactly one message.
    let joined: Vec<u8> = seen.iter().flat_map(|s| s.bytes.iter().copied()).collect();
    let rest = &bytes[joined.len()..];
    assert_eq!(joined, bytes[..joined.len()]);
    assert!(rest.iter().all(|b| *b <= b' '), "bytes left out");
    seen
}

/// A stream that gives seven bytes at a time.
struct Trickle<'a>(&'a [u8]);

impl std::io::Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.len().min(7).min(buffer.len());
        buffer[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

fn one(text: &str) -> Seen {
    let mut seen = read(text.as_bytes());
    assert_eq!(seen.len(), 1, "one message in {text:?}: {seen:#?}");
    seen.remove(0)
}

fn interchange(body: &str) -> String {
    let segments = body.matches('\'').count() + 2;
    format!(
        "UNB+UNOA:4+A+B+260314:0610+42'UNH+1+PAXLST:D:15B:UN:IATA'{body}UNT+{segments}+1'UNZ+1+42'"
    )
}

#[test]
fn d01_una_missing() {
    let seen = one(&interchange("BGM+745'"));
    assert_eq!(seen.segments, ["BGM 1.1=745"]);
    assert_eq!(seen.codes, Vec::<&str>::new());
}

#[test]
fn d02_other_separators() {
    let seen = one(
        "UNA:*.? #UNB*UNOA:4*A*B*260314:0610*42#UNH*1*PAXLST:D:02B#NAD*FL***O'MARREN:TOVA#UNT*3*1#UNZ*1*42#",
    );
    assert_eq!(seen.segments, ["NAD 1.1=FL 4.1=O'MARREN 4.2=TOVA"]);
    assert_eq!(seen.codes, Vec::<&str>::new());
}

#[test]
fn d03_telex_envelope_is_taken_off() {
    let text = format!(
        "\x01QU TWCUSXS\r\n.ORAKMQZ 140612\r\n\x02{}\r\n\x03",
        interchange("BGM+745'")
    );
    let seen = one(&text);
    assert_eq!(seen.segments, ["BGM 1.1=745"]);
    assert_eq!(seen.codes, ["transport-envelope", "transport-envelope"]);
}

#[test]
fn d03_two_telexes_keep_their_own_envelopes() {
    let telex = format!(
        "\x01QU TWCUSXS\r\n.ORAKMQZ 140612\r\n\x02{}\r\n\x03\r\n",
        interchange("BGM+745'")
    );
    let seen = read(format!("{telex}{telex}").as_bytes());
    assert_eq!(seen.len(), 2);
    assert!(
        seen.iter()
            .all(|s| s.codes == ["transport-envelope", "transport-envelope"]),
        "{seen:?}"
    );
}

#[test]
fn d04_folds_inside_tags_and_values_are_joined_without_a_space() {
    let text = interchange("NAD+FL+++OMAR\r\nREN:TOVA'AT\r\nT+2++F'");
    let seen = one(&text);
    assert_eq!(
        seen.segments,
        ["NAD 1.1=FL 4.1=OMARREN 4.2=TOVA", "ATT 1.1=2 3.1=F"]
    );
    assert_eq!(seen.codes, ["line-fold"]);
    let folded_header =
        "UNB+UNOA:4+A+B+260314:0610+42'U\r\nNH+1+PAXLST:D:15B'BGM+745'UNT+3+1'UNZ+1+42'";
    assert_eq!(one(folded_header).header.as_deref(), Some("PAXLST 1"));
}

#[test]
fn d05_line_breaks_between_segments_are_silent() {
    let text = interchange("BGM+745'NAD+FL+++A:B'").replace('\'', "'\r\n  ");
    let seen = one(&text);
    assert_eq!(seen.segments.len(), 2);
    assert_eq!(seen.codes, Vec::<&str>::new());
}

#[test]
fn d06_d07_many_interchanges_and_messages() {
    let two = "UNA:+.? 'UNB+UNOA:4+A+B+260314:0610+42'UNH+1+PAXLST:D:15B'BGM+745'UNT+3+1'UNH+2+PAXLST:D:15B'BGM+250'UNT+3+2'UNZ+2+42'\n";
    let other =
        "UNA:*.? $UNB*IATA:1*A*B*260314:0610*43$UNH*3*PNRGOV:13:1:IA$MSG*:22$UNT*3*3$UNZ*1*43$\n";
    let seen = read(format!("{two}{other}{two}").as_bytes());
    let headers: Vec<_> = seen
        .iter()
        .map(|s| s.header.as_deref().unwrap_or("-"))
        .collect();
    assert_eq!(
        headers,
        ["PAXLST 1", "PAXLST 2", "PNRGOV 3", "PAXLST 1", "PAXLST 2"]
    );
    assert!(seen.iter().all(|s| s.codes.is_empty()), "{seen:#?}");
}

#[test]
fn d08_d09_wrong_counts_are_warned_of() {
    let seen = one(
        "UNB+UNOA:4+A+B+260314:0610+42'UNG+PAXLST+A+B+260314:0610+7'UNH+1+PAXLST'BGM+745'UNT+9+1'UNE+5+7'UNZ+3+42'",
    );
    assert_eq!(
        seen.codes,
        [
            "segment-count-mismatch",
            "message-count-mismatch",
            "message-count-mismatch"
        ]
    );
}

#[test]
fn d10_wrong_references_are_warned_of() {
    let seen = one("UNB+UNOA:4+A+B+260314:0610+42'UNH+1+PAXLST'BGM+745'UNT+3+2'UNZ+1+43'");
    assert_eq!(seen.codes, ["reference-mismatch", "reference-mismatch"]);
}

#[test]
fn d11_a_truncated_message_keeps_what_came() {
    let seen = one("UNB+UNOA:4+A+B+260314:0610+42'UNH+1+PAXLST'BGM+745'NAD+FL+++OMARREN:TO");
    assert_eq!(
        seen.segments,
        ["BGM 1.1=745", "NAD 1.1=FL 4.1=OMARREN 4.2=TO"]
    );
    assert_eq!(seen.codes, ["truncated"]);
    let seen = one("UNB+UNOA:4+A+B+260314:0610+42'UNH+1+PAXLST'BGM+745'UNT+3+1'");
    assert_eq!(seen.codes, ["missing-trailer"]);
}

#[test]
fn d12_a_missing_unt_closes_before_the_next_unh() {
    let seen = read(b"UNB+UNOA:4+A+B+260314:0610+42'UNH+1+PAXLST'BGM+745'UNH+2+PAXLST'BGM+250'UNT+3+2'UNZ+2+42'");
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].segments, ["BGM 1.1=745"]);
    assert_eq!(seen[0].codes, ["missing-unt"]);
    assert_eq!(seen[1].codes, Vec::<&str>::new());
}

#[test]
fn d13_a_message_without_unb_is_read() {
    let seen = one("UNH+1+PAXLST:D:15B'BGM+745'UNT+3+1'");
    assert_eq!(seen.segments, ["BGM 1.1=745"]);
    assert_eq!(seen.codes, ["missing-unb"]);
}

#[test]
fn d15_lower_case_tags_are_understood() {
    let seen = one("UNB+UNOA:4+A+B+260314:0610+42'UNH+1+PAXLST'bgm+745'UNT+3+1'UNZ+1+42'");
    assert_eq!(seen.segments, ["BGM 1.1=745"]);
}

#[test]
fn d17_control_characters_are_dropped() {
    let seen = one(&interchange("NAD+FL+++O\x00MAR\x07REN:TOVA\u{a0}'"));
    assert_eq!(seen.segments, ["NAD 1.1=FL 4.1=OMARREN 4.2=TOVA "]);
    assert_eq!(seen.codes, ["control-character"]);
}

#[test]
fn d18_empty_segments_are_skipped() {
    let seen =
        one("UNB+UNOA:4+A+B+260314:0610+42'UNH+1+PAXLST'BGM+745''NAD+FL+++A:B'UNT+4+1'UNZ+1+42'");
    assert_eq!(seen.segments, ["BGM 1.1=745", "NAD 1.1=FL 4.1=A 4.2=B"]);
    assert_eq!(seen.codes, ["empty-segment"]);
}

#[test]
fn d19_spaces_around_values_are_trimmed() {
    let seen = one(&interchange("DTM+232: 1306211200:201 '"));
    assert_eq!(seen.segments, ["DTM 1.1=232 1.2=1306211200 1.3=201"]);
    let seen = one(
        "UNA:*.? $\r\nUNB*UNOA:4*A*B*140211:1800*1$\r\nUNG *PAXLST*A*B*140211:1800*7$\r\nUNH*1*PAXLST$\r\nBGM*745$\r\nUNT*3*1$\r\nUNE*1*7$\r\nUNZ*1*1$\r\n",
    );
    assert_eq!(seen.codes, Vec::<&str>::new());
}

#[test]
fn d20_a_typographic_apostrophe_before_a_tag_is_a_terminator() {
    let seen = one(&interchange("BGM+745\u{2019}NAD+FL+++A:B'").replace("UNT+3", "UNT+4"));
    assert_eq!(seen.segments, ["BGM 1.1=745", "NAD 1.1=FL 4.1=A 4.2=B"]);
    assert_eq!(seen.codes, ["foreign-terminator"]);
    // Inside a name it is a letter of the name.
    let seen = one(&interchange("NAD+FL+++O\u{2019}MARREN:TOVA'"));
    assert_eq!(seen.segments, ["NAD 1.1=FL 4.1=O\u{2019}MARREN 4.2=TOVA"]);
}

#[test]
fn d21_a_forgotten_terminator_at_a_line_break_is_supplied() {
    let seen = one(&interchange("BGM+745\r\nNAD+FL+++A:B'").replace("UNT+3", "UNT+4"));
    assert_eq!(seen.segments, ["BGM 1.1=745", "NAD 1.1=FL 4.1=A 4.2=B"]);
    assert!(
        seen.codes.contains(&"missing-terminator"),
        "{:?}",
        seen.codes
    );
}

#[test]
fn d04_a_fold_at_the_full_line_before_letters_of_a_tag_is_a_fold() {
    // The fold falls exactly before "ABI", a tag of bookings, here letters of a name.
    let head = "UNB+UNOA:4+A+B+260314:0610+42'UNH+1+PAXLST'\n";
    let line = format!("NAD+FL+++{}AL K", "X".repeat(69 - 13));
    let seen = one(&format!(
        "{head}{line}\nABI+12 HARBOUR ROW'UNT+3+1'UNZ+1+42'"
    ));
    assert_eq!(seen.segments.len(), 1, "{seen:?}");
    assert!(
        seen.segments[0].contains("AL KABI 5.1=12 HARBOUR ROW"),
        "{seen:?}"
    );
    assert_eq!(seen.codes, ["line-fold"]);
}

#[test]
fn a_missing_unz_before_the_next_una_is_said_and_nothing_else() {
    let one = "UNA:+.? 'UNB+UNOA:4+A+B+260314:0610+42'UNH+1+PAXLST:D:15B'BGM+745'UNT+3+1'";
    let seen = read(format!("{one}{one}UNZ+1+42'").as_bytes());
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].codes, ["missing-trailer"]);
    assert_eq!(seen[1].codes, Vec::<&str>::new());
}

#[test]
fn d22_an_unreleased_terminator_in_a_name_is_text() {
    let seen = one(&interchange("NAD+FL+++O'BRIEN:JOHN+1 ST'ATT+2++M'").replace("UNT+5", "UNT+4"));
    assert_eq!(
        seen.segments,
        [
            "NAD 1.1=FL 4.1=O'BRIEN 4.2=JOHN 5.1=1 ST",
            "ATT 1.1=2 3.1=M"
        ]
    );
    assert_eq!(seen.codes, ["unreleased-terminator"]);
}

#[test]
fn d24_a_dangling_release_is_literal() {
    let seen = one(&interchange("NAD+FL+++OM?ARREN:TOVA'"));
    assert_eq!(seen.segments, ["NAD 1.1=FL 4.1=OMARREN 4.2=TOVA"]);
    assert_eq!(seen.codes, ["dangling-release"]);
    let seen = one("UNB+UNOA:4+A+B+260314:0610+42'UNH+1+PAXLST'BGM+745?");
    assert_eq!(seen.segments, ["BGM 1.1=745?"]);
}

#[test]
fn d25_a_released_release_before_a_terminator_ends_the_segment() {
    let seen = one(&interchange("FTX+AAI+++REALLY??'ATT+2++M'"));
    assert_eq!(
        seen.segments,
        ["FTX 1.1=AAI 4.1=REALLY?", "ATT 1.1=2 3.1=M"]
    );
    let seen = one(&interchange("FTX+AAI+++A???'B??C?+D'").replace("UNT+4", "UNT+3"));
    assert_eq!(seen.segments, ["FTX 1.1=AAI 4.1=A?'B?C+D"]);
}

#[test]
fn d26_unknown_segments_are_segments() {
    let seen = one(&interchange("XYZ+1'"));
    assert_eq!(seen.segments, ["XYZ 1.1=1"]);
}

#[test]
fn repetition_exists_only_where_the_syntax_level_has_it() {
    let v4 =
        "UNA:+.?*'UNB+UNOC:4+A+B+20260314:0610+42'UNH+1+PAXLST'FTX+AAI+A*B:C+D'UNT+3+1'UNZ+1+42'";
    assert_eq!(
        one(v4).segments,
        ["FTX 1.1=AAI 2.1=A 2.1=B 2.2=C 3.1=D"].map(|s| s.replace("2.1=B 2.2=C", "2.2=B 2.3=C"))
    );
    let iata = v4.replace("UNOC:4", "IATA:1");
    assert_eq!(one(&iata).segments, ["FTX 1.1=AAI 2.1=A*B 2.2=C 3.1=D"]);
    let v3 = v4.replace("UNOC:4", "UNOC:3");
    assert_eq!(one(&v3).segments, ["FTX 1.1=AAI 2.1=A*B 2.2=C 3.1=D"]);
}

#[test]
fn junk_behind_the_last_interchange_is_said_so() {
    let seen = one(&format!("{}13Nov09", interchange("BGM+745'")));
    assert_eq!(seen.codes, ["stray-bytes"]);
}

#[test]
fn what_is_no_message_is_said_so() {
    let seen = one("Dear colleagues, please find attached the list.");
    assert_eq!(seen.header, None);
    assert_eq!(seen.codes, ["stray-bytes"]);
    assert_eq!(read(b"  \r\n "), Vec::new());
}

#[test]
fn an_interchange_without_messages_is_seen() {
    let seen = one("UNB+UNOA:4+A+B+260314:0610+42'UNZ+0+42'");
    assert_eq!((seen.header, seen.codes.len()), (None, 0));
}

#[test]
fn a_segment_beyond_the_limit_costs_only_itself() {
    let long = "A".repeat(tidewaiter_syntax::limits::SEGMENT_BYTES_MAX + 1);
    let many = "A:".repeat(tidewaiter_syntax::limits::SEGMENT_COMPONENTS_MAX + 1);
    for text in [long, many] {
        let seen = one(&interchange(&format!("BGM+745'FTX+AAI+++{text}'ATT+2++F'")));
        assert_eq!(seen.codes, ["limit-exceeded"]);
        assert_eq!(seen.segments.len(), 3);
        assert_eq!(seen.segments[2], "ATT 1.1=2 3.1=F");
    }
}

/// The messages of a stream, each as its header, its number of segments and its codes.
fn outline(bytes: &[u8]) -> Vec<(Option<String>, usize, Vec<&'static str>)> {
    let mut reader = Reader::of_stream(bytes);
    let mut outline = Vec::new();
    while let Some(message) = reader.next().unwrap() {
        outline.push((
            message.header().map(|h| h.reference.into_owned()),
            message.segments().count(),
            message.diagnostics().iter().map(|d| d.code.slug).collect(),
        ));
    }
    outline
}

const HEAD: &str = "UNB+UNOA:4+A+B+260314:0610+42'UNH+1+PAXLST:D:15B:UN:IATA'";
const NEXT: &str = "UNH+2+PAXLST:D:15B:UN:IATA'BGM+745'UNT+3+2'UNZ+2+42'";

#[test]
fn a_message_with_too_many_segments_is_cut_and_the_next_one_read() {
    let count = tidewaiter_syntax::limits::MESSAGE_SEGMENTS_MAX + 100;
    let text = format!("{HEAD}{}UNT+{}+1'{NEXT}", "ATT'".repeat(count), count + 2);
    let outline = outline(text.as_bytes());
    let (first, segments, codes) = &outline[0];
    assert_eq!(first.as_deref(), Some("1"));
    assert!(*segments <= tidewaiter_syntax::limits::MESSAGE_SEGMENTS_MAX + 1);
    assert_eq!(codes, &["limit-exceeded"]);
    let last = outline.last().unwrap();
    assert_eq!((last.0.as_deref(), last.1), (Some("2"), 1));
}

#[test]
fn a_message_with_too_many_bytes_is_cut_and_the_next_one_read() {
    let segment = format!("FTX+AAI+++{}'", "A".repeat(50_000));
    let count = tidewaiter_syntax::limits::MESSAGE_BYTES_MAX / segment.len() + 2;
    let text = format!("{HEAD}{}UNT+{}+1'{NEXT}", segment.repeat(count), count + 2);
    let outline = outline(text.as_bytes());
    assert_eq!(outline[0].0.as_deref(), Some("1"));
    assert!(outline[0].2.contains(&"limit-exceeded"));
    let last = outline.last().unwrap();
    assert_eq!((last.0.as_deref(), last.1), (Some("2"), 1));
}

#[test]
fn bytes_without_an_interchange_are_passed_over_in_pieces() {
    let junk = "x".repeat(3 * tidewaiter_syntax::limits::STRAY_BYTES_MAX);
    let text = format!("{junk}\n{HEAD}BGM+745'UNT+3+1'UNZ+1+42'");
    let outline = outline(text.as_bytes());
    let (last, before) = outline.split_last().unwrap();
    assert_eq!(last.0.as_deref(), Some("1"));
    assert!(
        before
            .iter()
            .all(|o| o.0.is_none() && o.2 == ["stray-bytes"])
    );
}

#[test]
fn an_advice_longer_than_any_genuine_one_falls_back() {
    let space = " ".repeat(tidewaiter_syntax::limits::ADVICE_BYTES_MAX);
    let seen = one(&format!(
        "UNA++++++{space}UNB+UNOA:4+A+B+1:1+42'UNH+1+PAXLST'BGM+745'UNT+3+1'UNZ+1+42'"
    ));
    assert_eq!(seen.segments, ["BGM 1.1=745"]);
    assert_eq!(seen.codes, ["invalid-una"]);
}

#[test]
fn spans_point_at_the_values() {
    let text = interchange("NAD+FL+++O?'MARREN:TOVA'");
    let mut reader = Reader::of_slice(text.as_bytes());
    let message = reader.next().unwrap().unwrap();
    let nad = message.segments().next().unwrap();
    assert_eq!(nad.component(4, 1).span().of(message.bytes()), b"O?'MARREN");
    assert_eq!(nad.span().of(message.bytes()), b"NAD+FL+++O?'MARREN:TOVA'");
    assert_eq!(nad.path().to_string(), "NAD #2");
    assert!(message.body().of(message.bytes()).starts_with(b"UNH+1"));
    assert!(message.body().of(message.bytes()).ends_with(b"UNT+4+1'"));
}

/// Every byte that is neither white space nor a separator lies in a segment, an envelope or a
/// diagnostic.
fn every_byte_is_accounted_for(bytes: &[u8]) -> Result<(), TestCaseError> {
    let mut reader = Reader::of_slice(bytes);
    let mut total = 0;
    while let Some(message) = reader.next().expect("a slice never fails") {
        prop_assert_eq!(message.offset() as usize, total);
        total += message.bytes().len();
        let mut covered = vec![false; message.bytes().len()];
        let mut cover = |span: Span| {
            for c in covered
                .iter_mut()
                .take(span.end as usize)
                .skip(span.start as usize)
            {
                *c = true;
            }
        };
        message.all_segments().for_each(|s| cover(s.span()));
        message.diagnostics().iter().for_each(|d| cover(d.span));
        if let Some(envelope) = message.envelope() {
            cover(envelope.span);
        }
        let bytes = message.bytes();
        let advices: Vec<usize> = (0..bytes.len())
            .filter(|&i| bytes[i..].starts_with(b"UNA"))
            .collect();
        for (i, b) in message.bytes().iter().enumerate() {
            let in_advice = advices.iter().any(|a| (*a..a + 9).contains(&i));
            prop_assert!(
                covered[i] || *b <= b' ' || in_advice || *b >= 0x80,
                "byte {} ({:?}) of {:?} is nowhere",
                i,
                *b as char,
                String::from_utf8_lossy(message.bytes())
            );
        }
    }
    let rest = &bytes[total..];
    prop_assert!(rest.iter().all(|b| *b <= b' '), "left out: {rest:?}");
    Ok(())
}

const GOOD: &str = "UNA:+.? 'UNB+UNOA:4+A+B+260314:0610+42'UNG+PAXLST+A+B+260314:0610+7'\
    UNH+1+PAXLST:D:15B:UN:IATA'BGM+745'NAD+FL+++O?'MARREN:TOVA'ATT+2++F'UNT+5+1'UNE+1+7'UNZ+1+42'\r\n";

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic_and_are_all_accounted_for(
        bytes in prop::collection::vec(any::<u8>(), 0..300)
    ) {
        every_byte_is_accounted_for(&bytes)?;
        read(&bytes);
    }

    #[test]
    fn shuffled_pieces_never_panic_and_are_all_accounted_for(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "UNA:+.? '", "UNA:*.? #", "UNB+UNOA:4+A+B+1:1+42'", "UNH+1+PAXLST'", "UNT+2+1'",
                "UNZ+1+42'", "UNG+P+A+B+1:1+7'", "UNE+1+7'", "NAD+FL+++A:B'", "\r\n", "'", "?", "??",
                "\u{2019}", "UN", "UNH", "x", "QU TWCUSXS\r\n", "\x02", "\x03", "BGM+7", "+", ":", " ",
            ]), 0..40)
    ) {
        let bytes = pieces.concat().into_bytes();
        every_byte_is_accounted_for(&bytes)?;
        read(&bytes);
    }

    #[test]
    fn flipped_truncated_messages_never_panic_and_are_all_accounted_for(
        flips in prop::collection::vec((0usize..400, any::<u8>()), 0..6),
        cut in 0usize..400,
    ) {
        let mut bytes = GOOD.repeat(2).into_bytes();
        for (at, byte) in flips {
            let n = bytes.len();
            bytes[at % n] = byte;
        }
        bytes.truncate(bytes.len() - cut.min(bytes.len()));
        every_byte_is_accounted_for(&bytes)?;
        read(&bytes);
    }

    #[test]
    fn what_is_written_reads_back(
        segments in prop::collection::vec(
            ("[A-TV-Z][A-Z]{2}", prop::collection::vec(
                prop::collection::vec("[ -~äöüßŁ'+:?*.-]{0,12}", 0..4), 0..5)), 1..8),
        separators in prop::sample::select(vec![*b":+?'", *b":*?#", *b":-?'", *b"()|-", *b":+\\'"]),
    ) {
        let [component, element, release, terminator] = separators;
        let separators = Separators {
            component, element, terminator, release: Some(release), ..Separators::DEFAULT
        };
        let unb: &[&[&str]] = &[&["UNOY", "3"], &["A"], &["B"], &["260314", "0610"], &["42"]];
        let mut writer = InterchangeWriter::new(separators, Charset::Utf8, unb);
        writer.begin_message(&[&["1"], &["PAXLST", "D", "15B", "UN"]]);
        for (tag, elements) in &segments {
            let elements: Vec<Vec<&str>> =
                elements.iter().map(|e| e.iter().map(String::as_str).collect()).collect();
            let elements: Vec<&[&str]> = elements.iter().map(Vec::as_slice).collect();
            writer.segment(tag, &elements);
        }
        writer.end_message();
        let bytes = writer.finish();
        let mut reader = Reader::of_slice(&bytes);
        let message = reader.next().unwrap().unwrap();
        prop_assert_eq!(message.diagnostics(), &[]);
        let read: Vec<_> = message.segments().collect();
        prop_assert_eq!(read.len(), segments.len());
        for (segment, (tag, elements)) in read.iter().zip(&segments) {
            let found = segment.tag();
            prop_assert_eq!(found.as_slice(), tag.as_bytes());
            for (e, element) in elements.iter().enumerate() {
                for (c, text) in element.iter().enumerate() {
                    let found = segment.text(e as u8 + 1, c as u8 + 1);
                    prop_assert_eq!(found.as_ref(), text.trim_matches(' '));
                }
            }
        }
    }
}
