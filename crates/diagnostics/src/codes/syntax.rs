//! Codes of the EDIFACT codec, its envelopes and the MRZ.

codes! {
    error NOT_A_MESSAGE = "not-a-message":
        "The bytes hold no message of a supported format. Check that the right file was sent, whole and not compressed.";
    warning STRAY_BYTES = "stray-bytes":
        "These bytes lie outside every interchange and were left unread. If they are part of a message, ask the sender to transmit it again.";
    info TRANSPORT_ENVELOPE = "transport-envelope":
        "Telex or e-mail lines around the interchange were taken off. Nothing to do.";
    error INVALID_UNA = "invalid-una":
        "The service string advice does not name six usable characters, so the standard ones were used. Ask the sender to correct its UNA.";
    warning UNA_REPAIRED = "una-repaired":
        "The service string advice is not exactly nine bytes; its characters were inferred. Ask the sender to correct its UNA.";
    warning MISSING_UNB = "missing-unb":
        "The message came without an interchange header, so its sender is only known from the transport. Ask the sender to send UNB.";
    warning COUNT_OF_SEGMENTS = "segment-count-mismatch":
        "UNT counts other segments than the message has. If segments are missing, ask the sender to transmit it again.";
    warning COUNT_OF_MESSAGES = "message-count-mismatch":
        "UNZ or UNE counts other messages than were found. If messages are missing, ask the sender to transmit them again.";
    warning REFERENCE_MISMATCH = "reference-mismatch":
        "A trailer does not repeat the reference of its header. Check whether two transmissions were mixed.";
    error TRUNCATED = "truncated":
        "The message ends before its trailer. What came before the end was read; ask the sender to transmit it again.";
    warning MISSING_TRAILER = "missing-trailer":
        "UNZ or UNE is missing at the end of the interchange. The messages before it are whole.";
    warning MISSING_UNT = "missing-unt":
        "The message is not closed by UNT before the next one begins. It was closed there; ask the sender to send UNT.";
    error UNRELEASED_TERMINATOR = "unreleased-terminator":
        "A segment terminator stands inside a text without the release character. The text was joined again; ask the sender to release it.";
    error MISSING_TERMINATOR = "missing-terminator":
        "Two segments are not separated by a terminator. They were separated here; ask the sender to write it.";
    error FOREIGN_TERMINATOR = "foreign-terminator":
        "A typographic apostrophe stands where the segment terminator belongs. It was read as the terminator; ask the sender to keep text tools away from messages.";
    warning EMPTY_SEGMENT = "empty-segment":
        "A segment terminator follows another one directly. The empty segment was skipped.";
    info LINE_FOLD = "line-fold":
        "Line breaks inside segments (telex folding) were taken out and the halves joined without a space.";
    error CONTROL_CHARACTER = "control-character":
        "Control characters inside the message were dropped. Ask the sender which character was meant.";
    warning CHARSET_GUESSED = "charset-guessed":
        "The text holds bytes that its declared character set does not have. They were read in the set named here; ask the sender to declare it in UNB.";
    warning LOWER_CASE = "lower-case":
        "The declared character set has no lower case. The text was kept as written.";
    warning UNKNOWN_SYNTAX = "unknown-syntax":
        "UNB names a syntax identifier that is not known. The text was read without checking its characters.";
    warning DANGLING_RELEASE = "dangling-release":
        "The release character stands before the end of the input or before a character that needs none. The character was taken literally.";
    warning BAD_TAG = "bad-tag":
        "A segment does not begin with a tag of three letters. It was kept but not understood.";
    error LIMIT_EXCEEDED = "limit-exceeded":
        "A limit that protects against hostile input was reached. What lies beyond it was not read; if the message is genuine, ask the sender to split it.";
    warning UNKNOWN_SEGMENT = "unknown-segment":
        "This segment is not part of the message type. It was kept but not understood.";
    info DUPLICATE_INTERCHANGE_REFERENCE = "repeated-control-reference":
        "The same control reference came before in this file. Parts of one report often share it; identical messages are recognised by their content.";
    info TEST_INDICATOR = "test-interchange":
        "The interchange is marked as a test. It stays in the test lane and is never live.";
    error MRZ_CHECK_DIGIT = "mrz-check-digit":
        "A check digit of the machine-readable zone does not fit. The document was misread or altered: read it again.";
    error MRZ_REPAIRED = "mrz-repaired":
        "A check digit fits only after a letter and a digit that look alike were exchanged (O/0, I/1 ...). Compare with the document.";
    error MRZ_LAYOUT = "mrz-layout":
        "The lines do not have the form of a machine-readable zone (TD1 3x30, TD2 2x36, TD3 2x44, MRV-A 2x44, MRV-B 2x36).";
}
