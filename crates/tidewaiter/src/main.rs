//! The command line of tidewaiter: reads arguments, opens files, writes results, and holds no
//! logic of its own.

mod cli;
mod exit;
mod inspect;
mod lists;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Inspect(options) => inspect::run(&options),
        Command::Lists(command) => lists::run(&command),
    };
    outcome.into()
}
