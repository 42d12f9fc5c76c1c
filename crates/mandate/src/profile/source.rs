//! The profile as its file states it: every key there is, with its meaning.
//!
//! Unknown keys are errors. What a key may say is further bound by the lint rules
//! ([`crate::lint`]) and by the overlay the profile stands under.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::At;
use crate::calendar::Term;
use crate::vocabulary::*;

/// A mandate profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Version of this schema: 1.
    pub schema: At<u32>,
    /// Who, where, since when.
    pub profile: Head,
    /// Fields of law: the legal reference of each one, or false.
    pub competences: BTreeMap<At<Competence>, At<Basis>>,
    /// Who may do what.
    pub roles: BTreeMap<At<String>, Role>,
    /// What data may be used for.
    pub purposes: BTreeMap<At<String>, Purpose>,
    /// What is received, and what is dropped at once.
    pub intake: Intake,
    /// How new knowledge is compared with what is held.
    #[serde(default)]
    pub look_back: LookBack,
    /// How children are treated.
    #[serde(default)]
    pub children: Children,
    /// When what is masked and deleted.
    pub retention: BTreeMap<At<DataSet>, Retention>,
    /// Lists in force.
    #[serde(default)]
    pub lists: Vec<List>,
    /// What rules may use, and how they live.
    pub rules: Rules,
    /// What needs several people.
    pub approvals: BTreeMap<At<String>, Approval>,
    /// To whom data may go.
    #[serde(default)]
    pub partners: Vec<Partner>,
    /// Automatic answers to carriers.
    #[serde(default)]
    pub answers: Vec<Answers>,
    /// Who is told of what, within which time.
    #[serde(default)]
    pub notify: Vec<Notify>,
    /// Who watches.
    pub oversight: Oversight,
}

/// Who, where, since when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Name of the mandate: lower-case letters, digits, hyphens.
    pub id: At<String>,
    /// Its version; a change is a new one.
    pub version: At<String>,
    /// A title for people.
    pub title: String,
    /// The home country, ISO 3166 alpha-3: direction, transit and own nationals depend on it.
    pub country: At<String>,
    /// The overlay it stands under.
    pub regime: At<String>,
    /// The law it states.
    pub legal_refs: At<Vec<String>>,
    /// First day in force, from midnight UTC.
    pub valid_from: At<Day>,
    /// Last day before which it must be reviewed.
    pub review_due: At<Day>,
    /// The offices that sign it.
    pub signed_by: At<Vec<String>>,
}

/// A day of the calendar; in TOML a date without quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
#[schemars(transparent)]
pub struct Day(#[schemars(with = "String", extend("format" = "date"))] pub Date);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let written = toml::value::Datetime::deserialize(deserializer)?;
        let date = match written {
            toml::value::Datetime {
                date: Some(date),
                time: None,
                offset: None,
            } => Date::new(date.year as i16, date.month as i8, date.day as i8).ok(),
            _ => None,
        };
        date.map(Self)
            .ok_or_else(|| D::Error::custom("no day: write 2026-12-01, without quotes or time"))
    }
}

/// The legal reference of a competence, or false.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Basis {
    /// Not held. `true` is refused: a competence names its law.
    Flag(bool),
    /// Held by this law.
    Law(String),
}

impl Basis {
    /// Whether the competence is held.
    pub const fn is_held(&self) -> bool {
        matches!(self, Self::Law(_))
    }
}

/// What a role may do, for which purposes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its capabilities.
    pub can: Vec<Capability>,
    /// The purposes for which it acts.
    #[serde(default)]
    pub purposes: Vec<At<String>>,
    /// Whether it is an authority outside the administration: a court, an independent body.
    #[serde(default)]
    pub external: bool,
}

