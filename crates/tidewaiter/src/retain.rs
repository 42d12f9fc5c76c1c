//! `tidewaiter retain`: masks, erases and drops what is due.

use std::io::{self, Write as _};

use clap::Args;

use crate::data::{DataOption, Trouble};
use crate::exit::Exit;

/// Mask, erase and drop every record and message whose time under the mandate is over
///
/// `ingest` does the same before it takes in anything; run this once an hour where nothing else runs.
#[derive(Debug, Args)]
pub(crate) struct RetainOptions {
    #[command(flatten)]
    data: DataOption,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(options: &RetainOptions) -> Exit {
    match options.run() {
        Ok(()) => Exit::Done,
        Err(trouble) => trouble.tell(),
    }
}

impl RetainOptions {
    fn run(&self) -> Result<(), Trouble> {
        let folder = self.data.folder()?;
        let service = folder.service()?;
        let done = service.retain()?;
        folder.sign_log(&service)?;
        let says = if self.json {
            serde_json::json!({
                "masked": done.masked, "erased": done.erased, "dropped": done.dropped,
            })
            .to_string()
        } else {
            format!(
                "{} records masked, {} erased with their keys, {} messages dropped",
                done.masked, done.erased, done.dropped
            )
        };
        writeln!(io::stdout(), "{says}")
            .map_err(|error| Trouble::Says(format!("standard output: {error}")))
    }
}
