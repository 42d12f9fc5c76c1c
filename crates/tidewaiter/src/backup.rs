//! `tidewaiter backup` and `tidewaiter restore`.
//!
//! A backup holds the data, the mandate and how the folder was made; no key. It is worth nothing
//! without the keystore, which is copied apart (`tidewaiter keys copy`).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use tidewaiter_store::{Home, Manifest, restore as restore_data};

use crate::data::{DataOption, Folder, Trouble, make_folder, write_durably};
use crate::exit::Exit;
use crate::lists::complain;

/// What of a data folder goes into a backup beside the data: files, and folders of files.
const PAPERS: [&str; 2] = ["folder.toml", "mandate"];

/// Copy the data of a folder, while it is not in use, into a folder of their own; no key is in it
///
/// Copy the keystore apart (keys copy) and keep it apart: a backup with its keys shows everybody,
/// one without shows nobody. Data in PostgreSQL are backed up with pg_dump; this command then says
/// how, and copies the rest.
#[derive(Debug, Args)]
pub(crate) struct BackupOptions {
    #[command(flatten)]
    data: DataOption,

    /// The folder of the backup; it must be new or empty
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

/// Put a backup into a data folder that is lost or new
///
/// The keystore and the master key in the folder stay as they are today, so that who was erased since
/// the backup stays erased. Where they are lost too, give their copies: --keys and --master-key.
#[derive(Debug, Args)]
pub(crate) struct RestoreOptions {
    #[command(flatten)]
    data: DataOption,

    /// The folder of the backup
    #[arg(value_name = "BACKUP")]
    from: PathBuf,

    /// A copy of the keystore, where the folder has none; the younger, the better
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,

    /// Where the master key is, where it is not where it was
    #[arg(long, value_name = "FILE")]
    master_key: Option<PathBuf>,
}

/// Runs `backup`.
pub(crate) fn back_up(options: &BackupOptions) -> Exit {
    ended(options.run())
}

/// Runs `restore`.
pub(crate) fn restore(options: &RestoreOptions) -> Exit {
    ended(options.run())
}

fn ended(result: Result<(), Trouble>) -> Exit {
    match result {
        Ok(()) => Exit::Done,
        Err(trouble) => trouble.tell(),
    }
}

impl BackupOptions {
    fn run(&self) -> Result<(), Trouble> {
        let folder = self.data.folder()?;
        let now = Timestamp::now();
        if self.to.exists() && fs::read_dir(&self.to).is_ok_and(|mut there| there.next().is_some())
        {
            return Err(Trouble::Says(format!(
                "{} is not empty: a backup never goes over another",
                self.to.display()
            )));
        }
        let store = folder.store(now)?;
        make_folder(&self.to)?;
        // The log is signed first, so that the backup proves itself.
        if let Some(note) = store.checkpoint(&folder.log_name(), now)? {
            folder.witness(&note)?;
        }
        copy_papers(folder.path(), &self.to)?;
        match folder.home() {
            Home::Folder(_) => {
                let Manifest {
                    schema,
                    audit_lines,
                    ..
                } = store.backup(&self.to, now)?;
                complain(&format!(
                    "{} holds the data (schema {schema}, {audit_lines} lines of the audit log) and no \
                     key; `tidewaiter keys copy` copies the keystore, to another place",
                    self.to.display()
                ));
            }
            Home::Server { schema, .. } => complain(&format!(
                "the data are in PostgreSQL, which backs them up itself: pg_dump --format=custom \
                 --schema={schema} --file={}/{schema}.dump DATABASE; pg_restore brings them back \
                 before `tidewaiter restore`. {} holds the rest, and no key",
                self.to.display(),
                self.to.display()
            )),
        }
        folder.mark();
        Ok(())
    }
}

impl RestoreOptions {
    fn run(&self) -> Result<(), Trouble> {
        let to = &self.data.path;
        let now = Timestamp::now();
        let Some(made) = Folder::at(&self.from)? else {
            return Err(Trouble::Says(format!(
                "{} is no backup: it has no folder.toml",
                self.from.display()
            )));
        };
        make_folder(to)?;
        // What is here today counts, and what is lost comes from the backup.
        let mut folder = match Folder::at(to)? {
            Some(folder) => folder,
            None => {
                self.expect_keys(&made)?;
                copy_papers(&self.from, to)?;
                Folder::at(to)?.ok_or_else(|| Trouble::Says("folder.toml is gone".into()))?
            }
        };
        if let Some(key) = &self.master_key {
            let key = std::path::absolute(key).map_err(|error| Trouble::file(key, error))?;
            folder.change(|settings| settings.master_key = key)?;
        }
        let custodian = folder.custodian()?;
        self.put_keystore(&folder)?;
        if let Home::Folder(_) = folder.home() {
            let manifest = restore_data(&self.from, to)?;
            complain(&format!(
                "the data are those of {:.0}, with {} lines of the audit log",
                manifest.made_at, manifest.audit_lines
            ));
        }
        drop(custodian);
        let store = folder.store(now)?;
        let gone = store.drop_keyless()?;
        if gone > 0 {
            complain(&format!(
                "{gone} records were erased since the backup was made, and are gone from it too"
            ));
        }
        self.settle_witness(&folder, &store.read(|tx| tx.checkpoints())?)?;
        complain("next: `tidewaiter doctor` and `tidewaiter audit verify`");
        folder.mark();
        Ok(())
    }
}

impl RestoreOptions {
    /// Refuses to make a new folder without the keys that belong to it: it would get new ones, and
    /// show nobody.
    fn expect_keys(&self, made: &Folder) -> Result<(), Trouble> {
        let there = self.data.path.join("keystore").join("keys.db").exists();
        if self.keys.is_none() && !there {
            return Err(Trouble::Says(format!(
                "{} has no keystore: without it the backup shows nobody. Give the copy of the \
                 keystore with --keys",
                self.data.path.display()
            )));
        }
        // A key outside the folder is where it was; one that was inside is lost with it.
        if self.master_key.is_none() && made.settings().master_key.is_relative() {
            let key = self.data.path.join(&made.settings().master_key);
            if !key.exists() {
                return Err(Trouble::Says(format!(
                    "the master key {} is not there: say with --master-key where it is",
                    key.display()
                )));
            }
        }
        Ok(())
    }