/// What data may be used for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// A title for people.
    pub title: String,
    /// The purpose of the overlay that this one is.
    pub stands_for: At<StandsFor>,
    /// The competences it rests on.
    pub competences: At<Vec<Competence>>,
    /// Admitted elements for each data set: names, groups (`doc.*`), `*`; `-` takes away.
    #[serde(default)]
    pub data: BTreeMap<At<DataSet>, At<Vec<At<String>>>>,
    /// Acts it may lead to.
    pub actions: Vec<At<Act>>,
}

/// What is received, and what is dropped at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Intake {
    /// Kinds of messages that are read at all.
    pub accept: Vec<MessageKind>,
    /// Elements dropped whatever a purpose says.
    #[serde(default)]
    pub drop: Vec<At<String>>,
    /// Sensitive data.
    pub sensitive: Sensitive,
    /// What happens to a segment that nobody understands.
    pub unknown_segment: UnknownSegment,
    /// What stays of the bytes.
    pub raw_message: RawMessage,
    /// How long a message that could not be read stays sealed, to be repaired: at most three days.
    #[serde(default = "three_days")]
    pub quarantine: At<Term>,
    /// How long after departure data may still come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_after: Option<At<Term>>,
    /// Bodies of data for which a carrier may be asked again, flight by flight, when they are
    /// missing, late or could not be read: `pnr`, by GOVREQ. Without it nobody may ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ask_again: Vec<At<DataSet>>,
}

fn three_days() -> At<Term> {
    Term::seconds(72 * 3600).into()
}

/// How new knowledge is compared with what is held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LookBack {
    /// Within which time a new or changed entry, rule or mandate is compared with everything that
    /// is still held for it.
    pub within: At<Term>,
}

impl Default for LookBack {
    /// A quarter of an hour.
    fn default() -> Self {
        Self {
            within: Term::seconds(15 * 60).into(),
        }
    }
}

/// Sensitive data on receipt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sensitive {
    /// Dropped, or free text redacted.
    pub mode: At<SensitiveMode>,
    /// The table of sensitive codes.
    pub code_lists: Vec<CodeList>,
    /// The lexicon of sensitive words.
    pub lexicon: Lexicon,
}

vocabulary! {
    /// A table of sensitive codes.
    CodeList {
        /// [`crate::admit::ssr`].
        SsrSensitiveV1 = "ssr-sensitive-v1",
    }
}

vocabulary! {
    /// A lexicon of sensitive words.
    Lexicon {
        /// [`crate::admit::text`].
        RemarksV1 = "remarks-v1",
    }
}

/// What stays of a message's bytes, and how long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawMessage {
    /// How long.
    pub keep: At<Term>,
    /// In which form.
    pub form: RawForm,
}

/// How children are treated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Children {
    /// A child is younger than this, in years.
    #[serde(default = "eighteen")]
    pub under: u8,
    /// Elements dropped for children besides the others.
    #[serde(default)]
    pub drop: Vec<At<String>>,
    /// Acts never offered against a child.
    #[serde(default)]
    pub acts_forbidden: Vec<Act>,
}

const fn eighteen() -> u8 {
    18
}

impl Default for Children {
    fn default() -> Self {
        Self {
            under: eighteen(),
            drop: Vec::new(),
            acts_forbidden: Vec::new(),
        }
    }
}

/// When a data set is masked and deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// After which time `mask_fields` leave the operational store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask_at: Option<At<Term>>,
    /// After which time the record's key is destroyed, or `with-underlying-data`.
    pub delete_at: At<DeleteAt>,
    /// Elements that are masked.
    #[serde(default)]
    pub mask_fields: At<Vec<At<String>>>,
    /// For how long after receipt a record is compared with new knowledge, and its look-back keys
    /// are held; without it until it is masked or deleted, and never longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look_back: Option<At<Term>>,
    /// Longer keeping, record by record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extend: Option<Extension>,
    /// Keeping for a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
}

impl Default for At<Vec<At<String>>> {
    fn default() -> Self {
        Vec::new().into()
    }
}

