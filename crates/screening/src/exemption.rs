//! The register of exemptions: who may travel although a list forbids it.

use jiff::civil::Date;
use tidewaiter_domain::{Text, Validity};

use crate::canon::Writer;

/// One exemption from a travel ban: by a committee of the Security Council, for judicial process, or
/// by the authority of a national list. It changes what may be done, never the match.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exemption {
    /// The register it stands in; the mandate names one for each list (`register:NAME`).
    pub register: Text,
    /// The list.
    pub list: Text,
    /// The list's own reference of the entry.
    pub entry: Text,
    /// Under which reference it was granted.
    pub reference: Text,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
}

impl Exemption {
    /// Whether it holds on `day`.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        let Self {
            register,
            list,
            entry,
            reference,
            from,
            until,
        } = self;
        for text in [register, list, entry, reference] {
            out.text(text);
        }
        for date in [from, until] {
            out.option(*date, Writer::date);
        }
    }
}

/// Whether an entry is in force for a screening on `today` of a journey on `journey`: already on one
/// of the two days, and not ended before today.
pub(crate) fn in_force(validity: &Validity, today: Date, journey: Date) -> bool {
    validity.from.is_none_or(|from| from <= today.max(journey))
        && validity.until.is_none_or(|until| today <= until)
}
