-- Where a carrier is reached: `https` or `http` with an address, or `files` with a folder.
-- `authority` is the certificate (PEM) its server must be signed by.
CREATE TABLE carrier (
    agency INTEGER NOT NULL REFERENCES agency (number),
    code TEXT NOT NULL,
    party TEXT NOT NULL,
    transport TEXT NOT NULL,
    address TEXT NOT NULL,
    authority TEXT,
    lane TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (agency, code)
) WITHOUT ROWID, STRICT;

-- What a carrier was told of a traveller, unasked. What it says is in the outbox, sealed under the
-- traveller's key; here stands how far it got. `revokes` is the directive that it takes back;
-- `addressee` a keyed hash of how the carrier names the traveller on that flight.
CREATE TABLE directive (
    id BLOB NOT NULL PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agency (number),
    data_set TEXT NOT NULL,
    purposes INTEGER NOT NULL,
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    lane TEXT NOT NULL,
    hit BLOB NOT NULL,
    subject BLOB NOT NULL,
    carrier TEXT NOT NULL,
    transaction_reference TEXT NOT NULL,
    code TEXT NOT NULL,
    addressee BLOB NOT NULL,
    revokes BLOB REFERENCES directive (id),
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    fault TEXT,
    made_at INTEGER NOT NULL,
    until INTEGER,
    sent_at INTEGER,
    acknowledged_at INTEGER,
    alarmed_at INTEGER,
    UNIQUE (agency, carrier, transaction_reference)
) STRICT;

CREATE INDEX directive_hit ON directive (hit);
CREATE INDEX directive_addressee ON directive (addressee);
CREATE INDEX directive_state ON directive (agency, state, made_at);

-- Whether all directives are held back.
CREATE TABLE stop_switch (
    agency INTEGER NOT NULL PRIMARY KEY REFERENCES agency (number),
    is_on INTEGER NOT NULL,
    person TEXT NOT NULL,
    reason TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

-- What somebody of ours must do: meet a flight, look at a hit, telephone a carrier.
CREATE TABLE task (
    id BLOB NOT NULL PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agency (number),
    data_set TEXT NOT NULL,
    purposes INTEGER NOT NULL,
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    kind TEXT NOT NULL,
    hit BLOB NOT NULL,
    subject BLOB NOT NULL,
    flight BLOB,
    made_at INTEGER NOT NULL,
    done_at INTEGER,
    done_by TEXT
) STRICT;

CREATE INDEX task_open ON task (agency, made_at) WHERE done_at IS NULL;
CREATE INDEX task_subject ON task (subject);

-- That something changed, for those who watch: what, and its version, never what it says.
CREATE TABLE event (
    number INTEGER NOT NULL PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agency (number),
    purposes INTEGER NOT NULL,
    kind TEXT NOT NULL,
    object BLOB NOT NULL,
    version INTEGER NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;

CREATE INDEX event_agency ON event (agency, number);
