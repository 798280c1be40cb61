-- Which digests name one file, and what files are like. Plain SQL that PostgreSQL can follow.

-- The evidence (subject_id, source_id, kind_id) says that name_id is another digest of the same file. Trusted sources only.
CREATE TABLE identity (
  subject_id INTEGER NOT NULL REFERENCES subject (id),
  source_id  INTEGER NOT NULL REFERENCES source (id),
  kind_id    INTEGER NOT NULL REFERENCES kind (id),
  name_id    INTEGER NOT NULL REFERENCES subject (id),
  PRIMARY KEY (subject_id, source_id, kind_id, name_id)
) WITHOUT ROWID;

CREATE INDEX identity_by_name ON identity (name_id, source_id, subject_id);

-- The same evidence says what the file is like: the 35 bytes of a TLSH digest.
CREATE TABLE likeness (
  subject_id INTEGER NOT NULL REFERENCES subject (id),
  source_id  INTEGER NOT NULL REFERENCES source (id),
  kind_id    INTEGER NOT NULL REFERENCES kind (id),
  tlsh       BLOB NOT NULL,
  PRIMARY KEY (subject_id, source_id, kind_id)
) WITHOUT ROWID;

-- What follows from identity by the rules: names with the same file_id (the SHA-256 where it is known) are one file.
-- A name that stands alone has a row only where it is contested.
CREATE TABLE file_name (
  subject_id INTEGER PRIMARY KEY REFERENCES subject (id),
  file_id    INTEGER NOT NULL REFERENCES subject (id),
  contested  INTEGER NOT NULL
);

CREATE INDEX file_name_by_file ON file_name (file_id);
