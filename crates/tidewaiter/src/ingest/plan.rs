//! What the paths of `ingest` hold: messages, lists, and what is neither.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use tidewaiter_formats::lists;

use crate::inspect::form::{self, Form};
use crate::inspect::progress::Progress;
use crate::inspect::source::{Source, Trouble};

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// It is received.
    Message,
    /// It is a list, or one of the files of a list: it is added before anything is received.
    List,
    /// It is passed over, and why.
    Nothing(&'static str),
}

/// Tells sources apart.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Folders, and whether `generate` wrote them.
    generated: BTreeMap<PathBuf, bool>,
}

impl Plan {
    /// What `source` is, by its content; what `generate` has written beside messages, by its name.
    pub(super) fn what(&mut self, source: &Source, progress: &Progress) -> Result<What, Trouble> {
        let Some(path) = source.path() else {
            // Whoever pipes something in means it to be received.
            return Ok(What::Message);
        };
        if let Some(what) = self.beside_messages(path) {
            return Ok(what);
        }
        let trouble = |error| source.trouble(error);
        let (head, _) = form::peek(source.open(progress)?).map_err(trouble)?;
        match Form::of(&head, None) {
            Form::Documents | Form::PartOfList => Ok(What::List),
            Form::List => {
                let read = source.open(progress)?;
                let bytes = form::whole(read, form::WHOLE_BYTES_MAX).map_err(trouble)?;
                let is_list = bytes.is_some_and(|bytes| lists::detect(&bytes).is_ok());
                Ok(if is_list { What::List } else { What::Message })
            }
            Form::Edifact | Form::Zones | Form::Table | Form::Xml => Ok(What::Message),
        }
    }

    /// What a file is that lies in a folder of `generate` and is no message.
    fn beside_messages(&mut self, path: &Path) -> Option<What> {
        let name = path.file_name()?.to_str()?;
        let parent = path.parent()?;
        let (root, name) = if parent.file_name().is_some_and(|folder| folder == "lists") {
            (parent.parent()?, format!("lists/{name}"))
        } else {
            (parent, name.to_owned())
        };
        let what = match name.as_str() {
            "truth.jsonl" => What::Nothing("the truth about generated traffic, which nobody sends"),
            "people.jsonl" | "messages.jsonl" | "flights.jsonl" | "manifest.json" => {
                What::Nothing("tells about generated traffic")
            }
            "lists/list.jsonl" | "lists/documents.csv" => What::List,
            "lists/list.csv" | "lists/list.ftm.json" => {
                What::Nothing("the list of list.jsonl in another form")
            }
            _ => return None,
        };
        let known = self.generated.get(root).copied();
        let generated = known.unwrap_or_else(|| is_generated(root));
        self.generated.insert(root.to_owned(), generated);
        generated.then_some(what)
    }
}

/// Whether `generate` wrote a folder: its manifest says so in its first line.
fn is_generated(root: &Path) -> bool {
    let mut head = String::new();
    let read = File::open(root.join("manifest.json"))
        .and_then(|file| file.take(64).read_to_string(&mut head));
    read.is_ok() && head.starts_with("{\"generator\":\"tidewaiter")
}

/// The bytes of a source, up to `most`; `None` when there are more.
pub(super) fn bytes_of(
    source: &Source,
    progress: &Progress,
    most: u64,
) -> Result<Option<Vec<u8>>, Trouble> {
    let mut bytes = Vec::new();
    let read = source.open(progress)?;
    let read: io::Result<usize> = read.take(most.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| source.trouble(error))?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}
