/** Explanations: the judgment recomputed, with the identity of reporters left out, and what would change it. */
import { type EvidenceRecord, fades, type Instant, CONFIDENCE_MAX, halfLifeHours, kindOf } from '@tocsin/core/evidence'
import { type Case, isTrusted, judge } from '@tocsin/core/scoring'
import type { Subject } from '@tocsin/core/subject'
import { entryOf, lapsesAt, verdictAt, verdictOf } from '@tocsin/core/verdict'
import type { Explanation, ShownContribution } from '../book/book.ts'
import type { LedgerSource, LedgerSubject, SubjectCase } from '../ledger/ledger.ts'
import { protectionByNature } from './nature.ts'

/** Explains what the ledger holds about a subject, at a time; `held` is `undefined` where it holds nothing. */
export function explainCase(
  subject: Subject,
  held: SubjectCase | undefined,
  sources: readonly LedgerSource[],
  at: Instant,
): Explanation {
  const byName = new Map(sources.map(source => [source.name, source]))
  const kase: Case = {
    records: held?.records ?? [],
    standingOf: name => byName.get(name) ?? { trustStep: 0, organisation: '' },
    protectedByNature: protectionByNature({ ...subject, key: new Uint8Array() } satisfies LedgerSubject),
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
    changes: [...lapse(kase, at), ...withoutEachSource(kase, at, shown)],
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

/** What the score would be if a source took back all that it says. */
function withoutEachSource(kase: Case, at: Instant, shown: (record: EvidenceRecord) => string): string[] {
  const verdictWith = (records: readonly EvidenceRecord[]) => {
    const { score, incriminated } = judge({ ...kase, records }, at)
    return { score, verdict: verdictOf(score, incriminated) }
  }
  const now = verdictWith(kase.records)
  const sentences = Array.from(new Set(kase.records.map(record => record.source)), source => {
    const rest = kase.records.filter(record => record.source !== source)
    const then = verdictWith(rest)
    if (then.verdict === now.verdict) return undefined
    const name = shown(kase.records.find(record => record.source === source)!)
    return `becomes ${then.verdict} (score ${then.score}) if ${name} takes its evidence back`
  })
  return sentences.filter(sentence => sentence !== undefined)
}
