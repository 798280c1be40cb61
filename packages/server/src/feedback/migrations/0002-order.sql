-- rank: what goes first, 0 before 1 (statements.ts). via: through which edges it came. place: in the order of being done.
ALTER TABLE batch ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN via TEXT NOT NULL DEFAULT '';
ALTER TABLE batch ADD COLUMN place INTEGER;
UPDATE batch SET rank = CASE path WHEN '/v1/submissions' THEN 1 WHEN '/v1/sightings' THEN 2 WHEN '/v1/encounters' THEN 3 ELSE 0 END;
UPDATE batch SET place = id WHERE state > 0;
DROP INDEX batch_by_state;
CREATE INDEX batch_by_rank ON batch (rank, id) WHERE state = 0;
CREATE INDEX batch_by_place ON batch (place) WHERE state > 0;
