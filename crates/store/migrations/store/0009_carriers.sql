-- What is agreed with a carrier beside where it is reached. `state` is `onboarding`, `live` or
-- `suspended`; `acknowledges` is `none`, `contrl` or `ackres`; `expected` says which data are expected
-- how many minutes before departure (`api:30,api:0,pnr:1440`), `grace_minutes` how much later they still
-- count as on time; `asks_again` whether missing bookings are asked for without a person.
ALTER TABLE carrier ADD COLUMN state TEXT NOT NULL DEFAULT 'live';
UPDATE carrier SET state = 'onboarding' WHERE lane = 'test';
ALTER TABLE carrier DROP COLUMN lane;
ALTER TABLE carrier ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE carrier ADD COLUMN acknowledges TEXT NOT NULL DEFAULT 'none';
ALTER TABLE carrier ADD COLUMN expected TEXT NOT NULL DEFAULT '';
ALTER TABLE carrier ADD COLUMN grace_minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE carrier ADD COLUMN asks_again INTEGER NOT NULL DEFAULT 0;

-- A machine may be known by the SHA-256 of its certificate in place of a key.
ALTER TABLE machine ADD COLUMN certificate BLOB;
CREATE UNIQUE INDEX machine_certificate ON machine (agency, certificate)
    WHERE certificate IS NOT NULL AND closed_at IS NULL;

-- What is expected of a flight, and when. What comes after `opens_at` and until `due_at` is on time.
-- `state` is `waiting`, `on-time`, `missing`, `late`.
CREATE TABLE expectation (
    flight BLOB NOT NULL REFERENCES flight (id),
    data TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    agency INTEGER NOT NULL REFERENCES agency (number),
    opens_at INTEGER,
    due_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (flight, data, minutes)
) WITHOUT ROWID, STRICT;

CREATE INDEX expectation_due ON expectation (agency, due_at) WHERE state = 'waiting';

-- How good the data of a carrier are, month by month: counts, about nobody.
CREATE TABLE quality (
    agency INTEGER NOT NULL REFERENCES agency (number),
    carrier TEXT NOT NULL,
    month TEXT NOT NULL,
    lane TEXT NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (agency, carrier, month, lane, name)
) WITHOUT ROWID, STRICT;

-- What a carrier is told about its messages (`contrl`, `ackres`) and asked for (`resend-request`). It
-- names no traveller; what it says is in the outbox. `place` is the number of the interchange or of the
-- message in the receipt that is acknowledged: each is acknowledged once.
CREATE TABLE carrier_message (
    id BLOB NOT NULL PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agency (number),
    lane TEXT NOT NULL,
    carrier TEXT NOT NULL,
    kind TEXT NOT NULL,
    receipt BLOB,
    place INTEGER NOT NULL,
    flight BLOB,
    reference TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    fault TEXT,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    until INTEGER NOT NULL,
    sent_at INTEGER,
    answered_at INTEGER,
    alarmed_at INTEGER,
    UNIQUE (agency, receipt, kind, place)
) STRICT;

CREATE INDEX carrier_message_made ON carrier_message (agency, carrier, made_at, id);
CREATE INDEX carrier_message_flight ON carrier_message (flight) WHERE flight IS NOT NULL;
