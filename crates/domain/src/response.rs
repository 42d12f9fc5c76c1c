//! What a government answers a carrier, and a carrier acknowledges.

use smallvec::SmallVec;

use crate::{
    FlightDesignator, Leg, RecordLocator, Sourced, Text, TransactionReference, UniqueReference,
    Unread,
};

/// An answer to a manifest (CUSRES), or its acknowledgement.
///
/// It has no place for the reason of a directive: what a carrier may read is in the texts for the
/// agent, and only what was put there on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClearanceResponse {
    /// Answer, unsolicited directive, acknowledgement.
    pub kind: ResponseKind,
    /// Number of this response (BGM 1004), where it has one.
    pub number: Option<Text>,
    /// The transmission it answers.
    pub transaction: Option<Sourced<TransactionReference>>,
    /// The flight it speaks of.
    pub flight: Option<Sourced<FlightDesignator>>,
    /// The leg it speaks of: airports and scheduled local times.
    pub leg: Leg,
    /// What is said of the message or flight as a whole.
    pub outcomes: Vec<MessageOutcome>,
    /// What is said of each person.
    pub clearances: Vec<Clearance>,
    /// What was not understood.
    pub unread: Vec<Unread>,
}

impl ClearanceResponse {
    /// A response that says nothing yet.
    pub fn new(kind: ResponseKind) -> Self {
        Self {
            kind,
            number: None,
            transaction: None,
            flight: None,
            leg: Leg::default(),
            outcomes: Vec::new(),
            clearances: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// Whether nothing that is said of the message as a whole speaks against it.
    pub fn is_accepted(&self) -> bool {
        self.kind != ResponseKind::Error && self.outcomes.iter().all(MessageOutcome::is_accepted)
    }

    /// What one of its clearances tells the carrier to do.
    ///
    /// An error about the message takes leave away, for nobody knows what the leave was given for;
    /// it does not take away a refusal.
    pub fn directive_for(&self, clearance: &Clearance) -> BoardingStatus {
        match clearance.status() {
            BoardingStatus::NoObjection if !self.is_accepted() => BoardingStatus::NoDirective,
            status => status,
        }
    }

    /// The carrier's acknowledgement (312) of an unsolicited message: transaction, flight and each
    /// person's references and codes as they came, without the texts.
    pub fn acknowledgement(&self) -> Self {
        Self {
            kind: ResponseKind::Acknowledgement,
            clearances: self
                .clearances
                .iter()
                .map(|clearance| Clearance {
                    texts: Vec::new(),
                    ..clearance.clone()
                })
                .collect(),
            outcomes: Vec::new(),
            unread: Vec::new(),
            ..self.clone()
        }
    }
}

/// What kind of response it is (BGM 1001).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ResponseKind {
    /// 962: answer to a request.
    Answer,
    /// 132: the government's own message; a status changed.
    Unsolicited,
    /// 312: the carrier acknowledges an unsolicited message.
    Acknowledgement,
    /// 961: general response.
    General,
    /// 963: error response.
    Error,
    /// Another code, as written; empty when the message does not say.
    Other(Text),
}

impl ResponseKind {
    /// The kind a document code stands for.
    pub fn of_code(code: &str) -> Self {
        match code {
            "962" => Self::Answer,
            "132" => Self::Unsolicited,
            "312" => Self::Acknowledgement,
            "961" => Self::General,
            "963" => Self::Error,
            _ => Self::Other(Text::new(code)),
        }
    }

    /// The document code (BGM 1001).
    pub fn code(&self) -> &str {
        match self {
            Self::Answer => "962",
            Self::Unsolicited => "132",
            Self::Acknowledgement => "312",
            Self::General => "961",
            Self::Error => "963",
            Self::Other(code) => code,
        }
    }

    /// A word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Unsolicited => "unsolicited",
            Self::Acknowledgement => "acknowledgement",
            Self::General => "general",
            Self::Error => "error",
            Self::Other(_) => "unknown",
        }
    }
}

/// What is said of a message or flight as a whole (ERP 1 with its ERC).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageOutcome {
    /// `0` accepted, `1` rejected, or an application error code (PADIS 9321); `None` when the
    /// message names none.
    pub code: Option<Sourced<Text>>,
    /// Texts for the agent.
    pub texts: Vec<Text>,
}

impl MessageOutcome {
    /// Whether the message was accepted. Everything but `0` means that it was not.
    pub fn is_accepted(&self) -> bool {
        self.code.as_ref().is_some_and(|code| code.value == "0")
    }
}

/// What is said of one person (ERP 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clearance {
    /// The carrier's unique reference; enough to find the person.
    pub reference: Option<Sourced<UniqueReference>>,
    /// Record locator.
    pub locator: Option<Sourced<RecordLocator>>,
    /// The status codes as written; nearly always one.
    pub codes: SmallVec<[Sourced<StatusCode>; 1]>,
    /// Texts for the agent.
    pub texts: Vec<Text>,
}

impl Clearance {
    /// What the codes tell the carrier to do: of several the most cautious, of none no directive.
    pub fn status(&self) -> BoardingStatus {
        self.codes
            .iter()
            .map(|code| code.status())
            .max()
            .unwrap_or(BoardingStatus::NoDirective)
    }
}

/// A status code of one person (ERC 9321): boarding status and travel-authority status, `Z` where
/// a position does not apply.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusCode(Text);

