//! What gateways put around an interchange: telex (Type B) and e-mail lines.

use tidewaiter_diagnostics::Span;

/// The lines before an interchange.
///
/// Type B (IATA/SITA): `SOH` and `QU` with the addresses, `.` with origin and time, `STX`, the
/// text, `ETX`; or the older `ZCZC` ... `NNNN`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Telex priority: `QU`, `QK` ...
    pub priority: Option<String>,
    /// Telex addresses of seven characters.
    pub addresses: Vec<String>,
    /// Telex address of the origin.
    pub origin: Option<String>,
    /// Day and time of origin as written: `DDHHMM`.
    pub sent: Option<String>,
    /// Sender of an e-mail (`From:`).
    pub mail_from: Option<String>,
    /// Where the lines stand.
    pub span: Span,
}

impl Envelope {
    /// Reads the lines of `bytes`; `None` when they are no known envelope.
    pub(super) fn read(bytes: &[u8], span: Span) -> Option<Self> {
        let mut envelope = Self {
            span,
            ..Self::default()
        };
        let mut known = bytes.iter().any(|b| matches!(b, 0x01 | 0x02));
        let text = String::from_utf8_lossy(bytes);
        for line in text.split(['\r', '\n']) {
            let line = line.trim_matches(|c: char| c.is_control() || c == ' ');
            let mut words = line.split_ascii_whitespace();
            let Some(word) = words.next() else { continue };
            if let Some(origin) = word.strip_prefix('.').filter(|w| is_address(w)) {
                envelope.origin = Some(origin.to_owned());
                envelope.sent = words.next().map(str::to_owned);
                known = true;
            } else if matches!(word, "QU" | "QK" | "QN" | "QD" | "QX" | "QP" | "QS" | "QC")
                && words.clone().all(is_address)
            {
                envelope.priority = Some(word.to_owned());
                envelope.addresses.extend(words.map(str::to_owned));
                known = true;
            } else if is_address(word) && envelope.priority.is_some() && envelope.origin.is_none() {
                envelope
                    .addresses
                    .extend(std::iter::once(word).chain(words).map(str::to_owned));
            } else if word == "ZCZC" {
                known = true;
            } else if let Some(from) = line.strip_prefix("From:") {
                envelope.mail_from = Some(from.trim().to_owned());
                known = true;
            } else if line.starts_with("Subject:") || line.starts_with("Date:") {
                known = true;
            }
        }
        known.then_some(envelope)
    }
}

/// Whether `word` is a telex address: city, office, carrier in seven characters.
fn is_address(word: &str) -> bool {
    word.len() == 7
        && word
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// Length of the lines after an interchange that belong to its envelope: up to and including `ETX`
/// or `NNNN`; 0 when there is none of them.
pub(super) fn trailer_len(bytes: &[u8]) -> usize {
    let etx = memchr::memchr(0x03, bytes).map(|i| i + 1);
    let nnnn = memchr::memmem::find(bytes, b"NNNN").map(|i| i + 4);
    etx.into_iter().chain(nnnn).max().unwrap_or(0)
}

/// Whether what stands after an interchange is only an envelope's end.
pub(super) fn is_trailer(bytes: &[u8]) -> bool {
    String::from_utf8_lossy(bytes)
        .split(|c: char| c.is_control() || c == ' ')
        .all(|word| word.is_empty() || word == "NNNN" || word == "=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telex_says_who_sent_it_when() {
        let bytes = b"\x01QU TWCUSXS ORACUQZ\r\n.ORAKMQZ 140612\r\n\x02";
        let envelope = Envelope::read(bytes, Span::new(0, 5)).unwrap();
        assert_eq!(envelope.priority.as_deref(), Some("QU"));
        assert_eq!(envelope.addresses, ["TWCUSXS", "ORACUQZ"]);
        assert_eq!(envelope.origin.as_deref(), Some("ORAKMQZ"));
        assert_eq!(envelope.sent.as_deref(), Some("140612"));
    }

    #[test]
    fn other_lines_are_no_envelope() {
        assert_eq!(Envelope::read(b"13Nov09 hello\n", Span::default()), None);
    }

    #[test]
    fn a_trailer_ends_after_its_mark() {
        assert_eq!(trailer_len(b"\r\n\x03\r\n\x01QU"), 3);
        assert_eq!(trailer_len(b"\r\nNNNN\r\n"), 6);
        assert_eq!(trailer_len(b"\r\n"), 0);
        assert!(is_trailer(b"\r\n\x03\r\nNNNN"));
        assert!(!is_trailer(b"13Nov09"));
    }
}
