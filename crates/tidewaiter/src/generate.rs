//! `tidewaiter generate`: synthetic traffic in a folder, with the truth beside it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use sha2::{Digest, Sha256};
use tidewaiter_simulate::{
    GenerateError, Mix, Parameters, Rate, Sink, Stream, Summary, World, WorldError, generate,
};

use crate::exit::Exit;

/// Write synthetic traffic: passenger lists, bookings, a list of invented persons, and the truth
///
/// The seed decides every byte. A folder that an earlier run wrote is written anew.
#[derive(Debug, clap::Args)]
pub(crate) struct GenerateOptions {
    /// What decides every byte
    #[arg(long, value_name = "N")]
    seed: u64,

    /// How many flights
    #[arg(long, value_name = "N")]
    flights: u64,

    /// Folder to write to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Country that receives the messages: GEO, KEN, JOR, BEL, CHE, ARE, TUR or GBR
    #[arg(long, value_name = "COUNTRY", default_value = "KEN")]
    home: String,

    /// First day of departures
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "2026-11-24")]
    day: jiff::civil::Date,

    /// How many times likelier than in the world listed persons travel
    #[arg(long, value_name = "FACTOR", default_value_t = 1000.0)]
    raised: f64,

    /// Persons of the invented list
    #[arg(long, value_name = "N", default_value_t = 1000)]
    listed: u32,

    /// Without noise and without anything planted
    #[arg(long)]
    clean: bool,
}

/// Why nothing, or not everything, was written.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    #[error(
        "{0} holds files of which no manifest.json says that they were generated; choose another folder"
    )]
    Foreign(PathBuf),
    #[error("{0}: the manifest of the earlier run cannot be read: {1}")]
    Manifest(PathBuf, serde_json::Error),
    #[error(transparent)]
    World(#[from] WorldError),
    #[error("{0}")]
    Other(String),
}

/// Runs the command: 0 when everything was written, 2 when it could not be.
pub(crate) fn run(options: &GenerateOptions) -> Exit {
    let started = Instant::now();
    match write(options) {
        Ok(summary) => {
            let seconds = started.elapsed().as_secs_f64();
            match report(&summary, seconds) {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => complain(&error),
                _ => Exit::Done,
            }
        }
        Err(failure) => complain(&failure),
    }
}

fn complain(what: &dyn std::fmt::Display) -> Exit {
    // With standard error gone there is nobody left to tell.
    let _ = writeln!(io::stderr(), "tidewaiter generate: {what}");
    Exit::Unreadable
}

fn write(options: &GenerateOptions) -> Result<Summary, Failure> {
    let mut parameters = if options.clean {
        Parameters::clean()
    } else {
        Parameters::default()
    };
    parameters.home.clone_from(&options.home);
    parameters.first_day = options.day;
    parameters.raised = options.raised;
    parameters.listed = options.listed;
    let world = World::new(options.seed, parameters)?;
    make_room(&options.out)?;
    let bar = if io::stderr().is_terminal() {
        ProgressBar::new(options.flights)
    } else {
        ProgressBar::hidden()
    };
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} flights, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let mut folder = Folder {
        root: options.out.clone(),
        streams: BTreeMap::new(),
        made: String::new(),
        files: Vec::new(),
        bar,
    };
    let summary = generate(&world, options.flights, &mut folder).map_err(|error| match error {
        GenerateError::Sink(failure) => failure,
        other => Failure::Other(other.to_string()),
    })?;
    folder.bar.finish_and_clear();
    folder.close(options, &world, &summary)?;
    Ok(summary)
}

/// Empties what an earlier run wrote; refuses a folder with anything else in it.
fn make_room(root: &Path) -> Result<(), Failure> {
    let at = |path: &Path, error| Failure::File(path.to_owned(), error);
    fs::create_dir_all(root).map_err(|error| at(root, error))?;
    let manifest = root.join("manifest.json");
    let text = match fs::read(&manifest) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut entries = fs::read_dir(root).map_err(|error| at(root, error))?;
            return match entries.next() {
                None => Ok(()),
                Some(_) => Err(Failure::Foreign(root.to_owned())),
            };
        }
        Err(error) => return Err(at(&manifest, error)),
    };
    let earlier: serde_json::Value = serde_json::from_slice(&text)
        .map_err(|error| Failure::Manifest(manifest.clone(), error))?;
    let files = earlier["files"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    for file in files {
        // Only what lies below the folder is ours to remove.
        let path = Path::new(file["path"].as_str().unwrap_or_default());
        let below = path
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        if below && path.components().next().is_some() {
            match fs::remove_file(root.join(path)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(at(path, error));
                }
                _ => {}
            }
        }
    }
    fs::remove_file(&manifest).map_err(|error| at(&manifest, error))
}

/// The output folder, and the hash of everything written to it.
struct Folder {
    root: PathBuf,
    streams: BTreeMap<Stream, Growing>,
    /// The folder that was made last; flights of a day share one.
    made: String,
    files: Vec<Written>,
    bar: ProgressBar,
}

struct Growing {
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

struct Written {
    path: String,
    bytes: u64,
    hash: [u8; 32],
}

impl Folder {
    fn fail(&self, path: &str) -> impl Fn(io::Error) -> Failure + use<> {
        let path = self.root.join(path);
        move |error| Failure::File(path.clone(), error)
    }

