//! `tidewaiter doctor`: whether a data folder and its machine are well.

use std::io::{self, Write as _};

use clap::Args;
use jiff::Timestamp;
use tidewaiter_service::doctor::{self, Check, Verdict};

use crate::data::{DataOption, Folder, Trouble};
use crate::exit::Exit;
use crate::terminal::put;
use crate::terminal::style::{self, paint};

/// Look whether a data folder, its keys, its mandate and the machine are well
///
/// Exit status: 0 nothing is critical; 1 something is; 2 there is no data folder.
#[derive(Debug, Args)]
pub(crate) struct DoctorOptions {
    #[command(flatten)]
    data: DataOption,

    /// Print JSON Lines: one object a check
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(options: &DoctorOptions) -> Exit {
    let folder = match options.data.folder() {
        Ok(folder) => folder,
        Err(trouble) => return trouble.tell(),
    };
    let checks = examine(&folder, Timestamp::now());
    let worst = checks.iter().map(|check| check.verdict).max();
    let mut page = String::new();
    for check in &checks {
        if options.json {
            put!(page, "{}\n", json(check));
        } else {
            text(&mut page, check);
        }
    }
    let mut out = anstream::AutoStream::auto(io::stdout().lock());
    if let Err(error) = out.write_all(page.as_bytes())
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        return Trouble::Says(format!("standard output: {error}")).tell();
    }
    match worst {
        Some(Verdict::Critical) => Exit::Findings,
        _ => Exit::Done,
    }
}

/// Every check, in the order in which things depend on each other. What cannot be opened is a
/// finding, not the end.
fn examine(folder: &Folder, now: Timestamp) -> Vec<Check> {
    let mut checks = doctor::machine(folder.path());
    checks.push(doctor::folder(folder.path()));
    checks.push(doctor::master_key(&folder.master_key(), folder.path()));
    checks.push(doctor::escrow(folder.settings().escrow.is_some()));
    let mandate = folder.mandate(now).map_err(|trouble| trouble.to_string());
    checks.push(doctor::mandate(
        mandate.as_ref().map_err(String::as_str),
        folder.review_due().unwrap_or_default(),
        now,
    ));
    // Without a mandate in force, or with keys that open nothing, there is no service; the store is
    // looked at all the same.
    let service = mandate.is_ok().then(|| folder.service());
    if let Some(Ok(service)) = &service {
        checks.push(doctor::lists(service));
        checks.extend(doctor::store(service.store(), &folder.home(), now));
        return checks;
    }
    let critical = |name, trouble: &Trouble| {
        let help = "see docs/operations.md, When something is wrong";
        Check::wrong(name, Verdict::Critical, trouble.to_string(), help)
    };
    match folder.store(now) {
        Ok(store) => {
            if let Some(Err(trouble)) = &service {
                checks.push(critical("service", trouble));
            }
            checks.extend(doctor::store(&store, &folder.home(), now));
        }
        Err(trouble) => checks.push(critical("store", &trouble)),
    }
    checks
}

fn json(check: &Check) -> serde_json::Value {
    let mut line = serde_json::json!({
        "check": check.name, "verdict": check.verdict.as_str(), "says": check.says,
    });
    if let (Some(help), Some(line)) = (check.help, line.as_object_mut()) {
        line.insert("help".into(), help.into());
    }
    line
}

fn text(page: &mut String, check: &Check) {
    let verdict = paint(
        style::verdict(check.verdict),
        &format!("{:<8}", check.verdict.as_str()),
    );
    put!(page, "{verdict}  {:<15}  {}\n", check.name, check.says);
    if let Some(help) = check.help {
        put!(page, "{:27}{}\n", "", paint(style::FAINT, help));
    }
}
