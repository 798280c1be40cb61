/**
 * Which deltas there are, which become one, which go, and which lead a replica from where it is to the head. Pure.
 *
 * A delta is cut from the log with each publication, 50 ms apart at least. When a stretch of time is over, the deltas of
 * it are merged, so that a subject that changed often is told once: of 200 ms, of a second, and on to a day. No step has
 * more than five of the one before, so that the way from any place is a few files a step, and one for each day: three weeks
 * are 54 at most, however often the book moved.
 *
 * A delta that is in a longer one is kept for as long again as the longer one lasts: a replica that is in the middle of a
 * day's does not take what it has.
 */
import type { DeltaFile } from '../distribution.ts'

/** A delta with the time when its last batch was published, in milliseconds since 1970. */
export interface DatedDelta extends DeltaFile {
  readonly publishedAt: number
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Stretches of time whose deltas become one, in milliseconds; each divides the next. */
export const STRETCHES_MS: readonly number[] = [
  SECOND / 5,
  SECOND,
  5 * SECOND,
  20 * SECOND,
  MINUTE,
  5 * MINUTE,
  20 * MINUTE,
  HOUR,
  4 * HOUR,
  12 * HOUR,
  DAY,
]

/** More deltas one after the other than any clock that goes forward leads to; then the newest are merged all the same. */
const CHAIN_MAX = 200

/** Milliseconds that a delta is kept after it is in a longer one, at least: whoever was told of it may be on the way. */
const KEPT_MIN_MS = 15 * SECOND
const KEPT_MAX_MS = DAY

/** What is older leads nobody on, in milliseconds: five weeks. */
const TOLD_MS = 35 * DAY

/** What asking for one more file costs, in bytes of a file. */
const FILE_COST = 1000

/** The longest deltas that lead to a place without a gap, in their order. */
export function chainTo(to: number | undefined, deltas: readonly DatedDelta[]): readonly DatedDelta[] {
  const longest = new Map<number, DatedDelta>()
  for (const delta of deltas) {
    if (delta.from < (longest.get(delta.to)?.from ?? Number.POSITIVE_INFINITY)) longest.set(delta.to, delta)
  }
  const chain: DatedDelta[] = []
  for (let at = to; at !== undefined; ) {
    const delta = longest.get(at)
    if (delta !== undefined) chain.unshift(delta)
    at = delta?.from
  }
  return chain
}

/** Deltas of a chain, one after the other, that are to become one now: those of the shortest stretch that is over. */
export function mergeDue(chain: readonly DatedDelta[], now: number): readonly DatedDelta[] | undefined {
  for (const stretch of STRETCHES_MS) {
    for (let begin = 0; begin < chain.length; ) {
      const bucket = Math.floor(chain[begin]!.publishedAt / stretch)
      let end = begin + 1
      while (end < chain.length && Math.floor(chain[end]!.publishedAt / stretch) === bucket) end += 1
      if (end - begin > 1 && (bucket + 1) * stretch <= now) return chain.slice(begin, end)
      begin = end
    }
  }
  return chain.length > CHAIN_MAX ? chain.slice(-CHAIN_MAX / 2) : undefined
}

/** All deltas that there are, and by their names until when those are kept that are in longer ones. */
export interface Merged {
  readonly deltas: readonly DatedDelta[]
  readonly keptUntil: ReadonlyMap<string, number>
}

/**
 * The deltas that lead nobody on any more: those in longer ones, after a while; the oldest of the chain, where a snapshot
 * covers them and they are five weeks old, or the whole chain is larger than the snapshot.
 */
export function deltasOver(
  chain: readonly DatedDelta[],
  { deltas, keptUntil: until }: Merged,
  snapshot: { readonly sequence: number; readonly bytes: number } | undefined,
  now: number,
): readonly DatedDelta[] {
  const inChain = new Set(chain)
  const over = deltas.filter(delta => !inChain.has(delta) && now > (until.get(delta.name) ?? 0))
  if (snapshot === undefined) return over
  let bytes = chain.reduce((sum, delta) => sum + delta.bytes, 0)
  for (const delta of chain) {
    const isOld = now - delta.publishedAt > TOLD_MS
    if (delta.to > snapshot.sequence || !(isOld || bytes > snapshot.bytes)) break
    over.push(delta)
    bytes -= delta.bytes
  }
  return over
}

/** Until when deltas are kept that have become one: for as long again as that one lasts, or a little. */
export function keptUntil(merged: readonly DatedDelta[], now: number): number {
  const lasts = merged.at(-1)!.publishedAt - merged[0]!.publishedAt
  return now + Math.min(KEPT_MAX_MS, Math.max(KEPT_MIN_MS, lasts))
}

/**
 * The deltas from a place to another that are the fewest bytes, asking included; `undefined` where none lead there. All
 * that a chain was made of may be used, and a delta may begin before the place that the one before leads to.
 */
export function wayBetween<D extends DeltaFile>(
  since: number,
  to: number,
  deltas: readonly D[],
): readonly D[] | undefined {
  if (since === to) return []
  const usable = deltas
    .filter(delta => delta.to > since && delta.to <= to)
    .sort((a, b) => a.to - b.to || b.from - a.from)
  const best: { readonly cost: number; readonly before: number }[] = []
  let found: number | undefined
  for (const [place, delta] of usable.entries()) {
    let cost = delta.from <= since ? 0 : Number.POSITIVE_INFINITY
    let before = -1
    for (let other = place - 1; other >= 0 && usable[other]!.to >= delta.from; other--) {
      if (usable[other]!.to >= delta.to || best[other]!.cost >= cost) continue
      cost = best[other]!.cost
      before = other
    }
    best.push({ cost: cost + delta.bytes + FILE_COST, before })
    const isThere = delta.to === to && cost < Number.POSITIVE_INFINITY
    if (isThere && (found === undefined || best[place]!.cost < best[found]!.cost)) found = place
  }
  if (found === undefined) return undefined
  const way: D[] = []
  for (let place = found; place >= 0; place = best[place]!.before) way.unshift(usable[place]!)
  return way
}

/** The bytes of files. */
export function bytesOf(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((sum, file) => sum + file.bytes, 0)
}
