//! A watched folder: files that others put there are received, each once it has come to rest.
//!
//! ```text
//! inbox/                   what senders write
//! inbox/processed/DAY/     received: RECEIPT.NAME, for as long as the mandate keeps raw messages
//! inbox/quarantine/DAY/    nothing in it was usable, or it could not be taken
//! ```
//!
//! A file is moved only after its receipt is durable. Killed in between, it is received again,
//! which is the same receipt, and moved then.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::{self, DirEntry, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use tidewaiter_mandate::RawForm;
use tidewaiter_store::{Id, Reading, Received};
use uuid::Uuid;

use crate::{Envelope, Result, SIZE_MOST, Service, ServiceError};

/// Endings of names under which programs write what they rename when it is whole.
const UNFINISHED: [&str; 6] = ["part", "partial", "filepart", "tmp", "temp", "writing"];

/// A watched folder.
#[derive(Debug)]
pub struct Watched {
    inbox: PathBuf,
    settle: SignedDuration,
    /// Files not at rest yet.
    seen: BTreeMap<PathBuf, Look>,
    /// Files received and moved whose reading is not over.
    unread: BTreeSet<PathBuf>,
}

/// How a file looked, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    bytes: u64,
    modified: Option<SystemTime>,
    since: Timestamp,
}

/// What became of a file.
#[derive(Debug)]
pub struct Taken {
    /// Its name.
    pub name: String,
    /// How it went.
    pub fate: Fate,
}

/// How it went with a file.
#[derive(Debug)]
pub enum Fate {
    /// It was received, and moved to `processed`.
    Received(Received),
    /// It is empty or has too many bytes, and was moved to `quarantine`.
    Refused(ServiceError),
    /// It could not be read or moved, and is tried again.
    Failed(io::Error),
}

impl Watched {
    /// Watches `inbox`, in which files are at rest when nothing about them has changed for
    /// `settle`. Makes the folders.
    ///
    /// # Errors
    ///
    /// When a folder cannot be made or read.
    pub fn open(inbox: &Path, settle: SignedDuration) -> io::Result<Self> {
        let mut watched = Self {
            inbox: inbox.to_owned(),
            settle,
            seen: BTreeMap::new(),
            unread: BTreeSet::new(),
        };
        for folder in [watched.processed(), watched.quarantine()] {
            make(&folder)?;
        }
        // What was moved before the last end, and perhaps not read to the end.
        for day in entries(&watched.processed())? {
            if day.path().is_dir() {
                let files = entries(&day.path())?;
                watched.unread.extend(files.iter().map(DirEntry::path));
            }
        }
        Ok(watched)
    }

    fn processed(&self) -> PathBuf {
        self.inbox.join("processed")
    }

    fn quarantine(&self) -> PathBuf {
        self.inbox.join("quarantine")
    }

    /// Receives every file that is at rest.
    ///
    /// # Errors
    ///
    /// When the inbox cannot be read, or the store fails: no file is lost by it. What is wrong with
    /// one file stands in its [`Taken`].
    pub fn sweep(
        &mut self,
        service: &Service,
        envelope: &Envelope<'_>,
    ) -> Result<Vec<Taken>, SweepError> {
        let now = service.now();
        let mut there = BTreeMap::new();
        for entry in entries(&self.inbox)? {
            let path = entry.path();
            if !is_for_us(&path) {
                continue;
            }
            // It may be gone again already.
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            if metadata.is_file() {
                let look = Look::new(&metadata, now);
                let known = self.seen.get(&path).copied();
                let look = known.filter(|known| known.same(look)).unwrap_or(look);
                there.insert(path, look);
            }
        }
        self.seen = there;
        let at_rest: Vec<(PathBuf, Look)> = self
            .seen
            .iter()
            .filter(|(_, look)| look.rests(self.settle, now))
            .map(|(path, look)| (path.clone(), *look))
            .collect();
        let mut all = Vec::with_capacity(at_rest.len());
        for (path, look) in at_rest {
            let Some(fate) = self.take(service, envelope, &path, look)? else {
                continue;
            };
            let name = path.file_name().unwrap_or_default();
            let name = name.to_string_lossy().into_owned();
            all.push(Taken { name, fate });
        }
        Ok(all)
    }

