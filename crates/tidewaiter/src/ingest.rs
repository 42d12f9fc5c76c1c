//! `tidewaiter ingest`: receives, reads, screens and stores; prints receipts.
//!
//! Files go in some at a time. A line is printed once its file is durable, read and screened, so
//! that a line that was seen is a promise: killed after it, the receipt is there.

mod line;
mod plan;

use std::cell::Cell;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{SignedDuration, Timestamp};
use tidewaiter_domain::CarrierCode;
use tidewaiter_service::{
    Consent, Envelope, Fate, Lane, Received, SIZE_MOST, Service, ServiceError, Watched, Worked,
};
use tidewaiter_store::{Reading, Receipt};

use crate::data::{ActingOptions, Folder, MakingOptions, Trouble};
use crate::exit::Exit;
use crate::inspect::form::WHOLE_BYTES_MAX;
use crate::inspect::progress::Progress;
use crate::inspect::source::{Source, Sources};
use crate::lists::{complain, held};
use line::{Line, Sums};
use plan::{Plan, What, bytes_of};

/// So many files are taken in together: enough for commits to be shared, few enough for the first
/// lines to come soon.
const FILES_TOGETHER: usize = 32;
/// And so many bytes.
const BYTES_TOGETHER: u64 = 64 << 20;
/// Threads that receive and work. More wait for the one writer.
const THREADS_MOST: usize = 4;
/// Jobs that a thread claims at a time.
const JOBS: u32 = 4;
/// How often a run waits for work that failed by itself before it is left to a later run.
const TRIES: u32 = 5;
/// And how long.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Under which name a register of documents stands that `ingest` meets.
const REGISTER: &str = "documents";
/// How often what cannot reach the store is repeated, and after how long.
const REPEATS: u32 = 60;
const REPEAT_AFTER: Duration = Duration::from_millis(500);
/// How often a watched folder is looked into.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// And how often what is due there and in the store goes.
const UPKEEP_EVERY: Duration = Duration::from_secs(600);

/// Receive messages, read and screen them, and store what the mandate admits
///
/// Lists among the paths are added before anything is received, under the evaluation profile; a
/// mandate wants `lists add`. Exit status: 0 everything was understood, at least in part; 1 a file
/// was rejected, and is in quarantine; 2 wrong usage, or something that could not be read or stored:
/// what was printed is stored, the rest may be given again.
#[derive(Debug, Args)]
pub(crate) struct IngestOptions {
    #[command(flatten)]
    making: MakingOptions,

    #[command(flatten)]
    acting: ActingOptions,

    /// Print JSON Lines: one object a file
    #[arg(long)]
    json: bool,

    /// Who delivers: the name of a feed, no person
    #[arg(long, value_name = "NAME", default_value = "local")]
    sender: String,

    /// For which carriers the sender may speak [default: for all]
    #[arg(long, value_name = "XX,...", value_delimiter = ',')]
    carriers: Vec<String>,

    /// Everything goes to the test lane, which live traffic and hits never meet
    #[arg(long)]
    test: bool,

    /// Receive what is put into this folder until interrupted; files move to `processed` or
    /// `quarantine` in it
    #[arg(long, value_name = "DIR", conflicts_with = "paths")]
    watch: Option<PathBuf>,

    /// With --watch: how long nothing about a file must change before it is taken, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 5, requires = "watch")]
    settle: u32,

    /// Files; folders, which are read with all their subfolders in sorted order; or - for standard
    /// input
    #[arg(required_unless_present = "watch", value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(options: &IngestOptions) -> Exit {
    match options.run() {
        Ok(exit) => exit,
        Err(Ended::Trouble(trouble)) => trouble.tell(),
        // Whoever reads the output has seen enough (`| head`).
        Err(Ended::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(Ended::Output(error)) => Trouble::Says(format!("standard output: {error}")).tell(),
    }
}

/// Why a run ends before its end.
enum Ended {
    Trouble(Trouble),
    Output(io::Error),
}

impl<E: Into<Trouble>> From<E> for Ended {
    fn from(error: E) -> Self {
        Self::Trouble(error.into())
    }
}

impl IngestOptions {
    fn run(&self) -> Result<Exit, Ended> {
        let carriers = self.carriers()?;
        let folder = self.making.folder(Timestamp::now())?;
        let service = folder.service()?;
        let done = service.retain()?;
        if !done.is_nothing() {
            complain(&format!(
                "retention: {} records masked, {} erased, {} messages dropped",
                done.masked, done.erased, done.dropped
            ));
        }
        let intake = Intake {
            service: &service,
            folder: &folder,
            envelope: Envelope {
                sender: &self.sender,
                lane: if self.test { Lane::Test } else { Lane::Live },
                carriers: &carriers,
            },
            json: self.json,
            tries: Cell::new(TRIES),
        };
        match &self.watch {
            Some(inbox) => intake.watch(inbox, SignedDuration::from_secs(self.settle.into())),
            None => self.take_all(&intake),
        }
    }

