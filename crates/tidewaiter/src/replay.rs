//! `tidewaiter replay`: findings computed anew.

use std::io::{self, Write as _};

use clap::Args;
use serde_json::json;
use tidewaiter_service::{Id, Replay, Service};

use crate::data::{DataOption, Trouble};
use crate::exit::Exit;

/// Compute findings anew from what they rested on, and compare bit for bit
///
/// Answers `same`, `differs`, `inputs lawfully destroyed` or `engine unavailable`. Exit status: 0 none
/// differs; 1 one does; 2 there is no such finding.
#[derive(Debug, Args)]
pub(crate) struct ReplayOptions {
    #[command(flatten)]
    data: DataOption,

    /// Print JSON Lines: one object a finding
    #[arg(long)]
    json: bool,

    /// Every finding there is
    #[arg(long, conflicts_with = "findings")]
    all: bool,

    /// The finding, as `hits --json` names it
    #[arg(value_name = "FINDING", required_unless_present = "all", value_parser = finding)]
    findings: Vec<Id>,
}

/// Reads the identifier of a finding.
fn finding(text: &str) -> Result<Id, String> {
    Id::parse(text).ok_or_else(|| "a finding is named by a UUID".to_owned())
}

/// Runs the command.
pub(crate) fn run(options: &ReplayOptions) -> Exit {
    match options.run() {
        Ok(exit) => exit,
        Err(trouble) => trouble.tell(),
    }
}

impl ReplayOptions {
    fn run(&self) -> Result<Exit, Trouble> {
        let folder = self.data.folder()?;
        let service = folder.service()?;
        let all = if self.all {
            service.findings()?
        } else {
            self.findings.clone()
        };
        let mut exit = Exit::Done;
        for id in &all {
            exit = exit.max(self.one(&service, id)?);
        }
        folder.sign_log(&service)?;
        Ok(exit)
    }

    fn one(&self, service: &Service, id: &Id) -> Result<Exit, Trouble> {
        let replayed = service.replay(id)?;
        let detail = match &replayed {
            Replay::Same | Replay::InputsDestroyed => String::new(),
            Replay::Differs(what) => {
                let what: Vec<&str> = what.iter().map(|what| what.as_str()).collect();
                what.join(", ")
            }
            Replay::EngineUnavailable { engine } => engine.clone(),
        };
        let answer = replayed.as_str();
        let line = match (self.json, detail.is_empty()) {
            (true, _) => {
                json!({"finding": id.to_string(), "replay": answer, "detail": detail}).to_string()
            }
            (false, true) => format!("{id}  {answer}"),
            (false, false) => format!("{id}  {answer}: {detail}"),
        };
        writeln!(io::stdout(), "{line}")
            .map_err(|error| Trouble::Says(format!("standard output: {error}")))?;
        Ok(match replayed {
            Replay::Differs(_) => Exit::Findings,
            _ => Exit::Done,
        })
    }
}
