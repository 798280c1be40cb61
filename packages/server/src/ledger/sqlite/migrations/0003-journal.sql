-- The journal with a row for each transaction in place of one for each touch. Plain SQL that PostgreSQL can follow.
-- `last` is the place of the row's last touch and `touched` their number; `subjects` is coded in ledger/sqlite/journal.ts.
-- A book that is up to date goes on from its place; one that is not finds its touches gone and is made again.

CREATE TABLE touches (
  last     INTEGER PRIMARY KEY,
  touched  INTEGER NOT NULL,
  subjects BLOB NOT NULL
);

INSERT INTO touches (last, touched, subjects) SELECT seq, 0, x'' FROM sqlite_sequence WHERE name = 'journal';
DROP TABLE journal;
ALTER TABLE touches RENAME TO journal;