    fn carriers(&self) -> Result<Vec<CarrierCode>, Trouble> {
        let carrier = |text: &String| {
            CarrierCode::new(text.as_str())
                .ok_or_else(|| Trouble::Says(format!("{text:?} is no code of a carrier")))
        };
        self.carriers.iter().map(carrier).collect()
    }

    fn take_all(&self, intake: &Intake<'_>) -> Result<Exit, Ended> {
        let mut exit = Exit::Done;
        let mut sources = Sources::find(&self.paths);
        for trouble in sources.troubles() {
            complain(&trouble.to_string());
            exit = Exit::Unreadable;
        }
        let progress = Progress::none();
        let mut plan = Plan::default();
        let (mut messages, mut lists) = (Vec::new(), Vec::new());
        for source in sources.iter() {
            match plan.what(source, &progress) {
                Ok(What::Message) => messages.push(source),
                Ok(What::List) => lists.push(source),
                Ok(What::Nothing(why)) => {
                    complain(&format!("{}: passed over: {why}", source.name()));
                }
                Err(trouble) => {
                    complain(&trouble.to_string());
                    exit = Exit::Unreadable;
                }
            }
        }
        if !lists.is_empty() {
            exit = exit.max(self.add_lists(intake, &lists, &progress)?);
        }
        let mut out = Output::new(self.json, messages.len());
        let mut rest = messages.as_slice();
        // What an earlier run received and did not read to its end comes first.
        intake.work(&mut Worked::default())?;
        while !rest.is_empty() {
            let mut together = Vec::new();
            let mut bytes = 0;
            while let Some((source, others)) = rest.split_first()
                && together.len() < FILES_TOGETHER
                && bytes < BYTES_TOGETHER
            {
                rest = others;
                match bytes_of(source, &progress, SIZE_MOST) {
                    Ok(Some(content)) => {
                        bytes += content.len() as u64;
                        together.push((*source, content));
                    }
                    Ok(None) => {
                        complain(&format!(
                            "{}: more than {} MiB, the most that is one delivery: split it",
                            source.name(),
                            SIZE_MOST >> 20
                        ));
                        exit = Exit::Unreadable;
                    }
                    Err(trouble) => {
                        complain(&trouble.to_string());
                        exit = Exit::Unreadable;
                    }
                }
            }
            intake.take(&together, &mut out)?;
        }
        Ok(exit.max(out.finish()))
    }
}

impl IngestOptions {
    /// Adds lists before anything is received. Under a mandate lists come another way: whoever puts
    /// one into force looks at it first.
    fn add_lists(
        &self,
        intake: &Intake<'_>,
        lists: &[&Source],
        progress: &Progress,
    ) -> Result<Exit, Trouble> {
        let service = intake.service;
        let mut exit = Exit::Done;
        let mut contents = Vec::new();
        for source in lists {
            if !service.mandate().is_evaluation() {
                complain(&format!(
                    "{}: passed over: a list; under a mandate `tidewaiter lists add` takes it",
                    source.name()
                ));
                continue;
            }
            match bytes_of(source, progress, WHOLE_BYTES_MAX) {
                Ok(Some(bytes)) => contents.push((source.name().to_owned(), bytes)),
                Ok(None) => {
                    complain(&format!("{}: too large for a list", source.name()));
                    exit = Exit::Unreadable;
                }
                Err(trouble) => {
                    complain(&trouble.to_string());
                    exit = Exit::Unreadable;
                }
            }
        }
        if contents.is_empty() {
            return Ok(exit);
        }
        let acting = self.acting.acting(service)?;
        for list in held::together(&contents) {
            // A register of documents does not say which list it is.
            let register = held::is_register(&list).then_some(REGISTER);
            let consent = Consent {
                given: true,
                list: register,
            };
            match service.add_list(&acting, &list, &consent) {
                Ok(added) => complain(&format!(
                    "{}: a list, put into force: {}",
                    held::named(&list),
                    held::text_of(&added)
                )),
                Err(error) => {
                    complain(&format!("{}: {error}", held::named(&list)));
                    exit = Exit::Unreadable;
                }
            }
        }
        Ok(exit)
    }
}

/// What takes files in.
struct Intake<'a> {
    service: &'a Service,
    folder: &'a Folder,
    envelope: Envelope<'a>,
    json: bool,
    /// How often work that failed may still be waited for.
    tries: Cell<u32>,
}

