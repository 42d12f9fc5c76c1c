//! The closed vocabularies of profiles and decisions.
//!
//! A word that is not here does not exist: a profile that uses one is refused, so that a misspelt
//! restriction never restricts nothing.

/// Declares an enumeration with one word a variant, in the order of its bits.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize,
            serde::Deserialize, schemars::JsonSchema,
        )]
        pub enum $name {
            $($(#[$of])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every one there is.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word of profiles, audit lines and output.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The one that `word` means.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use vocabulary;

vocabulary! {
    /// A body of data with its own law and its own clock.
    DataSet {
        /// Advance passenger information.
        Api = "api",
        /// Passenger name records.
        Pnr = "pnr",
        /// Interactive API: what was asked and what was answered.
        IapiResponse = "iapi-response",
        /// Cargo reports and declarations.
        Cargo = "cargo",
        /// Cash declarations.
        Cash = "cash",
        /// Pairs of a traveller and a list entry that a person found not to be the same.
        ClearedPairs = "cleared-pairs",
        /// Hits and the reviews of them.
        Hits = "hits",
    }
}

impl DataSet {
    /// Whether records of this set come from outside and are admitted by a purpose; the others
    /// are made here and follow the records they were made from.
    pub const fn is_received(self) -> bool {
        matches!(self, Self::Api | Self::Pnr | Self::Cargo | Self::Cash)
    }
}

vocabulary! {
    /// What an administration may do about a confirmed finding.
    Act {
        /// Tell an officer.
        Advise = "advise",
        /// Look into baggage.
        InspectBaggage = "inspect-baggage",
        /// Search a person.
        InspectPerson = "inspect-person",
        /// Look into goods.
        InspectGoods = "inspect-goods",
        /// Scan goods or baggage.
        XRay = "x-ray",
        /// Take a sample.
        Sample = "sample",
        /// Keep goods.
        DetainGoods = "detain-goods",
        /// Keep cash.
        DetainCash = "detain-cash",
        /// Tell the carrier not to load goods.
        DoNotLoad = "do-not-load",
        /// Ask a person to a second interview.
        ReferSecondary = "refer-secondary",
        /// Hand over to the police.
        ReferPolice = "refer-police",
        /// Report to the financial intelligence unit.
        ReferFiu = "refer-fiu",
        /// Tell the carrier not to board a person.
        NoBoard = "iapi-no-board",
        /// Refuse a person entry.
        RefuseEntry = "refuse-entry",
        /// Watch and do nothing.
        MonitorOnly = "monitor-only",
    }
}

impl Act {
    /// Whether it is against a person or their property, so that two people must agree to it.
    pub const fn is_adverse(self) -> bool {
        matches!(
            self,
            Self::NoBoard
                | Self::RefuseEntry
                | Self::DetainGoods
                | Self::DetainCash
                | Self::DoNotLoad
        )
    }

    /// Whether it has an effect outside the administration's own desk.
    pub const fn is_outward(self) -> bool {
        !matches!(self, Self::Advise | Self::MonitorOnly)
    }

    /// The competences of which one at least must be enabled for this act.
    pub const fn competences(self) -> &'static [Competence] {
        use Competence as C;
        const GOODS: &[Competence] = &[
            C::CustomsGoods,
            C::CustomsRevenue,
            C::Prohibitions,
            C::Excise,
            C::DualUse,
            C::Weapons,
            C::Narcotics,
            C::Sanctions,
        ];
        match self {
            Self::Advise | Self::MonitorOnly => Competence::ALL,
            Self::InspectGoods | Self::XRay | Self::Sample | Self::DetainGoods => GOODS,
            Self::InspectBaggage => &[
                C::CustomsGoods,
                C::CustomsRevenue,
                C::Prohibitions,
                C::Excise,
                C::DualUse,
                C::Weapons,
                C::Narcotics,
                C::Sanctions,
                C::CashControl,
                C::PassengerSecurity,
            ],
            Self::InspectPerson => &[
                C::CustomsGoods,
                C::Weapons,
                C::Narcotics,
                C::CashControl,
                C::PassengerSecurity,
            ],
            Self::DetainCash => &[C::CashControl, C::TerroristFinancing, C::Sanctions],
            Self::DoNotLoad => &[C::CustomsGoods, C::Weapons],
            Self::ReferSecondary => &[
                C::CustomsGoods,
                C::Immigration,
                C::PassengerSecurity,
                C::TravelBan,
            ],
            Self::ReferPolice => &[
                C::Weapons,
                C::Narcotics,
                C::PassengerSecurity,
                C::TravelBan,
                C::TerroristFinancing,
            ],
            Self::ReferFiu => &[C::CashControl, C::TerroristFinancing],
            Self::NoBoard | Self::RefuseEntry => {
                &[C::Immigration, C::TravelBan, C::PassengerSecurity]
            }
        }
    }
}

vocabulary! {
    /// A field of law in which an administration may act. One vocabulary for profiles and for
    /// goods indicators ([`Competence::indicator_code`]).
    Competence {
        /// Safety and security of goods.
        CustomsGoods = "customs-goods",
        /// Duties and taxes.
        CustomsRevenue = "customs-revenue",
        /// Prohibitions and restrictions.
        Prohibitions = "prohibitions",
        /// Excise goods.
        Excise = "excise",
        /// Strategic trade, dual-use goods.
        DualUse = "dual-use",
        /// Firearms and explosives.
        Weapons = "weapons",
        /// Drugs and precursors.
        Narcotics = "narcotics",
        /// Cash over the border.
        CashControl = "cash-control",
        /// Financing of terrorism.
        TerroristFinancing = "terrorist-financing",
        /// Asset freezes and embargoes.
        Sanctions = "sanctions",
        /// Security of passengers, with lawful use of API and PNR.
        PassengerSecurity = "passenger-security",
        /// Travel bans.
        TravelBan = "travel-ban",
        /// Entry and exit.
        Immigration = "immigration",
    }
}

impl Competence {
    /// The competence that a code of the indicator catalogue means (`CUS-SEC`, `DRUG` ...).
    pub fn from_indicator_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|c| c.indicator_code() == Some(code))
    }

    /// The code of the indicator catalogue; `None` where no indicator wants this competence.
    pub const fn indicator_code(self) -> Option<&'static str> {
        match self {
            Self::CustomsGoods => Some("CUS-SEC"),
            Self::CustomsRevenue => Some("CUS-FISC"),
            Self::Prohibitions => Some("CUS-PROH"),
            Self::Excise => Some("EXC"),
            Self::DualUse => Some("STC"),
            Self::Weapons => Some("WEAP"),
            Self::Narcotics => Some("DRUG"),
            Self::CashControl => Some("CASH"),
            Self::TerroristFinancing => Some("TF"),
            Self::Sanctions => Some("SANC"),
            Self::PassengerSecurity => Some("PAX"),
            Self::TravelBan | Self::Immigration => None,
        }
    }
}

