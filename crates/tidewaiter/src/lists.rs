//! `tidewaiter lists`: versions of lists and their differences.

pub(crate) mod held;
pub(crate) mod preview;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tidewaiter_diagnostics::codes::lists::LIST_UNKNOWN;
use tidewaiter_domain::{ListedSubject, Text};
use tidewaiter_formats::lists::version::{ListDiff, diff};
use tidewaiter_formats::lists::{ListFile, ListReading, Refusal, detect, read};
use tidewaiter_service::ListRef;

use crate::cli::{ListsCommand, ListsDiffOptions};
use crate::data::DataOption;
use crate::exit::Exit;

/// Runs the command on standard output and standard error.
pub(crate) fn run(command: &ListsCommand) -> Exit {
    let ended = match command {
        ListsCommand::Diff(options) => return differences(options),
        ListsCommand::Add(options) => held::add(options),
        ListsCommand::Show(options) => held::show(options),
        ListsCommand::Remove(options) => held::remove(options),
        ListsCommand::Preview(options) => preview::run(options),
        ListsCommand::Approve(options) => held::approve(options),
        ListsCommand::RollBack(options) => held::roll_back(options),
    };
    ended.unwrap_or_else(|trouble| trouble.tell())
}

/// Why a path gives no list.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("{path}: {error}")]
    Unreadable {
        path: String,
        #[source]
        error: io::Error,
    },
    #[error("{path}: {refusal}\n  {}", refusal.diagnostic.code.help)]
    Refused {
        path: String,
        #[source]
        refusal: Box<Refusal>,
    },
    #[error("{path}: holds {count} lists where one belongs")]
    Several { path: String, count: usize },
    #[error("no list in any of the paths")]
    NoList,
}

fn differences(options: &ListsDiffOptions) -> Exit {
    let (from, to) = match both(options) {
        Ok(both) => both,
        Err(why) => {
            complain(&why);
            return Exit::Unreadable;
        }
    };
    if from.list != to.list {
        complain(&format!(
            "the two are versions of different lists: {} and {}",
            from.list, to.list
        ));
    }
    let difference = diff(&from.subjects, &to.subjects);
    let mut out = io::stdout().lock();
    let written = if options.json {
        serde_json::to_writer(&mut out, &difference)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        write_text(&mut out, &difference)
    };
    match written {
        Ok(()) => Exit::Done,
        // Whoever reads the output has seen enough (`| head`).
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => {
            complain(&format!("standard output: {error}"));
            Exit::Unreadable
        }
    }
}

/// A version of a list.
struct Version {
    list: Text,
    subjects: Vec<ListedSubject>,
}

/// The two versions to be compared: files, or with a data folder what it holds.
fn both(options: &ListsDiffOptions) -> Result<(Version, Version), String> {
    let folder = match &options.data {
        None => None,
        Some(path) => {
            let data = DataOption { path: path.clone() };
            let folder = data.folder().map_err(|trouble| trouble.to_string())?;
            Some(folder.service().map_err(|trouble| trouble.to_string())?)
        }
    };
    let one = |text: &Path| -> Result<Version, String> {
        let held = text.to_str().and_then(ListRef::parse);
        match (&folder, held) {
            // A file that is there is meant, whatever it is called.
            (Some(service), Some(wanted)) if !text.exists() => Ok(Version {
                subjects: service
                    .list_version(&wanted)
                    .map_err(|error| format!("{}: {error}", text.display()))?,
                list: wanted.list.into(),
            }),
            _ => {
                let reading = list_at(text).map_err(|trouble| trouble.to_string())?;
                Ok(Version {
                    list: reading.list,
                    subjects: reading.subjects,
                })
            }
        }
    };
    Ok((one(&options.from)?, one(&options.to)?))
}

/// The one list in a file or in the files of a folder.
fn list_at(path: &Path) -> Result<ListReading, Trouble> {
    let mut lists = read_all(&files_of(path)?)?;
    let count = lists.len();
    match (lists.pop(), count) {
        (Some(list), 1) => Ok(list),
        _ => Err(Trouble::Several {
            path: path.display().to_string(),
            count,
        }),
    }
}

