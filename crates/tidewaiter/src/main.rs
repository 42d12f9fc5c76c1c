//! tidewaiter.

mod mandate;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Waits for every flight and every consignment.
#[derive(Debug, Parser)]
#[command(name = "tidewaiter", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Reads, checks, signs and compares mandate profiles.
    #[command(subcommand)]
    Mandate(mandate::MandateCommand),
}

fn main() -> ExitCode {
    let Command::Mandate(command) = Cli::parse().command;
    let now = jiff::Timestamp::now();
    match mandate::run(&command, now, &mut io::stdout(), &mut io::stderr()) {
        Ok(status) => ExitCode::from(status),
        Err(_) => ExitCode::from(2),
    }
}
