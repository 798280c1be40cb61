/** The SQL of the queue, prepared once. */
import type { DatabaseSync } from 'node:sqlite'
import { type Prepared, prepareAll } from '../storage/sqlite.ts'

const ROW = 'id, type, key, value, first_seen, last_seen, count, organisations, owner'

const SQL = {
  organisation: 'SELECT id, subjects, receipts FROM organisation WHERE name = ?',
  addOrganisation: 'INSERT INTO organisation (name) VALUES (?)',
  addSubjects: 'UPDATE organisation SET subjects = subjects + ? WHERE id = ?',
  addReceipts: 'UPDATE organisation SET receipts = receipts + ? WHERE id = ?',

  find: `SELECT ${ROW} FROM unknown WHERE type = ? AND key = ?`,
  add:
    'INSERT INTO unknown (type, key, value, first_seen, last_seen, count, organisations, owner) ' +
    'VALUES (?, ?, ?, ?, ?, ?, 1, ?)',
  meetAgain:
    'UPDATE unknown SET value = ?, first_seen = ?, last_seen = ?, count = ?, organisations = ?, owner = ? WHERE id = ?',
  name: 'UPDATE unknown SET value = ? WHERE id = ?',
  drop: 'DELETE FROM unknown WHERE id = ?',
  dropMetBy: 'DELETE FROM met_by WHERE subject_id = ?',
  size: 'SELECT count(*) AS size FROM unknown',
  oldestOf: `SELECT ${ROW} FROM unknown WHERE owner = ? ORDER BY organisations, last_seen LIMIT ?`,
  oldest: `SELECT ${ROW} FROM unknown ORDER BY organisations, last_seen LIMIT ?`,
  ranked: `SELECT ${ROW} FROM unknown WHERE type = ? ORDER BY organisations DESC, count DESC LIMIT ?`,
  after: `SELECT ${ROW} FROM unknown WHERE id > ? ORDER BY id LIMIT ?`,

  metBy: 'INSERT INTO met_by (subject_id, organisation_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
  // The last 2,000 pages that are wanted, of those that this organisation met and was not asked for lately.
  wanted:
    'SELECT id FROM (SELECT id FROM unknown WHERE type = 3 AND value IS NULL AND organisations >= 3 ' +
    'ORDER BY last_seen DESC LIMIT 2000) u CROSS JOIN met_by m ON m.subject_id = u.id AND m.organisation_id = ? ' +
    'WHERE m.asked_at <= ? LIMIT ?',
  ask:
    'UPDATE met_by SET asked_at = ? WHERE subject_id = ? AND organisation_id = ? AND asked_at <= ? ' +
    'AND EXISTS (SELECT 1 FROM unknown WHERE id = subject_id AND type = 3 AND value IS NULL AND organisations >= 3)',
  keyOf: 'SELECT key FROM unknown WHERE id = ?',

  addReceipt: 'INSERT INTO receipt (organisation_id, id, received_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  dropReceipts:
    'DELETE FROM receipt WHERE (organisation_id, id) IN ' +
    '(SELECT organisation_id, id FROM receipt WHERE organisation_id = ? ORDER BY received_at LIMIT ?)',
  dropOldReceipts: 'DELETE FROM receipt WHERE organisation_id = ? AND received_at < ?',
  organisations: 'SELECT id FROM organisation',
} as const

/** One prepared statement per name. */
export type Statements = Prepared<typeof SQL>

/** Prepares all statements. */
export function prepareStatements(database: DatabaseSync): Statements {
  return prepareAll(database, SQL)
}
