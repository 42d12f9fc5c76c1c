//! `tidewaiter keys move|rotate|escrow|recover|copy`: the keys of a data folder.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::Timestamp;
use tidewaiter_store::Store;
use tidewaiter_store::keystore::{Custodian, EscrowKey, EscrowSecret, MasterKeyFile};

use crate::data::{DataOption, Folder, Trouble, read_key, sync_parent, write_durably};
use crate::exit::Exit;
use crate::lists::complain;

/// Move, change, secure and recover the keys of a data folder
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Move the master key's file, for instance to another disk
    Move(ToOptions),
    /// Make a new master key; every older copy of the keystore opens no more
    Rotate(RotateOptions),
    /// Make an escrow key, whose holder can bring the keystore back when the master key is lost
    Escrow(SecretOptions),
    /// Bring the keystore back with the secret half of the escrow key, under a new master key
    Recover(SecretOptions),
    /// Copy the keystore, to be kept apart from backups of the data and no longer than them
    Copy(ToOptions),
}

/// A command that writes a file.
#[derive(Debug, Args)]
pub(crate) struct ToOptions {
    #[command(flatten)]
    data: DataOption,

    /// The file to write; it must not be there
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// `keys rotate`.
#[derive(Debug, Args)]
pub(crate) struct RotateOptions {
    #[command(flatten)]
    data: DataOption,

    /// Where the new master key goes [default: beside the old one]
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

/// A command with the secret half of an escrow key.
#[derive(Debug, Args)]
pub(crate) struct SecretOptions {
    #[command(flatten)]
    data: DataOption,

    /// The file of the secret half; keep it in a safe and not on this machine
    #[arg(long, value_name = "FILE")]
    secret: PathBuf,
}

/// Runs the command.
pub(crate) fn run(command: &KeysCommand) -> Exit {
    let now = Timestamp::now();
    let ended = match command {
        KeysCommand::Move(options) => move_key(options),
        KeysCommand::Rotate(options) => rotate(options, now),
        KeysCommand::Escrow(options) => escrow(options, now),
        KeysCommand::Recover(options) => recover(options, now),
        KeysCommand::Copy(options) => copy(options, now),
    };
    match ended {
        Ok(()) => Exit::Done,
        Err(trouble) => trouble.tell(),
    }
}

/// The path as it is remembered: from the root on, since it is named from where the user stands.
fn new_file(path: &Path) -> Result<PathBuf, Trouble> {
    if path.exists() {
        return Err(Trouble::Says(format!(
            "{} is there already: nothing is written over",
            path.display()
        )));
    }
    std::path::absolute(path).map_err(|error| Trouble::file(path, error))
}

/// How a path is remembered: from the folder on where it lies in it, so that the folder can be
/// moved as a whole.
fn remembered(folder: &Folder, path: &Path) -> PathBuf {
    let inside = std::path::absolute(folder.path())
        .ok()
        .and_then(|folder| path.strip_prefix(folder).ok().map(Path::to_owned));
    inside.unwrap_or_else(|| path.to_owned())
}

/// Makes a new master key in a file.
fn make_key(path: &Path) -> Result<MasterKeyFile, Trouble> {
    let key = MasterKeyFile::open_or_create(path)?;
    sync_parent(path).map_err(|error| Trouble::file(path, error))?;
    Ok(key)
}

fn move_key(options: &ToOptions) -> Result<(), Trouble> {
    let mut folder = options.data.folder()?;
    let (from, to) = (folder.master_key(), new_file(&options.to)?);
    read_key(&from)?;
    let bytes = fs::read(&from).map_err(|error| Trouble::file(&from, error))?;
    // The copy is durable before it counts, and it counts before the original goes.
    write_durably(&to, &bytes)?;
    let at = remembered(&folder, &to);
    folder.change(|settings| settings.master_key = at)?;
    fs::remove_file(&from).map_err(|error| Trouble::file(&from, error))?;
    complain(&format!(
        "the master key is {} from now on; {} is removed (the disk may still hold its bytes)",
        to.display(),
        from.display()
    ));
    Ok(())
}

fn rotate(options: &RotateOptions, now: Timestamp) -> Result<(), Trouble> {
    let mut folder = options.data.folder()?;
    // A rotation that was interrupted goes on with the key it had made.
    let begun = folder.settings().next_master_key.clone();
    let to = match (begun, &options.to) {
        (Some(begun), _) => folder.path().join(begun),
        (None, Some(path)) => new_file(path)?,
        (None, None) => beside(&folder.master_key(), now)?,
    };
    let key = make_key(&to)?;
    let store = folder.store(now)?;
    let at = remembered(&folder, &to);
    folder.change(|settings| settings.next_master_key = Some(at))?;
    change_custodian(&mut folder, &store, &key, &to, now)?;
    complain(&format!(
        "the master key is {} from now on; older copies of the keystore open no more",
        to.display()
    ));
    Ok(())
}

/// A name for a new master key beside the old one.
fn beside(old: &Path, now: Timestamp) -> Result<PathBuf, Trouble> {
    new_file(&old.with_file_name(format!("master-{}.key", now.strftime("%Y%m%dT%H%M%SZ"))))
}

/// Puts the keystore under `key` in the file `to`, and removes the old master key's file.
fn change_custodian(
    folder: &mut Folder,
    store: &Store,
    key: &dyn Custodian,
    to: &Path,
    now: Timestamp,
) -> Result<(), Trouble> {
    let old = folder.master_key();
    store
        .keystore()
        .rotate(key, folder.escrow()?.as_ref(), now)?;
    let at = remembered(folder, to);
    folder.change(|settings| {
        settings.master_key = at;
        settings.next_master_key = None;
    })?;
    match fs::remove_file(&old) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Trouble::file(&old, error))
        }
        _ => Ok(()),
    }
}