vocabulary! {
    /// What a purpose of a profile is, in the words of the overlays.
    StandsFor {
        /// Terrorism (Directive (EU) 2016/681 article 1(2)).
        Terrorism = "terrorism",
        /// Serious crime (annex II of the Directive; offences of at least three years).
        SeriousCrime = "serious-crime",
        /// Protection of life (UK, Passenger Name Record Data 2020 Regulations).
        VitalInterests = "vital-interests",
        /// Offences against customs law.
        CustomsOffences = "customs-offences",
        /// Control of entry and exit.
        BorderControl = "border-control",
        /// Control of cash over the border.
        CashControl = "cash-control",
        /// Safety and security of cargo.
        CargoSecurity = "cargo-security",
    }
}

vocabulary! {
    /// What a role may be entitled to.
    Capability {
        /// See records.
        Read = "read",
        /// Look for records.
        Search = "search",
        /// Judge hits.
        Review = "review",
        /// Propose acts.
        Propose = "propose",
        /// Approve acts that another has proposed.
        Approve = "approve",
        /// See what is masked.
        Unmask = "unmask",
        /// Keep a record longer for objective evidence.
        Extend = "extend",
        /// Keep a record for a case.
        Hold = "hold",
        /// Send data to a partner.
        Share = "share",
        /// Take data out in bulk.
        Export = "export",
        /// Put lists into force.
        Lists = "lists",
        /// Put rules into force.
        Rules = "rules",
        /// Change the profile.
        Profile = "profile",
        /// Read the audit log.
        Audit = "audit",
        /// Hold all outbound directives, and let them go again.
        Stop = "stop",
        /// Keep accounts, machines and configuration: the administrator, who sees no traveller.
        Administer = "administer",
    }
}

vocabulary! {
    /// What may be received.
    MessageKind {
        /// PAXLST.
        Paxlst = "paxlst",
        /// Interactive API.
        Iapi = "iapi",
        /// PNRGOV, EDIFACT.
        Pnrgov = "pnrgov",
        /// PNRGOV, XML.
        PnrgovXml = "pnrgov-xml",
        /// EDIFACT cargo report.
        Cuscar = "cuscar",
        /// EDIFACT consolidated manifest.
        Ifcsum = "ifcsum",
        /// IATA Cargo-IMP FWB.
        CargoImpFwb = "cargo-imp-fwb",
        /// IATA Cargo-IMP FHL.
        CargoImpFhl = "cargo-imp-fhl",
        /// IATA Cargo-XML.
        CargoXml = "cargo-xml",
        /// WCO Data Model declaration.
        WcoDm = "wco-dm",
        /// EU entry summary declaration.
        Ics2Ens = "ics2-ens",
        /// Cash declaration.
        CashDeclaration = "cash-declaration",
        /// A carrier's acknowledgement of a directive.
        Cusres = "cusres",
    }
}

vocabulary! {
    /// What happens to sensitive data on receipt.
    SensitiveMode {
        /// Dropped, free text too.
        Drop = "drop",
        /// Codes are dropped; sensitive words in free text are blotted out.
        Redact = "redact",
    }
}

vocabulary! {
    /// What happens to a segment that nobody understands; the message itself always goes on.
    UnknownSegment {
        /// Its text stays in the sealed original only.
        SealSegment = "seal-segment",
    }
}

