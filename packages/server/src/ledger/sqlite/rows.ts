/** Rows of the ledger's tables. */
import { SUBJECT_TYPES } from '@tocsin/core/subject'
import type { LedgerSubject } from '../ledger.ts'

/** A subject, as the statements give it. */
export interface SubjectRow {
  readonly subject_id: number
  readonly type: number
  readonly key: Uint8Array
  readonly value: string | null
  /** Credible neighbours; null where the subject is in no relation. */
  readonly degree: number | null
}

/** A piece of evidence. */
export interface EvidenceRow {
  readonly source_id: number
  /** Null in a left join without evidence. */
  readonly kind_id: number | null
  readonly confidence: number
  readonly observed_at: number | null
}

/** The subject of a row. */
export function subjectOf({ type, key, value }: SubjectRow): LedgerSubject {
  return { type: SUBJECT_TYPES[type]!, key, value: value ?? undefined }
}
