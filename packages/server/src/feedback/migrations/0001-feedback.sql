-- Bodies as they are posted. state: 0 waits, 1 was sent, 2 was refused. Times are milliseconds since 1970.
CREATE TABLE batch (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL,
  body TEXT NOT NULL,
  items INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  state INTEGER NOT NULL DEFAULT 0,
  done_at INTEGER,
  reason TEXT
) STRICT;
CREATE INDEX batch_by_state ON batch (state, id);

-- What was counted over all starts, by name.
CREATE TABLE tally (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- What the administrator chose, by name.
CREATE TABLE choice (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Pseudonyms of reports of the last 7 days: what is said again counts once.
CREATE TABLE told (id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX told_by_age ON told (at);

-- What the site blocks since it reported it. This table never leaves.
CREATE TABLE block (
  subject TEXT NOT NULL,
  kind TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (subject, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX block_by_age ON block (until);
