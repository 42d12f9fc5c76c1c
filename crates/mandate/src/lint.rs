//! The linter: a profile looser than its overlay, or than the rules L1–L18, is refused.
//!
//! | rule | refuses | code |
//! |---|---|---|
//! | L1 | passenger data for a purpose that the overlay does not know | `mandate-purpose-not-in-overlay` |
//! | L2 | a clock over the ceiling | `mandate-retention-over-ceiling` |
//! | L3 | a mask smaller than the ceiling's | `mandate-mask-fields-missing` |
//! | L4 | sensitive data treated otherwise than the overlay allows | `mandate-sensitive-mode` |
//! | L5 | an act without a competence | `mandate-act-without-competence` |
//! | L6 | an adverse act without two people | `mandate-adverse-act-single-handed` |
//! | L7 | partner fields beyond the shared purposes | `mandate-partner-fields` |
//! | L8 | sharing before confirmation | `mandate-partner-trigger` |
//! | L9 | a list beyond its purposes, a travel ban without its effects | `mandate-list-purpose` |
//! | L10 | rules that learn, are not tried, or never end | `mandate-rules` |
//! | L11 | an audit log kept too short | `mandate-log-retention` |
//! | L12 | no law, one signature, overdue review | `mandate-formalities` |
//! | L13 | no-board without deadline and `on_timeout` | `mandate-no-board-deadline` |
//! | L14 | unmasking without the outside authority that the overlay wants | `mandate-unmask-authority` |
//! | L15 | an unknown key or word | `mandate-unknown-key` |
//! | L16 | admitted data without `delete_at` | `mandate-data-set-without-deletion` |
//! | L17 | an administrator who does anything else, a data protection officer without the log | `mandate-role-separation` |
//! | L18 | carriers without a table of answers, or answered `4Z` when nothing is missing | `mandate-answers` |

mod acts;
mod data;
mod form;

use jiff::civil::Date;
use tidewaiter_diagnostics::{Code, Diagnostic, SegmentPath, Span, codes};

use crate::profile::{At, Profile};
use crate::regime::Regime;

/// Everything that is wrong with `profile` on the day `today`, in the order of the file.
pub fn lint(profile: &Profile, today: Date) -> Vec<Diagnostic> {
    let name = &profile.profile.regime;
    let known = Regime::named(name).filter(|r| r.id != Regime::EVALUATION);
    let Some(regime) = known else {
        return vec![Diagnostic::new(
            &codes::mandate::UNKNOWN_REGIME,
            name.span(),
            SegmentPath::default(),
            format!("no overlay is named {:?}", name.get()),
        )];
    };
    check(profile, regime, today)
}

/// The same under a given overlay.
pub(crate) fn check(profile: &Profile, regime: &Regime, today: Date) -> Vec<Diagnostic> {
    let mut linter = Linter {
        profile,
        regime,
        today,
        found: Vec::new(),
    };
    linter.form();
    linter.data();
    linter.acts();
    let mut found = linter.found;
    found.sort_by_key(|d| d.span.start);
    found
}

struct Linter<'a> {
    profile: &'a Profile,
    regime: &'a Regime,
    today: Date,
    found: Vec<Diagnostic>,
}

impl Linter<'_> {
    fn say(&mut self, code: &'static Code, span: Span, message: impl Into<String>) {
        let message: String = message.into();
        self.found
            .push(Diagnostic::new(code, span, SegmentPath::default(), message));
    }

    /// A name that must be among the profile's own.
    fn reference(&mut self, name: &At<String>, what: &str, exists: bool) {
        if !exists {
            self.say(
                &codes::mandate::REFERENCE,
                name.span(),
                format!("no {what} is named {:?}", name.get()),
            );
        }
    }
}