impl StatusCode {
    /// The code as written; `None` when it is empty.
    pub fn new(code: impl Into<Text>) -> Option<Self> {
        let code = code.into();
        (!code.is_empty()).then_some(Self(code))
    }

    /// The code that says `status`; `None` for no directive, which has none.
    pub fn of(status: BoardingStatus) -> Option<Self> {
        let code = match status {
            BoardingStatus::NoObjection => "0Z",
            BoardingStatus::DoNotBoard => "1Z",
            BoardingStatus::Check => "2Z",
            BoardingStatus::Reserved => "3Z",
            BoardingStatus::InsufficientData => "4Z",
            BoardingStatus::NoDirective => return None,
        };
        Some(Self(Text::const_new(code)))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the code means. A code that is not known exactly as written is no directive: a first
    /// position alone, whatever stands in the second, never gives leave.
    pub fn status(&self) -> BoardingStatus {
        match self.0.as_str() {
            "0Z" => BoardingStatus::NoObjection,
            "1Z" => BoardingStatus::DoNotBoard,
            "2Z" => BoardingStatus::Check,
            "3Z" => BoardingStatus::Reserved,
            "4Z" => BoardingStatus::InsufficientData,
            _ => BoardingStatus::NoDirective,
        }
    }
}

/// What a carrier is told about one person, in the order of caution: the last is the strictest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BoardingStatus {
    /// `0Z`: no objection at this time.
    NoObjection,
    /// No code that is known. Never means that boarding is allowed.
    NoDirective,
    /// `3Z`: reserved.
    Reserved,
    /// `4Z`: insufficient data; complete and send again.
    InsufficientData,
    /// `2Z`: additional check.
    Check,
    /// `1Z`: do not board.
    DoNotBoard,
}

impl BoardingStatus {
    /// Every status there is.
    pub const ALL: [Self; 6] = [
        Self::NoObjection,
        Self::NoDirective,
        Self::Reserved,
        Self::InsufficientData,
        Self::Check,
        Self::DoNotBoard,
    ];

    /// A word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoObjection => "no-objection",
            Self::NoDirective => "no-directive",
            Self::Reserved => "reserved",
            Self::InsufficientData => "insufficient-data",
            Self::Check => "check",
            Self::DoNotBoard => "do-not-board",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Span;

    fn clearance(codes: &[&str]) -> Clearance {
        Clearance {
            reference: None,
            locator: None,
            codes: codes
                .iter()
                .map(|c| Sourced::new(StatusCode::new(*c).unwrap(), Span::default()))
                .collect(),
            texts: Vec::new(),
        }
    }

    #[test]
    fn only_the_exact_code_gives_leave() {
        for code in ["0", "00", "0z", "Z0", "09", "0ZZ", "9Q", "O", " 0Z"] {
            assert_eq!(
                clearance(&[code]).status(),
                BoardingStatus::NoDirective,
                "{code}"
            );
        }
        assert_eq!(clearance(&["0Z"]).status(), BoardingStatus::NoObjection);
        assert_eq!(clearance(&[]).status(), BoardingStatus::NoDirective);
    }

    #[test]
    fn of_several_codes_the_most_cautious_holds() {
        let status = |codes: &[&str]| clearance(codes).status();
        assert_eq!(status(&["0Z", "1Z"]), BoardingStatus::DoNotBoard);
        assert_eq!(status(&["0Z", "9Q"]), BoardingStatus::NoDirective);
        assert_eq!(status(&["4Z", "0Z"]), BoardingStatus::InsufficientData);
    }

    #[test]
    fn codes_and_statuses_belong_together() {
        for status in BoardingStatus::ALL {
            let back = StatusCode::of(status).map(|c| c.status());
            assert_eq!(back.unwrap_or(BoardingStatus::NoDirective), status);
        }
    }

    #[test]
    fn an_error_about_the_message_takes_leave_and_keeps_refusals() {
        let mut response = ClearanceResponse::new(ResponseKind::Answer);
        let (leave, refusal) = (clearance(&["0Z"]), clearance(&["1Z"]));
        assert_eq!(response.directive_for(&leave), BoardingStatus::NoObjection);
        for code in [None, Some("1"), Some("118")] {
            let code = code.map(|c| Sourced::new(Text::new(c), Span::default()));
            let texts = Vec::new();
            response.outcomes = vec![MessageOutcome { code, texts }];
            assert_eq!(response.directive_for(&leave), BoardingStatus::NoDirective);
            assert_eq!(response.directive_for(&refusal), BoardingStatus::DoNotBoard);
        }
        response.outcomes.clear();
        response.kind = ResponseKind::Error;
        assert_eq!(response.directive_for(&leave), BoardingStatus::NoDirective);
    }

    #[test]
    fn an_acknowledgement_echoes_codes_and_no_texts() {
        let mut response = ClearanceResponse::new(ResponseKind::Unsolicited);
        response.transaction =
            TransactionReference::new("QZ1").map(|t| Sourced::new(t, Span::default()));
        response.clearances.push(Clearance {
            texts: vec![Text::new("SEE DESK")],
            ..clearance(&["1Z"])
        });
        let back = response.acknowledgement();
        assert_eq!(back.kind, ResponseKind::Acknowledgement);
        assert_eq!(back.transaction, response.transaction);
        assert_eq!(back.clearances, [clearance(&["1Z"])]);
    }
}
