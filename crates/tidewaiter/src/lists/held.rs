//! `tidewaiter lists add|show|remove|approve|roll-back`: the lists of a data folder. What a version
//! would do is told by `preview.rs`.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use serde_json::json;
use tidewaiter_formats::lists::{ListFile, ListFormat, MeasureTable, detect, read, subject_json};
use tidewaiter_service::{
    Acting, Consent, ListAdded, ListRef, ListStanding, NamedFile, Service, ServiceError,
};

use super::complain;
use crate::data::{ActingOptions, DataOption, Folder, MakingOptions, Trouble};
use crate::exit::Exit;
use crate::terminal::escape;
use crate::terminal::table::Table;

/// Add a list, or a new version of it; everything held is screened against what is new
///
/// A list is read whole or refused whole, and the version in force stays until another is. A version
/// that lost or gained many entries, is undated, old or of another list is put into force only with
/// --consent. Exit status: 0 every list is in force, or waits for the others whom the mandate wants to
/// agree; 1 a list wants consent; 2 a list was refused, or could not be read.
#[derive(Debug, Args)]
pub(crate) struct AddOptions {
    #[command(flatten)]
    making: MakingOptions,

    #[command(flatten)]
    acting: ActingOptions,

    /// Under which name of the mandate the list stands, where it does not say it: registers of
    /// documents never do
    #[arg(long, value_name = "LIST")]
    list: Option<String>,

    /// Put it into force with every concern that is named
    #[arg(long)]
    consent: bool,

    /// Only propose it: `lists preview` says what it would do, and another person approves it
    #[arg(long)]
    propose: bool,

    /// Print JSON Lines: one object a list
    #[arg(long)]
    json: bool,

    /// Files, or folders of files, formats told by their content
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// Show how the lists of a data folder stand, or the entries of one
#[derive(Debug, Args)]
pub(crate) struct ShowOptions {
    #[command(flatten)]
    data: DataOption,

    /// Print JSON Lines: one object a list, or an entry
    #[arg(long)]
    json: bool,

    /// The list whose entries are shown: LIST for the version in force, or LIST@VERSION
    #[arg(value_name = "LIST[@VERSION]", value_parser = list_ref)]
    list: Option<ListRef>,
}

/// Take a list out of force; hits that rest on it are marked, and nobody is screened against it
#[derive(Debug, Args)]
pub(crate) struct RemoveOptions {
    #[command(flatten)]
    data: DataOption,

    #[command(flatten)]
    acting: ActingOptions,

    /// Print one JSON object
    #[arg(long)]
    json: bool,

    /// The list
    #[arg(value_name = "LIST")]
    list: String,
}

/// A version of a list.
#[derive(Debug, Args)]
pub(crate) struct VersionOptions {
    #[command(flatten)]
    pub(super) data: DataOption,

    #[command(flatten)]
    pub(super) acting: ActingOptions,

    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,