    /// Receives one file and moves it; nothing when it is not at rest after all.
    fn take(
        &mut self,
        service: &Service,
        envelope: &Envelope<'_>,
        path: &Path,
        look: Look,
    ) -> Result<Option<Fate>> {
        let day = Offset::UTC.to_datetime(service.now()).date();
        let refused = match look.bytes {
            0 => Some(ServiceError::Empty),
            bytes if bytes > SIZE_MOST => Some(ServiceError::TooLarge {
                bytes,
                most: SIZE_MOST,
            }),
            _ => None,
        };
        if let Some(why) = refused {
            let to = self.quarantine().join(day.to_string());
            let moved = move_to(path, &to.join(named(&service.fresh(), path)));
            self.seen.remove(path);
            return Ok(Some(match moved {
                Ok(()) => Fate::Refused(why),
                Err(error) => Fate::Failed(error),
            }));
        }
        let read = fs::read(path).and_then(|bytes| Ok((bytes, fs::metadata(path)?)));
        let bytes = match read {
            Ok((bytes, metadata)) if look.same(Look::new(&metadata, look.since)) => bytes,
            // Somebody wrote to it in between.
            Ok(_) => return Ok(None),
            Err(error) => return Ok(Some(Fate::Failed(error))),
        };
        let received = service.receive(envelope, &bytes)?;
        let (Received::New(receipt) | Received::Again(receipt)) = &received;
        let to = self.processed().join(day.to_string());
        let to = to.join(named(&receipt.id, path));
        self.seen.remove(path);
        if let Err(error) = move_to(path, &to) {
            // It is received; the move is made good at the next sweep.
            return Ok(Some(Fate::Failed(error)));
        }
        self.unread.insert(to);
        Ok(Some(Fate::Received(received)))
    }

    /// Looks at what became of received files: one with nothing usable in it goes to `quarantine`,
    /// and where the mandate keeps no original, one that was read is removed. How many went to
    /// quarantine.
    ///
    /// # Errors
    ///
    /// When the store fails, or a file cannot be moved.
    pub fn sort(&mut self, service: &Service) -> Result<usize, SweepError> {
        let keeps = service.mandate().profile().intake.raw_message.form == RawForm::SealedOriginal;
        let mut rejected = 0;
        for path in std::mem::take(&mut self.unread) {
            let status = match receipt_of(&path) {
                Some(id) => match service.receipt(&id) {
                    Ok(receipt) => receipt.status,
                    // A file of another store, or of one that was restored: a person decides.
                    Err(ServiceError::NotFound(_)) => continue,
                    Err(error) => {
                        self.unread.insert(path);
                        return Err(error.into());
                    }
                },
                None => continue,
            };
            match status {
                Reading::Pending => {
                    self.unread.insert(path);
                }
                Reading::Rejected => {
                    let day_and_name = path.strip_prefix(self.processed()).unwrap_or(&path);
                    move_to(&path, &self.quarantine().join(day_and_name))?;
                    rejected += 1;
                }
                Reading::Accepted | Reading::Partial if keeps => {}
                Reading::Accepted | Reading::Partial => fs::remove_file(&path)?,
            }
        }
        Ok(rejected)
    }

    /// Removes what is older than the mandate keeps raw messages, from `processed` and from
    /// `quarantine`: what is unreadable stays sealed in the store's own quarantine. How many files.
    ///
    /// # Errors
    ///
    /// When a file cannot be removed.
    pub fn clear(&mut self, service: &Service) -> io::Result<usize> {
        let (now, keep) = (
            service.now(),
            &service.mandate().profile().intake.raw_message.keep,
        );
        let mut removed = 0;
        for folder in [self.processed(), self.quarantine()] {
            for day in entries(&folder)? {
                let name = day.file_name();
                let end = name
                    .to_str()
                    .and_then(|name| name.parse::<Date>().ok())
                    .and_then(|date| date.tomorrow().ok())
                    .and_then(|date| Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok());
                if end.is_some_and(|end| keep.after(end) <= now) {
                    removed += entries(&day.path())?.len();
                    fs::remove_dir_all(day.path())?;
                }
            }
        }
        self.unread.retain(|path| path.exists());
        Ok(removed)
    }
}