vocabulary! {
    /// What stays of a message's bytes once it is read.
    RawForm {
        /// Nothing but the hash.
        Nothing = "nothing",
        /// A re-serialisation of what was admitted.
        Sanitised = "sanitised",
        /// The sealed original.
        SealedOriginal = "sealed-original",
    }
}

vocabulary! {
    /// What a list names.
    ListKind {
        /// Natural persons.
        Person = "person",
        /// Persons, companies, vessels.
        Party = "party",
        /// Documents.
        Document = "document",
        /// Goods.
        Goods = "goods",
        /// A partner's filter that reveals nothing but a hit.
        BlindFilter = "blind-filter",
    }
}

vocabulary! {
    /// What a list orders against those it names.
    MeasureKind {
        /// No entry, no transit.
        TravelBan = "travel-ban",
        /// Funds and economic resources are frozen.
        AssetFreeze = "asset-freeze",
        /// No arms may be supplied.
        ArmsEmbargo = "arms-embargo",
    }
}

impl MeasureKind {
    /// The kind of a measure as an entry states it; `None` for one that is in its own words.
    pub const fn of(measure: &tidewaiter_domain::Measure) -> Option<Self> {
        use tidewaiter_domain::Measure as M;
        match measure {
            M::TravelBan => Some(Self::TravelBan),
            M::AssetFreeze => Some(Self::AssetFreeze),
            M::ArmsEmbargo => Some(Self::ArmsEmbargo),
            M::Other(_) => None,
        }
    }
}

vocabulary! {
    /// How a list is held.
    ListMode {
        /// Copied into the local store.
        Local = "local",
        /// Asked one question at a time; never copied.
        QueryOnly = "query-only",
    }
}

vocabulary! {
    /// A caveat of whoever gave data.
    Caveat {
        /// Goes no further without its originator's consent.
        OriginatorControlled = "originator-controlled",
        /// A lead, no evidence.
        LeadNotEvidence = "lead-not-evidence",
    }
}

vocabulary! {
    /// What a partner may do with what was sent.
    Onward {
        /// Nothing further.
        Forbidden = "forbidden",
        /// Pass on with consent.
        WithConsent = "with-consent",
        /// Pass on under the Egmont Group's principles.
        EgmontPrinciples = "egmont-principles",
        /// Pass on to members of the Customs Enforcement Network.
        NcenMembers = "ncen-members",
    }
}

vocabulary! {
    /// What happens when nobody approves in time. Never an act, never a clearance.
    OnTimeout {
        /// No directive.
        Nothing = "none",
        /// No directive, and a task for our own staff to meet the flight.
        MeetFlight = "none-and-meet",
    }
}

vocabulary! {
    /// An automatic answer to a carrier (CUSRES 9F). There is no word for "do not board": only
    /// people decide that.
    AutomaticAnswer {
        /// `0Z`: no objection at this time.
        NoObjection = "0Z",
        /// `4Z`: data are insufficient.
        Insufficient = "4Z",
    }
}

/// What needs the approval of several roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApprovalSubject {
    /// An act.
    Act(Act),
    /// Seeing what is masked.
    Unmask,
    /// Keeping a record longer for objective evidence.
    Extend,
    /// Keeping a record for a case.
    Hold,
    /// Sending data by hand.
    ShareAdHoc,
    /// Taking data out in bulk.
    Export,
    /// Putting a rule into force.
    RuleActivate,
    /// Putting a list into force.
    ListImport,
    /// Changing the profile.
    ProfileChange,
}

impl ApprovalSubject {
    /// The one that `word` means.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "unmask" => Self::Unmask,
            "extend" => Self::Extend,
            "hold" => Self::Hold,
            "share-ad-hoc" => Self::ShareAdHoc,
            "export" => Self::Export,
            "rule-activate" => Self::RuleActivate,
            "list-import" => Self::ListImport,
            "profile-change" => Self::ProfileChange,
            act => Self::Act(Act::from_word(act)?),
        })
    }

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Act(act) => act.as_str(),
            Self::Unmask => "unmask",
            Self::Extend => "extend",
            Self::Hold => "hold",
            Self::ShareAdHoc => "share-ad-hoc",
            Self::Export => "export",
            Self::RuleActivate => "rule-activate",
            Self::ListImport => "list-import",
            Self::ProfileChange => "profile-change",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_variants_are_one_to_one() {
        for &act in Act::ALL {
            assert_eq!(Act::from_word(act.as_str()), Some(act));
            assert_eq!(
                ApprovalSubject::from_word(act.as_str()),
                Some(ApprovalSubject::Act(act))
            );
            assert!(!act.competences().is_empty());
        }
        assert_eq!(Act::from_word("refer"), None);
        assert_eq!(
            Competence::from_indicator_code("DRUG"),
            Some(Competence::Narcotics)
        );
    }

    #[test]
    fn what_is_adverse_is_outward() {
        assert!(Act::ALL.iter().all(|a| !a.is_adverse() || a.is_outward()));
    }
}
