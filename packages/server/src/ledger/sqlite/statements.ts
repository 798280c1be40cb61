/** The ledger's SQL, prepared once. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'

const SQL = {
  kinds: 'SELECT id, name FROM kind',
  addKind: 'INSERT INTO kind (name) VALUES (?)',
  sources: 'SELECT id, name, origin, organisation, trust_step, evidence FROM source ORDER BY name',
  addSource: 'INSERT INTO source (name, origin, organisation, trust_step) VALUES (?, ?, ?, ?)',
  changeSource: 'UPDATE source SET origin = ?, organisation = ?, trust_step = ? WHERE id = ?',
  countEvidence: 'UPDATE source SET evidence = evidence + ? WHERE id = ?',
  touchSource: 'INSERT INTO journal (subject_id) SELECT DISTINCT subject_id FROM evidence WHERE source_id = ?',
  findSubject: 'SELECT id, value FROM subject WHERE type = ? AND key = ?',
  addSubject: 'INSERT INTO subject (type, key, value) VALUES (?, ?, ?)',
  nameSubject: 'UPDATE subject SET value = ? WHERE id = ?',
  countSubjects: 'SELECT coalesce(max(id), 0) AS subjects FROM subject',
  findEvidence: 'SELECT confidence, observed_at FROM evidence WHERE subject_id = ? AND source_id = ? AND kind_id = ?',
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
  touch: 'INSERT INTO journal (subject_id) VALUES (?)',
  touchAll:
    'INSERT INTO journal (subject_id, spreads) SELECT subject_id, 0 FROM ' +
    '(SELECT subject_id FROM evidence UNION SELECT id AS subject_id FROM subject WHERE degree IS NOT NULL)',
  firstPlace: 'SELECT min(place) AS first FROM journal',
  reached: 'SELECT max(place) AS reached FROM (SELECT place FROM journal WHERE place > ? ORDER BY place LIMIT ?)',
  touchedCases:
    'SELECT s.id AS subject_id, s.type, s.key, s.value, s.degree, t.spreads, ' +
    'e.source_id, e.kind_id, e.confidence, e.observed_at FROM ' +
    '(SELECT subject_id, max(spreads) AS spreads FROM journal WHERE place > ? AND place <= ? GROUP BY subject_id) t ' +
    'JOIN subject s ON s.id = t.subject_id LEFT JOIN evidence e ON e.subject_id = s.id ORDER BY s.id',
  touchedDegrees:
    'SELECT j.place, j.subject_id, j.spreads, s.degree FROM journal j JOIN subject s ON s.id = j.subject_id ' +
    'WHERE j.place > ? AND j.place <= ? ORDER BY j.place',
  caseRows:
    'SELECT s.id AS subject_id, s.type, s.key, s.value, s.degree, e.source_id, e.kind_id, e.confidence, e.observed_at ' +
    'FROM subject s LEFT JOIN evidence e ON e.subject_id = s.id WHERE s.id = ?',
  // Survives the sweep of the journal, which `max(place)` does not.
  lastPlace: "SELECT coalesce(max(seq), 0) AS place FROM sqlite_sequence WHERE name = 'journal'",
  forgetTouched: 'DELETE FROM journal WHERE place <= ? AND place <= (SELECT min(place) FROM journal) + 100000',
} as const

/** One prepared statement per name. */
export type Statements = Readonly<Record<keyof typeof SQL, StatementSync>>

/** Prepares all statements. */
export function prepareStatements(database: DatabaseSync): Statements {
  return Object.fromEntries(
    Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]),
  ) as unknown as Statements
}