impl Intake<'_> {
    /// Receives some files, reads and screens them, and says what became of them.
    fn take(&self, files: &[(&Source, Vec<u8>)], out: &mut Output) -> Result<(), Ended> {
        let received = self.receive(files)?;
        let receipts = self.read(&received)?;
        // The head first: what a line that was seen speaks of is signed.
        self.folder.sign_log(self.service)?;
        for (((source, _), received), receipt) in files.iter().zip(&received).zip(&receipts) {
            self.say(source.name(), received, receipt, out)?;
        }
        out.flush()
    }

    /// Receives files side by side, so that they share commits.
    fn receive(&self, files: &[(&Source, Vec<u8>)]) -> Result<Vec<Received>, Trouble> {
        let (service, envelope) = (self.service, &self.envelope);
        let next = AtomicUsize::new(0);
        let results: Mutex<Vec<_>> = Mutex::default();
        std::thread::scope(|scope| {
            for _ in 0..threads().min(files.len()) {
                scope.spawn(|| {
                    while let Some((number, (_, bytes))) = {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        files.get(number).map(|file| (number, file))
                    } {
                        let result = patiently(|| service.receive(envelope, bytes), || ());
                        let mut all = results.lock().unwrap_or_else(PoisonError::into_inner);
                        all.push((number, result));
                    }
                });
            }
        });
        let mut all = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        all.sort_by_key(|(number, _)| *number);
        let result: Result<Vec<_>, _> = all.into_iter().map(|(_, result)| result).collect();
        Ok(result?)
    }

    /// Works until nothing is due.
    fn work(&self, done: &mut Worked) -> Result<(), Trouble> {
        let service = self.service;
        let results: Mutex<Vec<Result<Worked, _>>> = Mutex::default();
        std::thread::scope(|scope| {
            for number in 0..threads() {
                let results = &results;
                scope.spawn(move || {
                    let worker = format!("ingest-{}-{number}", std::process::id());
                    let mut all = Worked::default();
                    let result = loop {
                        // What this worker had claimed when the store went away is claimed anew.
                        let again = || drop(service.give_up_leases(&worker));
                        match patiently(|| service.work(&worker, JOBS), again) {
                            Ok(worked) if worked.is_idle() => break Ok(all),
                            Ok(worked) => all.add(worked),
                            Err(error) => break Err(error),
                        }
                    };
                    let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                    results.push(result);
                });
            }
        });
        for result in results.into_inner().unwrap_or_else(PoisonError::into_inner) {
            done.add(result?);
        }
        Ok(())
    }

    /// Works until every one of `received` is read, and gives their receipts. Work that failed by
    /// itself is due again a little later; a few times it is waited for.
    fn read(&self, received: &[Received]) -> Result<Vec<Receipt>, Trouble> {
        loop {
            self.work(&mut Worked::default())?;
            let receipts = received
                .iter()
                .map(|(Received::New(r) | Received::Again(r))| self.service.receipt(&r.id))
                .collect::<Result<Vec<_>, _>>()?;
            let pending = receipts.iter().any(|r| r.status == Reading::Pending);
            if !pending || self.tries.get() == 0 {
                return Ok(receipts);
            }
            self.tries.set(self.tries.get() - 1);
            std::thread::sleep(RETRY_AFTER);
        }
    }

    /// Says what became of one file.
    fn say(
        &self,
        source: &str,
        received: &Received,
        receipt: &Receipt,
        out: &mut Output,
    ) -> Result<(), Ended> {
        let again = matches!(received, Received::Again(_));
        let (store, tenant) = (self.service.store(), self.service.tenant());
        let hits = store.read(|tx| tx.hits_of_receipt(tenant, &receipt.id))?;
        out.line(&Line::new(source, receipt, again, hits))
    }

    /// Receives what is put into a folder, until the process is stopped.
    fn watch(&self, inbox: &std::path::Path, settle: SignedDuration) -> Result<Exit, Ended> {
        let at = |error| Trouble::file(inbox, error);
        let mut watched = Watched::open(inbox, settle).map_err(at)?;
        let mut out = Output::new(self.json, 0);
        complain(&format!("watching {}; interrupt to end", inbox.display()));
        watched.clear(self.service).map_err(at)?;
        let mut upkept = Instant::now();
        self.work(&mut Worked::default())?;
        loop {
            let taken = watched.sweep(self.service, &self.envelope)?;
            let (mut names, mut received) = (Vec::new(), Vec::new());
            for taken in taken {
                match taken.fate {
                    Fate::Received(it) => {
                        names.push(taken.name);
                        received.push(it);
                    }
                    Fate::Refused(why) => complain(&format!("{}: {why}", taken.name)),
                    Fate::Failed(error) => complain(&format!("{}: {error}", taken.name)),
                }
            }
            if !received.is_empty() {
                let receipts = self.read(&received)?;
                self.folder.sign_log(self.service)?;
                for ((name, received), receipt) in names.iter().zip(&received).zip(&receipts) {
                    self.say(name, received, receipt, &mut out)?;
                }
                out.flush()?;
            }
            watched.sort(self.service)?;
            if upkept.elapsed() >= UPKEEP_EVERY {
                watched.clear(self.service).map_err(at)?;
                self.service.retain()?;
                self.folder.sign_log(self.service)?;
                upkept = Instant::now();
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

/// Repeats what may be repeated while the store cannot be reached: a server that is restarted is back
/// in a moment. `settle` is called before each repetition.
fn patiently<T>(
    mut work: impl FnMut() -> Result<T, ServiceError>,
    mut settle: impl FnMut(),
) -> Result<T, ServiceError> {
    let mut tries = 0;
    loop {
        match work() {
            Err(ServiceError::Store(error)) if error.is_transient() && tries < REPEATS => {
                tries += 1;
                std::thread::sleep(REPEAT_AFTER);
                settle();
            }
            result => return result,
        }
    }
}

fn threads() -> usize {
    let there = std::thread::available_parallelism();
    there.map_or(1, usize::from).min(THREADS_MOST)
}

/// Where lines go.
struct Output {
    out: BufWriter<Box<dyn Write>>,
    json: bool,
    sums: Sums,
    bar: Option<ProgressBar>,
}

impl Output {
    fn new(json: bool, files: usize) -> Self {
        let stdout = anstream::AutoStream::auto(io::stdout());
        // A terminal that shows the lines themselves needs no bar.
        let watched = io::stderr().is_terminal() && !io::stdout().is_terminal() && files > 0;
        let bar = watched.then(|| {
            let bar = ProgressBar::new(files as u64);
            match ProgressStyle::with_template("{bar:40} {pos} of {len} files, {eta} left") {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        });
        Self {
            out: BufWriter::new(Box::new(stdout)),
            json,
            sums: Sums::default(),
            bar,
        }
    }

    fn line(&mut self, line: &Line<'_>) -> Result<(), Ended> {
        self.sums.add(line);
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
        let written = if self.json {
            serde_json::to_writer(&mut self.out, line)
                .map_err(io::Error::from)
                .and_then(|()| self.out.write_all(b"\n"))
        } else {
            self.out.write_all(line.text().as_bytes())
        };
        written.map_err(Ended::Output)
    }

    fn flush(&mut self) -> Result<(), Ended> {
        self.out.flush().map_err(Ended::Output)
    }

    /// Says the sums; how the run ended.
    fn finish(mut self) -> Exit {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        complain(&self.sums.text());
        if self.sums.rejected > 0 {
            Exit::Findings
        } else {
            Exit::Done
        }
    }
}
