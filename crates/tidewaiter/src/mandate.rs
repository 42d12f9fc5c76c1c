//! `tidewaiter mandate lint|sign|show|diff`: profiles on the command line.
//!
//! Exit status as for every command: 0 done, 1 the profile is refused or differs, 2 wrong usage or
//! unreadable input.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::tz::Offset;
use tidewaiter_diagnostics::Diagnostic;
use tidewaiter_mandate::lint::lint;
use tidewaiter_mandate::profile::{Keyring, OfficeKey, Place, Profile, Signatures, read, sign};
use tidewaiter_mandate::regime::Regime;
use tidewaiter_mandate::{ApprovalSubject, DataSet, Mandate};

use crate::exit::Exit;

/// Reads, checks, signs and compares mandate profiles.
#[derive(Debug, Subcommand)]
pub(crate) enum MandateCommand {
    /// Checks a profile against its overlay.
    Lint(Lint),
    /// Signs a profile as one office; the signature is added to FILE.sig.
    Sign(Sign),
    /// Says in words what a profile allows.
    Show {
        /// The profile; without one the built-in evaluation profile.
        file: Option<PathBuf>,
    },
    /// Shows what two profiles say differently.
    Diff {
        /// The old profile.
        from: PathBuf,
        /// The new one.
        to: PathBuf,
    },
}

/// Checks a profile against its overlay.
#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// The profile.
    file: PathBuf,
    /// The offices' public keys: checks the signatures in FILE.sig too, and that it is in force.
    #[arg(long, value_name = "FILE")]
    offices: Option<PathBuf>,
    /// One JSON object a finding.
    #[arg(long)]
    json: bool,
}

