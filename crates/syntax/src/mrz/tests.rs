//! Whole zones: the specimens of Doc 9303, composed ones, and properties.

use proptest::prelude::*;
use tidewaiter_diagnostics::codes::syntax::{MRZ_CHECK_DIGIT, MRZ_LAYOUT, MRZ_REPAIRED};
use tidewaiter_diagnostics::{Code, Reading, Severity, Sourced, Span};

use super::*;

/// The specimen of Doc 9303 part 4.
const TD3: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n\
                   L898902C36UTO7408122F1204159ZE184226B<<<<<10";
/// The specimens of parts 5, 6 and 7.
const TD1: &str = "I<UTOD231458907<<<<<<<<<<<<<<<\n\
                   7408122F1204159UTO<<<<<<<<<<<6\n\
                   ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
const TD2: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n\
                   D231458907UTO7408122F1204159<<<<<<<6";
const MRV_A: &str = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n\
                     L8988901C4XXX4009078F96121096ZE184226B<<<<<<";
const MRV_B: &str = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n\
                     L8988901C4XXX4009078F9612109<<<<<<<<";
/// A card whose number has twelve characters (part 11, appendix D).
const TD1_LONG: &str = "I<UTOD23145890<7349<<<<<<<<<<<\n\
                        3407127M9507122UTO<<<<<<<<<<<2\n\
                        STEVENSON<<PETER<JOHN<<<<<<<<<";
const TD2_LONG: &str = "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<\n\
                        D23145890<UTO3407127M95071227349<<<8";

fn codes(reading: &Reading<Mrz>) -> Vec<&'static Code> {
    reading.diagnostics.iter().map(|d| d.code).collect()
}

/// Reads what must be a zone without a flaw.
fn clean(text: &str) -> Mrz {
    let reading = read(text.as_bytes());
    assert_eq!(reading.diagnostics, [], "{text}");
    reading.value.expect("a zone")
}

fn date(year: u8, month: u8, day: u8) -> Option<MrzDate> {
    MrzDate::new(Some(year), Some(month), Some(day))
}

#[test]
fn the_passport_specimen_reads_to_its_fields() {
    let mrz = clean(TD3);
    assert_eq!(mrz.format, Format::Td3);
    assert_eq!(*mrz.document_code, "P");
    assert_eq!(*mrz.issuer, "UTO");
    assert_eq!(*mrz.names, Names::new(["ERIKSSON"], ["ANNA", "MARIA"]));
    assert_eq!(*mrz.number, "L898902C3");
    assert_eq!(*mrz.nationality, "UTO");
    assert_eq!(*mrz.birth, date(74, 8, 12));
    assert_eq!(*mrz.sex, Sex::Female);
    assert_eq!(*mrz.expiry, date(12, 4, 15));
    assert_eq!(*mrz.optional, "ZE184226B");
    assert!(!mrz.names_may_be_truncated());
    assert_eq!(mrz.number.span.of(TD3.as_bytes()), b"L898902C3");
    assert_eq!(mrz.nationality.span.of(TD3.as_bytes()), b"UTO");
}

#[test]
fn every_specimen_reads_and_writes_back() {
    let layouts = [
        (TD1, Format::Td1),
        (TD2, Format::Td2),
        (TD3, Format::Td3),
        (MRV_A, Format::MrvA),
        (MRV_B, Format::MrvB),
        (TD1_LONG, Format::Td1),
        (TD2_LONG, Format::Td2),
    ];
    for (text, format) in layouts {
        let mrz = clean(text);
        assert_eq!(mrz.format, format);
        assert_eq!(mrz.write().as_deref(), Ok(text));
    }
}

#[test]
fn the_composed_documents_read_and_write_back() {
    for text in [
        "P<UTOQUILLAN<<MARIT<JOSE<<<<<<<<<<<<<<<<<<<<\n\
         TW01504205UTO8802299F3107047ZX<4411<<<<<<<20",
        "P<UTOVESTERGARD<<ALMA<<<<<<<<<<<<<<<\n\
         TW01504227XXB7905115<3011205<<<<<<<0",
        "I<UTOTW01504216<<<<<<<<<<<<<<<\n\
         5108037M2801315UTO<<<<<<<<<<<8\n\
         IBARRONDO<<MIKEL<<<<<<<<<<<<<<",
    ] {
        assert_eq!(clean(text).write().as_deref(), Ok(text));
    }
}