fn escrow(options: &SecretOptions, now: Timestamp) -> Result<(), Trouble> {
    let mut folder = options.data.folder()?;
    let path = new_file(&options.secret)?;
    let store = folder.store(now)?;
    let secret = EscrowSecret::random()?;
    let text = format!("{}\n", secret.to_hex().as_str());
    write_durably(&path, text.as_bytes())?;
    let public = secret.public();
    store
        .keystore()
        .rotate(&folder.custodian()?, Some(&public), now)?;
    folder.change(|settings| settings.escrow = Some(public.to_hex()))?;
    complain(&format!(
        "{} is the secret half of the escrow key: print it or put it on a medium in a safe, try it \
         once with `keys recover` on a copy of the folder, and remove it from this machine",
        path.display()
    ));
    Ok(())
}

fn recover(options: &SecretOptions, now: Timestamp) -> Result<(), Trouble> {
    let mut folder = options.data.folder()?;
    let text = fs::read_to_string(&options.secret)
        .map_err(|error| Trouble::file(&options.secret, error))?;
    let secret = EscrowSecret::parse(&text).ok_or_else(|| {
        Trouble::Says(format!(
            "{}: an escrow secret is 64 hexadecimal digits",
            options.secret.display()
        ))
    })?;
    let public: EscrowKey = secret.public();
    if folder.escrow()?.is_some_and(|key| key != public) {
        return Err(Trouble::Says(format!(
            "{} is the secret half of another escrow key",
            options.secret.display()
        )));
    }
    let to = beside(&folder.master_key(), now)?;
    let key = make_key(&to)?;
    let recovered = Store::recover(&folder.home(), &secret, &key, now);
    if let Err(error) = recovered {
        // Nothing is under the new key.
        fs::remove_file(&to).map_err(|error| Trouble::file(&to, error))?;
        return Err(error.into());
    }
    let at = remembered(&folder, &to);
    folder.change(|settings| {
        settings.master_key = at;
        settings.next_master_key = None;
    })?;
    complain(&format!(
        "the keystore is back, under the new master key {}",
        to.display()
    ));
    Ok(())
}

fn copy(options: &ToOptions, now: Timestamp) -> Result<(), Trouble> {
    let folder = options.data.folder()?;
    let to = new_file(&options.to)?;
    folder.store(now)?.keystore().copy_to(&to)?;
    complain(&format!(
        "{} opens everything that it has keys for, together with the master key: keep it apart from \
         the backups of the data, and no longer than the mandate keeps the data",
        to.display()
    ));
    Ok(())
}
