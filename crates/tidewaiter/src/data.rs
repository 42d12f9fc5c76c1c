//! A data folder: made by the first command that writes to it, opened by every other.
//!
//! | in the folder | what |
//! |---|---|
//! | `folder.toml` | how it was made |
//! | `mandate/` | the mandate with its signatures, earlier ones, the offices' keys |
//! | `master.key` | the master key, until it is moved elsewhere |
//! | `checkpoints` | the audit log's signed heads, outside the store that they speak of |
//! | `store.db`, `keystore/` | what the store keeps there |

mod acting;
mod keys;
mod mandate;
mod settings;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;
use tidewaiter_service::{
    Machine, Service, ServiceError, Setup, Surroundings as _, SweepError, log_name,
};
use tidewaiter_store::keystore::MasterKeyFile;
use tidewaiter_store::{Home, Store, StoreError};

use crate::exit::Exit;
use crate::lists::complain;
pub(crate) use acting::ActingOptions;
pub(crate) use keys::read_key;
use settings::{Server, Settings};
pub(crate) use settings::{make_folder, sync_parent, write_durably};

/// The data folder of a command that needs one to be there.
#[derive(Debug, Args)]
pub(crate) struct DataOption {
    /// The data folder
    #[arg(long = "data", value_name = "DIR")]
    pub(crate) path: PathBuf,
}

/// The data folder of a command that may make it.
#[derive(Debug, Args)]
pub(crate) struct MakingOptions {
    /// The data folder; it is made when it is not there
    #[arg(long = "data", value_name = "DIR")]
    path: PathBuf,

    /// The signed mandate under which the folder is made, its signatures beside it in FILE.sig;
    /// later, a later version of it [default: the folder's own; for a new folder the built-in
    /// evaluation profile]
    #[arg(long, value_name = "FILE")]
    mandate: Option<PathBuf>,

    /// The public keys of the offices that sign the mandate, for a new folder [default:
    /// offices.toml beside the mandate]
    #[arg(long, value_name = "FILE", requires = "mandate")]
    offices: Option<PathBuf>,

    /// Where the master key of a new folder goes [default: master.key in the folder]
    #[arg(long, value_name = "FILE")]
    master_key: Option<PathBuf>,

    /// The PostgreSQL database of a new folder: host=… dbname=… or postgresql://… [default: SQLite
    /// in the folder]
    #[arg(long, value_name = "URL")]
    store: Option<String>,

    /// The schema in that database
    #[arg(
        long,
        value_name = "NAME",
        requires = "store",
        default_value = "tidewaiter"
    )]
    schema: String,
}

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// A file or folder failed.
    #[error("{}: {error}", path.display())]
    File {
        path: PathBuf,
        #[source]
        error: io::Error,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The service failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// A watched folder, or the service behind it, failed.
    #[error(transparent)]
    Sweep(#[from] SweepError),
    /// Everything else, in words.
    #[error("{0}")]
    Says(String),
}

impl Trouble {
    pub(crate) fn file(path: &Path, error: io::Error) -> Self {
        let path = path.to_owned();
        Self::File { path, error }
    }

    /// Says it on standard error.
    pub(crate) fn tell(&self) -> Exit {
        complain(&self.to_string());
        Exit::Unreadable
    }
}

/// A data folder that is there.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    settings: Settings,
}

impl DataOption {
    /// The folder, which must be there.
    pub(crate) fn folder(&self) -> Result<Folder, Trouble> {
        Folder::at(&self.path)?.ok_or_else(|| {
            Trouble::Says(format!(
                "{} is no data folder; `tidewaiter ingest` and `tidewaiter lists add` make one",
                self.path.display()
            ))
        })
    }
}

impl MakingOptions {
    /// The folder, made if need be.
    pub(crate) fn folder(&self, now: Timestamp) -> Result<Folder, Trouble> {
        let Some(mut folder) = Folder::at(&self.path)? else {
            return self.make(now);
        };
        for (given, what) in [
            (self.offices.is_some(), "--offices"),
            (self.master_key.is_some(), "--master-key"),
            (self.store.is_some(), "--store"),
        ] {
            if given {
                return Err(Trouble::Says(format!(
                    "{what} is for a new folder, and {} is there; docs/operations.md says how to \
                     change it",
                    self.path.display()
                )));
            }
        }
        if let Some(given) = &self.mandate
            && folder.adopt(given, now)?
        {
            complain(&format!(
                "{} is under {} from now on",
                self.path.display(),
                folder.settings.mandate.as_deref().unwrap_or_default()
            ));
        }
        Ok(folder)
    }

