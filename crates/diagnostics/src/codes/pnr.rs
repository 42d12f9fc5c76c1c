//! Codes of bookings: PNRGOV in EDIFACT and XML, service requests, payments, baggage.

codes! {
    info EMPTY_PUSH = "empty-push":
        "The message holds no booking, and says so or says nothing. Nobody is booked, or the flight was withdrawn.";
    error BOOKINGS_MISSING = "bookings-missing":
        "The message announces bookings (EQN) and holds none. Ask the sender for them.";
    warning BOOKING_COUNT = "booking-count-mismatch":
        "The declared number of bookings (EQN) is not the number listed (SRC). Totals refer to the whole push: compare after its last part.";
    warning MISSING_PUSH_FLIGHT = "missing-push-flight":
        "The push does not say which flight it is about (TVL before the first booking).";
    info MISSING_PUSH_FUNCTION = "missing-push-function":
        "The push does not say whether it is complete or an update (MSG). It is read as complete.";
    warning MISSING_LOCATOR = "missing-locator":
        "The booking has no reference (RCI), so later pushes can be matched to it by its travellers only.";
    warning MISPLACED_SEGMENT = "misplaced-segment":
        "The segment stands where the standard has no place for it. It was read for what it says, or kept.";
    info GROUP_NAME = "group-name":
        "The element is the name of a group, no person. It was kept as the group's name.";
    warning NO_TRAVELLER = "booking-without-traveller":
        "The booking names no traveller and is not marked as withdrawn. Ask the sender for the names.";
    warning UNKNOWN_TRAVELLER_NUMBER = "unknown-traveller-number":
        "The reference leads to no traveller of this booking. The value was kept with the traveller it stands at, or with the booking.";
    info INFANT_DATA_MOVED = "infant-data-moved":
        "The document of an infant stands at its adult. It was given to the infant.";
    info LAP_INFANT = "lap-infant":
        "The infant has no element of its own and is known only from its adult. It was kept as a person of its own.";
    info DOCUMENT_NAME = "document-name-differs":
        "The name in the travel document differs from the name in the booking. Both are kept.";
    warning SHIFTED_DOCUMENT = "document-fields-shifted":
        "The fields of the document text are moved by one against the standard. They were read by what they hold.";
    warning UNREADABLE_SERVICE = "service-text-unreadable":
        "The text of this service request does not have the form its code announces. It was kept as it is.";
    warning UNKNOWN_STATUS = "unknown-segment-status":
        "This status code is not known. The segment counts as live.";
    warning CARD_IN_CLEAR = "card-number-in-clear":
        "The sender transmits card numbers in clear. They were reduced to the last four digits; ask the sender to mask them.";
    warning CARD_IN_TEXT = "card-number-in-text":
        "A free text holds what looks like a card number. It was masked but for the last four digits.";
    warning TAG_SEQUENCE = "tag-sequence-implausible":
        "The number of consecutive bag tags is larger than any traveller's baggage. Only the first tag was kept.";
    error XML_MALFORMED = "xml-malformed":
        "The XML is not well formed here. What came before was read.";
    error XML_DOCTYPE = "xml-doctype":
        "The document carries a document type declaration (DOCTYPE). It can make a reader fetch or multiply data and is refused.";
    error XML_DEPTH = "xml-too-deep":
        "The elements are nested deeper than any genuine message. What came before was read.";
    warning XML_UNKNOWN = "xml-unknown-element":
        "This element is not known here. Its text was kept unread.";
}