    /// Puts the copy of the keystore into a folder that has none.
    fn put_keystore(&self, folder: &Folder) -> Result<(), Trouble> {
        let to = folder.keystore();
        let Some(from) = &self.keys else {
            return match to.exists() {
                true => Ok(()),
                false => Err(Trouble::Says(format!(
                    "{} is not there: give the copy of the keystore with --keys",
                    to.display()
                ))),
            };
        };
        if to.exists() {
            return Err(Trouble::Says(format!(
                "{} is there: today's keystore counts, and an older one would bring back who was \
                 erased; restore without --keys",
                to.display()
            )));
        }
        if let Some(parent) = to.parent() {
            make_folder(parent)?;
        }
        copy_file(from, &to)
    }

    /// Puts aside signed heads of lines that the backup does not have.
    fn settle_witness(&self, folder: &Folder, signed: &[String]) -> Result<(), Trouble> {
        let path = folder.witness_file();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Trouble::file(&path, error)),
        };
        let lost = crate::audit::notes(&text)
            .iter()
            .any(|note| !signed.contains(note));
        if lost {
            let stamp = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
            let aside = path.with_file_name(format!("checkpoints-before-restore-{stamp}"));
            fs::rename(&path, &aside).map_err(|error| Trouble::file(&path, error))?;
            complain(&format!(
                "the audit log has lost the lines written after the backup; their signed heads are \
                 kept in {}: show them to whoever audits the log",
                aside.display()
            ));
        }
        write_durably(&path, signed.concat().as_bytes())
    }
}

/// Copies the mandate and how a folder was made.
fn copy_papers(from: &Path, to: &Path) -> Result<(), Trouble> {
    // folder.toml last: it makes a folder a data folder.
    for name in PAPERS.iter().rev() {
        let (from, to) = (from.join(name), to.join(name));
        if from.is_dir() {
            make_folder(&to)?;
            let entries = fs::read_dir(&from).map_err(|error| Trouble::file(&from, error))?;
            for entry in entries {
                let entry = entry.map_err(|error| Trouble::file(&from, error))?;
                copy_file(&entry.path(), &to.join(entry.file_name()))?;
            }
        } else if from.exists() {
            copy_file(&from, &to)?;
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> Result<(), Trouble> {
    let bytes = fs::read(from).map_err(|error| Trouble::file(from, error))?;
    write_durably(to, &bytes)
}