/// What files and folders hold.
pub(crate) struct Loaded {
    /// Lists of subjects.
    pub(crate) subjects: Vec<ListReading>,
    /// Files that are lists of documents: they may have millions of rows and are read as a stream.
    pub(crate) documents: Vec<PathBuf>,
}

/// The lists in files and folders. A file in no known form is passed over in a folder and said; named
/// itself it is an error, as is every list that is refused (cut off, packed, a web page): half of what
/// was asked for would clear people.
pub(crate) fn load(paths: &[PathBuf]) -> Result<Loaded, Trouble> {
    let mut contents = Vec::new();
    let mut documents = Vec::new();
    for path in paths {
        let folder = path.is_dir();
        for path in paths_of(path)? {
            if holds_documents(&path).map_err(unreadable(&path))? {
                documents.push(path);
                continue;
            }
            let (name, bytes) = whole(&path)?;
            match detect(&bytes) {
                Err(refusal) if folder && *refusal.diagnostic.code == LIST_UNKNOWN => {
                    complain(&format!("{name}: passed over: {refusal}"))
                }
                _ => contents.push((name, bytes)),
            }
        }
    }
    let subjects = read_all(&contents)?;
    if subjects.is_empty() && documents.is_empty() {
        return Err(Trouble::NoList);
    }
    Ok(Loaded {
        subjects,
        documents,
    })
}

/// How many bytes tell a list of documents.
const HEAD_BYTES: u64 = 64 << 10;

/// Whether a file begins as a list of documents does.
fn holds_documents(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD_BYTES).read_to_end(&mut head)?;
    // The first lines tell; the last may be cut within a character.
    let lines = match head.iter().rposition(|&byte| byte == b'\n') {
        Some(end) => &head[..=end],
        None => &head,
    };
    Ok(detect(lines).is_ok_and(|format| format.is_documents()))
}

/// Names and bytes of a file, or of the files of a folder in sorted order.
fn files_of(path: &Path) -> Result<Vec<(String, Vec<u8>)>, Trouble> {
    paths_of(path)?.iter().map(|path| whole(path)).collect()
}

/// A file itself, or the files of a folder in sorted order.
fn paths_of(path: &Path) -> Result<Vec<PathBuf>, Trouble> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut paths = fs::read_dir(path)
        .and_then(|entries| {
            entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<io::Result<Vec<PathBuf>>>()
        })
        .map_err(unreadable(path))?;
    paths.retain(|path| path.is_file());
    paths.sort();
    Ok(paths)
}

fn whole(path: &Path) -> Result<(String, Vec<u8>), Trouble> {
    let bytes = fs::read(path).map_err(unreadable(path))?;
    Ok((path.display().to_string(), bytes))
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Trouble {
    let path = path.display().to_string();
    |error| Trouble::Unreadable { path, error }
}

/// Every list of `contents`, companions joined.
fn read_all(contents: &[(String, Vec<u8>)]) -> Result<Vec<ListReading>, Trouble> {
    let files: Vec<ListFile<'_>> = contents
        .iter()
        .map(|(name, bytes)| ListFile { name, bytes })
        .collect();
    let mut lists = Vec::new();
    for result in read(&files) {
        let named = result.files.first().and_then(|&at| contents.get(at));
        match result.outcome {
            Ok(reading) => lists.push(reading),
            Err(refusal) => {
                return Err(Trouble::Refused {
                    path: named.map(|(name, _)| name.clone()).unwrap_or_default(),
                    refusal: Box::new(refusal),
                });
            }
        }
    }
    Ok(lists)
}

/// One line an entry: `+` added, `-` removed, `~` changed with its fields; then the sums.
fn write_text(out: &mut impl Write, difference: &ListDiff) -> io::Result<()> {
    for reference in &difference.added {
        writeln!(out, "+ {reference}")?;
    }
    for reference in &difference.removed {
        writeln!(out, "- {reference}")?;
    }
    for change in &difference.changed {
        writeln!(out, "~ {}  {}", change.reference, change.fields.join(", "))?;
    }
    writeln!(
        out,
        "{} added, {} removed, {} changed",
        difference.added.len(),
        difference.removed.len(),
        difference.changed.len()
    )
}

pub(crate) fn complain(message: &str) {
    // Nothing is left to do when standard error is gone too.
    let _ = writeln!(io::stderr(), "tidewaiter: {message}");
}
