/**
 * The entrance of an edge: what its own sensors report is judged in the same words as at a node, blocked here at once if it
 * is bad, and kept for the upstream as far as it may leave. Nothing is remembered of it beyond that.
 */
import { fail, ok } from '@tocsin/core/base'
import { type Instant, kindOf } from '@tocsin/core/evidence'
import { parseSubject, type Subject } from '@tocsin/core/subject'
import { admit, admitSubject } from '../intake/admission.ts'
import type { Identity } from '../intake/identity.ts'
import type { Intake, Offer, Receipt } from '../intake/intake.ts'
import type { Blocks } from './blocks.ts'
import type { Commits } from './commits.ts'
import type { Outbox } from './outbox.ts'
import { type AdmittedReport, outgoingReport } from './outgoing.ts'
import type { Bearer } from './passing.ts'
import { type Border, STAYS } from './privacy.ts'
import type { Pseudonyms } from './pseudonyms.ts'
import type { Told } from './told.ts'

/** What the entrance leads to. */
export interface EntranceParts {
  readonly border: Pick<Border, 'judge'>
  readonly pseudonyms: Pseudonyms
  readonly outbox: Outbox
  readonly blocks: Pick<Blocks, 'put' | 'lift'>
  readonly told: Told
  readonly commits: Pick<Commits, 'write'>
  readonly clock: () => Instant
  readonly sha256: (bytes: Uint8Array) => Uint8Array
  /** Whether anything is collected for the upstream. */
  readonly isCollecting: () => boolean
  /** A page was met: its hash, and its text. */
  readonly metPage: (hash: string, text: string) => void
}

/** The upstream weighs a site's word, whoever at the site says it: no key of an edge speaks for an analyst up there. */
function identityOf(reporter: string): Identity {
  const source = { name: `key:${reporter}`, origin: 'key', trustStep: 0, organisation: reporter } as const
  return { source, authority: 'reporter' }
}

/** Opens the entrance for one reporter. Generations are for feeds, which an edge does not have. */
export function entranceFor(bearer: Bearer, parts: EntranceParts): Intake {
  const { name: reporter, via } = bearer
  const identity = identityOf(reporter)
  const { clock, sha256 } = parts
  return {
    async put(offers: readonly Offer[]): Promise<Receipt> {
      const now = clock()
      const sound: AdmittedReport[] = []
      const refused: { index: number; reason: string }[] = []
      for (const [index, offer] of offers.entries()) {
        const report = admitted(offer, identity, now, sha256)
        if ('reason' in report) refused.push({ index, ...report })
        else if (!mayBeTaken(report.subject, parts))
          refused.push({ index, reason: reasonToStay(report.subject, parts) })
        else sound.push(report)
      }
      if (refused.length > 0) await parts.commits.write(() => parts.outbox.tallies.add('stayed', refused.length))
      if (sound.length === 0) return { accepted: 0, duplicate: 0, refused }
      const duplicate = await parts.commits.write(() => take(sound, bearer, now, parts))
      return { accepted: sound.length - duplicate, duplicate, refused }
    },

    async retract(items) {
      const found: { subject: Subject; kind: string }[] = []
      for (const { subject: text, kind } of items) {
        const subject = admitSubject(text, { identity, sha256 })
        if (!subject.ok) return subject
        const known = kindOf(kind)
        if (known === undefined) return fail('invalid', `kind "${kind}" is not in the catalogue`)
        const parsed = parseSubject(text)
        if (parsed.ok) found.push({ subject: parsed.value, kind: known.name })
      }
      return ok(await parts.commits.write(() => takeBack(found, via, parts)))
    },

    begin: () => Promise.reject(new Error('Cannot begin a generation: an edge has no feeds')),
    commit: () => Promise.reject(new Error('Cannot commit a generation: an edge has no feeds')),
  }
}

function admitted(
  offer: Offer,
  identity: Identity,
  now: Instant,
  sha256: EntranceParts['sha256'],
): AdmittedReport | { readonly reason: string } {
  const write = admit(offer, { identity, now, sha256 }, false)
  if (!write.ok) return { reason: write.problem.message }
  const subject = parseSubject(offer.subject)
  if (!subject.ok) return { reason: subject.problem.message }
  const { kind, confidence, at, id } = write.value
  const { group, related = [], digests } = offer
  return { subject: subject.value, kind, confidence, at, id: id!, group, related, digests }
}

/** What is nobody else's business is refused in words; a front page with a query is blocked here, and stays. */
function mayBeTaken(subject: Subject, { border }: EntranceParts): boolean {
  const { stays } = border.judge(subject)
  return stays === false || stays === 'front-page'
}

function reasonToStay(subject: Subject, { border }: EntranceParts): string {
  const { stays } = border.judge(subject)
  return stays === false ? '' : `what is said of it would not leave the site: ${STAYS[stays]}`
}

/** Within a transaction. Gives how many were known already. */
function take(reports: readonly AdmittedReport[], bearer: Bearer, now: Instant, parts: EntranceParts): number {
  const { border, pseudonyms, outbox, told } = parts
  const leaving: string[] = []
  let known = 0
  let stayed = 0
  for (const report of reports) {
    blockOrClear(report, parts)
    if (!parts.isCollecting()) continue
    noteTexts(report, parts)
    const outgoing = outgoingReport(report, { border, pseudonyms, reporter: bearer.name })
    if ('stays' in outgoing) stayed += 1
    else if (told.add(outgoing.evidence.id, now)) leaving.push(JSON.stringify(outgoing.evidence))
    else known += 1
  }
  outbox.add('/v1/evidence', leaving, bearer.via)
  outbox.tallies.add('stayed', stayed)
  return known
}

function blockOrClear({ subject, kind }: AdmittedReport, { blocks }: EntranceParts): void {
  if (kindOf(kind)?.direction === 'bad') blocks.put(subject, kind)
  else blocks.lift(subject, undefined)
}

function noteTexts({ subject, related }: AdmittedReport, { border, metPage }: EntranceParts): void {
  const members = related.map(parseSubject).flatMap(member => (member.ok ? [member.value] : []))
  for (const each of [subject, ...members]) {
    const leaving = border.judge(each)
    if (leaving.stays === false && leaving.page !== undefined) metPage(leaving.subject, leaving.page)
  }
}

/** Within a transaction. Gives how many were lifted here or are taken back upstream. */
function takeBack(
  items: readonly { readonly subject: Subject; readonly kind: string }[],
  via: string,
  parts: EntranceParts,
): number {
  const leaving: string[] = []
  let count = 0
  for (const { subject, kind } of items) {
    const wasLifted = parts.blocks.lift(subject, kind)
    const said = parts.border.judge(subject)
    const leaves = said.stays === false && parts.isCollecting()
    if (leaves) leaving.push(JSON.stringify({ subject: said.subject, kind }))
    if (wasLifted || leaves) count += 1
  }
  parts.outbox.add('/v1/evidence/retract', leaving, via)
  return count
}
