//! The mandate of a data folder: installed when the folder is made, checked at every opening, and
//! replaced by a later version of itself only.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tidewaiter_diagnostics::Diagnostic;
use tidewaiter_mandate::Mandate;
use tidewaiter_mandate::profile::{Keyring, Place, Profile, Signatures, read};

use super::settings::{make_folder, write_durably};
use super::{Folder, Trouble};
use crate::mandate::signature_path;

/// The folder of the mandates in force now and earlier.
const FOLDER: &str = "mandate";
/// The offices' public keys, as the administrator installed them.
const OFFICES: &str = "offices.toml";

/// A profile with what proves it: the texts as they were given.
pub(super) struct Papers {
    path: PathBuf,
    profile: Profile,
    text: String,
    signatures: String,
    offices: String,
}

impl Papers {
    /// Reads a profile and the signatures beside it; the offices' keys from `offices`, or else from
    /// `offices.toml` beside the profile.
    pub(super) fn read(path: &Path, offices: Option<&Path>) -> Result<Self, Trouble> {
        let text = text_of(path)?;
        let reading = read(&text);
        let profile = reading
            .value
            .ok_or_else(|| refused(path, &text, &reading.diagnostics))?;
        let beside = path.with_file_name(OFFICES);
        let offices = offices.unwrap_or(&beside);
        if !offices.exists() {
            return Err(Trouble::Says(format!(
                "{}: the public keys of the offices that sign are not there; name their file with \
                 --offices",
                offices.display()
            )));
        }
        Ok(Self {
            path: path.to_owned(),
            profile,
            text,
            signatures: text_of(&signature_path(path))?,
            offices: text_of(offices)?,
        })
    }

    /// The mandate, when it is sound, signed and in force.
    fn mandate(&self, offices: &str, now: Timestamp) -> Result<Mandate, Trouble> {
        let of = |what: &str, error: String| {
            Trouble::Says(format!("{}: {what}: {error}", self.path.display()))
        };
        let keyring =
            Keyring::read(offices).map_err(|error| of("the offices' keys", error.to_string()))?;
        let signatures: Signatures = toml::from_str(&self.signatures)
            .map_err(|error| of("the signatures", error.message().to_owned()))?;
        Mandate::in_force(self.profile.clone(), &signatures, &keyring, now)
            .map_err(|found| refused(&self.path, &self.text, &found))
    }

    /// Its agency: the profile's own name.
    pub(super) fn agency(&self) -> &str {
        self.profile.profile.id.get()
    }

    /// The name of its file in a data folder.
    fn file(&self) -> String {
        let head = &self.profile.profile;
        format!("{}@{}.toml", head.id.get(), head.version.get())
    }

    /// Puts it into a data folder that is being made, with the offices' keys; the name of its file.
    pub(super) fn install(&self, folder: &Path, now: Timestamp) -> Result<String, Trouble> {
        self.mandate(&self.offices, now)?;
        make_folder(&folder.join(FOLDER))?;
        write_durably(&folder.join(FOLDER).join(OFFICES), self.offices.as_bytes())?;
        self.keep(folder)
    }

    fn keep(&self, folder: &Path) -> Result<String, Trouble> {
        let file = self.file();
        let path = folder.join(FOLDER).join(&file);
        write_durably(&path, self.text.as_bytes())?;
        write_durably(&signature_path(&path), self.signatures.as_bytes())?;
        Ok(file)
    }
}

impl Folder {
    /// The folder's mandate, when it is in force.
    ///
    /// It is checked anew at every opening, against the keys that were installed with the folder: a
    /// profile changed behind our back, and one whose review is overdue, open nothing.
    pub(crate) fn mandate(&self, now: Timestamp) -> Result<Mandate, Trouble> {
        match self.papers()? {
            None => Ok(Mandate::evaluation()),
            Some(papers) => papers.mandate(&papers.offices, now),
        }
    }

    /// The day on which the mandate must be reviewed; `None` under the evaluation profile.
    pub(crate) fn review_due(&self) -> Result<Option<jiff::civil::Date>, Trouble> {
        let papers = self.papers()?;
        Ok(papers.map(|papers| papers.profile.profile.review_due.0))
    }

    fn papers(&self) -> Result<Option<Papers>, Trouble> {
        let Some(file) = &self.settings.mandate else {
            return Ok(None);
        };
        let path = self.path.join(FOLDER).join(file);
        Papers::read(&path, None).map(Some)
    }

    /// Takes a mandate that a command names: the folder's own, or a later version of it, signed by
    /// the offices whose keys are installed. Whether it is a new one.
    pub(super) fn adopt(&mut self, given: &Path, now: Timestamp) -> Result<bool, Trouble> {
        let here = self.path.join(FOLDER).join(OFFICES);
        let Some(own) = self.papers()? else {
            return Err(Trouble::Says(format!(
                "{} was made under the evaluation profile: what was taken in under it is not for a \
                 mandate; choose another folder",
                self.path.display()
            )));
        };
        let new = Papers::read(given, Some(&here))?;
        if new.profile.hash() == own.profile.hash() {
            return Ok(false);
        }
        let (old, head) = (&own.profile.profile, &new.profile.profile);
        if old.id.get() != head.id.get() || head.valid_from.0 <= old.valid_from.0 {
            return Err(Trouble::Says(format!(
                "{} is under {}@{}; {}@{} is no later version of it",
                self.path.display(),
                old.id.get(),
                old.version.get(),
                head.id.get(),
                head.version.get()
            )));
        }
        new.mandate(&new.offices, now)?;
        self.settings.mandate = Some(new.keep(&self.path)?);
        self.settings.write(&self.path)?;
        Ok(true)
    }
}

fn text_of(path: &Path) -> Result<String, Trouble> {
    fs::read_to_string(path).map_err(|error| Trouble::file(path, error))
}

/// Why a profile is refused: its faults, one a line.
fn refused(path: &Path, text: &str, found: &[Diagnostic]) -> Trouble {
    let mut says = String::from("the mandate is refused");
    for fault in found {
        let Place { line, column } = Place::of(fault.span, text);
        let (code, message) = (fault.code.slug, &fault.message);
        says += &format!("\n  {}:{line}:{column}: [{code}] {message}", path.display());
    }
    Trouble::Says(says)
}