/// When a record goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(transparent)]
pub struct DeleteAt(#[schemars(with = "String")] pub Option<Term>);

const WITH_UNDERLYING: &str = "with-underlying-data";

impl Serialize for DeleteAt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(term) => term.serialize(serializer),
            None => serializer.serialize_str(WITH_UNDERLYING),
        }
    }
}

impl<'de> Deserialize<'de> for DeleteAt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let text = String::deserialize(deserializer)?;
        if text == WITH_UNDERLYING {
            return Ok(Self(None));
        }
        Term::parse(&text)
            .map(|term| Self(Some(term)))
            .ok_or_else(|| {
                D::Error::custom("no duration: write ISO 8601 (P6M, P5Y), or with-underlying-data")
            })
    }
}

/// Longer keeping of one record, for objective evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// At most how long after receipt.
    pub to: At<Term>,
    /// What must be recorded.
    pub needs: ExtensionNeeds,
}

vocabulary! {
    /// What a longer keeping needs.
    ExtensionNeeds {
        /// Objective evidence of a risk (CJEU C-817/19).
        ObjectiveEvidence = "objective-evidence",
    }
}

/// Keeping for a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// What must be recorded.
    pub needs: HoldNeeds,
    /// How often it is reviewed; not reviewed, it ends.
    pub review_every: At<Term>,
}

vocabulary! {
    /// What a hold needs.
    HoldNeeds {
        /// An open case.
        Case = "case",
    }
}

/// A list in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Its name.
    pub id: At<String>,
    /// Who is responsible for it: `own`, `un-sc`, `eu`, `interpol`, `partner:NAME` ...
    pub authority: At<String>,
    /// What it may be used for.
    pub purposes: Vec<At<String>>,
    /// What it names.
    pub kind: ListKind,
    /// How old a copy may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<At<Term>>,
    /// What it is compared with; without it every body of data of its purposes.
    #[serde(default)]
    pub against: Vec<At<DataSet>>,
    /// What each of its programmes orders, by the list's own name of the programme and `*` for all
    /// others. What an entry states itself goes before.
    #[serde(default)]
    pub measures: BTreeMap<At<String>, Vec<MeasureKind>>,
    /// Copied, or asked.
    #[serde(default = "local")]
    pub mode: At<ListMode>,
    /// Who must confirm a hit before anything follows: `ncb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
    /// What its travel ban means here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<At<Effect>>,
    /// The register of exemptions: `register:NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemptions: Option<String>,
    /// Its originator's caveat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caveat: Option<Caveat>,
    /// From how many bits of evidence on a match is shown.
    #[serde(default)]
    pub thresholds: Thresholds,
}

fn local() -> At<ListMode> {
    ListMode::Local.into()
}

/// Evidence in bits from which a match is for review, and from which it is an alert.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// For review.
    pub review: f64,
    /// Alert.
    pub alert: f64,
}

impl Default for Thresholds {
    /// The shipped thresholds, those of `matching`: 3.4 and 10 bits.
    fn default() -> Self {
        Self {
            review: 3.4,
            alert: 10.0,
        }
    }
}

/// What a travel ban means here: the strongest act it allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// Against a person who enters.
    pub entry: Option<Act>,
    /// Against a person in transit.
    pub transit: Option<Act>,
    /// Against an own national.
    pub own_national: Option<Act>,
}

/// What rules may use, and how they live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Attributes free to use.
    #[serde(default)]
    pub attributes_allowed: Vec<String>,
    /// Attributes with a condition.
    #[serde(default)]
    pub attributes_restricted: BTreeMap<String, String>,
    /// Attributes that rules never see.
    #[serde(default)]
    pub attributes_forbidden: Vec<String>,
    /// Trial on history before activation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backtest: Option<At<Backtest>>,
    /// How often a rule is reviewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_every: Option<Term>,
    /// After which time a rule ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_after: Option<Term>,
    /// Whether rules may alter themselves: false.
    pub self_learning: At<bool>,
    /// Whether the statistical goods score is on; it never uses natural persons.
    #[serde(default)]
    pub statistical_goods_score: bool,
}