#[test]
fn long_numbers_are_joined() {
    for text in [TD1_LONG, TD2_LONG] {
        let mrz = clean(text);
        assert_eq!(*mrz.number, "D23145890734");
        assert_eq!(*mrz.optional, "");
    }
}

#[test]
fn unknown_parts_of_a_birth_date_stay_unknown() {
    let mut mrz = clean(TD2);
    mrz.birth.value = MrzDate::new(Some(51), None, None);
    let written = mrz.write().unwrap();
    assert!(written.contains("UTO51<<<<"));
    assert_eq!(clean(&written), mrz);
}

#[test]
fn every_check_digit_is_checked() {
    // Line 2, column from 1, and how many check digits fail then.
    for (text, places) in [
        (
            TD3,
            vec![(1, 10, 2), (1, 20, 2), (1, 28, 2), (1, 43, 2), (1, 44, 1)],
        ),
        (TD2, vec![(1, 10, 2), (1, 20, 2), (1, 28, 2), (1, 36, 1)]),
        (TD1, vec![(0, 15, 2), (1, 7, 2), (1, 15, 2), (1, 30, 1)]),
        (MRV_A, vec![(1, 10, 1), (1, 20, 1), (1, 28, 1)]),
        (MRV_B, vec![(1, 10, 1), (1, 20, 1), (1, 28, 1)]),
        (TD1_LONG, vec![(0, 19, 2)]),
        (TD2_LONG, vec![(1, 32, 2)]),
    ] {
        for (line, column, failing) in places {
            let width = text.find('\n').unwrap() + 1;
            let at = line * width + column - 1;
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'9' {
                b'0'
            } else {
                bytes[at] + 1
            };
            let reading = read(&bytes);
            assert!(reading.value.is_some());
            assert_eq!(
                codes(&reading),
                vec![&MRZ_CHECK_DIGIT; failing],
                "{text} {line}:{column}"
            );
            let here = Span::from_range(at..at + 1);
            assert!(
                reading
                    .diagnostics
                    .iter()
                    .all(|d| { d.span.start <= here.start && here.end <= d.span.end })
            );
        }
    }
}

#[test]
fn look_alikes_are_exchanged_where_a_check_digit_fails() {
    // O for 0 in the number, O for 0 twice in a date, I for 1 in the composite check digit.
    for (from, to, count) in [
        ("L898902C3", "L8989O2C3", 2),
        ("7408122", "74O8122", 1),
        ("1204159", "I2O4IS9", 1),
        ("<<<<<10", "<<<<<IO", 2),
    ] {
        let text = TD3.replace(from, to);
        let reading = read(text.as_bytes());
        assert_eq!(reading.value, Some(clean(TD3)), "{to}");
        let found = codes(&reading);
        assert!(found.iter().all(|&c| c == &MRZ_REPAIRED), "{to}: {found:?}");
        assert!((1..=count).contains(&found.len()), "{to}: {found:?}");
        assert!(
            reading
                .diagnostics
                .iter()
                .all(|d| d.severity == Severity::Error)
        );
    }
}

#[test]
fn a_letter_in_a_date_is_exchanged_even_where_the_check_digit_cannot_see_it() {
    let mut mrz = clean(TD3);
    mrz.birth.value = date(66, 8, 12);
    let text = mrz.write().unwrap();
    let reading = read(text.replace("660812", "G60812").as_bytes());
    assert_eq!(reading.value, Some(mrz));
    assert_eq!(codes(&reading), [&MRZ_REPAIRED]);
}

#[test]
fn names_are_never_repaired() {
    let reading = read(TD3.replace("ERIKSSON", "ER1KSSON").as_bytes());
    assert_eq!(reading.value.unwrap().names.primary, ["ER1KSSON"]);
    assert_eq!(
        codes(&read(TD3.replace("ERIKSSON", "ER1KSSON").as_bytes())),
        [&MRZ_LAYOUT]
    );
}