    fn make_parent(&mut self, path: &str) -> Result<(), Failure> {
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        if parent != self.made {
            fs::create_dir_all(self.root.join(parent)).map_err(self.fail(parent))?;
            parent.clone_into(&mut self.made);
        }
        Ok(())
    }

    /// Closes the streams and writes the manifest, one file a line.
    fn close(
        mut self,
        options: &GenerateOptions,
        world: &World,
        summary: &Summary,
    ) -> Result<(), Failure> {
        for (stream, mut growing) in std::mem::take(&mut self.streams) {
            growing.file.flush().map_err(self.fail(stream.path()))?;
            self.files.push(Written {
                path: stream.path().to_owned(),
                bytes: growing.bytes,
                hash: growing.hash.finalize().into(),
            });
        }
        let fail = self.fail("manifest.json");
        let file = File::create(self.root.join("manifest.json")).map_err(&fail)?;
        let mut out = BufWriter::new(file);
        self.write_manifest(&mut out, options, world, summary)
            .map_err(&fail)
    }

    fn write_manifest(
        &self,
        out: &mut impl Write,
        options: &GenerateOptions,
        world: &World,
        summary: &Summary,
    ) -> io::Result<()> {
        let parameters = &world.parameters;
        let rates: BTreeMap<&str, f64> = Rate::ALL
            .iter()
            .map(|rate| (rate.name(), parameters.rate(*rate)))
            .collect();
        let mixes: BTreeMap<&str, BTreeMap<&str, f64>> = Mix::ALL
            .iter()
            .map(|mix| (mix.name(), mix.parts().iter().copied().collect()))
            .collect();
        writeln!(
            out,
            "{{\"generator\":\"tidewaiter {}\",",
            env!("CARGO_PKG_VERSION")
        )?;
        writeln!(
            out,
            "\"seed\":{},\"flights\":{},",
            options.seed, options.flights
        )?;
        let asked = json!({
            "home": parameters.home, "first_day": parameters.first_day.to_string(),
            "raised": parameters.raised, "listed": parameters.listed, "clean": options.clean,
            "rates": rates, "mixes": mixes,
        });
        writeln!(out, "\"parameters\":{asked},")?;
        writeln!(out, "\"counts\":{},", json!(summary.counts))?;
        writeln!(out, "\"rates\":{},", json!(summary.rates))?;
        writeln!(out, "\"files\":[")?;
        for (number, file) in self.files.iter().enumerate() {
            let mut hash = String::with_capacity(64);
            for byte in file.hash {
                hash.push_str(&format!("{byte:02x}"));
            }
            let comma = if number + 1 < self.files.len() {
                ","
            } else {
                ""
            };
            let line = json!({"path": file.path, "bytes": file.bytes, "sha256": hash});
            writeln!(out, "{line}{comma}")?;
        }
        writeln!(out, "]}}")?;
        out.flush()
    }
}

impl Sink for Folder {
    type Error = Failure;

    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.make_parent(path)?;
        fs::write(self.root.join(path), bytes).map_err(self.fail(path))?;
        self.files.push(Written {
            path: path.to_owned(),
            bytes: bytes.len() as u64,
            hash: Sha256::digest(bytes).into(),
        });
        Ok(())
    }

    fn lines(&mut self, stream: Stream, lines: &[u8]) -> Result<(), Failure> {
        let fail = self.fail(stream.path());
        if !self.streams.contains_key(&stream) {
            self.make_parent(stream.path())?;
            let file = File::create(self.root.join(stream.path())).map_err(&fail)?;
            let file = BufWriter::with_capacity(1 << 18, file);
            self.streams.insert(
                stream,
                Growing {
                    file,
                    hash: Sha256::new(),
                    bytes: 0,
                },
            );
        }
        if let Some(growing) = self.streams.get_mut(&stream) {
            growing.file.write_all(lines).map_err(&fail)?;
            growing.hash.update(lines);
            growing.bytes += lines.len() as u64;
        }
        if stream == Stream::Flights {
            self.bar.inc(1);
        }
        Ok(())
    }
}

/// What was made and how fast, and every rate that is not what was asked.
fn report(summary: &Summary, seconds: f64) -> io::Result<()> {
    let counts = &summary.counts;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{} flights, {} bookings, {} travellers ({} on board)",
        counts.flights, counts.bookings, counts.travellers, counts.boarded
    )?;
    writeln!(
        out,
        "{} messages in {} files, {:.1} MB",
        counts.messages,
        counts.files,
        counts.message_bytes as f64 / 1e6
    )?;
    for (fact, count) in &counts.planted {
        writeln!(out, "  {count:>7} {fact}")?;
    }
    let outside: Vec<_> = summary.rates.iter().filter(|line| !line.within).collect();
    writeln!(
        out,
        "{} of {} rates within 2 % or three standard errors of what was asked",
        summary.rates.len() - outside.len(),
        summary.rates.len()
    )?;
    for line in outside {
        writeln!(
            out,
            "  {}: asked {:.5}, emitted {:.5} of {} ± {:.5}",
            line.name, line.asked, line.emitted, line.chances, line.tolerance
        )?;
    }
    writeln!(
        io::stderr(),
        "{seconds:.1} s, {:.0} travellers/s",
        counts.travellers as f64 / seconds.max(1e-9)
    )
}
