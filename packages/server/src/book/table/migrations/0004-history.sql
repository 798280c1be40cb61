-- Entries that were replaced or removed, where verdict or score changed noticeably (book/table/history-table.ts).
-- since and until are milliseconds since 1970; since is NULL where it was not noted. written and what are as in entry.

CREATE TABLE history (
  type    INTEGER NOT NULL,
  key     BLOB NOT NULL,
  until   INTEGER NOT NULL,
  since   INTEGER,
  written INTEGER NOT NULL,
  what    INTEGER NOT NULL,
  PRIMARY KEY (type, key, until)
) WITHOUT ROWID;

-- Seconds since 1970 from which an entry counts in the history; NULL for those from before.
ALTER TABLE entry ADD COLUMN since INTEGER;
