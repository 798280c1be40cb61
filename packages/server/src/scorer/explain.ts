/** Explanations: the judgment recomputed, with the identity of reporters left out, and what would change it. */
import { CONFIDENCE_MAX, type EvidenceRecord, fades, halfLifeHours, type Instant, kindOf } from '@tocsin/core/evidence'
import { type Case, isTrusted, type Judgment, judge } from '@tocsin/core/scoring'
import type { Subject } from '@tocsin/core/subject'
import { entryOf, lapsesAt, type Verdict, verdictAt, verdictOf } from '@tocsin/core/verdict'
import type { Explanation, ShownContribution } from '../book/book.ts'
import type { LedgerSource, SubjectCase } from '../ledger/ledger.ts'
import { caseOf } from './case.ts'
import type { Nature } from './nature.ts'

/**
 * Sources for which it is computed what the score would be without them: those that weigh most. Each costs a judgment of
 * all evidence, and whoever may look up may ask for an explanation of what thousands reported.
 */
const SOURCES_TRIED_MAX = 20

/** The same of neighbours. */
const NEIGHBOURS_TRIED_MAX = 5

/** Explains what the ledger holds about a subject, at a time; `held` is `undefined` where it holds nothing. */
export function explainCase(
  subject: Subject,
  held: SubjectCase | undefined,
  sources: readonly LedgerSource[],
  nature: Nature,
  at: Instant,
): Explanation {
  const byName = new Map(sources.map(source => [source.name, source]))
  const standingOf = (name: string) => byName.get(name) ?? { trustStep: 0, organisation: '' }
  const kase: Case =
    held === undefined
      ? { records: [], standingOf, protectedByNature: nature(subject) }
      : caseOf(held, standingOf, nature)
  const judgment = judge(kase, at)
  const shown = (record: EvidenceRecord) => shownSource(byName.get(record.source))
  return {
    ...judgment,
    subject,
    at,
    contributions: judgment.contributions.map(({ term, value, record, via }) => ({
      term,
      value,
      ...(via === undefined ? {} : { via }),
      ...(record === undefined ? {} : shownRecord(record, shown(record))),
    })),
    changes: [
      ...lapse(kase, at),
      ...withoutEachSource(kase, judgment, at, shown),
      ...withoutEachNeighbour(kase, judgment, at),
    ],
  }
}

function shownRecord(record: EvidenceRecord, source: string): Omit<ShownContribution, 'term' | 'value'> {
  return {
    kind: record.kind,
    source,
    confidence: record.confidence / CONFIDENCE_MAX,
    ...(record.at === undefined ? {} : { observedAt: record.at }),
    ...(fades(record) ? { halfLifeHours: halfLifeHours(kindOf(record.kind)) } : {}),
  }
}

/** A feed or an import by its name; who reports with a key, only by how far the key is trusted. */
function shownSource(source: LedgerSource | undefined): string {
  if (source === undefined) return 'a source that is gone'
  if (source.origin !== 'key') return source.name
  return isTrusted(source) ? 'a trusted reporter' : 'a new reporter'
}

function lapse(kase: Case, at: Instant): string[] {
  const entry = entryOf(kase)
  const when = entry && lapsesAt(entry, at)
  if (entry === undefined || when === undefined) return []
  const { verdict } = verdictAt(entry, when + 60_000)
  return [`becomes ${verdict} at ${new Date(when).toISOString()} unless it is seen again`]
}

/** What the score would be if a source took back all that it says: a sentence for each that would change the verdict. */
function withoutEachSource(
  kase: Case,
  judgment: Judgment,
  at: Instant,
  shown: (record: EvidenceRecord) => string,
): string[] {
  const now = verdictOf(judgment.score, judgment.incriminated)
  const sentences = weightiestSources(judgment).flatMap(source => {
    const { verdict: then, score } = judged(withoutSource(kase, source), at)
    if (then === now) return []
    const name = shown(kase.records.find(record => record.source === source)!)
    return [`becomes ${then} (score ${score}) if ${name} takes its evidence back`]
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
