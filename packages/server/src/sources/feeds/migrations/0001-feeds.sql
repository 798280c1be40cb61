-- Where each feed is, and what its last turns did. The copies themselves are files; `copy` says which one is followed.

CREATE TABLE feed (
  name          TEXT PRIMARY KEY,
  next_at       INTEGER NOT NULL,
  checked_at    INTEGER,
  good_at       INTEGER,
  copy          INTEGER NOT NULL DEFAULT 0,
  entries       INTEGER,
  content       TEXT,
  etag          TEXT,
  last_modified TEXT,
  format        TEXT,
  meaning       TEXT,
  since_full    INTEGER NOT NULL DEFAULT 0,
  failures      INTEGER NOT NULL DEFAULT 0,
  turns         INTEGER NOT NULL DEFAULT 0,
  error         TEXT,
  held_cause    TEXT,
  held_entries  INTEGER,
  held_since    INTEGER,
  held_turns    INTEGER,
  held_agreed   INTEGER
) WITHOUT ROWID;

CREATE TABLE turn (
  feed         TEXT NOT NULL,
  number       INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  outcome      TEXT NOT NULL,
  entries      INTEGER NOT NULL,
  added        INTEGER NOT NULL,
  changed      INTEGER NOT NULL,
  removed      INTEGER NOT NULL,
  refused      INTEGER NOT NULL,
  skipped      INTEGER NOT NULL,
  bytes        INTEGER NOT NULL,
  milliseconds INTEGER NOT NULL,
  reason       TEXT,
  PRIMARY KEY (feed, number)
) WITHOUT ROWID;

-- The first lines or objects that the last turn could not take.
CREATE TABLE refusal (
  feed   TEXT NOT NULL,
  number INTEGER NOT NULL,
  place  INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (feed, number)
) WITHOUT ROWID;

-- Entries that a feed of mode "window" shows no more, until they expire or come again.
CREATE TABLE departed (
  feed    TEXT NOT NULL,
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  left_at INTEGER NOT NULL,
  PRIMARY KEY (feed, kind, subject)
) WITHOUT ROWID;
