//! `tidewaiter hits`: what awaits a person, with the evidence.

mod json;
mod text;

use std::io::{self, BufWriter, Write as _};

use clap::Args;
use tidewaiter_service::{HitQuery, Lane};

use crate::data::{ActingOptions, DataOption, Trouble};
use crate::exit::Exit;

/// Show the open hits with their evidence, those due first
///
/// Whoever looks is granted what the mandate gives their role for the purpose, and every person that is
/// shown leaves a line in the audit log.
#[derive(Debug, Args)]
pub(crate) struct HitsOptions {
    #[command(flatten)]
    data: DataOption,

    #[command(flatten)]
    acting: ActingOptions,

    /// Print JSON Lines: one object a hit
    #[arg(long)]
    json: bool,

    /// The hits of test traffic instead of those of live traffic
    #[arg(long)]
    test: bool,
}

/// Runs the command.
pub(crate) fn run(options: &HitsOptions) -> Exit {
    match options.run() {
        Ok(()) => Exit::Done,
        Err(trouble) => trouble.tell(),
    }
}

impl HitsOptions {
    fn run(&self) -> Result<(), Trouble> {
        let folder = self.data.folder()?;
        let service = folder.service()?;
        let acting = self.acting.acting(&service)?;
        let query = HitQuery {
            lane: if self.test { Lane::Test } else { Lane::Live },
            // Every one: a cap would hide somebody.
            most: u32::MAX,
            ..HitQuery::default()
        };
        let hits = service.hits(&acting, &query)?;
        // What is shown was written down, and is signed before it is shown.
        folder.sign_log(&service)?;
        let stdout = anstream::AutoStream::auto(io::stdout().lock());
        let mut out = BufWriter::with_capacity(1 << 16, stdout);
        let written = if self.json {
            hits.iter().try_for_each(|hit| {
                serde_json::to_writer(&mut out, &json::Line::of(hit))?;
                out.write_all(b"\n")
            })
        } else {
            let mut page = String::new();
            text::hits(&mut page, crate::terminal::width(), &hits);
            out.write_all(page.as_bytes())
        };
        match written.and_then(|()| out.flush()) {
            // Whoever reads the output has seen enough (`| head`).
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Trouble::Says(format!("standard output: {error}")))
            }
            _ => Ok(()),
        }
    }
}
