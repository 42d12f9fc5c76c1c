-- Every row that is about somebody or something received carries whose it is (agency), which body
-- of data it belongs to (data_set), for what it was admitted (purposes, one bit each), and under
-- which mandate. Rows that are part of such a row (a further delivery, what is masked, a look-back
-- key) are reached through it alone; audit lines say the same in their text. Times are microseconds since 1970; identifiers are 16 bytes.

CREATE TABLE agency (
    number INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE purpose (
    bit INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- mandate_id@version, and the hash of its canonical form.
CREATE TABLE mandate (
    number INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (name, hash)
) STRICT;

-- Numbers that are never given twice, whatever is erased.
CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT;

-- What came, byte for byte. `sealed` goes when the mandate says so; the hash stays.
CREATE TABLE receipt (
    id BLOB NOT NULL PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agency (number),
    data_set TEXT NOT NULL,
    purposes INTEGER NOT NULL,
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    lane TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    sender TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    status TEXT NOT NULL,
    messages INTEGER NOT NULL,
    travellers INTEGER NOT NULL,
    raw_form TEXT NOT NULL,
    raw_until INTEGER,
    sealed BLOB,
    UNIQUE (agency, lane, sha256)
) STRICT;

CREATE INDEX receipt_raw_until ON receipt (raw_until) WHERE raw_until IS NOT NULL;

-- Every delivery of the same bytes after the first.
CREATE TABLE delivery (
    receipt BLOB NOT NULL REFERENCES receipt (id),
    number INTEGER NOT NULL,
    sender TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (receipt, number)
) WITHOUT ROWID, STRICT;

-- Work to be done. A job that is done is gone.
CREATE TABLE job (
    id BLOB NOT NULL PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agency (number),
    data_set TEXT NOT NULL,
    purposes INTEGER NOT NULL,
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    worker TEXT,
    fault TEXT,
    expires_at INTEGER
) STRICT;

CREATE INDEX job_due ON job (state, priority, due_at, id);
CREATE INDEX job_subject ON job (subject);

-- What is to leave, or to be told, in the order it was decided.
CREATE TABLE outbox (
    number INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    agency INTEGER NOT NULL REFERENCES agency (number),
    data_set TEXT NOT NULL,
    purposes INTEGER NOT NULL,
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    topic TEXT NOT NULL,
    subject BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    done_at INTEGER,
    sealed BLOB NOT NULL
) STRICT;

CREATE INDEX outbox_due ON outbox (topic, due_at, number) WHERE done_at IS NULL;

CREATE TABLE flight (
    id BLOB NOT NULL PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agency (number),
    data_set TEXT NOT NULL,
    purposes INTEGER NOT NULL,
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    lane TEXT NOT NULL,
    carrier TEXT NOT NULL,
    number TEXT NOT NULL,
    date TEXT NOT NULL,
    origin TEXT,
    destination TEXT,
    departs_at INTEGER,
    arrives_at INTEGER,
    status TEXT NOT NULL,
    UNIQUE (agency, lane, carrier, number, date)
) STRICT;

CREATE INDEX flight_departs ON flight (departs_at);

-- Persons, at three levels and with their bookings: observation, traveller, booking, identity.
-- `sealed` holds what may be seen until deletion, `masked` what leaves this table for the vault at
-- mask_at; both open under the record's own key alone.
CREATE TABLE record (
    id BLOB NOT NULL PRIMARY KEY,
    level TEXT NOT NULL,
    agency INTEGER NOT NULL REFERENCES agency (number),
    data_set TEXT NOT NULL,
    purposes INTEGER NOT NULL,
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    lane TEXT NOT NULL,
    receipt BLOB REFERENCES receipt (id),
    place INTEGER,
    flight BLOB REFERENCES flight (id),
    owner BLOB,
    status TEXT NOT NULL,
    child INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    mask_at INTEGER,
    delete_at INTEGER,
    held_until INTEGER,
    is_masked INTEGER NOT NULL,
    content BLOB NOT NULL,
    sealed BLOB NOT NULL,
    masked BLOB,
    UNIQUE (receipt, level, place)
) STRICT;

CREATE INDEX record_flight ON record (flight, level) WHERE flight IS NOT NULL;
CREATE INDEX record_owner ON record (owner) WHERE owner IS NOT NULL;
CREATE INDEX record_mask_at ON record (mask_at) WHERE is_masked = 0;
CREATE INDEX record_delete_at ON record (delete_at);

-- What is masked: only an unmask grant opens it.
CREATE TABLE vault (
    record BLOB NOT NULL PRIMARY KEY REFERENCES record (id),
    masked BLOB NOT NULL
) STRICT;

-- Look-back keys: what a new list entry, document or selector is looked up by. Keyed hashes of
-- blocking keys, document numbers, telephone numbers, e-mail addresses ...; they go at mask_at.
CREATE TABLE lookback (
    kind INTEGER NOT NULL,
    hash INTEGER NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (kind, hash, record)
) WITHOUT ROWID, STRICT;

CREATE INDEX lookback_record ON lookback (record);

-- What the machine found, once for each comparison; never changed.
CREATE TABLE finding (
    id BLOB NOT NULL PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agency (number),
    data_set TEXT NOT NULL,
    purposes INTEGER NOT NULL,
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    hit BLOB NOT NULL,
    subject BLOB NOT NULL,
    engine TEXT NOT NULL,
    found_at INTEGER NOT NULL,
    context BLOB NOT NULL,
    pair BLOB NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE INDEX finding_hit ON finding (hit, found_at);
CREATE INDEX finding_subject ON finding (subject);

-- One for each agency, purpose, subject, flight and cause; updated, never duplicated.
CREATE TABLE hit (
    id BLOB NOT NULL PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agency (number),
    data_set TEXT NOT NULL,
    purposes INTEGER NOT NULL,
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    lane TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    flight BLOB,
    cause_kind TEXT NOT NULL,
    cause_list TEXT NOT NULL,
    cause_entry TEXT NOT NULL,
    cause_key BLOB NOT NULL,
    band TEXT NOT NULL,
    millibits INTEGER NOT NULL,
    state TEXT NOT NULL,
    life TEXT NOT NULL,
    due_at INTEGER,
    raised_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    latest_finding BLOB NOT NULL,
    UNIQUE (agency, lane, purposes, cause_key)
) STRICT;

CREATE INDEX hit_state ON hit (agency, state, due_at, id);
CREATE INDEX hit_subject ON hit (subject);
CREATE INDEX hit_cause ON hit (cause_kind, cause_list, cause_entry);

-- What people did about a hit, in order; never changed.
CREATE TABLE decision (
    hit BLOB NOT NULL REFERENCES hit (id),
    number INTEGER NOT NULL,
    agency INTEGER NOT NULL REFERENCES agency (number),
    data_set TEXT NOT NULL,
    purposes INTEGER NOT NULL,
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    person TEXT NOT NULL,
    event TEXT NOT NULL,
    word TEXT NOT NULL,
    state TEXT NOT NULL,
    decided_at INTEGER NOT NULL,
    sealed BLOB,
    PRIMARY KEY (hit, number)
) WITHOUT ROWID, STRICT;

-- Pairs a person found not to be the same. `base` is the record whose data they judged: the pair
-- goes with it.
CREATE TABLE cleared_pair (
    agency INTEGER NOT NULL REFERENCES agency (number),
    data_set TEXT NOT NULL,
    purposes INTEGER NOT NULL,
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    pair BLOB NOT NULL,
    hit BLOB NOT NULL,
    base BLOB NOT NULL,
    person TEXT NOT NULL,
    cleared_at INTEGER NOT NULL,
    PRIMARY KEY (agency, purposes, pair)
) WITHOUT ROWID, STRICT;

CREATE INDEX cleared_pair_base ON cleared_pair (base);

-- What findings rest on, by its hash: list snapshots, rules, mandates, reference tables.
CREATE TABLE artefact (
    sha256 BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    stored_at INTEGER NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

-- Counted as things happen, so that yearly reports survive deletion.
CREATE TABLE statistic (
    month TEXT NOT NULL,
    agency INTEGER NOT NULL REFERENCES agency (number),
    name TEXT NOT NULL,
    list TEXT NOT NULL,
    carrier TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (month, agency, name, list, carrier)
) WITHOUT ROWID, STRICT;

-- The audit log. `subject` and `sealed` (what a line commits to) are destroyed with the subject;
-- the line and its hash stay.
CREATE TABLE audit (
    seq INTEGER NOT NULL PRIMARY KEY,
    leaf BLOB NOT NULL,
    line TEXT NOT NULL,
    subject BLOB,
    sealed BLOB
) STRICT;

CREATE INDEX audit_subject ON audit (subject) WHERE subject IS NOT NULL;

CREATE TABLE checkpoint (
    size INTEGER NOT NULL PRIMARY KEY,
    note TEXT NOT NULL,
    signed_at INTEGER NOT NULL
) STRICT;

-- Subjects whose rows are gone and whose keys are still to be destroyed: emptied after each
-- erasure, and at every start.
CREATE TABLE shred (
    subject BLOB NOT NULL PRIMARY KEY
) WITHOUT ROWID, STRICT;
