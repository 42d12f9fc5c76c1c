//! `tidewaiter match` and `tidewaiter compare`: queries against lists, and pairs weighed.

mod documents;
pub(crate) mod json;
mod query;
pub(crate) mod text;

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use serde::Deserialize;
use serde_json::Value;
use tidewaiter_matching::{
    Entry, Explanation, Match, PRIOR, Searcher, Settings, Snapshot, score, weigh,
};

use crate::exit::Exit;
use crate::lists::{Trouble, complain, load};
use documents::{Register, Reported};
use json::{AnswerLine, ErrorLine, ExplanationLine, MatchLine, PairLine};
use query::{Asked, Query, QueryDocument, Texts};

/// Longest line of queries or pairs, in bytes.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// Most matches of a query, when no other number is asked for.
const MATCHES_DEFAULT: usize = 10;

/// Least score of a match that is shown.
const SCORE_MIN: f64 = 0.01;

/// Screen queries against lists, and explain every match
///
/// Exit status: 0 every query was answered; 1 a line of the queries, or a field of one, could not be
/// used (the others are answered all the same); 2 wrong usage, or a list or file that could not be
/// read.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(true)
    .args(["name", "document", "queries"]))]
pub(crate) struct MatchOptions {
    /// Lists, their formats told by their content: files, or folders of them
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    list: Vec<PathBuf>,

    /// Print JSON Lines: one object a query
    #[arg(long)]
    json: bool,

    /// Most matches of a query [default: 10]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,

    /// The name to look for
    #[arg(long, value_name = "TEXT", conflicts_with = "queries")]
    name: Option<String>,

    /// Date of birth: 1970, 1970-05 or 1970-05-17
    #[arg(long, value_name = "DATE", conflicts_with = "queries")]
    born: Option<String>,

    /// Nationality, as a code of two or three letters
    #[arg(long, value_name = "CODE", conflicts_with = "queries")]
    nationality: Vec<String>,

    /// Sex: M, F or X
    #[arg(long, value_name = "S", conflicts_with = "queries")]
    sex: Option<String>,

    /// Travel document: its number, and its issuer behind a slash
    #[arg(long, value_name = "NO/ISSUER", conflicts_with = "queries")]
    document: Vec<String>,

    /// Queries, one JSON object a line; - for standard input
    #[arg(long, value_name = "FILE.jsonl")]
    queries: Option<PathBuf>,
}

/// Weigh pairs: one line a pair, in the same order
///
/// Exit status as of match.
#[derive(Debug, Args)]
pub(crate) struct CompareOptions {
    /// Pairs, one JSON object a line with left and right; - for standard input
    #[arg(long, value_name = "FILE.jsonl")]
    pairs: PathBuf,

    /// Print JSON Lines, as compare always does
    #[arg(long)]
    #[allow(
        dead_code,
        reason = "said for the sake of scripts that say it everywhere"
    )]
    json: bool,
}

/// Runs `match`.
pub(crate) fn run(options: &MatchOptions) -> Exit {
    let lists = match load(&options.list) {
        Ok(lists) => lists,
        Err(trouble) => return unreadable(&trouble.to_string()),
    };
    let registers: Result<Vec<Register>, Trouble> = lists
        .documents
        .iter()
        .map(|path| Register::open(path))
        .collect();
    let registers = match registers {
        Ok(registers) => registers,
        Err(trouble) => return unreadable(&trouble.to_string()),
    };
    let entries = lists.subjects.iter().flat_map(|list| &list.subjects);
    let snapshot = Snapshot::build(entries.map(Entry::from));
    let settings = Settings {
        floor: floor(),
        limit: Some(options.limit.unwrap_or(MATCHES_DEFAULT)),
        ..Settings::default()
    };
    let mut matcher = Matcher {
        searcher: snapshot.searcher(),
        registers: &registers,
        settings,
        json: options.json,
        width: crate::terminal::width(),
    };
    let mut out = output();
    let ended = match &options.queries {
        Some(path) => each_line(path, options.json, &mut out, |line, at, out| {
            matcher.line(line, at, out)
        }),
        None => {
            let query = options.query();
            match query.asked() {
                Ok(asked) if asked.notes.is_empty() => {
                    let title = options.name.as_deref().unwrap_or("document");
                    matcher
                        .answer(&query, &asked, title, &mut out)
                        .map(|()| Exit::Done)
                }
                // On the command line a value that cannot be used is wrong usage.
                Ok(asked) => return unreadable(&asked.notes.join("; ")),
                Err(error) => return unreadable(&format!("the query: {error}")),
            }
        }
    };
    finish(ended, out)
}

