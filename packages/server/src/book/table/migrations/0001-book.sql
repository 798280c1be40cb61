-- The book as a plain table and its changes as a log.
-- `at` and `what` are the two words of an entry (core/verdict/entry.ts); value is the canonical text without its type.

CREATE TABLE entry (
  type    INTEGER NOT NULL,
  key     BLOB NOT NULL,
  written INTEGER NOT NULL,
  what    INTEGER NOT NULL,
  value   TEXT,
  PRIMARY KEY (type, key)
) WITHOUT ROWID;

-- written and what are NULL where the entry was removed.
CREATE TABLE change (
  sequence INTEGER NOT NULL,
  type     INTEGER NOT NULL,
  key      BLOB NOT NULL,
  written  INTEGER,
  what     INTEGER,
  value    TEXT,
  PRIMARY KEY (sequence, type, key)
) WITHOUT ROWID;

-- One row: where the book is, and the scorer's place in the ledger's journal.
CREATE TABLE head (
  id           INTEGER PRIMARY KEY CHECK (id = 1),
  book_id      TEXT NOT NULL,
  sequence     INTEGER NOT NULL,
  place        INTEGER NOT NULL,
  published_at INTEGER NOT NULL
);

CREATE TABLE state (
  type    INTEGER PRIMARY KEY,
  entries INTEGER NOT NULL,
  hash    TEXT NOT NULL
);