/// Why a sweep ended early.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// A folder could not be read or written.
    #[error(transparent)]
    Folder(#[from] io::Error),
    /// The store failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl Look {
    fn new(metadata: &fs::Metadata, since: Timestamp) -> Self {
        Self {
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
            since,
        }
    }

    fn same(self, other: Self) -> bool {
        (self.bytes, self.modified) == (other.bytes, other.modified)
    }

    /// Whether nothing has changed for `settle`: seen so, or told so by a time of change that is
    /// long past.
    fn rests(self, settle: SignedDuration, now: Timestamp) -> bool {
        let modified = self.modified.and_then(|at| Timestamp::try_from(at).ok());
        now.duration_since(self.since) >= settle
            || modified.is_some_and(|at| now.duration_since(at) >= settle)
    }
}

/// Whether a name is one of a file that is meant to be taken.
fn is_for_us(path: &Path) -> bool {
    let hidden = path
        .file_name()
        .is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
    let unfinished = path
        .extension()
        .is_some_and(|ending| UNFINISHED.iter().any(|e| ending.eq_ignore_ascii_case(e)));
    !hidden && !unfinished
}

/// `ID.NAME`: no two files have one name.
fn named(id: &Id, path: &Path) -> OsString {
    let mut name = OsString::from(id.to_string());
    name.push(".");
    name.push(path.file_name().unwrap_or_default());
    name
}

/// The receipt in the name of a processed file.
fn receipt_of(path: &Path) -> Option<Id> {
    let name = path.file_name()?.to_str()?;
    let id = Uuid::parse_str(name.split('.').next()?).ok()?;
    Some(Id(id.into_bytes()))
}

fn entries(folder: &Path) -> io::Result<Vec<DirEntry>> {
    fs::read_dir(folder)?.collect()
}

