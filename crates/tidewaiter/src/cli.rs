//! Commands and options.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;
use tidewaiter_formats::manifest_csv::ColumnMapping;

use crate::generate::GenerateOptions;

/// Reads what carriers and traders send a border administration.
#[derive(Debug, Parser)]
#[command(name = "tidewaiter", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Inspect(InspectOptions),
    #[command(subcommand)]
    Lists(ListsCommand),
    #[command(subcommand)]
    Carriers(crate::carriers::CarriersCommand),
    #[command(subcommand)]
    Mandate(crate::mandate::MandateCommand),
    Generate(GenerateOptions),
    Match(crate::matching::MatchOptions),
    Compare(crate::matching::CompareOptions),
    Ingest(crate::ingest::IngestOptions),
    Serve(crate::serve::ServeOptions),
    Demo(crate::demo::DemoOptions),
    Hits(crate::hits::HitsOptions),
    Replay(crate::replay::ReplayOptions),
    #[command(subcommand)]
    Audit(crate::audit::AuditCommand),
    Retain(crate::retain::RetainOptions),
    Doctor(crate::doctor::DoctorOptions),
    Backup(crate::backup::BackupOptions),
    Restore(crate::backup::RestoreOptions),
    #[command(subcommand)]
    Keys(crate::keys::KeysCommand),
}

/// Manage lists of persons, organisations and documents
#[derive(Debug, Subcommand)]
pub(crate) enum ListsCommand {
    Add(crate::lists::held::AddOptions),
    Show(crate::lists::held::ShowOptions),
    Remove(crate::lists::held::RemoveOptions),
    /// Say what putting a version into force would do, and do nothing
    ///
    /// Whoever it may concern is screened against what would be in force: new hits by band, hits that would
    /// lapse, be looked at again or lose their entry, on coming flights and among everybody held. Exit
    /// status: 0 it was worked out; 2 wrong usage, or there is no such version.
    Preview(crate::lists::held::VersionOptions),
    /// Agree to a version that somebody else has proposed, where the mandate wants several people
    Approve(crate::lists::held::VersionOptions),
    /// Put an earlier version into force again
    RollBack(crate::lists::held::VersionOptions),
    Diff(ListsDiffOptions),
}

/// Say which entries two versions of a list add, remove and change, by the list's own references
///
/// Order, white space and update stamps do not count. Exit status: 0 the versions were compared; 2
/// wrong usage, or a list that was refused.
#[derive(Debug, Args)]
pub(crate) struct ListsDiffOptions {
    /// A data folder, whose versions are named LIST@VERSION, or LIST for the one in force
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,

    /// The earlier version: a file, a folder of files that are one list (OFAC), or with --data
    /// LIST@VERSION
    #[arg(value_name = "FROM")]
    pub(crate) from: PathBuf,

    /// The later version
    #[arg(value_name = "TO")]
    pub(crate) to: PathBuf,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Read messages; print what they say and every diagnostic, pointing into the bytes
///
/// Exit status: 0 every message was understood, at least in part; 1 a message was rejected; 2 wrong
/// usage, or a path that could not be read.
#[derive(Debug, Args)]
pub(crate) struct InspectOptions {
    /// Files; folders, which are read with all their subfolders in sorted order; or - for standard
    /// input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Print JSON Lines: one object a message, with --flights one a flight
    #[arg(long)]
    pub(crate) json: bool,

    /// Show flights instead of messages: API and bookings side by side, people in both with the
    /// reason, people in one only, and what the two say differently
    ///
    /// Holds the people of all flights in memory, about a kilobyte each; without it, memory is
    /// bounded by the largest message.
    #[arg(long)]
    pub(crate) flights: bool,

    /// With --flights: a line a flight and the tables, without people
    #[arg(long, requires = "flights", conflicts_with_all = ["json", "all"])]
    pub(crate) brief: bool,

    /// Show every diagnostic, with --flights every person, instead of the first of each code in a message
    #[arg(long, conflicts_with = "json")]
    pub(crate) all: bool,

    /// The day on which the messages were received, against which two-digit years are read
    /// [default: today, UTC]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) received: Option<Date>,

    /// Which column of a table holds which field, where its headings do not say it:
    /// surname=Nachname,born=Geb.-Datum
    #[arg(long, value_name = "FIELD=COLUMN,...", value_parser = columns)]
    pub(crate) columns: Option<ColumnMapping>,
}

/// Reads a column mapping; an error names the fields there are.
fn columns(text: &str) -> Result<ColumnMapping, String> {
    text.parse().map_err(|error| {
        let fields: Vec<&str> = ColumnMapping::field_names().collect();
        format!("{error}; the fields are {}", fields.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
