//! What a data folder remembers of how it was made: `folder.toml`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Trouble;

/// The file that makes a folder a data folder. It is written last, so that a folder that was being
/// made when the power went is made anew.
const FILE: &str = "folder.toml";

/// The form of the file; a newer one is left alone.
const FORMAT: u32 = 1;

/// How a data folder was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// The form of this file.
    pub(crate) format: u32,
    /// The agency in whose name everything is done.
    pub(crate) agency: String,
    /// Where the master key is, from the folder on.
    pub(crate) master_key: PathBuf,
    /// Where it will be once a rotation that has begun is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) next_master_key: Option<PathBuf>,
    /// The public half of the escrow key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) escrow: Option<String>,
    /// The mandate's file in the folder `mandate`; without one, the evaluation profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mandate: Option<String>,
    /// The PostgreSQL schema with the data; without one they are in the folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) server: Option<Server>,
}

/// A schema of a PostgreSQL database.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Server {
    /// `host=… user=… dbname=…` or `postgresql://…`.
    pub(crate) url: String,
    /// Its name.
    pub(crate) schema: String,
}

impl std::fmt::Debug for Server {
    /// The address may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Server(schema {})", self.schema)
    }
}

impl Settings {
    pub(super) fn new(agency: String, master_key: PathBuf) -> Self {
        Self {
            format: FORMAT,
            agency,
            master_key,
            next_master_key: None,
            escrow: None,
            mandate: None,
            server: None,
        }
    }

    /// Reads the settings of a folder; `None` when it is no data folder.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, Trouble> {
        let path = folder.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Trouble::file(&path, error)),
        };
        // The form first: what a newer release writes is not this release's to read.
        #[derive(Deserialize)]
        struct Form {
            format: u32,
        }
        let unreadable = |error: toml::de::Error| {
            Trouble::Says(format!("{}: {}", path.display(), error.message()))
        };
        let form: Form = toml::from_str(&text).map_err(unreadable)?;
        if form.format > FORMAT {
            return Err(Trouble::Says(format!(
                "{}: written by a newer release (form {}); use that release",
                path.display(),
                form.format
            )));
        }
        toml::from_str(&text).map(Some).map_err(unreadable)
    }

    /// Writes the settings, whole or not at all.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Trouble> {
        let text = toml::to_string(self).map_err(|error| Trouble::Says(error.to_string()))?;
        let text = format!("# How this data folder was made. Written by tidewaiter.\n{text}");
        write_durably(&folder.join(FILE), text.as_bytes())
    }
}

/// Makes a folder that only its owner can look into, or makes one that is there such a one.
pub(crate) fn make_folder(path: &Path) -> Result<(), Trouble> {
    let mut builder = fs::DirBuilder::new();
    builder
        .recursive(true)
        .mode(0o700)
        .create(path)
        .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(0o700)))
        .map_err(|error| Trouble::file(path, error))
}

/// Writes a file that only its owner can read, in one step: after a crash there is the old file or
/// the new one.
pub(crate) fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options
        .open(&part)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .map_err(|error| Trouble::file(&part, error))?;
    fs::rename(&part, path)
        .and_then(|()| sync_parent(path))
        .map_err(|error| Trouble::file(path, error))
}

/// Makes durable what was renamed or made in the folder of `path`.
pub(crate) fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("tidewaiter-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        make_folder(&path).unwrap();
        path
    }

    #[test]
    fn what_was_written_is_read_and_a_newer_form_is_left_alone() {
        let folder = folder("settings");
        assert_eq!(Settings::read(&folder).unwrap(), None);
        let mut settings = Settings::new("XA".into(), "master.key".into());
        settings.server = Some(Server {
            url: "host=/run user=t password=secret".into(),
            schema: "tidewaiter".into(),
        });
        settings.write(&folder).unwrap();
        assert_eq!(Settings::read(&folder).unwrap(), Some(settings.clone()));
        assert!(!format!("{settings:?}").contains("secret"));
        let text = fs::read_to_string(folder.join(FILE)).unwrap();
        let newer = text.replace("format = 1", "format = 2\nshape = \"new\"");
        fs::write(folder.join(FILE), newer).unwrap();
        let error = Settings::read(&folder).unwrap_err().to_string();
        assert!(error.contains("newer release"), "{error}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
