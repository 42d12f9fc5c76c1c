//! What tests of data folders share: a place to work in, and traffic to work with.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{Run, tidewaiter};

/// A folder of its own for a test, gone when the test is over.
pub(crate) struct Place(PathBuf);

impl Place {
    pub(crate) fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A path in it, as text.
    pub(crate) fn at(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Runs a command on the data folder `D` of the place.
    pub(crate) fn run(&self, command: &[&str], rest: &[&str]) -> Run {
        let data = self.at("D");
        let head = command.iter().copied().chain(["--data", &data]);
        tidewaiter(head.chain(rest.iter().copied()), b"")
    }

    /// Runs a command that must end well.
    pub(crate) fn ok(&self, command: &[&str], rest: &[&str]) -> Run {
        let run = self.run(command, rest);
        assert_eq!(run.code, Some(0), "{command:?} {rest:?}: {}", run.stderr);
        run
    }

    /// Generated traffic in the folder `T`.
    ///
    /// The list is short, and those on it travel often: a run without optimisation reads a hundred
    /// travellers a second.
    pub(crate) fn traffic(&self, seed: &str, flights: &str) -> String {
        let out = self.at("T");
        let options = [
            "--seed",
            seed,
            "--flights",
            flights,
            "--out",
            &out,
            "--listed",
            "200",
            "--raised",
            "20000",
        ];
        let run = tidewaiter(["generate"].into_iter().chain(options), b"");
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        out
    }

    /// The checks of `doctor`, by name.
    pub(crate) fn doctor(&self) -> (Run, std::collections::BTreeMap<String, Value>) {
        let run = self.run(&["doctor"], &["--json"]);
        let checks = run.lines().into_iter().map(|line| {
            let name = line["check"].as_str().unwrap().to_owned();
            (name, line)
        });
        let checks = checks.collect();
        (run, checks)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The SQLite files of a store.
pub(crate) const STORE: [&str; 3] = ["store.db", "store.db-wal", "store.db-shm"];

/// Takes the data away, as a disk that is lost does; the keystore is on another.
pub(crate) fn lose_data(place: &Place) {
    for name in STORE {
        let _ = fs::remove_file(place.path("D").join(name));
    }
}

/// The subset of a line of `ingest` that tells a receipt.
pub(crate) fn receipt(line: &Value) -> (String, String) {
    let text = |key: &str| line[key].as_str().unwrap().to_owned();
    (text("sha256"), text("receipt"))
}
