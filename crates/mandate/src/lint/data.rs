//! What is admitted, how long it is kept, to whom it may go.

use tidewaiter_diagnostics::codes::mandate as codes;

use super::Linter;
use crate::calendar::Term;
use crate::compile::{Trigger, elements_of, union_of};
use crate::element::{Element, ElementSet};
use crate::profile::{At, Retention};
use crate::regime::RetentionCeiling;
use crate::vocabulary::{AutomaticAnswer, DataSet, MessageKind, RawForm, SensitiveMode, StandsFor};

/// How long what cannot be read may wait for repair (INT-08).
const QUARANTINE_MOST: Term = Term::seconds(72 * 3600);

impl Linter<'_> {
    pub(super) fn data(&mut self) {
        self.purposes();
        self.sensitive();
        self.raw();
        self.clocks();
        self.partners();
        self.answers();
    }

    /// L1 and L16.
    fn purposes(&mut self) {
        for purpose in self.profile.purposes.values() {
            for (data_set, patterns) in &purpose.data {
                if !data_set.is_received() {
                    self.say(
                        &codes::UNKNOWN_KEY,
                        data_set.span(),
                        format!("{} is made here, not received", data_set.get()),
                    );
                }
                if elements_of(purpose, *data_set.get()).is_empty() {
                    continue;
                }
                let stands_for = *purpose.stands_for;
                if !self.allowed(*data_set.get(), stands_for) {
                    self.say(
                        &codes::PURPOSE,
                        data_set.span(),
                        format!(
                            "{} does not let {} be used for {stands_for}",
                            self.regime.id,
                            data_set.get()
                        ),
                    );
                }
                let clock = self.profile.retention.get(data_set);
                if clock.is_none_or(|clock| clock.delete_at.0.is_none()) {
                    self.say(
                        &codes::NO_DELETION,
                        patterns.span(),
                        format!("{} has no delete_at under [retention]", data_set.get()),
                    );
                }
            }
        }
    }

    fn allowed(&self, data_set: DataSet, stands_for: StandsFor) -> bool {
        match data_set {
            DataSet::Pnr => self.regime.pnr_purposes.contains(&stands_for),
            DataSet::Api | DataSet::IapiResponse => self.regime.api_purposes.contains(&stands_for),
            DataSet::Cargo | DataSet::Cash | DataSet::ClearedPairs | DataSet::Hits => true,
        }
    }

    /// L4
    fn sensitive(&mut self) {
        let sensitive = &self.profile.intake.sensitive;
        if !self.regime.sensitive_modes.contains(&sensitive.mode) {
            self.say(
                &codes::SENSITIVE_MODE,
                sensitive.mode.span(),
                format!("{} does not allow {}", self.regime.id, sensitive.mode.get()),
            );
        }
        if sensitive.code_lists.is_empty() {
            self.say(
                &codes::SENSITIVE_MODE,
                sensitive.mode.span(),
                "no table of sensitive codes is named",
            );
        }
        let dropped = union_of(&self.profile.intake.drop);
        for purpose in self.profile.purposes.values() {
            for (data_set, patterns) in &purpose.data {
                let admitted = elements_of(purpose, *data_set.get()).minus(dropped);
                let over = admitted.and(self.regime.elements_dropped);
                if !over.is_empty() {
                    self.say(
                        &codes::SENSITIVE_MODE,
                        patterns.span(),
                        format!("{} wants dropped: {over}", self.regime.id),
                    );
                }
            }
        }
    }

    /// L2 and L4 for the bytes themselves: they hold whatever was sent.
    fn raw(&mut self) {
        let intake = &self.profile.intake;
        if !intake.quarantine.never_exceeds(QUARANTINE_MOST) {
            self.say(
                &codes::RETENTION,
                intake.quarantine.span(),
                format!("what cannot be read stays sealed for {QUARANTINE_MOST} at most"),
            );
        }
        let redacts = self.regime.sensitive_modes.contains(&SensitiveMode::Redact);
        if intake.raw_message.form == RawForm::SealedOriginal && !redacts {
            self.say(
                &codes::SENSITIVE_MODE,
                intake.raw_message.keep.span(),
                format!(
                    "{} wants sensitive data dropped at once: no sealed original",
                    self.regime.id
                ),
            );
        }
    }

    /// L18
    fn answers(&mut self) {
        let profile = self.profile;
        for (i, row) in profile.answers.iter().enumerate() {
            let is_code = row.carrier.as_str() == "*"
                || (2..=3).contains(&row.carrier.len())
                    && row
                        .carrier
                        .bytes()
                        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
            let again = profile.answers[..i]
                .iter()
                .any(|a| a.carrier == row.carrier);
            if !is_code || again {
                let what = if again {
                    "has two rows"
                } else {
                    "is no carrier"
                };
                let message = format!("{:?} {what}", row.carrier.get());
                self.say(&codes::ANSWERS, row.carrier.span(), message);
            }
            let answered = [row.unmatched, row.pending];
            if answered.contains(&AutomaticAnswer::Insufficient) {
                self.say(
                    &codes::ANSWERS,
                    row.carrier.span(),
                    "4Z is for missing data: unmatched and pending are answered 0Z",
                );
            }
            for need in &row.needs {
                let wanted = ElementSet::of_pattern(need).unwrap_or_default();
                let admitted = profile.purposes.values().fold(ElementSet::EMPTY, |set, p| {
                    set.or(elements_of(p, DataSet::Api))
                });
                if !wanted.is_within(admitted.minus(union_of(&profile.intake.drop))) {
                    let message = format!("no purpose admits {} of API", need.get());
                    self.say(&codes::ANSWERS, need.span(), message);
                }
            }
        }
        let asks = profile.intake.accept.contains(&MessageKind::Iapi);
        if asks && !profile.answers.iter().any(|a| a.carrier.as_str() == "*") {
            self.say(
                &codes::ANSWERS,
                profile.schema.span(),
                "iapi is received, but no [[answers]] has carrier = \"*\"",
            );
        }
    }

    /// L2 and L3.
    fn clocks(&mut self) {
        for (data_set, retention) in &self.profile.retention {
            if let Some(ceiling) = self.regime.retention.get(data_set.get()) {
                self.clock(*data_set.get(), retention, ceiling);
            }
            if let Some(look_back) = &retention.look_back {
                let end = retention.mask_at.as_ref().map(|t| *t.get());
                let end = end.or(retention.delete_at.0);
                if end.is_none_or(|end| !look_back.never_exceeds(end)) {
                    self.say(
                        &codes::RETENTION,
                        look_back.span(),
                        "look-back keys would be held longer than the record is in the clear",
                    );
                }
            }
            if let (Some(extend), Some(delete_at)) = (&retention.extend, retention.delete_at.0)
                && extend.to.never_exceeds(delete_at)
            {
                self.say(
                    &codes::RETENTION,
                    extend.to.span(),
                    "the extension is no longer than delete_at",
                );
            }
        }
    }

    fn clock(&mut self, data_set: DataSet, retention: &Retention, ceiling: &RetentionCeiling) {
        let regime = &self.regime.id;
        let over = |term: Option<Term>, most: Option<Term>| match (term, most) {
            (Some(term), Some(most)) => !term.never_exceeds(most),
            _ => false,
        };
        if over(retention.delete_at.0, ceiling.delete_at) {
            let message = format!(
                "{regime} has {data_set} deleted after {}",
                most(ceiling.delete_at)
            );
            self.say(&codes::RETENTION, retention.delete_at.span(), message);
        }
        if let Some(extend) = &retention.extend {
            let most_extended = ceiling.extend_to.or(ceiling.delete_at);
            if over(Some(*extend.to), most_extended) {
                let message = format!(
                    "{regime} lets {data_set} be kept for {}",
                    most(most_extended)
                );
                self.say(&codes::RETENTION, extend.to.span(), message);
            }
        }
        let Some(mask_by) = ceiling.mask_at else {
            return;
        };
        let longest = retention
            .extend
            .as_ref()
            .map(|e| *e.to)
            .or(retention.delete_at.0);
        let outlives_mask = longest.is_none_or(|longest| !longest.never_exceeds(mask_by));
        match &retention.mask_at {
            Some(mask_at) if !mask_at.never_exceeds(mask_by) => {
                let message = format!("{regime} has {data_set} masked after {mask_by}");
                self.say(&codes::RETENTION, mask_at.span(), message);
            }
            None if outlives_mask => {
                let message = format!("{regime} has {data_set} masked after {mask_by}: no mask_at");
                self.say(&codes::RETENTION, retention.delete_at.span(), message);
            }
            _ => {}
        }
        let missing = ceiling.mask_fields.minus(union_of(&retention.mask_fields));
        if !missing.is_empty() && (outlives_mask || retention.mask_at.is_some()) {
            let at: &At<Vec<At<String>>> = &retention.mask_fields;
            let span = if at.span().is_empty() {
                retention.delete_at.span()
            } else {
                at.span()
            };
            self.say(&codes::MASK_FIELDS, span, format!("not masked: {missing}"));
        }
    }

    /// L7 and L8.
    fn partners(&mut self) {
        for partner in &self.profile.partners {
            let mut shared = ElementSet::EMPTY
                .with(Element::HitReason)
                .with(Element::Seizure);
            for name in &partner.purposes {
                match self.profile.purposes.get(name) {
                    Some(purpose) => {
                        for data_set in purpose.data.keys() {
                            shared = shared.or(elements_of(purpose, *data_set.get()));
                        }
                    }
                    None => self.reference(name, "purpose", false),
                }
            }
            let never = union_of(&partner.never);
            let dropped = union_of(&self.profile.intake.drop);
            for field in &partner.fields {
                let wanted = ElementSet::of_pattern(field).unwrap_or_default();
                let given = shared.minus(dropped).minus(never);
                // A group may name more than there is, but must name something that is there.
                let nothing_left = wanted.and(given).is_empty();
                let single = !field.contains('*');
                if !wanted.is_empty() && (nothing_left || single && !wanted.is_within(given)) {
                    self.say(
                        &codes::PARTNER_FIELDS,
                        field.span(),
                        format!(
                            "no purpose shared with {} has {}",
                            partner.id.get(),
                            field.get()
                        ),
                    );
                }
            }
            if Trigger::parse(&partner.trigger).is_none() {
                self.say(
                    &codes::PARTNER_TRIGGER,
                    partner.trigger.span(),
                    format!(
                        "{:?} is none of on-confirmed, request, manual, mandatory-within:DURATION",
                        partner.trigger.get()
                    ),
                );
            }
        }
    }
}

fn most(term: Option<Term>) -> String {
    term.map(|t| t.to_string()).unwrap_or_default()
}
