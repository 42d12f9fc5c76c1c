//! Reading files as a list, and reading a stored version back.

use serde_json::{Value, json};
use tidewaiter_domain::{ListedSubject, Text};
use tidewaiter_formats::lists::documents::{DocumentsError, query_only_authority};
use tidewaiter_formats::lists::version::{ContentHash, SourceReceipt, address};
use tidewaiter_formats::lists::{ListCounts, ListFile, ListFormat, Refusal, detect, read};
use tidewaiter_mandate::ListMode;
use tidewaiter_store::{ListSource, ListVersion, PackedSource, Store};

use super::register::{Numbers, read_register};
use super::{Consent, NamedFile};
use crate::error::ListFault;
use crate::{Result, Service, ServiceError};

/// What a list holds.
#[derive(Debug)]
pub(super) enum Contents {
    Subjects(Vec<ListedSubject>),
    /// Of a register only what tells its rows apart: it may have millions.
    Documents(Numbers),
}

impl Contents {
    pub(super) fn subjects(&self) -> &[ListedSubject] {
        match self {
            Self::Subjects(subjects) => subjects,
            Self::Documents(_) => &[],
        }
    }
}

/// A list that was read and may become a version.
#[derive(Debug)]
pub(super) struct Candidate {
    /// The mandate's name of it.
    pub list: Text,
    /// The publisher's name of it.
    pub publisher: Text,
    pub format: ListFormat,
    pub published: Option<jiff::civil::Date>,
    pub counts: ListCounts,
    pub address: [u8; 32],
    pub contents: Contents,
    pub files: Vec<ListSource>,
    pub packed: Vec<PackedSource>,
}

impl Candidate {
    pub(super) fn receipt(&self) -> SourceReceipt {
        SourceReceipt {
            list: self.publisher.clone(),
            format: self.format,
            files: Vec::new(),
            published: self.published,
            counts: self.counts.clone(),
            version: ContentHash::of(&self.address),
        }
    }

    pub(super) const fn entries(&self) -> u32 {
        self.counts.entries()
    }
}

impl Service {
    /// Reads files as the one list that they are.
    pub(super) fn read_list(
        &self,
        files: &[NamedFile<'_>],
        consent: &Consent<'_>,
    ) -> Result<Candidate> {
        let refused = |why: String| ServiceError::ListRefused(why.into());
        if let [file] = files
            && detect(file.bytes).is_ok_and(ListFormat::is_documents)
        {
            return self.read_documents(file, consent);
        }
        let given: Vec<ListFile<'_>> = files
            .iter()
            .map(|file| ListFile {
                name: file.name,
                bytes: file.bytes,
            })
            .collect();
        let mut results = read(&given);
        let (Some(result), true) = (results.pop(), results.is_empty()) else {
            return Err(refused(format!(
                "the files hold {} lists where one belongs",
                results.len() + usize::from(!files.is_empty())
            )));
        };
        let first = result.files.first().and_then(|at| files.get(*at));
        let name = first.map_or("", |file| file.name);
        let broken = |refusal: &Refusal| ServiceError::ListRefused(ListFault::of(name, refusal));
        let reading = result.outcome.map_err(|refusal| broken(&refusal))?;
        let list = self.name_of(&reading.list, consent.list)?;
        self.may_be_copied(&list, &reading.list)?;
        let given = result.files.iter().filter_map(|at| files.get(*at));
        let (sources, packed) = pack(given)?;
        Ok(Candidate {
            list,
            publisher: reading.list,
            format: reading.format,
            published: reading.published,
            address: *address(&reading.subjects).bytes(),
            counts: reading.counts,
            contents: Contents::Subjects(reading.subjects),
            files: sources,
            packed,
        })
    }

    fn read_documents(&self, file: &NamedFile<'_>, consent: &Consent<'_>) -> Result<Candidate> {
        let Some(named) = consent.list else {
            let why = format!(
                "{}: a register of documents does not name itself: say which list it is",
                file.name
            );
            return Err(ServiceError::ListRefused(why.into()));
        };
        let list = self.name_of("", Some(named))?;
        self.may_be_copied(&list, &list)?;
        let refused = |fault| ServiceError::ListRefused(fault);
        let format = detect(file.bytes).map_err(|e| refused(ListFault::of(file.name, &e)))?;
        let numbers = read_register(file.bytes).map_err(|why| match why {
            DocumentsError::Refused(refusal) => refused(ListFault::of(file.name, &refusal)),
            DocumentsError::Source(_) => refused(format!("{}: {why}", file.name).into()),
        })?;
        let (files, packed) = pack(std::iter::once(file))?;
        let counts = ListCounts {
            // A row is an entry of no kind that a list of subjects knows.
            unknown: u32::try_from(numbers.rows()).unwrap_or(u32::MAX),
            documents: u32::try_from(numbers.rows()).unwrap_or(u32::MAX),
            ..ListCounts::default()
        };
        Ok(Candidate {
            publisher: list.clone(),
            list,
            format,
            // The rows are dated, the file is not: it is as old as its receipt.
            published: Some(self.today()),
            counts,
            address: packed.first().map_or([0; 32], |file| *file.sha256()),
            contents: Contents::Documents(numbers),
            files,
            packed,
        })
    }

    /// Refuses what may be asked and not copied: what the mandate says so of, and what names such an
    /// authority where the mandate does not expressly keep a copy.
    fn may_be_copied(&self, list: &str, publisher: &str) -> Result<()> {
        let refused = |authority: &str| {
            let why = format!("{authority} may be asked and not copied: its place is a connector");
            Err(ServiceError::ListRefused(why.into()))
        };
        match self.policy(list) {
            Some(policy) if *policy.mode.get() == ListMode::QueryOnly => refused(list),
            Some(_) => Ok(()),
            None => query_only_authority(publisher)
                .or_else(|| query_only_authority(list))
                .map_or(Ok(()), refused),
        }
    }
}

fn pack<'f>(
    files: impl Iterator<Item = &'f NamedFile<'f>>,
) -> Result<(Vec<ListSource>, Vec<PackedSource>)> {
    let (mut sources, mut packed) = (Vec::new(), Vec::new());
    for file in files {
        let one = PackedSource::new(file.bytes)?;
        sources.push(ListSource {
            name: file.name.to_owned(),
            sha256: *one.sha256(),
        });
        packed.push(one);
    }
    Ok((sources, packed))
}

