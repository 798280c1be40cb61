import { createHash } from 'node:crypto'

/** As many entries as are wanted, picked by the hash of their text, so that the same data give the same pick; sorted. */
export function pick(entries: Iterable<string>, wanted: number): readonly string[] {
  const ranked = [...new Set(entries)].map(entry => ({ entry, rank: createHash('sha256').update(entry).digest('hex') }))
  const first = ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : 1)).slice(0, wanted)
  return first.map(({ entry }) => entry).toSorted()
}
