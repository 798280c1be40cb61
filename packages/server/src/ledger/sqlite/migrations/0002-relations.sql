-- Relations that know which statement made them, so that they go with it.
-- Plain SQL that PostgreSQL can follow. What the first form held had no reader and no statement; it is said again.

DROP TABLE relation;

-- What was met together in one mail, page or download. group_id is the first 16 bytes of a SHA-256 of an opaque id, of
-- that source alone. A row says that subject_id was in the group, as the evidence (said_of, source_id, kind_id) has it;
-- the subject of the evidence is a member as well.
CREATE TABLE relation (
  source_id  INTEGER NOT NULL REFERENCES source (id),
  group_id   BLOB NOT NULL,
  subject_id INTEGER NOT NULL REFERENCES subject (id),
  said_of    INTEGER NOT NULL REFERENCES subject (id),
  kind_id    INTEGER NOT NULL REFERENCES kind (id),
  PRIMARY KEY (source_id, group_id, subject_id, said_of, kind_id)
) WITHOUT ROWID;

CREATE INDEX relation_by_subject ON relation (subject_id, source_id, group_id, said_of, kind_id);

-- Credible neighbours: those that a trusted source or two organisations saw with the subject; one more than the limit
-- for any number above it. NULL where the subject is in no relation, which is all that most scores have to know.
ALTER TABLE subject ADD COLUMN degree INTEGER;

-- 1 where the subject's own evidence changed, so that its neighbours have to be scored again as well.
ALTER TABLE journal ADD COLUMN spreads INTEGER NOT NULL DEFAULT 1;
