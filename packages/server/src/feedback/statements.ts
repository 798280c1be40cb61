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

/**
 * What goes first, 0 before 1: a report is not to wait for what an edge met in a day without its upstream, and goes last
 * where there is no room. Reports and what is taken back of them share a rank, for they must keep their order.
 */
export const RANK: Readonly<Record<FeedbackPath, number>> = {
  '/v1/evidence': 0,
  '/v1/evidence/retract': 0,
  '/v1/submissions': 1,
  '/v1/sightings': 2,
  '/v1/encounters': 3,
}

export const SQL = {
  add: 'INSERT INTO batch (path, rank, via, body, items, bytes, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  last: 'SELECT * FROM batch WHERE state = 0 AND rank = ? ORDER BY id DESC LIMIT 1',
  grow: 'UPDATE batch SET body = ?, items = ?, bytes = ? WHERE id = ?',
  next: 'SELECT * FROM batch WHERE state = 0 AND rank = ? ORDER BY id LIMIT 1',
  find: 'SELECT * FROM batch WHERE id = ? AND state = 0',
  finish: `UPDATE batch SET state = ?, done_at = ?, reason = ?,
    place = (SELECT coalesce(max(place), 0) + 1 FROM batch WHERE state > 0) WHERE id = ?`,
  drop: 'DELETE FROM batch WHERE id = ?',
  discard: 'DELETE FROM batch WHERE state = 0 AND id <> ?',
  victim: 'SELECT * FROM batch WHERE state = 0 AND rank = ? AND id <> ? ORDER BY id LIMIT 1',
  measure: `SELECT count(*) AS batches, coalesce(sum(items), 0) AS items, coalesce(sum(bytes), 0) AS bytes
    FROM batch WHERE state = 0`,
  oldest: 'SELECT min(made_at) AS at FROM batch WHERE state = 0',
  measureDone: 'SELECT count(*) AS batches, coalesce(sum(bytes), 0) AS bytes FROM batch WHERE state > 0',
  oldestDone: 'SELECT * FROM batch WHERE state > 0 ORDER BY place LIMIT ?',
  listWaiting: 'SELECT * FROM batch WHERE state = 0 ORDER BY rank, id LIMIT ?',
  listDone: 'SELECT * FROM batch WHERE state > 0 ORDER BY place DESC LIMIT ?',
} as const
