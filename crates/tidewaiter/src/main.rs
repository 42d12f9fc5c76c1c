//! The command line of tidewaiter: reads arguments, opens files, writes results, and holds no
//! logic of its own.

mod cli;
mod exit;
mod generate;
mod inspect;
mod lists;
mod mandate;
mod matching;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Inspect(options) => inspect::run(&options),
        Command::Lists(command) => lists::run(&command),
        Command::Mandate(command) => mandate::run(&command),
        Command::Match(options) => matching::run(&options),
        Command::Compare(options) => matching::compare(&options),
        Command::Generate(options) => generate::run(&options),
    };
    outcome.into()
}
