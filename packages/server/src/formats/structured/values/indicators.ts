/** How records of structured formats are put together. */
import type { KindName } from '@tocsin/core/evidence'
import type { Content, Digests, Indicator } from '../../format.ts'

/** What an indicator may say beside its subject; what is `undefined` is left out. */
export interface Detail {
  readonly kind?: KindName | undefined
  readonly confidence?: number | undefined
  readonly observedAt?: string | undefined
  readonly related?: readonly string[] | undefined
  readonly digests?: Digests | undefined
  readonly gone?: boolean | undefined
}

/** An indicator of a subject in canonical text. */
export function indicatorOf(subject: string, detail: Detail): Indicator {
  const { kind, confidence, observedAt, related, digests, gone } = detail
  // Written one by one: an object for each part, as spreading makes them, cost a fifth of the reading of a table.
  const indicator: { -readonly [Name in keyof Indicator]: Indicator[Name] } = { subject }
  if (kind !== undefined) indicator.kind = kind
  if (confidence !== undefined) indicator.confidence = confidence
  if (observedAt !== undefined) indicator.observedAt = observedAt
  if (related !== undefined && related.length > 0) indicator.related = related
  if (digests !== undefined) indicator.digests = digests
  if (gone === true) indicator.gone = true
  return indicator
}

/** A record of one indicator. */
export function single(subject: string, detail: Detail): Content {
  return { is: 'indicators', indicators: [indicatorOf(subject, detail)] }
}

/**
 * A share of 0 to 1 from a confidence of 0 to 100, as a number or in digits. `undefined` for whatever else stands there:
 * what is no number says nothing, and the settings of the feed decide.
 */
export function shareOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,3}(?:\.\d+)?$/.test(value.trim()) ? Number(value) : value
  return typeof number === 'number' && number >= 0 && number <= 100 ? number / 100 : undefined
}