    /// The version
    #[arg(value_name = "LIST@VERSION", value_parser = list_ref)]
    pub(super) version: ListRef,
}

/// Reads `LIST` or `LIST@VERSION`.
pub(super) fn list_ref(text: &str) -> Result<ListRef, String> {
    ListRef::parse(text).ok_or_else(|| "write LIST, or LIST@VERSION with a number".to_owned())
}

/// Runs `lists add`.
pub(super) fn add(options: &AddOptions) -> Result<Exit, Trouble> {
    let mut contents = Vec::new();
    for path in &options.paths {
        let files = super::files_of(path).map_err(|trouble| Trouble::Says(trouble.to_string()))?;
        let folder = path.is_dir();
        for (name, bytes) in files {
            match detect(&bytes) {
                Err(refusal) if folder => complain(&format!("{name}: passed over: {refusal}")),
                _ => contents.push((name, bytes)),
            }
        }
    }
    let folder = options.making.folder(Timestamp::now())?;
    let service = folder.service()?;
    let acting = options.acting.acting(&service)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut exit = Exit::Done;
    for list in together(&contents) {
        let consent = Consent {
            given: options.consent,
            list: options.list.as_deref(),
        };
        let added = match options.propose {
            true => service.propose_list(&acting, &list, &consent),
            false => service.add_list(&acting, &list, &consent),
        };
        match added {
            Ok(added) => say_change(&mut out, &added, options.json)?,
            Err(ServiceError::ConsentNeeded(concerns)) => {
                complain(&format!(
                    "{} is not in force: it {}; look at it (`lists diff`), and give --consent",
                    named(&list),
                    concerns.join("; it ")
                ));
                exit = exit.max(Exit::Findings);
            }
            Err(error) => {
                complain(&error.to_string());
                exit = Exit::Unreadable;
            }
        }
    }
    settle(&folder, &service)?;
    Ok(exit)
}

/// The files of one list, given together.
pub(crate) type Together<'a> = Vec<NamedFile<'a>>;

/// Which files are one list: those of OFAC are joined, every other stands for itself.
pub(crate) fn together(contents: &[(String, Vec<u8>)]) -> Vec<Together<'_>> {
    let (registers, lists): (Vec<_>, Vec<_>) = contents
        .iter()
        .partition(|(_, bytes)| detect(bytes).is_ok_and(ListFormat::is_documents));
    let files: Vec<ListFile<'_>> = lists
        .iter()
        .map(|(name, bytes)| ListFile { name, bytes })
        .collect();
    let joined = read(&files).into_iter().map(|result| {
        let of_list = result.files.iter().filter_map(|at| files.get(*at));
        of_list
            .map(|file| NamedFile {
                name: file.name,
                bytes: file.bytes,
            })
            .collect()
    });
    let alone = registers
        .iter()
        .map(|(name, bytes)| vec![NamedFile { name, bytes }]);
    joined.chain(alone).collect()
}

/// Whether a list is a register of documents.
pub(crate) fn is_register(files: &Together<'_>) -> bool {
    matches!(files.as_slice(), [file] if detect(file.bytes).is_ok_and(ListFormat::is_documents))
}

/// The names of the files of a list.
pub(crate) fn named(files: &Together<'_>) -> String {
    let names: Vec<&str> = files.iter().map(|file| file.name).collect();
    names.join(", ")
}

/// Looks back at everything held, and signs the log.
fn settle(folder: &Folder, service: &Service) -> Result<(), Trouble> {
    let worked = service.work_until_idle()?;
    if worked.hits > 0 {
        complain(&format!(
            "{} hits raised or changed; `tidewaiter hits` shows them",
            worked.hits
        ));
    }
    folder.sign_log(service)
}

/// Says what became of a list.
fn say_change(out: &mut impl Write, added: &ListAdded, json: bool) -> Result<(), Trouble> {
    let (plus, minus, changed) = added.difference;
    let line = if json {
        json!({
            "list": added.list, "version": added.version, "before": added.before,
            "state": added.state.as_str(), "unchanged": added.unchanged, "entries": added.entries,
            "added": plus, "removed": minus, "changed": changed, "concerns": added.concerns,
            "waits_for": added.waits_for,
        })
        .to_string()
    } else {
        text_of(added)
    };
    writeln!(out, "{line}").map_err(|error| Trouble::Says(format!("standard output: {error}")))
}

/// One line about a list, for people.
pub(crate) fn text_of(added: &ListAdded) -> String {
    let (plus, minus, changed) = added.difference;
    let mut text = format!("{}@{}  {}", added.list, added.version, added.state.as_str());
    if added.unchanged {
        text += "  nothing has changed";
    } else {
        text += &format!(
            "  {} entries: {plus} added, {minus} removed, {changed} changed",
            added.entries
        );
    }
    if !added.concerns.is_empty() {
        text += &format!("  (it {})", added.concerns.join("; it "));
    }
    if !added.waits_for.is_empty() {
        text += &format!("  waits for {}", added.waits_for.join(", "));
    }
    text
}

/// Runs `lists remove`.
pub(super) fn remove(options: &RemoveOptions) -> Result<Exit, Trouble> {
    change(
        &options.data,
        &options.acting,
        options.json,
        |service, acting| service.remove_list(acting, &options.list),
    )
}

/// Runs `lists approve`.
pub(super) fn approve(options: &VersionOptions) -> Result<Exit, Trouble> {
    let (list, version) = versioned(&options.version)?;
    change(
        &options.data,
        &options.acting,
        options.json,
        |service, acting| service.approve_list(acting, list, version),
    )
}

