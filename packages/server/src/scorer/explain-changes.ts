/** What would change a verdict, as sentences for people. */
import type { EvidenceRecord, Instant } from '@tocsin/core/evidence'
import { type Case, type Judgment, judge, QUORUM, scoreOf } from '@tocsin/core/scoring'
import { entryOf, lapsesAt, type Verdict, verdictAt, verdictOf } from '@tocsin/core/verdict'
import type { LedgerSource } from '../ledger/ledger.ts'

/**
 * Sources for which it is computed what the score would be without them: those that weigh most. Each costs a judgment of
 * all evidence, and whoever may look up may ask for an explanation of what thousands reported.
 */
const SOURCES_TRIED_MAX = 20

/** The same of neighbours. */
const NEIGHBOURS_TRIED_MAX = 5

/** What the sentences name a source by; never who reported. */
export interface SourceNames {
  readonly shown: (record: EvidenceRecord) => string
  readonly originOf: (source: string) => LedgerSource['origin'] | undefined
}

/** All that would change the verdict that holds at a time: time, what may be taken back, and what is missing. */
export function changesOf(kase: Case, judgment: Judgment, at: Instant, names: SourceNames): string[] {
  return [
    ...lapses(kase, at),
    ...withoutEachSource(kase, judgment, at, names),
    ...withoutEachNeighbour(kase, judgment, at),
    ...withQuorum(judgment),
  ]
}

/** Each verdict that time alone leads to, with when. */
function lapses(kase: Case, at: Instant): string[] {
  const entry = entryOf(kase)
  const sentences: string[] = []
  for (let moment = at; entry !== undefined; ) {
    const lapse = lapsesAt(entry, moment)
    if (lapse === undefined) break
    // A verdict holds at the very moment of its lapse.
    moment = lapse + 1
    const { verdict } = verdictAt(entry, moment)
    const when = `in ${inWords(lapse - at)} (${new Date(lapse).toISOString()})`
    sentences.push(`lapses to ${verdict} ${when} unless it is seen again`)
  }
  return sentences
}

/** What the score would be if a source took back all that it says: a sentence for each that would change the verdict. */
function withoutEachSource(kase: Case, judgment: Judgment, at: Instant, { shown, originOf }: SourceNames): string[] {
  const now = verdictOf(judgment.score, judgment.incriminated)
  const sentences = weightiestSources(judgment).flatMap(source => {
    const { verdict: then, score } = judged(withoutSource(kase, source), at)
    if (then === now) return []
    const name = shown(kase.records.find(record => record.source === source)!)
    const how = originOf(source) === 'feed' ? 'drops it' : 'takes its evidence back'
    return [`becomes ${then} (score ${score}) if ${name} ${how}`]
  })
  // Reporters are not told apart.
  return [...new Set(sentences)]
}

/** The same if nothing were known against a neighbour any more. */
function withoutEachNeighbour(kase: Case, judgment: Judgment, at: Instant): string[] {
  const { relations } = kase
  if (relations === undefined) return []
  const now = verdictOf(judgment.score, judgment.incriminated)
  const met = judgment.contributions.flatMap(({ via, value }) =>
    via === undefined || value === 0 ? [] : [via.subject],
  )
  return met.slice(0, NEIGHBOURS_TRIED_MAX).flatMap(text => {
    const neighbours = relations.neighbours.filter(each => each.text !== text)
    const { verdict, score } = judged({ ...kase, relations: { ...relations, neighbours } }, at)
    return verdict === now ? [] : [`becomes ${verdict} (score ${score}) if nothing speaks against ${text} any more`]
  })
}

/** What is held back for want of organisations that agree. */
function withQuorum({ protection, organisations, contributions, logOdds, score, incriminated }: Judgment): string[] {
  const held = contributions.find(({ term }) => term === 'quorum')?.value
  if (protection === undefined || held === undefined) return []
  const then = scoreOf(logOdds - held)
  const verdict = verdictOf(then, incriminated)
  if (verdict === verdictOf(score, incriminated)) return []
  const missing = QUORUM[protection] - organisations
  const who =
    missing === 1
      ? '1 more independent trusted organisation says'
      : `${missing} more independent trusted organisations say`
  return [`becomes ${verdict} (score ${then} or less) if ${who} so, for it is ${protection}`]
}

function withoutSource(kase: Case, source: string): Case {
  const others = (records: readonly EvidenceRecord[]) => records.filter(each => each.source !== source)
  const { relations } = kase
  if (relations === undefined) return { ...kase, records: others(kase.records) }
  const neighbours = relations.neighbours.map(each => ({
    ...each,
    records: others(each.records),
    by: each.by.filter(name => name !== source),
  }))
  return { ...kase, records: others(kase.records), relations: { ...relations, neighbours } }
}

function judged(kase: Case, at: Instant): { readonly verdict: Verdict; readonly score: number } {
  const { score, incriminated } = judge(kase, at)
  return { verdict: verdictOf(score, incriminated), score }
}

function weightiestSources({ contributions }: Judgment): string[] {
  const weights = new Map<string, number>()
  for (const { record, value } of contributions) {
    if (record !== undefined) weights.set(record.source, (weights.get(record.source) ?? 0) + Math.abs(value))
  }
  return [...weights]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SOURCES_TRIED_MAX)
    .map(([source]) => source)
}

const SPANS = [
  [24 * 3_600_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
] as const

/** A span of time as people say it, in the largest unit of which there are two: `3 days`, `36 hours`, `1 minute`. */
function inWords(milliseconds: number): string {
  const [size, name] = SPANS.find(([unit]) => milliseconds >= 2 * unit) ?? SPANS[2]
  const count = Math.max(1, Math.round(milliseconds / size))
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
