//! `demo`: the whole in a temporary folder, with traffic and a list of people who do not exist.
//!
//! It is the other commands, one after the other, as anybody would type them.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use clap::{Args, Parser as _};
use jiff::Timestamp;
use jiff::tz::Offset;

use crate::cli::Cli;
use crate::exit::Exit;

/// Show the whole: synthetic traffic, a list of invented persons, the service with its page
///
/// Works in a temporary folder, which is removed at the end (Ctrl-C). Real lists only when given.
#[derive(Debug, Args)]
pub(crate) struct DemoOptions {
    /// Where to listen; on loopback only
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// A list to screen against beside the invented one: a file, or a folder of files
    #[arg(long = "list", value_name = "PATH")]
    lists: Vec<PathBuf>,

    /// What decides the traffic
    #[arg(long, value_name = "N", default_value_t = 7)]
    seed: u64,

    /// How many flights
    #[arg(long, value_name = "N", default_value_t = 8)]
    flights: u64,
}

pub(crate) fn run(options: &DemoOptions) -> Exit {
    let folder = std::env::temp_dir().join(format!("tidewaiter-demo-{}", std::process::id()));
    let outcome = show(options, &folder);
    // What the demo has made goes with it, however it ended.
    let removed = fs::remove_dir_all(&folder);
    match (outcome, removed) {
        (Ok(()), Ok(())) => Exit::Done,
        (Err(error), _) | (Ok(()), Err(error)) => {
            let _ = writeln!(io::stderr(), "tidewaiter demo: {error}");
            Exit::Unreadable
        }
    }
}

fn show(options: &DemoOptions, folder: &std::path::Path) -> io::Result<()> {
    fs::create_dir(folder)?;
    let path = |name: &str| folder.join(name).into_os_string();
    let (data, traffic) = (path("data"), path("traffic"));
    // Tomorrow's flights: they have not left.
    let today = Offset::UTC.to_datetime(Timestamp::now()).date();
    let day = today.tomorrow().map_err(io::Error::other)?.to_string();
    let (seed, flights) = (options.seed.to_string(), options.flights.to_string());

    let mut generate = own()?;
    generate.args(["generate", "--seed", &seed, "--flights", &flights]);
    generate.args(["--day", &day, "--out"]).arg(&traffic);
    step(
        "tomorrow's flights, and a list of people who do not exist",
        generate,
        &[0],
    )?;

    let mut lists = own()?;
    lists
        .args(["lists", "add", "--consent", "--data"])
        .arg(&data);
    lists.arg(folder.join("traffic").join("lists").join("list.jsonl"));
    lists.args(&options.lists);
    step("the lists come into force", lists, &[0])?;

    let mut ingest = own()?;
    ingest.args(["ingest", "--data"]).arg(&data);
    ingest.arg(folder.join("traffic").join("messages"));
    // Some of the traffic is meant to be unreadable.
    step("what carriers sent is read and screened", ingest, &[0, 1])?;

    say("sign in as `local` with the password below, and look at the queue of hits");
    let listen = options.listen.to_string();
    let words = [
        "tidewaiter",
        "serve",
        "--plain-http",
        "--listen",
        &listen,
        "--data",
    ];
    let words = words.map(OsString::from).into_iter().chain([data]);
    // In this process, so that Ctrl-C ends the service and the folder is removed behind it.
    match Cli::try_parse_from(words).map(|cli| cli.command) {
        Ok(crate::cli::Command::Serve(serve)) => match crate::serve::run(&serve) {
            Exit::Done => Ok(()),
            _ => Err(io::Error::other("the service did not end well")),
        },
        Ok(_) => Err(io::Error::other("no such command")),
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}

/// This very program.
fn own() -> io::Result<Command> {
    Ok(Command::new(std::env::current_exe()?))
}

/// One command; its standard output is left out, its errors are shown.
fn step(what: &str, mut command: Command, fine: &[i32]) -> io::Result<()> {
    say(what);
    let status = command.stdout(Stdio::null()).status()?;
    if status.code().is_some_and(|code| fine.contains(&code)) {
        Ok(())
    } else {
        Err(io::Error::other(format!("this failed: {what}")))
    }
}

fn say(what: &str) {
    let _ = writeln!(io::stderr(), "tidewaiter demo: {what}");
}