#[test]
fn the_form_of_the_lines_does_not_matter() {
    for text in [TD1, TD2, TD3, MRV_A, MRV_B] {
        for form in [
            text.replace('\n', "\r\n"),
            text.replace('\n', "\r"),
            text.replace('\n', " "),
            text.replace('\n', ""),
            text.replace('\n', "\n \n"),
            format!("\n  {text}\t\n\n"),
        ] {
            let reading = read(form.as_bytes());
            assert_eq!(reading.value, Some(clean(text)));
            assert_eq!(reading.diagnostics, []);
        }
    }
}

#[test]
fn deviations_of_form_are_read_and_said() {
    for (form, severity) in [
        (TD3.to_lowercase(), Severity::Warning),
        (TD3.replace("<<<<<<<<<<<<<<<<<<<\n", "\n"), Severity::Error),
        (TD3.replace("<<<<<\n", "<<<<<<<\n"), Severity::Error),
        (
            TD3.replace('<', " ").replace("P UTO", "P<UTO"),
            Severity::Warning,
        ),
        (TD3.replacen("<<<\n", "«<<\n", 1), Severity::Error),
        (TD3.replace("2F1", "2X1"), Severity::Warning),
    ] {
        let reading = read(form.as_bytes());
        let mrz = reading.value.expect(&form);
        assert_eq!(*mrz.number, "L898902C3", "{form}");
        assert_eq!(mrz.names.primary, ["ERIKSSON"], "{form}");
        assert!(!reading.diagnostics.is_empty(), "{form}");
        for diagnostic in &reading.diagnostics {
            assert_eq!(
                (diagnostic.code, diagnostic.severity),
                (&MRZ_LAYOUT, severity),
                "{form}"
            );
        }
    }
}

#[test]
fn what_is_no_zone_is_said() {
    let long = vec![b'<'; 100_000];
    for bytes in [
        &b""[..],
        b"P<UTO",
        b"UNB+UNOA:4+AIR1+NCA'",
        &long,
        b"\xff\xfe\x00",
        b"\n\n\n",
    ] {
        let reading = read(bytes);
        assert_eq!(reading.value, None);
        assert_eq!(codes(&reading), [&MRZ_LAYOUT]);
    }
}

#[test]
fn messages_quote_no_personal_value() {
    let broken = TD3
        .replace("L898902C36", "L898902C37")
        .replace("740812", "741312");
    for diagnostic in read(broken.as_bytes()).diagnostics {
        for value in ["ERIKSSON", "L898902C3", "741312"] {
            assert!(!diagnostic.message.contains(value));
        }
    }
}

#[test]
fn what_cannot_be_written_is_refused() {
    let good = clean(TD3);
    let with = |change: fn(&mut Mrz)| {
        let mut mrz = good.clone();
        change(&mut mrz);
        mrz.write().unwrap_err()
    };
    assert_eq!(
        with(|m| m.number.value = "L898902C34".into()),
        WriteError::TooLong {
            field: "document number",
            limit: 9
        }
    );
    assert_eq!(
        with(|m| m.birth.value = None),
        WriteError::Date("date of birth")
    );
    assert_eq!(
        with(|m| m.document_code.value = "V".into()),
        WriteError::DocumentCode
    );
    assert_eq!(
        with(|m| m.names.value = Names::default()),
        WriteError::NoName
    );
    assert_eq!(
        with(|m| m.names.value.primary = vec!["MÜLLER".into()]),
        WriteError::Characters("name")
    );
    assert_eq!(
        with(|m| m.second_optional.value = "A".into()),
        WriteError::TooLong {
            field: "second optional data",
            limit: 0
        }
    );
    let mut card = clean(TD2);
    card.number.value = "D23145890734567".into();
    assert_eq!(
        card.write(),
        Err(WriteError::TooLong {
            field: "document number",
            limit: 14
        })
    );
}

