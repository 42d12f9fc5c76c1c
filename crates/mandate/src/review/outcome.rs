//! What came of an act: what is fed back to lists and rules.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What came of an act that was done.
    Outcome {
        /// Something was found, or the person was the one.
        Found = "found",
        /// Nothing was found.
        Nothing = "nothing",
        /// The person or the goods were not stopped.
        NotStopped = "not-stopped",
    }
}

vocabulary! {
    /// What was found.
    FoundKind {
        /// The listed person.
        ListedPerson = "listed-person",
        /// Somebody who is looked for on another ground.
        WantedPerson = "wanted-person",
        /// A false or foreign document.
        Document = "document",
        /// Drugs and precursors.
        Narcotics = "narcotics",
        /// Firearms, ammunition, explosives.
        Weapons = "weapons",
        /// Cash that was not declared.
        Cash = "cash",
        /// Tobacco, alcohol and other excise goods.
        Excise = "excise",
        /// Goods that are prohibited or restricted.
        Prohibited = "prohibited",
        /// Goods of strategic trade.
        DualUse = "dual-use",
        /// Goods that were declared as something else.
        Misdeclared = "misdeclared",
        /// Something else: the note says what.
        Other = "other",
    }
}
