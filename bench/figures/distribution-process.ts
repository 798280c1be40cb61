/**
 * Plays dated histories of feeds (`day TAB +|- TAB indicator`, gzip) and writes what a node would distribute: a delta for
 * each of the last days, and the snapshot of the last one. An entry is worked out from the feeds that list its subject, as
 * a score is, and stands as long as they do.
 */
import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { compareChanges, type ListHeader, type MemoryChange, writeList } from '@tocsin/core/list'
import { guessSubject, type Subject, subjectKey, subjectText } from '@tocsin/core/subject'
import type { PackedEntry } from '@tocsin/core/verdict'
import { PACKING } from '../../packages/server/src/book/distribution/packing.ts'

/** What came of it; bytes of files as they are fetched. */
export interface DistributionOutcome {
  readonly entries: number
  readonly snapshotBytes: number
  readonly days: readonly { readonly day: string; readonly changes: number; readonly bytes: number }[]
}

/** Feeds that list each subject, a bit each. */
type Listed = Map<string, number>

const [folder, days] = [process.argv[2]!, Number(process.argv[3])]
const SCORES = [50, 36, 24, 16, 10, 6] as const
const NO_HASHES: ListHeader['stateHash'] = {}
const listed: Listed = new Map()
const byDay = await readHistories()
const last = [...byDay.keys()].sort()
const outcome: { day: string; changes: number; bytes: number }[] = []
for (const [place, day] of last.entries()) {
  const before = new Map<string, number>()
  for (const [text, bit, isThere] of byDay.get(day)!) {
    const bits = listed.get(text) ?? 0
    if (!before.has(text)) before.set(text, bits)
    const after = isThere ? bits | bit : bits & ~bit
    if (after === 0) listed.delete(text)
    else listed.set(text, after)
  }
  byDay.delete(day)
  if (place < last.length - days) continue
  const changes = [...before].flatMap(([text, bits]) => changed(text, bits, listed.get(text) ?? 0))
  outcome.push({ day, changes: changes.length, bytes: bytesOf('delta', changes) })
}
const entries = [...listed].flatMap(([text, bits]) => changed(text, 0, bits))
const snapshotBytes = bytesOf('snapshot', entries)
console.log(JSON.stringify({ entries: entries.length, snapshotBytes, days: outcome } satisfies DistributionOutcome))

async function readHistories(): Promise<Map<string, [text: string, bit: number, isThere: boolean][]>> {
  const rows = new Map<string, [string, number, boolean][]>()
  const files = readdirSync(folder).filter(name => name.endsWith('.delta.tsv.gz'))
  for (const [feed, name] of files.sort().entries()) {
    const lines = createInterface(createReadStream(join(folder, name)).pipe(createGunzip()))
    for await (const line of lines) {
      const [day = '', sign = '', indicator = ''] = line.split('\t')
      const subject = guessSubject(indicator)
      if (!subject.ok || (sign !== '+' && sign !== '-')) continue
      if (!rows.has(day)) rows.set(day, [])
      rows.get(day)!.push([subjectText(subject.value), 1 << feed, sign === '+'])
    }
  }
  return rows
}

function changed(text: string, before: number, after: number): MemoryChange[] {
  if (before === after) return []
  const subject = guessSubject(text)
  if (!subject.ok) throw new Error(subject.problem.message)
  const { type, value } = subject.value satisfies Subject
  return [{ type, key: subjectKey(subject.value, PACKING.sha256), value, entry: entryOf(after) }]
}

/** Score by how many list it, reason by the first of them, and no end. */
function entryOf(feeds: number): PackedEntry | undefined {
  if (feeds === 0) return undefined
  const count = feeds.toString(2).replaceAll('0', '').length
  const score = SCORES[Math.min(count, SCORES.length) - 1]!
  const reason = 31 - Math.clz32(feeds & -feeds)
  return { when: Math.min(3, count), what: score * 2 ** 25 + reason * 2 ** 20 + 2 ** 19 + 0x3ffff }
}

function bytesOf(kind: ListHeader['kind'], changes: MemoryChange[]): number {
  const header: ListHeader = { kind, bookId: 'history', from: 0, to: 1, publishedAt: 0, stateHash: NO_HASHES }
  let bytes = 0
  for (const piece of writeList(header, changes.sort(compareChanges), PACKING)) bytes += piece.length
  return bytes
}
