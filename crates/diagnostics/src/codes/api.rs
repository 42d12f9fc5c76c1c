//! Codes of advance passenger information: PAXLST, CUSRES, manifests as CSV.

codes! {
    error UNSUPPORTED_TYPE = "unsupported-message-type":
        "This message type is not read. Its bytes are kept; nothing in it was understood.";
    error MISSING_BGM = "missing-bgm":
        "The message does not say what it is (BGM). A PAXLST was read as a passenger list, a CUSRES as a response of unknown kind.";
    warning UNKNOWN_FUNCTION = "unknown-function":
        "BGM carries a document code or identifier that is not known. The people were read all the same.";
    error EMPTY_MANIFEST = "empty-manifest":
        "The message lists nobody and does not say that there is nobody (CNT with 0). Ask the sender whether people are missing.";
    warning COUNT_MISMATCH = "count-mismatch":
        "The declared number of people is not the number listed. Totals refer to the whole flight: compare after the last part, then ask the sender for whoever is missing.";
    warning COUNT_SWAPPED = "count-qualifier-swapped":
        "CNT 41 counts crew and 42 passengers; the sender wrote the other one. The number was taken for what the list is.";
    warning MISSING_COUNT = "missing-count":
        "The message does not say how many people it should list (CNT), so a loss in transit cannot be seen.";
    warning UNKNOWN_QUALIFIER = "unknown-qualifier":
        "This qualifier is not known here. The segment was kept but not understood.";
    warning UNKNOWN_COUNTRY = "unknown-country":
        "This is no country code of ISO 3166 and no special code of ICAO Doc 9303. It was kept as written.";
    info COUNTRY_MAPPED = "country-mapped":
        "The country was written in another form than ISO 3166 alpha-3 and was translated.";
    warning SPECIMEN_COUNTRY = "specimen-country":
        "UTO (Utopia) is the country of specimen documents. A genuine traveller cannot hold one.";
    warning UNKNOWN_AIRPORT = "unknown-airport":
        "This code is no airport known here, so its country and time zone are unknown. Times at it stay local.";
    info CITY_CODE = "city-code":
        "A metropolitan area code stands where an airport belongs. The city's country and time zone are used when all its airports share them.";
    warning TIME_IN_GAP = "time-in-gap":
        "This local time does not exist: clocks jump over it there on that day. The instant after the jump was used.";
    info TIME_AMBIGUOUS = "time-ambiguous":
        "This local time happens twice on that day (clocks are set back). The first of the two was used.";
    warning INVALID_DATE = "invalid-date":
        "This is no date of the calendar in any form used here. The field is unknown; the bytes are kept.";
    info PARTIAL_DATE = "partial-date":
        "Day or month is not given (00). The date is kept as far as it is known.";
    info AMBIGUOUS_CENTURY = "ambiguous-century":
        "A two-digit year fits two centuries for this person. The likelier one was used; compare with the document.";
    warning DATE_FORMAT = "date-format-mismatch":
        "The value does not have the form that its format qualifier announces. It was read by its length.";
    warning IMPLAUSIBLE_BIRTH_DATE = "implausible-birth-date":
        "The birth date lies in the future or more than 115 years back. It was kept; compare with the document.";
    warning IMPLAUSIBLE_TIMES = "arrival-before-departure":
        "The flight arrives before it departs, also when time zones are taken into account. Check the dates.";
    warning MISSING_FLIGHT = "missing-flight":
        "The message names no flight (TDT). Its people cannot be placed until the sender says where they travel.";
    warning FLIGHT_NUMBER = "flight-number-unreadable":
        "The flight number is not carrier and digits. It was kept whole.";
    warning MISSING_NAME = "missing-name":
        "This person has no name at all. The rest was kept; ask the sender for the name.";
    info SINGLE_NAME = "single-name":
        "This person has one name only. It was kept where it was written and is compared as either part.";
    info NAME_PART_UNKNOWN = "name-part-unknown":
        "A placeholder (FNU, LNU, XXX ...) stands for an unknown part of the name.";
    info TITLE_SEPARATED = "title-separated":
        "A title glued to the end of a name was taken for a title. The name as written is kept beside it.";
    warning NAME_TRUNCATED = "name-possibly-truncated":
        "The name part fills its field to the last character and may have been cut off.";
    warning NAME_CHARACTERS = "name-characters":
        "The name holds digits or characters that no name has. It was kept as written.";
    warning UNKNOWN_SEX = "unknown-sex":
        "The sex is none of M, F, X, U. It is unknown; the bytes are kept.";
    warning MISSING_DOCUMENT_TYPE = "document-without-type":
        "The document has a number but no type. It was kept as of unknown type.";
    info PLACEHOLDER_DOCUMENT = "placeholder-document":
        "The document number is a placeholder (NULL, zeros ...): this person has no document here.";
    warning UNUSABLE_QUANTITY = "unusable-quantity":
        "The value is not a number in a unit known here. It was kept but not counted.";
    warning MISPLACED_VALUE = "misplaced-value":
        "The value stands in another position than the standard gives it. It was read from there.";
    warning SURPLUS_COMPONENTS = "surplus-components":
        "The segment has more parts here than the standard knows, often an unreleased separator in a text. They were joined to the text before them.";
    info PART_OF_REPORT = "part-of-report":
        "This message is one of several parts of one report. It is used at once; totals are compared after the last part.";
    warning DUPLICATE_MESSAGE = "duplicate-message":
        "The same message, byte for byte, came before in this input. It has no second effect.";
    warning UNKNOWN_RESPONSE = "unknown-response-code":
        "This response code is none that is known here. It means no directive, never that boarding is allowed.";
    error RESPONSE_WITHOUT_PERSON = "response-without-person":
        "This directive does not say whom it is about. It cannot be matched to anybody: ask the administration to send it again.";
    error UNREADABLE_RECEIPT = "unreadable-receipt":
        "The acknowledgement (CONTRL) does not say which interchange it speaks of (UCI), or holds a number that is none. What was sent counts as not acknowledged.";
    error CSV_HEADER = "csv-header":
        "The first line does not name the columns of a manifest. Name them, or give a column mapping.";
    error CSV_ROW = "csv-row":
        "This row does not have the columns that the header names. It was read as far as it goes.";
    warning CSV_COLUMN = "csv-column-unknown":
        "This column is not known. Its values were kept unread; map it if it matters.";
    warning AMBIGUOUS_DAY_MONTH = "ambiguous-day-month":
        "Day and month can be read either way round, and no other date of the column tells which. The day was taken to come first; ask the sender for ISO dates.";
    error SENDER_NOT_CARRIER = "sender-not-carrier":
        "The sender may not speak for the carrier of this flight. The message waits in quarantine; whoever runs the feed says which carriers it may speak for.";
    error CARRIER_SUSPENDED = "carrier-suspended":
        "The carrier of this flight is suspended. The message waits in quarantine; it is read when an administrator makes the carrier live again in time.";
    error WITHOUT_FLIGHT = "without-flight":
        "The message names no flight with carrier, number and date, so its people belong to no flight. It waits in quarantine.";
    error READING_FAILED = "reading-failed":
        "Reading the message failed again and again. It waits in quarantine for a person or a newer release.";
}
