-- Evidence, sources, subjects, relations and the journal.
-- Plain SQL that PostgreSQL can follow: no expressions in indexes, no triggers, no JSON.

CREATE TABLE kind (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

CREATE TABLE source (
  id           INTEGER PRIMARY KEY,
  name         TEXT NOT NULL UNIQUE,
  origin       TEXT NOT NULL,
  organisation TEXT NOT NULL,
  trust_step   INTEGER NOT NULL,
  evidence     INTEGER NOT NULL DEFAULT 0
);

-- value is the canonical text without its type; NULL where only the hash is known.
CREATE TABLE subject (
  id    INTEGER PRIMARY KEY,
  type  INTEGER NOT NULL,
  key   BLOB NOT NULL,
  value TEXT,
  UNIQUE (type, key)
);

-- One row per (subject, source, kind): repeats are merged. observed_at is NULL for a standing fact.
CREATE TABLE evidence (
  subject_id  INTEGER NOT NULL REFERENCES subject (id),
  source_id   INTEGER NOT NULL REFERENCES source (id),
  kind_id     INTEGER NOT NULL REFERENCES kind (id),
  confidence  INTEGER NOT NULL,
  observed_at INTEGER,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (subject_id, source_id, kind_id)
) WITHOUT ROWID;

CREATE INDEX evidence_by_source ON evidence (source_id, kind_id, subject_id);

-- Ids of evidence for idempotent re-submission, kept for seven days. id is the first 16 bytes of a SHA-256.
CREATE TABLE receipt (
  source_id   INTEGER NOT NULL REFERENCES source (id),
  id          BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (source_id, id)
) WITHOUT ROWID;

CREATE INDEX receipt_by_time ON receipt (received_at);

-- What was met together in one mail, page or download. group_id is the first 16 bytes of a SHA-256 of an opaque id.
CREATE TABLE relation (
  source_id   INTEGER NOT NULL REFERENCES source (id),
  group_id    BLOB NOT NULL,
  subject_id  INTEGER NOT NULL REFERENCES subject (id),
  observed_at INTEGER NOT NULL,
  PRIMARY KEY (source_id, group_id, subject_id)
) WITHOUT ROWID;

CREATE INDEX relation_by_subject ON relation (subject_id);

-- Subjects whose score may have changed, in the order of the changes. The scorer keeps its place with the book.
CREATE TABLE journal (
  place      INTEGER PRIMARY KEY AUTOINCREMENT,
  subject_id INTEGER NOT NULL
);
