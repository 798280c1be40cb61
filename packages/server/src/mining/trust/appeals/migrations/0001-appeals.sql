-- Appeals: what somebody holds to be listed wrongly. Times are milliseconds since 1970.

CREATE TABLE appeal (
  number       INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  subject      TEXT NOT NULL,
  -- Who made it: the source that objects, as the ledger names it.
  source       TEXT NOT NULL,
  organisation TEXT NOT NULL,
  reason       TEXT,
  contact      TEXT,
  status       TEXT NOT NULL,
  opened_at    INTEGER NOT NULL,
  answered_at  INTEGER,
  answer       TEXT,
  -- The source of the analyst.
  answered_by  TEXT
);

CREATE INDEX appeal_by_status ON appeal (status, number);
CREATE INDEX appeal_by_subject ON appeal (subject, status);
CREATE INDEX appeal_by_answer ON appeal (answered_at);
