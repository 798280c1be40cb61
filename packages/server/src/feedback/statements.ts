/** The SQL of the outbox, and how bodies are wrapped. */

/** The routes of an upstream that feedback is posted to, with what stands before and behind the items of a body. */
export const BATCH = {
  '/v1/evidence': ['[', ']'],
  '/v1/evidence/retract': ['{"retractions":[', ']}'],
  '/v1/encounters': ['[', ']'],
  '/v1/sightings': ['[', ']'],
  '/v1/submissions': ['{"subjects":[', ']}'],
} as const

/** One of them. */
export type FeedbackPath = keyof typeof BATCH

export const SQL = {
  add: 'INSERT INTO batch (path, body, items, bytes, made_at) VALUES (?, ?, ?, ?, ?)',
  last: 'SELECT * FROM batch ORDER BY id DESC LIMIT 1',
  grow: 'UPDATE batch SET body = ?, items = ?, bytes = ? WHERE id = ?',
  next: 'SELECT * FROM batch WHERE state = 0 ORDER BY id LIMIT 1',
  find: 'SELECT * FROM batch WHERE id = ? AND state = 0',
  finish: 'UPDATE batch SET state = ?, done_at = ?, reason = ? WHERE id = ?',
  drop: 'DELETE FROM batch WHERE id = ?',
  discard: 'DELETE FROM batch WHERE state = 0 AND id <> ?',
  victim: `SELECT * FROM batch WHERE state = 0 AND id <> ? ORDER BY path <> '/v1/encounters', id LIMIT 1`,
  measure: `SELECT count(*) AS batches, coalesce(sum(items), 0) AS items, coalesce(sum(bytes), 0) AS bytes
    FROM batch WHERE state = 0`,
  oldest: 'SELECT min(made_at) AS at FROM batch WHERE state = 0',
  measureDone: 'SELECT count(*) AS batches, coalesce(sum(bytes), 0) AS bytes FROM batch WHERE state > 0',
  oldestDone: 'SELECT * FROM batch WHERE state > 0 ORDER BY id LIMIT ?',
  listWaiting: 'SELECT * FROM batch WHERE state = 0 ORDER BY id LIMIT ?',
  listDone: 'SELECT * FROM batch WHERE state > 0 ORDER BY id DESC LIMIT ?',
} as const
