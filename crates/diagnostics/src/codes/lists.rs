//! Codes of lists of persons, organisations and documents.

codes! {
    error LIST_UNKNOWN = "list-unknown-format":
        "The file is in none of the list formats that are read. Check that the right file was given; own lists have a template in docs/templates.";
    error LIST_HTML = "list-html":
        "The file is a web page, often an error or log-in page saved in place of the list. Fetch the list again.";
    error LIST_PACKED = "list-packed":
        "The file is compressed or a binary workbook. Unpack it, or export it as CSV.";
    error LIST_TRUNCATED = "list-truncated":
        "The file breaks off. Nothing of it was used, for half a list would clear the people of its other half. Fetch it again.";
    error LIST_MALFORMED = "list-malformed":
        "The file is damaged at this place. Nothing of it was used. Fetch it again; if it stays so, tell its publisher.";
    error LIST_ENCODING = "list-encoding":
        "The bytes here are not text in the character set the file declares or must have (UTF-8). Nothing of it was used. Convert it or fetch it again.";
    warning LIST_ENCODING_GUESSED = "list-encoding-guessed":
        "The file is not UTF-8 and was read as Windows-1252, as its publisher is known to write it. Names with accents may deserve a look.";
    error LIST_DOCTYPE = "list-doctype":
        "The file declares a document type or uses entities of its own. Lists need none; the file is refused because such declarations can be made to exhaust the machine or read other files.";
    error LIST_LIMIT = "list-limit":
        "A limit that protects against hostile input was reached. No official list comes near it; check where the file came from.";
    error LIST_COLUMNS = "list-columns-shifted":
        "A row does not have the columns of its table, so values would be taken for others. Nothing of the file was used. Fetch or export it again.";
    error LIST_EMPTY = "list-empty":
        "The file has the form of a list and names nobody. It was not used, for it would clear everybody.";
    error LIST_QUERY_ONLY = "list-query-only":
        "This authority's data may be asked but not copied (INTERPOL databases). Configure its connector instead; the file was not used and should be deleted.";
    error LIST_COMPANION = "list-companion-alone":
        "This file only completes another one (OFAC alt, add and comments complete sdn or cons_prim). Give them together.";
    warning LIST_COMPANION_MISSING = "list-companion-missing":
        "The list comes in several files and one of them was not given: aliases, addresses or the end of long remarks are missing.";
    warning LIST_ORPHAN = "list-orphan-row":
        "A row completes an entry that the list does not have. The files may be of different dates; fetch them together.";
    warning LIST_REPAIRED = "list-repaired":
        "The table was wrapped a second time by a spreadsheet or export. It was unwrapped and read.";
    warning LIST_COUNT = "list-count-mismatch":
        "The list says how many entries it has and holds another number. Fetch it again before using it.";
    warning LIST_DISCONTINUED = "list-discontinued":
        "The publisher no longer maintains this file although it can still be fetched. Use its successor, named in docs/lists.md.";
    warning LIST_NO_DATE = "list-without-date":
        "The file does not say when it was published, so its age cannot be checked.";
    warning ENTRY_NO_REFERENCE = "entry-without-reference":
        "The entry carries no reference of its own. One was made from its content; it changes when the name changes.";
    warning ENTRY_REPEATED = "entry-reference-repeated":
        "Two entries carry the same reference. Both were kept; the later one got a number behind it.";
    warning ENTRY_NO_NAME = "entry-without-name":
        "The entry has no name. It was kept and can be found by its documents only.";
    warning ENTRY_DATE = "entry-date-unread":
        "A date of birth is in no form that is understood. It was kept as written and does not weigh in matching.";
    info ENTRY_CALENDAR = "entry-calendar-ambiguous":
        "A date is called Islamic without saying whether lunar or solar. Both readings were kept.";
    warning DOCUMENT_ROW = "document-row-unread":
        "This row of a list of documents names no usable document number. It was left out and counted.";
}
