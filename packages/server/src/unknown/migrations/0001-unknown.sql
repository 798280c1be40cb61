-- What was met and nobody knows anything of.

CREATE TABLE organisation (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  -- How many rows of "unknown" it owns, and how many receipts it has.
  subjects INTEGER NOT NULL DEFAULT 0,
  receipts INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE unknown (
  id INTEGER PRIMARY KEY,
  type INTEGER NOT NULL,
  key BLOB NOT NULL,
  -- Canonical text without type; null for a page of which only the hash was told.
  value TEXT,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  count INTEGER NOT NULL,
  -- Exact up to 16; 17 for more.
  organisations INTEGER NOT NULL,
  -- Who brought it, and in whose quota it counts; null once three have met it.
  owner INTEGER
) STRICT;

CREATE UNIQUE INDEX unknown_key ON unknown (type, key);
CREATE INDEX unknown_rank ON unknown (type, organisations, count);
CREATE INDEX unknown_age ON unknown (organisations, last_seen);
CREATE INDEX unknown_owner ON unknown (owner, organisations, last_seen) WHERE owner IS NOT NULL;
CREATE INDEX unknown_wanted ON unknown (last_seen) WHERE type = 3 AND value IS NULL AND organisations >= 3;

CREATE TABLE met_by (
  subject_id INTEGER NOT NULL,
  organisation_id INTEGER NOT NULL,
  -- When the text of the page was last asked of it.
  asked_at INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (subject_id, organisation_id)
) STRICT, WITHOUT ROWID;

-- Ids of encounters, so that a repeat counts once: the first 16 bytes of their SHA-256.
CREATE TABLE receipt (
  organisation_id INTEGER NOT NULL,
  id BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (organisation_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX receipt_age ON receipt (organisation_id, received_at);
