//! `tidewaiter carriers quality`: how good a carrier's data are, as a text that can be sent to it.

use std::io::{self, Write as _};

use clap::{Args, Subcommand};
use jiff::civil::Date;

use crate::data::{DataOption, Trouble};
use crate::exit::Exit;

/// Report on carriers
#[derive(Debug, Subcommand)]
pub(crate) enum CarriersCommand {
    Quality(QualityOptions),
}

/// Tell how good the data of a carrier are, month by month, as a text that can be sent to it
///
/// Messages and what became of them, what was noticed, what is missing of people, what came late. It
/// names nobody. Exit status: 0 it was told; 2 there is no such carrier code, or the folder could not be
/// read.
#[derive(Debug, Args)]
pub(crate) struct QualityOptions {
    #[command(flatten)]
    data: DataOption,

    /// The carrier's code: AA, 9W, QZA
    carrier: String,

    /// The first month [default: eleven months ago]
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    from: Option<String>,

    /// The last month [default: this one]
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    until: Option<String>,
}

fn month(text: &str) -> Result<String, &'static str> {
    match format!("{text}-01").parse::<Date>() {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("a month is written 2026-11"),
    }
}

/// Runs the command.
pub(crate) fn run(command: &CarriersCommand) -> Exit {
    let CarriersCommand::Quality(options) = command;
    match options.run() {
        Ok(()) => Exit::Done,
        Err(trouble) => trouble.tell(),
    }
}

impl QualityOptions {
    fn run(&self) -> Result<(), Trouble> {
        let folder = self.data.folder()?;
        let service = folder.service()?;
        let months = (self.from.as_deref(), self.until.as_deref());
        let report = service.quality_of(&self.carrier, months)?;
        write!(io::stdout(), "{}", report.text())
            .map_err(|error| Trouble::Says(format!("standard output: {error}")))
    }
}