/// Runs `compare`.
pub(crate) fn compare(options: &CompareOptions) -> Exit {
    let settings = Settings::default();
    let mut out = output();
    let ended = each_line(&options.pairs, true, &mut out, |line, at, out| {
        let pair: Pair = match serde_json::from_str(line) {
            Ok(pair) => pair,
            Err(error) => return refuse(&Value::Null, at, &malformed(&error), out),
        };
        let sides = pair.left.asked().map_err(|error| format!("left: {error}"));
        let sides = sides.and_then(|left| {
            let right = pair
                .right
                .asked()
                .map_err(|error| format!("right: {error}"))?;
            Ok((left, right))
        });
        let (left, right) = match sides {
            Ok(sides) => sides,
            Err(error) => return refuse(&pair.id, at, &error, out),
        };
        let weight = weigh(&left.person, &right.person);
        let explanation = Explanation::of(&left.person, &right.person, &weight, &settings);
        let side = |name: &'static str, asked: &Asked| -> Vec<String> {
            asked.notes.iter().map(|n| format!("{name}: {n}")).collect()
        };
        let notes = [side("left", &left), side("right", &right)].concat();
        let answer = PairLine {
            id: &pair.id,
            score: json::probability(score(weight.bits())),
            bits: json::bits(weight.bits()),
            band: settings.band(weight.bits()).as_str(),
            explanation: ExplanationLine::of(&explanation),
            notes: &notes,
        };
        write_line(out, &answer)?;
        Ok(note_all(at, &notes))
    });
    finish(ended, out)
}

#[derive(Deserialize)]
struct Pair {
    #[serde(default)]
    id: Value,
    left: Query,
    right: Query,
}

impl MatchOptions {
    /// The query of the command line.
    fn query(&self) -> Query {
        let many = |texts: &[String]| (!texts.is_empty()).then(|| Texts::Many(texts.to_vec()));
        Query {
            name: self.name.clone(),
            born: self.born.clone().map(Texts::One),
            sex: self.sex.clone(),
            nationality: many(&self.nationality),
            documents: Some(
                self.document
                    .iter()
                    .map(|text| match text.rsplit_once('/') {
                        Some((number, issuer)) => QueryDocument {
                            number: number.to_owned(),
                            issuer: Some(issuer.to_owned()),
                        },
                        None => QueryDocument {
                            number: text.clone(),
                            issuer: None,
                        },
                    })
                    .collect(),
            ),
            ..Query::default()
        }
    }
}

/// Answers queries.
struct Matcher<'s> {
    searcher: Searcher<'s>,
    registers: &'s [Register],
    settings: Settings,
    json: bool,
    width: usize,
}

impl Matcher<'_> {
    /// Answers one line of queries.
    fn line(&mut self, line: &str, at: At<'_>, out: &mut impl Write) -> io::Result<Exit> {
        let query: Query = match serde_json::from_str(line) {
            Ok(query) => query,
            Err(error) => return refuse(&Value::Null, at, &malformed(&error), out),
        };
        let asked = match query.asked() {
            Ok(asked) => asked,
            Err(error) => return refuse(&query.id, at, &error.to_string(), out),
        };
        let title = match &query.id {
            Value::Null => format!("line {}", at.line),
            Value::String(id) => id.clone(),
            other => other.to_string(),
        };
        self.answer(&query, &asked, &title, out)?;
        Ok(note_all(at, &asked.notes))
    }

    fn answer(
        &mut self,
        query: &Query,
        asked: &Asked,
        title: &str,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let person = &asked.person;
        let settings = &self.settings;
        let mut found: Vec<Found> = Vec::new();
        for document in &person.documents {
            for register in self.registers {
                let reported = register.find(document, settings)?;
                found.extend(reported.into_iter().map(Found::Document));
            }
        }
        found.extend(self.searcher.search(person, settings).into_iter().map(|m| {
            let weight = weigh(person, &m.person);
            let explanation = Explanation::of(person, &m.person, &weight, settings);
            Found::Subject(Box::new(m), explanation)
        }));
        found.sort_by(|a, b| b.bits().total_cmp(&a.bits()));
        found.truncate(settings.limit.unwrap_or(usize::MAX));
        if self.json {
            let answer = AnswerLine {
                id: &query.id,
                matches: found.iter().map(Found::line).collect(),
                notes: &asked.notes,
            };
            return write_line(out, &answer);
        }
        let mut page = String::new();
        text::heading(&mut page, self.width, title, found.len());
        for (number, found) in (1..).zip(&found) {
            text::one(
                &mut page,
                self.width,
                number,
                &found.line(),
                found.explanation(),
            );
        }
        out.write_all(page.as_bytes())
    }
}

/// A listed subject or a reported document that a query finds.
enum Found {
    Subject(Box<Match>, Explanation),
    Document(Reported),
}

