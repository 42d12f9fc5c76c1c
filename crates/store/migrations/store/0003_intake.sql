-- What reading needs beyond the bytes, and what the messages said of flights, so that the picture
-- of a flight can be drawn again from its observations.

-- For which carriers the sender may speak: codes with a space between; empty for every carrier.
ALTER TABLE receipt ADD COLUMN carriers TEXT NOT NULL DEFAULT '';

-- The messages of a receipt that were read, or that wait in quarantine for a newer release.
CREATE TABLE message (
    receipt BLOB NOT NULL REFERENCES receipt (id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    fault TEXT,
    travellers INTEGER NOT NULL,
    PRIMARY KEY (receipt, number)
) WITHOUT ROWID, STRICT;

-- What one message says of one flight: a list of people, or one booking. The people are the
-- observations of the receipt from `first_place` on.
CREATE TABLE statement (
    receipt BLOB NOT NULL REFERENCES receipt (id),
    number INTEGER NOT NULL,
    agency INTEGER NOT NULL REFERENCES agency (number),
    data_set TEXT NOT NULL,
    purposes INTEGER NOT NULL,
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    flight BLOB NOT NULL REFERENCES flight (id),
    message INTEGER NOT NULL,
    sent TEXT,
    effect TEXT NOT NULL,
    declared INTEGER,
    first_place INTEGER NOT NULL,
    people INTEGER NOT NULL,
    booking BLOB,
    report BLOB,
    part INTEGER NOT NULL,
    is_last INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (receipt, number)
) WITHOUT ROWID, STRICT;

CREATE INDEX statement_flight ON statement (flight);
CREATE INDEX statement_report ON statement (report) WHERE report IS NOT NULL;

-- Designators under which a flight is sold as well.
CREATE TABLE codeshare (
    agency INTEGER NOT NULL REFERENCES agency (number),
    lane TEXT NOT NULL,
    carrier TEXT NOT NULL,
    number TEXT NOT NULL,
    date TEXT NOT NULL,
    flight BLOB NOT NULL REFERENCES flight (id),
    PRIMARY KEY (agency, lane, carrier, number, date)
) WITHOUT ROWID, STRICT;

CREATE INDEX codeshare_flight ON codeshare (flight);

-- What was noticed of a flight: a list that is missing or came late, a part that never came.
CREATE TABLE notice (
    flight BLOB NOT NULL REFERENCES flight (id),
    kind TEXT NOT NULL,
    agency INTEGER NOT NULL REFERENCES agency (number),
    noticed_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (flight, kind)
) WITHOUT ROWID, STRICT;
