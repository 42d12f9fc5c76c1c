-- Who works here, and which machines may knock. Nothing in here is about a traveller.

-- A way to sign in. `person` is who stands behind it: two accounts of one person have the same
-- one, and count as one where two different people must agree. An empty role is the administrator,
-- who has none of the mandate's.
CREATE TABLE account (
    agency INTEGER NOT NULL REFERENCES agency (number),
    name TEXT NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    password TEXT NOT NULL,
    must_change INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    locked_until INTEGER,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    closed_at INTEGER,
    PRIMARY KEY (agency, name)
) WITHOUT ROWID, STRICT;

-- A sign-in that lasts. Only the hash of its token is known here.
CREATE TABLE session (
    token BLOB NOT NULL PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agency (number),
    account TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    proven_at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE INDEX session_account ON session (agency, account);
CREATE INDEX session_until ON session (until);

-- A machine of a carrier or partner, bound to the carriers it speaks for (`AA,BB`; `*` for all).
CREATE TABLE machine (
    key BLOB NOT NULL PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agency (number),
    name TEXT NOT NULL,
    carriers TEXT NOT NULL,
    lane TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    closed_at INTEGER,
    UNIQUE (agency, name)
) WITHOUT ROWID, STRICT;

-- Whom a member of staff must not deal with: keyed hashes of documents, and of names with birth
-- dates, of themselves, their household, their kin.
CREATE TABLE conflict (
    agency INTEGER NOT NULL REFERENCES agency (number),
    person TEXT NOT NULL,
    hash BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    PRIMARY KEY (agency, person, hash)
) WITHOUT ROWID, STRICT;

-- What was answered to a request with an idempotency key: the same request again gets the same.
CREATE TABLE answered (
    agency INTEGER NOT NULL REFERENCES agency (number),
    person TEXT NOT NULL,
    key TEXT NOT NULL,
    request BLOB NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (agency, person, key)
) WITHOUT ROWID, STRICT;

CREATE INDEX answered_made_at ON answered (made_at);
