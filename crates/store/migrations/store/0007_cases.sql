-- Who works on a hit (no other proposes or judges meanwhile), and how often it was escalated because
-- the flight leaves soon.
ALTER TABLE hit ADD COLUMN claimed_by TEXT;
ALTER TABLE hit ADD COLUMN claimed_at INTEGER;
ALTER TABLE hit ADD COLUMN escalated INTEGER NOT NULL DEFAULT 0;
CREATE INDEX hit_claimed ON hit (agency, claimed_by) WHERE claimed_by IS NOT NULL;

-- Work on several hits together. What is written into a case and put into it is about one of its hits,
-- sealed under the key of whom that hit is about, and goes with them; a case without hits is gone.
CREATE TABLE casework (
    id BLOB NOT NULL PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agency (number),
    data_set TEXT NOT NULL,
    purposes INTEGER NOT NULL,
    mandate INTEGER NOT NULL REFERENCES mandate (number),
    number INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    opened_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    closed_at INTEGER,
    closed_by TEXT,
    version INTEGER NOT NULL,
    UNIQUE (agency, number)
) STRICT;

CREATE INDEX casework_changed ON casework (agency, changed_at);

CREATE TABLE case_hit (
    hit BLOB NOT NULL PRIMARY KEY,
    casework BLOB NOT NULL REFERENCES casework (id),
    subject BLOB NOT NULL,
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL
) STRICT;

CREATE INDEX case_hit_casework ON case_hit (casework);
CREATE INDEX case_hit_subject ON case_hit (subject);

CREATE TABLE case_note (
    id BLOB NOT NULL PRIMARY KEY,
    casework BLOB NOT NULL REFERENCES casework (id),
    hit BLOB NOT NULL,
    subject BLOB NOT NULL,
    person TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE INDEX case_note_casework ON case_note (casework);
CREATE INDEX case_note_subject ON case_note (subject);

CREATE TABLE case_file (
    id BLOB NOT NULL PRIMARY KEY,
    casework BLOB NOT NULL REFERENCES casework (id),
    hit BLOB NOT NULL,
    subject BLOB NOT NULL,
    person TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    sealed_name BLOB NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE INDEX case_file_casework ON case_file (casework);
CREATE INDEX case_file_subject ON case_file (subject);

-- An agency's worker asks for the jobs of its own agency and of one kind.
DROP INDEX job_due;
CREATE INDEX job_due ON job (agency, kind, state, priority, due_at, id);
