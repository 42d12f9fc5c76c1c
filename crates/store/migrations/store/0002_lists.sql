-- Lists and their versions, registers of documents, selectors, exemptions, and what screens again
-- when they change. A list is no body of data of the mandate: its rows carry agency, purposes and
-- mandate, and no data set.

-- A file that a list was read from, byte for byte: packed, sealed under a key of its own, in parts,
-- so that a register of millions of documents is never held in memory at once.
CREATE TABLE source_file (
    sha256 BLOB NOT NULL PRIMARY KEY,
    bytes INTEGER NOT NULL,
    parts INTEGER NOT NULL,
    stored_at INTEGER NOT NULL
) STRICT;

CREATE TABLE source_part (
    sha256 BLOB NOT NULL REFERENCES source_file (sha256),
    number INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (sha256, number)
) STRICT;

-- A version of a list, by its content. `state`: proposed, in-force, retired.
CREATE TABLE list_version (
    agency INTEGER NOT NULL REFERENCES agency (number),
    list TEXT NOT NULL,
    version INTEGER NOT NULL,
    purposes INTEGER NOT NULL,
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    kind TEXT NOT NULL,
    address BLOB NOT NULL,
    format TEXT NOT NULL,
    published TEXT,
    entries INTEGER NOT NULL,
    counts TEXT NOT NULL,
    state TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    in_force_at INTEGER,
    consented TEXT NOT NULL,
    PRIMARY KEY (agency, list, version),
    UNIQUE (agency, list, address)
) STRICT;

CREATE UNIQUE INDEX list_in_force ON list_version (agency, list) WHERE state = 'in-force';

CREATE TABLE list_file (
    agency INTEGER NOT NULL,
    list TEXT NOT NULL,
    version INTEGER NOT NULL,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    sha256 BLOB NOT NULL REFERENCES source_file (sha256),
    PRIMARY KEY (agency, list, version, place),
    FOREIGN KEY (agency, list, version) REFERENCES list_version (agency, list, version)
) STRICT;

-- Who has agreed to a version, one row a person; the first is who added it.
CREATE TABLE list_agreement (
    agency INTEGER NOT NULL,
    list TEXT NOT NULL,
    version INTEGER NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    agreed_at INTEGER NOT NULL,
    PRIMARY KEY (agency, list, version, person),
    FOREIGN KEY (agency, list, version) REFERENCES list_version (agency, list, version)
) STRICT;

-- Who wants a list out of force, until enough people do, or another version comes into force.
CREATE TABLE list_removal (
    agency INTEGER NOT NULL REFERENCES agency (number),
    list TEXT NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    agreed_at INTEGER NOT NULL,
    PRIMARY KEY (agency, list, person)
) STRICT;

-- A telephone number, an e-mail address, a card token, an address, an agency to look for. `sealed`
-- opens under the selector's own key. An ended one stays for the replay of findings until it is
-- destroyed with its key.
CREATE TABLE selector (
    id BLOB NOT NULL PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agency (number),
    purposes INTEGER NOT NULL,
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    list TEXT NOT NULL,
    entry TEXT NOT NULL,
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    starts_on TEXT,
    expires_on TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    ended_at INTEGER,
    sealed BLOB
) STRICT;

CREATE UNIQUE INDEX selector_running ON selector (agency, list, entry) WHERE ended_at IS NULL;

-- Whom a travel ban does not stop, by the register of the list: the match stands, the act changes.
CREATE TABLE exemption (
    id BLOB NOT NULL PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agency (number),
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    register TEXT NOT NULL,
    list TEXT NOT NULL,
    entry TEXT NOT NULL,
    authority TEXT NOT NULL,
    reference TEXT NOT NULL,
    valid_from TEXT,
    valid_until TEXT,
    added_by TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;

CREATE INDEX exemption_entry ON exemption (agency, list, entry);

-- What a watchlist was made of, by its address, so that findings can be replayed.
CREATE TABLE watchlist (
    agency INTEGER NOT NULL REFERENCES agency (number),
    address BLOB NOT NULL,
    made_of TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (agency, address)
) STRICT;

-- A look-back: what changed, how far it has come, what it found. `position` is the last record
-- that was screened in this stage.
CREATE TABLE lookback_run (
    id BLOB NOT NULL PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agency (number),
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    cause TEXT NOT NULL,
    list TEXT NOT NULL,
    entry TEXT,
    version_before INTEGER,
    version_after INTEGER,
    mode TEXT NOT NULL,
    stage TEXT NOT NULL,
    position BLOB,
    total INTEGER,
    screened INTEGER NOT NULL,
    raised INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    found INTEGER NOT NULL,
    found_by_keys INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;

CREATE INDEX lookback_run_open ON lookback_run (agency, started_at);

-- Whom a look-back by keys is about; emptied when it is done.
CREATE TABLE lookback_candidate (
    run BLOB NOT NULL REFERENCES lookback_run (id),
    stage TEXT NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (run, stage, record)
) WITHOUT ROWID, STRICT;

-- Who travels today and later is screened first.
CREATE INDEX flight_date ON flight (agency, date);