/// Makes a folder, for its owner only: what lies in it names people.
fn make(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

/// Moves a file within one disk, durably.
fn move_to(from: &Path, to: &Path) -> io::Result<()> {
    let (Some(source), Some(target)) = (from.parent(), to.parent()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    make(target)?;
    fs::rename(from, to)?;
    File::open(target)?.sync_all()?;
    File::open(source)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use tidewaiter_mandate::Mandate;
    use tidewaiter_store::keystore::MasterKeyFile;
    use tidewaiter_store::{Home, Lane};

    use super::*;
    use crate::{Machine, Setup, Surroundings};

    const SETTLE: SignedDuration = SignedDuration::from_secs(5);

    /// The machine, some seconds ahead.
    #[derive(Default)]
    struct Ahead(AtomicI64);

    impl Ahead {
        fn advance(&self, by: SignedDuration) {
            self.0.fetch_add(by.as_secs(), Ordering::Relaxed);
        }
    }

    impl Surroundings for Ahead {
        fn now(&self) -> Timestamp {
            Timestamp::now() + SignedDuration::from_secs(self.0.load(Ordering::Relaxed))
        }

        fn fresh(&self) -> Id {
            Machine.fresh()
        }
    }

    struct World {
        service: Service,
        clock: Arc<Ahead>,
        folder: tempfile::TempDir,
    }

    impl World {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let clock = Arc::new(Ahead::default());
            let service = Service::open(Setup {
                home: Home::Folder(folder.path().join("D")),
                agency: "evaluation".into(),
                mandate: Arc::new(Mandate::evaluation()),
                custodian: Box::new(MasterKeyFile::parse(&"5a".repeat(32)).unwrap()),
                surroundings: Arc::clone(&clock) as Arc<dyn Surroundings>,
            })
            .unwrap();
            fs::create_dir(folder.path().join("in")).unwrap();
            Self {
                service,
                clock,
                folder,
            }
        }

        fn watched(&self) -> Watched {
            Watched::open(&self.inbox(), SETTLE).unwrap()
        }

        fn inbox(&self) -> PathBuf {
            self.folder.path().join("in")
        }

        fn put(&self, name: &str, bytes: &[u8]) {
            fs::write(self.inbox().join(name), bytes).unwrap();
        }

        fn sweep(&self, watched: &mut Watched) -> Vec<Taken> {
            let envelope = Envelope {
                sender: "watched",
                lane: Lane::Live,
                carriers: &[],
            };
            watched.sweep(&self.service, &envelope).unwrap()
        }

        fn receipts(&self) -> u64 {
            let read =
                |tx: &mut tidewaiter_store::ReadTx<'_, '_>| tx.receipts(&self.service.tenant);
            self.service.store.read(read).unwrap().0
        }

        /// The files in one of the two folders, by the end of their names.
        fn files(&self, folder: &str) -> Vec<String> {
            let mut names = Vec::new();
            for day in entries(&self.inbox().join(folder)).unwrap() {
                for file in entries(&day.path()).unwrap() {
                    let name = file.file_name().into_string().unwrap();
                    names.push(name.split_once('.').unwrap().1.to_owned());
                }
            }
            names.sort();
            names
        }
    }

    #[test]
    fn a_file_is_taken_once_nothing_about_it_changes_and_then_moved() {
        let world = World::new();
        let mut watched = world.watched();
        world.put("a.edi", b"UNH+1");
        world.put(".hidden", b"no");
        world.put("b.edi.part", b"no");
        assert!(
            world.sweep(&mut watched).is_empty(),
            "somebody may still write"
        );
        world.put("a.edi", b"UNH+1+PAXLST");
        world.clock.advance(SignedDuration::from_secs(4));
        assert!(world.sweep(&mut watched).is_empty(), "it has changed");
        world.clock.advance(SETTLE);
        let taken = world.sweep(&mut watched);
        assert_eq!(taken.len(), 1);
        assert!(
            matches!(taken[0].fate, Fate::Received(Received::New(_))),
            "{taken:?}"
        );
        assert_eq!(world.files("processed"), ["a.edi"]);
        assert!(!world.inbox().join("a.edi").exists());
        assert!(world.inbox().join("b.edi.part").exists());
        assert!(world.sweep(&mut watched).is_empty());
    }

    #[test]
    fn killed_between_receipt_and_move_a_file_is_received_once() {
        let world = World::new();
        world.put("a.edi", b"UNH+1+PAXLST");
        let envelope = Envelope {
            sender: "watched",
            lane: Lane::Live,
            carriers: &[],
        };
        // What a process did that was killed before the move.
        world.service.receive(&envelope, b"UNH+1+PAXLST").unwrap();
        let mut watched = world.watched();
        world.clock.advance(SETTLE + SETTLE);
        let taken = world.sweep(&mut watched);
        assert!(
            matches!(taken[0].fate, Fate::Received(Received::Again(_))),
            "{taken:?}"
        );
        assert_eq!((world.receipts(), world.files("processed").len()), (1, 1));
    }

    #[test]
    fn what_cannot_be_a_message_goes_to_quarantine_and_two_of_a_name_stay_two() {
        let world = World::new();
        let mut watched = world.watched();
        for _ in 0..2 {
            world.put("empty.edi", b"");
            world.clock.advance(SETTLE + SETTLE);
            let taken = world.sweep(&mut watched);
            assert!(
                matches!(taken[0].fate, Fate::Refused(ServiceError::Empty)),
                "{taken:?}"
            );
        }
        assert_eq!(world.files("quarantine"), ["empty.edi", "empty.edi"]);
        assert_eq!(world.receipts(), 0);
    }

    #[test]
    fn nothing_stays_longer_than_the_mandate_keeps_messages() {
        let world = World::new();
        let mut watched = world.watched();
        world.put("a.edi", b"UNH+1+PAXLST");
        world.put("empty.edi", b"");
        world.clock.advance(SETTLE + SETTLE);
        assert_eq!(world.sweep(&mut watched).len(), 2);
        world.clock.advance(SignedDuration::from_hours(72));
        assert_eq!(watched.clear(&world.service).unwrap(), 0);
        world.clock.advance(SignedDuration::from_hours(25));
        assert_eq!(watched.clear(&world.service).unwrap(), 2);
        assert!(world.files("processed").is_empty() && world.files("quarantine").is_empty());
    }
}
