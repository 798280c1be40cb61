/** From prefixes to what the protocol answers about them. Pure. */
import type { SearchResponse } from '../../protocols/safebrowsing/index.ts'
import { THREAT_TYPE_OF } from './lists.ts'
import type { ThreatTable } from './threat-table.ts'

/** What the cache duration of an answer depends on. */
export interface SearchContext {
  readonly ttlSeconds: number
  readonly negativeTtlSeconds: number
  readonly state: 'fresh' | 'stale'
}

/**
 * The full hashes behind prefixes. The duration holds for all prefixes of the question, found or not, so it is the
 * shortest that is right for any of them; a stale book promises nothing (0).
 */
export function searchThreats(
  tables: readonly Pick<ThreatTable, 'find'>[],
  prefixes: readonly number[],
  now: number,
  { ttlSeconds, negativeTtlSeconds, state }: SearchContext,
): SearchResponse {
  const answers = prefixes.map(prefix => tables.flatMap(table => table.find(prefix, now)))
  const found = answers.flat()
  const endsFirst = found.reduce((first, { blockedUntil }) => Math.min(first, blockedUntil), Number.POSITIVE_INFINITY)
  const missing = answers.some(each => each.length === 0) ? negativeTtlSeconds : Number.POSITIVE_INFINITY
  const leftSeconds = Math.max(1, Math.floor((endsFirst - now) / 1000))
  return {
    fullHashes: found.map(({ key, kind }) => ({ fullHash: key, threatTypes: [THREAT_TYPE_OF[kind]] })),
    cacheDurationSeconds: state === 'stale' ? 0 : Math.min(ttlSeconds, leftSeconds, missing),
  }
}
