-- The log of changes with a row for each batch in place of one for each change, coded as in book/table/batch-codec.ts.
-- What the old log told is forgotten: whoever is behind starts anew.

DROP TABLE change;

CREATE TABLE batch (
  sequence INTEGER PRIMARY KEY,
  changes  BLOB NOT NULL
);
