//! What stands around a message that is written.

use jiff::civil::DateTime;
use tidewaiter_syntax::edifact::{Charset, InterchangeWriter, Party, Separators};

/// Parties, references and time of one interchange with one message.
///
/// Lengths are those of the standard (0004 and 0010: 35 characters; 0020, 0026, 0048 and 0062: 14;
/// 0068: 35). Longer values are written whole; a receiver may refuse them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transmission {
    /// Who sends (S002).
    pub sender: Party,
    /// Whom it is for (S003).
    pub recipient: Party,
    /// When it was prepared (S004). Written with a year of two digits, as all traffic has it.
    pub prepared: DateTime,
    /// Control reference of the interchange (0020).
    pub reference: String,
    /// Application reference (0026): `IAPI` ...; empty for none.
    pub application: String,
    /// Reference of a group around the message (0048); groups are agreed between the parties.
    pub group: Option<String>,
    /// Message reference (0062).
    pub message: String,
    /// Common access reference (0068): by agreement the control reference that is answered.
    pub access_reference: String,
    /// Whether to mark the interchange as a test (0035). An answer to test traffic is a test.
    pub test: bool,
}

/// Type, version, release, agency and association code of a message (S009).
pub(crate) type Identifier = [&'static str; 5];

impl Transmission {
    /// Begins interchange, group and message, in UNOA version 4.
    pub(crate) fn open(&self, identifier: &Identifier) -> InterchangeWriter {
        let (date, time) = (
            self.prepared.strftime("%y%m%d").to_string(),
            self.prepared.strftime("%H%M").to_string(),
        );
        let sender = [self.sender.id.as_str(), self.sender.qualifier.as_str()];
        let recipient = [self.recipient.id.as_str(), &self.recipient.qualifier];
        let prepared = [date.as_str(), &time];
        let test = if self.test { "1" } else { "" };
        let mut writer = InterchangeWriter::new(
            Separators::DEFAULT,
            Charset::Upper,
            &[
                &["UNOA", "4"],
                &sender,
                &recipient,
                &prepared,
                &[&self.reference],
                &[],
                &[&self.application],
                &[],
                &[],
                &[],
                &[test],
            ],
        );
        let [kind, version, release, agency, _] = *identifier;
        if let Some(group) = &self.group {
            writer.group(&[
                &[kind],
                &sender,
                &recipient,
                &prepared,
                &[group],
                &[agency],
                &[version, release],
            ]);
        }
        writer.begin_message(&[
            &[&self.message],
            identifier,
            &[&self.access_reference],
            &["01", "F"],
        ]);
        writer
    }
}
