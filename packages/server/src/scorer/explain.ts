/** Explanations: the judgment recomputed, with the identity of reporters left out, and what would change it. */
import { CONFIDENCE_MAX, type EvidenceRecord, fades, halfLifeHours, type Instant, kindOf } from '@tocsin/core/evidence'
import { type Case, isTrusted, judge } from '@tocsin/core/scoring'
import { isHashOnly, parseSubjectOf, type Subject } from '@tocsin/core/subject'
import type { Explanation, ShownContribution } from '../book/book.ts'
import type { LedgerSource, SubjectCase } from '../ledger/ledger.ts'
import { caseOf } from './case.ts'
import { changesOf } from './explain-changes.ts'
import { asOf } from './explain-time.ts'
import type { Nature } from './nature.ts'

/** Explains what the ledger holds about a subject, by the name that it has there, at a time past or to come; `held` is `undefined` where it holds nothing. */
export function explainCase(
  subject: Subject,
  held: SubjectCase | undefined,
  sources: readonly LedgerSource[],
  nature: Nature,
  at: Instant,
): Explanation {
  const byName = new Map(sources.map(source => [source.name, source]))
  const standingOf = (name: string) => byName.get(name) ?? { trustStep: 0, organisation: '' }
  const whole: Case =
    held === undefined
      ? { records: [], standingOf, protectedByNature: nature(subject) }
      : caseOf(held, standingOf, nature)
  const kase = asOf(whole, at)
  const judgment = judge(kase, at)
  const shown = (record: EvidenceRecord) => shownSource(byName.get(record.source))
  return {
    ...judgment,
    subject: namedBy(held, subject),
    at,
    contributions: judgment.contributions.map(({ term, value, record, via }) => ({
      term,
      value,
      ...(via === undefined ? {} : { via }),
      ...(record === undefined ? {} : shownRecord(record, shown(record))),
    })),
    changes: changesOf(kase, judgment, at, { shown, originOf: source => byName.get(source)?.origin }),
  }
}

/** The subject as the ledger knows it by now: a page that was asked about by its hash, by its text. */
function namedBy(held: SubjectCase | undefined, asked: Subject): Subject {
  if (held?.subject.value === undefined || !isHashOnly(asked)) return asked
  const known = parseSubjectOf(asked.type, held.subject.value)
  return known.ok ? known.value : asked
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
