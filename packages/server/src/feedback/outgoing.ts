/** A report as it leaves: everything in it is a kind, a number, an hour, a pseudonym, a digest, or passed the border. */
import { HOUR_MS, type Instant } from '@tocsin/core/evidence'
import { parseSubject, type Subject, subjectText } from '@tocsin/core/subject'
import { RELATED_MAX, type WireDigests, type WireEvidence } from '@tocsin/core/wire'
import type { Border, Stay } from './privacy.ts'
import type { Pseudonyms } from './pseudonyms.ts'

/** A report that was admitted: its words are well-formed. */
export interface AdmittedReport {
  readonly subject: Subject
  readonly kind: string
  /** In thousandths, 1 to 1000. */
  readonly confidence: number
  /** When it was seen; `undefined` of what stands. */
  readonly at: Instant | undefined
  readonly id: string
  readonly group: string | undefined
  readonly related: readonly string[]
  readonly digests: WireDigests | undefined
}

/** What a report is turned with. */
export interface OutgoingParts {
  readonly border: Pick<Border, 'judge'>
  readonly pseudonyms: Pseudonyms
  /** Who reports, by a name that stays here. */
  readonly reporter: string
}

/** The report for others, or why it stays. Its time is an hour's beginning; what stays of its relations is left out. */
export function outgoingReport(
  report: AdmittedReport,
  parts: OutgoingParts,
): { readonly evidence: WireEvidence & { readonly id: string } } | { readonly stays: Stay } {
  const { border, pseudonyms, reporter } = parts
  const leaving = border.judge(report.subject)
  if (leaving.stays !== false) return leaving
  const { confidence, at, id, digests } = report
  const related = relatedOf(report, leaving, border)
  // Without a name of its own, a company met again is the same group, as at a node.
  const company = report.group ?? [subjectText(report.subject), ...[...report.related].sort()].join(' ')
  const isGrouped = report.group !== undefined || related.length > 0
  return {
    evidence: {
      subject: leaving.subject,
      kind: report.kind as WireEvidence['kind'],
      confidence: confidence / 1000,
      ...(at === undefined ? {} : { observedAt: new Date(hourOf(at)).toISOString() }),
      id: pseudonyms.of('id', reporter, id),
      ...(isGrouped ? { group: pseudonyms.of('group', reporter, company) } : {}),
      ...(related.length > 0 ? { related } : {}),
      ...(digests === undefined ? {} : { digests: plainDigests(digests) }),
    },
  }
}

/** The beginning of the hour: days are what events decay in, and seconds would tell one visit from another. */
export function hourOf(at: Instant): Instant {
  return Math.floor(at / HOUR_MS) * HOUR_MS
}

function relatedOf(
  report: AdmittedReport,
  leaving: { readonly subject: string; readonly host?: string },
  border: Pick<Border, 'judge'>,
): string[] {
  const found = new Set<string>(leaving.host === undefined ? [] : [leaving.host])
  for (const text of report.related) {
    const subject = parseSubject(text)
    const member = subject.ok ? border.judge(subject.value) : undefined
    if (member?.stays !== false) continue
    found.add(member.subject)
    if (member.host !== undefined) found.add(member.host)
  }
  found.delete(leaving.subject)
  return [...found].slice(0, RELATED_MAX)
}

/** In one form, so that not even the case of a digit says anything. */
function plainDigests({ md5, sha1, sha256, tlsh }: WireDigests): WireDigests {
  const lower = (name: string, digest: string | undefined) =>
    digest === undefined ? {} : { [name]: digest.toLowerCase() }
  const fuzzy = tlsh === undefined ? {} : { tlsh: tlsh.toUpperCase() }
  return { ...lower('md5', md5), ...lower('sha1', sha1), ...lower('sha256', sha256), ...fuzzy }
}
