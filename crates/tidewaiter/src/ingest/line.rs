//! What became of a file, as programs and people read it.

use serde::Serialize;
use tidewaiter_store::{Reading, Receipt};

use crate::terminal::escape;
use crate::terminal::style::{FAINT, STRONG, outcome, paint};

/// One line of `ingest --json`. Keys are a contract with other programs.
#[derive(Debug, Serialize)]
pub(super) struct Line<'a> {
    pub(super) source: &'a str,
    pub(super) receipt: String,
    pub(super) sha256: String,
    pub(super) messages: u64,
    pub(super) travellers: u64,
    pub(super) status: &'static str,
    pub(super) hits: u64,
    /// Whether nothing in it was usable, now or when it came first.
    #[serde(skip)]
    pub(super) rejected: bool,
}

impl<'a> Line<'a> {
    /// The line of a receipt; `again` when the bytes had come before.
    pub(super) fn new(source: &'a str, receipt: &Receipt, again: bool, hits: u64) -> Self {
        Self {
            source,
            receipt: receipt.id.to_string(),
            sha256: receipt.sha256.iter().map(|b| format!("{b:02x}")).collect(),
            messages: receipt.messages,
            travellers: receipt.travellers,
            status: if again {
                "duplicate"
            } else {
                receipt.status.as_str()
            },
            hits,
            rejected: receipt.status == Reading::Rejected,
        }
    }

    /// The line for people.
    pub(super) fn text(&self) -> String {
        let hits = match self.hits {
            0 => String::new(),
            1 => "1 hit".to_owned(),
            hits => format!("{hits} hits"),
        };
        format!(
            "{}  {:>4} messages  {:>5} travellers  {}  {}  {}\n",
            paint(outcome(self.status), &format!("{:<9}", self.status)),
            self.messages,
            self.travellers,
            paint(STRONG, &format!("{hits:<7}")),
            escape::text(self.source),
            paint(FAINT, &self.receipt),
        )
    }
}

/// What a run took in.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub(super) files: u64,
    pub(super) messages: u64,
    pub(super) travellers: u64,
    pub(super) hits: u64,
    pub(super) duplicates: u64,
    pub(super) rejected: u64,
    pub(super) pending: u64,
}

impl Sums {
    pub(super) fn add(&mut self, line: &Line<'_>) {
        self.files += 1;
        self.rejected += u64::from(line.rejected);
        match line.status {
            "duplicate" => {
                self.duplicates += 1;
                return;
            }
            "pending" => self.pending += 1,
            _ => {}
        }
        self.messages += line.messages;
        self.travellers += line.travellers;
        self.hits += line.hits;
    }

    /// Some words about everything.
    pub(super) fn text(&self) -> String {
        let mut text = format!(
            "{} files: {} messages, {} travellers; hits raised or changed: {}",
            self.files, self.messages, self.travellers, self.hits
        );
        for (count, what) in [
            (self.duplicates, "had come before"),
            (self.rejected, "rejected and in quarantine"),
            (self.pending, "received and not read yet"),
        ] {
            if count > 0 {
                text += &format!("; {count} {what}");
            }
        }
        text
    }
}