    fn make(&self, now: Timestamp) -> Result<Folder, Trouble> {
        let papers = self
            .mandate
            .as_ref()
            .map(|path| mandate::Papers::read(path, self.offices.as_deref()))
            .transpose()?;
        refuse_foreign(&self.path)?;
        make_folder(&self.path)?;
        // Folders and keys are named from the folder on, so that it can be moved as a whole.
        let key = match &self.master_key {
            Some(path) => std::path::absolute(path).map_err(|e| Trouble::file(path, e))?,
            None => PathBuf::from(keys::MASTER_KEY),
        };
        let agency = papers.as_ref().map_or("evaluation", |p| p.agency());
        let mut settings = Settings::new(agency.to_owned(), key);
        settings.server = self.store.as_ref().map(|url| Server {
            url: url.clone(),
            schema: self.schema.clone(),
        });
        if let Some(papers) = &papers {
            settings.mandate = Some(papers.install(&self.path, now)?);
        }
        let path = self.path.join(&settings.master_key);
        MasterKeyFile::open_or_create(&path)?;
        sync_parent(&path).map_err(|error| Trouble::file(&path, error))?;
        settings.write(&self.path)?;
        complain(&format!(
            "{} is made, under {}",
            self.path.display(),
            settings
                .mandate
                .as_deref()
                .unwrap_or("the evaluation profile")
        ));
        complain(&format!(
            "its master key is {}: without it nothing here opens, and whoever has it and the \
             keystore reads everything. Move it to another disk (`tidewaiter keys move`) and make an \
             escrow key for the safe (`tidewaiter keys escrow`)",
            path.display()
        ));
        Ok(Folder {
            path: self.path.clone(),
            settings,
        })
    }
}

/// Refuses a folder with something in it that is not ours. What is ours was left by a folder that
/// was being made when the power went.
fn refuse_foreign(path: &Path) -> Result<(), Trouble> {
    const OURS: [&str; 4] = [
        "mandate",
        keys::MASTER_KEY,
        "folder.toml.part",
        "lost+found",
    ];
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Trouble::file(path, error)),
    };
    for entry in entries {
        let name = entry
            .map_err(|error| Trouble::file(path, error))?
            .file_name();
        if !OURS.iter().any(|ours| name == *ours) {
            return Err(Trouble::Says(format!(
                "{} is no data folder and not empty: choose another folder",
                path.display()
            )));
        }
    }
    Ok(())
}

impl Folder {
    /// The folder at `path`; `None` when it is no data folder.
    pub(crate) fn at(path: &Path) -> Result<Option<Self>, Trouble> {
        let settings = Settings::read(path)?;
        Ok(settings.map(|settings| Self {
            path: path.to_owned(),
            settings,
        }))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// How it was made.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Changes how it is made.
    pub(crate) fn change(&mut self, with: impl FnOnce(&mut Settings)) -> Result<(), Trouble> {
        with(&mut self.settings);
        self.settings.write(&self.path)
    }

    /// Where its store is.
    pub(crate) fn home(&self) -> Home {
        match &self.settings.server {
            None => Home::Folder(self.path.clone()),
            Some(server) => Home::Server {
                url: server.url.clone(),
                schema: server.schema.clone(),
                keys: self.path.clone(),
            },
        }
    }

    /// Opens its store.
    pub(crate) fn store(&self, now: Timestamp) -> Result<Store, Trouble> {
        let escrow = self.escrow()?;
        let store = Store::open(&self.home(), &self.custodian()?, escrow.as_ref(), now)?;
        Ok(store)
    }

    /// Whether it is under the evaluation profile, which every output says.
    pub(crate) fn mark(&self) {
        if self.settings.mandate.is_none() {
            let mark = "evaluation profile: complete rights for one local user, no live data";
            let _ = writeln!(io::stderr(), "tidewaiter: {mark}");
        }
    }

    /// Opens the service on it, under its mandate.
    pub(crate) fn service(&self) -> Result<Service, Trouble> {
        let surroundings = Arc::new(Machine);
        let mandate = self.mandate(surroundings.now())?;
        let service = Service::open(Setup {
            home: self.home(),
            agency: self.settings.agency.clone(),
            mandate: Arc::new(mandate),
            custodian: Box::new(self.custodian()?),
            surroundings,
        })
        .map_err(|error| self.explained(error))?;
        self.mark();
        Ok(service)
    }

    /// An error of the service, with the folder where it belongs to it.
    fn explained(&self, error: ServiceError) -> Trouble {
        match error {
            ServiceError::InUse(holder) => Trouble::Says(format!(
                "{} is in use by another process ({holder}): one process at a time; wait for it or \
                 stop it",
                self.path.display()
            )),
            other => Trouble::Service(other),
        }
    }

    /// Signs the audit log and copies the signature out of the store, so that whoever cuts both the
    /// log and its signatures in the store is found out.
    pub(crate) fn sign_log(&self, service: &Service) -> Result<(), Trouble> {
        match service.checkpoint()? {
            Some(note) => self.witness(&note),
            None => Ok(()),
        }
    }

    /// Keeps a signed head of the audit log beside the store.
    pub(crate) fn witness(&self, note: &str) -> Result<(), Trouble> {
        let path = self.witness_file();
        let mut options = fs::OpenOptions::new();
        options.append(true).create(true);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&path)
            .and_then(|mut file| {
                file.write_all(note.as_bytes())?;
                file.sync_all()
            })
            .map_err(|error| Trouble::file(&path, error))
    }

    /// Where signed heads are kept beside the store.
    pub(crate) fn witness_file(&self) -> PathBuf {
        self.path.join("checkpoints")
    }

    /// The name of its audit log.
    pub(crate) fn log_name(&self) -> String {
        log_name(&self.settings.agency)
    }
}
