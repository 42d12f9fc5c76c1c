-- Keys that wrap keys, each wrapped by the custodian's master key and, where there is an escrow
-- key, sealed for its holder.
CREATE TABLE wrapping_key (
    generation INTEGER NOT NULL PRIMARY KEY,
    custodian TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    escrow BLOB,
    made_at INTEGER NOT NULL
) STRICT;

-- The key of one subject. Its destruction is the erasure of everything sealed under it.
CREATE TABLE subject_key (
    subject BLOB NOT NULL PRIMARY KEY,
    generation INTEGER NOT NULL REFERENCES wrapping_key (generation),
    wrapped BLOB NOT NULL
) WITHOUT ROWID, STRICT;

CREATE INDEX subject_key_generation ON subject_key (generation);

-- Keys of the store itself: of the look-back keys, of the pseudonyms, of the log's signature.
CREATE TABLE secret (
    name TEXT NOT NULL PRIMARY KEY,
    generation INTEGER NOT NULL REFERENCES wrapping_key (generation),
    wrapped BLOB NOT NULL
) STRICT;