/// Signs a profile.
#[derive(Debug, Args)]
pub(crate) struct Sign {
    /// The profile.
    file: PathBuf,
    /// The office, as signed_by names it.
    #[arg(long)]
    office: String,
    /// Its secret key, PKCS #8 PEM (openssl genpkey -algorithm ed25519).
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// Runs the command on the machine's own streams and clock.
pub(crate) fn run(command: &MandateCommand) -> Exit {
    let (mut out, mut err) = (io::stdout(), io::stderr());
    run_with(command, Timestamp::now(), &mut out, &mut err).unwrap_or(Exit::Unreadable)
}

/// Runs the command; fails only when its output cannot be written.
fn run_with(
    command: &MandateCommand,
    now: Timestamp,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Exit> {
    let result = match command {
        MandateCommand::Lint(args) => args.run(now, out, err),
        MandateCommand::Sign(args) => args.run(now, out, err),
        MandateCommand::Show { file } => show(file.as_deref(), out, err),
        MandateCommand::Diff { from, to } => diff(from, to, out, err),
    };
    match result {
        Ok(status) => Ok(status),
        Err(Stop::Output(error)) => Err(error),
        Err(Stop::Refused) => Ok(Exit::Findings),
        Err(Stop::Unreadable(why)) => {
            writeln!(err, "tidewaiter: {why}")?;
            Ok(Exit::Unreadable)
        }
    }
}

/// Why a command ends before its end.
enum Stop {
    Output(io::Error),
    Refused,
    Unreadable(String),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

fn text_of(path: &Path) -> Result<String, Stop> {
    let read = if path == Path::new("-") {
        io::read_to_string(io::stdin())
    } else {
        fs::read_to_string(path)
    };
    read.map_err(|error| Stop::Unreadable(format!("{}: {error}", path.display())))
}

/// `FILE.sig`.
pub(crate) fn signature_path(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".sig");
    PathBuf::from(name)
}

fn signatures_of(file: &Path) -> Result<Signatures, Stop> {
    let path = signature_path(file);
    if !path.exists() {
        return Ok(Signatures::default());
    }
    toml::from_str(&text_of(&path)?)
        .map_err(|error| Stop::Unreadable(format!("{}: {error}", path.display())))
}

fn profile_of(path: &Path, err: &mut dyn Write) -> Result<Profile, Stop> {
    let text = text_of(path)?;
    let reading = read(&text);
    match reading.value {
        Some(profile) => Ok(profile),
        None => {
            tell(path, &text, &reading.diagnostics, false, err)?;
            Err(Stop::Refused)
        }
    }
}

fn tell(
    path: &Path,
    text: &str,
    found: &[Diagnostic],
    json: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    for diagnostic in found {
        let Place { line, column } = Place::of(diagnostic.span, text);
        if json {
            let object = serde_json::json!({
                "source": path.display().to_string(),
                "line": line,
                "column": column,
                "offset": diagnostic.span.start,
                "length": diagnostic.span.len(),
                "severity": diagnostic.severity.as_str(),
                "code": diagnostic.code.slug,
                "message": diagnostic.message,
                "help": diagnostic.code.help,
            });
            writeln!(out, "{object}")?;
        } else {
            let (severity, code) = (diagnostic.severity.as_str(), diagnostic.code);
            writeln!(
                out,
                "{}:{line}:{column}: {severity}[{}]: {}",
                path.display(),
                code.slug,
                diagnostic.message
            )?;
            writeln!(out, "  {}", code.help)?;
        }
    }
    Ok(())
}

impl Lint {
    fn run(&self, now: Timestamp, out: &mut dyn Write, err: &mut dyn Write) -> Result<Exit, Stop> {
        let text = text_of(&self.file)?;
        let reading = read(&text);
        let mut found = reading.diagnostics;
        if let Some(profile) = reading.value {
            match &self.offices {
                None => found = lint(&profile, Offset::UTC.to_datetime(now).date()),
                Some(keys) => {
                    let keyring = Keyring::read(&text_of(keys)?).map_err(|error| {
                        Stop::Unreadable(format!("{}: {error}", keys.display()))
                    })?;
                    let signatures = signatures_of(&self.file)?;
                    if let Err(against) = Mandate::in_force(profile, &signatures, &keyring, now) {
                        found = against;
                    }
                }
            }
        }
        tell(&self.file, &text, &found, self.json, out)?;
        if found.is_empty() {
            writeln!(err, "{}: sound", self.file.display())?;
        }
        Ok(status(found.is_empty()))
    }
}

impl Sign {
    fn run(&self, now: Timestamp, out: &mut dyn Write, err: &mut dyn Write) -> Result<Exit, Stop> {
        let profile = profile_of(&self.file, err)?;
        let found = lint(&profile, Offset::UTC.to_datetime(now).date());
        if !found.is_empty() {
            // Nobody signs what would be refused.
            tell(&self.file, &text_of(&self.file)?, &found, false, err)?;
            return Err(Stop::Refused);
        }
        if !profile.profile.signed_by.contains(&self.office) {
            let why = format!("signed_by does not name the office {:?}", self.office);
            return Err(Stop::Unreadable(why));
        }
        let key = OfficeKey::from_pem(&text_of(&self.key)?).ok_or_else(|| {
            Stop::Unreadable(format!(
                "{}: no Ed25519 key in PKCS #8 PEM",
                self.key.display()
            ))
        })?;
        let mut signatures = signatures_of(&self.file)?;
        signatures.all.retain(|s| s.office != self.office);
        signatures.all.push(sign(&profile, &self.office, &key));
        let text = toml::to_string(&signatures)
            .map_err(|error| Stop::Unreadable(format!("signatures: {error}")))?;
        let path = signature_path(&self.file);
        fs::write(&path, text)
            .map_err(|error| Stop::Unreadable(format!("{}: {error}", path.display())))?;
        writeln!(out, "{} = \"{}\"", self.office, key.public_base64())?;
        writeln!(err, "signed {} in {}", profile.hash(), path.display())?;
        Ok(Exit::Done)
    }
}

fn show(file: Option<&Path>, out: &mut dyn Write, err: &mut dyn Write) -> Result<Exit, Stop> {
    let evaluation = Mandate::evaluation();
    let loaded;
    let profile = match file {
        Some(path) => {
            loaded = profile_of(path, err)?;
            &loaded
        }
        None => evaluation.profile(),
    };
    let head = &profile.profile;
    writeln!(
        out,
        "{} — {}@{}",
        head.title,
        head.id.get(),
        head.version.get()
    )?;
    writeln!(out, "hash      {}", profile.hash())?;
    let regime = Regime::named(&head.regime).map_or("unknown", |r| r.title.as_str());
    writeln!(out, "under     {regime}, for {}", head.country.get())?;
    writeln!(
        out,
        "in force  {}, review due {}",
        head.valid_from.0, head.review_due.0
    )?;
    for (name, purpose) in &profile.purposes {
        writeln!(
            out,
            "\n{} — {} ({})",
            name.get(),
            purpose.title,
            purpose.stands_for.get()
        )?;
        for (data_set, patterns) in &purpose.data {
            let patterns: Vec<_> = patterns.iter().map(|p| p.as_str()).collect();
            writeln!(out, "  {:<6} {}", data_set.as_str(), patterns.join(" "))?;
        }
        for act in &purpose.actions {
            let subject = ApprovalSubject::Act(*act.get()).as_str();
            let approval = profile
                .approvals
                .iter()
                .find(|(name, _)| name.as_str() == subject);
            let by = approval.map_or_else(
                || "one person".to_owned(),
                |(_, a)| {
                    let roles: Vec<_> = a.of.iter().map(|r| r.as_str()).collect();
                    roles.join(" and ")
                },
            );
            writeln!(out, "  act    {}: {by}", act.get())?;
        }
    }
    writeln!(out)?;
    show_people_and_lists(profile, out)?;
    for (data_set, retention) in &profile.retention {
        let masked = retention
            .mask_at
            .as_ref()
            .map_or(String::new(), |t| format!("masked after {}, ", t.get()));
        let deleted = retention.delete_at.0.map_or_else(
            || "with what it was made from".to_owned(),
            |t| format!("after {t}"),
        );
        writeln!(
            out,
            "{:<14} {masked}deleted {deleted}",
            DataSet::as_str(*data_set.get())
        )?;
    }
    Ok(Exit::Done)
}

/// Who may do what, which lists are compared, what carriers are answered, what stays of the bytes.
fn show_people_and_lists(profile: &Profile, out: &mut dyn Write) -> io::Result<()> {
    for (name, role) in &profile.roles {
        let can: Vec<_> = role.can.iter().map(|c| c.as_str()).collect();
        let outside = if role.external {
            ", outside authority"
        } else {
            ""
        };
        writeln!(out, "role {}: {}{outside}", name.get(), can.join(" "))?;
    }
    for list in &profile.lists {
        let purposes: Vec<_> = list.purposes.iter().map(|p| p.as_str()).collect();
        let thresholds = list.thresholds;
        writeln!(
            out,
            "list {} ({}, {}) for {}: review from {} bits, alert from {}",
            list.id.get(),
            list.authority.get(),
            list.kind,
            purposes.join(" "),
            thresholds.review,
            thresholds.alert
        )?;
        for (programme, kinds) in &list.measures {
            let kinds: Vec<_> = kinds.iter().map(|k| k.as_str()).collect();
            writeln!(out, "  programme {}: {}", programme.get(), kinds.join(" "))?;
        }
    }
    for row in &profile.answers {
        let needs: Vec<_> = row.needs.iter().map(|n| n.as_str()).collect();
        writeln!(
            out,
            "carrier {}: {}, with a hit awaiting review {}, without {} {}",
            row.carrier.get(),
            row.unmatched,
            row.pending,
            needs.join(" or "),
            row.insufficient
        )?;
    }
    let intake = &profile.intake;
    writeln!(
        out,
        "bytes {} for {}, unreadable ones sealed for {}; look-back within {}\n",
        intake.raw_message.form,
        intake.raw_message.keep.get(),
        intake.quarantine.get(),
        profile.look_back.within.get()
    )
}

fn diff(from: &Path, to: &Path, out: &mut dyn Write, err: &mut dyn Write) -> Result<Exit, Stop> {
    let (old, new) = (profile_of(from, err)?, profile_of(to, err)?);
    let value = |profile: &Profile| {
        serde_json::from_str(&profile.canonical())
            .map_err(|error| Stop::Unreadable(error.to_string()))
    };
    let (old, new): (serde_json::Value, serde_json::Value) = (value(&old)?, value(&new)?);
    let mut lines = Vec::new();
    differences("", Some(&old), Some(&new), &mut lines);
    for line in &lines {
        writeln!(out, "{line}")?;
    }
    Ok(status(lines.is_empty()))
}

fn differences(
    path: &str,
    old: Option<&serde_json::Value>,
    new: Option<&serde_json::Value>,
    lines: &mut Vec<String>,
) {
    use serde_json::Value;
    match (old, new) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                differences(&path, old.get(key), new.get(key), lines);
            }
        }
        (Some(old), Some(new)) if old == new => {}
        (old, new) => {
            lines.extend(old.map(|value| format!("- {path} = {value}")));
            lines.extend(new.map(|value| format!("+ {path} = {value}")));
        }
    }
}