impl Found {
    fn bits(&self) -> f32 {
        match self {
            Self::Subject(found, _) => found.bits,
            Self::Document(reported) => reported.bits,
        }
    }

    fn explanation(&self) -> &Explanation {
        match self {
            Self::Subject(_, explanation) => explanation,
            Self::Document(reported) => &reported.explanation,
        }
    }

    fn line(&self) -> MatchLine<'_> {
        match self {
            Self::Subject(found, explanation) => MatchLine::of(found, explanation),
            Self::Document(reported) => MatchLine::document(reported),
        }
    }
}

/// The bits at which a match has the least score that is shown.
fn floor() -> f32 {
    (SCORE_MIN / (1.0 - SCORE_MIN)).log2() as f32 - PRIOR
}

/// Where a line stands, and how the answers to lines are written.
#[derive(Clone, Copy)]
struct At<'a> {
    /// The file as given; `-` for standard input.
    file: &'a str,
    /// Number of the line, from 1.
    line: u64,
    /// Whether answers are JSON, in which a line that is not answered keeps its place.
    json: bool,
}

/// Gives each line that holds something to `each`, with its number from 1. A line that is too long
/// or no text is said and passed over; so is a failure to read.
fn each_line<W: Write>(
    path: &Path,
    json: bool,
    out: &mut W,
    mut each: impl FnMut(&str, At<'_>, &mut W) -> io::Result<Exit>,
) -> io::Result<Exit> {
    let trouble = |error: &io::Error| unreadable(&format!("{}: {error}", path.display()));
    let read: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        match File::open(path) {
            Ok(file) => Box::new(file),
            Err(error) => return Ok(trouble(&error)),
        }
    };
    let mut read = BufReader::new(read);
    let mut exit = Exit::Done;
    let file = path.to_string_lossy();
    let mut line = Vec::new();
    for number in 1.. {
        let at = At {
            file: &file,
            line: number,
            json,
        };
        line.clear();
        match read
            .by_ref()
            .take(LINE_BYTES_MAX)
            .read_until(b'\n', &mut line)
        {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => return Ok(exit.max(trouble(&error))),
        }
        if line.len() as u64 == LINE_BYTES_MAX && line.last() != Some(&b'\n') {
            if let Err(error) = read.skip_until(b'\n') {
                return Ok(exit.max(trouble(&error)));
            }
            let why = format!("is longer than {LINE_BYTES_MAX} bytes");
            exit = exit.max(refuse(&Value::Null, at, &why, out)?);
            continue;
        }
        let first = if number == 1 {
            &b"\xef\xbb\xbf"[..]
        } else {
            b""
        };
        let bytes = line.strip_prefix(first).unwrap_or(&line);
        let ended = match std::str::from_utf8(bytes) {
            Ok(text) if text.trim().is_empty() => continue,
            Ok(text) => each(text, at, out)?,
            Err(error) => {
                let why = format!("is no UTF-8 from byte {} on", error.valid_up_to());
                refuse(&Value::Null, at, &why, out)?
            }
        };
        exit = exit.max(ended);
    }
    Ok(exit)
}

/// What is wrong with a line, without quoting it: it holds personal data.
fn malformed(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Eof => "ends too early",
        serde_json::error::Category::Data => {
            "has a value of another kind than its key takes, or lacks one"
        }
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "is no JSON",
    };
    format!("{what}, at column {}", error.column())
}

/// Says why a line is not answered; as a line of the output too, so that the order stays.
fn refuse(id: &Value, at: At<'_>, error: &str, out: &mut impl Write) -> io::Result<Exit> {
    out.flush()?;
    complain(&format!("{}:{}: {error}", at.file, at.line));
    if at.json {
        let line = at.line;
        write_line(out, &ErrorLine { id, error, line })?;
    }
    Ok(Exit::Findings)
}

fn note_all(at: At<'_>, notes: &[String]) -> Exit {
    for note in notes {
        complain(&format!("{}:{}: {note}", at.file, at.line));
    }
    if notes.is_empty() {
        Exit::Done
    } else {
        Exit::Findings
    }
}

fn write_line(out: &mut impl Write, line: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

fn output() -> BufWriter<impl Write> {
    BufWriter::with_capacity(1 << 16, anstream::AutoStream::auto(io::stdout().lock()))
}

fn finish(ended: io::Result<Exit>, mut out: impl Write) -> Exit {
    match ended.and_then(|exit| out.flush().map(|()| exit)) {
        Ok(exit) => exit,
        // Whoever reads the output has seen enough (`| head`).
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => unreadable(&format!("standard output: {error}")),
    }
}

fn unreadable(what: &str) -> Exit {
    complain(what);
    Exit::Unreadable
}
