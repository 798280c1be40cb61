/** The trial of files: what lists and relations say of a hash before a list has it. */
import type { FirstListed } from './bad-names.ts'
import { dayOf, LEARN_UNTIL } from './days.ts'
import { linesOf } from './reading.ts'
import { SOURCES } from './sources.ts'

/** What was counted. */
export interface FileFigures {
  /** Hashes that a list first had after the day of the cut. */
  readonly fresh: number
  /** Of these, those that some relation names. */
  readonly related: number
  /** Of these, those that asked a host which another organisation than the one that tells the relation had listed the day before. */
  readonly foreseen: number
  /** Hashes of packages and installed programs, and how many of them any list has. */
  readonly good: number
  readonly goodListed: number
}

/** Relations all come from one organisation; its own listings of hosts do not count for them. */
const TELLER = 'maltrail'

/** Counts. `known` says who listed which host first. */
export function fileFigures(folder: string, known: ReadonlyMap<string, FirstListed>): FileFigures {
  const first = new Map<string, number>()
  for (const line of linesOf(folder, 'bad/hashes.tsv.gz')) {
    const [date, hash] = line.split('\t') as [string, string]
    first.set(hash, Math.min(first.get(hash) ?? Number.POSITIVE_INFINITY, dayOf(date)))
  }
  const fresh = new Set(Array.from(first).flatMap(([hash, day]) => (day > LEARN_UNTIL ? [hash] : [])))
  const related = new Set<string>()
  const foreseen = new Set<string>()
  for (const line of linesOf(folder, 'relations/maltrail-hash-to-indicator.tsv.gz')) {
    const [date, hash, indicator] = line.split('\t') as [string, string, string]
    if (!fresh.has(hash)) continue
    related.add(hash)
    const host = known.get(indicator.replace(/^[a-z]+:\/\//, '').split(/[:/]/, 1)[0]!)
    if (host !== undefined && host.day < dayOf(date) && !labelledBy(host, TELLER)) foreseen.add(hash)
  }
  const good = [...goodHashes(folder)]
  const goodListed = good.filter(hash => first.has(hash)).length
  return { fresh: fresh.size, related: related.size, foreseen: foreseen.size, good: good.length, goodListed }
}

function labelledBy({ labellers }: FirstListed, name: string): boolean {
  return (labellers & (1 << SOURCES.findIndex(source => source.name === name))) !== 0
}

function* goodHashes(folder: string): Generator<string, void> {
  for (const line of linesOf(folder, 'good/deb-file-hashes.tsv.gz')) yield line.split('\t', 1)[0]!
  for (const line of linesOf(folder, 'good/debian-executables-3hash.tsv.gz')) yield* line.split('\t', 3)
  for (const line of linesOf(folder, 'good/debian-installed-md5.tsv.gz')) yield line.split('\t', 1)[0]!
}