/// Runs `lists roll-back`.
pub(super) fn roll_back(options: &VersionOptions) -> Result<Exit, Trouble> {
    let (list, version) = versioned(&options.version)?;
    // Whoever names an earlier version knows that it is older.
    let consent = Consent {
        given: true,
        list: None,
    };
    change(
        &options.data,
        &options.acting,
        options.json,
        |service, acting| service.roll_back_list(acting, list, version, &consent),
    )
}

pub(super) fn versioned(wanted: &ListRef) -> Result<(&str, u32), Trouble> {
    match wanted.version {
        Some(version) => Ok((&wanted.list, version)),
        None => Err(Trouble::Says("name the version: LIST@VERSION".into())),
    }
}

/// Opens a folder, changes a list, says it, and looks back.
fn change(
    data: &DataOption,
    acting: &ActingOptions,
    json: bool,
    with: impl FnOnce(&Service, &Acting) -> Result<ListAdded, ServiceError>,
) -> Result<Exit, Trouble> {
    let folder = data.folder()?;
    let service = folder.service()?;
    let acting = acting.acting(&service)?;
    let changed = with(&service, &acting)?;
    say_change(&mut io::stdout().lock(), &changed, json)?;
    settle(&folder, &service)?;
    Ok(Exit::Done)
}

/// Runs `lists show`.
pub(super) fn show(options: &ShowOptions) -> Result<Exit, Trouble> {
    let folder = options.data.folder()?;
    let service = folder.service()?;
    let mut page = String::new();
    match &options.list {
        None if options.json => {
            for standing in service.lists()? {
                page += &format!("{}\n", standing_json(&standing));
            }
        }
        None => standings(&mut page, &service.lists()?),
        Some(wanted) => {
            let measures = MeasureTable::shipped();
            for subject in service.list_version(wanted)? {
                if options.json {
                    page += &format!("{}\n", subject_json(&subject, &measures));
                } else {
                    let name = subject.names.first().map(|name| name.full.as_str());
                    let name = escape::text(name.unwrap_or_default()).into_owned();
                    page += &format!("{:<16}  {name}\n", escape::text(&subject.entry));
                }
            }
        }
    }
    let mut out = anstream::AutoStream::auto(io::stdout().lock());
    match out.write_all(page.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Trouble::Says(format!("standard output: {error}")))
        }
        _ => Ok(Exit::Done),
    }
}

fn standing_json(standing: &ListStanding) -> serde_json::Value {
    let warnings: Vec<&str> = standing.warnings.iter().map(|w| w.as_str()).collect();
    let mut line = json!({
        "list": standing.list, "versions": standing.versions, "warnings": warnings,
        "query_only": standing.query_only,
        "proposed": standing.proposed.iter().map(|v| v.version).collect::<Vec<_>>(),
    });
    if let Some(version) = &standing.in_force {
        line["version"] = json!(version.version);
        line["entries"] = json!(version.entries);
        line["published"] = json!(version.published);
        line["address"] = json!(hex(&version.address));
    }
    if let Some(until) = standing.fresh_until {
        line["fresh_until"] = json!(until.to_string());
    }
    line
}

fn standings(page: &mut String, all: &[ListStanding]) {
    let mut table = Table::new(&[
        "list",
        "version",
        "entries",
        "published",
        "fresh until",
        "look at",
    ]);
    for standing in all {
        let version = standing.in_force.as_ref();
        let warnings: Vec<&str> = standing.warnings.iter().map(|w| w.as_str()).collect();
        table.row(vec![
            escape::text(&standing.list).into_owned(),
            version.map_or_else(
                || "–".into(),
                |v| format!("{} of {}", v.version, standing.versions),
            ),
            version.map_or_else(String::new, |v| v.entries.to_string()),
            standing
                .published
                .map_or_else(String::new, |date| date.to_string()),
            standing
                .fresh_until
                .map_or_else(String::new, |at| format!("{at:.0}")),
            warnings.join(", "),
        ]);
    }
    if all.is_empty() {
        page.push_str("no list: nobody is screened\n");
    } else {
        table.set(page, 0, crate::terminal::width());
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
