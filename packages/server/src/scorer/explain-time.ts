/** A case as it would have been at an earlier time, from what the ledger holds now. */
import { type EvidenceRecord, type Instant, isEvent, kindOf } from '@tocsin/core/evidence'
import type { Case } from '@tocsin/core/scoring'

/**
 * The case without what came later: events that were yet to happen, and the staleness of lists that were still followed.
 * Of repeats the ledger keeps one, the strongest, so what was seen again since is missing for the time before; what
 * lookups really said then is in the book's history.
 */
export function asOf(kase: Case, at: Instant): Case {
  const records = recordsAsOf(kase.records, at)
  const { relations } = kase
  if (relations === undefined) return { ...kase, records }
  const neighbours = relations.neighbours.map(each => ({ ...each, records: recordsAsOf(each.records, at) }))
  return { ...kase, records, relations: { ...relations, neighbours } }
}

function recordsAsOf(records: readonly EvidenceRecord[], at: Instant): readonly EvidenceRecord[] {
  return records.flatMap(record => {
    if (record.at === undefined || record.at <= at) return [record]
    return isEvent(kindOf(record.kind)) ? [] : [{ ...record, at: undefined }]
  })
}
