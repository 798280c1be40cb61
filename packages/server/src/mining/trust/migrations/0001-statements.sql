-- Statements that are followed, from look to look, so that it is known who was first and what was taken back.

-- One row: the newest subject that the last look knew of.
CREATE TABLE look (
  only           INTEGER PRIMARY KEY CHECK (only = 1),
  newest_subject INTEGER NOT NULL
);

CREATE TABLE source (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

-- By (type, key) and not by the ledger's number of a subject, which another ledger gives to another one.
-- confirmed_by is a JSON list of organisations.
CREATE TABLE statement (
  source_id    INTEGER NOT NULL REFERENCES source (id),
  type         INTEGER NOT NULL,
  key          BLOB NOT NULL,
  state        TEXT NOT NULL,
  said_at      INTEGER NOT NULL,
  confirmed_by TEXT NOT NULL,
  PRIMARY KEY (source_id, type, key)
) WITHOUT ROWID;

CREATE INDEX statement_by_time ON statement (said_at);
