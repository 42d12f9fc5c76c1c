//! What happens in a world: carriers report flights, correct themselves and close them; lists come
//! out and change. One seed decides all of it.

use std::fmt::Write as _;

use jiff::civil::{Date, DateTime, date};
use jiff::{SignedDuration, ToSpan as _};
use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

/// Dice of a seed.
pub(crate) struct Dice(SplitMix64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(SplitMix64::seed_from_u64(seed))
    }

    /// Less than `sides`.
    pub(crate) fn below(&mut self, sides: usize) -> usize {
        (self.0.next_u64() % sides.max(1) as u64) as usize
    }

    /// Happens `in_hundred` times of a hundred.
    pub(crate) fn happens(&mut self, in_hundred: usize) -> bool {
        self.below(100) < in_hundred
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

/// An invented person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Invented {
    pub(crate) surname: &'static str,
    pub(crate) given: &'static str,
    pub(crate) sex: char,
    pub(crate) born: Date,
    pub(crate) nationality: &'static str,
}

const fn person(
    surname: &'static str,
    given: &'static str,
    sex: char,
    born: Date,
    nationality: &'static str,
) -> Invented {
    Invented {
        surname,
        given,
        sex,
        born,
        nationality,
    }
}

/// Who travels in these worlds. Nobody of them exists.
pub(crate) const PEOPLE: &[Invented] = &[
    person("TESTANI", "KASIM", 'M', date(1971, 2, 3), "IRQ"),
    person("OMARREN", "TOVA", 'F', date(1988, 2, 29), "SWE"),
    person("IBARRONDO", "MIKEL", 'M', date(1951, 8, 3), "ESP"),
    person("QUISTAREV", "DRAGOMIR", 'M', date(1979, 11, 12), "BGR"),
    person("ZELBAYEVA", "AINAGUL", 'F', date(1990, 5, 21), "KAZ"),
    person("MBOKWELE", "TSEHAYNESH", 'F', date(1984, 7, 7), "ETH"),
    person("HARKONSSON", "LEIFUR", 'M', date(1966, 1, 30), "ISL"),
    person("VELTHUYZEN", "JORINDE", 'F', date(1995, 12, 9), "NLD"),
    person("ALQASMOURI", "NIZAMETTIN", 'M', date(1982, 3, 17), "SYR"),
    person("POUTANIEMI", "ESKOLAINEN", 'M', date(1973, 9, 25), "FIN"),
];

/// Which of [`PEOPLE`] may come onto a list.
const LISTABLE: &[usize] = &[0, 3, 4, 8];

/// Bytes that a carrier delivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) bytes: Vec<u8>,
    /// Whether it says of itself that it is a test.
    pub(crate) test: bool,
}

/// One version of the world's list: who stands on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) listed: Vec<usize>,
    pub(crate) published: Date,
}

/// Everything that is going to happen, before the accidents.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    pub(crate) messages: Vec<Message>,
    pub(crate) versions: Vec<Version>,
}

const FLIGHTS: usize = 3;
/// When the story begins.
pub(crate) const BEGIN: DateTime = date(2026, 11, 24).at(6, 0, 0, 0);