/// Trial on history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Backtest {
    /// Whether it is required.
    pub required: bool,
    /// Over how much history.
    pub window: Term,
    /// How many alerts among ten thousand records are too many.
    pub max_alerts_per_10k: u32,
    /// Whether it sees masked data only.
    #[serde(default)]
    pub masked_only: bool,
}

/// What needs several people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The roles that must agree, one person for each.
    pub of: At<Vec<At<String>>>,
    /// Whether they must be different people.
    pub distinct: bool,
    /// How long the approval lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<Term>,
    /// Within which time it must be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Term>,
    /// What happens otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_timeout: Option<OnTimeout>,
    /// From which share of changed entries, in per cent, a list import alarms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta_alarm_pct: Option<u8>,
    /// How long a thing may be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_hold: Option<Term>,
    /// The urgent way: act first, have it reviewed within a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgent: Option<Urgent>,
}

/// The urgent way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Urgent {
    /// Within which time it is reviewed.
    pub within: Term,
    /// By which role.
    pub then: At<String>,
}

/// To whom data may go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    /// Its name.
    pub id: At<String>,
    /// What it is, for people: `domestic-le`, `fiu`, `foreign-piu` ...
    pub kind: String,
    /// For which purposes it receives.
    pub purposes: Vec<At<String>>,
    /// When data go: `on-confirmed`, `request`, `manual`, `mandatory-within:P15D`.
    pub trigger: At<String>,
    /// Elements it may be sent.
    pub fields: Vec<At<String>>,
    /// Elements it is never sent.
    #[serde(default)]
    pub never: Vec<At<String>>,
    /// What must be shown each time: an agreement, a case reference ...
    #[serde(default)]
    pub requires: Vec<String>,
    /// What it may do with the data.
    pub onward: Onward,
    /// How data travel: `https-mtls-jws`, `goaml-xml` ...
    pub channel: String,
    /// What is said with the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caveat: Option<Caveat>,
    /// Blind look-ups it answers: elements joined by `+`.
    #[serde(default)]
    pub blind_lookup: Vec<String>,
}

/// Automatic answers to a carrier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// Which carrier; `*` for all others.
    pub carrier: At<String>,
    /// When nothing was found.
    pub unmatched: AutomaticAnswer,
    /// While a hit awaits review.
    pub pending: AutomaticAnswer,
    /// When data are insufficient.
    pub insufficient: AutomaticAnswer,
    /// Elements of API without which data are insufficient.
    #[serde(default = "names_and_birth_date")]
    pub needs: Vec<At<String>>,
}

fn names_and_birth_date() -> Vec<At<String>> {
    ["names", "dob"].map(|e| e.to_owned().into()).into()
}

/// Who is told of what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    /// Of what.
    pub event: NotifyEvent,
    /// Who.
    pub to: Vec<String>,
    /// Within which time.
    pub within: Term,
}

vocabulary! {
    /// What somebody must be told of.
    NotifyEvent {
        /// Data were seen or lost against the law.
        Breach = "breach",
        /// A carrier sent sensitive data.
        SensitiveDataReceived = "sensitive-data-received",
        /// A travel-ban match was confirmed.
        TravelBanConfirmed = "travel-ban-match-confirmed",
        /// Data went to a third country.
        ThirdCountryTransfer = "third-country-transfer",
    }
}

/// Who watches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Oversight {
    /// The data protection officer's role.
    pub dpo_role: At<String>,
    /// How often the external auditor gets the log.
    pub external_auditor_export: AuditRhythm,
    /// How long the audit log is kept.
    pub log_retention: At<Term>,
}

vocabulary! {
    /// How often the external auditor gets the log.
    AuditRhythm {
        /// Each day.
        Daily = "daily",
        /// Each week.
        Weekly = "weekly",
        /// Each month.
        Monthly = "monthly",
    }
}
