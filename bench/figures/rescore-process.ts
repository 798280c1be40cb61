/**
 * Ledger, scorer and book in a process of their own, as they share a thread in a node:
 * `node rescore-process.ts FOLDER ROWS SECONDS` prints JSON.
 *
 * Each piece of evidence names three related subjects; of all four, 70 % are known to the ledger. The subjects are made
 * by counting, so a run can be told again.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { entryOf } from '@tocsin/core/verdict'
import { openBookStore } from '../../packages/server/src/book/table/store.ts'
import type { EvidenceWrite, LedgerSource, LedgerSubject } from '../../packages/server/src/ledger/ledger.ts'
import { openSqliteLedger } from '../../packages/server/src/ledger/sqlite/ledger.ts'
import { caseOf } from '../../packages/server/src/scorer/case.ts'
import { Scorer } from '../../packages/server/src/scorer/scorer.ts'
import { randomNumbers } from '../ask/lists.ts'

/** What the process prints. */
export interface RescoreOutcome {
  /** Milliseconds from the journal to the published book, one piece of evidence at a time. */
  readonly rescore: readonly number[]
  /** Milliseconds of the write before it, which waits for the disk. */
  readonly write: readonly number[]
  /** Subjects scored for one piece of evidence, on average. */
  readonly scoredEach: number
  /** Evidence a second, written and scored, all of it in the book in the end. */
  readonly perSecond: number
  readonly evidence: number
}

const KNOWN_SHARE = 0.7
const RELATED = 3
const SINGLE = 500
const BATCH = 1000

const [folder, rowsText, secondsText] = process.argv.slice(2) as [string, string, string]
const rows = Number(rowsText)
const random = randomNumbers(5)
let made = 0
let said = 0

const source = (name: string): LedgerSource => ({ name, origin: 'feed', organisation: name, trustStep: 12 })
const ledger = openSqliteLedger(join(folder, 'ledger.sqlite'))
const book = openBookStore(join(folder, 'book.sqlite'))

function subjectOf(n: number): LedgerSubject {
  const type = (['ip', 'url', 'domain', 'file'] as const)[n & 3]!
  const value = type === 'ip' ? `10.${(n >> 18) & 255}.${(n >> 10) & 255}.${(n >> 2) & 255}` : `s${n}.example`
  return { type, key: createHash('sha256').update(`${n}`).digest(), value }
}

function someSubject(): LedgerSubject {
  if (random() < KNOWN_SHARE) return subjectOf(Math.floor(random() * rows))
  made += 1
  return subjectOf(rows + made)
}

function someEvidence(): EvidenceWrite {
  said += 1
  const members = Array.from({ length: RELATED }, someSubject)
  const about = { subject: someSubject(), kind: 'listed-malware', confidence: 900, at: undefined } as const
  return { ...about, id: `e${said}`, relation: { group: `g${said}`, members } }
}

async function fill(): Promise<void> {
  for (let from = 0; from < rows; from += 50_000) {
    const count = Math.min(50_000, rows - from)
    const evidence = Array.from({ length: count }, (_, n) => {
      return { subject: subjectOf(from + n), kind: 'listed', confidence: 800, at: undefined } as const
    })
    await ledger.write({ source: source('list'), receivedAt: Date.now(), evidence })
  }
}

/** The steps of the scorer without its pauses. */
async function rescoreOne(): Promise<{ write: number; rescore: number; scored: number }> {
  const evidence = [someEvidence()]
  const startedAt = performance.now()
  await ledger.write({ source: source('site'), receivedAt: Date.now(), evidence })
  const writtenAt = performance.now()
  const { cases, place } = await ledger.touchedSince(book.place(), 25_000)
  const standings = new Map((await ledger.sources()).map(each => [each.name, each]))
  const changes = cases.map(held => {
    const kase = caseOf(
      held,
      name => standings.get(name)!,
      () => undefined,
    )
    return { ...held.subject, entry: entryOf(kase) }
  })
  book.publish(changes, place, Date.now())
  return { write: writtenAt - startedAt, rescore: performance.now() - writtenAt, scored: cases.length }
}

const scorer = new Scorer({
  ledger,
  book,
  clock: Date.now,
  nature: () => undefined,
  published: () => undefined,
  failed: error => {
    throw error
  },
  recovered: () => undefined,
})

await fill()
await scorer.settled()

const singles = []
for (let n = 0; n < SINGLE; n++) singles.push(await rescoreOne())

const startedAt = performance.now()
let evidence = 0
while (performance.now() - startedAt < Number(secondsText) * 1000) {
  await ledger.write({
    source: source('site'),
    receivedAt: Date.now(),
    evidence: Array.from({ length: BATCH }, someEvidence),
  })
  scorer.wake()
  evidence += BATCH
}
await scorer.settled()
const perSecond = (evidence / (performance.now() - startedAt)) * 1000
await scorer.stop()
const outcome: RescoreOutcome = {
  rescore: singles.map(each => each.rescore),
  write: singles.map(each => each.write),
  scoredEach: singles.reduce((sum, each) => sum + each.scored, 0) / SINGLE,
  perSecond,
  evidence,
}
console.log(JSON.stringify(outcome))
await ledger[Symbol.asyncDispose]()
book[Symbol.dispose]()
