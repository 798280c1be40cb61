import { createHash } from 'node:crypto'
import { isEvent, kindOf } from '@tocsin/core/evidence'
import type { Indicator } from '../../formats/format.ts'
import type { Offer } from '../../intake/intake.ts'

/** What the records of a list mean where they do not say it themselves. */
export interface ListMeaning {
  /** From the catalogue of kinds. */
  readonly kind: string
  /** 0 (excluded) to 1. What a record says of its own is multiplied by it: it is how sure the list is, not the record. */
  readonly confidence: number
  /** When the list was so, ISO 8601 with an offset; in place of what its records say. Now, where neither says it. */
  readonly asOf?: string | undefined
}

/** What an indicator offers to the intake. Standing facts have no time, so that the date of a record is dropped. */
export function offerOf(indicator: Indicator, meaning: ListMeaning): Offer {
  const { subject, related, digests } = indicator
  const kind = indicator.kind ?? meaning.kind
  const confidence = (indicator.confidence ?? 1) * meaning.confidence
  const known = kindOf(kind)
  const observedAt = known !== undefined && isEvent(known) ? (meaning.asOf ?? indicator.observedAt) : undefined
  const said = digests === undefined ? { subject, kind, confidence } : { subject, kind, confidence, digests }
  const offer: Offer = observedAt === undefined ? said : { ...said, observedAt }
  if (related === undefined || related.length === 0) return offer
  return { ...offer, related, group: groupOf([subject, ...related]) }
}

/** A name for what one record names together: the same for each of its subjects, and again when it is imported again. */
function groupOf(subjects: readonly string[]): string {
  return createHash('sha256').update(subjects.toSorted().join('\n')).digest('hex').slice(0, 32)
}