/// Arbitrary content of a layout, as large as it may be.
fn content() -> impl Strategy<Value = Mrz> {
    let part = |most: u8| proptest::option::of(1..=most);
    let dates = move || {
        (part(99), part(12), part(31)).prop_filter_map("a date", |(year, month, day)| {
            MrzDate::new(year, month, day)
        })
    };
    let names = || proptest::collection::vec("[A-Z]{1,6}", 1..3);
    let sex = prop_oneof![Just(Sex::Female), Just(Sex::Male), Just(Sex::Unspecified)];
    let texts = ("[A-Z]?", "[A-Z]{1,3}", "[A-Z]{3}");
    let runs = (
        "[A-Z0-9]{0,9}",
        "[A-Z0-9]{0,5}",
        "[A-Z0-9<]{0,14}[A-Z0-9]?",
        "[A-Z0-9]{0,11}",
    );
    let format = proptest::sample::select(Format::ALL.to_vec());
    (
        format,
        texts,
        runs,
        (names(), names()),
        (dates(), dates()),
        sex,
    )
        .prop_map(
            |(
                format,
                (code, issuer, nationality),
                runs,
                (primary, secondary),
                (birth, expiry),
                sex,
            )| {
                let (head, tail, optional, second) = runs;
                let long = format.layout().long_numbers && head.len() == 9 && !tail.is_empty();
                let number = if long { format!("{head}{tail}") } else { head };
                let taken = if long { tail.len() + 2 } else { 0 };
                let room = format.layout().optional.len() - taken;
                let optional = &optional[..optional.len().min(room)];
                let first = if format.is_visa() { "V" } else { "I" };
                let new = |text: &str| Sourced::new(text.to_owned(), Span::default());
                Mrz {
                    format,
                    document_code: new(&format!("{first}{code}")),
                    issuer: new(&issuer),
                    names: Sourced::new(Names::new(primary, secondary), Span::default()),
                    number: new(&number),
                    nationality: new(&nationality),
                    birth: Sourced::new(Some(birth), Span::default()),
                    sex: Sourced::new(sex, Span::default()),
                    expiry: Sourced::new(Some(expiry), Span::default()),
                    optional: new(optional.trim_end_matches('<')),
                    second_optional: new(if format == Format::Td1 { &second } else { "" }),
                }
            },
        )
}

proptest! {
    #[test]
    fn what_is_written_reads_back(mrz in content()) {
        let written = mrz.write().unwrap();
        let reading = read(written.as_bytes());
        prop_assert_eq!(reading.diagnostics, []);
        prop_assert_eq!(reading.value, Some(mrz));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        fuzz(&bytes);
    }

    #[test]
    fn arbitrary_characters_of_a_zone_never_panic(
        size in proptest::sample::select(vec![72_usize, 88, 90]),
        text in "[A-Z0-9<]{90}",
    ) {
        fuzz(&text.as_bytes()[..size]);
    }

    #[test]
    fn a_damaged_zone_is_read(mrz in content(), at in 0_usize..95, byte: u8) {
        let mut bytes = mrz.write().unwrap().into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        fuzz(&bytes);
        let reading = read(&bytes);
        for diagnostic in &reading.diagnostics {
            prop_assert!(diagnostic.span.end as usize <= bytes.len());
        }
    }

    #[test]
    fn one_changed_digit_is_never_silent(mrz in content(), at: proptest::sample::Index, by in 1_u8..10) {
        let mut bytes = mrz.write().unwrap().into_bytes();
        // Digits under a check digit, and check digits; the optional data of visas have none.
        let layout = mrz.format.layout();
        let visa_optional = layout.optional.start + mrz.format.lines() - 1;
        let covered: Vec<usize> = (0..bytes.len())
            .filter(|&at| bytes[at].is_ascii_digit())
            .filter(|&at| !(mrz.format.is_visa() && at >= visa_optional))
            .collect();
        let at = covered[at.index(covered.len())];
        let other = b'0' + (bytes[at] - b'0' + by) % 10;
        bytes[at] = other;
        let reading = read(&bytes);
        prop_assert!(codes(&reading).iter().any(|&c| c == &MRZ_CHECK_DIGIT || c == &MRZ_REPAIRED));
    }
}
