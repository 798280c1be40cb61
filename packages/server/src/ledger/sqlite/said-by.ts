/** What one source says, from the ledger's file over a connection that can only read: for miners that go on after a start. */
import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '@tocsin/core/evidence'
import { parseSubjectOf, SUBJECT_TYPES, type Subject } from '@tocsin/core/subject'

/** One statement. */
export interface SaidStatement {
  readonly subject: Subject
  /** The name of its kind, as it stands in the ledger: an older program may have known others. */
  readonly kind: string
  /** Thousandths. */
  readonly confidence: number
  readonly at: Instant | undefined
}

const SQL = `
  SELECT s.type, s.value, k.name, e.confidence, e.observed_at FROM evidence e
  CROSS JOIN subject s ON s.id = e.subject_id
  CROSS JOIN kind k ON k.id = e.kind_id
  WHERE e.source_id = (SELECT id FROM source WHERE name = ?) AND s.value IS NOT NULL
  ORDER BY e.received_at`

interface Row {
  readonly type: number
  readonly value: string
  readonly name: string
  readonly confidence: number
  readonly observed_at: number | null
}

/** All that a source says of subjects whose text is known, the oldest first. Nothing of a source that is not known. */
export function saidBy(database: DatabaseSync, source: string): readonly SaidStatement[] {
  const rows = database.prepare(SQL).all(source) as unknown as readonly Row[]
  return rows.flatMap(({ type, value, name, confidence, observed_at: at }) => {
    const subject = parseSubjectOf(SUBJECT_TYPES[type]!, value)
    return subject.ok ? [{ subject: subject.value, kind: name, confidence, at: at ?? undefined }] : []
  })
}