const fn status(nothing_found: bool) -> Exit {
    if nothing_found {
        Exit::Done
    } else {
        Exit::Findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const P1: &str = include_str!("../../mandate/profiles/p1-customs-only.toml");
    const P2: &str = include_str!("../../mandate/profiles/p2-single-window.toml");
    const PEM: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";

    /// Runs a command in a folder of its own; answers with status, output and errors.
    fn call(command: &MandateCommand) -> (Exit, String, String) {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let status = run_with(command, now, &mut out, &mut err).unwrap();
        (
            status,
            String::from_utf8(out).unwrap(),
            String::from_utf8(err).unwrap(),
        )
    }

    fn folder(name: &str) -> PathBuf {
        let path =
            std::env::temp_dir().join(format!("tidewaiter-mandate-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        path
    }

    #[test]
    fn a_broken_profile_is_told_with_line_and_column() {
        let file = folder("lint").join("p.toml");
        let lint = |json| {
            MandateCommand::Lint(Lint {
                file: file.clone(),
                offices: None,
                json,
            })
        };
        fs::write(&file, P1).unwrap();
        assert_eq!(call(&lint(false)).0, Exit::Done);
        fs::write(
            &file,
            P1.replace("self_learning = false", "self_learning = true"),
        )
        .unwrap();
        let (status, out, _) = call(&lint(false));
        assert_eq!(status, Exit::Findings);
        let told = out.lines().next().unwrap().to_owned();
        assert!(
            told.ends_with(": error[mandate-rules]: rules would alter themselves"),
            "{told}"
        );
        let (_, out, _) = call(&lint(true));
        let object: serde_json::Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
        assert_eq!(object["code"], "mandate-rules");
        fs::remove_file(&file).unwrap();
        assert_eq!(call(&lint(false)).0, Exit::Unreadable);
    }

    #[test]
    fn offices_sign_and_the_signatures_are_checked() {
        let folder = folder("sign");
        let (file, key, keys) = (
            folder.join("p.toml"),
            folder.join("k.pem"),
            folder.join("offices.toml"),
        );
        fs::write(&file, P1).unwrap();
        fs::write(&key, PEM).unwrap();
        let _ = fs::remove_file(signature_path(&file));
        let sign = |office: &str| {
            call(&MandateCommand::Sign(Sign {
                file: file.clone(),
                office: office.to_owned(),
                key: key.clone(),
            }))
        };
        assert_eq!(sign("nobody").0, Exit::Unreadable);
        let (status, public, _) = sign("head-of-targeting");
        assert_eq!(status, Exit::Done);
        let (_, second, _) = sign("legal-counsel");
        fs::write(&keys, format!("[offices]\n{public}{second}")).unwrap();
        let lint = MandateCommand::Lint(Lint {
            file: file.clone(),
            offices: Some(keys),
            json: false,
        });
        let (status, out, _) = call(&lint);
        // Both signatures are good, and of one hand.
        assert_eq!(status, Exit::Findings);
        assert!(out.contains("have the same key"), "{out}");
        assert_eq!(out.matches("error[").count(), 1);
    }

    #[test]
    fn what_changed_is_shown_and_nothing_else() {
        let folder = folder("diff");
        let (from, to) = (folder.join("a.toml"), folder.join("b.toml"));
        fs::write(&from, P1).unwrap();
        fs::write(
            &to,
            P1.replace("max_alerts_per_10k = 40", "max_alerts_per_10k = 41"),
        )
        .unwrap();
        let same = MandateCommand::Diff {
            from: from.clone(),
            to: from.clone(),
        };
        assert_eq!(call(&same), (Exit::Done, String::new(), String::new()));
        let (status, out, _) = call(&MandateCommand::Diff { from, to });
        assert_eq!(status, Exit::Findings);
        assert_eq!(
            out,
            "- rules.backtest.max_alerts_per_10k = 40\n+ rules.backtest.max_alerts_per_10k = 41\n"
        );
    }

    #[test]
    fn a_profile_says_what_it_allows() {
        let (status, out, _) = call(&MandateCommand::Show { file: None });
        assert_eq!(status, Exit::Done);
        assert!(out.starts_with("Evaluation: complete rights for one local user, no live data"));
        assert!(out.contains("  act    iapi-no-board: local and second\n"));
        let file = folder("show").join("p2.toml");
        fs::write(&file, P2).unwrap();
        let (_, out, _) = call(&MandateCommand::Show { file: Some(file) });
        for line in [
            "role judicial-authority: unmask, outside authority",
            "list unsc-1267 (un-sc, person) for P-CT: review from 10 bits, alert from 18",
            "  programme Al-Qaida: travel-ban asset-freeze arms-embargo",
            "carrier *: 0Z, with a hit awaiting review 0Z, without names or dob or doc.number 4Z",
            "bytes sanitised for PT24H, unreadable ones sealed for PT72H; look-back within PT5M",
            "pnr            masked after P6M, deleted after P5Y",
        ] {
            assert!(out.lines().any(|l| l == line), "{line}\n{out}");
        }
    }
}
