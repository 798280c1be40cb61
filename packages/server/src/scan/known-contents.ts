import { type CacheTable, KINDS } from './cache-records.ts'
import type { Contents } from './jobs.ts'

/**
 * What is remembered to be in a file; `undefined` for no archive, or where archives do not matter; `none` where an archive was
 * not looked into and is to be, so that the record does not help.
 */
export function knownContents(cache: CacheTable, index: number, archives: boolean): Contents | undefined | 'none' {
  const kind = cache.kind(index)
  if (kind === KINDS.plain || !archives) return undefined
  return kind === KINDS.lookedInto ? (JSON.parse(cache.contents(index)) as Contents) : 'none'
}
