/** Is it well-formed, and may this source say it? Pure: words in, a ledger write or the reason for refusing out. */
import { encodeHex, fail, ok, type Result } from '@tocsin/core/base'
import { CONFIDENCE_MAX, type Instant, isEvent, kindOf } from '@tocsin/core/evidence'
import { isHashOnly, netRange, parseSubject, type Subject, subjectKey, subjectText } from '@tocsin/core/subject'
import type { EvidenceWrite, LedgerSubject } from '../ledger/ledger.ts'
import { digestsOf } from './digests.ts'
import { type Identity, maySend } from './identity.ts'
import type { Offer } from './intake.ts'

/** A clock may be ahead of ours by so much, in milliseconds; what is further in the future is refused. */
const CLOCK_SKEW_MS = 5 * 60_000

/** Repeats without an id and a time are one observation per so many milliseconds: an hour, as counters are kept. */
const REPEAT_MS = 3_600_000

/**
 * The widest nets that evidence may speak of, by address length in bytes: a /8 is the largest block that was ever
 * given to one holder in IPv4, a /16 in IPv6. Wider is a mistake or an attack (0.0.0.0/0 lists the world).
 */
const WIDEST_NET: Readonly<Record<number, number>> = { 4: 8, 16: 16 }

/**
 * Likewise for reporters: a /24 and a /48, what one holder is seen to use. A net is asked for every address in it, so two
 * fresh keys that may speak of a /8 would have half the world blocked at medium, the popular and certified part as well.
 */
const WIDEST_REPORTED_NET: Readonly<Record<number, number>> = { 4: 24, 16: 48 }

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/** What the admission needs of its surroundings. */
export interface Admission {
  readonly identity: Identity
  readonly now: Instant
  /** SHA-256, the runtime's own. */
  readonly sha256: (bytes: Uint8Array) => Uint8Array
}

/** Checks one offer. `inGeneration` offers need no id: a generation is idempotent by itself. */
export function admit(offer: Offer, admission: Admission, inGeneration: boolean): Result<EvidenceWrite> {
  const kind = kindOf(offer.kind)
  if (kind === undefined) return fail('invalid', `kind "${offer.kind}" is not in the catalogue`)
  if (!maySend(admission.identity, kind.authority)) {
    return fail('unauthorized', `kind "${kind.name}" takes a source of authority "${kind.authority}" or more`)
  }
  const confidence = Math.round((offer.confidence ?? 1) * CONFIDENCE_MAX)
  if (!(confidence >= 1 && confidence <= CONFIDENCE_MAX)) {
    return fail('invalid', `confidence must be from 0.001 to 1, found ${offer.confidence}`)
  }
  const subject = admitSubject(offer.subject, admission)
  if (!subject.ok) return subject
  if (!kind.types.includes(subject.value.type)) {
    return fail('invalid', `kind "${kind.name}" is not said of a ${subject.value.type}`)
  }
  const at = isEvent(kind) ? timeOf(offer.observedAt, admission.now) : ok(undefined)
  if (!at.ok) return at
  const relation = relationOf(offer, admission)
  if (!relation.ok) return relation
  const digests = digestsOf(offer.digests, subject.value, admission.sha256)
  if (!digests.ok) return digests
  return ok({
    subject: subject.value,
    kind: kind.name,
    confidence,
    at: at.value,
    ...(inGeneration ? {} : { id: offer.id ?? idOf(offer, subject.value, admission.now) }),
    ...(relation.value === undefined ? {} : { relation: relation.value }),
    ...(digests.value === undefined ? {} : { digests: digests.value }),
  })
}

/** Parses a subject for the ledger, with the bounds that evidence has beside those of the syntax. */
export function admitSubject(
  text: string,
  { identity, sha256 }: Pick<Admission, 'identity' | 'sha256'>,
): Result<LedgerSubject> {
  const parsed = parseSubject(text)
  if (!parsed.ok) return parsed
  const subject = parsed.value
  if (subject.type === 'net') {
    const { address, prefixLength } = netRange(subject)
    const isReporter = identity.authority === 'reporter'
    const widest = (isReporter ? WIDEST_REPORTED_NET : WIDEST_NET)[address.length]!
    if (prefixLength < widest) {
      const who = isReporter ? 'a reporter' : 'evidence'
      return fail('invalid', `${subjectText(subject)} is wider than /${widest}, the widest net ${who} may speak of`)
    }
  }
  return ok(toLedger(subject, sha256))
}

function toLedger(subject: Subject, sha256: (bytes: Uint8Array) => Uint8Array): LedgerSubject {
  const value = isHashOnly(subject) ? undefined : subject.value
  return { type: subject.type, key: subjectKey(subject, sha256), value }
}

function timeOf(observedAt: string | undefined, now: Instant): Result<Instant> {
  if (observedAt === undefined) return ok(toSecond(now))
  const at = ISO_TIME.test(observedAt) ? Date.parse(observedAt) : Number.NaN
  if (Number.isNaN(at) || at < 0) {
    return fail('invalid', `observedAt must be an ISO 8601 time with an offset, found "${observedAt}"`)
  }
  if (at > now + CLOCK_SKEW_MS) return fail('invalid', `observedAt "${observedAt}" lies in the future`)
  return ok(toSecond(Math.min(at, now)))
}

/** Times are kept to the second: what is seen in the same one is alike, and is scored once. */
function toSecond(at: Instant): Instant {
  return at - (at % 1000)
}

function relationOf(offer: Offer, admission: Admission): Result<EvidenceWrite['relation']> {
  const related = offer.related ?? []
  if (related.length === 0 && offer.group === undefined) return ok(undefined)
  const members: LedgerSubject[] = []
  for (const text of related) {
    const member = admitSubject(text, admission)
    if (!member.ok) return fail('invalid', `related: ${member.problem.message}`)
    members.push(member.value)
  }
  // The same company met again is the same group: a sensor that reports each hour does not add a relation each hour.
  const group = offer.group ?? offer.id ?? [offer.subject, ...[...related].sort()].join(' ')
  return ok({ group, members })
}

function idOf(offer: Offer, subject: LedgerSubject, now: Instant): string {
  const when = offer.observedAt ?? String(Math.floor(now / REPEAT_MS))
  const named = subject.value ?? encodeHex(subject.key)
  const said = `=${offer.kind} ${subject.type}:${named} ${offer.confidence ?? 1} ${when} ${offer.group ?? ''}`
  const { md5 = '', sha1 = '', sha256 = '', tlsh = '' } = offer.digests ?? {}
  return md5 + sha1 + sha256 + tlsh === '' ? said : `${said} ${md5} ${sha1} ${sha256} ${tlsh}`
}
