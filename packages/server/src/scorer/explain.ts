/** Explanations: the judgment recomputed, with the identity of reporters left out, and what would change it. */
import { type EvidenceRecord, fades, type Instant, CONFIDENCE_MAX, halfLifeHours, kindOf } from '@tocsin/core/evidence'
import { type Case, isTrusted, type Judgment, judge } from '@tocsin/core/scoring'
import type { Subject } from '@tocsin/core/subject'
import { entryOf, lapsesAt, verdictAt, verdictOf } from '@tocsin/core/verdict'
import type { Explanation, ShownContribution } from '../book/book.ts'
import type { LedgerSource, SubjectCase } from '../ledger/ledger.ts'
import type { Nature } from './nature.ts'

/**
 * Sources for which it is computed what the score would be without them: those that weigh most. Each costs a judgment of
 * all evidence, and whoever may look up may ask for an explanation of what thousands reported.
 */
const SOURCES_TRIED_MAX = 20

/** Explains what the ledger holds about a subject, at a time; `held` is `undefined` where it holds nothing. */
export function explainCase(
  subject: Subject,
  held: SubjectCase | undefined,
  sources: readonly LedgerSource[],
  nature: Nature,
  at: Instant,
): Explanation {
  const byName = new Map(sources.map(source => [source.name, source]))
  const kase: Case = {
    records: held?.records ?? [],
    standingOf: name => byName.get(name) ?? { trustStep: 0, organisation: '' },
    protectedByNature: nature(subject),
  }
  const judgment = judge(kase, at)
  const shown = (record: EvidenceRecord) => shownSource(byName.get(record.source))
  return {
    ...judgment,
    subject,
    at,
    contributions: judgment.contributions.map(({ term, value, record }) => ({
      term,
      value,
      ...(record === undefined ? {} : shownRecord(record, shown(record))),
    })),
    changes: [...lapse(kase, at), ...withoutEachSource(kase, judgment, at, shown)],
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
    const { score, incriminated } = judge({ ...kase, records: kase.records.filter(each => each.source !== source) }, at)
    const then = verdictOf(score, incriminated)
    if (then === now) return []
    const name = shown(kase.records.find(record => record.source === source)!)
    return [`becomes ${then} (score ${score}) if ${name} takes its evidence back`]
  })
  // Reporters are not told apart.
  return [...new Set(sentences)]
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
