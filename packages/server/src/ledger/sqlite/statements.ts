/** The ledger's SQL, prepared once. */
import type { DatabaseSync } from 'node:sqlite'
import { type Prepared, prepareAll } from '../../storage/sqlite.ts'

const SQL = {
  kinds: 'SELECT id, name FROM kind',
  addKind: 'INSERT INTO kind (name) VALUES (?)',
  sources: 'SELECT id, name, origin, organisation, trust_step, evidence FROM source ORDER BY name',
  addSource: 'INSERT INTO source (name, origin, organisation, trust_step) VALUES (?, ?, ?, ?)',
  changeSource: 'UPDATE source SET origin = ?, organisation = ?, trust_step = ? WHERE id = ?',
  countEvidence: 'UPDATE source SET evidence = evidence + ? WHERE id = ?',
  saidBy: 'SELECT DISTINCT subject_id FROM evidence WHERE source_id = ? ORDER BY subject_id',
  findSubject: 'SELECT id, value FROM subject WHERE type = ? AND key = ?',
  addSubject: 'INSERT INTO subject (type, key, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  nameSubject: 'UPDATE subject SET value = ? WHERE id = ?',
  countSubjects: 'SELECT coalesce(max(id), 0) AS subjects FROM subject',
  findEvidence: 'SELECT confidence, observed_at FROM evidence WHERE subject_id = ? AND source_id = ? AND kind_id = ?',
  addEvidence:
    'INSERT INTO evidence (subject_id, source_id, kind_id, confidence, observed_at, received_at) VALUES (?, ?, ?, ?, ?, ?)',
  putEvidence:
    'INSERT INTO evidence (subject_id, source_id, kind_id, confidence, observed_at, received_at) VALUES (?, ?, ?, ?, ?, ?) ' +
    'ON CONFLICT (subject_id, source_id, kind_id) DO UPDATE SET ' +
    'confidence = excluded.confidence, observed_at = excluded.observed_at, received_at = excluded.received_at',
  dropEvidence: 'DELETE FROM evidence WHERE subject_id = ? AND source_id = ? AND kind_id = ?',
  evidenceFrom:
    'SELECT kind_id, subject_id FROM evidence WHERE source_id = ? AND (kind_id, subject_id) > (?, ?) ' +
    'ORDER BY kind_id, subject_id LIMIT ?',
  addReceipt: 'INSERT INTO receipt (source_id, id, received_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  dropReceipts: 'DELETE FROM receipt WHERE received_at < ?',
  allScored:
    'SELECT id FROM subject WHERE degree IS NOT NULL OR EXISTS (SELECT 1 FROM evidence WHERE subject_id = subject.id) ' +
    'OR EXISTS (SELECT 1 FROM file_name WHERE subject_id = subject.id)',
  // Ids as a JSON array, ascending: one statement for all that a look is about.
  caseRows:
    'SELECT s.id AS subject_id, s.type, s.key, s.value, s.degree, e.source_id, e.kind_id, e.confidence, e.observed_at ' +
    'FROM json_each(?) j CROSS JOIN subject s ON s.id = j.value LEFT JOIN evidence e ON e.subject_id = s.id',
  degrees:
    'SELECT s.id, s.degree FROM json_each(?) j CROSS JOIN subject s ON s.id = j.value WHERE s.degree IS NOT NULL',
} as const

/** One prepared statement per name. */
export type Statements = Prepared<typeof SQL>

/** Prepares all statements. */
export function prepareStatements(database: DatabaseSync): Statements {
  return prepareAll(database, SQL)
}