/// The subjects of a stored version, read from its files and checked against its address.
pub(crate) fn subjects_of(store: &Store, version: &ListVersion) -> Result<Vec<ListedSubject>> {
    let mut contents = Vec::with_capacity(version.files.len());
    for file in &version.files {
        contents.push((file.name.as_str(), store.source_bytes(&file.sha256)?));
    }
    let files: Vec<ListFile<'_>> = contents
        .iter()
        .map(|(name, bytes)| ListFile { name, bytes })
        .collect();
    let reading = read(&files).pop().and_then(|result| result.outcome.ok());
    let reading = reading.ok_or(ServiceError::Unreadable("list"))?;
    if address(&reading.subjects).bytes() == &version.address {
        Ok(reading.subjects)
    } else {
        Err(ServiceError::Unreadable("list"))
    }
}

/// The counts of a list as they are kept.
pub(super) fn counts_json(counts: &ListCounts) -> String {
    json!({
        "persons": counts.persons,
        "organisations": counts.organisations,
        "vessels": counts.vessels,
        "aircraft": counts.aircraft,
        "unknown": counts.unknown,
        "names": counts.names,
        "persons_with_birth_date": counts.persons_with_birth_date,
        "documents": counts.documents,
        "unread": counts.unread.iter().map(|(k, n)| (k.to_string(), *n))
            .collect::<std::collections::BTreeMap<_, _>>(),
    })
    .to_string()
}

/// Reads back what [`counts_json`] wrote, but for what was not understood.
pub(super) fn counts_from_json(text: &str) -> Option<ListCounts> {
    let value: Value = serde_json::from_str(text).ok()?;
    let count = |key: &str| {
        let count = value.get(key).and_then(Value::as_u64)?;
        u32::try_from(count).ok()
    };
    Some(ListCounts {
        persons: count("persons")?,
        organisations: count("organisations")?,
        vessels: count("vessels")?,
        aircraft: count("aircraft")?,
        unknown: count("unknown")?,
        names: count("names")?,
        persons_with_birth_date: count("persons_with_birth_date")?,
        documents: count("documents")?,
        ..ListCounts::default()
    })
}
