//! `tidewaiter lists`: versions of lists and their differences.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tidewaiter_formats::lists::version::{ListDiff, diff};
use tidewaiter_formats::lists::{ListFile, ListReading, Refusal, read};

use crate::cli::{ListsCommand, ListsDiffOptions};
use crate::exit::Exit;

/// Runs the command on standard output and standard error.
pub(crate) fn run(command: &ListsCommand) -> Exit {
    match command {
        ListsCommand::Diff(options) => differences(options),
    }
}

/// Why a path gives no list.
#[derive(Debug, thiserror::Error)]
enum Trouble {
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
}

fn differences(options: &ListsDiffOptions) -> Exit {
    let both = list_at(&options.from).and_then(|from| Ok((from, list_at(&options.to)?)));
    let (from, to) = match both {
        Ok(both) => both,
        Err(trouble) => {
            complain(&trouble.to_string());
            return Exit::Unreadable;
        }
    };
    if from.list != to.list {
        complain(&format!(
            "the two files are versions of different lists: {} and {}",
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

/// The one list in a file or in the files of a folder.
fn list_at(path: &Path) -> Result<ListReading, Trouble> {
    let unreadable = |path: &Path| {
        let path = path.display().to_string();
        |error| Trouble::Unreadable { path, error }
    };
    let paths = if path.is_dir() {
        let mut paths = fs::read_dir(path)
            .and_then(|entries| {
                entries
                    .map(|entry| entry.map(|entry| entry.path()))
                    .collect::<io::Result<Vec<PathBuf>>>()
            })
            .map_err(unreadable(path))?;
        paths.retain(|path| path.is_file());
        paths.sort();
        paths
    } else {
        vec![path.to_owned()]
    };
    let mut contents = Vec::with_capacity(paths.len());
    for path in &paths {
        let name = path.display().to_string();
        contents.push((name, fs::read(path).map_err(unreadable(path))?));
    }
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
    let count = lists.len();
    match (lists.pop(), count) {
        (Some(list), 1) => Ok(list),
        _ => Err(Trouble::Several {
            path: path.display().to_string(),
            count,
        }),
    }
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

fn complain(message: &str) {
    // Nothing is left to do when standard error is gone too.
    let _ = writeln!(io::stderr(), "tidewaiter: {message}");
}
