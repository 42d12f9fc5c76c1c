//! What the paths of the command line stand for.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::progress::Progress;

/// A path that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {error}")]
pub(crate) struct Trouble {
    path: String,
    #[source]
    error: io::Error,
}

/// One file, or standard input.
#[derive(Debug)]
pub(crate) struct Source {
    /// `None` is standard input.
    path: Option<PathBuf>,
    name: String,
}

impl Source {
    fn stdin() -> Self {
        Self {
            path: None,
            name: "-".to_owned(),
        }
    }

    fn file(path: PathBuf) -> Self {
        let name = path.to_string_lossy().into_owned();
        Self {
            path: Some(path),
            name,
        }
    }

    /// The path as given, or `-`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Where it is; `None` for standard input.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Opens it; what is read advances `progress`.
    pub(crate) fn open<'p>(&self, progress: &'p Progress) -> Result<Box<dyn Read + 'p>, Trouble> {
        match &self.path {
            None => Ok(Box::new(progress.watch(io::stdin().lock()))),
            Some(path) => {
                let file = File::open(path).map_err(|error| self.trouble(error))?;
                Ok(Box::new(progress.watch(file)))
            }
        }
    }

    /// Says that reading this source failed.
    pub(crate) fn trouble(&self, error: io::Error) -> Trouble {
        Trouble {
            path: self.name.clone(),
            error,
        }
    }
}

/// Everything the command line names, in the order in which it is read.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    found: Vec<Source>,
    troubles: Vec<Trouble>,
    bytes: u64,
}

impl Sources {
    /// Follows `paths`: files as they are, folders with all files below them in sorted order.
    pub(crate) fn find(paths: &[PathBuf]) -> Self {
        let mut sources = Self::default();
        for path in paths {
            if path.as_os_str() == "-" {
                sources.found.push(Source::stdin());
            } else if path.is_dir() {
                sources.folder(path);
            } else {
                sources.file(path.clone());
            }
        }
        sources
    }

    /// The files that were found.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Source> {
        self.found.iter()
    }

    /// What could not be followed; given once.
    pub(crate) fn troubles(&mut self) -> Vec<Trouble> {
        std::mem::take(&mut self.troubles)
    }

    /// How many bytes there are; `None` when standard input is among the sources.
    pub(crate) fn bytes(&self) -> Option<u64> {
        self.found
            .iter()
            .all(|source| source.path.is_some())
            .then_some(self.bytes)
    }

    fn file(&mut self, path: PathBuf) {
        self.bytes += fs::metadata(&path).map_or(0, |metadata| metadata.len());
        self.found.push(Source::file(path));
    }

    /// Adds the regular files below `folder`. Hidden entries are left out, as `ls` does, and a link
    /// to a folder is not followed, since it may lead in a circle.
    fn folder(&mut self, folder: &Path) {
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                self.troubles.push(Trouble {
                    path: folder.display().to_string(),
                    error,
                });
                return;
            }
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.folder(&path),
                Ok(_) if path.is_file() => self.file(path),
                Ok(_) => {}
                Err(error) => self.troubles.push(Source::file(path).trouble(error)),
            }
        }
    }
}