impl Story {
    pub(crate) fn of(dice: &mut Dice) -> Self {
        let mut messages = Vec::new();
        for flight in 0..FLIGHTS {
            let mut on_board: Vec<usize> = (0..PEOPLE.len()).collect();
            dice.shuffle(&mut on_board);
            on_board.truncate(2 + dice.below(4));
            let test = flight == FLIGHTS - 1 && dice.happens(40);
            let mut sent = BEGIN + SignedDuration::from_mins(10 * flight as i64);
            let mut say = |function: &str, people: &[usize], wrong_date: bool| {
                sent += 7.minutes();
                let text = paxlst(
                    messages.len(),
                    flight,
                    sent,
                    function,
                    people,
                    wrong_date,
                    test,
                );
                messages.push(Message {
                    bytes: text.into_bytes(),
                    test,
                });
            };
            // The first report may have somebody's birth date wrong; a later one has it right.
            let wrong = dice.happens(30);
            say("745", &on_board, wrong);
            if wrong || dice.happens(40) {
                say("745", &on_board, false);
            }
            if dice.happens(50) {
                let boarded = &on_board[..on_board.len() - usize::from(dice.happens(50))];
                say("266+CLOB", boarded, false);
            }
        }
        let mut versions = Vec::new();
        for version in 0..1 + dice.below(4) {
            let mut listed: Vec<usize> = LISTABLE.to_vec();
            listed.retain(|_| dice.happens(60));
            if listed.is_empty() {
                listed.push(LISTABLE[dice.below(LISTABLE.len())]);
            }
            versions.push(Version {
                listed,
                published: date(2026, 11, 1 + version as i8),
            });
        }
        Self { messages, versions }
    }
}

impl Version {
    /// The file in the project's own form.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut text = String::new();
        for at in &self.listed {
            let person = &PEOPLE[*at];
            let _ = writeln!(
                text,
                r#"{{"list":"world-watch","list_date":"{}","entry":"W-{at}","kind":"person","surname":"{}","given":"{}","sex":"{}","born":["{}"],"nationalities":["{}"],"programmes":["invented"],"measures":["travel-ban"]}}"#,
                self.published,
                person.surname,
                person.given,
                person.sex,
                person.born,
                person.nationality,
            );
        }
        text.into_bytes()
    }
}

/// A passenger list as the invented carrier writes it.
fn paxlst(
    number: usize,
    flight: usize,
    sent: DateTime,
    function: &str,
    people: &[usize],
    wrong_date: bool,
    test: bool,
) -> String {
    let departs = BEGIN + SignedDuration::from_hours(6 + flight as i64);
    let arrives = departs + 4.hours();
    let time = |at: DateTime| at.strftime("%y%m%d%H%M").to_string();
    let mut body = format!(
        "BGM+{function}'\nRFF+TN:QZ{number:08}:::001'\nNAD+MS+++QUILLAN AIR OPS CENTRE'\n\
         TDT+20+QZ{}+++QZ'\nLOC+125+ARN'\nDTM+189:{}:201'\nLOC+87+LIS'\nDTM+232:{}:201'\n",
        417 + flight,
        time(departs),
        time(arrives),
    );
    for (place, at) in people.iter().enumerate() {
        let person = &PEOPLE[*at];
        let born = if wrong_date && place == 0 {
            person.born + 2.years()
        } else {
            person.born
        };
        let _ = write!(
            body,
            "NAD+FL+++{}:{}'\nATT+2++{}'\nDTM+329:{}:102'\nLOC+178+ARN'\nLOC+179+LIS'\nNAT+2+{}'\n\
             RFF+AVF:W{flight}{at}XYZ'\nRFF+ABO:QZ{flight}{at:04}'\nDOC+P:110:111+W{at}{:06}'\n\
             LOC+91+{}'\n",
            person.surname,
            person.given,
            person.sex,
            born.strftime("%Y%m%d"),
            person.nationality,
            100_000 + at,
            person.nationality,
        );
    }
    let _ = writeln!(body, "CNT+42:{}'", people.len());
    let segments = body.matches('\n').count() + 2;
    let mark = if test { "++++1" } else { "" };
    let reference = format!("W{number:07}");
    let prepared = sent.strftime("%y%m%d:%H%M");
    format!(
        "UNA:+.? '\nUNB+UNOA:4+QZAIR:ZZ+TWCUST:ZZ+{prepared}+{reference}++APIS{mark}'\n\
         UNH+M{number}+PAXLST:D:15B:UN:IATA'\n{body}UNT+{segments}+M{number}'\nUNZ+1+{reference}'\n",
    )
}
