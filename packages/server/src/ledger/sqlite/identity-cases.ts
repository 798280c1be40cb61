/** Cases of files under all their names. */
import { type EvidenceRecord, mergeRecords } from '@tocsin/core/evidence'
import type { SubjectCase } from '../ledger.ts'
import type { FileIds, IdentityTable } from './identities.ts'

/** A case as it was read, by the id of its subject. */
export interface ReadCase {
  readonly id: number
  readonly case: SubjectCase
}

/**
 * Gives each file the evidence of all its names: one record for each source and kind, merged as repeats are, so that a
 * list that names a file by three digests counts once. What is no file, or has one name, comes out as it is.
 *
 * @param read reads subjects by ids, each with its own evidence
 */
export function underAllNames<Read extends ReadCase>(
  own: readonly Read[],
  identities: Pick<IdentityTable, 'namesOf' | 'tlshOf'>,
  read: (ids: readonly number[]) => readonly Read[],
): readonly Read[] {
  const files = new Map<number, FileIds | undefined>()
  for (const { id, case: held } of own) if (held.subject.type === 'file') files.set(id, identities.namesOf(id))
  if (files.size === 0) return own
  const known = new Map(own.map(each => [each.id, each]))
  const unread = [...files.values()].flatMap(file => file?.others ?? []).filter(id => !known.has(id))
  if (unread.length > 0) for (const each of read([...new Set(unread)])) known.set(each.id, each)
  return own.map(each => {
    if (!files.has(each.id)) return each
    const { others = [], isContested = false } = files.get(each.id) ?? {}
    const tlsh = identities.tlshOf([each.id, ...others])
    if (others.length === 0 && !isContested && tlsh === undefined) return each
    const names = others.map(id => known.get(id)!.case)
    const records = mergedRepeats([each.case, ...names].flatMap(held => held.records))
    const file = { others: names.map(held => held.subject), isContested, tlsh }
    return { ...each, case: { ...each.case, records, file } }
  })
}

function mergedRepeats(records: readonly EvidenceRecord[]): EvidenceRecord[] {
  const merged = new Map<string, EvidenceRecord>()
  for (const record of records) {
    const name = `${record.kind} ${record.source}`
    const before = merged.get(name)
    merged.set(name, before === undefined ? record : mergeRecords(before, record))
  }
  return [...merged.values()]
}
