//! The command line of tidewaiter: reads arguments, opens files, writes results, and holds no
//! logic of its own.

mod audit;
mod backup;
mod carriers;
mod cli;
mod data;
mod demo;
mod doctor;
mod exit;
mod generate;
mod hits;
mod ingest;
mod inspect;
mod keys;
mod lists;
mod mandate;
mod matching;
mod replay;
mod retain;
mod serve;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Inspect(options) => inspect::run(&options),
        Command::Lists(command) => lists::run(&command),
        Command::Carriers(command) => carriers::run(&command),
        Command::Mandate(command) => mandate::run(&command),
        Command::Match(options) => matching::run(&options),
        Command::Compare(options) => matching::compare(&options),
        Command::Generate(options) => generate::run(&options),
        Command::Ingest(options) => ingest::run(&options),
        Command::Replay(options) => replay::run(&options),
        Command::Serve(options) => serve::run(&options),
        Command::Demo(options) => demo::run(&options),
        Command::Hits(options) => hits::run(&options),
        Command::Audit(command) => audit::run(&command),
        Command::Keys(command) => keys::run(&command),
        Command::Backup(options) => backup::back_up(&options),
        Command::Restore(options) => backup::restore(&options),
        Command::Doctor(options) => doctor::run(&options),
        Command::Retain(options) => retain::run(&options),
    };
    outcome.into()
}
