/**
 * Places of names in a list of popular ones: 64 bits of each name's hash, sorted, beside its place. The hash is SHA-256
 * under a secret of the file, so that nobody can make a name that passes for a popular one. A list of a million names
 * takes 12 MB.
 */
import { hash } from 'node:crypto'

/** The columns, as they lie in the file. */
export interface RankColumns {
  /** 16 bytes. */
  readonly secret: Uint8Array
  /** The first half of each hash, sorted with the second. */
  readonly high: Uint32Array
  readonly low: Uint32Array
  readonly ranks: Uint32Array
}

/** Builds the columns of names and their places; of a name that is there twice, the first one counts. */
export function rankColumns(ranks: ReadonlyMap<string, number>, secret: Uint8Array): RankColumns {
  const rows = Array.from(ranks, ([name, rank]) => ({ ...hashOf(name, secret), rank }))
  rows.sort((a, b) => a.high - b.high || a.low - b.low)
  return {
    secret,
    high: Uint32Array.from(rows, row => row.high),
    low: Uint32Array.from(rows, row => row.low),
    ranks: Uint32Array.from(rows, row => row.rank),
  }
}

/** The place of a name; `undefined` where the list does not have it. */
export function rankIn({ secret, high, low, ranks }: RankColumns, name: string): number | undefined {
  const wanted = hashOf(name, secret)
  let from = 0
  let to = ranks.length
  while (from < to) {
    const middle = (from + to) >>> 1
    const order = high[middle]! - wanted.high || low[middle]! - wanted.low
    if (order === 0) return ranks[middle]
    if (order < 0) from = middle + 1
    else to = middle
  }
  return undefined
}

/** Why columns do not go together, or `undefined`. */
export function rankFault({ secret, high, low, ranks }: RankColumns): string | undefined {
  if (secret.length !== 16) return 'its secret must have 16 bytes'
  return high.length === ranks.length && low.length === ranks.length ? undefined : 'hashes and places must go together'
}

function hashOf(name: string, secret: Uint8Array): { readonly high: number; readonly low: number } {
  const digest = hash('sha256', Buffer.concat([secret, Buffer.from(name)]), 'buffer')
  return { high: digest.readUInt32BE(0), low: digest.readUInt32BE(4) }
}
