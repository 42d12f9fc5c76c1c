//! `tidewaiter audit verify`: the audit log proven.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use tidewaiter_mandate::audit::Verified;
use tidewaiter_store::AuditFault;

use crate::data::{DataOption, Trouble};
use crate::exit::Exit;
use crate::lists::complain;

/// Prove the audit log
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    Verify(VerifyOptions),
}

/// Prove that no line of the audit log was changed, removed, added, moved or cut off
///
/// Every line is compared with the signed heads of the log: those in the store, those that were
/// copied beside it, and those that a witness kept. Lines that nobody has signed yet are signed once
/// the rest is proven. Exit status: 0 proven; 1 tampering, and where; 2 the folder could not be
/// read.
#[derive(Debug, Args)]
pub(crate) struct VerifyOptions {
    #[command(flatten)]
    data: DataOption,

    /// Signed heads that a witness outside this machine kept
    #[arg(long, value_name = "FILE")]
    witness: Vec<PathBuf>,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(command: &AuditCommand) -> Exit {
    let AuditCommand::Verify(options) = command;
    match options.verify() {
        Ok(exit) => exit,
        Err(trouble) => trouble.tell(),
    }
}

impl VerifyOptions {
    fn verify(&self) -> Result<Exit, Trouble> {
        let folder = self.data.folder()?;
        let now = Timestamp::now();
        let store = folder.store(now)?;
        let mut witnessed = Vec::new();
        let own = folder.witness_file();
        let own = own.exists().then_some(&own);
        for path in own.into_iter().chain(&self.witness) {
            let text = fs::read_to_string(path).map_err(|error| Trouble::file(path, error))?;
            witnessed.extend(notes(&text));
        }
        let log = folder.log_name();
        let exit = match store.verify_audit_against(&log, &witnessed) {
            Ok(proven) => {
                self.say_proven(&proven, witnessed.len())?;
                // What nobody has signed yet continues what is proven: it is signed now.
                if let Some(note) = store.checkpoint(&log, now)? {
                    folder.witness(&note)?;
                }
                Exit::Done
            }
            Err(AuditFault::Store(error)) => return Err(error.into()),
            Err(fault) => {
                self.say_fault(&fault)?;
                Exit::Findings
            }
        };
        folder.mark();
        Ok(exit)
    }

    fn say_proven(&self, proven: &Verified, witnessed: usize) -> Result<(), Trouble> {
        let Verified {
            lines,
            signed,
            root,
        } = proven;
        let root: String = root.0.iter().map(|byte| format!("{byte:02x}")).collect();
        if self.json {
            return say(&serde_json::json!({
                "proven": true, "lines": lines, "signed": signed, "witnessed": witnessed,
                "root": root,
            }));
        }
        let unsigned = lines - signed;
        say(&format!(
            "{lines} lines, none changed, removed, added or moved; {signed} were under a signed \
             head, {unsigned} are signed now\nhead {root}"
        ))
    }

    fn say_fault(&self, fault: &AuditFault) -> Result<(), Trouble> {
        if self.json {
            say(&serde_json::json!({"proven": false, "fault": fault.to_string()}))?;
        }
        complain(&format!("the audit log does not stand: {fault}"));
        Ok(())
    }
}

fn say(what: &impl std::fmt::Display) -> Result<(), Trouble> {
    writeln!(io::stdout(), "{what}")
        .map_err(|error| Trouble::Says(format!("standard output: {error}")))
}

/// The signed notes of a text in which they stand one after the other.
pub(crate) fn notes(text: &str) -> Vec<String> {
    let mut notes = Vec::new();
    let mut note = String::new();
    let mut signed = false;
    for line in text.split_inclusive('\n') {
        let signature = line.starts_with("— ");
        if signed && !signature {
            notes.push(std::mem::take(&mut note));
        }
        signed = signature;
        note.push_str(line);
    }
    if !note.trim().is_empty() {
        notes.push(note);
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_that_stand_one_after_the_other_are_told_apart() {
        let (one, two) = (
            "a/b\n1\nroot\n\n— a/b sig\n",
            "a/b\n2\nroot\n\n— a/b sig\n— w sig\n",
        );
        assert_eq!(notes(&format!("{one}{two}")), [one, two]);
        // A note that was being written when the power went is kept, and found to be none.
        assert_eq!(notes(&format!("{one}a/b\n3")), [one, "a/b\n3"]);
        assert!(notes("").is_empty());
    }
}
